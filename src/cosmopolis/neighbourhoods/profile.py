"""
The measures of space for the profile, from rows of the long table to rows of it.

Counts come as `disclosure.derive` hands them over. A measure of the city needs
every one of its areas: where one has neither count nor bounds, the measure has
no value either, with that count's status.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import polars as pl

from cosmopolis.neighbourhoods import bounds as spread
from cosmopolis.neighbourhoods.local import location_quotient_interval
from cosmopolis.neighbourhoods.suppressed_dissimilarity import dissimilarity_bounds
from cosmopolis.neighbourhoods.suppressed_information import information_theory_bounds
from cosmopolis.vocabulary.measurement import (
    CELL,
    Bounds,
    FloatArray,
    gravest,
    interval,
    long_rows,
    no_rows,
    paired,
    summed,
    with_bounds,
)
from cosmopolis.vocabulary.policy import Floors
from cosmopolis.vocabulary.table import WITH_INTERVAL, Status

Groups = Mapping[str, Sequence[str]] | Sequence[str]
_Measure = Callable[[Bounds[FloatArray], Bounds[FloatArray]], Bounds[float]]

_CITY = [name for name in CELL if name != "area_code"]
_BOTH_EXACT = pl.col("value").is_not_null() & pl.col("value_of").is_not_null()
_MEASURES: Mapping[str, _Measure] = {
    "dissimilarity": dissimilarity_bounds,
    "isolation": spread.isolation_bounds,
    "interaction": spread.interaction_bounds,
    "information_theory": information_theory_bounds,
}
#: Measures that are a share of people, and are told in per cent.
_SHARES = frozenset({"isolation", "interaction"})
#: Areas that must have residents: dissimilarity compares areas, isolation does not.
_LEAST_AREAS: Mapping[str, int] = {"dissimilarity": 2, "isolation": 1, "interaction": 1, "information_theory": 2}


def segregation(
    frame: pl.DataFrame,
    *,
    part: Groups,
    rest: Sequence[str],
    areas: Collection[str],
    city: str,
    counted: str = "population_stock",
    absent_is_zero: bool = False,
    floors: Floors | None = None,
) -> pl.DataFrame:
    """
    Dissimilarity, isolation, interaction and information theory index of groups over the areas of the city.

    Parameters
    ----------
    frame
        Counts by area and group.
    part
        Groups to measure: a list of codes, each for itself, or the code that
        names a result with the codes added up for it.
    rest
        Codes of everybody counted; those of the group itself are left out of it.
    areas
        Codes of all areas of one level.
    city
        The city's own area code, which the result carries.
    counted
        The indicator of the counts.
    absent_is_zero
        Whether a group without a row counts nobody, or is missing.
    floors
        Smallest groups: below `dissimilarity_group_persons` the dissimilarity is
        not shown (Q, no bounds), below `dissimilarity_noisy_persons` it is of low
        reliability (U). The lower bound of the group decides.

    Returns
    -------
    rows
        `dissimilarity` and `information_theory` (unit `index`), `isolation` and
        `interaction` (unit `share`), for each group, period, sex and age group.
    """
    # an area without rows has nobody, or is missing, as its groups would be
    needed = 0 if absent_is_zero else len(set(areas))
    found = [no_rows()]
    for name, codes in _named(part).items():
        others = [code for code in rest if code not in codes]
        cells = _sides(frame, codes, others, counted=counted, absent_is_zero=absent_is_zero)
        cells = cells.filter(pl.col("area_code").is_in(list(areas)))
        for measure, bounds_of in _MEASURES.items():
            rows = _over_areas(cells, bounds_of, needed, _LEAST_AREAS[measure])
            if floors is not None and measure == "dissimilarity":
                rows = _floored(rows, floors)
            rows = rows.with_columns(area_code=pl.lit(city), group=pl.lit(name))
            unit = "share" if measure in _SHARES else "index"
            found.append(long_rows(rows, indicator=measure, unit=unit))
    return pl.concat(found)


def multigroup(
    frame: pl.DataFrame,
    *,
    groups: Sequence[str],
    areas: Collection[str],
    city: str,
    counted: str = "population_stock",
    absent_is_zero: bool = False,
    floors: Floors | None = None,
) -> pl.DataFrame:
    """
    Dissimilarity and isolation of each group from all others of the given groups.

    For a table that counts origin groups only: "others" are then the other
    origin groups, never the whole city, and the text beside the figure says so.
    Parameters and rows are those of `segregation`.
    """
    return segregation(
        frame,
        part=groups,
        rest=groups,
        areas=areas,
        city=city,
        counted=counted,
        absent_is_zero=absent_is_zero,
        floors=floors,
    )


def location_quotients(
    frame: pl.DataFrame,
    *,
    part: Groups,
    rest: Sequence[str],
    areas: Collection[str],
    counted: str = "population_stock",
    absent_is_zero: bool = False,
) -> pl.DataFrame:
    """
    How many times as common groups are in each area as in all areas together.

    Parameters
    ----------
    frame
        Counts by area and group.
    part
        Groups to measure (see `segregation`).
    rest
        Codes of everybody counted; those of the group itself are left out of it.
    areas
        Codes of all areas of one level.
    counted
        The indicator of the counts.
    absent_is_zero
        Whether a group without a row counts nobody, or is missing.

    Returns
    -------
    rows
        `location_quotient`, unit `ratio`, for each area, group, period, sex and
        age group; status M where nobody lives. Where all counts are known it carries the
        interval that small counts leave (95 %), else the bounds of what was withheld.
    """
    # an area without rows has nobody, or is missing, as its groups would be
    needed = 0 if absent_is_zero else len(set(areas))
    found = [no_rows()]
    for name, codes in _named(part).items():
        others = [code for code in rest if code not in codes]
        cells = _sides(frame, codes, others, counted=counted, absent_is_zero=absent_is_zero)
        cells = cells.filter(pl.col("area_code").is_in(list(areas)))
        for one in cells.partition_by(_CITY, maintain_order=True):
            quotients = _quotients(one, needed).with_columns(group=pl.lit(name))
            found.append(_sure(long_rows(quotients, indicator="location_quotient", unit="ratio"), one))
    return pl.concat(found).sort("group", "period", "area_code", maintain_order=True)


def _named(part: Groups) -> Mapping[str, Sequence[str]]:
    return part if isinstance(part, Mapping) else {code: [code] for code in part}


def _sides(
    frame: pl.DataFrame, codes: Sequence[str], others: Sequence[str], *, counted: str, absent_is_zero: bool
) -> pl.DataFrame:
    """Cells of the group, those of all others beside them."""
    rows = frame.filter((pl.col("indicator") == counted) & pl.col("group").is_in([*codes, *others]))
    group, rest = (summed(rows, side, absent_is_zero=absent_is_zero) for side in (codes, others))
    return paired(group, rest, CELL)


def _over_areas(cells: pl.DataFrame, bounds_of: _Measure, areas: int, least: int) -> pl.DataFrame:
    """One row for each period, sex, age group and source, with a measure over its areas."""
    found = []
    for one in cells.partition_by(_CITY, maintain_order=True):
        group, rest, complete = interval(one), interval(one, "_of"), _is_complete(one, areas)
        inhabited = np.count_nonzero(group.upper + rest.upper)
        possible = complete and inhabited >= least and group.upper.sum() > 0 and rest.upper.sum() > 0
        bounds = bounds_of(group, rest) if possible else Bounds(np.nan, np.nan)
        exact = bool(one.select(_BOTH_EXACT.all()).item())
        found.append(
            one.head(1).with_columns(
                value=pl.lit(bounds.lower if exact else None, pl.Float64),
                lower=pl.lit(bounds.lower, pl.Float64),
                upper=pl.lit(bounds.upper, pl.Float64),
                status=pl.lit(_status(one, areas)),
                persons=pl.lit(float(group.lower.sum())),
            )
        )
    return pl.concat(found) if found else cells.with_columns(persons=pl.lit(0.0))


def _quotients(cells: pl.DataFrame, areas: int) -> pl.DataFrame:
    group, rest, complete = interval(cells), interval(cells, "_of"), _is_complete(cells, areas)
    possible = complete and group.upper.sum() > 0
    nothing = np.full(cells.height, np.nan)
    bounds = spread.location_quotient_bounds(group, rest) if possible else Bounds(nothing, nothing)
    exact = bool(cells.select(_BOTH_EXACT.all()).item())
    measured = with_bounds(cells, bounds, exact=pl.lit(exact))
    # what one area lacks, every quotient lacks: each is a comparison with the whole city
    return measured if complete else measured.with_columns(status=pl.lit(_status(cells, areas)))


def _sure(rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Quotients of counts that are all known, with the interval that small counts leave."""
    if rows["value"].null_count() == rows.height:
        return rows
    group, rest = interval(cells), interval(cells, "_of")
    found = location_quotient_interval(group.lower, rest.lower)
    ends = cells.select("area_code").with_columns(
        pl.Series("low", found.lower, nan_to_null=True), pl.Series("high", found.upper, nan_to_null=True)
    )
    told = rows.join(ends, on="area_code", how="left", maintain_order="left")
    has_value = pl.col("value").is_not_null()
    return told.with_columns(
        lower=pl.when(has_value).then("low"),
        upper=pl.when(has_value).then("high"),
        method_id=pl.when(has_value).then(pl.col("method_id") + WITH_INTERVAL).otherwise("method_id"),
    ).select(rows.columns)


def _is_complete(cells: pl.DataFrame, areas: int) -> bool:
    bounds = ("lower", "upper", "lower_of", "upper_of")
    return cells.height >= areas and sum(cells[name].null_count() for name in bounds) == 0


def _status(cells: pl.DataFrame, areas: int) -> str:
    """The gravest status over the areas; missing where an area has no row."""
    if cells.height < areas:
        return Status.MISSING.value
    return gravest(cells["status"].to_list()).value


def _floored(rows: pl.DataFrame, floors: Floors) -> pl.DataFrame:
    hidden = pl.col("persons") < floors.dissimilarity_group_persons
    noisy = (pl.col("persons") < floors.dissimilarity_noisy_persons) & (pl.col("status") == Status.NORMAL.value)
    return rows.with_columns(
        *(pl.when(~hidden).then(name).alias(name) for name in ("value", "lower", "upper")),
        status=pl.when(hidden)
        .then(pl.lit(Status.SUPPRESSED.value))
        .when(noisy)
        .then(pl.lit(Status.LOW_RELIABILITY.value))
        .otherwise("status"),
    )
