"""Pure measures applied to protected counts: what the profile says beside the counts themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import polars as pl

from cosmopolis import catalogue
from cosmopolis.disclosure import derive, selection
from cosmopolis.neighbourhoods import cases, development, indicators, reach, statement
from cosmopolis.neighbourhoods import profile as neighbourhoods
from cosmopolis.population import profile as population
from cosmopolis.vocabulary.city import City, OriginQuestion
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN, Status, group_pairs
from cosmopolis.workflow.margins import PARTS, part_group, rest_group
from cosmopolis.workflow.profile.material import Material, Measured
from cosmopolis.workflow.profile.places import Ground, larger_areas
from cosmopolis.workflow.profile.reform import Reform, reforms
from cosmopolis.workflow.protecting import Gate
from cosmopolis.workflow.reading import CityData
from cosmopolis.workflow.segregation import SEED
from cosmopolis.workflow.services import services

Frame = pl.DataFrame
#: What the components of change need beside the stocks.
_EVENTS = {"births", "deaths", "inflow", "outflow"}


def measured(city: City, data: CityData, gate: Gate, *, draft: bool, release: str) -> Material:
    """Everything the composer of the profile works from."""
    measures = _Measures(city, data, gate.counts, reforms(city, data))
    return Material(
        city=city,
        areas=data.areas,
        counts=gate.counts,
        measured=Measured(
            shares=measures.shares(),
            segregation=measures.segregation(),
            quotients=measures.quotients(),
            statements=measures.statements(),
            changes=measures.changes(),
            diversity=measures.diversity(),
            growth=measures.growth(),
            net_migration=measures.net_migration(),
            dependency=measures.dependency(),
            components=measures.components(),
        ),
        facts=catalogue.facts(),
        provenances=data.provenances,
        withheld=_withheld(data),
        reforms=measures.reforms,
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


class _Measures:
    """The measures that the sources of one city allow."""

    def __init__(
        self, city: City, data: CityData, counts: Mapping[str, Protected], reforms: Mapping[str, Reform]
    ) -> None:
        self._city, self._data, self._counts, self.reforms = city, data, counts, reforms
        self._map_areas = sorted(area.code for area in data.areas.at(city.map_level))

    def _derived(self, given: Protected | tuple[Protected, ...], measure: Callable[..., Frame]) -> Protected:
        return derive(given, measure, floors=catalogue.floors())

    def _absent_is_zero(self, source_id: str) -> bool:
        return self._city.source(source_id).recipe.absent_is_zero

    def _asked(self) -> list[OriginQuestion]:
        return [question for question in self._city.questions if question.source in self._counts]

    def _areas_in(self, counts: Protected) -> list[str]:
        """The areas of the map that a source shows, if it shows them at all."""
        return sorted(set(self._map_areas) & set(counts.frame["area_code"]))

    def shares(self) -> dict[str, Protected]:
        """The share of each question's group among everybody counted."""
        found = {}
        for question in self._asked():
            counts = self._counts[question.source]
            whole = self._whole(question)
            if whole is None:
                continue
            share = partial(
                population.shares,
                part=[part_group(question)],
                indicator="share_of_group",
                counted=question.indicator,
                absent_is_zero=self._absent_is_zero(question.source),
            )
            total, codes = whole
            measure = partial(_over_total, share=share, source=question.source, codes=codes)
            shares = self._derived((counts, total), measure)
            if shares.frame.height:
                found[question.label] = shares
        return found

    def _whole(self, question: OriginQuestion) -> tuple[Protected, list[str]] | None:
        """Everybody that a question's group is part of: the table with them, and their group codes."""
        own = self._counts[question.source]
        leading = self._counts.get(self._city.total_source)
        same_people = leading is not None and self._universe(question.source) == self._universe(self._city.total_source)
        # a file that counts the group alone says nothing about everybody: its share would be 100 per cent
        if own.policy == "none" and TOTAL in set(own.frame["group"]) and self._codes(question) - {*question.groups}:
            return (own, [part_group(question), rest_group(question)] if self._sides_are_all(question) else [TOTAL])
        return (leading, [TOTAL]) if leading is not None and same_people else None

    def _sides_are_all(self, question: OriginQuestion) -> bool:
        return bool(question.rest) and self._codes(question) <= {*question.groups, *question.rest}

    def _codes(self, question: OriginQuestion) -> set[str]:
        """The codes of a question's axis in its source."""
        groups = set(self._data.tables[question.source].frame["group"])
        return {group_pairs(group).get(question.axis, UNKNOWN) for group in groups}

    def _universe(self, source_id: str) -> str:
        return self._city.source(source_id).recipe.universe

    def segregation(self) -> dict[str, Protected]:
        """Dissimilarity and isolation: `<label>=` for a question, a source's id for its groups among each other."""
        found = {}
        for question in self._asked():
            sides = self._sides_by_area(question)
            if sides:
                measure = partial(neighbourhoods.segregation, city=self._city.id, floors=catalogue.floors(), **sides)
                found[f"{question.label}="] = self._derived(self._counts[question.source], measure)
        for source_id, counts in self._counts.items():
            groups, areas = self._spread_groups(source_id), self._areas_in(counts)
            if len(groups) > 1 and len(areas) > 1:
                multigroup = partial(
                    neighbourhoods.multigroup,
                    areas=areas,
                    city=self._city.id,
                    absent_is_zero=self._absent_is_zero(source_id),
                    floors=catalogue.floors(),
                )
                measure = partial(_by_period, multigroup=multigroup, groups=groups)
                found[source_id] = self._derived(counts, measure)
        return {key: table for key, table in found.items() if table.frame.height}

    def _spread_groups(self, source_id: str) -> list[str]:
        """The origin groups that a source shows by area: only where no question asks about it."""
        if any(question.source == source_id for question in self._city.questions):
            return []
        shown = set(self._counts[source_id].rows(area_code=self._map_areas)["group"])
        # everybody whom the source counts is no group beside its groups
        shown -= {TOTAL, PARTS.get(self._universe(source_id), TOTAL)}
        return sorted(group for group in shown if not group.endswith(f"={UNKNOWN}"))

    def _sides_by_area(self, question: OriginQuestion) -> dict[str, Any]:
        """How a measure over areas finds the two sides of a question; empty where they are not shown by area."""
        areas = self._areas_in(self._counts[question.source])
        if not question.rest or len(areas) < 2:
            return {}
        return {
            "part": [part_group(question)],
            "rest": [rest_group(question)],
            "areas": areas,
            "counted": question.indicator,
            "absent_is_zero": self._absent_is_zero(question.source),
        }

    def quotients(self) -> dict[str, Protected]:
        """Location quotients of each question's group."""
        return {
            question.label: self._derived(
                self._counts[question.source], partial(neighbourhoods.location_quotients, **sides)
            )
            for question in self._asked()
            if (sides := self._sides_by_area(question))
        }

    def statements(self) -> dict[str, Protected]:
        """What each question's statement says beside its indices: see `_statement`."""
        level = self._city.map_level
        places, above = Ground(self._data.areas).centres(level), larger_areas(self._data.areas, level)
        found = {}
        for question in self._asked():
            if sides := self._sides(question):
                reached = services(self._city, self._data, sides.areas)
                measure = partial(_statement, sides=sides, places=places, above=above, services=reached)
                found[question.label] = self._derived(self._counts[question.source], measure)
        return {key: table for key, table in found.items() if table.frame.height}

    def changes(self) -> dict[str, Protected]:
        """What changed for each question: from its first period, or from before a reform of boundaries."""
        found = {}
        for question in self._asked():
            if sides := self._sides(question):
                counts, reform = self._counts[question.source], self.reforms.get(question.label)
                if reform is None:
                    found[question.label] = self._derived(counts, partial(_changes, sides=sides))
                else:
                    before = self._sides_before(sides, reform)
                    measure = partial(
                        development.carried_changes, before=before, sides=sides, crosswalk=reform.crosswalk, seed=SEED
                    )
                    found[question.label] = self._derived((self._counts[reform.source], counts), measure)
        return {key: table for key, table in found.items() if table.frame.height}

    def _sides_before(self, sides: statement.Sides, reform: Reform) -> statement.Sides:
        absent_is_zero = self._absent_is_zero(reform.source)
        return replace(sides, areas=reform.areas, absent_is_zero=absent_is_zero)

    def _sides(self, question: OriginQuestion) -> statement.Sides | None:
        told = self._sides_by_area(question)
        if not told:
            return None
        return statement.Sides(
            part=told["part"][0],
            rest=told["rest"][0],
            areas=tuple(told["areas"]),
            city=self._city.id,
            counted=question.indicator,
            absent_is_zero=told["absent_is_zero"],
        )

    def diversity(self) -> dict[str, Protected]:
        """How mixed the city is, on the axis of each question whose source counts everybody."""
        found = {}
        for question in self._asked():
            groups = self._axis_groups(question)
            # among two groups it says no more than the share, and among a part of the residents it misleads
            if question.rest and len(groups) > 2:
                measure = partial(
                    population.diversity,
                    groups=groups,
                    counted=question.indicator,
                    absent_is_zero=self._absent_is_zero(question.source),
                )
                city_rows = selection(self._counts[question.source], area_code=self._city.id, sex=TOTAL)
                found[question.label] = self._derived(city_rows, measure)
        return {key: table for key, table in found.items() if table.frame.height}

    def _axis_groups(self, question: OriginQuestion) -> list[str]:
        """The groups of a question's axis that are published for the city, the unknown left out."""
        # where people were born or belong inside the country is no diversity of origin
        home = {f"{question.axis}={code}" for code in question.rest}
        shown = set(self._counts[question.source].rows(area_code=self._city.id)["group"])
        pairs = (group_pairs(group) for group in self._data.tables[question.source].frame["group"].unique())
        codes = {
            f"{question.axis}={each[question.axis]}" for each in pairs if each.get(question.axis, UNKNOWN) != UNKNOWN
        }
        return sorted((codes & shown) - home) + [rest_group(question)] * (rest_group(question) in shown)

    def _stock(self, source_id: str) -> str:
        present = set(self._counts[source_id].frame["indicator"])
        return "population_stock" if "population_stock" in present else "population_mean"

    def growth(self) -> Protected | None:
        """Growth of the leading total: from each period to the next, and from the first to the last."""
        leading = self._counts.get(self._city.total_source)
        if leading is None:
            return None
        stock = self._stock(self._city.total_source)
        totals = _totals_of_age(selection(leading, area_code=self._city.id, sex=TOTAL, group=TOTAL, indicator=stock))
        ends = sorted(set(totals.frame["period"]))[:: max(1, totals.frame["period"].n_unique() - 1)]
        return self._derived((totals, selection(totals, period=ends)), partial(_growth, counted=stock))

    def dependency(self) -> Protected | None:
        """Dependency ratios of the source that has the broad ages."""
        for counts in self._counts.values():
            broad = selection(
                counts, area_code=self._city.id, sex=TOTAL, group=TOTAL, age_group=["Y0T14", "Y15T64", "Y_GE65"]
            )
            if broad.frame["age_group"].n_unique() == 3:
                return self._derived(broad, population.dependency_ratios)
        return None

    def components(self) -> Protected | None:
        """Components of change between the days of two stocks, where the events of the year are known."""
        leading = self._counts.get(self._city.total_source)
        events = next((table for table in self._counts.values() if set(table.frame["indicator"]) >= _EVENTS), None)
        if leading is None or events is None:
            return None
        stocks = selection(leading, area_code=self._city.id, sex=TOTAL, age_group=TOTAL, group=TOTAL)
        moves = selection(events, area_code=self._city.id, sex=TOTAL, age_group=TOTAL, group=TOTAL)
        found = self._derived((stocks, moves), _components)
        return found if found.frame.height else None

    def net_migration(self) -> dict[str, Protected]:
        """Arrivals, departures and their difference, for each source that has both."""
        found = {}
        for source_id, counts in self._counts.items():
            if {"inflow", "outflow"} <= set(counts.frame["indicator"]):
                found[source_id] = self._derived(counts, _with_net_migration)
        return found


