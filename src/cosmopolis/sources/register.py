"""
A register of persons becomes a table of counts; no row of it goes any further.

The file is counted where it lies: Polars scans the named columns in pieces and
groups the cells as they are, so that a register of many millions needs the memory
of its counts alone. Codes are looked up afterwards, on the few different cells.
Errors tell a cell that has no code and how many persons have it, never a row, a
date of birth or a column that the recipe does not name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from cosmopolis.errors import SourceError
from cosmopolis.sources.cells import AREA, PERIOD, PERSONS, ROW
from cosmopolis.sources.counts import KEY, Gathering, finished
from cosmopolis.sources.dimensions import dimensions, long_rows
from cosmopolis.sources.faults import FileFaults, fault
from cosmopolis.sources.layout import Layout, NumberColumn, layout_of
from cosmopolis.sources.opening import in_order
from cosmopolis.sources.places import area_codes, note_places
from cosmopolis.sources.raw import as_text
from cosmopolis.sources.repairs import repair_log
from cosmopolis.vocabulary.recipe import Column, Measure, Reading, Recipe
from cosmopolis.vocabulary.table import SCHEMA, UNKNOWN, Status, Table

#: Nobody has lived longer than 122 years; some registers keep the dead a little longer.
LARGEST_AGE = 130
YEARS_PER_GROUP = 5
AGE_GROUPS = (*(f"Y{first}T{first + YEARS_PER_GROUP - 1}" for first in range(0, 100, YEARS_PER_GROUP)), "Y_GE100")
_AGE, _MARK, _NO_AGE = "\0age", "\0mark", -1
#: Columns in one key of 64 bits, and the different cells that each may have there.
_LANES, _LANE = 4, 1 << 16
_COUNTED = Measure("population_stock", "persons")
_PIECE_BYTES = 1 << 20
_TEXTS = (pl.String, pl.Categorical, pl.Enum)
#: Files that would have to be unpacked first: ZIP, gzip, Zstandard.
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
#: The faults of a cell, as they are told where the row is a person.
_OF_PERSONS = {
    "sources.unknown_code": "sources.persons_unknown_code",
    "sources.no_codes": "sources.persons_no_codes",
    "sources.no_area": "sources.persons_empty_cell",
    "sources.empty_cell": "sources.persons_empty_cell",
    "sources.not_matching": "sources.persons_not_matching",
    "sources.markup": "sources.persons_markup",
    "sources.control_character": "sources.persons_control_character",
    "sources.lost_zeros": "sources.persons_wrong_width",
    "sources.wrong_width": "sources.persons_wrong_width",
    "sources.not_a_period": "sources.persons_not_a_period",
    "sources.absurd_year": "sources.persons_absurd_year",
    "sources.two_parents": "sources.persons_two_parents",
}


@dataclass(frozen=True)
class PersonFaults(FileFaults):
    """The faults of a register: where a person stands in it is nobody's business."""

    def add(self, message_id: str, *, row: int = 0, **values: object) -> None:  # noqa: ARG002
        """Note one fault of this file, without its row."""
        if isinstance(unknown := values.get("unknown"), list):
            # a file without a header has a person where the names of its columns should be
            values["unknown"] = len(unknown)
        super().add(_OF_PERSONS.get(message_id, message_id), row=0, **values)


def read_register(
    files: Sequence[Path], recipe: Recipe, *, source_id: str, code_version: str, city_id: str = ""
) -> Table:
    r"""
    Count the persons of a register by the dimensions that its recipe names.

    Parameters
    ----------
    files
        Parquet, or delimited text in UTF-8; a person is in one of them only.
    recipe
        With `holds: persons`; its columns of role `age` (completed years) and
        `birth_date` become five-year age groups at the constant period.
    source_id
        The source's id in `city.toml`.
    code_version
        The version of the program, for the provenance.
    city_id
        The area code where neither a column nor the recipe names an area.

    Returns
    -------
    table
        One row a cell that has at least one person. A cell that is not there
        counts nobody.

    Raises
    ------
    SourceError
        With all faults of all files: cells without a code and how many persons
        have them, no rows.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> recipe = Recipe(
    ...     "register", "Town", "", "", "persons", ("*.csv",), Reading("delimited"),
    ...     columns=(Column("ward", "area", level="ward"), Column("age", "age")),
    ...     constants={"period": "2025-01-01"}, other_columns="ignore")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "persons.csv"
    ...     _ = path.write_text("name,ward,age\nA,1,3\nB,1,4\nC,1,5\n")
    ...     table = read_register([path], recipe, source_id="register", code_version="0")
    >>> table.frame.select("area_code", "age_group", "value").rows()
    [('ward-1', 'Y0T4', 2.0), ('ward-1', 'Y5T9', 1.0)]
    """
    ordered = in_order(files)
    if not files:
        raise fault("sources.no_files", recipe=recipe.id, patterns=list(recipe.files))
    gathered = Gathering(recipe, city_id)
    hashes: dict[str, str] = {}
    for order, path in enumerate(ordered):
        faults = PersonFaults(gathered.faults, path.name, order)
        try:
            hashes[path.name] = _count_file(path, gathered, faults)
        except SourceError as error:
            faults.add_all(error)
        except OSError:
            faults.add("sources.unreadable")
    if len(set(hashes.values())) < len(hashes):
        twice = next(name for name in hashes if list(hashes.values()).count(hashes[name]) > 1)
        gathered.faults.add("sources.persons_twice", file=twice)
    nobody = pl.DataFrame(schema=dict(SCHEMA))
    frame = pl.concat([nobody, *gathered.atoms]) if gathered.atoms else nobody
    return finished(gathered, _summed(frame), nobody, hashes=hashes, source_id=source_id, code_version=code_version)


