"""
Gini index of segregation of counts known as intervals only: the least and the greatest.

With N half the sum over pairs of areas of |x_i y_j - x_j y_i|, the index is
G = N / (X Y). N is convex in the group's counts x and linear along the rest's total,
and the other way round. An area's count x_i raises the index where rho_i > G, with
rho_i the share of the rest that lives in areas with less of the group, less the share
in areas with more; its count y_i where -sigma_i > G, with sigma_i the same of the
group. So:

* The greatest value stands at ends of the intervals. Counts whose direction is sure
  are set; branch and bound over the others.
* At the least value some mix p has x_i = p d_i and some mix q has y_i = b_i / q, as
  near as the intervals let them: areas richer in the group than p have as few of it
  as may be, the others as many, and likewise for the rest. Two numbers are left to
  search, by branch and bound over both.

What is left open is bounded by how fast the index can change inside it. The least is so
found to a few millionths, with thousands of areas to a hundred-thousandth. For the
greatest, which counts rise hangs on the order of the areas and the order on them: with
many wide intervals the search ends early, and the bound is then as far out as it was
proven, never farther than 1 - (1 - D)**2 of the greatest dissimilarity D, above which
no Gini index lies.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cosmopolis.neighbourhoods.suppressed import BUDGET, CLOSE, Box, Extreme, Extremes, Point, box_of, known, placed
from cosmopolis.neighbourhoods.suppressed_dissimilarity import dissimilarity_bounds

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import Bounds, FloatArray

#: How often what is known of the index in a part is used to know more.
_ROUNDS = 6
#: Counts looked at by the search for the least, and for the greatest, beside their budgets of parts.
_LEAST, _GREATEST = 2_000_000, 200_000


def gini_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[float]:
    """
    Least and greatest Gini index of segregation when counts are known as intervals.

    No counts inside the intervals lie beyond; see `gini_extremes` for counts that
    reach the bounds, or come as near as the search got.

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
    Two areas, where the index is dissimilarity: 1 - 3/6 to 1 - 1/4.

    >>> from cosmopolis.vocabulary.measurement import between
    >>> found = gini_bounds(between([1, 0], [1, 0]), between([1, 3], [3, 3]))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.5, 0.75)
    """
    return gini_extremes(group, rest).bounds


def gini_extremes(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Extremes:
    """
    The least and greatest Gini index of segregation, and counts that reach them.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).

    Returns
    -------
    extremes
        The counts of the greatest are ends of the intervals, those of the least may
        be fractions of persons. Where perhaps nobody of a side is in the city, the
        least value is the limit 0 of fewer and fewer persons.

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, cannot have anybody.

    Examples
    --------
    >>> from cosmopolis.vocabulary.measurement import between
    >>> found = gini_extremes(between([1, 0], [1, 0]), between([1, 3], [3, 3]))
    >>> found.greatest.rest
    array([1., 3.])
    """
    box, place = box_of(group, rest)
    if box.is_known:
        return known(box, place, _gini)
    least, greatest = _least(box), _greatest(box)
    if not (least.is_attained and greatest.is_attained):
        # whatever the counts, D <= G <= 1 - (1 - D)**2
        uneven = dissimilarity_bounds(group, rest)
        curved = 1 - (1 - uneven.upper) ** 2
        least = replace(least, proven=min(least.value, max(least.proven, uneven.lower)))
        greatest = replace(greatest, proven=max(greatest.value, min(greatest.proven, curved)))
    return Extremes(placed(least, place), placed(greatest, place))


def _gini(group: FloatArray, rest: FloatArray) -> float:
    order = np.argsort(_share(group, rest), kind="stable")
    x, y = group[order] / group.sum(), rest[order] / rest.sum()
    return float(np.clip(x @ (np.cumsum(y) - y) - y @ (np.cumsum(x) - x), 0.0, 1.0))


def _share(group: FloatArray, rest: FloatArray) -> FloatArray:
    total = group + rest
    return np.divide(group, total, out=np.zeros(total.size), where=total > 0)


@dataclass(frozen=True)
class _Slopes:
    """
    What every point of a box has in common: the reach of rho and of -sigma, and of the index.

    `low` and `high` are (2, n_areas), first of the group's counts and then of the rest's.
    """

    low: FloatArray
    high: FloatArray
    least: float
    most: float
    doubt: FloatArray

    @classmethod
    def of(cls, box: Box, point: Point) -> _Slopes:
        """By the mean value theorem from one point of the box, again with what it told."""
        low, high = _reaches(box)
        ends = np.stack([box.a, box.c]), np.stack([box.b, box.d])
        here, value = np.stack(point), _gini(*point)
        sums = ends[0].sum(axis=1, keepdims=True), ends[1].sum(axis=1, keepdims=True)
        least, most, doubt = 0.0, 1.0, np.abs(ends[1] - ends[0])
        if sums[0].min() <= 0:
            return cls(low, high, least, most, doubt)
        for _ in range(_ROUNDS):
            rise, fall = np.maximum(high - least, 0) / sums[0], np.maximum(most - low, 0) / sums[0]
            up = (ends[1] - here) * rise + (here - ends[0]) * fall
            down = (here - ends[0]) * rise + (ends[1] - here) * fall
            told = max(least, value - float(down.sum())), min(most, value + float(up.sum()))
            doubt = up + down
            done = told[1] - told[0] > 0.9 * (most - least)
            least, most = told
            if done:
                break
        return cls(low, high, least, most, doubt)


def _reaches(box: Box) -> tuple[FloatArray, FloatArray]:
    """Least and greatest rho and -sigma of each area over a box."""
    low, high = _share(box.a, box.d), _share(box.b, box.c)
    low = np.where((box.a <= 0) & (box.d <= 0), 1.0, low)
    below, above = np.argsort(high, kind="stable"), np.argsort(low, kind="stable")
    surely_below = np.searchsorted(high[below], low, "left")
    surely_above = np.searchsorted(low[above], high, "right")

    def surpluses(few: FloatArray, many: FloatArray) -> Point:
        under, over = (
            [np.concatenate([[0.0], np.cumsum(side[order])]) for side in (few, many)] for order in (below, above)
        )
        beneath, beneath_most = (sums[surely_below] for sums in under)
        beyond, beyond_most = (sums[-1] - sums[surely_above] for sums in over)
        others = many.sum() - many
        least = _surplus(beneath, np.maximum(others - beneath_most, 0.0), many, few)
        most = _surplus(np.maximum(others - beyond_most, 0.0), beyond, few, many)
        return least, most

    rho, sigma = surpluses(box.c, box.d), surpluses(box.a, box.b)
    return np.stack([rho[0], -sigma[1]]), np.stack([rho[1], -sigma[0]])


def _surplus(below: FloatArray, above: FloatArray, ahead: FloatArray, behind: FloatArray) -> FloatArray:
    """What lives below less what lives above, as a share of all; the area's own count is one of two."""
    own = np.where(below > above, ahead, behind)
    total = below + above + own
    # nobody for sure: whatever the share, it is less than all
    unknown = np.where(ahead <= behind, 1.0, -1.0)
    return np.divide(below - above, total, out=unknown, where=total > 0)


