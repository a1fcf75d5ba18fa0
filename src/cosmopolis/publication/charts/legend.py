"""The key of a map: a stepped bar with the class borders, and the marks that occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from cosmopolis.publication.charts.colours import LIGHT, filled
from cosmopolis.publication.charts.measure import LINE, text_width, wrapped
from cosmopolis.publication.charts.page import Page
from cosmopolis.publication.charts.vega import short

if TYPE_CHECKING:
    from cosmopolis.publication.charts.maps import Classed

_TEXT = 13
_BAR_HEIGHT = 14
_SWATCH = 22


@dataclass(frozen=True)
class Key:
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


KEY = Key()


def legend(page: Page, classed: Classed, marks: Sequence[str], prefix: str) -> tuple[int, list[str]]:
    """Height and elements of the key."""
    elements = _bar(page, classed)
    y = _BAR_HEIGHT + 26.0
    if classed.diverging and 1 in classed.borders:
        marks = ("centre", *marks)
    edge = page.width - 1 if page.mirrored else 1
    x: float = edge
    for mark in marks:
        lines = [page.directed(line) for line in wrapped(page.say(f"charts.key.{mark}"), page.width - 2 * _SWATCH, _TEXT)]
        swatch = 0 if mark == "centre" else _SWATCH + 8
        wide = swatch + max(text_width(line, _TEXT) for line in lines) + 24
        if x != edge and abs(x - edge) + wide > page.width:
            x, y = edge, y + _SWATCH
        elements += _mark(mark, x, y, (page, prefix), lines)
        x += -wide if page.mirrored else wide
        if len(lines) > 1 or mark == "centre":
            x, y = edge, y + len(lines) * _TEXT * LINE + 6
    if x != edge:
        y += _SWATCH
    return round(y) + 2, elements


def _bar(page: Page, classed: Classed) -> list[str]:
    roles = classed.roles
    step = min(90.0, (page.width - 2) / len(roles))
    elements = []
    for index, role in enumerate(roles):
        x = page.width - 1 - (index + 1) * step if page.mirrored else 1 + index * step
        paint = filled(role).replace('class="', 'class="k-rule ')
        elements.append(f'<rect {paint} stroke="{KEY.rule}" x="{short(x)}" y="0" width="{short(step)}" height="{_BAR_HEIGHT}"/>')
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


def _mark(mark: str, x: float, y: float, told: tuple[Page, str], lines: Sequence[str]) -> list[str]:
    page, prefix = told
    left = x - _SWATCH if page.mirrored else x
    elements = []
    if mark == "protected":
        box = f'x="{short(left)}" y="{short(y)}" width="{_SWATCH}" height="{_BAR_HEIGHT}"'
        elements.append(f'<rect class="k-rule" stroke="{KEY.rule}" fill="url(#{prefix}-hatch)" {box}/>')
    elif mark in ("blank", "straddles"):
        box = f'x="{short(left)}" y="{short(y)}" width="{_SWATCH}" height="{_BAR_HEIGHT}"'
        role = "blank" if mark == "blank" else "s3"
        elements.append(f'<rect class="f-{role} k-rule" fill="{LIGHT[role]}" stroke="{KEY.rule}" {box}/>')
        place = (left + _SWATCH / 2, y + _BAR_HEIGHT / 2)
        elements.append(KEY.dot(*place) if mark == "blank" else KEY.dash(*place))
    shift = 0 if mark == "centre" else _SWATCH + 8
    anchor, start = ("end", x - shift) if page.mirrored else ("start", x + shift)
    for index, line in enumerate(lines):
        elements.append(_text(line, start, y + 11.5 + index * _TEXT * LINE, anchor))
    return elements


def _text(words: str, x: float, y: float, anchor: str) -> str:
    place = f'x="{short(x)}" y="{short(y)}"'
    return f'<text class="f-quiet" fill="{KEY.quiet}" font-size="{_TEXT}" text-anchor="{anchor}" {place}>{escape(words)}</text>'
