"""
What a measure is given and gives: intervals of counts, and rows of the long table.

A suppressed cell is an interval. These few functions carry intervals, statuses
and sources through sums and quotients, so that each measure states only its own
formula and its own bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from cosmopolis.vocabulary.table import DIMENSIONS, SCHEMA, TOTAL, Status

FloatArray = NDArray[np.float64]
Number = TypeVar("Number", float, FloatArray)

#: From the lightest to the gravest: a number made of several rows takes the
#: gravest of their statuses. What has no bounds at all outweighs an interval.
GRAVITY = (
    Status.NORMAL,
    Status.BREAK,
    Status.PROVISIONAL,
    Status.LOW_RELIABILITY,
    Status.IMPUTED,
    Status.ESTIMATED,
    Status.FORECAST,
    Status.SUPPRESSED,
    Status.CANNOT_EXIST,
    Status.NOT_COLLECTED,
    Status.MISSING,
)
_WEIGHT = {str(status): weight for weight, status in enumerate(GRAVITY)}
_STATUS = {weight: status for status, weight in _WEIGHT.items()}
_SUPPRESSED = _WEIGHT[Status.SUPPRESSED]

#: The columns that name a cell within one source.
CELL = ("indicator", *DIMENSIONS, "source_id")


@dataclass(frozen=True)
class Bounds(Generic[Number]):
    """The least and the greatest value that the suppressed counts allow."""

    lower: Number
    upper: Number


def between(lower: ArrayLike, upper: ArrayLike) -> Bounds[FloatArray]:
    """
    Counts of persons known to lie between two numbers, cell by cell.

    Parameters
    ----------
    lower, upper
        Persons, of one shape; NaN where nothing is known.

    Examples
    --------
    >>> between([5, 1], [5, 4])
    Bounds(lower=array([5., 1.]), upper=array([5., 4.]))
    """
    low, high = np.broadcast_arrays(np.asarray(lower, np.float64), np.asarray(upper, np.float64))
    if bool(np.any(low > high)):
        raise ValueError("a lower bound lies above its upper bound")
    return Bounds(low, high)


def gravest(statuses: Iterable[str]) -> Status:
    """
    The status of a number that is made of several.

    Examples
    --------
    >>> gravest(["A", "P", "A"]).value
    'P'
    """
    return GRAVITY[max((_WEIGHT[status] for status in statuses), default=0)]


def with_interval(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose `lower` and `upper` hold the value itself where it is known."""
    return rows.with_columns(
        lower=pl.coalesce("value", "lower"),
        upper=pl.coalesce("value", "upper"),
    )


def interval(cells: pl.DataFrame, suffix: str = "") -> Bounds[FloatArray]:
    """The columns `lower` and `upper` (with a suffix) as arrays; NaN where empty."""
    return Bounds(cells[f"lower{suffix}"].to_numpy(), cells[f"upper{suffix}"].to_numpy())


def summed(
    rows: pl.DataFrame, codes: Sequence[str], *, dimension: str = "group", absent_is_zero: bool = False
) -> pl.DataFrame:
    """
    Sum rows over some codes of one dimension, cell by cell and source by source.

    Parameters
    ----------
    rows
        Rows of the long table.
    codes
        The codes of `dimension` to add up; they must not overlap.
    dimension
        The column that is summed away; the result has the total code there.
    absent_is_zero
        Whether a code without a row counts nobody (as many registers release
        their tables) or is missing, which leaves the sum without a value.

    Returns
    -------
    cells
        One row for each cell that has any row: the columns of `CELL` with
        `value`, `lower`, `upper`, `status`. A sum that holds a suppressed count
        has no value; its bounds are the sums of the bounds. A sum that holds a
        row with neither value nor bounds has none either.
    """
    keys = [name for name in CELL if name != dimension]
    cells = with_interval(rows).select(*keys, dimension, "value", "lower", "upper", "status")
    wanted = cells.filter(pl.col(dimension).is_in(list(codes)))
    _check_once(wanted)
    sums = wanted.group_by(keys).agg(
        found=pl.len(),
        weight=_weight(pl.col("status")).max(),
        **{name: pl.col(name).sum() for name in ("value", "lower", "upper")},
        **{f"no_{name}": pl.col(name).null_count() for name in ("value", "lower", "upper")},
    )
    absent = pl.col("found").fill_null(0) < (0 if absent_is_zero else len(set(codes)))
    blank = (pl.col("no_lower").fill_null(0) + pl.col("no_upper").fill_null(0) > 0) | absent
    return (
        cells.select(keys)
        .unique()
        .join(sums, on=keys, how="left")
        .select(
            *keys,
            pl.lit(TOTAL).alias(dimension),
            _where(~blank & (pl.col("no_value").fill_null(0) == 0), "value"),
            _where(~blank, "lower"),
            _where(~blank, "upper"),
            _status(pl.when(absent).then(_WEIGHT[Status.MISSING]).otherwise(pl.col("weight").fill_null(0))),
        )
        .select(*CELL, "value", "lower", "upper", "status")
        .sort(CELL)
    )


