"""
The noise table of the cell-key method: for each count the deviation of most entropy.

Among all distributions with mean 0, a bounded variance, and no value in the
range that is never published, the one of largest entropy gives an attacker who
knows the method the least. It has the form p(v) ~ exp(b v - c v**2) with c >= 0:
two unknowns, found by Newton's method on the convex dual. A general optimiser is
the wrong tool: SciPy's SLSQP fails on rows of the default profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cosmopolis.errors import DisclosureRefused, Fault

Numbers = npt.NDArray[np.float64]

#: No deviation of the table is less likely than this (the method's own floor).
SMALLEST_PROBABILITY = 1e-8
#: Interval bounds are whole numbers of this unit, so that comparing needs no floats.
UNITS = 10**8


@dataclass(frozen=True)
class NoiseRow:
    """The deviations that a count may get and how likely each is."""

    count: int
    deviations: tuple[int, ...]
    probabilities: tuple[float, ...]

    @property
    def variance(self) -> float:
        """Second moment of the deviation; its mean is 0."""
        return float(np.dot(np.square(self.deviations), self.probabilities))


@dataclass(frozen=True)
class NoiseTable:
    """
    One row per count 1, 2, ...; the last serves every larger count.

    `warnings` names the rows whose variance stays below the wanted bound.
    """

    rows: tuple[NoiseRow, ...]
    warnings: tuple[Fault, ...] = ()

    @property
    def intervals(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Per count from 0: deviation and cumulated upper bound in units of 10**-8."""
        return (((0, UNITS),), *(_intervals(row) for row in self.rows))


def noise_rows(largest: int, variance: float, never_published: int, mono: Sequence[bool] | bool = True) -> NoiseTable:
    """
    Noise of largest entropy for every count that has a row of its own.

    Parameters
    ----------
    largest
        Largest deviation D in persons.
    variance
        Bound V of the variance, in persons squared.
    never_published
        Counts 1 to this number are never published (js).
    mono
        Whether probabilities must not fall towards deviation 0 from the left:
        one for all rows, or one for each.

    Returns
    -------
    table
        Rows 1 to D when `never_published` is 0, else 1 to D + never_published + 1.

    Raises
    ------
    DisclosureRefused
        If no distribution has so small a variance.

    References
    ----------
    Giessing (2016), Privacy in Statistical Databases, LNCS 9867, 126-140: the
    maximum-entropy table of the cell-key method.

    Examples
    --------
    By hand: a count of 1 that becomes 0, 2 or 3 with mean 0 (p1 = p2 + 2 p3) and
    variance 1.08 (p1 + p2 + 4 p3) has p3 = .08 / 3 and p1 = (1 + p3) / 2:

    >>> [round(p, 4) for p in noise_rows(2, 1.08, 1).rows[0].probabilities]
    [0.5133, 0.46, 0.0267]
    """
    rows_count = largest if never_published == 0 else largest + never_published + 1
    rising = [mono] * rows_count if isinstance(mono, bool) else list(mono)
    counts = range(1, rows_count + 1)
    faults = [
        Fault("disclosure.variance_too_small", {"persons": n, "variance": variance, "smallest": smallest})
        for n in counts
        if (smallest := _smallest_variance(_deviations(n, largest, never_published))) >= variance
    ]
    if faults:
        raise DisclosureRefused(faults)
    rows = tuple(
        _noise_row(n, _deviations(n, largest, never_published), variance, rising=up)
        for n, up in zip(counts, rising, strict=True)
    )
    return NoiseTable(rows, tuple(_short_of(row, variance) for row in rows if row.variance < variance - 1e-6))


def _short_of(row: NoiseRow, variance: float) -> Fault:
    values = {"persons": row.count, "variance": variance, "reached": round(row.variance, 5)}
    return Fault("disclosure.variance_not_reached", values)


def _deviations(count: int, largest: int, never: int) -> Numbers:
    targets = (t for t in range(max(count - largest, 0), count + largest + 1) if not 1 <= t <= never)
    return np.array([t - count for t in targets], float)


