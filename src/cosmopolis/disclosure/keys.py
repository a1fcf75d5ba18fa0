"""
Cell keys: the number that decides a cell's noise, the same wherever the cell stands.

The message of an atom's key holds what the atom is and its count, but no period
and no name of a table. Without the count, noise would be fixed per cell and a
published change of +1 would betray one arrival almost surely (.996); with fresh
noise per release an unchanged count would be found by averaging. With the count
in the message the noise stays while the count stays and is drawn anew when it
moves, so the period would add nothing but a fresh draw to average over.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from cosmopolis.disclosure.noise import UNITS
from cosmopolis.errors import DisclosureRefused, Fault
from cosmopolis.vocabulary.policy import NoiseProfile
from cosmopolis.vocabulary.table import TOTAL, group_pairs

#: Keys are 32-bit numbers; sums of keys are taken modulo this.
KEYS = 2**32
_TAG = "cosmopolis-ckm-1"
_COUNT_TAG = "cosmopolis-count-1"
_SMALLEST_SECRET = 32


@dataclass(frozen=True)
class Noise:
    """What perturbs one city's counts: the frozen table, and the secret that no output shows."""

    profile: NoiseProfile
    secret: bytes = field(repr=False)
    key_id: str
    city_id: str

    def __post_init__(self) -> None:
        if len(self.secret) < _SMALLEST_SECRET:
            values = {"bytes": len(self.secret), "smallest": _SMALLEST_SECRET}
            raise DisclosureRefused(Fault("disclosure.secret_too_short", values))


def message(parts: Iterable[str]) -> bytes:
    r"""
    Join texts so that no two lists of texts give the same bytes: each after its length.

    >>> message(["a", "bc"])
    b'\x00\x00\x00\x01a\x00\x00\x00\x02bc'
    """
    return b"".join(len(text).to_bytes(4, "big") + text for text in (part.encode() for part in parts))


def cell_parts(indicator: str, area: str, sex: str, age: str, group: str) -> list[str]:
    """`dimension=value` of a cell in sorted order, totals left out."""
    named = {"area_code": area, "indicator": indicator, "sex": sex, "age_group": age} | group_pairs(group)
    return sorted(f"{name}={value}" for name, value in named.items() if value != TOTAL)


def atom_keys(atoms: pl.DataFrame, noise: Noise) -> pl.Series:
    """
    Key of every atom: the first four bytes of HMAC-SHA256 over what it is and its count.

    Parameters
    ----------
    atoms
        Rows of the long table; `value` holds whole counts or nothing.
    noise
        Gives the secret and the city's id.

    Returns
    -------
    keys
        Unsigned integers below 2**32; 0 for an atom with nobody, so that adding
        empty atoms to a table changes no key.
    """
    start = message([_TAG, noise.city_id])
    rest: dict[tuple[str, str, str, str], tuple[bytes, bytes]] = {}
    areas: dict[str, bytes] = {}
    secret, digest, convert = noise.secret, hmac.digest, int.from_bytes
    keys = []
    columns = (atoms[name].to_list() for name in ("indicator", "sex", "age_group", "group", "area_code"))
    for indicator, sex, age, group, area, count in zip(*columns, _whole(atoms["value"]), strict=True):
        if not count:
            keys.append(0)
            continue
        what = (indicator, sex, age, group)
        if what not in rest:
            rest[what] = _around_area(*what)
        if area not in areas:
            areas[area] = message([f"area_code={area}"])
        before, after = rest[what]
        number = b"%d" % count
        text = start + before + areas[area] + after + len(number).to_bytes(4, "big") + number
        keys.append(convert(digest(secret, text, "sha256")[:4], "big"))
    return pl.Series("key", keys, dtype=pl.UInt64)


def _around_area(indicator: str, sex: str, age: str, group: str) -> tuple[bytes, bytes]:
    """The parts of the message that sort before and after the area."""
    parts = cell_parts(indicator, TOTAL, sex, age, group)
    return message(p for p in parts if p < "area_code="), message(p for p in parts if p > "area_code=")


def _whole(values: pl.Series) -> list[int]:
    return values.fill_null(0).cast(pl.Int64).to_list()


def count_tag(secret: bytes, identity: Sequence[str], count: float) -> str:
    """What the release log keeps in place of a count: equal for equal counts of a cell, telling nothing else."""
    return hmac.digest(secret, message([_COUNT_TAG, *identity, repr(float(count))]), hashlib.sha256).hex()[:32]


def deviations(
    counts: npt.NDArray[np.int64], keys: npt.NDArray[np.uint64], profile: NoiseProfile
) -> npt.NDArray[np.int64]:
    """
    Noise of each cell: the first interval whose upper bound lies above the key.

    Parameters
    ----------
    counts
        True counts in persons, shape (n,).
    keys
        Cell keys below 2**32, shape (n,).
    profile
        The frozen noise table.

    Returns
    -------
    deviations
        Persons to add, shape (n,). The comparison is strict and between whole
        numbers: key * 10**8 < bound * 2**32.
    """
    row = np.minimum(counts, len(profile.rows) - 1)
    scaled = keys.astype(np.uint64) * np.uint64(UNITS)  # below 2**59
    found = np.empty(len(counts), np.int64)
    for number, intervals in enumerate(profile.rows):
        here = row == number
        bounds = np.array([bound * KEYS for _, bound in intervals], np.uint64)
        moves = np.array([move for move, _ in intervals], np.int64)
        # side="right" skips bounds equal to the key: that is the strict inequality
        found[here] = moves[np.searchsorted(bounds, scaled[here], side="right")]
    return found
