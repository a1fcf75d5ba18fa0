"""Files of areas: codes, names, parents and outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from cosmopolis.errors import SourceError
from cosmopolis.sources.cells import AREA, PERIOD, ROW
from cosmopolis.sources.faults import FaultList, FileFaults, fault
from cosmopolis.sources.layout import Layout, layout_of
from cosmopolis.sources.places import Places, area_codes, note_places
from cosmopolis.sources.raw import raw_table
from cosmopolis.sources.raw_archive import file_bytes
from cosmopolis.sources.raw_geojson import GEOMETRY, declared_crs
from cosmopolis.sources.repairs import repair_log, whole_rows, without_repeated_rows
from cosmopolis.sources.sums import total_rows
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.recipe import Recipe

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass
class _Outlines:
    """The polygons of each area, in the order of the files."""

    parts: dict[str, list[BaseGeometry]] = field(default_factory=dict)

    def add(self, code: str, shape: BaseGeometry, *, row: int, faults: FileFaults) -> None:
        """Add a polygon; an area may lie in several rows, but not twice in the same place."""
        known = self.parts.setdefault(code, [])
        if any(shape.equals(other) for other in known):
            faults.add("sources.area_twice", row=row, area=code)
        known.append(shape)


def read_areas(files: Sequence[Path], recipe: Recipe) -> Areas:
    r"""
    Read areas with their names, parents and shapes.

    Parameters
    ----------
    files
        GeoJSON, or a table with or without polygons as WKT.
    recipe
        Which column is what, and the coordinate system (`geometry_crs`).

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

    found, places, outlines = FaultList(), Places(), _Outlines()
    codes: set[str] = set()
    if not files:
        raise fault("sources.no_files", recipe=recipe.id, patterns=list(recipe.files))
    for order, path in enumerate(sorted(files, key=lambda path: (path.name, str(path)))):
        faults = FileFaults(found, path.name, order)
        try:
            codes |= _read_file(path, recipe, places, outlines=outlines, faults=faults)
        except SourceError as error:
            faults.add_all(error)
    if recipe.areas_count and len(codes) != recipe.areas_count and not found.found:
        found.add("sources.areas_count", file=files[0].name, found=len(codes), expected=recipe.areas_count)
    found.raise_if_any()
    areas = [
        Area(code, places.names.get(code, ""), level, places.parents.get(code, ""), recipe.boundary_date)
        for code, level in places.levels.items()
    ]
    shapes = {code: well_known_binary(parts) for code, parts in sorted(outlines.parts.items())}
    return Areas(tuple(sorted(areas, key=lambda area: (area.level, area.code))), shapes)


def _read_file(path: Path, recipe: Recipe, places: Places, *, outlines: _Outlines, faults: FileFaults) -> set[str]:
    raw = raw_table(path, recipe.reading)
    layout = layout_of(raw.header, recipe, faults)
    if layout is None:
        return set()
    log = repair_log(recipe, path.name)
    frame = without_repeated_rows(whole_rows(raw, layout, log, faults=faults), layout, log)
    frame = frame.filter(~total_rows(frame, layout, recipe))
    code = area_codes(frame, layout, recipe, log=log, faults=faults)
    if code is None or not frame.height:
        faults.add("sources.no_rows")
        return set()
    frame = frame.with_columns(code.alias(AREA), pl.lit("").alias(PERIOD))
    note_places(frame, layout, recipe, places=places, faults=faults)
    _check_names(frame, layout, faults)
    crs = _crs(path, recipe, faults)
    geometry = _geometry_column(layout, recipe)
    if geometry:
        from cosmopolis.sources.shapes import polygons

        shapes = polygons(frame, geometry, crs, log=log, faults=faults)
        for area, row, shape in zip(frame[AREA], frame[ROW], shapes, strict=True):
            if area and not shape.is_empty:
                outlines.add(area, shape, row=row, faults=faults)
    log.applied(faults)
    return {area for area in code.to_list() if area}


def _geometry_column(layout: Layout, recipe: Recipe) -> str:
    named = layout.with_role("geometry")
    if named:
        return named[0][1]
    return GEOMETRY if recipe.reading.format == "geojson" else ""


def _crs(path: Path, recipe: Recipe, faults: FileFaults) -> str:
    """The recipe's coordinate system; a GeoJSON that names another one is not the recipe's file."""
    if recipe.reading.format == "geojson":
        declared = declared_crs(file_bytes(path, recipe.reading), file=path.name)
        number = recipe.geometry_crs.rpartition(":")[2]
        if declared and (not number or not declared.endswith(number)):
            faults.add("sources.crs_differs", value=declared, recipe=recipe.geometry_crs or "EPSG:4326")
    return recipe.geometry_crs


def _check_names(frame: pl.DataFrame, layout: Layout, faults: FileFaults) -> None:
    """Rows of one area agree on its name."""
    for _, name in layout.with_role("area_name"):
        names = frame.group_by(AREA, maintain_order=True).agg(pl.col(name).unique(maintain_order=True))
        for area, told in names.filter(pl.col(name).list.len() > 1).iter_rows():
            faults.add("sources.two_names", column=name, area=area, names=told)
