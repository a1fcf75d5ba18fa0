"""
What linear relations say about whole numbers that are known only as ranges.

Unknowns that stand in the same relations with the same sign and have the same
range cannot be told apart, so they are one variable: their sum. What is left
falls into components that share no relation. A component of one relation is
solved by arithmetic; only where relations are linked does a linear program run
(HiGHS), and each solution found settles every unknown that it shows at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: Counts are whole: a bound this close to a whole number is that number.
_SLACK = 1e-6


@dataclass(frozen=True)
class Relation:
    """`smallest <= sum(sign * unknown) <= largest`; `unknowns` are positions, each once."""

    unknowns: Whole
    signs: Numbers
    smallest: float
    largest: float


@dataclass(frozen=True)
class Ranges:
    """
    What is left of each unknown's range.

    `contradictions` are the positions of relations that no values can meet: their
    statement is wrong, so nothing follows from it, and they were left aside.
    """

    lower: Numbers
    upper: Numbers
    contradictions: tuple[int, ...]


@dataclass
class _System:
    """Variables (sums of `members` alike unknowns) and the relations between them."""

    members: list[Whole]
    lowest: Numbers  #: of the sum
    highest: Numbers
    rows: dict[int, dict[int, float]]  #: relation -> variable -> sign


def narrowed_ranges(lower: Numbers, upper: Numbers, relations: Sequence[Relation]) -> Ranges:
    """
    Tightest ranges of all unknowns under all relations together.

    Parameters
    ----------
    lower, upper
        Range of each unknown, whole numbers, shape (n,).
    relations
        What is known; order does not matter.

    Returns
    -------
    ranges
        Exact where no two relations share an unknown; else the bounds of the
        linear program, rounded inwards to whole numbers.

    Examples
    --------
    Two cells of 1 to 4 that add to 8 are both 4:

    >>> both = Relation(np.array([0, 1]), np.ones(2), 8, 8)
    >>> narrowed_ranges(np.array([1.0, 1]), np.array([4.0, 4]), [both]).lower.tolist()
    [4.0, 4.0]
    """
    telling, wrong = _telling(lower, upper, relations)
    system = _system(lower, upper, {place: relations[place] for place in telling})
    low, high = lower.copy(), upper.copy()
    for variables, rows in _components(system):
        bounds, unmet = _bounds_of_component(system, variables, rows, relations)
        wrong += unmet
        for variable, (least, most) in bounds.items():
            at = system.members[variable]
            # one of n alike unknowns is smallest when all the others are largest
            low[at] = max(lower[at[0]], least - (len(at) - 1) * upper[at[0]])
            high[at] = min(upper[at[0]], most - (len(at) - 1) * lower[at[0]])
    return Ranges(low, high, tuple(sorted(wrong)))


def _telling(lower: Numbers, upper: Numbers, relations: Sequence[Relation]) -> tuple[list[int], list[int]]:
    """Relations that exclude something, and those that nothing can meet."""
    telling, wrong = [], []
    for place, relation in enumerate(relations):
        least, most = _reach(relation.signs, lower[relation.unknowns], upper[relation.unknowns])
        if least > relation.largest + _SLACK or most < relation.smallest - _SLACK:
            wrong.append(place)
        elif least < relation.smallest - _SLACK or most > relation.largest + _SLACK:
            telling.append(place)
    return telling, wrong


def _reach(signs: Numbers, low: Numbers, high: Numbers) -> tuple[float, float]:
    """Smallest and largest value of a signed sum."""
    at_low, at_high = signs * low, signs * high
    return float(np.minimum(at_low, at_high).sum()), float(np.maximum(at_low, at_high).sum())


def _system(lower: Numbers, upper: Numbers, relations: dict[int, Relation]) -> _System:
    """Group unknowns of equal incidence and range into variables."""
    incidence: dict[int, list[tuple[int, float]]] = {}
    for place, relation in relations.items():
        for unknown, sign in zip(relation.unknowns.tolist(), relation.signs.tolist(), strict=True):
            incidence.setdefault(unknown, []).append((place, sign))
    alike: dict[tuple[object, ...], list[int]] = {}
    for unknown in sorted(incidence):
        alike.setdefault((*incidence[unknown], lower[unknown], upper[unknown]), []).append(unknown)
    members = [np.array(unknowns) for unknowns in alike.values()]
    rows: dict[int, dict[int, float]] = {place: {} for place in relations}
    for variable, at in enumerate(members):
        for place, sign in incidence[int(at[0])]:
            rows[place][variable] = sign
    sizes = np.array([len(at) for at in members], float)
    first = np.array([at[0] for at in members], int)
    return _System(members, lower[first] * sizes, upper[first] * sizes, rows)


def _components(system: _System) -> Iterator[tuple[list[int], list[int]]]:
    """Variables and relations that are linked, component by component."""
    touching: dict[int, list[int]] = {}
    for place, row in system.rows.items():
        for variable in row:
            touching.setdefault(variable, []).append(place)
    left = set(system.rows)
    for start in system.rows:
        if start not in left:
            continue
        left.discard(start)
        rows, variables, waiting = [], set(), [start]
        while waiting:
            place = waiting.pop()
            rows.append(place)
            for variable in system.rows[place]:
                if variable not in variables:
                    variables.add(variable)
                    for other in touching[variable]:
                        if other in left:
                            left.discard(other)
                            waiting.append(other)
        yield sorted(variables), sorted(rows)


def _bounds_of_component(
    system: _System, variables: list[int], rows: list[int], relations: Sequence[Relation]
) -> tuple[dict[int, tuple[float, float]], list[int]]:
    """Smallest and largest sum of each variable, and the relations that cannot be met together."""
    limits = {place: (relations[place].smallest, relations[place].largest) for place in rows}
    if len(rows) == 1:
        return _bounds_of_row(system, rows[0], limits[rows[0]]), []
    bounds = _Program(system, variables, limits).bounds()
    return (bounds, []) if bounds is not None else ({}, rows)


def _bounds_of_row(system: _System, place: int, limit: tuple[float, float]) -> dict[int, tuple[float, float]]:
    """One relation alone: each variable takes what the others leave."""
    row = system.rows[place]
    signs = np.array(list(row.values()))
    at = np.array(list(row))
    low, high = system.lowest[at], system.highest[at]
    least, most = _reach(signs, low, high)
    found = {}
    for position, variable in enumerate(at.tolist()):
        own_least, own_most = _reach(signs[position : position + 1], low[position], high[position])
        rest = (limit[0] - (most - own_most), limit[1] - (least - own_least))
        ends = sorted(end / signs[position] for end in rest)
        found[variable] = (max(float(low[position]), ends[0]), min(float(high[position]), ends[1]))
    return found


class _Program:
    """The linear program of one component, solved as often as it has something to tell."""

    def __init__(self, system: _System, variables: list[int], limits: dict[int, tuple[float, float]]) -> None:
        from scipy.sparse import csr_array, vstack

        self.variables = variables
        self.low, self.high = system.lowest[variables], system.highest[variables]
        sizes = np.array([len(system.members[v]) for v in variables], float)
        one_low, one_high = self.low / sizes, self.high / sizes
        #: a member can still be at its lowest while the sum is at most this, and so for its highest
        self.open_low = one_low + (sizes - 1) * one_high
        self.open_high = one_high + (sizes - 1) * one_low
        place = {variable: position for position, variable in enumerate(variables)}
        entries = [(r, place[v], s) for r, row in enumerate(limits) for v, s in system.rows[row].items()]
        r, v, s = (np.array(column) for column in zip(*entries, strict=True))
        matrix = csr_array((s, (r, v)), shape=(len(limits), len(variables)))
        smallest, largest = (np.array(side, float) for side in zip(*limits.values(), strict=True))
        equal = smallest == largest
        above, below = ~equal & np.isfinite(largest), ~equal & np.isfinite(smallest)
        self.equations = (matrix[equal], smallest[equal]) if equal.any() else (None, None)
        sides = (vstack([matrix[above], -matrix[below]]), np.concatenate([largest[above], -smallest[below]]))
        self.inequalities = sides if (above | below).any() else (None, None)

    def bounds(self) -> dict[int, tuple[float, float]] | None:
        """Range of every variable's sum, or None if nothing meets all relations."""
        least, most = self.low.copy(), self.high.copy()
        for direction, settled in ((1.0, self._at_low), (-1.0, self._at_high)):
            pending = np.ones(len(self.variables), bool)
            first = self._solution(np.full(len(self.variables), direction))
            if first is None:
                return None
            pending &= ~settled(first)
            while pending.any():
                chosen = int(np.flatnonzero(pending)[0])
                aim = np.zeros(len(self.variables))
                aim[chosen] = direction
                point = self._solution(aim)
                if point is None:
                    return None
                pending &= ~settled(point)
                if pending[chosen]:
                    pending[chosen] = False
                    self._note(least, most, chosen, point[chosen], direction)
        return {v: (float(least[i]), float(most[i])) for i, v in enumerate(self.variables)}

    def _at_low(self, point: Numbers) -> npt.NDArray[np.bool_]:
        settled: npt.NDArray[np.bool_] = point <= self.open_low + _SLACK
        return settled

    def _at_high(self, point: Numbers) -> npt.NDArray[np.bool_]:
        settled: npt.NDArray[np.bool_] = point >= self.open_high - _SLACK
        return settled

    @staticmethod
    def _note(least: Numbers, most: Numbers, at: int, found: float, direction: float) -> None:
        """Keep a bound, rounded inwards: the sum is a whole number."""
        if direction > 0:
            least[at] = np.ceil(found - _SLACK)
        else:
            most[at] = np.floor(found + _SLACK)

    def _solution(self, aim: Numbers) -> Numbers | None:
        """A point that meets all relations and makes `aim` smallest, or None if there is none."""
        from scipy.optimize import linprog

        found = linprog(
            aim,
            A_ub=self.inequalities[0],
            b_ub=self.inequalities[1],
            A_eq=self.equations[0],
            b_eq=self.equations[1],
            bounds=np.column_stack([self.low, self.high]),
            method="highs",
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise ArithmeticError(f"the linear program ended with status {found.status}: {found.message}")
        point: Numbers = found.x
        return point
