"""Files that say what a publisher's codes mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cosmopolis.errors import SourceError
from cosmopolis.sources.cells import ROW, coded, coder_of
from cosmopolis.sources.faults import FaultList, FileFaults, fault
from cosmopolis.sources.layout import layout_of
from cosmopolis.sources.raw import raw_table
from cosmopolis.sources.repairs import repair_log, whole_rows, without_repeated_rows
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
    if not files:
        raise fault("sources.no_files", recipe=recipe.id, patterns=list(recipe.files))
    for order, path in enumerate(sorted(files, key=lambda path: (path.name, str(path)))):
        faults = FileFaults(found, path.name, order)
        try:
            _read_file(path, recipe, codes, faults)
        except SourceError as error:
            faults.add_all(error)
    found.raise_if_any()
    return CodeList(tuple(codes.values()))


def _read_file(path: Path, recipe: Recipe, codes: dict[tuple[str, str], Code], faults: FileFaults) -> None:
    raw = raw_table(path, recipe.reading)
    layout = layout_of(raw.header, recipe, faults)
    if layout is None:
        return
    log = repair_log(recipe, path.name)
    frame = without_repeated_rows(whole_rows(raw, layout, log, faults=faults), layout, log)
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
