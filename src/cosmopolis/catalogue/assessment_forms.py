"""
A filled-in spreadsheet -> `Assessment`.

The cells become the same tree that a YAML file would be, so that they pass the
same checks; a fault names the sheet and the row. The file comes from anybody:
it is inflated under limits before the spreadsheet library sees it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosmopolis.catalogue.assessment_sense import sense_faults
from cosmopolis.catalogue.assessments import Frameworks, assessment_of
from cosmopolis.catalogue.content_files import checked_tree
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.assessment import NOT_ON_THE_SCALE, Assessment

if TYPE_CHECKING:
    from openpyxl import Workbook

#: What a sheet may hold; names with a language after a point are words.
SHEETS: Mapping[str, tuple[str, ...]] = {
    "edition": ("id", "framework", "framework_edition", "edition", "date", "scan", "note."),
    "raters": ("id", "kind", "role."),
    "answers": ("question", "rater", "value", "stage", "confidence", "date", "adopted_from", "on_behalf_of.", "note."),
    "evidence": ("question", "rater", "title", "date", "page", "url", "valid_to"),
    "agreed": ("question", "value", "stage", "reason.", "by."),
    "holders": ("question", "holder"),
}
#: Cells that offer a list show words and, in brackets behind them, the id.
_CHOSEN = frozenset({"value", "stage", "confidence", "kind", "holder", "scan"})
#: Cells in which every space counts.
_EXACT = frozenset({"title", "page"})
_ID = re.compile(r"\[([^\[\]]*)\]\s*\Z")

LARGEST_FILE = 10_000_000
LARGEST_UNPACKED = 40_000_000
MOST_PARTS = 200
MOST_ROWS, MOST_COLUMNS = 20_000, 100
#: Lines of a tree made of several sheets: the sheet's number times this, and the row.
_SHEET = 10_000_000

_Damaged = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError, NotImplementedError,
    EOFError, OSError, SyntaxError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One row with something in it: its place and its cells by column."""

    line: int
    cells: Mapping[str, str]

    def node(self, keys: Iterable[str], *, drop: str = "") -> Node:
        """The cells of some columns as a mapping; `note.fr` becomes an entry of `note`."""
        told: dict[str, Node] = {}
        for key in keys:
            if key.endswith("."):
                found = {name[len(key) :]: Node(text, self.line) for name, text in self.cells.items()
                         if name.startswith(key)}  # fmt: skip
                if found:
                    told[key[:-1]] = self._mapping(found)
            elif key in self.cells and key != drop:
                told[key] = Node(self.cells[key], self.line)
        return self._mapping(told)

    def _mapping(self, told: dict[str, Node]) -> Node:
        return Node(told, self.line, dict.fromkeys(told, self.line))


def read_assessment_form(file: Path, frameworks: Frameworks) -> Assessment:
    """
    Read a spreadsheet made by `publication.assessment_form` and filled in.

    Parameters
    ----------
    file
        An XLSX with the sheets `edition`, `raters`, `answers`, `evidence`,
        `agreed` and `holders`.
    frameworks
        Those that come with the program and the city's own, by id and edition.

    Returns
    -------
    assessment
        Answers in the order of the questions; a row without a value is no answer.

    Raises
    ------
    ContentError
        With every fault, each with its sheet and row.
    """
    name = Path(file).name
    sheets, faults = _sheets(_content(Path(file), name), name)
    tree, loose = _tree(sheets, frameworks)
    checked = checked_tree(tree, name, "assessment")
    faults += [*loose, *checked.faults, *sense_faults(checked, frameworks)]
    if faults:
        raise ContentError([_placed(fault, name) for fault in faults])
    first = sheets["edition"][0].cells
    return assessment_of(checked.plain, first.get("id") or Path(file).stem, frameworks)


def _placed(fault: Fault, name: str) -> Fault:
    """The same fault with its sheet and row in the place of a line of the tree."""
    values = dict(fault.values)
    line = values.get("line")
    if isinstance(line, int) and line >= _SHEET:
        values["file"] = f"{name}, {list(SHEETS)[line // _SHEET - 1]}"
    for key in ("line", "first"):
        told = values.get(key)
        if isinstance(told, int):
            values[key] = told % _SHEET
    return Fault(fault.message_id, {"file": name} | values)


def _refused(message: str, **values: object) -> ContentError:
    return ContentError(Fault(message, values))


def _content(file: Path, name: str) -> bytes:
    """The bytes of the file, inflated and counted first."""
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise _refused("catalogue.too_large", file=name, value=size, allowed=LARGEST_FILE)
        content = file.read_bytes()
    except FileNotFoundError:
        raise _refused("catalogue.no_file", file=name) from None
    except OSError:
        raise _refused("catalogue.unreadable_file", file=name) from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, name)
    except _Damaged:
        raise _refused("frameworks.form_damaged", file=name) from None
    return content


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    """What the parts say about their size is not believed: they are inflated and counted."""
    parts, left = archive.infolist(), LARGEST_UNPACKED
    if len(parts) > MOST_PARTS or len({part.filename for part in parts}) < len(parts):
        raise _refused("frameworks.form_damaged", file=name)
    for part in parts:
        with archive.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _refused("catalogue.too_large", file=name, value=f">{LARGEST_UNPACKED}", allowed=LARGEST_UNPACKED)
        # another encoding would hide a definition of entities from this search; no spreadsheet program writes one
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise _refused("frameworks.form_damaged", file=name)


