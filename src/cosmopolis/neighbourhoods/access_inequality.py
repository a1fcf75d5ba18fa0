"""
How unequally access is spread over people: Gini, Theil's index and its parts, concentration, Palma.

Every measure that says how large an inequality is gives an absolute number (in
the unit of access) and a relative one: either alone can fall while the other
rises. Everybody at one origin has the same access.

References
----------
Theil (1967), Economics and Information Theory.
Van Doorslaer and Koolman (2004), Health Economics 13(7), 609-628.
Erreygers (2009), Journal of Health Economics 28(2), 504-515.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access import mean_access
from cosmopolis.neighbourhoods.checks import at_origins, matrix, same_length, some_group, vector
from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True)
class Inequality:
    """
    Inequality of access over all people.

    Relative: `gini`, `theil`, from 0. Absolute, in the unit of access:
    `gini_absolute` (half the mean difference of two people), `deviation`
    (standard deviation).
    """

    gini: float
    theil: float
    gini_absolute: float
    deviation: float


@dataclass(frozen=True, eq=False)
class TheilSplit:
    """
    Theil's index split exactly: between parts, and within them.

    `total` is `between` + `within`. For each part of `names`: `means` (access; NaN
    where nobody is counted), `shares` (of people) and `inside` (Theil's index
    within; NaN where the part has no access).
    """

    total: float
    between: float
    within: float
    names: tuple[str, ...]
    means: FloatArray
    shares: FloatArray
    inside: FloatArray


@dataclass(frozen=True)
class Concentration:
    """
    Whether access goes with status, from the worst to the best placed.

    `index`: relative, -1 (all at the bottom) to 1 (all at the top). `absolute`:
    the index times mean access. `corrected`: Erreygers' form, which compares places
    of different mean.
    """

    index: float
    absolute: float
    corrected: float


@dataclass(frozen=True)
class Palma:
    """Mean access of the tenth with the highest incomes and of the four tenths with the lowest: ratio, difference."""

    richest: float
    poorest: float
    ratio: float | None
    difference: float


def inequality(access: ArrayLike, people: ArrayLike) -> Inequality:
    """
    Gini and Theil index of access, with the Gini in units of access and the standard deviation.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    Two people with 1 and 3: mean difference of two drawn people 1, half of it over 2.

    >>> found = inequality([1, 3], [1, 1])
    >>> found.gini, found.gini_absolute, found.deviation
    (0.25, 0.5, 1.0)
    """
    values, shares, mean = _spread(access, people)
    order = np.argsort(values, kind="stable")
    y, p = values[order], shares[order]
    # the plain formula loses digits where all have nearly the same: take the mean away first
    absolute = max(0.0, float((p * (y - mean) * (2 * np.cumsum(p) - p - 1)).sum()))
    deviation = float(np.sqrt((shares * (values - mean) ** 2).sum()))
    return Inequality(absolute / mean, _theil(values, shares), absolute, deviation)


def theil_by_group(access: ArrayLike, groups: ArrayLike, names: tuple[str, ...] = ()) -> TheilSplit:
    """
    Theil's index of access between and within groups of people.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    groups
        Persons at each origin by group, everybody in one group, shape (n_origins,
        n_groups).
    names
        What the groups are called; else they are numbered.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    Nobody differs within a group: all is between.

    >>> found = theil_by_group([1, 3], [[1, 0], [0, 1]])
    >>> round(found.between, 4), round(found.within, 4)
    (0.1308, 0.0)
    """
    values, counts = vector(access), matrix(groups)
    same_length(values.size, counts.shape[0])
    some_group(counts)
    sums = np.column_stack([counts.sum(axis=0), values @ counts, _times_log(values) @ counts])
    return _split(sums, names or tuple(str(number) for number in range(counts.shape[1])))


def theil_by_area(access: ArrayLike, people: ArrayLike, areas: ArrayLike) -> TheilSplit:
    """
    Theil's index of access between and within areas, each made of several origins.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    areas
        The code of each origin's area, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    >>> found = theil_by_area([1, 3, 2], [1, 1, 2], ["N", "N", "S"])
    >>> found.names, round(found.between, 4), round(found.within, 4)
    (('N', 'S'), 0.0, 0.0654)
    """
    values, persons = at_origins(access, people)
    some_group(persons)
    codes, place = np.unique(np.asarray(areas), return_inverse=True)
    same_length(values.size, place.size)
    columns = (persons, persons * values, persons * _times_log(values))
    sums = np.column_stack([np.bincount(place, column, codes.size).astype(np.float64) for column in columns])
    return _split(sums, tuple(map(str, codes)))


def concentration(access: ArrayLike, people: ArrayLike, status: ArrayLike) -> Concentration:
    """
    Whether people of higher status (income, schooling) have more access.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    status
        Status of the people at each origin, shape (n_origins,); ties share a rank.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    Two people, the better placed has all: 2/1 x (1/2 x -1 x -1/4 + 1/2 x 1 x 1/4)

    >>> concentration([0, 2], [1, 1], [10, 20])
    Concentration(index=0.5, absolute=0.5, corrected=1.0)
    """
    ranked = np.asarray(status, np.float64)
    same_length(vector(access).size, ranked.size)
    _known(ranked)
    values, shares, mean = _spread(access, people)
    _, place = np.unique(ranked, return_inverse=True)
    held = np.bincount(place, shares)
    rank = (np.cumsum(held) - held / 2)[place]
    absolute = float(2 * (shares * (values - mean) * (rank - 0.5)).sum())
    lived = values[shares > 0]
    width = float(lived.max() - lived.min())
    return Concentration(absolute / mean, absolute, 4 * absolute / width if width > 0 else 0.0)


def palma(access: ArrayLike, people: ArrayLike, income: ArrayLike) -> Palma:
    """
    Access of the tenth with the highest incomes beside that of the four tenths with the lowest.

    Origins are taken whole: the poorest are those up to the smallest income that
    four tenths of the people do not exceed, the richest those above the income
    that nine tenths do not exceed.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    income
        Income of a person at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If no origin is above the nine tenths: origins are too large for this measure.

    Examples
    --------
    >>> palma([1, 2, 6], [4, 5, 1], [10, 20, 30])
    Palma(richest=6.0, poorest=1.0, ratio=6.0, difference=5.0)
    """
    values, persons = at_origins(access, people)
    some_group(persons)
    earned = np.asarray(income, np.float64)
    same_length(values.size, earned.size)
    _known(earned)
    order = np.argsort(earned, kind="stable")
    held = np.cumsum(persons[order])
    # counts of persons: a hair keeps 0.4 of 10 people equal to 4 people
    edges = [earned[order][np.searchsorted(held, part * held[-1] * (1 - 1e-12))] for part in (0.4, 0.9)]
    low, high = persons * (earned <= edges[0]), persons * (earned > edges[1])
    if not high.any():
        raise MeasureUndefined.at("neighbourhoods.palma_without_class", income=float(edges[1]))
    richest, poorest = mean_access(values, high), mean_access(values, low)
    return Palma(richest, poorest, richest / poorest if poorest > 0 else None, richest - poorest)


def _spread(access: ArrayLike, people: ArrayLike) -> tuple[FloatArray, FloatArray, float]:
    """Access, shares of people, mean access; somebody has some."""
    values, persons = at_origins(access, people)
    mean = mean_access(values, persons)
    _some_access(mean)
    return values, persons / persons.sum(), mean


def _some_access(mean: float) -> None:
    if not mean > 0:
        raise MeasureUndefined.at("neighbourhoods.nobody_has_access", mean=mean)


def _known(status: FloatArray) -> None:
    missing = int((~np.isfinite(status)).sum())
    if missing:
        raise MeasureUndefined.at("neighbourhoods.missing_count", row=int(np.argmin(np.isfinite(status))) + 1)


def _times_log(values: FloatArray) -> FloatArray:
    return np.asarray(values * np.log(np.where(values > 0, values, 1.0)), np.float64)


def _theil(values: FloatArray, shares: FloatArray) -> float:
    mean = values @ shares
    return max(0.0, float(shares @ _times_log(values / mean)))


def _split(sums: FloatArray, names: tuple[str, ...]) -> TheilSplit:
    """Theil's index from persons, persons times access, and persons times access times its logarithm, by part."""
    same_length(len(sums), len(names))
    persons, held, logs = sums.T
    everybody, everything = persons.sum(), held.sum()
    mean = float(everything / everybody)
    _some_access(mean)
    shares = persons / everybody
    means = np.divide(held, persons, out=np.full_like(held, np.nan), where=persons > 0)
    relative = np.divide(means, mean, out=np.zeros_like(means), where=persons > 0)
    # the index within a part: mean of y ln y over its mean, less the logarithm of that mean
    inside = np.divide(logs, held, out=np.full_like(logs, np.nan), where=held > 0)
    inside -= np.log(np.where(held > 0, means, 1.0))
    inside = np.maximum(inside, 0.0)
    across = float(shares @ _times_log(relative))
    within = float((shares * relative)[held > 0] @ inside[held > 0])
    return TheilSplit(across + within, across, within, names, means, shares, inside)
