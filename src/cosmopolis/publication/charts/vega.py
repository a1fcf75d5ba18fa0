"""Vega-Lite specifications, and the plain SVG made of what vl-convert renders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from cosmopolis.publication.charts.colours import LIGHT, role_of, sentinel

Layer = dict[str, Any]
Values = Sequence[Mapping[str, Any]]

_KEPT = ("d", "x", "y", "x1", "y1", "x2", "y2", "dy", "width", "height", "text-anchor", "font-size", "font-weight")
_KEPT_STROKE = ("stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "fill-opacity")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
_MOVE = re.compile(r"translate\(([^,)]+)[, ]([^)]+)\)")
_INVISIBLE = (None, "none", "transparent")


@dataclass(frozen=True)
class Frame:
    """The plot's box inside the drawing, and the ends of its two axes."""

    left: float
    right: float
    top: float
    bottom: float
    width: int
    height: float  #: of the plot alone
    x: tuple[float, float]
    y: tuple[float, float]
    mirrored: bool = False
    downwards: bool = False

    @property
    def plot(self) -> float:
        """Width of the plot alone."""
        return self.width - self.left - self.right

    def across(self, value: float) -> float:
        """Pixels from the left end of the plot."""
        share = (value - self.x[0]) / (self.x[1] - self.x[0])
        return self.plot * (1 - share if self.mirrored else share)

    def down(self, value: float) -> float:
        """Pixels from the top of the plot."""
        share = (value - self.y[0]) / (self.y[1] - self.y[0])
        return self.height * (share if self.downwards else 1 - share)


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
    return {"data": {"values": list(values)}, "mark": dict(mark), "encoding": encoding}


def line_mark(role: str, width: float = 1, dash: Sequence[int] = (), **more: Any) -> dict[str, Any]:
    """A stroke in the colour of `role`."""
    told = {"strokeDash": list(dash)} if dash else {}
    return {"type": "rule", "stroke": sentinel(role), "strokeWidth": width, **told, **more}


def area_mark(kind: str, role: str, **more: Any) -> dict[str, Any]:
    """A filled area or rectangle in the colour of `role`."""
    return {"type": kind, "fill": sentinel(role), "stroke": None, **more}


def text_mark(role: str, align: str, size: int = 14, **more: Any) -> dict[str, Any]:
    """Words in the colour of `role`; lines are broken at line feeds."""
    base = {"type": "text", "fill": sentinel(role), "align": align, "fontSize": size, "baseline": "middle"}
    return {**base, "lineBreak": "\n", "limit": 0, "lineHeight": round(size * 1.25), **more}


def drawn(frame: Frame, layers: Sequence[Layer]) -> list[str]:
    """The elements of a chart, in drawing order."""
    import vl_convert

    return list(_elements(vl_convert.vegalite_to_svg(_specification(frame, layers))))


def _specification(frame: Frame, layers: Sequence[Layer]) -> dict[str, Any]:
    def scale(ends: tuple[float, float], *, reverse: bool) -> dict[str, Any]:
        return {"axis": None, "scale": {"domain": list(ends), "nice": False, "zero": False, "reverse": reverse}}

    axes = {"x": scale(frame.x, reverse=frame.mirrored), "y": scale(frame.y, reverse=frame.downwards)}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": frame.plot,
        "height": frame.height,
        "padding": {"left": frame.left, "right": frame.right, "top": frame.top, "bottom": frame.bottom},
        "autosize": {"type": "none"},
        "background": None,
        "config": {"aria": False, "view": {"stroke": None}},
        "layer": [_placed(one, axes) for one in layers if one["data"]["values"]],
    }


def _placed(one: Layer, axes: Mapping[str, Any]) -> Layer:
    """The layer with every field of `x` and `y` on the chart's own scales."""
    channels = {
        name: channel | axes[name] if name in axes and "field" in channel else channel
        for name, channel in one["encoding"].items()
    }
    return one | {"encoding": channels}


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
        elif kind in ("path", "line", "rect", "text"):
            yield _leaf(element, kind, (x, y))


def _leaf(element: Element, kind: str, place: tuple[float, float]) -> str:
    told = {name: rounded(element.attrib[name]) for name in _KEPT + _KEPT_STROKE if name in element.attrib}
    if told.get("opacity") == "1":
        del told["opacity"]
    if any(place):
        told["transform"] = f"translate({rounded(str(place[0]))} {rounded(str(place[1]))})"
    told |= _paint(element)
    if kind == "text":
        told["font-size"] = told.get("font-size", "14").removesuffix("px")
        if "stroke" in told:
            # the halo lies under the letters, not over them
            told |= {"paint-order": "stroke", "stroke-linejoin": "round"}
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in told.items())
    return f"<{kind}{attributes}>{_content(element)}</{kind}>" if kind == "text" else f"<{kind}{attributes}/>"


def _content(text: Element) -> str:
    lines = "".join(
        f'<tspan x="0" dy="{rounded(line.get("dy", "0"))}">{escape(line.text or "")}</tspan>' for line in text
    )
    return lines or escape(text.text or "")


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


def short(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text
