"""
One language of the program: message ids and values become words.

A room never writes a sentence. It hands over a message id and values; here the
words are found, the plural is chosen, and each value takes the form the language
gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from gettext import GNUTranslations
from pathlib import PurePath
from string import Formatter
from typing import TYPE_CHECKING, Literal

from cosmopolis.errors import CosmopolisError, Fault, UsageError
from cosmopolis.language import forms
from cosmopolis.language.catalogues import LOCALE, MissingWords, translations
from cosmopolis.language.pieces import Piece, decimals_of, french_spaces, interval_of, isolated, plural_number
from cosmopolis.language.places import place_code

if TYPE_CHECKING:
    from babel import Locale

    from cosmopolis.vocabulary.area import Areas
    from cosmopolis.vocabulary.assessment import Score
    from cosmopolis.vocabulary.protected import Quantity
    from cosmopolis.vocabulary.report import Message

#: The six languages of the United Nations, in the order of the language menu.
LANGUAGES = ("en", "fr", "es", "zh", "ar", "ru")

#: What each language calls itself.
NAMES = {"en": "English", "fr": "Français", "es": "Español", "zh": "中文", "ar": "العربية", "ru": "Русский"}

#: Decimals that a reader can use, by unit; every other unit has one.
DECIMALS = {
    "persons": 0,
    "children per woman": 2,
    "index": 3,
    "ratio": 2,
    "index points": 3,
    "nats": 4,
    "EUR": 0,
    "persons per km2": 0,
    "km2": 1,
    "points": 0,
    "facilities per 10000 persons": 2,
}

#: Values of these names (or `..._<name>`) point at a place and are never grouped.
_PLACES = frozenset({"row", "line", "column", "year"})


@dataclass(frozen=True)
class Language:
    """
    Words, numbers, dates and names in one language.

    Digits are Latin in all six languages (see `forms`). What `words`, `fault` and
    `error` return is running text: in Arabic every number, date and foreign name
    in it stands in a directional isolate. Everything else returns plain text for
    table cells and labels.
    """

    code: str

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return NAMES[self.code]

    @property
    def dir(self) -> Literal["ltr", "rtl"]:
        """The direction of writing."""
        return "rtl" if self.code == "ar" else "ltr"

    @cached_property
    def _locale(self) -> Locale:
        return forms.locale(self.code)

    @cached_property
    def _words(self) -> GNUTranslations:
        return translations(LOCALE, self.code)

    # ---- messages

    def say(self, message_id: str, **values: object) -> str:
        """
        The words of `message_id` with `values` in them, as plain text.

        The plural is chosen by the value named `count`. Values may be text,
        numbers, lists of these, or any `Value` of a report but `AreaName`.

        Raises
        ------
        MissingWords
            If the id has no words, or its words want a value that is not given.

        Examples
        --------
        >>> language("fr").say("language.age.and_over", age=100)
        '100 ans et plus'
        """
        return "".join(piece.text for piece in self._filled(message_id, values, None))

    def has(self, message_id: str) -> bool:
        """Whether `message_id` has words."""
        return self._words.gettext(message_id) != message_id

    def pieces(self, message: Message, areas: Areas | None = None) -> tuple[Piece, ...]:
        """A sentence of a report, in stretches that a page can mark up; it begins with a capital."""
        first, *rest = self._filled(message.id, message.values, areas)
        return (replace(first, text=self.capital(first.text)) if first.kind == "words" else first, *rest)

    def words(self, message: Message, areas: Areas | None = None) -> str:
        """A sentence of a report as running text; `areas` gives the areas' names."""
        return "".join(self.isolated(piece) for piece in self.pieces(message, areas))

    def fault(self, fault: Fault) -> str:
        """What is wrong, where, and what to do, as running text."""
        return "".join(self.isolated(piece) for piece in self._filled(fault.message_id, fault.values, None))

    def error(self, error: CosmopolisError) -> str:
        """Every fault of an error, one a line, and how many more there are."""
        told = [self.fault(fault) for fault in error.faults]
        if len(told) + error.unlisted > 1:
            told = [f"- {text}" for text in told]
        if error.unlisted:
            told.append(self.say("language.error.unlisted", count=error.unlisted))
        return "\n".join(told)

    def isolated(self, piece: Piece) -> str:
        """A piece as running text: what reads in another direction is isolated."""
        return isolated(piece, right_to_left=self.dir == "rtl")

    # ---- numbers

    def number(self, value: float, *, decimals: int = 0, signed: bool = False) -> str:
        """A number with the language's grouping and decimal mark."""
        return forms.decimal(value, self._locale, decimals=decimals, signed=signed)

    def percent(self, share: float, *, decimals: int = 1, signed: bool = False) -> str:
        """A share from 0 to 1 as per cent."""
        return forms.per_cent(share, self._locale, decimals=decimals, signed=signed)

    def amount(self, value: float, unit: str, *, decimals: int | None = None) -> str:
        """A number in the form of its unit, without the unit's word (per cent and money have a sign)."""
        digits = DECIMALS.get(unit, 1) if decimals is None else decimals
        if unit == "share":
            return self.percent(value, decimals=digits)
        if unit == "percent":
            return self.percent(value / 100, decimals=digits)
        if unit == "percentage points":
            return self.number(value, decimals=digits, signed=True)
        if unit == "EUR":
            return forms.money(value, unit, self._locale, decimals=digits)
        return self.number(value, decimals=digits)

    def interval(self, lower: float, upper: float, unit: str = "persons", *, decimals: int | None = None) -> str:
        """The two bounds between which a number lies, or the number itself where they meet."""
        low, high = (self.amount(bound, unit, decimals=decimals) for bound in (lower, upper))
        return low if low == high else self.say("language.interval", lower=low, upper=high)

    def interval_pieces(self, lower: float, upper: float, unit: str = "persons") -> tuple[Piece, ...]:
        """
        The words of `interval` in stretches: each bound is a number of its own.

        Only so does each bound keep its sign and its per cent, and does the smaller
        one stand at the right in Arabic.

        Examples
        --------
        >>> [piece.text for piece in language("en").interval_pieces(-0.457, 0.02, "share")]
        ['-45.7%', ' to ', '2.0%']
        """
        low, high = (Piece(self.amount(bound, unit), "number") for bound in (lower, upper))
        return (low,) if low == high else tuple(self._filled("language.interval", {"lower": low, "upper": high}, None))

    def quantity(self, q: Quantity, *, decimals: int | None = None) -> str:
        """
        A published number: its value, else its interval, else the word of its status.

        Suppressed, missing, not collected and impossible are four different words.
        """
        if q.value is not None:
            return self.amount(q.value, q.unit, decimals=decimals)
        if q.lower is not None and q.upper is not None:
            return self.interval(q.lower, q.upper, q.unit, decimals=decimals)
        return self.status(q.status)

    def money(self, amount: float, currency: str) -> str:
        """An amount of money in whole units of its currency."""
        return forms.money(amount, currency, self._locale, decimals=0)

    def aim(self, value: float, unit: str) -> str:
        """A number that somebody wrote down: as exactly as it was written where its unit leaves that open."""
        shown = round(value * 100, 6) if unit == "share" else value
        return self.amount(value, unit, decimals=decimals_of(shown) if DECIMALS.get(unit, 1) else None)

    def about(self, persons: int | None) -> str:
        """Persons that somebody reports, rounded, or that they were too few to tell."""
        return self.say("language.about.few" if persons is None else "language.about.persons", number=persons or 0)

    def score(self, told: Score) -> str:
        """A score in whole points with the range it may lie in; only the range where there is no score."""
        interval = self.interval(told.lower, told.upper, "points")
        if told.value is None:
            return self.say("language.score.none", interval=interval)
        value = self.number(told.value)
        return value if value == interval else self.say("language.value_and_interval", value=value, interval=interval)

    # ---- time

    def date(self, iso: str) -> str:
        """A day, `2025-01-01`, in words."""
        return forms.day(iso, self._locale)

    def period(self, iso: str) -> str:
        """A day, month, year (`2025`) or span (`2015/2020`) in words."""
        start, slash, end = iso.partition("/")
        if not slash:
            return forms.point_in_time(iso, self._locale)
        if start.isdigit() and end.isdigit():
            return self.say("language.years", first=start, last=end)
        first, last = (forms.point_in_time(point, self._locale) for point in (start, end))
        return self.say("language.span", first=first, last=last)

    # ---- names of codes

    def age_group(self, code: str) -> str:
        """
        An age group in words.

        Examples
        --------
        >>> [language("en").age_group(code) for code in ("Y0T4", "Y_GE100", "Y17", "_T")]
        ['0–4', '100 and over', '17', 'all ages']
        """
        if code in ("_T", "_U"):
            return self.say(f"language.age.{code}")
        if code.startswith("Y_GE"):
            return self.say("language.age.and_over", age=code[4:])
        if code.startswith("Y_LT"):
            return self.say("language.age.under", age=code[4:])
        first, between, last = code.removeprefix("Y").partition("T")
        return self.say("language.range", first=first, last=last) if between else first

    def _years_of_age(self, code: str) -> str:
        """An age group in a sentence, where a bare range would not say what it counts."""
        first, between, last = code.removeprefix("Y").partition("T")
        return self.say("language.age.range", first=first, last=last) if between else self.age_group(code)

    def sex(self, code: str) -> str:
        """A sex in words."""
        return self.say(f"language.sex.{code}")

    def area(self, areas: Areas, code: str) -> str:
        """The name of an area, in the city's own language."""
        return areas.name(code)

    def group(self, code: str) -> str:
        """
        An origin group in words.

        A place alone is just named, because the figure says which axis it shows;
        among several pairs each place says its axis. Among how many of the nearest
        residents it is (`nearest`) comes last.

        Examples
        --------
        >>> language("en").group("birth=DEU;education=tertiary")
        'country of birth: Germany, tertiary education'
        >>> language("en").group("birth=DEU;nearest=800")
        'Germany, nearest 800 residents'
        """
        if code == "_T":
            return self.say("group._T")
        pairs = dict(pair.split("=", 1) for pair in code.split(";"))
        nearest = [self.nearest(pairs.pop("nearest"))] if "nearest" in pairs else []
        own = [self._group_part(axis, part, alone=len(pairs) == 1) for axis, part in pairs.items()]
        return self.listed(own + nearest)

    def nearest(self, residents: str) -> str:
        """The nearest so many residents, the code of the axis `nearest`, in words."""
        return self.say("group.nearest", count=int(residents))

    def place(self, code: str) -> str:
        """A country (ISO alpha-3), a dissolved state or a region (UN M49) in words."""
        known = f"place.{code}"
        if self.has(known):
            return self.say(known)
        name = self._locale.territories.get(place_code(code))
        if name is None:
            raise MissingWords(f"{code} is no country or region that has a name in {self.code}")
        return str(name)

    def indicator(self, indicator_id: str) -> str:
        """The name of an indicator."""
        return self.say(f"indicator.{indicator_id}")

    def origin(self, label: str) -> str:
        """The name of an origin group that a city asks about (`born_abroad_16_plus`)."""
        return self.say(f"origin.{label}")

    def unit(self, unit: str) -> str:
        """The name of a unit of measurement."""
        return self.say("unit." + re.sub(r"\W", "_", unit))

    def status(self, code: str) -> str:
        """What stands behind a value, or why there is none."""
        return self.say(f"status.{code}")

    def axis(self, axis: str) -> str:
        """The name of an axis of origin."""
        return self.say(f"axis.{axis}")

    def listed(self, texts: Iterable[str]) -> str:
        """Several texts, with the language's own comma between them."""
        return self.say("language.list.separator").join(texts)

    def capital(self, text: str) -> str:
        """`text` with a capital first letter, for a label; Chinese and Arabic have none."""
        return text[:1].upper() + text[1:]

    # ---- inside

    def _group_part(self, axis: str, code: str, *, alone: bool) -> str:
        for known in (f"group.{axis}.{code}", f"group.{code}"):
            if self.has(known):
                return self.say(known)
        name = self.place(code)
        return name if alone else self.say("group.with_axis", axis=self.axis(axis), name=name)

    def _template(self, message_id: str, values: Mapping[str, object]) -> str:
        count = values.get("count")
        if count is not None:
            told = self._words.ngettext(message_id, message_id, plural_number(count))
            if told != message_id:
                return french_spaces(told) if self.code == "fr" else told
        told = self._words.gettext(message_id)
        if told == message_id:
            raise MissingWords(f"{message_id} has no words in {self.code}")
        return french_spaces(told) if self.code == "fr" else told

    def _filled(self, message_id: str, values: Mapping[str, object], areas: Areas | None) -> Iterator[Piece]:
        last = ""
        for text, name, _, _ in Formatter().parse(self._template(message_id, values)):
            if text:
                # a date that ends in a point (Russian 2025 г.) ends its sentence too
                yield Piece(text[1:] if last.endswith(".") and text.startswith(".") else text)
            if name is None:
                continue
            if name not in values:
                raise MissingWords(f"{message_id} needs the value {name} in {self.code}")
            for piece in self._pieces(name, values[name], areas):
                last = piece.text
                yield piece

    def _pieces(self, name: str, value: object, areas: Areas | None) -> Iterator[Piece]:
        several = getattr(value, "values", None)  # of a `Several`; a mapping's is a method
        value = several if isinstance(several, tuple) else value
        if isinstance(value, list | tuple | set | frozenset):
            comma = self.say("language.list.separator")
            for place, part in enumerate(sorted(value, key=str) if isinstance(value, set | frozenset) else value):
                if place:
                    yield Piece(comma)
                yield from self._pieces(name, part, areas)
        elif (bounds := interval_of(value)) is not None:
            yield from self.interval_pieces(**bounds, unit=str(getattr(value, "unit", "persons")))
        elif (ranged := self._with_interval(value)) is not None:
            yield from ranged
        else:
            yield self._piece(name, value, areas)

    def _with_interval(self, value: object) -> Iterator[Piece] | None:
        """A coefficient with its interval: three numbers, each in its own direction."""
        lower, upper = getattr(value, "lower", None), getattr(value, "upper", None)
        if type(value).__name__ != "Coefficient" or lower is None or upper is None:
            return None
        told = (getattr(value, "value", 0.0), lower, upper)
        pieces = [Piece(self.number(number, decimals=2), "number") for number in told]
        return self._filled("language.coefficient", dict(zip(("value", "lower", "upper"), pieces, strict=True)), None)

    def _piece(self, name: str, value: object, areas: Areas | None) -> Piece:
        if isinstance(value, Piece):
            return value
        if isinstance(value, str | PurePath):
            return Piece(str(value), "own")
        if isinstance(value, bool) or value is None:
            return Piece(self.say(f"language.{str(value).lower()}"))
        if isinstance(value, int):
            plain = name.rpartition("_")[2] in _PLACES
            return Piece(str(value) if plain else self.number(value), "number")
        if isinstance(value, float):
            return Piece(self.number(value, decimals=decimals_of(value)), "number")
        return self._reported(value, areas)

    def _reported(self, value: object, areas: Areas | None) -> Piece:
        # the vocabulary brings Polars with it, and a bare --help has no use for that
        from cosmopolis.vocabulary import protected, report

        told = Piece(str(value), "own")
        match value:
            case protected.Quantity():
                told = Piece(self.quantity(value), "words" if value.value is None else "number")
            case report.Tally(count):
                told = Piece(self.number(count), "number")
            case report.Period(iso):
                told = Piece(self.period(iso), "date")
            case report.AreaName(code):
                told = Piece(areas.name(code) if areas else code, "area")
            case report.GroupName(code):
                told = Piece(self.group(code))
            case report.AgeName(code):
                told = Piece(self._years_of_age(code), "date")
            case report.Term(message_id):
                told = Piece(self.say(message_id))
            case report.Fact(value=None):
                told = Piece(self.status("O"))
            case report.Fact(value=float() | int() as known, unit=unit):
                # as many decimals as its source gives: 20 per cent is not 20.0
                shown = round(known * 100, 6) if unit == "share" else known
                told = Piece(self.amount(known, unit, decimals=min(1, decimals_of(float(shown)))), "number")
            case report.OwnWords(texts):
                told = Piece(texts.get(self.code) or next(iter(texts.values()), ""), "own")
            case _:
                told = self._judged(value) or told
        return told

    def _judged(self, value: object) -> Piece | None:  # noqa: PLR0911 - one line a kind of value
        """What is said of governance: scores, shares of things, money, states."""
        from cosmopolis.vocabulary import assessment, report

        match value:
            case report.Percent(share):
                return Piece(self.percent(share, decimals=0), "number")
            case report.Amount(amount, currency):
                return Piece(self.money(amount, currency), "number")
            case report.Aim(number, unit):
                return Piece(self.aim(number, unit), "number")
            case report.About(persons):
                return Piece(self.about(persons), "words" if persons is None else "number")
            case report.Coefficient(number):
                return Piece(self.number(number, decimals=2), "number")
            case assessment.Score():
                return Piece(self.score(value), "words" if value.value is None else "number")
            case report.LanguageName(code):
                return Piece(str(self._locale.languages.get(code, code)))
            case report.Mark(message_id):
                return Piece(self.say(message_id))
        return None


@lru_cache
def language(code: str) -> Language:
    """
    The language of that code.

    Raises
    ------
    UsageError
        If it is none of the six.
    """
    if code not in LANGUAGES:
        raise UsageError(Fault("language.unknown", {"value": code, "known": LANGUAGES}))
    return Language(code)


def best_language(environ: Mapping[str, str]) -> str:
    """
    The language a person's terminal asks for, English if it is none of ours.

    Examples
    --------
    >>> best_language({"LANGUAGE": "ca:es", "LANG": "en_GB.UTF-8"})
    'es'
    """
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = environ.get(variable, "")
        for one in wanted.split(":"):
            code = one[:2].lower()
            if code in LANGUAGES and not one[2:3].isalpha():
                return code
        if wanted and variable != "LANGUAGE":
            return "en"
    return "en"
