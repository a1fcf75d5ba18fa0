"""
What chance alone would give, in closed form, and indices without it.

Two questions are kept apart, and each result says which one it answers:

* ALLOCATION: how great would the index be if addresses were drawn by lot?
* SAMPLING: how much of the index comes from counts being small?

Lots are drawn for whole persons: counts are rounded to whole persons first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.neighbourhoods import checks, several_groups
from cosmopolis.neighbourhoods.two_groups import dissimilarity

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Counts farther from their mean than so many standard deviations have no weight in a float.
_FAR = 40.0


class Question(Enum):
    """Which kind of chance a figure is about."""

    ALLOCATION = "allocation"
    SAMPLING = "sampling"


@dataclass(frozen=True)
class WithoutChance:
    """
    An index, what chance gives, and the index without it.

    `expected` is the mean of the index by lot (ALLOCATION) or of the index of
    resampled counts (SAMPLING). `corrected` may be below 0: more even than by lot.
    """

    value: float
    expected: float
    corrected: float
    question: Question


def expected_dissimilarity(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Mean dissimilarity if addresses were drawn by lot, exactly. Allocation.

    The mean distance of a hypergeometric number k from its mean is one term long:
    with v the first whole number above the mean, it is 2 v (Y - t + v) P(k = v) / T.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If a count is bad, a side has nobody, or fewer than two areas have residents.

    References
    ----------
    Winship (1977), Social Forces 55(4), 1058-1066.
    Diaconis and Zabell (1991), Statistical Science 6(3), 284-302 (the mean distance).

    Examples
    --------
    Two areas of one person each: one of each kind, always apart.

    >>> round(expected_dissimilarity([1, 0], [0, 1]), 12)
    1.0
    """
    inside, outside = _whole(group, rest)
    x, y = float(inside.sum()), float(outside.sum())
    sizes, times = np.unique(inside + outside, return_counts=True)
    above = np.floor(sizes * (x / (x + y)) + 1e-12) + 1
    terms = above * (y - sizes + above) * _chance_of(above, sizes, x, y)
    return float((times * terms).sum() / (x * y))


def dissimilarity_without_chance(group: ArrayLike, rest: ArrayLike) -> WithoutChance:
    """
    Dissimilarity as a share of the way from chance to full separation. Allocation.

    Returns
    -------
    found
        `corrected` is (D - E) / (1 - E), with E by lot.

    Raises
    ------
    MeasureUndefined
        As for `expected_dissimilarity`.

    References
    ----------
    Carrington and Troske (1997), Journal of Business and Economic Statistics 15(4), 402-409.

    Examples
    --------
    >>> round(dissimilarity_without_chance([100, 60, 40, 0], [0, 40, 60, 100]).corrected, 7)
    0.5703951
    """
    value, expected = dissimilarity(group, rest), expected_dissimilarity(group, rest)
    corrected = (value - expected) / (1 - expected) if expected < 1 else 0.0
    return WithoutChance(value, expected, corrected, Question.ALLOCATION)


def dissimilarity_bias_corrected(group: ArrayLike, rest: ArrayLike) -> WithoutChance:
    """
    Dissimilarity less what small counts add to it. Sampling.

    In closed form: each difference of shares is taken as normal, its absolute value
    as folded normal; no bootstrap is needed. Twice the index less the expected one.

    Parameters
    ----------
    group, rest
        Persons of the group, and all others, in each area, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        As for `expected_dissimilarity`.

    References
    ----------
    Allen, Burgess, Davidson, Windmeijer (2015), Econometrics Journal 18(1), 40-66.
    Mazza and Punzo (2015), Sociological Methods and Research 44(4).

    Examples
    --------
    >>> round(dissimilarity_bias_corrected([40, 20, 5, 1], [20, 40, 60, 80]).corrected, 7)
    0.6077187
    """
    apart, spread = _differences(group, rest)
    value = float(apart.sum() / 2)
    expected = float(folded_mean(apart, spread).sum() / 2)
    return WithoutChance(value, expected, 2 * value - expected, Question.SAMPLING)


def dissimilarity_density_corrected(group: ArrayLike, rest: ArrayLike) -> WithoutChance:
    """
    Dissimilarity of the differences that make the observed ones likeliest. Sampling.

    Each absolute difference of shares z (in standard deviations) is replaced by the
    mean c whose folded normal density is greatest there: 0 up to z = 1, then the
    root of c = z tanh(z c). It cuts small differences more than the mean does.

    Raises
    ------
    MeasureUndefined
        As for `expected_dissimilarity`.

    References
    ----------
    Allen, Burgess, Davidson, Windmeijer (2015), Econometrics Journal 18(1), 40-66.

    Examples
    --------
    The same mix everywhere stays 0.

    >>> dissimilarity_density_corrected([10, 10], [30, 30]).corrected
    0.0
    """
    apart, spread = _differences(group, rest)
    value = float(apart.sum() / 2)
    corrected = float(np.where(spread > 0, likeliest(apart, spread), apart).sum() / 2)
    return WithoutChance(value, 2 * value - corrected, corrected, Question.SAMPLING)