def _count_file(path: Path, gathered: Gathering, faults: FileFaults) -> str:
    """Count one file into `gathered`; its SHA-256."""
    recipe = gathered.recipe
    lazy = _scanned(path, recipe.reading)
    names = _names(lazy, faults)
    layout = layout_of(tuple(names.values()), replace(recipe, measures=()), faults)
    digest, regular = _digest(path, recipe.reading, columns=len(names))
    if not regular:
        faults.add("sources.persons_fields", expected=len(names))
    if layout is None or not regular:
        return digest
    cube = _cube(_renamed(lazy, names, layout, faults), layout, recipe, faults=faults)
    if not cube.height:
        faults.add("sources.no_rows")
        return digest
    layout = _with_age_groups(layout)
    base = dimensions(cube, layout, recipe, city_id=gathered.city_id, faults=faults)
    log = repair_log(recipe, path.name)
    area = area_codes(cube, layout, recipe, log=log, faults=faults)
    if area is not None:
        base = base.with_columns(area.alias("area_code"))
    measure = recipe.measures[0] if recipe.measures else _COUNTED
    values = cube.select(
        pl.col(PERSONS).cast(pl.Float64).alias("value"),
        *(pl.lit(None, pl.Float64).alias(bound) for bound in ("lower", "upper")),
        pl.lit(str(Status.NORMAL)).alias("status"),
    )
    rows = long_rows(base, NumberColumn(measure, ""), values, flags=None, faults=faults)
    gathered.atoms.append(rows.drop(ROW))
    placed = base.select(pl.col("area_code").alias(AREA), pl.col("period").alias(PERIOD))
    note_places(pl.concat([cube, placed], how="horizontal"), layout, recipe, places=gathered.places, faults=faults)
    return digest


def _scanned(path: Path, reading: Reading) -> pl.LazyFrame:
    """The file as Polars will read it in pieces; nothing is read yet but its header."""
    encoding = reading.encoding.lower().replace("_", "-")
    with path.open("rb") as stream:
        packed = stream.read(4).startswith(_PACKED)
    found: str = "ZIP" if packed else reading.format if reading.format in {"workbook", "geojson"} else ""
    if reading.format == "delimited" and encoding not in {"utf-8", "utf-8-sig", "utf8", "ascii", "us-ascii"}:
        found = found or reading.encoding
    if found:
        raise fault("sources.persons_form", file=path.name, found=found)
    if reading.format == "parquet":
        return pl.scan_parquet(path, glob=False)
    return pl.scan_csv(
        path,
        separator=reading.delimiter,
        quote_char=reading.quote or None,
        skip_lines=reading.skip_rows,
        infer_schema=False,
        glob=False,
    )


def _names(lazy: pl.LazyFrame, faults: FileFaults) -> dict[str, str]:
    """The names of the file's columns, and the same with single spaces."""
    try:
        names = lazy.collect_schema().names()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise fault("sources.damaged", file=faults.file) from None
    return {name: " ".join(name.split()) for name in names}


def _renamed(lazy: pl.LazyFrame, names: Mapping[str, str], layout: Layout, faults: FileFaults) -> pl.LazyFrame:
    """The columns that the layout reads, by its names; no other column is named in a fault or looked at."""
    read = layout.read()
    known = list(names.values())
    twice = sorted(name for name in read if known.count(name) > 1 or f"{name}_duplicated_0" in names)
    if twice:
        raise fault("sources.header_twice", file=faults.file, columns=twice)
    return lazy.select(pl.col(name).alias(told) for name, told in names.items() if told in read)


