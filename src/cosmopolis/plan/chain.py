"""The chain from problem to goal, target and action, and from inputs and promises to actions: what hangs on nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosmopolis.plan.findings import Finding
from cosmopolis.plan.inputs import INTERNAL, following_actions
from cosmopolis.vocabulary.participation import Input
from cosmopolis.vocabulary.plan import Action, Plan
from cosmopolis.vocabulary.practice import Practice


def live_actions(plan: Plan) -> tuple[Action, ...]:
    """The actions that are not stopped: a stopped one carries nothing."""
    return tuple(action for action in plan.actions if action.status != "stopped")


def chain_findings(plan: Plan) -> Iterator[Finding]:
    """Problems, goals, targets, actions and commitments that are not tied to what they need."""
    live = live_actions(plan)
    yield from _problems(plan)
    yield from _goals(plan, live)
    yield from _targets(plan, live)
    yield from _actions(plan, live)
    running = {action.id for action in live}
    for promise in plan.commitments:
        if promise.status in ("open", "running") and not running.intersection(promise.actions):
            yield Finding("commitment_without_action", "commitment", (promise.id,), {"commitment": promise.text})


def input_findings(plan: Plan, inputs: Sequence[Input]) -> Iterator[Finding]:
    """Accepted inputs from which nothing followed, and actions that nobody outside asked for."""
    live = live_actions(plan)
    for given in inputs:
        if given.decision in ("accepted", "partly") and not following_actions(given, live):
            yield Finding("input_without_action", "input", (given.id,), {"input": given.text})
    outside = [given for given in inputs if given.actor_type not in INTERNAL]
    answering = {action.id for given in outside for action in following_actions(given, live)}
    for action in live:
        if action.id not in answering:
            yield Finding("action_without_input", "action", (action.id,), {"action": action.title})


def practice_findings(plan: Plan, practices: Sequence[Practice]) -> Iterator[Finding]:
    """Actions that name a practice that failed elsewhere, or that nobody has checked for too long."""
    newest: dict[str, Practice] = {}
    for each in practices:
        if each.id not in newest or each.version > newest[each.id].version:
            newest[each.id] = each
    for action in live_actions(plan):
        for name in action.practices:
            if practice := newest.get(name):
                yield from _practice(action, practice, plan.as_of)


def _practice(action: Action, practice: Practice, as_of: str) -> Iterator[Finding]:
    values = {"action": action.title, "practice": practice.title}
    if practice.status == "failed":
        yield Finding("practice_failed", "action", (action.id, practice.id), values)
    if practice.expires < as_of:
        told = values | {"date": practice.expires}
        yield Finding("practice_expired", "action", (action.id, practice.id), told)


def _problems(plan: Plan) -> Iterator[Finding]:
    answered = {problem for goal in plan.goals for problem in goal.problems}
    for problem in plan.problems:
        if problem.id not in answered:
            yield Finding("problem_without_goal", "problem", (problem.id,), {"problem": problem.text})


def _goals(plan: Plan, live: Sequence[Action]) -> Iterator[Finding]:
    aimed_at = {target.goal for target in plan.targets}
    worked_on = {goal for action in live for goal in action.goals}
    for goal in plan.goals:
        if goal.id not in aimed_at:
            yield Finding("goal_without_target", "goal", (goal.id,), {"goal": goal.text})
        if goal.id not in worked_on:
            yield Finding("goal_without_action", "goal", (goal.id,), {"goal": goal.text})


def _targets(plan: Plan, live: Sequence[Action]) -> Iterator[Finding]:
    served = {target for action in live for target in action.targets}
    texts = {goal.id: goal.text for goal in plan.goals}
    for target in plan.targets:
        values = {"target": target.id, "goal": texts.get(target.goal, {})}
        if target.id not in served:
            yield Finding("target_without_action", "target", (target.id, target.goal), values)
        if plan.until and target.deadline > plan.until:
            told = values | {"deadline": target.deadline, "end": plan.until}
            yield Finding("target_after_plan", "target", (target.id, target.goal), told)


def _actions(plan: Plan, live: Sequence[Action]) -> Iterator[Finding]:
    goal_of = {target.id: target.goal for target in plan.targets}
    for action in live:
        values = {"action": action.title}
        if not action.goals:
            yield Finding("action_without_goal", "action", (action.id,), values)
        if not action.targets:
            yield Finding("action_without_target", "action", (action.id,), values)
        elif action.goals and not any(goal_of.get(target) in action.goals for target in action.targets):
            yield Finding("targets_of_other_goals", "action", (action.id, *action.targets), values)
