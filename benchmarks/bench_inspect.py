"""
`cosmopolis inspect` on Barcelona's education file (57,705 rows), the whole command; bar: 2 s.

Peer in the same run: a bare interpreter that reads the file with Polars.
"""

from __future__ import annotations

import sys

from _bench import COMMAND, cost_figures, data_folder, figure, machine, middle, ran

RUNS = 7
BAR_SECONDS = 2.0
FILE = "2020-2025_pad_mdb_niv-educa-esta_edat-lloc-naix.csv"


def main() -> None:
    """Run both turn by turn; medians."""
    path = str(data_folder("barcelona", FILE))
    machine()
    bare, ours = [], []
    for _ in range(RUNS):
        bare.append(ran([sys.executable, "-c", f"import polars; polars.read_csv({path!r}, infer_schema=False)"]))
        ours.append(ran([COMMAND, "inspect", path]))
    cost_figures("interpreter and bare Polars read_csv", middle(bare))
    cost_figures("cosmopolis inspect", middle(ours), bar=BAR_SECONDS)
    figure("cosmopolis inspect / bare read", middle(ours).seconds / middle(bare).seconds, "times")


if __name__ == "__main__":
    main()
