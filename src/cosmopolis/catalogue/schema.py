"""
Checks a tree of text against a JSON Schema and turns texts into numbers.

The schemas under `content/schemas` are the one statement of what a file may
hold. Of the language of JSON Schema this checks the words they use; the tests
run the full `jsonschema` over the same files, so that both agree.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from cosmopolis.catalogue.text import Node, content_folder
from cosmopolis.errors import Fault

Schema = Mapping[str, Any]

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
        self.file = file
        self.faults: list[Fault] = []

    def plain(self, node: Node) -> Any:
        """The tree as plain values: texts, numbers, truths, lists and mappings."""
        return self._value(node, self.schema, "")

    def _fault(self, message: str, node_line: int, key: str, **values: object) -> None:
        told = {"file": self.file, "line": node_line, "key": key or "-"} | values
        if values.get("value") == "" and message != "wrong_name":
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
        self._fault("wrong_kind", node.line, key, value=_shown(node), allowed=", ".join(allowed))
        return None

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            rest = {word: told for word, told in schema.items() if word != "$ref"}
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
            self._fault("missing_key", node.line, _under(key, missing), value=missing)
        if len(node.value) < schema.get("minProperties", 0):
            told = {"value": len(node.value), "least": schema["minProperties"], "most": 10**6}
            self._fault("wrong_length", node.line, key, **told)
        plain: dict[str, Any] = {}
        for name, entry in node.value.items():
            where = _under(key, name)
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
        if "pattern" in schema and not _fits(schema["pattern"], name):
            self._fault("wrong_name", line, key, value=name, allowed=schema["pattern"])

    def _list(self, node: Node, schema: Schema, key: str) -> list[Any]:
        assert isinstance(node.value, list)
        least, most = schema.get("minItems", 0), schema.get("maxItems", 10**6)
        if not least <= len(node.value) <= most:
            self._fault("wrong_length", node.line, key, value=len(node.value), least=least, most=most)
        return [self._value(entry, schema.get("items", {}), f"{key}[{at}]") for at, entry in enumerate(node.value)]

    def _scalar(self, node: Node, schema: Schema, key: str) -> Any:
        assert isinstance(node.value, str)
        text, kinds = node.value, schema.get("type", "string")
        if kinds == "boolean":
            return self._truth(node, key)
        if kinds in ("integer", "number"):
            return self._number(node, schema, key)
        if "enum" in schema and text not in schema["enum"]:
            self._fault("not_allowed", node.line, key, value=text, allowed=", ".join(schema["enum"]))
        elif "pattern" in schema and not _fits(schema["pattern"], text):
            self._fault("wrong_form", node.line, key, value=text, allowed=schema["pattern"])
        elif not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 100_000):
            least, most = schema.get("minLength", 0), schema.get("maxLength", 100_000)
            self._fault("wrong_length", node.line, key, value=len(text), least=least, most=most)
        return text

    def _truth(self, node: Node, key: str) -> bool:
        if node.value not in {"true", "false"}:
            self._fault("not_allowed", node.line, key, value=node.value, allowed="true, false")
        return node.value == "true"

    def _number(self, node: Node, schema: Schema, key: str) -> float | int:
        text = str(node.value)
        whole = schema["type"] == "integer"
        if not (_INTEGER if whole else _NUMBER).fullmatch(text) or not math.isfinite(float(text)):
            self._fault("not_a_number", node.line, key, value=text)
            return 0
        number = int(text) if whole or _INTEGER.fullmatch(text) else float(text)
        least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        if not least <= number <= most:
            self._fault("out_of_range", node.line, key, value=text, least=least, most=most)
        return number


def _under(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _shown(node: Node) -> str:
    """A short word for what stands there."""
    if isinstance(node.value, str):
        return node.value[:80]
    return "{...}" if isinstance(node.value, dict) else "[...]"
