"""A proposal as the YAML that a recipe is written in, each doubtful line with its certainty, and as JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import PurePath
from typing import Any

from cosmopolis.vocabulary.proposal import SURE, ColumnFinding, MeasureFinding, Proposal, Remark
from cosmopolis.vocabulary.recipe import Measure, Reading

Words = Callable[[Remark], str]
_PLAIN = re.compile(r"^[^\W\d][\w.-]*$", re.ASCII)
#: Roles with codes of ours: cells nobody has explained must stop the build.
_CODED = ("sex", "age_group", "status", "indicator")
_ODD_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def _as_id(remark: Remark) -> str:
    told = ", ".join(f"{name}={value}" for name, value in remark.values.items())
    return f"{remark.message_id} ({told})" if told else remark.message_id


def recipe_yaml(proposal: Proposal, words: Words = _as_id, *, name: str = "") -> str:
    """
    Return the recipe of a proposal, with a comment on every line that a person should look at.

    What nobody can know from the file (publisher, licence, page, the range of a
    suppressed cell, what a number stands for) is left for a person to state: a
    build stops there rather than guess.

    Parameters
    ----------
    proposal
        What `inspect_file` found.
    words
        Puts a remark into words; by default its message id and values are written.
    name
        The id of the recipe; by default `recipe_id` of the file.
    """
    lines = [
        *_head(proposal, words, name or recipe_id(proposal.file)),
        "",
        "read:",
        *_read(proposal, words),
        "",
        "columns:",
        *(line for column in _told(proposal) for line in _column(column, words)),
        *_values(proposal, words),
        *_sums(proposal, words),
        *_offered(proposal, words),
    ]
    return "\n".join(lines) + "\n"


def recipe_id(file: str) -> str:
    """
    Return the id that a recipe for this file would have, and its own file name without `.yaml`.

    >>> recipe_id("EWRMIGRA201712H_Matrix.csv")
    'ewrmigra-h-matrix'
    """
    return own_id(re.sub(r"\d{4,}", "-", PurePath(file).stem))


def own_id(name: str) -> str:
    """
    Return the id that somebody gave a recipe by the name of its file, in the letters an id may have.

    >>> own_id("Käufer 2024")
    'kaufer-2024'
    """
    letters = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80].strip("-") or "file"


def _pattern(file: str) -> str:
    """The file's name, with dates left open: publishers make one a year."""
    return re.sub(r"[\[\]]", "?", re.sub(r"\d{4,}", "*", file))


def _head(proposal: Proposal, words: Words, name: str) -> Iterator[str]:
    def ask(what: str) -> str:
        return _comment(words(Remark("inspect.recipe.state", {"what": what})))

    yield _comment(words(Remark("inspect.recipe.proposed", {"file": proposal.file, "rows": proposal.rows}))).strip()
    for problem in proposal.problems:
        yield _comment(words(problem.remark)).strip()
    yield f"recipe: {name}"
    yield f'publisher: "?"{ask("publisher")}'
    yield f'licence: "?"{ask("licence")}'
    yield f"page: https://example.org/{ask('page')}"
    yield f"holds: {proposal.content}"
    if proposal.content == "counts":
        yield f"universe: residents{ask('universe')}"
    yield f"files: [{_text(_pattern(proposal.file))}]"
    if proposal.content == "facilities":
        yield f'# constants: {{service: "?"}}{ask("service")}'
    if proposal.area_template:
        yield f"area_code: {_text(proposal.area_template)}{ask('area_code')}"
    if proposal.content == "counts" and not any(c.role == "area" for c in proposal.columns):
        yield f"# constants: {{area: city}}{ask('area')}"
    across = any(found.measure.pattern_role == "period" for found in proposal.measures)
    dated = across or proposal.from_name or any(c.role == "period" for c in proposal.columns)
    if proposal.content == "counts" and not dated:
        yield f'# constants: {{period: "?"}}{ask("period")}'
    for named in proposal.from_name:
        told = f"pattern: {_text(named.pattern)}, is: {named.role}, form: {_text(named.form)}"
        yield f"from_name: [{{{told}}}]{ask('period')}"


def _read(proposal: Proposal, words: Words) -> Iterator[str]:
    found = {finding.what: finding for finding in proposal.findings}
    default = Reading(proposal.reading.format)
    for field in fields(Reading):
        value = getattr(proposal.reading, field.name)
        if field.name not in {"format", "encoding", "delimiter"} and value == getattr(default, field.name):
            continue
        if field.name in {"encoding", "delimiter"} and proposal.reading.format != "delimited":
            continue
        if field.name == "suppressed":
            continue
        finding = found.get(field.name)
        doubt = _doubt(finding.certainty, finding.reason, finding.alternatives, words) if finding else ""
        yield f"  {field.name}: {_value(value)}{doubt}"
    for mark in proposal.suppressed:
        yield f"  # suppressed: {{{_text(mark.mark)}: [?, ?]}}{_doubt(mark.certainty, mark.reason, (), words)}"


def _told(proposal: Proposal) -> list[ColumnFinding]:
    """Columns that the recipe lists under `columns`: those of numbers are under `values`."""
    measured = {found.measure.column for found in proposal.measures}
    patterns = [found.measure.pattern for found in proposal.measures if found.measure.pattern]
    return [
        column
        for column in proposal.columns
        if column.name not in measured and not any(re.search(pattern, column.name) for pattern in patterns)
    ]


