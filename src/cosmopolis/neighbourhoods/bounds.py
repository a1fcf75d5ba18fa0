"""
The least and the greatest value of two-group measures when counts are known as intervals.

A suppressed count is an interval, never a zero. Bounds hold for every set of
counts inside the intervals.
"""

from __future__ import annotations

import numpy as np

from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.two_groups import isolation
from cosmopolis.vocabulary.measurement import Bounds, FloatArray


def isolation_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[float]:
    """
    Least and greatest isolation when counts are known as intervals.

    Both are attained by real counts inside the intervals. Others in an area only
    lower the index, so they stand at one end. What is left is a convex function
    over a linear one in each area's count: at the maximum each count stands at an
    end of its interval, at the minimum areas not at an end share one mix.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If the group cannot have anybody.

    Examples
    --------
    One to two persons beside two others: 1/3 to 2/4.

    >>> found = isolation_bounds(Bounds(np.array([1.0]), np.array([2.0])), Bounds(np.array([2.0]), np.array([2.0])))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.3333, 0.5)
    """
    checks.some_group(group.upper)
    if _is_exact(group) and _is_exact(rest):
        value = isolation(group.lower, rest.lower)
        return Bounds(value, value)
    return Bounds(_least_isolated(group, rest.upper), _most_isolated(group, rest.lower))


def interaction_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[float]:
    """
    Least and greatest interaction: 1 less the bounds of isolation, both attained.

    Raises
    ------
    MeasureUndefined
        If the group cannot have anybody.

    Examples
    --------
    >>> found = interaction_bounds(Bounds(np.array([1.0]), np.array([2.0])), Bounds(np.array([2.0]), np.array([2.0])))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.5, 0.6667)
    """
    alone = isolation_bounds(group, rest)
    return Bounds(1 - alone.upper, 1 - alone.lower)


def location_quotient_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """
    Least and greatest location quotient of each area.

    Both are attained by real counts, in each area for itself, or approached where
    perhaps nobody else, or no member of the group, lives there. The quotient falls
    with the others in the area and with the group elsewhere, and rises with the
    others elsewhere. In the group's own count it rises first and may then fall
    (when the area holds most of the group), so that its peak is looked up.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).

    Returns
    -------
    bounds
        NaN in an area where nobody can live; an upper bound may be infinite if
        perhaps the group has nobody at all.

    Raises
    ------
    MeasureUndefined
        If the group cannot have anybody.

    Examples
    --------
    One to four of the group beside eight others; elsewhere six beside nine:
    (1/9) / (7/24) and (4/12) / (10/27).

    >>> found = location_quotient_bounds(
    ...     Bounds(np.array([1.0, 6.0]), np.array([4.0, 6.0])), Bounds(np.array([8.0, 9.0]), np.array([8.0, 9.0])))
    >>> round(float(found.lower[0]), 4), round(float(found.upper[0]), 4)
    (0.381, 0.9)
    """
    checks.some_group(group.upper)
    low, high = group.lower, group.upper
    near, far = rest.upper, rest.lower.sum() - rest.lower
    elsewhere = high.sum() - high
    lower = np.fmin(_quotient(low, near, elsewhere, far), _quotient(high, near, elsewhere, far))
    upper = _greatest_quotient(group, rest.lower, low.sum() - low, rest.upper.sum() - rest.upper)
    return Bounds(lower, np.where(high + rest.upper > 0, upper, np.nan))


def _is_exact(counts: Bounds[FloatArray]) -> bool:
    return bool(np.array_equal(counts.lower, counts.upper))


def _divided(above: FloatArray, below: FloatArray) -> FloatArray:
    """Cell by cell; NaN where nothing stands below."""
    positive = below > 0
    return np.where(positive, above / np.where(positive, below, 1.0), np.nan)


def _own_share(group: FloatArray, rest: FloatArray) -> FloatArray:
    """Members of each area times the group's share there; 0 in an empty area."""
    return np.where(group > 0, group * np.nan_to_num(_divided(group, group + rest)), 0.0)


def _quotient(group: FloatArray, rest: FloatArray, elsewhere: FloatArray, far: FloatArray) -> FloatArray:
    """Location quotient of areas with `group` and `rest`, others holding `elsewhere` and `far`."""
    city = _divided(elsewhere + group + far + rest, elsewhere + group)
    return _divided(group, group + rest) * city


def _greatest_quotient(
    group: Bounds[FloatArray], rest: FloatArray, elsewhere: FloatArray, far: FloatArray
) -> FloatArray:
    """Greatest location quotient over the group's own count, or what it runs towards as that count becomes none."""
    root = np.sqrt((elsewhere * rest) ** 2 + far * elsewhere * rest * (elsewhere + far + rest))
    peak = np.where(far > 0, _divided(elsewhere * rest + root, far), group.upper)
    count = np.clip(peak, group.lower, group.upper)
    alone_here = np.where(rest > 0, _divided(far + rest, rest), np.where(far > 0, np.inf, 1.0))
    alone_there = _divided(elsewhere + far + rest, elsewhere)
    quotient = np.where(count + rest > 0, _quotient(count, rest, elsewhere, far), alone_there)
    quotient = np.where(elsewhere + count > 0, quotient, alone_here)
    return np.where(group.upper > 0, quotient, 0.0)


def _most_isolated(group: Bounds[FloatArray], rest: FloatArray) -> float:
    """
    Greatest isolation beside given others.

    Dinkelbach's method: with a known value r, isolation beats r when the sum of
    own share less r times the count is positive, which each area decides alone.
    """
    low, high = group.lower, group.upper
    value = 0.0
    while True:
        gain = _own_share(high, rest) - value * high > _own_share(low, rest) - value * low
        counts = np.where(gain, high, low)
        better = float(_own_share(counts, rest).sum() / counts.sum()) if counts.sum() > 0 else 0.0
        if better <= value:
            return value
        value = better


def _least_isolated(group: Bounds[FloatArray], rest: FloatArray) -> float:
    """
    Least isolation beside given others.

    Dinkelbach's method again: for a known value r each area's best count is the
    one at which the group's share is 1 - sqrt(1 - r), within its interval.
    """
    if group.lower.sum() == 0:
        # perhaps a single member, lost among the others of any area that has some
        return 0.0 if bool(np.any((group.upper > 0) & (rest > 0))) else 1.0
    value = 1.0
    while True:
        root = np.sqrt(1 - value)
        wanted = rest * (1 - root) / root if root > 0 else np.where(rest > 0, group.upper, 0.0)
        counts = np.clip(wanted, group.lower, group.upper)
        better = float(_own_share(counts, rest).sum() / counts.sum())
        if better >= value:
            return value
        value = better
