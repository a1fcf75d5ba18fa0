"""Money, days and people of a plan's actions: what ends too early, costs too much, or is nobody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cosmopolis.plan.chain import live_actions
from cosmopolis.plan.findings import Finding
from cosmopolis.vocabulary.participation import Funding
from cosmopolis.vocabulary.plan import Action, Plan

_UNDER_WAY = frozenset({"approved", "running"})


def money_findings(plan: Plan, funding: Sequence[Funding]) -> Iterator[Finding]:
    """
    Actions whose money has ended, ends first, is unknown or too little; and money promised twice.

    Amounts are compared within one currency; years of prices are not converted.
    An action that is done or stopped needs no money any more.
    """
    known = {each.id: each for each in funding}
    unfinished = [action for action in live_actions(plan) if action.status != "done"]
    for action in unfinished:
        named = [known[name] for name in action.funding if name in known]
        yield from _unknown(action, known)
        if named:
            yield from _ends(action, named, plan.as_of)
            yield from _too_little(action, named)
    yield from _promised_twice(unfinished, funding)


def time_findings(plan: Plan) -> Iterator[Finding]:
    """Actions that end before they begin, after the day of their target, or that should have ended."""
    day_of = {target.id: target.deadline for target in plan.targets}
    for action in live_actions(plan):
        values: dict[str, object] = {"action": action.title, "deadline": action.deadline}
        if action.deadline < action.start:
            yield Finding("deadline_before_start", "action", (action.id,), values | {"start": action.start})
        for target in action.targets:
            if action.deadline > day_of.get(target, action.deadline):
                told = values | {"target": target, "target_deadline": day_of[target]}
                yield Finding("action_after_target", "action", (action.id, target), told)
        if action.status != "done" and action.deadline < plan.as_of:
            yield Finding("action_overdue", "action", (action.id,), values)


def responsible_findings(plan: Plan) -> Iterator[Finding]:
    """Actions that are nobody's."""
    for action in live_actions(plan):
        if not any(text.strip() for text in action.responsible.values()):
            yield Finding("no_responsible", "action", (action.id,), {"action": action.title})


def _unknown(action: Action, known: Mapping[str, Funding]) -> Iterator[Finding]:
    for name in action.funding:
        if name not in known:
            values = {"action": action.title, "funding": name}
            yield Finding("funding_unknown", "action", (action.id, name), values)
    if not action.funding and action.cost is not None and action.cost.amount > 0:
        cost = (action.cost.amount, action.cost.currency)
        yield Finding("no_funding", "action", (action.id,), {"action": action.title, "cost": cost})


def _ends(action: Action, named: Sequence[Funding], as_of: str) -> Iterator[Finding]:
    last = max(named, key=lambda each: (each.end, each.id))
    values: dict[str, object] = {"action": action.title, "funding": last.source, "end": last.end}
    if last.end < as_of and action.status in _UNDER_WAY:
        yield Finding("funding_ended", "action", (action.id, last.id), values)
    elif last.end < action.deadline:
        told = values | {"deadline": action.deadline}
        yield Finding("funding_ends_first", "action", (action.id, last.id), told)


def _too_little(action: Action, named: Sequence[Funding]) -> Iterator[Finding]:
    if action.cost is None:
        return
    currency = action.cost.currency
    subjects = (action.id, *(each.id for each in named))
    values: dict[str, object] = {"action": action.title, "cost": (action.cost.amount, currency)}
    if any(each.currency != currency for each in named):
        yield Finding("other_currency", "action", subjects, values)
        return
    amount = sum(each.amount for each in named)
    if action.cost.amount > amount:
        yield Finding("cost_above_funding", "action", subjects, values | {"amount": (amount, currency)})


def _promised_twice(actions: Sequence[Action], funding: Sequence[Funding]) -> Iterator[Finding]:
    """Money on which several actions live whose costs together are more than it is."""
    for each in funding:
        # what an action takes from each of several sources nobody has said
        fed = [action for action in actions if action.funding == (each.id,)]
        costs = [action.cost.amount for action in fed if action.cost and action.cost.currency == each.currency]
        if len(costs) > 1 and sum(costs) > each.amount and max(costs) <= each.amount:
            subjects = (each.id, *(action.id for action in fed))
            values = {
                "funding": each.source,
                "amount": (each.amount, each.currency),
                "cost": (sum(costs), each.currency),
            }
            yield Finding("funding_oversubscribed", "funding", subjects, values)
