"""
XLSX and XLS sheets as text cells.

Cached results of formulas are not trusted: a sheet with formulas is refused, and
the publisher's values have to be pasted as values. An XLSX is inflated here,
under the limits of `raw_archive`, and only then handed on, so that what the
reader sees is what was counted.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import polars as pl
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from cosmopolis.sources.biff import biff_formula
from cosmopolis.sources.faults import fault
from cosmopolis.sources.raw_archive import LARGEST_UNPACKED_BYTES, inflated, opened_archive
from cosmopolis.sources.raw_grid import RawTable, assembled, joined_header
from cosmopolis.vocabulary.recipe import Reading

MOST_CELLS = 2_000_000
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])?>")
#: A place that no sheet has counts as well: the reader would make room up to it.
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr\s*=\s*["']\s*(\d{1,12})""")
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{1,6})(\d{1,12})""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHARED_INDEX = re.compile(rb't="s"[^>]*>\s*<(?:\w+:)?v>(\d{1,9})<')
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si>", re.DOTALL)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_LINK_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Cell = int | float | str | bool | dt.date | dt.time | dt.datetime | dt.timedelta


def workbook_table(content: bytes, reading: Reading, *, file: str) -> RawTable:
    """The cells of one sheet: the named one, or the first."""
    texts = sheet_texts(content, reading, file=file)
    top = reading.skip_rows + reading.header_rows
    if len(texts) < top or not texts:
        raise fault("sources.empty", file=file)
    header = joined_header(texts[reading.skip_rows : top], file=file)
    frame = pl.DataFrame(texts[top:], schema=dict.fromkeys(header, pl.String), orient="row")
    numbers = pl.int_range(top + 1, top + 1 + frame.height, eager=True).alias("number")
    return assembled(header, frame, numbers=numbers, ragged=(), reading=reading)


def sheet_texts(content: bytes, reading: Reading, *, file: str) -> list[list[str]]:
    """Every row of one sheet as text cells, title rows and all."""
    if content.startswith(b"PK"):
        parts = _parts(content, file=file)
        _check_sheet(parts, reading.sheet, file=file)
        content = _repacked(parts)
    else:
        place = biff_formula(content)
        if place is not None:
            raise fault("sources.formula", file=file, row=place[0], column=place[1], sheet=reading.sheet)
    rows = _rows(content, reading.sheet, file=file)
    return [[_text(cell, reading.decimal) for cell in row] for row in rows]


def sheet_names(content: bytes, *, file: str) -> list[str]:
    """The names of a workbook's sheets, in its order."""
    return _workbook(_repacked(_parts(content, file=file)) if content.startswith(b"PK") else content, file).sheet_names


def _workbook(content: bytes, file: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError) as error:
        raise fault("sources.damaged", file=file) from error
    except BaseException as error:
        raise _not_a_panic(error, file) from error


def _rows(content: bytes, sheet: str, *, file: str) -> list[list[Cell]]:
    workbook = _workbook(content, file)
    try:
        wanted = workbook.get_sheet_by_name(sheet) if sheet else workbook.get_sheet_by_index(0)
        cells = wanted.total_height * wanted.total_width
        if cells > MOST_CELLS:
            raise fault("sources.too_many_cells", file=file, found=cells, limit=MOST_CELLS)
        return wanted.to_python(skip_empty_area=False)
    except (WorksheetNotFound, IndexError) as error:
        raise fault("sources.sheet_missing", file=file, sheet=sheet, sheets=workbook.sheet_names) from error
    except (CalamineError, ValueError, OverflowError) as error:
        raise fault("sources.damaged", file=file) from error


def _not_a_panic(error: BaseException, file: str) -> BaseException:
    """A damaged file can make the Rust reader panic, which Python sees as a bare BaseException."""
    if type(error).__name__ == "PanicException":
        return fault("sources.damaged", file=file)
    return error


def _text(cell: Cell, decimal: str) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", decimal)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)


