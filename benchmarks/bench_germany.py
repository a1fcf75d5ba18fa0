"""
All large urban centres of Germany, from the census grid of 2011 to one table.

At 1 km: born abroad against the rest, which is all residents less the birth groups,
and so holds the few whose country of birth is not known. At 100 m: each birth group
against each other and all of them together, since nobody else is counted there; a
cell without a group is absent from its file, whether it has nobody or one or two
persons whom the publisher hides, and counts as empty. Every centre keeps the
country around it as a halo. Centres are dense cells that touch at their sides,
without filled holes or smoothed edges. `--table FILE` keeps the table.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl

from _bench import cost_figures, data_folder, figure, machine, median, ran
from cosmopolis.neighbourhoods.contexts import Contexts, nearest_contexts
from cosmopolis.neighbourhoods.grid import Grid, UrbanCentres, grid, urban_centres
from cosmopolis.neighbourhoods.spatial import ScaleProfile, scale_profile

GROUPS = {"eu27": 21, "europe_other": 22, "world_other": 23}
DENSITY, SMALLEST = 1_500, 100_000
WIDE_METRES, WIDE_K = [1_000, 2_000, 3_000, 4_000], [6_400, 12_800, 25_600, 51_200]
FINE_METRES, FINE_K = [200, 500, 1_000, 2_000, 4_000], [100, 200, 400, 800, 1_600, 3_200]
#: Kilometres of country kept around a centre, for the largest radius.
HALO = 4


def main() -> None:
    """Measure fresh processes, or be one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", type=Path, help="where the table is kept")
    parser.add_argument("--once", action="store_true", help="make the table once and say what was found")
    told = parser.parse_args()
    folder = data_folder("germany_census2011_grid")
    if told.once:
        make_table(folder, told.table)
        return
    machine()
    with tempfile.TemporaryDirectory() as scratch:
        table = told.table or Path(scratch) / "germany.csv"
        cost = median(lambda: ran([sys.executable, __file__, "--once", "--table", str(table)]), runs=3)
        print(cost.told, end="")
        cost_figures("whole Germany, from file to table", cost, bar=60)
        figure("  rows", len(pl.read_csv(table)), "")
    machine()


@dataclass(frozen=True)
class Country:
    """Residents and birth groups on both grids, rows running north from the same corner."""

    residents: np.ndarray
    fine: np.ndarray
    wide: np.ndarray
    west: int
    south: int


def make_table(folder: Path, table: Path) -> None:
    """Read the files, find the centres, measure each, write the table."""
    country = read(folder)
    abroad = country.wide.sum(axis=2)
    rest = country.residents - abroad
    say_negative(country, rest)
    centres = urban_centres(country.residents, smallest_density=DENSITY, smallest_persons=SMALLEST)
    print(f"{centres.persons.size} urban centres of {SMALLEST} residents or more; largest {centres.persons[0]:.0f}")
    two = np.stack([abroad, np.maximum(rest, 0)], axis=2)
    everywhere = grid(two, cell_metres=1_000, inside=centres.label > 0)
    contexts = nearest_contexts(everywhere, WIDE_K)
    home = centres.label[contexts.places[:, 0], contexts.places[:, 1]]
    rows: list[dict[str, object]] = []
    for number, persons in enumerate(centres.persons, start=1):
        name = name_of(centres, number, country)
        first = {"centre": number, "cell": name, "residents": int(persons)}
        profile = scale_profile(cut(two, centres, number), WIDE_METRES)
        rows += [first | row for row in wide_rows(profile, contexts.of(home == number))]
        rows += [first | row for row in fine_rows(cut(country.fine, centres, number, times=10))]
    pl.DataFrame(rows).write_csv(table)


def read(folder: Path) -> Country:
    """The files as arrays; residents that are not known (-1: nobody, or withheld) count as none."""
    known = pl.read_parquet(folder / "continuous_Einwohner.parquet").with_columns(
        column=pl.col("x").cast(pl.Int64) // 1_000, row=pl.col("y").cast(pl.Int64) // 1_000
    )
    # ten kilometres on every side, so that every centre can be cut out with its halo
    west, south = int(known["column"].min()) - 10, int(known["row"].min()) - 10
    shape = (int(known["row"].max()) - south + 11, int(known["column"].max()) - west + 11)
    residents = np.zeros(shape)
    residents[known["row"] - south, known["column"] - west] = known["Einwohner"].clip(lower_bound=0)
    fine = np.zeros((10 * shape[0], 10 * shape[1], len(GROUPS)), np.int16)
    for group, code in enumerate(GROUPS.values()):
        cells = pl.read_parquet(folder / f"demography_GEBURTLAND_GRP_{code}.parquet").select(
            "value", column=pl.col("x").cast(pl.Int64) // 100, row=pl.col("y").cast(pl.Int64) // 100
        )
        fine[cells["row"] - 10 * south, cells["column"] - 10 * west, group] = cells["value"]
    wide = np.stack([_by_kilometre(fine[:, :, group]) for group in range(len(GROUPS))], axis=2)
    return Country(residents, fine, wide, west, south)


