"""
The ground that a city's areas lie on: their places, their surfaces, their perimeters.

Areas without residents are left out, their surface too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.checks import Sides

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True)
class Shapes:
    """
    Where the areas lie and how large they are.

    `centres` in metres of a projected grid, east and north, shape (n_areas, 2);
    `surfaces` in square metres and `perimeters` in metres, shape (n_areas,).
    """

    centres: FloatArray
    surfaces: FloatArray
    perimeters: FloatArray | None = None


def shapes(centres: ArrayLike, surfaces: ArrayLike, perimeters: ArrayLike | None = None) -> Shapes:
    """
    Places and surfaces of areas, checked.

    Parameters
    ----------
    centres
        Metres of a projected grid, east and north, shape (n_areas, 2).
    surfaces
        Square metres, shape (n_areas,).
    perimeters
        Metres, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If a coordinate is missing or in degrees, a surface or a perimeter is not
        above 0, or lengths differ.

    Examples
    --------
    >>> shapes([[500_000, 4_600_000]], [1e6]).surfaces
    array([1000000.])
    """
    areas = np.size(surfaces)
    length = None if perimeters is None else checks.surfaces(perimeters, areas)
    return Shapes(checks.points(centres, areas), checks.surfaces(surfaces, areas), length)


def with_shapes(group: ArrayLike, rest: ArrayLike, shape: Shapes) -> tuple[Sides, Shapes]:
    """Both sides, and the places and surfaces, of the areas that have residents."""
    sides = checks.compared(group, rest)
    checks.same_length(sides.kept.size, shape.surfaces.size)
    return sides, Shapes(shape.centres[sides.kept], shape.surfaces[sides.kept])
