"""
Stretches of a sentence, and how they keep their direction in running text.

In Arabic a number, a date or a name in Latin letters stands in a directional
isolate, so that it neither turns round nor turns its neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

_LEFT_TO_RIGHT = "\u2066"  # opens an isolate for numbers
_OWN_DIRECTION = "\u2068"  # opens an isolate whose first letter decides
_CLOSE = "\u2069"

PieceKind = Literal["words", "number", "date", "area", "own"]


@dataclass(frozen=True)
class Piece:
    """
    A stretch of a sentence.

    `kind` says what it is: `words` of ours, a `number`, a `date`, the name of an
    `area` in the city's own language, or text that is its `own` (a file's name, a
    publisher). A page marks up the last four; a terminal isolates them.
    """

    text: str
    kind: PieceKind = "words"


def isolated(piece: Piece, *, right_to_left: bool) -> str:
    """
    A piece as running text: what reads in another direction is isolated.

    Among Arabic words those are numbers, dates and names; elsewhere only names
    that are written from right to left.
    """
    # a date has Arabic words in it, so its own letters decide
    opening = _LEFT_TO_RIGHT if piece.kind == "number" else _OWN_DIRECTION
    if piece.kind == "words" or not piece.text:
        return piece.text
    if right_to_left or (piece.kind in ("area", "own") and _reads_right_to_left(piece.text)):
        return opening + piece.text + _CLOSE
    return piece.text


def plural_number(count: object) -> int:
    """The whole number by which a plural is chosen: of a number, a tally or a quantity."""
    number = getattr(count, "count", None)  # a Tally; text and lists have a method of that name
    if not isinstance(number, int):
        number = getattr(count, "value", count)  # a Quantity, a Fact
    if number is None:
        number = getattr(count, "upper", None)
    return abs(round(number)) if isinstance(number, int | float) else 0


def interval_of(value: object) -> dict[str, float] | None:
    """The two bounds of a value that is only known to lie between them."""
    lower, upper = getattr(value, "lower", None), getattr(value, "upper", None)
    # a score without a value is more than its range, and has words of its own
    counted = hasattr(value, "unit")
    if not counted or getattr(value, "value", 0) is not None or lower is None or upper is None:
        return None
    return {"lower": lower, "upper": upper}


def french_spaces(words: str) -> str:
    """French keeps a space before tall signs and inside its quotation marks, and never breaks there."""
    return re.sub(r" (?=[:;?!»%])|(?<=«) ", "\N{NO-BREAK SPACE}", words)


def decimals_of(value: float) -> int:
    """How many decimals a plain number is written with: as many as it has, at most four."""
    return 0 if value.is_integer() else min(4, len(f"{value:.4f}".rstrip("0").partition(".")[2]))


def _reads_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
