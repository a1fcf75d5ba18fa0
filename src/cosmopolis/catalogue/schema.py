"""
Checks a tree of text against a JSON Schema and turns texts into numbers.

The schemas under `content/schemas` are the one statement of what a file may
hold. Of the language of JSON Schema this checks the words they use; the tests
run the full `jsonschema` over the same files, so that both agree.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from cosmopolis.catalogue.places import entry_place, under
from cosmopolis.catalogue.text import Node, content_folder
from cosmopolis.errors import Fault

Schema = Mapping[str, Any]

#: Files whose entries go by their ids in messages; in the others they are counted as programs count.
_NAMED = frozenset(
    {
        "actors", "assessment", "competence", "coordination", "crosswalk", "framework", "inputs", "plan", "practice",
        "services",
    }
)  # fmt: skip
#: Of a longer list only what is nearest is told, and where the list is.
_MOST_LISTED = 12
_SHARED = "shared.schema.json#/$defs/"
_NEAREST = 3
#: A whole number with signs between its thousands, which could be read as another number.
_THOUSANDS = re.compile(r"-?[0-9]{1,3}([., \u00a0\u202f'’][0-9]{3})+")

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")


@cache
def schema_named(name: str) -> Schema:
    """A schema of the program's content: `recipe`, `city`, `profile`, ..."""
    schema = json.loads(content_folder().joinpath("schemas", f"{name}.schema.json").read_text("utf-8"))
    if not isinstance(schema, dict):
        raise TypeError(f"{name}.schema.json is not a mapping")
    return schema


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _fits(pattern: str, text: str) -> bool:
    # Python lets `$` match before a last line end; JSON Schema does not
    return _expression(pattern).search(text) is not None and not text.endswith("\n")


