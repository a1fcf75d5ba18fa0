"""
What a statement on space says beside the indices: chance, scale, levels, change and the curve.

Measures from rows of the long table to rows of it, as in `profile`. Where a
publisher withheld counts, these take the middle of their range and say so by the
status E: their own bounds would need every admissible count. The indices of
`profile` have attained bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.centroids import centroids
from cosmopolis.neighbourhoods.chance import expected_dissimilarity
from cosmopolis.neighbourhoods.contexts import nearest_contexts
from cosmopolis.neighbourhoods.nesting import nested
from cosmopolis.neighbourhoods.two_groups import dissimilarity
from cosmopolis.vocabulary.measurement import CELL, FloatArray, interval, paired, summed
from cosmopolis.vocabulary.table import DIMENSIONS, SCHEMA, TOTAL, Status, group_code, group_pairs

#: The axis that says how many of the nearest residents a context holds.
NEAREST = "nearest"
#: Sizes of contexts, each twice the one before.
SIZES = (200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200)
#: Persons behind each row, for the floors of `disclosure.derive`.
BASE = "base_persons"

_CITY = [name for name in CELL if name != "area_code"]
_SCHEMA = {**SCHEMA, BASE: pl.Float64()}


@dataclass(frozen=True)
class Sides:
    """
    Which rows make the group and everybody else, over which areas of the city.

    `absent_is_zero` says whether an area without a row of the group counts nobody.
    """

    part: str
    rest: str
    areas: tuple[str, ...]
    city: str
    counted: str = "population_stock"
    absent_is_zero: bool = False


@dataclass(frozen=True)
class _Cells:
    """One period's counts by area: both sides, whether they are all known, and what names the result."""

    frame: pl.DataFrame
    areas: tuple[str, ...]
    group: FloatArray
    rest: FloatArray
    status: str

    @property
    def period(self) -> str:
        return str(self.frame["period"][0])


Row = dict[str, object]


def chance_levels(frame: pl.DataFrame, *, sides: Sides) -> pl.DataFrame:
    """
    The dissimilarity that addresses drawn by lot would give, for each period.

    Returns
    -------
    rows
        `dissimilarity_by_chance`, unit `index`, of the city.

    References
    ----------
    Winship (1977), Social Forces 55(4), 1058-1066.
    """
    return _measured(frame, sides, _chance)


def _chance(cells: _Cells, sides: Sides) -> Iterator[Row]:
    expected = expected_dissimilarity(np.round(cells.group), np.round(cells.rest))
    yield _row(cells, sides, "dissimilarity_by_chance", "index", expected)


def context_shares(frame: pl.DataFrame, *, sides: Sides, places: Mapping[str, tuple[float, float]]) -> pl.DataFrame:
    """
    The share of the group among the nearest residents, at every scale the areas allow.

    Parameters
    ----------
    frame
        Counts by area and group.
    sides
        The group, the rest, the areas.
    places
        Where each area's people live on average: east and north in metres.

    Returns
    -------
    rows
        `context_isolation` of the city: the mean over members of the group of
        the share among their nearest k residents, the group carrying
        `nearest=k`; `context_share` of each area for the smallest k. A k below the
        median size of the areas has no row: the context would be the area itself.
        Where k residents are not reached there is no row either.

    References
    ----------
    Östh, Clark and Malmberg (2015), Geographical Analysis 47(1), 34-49.
    """
    return _measured(frame, sides, lambda cells, about: _contexts(cells, about, places))


def _contexts(cells: _Cells, sides: Sides, places: Mapping[str, tuple[float, float]]) -> Iterator[Row]:
    known = np.array([area in places for area in cells.areas])
    persons = cells.group + cells.rest
    everybody = float(persons.sum())
    usable = known.all()
    wanted = [k for k in SIZES if np.median(persons[persons > 0]) <= k <= everybody / 2]
    if not usable or not wanted:
        return
    where = centroids(np.stack([cells.group, cells.rest], axis=1), np.array([places[area] for area in cells.areas]))
    found = nearest_contexts(where, wanted)
    curve = found.curve(0, percentiles=(50,))
    for k, share in zip(wanted, curve.isolation, strict=True):
        if np.isfinite(share):
            yield _row(cells, sides, "context_isolation", "share", float(share), nearest=k)
    smallest = found.share(0)[:, 0]
    for place, share in zip(found.places[:, 0], smallest, strict=True):
        if np.isfinite(share):
            area = cells.areas[int(place)]
            yield _row(cells, sides, "context_share", "share", float(share), nearest=wanted[0], area=area)


def cumulative_shares(frame: pl.DataFrame, *, sides: Sides) -> pl.DataFrame:
    """
    The segregation curve: shares of both sides cumulated over the areas, fewest of the group first.

    Returns
    -------
    rows
        `cumulative_share`, unit `share`, two for each area with residents: of the
        group and of the rest.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.
    """
    return _measured(frame, sides, _curve)


def _curve(cells: _Cells, sides: Sides) -> Iterator[Row]:
    persons = cells.group + cells.rest
    lived_in = np.flatnonzero(persons > 0)
    shares = cells.group[lived_in] / persons[lived_in]
    order = lived_in[np.lexsort((lived_in, shares))]
    for code, counts in ((sides.part, cells.group), (sides.rest, cells.rest)):
        along = np.cumsum(counts[order]) / counts.sum()
        for area, value in zip(order, along, strict=True):
            yield _row(
                cells, sides, "cumulative_share", "share", float(min(1.0, value)), area=cells.areas[area], group=code
            )


