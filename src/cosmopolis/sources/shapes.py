"""Outlines of areas: from GeoJSON or WKT text to valid polygons in longitude and latitude."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from cosmopolis.sources.cells import ROW, shown
from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.raw_geojson import MOST_VERTICES
from cosmopolis.sources.repairs import RepairLog

_DEGREES = "EPSG:4326"
_POLYGONS = {"Polygon", "MultiPolygon"}


def polygons(frame: pl.DataFrame, name: str, crs: str, *, log: RepairLog, faults: FileFaults) -> list[BaseGeometry]:
    """
    The polygon of every row, in degrees; an empty one stands for a row with a fault.

    A polygon that crosses itself is a fault, or is mended if the recipe names that repair.
    """
    texts, rows = frame.get_column(name).to_list(), frame.get_column(ROW).to_list()
    shapes = [_shape(text, row=row, column=name, faults=faults) for text, row in zip(texts, rows, strict=True)]
    if shapely.get_num_coordinates(shapes).sum() > MOST_VERTICES:
        faults.add("sources.too_many_vertices", limit=MOST_VERTICES)
        return [shapely.MultiPolygon()] * len(shapes)
    shapes = _in_degrees(shapes, crs, rows=rows, faults=faults)
    return _valid(shapes, rows=rows, log=log, faults=faults)


def points(frame: pl.DataFrame, name: str, crs: str, *, faults: FileFaults) -> list[tuple[float, float] | None]:
    """
    Longitude and latitude of a point inside the geometry of every row; nothing where a fault was noted.

    A point is itself; OpenStreetMap draws some places as outlines or lines, of these it is a point inside or on them.
    """
    texts, rows = frame.get_column(name).to_list(), frame.get_column(ROW).to_list()
    shapes = [_placed(text, row=row, column=name, faults=faults) for text, row in zip(texts, rows, strict=True)]
    return _degrees_of(shapes, crs, rows=rows, faults=faults)


def coordinates(
    east: pl.Series, north: pl.Series, crs: str, *, rows: list[int], faults: FileFaults
) -> list[tuple[float, float] | None]:
    """Longitude and latitude of two columns of coordinates; nothing where one is empty or a fault was noted."""
    shapes = [shapely.Point() if None in pair else shapely.Point(pair) for pair in zip(east, north, strict=True)]
    return _degrees_of(shapes, crs, rows=rows, faults=faults)


def _placed(text: str, *, row: int, column: str, faults: FileFaults) -> BaseGeometry:
    shape = _parsed(text)
    if shape is None or shape.is_empty:
        faults.add("sources.not_a_place", row=row, column=column, value=shown(text))
        return shapely.Point()
    return shapely.point_on_surface(shapely.make_valid(shapely.force_2d(shape)))


def _degrees_of(
    shapes: list[BaseGeometry], crs: str, *, rows: list[int], faults: FileFaults
) -> list[tuple[float, float] | None]:
    shapes = _in_degrees(shapes, crs, rows=rows, faults=faults)
    return [None if shape.is_empty else (float(shape.x), float(shape.y)) for shape in shapes]


def well_known_binary(parts: Sequence[BaseGeometry]) -> bytes:
    """One area's polygons as a single little-endian WKB."""
    whole = parts[0] if len(parts) == 1 else shapely.unary_union(list(parts))
    return bytes(shapely.to_wkb(whole, byte_order=1, output_dimension=2))


def _shape(text: str, *, row: int, column: str, faults: FileFaults) -> BaseGeometry:
    shape = _parsed(text)
    if shape is None or shape.geom_type not in _POLYGONS or shape.is_empty:
        kind = shape.geom_type if shape is not None else ""
        faults.add("sources.not_a_polygon", row=row, column=column, value=shown(text), kind=kind)
        return shapely.MultiPolygon()
    return shapely.force_2d(shape)


def _parsed(text: str) -> BaseGeometry | None:
    try:
        with np.errstate(all="ignore"):  # a coordinate of 400 digits; it is refused as no degree
            return shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        return None


def _in_degrees(shapes: list[BaseGeometry], crs: str, *, rows: list[int], faults: FileFaults) -> list[BaseGeometry]:
    if crs and crs != _DEGREES:
        try:
            transformer = _transformer(crs)
        except (CRSError, ProjError):
            faults.add("sources.crs_unknown", value=crs)
            return shapes

        def to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

        shapes = list(shapely.transform(shapes, to_degrees))
    for shape, row in zip(shapes, rows, strict=True):
        points = shapely.get_coordinates(shape)
        if not (np.isfinite(points).all() and (np.abs(points) <= [180, 90]).all()):
            first = points[~((np.abs(points) <= [180, 90]).all(axis=1))][0]
            faults.add("sources.not_degrees", row=row, value=f"{first[0]:.6g} {first[1]:.6g}", crs=crs or _DEGREES)
    return shapes


@cache
def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs(CRS.from_user_input(crs), _DEGREES, always_xy=True)


def _valid(shapes: list[BaseGeometry], *, rows: list[int], log: RepairLog, faults: FileFaults) -> list[BaseGeometry]:
    repair = log.named_as("make_valid")
    valid = []
    for shape, row in zip(shapes, rows, strict=True):
        if shape.is_empty or shape.is_valid:
            valid.append(shape)
        elif repair is None:
            faults.add("sources.shape_invalid", row=row, reason=shapely.is_valid_reason(shape))
            valid.append(shapely.MultiPolygon())
        else:
            log.count(repair, 1)
            mended = shapely.make_valid(shape)
            parts = [part for part in shapely.get_parts(mended, return_index=False) if part.geom_type in _POLYGONS]
            valid.append(shapely.unary_union(parts))
    return valid
