"""The measures of who the people of a city are: shares, diversity, growth, ages, moves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import polars as pl

from cosmopolis.disclosure import selection
from cosmopolis.population import profile as population
from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN, group_pairs
from cosmopolis.workflow.margins import part_group, rest_group
from cosmopolis.workflow.measures.counted import Counted, told

Frame = pl.DataFrame
#: What the components of change need beside the stocks.
_EVENTS = {"births", "deaths", "inflow", "outflow"}


class PeopleMeasures:
    """The measures of who the people of a city are that its sources allow."""

    def __init__(self, counted: Counted) -> None:
        self._of = counted

    def shares(self) -> dict[str, Protected]:
        """The share of each question's group among everybody counted."""
        found = {}
        for question in self._of.asked:
            counts = self._of.counts[question.source]
            whole = self._whole(question)
            if whole is None:
                continue
            share = partial(
                population.shares,
                part=[part_group(question)],
                indicator="share_of_group",
                counted=question.indicator,
                absent_is_zero=self._of.absent_is_zero(question.source),
            )
            total, codes = whole
            measure = partial(_over_total, share=share, source=question.source, codes=codes)
            shares = self._of.derived((counts, total), measure)
            if shares.frame.height:
                found[question.label] = shares
        return found

    def _whole(self, question: OriginQuestion) -> tuple[Protected, list[str]] | None:
        """Everybody that a question's group is part of: the table with them, and their group codes."""
        own = self._of.counts[question.source]
        leading = self._of.counts.get(self._of.city.total_source)
        universe = self._of.universe(question.source)
        same_people = leading is not None and universe == self._of.universe(self._of.city.total_source)
        # a file that counts the group alone says nothing about everybody: its share would be 100 per cent
        if own.policy == "none" and TOTAL in set(own.frame["group"]) and self._codes(question) - {*question.groups}:
            return (own, [part_group(question), rest_group(question)] if self._sides_are_all(question) else [TOTAL])
        return (leading, [TOTAL]) if leading is not None and same_people else None

    def _sides_are_all(self, question: OriginQuestion) -> bool:
        return bool(question.rest) and self._codes(question) <= {*question.groups, *question.rest}

    def _codes(self, question: OriginQuestion) -> set[str]:
        """The codes of a question's axis in its source."""
        groups = set(self._of.data.tables[question.source].frame["group"])
        return {group_pairs(group).get(question.axis, UNKNOWN) for group in groups}

    def diversity(self) -> dict[str, Protected]:
        """How mixed the city is, on the axis of each question whose source counts everybody."""
        found = {}
        for question in self._of.asked:
            groups = self._axis_groups(question)
            # among two groups it says no more than the share, and among a part of the residents it misleads
            if question.rest and len(groups) > 2:
                measure = partial(
                    population.diversity,
                    groups=groups,
                    counted=question.indicator,
                    absent_is_zero=self._of.absent_is_zero(question.source),
                )
                city_rows = selection(self._of.counts[question.source], area_code=self._of.city.id, sex=TOTAL)
                found[question.label] = self._of.derived(city_rows, measure)
        return told(found)

    def _axis_groups(self, question: OriginQuestion) -> list[str]:
        """The groups of a question's axis that are published for the city, the unknown left out."""
        # where people were born or belong inside the country is no diversity of origin
        home = {f"{question.axis}={code}" for code in question.rest}
        shown = set(self._of.counts[question.source].rows(area_code=self._of.city.id)["group"])
        pairs = (group_pairs(group) for group in self._of.data.tables[question.source].frame["group"].unique())
        codes = {
            f"{question.axis}={each[question.axis]}" for each in pairs if each.get(question.axis, UNKNOWN) != UNKNOWN
        }
        return sorted((codes & shown) - home) + [rest_group(question)] * (rest_group(question) in shown)

    def _stock(self, source_id: str) -> str:
        present = set(self._of.counts[source_id].frame["indicator"])
        return "population_stock" if "population_stock" in present else "population_mean"

    def growth(self) -> Protected | None:
        """Growth of the leading total: from each period to the next, and from the first to the last."""
        leading = self._of.counts.get(self._of.city.total_source)
        if leading is None:
            return None
        stock = self._stock(self._of.city.total_source)
        totals = _totals_of_age(selection(leading, area_code=self._of.city.id, sex=TOTAL, group=TOTAL, indicator=stock))
        ends = sorted(set(totals.frame["period"]))[:: max(1, totals.frame["period"].n_unique() - 1)]
        return self._of.derived((totals, selection(totals, period=ends)), partial(_growth, counted=stock))

    def dependency(self) -> Protected | None:
        """Dependency ratios of the source that has the broad ages."""
        for counts in self._of.counts.values():
            broad = selection(
                counts, area_code=self._of.city.id, sex=TOTAL, group=TOTAL, age_group=["Y0T14", "Y15T64", "Y_GE65"]
            )
            if broad.frame["age_group"].n_unique() == 3:
                return self._of.derived(broad, population.dependency_ratios)
        return None

    def components(self) -> Protected | None:
        """Components of change between the days of two stocks, where the events of the year are known."""
        leading = self._of.counts.get(self._of.city.total_source)
        events = next((table for table in self._of.counts.values() if set(table.frame["indicator"]) >= _EVENTS), None)
        if leading is None or events is None:
            return None
        stocks = selection(leading, area_code=self._of.city.id, sex=TOTAL, age_group=TOTAL, group=TOTAL)
        moves = selection(events, area_code=self._of.city.id, sex=TOTAL, age_group=TOTAL, group=TOTAL)
        found = self._of.derived((stocks, moves), _components)
        return found if found.frame.height else None

    def net_migration(self) -> dict[str, Protected]:
        """Arrivals, departures and their difference, for each source that has both."""
        found = {}
        for source_id, counts in self._of.counts.items():
            if {"inflow", "outflow"} <= set(counts.frame["indicator"]):
                found[source_id] = self._of.derived(counts, _with_net_migration)
        return found


def _over_total(part: Frame, whole: Frame, *, share: Callable[[Frame], Frame], source: str, codes: list[str]) -> Frame:
    """Parts of one table over the whole of another: the result is the part's source's."""
    parts = part.filter(~pl.col("group").is_in(codes)) if codes == [TOTAL] else part
    wholes = whole.filter(pl.col("group").is_in(codes)) if codes == [TOTAL] else whole.clear()
    # a source that does not tell ages says nothing about any age: nobody there would be a false zero
    wholes = wholes.join(parts.select("sex", "age_group").unique(), on=["sex", "age_group"], how="semi")
    return share(pl.concat([parts, wholes.with_columns(source_id=pl.lit(source))]), whole=codes)  # type: ignore[call-arg]


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
