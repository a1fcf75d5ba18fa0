"""Pure measures applied to protected counts: what the profile says beside the counts themselves."""

from __future__ import annotations

import polars as pl

from cosmopolis import catalogue
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.table import Status
from cosmopolis.workflow.measures.counted import Counted
from cosmopolis.workflow.measures.people import PeopleMeasures
from cosmopolis.workflow.measures.space import SpaceMeasures
from cosmopolis.workflow.profile.material import Material, Measured
from cosmopolis.workflow.profile.reform import reforms
from cosmopolis.workflow.protecting import Gate
from cosmopolis.workflow.reading import CityData


def measured(city: City, data: CityData, gate: Gate, *, draft: bool, release: str) -> Material:
    """Everything the composer of the profile works from."""
    counted, over = Counted(city, data, gate.counts), reforms(city, data)
    people, space = PeopleMeasures(counted), SpaceMeasures(counted, over)
    return Material(
        city=city,
        areas=data.areas,
        counts=gate.counts,
        measured=Measured(
            shares=people.shares(),
            segregation=space.segregation(),
            quotients=space.quotients(),
            statements=space.statements(),
            reach=space.reach(),
            changes=space.changes(),
            cases=space.cases(),
            diversity=people.diversity(),
            growth=people.growth(),
            net_migration=people.net_migration(),
            dependency=people.dependency(),
            components=people.components(),
        ),
        facts=catalogue.facts(),
        provenances=data.provenances,
        withheld=_withheld(data),
        reforms=over,
        draft=draft,
        release=release,
    )


def _withheld(data: CityData) -> dict[tuple[str, str], int]:
    """How many cells each publisher withheld, by source and period."""
    return {
        (source_id, period): count
        for source_id, table in data.tables.items()
        for period, count in table.frame.filter(pl.col("status") == Status.SUPPRESSED)
        .group_by("period")
        .len()
        .iter_rows()
    }
