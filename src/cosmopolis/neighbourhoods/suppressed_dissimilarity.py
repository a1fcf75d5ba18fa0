"""
Dissimilarity of counts that are known as intervals only: the least and the greatest.

The greatest is always at ends of the intervals, so the counts that reach it are
whole persons where the intervals end in whole numbers. Found by branch and bound.

The least is one linear program, by the change of variables of Charnes and Cooper for
both groups at once. The counts that reach it may be fractions of persons; with
`whole` a branch and bound over whole persons follows.

References
----------
Charnes and Cooper (1962), Naval Research Logistics Quarterly 9, 181-186.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.suppressed import (
    BUDGET,
    CLOSE,
    BoolArray,
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

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import Bounds, FloatArray

#: With so few areas in doubt their sides are tried one by one, before a stretch is halved.
_DOUBTFUL = 8


def dissimilarity_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[float]:
    """
    Least and greatest dissimilarity when counts are known as intervals.

    Both are attained: the greatest by counts at the ends of the intervals, the
    least by counts that may be fractions of persons (see `dissimilarity_extremes`
    for the counts themselves, for whole persons and for known totals).

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
    The group's one person in the first area, beside one to three others; three
    others in the second: 1 - 3/6 to 1 - 1/4.

    >>> from cosmopolis.vocabulary.measurement import between
    >>> found = dissimilarity_bounds(between([1, 0], [1, 0]), between([1, 3], [3, 3]))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.5, 0.75)
    """
    return dissimilarity_extremes(group, rest).bounds


def dissimilarity_extremes(
    group: Bounds[FloatArray],
    rest: Bounds[FloatArray],
    *,
    group_total: Bounds[float] | None = None,
    rest_total: Bounds[float] | None = None,
    whole: bool = False,
) -> Extremes:
    """
    The least and greatest dissimilarity, and counts that reach them.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    group_total, rest_total
        Persons of the city as the same source prints them, where it does; two equal
        numbers if known exactly.
    whole
        Whether the least value is wanted over whole persons: slower, and beyond
        some dozens of hidden cells no longer surely attained.

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, cannot have anybody, or no counts inside
        the intervals add up to the totals.

    Examples
    --------
    >>> from cosmopolis.vocabulary.measurement import between
    >>> found = dissimilarity_extremes(between([1, 0], [1, 0]), between([1, 3], [3, 3]))
    >>> found.greatest.rest
    array([1., 3.])
    """
    box, place = box_of(group, rest)
    totals = Totals.of(box, group_total, rest_total)
    if box.is_known:
        return known(box, place, _dissimilarity)
    least = _least_dissimilar(box, totals)
    if whole and box.is_whole:
        least = over_whole_persons(box, lambda one: _least_dissimilar(one, totals), _dissimilarity, totals)
    greatest = _most_dissimilar(box) if totals.are_free else _most_dissimilar_within(box, totals)
    return Extremes(placed(least, place), placed(greatest, place))


def _dissimilarity(group: FloatArray, rest: FloatArray) -> float:
    return float(np.abs(group / group.sum() - rest / rest.sum()).sum() / 2)


# The least: a linear program


def _programme(box: Box, totals: Totals) -> tuple[Any, Any, Any, list[tuple[float, float | None]]]:
    """
    The linear program: shares s, t, what s has over t, and 1/X, 1/Y.

    Rows: s - t - e <= 0; a/X <= s <= b/X; c/Y <= t <= d/Y. The unknown 1/X is
    told in units of 1 / the greatest X, so that all numbers are about 1.
    """
    from scipy import sparse

    n = box.a.size
    one, none = sparse.identity(n, format="csr"), sparse.csr_matrix((n, n))
    blank = sparse.csr_matrix((n, 1))
    x, y = totals.group[1], totals.rest[1]

    def column(values: FloatArray, scale: float) -> Any:
        return sparse.csr_matrix((values / scale)[:, None])

    rows = [
        [one, -one, -one, blank, blank],
        [-one, none, none, column(box.a, x), blank],
        [one, none, none, column(-box.b, x), blank],
        [none, -one, none, blank, column(box.c, y)],
        [none, one, none, blank, column(-box.d, y)],
    ]
    sums = sparse.csr_matrix(np.repeat(np.eye(2, 3), n, axis=1))
    sums = sparse.hstack([sums, sparse.csr_matrix((2, 2))], format="csr")
    most = [None if ends[0] <= 0 else ends[1] / ends[0] for ends in (totals.group, totals.rest)]
    limits: list[tuple[float, float | None]] = [(0.0, None)] * (3 * n) + [(1.0, limit) for limit in most]
    return sparse.bmat(rows, format="csr"), sums, (x, y), limits


def _least_dissimilar(box: Box, totals: Totals) -> Extreme:
    from scipy.optimize import linprog

    n = box.a.size
    matrix, sums, (x, y), limits = _programme(box, totals)
    cost = np.zeros(3 * n + 2)
    cost[2 * n : 3 * n] = 1
    done = linprog(
        cost, A_ub=matrix, b_ub=np.zeros(5 * n), A_eq=sums, b_eq=np.ones(2), bounds=limits, method="highs-ds"
    )
    if done.status != 0:
        raise MeasureUndefined.at("neighbourhoods.totals_not_met", lower=totals.group[0], upper=totals.group[1])
    group = np.clip(done.x[:n] * x / done.x[-2], box.a, box.b)
    rest = np.clip(done.x[n : 2 * n] * y / done.x[-1], box.c, box.d)
    value = _dissimilarity(group, rest)
    if not totals.are_free:
        return Extreme(value, min(value, max(0.0, float(done.fun) - 1e-7)), group, rest)
    # the prices of the first rows are weights of areas: for any weights, D is at least
    # the group's mean weight less the rest's, so the proof needs no trust in the solver
    weights = np.clip(-np.asarray(done.ineqlin.marginals[:n], np.float64), 0, 1)
    proven = _least_mean(weights, box.a, box.b) + _least_mean(1 - weights, box.c, box.d) - 1
    return Extreme(value, float(np.clip(proven, 0.0, value)), group, rest)


def _least_mean(weights: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Least mean weight of persons: most of them where the weight is small."""
    order = np.argsort(weights, kind="stable")
    weight, least, wide = weights[order], low[order], (high - low)[order]
    persons = least.sum() + np.concatenate([[0.0], np.cumsum(wide)])
    sums = (weight * least).sum() + np.concatenate([[0.0], np.cumsum(weight * wide)])
    some = persons > 0
    return float((sums[some] / persons[some]).min())


