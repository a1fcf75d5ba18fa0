"""From places of services and travel times to what the people of each area reach."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cosmopolis.errors import ContentError, Fault
from cosmopolis.neighbourhoods.pairs import Pairs, listed_pairs, straight_pairs
from cosmopolis.neighbourhoods.reach import Service
from cosmopolis.population.structure import ages_of_span
from cosmopolis.vocabulary.city import AccessQuestion, City
from cosmopolis.vocabulary.service import Facility, Ways
from cosmopolis.vocabulary.table import TOTAL
from cosmopolis.workflow.profile.places import Ground, Place
from cosmopolis.workflow.reading import CityData

#: How access is told: of places, and of facilities whose places nobody knows.
_OF_PLACES = ("places per 1000 persons", 1000.0)
_OF_FACILITIES = ("facilities per 10000 persons", 10_000.0)


def services(city: City, data: CityData, areas: tuple[str, ...]) -> tuple[Service, ...]:
    """
    Every service that the city asks about, as the people of some areas reach it.

    Raises
    ------
    ContentError
        If distances are asked for and the areas have no shapes, or a limit is so short that
        it does not lead out of an area: everybody would reach nothing, or all of it. If
        travel times lead to no place of the service or start in less than half of the areas,
        or no table tells the ages that a service is for.
    """
    if not city.access:
        return ()
    reaching = _Reaching(city, data, areas)
    faults = [fault for asked in city.access for fault in reaching.faults(asked)]
    if faults:
        raise ContentError(faults)
    return tuple(reaching.service(asked) for asked in city.access)


class _Reaching:
    """The ground and the areas that ways start from."""

    def __init__(self, city: City, data: CityData, areas: tuple[str, ...]) -> None:
        self._city, self._data, self._level, self._areas = city, data, city.map_level, areas
        self._ground = Ground(data.areas)
        self._centres = self._ground.centres(city.map_level)

    def faults(self, asked: AccessQuestion) -> list[Fault]:
        """Why access cannot be measured."""
        return [*self._without_ages(asked), *(self._without_ways(asked) if asked.ways else self._distances(asked))]

    def _without_ages(self, asked: AccessQuestion) -> list[Fault]:
        """No table of a question tells the ages that the service is for."""
        asking = {question.source for question in self._city.questions} & self._data.tables.keys()
        told = (self._data.tables[source].frame["age_group"].unique() for source in sorted(asking))
        if asked.age_group == TOTAL or any(ages_of_span(ages, asked.age_group) for ages in told):
            return []
        named = {"service": asked.service, "ages": asked.age_group, "sources": sorted(asking)}
        return [Fault("workflow.access_ages_unknown", named)]

    def _without_ways(self, asked: AccessQuestion) -> list[Fault]:
        """Travel times that lead to no place of the service, or start in few areas."""
        facilities = {each.id for each in self._data.facilities[asked.facilities].of(asked.service)}
        minutes = self._data.ways[asked.ways].minutes
        if not any(facility in facilities for _, facility in minutes):
            told = {"service": asked.service, "ways": asked.ways, "facilities": asked.facilities}
            return [Fault("workflow.access_no_ways", told)]
        lacking = sorted(set(self._areas) - {area for area, _ in minutes})
        if 2 * len(lacking) > len(self._areas):
            few = {"ways": asked.ways, "count": len(lacking), "areas": lacking[:5]}
            return [Fault("workflow.access_few_ways", few)]
        return []

    def _distances(self, asked: AccessQuestion) -> list[Fault]:
        """Places without shapes, or a limit that does not leave an area."""
        facilities = self._data.facilities[asked.facilities].of(asked.service)
        needed = [*self._areas, *(each.area for each in facilities if each.longitude is None)]
        lacking = [code for code in needed if self._ground.centre(code) is None]
        if lacking:
            told = {"service": asked.service, "areas": lacking[:5], "count": len(lacking)}
            return [Fault("workflow.access_without_shapes", told)]
        least = _typical_radius(list(self._centres.values()))
        if asked.limit < least:
            told = {"service": asked.service, "metres": asked.limit, "least": round(least, -1)}
            return [Fault("workflow.access_limit_too_short", told)]
        return []

    def service(self, asked: AccessQuestion) -> Service:
        """A service with the pairs of areas and facilities."""
        facilities = self._data.facilities[asked.facilities].of(asked.service)
        counted = any(each.places is not None for each in facilities)
        unit, per = _OF_PLACES if counted else _OF_FACILITIES
        supply = np.array([1.0 if each.places is None else each.places for each in facilities])
        if asked.ways:
            pairs = self._travelled(facilities, self._data.ways[asked.ways], asked.limit)
            # nobody knows the way to a place where nothing is yet: the next opens beside one of those there are
            sites, where = pairs, tuple(self._area_of(each) for each in facilities)
        else:
            pairs = self._straight(self._places(facilities), asked.limit)
            sites, where = self._straight([self._centres[code] for code in self._areas], asked.limit), self._areas
        sources = tuple(filter(None, (asked.facilities, asked.ways)))
        return Service(asked.service, pairs, supply, asked.limit, sites, where, unit, per, asked.age_group, sources)

    def _straight(self, places: Sequence[Place], limit: float) -> Pairs:
        origins = np.array([self._centres[code] for code in self._areas])
        return straight_pairs(origins, np.array(places).reshape(-1, 2), limit=limit)

    def _travelled(self, facilities: Sequence[Facility], ways: Ways, limit: float) -> Pairs:
        at = {facility.id: place for place, facility in enumerate(facilities)}
        start = {code: place for place, code in enumerate(self._areas)}
        known = [
            (start[area], at[facility], minutes)
            for (area, facility), minutes in sorted(ways.minutes.items())
            if area in start and facility in at
        ]
        origin, facility, minutes = zip(*known, strict=True) if known else ((), (), ())
        return listed_pairs(
            origin, facility, minutes, origins=len(self._areas), facilities=len(facilities), limit=limit
        )

    def _places(self, facilities: Sequence[Facility]) -> list[Place]:
        """Where facilities lie in metres: at their coordinates, or in the middle of their area."""
        told = [(each.longitude, each.latitude) for each in facilities]
        known = [(east, north) for east, north in told if east is not None and north is not None]
        metres = iter(self._ground.metres(known))
        return [next(metres) if each.longitude is not None else self._middle_of(each.area) for each in facilities]

    def _middle_of(self, area: str) -> Place:
        found = self._ground.centre(area)
        assert found is not None, "a facility without a place is a fault"
        return found

    def _area_of(self, facility: Facility) -> str:
        if facility.longitude is None or facility.latitude is None:
            return facility.area if facility.area in self._areas else ""
        return self._ground.area_at((facility.longitude, facility.latitude), self._level)


def _typical_radius(centres: Sequence[Place]) -> float:
    """Half the median distance from a centre to the nearest other one, in metres."""
    if len(centres) < 2:
        return 0.0
    from scipy.spatial import KDTree

    apart = KDTree(centres).query(centres, k=2)[0][:, 1]
    return float(np.median(apart)) / 2
