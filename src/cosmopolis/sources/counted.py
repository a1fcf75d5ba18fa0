"""Columns of counts out of a table that nobody has described: its form is detected, and nothing in it is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from cosmopolis.errors import Fault, SourceError
from cosmopolis.sources.cells import ROW, shown
from cosmopolis.sources.detect_columns import number_cells
from cosmopolis.sources.detect_numbers import either_mark
from cosmopolis.sources.detect_words import is_cell
from cosmopolis.sources.faults import FaultList, FileFaults, fault
from cosmopolis.sources.inspect import inspect_file
from cosmopolis.sources.numbers import numbers
from cosmopolis.sources.opening import Rows, rows_of
from cosmopolis.vocabulary.recipe import Measure, Reading, Recipe

#: What is said of a cell where there is a recipe, and where there is none.
_WITHOUT_RECIPE = {
    "sources.not_a_number": "sources.no_count",
    "sources.negative": "sources.no_count",
    "sources.out_of_range": "sources.no_count",
    "sources.empty_cell": "sources.no_count_empty",
}
#: So many names of columns are listed.
_LISTED = 20
#: Sums of numbers with decimals differ in the last digits.
_ROUNDING = 1e-9
#: A thousands mark stands after so many digits.
_GROUP = 3


def counted_columns(path: Path, names: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    r"""
    Columns of a file in which each row is an area, as counts of persons.

    Parameters
    ----------
    path
        Delimited text, XLSX or XLS, Parquet, GeoJSON, or a ZIP with one of these inside;
        encoding, delimiter, header, sheet, decimal and thousands marks as `inspect_file`
        finds them.
    names
        Names of columns of it.

    Returns
    -------
    counts
        One tuple a name, shape (n_areas,): 0 or more, fractions included.

    Raises
    ------
    SourceError
        If the file cannot be read, has no such column, a cell is no number or could be
        two, or a row is the total of the others.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "wards.csv"
    ...     _ = path.write_text("ward;abroad;others\nA;1.250,5;7.000\nB;30;9.100\n")
    ...     counted_columns(path, ["abroad", "others"])
    ((1250.5, 30.0), (7000.0, 9100.0))
    """
    try:
        path.open("rb").close()
    except OSError as wrong:
        raise fault("sources.unreadable", file=str(path)) from wrong
    proposal = inspect_file(path)
    wanted = [" ".join(name.split()) for name in names]
    known = [*proposal.header[:_LISTED], *(["..."] if len(proposal.header) > _LISTED else [])]
    lacking = [name for name in dict.fromkeys(wanted) if name not in proposal.header]
    if lacking:
        told = {"file": path.name, "known": known}
        raise SourceError([Fault("sources.no_column", {**told, "column": name}) for name in lacking])
    # an empty cell or a mark is no count here: no recipe says what it hides
    reading = replace(proposal.reading, missing=(), suppressed={})
    rows = _rows(path, reading, wanted)
    _raise_if_unsure(path.name, rows, reading, wanted)
    counts = _counts(path.name, rows, reading)
    _raise_if_total(path.name, rows.frame, counts)
    return tuple(tuple(counts[name]) for name in wanted)


def _rows(path: Path, reading: Reading, names: Sequence[str]) -> Rows:
    """The rows as any recipe reads them; rows of another length and an empty table are faults."""
    measures = tuple(Measure("population_stock", "persons", name, whole=False) for name in dict.fromkeys(names))
    recipe = Recipe(
        path.stem, "", "", "", "counts", (path.name,), reading, columns=(), measures=measures, other_columns="ignore"
    )
    faults = FileFaults(FaultList(), path.name)
    rows = rows_of(path, recipe, faults)
    faults.faults.raise_if_any()
    assert rows is not None, "a table without rows is a fault"
    return rows


def _raise_if_unsure(file: str, rows: Rows, reading: Reading, names: Sequence[str]) -> None:
    """
    `12.345` alone is twelve thousand or twelve: then nobody may choose for the reader.

    Beside it `587` tells, and no `4587`: three decimals would be written in all cells or none.
    """
    mark = reading.thousands
    if not mark or not either_mark(number_cells(rows.frame.drop(ROW))):
        return
    cells = rows.frame.unpivot(list(dict.fromkeys(names)), index=ROW, variable_name="column", value_name="cell")
    bare = cells.filter(pl.col("cell").str.contains("^[0-9]+$"))["cell"].str.len_chars()
    doubtful = cells.filter(pl.col("cell").str.contains(mark, literal=True)).sort(ROW)
    if doubtful.height and (bare.is_empty() or (bare > _GROUP).any()):
        row, column, cell = doubtful.row(0)
        raise fault("sources.number_unsure", file=file, row=row, column=column, value=shown(cell), mark=mark)


def _counts(file: str, rows: Rows, reading: Reading) -> dict[str, pl.Series]:
    """The numbers by column; every cell that is none, of all columns together."""
    found = FaultList()
    counts = {
        number.column: numbers(rows.frame, number, reading, faults=FileFaults(found, file))["value"]
        for number in rows.layout.numbers
    }
    found.found = [
        (order, row, at, Fault(_WITHOUT_RECIPE[one.message_id], one.values)) for order, row, at, one in found.found
    ]
    found.raise_if_any()
    return counts


def _raise_if_total(file: str, frame: pl.DataFrame, counts: dict[str, pl.Series]) -> None:
    """The first row that is the sum of two or more others in every column, or calls itself a total."""
    table = np.column_stack(list(counts.values()))
    total = (np.abs(2 * table - table.sum(axis=0)) <= _ROUNDING * table.sum(axis=0)).all(axis=1)
    # two equal areas are no sum, and neither is an empty one
    total &= table.any(axis=1) & (np.count_nonzero(table.any(axis=1)) > 2)
    labels = frame.drop(ROW, *counts)
    for cells in _called_totals(labels):
        total |= cells.to_numpy()
    if total.any():
        at = int(total.argmax())
        named = next(cell for cell in (*labels.row(at), *frame.select(*counts).row(at)) if cell)
        raise fault("sources.total_row", file=file, row=frame[ROW][at], value=shown(named))


def _called_totals(labels: pl.DataFrame) -> Iterator[pl.Series]:
    """Which rows are called totals, column by column; a word that every row has tells none of them apart."""
    for column in labels:
        words = [cell for cell in column.unique() if is_cell("total", "cell", cell)]
        if words and column.n_unique() > 1:
            yield column.is_in(words)
