"""What governance adds to a profile: its sections, its pages and its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cosmopolis.errors import ContentError
from cosmopolis.plan.transfer import CityFacts
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.report import Block, Chapter, Document, Listing, Pointer, Section
from cosmopolis.vocabulary.table import TOTAL
from cosmopolis.workflow.governance.assessed import Assessed, assessed, until
from cosmopolis.workflow.governance.assessment_page import assessment_chapter, scores
from cosmopolis.workflow.governance.brief import brief_chapter
from cosmopolis.workflow.governance.envelope import assessment_documents, plan_document
from cosmopolis.workflow.governance.first import first_to_develop
from cosmopolis.workflow.governance.partners import own_work, partners, practices
from cosmopolis.workflow.governance.plan_page import plan_chapter, targets
from cosmopolis.workflow.governance.planned import Heard, Planned, heard, planned
from cosmopolis.workflow.governance.references import reference_faults
from cosmopolis.workflow.governance.rights import entitlements, participation
from cosmopolis.workflow.governance.terms import sentence

#: Gaps named in the profile itself; the page of the assessment has them all.
_MOST_FIRST = 3


@dataclass(frozen=True)
class Governed:
    """Everything about governance, worked out once for all pages."""

    city: City
    areas: Areas
    governance: Governance
    assessed: Assessed
    planned: Planned | None
    heard: Heard
    facts: CityFacts
    as_of: str


def governed(city: City, areas: Areas, governance: Governance, numbers: Sequence[Protected]) -> Governed:
    """
    Work out assessments, plan and dialogue of a city on its day of judgement.

    Raises
    ------
    ContentError
        If the plan or an actor names an area or a source that the city does not have.
    """
    if faults := reference_faults(governance, city, [area.code for area in areas.areas]):
        raise ContentError(faults)
    as_of = governance.plan.as_of if governance.plan else city.reference_date
    found = assessed(governance)
    by_then = assessed(until(governance, as_of)).by_framework()
    plan = planned(governance, by_then, numbers, city_id=city.id)
    facts = _facts(city, governance, numbers)
    return Governed(city, areas, governance, found, plan, heard(governance, as_of), facts, as_of)


def _facts(city: City, governance: Governance, numbers: Sequence[Protected]) -> CityFacts:
    """What a practice from elsewhere is held against: the city's latest published numbers."""
    groups = tuple(dict.fromkeys(each.group for each in governance.services.entitlements))
    population = _latest(numbers, city, "population_stock", TOTAL)
    share = _latest(numbers, city, "share_of_group", "birth=abroad")
    return CityFacts(city.country, None if population is None else round(population), share, groups)


def _latest(numbers: Sequence[Protected], city: City, indicator: str, group: str) -> float | None:
    rows = {"indicator": indicator, "area_code": city.id, "sex": TOTAL, "age_group": TOTAL, "group": group}
    told = [each for table in numbers for each in table.quantities(**rows) if each.middle is not None]
    return max(told, key=lambda each: each.period).middle if told else None


def governance_sections(told: Governed) -> tuple[Section, ...]:
    """Sections P11, P12 and P18 to P21, as far as the folder says something for them."""
    services = told.governance.services
    sections = (
        Section("P11", entitlements(services)),
        Section("P12", participation(services)),
        Section("P18", (*_digest(told), *own_work(services))),
        Section("P19", partners(told.governance, told.heard, told.areas)),
        Section("P20", practices(told.governance, told.facts, told.city, told.as_of)),
        Section("P21", _priorities(told)),
    )
    return tuple(section for section in sections if section.blocks)


def _digest(told: Governed) -> tuple[Block, ...]:
    edition = told.assessed.leading
    if edition is None:
        return ()
    shown = scores(edition)
    return (*((shown,) if shown else ()), Pointer(sentence("governing.to_governance"), "governance"))


def _priorities(told: Governed) -> tuple[Block, ...]:
    first = first_to_develop(told.assessed, as_of=told.as_of, most=_MOST_FIRST)
    blocks: list[Block] = [first] if first else []
    if told.planned is not None:
        blocks += [targets(told.planned, told.governance), Pointer(sentence("governing.to_plan"), "plan")]
    return tuple(blocks)


def governance_chapters(told: Governed, numbers: Listing) -> tuple[Chapter, ...]:
    """The pages beside the profile: the assessment, the plan, the brief for the mayor."""
    chapters: list[Chapter] = []
    edition = told.assessed.leading
    if edition is not None:
        chapters.append(assessment_chapter(told.assessed, edition, (numbers,), as_of=told.as_of))
    if told.planned is not None or told.governance.inputs or told.governance.coordination.funding:
        chapters.append(plan_chapter(told.governance, told.planned, told.heard))
    if chapters:
        chapters.append(brief_chapter(told.assessed, told.planned, told.heard, numbers, as_of=told.as_of))
    return tuple(chapters)


def governance_documents(told: Governed) -> tuple[Document, ...]:
    """The assessments and the plan as JSON."""
    plan = (plan_document(told.city, told.planned),) if told.planned else ()
    return (*assessment_documents(told.city, told.assessed), *plan)
