"""
How mixed a population is, from the persons of each group.

An open class of "others" lowers every one of these: print its share beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.vocabulary.measurement import Bounds, FloatArray

#: With so many intervals all their ends are tried (2**10 vectors); beyond, a bound is taken.
_TRIED = 10


@dataclass(frozen=True)
class DiversitySplit:
    """
    Fractionalisation split in two parts that add up to it.

    `size` comes from how many are foreign, `variety` from how mixed the foreign
    are among themselves.
    """

    size: float
    variety: float


def fractionalisation(persons: ArrayLike) -> float:
    """
    Chance that two random residents belong to different groups.

    Parameters
    ----------
    persons
        Persons of each group, shape (n_groups,).

    Returns
    -------
    index
        1 less the sum of squared shares: 0 (one group) to 1 - 1/n_groups.

    Raises
    ------
    MeasureUndefined
        If no group has anybody.

    References
    ----------
    Simpson (1949), Nature 163, 688.

    Examples
    --------
    Shares 3/4 and 1/4: 1 - 9/16 - 1/16

    >>> fractionalisation([30, 10])
    0.375
    """
    return 1 - 1 / inverse_simpson(persons)


def inverse_simpson(persons: ArrayLike) -> float:
    """
    How many groups of equal size would be as mixed, by squared shares.

    Parameters
    ----------
    persons
        Persons of each group, shape (n_groups,).

    Raises
    ------
    MeasureUndefined
        If no group has anybody.

    Examples
    --------
    1 / (9/16 + 1/16)

    >>> inverse_simpson([30, 10])
    1.6
    """
    return float(_inverse_simpson(_counts(persons)))


def entropy(persons: ArrayLike) -> float:
    """
    Shannon entropy of the groups, in nats.

    Parameters
    ----------
    persons
        Persons of each group, shape (n_groups,).

    Returns
    -------
    entropy
        -sum s ln s, from 0 (one group) to ln n_groups; an empty group adds nothing.

    Raises
    ------
    MeasureUndefined
        If no group has anybody.

    Examples
    --------
    Two equal groups: ln 2

    >>> round(entropy([20, 20]), 4)
    0.6931
    """
    return float(_entropy(_counts(persons)))


def normalised_entropy(persons: ArrayLike) -> float:
    """
    Entropy as a share of the most that so many groups could have.

    Raises
    ------
    MeasureUndefined
        If no group has anybody, or only one group is named.

    Examples
    --------
    >>> round(normalised_entropy([20, 20]), 6)
    1.0
    """
    counts = _counts(persons)
    if counts.size < 2:
        raise MeasureUndefined.at("population.diversity_of_one_group", groups=counts.size)
    return float(_entropy(counts) / np.log(counts.size))


def effective_groups(persons: ArrayLike) -> float:
    """
    How many groups of equal size would have the same entropy: exp(H).

    Raises
    ------
    MeasureUndefined
        If no group has anybody.

    References
    ----------
    Hill (1973), Ecology 54(2), 427-432.

    Examples
    --------
    >>> round(effective_groups([20, 20, 20]), 6)
    3.0
    """
    return float(np.exp(entropy(persons)))


def fractionalisation_split(native: float, foreign: ArrayLike) -> DiversitySplit:
    """
    Split fractionalisation into a size part and a variety part.

    With f the foreign share and m the shares among the foreign:
    F = 2 f (1 - f) + f**2 (1 - sum m**2), exactly.

    Parameters
    ----------
    native
        Persons counted as native, one group.
    foreign
        Persons of each foreign group, shape (n_groups,).

    Raises
    ------
    MeasureUndefined
        If nobody is counted.

    References
    ----------
    Alesina, Harnoss, Rapoport (2016), Journal of Economic Growth 21, 101-138.

    Examples
    --------
    Half native, two foreign groups of a quarter: 1/2 and 1/8.

    >>> fractionalisation_split(20, [10, 10])
    DiversitySplit(size=0.5, variety=0.125)
    """
    groups = np.asarray(foreign, np.float64)
    total = _counts(np.append(groups, native)).sum()
    part = groups.sum() / total
    variety = float(part**2 * fractionalisation(groups)) if groups.sum() > 0 else 0.0
    return DiversitySplit(float(2 * part * (1 - part)), variety)


def inverse_simpson_bounds(persons: Bounds[FloatArray]) -> Bounds[float]:
    """
    Bounds of the inverse Simpson number over counts known as intervals.

    The upper bound is attained by real counts: for any total the evenest vector
    inside the intervals raises every small group to one level and lowers every
    large one to it, and the best level is among finitely many.

    The lower bound is reached where each count stands at an end of its interval;
    with up to ten intervals all ends are tried and it is attained. With more it
    is valid and close, by (sum x)**2 / sum x**2 = max over v of the sum of
    1 - (1 - v x)**2: for any v, the worse end of each interval gives a number
    that no vector undercuts.

    Parameters
    ----------
    persons
        Persons of each group between two numbers, shape (n_groups,).

    Raises
    ------
    MeasureUndefined
        If no group can have anybody.

    Examples
    --------
    2 persons beside 1 to 2: (2 + 1)**2 / (4 + 1) = 1.8 to 2.

    >>> found = inverse_simpson_bounds(Bounds(np.array([2.0, 1.0]), np.array([2.0, 2.0])))
    >>> round(found.lower, 6), round(found.upper, 6)
    (1.8, 2.0)
    """
    low, high = _box(persons)
    if np.array_equal(low, high):
        return _point(inverse_simpson(low))
    upper = _greatest(low, high, _inverse_simpson, _level_of_squares)
    if np.count_nonzero(low < high) <= _TRIED:
        return Bounds(_least(low, high, _inverse_simpson), upper)
    # at v = 2 / (low + high) the two ends are equally bad; between such points the sum is a parabola
    turns = np.unique(_where_positive(2.0, (low + high)[low < high]))
    middles = _between(turns)
    ends = np.where(middles[:, None] * (low + high) > 2, high, low)
    levels = np.append(turns, _where_positive(ends.sum(axis=1), (ends**2).sum(axis=1)))
    worst = np.maximum((1 - np.outer(levels, low)) ** 2, (1 - np.outer(levels, high)) ** 2)
    lower = low.size - worst.sum(axis=1).min()
    return Bounds(float(np.clip(lower, 1.0, upper)), upper)


def fractionalisation_bounds(persons: Bounds[FloatArray]) -> Bounds[float]:
    """
    Bounds of fractionalisation: those of the inverse Simpson number, carried over.

    Attained by real counts with up to ten intervals; beyond, the lower bound is
    valid and close (see `inverse_simpson_bounds`).

    Raises
    ------
    MeasureUndefined
        If no group can have anybody.

    Examples
    --------
    2 persons beside 1 to 2: 1 - 1/1.8 to 1 - 1/2.

    >>> found = fractionalisation_bounds(Bounds(np.array([2.0, 1.0]), np.array([2.0, 2.0])))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.4444, 0.5)
    """
    groups = inverse_simpson_bounds(persons)
    return Bounds(1 - 1 / groups.lower, 1 - 1 / groups.upper)


def entropy_bounds(persons: Bounds[FloatArray]) -> Bounds[float]:
    """
    Bounds of the entropy over counts known as intervals, in nats.

    The upper bound is attained by real counts, by the same levelling as in
    `inverse_simpson_bounds`. The lower bound is attained with up to ten
    intervals, whose ends are all tried. With more it is valid and close:
    T H = T ln T - sum x ln x, and T ln T lies above each of its tangents, so for
    any slope a the entropy is at least ln(sum of min x (a - ln x)) - a + 1, where
    the minimum is taken over the two ends of each interval.

    Raises
    ------
    MeasureUndefined
        If no group can have anybody.

    Examples
    --------
    One person beside one to three: from shares 1/4, 3/4 to two halves.

    >>> found = entropy_bounds(Bounds(np.array([1.0, 1.0]), np.array([1.0, 3.0])))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.5623, 0.6931)
    """
    low, high = _box(persons)
    if np.array_equal(low, high):
        return _point(entropy(low))
    upper = _greatest(low, high, _entropy, _level_of_logs)
    wide = low < high
    if np.count_nonzero(wide) <= _TRIED:
        return Bounds(_least(low, high, _entropy), upper)
    turns = np.unique((_xlogx(high) - _xlogx(low))[wide] / (high - low)[wide])
    change = _where_positive(_xlogx(high) - _xlogx(low), high - low, otherwise=-np.inf)
    ends = np.where(_between(turns)[:, None] < change, high, low)
    slopes = np.append(turns, 1 + _where_positive(_xlogx(ends).sum(axis=1), ends.sum(axis=1)))
    least = np.minimum(np.outer(slopes, low) - _xlogx(low), np.outer(slopes, high) - _xlogx(high)).sum(axis=1)
    usable = least > 0
    lower = (np.log(least[usable]) - slopes[usable] + 1).max(initial=0.0)
    return Bounds(float(min(lower, upper)), upper)


def effective_groups_bounds(persons: Bounds[FloatArray]) -> Bounds[float]:
    """
    Bounds of the effective number of groups: exp of the bounds of the entropy.

    Raises
    ------
    MeasureUndefined
        If no group can have anybody.

    Examples
    --------
    >>> found = effective_groups_bounds(Bounds(np.array([1.0, 1.0]), np.array([1.0, 3.0])))
    >>> round(found.upper, 6)
    2.0
    """
    nats = entropy_bounds(persons)
    return Bounds(float(np.exp(nats.lower)), float(np.exp(nats.upper)))


def _counts(persons: ArrayLike) -> FloatArray:
    counts = np.asarray(persons, np.float64)
    if not counts.sum() > 0:
        raise MeasureUndefined.at("population.diversity_of_nobody", groups=counts.size)
    return counts


def _box(persons: Bounds[FloatArray]) -> tuple[FloatArray, FloatArray]:
    return np.asarray(persons.lower, np.float64), _counts(persons.upper)


def _point(value: float) -> Bounds[float]:
    return Bounds(value, value)


def _inverse_simpson(counts: FloatArray) -> FloatArray:
    return np.asarray(counts.sum(axis=-1) ** 2 / (counts**2).sum(axis=-1), np.float64)


def _entropy(counts: FloatArray) -> FloatArray:
    total = counts.sum(axis=-1)
    # a hair below nought is rounding: one group has the entropy 0
    return np.asarray(np.maximum(np.log(total) - _xlogx(counts).sum(axis=-1) / total, 0.0), np.float64)


def _xlogx(counts: FloatArray) -> FloatArray:
    return np.asarray(counts * np.log(np.where(counts > 0, counts, 1.0)), np.float64)


def _level_of_squares(fixed: FloatArray) -> FloatArray:
    """Level at which the inverse Simpson number is stationary beside fixed counts."""
    return _where_positive((fixed**2).sum(axis=1), fixed.sum(axis=1))


def _level_of_logs(fixed: FloatArray) -> FloatArray:
    """Level at which the entropy is stationary beside fixed counts."""
    total = fixed.sum(axis=1)
    return np.where(total > 0, np.exp(_where_positive(_xlogx(fixed).sum(axis=1), total)), 0.0)


def _greatest(
    low: FloatArray,
    high: FloatArray,
    measure: Callable[[FloatArray], FloatArray],
    level: Callable[[FloatArray], FloatArray],
) -> float:
    """Value of a measure of evenness for the best level inside the intervals."""
    turns = np.unique(np.concatenate([low, high]))
    middles = _between(turns)[:, None]
    fixed = np.where(high <= middles, high, np.where(low >= middles, low, 0.0))
    levelled = np.clip(np.concatenate([turns, level(fixed)])[:, None], low, high)
    return float(measure(levelled[levelled.sum(axis=1) > 0]).max())


def _least(low: FloatArray, high: FloatArray, measure: Callable[[FloatArray], FloatArray]) -> float:
    """Value of a measure of evenness at the worst ends of the intervals, all of them tried."""
    wide = np.flatnonzero(low < high)
    choices = (np.arange(2**wide.size)[:, None] >> np.arange(wide.size)) & 1
    ends = np.repeat(low[None, :], len(choices), axis=0)
    ends[:, wide] = np.where(choices == 1, high[wide], low[wide])
    return float(measure(ends[ends.sum(axis=1) > 0]).min())


def _between(turns: FloatArray) -> FloatArray:
    """One point in each segment that the turning points make, the open ends included."""
    if turns.size == 0:
        return np.zeros(1)
    inner = (turns[:-1] + turns[1:]) / 2
    return np.concatenate([[turns[0] - 1], inner, [turns[-1] + 1]])


def _where_positive(above: ArrayLike, below: ArrayLike, otherwise: float = 0.0) -> FloatArray:
    top, bottom = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    positive = bottom > 0
    return np.where(positive, top / np.where(positive, bottom, 1.0), otherwise)
