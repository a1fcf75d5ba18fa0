"""Horizontal bars, longest first: origins, groups or areas beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.colours import MOST_SERIES
from cosmopolis.publication.charts.frame import Frame, room
from cosmopolis.publication.charts.measure import LINE, text_width, widest, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row, distinct, rows
from cosmopolis.publication.charts.vega import Part, Values, area_mark, drawn, layer, line_mark
from cosmopolis.publication.charts.words import Align, Words
from cosmopolis.vocabulary.report import Figure
from cosmopolis.vocabulary.table import UNKNOWN

#: More bars than this are a table, not a chart.
MOST_BARS = 20

_LABEL, _BAR, _GAP = 14, 18, 10
_WHISKER = 4


@dataclass(frozen=True)
class Group:
    """The bars of one code, under one name."""

    code: str
    name: tuple[str, ...]
    bars: tuple[tuple[int, Row], ...]  #: number of the series, row

    @property
    def longest(self) -> float:
        """By what groups are sorted; a group without any number comes last."""
        return max((row.middle for _, row in self.bars if row.middle is not None), default=float("-inf"))

    @property
    def height(self) -> int:
        """Pixels from the top of its first bar to the foot of its last."""
        return _BAR * len(self.bars) + 2 * (len(self.bars) - 1)


@dataclass(frozen=True)
class Layout:
    """Where the bars of every group stand, in pixels from the top."""

    above: bool  #: names stand above their bars, not beside them
    names: float
    tops: tuple[float, ...]
    height: float


def bars(figure: Figure, page: Page) -> Drawing:
    """Draw a figure whose rows stand beside each other along any column but time."""
    found = rows(figure.table)
    if not any(row.extent for row in found):
        return describe.nothing(page)
    series = distinct(found, figure.series)[:MOST_SERIES]
    groups, hidden = _groups(figure, found, page, series)
    layout = _layout(groups, page)
    shown = [row for group in groups for _, row in group.bars]
    words = {id(row): _value_words(row, figure, page, several=len(series) > 1) for row in shown}
    frame = _frame(shown, words, layout, figure, page)
    notes = [describe.more(page, "charts.note.more_bars", hidden)] if hidden else []
    if any(row.quantity.value is None and row.quantity.middle is not None for row in shown):
        notes.append(page.say("charts.note.interval_bars"))
    layers = [
        *_reference(figure, frame, page),
        *_name_layers(groups, layout, frame, page),
        *_bar_layers(groups, layout, frame, words),
        *describe.note_words(frame, notes, page),
    ]
    height = round(frame.top + frame.height + frame.bottom) + describe.notes_height(notes, page)
    columns = (figure.across, figure.series) if len(series) > 1 else (figure.across,)
    sentences = [
        describe.more(page, "charts.describe.bars", len(shown)),
        *describe.extremes(page, shown, columns),
        *describe.reference_sentence(figure, page),
        *notes,
    ]
    return Drawing(drawn(frame, layers), height, sentences)


def _groups(figure: Figure, found: Sequence[Row], page: Page, series: Sequence[str]) -> tuple[list[Group], int]:
    codes = distinct(found, figure.across)
    widest_name = page.width - 16 if page.narrow else page.width * 0.34
    groups = []
    for code in codes:
        own = [row for row in found if row.codes[figure.across] == code]
        name = tuple(page.directed(part) for part in wrapped(page.name(figure.across, code), widest_name))
        placed = {series.index(row.codes[figure.series]) if figure.series else 0: row for row in own
                  if not figure.series or row.codes[figure.series] in series}  # fmt: skip
        groups.append(Group(code, name, tuple(sorted(placed.items(), key=lambda item: item[0]))))
    # ages keep their own order; what is unknown never leads
    if figure.across != "age_group":
        groups.sort(key=lambda group: (UNKNOWN in group.code, -group.longest, group.code))
    most = max(1, MOST_BARS // len(series))
    return groups[:most], len(groups[most:])


def _layout(groups: Sequence[Group], page: Page) -> Layout:
    longest = max(widest(group.name, _LABEL) for group in groups)
    above = longest > 0.3 * page.width if page.narrow else False
    tops, y = [], 0.0
    for group in groups:
        named = len(group.name) * _LABEL * LINE
        high = group.height
        tops.append(y + (named + 2 if above else max(0.0, (named - high) / 2)))
        y += (named + 2 + high if above else max(named, high)) + _GAP
    return Layout(above, 0 if above else longest + 12, tuple(tops), y)


def _value_words(row: Row, figure: Figure, page: Page, *, several: bool) -> str:
    if not several:
        return page.told(row)
    series = page.name(figure.series, row.codes[figure.series])
    return page.say("charts.series_value", series=series, value=row.quantity)


def _frame(shown: Sequence[Row], words: dict[int, str], layout: Layout, figure: Figure, page: Page) -> Frame:
    values = [number for row in shown for number in row.extent]
    if figure.reference is not None and figure.reference.middle is not None:
        values.append(figure.reference.middle)
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        high = 1.0
    ends = _room_beyond(shown, words, high, page.width - layout.names)
    # words of a negative bar stand before it
    before = [text_width(words[id(row)], _LABEL) + 12 for row in shown if (row.middle or 0) < 0]
    start = layout.names + max(before, default=0)
    left, right = (ends, start) if page.mirrored else (start, ends)
    top = 26 if figure.reference is not None else 4
    ends_of_y = (0.0, layout.height)
    return Frame(room(left), room(right), top, 4, page.width, layout.height, (low, high), ends_of_y,
                 page.mirrored, downwards=True)  # fmt: skip


def _room_beyond(shown: Sequence[Row], words: Mapping[int, str], high: float, width: float) -> float:
    """Room after the longest bar that lets every bar's words end on the page."""
    plots = [width - 12]
    for row in shown:
        end = max(0.0, *row.extent) if row.extent else 0.0
        if end > 0 and high > 0:
            plots.append((width - text_width(words[id(row)], _LABEL) - 12) * high / end)
    return width - min(plots)