def _over_total(part: Frame, whole: Frame, *, share: Callable[[Frame], Frame], source: str, codes: list[str]) -> Frame:
    """Parts of one table over the whole of another: the result is the part's source's."""
    parts = part.filter(~pl.col("group").is_in(codes)) if codes == [TOTAL] else part
    wholes = whole.filter(pl.col("group").is_in(codes)) if codes == [TOTAL] else whole.clear()
    # a source that does not tell ages says nothing about any age: nobody there would be a false zero
    wholes = wholes.join(parts.select("sex", "age_group").unique(), on=["sex", "age_group"], how="semi")
    return share(pl.concat([parts, wholes.with_columns(source_id=pl.lit(source))]), whole=codes)  # type: ignore[call-arg]


#: Persons in 500 homes, at the two persons a home that cities plan with; and places in a reception centre.
HOMES, PLACES = 1000.0, 300.0


def _statement(
    frame: Frame,
    *,
    sides: statement.Sides,
    places: Mapping[str, tuple[float, float]],
    above: Mapping[str, str],
    services: Sequence[reach.Service],
) -> Frame:
    """Every part of the statement that the files allow: certainty, scale, levels, curve, access, cases."""
    curve = _last_period(statement.cumulative_shares(frame, sides=sides))
    return pl.concat(
        [
            indicators.default_indicators(frame, sides=sides, seed=SEED),
            statement.context_shares(frame, sides=sides, places=places),
            statement.between_shares(frame, sides=sides, above=above),
            curve,
            reach.reached(frame, sides=sides, services=services, above=above, seed=SEED),
            cases.with_cases(frame, sides=sides, cases=_cases(curve), places=places, services=services),
        ]
    )


