"""
Shares, growth and crude rates of persons, each with its bounds.

All functions work cell by cell on arrays of one shape, or on single numbers. A
cell whose number does not exist is NaN; a measure of which no cell exists raises
`MeasureUndefined`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.vocabulary.measurement import Bounds, FloatArray


def share(part: ArrayLike, whole: ArrayLike) -> FloatArray:
    """
    How much of the whole a part is.

    Parameters
    ----------
    part
        Persons of the part, of any shape.
    whole
        Persons of the whole, the part among them, of the same shape.

    Returns
    -------
    share
        From 0 to 1, no unit; NaN where the whole counts nobody.

    Raises
    ------
    MeasureUndefined
        If the whole counts nobody anywhere.

    Examples
    --------
    30 of 120 and 10 of 40 persons are a quarter:

    >>> share([30, 10], [120, 40])
    array([0.25, 0.25])
    """
    below = _floats(whole)
    if not np.any(below > 0):
        raise MeasureUndefined.at("population.share_of_nobody", whole=float(below.sum()))
    return quotient(part, below)


def share_bounds(part: Bounds[FloatArray], rest: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """
    Least and greatest share of a part, given the part and everybody else.

    Both are attained: the share grows with the part and falls with the rest, so
    they lie at two corners of the box.

    Parameters
    ----------
    part, rest
        Persons; together they are the whole.

    Examples
    --------
    1 to 4 persons beside 8 others: 1/9 and 4/12.

    >>> found = share_bounds(Bounds(1.0, 4.0), Bounds(8.0, 8.0))
    >>> [round(float(number), 4) for number in (found.lower, found.upper)]
    [0.1111, 0.3333]
    """
    least, most = _floats(part.lower), _floats(part.upper)
    few, many = _floats(rest.lower), _floats(rest.upper)
    lower, upper = quotient(least, least + many), quotient(most, most + few)
    # nobody else for certain: any person at all makes the share one; and the reverse
    lower = np.where((least + many == 0) & (most > 0), 1.0, lower)
    upper = np.where((most + few == 0) & (many > 0), 0.0, upper)
    return Bounds(lower, upper)


def share_of_total_bounds(part: Bounds[FloatArray], whole: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """
    Bounds of a share when only the part and a published total are known.

    Valid but not always attained: how the part's unknown persons sit in the
    total is not used. Prefer `share_bounds` where the rest is known.

    Examples
    --------
    1 to 4 of 12 to 15 persons: at least 1/15, at most 4/12.

    >>> found = share_of_total_bounds(Bounds(1.0, 4.0), Bounds(12.0, 15.0))
    >>> [round(float(number), 4) for number in (found.lower, found.upper)]
    [0.0667, 0.3333]
    """
    lower = quotient(part.lower, whole.upper)
    upper = quotient(part.upper, np.maximum(_floats(whole.lower), _floats(part.upper)))
    exact = _floats(whole.lower) == _floats(whole.upper)
    exact &= _floats(part.lower) == _floats(part.upper)
    # two known numbers of a perturbed table need not fit: their quotient stands as it is
    return Bounds(lower, np.where(exact, lower, upper))


def growth(before: ArrayLike, after: ArrayLike) -> FloatArray:
    """
    Change between two dates as a share of the number before.

    Parameters
    ----------
    before, after
        Persons at the two dates.

    Returns
    -------
    growth
        No unit, at least -1; NaN where nobody was there before.

    Raises
    ------
    MeasureUndefined
        If nobody was there before anywhere.

    Examples
    --------
    >>> float(growth(200, 230))
    0.15
    """
    start, end = _floats(before), _floats(after)
    _check_start(start, end)
    return quotient(end - start, start)


def growth_bounds(before: Bounds[FloatArray], after: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """
    Least and greatest growth, both attained; NaN where perhaps nobody was there before.

    Examples
    --------
    From 100 to 110 persons, to 121 persons for certain: 121/110 - 1 to 121/100 - 1.

    >>> found = growth_bounds(Bounds(100.0, 110.0), Bounds(121.0, 121.0))
    >>> [round(float(number), 4) for number in (found.lower, found.upper)]
    [0.1, 0.21]
    """
    first, last = Bounds(_floats(before.lower), _floats(before.upper)), Bounds(_floats(after.lower), after.upper)
    lower = quotient(last.lower - first.upper, first.upper)
    upper = quotient(_floats(last.upper) - first.lower, first.lower)
    return Bounds(np.where(np.isnan(upper), np.nan, lower), upper)


def annual_growth_rate(before: ArrayLike, after: ArrayLike, *, years: float) -> FloatArray:
    """
    Yearly growth that leads from one number to the other, compounded (geometric mean).

    Parameters
    ----------
    before, after
        Persons at the two dates.
    years
        Years between the dates.

    Returns
    -------
    rate
        Share per year: (after / before) ** (1 / years) - 1.

    Raises
    ------
    MeasureUndefined
        If no time lies between the dates, or nobody was there before anywhere.

    Examples
    --------
    10 % a year makes 121 of 100 in two years:

    >>> round(float(annual_growth_rate(100, 121, years=2)), 10)
    0.1
    """
    _check_years(years)
    start, end = _floats(before), _floats(after)
    _check_start(start, end)
    return _compounded(quotient(end, start), years)


def annual_growth_rate_bounds(
    before: Bounds[FloatArray], after: Bounds[FloatArray], *, years: float
) -> Bounds[FloatArray]:
    """
    Least and greatest yearly growth, both attained: the rate rises with the growth.

    Examples
    --------
    >>> found = annual_growth_rate_bounds(Bounds(100.0, 100.0), Bounds(100.0, 121.0), years=2)
    >>> [round(float(number), 10) for number in (found.lower, found.upper)]
    [0.0, 0.1]
    """
    _check_years(years)
    whole = growth_bounds(before, after)
    return Bounds(_compounded(1 + whole.lower, years), _compounded(1 + whole.upper, years))


def mean_population(before: ArrayLike, after: ArrayLike) -> FloatArray:
    """
    Persons there on average over a year: the mean of its two ends.

    Examples
    --------
    >>> float(mean_population(990, 1010))
    1000.0
    """
    return (_floats(before) + _floats(after)) / 2


def crude_net_migration_rate(arrivals: ArrayLike, departures: ArrayLike, *, mean_population: ArrayLike) -> FloatArray:
    """
    Arrivals less departures per 1,000 persons of the mean population.

    Parameters
    ----------
    arrivals, departures
        Moves in and out during the period.
    mean_population
        Persons there on average during the period.

    Raises
    ------
    MeasureUndefined
        If the mean population counts nobody anywhere.

    Examples
    --------
    (60 - 40) / 2,000 x 1,000:

    >>> float(crude_net_migration_rate(60, 40, mean_population=2000))
    10.0
    """
    return _per_thousand(_floats(arrivals) - _floats(departures), mean_population)


def crude_net_migration_rate_bounds(
    arrivals: Bounds[FloatArray], departures: Bounds[FloatArray], *, mean_population: Bounds[FloatArray]
) -> Bounds[FloatArray]:
    """
    Least and greatest crude net migration rate, both attained.

    Examples
    --------
    Moves in 10 to 20, moves out 15, mean population 1,000: -5 to +5.

    >>> found = crude_net_migration_rate_bounds(
    ...     Bounds(10.0, 20.0), Bounds(15.0, 15.0), mean_population=Bounds(1000.0, 1000.0))
    >>> float(found.lower), float(found.upper)
    (-5.0, 5.0)
    """
    return _scaled(quotient_bounds(difference_bounds(arrivals, departures), mean_population))


def churn(arrivals: ArrayLike, departures: ArrayLike, *, mean_population: ArrayLike) -> FloatArray:
    """
    Moves in and out together per 1,000 persons: how fast residents change.

    Parameters
    ----------
    arrivals, departures
        Moves in and out during the period.
    mean_population
        Persons there on average during the period.

    Raises
    ------
    MeasureUndefined
        If the mean population counts nobody anywhere.

    Examples
    --------
    >>> float(churn(60, 40, mean_population=2000))
    50.0
    """
    return _per_thousand(_floats(arrivals) + _floats(departures), mean_population)


def churn_bounds(
    arrivals: Bounds[FloatArray], departures: Bounds[FloatArray], *, mean_population: Bounds[FloatArray]
) -> Bounds[FloatArray]:
    """
    Least and greatest churn, both attained.

    Examples
    --------
    >>> found = churn_bounds(Bounds(1.0, 4.0), Bounds(6.0, 6.0), mean_population=Bounds(1000.0, 1000.0))
    >>> float(found.lower), float(found.upper)
    (7.0, 10.0)
    """
    moves = Bounds(_floats(arrivals.lower) + departures.lower, _floats(arrivals.upper) + departures.upper)
    return _scaled(quotient_bounds(moves, mean_population))


def quotient(above: ArrayLike, below: ArrayLike) -> FloatArray:
    """Divide cell by cell; NaN where nothing positive stands below."""
    top, bottom = np.broadcast_arrays(_floats(above), _floats(below))
    positive = bottom > 0
    return np.where(positive, top / np.where(positive, bottom, 1.0), np.nan)


def quotient_bounds(above: Bounds[FloatArray], below: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """
    Least and greatest quotient of two independent counts; the upper may be negative.

    NaN where the lower bound of what stands below is not positive.
    """
    low, high = _floats(above.lower), _floats(above.upper)
    few, many = _floats(below.lower), _floats(below.upper)
    lower = quotient(low, np.where(low >= 0, many, few))
    upper = quotient(high, np.where(high >= 0, few, many))
    exists = few > 0
    return Bounds(np.where(exists, lower, np.nan), np.where(exists, upper, np.nan))


def difference_bounds(first: Bounds[FloatArray], second: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """Least and greatest difference of two independent counts."""
    return Bounds(_floats(first.lower) - second.upper, _floats(first.upper) - second.lower)


def _floats(numbers: ArrayLike) -> FloatArray:
    return np.asarray(numbers, np.float64)


def _scaled(rate: Bounds[FloatArray]) -> Bounds[FloatArray]:
    return Bounds(1000 * rate.lower, 1000 * rate.upper)


def _compounded(factor: FloatArray, years: float) -> FloatArray:
    return np.asarray(np.power(factor, 1 / years) - 1, np.float64)


def _per_thousand(moves: FloatArray, population: ArrayLike) -> FloatArray:
    persons = _floats(population)
    if not np.any(persons > 0):
        raise MeasureUndefined.at("population.rate_over_nobody", population=float(persons.sum()))
    return 1000 * quotient(moves, persons)


def _check_start(before: FloatArray, after: FloatArray) -> None:
    if not np.any(before > 0):
        raise MeasureUndefined.at("population.growth_from_nobody", before=float(before.sum()), after=float(after.sum()))


def _check_years(years: float) -> None:
    if not years > 0:
        raise MeasureUndefined.at("population.no_time_between", years=years)
