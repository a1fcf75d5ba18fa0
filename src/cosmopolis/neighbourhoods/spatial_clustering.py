"""
Clustering of a group: how near to each other its members live.

Distances enter in kilometres, whatever the grid of the places: e to the minus
distance depends on the unit, so that values from another tool may differ for that
alone. Areas without residents are left out.

References
----------
Massey and Denton (1988), Social Forces 67(2), 281-315.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.ground import Shapes, with_shapes

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Mean distance of two residents of one area is about the root of this part of its surface.
_OWN_SURFACE = 0.6

#: Distances that are worked on at a time: they stay in the processor's cache.
_DISTANCES = 1 << 17

_METRES_PER_KM = 1000.0


@dataclass(frozen=True)
class Clustering:
    """The indices of nearness, all from one pass over the distances."""

    absolute_clustering: float
    relative_clustering: float
    spatial_proximity: float
    distance_decay_isolation: float
    distance_decay_interaction: float


def clustering(group: ArrayLike, rest: ArrayLike, shape: Shapes) -> Clustering:
    """
    How near to each other the group's members live, nearness being e to the minus kilometres.

    The distance inside an area is the root of six tenths of its surface. One pass
    over blocks of areas; the table of all distances is never held.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    shape
        Places and surfaces.

    Returns
    -------
    clustering
        ACL (0 for no more than by its number, up to 1); RCL (0: as near as all
        others among each other); SP (1: no nearer than all people); the chance
        that the next person met is of the group, or is not, distance deciding.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, or a count is bad.

    References
    ----------
    White (1983), American Journal of Sociology 88(5), 1008-1018; (1986), Population Index 52(2), 198-221.
    Morgan (1983), Area 15(3), 211-217. Massey and Denton (1988), Social Forces 67(2), 281-315.

    Examples
    --------
    Two areas so far apart that neither is near the other: the group meets only itself.

    >>> from cosmopolis.neighbourhoods.ground import shapes
    >>> place = shapes([[0, 0], [0, 900_000]], [1e6, 1e6])
    >>> found = clustering([10, 0], [0, 10], place)
    >>> found.spatial_proximity, found.distance_decay_isolation
    (2.0, 1.0)
    """
    sides, kept = with_shapes(group, rest, shape)
    near_group, near_rest, near_areas = _nearness(kept, np.stack([sides.group, sides.rest, sides.group * 0 + 1], 1)).T
    inside, outside, areas = float(sides.group.sum()), float(sides.rest.sum()), sides.group.size
    among_group = float(sides.group @ near_group) / inside**2
    among_rest = float(sides.rest @ near_rest) / outside**2
    near_all = near_group + near_rest
    among_all = float(sides.total @ near_all) / sides.persons**2
    even = inside * float(near_areas.sum()) / areas**2
    return Clustering(
        absolute_clustering=(inside * among_group - even) / (float(sides.group @ near_all) / inside - even),
        relative_clustering=among_group / among_rest - 1,
        spatial_proximity=(inside * among_group + outside * among_rest) / (sides.persons * among_all),
        distance_decay_isolation=float((sides.group * (near_group / near_all)).sum() / inside),
        distance_decay_interaction=float((sides.group * (near_rest / near_all)).sum() / inside),
    )


def _nearness(shape: Shapes, amounts: FloatArray) -> FloatArray:
    """Amounts of all areas, each weighted by e to the minus its distance in km, seen from each area."""
    places = shape.centres / _METRES_PER_KM
    own = np.exp(-np.sqrt(_OWN_SURFACE * shape.surfaces) / _METRES_PER_KM)
    if not own.all():
        raise MeasureUndefined.at("neighbourhoods.nothing_near", surface=float(shape.surfaces.max()))
    found = own[:, None] * amounts
    stop = 0
    while stop < len(places):
        start = stop
        stop = min(start + max(1, _DISTANCES // (len(places) - start)), len(places))
        near = _near(places[start:stop], places[start:])
        # each pair of areas is met once, an area's own distance not here
        near[np.tril_indices(stop - start)] = 0.0
        found[start:stop] += near @ amounts[start:]
        found[start:] += near.T @ amounts[start:stop]
    return found


def _near(here: FloatArray, there: FloatArray) -> FloatArray:
    found = np.subtract.outer(here[:, 0], there[:, 0])
    found *= found
    north = np.subtract.outer(here[:, 1], there[:, 1])
    north *= north
    found += north
    np.sqrt(found, out=found)
    np.negative(found, out=found)
    np.exp(found, out=found)
    return np.asarray(found, np.float64)
