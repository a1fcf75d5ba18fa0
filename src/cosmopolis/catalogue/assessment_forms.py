"""
A filled-in spreadsheet -> `Assessment`.

The cells become the same tree that a YAML file would be, so that they pass the
same checks; a fault names the sheet, the row and the words above the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from cosmopolis.catalogue.assessment_sense import sense_faults
from cosmopolis.catalogue.assessments import Frameworks, assessment_of
from cosmopolis.catalogue.content_files import checked_tree
from cosmopolis.catalogue.form_sheets import SHEETS, Row, line_of, read_sheets
from cosmopolis.catalogue.form_words import Spoken, dropped_zeros, resolved
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.assessment import NOT_ON_THE_SCALE, Assessment
from cosmopolis.vocabulary.framework import Framework

#: What becomes the name of a file.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def read_assessment_form(file: Path, frameworks: Frameworks, spoken: Spoken | None = None) -> Assessment:
    """
    Read a spreadsheet made by `publication.assessment_form` and filled in.

    Parameters
    ----------
    file
        An XLSX with the sheets `edition`, `raters`, `answers`, `evidence`,
        `agreed` and `holders`.
    frameworks
        Those that come with the program and the city's own, by id and edition.
    spoken
        The words of our lists in any language, in lower case, by column: an id
        is taken in their place. Those of a framework's options are known already.

    Returns
    -------
    assessment
        Answers in the order of the questions; a row without a value is no answer.
        Without a name it goes by its edition.

    Raises
    ------
    ContentError
        With every fault, each with its sheet and row.
    """
    form = read_sheets(Path(file))
    first = form.rows["edition"][0].cells
    framework = frameworks.get((first.get("framework", ""), first.get("framework_edition", "")))
    sheets = {sheet: [resolved(row, framework, spoken or {}) for row in rows] for sheet, rows in form.rows.items()}
    tree, loose = _tree(sheets, framework)
    checked = checked_tree(tree, form.name, "assessment")
    zeros = list(dropped_zeros(sheets, framework))
    faults = [*zeros, *_name_faults(sheets["edition"][0]), *loose, *checked.faults, *sense_faults(checked, frameworks)]
    if faults:
        raise ContentError([form.placed(fault) for fault in _told_once(faults, zeros)])
    return assessment_of(checked.plain, first.get("id") or first["edition"], frameworks)


def _name_faults(edition: Row) -> Iterator[Fault]:
    told = edition.cells.get("id", "")
    if told and not _NAME.fullmatch(told):
        values = {"line": edition.line, "key": "id", "value": told, "example": "2025"}
        yield Fault("catalogue.wrong_form_example", values)


def _told_once(faults: list[Fault], zeros: list[Fault]) -> Iterator[Fault]:
    """Without what only follows from a zero that was dropped: the rest of its row, and a question given twice."""
    lines = {fault.values["line"] for fault in zeros}
    yield from zeros
    for fault in faults:
        if not {fault.values.get("line"), fault.values.get("first")} & lines:
            yield fault


def _tree(sheets: Mapping[str, list[Row]], framework: Framework | None) -> tuple[Node, list[Fault]]:
    faults: list[Fault] = []
    edition, *more = sheets["edition"]
    faults += [
        Fault("frameworks.twice", {"line": row.line, "key": "edition", "value": "edition", "first": edition.line})
        for row in more
    ]
    tree = edition.node(SHEETS["edition"], drop="id")
    assert isinstance(tree.value, dict)
    stages = _stage_questions(framework)
    answers, loose = _answers(sheets, stages)
    holders, twice = _holders(sheets["holders"])
    tree.value |= {
        "raters": _list("raters", [row.node(SHEETS["raters"]) for row in sheets["raters"]]),
        "answers": _list("answers", answers),
        "agreed": _list("agreed", [_valued(row, "agreed", stages) for row in sheets["agreed"] if len(row.cells) > 1]),
        "holders": holders,
    }
    return tree, [*faults, *loose, *twice]


def _list(sheet: str, nodes: list[Node]) -> Node:
    return Node(nodes, line_of(sheet, 1))


def _stage_questions(framework: Framework | None) -> frozenset[str]:
    """The questions that are answered with a list of stages."""
    if framework is None:
        return frozenset()
    return frozenset(each.id for each in framework.questions if framework.scales[each.scale].kind == "stages")


def _valued(row: Row, sheet: str, stages: frozenset[str]) -> Node:
    """A row with an answer in it; the stages reached are a list."""
    node = row.node(SHEETS[sheet])
    assert isinstance(node.value, dict)
    told = row.cells.get("value", "")
    if row.cells.get("question") in stages and told and told not in NOT_ON_THE_SCALE:
        reached = [] if told == "[]" else [stage.strip() for stage in told.split(",")]
        node.value["value"] = Node([Node(stage, row.line) for stage in reached], row.line)
    return node


def _answers(sheets: Mapping[str, list[Row]], stages: frozenset[str]) -> tuple[list[Node], list[Fault]]:
    """The rows that answer something, each with its documents; what would be lost is told."""
    faults: list[Fault] = []
    nodes: list[Node] = []
    documents: dict[tuple[str, str], list[Node]] = {}
    known = set()
    for row in sheets["evidence"]:
        node = row.node([key for key in SHEETS["evidence"] if key not in ("question", "rater")])
        documents.setdefault(_who(row), []).append(node)
    for row in sheets["answers"]:
        if "value" not in row.cells:
            if set(row.cells) - {"question", "rater"}:
                question = row.cells.get("question", "-")
                faults.append(Fault("frameworks.answer_without_value", {"line": row.line, "value": question}))
            continue
        known.add(_who(row))
        node = _valued(row, "answers", stages)
        assert isinstance(node.value, dict)
        if told := documents.get(_who(row)):
            node.value["evidence"] = Node(list(told), told[0].line)
            node.key_lines["evidence"] = told[0].line
        nodes.append(node)
    for row in sheets["evidence"]:
        if _who(row) not in known:
            told_who = ", ".join(_who(row))
            faults.append(Fault("frameworks.evidence_without_answer", {"line": row.line, "value": told_who}))
    return nodes, faults


def _who(row: Row) -> tuple[str, str]:
    return row.cells.get("question", "-"), row.cells.get("rater", "-")


def _holders(rows: list[Row]) -> tuple[Node, list[Fault]]:
    node = Node({}, _list("holders", []).line)
    assert isinstance(node.value, dict)
    faults: list[Fault] = []
    for row in rows:
        question, holder = row.cells.get("question", ""), row.cells.get("holder", "")
        if not holder:
            continue
        if question in node.value:
            told = {"key": "holders", "value": question, "first": node.key_lines[question]}
            faults.append(Fault("frameworks.twice", {"line": row.line} | told))
        node.value[question] = Node(holder, row.line)
        node.key_lines[question] = row.line
    return node, faults
