"""
What a statement says of services: who can reach them, how far groups differ, where the next would help.

Measures from rows of the long table to rows of it, as in `statement`. Access is that
of the two-step catchment with three zones: what there is, shared with everybody who
reaches it. It belongs to the last period alone, since a list of places says where
services are and not where they were.

References
----------
Luo and Qi (2009), Health & Place 15(4), 1100-1107.
Theil (1967), Economics and Information Theory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access import Catchment, catchment_access, mean_access
from cosmopolis.neighbourhoods.access_gaps import access_gap, access_gap_interval
from cosmopolis.neighbourhoods.access_inequality import theil_by_area
from cosmopolis.neighbourhoods.decay import Decay, steps
from cosmopolis.neighbourhoods.least_access import share_among, worst_off
from cosmopolis.neighbourhoods.pairs import Pairs
from cosmopolis.neighbourhoods.siting import CloseGap, LiftWorstOff, SitingPlan, next_sites
from cosmopolis.neighbourhoods.statement import Cells, Row, Sides, last_cells, rows_of
from cosmopolis.vocabulary.measurement import FloatArray
from cosmopolis.vocabulary.table import SERVICE, TOTAL, group_code, group_pairs

#: Weights of the three zones, each a third of the limit (Luo and Qi 2009).
WEIGHTS = (1.0, 0.68, 0.22)
#: Two means nearer than this are one: there is no gap to close.
_NO_GAP = 1e-9


@dataclass(frozen=True, eq=False)
class Service:
    """
    A service as the people of the areas reach it.

    `pairs` lead from the areas of `Sides.areas`, in their order, to the facilities;
    `supply` is what each facility has. `sites` lead to the places where one more could
    be, which lie in `site_areas`. Costs are in the unit of `limit`. Access is told for
    `per` persons, in `unit`. `age_group` are those entitled. `sources` tell of the
    facilities and of the ways.
    """

    id: str
    pairs: Pairs
    supply: FloatArray
    limit: float
    sites: Pairs
    site_areas: tuple[str, ...]
    unit: str
    per: float
    age_group: str = TOTAL
    sources: tuple[str, ...] = ()

    @property
    def decay(self) -> Decay:
        """Three zones, each a third of the limit."""
        return steps([self.limit / 3, self.limit * 2 / 3, self.limit], WEIGHTS)


def reached(
    frame: pl.DataFrame, *, sides: Sides, services: Sequence[Service], above: Mapping[str, str], seed: int
) -> pl.DataFrame:
    """
    Access to each service in the last period: by area, by group, and how unevenly it is spread.

    Parameters
    ----------
    frame
        Counts by area and group.
    sides
        The group, the rest, the areas.
    services
        What can be reached, and how.
    above
        The larger area that each area lies in; may be empty.
    seed
        Of the interval of the gap.

    Returns
    -------
    rows
        The group carries `service=<id>`. `access` of each area with residents, in the
        service's unit, and `access_ratio`, the same over its mean; `access_mean` of both
        sides. `access_gap`: by what part the
        group has more (above 0) or less than the rest, with the interval that drawing
        areas anew gives; no interval where a draw leaves the rest with nothing, and no gap
        where it has nothing. `unserved_share` of both
        sides and of all: nothing within the limit. `access_worst_tenth`: the mean of the tenth of all
        with the least access; `worst_off_share`: the group's part of them.
        `access_between_share`: what part of Theil's index lies between the larger areas.
        `access_gap_next`, of one area: the gap left if one more facility, as large as the
        middle one, opened where it would close most of it; none where the group has no
        less than the rest. `access_worst_next`, of one area: the mean of the worst-off
        tenth, if it opened where it would lift them most.

    Examples
    --------
    Ten places that 60 people reach, 20 of them members who live near, 20 who do not:

    >>> from cosmopolis.neighbourhoods.pairs import matrix_pairs
    >>> told = {"area_code": ["a", "a", "b", "b"], "group": ["birth=abroad", "birth=country"] * 2,
    ...         "value": [20.0, 40.0, 20.0, 20.0]}
    >>> same = {"indicator": "population_stock", "period": "2025", "sex": "_T", "age_group": "_T", "lower": None,
    ...         "upper": None, "unit": "persons", "status": "A", "source_id": "s", "method_id": "m"}
    >>> from cosmopolis.vocabulary.table import SCHEMA
    >>> frame = pl.DataFrame(told).with_columns(**{key: pl.lit(each) for key, each in same.items()})
    >>> frame = frame.select(list(SCHEMA)).cast(dict(SCHEMA))
    >>> school = Service("school", matrix_pairs([[100.0], [9000.0]]), np.array([10.0]), 900.0,
    ...                  matrix_pairs([[100.0], [9000.0]]), ("a",), "places per 1000 persons", 1000.0)
    >>> sides = Sides("birth=abroad", "birth=country", ("a", "b"), "town")
    >>> rows = reached(frame, sides=sides, services=[school], above={}, seed=1)
    >>> rows.filter(pl.col("indicator") == "access_mean")["value"].round(1).to_list()
    [83.3, 111.1]
    """
    rows: list[Row] = []
    for service in services:
        about = replace(sides, age_group=service.age_group)
        cells = last_cells(frame, about)
        if cells is None:
            continue
        try:
            rows += [from_sources(row, service) for row in _told(cells, service, above, seed)]
        except MeasureUndefined:
            continue  # one inhabited area, or a side of nobody: there is nothing to compare
    return rows_of(rows)


def catchment(cells: Cells, service: Service) -> Catchment:
    """Access to a service as the people of the cells share it."""
    here = np.array([cells.sides.areas.index(area) for area in cells.areas])
    people = np.zeros(len(cells.sides.areas))
    people[here] = cells.group + cells.rest
    return catchment_access(people, service.supply, service.pairs, decay=service.decay)


def at_areas(values: FloatArray, cells: Cells) -> FloatArray:
    """Numbers of all areas of the sides, for those of the cells, in their order."""
    return np.asarray(values[[cells.sides.areas.index(area) for area in cells.areas]])


def from_sources(row: Row, service: Service) -> Row:
    """A row with the sources of the service beside that of the counts."""
    return row | {"source_id": "+".join((str(row["source_id"]), *service.sources))}


def with_service(group: str, service: str) -> str:
    """A group's code, with the service it is asked about."""
    return group_code({**group_pairs(group), SERVICE: service})


