"""
Indices of counts that are known as intervals only: the least and the greatest.

Every result is a value that some admissible counts reach, those counts, and how
far the proof goes that no admissible counts pass it. The intervals are the
publisher's own; the interval of a sum is the sum of the intervals.

What is exact
-------------
Greatest dissimilarity: always at ends of the intervals, so the counts that reach
it are whole persons where the intervals end in whole numbers. Found by branch
and bound.

Least dissimilarity: one linear program, by the change of variables of Charnes and
Cooper for both groups at once. The counts that reach it may be fractions of
persons; with `whole` a branch and bound over whole persons follows.

Greatest information theory index: branch and bound over boxes of counts. Least:
a search along one line, with bounds of second order; fractions of persons, or
whole persons with `whole`.

A search has a budget. One that ends early says so: `proven` is then farther out
than `value`, and still no admissible counts lie beyond it.

References
----------
Charnes and Cooper (1962), Naval Research Logistics Quarterly 9, 181-186.
Land and Doig (1960), Econometrica 28(3), 497-520.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
#: With so few areas in doubt their sides are tried one by one, before a stretch is halved.
_DOUBTFUL = 8
_BoolArray = NDArray[np.bool_]


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
class _Box:
    """Counts of a group (a to b) and of everybody else (c to d) in areas that may have residents."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    @property
    def is_known(self) -> bool:
        return bool(np.array_equal(self.a, self.b) and np.array_equal(self.c, self.d))

    @property
    def is_whole(self) -> bool:
        return all(bool(np.array_equal(ends, np.round(ends))) for ends in (self.a, self.b, self.c, self.d))

    def narrowed(self, place: int, *, below: float | None = None, above: float | None = None) -> _Box:
        """The same with one count (of the group, or counted on behind it, of the rest) kept on one side."""
        low, high = np.concatenate([self.a, self.c]), np.concatenate([self.b, self.d])
        high[place] = high[place] if below is None else below
        low[place] = low[place] if above is None else above
        areas = self.a.size
        return _Box(low[:areas], high[:areas], low[areas:], high[areas:])


_Point = tuple[NDArray[np.float64], NDArray[np.float64]]


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


