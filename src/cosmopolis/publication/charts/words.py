"""Words on a chart, set as plain SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from cosmopolis.publication.charts.colours import LIGHT
from cosmopolis.publication.charts.frame import Frame, short
from cosmopolis.publication.charts.measure import LINE

Align = Literal["left", "center", "right"]

#: From the middle of a line of text down to its base line, in units of its size.
_TO_BASE = 0.35
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


@dataclass(frozen=True)
class Words:
    """
    Labels of one look.

    Each value holds its text in `t` (lines by line feeds). `x` and `y` are pixels
    from the plot's corner for all of them, or `None`: then each value's own `x` or
    `y`, in the units of the axis, is taken. `y` is the middle of the first line.
    """

    values: Sequence[Mapping[str, Any]]
    role: str
    align: Align
    x: float | None = None
    y: float | None = None
    size: int = 14
    bold: bool = False
    halo: bool = False
    dx: float = 0
    dy: float = 0


def set_words(frame: Frame, words: Words) -> list[str]:
    """The labels as SVG elements."""
    return [_text(words, value, _place(frame, words, value)) for value in words.values]


def _place(frame: Frame, words: Words, value: Mapping[str, Any]) -> tuple[float, float]:
    x = frame.across(value["x"]) if words.x is None else words.x
    y = frame.down(value["y"]) if words.y is None else words.y
    return x + words.dx, y + words.dy


def _text(words: Words, value: Mapping[str, Any], place: tuple[float, float]) -> str:
    x, y = short(place[0]), place[1] + _TO_BASE * words.size
    classes, paint = f"f-{words.role}", f'fill="{LIGHT[words.role]}"'
    if words.halo:
        # the halo lies under the letters, not over them
        classes += " k-paper"
        paint += f' stroke="{LIGHT["paper"]}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    weight = ' font-weight="600"' if words.bold else ""
    size = f' font-size="{words.size}"' if words.size != 14 else ""
    anchor = f' text-anchor="{_ANCHORS[words.align]}"' if words.align != "left" else ""
    lines = str(value["t"]).split("\n")
    opening = f'<text class="{classes}" {paint}{anchor}{size}{weight} x="{x}" y="{short(y)}">'
    if len(lines) == 1:
        return f"{opening}{escape(lines[0], quote=False)}</text>"
    step = short(words.size * LINE)
    spans = "".join(
        f'<tspan x="{x}" dy="{step if index else 0}">{escape(line, quote=False)}</tspan>'
        for index, line in enumerate(lines)
    )
    return f"{opening}{spans}</text>"
