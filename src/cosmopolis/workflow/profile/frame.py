"""Sections P0 to P4: cover, synopsis, reflections on the data, frame, history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosmopolis.vocabulary.competence import CompetenceMap
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import (
    Block,
    GroupName,
    Listing,
    Message,
    OwnWords,
    Paragraph,
    Period,
    Section,
    Tally,
    Term,
    TimeLine,
    Value,
)
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN, group_pairs
from cosmopolis.workflow.governance.rights import powers
from cosmopolis.workflow.profile.gaps import first_gaps
from cosmopolis.workflow.profile.material import (
    Material,
    city_name,
    is_mixed,
    message,
    periods,
    reason,
    source_name,
)

ANY = {"sex": TOTAL, "age_group": TOTAL, "group": TOTAL}


def cover(material: Material, governance: Governance) -> Section:
    """P0: what this is, of which city, on which boundaries, by whom."""
    city = material.city
    mapped = material.areas.at(city.map_level)
    vintages = sorted({area.boundary_date for area in mapped if area.boundary_date})
    rows: tuple[tuple[Value, Value | OwnWords], ...] = (
        (Term("cover.city"), city_name(material)),
        (Term("cover.country"), GroupName(f"country={city.country}")),
        (Term("cover.reference_date"), Period(city.reference_date)),
        (Term("cover.areas"), Tally(len(mapped))),
        (Term("cover.boundaries"), Period(vintages[-1]) if vintages else Term("status.O")),
        (Term("cover.authors"), _authors(city.profile.authors)),
        (Term("cover.version"), city.profile.version or material.release[:12]),
        (Term("cover.licence"), city.profile.licence or "CC BY 4.0"),
    )
    rows = tuple(row for row in rows if row[1] not in (Tally(0), Term("status.O")))
    listing = Listing("cover", message("listing.cover"), ("column.item", "column.value"), rows)
    return Section("P0", (listing, first_gaps(material, governance)))


def _authors(told: tuple[str, ...]) -> Value:
    """Names as the city wrote them; words of ours where it named their message id."""
    if len(told) == 1 and told[0].startswith("author."):
        return Term(told[0])
    return ", ".join(told) or Term("status.O")


def synopsis(material: Material) -> Section:
    """P1: the city in one table, with year and source of every line."""
    rows = tuple(_synopsis_row(material, item, quantity) for item, quantity in _synopsis(material))
    columns = ("column.item", "column.value", "column.period_and_source")
    return Section("P1", (Listing("synopsis", message("listing.synopsis"), columns, rows),))


def overview(material: Material) -> Listing:
    """The synopsis for the one-page summary: what is known, without its sources."""
    return _known(list(_synopsis(material, most_origins=5)))


def essentials(material: Material) -> Listing:
    """The few numbers of a brief: how many, who among them, where from, how it changes."""
    ages_and_sexes = {"language.sex.F", "language.sex.M", "item.Y0T14", "item.Y15T64", "item.Y_GE65"}
    told = [
        (item, quantity)
        for item, quantity in _synopsis(material, most_origins=3)
        if not (isinstance(item, Term) and item.message_id in ages_and_sexes)
    ]
    return _known(told)


def _known(told: Sequence[tuple[Value | Message, Quantity | None]]) -> Listing:
    known = [(item, quantity) for item, quantity in told if quantity is not None]
    rows = tuple((item, quantity, Period(quantity.period)) for item, quantity in known)
    return Listing("overview", message("listing.synopsis"), ("column.item", "column.value", "column.period"), rows)


def _synopsis_row(material: Material, item: Value | Message, quantity: Quantity | None) -> tuple[Value | Message, ...]:
    if quantity is None:
        return (item, Term("status.L"), "")
    source = source_name(material, quantity.source_id)
    return (item, quantity, message("cell.period_and_source", period=Period(quantity.period), source=source))


def _synopsis(material: Material, *, most_origins: int = 10) -> Iterator[tuple[Value | Message, Quantity | None]]:
    yield Term("item.total_population"), _latest(material, **ANY)
    for question in material.city.questions:
        yield Term(f"origin.{question.label}"), _question_row(material, question.label)
    if not any(question.axis == "birth" for question in material.city.questions):
        yield Term("item.foreign_born"), None
    if not any(question.axis == "citizenship" for question in material.city.questions):
        yield Term("item.non_citizens"), None
    for quantity in top_origins(material, most_origins):
        yield _origin_label(quantity), quantity
    for sex in ("F", "M"):
        yield Term(f"language.sex.{sex}"), _latest(material, sex=sex, age_group=TOTAL, group=TOTAL)
    for age in ("Y0T14", "Y15T64", "Y_GE65"):
        yield Term(f"item.{age}"), _latest(material, sex=TOTAL, age_group=age, group=TOTAL)
    for indicator in ("growth", "dependency_total"):
        yield Term(f"item.{indicator}"), _derived(material, indicator)
    yield Term("item.net_migration"), _net_migration(material)
    for item in ("asylum", "unemployment", "income", "vacancy"):
        yield Term(f"item.{item}"), None
    if not any(question.axis == "internal" for question in material.city.questions):
        yield Term("item.internal_migrants"), None


def _latest(material: Material, **wanted: str) -> Quantity | None:
    """The last number of the leading source, or of the next that has it."""
    for source_id in sorted(material.counts, key=lambda each: each != material.city.total_source):
        indicator = material.indicator(source_id)
        cells = {"indicator": indicator, "area_code": material.city.id, **wanted}
        found = periods(material.counts[source_id], **cells) if indicator else []
        if found and (
            wanted["group"] != TOTAL
            or source_id == material.city.total_source
            or _counts_everybody(material, source_id)
        ):
            return material.counts[source_id].quantity(period=found[-1], **cells)
    return None


def _counts_everybody(material: Material, source_id: str) -> bool:
    """Whether a source counts the same people as the leading one."""
    universes = {source.id: source.recipe.universe for source in material.city.sources}
    return universes[source_id] == universes.get(material.city.total_source)


def _question_row(material: Material, label: str) -> Quantity | None:
    from cosmopolis.workflow.margins import part_group

    question = next(each for each in material.city.questions if each.label == label)
    counts = material.counts.get(question.source)
    if counts is None:
        return None
    cells = {
        "indicator": material.indicator(question.source),
        "area_code": material.city.id,
        "group": part_group(question),
        "sex": TOTAL,
        "age_group": TOTAL,
    }
    found = periods(counts, **cells)
    return counts.quantity(period=found[-1], **cells) if found else None


def _derived(material: Material, indicator: str) -> Quantity | None:
    table = material.measured.growth if indicator == "growth" else material.measured.dependency
    if table is None or not (found := periods(table, indicator=indicator)):
        return None
    latest = [each for each in found if each.endswith(found[-1].rsplit("/", 1)[-1])]
    return next(table.quantities(indicator=indicator, period=latest[0]), None)


def _origin_label(quantity: Quantity) -> Message:
    """A group with the axis it is on: the same country means two things by birth and by citizenship."""
    axis = next(iter(group_pairs(quantity.group)))
    return message("item.group_on_axis", axis=Term(f"axis.{axis}"), group=GroupName(quantity.group))


def _net_migration(material: Material) -> Quantity | None:
    for table in material.measured.net_migration.values():
        cells = {"indicator": "net_migration", "area_code": material.city.id, **ANY}
        if found := periods(table, **cells):
            return table.quantity(period=found[-1], **cells)
    return None


def top_origins(material: Material, most: int) -> list[Quantity]:
    """The largest origin groups of the source that names most of them."""
    best: list[Quantity] = []
    for source_id, table in material.counts.items():
        rows = [
            each
            for each in table.quantities(area_code=material.city.id, sex=TOTAL, age_group=TOTAL)
            if _is_origin(each)
        ]
        latest = max((each.period for each in rows), default="")
        rows = [each for each in rows if each.period == latest and each.indicator == material.indicator(source_id)]
        rows = [each for each in rows if not _is_home(each.group, material.city.country)]
        if len(rows) > len(best):
            best = rows
    return sorted(best, key=lambda each: (-(each.middle or 0), each.group))[:most]


def _is_home(group: str, country: str) -> bool:
    """Whether a group is the city's own country, or a region that holds it."""
    return is_mixed(group, country) or country in group_pairs(group).values()


