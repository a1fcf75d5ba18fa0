"""
Which level of government may do what: a country's defaults, overridden by the city's own file.

A pack of `content/competences` says how powers are usually divided in a
country. A country without one takes `default`, a division that is usual in many
and checked for none. The city's `competence.yaml` replaces whole entries, never
parts of one: half a country's entry and half a city's would be nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from cosmopolis.catalogue.content_files import content_file
from cosmopolis.catalogue.objects import made
from cosmopolis.catalogue.schema import schema_named
from cosmopolis.catalogue.text import content_folder
from cosmopolis.errors import ContentError
from cosmopolis.vocabulary.competence import CompetenceMap, Function, LevelGap

#: The pack of every country that has none of its own.
DEFAULT = "default"


@cache
def shipped_competences() -> tuple[str, ...]:
    """The packs that come with the program: ISO 3166-1 alpha-3 codes, and `default`."""
    found = (file.name for file in content_folder().joinpath("competences").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


@cache
def country_competence(country: str) -> CompetenceMap:
    """
    The usual division of powers in a country; the default where no pack knows it.

    Raises
    ------
    ContentError
        If the pack is broken, with every fault.

    Examples
    --------
    >>> country_competence("XEX").function("residence_permits").levels("legislates")
    ('national',)
    """
    pack = country if country in shipped_competences() else DEFAULT
    name = f"competences/{pack}.yaml"
    file = content_file(content_folder().joinpath("competences", f"{pack}.yaml"), name, "competence")
    if file.faults:
        raise ContentError(file.faults)
    functions = (made(Function, told) for told in file.plain["functions"])
    return CompetenceMap(country, _in_order(functions), pack=pack, note=file.plain.get("note", {}))


def competence_map(country: str, told: Mapping[str, Any] | None) -> CompetenceMap:
    """A country's defaults under a city's own `competence.yaml`, where it has one."""
    usual = country_competence(country)
    if told is None:
        return usual
    own = [replace(made(Function, entry), by_city=True) for entry in told.get("functions", ())]
    kept = {function.id: function for function in (*usual.functions, *own)}
    gaps = sorted((made(LevelGap, entry) for entry in told.get("gaps", ())), key=lambda gap: (gap.rank, gap.id))
    return replace(usual, functions=_in_order(kept.values()), gaps=tuple(gaps))


def _in_order(functions: Iterable[Function]) -> tuple[Function, ...]:
    """Functions in the order of the shared list."""
    order = schema_named("shared")["$defs"]["function"]["enum"]
    return tuple(sorted(functions, key=lambda function: order.index(function.id)))
