"""The first rows of a file as they would come out in the long form."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from cosmopolis.vocabulary.proposal import ColumnFinding, MeasureFinding

_SHOWN = 5
_DIMENSIONS = ("area", "parent", "area_name", "period", "sex", "age_group", "indicator", "status", "facility",
               "facility_name", "places", "longitude", "latitude")  # fmt: skip


def long_rows(
    frame: pl.DataFrame, columns: Sequence[ColumnFinding], found: Sequence[MeasureFinding]
) -> tuple[tuple[str, ...], ...]:
    """
    Return a header and up to five rows: one per number, with the codes proposed for the cells.

    Years across and columns of parts become rows, as they would in the store.
    """
    kept = [column for column in columns if column.role in _DIMENSIONS or column.role.startswith("axis:")]
    kept.sort(key=lambda c: _DIMENSIONS.index(c.role) if c.role in _DIMENSIONS else len(_DIMENSIONS))
    numbers = _number_columns(frame, found)
    across = any(one.measure.pattern for one in found)
    several = len(numbers) > 1 and not across
    extra = (["period"] if across else ["column"] if several else []) + (["value"] if numbers else [])
    rows = [(*(column.role for column in kept), *extra)]
    for row in frame.head(_SHOWN).iter_rows(named=True):
        cells = tuple(column.codes.get(row[column.name], row[column.name]) for column in kept)
        if not numbers:
            rows.append(tuple(cell[:60] for cell in cells))
        for name, label in numbers:
            shown = ((label,) if across or several else ()) + (row[name],)
            rows.append(tuple(cell[:60] for cell in (*cells, *shown)))
        if len(rows) > _SHOWN:
            break
    return tuple(rows[: _SHOWN + 1])


def _number_columns(frame: pl.DataFrame, found: Sequence[MeasureFinding]) -> list[tuple[str, str]]:
    """Columns of numbers, and what stands for them in the long form: a period or the column's name."""
    columns: list[tuple[str, str]] = []
    for one in found:
        if one.measure.column:
            columns.append((one.measure.column, one.measure.column))
            continue
        matches = ((name, re.search(one.measure.pattern, name)) for name in frame.columns)
        columns.extend((name, match[1]) for name, match in matches if match)
    return columns
