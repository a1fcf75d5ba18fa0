"""The time line: how a number moved, each series named at its end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.colours import DASHES, LIGHT, MOST_SERIES, SHAPES, sentinel
from cosmopolis.publication.charts.frame import Frame, room, short
from cosmopolis.publication.charts.measure import LINE, widest, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row, distinct, rows
from cosmopolis.publication.charts.scales import FROM_ZERO, Axis, axis, spread, starts_at_zero
from cosmopolis.publication.charts.vega import Part, area_mark, drawn, layer, line_mark
from cosmopolis.publication.charts.words import Align, Words
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
    holes: tuple[float, ...] = ()  #: times at which the table says that there is no number

    @property
    def last(self) -> tuple[float, float]:
        """Time and height of the last point."""
        when, row = self.points[-1]
        return when, row.middle or 0.0

    @property
    def segments(self) -> list[list[tuple[float, Row]]]:
        """Points that one line joins: it ends where a number is missing and at a break of the series."""
        steps = [later[0] - earlier[0] for earlier, later in pairwise(self.points)]
        longest = HOLE * min(steps, default=1)
        segments = [[self.points[0]]]
        for earlier, later in pairwise(self.points):
            broken = later[1].quantity.status is Status.BREAK or later[0] - earlier[0] > longest
            if broken or any(earlier[0] < hole < later[0] for hole in self.holes):
                segments.append([])
            segments[-1].append(later)
        return segments


def line(figure: Figure, page: Page) -> Drawing:
    """Draw a figure whose rows run along `period`."""
    all_series = _series(figure, page)
    if not all_series:
        return describe.nothing(page)
    shown = [row for series in all_series for _, row in series.points]
    unit = shown[0].quantity.unit
    values = [number for row in shown for number in row.extent] + _reference_value(figure)
    scale = axis(values, zero=unit in FROM_ZERO or starts_at_zero(values))
    frame = _frame(all_series, scale, page, unit)
    layers: list[Part] = [
        *_grid(frame, scale, page, unit),
        *_time_labels(frame, shown, page),
        *_reference(figure, frame, page),
    ]
    for series in all_series:
        layers += _marks(series)
    layers += [_end_above(all_series[0], frame)] if _above(all_series, page) else _ends(all_series, frame)
    hidden = len({row.codes[figure.series] for row in rows(figure.table)}) - len(all_series) if figure.series else 0
    notes = _notes(page, scale, hidden)
    elements = drawn(frame, [*layers, *describe.note_words(frame, notes, page)])
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
    return year + (dt.date(year, month, day) - dt.date(year, 1, 1)).days / 366


def _series(figure: Figure, page: Page) -> list[Series]:
    found = rows(figure.table)
    codes = distinct(found, figure.series)
    lines: list[tuple[str, tuple[tuple[float, Row], ...]]] = []
    holes: dict[str, tuple[float, ...]] = {}
    for code in codes:
        own = [row for row in found if not figure.series or row.codes[figure.series] == code]
        at = {moment(row.codes["period"]): row for row in own}
        points = tuple(sorted((one for one in at.items() if one[1].middle is not None), key=lambda one: one[0]))
        holes[code] = tuple(when for when, row in at.items() if row.middle is None)
        if points:
            lines.append((code, points))
    # the six that matter most at the end; the table has all
    kept = sorted(lines, key=lambda series: (-(series[1][-1][1].middle or 0), series[0]))[:MOST_SERIES]
    widest_name = page.width * (0.34 if page.narrow else 0.3)
    made = []
    for index, (code, points) in enumerate(series for series in lines if series in kept):
        name = wrapped(page.name(figure.series, code), widest_name) if len(codes) > 1 else []
        words = (*map(page.directed, name), page.told(points[-1][1]))
        made.append(Series(index, points, words, holes[code]))
    return made


def _above(all_series: Sequence[Series], page: Page) -> bool:
    """Whether the one number of a phone's chart stands over its line, which gets the width."""
    return page.narrow and len(all_series) == 1


