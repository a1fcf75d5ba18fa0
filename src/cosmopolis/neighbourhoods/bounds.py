"""
The least and the greatest value of two-group measures when counts are known as intervals.

A suppressed count is an interval, never a zero. Bounds hold for every set of
counts inside the intervals.
"""

from __future__ import annotations

import numpy as np

from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.two_groups import dissimilarity, isolation
from cosmopolis.vocabulary.measurement import Bounds, FloatArray

#: How many ratios of group to rest are tried for the lower bound of dissimilarity.
#: Every one of them gives a valid bound; more make it tighter by a hair.
_RATIOS = 1024


def dissimilarity_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[float]:
    """
    Bounds of dissimilarity when counts are known as intervals.

    Both are valid: no counts inside the intervals lie outside them. They need not
    be attained, but are close: the index is both the greatest difference of
    shares over sets of areas, and the greatest difference of mean weights over
    weights from 0 to 1; the first gives the upper bound, the second the lower.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, cannot have anybody, or fewer than two
        areas can have residents.

    Examples
    --------
    The group's one person in the first area, beside one to three others; three
    others in the second: 1 - 3/6 to 1 - 1/4.

    >>> found = dissimilarity_bounds(
    ...     Bounds(np.array([1.0, 0.0]), np.array([1.0, 0.0])), Bounds(np.array([1.0, 3.0]), np.array([3.0, 3.0])))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.5, 0.75)
    """
    checks.both_sides(group.upper, rest.upper)
    checks.some_areas(int(np.count_nonzero(group.upper + rest.upper)))
    if _is_exact(group) and _is_exact(rest):
        value = dissimilarity(group.lower, rest.lower)
        return Bounds(value, value)
    if group.lower.sum() == 0 or rest.lower.sum() == 0:
        return Bounds(0.0, 1.0)
    upper = _most_dissimilar(group, rest)
    return Bounds(min(_least_dissimilar(group, rest), upper), upper)


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


def _most_dissimilar(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> float:
    """
    Upper bound of dissimilarity.

    With s and q the areas' shares of the group and of the rest, and any two
    numbers a and b from 0 to 1, D = a - b + the sum over areas of the greater of
    (1-a) s - (1-b) q and b q - a s. Each term is largest at known ends of the
    counts; the unknown totals enter as factors in which the sum is convex, so the
    ends of their ranges suffice. Good a and b are the shares that the set of
    over-represented areas holds, found by repeating.
    """
    inside, outside = (group.lower + group.upper) / 2, (rest.lower + rest.upper) / 2
    best = 1.0
    for _ in range(8):
        held = inside / inside.sum() > outside / outside.sum()
        inside, outside = np.where(held, group.upper, group.lower), np.where(held, rest.lower, rest.upper)
        a, b = float(inside[held].sum() / inside.sum()), float(outside[held].sum() / outside.sum())
        ends = [
            np.maximum((1 - a) * x * group.upper - (1 - b) * y * rest.lower, b * y * rest.upper - a * x * group.lower)
            for x in (1 / group.upper.sum(), 1 / group.lower.sum())
            for y in (1 / rest.upper.sum(), 1 / rest.lower.sum())
        ]
        best = min(best, a - b + max(float(end.sum()) for end in ends))
    return best


def _least_dissimilar(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> float:
    """
    Lower bound of dissimilarity.

    For any weights from 0 to 1 on the areas, D is at least the group's mean
    weight less everybody else's, and at least the least such difference inside
    the intervals. The best weights are 1 where the group is over-represented
    whatever its count, 0 where it is under-represented, and two numbers a < b
    between them where the intervals overlap, for which two equations hold.
    """
    one, zero, only_group, only_rest = _placed(group, rest)
    firm, loose = one @ group.lower, only_rest @ group.upper
    members = firm + zero @ group.upper + loose
    other_firm, other_loose = one @ rest.upper, only_group @ rest.upper
    others = other_firm + zero @ rest.lower + other_loose
    share = np.nan_to_num(_divided(loose, members))
    other_share = np.nan_to_num(_divided(other_loose, others))
    start = np.nan_to_num(_divided(firm, members)) + share * np.nan_to_num(_divided(other_firm, others))
    b = np.clip(np.nan_to_num(_divided(start, 1 - share * other_share)), 0, 1)
    a = np.clip(np.nan_to_num(_divided(other_firm, others)) + other_share * b, 0, 1)
    best = int(np.argmax(b - a))
    weights = one[best] + b[best] * only_group[best] + a[best] * only_rest[best]
    return max(0.0, _least_mean(weights, group) + _least_mean(1 - weights, rest) - 1)


def _placed(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> tuple[FloatArray, ...]:
    """Areas as surely over, surely under, or overlapping (two kinds), for each ratio of the two totals."""
    ends = [(group.lower, rest.upper), (group.upper, rest.lower), (group.upper, rest.upper)]
    turns = np.unique(np.concatenate([_divided(x, y) for x, y in ends]))
    first, last = group.lower.sum() / rest.upper.sum(), group.upper.sum() / rest.lower.sum()
    turns = np.concatenate([[first], turns[(turns > first) & (turns < last)], [last]])
    ratios = np.concatenate([turns, (turns[:-1] + turns[1:]) / 2])
    ratios = np.sort(ratios)[:: 1 + ratios.size // _RATIOS, None]
    one, zero = group.lower > ratios * rest.upper, group.upper < ratios * rest.lower
    higher = group.upper > ratios * rest.upper
    kinds = (one, zero, ~one & ~zero & higher, ~one & ~zero & ~higher)
    return tuple(kind.astype(np.float64) for kind in kinds)


def _least_mean(weights: FloatArray, counts: Bounds[FloatArray]) -> float:
    """Least mean weight of persons: most of them where the weight is small."""
    order = np.argsort(weights, kind="stable")
    weight, low, high = weights[order], counts.lower[order], counts.upper[order]
    persons = low.sum() + np.concatenate([[0.0], np.cumsum(high - low)])
    sums = (weight * low).sum() + np.concatenate([[0.0], np.cumsum(weight * (high - low))])
    return float((sums / persons).min())


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
