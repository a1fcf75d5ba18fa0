"""Tables of pairs: minutes from an area to a facility, and how much of an old area lies in a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from cosmopolis.sources.cells import ROW, coded, coder_of, note_cells
from cosmopolis.sources.faults import FaultList, FileFaults
from cosmopolis.sources.layout import NumberColumn
from cosmopolis.sources.numbers import numbers
from cosmopolis.sources.opening import checked_rows, provenance_of, read_each
from cosmopolis.sources.places import area_codes
from cosmopolis.sources.repairs import with_lost_zeros
from cosmopolis.vocabulary.area import AreaShares
from cosmopolis.vocabulary.recipe import Measure, Recipe
from cosmopolis.vocabulary.service import Ways
from cosmopolis.vocabulary.table import AppliedRepair, Provenance

#: Parts of an area that are given with six decimals add up to 1 within this.
TOLERANCE = 1e-6
_FROM, _TO, _NUMBER, _FILE = "\0from", "\0to", "\0number", "\0file"


@dataclass
class _Pairs:
    """The pairs of all files: where from, where to, the number, and the file and row that tell it."""

    recipe: Recipe
    to: str  #: the role of the second column
    number: str  #: the role of the column of numbers
    measure: Measure
    frames: list[pl.DataFrame] = field(default_factory=list)
    files: list[FileFaults] = field(default_factory=list)
    repairs: list[AppliedRepair] = field(default_factory=list)

    def read(self, path: Path, faults: FileFaults) -> None:
        """Add the pairs of one file."""
        opened = checked_rows(path, self.recipe, faults)
        if opened is None:
            return
        layout, log = opened.layout, opened.log
        ((column, name),), ((_, numbered),) = layout.with_role(self.to), layout.with_role(self.number)
        frame = with_lost_zeros(opened.frame, column, name, log=log)
        areas = area_codes(frame, layout, self.recipe, log=log, faults=faults)
        others = coded(frame, name, coder_of(column, missing=self.recipe.reading.missing), faults=faults)
        told = numbers(frame, NumberColumn(self.measure, numbered), self.recipe.reading, faults=faults)
        assert areas is not None  # a recipe of pairs has a column of areas
        pairs = pl.DataFrame([areas.alias(_FROM), others.alias(_TO), told["value"].alias(_NUMBER), frame[ROW]])
        self.frames.append(pairs.with_columns(frame[numbered].alias("cell"), pl.lit(len(self.files)).alias(_FILE)))
        self.files.append(faults)
        self.repairs += log.applied(faults)

    def whole(self) -> pl.DataFrame:
        """The pairs whose areas are known, in the order of files and rows."""
        if not self.frames:
            return pl.DataFrame(schema={_FROM: pl.String, _TO: pl.String, _NUMBER: pl.Float64, ROW: pl.Int64,
                                        "cell": pl.String, _FILE: pl.Int32})  # fmt: skip
        return pl.concat(self.frames).filter(pl.col(_FROM) != "", pl.col(_TO) != "")

    def empty(self, pairs: pl.DataFrame) -> None:
        """Note the rows that say no number."""
        empty = pairs.filter(pl.col("cell").is_in(list(self.recipe.reading.missing)))
        for at, faults in enumerate(self.files):
            rows = empty.filter(pl.col(_FILE) == at).select("cell", pl.col(ROW).alias("row"))
            note_cells(rows, "sources.not_a_number", faults, column=self.number)

    def twice(self, pairs: pl.DataFrame, *, same: bool) -> None:
        """Note pairs that come again: with another number, or, where `same` is not allowed either, at all."""
        alike = pairs.with_columns(
            pl.col(_NUMBER).first().over(_FROM, _TO).alias("first"),
            pl.col(ROW).first().over(_FROM, _TO).alias("first_row"),
            pl.int_range(pl.len()).over(_FROM, _TO).alias("time"),
        )
        again = alike.filter(pl.col("time") > 0, pl.lit(not same) | pl.col(_NUMBER).ne_missing(pl.col("first")))
        for one in again.iter_rows(named=True):
            faults = self.files[one[_FILE]]
            if faults.full:
                return
            told = {"area": one[_FROM], "to": one[_TO], "value": _shown(one[_NUMBER]), "first": _shown(one["first"])}
            faults.add("sources.pair_twice", row=one[ROW], first_row=one["first_row"], **told)

    def provenance(self, hashes: dict[str, str], *, source_id: str, code_version: str) -> Provenance:
        """Where the pairs come from."""
        return provenance_of(self.recipe, hashes, self.repairs, source_id=source_id, code_version=code_version)


def read_ways(files: Sequence[Path], recipe: Recipe, *, source_id: str, code_version: str) -> Ways:
    r"""
    Read travel times from areas to facilities.

    Parameters
    ----------
    files
        Tables with one pair a row.
    recipe
        Its columns have the roles `area` (with a level), `facility` and `minutes`.
    source_id
        The source's id in `city.toml`, for the provenance.
    code_version
        The version of the program, for the provenance.

    Returns
    -------
    ways
        Minutes by area code and facility id. A pair whose minutes are missing
        has no entry: no way leads there, or none within the file's limit.

    Raises
    ------
    SourceError
        With all faults of all files; a pair with two different numbers is one.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from cosmopolis.vocabulary.recipe import Column, Reading
    >>> recipe = Recipe(
    ...     "ways", "Town", "CC0", "", "ways", ("*.csv",), Reading("delimited"),
    ...     columns=(Column("ward", "area", level="ward"), Column("to", "facility"), Column("min", "minutes")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "ways.csv"
    ...     _ = path.write_text("ward,to,min\n1,A1,12.5\n2,A1,\n")
    ...     dict(read_ways([path], recipe, source_id="ways", code_version="0").minutes)
    {('ward-1', 'A1'): 12.5}
    """
    found = FaultList()
    gathered = _Pairs(recipe, "facility", "minutes", Measure("minutes", "minutes", whole=False))
    hashes = read_each(files, recipe, found, gathered.read)
    pairs = gathered.whole()
    gathered.twice(pairs, same=True)
    found.raise_if_any()
    return Ways(_by_pair(pairs), gathered.provenance(hashes, source_id=source_id, code_version=code_version))


def read_crosswalk(files: Sequence[Path], recipe: Recipe, *, source_id: str, code_version: str) -> AreaShares:
    r"""
    Read how much of each area before a reform of boundaries lies in each area after it.

    Parameters
    ----------
    files
        Tables with one pair a row.
    recipe
        Its columns have the roles `area` (the level before), `new_area` (the
        level after) and `amount`; `amounts` says what is told: persons, square
        metres, or the share of the old area.
    source_id
        The source's id in `city.toml`, for the provenance.
    code_version
        The version of the program, for the provenance.

    Returns
    -------
    shares
        Amounts by old and new area code, none of them negative.

    Raises
    ------
    SourceError
        With all faults of all files: a pair twice, an amount that is missing or
        none, and shares of one old area that add up to more than 1 (within 1e-6).

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from cosmopolis.vocabulary.recipe import Column, Reading
    >>> recipe = Recipe(
    ...     "reform", "Town", "CC0", "", "crosswalk", ("*.csv",), Reading("delimited"), amounts="share",
    ...     columns=(Column("old", "area", level="ward"), Column("new", "new_area", level="quarter"),
    ...              Column("part", "amount")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "reform.csv"
    ...     _ = path.write_text("old,new,part\n1,A,0.25\n1,B,0.75\n")
    ...     dict(read_crosswalk([path], recipe, source_id="reform", code_version="0").amounts)
    {('ward-1', 'quarter-A'): 0.25, ('ward-1', 'quarter-B'): 0.75}
    """
    found = FaultList()
    assert recipe.amounts  # a checked recipe of a crosswalk says what its amounts are
    gathered = _Pairs(recipe, "new_area", "amount", Measure("amount", recipe.amounts, whole=False))
    hashes = read_each(files, recipe, found, gathered.read)
    pairs = gathered.whole()
    gathered.empty(pairs)
    gathered.twice(pairs, same=False)
    if recipe.amounts == "share":
        _check_shares(pairs, gathered.files)
    found.raise_if_any()
    provenance = gathered.provenance(hashes, source_id=source_id, code_version=code_version)
    return AreaShares(_by_pair(pairs), recipe.amounts, provenance)


def _by_pair(pairs: pl.DataFrame) -> dict[tuple[str, str], float]:
    told = pairs.filter(pl.col(_NUMBER).is_not_null()).sort(_FROM, _TO)
    return {(one, other): number for one, other, number in told.select(_FROM, _TO, _NUMBER).iter_rows()}


def _check_shares(pairs: pl.DataFrame, files: list[FileFaults]) -> None:
    """No more of an area can lie somewhere than the whole of it."""
    sums = pairs.group_by(_FROM, maintain_order=True).agg(
        pl.col(_NUMBER).sum(), pl.col(ROW).first(), pl.col(_FILE).first()
    )
    for area, total, row, file in sums.filter((pl.col(_NUMBER) - 1).round(9) > TOLERANCE).iter_rows():
        if files[file].full:
            return
        files[file].add("sources.shares_exceed", row=row, area=area, sum=f"{total:.9g}")


def _shown(number: float | None) -> str:
    return "-" if number is None else f"{number:g}"
