"""A city folder's files become tables, areas and places; what was read before comes from the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from cosmopolis import sources
from cosmopolis.store import TableStore, digest_of_file, digest_of_text
from cosmopolis.vocabulary.area import Area, Areas, AreaShares
from cosmopolis.vocabulary.city import City, Source
from cosmopolis.vocabulary.codes import CodeList
from cosmopolis.vocabulary.service import Facilities, Ways
from cosmopolis.vocabulary.table import Provenance, Table
from cosmopolis.workflow.progress import Progress, no_progress
from cosmopolis.workflow.version import code_version

#: What the files of one source say.
Told = Table | Areas | Facilities | Ways | AreaShares | CodeList
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class CityData:
    """What a city's own files say, before anything is protected."""

    tables: dict[str, Table]  #: by source id, in the order of city.toml
    areas: Areas
    facilities: dict[str, Facilities] = field(default_factory=dict)
    ways: dict[str, Ways] = field(default_factory=dict)
    crosswalks: dict[str, AreaShares] = field(default_factory=dict)

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        """Where everything comes from: tables, areas, facilities, ways, crosswalks."""
        return (
            *(table.provenance for table in self.tables.values()),
            *self.areas.provenances,
            *(each.provenance for each in self.facilities.values()),
            *(each.provenance for each in self.ways.values()),
            *(each.provenance for each in self.crosswalks.values()),
        )


def city_data(city: City, store: TableStore, progress: Progress = no_progress) -> CityData:
    """Read every source of a city, or take it from the store if its files did not change."""
    told: dict[str, Told] = {}
    for done, source in enumerate(city.sources):
        progress("reading", done, len(city.sources))
        if source.recipe.content != "codes":  # what its codes mean, the recipes say
            told[source.id] = _kept_or_read(city, source, store)
    progress("reading", len(city.sources), len(city.sources))
    return gathered(city, told)


def gathered(city: City, told: Mapping[str, Told]) -> CityData:
    """What the sources of a city say, by kind; of code lists only the faults matter."""
    tables = _of_kind(told, Table)
    areas = _all_areas(city, tables, list(_of_kind(told, Areas).values()))
    return CityData(tables, areas, _of_kind(told, Facilities), _of_kind(told, Ways), _of_kind(told, AreaShares))


def read_source(source: Source, city_id: str, *, version: str) -> Told:
    """
    Read the files of one source; `version` of the program is for the provenance.

    Raises
    ------
    SourceError
        If a file is not as its recipe says.
    """
    files, recipe = source.files, source.recipe
    origin = {"source_id": source.id, "code_version": version}
    readers: Mapping[str, Callable[[], Told]] = {
        "counts": partial(sources.read_table, files, recipe, city_id=city_id, **origin),
        # of a register of persons the store sees the counts alone
        "persons": partial(sources.read_register, files, recipe, city_id=city_id, **origin),
        "areas": partial(sources.read_areas, files, recipe, **origin),
        "facilities": partial(sources.read_facilities, files, recipe, **origin),
        "ways": partial(sources.read_ways, files, recipe, **origin),
        "crosswalk": partial(sources.read_crosswalk, files, recipe, **origin),
        "codes": partial(sources.read_codes, files, recipe),
    }
    return readers[recipe.content]()


def reading_key(source: Source) -> str:
    """What a reading depends on: the files, the recipe, the program."""
    digests = [f"{path.name}={digest_of_file(path)}" for path in source.files]
    return digest_of_text(source.id, source.recipe.sha256, code_version(), *digests)


def _kept_or_read(city: City, source: Source, store: TableStore) -> Told:
    key, content = reading_key(source), source.recipe.content
    kept = _KEPT.get(content, TableStore.table)(store, key)
    if kept is not None:
        return kept
    told = read_source(source, city.id, version=code_version())
    _keep(store, key, told)
    return told


#: What the store has of an earlier reading, by what a recipe holds; tables otherwise.
_KEPT: Mapping[str, Callable[[TableStore, str], Told | None]] = {
    "areas": TableStore.areas,
    "facilities": TableStore.facilities,
    "ways": TableStore.ways,
    "crosswalk": TableStore.crosswalk,
}


def _keep(store: TableStore, key: str, told: Told) -> None:
    match told:
        case Table():
            store.keep_table(key, told)
        case Areas():
            store.keep_areas(key, told)
        case Facilities():
            store.keep_facilities(key, told)
        case Ways():
            store.keep_ways(key, told)
        case AreaShares():
            store.keep_crosswalk(key, told)


def _of_kind(told: Mapping[str, Told], kind: type[Kind]) -> dict[str, Kind]:
    return {source_id: each for source_id, each in told.items() if isinstance(each, kind)}


def _all_areas(city: City, tables: Mapping[str, Table], shapes: list[Areas]) -> Areas:
    """The city, the areas that have shapes, and those that only a table names."""
    found = {city.id: Area(city.id, city.name, "city")}
    wkb: dict[str, bytes] = {}
    for each in shapes:
        found |= {area.code: area for area in each.areas}
        wkb |= each.shapes
    for table in tables.values():
        for code, level in table.levels.items():
            if code not in found and level not in ("city", "country"):
                found[code] = Area(code, table.names.get(code, ""), level, table.parents.get(code, city.id))
    rooted = (area if area.parent or area.code == city.id else _under(area, city.id) for area in found.values())
    ordered = sorted(rooted, key=lambda area: (area.code != city.id, area.level, area.code))
    return Areas(tuple(ordered), wkb, tuple(told for each in shapes for told in each.provenances))


def _under(area: Area, parent: str) -> Area:
    return Area(area.code, area.name, area.level, parent, area.boundary_date)
