"""
A city on a grid: profile over scales, nearest contexts, what-if.

Each figure of 500,000 cells comes from fresh processes with a warm cache; the first
call is told apart, and so is the compiler's library, which a process loads once. Peers in the
same run: the same sums in plain NumPy, a k-d tree as everybody would use it, and
PySAL where it is installed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from math import isqrt

import numpy as np

from _bench import figure, machine, ran, timed
from cosmopolis.neighbourhoods.contexts import nearest_contexts
from cosmopolis.neighbourhoods.grid import Grid, grid
from cosmopolis.neighbourhoods.spatial import scale_profile
from cosmopolis.neighbourhoods.whatif import what_if

RADII = [200, 400, 600, 800, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000]
KS = [100 * 2**step for step in range(8)]
LARGE, CITY, SMALL = 708, 224, 45
BARS = {"profile": (0.6, 500), "contexts": (0.8, 600), "triangular": (None, None)}


def main() -> None:
    """Print each figure, its bar and its ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", choices=list(BARS), help="one measurement in this process")
    told = parser.parse_args()
    if told.fresh:
        _fresh(told.fresh)
        return
    from cosmopolis.neighbourhoods.kernels import compile_kernels

    compile_kernels()
    machine()
    for name in BARS:
        _large(name)
    city = made_city(CITY)
    profile, contexts = (timed(lambda work=work: work(city)) for work in (_profile, _contexts))  # type: ignore[misc]
    figure("50,000 cells: profile, 10 radii, 4 groups", profile, "s", bar=0.2)
    figure("50,000 cells: contexts, 8 k", contexts, "s", bar=0.2)
    _what_if(city)
    figure("  plain NumPy row sums, without the indices / profile", _plain(city) / profile, "times")
    figure("  k-d tree, rings cut / contexts", _tree(city) / contexts, "times")
    _pysal()
    machine()


def made_city(side: int) -> Grid:
    """A city of four groups, ten people a cell, many cells with few and few with many."""
    made = np.random.default_rng(2025)
    return grid(made.poisson(made.gamma(0.5, 5.0, (side, side, 4))).astype(float), cell_metres=100)


def _profile(where: Grid) -> object:
    return scale_profile(where, RADII)


def _contexts(where: Grid) -> object:
    return nearest_contexts(where, KS)


def _triangular(where: Grid) -> object:
    return scale_profile(where, RADII, kernel="triangular")


_WORK: dict[str, Callable[[Grid], object]] = {
    "profile": _profile,
    "contexts": _contexts,
    "triangular": _triangular,
}


def _fresh(name: str) -> None:
    """Seconds of loading the compiler's library, of the first call after it, and of later calls."""
    where = made_city(LARGE)
    begun = time.perf_counter()
    from cosmopolis.neighbourhoods.kernels import terms_of

    # the first call of any loop readies the library; this one has nothing else to do
    terms_of(np.zeros((2, 0), np.int32), np.zeros(1), 0, 0, np.zeros((2, 0)))
    seconds = [time.perf_counter() - begun]
    for _ in range(6):
        begun = time.perf_counter()
        _WORK[name](replace(where))
        seconds.append(time.perf_counter() - begun)
    print(seconds[0], seconds[1], statistics.median(seconds[2:]))


def _large(name: str) -> None:
    costs = [ran([sys.executable, __file__, "--fresh", name]) for _ in range(5)]
    library, first, later = (statistics.median(float(cost.told.split()[at]) for cost in costs) for at in range(3))
    bar, bar_mib = BARS[name]
    figure(f"500,000 cells: {name}", later, "s", bar=bar)
    figure("  first call, loop loaded from the cache", first, "s", bar=bar)
    figure("  with the compiler's library, once a process", library + first, "s", bar=bar)
    figure("  resident", max(cost.mib for cost in costs), "MiB", bar=bar_mib)


def _what_if(city: Grid) -> None:
    ready = what_if(city, RADII, KS)
    made = np.random.default_rng(1)
    seconds, used = [], []
    for _ in range(31):
        cell = (int(made.integers(CITY)), int(made.integers(CITY)))
        begun, busy = time.perf_counter(), time.process_time()
        ready.with_change(cell, [300, 100, 60, 40])
        seconds.append(time.perf_counter() - begun)
        used.append(time.process_time() - busy)
    figure("50,000 cells: what if 500 people come, median of 31", statistics.median(seconds), "s", bar=0.05)
    figure("  of the processors", statistics.median(used), "s")
    figure("  slowest", max(seconds), "s")
    figure("  made ready", timed(lambda: what_if(city, RADII, KS), 3), "s")


def _plain(city: Grid) -> float:
    """The surroundings of every cell in plain NumPy: row sums, one array operation a row of the disc."""

    def work() -> None:
        for counts in np.moveaxis(city.counts, 2, 0):
            rows, columns = counts.shape
            prefix = np.zeros((rows, columns + 1), np.int64)
            np.cumsum(counts.astype(np.int64), axis=1, out=prefix[:, 1:])
            x = np.arange(columns)
            for radius in RADII:
                cells = radius // 100
                out = np.zeros((rows, columns), np.int64)
                for dy in range(-cells, cells + 1):
                    h = isqrt(cells * cells - dy * dy)
                    row = prefix[:, np.minimum(columns, x + h + 1)] - prefix[:, np.maximum(0, x - h)]
                    out[max(0, -dy) : rows - max(0, dy)] += row[max(0, dy) : rows - max(0, -dy)]

    return timed(work, 3)


def _tree(city: Grid) -> float:
    """The nearest cells of each cell from a k-d tree, people added up until there are k; ties as they come."""
    from scipy.spatial import cKDTree

    places = np.argwhere(city.populated)
    people = city.counts[places[:, 0], places[:, 1]]
    tree = cKDTree(places)
    # as many cells as hold the largest k in most places
    n_cells = int(1.5 * KS[-1] / people.sum(axis=1).mean())

    def work() -> None:
        for first in range(0, len(places), 1_024):
            _, near = tree.query(places[first : first + 1_024], k=n_cells, workers=-1)
            sums = np.cumsum(people[near], axis=1)
            total = sums.sum(axis=2)
            for k in KS:
                at = np.minimum((total < k).sum(axis=1), n_cells - 1)
                sums[np.arange(len(at)), at] / total[np.arange(len(at)), at, None]

    return timed(work, 1)


def _pysal() -> None:
    try:
        import geopandas
        from segregation.dynamics import compute_multiscalar_profile
        from segregation.multigroup import MultiInfoTheory
        from shapely import box
    except ImportError:
        print("PySAL segregation is not installed: no ratio to it")
        return
    where = made_city(SMALL)
    rows, columns = np.indices(where.inside.shape).reshape(2, -1) * 100
    table = geopandas.GeoDataFrame(
        where.counts.reshape(-1, 4), columns=list("abcd"), geometry=box(columns, rows, columns + 100, rows + 100)
    ).set_crs(3035)
    theirs = timed(lambda: compute_multiscalar_profile(table, MultiInfoTheory, distances=RADII, groups=list("abcd")), 1)
    figure("2,000 cells: PySAL / profile", theirs / timed(lambda: _profile(where)), "times")


if __name__ == "__main__":
    main()
