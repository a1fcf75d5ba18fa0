"""What a reform of boundaries did: which share of each old area lies in which of today's, and how that is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from cosmopolis.errors import CosmopolisError, Fault, MeasureUndefined, first_few
from cosmopolis.neighbourhoods.boundaries import Crosswalk, areal_crosswalk, population_crosswalk
from cosmopolis.neighbourhoods.development import NOWHERE, check_covered
from cosmopolis.neighbourhoods.overlays import crosswalk_of
from cosmopolis.vocabulary.area import AreaShares
from cosmopolis.vocabulary.city import City, EarlierAreas, OriginQuestion
from cosmopolis.vocabulary.table import Status
from cosmopolis.workflow.margins import area_rollup, earlier_areas, earlier_rollup
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

    @property
    def outside(self) -> tuple[str, ...]:
        """Areas of before that lie, at least in part, in none of today's."""
        walk = self.crosswalk
        pieces = zip(walk.old_place.tolist(), walk.new_place.tolist(), strict=True)
        return tuple(sorted(walk.old[old] for old, new in pieces if walk.new[new] == NOWHERE))


def reforms(city: City, data: CityData) -> dict[str, Reform]:
    """
    The reform behind each question that has counts of before one, by the question's label.

    Questions about the same two sources share one. A question whose earlier source counts
    in no areas has none.

    Raises
    ------
    MeasureUndefined
        If counts cannot be carried: every fault of `reform_faults`.
    """
    found, faults = _found(city, data, city.questions)
    if faults:
        raise MeasureUndefined(faults)
    return found


def reform_faults(city: City, data: CityData, *, besides: Collection[str] = ()) -> tuple[Fault, ...]:
    """
    Why the counts of before a reform cannot be carried to today's areas; nothing where they can.

    Areas without a shape where no crosswalk is named, areas that the crosswalk or today's
    shapes leave out, and areas that it leads to and nobody counts in. Questions that ask
    the sources `besides` are left out: their faults are known.
    """
    told = {
        question: {question.earlier.source, question.earlier.crosswalk}
        for question in city.questions
        if question.earlier
    }
    asked = [question for question, sources in told.items() if not sources & {*besides}]
    _, faults = _found(city, data, asked)
    return tuple(fault for at, fault in enumerate(faults) if fault not in faults[:at])


def _found(city: City, data: CityData, questions: Iterable[OriginQuestion]) -> tuple[dict[str, Reform], list[Fault]]:
    """The reforms by question, and what is wrong with those that there would be."""
    known: dict[tuple[str, str], Reform | None] = {}
    found: dict[str, Reform] = {}
    faults: list[Fault] = []
    for question in questions:
        earlier, today = question.earlier, areas_today(city, data, question)
        if earlier is None or not today:
            continue
        try:
            _check_shapes(question, data, today)
            both = (earlier.source, earlier.crosswalk)
            reform = known[both] if both in known else _reform(city, data, earlier)
            known[both] = reform
            if reform is not None:
                check_covered(_lived_in(question, data), reform.crosswalk, today)
                found[question.label] = reform
        except CosmopolisError as error:
            faults += error.faults
    return found, faults


def areas_today(city: City, data: CityData, question: OriginQuestion) -> tuple[str, ...]:
    """The areas of the map in which a question's source counts both sides; none where there is nothing to compare."""
    table = data.tables.get(question.source)
    found = set() if table is None or not question.rest else set(area_rollup(table, city.map_level).values())
    return tuple(sorted(found)) if len(found) > 1 else ()


def _check_shapes(question: OriginQuestion, data: CityData, today: Collection[str]) -> None:
    """Without a crosswalk every area of before and of today needs its shape."""
    assert question.earlier
    areas = earlier_areas(data.tables[question.earlier.source])
    lacking = sorted({*areas, *today} - data.areas.shapes.keys()) if areas and not question.earlier.crosswalk else []
    if lacking:
        told = {"question": question.label, "source": question.earlier.source, "count": len(lacking)}
        raise MeasureUndefined.at("workflow.earlier_without_shapes", **told, codes=first_few(lacking))


def _lived_in(question: OriginQuestion, data: CityData) -> list[str]:
    """The areas of before in which somebody of either side is counted, or may be, in the period that is carried."""
    assert question.earlier
    before, now = (data.tables[name].frame for name in (question.earlier.source, question.source))
    sides = earlier_rollup(sorted(before["group"].unique()), question)
    last = now.filter(pl.col("indicator") == question.indicator)["period"].max()
    rows = before.filter(
        (pl.col("indicator") == question.indicator)
        & pl.col("group").is_in(list(sides))
        & (pl.col("period") < last)
        & pl.col("area_code").is_in(earlier_areas(data.tables[question.earlier.source]))
    )
    nobody = (pl.coalesce("value", "upper", pl.lit(1.0)) == 0) | (pl.col("status") == Status.CANNOT_EXIST)
    return sorted(rows.filter((pl.col("period") == pl.col("period").max()) & ~nobody)["area_code"].unique())


def _reform(city: City, data: CityData, earlier: EarlierAreas) -> Reform | None:
    areas = earlier_areas(data.tables[earlier.source])
    if not areas:
        return None
    if earlier.crosswalk:
        told = data.crosswalks[earlier.crosswalk]
        by, crosswalk = str(told.kind), _of_shares(told)
    else:
        today = [area.code for area in data.areas.at(city.map_level)]
        before, after = (Ground(data.areas).outlines(codes) for codes in (areas, today))
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
