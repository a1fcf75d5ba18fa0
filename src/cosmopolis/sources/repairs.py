"""Mending what a recipe names, and only that; everything mended is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import polars as pl

from cosmopolis.sources.cells import ROW
from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.layout import Layout
from cosmopolis.sources.raw_grid import RaggedRow, RawTable
from cosmopolis.vocabulary.recipe import Column, Recipe, Repair
from cosmopolis.vocabulary.table import AppliedRepair


@dataclass
class RepairLog:
    """The repairs that a recipe names for one file, and how often each was needed."""

    file: str
    named: tuple[Repair, ...]
    counts: dict[Repair, int] = field(default_factory=dict)

    def named_as(self, kind: str, column: str = "") -> Repair | None:
        """The repair of that kind (and column), if the recipe names it."""
        return next((one for one in self.named if one.kind == kind and column in (one.column, "")), None)

    def count(self, repair: Repair, rows: int) -> None:
        """Note that a repair mended so many rows."""
        self.counts[repair] = self.counts.get(repair, 0) + rows

    def applied(self, faults: FileFaults) -> tuple[AppliedRepair, ...]:
        """What was mended; another count than the recipe expects is a fault."""
        for repair in self.named:
            rows = self.counts.get(repair, 0)
            if rows != repair.rows:
                faults.add("sources.repair_count", kind=repair.kind, found=rows, expected=repair.rows)
        return tuple(
            AppliedRepair(repair.kind, repair.reason, self.file, self.counts.get(repair, 0)) for repair in self.named
        )


def repair_log(recipe: Recipe, file: str) -> RepairLog:
    """The repairs that the recipe names for this file."""
    return RepairLog(file, tuple(repair for repair in recipe.repairs if fnmatchcase(file, repair.files)))


def whole_rows(raw: RawTable, layout: Layout, log: RepairLog, *, faults: FileFaults) -> pl.DataFrame:
    """
    The rows of the file with their numbers in `ROW`, cells without spaces around them.

    Rows of another length are faults unless a repair inserts their missing field.
    """
    frame = raw.frame.with_columns(pl.col(layout.read()).str.strip_chars(), raw.numbers.alias(ROW))
    repair = log.named_as("insert_missing_field")
    place = raw.header.index(layout.found[repair.column]) if repair and repair.column in layout.found else None
    mended: list[tuple[object, ...]] = []
    for row in raw.ragged:
        if repair and place is not None and len(row.cells) == len(raw.header) - 1:
            cells = (*row.cells[:place], "", *row.cells[place:])
            mended.append((*(cell.strip() for cell in cells), row.number))
        else:
            _note_ragged(row, len(raw.header), faults)
    if repair and mended:
        log.count(repair, len(mended))
        frame = pl.concat([frame, pl.DataFrame(mended, schema=frame.schema, orient="row")]).sort(ROW)
    return frame


def without_repeated_rows(frame: pl.DataFrame, layout: Layout, log: RepairLog) -> pl.DataFrame:
    """The rows without repetitions, where the recipe names that repair."""
    repair = log.named_as("drop_identical_duplicates")
    if repair is None:
        return frame
    kept = frame.unique(subset=layout.read(), keep="first", maintain_order=True)
    log.count(repair, frame.height - kept.height)
    return kept


def with_lost_zeros(frame: pl.DataFrame, column: Column, name: str, *, log: RepairLog) -> pl.DataFrame:
    """Codes of one column with their leading zeros again, where the recipe names that repair."""
    repair = log.named_as("pad", column.name)
    width = max(column.width, column.pad)
    if repair is None or not width:
        return frame
    short = (frame.get_column(name).str.len_chars() < width) & frame.get_column(name).str.contains("^[0-9]+$")
    log.count(repair, int(short.sum()))
    return frame.with_columns(pl.when(short).then(pl.col(name).str.zfill(width)).otherwise(name).alias(name))


def _note_ragged(row: RaggedRow, expected: int, faults: FileFaults) -> None:
    content = " | ".join(row.cells)
    shown = content if len(content) <= 120 else content[:117] + "..."
    faults.add("sources.field_count", row=row.number, found=len(row.cells), expected=expected, value=shown)
