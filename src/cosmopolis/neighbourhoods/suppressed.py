"""
Counts that are known as intervals only, and what every search over them shares.

An index of such counts has a least and a greatest value: values that some admissible
counts reach, those counts, and how far the proof goes that no admissible counts pass
them. The intervals are the publisher's own; the interval of a sum is the sum of the
intervals. A search has a budget. One that ends early says so: `proven` is then
farther out than `value`, and still no admissible counts lie beyond it.

References
----------
Land and Doig (1960), Econometrica 28(3), 497-520.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import Bounds, FloatArray

#: A value counts as proven to be the extreme when nothing lies this far beyond it.
CLOSE = 1e-9
#: How many parts a search looks at before it settles for what it has proven.
BUDGET = 4000
#: How many parts the search over whole persons looks at; each is a search of its own.
WHOLE_BUDGET = 400

BoolArray = NDArray[np.bool_]
#: Counts of the group and of everybody else.
Point = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Extreme:
    """
    The least or greatest value of an index over counts known as intervals.

    `group` and `rest` are counts inside the intervals whose index is `value`,
    shape (n_areas,). No counts inside the intervals lie beyond `proven`.
    """

    value: float
    proven: float
    group: FloatArray
    rest: FloatArray

    @property
    def is_attained(self) -> bool:
        """Whether the bound is the value of real counts, and not only an outer bound."""
        return abs(self.value - self.proven) <= 2 * CLOSE


@dataclass(frozen=True)
class Extremes:
    """The least and the greatest value of an index over counts known as intervals."""

    least: Extreme
    greatest: Extreme

    @property
    def bounds(self) -> Bounds[float]:
        """The interval that holds every admissible value, and nothing else where both ends are attained."""
        from cosmopolis.vocabulary.measurement import Bounds

        return Bounds(self.least.proven, max(self.least.proven, self.greatest.proven))


@dataclass(frozen=True)
class Box:
    """Counts of a group (a to b) and of everybody else (c to d) in areas that may have residents."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    @property
    def is_known(self) -> bool:
        """Whether every interval is one count."""
        return bool(np.array_equal(self.a, self.b) and np.array_equal(self.c, self.d))

    @property
    def is_whole(self) -> bool:
        """Whether the intervals end in whole persons."""
        return all(bool(np.array_equal(ends, np.round(ends))) for ends in (self.a, self.b, self.c, self.d))

    def narrowed(self, place: int, *, below: float | None = None, above: float | None = None) -> Box:
        """The same with one count (of the group, or counted on behind it, of the rest) kept on one side."""
        low, high = np.concatenate([self.a, self.c]), np.concatenate([self.b, self.d])
        high[place] = high[place] if below is None else below
        low[place] = low[place] if above is None else above
        areas = self.a.size
        return Box(low[:areas], high[:areas], low[areas:], high[areas:])

    def corner(self, held: BoolArray) -> Point:
        """The group at its most and the rest at its least where the areas are held, the other way round elsewhere."""
        return np.where(held, self.b, self.a), np.where(held, self.c, self.d)


