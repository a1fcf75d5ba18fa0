"""`cosmopolis --help` beside a bare interpreter in the same run; bar: 0.25 s above it."""

from __future__ import annotations

import statistics
import sys

from _bench import COMMAND, figure, machine, ran

RUNS = 15
BAR_SECONDS = 0.25


def main() -> None:
    """Start both turn by turn; medians."""
    machine()
    bare, ours = [], []
    for _ in range(RUNS):
        bare.append(ran([sys.executable, "-c", "pass"]).seconds)
        ours.append(ran([COMMAND, "--help"]).seconds)
    empty, told = statistics.median(bare), statistics.median(ours)
    figure("bare interpreter", empty, "s")
    figure("cosmopolis --help", told, "s")
    figure("cosmopolis --help above the bare interpreter", told - empty, "s", bar=BAR_SECONDS)
    figure("cosmopolis --help / bare interpreter", told / empty, "times")


if __name__ == "__main__":
    main()
