"""Where the areas of a city lie, in metres: the ground on which distances are measured."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import polars as pl

from cosmopolis.vocabulary.area import Areas

Place = tuple[float, float]


class Ground:
    """
    The plane of one city: east and north of its middle in metres.

    A plane that keeps areas (Lambert's azimuthal projection about the middle of the
    areas that have shapes) is exact to a metre over a city.
    """

    def __init__(self, areas: Areas) -> None:
        self._areas = areas

    def centres(self, level: str) -> Mapping[str, Place]:
        """The centre of each area of a level; areas without a shape have none."""
        return {area.code: self._centres[area.code] for area in self._areas.at(level) if area.code in self._centres}

    def centre(self, code: str) -> Place | None:
        """The centre of an area of any level, if it has a shape."""
        return self._centres.get(code)

    def outlines(self, codes: Collection[str]) -> pl.DataFrame:
        """Codes and polygons of those areas that have shapes: `area` and `geometry`, well-known binary in metres."""
        import numpy as np
        import shapely

        shaped = sorted(self._outlines.keys() & set(codes))
        shapes = np.array([self._outlines[code] for code in shaped], np.object_)
        projected = shapely.transform(shapes, lambda points: np.array(self.metres(points)).reshape(-1, 2))
        told = shapely.to_wkb(projected).tolist()
        return pl.DataFrame({"area": shaped, "geometry": told}, schema={"area": pl.String, "geometry": pl.Binary})

    def metres(self, degrees: Iterable[Place]) -> list[Place]:
        """Where longitudes and latitudes lie on the plane."""
        from pyproj import Transformer

        pairs = list(degrees)
        if not pairs:
            return []
        longitude, latitude = self._middle
        plane = f"+proj=laea +lat_0={latitude:.4f} +lon_0={longitude:.4f} +datum=WGS84 +units=m"
        told = zip(*pairs, strict=True)
        x, y = Transformer.from_crs("EPSG:4326", plane, always_xy=True).transform(next(told), next(told))
        return [(float(east), float(north)) for east, north in zip(x, y, strict=True)]

    def area_at(self, degrees: Place, level: str) -> str:
        """The area of a level that a place lies in; empty outside of all."""
        import shapely

        point = shapely.Point(degrees)
        inside = (area.code for area in self._areas.at(level) if area.code in self._outlines)
        return next((code for code in inside if self._outlines[code].covers(point)), "")

    @cached_property
    def _outlines(self):  # type: ignore[no-untyped-def]
        import shapely

        codes = sorted(self._areas.shapes)
        return dict(zip(codes, shapely.from_wkb([self._areas.shapes[code] for code in codes]), strict=True))

    @cached_property
    def _middle(self) -> Place:
        degrees = list(self._degrees.values())
        count = len(degrees)
        return sum(place[0] for place in degrees) / count, sum(place[1] for place in degrees) / count

    @cached_property
    def _degrees(self) -> Mapping[str, Place]:
        return {code: (shape.centroid.x, shape.centroid.y) for code, shape in self._outlines.items()}

    @cached_property
    def _centres(self) -> Mapping[str, Place]:
        if not self._areas.shapes:
            return {}
        return dict(zip(self._degrees, self.metres(self._degrees.values()), strict=True))


def larger_areas(areas: Areas, level: str) -> Mapping[str, str]:
    """The area of the next level that each area of a level lies in; none where a table has no parents."""
    return {area.code: area.parent for area in areas.at(level) if area.parent}
