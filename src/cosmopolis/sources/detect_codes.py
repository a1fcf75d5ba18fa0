"""Codes for cells that are recognised: sexes, ages, periods, origins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from cosmopolis.sources.detect_words import country_code, is_cell, words
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN

_OLDEST = 125
_FIRST_CHINESE = 0x2E80
#: No age class takes more signs.
_LONGEST_AGE = 60
#: Form of a period, and the cells that have it; the first that fits nearly all cells is taken.
_FORMS = (
    ("%Y-%m-%d", re.compile(r"^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$")),
    ("%Y-%m", re.compile(r"^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])$")),
    ("%Y%m%d", re.compile(r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")),
    ("%Y%m", re.compile(r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])$")),
    ("%Y", re.compile(r"^(?:19\d{2}|20\d{2}|2100)$")),
    ("%d.%m.%Y", re.compile(r"^(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:19|20)\d{2}$")),
    ("%d/%m/%Y", re.compile(r"^(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/(?:19|20)\d{2}$")),
    ("range", re.compile(r"^(?:19|20|21)\d{2}\s*[-–/]\s*(?:19|20|21)\d{2}$")),
)
_AGE = re.compile(r"^y?_?(?P<low>\d{1,3})\s*(?:[-–—_t]|to|bis|a|à|до|至|~)\s*(?P<high>\d{1,3})$")
_BETWEEN = re.compile(r"^(?:from|de|von|da|van|от|entre)\s+", re.IGNORECASE)
_CONNECTED = re.compile(r"\s+(?:to|bis|a|à|do|tot|до|und|bis unter)\s+")


def total_or_unknown(cell: str) -> str:
    """`_T` for a word that says all, `_U` for one that says not known, else nothing."""
    if is_cell("total", "cell", cell):
        return TOTAL
    return UNKNOWN if is_cell("unknown", "cell", cell) else ""


def sex_code(cell: str) -> str:
    """
    Return the code of a sex written in any of the languages.

    >>> sex_code("Femmine"), sex_code("männlich"), sex_code("insgesamt"), sex_code("1")
    ('F', 'M', '_T', '')
    """
    if is_cell("sex", "woman", cell):
        return "F"
    return "M" if is_cell("sex", "man", cell) else total_or_unknown(cell)


def period_form(cells: Sequence[str]) -> tuple[str, float]:
    """Return the form that most cells have, and their share ('' and 0 for none)."""
    if not cells:
        return "", 0.0
    shares = [(sum(bool(shape.match(cell.strip())) for cell in cells) / len(cells), form) for form, shape in _FORMS]
    share, form = max(shares, key=lambda entry: entry[0])
    return (form, share) if share >= 0.9 else ("", 0.0)


def _any_of(phrases: frozenset[str]) -> re.Pattern[str]:
    """Any of the phrases, the longest first, as whole words where a script puts blanks between them."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    spaced = "|".join(re.escape(phrase) for phrase in longest_first if ord(phrase[0]) < _FIRST_CHINESE)
    unspaced = "|".join(re.escape(phrase) for phrase in longest_first if ord(phrase[0]) >= _FIRST_CHINESE)
    return re.compile(rf"\s*(?:(?<![^\W\d_])(?:{spaced})(?![^\W\d_])|(?:{unspaced}))")


@cache
def _year_words() -> re.Pattern[str]:
    return _any_of(words("age", "years"))


@cache
def _more_words() -> re.Pattern[str]:
    return _any_of(words("age", "and_more"))


def age_code(cell: str, *, bare: bool = False) -> str:
    """
    Return the code of an age class; a lone number only where `bare` allows it.

    >>> age_code("0-4"), age_code("Y15-64"), age_code("85+"), age_code("18 years or over")
    ('Y0T4', 'Y15T64', 'Y_GE85', 'Y_GE18')
    >>> age_code("From 15 to 64 years"), age_code("7 anys"), age_code("7"), age_code("<15")
    ('Y15T64', 'Y7', '', 'Y0T14')
    """
    if known := total_or_unknown(cell):
        return known
    if len(cell) > _LONGEST_AGE or not re.search(r"\d", cell):
        return ""
    had_years = _more_words().sub("+", _folded(cell))
    text = _year_words().sub("", had_years).strip()
    text = _CONNECTED.sub("-", _BETWEEN.sub("", text)).strip()
    if pair := _AGE.match(text):
        low, high = int(pair["low"]), int(pair["high"])
        return f"Y{low}T{high}" if low < high <= _OLDEST else ""
    if more := re.match(r"^(?:y?_?(?:ge)?|>=?|≥)?\s*(\d{1,3})\s*\+?$", text):
        return _one_age(text, int(more[1]), alone=bare or had_years != text or text.startswith("y"))
    if below := re.match(r"^(?:<|y_lt|under |unter |menos de |moins de |meno di |менее )\s*(\d{1,3})$", text):
        return f"Y0T{int(below[1]) - 1}" if 1 < int(below[1]) <= _OLDEST else ""
    return ""


def _folded(cell: str) -> str:
    """Without accents, as the words are kept."""
    letters = (c for c in unicodedata.normalize("NFKD", cell) if not unicodedata.combining(c))
    return " ".join("".join(letters).casefold().split())


def _one_age(text: str, age: int, *, alone: bool) -> str:
    if age > _OLDEST:
        return ""
    if text.endswith("+") or text.startswith((">", "≥")) or "ge" in text:
        return f"Y_GE{age}"
    return f"Y{age}" if alone else ""


def origin_code(cell: str) -> str:
    """
    Return the code of an origin: national, foreign, or a country named in full.

    >>> origin_code("nichtdeutsch"), origin_code("Marruecos"), origin_code("Europa")
    ('foreign', 'MAR', '')
    """
    if is_cell("citizenship", "national", cell):
        return "national"
    if is_cell("citizenship", "foreign", cell):
        return "foreign"
    return total_or_unknown(cell) or country_code(cell)
