"""
How far a group's mean access is from that of all others: the gap, its interval, and its bounds.

The gap is told as an absolute number (in the unit of access) and as a relative one:
either alone can fall while the other rises. Everybody at one origin has the same
access.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access import mean_access
from cosmopolis.neighbourhoods.checks import at_origins, between, both_sides, pair, same_length, some_group, vector
from cosmopolis.vocabulary.measurement import Bounds, FloatArray


@dataclass(frozen=True)
class AccessGap:
    """
    Mean access of a group and of the rest, and how they differ.

    `absolute` is group less rest, in the unit of access; `relative` is group over
    rest, less 1, or nothing where the rest has no access at all.
    """

    group: float
    rest: float
    absolute: float
    relative: float | None


@dataclass(frozen=True)
class GapInterval:
    """
    A gap and the intervals of its absolute and its relative form.

    `draws` counts the resamples that had people on both sides; `relative` is
    nothing where that gap is not defined.
    """

    gap: AccessGap
    absolute: Bounds[float]
    relative: Bounds[float] | None
    level: float
    draws: int


@dataclass(frozen=True)
class GapBounds:
    """The least and the greatest gap that counts known as intervals allow, absolute and relative; both attained."""

    absolute: Bounds[float]
    relative: Bounds[float] | None


def access_gap(access: ArrayLike, group: ArrayLike, rest: ArrayLike) -> AccessGap:
    """
    How much more or less access a group has than all others.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group, rest
        Persons of the group, and all others, at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, has nobody.

    Examples
    --------
    Means (1 + 3 x 5) / 4 and (3 + 5) / 4:

    >>> access_gap([1, 5], [1, 3], [3, 1])
    AccessGap(group=4.0, rest=2.0, absolute=2.0, relative=1.0)
    """
    values, inside, outside = _sides(access, group, rest)
    return _gap(mean_access(values, inside), mean_access(values, outside))


def access_gap_interval(
    access: ArrayLike, group: ArrayLike, rest: ArrayLike, *, seed: int, draws: int = 999, level: float = 0.95
) -> GapInterval:
    """
    A gap with its interval, by drawing origins anew.

    Origins with residents are drawn with replacement; the interval is twice the
    gap less the quantiles of the draws. A register is no sample: the interval says
    how much the gap hangs on which origins there happen to be.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group, rest
        Persons of the group, and all others, at each origin, shape (n_origins,).
    seed
        The same seed gives the same interval.
    draws
        How many times the origins are drawn.
    level
        How often the interval holds the gap.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, or fewer than two origins have residents.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, section 5.2.

    Examples
    --------
    >>> found = access_gap_interval([1, 2, 3, 4], [8, 4, 2, 1], [1, 2, 4, 8], seed=1)
    >>> found.absolute.lower < found.gap.absolute < found.absolute.upper
    True
    """
    values, inside, outside = _sides(access, group, rest)
    between("draws", draws, 1, np.inf)
    between("level", level, 0, 1)
    lived = inside + outside > 0
    units = int(lived.sum())
    if units < 2:
        raise MeasureUndefined.at("neighbourhoods.one_area", areas=units)
    parts = np.column_stack([inside * values, inside, outside * values, outside])[lived]
    rng = np.random.default_rng(seed)
    drawn = np.array([np.bincount(rng.integers(units, size=units), minlength=units) @ parts for _ in range(draws)])
    drawn = drawn[(drawn[:, 1] > 0) & (drawn[:, 3] > 0)]
    means, others = drawn[:, 0] / drawn[:, 1], drawn[:, 2] / drawn[:, 3]
    gap = _gap(mean_access(values, inside), mean_access(values, outside))
    relative = None
    if gap.relative is not None and bool((others > 0).all()):
        relative = _mirrored(gap.relative, means / others - 1, level)
    return GapInterval(gap, _mirrored(gap.absolute, means - others, level), relative, level, len(drawn))


def access_gap_bounds(access: ArrayLike, group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> GapBounds:
    """
    Least and greatest gap when counts are known as intervals, access being known.

    Attained: a mean is greatest when origins above some access have their most
    people and all others their least, and the two sides are free of each other.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group, rest
        Persons of the group, and all others, at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If a side may have nobody: then its mean could be anything.

    Examples
    --------
    The group's mean is between (1 x 4 + 2) / 5 and (1 + 2 x 4) / 5, the rest's 1.5:

    >>> few, many, five = np.array([1.0, 1.0]), np.array([4.0, 4.0]), np.array([5.0, 5.0])
    >>> found = access_gap_bounds([1, 2], Bounds(few, many), Bounds(five, five))
    >>> round(found.absolute.lower, 6), round(found.absolute.upper, 6)
    (-0.3, 0.3)
    """
    values = vector(access)
    ends = [_mean_bounds(values, _interval(side, values.size)) for side in (group, rest)]
    (low, high), (least, most) = ends
    absolute = Bounds(low - most, high - least)
    return GapBounds(absolute, Bounds(low / most - 1, high / least - 1) if least > 0 else None)


def access_gap_bounds_within(access: ArrayLike, group: Bounds[FloatArray], total: ArrayLike) -> GapBounds:
    """
    Least and greatest gap when the group is known as intervals and all people exactly.

    Whoever is not of the group is of the rest, so that both sides move together.
    Attained: for any size of the group the gap is greatest when its free members
    fill the origins from the best access down; between two origins the gap is a
    smooth function of one number, whose turning points are looked up.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group
        Persons of the group at each origin, at most the total, shape (n_origins,).
    total
        All persons at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If a side may have nobody, or the group may exceed the total somewhere.

    Examples
    --------
    Of 5 and 5 people, 1 to 4 each are of the group: (1 + 4 x 2) / 5 - (4 + 1 x 2) / 5

    >>> found = access_gap_bounds_within([1, 2], Bounds(np.array([1.0, 1.0]), np.array([4.0, 4.0])), [5, 5])
    >>> round(found.absolute.lower, 6), round(found.absolute.upper, 6)
    (-0.6, 0.6)
    """
    values, everybody = at_origins(access, total)
    inside = _interval(group, values.size)
    if bool(np.any(inside.upper > everybody)):
        worst = int(np.argmax(inside.upper - everybody))
        raise MeasureUndefined.at(
            "neighbourhoods.group_above_total", group=float(inside.upper[worst]), total=float(everybody[worst])
        )
    both_sides(inside.lower, everybody - inside.upper)
    low, lowest = _extreme_gap(values, inside, everybody, least=True)
    high, highest = _extreme_gap(values, inside, everybody, least=False)
    relative = None if lowest is None or highest is None else Bounds(lowest, highest)
    return GapBounds(Bounds(low, high), relative)


def _sides(access: ArrayLike, group: ArrayLike, rest: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    values, sides = vector(access), pair(group, rest)
    same_length(values.size, sides.group.size)
    both_sides(sides.group, sides.rest)
    return values, sides.group, sides.rest


def _gap(group: float, rest: float) -> AccessGap:
    return AccessGap(group, rest, group - rest, group / rest - 1 if rest > 0 else None)


def _mirrored(value: float, drawn: FloatArray, level: float) -> Bounds[float]:
    """Twice the value less the quantiles of the draws: takes their bias out."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Bounds(float(2 * value - high), float(2 * value - low))


