"""
Packs: a framework as content, checked and made into `Framework`.

A pack is a folder with `framework.yaml` and one file of words a language. A city
may have its own in `frameworks/`; they are read and checked in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from cosmopolis.catalogue.content_files import ContentFile, checksum, content_file
from cosmopolis.catalogue.framework_sense import pack_faults, words_faults
from cosmopolis.catalogue.text import content_folder
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.framework import (
    Aggregation,
    Category,
    Dimension,
    Framework,
    Option,
    Question,
    Scale,
    Topic,
)

#: A framework's id and edition.
Key = tuple[str, str]
Told = Callable[..., Words]

_PACK = "framework.yaml"


def load_framework(folder: Path | Traversable) -> Framework:
    """
    Read and check one pack.

    Parameters
    ----------
    folder
        Holds `framework.yaml` and one file of words a language.

    Raises
    ------
    ContentError
        With every fault of every file of the pack.
    """
    framework, faults = _framework_and_faults(folder)
    if framework is None or faults:
        raise ContentError(faults)
    return framework


def check_framework(folder: Path | Traversable) -> tuple[Fault, ...]:
    """Everything that is wrong with a pack, at once, each with its file and line."""
    return _framework_and_faults(folder)[1]


@cache
def shipped_frameworks() -> Mapping[Key, Framework]:
    """Every pack that comes with the program, by id and edition."""
    return _loaded(content_folder().joinpath("frameworks"))[0]


def city_frameworks(folder: Path) -> Mapping[Key, Framework]:
    """
    A city's own packs, by id and edition; none where it has no folder `frameworks`.

    Raises
    ------
    ContentError
        With every fault of every pack, and where a pack takes the place of a shipped one.
    """
    found, faults = _loaded(Path(folder) / "frameworks", strict=False)
    faults = (*faults, *_shadowing(found, Path(folder)))
    if faults:
        raise ContentError(faults)
    return found


def city_framework_faults(folder: Path) -> tuple[Fault, ...]:
    """Everything that is wrong with the packs of a city folder."""
    found, faults = _loaded(Path(folder) / "frameworks", strict=False)
    return (*faults, *_shadowing(found, Path(folder)))


def subfolders(folder: Path | Traversable) -> list[Path | Traversable]:
    """The folders within a folder, by name; none where it does not exist."""
    inside = [entry for entry in folder.iterdir() if entry.is_dir()] if folder.is_dir() else []
    return sorted((entry for entry in inside if entry.name[:1] not in "._"), key=lambda entry: entry.name)


def folder_and_words(
    folder: Path | Traversable, main: str, schema: str, words: str
) -> tuple[ContentFile, dict[str, ContentFile], tuple[Fault, ...]]:
    """The main file of a folder, its files of words by language, and files that no language claims."""
    told = content_file(folder.joinpath(main), f"{folder.name}/{main}", schema)
    node = told.tree.get("languages")
    languages = [entry.value for entry in node.items() if isinstance(entry.value, str)] if node else []
    found = {
        code: content_file(folder.joinpath(f"{code}.yaml"), f"{folder.name}/{code}.yaml", words)
        for code in dict.fromkeys(languages)
        if code.isalpha()
    }
    stems = [entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    loose = sorted(set(stems) - {*found, main.removesuffix(".yaml")}) if told.is_read else []
    claimed = ", ".join(found) or "-"
    faults = (
        told.fault("frameworks.words_unread", told.tree.key_lines.get("languages", 1), value=f"{stem}.yaml",
                   allowed=claimed)
        for stem in loose
    )  # fmt: skip
    return told, found, tuple(faults)


def _framework_and_faults(folder: Path | Traversable) -> tuple[Framework | None, tuple[Fault, ...]]:
    # messages name the folder, also where it is given as `.`
    folder = folder.absolute() if isinstance(folder, Path) else folder
    if not folder.is_dir():
        return None, (Fault("frameworks.no_folder", {"file": str(folder)}),)
    pack, words, loose = folder_and_words(folder, _PACK, "framework", "framework_words")
    faults = [*pack.faults, *pack_faults(pack), *loose]
    for told in words.values():
        faults += told.faults
    if pack.is_read:
        faults += words_faults(pack, words)
    if faults:
        return None, tuple(faults)
    return _framework(pack, words), ()


def _loaded(folder: Path | Traversable, *, strict: bool = True) -> tuple[dict[Key, Framework], tuple[Fault, ...]]:
    found: dict[Key, Framework] = {}
    homes: dict[Key, str] = {}
    faults: list[Fault] = []
    for inner in subfolders(folder):
        framework, wrong = _framework_and_faults(inner)
        faults += wrong
        if framework is None:
            continue
        key = (framework.id, framework.edition)
        if key in found:
            faults.append(_pack_twice(inner.name, key, homes[key]))
        found.setdefault(key, framework)
        homes.setdefault(key, inner.name)
    if strict and faults:
        raise ContentError(faults)
    return found, tuple(faults)


def _shadowing(found: Iterable[Key], folder: Path) -> Iterator[Fault]:
    homes = {inner.name for inner in subfolders(folder / "frameworks")}
    for key in found:
        if key in shipped_frameworks():
            yield _pack_twice(key[0] if key[0] in homes else "frameworks", key, "Cosmopolis")


def _pack_twice(name: str, key: Key, first: str) -> Fault:
    told = {"file": f"{name}/{_PACK}", "line": 1, "value": " ".join(key), "first": first}
    return Fault("frameworks.pack_twice", told)


def _framework(pack: ContentFile, words: Mapping[str, ContentFile]) -> Framework:
    plain: dict[str, Any] = pack.plain
    told = _told({code: file.plain for code, file in words.items()})
    dimensions = plain["dimensions"]
    ranges = plain.get("categories", {})
    return Framework(
        id=plain["framework"],
        edition=plain["edition"],
        level=plain["level"],
        title=told("title"),
        about=told("about"),
        publisher=plain["publisher"],
        url=plain.get("url", ""),
        licence=plain["licence"],
        languages=tuple(plain["languages"]),
        valid_from=plain["valid_from"],
        valid_to=plain.get("valid_to", ""),
        scales={scale["id"]: _scale(scale, told) for scale in plain["scales"]},
        dimensions=tuple(_dimension(dimension, told) for dimension in dimensions),
        topics=tuple(_topic(topic, dimension["id"], told) for dimension in dimensions for topic in dimension["topics"]),
        questions=tuple(
            _question(question, dimension["id"], topic["id"], told)
            for dimension in dimensions
            for topic in dimension["topics"]
            for question in topic["questions"]
        ),
        aggregation=_aggregation(plain.get("aggregation", {})),
        categories=tuple(
            Category(each["id"], float(each["from"]), told("categories", each["id"]))
            for each in ranges.get("ranges", ())
        ),
        categories_verified=ranges.get("verified", True),
        provenance={code: told("provenance", code) for code in plain.get("provenance", ())},
        replaces=plain.get("replaces", {}),
        sha256=checksum([pack.text, *(file.text for file in words.values())]),
    )


def _told(words: Mapping[str, Any]) -> Told:
    """What the files of words say at a path, by language; languages without an entry are left out."""

    def told(*path: str) -> Words:
        found: dict[str, str] = {}
        for code, plain in words.items():
            entry = plain
            for step in path:
                entry = entry.get(step) if isinstance(entry, dict) else None
            if isinstance(entry, str):
                found[code] = entry
        return found

    return told


def _scale(plain: Mapping[str, Any], told: Told) -> Scale:
    options = tuple(
        Option(option["id"], float(option["value"]), told("scales", plain["id"], option["id"]))
        for option in plain.get("options", ())
    )
    if "goalposts" not in plain:
        return Scale(plain["id"], plain["kind"], options)
    least, most = map(float, plain["goalposts"])
    return Scale(plain["id"], plain["kind"], options, (least, most))


def _dimension(plain: Mapping[str, Any], told: Told) -> Dimension:
    at = ("dimensions", plain["id"])
    return Dimension(plain["id"], told(*at, "title"), float(plain.get("weight", 1)), told(*at, "about"))


def _topic(plain: Mapping[str, Any], dimension: str, told: Told) -> Topic:
    return Topic(plain["id"], dimension, told("topics", plain["id"]), float(plain.get("weight", 1)))


def _question(plain: Mapping[str, Any], dimension: str, topic: str, told: Told) -> Question:
    simple = {key: plain[key] for key in ("holder", "function", "verified") if key in plain}
    return Question(
        plain["id"],
        dimension,
        topic,
        told("questions", plain["id"]),
        plain["scale"],
        weight=float(plain.get("weight", 1)),
        links=tuple(plain.get("links", ())),
        provenance=tuple(plain.get("provenance", ())),
        quick=told("quick", plain["id"]) if plain.get("quick") else {},
        note=told("notes", plain["id"]),
        **simple,
    )


def _aggregation(plain: Mapping[str, Any]) -> Aggregation:
    simple = {key: plain[key] for key in ("method", "verified") if key in plain}
    if "levels" in plain:
        simple["levels"] = tuple(plain["levels"])
    if "least_answered" in plain:
        simple["least_answered"] = float(plain["least_answered"])
    return Aggregation(**simple)
