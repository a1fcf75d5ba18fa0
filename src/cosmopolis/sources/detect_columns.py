"""A column of an unknown file, summed up: what all later questions about it are answered from."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cosmopolis.sources.detect_numbers import NumberForm, is_missing_mark, is_suppression_mark
from cosmopolis.sources.detect_words import header_match, plain, words

#: Different cells that are looked at one by one.
_MOST_DISTINCT = 400


@dataclass(frozen=True)
class Profile:
    """
    One column: how many rows are filled, how many different cells there are, and the commonest of them.

    `numbers` is the share of filled cells that are numbers, `gaps` the marks
    that stand among them with their counts.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    cells: tuple[str, ...]
    numbers: float
    whole: bool
    smallest: float
    largest: float
    missing: tuple[str, ...] = ()
    suppressed: tuple[tuple[str, int], ...] = ()
    widths: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no row has anything here."""
        return self.filled == 0

    @property
    def constant(self) -> bool:
        """Whether every row says the same."""
        return self.distinct == 1 and self.filled == self.rows > 1

    @property
    def numeric(self) -> bool:
        """Whether it is a column of numbers, with or without marks between them."""
        return self.numbers >= 0.5 and self.judged >= 0.98

    @property
    def judged(self) -> float:
        """Share of filled cells that are numbers or known marks."""
        return self.numbers + sum(count for _, count in self.suppressed) / max(1, self.filled)

    def says(self, concept: str) -> float:
        """How well the column's name says a concept, from 0 to 1."""
        return header_match(self.name, words(concept, "header"))

    @property
    def is_code_name(self) -> bool:
        """Whether the column's name says that it holds codes."""
        return self.says("code") >= 0.8 or plain(self.name).endswith(" id")


def profiles(frame: pl.DataFrame, form: NumberForm) -> dict[str, Profile]:
    """Every column of the file, summed up over all rows."""
    return {name: _profile(frame, name, form) for name in frame.columns}


def _profile(frame: pl.DataFrame, name: str, form: NumberForm) -> Profile:
    # a file may have a column called "count": names of our own keep it out of the way
    counted = frame[name].str.strip_chars().alias("cell").value_counts(name="rows")
    # equal counts come in any order; the cells themselves decide
    counted = counted.sort(["rows", "cell"], descending=[True, False])
    filled = counted.filter(pl.col("cell") != "")
    valued = filled.with_columns(form.number("cell").alias("number"))
    numbers = valued.filter(pl.col("number").is_not_null())
    others = valued.filter(pl.col("number").is_null()).head(_MOST_DISTINCT)
    gaps = [(cell, count) for cell, count, _ in others.iter_rows()]
    missing = tuple(cell for cell, _ in gaps if is_missing_mark(cell))
    total = int(filled["rows"].sum())
    without = sum(count for cell, count in gaps if cell in missing)
    few_words = len(gaps) <= 6
    limits = numbers.select(pl.col("number").min().alias("low"), pl.col("number").max().alias("high")).row(0)
    widths = numbers["cell"].str.len_chars().unique().sort().to_list() if numbers.height else []
    return Profile(
        name,
        frame.height,
        total - without,
        filled.height - len(missing),
        tuple(cell for cell in filled["cell"].head(_MOST_DISTINCT).to_list() if cell not in missing),
        float(numbers["rows"].sum()) / max(1, total - without),
        bool((numbers["number"] % 1 == 0).all()),
        limits[0] or 0.0,
        limits[1] or 0.0,
        ("", *missing) if counted.height > filled.height else missing,
        tuple(
            (cell, count)
            for cell, count in gaps
            if few_words and cell not in missing and is_suppression_mark(cell) and numbers.height
        ),
        tuple(widths[:6]),
    )


def number_cells(frame: pl.DataFrame, rows: int = 400) -> list[str]:
    """Cells spread over the file, for the question how numbers are written."""
    step = max(1, frame.height // rows)
    sample = frame.gather_every(step).head(rows)
    return [cell for name in sample.columns for cell in sample[name].to_list() if cell and len(cell) < 30]
