"""
The data of an index, and the log of what was done to them.

An `Index` is never changed: each verb returns a new one that has the step in its
log, with its options and what it found. The log can be run again with one option
edited, which is how the same index is seen under another assumption.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cosmopolis.assessment.indices.structure import Structure
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.measurement import FloatArray
from cosmopolis.vocabulary.table import Status

Options = ParamSpec("Options")
StatusArray = NDArray[np.str_]
Over = Literal["all", "period"]

KNOWN, IMPUTED, MISSING = str(Status.NORMAL), str(Status.IMPUTED), str(Status.MISSING)
#: Verbs that work on the indicators' own units, which normalising ends.
_PREPARING = ("screen", "denominate", "impute", "treat")


@dataclass(frozen=True)
class Step:
    """One verb that was applied: with which options, and what it did, thing by thing."""

    verb: Callable[..., Index]
    options: Mapping[str, Any]
    report: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """The verb's name: `normalise`."""
        return self.verb.__name__


@dataclass(frozen=True)
class Scale:
    """
    The numbers an indicator or a group can have once it is normalised.

    `low` and `high` are nothing where the method sets no ends. `mirror` is the
    point round which a group of direction -1 is turned.
    """

    low: float | None
    high: float | None
    mirror: float


@dataclass(frozen=True, eq=False)
class Scores:
    """
    The scores of every group, shape (rows, groups), by code.

    `value` is NaN inside wherever the rule for missing data gives none; what
    leaves by `Index.scores_frame` is empty there, never NaN. `share` is the share
    of the weight that was known. `lower` and `upper` are given under the rule
    `bounds`.
    """

    codes: tuple[str, ...]
    value: FloatArray
    share: FloatArray
    lower: FloatArray
    upper: FloatArray

    def of(self, code: str) -> FloatArray:
        """The scores of one group, row by row."""
        if code not in self.codes:
            raise ContentError.at("indices.unknown_code", code=code, option="scores")
        return self.value[:, self.codes.index(code)]


@dataclass(frozen=True, eq=False)
class Index:
    """
    Areas by indicators, as they stand after the steps in `steps`.

    Rows are areas, or areas in periods; columns are `structure.codes`. `values` is
    NaN exactly where `status` is `O` (missing); `I` marks what was imputed.
    """

    structure: Structure
    areas: tuple[str, ...]
    periods: tuple[str, ...]
    values: FloatArray
    status: StatusArray
    table: pl.DataFrame  #: as given: denominators and labels are taken from it
    scales: Mapping[str, Scale] = field(default_factory=dict)
    transformed: frozenset[str] = frozenset()  #: indicators whose unit a logarithm has taken away
    scores: Scores | None = None
    steps: tuple[Step, ...] = ()
    origin: Index | None = None

    def column(self, code: str) -> FloatArray:
        """The values of one indicator."""
        self.structure.check_codes((code,), "column")
        return self.values[:, self.structure.codes.index(code)]

    def missing(self) -> Iterator[Fault]:
        """A fault for each cell without a value, for rules that cannot do without."""
        for row, column in zip(*np.nonzero(np.isnan(self.values)), strict=True):
            code = self.structure.codes[column]
            yield Fault("indices.value_missing", {"code": code, **self.place(row)})

    def place(self, row: int) -> dict[str, str]:
        """The area and the period of a row, as an error names them."""
        return {"area": self.areas[row], "period": self.periods[row] or "-"}

    def blocks(self, over: Over) -> tuple[NDArray[np.intp], ...]:
        """The rows that are seen together: all, or those of each period."""
        if over == "all":
            return (np.arange(len(self.areas)),)
        periods = np.array(self.periods)
        return tuple(np.flatnonzero(periods == period) for period in sorted(set(self.periods)))

    def values_frame(self) -> pl.DataFrame:
        """One row an area, period and indicator: value (empty where missing) and status."""
        rows, columns = self.values.shape
        return self._long(columns).with_columns(
            indicator=pl.Series(list(self.structure.codes) * rows, dtype=pl.String),
            value=pl.Series(self.values.ravel(), dtype=pl.Float64).fill_nan(None),
            status=pl.Series(self.status.ravel().tolist(), dtype=pl.String),
        )

    def scores_frame(self) -> pl.DataFrame:
        """
        One row an area, period and group: value, lower, upper and share of the weight known.

        Raises
        ------
        ContentError
            If nothing has been aggregated yet.
        """
        scores = aggregated(self)
        numbers = {name: getattr(scores, name).ravel() for name in ("value", "lower", "upper", "share")}
        return self._long(len(scores.codes)).with_columns(
            pl.Series("group", list(scores.codes) * len(self.areas), dtype=pl.String),
            *(pl.Series(name, cells, dtype=pl.Float64).fill_nan(None) for name, cells in numbers.items()),
        )

    def _long(self, repeated: int) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "area_code": [area for area in self.areas for _ in range(repeated)],
                "period": [period or None for period in self.periods for _ in range(repeated)],
            },
            schema={"area_code": pl.String, "period": pl.String},
        )


