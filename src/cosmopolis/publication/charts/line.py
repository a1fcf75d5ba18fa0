"""The time line: how a number moved, each series named at its end."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.colours import DASHES, MOST_SERIES, SHAPES, sentinel
from cosmopolis.publication.charts.measure import LINE, text_width, widest, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row, distinct, rows
from cosmopolis.publication.charts.scales import Axis, axis, spread, starts_at_zero
from cosmopolis.publication.charts.vega import Frame, Layer, area_mark, drawn, layer, line_mark, text_mark
from cosmopolis.vocabulary.report import Figure
from cosmopolis.vocabulary.table import Status

#: Points of a series this long are dots as well; longer ones are lines only.
MOST_DOTS = 16
#: A step this many times the shortest one is a hole in the data, not a line.
HOLE = 1.9

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")
_LABEL, _TICK = 14, 13


@dataclass(frozen=True)
class Series:
    """One line: its points in time order and the words at its end."""

    index: int
    points: tuple[tuple[float, Row], ...]
    lines: tuple[str, ...]

    @property
    def last(self) -> tuple[float, float]:
        """Time and height of the last point."""
        when, row = self.points[-1]
        return when, row.middle or 0.0

    @property
    def segments(self) -> list[list[tuple[float, Row]]]:
        """Points that one line joins: it ends at a hole and at a break of the series."""
        steps = [later[0] - earlier[0] for earlier, later in pairwise(self.points)]
        longest = HOLE * min(steps, default=1)
        segments = [[self.points[0]]]
        for earlier, later in pairwise(self.points):
            broken = later[1].quantity.status is Status.BREAK or later[0] - earlier[0] > longest
            if broken:
                segments.append([])
            segments[-1].append(later)
        return segments


def line(figure: Figure, page: Page) -> Drawing:
    """Draw a figure whose rows run along `period`."""
    found = [row for row in rows(figure.table) if row.middle is not None]
    if not found:
        return describe.nothing(page)
    room = page.width * (0.4 if page.narrow else 0.3)
    all_series = _series(figure, found, page, room)
    shown = [row for series in all_series for _, row in series.points]
    values = [number for row in shown for number in row.extent] + _reference_value(figure)
    scale = axis(values, zero=starts_at_zero(values))
    frame = _frame(all_series, scale, page, found[0].quantity.unit)
    layers = [
        *_grid(frame, scale, page, found[0].quantity.unit),
        *_time_labels(frame, shown, page),
        *_reference(figure, frame, page),
    ]
    for series in all_series:
        layers += _marks(series)
    layers += _ends(all_series, frame)
    notes = _notes(page, scale, distinct(found, figure.series), len(all_series))
    elements = drawn(frame, layers + describe.note_layers(frame, notes, page))
    height = round(frame.top + frame.height + frame.bottom)
    sentences = [*_sentences(figure, shown, page), *notes]
    return Drawing(elements, height + describe.notes_height(notes, page), sentences)


def moment(period: str) -> float:
    """
    A period as a point on the time axis, in years; a span at its middle.

    >>> moment("2015/2020")
    2017.5
    """
    start, slash, end = period.partition("/")
    if slash:
        return (moment(start) + moment(end)) / 2
    parts = _DATE.match(period)
    if parts is None:
        return 0.0
    year, month, day = int(parts[1]), int(parts[2] or 1), int(parts[3] or 1)
    return year + (datetime.date(year, month, day) - datetime.date(year, 1, 1)).days / 366


def _series(figure: Figure, found: Sequence[Row], page: Page, room: float) -> list[Series]:
    codes = distinct(found, figure.series)
    lines = []
    for code in codes:
        own = [row for row in found if not figure.series or row.codes[figure.series] == code]
        points = sorted(((moment(row.codes["period"]), row) for row in own), key=lambda point: point[0])
        lines.append((code, tuple({when: (when, row) for when, row in points}.values())))
    # the six that matter most at the end; the table has all
    kept = sorted(lines, key=lambda series: (-(series[1][-1][1].middle or 0), series[0]))[:MOST_SERIES]
    named = len(codes) > 1
    made = []
    for index, (code, points) in enumerate(series for series in lines if series in kept):
        words = [page.directed(part) for part in wrapped(page.name(figure.series, code), room)] if named else []
        made.append(Series(index, points, (*words, page.told(points[-1][1]))))
    return made


def _frame(all_series: Sequence[Series], scale: Axis, page: Page, unit: str) -> Frame:
    ends = max(widest(series.lines, _LABEL) for series in all_series) + 20
    ticks = widest(_tick_words(scale, page, unit), _TICK) + 10
    needed = sum(len(series.lines) for series in all_series) * _LABEL * LINE + 8 * len(all_series)
    times = [when for series in all_series for when, _ in series.points]
    first, last = min(times), max(times)
    pad = 0.5 if first == last else 0.02 * (last - first)
    left, right = (ends, ticks) if page.mirrored else (ticks, ends)
    return Frame(
        left=round(left),
        right=round(right),
        top=14,
        bottom=30,
        width=page.width,
        height=max(220 if page.narrow else 260, round(needed)),
        x=(first - pad, last + pad),
        y=(scale.low, scale.high),
        mirrored=page.mirrored,
    )


def _tick_words(scale: Axis, page: Page, unit: str) -> list[str]:
    return [tick_words(page, tick, unit, scale) for tick in scale.ticks]


def tick_words(page: Page, tick: float, unit: str, scale: Axis) -> str:
    """A number on an axis, with as many decimals as the axis needs."""
    decimals = max(0, scale.decimals - 2) if unit == "share" else scale.decimals
    return page.language.amount(tick, unit, decimals=decimals)


def _grid(frame: Frame, scale: Axis, page: Page, unit: str) -> list[Layer]:
    values = [{"y": tick, "t": tick_words(page, tick, unit, scale)} for tick in scale.ticks]
    across: dict[str, object] = {"x": {"value": 0}, "x2": {"value": frame.plot}}
    place, align = (frame.plot + 8, "left") if page.mirrored else (-8, "right")
    return [
        layer([v for v in values if v["y"] != 0], line_mark("rule"), y="y", **across),
        layer([v for v in values if v["y"] == 0], line_mark("quiet"), y="y", **across),
        layer(values, text_mark("quiet", align, _TICK), x={"value": place}, y="y", text="t"),
    ]


def _time_labels(frame: Frame, shown: Sequence[Row], page: Page) -> list[Layer]:
    periods = {moment(row.codes["period"]): row.codes["period"] for row in shown}
    words = {when: page.directed(_time_words(page, period, periods.values())) for when, period in periods.items()}
    values = [{"x": when, "t": words[when]} for when in _readable(words, frame)]
    below = {"value": frame.height + 18}
    tick = {"y": {"value": frame.height}, "y2": {"value": frame.height + 5}}
    return [
        layer(values, line_mark("quiet"), x="x", **tick),
        layer(values, text_mark("quiet", "center", _TICK), x="x", y=below, text="t"),
    ]


def _time_words(page: Page, period: str, periods: Sequence[str]) -> str:
    # 1 January of every year is the year; the figure's second line says which day
    days = {one[4:] for one in periods}
    return period[:4] if len(days) == 1 and "/" not in period else page.language.period(period)


def _readable(words: dict[float, str], frame: Frame) -> list[float]:
    """The times whose words fit side by side, counted back from the last."""
    times = sorted(words)
    wide = widest(list(words.values()), _TICK) + 14
    for step in range(1, len(times) + 1):
        kept = times[::-1][::step]
        if all(abs(frame.across(one) - frame.across(next_)) >= wide for one, next_ in pairwise(kept)):
            return kept[::-1]
    return times[-1:]


def _reference_value(figure: Figure) -> list[float]:
    return [] if figure.reference is None or figure.reference.middle is None else [figure.reference.middle]


def _reference(figure: Figure, frame: Frame, page: Page) -> list[Layer]:
    if figure.reference is None or figure.reference.middle is None:
        return []
    level = figure.reference.middle
    value = [{"y": level, "t": describe.reference(figure.reference, page)}]
    start, align = (frame.plot, "right") if page.mirrored else (0, "left")
    # above the line, unless that leaves the plot
    shift = -9 if frame.down(level) > 20 else 11
    across: dict[str, object] = {"x": {"value": 0}, "x2": {"value": frame.plot}}
    words = text_mark("quiet", align, _TICK, dy=shift, stroke=sentinel("paper"), strokeWidth=3)
    return [
        layer(value, line_mark("quiet", 2, (2, 5)), y="y", **across),
        layer(value, words, x={"value": start}, y="y", text="t"),
    ]


def _marks(series: Series) -> list[Layer]:
    role, shape = f"g{series.index + 1}", SHAPES[series.index]
    band, whiskers, joined, dots = [], [], [], []
    for number, segment in enumerate(series.segments):
        bounded = len(segment) > 1 and all(row.bounds for _, row in segment)
        for when, row in segment:
            point = {"x": when, "y": row.middle, "k": number}
            low, high = row.bounds or (0, 0)
            if row.bounds:
                (band if bounded else whiskers).append(point | {"a": low, "b": high})
            if len(segment) > 1:
                joined.append(point)
            if len(segment) == 1 or len(series.points) <= MOST_DOTS or when == series.last[0]:
                dots.append(point)
    stroke = {"type": "line", "stroke": sentinel(role), "strokeWidth": 2.5, "strokeJoin": "round"}
    dot = {"type": "point", "fill": sentinel(role), "stroke": sentinel("paper"), "strokeWidth": 1}
    return [
        layer(band, area_mark("area", role, fillOpacity=0.2), x="x", y={"field": "a", "type": "quantitative"},
              y2={"field": "b"}, detail="k"),
        layer(whiskers, line_mark(role, 1.5), x="x", y={"field": "a", "type": "quantitative"}, y2={"field": "b"}),
        layer(joined, stroke | {"strokeDash": DASHES[series.index]}, x="x", y="y", detail="k"),
        layer(dots, dot | {"shape": shape, "size": 48}, x="x", y="y"),
    ]  # fmt: skip


def _ends(all_series: Sequence[Series], frame: Frame) -> list[Layer]:
    heights = [len(series.lines) * _LABEL * LINE + 6 for series in all_series]
    wished = [frame.down(series.last[1]) for series in all_series]
    placed = spread(wished, heights, max(frame.height, sum(heights)))
    edge, align, away = (0.0, "right", -1) if frame.mirrored else (frame.plot, "left", 1)
    layers = []
    for series, centre, wish, height in zip(all_series, placed, wished, heights, strict=True):
        if abs(centre - wish) > 7 or abs(frame.across(series.last[0]) - edge) > 0.1 * frame.plot:
            leader = line_mark(f"g{series.index + 1}", 1, (1, 2))
            ends = {"x": {"value": frame.across(series.last[0]) + 6 * away}, "x2": {"value": edge + 12 * away}}
            layers.append(layer([{}], leader | {"type": "rule"}, **ends, y={"value": wish}, y2={"value": centre}))
        # the first line's middle: Vega hangs the other lines below it
        top = centre - height / 2 + 3 + _LABEL * LINE / 2
        words = text_mark(f"t{series.index + 1}", align, _LABEL, fontWeight=600)
        value = [{"t": "\n".join(series.lines)}]
        layers.append(layer(value, words, x={"value": edge + 15 * away}, y={"value": round(top, 1)}, text="t"))
    return layers


def _notes(page: Page, scale: Axis, codes: Sequence[str], drawn_series: int) -> list[str]:
    notes = []
    if page.mirrored:
        notes.append(page.say("charts.note.right_to_left"))
    if not scale.from_zero:
        notes.append(page.say("charts.note.not_from_zero"))
    if len(codes) > drawn_series:
        notes.append(describe.more(page, "charts.note.more_series", len(codes) - drawn_series))
    return notes


def _sentences(figure: Figure, shown: Sequence[Row], page: Page) -> list[str]:
    periods = sorted({row.codes["period"] for row in shown}, key=moment)
    several = len(distinct(shown, figure.series)) > 1
    sentences = [describe.from_to(page, "charts.describe.line", periods)]
    sentences += describe.extremes(page, shown, (figure.series, "period") if several else ("period",))
    return sentences + describe.reference_sentence(figure, page)


def label_width(words: str) -> float:
    """Pixels of a label at the size charts write them."""
    return text_width(words, _LABEL)
