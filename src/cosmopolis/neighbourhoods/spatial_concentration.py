"""
Concentration and centralisation of a group: how little ground it lives on, and how near the centre.

Areas without residents are left out, their surface too.

References
----------
Massey and Denton (1988), Social Forces 67(2), 281-315.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.checks import Sides
from cosmopolis.neighbourhoods.ground import Shapes, with_shapes

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Below this part of what it is made of, a difference is rounding.
_ROUNDING = 1e-12


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
    >>> from cosmopolis.neighbourhoods.ground import shapes
    >>> place = shapes([[0, 0], [1000, 0], [2000, 0]], [1e6, 1e6, 2e6])
    >>> absolute_centralisation([10, 0, 0], [0, 10, 10], place, centre=(0, 0))
    0.75
    """
    sides, kept = with_shapes(group, rest, shape)
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
    >>> from cosmopolis.neighbourhoods.ground import shapes
    >>> place = shapes([[0, 0], [1000, 0], [2000, 0]], [1e6, 1e6, 2e6])
    >>> relative_centralisation([10, 0, 0], [0, 10, 10], place, centre=(0, 0))
    1.0
    """
    sides, kept = with_shapes(group, rest, shape)
    return _crossed(kept, sides.group, sides.rest, centre)


def _with_surfaces(group: ArrayLike, rest: ArrayLike, surfaces: ArrayLike) -> tuple[Sides, FloatArray]:
    sides = checks.compared(group, rest)
    return sides, checks.surfaces(surfaces, sides.kept.size)[sides.kept]


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
