"""What every benchmark shares: medians, resident memory, and one line a figure with its ratio."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).with_name("cosmopolis"))
_MIB = 1 << 20
#: As on a user's machine, modules are compiled once: where this is switched off, every start would compile them all.
_ENVIRONMENT = {name: told for name, told in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "cosmopolis-benchmarks")
}


@dataclass(frozen=True)
class Cost:
    """
    What a process and all its children took, and what it said.

    Seconds on the wall grow with what else the machine does; those of the processors hardly.
    """

    seconds: float
    processor: float
    mib: float
    told: str = ""


def data_folder(*parts: str) -> Path:
    """The folder of the publishers' files; ends the program with a word where there is none."""
    named = os.environ.get("COSMOPOLIS_DATA", "")
    if not named:
        print("COSMOPOLIS_DATA names no folder: nothing measured")
        sys.exit(0)
    return Path(named).joinpath(*parts)


def machine() -> None:
    """Say what else the machine is doing: a figure from a busy machine is an upper bound."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load average {load}")


def ran(arguments: Sequence[str], *, expected: int = 0) -> Cost:
    """Run a program to its end; its resident memory is sampled every 5 ms over the whole process tree."""
    begun, used = time.perf_counter(), _processor()
    with subprocess.Popen(
        arguments, cwd=ROOT, env=_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        sampler = _Sampler(process.pid)
        told, _ = process.communicate()
        seconds = time.perf_counter() - begun
        peak = sampler.end()
    if process.returncode != expected:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}:\n{told.decode(errors='replace')[-2000:]}")
    return Cost(seconds, _processor() - used, peak, told.decode(errors="replace"))


def median(measured: Callable[[], Cost], runs: int = 5) -> Cost:
    """The median time and the largest memory of several runs."""
    costs = [measured() for _ in range(runs)]
    return middle(costs)


def middle(costs: Sequence[Cost]) -> Cost:
    """The medians of the times and the largest memory."""
    wall, processor = ([getattr(cost, name) for cost in costs] for name in ("seconds", "processor"))
    return Cost(statistics.median(wall), statistics.median(processor), max(cost.mib for cost in costs))


def timed(work: Callable[[], object], runs: int = 5) -> float:
    """The median seconds of some work in this process."""
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def cost_figures(name: str, cost: Cost, *, bar: float | None = None, bar_mib: float | None = None) -> None:
    """Print time on the wall, time of the processors and resident memory of one program."""
    figure(name, cost.seconds, "s", bar=bar)
    figure("  of the processors", cost.processor, "s")
    figure("  resident, process tree", cost.mib, "MiB", bar=bar_mib)


def figure(name: str, value: float, unit: str, *, bar: float | None = None) -> None:
    """Print one figure, and whether it keeps its bar."""
    kept = "" if bar is None else f"   bar {bar:g} {unit}: {'kept' if value <= bar else 'MISSED'}"
    print(f"{name:<58}{value:>10.3f} {unit}{kept}")


def _processor() -> float:
    """Seconds of all processors in children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Sampler:
    """The largest resident memory of a process tree while it lives."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.005):
            self._peak = max(self._peak, self._resident())

    def _resident(self) -> int:
        try:
            tree = [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            return 0
        total = 0
        for one in tree:
            try:
                total += one.memory_info().rss
            except psutil.Error:
                continue
        return total

    def end(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._peak / _MIB