def _reference(figure: Figure, frame: Frame, page: Page) -> list[Part]:
    if figure.reference is None or figure.reference.middle is None:
        return []
    text = describe.reference(figure.reference, page)
    place = frame.across(figure.reference.middle)
    half = text_width(text, 13) / 2
    # the words stay on the page even if the line stands at its edge
    centre = min(max(place, half - frame.left), frame.plot + frame.right - half)
    down: dict[str, object] = {"y": {"value": -4}, "y2": {"value": frame.height - _GAP + 2}}
    return [
        layer([{"x": figure.reference.middle}], line_mark("quiet", 2, (2, 5)), x="x", **down),
        Words([{"t": text}], "quiet", "center", x=centre, y=-15, size=13),
    ]


def _name_layers(groups: Sequence[Group], layout: Layout, frame: Frame, page: Page) -> list[Part]:
    edge = frame.plot + frame.right if page.mirrored else -frame.left
    inner = frame.plot + frame.right - layout.names + 12 if page.mirrored else layout.names - frame.left - 12
    align: Align = "right" if page.mirrored == layout.above else "left"
    values: list[dict[str, object]] = []
    for group, top in zip(groups, layout.tops, strict=True):
        lines = len(group.name)
        above = top - 2 - (lines - 0.5) * _LABEL * LINE
        beside = top + group.height / 2 - (lines - 1) / 2 * _LABEL * LINE
        first = above if layout.above else beside
        values.append({"y": round(first, 1), "t": "\n".join(group.name)})
    place = edge if layout.above else inner
    return [Words(values, "ink", align, x=place, halo=True)]


def _bar_layers(groups: Sequence[Group], layout: Layout, frame: Frame, words: dict[int, str]) -> list[Part]:
    layers: list[Part] = []
    whiskers: list[dict[str, object]] = []
    texts: dict[tuple[str, Align], list[dict[str, object]]] = {}
    several = max(number for group in groups for number, _ in group.bars) > 0
    for index in sorted({number for group in groups for number, _ in group.bars}):
        solid: list[dict[str, object]] = []
        hollow: list[dict[str, object]] = []
        for group, top in zip(groups, layout.tops, strict=True):
            for place, (number, row) in enumerate(group.bars):
                if number != index:
                    continue
                y = top + place * (_BAR + 2)
                if row.middle is not None:
                    box: dict[str, object] = {"x": 0, "x2": row.middle, "y": y, "y2": y + _BAR}
                    (solid if row.quantity.value is not None else hollow).append(box)
                if row.bounds:
                    whiskers.append({"x": row.bounds[0], "x2": row.bounds[1], "y": y + _BAR / 2})
                role = f"t{index + 1}" if several else "ink"
                align, text = _value_text(row, frame, y, words[id(row)])
                texts.setdefault((role if row.middle is not None else "quiet", align), []).append(text)
        for boxes, opacity in ((solid, 1.0), (hollow, 0.45)):
            mark = area_mark("rect", f"g{index + 1}", fillOpacity=opacity)
            layers.append(layer(boxes, mark, x="x", x2="x2", y="y", y2="y2"))
    layers += _whisker_layers(whiskers)
    # the base line stands at the bars only, so that it crosses no name above them
    feet = [
        {"x": 0, "y": top - 2, "y2": top + group.height + 2} for group, top in zip(groups, layout.tops, strict=True)
    ]
    layers.append(layer(feet, line_mark("quiet"), x="x", y="y", y2="y2"))
    for (role, align), values in sorted(texts.items()):
        layers.append(Words(values, role, align, dx=7 if align == "left" else -7, halo=True))
    return layers


def _value_text(row: Row, frame: Frame, y: float, words: str) -> tuple[Align, dict[str, object]]:
    negative = (row.middle or 0) < 0
    end = min(row.extent, default=0) if negative else max(row.extent, default=0)
    text: dict[str, object] = {"x": end, "y": y + _BAR / 2 + 0.5, "t": words}
    return "right" if negative != frame.mirrored else "left", text


def _whisker_layers(whiskers: Values) -> list[Part]:
    caps = [{"x": whisker[end], "y": float(whisker["y"]) - _WHISKER, "y2": float(whisker["y"]) + _WHISKER}
            for whisker in whiskers for end in ("x", "x2")]  # fmt: skip
    return [
        layer(whiskers, line_mark("ink", 1.5), x="x", x2="x2", y="y"),
        layer(caps, line_mark("ink", 1.5), x="x", y="y", y2="y2"),
    ]
