"""
What perturbed counts do to an index, for those who know the noise.

Counts protected by cell keys carry noise of mean 0. It makes a city look more
segregated than it is. The caller gives the variance of the noise of one published
count, and gets the expected inflation and the index without it.

For work inside the house only. The corrected index beside the index of the
published counts tells the variance, and no public page may tell it.

What this cannot do
-------------------
It mends an index on average over many cities and groups, never a single count or a
single area. It takes the noise as the same in every cell, independent, with mean 0,
and small beside the city's totals; real noise leaves zeros alone, never prints
the smallest counts and is narrower in small cells, so that the correction is too
strong for groups with many empty areas. It does not narrow the interval: what the
noise hid stays hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.chance import folded_mean
from cosmopolis.neighbourhoods.two_groups import dissimilarity, information_theory, isolation

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True)
class Denoised:
    """
    An index of perturbed counts, what the noise is expected to have added, and the rest.

    `spread` is the standard deviation that the noise gives the index, to first
    order: no correction takes it away.
    """

    value: float
    inflation: float
    corrected: float
    spread: float


def dissimilarity_denoised(
    group: ArrayLike, rest: ArrayLike, *, variance: float, rest_variance: float | None = None
) -> Denoised:
    """
    Dissimilarity of perturbed counts, without what the noise adds on average.

    Every difference of shares is taken as normal around the true one with the
    variance of the noise; its absolute value is then folded normal.

    Parameters
    ----------
    group, rest
        Perturbed persons of the group, and of all others, in each area, shape (n_areas,).
    variance
        Variance of the noise of one count of the group, in persons squared.
    rest_variance
        That of one count of the rest; the same if not given. Twice as much where
        the rest is a perturbed total less a perturbed count.

    Raises
    ------
    MeasureUndefined
        If a count is bad, a side has nobody, or the variance is negative.

    References
    ----------
    Mazza and Punzo (2015), Sociological Methods and Research 44(4) (the folded mean).

    Examples
    --------
    Without noise nothing is corrected.

    >>> dissimilarity_denoised([10, 30], [40, 20], variance=0).inflation
    0.0
    """
    sides, v, w = _sides(group, rest, variance, rest_variance)
    x, y = float(sides.group.sum()), float(sides.rest.sum())
    gap = sides.group / x - sides.rest / y
    noise = np.where(sides.total > 0, np.sqrt(v / x**2 + w / y**2), 0.0)
    value = dissimilarity(group, rest)
    inflation = float((folded_mean(np.abs(gap), noise) - np.abs(gap)).sum() / 2)
    # D moves with a count of the group by (sign - mean sign) / 2 X
    sign = np.sign(gap)
    by_group, by_rest = sign - (sign * sides.group).sum() / x, sign - (sign * sides.rest).sum() / y
    spread = np.sqrt(v * (by_group**2).sum() / x**2 + w * (by_rest**2).sum() / y**2) / 2
    return Denoised(value, inflation, value - inflation, float(spread))


def information_theory_denoised(
    group: ArrayLike, rest: ArrayLike, *, variance: float, rest_variance: float | None = None
) -> Denoised:
    """
    Information theory index of perturbed counts, without what the noise adds on average.

    To second order: noise in a count takes half its variance times the curvature of
    the area's entropy, y / (x t) for the group and x / (y t) for the rest, from the
    entropy within areas; the city's own totals are taken as unmoved. Areas without
    one of the groups are left out: there is no noise on zeros.

    Parameters
    ----------
    group, rest, variance, rest_variance
        As for `dissimilarity_denoised`.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity_denoised`.

    Examples
    --------
    >>> information_theory_denoised([10, 30], [40, 20], variance=0).inflation
    0.0
    """
    sides, v, w = _sides(group, rest, variance, rest_variance)
    x, y, t = sides.group, sides.rest, sides.total
    city = _entropy(sides.share) * sides.persons
    both = (x > 0) & (y > 0)
    added = np.where(both, v * _over(y, x * t) + w * _over(x, y * t), 0.0) / 2
    value = information_theory(group, rest)
    inflation = float(added.sum() / city)
    share, p = sides.share, _over(x, t)
    # H moves with a count by the difference of log shares here and in the whole city
    within = 1 - value
    one = np.log(np.where(both, p, 1.0)) - within * np.log(share)
    two = np.log(np.where(both, 1 - p, 1.0)) - within * np.log(1 - share)
    spread = np.sqrt(np.where(both, v * one**2 + w * two**2, 0.0).sum()) / city
    return Denoised(value, inflation, value - inflation, float(spread))


def isolation_denoised(
    group: ArrayLike, rest: ArrayLike, *, variance: float, rest_variance: float | None = None
) -> Denoised:
    """
    Isolation of perturbed counts, without what the noise adds on average.

    To second order: half the variance times the curvatures of x**2 / t, which are
    2 y**2 / t**3 for the group and 2 x**2 / t**3 for the rest, over the group's total.

    Parameters
    ----------
    group, rest, variance, rest_variance
        As for `dissimilarity_denoised`.

    Raises
    ------
    MeasureUndefined
        As for `dissimilarity_denoised`.

    Examples
    --------
    4 x (40**2 + 10**2 + 20**2 + 30**2) / 50**3, over 40 of the group

    >>> round(isolation_denoised([10, 30], [40, 20], variance=4).inflation, 6)
    0.0024
    """
    sides, v, w = _sides(group, rest, variance, rest_variance)
    x, y, t = sides.group, sides.rest, sides.total
    persons = float(x.sum())
    value = isolation(group, rest)
    inflation = float((v * _over(y**2, t**3) + w * _over(x**2, t**3)).sum() / persons)
    share = _over(x, t)
    by_group, by_rest = (2 * share - share**2 - value) / persons, -(share**2) / persons
    spread = np.sqrt((v * by_group**2 + w * by_rest**2).sum())
    return Denoised(value, inflation, value - inflation, float(spread))


def _sides(
    group: ArrayLike, rest: ArrayLike, variance: float, rest_variance: float | None
) -> tuple[checks.Sides, float, float]:
    other = variance if rest_variance is None else rest_variance
    checks.vector([variance, other])
    return checks.compared(group, rest), float(variance), float(other)


def _over(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _entropy(share: float) -> float:
    return float(-share * np.log(share) - (1 - share) * np.log(1 - share))
