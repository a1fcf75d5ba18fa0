"""Areas of a city and their shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cosmopolis.vocabulary.table import Provenance


@dataclass(frozen=True)
class Area:
    """
    A part of the city, or the city itself.

    `code` is unique in the city over all levels: `<level>-<the publisher's code>`,
    and the city's own id for the city. Names stay in the city's language.
    """

    code: str
    name: str
    level: str
    parent: str = ""
    boundary_date: str = ""


@dataclass(frozen=True)
class Areas:
    """
    The areas of one city.

    `shapes` maps area codes to well-known binary, longitude and latitude in
    degrees (WGS 84); an area without a shape is shown in tables only. `provenances`
    tells of the files of areas, not of tables that name areas besides.
    """

    areas: tuple[Area, ...]
    shapes: Mapping[str, bytes] = field(default_factory=dict)
    provenances: tuple[Provenance, ...] = ()

    def at(self, level: str) -> tuple[Area, ...]:
        """The areas of one level, by code."""
        return tuple(sorted((a for a in self.areas if a.level == level), key=lambda a: a.code))

    def name(self, code: str) -> str:
        """The name of an area, or its code if it has none."""
        return next((a.name for a in self.areas if a.code == code), "") or code


@dataclass(frozen=True)
class AreaShares:
    """
    What lies where after a reform of boundaries: how much of each old area is in each new one.

    `amounts` maps (old code, new code) to an amount: persons, square metres, or the
    share of the old area itself, as `kind` says. Pairs without entry share nothing.
    """

    amounts: Mapping[tuple[str, str], float]
    kind: Literal["persons", "square_metres", "share"]
    provenance: Provenance
