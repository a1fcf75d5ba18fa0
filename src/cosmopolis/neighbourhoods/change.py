"""
Why an index differs between two dates: margins and structure, composition and space, flows.

Every split is an account: its parts add up to the difference. None of them is a cause.
For the interval of a difference see `inference.difference`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.several_groups import mutual_information, shannon_entropy
from cosmopolis.neighbourhoods.two_groups import dissimilarity

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Fitting stops when no margin is off by more than this share of all persons.
_FITTED = 1e-13
_MOST_ROUNDS = 100_000
#: More components would need more than 256 mixed cities.
_MOST_COMPONENTS = 8


@dataclass(frozen=True)
class MarginsAndStructure:
    """
    Change of an index between two dates, in four parts that add up to it.

    * `margins`: areas and groups became larger or smaller.
    * `structure`: who lives with whom changed, whatever the sizes.
    * `entries`, `exits`: areas or groups that only one of the two dates has.
    """

    first: float
    second: float
    margins: float
    structure: float
    entries: float
    exits: float

    @property
    def total(self) -> float:
        """Second less first."""
        return self.second - self.first


@dataclass(frozen=True)
class CompositionAndSpace:
    """Difference of an index in two parts: how many of the group there are, and where they live."""

    first: float
    second: float
    composition: float
    space: float

    @property
    def total(self) -> float:
        """Second less first."""
        return self.second - self.first


@dataclass(frozen=True)
class Contributions:
    """
    What each component of change (births, deaths, moves ...) adds to the change of an index.

    An account, not a cause: the parts add up, and each is the mean of what the
    component changes over all orders in which the components could have come.
    """

    first: float
    second: float
    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """Second less first: the sum of the parts."""
        return self.second - self.first


def fitted_to_margins(counts: ArrayLike, areas: ArrayLike, groups: ArrayLike) -> FloatArray:
    """
    The table with given margins that keeps all odds ratios of another one.

    Parameters
    ----------
    counts
        Persons by area and group, shape (n_areas, n_groups).
    areas, groups
        The wanted margins, shapes (n_areas,) and (n_groups,), of equal sum.

    Raises
    ------
    MeasureUndefined
        If the margins differ in their sums, or empty cells leave no such table.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444.

    Examples
    --------
    >>> fitted_to_margins([[1, 1], [1, 1]], [30, 10], [20, 20])
    array([[15., 15.],
           [ 5.,  5.]])
    """
    table, rows, columns = checks.matrix(counts).copy(), checks.vector(areas), checks.vector(groups)
    checks.same_length(table.shape[0], rows.size)
    checks.same_length(table.shape[1], columns.size)
    persons = float(rows.sum())
    if abs(persons - columns.sum()) > 1e-9 * max(persons, 1.0):
        raise MeasureUndefined.at("neighbourhoods.margins_differ", areas=persons, groups=float(columns.sum()))
    for _ in range(_MOST_ROUNDS):
        table *= _ratio(rows, table.sum(axis=1))[:, None]
        table *= _ratio(columns, table.sum(axis=0))
        if float(np.abs(table.sum(axis=1) - rows).max()) <= _FITTED * persons:
            return table
    raise MeasureUndefined.at("neighbourhoods.margins_not_reached", rounds=_MOST_ROUNDS)


def mutual_information_change(first: ArrayLike, second: ArrayLike) -> MarginsAndStructure:
    """
    Change of the mutual information M between two dates: margins against structure.

    Both dates are first kept to the areas and groups they share. Then each table
    is fitted to the other's margins, and the two orders of change are averaged
    (Shapley).

    Parameters
    ----------
    first, second
        Persons by area and group, of equal shape (n_areas, n_groups): the same
        areas and groups in the same order, with nobody where one did not exist.

    Raises
    ------
    MeasureUndefined
        If shapes differ, a date has no index, or too little is shared.

    References
    ----------
    Elbers (2021), Sociological Methods and Research, doi 10.1177/0049124121986204.

    Examples
    --------
    >>> found = mutual_information_change([[100, 50, 100], [50, 50, 50]], [[125, 100, 100], [100, 100, 75]])
    >>> round(found.structure, 7), round(found.margins, 7)
    (-0.0103366, 0.0012756)
    """
    return _changed(first, second, symmetric=True)


def mutual_information_change_in_order(first: ArrayLike, second: ArrayLike) -> MarginsAndStructure:
    """
    The same with the margins changing first and the structure after them.

    Depends on the order: prefer `mutual_information_change`.

    Raises
    ------
    MeasureUndefined
        As for `mutual_information_change`.

    References
    ----------
    Karmel and Maclachlan (1988), Economic Record 64(3), 187-195.

    Examples
    --------
    >>> found = mutual_information_change_in_order([[100, 50, 100], [50, 50, 50]], [[125, 100, 100], [100, 100, 75]])
    >>> round(found.structure, 7), round(found.margins, 7)
    (-0.0113296, 0.0022685)
    """
    return _changed(first, second, symmetric=False)


def information_theory_change(first: ArrayLike, second: ArrayLike) -> MarginsAndStructure:
    """
    Change of the information theory index H between two dates, as for M.

    H is M over the entropy of the groups, which margins alone decide: a fitted
    table has the entropy of the margins it was fitted to.

    Raises
    ------
    MeasureUndefined
        As for `mutual_information_change`.

    Examples
    --------
    Another date of the same shares: nothing changed.

    >>> found = information_theory_change([[30, 10], [10, 30]], [[60, 20], [20, 60]])
    >>> round(found.margins, 9) + 0.0, round(found.structure, 9) + 0.0
    (0.0, 0.0)
    """
    return _changed(first, second, symmetric=True, relative=True)


def dissimilarity_change(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    *,
    measure: Callable[[FloatArray, FloatArray], float] = dissimilarity,
) -> CompositionAndSpace:
    """
    Difference of a two-group index between two dates or cities: composition against space.

    A city's composition is the distribution of its areas' shares; its space is how
    the areas rank and how large they are. Each city is also given the other's
    shares, quantile by quantile, and the two orders of change are averaged.

    Parameters
    ----------
    first, second
        Persons of the group, and all others, in each area; the cities may have
        different areas.
    measure
        The index.

    Raises
    ------
    MeasureUndefined
        If a count is bad or the index of a real or mixed city does not exist.

    References
    ----------
    Rey, Cortes, Knaap (2021), Journal of Regional Science 61(2), 365-393.

    Examples
    --------
    The same shares in areas of the same sizes: only their order differs, which D does not see.

    >>> found = dissimilarity_change(([10, 30], [40, 20]), ([30, 10], [20, 40]))
    >>> found.composition, found.space
    (0.0, 0.0)
    """
    one, two = (checks.compared(*city) for city in (first, second))
    own = [measure(city.group, city.rest) for city in (one, two)]
    mixed = [_with_shares_of(space, shares, measure) for space, shares in ((one, two), (two, one))]
    # mixed[0]: space of the first, shares of the second; mixed[1] the other way round
    space = ((mixed[1] - own[0]) + (own[1] - mixed[0])) / 2
    composition = ((mixed[0] - own[0]) + (own[1] - mixed[1])) / 2
    return CompositionAndSpace(own[0], own[1], composition, space)


def component_contributions(
    start: ArrayLike,
    components: Mapping[str, ArrayLike],
    *,
    measure: Callable[[FloatArray], float] = dissimilarity,
) -> Contributions:
    """
    What births, deaths and moves add to the change of an index.

    Parameters
    ----------
    start
        Persons by area and group at the first date, shape (n_areas, n_groups).
    components
        Change of these persons by each component (deaths and departures negative),
        each of the same shape; with all of them the second date is reached.
    measure
        An index of a table, shape (n_areas, n_groups).

    Raises
    ------
    MeasureUndefined
        If there are more than eight components, or a cell would fall below nobody
        with some of them only: add such components up first.

    References
    ----------
    Shapley (1953), in: Contributions to the Theory of Games II, 307-317.

    Examples
    --------
    >>> births, moves = [[2, 0], [0, 0]], [[5, 0], [-5, 0]]
    >>> found = component_contributions([[10, 40], [30, 20]], {"births": births, "moves": moves})
    >>> round(sum(found.parts.values()) - found.total, 9) + 0.0
    0.0
    """
    before = checks.matrix(start)
    changes = {name: np.asarray(change, np.float64) for name, change in components.items()}
    if not 0 < len(changes) <= _MOST_COMPONENTS:
        raise MeasureUndefined.at("neighbourhoods.components", number=len(changes), most=_MOST_COMPONENTS)
    for change in changes.values():
        checks.same_length(before.size, change.size)
    names = list(changes)
    values = {
        chosen: measure(_after(before, [changes[name] for name in chosen]))
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
    }
    parts = {name: _mean_step(name, names, values) for name in names}
    return Contributions(values[()], values[tuple(names)], parts)


def share_contributions(start: ArrayLike, components: Mapping[str, ArrayLike]) -> Contributions:
    """
    What births, deaths and moves add to the change of the first group's share of the city.

    Parameters
    ----------
    start, components
        As for `component_contributions`; one area, as a row, will do.

    Raises
    ------
    MeasureUndefined
        As for `component_contributions`, or if nobody is left.

    Examples
    --------
    Ten more of the group among 40 of 100: from .4 to 50 / 110.

    >>> found = share_contributions([[40, 60]], {"births": [[10, 0]]})
    >>> round(found.parts["births"], 4)
    0.0545
    """
    return component_contributions(start, components, measure=_first_share)


def _first_share(table: FloatArray) -> float:
    persons = float(table.sum())
    if persons <= 0:
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=int(table.shape[0]))
    return float(table[:, 0].sum()) / persons


def _after(before: FloatArray, changes: list[FloatArray]) -> FloatArray:
    after = before + sum((change.reshape(before.shape) for change in changes), np.zeros_like(before))
    least = float(after.min())
    if least < -1e-9:
        row = int(np.unravel_index(int(after.argmin()), after.shape)[0]) + 1
        raise MeasureUndefined.at("neighbourhoods.component_too_large", count=least, row=row)
    return np.asarray(np.maximum(after, 0.0), np.float64)


def _mean_step(name: str, names: list[str], values: Mapping[tuple[str, ...], float]) -> float:
    """Mean over all orders of what one component changes when it comes."""
    others = [other for other in names if other != name]
    found = 0.0
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(others) - size) / factorial(len(names))
        for chosen in combinations(others, size):
            with_it = tuple(one for one in names if one in chosen or one == name)
            found += weight * (values[with_it] - values[chosen])
    return found


def _changed(first: ArrayLike, second: ArrayLike, *, symmetric: bool, relative: bool = False) -> MarginsAndStructure:
    one, two = checks.matrix(first), checks.matrix(second)
    for axis in (0, 1):
        checks.same_length(one.shape[axis], two.shape[axis])
    begin, end = _index(one, relative=relative), _index(two, relative=relative)
    here, there = _shared(one, two)
    low, high = _index(here, relative=relative), _index(there, relative=relative)
    # the old structure with the new margins, and the new structure with the old margins
    old = _index(fitted_to_margins(here, *_margins(there)), relative=relative)
    new = _index(fitted_to_margins(there, *_margins(here)), relative=relative)
    structure, margins = high - old, old - low
    if symmetric:
        structure, margins = (structure + new - low) / 2, (margins + high - new) / 2
    return MarginsAndStructure(begin, end, margins, structure, entries=end - high, exits=low - begin)


def _index(table: FloatArray, *, relative: bool) -> float:
    found = mutual_information(table)
    return found / shannon_entropy(table.sum(axis=0)) if relative else found


def _margins(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.asarray(table.sum(axis=1)), np.asarray(table.sum(axis=0))


def _shared(one: FloatArray, two: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both dates without the areas and groups that only one of them has."""
    rows, columns = np.ones(one.shape[0], np.bool_), np.ones(one.shape[1], np.bool_)
    while True:
        left, right = one[np.ix_(rows, columns)], two[np.ix_(rows, columns)]
        keep_rows = left.any(axis=1) & right.any(axis=1)
        keep_columns = left.any(axis=0) & right.any(axis=0)
        if keep_rows.all() and keep_columns.all():
            checks.some_areas(left.shape[0])
            checks.some_groups(left.shape[1])
            return left, right
        rows[np.flatnonzero(rows)[~keep_rows]] = False
        columns[np.flatnonzero(columns)[~keep_columns]] = False


def _ratio(wanted: FloatArray, found: FloatArray) -> FloatArray:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


def _with_shares_of(
    space: checks.Sides, shares: checks.Sides, measure: Callable[[FloatArray, FloatArray], float]
) -> float:
    """The index of one city's areas with the other's shares, each area taking the share of its own rank."""
    own, other = space.group / space.total, np.sort(shares.group / shares.total)
    rank: NDArray[np.float64] = np.searchsorted(np.sort(own), own, side="right") / own.size
    # the least share that as many areas reach: ceil, after a hair of rounding
    place = np.clip(np.ceil(rank * other.size - 1e-9).astype(np.int64) - 1, 0, other.size - 1)
    group = other[place] * space.total
    return measure(group, space.total - group)