# The greatest: which areas hold the group's surplus


def _over(box: Box, held: BoolArray) -> float:
    """Difference of the shares that a set of areas holds at best: the group's less the rest's."""
    here, there = float(box.b[held].sum()), float(box.a[~held].sum())
    near, far = float(box.c[held].sum()), float(box.d[~held].sum())
    if here <= 0 or far <= 0:
        return 0.0
    return here / (here + there) - near / (near + far)


def _climbed(box: Box, held: BoolArray) -> BoolArray:
    """A set of areas that no single area, taken in or left out, makes better."""
    value = _over(box, held)
    while True:
        sign = np.where(held, -1.0, 1.0)
        here, there = box.b[held].sum() + sign * box.b, box.a[~held].sum() - sign * box.a
        near, far = box.c[held].sum() + sign * box.c, box.d[~held].sum() - sign * box.d
        fine = (here > 1e-9) & (far > 1e-9)
        group, rest = np.where(fine, here + there, 1.0), np.where(fine, near + far, 1.0)
        gains = np.where(fine, here / group - near / rest, 0.0)
        best = int(gains.argmax())
        trial = held.copy()
        trial[best] = ~trial[best]
        better = _over(box, trial)
        if better <= value + 1e-15:
            return held
        held, value = trial, better


def surplus_areas(box: Box) -> BoolArray:
    """Areas that may hold the group's surplus: no single one, taken in or left out, makes dissimilarity greater."""
    middle, other = (box.a + box.b) / 2, (box.c + box.d) / 2
    held = np.asarray(middle * other.sum() > other * middle.sum(), np.bool_)
    if not held.any() or held.all():
        held = np.asarray(np.arange(box.a.size) == int(box.b.argmax()), np.bool_)
    return _climbed(box, held)


