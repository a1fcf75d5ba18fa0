"""
Who can reach what: services within reach, and shared among those who reach them.

A pair's weight is the decay of its cost, from 0 to 1. An origin without any
facility in reach has access 0, never an empty value; a facility without demand in
reach is reported as unreached, and its supply reaches nobody.

`people` are those entitled to the service, children for childcare, not all
residents.

References
----------
Hansen (1959), Journal of the American Institute of Planners 25(2), 73-76.
Luo and Wang (2003), Environment and Planning B 30(6), 865-884.
Luo and Qi (2009), Health & Place 15(4), 1100-1107.
Paez, Higgins and Vivona (2019), PLoS ONE 14(6), e0218773.
Soukhov and others (2023), PLoS ONE 18(2), e0278468.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.checks import at_origins, between, same_length, some_group, vector
from cosmopolis.neighbourhoods.decay import Decay, step
from cosmopolis.neighbourhoods.pairs import Pairs, matrix_pairs, whole_numbers

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

Method = Literal["two_step", "balanced"]


@dataclass(frozen=True, eq=False)
class Catchment:
    """
    Access by origin and what makes it up.

    `access`: supply per entitled person, shape (n_origins,). `level`: supply per
    person of demand, and `demand` in persons, shape (n_facilities,). `is_served`:
    some facility is in reach. `is_reached`: some demand reaches the facility.
    `pulls` and `shares` are the pairs' weights in demand and in access.
    """

    access: FloatArray
    level: FloatArray
    demand: FloatArray
    is_served: NDArray[np.bool_]
    is_reached: NDArray[np.bool_]
    method: Method
    decay: Decay
    people: FloatArray = field(repr=False)
    supply: FloatArray = field(repr=False)
    pairs: Pairs = field(repr=False)
    pulls: FloatArray = field(repr=False)
    shares: FloatArray = field(repr=False)

    @property
    def unserved_persons(self) -> float:
        """Entitled people without any facility in reach."""
        return float(self.people[~self.is_served].sum())

    @property
    def unreached_supply(self) -> float:
        """Supply of facilities without demand in reach."""
        return float(self.supply[~self.is_reached].sum())


def nearest(pairs: Pairs) -> FloatArray:
    """
    Cost of the way to the nearest facility.

    Returns
    -------
    costs
        In the unit of the pairs, shape (n_origins,); infinite where no facility
        is within the pairs' limit.

    Examples
    --------
    >>> from cosmopolis.neighbourhoods.pairs import matrix_pairs
    >>> nearest(matrix_pairs([[5, 9], [float("nan"), float("nan")]]))
    array([ 5., inf])
    """
    least = np.full(pairs.origins, np.inf)
    np.minimum.at(least, pairs.origin, pairs.cost)
    return least


def cumulative(supply: ArrayLike, pairs: Pairs, *, within: float) -> FloatArray:
    """
    How much can be reached within a cost.

    Parameters
    ----------
    supply
        Places, offers or 1 at each facility, shape (n_facilities,).
    pairs
        Ways from origins to facilities.
    within
        The dearest way that counts.

    Returns
    -------
    access
        Supply in reach, shape (n_origins,); 0 where nothing is.

    Examples
    --------
    >>> from cosmopolis.neighbourhoods.pairs import matrix_pairs
    >>> cumulative([12, 30], matrix_pairs([[5, 9], [20, 8]]), within=10)
    array([42., 30.])
    """
    return gravity(supply, pairs, decay=step(within))


def gravity(supply: ArrayLike, pairs: Pairs, *, decay: Decay) -> FloatArray:
    """
    How much can be reached, the nearer the more it counts.

    Parameters
    ----------
    supply
        Places, offers or 1 at each facility, shape (n_facilities,).
    pairs
        Ways from origins to facilities.
    decay
        Weight of a way.

    Returns
    -------
    access
        Weighted supply, shape (n_origins,); 0 where nothing is in reach.

    References
    ----------
    Hansen (1959), Journal of the American Institute of Planners 25(2), 73-76.

    Examples
    --------
    12 x 0.5 + 30 x 0.1

    >>> from cosmopolis.neighbourhoods.decay import linear
    >>> from cosmopolis.neighbourhoods.pairs import matrix_pairs
    >>> gravity([12, 30], matrix_pairs([[5, 9]]), decay=linear(10)).round(4)
    array([9.])
    """
    offered = _amounts(supply, pairs.facilities)
    return _sums(pairs.origin, decay(pairs.cost) * offered[pairs.facility], pairs.origins)


def catchment_access(
    people: ArrayLike,
    supply: ArrayLike,
    costs: Pairs | ArrayLike,
    *,
    decay: Decay,
    method: Method = "two_step",
) -> Catchment:
    """
    Supply per entitled person, shared with everybody else who reaches it.

    The two-step floating catchment area: each facility's supply is divided by the
    weighted demand in its catchment; each origin adds up what its facilities then
    have per person. With `step` it is the plain, with `steps` the enhanced form.
    It counts a person once for every facility in reach. The balanced form counts
    each once: demand is split over the facilities in reach, and each facility's
    level is split over the origins that reach it.

    Parameters
    ----------
    people
        Entitled persons at each origin, shape (n_origins,).
    supply
        Places at each facility, shape (n_facilities,).
    costs
        Pairs, or a matrix of costs of shape (n_origins, n_facilities) with NaN
        where there is no way.
    decay
        Weight of a way; `GIVEN` if the costs are weights already.
    method
        `two_step` or `balanced`.

    Returns
    -------
    catchment
        Access by origin, level and demand by facility, who is out of reach. The
        two-step form keeps supply: people times access add up to the supply of
        reached facilities. The balanced form keeps people (demand adds up to the
        served) and levels (access adds up to the levels).

    Raises
    ------
    MeasureUndefined
        If a number is negative or missing, or lengths differ.

    References
    ----------
    Luo and Qi (2009), Health & Place 15(4), 1100-1107.
    Paez, Higgins and Vivona (2019), PLoS ONE 14(6), e0218773.

    Examples
    --------
    Demand 100 + 0.5 x 300 and 0.5 x 100 + 300 + 200, so levels 12/250 and 30/550:

    >>> from cosmopolis.neighbourhoods.decay import GIVEN
    >>> found = catchment_access([100, 300, 200], [12, 30], [[1, .5], [.5, 1], [0, 1]], decay=GIVEN)
    >>> found.access.round(7)
    array([0.0752727, 0.0785455, 0.0545455])
    """
    pairs = _weighted(costs if isinstance(costs, Pairs) else matrix_pairs(costs), decay)
    entitled, offered = _amounts(people, pairs.origins), _amounts(supply, pairs.facilities)
    # from here on the cost of a pair is its weight
    pulls = shares = pairs.cost
    if method == "balanced":
        pulls = pairs.cost / _sums(pairs.origin, pairs.cost, pairs.origins)[pairs.origin]
        shares = pairs.cost / _sums(pairs.facility, pairs.cost, pairs.facilities)[pairs.facility]
    demand = _sums(pairs.facility, pulls * entitled[pairs.origin], pairs.facilities)
    level = _per_person(offered, demand)
    return Catchment(
        access=_sums(pairs.origin, shares * level[pairs.facility], pairs.origins),
        level=level,
        demand=demand,
        is_served=np.bincount(pairs.origin, minlength=pairs.origins) > 0,
        is_reached=demand > 0,
        method=method,
        decay=decay,
        people=entitled,
        supply=offered,
        pairs=pairs,
        pulls=pulls,
        shares=shares,
    )


def spatial_availability(
    people: ArrayLike,
    supply: ArrayLike,
    costs: Pairs | ArrayLike,
    *,
    decay: Decay,
    exponent: float = 1.0,
) -> FloatArray:
    """
    Supply that falls to each origin when all compete for it.

    Parameters
    ----------
    people, supply, costs, decay
        As for `catchment_access`.
    exponent
        How strongly numbers of people compete; with 1 the result divided by the
        people is their two-step access.

    Returns
    -------
    availability
        In the unit of supply, shape (n_origins,); adds up to the supply of reached
        facilities.

    References
    ----------
    Soukhov and others (2023), PLoS ONE 18(2), e0278468.

    Examples
    --------
    >>> from cosmopolis.neighbourhoods.decay import GIVEN
    >>> found = spatial_availability([100, 300, 200], [12, 30], [[1, .5], [.5, 1], [0, 1]], decay=GIVEN)
    >>> found.round(4), round(float(found.sum()), 4)
    (array([ 7.5273, 23.5636, 10.9091]), 42.0)
    """
    between("exponent", exponent, 0, np.inf)
    pairs = _weighted(costs if isinstance(costs, Pairs) else matrix_pairs(costs), decay)
    entitled, offered = _amounts(people, pairs.origins), _amounts(supply, pairs.facilities)
    pulled = pairs.cost * (entitled**exponent)[pairs.origin]
    level = _per_person(offered, _sums(pairs.facility, pulled, pairs.facilities))
    return _sums(pairs.origin, pulled * level[pairs.facility], pairs.origins)


def mean_access(access: ArrayLike, people: ArrayLike) -> float:
    """
    Mean access of people.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If nobody is counted.

    Examples
    --------
    >>> mean_access([1, 4], [2, 1])
    2.0
    """
    values, persons = at_origins(access, people)
    some_group(persons)
    return float(values @ persons / persons.sum())


def with_people(now: Catchment, origins: ArrayLike, persons: ArrayLike) -> Catchment:
    """
    The catchments after more (or fewer) people live at some origins: homes built, a centre opened.

    Only facilities in reach of these origins, and the origins in their catchments,
    are counted anew.

    Parameters
    ----------
    now
        The catchments as they are.
    origins
        Numbers of the origins that change, shape (n,).
    persons
        Entitled persons more there; negative for fewer, shape (n,).

    Raises
    ------
    MeasureUndefined
        If fewer than nobody would live there, or there is no such origin.

    Examples
    --------
    >>> now = catchment_access([100, 300], [12], [[5], [5]], decay=step(10))
    >>> with_people(now, [0], [200]).access
    array([0.02, 0.02])
    """
    changed, more = whole_numbers(origins, now.people.size), np.asarray(persons, np.float64)
    same_length(changed.size, more.size)
    added = np.zeros(now.people.size)
    np.add.at(added, changed, more)
    people = vector(now.people + added)
    pairs = now.pairs
    hit = np.flatnonzero((added != 0)[pairs.origin])
    touched = np.unique(pairs.facility[hit])
    demand = now.demand.copy()
    slices = [slice(int(pairs.starts[one]), int(pairs.starts[one + 1])) for one in touched]
    for one, part in zip(touched, slices, strict=True):
        demand[one] = now.pulls[part] @ people[pairs.origin[part]]
    level = now.level.copy()
    level[touched] = _per_person(now.supply[touched], demand[touched])
    access = now.access.copy()
    for one, part in zip(touched, slices, strict=True):
        # an origin is in a facility's catchment once
        access[pairs.origin[part]] += now.shares[part] * (level[one] - now.level[one])
    access[~now.is_served] = 0.0
    return replace(
        now, access=np.maximum(access, 0.0), level=level, demand=demand, is_reached=demand > 0, people=people
    )


def with_facilities(now: Catchment, costs: Pairs, supply: ArrayLike) -> Catchment:
    """
    The catchments after facilities open.

    In the two-step form a facility's level depends on its own catchment only: what
    a new one adds is counted there and nowhere else.

    Parameters
    ----------
    now
        The catchments as they are, of the two-step form.
    costs
        Ways from the same origins to the new facilities.
    supply
        Places at each new facility, shape (n_new,).

    Raises
    ------
    MeasureUndefined
        If the catchments are balanced: there each new facility changes every
        demand, and all is to be counted anew.

    Examples
    --------
    >>> now = catchment_access([100, 300], [12], [[5], [5]], decay=step(10))
    >>> with_facilities(now, matrix_pairs([[5], [20]]), [10]).access
    array([0.13, 0.03])
    """
    check_two_step(now)
    same_length(now.people.size, costs.origins)
    new = catchment_access(now.people, supply, costs, decay=now.decay)
    old = now.pairs
    pairs = Pairs(
        np.concatenate([old.origin, new.pairs.origin]),
        np.concatenate([old.facility, new.pairs.facility + np.int32(old.facilities)]),
        np.concatenate([old.cost, new.pairs.cost]),
        old.origins,
        old.facilities + costs.facilities,
    )
    return replace(
        now,
        access=now.access + new.access,
        level=np.concatenate([now.level, new.level]),
        demand=np.concatenate([now.demand, new.demand]),
        is_served=now.is_served | new.is_served,
        is_reached=np.concatenate([now.is_reached, new.is_reached]),
        supply=np.concatenate([now.supply, new.supply]),
        pairs=pairs,
        pulls=pairs.cost,
        shares=pairs.cost,
    )


def check_two_step(now: Catchment) -> None:
    """Refuse balanced catchments where one facility must not change the others."""
    if now.method != "two_step":
        raise MeasureUndefined.at("neighbourhoods.not_two_step", method=now.method)


def _amounts(given: ArrayLike, wanted: int) -> FloatArray:
    """One number of at least 0 for each origin or facility; there may be none of them."""
    found = np.asarray(given, np.float64) if wanted == 0 else vector(given)
    same_length(wanted, found.size)
    return found


def _weighted(pairs: Pairs, decay: Decay) -> Pairs:
    """Pairs with their weight for their cost; those without weight are out of reach."""
    weights = decay(pairs.cost)
    inside = weights > 0
    if inside.all():
        return Pairs(pairs.origin, pairs.facility, weights, pairs.origins, pairs.facilities)
    return Pairs(pairs.origin[inside], pairs.facility[inside], weights[inside], pairs.origins, pairs.facilities)


def _sums(place: NDArray[np.int32], amounts: FloatArray, size: int) -> FloatArray:
    return np.bincount(place, amounts, size).astype(np.float64, copy=False)


def _per_person(supply: FloatArray, demand: FloatArray) -> FloatArray:
    return np.divide(supply, demand, out=np.zeros_like(supply), where=demand > 0)
