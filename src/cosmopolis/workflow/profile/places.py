"""Where the areas of a city lie, in metres: the ground on which distances are measured."""

from __future__ import annotations

from collections.abc import Mapping

from cosmopolis.vocabulary.area import Areas


def centres(areas: Areas, level: str) -> Mapping[str, tuple[float, float]]:
    """
    The centre of each area of a level, east and north of the city's middle in metres.

    Areas without a shape have no entry. A plane that keeps areas (Lambert's azimuthal
    projection about the city's middle) is exact to a metre over a city.
    """
    shaped = [area.code for area in areas.at(level) if area.code in areas.shapes]
    if not shaped:
        return {}
    import shapely
    from pyproj import Transformer

    centroids = shapely.centroid(shapely.from_wkb([areas.shapes[code] for code in shaped]))
    east, north = shapely.get_x(centroids), shapely.get_y(centroids)
    plane = f"+proj=laea +lat_0={north.mean():.4f} +lon_0={east.mean():.4f} +datum=WGS84 +units=m"
    x, y = Transformer.from_crs("EPSG:4326", plane, always_xy=True).transform(east, north)
    return {code: (float(a), float(b)) for code, a, b in zip(shaped, x, y, strict=True)}


def larger_areas(areas: Areas, level: str) -> Mapping[str, str]:
    """The area of the next level that each area of a level lies in; none where a table has no parents."""
    return {area.code: area.parent for area in areas.at(level) if area.parent}
