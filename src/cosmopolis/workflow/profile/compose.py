"""The report of a city: headline, sections P0 to P6 and P22, one-page summary."""

from __future__ import annotations

from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import Block, Listing, Message, Paragraph, Period, Report, Section, Tally, Term
from cosmopolis.workflow.governance.sections import (
    Governed,
    governance_chapters,
    governance_documents,
    governance_sections,
)
from cosmopolis.workflow.profile.frame import (
    cover,
    essentials,
    history,
    national_frame,
    overview,
    reflections,
    synopsis,
)
from cosmopolis.workflow.profile.gaps import annex, gaps
from cosmopolis.workflow.profile.material import (
    Material,
    city_name,
    in_universe,
    label,
    message,
    periods,
    question_rows,
)
from cosmopolis.workflow.profile.people import latest_population, people
from cosmopolis.workflow.profile.space import space


def profile(material: Material, governed: Governed) -> Report:
    """Put a city's protected tables and what it says of its governance into the order of the profile."""
    sections = (
        cover(material, governed.governance),
        synopsis(material),
        reflections(material),
        national_frame(material, governed.governance.competence),
        history(material),
        people(material),
        space(material),
        *governance_sections(governed),
        annex(material, governed.governance),
    )
    return Report(
        city=material.city,
        areas=material.areas,
        period=Period(material.city.reference_date),
        headline=_headline(material),
        lead=_lead(material, governed.governance),
        sections=sections,
        summary=_summary(material, governed, sections),
        observations=material.numbers,
        provenances=material.provenances,
        draft=material.draft,
        release=material.release,
        chapters=governance_chapters(governed, essentials(material)),
        documents=governance_documents(governed),
    )


def _headline(material: Material) -> Message:
    """The one sentence the profile opens with."""
    question = material.headline
    shares = None if question is None else material.measured.shares.get(question.label)
    if question is not None and shares is not None:
        wanted = {"area_code": material.city.id, **question_rows(question)}
        found = periods(shares, **wanted)
        if found:
            share = next(shares.quantities(period=found[-1], **wanted))
            headline = in_universe("headline.share", material, question)
            return message(headline, people=label(question), share=share, period=Period(found[-1]))
    if question is not None and (counted := _counted(material, question)) is not None:
        return message("headline.count", people=label(question), number=counted, period=Period(counted.period))
    population = latest_population(material)
    if population is not None:
        return message(
            "headline.population", city=city_name(material), residents=population, period=Period(population.period)
        )
    return message("headline.none", city=city_name(material))


def _counted(material: Material, question: OriginQuestion) -> Quantity | None:
    """The last number of those a question counts, where their share is not known."""
    counts = material.counts.get(question.source)
    if counts is None:
        return None
    wanted = {"indicator": question.indicator, "area_code": material.city.id, **question_rows(question)}
    found = periods(counts, **wanted)
    return next(counts.quantities(period=found[-1], **wanted)) if found else None


def _lead(material: Material, governance: Governance) -> Message:
    population = latest_population(material)
    if population is None:
        return message("lead.no_population", city=city_name(material), count=Tally(len(gaps(material, governance))))
    if any(quantity.status == "Q" for quantity in (population,)):
        return message(
            "lead.interval", city=city_name(material), residents=population, period=Period(population.period)
        )
    perturbed = any(table.policy != "none" for table in material.counts.values())
    kind = "perturbed" if perturbed else "exact"
    return message(f"lead.{kind}", city=city_name(material), residents=population, period=Period(population.period))


def _summary(material: Material, governed: Governed, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """One page: the city in numbers, the findings on people and on space, what is not known."""
    by_id = {section.id: section for section in sections}
    return (
        Section("overview", (overview(material),)),
        Section("patterns", _findings(by_id["P5"])),
        Section("P6", _findings(by_id["P6"])),
        Section("unknown", (_unknown(material, governed.governance),)),
    )


def _findings(section: Section) -> tuple[Block, ...]:
    from cosmopolis.vocabulary.report import Figure

    found = [Paragraph(block.finding) for block in section.blocks if isinstance(block, Figure)]
    return tuple(found[:5]) or (Paragraph(message("profile.section_without_figures"), warning=True),)


def _unknown(material: Material, governance: Governance) -> Listing:
    rows = tuple(
        (Term(f"item.{gap.item}"), Term(f"publication.section.{gap.section}")) for gap in gaps(material, governance)
    )
    return Listing(
        "summary-gaps", message("listing.gaps", count=Tally(len(rows))), ("column.item", "column.section"), rows
    )
