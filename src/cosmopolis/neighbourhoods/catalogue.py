"""
The optional catalogue of two-group indices: concentration, centralisation, clustering, borders, profiles.

Distances enter in kilometres, whatever the grid of the places: e to the minus
distance depends on the unit, so that values from another tool may differ for that
alone. Programs disagree about several of these indices; each result says so.
Areas without residents are left out, their surface too.

References
----------
Massey and Denton (1988), Social Forces 67(2), 281-315.
Morrill (1991), Geography Research Forum 11, 25-36. Wong (1993), Urban Studies 30(3), 559-572.
Hong and Sadahiro (2014), Journal of Geographical Systems 16(2), 211-231.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import Fault, MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.checks import Sides
from cosmopolis.neighbourhoods.local import Neighbours, among
from cosmopolis.neighbourhoods.two_groups import dissimilarity

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

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

#: Mean distance of two residents of one area is about the root of this part of its surface.
_OWN_SURFACE = 0.6

#: Distances that are worked on at a time: they stay in the processor's cache.
_DISTANCES = 1 << 17

_METRES_PER_KM = 1000.0

#: Below this part of what it is made of, a difference is rounding.
_ROUNDING = 1e-12

#: Bits of a word, and words that are worked on at a time: they stay in the processor's cache.
_WORD = 64
_WORDS = 4


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


@dataclass(frozen=True)
class Clustering:
    """The indices of nearness, all from one pass over the distances."""

    absolute_clustering: float
    relative_clustering: float
    spatial_proximity: float
    distance_decay_isolation: float
    distance_decay_interaction: float


@dataclass(frozen=True)
class Profile:
    """
    An index made of a curve over thresholds of the group's share.

    `thresholds` from 0 to 1 and `curve`, shape (n_thresholds,).
    """

    value: float
    thresholds: FloatArray
    curve: FloatArray


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


def min_max(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Part of the two sides' spread that they do not share: 2D over 1 + D.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, or a count is bad.

    References
    ----------
    O'Sullivan and Wong (2007), Geographical Analysis 39(2), 147-168.

    Examples
    --------
    D is .6: 1.2 / 1.6

    >>> round(min_max([80, 80, 20, 20], [20, 20, 80, 80]), 4)
    0.75
    """
    uneven = dissimilarity(group, rest)
    return 2 * uneven / (1 + uneven)


def delta(group: ArrayLike, rest: ArrayLike, surfaces: ArrayLike) -> float:
    """
    Share of the group that would have to move to be equally dense everywhere.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    surfaces
        Surface of each area, square metres.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, or a count or a
        surface is bad.

    References
    ----------
    Hoover (1941), Journal of Economic History 1, 199-205.

    Examples
    --------
    (|3/4 - 1/4| + |1/4 - 3/4|) / 2

    >>> delta([30, 10], [5, 5], [1e6, 3e6])
    0.5
    """
    sides, surface = _with_surfaces(group, rest, surfaces)
    return float(np.abs(sides.group / sides.group.sum() - surface / surface.sum()).sum() / 2)


def absolute_concentration(group: ArrayLike, rest: ArrayLike, surfaces: ArrayLike) -> float:
    """
    How near the surface the group lives on comes to the least its number could live on: ACO.

    Areas of one surface are taken in the order of their population.

    Raises
    ------
    MeasureUndefined
        As for `delta`, or if all areas have one surface.

    References
    ----------
    Massey and Denton (1988), Social Forces 67(2), 281-315.

    Examples
    --------
    The group fills the smallest area: as concentrated as can be

    >>> absolute_concentration([10, 0, 0], [0, 10, 10], [1e6, 2e6, 4e6])
    1.0
    """
    sides, surface = _with_surfaces(group, rest, surfaces)
    least, most = _extremes(sides, surface)
    if abs(most - least) <= _ROUNDING * most:
        raise MeasureUndefined.at("neighbourhoods.equal_surfaces", areas=surface.size)
    return 1 - (_mean(surface, sides.group) - least) / (most - least)


