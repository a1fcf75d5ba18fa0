"""What every reader begins and ends with: files in order, their rows, where they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cosmopolis.errors import SourceError
from cosmopolis.sources.cells import check_cells
from cosmopolis.sources.faults import FaultList, FileFaults, fault
from cosmopolis.sources.layout import Layout, layout_of
from cosmopolis.sources.raw import raw_table
from cosmopolis.sources.repairs import RepairLog, repair_log, whole_rows, without_repeated_rows
from cosmopolis.vocabulary.recipe import Recipe
from cosmopolis.vocabulary.table import AppliedRepair, Provenance


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one file with their numbers in `ROW`, which column is what, and the repairs that are named."""

    frame: pl.DataFrame
    layout: Layout
    log: RepairLog


def read_each(
    files: Sequence[Path], recipe: Recipe, found: FaultList, read: Callable[[Path, FileFaults], None]
) -> dict[str, str]:
    """
    Read files in the order of their names; a file that cannot be read does not stop the others.

    Returns
    -------
    hashes
        SHA-256 of each file's bytes, by its name.
    """
    if not files:
        raise fault("sources.no_files", recipe=recipe.id, patterns=list(recipe.files))
    hashes = {}
    for order, path in enumerate(in_order(files)):
        faults = FileFaults(found, path.name, order)
        try:
            hashes[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
            read(path, faults)
        except SourceError as error:
            faults.add_all(error)
        except OSError:
            faults.add("sources.unreadable")
    return hashes


def in_order(files: Sequence[Path]) -> list[Path]:
    """Files by their names."""
    return sorted(files, key=lambda path: (path.name, str(path)))


def rows_of(path: Path, recipe: Recipe, faults: FileFaults) -> Rows | None:
    """The rows of one file; nothing, and a fault, where it changed under its recipe or is empty."""
    raw = raw_table(path, recipe.reading)
    layout = layout_of(raw.header, recipe, faults)
    if layout is None:
        return None
    log = repair_log(recipe, path.name)
    frame = without_repeated_rows(whole_rows(raw, layout, log, faults=faults), layout, log)
    if not frame.height:
        faults.add("sources.no_rows")
        return None
    return Rows(frame, layout, log)


def checked_rows(path: Path, recipe: Recipe, faults: FileFaults) -> Rows | None:
    """The rows of one file that has no total rows, once its `check` columns are compared."""
    opened = rows_of(path, recipe, faults)
    if opened is not None:
        for column, name in opened.layout.with_role("check"):
            check_cells(opened.frame, column, name, faults=faults)
    return opened


def provenance_of(
    recipe: Recipe,
    hashes: Mapping[str, str],
    repairs: Sequence[AppliedRepair],
    *,
    source_id: str,
    code_version: str,
) -> Provenance:
    """Where what was read comes from."""
    return Provenance(
        source_id=source_id,
        recipe_id=recipe.id,
        recipe_sha256=recipe.sha256,
        files=dict(hashes),
        publisher=recipe.publisher,
        licence=recipe.licence,
        landing_page=recipe.landing_page,
        code_version=code_version,
        repairs=tuple(repairs),
    )