@dataclass
class _Sets:
    """
    Search for the set of areas A with the greatest F(A) - G(A).

    F = b(A) / (b(A) + a(not A)), G = c(A) / (c(A) + d(not A)): the group stands at
    its most in A and its least elsewhere, the rest the other way round. If a set
    beats t, then for phi = F(A) and any theta >= 0
    sum over A of alpha(phi) - theta beta(phi - t) >= phi a - theta (phi - t) d,
    with alpha = (1 - phi) b + phi a and beta = (1 - gamma) c + gamma d. What the
    areas add up to at most is known for every phi, and convex along phi, so two
    ends speak for all between them.
    """

    box: Box
    best: float
    held: BoolArray
    same: NDArray[np.intp]
    slack: float = CLOSE / 2

    def part(self, ends: tuple[float, float], state: NDArray[np.int8]) -> list[tuple[float, float, NDArray[np.int8]]]:
        """What of a part of the search is still open, in smaller parts."""
        middle, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
        free = state == 0
        theta, turn = self._theta(middle, state)
        # one set alone was tried by now; and no set has so small a share of the rest where too many are held
        if not free.any() or self._room(ends[1], state) < 0:
            return []
        sides = [self._gains(phi, theta, state) for phi in (middle - half, middle + half)]
        reach = max(left for _, left in sides)
        if reach < 0:
            return []
        # an area whose change of side leaves nothing at either end keeps its side
        never_in = np.all([left + np.minimum(gain, 0) < 0 for gain, left in sides], axis=0)
        never_out = np.all([left - np.maximum(gain, 0) < 0 for gain, left in sides], axis=0)
        if bool(np.any(free & never_in & never_out)):
            return []
        state = np.where(free & never_in, -1, np.where(free & never_out, 1, state)).astype(np.int8)
        doubtful = int(np.count_nonzero(state == 0))
        if doubtful > _DOUBTFUL and half > self.slack / 100:
            return [(ends[0], middle, state), (middle, ends[1], state)]
        if doubtful == 0:
            self._try(state == 1)
            return []
        free = state == 0
        if not free[turn]:
            turn = int(np.flatnonzero(free)[np.abs(sides[0][0] + sides[1][0])[free].argmin()])
        # alike areas are interchangeable: those before one that is in are in, those behind one that is out are out
        alike = free & (self.same == self.same[turn])
        number = np.arange(state.size)
        inside, outside = state.copy(), state.copy()
        inside[alike & (number <= turn)] = 1
        outside[alike & (number >= turn)] = -1
        return [(*ends, inside), (*ends, outside)]

    def _terms(self, phi: float) -> Point:
        gamma = phi - self.best - self.slack
        return (1 - phi) * self.box.b + phi * self.box.a, (1 - gamma) * self.box.c + gamma * self.box.d

    def _gains(self, phi: float, theta: float, state: NDArray[np.int8]) -> tuple[FloatArray, float]:
        """What each area adds, and what all add up to at most beyond what is needed."""
        alpha, beta = self._terms(phi)
        gain = alpha - theta * beta
        chosen = float(gain[state == 1].sum() + np.maximum(gain[state == 0], 0).sum())
        gamma = phi - self.best - self.slack
        return gain, chosen - phi * float(self.box.a.sum()) + theta * gamma * float(self.box.d.sum())

    def _room(self, phi: float, state: NDArray[np.int8]) -> float:
        """How much of the rest the free areas may hold."""
        return (phi - self.best - self.slack) * float(self.box.d.sum()) - float(self._terms(phi)[1][state == 1].sum())

    def _theta(self, phi: float, state: NDArray[np.int8]) -> tuple[float, int]:
        """The factor that proves most, and the area at which it turns."""
        alpha, beta = self._terms(phi)
        free = np.flatnonzero(state == 0)
        held = state == 1
        if free.size == 0:
            self._try(held)
            return 0.0, -1
        some = beta[free] > 0
        ratio = np.where(some, alpha[free] / np.where(some, beta[free], 1.0), np.inf)
        order = np.argsort(-ratio, kind="stable")
        room = self._room(phi, state)
        at = int(np.searchsorted(np.cumsum(beta[free][order]), room))
        for upto in (at, at + 1):
            trial = held.copy()
            trial[free[order[:upto]]] = True
            self._try(trial)
        turn = int(free[order[min(at, free.size - 1)]])
        if room <= 0:
            return 1e6 * (1.0 + float(ratio[some].max(initial=0.0))), turn
        return (0.0 if at >= free.size else float(ratio[order[at]])), turn

    def _try(self, held: BoolArray) -> None:
        value = _over(self.box, held)
        if value > self.best + 1e-15:
            self.held = _climbed(self.box, held)
            self.best = _over(self.box, self.held)


