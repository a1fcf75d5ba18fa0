"""
Prepared what-ifs of a statement: homes or a reception centre in an area, and what would follow.

Measures from rows of the long table to rows of it, as in `statement`. Accounting, not
a forecast: nobody else moves. For a grid, and for a change at the speed of a slider,
see `whatif`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from cosmopolis.neighbourhoods.access import mean_access, with_people
from cosmopolis.neighbourhoods.reach import Service, at_areas, catchment, from_sources, with_service
from cosmopolis.neighbourhoods.statement import (
    Cells,
    Places,
    Row,
    Sides,
    isolation_at,
    last_cells,
    rows_of,
    sizes_of,
)
from cosmopolis.neighbourhoods.two_groups import dissimilarity
from cosmopolis.vocabulary.table import CASE, TOTAL, group_code, group_pairs


@dataclass(frozen=True)
class Case:
    """A prepared what-if: so many of the group and of the rest come to live in an area."""

    id: str
    area: str
    group: float
    rest: float


def with_cases(
    frame: pl.DataFrame, *, sides: Sides, cases: Sequence[Case], places: Places, services: Sequence[Service]
) -> pl.DataFrame:
    """
    Indices, contexts and access of the last period if each case came true, everything else unchanged.

    Parameters
    ----------
    frame
        Counts by area and group.
    sides
        The group, the rest, the areas.
    cases
        Who comes to live where; a case of an area that has no counts is left out.
    places
        Where each area's people live on average: east and north in metres.
    services
        What can be reached; services for one age have no case, since nobody knows how
        old those who come would be.

    Returns
    -------
    rows
        The group carries `case=<id>`. `dissimilarity_if` (unit `index`); for the smallest
        and the largest context `context_isolation_if` (with `nearest=k`); for each
        service `access_if`, the group's mean access.
    """
    cells = last_cells(frame, sides)
    known = [] if cells is None else [case for case in cases if case.area in cells.areas]
    rows = [row for case in known for row in _told(cells, case, places, services)]  # type: ignore[arg-type]
    return rows_of(rows)


def _told(cells: Cells, case: Case, places: Places, services: Sequence[Service]) -> Iterator[Row]:
    then = _with(cells, case)
    part = group_code({**group_pairs(cells.sides.part), CASE: case.id})
    value = dissimilarity(then.group, then.rest)
    yield cells.row("dissimilarity_if", "index", value, group=part)
    # the sizes of today's contexts, so that both can be compared, if the areas allow them then
    today, later = sizes_of(cells), sizes_of(then)
    ks = [k for k in today[:: max(1, len(today) - 1)] if k in later]
    for k, share in zip(ks, isolation_at(then, places, ks), strict=False):
        if np.isfinite(share):
            yield cells.row("context_isolation_if", "share", float(share), nearest=k, group=part)
    for service in services:
        if service.age_group == TOTAL:
            origin = cells.sides.areas.index(case.area)
            found = with_people(catchment(cells, service), [origin], [case.group + case.rest])
            access = at_areas(found.access, cells) * service.per
            own = with_service(part, service.id)
            row = cells.row("access_if", service.unit, mean_access(access, then.group), group=own)
            yield from_sources(row, service)


def _with(cells: Cells, case: Case) -> Cells:
    """The same counts after the case."""
    at = cells.areas.index(case.area)
    group, rest = cells.group.copy(), cells.rest.copy()
    group[at] += case.group
    rest[at] += case.rest
    return replace(cells, group=group, rest=rest)