def _told(cells: Cells, service: Service, above: Mapping[str, str], seed: int) -> Iterator[Row]:
    found = catchment(cells, service)
    access = at_areas(found.access, cells) * service.per
    yield from _by_area(cells, service, access)
    yield from _by_side(cells, service, found, access)
    gap = access_gap_interval(access, cells.group, cells.rest, seed=seed)
    part = with_service(cells.sides.part, service.id)
    if gap.gap.relative is not None:
        # drawn anew, the rest may have nothing: then the gap has no interval
        ends = None if gap.relative is None else (gap.relative.lower, gap.relative.upper)
        yield cells.row("access_gap", "share", gap.gap.relative, group=part, ends=ends)
    yield from _worst(cells, service, access)
    yield from _between(cells, access, above, group_code({SERVICE: service.id}))
    yield from _next(cells, service, found)


def _by_area(cells: Cells, service: Service, access: FloatArray) -> Iterator[Row]:
    """Access of each area with residents, in its unit and as a part of the mean."""
    group = group_code({SERVICE: service.id})
    persons = cells.group + cells.rest
    mean = mean_access(access, persons)
    for at in np.flatnonzero(persons):
        area, value = cells.areas[int(at)], float(access[at])
        yield cells.row("access", service.unit, value, area=area, group=group)
        if mean > 0:
            yield cells.row("access_ratio", "ratio", value / mean, area=area, group=group)


def _by_side(cells: Cells, service: Service, found: Catchment, access: FloatArray) -> Iterator[Row]:
    """Mean access of the group and of the rest, and how many of them have nothing in reach."""
    served = at_areas(found.is_served.astype(np.float64), cells)
    missed = 1 - mean_access(served, cells.group + cells.rest)
    yield cells.row("unserved_share", "share", max(0.0, missed), group=group_code({SERVICE: service.id}))
    for code, counts in ((cells.sides.part, cells.group), (cells.sides.rest, cells.rest)):
        own = with_service(code, service.id)
        yield cells.row("access_mean", service.unit, mean_access(access, counts), group=own)
        yield cells.row("unserved_share", "share", max(0.0, 1 - mean_access(served, counts)), group=own)


def _worst(cells: Cells, service: Service, access: FloatArray) -> Iterator[Row]:
    """The tenth of all with the least access: what they have, and who they are."""
    persons = cells.group + cells.rest
    worst = worst_off(access, persons)
    yield cells.row("access_worst_tenth", service.unit, worst.mean, group=group_code({SERVICE: service.id}))
    share = share_among(worst, cells.group, persons)
    yield cells.row("worst_off_share", "share", share, group=with_service(cells.sides.part, service.id))


def _between(cells: Cells, access: FloatArray, above: Mapping[str, str], group: str) -> Iterator[Row]:
    larger = [above.get(area, "") for area in cells.areas]
    if not all(larger) or len(set(larger)) < 2:
        return
    split = theil_by_area(access, cells.group + cells.rest, larger)
    if split.total > 0:
        share = min(1.0, split.between / split.total)
        yield cells.row("access_between_share", "share", share, group=group)


def _next(cells: Cells, service: Service, found: Catchment) -> Iterator[Row]:
    """Where one more facility would close most of the gap, and where it would lift the worst off most."""
    one = float(np.median(service.supply)) if service.supply.size else 0.0
    inside, outside = (_of_all(counts, cells) for counts in (cells.group, cells.rest))
    gap = access_gap(found.access, inside, outside)
    if gap.relative is not None and gap.relative < -_NO_GAP:
        plan = next_sites(found, service.sites, capacity=one, aim=CloseGap(inside, outside, is_relative=True))
        part = with_service(cells.sides.part, service.id)
        yield from _site(cells, service, plan, "access_gap_next", "share", 1.0, part)
    plan = next_sites(found, service.sites, capacity=one, aim=LiftWorstOff(people=inside + outside))
    if not plan.sites or plan.after[0] <= plan.before:
        return  # where more than a tenth reach nothing, one more facility need not lift the worst-off tenth
    everybody = group_code({SERVICE: service.id})
    yield from _site(cells, service, plan, "access_worst_next", service.unit, service.per, everybody)


def _site(
    cells: Cells, service: Service, plan: SitingPlan, name: str, unit: str, per: float, group: str
) -> Iterator[Row]:
    """The row of the area that a plan's one site lies in."""
    area = service.site_areas[plan.sites[0]] if plan.sites else ""
    if area:
        yield cells.row(name, unit, plan.after[0] * per, area=area, group=group)


def _of_all(counts: FloatArray, cells: Cells) -> FloatArray:
    """Counts of the cells' areas among all areas of the sides."""
    found = np.zeros(len(cells.sides.areas))
    found[[cells.sides.areas.index(area) for area in cells.areas]] = counts
    return found
