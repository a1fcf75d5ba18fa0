"""
Information theory index of counts known as intervals only: the least and the greatest.

The index is 1 less the entropy within areas as a share of the city's. Its greatest
value is found by branch and bound over boxes of counts; the least by a search along
one line, with bounds of second order: fractions of persons, or whole persons with
`whole`.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cosmopolis.neighbourhoods.suppressed import (
    BUDGET,
    CLOSE,
    Box,
    Extreme,
    Extremes,
    Point,
    Totals,
    box_of,
    known,
    over_whole_persons,
    placed,
)
from cosmopolis.neighbourhoods.suppressed_dissimilarity import surplus_areas

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import Bounds, FloatArray


def information_theory_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[float]:
    """
    Least and greatest information theory index H when counts are known as intervals.

    Both are attained (see `information_theory_extremes`).

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, cannot have anybody.

    Examples
    --------
    Alone in their areas, or as many others beside them as there.

    >>> from cosmopolis.vocabulary.measurement import between
    >>> found = information_theory_bounds(between([5, 0], [5, 5]), between([0, 5], [5, 5]))
    >>> round(found.lower, 6), round(found.upper, 6)
    (0.0, 1.0)
    """
    return information_theory_extremes(group, rest).bounds


def information_theory_extremes(
    group: Bounds[FloatArray], rest: Bounds[FloatArray], *, whole: bool = False
) -> Extremes:
    """
    The least and greatest information theory index H, and counts that reach them.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    whole
        Whether the least value is wanted over whole persons (see
        `dissimilarity_extremes`).

    Returns
    -------
    extremes
        Where perhaps nobody of a side is in the city, the least value is the limit
        0 of fewer and fewer persons, and its counts are those limits; over whole
        persons it is the value of at least one.

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, cannot have anybody.

    Examples
    --------
    >>> from cosmopolis.vocabulary.measurement import between
    >>> found = information_theory_extremes(between([5, 0], [5, 5]), between([0, 5], [5, 5]))
    >>> found.least.group.round(2), found.least.rest.round(2)
    (array([5., 5.]), array([5., 5.]))
    """
    box, place = box_of(group, rest)
    if box.is_known:
        return known(box, place, _information_theory)
    least = _least_informative(box)
    if whole and box.is_whole:
        least = over_whole_persons(box, _least_informative, _information_theory, Totals.of(box, None, None))
    return Extremes(placed(least, place), placed(_most_informative(box), place))


def _xlogx(counts: FloatArray) -> FloatArray:
    return np.asarray(counts * np.log(np.where(counts > 0, counts, 1.0)), np.float64)


def _mixing(group: FloatArray, rest: FloatArray) -> FloatArray:
    """Persons of each area times its entropy, in nats."""
    return np.asarray(np.maximum(_xlogx(group + rest) - _xlogx(group) - _xlogx(rest), 0.0), np.float64)


def _mixed(group: FloatArray, rest: FloatArray) -> float:
    """The entropy within areas as a share of the city's: 1 - H."""
    city = float(_mixing(np.asarray([group.sum()]), np.asarray([rest.sum()]))[0])
    return float(_mixing(group, rest).sum()) / city


def _information_theory(group: FloatArray, rest: FloatArray) -> float:
    return 1 - _mixed(group, rest)


# The least: one line of prices


