"""The key of a map: a stepped bar with the class borders, and the marks that occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from cosmopolis.publication.charts.colours import LIGHT, filled
from cosmopolis.publication.charts.frame import short
from cosmopolis.publication.charts.measure import LINE, text_width, wrapped
from cosmopolis.publication.charts.page import Page

if TYPE_CHECKING:
    from cosmopolis.publication.charts.maps import Classed

_TEXT = 13
_BAR_HEIGHT = 14
_SWATCH = 22


@dataclass(frozen=True)
class Marks:
    """The marks of a map as SVG elements, the same on the map and in its key."""

    ink: str = LIGHT["ink"]
    paper: str = LIGHT["paper"]
    rule: str = LIGHT["rule"]
    quiet: str = LIGHT["quiet"]

    def dot(self, x: float, y: float) -> str:
        """Nobody has the number."""
        return f'<circle class="f-quiet" fill="{self.quiet}" cx="{short(x)}" cy="{short(y)}" r="2"/>'

    def dash(self, x: float, y: float) -> str:
        """The number lies between bounds that fall into different classes."""
        line = f'd="M{short(x - 4.5)} {short(y)}h9"'
        return (
            f'<path class="k-paper" stroke="{self.paper}" stroke-width="5" stroke-linecap="round" {line}/>'
            f'<path class="k-ink" stroke="{self.ink}" stroke-width="2" {line}/>'
        )

    def hatch(self, prefix: str) -> str:
        """The number is protected."""
        return (
            f'<pattern id="{prefix}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><path class="f-paper" fill="{self.paper}" d="M0 0h6v6h-6z"/>'
            f'<path class="k-quiet" stroke="{self.quiet}" stroke-width="2" d="M0 0v6"/></pattern>'
        )


MARKS = Marks()


@dataclass(frozen=True)
class Key:
    """What stands under a map besides the classes."""

    marks: tuple[str, ...]  #: `protected`, `blank`, `straddles`: those that occur
    notes: Sequence[str]
    prefix: str


def legend(page: Page, classed: Classed, key: Key) -> tuple[int, list[str]]:
    """Height and elements of the key."""
    elements = _bar(page, classed)
    y = _BAR_HEIGHT + 26.0
    edge: float = page.width - 1 if page.mirrored else 1
    x = edge
    for mark in key.marks:
        words = page.say(f"charts.key.{mark}")
        lines = [page.directed(line) for line in wrapped(words, page.width - _SWATCH - 12, _TEXT)]
        wide = _SWATCH + 32 + max(text_width(line, _TEXT) for line in lines)
        if x != edge and abs(x - edge) + wide > page.width:
            x, y = edge, y + _SWATCH
        elements += _mark(mark, (x, y), page, key.prefix)
        elements += _lines(lines, x + (-_SWATCH - 8 if page.mirrored else _SWATCH + 8), y, page)
        x += -wide if page.mirrored else wide
        if len(lines) > 1:
            x, y = edge, y + len(lines) * _TEXT * LINE + 6
    if x != edge:
        y += _SWATCH
    centre = [page.say(f"charts.key.centre.{classed.centre}")] if classed.centre else []
    for note in (*centre, *key.notes):
        lines = [page.directed(line) for line in wrapped(note, page.width - 4, _TEXT)]
        elements += _lines(lines, edge, y, page)
        y += len(lines) * _TEXT * LINE + 4
    return round(y) + 2, elements


def _bar(page: Page, classed: Classed) -> list[str]:
    roles = classed.roles
    step = min(90.0, (page.width - 2) / len(roles))
    elements = []
    for index, role in enumerate(roles):
        x = page.width - 1 - (index + 1) * step if page.mirrored else 1 + index * step
        paint = filled(role).replace('class="', 'class="k-rule ')
        elements.append(
            f'<rect {paint} stroke="{MARKS.rule}" x="{short(x)}" y="0" width="{short(step)}" height="{_BAR_HEIGHT}"/>'
        )
    for index, border in enumerate(classed.borders, start=1):
        x = page.width - 1 - index * step if page.mirrored else 1 + index * step
        elements.append(_text(border_words(page, border, classed), x, _BAR_HEIGHT + 15, "middle"))
    return elements


def border_words(page: Page, border: float, classed: Classed) -> str:
    """A class border with no more decimals than the borders need."""
    factor = 100 if classed.unit == "share" else 1
    decimals = next(digits for digits in range(7) if all(
        abs(round(one * factor, digits) - one * factor) < 1e-9 for one in classed.borders) or digits == 6)  # fmt: skip
    return page.language.amount(border, classed.unit, decimals=decimals)


def _mark(mark: str, place: tuple[float, float], page: Page, prefix: str) -> list[str]:
    left, y = place[0] - (_SWATCH if page.mirrored else 0), place[1]
    box = f'x="{short(left)}" y="{short(y)}" width="{_SWATCH}" height="{_BAR_HEIGHT}"'
    if mark == "protected":
        return [f'<rect class="k-rule" stroke="{MARKS.rule}" fill="url(#{prefix}-hatch)" {box}/>']
    role = "blank" if mark == "blank" else "s3"
    centre = (left + _SWATCH / 2, y + _BAR_HEIGHT / 2)
    return [
        f'<rect class="f-{role} k-rule" fill="{LIGHT[role]}" stroke="{MARKS.rule}" {box}/>',
        MARKS.dot(*centre) if mark == "blank" else MARKS.dash(*centre),
    ]


def _lines(lines: Sequence[str], x: float, y: float, page: Page) -> list[str]:
    anchor = "end" if page.mirrored else "start"
    return [_text(line, x, y + 11.5 + index * _TEXT * LINE, anchor) for index, line in enumerate(lines)]


def _text(words: str, x: float, y: float, anchor: str) -> str:
    place = f'x="{short(x)}" y="{short(y)}" font-size="{_TEXT}" text-anchor="{anchor}"'
    return f'<text class="f-quiet" fill="{MARKS.quiet}" {place}>{escape(words, quote=False)}</text>'
