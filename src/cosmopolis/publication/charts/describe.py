"""What a chart says in words: its description, its notes, its reference line."""

from __future__ import annotations

from collections.abc import Sequence

from cosmopolis.publication.charts.frame import Frame
from cosmopolis.publication.charts.measure import LINE, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row
from cosmopolis.publication.charts.words import Align, Words, set_words
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import Figure, Period, Tally, Value

_NOTE = 13


def nothing(page: Page) -> Drawing:
    """The drawing of a figure without any number: it says so."""
    words = page.say("charts.describe.nothing")
    frame = Frame(0, 0, 0, 0, page.width, 0, (0, 1), (0, 1), page.mirrored)
    lines = [line for note in note_words(frame, [words], page) for line in set_words(frame, note)]
    return Drawing(lines, notes_height([words], page), [words])


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
    values: dict[str, Value] = {
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


def note_words(frame: Frame, notes: Sequence[str], page: Page) -> list[Words]:
    """Notes under the plot, from the edge where reading starts."""
    start = frame.plot + frame.right if page.mirrored else -frame.left
    align: Align = "right" if page.mirrored else "left"
    lines = [line for note in notes for line in _broken(note, page)]
    if not lines:
        return []
    below = frame.height + frame.bottom + 10
    return [Words([{"t": "\n".join(lines)}], "quiet", align, x=start, y=below, size=_NOTE)]


def _broken(note: str, page: Page) -> list[str]:
    return [page.directed(part) for part in wrapped(note, page.width - 8, _NOTE)]
