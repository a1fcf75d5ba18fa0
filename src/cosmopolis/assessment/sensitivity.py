"""
Which assumption moves a result: Sobol indices with their interval and a word on convergence.

The first-order index of a factor is the share of the result's variance that
would go if that factor alone were known; the total index is the share that
would stay if all others were known. Both come from a sample, so each has an
interval, and `Sensitivity.converged` says whether the sample was large enough to
be quoted.

Points are independent draws, not a low-discrepancy sequence: the bootstrap
interval then is what it says, and nothing has to be imported.

References
----------
Saltelli et al. (2010), Computer Physics Communications 181(2), 259-270.
Jansen (1999), Computer Physics Communications 117(1-2), 35-43.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cosmopolis.errors import Fault, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray

#: Half the width of the widest interval of a total index that may still be called converged.
CONVERGED_HALF_WIDTH = 0.05
#: The interval reported, as in COINr and most of the field.
INTERVAL = (0.05, 0.95)
#: Cells of the resampling matrix that are held at once: 32 MiB.
_CELLS = 1 << 22
#: A result that varies by less than this share of its size is called constant: rounding, not effect.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Effect:
    """
    One factor's share of the variance of the result, each index with its 5-95 % interval.

    An estimate may lie a little below 0 or above 1 although the index cannot; it
    is left as it came, because a clipped number would hide a poor sample.
    """

    factor: str
    first: float
    first_lower: float
    first_upper: float
    total: float
    total_lower: float
    total_upper: float

    @property
    def half_width(self) -> float:
        """Half the width of the interval of the total index."""
        return (self.total_upper - self.total_lower) / 2


@dataclass(frozen=True)
class Sensitivity:
    """
    What the result rests on, factor by factor in the order given.

    `effects` is empty where the result does not vary: `reason` then says so, and
    nothing may be read into the factors.
    """

    effects: tuple[Effect, ...]
    mean: float
    variance: float
    draws: int
    evaluations: int
    resamples: int
    seed: int
    converged: bool
    reason: Fault | None = None

    def effect(self, factor: str) -> Effect | None:
        """The effect of a factor; nothing where the indices are undefined."""
        return next((effect for effect in self.effects if effect.factor == factor), None)


def sobol(
    model: Callable[[FloatArray], FloatArray],
    factors: Sequence[str],
    *,
    draws: int,
    seed: int,
    resamples: int = 200,
) -> Sensitivity:
    """
    First-order and total Sobol indices of a model, with bootstrap intervals.

    Parameters
    ----------
    model
        Maps points of the unit cube, shape (n, k), to results, shape (n,). It is
        called k + 2 times with `draws` points each and must treat every row alone.
    factors
        The names of the k columns.
    draws
        Base points N; the model sees N (k + 2) points. At least 2.
    seed
        Of the PCG64 generator; the same seed gives the same bits.
    resamples
        Bootstrap samples for the interval.

    Returns
    -------
    sensitivity
        Without effects, and with the reason, where the result does not vary.

    Raises
    ------
    MeasureUndefined
        If a result is not a finite number, or there are no factors or too few draws.

    References
    ----------
    First order: Saltelli et al. (2010), table 2 (b); total: Jansen (1999), ibid. (f).

    Examples
    --------
    y = 3 a + b: variances 9/12 and 1/12, so a holds nine tenths of the total

    >>> found = sobol(lambda points: points @ [3.0, 1.0], ["a", "b"], draws=20_000, seed=1)
    >>> [round(effect.total, 1) for effect in found.effects], found.converged
    ([0.9, 0.1], True)
    """
    _check_design(factors, draws, resamples)
    generator = np.random.Generator(np.random.PCG64(seed))
    first_points, second_points = generator.random((2, draws, len(factors)))
    results = _results(model, first_points, second_points)
    mean, variance = float(results[:2].mean()), float(results[:2].var())
    plain = Sensitivity((), mean, variance, draws, results.size, resamples, seed, converged=False)
    if bool(np.ptp(results) <= _ROUNDING * max(1.0, float(np.abs(results).max()))):
        return replace(plain, variance=0.0, reason=Fault("indices.sobol_without_variance", {"value": mean}))
    parts = _parts(results - mean)
    estimates = _indices(parts.mean(axis=0)[np.newaxis])[0]
    limits = np.quantile(_resampled(parts, generator, resamples), INTERVAL, axis=0)
    effects = tuple(_effect(name, estimates[:, at], limits[:, :, at]) for at, name in enumerate(factors))
    return replace(plain, effects=effects, converged=_has_converged(effects))


def _check_design(factors: Sequence[str], draws: int, resamples: int) -> None:
    if len(factors) == 0 or len(set(factors)) < len(factors):
        raise MeasureUndefined.at("indices.sobol_factors", factors=", ".join(factors) or "-")
    if draws < 2 or resamples < 2:
        raise MeasureUndefined.at("indices.sobol_draws", draws=draws, resamples=resamples)


def _results(model: Callable[[FloatArray], FloatArray], first: FloatArray, second: FloatArray) -> FloatArray:
    """Rows: results at the first points, at the second, and at the first with one column of the second each."""
    rows = [_evaluated(model, first), _evaluated(model, second)]
    for column in range(first.shape[1]):
        mixed = first.copy()
        mixed[:, column] = second[:, column]
        rows.append(_evaluated(model, mixed))
    return np.vstack(rows)


def _evaluated(model: Callable[[FloatArray], FloatArray], points: FloatArray) -> FloatArray:
    results = np.asarray(model(points), np.float64)
    if results.shape != (len(points),):
        raise ValueError(f"the model gave shape {results.shape} for {len(points)} points")
    wrong = np.flatnonzero(~np.isfinite(results))
    if wrong.size:
        raise MeasureUndefined.at("indices.sobol_not_finite", count=int(wrong.size), value=float(results[wrong[0]]))
    return results


def _parts(results: FloatArray) -> FloatArray:
    """
    Per draw, whose means give every index: k products, k squares, and two for the variance.

    Results are centred beforehand: the product estimator is unbiased either way
    and far less noisy around zero.
    """
    first, second, mixed = results[0], results[1], results[2:]
    products = second * (mixed - first)
    squares = (first - mixed) ** 2 / 2
    return np.vstack([products, squares, (first + second) / 2, (first**2 + second**2) / 2]).T


def _indices(means: FloatArray) -> FloatArray:
    """First-order (0) and total (1) index of each factor, shape (samples, 2, k)."""
    factors = (means.shape[1] - 2) // 2
    variance = means[:, -1] - means[:, -2] ** 2
    return means[:, : 2 * factors].reshape(-1, 2, factors) / variance[:, np.newaxis, np.newaxis]


def _resampled(parts: FloatArray, generator: np.random.Generator, resamples: int) -> FloatArray:
    """The indices of each bootstrap sample of the draws, a bounded block of samples at a time."""
    draws = len(parts)
    block = max(1, _CELLS // draws)
    found = []
    for begun in range(0, resamples, block):
        size = min(block, resamples - begun)
        # how often each draw is taken stands for taking it: one matrix product a block
        taken = generator.integers(0, draws, (size, draws)) + draws * np.arange(size)[:, np.newaxis]
        counts = np.bincount(taken.ravel(), minlength=size * draws).reshape(size, draws)
        found.append(_indices(counts @ parts / draws))
    return np.concatenate(found)


def _effect(factor: str, estimate: FloatArray, limits: FloatArray) -> Effect:
    (first_lower, total_lower), (first_upper, total_upper) = limits.tolist()
    first, total = estimate.tolist()
    return Effect(factor, first, first_lower, first_upper, total, total_lower, total_upper)


def _has_converged(effects: Sequence[Effect]) -> bool:
    """Whether every total index is known well enough and no first-order index exceeds it beyond its error."""
    return all(
        effect.half_width <= CONVERGED_HALF_WIDTH and effect.first_lower <= effect.total_upper for effect in effects
    )
