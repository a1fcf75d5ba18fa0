"""
The table under a chart: the same rows, laid out to be read.

One line for each step along the chart, one column for each series: a curve has its
areas in the order of the curve, and its two groups beside each other. A number has
its interval below it, and its status where it is not a plain value; so no cell is
empty. Dimensions that are the same in every row are not repeated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup, escape

from cosmopolis.publication.reader import Cell, Reader
from cosmopolis.vocabulary.report import Figure
from cosmopolis.vocabulary.table import NEAREST, TOTAL, UNKNOWN, Status, group_code, group_pairs

#: Columns that can tell one row from another, in reading order.
KEYS = ("area_code", "period", "group", NEAREST, "age_group", "sex", "indicator")
#: Beyond this a reader compares down a column more easily than along a line.
MOST_SERIES = 6
#: Units whose sign stands at every number, or that say nothing beside the name of the measure.
UNITS_WITHOUT_NOTE = frozenset({"share", "percent", "EUR", "index", "index points", "ratio"})

Row = Mapping[str, object]
#: Place among the others by code, by column.
Ranks = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class TableView:
    """Heads and rows of a table; the first `keys` columns name the row."""

    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: int


def figure_table(figure: Figure, reader: Reader) -> TableView:
    """The table of a figure."""
    frame, across = _with_nearest(figure) if figure.kind == "profile" else (figure.table.frame, figure.across)
    varying = [name for name in KEYS if name in frame.columns and (name == across or frame[name].n_unique() > 1)]
    varying.sort(key=lambda name: name != across)
    ranks = _ranks(figure.kind, frame)
    rows = sorted(frame.iter_rows(named=True), key=_order(ranks, varying))
    series = figure.series if figure.series in varying else ""
    if series and frame[series].n_unique() <= MOST_SERIES:
        keys = [name for name in varying if name != series]
        if not frame.select(*keys, series).is_duplicated().any():
            columns = _columns(rows, series, ranks if figure.kind == "curve" else {})
            return _by_series(rows, keys, (series, columns), reader)
    return _by_row(rows, varying, reader)


def _with_nearest(figure: Figure) -> tuple[pl.DataFrame, str]:
    """The rows of a profile with the number of nearest residents in a column of its own, and that column."""
    pairs = [group_pairs(group) for group in figure.table.frame["group"]]
    nearest = [one.pop(NEAREST) for one in pairs]
    columns = [pl.Series(NEAREST, nearest, pl.String), pl.Series("group", map(group_code, pairs), pl.String)]
    return figure.table.frame.with_columns(columns), NEAREST


def label(name: str, code: str, reader: Reader) -> Markup:
    """The words of a code of one column."""
    language = reader.language
    match name:
        case "area_code":
            return reader.area(code)
        case "period":
            return reader.date(code)
        case "sex":
            return escape(language.capital(language.sex(code)))
        case "age_group" | "nearest":
            told = language.number(int(code)) if name == NEAREST else language.capital(language.age_group(code))
            return Markup('<bdi class="n">{}</bdi>').format(told)
        case "group":
            return escape(language.capital(language.group(code)))
    return escape(language.capital(language.indicator(code)))


def age_order(code: str) -> tuple[int, int]:
    """
    Where an age group stands, from the youngest; all ages and unknown come last.

    >>> sorted(["_T", "Y_GE100", "Y5T9", "Y0T4", "Y_LT15"], key=age_order)
    ['Y_LT15', 'Y0T4', 'Y5T9', 'Y_GE100', '_T']
    """
    if code in (TOTAL, UNKNOWN):
        return (1000, 0)
    if code.startswith("Y_LT"):
        return (-1, 0)
    first = code.removeprefix("Y_GE").removeprefix("Y").partition("T")
    return (int(first[0]), int(first[2] or 999))


def _by_row(rows: list[dict[str, object]], varying: list[str], reader: Reader) -> TableView:
    units = sorted({str(row["unit"]) for row in rows})
    heads = [_head(name, reader) for name in varying]
    heads.append(_measure_head(rows, units, reader, with_indicator="indicator" not in varying))
    heads += [_head("unit", reader)] * (len(units) > 1)
    body = []
    for row in rows:
        cells = [Cell(label(name, str(row[name]), reader)) for name in varying]
        cells.append(_number(row, reader))
        cells += [Cell(escape(reader.language.unit(str(row["unit"]))))] * (len(units) > 1)
        body.append(tuple(cells))
    return TableView(tuple(heads), tuple(body), len(varying))


def _number(row: Row, reader: Reader) -> Cell:
    value, lower, upper = (row[name] for name in ("value", "lower", "upper"))
    cell = reader.figures(value, lower, upper, str(row["unit"]), str(row["status"]))  # type: ignore[arg-type]
    # a word in a column of numbers is set like them
    return Cell(cell.html, numeric=True)


def _columns(rows: list[dict[str, object]], series: str, ranks: Ranks) -> list[str]:
    """The codes of the columns beside each other, in their own order or in that of `ranks`."""
    codes = {str(row[series]) for row in rows}
    return sorted(codes, key=lambda code: _code_order(series, code, ranks.get(series, {})))


def _by_series(
    rows: list[dict[str, object]], keys: list[str], beside: tuple[str, list[str]], reader: Reader
) -> TableView:
    series, columns = beside
    mixed = len({row["unit"] for row in rows}) > 1
    heads = [_head(name, reader) for name in keys]
    for code in columns:
        unit = "" if mixed else _unit_note(str(rows[0]["unit"]), reader)
        heads.append(Cell(label(series, code, reader) + unit, numeric=True))
    grid: dict[tuple[Markup, ...], dict[str, Cell]] = {}
    for row in rows:
        names = [label(name, str(row[name]), reader) for name in keys]
        if mixed:
            names[0] += _unit_note(str(row["unit"]), reader)
        grid.setdefault(tuple(names), {})[str(row[series])] = _number(row, reader)
    nothing = Cell(escape(reader.language.status(Status.MISSING)), numeric=True)
    body = tuple((*map(Cell, names), *(cells.get(code, nothing) for code in columns)) for names, cells in grid.items())
    return TableView(tuple(heads), body, len(keys))


def _head(name: str, reader: Reader) -> Cell:
    told = reader.language.capital(reader.language.axis(name)) if name == NEAREST else ""
    return Cell(escape(told or reader.say(f"publication.column.{name}")))


def _measure_head(rows: list[dict[str, object]], units: list[str], reader: Reader, *, with_indicator: bool) -> Cell:
    if not with_indicator or not rows:
        return Cell(_head("value", reader).html, numeric=True)
    words = label("indicator", str(rows[0]["indicator"]), reader)
    return Cell(words + ("" if len(units) > 1 else _unit_note(units[0], reader)), numeric=True)


def _unit_note(unit: str, reader: Reader) -> Markup:
    if unit in UNITS_WITHOUT_NOTE:
        return Markup("")
    return Markup(' <small class="unit">{}</small>').format(reader.language.unit(unit))


def _ranks(kind: str, frame: pl.DataFrame) -> Ranks:
    """Where a code stands among the others of its column, for columns whose codes do not say it."""
    ranks = {"group": _by_size(frame), "indicator": _as_given(frame["indicator"])}
    if kind == "curve":
        # its shares only rise from area to area, and those of the group more slowly
        ranks |= {name: _by_sum(frame, name) for name in ("area_code", "group")}
    return ranks


def _order(ranks: Ranks, varying: list[str]) -> Callable[[Row], tuple[object, ...]]:
    def place(row: Row) -> tuple[object, ...]:
        return tuple(_code_order(name, str(row[name]), ranks.get(name, {})) for name in varying)

    return place


def _by_size(frame: pl.DataFrame) -> dict[str, float]:
    """Origins from the largest to the smallest; one without any number comes last."""
    middle = pl.coalesce("value", (pl.col("lower") + pl.col("upper")) / 2, pl.lit(-1.0)).alias("middle")
    sizes = frame.select("group", middle).group_by("group").agg(pl.col("middle").max())
    return {str(group): -float(size) for group, size in sizes.iter_rows()}


def _by_sum(frame: pl.DataFrame, column: str) -> dict[str, float]:
    """Codes of a column by the sum of their numbers; those without any come last."""
    middle = pl.coalesce("value", (pl.col("lower") + pl.col("upper")) / 2)
    sums = frame.group_by(column).agg(pl.when(middle.count() > 0).then(middle.sum()).otherwise(math.inf).alias("sum"))
    return {str(code): float(told) for code, told in sums.iter_rows()}


def _as_given(codes: pl.Series) -> dict[str, float]:
    """Codes in the order of the figure's table."""
    return {str(code): place for place, code in enumerate(codes.unique(maintain_order=True))}


def _code_order(name: str, code: str, ranks: Mapping[str, float]) -> tuple[object, ...]:
    last = code in (TOTAL, UNKNOWN) or code.endswith(f"={UNKNOWN}")
    if name == "age_group":
        return (last, *age_order(code))
    if name == NEAREST:
        return (last, int(code))
    return (last, ranks.get(code, 0), code)
