"""Files that say what a publisher's codes mean."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from cosmopolis.sources.cells import ROW, coded, coder_of
from cosmopolis.sources.faults import FaultList, FileFaults
from cosmopolis.sources.opening import read_each, rows_of
from cosmopolis.vocabulary.codes import Code, CodeList
from cosmopolis.vocabulary.recipe import Recipe


def read_codes(files: Sequence[Path], recipe: Recipe) -> CodeList:
    r"""
    Read a publisher's code list.

    Parameters
    ----------
    files
        Tables with one code a row.
    recipe
        Its columns have the roles `code`, `dimension` (if the file lists more
        than one) and `label:<language>`.

    Returns
    -------
    codes
        In the order of the files, each once within its dimension.

    Raises
    ------
    SourceError
        With all faults; a code with two meanings is one.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from cosmopolis.vocabulary.recipe import Column, Reading
    >>> recipe = Recipe(
    ...     "codes", "Town", "CC0", "", "codes", ("*.csv",), Reading("delimited"),
    ...     columns=(Column("of", "dimension"), Column("code", "code"), Column("es", "label:es")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "codes.csv"
    ...     _ = path.write_text("of,code,es\nSEXE,1,Mujer\n")
    ...     read_codes([path], recipe).of("SEXE")["1"].labels
    {'es': 'Mujer'}
    """
    found = FaultList()
    codes: dict[tuple[str, str], Code] = {}
    read_each(files, recipe, found, partial(_read_file, recipe=recipe, codes=codes))
    found.raise_if_any()
    return CodeList(tuple(codes.values()))


def _read_file(path: Path, faults: FileFaults, *, recipe: Recipe, codes: dict[tuple[str, str], Code]) -> None:
    opened = rows_of(path, recipe, faults)
    if opened is None:
        return
    frame, layout, log = opened.frame, opened.layout, opened.log
    cells = {
        column.role: coded(frame, name, coder_of(column, missing=()), faults=faults).to_list()
        for column, name in layout.columns
        if column.role in {"dimension", "code"} or column.role.startswith("label:")
    }
    languages = sorted(role for role in cells if role.startswith("label:"))
    dimensions = cells.get("dimension", [""] * frame.height)
    for place, (row, dimension, code) in enumerate(zip(frame[ROW], dimensions, cells.get("code", []), strict=False)):
        labels = {role.removeprefix("label:"): cells[role][place] for role in languages}
        entry = Code(dimension, code, labels)
        if codes.setdefault((dimension, code), entry) is not entry:
            faults.add("sources.code_twice", row=row, value=code, dimension=dimension)
    log.applied(faults)
