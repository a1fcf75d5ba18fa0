"""What the schema cannot say about an assessment: it answers a framework that exists, on that framework's scales."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from cosmopolis.catalogue.contacts import holds_contact
from cosmopolis.catalogue.content_files import ContentFile, day_faults, entries, is_day, keys, line_at, text_at
from cosmopolis.catalogue.framework_sense import twice, unknown_question
from cosmopolis.catalogue.places import entry_place, under
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import Fault
from cosmopolis.vocabulary.assessment import NOT_ON_THE_SCALE
from cosmopolis.vocabulary.framework import Framework, Scale

#: What is written in words, and in plain texts of a document.
_WORDS = ("role", "on_behalf_of", "note", "reason", "by")
_TEXTS = ("title", "page")
#: Signs that no spreadsheet can hold: a text with one would not come back as it went.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_NUMBER = re.compile(r"-?[0-9]{1,25}(\.[0-9]{1,25})?([eE][-+]?[0-9]{1,3})?")


def sense_faults(file: ContentFile, frameworks: Mapping[tuple[str, str], Framework]) -> Iterator[Fault]:
    """Everything wrong with one assessment that its schema does not say."""
    if not file.is_read:
        return
    yield from _control_characters(file)
    yield from _contacts(file)
    yield from day_faults(file, file.tree, ("date",))
    yield from _given_twice(file)
    yield from _rater_faults(file)
    yield from _date_faults(file)
    key = (text_at(file.tree, "framework"), text_at(file.tree, "framework_edition"))
    framework = frameworks.get(key)
    if framework is not None:
        yield from _validity(file, framework)
        yield from _question_faults(file, framework)
    elif all(key):
        known = ", ".join(" ".join(each) for each in sorted(frameworks)) or "-"
        told = {"key": "framework, framework_edition", "value": " ".join(key), "allowed": known}
        yield file.fault("catalogue.not_allowed", line_at(file.tree, "framework"), **told)


def _control_characters(file: ContentFile) -> Iterator[Fault]:
    waiting = [file.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, str):
            if found := _CONTROL.search(node.value):
                yield file.fault("frameworks.control_character", node.line, value=f"U+{ord(found[0]):04X}")
        elif isinstance(node.value, dict):
            waiting += reversed(node.value.values())
        else:
            waiting += reversed(node.value)


def _contacts(file: ContentFile) -> Iterator[Fault]:
    """E-mail addresses and telephone numbers, in whatever a city writes in words."""
    for list_key in ("raters", "answers", "agreed"):
        for at, entry in enumerate(entries(file.tree, list_key)):
            place = entry_place(list_key, at, entry)
            yield from _contacts_in(file, entry, place, _WORDS)
            for number, document in enumerate(entries(entry, "evidence")):
                yield from _contacts_in(file, document, entry_place(under(place, "evidence"), number, document), _TEXTS)
    yield from _contacts_in(file, file.tree, "", ("note",))


def _contacts_in(file: ContentFile, entry: Node, place: str, names: tuple[str, ...]) -> Iterator[Fault]:
    for name in names:
        told = entry.get(name)
        texts = {"": told} if told is not None and isinstance(told.value, str) else told.value if told else {}
        for language, text in texts.items() if isinstance(texts, dict) else ():
            if isinstance(text.value, str) and holds_contact(text.value):
                key = under(under(place, name), language) if language else under(place, name)
                yield file.fault("governance_files.contact_in_text", text.line, key=key)


def _given_twice(file: ContentFile) -> Iterator[Fault]:
    raters = [(text_at(each, "id"), line_at(each, "id")) for each in entries(file.tree, "raters")]
    yield from twice(file, "raters", raters)
    answers = [
        (f"{text_at(each, 'question')}, {text_at(each, 'rater')}", line_at(each, "question"))
        for each in entries(file.tree, "answers")
        if text_at(each, "question") and text_at(each, "rater")
    ]
    yield from twice(file, "answers", answers)
    agreed = [(text_at(each, "question"), line_at(each, "question")) for each in entries(file.tree, "agreed")]
    yield from twice(file, "agreed", agreed)


def _rater_faults(file: ContentFile) -> Iterator[Fault]:
    known = dict.fromkeys(text_at(each, "id") for each in entries(file.tree, "raters"))
    answered = {text_at(each, "question") for each in entries(file.tree, "answers")}
    for at, answer in enumerate(entries(file.tree, "answers")):
        rater = text_at(answer, "rater")
        if rater and rater not in known:
            key = under(entry_place("answers", at, answer), "rater")
            told = {"key": key, "value": rater, "allowed": ", ".join(known) or "-"}
            yield file.fault("catalogue.not_allowed", line_at(answer, "rater"), **told)
    for agreed in entries(file.tree, "agreed"):
        question = text_at(agreed, "question")
        if question and question not in answered:
            yield file.fault("frameworks.agreed_unanswered", line_at(agreed, "question"), value=question)


def _date_faults(file: ContentFile) -> Iterator[Fault]:
    """Days exist; a document is not younger than the assessment that rests on it, nor ends before it begins."""
    told_day = text_at(file.tree, "date")
    # nothing can be compared with a day that cannot be read
    day = told_day if is_day(told_day) else ""
    for at, answer in enumerate(entries(file.tree, "answers")):
        place = entry_place("answers", at, answer)
        yield from day_faults(file, answer, ("date",), place)
        for number, document in enumerate(entries(answer, "evidence")):
            where = entry_place(under(place, "evidence"), number, document)
            yield from day_faults(file, document, ("date", "valid_to"), where)
            dated, end = text_at(document, "date"), text_at(document, "valid_to")
            if day and is_day(dated) and dated > day:
                told = {"key": under(where, "date"), "value": dated, "date": day}
                yield file.fault("frameworks.evidence_later", line_at(document, "date"), **told)
            if is_day(end) and is_day(dated) and end < dated:
                told = {"key": under(where, "valid_to"), "value": end, "first": dated}
                yield file.fault("frameworks.period_reversed", line_at(document, "valid_to"), **told)


def _validity(file: ContentFile, framework: Framework) -> Iterator[Fault]:
    day, line = text_at(file.tree, "date"), line_at(file.tree, "date")
    if not is_day(day):
        return
    told = {"value": day, "framework": f"{framework.id} {framework.edition}"}
    if day < framework.valid_from:
        yield file.fault("frameworks.before_validity", line, **told, border=framework.valid_from)
    if framework.valid_to and day > framework.valid_to:
        yield file.fault("frameworks.after_validity", line, **told, border=framework.valid_to)


def _question_faults(file: ContentFile, framework: Framework) -> Iterator[Fault]:
    scales = {question.id: framework.scales[question.scale] for question in framework.questions}
    for list_key in ("answers", "agreed"):
        for at, entry in enumerate(entries(file.tree, list_key)):
            question, key = text_at(entry, "question"), entry_place(list_key, at, entry)
            if question in scales:
                yield from _value_faults(file, entry, key, scales[question])
            elif question:
                line = line_at(entry, "question")
                yield unknown_question(file, line, under(key, "question"), question, framework.id, scales)
    for question, line in keys(file.tree, "holders").items():
        if question not in scales:
            yield unknown_question(file, line, "holders", question, framework.id, scales)


@lru_cache(maxsize=256)
def _allowed(options: tuple[str, ...]) -> str:
    return ", ".join((*options, *NOT_ON_THE_SCALE))


def _value_faults(file: ContentFile, entry: Node, key: str, scale: Scale) -> Iterator[Fault]:
    node = entry.get("value")
    if node is None or node.value == "" or node.value in NOT_ON_THE_SCALE:
        return
    line, options = line_at(entry, "value"), tuple(option.id for option in scale.options)
    told = {"key": under(key, "value"), "allowed": _allowed(options)}
    if isinstance(node.value, list):
        yield from _several_faults(file, node, scale, told)
    elif scale.kind == "count":
        if not isinstance(node.value, str) or not _is_number(node.value):
            yield file.fault("frameworks.number_needed", line, **told, value=_shown(node))
    elif node.value not in options:
        yield file.fault("catalogue.not_allowed", line, **told, value=_shown(node))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def _several_faults(file: ContentFile, node: Node, scale: Scale, told: Mapping[str, object]) -> Iterator[Fault]:
    if scale.kind == "count":
        yield file.fault("frameworks.number_needed", node.line, **told, value=_shown(node))
        return
    if scale.kind != "stages":
        yield file.fault("catalogue.not_allowed", node.line, **told, value=_shown(node))
        return
    options = [option.id for option in scale.options]
    stages = [(entry.value, entry.line) for entry in node.items() if isinstance(entry.value, str)]
    yield from twice(file, str(told["key"]), stages)
    for stage, line in stages:
        if stage not in options:
            yield file.fault("catalogue.not_allowed", line, key=told["key"], value=stage, allowed=", ".join(options))


def _shown(node: Node) -> str:
    if isinstance(node.value, str):
        return node.value[:80]
    return f"[{', '.join(str(entry.value)[:40] for entry in node.items())}]"[:80]
