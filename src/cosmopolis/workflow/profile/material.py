"""What the sections of a profile are made of, and the look-ups they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from cosmopolis.population.origin import foreignness
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.city import City, OriginQuestion
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import Fact, FigureKind, Message, OwnWords, Period, Several, Term, Value
from cosmopolis.vocabulary.table import TOTAL, Provenance, group_pairs
from cosmopolis.workflow.content import region_members
from cosmopolis.workflow.margins import part_group
from cosmopolis.workflow.profile.reform import Reform

#: Rows that people can be counted in; moves and areas are shown on their own.
STOCKS = ("population_stock", "population_mean")


@dataclass(frozen=True)
class Measured:
    """What `disclosure.derive` made of the published counts, by subject and question or source."""

    shares: Mapping[str, Protected]
    segregation: Mapping[str, Protected]
    quotients: Mapping[str, Protected]
    statements: Mapping[str, Protected]  #: certainty, scale, levels and curve, by question
    reach: Mapping[str, Protected]  #: who can reach which service, by question and service: `<label>/<service>`
    changes: Mapping[str, Protected]  #: what changed over the years, and the parts of it, by question
    cases: Mapping[str, Protected]  #: what would change if prepared cases came true, by question
    diversity: Mapping[str, Protected]
    growth: Protected | None
    net_migration: Mapping[str, Protected]
    dependency: Protected | None
    components: Protected | None

    def all(self) -> tuple[Protected, ...]:
        """Every derived table, in a fixed order."""
        several = (self.shares, self.segregation, self.quotients, self.statements, self.reach, self.changes,
                   self.cases, self.diversity, self.net_migration)  # fmt: skip
        found = [each[key] for each in several for key in sorted(each)]
        return tuple(found + [each for each in (self.growth, self.dependency, self.components) if each is not None])


@dataclass(frozen=True)
class Material:
    """Everything the composer may use: protected tables and what is no number of people."""

    city: City
    areas: Areas
    counts: Mapping[str, Protected]  #: published counts by source id
    measured: Measured
    facts: tuple[Fact, ...]
    provenances: tuple[Provenance, ...]
    withheld: Mapping[tuple[str, str], int]  #: how many cells each source's publisher withheld, by source and period
    reforms: Mapping[str, Reform]  #: over which changes are measured, by question
    draft: bool
    release: str

    @property
    def headline(self) -> OriginQuestion | None:
        """The question that the profile opens with."""
        marked = [question for question in self.city.questions if question.headline]
        return next(iter(marked or self.city.questions), None)

    def reach(self, question: OriginQuestion, service: str) -> Protected | None:
        """Who can reach a service, for one question."""
        return self.measured.reach.get(f"{question.label}/{service}")

    @property
    def numbers(self) -> tuple[Protected, ...]:
        """Every protected table: what was counted, then what was measured."""
        return (*self.counts.values(), *self.measured.all())

    def indicator(self, source_id: str) -> str:
        """Whether a source counts residents on a day or on average over a year."""
        present = set(self.counts[source_id].frame["indicator"])
        return next((indicator for indicator in STOCKS if indicator in present), "")


def periods(table: Protected, **wanted: str | list[str]) -> list[str]:
    """The periods a table has rows with a value or bounds for, in order."""
    rows = table.rows(**wanted).filter(pl.col("value").is_not_null() | pl.col("lower").is_not_null())
    return sorted(rows["period"].unique())


def city_row(table: Protected, material: Material, period: str, **wanted: str) -> Quantity | None:
    """A number about the whole city."""
    return table.quantity(area_code=material.city.id, period=period, **wanted)


#: The least change that a sentence may be about; less is not seen in the numbers beside it.
LEAST_CHANGE = {"share": 0.001, "index": 0.01}


def direction(before: Quantity, now: Quantity) -> str:
    """
    `rose`, `fell` or `steady`: only what the intervals allow to be said.

    Two numbers whose intervals overlap did not move as far as anyone can tell.
    """
    low_now, high_now = bounds(now)
    low_then, high_then = bounds(before)
    least = LEAST_CHANGE.get(now.unit, 0.0)
    if low_now - high_then > least:
        return "rose"
    return "fell" if low_then - high_now > least else "steady"


def bounds(quantity: Quantity) -> tuple[float, float]:
    """The interval of a number; a single value is an interval of no width."""
    low = quantity.value if quantity.lower is None else quantity.lower
    high = quantity.value if quantity.upper is None else quantity.upper
    return (float("-inf") if low is None else low, float("inf") if high is None else high)


def is_mixed(group: str, country: str) -> bool:
    """Whether a group is a region that holds the city's own country: nobody may call it foreign."""
    pairs = group_pairs(group)
    members = region_members()
    codes = (code for axis, code in pairs.items() if axis in ("citizenship", "birth"))
    return any(foreignness(code, country=country, members=members) == "mixed" for code in codes)


def counts_method(table: Protected) -> Message:
    """How a table of counts came about: as its publisher's sums, or changed by us to protect residents."""
    return Message("method.counts" if table.policy == "none" else "method.counts_perturbed")


def in_universe(message_id: str, material: Material, question: OriginQuestion) -> str:
    """The wording of a sentence about a share for those whom its source counts."""
    universe = material.city.source(question.source).recipe.universe
    return f"{message_id}.{universe}" if universe == "residents_16_plus" else message_id


def reason(text: str) -> Value:
    """Why something was done: words of ours by their message id, or the city's own as they are."""
    return Term(text) if text.startswith("reason.") else text


def span(found: list[str]) -> Period:
    """From the first period to the last, or the only one."""
    return Period(found[0] if len(found) == 1 else f"{found[0]}/{found[-1]}")


def over_time(found: list[str]) -> FigureKind:
    """A line where there are several points in time; a single one is a table."""
    return "line" if len(found) > 1 else "table"


def city_name(material: Material) -> OwnWords:
    """The city's name in the languages it has one in, and in its own."""
    city = material.city
    return OwnWords({**city.names, **{code: city.name for code in city.languages if code not in city.names}})


def source_name(material: Material, source_id: str) -> Value:
    """What the city calls a source, or its id."""
    titles = (source.title for source in material.city.sources if source.id == source_id)
    title = next(titles, {})
    return OwnWords(title) if title else source_id


def sources_of(material: Material, *tables: Protected) -> Message:
    """From which sources a listing's numbers were worked out."""
    ids = dict.fromkeys(source_id for table in tables for source_id in table.source_ids)
    return Message("listing.from", {"sources": Several(tuple(source_name(material, each) for each in ids))})


def label(question: OriginQuestion) -> Term:
    """What the people that a question counts are called."""
    return Term(f"origin.{question.label}")


def message(id_: str, **values: Value) -> Message:
    """Shorthand for a message with its values."""
    return Message(id_, values)


def question_rows(question: OriginQuestion) -> dict[str, str]:
    """The rows of those whom a question counts, all ages and sexes."""
    return {"group": part_group(question), "sex": TOTAL, "age_group": TOTAL}