def _sheets(content: bytes, name: str) -> tuple[dict[str, list[_Row]], list[Fault]]:
    import warnings

    from openpyxl import load_workbook

    faults: list[Fault] = []
    try:
        with warnings.catch_warnings():
            # of parts that the library cannot keep; nothing of them is needed
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            missing = [sheet for sheet in SHEETS if sheet not in book.sheetnames]
            if missing:
                raise _refused("frameworks.sheet_missing", file=name, value=", ".join(missing))
            found = {sheet: _rows(book, sheet, name, faults) for sheet in SHEETS}
    except _Damaged:
        raise _refused("frameworks.form_damaged", file=name) from None
    if faults or not found["edition"]:
        told = faults or [Fault("frameworks.form_empty", {"file": name})]
        raise ContentError([_placed(fault, name) for fault in told])
    return found, faults


def _rows(book: Workbook, sheet: str, name: str, faults: list[Fault]) -> list[_Row]:
    """The rows of a sheet that hold something, below the two rows of headings."""
    first = (list(SHEETS).index(sheet) + 1) * _SHEET
    rows: list[_Row] = []
    columns: list[str] = []
    cells = book[sheet].iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    for number, row in enumerate(cells, 1):
        if number > MOST_ROWS:
            raise _refused("frameworks.form_too_long", file=name, value=sheet, allowed=MOST_ROWS)
        if number == 1:
            columns = [_text(cell.value).strip() for cell in row]
            faults += _column_faults(columns, sheet, first + 1)
        elif number > 2:
            told: dict[str, str] = {}
            for cell, column in zip(row, columns, strict=False):
                if cell.value is None or not column or column.startswith("#"):
                    continue
                if cell.data_type == "f":
                    faults.append(Fault("frameworks.form_formula", {"line": first + number, "value": column}))
                elif text := _cell(_text(cell.value), column):
                    told[column] = text
            if told:
                rows.append(_Row(first + number, told))
    return rows


def _column_faults(columns: list[str], sheet: str, line: int) -> Iterator[Fault]:
    known = SHEETS[sheet]
    told = [column for column in columns if column and not column.startswith("#")]
    for at, column in enumerate(told):
        head, point, _ = column.partition(".")
        if head + point not in known or column in told[:at]:
            allowed = ", ".join(each + "xx" if each.endswith(".") else each for each in known)
            yield Fault("frameworks.column_unknown", {"line": line, "value": column, "allowed": allowed})
    for needed in known:
        if not needed.endswith(".") and needed not in told and (sheet, needed) != ("edition", "id"):
            yield Fault("frameworks.column_missing", {"line": line, "value": needed})


def _text(value: Any) -> str:
    """A cell as text: numbers in the digits that give them back, days as days."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def _cell(text: str, column: str) -> str:
    if "." in column or column in _EXACT:
        return text
    if column in _CHOSEN and (found := _ID.search(text)):
        # `[]` is an answer: none of the stages is reached
        return found[1].strip() or "[]"
    return text.strip()


def _tree(sheets: Mapping[str, list[_Row]], frameworks: Frameworks) -> tuple[Node, list[Fault]]:
    faults: list[Fault] = []
    edition, *more = sheets["edition"]
    faults += [
        Fault("frameworks.twice", {"line": row.line, "key": "edition", "value": "edition", "first": edition.line})
        for row in more
    ]
    tree = edition.node(SHEETS["edition"], drop="id")
    assert isinstance(tree.value, dict)
    stages = _stage_questions(edition, frameworks)
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
    return Node(nodes, (list(SHEETS).index(sheet) + 1) * _SHEET + 1)


def _stage_questions(edition: _Row, frameworks: Frameworks) -> frozenset[str]:
    """The questions that are answered with a list of stages."""
    key = (edition.cells.get("framework", ""), edition.cells.get("framework_edition", ""))
    framework = frameworks.get(key)
    if framework is None:
        return frozenset()
    return frozenset(each.id for each in framework.questions if framework.scales[each.scale].kind == "stages")


def _valued(row: _Row, sheet: str, stages: frozenset[str]) -> Node:
    """A row with an answer in it; the stages reached are a list."""
    node = row.node(SHEETS[sheet])
    assert isinstance(node.value, dict)
    told = row.cells.get("value", "")
    if row.cells.get("question") in stages and told and told not in NOT_ON_THE_SCALE:
        reached = [] if told == "[]" else [stage.strip() for stage in told.split(",")]
        node.value["value"] = Node([Node(stage, row.line) for stage in reached], row.line)
    return node


def _answers(sheets: Mapping[str, list[_Row]], stages: frozenset[str]) -> tuple[list[Node], list[Fault]]:
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


def _who(row: _Row) -> tuple[str, str]:
    return row.cells.get("question", "-"), row.cells.get("rater", "-")


def _holders(rows: list[_Row]) -> tuple[Node, list[Fault]]:
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
