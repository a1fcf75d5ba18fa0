"""What is wrong with a file before anybody has said how to read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl

from cosmopolis.sources.detect_columns import Profile
from cosmopolis.sources.raw_grid import RaggedRow, RawTable
from cosmopolis.vocabulary.proposal import ColumnFinding, Problem, Remark
from cosmopolis.vocabulary.recipe import Repair

#: So many row numbers are told; the rest are counted.
_TOLD = 20
_HTML = r"(?i)<\s*/?\s*[a-z!][^<>]*>"
#: Codes shorter than this have no zeros to lose: 1 to 73 are numbers as they stand.
_SHORTEST_CODE = 5
#: A column of words with no more different cells than this is a closed list.
_SHORT_LIST = 30


def problems_and_repairs(
    table: RawTable, columns: Sequence[ColumnFinding], summed_up: Mapping[str, Profile]
) -> tuple[tuple[Problem, ...], tuple[Repair, ...]]:
    """
    Return everything that is wrong with the rows, and the repairs a recipe could name.

    Rows with another number of fields come first: they stop the file.
    """
    problems: list[Problem] = []
    repairs: list[Repair] = []
    for found, repair in (*_unequal(table, summed_up), *_lost_zeros(table, columns), *_duplicates(table)):
        problems.append(found)
        repairs.extend([repair] if repair else [])
    problems.extend(_negative(table, columns, summed_up))
    problems.extend(_html(table))
    return tuple(problems), tuple(repairs)


_Found = tuple[Problem, Repair | None]


def _unequal(table: RawTable, summed_up: Mapping[str, Profile]) -> list[_Found]:
    if not table.ragged:
        return []
    widths = Counter(len(row.cells) for row in table.ragged)
    rows = tuple(row.number for row in table.ragged[:_TOLD])
    values = {
        "count": len(table.ragged),
        "fields": ", ".join(str(width) for width in sorted(widths)),
        "expected": len(table.header),
        "row": rows[0],
    }
    found: list[_Found] = [(Problem(Remark("inspect.problem.unequal_rows", values), rows, len(rows), stops=True), None)]
    short = [row for row in table.ragged if len(row.cells) == len(table.header) - 1]
    places = Counter(place for row in short if (place := _missing_field(row, table, summed_up)))
    for column, count in sorted(places.items()):
        told = {"count": count, "column": column}
        numbers = tuple(row.number for row in short if _missing_field(row, table, summed_up) == column)[:_TOLD]
        repair = Repair("insert_missing_field", "", count, column=column)
        found.append((Problem(Remark("inspect.problem.shifted_rows", told), numbers, count), repair))
    return found


def shifted_cells(table: RawTable, summed_up: Mapping[str, Profile]) -> dict[str, set[str]]:
    """
    What the rows with one field too few hold, by the column that each cell belongs to.

    A label that stands in such rows alone is part of a column's list as any other.
    """
    found: dict[str, set[str]] = {}
    for row in table.ragged:
        if len(row.cells) != len(table.header) - 1 or not (lost := _missing_field(row, table, summed_up)):
            continue
        for name, cell in zip([name for name in table.header if name != lost], row.cells, strict=True):
            found.setdefault(name, set()).add(cell)
    return found


def _missing_field(row: RaggedRow, table: RawTable, summed_up: Mapping[str, Profile]) -> str:
    """The column whose cell a row has lost: without it, the other cells fit their columns best."""
    scores = {
        name: sum(
            _fits(summed_up[column], cell)
            for column, cell in zip([n for n in table.header if n != name], row.cells, strict=True)
        )
        for name in table.header
    }
    ranked = sorted(scores, key=lambda name: -scores[name])
    return ranked[0] if scores[ranked[0]] > scores[ranked[1]] else ""


def _fits(profile: Profile, cell: str) -> float:
    if cell in profile.cells:
        return 1.0
    number = bool(re.match(r"^-?[\d.,]+$", cell.strip()))
    if number != profile.numeric:
        return 0.0
    # a new cell is likelier in a long list than in a short one
    return 0.2 if not number and profile.distinct <= _SHORT_LIST else 0.6


def _lost_zeros(table: RawTable, columns: Sequence[ColumnFinding]) -> list[_Found]:
    """Codes of digits in two widths, none of the longer beginning with 0: a spreadsheet took zeros away."""
    found: list[_Found] = []
    for column in columns:
        if column.role not in {"area", "parent"} or column.level == "cell":
            continue
        cells = table.frame[column.name].filter(table.frame[column.name] != "")
        widths = cells.str.len_chars()
        found_widths = widths.unique().sort().to_list()
        if len(found_widths) != 2:
            continue
        least, width = found_widths
        digits = bool(cells.str.contains(r"^\d+$").all())
        longest = cells.filter(widths == width)
        if not digits or width < _SHORTEST_CODE or least != width - 1 or longest.str.starts_with("0").any():
            continue
        short = widths != width
        count = int(short.sum())
        values = {"count": count, "column": column.name, "width": width, "value": cells.filter(short)[0]}
        rows = tuple(table.numbers.filter(table.frame[column.name].str.len_chars() == least).head(_TOLD).to_list())
        repair = Repair("pad", "", count, column=column.name)
        found.append((Problem(Remark("inspect.problem.lost_zeros", values), rows, count), repair))
    return found


def _duplicates(table: RawTable) -> list[_Found]:
    again = table.frame.select(~pl.struct(pl.all()).is_first_distinct()).to_series()
    count = int(again.sum())
    if not count:
        return []
    rows = tuple(table.numbers.filter(again).head(_TOLD).to_list())
    remark = Remark("inspect.problem.duplicate_rows", {"count": count, "row": rows[0]})
    return [(Problem(remark, rows, count), Repair("drop_identical_duplicates", "", count))]


def _negative(table: RawTable, columns: Sequence[ColumnFinding], summed_up: Mapping[str, Profile]) -> list[Problem]:
    """Whole numbers below zero in a column of counts: marks for no value, or not people."""
    problems = []
    for column in columns:
        profile = summed_up[column.name]
        if column.role != "value" or not profile.whole or profile.smallest >= 0:
            continue
        hits = table.frame[column.name].str.contains(r"^\s*[-−]\d")
        rows = tuple(table.numbers.filter(hits).head(_TOLD).to_list())
        cells = table.frame[column.name].filter(hits).unique().sort().head(5).to_list()
        values = {
            "count": int(hits.sum()),
            "column": column.name,
            "row": rows[0] if rows else 0,
            "value": ", ".join(cells),
        }
        problems.append(Problem(Remark("inspect.problem.negative", values), rows, int(hits.sum())))
    return problems


def _html(table: RawTable) -> list[Problem]:
    problems = []
    for name in table.frame.columns:
        hits = table.frame[name].str.contains(_HTML)
        if hits.any():
            rows = tuple(table.numbers.filter(hits).head(_TOLD).to_list())
            value = str(table.frame[name].filter(hits)[0])[:80]
            remark = Remark(
                "inspect.problem.html", {"count": int(hits.sum()), "column": name, "row": rows[0], "value": value}
            )
            problems.append(Problem(remark, rows, int(hits.sum())))
    markup = [name for name in table.header if pl.Series([name]).str.contains(_HTML).item()]
    problems.extend(
        Problem(Remark("inspect.problem.html", {"count": 1, "column": name, "row": 1, "value": name}))
        for name in markup
    )
    return problems
