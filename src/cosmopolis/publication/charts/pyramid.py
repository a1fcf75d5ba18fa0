"""The age pyramid: one sex to each side of the ages, the oldest on top."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.frame import Frame, room
from cosmopolis.publication.charts.measure import widest
from cosmopolis.publication.charts.page import Drawing, Page, Row, rows
from cosmopolis.publication.charts.scales import Axis, axis
from cosmopolis.publication.charts.series import tick_words
from cosmopolis.publication.charts.vega import Part, area_mark, drawn, layer, line_mark
from cosmopolis.publication.charts.words import Align, Words
from cosmopolis.vocabulary.report import Figure, Tally
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN

#: From the side where reading starts: men, then women, as pyramids are printed.
SIDES = ("M", "F")
_ROLES = {"M": "2", "F": "1"}

_FIRST_AGE = re.compile(r"Y_?(?:GE|LT)?(\d+)")
_TICK = 13
_SIDE = 24  #: room at both edges for half of the outermost number
#: Bars lower than this cannot each carry their age.
_READABLE = 15


def pyramid(figure: Figure, page: Page) -> Drawing:
    """Draw a figure whose rows are ages by sex."""
    cells = _cells(figure)
    if not any(row.extent for row in cells.values()):
        return describe.nothing(page)
    ages = sorted({age for age, _ in cells}, key=first_age)
    scale = _scale([number for row in cells.values() for number in row.extent])
    frame, gap = _frame(ages, scale, page)
    unit = next(iter(cells.values())).quantity.unit
    layers = [
        *_grid(frame, scale, gap, (page, unit)),
        *_bars(cells, ages, frame, gap),
        *_age_labels(ages, frame, page),
        *_side_labels(frame, page),
    ]
    shown = [cells[cell] for cell in sorted(cells)]
    sentences = [
        page.say(
            "charts.describe.pyramid", count=Tally(len(ages)), first=_age(page, ages[0]), last=_age(page, ages[-1])
        ),
        *describe.extremes(page, shown, ("sex", "age_group")),
    ]
    return Drawing(drawn(frame, layers), round(frame.top + frame.height + frame.bottom), sentences)


def first_age(code: str) -> tuple[int, str]:
    """
    By what age groups are ordered.

    >>> sorted(["Y5T9", "Y_GE100", "Y0T4", "Y_LT5"], key=first_age)
    ['Y0T4', 'Y_LT5', 'Y5T9', 'Y_GE100']
    """
    found = _FIRST_AGE.match(code)
    years = int(found[1]) if found else 0
    return (0 if code.startswith("Y_LT") else years, code)


def _scale(values: Sequence[float]) -> Axis:
    """An axis that ends at the longest bar, so that the pyramid fills its width."""
    whole = axis(values, most_ticks=5)
    high = max(values)
    return replace(whole, high=high, ticks=tuple(tick for tick in whole.ticks if tick <= high)) if high > 0 else whole


def _cells(figure: Figure) -> dict[tuple[str, str], Row]:
    return {
        (row.codes["age_group"], row.codes["sex"]): row
        for row in rows(figure.table)
        if row.codes["sex"] in SIDES and row.codes["age_group"] not in (TOTAL, UNKNOWN)
    }


def _age(page: Page, code: str) -> str:
    return page.name("age_group", code)


def _short_age(page: Page, code: str) -> str:
    # between the bars is room for a number only
    return page.say("charts.age_and_over", age=code[4:]) if code.startswith("Y_GE") else page.label("age_group", code)


def _frame(ages: Sequence[str], scale: Axis, page: Page) -> tuple[Frame, float]:
    """The plot, and half the room between its sides in units of the value."""
    row_height = max(4.0, min(20.0 if page.narrow else 22.0, 420 / len(ages)))
    middle = room(widest([_short_age(page, age) for age in _labelled(ages, row_height)], _TICK) + 12)
    reach = (page.width - 2 * _SIDE - middle) / 2
    gap = scale.high * middle / 2 / reach
    limit = scale.high + gap
    height = row_height * len(ages)
    frame = Frame(_SIDE, _SIDE, 30, 30, page.width, height, (-limit, limit), (0, len(ages)), page.mirrored)
    return frame, gap


def _labelled(ages: Sequence[str], row_height: float) -> list[str]:
    if row_height >= _READABLE:
        return list(ages)
    return [age for age in ages if first_age(age)[0] % 10 == 0]


def _away(sex: str) -> int:
    return -1 if sex == SIDES[0] else 1


def _grid(frame: Frame, scale: Axis, gap: float, told: tuple[Page, str]) -> list[Part]:
    page, unit = told
    words = {tick: tick_words(page, tick, unit, scale) for tick in scale.ticks}
    # on a phone only every second number has room, counted from the zero
    between = abs(frame.across(scale.ticks[1]) - frame.across(0)) if len(scale.ticks) > 1 else frame.plot
    step = max(1, math.ceil((widest(list(words.values()), _TICK) + 8) / between))
    lines = [{"x": _away(sex) * (tick + gap)} for sex in SIDES for tick in scale.ticks if tick]
    numbers = [{"x": _away(sex) * (tick + gap), "t": words[tick]} for sex in SIDES for tick in scale.ticks[::step]]
    down: dict[str, object] = {"y": {"value": 0}, "y2": {"value": frame.height}}
    return [
        layer(lines, line_mark("rule"), x="x", **down),
        Words(numbers, "quiet", "center", y=frame.height + 16, size=_TICK),
    ]


def _bars(cells: Mapping[tuple[str, str], Row], ages: Sequence[str], frame: Frame, gap: float) -> list[Part]:
    thin = 0.04 if frame.height / len(ages) < _READABLE else 0.08
    layers: list[Part] = []
    whiskers: list[dict[str, float]] = []
    for sex in SIDES:
        boxes = []
        for index, age in enumerate(ages):
            row = cells.get((age, sex))
            if row is None or row.middle is None:
                continue
            boxes.append(
                {
                    "x": _away(sex) * gap,
                    "x2": _away(sex) * (gap + row.middle),
                    "y": index + thin,
                    "y2": index + 1 - thin,
                }
            )
            if row.bounds:
                low, high = row.bounds
                whiskers.append({"x": _away(sex) * (gap + low), "x2": _away(sex) * (gap + high), "y": index + 0.5})
        layers.append(layer(boxes, area_mark("rect", f"g{_ROLES[sex]}"), x="x", x2="x2", y="y", y2="y2"))
    layers.append(layer(whiskers, line_mark("ink", 1.5), x="x", x2="x2", y="y"))
    return layers


def _age_labels(ages: Sequence[str], frame: Frame, page: Page) -> list[Part]:
    named = set(_labelled(ages, frame.height / len(ages)))
    values = [{"y": index + 0.5, "t": _short_age(page, age)} for index, age in enumerate(ages) if age in named]
    return [Words(values, "ink", "center", x=frame.plot / 2, size=_TICK)]


def _side_labels(frame: Frame, page: Page) -> list[Part]:
    layers: list[Part] = []
    for sex in SIDES:
        at_left = (sex == SIDES[0]) != page.mirrored
        align: Align = "left" if at_left else "right"
        words = [{"t": page.label("sex", sex)}]
        layers.append(Words(words, f"t{_ROLES[sex]}", align, x=0 if at_left else frame.plot, y=-14, size=15, bold=True))
    return layers