def paired(cells: pl.DataFrame, others: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """
    Put two sets of cells side by side, the second with the suffix `_of`.

    A cell that only the first has is kept, and the second's numbers are missing.
    The status is the graver of the two; two sources are named together, `a+b`.
    """
    columns = ["value", "lower", "upper", "status", "source_id"]
    kept = [name for name in columns if name not in on]
    second = others.select(*on, *(pl.col(name).alias(f"{name}_of") for name in kept))
    if second.select(on).is_duplicated().any():
        raise LookupError(f"two rows stand for one cell of {list(on)}")
    both = cells.join(second, on=list(on), how="left")
    weights = [_weight(pl.col("status")), _weight(pl.col("status_of").fill_null(Status.MISSING.value))]
    both = both.with_columns(_status(pl.max_horizontal(weights)))
    if "source_id" in on:
        return both
    mine, theirs = pl.col("source_id"), pl.col("source_id_of").fill_null(pl.col("source_id"))
    names = pl.concat_str(pl.min_horizontal(mine, theirs), pl.lit("+"), pl.max_horizontal(mine, theirs))
    return both.with_columns(source_id=pl.when(mine == theirs).then(mine).otherwise(names))


def with_bounds(cells: pl.DataFrame, bounds: Bounds[FloatArray], *, exact: pl.Expr) -> pl.DataFrame:
    """
    Cells whose numbers are a measure's bounds.

    `exact` is true where every count that went in is known: there the two bounds
    are one number, the value.
    """
    lower, upper = (pl.Series(name, values, pl.Float64) for name, values in vars(bounds).items())
    known = cells.select(exact.fill_null(value=False)).to_series()
    return cells.with_columns(lower, upper).with_columns(value=pl.when(known).then(lower))


def long_rows(cells: pl.DataFrame, *, indicator: str, unit: str, method_id: str = "") -> pl.DataFrame:
    """
    Rows of the long table from measured cells, in the order of their codes.

    A number that is not finite (nothing divided by nothing) becomes empty with
    status M; an interval has status Q; a value has no bounds beside it.
    """
    finite = cells.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in ("value", "lower", "upper")
    )
    bounded = pl.col("lower").is_not_null() & pl.col("upper").is_not_null()
    is_interval = bounded & pl.col("value").is_null()
    nothing = ~bounded & pl.col("value").is_null()
    lacking = pl.col("status").is_in([s.value for s in GRAVITY[_SUPPRESSED:]])
    rows = finite.with_columns(
        indicator=pl.lit(indicator),
        unit=pl.lit(unit),
        method_id=pl.lit(method_id or indicator),
        lower=pl.when(is_interval).then("lower"),
        upper=pl.when(is_interval).then("upper"),
        status=pl.when(nothing & ~lacking)
        .then(pl.lit(Status.CANNOT_EXIST.value))
        .when(is_interval)
        .then(pl.lit(Status.SUPPRESSED.value))
        .otherwise("status"),
    )
    return rows.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).sort("indicator", *CELL[1:])


def no_rows() -> pl.DataFrame:
    """A long table without rows."""
    return pl.DataFrame(schema=dict(SCHEMA))


def _check_once(cells: pl.DataFrame) -> None:
    doubled = cells.filter(cells.select(CELL).is_duplicated())
    if doubled.height:
        raise LookupError(f"two rows stand for one cell: {doubled.row(0, named=True)}")


def _weight(status: pl.Expr) -> pl.Expr:
    return status.replace_strict(_WEIGHT, return_dtype=pl.Int8)


def _status(weight: pl.Expr) -> pl.Expr:
    return weight.replace_strict(_STATUS, return_dtype=pl.String).alias("status")


def _where(condition: pl.Expr, column: str) -> pl.Expr:
    return pl.when(condition).then(pl.col(column).fill_null(0.0)).alias(column)
