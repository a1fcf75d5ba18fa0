"""Everything that is wrong with a city folder, at once."""

from __future__ import annotations

from pathlib import Path

from cosmopolis import sources
from cosmopolis.errors import CosmopolisError, Fault
from cosmopolis.vocabulary.city import City, Source
from cosmopolis.vocabulary.table import Table


def check(folder: Path, *, data: Path | None = None) -> tuple[Fault, ...]:
    """
    All faults of a folder: its settings, its recipes and, where those hold, its files.

    A folder whose settings are wrong is not read further: what a file means is
    not known then. Files that can all be read are compared with each other.
    """
    from cosmopolis.catalogue import check_city, load_city

    faults = check_city(folder, data)
    if faults:
        return tuple(faults)
    return _file_faults(load_city(folder, data=data))


def _file_faults(city: City) -> tuple[Fault, ...]:
    from cosmopolis.workflow.consistency import contradictions

    tables: dict[str, Table] = {}
    faults: list[Fault] = []
    for source in city.sources:
        try:
            if (table := _read(source, city.id)) is not None:
                tables[source.id] = table
        except CosmopolisError as error:
            faults += error.faults
    return tuple(faults) or contradictions(city, tables)


def _read(source: Source, city_id: str) -> Table | None:
    """The table of a source, if it is one of counts; of the others only the faults matter."""
    read_counts = {"counts": sources.read_table, "persons": sources.read_register}.get(source.recipe.content)
    if read_counts is not None:
        return read_counts(source.files, source.recipe, source_id=source.id, code_version="", city_id=city_id)
    if source.recipe.content == "areas":
        sources.read_areas(source.files, source.recipe)
    else:
        sources.read_codes(source.files, source.recipe)
    return None