class Checker:
    """One pass over one file; `faults` holds everything found."""

    def __init__(self, schema: str, file: str) -> None:
        self.schema = schema_named(schema)
        self.by_name = schema in _NAMED
        self.file = file
        self.faults: list[Fault] = []

    def plain(self, node: Node) -> Any:
        """The tree as plain values: texts, numbers, truths, lists and mappings."""
        return self._value(node, self.schema, "")

    def _fault(self, message: str, node_line: int, key: str, **values: object) -> None:
        told = {"file": self.file, "line": node_line, "key": key or "-"} | values
        if values.get("value") == "" and not message.startswith("wrong_name"):
            message = "empty_value"
        self.faults.append(Fault(f"catalogue.{message}", told))

    def _value(self, node: Node, schema: Schema, key: str) -> Any:
        schema = self._resolved(schema)
        kinds = schema.get("type", "string")
        allowed = [kinds] if isinstance(kinds, str) else list(kinds)
        if isinstance(node.value, dict) and "object" in allowed:
            return self._mapping(node, schema, key)
        if isinstance(node.value, list) and "array" in allowed:
            return self._list(node, schema, key)
        if isinstance(node.value, str) and not {"object", "array"}.issuperset(allowed):
            return self._scalar(node, schema, key)
        self._wrong_kind(node, schema, key, allowed)
        return None

    def _wrong_kind(self, node: Node, schema: Schema, key: str, allowed: list[str]) -> None:
        if not key:
            keys = ", ".join(schema.get("required") or schema.get("properties", {}))
            self._fault("keys_needed", node.line, key, value=_shown(node), allowed=keys)
            return
        message = {"object": "mapping_needed", "array": "list_needed"}.get(allowed[0], "text_needed")
        self._fault(message, node.line, key, value=_shown(node), example=self._example(schema, node, allowed[0]))

    def _example(self, schema: Schema, node: Node | None, kind: str) -> str:
        """How a value of some kind is written; what stands there now is kept where that can be."""
        told = node.value if node is not None and isinstance(node.value, str) and len(node.value) < 40 else ""
        if kind == "array":
            inner = self._resolved(schema.get("items", {}))
            return f"[{told or self._example(inner, None, _kind(inner))}]"
        if kind == "object":
            if "properties" not in schema:
                return f"{{en: {told or '...'}}}" if schema.get("propertyNames") else "{...: ...}"
            named = [*schema.get("required", ()), *schema["properties"]][:2]
            return f"{{{', '.join(f'{name}: ...' for name in dict.fromkeys(named))}}}"
        if kind in ("integer", "number"):
            return "12"
        return str(
            schema.get("x-example") or next(iter(schema.get("enum", ())), "true" if kind == "boolean" else "...")
        )

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            rest = {word: told for word, told in schema.items() if word != "$ref"}
            if schema["$ref"].startswith(_SHARED):
                rest["x-list"] = schema["$ref"].removeprefix(_SHARED)
            schema = dict(self._definition(schema["$ref"])) | rest
        return schema

    def _definition(self, reference: str) -> Schema:
        """A definition of this schema (`#/$defs/x`) or of another (`shared.schema.json#/$defs/x`)."""
        file, _, name = reference.partition("#/$defs/")
        holder = schema_named(file.removesuffix(".schema.json")) if file else self.schema
        found: Schema = holder["$defs"][name]
        return found

    def _mapping(self, node: Node, schema: Schema, key: str) -> dict[str, Any]:
        assert isinstance(node.value, dict)
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for missing in [name for name in schema.get("required", ()) if name not in node.value]:
            self._fault("missing_key", node.line, self._under(key, missing), value=missing)
        if len(node.value) < schema.get("minProperties", 0):
            told = {"value": len(node.value), "least": schema["minProperties"], "most": 10**6}
            self._fault("wrong_length", node.line, key, **told)
        plain: dict[str, Any] = {}
        for name, entry in node.value.items():
            where = self._under(key, name)
            line = node.key_lines.get(name, entry.line)
            if name in known:
                plain[name] = self._value(entry, known[name], where)
            elif others is False:
                self._fault("unknown_key", line, where, value=name, allowed=", ".join(known))
            else:
                self._name(name, schema.get("propertyNames", {}), line, where)
                plain[name] = self._value(entry, others if isinstance(others, Mapping) else {}, where)
        return plain

    def _name(self, name: str, schema: Schema, line: int, key: str) -> None:
        if "pattern" not in schema or _fits(schema["pattern"], name):
            return
        if example := schema.get("x-example"):
            self._fault("wrong_name_example", line, key, value=name, example=example)
        else:
            self._fault("wrong_name", line, key, value=name, allowed=schema["pattern"])

    def _under(self, key: str, name: str) -> str:
        return under(key, name) if self.by_name else f"{key}.{name}" if key else name

    def _entry(self, key: str, at: int, entry: Node) -> str:
        return entry_place(key, at, entry) if self.by_name else f"{key}[{at}]"

    def _list(self, node: Node, schema: Schema, key: str) -> list[Any]:
        assert isinstance(node.value, list)
        least, most = schema.get("minItems", 0), schema.get("maxItems", 10**6)
        if not least <= len(node.value) <= most:
            self._fault("wrong_length", node.line, key, value=len(node.value), least=least, most=most)
        inner = schema.get("items", {})
        return [self._value(entry, inner, self._entry(key, at, entry)) for at, entry in enumerate(node.value)]

    def _scalar(self, node: Node, schema: Schema, key: str) -> Any:
        assert isinstance(node.value, str)
        text, kinds = node.value, schema.get("type", "string")
        if kinds == "boolean":
            return self._truth(node, key)
        if kinds in ("integer", "number"):
            return self._number(node, schema, key)
        if "enum" in schema and text not in schema["enum"]:
            self._not_allowed(node, schema, key)
        elif "pattern" in schema and not _fits(schema["pattern"], text):
            self._wrong_form(node, schema, key)
        elif not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 100_000):
            least, most = schema.get("minLength", 0), schema.get("maxLength", 100_000)
            self._fault("wrong_length", node.line, key, value=len(text), least=least, most=most)
        return text

    def _not_allowed(self, node: Node, schema: Schema, key: str) -> None:
        known, text = schema["enum"], str(node.value)
        if len(known) <= _MOST_LISTED or "x-list" not in schema:
            self._fault("not_allowed", node.line, key, value=text, allowed=", ".join(known))
        elif near := difflib.get_close_matches(text.lower(), known, n=_NEAREST, cutoff=0.5):
            told = {"value": text, "nearest": ", ".join(near), "list": schema["x-list"]}
            self._fault("not_in_list_near", node.line, key, **told)
        else:
            self._fault("not_in_list", node.line, key, value=text, list=schema["x-list"])

    def _wrong_form(self, node: Node, schema: Schema, key: str) -> None:
        if words := schema.get("x-words"):  # a message of its own says what the form means
            self._fault(f"wrong_form_{words}", node.line, key, value=node.value)
        elif example := schema.get("x-example"):
            self._fault("wrong_form_example", node.line, key, value=node.value, example=example)
        else:
            self._fault("wrong_form", node.line, key, value=node.value, allowed=schema["pattern"])

    def _truth(self, node: Node, key: str) -> bool:
        if node.value not in {"true", "false"}:
            self._fault("not_allowed", node.line, key, value=node.value, allowed="true, false")
        return node.value == "true"

    def _thousands(self, node: Node, key: str) -> None:
        """`70.000` is 70 to a program and seventy thousand to whoever wrote it."""
        text = str(node.value)
        meant = re.sub(r"[^0-9-]", "", text)
        if _NUMBER.fullmatch(text):
            self._fault("read_as_decimals", node.line, key, value=text, read=f"{float(text):g}", meant=meant)
        else:
            self._fault("thousands", node.line, key, value=text, meant=meant)

    def _number(self, node: Node, schema: Schema, key: str) -> float | int:
        text = str(node.value)
        whole = schema["type"] == "integer"
        if (whole or schema.get("x-amount")) and _THOUSANDS.fullmatch(text):
            self._thousands(node, key)
            return 0
        if not (_INTEGER if whole else _NUMBER).fullmatch(text) or not math.isfinite(float(text)):
            self._fault("not_a_number", node.line, key, value=text)
            return 0
        number = int(text) if whole or _INTEGER.fullmatch(text) else float(text)
        least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        if not least <= number <= most:
            self._fault("out_of_range", node.line, key, value=text, least=least, most=most)
        return number


def _kind(schema: Schema) -> str:
    kinds = schema.get("type", "string")
    return kinds if isinstance(kinds, str) else str(kinds[0])


def _shown(node: Node) -> str:
    """A short word for what stands there."""
    if isinstance(node.value, str):
        return node.value[:80]
    return "{...}" if isinstance(node.value, dict) else "[...]"
