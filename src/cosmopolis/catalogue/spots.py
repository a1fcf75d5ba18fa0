"""
The files of a city folder, each read against its schema.

A file whose keys are wrong keeps its tree: what it names is still known to the
other files, and what is wrong between files is told together with what is wrong
within one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmopolis.catalogue.content_files import content_file
from cosmopolis.catalogue.places import entry_place, under
from cosmopolis.catalogue.schema import Schema, schema_named
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import Fault

#: Keys that would hold a person, wherever they stand: no file of ours has them.
PERSON_KEYS: frozenset[str] = frozenset(
    {
        "address", "author", "birth_date", "birthdate", "cellphone", "citizen", "contact", "contact_address",
        "contact_email", "contact_name", "contact_person", "date_of_birth", "e-mail", "e_mail", "email", "endorsers",
        "ethnicity", "family_name", "fax", "first_name", "full_name", "given_name", "last_name", "legal_status",
        "mail", "mobile", "nationality", "passport", "person", "person_name", "persons", "phone", "phone_number",
        "photo", "religion", "representative", "responsible_person", "signatories", "surname", "telephone",
        "whatsapp",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """One entry of a file: its node, what the schema says about it, and its key as a person would write it."""

    file: str
    key: str
    node: Node
    schema: Schema
    entry_line: int = 0  #: of the entry of the file's own list that it lies in

    @property
    def text(self) -> str:
        """What stands there; nothing where it is a list or a mapping."""
        return self.node.value if isinstance(self.node.value, str) else ""

    @property
    def form(self) -> str:
        """The shared form it has to have: `day`, `id`, `words`, ..."""
        return str(self.schema.get("$ref", "")).rpartition("/")[2]

    def fault(self, message_id: str, **values: object) -> Fault:
        """A fault at this place."""
        return Fault(message_id, {"file": self.file, "line": self.node.line, "key": self.key or "-"} | values)

    def child(self, name: str) -> Spot | None:
        """An entry of the mapping that stands here."""
        node = self.node.get(name)
        below = self.schema.get("properties", {}).get(name, {})
        return Spot(self.file, under(self.key, name), node, below, self.entry_line) if node else None

    def told(self, name: str) -> str:
        """The text of an entry, or nothing."""
        spot = self.child(name)
        return spot.text if spot else ""

    def children(self, name: str) -> tuple[Spot, ...]:
        """The entries of a list that stands under a name."""
        spot = self.child(name)
        return tuple(spot.listed()) if spot else ()

    def listed(self) -> Iterator[Spot]:
        """The entries of the list that stands here."""
        below = self.schema.get("items", {})
        for at, node in enumerate(self.node.items()):
            yield Spot(self.file, entry_place(self.key, at, node), node, below, self.entry_line or node.line)

    def all(self) -> Iterator[Spot]:
        """The place itself and everything below it that the schema knows, from the top down."""
        yield self
        if isinstance(self.node.value, dict):
            for name in self.node.value:
                if name in self.schema.get("properties", {}) and (spot := self.child(name)):
                    yield from spot.all()
        elif isinstance(self.node.value, list):
            for spot in self.listed():
                yield from spot.all()


@dataclass(frozen=True)
class FolderFile:
    """A file that could be read: its tree, and its plain values if nothing is wrong with its keys."""

    name: str
    schema: str
    tree: Node
    plain: Mapping[str, Any] | None = None

    @property
    def top(self) -> Spot:
        """The place that is the whole file."""
        return Spot(self.name, "", self.tree, schema_named(self.schema))


def folder_file(folder: Path, name: str, schema: str) -> tuple[FolderFile | None, tuple[Fault, ...]]:
    """
    One file of a folder; neither file nor fault where there is none.

    A file that is not YAML gives faults alone; one with wrong keys gives both.
    """
    path = folder / name
    if not path.exists():
        return None, ()
    if not path.resolve().is_relative_to(folder.resolve()):
        return None, (Fault("catalogue.leaves_folder", {"file": name, "line": 0, "value": path.name}),)
    read = content_file(path, name, schema)
    faults = tuple(map(_of_a_person, read.faults))
    if not read.is_read:
        return None, faults
    needed = schema_named(schema).get("required", ())
    if needed and read.tree.value == {} and "{" not in read.text:
        # one fault, not one for each key that is missing
        return None, (read.fault("governance_files.empty_file", 1, allowed=", ".join(needed)),)
    return FolderFile(name, schema, read.tree, None if faults else read.plain), faults


def _of_a_person(fault: Fault) -> Fault:
    """A key for a person's data is told as what it is, not as a spelling mistake."""
    asked = str(fault.values.get("value", "")).lower()
    if fault.message_id != "catalogue.unknown_key" or asked not in PERSON_KEYS:
        return fault
    kept = {name: fault.values[name] for name in ("file", "line", "key", "value")}
    return Fault("governance_files.person_key", kept)