def _is_origin(quantity: Quantity) -> bool:
    pairs = group_pairs(quantity.group)
    code = next(iter(pairs.values()), UNKNOWN)
    return len(pairs) == 1 and ((code.isupper() and len(code) == 3) or code.isdigit()) and quantity.middle is not None


def reflections(material: Material) -> Section:
    """P2: what the words mean here, who is missing from the register, what was repaired, who protected what."""
    blocks: list[Block] = [_definitions(material)]
    coverage = material.city.profile.coverage
    blocks.append(OwnWords(coverage) if coverage else Paragraph(message("profile.no_coverage"), warning=True))
    blocks += [_totals(material), _policies(material)]
    if repairs := _repairs(material):
        blocks.append(repairs)
    blocks += [OwnWords(note) for note in material.city.profile.notes]
    return Section("P2", tuple(blocks))


def _definitions(material: Material) -> Listing:
    axes = sorted(
        {
            axis
            for table in material.counts.values()
            for group in set(table.frame["group"])
            for axis in group_pairs(group)
        }
    )
    rows = tuple((Term(f"axis.{axis}"), message(f"definition.axis.{axis}")) for axis in axes)
    return Listing("definitions", message("listing.definitions"), ("column.axis", "column.definition"), rows)


def _totals(material: Material) -> Listing:
    """The total of each source under its own name: they need not agree, and are never mixed."""
    rows = []
    for source in material.city.sources:
        counts = material.counts.get(source.id)
        if counts is None or not (indicator := material.indicator(source.id)):
            continue
        shown: dict[str, str | list[str]] = {"indicator": indicator, "area_code": material.city.id, **ANY}
        ages = sorted(set(counts.frame["age_group"]))
        # a source about one span of ages has that as its total; one without any total shows none here
        shown["age_group"] = ages if len(ages) == 1 else TOTAL
        latest = periods(counts, **shown)[-1:]
        for quantity in counts.quantities(**{**shown, "period": latest}):
            title: Value | OwnWords = source_name(material, source.id)
            withheld = Tally(material.withheld.get((source.id, quantity.period), 0))
            rows.append(
                (title, Term(f"universe.{source.recipe.universe}"), Period(quantity.period), quantity, withheld)
            )
    columns = ("column.source", "column.universe", "column.period", "column.value", "column.withheld")
    return Listing("totals", message("listing.totals"), columns, tuple(rows))


