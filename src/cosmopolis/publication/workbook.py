"""Workbooks as bytes: the same content is the same file, on every day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cosmopolis.language import LANGUAGES, Language, language

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: A moment for files whose format demands one: nothing we write holds a clock time.
NO_TIME = (1980, 1, 1, 0, 0, 0)
#: The hidden sheet that the drop-down lists take their entries from.
LISTS = "lists"
#: Two rows of headings stand above the data.
FIRST_ROW = 3
#: Drop-down lists reach this far, for rows that people add.
LAST_ROW = 5000
#: How a program that opens the file is told that a text is not a formula.
_LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "\t")
_WIDTHS = {"text": 60, "offers": 50, "note": 40, "reason": 40, "title": 40, "url": 30, "value": 28, "topic": 22}


@dataclass(frozen=True)
class DropDown:
    """What a cell offers; where it is not `closed`, something else may be typed."""

    entries: tuple[str, ...]
    closed: bool = True


@dataclass(frozen=True)
class Sheet:
    """
    One sheet of a form: columns by name, rows of text, the lists behind the cells.

    A column whose name begins with `#` is for reading alone and is locked; one
    named `note.fr` holds the words of one language.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    lists: Mapping[str, str] = field(default_factory=dict)  #: column -> list
    row_lists: tuple[str, ...] = ()  #: the list behind `value`, row by row
    ranges: Mapping[str, str] = field(default_factory=dict)  #: column -> cells of another sheet that it offers


def workbook(
    sheets: Sequence[Sheet], lists: Mapping[str, DropDown], words: Language, readme: Sequence[str] = ()
) -> bytes:
    """
    Make a form of several sheets, behind one that says how to fill it in: a title and paragraphs.

    The first row of each sheet names the columns for the program, the second for
    the reader (`frameworks.form.<column>`). Every cell is text.
    """
    from openpyxl import Workbook

    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    places = _list_places(lists)
    if readme:
        _write_readme(book, readme, words)
    for told in sheets:
        sheet = book.create_sheet(told.name)
        sheet.sheet_view.rightToLeft = words.dir == "rtl"
        _write_headings(sheet, told, words)
        _write_rows(sheet, told)
        _add_lists(sheet, told, lists, places)
    _write_lists(book, lists)
    return saved(book)


def _write_readme(book: Workbook, readme: Sequence[str], words: Language) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(words.say("frameworks.readme.sheet"))
    sheet.sheet_view.rightToLeft = words.dir == "rtl"
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 100
    for number, text in enumerate(readme, 1):
        cell = sheet.cell(number, 1, text)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)


def _write_headings(sheet: Worksheet, told: Sheet, words: Language) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(told.columns, 1):
        plain = column.removeprefix("#")
        name = sheet.cell(1, number, column)
        name.font = Font(size=8, color="808080")
        heading = sheet.cell(2, number, _heading(plain, words))
        heading.font = Font(bold=True)
        heading.alignment = Alignment(wrap_text=True, vertical="top")
        heading.fill = PatternFill("solid", fgColor="EEF2F4")
        whole = sheet.column_dimensions[get_column_letter(number)]
        whole.width = _WIDTHS.get(plain.partition(".")[0], 18)
        whole.number_format = "@"
        whole.protection = Protection(locked=column.startswith("#"))
    sheet.row_dimensions[2].height = 32
    sheet.freeze_panes = f"A{FIRST_ROW}"
    # a lock without a password: it keeps the questions from being overwritten by mistake
    sheet.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)


def _heading(column: str, words: Language) -> str:
    name, _, code = column.partition(".")
    heading = words.say(f"frameworks.form.{name}")
    if not code:
        return heading
    spoken = language(code).name if code in LANGUAGES else code
    return words.say("frameworks.form.in_language", name=heading, language=spoken)


def _write_rows(sheet: Worksheet, told: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, Protection

    wrapped = Alignment(wrap_text=True, vertical="top")
    grey, free, locked = Font(color="505050"), Protection(locked=False), Protection(locked=True)
    for number, row in enumerate(told.rows, FIRST_ROW):
        for at, column in enumerate(told.columns, 1):
            cell = sheet.cell(number, at)
            cell.alignment, cell.number_format = wrapped, "@"
            cell.protection = locked if column.startswith("#") else free
            if column.startswith("#"):
                cell.font = grey
            if text := row.get(column, ""):
                cell.value = text
                # the library would take `=1+1` for a formula and `#N/A` for an error
                cell.data_type = "s"
                cell.quotePrefix = text.startswith(_LOOKS_LIKE_FORMULA)


def _list_places(lists: Mapping[str, DropDown]) -> dict[str, str]:
    """The cells of the hidden sheet that hold each list."""
    from openpyxl.utils import get_column_letter

    letters = {name: get_column_letter(at) for at, name in enumerate(lists, 1)}
    return {name: f"{LISTS}!${letters[name]}$1:${letters[name]}${len(told.entries)}" for name, told in lists.items()}


def _add_lists(sheet: Worksheet, told: Sheet, lists: Mapping[str, DropDown], places: Mapping[str, str]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letters = {column: get_column_letter(at) for at, column in enumerate(told.columns, 1)}
    cells = {name: [f"{letters[column]}{FIRST_ROW}:{letters[column]}{LAST_ROW}"] for column, name in told.lists.items()}
    if told.row_lists:
        for number, name in enumerate(told.row_lists, FIRST_ROW):
            cells.setdefault(name, []).append(f"{letters['value']}{number}")
    for column, source in told.ranges.items():
        suggested = DataValidation(type="list", formula1=f"={source}", allow_blank=True)
        suggested.showErrorMessage = False
        suggested.add(f"{letters[column]}{FIRST_ROW}:{letters[column]}{LAST_ROW}")
        sheet.add_data_validation(suggested)
    for name, where in cells.items():
        offered = DataValidation(type="list", formula1=f"={places[name]}", allow_blank=True)
        offered.showErrorMessage = lists[name].closed
        for place in where:
            offered.add(place)
        sheet.add_data_validation(offered)


def _write_lists(book: Workbook, lists: Mapping[str, DropDown]) -> None:
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    for at, told in enumerate(lists.values(), 1):
        for number, text in enumerate(told.entries, 1):
            cell = sheet.cell(number, at)
            cell.value = text
            cell.data_type = "s"


def saved(book: object) -> bytes:
    """A workbook's bytes with every clock time taken out, so that the same content is the same file."""
    from openpyxl import Workbook

    assert isinstance(book, Workbook)
    # the library stamps the core properties at saving; the archive is written again without that part's times
    buffer = io.BytesIO()
    book.save(buffer)
    plain = io.BytesIO()
    with zipfile.ZipFile(buffer) as stamped, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as clean:
        for name in sorted(stamped.namelist()):
            content = stamped.read(name)
            if name == "docProps/core.xml":
                content = _without_times(content)
            clean.writestr(zipfile.ZipInfo(name, NO_TIME), content, zipfile.ZIP_DEFLATED)
    return plain.getvalue()


def _without_times(core: bytes) -> bytes:
    import re

    return re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", core)
