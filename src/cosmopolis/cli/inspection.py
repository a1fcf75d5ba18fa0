"""What `inspect` found, as tables in the terminal: each part with its certainty and the reason."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from cosmopolis.language import Language
from cosmopolis.vocabulary.proposal import SURE, Problem, Proposal, Remark

#: Wide enough for a reason beside a finding; a narrower terminal wraps the last column.
WIDTH = 120
_CELL = 40


def inspection(proposal: Proposal, words: Language) -> str:
    """The findings as text; a finding that a person should look at is marked with a question mark."""
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None)
    for title, rows in _parts(proposal):
        console.print(_table(words.say(title), rows, words))
    if proposal.problems:
        console.print(words.say("inspect.head.problems"))
        for problem in proposal.problems:
            console.print(f"  {_problem(problem, words)}", markup=False)
    console.print(_first_rows(proposal, words))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


Row = tuple[str, str, float, Remark]


def _parts(proposal: Proposal) -> Iterator[tuple[str, list[Row]]]:
    form = [(each.what, _visible(each.value), each.certainty, each.reason) for each in proposal.findings]
    yield "inspect.head.form", form
    numbers = {each.measure.column for each in proposal.measures}
    columns = [
        (each.name, each.role, each.certainty, each.reason) for each in proposal.columns if each.name not in numbers
    ]
    columns += [
        (each.measure.column or each.measure.pattern, each.measure.indicator, each.certainty, each.reason)
        for each in proposal.measures
    ]
    yield "inspect.head.columns", columns
    sums = [(each.total.column, ", ".join(each.total.cells), each.certainty, each.reason) for each in proposal.totals]
    sums += [(each.mark, str(each.cells), each.certainty, each.reason) for each in proposal.suppressed]
    if sums:
        yield "inspect.head.sums", sums


def _table(title: str, rows: Iterable[Row], words: Language) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, expand=False)
    for head in ("part", "found", "sure", "why"):
        table.add_column(
            words.say(f"inspect.head.{head}"), justify="right" if head == "sure" else "left", overflow="fold"
        )
    for part, found, certainty, reason in rows:
        mark = "" if certainty >= SURE else " ?"
        table.add_row(
            _plain(part), _plain(found), words.percent(certainty, decimals=0) + mark, _plain(_said(reason, words))
        )
    return table


def _first_rows(proposal: Proposal, words: Language) -> Table:
    table = Table(title=words.say("inspect.head.rows"), title_justify="left", box=box.SIMPLE_HEAD)
    rows: Sequence[Sequence[str]] = proposal.first_rows or ((),)
    for head in rows[0]:
        table.add_column(_plain(head))
    for row in rows[1:]:
        table.add_row(*(_plain(cell) for cell in row))
    return table


def _problem(problem: Problem, words: Language) -> str:
    text = _said(problem.remark, words)
    if not problem.rows:
        return text
    return words.say("inspect.head.lines", text=text, lines=", ".join(str(row) for row in problem.rows))


def _said(remark: Remark, words: Language) -> str:
    return words.say(remark.message_id, **dict(remark.values))


def _visible(value: str) -> str:
    """A value with its control characters shown: a tab is a finding, not white space."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in value)


def _plain(text: str) -> str:
    """Text that the terminal shows as it is: no markup, no control characters, no endless cell."""
    from rich.markup import escape

    shown = _visible(text)
    return escape(shown if len(shown) <= _CELL * 4 else shown[: _CELL * 4] + "…")
