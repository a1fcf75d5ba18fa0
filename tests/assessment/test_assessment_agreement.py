"""Krippendorff's alpha against its author's worked examples, and who differs from whom."""

import math

import numpy as np
import pytest
from assessment_builders import assessed, framework, question, town
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.assessment.agreement import agreement, krippendorff_alpha
from cosmopolis.vocabulary.assessment import Agreed

GAP = math.nan
#: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, example C: four observers, twelve units.
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_four_observers_and_missing_data_as_published(level, published):
    found = krippendorff_alpha(FOUR_OBSERVERS, level=level)
    assert found.value == pytest.approx(published, abs=0.0005)
    # the last unit has one rating and pairs nothing
    assert (found.questions, found.ratings) == (11, 40)
    assert found.lower < found.value < found.upper <= 1


def test_two_observers_of_ten_articles_as_published():
    # Krippendorff (2011), example A: binary data, two observers, ten units
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    found = krippendorff_alpha([first, second], level="nominal")
    assert found.value == pytest.approx(0.095, abs=0.0005)
    assert found.caution == ""


def test_perfect_agreement_is_one():
    found = krippendorff_alpha([[0, 1, 0.5], [0, 1, 0.5]], level="ordinal")
    assert (found.value, found.upper, found.caution) == (1, 1, "few_questions")


def test_no_variation_leaves_alpha_undefined_and_says_so():
    found = krippendorff_alpha([[1, 1, 1], [1, 1, 1]], level="ordinal")
    assert (found.value, found.lower, found.upper, found.reason) == (None, None, None, "no_variation")


@pytest.mark.parametrize("ratings", [[[1, 0, 1]], [[1, GAP, 0], [GAP, 1, 1]], [], [[GAP], [GAP]]])
def test_fewer_than_two_questions_with_two_ratings_leave_it_undefined(ratings):
    found = krippendorff_alpha(ratings, level="ordinal")
    assert (found.value, found.reason) == (None, "no_overlap")


def test_the_same_seed_gives_the_same_interval_and_another_does_not():
    first, again, other = (krippendorff_alpha(FOUR_OBSERVERS, level="ordinal", seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert (first.lower, first.upper) != (other.lower, other.upper)


def test_the_interval_of_a_large_sample_holds_the_alpha_the_raters_were_made_with():
    # Two raters who copy a coin with probability r and else throw their own agree with alpha r squared.
    generator = np.random.Generator(np.random.PCG64(11))
    truth = generator.integers(0, 2, 800)
    copies = [np.where(generator.random(800) < 0.8, truth, generator.integers(0, 2, 800)) for _ in range(2)]
    found = krippendorff_alpha(copies, level="nominal")
    assert found.lower < 0.64 < found.upper
    assert found.upper - found.lower < 0.15


RATING = st.sampled_from([0, 0.5, 1, GAP])


@given(st.lists(st.tuples(RATING, RATING, RATING), min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_no_order_of_raters_or_questions_matters(rows, random):
    table = np.array(rows).T
    raters, questions = list(range(3)), list(range(len(rows)))
    random.shuffle(raters)
    random.shuffle(questions)
    first = krippendorff_alpha(table, level="ordinal", draws=0)
    second = krippendorff_alpha(table[raters][:, questions], level="ordinal", draws=0)
    assert (first.value is None) == (second.value is None)
    if first.value is not None:
        assert first.value == pytest.approx(second.value)
        assert first.value <= 1


def three(*rows):
    return town([list(row) for row in rows], raters=("council", "ngo", "office"))


def test_alpha_of_a_position_leaves_out_what_is_no_rating():
    # only two questions have two ratings on the scale; the worths 1, 1 and 0, 1: by hand as in the coin above
    found = agreement(three((1, 1, "?"), (0, 1, "n"), (1, "?", None))).alpha
    # coincidences: 1-1 twice, 0-1 once each way; seen 2/4; expected 2 x 1 x 3 / (4 x 3): 1 - 0.5/0.5
    assert (found.value, found.questions, found.ratings) == (pytest.approx(0), 2, 4)
    assert (found.level, found.caution) == ("ordinal", "few_questions")


def test_numbers_make_the_level_interval():
    pack = framework([question("1.01", scale="counted"), question("1.02")])
    assert agreement(assessed(pack, {"1.01": [3, 3], "1.02": [1, 0]}, raters=("a", "b"))).alpha.level == "interval"


def test_agreement_and_dissent_are_counted_by_dimension():
    found = agreement(three((1, 1, 1), (1, 0.5, "?"), (1, "?", None), (1, 1, "n"), ("n", "n", "n"))).dimensions[0]
    assert (found.questions, found.answered_by_several, found.same) == (5, 4, 2)
    assert [(each.standing.question.id, each.on_applicability) for each in found.dissent] == [
        ("1.01", False),
        ("1.03", True),
    ]
    assert found.dissent[0].ratings == (("council", "complete"), ("ngo", "partial"), ("office", "unknown"))


def test_dissent_stays_when_something_was_agreed():
    pack = framework([question("1.01")])
    settled = Agreed("1.01", "partial", {}, {})
    found = agreement(assessed(pack, {"1.01": [1, 0]}, raters=("a", "b"), agreed=(settled,))).dimensions[0]
    assert [each.is_settled for each in found.dissent] == [True]


def test_pairs_say_who_sees_the_city_further_on():
    found = agreement(three((1, 0, 1), (1, 0.5, 1), (0.5, 0.5, "?")))
    # council less ngo: 1, 0.5, 0 -> 0.5; council less office: 0, 0; ngo less office: -1, -0.5
    assert [(p.first, p.second, p.questions, p.same, p.difference) for p in found.pairs] == [
        ("council", "ngo", 3, 1, 0.5),
        ("council", "office", 2, 2, 0),
        ("ngo", "office", 2, 0, -0.75),
    ]


def test_a_pair_without_a_common_question_has_no_difference():
    assert agreement(three((1, "?", None), (None, 1, "n"))).pairs[0].difference is None
