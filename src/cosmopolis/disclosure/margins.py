"""Sums over atoms: the cells of declared margins, before any protection."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from cosmopolis.vocabulary.table import DIMENSIONS, TOTAL, Margin, Status, Table

#: What a cell is about.
CELL = ("indicator", *DIMENSIONS)

#: Which status a sum takes: the last one here that any of its atoms has. First
#: what only qualifies a number, from the mildest on; then a suppressed part,
#: which leaves an interval; then a part nobody knows, which leaves nothing. An
#: atom that cannot exist adds nothing, so it counts only when there is no other.
RANKS = (
    Status.CANNOT_EXIST,
    Status.NORMAL,
    Status.PROVISIONAL,
    Status.LOW_RELIABILITY,
    Status.IMPUTED,
    Status.ESTIMATED,
    Status.BREAK,
    Status.FORECAST,
    Status.SUPPRESSED,
    Status.NOT_COLLECTED,
    Status.MISSING,
)
_VALUED = [str(status) for status in RANKS[1:8]]


def published_codes(margin: Margin, dimension: str, codes: list[str], city_area: str) -> dict[str, str]:
    """The code under which `margin` shows each atom code of `dimension`; codes it leaves out are absent."""
    how = margin.coarsening(dimension)
    if how == "keep":
        return {code: code for code in codes}
    if how == "sum":
        return dict.fromkeys(codes, city_area if dimension == "area_code" else TOTAL)
    return {code: how[code] for code in codes if code in how}


def coarsened(frame: pl.DataFrame, margin: Margin, city_area: str) -> pl.DataFrame:
    """The margin's atoms under its own codes; atoms that it leaves out are gone."""
    frame = frame.filter(pl.col("indicator").is_in(list(margin.indicators)))
    for dimension in DIMENSIONS:
        if margin.coarsening(dimension) != "keep":
            codes = frame[dimension].unique().to_list()
            frame = recoded(frame, dimension, published_codes(margin, dimension, codes, city_area))
    return frame


def recoded(frame: pl.DataFrame, column: str, codes: Mapping[str, str]) -> pl.DataFrame:
    """The frame with other codes in a column; rows whose code has none are gone."""
    if not codes:
        return frame.clear()
    new = pl.col(column).replace_strict(list(codes), list(codes.values()), default=None, return_dtype=pl.String)
    return frame.with_columns(new.alias(column)).filter(pl.col(column).is_not_null())


def climbed(table: Table, wanted: set[str]) -> dict[str, str]:
    """For each area of the table the nearest of its ancestors, or itself, among `wanted`."""
    found = {}
    for code in table.frame["area_code"].unique().to_list():
        for step in chain(code, table.parents):
            if step in wanted:
                found[code] = step
                break
    return found


def chain(code: str, parents: Mapping[str, str]) -> list[str]:
    """An area and its ancestors, finest first."""
    steps = [code]
    while (above := parents.get(steps[-1], "")) and above not in steps:
        steps.append(above)
    return steps


def cells(atoms: pl.DataFrame) -> pl.DataFrame:
    """
    Sum coarsened atoms to cells.

    Parameters
    ----------
    atoms
        Long rows under the margin's codes, and a column `key` of unsigned integers.

    Returns
    -------
    cells
        One row per cell that has an atom: `value` is the exact sum, empty unless
        every part is known; `lower` and `upper` are sums of bounds where a part
        is suppressed, else empty; `status` after `RANKS`; `key` modulo 2**32.
    """
    ranked = atoms.with_columns(
        pl.col("status").replace_strict([str(s) for s in RANKS], list(range(len(RANKS)))).alias("rank"),
        pl.when(pl.col("status") == Status.SUPPRESSED).then(pl.col("lower")).otherwise(pl.col("value")).alias("lower"),
        pl.when(pl.col("status") == Status.SUPPRESSED).then(pl.col("upper")).otherwise(pl.col("value")).alias("upper"),
    )
    by = [*CELL, "unit", "source_id"]
    summed = _exact_sums(ranked, by).with_columns(pl.col("key") % 2**32)
    status = pl.col("rank").replace_strict(list(range(len(RANKS))), [str(s) for s in RANKS], return_dtype=pl.String)
    summed = summed.with_columns(status.alias("status"))
    hidden = pl.col("status") == Status.SUPPRESSED
    return (
        summed.with_columns(
            pl.when(pl.col("status").is_in(_VALUED)).then(pl.col("value")).alias("value"),
            pl.when(hidden).then(pl.col("lower")).alias("lower"),
            pl.when(hidden).then(pl.col("upper")).alias("upper"),
        )
        .drop("rank")
        .sort(by)
    )


def _exact_sums(ranked: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Group sums that no order of rows can change: whole numbers as integers, others by `math.fsum`."""
    summands = ["value", "lower", "upper"]
    others = [pl.col("rank").max(), pl.col("key").sum()]
    if all(_all_whole(ranked[name]) for name in summands):
        whole = [pl.col(name).cast(pl.Int64).sum().cast(pl.Float64) for name in summands]
        return ranked.group_by(by).agg(*whole, *others)
    grouped = ranked.group_by(by).agg(*(pl.col(name).drop_nulls() for name in summands), *others)
    sums = [pl.Series(name, [math.fsum(part) for part in grouped[name].to_list()], pl.Float64) for name in summands]
    return grouped.with_columns(sums)


def _all_whole(values: pl.Series) -> bool:
    return bool((values == values.round(0)).all())
