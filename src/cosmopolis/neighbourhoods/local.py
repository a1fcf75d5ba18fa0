"""
Area by area: location quotients with their certainty, how mixed each area is, hot spots.

Results have one value for each given area, NaN where nobody lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.inference import discoveries

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Location quotients at which one class of representation ends and the next begins, from
#: less than half as common as in the city to more than twice as common.
REPRESENTATION = (0.5, 0.8, 1.25, 2.0)

#: The classes between those limits; empty where nobody lives.
CLASSES = ("far_below", "below", "as_city", "above", "far_above")


@dataclass(frozen=True)
class Neighbours:
    """
    Which areas touch, each pair given once, in either order.

    `first` and `second` are places of areas in the other arrays, from 0, shape
    (n_pairs,); `border` is the length of the border they share, metres, or None
    where lengths are not needed. Whether areas that meet in one point are
    neighbours (queen) or not (rook) is the maker's choice: state it.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    border: FloatArray | None = None


@dataclass(frozen=True)
class LocationQuotients:
    """
    Location quotients and the limits of their interval, each of shape (n_areas,).

    Where the area has nobody of the group the quotient and the lower limit are 0
    and the upper limit is one-sided.
    """

    quotient: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class HotSpots:
    """
    Getis-Ord Gi* of the group's share, each of shape (n_areas,).

    `score` is a standard normal deviate, `p_value` two-sided, `adjusted` the same
    under control of false discoveries; `kind` is 1 for a hot spot, -1 for a cold
    one, 0 for neither or where nobody lives.
    """

    score: FloatArray
    p_value: FloatArray
    adjusted: FloatArray
    kind: NDArray[np.int8]


def neighbours(first: ArrayLike, second: ArrayLike, border: ArrayLike | None = None) -> Neighbours:
    """
    Pairs of areas that touch, checked as far as they can be alone.

    Parameters
    ----------
    first, second
        Places of areas, from 0, shape (n_pairs,).
    border
        Length of the shared border, metres, none negative, shape (n_pairs,).

    Raises
    ------
    MeasureUndefined
        If lengths differ, a border is bad, an area is its own neighbour, or a pair
        is given twice.

    Examples
    --------
    >>> neighbours([0, 1], [1, 2]).first
    array([0, 1])
    """
    one, two = (np.asarray(checks.vector(side), np.int64) if np.size(side) else _NONE for side in (first, second))
    checks.same_length(one.size, two.size)
    low, high = np.minimum(one, two), np.maximum(one, two)
    key = low * (int(high.max(initial=0)) + 1) + high
    order = np.argsort(key, kind="stable")
    bad = low == high
    bad[order[1:]] |= key[order[1:]] == key[order[:-1]]
    if bad.any():
        place = int(bad.argmax())
        raise MeasureUndefined.at("neighbourhoods.neighbour_pair", first=int(one[place]), second=int(two[place]))
    if border is None or one.size == 0:
        return Neighbours(one, two, None if border is None else np.zeros(0))
    lengths = checks.vector(border)
    checks.same_length(one.size, lengths.size)
    return Neighbours(one, two, lengths)


def among(pairs: Neighbours, kept: NDArray[np.bool_]) -> Neighbours:
    """
    Pairs of which both areas are kept, with the places that these have among the kept.

    Raises
    ------
    MeasureUndefined
        If a pair names an area that is not there.

    Examples
    --------
    >>> among(neighbours([0, 1], [1, 2]), np.array([False, True, True])).second
    array([1])
    """
    outside = np.flatnonzero(np.maximum(pairs.first, pairs.second) >= kept.size)
    if outside.size:
        place = int(outside[0])
        raise MeasureUndefined.at(
            "neighbourhoods.neighbour_pair", first=int(pairs.first[place]), second=int(pairs.second[place])
        )
    both = kept[pairs.first] & kept[pairs.second]
    places = np.cumsum(kept) - 1
    border = None if pairs.border is None else pairs.border[both]
    return Neighbours(places[pairs.first[both]], places[pairs.second[both]], border)


