"""
How a group is spread over the areas of a city, and with whom it shares them.

Each function takes the group and everybody else, counted by area. Areas without
residents are left out. Every value depends on the areas it is counted in: finer
areas give higher values. Never compare cities whose areas differ in size.

References
----------
Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.
Massey and Denton (1988), Social Forces 67(2), 281-315.
Fossett (2017), New Methods for Measuring and Analyzing Segregation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks, several_groups
from cosmopolis.neighbourhoods.checks import Sides
from cosmopolis.neighbourhoods.several_groups import pair_differences

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True)
class TwoGroupIndices:
    """
    Every index of a group and the rest, and what went into it.

    `separation_without_chance` is None where no area holds two persons. `areas`
    have residents; `areas_left_out` have none.
    """

    dissimilarity: float
    gorard: float
    gini: float
    information_theory: float
    atkinson: float
    hutchens: float
    interaction: float
    isolation: float
    correlation_ratio: float
    separation_without_chance: float | None
    share: float
    areas: int
    areas_left_out: int


def dissimilarity(group: ArrayLike, rest: ArrayLike | None = None) -> float:
    """
    Share of the group that would have to move for every area to match the city.

    Parameters
    ----------
    group
        Persons of the group in each area, shape (n_areas,). Given alone: persons
        by area and group, shape (n_areas, n_groups), for the index of several groups.
    rest
        All other persons in each area, shape (n_areas,).

    Returns
    -------
    index
        From 0 (same mix everywhere) to 1 (no area shared), no unit.

    Raises
    ------
    MeasureUndefined
        If the city has nobody in the group, or nobody outside it, or fewer than
        two areas have residents, or a count is bad.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.

    Examples
    --------
    By hand: (|10/40 - 40/60| + |30/40 - 20/60|) / 2

    >>> round(dissimilarity(group=[10, 30], rest=[40, 20]), 4)
    0.4167
    """
    if rest is None:
        return several_groups.dissimilarity(group)
    return _dissimilarity(checks.compared(group, rest))


def gorard(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Share of the group that would have to move for every area to hold its share of all people.

    Dissimilarity times the share of all others in the city.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`.

    References
    ----------
    Gorard and Taylor (2002), Sociology 36(4), 875-895.

    Examples
    --------
    (|10/40 - 50/100| + |30/40 - 50/100|) / 2

    >>> gorard(group=[10, 30], rest=[40, 20])
    0.25
    """
    sides = checks.compared(group, rest)
    return checks.unit(_half_gap(sides.group, sides.total))


def gini(group: ArrayLike, rest: ArrayLike | None = None) -> float:
    """
    Mean difference of the group's share between two residents' areas, over the most there could be.

    One sort, and no pair of areas is ever written down; exact for whole persons.

    Parameters
    ----------
    group
        Persons of the group in each area, shape (n_areas,). Given alone: persons
        by area and group, shape (n_areas, n_groups), for the index of several groups.
    rest
        All other persons in each area, shape (n_areas,).

    Returns
    -------
    index
        From 0 to 1, no unit; never below dissimilarity.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.

    Examples
    --------
    50 x 50 x |.2 - .6| over 100**2 x .4 x .6

    >>> round(gini(group=[10, 30], rest=[40, 20]), 4)
    0.4167
    """
    if rest is None:
        return several_groups.gini(group)
    return _gini(checks.compared(group, rest))


def information_theory(group: ArrayLike, rest: ArrayLike | None = None) -> float:
    """
    How much less mixed the areas are than the city: H.

    Parameters
    ----------
    group
        Persons of the group in each area, shape (n_areas,). Given alone: persons
        by area and group, shape (n_areas, n_groups), for the index of several groups.
    rest
        All other persons in each area, shape (n_areas,).

    Returns
    -------
    index
        From 0 (the same mix everywhere) to 1 (no area is mixed), no unit.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`.

    References
    ----------
    Theil and Finizza (1971), Journal of Mathematical Sociology 1, 187-193.

    Examples
    --------
    >>> round(information_theory([100, 60, 40, 0], [0, 40, 60, 100]), 7)
    0.5145247
    """
    if rest is None:
        return several_groups.information_theory(group)
    return several_groups.information_theory(_columns(checks.compared(group, rest)))


