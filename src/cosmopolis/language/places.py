"""The codes under which CLDR names countries, from `content/classifications/countries.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_COUNTRIES = Path(__file__).parent.parent / "content" / "classifications" / "countries.csv"


def place_code(code: str) -> str:
    """
    The code of a place in CLDR: alpha-2 for a country, the same for a UN M49 region.

    >>> place_code("DEU"), place_code("039")
    ('DE', '039')
    """
    return _two_letters().get(code, code)


@lru_cache
def _two_letters() -> Mapping[str, str]:
    with _COUNTRIES.open(encoding="utf-8", newline="") as file:
        return {row["alpha3"]: row["alpha2"] for row in csv.DictReader(file)}
