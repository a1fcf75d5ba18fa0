"""
The composite index beside the machine's limit and beside its peers, in the same run.

Uncertainty analysis of 50 areas and 100 indicators (weights, normalisation and
means drawn) beside one matrix product of the same size and beside a loop that
scores draw after draw; Sobol indices beside SALib where it is installed.
"""

from __future__ import annotations

import numpy as np

from _bench import figure, machine, timed
from cosmopolis.assessment.indices import (
    Group,
    Index,
    Indicator,
    Structure,
    aggregate,
    index_of,
    normalise,
    rank_sensitivity,
    removals,
    robustness,
)
from cosmopolis.assessment.sensitivity import sobol

AREAS, INDICATORS, GROUPS, DRAWS = 50, 100, 10, 10_000
ALTERNATIVES = {
    "normalise": [{}, {"method": "prank"}],
    "aggregate": [{}, {"method": "geometric"}, {"method": "harmonic"}],
}
#: Ishigami with a = 7, b = 0.1: first order and total, in closed form.
FIRST, TOTAL = np.array([0.3139, 0.4424, 0.0]), np.array([0.5576, 0.4424, 0.2437])


def main() -> None:
    """Print each ratio."""
    machine()
    made = np.random.default_rng(2025)
    values = made.lognormal(size=(AREAS, INDICATORS))
    index = _index(values)
    _uncertainty(index, made)
    figure("Sobol indices of ranks, 10,000 base points", timed(lambda: _sensitivity(index), 3), "s")
    figure(f"what-if removal of all {INDICATORS + GROUPS}", timed(lambda: removals(index), 3), "s")
    _ishigami()
    machine()


def _index(values: np.ndarray) -> Index:
    codes = [f"i{number}" for number in range(INDICATORS)]
    structure = Structure(
        [Indicator(code, f"g{number % GROUPS}") for number, code in enumerate(codes)],
        [Group("all"), *(Group(f"g{number}", "all") for number in range(GROUPS))],
    )
    columns = {code: column.tolist() for code, column in zip(codes, values.T, strict=True)}
    raw = index_of({"area_code": [f"area {row}" for row in range(AREAS)], **columns}, structure)
    return aggregate(normalise(raw, scale=(1, 100)))


def _sensitivity(index: Index) -> object:
    return rank_sensitivity(index, draws=DRAWS, seed=1, alternatives=ALTERNATIVES)


def _uncertainty(index: Index, made: np.random.Generator) -> None:
    cells, weights = index.values, made.random((INDICATORS, DRAWS))
    here = timed(lambda: robustness(index, draws=DRAWS, seed=1, alternatives=ALTERNATIVES))
    figure("uncertainty analysis, 50 x 100, 10,000 draws", here, "s", bar=5)
    bare = timed(lambda: cells @ weights)
    figure("uncertainty analysis / one matrix product of the same size", here / bare, "times")
    figure(
        "uncertainty analysis / plain NumPy loop over the draws", here / timed(lambda: _loop(index, made), 1), "times"
    )


def _loop(index: Index, made: np.random.Generator) -> np.ndarray:
    """What a notebook would do: draw, normalise, average group by group, rank; then quantiles."""
    values, group = index.values, np.arange(INDICATORS) % GROUPS
    ranks = np.empty((DRAWS, AREAS))
    for draw in range(DRAWS):
        cells = values
        if made.integers(2):
            cells = 1 + 99 * values.argsort(axis=0).argsort(axis=0) / (AREAS - 1)
        method = made.integers(3)
        weights = made.uniform(0.75, 1.25, INDICATORS)
        below = np.column_stack(
            [_mean(cells[:, group == each], weights[group == each], method) for each in range(GROUPS)]
        )
        score = _mean(below, made.uniform(0.75, 1.25, GROUPS), method)
        ranks[draw] = AREAS - score.argsort().argsort()
    return np.quantile(ranks, (0.05, 0.5, 0.95), axis=0)


def _mean(cells: np.ndarray, weights: np.ndarray, method: int) -> np.ndarray:
    shares = weights / weights.sum()
    if method == 0:
        return cells @ shares
    return np.exp(np.log(cells) @ shares) if method == 1 else 1 / ((1 / cells) @ shares)


def _function(points: np.ndarray) -> np.ndarray:
    x = (2 * points - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def _ishigami() -> None:
    names = ["x1", "x2", "x3"]
    base = 8192
    found = sobol(_function, names, draws=base, seed=1)
    figure(f"Ishigami, N = {base}: largest error", _error([(each.first, each.total) for each in found.effects]), "")
    here = timed(lambda: sobol(_function, names, draws=base, seed=1, resamples=200))
    figure("Ishigami with 200 resamples", here, "s")
    try:
        from SALib.analyze import sobol as analysis
        from SALib.sample import sobol as sample
    except ImportError:
        print("SALib is not installed: no ratio to it")
        return
    problem = {"num_vars": 3, "names": names, "bounds": [[0, 1]] * 3}

    def theirs() -> dict[str, np.ndarray]:
        points = sample.sample(problem, base, calc_second_order=False, seed=1)
        results = _function(points)
        return analysis.analyze(problem, results, calc_second_order=False, num_resamples=200, seed=1)

    told = theirs()
    figure("  SALib: largest error", _error(list(zip(told["S1"], told["ST"], strict=True))), "")
    figure("Ishigami with 200 resamples / SALib", here / timed(theirs), "times")


def _error(found: list[tuple[float, float]]) -> float:
    return float(np.abs(np.array(found).T - [FIRST, TOTAL]).max())


if __name__ == "__main__":
    main()
