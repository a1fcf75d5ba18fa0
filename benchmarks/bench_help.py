"""`cosmopolis --help` beside a bare interpreter in the same run; bar: 0.25 s above it."""

from __future__ import annotations

import sys

from _bench import COMMAND, cost_figures, figure, machine, middle, ran

RUNS = 15
BAR_SECONDS = 0.25


def main() -> None:
    """Start both turn by turn; medians."""
    machine()
    bare, ours = [], []
    for _ in range(RUNS):
        bare.append(ran([sys.executable, "-c", "pass"]))
        ours.append(ran([COMMAND, "--help"]))
    empty, told = middle(bare), middle(ours)
    cost_figures("bare interpreter", empty)
    cost_figures("cosmopolis --help", told)
    figure("cosmopolis --help above the bare interpreter", told.seconds - empty.seconds, "s", bar=BAR_SECONDS)
    figure("  of the processors", told.processor - empty.processor, "s")
    figure("cosmopolis --help / bare interpreter", told.seconds / empty.seconds, "times")


if __name__ == "__main__":
    main()