def relative_concentration(group: ArrayLike, rest: ArrayLike, surfaces: ArrayLike) -> float:
    """
    Mean surface of the group's areas against all others', over the most there could be: RCO.

    Not defined on a grid of equal cells. Peers disagree.

    Raises
    ------
    MeasureUndefined
        As for `delta`, or if all areas have one surface.

    References
    ----------
    Massey and Denton (1988), Social Forces 67(2), 281-315.

    Examples
    --------
    (1 / 3 - 1) / (1 / 4 - 1)

    >>> round(relative_concentration([10, 0, 0], [0, 10, 10], [1e6, 2e6, 4e6]), 4)
    0.8889
    """
    sides, surface = _with_surfaces(group, rest, surfaces)
    least, most = _extremes(sides, surface)
    if abs(most - least) <= _ROUNDING * most:
        raise MeasureUndefined.at("neighbourhoods.equal_surfaces", areas=surface.size)
    return (_mean(surface, sides.group) / _mean(surface, sides.rest) - 1) / (least / most - 1)


def absolute_centralisation(
    group: ArrayLike, rest: ArrayLike, shape: Shapes, centre: tuple[float, float] | None = None
) -> float:
    """
    How far the group lives from the centre, against being spread evenly over the ground: ACE.

    Areas at one distance are taken together, so that their order does not matter.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    shape
        Places and surfaces.
    centre
        East and north, metres; None for the mean of the places of areas with residents.

    Returns
    -------
    index
        From -1 (all at the edge) to 1 (all in the centre), no unit.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, or a count is bad.

    References
    ----------
    Duncan and Duncan (1955), American Journal of Sociology 60(5), 493-503.

    Examples
    --------
    >>> place = shapes([[0, 0], [1000, 0], [2000, 0]], [1e6, 1e6, 2e6])
    >>> absolute_centralisation([10, 0, 0], [0, 10, 10], place, centre=(0, 0))
    0.75
    """
    sides, kept = _with_shapes(group, rest, shape)
    return _crossed(kept, sides.group, kept.surfaces, centre)


