"""
Goals against actions against levels of government: conflicts, gaps, orphans (requirement R24).

The check reads what the city wrote; that it finds nothing does not make a plan
good. What pulls apart in substance only the city can declare (`opposed`).
"""

from __future__ import annotations

from collections.abc import Sequence

from cosmopolis.plan.chain import chain_findings, input_findings, practice_findings
from cosmopolis.plan.findings import KINDS, PARTS, SEVERITIES, Finding
from cosmopolis.plan.means import money_findings, responsible_findings, time_findings
from cosmopolis.plan.powers import duplicate_findings, opposed_findings, power_findings
from cosmopolis.vocabulary.competence import CompetenceMap
from cosmopolis.vocabulary.participation import Actor, Coordination, Input
from cosmopolis.vocabulary.plan import Plan
from cosmopolis.vocabulary.practice import Practice


def coherence(
    plan: Plan,
    *,
    competence: CompetenceMap,
    coordination: Coordination,
    inputs: Sequence[Input],
    practices: Sequence[Practice],
    actors: Sequence[Actor],
) -> tuple[Finding, ...]:
    """
    Everything in the plan that contradicts itself, lacks what it needs or hangs on nothing.

    Stopped actions carry nothing and are not looked at. Days are judged on the
    plan's `as_of`.

    Returns
    -------
    findings
        Conflicts first, then gaps, orphans and notes; within each in the order of
        the plan: problems, goals, targets, actions, commitments, inputs, funding.

    Examples
    --------
    A goal that nobody measures and nobody works on:

    >>> from cosmopolis.vocabulary.plan import Goal, Problem
    >>> problem, goal = Problem("p1", {"en": "Long waits"}), Goal("g1", {"en": "Short waits"}, ("p1",))
    >>> plan = Plan({}, "2025-01-01", "2025-06-30", problems=(problem,), goals=(goal,))
    >>> found = coherence(plan, competence=CompetenceMap("AAA"), coordination=Coordination(),
    ...                   inputs=(), practices=(), actors=())
    >>> [finding.kind for finding in found]
    ['goal_without_target', 'goal_without_action']
    """
    found = [
        *chain_findings(plan),
        *opposed_findings(plan),
        *power_findings(plan, competence, coordination, actors),
        *money_findings(plan, coordination.funding),
        *time_findings(plan),
        *responsible_findings(plan),
        *duplicate_findings(plan),
        *input_findings(plan, inputs),
        *practice_findings(plan, practices),
    ]
    places = _places(plan, coordination, inputs)
    kinds = list(KINDS)

    def order(finding: Finding) -> tuple[int, int, int, int, tuple[str, ...]]:
        place = places[finding.part].get(finding.subjects[0], 0)
        part = PARTS.index(finding.part)
        return SEVERITIES.index(finding.severity), part, place, kinds.index(finding.kind), finding.subjects

    return tuple(sorted(found, key=order))


def _places(plan: Plan, coordination: Coordination, inputs: Sequence[Input]) -> dict[str, dict[str, int]]:
    """Where each id stands in its part."""
    ids = {
        "problem": [each.id for each in plan.problems],
        "goal": [each.id for each in plan.goals],
        "target": [each.id for each in plan.targets],
        "action": [each.id for each in plan.actions],
        "commitment": [each.id for each in plan.commitments],
        "input": [each.id for each in inputs],
        "funding": [each.id for each in coordination.funding],
    }
    return {part: {name: at for at, name in enumerate(named)} for part, named in ids.items()}
