"""
Chance and hidden counts beside what else can do them, in the same run.

1,000 permutations of dissimilarity of 5,000 tracts and 7.6 million people beside
one call of NumPy's `multivariate_hypergeometric` and, where it is installed,
PySAL's inference; chance levels in closed form; bounds of hidden counts.
"""

from __future__ import annotations

import sys

import numpy as np

from _bench import cost_figures, figure, machine, median, ran, timed
from cosmopolis.neighbourhoods.chance import (
    dissimilarity_bias_corrected,
    dissimilarity_density_corrected,
    expected_dissimilarity,
)
from cosmopolis.neighbourhoods.inference import Null, chance_test, estimate
from cosmopolis.neighbourhoods.suppressed_dissimilarity import dissimilarity_extremes
from cosmopolis.neighbourhoods.suppressed_information import information_theory_extremes
from cosmopolis.vocabulary.measurement import Bounds, FloatArray, between

TRACTS, DRAWS = 5_000, 1_000
_ONCE = f"""
import sys; sys.path.insert(0, "benchmarks")
from bench_neighbourhoods_inference import city
from cosmopolis.neighbourhoods.inference import chance_test
chance_test(*city(), seed=1, draws={DRAWS})
"""
_NOTHING = "import numpy, numba; numba.njit(lambda a: a + 1.0)(1.0)"


def city() -> tuple[np.ndarray, np.ndarray]:
    """Persons of a group, and all others, in as many tracts as a large city has."""
    made = np.random.default_rng(1)
    persons = made.integers(500, 2540, TRACTS)
    group = made.binomial(persons, made.beta(2, 10, TRACTS))
    return group, persons - group


def hidden(areas: int) -> tuple[Bounds[FloatArray], Bounds[FloatArray]]:
    """Counts of which many are known to be 1 to 4 only, summed over some nationalities."""
    made = np.random.default_rng(2)
    low = made.poisson(made.gamma(0.6, 20, areas)) + 1.0
    rest = np.floor(made.gamma(2, 600, areas))
    return between(low, low + 3 * made.integers(0, 4, areas)), between(rest, rest + 3 * made.integers(0, 4, areas))


def main() -> None:
    """Print each figure with its bar, and each ratio."""
    machine()
    group, rest = city()
    chance_test(group, rest, seed=1, draws=DRAWS)
    _lotteries(group, rest)
    _closed_forms(group, rest)
    _bounds()
    first = median(lambda: ran([sys.executable, "-c", _ONCE]), 3)
    cost_figures("first call in a fresh process, kernels cached", first)
    start = median(lambda: ran([sys.executable, "-c", _NOTHING]), 3)
    figure("  of which NumPy, Numba and one compiled sum", start.seconds, "s")
    machine()


def _lotteries(group: np.ndarray, rest: np.ndarray) -> None:
    persons = group + rest

    def bare() -> np.ndarray:
        made = np.random.default_rng(1)
        drawn = made.multivariate_hypergeometric(persons, int(group.sum()), size=DRAWS, method="marginals")
        return np.abs(drawn / group.sum() - (persons - drawn) / rest.sum()).sum(axis=1) / 2

    there = timed(bare, 3)
    here = timed(lambda: chance_test(group, rest, seed=1, draws=DRAWS), 5)
    figure(f"{DRAWS:,} permutations of D, {TRACTS:,} tracts, {persons.sum() / 1e6:.1f} M people", here, "s", bar=1)
    figure("  NumPy's multivariate_hypergeometric", there, "s")
    figure("  permutations / NumPy", here / there, "times")
    mean, error = bare().mean(), chance_test(group, rest, seed=1, draws=DRAWS)
    assert abs(mean - error.mean) < 6 * error.deviation / np.sqrt(DRAWS)
    even = timed(lambda: chance_test(group, rest, seed=1, draws=DRAWS, null=Null.EVENNESS), 5)
    figure(f"{DRAWS:,} even cities", even, "s")
    again = timed(lambda: estimate(group, rest, seed=1, draws=DRAWS), 3)
    figure(f"{DRAWS:,} resampled cities", again, "s")
    _beside_pysal(group, rest, here)


def _beside_pysal(group: np.ndarray, rest: np.ndarray, here: float) -> None:
    try:
        import pandas as pd
        from segregation.inference import SingleValueTest
        from segregation.singlegroup import Dissim
    except ImportError:
        print("PySAL's segregation is not installed: no ratio to it")
        return
    frame = pd.DataFrame({"group": group, "total": group + rest})
    index = Dissim(frame, group_pop_var="group", total_pop_var="total")
    draws = 10
    theirs = timed(
        lambda: SingleValueTest(index, iterations_under_null=draws, null_approach="person_permutation", n_jobs=2), 1
    )
    figure("  permutations / PySAL, scaled from 10 draws", here / (theirs * DRAWS / draws), "times")


def _closed_forms(group: np.ndarray, rest: np.ndarray) -> None:
    for measure in (expected_dissimilarity, dissimilarity_bias_corrected, dissimilarity_density_corrected):
        figure(f"{measure.__name__}, {TRACTS:,} tracts", timed(lambda one=measure: one(group, rest), 11) * 1e3, "ms")


def _bounds() -> None:
    for areas in (73, 1068):
        group, rest = hidden(areas)
        for extremes in (dissimilarity_extremes, information_theory_extremes):
            found = extremes(group, rest)
            assert found.least.is_attained
            assert found.greatest.is_attained
            seconds = timed(lambda one=extremes, a=group, b=rest: one(a, b), 5)
            figure(f"{extremes.__name__}, {areas:,} areas, attained", seconds * 1e3, "ms")


if __name__ == "__main__":
    main()
