"""
How the pull of a facility falls with the cost of the way to it: from 1 next door to 0 out of reach.

A decay is data (a kind, its numbers, a limit), so that a method note can print it
and two decays can be compared. The unit of its numbers is the unit of the costs:
metres, minutes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.checks import between

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True)
class Decay:
    """
    The weight of a facility as a function of the cost of the way.

    `kind` names the formula, `parameters` are its numbers, and beyond `limit` the
    weight is 0. Make one with `step`, `steps`, `linear`, `exponential`, `power`,
    `logistic` or `gaussian`; `GIVEN` takes the costs for the weights themselves.
    """

    kind: str
    parameters: tuple[float, ...] = ()
    limit: float = math.inf

    def __call__(self, cost: ArrayLike) -> FloatArray:
        """Weights from 0 to 1, of the shape of `cost`; a way that is missing (NaN) has weight 0."""
        ways = np.asarray(cost, np.float64)
        weights = _FORMULAE[self.kind](ways, *self.parameters)
        off = ~(ways <= self.limit)
        return np.where(off, 0.0, weights) if off.any() else weights


def step(limit: float) -> Decay:
    """
    Weight 1 up to a limit, 0 beyond: the two-step floating catchment area as first published.

    Examples
    --------
    >>> step(1000)([0, 1000, 1001])
    array([1., 1., 0.])
    """
    _check_positive("limit", limit)
    return Decay("step", (), float(limit))


def steps(limits: Sequence[float], weights: Sequence[float]) -> Decay:
    """
    A weight for each zone: the enhanced two-step floating catchment area.

    Parameters
    ----------
    limits
        Where each zone ends, rising; the limit belongs to its zone.
    weights
        The weight of each zone, from 0 to 1, not rising. Luo and Qi have
        1, .68, .22 for zones of ten minutes.

    Raises
    ------
    MeasureUndefined
        If limits do not rise, or weights rise or leave the range 0 to 1.

    References
    ----------
    Luo and Qi (2009), Health & Place 15(4), 1100-1107.

    Examples
    --------
    >>> steps([10, 20, 30], [1, .68, .22])([4, 10, 11, 30, 31])
    array([1.  , 1.  , 0.68, 0.22, 0.  ])
    """
    ends, shares = np.asarray(limits, np.float64), np.asarray(weights, np.float64)
    rising = ends.ndim == 1 and ends.size > 0 and ends[0] >= 0 and bool(np.all(np.diff(ends) > 0))
    falling = shares.shape == ends.shape and bool(np.all(np.diff(shares, prepend=1.0, append=0.0) <= 0))
    if not (rising and falling and np.isfinite(ends).all()):
        raise MeasureUndefined.at("neighbourhoods.decay_steps", limits=_told(limits), weights=_told(weights))
    return Decay("steps", (*map(float, ends), *map(float, shares)), float(ends[-1]))


def linear(limit: float) -> Decay:
    """
    From 1 next door straight down to 0 at the limit.

    Examples
    --------
    >>> linear(1000)([0, 250, 1000])
    array([1.  , 0.75, 0.  ])
    """
    _check_positive("limit", limit)
    return Decay("linear", (float(limit),), float(limit))


def exponential(rate: float, *, limit: float = math.inf) -> Decay:
    """
    The number e to the power of minus `rate` times the cost.

    Examples
    --------
    >>> exponential(.1)([0, 10]).round(4)
    array([1.    , 0.3679])
    """
    _check_positive("rate", rate)
    return Decay("exponential", (float(rate),), _limit(limit))


def power(exponent: float, *, unit: float = 1.0, limit: float = math.inf) -> Decay:
    """
    The cost, counted in `unit`, to the power of minus `exponent`; 1 within the first unit.

    Without that cap the weight of a facility next door would be endless.

    Examples
    --------
    >>> power(2)([0, 1, 2])
    array([1.  , 1.  , 0.25])
    """
    _check_positive("exponent", exponent)
    _check_positive("unit", unit)
    return Decay("power", (float(exponent), float(unit)), _limit(limit))


def logistic(middle: float, deviation: float, *, limit: float = math.inf) -> Decay:
    """
    An S-shaped fall, scaled to be 1 at no cost.

    Parameters
    ----------
    middle
        The cost where the fall is steepest.
    deviation
        Standard deviation of the underlying logistic distribution.
    limit
        Beyond it the weight is 0.

    References
    ----------
    Bauer and Groneberg (2016), PLoS ONE 11(7), e0159148.

    Examples
    --------
    At the middle the plain logistic is one half; at no cost it is 1 / (1 + e^(-5.4414)):

    >>> logistic(30, 10)([0, 30]).round(4)
    array([1.    , 0.5022])
    """
    _check_positive("middle", middle)
    _check_positive("deviation", deviation)
    return Decay("logistic", (float(middle), float(deviation)), _limit(limit))


def gaussian(deviation: float, *, limit: float = math.inf) -> Decay:
    """
    A bell curve: e to the power of minus half the squared cost, counted in deviations.

    Examples
    --------
    >>> gaussian(1000)([0, 1000]).round(4)
    array([1.    , 0.6065])
    """
    _check_positive("deviation", deviation)
    return Decay("gaussian", (float(deviation),), _limit(limit))


def _step(cost: FloatArray) -> FloatArray:
    return np.ones_like(cost)


def _steps(cost: FloatArray, *numbers: float) -> FloatArray:
    ends, weights = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
    found = np.full_like(cost, weights[-1])
    for end, weight in zip(reversed(ends[:-1]), reversed(weights[:-1]), strict=True):
        found[cost <= end] = weight
    return found


def _linear(cost: FloatArray, limit: float) -> FloatArray:
    return np.maximum(1 - cost / limit, 0.0)


def _exponential(cost: FloatArray, rate: float) -> FloatArray:
    return np.exp(-rate * cost)


def _power(cost: FloatArray, exponent: float, unit: float) -> FloatArray:
    return np.asarray(np.maximum(cost / unit, 1.0) ** -exponent, np.float64)


def _logistic(cost: FloatArray, middle: float, deviation: float) -> FloatArray:
    steepness = math.pi / (deviation * math.sqrt(3))
    # 1 / (1 + e^z) written through tanh, which never overflows
    half = np.tanh(steepness * (cost - middle) / 2)
    return np.asarray((1 - half) / (1 + math.tanh(steepness * middle / 2)), np.float64)


def _gaussian(cost: FloatArray, deviation: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * (cost / deviation) ** 2), np.float64)


def _given(cost: FloatArray) -> FloatArray:
    if bool(np.any(cost > 1)):
        raise MeasureUndefined.at("neighbourhoods.weight_above_one", value=float(np.nanmax(cost)))
    return cost.copy()


_FORMULAE: Mapping[str, Callable[..., FloatArray]] = {
    "step": _step,
    "steps": _steps,
    "linear": _linear,
    "exponential": _exponential,
    "power": _power,
    "logistic": _logistic,
    "gaussian": _gaussian,
    "given": _given,
}

#: The numbers of the pairs are weights from 0 to 1 already, made elsewhere.
GIVEN = Decay("given")


def _check_positive(name: str, value: float) -> None:
    between(name, value, 0, math.inf)


def _limit(limit: float) -> float:
    if limit != math.inf:
        _check_positive("limit", limit)
    return float(limit)


def _told(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
