"""
The profile over scales: how a share changes from the nearest few residents to many.

The axis is logarithmic, because people live among their nearest 200 and among
their nearest 51,200 at once, and each doubling of the number is one step further out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.frame import Frame, room
from cosmopolis.publication.charts.measure import LINE, text_width, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row, distinct, rows
from cosmopolis.publication.charts.series import (
    TICK,
    Series,
    all_series,
    end_words,
    hidden_series,
    readable,
    reference_line,
    series_frame,
    series_marks,
    unit_of,
    value_grid,
    value_scale,
)
from cosmopolis.publication.charts.vega import Part, drawn, layer, line_mark
from cosmopolis.publication.charts.words import Align, Words
from cosmopolis.vocabulary.report import Figure, Tally
from cosmopolis.vocabulary.table import NEAREST, group_pairs

#: Lines that can be followed where they fall towards one level.
MOST_LINES = 3


def profile(figure: Figure, page: Page) -> Drawing:
    """Draw a figure whose rows run along the axis `nearest` of their groups."""
    lines = [replace(one, even=False) for one in all_series(figure, page, _step, most=MOST_LINES)]
    if not lines:
        return describe.nothing(page)
    # numbers that nobody reached keep their place on the axis
    reaches = sorted({nearest(row) for row in rows(figure.table)})
    scale = value_scale(lines, figure)
    title = [page.directed(part) for part in wrapped(page.say("charts.axis.nearest"), page.width - 8, TICK)]
    frame = _frame(series_frame(lines, scale, page, [math.log2(reach) for reach in reaches]), title, reaches, page)
    layers: list[Part] = [
        *value_grid(frame, scale, page, unit_of(lines)),
        *_reaches(reaches, frame, page),
        _title(title, frame),
        *reference_line(figure, frame, page, below=_begin_above(lines, figure)),
    ]
    for series in lines:
        layers += series_marks(series)
    layers += end_words(lines, frame, page)
    notes = _notes(page, lines, hidden_series(figure, lines))
    elements = drawn(frame, [*layers, *describe.note_words(frame, notes, page)])
    height = round(frame.top + frame.height + frame.bottom)
    sentences = [*_sentences(figure, lines, page), *notes]
    return Drawing(elements, height + describe.notes_height(notes, page), sentences)


def nearest(row: Row) -> int:
    """Among how many of the nearest residents a row's number is."""
    return int(group_pairs(row.codes["group"])[NEAREST])


def _frame(frame: Frame, title: Sequence[str], reaches: Sequence[int], page: Page) -> Frame:
    """The box with room below for the title of the axis, and past its end for half of the last number."""
    half = room(text_width(page.language.number(reaches[-1]), TICK) / 2)
    left, right = (max(frame.left, half), frame.right) if page.mirrored else (frame.left, max(frame.right, half))
    return replace(frame, left=left, right=right, bottom=frame.bottom + len(title) * TICK * LINE + 8)


def _step(row: Row) -> float:
    return math.log2(nearest(row))


def _reaches(reaches: Sequence[int], frame: Frame, page: Page) -> list[Part]:
    words = {math.log2(reach): page.directed(page.language.number(reach)) for reach in reaches}
    tick: dict[str, object] = {"y": {"value": frame.height}, "y2": {"value": frame.height + 5}}
    values = [{"x": place, "t": words[place]} for place in readable(words, frame)]
    return [
        layer([{"x": place} for place in words], line_mark("quiet"), x="x", **tick),
        Words(values, "quiet", "center", y=frame.height + 18, size=TICK),
    ]


def _title(lines: Sequence[str], frame: Frame) -> Words:
    """What the axis counts, from the edge where reading starts."""
    start = frame.plot + frame.right if frame.mirrored else -frame.left
    align: Align = "right" if frame.mirrored else "left"
    return Words([{"t": "\n".join(lines)}], "quiet", align, x=start, y=frame.height + 38, size=TICK)


def _begin_above(lines: Sequence[Series], figure: Figure) -> bool:
    level = figure.reference.middle if figure.reference else None
    return level is not None and all(min(series.points[0][1].extent) > level for series in lines)


def _notes(page: Page, lines: Sequence[Series], hidden: int) -> list[str]:
    notes = []
    if page.mirrored:
        notes.append(page.say("charts.note.axis_right_to_left"))
    if any(series.holes for series in lines):
        notes.append(page.say("charts.note.line_ends"))
    if hidden:
        notes.append(describe.more(page, "charts.note.more_series", hidden))
    return notes


def _sentences(figure: Figure, lines: Sequence[Series], page: Page) -> list[str]:
    shown = [replace(row, codes={**row.codes, NEAREST: str(nearest(row))}) for one in lines for _, row in one.points]
    ends = sorted({nearest(row) for row in shown})
    several = len(distinct(shown, figure.series)) > 1
    return [
        page.say("charts.describe.profile", first=Tally(ends[0]), last=Tally(ends[-1])),
        *describe.extremes(page, shown, (figure.series, NEAREST) if several else (NEAREST,)),
        *describe.reference_sentence(figure, page),
    ]
