"""
Modified forms of dissimilarity: of the part not shared, and less what neighbours differ by.

References
----------
Morrill (1991), Geography Research Forum 11, 25-36. Wong (1993), Urban Studies 30(3), 559-572.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.ground import Shapes
from cosmopolis.neighbourhoods.local import Neighbours, among
from cosmopolis.neighbourhoods.two_groups import dissimilarity

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray


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

    >>> from cosmopolis.neighbourhoods.ground import shapes
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
