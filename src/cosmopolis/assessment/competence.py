"""
Views on the map of powers, services, departments and civic rights: what is there and what nobody has filled in.

An empty cell is shown as empty. It is never read as "no".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cosmopolis.vocabulary.competence import (
    CIVIC_RIGHTS,
    LEVEL_GAPS,
    LEVELS,
    MONITOR,
    ROLES,
    CivicRight,
    CompetenceMap,
    Department,
    DepartmentDuty,
    Entitlement,
    LevelGap,
    PlanFinding,
    Services,
    UrbanPlanCheck,
)

Barrier = Literal["excluded", "conditional", "practice", "no_firewall"]
PLAN_STATES: tuple[str, ...] = ("yes", "partly", "no", "unknown")


@dataclass(frozen=True)
class Diagnosis:
    """
    The gaps between levels, by the city's own rank, with whom to take each to.

    `by_level` gives the gaps each level can close. `answered` are those that an
    agreement takes up; `not_examined` the kinds of which no gap is recorded, which
    is not to say that there is none.
    """

    gaps: tuple[LevelGap, ...]
    by_level: tuple[tuple[str, tuple[LevelGap, ...]], ...]
    answered: tuple[str, ...]
    not_examined: tuple[str, ...]


@dataclass(frozen=True)
class Barriers:
    """
    What stands between a status group and a service.

    `excluded`: the law says no. `conditional`: the law sets conditions. `practice`:
    the law opens it, at least under conditions, and practice does so in part or not
    at all. `no_firewall`: the service is not kept apart from enforcement.
    """

    entitlement: Entitlement
    kinds: tuple[Barrier, ...]


@dataclass(frozen=True)
class EntitlementRow:
    """One service for every status group; nothing where no entry was made."""

    service: str
    cells: tuple[Entitlement | None, ...]


@dataclass(frozen=True)
class MatrixRow:
    """One department in every column of the mainstreaming matrix; nothing where no entry was made."""

    department: Department
    cells: tuple[DepartmentDuty | None, ...]


@dataclass(frozen=True)
class Matrix:
    """The departments by the four roles and the three dimensions of the monitor."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def empty(self) -> int:
        """Cells that nobody has filled in."""
        return sum(cell is None for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class RightRow:
    """One civic right for every status group; nothing where no entry was made."""

    right: str
    cells: tuple[CivicRight | None, ...]


@dataclass(frozen=True)
class PlanSummary:
    """The items of an urban plan's check by state, and how many items each state has."""

    check: UrbanPlanCheck
    by_state: Mapping[str, tuple[PlanFinding, ...]]
    unanswered: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """State -> number of items."""
        return {state: len(found) for state, found in self.by_state.items()}


def level_gap_diagnosis(competence: CompetenceMap) -> Diagnosis:
    """
    The recorded gaps between levels, ranked, with the level that can close each.

    Gaps of equal rank keep the order of kinds, then of ids.

    References
    ----------
    Charbit (2011), OECD Regional Development Working Papers 2011/04.
    """
    gaps = tuple(sorted(competence.gaps, key=lambda gap: (gap.rank, LEVEL_GAPS.index(gap.kind), gap.id)))
    by_level = ((level, tuple(gap for gap in gaps if gap.level == level)) for level in LEVELS)
    return Diagnosis(
        gaps=gaps,
        by_level=tuple((level, found) for level, found in by_level if found),
        answered=tuple(gap.id for gap in gaps if gap.agreement),
        not_examined=tuple(kind for kind in LEVEL_GAPS if all(gap.kind != kind for gap in gaps)),
    )


def entitlement_barriers(services: Services) -> tuple[Barriers, ...]:
    """
    The entries of the entitlement map behind which something stands, in the order of the file.

    What is unknown is no barrier; the map of cells shows it.

    Examples
    --------
    >>> entry = Entitlement("school", "without_permit", by_law="yes", in_practice="partly", firewall="no")
    >>> entitlement_barriers(Services(entitlements=(entry,)))[0].kinds
    ('practice', 'no_firewall')
    """
    found = (Barriers(entitlement, _barriers(entitlement)) for entitlement in services.entitlements)
    return tuple(each for each in found if each.kinds)


def entitlement_map(services: Services, groups: Sequence[str]) -> tuple[EntitlementRow, ...]:
    """Every service that the city entered, for each of the status groups given."""
    cells = {(each.service, each.group): each for each in services.entitlements}
    rows = dict.fromkeys(each.service for each in services.entitlements)
    return tuple(EntitlementRow(service, tuple(cells.get((service, group)) for group in groups)) for service in rows)


def mainstreaming_matrix(services: Services) -> Matrix:
    """Every department in each of the four roles and three dimensions of the monitor."""
    columns = (*ROLES, *MONITOR)
    cells = {(duty.department, duty.column): duty for duty in services.duties}
    rows = (
        MatrixRow(department, tuple(cells.get((department.id, column)) for column in columns))
        for department in services.departments
    )
    return Matrix(columns, tuple(rows))


def civic_rights_sheet(services: Services, groups: Sequence[str]) -> tuple[RightRow, ...]:
    """Every civic right for each of the status groups given."""
    cells = {(each.right, each.group): each for each in services.civic_rights}
    return tuple(RightRow(right, tuple(cells.get((right, group)) for group in groups)) for right in CIVIC_RIGHTS)


def plan_summary(check: UrbanPlanCheck, items: Iterable[str]) -> PlanSummary:
    """The check of an urban plan, item by item of those asked: by state, and the items without an answer."""
    answered = {finding.item for finding in check.findings}
    return PlanSummary(
        check=check,
        by_state={state: tuple(each for each in check.findings if each.state == state) for state in PLAN_STATES},
        unanswered=tuple(item for item in items if item not in answered),
    )


def _barriers(entitlement: Entitlement) -> tuple[Barrier, ...]:
    opened = entitlement.by_law in {"yes", "conditional"}
    stands: Mapping[Barrier, bool] = {
        "excluded": entitlement.by_law == "no",
        "conditional": entitlement.by_law == "conditional",
        "practice": opened and entitlement.in_practice in {"partly", "no"},
        "no_firewall": entitlement.firewall == "no",
    }
    return tuple(kind for kind, holds in stands.items() if holds)
