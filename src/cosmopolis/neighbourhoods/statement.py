"""
What a statement on space says beside the indices: chance, scale, levels and the curve.

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
from cosmopolis.neighbourhoods.contexts import Contexts, nearest_contexts
from cosmopolis.neighbourhoods.nesting import nested
from cosmopolis.vocabulary.measurement import CELL, Bounds, FloatArray, interval, paired, summed
from cosmopolis.vocabulary.table import (
    DIMENSIONS,
    NEAREST,
    SCHEMA,
    TOTAL,
    WITH_INTERVAL,
    Status,
    group_code,
    group_pairs,
)

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
    `others`, if there are any, make the rest together. `age_group` are those counted; a
    source about one span of ages has that as its total.
    """

    part: str
    rest: str
    areas: tuple[str, ...]
    city: str
    counted: str = "population_stock"
    absent_is_zero: bool = False
    age_group: str = TOTAL
    others: tuple[str, ...] = ()


Row = dict[str, object]
#: Where each area's people live on average: east and north in metres.
Places = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Cells:
    """
    One period's counts by area: both sides, whether they are all known, and what names the result.

    `group` and `rest` are what is reckoned with, shape (n_areas,); where counts are
    intervals that is their middle. `group_bounds` and `rest_bounds` hold the truth.
    """

    sides: Sides
    frame: pl.DataFrame
    areas: tuple[str, ...]
    group: FloatArray
    rest: FloatArray
    group_bounds: Bounds[FloatArray]
    rest_bounds: Bounds[FloatArray]
    status: str

    @property
    def period(self) -> str:
        """The period that these are the counts of."""
        return str(self.frame["period"][0])

    def row(
        self,
        indicator: str,
        unit: str,
        value: float,
        *,
        nearest: int = 0,
        area: str = "",
        group: str = "",
        ends: tuple[float, float] | None = None,
    ) -> Row:
        """
        A row of the long table about the city, or about an area.

        `group` is that of the sides if left out; `ends` are those of the value's interval.
        """
        pairs = {**group_pairs(group or self.sides.part), **({NEAREST: str(nearest)} if nearest else {})}
        first = self.frame.row(0, named=True)
        return {name: first[name] for name in ("sex", "age_group", "source_id")} | {
            "indicator": indicator,
            "area_code": area or self.sides.city,
            "period": self.period,
            "group": group_code(pairs),
            "value": value,
            "lower": ends[0] if ends else None,
            "upper": ends[1] if ends else None,
            "unit": unit,
            "status": self.status,
            "method_id": indicator + (WITH_INTERVAL if ends else ""),
            BASE: float(self.group.sum()),
        }


def context_shares(frame: pl.DataFrame, *, sides: Sides, places: Places) -> pl.DataFrame:
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
        `nearest=k`; `context_share` of each area for the smallest k;
        `macro_micro_ratio`, unit `ratio`: the dissimilarity of the largest contexts over
        that of the smallest. A k below the median size of the areas has no row: the
        context would be the area itself. Where k residents are not reached there is no
        row either.

    References
    ----------
    Östh, Clark and Malmberg (2015), Geographical Analysis 47(1), 34-49.
    """
    return measured(frame, sides, lambda cells: _contexts(cells, places))


def _contexts(cells: Cells, places: Places) -> Iterator[Row]:
    wanted = sizes_of(cells)
    found = _nearest(cells, places, wanted)
    if found is None:
        return
    curve = found.curve(0, percentiles=(50,))
    told = [at for at in range(len(wanted)) if np.isfinite(curve.isolation[at])]
    for at in told:
        share = float(curve.isolation[at])
        yield cells.row("context_isolation", "share", share, nearest=wanted[at])
    if len(told) > 1 and curve.dissimilarity[told[0]] > 0:
        ratio = float(curve.dissimilarity[told[-1]] / curve.dissimilarity[told[0]])
        yield cells.row("macro_micro_ratio", "ratio", ratio)
    smallest = found.share(0)[:, 0]
    for place, share in zip(found.places[:, 0], smallest, strict=True):
        if np.isfinite(share):
            area = cells.areas[int(place)]
            yield cells.row("context_share", "share", float(share), nearest=wanted[0], area=area)


def sizes_of(cells: Cells) -> list[int]:
    """The sizes of contexts that the areas allow: from their median size to half the city."""
    persons = cells.group + cells.rest
    if not persons.any():
        return []
    return [k for k in SIZES if np.median(persons[persons > 0]) <= k <= persons.sum() / 2]


def isolation_at(cells: Cells, places: Places, wanted: Sequence[int]) -> FloatArray:
    """The mean share of the group among its members' nearest residents, for each size; nothing without places."""
    found = _nearest(cells, places, wanted)
    return np.empty(0) if found is None else found.curve(0, percentiles=(50,)).isolation


