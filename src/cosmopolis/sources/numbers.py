"""Cells of a column become numbers, intervals, or a reason why there is none."""

from __future__ import annotations

import re

import polars as pl

from cosmopolis.sources.cells import ROW, note_cells
from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.layout import NumberColumn
from cosmopolis.vocabulary.recipe import Measure, Reading
from cosmopolis.vocabulary.table import Status

#: More persons than have ever lived: a count above this is a damaged cell.
MOST_PERSONS = 200_000_000_000
#: Each of these is written for the others.
_SPACES = " \u00a0\u2009\u202f"
_APOSTROPHES = "'\u2019"


def numbers(
    frame: pl.DataFrame, number: NumberColumn, reading: Reading, *, faults: FileFaults, of: pl.Series | None = None
) -> pl.DataFrame:
    """
    The numbers of one column: `value`, `lower`, `upper`, `status` for every row of `frame`.

    A suppressed mark is an interval with status Q, a missing mark has status O.
    Rows that `of` leaves out are not looked at and stay empty.
    """
    measure = number.measure
    cells = frame.select(pl.col(ROW).alias("row"), pl.col(number.column).alias("cell"))
    wanted = of if of is not None else pl.Series([True]).new_from_index(0, frame.height)
    marked = cells.with_columns(
        wanted=wanted,
        missing=pl.col("cell").is_in(list(reading.missing)),
        suppressed=pl.col("cell").is_in(list(reading.suppressed)),
    )
    is_number = wanted & ~marked["missing"] & ~marked["suppressed"]
    marked = marked.with_columns(is_number=is_number, value=_value(reading))
    marked = marked.with_columns(value=pl.when("is_number").then("value"))
    for message_id, wrong, values in _rules(measure):
        bad = marked.filter(pl.col("is_number") & wrong)
        if bad.height:
            note_cells(bad, message_id, faults, column=number.column, **values)
    lows = {mark: float(low) * measure.scale for mark, (low, _) in reading.suppressed.items()}
    highs = {mark: float(high) * measure.scale for mark, (_, high) in reading.suppressed.items()}
    return marked.select(
        value=pl.col("value") * measure.scale if measure.scale != 1 else pl.col("value"),
        lower=_bound(lows),
        upper=_bound(highs),
        status=pl.when(~pl.col("wanted"))
        .then(None)
        .when("suppressed")
        .then(pl.lit(str(Status.SUPPRESSED)))
        .when("missing")
        .then(pl.lit(str(Status.MISSING)))
        .otherwise(pl.lit(str(Status.NORMAL))),
    )


def number_pattern(*, decimal: str, thousands: str) -> str:
    """
    A regular expression of the numbers that this notation allows.

    >>> bool(re.fullmatch(number_pattern(decimal=",", thousands="."), "1.234,5"))
    True
    >>> bool(re.fullmatch(number_pattern(decimal=",", thousands="."), "1.23"))
    False
    """
    point = re.escape(decimal)
    grouped = rf"[0-9]{{1,3}}(?:{_marks(thousands)}[0-9]{{3}})+|" if thousands else ""
    return rf"^[-+\u2212]?(?:(?:{grouped}[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][-+]?[0-9]{{1,3}})?$"


def _marks(thousands: str) -> str:
    alike = next((family for family in (_SPACES, _APOSTROPHES) if thousands in family), thousands)
    return "[" + re.escape(alike) + "]"


def _value(reading: Reading) -> pl.Expr:
    cell = pl.col("cell")
    well_formed = cell.str.contains(number_pattern(decimal=reading.decimal, thousands=reading.thousands))
    plain = cell.str.replace("\u2212", "-", literal=True)
    if reading.thousands:
        plain = plain.str.replace_all(_marks(reading.thousands), "")
    if reading.decimal != ".":
        plain = plain.str.replace(reading.decimal, ".", literal=True)
    value = plain.cast(pl.Float64, strict=False)
    # minus zero is zero, and what is too long to be a number is none
    return pl.when(well_formed & value.is_finite()).then(value + 0.0)


def _rules(measure: Measure) -> list[tuple[str, pl.Expr, dict[str, object]]]:
    value = pl.col("value")
    largest = measure.largest
    if largest is None and measure.unit == "persons":
        largest = MOST_PERSONS
    below, above = value < measure.smallest, value > largest if largest is not None else pl.lit(value=False)
    beyond: dict[str, object] = {"smallest": measure.smallest, "largest": "\u221e" if largest is None else largest}
    rules: list[tuple[str, pl.Expr, dict[str, object]]] = [("sources.not_a_number", value.is_null(), {})]
    if measure.smallest == 0:
        rules += [("sources.negative", below, {}), ("sources.out_of_range", above, beyond)]
    else:
        rules.append(("sources.out_of_range", below | above, beyond))
    if measure.whole:
        rules.append(("sources.not_whole", value != value.floor(), {}))
    return rules


def _bound(bounds: dict[str, float]) -> pl.Expr:
    if not bounds:
        return pl.lit(None, dtype=pl.Float64)
    known = pl.col("cell").replace_strict(list(bounds), list(bounds.values()), default=None, return_dtype=pl.Float64)
    return pl.when(pl.col("suppressed") & pl.col("wanted")).then(known)