# The least: two mixes


def _least(box: Box) -> Extreme:
    if box.a.sum() <= 0 or box.c.sum() <= 0:
        return Extreme(0.0, 0.0, box.a, box.c)
    best, point, made = 1.0, (box.a, box.c), 0
    heap: list[tuple[float, int, tuple[float, float], tuple[float, float]]] = [(0.0, 0, (0.0, 1.0), (0.0, 1.0))]
    budget = min(BUDGET, _LEAST // box.a.size)
    while heap and made < budget:
        bound, _, p, q = heapq.heappop(heap)
        if bound >= best - CLOSE:
            heap = []
            break
        part = Box(_group_at(box, p[0]), _group_at(box, p[1]), _rest_at(box, q[1]), _rest_at(box, q[0]))
        middle = _group_at(box, sum(p) / 2), _rest_at(box, sum(q) / 2)
        if (value := _gini(*middle)) < best:
            best, point = value, middle
        slopes = _Slopes.of(part, middle)
        bound = max(bound, slopes.least)
        if bound >= best - CLOSE or not _may_turn(part, p, q, (bound, best)):
            continue
        wide = slopes.doubt.sum(axis=1)
        turns = [((p[0], sum(p) / 2), q), ((sum(p) / 2, p[1]), q)]
        if wide[1] > wide[0]:
            turns = [(p, (q[0], sum(q) / 2)), (p, (sum(q) / 2, q[1]))]
        for turn in turns:
            made += 1
            heapq.heappush(heap, (bound, made, *turn))
    return Extreme(best, min([best, *(one[0] for one in heap)]), *point)


def _group_at(box: Box, share: float) -> FloatArray:
    """The group's counts as near to a mix with all the rest as they may be."""
    odds = share / (1 - share) if share < 1 else np.inf
    return np.clip(np.multiply(box.d, odds, out=np.zeros(box.d.size), where=box.d > 0), box.a, box.b)


def _rest_at(box: Box, share: float) -> FloatArray:
    """The rest's counts as near to a mix with all of the group as they may be."""
    odds = (1 - share) / share if share > 0 else np.inf
    return np.clip(np.multiply(box.b, odds, out=np.zeros(box.b.size), where=box.b > 0), box.c, box.d)


def _may_turn(part: Box, p: tuple[float, float], q: tuple[float, float], index: tuple[float, float]) -> bool:
    """Whether the counts may turn at such mixes: (1 + G)/2 of the rest live below p, (1 - G)/2 of the group below q."""
    low, high = _share(part.a, part.d), _share(part.b, part.c)
    wanted = (
        (part.c, part.d, p, [(1 + one) / 2 for one in index]),
        (part.a, part.b, q, [(1 - one) / 2 for one in index]),
    )
    for few, many, turn, shares in wanted:
        below, upto = high < turn[0] - CLOSE, low <= turn[1] + CLOSE
        least, other = few[below].sum(), many[~below].sum()
        most, others = many[upto].sum(), few[~upto].sum()
        if least > max(shares) * (least + other) + CLOSE or most < min(shares) * (most + others) - CLOSE:
            return False
    return True


# The greatest: ends of the intervals


def _greatest(box: Box) -> Extreme:
    point = _climbed(box, ((box.a + box.b) / 2, (box.c + box.d) / 2))
    best, made = _gini(*point), 0
    heap: list[tuple[float, int, Box]] = [(-1.0, 0, box)]
    budget = min(BUDGET // 8, _GREATEST // box.a.size)
    while heap and made < budget:
        bound, _, part = heapq.heappop(heap)
        if -bound <= best + CLOSE:
            heap = []
            break
        part, slopes, trial = _narrowed(part, best)
        if (value := _gini(*trial)) > best:
            best, point = value, trial
        bound = max(bound, -slopes.most)
        wide = np.stack([part.b - part.a, part.d - part.c]) > 0
        if -bound <= best + CLOSE or not wide.any():
            continue
        place = int(np.where(wide, slopes.doubt, -1.0).argmax())
        low, high = np.concatenate([part.a, part.c]), np.concatenate([part.b, part.d])
        for child in (part.narrowed(place, below=float(low[place])), part.narrowed(place, above=float(high[place]))):
            if child.b.sum() > 0 and child.d.sum() > 0:
                made += 1
                heapq.heappush(heap, (bound, made, child))
    return Extreme(best, max([best, *(min(1.0, -one[0]) for one in heap)]), *point)


def _climbed(box: Box, point: Point) -> Point:
    """Ends of the intervals that all turn the same way as the index."""
    best, found = -1.0, point
    while min(one.sum() for one in point) > 0 and (value := _gini(*point)) > best:
        best, found = value, point
        rise = np.mean(_reaches(Box(point[0], point[0], point[1], point[1])), axis=0) > best
        point = np.where(rise[0], box.b, box.a), np.where(rise[1], box.d, box.c)
    return found


def _narrowed(part: Box, best: float) -> tuple[Box, _Slopes, Point]:
    """Counts whose direction is sure for every index above the best are set to their ends."""
    while True:
        middle = (part.a + part.b) / 2, (part.c + part.d) / 2
        trial = _climbed(part, middle)
        slopes = _Slopes.of(part, trial)
        best = max(best, _gini(*trial))
        up, down = slopes.low > slopes.most, slopes.high < best
        narrow = replace(
            part,
            a=np.where(up[0], part.b, part.a),
            b=np.where(down[0] & ~up[0], part.a, part.b),
            c=np.where(up[1], part.d, part.c),
            d=np.where(down[1] & ~up[1], part.c, part.d),
        )
        if min(narrow.b.sum(), narrow.d.sum()) <= 0:
            # no such index is here
            return part, replace(slopes, most=best), trial
        if all(np.array_equal(getattr(narrow, side), getattr(part, side)) for side in "abcd"):
            return part, slopes, trial
        part = narrow
