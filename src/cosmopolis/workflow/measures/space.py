"""The measures of where people live: how they are spread, who reaches what, what changed, what would change if."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from cosmopolis import catalogue
from cosmopolis.neighbourhoods import cases, development, indicators, statement
from cosmopolis.neighbourhoods import profile as neighbourhoods
from cosmopolis.neighbourhoods.reach import Service, reached
from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN
from cosmopolis.workflow.margins import PARTS, part_group, rest_group
from cosmopolis.workflow.measures.counted import Counted, told
from cosmopolis.workflow.profile.places import Ground, larger_areas
from cosmopolis.workflow.profile.reform import Reform
from cosmopolis.workflow.segregation import SEED
from cosmopolis.workflow.services import services

Frame = pl.DataFrame


class SpaceMeasures:
    """The measures of where people live that the sources of one city allow."""

    def __init__(self, counted: Counted, reforms: Mapping[str, Reform]) -> None:
        self._of, self._reforms = counted, reforms
        self._places = Ground(counted.data.areas).centres(counted.city.map_level)
        self._above = larger_areas(counted.data.areas, counted.city.map_level)
        self._reachable: dict[tuple[str, ...], tuple[Service, ...]] = {}

    def segregation(self) -> dict[str, Protected]:
        """Dissimilarity and isolation: `<label>=` for a question, a source's id for its groups among each other."""
        found = {}
        for question, sides in self._sided():
            indices = partial(
                neighbourhoods.segregation,
                city=sides.city,
                floors=catalogue.floors(),
                **self._sides_by_area(question),
            )
            measure = partial(_sure_indices, indices=indices, sides=sides)
            found[f"{question.label}="] = self._of.derived(self._of.counts[question.source], measure)
        for source_id, counts in self._of.counts.items():
            groups, areas = self._spread_groups(source_id), self._of.areas_in(counts)
            if len(groups) > 1 and len(areas) > 1:
                among = partial(_among, groups=groups, sides=self._among_sides(source_id, areas))
                found[source_id] = self._of.derived(counts, among)
        return told(found)

    def _among_sides(self, source_id: str, areas: list[str]) -> statement.Sides:
        """What groups among each other have in common: the areas, and what an absent row means."""
        absent_is_zero = self._of.absent_is_zero(source_id)
        return statement.Sides("", "", tuple(areas), self._of.city.id, absent_is_zero=absent_is_zero)

    def _spread_groups(self, source_id: str) -> list[str]:
        """The origin groups that a source shows by area: only where no question asks about it."""
        if any(question.source == source_id for question in self._of.city.questions):
            return []
        shown = set(self._of.counts[source_id].rows(area_code=self._of.map_areas)["group"])
        # everybody whom the source counts is no group beside its groups
        shown -= {TOTAL, PARTS.get(self._of.universe(source_id), TOTAL)}
        return sorted(group for group in shown if not group.endswith(f"={UNKNOWN}"))

    def _sides_by_area(self, question: OriginQuestion) -> dict[str, Any]:
        """How a measure over areas finds the two sides of a question; empty where they are not shown by area."""
        areas = self._of.areas_in(self._of.counts[question.source])
        if not question.rest or len(areas) < 2:
            return {}
        return {
            "part": [part_group(question)],
            "rest": [rest_group(question)],
            "areas": areas,
            "counted": question.indicator,
            "absent_is_zero": self._of.absent_is_zero(question.source),
        }

    def quotients(self) -> dict[str, Protected]:
        """Location quotients of each question's group."""
        return {
            question.label: self._of.derived(
                self._of.counts[question.source], partial(neighbourhoods.location_quotients, **sides)
            )
            for question in self._of.asked
            if (sides := self._sides_by_area(question))
        }

    def statements(self) -> dict[str, Protected]:
        """What each question's statement says beside its indices: certainty, scale, levels, curve."""
        found = {}
        for question, sides in self._sided():
            measure = partial(_statement, sides=sides, places=self._places, above=self._above)
            found[question.label] = self._of.derived(self._of.counts[question.source], measure)
        return told(found)

    def reach(self) -> dict[str, Protected]:
        """Who can reach each service that the city asks about, for each question: `<label>/<service>`."""
        found = {}
        for question, sides in self._sided():
            counts = self._of.counts[question.source]
            for each in self._services(sides):
                measure = partial(reached, sides=sides, services=[each], above=self._above, seed=SEED)
                found[f"{question.label}/{each.id}"] = self._of.derived(counts, measure, beside=each.sources)
        return told(found)

    def cases(self) -> dict[str, Protected]:
        """What would change for each question if prepared cases came true."""
        found = {}
        for question, sides in self._sided():
            reachable = self._services(sides)
            measure = partial(_cases, sides=sides, places=self._places, services=reachable)
            beside = [source for each in reachable for source in each.sources]
            found[question.label] = self._of.derived(self._of.counts[question.source], measure, beside=beside)
        return told(found)

    def _services(self, sides: statement.Sides) -> tuple[Service, ...]:
        """What the people of a question's areas reach; most questions have the same areas."""
        if sides.areas not in self._reachable:
            self._reachable[sides.areas] = services(self._of.city, self._of.data, sides.areas)
        return self._reachable[sides.areas]

    def _sided(self) -> Iterator[tuple[OriginQuestion, statement.Sides]]:
        """The questions whose two sides are shown by area."""
        for question in self._of.asked:
            if sides := self._sides(question):
                yield question, sides

    def changes(self) -> dict[str, Protected]:
        """What changed for each question: from its first period, or from before a reform of boundaries."""
        found = {}
        for question, sides in self._sided():
            counts, reform = self._of.counts[question.source], self._reforms.get(question.label)
            if reform is None:
                found[question.label] = self._of.derived(counts, partial(_changes, sides=sides))
            else:
                before = self._sides_before(sides, reform)
                measure = partial(
                    development.carried_changes, before=before, sides=sides, crosswalk=reform.crosswalk, seed=SEED
                )
                found[question.label] = self._of.derived((self._of.counts[reform.source], counts), measure)
        return told(found)

    def _sides_before(self, sides: statement.Sides, reform: Reform) -> statement.Sides:
        absent_is_zero = self._of.absent_is_zero(reform.source)
        return replace(sides, areas=reform.areas, absent_is_zero=absent_is_zero)

    def _sides(self, question: OriginQuestion) -> statement.Sides | None:
        told = self._sides_by_area(question)
        if not told:
            return None
        return statement.Sides(
            part=told["part"][0],
            rest=told["rest"][0],
            areas=tuple(told["areas"]),
            city=self._of.city.id,
            counted=question.indicator,
            absent_is_zero=told["absent_is_zero"],
        )


