"""Files of counts, read as their recipe says, into one long table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from cosmopolis.sources.cells import AREA, PERIOD, ROW, check_cells
from cosmopolis.sources.dimensions import dimensions, indicators, long_rows, statuses
from cosmopolis.sources.faults import FaultList, FileFaults
from cosmopolis.sources.layout import Layout
from cosmopolis.sources.numbers import numbers
from cosmopolis.sources.opening import in_order, provenance_of, read_each, rows_of
from cosmopolis.sources.places import Places, area_codes, note_places
from cosmopolis.sources.sums import Numbers, check_rows, check_totals, total_rows
from cosmopolis.vocabulary.recipe import Recipe
from cosmopolis.vocabulary.table import SCHEMA, TOTAL, AppliedRepair, Table

_FILE = "\0file"
KEY = ("indicator", "area_code", "period", "sex", "age_group", "group")


@dataclass
class Gathering:
    """What is gathered while the files of one source are read."""

    recipe: Recipe
    city_id: str
    faults: FaultList = field(default_factory=FaultList)
    places: Places = field(default_factory=Places)
    repairs: list[AppliedRepair] = field(default_factory=list)
    atoms: list[pl.DataFrame] = field(default_factory=list)
    of_which: list[pl.DataFrame] = field(default_factory=list)


def read_table(files: Sequence[Path], recipe: Recipe, *, source_id: str, code_version: str, city_id: str = "") -> Table:
    r"""
    Read the files of one source into one long table.

    Parameters
    ----------
    files
        Files of the same form; read in the order of their names.
    recipe
        What their columns, codes, marks, totals and faults are.
    source_id
        The source's id in `city.toml`.
    code_version
        The version of the program, for the provenance.
    city_id
        The area code of rows for which neither a column nor the recipe names
        an area: files about the city as a whole.

    Returns
    -------
    table
        The finest cells, each once; totals are checked and left out, of-which
        columns kept apart. A suppressed cell is an interval, never zero.

    Raises
    ------
    SourceError
        With all faults of all files, in the order of files and rows.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from cosmopolis.vocabulary.recipe import Column, Measure, Reading
    >>> recipe = Recipe(
    ...     "town", "Town", "CC0", "", "counts", ("*.csv",), Reading("delimited", suppressed={"..": (1, 4)}),
    ...     columns=(Column("year", "period", form="%Y"), Column("ward", "area", level="ward")),
    ...     measures=(Measure("population_stock", "persons", "persons"),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "town.csv"
    ...     _ = path.write_text("year,ward,persons\n2024,1,12\n2024,2,..\n")
    ...     table = read_table([path], recipe, source_id="register", code_version="0")
    >>> table.frame.select("area_code", "value", "lower", "upper", "status").rows()
    [('ward-1', 12.0, None, None, 'A'), ('ward-2', None, 1.0, 4.0, 'Q')]
    """
    ordered = in_order(files)
    gathered = Gathering(recipe, city_id)
    hashes = read_each(files, recipe, gathered.faults, partial(_read_file, gathered=gathered))
    frame, of_which = (
        _unique(gathered.atoms, gathered.faults, ordered),
        _unique(gathered.of_which, gathered.faults, ordered),
    )
    return finished(gathered, frame, of_which, hashes=hashes, source_id=source_id, code_version=code_version)


def finished(
    gathered: Gathering,
    frame: pl.DataFrame,
    of_which: pl.DataFrame,
    *,
    hashes: Mapping[str, str],
    source_id: str,
    code_version: str,
) -> Table:
    """The table of everything that was read, unless something was wrong with it."""
    recipe = gathered.recipe
    _check_areas(frame, gathered, sorted(hashes))
    gathered.faults.raise_if_any()
    provenance = provenance_of(recipe, hashes, gathered.repairs, source_id=source_id, code_version=code_version)
    return Table(
        frame=_long(frame, source_id),
        of_which=_long(of_which, source_id),
        provenance=provenance,
        universe=recipe.universe,
        axes=_axes(recipe),
        levels=dict(sorted(gathered.places.levels.items())),
        parents=dict(sorted(gathered.places.parents.items())),
        names=dict(sorted(gathered.places.names.items())),
    )


def _read_file(path: Path, faults: FileFaults, *, gathered: Gathering) -> None:
    recipe = gathered.recipe
    opened = rows_of(path, recipe, faults)
    if opened is None:
        return
    frame, layout, log = opened.frame, opened.layout, opened.log
    found, frame = _numbers_without_totals(frame, layout, recipe, faults=faults)
    check_rows(frame, layout, recipe, numbers=found, faults=faults)
    for column, name in layout.with_role("check"):
        check_cells(frame, column, name, faults=faults)
    base = dimensions(frame, layout, recipe, city_id=gathered.city_id, faults=faults)
    area = area_codes(frame, layout, recipe, log=log, faults=faults)
    if area is not None:
        base = base.with_columns(area.alias("area_code"))
    flags = statuses(frame, layout, recipe, faults=faults)
    for number in layout.numbers:
        if not number.measure.total:
            rows = long_rows(base, number, found[number], flags=flags, faults=faults)
            kept = gathered.of_which if number.measure.of_which else gathered.atoms
            kept.append(rows.with_columns(pl.lit(faults.order).alias(_FILE)))
    placed = pl.concat(
        [frame, base.select(pl.col("area_code").alias(AREA), pl.col("period").alias(PERIOD))], how="horizontal"
    )
    note_places(placed, layout, recipe, places=gathered.places, faults=faults)
    gathered.repairs += log.applied(faults)


def _numbers_without_totals(
    frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, faults: FileFaults
) -> tuple[Numbers, pl.DataFrame]:
    """Every column of numbers, and the rows: both without the total rows, once these are checked."""
    indicator = indicators(frame, layout, recipe, faults=faults)
    found: Numbers = {}
    for number in layout.numbers:
        of = None if indicator is None else indicator == number.measure.indicator
        found[number] = numbers(frame, number, recipe.reading, faults=faults, of=of)
    check_totals(frame, layout, recipe, numbers=found, faults=faults)
    details = ~total_rows(frame, layout, recipe)
    if details.all():
        return found, frame
    return {number: table.filter(details) for number, table in found.items()}, frame.filter(details)


def _unique(parts: list[pl.DataFrame], faults: FaultList, files: Sequence[Path]) -> pl.DataFrame:
    """All rows together; a cell that two rows speak of is a fault, with both rows."""
    if not parts:
        return pl.DataFrame(schema={**SCHEMA, ROW: pl.Int64, _FILE: pl.Int32})
    frame = pl.concat(parts)
    twice = frame.select(KEY).is_duplicated()
    # a row without an area or period has a fault already
    twice &= (frame["area_code"] != "") & (frame["period"] != "")
    if twice.any():
        _note_duplicates(frame.filter(twice).sort(*KEY, _FILE, ROW), faults, files)
    return frame.sort(KEY)


def _note_duplicates(rows: pl.DataFrame, faults: FaultList, files: Sequence[Path]) -> None:
    first: dict[str, object] = {}
    for row in rows.iter_rows(named=True):
        if [row[name] for name in KEY] != [first.get(name) for name in KEY]:
            first = row
            continue
        told = ("value", "lower", "upper", "status")
        same = all(row[name] == first[name] for name in told)
        place = files[row[_FILE]].name
        faults.add(
            "sources.duplicate_identical" if same else "sources.duplicate_contradicting",
            file=place,
            order=row[_FILE],
            row=row[ROW],
            first_file=files[int(str(first[_FILE]))].name,
            first_row=first[ROW],
            key=[row[name] for name in KEY if row[name] != TOTAL],
            value=_told(row),
            first_value=_told(first),
        )


def _told(row: Mapping[str, object]) -> str:
    value = row["value"]
    return str(row["status"]) if value is None else f"{value:g}" if float(str(value)) % 1 else f"{value:.0f}"


def _check_areas(frame: pl.DataFrame, gathered: Gathering, files: Sequence[str]) -> None:
    expected = gathered.recipe.areas_count
    found = frame.get_column("area_code").n_unique()
    if expected and found != expected and not gathered.faults.found:
        gathered.faults.add("sources.areas_count", file=files[0], found=found, expected=expected)


def _axes(recipe: Recipe) -> tuple[str, ...]:
    roles = {column.role for column in recipe.columns} | set(recipe.constants)
    roles |= {part.role for part in recipe.from_name}
    roles |= {role for measure in recipe.measures for role in (*measure.sets, measure.pattern_role)}
    return tuple(sorted(role.removeprefix("axis:") for role in roles if role.startswith("axis:")))


def _long(frame: pl.DataFrame, source_id: str) -> pl.DataFrame:
    return frame.with_columns(pl.lit(source_id).alias("source_id")).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )
