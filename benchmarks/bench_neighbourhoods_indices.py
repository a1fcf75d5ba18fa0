"""
The indices of segregation beside their bars, the machine's limit and PySAL, in the same run.

All single-group indices of 5,000 tracts of unequal size; Gini of 181,408 areas; M and H
of 1.4 million long rows split by five levels. Each in fresh processes, the first call
counted, the imports of this program too. Ratios to PySAL's `segregation` (with
libpysal and geopandas) where it is installed for the Python that runs this; an index that
PySAL gets right is then compared to 1e-10. Its inference and its clustering are no oracle.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from _bench import Cost, figure, machine, ran, timed

ROWS, COLUMNS = 50, 100
AREAS, GROUPS = 181_408, 15
LEVELS = (10, 90, 900, 9_000, AREAS)
RUNS = 5
AGREE = 1e-10
#: PySAL's class, and our name of the index. Those whose value is drawn at random or whose
#: distances are row-normalised have no value to compare with, and no time is taken of them.
PEERS = {
    "Dissim": "dissimilarity",
    "Gini": "gini",
    "Entropy": "information_theory",
    "Atkinson": "atkinson",
    "Isolation": "isolation",
    "Interaction": "interaction",
    "CorrelationR": "correlation_ratio",
    "MinMax": "min_max",
    "ConProf": "concentration_profile",
    "Delta": "delta",
    "AbsoluteConcentration": "absolute_concentration",
    "RelativeConcentration": "relative_concentration",
    "AbsoluteCentralization": "absolute_centralisation",
    "RelativeCentralization": "relative_centralisation",
    "SpatialDissim": "adjusted_dissimilarity",
    "BoundarySpatialDissim": "border_dissimilarity",
    "PARDissim": "shape_dissimilarity",
    "SpatialProxProf": "proximity_profile",
}


@dataclass(frozen=True)
class City:
    """Rectangular tracts of unequal size: persons, places, borders (rook)."""

    group: np.ndarray
    rest: np.ndarray
    boxes: np.ndarray
    first: np.ndarray
    second: np.ndarray
    border: np.ndarray

    @property
    def centres(self) -> np.ndarray:
        """East and north of the middles, metres."""
        return (self.boxes[:, :2] + self.boxes[:, 2:]) / 2

    @property
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Width and height, metres."""
        wide, high = (self.boxes[:, 2:] - self.boxes[:, :2]).T
        return wide, high


def main() -> None:
    """Print each figure; with a name, work as the fresh process that is measured."""
    if len(sys.argv) > 1:
        _WORK[sys.argv[1]]()
        return
    machine()
    found = _fresh("single", "all single-group indices, 5,000 tracts", bar=1.0, bar_mib=300)
    city = _city()
    figure(
        "  / e to the minus of as many distances",
        found.seconds / timed(lambda: _exponentials(len(city.group))),
        "times",
    )
    _beside_pysal(city, found)
    gini_cost = _fresh("gini", f"Gini, {AREAS:,} areas", bar=0.02)
    group, rest = _many()
    figure(
        "  / one sort of as many numbers", gini_cost.seconds / timed(lambda: np.sort(group / (group + rest))), "times"
    )
    _gini_beside_pysal(group, rest, gini_cost.seconds)
    nested_cost = _fresh("nested", "M and H with five levels, 1.4 million rows", bar=0.5)
    rows = _long_rows()
    figure("  / adding up the rows once a level", nested_cost.seconds / timed(lambda: _added_up(*rows)), "times")
    machine()


def _fresh(name: str, told: str, *, bar: float, bar_mib: float | None = None) -> Cost:
    """The median of the first calls in fresh processes, and the largest memory of those."""
    costs = [ran([sys.executable, __file__, name]) for _ in range(RUNS)]
    answers = [json.loads(cost.told.splitlines()[-1]) for cost in costs]
    seconds = statistics.median(answer["seconds"] for answer in answers)
    mib = max(cost.mib for cost in costs)
    figure(told, seconds, "s", bar=bar)
    figure("  again in the same process", statistics.median(answer["again"] for answer in answers), "s")
    figure("  resident, fresh process with its data", mib, "MiB", bar=bar_mib)
    return Cost(seconds, 0.0, mib, json.dumps(answers[0]["values"]))


def _answer(work: Callable[[], dict[str, float]]) -> None:
    begun = time.perf_counter()
    values = work()
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "again": timed(work, 3), "values": values}))


def _single() -> None:
    city = _city()
    wide, high = city.sides

    def work() -> dict[str, float]:
        from cosmopolis import neighbourhoods as room

        group, rest = city.group, city.rest
        shape = room.shapes(city.centres, wide * high, 2 * (wide + high))
        touching = room.neighbours(city.first, city.second, city.border)
        found = {name: value for name, value in vars(room.two_group_indices(group, rest)).items() if value is not None}
        found |= {entry.index: entry.value for entry in room.optional_indices(group, rest, shape, touching)}
        return found | _without_chance(group, rest)

    _answer(work)