def mutual_information(group: ArrayLike, rest: ArrayLike | None = None) -> float:
    """
    How much the area a person lives in tells about the person's group, in nats: M.

    Parameters
    ----------
    group
        Persons of the group in each area, shape (n_areas,). Given alone: persons
        by area and group, shape (n_areas, n_groups), for the index of several groups.
    rest
        All other persons in each area, shape (n_areas,).

    Returns
    -------
    index
        From 0 (the same mix everywhere) to the entropy of the groups, nats.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`.

    References
    ----------
    Theil (1971), Principles of Econometrics.

    Examples
    --------
    >>> round(mutual_information([100, 60, 40, 0], [0, 40, 60, 100]), 7)
    0.3566413
    """
    if rest is None:
        return several_groups.mutual_information(group)
    return several_groups.mutual_information(_columns(checks.compared(group, rest)))


def atkinson(group: ArrayLike, rest: ArrayLike, shape: float = 0.5) -> float:
    """
    Inequality of the group's share between areas, with a say in which areas count.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
    shape
        Between 0 and 1: above one half, areas where the group is
        over-represented weigh more, below it those where it is under-represented.

    Returns
    -------
    index
        From 0 to 1, no unit.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`, or if the shape is not between 0 and 1.

    References
    ----------
    Atkinson (1970), Journal of Economic Theory 2(3), 244-263. Massey and Denton (1988).

    Examples
    --------
    With one half it is 1 less the square of 1 less Hutchens' index

    >>> round(atkinson([100, 60, 40, 0], [0, 40, 60, 100]), 4)
    0.76
    """
    checks.between("shape", shape, 0, 1)
    return _atkinson(checks.compared(group, rest), shape)


def hutchens(group: ArrayLike, rest: ArrayLike) -> float:
    """
    One less the sum over areas of the geometric mean of both sides' shares.

    Falls apart exactly into a part between and a part within families of areas.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`.

    References
    ----------
    Hutchens (2001), Mathematical Social Sciences 42, 13-29; (2004), International Economic Review 45, 555-578.

    Examples
    --------
    1 - 4 x sqrt(.4 x .1) = 1 - .8

    >>> round(hutchens([80, 80, 20, 20], [20, 20, 80, 80]), 4)
    0.2
    """
    return _hutchens(checks.compared(group, rest))