def _changes(frame: Frame, *, sides: statement.Sides) -> Frame:
    """Changes by area and of the city's indices."""
    return pl.concat(
        [development.share_changes(frame, sides=sides), development.index_changes(frame, sides=sides, seed=SEED)]
    )


def _last_period(rows: Frame) -> Frame:
    return rows.filter(pl.col("period") == pl.col("period").max())


def _cases(curve: Frame) -> tuple[cases.Case, ...]:
    """Homes for the rest or for the group, and a reception centre, where the group is rarest and most common."""
    if not curve.height:
        return ()
    ranked = curve.group_by("area_code").agg(pl.col("value").sum()).sort("value", "area_code")["area_code"]
    rarest, commonest = ranked[0], ranked[-1]
    return (
        cases.Case("homes_for_group_where_rare", rarest, HOMES, 0.0),
        cases.Case("homes_for_rest_where_common", commonest, 0.0, HOMES),
        cases.Case("reception_where_rare", rarest, PLACES, 0.0),
        cases.Case("reception_where_common", commonest, PLACES, 0.0),
    )


def _by_period(frame: Frame, *, multigroup: Callable[..., Frame], groups: list[str]) -> Frame:
    """Each period among its own groups: a group that a later file brings is not missing from an earlier one."""
    periods = frame.sort("period").partition_by("period", maintain_order=True)
    present = (sorted(set(groups) & set(rows["group"])) for rows in periods)
    return pl.concat([multigroup(rows, groups=own) for rows, own in zip(periods, present, strict=True)])