def _without_chance(group: np.ndarray, rest: np.ndarray) -> dict[str, float]:
    """The indices that PySAL corrects for chance by drawing, in closed form."""
    from cosmopolis.neighbourhoods import chance

    corrected = (
        chance.dissimilarity_without_chance,
        chance.dissimilarity_bias_corrected,
        chance.dissimilarity_density_corrected,
    )
    return {measure.__name__: measure(group, rest).corrected for measure in corrected}


def _gini() -> None:
    group, rest = _many()

    def work() -> dict[str, float]:
        from cosmopolis.neighbourhoods import gini

        return {"gini": gini(group, rest)}

    # the import is a matter of starting, not of this many areas
    import cosmopolis.neighbourhoods.two_groups  # noqa: F401

    _answer(work)


def _nested() -> None:
    persons, groups, levels = _long_rows()

    def work() -> dict[str, float]:
        from cosmopolis.neighbourhoods import nested_rows

        found = nested_rows(persons, groups, levels)
        return {"M": found.mutual_information, "H": found.information_theory}

    _answer(work)


_WORK = {"single": _single, "gini": _gini, "nested": _nested}


def _city() -> City:
    made = np.random.default_rng(2025)
    high, wide = made.uniform(500, 2500, ROWS), made.uniform(500, 2500, COLUMNS)
    north, east = 4_000_000 + np.append(0, np.cumsum(high)), 400_000 + np.append(0, np.cumsum(wide))
    row, column = (axis.ravel() for axis in np.indices((ROWS, COLUMNS)))
    boxes = np.stack([east[column], north[row], east[column + 1], north[row + 1]], axis=1)
    cells = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    total = made.integers(300, 2740, ROWS * COLUMNS)
    group = made.binomial(total, made.beta(0.8, 3, ROWS * COLUMNS))
    first = np.concatenate([cells[:, :-1].ravel(), cells[:-1].ravel()])
    second = np.concatenate([cells[:, 1:].ravel(), cells[1:].ravel()])
    border = np.concatenate([np.repeat(high, COLUMNS - 1), np.tile(wide, ROWS - 1)])
    return City(group.astype(float), (total - group).astype(float), boxes, first, second, border)


def _many() -> tuple[np.ndarray, np.ndarray]:
    made = np.random.default_rng(1)
    total = made.integers(1, 500, AREAS)
    group = made.binomial(total, made.beta(1, 5, AREAS))
    return group.astype(float), (total - group).astype(float)


def _long_rows() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Rows with people of each area and group, as a census file has them."""
    made = np.random.default_rng(3)
    table = made.poisson(made.gamma(0.234, 20, (AREAS, GROUPS)))
    areas, groups = np.nonzero(table)
    levels = {f"level {areas_of}": areas * areas_of // AREAS for areas_of in LEVELS}
    return table[areas, groups].astype(float), groups, levels


def _exponentials(areas: int) -> None:
    chunk = np.linspace(-100, 0, areas * 25)
    for _ in range(areas * areas // 2 // chunk.size):
        np.exp(chunk)


def _added_up(persons: np.ndarray, groups: np.ndarray, levels: dict[str, np.ndarray]) -> None:
    for codes in levels.values():
        np.bincount(codes * GROUPS + groups, persons)


def _beside_pysal(city: City, ours: Cost) -> None:
    try:
        import geopandas
        import shapely
        from libpysal.weights import Rook
        from segregation import singlegroup
    except ImportError:
        print("PySAL's segregation is not installed: no ratio to it")
        return
    boxes = shapely.box(*city.boxes.T)
    columns = {"group": city.group, "total": city.group + city.rest}
    frame = geopandas.GeoDataFrame(columns, geometry=boxes, crs="EPSG:32631")
    rook = Rook.from_dataframe(frame, use_index=False)
    settings = {
        "SpatialDissim": {"w": rook, "standardize": False},
        "BoundarySpatialDissim": {"standardize": False},
        "SpatialProxProf": {"w": rook, "m": 1000},
    }
    values, seconds, apart = json.loads(ours.told), 0.0, []
    for name, index in PEERS.items():
        begun = time.perf_counter()
        theirs = getattr(singlegroup, name)(frame.copy(), "group", "total", **settings.get(name, {})).statistic
        seconds += time.perf_counter() - begun
        if not abs(theirs - values[index]) <= AGREE:
            apart.append(f"{index}: {values[index]!r}, PySAL {theirs!r}")
    print(f"PySAL agrees to {AGREE:g} on {len(PEERS) - len(apart)} of {len(PEERS)} indices", *apart, sep="\n  ")
    figure(f"  PySAL, those {len(PEERS)} alone", seconds, "s")
    figure("  PySAL / all of ours", seconds / ours.seconds, "times")


def _gini_beside_pysal(group: np.ndarray, rest: np.ndarray, seconds: float) -> None:
    try:
        import pandas as pd
        from segregation.singlegroup import Gini
    except ImportError:
        return
    frame = pd.DataFrame({"group": group, "total": group + rest})
    figure("  PySAL / ours", timed(lambda: Gini(frame, "group", "total"), 1) / seconds, "times")


if __name__ == "__main__":
    main()
