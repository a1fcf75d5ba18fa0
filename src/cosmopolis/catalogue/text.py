"""
YAML and TOML as trees of text that remember their lines.

Every scalar stays the text somebody wrote: `01` keeps its zero and `NO` is
Norway, not a refusal. The schema says later which texts are numbers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

from cosmopolis.errors import Fault

#: A recipe has a few hundred lines; more than this is not content written by people.
LARGEST_TEXT = 2_000_000
#: How a text begins that was saved as UTF-16: every second byte of it is 0.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
#: No content of ours nests deeper than six.
DEEPEST = 40


@dataclass
class Node:
    """A text, a list or a mapping, and the line it stands on (0: not known)."""

    value: str | list[Node] | dict[str, Node]
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        """The entry of a mapping; nothing if it has none or this is no mapping."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> Iterator[Node]:
        """The entries of a list; none if this is no list."""
        return iter(self.value if isinstance(self.value, list) else ())


class Unreadable(Exception):
    """A text that is no tree; `fault` says why. Never leaves this room."""

    def __init__(self, message_id: str, **values: object) -> None:
        self.fault = Fault(message_id, values)
        super().__init__(message_id)


@cache
def content_folder() -> Traversable:
    """Where the program's own content lies; found as data, not imported."""
    return files("cosmopolis").joinpath("content")


def text_of(file: Traversable, name: str) -> str:
    """The text of a content file, refused when it is too large or not UTF-8."""
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise Unreadable("catalogue.no_file", file=name) from None
    except (IsADirectoryError, NotADirectoryError, PermissionError):
        raise Unreadable("catalogue.unreadable_file", file=name) from None
    if len(raw) > LARGEST_TEXT:
        raise Unreadable("catalogue.too_large", file=name, value=len(raw), allowed=LARGEST_TEXT)
    if b"\0" in raw and not raw.startswith(_UTF16):
        raise Unreadable("catalogue.not_text", file=name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = raw[: broken.start].count(b"\n") + 1
        raise Unreadable("catalogue.not_utf8", file=name, line=line, value=f"{raw[broken.start]:#04x}") from None


def yaml_tree(text: str, name: str) -> tuple[Node, tuple[Fault, ...]]:
    """Read one YAML document; keys given twice come back as faults."""
    # libyaml reads ten times faster than Python and both make the same events
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(name).tree(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 0
        if tab := _tab_near(text, line):
            raise Unreadable("catalogue.tab", file=name, line=tab) from None
        raise Unreadable("catalogue.not_yaml", file=name, line=line, value=str(broken.problem or "")) from None
    except yaml.YAMLError as broken:
        raise Unreadable("catalogue.not_yaml", file=name, line=0, value=str(broken)) from None


def _tab_near(text: str, line: int) -> int:
    """The line of a tab among the blanks before a text, here or in the line above; 0 where there is none."""
    lines = text.splitlines()
    near = [number for number in (line, line - 1) if 0 < number <= len(lines)]
    return next((number for number in near if re.match(r"[ -]*\t", lines[number - 1])), 0)


class _Builder:
    """Builds nodes out of events with a stack of its own: no recursion, no aliases, no tags."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.open: list[tuple[Node, list[tuple[str, int]]]] = []
        self.root: Node | None = None

    def tree(self, events: Iterator[yaml.Event]) -> tuple[Node, tuple[Fault, ...]]:
        for event in events:
            self._take(event)
        return self.root or Node({}, 1), tuple(self.faults)

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable("catalogue.alias", file=self.name, line=line, value=f"*{event.anchor}")
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Unreadable("catalogue.two_documents", file=self.name, line=line)
        if tag := getattr(event, "tag", None):
            raise Unreadable("catalogue.tag", file=self.name, line=line, value=str(tag))
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event.value, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(Node({}, line, {}))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(Node([], line))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.open.pop()

    def _scalar(self, text: str, line: int) -> None:
        if self.open and isinstance(self.open[-1][0].value, dict) and not self.open[-1][1]:
            self.open[-1][1].append((text, line))  # a key; its value comes next
        else:
            self._place(Node(text, line))

    def _start(self, node: Node) -> None:
        if self.open and isinstance(self.open[-1][0].value, dict) and not self.open[-1][1]:
            raise Unreadable("catalogue.not_yaml", file=self.name, line=node.line, value="a key is not a plain word")
        if len(self.open) >= DEEPEST:
            raise Unreadable("catalogue.too_deep", file=self.name, line=node.line, allowed=DEEPEST)
        self._place(node)
        self.open.append((node, []))

    def _place(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent, waiting = self.open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif isinstance(parent.value, dict):
            key, line = waiting.pop()
            if key in parent.value:
                first = parent.key_lines[key]
                self.faults.append(
                    Fault("catalogue.duplicate_key", {"file": self.name, "line": line, "key": key, "first": first})
                )
            parent.value[key] = node
            parent.key_lines[key] = line


def toml_tree(text: str, name: str) -> Node:
    """Read a TOML text; the parser itself refuses keys given twice."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        at = re.search(r"line (\d+)", str(broken))
        raise Unreadable(
            "catalogue.not_toml", file=name, line=int(at[1]) if at else text.count("\n") + 1, value=str(broken)
        ) from None
    except RecursionError:
        raise Unreadable("catalogue.too_deep", file=name, line=0, allowed=DEEPEST) from None
    return _toml_node(told, (), _toml_lines(text))


def _toml_node(value: object, path: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]) -> Node:
    line = next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)
    if isinstance(value, dict):
        entries = {key: _toml_node(entry, (*path, key), lines) for key, entry in value.items()}
        return Node(entries, line, {key: entry.line for key, entry in entries.items()})
    if isinstance(value, list):
        return Node([_toml_node(entry, (*path, at), lines) for at, entry in enumerate(value)], line)
    if isinstance(value, bool):
        return Node(str(value).lower(), line)
    return Node(value.isoformat() if isinstance(value, date) else str(value), line)


def _toml_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Where each table and key begins: the parser of the standard library does not tell."""
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    inside = ""  # the quotes of a text over several lines
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            inside = "" if line.count(inside) % 2 else inside
            continue
        if head := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
            table = _toml_path(head[2], counts)
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            lines.setdefault((*table, *_toml_keys(key[1])), number)
        inside = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), "")
    return lines


def _toml_keys(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _toml_path(dotted: str, counts: Mapping[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """A table's path with the number of the last entry of each array of tables on the way."""
    path: tuple[str | int, ...] = ()
    parts = _toml_keys(dotted)
    for at, part in enumerate(parts):
        path = (*path, part)
        if path in counts and at < len(parts) - 1:
            path = (*path, counts[path])
    return path
