"""Crosswalks: which questions of two frameworks ask about the same matter, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path

from cosmopolis.catalogue.content_files import ContentFile, entries, keys, line_at, text_at
from cosmopolis.catalogue.framework_sense import twice, unknown_question
from cosmopolis.catalogue.frameworks import Key, folder_and_words, subfolders
from cosmopolis.catalogue.text import Node, content_folder
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.framework import Crosswalk, Framework, Link, QuestionRef

_MAIN = "crosswalk.yaml"


def load_crosswalk(folder: Path | Traversable) -> Crosswalk:
    """
    Read and check one crosswalk: `crosswalk.yaml` and one file of reasons a language.

    Whether its questions exist is told by `crosswalk_faults`, which knows the frameworks.

    Raises
    ------
    ContentError
        With every fault of every file.
    """
    crosswalk, faults = _crosswalk_and_faults(folder)
    if crosswalk is None or faults:
        raise ContentError(faults)
    return crosswalk


@cache
def shipped_crosswalks() -> tuple[Crosswalk, ...]:
    """Every crosswalk that comes with the program, by id."""
    return _loaded(content_folder().joinpath("crosswalks"))


def city_crosswalks(folder: Path) -> tuple[Crosswalk, ...]:
    """A city's own crosswalks, by id; none where it has no folder `crosswalks`."""
    return _loaded(Path(folder) / "crosswalks")


def city_crosswalk_faults(folder: Path) -> tuple[Fault, ...]:
    """Everything that is wrong with the crosswalk files of a city folder."""
    inner = subfolders(Path(folder) / "crosswalks")
    return tuple(fault for one in inner for fault in _crosswalk_and_faults(one)[1])


def crosswalk_faults(crosswalks: Iterable[Crosswalk], frameworks: Mapping[Key, Framework]) -> tuple[Fault, ...]:
    """
    What is wrong with links that are read well: questions and frameworks that do
    not exist, a pair linked twice, and `equal` links that contradict.

    Two questions of one framework cannot both be equal to a third: an answer
    would be offered to both, and the two would have to be the same question.
    """
    known: dict[str, dict[str, None]] = {}
    for framework in frameworks.values():
        known.setdefault(framework.id, {}).update(dict.fromkeys(question.id for question in framework.questions))
    links = [(f"{crosswalk.id}/{_MAIN}", link) for crosswalk in crosswalks for link in crosswalk.links]
    return (*_unknown(links, known), *_pairs_twice(links), *_contradictions(links))


Placed = tuple[str, Link]


def _unknown(links: Iterable[Placed], known: Mapping[str, Mapping[str, None]]) -> Iterator[Fault]:
    for name, link in links:
        file = ContentFile(name, Node({}, 1), None, ())
        for key, ref in (("from", link.source), ("to", link.target)):
            if ref.framework not in known:
                told = {"key": key, "value": ref.framework, "allowed": ", ".join(sorted(known)) or "-"}
                yield file.fault("catalogue.not_allowed", link.line, **told)
            elif ref.question not in known[ref.framework]:
                yield unknown_question(file, link.line, key, ref.question, ref.framework, known[ref.framework])


def _pairs_twice(links: Iterable[Placed]) -> Iterator[Fault]:
    first: dict[frozenset[QuestionRef], str] = {}
    for name, link in links:
        pair = frozenset({link.source, link.target})
        if pair in first:
            told = {"value": str(link.source), "target": str(link.target), "first": first[pair]}
            yield Fault("frameworks.link_twice", {"file": name, "line": link.line} | told)
        first.setdefault(pair, f"{name}:{link.line}")


def _contradictions(links: Iterable[Placed]) -> Iterator[Fault]:
    """Groups of equal questions grow link by link; none may hold two questions of one framework."""
    groups: dict[QuestionRef, dict[str, QuestionRef]] = {}
    for name, link in links:
        if link.relation != "equal" or link.source.framework == link.target.framework:
            continue
        one, other = (groups.setdefault(ref, {ref.framework: ref}) for ref in (link.source, link.target))
        clash = [(one[id_], other[id_]) for id_ in one if id_ in other and one[id_] != other[id_]]
        for left, right in clash:
            told = {"value": str(left), "target": str(right)}
            yield Fault("frameworks.equal_contradicts", {"file": name, "line": link.line} | told)
        if not clash:
            one.update(other)
            groups.update(dict.fromkeys(one.values(), one))


def _loaded(folder: Path | Traversable) -> tuple[Crosswalk, ...]:
    found: list[Crosswalk] = []
    faults: list[Fault] = []
    for inner in subfolders(folder):
        crosswalk, wrong = _crosswalk_and_faults(inner)
        faults += wrong
        found += [crosswalk] if crosswalk is not None else []
    if faults:
        raise ContentError(faults)
    return tuple(sorted(found, key=lambda crosswalk: crosswalk.id))


def _crosswalk_and_faults(folder: Path | Traversable) -> tuple[Crosswalk | None, tuple[Fault, ...]]:
    if not folder.is_dir():
        return None, (Fault("frameworks.no_folder", {"file": str(folder)}),)
    file, words, loose = folder_and_words(folder, _MAIN, "crosswalk", "crosswalk_words")
    faults = [*file.faults, *_sense(file), *loose]
    for told in words.values():
        faults += told.faults
    if file.is_read:
        faults += _reason_faults(file, words)
    if faults:
        return None, tuple(faults)
    reasons = {code: told.plain["reasons"] for code, told in words.items()}
    nodes = entries(file.tree, "links")
    links = (
        Link(
            _ref(plain["from"]),
            _ref(plain["to"]),
            plain["relation"],
            {code: told[plain["reason"]] for code, told in reasons.items()},
            line=node.line,
        )
        for plain, node in zip(file.plain["links"], nodes, strict=True)
    )
    return Crosswalk(file.plain["crosswalk"], tuple(links)), ()


def _ref(text: str) -> QuestionRef:
    framework, _, question = text.partition(":")
    return QuestionRef(framework, question)


def _sense(file: ContentFile) -> Iterator[Fault]:
    languages = [entry for entry in entries(file.tree, "languages") if isinstance(entry.value, str)]
    yield from twice(file, "languages", [(str(entry.value), entry.line) for entry in languages])
    for link in entries(file.tree, "links"):
        source, target = text_at(link, "from"), text_at(link, "to")
        if source and source.partition(":")[0] == target.partition(":")[0]:
            yield file.fault("frameworks.link_within", link.line, value=source, target=target)


def _reason_faults(file: ContentFile, words: Mapping[str, ContentFile]) -> Iterator[Fault]:
    used = dict.fromkeys(text_at(link, "reason") for link in entries(file.tree, "links"))
    for told in words.values():
        if not told.is_read:
            continue
        known = keys(told.tree, "reasons")
        missing = [reason for reason in used if reason and reason not in known]
        if missing:
            line = line_at(told.tree, "reasons")
            yield told.fault("frameworks.no_words", line, key="reasons", value=", ".join(missing))
        for reason, line in known.items():
            if reason not in used:
                yield told.fault("frameworks.words_for_nothing", line, key="reasons", value=reason)
