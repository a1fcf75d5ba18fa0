"""
`cosmopolis inspect` on Barcelona's education file (57,705 rows), the whole command; bar: 2 s.

Peer in the same run: a bare interpreter that reads the file with Polars.
"""

from __future__ import annotations

import statistics
import sys

from _bench import COMMAND, data_folder, figure, machine, ran

RUNS = 7
BAR_SECONDS = 2.0
FILE = "2020-2025_pad_mdb_niv-educa-esta_edat-lloc-naix.csv"


def main() -> None:
    """Run both turn by turn; medians."""
    path = str(data_folder("barcelona", FILE))
    machine()
    bare, ours, mib = [], [], 0.0
    for _ in range(RUNS):
        bare.append(
            ran([sys.executable, "-c", f"import polars; polars.read_csv({path!r}, infer_schema=False)"]).seconds
        )
        cost = ran([COMMAND, "inspect", path])
        ours.append(cost.seconds)
        mib = max(mib, cost.mib)
    peer, told = statistics.median(bare), statistics.median(ours)
    figure("interpreter and bare Polars read_csv", peer, "s")
    figure("cosmopolis inspect", told, "s", bar=BAR_SECONDS)
    figure("cosmopolis inspect, resident", mib, "MiB")
    figure("cosmopolis inspect / bare read", told / peer, "times")


if __name__ == "__main__":
    main()