def expected_correlation_ratio(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Mean of the correlation ratio by lot: (areas - 1) / (persons - 1). Allocation.

    The same for the indices R, C and P of several groups, whatever their sizes.

    Raises
    ------
    MeasureUndefined
        As for `expected_dissimilarity`.

    Examples
    --------
    >>> expected_correlation_ratio([30, 20], [10, 41])
    0.01
    """
    inside, outside = _whole(group, rest)
    return (inside.size - 1) / (float(inside.sum() + outside.sum()) - 1)


def expected_separation_without_chance(group: ArrayLike, rest: ArrayLike) -> float:
    """
    Mean of Fossett's separation S' by lot: -1 / (persons - 1), practically 0. Allocation.

    Raises
    ------
    MeasureUndefined
        As for `expected_dissimilarity`.

    Examples
    --------
    >>> expected_separation_without_chance([30, 20], [10, 41])
    -0.01
    """
    inside, outside = _whole(group, rest)
    return -1 / (float(inside.sum() + outside.sum()) - 1)


def expected_mutual_information(counts: ArrayLike, *, exact: bool = False) -> float:
    """
    Mean of the mutual information M by lot, in nats. Allocation.

    Parameters
    ----------
    counts
        Persons by area and group, shape (n_areas, n_groups).
    exact
        Whether the mean of n ln n is added up over the hypergeometric distribution
        of every size of area and group, rather than taken from its first term,
        (areas - 1)(groups - 1) / (2 persons), which is a few per cent too low where
        areas have some dozens of residents.

    Raises
    ------
    MeasureUndefined
        If a count is bad, or fewer than two areas or groups have anybody.

    References
    ----------
    Miller (1955), in: Information Theory in Psychology, 95-100.

    Examples
    --------
    One person of each group in each of two areas of two: (1/3) ln 2, exactly.

    >>> round(expected_mutual_information([[1, 1], [1, 1]], exact=True), 6)
    0.231049
    """
    table = checks.several(np.rint(checks.matrix(counts)))
    areas, groups = table.areas, table.groups
    persons = float(areas.sum())
    if not exact:
        return (areas.size - 1) * (groups.size - 1) / (2 * persons)
    sizes, times = np.unique(areas, return_counts=True)
    inside = sum(
        int(many) * _mean_log(float(size), float(group), persons)
        for size, many in zip(sizes, times, strict=True)
        for group in groups
    )
    around = float((areas * np.log(areas)).sum() + (groups * np.log(groups)).sum())
    return max(0.0, float((inside - around) / persons + np.log(persons)))


def mutual_information_without_chance(counts: ArrayLike, *, exact: bool = False) -> WithoutChance:
    """
    Mutual information less its mean by lot, in nats. Allocation.

    Parameters
    ----------
    counts, exact
        As for `expected_mutual_information`.

    Raises
    ------
    MeasureUndefined
        As for `expected_mutual_information`.

    Examples
    --------
    >>> found = mutual_information_without_chance([[30, 10], [10, 30]])
    >>> round(found.value - found.expected, 6) == round(found.corrected, 6)
    True
    """
    value, expected = several_groups.mutual_information(counts), expected_mutual_information(counts, exact=exact)
    return WithoutChance(value, expected, value - expected, Question.ALLOCATION)


def information_theory_without_chance(counts: ArrayLike, *, exact: bool = False) -> WithoutChance:
    """
    Information theory index H less its mean by lot. Allocation.

    The city's own entropy does not depend on addresses, so that the mean of H is
    that of M over the entropy.

    Parameters
    ----------
    counts, exact
        As for `expected_mutual_information`.

    Raises
    ------
    MeasureUndefined
        As for `expected_mutual_information`.

    Examples
    --------
    (1 / 160) / ln 2

    >>> round(information_theory_without_chance([[30, 10], [10, 30]]).expected, 6)
    0.009017
    """
    groups = checks.several(counts).groups
    value = several_groups.information_theory(counts)
    expected = expected_mutual_information(counts, exact=exact) / several_groups.shannon_entropy(groups)
    return WithoutChance(value, expected, value - expected, Question.ALLOCATION)


def folded_mean(mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """
    Mean of the absolute value of normal numbers, one by one.

    Parameters
    ----------
    mean
        Their means, 0 or above.
    deviation
        Their standard deviations; 0 where a number is known.

    Examples
    --------
    Around 0 it is the deviation times the root of 2 / pi.

    >>> folded_mean(np.array([0.0, 2.0]), np.array([1.0, 0.0])).round(6)
    array([0.797885, 2.      ])
    """
    from scipy.special import ndtr

    known = deviation <= 0
    z = np.divide(mean, deviation, out=np.zeros_like(mean), where=~known)
    folded = deviation * np.sqrt(2 / np.pi) * np.exp(-(z**2) / 2) + mean * (1 - 2 * ndtr(-z))
    return np.where(known, mean, folded)


def likeliest(apart: FloatArray, deviation: FloatArray) -> FloatArray:
    """
    Means under which observed absolute differences are likeliest; 0 where chance alone explains them.

    Examples
    --------
    >>> likeliest(np.array([0.9, 9.0]), np.array([1.0, 1.0])).round(6)
    array([0., 9.])
    """
    z = np.divide(apart, deviation, out=np.zeros_like(apart), where=deviation > 0)
    # c / z = u: u = tanh(z**2 u); the slope at 0 is z**2, so there is a root above 0 only for z > 1
    square = np.maximum(z, 1.0) ** 2
    # started below the least convex bound, from above: Newton on a concave function does not leave the root's side
    u = np.ones_like(z)
    for _ in range(60):
        tanh = np.tanh(square * u)
        slope = 1 - square * (1 - tanh**2)
        u = np.where(slope > 0, u - np.divide(u - tanh, slope, out=np.zeros_like(u), where=slope > 0), tanh)
    return np.where(z > 1, np.clip(u, 0, 1) * apart, 0.0)


def _whole(group: ArrayLike, rest: ArrayLike) -> tuple[FloatArray, FloatArray]:
    sides = checks.compared(group, rest)
    sides = checks.compared(np.rint(sides.group), np.rint(sides.rest))
    return sides.group, sides.rest


def _differences(group: ArrayLike, rest: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Absolute differences of the areas' shares of both sides, and their standard deviations."""
    sides = checks.compared(group, rest)
    x, y = float(sides.group.sum()), float(sides.rest.sum())
    a, b = sides.group / x, sides.rest / y
    return np.abs(a - b), np.sqrt(a * (1 - a) / x + b * (1 - b) / y)


def _chance_of(k: FloatArray, size: ArrayLike, x: float, y: float) -> FloatArray:
    """Chance that k of `size` persons picked from x and y others are of the x; 0 where that cannot be."""
    drawn = np.asarray(size, np.float64)
    possible = (k >= 0) & (k <= x) & (drawn - k >= 0) & (drawn - k <= y)
    one, other = np.where(possible, k, 0.0), np.where(possible, drawn - k, 0.0)
    p = np.where(possible, drawn / (x + y), 0.5)
    logs = _log_binomial(one, x, p) + _log_binomial(other, y, p) - _log_binomial(one + other, x + y, p)
    return np.where(possible, np.exp(logs), 0.0)


def _log_binomial(k: FloatArray, n: float, p: FloatArray) -> FloatArray:
    """
    Logarithm of a binomial chance, from deviations and not from differences of great logarithms.

    After Loader (2000), Fast and Accurate Computation of Binomial Probabilities.
    """
    q, rest = 1 - p, n - k
    inner = (k > 0) & (rest > 0)
    one, other = np.where(inner, k, 1.0), np.where(inner, rest, 1.0)
    size = max(n, 1.0)
    logs = _stirling_lack(np.asarray(size)) - _stirling_lack(one) - _stirling_lack(other)
    logs = logs - _deviance(one, n * p) - _deviance(other, n * q) + np.log(size / (2 * np.pi * one * other)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.where(k > 0, n * np.log(p), n * np.log1p(-p))
    return np.where(inner, logs, np.where(np.full_like(k, n) > 0, ends, 0.0))


def _stirling_lack(n: ArrayLike) -> FloatArray:
    """What Stirling's approximation of ln n! lacks, n at least 1."""
    from scipy.special import gammaln

    many = np.asarray(n, np.float64)
    few = np.minimum(many, 16.0)
    exact = gammaln(few + 1) - (few + 0.5) * np.log(few) + few - np.log(2 * np.pi) / 2
    square = many**2
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / many
    return np.where(many < 16, exact, series)


def _deviance(k: FloatArray, mean: FloatArray) -> FloatArray:
    """What a number is away from its mean: k ln(k / mean) - k + mean."""
    some = np.maximum(mean, 1e-300)
    return np.asarray(k * np.log1p((k - some) / some) - (k - some), np.float64)


def _mean_log(size: float, group: float, persons: float) -> float:
    """Mean of n ln n, n persons of a group among `size` picked by lot."""
    mean = size * group / persons
    deviation = np.sqrt(max(mean * (1 - group / persons) * (1 - (size - 1) / max(persons - 1, 1)), 0.0))
    least, most = max(0.0, size + group - persons), min(size, group)
    # large deviations are looked up as far as a float can tell them from none
    k = np.arange(
        max(least, np.floor(mean - _FAR * (deviation + 1))), min(most, np.ceil(mean + _FAR * (deviation + 1))) + 1
    )
    return float((_chance_of(k, size, group, persons - group) * k * np.log(np.maximum(k, 1.0))).sum())
