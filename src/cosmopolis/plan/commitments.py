"""What the city has promised to a declaration, a network or a process, and what became of it (R31)."""

from __future__ import annotations

from dataclasses import dataclass

from cosmopolis.plan.days import days_between
from cosmopolis.plan.shares import Share
from cosmopolis.vocabulary.plan import Commitment, Plan

_UNDER_WAY = frozenset({"open", "running"})


@dataclass(frozen=True)
class OverdueCommitment:
    """A promise whose day has passed, by how many days, and whose it is."""

    commitment: Commitment
    days: int


@dataclass(frozen=True)
class CommitmentGroup:
    """The promises to one declaration: how many of them are kept."""

    framework: str  #: empty: promises that refer to no framework
    kept: Share


@dataclass(frozen=True)
class CommitmentSummary:
    """
    All promises at once.

    `kept` is over all that were made: a promise that was dropped is not taken out
    of the count. `without_evidence` are those said to be kept that name nothing
    to show for it; `without_deadline` and `without_action` those under way that
    cannot become overdue, or that nothing is done for.
    """

    kept: Share
    overdue: tuple[OverdueCommitment, ...]  #: longest first
    dropped: tuple[str, ...]
    without_evidence: tuple[str, ...]
    without_deadline: tuple[str, ...]
    without_action: tuple[str, ...]
    groups: tuple[CommitmentGroup, ...]


def commitment_summary(plan: Plan) -> CommitmentSummary:
    """
    The state of the plan's commitments on the plan's `as_of`.

    Examples
    --------
    >>> late = Commitment("c1", None, {"en": "A"}, "2020-01-01", {"en": "Mayor"}, "open", "2024-12-31")
    >>> kept = Commitment("c2", None, {"en": "B"}, "2020-01-01", {"en": "Mayor"}, "kept")
    >>> found = commitment_summary(Plan({}, "2024-01-01", "2025-01-10", commitments=(late, kept)))
    >>> found.kept, found.overdue[0].days, found.without_evidence
    (Share(part=1, whole=2), 10, ('c2',))
    """
    told = plan.commitments
    live = {action.id for action in plan.actions if action.status != "stopped"}
    under_way = [each for each in told if each.status in _UNDER_WAY]
    late = [OverdueCommitment(each, days_between(each.deadline, plan.as_of)) for each in under_way if each.deadline]
    return CommitmentSummary(
        kept=_kept(told),
        overdue=tuple(sorted((each for each in late if each.days > 0), key=lambda each: -each.days)),
        dropped=tuple(each.id for each in told if each.status == "dropped"),
        without_evidence=tuple(each.id for each in told if each.status == "kept" and not each.evidence.strip()),
        without_deadline=tuple(each.id for each in under_way if not each.deadline),
        without_action=tuple(each.id for each in under_way if not live.intersection(each.actions)),
        groups=_groups(told),
    )


def _kept(commitments: tuple[Commitment, ...]) -> Share:
    return Share(sum(each.status == "kept" for each in commitments), len(commitments))


def _groups(commitments: tuple[Commitment, ...]) -> tuple[CommitmentGroup, ...]:
    by_framework: dict[str, list[Commitment]] = {}
    for each in commitments:
        by_framework.setdefault(each.reference.framework if each.reference else "", []).append(each)
    return tuple(CommitmentGroup(name, _kept(tuple(found))) for name, found in sorted(by_framework.items()))
