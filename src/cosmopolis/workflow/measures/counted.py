"""A city's published counts, and what every measure of them asks first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from cosmopolis import catalogue
from cosmopolis.disclosure import derive
from cosmopolis.vocabulary.city import City, OriginQuestion
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.workflow.reading import CityData


@dataclass(frozen=True)
class Counted:
    """The protected counts of a city by source id, and the files that they come from."""

    city: City
    data: CityData
    counts: Mapping[str, Protected]

    @cached_property
    def map_areas(self) -> list[str]:
        """Codes of the areas of the maps, in order."""
        return sorted(area.code for area in self.data.areas.at(self.city.map_level))

    @property
    def asked(self) -> list[OriginQuestion]:
        """The questions whose source is published."""
        return [question for question in self.city.questions if question.source in self.counts]

    def derived(
        self,
        given: Protected | tuple[Protected, ...],
        measure: Callable[..., pl.DataFrame],
        *,
        beside: Sequence[str] = (),
    ) -> Protected:
        """A measure of counts, under the floors of the program; `beside` are sources that count nobody."""
        return derive(given, measure, floors=catalogue.floors(), beside=beside)

    def absent_is_zero(self, source_id: str) -> bool:
        """Whether a combination that a source does not name counts nobody."""
        return self.city.source(source_id).recipe.absent_is_zero

    def areas_in(self, counts: Protected) -> list[str]:
        """The areas of the map that a source shows, if it shows them at all."""
        return sorted(set(self.map_areas) & set(counts.frame["area_code"]))

    def universe(self, source_id: str) -> str:
        """Whom a source counts."""
        return self.city.source(source_id).recipe.universe


def told(found: Mapping[str, Protected]) -> dict[str, Protected]:
    """The tables that say anything."""
    return {key: table for key, table in found.items() if table.frame.height}