#: Persons in 500 homes, at the two persons a home that cities plan with; and places in a reception centre.
HOMES, PLACES = 1000.0, 300.0


def _statement(frame: Frame, *, sides: statement.Sides, places: statement.Places, above: Mapping[str, str]) -> Frame:
    """Every part of the statement that the files allow: certainty, scale, levels, curve."""
    return pl.concat(
        [
            indicators.beside_indices(frame, sides=sides, seed=SEED),
            statement.context_shares(frame, sides=sides, places=places),
            statement.between_shares(frame, sides=sides, above=above),
            _last_period(statement.cumulative_shares(frame, sides=sides)),
        ]
    )


def _sure_indices(frame: Frame, *, indices: Callable[[Frame], Frame], sides: statement.Sides) -> Frame:
    """The indices of a question, the last with their intervals."""
    return indicators.with_intervals(indices(frame), frame, sides=sides, seed=SEED)


def _changes(frame: Frame, *, sides: statement.Sides) -> Frame:
    """Changes by area and of the city's indices."""
    return pl.concat(
        [development.share_changes(frame, sides=sides), development.index_changes(frame, sides=sides, seed=SEED)]
    )


def _last_period(rows: Frame) -> Frame:
    return rows.filter(pl.col("period") == pl.col("period").max())


def _cases(frame: Frame, *, sides: statement.Sides, places: statement.Places, services: Sequence[Service]) -> Frame:
    """Homes for the rest or for the group, and a reception centre, where the group is rarest and most common."""
    curve = _last_period(statement.cumulative_shares(frame, sides=sides))
    ranked = curve.group_by("area_code").agg(pl.col("value").sum()).sort("value", "area_code")["area_code"]
    if not ranked.len():
        return curve
    rarest, commonest = ranked[0], ranked[-1]
    prepared = (
        cases.Case("homes_for_group_where_rare", rarest, HOMES, 0.0),
        cases.Case("homes_for_rest_where_common", commonest, 0.0, HOMES),
        cases.Case("reception_where_rare", rarest, PLACES, 0.0),
        cases.Case("reception_where_common", commonest, PLACES, 0.0),
    )
    return cases.with_cases(frame, sides=sides, cases=prepared, places=places, services=services)


def _among(frame: Frame, *, groups: list[str], sides: statement.Sides) -> Frame:
    """Groups against all others, each period among its own: one that a later file brings lacks in no earlier one."""
    periods = frame.sort("period").partition_by("period", maintain_order=True)
    present = [sorted(set(groups) & set(rows["group"])) for rows in periods]
    found = [_against_others(rows, own, sides) for rows, own in zip(periods, present, strict=True)]
    for group in present[-1]:
        one = replace(sides, part=group, others=tuple(other for other in present[-1] if other != group))
        found[-1] = indicators.with_intervals(found[-1], periods[-1], sides=one, seed=SEED, only=["dissimilarity"])
    return pl.concat(found)


def _against_others(rows: Frame, groups: list[str], sides: statement.Sides) -> Frame:
    return neighbourhoods.multigroup(
        rows,
        groups=groups,
        areas=sides.areas,
        city=sides.city,
        absent_is_zero=sides.absent_is_zero,
        floors=catalogue.floors(),
    )