def relative_centralisation(
    group: ArrayLike, rest: ArrayLike, shape: Shapes, centre: tuple[float, float] | None = None
) -> float:
    """
    How much nearer to the centre the group lives than all others: RCE.

    Parameters are those of `absolute_centralisation`.

    Returns
    -------
    index
        From -1 to 1; the share of the group that would have to change places with
        others to be as central, above 0 where it is nearer.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, or a count is bad.

    References
    ----------
    Duncan and Duncan (1955), American Journal of Sociology 60(5), 493-503.

    Examples
    --------
    >>> place = shapes([[0, 0], [1000, 0], [2000, 0]], [1e6, 1e6, 2e6])
    >>> relative_centralisation([10, 0, 0], [0, 10, 10], place, centre=(0, 0))
    1.0
    """
    sides, kept = _with_shapes(group, rest, shape)
    return _crossed(kept, sides.group, sides.rest, centre)


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

    >>> place = shapes([[0, 0], [0, 900_000]], [1e6, 1e6])
    >>> found = clustering([10, 0], [0, 10], place)
    >>> found.spatial_proximity, found.distance_decay_isolation
    (2.0, 1.0)
    """
    sides, kept = _with_shapes(group, rest, shape)
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


def adjusted_dissimilarity(group: ArrayLike, rest: ArrayLike, pairs: Neighbours) -> float:
    """
    Dissimilarity less the mean difference of the group's share between neighbours: D(adj).

    Peers disagree. State whether areas that meet in a point are neighbours.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    pairs
        Which areas touch.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, a count or a pair
        is bad, or no two areas with residents touch.

    References
    ----------
    Morrill (1991), Geography Research Forum 11, 25-36.

    Examples
    --------
    D is .6; the three differences are 0, .6 and 0

    >>> from cosmopolis.neighbourhoods.local import neighbours
    >>> round(adjusted_dissimilarity([80, 80, 20, 20], [20, 20, 80, 80], neighbours([0, 1, 2], [1, 2, 3])), 4)
    0.4
    """
    return _less_borders(group, rest, pairs, lambda kept, _: np.ones(kept.first.size))


def border_dissimilarity(group: ArrayLike, rest: ArrayLike, pairs: Neighbours) -> float:
    """
    Dissimilarity less the neighbours' mean difference of shares, weighted by shared border: D(w).

    A pair's weight is its border over the length of all borders, each counted
    once. Peers disagree: some normalise area by area.

    Raises
    ------
    MeasureUndefined
        As for `adjusted_dissimilarity`, or if borders are not given.

    References
    ----------
    Wong (1993), Urban Studies 30(3), 559-572.

    Examples
    --------
    Half of all border runs where the share differs by .6

    >>> from cosmopolis.neighbourhoods.local import neighbours
    >>> touching = neighbours([0, 1, 2], [1, 2, 3], border=[100, 200, 100])
    >>> round(border_dissimilarity([80, 80, 20, 20], [20, 20, 80, 80], touching), 4)
    0.3
    """
    return _less_borders(group, rest, pairs, lambda kept, _: _borders(kept))


def shape_dissimilarity(group: ArrayLike, rest: ArrayLike, pairs: Neighbours, shape: Shapes) -> float:
    """
    As `border_dissimilarity`, long thin areas weighing more: D(s).

    Each pair's term is multiplied by the mean of its two ratios of perimeter to
    surface over the greatest ratio of all areas with residents. Peers disagree.

    Raises
    ------
    MeasureUndefined
        As for `border_dissimilarity`, or if perimeters are not given.

    References
    ----------
    Wong (1993), Urban Studies 30(3), 559-572. Tivadar (2019), Journal of Statistical Software 89(7).

    Examples
    --------
    Equal squares: no area is longer than another

    >>> from cosmopolis.neighbourhoods.local import neighbours
    >>> touching = neighbours([0, 1, 2], [1, 2, 3], border=[1000, 1000, 1000])
    >>> row = shapes([[0, 0], [1000, 0], [2000, 0], [3000, 0]], [1e6] * 4, [4000] * 4)
    >>> round(shape_dissimilarity([80, 80, 20, 20], [20, 20, 80, 80], touching, row), 4)
    0.4
    """
    if shape.perimeters is None:
        raise MeasureUndefined.at("neighbourhoods.borders_missing", areas=shape.surfaces.size)
    ratio = shape.perimeters / shape.surfaces

    def factors(kept: Neighbours, places: NDArray[np.bool_]) -> FloatArray:
        found = ratio[places]
        return np.asarray((found[kept.first] + found[kept.second]) / (2 * found.max()), np.float64)

    return _less_borders(group, rest, pairs, lambda kept, _: _borders(kept), factors)


def concentration_profile(group: ArrayLike, rest: ArrayLike, thresholds: int = 1000) -> Profile:
    """
    Share of the group in areas where it makes up at least so much, for every threshold.

    Returns
    -------
    profile
        The value is 0 where the group has one share everywhere and 1 where no area
        is mixed, as finely as the thresholds lie.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, a count is bad, or
        there are fewer than two thresholds.

    References
    ----------
    Hong and Sadahiro (2014), Journal of Geographical Systems 16(2), 211-231.

    Examples
    --------
    >>> found = concentration_profile([80, 20], [20, 80], thresholds=5)
    >>> found.curve
    array([1. , 0.8, 0.8, 0.8, 0. ])
    """
    sides, share, steps = _with_thresholds(group, rest, thresholds)
    order = np.argsort(share, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(sides.group[order])])
    curve = 1 - before[np.searchsorted(share[order], steps, side="left")] / sides.group.sum()
    return _profile(steps, np.maximum(curve, 0.0), sides.share)


def proximity_profile(group: ArrayLike, rest: ArrayLike, pairs: Neighbours, thresholds: int = 1000) -> Profile:
    """
    How near to each other the areas lie where the group makes up at least so much, for every threshold.

    Nearness is one over the mean number of borders to cross, 0 where some two of
    the areas cannot be reached from each other. The steps between all areas are
    walked 64 areas at a time, as bits; their table is never held.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, a count or a pair
        is bad, or there are fewer than two thresholds.

    References
    ----------
    Hong and Sadahiro (2014), Journal of Geographical Systems 16(2), 211-231.

    Examples
    --------
    Below a threshold of .8 the first two areas of four in a row are left, one step apart.

    >>> from cosmopolis.neighbourhoods.local import neighbours
    >>> found = proximity_profile([80, 80, 20, 20], [20, 20, 80, 80], neighbours([0, 1, 2], [1, 2, 3]), thresholds=3)
    >>> found.curve
    array([0.6, 1. , 0. ])
    """
    sides, share, steps = _with_thresholds(group, rest, thresholds)
    order = np.argsort(-share, kind="stable")
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    touching = among(pairs, sides.kept)
    walked = _steps_to_higher(rank[touching.first], rank[touching.second], order.size)
    # both directions of every pair among the k areas of the highest share
    whole = np.concatenate([[0.0], 2 * np.cumsum(walked)])
    count = np.searchsorted(-share[order], -steps, side="right").astype(np.float64)
    far = whole[count.astype(np.int64)]
    curve = np.divide(count**2 - count, far, out=np.zeros(steps.size), where=far > 0)
    return _profile(steps, curve, sides.share)


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


def _with_surfaces(group: ArrayLike, rest: ArrayLike, surfaces: ArrayLike) -> tuple[Sides, FloatArray]:
    sides = checks.compared(group, rest)
    return sides, checks.surfaces(surfaces, sides.kept.size)[sides.kept]


def _with_shapes(group: ArrayLike, rest: ArrayLike, shape: Shapes) -> tuple[Sides, Shapes]:
    sides = checks.compared(group, rest)
    checks.same_length(sides.kept.size, shape.surfaces.size)
    return sides, Shapes(shape.centres[sides.kept], shape.surfaces[sides.kept])


def _with_thresholds(group: ArrayLike, rest: ArrayLike, thresholds: int) -> tuple[Sides, FloatArray, FloatArray]:
    checks.between("thresholds", thresholds, 1, np.inf)
    sides = checks.compared(group, rest)
    return sides, sides.group / sides.total, np.linspace(0, 1, thresholds)


def _mean(surface: FloatArray, persons: FloatArray) -> float:
    return float(persons @ surface) / float(persons.sum())


def _extremes(sides: Sides, surface: FloatArray) -> tuple[float, float]:
    """Mean surface of the smallest areas that hold as many people as the group has, and of the largest."""
    order = np.lexsort((sides.total, surface))
    persons, ground, members = sides.total[order], surface[order], float(sides.group.sum())
    least = int(np.argmax(np.cumsum(persons) >= members)) + 1
    most = persons.size - 1 - int(np.argmax(np.cumsum(persons[::-1]) >= members))
    return _mean(ground[:least], persons[:least]), _mean(ground[most:], persons[most:])


def _crossed(shape: Shapes, one: FloatArray, other: FloatArray, centre: tuple[float, float] | None) -> float:
    """How far the cumulative shares of one run ahead of the other's on the way out from the centre."""
    middle = shape.centres.mean(axis=0) if centre is None else np.array(centre, np.float64)
    away = np.hypot(*(shape.centres - middle).T)
    _, ring = np.unique(away, return_inverse=True)
    first, second = (np.cumsum(np.bincount(ring, amounts)) / amounts.sum() for amounts in (one, other))
    return float((first[:-1] * second[1:]).sum() - (first[1:] * second[:-1]).sum())


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


