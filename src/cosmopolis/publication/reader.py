"""
A report's values in one reader's language, as safe HTML.

Numbers, dates and names stand in `bdi`, so that they keep their order inside
Arabic; names of areas and the city's own words carry the language they are in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from markupsafe import Markup, escape

from cosmopolis.language import Language, Piece
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.assessment import Score
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import (
    About,
    AgeName,
    Aim,
    Amount,
    AreaName,
    Block,
    Coefficient,
    Fact,
    GroupName,
    Items,
    LanguageName,
    Listing,
    Mark,
    Matrix,
    Message,
    OwnWords,
    Percent,
    Period,
    Report,
    Scores,
    Several,
    Tally,
    Term,
    TimeLine,
    Value,
)
from cosmopolis.vocabulary.table import Provenance, Status

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku-arab", "ps", "sd", "ug", "ur", "yi"})

Cellable = Message | Value


@dataclass(frozen=True)
class Cell:
    """One cell of a table: its HTML, and whether it is set as a number."""

    html: Markup
    numeric: bool = False


@dataclass(frozen=True)
class Reader:
    """Puts the values of one report into one language."""

    report: Report
    language: Language
    areas: Areas

    @cached_property
    def city_language(self) -> str:
        """The language that names of areas are in."""
        return self.report.city.languages[0] if self.report.city.languages else self.language.code

    @cached_property
    def city_name(self) -> str:
        """The city's name in the reader's language, else its own."""
        city = self.report.city
        return city.names.get(self.language.code) or city.name

    @cached_property
    def authors(self) -> str:
        """Who made the profile: names as the city wrote them, or words of ours by their id."""
        told = self.report.city.profile.authors
        return self.language.listed(self.say(one) if self.language.has(one) else one for one in told)

    @cached_property
    def edition(self) -> Period:
        """What the profile is called after: the year of its reference date, or its whole span."""
        iso = self.report.period.iso
        return Period(iso if "/" in iso else iso[:4])

    def say(self, message_id: str, **values: object) -> str:
        """Words of ours without values that need marking up."""
        return self.language.say(message_id, **values)

    def html(self, message: Message) -> Markup:
        """A sentence with its numbers, dates and names marked up."""
        return Markup("").join(self._piece(piece) for piece in self.language.pieces(message, self.areas))

    def tell(self, message_id: str, **values: Value) -> Markup:
        """A sentence of ours with its values marked up."""
        return self.html(Message(message_id, values))

    def text(self, message: Message) -> str:
        """A sentence without any marks: for titles and labels of charts."""
        return self.language.words(message, self.areas)

    def area(self, code: str) -> Markup:
        """The name of an area in the city's language."""
        return self._own(self.areas.name(code), self.city_language)

    def own(self, words: Words) -> Markup:
        """The city's own text: in the reader's language, or marked as what it is."""
        code = shown_language(words, self.language.code, self.report.city.languages)
        return self._own(words.get(code, ""), code)

    def cell(self, value: Cellable) -> Cell:
        """Any value of a listing as a cell."""
        match value:
            case Quantity():
                return self.quantity(value)
            case Score():
                return self.score(value)
            case Coefficient():
                return Cell(self.tell("language.value", value=value), numeric=True)
            case Tally() | Percent() | Amount() | Aim():
                return Cell(self._number(self.say("language.value", value=value)), numeric=True)
            case Fact(value=number, unit=unit):
                return Cell(self._number(self._known(number, unit)), numeric=number is not None)
        return Cell(self._words(value))

    def _words(self, value: Cellable) -> Markup:  # noqa: PLR0911 - one line a kind of value
        """A value that is not set as a number."""
        match value:
            case Message():
                return self.html(value)
            case OwnWords(words):
                return self.own(words)
            case Period(iso):
                return self.date(iso)
            case AreaName(code):
                return self.area(code)
            case AgeName(code):
                return self._number(self.language.age_group(code))
            case GroupName(code):
                return escape(self.language.capital(self.language.group(code)))
            case Term(message_id):
                return escape(self.language.capital(self.language.say(message_id)))
            case LanguageName():
                return escape(self.say("language.value", value=value))
            case About(persons):
                return self._number(self.language.about(persons))
            case Mark():
                return self.mark(value)
            case Several(values):
                return self._several(values)
        return Markup("<bdi>{}</bdi>").format(value)

    def _several(self, values: tuple[Value, ...]) -> Markup:
        """Values one after the other; only the first word of ours begins with a capital."""
        shown = [self.cell(one).html if at == 0 else self._inside(one) for at, one in enumerate(values)]
        return escape(self.say("language.list.separator")).join(shown)

    def _inside(self, value: Value) -> Markup:
        return escape(self.say(value.message_id)) if isinstance(value, Term) else self.cell(value).html

    def score(self, told: Score) -> Cell:
        """A score in whole points, and the range it may lie in."""
        if told.value is None:
            return Cell(self._number(self.language.score(told)))
        value = self._number(self.language.number(told.value))
        interval = _interval(self.language, told.lower, told.upper, "points")
        bounds = Markup(' <small class="bounds">{}</small>').format(self._range(interval))
        return Cell(value + (bounds if told.lower != told.upper else Markup()), numeric=True)

    def mark(self, told: Mark) -> Markup:
        """A state in words beside a disc that is as full as it goes far."""
        degree = "none" if told.degree is None else str(round(told.degree * 4))
        words = self.language.capital(self.language.say(told.message_id))
        return Markup('<span class="state"><span class="disc d-{}" aria-hidden="true"></span>{}</span>').format(
            degree, words
        )

    def quantity(self, q: Quantity) -> Cell:
        """A number with its interval and, where it is not a plain count, its status in words."""
        return self.figures(q.value, q.lower, q.upper, q.unit, q.status)

    def figures(
        self, value: float | None, lower: float | None, upper: float | None, unit: str, status: Status | str
    ) -> Cell:
        """The same out of the columns of a row."""
        parts: list[Markup] = []
        bounds = () if lower is None or upper is None else _interval(self.language, lower, upper, unit)
        if value is not None:
            shown = self.amount(value, unit)
            parts.append(self._number(shown))
            if bounds and bounds != (Piece(shown, "number"),):  # a range that reads as its number says nothing
                parts.append(Markup('<small class="bounds">{}</small>').format(self._range(bounds)))
        elif bounds:
            parts.append(self._range(bounds))
        if status != Status.NORMAL:
            word = _status(self.language, str(status))
            parts.append(Markup('<small class="status">{}</small>').format(word) if parts else escape(word))
        return Cell(Markup(" ").join(parts), numeric=value is not None or bool(bounds))

    def amount(self, value: float, unit: str) -> str:
        """A number in the form of its unit."""
        return _amount(self.language, value, unit)

    def numeric_columns(self, listing: Listing) -> list[bool]:
        """Which columns of a listing hold numbers, and are set right throughout."""
        return [
            column > 0 and any(self.cell(row[column]).numeric for row in listing.rows)
            for column in range(len(listing.columns))
        ]

    def item(self, item: str) -> Markup:
        """What is missing: our words where `item` is a message id, else as the city wrote it."""
        return escape(self.language.say(item)) if self.language.has(item) else Markup("<bdi>{}</bdi>").format(item)

    def source_name(self, provenance: Provenance) -> Markup:
        """The title the city gives a source, else its id."""
        titles = (source.title for source in self.report.city.sources if source.id == provenance.source_id)
        title = next(titles, {})
        return self.own(title) if title else Markup("<bdi>{}</bdi>").format(provenance.source_id)

    def date(self, iso: str) -> Markup:
        """A day or period in words."""
        return self._number(self.language.period(iso))

    def without_words(self) -> Iterator[Markup]:
        """The city's own texts that are not in the reader's language, in their original."""
        seen: set[str] = set()
        for words in own_words(self.report):
            if words and self.language.code not in words:
                shown = self.own(words)
                if shown not in seen:
                    seen.add(shown)
                    yield shown

    def _piece(self, piece: Piece) -> Markup:
        if piece.kind == "words":
            return escape(piece.text)
        if piece.kind == "area":
            return self._own(piece.text, self.city_language)
        if piece.kind == "own":
            return Markup("<bdi>{}</bdi>").format(piece.text)
        return self._number(piece.text)

    def _known(self, number: float | None, unit: str) -> str:
        return self.language.status(Status.MISSING) if number is None else self.amount(number, unit)

    def _number(self, text: str) -> Markup:
        return Markup('<bdi class="n">{}</bdi>').format(text)

    def _range(self, interval: tuple[Piece, ...]) -> Markup:
        """A range in the direction of the page: only its numbers have one of their own."""
        return Markup('<span class="n">{}</span>').format(Markup("").join(self._piece(piece) for piece in interval))

    def _own(self, text: str, code: str) -> Markup:
        if code == self.language.code:
            return Markup("<bdi>{}</bdi>").format(text)
        direction = "rtl" if code in RIGHT_TO_LEFT else "ltr"
        return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(code, direction, text)


