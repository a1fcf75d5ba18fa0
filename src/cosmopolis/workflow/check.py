"""Everything that is wrong with a city folder, at once."""

from __future__ import annotations

from pathlib import Path

from cosmopolis.errors import CosmopolisError, Fault
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.city import City
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
    from cosmopolis.workflow.reading import Told, gathered, read_source

    read: dict[str, Told] = {}
    faults: list[Fault] = []
    for source in city.sources:
        try:
            read[source.id] = read_source(source, city.id, version="")
        except CosmopolisError as error:
            faults += error.faults
    shapes = (told for told in read.values() if isinstance(told, Areas))
    areas = tuple(area.code for each in shapes for area in each.areas)
    return tuple(faults) or contradictions(city, gathered(city, read)), areas
