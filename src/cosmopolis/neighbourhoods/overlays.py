"""
Crosswalks from two tables of polygons: what of each old area lies in each new one.

Where residents of a fine grid, or of addresses, are at hand, they say how an old area
is shared out; its surface does where they are not, or where they know of nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cosmopolis.errors import Fault, MeasureUndefined
from cosmopolis.neighbourhoods.boundaries import Crosswalk, crosswalk_of_pieces
from cosmopolis.neighbourhoods.centroids import Centroids
from cosmopolis.neighbourhoods.frames import OVERLAP, polygons_of

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: The part of an old area that may lie outside all new ones: outlines are drawn anew.
UNCOVERED = 0.01


def crosswalk_of(
    old: Any,
    new: Any,
    *,
    code: str,
    geometry: str = "geometry",
    cells: Centroids | None = None,
    are_residents: bool = True,
    sliver: float = OVERLAP,
) -> Crosswalk:
    """
    Crosswalk of two tables of polygons, those of before a reform and those of after.

    Parameters
    ----------
    old, new
        Frames that Narwhals reads, a row for each area.
    code, geometry
        Columns with the codes and the polygons, named alike in both: shapely objects,
        WKB or WKT, in metres of the same projected grid.
    cells
        Residents of fine cells, or of addresses, and their places (see
        `centroids_of`): each belongs to the old and the new area that hold its place,
        and those outside either are left out. Without them areas go by surface.
    are_residents
        Whether the cells tell the residents at the date of the counts, which bound
        them; dwellings, or people of another year, share out and bound nothing.
    sliver
        Two areas that share less than this part of the smaller one only touch, and
        were drawn differently. Not asked where cells speak.

    Returns
    -------
    crosswalk
        With the residents of each piece where cells tell them. An old area without
        anybody in its cells goes by surface, and its residents are not known.

    Raises
    ------
    MeasureUndefined
        As for `areas_of`, if areas are points, or if more than `UNCOVERED` of an old
        area lies in no new one: its people would have to go somewhere.

    Examples
    --------
    The old area's eastern half is new, and four of its five residents live there.

    >>> import polars as pl
    >>> from cosmopolis.neighbourhoods import centroids_of_places
    >>> old = pl.DataFrame({"area": ["a"], "geometry": ["POLYGON ((0 0, 800 0, 800 400, 0 400, 0 0))"]})
    >>> new = pl.DataFrame({"area": ["west", "east"], "geometry": [
    ...     "POLYGON ((0 0, 400 0, 400 400, 0 400, 0 0))", "POLYGON ((400 0, 800 0, 800 400, 400 400, 400 0))"]})
    >>> crosswalk_of(old, new, code="area").share
    array([0.5, 0.5])
    >>> cells = centroids_of_places([[1], [4]], [[200, 200], [600, 200]])
    >>> by_cells = crosswalk_of(old, new, code="area", cells=cells)
    >>> by_cells.new, by_cells.share
    (('east', 'west'), array([0.8, 0.2]))
    """
    before, after = (
        _read(old, code, geometry, "neighbourhoods.crosswalk_old"),
        _read(new, code, geometry, "neighbourhoods.crosswalk_new"),
    )
    pieces = _overlaid(before, after, sliver)
    if cells is None:
        return _crosswalk(before, after, pieces, np.zeros(pieces.weight.size, np.bool_))
    living = _lived_in(before, after, cells)
    counted = np.bincount(living.old, living.weight, len(before.codes)) > 0
    elsewhere = pieces.of(~counted[pieces.old])
    known = living.of(counted[living.old])
    both = _Pieces(*(np.concatenate(each) for each in zip(known.columns, elsewhere.columns, strict=True)))
    return _crosswalk(before, after, both, are_residents & (np.arange(both.weight.size) < known.weight.size))


@dataclass(frozen=True, eq=False)
class _Polygons:
    codes: tuple[str, ...]
    shapes: NDArray[np.object_]

    def holding(self, places: FloatArray) -> NDArray[np.int64]:
        """The first area that holds each place, -1 where none does."""
        import shapely

        place, area = shapely.STRtree(self.shapes).query(shapely.points(places), predicate="intersects")
        found = np.full(len(places), len(self.codes), np.int64)
        np.minimum.at(found, place, area)
        return np.where(found == len(self.codes), -1, found)


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Places of the old and the new area of each piece, and its surface or residents."""

    old: NDArray[np.int64]
    new: NDArray[np.int64]
    weight: FloatArray

    @property
    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
        return self.old, self.new, self.weight

    def of(self, kept: NDArray[np.bool_]) -> _Pieces:
        return _Pieces(self.old[kept], self.new[kept], self.weight[kept])


def _read(frame: Any, code: str, geometry: str, fault: str) -> _Polygons:
    try:
        return _Polygons(*polygons_of(frame, code=code, geometry=geometry))
    except MeasureUndefined as undefined:
        raise MeasureUndefined([Fault(fault), *undefined.faults]) from None


def _overlaid(before: _Polygons, after: _Polygons, sliver: float) -> _Pieces:
    """Pieces of old areas by surface; their old areas lie in the new ones but for a rest."""
    import shapely

    old, new = (
        np.asarray(each, np.int64)
        for each in shapely.STRtree(after.shapes).query(before.shapes, predicate="intersects")
    )
    shared = np.asarray(shapely.area(shapely.intersection(before.shapes[old], after.shapes[new])), np.float64)
    wide, narrow = shapely.area(before.shapes), shapely.area(after.shapes)
    covered = np.bincount(old, shared, len(before.codes)) / wide
    if covered.min() < 1 - UNCOVERED:
        row = int(covered.argmin())
        raise MeasureUndefined.at(
            "neighbourhoods.area_not_covered", code=before.codes[row], percent=round(100 * (1 - float(covered[row])), 1)
        )
    kept = (shared > 0) & (shared >= sliver * np.minimum(wide[old], narrow[new]))
    return _Pieces(old, new, shared).of(kept)


def _lived_in(before: _Polygons, after: _Polygons, cells: Centroids) -> _Pieces:
    old, new = before.holding(cells.places), after.holding(cells.places)
    residents = np.asarray(cells.counts.sum(axis=1), np.float64)
    return _Pieces(old, new, residents).of((old >= 0) & (new >= 0))


def _crosswalk(before: _Polygons, after: _Polygons, pieces: _Pieces, counted: NDArray[np.bool_]) -> Crosswalk:
    old, new = np.asarray(before.codes)[pieces.old], np.asarray(after.codes)[pieces.new]
    return crosswalk_of_pieces(old.tolist(), new.tolist(), pieces.weight, counted)