def gini_bounds(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[float]:
    """
    Bounds of the Gini index of segregation when counts are known as intervals.

    Valid, not attained: whatever the counts, D <= G <= 1 - (1 - D)**2, since the
    curve that cumulates both groups is convex and touches its greatest distance D
    from the diagonal. Exact intervals give a wide interval, so use them only where
    counts are hidden.

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, cannot have anybody.

    Examples
    --------
    >>> from cosmopolis.vocabulary.measurement import between
    >>> found = gini_bounds(between([1, 0], [1, 0]), between([1, 3], [3, 3]))
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.5, 0.9375)
    """
    from cosmopolis.vocabulary.measurement import Bounds

    uneven = dissimilarity_bounds(group, rest)
    return Bounds(uneven.lower, 1 - (1 - uneven.upper) ** 2)


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
    box, place = _box(group, rest)
    totals = _Totals.of(box, group_total, rest_total)
    if box.is_known:
        return _known(box, place, _dissimilarity)
    least = _least_dissimilar(box, totals)
    if whole and box.is_whole:
        least = _over_whole_persons(box, lambda one: _least_dissimilar(one, totals), _dissimilarity, totals)
    greatest = _most_dissimilar(box) if totals.are_free else _most_dissimilar_within(box, totals)
    return Extremes(_placed(least, place), _placed(greatest, place))


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
    box, place = _box(group, rest)
    if box.is_known:
        return _known(box, place, _information_theory)
    least = _least_informative(box)
    if whole and box.is_whole:
        least = _over_whole_persons(box, _least_informative, _information_theory, _Totals.of(box, None, None))
    return Extremes(_placed(least, place), _placed(_most_informative(box), place))


# Counts and their indices


def _box(group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> tuple[_Box, _BoolArray]:
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
    return _Box(low.group[place], high.group[place], low.rest[place], high.rest[place]), place


def _known(box: _Box, place: _BoolArray, measure: Callable[[FloatArray, FloatArray], float]) -> Extremes:
    value = measure(box.a, box.c)
    only = _placed(Extreme(value, value, box.a, box.c), place)
    return Extremes(only, only)


def _placed(extreme: Extreme, place: _BoolArray) -> Extreme:
    group, rest = np.zeros(place.size), np.zeros(place.size)
    group[place], rest[place] = extreme.group, extreme.rest
    return Extreme(extreme.value, extreme.proven, group, rest)


def _dissimilarity(group: FloatArray, rest: FloatArray) -> float:
    return float(np.abs(group / group.sum() - rest / rest.sum()).sum() / 2)


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


# Least dissimilarity: a linear program


@dataclass(frozen=True)
class _Totals:
    """Least and greatest persons of the group and of everybody else in the city."""

    group: tuple[float, float]
    rest: tuple[float, float]
    are_free: bool

    @classmethod
    def of(cls, box: _Box, group: Bounds[float] | None, rest: Bounds[float] | None) -> _Totals:
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


def _programme(box: _Box, totals: _Totals) -> tuple[Any, Any, Any, list[tuple[float, float | None]]]:
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


def _least_dissimilar(box: _Box, totals: _Totals) -> Extreme:
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


# Greatest dissimilarity: which areas hold the group's surplus


def _over(box: _Box, held: _BoolArray) -> float:
    """Difference of the shares that a set of areas holds at best: the group's less the rest's."""
    here, there = float(box.b[held].sum()), float(box.a[~held].sum())
    near, far = float(box.c[held].sum()), float(box.d[~held].sum())
    if here <= 0 or far <= 0:
        return 0.0
    return here / (here + there) - near / (near + far)


def _ends(box: _Box, held: _BoolArray) -> _Point:
    return np.where(held, box.b, box.a), np.where(held, box.c, box.d)


def _climbed(box: _Box, held: _BoolArray) -> _BoolArray:
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


def _first_set(box: _Box) -> _BoolArray:
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

    box: _Box
    best: float
    held: _BoolArray
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

    def _terms(self, phi: float) -> _Point:
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

    def _try(self, held: _BoolArray) -> None:
        value = _over(self.box, held)
        if value > self.best + 1e-15:
            self.held = _climbed(self.box, held)
            self.best = _over(self.box, self.held)


def _most_dissimilar(box: _Box) -> Extreme:
    held = _first_set(box)
    _, same = np.unique(np.column_stack([box.a, box.b, box.c, box.d]), axis=0, return_inverse=True)
    search = _Sets(box, _over(box, held), held, np.asarray(same).ravel())
    while True:
        if _searched(search):
            break
        search.slack *= 10
    group, rest = _ends(box, search.held)
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


def _most_dissimilar_within(box: _Box, totals: _Totals) -> Extreme:
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
    found: FloatArray, low: FloatArray, high: FloatArray, held: _BoolArray, total: tuple[float, float]
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


# Information theory: within-area entropy as a share of the city's


def _least_informative(box: _Box) -> Extreme:
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
    point: _Point = (box.a + box.b) / 2, (box.c + box.d) / 2
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


def _least_proven(box: _Box, low: FloatArray, high: FloatArray, best: float) -> float:
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


def _priced(box: _Box, price: float, other: float) -> tuple[float, _Point]:
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


def _most_informative(box: _Box) -> Extreme:
    """
    Greatest H, that is, the least share r = S / C of entropy within areas.

    By the same prices, with no P free to help: nothing in a box of counts falls
    below r if for one P the least sum, at corners of the areas' rectangles, is not
    negative. Otherwise the box is halved where the corners change with P.
    """
    whole = box.is_whole
    point = _ends(box, _first_set(box))
    best = _mixed(*point) if min(point[0].sum(), point[1].sum()) > 0 else 1.0
    least = best
    heap: list[tuple[float, int, _Box]] = [(0.0, 0, box)]
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


def _shares_proven(parts: list[_Box], best: float) -> float:
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
    points: tuple[_Point, _Point]

    def split(self, part: _Box, *, whole: bool) -> tuple[int, float]:
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


def _cornered(part: _Box, aim: float) -> _Corners:
    corners = [(x, y) for x in (part.a, part.b) for y in (part.c, part.d)]
    groups, rests = np.stack([x for x, _ in corners]), np.stack([y for _, y in corners])
    mixing, areas = _mixing(groups, rests), np.arange(part.a.size)

    def least(share: float) -> tuple[float, _Point]:
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


# Whole persons


def _over_whole_persons(
    box: _Box,
    relaxed: Callable[[_Box], Extreme],
    measure: Callable[[FloatArray, FloatArray], float],
    totals: _Totals,
) -> Extreme:
    """Least value over whole persons: boxes are split at a fraction of a person until none is left."""
    first = relaxed(box)
    best, point = np.inf, (first.group, first.rest)
    heap: list[tuple[float, int, _Box, Extreme]] = [(first.proven, 0, box, first)]
    looked = 0
    while heap:
        bound, _, part, found = heapq.heappop(heap)
        if bound >= best - CLOSE / 2 or looked > WHOLE_BUDGET:
            return Extreme(best, min(best, bound), *point) if np.isfinite(best) else found
        looked += 1
        near: _Point = np.round(found.group), np.round(found.rest)
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


def _children(part: _Box, found: Extreme, near: _Point) -> list[_Box]:
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
