"""Totals and of-which columns, found in the names and proved by adding up the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from cosmopolis.sources.detect_words import begins_like_total, is_cell

#: A column with more different cells than this is not searched for a total.
_MOST_CELLS = 600
#: So many columns may lie inside others; more would be tried in too many combinations.
_MOST_INSIDE = 4
#: Rows on which combinations are tried before they are proved on all.
_TRIAL_ROWS = 40
_MOST_COLUMNS = 24
#: A sum that comes out in this share of the rows is no accident.
_PROVED = 0.98


@dataclass(frozen=True)
class TotalCells:
    """
    Cells of a column that stand for the sum of the others.

    `agreement` is the share of groups of rows in which the sum came out; None
    where nothing could be added up, so that only the word speaks for it.
    """

    column: str
    cells: tuple[str, ...]
    agreement: float | None
    groups: int


@dataclass(frozen=True)
class Parts:
    """
    A column that is the sum of others: `whole` = sum of `parts` in the share `agreement` of the rows.

    `inside` maps each further column to the part (or the whole) that contains it;
    `subtotals` maps a column to the parts that it sums.
    """

    whole: str
    parts: tuple[str, ...]
    inside: dict[str, str]
    subtotals: dict[str, tuple[str, ...]]
    agreement: float
    wrong_rows: tuple[int, ...] = ()


def total_cells(frame: pl.DataFrame, column: str, others: Sequence[str], values: Sequence[str]) -> TotalCells | None:
    """
    Return the cells of `column` that are totals, proved by sums where possible.

    Parameters
    ----------
    frame
        All rows; `values` are numbers (null where there is none).
    column
        The dimension that is searched.
    others
        The other dimensions: within each combination of them the sum is taken.
    values
        Columns of counts; one of them is enough to prove a total.

    Examples
    --------
    In each period, `insgesamt` equals `deutsch` plus `nichtdeutsch`.
    """
    distinct = frame[column].drop_nulls().unique().sort().to_list()
    if not 2 <= len(distinct) <= _MOST_CELLS:
        return None
    named = tuple(cell for cell in distinct if is_cell("total", "cell", cell)) or tuple(
        cell for cell in distinct if begins_like_total(cell)
    )
    best: TotalCells | None = None
    for value in values:
        found = _sum_cell(frame, column, others, value)
        if found and (best is None or (found.agreement or 0) > (best.agreement or 0)):
            best = found
        if best and best.agreement == 1.0:
            break
    if best and (best.cells[0] in named or (best.agreement or 0) >= _PROVED):
        return best
    return TotalCells(column, named, best.agreement if best and best.cells[0] in named else None, 0) if named else None


def _sum_cell(frame: pl.DataFrame, column: str, others: Sequence[str], value: str) -> TotalCells | None:
    """The cell whose value is half of its group's sum, most often over all groups."""
    # names of our own: the file's could be anything
    keys = [f"key{at}" for at in range(len(others))] or ["all"]
    named = {f"key{at}": pl.col(name) for at, name in enumerate(others)} or {"all": pl.lit("")}
    rows = frame.select(pl.col(column).alias("cell"), pl.col(value).alias("value"), **named)
    number = pl.col("value")
    judged = rows.with_columns(
        number.sum().over(keys).alias("sum"),
        number.count().over(keys).alias("cells"),
        number.null_count().over(keys).alias("gaps"),
        (number < 0).any().over(keys).alias("negative"),
    ).filter((pl.col("cells") >= 3) & (pl.col("gaps") == 0) & (pl.col("sum") > 0) & ~pl.col("negative"))
    if judged.is_empty():
        return None
    # published numbers may be rounded one by one: half a unit of the last decimal each
    decimals = _decimals(judged["value"])
    slack = pl.lit(0.5) if decimals == 0 else pl.col("cells") * 0.5 * 10.0**-decimals + 1e-9 * pl.col("sum")
    share = (
        judged.with_columns(((2 * number - pl.col("sum")).abs() <= slack).alias("hit"))
        .group_by("cell")
        .agg(pl.col("hit").mean(), pl.len().alias("groups"), number.sum().alias("people"))
        .sort(["hit", "people", "cell"], descending=[True, True, False])
    )
    cell, hit, groups, _ = share.row(0)
    if hit < 0.5 or not _tells_apart(judged, str(cell)):
        return None
    return TotalCells(column, (str(cell),), round(float(hit), 4), int(groups))


