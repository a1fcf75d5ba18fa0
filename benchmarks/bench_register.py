"""
A register of 20 million persons to a cube of area, origin, age and sex.

Peers in the same run: the same group-by in bare Polars (streaming) and in DuckDB,
each in a process of its own over the same Parquet file, imports included on all
sides. Ours takes the SHA-256 of the file besides and checks every code. Bars: 1.5
times the better of the two, 1000 MiB resident.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from _bench import Cost, figure, machine, median, ran

PERSONS = 20_000_000
PIECE = 1_000_000
AREAS, ORIGINS = 73, 195
BAR_RATIO, BAR_MIB = 1.5, 1000

OURS = """
import sys
from pathlib import Path
from cosmopolis.sources.register import read_register
from cosmopolis.vocabulary.recipe import Column, Reading, Recipe
codes = {f"{number:03d}": f"o{number}" for number in range(ORIGINS)}
recipe = Recipe("register", "", "", "", "persons", ("*",), Reading("parquet"), columns=(
    Column("area", "area", level="ward", width=2), Column("sex", "sex", codes={"F": "F", "M": "M"}),
    Column("age", "age"), Column("origin", "axis:birth", codes=codes)),
    constants={"period": "2025-01-01"}, universe="residents", other_columns="ignore")
table = read_register([Path(sys.argv[1])], recipe, source_id="register", code_version="0")
print(table.frame.height, int(table.frame["value"].sum()))
"""
POLARS = """
import sys
import polars as pl
group = (pl.col("age") // 5).clip(upper_bound=20)
cube = pl.scan_parquet(sys.argv[1]).group_by("area", "origin", "sex", group).len().collect(engine="streaming")
print(cube.height, cube["len"].sum())
"""
DUCKDB = """
import sys
import duckdb
cube = duckdb.sql(f"select area, origin, sex, least(age // 5, 20) as age, count(*) as n "
                  f"from read_parquet('{sys.argv[1]}') group by all").fetchnumpy()
print(len(cube["n"]), cube["n"].sum())
"""


def main() -> None:
    """Write the register once, count it three ways, print the ratios."""
    machine()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.parquet"
        ran([sys.executable, __file__, "write", str(path)])
        print(f"{PERSONS:,} persons, {path.stat().st_size / 1e6:.0f} MB of Parquet")
        ours = _counted(OURS.replace("ORIGINS", str(ORIGINS)), path)
        peers = {"bare Polars, streaming": _counted(POLARS, path), "DuckDB": _counted(DUCKDB, path)}
        figure("read_register, whole process", ours.seconds, "s")
        figure("read_register, resident", ours.mib, "MiB", bar=BAR_MIB)
        for name, peer in peers.items():
            figure(f"{name}, whole process", peer.seconds, "s")
            figure(f"{name}, resident", peer.mib, "MiB")
        better = min(peer.seconds for peer in peers.values())
        figure("read_register / the better peer", ours.seconds / better, "times", bar=BAR_RATIO)


def _counted(program: str, path: Path) -> Cost:
    return median(lambda: ran([sys.executable, "-c", program, str(path)]))


def write(path: Path) -> None:
    """Make the register in pieces: unequal areas, few large and many small origins, ages up to 104, a name to leave alone."""
    import numpy as np
    import polars as pl

    made = np.random.default_rng(2025)
    areas = made.dirichlet(np.full(AREAS, 3.0))
    origins = 1 / np.arange(1, ORIGINS + 1) ** 1.6
    ages = np.concatenate((np.full(65, 1.0), np.linspace(1.0, 0.01, 40)))
    pieces = path.parent / "pieces"
    pieces.mkdir()
    area_names = pl.Series([f"{number + 1:02d}" for number in range(AREAS)])
    origin_names = pl.Series([f"{number:03d}" for number in range(ORIGINS)])
    for piece in range(PERSONS // PIECE):
        frame = pl.DataFrame(
            {
                "person": np.arange(piece * PIECE, (piece + 1) * PIECE, dtype=np.uint32),
                "area": area_names.gather(made.choice(AREAS, PIECE, p=areas)),
                "origin": origin_names.gather(made.choice(ORIGINS, PIECE, p=origins / origins.sum())),
                "sex": pl.Series(["F", "M"]).gather(made.integers(0, 2, PIECE)),
                "age": made.choice(len(ages), PIECE, p=ages / ages.sum()).astype(np.uint8),
            }
        )
        frame.write_parquet(pieces / f"{piece:03d}.parquet")
    pl.scan_parquet(pieces / "*.parquet").sink_parquet(path, row_group_size=PIECE // 4)
    for one in pieces.iterdir():
        one.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[2])) if sys.argv[1:2] == ["write"] else main()