def _smallest_variance(deviations: Numbers) -> float:
    """Variance of the two values nearest to 0 with mean 0; 0 if the count may stay."""
    if 0 in deviations:
        return 0.0
    return float(-deviations[deviations < 0].max() * deviations[deviations > 0].min())


def _noise_row(count: int, deviations: Numbers, variance: float, *, rising: bool) -> NoiseRow:
    """One row; neighbours that would fall towards 0 on the left are pooled to equal probability."""
    left = int(np.flatnonzero(deviations == 0)[0]) if rising and 0 in deviations else 0
    pools = [[k] for k in range(len(deviations))]
    while True:
        chances = _pooled(deviations, variance, pools)
        falling = [k for k in range(left) if chances[k] > chances[k + 1] + 1e-12]
        if not falling:
            return NoiseRow(count, tuple(int(v) for v in deviations), tuple(float(p) for p in chances))
        # the pair nearest to 0 first: pooling it often mends the pairs further out
        at = next(place for place, pool in enumerate(pools) if pool[-1] == falling[-1])
        pools[at : at + 2] = [pools[at] + pools[at + 1]]


def _pooled(deviations: Numbers, variance: float, pools: list[list[int]]) -> Numbers:
    """Probabilities of largest entropy that are equal within each pool and nowhere below the floor."""
    size = np.array([len(pool) for pool in pools], float)
    moments = np.array([[deviations[pool].mean(), (deviations[pool] ** 2).mean()] for pool in pools])
    floored = np.zeros(len(pools), bool)
    while True:
        # what the values at their floor already take of mass, mean and variance
        taken = SMALLEST_PROBABILITY * size[floored]
        goal = np.array([0.0, variance]) - taken @ moments[floored]
        share = np.full(len(pools), SMALLEST_PROBABILITY)
        share[~floored] = _exponential(size[~floored], moments[~floored], 1 - taken.sum(), goal) / size[~floored]
        low = ~floored & (share < SMALLEST_PROBABILITY)
        if not low.any():
            break
        floored |= low
    chances = np.empty(len(deviations))
    for pool, chance in zip(pools, share, strict=True):
        chances[pool] = chance
    return chances


def _exponential(size: Numbers, moments: Numbers, mass: float, goal: Numbers) -> Numbers:
    """Masses of the pools, proportional to size * exp(b v - c v**2), with mean 0 and variance at most V."""
    only_mean = _newton(size, moments[:, :1], goal[:1] / mass)
    if mass * (only_mean @ moments[:, 1]) <= goal[1]:
        return mass * only_mean  # the widest distribution is narrow enough: the bound does not bind
    return mass * _newton(size, moments, goal / mass)


def _newton(size: Numbers, moments: Numbers, goal: Numbers) -> Numbers:
    """The member of the exponential family whose moments are `goal`: damped Newton on the convex dual."""
    centred = moments - goal
    theta = np.zeros(centred.shape[1])

    def chances(at: Numbers) -> tuple[float, Numbers]:
        power = centred @ at
        weight = size * np.exp(power - power.max())
        return float(np.log(weight.sum()) + power.max()), weight / weight.sum()

    height, chance = chances(theta)
    for _ in range(200):
        slope = centred.T @ chance
        if np.abs(slope).max() < 1e-14:
            break
        spread = centred - slope
        bend = (spread * chance[:, None]).T @ spread
        step = np.linalg.solve(bend + 1e-15 * np.eye(len(slope)), slope)
        pace = 1.0
        while pace > 1e-10 and chances(theta - pace * step)[0] > height - 1e-4 * pace * float(slope @ step) + 1e-15:
            pace /= 2
        theta = theta - pace * step
        height, chance = chances(theta)
    return chance


def _intervals(row: NoiseRow) -> tuple[tuple[int, int], ...]:
    bounds = [round(float(bound) * UNITS) for bound in np.cumsum(row.probabilities)]
    bounds[-1] = UNITS
    return tuple(zip(row.deviations, bounds, strict=True))
