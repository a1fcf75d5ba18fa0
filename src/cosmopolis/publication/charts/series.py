"""Lines over any axis: their points, their value axis, their marks and the words at their ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.colours import DASHES, LIGHT, MOST_SERIES, SHAPES, sentinel
from cosmopolis.publication.charts.frame import Frame, room, short
from cosmopolis.publication.charts.measure import LINE, widest, wrapped
from cosmopolis.publication.charts.page import Page, Row, distinct, rows
from cosmopolis.publication.charts.scales import FROM_ZERO, Axis, axis, spread, starts_at_zero
from cosmopolis.publication.charts.vega import Part, area_mark, layer, line_mark
from cosmopolis.publication.charts.words import Align, Words
from cosmopolis.vocabulary.report import Figure
from cosmopolis.vocabulary.table import Status

#: Points of a series this long are dots as well; longer ones are lines only.
MOST_DOTS = 16
#: A step this many times the shortest one is a hole in the data, not a line.
HOLE = 1.9

LABEL, TICK = 14, 13


@dataclass(frozen=True)
class Series:
    """One line: its points in the order of the axis and the words at its end."""

    index: int
    points: tuple[tuple[float, Row], ...]
    lines: tuple[str, ...]
    holes: tuple[float, ...] = ()  #: where the table says that there is no number
    even: bool = True  #: points stand at equal steps, so that a longer step is a hole

    @property
    def last(self) -> tuple[float, float]:
        """Place and height of the last point."""
        place, row = self.points[-1]
        return place, row.middle or 0.0

    @property
    def segments(self) -> list[list[tuple[float, Row]]]:
        """Points that one line joins: it ends where a number is missing and at a break of the series."""
        steps = [later[0] - earlier[0] for earlier, later in pairwise(self.points)]
        longest = HOLE * min(steps, default=1) if self.even else math.inf
        segments = [[self.points[0]]]
        for earlier, later in pairwise(self.points):
            broken = later[1].quantity.status is Status.BREAK or later[0] - earlier[0] > longest
            if broken or any(earlier[0] < hole < later[0] for hole in self.holes):
                segments.append([])
            segments[-1].append(later)
        return segments


def all_series(figure: Figure, page: Page, place: Callable[[Row], float], *, most: int = MOST_SERIES) -> list[Series]:
    """
    The lines of a figure, at most `most` of them; `place` says where on the axis a row stands.

    A line without any number is left out.
    """
    found = rows(figure.table)
    codes = distinct(found, figure.series)
    lines: list[tuple[str, tuple[tuple[float, Row], ...]]] = []
    holes: dict[str, tuple[float, ...]] = {}
    for code in codes:
        own = [row for row in found if not figure.series or row.codes[figure.series] == code]
        at = {place(row): row for row in own}
        points = tuple(sorted((one for one in at.items() if one[1].middle is not None), key=lambda one: one[0]))
        holes[code] = tuple(where for where, row in at.items() if row.middle is None)
        if points:
            lines.append((code, points))
    # those that matter most at the end; the table has all
    kept = sorted(lines, key=lambda series: (-(series[1][-1][1].middle or 0), series[0]))[:most]
    widest_name = page.width * (0.34 if page.narrow else 0.3)
    made = []
    for index, (code, points) in enumerate(series for series in lines if series in kept):
        told = time_words(page, code, codes) if figure.series == "period" else page.name(figure.series, code)
        name = wrapped(told, widest_name) if len(codes) > 1 else []
        words = (*map(page.directed, name), page.told(points[-1][1]))
        made.append(Series(index, points, words, holes[code]))
    return made


def time_words(page: Page, period: str, periods: Iterable[str]) -> str:
    """A period among others, as short as tells it from them."""
    # 1 January of every year is the year; the figure's second line says which day
    days = {one[4:] for one in periods}
    return period[:4] if len(days) == 1 and "/" not in period else page.language.period(period)


def unit_of(drawn_series: Sequence[Series]) -> str:
    """The unit of the value axis."""
    return drawn_series[0].points[0][1].quantity.unit


def value_scale(drawn_series: Sequence[Series], figure: Figure) -> Axis:
    """The value axis of some lines and the reference."""
    shown = [row for series in drawn_series for _, row in series.points]
    values = [number for row in shown for number in row.extent] + _reference_value(figure)
    return axis(values, zero=unit_of(drawn_series) in FROM_ZERO or starts_at_zero(values))


def hidden_series(figure: Figure, drawn_series: Sequence[Series]) -> int:
    """How many lines only the table has."""
    return len(distinct(rows(figure.table), figure.series)) - len(drawn_series) if figure.series else 0


def stands_above(drawn_series: Sequence[Series], page: Page) -> bool:
    """Whether the one number of a phone's chart stands over its line, which gets the width."""
    return page.narrow and len(drawn_series) == 1


