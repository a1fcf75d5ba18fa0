"""Change is measured over what both editions asked and both know."""

from dataclasses import replace

import pytest
from assessment_builders import SCALES, assessed, framework, question
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.assessment.change import change
from cosmopolis.errors import MeasureUndefined
from cosmopolis.vocabulary.framework import Option, Scale

THREE = [question("1.01"), question("1.02"), question("1.03", weight=2)]


def edition(answers, *, questions=THREE, year="2025", **other):
    kept = {key: other.pop(key) for key in ("replaces", "method", "edition") if key in other}
    pack = framework(questions, **{"edition": "2026"} | kept)
    return assessed(pack, answers, date=f"{year}-05-20", edition=year, **other)


def only(found):
    (dimension,) = found.dimensions
    return dimension


def test_means_are_over_the_questions_known_in_both_with_the_later_weights():
    before = edition({"1.01": 0, "1.02": 0.5, "1.03": "?"}, year="2023")
    after = edition({"1.01": 1, "1.02": 0.5, "1.03": 1})
    found = only(change(before, after))
    # over 1.01 and 1.02: from 25 to 75
    assert (found.questions, found.earlier, found.later, found.difference) == (2, 25, 75, 50)
    assert (found.same, found.open) == (1, 1)


def test_weights_count():
    found = only(change(edition({"1.01": 1, "1.03": 0}, year="2023"), edition({"1.01": 1, "1.03": 0.5})))
    # (1 + 2 x 0)/3 and (1 + 2 x 0.5)/3
    assert (found.earlier, found.later) == (pytest.approx(100 / 3), pytest.approx(200 / 3))


def test_every_question_that_moved_is_named():
    found = change(
        edition({"1.01": 0, "1.02": 1, "1.03": 1}, year="2023"), edition({"1.01": 0.5, "1.02": 0, "1.03": 1})
    )
    assert [(move.later.question.id, move.step) for move in found.up] == [("1.01", 0.5)]
    assert [(move.later.question.id, move.step) for move in found.down] == [("1.02", -1)]


@given(st.sampled_from(["?", None, "n", "o", 0, 0.5, 1]), st.sampled_from(["?", None, "n", "o"]))
def test_a_question_not_known_in_both_changes_nothing(earlier, later):
    before, after = {"1.01": 0, "1.02": 1}, {"1.01": 0.5, "1.02": 1}
    alone = only(change(edition(before, year="2023"), edition(after)))
    found = only(change(edition(before | {"1.03": earlier}, year="2023"), edition(after | {"1.03": later})))
    assert found == replace(alone, open=found.open)
    assert (alone.earlier, alone.later) == (50, 75)


@given(st.sampled_from(["?", None, 0, 0.5, 1]))
def test_a_new_question_changes_nothing(mark):
    before = edition({"1.01": 0, "1.02": 1, "1.03": 1}, year="2023")
    after = {"1.01": 0.5, "1.02": 1, "1.03": 1}
    alone = only(change(before, edition(after)))
    more = edition(after | {"1.04": mark}, questions=[*THREE, question("1.04")])
    assert only(change(before, more)) == replace(alone, only_later=1)


def test_a_dispute_is_not_known():
    before = edition({"1.01": [1, 1], "1.02": [1, 0]}, year="2023", raters=("a", "b"))
    assert only(change(before, edition({"1.01": 1, "1.02": 1}))).questions == 1


def test_a_quick_scan_is_compared_with_a_full_one_over_the_quick_questions():
    questions = [question("1.01", quick={"en": "basic"}), question("1.02")]
    before = edition({"1.01": 0, "1.02": 1}, questions=questions, year="2023")
    found = only(change(before, edition({"1.01": 1}, questions=questions, scan="quick")))
    assert (found.questions, found.difference, found.only_earlier, found.only_later) == (1, 100, 1, 0)


def test_a_power_that_moved_is_no_progress():
    before = edition({"1.01": 1, "1.02": 0}, year="2023")
    # the city lost the power of the second question: with each year's own map, 50 would have become 100
    after = edition({"1.01": 1, "1.02": 0}, holders={"1.02": "national"})
    found = only(change(before, after))
    assert (found.questions, found.earlier, found.later) == (1, 100, 100)
    assert only(change(before, after, within=False)).difference == 0


RENAMED = [question("A"), question("B"), question("C")]


def test_across_editions_of_the_framework_only_named_successors_are_the_same_question():
    before = edition({"1.01": 0, "1.02": 0.5, "1.03": 1}, year="2023", edition="2020")
    after = edition({"A": 1, "B": 0, "C": 0}, questions=RENAMED, replaces={"1.01": "A"})
    found = only(change(before, after))
    assert (found.questions, found.earlier, found.later, found.only_earlier, found.only_later) == (1, 0, 100, 2, 2)


def test_an_equal_id_in_another_edition_is_not_the_same_question_by_itself():
    before = edition({"1.01": 0}, year="2023", edition="2020")
    assert only(change(before, edition({"1.01": 1}))).questions == 0


def test_two_questions_made_one_pair_with_neither():
    before = edition({"1.01": 0, "1.02": 1, "1.03": 1}, year="2023", edition="2020")
    after = edition({"A": 1, "B": 1}, questions=RENAMED, replaces={"1.01": "A", "1.02": "A", "1.03": "B"})
    assert only(change(before, after)).questions == 1


def test_a_question_whose_scale_changed_is_not_measured():
    before = edition({"1.01": 0.5, "1.02": 0}, year="2023")
    stricter = Scale(
        "presence",
        "ordinal",
        tuple(Option(each, at / 4, {}) for at, each in enumerate(["absent", "partial", "complete"])),
    )
    pack = replace(framework(THREE), scales=SCALES | {"presence": stricter})
    found = only(change(before, assessed(pack, {"1.01": 0.5, "1.02": 0.5}, date="2025-01-01")))
    assert (found.questions, found.rescaled, found.difference) == (0, 2, None)


def test_a_framework_that_does_not_score_shows_moves_and_no_means():
    found = only(change(edition({"1.01": 0}, year="2023", method="none"), edition({"1.01": 1}, method="none")))
    assert (found.earlier, found.later, found.difference, len(found.up)) == (None, None, None, 1)


def test_two_frameworks_have_no_change_between_them():
    other = assessed(framework(THREE, pack="other"), {"1.01": 1})
    with pytest.raises(MeasureUndefined, match="change_of_frameworks"):
        change(edition({"1.01": 1}), other)


def test_the_earlier_edition_comes_first():
    with pytest.raises(MeasureUndefined, match="change_backwards"):
        change(edition({"1.01": 1}), edition({"1.01": 1}, year="2023"))
