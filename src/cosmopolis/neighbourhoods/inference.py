"""
How sure an index is: address lotteries, resampled cities, differences, false discoveries.

Nothing here can give a chance of nought: with B draws the smallest is 1 / (B + 1).
Every function takes a seed, and gives the same numbers at any number of threads.
Counts of persons are rounded to whole persons before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.two_groups import dissimilarity

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: An index of a table of persons, shape (n_areas, n_groups).
Measure = Callable[[ArrayLike], float]
#: So many cells are drawn before they are measured: 64 MB.
_AT_ONCE = 8_000_000


class Null(Enum):
    """
    What a city without segregation is.

    * ALLOCATION: addresses handed out by lot; areas and groups keep their sizes.
    * EVENNESS: each person's group drawn with the city's shares; areas keep their
      sizes.
    """

    ALLOCATION = "allocation"
    EVENNESS = "evenness"


@dataclass(frozen=True)
class ChanceTest:
    """
    An index beside what chance gives.

    `mean` and `deviation` are those of the draws, `low` and `high` hold the middle
    95 % of them. `p_value` is the share of draws, the city itself counted among
    them, whose index is at least the city's.
    """

    value: float
    mean: float
    deviation: float
    low: float
    high: float
    p_value: float
    null: Null
    draws: int


@dataclass(frozen=True)
class Estimate:
    """
    An index with its interval.

    The interval is shifted by the bias that drawing adds: twice the value less the
    quantiles of the draws. `corrected` is twice the value less their mean.
    """

    value: float
    low: float
    high: float
    deviation: float
    corrected: float
    level: float
    draws: int

    @property
    def unit_ends(self) -> tuple[float, float]:
        """
        The ends of the interval of an index from 0 to 1: a mirrored one may stick out.

        Examples
        --------
        >>> Estimate(0.01, -0.07, 0.02, deviation=0.03, corrected=0.0, level=0.95, draws=999).unit_ends
        (0.0, 0.02)
        """
        return checks.unit(self.low), checks.unit(self.high)


@dataclass(frozen=True)
class Difference:
    """
    Second less first, with its interval and the chance of so great a difference either way.

    `p_value` is that of no difference, two-sided: from where nought lies among the
    draws, each draw shifted by the bias.
    """

    value: float
    low: float
    high: float
    p_value: float
    level: float
    draws: int


@dataclass(frozen=True)
class Discoveries:
    """
    Which of many tests hold when a known share of false ones is accepted.

    `adjusted` is the least such share at which each would hold, shape (n_tests,).
    """

    adjusted: FloatArray
    found: NDArray[np.bool_]


def chance_test(
    group: ArrayLike,
    rest: ArrayLike | None = None,
    *,
    seed: int,
    measure: Measure = dissimilarity,
    null: Null = Null.ALLOCATION,
    draws: int = 1000,
) -> ChanceTest:
    """
    Compare an index with what a lottery of addresses would give.

    Parameters
    ----------
    group
        Persons of the group in each area, shape (n_areas,). Given alone: persons by
        area and group, shape (n_areas, n_groups).
    rest
        All other persons in each area, shape (n_areas,).
    seed
        Starts the generator: the same seed gives the same result.
    measure
        The index, of a table (n_areas, n_groups).
    null
        What chance means.
    draws
        How many tables are drawn.

    Raises
    ------
    MeasureUndefined
        If a count is bad, or fewer than two areas or groups have anybody.

    References
    ----------
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular
    Biology 9(1), 39 (why the city itself counts among the draws).

    Examples
    --------
    >>> found = chance_test([100, 60, 40, 0], [0, 40, 60, 100], seed=1, draws=199)
    >>> found.value, found.p_value
    (0.6, 0.005)
    """
    counts = _counts(group, rest)
    areas, groups = counts.sum(axis=1), counts.sum(axis=0)
    seeds, fixed = _seeds(seed, draws), null is Null.ALLOCATION
    if measure is dissimilarity and groups.size == 2:
        found = _dissimilarities(areas, groups, seeds, fixed=fixed)
    else:

        def draw(some: NDArray[np.uint64], tables: NDArray[np.int64]) -> None:
            from cosmopolis.neighbourhoods import draws as loops

            loops.lottery(areas, groups, some, fixed, tables)

        found = _measured(draw, counts.shape, seeds, measure)
    value = float(measure(counts))
    low, high = np.quantile(found, [0.025, 0.975])
    # ties count: a hair of rounding must not turn one into a win
    least = value - 1e-12 * max(1.0, abs(value))
    p_value = (int(np.count_nonzero(found >= least)) + 1) / (draws + 1)
    return ChanceTest(
        value, float(found.mean()), float(found.std(ddof=1)), float(low), float(high), p_value, null, draws
    )


def estimate(
    group: ArrayLike,
    rest: ArrayLike | None = None,
    *,
    seed: int,
    measure: Measure = dissimilarity,
    level: float = 0.95,
    draws: int = 1000,
) -> Estimate:
    """
    An index with the interval that resampled persons give.

    For a register that counts everybody the interval speaks of a greater population
    that the city is thought to be drawn from: say so, or print the chance level
    instead.

    Parameters
    ----------
    group, rest, seed, measure, draws
        As for `chance_test`.
    level
        How much of the draws the interval holds.

    Raises
    ------
    MeasureUndefined
        As for `chance_test`, or if a draw has no such index.

    Examples
    --------
    >>> found = estimate([100, 60, 40, 0], [0, 40, 60, 100], seed=1, draws=199)
    >>> found.value, found.low < .6 < found.high
    (0.6, True)
    """
    checks.between("level", level, 0, 1)
    counts = _counts(group, rest)
    value, found = float(measure(counts)), _resampled(counts, seed, draws, measure)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(
        value,
        float(2 * value - high),
        float(2 * value - low),
        float(found.std(ddof=1)),
        float(2 * value - found.mean()),
        level,
        draws,
    )


def difference(
    first: ArrayLike,
    second: ArrayLike,
    *,
    seed: int,
    measure: Measure = dissimilarity,
    level: float = 0.95,
    draws: int = 1000,
) -> Difference:
    """
    Difference of an index between two dates or two cities, with its interval.

    Both tables are resampled, independently. Cities whose areas differ in size are
    not comparable, whatever the interval says.

    Parameters
    ----------
    first, second
        Persons by area and group, shapes (n_areas, n_groups); the areas may differ.
    seed, measure, level, draws
        As for `estimate`.

    Raises
    ------
    MeasureUndefined
        As for `estimate`.

    Examples
    --------
    >>> even, uneven = [[50, 50], [50, 50]], [[90, 10], [10, 90]]
    >>> found = difference(even, uneven, seed=1, draws=199)
    >>> found.value, found.p_value
    (0.8, 0.01)
    """
    checks.between("level", level, 0, 1)
    one, two = _counts(first, None), _counts(second, None)
    left, right = np.random.SeedSequence(seed).generate_state(2).tolist()
    value = float(measure(two)) - float(measure(one))
    drawn = _resampled(two, right, draws, measure) - _resampled(one, left, draws, measure)
    found = 2 * value - drawn
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    beyond = min(int(np.count_nonzero(found <= 0)), int(np.count_nonzero(found >= 0)))
    return Difference(value, float(low), float(high), min(1.0, 2 * (beyond + 1) / (draws + 1)), level, draws)


def discoveries(p_values: ArrayLike, *, rate: float = 0.05) -> Discoveries:
    """
    Which tests hold when many are made at once.

    Parameters
    ----------
    p_values
        Chance of each result without an effect, shape (n_tests,).
    rate
        Accepted share of false ones among those found.

    Raises
    ------
    MeasureUndefined
        If there is no test, or a chance is not from 0 to 1.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    By hand: 3 x .01 / 1, 3 x .02 / 2, .9

    >>> discoveries([.9, .01, .02]).adjusted.round(4)
    array([0.9 , 0.03, 0.03])
    """
    chances = checks.vector(p_values)
    if float(chances.max()) > 1:
        raise MeasureUndefined.at("neighbourhoods.not_a_chance", value=float(chances.max()))
    checks.between("rate", rate, 0, 1)
    order = np.argsort(chances, kind="stable")
    scaled = chances[order] * chances.size / np.arange(1, chances.size + 1)
    adjusted = np.empty(chances.size)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return Discoveries(adjusted, np.asarray(adjusted <= rate, np.bool_))


def lottery_tables(
    areas: ArrayLike, groups: ArrayLike, *, seed: int, draws: int, null: Null = Null.ALLOCATION
) -> NDArray[np.int64]:
    """
    Tables of persons drawn by lot, shape (n_draws, n_areas, n_groups).

    Parameters
    ----------
    areas
        Persons in each area, shape (n_areas,).
    groups
        Persons of each group, shape (n_groups,), as many in all.
    seed, draws, null
        As for `chance_test`.

    Raises
    ------
    MeasureUndefined
        If areas and groups do not add up to the same.

    Examples
    --------
    >>> lottery_tables([3, 2], [4, 1], seed=1, draws=5).sum(axis=1)[0]
    array([4, 1])
    """
    from cosmopolis.neighbourhoods import draws as loops

    rows, columns = (np.rint(checks.vector(one)).astype(np.int64) for one in (areas, groups))
    if rows.sum() != columns.sum():
        raise MeasureUndefined.at("neighbourhoods.margins_differ", areas=float(rows.sum()), groups=float(columns.sum()))
    tables = np.zeros((draws, rows.size, columns.size), np.int64)
    loops.lottery(rows, columns, _seeds(seed, draws), null is Null.ALLOCATION, tables)
    return tables


def _counts(group: ArrayLike, rest: ArrayLike | None) -> NDArray[np.int64]:
    if rest is None:
        counts = checks.several(group).counts
    else:
        sides = checks.compared(group, rest)
        counts = np.column_stack([sides.group, sides.rest])
    return np.ascontiguousarray(checks.several(np.rint(counts)).counts.astype(np.int64))


def _seeds(seed: int, draws: int) -> NDArray[np.uint64]:
    checks.between("draws", draws, 1, 10_000_001)
    return np.asarray(np.random.SeedSequence(seed).generate_state(draws, np.uint64), np.uint64)


def _dissimilarities(
    areas: NDArray[np.int64], groups: NDArray[np.int64], seeds: NDArray[np.uint64], *, fixed: bool
) -> FloatArray:
    from cosmopolis.neighbourhoods import draws as loops
    from cosmopolis.neighbourhoods.kernels import by_rows

    found = np.empty(seeds.size)

    def work(first: int, last: int) -> None:
        loops.lottery_dissimilarity(areas, groups, seeds[first:last], fixed, found[first:last])

    by_rows(work, seeds.size)
    return found


def _resampled(counts: NDArray[np.int64], seed: int, draws: int, measure: Measure) -> FloatArray:
    def draw(some: NDArray[np.uint64], tables: NDArray[np.int64]) -> None:
        from cosmopolis.neighbourhoods import draws as loops

        loops.resampled(counts, some, tables)

    return _measured(draw, counts.shape, _seeds(seed, draws), measure)


def _measured(
    draw: Callable[[NDArray[np.uint64], NDArray[np.int64]], None],
    shape: tuple[int, ...],
    seeds: NDArray[np.uint64],
    measure: Measure,
) -> FloatArray:
    from cosmopolis.neighbourhoods.kernels import by_rows

    some = max(1, min(seeds.size, _AT_ONCE // (shape[0] * shape[1])))
    tables, found = np.empty((some, *shape), np.int64), np.empty(seeds.size)
    for first in range(0, seeds.size, some):
        part = seeds[first : first + some]

        def work(begin: int, end: int, part: NDArray[np.uint64] = part) -> None:
            draw(part[begin:end], tables[begin:end])

        by_rows(work, part.size, at_once=8)
        found[first : first + part.size] = [measure(table) for table in tables[: part.size]]
    return found