def series_frame(drawn_series: Sequence[Series], scale: Axis, page: Page, along: Sequence[float]) -> Frame:
    """The box around some lines: `along` are the places that the axis holds."""
    unit = unit_of(drawn_series)
    ends = (
        12.0 if stands_above(drawn_series, page) else max(widest(series.lines, LABEL) for series in drawn_series) + 20
    )
    ticks = widest(_tick_words(scale, page, unit), TICK) + 10
    needed = sum(len(series.lines) for series in drawn_series) * LABEL * LINE + 8 * len(drawn_series)
    first, last = min(along), max(along)
    pad = 0.5 if first == last else 0.02 * (last - first)
    left, right = (ends, ticks) if page.mirrored else (ticks, ends)
    return Frame(
        left=room(left),
        right=room(right),
        top=26 if stands_above(drawn_series, page) else 14,
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


def value_grid(frame: Frame, scale: Axis, page: Page, unit: str) -> list[Part]:
    """Lines across the plot at the ticks of the value axis, with their numbers."""
    values = [{"y": tick, "t": tick_words(page, tick, unit, scale)} for tick in scale.ticks]
    across: dict[str, object] = {"x": {"value": 0}, "x2": {"value": frame.plot}}
    place = frame.plot + 8 if page.mirrored else -8
    align: Align = "left" if page.mirrored else "right"
    return [
        layer([v for v in values if v["y"] != 0], line_mark("rule"), y="y", **across),
        layer([v for v in values if v["y"] == 0], line_mark("quiet"), y="y", **across),
        Words(values, "quiet", align, x=place, size=TICK),
    ]


def readable(words: Mapping[float, str], frame: Frame) -> list[float]:
    """The places whose words fit side by side, counted back from the last."""
    places = sorted(words)
    wide = widest(list(words.values()), TICK) + 14
    fitting = []
    for step in range(1, len(places) + 1):
        kept = places[::-1][::step]
        if all(abs(frame.across(one) - frame.across(next_)) >= wide for one, next_ in pairwise(kept)):
            fitting.append(kept[::-1])
    # the first place is worth naming too, if not too many others fall away for it
    with_first = [kept for kept in fitting if kept[0] == places[0] and 2 * len(kept) >= len(fitting[0])]
    return (with_first or fitting or [places[-1:]])[0]


def _reference_value(figure: Figure) -> list[float]:
    return [] if figure.reference is None or figure.reference.middle is None else [figure.reference.middle]


def reference_line(figure: Figure, frame: Frame, page: Page, *, below: bool = False) -> list[Part]:
    """
    A dashed line across the plot, if the figure has a reference.

    Its words stand over it or, where lines begin over it, `below` it.
    """
    if figure.reference is None or figure.reference.middle is None:
        return []
    level = figure.reference.middle
    value = [{"y": level, "t": describe.reference(figure.reference, page)}]
    start = frame.plot if page.mirrored else 0
    align: Align = "right" if page.mirrored else "left"
    # neither side may leave the plot
    room_above, room_below = frame.down(level) > 20, frame.down(level) + 22 < frame.height
    shift = 11 if (below and room_below) or not room_above else -9
    across: dict[str, object] = {"x": {"value": 0}, "x2": {"value": frame.plot}}
    return [
        layer(value, line_mark("quiet", 2, (2, 5)), y="y", **across),
        Words(value, "quiet", align, x=start, dy=shift, size=TICK, halo=True),
    ]


def series_marks(series: Series) -> list[Part]:
    """A line with its dots, and a band or whiskers where its numbers are uncertain."""
    role, shape = f"g{series.index + 1}", SHAPES[series.index]
    band: list[dict[str, object]] = []
    whiskers: list[dict[str, object]] = []
    joined: list[dict[str, object]] = []
    dots: list[dict[str, object]] = []
    for number, segment in enumerate(series.segments):
        bounded = len(segment) > 1 and all(row.bounds for _, row in segment)
        for place, row in segment:
            point: dict[str, object] = {"x": place, "y": row.middle, "k": number}
            low, high = row.bounds or (0, 0)
            if row.bounds:
                (band if bounded else whiskers).append(point | {"a": low, "b": high})
            if len(segment) > 1:
                joined.append(point)
            if len(segment) == 1 or len(series.points) <= MOST_DOTS or place == series.last[0]:
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


def end_words(drawn_series: Sequence[Series], frame: Frame, page: Page) -> list[Part]:
    """The name and the last number of each line, beside its end and apart from each other."""
    if stands_above(drawn_series, page):
        return [_end_above(drawn_series[0], frame)]
    heights = [len(series.lines) * LABEL * LINE + 6 for series in drawn_series]
    wished = [frame.down(series.last[1]) for series in drawn_series]
    placed = spread(wished, heights, max(frame.height, sum(heights)))
    edge, away = (0.0, -1) if frame.mirrored else (frame.plot, 1)
    align: Align = "right" if frame.mirrored else "left"
    layers: list[Part] = []
    for series, centre, wish, height in zip(drawn_series, placed, wished, heights, strict=True):
        if abs(centre - wish) > 7 or abs(frame.across(series.last[0]) - edge) > 0.1 * frame.plot:
            start = frame.across(series.last[0]) + 6 * away
            layers.append(_leader(f"g{series.index + 1}", (start, wish), (edge + 12 * away, centre)))
        # the first line's middle: Vega hangs the other lines below it
        top = centre - height / 2 + 3 + LABEL * LINE / 2
        value = [{"t": "\n".join(series.lines)}]
        layers.append(Words(value, f"t{series.index + 1}", align, x=edge + 15 * away, y=top, bold=True))
    return layers


def _end_above(series: Series, frame: Frame) -> Words:
    """The last number, on the side of the line that the line does not come from."""
    place, level = series.last
    before = series.points[-2][1].middle or 0.0 if len(series.points) > 1 else level
    top = max(series.points[-1][1].extent)
    bottom = min(series.points[-1][1].extent)
    over = frame.down(top) - 14
    y = over if before <= level or frame.down(bottom) + 30 > frame.height else frame.down(bottom) + 16
    align: Align = "left" if frame.mirrored else "right"
    x = frame.across(place) + (-6 if frame.mirrored else 6)
    return Words([{"t": series.lines[-1]}], "t1", align, x=x, y=y, bold=True, halo=True)


def _leader(role: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    path = f"M{short(start[0])} {short(start[1])}L{short(end[0])} {short(end[1])}"
    return f'<path class="k-{role}" fill="none" stroke="{LIGHT[role]}" stroke-dasharray="1 2" d="{path}"/>'