def between_shares(frame: pl.DataFrame, *, sides: Sides, above: Mapping[str, str]) -> pl.DataFrame:
    """
    How much of the separation lies between the larger areas rather than inside them.

    Parameters
    ----------
    frame
        Counts by area and group.
    sides
        The group, the rest, the areas.
    above
        The larger area that each area lies in.

    Returns
    -------
    rows
        `between_share`, unit `share`: the term of the larger areas in the nested
        information theory index, which adds up with the term inside them.
    """
    return _measured(frame, sides, lambda cells, about: _between(cells, about, above))


def _between(cells: _Cells, sides: Sides, above: Mapping[str, str]) -> Iterator[Row]:
    larger = [above.get(area, "") for area in cells.areas]
    if not all(larger) or len(set(larger)) < 2:
        return
    found = nested(np.stack([cells.group, cells.rest], axis=1), {"above": larger})
    yield _row(cells, sides, "between_share", "share", min(1.0, found.levels[0].share))


def share_changes(frame: pl.DataFrame, *, sides: Sides) -> pl.DataFrame:
    """
    By how much the group's share changed in each area from the first period to the last.

    Returns
    -------
    rows
        `share_change`, unit `share` (0.01 is one point), of each area with
        residents in both periods; the period is the span.
    """
    cells = list(_by_period(frame, sides))
    if len(cells) < 2:
        return _rows([])
    first, last = cells[0], cells[-1]
    rows = []
    for at, area in enumerate(last.areas):
        if area not in first.areas:
            continue
        then, now = first.areas.index(area), at
        before, after = first.group[then] + first.rest[then], last.group[now] + last.rest[now]
        if before > 0 and after > 0:
            change = last.group[now] / after - first.group[then] / before
            row = _row(last, sides, "share_change", "share", float(change), area=area)
            estimated = "E" if "E" in (first.status, last.status) else last.status
            rows.append(row | {"period": f"{first.period}/{last.period}", "status": estimated})
    return _rows(rows)


@dataclass(frozen=True)
class Case:
    """A prepared what-if: so many of the group and of the rest come to live in an area."""

    id: str
    area: str
    group: float
    rest: float


def with_cases(frame: pl.DataFrame, *, sides: Sides, cases: Sequence[Case]) -> pl.DataFrame:
    """
    The dissimilarity of the last period if each case came true, everything else unchanged.

    Returns
    -------
    rows
        `dissimilarity_if`, unit `index`, the group carrying `case=<id>`. Accounting,
        not a forecast: nobody else moves.
    """
    cells = list(_by_period(frame, sides))
    rows = [_if(cells[-1], sides, case) for case in cases if case.area in cells[-1].areas] if cells else []
    return _rows(rows)


def _if(cells: _Cells, sides: Sides, case: Case) -> Row:
    group, rest = cells.group.copy(), cells.rest.copy()
    at = cells.areas.index(case.area)
    group[at] += case.group
    rest[at] += case.rest
    row = _row(cells, sides, "dissimilarity_if", "index", dissimilarity(group, rest))
    return row | {"group": group_code({**group_pairs(sides.part), "case": case.id})}


def _measured(frame: pl.DataFrame, sides: Sides, measure: Callable[[_Cells, Sides], Iterator[Row]]) -> pl.DataFrame:
    """The rows of a measure over every period in which it exists."""
    rows: list[Row] = []
    for cells in _by_period(frame, sides):
        try:
            rows += measure(cells, sides)
        except MeasureUndefined:
            continue  # one inhabited area, or nobody in the group: the indices of `profile` say so for this period
    return _rows(rows)


def _by_period(frame: pl.DataFrame, sides: Sides) -> Iterator[_Cells]:
    """The counts of each period, if every area has them."""
    rows = frame.filter((pl.col("indicator") == sides.counted) & pl.col("group").is_in([sides.part, sides.rest]))
    group, rest = (summed(rows, [side], absent_is_zero=sides.absent_is_zero) for side in (sides.part, sides.rest))
    cells = paired(group, rest, CELL).filter(pl.col("area_code").is_in(list(sides.areas)))
    # a source about one span of ages has that as its total
    ages = sorted(set(cells["age_group"]))
    cells = cells.filter(
        (pl.col("sex") == TOTAL) & (pl.col("age_group") == (TOTAL if TOTAL in ages else min(ages, default="")))
    )
    for one in cells.sort("area_code").partition_by(_CITY, maintain_order=True):
        inside, outside = interval(one), interval(one, "_of")
        told = np.isfinite(inside.lower + inside.upper + outside.lower + outside.upper)
        if not told.all() or (not sides.absent_is_zero and one.height < len(sides.areas)):
            continue
        exact = bool((inside.lower == inside.upper).all() and (outside.lower == outside.upper).all())
        middle = [(side.lower + side.upper) / 2 for side in (inside, outside)]
        status = str(Status.NORMAL if exact else Status.ESTIMATED)
        yield _Cells(one, tuple(one["area_code"]), middle[0], middle[1], status)


def _row(
    cells: _Cells,
    sides: Sides,
    indicator: str,
    unit: str,
    value: float,
    *,
    nearest: int = 0,
    area: str = "",
    group: str = "",
) -> Row:
    """A row of the long table about the city, or about an area."""
    pairs = {**group_pairs(group or sides.part), **({NEAREST: str(nearest)} if nearest else {})}
    first = cells.frame.row(0, named=True)
    return {name: first[name] for name in ("sex", "age_group", "source_id")} | {
        "indicator": indicator,
        "area_code": area or sides.city,
        "period": cells.period,
        "group": group_code(pairs),
        "value": value,
        "lower": None,
        "upper": None,
        "unit": unit,
        "status": cells.status,
        "method_id": indicator,
        BASE: float(cells.group.sum()),
    }


def _rows(rows: Sequence[Row]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=_SCHEMA, orient="row").sort("indicator", *DIMENSIONS)
