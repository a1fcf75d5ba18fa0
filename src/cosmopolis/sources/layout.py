"""Which column of a file is which column of its recipe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.raw_geojson import GEOMETRY
from cosmopolis.vocabulary.recipe import Column, Measure, Recipe


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """A column of numbers in the file, itself and no other; `cell` is what a pattern found in its name."""

    measure: Measure
    column: str
    cell: str = ""


@dataclass(frozen=True)
class Layout:
    """
    A file's columns as its recipe understands them.

    `columns` pairs each entry of the recipe with a column of the file, `numbers`
    are the columns to read numbers from, and `found` leads from the recipe's
    names to the file's.
    """

    columns: tuple[tuple[Column, str], ...]
    numbers: tuple[NumberColumn, ...]
    found: dict[str, str]

    def with_role(self, *roles: str) -> list[tuple[Column, str]]:
        """The columns of these roles, in the order of the recipe."""
        return [(column, name) for column, name in self.columns if column.role in roles]

    def axes(self) -> list[tuple[Column, str]]:
        """The columns of origin and other axes."""
        return [(column, name) for column, name in self.columns if column.role.startswith("axis:")]

    def read(self) -> list[str]:
        """Every column of the file that the recipe reads, once each."""
        names = [name for column, name in self.columns if column.role not in {"ignore", "geometry"}]
        return list(dict.fromkeys([*names, *(number.column for number in self.numbers)]))


def layout_of(header: tuple[str, ...], recipe: Recipe, faults: FileFaults) -> Layout | None:
    """Match the header to the recipe; nothing if the file changed under its recipe."""
    columns, found, missing = [], {}, []
    for column in recipe.columns:
        name = _named(header, column.name, column.other_names)
        if name:
            columns.append((column, name))
            found[column.name] = name
        elif column.required:
            missing.append(column.name)
    claimed = {name for column, name in columns if column.role != "value"}
    numbers: list[NumberColumn] = []
    for measure in recipe.measures:
        of_measure = list(_number_columns(header, measure, columns, claimed=claimed))
        if not of_measure and measure.required:
            missing.append(measure.column or measure.pattern)
        if of_measure and measure.column:
            found[measure.column] = of_measure[0].column
        numbers += of_measure
    known = {*found.values(), *(number.column for number in numbers)}
    if recipe.reading.format == "geojson":
        known.add(GEOMETRY)
    unknown = [name for name in header if name not in known] if recipe.other_columns == "fault" else []
    if missing or unknown:
        faults.add("sources.file_changed", recipe=recipe.id, missing=missing, unknown=unknown)
        return None
    return Layout(tuple(columns), tuple(numbers), found)


def _named(header: tuple[str, ...], name: str, others: tuple[str, ...]) -> str:
    wanted = (" ".join(candidate.split()) for candidate in (name, *others))
    return next((candidate for candidate in wanted if candidate in header), "")


def _number_columns(
    header: tuple[str, ...], measure: Measure, columns: list[tuple[Column, str]], *, claimed: set[str]
) -> Iterator[NumberColumn]:
    if measure.pattern:
        for name in header:
            match = re.fullmatch(measure.pattern, name)
            if match and name not in claimed:
                yield NumberColumn(measure, name, match[1] if match.re.groups else "")
    elif measure.column:
        name = _named(header, measure.column, measure.other_names)
        if name:
            yield NumberColumn(measure, name)
    else:
        yield from (NumberColumn(measure, name) for column, name in columns if column.role == "value")
