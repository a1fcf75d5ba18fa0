"""A city's assessment: what stands where, what to develop first; and the spreadsheet to fill in offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cosmopolis.assessment.crosswalk import Offer
from cosmopolis.errors import ContentError, Fault, UsageError
from cosmopolis.language import Language
from cosmopolis.vocabulary.assessment import Assessment
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.report import Section
from cosmopolis.workflow.governance.assessed import Assessed, Edition, assessed
from cosmopolis.workflow.governance.assessment_page import short_sections
from cosmopolis.workflow.governance.envelope import assessment_envelope
from cosmopolis.workflow.governance.terms import city_words


@dataclass(frozen=True)
class AssessmentTold:
    """The latest edition of one framework, as sections to read and as an envelope to exchange."""

    sections: tuple[Section, ...]
    envelope: Mapping[str, object]


def assess(folder: Path, *, framework: str = "") -> AssessmentTold:
    """
    What a city's answers to a framework say.

    Parameters
    ----------
    folder
        The city folder.
    framework
        The id of a framework; by default the one that leads the city's profile.

    Raises
    ------
    ContentError
        If the folder is wrong, or holds no assessment.
    UsageError
        If the framework is not among those that the city has answered.
    """
    city, governance = _folder(folder)
    found = assessed(governance)
    edition = _edition(found, framework, folder)
    as_of = governance.plan.as_of if governance.plan else edition.position.assessment.date
    name = Section("assessment", (city_words(city),))
    sections = (name, *short_sections(found, edition, as_of=as_of))
    return AssessmentTold(sections, assessment_envelope(city, found, edition))


def _folder(folder: Path) -> tuple[City, Governance]:
    from cosmopolis.catalogue import load_city, load_governance

    city = load_city(folder, need_files=False)
    return city, load_governance(folder, city)


def _edition(found: Assessed, framework: str, folder: Path) -> Edition:
    if not found.editions:
        raise ContentError(Fault("governing.no_assessment", {"folder": str(folder)}))
    if not framework:
        return found.editions[0]
    answered = {edition.framework.id: edition for edition in found.editions}
    if framework not in answered:
        raise UsageError(
            Fault("governing.framework_not_answered", {"framework": framework, "known": ", ".join(answered)})
        )
    return answered[framework]


def write_form(folder: Path, file: Path, *, framework: str = "", words: Language) -> Path:
    """
    Write the spreadsheet of a framework: with the city's latest answers, or empty if it has none.

    What other frameworks' answers offer stands beside each question; nothing of it is an answer.

    Raises
    ------
    ContentError
        If the folder is wrong or the file is there already.
    UsageError
        If there is no framework of that id.
    """
    from cosmopolis.publication.assessment_form import assessment_form

    if file.exists():
        raise ContentError(Fault("governing.file_in_use", {"file": str(file)}))
    _, governance = _folder(folder)
    found = assessed(governance)
    pack, latest = _form_of(governance, found, framework)
    told = [(offer.target.id, tuple(_offer_lines(offer, words))) for offer in found.offers(pack)]
    file.write_bytes(assessment_form(pack, latest, language=words.code, offers=told))
    return file


def _form_of(governance: Governance, found: Assessed, framework: str) -> tuple[Framework, Assessment | None]:
    """The pack that a form asks, and the city's latest answers to it."""
    if not framework and found.editions:
        return found.editions[0].framework, found.editions[0].position.assessment
    wanted = framework or "migof-urban"
    latest = [each for each in governance.assessments if each.framework == wanted]
    packs = [pack for (name, _), pack in sorted(governance.frameworks.items()) if name == wanted]
    if not packs:
        known = ", ".join(sorted({name for name, _ in governance.frameworks}))
        raise UsageError(Fault("governing.no_framework", {"framework": wanted, "known": known}))
    answered = latest[-1] if latest else None
    pack = governance.frameworks[wanted, answered.framework_edition] if answered else packs[-1]
    return pack, answered


def _offer_lines(offer: Offer, words: Language) -> Iterator[str]:
    """What was answered elsewhere, why it bears on the question, and on which documents it rests."""
    told = {"source": str(offer.source), "edition": offer.edition}
    yield words.say(f"governing.offer.{offer.relation}", **told)
    yield offer.reason.get(words.code) or next(iter(offer.reason.values()), "")
    if offer.suggestion is not None:
        yield words.say("governing.offer.suggestion", answer=str(offer.suggestion))
    for each in offer.standing.evidence:
        yield " · ".join(part for part in (each.title, each.date, each.page) if part)


def read_form(folder: Path, file: Path, *, replace: bool = False) -> Path:
    """
    Turn a filled spreadsheet into a file of `assessments/`.

    Parameters
    ----------
    folder
        The city folder.
    file
        The spreadsheet.
    replace
        Whether an assessment of the same name may be replaced.

    Raises
    ------
    ContentError
        If anything in the spreadsheet is wrong: nothing is written then.
    """
    from cosmopolis import catalogue

    packs = {**catalogue.shipped_frameworks(), **catalogue.city_frameworks(folder)}
    told = catalogue.read_assessment_form(file, packs)
    target = folder / "assessments" / f"{told.id}.yaml"
    if target.exists() and not replace:
        raise ContentError(Fault("governing.assessment_in_use", {"file": str(target)}))
    target.parent.mkdir(exist_ok=True)
    waiting = target.with_suffix(".yaml.new")
    waiting.write_text(catalogue.assessment_text(told), encoding="utf-8")
    waiting.replace(target)
    return target