def _least_informative(box: Box) -> Extreme:
    """
    Least H, that is, the greatest share r = S / C of entropy within areas.

    C, the city's entropy, is the least of -X ln P - Y ln(1-P) over P. So r is
    beaten where for some P the areas' entropies with the prices r ln P and
    r ln(1-P) on persons add up to more than 0; each area decides alone, at an edge
    of its rectangle. Prices linear in P from above make a whole stretch of P
    convex, so that its two ends speak for it.
    """
    if box.a.sum() <= 0 or box.c.sum() <= 0:
        return Extreme(0.0, 0.0, box.a, box.c)
    point: Point = (box.a + box.b) / 2, (box.c + box.d) / 2
    best = _mixed(*point)
    least, most = box.a.sum() / (box.a.sum() + box.d.sum()), box.b.sum() / (box.b.sum() + box.c.sum())
    turns = _spread(float(least), float(most), 33)
    low, high = turns[:-1], turns[1:]
    looked = 0
    while low.size and 1 - best > CLOSE / 4:
        looked += int(low.size)
        middle, half = (low + high) / 2, (high - low) / 2
        reach = np.full(low.size, -np.inf)
        aim = best + CLOSE / 4
        for place in range(len(low)):
            at = float(middle[place])
            for side in (-1, 1):
                value, _ = _priced(box, *_prices(at, side * float(half[place]), aim))
                reach[place] = max(reach[place], value)
        kept = reach > 0
        for at in middle[kept].tolist():
            _, trial = _priced(box, *_prices(at, 0.0, best))
            found = _mixed(*trial)
            if found > best:
                best, point = found, trial
        if looked > BUDGET:
            return Extreme(1 - best, _least_proven(box, low[kept], high[kept], best), *point)
        low, middle, high = low[kept], middle[kept], high[kept]
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    value = max(0.0, 1 - best)
    return Extreme(value, value, *point)


def _least_proven(box: Box, low: FloatArray, high: FloatArray, best: float) -> float:
    """A share of entropy that surely is not beaten in any of the open stretches."""
    slack = CLOSE
    while slack < 1:
        slack *= 4
        ends = [
            _priced(box, *_prices((one + two) / 2, side * (two - one) / 2, best + slack))[0]
            for one, two in zip(low.tolist(), high.tolist(), strict=True)
            for side in (-1, 1)
        ]
        if max(ends, default=0.0) <= 0:
            return max(0.0, 1 - best - slack)
    return 0.0


def _spread(low: float, high: float, turns: int) -> FloatArray:
    """Points from one share to another, evenly spaced in their odds' logarithms."""
    odds = np.linspace(np.log(low / (1 - low)), np.log(high / (1 - high)), turns)
    found = np.asarray(1 / (1 + np.exp(-odds)), np.float64)
    found[0], found[-1] = low, high
    return found


def _prices(share: float, step: float, factor: float) -> tuple[float, float]:
    return factor * (np.log(share) + step / share), factor * (np.log1p(-share) - step / (1 - share))


def _priced(box: Box, price: float, other: float) -> tuple[float, Point]:
    """Greatest sum of mixing and priced persons, and where: on an edge of each area's rectangle."""
    beside = np.exp(price) / -np.expm1(price) if price < 0 else np.inf
    around = np.exp(other) / -np.expm1(other) if other < 0 else np.inf
    edges = [
        (box.a, np.clip(_times(box.a, around), box.c, box.d)),
        (box.b, np.clip(_times(box.b, around), box.c, box.d)),
        (np.clip(_times(box.c, beside), box.a, box.b), box.c),
        (np.clip(_times(box.d, beside), box.a, box.b), box.d),
    ]
    values = np.stack([_mixing(x, y) + price * x + other * y for x, y in edges])
    best, areas = values.argmax(axis=0), np.arange(box.a.size)
    group, rest = (np.stack([edge[side] for edge in edges])[best, areas] for side in (0, 1))
    return float(values[best, areas].sum()), (group, rest)


def _times(counts: FloatArray, factor: float) -> FloatArray:
    return np.where(counts > 0, counts, 0.0) * factor if np.isfinite(factor) else np.where(counts > 0, np.inf, 0.0)


# The greatest: boxes of counts