def location_quotient(group: ArrayLike, rest: ArrayLike) -> FloatArray:
    """
    How many times as common the group is in each area as in the city.

    Parameters
    ----------
    group
        Persons of the group in each area, shape (n_areas,).
    rest
        All other persons in each area, shape (n_areas,).

    Returns
    -------
    quotients
        1 where the area matches the city, shape (n_areas,); NaN in an area where
        nobody lives.

    Raises
    ------
    MeasureUndefined
        If the city has nobody in the group, or a count is bad.

    Examples
    --------
    60 of 100 in the first area, 100 of 300 in the city: .6 / .3333

    >>> location_quotient(group=[60, 40], rest=[40, 160]).round(4)
    array([1.8, 0.6])
    """
    sides = checks.exposed(group, rest)
    return checks.placed(sides.group / sides.total / sides.share, sides.kept)


def location_quotient_interval(group: ArrayLike, rest: ArrayLike, confidence: float = 0.95) -> LocationQuotients:
    """
    Location quotients with the interval that small counts leave, on the scale of logarithms.

    Where the area has nobody of the group, the upper limit is the share that
    would leave nobody with a chance of 1 - `confidence`, over the city's share.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    confidence
        Between 0 and 1.

    Raises
    ------
    MeasureUndefined
        If the city has nobody in the group, a count is bad, or the confidence is
        not between 0 and 1.

    References
    ----------
    Katz, Baptista, Azen and Pike (1978), Biometrics 34(3), 469-474.

    Examples
    --------
    >>> found = location_quotient_interval([60, 40], [40, 160])
    >>> round(float(found.lower[0]), 4), round(float(found.upper[0]), 4)
    (1.4354, 2.2572)
    """
    from scipy.special import ndtri

    checks.between("confidence", confidence, 0, 1)
    sides = checks.exposed(group, rest)
    group_persons, total = sides.group, sides.total
    quotient = group_persons / total / sides.share
    some = np.where(group_persons > 0, group_persons, 1.0)
    variance = 1 / some - 1 / total + 1 / float(group_persons.sum()) - 1 / sides.persons
    factor = np.exp(float(ndtri((1 + confidence) / 2)) * np.sqrt(np.maximum(variance, 0.0)))
    nobody = -np.expm1(np.log1p(-confidence) / total) / sides.share
    upper = np.where(group_persons > 0, quotient * factor, nobody)
    lower = quotient / factor
    return LocationQuotients(*(checks.placed(found, sides.kept) for found in (quotient, lower, upper)))


def representation(quotients: ArrayLike, limits: tuple[float, ...] = REPRESENTATION) -> NDArray[np.str_]:
    """
    Class of each area by its location quotient: one of `CLASSES`, empty where there is none.

    Parameters
    ----------
    quotients
        Location quotients, shape (n_areas,); NaN where nobody lives.
    limits
        Four rising limits; a quotient at a limit belongs to the class nearer to the city.

    Examples
    --------
    >>> [str(name) for name in representation([0.4, 0.5, 1.0, 1.25, 3.0, float("nan")])]
    ['far_below', 'below', 'as_city', 'as_city', 'far_above', '']
    """
    found = np.asarray(quotients, np.float64)
    low, high = np.array(limits[:2]), np.array(limits[2:])
    place = np.searchsorted(low, found, side="right") + np.searchsorted(high, found, side="left")
    names = np.array([*CLASSES, ""])
    return np.asarray(names[np.where(np.isnan(found), len(CLASSES), place)])


