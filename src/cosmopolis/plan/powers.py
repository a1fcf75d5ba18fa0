"""Whether the city may do what it plans, and whether what it plans pulls apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from cosmopolis.plan.chain import live_actions
from cosmopolis.plan.findings import Finding
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.competence import LEVELS, CompetenceMap, Function
from cosmopolis.vocabulary.participation import Actor, Coordination
from cosmopolis.vocabulary.plan import Action, Plan

#: The level of government that an actor of a type speaks for.
LEVEL_OF_TYPE: Mapping[str, str] = {
    "city_department": "city",
    "city_council": "city",
    "region": "regional",
    "ministry": "national",
    "national_agency": "national",
    "international_organisation": "supranational",
}
_UNDER_WAY = frozenset({"approved", "running"})


def holding_levels(function: Function) -> tuple[str, ...]:
    """
    The levels with any duty in a function, nearest to people first.

    Examples
    --------
    >>> from cosmopolis.vocabulary.competence import Power
    >>> holding_levels(Function("school", (Power("national", ("legislates",)), Power("city", ("delivers",)))))
    ('city', 'national')
    """
    return tuple(level for level in LEVELS if any(p.level == level and p.duties for p in function.powers))


def power_findings(
    plan: Plan, competence: CompetenceMap, coordination: Coordination, actors: Sequence[Actor]
) -> Iterator[Finding]:
    """
    Actions that need a power which the city lacks, or whose law is made elsewhere (requirement R39).

    A power that the city lacks is within reach where a partner of the action, or a
    running agreement on the function, is of a level that has it.
    """
    level_of = {actor.id: LEVEL_OF_TYPE.get(actor.type, "") for actor in actors}
    for action in live_actions(plan):
        for name in action.functions:
            function = competence.function(name)
            if function is None or not holding_levels(function):
                values = {"action": action.title, "function": name}
                yield Finding("power_unknown", "action", (action.id, name), values)
            elif "city" not in holding_levels(function):
                reached = _levels_reached(action, name, coordination, plan.as_of, level_of)
                yield from _power_elsewhere(action, function, competence, reached)
            else:
                yield from _law_elsewhere(action, function)


def opposed_findings(plan: Plan) -> Iterator[Finding]:
    """Goals that the city knows to pull apart and works on at once, and the actions that meet in one place."""
    live = live_actions(plan)
    texts = {goal.id: goal.text for goal in plan.goals}
    for one, other in plan.opposed:
        goals = {"goal": texts.get(one, {}), "other_goal": texts.get(other, {})}
        ours, theirs = ([action for action in live if goal in action.goals] for goal in (one, other))
        if _any_under_way(ours) and _any_under_way(theirs):
            yield Finding("opposed_goals", "goal", (one, other), goals)
        both = [action for action in ours if action in theirs]
        for action in both:
            yield Finding("serves_opposed_goals", "action", (action.id, one, other), goals | {"action": action.title})
        for pair in _meeting_pairs(ours, theirs, both):
            values = goals | {"action": pair[0].title, "other_action": pair[1].title}
            yield Finding("opposed_actions", "action", (pair[0].id, pair[1].id, one, other), values)


def duplicate_findings(plan: Plan) -> Iterator[Finding]:
    """Two departments that do something in the same function for the same goal: perhaps one thing, perhaps two."""
    for one, other in combinations(live_actions(plan), 2):
        functions = _common(one.functions, other.functions)
        apart = one.department and other.department and one.department != other.department
        if apart and functions and _common(one.goals, other.goals):
            values = {"action": one.title, "other_action": other.title, "function": functions[0]}
            yield Finding("duplicate", "action", (one.id, other.id, *functions), values)


def _power_elsewhere(
    action: Action, function: Function, competence: CompetenceMap, reached: frozenset[str]
) -> Iterator[Finding]:
    levels = holding_levels(function)
    if reached.intersection(levels):
        return
    values: dict[str, object] = {"action": action.title, "function": function.id, "levels": levels}
    subjects = (action.id, function.id, *levels)
    addressee = _addressee(function.id, levels, competence)
    if addressee:
        told = values | {"addressee": addressee}
        yield Finding("power_elsewhere_addressee", "action", subjects, told)
    else:
        yield Finding("power_elsewhere", "action", subjects, values)


def _law_elsewhere(action: Action, function: Function) -> Iterator[Finding]:
    levels = tuple(level for level in function.levels("legislates") if level != "city")
    if levels:
        values = {"action": action.title, "function": function.id, "levels": levels}
        yield Finding("law_elsewhere", "action", (action.id, function.id, *levels), values)


def _addressee(function: str, levels: Sequence[str], competence: CompetenceMap) -> Words:
    """Whom the city's own diagnosis of gaps between levels names for this function."""
    gaps = sorted(competence.gaps, key=lambda gap: (gap.rank, gap.id))
    return next((gap.addressee for gap in gaps if function in gap.functions and gap.level in levels), {})


def _levels_reached(
    action: Action, function: str, coordination: Coordination, as_of: str, level_of: Mapping[str, str]
) -> frozenset[str]:
    agreed = [
        partner
        for agreement in coordination.agreements
        if agreement.function == function and (not agreement.end or agreement.end >= as_of)
        for partner in agreement.partners
    ]
    return frozenset(level_of.get(partner, "") for partner in (*action.partners, *agreed))


def _meeting_pairs(
    ours: Sequence[Action], theirs: Sequence[Action], both: Sequence[Action]
) -> Iterator[tuple[Action, Action]]:
    for one in ours:
        for other in theirs:
            if one not in both and other not in both and _meet(one, other):
                yield one, other


def _meet(one: Action, other: Action) -> bool:
    return bool(_common(one.functions, other.functions) or _common(one.districts, other.districts))


def _common(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in one if each in other)


def _any_under_way(actions: Sequence[Action]) -> bool:
    return any(action.status in _UNDER_WAY for action in actions)