def _borders(pairs: Neighbours) -> FloatArray:
    if pairs.border is None:
        raise MeasureUndefined.at("neighbourhoods.borders_missing", areas=pairs.first.size)
    return pairs.border


def _less_borders(
    group: ArrayLike,
    rest: ArrayLike,
    pairs: Neighbours,
    weights_of: Callable[[Neighbours, NDArray[np.bool_]], FloatArray],
    factors_of: Callable[[Neighbours, NDArray[np.bool_]], FloatArray] | None = None,
) -> float:
    """Dissimilarity less the weighted mean difference of shares between areas that touch."""
    sides = checks.compared(group, rest)
    touching = among(pairs, sides.kept)
    weights = weights_of(touching, sides.kept)
    if not weights.sum() > 0:
        raise MeasureUndefined.at("neighbourhoods.no_neighbours", areas=sides.group.size)
    share = sides.group / sides.total
    terms = weights * np.abs(share[touching.first] - share[touching.second])
    if factors_of is not None:
        terms = terms * factors_of(touching, sides.kept)
    return dissimilarity(sides.group, sides.rest) - float(terms.sum() / weights.sum())


def _profile(thresholds: FloatArray, curve: FloatArray, share: float) -> Profile:
    below = thresholds < share
    lost = float(curve[below].sum() - curve[~below].sum()) / thresholds.size
    return Profile((share - lost) / (1 - share), thresholds, curve)


