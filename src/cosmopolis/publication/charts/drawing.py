"""A figure of a report becomes one inline SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from cosmopolis.errors import Fault, PublicationRefused
from cosmopolis.language import Language
from cosmopolis.publication.charts.bars import bars
from cosmopolis.publication.charts.curve import curve
from cosmopolis.publication.charts.line import line
from cosmopolis.publication.charts.maps import choropleth
from cosmopolis.publication.charts.page import Drawing, Page
from cosmopolis.publication.charts.profile import profile
from cosmopolis.publication.charts.pyramid import pyramid
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.report import Figure

#: Families for an SVG that is read without our CSS.
_FONTS = {
    "zh": "Noto Sans SC, Noto Sans, sans-serif",
    "ar": "Noto Sans Arabic, Noto Naskh Arabic, Noto Sans, sans-serif",
}
_FONT = "Noto Sans, sans-serif"
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True)
class Chart:
    """
    A chart in one language at one width.

    `svg` may stand in a page under a strict content security policy, inside an
    element with `dir="ltr"`; `description` says in words what it shows.
    """

    svg: str
    width: int
    height: int
    description: str


def chart(figure: Figure, *, language: Language, areas: Areas, width: int) -> Chart:
    """
    Draw a figure of the kind `line`, `bars`, `pyramid`, `map`, `profile` or `curve`.

    Parameters
    ----------
    figure
        What to draw; its table holds exactly the rows that are drawn.
    language
        The reader's language: words, numbers and the direction of the chart.
    areas
        Names and shapes of the city's areas.
    width
        Pixels across, 340 for a phone, 720 for a page. Words keep their size.

    Returns
    -------
    chart
        The same bytes for the same arguments, on every machine.

    Raises
    ------
    PublicationRefused
        If the figure is of a kind that has no chart.
    """
    page = Page(language, areas, width)
    prefix = f"{_NOT_IN_AN_ID.sub('-', figure.id)}-{width}"
    drawing = _drawing(figure, page, prefix)
    description = " ".join(drawing.sentences)
    title = language.words(figure.shown, areas)
    return Chart(_svg(drawing, page, prefix, (title, description)), width, drawing.height, description)


def _drawing(figure: Figure, page: Page, prefix: str) -> Drawing:
    match figure.kind:
        case "line":
            return line(figure, page)
        case "bars":
            return bars(figure, page)
        case "pyramid":
            return pyramid(figure, page)
        case "map":
            return choropleth(figure, page, prefix)
        case "profile":
            return profile(figure, page)
        case "curve":
            return curve(figure, page)
    raise PublicationRefused(Fault("charts.no_such_kind", {"figure": figure.id, "kind": figure.kind}))


def _svg(drawing: Drawing, page: Page, prefix: str, words: tuple[str, str]) -> str:
    title, description = (escape(text, quote=False) for text in words)
    size = "narrow" if page.narrow else "wide"
    code = page.language.code
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{size}" role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" lang="{code}" direction="ltr" '
        f'viewBox="0 0 {page.width} {drawing.height}" width="{page.width}" height="{drawing.height}" '
        f'font-family="{_FONTS.get(code, _FONT)}" font-size="14">'
    )
    head = f'<title id="{prefix}-title">{title}</title><desc id="{prefix}-desc">{description}</desc>'
    definitions = f"<defs>{drawing.definitions}</defs>" if drawing.definitions else ""
    return f"{opening}{head}{definitions}{''.join(drawing.elements)}</svg>"
