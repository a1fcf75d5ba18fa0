"""
Assessments: what a city answered, one file for one edition of one framework.

A file of `assessments/` and a filled-in spreadsheet become the same tree, so
that both pass the same checks and are made into the same `Assessment`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cosmopolis.catalogue.assessment_sense import sense_faults
from cosmopolis.catalogue.content_files import ContentFile, content_file, entries, line_at, text_at
from cosmopolis.catalogue.frameworks import Key
from cosmopolis.catalogue.places import entry_place, under
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.assessment import (
    NOT_ON_THE_SCALE,
    Agreed,
    Answer,
    Assessment,
    Evidence,
    Rater,
    Response,
)
from cosmopolis.vocabulary.framework import Framework

Frameworks = Mapping[Key, Framework]


def load_assessments(folder: Path, frameworks: Frameworks) -> tuple[Assessment, ...]:
    """
    Every assessment of a city folder, by framework, then date, then edition.

    Answers come in the order of the pack's questions, then of the raters.

    Parameters
    ----------
    folder
        The city's folder; the files are in `assessments/*.yaml`.
    frameworks
        Those that come with the program and the city's own, by id and edition.

    Raises
    ------
    ContentError
        With every fault of every file.
    """
    files = _files(Path(folder))
    faults = _faults(files, frameworks)
    if faults:
        raise ContentError(faults)
    found = (assessment_of(file.plain, id_, frameworks) for id_, file in files.items())
    return tuple(sorted(found, key=lambda each: (each.framework, each.date, each.edition)))


def assessment_faults(folder: Path, frameworks: Frameworks) -> tuple[Fault, ...]:
    """Everything that is wrong with the assessments of a city folder, at once."""
    return _faults(_files(Path(folder)), frameworks)


def edition_of(path: Path) -> tuple[str, str] | None:
    """The framework and the edition that a file of `assessments/` is of; nothing where it cannot be read."""
    file = content_file(path, path.name, "assessment")
    told = (text_at(file.tree, "framework"), text_at(file.tree, "edition"))
    return told if all(told) else None


def in_order(assessment: Assessment, framework: Framework) -> Assessment:
    """The same assessment with its answers in the order of the questions, then of the raters."""
    question = {each.id: at for at, each in enumerate(framework.questions)}
    rater = {each.id: at for at, each in enumerate(assessment.raters)}
    return replace(
        assessment,
        answers=tuple(sorted(assessment.answers, key=lambda each: (question[each.question], rater[each.rater]))),
        agreed=tuple(sorted(assessment.agreed, key=lambda each: question[each.question])),
    )


def assessment_of(plain: Mapping[str, Any], assessment_id: str, frameworks: Frameworks) -> Assessment:
    """Make an assessment of plain values in which no fault was found."""
    framework = frameworks[plain["framework"], plain["framework_edition"]]
    assessment = Assessment(
        id=assessment_id,
        framework=framework.id,
        framework_edition=framework.edition,
        edition=plain["edition"],
        date=plain["date"],
        scan=plain["scan"],
        raters=tuple(Rater(each["id"], each["role"], each["kind"]) for each in plain["raters"]),
        answers=tuple(_answer(each, framework) for each in plain["answers"]),
        agreed=tuple(
            Agreed(**{**each, "value": _response(each, framework)})  # every other key is a field
            for each in plain.get("agreed", ())
        ),
        holders=plain.get("holders", {}),
        note=plain.get("note", {}),
    )
    return in_order(assessment, framework)


def _answer(plain: Mapping[str, Any], framework: Framework) -> Answer:
    simple = ("stage", "on_behalf_of", "confidence", "note", "date", "adopted_from")
    return Answer(
        plain["question"],
        plain["rater"],
        _response(plain, framework),
        evidence=tuple(Evidence(**each) for each in plain.get("evidence", ())),
        **{key: plain[key] for key in simple if key in plain},
    )


def _response(plain: Mapping[str, Any], framework: Framework) -> Response:
    value = plain["value"]
    question = framework.question(plain["question"])
    scale = framework.scales[question.scale] if question is not None else None
    if scale is None or value in NOT_ON_THE_SCALE:
        return str(value)
    if scale.kind == "stages":
        reached = {value} if isinstance(value, str) else set(value)
        return tuple(option.id for option in scale.options if option.id in reached)
    return float(value) if scale.kind == "count" else str(value)


def _files(folder: Path) -> dict[str, ContentFile]:
    """Every file of `assessments/`, by the name without its ending."""
    inner = folder / "assessments"
    paths = sorted(inner.glob("*.yaml")) if inner.is_dir() else []
    return {path.stem: content_file(path, f"assessments/{path.name}", "assessment") for path in paths}


def _faults(files: Mapping[str, ContentFile], frameworks: Frameworks) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    for file in files.values():
        faults += file.faults
        faults += sense_faults(file, frameworks)
    return (*faults, *_edition_twice(files.values()), *_adopted_from_nothing(files.values()))


def _edition_twice(files: Iterable[ContentFile]) -> Iterator[Fault]:
    first: dict[tuple[str, str], str] = {}
    for file in files:
        label = (text_at(file.tree, "framework"), text_at(file.tree, "edition"))
        if all(label) and label in first:
            told = {"value": " ".join(label), "first": first[label]}
            yield file.fault("frameworks.edition_twice", line_at(file.tree, "edition"), **told)
        first.setdefault(label, file.name)


def _adopted_from_nothing(files: Iterable[ContentFile]) -> Iterator[Fault]:
    """An answer taken over from another framework names one that somebody gave."""
    files = list(files)
    given: set[str] = set()
    for file in files:
        start = f"{text_at(file.tree, 'framework')}/{text_at(file.tree, 'edition')}"
        given |= {f"{start}:{text_at(answer, 'question')}" for answer in entries(file.tree, "answers")}
    for file in files:
        for at, answer in enumerate(entries(file.tree, "answers")):
            told = text_at(answer, "adopted_from")
            if told and told not in given:
                key = under(entry_place("answers", at, answer), "adopted_from")
                yield file.fault(
                    "frameworks.adopted_from_nothing", line_at(answer, "adopted_from"), key=key, value=told
                )
