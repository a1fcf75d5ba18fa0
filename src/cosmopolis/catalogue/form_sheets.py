"""
The sheets of a form as rows of text, with what is wrong with the workbook itself.

The file comes from anybody: it is inflated under limits before the spreadsheet
library sees it. Formulas are not computed, and sheets that are only for reading
are passed over.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosmopolis.catalogue.places import STEP
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import ContentError, Fault

if TYPE_CHECKING:
    from openpyxl import Workbook

#: What a sheet may hold; names with a language after a point are words.
SHEETS: Mapping[str, tuple[str, ...]] = {
    "edition": ("id", "framework", "framework_edition", "edition", "date", "scan", "note."),
    "raters": ("id", "kind", "role."),
    "answers": ("question", "rater", "value", "stage", "confidence", "date", "adopted_from", "on_behalf_of.", "note."),
    "evidence": ("question", "rater", "title", "date", "page", "url", "valid_to"),
    "agreed": ("question", "value", "stage", "reason.", "by."),
    "holders": ("question", "holder"),
}
#: Cells that offer a list show words and, in brackets behind them, the id.
CHOSEN = frozenset({"value", "stage", "confidence", "kind", "holder", "scan"})
#: Cells in which every space counts.
_EXACT = frozenset({"title", "page"})
_ID = re.compile(r"\[([^\[\]]*)\]\s*\Z")

LARGEST_FILE = 10_000_000
LARGEST_UNPACKED = 40_000_000
MOST_PARTS = 200
MOST_ROWS, MOST_COLUMNS = 20_000, 100
#: Lines of a tree made of several sheets: the sheet's number times this, and the row.
_SHEET = 10_000_000

_Damaged = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError, NotImplementedError,
    EOFError, OSError, SyntaxError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

#: What is said of a file line by line, said of a cell.
_OF_A_CELL: Mapping[str, str] = {
    "catalogue.missing_key": "frameworks.cell_missing",
    "catalogue.empty_value": "frameworks.cell_missing",
    "catalogue.not_allowed": "frameworks.cell_not_allowed",
    "catalogue.wrong_form_example": "frameworks.cell_wrong_form",
    "catalogue.no_such_day": "frameworks.cell_wrong_form",
    "frameworks.unknown_question": "frameworks.cell_unknown_question",
    "frameworks.twice": "frameworks.cell_twice",
    "frameworks.number_needed": "frameworks.cell_number_needed",
    "frameworks.evidence_later": "frameworks.cell_evidence_later",
    "governance_files.contact_in_text": "frameworks.cell_contact",
}
_A_DAY = "2025-09-30"


@dataclass(frozen=True)
class Row:
    """One row with something in it: its place, its cells by column, and which of them were numbers."""

    line: int
    cells: Mapping[str, str]
    numbers: frozenset[str] = frozenset()

    def node(self, keys: Iterable[str], *, drop: str = "") -> Node:
        """The cells of some columns as a mapping; `note.fr` becomes an entry of `note`."""
        told: dict[str, Node] = {}
        for key in keys:
            if key.endswith("."):
                found = {name[len(key) :]: Node(text, self.line) for name, text in self.cells.items()
                         if name.startswith(key)}  # fmt: skip
                if found:
                    told[key[:-1]] = self._mapping(found)
            elif key in self.cells and key != drop:
                told[key] = Node(self.cells[key], self.line)
        return self._mapping(told)

    def _mapping(self, told: dict[str, Node]) -> Node:
        return Node(told, self.line, dict.fromkeys(told, self.line))


@dataclass
class Form:
    """A form as it was filled in: the rows of every sheet, and the words above each column."""

    name: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    headings: dict[tuple[str, str], str] = field(default_factory=dict)  #: sheet and column -> words
    faults: list[Fault] = field(default_factory=list)

    def placed(self, fault: Fault) -> Fault:
        """The same fault with sheet, row and column in the place of a line and a key of the tree."""
        values = dict(fault.values)
        line = values.get("line")
        message = fault.message_id
        if isinstance(line, int) and line >= _SHEET:
            sheet = list(SHEETS)[line // _SHEET - 1]
            values["file"] = f"{self.name}, {sheet}"
            values["key"] = self._column(sheet, str(values.get("key", "")))
            if message == "catalogue.no_such_day":
                values["example"] = _A_DAY
            message = _OF_A_CELL.get(message, message)
        for key in ("line", "first"):
            told = values.get(key)
            if isinstance(told, int):
                values[key] = told % _SHEET
        return Fault(message, {"file": self.name} | values)

    def _column(self, sheet: str, key: str) -> str:
        """The words above the column that a key of the tree stands for; the key itself where there are none."""
        last = key.rpartition(STEP)[2].partition(",")[0]
        if sheet == "holders":
            last = "question" if key in {"holders", "question"} else "holder"
        found = [told for (home, column), told in self.headings.items()
                 if home == sheet and (column == last or column.partition(".")[0] == last)]  # fmt: skip
        return next(filter(None, found), key)


def line_of(sheet: str, row: int) -> int:
    """The line that a row of a sheet has in the tree."""
    return (list(SHEETS).index(sheet) + 1) * _SHEET + row


def read_sheets(file: Path) -> Form:
    """
    The sheets of a workbook.

    Raises
    ------
    ContentError
        If it is no form, or columns or cells of it cannot be read.
    """
    form = Form(file.name)
    content = _content(file, form.name)
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # of parts that the library cannot keep; nothing of them is needed
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            missing = [sheet for sheet in SHEETS if sheet not in book.sheetnames]
            if missing:
                raise _refused("frameworks.sheet_missing", file=form.name, value=", ".join(missing))
            for sheet in SHEETS:
                form.rows[sheet] = list(_rows(book, sheet, form))
    except _Damaged:
        raise _refused("frameworks.form_damaged", file=form.name) from None
    if form.faults or not form.rows["edition"]:
        told = form.faults or [Fault("frameworks.form_empty", {"file": form.name})]
        raise ContentError([form.placed(fault) for fault in told])
    return form


def _refused(message: str, **values: object) -> ContentError:
    return ContentError(Fault(message, values))


def _content(file: Path, name: str) -> bytes:
    """The bytes of the file, inflated and counted first."""
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise _refused("catalogue.too_large", file=name, value=size, allowed=LARGEST_FILE)
        content = file.read_bytes()
    except FileNotFoundError:
        raise _refused("catalogue.no_file", file=name) from None
    except OSError:
        raise _refused("catalogue.unreadable_file", file=name) from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, name)
    except _Damaged:
        raise _refused("frameworks.form_damaged", file=name) from None
    return content


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    """What the parts say about their size is not believed: they are inflated and counted."""
    parts, left = archive.infolist(), LARGEST_UNPACKED
    if len(parts) > MOST_PARTS or len({part.filename for part in parts}) < len(parts):
        raise _refused("frameworks.form_damaged", file=name)
    for part in parts:
        with archive.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _refused("catalogue.too_large", file=name, value=f">{LARGEST_UNPACKED}", allowed=LARGEST_UNPACKED)
        # another encoding would hide a definition of entities from this search; no spreadsheet program writes one
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise _refused("frameworks.form_damaged", file=name)


def _rows(book: Workbook, sheet: str, form: Form) -> Iterator[Row]:
    """The rows of a sheet that hold something, below the two rows of headings."""
    columns: list[str] = []
    nameless: set[int] = set()
    cells = book[sheet].iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    for number, row in enumerate(cells, 1):
        if number > MOST_ROWS:
            raise _refused("frameworks.form_too_long", file=form.name, value=sheet, allowed=MOST_ROWS)
        if number == 1:
            columns = [_text(cell.value).strip() for cell in row]
            if not any(_known(sheet, column) for column in columns):
                form.faults.append(Fault("frameworks.first_row_missing", {"line": line_of(sheet, 1)}))
                return
            form.faults += _column_faults(columns, sheet)
        elif number == 2:
            told = (_text(cell.value).strip() for cell in row)
            form.headings |= {(sheet, column): text for column, text in zip(columns, told, strict=False) if column}
        else:
            form.faults += _nameless(row, columns, nameless, line_of(sheet, number))
            found = _row(row, columns, line_of(sheet, number), form)
            if found.cells:
                yield found


def _row(row: Iterable[Any], columns: list[str], line: int, form: Form) -> Row:
    told: dict[str, str] = {}
    numbers = set()
    for cell, column in zip(row, columns, strict=False):
        if cell.value is None or not column or column.startswith("#"):
            continue
        if cell.data_type == "f":
            form.faults.append(Fault("frameworks.form_formula", {"line": line, "key": column, "value": column}))
        elif text := _cell(_text(cell.value), column):
            told[column] = text
            if isinstance(cell.value, float | int) and not isinstance(cell.value, bool):
                numbers.add(column)
    return Row(line, told, frozenset(numbers))


def _nameless(row: Iterable[Any], columns: list[str], told: set[int], line: int) -> Iterator[Fault]:
    """Text in columns without a name in the first row, once for each column."""
    from openpyxl.utils import get_column_letter

    for at, cell in enumerate(row):
        text = _text(cell.value).strip()
        if text and at not in told and (at >= len(columns) or not columns[at]):
            told.add(at)
            what = {"line": line, "value": text[:40], "column": get_column_letter(at + 1)}
            yield Fault("frameworks.column_nameless", what)


def _known(sheet: str, column: str) -> bool:
    head, point, _ = column.partition(".")
    return bool(column) and head + point in SHEETS[sheet]


def _column_faults(columns: list[str], sheet: str) -> Iterator[Fault]:
    known, line = SHEETS[sheet], line_of(sheet, 1)
    told = [column for column in columns if column and not column.startswith("#")]
    for at, column in enumerate(told):
        if not _known(sheet, column) or column in told[:at]:
            allowed = ", ".join(each + "xx" if each.endswith(".") else each for each in known)
            yield Fault("frameworks.column_unknown", {"line": line, "value": column, "allowed": allowed})
    for needed in known:
        if not needed.endswith(".") and needed not in told and (sheet, needed) != ("edition", "id"):
            yield Fault("frameworks.column_missing", {"line": line, "value": needed})


def _text(value: Any) -> str:
    """A cell as text: numbers in the digits that give them back, days as days."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def _cell(text: str, column: str) -> str:
    if "." in column or column in _EXACT:
        return text
    if column in CHOSEN and (found := _ID.search(text)):
        # `[]` is an answer: none of the stages is reached
        return found[1].strip() or "[]"
    return text.strip()
