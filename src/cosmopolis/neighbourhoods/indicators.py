"""
The default indicators of a statement: how sure they are, and what chance would give.

Measures from rows of the long table to rows of it, as in `statement`, for the last
period. The interval is that of persons drawn anew: a register counts everybody, and
the interval then says what another draw of the same city would give. Where a
publisher withheld counts there is no such interval: the indices of `profile` have
attained bounds instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import polars as pl

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import two_groups
from cosmopolis.neighbourhoods.chance import (
    expected_correlation_ratio,
    expected_dissimilarity,
    information_theory_without_chance,
)
from cosmopolis.neighbourhoods.inference import Measure, estimate
from cosmopolis.neighbourhoods.statement import Cells, Row, Sides, last_cells, rows_of
from cosmopolis.vocabulary.measurement import FloatArray
from cosmopolis.vocabulary.table import TOTAL, WITH_INTERVAL, Status

#: What has an interval: the index of counts of both sides.
_MEASURES: Mapping[str, Measure] = {
    "dissimilarity": two_groups.dissimilarity,
    "information_theory": two_groups.information_theory,
    "isolation": lambda counts: two_groups.isolation(*np.asarray(counts).T),
    "interaction": lambda counts: two_groups.interaction(*np.asarray(counts).T),
}


def with_intervals(
    rows: pl.DataFrame, frame: pl.DataFrame, *, sides: Sides, seed: int, only: Collection[str] = tuple(_MEASURES)
) -> pl.DataFrame:
    """
    The indices of `profile.segregation`, those of the last period with their intervals.

    Parameters
    ----------
    rows
        Indices of the city; those without a value stay as they are.
    frame
        The counts that they are of.
    sides
        The group, the rest, the areas.
    seed
        Of the draws behind the intervals.
    only
        The indices that get one.

    Returns
    -------
    rows
        The same rows. Of counts that are all known, the last `dissimilarity`,
        `information_theory`, `isolation` and `interaction` have the ends of an interval
        in `lower` and `upper`; none where a draw may leave nobody in the group.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, section 5.2.
    """
    cells = last_cells(frame, sides)
    if cells is None or cells.status != Status.NORMAL:
        return rows
    here = {"period": cells.period, "area_code": sides.city, "sex": TOTAL, "group": sides.part}
    told = pl.all_horizontal(pl.col("value").is_not_null(), *(pl.col(name) == code for name, code in here.items()))
    wanted = rows.filter(told & pl.col("indicator").is_in(list(only)))["indicator"].unique().sort()
    for name in wanted:
        ends = _ends(cells.group, cells.rest, _MEASURES[name], seed)
        if ends is None:
            continue
        low, high = ends
        row = told & (pl.col("indicator") == name)
        rows = rows.with_columns(
            pl.when(row).then(pl.lit(low)).otherwise("lower").alias("lower"),
            pl.when(row).then(pl.lit(high)).otherwise("upper").alias("upper"),
            pl.when(row).then(pl.col("method_id") + WITH_INTERVAL).otherwise("method_id").alias("method_id"),
        )
    return rows


def beside_indices(frame: pl.DataFrame, *, sides: Sides, seed: int) -> pl.DataFrame:
    """
    What stands beside the indices of the last period: their chance levels, and exposure.

    Parameters
    ----------
    frame
        Counts by area and group.
    sides
        The group, the rest, the areas.
    seed
        Of the draws behind the interval.

    Returns
    -------
    rows
        Of the city. `dissimilarity_by_chance`, `information_theory_by_chance` (unit
        `index`), `isolation_by_chance` and `exposure_by_chance` (unit `share`, the latter
        with the code of the rest): what addresses drawn by lot would give. `exposure` (unit `share`): the
        group's share where the average other person lives, with its interval; it
        carries the code of the rest. Of withheld counts, from the middle of their
        ranges, without interval, status E.

    References
    ----------
    Lieberson (1981), in: Ethnic Segregation in Cities, 61-82 (exposure).
    Winship (1977), Social Forces 55(4), 1058-1066 (chance).
    """
    cells = last_cells(frame, sides)
    try:
        return rows_of([] if cells is None else list(_beside(cells, seed)))
    except MeasureUndefined:
        return rows_of([])  # one inhabited area, or nobody in the group: the indices of `profile` say so


def _beside(cells: Cells, seed: int) -> Iterator[Row]:
    group, rest = np.round(cells.group), np.round(cells.rest)
    yield cells.row("dissimilarity_by_chance", "index", expected_dissimilarity(group, rest))
    expected = information_theory_without_chance(np.column_stack([group, rest])).expected
    yield cells.row("information_theory_by_chance", "index", min(1.0, expected))
    share = float(group.sum() / (group + rest).sum())
    # what part of the variance a lottery of addresses puts between areas, exactly
    apart = expected_correlation_ratio(group, rest)
    yield cells.row("isolation_by_chance", "share", share + (1 - share) * apart)
    yield cells.row("exposure_by_chance", "share", share * (1 - apart), group=cells.sides.rest)
    sure = cells.status == Status.NORMAL
    ends = _ends(cells.rest, cells.group, _MEASURES["interaction"], seed) if sure else None
    value = two_groups.interaction(cells.rest, cells.group)
    yield cells.row("exposure", "share", value, group=cells.sides.rest, ends=ends)


def _ends(group: FloatArray, rest: FloatArray, measure: Measure, seed: int) -> tuple[float, float] | None:
    """The ends of an interval; nothing where a draw leaves nobody in the group, as of a handful of people."""
    try:
        return estimate(group, rest, measure=measure, seed=seed).unit_ends
    except MeasureUndefined:
        return None
