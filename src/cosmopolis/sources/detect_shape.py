"""Where the table of an unknown file begins and ends: title rows, header rows, footers, rows that do not agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from cosmopolis.sources.detect_numbers import NumberForm, is_missing_mark, is_number, is_suppression_mark
from cosmopolis.sources.detect_words import begins_like_footer, country_code
from cosmopolis.vocabulary.proposal import Finding, Remark

Row = Sequence[str]
_YEAR = re.compile(r"^(?:19|20|21)\d{2}(?:\.0)?(?:[-–/](?:19|20|21)?\d{2})?$")
_DATE = re.compile(r"^\d{4}-\d{2}(-\d{2})?|^\d{1,2}[./]\d{1,2}[./]\d{4}$")
_MOST_HEADER_ROWS = 5
_MOST_TITLE_ROWS = 60


@dataclass(frozen=True)
class Shape:
    """Where the table lies; rows are counted as the file has them, blank ones too."""

    skip_rows: int
    header_rows: int
    width: int
    footer: str
    footer_rows: int
    findings: tuple[Finding, ...]


def table_shape(first: Sequence[Row], last: Sequence[Row], form: NumberForm) -> Shape:
    """
    Return where the header and the data are, from the first and last rows of a file.

    A title has a single cell or few; the header is the first row that fills most
    columns and is unlike the rows below it; a footer is text in the first cell
    alone, at the end.
    """
    width = _width(first)
    begin, why = _header_row(first, width, form)
    end = _header_end(first, begin, form) if why != "no_header" else begin
    begin = _header_begin(first, begin)
    rows = 0 if why == "no_header" else end - begin
    footer, footers = _footer(last, width, form)
    certainty = {"first_full_row": 0.95, "years_across": 0.9, "no_header": 0.7}[why]
    findings = (
        Finding("skip_rows", str(begin), certainty, Remark("inspect.reason.title_rows", {"count": begin})),
        Finding(
            "header_rows", str(rows), certainty - 0.1 * (rows > 1), Remark(f"inspect.reason.{why}", {"row": begin + 1})
        ),
        Finding(
            "footer",
            footer,
            0.9 if not footers or begins_like_footer(last[-footers][0]) else 0.7,
            Remark("inspect.reason.footer_rows", {"count": footers}),
        ),
    )
    return Shape(begin, rows, width, footer, footers, findings)


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _width(rows: Sequence[Row]) -> int:
    """The commonest number of fields among rows that hold something."""
    counts = Counter(len(row) for row in rows if _filled(row))
    return max(counts, key=lambda width: (counts[width] * width, width), default=0)


def _like_data(cell: str, form: NumberForm) -> bool:
    return is_number(cell, form) or is_suppression_mark(cell) or bool(_DATE.match(cell.strip()))


def _header_row(rows: Sequence[Row], width: int, form: NumberForm) -> tuple[int, str]:
    """The row that names most columns, and how it was recognised."""
    typical = median([_filled(row) for row in rows if _filled(row) > 1] or [1])
    enough = max(2.0, 0.6 * typical)
    for at, row in enumerate(rows[:_MOST_TITLE_ROWS]):
        if _filled(row) < enough or len(row) > width + 1:
            continue
        below = [later for later in rows[at + 1 : at + 40] if _filled(later) > 1]
        numbers = [i for i in range(min(len(row), width)) if _mostly_numbers(below, i, form)]
        cells = [row[i] for i in numbers if row[i].strip()]
        if _years_across(cells) and (_rises(cells) or not _years_in(below[:3], numbers[-1])):
            return at, "years_across"
        if numbers and sum(_like_data(cell, form) for cell in cells) > 0.5 * len(cells):
            return at, "no_header"
        if not numbers and _countries(row) > 0:
            return at, "no_header"
        return at, "first_full_row"
    return 0, "first_full_row"


def _years_across(cells: Sequence[str]) -> bool:
    years = sum(bool(_YEAR.match(cell.strip())) for cell in cells)
    return bool(cells) and years >= max(2, 0.5 * len(cells))


def _years_in(rows: Sequence[Row], column: int) -> bool:
    return any(column < len(row) and _YEAR.match(row[column].strip()) for row in rows)


def _countries(row: Row) -> int:
    return sum(bool(country_code(cell)) for cell in row)


def _rises(cells: Sequence[str]) -> bool:
    years = [int(cell.strip()[:4]) for cell in cells if _YEAR.match(cell.strip())]
    return len(years) > 2 and (years == sorted(set(years)) or years == sorted(set(years), reverse=True))


def _mostly_numbers(rows: Sequence[Row], column: int, form: NumberForm) -> bool:
    cells = [row[column] for row in rows if column < len(row) and not is_missing_mark(row[column])]
    return bool(cells) and sum(_like_data(cell, form) for cell in cells) >= 0.7 * len(cells)


def _header_end(rows: Sequence[Row], begin: int, form: NumberForm) -> int:
    """The row after the header: further header rows have words where the table has numbers."""
    end = begin + 1
    below = [row for row in rows[begin + 1 : begin + 60] if _filled(row) > 1]
    numbers = [i for i in range(len(rows[begin]) if begin < len(rows) else 0) if _mostly_numbers(below, i, form)]
    while end < min(len(rows), begin + _MOST_HEADER_ROWS):
        cells = [rows[end][i].strip() for i in numbers if i < len(rows[end])]
        named = [cell for cell in cells if cell and not is_missing_mark(cell)]
        years = sum(bool(_YEAR.match(cell)) for cell in named)
        wordy = [cell for cell in named if not _like_data(cell, form)]
        key_cells = [cell for i, cell in enumerate(rows[end]) if i not in numbers and cell.strip()]
        is_header = len(wordy) == len(named) or (years == len(named) > 1 and not key_cells)
        if len(named) < max(2, 0.5 * len(numbers)) or not is_header:
            break
        end += 1
    return end


def _header_begin(rows: Sequence[Row], begin: int) -> int:
    """The first of merged header rows: one above that fills gaps of the row below it."""
    while begin > 0 and begin < len(rows):
        above, row = rows[begin - 1], rows[begin]
        names_gap = any(cell.strip() and i < len(row) and not row[i].strip() for i, cell in enumerate(above))
        if _filled(above) < 2 or not names_gap:
            break
        begin -= 1
    return begin


def _footer(last: Sequence[Row], width: int, form: NumberForm) -> tuple[str, int]:
    """An expression that the first footer row matches, and how many rows the footer has."""
    count = 0
    for at in range(len(last) - 1, 0, -1):
        row = last[at]
        texts = [cell for cell in row if cell.strip()]
        if texts and (width < 2 or len(texts) > 1 or not row[0].strip() or is_number(row[0], form)):
            break
        count = len(last) - at
    while count and not _filled(last[-count]):
        count -= 1
    if not count:
        return "", 0
    first = last[-count][0].strip()
    word = re.match(r"[^\s:(]{2,}", first)
    return f"^{re.escape(word[0] if word else first[:12])}", count