def _parts(content: bytes, *, file: str) -> dict[str, bytes]:
    """The XML parts of an XLSX, inflated and counted; a part with a DTD is refused."""
    parts: dict[str, bytes] = {}
    left = LARGEST_UNPACKED_BYTES
    with opened_archive(content, file=file) as archive:
        for entry in archive.infolist():
            if not entry.filename.endswith((".xml", ".rels")):
                continue
            part = b"".join(inflated(archive, entry, file=file))
            left -= len(part)
            if left < 0:
                raise fault(
                    "sources.zip_bomb", file=file, member=entry.filename, limit=LARGEST_UNPACKED_BYTES, ratio=100
                )
            # another encoding would hide a DTD or a formula from a search over bytes; no spreadsheet program writes one
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part or not _is_utf8(part):
                raise fault("sources.dtd", file=file, member=entry.filename)
            parts[entry.filename] = part
    return parts


def _is_utf8(part: bytes) -> bool:
    declared = re.match(rb'\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding=["\']([^"\']+)', part)
    if b"\0" in part or (declared and declared[1].lower() not in {b"utf-8", b"us-ascii", b"utf8"}):
        return False
    try:
        part.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repacked(parts: dict[str, bytes]) -> bytes:
    """An archive of exactly the counted parts, stored without packing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()


def _check_sheet(parts: dict[str, bytes], sheet: str, *, file: str) -> None:
    part = _sheet_part(parts, sheet, file=file)
    cells, rows, columns = 0, 0, 0
    for match in _CELL.finditer(part):
        cells += 1
        if not _PLACE.search(match[1] or b""):
            columns = max(columns, cells)
    for letters, digits in _PLACE.findall(part):
        rows, columns = max(rows, int(digits)), max(columns, _column_number(letters))
    rows = max([rows, *(int(number) for number in _ROW.findall(part))] if cells else [0])
    if max(rows * columns, cells) > MOST_CELLS:
        raise fault("sources.too_many_cells", file=file, found=max(rows * columns, cells), limit=MOST_CELLS)
    _check_text_size(parts, part, file=file)
    if _FORMULA.search(part):
        formula = _first_formula(part, file=file)
        if formula:
            raise fault("sources.formula", file=file, row=formula[0], column=formula[1], sheet=sheet)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _check_text_size(parts: dict[str, bytes], part: bytes, *, file: str) -> None:
    """One long shared text used by a million cells is a bomb that no ratio shows."""
    sizes = [len(text) for text in _SHARED_TEXT.findall(parts.get("xl/sharedStrings.xml", b""))]
    indices = [int(index) for index in _SHARED_INDEX.findall(part)]
    total = sum(sizes[index] for index in indices if index < len(sizes))
    if total > LARGEST_UNPACKED_BYTES:
        raise fault("sources.zip_bomb", file=file, member="sharedStrings.xml", limit=LARGEST_UNPACKED_BYTES, ratio=100)


def _sheet_part(parts: dict[str, bytes], sheet: str, *, file: str) -> bytes:
    """The XML of the wanted sheet, found as a spreadsheet program finds it."""
    try:
        book = ElementTree.fromstring(parts["xl/workbook.xml"], forbid_dtd=True)
        links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"], forbid_dtd=True)
    except DefusedXmlException as error:
        raise fault("sources.dtd", file=file, member="xl/workbook.xml") from error
    except (KeyError, ElementTree.ParseError, ValueError) as error:
        raise fault("sources.damaged", file=file) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(f"{_LINKS}Relationship")}
    ids = {entry.get("name", ""): entry.get(_LINK_ID) for entry in book.iter(f"{_MAIN}sheet")}
    wanted = sheet or next(iter(ids), "")
    if wanted not in ids:
        raise fault("sources.sheet_missing", file=file, sheet=sheet, sheets=list(ids))
    target = (targets.get(ids[wanted]) or "").removeprefix("/")
    name = target if target.startswith("xl/") else f"xl/{target}"
    if name not in parts:
        raise fault("sources.damaged", file=file)
    return parts[name]


def _first_formula(part: bytes, *, file: str) -> tuple[int, str] | None:
    try:
        for _, cell in ElementTree.iterparse(io.BytesIO(part), forbid_dtd=True):
            if cell.tag.endswith("}c"):
                if cell.find("{*}f") is not None:
                    place = cell.get("r", "")
                    letters = place.rstrip("0123456789")
                    return int(place[len(letters) :] or 0), letters
                cell.clear()
    except DefusedXmlException as error:
        raise fault("sources.dtd", file=file, member="sheet") from error
    except (ElementTree.ParseError, ValueError) as error:
        raise fault("sources.damaged", file=file) from error
    return None
