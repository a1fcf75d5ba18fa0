"""Where a question stands after all raters, and who holds the power it asks about."""

import pytest
from assessment_builders import COUNTED, DECREE, NO_MAP, STAGED, YES_NO, assessed, framework, one, question
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.assessment.standing import Held, held, holder_of, position, valid, worth
from cosmopolis.errors import MeasureUndefined
from cosmopolis.vocabulary.assessment import Agreed, Answer, Assessment, Evidence
from cosmopolis.vocabulary.competence import CompetenceMap, Function, Power


def limits(standing):
    return standing.state, standing.lower, standing.value, standing.upper


def test_raters_who_say_the_same_make_it_known():
    assert limits(one([0.5, 0.5, 0.5])) == ("known", 0.5, 0.5, 0.5)


def test_a_minority_is_not_outvoted():
    assert limits(one([1, 1, 0.5])) == ("disputed", 0.5, None, 1)


def test_the_limits_of_a_dispute_are_its_lowest_and_highest_rating():
    assert limits(one([1, 0.5, 0])) == ("disputed", 0, None, 1)


def test_what_was_agreed_wins_over_what_was_rated_and_the_dissent_stays():
    agreed = Agreed("1.01", "partial", {"en": "half the districts"}, {"en": "Steering group"})
    standing = one([1, 0, 0.5], agreed=(agreed,))
    assert limits(standing) == ("known", 0.5, 0.5, 0.5)
    assert standing.agreed is agreed
    assert [(each.rater, each.value) for each in standing.dissent] == [("a", "complete"), ("b", "absent")]


def test_unknown_beside_an_answer_is_kept_and_decides_nothing():
    standing = one([1, "?", None])
    assert limits(standing) == ("known", 1, 1, 1)
    assert [each.value for each in standing.answers] == ["complete", "unknown"]


def test_nobody_knowing_and_nobody_answering_are_two_things():
    assert limits(one(["?", "?", None])) == ("unknown", 0, None, 1)
    assert limits(one([None, None, None])) == ("unanswered", 0, None, 1)


@pytest.mark.parametrize(("mark", "state"), [("n", "not_applicable"), ("o", "outside_competence")])
def test_what_all_call_no_matter_of_ours_has_no_limits(mark, state):
    assert limits(one([mark, mark, "?"])) == (state, None, None, None)


@pytest.mark.parametrize("mark", ["n", "o"])
def test_whether_a_question_applies_can_be_disputed_and_it_stays_in(mark):
    assert limits(one([1, 0.5, mark])) == ("disputed", 0.5, None, 1)
    assert limits(one([1, 1, mark])) == ("disputed", 1, None, 1)


def test_not_applicable_against_outside_competence_still_reaches_somebody():
    assert one(["n", "o", None]).state == "outside_competence"


def test_a_count_is_placed_between_its_goalposts_and_clipped():
    assert [worth(COUNTED, number) for number in (-1, 0, 3, 12, 40)] == [0, 0, 0.25, 1, 1]


def test_goalposts_may_fall():
    falling = type(COUNTED)("days", "count", goalposts=(30, 10))
    assert [worth(falling, days) for days in (40, 30, 25, 10, 5)] == [0, 0, 0.25, 1, 1]


def test_two_counts_beyond_the_goalpost_are_no_dispute_and_both_are_kept():
    standing = one([14, 13, None], scale="counted")
    assert (limits(standing), standing.response) == (("known", 1, 1, 1), 13)
    assert [each.value for each in standing.dissent] == [14]


def test_a_count_of_nothing_is_an_answer_with_its_own_dissent():
    standing = one([0, "?", None], scale="counted")
    assert (standing.state, standing.value, [each.value for each in standing.dissent]) == ("known", 0, ["unknown"])


def test_stages_add_up_each_once():
    assert worth(STAGED, ("policy", "internal")) == 0.5
    assert worth(STAGED, ("policy", "policy", "external")) == 0.75
    assert worth(STAGED, ()) == 0
    assert worth(STAGED, ("policy", "moon")) is None


def test_stages_answered_say_how_far_the_policy_has_come():
    assert one([("policy", "internal"), None, None], scale="staged").stage == "internal"


def test_yes_and_no_are_one_and_nothing():
    assert [worth(YES_NO, each) for each in ("yes", "no", "perhaps", 1.0)] == [1, 0, None, None]


def test_an_answer_off_the_scale_is_told_with_question_and_value():
    with pytest.raises(MeasureUndefined) as error:
        one(["splendid", 1, "half"])
    assert [(fault.message_id, fault.values["value"]) for fault in error.value.faults] == [
        ("assessment.answer_not_on_scale", "splendid"),
        ("assessment.answer_not_on_scale", "half"),
    ]