def _column(column: ColumnFinding, words: Words) -> Iterator[str]:
    role = "ignore" if column.role == "value" else column.role
    doubt = _doubt(column.certainty, column.reason, column.alternatives, words)
    told: dict[str, object] = {}
    if role in {"area", "parent"}:
        told["level"] = column.level or "area"
    for key in ("form", "width", "pad", "expect"):
        if getattr(column, key):
            told[key] = getattr(column, key)
    coded = role in _CODED or role.startswith("axis:")
    if not told and not coded:
        yield f"  {_text(column.name)}: {_text(role) if ':' in role else role}{doubt}"
        return
    yield f"  {_text(column.name)}:{doubt}"
    yield f"    is: {role}"
    for key, value in told.items():
        yield f"    {key}: {_value(value)}"
    if coded:
        yield from _codes(column, words)


def _codes(column: ColumnFinding, words: Words) -> Iterator[str]:
    """Codes for the cells that were recognised; the others are listed for a person to state."""
    yield "    codes:" if column.codes else "    codes: {}"
    for cell, code in sorted(column.codes.items(), key=lambda pair: _by_number(pair[0])):
        yield f"      {_text(cell)}: {_text(code)}"
    for cell in sorted(column.unknown_cells[:200], key=_by_number):
        yield f"      # {_text(cell)}: ?{_comment(words(Remark('inspect.recipe.code', {'value': cell[:60]})))}"


def _by_number(cell: str) -> tuple[int, str]:
    """2 before 10, numbers before words."""
    return (int(cell), "") if cell.isascii() and cell.isdigit() and len(cell) < 19 else (10**19, cell)


def _values(proposal: Proposal, words: Words) -> Iterator[str]:
    if not proposal.measures:
        return
    yield ""
    yield "values:"
    for found in proposal.measures:
        yield from _measure(found, words)


def _measure(found: MeasureFinding, words: Words) -> Iterator[str]:
    measure = found.measure
    told = {"column": measure.column} if measure.column else {"pattern": measure.pattern}
    told |= {"counts": measure.indicator, "unit": measure.unit}
    line = ", ".join(f"{key}: {_text(value)}" for key, value in told.items())
    more = "".join(f", {key}: {_value(value)}" for key, value in _further(measure))
    yield f"  - {{{line}{more}}}{_doubt(min(found.certainty, 0.94), found.reason, (), words)}"


def _further(measure: Measure) -> Iterator[tuple[str, object]]:
    if measure.pattern:
        yield "pattern_is", measure.pattern_role
        yield "pattern_form", measure.pattern_form
    if measure.sets:
        yield "sets", dict(measure.sets)
    if not measure.whole:
        yield "whole", False
    if measure.smallest:
        yield "smallest", measure.smallest
    if measure.total:
        yield "total", True
    if measure.of_which:
        yield "of_which", measure.of_which


def _sums(proposal: Proposal, words: Words) -> Iterator[str]:
    if proposal.totals:
        yield ""
        yield "totals:"
    for found in proposal.totals:
        checked = "" if found.total.checked else ", checked: false"
        cells = ", ".join(_text(cell) for cell in found.total.cells)
        doubt = _doubt(found.certainty, found.reason, (), words)
        yield f"  - {{column: {_text(found.total.column)}, cells: [{cells}]{checked}}}{doubt}"
    if proposal.checks:
        yield ""
        yield "checks:"
    for check in proposal.checks:
        parts = ", ".join(_text(part) for part in check.parts)
        yield f"  - {{whole: {_text(check.whole)}, parts: [{parts}]}}"


def _offered(proposal: Proposal, words: Words) -> Iterator[str]:
    """Repairs are written as comments: a person decides, and says why."""
    if not proposal.repairs:
        return
    yield ""
    yield _comment(words(Remark("inspect.recipe.repairs"))).strip()
    yield "# repairs:"
    for repair in proposal.repairs:
        column = f", column: {_text(repair.column)}" if repair.column else ""
        yield f'#   - {{kind: {repair.kind}{column}, rows: {repair.rows}, reason: "?"}}'


def _doubt(certainty: float, reason: Remark, alternatives: Sequence[str], words: Words) -> str:
    """The comment of a line that is not sure enough to go without."""
    if certainty >= SURE:
        return ""
    others = Remark("inspect.recipe.alternatives", {"alternatives": ", ".join(filter(None, alternatives))})
    told = f"{certainty:.2f} {words(reason)}"
    return _comment(f"{told} {words(others)}" if any(alternatives) else told)


def _comment(text: str) -> str:
    """A comment of one line, whatever the file put into its values."""
    return "  # " + "".join(c if c.isprintable() else " " for c in text)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_text(str(item)) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_text(str(key))}: {_text(str(item))}' for key, item in value.items())}}}"
    return _text(value) if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _text(text: str) -> str:
    """A scalar that YAML reads back as this very text."""
    plainly = _PLAIN.match(text) and text.casefold() not in _ODD_WORDS
    return text if plainly else json.dumps(text, ensure_ascii=not text.isprintable())


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """
    Return the proposal as plain values for JSON: everything it holds, `agrees` and the recipe's text.

    Remarks keep their message ids and values: the words are made by the room `language`.
    """
    plain = asdict(proposal)
    return {**_plain(plain), "agrees": proposal.agrees, "recipe": recipe_yaml(proposal)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