def _steps_to_higher(first: NDArray[np.int64], second: NDArray[np.int64], areas: int) -> FloatArray:
    """
    For each area, borders to cross to all areas of lower number, added up; infinite where one is out of reach.

    A number of steps is how many rounds pass in which an area is not yet reached.
    Each round every area takes over what its neighbours have reached, bit by bit.
    """
    table = _neighbour_table(first, second, areas)
    found = np.zeros(areas)
    number = np.arange(areas)
    for start in range(0, areas, _WORD * _WORDS):
        words = min(_WORDS, -(-(areas - start) // _WORD))
        reached = _bits(number - start, words)
        wanted = _lower_bits(number - start, words)
        found += _rounds(reached, wanted, table)
    return found


def _rounds(reached: NDArray[np.uint64], wanted: NDArray[np.uint64], table: NDArray[np.int64]) -> FloatArray:
    columns, met, spread = np.ascontiguousarray(table.T), np.empty_like(reached), np.empty_like(reached)
    found, before = np.zeros(reached.shape, np.int32), -1
    while True:
        np.invert(reached, out=met)
        met &= wanted
        count = np.bitwise_count(met)
        missing = int(np.count_nonzero(count))
        if missing == 0:
            return np.asarray(found.sum(axis=1), np.float64)
        found += count
        # every place is a true one: to clip it only spares a second check
        np.take(reached, columns[0], axis=0, out=spread, mode="clip")
        spread |= reached
        for column in columns[1:]:
            np.take(reached, column, axis=0, out=met, mode="clip")
            spread |= met
        if missing == before and np.array_equal(spread, reached):
            return np.where(count.any(axis=1), np.inf, found.sum(axis=1))
        reached, spread, before = spread, reached, missing


def _neighbour_table(first: NDArray[np.int64], second: NDArray[np.int64], areas: int) -> NDArray[np.int64]:
    """The neighbours of each area, shape (areas, most neighbours); itself where it has fewer."""
    here, there = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.argsort(here, kind="stable")
    count = np.bincount(here, minlength=areas)
    table = np.repeat(np.arange(areas)[:, None], max(int(count.max(initial=0)), 1), axis=1)
    place = np.arange(here.size) - np.repeat(np.cumsum(count) - count, count)
    table[here[order], place] = there[order]
    return table


def _bits(number: NDArray[np.int64], words: int) -> NDArray[np.uint64]:
    """For each area the bit of its own number, none where it is not among these words."""
    found = np.zeros((number.size, words), np.uint64)
    inside = np.flatnonzero((number >= 0) & (number < words * _WORD))
    here = number[inside]
    found[inside, here // _WORD] = np.uint64(1) << (here % _WORD).astype(np.uint64)
    return found


def _lower_bits(number: NDArray[np.int64], words: int) -> NDArray[np.uint64]:
    """For each area the bits of all lower numbers."""
    full = np.clip(number[:, None] - np.arange(words) * _WORD, 0, _WORD)
    some = (np.uint64(1) << np.minimum(full, _WORD - 1).astype(np.uint64)) - np.uint64(1)
    return np.where(full == _WORD, ~np.uint64(0), some)
