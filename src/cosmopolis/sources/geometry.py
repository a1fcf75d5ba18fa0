"""Where a file holds its geometry, and in which coordinate system; the geometry libraries are not needed for that."""

from __future__ import annotations

from pathlib import Path

from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.layout import Layout
from cosmopolis.sources.raw_archive import file_bytes
from cosmopolis.sources.raw_geojson import GEOMETRY, declared_crs
from cosmopolis.vocabulary.recipe import Recipe


def geometry_column(layout: Layout, recipe: Recipe) -> str:
    """The column of geometries, or an empty text if the file has none."""
    named = layout.with_role("geometry")
    if named:
        return named[0][1]
    return GEOMETRY if recipe.reading.format == "geojson" else ""


def crs_of(path: Path, recipe: Recipe, faults: FileFaults) -> str:
    """The recipe's coordinate system; a GeoJSON that names another one is not the recipe's file."""
    if recipe.reading.format == "geojson":
        declared = declared_crs(file_bytes(path, recipe.reading), file=path.name)
        number = recipe.geometry_crs.rpartition(":")[2]
        if declared and (not number or not declared.endswith(number)):
            faults.add("sources.crs_differs", value=declared, recipe=recipe.geometry_crs or "EPSG:4326")
    return recipe.geometry_crs
