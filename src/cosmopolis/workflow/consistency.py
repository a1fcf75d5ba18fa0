"""
What cannot be true of a city's own numbers together (profile.md, section 5).

A part of the residents is no more than all of them, and two tables of everybody
agree. Only sources of one universe and the same period are compared; a withheld or
missing count may be anything that it can be, so nothing is refused on a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from cosmopolis.errors import Fault
from cosmopolis.population.structure import age_years
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.measurement import Bounds
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN, Status, Table

#: Two tables of everybody may differ by this share: registers are not read on one day.
TOLERANCE = 0.01
STOCK = "population_stock"


def contradictions(city: City, tables: Mapping[str, Table]) -> tuple[Fault, ...]:
    """
    Everything in which a source contradicts the one that leads for the total.

    Parameters
    ----------
    city
        Its `total_source` leads; without one nothing is compared.
    tables
        By source id, as they were read; sources without a table are left out.

    Returns
    -------
    faults
        In the order of city.toml and of periods: `workflow.part_exceeds_total`
        where a source counts more than everybody, `workflow.totals_differ` where
        one of everybody counts more than 1 % more or fewer.
    """
    leading = tables.get(city.total_source)
    if leading is None:
        return ()
    everybody = _residents(leading)
    others = (table for name, table in tables.items() if name != city.total_source)
    alike = (table for table in others if table.universe == leading.universe)
    return tuple(fault for table in alike for fault in _faults(table, everybody, city))


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