def isolation(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Share of the group in the area where its average member lives.

    Parameters
    ----------
    group
        Persons of the group in each area, shape (n_areas,).
    rest
        All other persons in each area, shape (n_areas,).

    Returns
    -------
    index
        From the group's share of the city (spread evenly) to 1 (alone), no unit.

    Raises
    ------
    MeasureUndefined
        If the city has nobody in the group, or a count is bad.

    References
    ----------
    Lieberson (1981), in: Ethnic Segregation in Cities, 61-82.

    Examples
    --------
    By hand: 10/40 x 10/50 + 30/40 x 30/50

    >>> round(isolation(group=[10, 30], rest=[40, 20]), 4)
    0.5
    """
    return _isolation(checks.exposed(group, rest))


def interaction(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Share of all others in the area where the group's average member lives.

    Isolation and interaction add up to 1.

    Raises
    ------
    MeasureUndefined
        If the city has nobody in the group, or a count is bad.

    References
    ----------
    Bell (1954), Social Forces 32(4), 357-364.

    Examples
    --------
    >>> round(interaction(group=[10, 30], rest=[40, 20]), 4)
    0.5
    """
    return 1 - isolation(group, rest)


def correlation_ratio(group: ArrayLike, rest: ArrayLike) -> float:
    """
    How far isolation goes beyond the group's share of the city: eta squared, or separation.

    The share of the group around its average member less the share of the group
    around the average of all others.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`.

    References
    ----------
    Bell (1954), Social Forces 32(4), 357-364. Fossett (2017).

    Examples
    --------
    (.76 - .5) / .5

    >>> round(correlation_ratio([100, 60, 40, 0], [0, 40, 60, 100]), 4)
    0.52
    """
    return _correlation_ratio(checks.compared(group, rest))


def separation_without_chance(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Separation among each person's neighbours, the person left out: S'.

    By lot it is -1 over everybody less one, practically 0, however small the areas:
    the index to choose for small areas. It may be negative.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).
        Areas of one person are left out: nobody else is there.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`; areas of one person do not count.

    References
    ----------
    Fossett (2017), New Methods for Measuring and Analyzing Segregation.

    Examples
    --------
    >>> round(separation_without_chance([100, 60, 40, 0], [0, 40, 60, 100]), 7)
    0.5151515
    """
    sides = checks.compared(group, rest)
    inside, outside = _with_neighbours(sides)
    checks.both_sides(inside, outside)
    checks.some_areas(inside.size)
    return _without_chance(inside, outside)


def two_group_indices(group: ArrayLike, rest: ArrayLike) -> TwoGroupIndices:
    """
    Every index of a group and the rest at once.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity`.

    Examples
    --------
    >>> found = two_group_indices([80, 80, 20, 20, 0], [20, 20, 80, 80, 0])
    >>> round(found.gini, 4), round(found.isolation, 4), found.areas_left_out
    (0.6, 0.68, 1)
    """
    sides = checks.compared(group, rest)
    try:
        without = separation_without_chance(sides.group, sides.rest)
    except MeasureUndefined:
        without = None
    isolated = _isolation(sides)
    return TwoGroupIndices(
        dissimilarity=_dissimilarity(sides),
        gorard=checks.unit(_half_gap(sides.group, sides.total)),
        gini=_gini(sides),
        information_theory=several_groups.information_theory(_columns(sides)),
        atkinson=_atkinson(sides, 0.5),
        hutchens=_hutchens(sides),
        interaction=1 - isolated,
        isolation=isolated,
        correlation_ratio=_correlation_ratio(sides),
        separation_without_chance=without,
        share=sides.share,
        areas=sides.group.size,
        areas_left_out=int((~sides.kept).sum()),
    )


def _half_gap(one: FloatArray, other: FloatArray) -> float:
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2)


def _dissimilarity(sides: Sides) -> float:
    return checks.unit(_half_gap(sides.group, sides.rest))


def _gini(sides: Sides) -> float:
    # T squared times P (1 - P) is the product of both sides' persons
    pairs = pair_differences(sides.group, sides.total)
    return checks.unit(pairs / (float(sides.group.sum()) * float(sides.rest.sum())))


def _atkinson(sides: Sides, shape: float) -> float:
    mixed = sides.rest ** (1 - shape) * sides.group**shape
    inside, outside = float(sides.group.sum()), float(sides.rest.sum())
    return checks.unit(1 - inside / outside * (float(mixed.sum()) / inside) ** (1 / (1 - shape)))


def _hutchens(sides: Sides) -> float:
    return checks.unit(1 - float(np.sqrt(sides.group / sides.group.sum() * (sides.rest / sides.rest.sum())).sum()))


def _isolation(sides: Sides) -> float:
    return checks.unit(float((sides.group * (sides.group / sides.total)).sum() / sides.group.sum()))


def _correlation_ratio(sides: Sides) -> float:
    # both sides meet in the areas: 1 less the same sum over either side's persons
    met = float((sides.group * (sides.rest / sides.total)).sum())
    return checks.unit(1 - met * (1 / float(sides.group.sum()) + 1 / float(sides.rest.sum())))


def _with_neighbours(sides: Sides) -> tuple[FloatArray, FloatArray]:
    shared = sides.total > 1
    return sides.group[shared], sides.rest[shared]


def _without_chance(group: FloatArray, rest: FloatArray) -> float:
    met = float((group * (rest / (group + rest - 1))).sum())
    return 1 - met * (1 / float(group.sum()) + 1 / float(rest.sum()))


def _columns(sides: Sides) -> FloatArray:
    return np.stack([sides.group, sides.rest], axis=1)