def aggregated(index: Index) -> Scores:
    """The scores of an index that has been aggregated; an error for one that has not."""
    if index.scores is None:
        raise ContentError.at("indices.step_missing", step="aggregate")
    return index.scores


def verb(work: Callable[Concatenate[Index, Options], Index]) -> Callable[Concatenate[Index, Options], Index]:
    """Make a function a verb: its call is checked for order and written to the log."""

    @wraps(work)
    def recorded(index: Index, /, *nothing: Options.args, **options: Options.kwargs) -> Index:
        _check_order(index, work.__name__)
        done = work(index, *nothing, **options)
        step = Step(recorded, options, done.steps[-1].report if len(done.steps) > len(index.steps) else ())
        return replace(done, steps=(*index.steps, step), origin=index.origin or index)

    return recorded


def with_report(index: Index, *report: object, **changes: Any) -> Index:
    """The index after a verb's work, with what the verb has to tell; `verb` completes the step."""
    return replace(index, steps=(*index.steps, Step(with_report, {}, report)), **changes)


def redone(index: Index, edits: Mapping[str, Mapping[str, Any]]) -> Index:
    """
    The same index from the data as given, with some options of its steps edited.

    Parameters
    ----------
    index
        After any number of steps.
    edits
        Step name -> option -> value: `{"normalise": {"method": "zscore"}}`. Every
        other option stays as it was.

    Raises
    ------
    ContentError
        If a step is named that the index has not been through: an edit is never
        passed over.
    """
    names = [step.name for step in index.steps]
    strange = [name for name in edits if name not in names]
    if strange:
        raise ContentError([Fault("indices.step_missing", {"step": name}) for name in strange])
    made = index.origin or index
    for step in index.steps:
        made = step.verb(made, **{**step.options, **edits.get(step.name, {})})
    return made


def _check_order(index: Index, name: str) -> None:
    done = [step.name for step in index.steps]
    if name in done:
        raise ContentError.at("indices.step_twice", step=name)
    ends = ("aggregate", "normalise") if name in _PREPARING else ("aggregate",)
    for later in ends:
        if later in done:
            raise ContentError.at("indices.step_too_late", step=name, later=later)
    if name == "aggregate" and "normalise" not in done:
        raise ContentError.at("indices.step_missing", step="normalise")


def check_choice(option: str, value: str, known: Sequence[str]) -> None:
    """Refuse a value that is none of those an option knows."""
    if value not in known:
        raise ContentError.at("indices.unknown_choice", option=option, value=value, known=", ".join(known))