def _decimals(numbers: pl.Series) -> int:
    """How many decimals the numbers have, 9 at most."""
    sample = numbers.head(500)
    for decimals in range(9):
        if (sample - sample.round(decimals)).abs().max() < 1e-9:  # type: ignore[operator]
            return decimals
    return 9


def _tells_apart(judged: pl.DataFrame, cell: str) -> bool:
    """Two or more other cells with people: otherwise a copy of a single row would pass for a sum."""
    others = judged.filter((pl.col("cell") != cell) & (pl.col("value") > 0))
    return others["cell"].n_unique() >= 2


def column_parts(frame: pl.DataFrame, names: Sequence[str]) -> Parts | None:
    """
    Return the column that is the sum of others, its parts, and what lies inside them.

    All columns but the whole and as few as possible others add up to it: so each
    person is counted once. Undefined (None) if no column is such a sum.

    Examples
    --------
    Berlin: MH_E = HK_EU28 + HK_EheJug + ... ; HK_EU15 and HK_Polen lie inside HK_EU28.
    """
    if not 3 <= len(names) <= _MOST_COLUMNS:
        return None
    complete = frame.select(names).drop_nulls()
    if complete.height < 3:
        return None
    table = complete.to_numpy()
    trial = table[np.linspace(0, len(table) - 1, min(_TRIAL_ROWS, len(table))).astype(int)]
    order = sorted(range(len(names)), key=lambda i: -float(table[:, i].sum()))
    for whole in order[:3]:
        below = [
            i for i in range(len(names)) if i != whole and np.mean(table[:, i] <= table[:, whole] + 0.5) >= _PROVED
        ]
        left_out = _left_out(trial, table, whole, below)
        if left_out is not None:
            return _parts(frame, table, list(names), (whole, [i for i in below if i not in left_out], left_out))
    return None


def _left_out(trial: np.ndarray, table: np.ndarray, whole: int, below: list[int]) -> tuple[int, ...] | None:
    """The fewest columns without which the others add up to the whole."""
    excess = trial[:, below].sum(axis=1) - trial[:, whole]
    for size in range(min(_MOST_INSIDE, len(below) - 2) + 1):
        for chosen in combinations(below, size):
            inside = trial[:, list(chosen)].sum(axis=1)
            if np.mean(np.abs(excess - inside) < 0.5) < 0.9:
                continue
            kept = [i for i in below if i not in chosen]
            if np.mean(np.abs(table[:, kept].sum(axis=1) - table[:, whole]) < 0.5) >= 0.9:
                return chosen
    return None


def _parts(
    frame: pl.DataFrame, table: np.ndarray, names: list[str], found: tuple[int, list[int], tuple[int, ...]]
) -> Parts:
    whole, parts, left_out = found
    subtotals, inside = {}, {}
    for column in left_out:
        if summed := _summed(table, column, parts):
            subtotals[names[column]] = tuple(names[i] for i in summed)
            continue
        containers = [i for i in parts if bool(np.all(table[:, column] <= table[:, i]))]
        smallest = min(containers, key=lambda i: float(table[:, i].sum()), default=whole)
        inside[names[column]] = names[smallest]
    sums = frame.select(pl.sum_horizontal([names[i] for i in parts]) - pl.col(names[whole])).to_series()
    wrong = (sums.abs() >= 0.5).arg_true().to_list()
    share = float(np.mean(np.abs(table[:, parts].sum(axis=1) - table[:, whole]) < 0.5))
    return Parts(
        names[whole], tuple(names[i] for i in parts), inside, subtotals, round(share, 4), tuple(i for i in wrong[:20])
    )


def _summed(table: np.ndarray, column: int, parts: list[int]) -> tuple[int, ...]:
    """Two to four parts that add up to the column in every row."""
    trial = table[:_TRIAL_ROWS]
    for size in range(2, min(4, len(parts) - 1) + 1):
        for chosen in combinations(parts, size):
            if np.all(trial[:, list(chosen)].sum(axis=1) == trial[:, column]) and np.all(
                table[:, list(chosen)].sum(axis=1) == table[:, column]
            ):
                return chosen
    return ()
