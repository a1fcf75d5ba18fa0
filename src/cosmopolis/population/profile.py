"""
The measures of the profile, from rows of the long table to rows of the long table.

Each function takes counts, as `disclosure.derive` hands them over, and gives the
rows of its measures with their bounds: a cell whose counts are suppressed gets
the least and greatest value they allow (status Q), a cell that lacks a count
altogether gets none (O, L or Q as the count has it), and nothing divided by
nothing cannot exist (M). Counts of different sources are never added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from cosmopolis.errors import MeasureUndefined
from cosmopolis.population import diversity as mixes
from cosmopolis.population import rates
from cosmopolis.population.structure import OLD, WORKING, YOUNG, placed_ages
from cosmopolis.vocabulary.measurement import (
    CELL,
    Bounds,
    FloatArray,
    interval,
    long_rows,
    no_rows,
    paired,
    summed,
    with_bounds,
    with_interval,
)
from cosmopolis.vocabulary.table import DIMENSIONS, TOTAL

Groups = Mapping[str, Sequence[str]] | Sequence[str]

_EXACT = pl.col("value").is_not_null()
_BOTH_EXACT = _EXACT & pl.col("value_of").is_not_null()
_MIXES: Mapping[str, tuple[str, Callable[[Bounds[FloatArray]], Bounds[float]]]] = {
    "fractionalisation": ("index", mixes.fractionalisation_bounds),
    "entropy": ("index", mixes.entropy_bounds),
    "effective_groups": ("index", mixes.effective_groups_bounds),
}


def shares(
    frame: pl.DataFrame,
    *,
    part: Groups,
    whole: Sequence[str],
    indicator: str,
    counted: str = "population_stock",
    absent_is_zero: bool = False,
) -> pl.DataFrame:
    """
    Shares of groups, for each area, period, sex and age group.

    Parameters
    ----------
    frame
        Counts by group.
    part
        Groups to show: a list of codes, each for itself, or the code that names
        a result with the codes added up for it.
    whole
        Codes whose sum is everybody, `_T` or a list that does not overlap. With
        a list that holds the parts the bounds are attained.
    indicator
        Name of the measure in the result.
    counted
        The indicator of the counts.
    absent_is_zero
        Whether a group without a row counts nobody, or is missing.

    Returns
    -------
    rows
        Unit `share`; one row for each cell and part.
    """
    found = [no_rows()]
    for name, codes in _named(part).items():
        rows = _of(frame, counted).filter(pl.col("group").is_in([*codes, *whole]))
        parts = summed(rows, codes, absent_is_zero=absent_is_zero)
        inside = set(codes) <= set(whole)
        others = [code for code in whole if code not in codes] if inside else whole
        beside = summed(rows, others, absent_is_zero=absent_is_zero)
        cells = paired(parts, beside, CELL)
        bounds = rates.share_bounds if inside else rates.share_of_total_bounds
        cells = with_bounds(cells, bounds(interval(cells), interval(cells, "_of")), exact=_BOTH_EXACT)
        found.append(long_rows(cells.with_columns(group=pl.lit(name)), indicator=indicator, unit="share"))
    return pl.concat(found)


def sum_of_groups(
    frame: pl.DataFrame,
    *,
    groups: Mapping[str, Sequence[str]],
    indicator: str = "population_stock",
    absent_is_zero: bool = False,
) -> pl.DataFrame:
    """
    Persons of several groups together; `groups` names each sum and its codes.

    Returns
    -------
    rows
        The counted indicator, unit `persons`, for each cell and named sum.
    """
    found = [no_rows()]
    for name, codes in groups.items():
        rows = _of(frame, indicator).filter(pl.col("group").is_in(list(codes)))
        cells = summed(rows, codes, absent_is_zero=absent_is_zero).with_columns(group=pl.lit(name))
        found.append(long_rows(cells, indicator=indicator, unit="persons", method_id="sum_of_groups"))
    return pl.concat(found)


def growth_rates(frame: pl.DataFrame, *, counted: str = "population_stock") -> pl.DataFrame:
    """
    Change between consecutive periods: persons, share, and compounded yearly rate.

    Returns
    -------
    rows
        `population_change` (persons), `growth` and `annual_growth_rate` (share),
        each with the period `before/after`.

    Raises
    ------
    MeasureUndefined
        If a period of the counts is no date, month or year.
    """
    rows = with_interval(_of(frame, counted))
    periods = sorted(rows["period"].unique().to_list(), key=_year)
    keys = [name for name in CELL if name != "period"]
    found = [no_rows()]
    for before, after in pairwise(periods):
        cells = paired(rows.filter(pl.col("period") == after), rows.filter(pl.col("period") == before), keys)
        cells = cells.with_columns(period=pl.lit(f"{before}/{after}"))
        first, last, years = interval(cells, "_of"), interval(cells), round(_year(after) - _year(before), 9)
        for name, unit, bounds in (
            ("population_change", "persons", rates.difference_bounds(last, first)),
            ("growth", "share", rates.growth_bounds(first, last)),
            ("annual_growth_rate", "share", rates.annual_growth_rate_bounds(first, last, years=years)),
        ):
            found.append(long_rows(with_bounds(cells, bounds, exact=_BOTH_EXACT), indicator=name, unit=unit))
    return pl.concat(found)


def structure(frame: pl.DataFrame, *, counted: str = "population_stock") -> pl.DataFrame:
    """
    Share of each sex and age group in everybody of an area, period and group.

    Returns
    -------
    rows
        `sex_age_share` (share) for each row that names both a sex and an age
        group; unknown sexes and ages are part of the whole. The age groups given
        must not overlap.
    """
    detail = (pl.col("sex") != TOTAL) & (pl.col("age_group") != TOTAL)
    rows = with_interval(_of(frame, counted).filter(detail))
    sexes, ages = (rows[name].unique().to_list() for name in ("sex", "age_group"))
    whole = summed(rows, sexes, dimension="sex", absent_is_zero=True)
    whole = summed(whole, ages, dimension="age_group", absent_is_zero=True)
    keys = [name for name in CELL if name not in ("sex", "age_group")]
    cells = paired(rows, whole, keys)
    mine, everybody = interval(cells), interval(cells, "_of")
    rest = Bounds(everybody.lower - mine.lower, everybody.upper - mine.upper)
    cells = with_bounds(cells, rates.share_bounds(mine, rest), exact=_BOTH_EXACT)
    return long_rows(cells, indicator="sex_age_share", unit="share")


def sex_ratios(frame: pl.DataFrame, *, counted: str = "population_stock") -> pl.DataFrame:
    """Men for each woman, for each area, period, age group and group (`sex_ratio`, unit `ratio`)."""
    rows = _of(frame, counted).filter(pl.col("sex").is_in(["F", "M"]))
    men, women = (summed(rows, [sex], dimension="sex") for sex in ("M", "F"))
    return _ratio_rows(men, women, "sex_ratio")


def dependency_ratios(frame: pl.DataFrame, *, counted: str = "population_stock") -> pl.DataFrame:
    """
    Dependency ratios and ageing index, for each area, period, sex and group.

    Age groups are put into the three broad ages; persons of unknown age are in
    none of them. Rows with the total age are not used.

    Returns
    -------
    rows
        `dependency_total`, `dependency_old_age`, `dependency_youth`,
        `ageing_index`, unit `ratio` (times 100: the figures usually printed).

    Raises
    ------
    MeasureUndefined
        If an age group lies across 15 or 65 years.
    """
    rows = _of(frame, counted).filter(pl.col("age_group") != TOTAL)
    mapping = placed_ages(rows["age_group"].unique().to_list())

    def aged(*broad: str) -> pl.DataFrame:
        codes = [code for code, place in mapping.items() if place in broad]
        return summed(rows, codes or list(broad), dimension="age_group")

    working = aged(WORKING)
    return pl.concat(
        [
            _ratio_rows(aged(YOUNG, OLD), working, "dependency_total"),
            _ratio_rows(aged(OLD), working, "dependency_old_age"),
            _ratio_rows(aged(YOUNG), working, "dependency_youth"),
            _ratio_rows(aged(OLD), aged(YOUNG), "ageing_index"),
        ]
    )


def diversity(
    frame: pl.DataFrame, *, groups: Sequence[str], counted: str = "population_stock", absent_is_zero: bool = False
) -> pl.DataFrame:
    """
    How mixed the given groups are, for each area, period, sex and age group.

    Parameters
    ----------
    frame
        Counts by group.
    groups
        Codes of one axis that do not overlap.
    counted
        The indicator of the counts.
    absent_is_zero
        Whether a group without a row counts nobody, or is missing.

    Returns
    -------
    rows
        `fractionalisation`, `entropy` (nats) and `effective_groups`, unit `index`.
    """
    rows = _of(frame, counted).filter(pl.col("group").is_in(list(groups)))
    cells = summed(rows, groups, absent_is_zero=absent_is_zero)
    keys = [name for name in CELL if name != "group"]
    counts = with_interval(rows).group_by(keys).agg("lower", "upper")
    boxes = cells.select(keys).join(counts, on=keys, how="left", maintain_order="left")
    known = cells["upper"].fill_null(0.0) > 0
    found = [no_rows()]
    for name, (unit, bounds_of) in _MIXES.items():
        numbers = [
            bounds_of(Bounds(np.array(low, np.float64), np.array(high, np.float64))) if usable else None
            for low, high, usable in zip(boxes["lower"], boxes["upper"], known, strict=True)
        ]
        ends = Bounds(
            np.array([b.lower if b else np.nan for b in numbers]), np.array([b.upper if b else np.nan for b in numbers])
        )
        found.append(long_rows(with_bounds(cells, ends, exact=_EXACT), indicator=name, unit=unit))
    return pl.concat(found)


def net_migration(frame: pl.DataFrame, *, inflow: str = "inflow", outflow: str = "outflow") -> pl.DataFrame:
    """Moves in less moves out, for every cell with moves in (`net_migration`, unit `persons`)."""
    cells = _moves(frame, inflow, outflow)
    net = rates.difference_bounds(interval(cells), interval(cells, "_of"))
    return long_rows(with_bounds(cells, net, exact=_BOTH_EXACT), indicator="net_migration", unit="persons")


def migration_rates(
    frame: pl.DataFrame,
    *,
    inflow: str = "inflow",
    outflow: str = "outflow",
    population: str = "population_mean",
) -> pl.DataFrame:
    """
    Crude rates of moves per 1,000 persons of the mean population.

    Returns
    -------
    rows
        `crude_net_migration_rate` and `churn` (moves in and out together), unit
        `per 1000 persons`, for every cell that has moves in and out; without a
        mean population their value is missing.
    """
    moves = _moves(frame, inflow, outflow)
    came, left = interval(moves), interval(moves, "_of")
    moves = moves.drop([name for name in moves.columns if name.endswith("_of")])
    persons = with_interval(_of(frame, population))
    found = [no_rows()]
    for name, above in (
        ("crude_net_migration_rate", rates.difference_bounds(came, left)),
        ("churn", Bounds(came.lower + left.lower, came.upper + left.upper)),
    ):
        counted = with_bounds(moves, above, exact=_EXACT)
        cells = paired(counted, persons, DIMENSIONS)
        rate = rates.quotient_bounds(interval(cells), interval(cells, "_of"))
        rate = Bounds(1000 * rate.lower, 1000 * rate.upper)
        cells = with_bounds(cells, rate, exact=_BOTH_EXACT)
        found.append(long_rows(cells, indicator=name, unit="per 1000 persons"))
    return pl.concat(found)


def change_components(
    frame: pl.DataFrame, *, before: str, after: str, during: str, counted: str = "population_stock"
) -> pl.DataFrame:
    """
    Components of change of every area, sex, age group and group between two stocks.

    Parameters
    ----------
    frame
        Stocks of `before` and `after`, and `births`, `deaths`, `inflow` and
        `outflow` of the period `during`, as far as there are any.
    before, after
        Periods of the two stocks.
    during
        Period of the events.
    counted
        The indicator of the stocks.

    Returns
    -------
    rows
        `population_change`, `natural_change`, `net_migration` and
        `change_residual` (persons) with the period `before/after`. What lacks
        its events has no value, status O; the residual needs them all.
    """
    keys = [name for name in DIMENSIONS if name != "period"]
    span = pl.lit(f"{before}/{after}").alias("period")
    stocks, events = _of(frame, counted), frame.filter(pl.col("period") == during)
    last, first = (
        with_interval(stocks.filter(pl.col("period") == period)).with_columns(span) for period in (after, before)
    )
    change = _difference(last, first, keys)
    cells = change.select(*CELL).with_columns(span)
    natural, net = (
        _difference(_at(cells, _of(events, plus), keys), _of(events, minus), keys)
        for plus, minus in (("births", "deaths"), ("inflow", "outflow"))
    )
    residual = _difference(_difference(change, natural, keys), net, keys)
    named = {
        "population_change": change,
        "natural_change": natural,
        "net_migration": net,
        "change_residual": residual,
    }
    return pl.concat([long_rows(rows, indicator=name, unit="persons") for name, rows in named.items()])


def origins(
    frame: pl.DataFrame,
    *,
    groups: Sequence[str],
    whole: Sequence[str],
    counted: str = "population_stock",
    absent_is_zero: bool = False,
) -> pl.DataFrame:
    """
    Groups from the largest to the smallest, as counts and as shares.

    Parameters
    ----------
    frame
        Counts by group.
    groups
        Codes to rank; they do not overlap.
    whole
        Codes whose sum is everybody (see `shares`).
    counted
        The indicator of the counts.
    absent_is_zero
        Whether a group without a row counts nobody, or is missing.

    Returns
    -------
    rows
        First the counts (unit `persons`), then `origin_share` (unit `share`); in
        both, within each area, period, sex and age group, the largest group
        first by its value or the middle of its interval, and equal ones by code.
        Groups without number or bounds come last.
    """
    counts = sum_of_groups(
        frame, groups={code: [code] for code in groups}, indicator=counted, absent_is_zero=absent_is_zero
    )
    parts = shares(
        frame, part=groups, whole=whole, indicator="origin_share", counted=counted, absent_is_zero=absent_is_zero
    )
    places = [name for name in DIMENSIONS if name != "group"]
    middle = pl.coalesce("value", (pl.col("lower") + pl.col("upper")) / 2)
    falling = [False] * len(places) + [True, False]
    return pl.concat(
        [rows.sort(*places, middle, "group", descending=falling, nulls_last=True) for rows in (counts, parts)]
    )


def _of(frame: pl.DataFrame, indicator: str) -> pl.DataFrame:
    return frame.filter(pl.col("indicator") == indicator)


def _named(part: Groups) -> Mapping[str, Sequence[str]]:
    return part if isinstance(part, Mapping) else {code: [code] for code in part}


def _ratio_rows(above: pl.DataFrame, below: pl.DataFrame, indicator: str) -> pl.DataFrame:
    cells = paired(above, below, CELL)
    bounds = rates.quotient_bounds(interval(cells), interval(cells, "_of"))
    return long_rows(with_bounds(cells, bounds, exact=_BOTH_EXACT), indicator=indicator, unit="ratio")


def _moves(frame: pl.DataFrame, inflow: str, outflow: str) -> pl.DataFrame:
    """Cells with moves in, moves out beside them; `value` is empty unless both are exact."""
    came, left = with_interval(_of(frame, inflow)), with_interval(_of(frame, outflow))
    cells = paired(came, left, DIMENSIONS)
    return cells.with_columns(value=pl.when(pl.col("value_of").is_not_null()).then("value"))


def _difference(first: pl.DataFrame, second: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    cells = paired(first, with_interval(second), keys)
    cells = with_bounds(cells, rates.difference_bounds(interval(cells), interval(cells, "_of")), exact=_BOTH_EXACT)
    return cells.drop([name for name in cells.columns if name.endswith("_of")])


def _at(cells: pl.DataFrame, rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Rows put beside the cells they belong to; a cell without one lacks its number."""
    found = with_interval(rows).select(*keys, "value", "lower", "upper", "status", own="source_id")
    both = cells.join(found, on=list(keys), how="left", validate="m:1")
    return both.with_columns(status=pl.col("status").fill_null("O"), source_id=pl.coalesce("own", "source_id")).drop(
        "own"
    )


def _year(period: str) -> float:
    """A date, month or year as a number of years, so that equal days lie whole years apart."""
    parts = period.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        raise MeasureUndefined.at("population.period_is_no_date", period=period)
    year, month, day = (int(part) for part in [*parts, "1", "1"][:3])
    return year + (month - 1) / 12 + (day - 1) / 372
