"""Sections P19 and P20: who works with the city, what it already does, what was tried and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cosmopolis.assessment.competence import mainstreaming_matrix, plan_summary
from cosmopolis.disclosure import reported
from cosmopolis.plan.actors import TopicCoverage, district_coverage, topic_coverage
from cosmopolis.plan.practices import evidence_level, practice_marks
from cosmopolis.plan.transfer import CityFacts, TransferItem, transfer_check
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.city import City, Words
from cosmopolis.vocabulary.competence import ROLES, PolicyEntry, Services
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.participation import Actor, Agreement
from cosmopolis.vocabulary.practice import Practice
from cosmopolis.vocabulary.report import (
    Amount,
    AreaName,
    Block,
    Cell,
    GroupName,
    Item,
    Items,
    Line,
    Listing,
    Mark,
    Matrix,
    OwnWords,
    Paragraph,
    Period,
    Several,
    Tally,
    Term,
    Value,
)
from cosmopolis.workflow.governance.planned import Heard
from cosmopolis.workflow.governance.terms import lines, mark, own, sentence, word, words

#: The kinds of partner that every topic should know (requirement R01), by the types that make them.
PARTNERS: Mapping[str, frozenset[str]] = {
    "migrants": frozenset({"migrant_association", "diaspora_group"}),
    "civil_society": frozenset(
        {"ngo", "charity", "faith_group", "trade_union", "neighbourhood_group", "club"}
    ),
    "business": frozenset({"employer", "chamber", "bank", "housing_company"}),
    "knowledge": frozenset({"school", "university", "research_institute", "media", "health_provider"}),
    "government": frozenset(
        {"city_department", "city_council", "region", "ministry", "national_agency", "consulate"}
    ),
    "international": frozenset({"city_network", "international_organisation", "funder"}),
}  # fmt: skip
#: A place that nobody fills.
NOBODY = "–"
_PRACTICE = {"pilot": 0.25, "running": 0.75, "mainstreamed": 1.0, "ended": None, "failed": 0.0}


def partners(governance: Governance, heard: Heard, areas: Areas) -> tuple[Block, ...]:
    """P19: partners by topic and district with the gaps, agreements with their end."""
    return (*_coverage(governance.actors), *_isolated(governance, heard), *_districts(governance.actors, areas),
            *_agreements(governance))  # fmt: skip


def _coverage(actors: Sequence[Actor]) -> Iterator[Block]:
    """How many organisations of each kind work on each topic; none is said as such."""
    if not actors:
        return
    counted = Counter(topic for actor in actors for topic in actor.topics)
    topics = [topic for topic, _ in counted.most_common()]
    types = sorted(frozenset().union(*PARTNERS.values()))
    covered = topic_coverage(actors, topics=topics, types=types)
    rows = tuple((word("topic", each.topic), *_kinds(each)) for each in covered)
    empty = sum(cell == NOBODY for row in rows for cell in row)
    columns = ("column.topic", *(f"governing.partner.{kind}" for kind in PARTNERS))
    caption = sentence("governing.partners", count=Tally(len(actors)), empty=Tally(empty))
    yield Listing("partners", caption, columns, rows)


def _kinds(topic: TopicCoverage) -> Iterator[Value]:
    for types in PARTNERS.values():
        found = sum(len(cell.actors) for cell in topic.cells if cell.type in types)
        yield Tally(found) if found else NOBODY


def _isolated(governance: Governance, heard: Heard) -> Iterator[Block]:
    names = {actor.id: actor.name for actor in governance.actors}
    alone = tuple(Item(names[name]) for name in heard.network.isolated if name in names)
    if alone:
        yield Items("isolated", sentence("governing.isolated", count=Tally(len(alone))), alone, tone="develop")


def _districts(actors: Sequence[Actor], areas: Areas) -> Iterator[Block]:
    """Which partners are at home in a district, and in how many districts nobody is."""
    local = dict.fromkeys(district for actor in actors for district in actor.districts)
    if not local:
        return
    names = {actor.id: actor.name for actor in actors}
    rows = tuple(
        (AreaName(each.district), Several(tuple(names[name] for name in each.actors)))
        for each in district_coverage(actors, sorted(local))
    )
    level = next((area.level for area in areas.areas if area.code in local), "")
    without = len({area.code for area in areas.at(level)} - set(local)) if level else 0
    caption = sentence("governing.partners_by_district", count=Tally(len(rows)), without=Tally(without))
    yield Listing("partners-by-district", caption, ("column.area", "column.partners"), rows)


def _agreements(governance: Governance) -> Iterator[Block]:
    names = {actor.id: actor.name for actor in governance.actors}
    rows = tuple(_agreement_row(each, names) for each in governance.coordination.agreements)
    if rows:
        columns = ("column.agreement", "column.kind", "column.partners", "column.end", "column.amount")
        yield Listing("agreements", sentence("governing.agreements", count=Tally(len(rows))), columns, rows)


def _agreement_row(told: Agreement, names: Mapping[str, str]) -> tuple[Cell, ...]:
    with_whom = Several(tuple(names[name] for name in told.partners if name in names))
    money: Value = "" if told.amount is None else Amount(told.amount, told.currency)
    end: Value = Period(told.end) if told.end else Term("governing.no_end")
    return (own(told.title), word("agreement_kind", told.kind), with_whom, end, money)


def own_work(services: Services) -> tuple[Block, ...]:
    """P18: which department does what, the inventory of policies, the check of the urban plan."""
    return (*_duties(services), *_inventory(services.policies, services), *_urban_plans(services))


def _duties(services: Services) -> Iterator[Block]:
    if not services.duties:
        return
    matrix = mainstreaming_matrix(services)
    rows = tuple(
        (own(row.department.name), tuple(mark("duty_state", cell.state) if cell else None for cell in row.cells))
        for row in matrix.rows
    )
    heads = tuple(word("role" if column in ROLES else "monitor", column) for column in matrix.columns)
    caption = sentence("governing.duties", count=Tally(matrix.empty))
    yield Matrix("duties", caption, Term("column.department"), heads, rows)


def _inventory(policies: Sequence[PolicyEntry], services: Services) -> Iterator[Block]:
    names: Mapping[str, Words] = {each.id: each.name for each in services.departments}
    rows = tuple(
        (
            own(each.title),
            word("policy_kind", each.kind),
            word("function", each.function),
            own(names.get(each.department, {}), each.department),
            Period(f"{each.since}/{each.until}") if each.until else Period(each.since),
            word("policy_state", each.status),
            "" if each.yearly_cost is None else Amount(each.yearly_cost, each.currency),
            Period(each.evaluated) if each.evaluated else Term("governing.not_evaluated"),
        )
        for each in policies
    )
    if rows:
        columns = ("column.policy", "column.kind", "column.powers", "column.department", "column.since",
                   "column.state", "column.yearly_cost", "column.evaluated")  # fmt: skip
        yield Listing("inventory", sentence("governing.inventory", count=Tally(len(rows))), columns, rows)


def _urban_plans(services: Services) -> Iterator[Block]:
    degrees = {"yes": 1.0, "partly": 0.5, "no": 0.0, "unknown": None}
    for number, check in enumerate(services.urban_plans, 1):
        items = tuple(
            Item(
                word("plan_item", finding.item),
                lines(("column.page", finding.page), ("column.note", own(finding.note))),
                Mark(f"governance.practised.{finding.state}", degrees[finding.state]),
            )
            for finding in check.findings
        )
        counts = plan_summary(check, ()).counts
        treated = counts["yes"] + counts["partly"]
        caption = sentence("governing.urban_plan", plan=OwnWords(check.plan), date=Period(check.date),
                           treated=Tally(treated), count=Tally(len(items)))  # fmt: skip
        yield Items(f"urban-plan-{number}", caption, items)


def practices(governance: Governance, facts: CityFacts, city: City, as_of: str) -> tuple[Block, ...]:
    """P20: what was tried, what came of it, what went wrong; and whether what others did would fit here."""
    if not governance.practices:
        return ()
    elsewhere = tuple(
        _transfer(each, governance, facts, as_of)
        for each in governance.practices
        if each.city not in {city.name, *city.names.values()}
    )
    shown: list[Block] = [practice_items(governance.practices, as_of)]
    if elsewhere:
        caption = sentence("governing.transfer", count=Tally(len(elsewhere)))
        shown += [Items("transfer", caption, elsewhere), Paragraph(sentence("governing.transfer_rule"))]
    return tuple(shown)


def _transfer(told: Practice, governance: Governance, facts: CityFacts, as_of: str) -> Item:
    """What is the same here, what differs and what people have to judge; never a number."""
    found = transfer_check(told, facts, governance.competence, funding=governance.coordination.funding, as_of=as_of)
    verdicts = ("same", "different", "unknown")
    by_verdict = {name: [item for item in found if item.verdict == name] for name in verdicts}
    return Item(
        OwnWords(told.title),
        lines(
            *(
                (f"plan.verdict.{name}", Several(tuple(_criterion(item) for item in items)))
                for name, items in by_verdict.items()
            )
        ),
    )


def _criterion(told: TransferItem) -> Value:
    """A criterion in words, with the field it is about if there is one for each field."""
    named = Term(f"plan.criterion.{told.criterion}")
    return Several((named, word("function", told.subject))) if told.subject else named


def practice_items(told: Sequence[Practice], as_of: str) -> Items:
    """Practices one after the other, with how many of them failed."""
    failed = sum(practice.status == "failed" for practice in told)
    caption = sentence("governing.practices", count=Tally(len(told)), failed=Tally(failed))
    return Items("practices", caption, tuple(_practice(each, as_of) for each in told))


def _practice(told: Practice, as_of: str) -> Item:
    level = evidence_level(told)
    outcome = Term(f"plan.outcome.{level.outcome}")
    where = told.city if not told.country else Several((told.city, GroupName(f"country={told.country}")))
    results = tuple(_results(told))
    shown = lines(
        ("column.where", where),
        ("column.problem", own(told.problem)),
        ("column.what", Several(tuple(OwnWords(action) for action in told.actions))),
        ("column.reached", reported(told.reached) if told.reached is not None else None),
        ("column.evidence_level", Several((Term(f"plan.evidence.{level.level}"), outcome))),
        ("column.went_wrong", own(told.failures)),
        ("column.preconditions", own(told.preconditions)),
        ("column.money", Several(tuple(OwnWords(each.source) for each in told.funding))),
        ("column.powers", words("function", told.functions)),
        ("column.ask", own(told.contact_role)),
    )
    marks = [Term(f"plan.mark.{each}") for each in practice_marks(told, as_of)]
    caution = (Line(Term("column.caution"), tuple(marks)),) if marks else ()
    state = Mark(f"governance.practice_state.{told.status}", _PRACTICE[told.status])
    measured = (Line(Term("column.results"), results),) if results else ()
    return Item(OwnWords(told.title), (*shown[:4], *measured, *shown[4:], *caution), state, id=f"practice-{told.id}")


def _results(told: Practice) -> Iterator[Cell]:
    for each in told.results:
        design = word("design", each.design)
        if each.baseline is None or each.result is None:
            yield sentence("governing.result_without", indicator=OwnWords(each.indicator), design=design,
                           period=Period(each.period))  # fmt: skip
            continue
        yield sentence(
            "governing.result",
            indicator=OwnWords(each.indicator),
            baseline=f"{each.baseline:g}",
            result=f"{each.result:g}",
            period=Period(each.period),
            design=design,
        )
