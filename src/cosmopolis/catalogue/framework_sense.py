"""What the schemas cannot say about a pack: its ids, scales, weights, ranges and words belong together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from cosmopolis.catalogue.content_files import (
    ContentFile,
    day_faults,
    entries,
    keys,
    line_at,
    number_at,
    text_at,
)
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import Fault
from cosmopolis.vocabulary.assessment import NOT_ON_THE_SCALE

#: The means that can be taken on the way up; the second is the default.
LEVELS = (["topic", "dimension"], ["dimension"])
#: Thirds written with three digits still add up to 1.
ROUNDING = 0.0015


@dataclass
class _Found:
    """Every id of a pack by its kind, with the line where it first stands."""

    dimensions: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    quick: dict[str, int] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    provenance: dict[str, int] = field(default_factory=dict)
    options: dict[str, dict[str, int]] = field(default_factory=dict)


def pack_faults(pack: ContentFile) -> Iterator[Fault]:
    """Everything wrong with `framework.yaml` that its schema does not say."""
    if not pack.is_read:
        return
    tree = pack.tree
    found = _found(tree)
    yield from _given_twice(pack)
    yield from day_faults(pack, tree, ("valid_from", "valid_to"))
    first, last = text_at(tree, "valid_from"), text_at(tree, "valid_to")
    if last and last < first:
        yield pack.fault("frameworks.period_reversed", line_at(tree, "valid_to"), key="valid_to", value=last,
                         first=first)  # fmt: skip
    for scale in entries(tree, "scales"):
        yield from _scale_faults(pack, scale)
    yield from _weights(pack)
    for topic, question in _questions(tree):
        yield from _question_faults(pack, question, f"{topic}.{text_at(question, 'id')}", found)
    yield from _score_faults(pack)
    yield from _replaces_faults(pack, found)


def words_faults(pack: ContentFile, words: Mapping[str, ContentFile]) -> Iterator[Fault]:
    """Entries without words in one of the languages, and words for things that do not exist."""
    found = _found(pack.tree)
    read = {code: file for code, file in words.items() if file.is_read}
    noted: dict[str, int] = {}
    told: dict[str, int] = {}
    for file in read.values():
        noted |= {name: 0 for name in keys(file.tree, "notes") if name in found.questions}
        dimensions = file.tree.get("dimensions")
        told |= {name: 0 for name in keys(file.tree, "dimensions")
                 if dimensions and text_at(dimensions.get(name), "about") and name in found.dimensions}  # fmt: skip
    sections: dict[str, Mapping[str, int]] = {
        "dimensions": found.dimensions,
        "topics": found.topics,
        "questions": found.questions,
        "quick": found.quick,
        "categories": found.categories,
        "provenance": found.provenance,
        "notes": noted,
    }
    about = any(text_at(file.tree, "about") for file in read.values())
    for file in read.values():
        for section, wanted in sections.items():
            yield from _section_faults(file, file.tree, section, wanted)
        yield from _scale_words(file, found)
        dimensions = file.tree.get("dimensions")
        without = [name for name in told if not dimensions or not text_at(dimensions.get(name), "about")]
        if without:
            line = line_at(file.tree, "dimensions")
            yield file.fault("frameworks.no_words", line, key="dimensions: about", value=", ".join(without))
        if about and not text_at(file.tree, "about"):
            yield file.fault("frameworks.no_words", 1, key="about", value="about")


def _found(tree: Node) -> _Found:
    found = _Found()

    def note(home: dict[str, int], node: Node) -> None:
        if name := text_at(node, "id"):
            home.setdefault(name, line_at(node, "id"))

    for dimension in entries(tree, "dimensions"):
        note(found.dimensions, dimension)
        for topic in entries(dimension, "topics"):
            note(found.topics, topic)
            for question in entries(topic, "questions"):
                note(found.questions, question)
                if text_at(question, "quick") == "true":
                    note(found.quick, question)
    for scale in entries(tree, "scales"):
        note(found.scales, scale)
        options: dict[str, int] = {}
        for option in entries(scale, "options"):
            note(options, option)
        found.options.setdefault(text_at(scale, "id"), options)
    for category in entries(tree.get("categories"), "ranges"):
        note(found.categories, category)
    for code in entries(tree, "provenance"):
        if isinstance(code.value, str):
            found.provenance.setdefault(code.value, code.line)
    return found


def _questions(tree: Node) -> Iterator[tuple[str, Node]]:
    for dimension in entries(tree, "dimensions"):
        for topic in entries(dimension, "topics"):
            for question in entries(topic, "questions"):
                yield f"dimensions.{text_at(dimension, 'id')}.{text_at(topic, 'id')}", question


def _given_twice(pack: ContentFile) -> Iterator[Fault]:
    tree = pack.tree
    dimensions = entries(tree, "dimensions")
    topics = [topic for dimension in dimensions for topic in entries(dimension, "topics")]
    yield from twice(pack, "dimensions", _ids(dimensions))
    yield from twice(pack, "topics", _ids(topics))
    yield from twice(pack, "questions", _ids(question for topic in topics for question in entries(topic, "questions")))
    yield from twice(pack, "scales", _ids(entries(tree, "scales")))
    for scale in entries(tree, "scales"):
        yield from twice(pack, f"scales.{text_at(scale, 'id')}.options", _ids(entries(scale, "options")))
    yield from twice(pack, "categories", _ids(entries(tree.get("categories"), "ranges")))
    for key in ("provenance", "languages"):
        yield from twice(pack, key, _texts(entries(tree, key)))


def twice(file: ContentFile, key: str, told: Iterable[tuple[str, int]]) -> Iterator[Fault]:
    """Names that are given more than once, each with the line of the first."""
    first: dict[str, int] = {}
    for name, line in told:
        if name in first:
            yield file.fault("frameworks.twice", line, key=key, value=name, first=first[name])
        elif name:
            first[name] = line


def _ids(nodes: Iterable[Node]) -> Iterator[tuple[str, int]]:
    return ((text_at(node, "id"), line_at(node, "id")) for node in nodes)


def _texts(nodes: Iterable[Node]) -> Iterator[tuple[str, int]]:
    return ((node.value, node.line) for node in nodes if isinstance(node.value, str))


def _scale_faults(pack: ContentFile, scale: Node) -> Iterator[Fault]:
    kind, name = text_at(scale, "kind"), text_at(scale, "id")
    key = f"scales.{name}"
    options = {text_at(option, "id"): option for option in entries(scale, "options")}
    values = {told: number_at(option, "value") for told, option in options.items()}
    for told, option in options.items():
        if told in NOT_ON_THE_SCALE:
            yield pack.fault("frameworks.reserved", line_at(option, "id"), key=key, value=told)
    unwanted = "options" if kind == "count" else "goalposts"
    if kind and scale.get(unwanted) is not None:
        yield pack.fault("frameworks.not_for_this_scale", line_at(scale, unwanted), key=key, value=unwanted, kind=kind)
    if kind == "ordinal":
        yield from _ordinal_faults(pack, scale, options)
    elif kind == "yes_no" and values != {"yes": 1.0, "no": 0.0}:
        yield pack.fault("frameworks.yes_no_options", line_at(scale, "options"), key=key)
    elif kind == "stages":
        total = sum(value for value in values.values() if value is not None)
        if not math.isclose(total, 1, abs_tol=ROUNDING):
            yield pack.fault("frameworks.stages_sum", line_at(scale, "options"), key=key, value=f"{total:.4g}")
    elif kind == "count":
        ends = [entry.value for entry in entries(scale, "goalposts")]
        if not ends:
            yield pack.fault("frameworks.goalposts_missing", scale.line, key=key)
        elif len(ends) == 2 and _number(ends[0]) == _number(ends[1]):
            line = line_at(scale, "goalposts")
            yield pack.fault("frameworks.goalposts_equal", line, key=f"{key}.goalposts", value=str(ends[0]))


def _number(told: object) -> float | None:
    try:
        return float(str(told))
    except ValueError:
        return None


def _ordinal_faults(pack: ContentFile, scale: Node, options: Mapping[str, Node]) -> Iterator[Fault]:
    key = f"scales.{text_at(scale, 'id')}"
    if len(options) < 2:
        yield pack.fault("frameworks.too_few_options", line_at(scale, "options"), key=key, value=len(options))
    first: dict[float, str] = {}
    for name, option in options.items():
        value = number_at(option, "value")
        if value is None:
            continue
        if value in first:
            line = line_at(option, "value")
            told = {"value": name, "first": first[value], "number": text_at(option, "value")}
            yield pack.fault("frameworks.same_value", line, key=key, **told)
        first.setdefault(value, name)


def _weights(pack: ContentFile) -> Iterator[Fault]:
    def of(node: Node, key: str) -> Iterator[Fault]:
        if number_at(node, "weight") == 0:
            told = {"key": f"{key}.{text_at(node, 'id')}.weight", "value": text_at(node, "weight")}
            yield pack.fault("frameworks.weight_not_positive", line_at(node, "weight"), **told)

    for dimension in entries(pack.tree, "dimensions"):
        yield from of(dimension, "dimensions")
        for topic in entries(dimension, "topics"):
            yield from of(topic, "topics")
            for question in entries(topic, "questions"):
                yield from of(question, "questions")


def _question_faults(pack: ContentFile, question: Node, key: str, found: _Found) -> Iterator[Fault]:
    scale = text_at(question, "scale")
    if scale and scale not in found.scales:
        told = {"key": f"{key}.scale", "value": scale, "allowed": ", ".join(found.scales) or "-"}
        yield pack.fault("catalogue.not_allowed", line_at(question, "scale"), **told)
    for code in entries(question, "provenance"):
        if isinstance(code.value, str) and code.value not in found.provenance:
            told = {"key": f"{key}.provenance", "value": code.value, "allowed": ", ".join(found.provenance) or "-"}
            yield pack.fault("catalogue.not_allowed", code.line, **told)


def _score_faults(pack: ContentFile) -> Iterator[Fault]:
    """The levels are one of two ways up; named ranges begin at 0, rise, and need a score."""
    aggregation = pack.tree.get("aggregation")
    method = text_at(aggregation, "method")
    if aggregation is not None and aggregation.get("levels") is not None:
        levels = [str(entry.value) for entry in entries(aggregation, "levels")]
        if levels not in LEVELS:
            allowed = ", ".join(f"[{', '.join(known)}]" for known in LEVELS)
            told = {"key": "aggregation.levels", "value": f"[{', '.join(levels)}]", "allowed": allowed}
            yield pack.fault("catalogue.not_allowed", line_at(aggregation, "levels"), **told)
    categories = pack.tree.get("categories")
    if categories is None:
        return
    if method in ("", "none"):
        yield pack.fault("frameworks.ranges_without_score", line_at(pack.tree, "categories"), key="categories")
    borders = [number_at(each, "from") for each in entries(categories, "ranges")]
    told_borders = [border for border in borders if border is not None]
    if told_borders and (told_borders[0] != 0 or any(low >= high for low, high in pairwise(told_borders))):
        shown = ", ".join(f"{border:g}" for border in told_borders)
        yield pack.fault("frameworks.ranges_not_rising", line_at(categories, "ranges"), key="categories", value=shown)


def _replaces_faults(pack: ContentFile, found: _Found) -> Iterator[Fault]:
    replaces = pack.tree.get("replaces")
    inner = replaces.value if replaces is not None and isinstance(replaces.value, dict) else {}
    first: dict[str, str] = {}
    for earlier, node in inner.items():
        line, told = line_at(replaces, earlier) if replaces else 0, str(node.value)
        if told not in found.questions:
            yield unknown_question(pack, line, f"replaces.{earlier}", told, text_at(pack.tree, "framework"),
                                   found.questions)  # fmt: skip
        elif told in first:
            yield pack.fault("frameworks.replaced_twice", line, value=told, earlier=earlier, first=first[told])
        first.setdefault(told, earlier)


def unknown_question(file: ContentFile, line: int, key: str, value: str, framework: str, known: Iterable[str]) -> Fault:
    """A question that its framework does not have, with the nearest that it has."""
    from difflib import get_close_matches

    near = get_close_matches(value, list(known), n=3, cutoff=0.3) or list(known)[:3]
    told = {"key": key, "value": value, "framework": framework, "near": ", ".join(near) or "-"}
    return file.fault("frameworks.unknown_question", line, **told)


def _section_faults(file: ContentFile, node: Node, section: str, wanted: Mapping[str, int]) -> Iterator[Fault]:
    told = keys(node, section)
    missing = [name for name in wanted if name not in told]
    if missing:
        yield file.fault("frameworks.no_words", line_at(node, section), key=section, value=", ".join(missing))
    for name, line in told.items():
        if name not in wanted:
            yield file.fault("frameworks.words_for_nothing", line, key=section, value=name)


def _scale_words(file: ContentFile, found: _Found) -> Iterator[Fault]:
    told = file.tree.get("scales")
    for name, line in keys(file.tree, "scales").items():
        if name not in found.scales:
            yield file.fault("frameworks.words_for_nothing", line, key="scales", value=name)
    for name, options in found.options.items():
        if told is not None and told.get(name) is not None:
            for fault in _section_faults(file, told, name, options):
                yield Fault(fault.message_id, {**fault.values, "key": f"scales.{name}"})
        elif options:
            values = ", ".join(options)
            yield file.fault("frameworks.no_words", line_at(file.tree, "scales"), key=f"scales.{name}", value=values)
