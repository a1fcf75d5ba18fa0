"""Cells of a column become codes, each different cell once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from cosmopolis.sources.faults import FileFaults
from cosmopolis.vocabulary.recipe import Column

#: What is kept beside the file's own columns: row number, area code, period. No header can hold a NUL.
ROW, AREA, PERIOD = "\0row", "\0area", "\0period"
#: Of a register: how many persons a row of the cube stands for.
PERSONS = "\0persons"
EARLIEST_YEAR, LATEST_YEAR = 1800, 2100
#: How many known codes an error lists.
_LISTED = 20
_MARKUP = re.compile(r"<\s*[/!?a-zA-Z]|&#?\w{2,8};")
#: Controls, and the marks that turn the direction of writing: both change what a reader sees.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}(?:/[0-9]{4}(?:-[0-9]{2}){0,2})?")


@dataclass(frozen=True)
class Wrong:
    """Why a cell has no code."""

    message_id: str
    values: Mapping[str, object]


#: Roles of codes that may have lost their leading zeros, or a level before them.
_PLACES = ("area", "parent", "new_area", "facility")

Coder = Callable[[str], "str | Wrong"]


def coded(frame: pl.DataFrame, name: str, coder: Coder, *, faults: FileFaults) -> pl.Series:
    """
    The code of every cell of one column.

    Each different cell is looked at once; a cell without a code is one fault,
    with its first row and the number of rows that have it.
    """
    count = pl.col(PERSONS).sum() if PERSONS in frame.columns else pl.len()
    different = frame.group_by(pl.col(name).alias("cell")).agg(pl.col(ROW).min().alias("row"), count.alias("rows"))
    codes: dict[str, str] = {}
    for cell, row, rows in different.sort("row", "cell").iter_rows():
        code = coder(cell)
        if isinstance(code, Wrong):
            faults.add(_why(code.message_id, cell), row=row, column=name, value=shown(cell), rows=rows, **code.values)
            code = ""
        codes[cell] = code
    return frame.get_column(name).replace_strict(list(codes), list(codes.values()), return_dtype=pl.String)


def coder_of(column: Column, *, missing: tuple[str, ...]) -> Coder:
    """What makes a code of a cell of this column."""
    made: dict[str, Callable[[str, Column], str | Wrong]] = {"period": _period}
    made |= dict.fromkeys(_PLACES, _place)
    made |= dict.fromkeys(("area_name", "parent_name", "facility_name"), _label)

    def code(cell: str) -> str | Wrong:
        text = cell
        if column.extract:
            match = re.search(column.extract, cell)
            if match is None:
                return Wrong("sources.not_matching", {"pattern": column.extract})
            text = match[1] or ""
        if column.role in {"area", "parent", "new_area"} and text in missing:
            return Wrong("sources.no_area", {})
        unsafe = _unsafe(text)
        if unsafe:
            return unsafe
        return made.get(column.role, _known)(text, column)

    return code


def check_cells(frame: pl.DataFrame, column: Column, name: str, *, faults: FileFaults) -> None:
    """Every cell of a `check` column matches what the recipe expects."""
    pattern = re.compile(column.expect)

    def match(cell: str) -> str | Wrong:
        return cell if pattern.search(cell) else Wrong("sources.not_matching", {"pattern": column.expect})

    coded(frame, name, match, faults=faults)


def period_code(text: str, *, form: str, end_of_period: bool = False) -> str | Wrong:
    """
    A period in ISO form.

    >>> period_code("201012", form="%Y%m", end_of_period=True)
    '2010-12-31'
    >>> period_code("1950-1955", form="range")
    '1950/1955'
    """
    iso = _iso(text, form, end_of_period=end_of_period)
    if iso is None:
        return Wrong("sources.not_a_period", {"form": form or "YYYY-MM-DD"})
    years = [int(part[:4]) for part in iso.split("/")]
    if not all(EARLIEST_YEAR <= year <= LATEST_YEAR for year in years):
        return Wrong("sources.absurd_year", {"earliest": EARLIEST_YEAR, "latest": LATEST_YEAR})
    return iso


def note_cells(bad: pl.DataFrame, message_id: str, faults: FileFaults, **values: object) -> None:
    """One fault for each different `cell` among the bad rows (columns `cell` and `row`)."""
    different = bad.group_by("cell").agg(pl.col("row").min(), pl.len().alias("rows"))
    for cell, row, rows in different.sort("row", "cell").iter_rows():
        if faults.full:
            break
        faults.add(_why(message_id, cell), row=row, value=shown(cell), rows=rows, **values)


def _why(message_id: str, cell: str) -> str:
    """The message for a cell; of an empty one there is nothing to show."""
    return message_id if cell.strip() or message_id == "sources.no_area" else "sources.empty_cell"


def _place(text: str, column: Column) -> str | Wrong:
    if column.pad:
        text = text.zfill(column.pad)
    if column.width and len(text) != column.width:
        lost = text.isdigit() and len(text) < column.width
        return Wrong("sources.lost_zeros" if lost else "sources.wrong_width", {"width": column.width})
    code = _known(text, column)
    return f"{column.level}-{code}" if isinstance(code, str) and column.level else code


def _known(text: str, column: Column) -> str | Wrong:
    if column.codes is None:
        return text or Wrong("sources.no_codes", {})
    if text in column.codes:
        return column.codes[text]
    if not column.codes:
        return Wrong("sources.no_codes", {})
    known = list(column.codes)
    return Wrong("sources.unknown_code", {"known": known[:_LISTED] + (["..."] if len(known) > _LISTED else [])})


def _label(text: str, _: Column) -> str:
    return text


def _period(text: str, column: Column) -> str | Wrong:
    if column.codes is not None:
        return _known(text, column)
    return period_code(text, form=column.form, end_of_period=column.end_of_period)


def _unsafe(text: str) -> Wrong | None:
    if _MARKUP.search(text):
        return Wrong("sources.markup", {})
    if _CONTROL.search(text):
        return Wrong("sources.control_character", {})
    return None


def _iso(text: str, form: str, *, end_of_period: bool) -> str | None:
    if not form:
        return text if _ISO.fullmatch(text) and all(map(_is_date, text.split("/"))) else None
    if form == "range":
        years = re.fullmatch(r"([0-9]{4})\s*[-/\u2013\u2014]\s*([0-9]{4})", text)
        return f"{years[1]}/{years[2]}" if years and years[1] < years[2] else None
    moment = _moment(text, form)
    return _as_precise_as(form, moment, end_of_period=end_of_period) if moment else None


def _moment(text: str, form: str) -> dt.date | None:
    if not text.isascii():  # other digits would be accepted by strptime
        return None
    try:
        return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return None


def _as_precise_as(form: str, moment: dt.date, *, end_of_period: bool) -> str:
    if "%d" in form or "%j" in form:
        return moment.isoformat()
    if "%m" in form or "%b" in form or "%B" in form:
        return _last_day(moment).isoformat() if end_of_period else f"{moment.year:04d}-{moment.month:02d}"
    return f"{moment.year:04d}-12-31" if end_of_period else f"{moment.year:04d}"


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _last_day(month: dt.date) -> dt.date:
    following = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return following - dt.timedelta(days=1)


def shown(cell: str) -> str:
    """A cell as an error may show it: short, and without what would change the reader's screen."""
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", cell)
    return text if len(text) <= 80 else text[:77] + "..."
