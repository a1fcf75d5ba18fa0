"""Everything that is wrong with a city folder, at once."""

from __future__ import annotations

from pathlib import Path

from cosmopolis import sources
from cosmopolis.errors import CosmopolisError, Fault
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.city import City, Source
from cosmopolis.vocabulary.table import Table
from cosmopolis.workflow.governance.references import reference_faults


def check(folder: Path, *, data: Path | None = None) -> tuple[Fault, ...]:
    """
    All faults of a folder: its settings, its recipes and, where those hold, its files.

    A folder whose settings are wrong is not read further: what a file means is
    not known then. Files that can all be read are compared with each other.
    """
    from cosmopolis.catalogue import check_city, check_governance, load_city, load_governance

    faults = check_city(folder, data)
    if faults:
        return tuple(faults)
    city = load_city(folder, data=data)
    told = check_governance(folder, city)
    data_faults, areas = _file_faults(city)
    if not told:
        told = reference_faults(load_governance(folder, city), city, areas)
    return (*told, *data_faults)


def _file_faults(city: City) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """What is wrong with the files, and the codes of the areas in them."""
    from cosmopolis.workflow.consistency import contradictions

    tables: dict[str, Table] = {}
    faults: list[Fault] = []
    areas: list[str] = []
    for source in city.sources:
        try:
            read = _read(source, city.id)
            if isinstance(read, Areas):
                areas += [area.code for area in read.areas]
            elif read is not None:
                tables[source.id] = read
        except CosmopolisError as error:
            faults += error.faults
    return tuple(faults) or contradictions(city, tables), tuple(areas)


def _read(source: Source, city_id: str) -> Table | Areas | None:
    """The table of a source of counts, or its areas; of the others only the faults matter."""
    read_counts = {"counts": sources.read_table, "persons": sources.read_register}.get(source.recipe.content)
    if read_counts is not None:
        return read_counts(source.files, source.recipe, source_id=source.id, code_version="", city_id=city_id)
    if source.recipe.content == "areas":
        return sources.read_areas(source.files, source.recipe)
    sources.read_codes(source.files, source.recipe)
    return None