def _digest(path: Path, reading: Reading, *, columns: int) -> tuple[str, bool]:
    """
    The SHA-256 of a file, and whether all its rows have as many fields as its header.

    Polars fills short rows and cuts long ones where it reads some columns only.
    """
    sha = hashlib.sha256()
    text = reading.format == "delimited"
    fields = _Fields(reading.delimiter.encode(), reading.quote.encode(), columns)
    with path.open("rb") as stream:
        for _ in range(reading.skip_rows if text else 0):
            sha.update(stream.readline())
        while piece := stream.read(_PIECE_BYTES):
            sha.update(piece)
            if text:
                fields.see(piece)
    return sha.hexdigest(), not text or fields.are_regular()


class _Fields:
    """Whether every row of a text has the same number of fields, seen piece by piece."""

    def __init__(self, delimiter: bytes, quote: bytes, columns: int) -> None:
        self._delimiter, self._quote, self._columns = delimiter, quote, columns
        self._inside, self._regular, self._last = False, True, b"\n"
        self._begun = np.zeros(0, np.bool_)  #: the separators of a row that has not ended: is it a line end?

    def see(self, piece: bytes) -> None:
        """Look at the next piece; between quotes, delimiters and line ends are content."""
        self._last = piece[-1:]
        if self._quote:
            parts = piece.split(self._quote)
            piece = b"".join(parts[self._inside :: 2])
            self._inside ^= len(parts) % 2 == 0
        data = np.frombuffer(piece, np.uint8)
        ends = data == ord("\n")
        separators = np.concatenate((self._begun, ends[ends | (data == ord(self._delimiter))]))
        whole = len(separators) // self._columns * self._columns
        rows = separators[:whole].reshape(-1, self._columns)
        self._regular &= bool(rows[:, -1].all()) and not rows[:, :-1].any()
        self._begun = separators[whole:]

    def are_regular(self) -> bool:
        """The answer, after the last piece; its last row may lack a line end."""
        rest = self._columns - 1 if self._last != b"\n" else 0
        return self._regular and not self._begun.any() and len(self._begun) == rest


