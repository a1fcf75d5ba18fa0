"""
Barcelona from its files to the site: cold, six languages, all years; then again with nothing changed.

Peer in the same run: a bare Polars read of the same files. Bars: 20 s and 700 MiB
cold, 2 s unchanged. The share of each step is measured in a run of its own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from _bench import COMMAND, ROOT, Cost, cost_figures, data_folder, figure, machine, median, middle, ran

RUNS = 3
BAR_COLD, BAR_MIB, BAR_AGAIN = 20.0, 700.0, 2.0
READ = """
import pathlib, sys
import polars as pl
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix == ".csv":
        pl.read_csv(path, infer_schema=False)
    else:
        path.read_bytes()
"""


def main() -> None:
    """Build cold, build again, read bare; then the steps."""
    data = data_folder("barcelona")
    machine()
    with tempfile.TemporaryDirectory() as folder:
        bare = median(lambda: ran([sys.executable, "-c", READ, str(data)]))
        costs = [_both(data, Path(folder) / str(run)) for run in range(RUNS)]
        cold, again = (middle(column) for column in zip(*costs, strict=True))
        cost_figures("bare Polars read of the same files", bare)
        cost_figures("cosmopolis build, cold", cold, bar=BAR_COLD, bar_mib=BAR_MIB)
        cost_figures("cosmopolis build, nothing changed", again, bar=BAR_AGAIN)
        figure("cold build / bare read", cold.seconds / bare.seconds, "times")
        figure("unchanged build / bare read", again.seconds / bare.seconds, "times")
        print(ran([sys.executable, __file__, "steps", str(data), str(Path(folder) / "steps")]).told, end="")
    machine()


def _both(data: Path, folder: Path) -> tuple[Cost, Cost]:
    build = [COMMAND, "build", "cities/barcelona", "--data", str(data), "--quiet"]
    build += ["--out", str(folder / "site"), "--state", str(folder / "state")]
    return ran(build), ran(build)


def print_steps(data: Path, folder: Path) -> None:
    """How long each step of a cold build takes in one process, imports included where they happen."""
    from cosmopolis.workflow.build import BuildRequest, build

    begun: dict[str, float] = {"loading": time.perf_counter()}

    def note(step: str, _done: int, _of: int) -> None:
        begun.setdefault(step if _done < _of else f"after {step}", time.perf_counter())

    request = BuildRequest(ROOT / "cities" / "barcelona", folder / "site", data, folder / "state")
    build(request, progress=note)
    ended = time.perf_counter()
    steps = list(begun.items())
    whole = ended - steps[0][1]
    for (step, start), stop in zip(steps, [*(start for _, start in steps[1:]), ended], strict=True):
        if stop - start > whole / 200:
            print(f"  {step:<40}{stop - start:>8.2f} s {100 * (stop - start) / whole:>5.0f} %")


if __name__ == "__main__":
    print_steps(Path(sys.argv[2]), Path(sys.argv[3])) if sys.argv[1:2] == ["steps"] else main()
