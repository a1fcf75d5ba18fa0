"""Everything that is wrong with a city folder, at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cosmopolis.errors import CosmopolisError, Fault
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.city import City
from cosmopolis.workflow.governance.references import reference_faults

if TYPE_CHECKING:
    from cosmopolis.workflow.reading import CityData


def check(folder: Path, *, data: Path | None = None) -> tuple[Fault, ...]:
    """
    All faults of a folder: its settings, its recipes and, where those hold, its files.

    A folder whose settings are wrong is not read further: what a file means is
    not known then. Files that can all be read are compared with each other, and with what
    the city asks of them.
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
    return tuple(faults) or _faults_together(city, gathered(city, read)), areas


def _faults_together(city: City, data: CityData) -> tuple[Fault, ...]:
    """What files that can all be read have against each other, or against what the city asks."""
    from cosmopolis.workflow.consistency import contradictions

    found = contradictions(city, data)
    told = {fault.values.get("source") for fault in found}
    asked = tuple(each for each in city.access if not {each.facilities, each.ways} & told)
    return (*found, *_access_faults(replace(city, access=asked), data))


def _access_faults(city: City, data: CityData) -> list[Fault]:
    """Why nobody can tell who reaches a service: as the build of the city says it."""
    from cosmopolis.workflow.profile.reform import areas_today
    from cosmopolis.workflow.services import services

    found: list[Fault] = []
    for areas in sorted({areas_today(city, data, question) for question in city.questions} - {()}):
        try:
            services(city, data, areas)
        except CosmopolisError as error:
            found += (fault for fault in error.faults if fault not in found)
    return found
