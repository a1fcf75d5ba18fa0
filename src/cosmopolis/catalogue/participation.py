"""
`actors.yaml` and `inputs.yaml`: organisations and what they said, never persons.

An address of an organisation is kept only with its consent, and no address of
anybody in the text of an input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cosmopolis.catalogue.links import Names
from cosmopolis.catalogue.spots import FolderFile, Spot
from cosmopolis.errors import Fault

#: An e-mail address.
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
#: A telephone number as people write it: from abroad, or with the zero of its town.
_TELEPHONE = re.compile(r"(?<![\w.,-])(\+[1-9]|00[1-9]|0[1-9])[0-9 ()/.-]{5,}[0-9]")
#: The fewest figures of one; days and amounts have fewer.
_TELEPHONE_FIGURES = 9


def actor_faults(file: FolderFile) -> Iterator[Fault]:
    """Contacts kept without consent."""
    for actor in file.top.children("actors"):
        if actor.told("contact_consent") == "true":
            continue
        for words in filter(None, map(actor.child, ("mandate", "contact_role"))):
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


def _addresses(words: Spot) -> Iterator[Spot]:
    """The languages of a text that hold an e-mail address or a telephone number."""
    for language in words.node.value if isinstance(words.node.value, dict) else ():
        told = words.child(language)
        if told and (_MAIL.search(told.text) or _has_telephone(told.text)):
            yield told


def _has_telephone(text: str) -> bool:
    found = (match[0] for match in _TELEPHONE.finditer(text))
    return any(sum(letter.isdigit() for letter in number) >= _TELEPHONE_FIGURES for number in found)
