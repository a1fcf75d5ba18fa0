"""
What has to fit between the files of a folder: names, references, days, limits.

The schemas say it beside the form of each key:

* `x-names`   an id that other entries refer to, of this kind
* `x-refers`  an id of that kind, perhaps in another file
* `x-once`    entries of a list that may not agree in these keys
* `x-order`   pairs of keys whose first day may not come after the second
* `x-within`  pairs of keys whose first number may not exceed the second
* `x-needs`   pairs of keys whose first means nothing without the second
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from cosmopolis.catalogue.content_files import is_day, looks_like_day
from cosmopolis.catalogue.places import entry_of
from cosmopolis.catalogue.schema import Schema, schema_named
from cosmopolis.catalogue.spots import FolderFile, Spot
from cosmopolis.catalogue.text import content_folder
from cosmopolis.errors import Fault
from cosmopolis.vocabulary.framework import Framework

#: The ids of each kind, each with the first entry that has it.
Names = Mapping[str, Mapping[str, Spot]]

#: How many ids are offered for one that nobody knows.
_OFFERED = 3


def names_and_faults(files: Sequence[FolderFile]) -> tuple[Names, tuple[Fault, ...]]:
    """Every id by kind, and a fault for each that is given twice."""
    names: dict[str, dict[str, Spot]] = {}
    faults = []
    for spot in (spot for file in files for spot in file.top.all()):
        named = spot.child("id")
        kind = named.schema.get("x-names") if named else None
        if not named or not kind or not named.text:
            continue
        first = names.setdefault(kind, {}).setdefault(named.text, spot)
        if first is not spot:
            told = {"value": named.text, "first_file": first.file, "first": first.node.line}
            faults.append(named.fault("governance_files.id_twice", **told))
    return names, tuple(faults)


def link_faults(file: FolderFile, names: Names, unread: frozenset[str]) -> Iterator[Fault]:
    """
    Everything in one file that does not fit the ids of all, the calendar or itself.

    Parameters
    ----------
    names
        Every id of the folder by kind.
    unread
        Schemas of files that could not be read: nothing can be said about
        references to them.
    """
    for spot in file.top.all():
        kind = spot.schema.get("x-refers")
        if kind and spot.text and names.get(kind) and not unread & {_home(kind)[0]}:
            yield from _reference_faults(spot, kind, names[kind])
        if spot.form in {"day", "moment"} and looks_like_day(spot.text) and not is_day(spot.text):
            yield spot.fault("catalogue.no_such_day", value=spot.text)
        yield from _once(spot)
        yield from _order(spot)
        yield from _within(spot)
        yield from _needs(spot)


def missing_faults(files: Sequence[FolderFile], names: Names, unread: frozenset[str]) -> Iterator[Fault]:
    """References to entries of a kind that the folder has none of: one fault for all of a kind."""
    found: dict[str, list[Spot]] = {}
    for spot in (spot for file in files for spot in file.top.all()):
        kind = spot.schema.get("x-refers")
        if kind and spot.text and not names.get(kind) and not unread & {_home(kind)[0]}:
            found.setdefault(kind, []).append(spot)
    for kind, spots in found.items():
        schema, listed = _home(kind)
        told = {"list": listed, "other": _file_of(schema), "number": len(spots)}
        yield spots[0].fault("governance_files.nothing_to_name", **told)


def _file_of(schema: str) -> str:
    return "practices/*.yaml" if schema == "practice" else f"{schema}.yaml"


def _reference_faults(spot: Spot, kind: str, known: Mapping[str, Spot]) -> Iterator[Fault]:
    schema, listed = _home(kind)
    own = known.get(spot.text)
    if own is None:
        told = {"list": listed, "other": _file_of(schema), "nearest": nearest(spot.text, known)}
        yield spot.fault("governance_files.unknown_reference", value=spot.text, **told)
    elif (own.file, own.key, own.node.line) == (spot.file, entry_of(spot.key), spot.entry_line):
        yield spot.fault("governance_files.refers_to_itself", value=spot.text)


@cache
def _home(kind: str) -> tuple[str, str]:
    """The schema in which ids of a kind are given, and the list they stand in."""
    for file in sorted(path.name for path in content_folder().joinpath("schemas").iterdir()):
        name = file.removesuffix(".schema.json")
        for listed, schema in _lists(schema_named(name)):
            if schema.get("x-names") == kind:
                return name, listed
    raise KeyError(kind)


def _lists(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The ids at the top of a schema and in each of its lists."""
    for name, told in schema.get("properties", {}).items():
        yield name, told
        yield from ((name, below) for below in told.get("items", {}).get("properties", {}).values())