def shown_language(words: Words, wanted: str, preferred: tuple[str, ...]) -> str:
    """
    The language in which a text is shown: the reader's, else the city's, else any.

    >>> shown_language({"ca": "...", "es": "..."}, "en", ("es", "ca"))
    'es'
    """
    return next((code for code in (wanted, *preferred, *sorted(words)) if code in words), wanted)


def own_words(report: Report) -> Iterator[Words]:
    """Every text of the city that a page shows."""
    for section in (*report.summary, *report.all_sections()):
        for asked in section.asked:
            yield asked.owner
            yield asked.note
        for block in section.blocks:
            yield from (cell.words for cell in _cells(block) if isinstance(cell, OwnWords))


def _cells(block: Block) -> Iterator[object]:
    """Everything a block shows that may be the city's own words."""
    match block:
        case OwnWords():
            yield block
        case Listing(rows=rows):
            yield from (cell for row in rows for cell in row)
        case TimeLine(events=events):
            yield from (told for event in events for told in event[2:])
        case Scores(rows=scored):
            yield from (row.label for row in scored)
        case Items(items=items):
            for item in items:
                yield item.title
                yield from (cell for line in item.lines for cell in line.cells)
        case Matrix(columns=columns, rows=marked):
            yield from (*columns, *(label for label, _ in marked))


# Babel takes tens of microseconds for a number; a page repeats many


@lru_cache(maxsize=65_536)
def _amount(language: Language, value: float, unit: str) -> str:
    return language.amount(value, unit)


@lru_cache(maxsize=16_384)
def _interval(language: Language, lower: float, upper: float, unit: str) -> tuple[Piece, ...]:
    return language.interval_pieces(lower, upper, unit)


@lru_cache(maxsize=256)
def _status(language: Language, code: str) -> str:
    return language.status(code)
