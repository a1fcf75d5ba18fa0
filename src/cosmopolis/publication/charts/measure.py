"""
How much room text takes, without its font.

The page's fonts are not known where charts are made, so widths are estimated from
the kind of letter, generously: room that stays empty is better than a clipped name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

#: Distance of two lines of text, in units of the letter's size.
LINE = 1.25

_NARROW = frozenset("ijlItfr.,:;'’|!()[] -–\u00a0\u202f")
_WIDE = frozenset("mwMW@%—ЖМШЩЫЮФжмшщыюф")


def text_width(text: str, size: float = 14) -> float:
    """
    Pixels that a line of text needs at most.

    >>> text_width("人口", 14) > text_width("at", 14)
    True
    """
    return size * 1.05 * sum(_letter(letter) for letter in text)


def wrapped(text: str, room: float, size: float = 14) -> list[str]:
    """
    The text in lines no wider than `room`, as far as its words allow.

    Chinese breaks between any two characters, other scripts at spaces.

    >>> wrapped("Latin America and the Caribbean", 120)
    ['Latin America', 'and the', 'Caribbean']
    """
    lines: list[str] = []
    for word in _words(text):
        if lines and text_width(lines[-1] + word.rstrip(), size) <= room:
            lines[-1] += word
        else:
            lines.append(word)
    return [line.strip(" ") for line in lines] or [""]


def widest(lines: Sequence[str], size: float = 14) -> float:
    """Pixels that the widest of some lines needs."""
    return max((text_width(line, size) for line in lines), default=0.0)


def _words(text: str) -> list[str]:
    words: list[str] = []
    for letter in text:
        starts = not words or words[-1].endswith(" ") or _is_ideograph(letter) or _is_ideograph(words[-1][-1:])
        # a closing mark never starts a line
        if starts and not (words and unicodedata.category(letter) in ("Pe", "Po", "Zs")):
            words.append(letter)
        else:
            words[-1] += letter
    return words


def _is_ideograph(letter: str) -> bool:
    return bool(letter) and unicodedata.east_asian_width(letter) == "W"


def _letter(letter: str) -> float:  # noqa: PLR0911
    if unicodedata.category(letter) in ("Mn", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.0
    if letter in _NARROW:
        return 0.34
    if letter in _WIDE:
        return 0.92
    if unicodedata.bidirectional(letter) in ("R", "AL"):
        return 0.56
    if letter.isupper():
        return 0.67
    return 0.57
