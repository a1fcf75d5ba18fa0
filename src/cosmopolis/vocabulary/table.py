"""The long table: the one form of a number in the whole program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import polars as pl

#: The sum over a dimension (SDMX code).
TOTAL = "_T"
#: Known to exist, category not known.
UNKNOWN = "_U"


class Status(StrEnum):
    """SDMX CL_OBS_STATUS: what stands behind a value, or why there is none."""

    NORMAL = "A"
    BREAK = "B"
    ESTIMATED = "E"
    FORECAST = "F"
    IMPUTED = "I"
    PROVISIONAL = "P"
    LOW_RELIABILITY = "U"
    NOT_COLLECTED = "L"
    CANNOT_EXIST = "M"
    MISSING = "O"
    SUPPRESSED = "Q"


#: Statuses of a row that has no value.
WITHOUT_VALUE = frozenset({Status.NOT_COLLECTED, Status.CANNOT_EXIST, Status.MISSING, Status.SUPPRESSED})

#: Axes in `group` that are derived and never read from a file: among how many of the nearest residents,
#: which service is reached, which prepared case came true.
NEAREST, SERVICE, CASE = "nearest", "service", "case"

#: Ends the id of a method whose bounds say how sure an index of published counts is: they come from those counts
#: alone, and tell nothing about a count that was hidden or changed.
WITH_INTERVAL = "_with_interval"

#: The five dimensions that say whom a number counts, where and when.
DIMENSIONS = ("area_code", "period", "sex", "age_group", "group")

#: Column names and types of the long table, in the order of the published file.
SCHEMA: Mapping[str, pl.DataType] = {
    "indicator": pl.String(),
    "area_code": pl.String(),
    "period": pl.String(),
    "sex": pl.String(),
    "age_group": pl.String(),
    "group": pl.String(),
    "value": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "unit": pl.String(),
    "status": pl.String(),
    "source_id": pl.String(),
    "method_id": pl.String(),
}


@dataclass(frozen=True)
class AppliedRepair:
    """A repair that a recipe names, and how often it was needed in one file."""

    kind: str
    reason: str
    file: str
    rows: int


@dataclass(frozen=True)
class Provenance:
    """Where a table comes from: enough to make it again."""

    source_id: str
    recipe_id: str
    recipe_sha256: str
    files: Mapping[str, str]  #: file name -> SHA-256 of its bytes
    publisher: str
    licence: str
    landing_page: str
    code_version: str
    repairs: tuple[AppliedRepair, ...] = ()


@dataclass(frozen=True)
class Table:
    """
    Counts as a publisher released them, in the long form.

    `frame` has the columns of `SCHEMA` and holds only the finest cells (atoms):
    no totals and no of-which rows, so that any sum over it counts every person
    once. `value` is empty exactly where the status says so; a suppressed atom
    (`Q`) has the publisher's range in `lower` and `upper`; on every other row
    with a value both bounds are empty.

    `of_which` has the same columns: rows that are part of another atom, shown
    but never added. `parents` maps an area code to its parent's code, `levels`
    an area code to its level, `names` to its name in the latest period, as far
    as the file itself says.

    `universe` names whom the table counts (`residents`, `residents_16_plus`):
    two tables of one universe and period count the same people, which the audit
    in `disclosure` has to know.
    """

    frame: pl.DataFrame
    of_which: pl.DataFrame
    provenance: Provenance
    universe: str
    axes: tuple[str, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def source_id(self) -> str:
        """The id of the source in `city.toml`."""
        return self.provenance.source_id


#: What a margin does with one dimension: keep the codes, sum them away, or map
#: them to coarser ones (an atom whose code is not in the mapping is left out).
Coarsening = Literal["keep", "sum"] | Mapping[str, str]


@dataclass(frozen=True)
class Margin:
    """
    One declared table: which sums over the atoms are published.

    A margin that sums the area away is about the whole city and carries its code.
    """

    name: str
    area_code: Coarsening = "sum"
    period: Coarsening = "keep"
    sex: Coarsening = "sum"
    age_group: Coarsening = "sum"
    group: Coarsening = "sum"
    indicators: tuple[str, ...] = ("population_stock",)

    def coarsening(self, dimension: str) -> Coarsening:
        """What this margin does with `dimension` (one of `DIMENSIONS`)."""
        return getattr(self, dimension)  # type: ignore[no-any-return]


def group_code(pairs: Mapping[str, str]) -> str:
    """
    Join axis and code pairs as the column `group` holds them.

    >>> group_code({"education": "tertiary", "birth": "abroad"})
    'birth=abroad;education=tertiary'
    >>> group_code({})
    '_T'
    """
    return ";".join(f"{axis}={code}" for axis, code in sorted(pairs.items())) or TOTAL


def group_pairs(group: str) -> dict[str, str]:
    """
    Split a `group` into its axes and codes.

    >>> group_pairs("birth=abroad;education=tertiary")
    {'birth': 'abroad', 'education': 'tertiary'}
    >>> group_pairs("_T")
    {}
    """
    return {} if group == TOTAL else dict(pair.split("=", 1) for pair in group.split(";"))
