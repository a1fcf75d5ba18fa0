"""Before numbers are compared: leave out what is mostly missing, divide by size, fill gaps by a named rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cosmopolis.assessment.indices.table import (
    IMPUTED,
    MISSING,
    Index,
    Over,
    check_choice,
    verb,
    with_report,
    without_columns,
)
from cosmopolis.errors import ContentError, Fault, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray

RULES = ("mean", "median", "group_mean", "last")


@dataclass(frozen=True)
class LeftOut:
    """An area or an indicator that had too few data, and the share that it had."""

    kind: str  #: area or indicator
    code: str
    share: float


@dataclass(frozen=True)
class Denominated:
    """An indicator that was divided, and how many of its values a missing denominator cost."""

    code: str
    denominator: str
    lost: int


@dataclass(frozen=True)
class Filled:
    """How many cells of an indicator a rule filled, and how many are still empty."""

    code: str
    rule: str
    filled: int
    left: int


@verb
def screen(index: Index, *, areas: float = 0.65, indicators: float = 0.65) -> Index:
    """
    Leave out areas and indicators of which too little is known.

    Both shares are taken over the whole table as it comes, so that the order of
    leaving out does not matter; an area of a panel is judged over all its
    periods. What is left out stands in the step's report.

    Parameters
    ----------
    index
        Before normalising.
    areas, indicators
        The least share of cells with a value, 0 to 1. The default is the JRC's rule of thumb.

    Raises
    ------
    MeasureUndefined
        If no area or no indicator is left.
    """
    known = ~np.isnan(index.values)
    by_area = {area: float(known[np.array(index.areas) == area].mean()) for area in dict.fromkeys(index.areas)}
    by_code = dict(zip(index.structure.codes, known.mean(axis=0).tolist(), strict=True))
    out = [LeftOut("area", area, share) for area, share in by_area.items() if share < areas]
    gone = [LeftOut("indicator", code, share) for code, share in by_code.items() if share < indicators]
    if len(out) == len(by_area) or len(gone) == len(by_code):
        raise MeasureUndefined.at("indices.nothing_passes", areas=areas, indicators=indicators)
    names = {each.code for each in out}
    kept = np.array([row for row, area in enumerate(index.areas) if area not in names])
    smaller = without_columns(rows_of(index, kept), [each.code for each in gone])
    return with_report(smaller, *out, *gone)


def rows_of(index: Index, rows: NDArray[np.intp]) -> Index:
    """Some rows of an index that has no scores yet."""
    return replace(
        index,
        areas=tuple(index.areas[row] for row in rows),
        periods=tuple(index.periods[row] for row in rows),
        values=index.values[rows],
        status=index.status[rows],
        table=index.table[rows.tolist()],
    )


@verb
def denominate(index: Index, *, factors: Mapping[str, float] | None = None) -> Index:
    """
    Divide each indicator that declares a denominator by it.

    Parameters
    ----------
    index
        Before normalising.
    factors
        Indicator -> what the quotient is multiplied by (1000 for "per 1,000").

    Raises
    ------
    MeasureUndefined
        If a denominator is zero, cell by cell.
    ContentError
        If a factor names an indicator without a denominator.
    """
    scaled = factors or {}
    divided = {each.code: each.denominator for each in index.structure.indicators if each.denominator}
    strange = [
        Fault("indices.unknown_code", {"code": code, "option": "factors"}) for code in scaled if code not in divided
    ]
    if strange:
        raise ContentError(strange)
    values, faults, report = index.values.copy(), [], []
    for code, name in divided.items():
        column = index.structure.codes.index(code)
        below = index.table[name].cast(pl.Float64).to_numpy()
        faults += [
            Fault("indices.denominator_zero", {"code": code, "denominator": name, **index.place(int(row))})
            for row in np.flatnonzero(below == 0)
        ]
        lost = int((~np.isnan(values[:, column]) & np.isnan(below)).sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            values[:, column] = values[:, column] / below * scaled.get(code, 1.0)
        report.append(Denominated(code, name, lost))
    if faults:
        raise MeasureUndefined(faults)
    status = np.where(np.isnan(values), MISSING, index.status)
    return with_report(index, *report, values=values, status=status)


@verb
def impute(index: Index, *, rules: Sequence[str], label: str = "", over: Over = "period") -> Index:
    """
    Fill empty cells by rules that are named; each filled cell is marked `I` and counted.

    Leaving this step out is the rule "none". The rules are tried in order, each on
    what the ones before left empty; what all leave empty stays missing and is counted.

    Parameters
    ----------
    index
        Before normalising.
    rules
        Of `mean` and `median` (of the areas' known values), `group_mean` (of the
        areas with the same label), `last` (the area's own last known value before).
    label
        The column of the data that `group_mean` groups the areas by.
    over
        Whether means and medians are of the same `period` or of `all`.

    Raises
    ------
    ContentError
        If a rule is unknown, the label is no column, or `last` is asked of data without periods.
    """
    for rule in rules:
        check_choice("rules", rule, RULES)
    check_choice("over", over, ("all", "period"))
    if isinstance(rules, str) or not rules:
        raise ContentError.at("indices.unknown_choice", option="rules", value=str(rules), known=", ".join(RULES))
    if "group_mean" in rules and label not in index.table.columns:
        raise ContentError.at("indices.column_missing", column=label or "label")
    if "last" in rules and not any(index.periods):
        raise ContentError.at("indices.column_missing", column="period")
    values, report = index.values.copy(), []
    for rule in rules:
        before = np.isnan(values)
        values = _FILLERS[rule](index, values, label, over)
        after = np.isnan(values)
        report += [
            Filled(code, rule, int((before & ~after)[:, at].sum()), int(after[:, at].sum()))
            for at, code in enumerate(index.structure.codes)
            if before[:, at].any()
        ]
    filled = np.isnan(index.values) & ~np.isnan(values)
    return with_report(index, *report, values=values, status=np.where(filled, IMPUTED, index.status))


def _by_blocks(
    values: FloatArray, blocks: Sequence[NDArray[np.intp]], middle: Callable[[FloatArray], float]
) -> FloatArray:
    """Empty cells filled with the middle of the known cells of their block and column; left where there is none."""
    filled = values.copy()
    for rows in blocks:
        for column in range(values.shape[1]):
            cells = values[rows, column]
            known = cells[~np.isnan(cells)]
            if 0 < known.size < cells.size:
                filled[rows, column] = np.where(np.isnan(cells), middle(known), cells)
    return filled


def _mean(index: Index, values: FloatArray, label: str, over: Over) -> FloatArray:  # noqa: ARG001
    return _by_blocks(values, index.blocks(over), lambda known: float(known.mean()))


def _median(index: Index, values: FloatArray, label: str, over: Over) -> FloatArray:  # noqa: ARG001
    return _by_blocks(values, index.blocks(over), lambda known: float(np.median(known)))


def _group_mean(index: Index, values: FloatArray, label: str, over: Over) -> FloatArray:
    labels = np.array([str(each) for each in index.table[label]])
    unlabelled = np.array([each is None for each in index.table[label]])
    blocks = [
        rows[(labels[rows] == each) & ~unlabelled[rows]]
        for rows in index.blocks(over)
        for each in sorted(set(labels[rows]))
    ]
    return _by_blocks(values, blocks, lambda known: float(known.mean()))


def _last(index: Index, values: FloatArray, label: str, over: Over) -> FloatArray:  # noqa: ARG001
    filled = values.copy()
    areas = np.array(index.areas)
    for area in dict.fromkeys(index.areas):
        rows = sorted(np.flatnonzero(areas == area), key=lambda row: index.periods[row])
        for earlier, later in pairwise(rows):
            filled[later] = np.where(np.isnan(filled[later]), filled[earlier], filled[later])
    return filled


_FILLERS: Mapping[str, Callable[[Index, FloatArray, str, Over], FloatArray]] = {
    "mean": _mean,
    "median": _median,
    "group_mean": _group_mean,
    "last": _last,
}
