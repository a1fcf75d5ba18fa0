"""
The outlines of a city's areas as SVG paths, made once for every map of the city.

Shapes are projected locally (equirectangular at the city's latitude: true enough
over a city, and north is up), fitted into the map's box and simplified together,
so that neighbours keep one shared border and no sliver opens between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

#: Detail smaller than this many pixels is left out.
DETAIL = 1.3
#: Parts of an area smaller than this many square pixels are left out, unless it has no larger.
SMALLEST_PART = 1.5


@dataclass(frozen=True)
class Spot:
    """The roomiest place inside an area: where its mark and name go."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Outlines:
    """Paths and spots by area code, in pixels inside a box of `width` by `height`."""

    width: float
    height: float
    paths: Mapping[str, str]
    spots: Mapping[str, Spot]


@lru_cache(maxsize=16)
def outlines(shapes: tuple[tuple[str, bytes], ...], width: int, most_height: int) -> Outlines:
    """
    Fit the shapes of one level into a box.

    Parameters
    ----------
    shapes
        Area code and well-known binary in degrees (WGS 84), by code.
    width, most_height
        The box, in pixels; the map fills one of the two.
    """
    import shapely

    codes = [code for code, _ in shapes]
    found = shapely.make_valid(shapely.from_wkb([shape for _, shape in shapes]))
    west, south, east, north = shapely.total_bounds(found)
    narrowing = float(np.cos(np.radians((south + north) / 2)))
    scale = min(width / ((east - west) * narrowing), most_height / (north - south))
    stretch = np.array([scale * narrowing, -scale])
    placed = shapely.transform(found, lambda points: (points - [west, north]) * stretch)
    # a part must keep its shape where others are only dots, so parts are dropped after simplifying
    simple = shapely.coverage_simplify(placed, DETAIL)
    kept = [_larger_parts(shape) for shape in simple]
    return Outlines(
        width=(east - west) * narrowing * scale,
        height=(north - south) * scale,
        paths={code: _path(parts) for code, parts in zip(codes, kept, strict=True)},
        spots={code: _spot(parts) for code, parts in zip(codes, kept, strict=True)},
    )


def _larger_parts(shape: BaseGeometry) -> list[BaseGeometry]:
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    parts.sort(key=lambda part: -part.area)
    return parts[:1] + [part for part in parts[1:] if part.area >= SMALLEST_PART]


def _path(parts: Iterable[BaseGeometry]) -> str:
    return "".join(_ring(ring.coords) for part in parts for ring in (part.exterior, *part.interiors))


def _ring(points: Iterable[tuple[float, float]]) -> str:
    # whole tenths of a pixel: the steps add up without rounding errors
    tenths = [(round(point[0] * 10), round(point[1] * 10)) for point in points][:-1]
    steps = [f"M{_tenths(tenths[0][0])} {_tenths(tenths[0][1])}l"] if tenths else []
    x, y = tenths[0] if tenths else (0, 0)
    told = ""
    for next_x, next_y in tenths[1:]:
        if (next_x, next_y) == (x, y):
            continue
        for step in (next_x - x, next_y - y):
            number = _tenths(step)
            told += number if number[0] == "-" or not told else f" {number}"
        x, y = next_x, next_y
    return "".join(steps) + told + "z" if told else ""


def _tenths(number: int) -> str:
    """
    Tenths of a pixel as the shortest decimal.

    >>> [_tenths(number) for number in (-5, 120, 7)]
    ['-.5', '12', '.7']
    """
    whole, rest = divmod(abs(number), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if number < 0 else text


def _spot(parts: list[BaseGeometry]) -> Spot:
    import shapely

    if not parts:
        return Spot(0, 0, 0)
    radius_line = shapely.maximum_inscribed_circle(parts[0], tolerance=0.5)
    (x, y), (edge_x, edge_y) = radius_line.coords[0], radius_line.coords[-1]
    return Spot(round(x, 1), round(y, 1), float(np.hypot(edge_x - x, edge_y - y)))
