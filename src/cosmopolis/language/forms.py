"""
Numbers, shares and dates in the form a reader of one language expects.

Digits are Latin in every language, Arabic too: CLDR gives them for most
Arabic-speaking countries, statistical offices print both, and a number that is
copied from the page must be readable by a spreadsheet.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

#: Where CLDR keeps each language's forms. English is written as in London, not as
#: in New York, so that the day stands before the month.
LOCALES = {"en": "en_GB", "fr": "fr", "es": "es", "zh": "zh_Hans_CN", "ar": "ar", "ru": "ru"}

_MARK = "\u200e"  # keeps a sign at the left of its number in right-to-left text
_YEAR = re.compile(r"\d{4}$")
_MONTH = re.compile(r"(\d{4})-(\d{2})$")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")


def locale(code: str) -> Locale:
    """CLDR's data for a language."""
    from babel import Locale

    return Locale.parse(LOCALES[code])


def decimal(value: float, where: Locale, *, decimals: int, signed: bool = False) -> str:
    """`value` grouped and rounded, half to even."""
    from babel.numbers import format_decimal

    shown = _positive_zero(value, decimals)
    pattern = _pattern("#,##0" + _fraction(decimals), shown, signed=signed)
    return _marked(format_decimal(shown, format=pattern, locale=where), where)


def per_cent(value: float, where: Locale, *, decimals: int, signed: bool = False) -> str:
    """A share from 0 to 1 as per cent, with the language's own no-break space before the sign."""
    from babel.numbers import format_percent

    gap = "\N{NO-BREAK SPACE}" if "\N{NO-BREAK SPACE}" in str(where.percent_formats[None].pattern) else ""
    shown = _positive_zero(value, decimals + 2)
    pattern = _pattern(f"#,##0{_fraction(decimals)}{gap}%", shown, signed=signed)
    return _marked(format_percent(shown, format=pattern, locale=where), where)


def money(value: float, currency: str, where: Locale, *, decimals: int) -> str:
    """An amount of money with the currency's sign where the language puts it."""
    from babel.numbers import format_currency

    standard = str(where.currency_formats["standard"].pattern)
    pattern = re.sub(r"0\.00", "0" + _fraction(decimals), standard)
    return format_currency(value, currency, format=pattern, locale=where, currency_digits=False)


def day(iso: str, where: Locale) -> str:
    """
    `2025-01-01` in words.

    French counts the first of a month (`1er janvier`), which CLDR does not know.
    """
    from babel.dates import format_date

    date = dt.date.fromisoformat(iso)
    words = format_date(date, "long", locale=where)
    return words.replace("1 ", "1er ", 1) if where.language == "fr" and date.day == 1 else words


def point_in_time(iso: str, where: Locale) -> str:
    """A day, a month or a year; anything else is returned as it came."""
    from babel.dates import format_skeleton

    if _DAY.match(iso):
        return day(iso, where)
    if month := _MONTH.match(iso):
        return format_skeleton("yMMMM", dt.date(int(month[1]), int(month[2]), 1), locale=where)
    # a bare year is a number to a Chinese reader until it says that it is one
    return f"{iso}年" if where.language == "zh" and _YEAR.match(iso) else iso


def _fraction(decimals: int) -> str:
    return "." + "0" * decimals if decimals else ""


def _pattern(body: str, value: float, *, signed: bool) -> str:
    return "+" + body if signed and value > 0 else body


def _positive_zero(value: float, decimals: int) -> float:
    return 0.0 if round(value, decimals) == 0 else value  # never "-0"


def _marked(text: str, where: Locale) -> str:
    return _MARK + text if where.language == "ar" and text[0] in "+-" else text
