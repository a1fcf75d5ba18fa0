"""A city folder's files become tables and areas; what was read before comes from the store."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosmopolis import sources
from cosmopolis.store import TableStore, digest_of_file, digest_of_text
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.city import City, Source
from cosmopolis.vocabulary.service import Facilities, Ways
from cosmopolis.vocabulary.table import Table
from cosmopolis.workflow.progress import Progress, no_progress
from cosmopolis.workflow.version import code_version


@dataclass(frozen=True)
class CityData:
    """What a city's own files say, before anything is protected."""

    tables: dict[str, Table]  #: by source id, in the order of city.toml
    areas: Areas
    facilities: dict[str, Facilities] = field(default_factory=dict)
    ways: dict[str, Ways] = field(default_factory=dict)


def city_data(city: City, store: TableStore, progress: Progress = no_progress) -> CityData:
    """Read every source of a city, or take it from the store if its files did not change."""
    tables: dict[str, Table] = {}
    shapes: list[Areas] = []
    for done, source in enumerate(city.sources):
        progress("reading", done, len(city.sources))
        if source.recipe.content in {"counts", "persons"}:
            tables[source.id] = _table(city, source, store)
        elif source.recipe.content == "areas":
            shapes.append(_areas(source, store))
    progress("reading", len(city.sources), len(city.sources))
    return CityData(tables, _all_areas(city, tables, shapes))


def reading_key(source: Source) -> str:
    """What a reading depends on: the files, the recipe, the program."""
    digests = [f"{path.name}={digest_of_file(path)}" for path in source.files]
    return digest_of_text(source.id, source.recipe.sha256, code_version(), *digests)


def _table(city: City, source: Source, store: TableStore) -> Table:
    key = reading_key(source)
    table = store.table(key)
    if table is None:
        # of a register of persons the store sees the counts alone
        read = sources.read_register if source.recipe.content == "persons" else sources.read_table
        table = read(source.files, source.recipe, source_id=source.id, code_version=code_version(), city_id=city.id)
        store.keep_table(key, table)
    return table


def _areas(source: Source, store: TableStore) -> Areas:
    key = reading_key(source)
    areas = store.areas(key)
    if areas is None:
        areas = sources.read_areas(source.files, source.recipe)
        store.keep_areas(key, areas)
    return areas


def _all_areas(city: City, tables: dict[str, Table], shapes: list[Areas]) -> Areas:
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
    return Areas(tuple(sorted(rooted, key=lambda area: (area.code != city.id, area.level, area.code))), wkb)


def _under(area: Area, parent: str) -> Area:
    return Area(area.code, area.name, area.level, parent, area.boundary_date)
