"""Files of areas: codes, names, parents and outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from cosmopolis.sources.cells import AREA, PERIOD, ROW
from cosmopolis.sources.faults import FaultList, FileFaults
from cosmopolis.sources.geometry import crs_of, geometry_column
from cosmopolis.sources.layout import Layout
from cosmopolis.sources.opening import provenance_of, read_each, rows_of
from cosmopolis.sources.places import Places, area_codes, note_places
from cosmopolis.sources.sums import total_rows
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.recipe import Recipe
from cosmopolis.vocabulary.table import AppliedRepair

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass
class _Outlines:
    """The polygons of each area, in the order of the files; every area, and what was mended."""

    parts: dict[str, list[BaseGeometry]] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    codes: set[str] = field(default_factory=set)
    repairs: list[AppliedRepair] = field(default_factory=list)

    def add(self, code: str, shape: BaseGeometry, *, row: int, faults: FileFaults) -> None:
        """Add a polygon; an area may lie in several rows, but not twice in the same place."""
        known = self.parts.setdefault(code, [])
        if any(shape.equals(other) for other in known):
            faults.add("sources.area_twice", row=row, area=code)
        known.append(shape)


def read_areas(files: Sequence[Path], recipe: Recipe, *, source_id: str = "", code_version: str = "") -> Areas:
    r"""
    Read areas with their names, parents and shapes.

    Parameters
    ----------
    files
        GeoJSON, or a table with or without polygons as WKT.
    recipe
        Which column is what, and the coordinate system (`geometry_crs`).
    source_id
        The source's id in `city.toml`, for the provenance.
    code_version
        The version of the program, for the provenance.

    Returns
    -------
    areas
        Sorted by level and code. Rows of the same area are its parts (an
        exclave has a row of its own in some files). Shapes are WKB in
        longitude and latitude.

    Raises
    ------
    SourceError
        With all faults: unknown columns, lost zeros, polygons that cross
        themselves, coordinates that are no degrees, another number of areas
        than the recipe expects.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from cosmopolis.vocabulary.recipe import Column, Reading
    >>> recipe = Recipe(
    ...     "wards", "Town", "CC0", "", "areas", ("*.csv",), Reading("delimited", delimiter=";"),
    ...     columns=(Column("code", "area", level="ward"), Column("name", "area_name"), Column("shape", "geometry")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "wards.csv"
    ...     _ = path.write_text("code;name;shape\n1;Old Town;POLYGON ((0 0, 1 0, 1 1, 0 0))\n")
    ...     areas = read_areas([path], recipe)
    >>> areas.areas[0].code, areas.areas[0].name, len(areas.shapes["ward-1"])
    ('ward-1', 'Old Town', 77)
    """
    from cosmopolis.sources.shapes import well_known_binary  # the geometry libraries load where shapes are read

    found, outlines = FaultList(), _Outlines()
    hashes = read_each(files, recipe, found, partial(_read_file, recipe=recipe, outlines=outlines))
    count, places = len(outlines.codes), outlines.places
    if recipe.areas_count and count != recipe.areas_count and not found.found:
        found.add("sources.areas_count", file=files[0].name, found=count, expected=recipe.areas_count)
    found.raise_if_any()
    provenance = provenance_of(recipe, hashes, outlines.repairs, source_id=source_id, code_version=code_version)
    areas = [
        Area(code, places.names.get(code, ""), level, places.parents.get(code, ""), recipe.boundary_date)
        for code, level in places.levels.items()
    ]
    shapes = {code: well_known_binary(parts) for code, parts in sorted(outlines.parts.items())}
    return Areas(tuple(sorted(areas, key=lambda area: (area.level, area.code))), shapes, (provenance,))


def _read_file(path: Path, faults: FileFaults, *, recipe: Recipe, outlines: _Outlines) -> None:
    opened = rows_of(path, recipe, faults)
    if opened is None:
        return
    layout, log = opened.layout, opened.log
    frame = opened.frame.filter(~total_rows(opened.frame, layout, recipe))
    code = area_codes(frame, layout, recipe, log=log, faults=faults)
    if code is None or not frame.height:
        faults.add("sources.no_rows")
        return
    frame = frame.with_columns(code.alias(AREA), pl.lit("").alias(PERIOD))
    note_places(frame, layout, recipe, places=outlines.places, faults=faults)
    _check_names(frame, layout, faults)
    crs = crs_of(path, recipe, faults)
    geometry = geometry_column(layout, recipe)
    if geometry:
        from cosmopolis.sources.shapes import polygons

        shapes = polygons(frame, geometry, crs, log=log, faults=faults)
        for area, row, shape in zip(frame[AREA], frame[ROW], shapes, strict=True):
            if area and not shape.is_empty:
                outlines.add(area, shape, row=row, faults=faults)
    outlines.repairs += log.applied(faults)
    outlines.codes |= {area for area in code.to_list() if area}


def _check_names(frame: pl.DataFrame, layout: Layout, faults: FileFaults) -> None:
    """Rows of one area agree on its name."""
    for _, name in layout.with_role("area_name"):
        names = frame.group_by(AREA, maintain_order=True).agg(pl.col(name).unique(maintain_order=True))
        for area, told in names.filter(pl.col(name).list.len() > 1).iter_rows():
            faults.add("sources.two_names", column=name, area=area, names=told)
