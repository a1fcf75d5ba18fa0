"""
`inspect`: a recipe proposed for a file nobody has seen, with the certainty of each part.

The form of the file is decided on a sample and then holds for the whole file:
it is read as a recipe would read it, and roles, totals and of-which columns are
judged on all rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cosmopolis.sources import detect_bytes as form_of
from cosmopolis.sources.detect_code_lists import code_list_findings
from cosmopolis.sources.detect_codes import origin_code
from cosmopolis.sources.detect_columns import Profile, number_cells, profiles
from cosmopolis.sources.detect_facilities import facility_findings
from cosmopolis.sources.detect_numbers import NumberForm, number_form
from cosmopolis.sources.detect_persons import person_signs
from cosmopolis.sources.detect_problems import problems_and_repairs, shifted_cells
from cosmopolis.sources.detect_roles import column_findings
from cosmopolis.sources.detect_shape import table_shape
from cosmopolis.sources.detect_values import measures, suppression_marks, totals
from cosmopolis.sources.faults import fault
from cosmopolis.sources.inspect_rows import long_rows
from cosmopolis.sources.raw import raw_table
from cosmopolis.sources.raw_archive import LARGEST_UNPACKED_BYTES, file_bytes, opened_archive
from cosmopolis.sources.raw_grid import RawTable
from cosmopolis.vocabulary.proposal import ColumnFinding, Finding, MeasureFinding, Proposal, Remark
from cosmopolis.vocabulary.recipe import Content, FromName, Reading, Repair

_TABLES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls", ".parquet", ".geojson", ".json")
_MOST_SHEETS = 12
#: A table of a city has tens of columns; with more than this the file is something else.
_MOST_COLUMNS = 500
_PERIOD_IN_NAME = (
    (re.compile(r"(?<!\d)((?:19|20)\d{2}-(?:0[1-9]|1[0-2])-\d{2})(?!\d)"), "%Y-%m-%d"),
    (re.compile(r"(?<!\d)((?:19|20)\d{2}-(?:0[1-9]|1[0-2]))(?!\d)"), "%Y-%m"),
    (re.compile(r"(?<!\d)((?:19|20)\d{2}(?:0[1-9]|1[0-2]))(?!\d)"), "%Y%m"),
    (re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)"), "%Y"),
)


def inspect_file(path: Path) -> Proposal:
    r"""
    Propose how to read a file.

    Parameters
    ----------
    path
        A file as its publisher released it: delimited text, XLSX or XLS, Parquet,
        GeoJSON, or a ZIP with one of these inside.

    Returns
    -------
    proposal
        What was found, how sure each finding is, and what is wrong with the
        file. `proposal.agrees` is false when rows have different numbers of fields.

    Raises
    ------
    SourceError
        If the file is no table that can be read safely, or if each row of it is
        one person: such rows may never enter.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "persons.csv"
    ...     _ = file.write_text("Jahr;Bezirk;Geschlecht;Anzahl\n2020;Mitte;w;12\n2020;Nord;m;9\n")
    ...     proposal = inspect_file(file)
    >>> [column.role for column in proposal.columns]
    ['period', 'area', 'sex', 'value']
    """
    content, member = _content(path)
    found, reading = _reading(content, member, file=path.name)
    table = raw_table(path, reading)
    if table.frame.is_empty():
        raise fault("inspect.no_rows", file=path.name)
    if len(table.header) > _MOST_COLUMNS:
        raise fault("inspect.too_many_columns", file=path.name, columns=len(table.header), limit=_MOST_COLUMNS)
    signs = person_signs(table.frame)
    if signs.is_person_file:
        raise fault("inspect.persons", file=path.name, columns=", ".join(signs.columns[:8]))
    return _proposal(path.name, table, reading, found)


def _content(path: Path) -> tuple[bytes, str]:
    """The bytes of the table, and the member of the ZIP that holds it."""
    try:
        size = path.stat().st_size
    except OSError as wrong:
        raise fault("inspect.unreadable", file=path.name) from wrong
    if size > LARGEST_UNPACKED_BYTES:
        raise fault("inspect.too_large", file=path.name, bytes=size, limit=LARGEST_UNPACKED_BYTES)
    whole = file_bytes(path, Reading("workbook", member="*")) if not _is_zip(path) else path.read_bytes()
    if not whole.startswith(b"PK\x03\x04"):
        return whole, ""
    with opened_archive(whole, file=path.name) as archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if "[Content_Types].xml" in names:
        return whole, ""
    tables = [name for name in names if name.casefold().endswith(_TABLES) and not name.startswith("__MACOSX")]
    if len(tables) != 1:
        raise fault("inspect.zip_members", file=path.name, count=len(tables), members=", ".join(sorted(names)[:20]))
    member = re.sub(r"[\[?*]", "?", tables[0])
    return file_bytes(path, Reading("workbook", member=member)), member


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04"


def _reading(content: bytes, member: str, *, file: str) -> tuple[list[Finding], Reading]:
    """The form of the file: findings, and the reading that follows from them."""
    found = form_of.file_format(content, file=file)
    kind = "workbook" if found.value == "zip" else found.value
    found = replace(found, value=kind, alternatives=())
    if kind == "delimited":
        findings, reading = _delimited(content, file=file)
    elif kind == "workbook":
        findings, reading = _workbook(content, file=file)
    else:
        findings, reading = [], Reading("geojson" if kind == "geojson" else "parquet")
    if member:
        inside = Finding("member", member, 0.95, Remark("inspect.reason.only_table_in_zip", {"member": member}))
        findings = [inside, *findings]
    return [found, *findings], replace(reading, member=member)


def _delimited(content: bytes, *, file: str) -> tuple[list[Finding], Reading]:
    encoding = form_of.file_encoding(content, file=file)
    ends = form_of.line_end(content[: form_of.SAMPLE_BYTES].replace(b"\0", b""))
    lines = form_of.sample_lines(content, encoding.value)
    if "\0" in "".join(lines[:50]):
        raise fault("inspect.unknown_format", file=file)
    sign = form_of.delimiter(lines, file=file)
    quote = form_of.quote("".join(lines), sign.value)
    rows = form_of.split_rows(lines, sign.value, quote.value)
    last = form_of.split_rows(form_of.last_lines(content, encoding.value), sign.value, quote.value)
    decimal = number_form(cell for row in rows for cell in row)[0]
    shape = table_shape(rows, last, decimal)
    if shape.header_rows == 0:
        raise fault("inspect.no_header", file=file, row=shape.skip_rows + 1, value=", ".join(rows[shape.skip_rows][:6]))
    reading = Reading(
        "delimited",
        encoding=encoding.value,
        delimiter=sign.value,
        quote=quote.value,
        skip_rows=shape.skip_rows,
        header_rows=shape.header_rows,
        footer=shape.footer,
    )
    return [encoding, ends, sign, quote, *shape.findings], reading


def _workbook(content: bytes, *, file: str) -> tuple[list[Finding], Reading]:
    from cosmopolis.sources.raw_workbook import sheet_names, sheet_texts

    names = sheet_names(content, file=file)
    sheets = {name: sheet_texts(content, Reading("workbook", sheet=name), file=file) for name in names[:_MOST_SHEETS]}
    sizes = {name: sum(bool(cell) for row in rows for cell in row) for name, rows in sheets.items()}
    if not sizes or not max(sizes.values()):
        raise fault("inspect.empty", file=file)
    best = max(sizes, key=lambda name: (sizes[name], -names.index(name)))
    rows = sheets[best]
    shape = table_shape(rows[:200], rows[-60:], NumberForm())
    if shape.header_rows == 0:
        raise fault("inspect.no_header", file=file, row=shape.skip_rows + 1, value=", ".join(rows[shape.skip_rows][:6]))
    certainty = round(sizes[best] / sum(sizes.values()), 2)
    reason = Remark("inspect.reason.largest_sheet", {"sheet": best, "count": len(names)})
    chosen = Finding("sheet", best, certainty, reason, tuple(name for name in names if name != best)[:5])
    reading = Reading(
        "workbook", sheet=best, skip_rows=shape.skip_rows, header_rows=shape.header_rows, footer=shape.footer
    )
    return [chosen, *shape.findings], reading


@dataclass(frozen=True)
class _Judged:
    """What all rows together say."""

    columns: tuple[ColumnFinding, ...]
    measures: tuple[MeasureFinding, ...]
    profiles: Mapping[str, Profile]


def _proposal(file: str, table: RawTable, reading: Reading, found: list[Finding]) -> Proposal:
    form, decimal, thousands = number_form(number_cells(table.frame))
    summed_up = profiles(table.frame, form)
    columns = column_findings(table.frame, summed_up)
    counted, checks = measures(table.frame, columns, summed_up, form)
    judged = _Judged(columns, counted, summed_up)
    facilities = facility_findings(summed_up, columns)
    content = "facilities" if facilities else _content_kind(judged)
    if content == "codes":
        columns = code_list_findings(table.frame, summed_up) or columns
    columns = facilities or columns
    if content != "counts":
        judged = _Judged(columns, (), summed_up)
        checks = ()
    problems, repairs = problems_and_repairs(table, columns, summed_up)
    marks = _missing(judged)
    return Proposal(
        file=file,
        content=content,
        reading=replace(reading, decimal=form.decimal, thousands=form.thousands, missing=marks),
        rows=table.frame.height + len(table.ragged),
        header=table.header,
        findings=(*found, *([decimal, thousands] if reading.format == "delimited" else []), _missing_finding(marks)),
        columns=_with_cells(_full_width(columns, summed_up, repairs), shifted_cells(table, summed_up)),
        measures=judged.measures,
        totals=totals(table.frame, columns, judged.measures, form) if content == "counts" else (),
        checks=checks,
        suppressed=suppression_marks(summed_up, judged.measures),
        problems=problems,
        repairs=repairs,
        from_name=_period_in_name(file) if content == "counts" and not _dated(judged) else (),
        area_template="N{y}E{x}" if any(c.level == "cell" for c in columns) else "",
        first_rows=long_rows(table.frame, columns, judged.measures),
    )


def _content_kind(judged: _Judged) -> Content:
    if any(column.role == "geometry" for column in judged.columns):
        return "areas"
    return "counts" if judged.measures else "codes"


def _dated(judged: _Judged) -> bool:
    """Whether a column or the names of columns say the period."""
    across = any(found.measure.pattern_role == "period" for found in judged.measures)
    return across or any(column.role == "period" for column in judged.columns)


def _missing(judged: _Judged) -> tuple[str, ...]:
    """Marks for no value in columns of numbers, the empty cell first."""
    marks = {
        mark for profile in judged.profiles.values() if profile.numeric or profile.empty for mark in profile.missing
    }
    return ("", *sorted(marks - {""}))


def _missing_finding(marks: tuple[str, ...]) -> Finding:
    named = ", ".join(mark for mark in marks if mark)
    return Finding("missing", named, 0.85 if named else 0.95, Remark("inspect.reason.missing_marks", {"marks": named}))


def _full_width(
    columns: Sequence[ColumnFinding], widths: Mapping[str, Profile], repairs: Sequence[Repair]
) -> tuple[ColumnFinding, ...]:
    """Codes that lost zeros are as wide as the widest: a shorter one stops the build until a repair is named."""
    lost = {repair.column for repair in repairs if repair.kind == "pad"}
    return tuple(replace(c, width=max(widths[c.name].widths)) if c.name in lost else c for c in columns)


def _with_cells(columns: Sequence[ColumnFinding], further: Mapping[str, set[str]]) -> tuple[ColumnFinding, ...]:
    """Origins that stand only in rows that a repair would mend are in the list of codes as well."""
    return tuple(
        _with_origins(column, sorted(further.get(column.name, set()) - {*column.codes, *column.unknown_cells}))
        if column.role.startswith("axis:") and (column.codes or column.unknown_cells)
        else column
        for column in columns
    )


def _with_origins(column: ColumnFinding, cells: Sequence[str]) -> ColumnFinding:
    known = {cell: code for cell in cells if (code := origin_code(cell))}
    unknown = (*column.unknown_cells, *(cell for cell in cells if cell not in known))
    return replace(column, codes={**column.codes, **known}, unknown_cells=tuple(sorted(unknown)))


def _period_in_name(file: str) -> tuple[FromName, ...]:
    for pattern, form in _PERIOD_IN_NAME:
        if pattern.search(file):
            return (FromName(pattern.pattern, "period", form=form),)
    return ()
