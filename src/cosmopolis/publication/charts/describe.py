"""What a chart says in words: its description, its notes, its reference line."""

from __future__ import annotations

from collections.abc import Sequence

from cosmopolis.publication.charts.measure import LINE, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row
from cosmopolis.publication.charts.vega import Frame, Layer, layer, text_mark
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import Figure, Period, Tally

_NOTE = 13


def nothing(page: Page) -> Drawing:
    """The drawing of a figure without any number: it says so."""
    words = page.say("charts.describe.nothing")
    frame = Frame(0, 0, 0, 0, page.width, 40, (0, 1), (0, 1), page.mirrored)
    from cosmopolis.publication.charts.vega import drawn

    return Drawing(drawn(frame, note_layers(frame, [words], page, top=-30)), 40, [words])


def reference(quantity: Quantity, page: Page) -> str:
    """The words beside a reference line."""
    chance = "chance" in quantity.indicator or "expected" in quantity.indicator
    return page.say("charts.reference.chance" if chance else "charts.reference.city", value=quantity)


def reference_sentence(figure: Figure, page: Page) -> list[str]:
    """The reference line in the description, if there is one."""
    if figure.reference is None or figure.reference.middle is None:
        return []
    return [page.say("charts.describe.reference", reference=reference(figure.reference, page))]


def from_to(page: Page, message_id: str, periods: Sequence[str]) -> str:
    """What kind of chart, from when to when."""
    return page.say(message_id, start=Period(periods[0]), end=Period(periods[-1]))


def extremes(page: Page, found: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """The highest and the lowest number, and where they are."""
    ranked = sorted((row for row in found if row.middle is not None), key=lambda row: row.middle or 0)
    if not ranked:
        return [page.say("charts.describe.nothing")]
    top, low = ranked[-1], ranked[0]
    if top is low or top.middle == low.middle:
        return [page.say("charts.describe.one", value=top.quantity)]
    values = {
        "highest": top.quantity,
        "lowest": low.quantity,
        "highest_at": _place(page, top, columns),
        "lowest_at": _place(page, low, columns),
    }
    return [page.say("charts.describe.extremes", **values)]


def _place(page: Page, row: Row, columns: Sequence[str]) -> str:
    return page.language.listed(page.name(column, row.codes[column]) for column in columns)


def more(page: Page, message_id: str, count: int) -> str:
    """How many more the table has."""
    return page.say(message_id, count=Tally(count))


def notes_height(notes: Sequence[str], page: Page) -> int:
    """Pixels below the chart that its notes need."""
    lines = sum(len(_broken(note, page)) for note in notes)
    return round(lines * _NOTE * LINE + 8) if lines else 0


def note_layers(frame: Frame, notes: Sequence[str], page: Page, *, top: float | None = None) -> list[Layer]:
    """Notes under the plot, from the edge where reading starts."""
    start, align = (frame.plot + frame.right, "right") if page.mirrored else (-frame.left, "left")
    y = (frame.height + frame.bottom if top is None else top + frame.height) + 10
    layers = []
    for note in notes:
        for words in _broken(note, page):
            place = {"x": {"value": start}, "y": {"value": round(y, 1)}}
            layers.append(layer([{"t": words}], text_mark("quiet", align, _NOTE), text="t", **place))
            y += _NOTE * LINE
    return layers


def _broken(note: str, page: Page) -> list[str]:
    return [page.directed(part) for part in wrapped(note, page.width - 8, _NOTE)]
