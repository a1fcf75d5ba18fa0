"""One content file: read, checked against its schema, kept with the lines of its entries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from cosmopolis.catalogue.places import under
from cosmopolis.catalogue.schema import Checker
from cosmopolis.catalogue.text import Node, Unreadable, text_of, yaml_tree
from cosmopolis.errors import Fault

_DAY = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class ContentFile:
    """
    A file as text, as a tree with lines, and as plain values.

    A file that could not be read has an empty tree. `plain` is only to be used
    where there are no `faults`; the tree of a faulty file can still be looked
    through, so that everything wrong with it is told at once.
    """

    name: str
    tree: Node
    plain: Any
    faults: tuple[Fault, ...]
    text: str = ""
    is_read: bool = True

    def fault(self, message: str, line: int, **values: object) -> Fault:
        """A fault of this file."""
        return Fault(message, {"file": self.name, "line": line} | values)


def content_file(path: Path | Traversable, name: str, schema: str) -> ContentFile:
    """Read a YAML file and check it against a schema; its faults are told under `name`."""
    try:
        text = text_of(path, name)
        tree, faults = yaml_tree(text, name)
    except Unreadable as broken:
        return ContentFile(name, Node({}, 1), None, (broken.fault,), is_read=False)
    return checked_tree(tree, name, schema, faults=faults, text=text)


def checked_tree(tree: Node, name: str, schema: str, *, faults: tuple[Fault, ...] = (), text: str = "") -> ContentFile:
    """Check a tree, wherever it came from, against a schema."""
    checker = Checker(schema, name)
    plain = checker.plain(tree)
    return ContentFile(name, tree, plain, (*faults, *checker.faults), text)


def entries(node: Node | None, key: str) -> list[Node]:
    """The entries of a list within a mapping; none where there is no such list."""
    inner = node.get(key) if node is not None else None
    return list(inner.items()) if inner is not None else []


def keys(node: Node | None, key: str) -> dict[str, int]:
    """The names of a mapping within a mapping, each with its line."""
    inner = node.get(key) if node is not None else None
    return dict(inner.key_lines) if inner is not None else {}


def text_at(node: Node | None, key: str) -> str:
    """A text within a mapping; empty where there is none."""
    inner = node.get(key) if node is not None else None
    return inner.value if inner is not None and isinstance(inner.value, str) else ""


def number_at(node: Node, key: str) -> float | None:
    """A number within a mapping; nothing where there is none."""
    try:
        return float(text_at(node, key))
    except ValueError:
        return None


def line_at(node: Node, key: str) -> int:
    """The line of a key, or of the mapping that lacks it."""
    return node.key_lines.get(key, node.line)


def is_day(text: str) -> bool:
    """Whether the calendar has that day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def looks_like_day(text: str) -> bool:
    """Whether a text has the form of a day; what has not is told by the schema."""
    return _DAY.fullmatch(text) is not None


def day_faults(file: ContentFile, node: Node, days: Iterable[str], where: str = "") -> Iterator[Fault]:
    """Days that the calendar does not have, among texts that have the form of one."""
    for key in days:
        told = text_at(node, key)
        if looks_like_day(told) and not is_day(told):
            yield file.fault("catalogue.no_such_day", line_at(node, key), key=under(where, key), value=told)


def checksum(texts: Iterable[str]) -> str:
    """The SHA-256 of several texts; line ends differ between systems, the content does not."""
    told = "\0".join(text.replace("\r\n", "\n") for text in texts)
    return hashlib.sha256(told.encode()).hexdigest()
