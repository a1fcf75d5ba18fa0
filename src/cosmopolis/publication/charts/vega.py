"""
Vega-Lite specifications, and the plain SVG made of what vl-convert renders.

Marks are Vega's, words are ours (`words`): Vega would measure every word without
the page's font, which took three quarters of its time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from cosmopolis.publication.charts.colours import LIGHT, role_of, sentinel
from cosmopolis.publication.charts.frame import Frame, short
from cosmopolis.publication.charts.words import Words, set_words

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Layer = dict[str, Any]
#: Marks, words, or an element that is finished.
Part = Layer | Words | str
Values = Sequence[Mapping[str, Any]]

_KEPT = ("d", "x", "y", "x1", "y1", "x2", "y2", "width", "height")
_KEPT_STROKE = ("stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "fill-opacity")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
_MOVE = re.compile(r"translate\(([^,)]+)[, ]([^)]+)\)")
_INVISIBLE = (None, "none", "transparent")


def layer(values: Values, mark: Mapping[str, Any], **channels: Any) -> Layer:
    """
    One layer of marks.

    A channel is a field's name, or its definition (`{"value": 3}` in pixels).
    """
    encoding = {}
    for name, channel in channels.items():
        if not isinstance(channel, str):
            encoding[name] = channel
        elif name in ("x", "y"):
            encoding[name] = {"field": channel, "type": "quantitative"}
        else:
            encoding[name] = {"field": channel}
    # words that stand at a mark would make every language's chart another one
    wordless = [{name: datum for name, datum in value.items() if name != "t"} for value in values]
    return {"data": {"values": wordless}, "mark": dict(mark), "encoding": encoding}


def line_mark(role: str, width: float = 1, dash: Sequence[int] = (), **more: Any) -> dict[str, Any]:
    """A stroke in the colour of `role`."""
    told = {"strokeDash": list(dash)} if dash else {}
    return {"type": "rule", "stroke": sentinel(role), "strokeWidth": width, **told, **more}


def area_mark(kind: str, role: str, **more: Any) -> dict[str, Any]:
    """A filled area or rectangle in the colour of `role`."""
    return {"type": kind, "fill": sentinel(role), "stroke": None, **more}


def drawn(frame: Frame, parts: Sequence[Part]) -> list[str]:
    """The elements of a chart: its marks in drawing order, its words over them."""
    marks = [_placed(part, frame) for part in parts if isinstance(part, dict) and part["data"]["values"]]
    elements = _rendered(json.dumps(_specification(frame, marks), sort_keys=True)) if marks else ()
    words = [line for part in parts if not isinstance(part, dict) for line in _written(frame, part)]
    return [f'<g transform="translate({short(frame.left)} {short(frame.top)})">', *elements, *words, "</g>"]


def _written(frame: Frame, part: Words | str) -> list[str]:
    return [part] if isinstance(part, str) else set_words(frame, part)


@lru_cache(maxsize=256)
def _rendered(specification: str) -> tuple[str, ...]:
    # a chart without its words is the same in most languages, and is rendered once for them
    import vl_convert

    return tuple(_elements(vl_convert.vegalite_to_svg(specification)))


def _specification(frame: Frame, marks: Sequence[Layer]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": frame.plot,
        "height": frame.height,
        "padding": 0,
        "autosize": {"type": "none"},
        "background": None,
        "config": {"aria": False, "view": {"stroke": None}},
        "layer": list(marks),
    }


def _placed(one: Layer, frame: Frame) -> Layer:
    """The layer with every field of `x` and `y` on the chart's own scales."""
    ends = {"x": (frame.x, frame.mirrored), "y": (frame.y, frame.downwards)}
    channels = {
        name: channel | _axis(*ends[name]) if name in ends and "field" in channel else channel
        for name, channel in one["encoding"].items()
    }
    return one | {"encoding": channels}


def _axis(ends: tuple[float, float], reverse: bool) -> dict[str, Any]:
    return {"axis": None, "scale": {"domain": list(ends), "nice": False, "zero": False, "reverse": reverse}}


def _elements(svg: str) -> Iterator[str]:
    from defusedxml.ElementTree import fromstring

    yield from _leaves(fromstring(svg), 0.0, 0.0)


def _leaves(parent: Element, left: float, top: float) -> Iterator[str]:
    for element in parent:
        kind = element.tag.rpartition("}")[2]
        moved = _MOVE.search(element.get("transform", ""))
        x, y = (left + float(moved[1]), top + float(moved[2])) if moved else (left, top)
        if element.get("class") in ("background", "foreground") or element.get("display") == "none":
            continue
        if kind == "g":
            yield from _leaves(element, x, y)
        elif kind in ("path", "line", "rect"):
            yield _leaf(element, kind, (x, y))


def _leaf(element: Element, kind: str, place: tuple[float, float]) -> str:
    told = {name: rounded(element.attrib[name]) for name in _KEPT + _KEPT_STROKE if name in element.attrib}
    if told.get("opacity") == "1":
        del told["opacity"]
    if any(place):
        told["transform"] = f"translate({rounded(str(place[0]))} {rounded(str(place[1]))})"
    told |= _paint(element)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in told.items())
    return f"<{kind}{attributes}/>"


def _paint(element: Element) -> dict[str, str]:
    classes, colours = [], {}
    for kind, letter in (("fill", "f"), ("stroke", "k")):
        colour = element.get(kind)
        role = role_of(colour) if colour not in _INVISIBLE else None
        if role:
            classes.append(f"{letter}-{role}")
            colours[kind] = LIGHT[role]
        elif kind == "fill" and element.tag.endswith("path"):
            colours["fill"] = "none"
    return {"class": " ".join(classes), **colours} if classes else colours


def rounded(numbers: str) -> str:
    """
    Every number in some text with one decimal at most.

    >>> rounded("M0.04,12.96L-0.01,3")
    'M0,13L0,3'
    """
    return _NUMBER.sub(lambda found: short(float(found[0])), numbers)