def box_of(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> tuple[Box, BoolArray]:
    """
    The intervals of the areas that may have residents, and which areas those are.

    Raises
    ------
    MeasureUndefined
        If a count is bad, an interval ends before it begins, fewer than two areas may
        have residents, or the group, or everybody else, cannot have anybody.
    """
    low, high = checks.pair(group.lower, rest.lower), checks.pair(group.upper, rest.upper)
    checks.same_length(low.group.size, high.group.size)
    checks.both_sides(high.group, high.rest)
    for least, most in ((low.group, high.group), (low.rest, high.rest)):
        if bool(np.any(least > most)):
            row = int((least > most).argmax())
            raise MeasureUndefined.at(
                "neighbourhoods.bounds_crossed", lower=float(least[row]), upper=float(most[row]), row=row + 1
            )
    place = (high.group > 0) | (high.rest > 0)
    checks.some_areas(int(place.sum()))
    return Box(low.group[place], high.group[place], low.rest[place], high.rest[place]), place


def known(box: Box, place: BoolArray, measure: Callable[[FloatArray, FloatArray], float]) -> Extremes:
    """The one value of counts that are known."""
    value = measure(box.a, box.c)
    only = placed(Extreme(value, value, box.a, box.c), place)
    return Extremes(only, only)


def placed(extreme: Extreme, place: BoolArray) -> Extreme:
    """The same with the areas that surely have nobody in their places."""
    group, rest = np.zeros(place.size), np.zeros(place.size)
    group[place], rest[place] = extreme.group, extreme.rest
    return Extreme(extreme.value, extreme.proven, group, rest)


@dataclass(frozen=True)
class Totals:
    """Least and greatest persons of the group and of everybody else in the city."""

    group: tuple[float, float]
    rest: tuple[float, float]
    are_free: bool

    @classmethod
    def of(cls, box: Box, group: Bounds[float] | None, rest: Bounds[float] | None) -> Totals:
        """
        What the intervals and the told totals leave.

        Raises
        ------
        MeasureUndefined
            If no counts inside the intervals add up to what is told.
        """
        ends = []
        for low, high, told in ((box.a, box.b, group), (box.c, box.d, rest)):
            least, most = float(low.sum()), float(high.sum())
            if told is not None:
                least, most = max(least, told.lower), min(most, told.upper)
            if not (least <= most and most > 0):
                raise MeasureUndefined.at("neighbourhoods.totals_not_met", lower=least, upper=most)
            ends.append((least, most))
        return cls(ends[0], ends[1], group is None and rest is None)

    def hold(self, group: FloatArray, rest: FloatArray) -> bool:
        """Whether counts add up to admissible totals, with persons on both sides."""
        sums = ((float(group.sum()), self.group), (float(rest.sum()), self.rest))
        return all(total > 0 and ends[0] - 1e-6 <= total <= ends[1] + 1e-6 for total, ends in sums)


def over_whole_persons(
    box: Box,
    relaxed: Callable[[Box], Extreme],
    measure: Callable[[FloatArray, FloatArray], float],
    totals: Totals,
) -> Extreme:
    """Least value over whole persons: boxes are split at a fraction of a person until none is left."""
    first = relaxed(box)
    best, point = np.inf, (first.group, first.rest)
    heap: list[tuple[float, int, Box, Extreme]] = [(first.proven, 0, box, first)]
    looked = 0
    while heap:
        bound, _, part, found = heapq.heappop(heap)
        if bound >= best - CLOSE / 2 or looked > WHOLE_BUDGET:
            return Extreme(best, min(best, bound), *point) if np.isfinite(best) else found
        looked += 1
        near: Point = np.round(found.group), np.round(found.rest)
        if totals.hold(*near) and (value := measure(*near)) < best:
            best, point = value, near
        for child in _children(part, found, near):
            if child.b.sum() > 0 and child.d.sum() > 0:
                try:
                    told = relaxed(child)
                except MeasureUndefined:
                    continue
                looked += 1
                heapq.heappush(heap, (told.proven, looked, child, told))
    return Extreme(best, best, *point) if np.isfinite(best) else first


def _children(part: Box, found: Extreme, near: Point) -> list[Box]:
    counts = np.concatenate([found.group, found.rest])
    away = np.abs(counts - np.concatenate(near))
    place = int(away.argmax())
    if away[place] > 1e-7:
        return [
            part.narrowed(place, below=float(np.floor(counts[place]))),
            part.narrowed(place, above=float(np.ceil(counts[place]))),
        ]
    # whole already: done, unless it is only the limit of fewer and fewer persons
    if min(near[0].sum(), near[1].sum()) > 0:
        return []
    low, high = np.concatenate([part.a, part.c]), np.concatenate([part.b, part.d])
    side = np.arange(low.size) < part.a.size if near[0].sum() <= 0 else np.arange(low.size) >= part.a.size
    open_places = np.flatnonzero(side & (high > low))
    if open_places.size == 0:
        return []
    first = int(open_places[0])
    return [part.narrowed(first, below=float(low[first])), part.narrowed(first, above=float(low[first]) + 1)]