def _components(stocks: Frame, events: Frame) -> Frame:
    """Change and components for each year that lies between two stocks on a first of January."""
    told = "+".join(sorted({*stocks["source_id"], *events["source_id"]}))
    frame = pl.concat([stocks, events]).with_columns(source_id=pl.lit(told))
    years = [period[:4] for period in sorted(set(stocks["period"])) if period.endswith("-01-01")]
    found = [frame.clear()]
    for before, after in pairwise(years):
        if int(after) == int(before) + 1 and before in set(events["period"]):
            rows = population.change_components(frame, before=f"{before}-01-01", after=f"{after}-01-01", during=before)
            found.append(rows.with_columns(period=pl.lit(before)))
    return pl.concat(found)


def _growth(totals: Frame, ends: Frame, *, counted: str) -> Frame:
    several = [population.growth_rates(frame, counted=counted) for frame in (totals, ends)]
    return pl.concat(several).unique(maintain_order=True)


def _with_net_migration(frame: Frame) -> Frame:
    moves = frame.filter(pl.col("indicator").is_in(["inflow", "outflow"]))
    return pl.concat([moves, population.net_migration(frame)])


def _totals_of_age(totals: Protected) -> Protected:
    """The rows over all ages; a source about one age span alone has only that."""
    ages = sorted(set(totals.frame["age_group"]))
    return selection(totals, age_group=TOTAL if TOTAL in ages else ages[:1])