def nearest(text: str, known: Mapping[str, object] | Sequence[str]) -> str:
    """The known ids most like a text, nearest first; the first of them where none is like it."""
    ids = sorted(known)
    return ", ".join(difflib.get_close_matches(text, ids, n=_OFFERED, cutoff=0.5) or ids[:_OFFERED])


def _once(spot: Spot) -> Iterator[Fault]:
    keys = spot.schema.get("x-once", ())
    seen: dict[tuple[str, ...], Spot] = {}
    for entry in spot.listed() if keys else ():
        told = tuple(entry.told(key) for key in keys)
        if "" in told:
            continue  # the schema has said so already
        first = seen.setdefault(told, entry)
        if first is not entry:
            what = {"value": ", ".join(told), "first": first.node.line}
            yield entry.fault("governance_files.entry_twice", **what)


def _pairs(spot: Spot, word: str) -> Iterator[tuple[Spot, Spot]]:
    """The two places of each pair of keys, for every entry of a list whose schema pairs them."""
    for first, second in spot.schema.get(word, ()):
        one, other = spot.child(first), spot.child(second)
        if one and other and one.text and other.text:
            yield one, other


def _order(spot: Spot) -> Iterator[Fault]:
    for first, second in _pairs(spot, "x-order"):
        # a year and a day are compared as far as both go
        length = min(len(first.text), len(second.text))
        if second.text[:length] < first.text[:length]:
            told = {"value": second.text, "other": first.key, "start": first.text}
            yield second.fault("governance_files.ends_before_start", **told)


def _within(spot: Spot) -> Iterator[Fault]:
    for part, whole in _pairs(spot, "x-within"):
        if part.text.isdigit() and whole.text.isdigit() and int(part.text) > int(whole.text):
            told = {"value": part.text, "other": whole.key, "whole": whole.text}
            yield part.fault("governance_files.more_than_whole", **told)


def _needs(spot: Spot) -> Iterator[Fault]:
    for first, second in spot.schema.get("x-needs", ()):
        one = spot.child(first)
        if one and one.text and not spot.told(second):
            yield one.fault("governance_files.needs_beside", value=one.text, other=second)


def question_faults(file: FolderFile, frameworks: Sequence[Framework], unread: frozenset[str]) -> Iterator[Fault]:
    """
    References to questions that no pack has.

    `unread` are ids of the city's own packs that could not be read: nothing can be
    said about their questions.
    """
    known: dict[str, set[str]] = {}
    for framework in frameworks:
        known.setdefault(framework.id, set()).update(question.id for question in framework.questions)
    for spot in file.top.all():
        framework_id, colon, question = spot.text.partition(":")
        if spot.form != "question_ref" or not colon or framework_id in unread:
            continue
        if framework_id not in known:
            near = nearest(framework_id, known)
            yield spot.fault("governance_files.unknown_framework", value=framework_id, nearest=near)
        elif question not in known[framework_id]:
            near = nearest(question, tuple(known[framework_id]))
            told = {"value": question, "framework": framework_id, "nearest": near}
            yield spot.fault("governance_files.unknown_question", **told)
