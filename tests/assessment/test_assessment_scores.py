"""Scores, the ranges that hold them whatever the unknowns are, and the published rules of two frameworks."""

from dataclasses import replace

import pytest
from assessment_builders import (
    DECREE,
    SDG,
    assessed,
    framework,
    question,
    town,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.assessment.aggregation import Group, Part, known_share, mean, score
from cosmopolis.assessment.scores import category, scorecard
from cosmopolis.vocabulary.assessment import Answer, Evidence, Position, Score, Standing
from cosmopolis.vocabulary.competence import CompetenceMap, Function, Power
from cosmopolis.vocabulary.framework import Dimension, Topic


def presence(position):
    return scorecard(position).dimensions[0].presence


def told(score):
    return tuple(None if each is None else round(each, 6) for each in (score.value, score.lower, score.upper))


def test_the_score_is_the_mean_of_what_is_known_and_its_range_holds_the_unknown():
    # two complete, one partial, one unknown of four: 2.5/3; 2.5/4; 3.5/4
    found = presence(town([1, 1, 0.5, "?"]))
    assert told(found.score) == (83.333333, 62.5, 87.5)
    assert found.answered == 0.75


def test_an_unanswered_question_widens_the_range_like_an_unknown_one():
    assert presence(town([1, 0.5, None, 1])).score == presence(town([1, 0.5, "?", 1])).score


def test_weights_count():
    # 3 x 1 + 1 x 0 of 4
    pack = framework([question("1.01", weight=3), question("1.02", weight=1)])
    assert told(presence(assessed(pack, {"1.01": 1, "1.02": 0})).score) == (75, 75, 75)


@pytest.mark.parametrize(("known", "value"), [(13, 100), (12, None)])
def test_no_score_below_65_percent_answered(known, value):
    found = presence(town([1] * known + ["?"] * (20 - known)))
    assert found.score.value == value
    assert found.reason == ("" if value else "too_few_answered")
    assert found.score.lower == pytest.approx(5 * known)


def test_what_does_not_apply_is_in_no_score():
    assert presence(town([1, 0, "n", "o"])).score == presence(town([1, 0])).score
    assert presence(town([1, 0, "n", "o"])).questions == 2


def test_a_disputed_question_is_not_known_and_its_limits_are_in_the_range():
    # of four, the last is between 0.5 and 1: (3 + 0.5)/4, (3 + 1)/4; three quarters are known
    found = presence(town([[1, 1], [1, 1], [1, 1], [1, 0.5]], raters=("a", "b")))
    assert told(found.score) == (100, 87.5, 100)
    assert found.answered == 0.75


def test_a_dispute_that_excludes_the_mean_of_the_known_moves_the_score_to_its_limit():
    # three complete and one disputed between absent and partial: not 100, which no outcome can reach
    found = presence(town([[1, 1], [1, 1], [1, 1], [0.5, 0]], raters=("a", "b")))
    assert told(found.score) == (87.5, 75, 87.5)


def test_each_open_question_stands_at_the_mean_of_the_known_or_at_its_nearest_limit():
    # known 0.5; disputed from 0.75: 0.75; unknown: 0.5
    parts = Part(1, 0.5, 0.5, 0.5), Part(1, 0.75, 1, None), Part(1, 0, 1, None)
    assert told(score([Group(1, parts)], "arithmetic")) == (58.333333, 41.666667, 83.333333)


def test_the_known_share_counts_topics_by_their_weight():
    known, unknown = Part(1, 1, 1, 1), Part(1, 0, 1, None)
    assert known_share([Group(3, (known,)), Group(1, (unknown,))]) == 0.75
    assert known_share([]) is None


def test_presence_is_over_what_the_city_may_do_and_the_system_over_all():
    nation = [question(f"1.0{at}", holder="national") for at in (3, 4)]
    pack = framework([question("1.01"), question("1.02", holder="delegated"), *nation])
    found = scorecard(assessed(pack, {"1.01": 1, "1.02": 1, "1.03": 0, "1.04": "?"})).dimensions[0]
    assert told(found.presence.score) == (100, 100, 100)
    # 2 of 3 known; 2/4 to 3/4
    assert told(found.system.score) == (66.666667, 50, 75)
    assert (found.presence.questions, found.system.questions) == (2, 4)


def test_the_citys_map_decides_what_is_within_its_competence():
    nation = Function("school", (Power("national", ("legislates", "delivers")),), by_city=True)
    pack = framework([question("1.01"), question("1.02", function="school")])
    position = assessed(pack, {"1.01": 1, "1.02": 0}, competence=CompetenceMap("AT", (nation,)))
    assert presence(position).score.value == 100


def test_a_dimension_without_anything_in_the_citys_power_has_no_score_and_neither_has_the_whole():
    pack = framework([question("1.01"), question("2.01", dimension="2", holder="national")])
    card = scorecard(assessed(pack, {"1.01": 1, "2.01": 1}))
    assert card.dimensions[1].presence.score is None
    assert card.dimensions[1].presence.reason == "no_questions"
    assert (card.overall, told(card.overall_system)) == (None, (100, 100, 100))


def test_the_evidence_share_is_of_answers_above_zero_that_still_have_valid_evidence():
    good, ended = DECREE, Evidence("Contract", valid_to="2020-01-01")
    pack = framework([question(f"1.0{at}") for at in range(5)])
    answers = {
        "1.00": Answer("1.00", "a", "complete", evidence=(good,)),
        "1.01": Answer("1.01", "a", "partial", evidence=(ended,)),
        "1.02": Answer("1.02", "a", "complete"),
        "1.03": Answer("1.03", "a", "absent", evidence=(good,)),
        "1.04": Answer("1.04", "a", "partial", evidence=(good,)),
    }
    assert presence(assessed(pack, answers)).evidence == 0.5
    assert presence(town([0, 0, "?"])).evidence is None


def test_every_state_is_counted():
    counts = scorecard(town([1, "?", None, "n", "o", 0])).dimensions[0].counts
    assert counts == {
        "known": 2, "disputed": 0, "unknown": 1, "unanswered": 1, "not_applicable": 1, "outside_competence": 1,
    }  # fmt: skip


def test_a_framework_that_does_not_score_has_counts_and_shares_alone():
    card = scorecard(town([1, 0.5, "?", 1], method="none"))
    found = card.dimensions[0]
    assert (found.presence.score, found.system.score, found.category, card.overall, card.geometric) == (None,) * 5
    assert (found.presence.answered, found.presence.reason) == (0.75, "not_scored")


def test_sdg_10_7_2_categories_at_their_thresholds():
    found = [category(SDG, value) for value in (0, 39.9, 40, 79.9, 80, 99.9, 100)]
    assert found == ["further", "further", "partial", "partial", "meets", "meets", "fully"]


def test_sdg_10_7_2_domain_of_five():
    # 100 x (1 + 1 + 1 + 0.5 + 0.5)/5 = 80: meets
    found = scorecard(town([1, 1, 1, 0.5, 0.5])).dimensions[0]
    assert (found.presence.score.value, found.category) == (80, "meets")


def test_a_category_is_given_only_if_the_whole_range_lies_in_it():
    # 4.5 known of 5, one unknown of six: 75 to 91.7 spans two categories
    assert scorecard(town([1, 1, 1, 1, 0.5, "?"])).dimensions[0].category is None
    # 2.5 of 5, one unknown: 41.7 to 58.3
    assert scorecard(town([1, 0.5, 0.5, 0.5, 0, "?"])).dimensions[0].category == "partial"


def six(marks_by_dimension, **rule):
    questions = [
        question(f"{d}.{at}", dimension=d, topic=f"t{d}") for d, marks in marks_by_dimension.items() for at in marks
    ]
    answers = {f"{d}.{at}": mark for d, marks in marks_by_dimension.items() for at, mark in marks.items()}
    return framework(questions, **rule), answers


def test_the_overall_is_the_mean_of_the_dimensions_and_the_geometric_mean_stands_beside_it():
    pack, answers = six({"1": {"a": 1}, "2": {"a": 0.5, "b": 0}})
    card = scorecard(assessed(pack, answers))
    # 100 and 25: mean 62.5, geometric mean the root of 2500
    assert told(card.overall) == (62.5, 62.5, 62.5)
    assert card.geometric == pytest.approx(50)
    assert card.category == "partial"


def test_dimension_weights_count_overall():
    pack, answers = six({"1": {"a": 1}, "2": {"a": 0}})
    heavy = replace(pack, dimensions=(Dimension("1", {}, weight=3), Dimension("2", {})))
    assert scorecard(assessed(heavy, answers)).overall.value == 75


def test_no_overall_value_unless_every_dimension_has_one_but_its_range_stands():
    pack, answers = six({"1": {"a": 1}, "2": {"a": "?", "b": 1}})
    card = scorecard(assessed(pack, answers))
    assert told(card.overall) == (None, 75, 100)
    assert (card.category, card.geometric) == (None, None)


def test_the_geometric_mean_does_not_exist_with_a_dimension_at_zero():
    pack, answers = six({"1": {"a": 1}, "2": {"a": 0}})
    assert scorecard(assessed(pack, answers)).geometric is None


@pytest.mark.parametrize(("method", "value"), [("geometric", 70.710678), ("harmonic", 66.666667)])
def test_other_means_within_a_dimension(method, value):
    # of 1 and a half: the root of a half; 2/(1 + 2)
    assert told(presence(town([1, 0.5], method=method)).score) == (value, value, value)


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_a_zero_leaves_these_means_undefined_and_says_so(method):
    found = presence(town([1, 1, 0], method=method))
    assert (told(found.score), found.reason) == ((None, 0, 0), "zero")


def areas(levels):
    """One area of MIPEX: a dimension of three indicators at 100, 50, 0 and one of a single indicator at 100."""
    questions = [question(f"1.0{at}", topic="wide") for at in range(3)] + [question("1.03", topic="narrow")]
    pack = framework(questions, topics=[Topic("wide", "1", {}), Topic("narrow", "1", {})], levels=levels, categories=())
    return presence(assessed(pack, {"1.00": 1, "1.01": 0.5, "1.02": 0, "1.03": 1})).score.value


def test_mipex_2020_averages_all_indicators_of_an_area():
    # (100 + 50 + 0 + 100)/4
    assert areas(("dimension",)) == 62.5


def test_mipex_2015_averages_dimensions_first():
    # ((100 + 50 + 0)/3 + 100)/2: the single indicator weighs as much as the three
    assert areas(("topic", "dimension")) == 75


def test_mipex_overall_is_the_mean_of_the_areas():
    # by the rule of 2020: areas at 62.5 and 50
    pack, answers = six({"1": {"a": 1, "b": 0.5, "c": 0, "d": 1}, "2": {"a": 0.5, "b": 0.5}})
    assert scorecard(assessed(pack, answers)).overall.value == pytest.approx(56.25)


def test_an_unknown_in_a_small_topic_weighs_more_where_topics_are_averaged():
    wide = Group(1, (Part(1, 1, 1, 1),) * 3)
    narrow = Group(1, (Part(1, 0, 1, None),))
    assert known_share([wide, narrow]) == 0.5
    # nothing is known of the narrow topic: the value is that of the wide one, the range half of everything
    assert score([wide, narrow], "arithmetic") == Score(100, 50, 100)


METHODS = st.sampled_from(["arithmetic", "geometric", "harmonic"])
WORTHS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
WEIGHTS = st.sampled_from([0.5, 1.0, 2.0, 7.0])


@st.composite
def parts(draw):
    lower, upper = sorted((draw(WORTHS), draw(WORTHS)))
    known = draw(st.booleans())
    return Part(draw(WEIGHTS), lower, lower if known else upper, lower if known else None)


GROUPS = st.lists(
    st.builds(Group, WEIGHTS, st.lists(parts(), min_size=1, max_size=4).map(tuple)), min_size=1, max_size=4
)


@settings(max_examples=400)
@given(GROUPS, METHODS, st.data())
def test_every_completion_lies_within_the_bounds_and_so_does_the_value(groups, method, data):
    found = score(groups, method)
    heights = st.floats(0, 1)
    completed = [
        replace(group, parts=tuple(_completed(part, data.draw(heights)) for part in group.parts)) for group in groups
    ]
    value = mean(
        [mean([p.value for p in group.parts], [p.weight for p in group.parts], method) for group in completed],
        [group.weight for group in completed],
        method,
    )
    assert 0 <= found.lower <= found.upper <= 100
    assert found.lower - 1e-9 <= 100 * value <= found.upper + 1e-9
    assert found.value is None or found.lower <= found.value <= found.upper


def _completed(part, height):
    value = part.lower + height * (part.upper - part.lower)
    return Part(part.weight, value, value, value)


MARK = st.sampled_from([0, 0.5, 1, "?", None, "n", "o"])
ANSWERS = st.lists(st.tuples(MARK, MARK, MARK), min_size=1, max_size=8)


@given(ANSWERS, st.sampled_from([("dimension",), ("topic", "dimension")]), METHODS, st.data())
def test_no_order_of_questions_matters(rows, levels, method, data):
    questions = [
        question(f"{at % 2}.{at}", dimension=str(at % 2), topic=f"t{at % 3}", weight=1 + at % 2)
        for at in range(len(rows))
    ]
    answers = {each.id: list(row) for each, row in zip(questions, rows, strict=True)}
    shuffled = data.draw(st.permutations(questions))
    topics = [Topic(f"t{at}", "0", {}, weight=1 + at) for at in range(3)]
    dimensions = tuple(Dimension(each, {}) for each in ("0", "1"))

    def card(order):
        pack = framework(order, topics=topics, dimensions=dimensions, levels=levels, method=method)
        return scorecard(assessed(pack, answers, raters=("a", "b", "c")))

    first, second = card(questions), card(shuffled)
    for one, other in zip(first.dimensions, second.dimensions, strict=True):
        assert (one.counts, one.presence.reason, one.category) == (other.counts, other.presence.reason, other.category)
        assert (one.presence.score is None) == (other.presence.score is None)
        if one.presence.score:
            assert told(one.presence.score) == told(other.presence.score)


@given(ANSWERS)
def test_answering_an_open_question_never_leaves_the_range(rows):
    position = _three_raters(rows)
    before = presence(position)
    if before.score is None:
        return
    for worth in (0.0, 0.5, 1.0):
        after = presence(replace(position, standings=tuple(_closed(each, worth) for each in position.standings)))
        assert after.score.lower >= before.score.lower - 1e-9
        assert after.score.upper <= before.score.upper + 1e-9
        assert before.score.lower - 1e-9 <= after.score.value <= before.score.upper + 1e-9


def _three_raters(rows) -> Position:
    questions = [question(f"1.{at}") for at in range(len(rows))]
    answers = {each.id: list(row) for each, row in zip(questions, rows, strict=True)}
    return assessed(framework(questions), answers, raters=("a", "b", "c"))


def _closed(standing: Standing, height) -> Standing:
    if standing.lower is None:
        return standing
    value = standing.lower + height * (standing.upper - standing.lower)
    return replace(standing, state="known", value=value, lower=value, upper=value)


def test_a_national_framework_is_scored_over_what_the_nation_holds():
    # one complete, one absent, both in the nation's power
    asked = [question(name, holder="national") for name in ("1.01", "1.02")]
    city, country = framework(asked), replace(framework(asked), level="national")
    answers = {"1.01": 1, "1.02": 0}
    assert presence(assessed(city, answers)).questions == 0
    assert told(presence(assessed(country, answers)).score) == (50, 50, 50)
