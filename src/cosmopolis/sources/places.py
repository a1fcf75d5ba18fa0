"""What a file says about its areas: their levels, parents and names."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from cosmopolis.sources.cells import AREA, PERIOD, ROW, coded, coder_of
from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.layout import Layout
from cosmopolis.sources.repairs import RepairLog, with_lost_zeros
from cosmopolis.vocabulary.recipe import Column, Recipe


@dataclass
class Places:
    """Levels, parents and names of areas, gathered over the files of a source."""

    levels: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    _named_in: dict[str, str] = field(default_factory=dict)

    def add_parent(self, area: str, parent: str, *, row: int, faults: FileFaults) -> None:
        """Note an area's parent; a second, different one is a fault."""
        known = self.parents.setdefault(area, parent)
        if known != parent:
            faults.add("sources.two_parents", row=row, area=area, parents=sorted([known, parent]))

    def add_name(self, area: str, name: str, period: str) -> None:
        """Note an area's name; the latest period wins."""
        if name and period >= self._named_in.get(area, ""):
            self.names[area], self._named_in[area] = name, period


def area_codes(
    frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, log: RepairLog, faults: FileFaults
) -> pl.Series | None:
    """The area code of every row, or nothing if the file has no column of areas."""
    columns = layout.with_role("area")
    if not columns:
        return None
    if recipe.area_template:
        return _templated(frame, layout, recipe, faults=faults)
    column, name = columns[0]
    frame = with_lost_zeros(frame, column, name, log=log)
    return coded(frame, name, coder_of(column, missing=recipe.reading.missing), faults=faults)


def note_places(frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, places: Places, faults: FileFaults) -> None:
    """
    Fill in levels, parents and names.

    `frame` has the columns `AREA` and `PERIOD` besides the file's own.
    """
    areas = layout.with_role("area")
    if not areas:
        return
    area = next((column for column, _ in areas if column.level), areas[0][0])
    codes = frame.get_column(AREA).unique().sort().to_list()
    places.levels.update(dict.fromkeys(filter(None, codes), area.level))
    parents = _parent_codes(frame, layout, recipe, faults=faults)
    _note_chain(frame, parents, places=places, faults=faults)
    for column, _ in layout.with_role("parent"):
        for code in parents.get_column(_parent_column(column)).unique().sort() if parents.width else ():
            places.levels[code] = column.level
    _note_ancestors(area, codes, places=places)
    _note_names(frame, parents, layout, recipe, places=places, faults=faults)


def _templated(frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, faults: FileFaults) -> pl.Series:
    code = pl.lit(recipe.area_template)
    parts = {}
    level = ""
    for column, name in layout.columns:
        if "{" + column.name + "}" in recipe.area_template:
            level = level or column.level
            bare = Column(column.name, "part", extract=column.extract, codes=column.codes)
            parts[column.name] = coded(frame, name, coder_of(bare, missing=recipe.reading.missing), faults=faults)
    pieces: list[pl.Expr] = []
    rest = recipe.area_template
    while rest:
        before, brace, after = rest.partition("{")
        pieces.append(pl.lit(before))
        name, _, rest = after.partition("}")
        if brace:
            pieces.append(pl.lit(parts[name]))
    code = pl.concat_str([pl.lit(f"{level}-" if level else ""), *pieces])
    return frame.select(code.alias("area_code")).to_series()


def _parent_column(column: Column) -> str:
    return f"\0parent {column.level}"


def _parent_codes(frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, faults: FileFaults) -> pl.DataFrame:
    return pl.DataFrame(
        [
            coded(frame, name, coder_of(column, missing=recipe.reading.missing), faults=faults).alias(
                _parent_column(column)
            )
            for column, name in layout.with_role("parent")
        ]
    )


def _note_chain(frame: pl.DataFrame, parents: pl.DataFrame, *, places: Places, faults: FileFaults) -> None:
    """An area's parent is the finest of the levels above it: the one with the most codes."""
    finest_first = sorted(parents.columns, key=lambda name: -parents.get_column(name).n_unique())
    chain = pl.concat([frame.select(ROW, AREA), parents], how="horizontal")
    child = AREA
    for name in finest_first:
        pairs = chain.group_by(child, name).agg(pl.col(ROW).min()).sort(ROW, child, name)
        for area, parent, row in pairs.iter_rows():
            if area and parent and area != parent:
                places.add_parent(area, parent, row=row, faults=faults)
        child = name


def _note_ancestors(area: Column, codes: list[str], *, places: Places) -> None:
    coarser = sorted(area.ancestors, key=lambda ancestor: -ancestor.first)
    for code in filter(None, codes):
        bare, child = code.removeprefix(f"{area.level}-"), code
        for ancestor in coarser:
            parent = f"{ancestor.level}-{bare[: ancestor.first]}"
            places.levels[parent] = ancestor.level
            places.parents.setdefault(child, parent)
            child = parent


def _note_names(
    frame: pl.DataFrame,
    parents: pl.DataFrame,
    layout: Layout,
    recipe: Recipe,
    *,
    places: Places,
    faults: FileFaults,
) -> None:
    for column, name in layout.with_role("area_name", "parent_name"):
        labels = coded(frame, name, coder_of(column, missing=recipe.reading.missing), faults=faults)
        own = column.role == "area_name"
        if not own and _parent_column(column) not in parents.columns:
            continue
        codes = frame.get_column(AREA) if own else parents.get_column(_parent_column(column))
        told = pl.DataFrame([codes.alias("code"), labels.alias("name"), frame.get_column(PERIOD).alias("period")])
        for code, label, period in told.unique().sort("code", "period", "name").iter_rows():
            places.add_name(code, label, period)
