"""Places of services and the ways to them: what a city knows of who can reach what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cosmopolis.vocabulary.table import Provenance


@dataclass(frozen=True)
class Facility:
    """
    One place of a service: a school, a language course, a place of worship.

    `id` is the publisher's. `places` is how many people it has room for; none where
    the file does not say. It lies at `longitude` and `latitude` (degrees, WGS 84), or,
    where the file tells no coordinates, somewhere in `area` (a code of `Areas`).
    """

    id: str
    name: str
    service: str  #: one of the services of `city.toml`; its words are `group.service.<service>`
    places: float | None = None
    longitude: float | None = None
    latitude: float | None = None
    area: str = ""


@dataclass(frozen=True)
class Facilities:
    """The places of services of one source, by id, each once."""

    facilities: tuple[Facility, ...]
    provenance: Provenance

    def of(self, service: str) -> tuple[Facility, ...]:
        """The places of one service."""
        return tuple(facility for facility in self.facilities if facility.service == service)


@dataclass(frozen=True)
class Ways:
    """
    Travel times: minutes from an area (by code) to a facility (by id).

    A pair that has no entry cannot be travelled, or takes longer than the file's limit.
    """

    minutes: Mapping[tuple[str, str], float]
    provenance: Provenance
