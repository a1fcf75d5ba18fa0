"""A city's assessment: what stands where, what to develop first; and the spreadsheet to fill in offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cosmopolis.assessment.crosswalk import Offer
from cosmopolis.errors import ContentError, Fault, UsageError
from cosmopolis.language import Language
from cosmopolis.vocabulary.assessment import Assessment
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.report import Section, Term
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


@dataclass(frozen=True)
class Written:
    """A form on disk, and the edition whose answers are in it: empty if nobody has answered or a new one begins."""

    path: Path
    edition: str


@dataclass(frozen=True)
class Read:
    """The file that the answers became, and the copy of what it took the place of, if anything."""

    path: Path
    kept: Path | None = None


def write_form(folder: Path, file: Path, *, framework: str = "", edition: str = "", words: Language) -> Written:
    """
    Write the spreadsheet of a framework: with the city's latest answers, or empty if it has none.

    What other frameworks' answers offer stands beside each question; nothing of it is an answer.

    Parameters
    ----------
    folder
        The city folder.
    file
        Where the spreadsheet goes; its name ends in `.xlsx`.
    framework
        The id of a framework; by default the one that leads the city's profile.
    edition
        The label of a new edition: the latest answers are in the form, its name
        and date are left open. By default the form is that of the latest edition.
    words
        The language of the form.

    Raises
    ------
    ContentError
        If the folder is wrong or the file is there already.
    UsageError
        If there is no framework of that id.
    """
    from cosmopolis.publication.assessment_form import assessment_form

    if file.suffix.lower() != ".xlsx":
        raise UsageError(Fault("frameworks.form_ending", {"file": str(file)}))
    if file.exists():
        raise ContentError(Fault("governing.file_in_use", {"file": str(file)}))
    _, governance = _folder(folder)
    found = assessed(governance)
    pack, latest = _form_of(governance, found, framework)
    if latest is not None and edition:
        latest = replace(latest, id="", edition=edition, date="")
    told: dict[str, list[str]] = {}
    for offer in found.offers(pack):
        told.setdefault(offer.target.id, []).append("\n".join(_offer_lines(offer, pack, governance, words)))
    offers = [(question, ["\n\n".join(lines)]) for question, lines in told.items()]
    file.write_bytes(assessment_form(pack, latest, language=words.code, offers=offers))
    return Written(file, latest.edition if latest is not None and not edition else "")


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


def _offer_lines(offer: Offer, target: Framework, governance: Governance, words: Language) -> Iterator[str]:
    """What was asked and answered elsewhere, on which documents it rests, why it bears on the question."""
    from cosmopolis.publication.assessment_form import answer_in_words

    given = next(each for each in governance.assessments
                 if (each.framework, each.edition) == (offer.source.framework, offer.edition))  # fmt: skip
    pack = governance.frameworks[given.framework, given.framework_edition]
    asked, told = offer.standing.question, offer.standing.response
    answer = answer_in_words(pack, asked, told, language=words.code)
    question = _in(words, asked.text)
    yield words.say("governing.offer.asked", source=str(offer.source), edition=offer.edition, question=question)
    yield words.say("governing.offer.answered", date=words.date(given.date), answer=answer)
    for each in offer.standing.evidence:
        yield " · ".join(part for part in (each.title, each.date, each.page) if part)
    yield f"{words.say(f'governing.offer.{offer.relation}')} {_in(words, offer.reason)}".strip()
    if offer.suggestion is not None:
        yield words.say(
            "governing.offer.suggestion",
            answer=answer_in_words(target, offer.target, offer.suggestion, language=words.code),
        )
    column = words.say("frameworks.form.adopted_from")
    yield words.say("governing.offer.take_over", reference=offer.adopted_from, column=column)


def _in(words: Language, told: Mapping[str, str]) -> str:
    """A text in the reader's language, or in the first that there is."""
    return told.get(words.code) or next(iter(told.values()), "")


def read_form(folder: Path, file: Path, *, replace: bool = False) -> Read:
    """
    Turn a filled spreadsheet into a file of `assessments/`.

    Parameters
    ----------
    folder
        The city folder.
    file
        The spreadsheet.
    replace
        Whether an assessment of the same edition may be replaced. The file that
        was there is kept beside it, as `<name>.yaml.before`.

    Raises
    ------
    ContentError
        If anything in the spreadsheet is wrong, or its name belongs to another
        edition: nothing is written then.
    """
    from cosmopolis import catalogue
    from cosmopolis.publication.assessment_form import spoken_ids

    packs = {**catalogue.shipped_frameworks(), **catalogue.city_frameworks(folder)}
    told = catalogue.read_assessment_form(file, packs, spoken_ids())
    target = folder / "assessments" / f"{told.id}.yaml"
    there = catalogue.edition_of(target) if target.exists() else None
    if there is not None and there != (told.framework, told.edition):
        raise ContentError(_other_edition(told, there, target))
    if target.exists() and not replace:
        raise ContentError(Fault("governing.assessment_in_use", {"file": str(target)}))
    target.parent.mkdir(exist_ok=True)
    waiting = target.with_suffix(".yaml.new")
    waiting.write_text(catalogue.assessment_text(told), encoding="utf-8")
    kept = _kept(target) if target.exists() and target.read_bytes() != waiting.read_bytes() else None
    waiting.replace(target)
    return Read(target, kept)


def _other_edition(told: Assessment, there: tuple[str, str], target: Path) -> Fault:
    """The sheet is of one edition, its name of another; what to call it instead."""
    framework, first = there
    free = told.edition if told.framework == framework and told.edition != told.id else ""
    if not free or target.with_name(f"{free}.yaml").exists():
        free = f"{told.framework}-{told.edition}"
    values = {"edition": told.edition, "framework": told.framework, "name": told.id, "first": first}
    where = {"other": framework, "file": str(target), "suggestion": free, "column": Term("frameworks.form.id")}
    return Fault("frameworks.form_other_edition", values | where)


def _kept(target: Path) -> Path:
    """A copy of a file beside it, under a name that is free and that no reader takes for an assessment."""
    number, copy = 1, target.with_suffix(".yaml.before")
    while copy.exists():
        number += 1
        copy = target.with_suffix(f".yaml.before-{number}")
    copy.write_bytes(target.read_bytes())
    return copy