def _by_kilometre(cells: np.ndarray) -> np.ndarray:
    rows, columns = cells.shape
    return cells.reshape(rows // 10, 10, columns // 10, 10).sum(axis=(1, 3), dtype=np.float64)


def say_negative(country: Country, rest: np.ndarray) -> None:
    """Cells in which the birth groups are more than all residents, by the publisher's own perturbation."""
    places = np.argwhere((rest < 0) & (country.residents > 0))
    unknown = (rest < 0) & (country.residents == 0)
    born = int((country.wide.sum(axis=2) > 0).sum())
    print(f"{len(places)} of {born} cells have more born abroad than residents; there the rest is taken as 0:")
    for row, column in places:
        print(
            f"  1kmN{row + country.south}E{column + country.west}: {country.residents[row, column]:.0f} residents, "
            f"{country.wide[row, column].sum():.0f} born abroad"
        )
    print(f"{int(unknown.sum())} cells have people born abroad and no known number of residents")


def name_of(centres: UrbanCentres, number: int, country: Country) -> str:
    """The code of the centre's densest cell: the files hold no names."""
    row, column = np.unravel_index(
        int(np.where(centres.label == number, country.residents, -1).argmax()), country.residents.shape
    )
    return f"1kmN{row + country.south}E{column + country.west}"


def cut(counts: np.ndarray, centres: UrbanCentres, number: int, *, times: int = 1) -> Grid:
    """A centre with its halo, from a grid `times` finer than that of the centres."""
    rows, columns = np.nonzero(centres.label == number)
    window = tuple(slice(int(at.min()) - HALO, int(at.max()) + HALO + 1) for at in (rows, columns))
    inside = (centres.label[window] == number).repeat(times, axis=0).repeat(times, axis=1)
    fine = tuple(slice(one.start * times, one.stop * times) for one in window)
    return grid(counts[fine].astype(np.float64), cell_metres=1_000 / times, inside=inside)


def wide_rows(profile: ScaleProfile, contexts: Contexts) -> Iterator[dict[str, object]]:
    """Born abroad against the rest."""
    yield from _profile_rows("born abroad, rest", profile)
    yield from _context_rows("born abroad", contexts, 0)


def fine_rows(around: Grid) -> Iterator[dict[str, object]]:
    """The birth groups among each other, together and two by two."""
    yield from _profile_rows(", ".join(GROUPS), scale_profile(around, FINE_METRES))
    for one, other in combinations(range(len(GROUPS)), 2):
        pair = replace(around, counts=around.counts[:, :, [one, other]])
        yield from _profile_rows(f"{list(GROUPS)[one]}, {list(GROUPS)[other]}", scale_profile(pair, FINE_METRES))
    contexts = nearest_contexts(around, FINE_K)
    for group, name in enumerate(GROUPS):
        yield from _context_rows(f"{name} among {', '.join(GROUPS)}", contexts, group)


def _row(groups: str, by: str, size: float, found: tuple[float, float, float, float]) -> dict[str, object]:
    names = ("information", "dissimilarity", "diversity", "isolation_of_first")
    return {"groups": groups, "by": by, "size": size} | dict(zip(names, (round(one, 6) for one in found), strict=True))


def _profile_rows(groups: str, profile: ScaleProfile) -> Iterator[dict[str, object]]:
    radii = [0.0, *profile.radii_metres.tolist()]
    tables = [
        np.concatenate([getattr(one, name) for one in (profile.own, profile.indices)])
        for name in ("information", "dissimilarity", "diversity", "exposure")
    ]
    for radius, (h, d, r, p) in zip(radii, zip(*tables, strict=True), strict=True):
        yield _row(groups, f"disc in metres, cells of {profile.cell_metres:g}", radius, (h, d, r, p[0, 0]))


def _context_rows(groups: str, contexts: Contexts, group: int) -> Iterator[dict[str, object]]:
    curve = contexts.curve(group)
    for k, d, isolation in zip(curve.ks, curve.dissimilarity, curve.isolation, strict=True):
        yield _row(groups, "nearest residents counted", k, (float("nan"), d, float("nan"), isolation))


if __name__ == "__main__":
    main()
