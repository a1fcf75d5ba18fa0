"""Everything that is wrong with a city folder, at once."""

from __future__ import annotations

from pathlib import Path

from cosmopolis import sources
from cosmopolis.errors import CosmopolisError, Fault
from cosmopolis.vocabulary.city import City, Source


def check(folder: Path, *, data: Path | None = None) -> tuple[Fault, ...]:
    """
    All faults of a folder: its settings, its recipes and, where those hold, its files.

    A folder whose settings are wrong is not read further: what a file means is
    not known then.
    """
    from cosmopolis.catalogue import check_city, load_city

    faults = check_city(folder, data)
    if faults:
        return tuple(faults)
    return _file_faults(load_city(folder, data=data))


def _file_faults(city: City) -> tuple[Fault, ...]:
    return tuple(fault for source in city.sources for fault in _source_faults(source, city.id))


def _source_faults(source: Source, city_id: str) -> tuple[Fault, ...]:
    try:
        if source.recipe.content == "counts":
            sources.read_table(source.files, source.recipe, source_id=source.id, code_version="", city_id=city_id)
        elif source.recipe.content == "persons":
            sources.read_register(source.files, source.recipe, source_id=source.id, code_version="", city_id=city_id)
        elif source.recipe.content == "areas":
            sources.read_areas(source.files, source.recipe)
        else:
            sources.read_codes(source.files, source.recipe)
    except CosmopolisError as error:
        return error.faults
    return ()
