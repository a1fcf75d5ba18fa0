"""Round numbers for axes, and where text goes so that it does not collide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: A line that varies less than this around its level is drawn from near its own
#: lowest value, with a word on the chart; everything else starts at zero.
FLAT = 0.85
#: Units of what lies between 0 and 1: drawn on the whole of it, or a change that hardly is one looks like a cliff.
FROM_ZERO = frozenset({"share", "index"})


@dataclass(frozen=True)
class Axis:
    """A value axis: its ends, its ticks, and how many decimals they need."""

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int

    @property
    def from_zero(self) -> bool:
        """Whether the axis shows zero."""
        return self.low <= 0 <= self.high


def axis(values: Sequence[float], *, most_ticks: int = 5, zero: bool = True) -> Axis:
    """
    A round axis around some values.

    >>> axis([0.26, 0.31]).ticks
    (0.0, 0.1, 0.2, 0.3, 0.4)
    >>> axis([1_620_000, 1_700_000], zero=False).ticks
    (1620000.0, 1640000.0, 1660000.0, 1680000.0, 1700000.0)
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (low, low + 1) if low == 0 else (min(0.0, 2 * low), max(0.0, 2 * low))
    step = round_step((high - low) / (most_ticks - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple(round(index * step, decimals + 2) for index in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, decimals)


def round_step(least: float) -> float:
    """
    The next 1, 2 or 5 times a power of ten.

    >>> [round_step(step) for step in (0.07, 1.0, 30)]
    [0.1, 1.0, 50.0]
    """
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def starts_at_zero(values: Sequence[float]) -> bool:
    """Whether a line chart of these values shows zero."""
    return not values or min(values) <= FLAT * max(values)


def spread(centres: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """
    Centres of labels moved as little as needed so that none overlaps.

    All stay between 0 and `room`, which must hold them together.

    >>> spread([50, 52], [20, 20], 100)
    [41.0, 61.0]
    """
    order = sorted(range(len(centres)), key=lambda index: (centres[index], index))
    # blocks of touching labels, each at the mean of what its members wish for
    blocks: list[tuple[float, float, list[int]]] = []
    for index in order:
        top, height, members = centres[index] - heights[index] / 2, heights[index], [index]
        top = min(max(top, 0.0), room - height)
        while blocks and blocks[-1][0] + blocks[-1][1] > top:
            _, above_height, above = blocks.pop()
            members = above + members
            wish = _mean_top(members, centres, heights)
            height += above_height
            top = min(max(wish, 0.0), room - height)
        blocks.append((top, height, members))
    placed = [0.0] * len(centres)
    for top, _, members in blocks:
        for index in members:
            placed[index] = top + heights[index] / 2
            top += heights[index]  # noqa: PLW2901
    return placed


def _mean_top(members: Sequence[int], centres: Sequence[float], heights: Sequence[float]) -> float:
    offset, wishes = 0.0, []
    for index in members:
        wishes.append(centres[index] - heights[index] / 2 - offset)
        offset += heights[index]
    return math.fsum(wishes) / len(wishes)
