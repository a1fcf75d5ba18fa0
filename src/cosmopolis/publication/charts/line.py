"""The time line: how a number moved, each series named at its end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.frame import Frame
from cosmopolis.publication.charts.page import Drawing, Page, Row, distinct
from cosmopolis.publication.charts.scales import Axis
from cosmopolis.publication.charts.series import (
    TICK,
    all_series,
    end_words,
    hidden_series,
    readable,
    reference_line,
    series_frame,
    series_marks,
    time_words,
    unit_of,
    value_grid,
    value_scale,
)
from cosmopolis.publication.charts.vega import Part, drawn, layer, line_mark
from cosmopolis.publication.charts.words import Words
from cosmopolis.vocabulary.report import Figure

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")


def line(figure: Figure, page: Page) -> Drawing:
    """Draw a figure whose rows run along `period`."""
    lines = all_series(figure, page, _moment)
    if not lines:
        return describe.nothing(page)
    shown = [row for series in lines for _, row in series.points]
    scale = value_scale(lines, figure)
    frame = series_frame(lines, scale, page, [when for series in lines for when, _ in series.points])
    layers: list[Part] = [
        *value_grid(frame, scale, page, unit_of(lines)),
        *_time_labels(frame, shown, page),
        *reference_line(figure, frame, page),
    ]
    for series in lines:
        layers += series_marks(series)
    layers += end_words(lines, frame, page)
    notes = _notes(page, scale, hidden_series(figure, lines))
    elements = drawn(frame, [*layers, *describe.note_words(frame, notes, page)])
    height = round(frame.top + frame.height + frame.bottom)
    sentences = [*_sentences(figure, shown, page), *notes]
    return Drawing(elements, height + describe.notes_height(notes, page), sentences)


def _moment(row: Row) -> float:
    return moment(row.codes["period"])


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


def _time_labels(frame: Frame, shown: Sequence[Row], page: Page) -> list[Part]:
    periods = {moment(row.codes["period"]): row.codes["period"] for row in shown}
    words = {when: page.directed(time_words(page, period, periods.values())) for when, period in periods.items()}
    values = [{"x": when, "t": words[when]} for when in readable(words, frame)]
    tick = {"y": {"value": frame.height}, "y2": {"value": frame.height + 5}}
    return [
        layer(values, line_mark("quiet"), x="x", **tick),
        Words(values, "quiet", "center", y=frame.height + 18, size=TICK),
    ]


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
