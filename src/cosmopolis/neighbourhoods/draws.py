"""
Loops that draw tables of persons by area and group. For `inference`.

A table with both margins fixed (addresses by lot) is a draw from the multivariate
hypergeometric distribution. It is made in two steps: every person's group is drawn
with the city's shares, one binomial number for each area and group; then persons
picked evenly from the groups that came out too large change to those too small.
The rule treats all persons alike, so every way of handing out the addresses stays
equally likely, and the draw is exact.

Each draw has a generator of its own, seeded by the caller: the same numbers at any
number of threads.

References
----------
Hormann (1993), Journal of Statistical Computation and Simulation 46, 101-110 (binomial numbers).
Steele, Lea, Flood (2014), OOPSLA, 453-472 (the generator).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

_KIND: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
#: How far Stirling's approximation of ln k! is off, for k up to 9.
_OFF = np.array(
    [math.lgamma(k + 1) - (k + 0.5) * math.log(k + 1) + (k + 1) - 0.5 * math.log(2 * math.pi) for k in range(10)]
)


def signatures() -> dict[Any, list[Any]]:
    """The types that every loop is called with, to compile them ahead."""
    whole, seeds = types.Array(types.int64, 1, "C"), types.Array(types.uint64, 1, "C")
    table, tables = types.Array(types.int64, 2, "C"), types.Array(types.int64, 3, "C")
    found, flag = types.Array(types.float64, 1, "C"), types.boolean
    return {
        lottery: [(whole, whole, seeds, flag, tables)],
        lottery_dissimilarity: [(whole, whole, seeds, flag, found)],
        resampled: [(table, seeds, tables)],
    }


@njit(inline="always")
def _uniform(state):  # type: ignore[no-untyped-def]
    """The next number from 0 to below 1."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(inline="always")
def _correction(k):  # type: ignore[no-untyped-def]
    """What Stirling's approximation of ln k! lacks."""
    if k < 10:
        return _OFF[k]
    near = 1.0 / ((k + 1.0) * (k + 1.0))
    return (1.0 / 12.0 - (1.0 / 360.0 - near / 1260.0) * near) / (k + 1.0)


@njit(inline="always")
def _few(state, n, odds, first):  # type: ignore[no-untyped-def]
    """A binomial number whose mean is small: the distribution is walked up from 0, whose chance is `first`."""
    while True:
        left, part, k = _uniform(state), first, 0
        while left > part and k <= n:
            left -= part
            k += 1
            part *= odds * (n - k + 1) / k
        if k <= n:
            return k


@njit(inline="always")
def _shape(n, p):  # type: ignore[no-untyped-def]
    """What transformed rejection needs to know of n and p: the hat, the quick area, the mode's weight."""
    wide = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * wide
    a = -0.0873 + 0.0248 * b + 0.01 * p
    mode = math.floor((n + 1) * p)
    top = (mode + 0.5) * math.log((mode + 1.0) * (1.0 - p) / (p * (n - mode + 1.0)))
    top += _correction(int(mode)) + _correction(int(n - mode)) + (n + 1.0) * math.log(n - mode + 1.0)
    return a, b, 0.92 - 4.2 / b, (2.83 + 5.1 / b) * wide, top


@njit(inline="always")
def _many(state, n, p, shape):  # type: ignore[no-untyped-def]
    """A binomial number by transformed rejection; p at most 1/2, mean 10 or more."""
    a, b, quick, alpha, top = shape
    centre = n * p + 0.5
    while True:
        u, v = _uniform(state) - 0.5, _uniform(state)
        near = 0.5 - abs(u)
        if near <= 0.0:
            continue
        k = int(np.floor((2.0 * a / near + b) * u + centre))
        if near >= 0.07 and v <= quick:
            return k
        if k < 0 or k > n:
            continue
        bound = top - (n + 1.0) * math.log(n - k + 1.0) - _correction(k) - _correction(n - k)
        bound += (k + 0.5) * math.log(p * (n - k + 1.0) / ((1.0 - p) * (k + 1.0)))
        if math.log(v * alpha / (a / (near * near) + b)) <= bound:
            return k


@njit(**_KIND)
def binomial(state, n, p):  # type: ignore[no-untyped-def]
    """How many of n persons are drawn when each is with chance p."""
    if n == 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    less = min(p, 1.0 - p)
    if n * less < 10.0:
        k = _few(state, n, less / (1.0 - less), math.exp(n * math.log1p(-less)))
    else:
        k = _many(state, n, less, _shape(n, less))
    return k if p <= 0.5 else n - k