def index_of(frame: pl.DataFrame | Mapping[str, Sequence[Any]], structure: Structure) -> Index:
    """
    Read a table into an index, by the names of its columns.

    Parameters
    ----------
    frame
        A Polars frame, a mapping of columns, or any table that speaks Arrow's
        stream interface: `area_code`, optionally `period` for a panel, one column
        an indicator, the denominators, and labels if a step needs them.
    structure
        What the index is made of.

    Raises
    ------
    ContentError
        With every fault: a column that is not there or holds no numbers, an area
        twice in a period, a number that is not finite. Empty cells are missing
        data and no fault.
    """
    table = pl.DataFrame([_series(*column) for column in frame.items()]) if isinstance(frame, Mapping) else frame
    # a frame of Polars comes through as it is, one of another library through Arrow
    table = pl.DataFrame(table)
    wanted = [*structure.codes, *(each.denominator for each in structure.indicators if each.denominator)]
    _raise(_column_faults(table, dict.fromkeys(wanted)))
    areas = tuple(str(area) for area in table["area_code"])
    periods = tuple(str(each) for each in table["period"]) if "period" in table.columns else ("",) * len(areas)
    _raise((*_row_faults(table, areas, periods), *_number_faults(table, dict.fromkeys(wanted), areas, periods)))
    values = table.select(pl.col(structure.codes).cast(pl.Float64)).to_numpy().astype(np.float64)
    status = np.where(np.isnan(values), MISSING, KNOWN)
    return Index(structure, areas, periods, values, status, table)


def _series(name: str, cells: Sequence[Any]) -> pl.Series:
    """A column of numbers where every cell is one or empty, else of text: a stray word is then told by its column."""
    if all(
        cell is None or (isinstance(cell, (int, float, np.number)) and not isinstance(cell, bool)) for cell in cells
    ):
        whole = all(cell is None or isinstance(cell, (int, np.integer)) for cell in cells)
        return pl.Series(name, list(cells), dtype=pl.Int64 if whole else pl.Float64, strict=False)
    return pl.Series(name, [None if cell is None else str(cell) for cell in cells], dtype=pl.String)


def _raise(faults: Sequence[Fault] | Iterator[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise ContentError(found)


def _column_faults(table: pl.DataFrame, wanted: Mapping[str, None]) -> Iterator[Fault]:
    for name in ("area_code", *wanted):
        if name not in table.columns:
            yield Fault("indices.column_missing", {"column": name})
        elif name != "area_code" and not (table[name].dtype.is_numeric() or table[name].dtype == pl.Null):
            yield Fault("indices.column_not_numeric", {"column": name, "value": str(table[name].dtype)})


def _row_faults(table: pl.DataFrame, areas: Sequence[str], periods: Sequence[str]) -> Iterator[Fault]:
    keys = [name for name in ("area_code", "period") if name in table.columns]
    empty = sum(table[name].null_count() for name in keys)
    if empty or not areas:
        yield Fault("indices.row_without_area", {"count": empty, "rows": len(areas)})
    seen: set[tuple[str, str]] = set()
    for key in zip(areas, periods, strict=True):
        if key in seen:
            yield Fault("indices.area_twice", {"area": key[0], "period": key[1] or "-"})
        seen.add(key)


def _number_faults(
    table: pl.DataFrame, wanted: Mapping[str, None], areas: Sequence[str], periods: Sequence[str]
) -> Iterator[Fault]:
    for name in wanted:
        for row, value in enumerate(table[name].cast(pl.Float64)):
            if value is not None and not math.isfinite(value):
                place = {"area": areas[row], "period": periods[row] or "-"}
                yield Fault("indices.not_a_number", {"code": name, "value": str(value), **place})


def without_columns(index: Index, codes: Sequence[str]) -> Index:
    """The index without some indicators; weights of the others stay."""
    structure = index.structure
    for code in codes:
        structure = structure.without(code)
    kept = [index.structure.codes.index(code) for code in structure.codes]
    return replace(index, structure=structure, values=index.values[:, kept], status=index.status[:, kept])
