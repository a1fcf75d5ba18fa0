"""What is well developed, what could be, for which reason and in which order."""

import pytest
from assessment_builders import DECREE, assessed, framework, question
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.assessment.findings import findings, priority, reason_for
from cosmopolis.vocabulary.assessment import Answer, Evidence


def answer(question_id, value="complete", *, stage="", evidence=(DECREE,)):
    return Answer(question_id, "a", value, stage=stage, evidence=evidence)


def only(answers, questions=None, **other):
    pack = framework(questions or [question(each) for each in answers])
    (found,) = findings(assessed(pack, answers, **other)).dimensions
    return found


def reasons(found):
    return [(each.question.id, each.reason) for each in found.development]


@pytest.mark.parametrize("stage", ["", "external"])
def test_complete_with_valid_evidence_and_delivered_is_well_developed(stage):
    found = only({"1.01": answer("1.01", stage=stage)})
    assert [each.question.id for each in found.well_developed] == ["1.01"]
    assert found.development == ()


@pytest.mark.parametrize(
    ("given_answer", "reason"),
    [
        (answer("1.01", "absent"), "absent"),
        (answer("1.01", "partial"), "partial"),
        (answer("1.01", "unknown"), "unknown"),
        (None, "unknown"),
        (answer("1.01", evidence=()), "no_evidence"),
        (answer("1.01", evidence=(Evidence("Contract", valid_to="2020-01-01"),)), "no_evidence"),
        (answer("1.01", stage="policy"), "paper_only"),
        (answer("1.01", stage="internal"), "paper_only"),
        (answer("1.01", stage="policy", evidence=()), "paper_only"),
    ],
)
def test_everything_else_that_applies_is_to_be_developed_for_one_reason(given_answer, reason):
    found = only({"1.01": given_answer})
    assert (reasons(found), found.well_developed) == ([("1.01", reason)], ())


def test_a_dispute_is_a_reason_even_where_all_who_rate_say_complete():
    found = only({"1.01": [1, "n"], "1.02": [1, 0]}, raters=("a", "b"))
    assert sorted(reasons(found)) == [("1.01", "disputed"), ("1.02", "disputed")]


def test_what_does_not_apply_is_in_no_list():
    found = only({"1.01": "n"})
    assert (found.well_developed, found.development, found.for_others) == ((), (), ())


def test_what_others_hold_is_a_list_of_its_own_with_whom_to_address():
    questions = [question("1.01", holder="national"), question("1.02"), question("1.03", holder="regional")]
    found = only({"1.01": 0, "1.02": "o", "1.03": "?"}, questions)
    assert found.development == ()
    assert [(each.development.question.id, each.addressee, each.development.reason) for each in found.for_others] == [
        ("1.01", "national", "absent"),
        ("1.02", "other", "unknown"),
        ("1.03", "regional", "unknown"),
    ]


def test_a_strength_is_a_strength_whoever_holds_it():
    found = only({"1.01": answer("1.01")}, [question("1.01", holder="national")])
    assert [each.holder for each in found.well_developed] == ["national"]


def gap(mark, *, heaviest=1.0, **other):
    pack = framework([question("1.01", **other)])
    (standing,) = assessed(pack, {"1.01": mark}, raters=("a", "b")).standings
    return priority(standing, heaviest=heaviest)


def test_priority_by_hand():
    # 50 within competence + 50 x gap x weight/heaviest x reach/1.5, with reach 1
    assert gap(0) == pytest.approx(50 + 50 / 1.5, abs=1e-6)
    assert gap(0.5) == pytest.approx(50 + 25 / 1.5, abs=1e-6)
    assert gap("?") == pytest.approx(50 + 25 / 1.5, abs=1e-6)
    assert gap([1, 0.5]) == pytest.approx(50 + 12.5 / 1.5, abs=1e-6)
    assert gap(answer("1.01", stage="policy")) == pytest.approx(50 + 25 / 1.5, abs=1e-6)
    assert gap(answer("1.01", evidence=())) == pytest.approx(50 + 12.5 / 1.5, abs=1e-6)
    assert gap(0, heaviest=4, weight=2) == pytest.approx(50 + 25 / 1.5, abs=1e-6)
    assert gap(0, links=("GCM1", "GCM2", "SDG3")) == 90
    # five systems are the most that count
    assert gap(0, links=("A1", "B1", "C1", "D1", "E1", "F1", "G1")) == 100


def test_the_largest_gap_comes_first_and_ties_keep_the_packs_order():
    found = only({"1.01": 0.5, "1.02": 0, "1.03": 0.5, "1.04": 0})
    assert [each.question.id for each in found.development] == ["1.02", "1.04", "1.01", "1.03"]


def test_ranked_over_all_dimensions():
    pack = framework([question("1.01"), question("2.01", dimension="2"), question("2.02", dimension="2")])
    found = findings(assessed(pack, {"1.01": 0.5, "2.01": 0, "2.02": 0.5}))
    assert [each.question.id for each in found.ranked()] == ["2.01", "1.01", "2.02"]


MARK = st.sampled_from([0, 0.5, 1, "?", None, "n", "o"])
HOLDER = st.sampled_from(["municipal", "shared", "delegated", "regional", "national", "other"])


@given(st.lists(st.tuples(MARK, MARK, HOLDER, st.sampled_from([1.0, 3.0])), min_size=1, max_size=8))
def test_every_question_that_applies_is_in_exactly_one_list_and_the_citys_own_come_first(rows):
    questions = [question(f"1.{at}", holder=row[2], weight=row[3]) for at, row in enumerate(rows)]
    position = assessed(
        framework(questions), {f"1.{at}": list(row[:2]) for at, row in enumerate(rows)}, raters=("a", "b")
    )
    (found,) = findings(position).dimensions
    others = [each.development for each in found.for_others]
    listed = [each.question.id for each in (*found.well_developed, *found.development, *others)]
    applying = [each.question.id for each in position.standings if each.state != "not_applicable"]
    assert sorted(listed) == sorted(applying)
    assert all(reason_for(each) == "" for each in found.well_developed)
    assert all(50 <= each.priority <= 100 for each in found.development)
    assert all(0 <= each.priority <= 50 for each in others)
    assert all(each.addressee in {"regional", "national", "other"} for each in found.for_others)
