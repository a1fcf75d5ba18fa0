"""The text cells of a file, before any meaning: what every format is read into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from cosmopolis.sources.faults import fault
from cosmopolis.vocabulary.recipe import Reading


@dataclass(frozen=True)
class RaggedRow:
    """A row with more or fewer fields than the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RawTable:
    """
    A file as text cells, in the order of the file.

    `frame` has one String column per name in `header`; an empty cell is an empty
    text, and blank rows are left out. `numbers` is the row number in the file
    of each row of `frame` (the first row of the file is 1), `first_row` that of
    the first data row. `ragged` holds the rows whose number of fields differs
    from the header's: they are not in `frame`.
    """

    header: tuple[str, ...]
    frame: pl.DataFrame
    first_row: int
    numbers: pl.Series
    ragged: tuple[RaggedRow, ...] = ()


def joined_header(rows: Sequence[Sequence[str]], *, file: str) -> tuple[str, ...]:
    """
    One name per column out of one or more header rows.

    In the upper rows a merged cell stands only in its first column, so its text
    goes on to the right as long as the row below still has names of its own.

    >>> joined_header([["Code", "2020", "", "2021", ""], ["", "F", "M", "F", "M"]], file="a.csv")
    ('Code', '2020 / F', '2020 / M', '2021 / F', '2021 / M')
    """
    if not rows:
        raise fault("sources.empty", file=file)
    width = max(len(row) for row in rows)
    grid = [[_tidy(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    for upper, lower in pairwise(grid):
        for place in range(1, width):
            if not upper[place] and lower[place]:
                upper[place] = upper[place - 1]
    names = [" / ".join(dict.fromkeys(filter(None, column))) for column in zip(*grid, strict=True)]
    names = [name or f"#{place}" for place, name in enumerate(names, start=1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise fault("sources.header_twice", file=file, columns=twice)
    return tuple(names)


def assembled(
    header: tuple[str, ...],
    frame: pl.DataFrame,
    *,
    numbers: pl.Series,
    ragged: tuple[RaggedRow, ...],
    reading: Reading,
) -> RawTable:
    """The table without its footer, its blank rows and its nameless empty columns."""
    first_row = min([reading.skip_rows + reading.header_rows + 1, *numbers.head(1), *(r.number for r in ragged[:1])])
    if reading.footer:
        end = _footer_start(frame, numbers, ragged=ragged, footer=reading.footer)
        if end is not None:
            keep = numbers < end
            frame, numbers = frame.filter(keep), numbers.filter(keep)
            ragged = tuple(row for row in ragged if row.number < end)
    blank = frame.select(pl.all_horizontal(pl.all() == "")).to_series() if frame.width else None
    if blank is not None and blank.any():
        frame, numbers = frame.filter(~blank), numbers.filter(~blank)
    ragged = tuple(row for row in ragged if any(cell.strip() for cell in row.cells))
    nameless = [name for name in header if name.startswith("#") and name[1:].isdigit() and (frame[name] == "").all()]
    if nameless and not ragged:
        frame = frame.drop(nameless)
        header = tuple(name for name in header if name not in nameless)
    first_row = max(first_row, reading.skip_rows + reading.header_rows + 1)
    return RawTable(header, frame, first_row, numbers, ragged)


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _footer_start(frame: pl.DataFrame, numbers: pl.Series, *, ragged: tuple[RaggedRow, ...], footer: str) -> int | None:
    first_cells = pl.concat(
        [
            pl.DataFrame({"number": numbers, "cell": frame.to_series(0)}),
            pl.DataFrame(
                [(row.number, row.cells[0] if row.cells else "") for row in ragged],
                schema={"number": pl.Int64, "cell": pl.String},
                orient="row",
            ),
        ]
    )
    return first_cells.filter(pl.col("cell").str.contains(footer)).get_column("number").min()  # type: ignore[return-value]
