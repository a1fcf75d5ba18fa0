"""Promises: kept, overdue, without anything to show for them."""

from plan_cases import action, plan, words

from cosmopolis.plan.commitments import CommitmentGroup, commitment_summary
from cosmopolis.plan.shares import Share
from cosmopolis.vocabulary.framework import QuestionRef
from cosmopolis.vocabulary.plan import Commitment


def promise(name, status, *, framework="", **other):
    reference = QuestionRef(framework, name) if framework else None
    return Commitment(name, reference, words(name), "2017-11-15", words("Mayor"), status, **other)


def summary(*promises):
    return commitment_summary(plan(action("a1"), action("a2", status="stopped"), commitments=promises))


def test_promises_that_are_dropped_stay_in_the_count():
    found = summary(promise("c1", "kept", evidence="Ordinance 12"), promise("c2", "dropped"), promise("c3", "open"))
    assert found.kept == Share(1, 3)
    assert found.dropped == ("c2",)


def test_the_longest_overdue_comes_first():
    # the plan is judged on 30 June 2025
    found = summary(
        promise("c1", "open", deadline="2025-06-29"),
        promise("c2", "running", deadline="2024-06-30"),
        promise("c3", "open", deadline="2025-06-30"),
        promise("c4", "kept", deadline="2020-01-01", evidence="x"),
    )
    assert [(each.commitment.id, each.days) for each in found.overdue] == [("c2", 365), ("c1", 1)]


def test_a_kept_promise_needs_something_to_show():
    assert summary(promise("c1", "kept"), promise("c2", "kept", evidence="Ordinance 12")).without_evidence == ("c1",)


def test_a_promise_without_deadline_or_live_action_is_named():
    found = summary(
        promise("c1", "open", actions=("a1",)),
        promise("c2", "open", deadline="2030-01-01", actions=("a2",)),
        promise("c3", "kept"),
    )
    assert found.without_deadline == ("c1",)
    assert found.without_action == ("c2",)


def test_each_declaration_is_counted_apart():
    found = summary(
        promise("c1", "kept", framework="mechelen"), promise("c2", "open", framework="mechelen"),
        promise("c3", "open", framework="marrakech"), promise("c4", "kept"),
    )  # fmt: skip
    assert found.groups == (
        CommitmentGroup("", Share(1, 1)), CommitmentGroup("marrakech", Share(0, 1)),
        CommitmentGroup("mechelen", Share(1, 2)),
    )  # fmt: skip


def test_a_city_without_promises_has_no_share():
    assert summary().kept.value is None
