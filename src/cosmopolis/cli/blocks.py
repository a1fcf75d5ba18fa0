"""Sections of a report as text for the terminal: the words of a page, without the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cosmopolis.language import Language
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.assessment import Score
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import (
    Block,
    Cell,
    Figure,
    Item,
    Items,
    Listing,
    Matrix,
    Message,
    OwnWords,
    Paragraph,
    Scores,
    Section,
    Several,
)

#: A line that can be read without losing the next one.
WIDTH = 96
_BAR = 25


@dataclass(frozen=True)
class Speaker:
    """A language that knows the names of a city's areas."""

    language: Language
    areas: Areas | None = None

    def say(self, message_id: str) -> str:
        """Words of ours."""
        return self.language.say(message_id)

    def words(self, message: Message) -> str:
        """A sentence."""
        return self.language.words(message, self.areas)

    def capital(self, text: str) -> str:
        """Text that begins a line."""
        return self.language.capital(text)


def sections_text(sections: Iterable[Section], words: Speaker) -> str:
    """The text of sections: a heading each, then its blocks."""
    told: list[str] = []
    for section in sections:
        title = words.say(f"publication.section.{section.id}")
        told += [title, "=" * len(title), ""]
        for block in section.blocks:
            told += [*_block(block, words), ""]
    return "\n".join(told)


def _block(block: Block, words: Speaker) -> Iterator[str]:
    match block:
        case Paragraph(message=message):
            yield from _wrapped(words.words(message))
        case OwnWords():
            yield from _wrapped(_said(block, words))
        case Figure():
            yield from _wrapped(words.words(block.finding), first="* ", rest="  ")
        case Scores():
            yield from _scores(block, words)
        case Items():
            yield from _items(block, words)
        case Listing():
            yield from _listing(block.caption, _table(block, words), words)
        case Matrix():
            yield from _listing(block.caption, _marks(block, words), words)


def _scores(block: Scores, words: Speaker) -> Iterator[str]:
    yield from _wrapped(words.words(block.caption))
    labels = [_said(row.label, words) for row in block.rows]
    widest = max(map(len, labels), default=0)
    for label, row in zip(labels, block.rows, strict=True):
        yield f"  {label:<{widest}}  {_bar(row.score)}  {_said(row.score, words)}"


def _bar(score: Score) -> str:
    """The range as a line of dots with the score in it: `...-----|---....`."""
    low, high = (round(bound / 100 * (_BAR - 1)) for bound in (score.lower, score.upper))
    signs = ["-" if low <= at <= high else "." for at in range(_BAR)]
    if score.value is not None:
        signs[round(score.value / 100 * (_BAR - 1))] = "|"
    return "".join(signs)


def _items(block: Items, words: Speaker) -> Iterator[str]:
    yield from _wrapped(words.words(block.caption))
    for number, item in enumerate(block.items, 1):
        yield from _item(item, f"{number}. " if block.numbered else "- ", words)


def _item(item: Item, bullet: str, words: Speaker) -> Iterator[str]:
    state = f" ({words.say(item.mark.message_id)})" if item.mark else ""
    yield from _wrapped(_said(item.title, words) + state, first=bullet, rest=" " * len(bullet))
    margin = " " * len(bullet)
    for line in item.lines:
        label = words.capital(words.say(line.label.message_id))
        first, *more = [_said(cell, words) for cell in line.cells] or [""]
        yield from _wrapped(f"{label}: {first}", first=margin, rest=f"{margin}  ")
        for told in more:
            yield from _wrapped(told, first=f"{margin}  ", rest=f"{margin}  ")


def _table(block: Listing, words: Speaker) -> list[list[str]]:
    return [
        [words.say(column) for column in block.columns],
        *([_said(cell, words) for cell in row] for row in block.rows),
    ]


def _marks(block: Matrix, words: Speaker) -> list[list[str]]:
    empty = words.say("publication.matrix.empty")
    heads = [_said(cell, words) for cell in (block.corner, *block.columns)]
    rows = [
        [_said(label, words), *(_said(mark, words) if mark else empty for mark in marks)] for label, marks in block.rows
    ]
    return [heads, *rows]


def _listing(caption: Message, rows: list[list[str]], words: Speaker) -> Iterator[str]:
    """A table where it fits on the line; else each row under its first cell."""
    yield from _wrapped(words.words(caption))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * len(widths) <= WIDTH:
        yield from ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
        return
    for row in rows[1:]:
        yield from _wrapped(row[0], first="- ", rest="  ")
        for head, told in zip(rows[0][1:], row[1:], strict=True):
            if told:
                yield from _wrapped(f"{head}: {told}", first="    ", rest="      ")


def _said(cell: Cell, words: Speaker) -> str:
    if isinstance(cell, Message):
        return words.words(cell)
    if isinstance(cell, Several):
        return words.say("language.list.separator").join(_said(value, words) for value in cell.values)
    if isinstance(cell, Quantity) and None not in (cell.value, cell.lower, cell.upper):
        ends = {"value": cell.value, "lower": cell.lower, "upper": cell.upper}
        alone = {name: replace(cell, value=end, lower=None, upper=None) for name, end in ends.items()}
        return words.words(Message("language.coefficient", alone))
    return words.words(Message("language.value", {"value": cell})) if cell != "" else ""


def _wrapped(text: str, *, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest) or [first.rstrip()]
