"""What a reform of boundaries did: which share of each old area lies in which of today's, and how that is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cosmopolis.neighbourhoods.boundaries import Crosswalk, areal_crosswalk, population_crosswalk
from cosmopolis.neighbourhoods.development import NOWHERE
from cosmopolis.neighbourhoods.overlays import crosswalk_of
from cosmopolis.vocabulary.area import AreaShares
from cosmopolis.vocabulary.city import City, EarlierAreas
from cosmopolis.workflow.margins import earlier_areas
from cosmopolis.workflow.profile.places import Ground
from cosmopolis.workflow.reading import CityData

#: A piece smaller than this share of both areas comes of drawing one border twice.
SLIVER = 0.01
#: What the shares of an area may lack for being rounded.
ROUNDED = 1e-4
#: How the pieces of an area weigh, by what a crosswalk counts; shares of an area are as good as its surface.
_BY_KIND: Mapping[str, Callable[..., Crosswalk]] = {
    "persons": population_crosswalk,
    "square_metres": areal_crosswalk,
    "share": areal_crosswalk,
}


@dataclass(frozen=True)
class Reform:
    """
    How counts of before a reform are carried to today's areas.

    `source` counts in `areas`, those of before. `by` is what the pieces weigh by:
    `persons`, `square_metres` or `share` of a crosswalk, or `shapes` laid over each
    other.
    """

    source: str
    areas: tuple[str, ...]
    crosswalk: Crosswalk
    by: str


def reforms(city: City, data: CityData) -> dict[str, Reform]:
    """The reform behind each question that has counts of before one, by the question's label."""
    asked = {question.label: question.earlier for question in city.questions if question.earlier is not None}
    found = {label: _reform(city, data, earlier) for label, earlier in asked.items()}
    return {label: reform for label, reform in found.items() if reform is not None}


def _reform(city: City, data: CityData, earlier: EarlierAreas) -> Reform | None:
    areas = earlier_areas(data.tables[earlier.source])
    if earlier.crosswalk:
        told = data.crosswalks[earlier.crosswalk]
        by, crosswalk = str(told.kind), _of_shares(told)
    else:
        today = [area.code for area in data.areas.at(city.map_level)]
        before, after = (Ground(data.areas).outlines(codes) for codes in (areas, today))
        if before.is_empty() or after.is_empty():
            return None
        by, crosswalk = "shapes", crosswalk_of(before, after, code="area", sliver=SLIVER)
    return Reform(earlier.source, tuple(sorted({*areas, *crosswalk.old})), crosswalk, by)


def _of_shares(told: AreaShares) -> Crosswalk:
    amounts = {**told.amounts, **(_rests(told.amounts) if told.kind == "share" else {})}
    old, new = zip(*amounts, strict=True)
    return _BY_KIND[told.kind](old, new, list(amounts.values()))


def _rests(shares: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """What of each old area lies in none of today's: shares may be rounded, and then have none."""
    told = dict.fromkeys((old for old, _ in shares), 0.0)
    for (old, _), share in shares.items():
        told[old] += share
    return {(old, NOWHERE): 1 - share for old, share in told.items() if share < 1 - ROUNDED}
