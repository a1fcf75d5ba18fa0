"""The spreadsheet with the ten numbers that a profile starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cosmopolis.language import Language, language
from cosmopolis.publication.workbook import saved

#: The ten inputs of the smallest profile, after the year; the last two matter where people move inside the country.
TEN_NUMBERS = (
    "total", "foreign_born", "non_citizens", "age_0_14", "age_15_64", "age_65_plus", "men", "women",
    "arrivals", "departures",
)  # fmt: skip
OPTIONAL = ("internal_migrants", "displaced")


def ten_numbers(rows: Sequence[Mapping[str, int]] = (), words: Language | None = None) -> bytes:
    """
    The workbook: words in the reader's language above the names that the recipe reads, one row a year.

    An empty cell means that the number is not collected.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.worksheet import Worksheet

    words = words or language("en")
    columns = ("year", *TEN_NUMBERS, *OPTIONAL)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "numbers"
    sheet.sheet_view.rightToLeft = words.dir == "rtl"
    sheet.append([words.say("spreadsheet.title")])
    sheet.append([words.say(f"spreadsheet.{column}") for column in columns])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    sheet["A1"].font = Font(bold=True, size=14)
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 18
        sheet[f"{letter}2"].alignment = Alignment(wrap_text=True, vertical="top")
        sheet[f"{letter}3"].font = Font(bold=True)
        if column in OPTIONAL:
            sheet[f"{letter}2"].fill = PatternFill("solid", fgColor="EEF2F4")
    sheet.row_dimensions[2].height = 64
    sheet.freeze_panes = "B4"
    return saved(book)
