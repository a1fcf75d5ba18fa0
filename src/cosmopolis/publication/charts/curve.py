"""
The segregation curve: how far a group's spread over the areas is from everybody else's.

Areas stand in the order of the group's share in them. Across run the others, summed
up area by area, upwards the group; where both spread alike the curve is the diagonal.
Its largest vertical distance from the diagonal is the dissimilarity index (Duncan and
Duncan 1955).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.colours import LIGHT, sentinel
from cosmopolis.publication.charts.frame import Frame, room, short
from cosmopolis.publication.charts.measure import LINE, widest, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row, distinct, rows
from cosmopolis.publication.charts.scales import axis
from cosmopolis.publication.charts.series import LABEL, MOST_DOTS, TICK, tick_words
from cosmopolis.publication.charts.vega import Part, drawn, layer, line_mark
from cosmopolis.publication.charts.words import Align, Words
from cosmopolis.vocabulary.report import Figure, Tally

#: Pixels across and down, where the page has them.
SIDE = 420
SCALE = axis([0, 1], most_ticks=6)
#: Room for half of the last number on the horizontal axis.
_END = 24


@dataclass(frozen=True)
class Sides:
    """The two groups of a curve, and the areas that have both numbers in the order in which they are summed up."""

    group: str
    rest: str
    steps: tuple[tuple[int, Row, Row], ...]  #: how many areas so far, the row of the others, the row of the group
    areas: int

    @property
    def points(self) -> list[tuple[float, float]]:
        """Cumulated shares of the others and of the group, from the corner where both are nothing."""
        return [(0.0, 0.0), *((rest.middle or 0.0, group.middle or 0.0) for _, rest, group in self.steps)]

    @property
    def furthest(self) -> tuple[int, Row, Row]:
        """Where the curve is furthest below the diagonal."""
        return max(self.steps, key=lambda step: (step[1].middle or 0.0) - (step[2].middle or 0.0))


def curve(figure: Figure, page: Page) -> Drawing:
    """Draw a figure that has two rows an area; the group is the one whose shares add up more slowly."""
    sides = _sides(figure)
    if sides is None:
        return describe.nothing(page)
    upwards = _title_lines(sides.group, page)
    across = _title_lines(sides.rest, page)
    frame = _frame(page, len(upwards), len(across))
    layers: list[Part] = [
        *_grid(frame, page),
        *_titles(upwards, across, frame),
        *_band(sides, frame),
        *_curve(sides),
        *_distance(figure, sides, frame, page),
    ]
    notes = _notes(sides, page)
    elements = drawn(frame, [*layers, *describe.note_words(frame, notes, page)])
    height = round(frame.top + frame.height + frame.bottom) + describe.notes_height(notes, page)
    return Drawing(elements, height, [*_sentences(figure, sides, page), *notes])


def _sides(figure: Figure) -> Sides | None:
    """Both groups of the table, or nothing if no area has both numbers."""
    found = rows(figure.table)
    if not any(row.extent for row in found):
        return None
    group, rest = sorted(distinct(found, "group"), key=lambda code: _sum(found, "group", code))
    cells = {(row.codes["area_code"], row.codes["group"]): row for row in found}
    # both shares only rise along the curve, so they tell its order whatever the table's is
    areas = sorted(distinct(found, "area_code"), key=lambda code: _sum(found, "area_code", code))
    pairs = [(cells[area, rest], cells[area, group]) for area in areas]
    known = [pair for pair in pairs if pair[0].middle is not None and pair[1].middle is not None]
    steps = tuple((number, *pair) for number, pair in enumerate(known, start=1))
    return Sides(group, rest, steps, len(areas)) if steps else None


def _sum(found: Sequence[Row], column: str, code: str) -> float:
    return math.fsum(row.middle or 0.0 for row in found if row.codes[column] == code)


def _title_lines(group: str, page: Page) -> list[str]:
    words = page.say("charts.axis.cumulated", group=page.name("group", group))
    return [page.directed(part) for part in wrapped(words, min(page.width - 8, SIDE), TICK)]


def _frame(page: Page, lines_above: int, lines_below: int) -> Frame:
    ticks = room(widest([tick_words(page, 1, "share", SCALE)], TICK) + 10)
    side = min(SIDE, page.width - ticks - _END)
    free = page.width - ticks - side
    left, right = (free, ticks) if page.mirrored else (ticks, free)
    return Frame(
        left=left,
        right=right,
        top=lines_above * TICK * LINE + 14,
        bottom=30 + lines_below * TICK * LINE + 8,
        width=page.width,
        height=side,
        x=(0.0, 1.0),
        y=(0.0, 1.0),
        mirrored=page.mirrored,
    )


def _grid(frame: Frame, page: Page) -> list[Part]:
    values = [{"at": tick, "x": tick, "y": tick, "t": tick_words(page, tick, "share", SCALE)} for tick in SCALE.ticks]
    inner, base = [v for v in values if v["at"] != 0], [v for v in values if v["at"] == 0]
    across: dict[str, object] = {"x": {"value": 0}, "x2": {"value": frame.plot}}
    down: dict[str, object] = {"y": {"value": 0}, "y2": {"value": frame.height}}
    align: Align = "left" if page.mirrored else "right"
    return [
        layer(inner, line_mark("rule"), y="y", **across),
        layer(inner, line_mark("rule"), x="x", **down),
        layer(base, line_mark("quiet"), y="y", **across),
        layer(base, line_mark("quiet"), x="x", **down),
        Words(values, "quiet", align, x=frame.plot + 8 if page.mirrored else -8, size=TICK),
        Words(values, "quiet", "center", y=frame.height + 16, size=TICK),
        layer([{"x": 0, "y": 0, "x2": 1, "y2": 1}], line_mark("quiet", 2, (2, 5)), x="x", y="y", x2="x2", y2="y2"),
    ]


def _titles(upwards: Sequence[str], across: Sequence[str], frame: Frame) -> list[Part]:
    """What the axes count: above the upward one, below the one across, both from where reading starts."""
    start = frame.plot + frame.right if frame.mirrored else -frame.left
    align: Align = "right" if frame.mirrored else "left"
    over = -frame.top + TICK * LINE / 2
    return [
        Words([{"t": "\n".join(upwards)}], "t1", align, x=start, y=over, size=TICK, bold=True),
        Words([{"t": "\n".join(across)}], "quiet", align, x=start, y=frame.height + 38, size=TICK, bold=True),
    ]


def _band(sides: Sides, frame: Frame) -> list[Part]:
    """Where the curve may lie, if its numbers are known only between bounds."""
    if not any(row.bounds for _, rest, group in sides.steps for row in (rest, group)):
        return []
    highest, lowest = [(0.0, 0.0)], [(0.0, 0.0)]
    for _, rest, group in sides.steps:
        x_low, x_high = rest.bounds or (rest.middle or 0.0, rest.middle or 0.0)
        y_low, y_high = group.bounds or (group.middle or 0.0, group.middle or 0.0)
        highest.append((x_low, y_high))
        lowest.append((x_high, y_low))
    corners = [f"{short(frame.across(x))} {short(frame.down(y))}" for x, y in (*highest, *reversed(lowest))]
    return [f'<path class="f-g1" fill="{LIGHT["g1"]}" fill-opacity="0.2" d="M{"L".join(corners)}Z"/>']


def _curve(sides: Sides) -> list[Part]:
    points = [{"x": x, "y": y, "k": number} for number, (x, y) in enumerate(sides.points)]
    stroke = {"type": "line", "stroke": sentinel("g1"), "strokeWidth": 2.5, "strokeJoin": "round"}
    dot = {"type": "point", "fill": sentinel("g1"), "stroke": sentinel("paper"), "strokeWidth": 1, "size": 48}
    order = {"field": "k", "type": "quantitative"}
    return [
        layer(points, stroke, x="x", y="y", order=order),
        layer(points[1:] if len(points) <= MOST_DOTS else [], dot | {"shape": "circle"}, x="x", y="y"),
    ]


def _distance(figure: Figure, sides: Sides, frame: Frame, page: Page) -> list[Part]:
    """The words of the diagonal, and the largest distance with the index that it is."""
    told, spread = _told_distance(figure, page), page.say("charts.even_spread")
    _, rest, group = sides.furthest
    x, y = rest.middle or 0.0, group.middle or 0.0
    # the two keep clear of each other
    even = 0.45 if told and x > 0.7 else 0.9
    words = [_above_diagonal(spread, even, "quiet", (frame, page))]
    if told is None:
        return [*words]
    mark = layer([{"x": x, "y": y, "y2": x}], line_mark("g1", 2), x="x", y="y", y2="y2")
    beside = _below_curve(told, (x, y), (frame, page)) if x < 0.5 else _above_diagonal(told, x, "t1", (frame, page))
    return [mark, *words, beside]


def _told_distance(figure: Figure, page: Page) -> str | None:
    index = figure.reference
    if index is None or index.middle is None:
        return None
    return page.say("charts.series_value", series=page.name("indicator", index.indicator), value=index)


def _above_diagonal(words: str, share: float, role: str, place: tuple[Frame, Page]) -> Words:
    """Words over the diagonal that end at `share` of it: nothing else is drawn there, as the curve hangs below."""
    frame, page = place
    lines = wrapped(words, share * frame.plot - 12, LABEL)
    high = len(lines) * LABEL * LINE
    foot = max(frame.down(share) - 2, high)
    ends = min(share, 1 - foot / frame.height)
    align: Align = "left" if frame.mirrored else "right"
    away = 8 if frame.mirrored else -8
    return _block(lines, page, Words([], role, align, x=frame.across(ends) + away, y=foot - high, bold=role != "quiet"))


def _below_curve(words: str, lowest: tuple[float, float], place: tuple[Frame, Page]) -> Words:
    """Words under the curve, past its furthest point: from there on it rises faster than the diagonal."""
    frame, page = place
    x, y = lowest
    lines = wrapped(words, (1 - x) * frame.plot - 2 * LABEL * LINE - 8, LABEL)
    high = len(lines) * LABEL * LINE
    top = min(frame.down(y) + 6, frame.height - high - 2)
    away = max(8.0, frame.down(y) + 12 - top)
    align: Align = "right" if frame.mirrored else "left"
    at = frame.across(x) + (-away if frame.mirrored else away)
    return _block(lines, page, Words([], "t1", align, x=at, y=top, bold=True))


def _block(lines: Sequence[str], page: Page, look: Words) -> Words:
    """Lines under each other; the `y` of their look is the top of the first."""
    text = "\n".join(page.directed(line) for line in lines)
    return replace(look, values=[{"t": text}], y=(look.y or 0.0) + LABEL * LINE / 2, halo=True)


def _notes(sides: Sides, page: Page) -> list[str]:
    notes = [page.say("charts.note.axis_right_to_left")] if page.mirrored else []
    without = sides.areas - len(sides.steps)
    return [*notes, describe.more(page, "charts.note.without_number", without)] if without else notes


def _sentences(figure: Figure, sides: Sides, page: Page) -> list[str]:
    names = {"group": page.name("group", sides.group), "rest": page.name("group", sides.rest)}
    sentences = [page.say("charts.describe.curve", count=Tally(len(sides.steps)), **names)]
    index = figure.reference
    if index is None or index.middle is None:
        return sentences
    number, rest, group = sides.furthest
    told = page.say(
        "charts.describe.distance",
        count=Tally(number),
        group_share=group.quantity,
        rest_share=rest.quantity,
        index=page.name("indicator", index.indicator),
        value=index,
    )
    return [*sentences, told]
