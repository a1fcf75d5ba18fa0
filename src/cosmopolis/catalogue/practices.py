"""`practices/*.yaml`: what a city did and what came of it; an entry without failures is refused."""

from __future__ import annotations

from collections.abc import Iterator

from cosmopolis.catalogue.classifications import country_codes
from cosmopolis.catalogue.spots import FolderFile
from cosmopolis.errors import Fault

#: In these states a practice is over, so that its last day is known.
_OVER = frozenset({"ended", "failed"})


def practice_faults(file: FolderFile, country: str) -> Iterator[Fault]:
    """
    Everything in a practice that its schema cannot say.

    `country` is the city's own, which may be the invented one of the example city.
    """
    top = file.top
    failures = top.child("failures")
    if failures and _is_empty(failures.node.value):
        yield failures.fault("governance_files.no_failures", value=top.told("id"))
    status = top.child("status")
    if status and status.text in _OVER and not top.told("end"):
        yield status.fault("governance_files.over_without_end", value=status.text)
    told = top.child("country")
    if told and told.text not in {*country_codes(), country, ""}:
        yield told.fault("catalogue.unknown_country", value=told.text)


def _is_empty(told: object) -> bool:
    """Whether a text per language says nothing in any: no language, blanks, a dash."""
    if isinstance(told, str):
        return not told.strip(" -–—.")
    return isinstance(told, dict) and all(_is_empty(entry.value) for entry in told.values())
