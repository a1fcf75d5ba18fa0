"""The coherence check: one test a kind of finding, and nothing found where everything is in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_cases import action, heard, plan, practice, words

from cosmopolis.language import LANGUAGES, language
from cosmopolis.plan.coherence import coherence
from cosmopolis.plan.findings import KINDS, PARTS, SEVERITIES
from cosmopolis.vocabulary.competence import CompetenceMap, Function, LevelGap, Power
from cosmopolis.vocabulary.participation import Actor, Agreement, Coordination, Funding
from cosmopolis.vocabulary.plan import Commitment, Cost, Goal, Problem, Target

POWERS = CompetenceMap(
    "AAA",
    (
        Function("sport", (Power("city", ("delivers",)),)),
        Function("school", (Power("city", ("delivers",)), Power("national", ("legislates",)))),
        Function("residence_permits", (Power("national", ("legislates", "delivers")),)),
        Function("burial", (Power("regional", ("delivers",)),)),
    ),
    (LevelGap("gap1", "policy", ("residence_permits",), words("Seen"), 1, words("Ministry of Interior"), "national"),),
)


def check(made, *, inputs=None, coordination=None, practices=(), actors=(), competence=POWERS):
    return coherence(
        made,
        competence=competence,
        coordination=coordination or Coordination(),
        inputs=[heard()] if inputs is None else inputs,
        practices=practices,
        actors=actors,
    )


def found(made, **other):
    return [(each.kind, each.subjects) for each in check(made, **other)]


def money(name="grant", end="2027-12-31", amount=1000.0, currency="EUR"):
    return Funding(name, words(name), "national", amount, currency, "2025", "2024-01-01", end)


def with_money(*funding):
    return Coordination(funding=funding)


def test_a_plan_in_order_has_no_finding():
    assert found(plan()) == []


def test_a_problem_without_a_goal_is_an_orphan():
    problems = (Problem("p1", words("a")), Problem("p2", words("b")))
    assert found(plan(problems=problems)) == [("problem_without_goal", ("p2",))]


def test_a_goal_without_target_or_action_is_a_gap():
    goals = (Goal("g1", words("a"), ("p1",)), Goal("g2", words("b"), ("p1",)))
    assert found(plan(goals=goals)) == [("goal_without_target", ("g2",)), ("goal_without_action", ("g2",))]


def test_a_target_without_action_is_an_orphan():
    targets = (Target("t1", "g1", "2027-12-31"), Target("t2", "g1", "2027-12-31"))
    assert found(plan(targets=targets)) == [("target_without_action", ("t2", "g1"))]


def test_a_stopped_action_carries_nothing_and_is_not_looked_at():
    stopped = action(status="stopped", responsible={})
    assert [kind for kind, _ in found(plan(stopped))] == [
        "goal_without_action", "target_without_action",
    ]  # fmt: skip


def test_an_action_hangs_on_a_goal_and_a_target_of_it():
    goals = (Goal("g1", words("a"), ("p1",)), Goal("g2", words("b"), ("p1",)))
    targets = (Target("t1", "g1", "2027-12-31"), Target("t2", "g2", "2027-12-31"))
    astray = action("a2", goals=("g1",), targets=("t2",))
    loose = action("a3", goals=(), targets=())
    other = action("a4", goals=("g2",), targets=("t2",))
    assert found(plan(action("a1"), astray, loose, other, goals=goals, targets=targets)) == [
        ("targets_of_other_goals", ("a2", "t2")),
        ("action_without_goal", ("a3",)),
        ("action_without_target", ("a3",)),
    ]


def test_a_power_that_the_city_lacks_names_the_level_and_whom_to_address():
    (finding,) = check(plan(action(functions=("residence_permits",))))
    assert (finding.kind, finding.severity) == ("power_elsewhere_addressee", "gap")
    assert finding.values["levels"] == ("national",)
    assert finding.values["addressee"] == {"en": "Ministry of Interior"}


def test_without_a_diagnosis_only_the_level_is_known():
    assert found(plan(action(functions=("burial",)))) == [("power_elsewhere", ("a1", "burial", "regional"))]


@pytest.mark.parametrize(("kind", "reached"), [("region", True), ("ministry", False), ("ngo", False)])
def test_a_partner_of_the_level_that_has_the_power_brings_it_within_reach(kind, reached):
    actors = [Actor("partner", words("x"), kind, ())]
    told = found(plan(action(functions=("burial",), partners=("partner",))), actors=actors)
    assert (told == []) == reached


@pytest.mark.parametrize(
    ("function", "end", "reached"), [("burial", "", True), ("burial", "2025-06-29", False), ("school", "", False)]
)
def test_a_running_agreement_on_the_function_brings_it_within_reach(function, end, reached):
    deal = Agreement("deal", words("x"), ("region",), "agreement", "2020-01-01", end, function=function)
    actors = [Actor("region", words("x"), "region", ())]
    told = found(plan(action(functions=("burial",))), coordination=Coordination(agreements=(deal,)), actors=actors)
    assert (told == []) == reached


def test_a_law_made_elsewhere_and_an_unknown_power_are_notes():
    assert found(plan(action(functions=("school", "visas", "sport")))) == [
        ("law_elsewhere", ("a1", "school", "national")),
        ("power_unknown", ("a1", "visas")),
    ]


def opposed(one, other):
    goals = (Goal("g1", words("a"), ("p1",)), Goal("g2", words("b"), ("p1",)))
    targets = (Target("t1", "g1", "2027-12-31"), Target("t2", "g2", "2027-12-31"))
    return plan(one, other, goals=goals, targets=targets, opposed=(("g1", "g2"),))


def test_opposed_goals_conflict_once_both_are_worked_on():
    first, second = action("a1"), action("a2", goals=("g2",), targets=("t2",))
    assert found(opposed(first, second)) == [("opposed_goals", ("g1", "g2"))]
    waiting = action("a2", goals=("g2",), targets=("t2",), status="proposed")
    assert found(opposed(first, waiting)) == []


@pytest.mark.parametrize("where", [{"functions": ("sport",)}, {"districts": ("D1",)}])
def test_actions_of_opposed_goals_conflict_where_they_meet(where):
    first = action("a1", status="proposed", **where)
    second = action("a2", goals=("g2",), targets=("t2",), **where)
    assert found(opposed(first, second)) == [("opposed_actions", ("a1", "a2", "g1", "g2"))]


def test_one_action_for_two_opposed_goals_is_a_conflict():
    both = action("a1", goals=("g1", "g2"), targets=("t1", "t2"), status="proposed")
    other = action("a2", goals=("g2",), targets=("t2",), functions=("sport",), status="proposed")
    assert found(opposed(both, other)) == [("serves_opposed_goals", ("a1", "g1", "g2"))]


def test_money_that_has_ended_under_a_running_action_is_a_conflict():
    fed = plan(action(funding=("grant",)))
    assert found(fed, coordination=with_money(money(end="2025-06-29"))) == [("funding_ended", ("a1", "grant"))]
    assert found(fed, coordination=with_money(money(end="2025-06-30"))) == [("funding_ends_first", ("a1", "grant"))]
    assert found(fed, coordination=with_money(money(end="2026-12-31"))) == []


def test_the_last_money_counts():
    fed = plan(action(funding=("grant", "own")))
    assert found(fed, coordination=with_money(money(end="2025-01-01"), money("own"))) == []


def test_unknown_or_no_money_is_a_gap():
    assert found(plan(action(funding=("ghost",)))) == [("funding_unknown", ("a1", "ghost"))]
    assert found(plan(action(cost=Cost(5, "EUR", "2025")))) == [("no_funding", ("a1",))]


def test_a_cost_above_its_funding_is_a_gap_within_one_currency():
    def costing(amount, currency):
        return plan(action(cost=Cost(amount, currency, "2025"), funding=("grant", "own")))

    both = with_money(money(amount=600.0), money("own", amount=400.0))
    assert found(costing(1000, "EUR"), coordination=both) == []
    assert found(costing(1001, "EUR"), coordination=both) == [("cost_above_funding", ("a1", "grant", "own"))]
    assert found(costing(5000, "USD"), coordination=both) == [("other_currency", ("a1", "grant", "own"))]


def test_money_promised_twice_is_told_under_the_money():
    actions = [action(name, cost=Cost(600, "EUR", "2025"), funding=("grant",)) for name in ("a1", "a2")]
    told = found(plan(*actions), coordination=with_money(money()))
    assert told == [("funding_oversubscribed", ("grant", "a1", "a2"))]


def test_an_action_that_is_done_needs_no_money_any_more():
    done = action(status="done", funding=("grant",), cost=Cost(5000, "EUR", "2025"), deadline="2026-12-31")
    assert found(plan(done), coordination=with_money(money(end="2025-01-01"))) == []


def test_days_have_to_follow_each_other():
    backwards = action(start="2026-01-02", deadline="2026-01-01")
    assert found(plan(backwards)) == [("deadline_before_start", ("a1",))]
    assert found(plan(action(deadline="2028-01-01"))) == [("action_after_target", ("a1", "t1"))]
    assert found(plan(action(deadline="2025-06-29"))) == [("action_overdue", ("a1",))]
    assert found(plan(action(deadline="2025-06-30"))) == []


def test_a_target_after_the_end_of_the_plan_is_a_gap():
    assert found(plan(until="2027-12-30")) == [("target_after_plan", ("t1", "g1"))]
    assert found(plan(until="2027-12-31")) == []


def test_an_action_of_nobody_is_a_gap():
    assert found(plan(action(responsible={"en": " "}))) == [("no_responsible", ("a1",))]


def test_two_departments_in_one_function_for_one_goal_are_noted():
    def both(one, other):
        same = {"functions": ("sport",)}
        return plan(action("a1", department=one, **same), action("a2", department=other, **same))

    assert found(both("youth", "sport")) == [("duplicate", ("a1", "a2", "sport"))]
    assert found(both("youth", "youth")) == []
    assert found(both("youth", "")) == []


def test_an_accepted_input_without_action_is_an_orphan():
    accepted = [heard("i1"), heard("i2", decision="accepted"), heard("i3", decision="rejected")]
    assert found(plan(), inputs=accepted) == [("input_without_action", ("i2",))]
    assert found(plan(), inputs=[heard("i1"), heard("i2", decision="partly", action="a1")]) == []


def test_an_action_that_nobody_outside_asked_for_is_noted():
    assert found(plan(), inputs=[heard(actor_type="city_department")]) == [("action_without_input", ("a1",))]


def test_a_promise_for_which_nothing_is_done_is_an_orphan():
    def promise(status, *actions):
        return (Commitment("c1", None, words("x"), "2020-01-01", words("Mayor"), status, actions=actions),)

    assert found(plan(commitments=promise("open"))) == [("commitment_without_action", ("c1",))]
    assert found(plan(commitments=promise("open", "a1"))) == []
    assert found(plan(commitments=promise("kept"))) == []


def test_a_practice_that_failed_or_expired_is_noted():
    following = plan(action(practices=("rosario",)))
    failed = practice("rosario", status="failed", expires="2025-06-29")
    assert found(following, practices=[failed]) == [
        ("practice_failed", ("a1", "rosario")),
        ("practice_expired", ("a1", "rosario")),
    ]
    assert found(following, practices=[failed, practice("rosario", version=2)]) == []


def test_the_gravest_come_first_and_then_the_order_of_the_plan():
    problems = (Problem("p1", words("a")), Problem("p2", words("b")))
    made = plan(action("a2", responsible={}), action("a1", responsible={}, start="2027-01-01"), problems=problems)
    assert found(made, inputs=[heard()]) == [
        ("deadline_before_start", ("a1",)),
        ("no_responsible", ("a2",)),
        ("no_responsible", ("a1",)),
        ("problem_without_goal", ("p2",)),
    ]


@given(st.permutations(["a1", "a2", "a3"]))
def test_what_is_found_does_not_depend_on_the_order_of_actions(order):
    kinds = {"a1": {"responsible": {}}, "a2": {"functions": ("burial",)}, "a3": {"funding": ("ghost",)}}
    assert {kind for kind, _ in found(plan(*(action(name, **kinds[name]) for name in order)))} == {
        "no_responsible", "power_elsewhere", "funding_unknown",
    }  # fmt: skip


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_kind_and_severity_has_words(code):
    spoken = language(code)
    assert [kind for kind in KINDS if not spoken.has(f"plan.finding.{kind}")] == []
    assert [each for each in SEVERITIES if not spoken.has(f"plan.severity.{each}")] == []
    assert set(KINDS.values()) == set(SEVERITIES)


def test_the_values_of_a_finding_fill_its_sentence():
    messy = plan(
        action("a1", functions=("residence_permits", "school", "visas"), funding=("grant",), responsible={},
               cost=Cost(5000, "EUR", "2025"), practices=("rosario",)),
        action("a2", functions=("burial",), deadline="2024-01-01", funding=("ghost",)),
        action("a3", deadline="2028-01-01", goals=(), inputs=()),
        until="2027-01-01",
        problems=(Problem("p1", words("a")), Problem("p2", words("b"))),
        commitments=(Commitment("c1", None, words("x"), "2020-01-01", words("Mayor"), "open"),),
    )  # fmt: skip
    told = check(
        messy,
        coordination=with_money(money(end="2025-01-01")),
        practices=[practice("rosario", status="failed")],
        inputs=[heard(), heard("i2", decision="accepted")],
    )
    assert len({each.kind for each in told}) >= 14
    assert all(each.part in PARTS for each in told)
    for each in told:
        assert language("en").say(each.message_id, **dict.fromkeys(each.values, "x"))
