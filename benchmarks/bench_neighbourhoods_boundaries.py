"""
Reforms of Berlin's boundaries whose truth is known: how far carried counts are from it.

The 138 Bezirksregionen become 167 areas, once by cutting the largest in two and once
by drawing all anew, and the counts of people born abroad are carried over by surface,
by populated cells and by residents; then the 447 planning areas with all residents.
Of each group against all others counted: persons in a wrong area, in which areas the
bounds hold the truth, and dissimilarity of the carried counts beside the true one.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from _bench import data_folder, figure, machine, timed
from _berlin import BORN, berlin, planning_areas, redrawn, split
from cosmopolis.neighbourhoods.boundaries import (
    Crosswalk,
    areal_crosswalk,
    carried,
    carried_bounds,
    crosswalk_error,
    population_crosswalk,
)
from cosmopolis.neighbourhoods.overlays import crosswalk_of
from cosmopolis.neighbourhoods.two_groups import dissimilarity
from cosmopolis.vocabulary.measurement import between

GROUPS = ("foreigners", "with_migration_background")


def main() -> None:
    """Print each reform's table."""
    folder = data_folder()
    machine()
    city = berlin(folder)
    before = city.summed(city.areas)
    print(f"{len(city.places):,} cells of 100 m, {city.people.sum():,.0f} people born abroad")
    for name, after in (("the largest areas cut in two", split(city)), ("all areas drawn anew", redrawn(city, 1))):
        truth = city.summed(after)
        _heading(f"{name}: {len(before)} old, {len(after)} new")
        for way, walk in city.crosswalks(after).items():
            old, new = np.array([before[one] for one in walk.old]), np.array([truth[one] for one in walk.new])
            for group, born in enumerate(BORN):
                _line(way, born, walk, (old[:, group], old.sum(axis=1)), (new[:, group], new.sum(axis=1)))
        figure("  crosswalk by surface", timed(lambda new=after: crosswalk_of(city.areas, new, code="area"), 3), "s")
    _planning_areas(planning_areas(folder))


def _planning_areas(areas: pl.DataFrame) -> None:
    old, new = areas["old"].to_list(), areas["new"].to_list()
    walks = {
        "equal parts": areal_crosswalk(old, new, np.ones(len(areas))),
        "residents": population_crosswalk(old, new, areas["inhabitants"].to_numpy()),
    }
    sums = [
        areas.group_by(side).agg(pl.col(r"^inhabitants.*$").sum()).sort(side) for side in (pl.col("old"), pl.col("new"))
    ]
    _heading(f"447 planning areas regrouped: {sums[0].height} old, {sums[1].height} new")
    for way, walk in walks.items():
        for group in GROUPS:
            counts = [
                (one[f"inhabitants_{group}"].to_numpy().astype(float), one["inhabitants"].to_numpy().astype(float))
                for one in sums
            ]
            _line(way, group, walk, *counts)


def _heading(name: str) -> None:
    print(f"\n{name}")
    print(f"{'by':<12}{'group':<28}{'wrong %':>8}{'mean':>7}{'rms':>7}{'most':>7}{'held':>10}{'D':>9}{'true D':>9}")


def _line(
    way: str,
    group: str,
    walk: Crosswalk,
    old: tuple[np.ndarray, np.ndarray],
    new: tuple[np.ndarray, np.ndarray],
) -> None:
    members, everybody = (carried(walk, counts) for counts in old)
    error = crosswalk_error(members, new[0])
    bounds = carried_bounds(walk, between(old[0], old[0]))
    held = int(((bounds.lower <= new[0] + 1e-6) & (new[0] <= bounds.upper + 1e-6)).sum())
    print(
        f"{way:<12}{group:<28}{100 * error.misplaced:>8.2f}{error.mean_absolute:>7.0f}{error.root_mean_square:>7.0f}"
        f"{error.greatest:>7.0f}{f'{held}/{new[0].size}':>10}"
        f"{dissimilarity(members, everybody - members):>9.4f}{dissimilarity(new[0], new[1] - new[0]):>9.4f}"
    )


if __name__ == "__main__":
    main()