def _policies(material: Material) -> Listing:
    rows: tuple[tuple[Message | Value | OwnWords, ...], ...] = tuple(
        (
            source_name(material, source.id),
            Term(f"policy.{source.policy.name}"),
            source.policy.publisher or material.city.name,
            Term("policy.how.census") if source.policy.name != "none" else reason(source.policy.reason),
        )
        for source in material.city.sources
        if source.id in material.counts
    )
    columns = ("column.source", "column.protection", "column.protected_by", "column.how")
    return Listing("policies", message("listing.policies"), columns, rows)


def _repairs(material: Material) -> Listing | None:
    rows = tuple(
        (repair.file, Term(f"repair.{repair.kind}"), Tally(repair.rows), reason(repair.reason))
        for told in material.provenances
        for repair in told.repairs
    )
    if not rows:
        return None
    columns = ("column.file", "column.repair", "column.rows", "column.reason")
    return Listing("repairs", message("listing.repairs", count=Tally(len(rows))), columns, rows)


def national_frame(material: Material, competence: CompetenceMap) -> Section:
    """P3: legal categories, and which level may decide what."""
    blocks: list[Block] = [OwnWords(category) for category in material.city.profile.legal_categories]
    if not blocks:
        blocks.append(Paragraph(message("profile.no_legal_categories"), warning=True))
    return Section("P3", (*blocks, *powers(competence)))


def history(material: Material) -> Section:
    """P4: time line of the city beside the benchmark facts of the world."""
    profile = material.city.profile
    events = tuple((event.year, event.level, OwnWords(event.text), OwnWords(event.impact)) for event in profile.events)
    facts = tuple((message(f"fact.{fact.id}", fact=fact), fact) for fact in material.facts)
    blocks: list[Block] = [Paragraph(message(f"role.{role}", city=city_name(material))) for role in profile.roles]
    if not events:
        blocks.append(Paragraph(message("profile.no_time_line"), warning=True))
    blocks.append(TimeLine("time-line", tuple(sorted(events, key=lambda event: (event[0], event[1]))), facts))
    return Section("P4", tuple(blocks))
