"""How a source's counts are protected before anything is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: From the strictest to the lightest; a table made from several sources takes the strictest.
PolicyName = Literal["census_strict", "census_light", "none"]
STRICTNESS: tuple[PolicyName, ...] = ("census_strict", "census_light", "none")


@dataclass(frozen=True)
class Policy:
    """
    The policy of one source, as `city.toml` states it.

    `none` is for counts that their publisher has already protected: it names
    him and how, and is refused for person-level files.
    """

    name: PolicyName = "census_strict"
    publisher: str = ""
    reason: str = ""


@dataclass(frozen=True)
class NoiseProfile:
    """
    A frozen noise table of the cell-key method (`domain: privacy`, 1.2 and 1.3).

    `rows[n]` holds the deviations of the count `n` and their cumulated upper
    bounds times 10**8; the last row serves every larger count.
    """

    name: str
    largest_deviation: int
    variance: float
    never_published: int  #: counts 1..never_published do not appear
    rows: tuple[tuple[tuple[int, int], ...], ...]
    sha256: str


@dataclass(frozen=True)
class Floors:
    """Smallest things that are shown at all, decided before any noise."""

    area_persons: int
    origin_persons: int
    single_attribute_persons: int
    dissimilarity_group_persons: int
    dissimilarity_noisy_persons: int
    breakdown_budget: int
    breakdown_stop: int
