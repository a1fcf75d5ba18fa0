"""
What cannot be true of a city's own files together (profile.md, section 5).

A part of the residents is no more than all of them, and two tables of everybody
agree. Only sources of one universe and the same period are compared; a withheld or
missing count may be anything that it can be, so nothing is refused on a guess.

Facilities, ways and crosswalks speak of areas and facilities that other files know,
and of places near the city.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import polars as pl

from cosmopolis.errors import Fault, first_few
from cosmopolis.population.structure import age_years
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.measurement import Bounds
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN, Provenance, Status, Table
from cosmopolis.workflow.reading import CityData

#: Two tables of everybody may differ by this share: registers are not read on one day.
TOLERANCE = 0.01
STOCK = "population_stock"


#: A place of a service further away is no place of this city, in degrees of latitude (about 111 km each) and as told.
FAR_DEGREES, FAR_KILOMETRES = 0.9, 100


def contradictions(city: City, data: CityData) -> tuple[Fault, ...]:
    """
    Everything in which a source contradicts the others, or the one that leads for the total.

    Parameters
    ----------
    city
        Its `total_source` leads; without one nothing is compared.
    data
        What its files say, as they were read.

    Returns
    -------
    faults
        In the order of city.toml and of periods: `workflow.part_exceeds_total`
        where a source counts more than everybody, `workflow.totals_differ` where
        one of everybody counts more than 1 % more or fewer. Then once a source
        `workflow.unknown_areas`, `workflow.unknown_facilities` and
        `workflow.facilities_far`; and why counts of before a reform of boundaries
        cannot be carried to today's areas (`reform_faults`).
    """
    from cosmopolis.workflow.profile.reform import reform_faults

    unknown = (*_unknown(data),)
    reformed = reform_faults(city, data, besides={str(fault.values["source"]) for fault in unknown})
    return (*_counted(city, data.tables), *unknown, *_far(data), *reformed)


def _counted(city: City, tables: Mapping[str, Table]) -> Iterator[Fault]:
    """Counts that are too many or too few beside those of everybody."""
    leading = tables.get(city.total_source)
    if leading is None:
        return
    everybody = _residents(leading)
    others = (table for name, table in tables.items() if name != city.total_source)
    for table in (table for table in others if table.universe == leading.universe):
        yield from _faults(table, everybody, city)


def _unknown(data: CityData) -> Iterator[Fault]:
    """Areas and facilities that one source names and no other file of the city knows."""
    areas = {area.code for area in data.areas.areas}
    known = {facility.id for each in data.facilities.values() for facility in each.facilities}
    for each in data.facilities.values():
        named = {facility.area for facility in each.facilities if facility.area}
        yield from _missing("unknown_areas", each.provenance, named - areas)
    for ways in data.ways.values():
        yield from _missing("unknown_areas", ways.provenance, {area for area, _ in ways.minutes} - areas)
        yield from _missing("unknown_facilities", ways.provenance, {facility for _, facility in ways.minutes} - known)
    for shares in data.crosswalks.values():
        both = {code for pair in shares.amounts for code in pair}
        yield from _missing("unknown_areas", shares.provenance, both - areas)


def _missing(name: str, told: Provenance, codes: set[str]) -> Iterator[Fault]:
    if codes:
        yield Fault(f"workflow.{name}", {**_place(told), "count": len(codes), "codes": first_few(codes)})


def _place(provenance: Provenance) -> dict[str, object]:
    return {"file": ", ".join(provenance.files), "source": provenance.source_id}


def _far(data: CityData) -> Iterator[Fault]:
    """Facilities that lie far from every shape of the city: their coordinates mean something else."""
    if not data.areas.shapes:
        return
    import shapely

    west, south, east, north = shapely.total_bounds(shapely.from_wkb([*data.areas.shapes.values()]))
    # degrees of longitude are shorter away from the equator
    wide = FAR_DEGREES / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.01)
    near = shapely.box(west - wide, south - FAR_DEGREES, east + wide, north + FAR_DEGREES)
    for each in data.facilities.values():
        placed = [(one.id, one.longitude, one.latitude) for one in each.facilities]
        known = [(name, x, y) for name, x, y in placed if x is not None and y is not None]
        far = [told for told in known if not shapely.intersects_xy(near, told[1], told[2])]
        if far:
            name, x, y = far[0]
            first = {"value": name, "longitude": f"{x:.6g}", "latitude": f"{y:.6g}"}
            told = {**_place(each.provenance), "count": len(far), "kilometres": FAR_KILOMETRES}
            yield Fault("workflow.facilities_far", told | first)


def _faults(table: Table, everybody: Mapping[str, Bounds[float]], city: City) -> Iterator[Fault]:
    whole = counts_everybody(table, city)
    for period, found in _residents(table).items():
        if period not in everybody:
            continue
        total = everybody[period]
        told = {"source": table.source_id, "period": period, "leading": city.total_source}
        told |= {"file": ", ".join(table.provenance.files)}
        if whole and found.lower > total.upper * (1 + TOLERANCE):
            yield _fault("totals_differ", told, found.lower, total.upper)
        elif whole and found.upper < total.lower * (1 - TOLERANCE):
            yield _fault("totals_differ", told, found.upper, total.lower)
        elif not whole and found.lower > total.upper:
            yield _fault("part_exceeds_total", told, found.lower, total.upper)


def _fault(name: str, told: Mapping[str, object], part: float, total: float) -> Fault:
    return Fault(f"workflow.{name}", {**told, "part": round(part), "total": round(total)})


def _residents(table: Table) -> dict[str, Bounds[float]]:
    """Least and most residents of each period that the table may count, over the whole city."""
    stock = table.frame.filter(pl.col("indicator") == STOCK, pl.col("unit") == "persons")
    nobody = pl.when(pl.col("status") == Status.CANNOT_EXIST).then(0.0)
    sums = stock.group_by("period").agg(
        lower=pl.coalesce("value", "lower", 0.0).sum(),
        upper=pl.coalesce("value", "upper", nobody, float("inf")).sum(),
    )
    return {period: Bounds(lower, upper) for period, lower, upper in sums.sort("period").iter_rows()}


def counts_everybody(table: Table, city: City) -> bool:
    """
    Whether the codes of a table leave nobody out.

    Women and men do, and ages from 0 to an open end; of an axis only a question
    with a `rest` says so.
    """
    stock = table.frame.filter(pl.col("indicator") == STOCK)
    if not (_is_whole_sex(set(stock["sex"].unique())) and _is_whole_life(set(stock["age_group"].unique()))):
        return False
    both_sides = {question.axis for question in city.questions if question.source == table.source_id and question.rest}
    return all(axis in both_sides for axis in table.axes)


def _is_whole_sex(codes: set[str]) -> bool:
    return codes == {TOTAL} or {"F", "M"} <= codes


def _is_whole_life(codes: set[str]) -> bool:
    """Whether ages follow each other from 0 to an open end."""
    if codes == {TOTAL}:
        return True
    spans = (span for code in codes - {UNKNOWN} if (span := age_years(code)) is not None)
    upto = 0
    for first, last in sorted(spans, key=lambda span: span[0]):
        if first > upto:
            return False
        if last is None:
            return True
        upto = max(upto, last + 1)
    return False