def local_entropy(counts: ArrayLike) -> FloatArray:
    """
    How mixed each area is: entropy of its groups, nats.

    Parameters
    ----------
    counts
        Persons by area and group, shape (n_areas, n_groups).

    Returns
    -------
    entropy
        Shape (n_areas,); NaN where nobody lives.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or a count is bad.

    References
    ----------
    Theil (1972), Statistical Decomposition Analysis.

    Examples
    --------
    >>> local_entropy([[20, 20], [7, 0]]).round(4)
    array([0.6931, 0.    ])
    """
    table = checks.populated(counts)
    shares = table.counts / table.areas[:, None]
    logs = np.log(np.where(shares > 0, shares, 1.0))
    return checks.placed(np.maximum(-(shares * logs).sum(axis=1), 0.0), table.kept_areas)


def local_simpson(counts: ArrayLike) -> FloatArray:
    """
    Chance that two random residents of each area belong to different groups.

    Returns
    -------
    chance
        Shape (n_areas,); NaN where nobody lives.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or a count is bad.

    Examples
    --------
    >>> local_simpson([[20, 20], [7, 0]])
    array([0.5, 0. ])
    """
    table = checks.populated(counts)
    shares = table.counts / table.areas[:, None]
    return checks.placed((shares * (1 - shares)).sum(axis=1), table.kept_areas)


def hot_spots(group: ArrayLike, rest: ArrayLike, pairs: Neighbours, rate: float = 0.05) -> HotSpots:
    """
    Where the group's share is high or low together with that of the neighbours: Gi*.

    Each area and its neighbours weigh alike. The p values are adjusted by
    Benjamini and Hochberg over all areas, as Caldas de Castro and Singer advise:
    of the areas shown as spots, at most a part of `rate` are so by chance.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    pairs
        Which areas touch.
    rate
        Part of false discoveries that is borne, between 0 and 1.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, all areas have
        the same share, a count or a pair is bad, or the rate is not between 0 and 1.

    References
    ----------
    Ord and Getis (1995), Geographical Analysis 27(4), 286-306.
    Caldas de Castro and Singer (2006), Geographical Analysis 38(2), 180-208.

    Examples
    --------
    Four areas in a row: shares .8, .8, .2, .2, mean .5, deviation .3. The first and its neighbour:
    (1.6 - .5 x 2) / (.3 x sqrt((4 x 2 - 4) / 3))

    >>> found = hot_spots([80, 80, 20, 20], [20, 20, 80, 80], neighbours([0, 1, 2], [1, 2, 3]))
    >>> found.score.round(4)
    array([ 1.7321,  1.    , -1.    , -1.7321])
    """
    from scipy.special import ndtr

    checks.between("rate", rate, 0, 1)
    sides = checks.compared(group, rest)
    share = sides.group / sides.total
    if share.min() == share.max():
        raise MeasureUndefined.at("neighbourhoods.equal_shares", share=float(share[0]))
    score = _scores(share, among(pairs, sides.kept))
    p_value = 2 * ndtr(-np.abs(score))
    told = discoveries(p_value, rate=rate)
    kind = np.zeros(sides.kept.size, np.int8)
    kind[sides.kept] = np.where(told.found, np.sign(score), 0)
    first, second, third = (checks.placed(found, sides.kept) for found in (score, p_value, told.adjusted))
    return HotSpots(first, second, third, kind)


_NONE = np.zeros(0, np.int64)


def _scores(values: FloatArray, pairs: Neighbours) -> FloatArray:
    """Gi* of each area: it and its neighbours against what as many areas would add up to by lot."""
    size = values.size
    seen = 1 + np.bincount(pairs.first, minlength=size) + np.bincount(pairs.second, minlength=size)
    reached = values + np.bincount(pairs.first, values[pairs.second], size)
    reached = reached + np.bincount(pairs.second, values[pairs.first], size)
    mean, deviation = float(values.mean()), float(values.std())
    spread = deviation * np.sqrt((size * seen - seen**2) / (size - 1))
    # an area that touches all others sees the whole city: nothing there is high or low
    return np.divide(reached - mean * seen, spread, out=np.zeros(size), where=spread > 0)
