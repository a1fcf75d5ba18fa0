"""What the coherence check can find, how grave each kind is, and in which order they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["conflict", "gap", "orphan", "note"]
#: Gravest first.
SEVERITIES: tuple[Severity, ...] = ("conflict", "gap", "orphan", "note")

#: The parts of a plan, in the order in which it is read.
PARTS: tuple[str, ...] = ("problem", "goal", "target", "action", "commitment", "input", "funding")

#: Every kind, with its severity. A conflict is two things that cannot both stand; a gap is
#: something that lacks what it needs; an orphan hangs on nothing; a note is worth knowing.
KINDS: Mapping[str, Severity] = {
    "opposed_goals": "conflict",
    "opposed_actions": "conflict",
    "serves_opposed_goals": "conflict",
    "deadline_before_start": "conflict",
    "funding_ended": "conflict",
    "power_elsewhere": "gap",
    "power_elsewhere_addressee": "gap",
    "goal_without_target": "gap",
    "goal_without_action": "gap",
    "action_after_target": "gap",
    "target_after_plan": "gap",
    "action_overdue": "gap",
    "funding_ends_first": "gap",
    "funding_unknown": "gap",
    "no_funding": "gap",
    "cost_above_funding": "gap",
    "funding_oversubscribed": "gap",
    "no_responsible": "gap",
    "problem_without_goal": "orphan",
    "target_without_action": "orphan",
    "action_without_goal": "orphan",
    "action_without_target": "orphan",
    "targets_of_other_goals": "orphan",
    "input_without_action": "orphan",
    "commitment_without_action": "orphan",
    "law_elsewhere": "note",
    "power_unknown": "note",
    "other_currency": "note",
    "duplicate": "note",
    "action_without_input": "note",
    "practice_failed": "note",
    "practice_expired": "note",
}


@dataclass(frozen=True)
class Finding:
    """
    One thing the check found.

    `part` and the first of `subjects` say where it is told; the other subjects are
    what it has to do with. `values` go into the sentence `plan.finding.<kind>`:
    texts of the city (`Words`), ids, codes of functions and levels, ISO dates,
    money as `(amount, currency)`.
    """

    kind: str
    part: str
    subjects: tuple[str, ...]
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How grave it is: conflict, gap, orphan or note."""
        return KINDS[self.kind]

    @property
    def message_id(self) -> str:
        """The sentence that tells it."""
        return f"plan.finding.{self.kind}"