def _frame(all_series: Sequence[Series], scale: Axis, page: Page, unit: str) -> Frame:
    ends = 12.0 if _above(all_series, page) else max(widest(series.lines, _LABEL) for series in all_series) + 20
    ticks = widest(_tick_words(scale, page, unit), _TICK) + 10
    needed = sum(len(series.lines) for series in all_series) * _LABEL * LINE + 8 * len(all_series)
    times = [when for series in all_series for when, _ in series.points]
    first, last = min(times), max(times)
    pad = 0.5 if first == last else 0.02 * (last - first)
    left, right = (ends, ticks) if page.mirrored else (ticks, ends)
    return Frame(
        left=room(left),
        right=room(right),
        top=26 if _above(all_series, page) else 14,
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


def _grid(frame: Frame, scale: Axis, page: Page, unit: str) -> list[Part]:
    values = [{"y": tick, "t": tick_words(page, tick, unit, scale)} for tick in scale.ticks]
    across: dict[str, object] = {"x": {"value": 0}, "x2": {"value": frame.plot}}
    place = frame.plot + 8 if page.mirrored else -8
    align: Align = "left" if page.mirrored else "right"
    return [
        layer([v for v in values if v["y"] != 0], line_mark("rule"), y="y", **across),
        layer([v for v in values if v["y"] == 0], line_mark("quiet"), y="y", **across),
        Words(values, "quiet", align, x=place, size=_TICK),
    ]


def _time_labels(frame: Frame, shown: Sequence[Row], page: Page) -> list[Part]:
    periods = {moment(row.codes["period"]): row.codes["period"] for row in shown}
    words = {when: page.directed(_time_words(page, period, periods.values())) for when, period in periods.items()}
    values = [{"x": when, "t": words[when]} for when in _readable(words, frame)]
    tick = {"y": {"value": frame.height}, "y2": {"value": frame.height + 5}}
    return [
        layer(values, line_mark("quiet"), x="x", **tick),
        Words(values, "quiet", "center", y=frame.height + 18, size=_TICK),
    ]


def _time_words(page: Page, period: str, periods: Iterable[str]) -> str:
    # 1 January of every year is the year; the figure's second line says which day
    days = {one[4:] for one in periods}
    return period[:4] if len(days) == 1 and "/" not in period else page.language.period(period)


def _readable(words: dict[float, str], frame: Frame) -> list[float]:
    """The times whose words fit side by side, counted back from the last."""
    times = sorted(words)
    wide = widest(list(words.values()), _TICK) + 14
    fitting = []
    for step in range(1, len(times) + 1):
        kept = times[::-1][::step]
        if all(abs(frame.across(one) - frame.across(next_)) >= wide for one, next_ in pairwise(kept)):
            fitting.append(kept[::-1])
    # the first year is worth naming too, if not too many others fall away for it
    with_first = [kept for kept in fitting if kept[0] == times[0] and 2 * len(kept) >= len(fitting[0])]
    return (with_first or fitting or [times[-1:]])[0]


def _reference_value(figure: Figure) -> list[float]:
    return [] if figure.reference is None or figure.reference.middle is None else [figure.reference.middle]


def _reference(figure: Figure, frame: Frame, page: Page) -> list[Part]:
    if figure.reference is None or figure.reference.middle is None:
        return []
    level = figure.reference.middle
    value = [{"y": level, "t": describe.reference(figure.reference, page)}]
    start = frame.plot if page.mirrored else 0
    align: Align = "right" if page.mirrored else "left"
    # above the line, unless that leaves the plot
    shift = -9 if frame.down(level) > 20 else 11
    across: dict[str, object] = {"x": {"value": 0}, "x2": {"value": frame.plot}}
    return [
        layer(value, line_mark("quiet", 2, (2, 5)), y="y", **across),
        Words(value, "quiet", align, x=start, dy=shift, size=_TICK, halo=True),
    ]


def _marks(series: Series) -> list[Part]:
    role, shape = f"g{series.index + 1}", SHAPES[series.index]
    band: list[dict[str, object]] = []
    whiskers: list[dict[str, object]] = []
    joined: list[dict[str, object]] = []
    dots: list[dict[str, object]] = []
    for number, segment in enumerate(series.segments):
        bounded = len(segment) > 1 and all(row.bounds for _, row in segment)
        for when, row in segment:
            point: dict[str, object] = {"x": when, "y": row.middle, "k": number}
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


def _ends(all_series: Sequence[Series], frame: Frame) -> list[Part]:
    heights = [len(series.lines) * _LABEL * LINE + 6 for series in all_series]
    wished = [frame.down(series.last[1]) for series in all_series]
    placed = spread(wished, heights, max(frame.height, sum(heights)))
    edge, away = (0.0, -1) if frame.mirrored else (frame.plot, 1)
    align: Align = "right" if frame.mirrored else "left"
    layers: list[Part] = []
    for series, centre, wish, height in zip(all_series, placed, wished, heights, strict=True):
        if abs(centre - wish) > 7 or abs(frame.across(series.last[0]) - edge) > 0.1 * frame.plot:
            start = frame.across(series.last[0]) + 6 * away
            layers.append(_leader(f"g{series.index + 1}", (start, wish), (edge + 12 * away, centre)))
        # the first line's middle: Vega hangs the other lines below it
        top = centre - height / 2 + 3 + _LABEL * LINE / 2
        value = [{"t": "\n".join(series.lines)}]
        layers.append(Words(value, f"t{series.index + 1}", align, x=edge + 15 * away, y=top, bold=True))
    return layers


def _end_above(series: Series, frame: Frame) -> Words:
    """The last number, on the side of the line that the line does not come from."""
    when, level = series.last
    before = series.points[-2][1].middle or 0.0 if len(series.points) > 1 else level
    top = max(series.points[-1][1].extent)
    bottom = min(series.points[-1][1].extent)
    over = frame.down(top) - 14
    y = over if before <= level or frame.down(bottom) + 30 > frame.height else frame.down(bottom) + 16
    align: Align = "left" if frame.mirrored else "right"
    x = frame.across(when) + (-6 if frame.mirrored else 6)
    return Words([{"t": series.lines[-1]}], "t1", align, x=x, y=y, bold=True, halo=True)


def _leader(role: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    path = f"M{short(start[0])} {short(start[1])}L{short(end[0])} {short(end[1])}"
    return f'<path class="k-{role}" fill="none" stroke="{LIGHT[role]}" stroke-dasharray="1 2" d="{path}"/>'


def _notes(page: Page, scale: Axis, hidden: int) -> list[str]:
    notes = []
    if page.mirrored:
        notes.append(page.say("charts.note.right_to_left"))
    if not scale.from_zero:
        notes.append(page.say("charts.note.not_from_zero"))
    if hidden:
        notes.append(describe.more(page, "charts.note.more_series", hidden))
    return notes


def _sentences(figure: Figure, shown: Sequence[Row], page: Page) -> list[str]:
    periods = sorted({row.codes["period"] for row in shown}, key=moment)
    several = len(distinct(shown, figure.series)) > 1
    sentences = [describe.from_to(page, "charts.describe.line", periods)]
    sentences += describe.extremes(page, shown, (figure.series, "period") if several else ("period",))
    return sentences + describe.reference_sentence(figure, page)
