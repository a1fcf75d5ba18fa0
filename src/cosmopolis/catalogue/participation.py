"""
`actors.yaml` and `inputs.yaml`: organisations and what they said, never persons.

An address of an organisation is kept only with its consent, and no address of
anybody in any other text of a city folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cosmopolis.catalogue.contacts import holds_contact
from cosmopolis.catalogue.links import Names
from cosmopolis.catalogue.spots import FolderFile, Spot
from cosmopolis.errors import Fault

#: Texts of an actor in which its address may stand once it has agreed.
_WITH_CONSENT = ("mandate", "contact_role")


def actor_faults(file: FolderFile) -> Iterator[Fault]:
    """Contacts kept without consent."""
    for actor in file.top.children("actors"):
        if actor.told("contact_consent") == "true":
            continue
        for words in filter(None, map(actor.child, _WITH_CONSENT)):
            for told in _addresses(words):
                yield told.fault("governance_files.contact_without_consent", value=actor.told("id"))


def input_faults(file: FolderFile, names: Names) -> Iterator[Fault]:
    """Decisions without reason or answer, and what would tell who somebody is."""
    for entry in file.top.children("inputs"):
        yield from _decision_faults(entry)
        yield from _giver_faults(entry, names)
        for words in filter(None, map(entry.child, ("text", "reason"))):
            for told in _addresses(words):
                yield told.fault("governance_files.address_in_text", value=entry.told("id"))


def _decision_faults(entry: Spot) -> Iterator[Fault]:
    decision = entry.child("decision")
    if not decision or not decision.text:
        return
    told = {"value": decision.text, "input": entry.told("id")}
    if not entry.child("reason"):
        yield decision.fault("governance_files.decision_without_reason", **told)
    if not entry.told("answered"):
        yield decision.fault("governance_files.decision_without_answer", **told)


def _giver_faults(entry: Spot, names: Names) -> Iterator[Fault]:
    """The type of the giver has to be the type of the organisation that is named."""
    actor, told_type = names.get("actor", {}).get(entry.told("actor")), entry.child("actor_type")
    own = actor.told("type") if actor else ""
    if told_type and own and own != told_type.text:
        told = {"value": told_type.text, "actor": entry.told("actor"), "type": own}
        yield told_type.fault("governance_files.actor_type_differs", **told)


def contact_faults(file: FolderFile) -> Iterator[Fault]:
    """E-mail addresses and telephone numbers in whatever else is written in words."""
    told_elsewhere = {"actors": _WITH_CONSENT, "inputs": ("text", "reason")}.get(file.schema, ())
    entries = file.top.children(file.schema) if told_elsewhere else ()
    passed = {spot.key for entry in entries for spot in filter(None, map(entry.child, told_elsewhere))}
    for spot in file.top.all():
        if spot.form == "words" and spot.key not in passed:
            for told in _addresses(spot):
                yield told.fault("governance_files.contact_in_text")
        elif is_free_text(spot.schema) and spot.text and holds_contact(spot.text):
            yield spot.fault("governance_files.contact_in_text")


def is_free_text(schema: Mapping[str, Any]) -> bool:
    """Whether a schema takes any text: no id, day, address on the web or word of a list."""
    return schema.get("type") == "string" and not {"enum", "pattern", "x-refers", "x-names"} & set(schema)


def _addresses(words: Spot) -> Iterator[Spot]:
    """The languages of a text that hold an e-mail address or a telephone number."""
    for language in words.node.value if isinstance(words.node.value, dict) else ():
        told = words.child(language)
        if told and holds_contact(told.text):
            yield told
