"""The words by which a column of an unknown file is recognised, in many languages (content, not code)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

_WORDS = "content/classifications/detection_words.yaml"
_UMLAUTS = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
#: No word and no name of a country is longer; shapes and addresses of pages are.
_LONGEST_WORD = 120
_NOT_A_WORD = re.compile(r"[\W_]+")
#: Languages whose names of countries are looked for, the commonest in city files first.
_COUNTRY_LANGUAGES = ("en", "es", "it", "de", "fr", "ca", "pt", "nl", "ru", "ar", "zh", "tr", "pl")
_AND = {"en": " and ", "ca": " i ", "de": " und "}
#: ISO 3166-1 codes that were withdrawn but share the two-letter code of their successor.
_WITHDRAWN = frozenset({"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD"})


def plain(text: str) -> str:
    """
    Return `text` in lower case, without accents, runs of other signs as one blank.

    >>> plain("Nacionalitat_REGIO")
    'nacionalitat regio'
    """
    split = _CAMEL.sub(" ", text)
    letters = "".join(c for c in unicodedata.normalize("NFKD", split) if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", letters.casefold()).strip()


@cache
def _content() -> dict[str, Any]:
    text = files("cosmopolis").joinpath(_WORDS).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return loaded


@lru_cache(maxsize=20_000)
def _cell(text: str) -> str:
    """A whole cell for comparison: signs such as `_T` and `n.d.` count, unlike in a column's name."""
    if len(text) > _LONGEST_WORD:
        return ""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())


@cache
def words(concept: str, kind: str) -> frozenset[str]:
    """All phrases of one kind (`header`, `woman`, `cell`, ...) of a concept, over all languages."""
    node = _content().get(concept, {}).get(kind, {})
    phrases = [p for per_language in node.values() for p in per_language] if isinstance(node, dict) else list(node)
    fold = plain if kind == "header" else _cell
    return frozenset(variant for phrase in phrases for variant in (fold(phrase), fold(_spelled_out(phrase))) if variant)


def _spelled_out(phrase: str) -> str:
    """German words as files without umlauts write them."""
    return phrase.translate(_UMLAUTS)


@cache
def person_words(kind: str) -> frozenset[str]:
    """Names of columns that only a file about single persons has."""
    return frozenset(plain(phrase) for phrase in _content()["person"][kind]["header"])


@cache
def marks(kind: str) -> frozenset[str]:
    """Cells that stand in a column of numbers instead of one: `missing` or `suppressed`."""
    return frozenset(_content()["marks"][kind])


def is_cell(concept: str, kind: str, cell: str) -> bool:
    """Whether a whole cell is one of the words of a concept."""
    return _cell(cell) in words(concept, kind)


def begins_like_total(cell: str) -> bool:
    """Whether a cell begins as a total does: `Stadt München`, `Total Barcelona`."""
    return any(_cell(cell).startswith(start + " ") for start in words("total", "start"))


def begins_like_footer(cell: str) -> bool:
    """Whether a cell begins as a note under a table does."""
    folded = _cell(cell[:_LONGEST_WORD])
    return any(folded.startswith(start) for start in words("footer", "start"))


def header_match(name: str, phrases: frozenset[str]) -> float:
    """
    Return how well the name of a column fits a set of phrases, from 0 to 1.

    1 for the phrase itself, 0.8 for a phrase among other words, 0.5 for a long
    phrase inside a compound word.

    >>> header_match("Codi_Barri", frozenset({"barri"}))
    0.8
    """
    folded = plain(name)
    if folded in phrases:
        return 1.0
    padded = f" {folded} "
    if any(f" {phrase} " in padded for phrase in phrases):
        return 0.8
    return 0.5 if any(_long_enough(phrase) and phrase in folded for phrase in phrases) else 0.0


def _long_enough(phrase: str) -> bool:
    """Chinese phrases say in two signs what others say in six letters."""
    return len(phrase) >= (2 if phrase and ord(phrase[0]) >= 0x2E80 else 6)


@cache
def country_names() -> dict[str, str]:
    """Names of countries, dissolved ones too, folded as cells are, to ISO 3166-1 alpha-3 codes."""
    from babel import Locale
    from babel.core import get_global

    three = {
        two[0]: code
        for code, two in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(two) == 1 and code not in _WITHDRAWN
    }
    three["XK"] = "XKX"
    names: dict[str, str] = {}
    for language in _COUNTRY_LANGUAGES:
        for two, name in Locale.parse(language).territories.items():
            if two in three:
                names.setdefault(_cell(name), three[two])
                # English and the other languages of Europe write the sign out as often as not
                names.setdefault(_cell(name.replace(" & ", _AND.get(language, " & "))), three[two])
    for code, others in _content()["country"].items():
        for name in others:
            names.setdefault(_cell(name), code)
            names.setdefault(_cell(_spelled_out(name)), code)
    return names


def country_code(cell: str) -> str:
    """
    Return the alpha-3 code of a country named in any of the languages, or ''.

    Only whole names are looked up: a name of a person is never read for an origin.

    >>> country_code("Türkiye"), country_code("Turkey"), country_code("Perú"), country_code("Muster")
    ('TUR', 'TUR', 'PER', '')
    """
    return country_names().get(_cell(cell), "")
