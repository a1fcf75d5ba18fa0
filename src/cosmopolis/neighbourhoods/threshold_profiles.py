"""
Profiles over thresholds of the group's share: how much of it lives above each, and how near together.

References
----------
Hong and Sadahiro (2014), Journal of Geographical Systems 16(2), 211-231.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.checks import Sides
from cosmopolis.neighbourhoods.local import Neighbours, among

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Bits of a word, and words that are worked on at a time: they stay in the processor's cache.
_WORD = 64

_WORDS = 4


@dataclass(frozen=True)
class Profile:
    """
    An index made of a curve over thresholds of the group's share.

    `thresholds` from 0 to 1 and `curve`, shape (n_thresholds,).
    """

    value: float
    thresholds: FloatArray
    curve: FloatArray


def concentration_profile(group: ArrayLike, rest: ArrayLike, thresholds: int = 1000) -> Profile:
    """
    Share of the group in areas where it makes up at least so much, for every threshold.

    Returns
    -------
    profile
        The value is 0 where the group has one share everywhere and 1 where no area
        is mixed, as finely as the thresholds lie.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, a count is bad, or
        there are fewer than two thresholds.

    References
    ----------
    Hong and Sadahiro (2014), Journal of Geographical Systems 16(2), 211-231.

    Examples
    --------
    >>> found = concentration_profile([80, 20], [20, 80], thresholds=5)
    >>> found.curve
    array([1. , 0.8, 0.8, 0.8, 0. ])
    """
    sides, share, steps = _with_thresholds(group, rest, thresholds)
    order = np.argsort(share, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(sides.group[order])])
    curve = 1 - before[np.searchsorted(share[order], steps, side="left")] / sides.group.sum()
    return _profile(steps, np.maximum(curve, 0.0), sides.share)


def proximity_profile(group: ArrayLike, rest: ArrayLike, pairs: Neighbours, thresholds: int = 1000) -> Profile:
    """
    How near to each other the areas lie where the group makes up at least so much, for every threshold.

    Nearness is one over the mean number of borders to cross, 0 where some two of
    the areas cannot be reached from each other. The steps between all areas are
    walked 64 areas at a time, as bits; their table is never held.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, fewer than two areas have residents, a count or a pair
        is bad, or there are fewer than two thresholds.

    References
    ----------
    Hong and Sadahiro (2014), Journal of Geographical Systems 16(2), 211-231.

    Examples
    --------
    Below a threshold of .8 the first two areas of four in a row are left, one step apart.

    >>> from cosmopolis.neighbourhoods.local import neighbours
    >>> found = proximity_profile([80, 80, 20, 20], [20, 20, 80, 80], neighbours([0, 1, 2], [1, 2, 3]), thresholds=3)
    >>> found.curve
    array([0.6, 1. , 0. ])
    """
    sides, share, steps = _with_thresholds(group, rest, thresholds)
    order = np.argsort(-share, kind="stable")
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    touching = among(pairs, sides.kept)
    walked = _steps_to_higher(rank[touching.first], rank[touching.second], order.size)
    # both directions of every pair among the k areas of the highest share
    whole = np.concatenate([[0.0], 2 * np.cumsum(walked)])
    count = np.searchsorted(-share[order], -steps, side="right").astype(np.float64)
    far = whole[count.astype(np.int64)]
    curve = np.divide(count**2 - count, far, out=np.zeros(steps.size), where=far > 0)
    return _profile(steps, curve, sides.share)


def _with_thresholds(group: ArrayLike, rest: ArrayLike, thresholds: int) -> tuple[Sides, FloatArray, FloatArray]:
    checks.between("thresholds", thresholds, 1, np.inf)
    sides = checks.compared(group, rest)
    return sides, sides.group / sides.total, np.linspace(0, 1, thresholds)


def _profile(thresholds: FloatArray, curve: FloatArray, share: float) -> Profile:
    below = thresholds < share
    lost = float(curve[below].sum() - curve[~below].sum()) / thresholds.size
    return Profile((share - lost) / (1 - share), thresholds, curve)


def _steps_to_higher(first: NDArray[np.int64], second: NDArray[np.int64], areas: int) -> FloatArray:
    """
    For each area, borders to cross to all areas of lower number, added up; infinite where one is out of reach.

    A number of steps is how many rounds pass in which an area is not yet reached.
    Each round every area takes over what its neighbours have reached, bit by bit.
    """
    table = _neighbour_table(first, second, areas)
    found = np.zeros(areas)
    number = np.arange(areas)
    for start in range(0, areas, _WORD * _WORDS):
        words = min(_WORDS, -(-(areas - start) // _WORD))
        reached = _bits(number - start, words)
        wanted = _lower_bits(number - start, words)
        found += _rounds(reached, wanted, table)
    return found


def _rounds(reached: NDArray[np.uint64], wanted: NDArray[np.uint64], table: NDArray[np.int64]) -> FloatArray:
    columns, met, spread = np.ascontiguousarray(table.T), np.empty_like(reached), np.empty_like(reached)
    found, before = np.zeros(reached.shape, np.int32), -1
    while True:
        np.invert(reached, out=met)
        met &= wanted
        count = np.bitwise_count(met)
        missing = int(np.count_nonzero(count))
        if missing == 0:
            return np.asarray(found.sum(axis=1), np.float64)
        found += count
        # every place is a true one: to clip it only spares a second check
        np.take(reached, columns[0], axis=0, out=spread, mode="clip")
        spread |= reached
        for column in columns[1:]:
            np.take(reached, column, axis=0, out=met, mode="clip")
            spread |= met
        if missing == before and np.array_equal(spread, reached):
            return np.where(count.any(axis=1), np.inf, found.sum(axis=1))
        reached, spread, before = spread, reached, missing


def _neighbour_table(first: NDArray[np.int64], second: NDArray[np.int64], areas: int) -> NDArray[np.int64]:
    """The neighbours of each area, shape (areas, most neighbours); itself where it has fewer."""
    here, there = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.argsort(here, kind="stable")
    count = np.bincount(here, minlength=areas)
    table = np.repeat(np.arange(areas)[:, None], max(int(count.max(initial=0)), 1), axis=1)
    place = np.arange(here.size) - np.repeat(np.cumsum(count) - count, count)
    table[here[order], place] = there[order]
    return table


def _bits(number: NDArray[np.int64], words: int) -> NDArray[np.uint64]:
    """For each area the bit of its own number, none where it is not among these words."""
    found = np.zeros((number.size, words), np.uint64)
    inside = np.flatnonzero((number >= 0) & (number < words * _WORD))
    here = number[inside]
    found[inside, here // _WORD] = np.uint64(1) << (here % _WORD).astype(np.uint64)
    return found


def _lower_bits(number: NDArray[np.int64], words: int) -> NDArray[np.uint64]:
    """For each area the bits of all lower numbers."""
    full = np.clip(number[:, None] - np.arange(words) * _WORD, 0, _WORD)
    some = (np.uint64(1) << np.minimum(full, _WORD - 1).astype(np.uint64)) - np.uint64(1)
    return np.where(full == _WORD, ~np.uint64(0), some)
