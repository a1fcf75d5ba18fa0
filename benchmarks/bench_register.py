"""
A register of 20 million persons to a cube of area, origin, age and sex.

Peers in the same run, turn by turn: the same group-by in bare Polars (streaming) and
in DuckDB, each in a process of its own over the same Parquet file. The ratio is that
of the work after the imports; whole processes are printed beside it. Ours takes the
SHA-256 of the file besides, checks every code and sorts the table. Bars: 1.5 times
the better of the two, 1000 MiB resident.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from _bench import figure, machine, ran

PERSONS = 20_000_000
PIECE = 1_000_000
AREAS, ORIGINS = 73, 195
RUNS = 5
BAR_RATIO, BAR_MIB = 1.5, 1000

OURS = """
from pathlib import Path
from cosmopolis.sources.register import read_register
from cosmopolis.vocabulary.recipe import Column, Reading, Recipe
codes = {f"{number:03d}": f"o{number}" for number in range(ORIGINS)}
recipe = Recipe("register", "", "", "", "persons", ("*",), Reading("parquet"), columns=(
    Column("area", "area", level="ward", width=2), Column("sex", "sex", codes={"F": "F", "M": "M"}),
    Column("age", "age"), Column("origin", "axis:birth", codes=codes)),
    constants={"period": "2025-01-01"}, universe="residents", other_columns="ignore")
def work():
    table = read_register([Path(sys.argv[1])], recipe, source_id="register", code_version="0")
    return table.frame.height, int(table.frame["value"].sum())
"""
POLARS = """
import polars as pl
def work():
    group = (pl.col("age") // 5).clip(upper_bound=20)
    cube = pl.scan_parquet(sys.argv[1]).group_by("area", "origin", "sex", group).len().collect(engine="streaming")
    return cube.height, cube["len"].sum()
"""
DUCKDB = """
import duckdb
import numpy
def work():
    cube = duckdb.sql("select area, origin, sex, least(age // 5, 20) as age, count(*) as n "
                      f"from read_parquet('{sys.argv[1]}') group by all").fetchnumpy()
    return len(cube["n"]), cube["n"].sum()
"""
TIMED = """
begun = time.perf_counter()
cells, persons = work()
print(time.perf_counter() - begun, cells, persons)
"""
PROGRAMS = {"read_register": OURS.replace("ORIGINS", str(ORIGINS)), "bare Polars, streaming": POLARS, "DuckDB": DUCKDB}


def main() -> None:
    """Write the register once, count it three ways, print the ratios."""
    machine()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.parquet"
        ran([sys.executable, __file__, "write", str(path)])
        print(f"{PERSONS:,} persons, {path.stat().st_size / 1e6:.0f} MB of Parquet, {RUNS} runs each, turn by turn")
        _compare(path)
    machine()


def _compare(path: Path) -> None:
    work: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    whole: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    mib = dict.fromkeys(PROGRAMS, 0.0)
    answers = set()
    for _ in range(RUNS):
        for name, program in PROGRAMS.items():
            cost = ran([sys.executable, "-c", f"import sys, time\n{program}{TIMED}", str(path)])
            seconds, *answer = cost.told.split()[-3:]  # DuckDB draws a bar before
            answers.add(tuple(answer))
            work[name].append(float(seconds))
            whole[name].append(cost.seconds)
            mib[name] = max(mib[name], cost.mib)
    assert len(answers) == 1, f"the three do not agree: {answers}"
    medians = {name: statistics.median(seconds) for name, seconds in work.items()}
    for name in PROGRAMS:
        figure(f"{name}, work", medians[name], "s")
        figure(f"{name}, whole process", statistics.median(whole[name]), "s")
        figure(f"{name}, resident", mib[name], "MiB", bar=BAR_MIB if name == "read_register" else None)
    ours = medians.pop("read_register")
    for name, seconds in medians.items():
        figure(f"read_register / {name}", ours / seconds, "times", bar=BAR_RATIO)


def write(path: Path) -> None:
    """Make the register in pieces: unequal areas, few large and many small origins, a number that stays unread."""
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