def _most_informative(box: Box) -> Extreme:
    """
    Greatest H, that is, the least share r = S / C of entropy within areas.

    By the same prices, with no P free to help: nothing in a box of counts falls
    below r if for one P the least sum, at corners of the areas' rectangles, is not
    negative. Otherwise the box is halved where the corners change with P.
    """
    whole = box.is_whole
    point = box.corner(surplus_areas(box))
    best = _mixed(*point) if min(point[0].sum(), point[1].sum()) > 0 else 1.0
    least = best
    heap: list[tuple[float, int, Box]] = [(0.0, 0, box)]
    looked = made = 0
    while heap:
        _, _, part = heapq.heappop(heap)
        looked += 1
        if looked > BUDGET // 4:
            least = min(least, _shares_proven([part, *(one[2] for one in heap)], best))
            break
        aim = max(best - CLOSE / 4, 0.0)
        found = _cornered(part, aim)
        for trial in found.points:
            if min(trial[0].sum(), trial[1].sum()) > 0:
                value = _mixed(*trial)
                if value < best:
                    best, point, least = value, trial, min(least, value)
        if found.is_proven or best <= 0:
            continue
        place, at = found.split(part, whole=whole)
        if place < 0:
            continue
        step = 1.0 if whole else 0.0
        for child in (part.narrowed(place, below=at), part.narrowed(place, above=at + step)):
            made += 1
            heapq.heappush(heap, (found.value, made, child))
        least = min(least, best)
    value = 1 - best
    return Extreme(value, value if least >= best else min(1.0, 1 - least), *point)


def _shares_proven(parts: list[Box], best: float) -> float:
    """A share of entropy that surely nothing in the open boxes falls below."""
    slack = CLOSE
    while slack < best:
        slack *= 4
        parts = [part for part in parts if not _cornered(part, max(best - slack, 0.0)).is_proven]
        if not parts:
            return max(best - slack, 0.0)
    return 0.0


@dataclass(frozen=True)
class _Corners:
    """The corners that make the least sum on both sides of the best price, and that sum."""

    value: float
    is_proven: bool
    points: tuple[Point, Point]

    def split(self, part: Box, *, whole: bool) -> tuple[int, float]:
        """The count to halve, and where: the widest that differs between the two, or the widest of all."""
        low, high = np.concatenate([part.a, part.c]), np.concatenate([part.b, part.d])
        one, two = (np.concatenate(point) for point in self.points)
        wide = (high - low) / np.maximum(high, 1.0)
        differs = (one != two) & (wide > 0)
        chosen = np.where(differs, wide, 0.0) if differs.any() else wide
        place = int(chosen.argmax())
        if chosen[place] <= 1e-12:
            return -1, 0.0
        middle = float((low[place] + high[place]) / 2)
        return place, float(np.floor(middle)) if whole else middle


def _cornered(part: Box, aim: float) -> _Corners:
    corners = [(x, y) for x in (part.a, part.b) for y in (part.c, part.d)]
    groups, rests = np.stack([x for x, _ in corners]), np.stack([y for _, y in corners])
    mixing, areas = _mixing(groups, rests), np.arange(part.a.size)

    def least(share: float) -> tuple[float, Point]:
        values = mixing + aim * (groups * np.log(share) + rests * np.log1p(-share))
        chosen = values.argmin(axis=0)
        return float(values[chosen, areas].sum()), (groups[chosen, areas], rests[chosen, areas])

    if part.b.sum() <= 0 or part.d.sum() <= 0:
        return _Corners(0.0, True, ((part.a, part.c), (part.a, part.c)))
    low = max(part.a.sum() / (part.a.sum() + part.d.sum()), 1e-12)
    high = min(part.b.sum() / (part.b.sum() + part.c.sum()), 1 - 1e-12)
    sides = [least(float(low))[1], least(float(high))[1]]
    top = -np.inf
    for _ in range(60):
        middle = float((low + high) / 2)
        value, point = least(middle)
        top = max(top, value)
        if top >= 0:
            return _Corners(top, True, (point, point))
        total = float(point[0].sum() + point[1].sum())
        # the sum is concave in P and rises while the group's share is above P
        rises = total > 0 and point[0].sum() > middle * total
        low, high = (middle, high) if rises else (low, middle)
        sides[0 if rises else 1] = point
        if high - low < 1e-14:
            break
    return _Corners(top, False, (sides[0], sides[1]))