def test_evidence_that_has_run_out_before_the_assessment_does_not_count():
    ended = Evidence("Contract", valid_to="2025-05-19")
    lasting = Evidence("Plan", valid_to="2025-05-20")
    answer = Answer("1.01", "a", "complete", evidence=(ended, lasting, DECREE, DECREE))
    standing = one([answer])
    assert standing.evidence == (DECREE, lasting)
    assert standing.answers[0].evidence == (ended, lasting, DECREE, DECREE)


def test_evidence_valid_to_a_year_lasts_until_its_end():
    assert valid([Evidence("A", valid_to="2025"), Evidence("B", valid_to="2024")], "2025-12-31") == (
        Evidence("A", valid_to="2025"),
    )


def test_evidence_of_an_overruled_rating_does_not_support_the_position():
    answers = [
        Answer("1.01", "a", "complete", evidence=(DECREE,)),
        Answer("1.01", "b", "partial", evidence=(Evidence("Report"),)),
    ]
    agreed = Agreed("1.01", "partial", {}, {})
    assert one(answers, agreed=(agreed,)).evidence == (Evidence("Report"),)


def test_an_agreed_compromise_rests_on_the_evidence_of_all():
    answers = [
        Answer("1.01", "a", "complete", evidence=(DECREE,)),
        Answer("1.01", "b", "absent", evidence=(Evidence("Report"),)),
    ]
    agreed = Agreed("1.01", "partial", {}, {})
    assert one(answers, agreed=(agreed,)).evidence == (DECREE, Evidence("Report"))


def test_the_least_far_stage_named_is_the_one_shown():
    answers = [Answer("1.01", "a", "complete", stage="external"), Answer("1.01", "b", "complete", stage="policy")]
    assert one(answers).stage == "policy"


def test_a_quick_scan_asks_only_its_questions():
    pack = framework([question("1.01", quick={"en": "basic"}), question("1.02")])
    found = assessed(pack, {"1.01": 1, "1.02": 1}, scan="quick")
    assert [each.question.id for each in found.standings] == ["1.01"]


@given(
    st.permutations([("a", "complete"), ("b", "absent"), ("c", "unknown"), ("d", "partial"), ("e", "not_applicable")])
)
def test_the_order_of_raters_and_answers_does_not_matter(order):
    pack = framework([question("1.01")])

    def standing(pairs):
        made = Assessment(
            "x", "pack", "2026", "2025", "2025-01-01", "full", (), tuple(Answer("1.01", r, v) for r, v in pairs)
        )
        return position(made, pack, NO_MAP).standings

    assert standing(order) == standing(sorted(order))


CITY, REGION, NATION = "city", "regional", "national"


@pytest.mark.parametrize(
    ("powers", "discretion", "holder"),
    [
        ([(CITY, ("plans", "delivers"))], None, "municipal"),
        ([(CITY, ("legislates",)), (NATION, ("finances", "supervises"))], None, "municipal"),
        ([(CITY, ("delivers",)), (NATION, ("legislates",))], 1, "shared"),
        ([(CITY, ("delivers",)), (NATION, ("legislates",))], 0, "delegated"),
        ([(CITY, ("plans", "delivers")), (NATION, ("legislates",))], 0, "shared"),
        ([(CITY, ("finances",)), (REGION, ("delivers",)), (NATION, ("legislates",))], None, "regional"),
        ([(REGION, ("plans",)), (NATION, ("legislates",))], None, "national"),
        ([("metropolitan", ("delivers",)), (NATION, ("legislates",))], None, "other"),
        ([(REGION, ("plans",))], None, "regional"),
        ([(CITY, ("supervises",))], None, None),
    ],
)
def test_the_holder_follows_from_who_legislates_plans_and_delivers(powers, discretion, holder):
    function = Function("school", tuple(Power(*power) for power in powers), discretion=discretion)
    assert holder_of(function) == holder


def asked_of(function, **holders):
    blank = Assessment("a", "f", "1", "2025", "2025-01-01", "full", (), (), holders=holders.get("holders", {}))
    return held(question("1.01", function="school", holder="shared"), blank, CompetenceMap("AT", (function,)))


def test_the_assessment_speaks_before_the_map_and_the_map_before_the_pack():
    alone = (Power("city", ("delivers",)),)
    assert asked_of(Function("school", alone, by_city=True), holders={"1.01": "national"}) == Held(
        "national", "assessment"
    )
    assert asked_of(Function("school", alone, by_city=True)) == Held("municipal", "city")
    assert asked_of(Function("school", alone, verified=True)) == Held("municipal", "country")
    assert asked_of(Function("school", (), by_city=True)) == Held("shared", "pack")
    assert asked_of(Function("housing", alone, by_city=True)) == Held("shared", "pack")


def test_a_country_default_that_nobody_checked_moves_no_question():
    assert asked_of(Function("school", (Power("national", ("delivers",)),))) == Held("shared", "pack")
