"""
The pages of a profile: for each language the profile, its summary and its methods.

Everything is worked out before a template sees it; a template only lays out.
Languages follow each other, so that one language's pages are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cosmopolis.language import LANGUAGES, language
from cosmopolis.publication import data
from cosmopolis.publication.reader import Reader
from cosmopolis.publication.styles import font_files, style_sheet
from cosmopolis.publication.tables import TableView, figure_table
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.report import (
    Cell,
    Figure,
    Item,
    Items,
    Listing,
    Matrix,
    Message,
    OwnWords,
    Paragraph,
    Period,
    Pointer,
    Report,
    Scores,
    Section,
    TimeLine,
)
from cosmopolis.vocabulary.table import Status

if TYPE_CHECKING:
    from cosmopolis.publication.charts import Chart

#: Pages of each language, in the order of the menu: file name without its end. Those of the report's
#: chapters stand between them.
FIRST_PAGES, LAST_PAGES = ("index",), ("summary", "methods")

#: Up to how many signs a sheet of one page, and one of two, is set roomy and normal.
ONE_PAGE, TWO_PAGES = (1500, 2800), (4200, 5600)
#: How wide a language's signs run beside Latin letters.
_WIDTH_OF_SIGNS = {"zh": 1.7, "ar": 1.2, "ru": 1.2}

#: Widths of a chart in CSS pixels: the text column on a desktop, and a phone of 390 less its margins.
WIDE = 760
NARROW = 352

#: Nothing from elsewhere, nothing that runs; only this site's own style, fonts and pictures.
SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
)

#: Listings of these ids (or `<id>-...`) are not plain tables.
COVER = "cover"
GAPS = "gaps"

Draw = Callable[..., "Chart"]

#: The macro that lays a block out, where its type alone says which.
_LAID_OUT: Mapping[type, str] = {
    TimeLine: "timeline",
    Scores: "scores",
    Items: "items",
    Matrix: "matrix",
    Pointer: "pointer",
}


def site_files(
    report: Report, *, languages: tuple[str, ...] = LANGUAGES, draw: Draw | None = None
) -> Iterator[tuple[str, bytes]]:
    """
    Every file of a site: its path inside the site and its bytes.

    Parameters
    ----------
    report
        The profile, ready to be put into any language.
    languages
        Codes of the languages to write.
    draw
        Makes a chart of a figure; by default the one of `publication.charts`.

    Yields
    ------
    file
        Path with forward slashes, content. The data come first, then the
        languages one after the other.

    Raises
    ------
    PublicationRefused
        If a number is not finite, or two published rows name the same cell.
    """
    yield from data.data_files(report)
    yield from font_files()
    yield "style.css", style_sheet()
    yield "index.html", _choice(report, languages)
    areas = data.city_areas(report)
    for code in languages:
        yield from _language_pages(Reader(report, language(code), areas), languages, draw or _chart())


@dataclass(frozen=True)
class FigureView:
    """A figure with everything worked out."""

    figure: Figure
    charts: tuple[Markup, ...]
    table: TableView
    periods: Markup
    sources: Markup
    statuses: Markup
    cite: Markup


@dataclass(frozen=True)
class BlockView:
    """A block and how it is laid out; `figure` is set where it is a figure."""

    kind: str
    block: Any
    figure: FigureView | None = None


@dataclass(frozen=True)
class SectionView:
    """A section in one language."""

    id: str
    title: str
    blocks: tuple[BlockView, ...]
    section: Section


def _language_pages(reader: Reader, languages: tuple[str, ...], draw: Draw) -> Iterator[tuple[str, bytes]]:
    code = reader.language.code
    shared = _shared(reader, languages)
    sections = [_section(section, reader, draw) for section in reader.report.sections]
    yield f"{code}/index.html", _page("profile.html", shared, page="index", sections=sections, told=reader.report)
    chapters: list[SectionView] = []
    for chapter in reader.report.chapters:
        told = [_section(section, reader, None if chapter.sheet else draw) for section in chapter.sections]
        chapters += [] if chapter.sheet else told
        template = "sheet.html" if chapter.sheet else "profile.html"
        density = _density(reader, chapter.sections, TWO_PAGES) if chapter.sheet else ""
        values = {"sections": told, "told": chapter, "density": density}
        yield f"{code}/{chapter.id}.html", _page(template, shared, page=chapter.id, **values)
    summary = [_section(section, reader, None) for section in reader.report.summary]
    density = _density(reader, reader.report.summary, ONE_PAGE)
    yield f"{code}/summary.html", _page("summary.html", shared, page="summary", sections=summary, density=density)
    views = [view.figure for section in (*sections, *chapters) for view in section.blocks if view.figure]
    yield f"{code}/methods.html", _page("methods.html", shared, page="methods", **_methods(reader, views))


def _shared(reader: Reader, languages: tuple[str, ...]) -> Mapping[str, object]:
    report = reader.report
    return {
        "r": reader,
        "report": report,
        "city": reader.city_name,
        "languages": [language(code) for code in languages],
        "pages": (*FIRST_PAGES, *(chapter.id for chapter in report.chapters), *LAST_PAGES),
        "policy": SECURITY_POLICY,
        "site_title": reader.tell("publication.site_title", city=reader.city_name, period=reader.edition),
        "plain_title": reader.language.words(
            Message("publication.site_title", {"city": reader.city_name, "period": reader.edition})
        ),
        "cite": _cite(reader),
    }


def _section(section: Section, reader: Reader, draw: Draw | None) -> SectionView:
    title = reader.say(f"publication.section.{section.id}")
    blocks = tuple(_block(block, reader, draw) for block in section.blocks)
    return SectionView(section.id, title, blocks, section)


def _block(block: object, reader: Reader, draw: Draw | None) -> BlockView:
    match block:
        case Figure():
            return (
                BlockView("finding", block)
                if draw is None
                else BlockView("figure", block, _figure(block, reader, draw))
            )
        case Paragraph(warning=warning):
            return BlockView("warning" if warning else "paragraph", block)
        case OwnWords():
            return BlockView("own", block)
        case Listing(id=name):
            kind = name.partition("-")[0]
            return BlockView(kind if kind in (COVER, GAPS) else "listing", block)
    return BlockView(_LAID_OUT[type(block)], block)


def _figure(figure: Figure, reader: Reader, draw: Draw) -> FigureView:
    frame = figure.table.frame
    found = data.sources(reader.report, figure.table.source_ids)
    spans = data.periods(frame)
    periods = escape(reader.say("language.list.separator")).join(reader.date(iso) for iso in spans)
    if len(spans) > 2:
        periods = reader.tell("publication.figure.span", first=Period(spans[0]), last=Period(spans[-1]))
    statuses = [
        reader.tell(
            "publication.figure.status_count", status=reader.language.status(code), number=_count(reader, number)
        )
        for code, number in data.status_counts(frame).items()
    ]
    publishers = list(dict.fromkeys(p.publisher for p in found)) or list(figure.table.source_ids)
    return FigureView(
        figure,
        _charts(figure, reader, draw),
        figure_table(figure, reader),
        periods,
        Markup(" · ").join(reader.cell(name).html for name in publishers),
        Markup(" · ").join(statuses),
        _cite(reader, figure, publishers),
    )


def _count(reader: Reader, number: int) -> str:
    return reader.language.number(number)


def _charts(figure: Figure, reader: Reader, draw: Draw) -> tuple[Markup, ...]:
    """A chart at both widths; the style sheet shows the one that fits."""
    if figure.kind == "table":
        return ()
    drawn = [draw(figure, language=reader.language, areas=reader.areas, width=width) for width in (WIDE, NARROW)]
    # made by our own charts, out of escaped labels: safe as it is
    return tuple(Markup(chart.svg) for chart in drawn)  # noqa: S704


def _cite(reader: Reader, figure: Figure | None = None, publishers: list[str] | None = None) -> Markup:
    report = reader.report
    values: dict[str, Any] = {
        "authors": reader.authors or reader.city_name,
        "city": reader.city_name,
        "period": reader.edition,
        "release": report.release[:12],
    }
    if figure is None:
        return reader.tell("publication.cite.profile", **values)
    values |= {"figure": figure.id, "sources": reader.language.listed(publishers or [])}
    return reader.tell("publication.cite.figure", **values)


def _methods(reader: Reader, figures: list[FigureView]) -> dict[str, object]:
    report = reader.report
    return {
        "figures": figures,
        "statuses": list(Status),
        "provenances": sorted(report.provenances, key=lambda p: p.source_id),
        "policies": [
            (source, reader.own(source.title) if source.title else source.id)
            for source in report.city.sources
            if source.recipe.content in ("counts", "persons")
        ],
        "has_shapes": bool(report.areas.shapes),
        "without_words": list(reader.without_words()),
    }


def _density(reader: Reader, sections: Iterable[Section], bounds: tuple[int, int]) -> str:
    """How closely a sheet is set, so that it prints on its pages."""
    wide = _WIDTH_OF_SIGNS.get(reader.language.code, 1.0)
    signs = sum(_length(section, reader) for section in sections) * wide
    return "roomy" if signs < bounds[0] else "normal" if signs < bounds[1] else "dense"


def _length(section: Section, reader: Reader) -> int:
    """About how many signs a section takes, what is set around them included."""
    signs = 60
    for block in section.blocks:
        match block:
            case Figure(finding=message) | Paragraph(message=message):
                signs += len(reader.text(message)) + 40
            case OwnWords(words):
                signs += max(map(len, words.values()), default=0) + 40
            case Listing(rows=rows):
                signs += sum(40 + sum(_signs(cell, reader) for cell in row) for row in rows)
            case Items(items=items):
                signs += sum(40 + _signs(item.title, reader) + _lines_length(item, reader) for item in items)
            case Scores(rows=scored):
                signs += sum(60 + _signs(row.label, reader) for row in scored)
    return signs


def _signs(cell: Cell, reader: Reader) -> int:
    return len(reader.cell(cell).html.striptags())


def _lines_length(item: Item, reader: Reader) -> int:
    return sum(20 + sum(_signs(cell, reader) for cell in line.cells) for line in item.lines)


def _choice(report: Report, languages: tuple[str, ...]) -> bytes:
    own = next((code for code in report.city.languages if code in languages), languages[0])
    areas = Areas(())
    readers = [Reader(report, language(code), areas) for code in languages]
    first = next(reader for reader in readers if reader.language.code == own)
    return _page("choice.html", _shared(first, languages), page="index", readers=readers)


def _page(template: str, shared: Mapping[str, object], **values: object) -> bytes:
    return _templates().get_template(template).render(**shared, **values).encode("utf-8")


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("cosmopolis.publication"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _chart() -> Draw:
    # the charts bring the drawing engine with them, which takes a second to start
    from cosmopolis.publication.charts import chart

    return chart