def _most_dissimilar(box: Box) -> Extreme:
    held = surplus_areas(box)
    _, same = np.unique(np.column_stack([box.a, box.b, box.c, box.d]), axis=0, return_inverse=True)
    search = _Sets(box, _over(box, held), held, np.asarray(same).ravel())
    while True:
        if _searched(search):
            break
        search.slack *= 10
    group, rest = box.corner(search.held)
    value = _dissimilarity(group, rest)
    return Extreme(value, min(1.0, value + (search.slack if search.slack > CLOSE else 0.0)), group, rest)


def _searched(search: _Sets) -> bool:
    """Whether the search proves its best value, up to its slack, within the budget."""
    free = np.zeros(search.held.size, np.int8)
    turns = np.linspace(search.best, 1.0, 17)
    open_parts = [(turns[i], turns[i + 1], free) for i in range(16)]
    looked = 0
    while open_parts:
        low, high, state = open_parts.pop()
        looked += 1
        if looked > BUDGET and search.slack < 1:
            return False
        # no set with a smaller share of the group than the value itself can have that value
        if high >= search.best:
            open_parts.extend(search.part((max(low, search.best), high), state))
    return True


def _most_dissimilar_within(box: Box, totals: Totals) -> Extreme:
    """The same with totals that are told: a mixed integer program of the shares."""
    from scipy import sparse
    from scipy.optimize import Bounds as Limits
    from scipy.optimize import LinearConstraint, milp

    n = box.a.size
    matrix, sums, (x, y), limits = _programme(box, totals)
    one, none, blank = sparse.identity(n), sparse.csr_matrix((n, n)), sparse.csr_matrix((n, 2))
    # e stands for what s has over t where the area is held, and for nothing elsewhere
    extra = sparse.bmat([[-one, one, one, blank, one], [none, none, one, blank, -one]], format="csr")
    rows = sparse.vstack([sparse.hstack([matrix[n:], sparse.csr_matrix((4 * n, n))]), extra], format="csr")
    ends = np.concatenate([np.zeros(4 * n), np.ones(n), np.zeros(n)])
    equal = sparse.hstack([sums, sparse.csr_matrix((2, n))], format="csr")
    cost = np.concatenate([np.zeros(2 * n), -np.ones(n), np.zeros(2 + n)])
    low = [limit[0] for limit in limits] + [0.0] * n
    high = [np.inf if limit[1] is None else limit[1] for limit in limits] + [1.0] * n
    done = milp(
        cost,
        constraints=[LinearConstraint(rows, -np.inf, ends), LinearConstraint(equal, 1, 1)],
        bounds=Limits(low, high),
        integrality=np.concatenate([np.zeros(3 * n + 2), np.ones(n)]),
        options={"mip_rel_gap": 0.0, "time_limit": 20.0},
    )
    if done.x is None:
        raise MeasureUndefined.at("neighbourhoods.totals_not_met", lower=totals.group[0], upper=totals.group[1])
    held = done.x[3 * n + 2 :] > 0.5
    group = _filled(np.clip(done.x[:n] * x / done.x[3 * n], box.a, box.b), box.a, box.b, held, totals.group)
    rest = _filled(np.clip(done.x[n : 2 * n] * y / done.x[3 * n + 1], box.c, box.d), box.c, box.d, ~held, totals.rest)
    value = _dissimilarity(group, rest)
    bound = -float(done.mip_dual_bound)
    return Extreme(value, value if bound <= value + 1e-6 else min(1.0, bound), group, rest)


def _filled(
    found: FloatArray, low: FloatArray, high: FloatArray, held: BoolArray, total: tuple[float, float]
) -> FloatArray:
    """Counts as high as the total lets them be where they are held and as low elsewhere."""
    ends = np.where(held, high, low)
    free = float(ends.sum())
    if total[0] <= free <= total[1]:
        return ends
    wanted = total[0] if free < total[0] else total[1]
    # too few: the others rise; too many: those that are held fall
    place = np.flatnonzero(~held if free < total[0] else held)
    missing = wanted - free
    room = (high - ends if missing > 0 else ends - low)[place]
    step = np.clip(abs(missing) - np.concatenate([[0.0], np.cumsum(room)[:-1]]), 0.0, room)
    if abs(step.sum() - abs(missing)) > 1e-6:
        return found
    ends[place] += np.sign(missing) * step
    return ends
