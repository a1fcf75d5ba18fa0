"""
Outliers: found by skewness and kurtosis, drawn in point by point, else by a logarithm.

References
----------
Joanes and Gill (1998), The Statistician 47(1), 183-189: G1 and G2.
JRC COIN Tool (2019): absolute skewness above 2 together with kurtosis above 3.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.assessment.indices.table import Index, check_choice, verb, with_report
from cosmopolis.errors import ContentError, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray

TRANSFORMS = ("log_ct", "log_gii", "none")


@dataclass(frozen=True)
class Limits:
    """What still counts as free of outliers: either below its limit is enough."""

    skewness: float = 2.0
    kurtosis: float = 3.5


@dataclass(frozen=True)
class Treatment:
    """
    What was done to one indicator.

    `outcome`: `as_it_was`, `winsorised`, the transform's name (with `_mirrored`
    where low values were the outliers), or `not_judged` where fewer than four
    values are known or all are equal. `passed` says whether the limits hold now.
    """

    code: str
    outcome: str
    points: int
    skewness: float | None
    kurtosis: float | None
    skewness_after: float | None
    kurtosis_after: float | None
    passed: bool


def skewness(values: ArrayLike) -> float:
    """
    Sample skewness G1, as spreadsheets give it.

    Raises
    ------
    MeasureUndefined
        If fewer than three values are known or all are equal.

    Examples
    --------
    By hand: deviations -2, -1, 3; m2 = 14/3, m3 = 6; g1 = 6 / (14/3)^1.5 = 0.5952; G1 = g1 sqrt(6) / 1

    >>> round(skewness([1, 2, 6]), 4)
    1.4579
    """
    known, spread = _deviations(values, least=3)
    n = known.size
    return float((known**3).mean() / spread**1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(values: ArrayLike) -> float:
    """
    Sample excess kurtosis G2, as spreadsheets give it: 0 for a normal distribution.

    Raises
    ------
    MeasureUndefined
        If fewer than four values are known or all are equal.

    Examples
    --------
    By hand: 1 to 5: m2 = 2, m4 = 34/5; g2 = 6.8/4 - 3 = -1.3; G2 = 4 (6 x -1.3 + 6) / (3 x 2)

    >>> round(kurtosis([1, 2, 3, 4, 5]), 4)
    -1.2
    """
    known, spread = _deviations(values, least=4)
    n = known.size
    plain = float((known**4).mean() / spread**2) - 3
    return ((n + 1) * plain + 6) * (n - 1) / ((n - 2) * (n - 3))


def _deviations(values: ArrayLike, *, least: int) -> tuple[FloatArray, float]:
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    if known.size < least or np.ptp(known) == 0:
        raise MeasureUndefined.at("indices.shape_undefined", count=int(known.size), least=least)
    # counted in the largest deviation: cubes and fourth powers of any unit then stay numbers
    deviations = known - known.mean()
    deviations /= np.abs(deviations).max()
    return deviations, float((deviations**2).mean())


def passes(values: ArrayLike, limits: Limits) -> bool:
    """Whether absolute skewness or kurtosis is below its limit."""
    return abs(skewness(values)) < limits.skewness or kurtosis(values) < limits.kurtosis


def winsorised(values: ArrayLike, *, most: int = 5, limits: Limits | None = None) -> tuple[FloatArray, int]:
    """
    Draw the outermost value in to the next one, again and again, until the limits hold.

    The end is chosen by the sign of the skewness. Equal outermost values are
    several points. A step that would touch more than `most` points in all is not taken.

    Returns
    -------
    values, points
        The new values, and how many differ from what they were.

    Examples
    --------
    >>> winsorised([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100])
    (array([ 1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 10.]), 1)
    """
    bounds = limits or Limits()
    given = np.asarray(values, np.float64)
    here, points = given.copy(), 0
    while not passes(here, bounds):
        drawn = _drawn_in(here)
        touched = int((drawn != given)[~np.isnan(given)].sum())
        if touched > most or np.nanmax(drawn) == np.nanmin(drawn):
            break
        here, points = drawn, touched
    return here, points


def _drawn_in(values: FloatArray) -> FloatArray:
    if skewness(values) >= 0:
        outermost = np.nanmax(values)
        return np.where(values == outermost, np.nanmax(values[values < outermost]), values)
    outermost = np.nanmin(values)
    return np.where(values == outermost, np.nanmin(values[values > outermost]), values)


def log_ct(values: ArrayLike) -> FloatArray:
    """
    The COIN Tool's logarithm ln(x - min + range/100), which keeps the order.

    Raises
    ------
    MeasureUndefined
        If all values are equal.

    Examples
    --------
    By hand: ln(0 + 1), ln(100 + 1)

    >>> log_ct([5, 105]).round(4)
    array([0.    , 4.6151])
    """
    given, low, high = _with_ends(values)
    return np.asarray(np.log(given - low + 0.01 * (high - low)), np.float64)


def log_gii(values: ArrayLike) -> FloatArray:
    """
    The Global Innovation Index's logarithm ln((max - 1)(x - min)/range + 1).

    Raises
    ------
    MeasureUndefined
        If all values are equal, or the largest is 1 or less: the formula would
        then turn the order round or have no value.

    Examples
    --------
    By hand: 1 to 400 maps onto ln 1 to ln 400

    >>> log_gii([1, 400]).round(4)
    array([0.    , 5.9915])
    """
    given, low, high = _with_ends(values)
    if high <= 1:
        raise MeasureUndefined.at("indices.log_gii_small", value=high)
    return np.asarray(np.log((high - 1) * (given - low) / (high - low) + 1), np.float64)


def _with_ends(values: ArrayLike) -> tuple[FloatArray, float, float]:
    given = np.asarray(values, np.float64)
    low, high = float(np.nanmin(given)), float(np.nanmax(given))
    if low == high:
        raise MeasureUndefined.at("indices.shape_undefined", count=int((~np.isnan(given)).sum()), least=2)
    return given, low, high


_LOGARITHMS: Mapping[str, Callable[[ArrayLike], FloatArray]] = {"log_ct": log_ct, "log_gii": log_gii}


@verb
def treat(
    index: Index, *, most: int = 5, transform: str = "log_ct", limits: Limits | None = None, leave: Sequence[str] = ()
) -> Index:
    """
    Treat each indicator for outliers and say what was done to it.

    An indicator within the limits stays as it is. One that is not is winsorised;
    where that is not enough, its values as given are transformed instead. A
    logarithm of outliers at the low end is taken of the mirrored values, or it
    would pull them further out. Panels are treated over all periods together.

    Parameters
    ----------
    index
        Before normalising.
    most
        Points that may be winsorised per indicator.
    transform
        `log_ct`, `log_gii` or `none`.
    limits
        Skewness and kurtosis; by default 2 and 3.5.
    leave
        Codes of indicators that are not treated.

    Raises
    ------
    ContentError
        If an option has an unknown value or a code is not there.
    """
    check_choice("transform", transform, TRANSFORMS)
    index.structure.check_codes(leave, "leave")
    if most < 0:
        raise ContentError.at("indices.unknown_choice", option="most", value=str(most), known="0, 1, 2, ...")
    bounds = limits or Limits()
    values, report = index.values.copy(), []
    for column, code in enumerate(index.structure.codes):
        if code not in leave:
            values[:, column], done = _treated(code, values[:, column], most, transform, bounds)
            report.append(done)
    gone = frozenset(done.code for done in report if done.outcome.startswith("log_"))
    return with_report(index, *report, values=values, transformed=gone)


def _treated(code: str, given: FloatArray, most: int, transform: str, limits: Limits) -> tuple[FloatArray, Treatment]:
    known = given[~np.isnan(given)]
    if known.size < 4 or np.ptp(known) == 0:
        return given, Treatment(code, "not_judged", 0, None, None, None, None, passed=False)
    made, points = winsorised(given, most=most, limits=limits)
    outcome = "winsorised" if points else "as_it_was"
    if not passes(made, limits) and transform != "none":
        outcome, points = transform, 0
        made = _LOGARITHMS[transform](given)
        if skewness(given) < 0:
            outcome, made = f"{transform}_mirrored", _mirrored_logarithm(given, transform)
    shape = (skewness(given), kurtosis(given), skewness(made), kurtosis(made))
    return made, Treatment(code, outcome, points, *shape, passed=passes(made, limits))


def _mirrored_logarithm(given: FloatArray, transform: str) -> FloatArray:
    """A logarithm that draws low outliers in: values are turned round within their range and back."""
    low, high = np.nanmin(given), np.nanmax(given)
    return np.asarray(-_LOGARITHMS[transform](low + high - given), np.float64)
