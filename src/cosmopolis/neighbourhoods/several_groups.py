"""
How several groups are spread over the areas of a city, and how mixed they are.

Each function takes persons by area and group, shape (n_areas, n_groups). Areas
without residents and groups without anybody are left out. Logarithms are natural.
Every value depends on the areas it is counted in: finer areas give higher values.

References
----------
Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.
Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.
Roberto (2015), arXiv 1508.01167.
Alonso-Villar and del Rio (2010), Mathematical Social Sciences 60, 30-38.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.checks import Table

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True)
class MultigroupIndices:
    """
    Every index of several groups, and what went into it.

    `areas` and `groups` are those that have anybody; `areas_left_out` and
    `groups_left_out` are how many had nobody.
    """

    mutual_information: float
    information_theory: float
    dissimilarity: float
    gini: float
    relative_diversity: float
    squared_variation: float
    normalised_exposure: float
    entropy: float
    simpson_interaction: float
    areas: int
    groups: int
    areas_left_out: int
    groups_left_out: int


def mutual_information(counts: ArrayLike) -> float:
    """
    How much the area a person lives in tells about the person's group, in nats.

    M falls apart exactly by area, by group, by level of areas and by families of
    groups (see `nesting`). Roberto's divergence with the city as reference is M.

    Parameters
    ----------
    counts
        Persons by area and group, shape (n_areas, n_groups).

    Returns
    -------
    index
        From 0 (the same mix everywhere) to the entropy of the groups, nats.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Theil (1971), Principles of Econometrics. Mora and Ruiz-Castillo (2011).

    Examples
    --------
    Two groups that share no area: ln 2

    >>> round(mutual_information([[40, 0], [0, 40]]), 4)
    0.6931
    """
    return _mutual_information(checks.several(counts))


def divergence(counts: ArrayLike) -> float:
    """
    Mean distance of the areas' mixes from the city's, by Kullback and Leibler, nats.

    The same number as `mutual_information`; Roberto takes logarithms of base 2,
    which divides it by ln 2.

    Raises
    ------
    MeasureUndefined
        As for `mutual_information`.

    Examples
    --------
    >>> round(divergence([[40, 0], [0, 40]]), 4)
    0.6931
    """
    return mutual_information(counts)


def information_theory(counts: ArrayLike) -> float:
    """
    How much less mixed the areas are than the city: H, the mutual information over the entropy of the groups.

    Returns
    -------
    index
        From 0 (the same mix everywhere) to 1 (no area is mixed), no unit.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Theil and Finizza (1971), Journal of Mathematical Sociology 1, 187-193.

    Examples
    --------
    >>> round(information_theory([[60, 30, 10], [20, 50, 30], [20, 20, 60]]), 7)
    0.1268168
    """
    table = checks.several(counts)
    return checks.unit(_mutual_information(table) / _entropy(table.groups))


def dissimilarity(counts: ArrayLike) -> float:
    """
    Share of all people who would have to move for every area to match the city, over the most there could be.

    Returns
    -------
    index
        From 0 to 1, no unit. With two groups it is the index of two groups.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Morgan (1975), Sociology and Social Research 60, 47-57. Sakoda (1981), Demography 18, 245-250.

    Examples
    --------
    Half of |.6-1/3| + |.3-1/3| + ... over 2 x 2/3

    >>> round(dissimilarity([[60, 30, 10], [20, 50, 30], [20, 20, 60]]), 4)
    0.35
    """
    return _dissimilarity(checks.several(counts))


def gini(counts: ArrayLike) -> float:
    """
    Mean difference of shares between any two residents' areas, over the most there could be.

    Each group's areas are sorted once; no pair of areas is ever written down.

    Returns
    -------
    index
        From 0 to 1, no unit; never below `dissimilarity`.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.

    Examples
    --------
    >>> round(gini([[60, 30, 10], [20, 50, 30], [20, 20, 60]]), 4)
    0.4
    """
    return _gini(checks.several(counts))


def relative_diversity(counts: ArrayLike) -> float:
    """
    How much less often two residents of one area differ in group than two of the city: R.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Carlson (1992), Sociological Methods and Research 21, 201-231.

    Examples
    --------
    >>> round(relative_diversity([[60, 30, 10], [20, 50, 30], [20, 20, 60]]), 4)
    0.14
    """
    table = checks.several(counts)
    return _relative_diversity(_squares(table), table.groups)


def squared_variation(counts: ArrayLike) -> float:
    """
    Squared coefficient of variation of the areas' shares, mean over the groups: C.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.

    Examples
    --------
    >>> round(squared_variation([[60, 30, 10], [20, 50, 30], [20, 20, 60]]), 4)
    0.14
    """
    table = checks.several(counts)
    return _squared_variation(_squares(table), table.groups)


def normalised_exposure(counts: ArrayLike) -> float:
    """
    How far each group's members live from all others, mean over the groups: P.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    James (1986), Sociological Methods and Research 15, 83-100.

    Examples
    --------
    >>> round(normalised_exposure([[60, 30, 10], [20, 50, 30], [20, 20, 60]]), 4)
    0.14
    """
    table = checks.several(counts)
    return _normalised_exposure(_squares(table), table.groups)


def multigroup_indices(counts: ArrayLike) -> MultigroupIndices:
    """
    Every index of several groups at once.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    Examples
    --------
    >>> found = multigroup_indices([[60, 30, 10, 0], [20, 50, 30, 0], [20, 20, 60, 0], [0, 0, 0, 0]])
    >>> round(found.information_theory, 7), found.areas_left_out, found.groups_left_out
    (0.1268168, 1, 1)
    """
    table = checks.several(counts)
    groups, squares, information = table.groups, _squares(table), _mutual_information(table)
    return MultigroupIndices(
        mutual_information=information,
        information_theory=checks.unit(information / _entropy(groups)),
        dissimilarity=_dissimilarity(table),
        gini=_gini(table),
        relative_diversity=_relative_diversity(squares, groups),
        squared_variation=_squared_variation(squares, groups),
        normalised_exposure=_normalised_exposure(squares, groups),
        entropy=_entropy(groups),
        simpson_interaction=_interaction(groups),
        areas=table.counts.shape[0],
        groups=groups.size,
        areas_left_out=int((~table.kept_areas).sum()),
        groups_left_out=int((~table.kept_groups).sum()),
    )


def area_information(counts: ArrayLike) -> FloatArray:
    """
    How far each area's mix is from the city's: L of each area, nats.

    Weighted by the areas' shares of the population they add up to
    `mutual_information`. Never negative.

    Returns
    -------
    values
        Shape (n_areas,); NaN in an area without residents.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Alonso-Villar and del Rio (2010), Mathematical Social Sciences 60, 30-38.

    Examples
    --------
    >>> area_information([[60, 30, 10], [20, 50, 30], [20, 20, 60]]).round(7)
    array([0.2006666, 0.0689593, 0.1483417])
    """
    table = checks.several(counts)
    values = np.maximum(_information_terms(table).sum(axis=1) / table.areas, 0.0)
    return checks.placed(values, table.kept_areas)


def group_information(counts: ArrayLike) -> FloatArray:
    """
    How far each group's spread over the areas is from everybody's: L of each group, nats.

    Weighted by the groups' shares of the population they add up to
    `mutual_information`. Never negative.

    Returns
    -------
    values
        Shape (n_groups,); NaN for a group without anybody.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count is bad.

    References
    ----------
    Alonso-Villar and del Rio (2010), Mathematical Social Sciences 60, 30-38.

    Examples
    --------
    The first group lives where 60 of 80 live, all of it: ln 80/60

    >>> group_information([[40, 20], [0, 20]]).round(4)
    array([0.2877, 0.1438])
    """
    table = checks.several(counts)
    values = np.maximum(_information_terms(table).sum(axis=0) / table.groups, 0.0)
    return checks.placed(values, table.kept_groups)


def shannon_entropy(counts: ArrayLike) -> float:
    """
    How mixed the city is: entropy of its groups, nats.

    Parameters
    ----------
    counts
        Persons of each group, shape (n_groups,), or by area and group.

    Returns
    -------
    entropy
        From 0 (one group) to ln of the number of groups.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or a count is bad.

    References
    ----------
    Theil (1972), Statistical Decomposition Analysis.

    Examples
    --------
    >>> round(shannon_entropy([20, 20]), 4)
    0.6931
    """
    return _entropy(checks.composition(counts))


def normalised_entropy(counts: ArrayLike) -> float:
    """
    Entropy as a share of the most that the groups present could have.

    Raises
    ------
    MeasureUndefined
        If fewer than two groups have anybody, or a count is bad.

    Examples
    --------
    >>> round(normalised_entropy([20, 20, 0]), 6)
    1.0
    """
    groups = checks.composition(counts)
    checks.some_groups(groups.size)
    return checks.unit(_entropy(groups) / float(np.log(groups.size)))


def perplexity(counts: ArrayLike) -> float:
    """
    How many groups of equal size would be as mixed: e to the entropy.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or a count is bad.

    References
    ----------
    Hill (1973), Ecology 54(2), 427-432.

    Examples
    --------
    >>> round(perplexity([20, 20, 20]), 6)
    3.0
    """
    return float(np.exp(shannon_entropy(counts)))


def simpson_interaction(counts: ArrayLike) -> float:
    """
    Chance that two random residents belong to different groups.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or a count is bad.

    References
    ----------
    Lieberson (1969), American Sociological Review 34, 850-862.

    Examples
    --------
    Shares 3/4 and 1/4: 1 - 9/16 - 1/16

    >>> simpson_interaction([30, 10])
    0.375
    """
    return _interaction(checks.composition(counts))


def inverse_simpson(counts: ArrayLike) -> float:
    """
    How many groups of equal size would be as mixed, by squared shares.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or a count is bad.

    References
    ----------
    Hill (1973), Ecology 54(2), 427-432.

    Examples
    --------
    1 / (9/16 + 1/16)

    >>> inverse_simpson([30, 10])
    1.6
    """
    groups = checks.composition(counts)
    return float(1 / ((groups / groups.sum()) ** 2).sum())


def pair_differences(group: FloatArray, total: FloatArray) -> float:
    """
    Sum over pairs of areas of t_i t_j |p_i - p_j|, each pair once, by one sort.

    Exact for whole persons, in whatever order areas of equal share are met.

    Parameters
    ----------
    group, total
        Persons of the group and all persons in each area, all above 0 in total.

    Examples
    --------
    100 x 100 x |1 - .2|

    >>> pair_differences(np.array([100.0, 20.0]), np.array([100.0, 100.0]))
    8000.0
    """
    # arrays are written over: fresh memory costs more than the sums
    spare, rank = np.empty_like(total), np.empty_like(total)
    # whole persons below 2**53 are added up without rounding, so that ties need no order
    exact = _is_exact(group, total, spare)
    order = np.argsort(np.divide(group, total, out=spare), kind="quicksort" if exact else "stable")
    persons = np.take(total, order, out=spare, mode="clip")
    np.cumsum(persons, out=rank)
    rank *= 2
    rank -= persons
    # twice the persons up to and with the area, less its own, less everybody: who stands before less who after
    rank -= total.sum()
    rank *= np.take(group, order, out=spare, mode="clip")
    return float(rank.sum())


def _is_exact(group: FloatArray, total: FloatArray, spare: FloatArray) -> bool:
    """Whether all counts are whole and so small that no sum of their products is rounded."""
    small = 2 * float(group.sum()) * float(total.sum()) < 2.0**53
    return small and all(np.array_equal(counts, np.rint(counts, out=spare)) for counts in (group, total))


def _dissimilarity(table: Table) -> float:
    away = float(np.abs(_away(table)).sum())
    return checks.unit(away / (2 * float(table.counts.sum()) * _interaction(table.groups)))


def _gini(table: Table) -> float:
    everybody, areas = float(table.counts.sum()), table.areas
    pairs = sum(pair_differences(column, areas) for column in table.counts.T)
    return checks.unit(pairs / (everybody**2 * _interaction(table.groups)))


def _relative_diversity(squares: FloatArray, groups: FloatArray) -> float:
    return checks.unit(float(squares.sum()) / (float(groups.sum()) * _interaction(groups)))


def _squared_variation(squares: FloatArray, groups: FloatArray) -> float:
    return checks.unit(float((squares / groups).sum()) / (groups.size - 1))


def _normalised_exposure(squares: FloatArray, groups: FloatArray) -> float:
    return checks.unit(float((squares / (groups.sum() - groups)).sum()))


def _mutual_information(table: Table) -> float:
    return max(float(_information_terms(table).sum() / table.counts.sum()), 0.0)


def _information_terms(table: Table) -> FloatArray:
    """Persons of each cell times ln of how many times as many they are as with the same mix everywhere."""
    even = np.multiply.outer(table.areas, table.groups / table.counts.sum())
    ratio: FloatArray = table.counts / even
    np.log(ratio, out=ratio, where=ratio > 0)
    ratio *= table.counts
    return ratio


def _away(table: Table) -> FloatArray:
    """Persons of each cell less those that the same mix everywhere would put there."""
    even = np.multiply.outer(table.areas, table.groups / table.counts.sum())
    return np.asarray(table.counts - even, np.float64)


def _squares(table: Table) -> FloatArray:
    """For each group the sum over areas of t (share there - share in the city) squared."""
    return np.asarray((_away(table) ** 2 / table.areas[:, None]).sum(axis=0), np.float64)


def _entropy(groups: FloatArray) -> float:
    shares = groups / groups.sum()
    # a hair below nought is rounding: one group has the entropy 0
    return max(float(-(shares * np.log(shares)).sum()), 0.0)


def _interaction(groups: FloatArray) -> float:
    shares = groups / groups.sum()
    return float((shares * (1 - shares)).sum())
