"""
Measures and the gate beside their bare forms, in the same run.

Dissimilarity and isolation beside the bare NumPy formula and, where it is
installed, PySAL's `segregation`; keys of one million atoms beside a bare loop of
HMAC-SHA256 over messages that are ready; noise of one million cells beside a bare
NumPy look-up; the audit of Barcelona beside bare Polars sums of its margins.
"""

from __future__ import annotations

import hmac
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from _bench import ROOT, data_folder, figure, machine, timed
from cosmopolis import catalogue, disclosure
from cosmopolis.disclosure.keys import atom_keys, deviations
from cosmopolis.neighbourhoods import dissimilarity, isolation

AREAS = 10_000
ATOMS = 1_000_000


def main() -> None:
    """Print each ratio."""
    machine()
    made = np.random.default_rng(2025)
    group, rest = made.integers(0, 500, AREAS), made.integers(1, 5000, AREAS)
    _indices(group.astype(float), rest.astype(float))
    _keys(made)
    _noise(made)
    _audit()
    machine()


def _indices(group: np.ndarray, rest: np.ndarray) -> None:
    def bare_dissimilarity() -> float:
        return float(np.abs(group / group.sum() - rest / rest.sum()).sum() / 2)

    def bare_isolation() -> float:
        return float((group / group.sum() * group / (group + rest)).sum())

    for ours, bare in ((dissimilarity, bare_dissimilarity), (isolation, bare_isolation)):
        assert abs(ours(group, rest) - bare()) < 1e-12
        here, there = timed(lambda ours=ours: ours(group, rest), 101), timed(bare, 101)
        figure(f"{ours.__name__} of {AREAS:,} areas", here * 1e6, "us")
        figure(f"{ours.__name__} / bare NumPy", here / there, "times")
    _beside_pysal(group, rest)


def _beside_pysal(group: np.ndarray, rest: np.ndarray) -> None:
    try:
        import pandas as pd
        from segregation.singlegroup import Dissim
    except ImportError:
        print("PySAL's segregation is not installed: no ratio to it")
        return
    frame = pd.DataFrame({"group": group, "total": group + rest})
    theirs = timed(lambda: Dissim(frame, group_pop_var="group", total_pop_var="total"))
    figure("dissimilarity / PySAL", timed(lambda: dissimilarity(group, rest), 101) / theirs, "times")


def _keys(made: np.random.Generator) -> None:
    secret = bytes(32)
    noise = disclosure.Noise(catalogue.noise_profile("census_strict"), secret, "0", "town")
    atoms = pl.DataFrame(
        {
            "indicator": "population_stock",
            "area_code": [f"ward-{number}" for number in made.integers(0, 1000, ATOMS)],
            "sex": made.choice(["F", "M"], ATOMS),
            "age_group": made.choice(["Y0T4", "Y5T9", "Y10T14"], ATOMS),
            "group": [f"birth=o{number}" for number in made.integers(0, 200, ATOMS)],
            "value": made.integers(1, 60, ATOMS).astype(float),
        }
    )
    # as long as ours: two blocks of SHA-256
    messages = [b"%0110d" % number for number in range(ATOMS)]

    def bare() -> list[int]:
        return [int.from_bytes(hmac.digest(secret, text, "sha256")[:4], "big") for text in messages]

    here, there = timed(lambda: atom_keys(atoms, noise), 3), timed(bare, 3)
    figure(f"keys of {ATOMS:,} atoms", here, "s")
    figure("keys / bare loop of HMAC-SHA256", here / there, "times")


def _noise(made: np.random.Generator) -> None:
    profile = catalogue.noise_profile("census_strict")
    counts = made.integers(0, 60, ATOMS)
    keys = made.integers(0, 2**32, ATOMS, dtype=np.uint64)
    table = made.integers(-5, 6, (64, 256))

    def bare() -> np.ndarray:
        return table[counts, keys >> 24]

    here, there = timed(lambda: deviations(counts, keys, profile)), timed(bare)
    figure(f"noise of {ATOMS:,} cells", here, "s")
    figure("noise / bare NumPy look-up", here / there, "times")


def _audit() -> None:
    from cosmopolis.store import TableStore
    from cosmopolis.workflow.protecting import protected_counts
    from cosmopolis.workflow.reading import city_data

    city = catalogue.load_city(ROOT / "cities" / "barcelona", data=data_folder("barcelona"))
    with tempfile.TemporaryDirectory() as folder:
        data = city_data(city, TableStore(Path(folder)))
        claims = protected_counts(city, data, bytes(32)).claims

    def bare() -> list[pl.DataFrame]:
        return [
            table.frame.group_by("area_code", "period", "sex", "age_group", "group").agg(pl.col("value").sum())
            for table in data.tables.values()
        ]

    here, there = timed(lambda: disclosure.audit(claims), 3), timed(bare, 3)
    figure("audit of Barcelona", here, "s")
    figure("audit / one bare group-by of each table", here / there, "times")


if __name__ == "__main__":
    main()