def _nearest(cells: Cells, places: Places, wanted: Sequence[int]) -> Contexts | None:
    if not wanted or not all(area in places for area in cells.areas):
        return None
    where = centroids(np.stack([cells.group, cells.rest], axis=1), np.array([places[area] for area in cells.areas]))
    return nearest_contexts(where, wanted)


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
    return measured(frame, sides, _curve)


def _curve(cells: Cells) -> Iterator[Row]:
    persons = cells.group + cells.rest
    lived_in = np.flatnonzero(persons > 0)
    shares = cells.group[lived_in] / persons[lived_in]
    order = lived_in[np.lexsort((lived_in, shares))]
    for code, counts in ((cells.sides.part, cells.group), (cells.sides.rest, cells.rest)):
        along = np.cumsum(counts[order]) / counts.sum()
        for area, value in zip(order, along, strict=True):
            yield cells.row("cumulative_share", "share", float(min(1.0, value)), area=cells.areas[area], group=code)


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
    return measured(frame, sides, lambda cells: _between(cells, above))


def _between(cells: Cells, above: Mapping[str, str]) -> Iterator[Row]:
    larger = [above.get(area, "") for area in cells.areas]
    if not all(larger) or len(set(larger)) < 2:
        return
    found = nested(np.stack([cells.group, cells.rest], axis=1), {"above": larger})
    yield cells.row("between_share", "share", min(1.0, found.levels[0].share))


def measured(frame: pl.DataFrame, sides: Sides, measure: Callable[[Cells], Iterator[Row]]) -> pl.DataFrame:
    """The rows of a measure over every period in which it exists."""
    rows: list[Row] = []
    for cells in cells_by_period(frame, sides):
        try:
            rows += measure(cells)
        except MeasureUndefined:
            continue  # one inhabited area, or nobody in the group: the indices of `profile` say so for this period
    return rows_of(rows)


def cells_by_period(frame: pl.DataFrame, sides: Sides) -> Iterator[Cells]:
    """The counts of each period, if every area has them."""
    codes = ([sides.part], list(sides.others) or [sides.rest])
    rows = frame.filter((pl.col("indicator") == sides.counted) & pl.col("group").is_in([*codes[0], *codes[1]]))
    group, rest = (summed(rows, side, absent_is_zero=sides.absent_is_zero) for side in codes)
    cells = paired(group, rest, CELL).filter(pl.col("area_code").is_in(list(sides.areas)))
    ages = sorted(set(cells["age_group"]))
    age = min(ages, default="") if sides.age_group == TOTAL and TOTAL not in ages else sides.age_group
    cells = cells.filter((pl.col("sex") == TOTAL) & (pl.col("age_group") == age))
    for one in cells.sort("period", "area_code").partition_by(_CITY, maintain_order=True):
        inside, outside = interval(one), interval(one, "_of")
        told = np.isfinite(inside.lower + inside.upper + outside.lower + outside.upper)
        if not told.all() or (not sides.absent_is_zero and one.height < len(sides.areas)):
            continue
        exact = bool((inside.lower == inside.upper).all() and (outside.lower == outside.upper).all())
        middle = [(side.lower + side.upper) / 2 for side in (inside, outside)]
        status = str(Status.NORMAL if exact else Status.ESTIMATED)
        yield Cells(sides, one, tuple(one["area_code"]), middle[0], middle[1], inside, outside, status)


def last_cells(frame: pl.DataFrame, sides: Sides) -> Cells | None:
    """The counts of the last period in which every area has them."""
    return next(reversed(list(cells_by_period(frame, sides))), None)


def rows_of(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a frame of the long table, with the persons behind each."""
    return pl.DataFrame(list(rows), schema=_SCHEMA, orient="row").sort("indicator", *DIMENSIONS)