def _interval(counts: Bounds[FloatArray], size: int) -> Bounds[FloatArray]:
    low, high = vector(counts.lower), vector(counts.upper)
    same_length(size, low.size)
    same_length(size, high.size)
    some_group(low)
    return Bounds(low, high)


def _mean_bounds(values: FloatArray, counts: Bounds[FloatArray]) -> tuple[float, float]:
    """Least and greatest mean: free people fill from one end; the best number of them is an end of an interval."""
    order = np.argsort(values, kind="stable")
    low, free, y = counts.lower[order], (counts.upper - counts.lower)[order], values[order]
    persons, sums = low.sum(), low @ y
    up = (sums + np.cumsum((free * y)[::-1])) / (persons + np.cumsum(free[::-1]))
    down = (sums + np.cumsum(free * y)) / (persons + np.cumsum(free))
    start = float(sums / persons)
    return min(start, float(down.min())), max(start, float(up.max()))


def _extreme_gap(
    values: FloatArray, group: Bounds[FloatArray], total: FloatArray, *, least: bool
) -> tuple[float, float | None]:
    """
    The least or the greatest gap, absolute and relative.

    With G members whose access adds up to S, people T and access Y in all, the
    gap is S/G - (Y-S)/(T-G): greater the greater S. Filled from one end of access,
    S = a + y G between two origins. Setting the derivative to 0 gives one
    quadratic in G for the difference and one for the ratio.
    """
    order = np.argsort(values if least else -values, kind="stable")
    y, low, free = values[order], group.lower[order], (group.upper - group.lower)[order]
    people, everything = float(total.sum()), float(values @ total)
    ends = low.sum() + np.concatenate([[0.0], np.cumsum(free)])
    sums = low @ y + np.concatenate([[0.0], np.cumsum(free * y)])
    a, slope = sums[:-1] - y * ends[:-1], y * people - everything
    turns = np.concatenate(
        [
            _roots(slope, 2 * a * people, -a * people * people),
            _roots(y * slope, 2 * a * y * people, -a * (everything - a) * people),
        ]
    )
    inside = (turns > ends[:-1]) & (turns < ends[1:])
    size = np.concatenate([ends, turns[inside]])
    held = np.concatenate([sums, (a + y * turns)[inside]])
    mean, other = held / size, (everything - held) / (people - size)
    chosen = np.min if least else np.max
    ratios = mean / other - 1 if bool((other > 0).all()) else None
    return float(chosen(mean - other)), None if ratios is None else float(chosen(ratios))


def _roots(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Both roots of a x^2 + b x + c, shape (2, n); NaN where there are none."""
    inside = b * b - 4 * a * c
    root = np.where(inside >= 0, np.sqrt(np.maximum(inside, 0.0)), np.nan)
    q = -(b + np.where(b < 0, -1.0, 1.0) * root) / 2
    first = np.divide(q, a, out=np.full_like(q, np.nan), where=a != 0)
    return np.array([first, np.divide(c, q, out=np.full_like(q, np.nan), where=q != 0)])
