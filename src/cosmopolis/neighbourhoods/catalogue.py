"""
The optional catalogue of two-group indices: concentration, centralisation, clustering, borders, profiles.

Programs disagree about several of these indices; each result says so. The indices
themselves are in `spatial_concentration`, `spatial_clustering`,
`modified_dissimilarity` and `threshold_profiles`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from numpy.typing import ArrayLike

from cosmopolis.errors import Fault, MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.ground import Shapes
from cosmopolis.neighbourhoods.local import Neighbours
from cosmopolis.neighbourhoods.modified_dissimilarity import (
    adjusted_dissimilarity,
    border_dissimilarity,
    min_max,
    shape_dissimilarity,
)
from cosmopolis.neighbourhoods.spatial_clustering import clustering
from cosmopolis.neighbourhoods.spatial_concentration import (
    absolute_centralisation,
    absolute_concentration,
    delta,
    relative_centralisation,
    relative_concentration,
)
from cosmopolis.neighbourhoods.threshold_profiles import concentration_profile, proximity_profile

#: Indices for which no two programs give the same number: the formula itself is read in
#: more than one way (rows or total normalised, which areas come first, which area is one's own).
PEERS_DISAGREE = frozenset(
    {
        "relative_concentration",
        "adjusted_dissimilarity",
        "border_dissimilarity",
        "shape_dissimilarity",
        "distance_decay_isolation",
        "distance_decay_interaction",
    }
)


@dataclass(frozen=True)
class Entry:
    """
    One index of the catalogue.

    `value` is None where the index is not defined, and `reason` then says why.
    `unit` is that of the distances inside it, empty where there are none.
    """

    index: str
    value: float | None
    unit: str
    peers_disagree: bool
    reason: Fault | None = None


def optional_indices(
    group: ArrayLike,
    rest: ArrayLike,
    shape: Shapes,
    pairs: Neighbours | None = None,
    centre: tuple[float, float] | None = None,
) -> tuple[Entry, ...]:
    """
    Every index of the catalogue that the given geometry allows, each with the note whether peers disagree.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    shape
        Places and surfaces; with perimeters for D(s).
    pairs
        Which areas touch; with borders for D(w) and D(s).
    centre
        East and north, metres; None for the mean of the places.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, or a count is bad.
        What one index alone lacks is said in its entry.

    Examples
    --------
    >>> from cosmopolis.neighbourhoods.ground import shapes
    >>> place = shapes([[0, 0], [1000, 0], [2000, 0]], [1e6, 1e6, 1e6])
    >>> found = {entry.index: entry for entry in optional_indices([30, 10, 0], [10, 30, 40], place)}
    >>> found["relative_concentration"].value, found["relative_concentration"].peers_disagree
    (None, True)
    """
    checks.compared(group, rest)
    surfaces = shape.surfaces
    wanted: dict[str, Callable[[], float]] = {
        "min_max": lambda: min_max(group, rest),
        "concentration_profile": lambda: concentration_profile(group, rest).value,
        "delta": lambda: delta(group, rest, surfaces),
        "absolute_concentration": lambda: absolute_concentration(group, rest, surfaces),
        "relative_concentration": lambda: relative_concentration(group, rest, surfaces),
        "absolute_centralisation": lambda: absolute_centralisation(group, rest, shape, centre),
        "relative_centralisation": lambda: relative_centralisation(group, rest, shape, centre),
    }
    near = vars(clustering(group, rest, shape))
    found = [_entry(name, compute) for name, compute in wanted.items()]
    found += [Entry(name, value, "km", name in PEERS_DISAGREE) for name, value in near.items()]
    if pairs is not None:
        touching = pairs
        bordering: dict[str, Callable[[], float]] = {
            "adjusted_dissimilarity": lambda: adjusted_dissimilarity(group, rest, touching),
            "border_dissimilarity": lambda: border_dissimilarity(group, rest, touching),
            "shape_dissimilarity": lambda: shape_dissimilarity(group, rest, touching, shape),
            "proximity_profile": lambda: proximity_profile(group, rest, touching).value,
        }
        found += [_entry(name, compute) for name, compute in bordering.items()]
    return tuple(found)


def _entry(index: str, compute: Callable[[], float]) -> Entry:
    try:
        return Entry(index, compute(), "", index in PEERS_DISAGREE)
    except MeasureUndefined as undefined:
        return Entry(index, None, "", index in PEERS_DISAGREE, undefined.faults[0])