@njit(**_KIND)
def _picked(state, persons, wanted, before, taken):  # type: ignore[no-untyped-def]
    """How many of `wanted` different persons, picked evenly, live in each area."""
    total = 0
    for i in range(persons.size):
        taken[i] = 0
        total += persons[i]
        before[i] = total
    missing = wanted
    while missing > 0:
        person = int(_uniform(state) * total)
        low, high = 0, persons.size - 1
        while low < high:
            middle = (low + high) >> 1
            if before[middle] > person:
                high = middle
            else:
                low = middle + 1
        # a person met twice is not picked again
        if _uniform(state) * persons[low] < persons[low] - taken[low]:
            taken[low] += 1
            missing -= 1


@njit(**_KIND)
def _table(state, areas, groups, fixed, table):  # type: ignore[no-untyped-def]
    """Draw one table with the areas' totals and, where fixed, the groups' totals too."""
    persons = groups.sum()
    for i in range(areas.size):
        left, others = areas[i], persons
        for m in range(groups.size - 1):
            table[i, m] = binomial(state, left, groups[m] / others if others > 0 else 0.0)
            left -= table[i, m]
            others -= groups[m]
        table[i, groups.size - 1] = left
    if not fixed:
        return
    one, before = np.zeros(areas.size, np.int64), np.zeros(areas.size, np.int64)
    taken, free = np.zeros(areas.size, np.int64), np.zeros(areas.size, np.int64)
    drawn = table.sum(axis=0)
    for m in range(groups.size):
        if drawn[m] > groups[m]:
            one[:] = table[:, m]
            _picked(state, one, drawn[m] - groups[m], before, taken)
            table[:, m] -= taken
            free += taken
    for m in range(groups.size):
        if drawn[m] < groups[m]:
            _picked(state, free, groups[m] - drawn[m], before, taken)
            table[:, m] += taken
            free -= taken


@njit(**_KIND)
def lottery(areas, groups, seeds, fixed, tables):  # type: ignore[no-untyped-def]
    """Tables drawn by lot, one for each seed."""
    state = np.zeros(1, np.uint64)
    for draw in range(seeds.size):
        state[0] = seeds[draw]
        _table(state, areas, groups, fixed, tables[draw])


@njit(**_KIND)
def _column(areas, p, states, found):  # type: ignore[no-untyped-def]
    """Persons of one group in each area for many draws, p at most 1/2: an area is prepared once for all draws."""
    for i in range(areas.size):
        n = areas[i]
        if n * p < 10.0:
            odds, first = p / (1.0 - p), math.exp(n * math.log1p(-p))
            for draw in range(states.size):
                found[draw, i] = _few(states[draw : draw + 1], n, odds, first)
        else:
            shape = _shape(n, p)
            for draw in range(states.size):
                found[draw, i] = _many(states[draw : draw + 1], n, p, shape)


@njit(**_KIND)
def _unlike(areas, group, inside, persons):  # type: ignore[no-untyped-def]
    """Dissimilarity of a group of so many persons."""
    outside, away = persons - inside, 0.0
    for i in range(areas.size):
        away += abs(group[i] / inside - (areas[i] - group[i]) / outside)
    return away / 2.0


@njit(**_KIND)
def lottery_dissimilarity(areas, groups, seeds, fixed, found):  # type: ignore[no-untyped-def]
    """Dissimilarity of tables of two groups drawn by lot, one for each seed."""
    persons, wanted = groups.sum(), groups.min()
    states, drawn = seeds.copy(), np.zeros((seeds.size, areas.size), np.int64)
    _column(areas, wanted / persons, states, drawn)
    rest, before, taken = np.zeros_like(areas), np.zeros_like(areas), np.zeros_like(areas)
    for draw in range(seeds.size):
        group, state = drawn[draw], states[draw : draw + 1]
        inside = group.sum()
        if fixed and inside > wanted:
            _picked(state, group, inside - wanted, before, taken)
            for i in range(areas.size):
                group[i] -= taken[i]
        if fixed and inside < wanted:
            for i in range(areas.size):
                rest[i] = areas[i] - group[i]
            _picked(state, rest, wanted - inside, before, taken)
            for i in range(areas.size):
                group[i] += taken[i]
        found[draw] = _unlike(areas, group, wanted if fixed else inside, persons)


@njit(**_KIND)
def resampled(counts, seeds, tables):  # type: ignore[no-untyped-def]
    """Tables of as many persons, each drawn anew from the cells of one table."""
    state = np.zeros(1, np.uint64)
    persons = counts.sum()
    for draw in range(seeds.size):
        state[0] = seeds[draw]
        left, others = persons, persons
        for i in range(counts.shape[0]):
            for m in range(counts.shape[1]):
                here = counts[i, m]
                number = binomial(state, left, here / others) if here > 0 else 0
                tables[draw, i, m] = number
                left -= number
                others -= here
