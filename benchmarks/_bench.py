"""What every benchmark shares: medians, resident memory, and one line a figure with its ratio."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).with_name("cosmopolis"))
_MIB = 1 << 20


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, the largest resident memory of a process and all its children, and what it said."""

    seconds: float
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
    begun = time.perf_counter()
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        sampler = _Sampler(process.pid)
        told, _ = process.communicate()
        seconds = time.perf_counter() - begun
        peak = sampler.end()
    if process.returncode != expected:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}:\n{told.decode(errors='replace')[-2000:]}")
    return Cost(seconds, peak, told.decode(errors="replace"))


def median(measured: Callable[[], Cost], runs: int = 5) -> Cost:
    """The median time and the largest memory of several runs."""
    costs = [measured() for _ in range(runs)]
    return Cost(statistics.median(cost.seconds for cost in costs), max(cost.mib for cost in costs))


def timed(work: Callable[[], object], runs: int = 5) -> float:
    """The median seconds of some work in this process."""
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def figure(name: str, value: float, unit: str, *, bar: float | None = None) -> None:
    """Print one figure, and whether it keeps its bar."""
    kept = "" if bar is None else f"   bar {bar:g} {unit}: {'kept' if value <= bar else 'MISSED'}"
    print(f"{name:<58}{value:>10.3f} {unit}{kept}")


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
