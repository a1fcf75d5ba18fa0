"""
Areas of any shape, each standing for its centroid.

Exact for some thousands of areas, and coarse: all residents of an area are taken
to live at one point, so that a radius or a k below the size of the areas says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.surroundings import Kernel

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Distances held at once: 32 MiB.
_AT_ONCE = 1 << 22


@dataclass(frozen=True, eq=False)
class Centroids:
    """
    Persons of each group by area; make one with `centroids`.

    `counts` is (n_areas, n_groups), `places` (n_areas, 2) east and north in metres,
    `inside` (n_areas,) says which areas are the city's, the others being its halo.
    """

    counts: FloatArray
    places: FloatArray
    inside: NDArray[np.bool_]

    @property
    def persons(self) -> FloatArray:
        """Persons of each group in the city, without its halo, shape (n_groups,)."""
        return np.asarray(self.counts[self.inside].sum(axis=0), np.float64)

    @property
    def halo_persons(self) -> float:
        """Persons in the areas around the city."""
        return float(self.counts[~self.inside].sum())

    @cached_property
    def populated(self) -> NDArray[np.bool_]:
        """Areas of the city in which somebody lives."""
        return np.asarray(self.counts.any(axis=1) & self.inside)


def centroids(counts: ArrayLike, places: ArrayLike, *, inside: ArrayLike | None = None) -> Centroids:
    """
    Persons of areas and where the areas are.

    Parameters
    ----------
    counts
        Persons, shape (n_areas, n_groups); the groups make up everybody.
    places
        Centroids, east and north in metres of a projected grid, shape (n_areas, 2).
    inside
        Which areas are the city's, shape (n_areas,); all if not given.

    Raises
    ------
    MeasureUndefined
        If a count is bad, or a coordinate is missing or in degrees.
    """
    persons = checks.matrix(counts)
    points = checks.points(places, persons.shape[0])
    city = np.ones(persons.shape[0], np.bool_) if inside is None else np.asarray(inside, np.bool_)
    checks.same_length(persons.shape[0], city.size)
    return Centroids(persons, points, city)


def squared_distances(where: Centroids) -> Iterator[tuple[slice, FloatArray]]:
    """
    Squared metres from the city's populated areas to all areas, some areas at a time.

    Rounded to a thousandth of a square metre, so that equal distances are equal.
    """
    here = where.places[where.populated]
    chunk = max(1, _AT_ONCE // where.places.shape[0])
    for first in range(0, here.shape[0], chunk):
        some = slice(first, min(here.shape[0], first + chunk))
        east, north = (here[some, axis, None] - where.places[:, axis] for axis in (0, 1))
        yield some, np.round(east * east + north * north, 3)


def around_centroids(where: Centroids, kept: NDArray[np.bool_], kernel: Kernel, radii: FloatArray) -> list[FloatArray]:
    """Weighted persons around each populated area of the city, (n_groups, n_areas) for each radius."""
    people = np.ascontiguousarray(where.counts[:, kept].T)
    around = [np.zeros((people.shape[0], int(where.populated.sum()))) for _ in radii]
    for some, squared in squared_distances(where):
        for into, radius in zip(around, radii, strict=True):
            # not a matrix product: its sums would depend on the number of threads
            into[:, some] = np.einsum("gq,pq->gp", people, kernel.weights(squared, float(radius)))
    return around
