"""
Access to services beside its bar, its peer and the machine's limit, in the same run.

Enhanced two-step access of 500,000 cells to 1,000 facilities, the pairs within
3 km found first, also as the first call of a fresh process; beside the same sums
over pairs that are ready, beside a KD-tree for the pairs, and beside PySAL's
`access` where it is installed. Then a change tried in a city of 50,000 origins.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np

from _bench import figure, machine, ran, timed
from cosmopolis.neighbourhoods.access import catchment_access, with_facilities, with_people
from cosmopolis.neighbourhoods.access_gaps import access_gap_interval
from cosmopolis.neighbourhoods.decay import steps
from cosmopolis.neighbourhoods.least_access import worst_off
from cosmopolis.neighbourhoods.pairs import Pairs, straight_pairs
from cosmopolis.neighbourhoods.siting import CloseGap, LiftWorstOff, next_sites

LIMIT = 3000.0
ZONES = steps([1000, 2000, 3000], [1, 0.68, 0.22])


@dataclass(frozen=True)
class City:
    """Populated cells of 100 m, and facilities anywhere among them."""

    cells: np.ndarray
    people: np.ndarray
    facilities: np.ndarray
    supply: np.ndarray


def main() -> None:
    """Print each figure."""
    machine()
    region = _city(500_000, 1_000)
    here = timed(lambda: _access(region), 7)
    figure("E2SFCA, 500,000 cells x 1,000 facilities, pairs and sums", here, "s", bar=0.5)
    fresh = [ran([sys.executable, __file__, "first"]) for _ in range(5)]
    took = [[float(number) for number in one.told.split()] for one in fresh]
    for place, what in enumerate(("first call of a fresh process", "  with its imports")):
        figure(f"  {what}", statistics.median(one[place] for one in took), "s", bar=0.5)
    figure("  resident, the city itself with it", max(one.mib for one in fresh), "MiB")
    _beside(region, here)
    _what_if(_city(50_000, 300))
    machine()


def _city(cells: int, facilities: int) -> City:
    made = np.random.default_rng(2025)
    side = int(np.sqrt(cells / 0.57))
    kept = np.sort(made.permutation(side * side)[:cells])
    middles = np.column_stack([kept % side, kept // side]) * 100.0 + 50
    return City(
        middles,
        made.integers(1, 200, cells).astype(float),
        made.random((facilities, 2)) * side * 100,
        made.integers(20, 400, facilities).astype(float),
    )


def _access(city: City) -> np.ndarray:
    pairs = straight_pairs(city.cells, city.facilities, limit=LIMIT)
    return catchment_access(city.people, city.supply, pairs, decay=ZONES).access


def _first() -> None:
    """What a script that has its city at hand waits for its first result: without and with the imports."""
    city = _city(500_000, 1_000)
    begun = time.perf_counter()
    _access(city)
    took = time.perf_counter() - begun
    modules = "cosmopolis.neighbourhoods.access, cosmopolis.neighbourhoods.pairs"
    code = f"import time; begun = time.perf_counter(); import {modules}; print(time.perf_counter() - begun)"
    print(took, took + float(ran([sys.executable, "-c", code]).told))


def _beside(region: City, here: float) -> None:
    pairs = straight_pairs(region.cells, region.facilities, limit=LIMIT)
    figure("  pairs within 3 km", pairs.cost.size / 1e6, "million")
    weights = ZONES(pairs.cost)
    origin, facility = pairs.origin.astype(np.intp), pairs.facility.astype(np.intp)

    def bare() -> np.ndarray:
        demand = np.bincount(facility, weights * region.people[origin], len(region.supply))
        return np.bincount(origin, weights * (region.supply / demand)[facility], len(region.people))

    assert np.abs(bare() - _access(region)).max() < 1e-12
    figure("pairs, weights and sums / bare sums over ready pairs", here / timed(bare, 7), "times")

    from scipy.spatial import cKDTree

    def tree() -> object:
        found = cKDTree(region.cells).query_ball_point(region.facilities, LIMIT, workers=1, return_sorted=False)
        return np.concatenate(found)

    building = timed(lambda: straight_pairs(region.cells, region.facilities, limit=LIMIT), 7)
    figure("pairs with their distances", building, "s")
    figure("pairs with their distances / KD-tree, pairs alone", building / timed(tree, 3), "times")
    _beside_pysal(region, pairs, here)


def _beside_pysal(region: City, pairs: Pairs, here: float) -> None:
    try:
        import pandas as pd
        from access import fca, weights
    except ImportError:
        print("PySAL's access is not installed: no ratio to it")
        return
    demand = pd.DataFrame({"geoid": np.arange(len(region.people)), "demand": region.people})
    supply = pd.DataFrame({"geoid": np.arange(len(region.supply)), "supply": region.supply}).set_index("geoid")
    costs = pd.DataFrame({"origin": pairs.origin, "dest": pairs.facility, "cost": pairs.cost})
    zones = weights.step_fn({1000: 1, 2000: 0.68, 3000: 0.22})
    told: list[pd.Series] = []

    def theirs() -> None:
        told[:] = [fca.two_stage_fca(demand, supply, costs, LIMIT, weight_fn=zones, supply_index=True)]

    there = timed(theirs, 3)
    figure("  PySAL, pairs given", there, "s")
    figure("pairs, weights and sums / PySAL's sums over given pairs", here / there, "times")
    ours = _access(region)
    apart = told[0].reindex(np.arange(len(ours))).fillna(0).to_numpy() - ours
    assert np.abs(apart).max() < 1e-12


def _what_if(city: City) -> None:
    made = np.random.default_rng(7)
    pairs = straight_pairs(city.cells, city.facilities, limit=LIMIT)
    now = catchment_access(city.people, city.supply, pairs, decay=ZONES)
    figure("city of 50,000 origins, 300 facilities: pairs", pairs.cost.size / 1e6, "million")
    homes = timed(lambda: with_people(now, [20_000], [500]), 21)
    figure("  500 homes at a site, access anew", homes * 1e3, "ms", bar=50)
    site = straight_pairs(city.cells, city.cells[[30_000]], limit=LIMIT)
    opened = timed(lambda: with_facilities(now, site, [100]), 21)
    figure("  a facility at a site, access anew", opened * 1e3, "ms", bar=50)
    group = np.floor(city.people * made.beta(1, 4, city.people.size))
    rest = city.people - group
    near = straight_pairs(city.cells, city.cells[made.choice(len(city.cells), 200, replace=False)], limit=LIMIT)
    for aim in (CloseGap(group, rest), LiftWorstOff()):
        for sites in (1, 5):
            plan = next_sites(now, near, capacity=150, aim=aim, sites=sites)
            took = timed(lambda aim=aim, sites=sites: next_sites(now, near, capacity=150, aim=aim, sites=sites), 5)
            name = f"  {plan.aim}: {sites} of 200 sites, {plan.tried} tried"
            figure(name, took * 1e3, "ms", bar=50 if sites == 1 else None)
    figure("  worst-off tenth", timed(lambda: worst_off(now.access, city.people), 5) * 1e3, "ms")
    interval = timed(lambda: access_gap_interval(now.access, group, rest, seed=1), 3)
    figure("  gap with its interval, 999 draws", interval, "s")


if __name__ == "__main__":
    if sys.argv[1:] == ["first"]:
        _first()
    else:
        main()