def _cube(lazy: pl.LazyFrame, layout: Layout, recipe: Recipe, *, faults: FileFaults) -> pl.DataFrame:
    """How many persons have the same cells, the cells as text; no row has a number."""
    schema = lazy.collect_schema()
    ages = layout.with_role("age", "birth_date")
    named = {name for column, name in layout.columns if column.role not in {"ignore", "age", "birth_date"}}
    cells = [pl.col(name) for name in sorted(named)]
    for column, name in ages:
        cells += _age_cells(column, name, kind=schema[name], period=recipe.constants.get("period", ""))
    try:
        cube = (
            _counted(lazy.select(cells)) if cells else lazy.select(pl.len().alias(PERSONS)).collect(engine="streaming")
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        # what Polars says may quote the row it stopped at
        raise fault("sources.persons_damaged", file=faults.file) from None
    texts = [as_text(cube[name], decimal=recipe.reading.decimal).str.strip_chars() for name in sorted(named)]
    cube = cube.with_columns(texts).filter(pl.col(PERSONS) > 0)
    for column, name in ages:
        cube = cube.with_columns(_age_groups(cube, column, name, faults=faults).alias(_AGE))
    return cube.with_columns(pl.lit(0, pl.Int64).alias(ROW))


def _counted(cells: pl.LazyFrame) -> pl.DataFrame:
    """How many rows have the same cells, the file read in pieces."""
    schema = cells.collect_schema()
    lanes = [name for name, kind in schema.items() if (kind in _TEXTS and name != _MARK) or name == _AGE]
    try:
        return _counted_by_number(cells, lanes)
    except pl.exceptions.ComputeError:
        # more different texts than a lane holds, or damage, which will show again
        return cells.group_by(pl.all()).agg(pl.len().alias(PERSONS)).collect(engine="streaming")


def _counted_by_number(cells: pl.LazyFrame, lanes: list[str]) -> pl.DataFrame:
    """
    The same, with the texts of four columns at a time as one number, 16 bits each.

    Grouping by one number takes half the time of grouping by the texts themselves.
    """
    texts = {name: pl.Categorical(pl.Categories.random(physical=pl.UInt16)) for name in lanes if name != _AGE}
    keys: list[pl.Expr] = []
    back: list[pl.Expr] = []
    for first in range(0, len(lanes), _LANES):
        key = pl.lit(0, pl.UInt64)
        for place, name in enumerate(lanes[first : first + _LANES]):
            factor = pl.lit(_LANE**place, pl.UInt64)
            if name == _AGE:
                number = pl.col(name).cast(pl.Int16) - _NO_AGE
            else:
                number = pl.col(name).cast(pl.String).fill_null("").cast(texts[name]).to_physical()
            key = key + number.cast(pl.UInt64) * factor
            told = (pl.col(f"\0key {first}") // factor % _LANE).cast(pl.UInt16)
            if name == _AGE:
                back.append((told.cast(pl.Int16) + _NO_AGE).cast(pl.Int8).alias(name))
            else:
                back.append(told.cat.to(texts[name]).cast(pl.String).alias(name))
        keys.append(key.alias(f"\0key {first}"))
    others = [name for name in cells.collect_schema() if name not in lanes]
    counted = cells.group_by(*keys, *others).agg(pl.len().alias(PERSONS)).collect(engine="streaming")
    return counted.select(*back, *others, PERSONS)


def _age_cells(column: Column, name: str, *, kind: pl.DataType, period: str) -> list[pl.Expr]:
    """The number of each person's age group, `_NO_AGE` for none; beside it the mark that stands for an age, if any."""
    cell = pl.col(name)
    if kind in _TEXTS:
        cell = cell.cast(pl.String).str.strip_chars()
    years = _years(cell, column, kind=kind, period=period)
    known = years.is_between(0, LARGEST_AGE)
    if kind.is_float() and column.role == "age":
        known &= cell == years
    group = (years // YEARS_PER_GROUP).clip(upper_bound=len(AGE_GROUPS) - 1)
    if not column.codes:
        return [pl.when(known).then(group).otherwise(_NO_AGE).cast(pl.Int8).alias(_AGE)]
    text = cell.cast(pl.String).fill_null("")
    marked = text.is_in(list(column.codes))
    return [
        pl.when(known & ~marked).then(group).otherwise(_NO_AGE).cast(pl.Int8).alias(_AGE),
        pl.when(marked).then(text).alias(_MARK),
    ]


def _years(cell: pl.Expr, column: Column, *, kind: pl.DataType, period: str) -> pl.Expr:
    """Completed years: those the register tells, or those between birth and the day it was counted."""
    if column.role == "age":
        return cell.cast(pl.Int16, strict=False)
    day = date.fromisoformat(period)
    born = cell.str.to_date(column.form, strict=False) if kind in _TEXTS else cell.cast(pl.Date, strict=False)
    # who was born on 29 February completes a year on 1 March
    to_come = born.dt.month().cast(pl.Int16) * 100 + born.dt.day() > day.month * 100 + day.day
    return day.year - born.dt.year() - to_come.cast(pl.Int32)


def _age_groups(cube: pl.DataFrame, column: Column, name: str, *, faults: FileFaults) -> pl.Series:
    """The code of the age group of every row of the cube."""
    groups: Mapping[int, str] = dict(enumerate(AGE_GROUPS))
    codes = cube.get_column(_AGE).replace_strict(groups, default="", return_dtype=pl.String)
    if column.codes:
        told = cube.get_column(_MARK).replace_strict(dict(column.codes), default=None, return_dtype=pl.String)
        codes = pl.select(pl.coalesce(told, codes)).to_series()
    persons = int(cube.filter(codes == "").get_column(PERSONS).sum())
    if persons:
        born = column.role == "birth_date"
        message = "sources.persons_no_birth_date" if born else "sources.persons_no_age"
        faults.add(message, column=name, rows=persons, largest=LARGEST_AGE)
    return codes.replace("", UNKNOWN)


def _with_age_groups(layout: Layout) -> Layout:
    """The layout of the cube: what was an age is an age group now."""
    return replace(
        layout,
        columns=tuple(
            (Column(column.name, "age_group"), _AGE) if column.role in {"age", "birth_date"} else (column, name)
            for column, name in layout.columns
        ),
    )


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a cell, in order: cells that mean the same are added up, over files as well."""
    # the few different codes of each column as numbers in their order: grouping and sorting texts takes far longer
    codes = {name: pl.Enum(rows.get_column(name).unique().sort()) for name in KEY}
    others = [name for name in SCHEMA if name not in {*KEY, "value"}]
    summed = (
        rows.with_columns(pl.col(name).cast(kind) for name, kind in codes.items())
        .group_by(KEY)
        .agg(pl.col("value").sum(), pl.col(others).first())
        .sort(KEY)
    )
    return summed.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
