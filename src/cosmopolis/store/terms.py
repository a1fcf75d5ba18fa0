"""
Texts of six languages as the terms that a search compares.

Every term is folded: lower case, without accents, the forms of Arabic letters
unified. Endings that only say how many or in which case are taken off by short
rules for each script; a rule need not be right about grammar, only the same for
the text and for the question. Chinese is written without spaces: a run of
characters becomes its overlapping pairs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_IS_ARABIC = re.compile("[\u0600-\u06ff]")
_IS_CYRILLIC = re.compile("[\u0400-\u04ff]")

#: Letters that are written in several ways in Arabic, after accents are gone: maqsura, ta marbuta, tatweel.
_ARABIC_FORMS = str.maketrans({"\u0649": "\u064a", "\u0629": "\u0647", "\u0671": "\u0627", "\u0640": None})
#: The article with and without the particles that are written together with it, longest first.
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_ARABIC_SUFFIXES = ("يات", "ات", "ان", "ون", "ين", "يه", "ه", "ي")
_RUSSIAN_SUFFIXES = tuple(
    sorted(
        (
            "ыми", "ими", "ого", "его", "ому", "ему", "ами", "ями", "иями", "иях", "ием", "иям", "ая", "яя", "ое",
            "ее", "ые", "ие", "ый", "ии", "ой", "ей", "ом", "ем", "ам", "ям", "ах", "ях", "ую", "юю", "ых", "их",
            "ым", "им", "ию", "ия", "ью", "ов", "ев", "а", "я", "о", "е", "ы", "и", "у", "ю", "ь",
        ),
        key=lambda ending: (-len(ending), ending),
    )
)  # fmt: skip

#: A stem that is shorter than this is no stem: `ас` for `as`, `us` for `use`.
_SHORTEST_STEM = 3


def terms(text: str) -> list[str]:
    """
    The terms of a text in their order.

    Examples
    --------
    >>> terms("Écoles & viviendas")
    ['ecol', 'viviend']
    >>> terms("社会住房")
    ['社会', '会住', '住房']
    >>> terms("المدرسة"), terms("مدرسه")
    (['مدرس'], ['مدرس'])
    """
    found = []
    for piece in _PIECES.findall(folded(text)):
        if _IS_HAN.match(piece):
            found += [one + other for one, other in pairwise(piece)] or [piece]
        else:
            found.append(_stem(piece))
    return found


def indexed_terms(text: str) -> list[str]:
    """
    The terms of a text, with the last character of every Chinese run once more by itself.

    So that one character is found wherever it stands: as the beginning of a pair,
    or as the end of the run.

    Examples
    --------
    >>> indexed_terms("住房 2025")
    ['住房', '房', '2025']
    """
    found = []
    for piece in _PIECES.findall(folded(text)):
        found += terms(piece)
        if _IS_HAN.match(piece) and len(piece) > 1:
            found.append(piece[-1])
    return found


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """
    A text in lower case without accents and with one form of every Arabic letter.

    Examples
    --------
    >>> folded("Île"), folded("Йод"), folded("أُسرة") == folded("اسره")
    ('ile', 'иод', True)
    """
    parts = unicodedata.normalize("NFKD", text).casefold()
    # casefolding can compose anew what was taken apart, so apart once more
    plain = "".join(c for c in unicodedata.normalize("NFKD", parts) if not unicodedata.combining(c))
    return plain.translate(_ARABIC_FORMS)


def _stem(word: str) -> str:
    if _IS_ARABIC.search(word):
        return _arabic_stem(word)
    if _IS_CYRILLIC.search(word):
        return _without_ending(word, _RUSSIAN_SUFFIXES)
    return _latin_stem(word)


def _latin_stem(word: str) -> str:
    """English, French and Spanish: the plural, then the vowels at the end."""
    if not word.isalpha():
        return word
    if len(word) > _SHORTEST_STEM and word[-1] in "sx" and not word.endswith("ss"):
        word = word[:-1]
    while len(word) > _SHORTEST_STEM and word[-1] in "aeo":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > _SHORTEST_STEM and word.endswith("y") else word


def _arabic_stem(word: str) -> str:
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_STEM:
            word = word[len(prefix) :]
            break
    return _without_ending(word, _ARABIC_SUFFIXES)


def _without_ending(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
