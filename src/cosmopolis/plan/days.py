"""
Days and periods as numbers, so that a deadline can be waited for without a clock.

A day is counted from 1 March of the year 0 of the Gregorian calendar: with the
leap day at the end of the counted year, months need no table.
"""

from __future__ import annotations

import re

from cosmopolis.errors import Fault, MeasureUndefined

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")

#: The mean length of a year of the Gregorian calendar: 400 years have 146,097 days.
DAYS_IN_YEAR = 365.2425


def day_number(day: str) -> int:
    """
    How many days lie between 1 March of the year 0 and `day`.

    Parameters
    ----------
    day
        A date in ISO form, `2025-07-01`.

    Examples
    --------
    >>> day_number("2024-03-01") - day_number("2024-02-28")
    2
    >>> day_number("2000-03-01") - day_number("1600-03-01")
    146097
    """
    year, month, date = (int(part) for part in day.split("-"))
    counted = year - (month <= 2)
    # 153 days pass in every five months from March on
    in_year = (153 * ((month + 9) % 12) + 2) // 5 + date - 1
    return 365 * counted + counted // 4 - counted // 100 + counted // 400 + in_year


def days_between(first: str, second: str) -> int:
    """
    Days from the first date to the second; negative if the second is earlier.

    Examples
    --------
    >>> days_between("2024-12-31", "2025-01-02")
    2
    """
    return day_number(second) - day_number(first)


def months_later(day: str, months: int) -> str:
    """
    The same day `months` later, or the last day of a month that is too short for it.

    Examples
    --------
    >>> months_later("2024-11-30", 3), months_later("2025-05-01", 6)
    ('2025-02-28', '2025-11-01')
    """
    year, month, date = (int(part) for part in day.split("-"))
    years, month_from_0 = divmod(month - 1 + months, 12)
    last = _days_in_month(year + years, month_from_0 + 1)
    return f"{year + years:04d}-{month_from_0 + 1:02d}-{min(date, last):02d}"


def period_span(period: str) -> tuple[int, int]:
    """
    The first and the last day of a period, as day numbers.

    Parameters
    ----------
    period
        A year (`2025`), a quarter (`2025-Q1`), a month (`2025-03`), a day, or a
        span between two of these (`2015/2020`).

    Raises
    ------
    MeasureUndefined
        If the text has none of these forms.

    Examples
    --------
    >>> first, last = period_span("2024-02")
    >>> last - first + 1
    29
    """
    start, slash, end = period.partition("/")
    if slash:
        return _whole_span(start, period)[0], _whole_span(end, period)[1]
    return _whole_span(period, period)


def period_position(period: str) -> float:
    """
    The day that stands for a period on a straight line, as a day number.

    A day stands for itself, a year for its 1 July (the day to which a yearly mean
    belongs), any other period for the middle between its first and its last day.

    Raises
    ------
    MeasureUndefined
        If the text is no period.

    Examples
    --------
    >>> period_position("2025") == day_number("2025-07-01")
    True
    >>> period_position("2025-01/2025-03") == day_number("2025-02-14") + 0.5
    True
    """
    if _YEAR.fullmatch(period):
        return float(day_number(f"{period}-07-01"))
    first, last = period_span(period)
    return (first + last) / 2


def _whole_span(part: str, period: str) -> tuple[int, int]:
    if _DAY.fullmatch(part):
        day = day_number(part)
        return day, day
    if _YEAR.fullmatch(part):
        return day_number(f"{part}-01-01"), day_number(f"{part}-12-31")
    if found := _MONTH.fullmatch(part):
        return _months(int(found[1]), int(found[2]), 1)
    if found := _QUARTER.fullmatch(part):
        return _months(int(found[1]), 3 * int(found[2]) - 2, 3)
    raise MeasureUndefined(Fault("plan.not_a_period", {"value": period}))


def _months(year: int, month: int, count: int) -> tuple[int, int]:
    first = f"{year:04d}-{month:02d}-01"
    return day_number(first), day_number(months_later(first, count)) - 1


def _days_in_month(year: int, month: int) -> int:
    following = f"{year + month // 12:04d}-{month % 12 + 1:02d}-01"
    return days_between(f"{year:04d}-{month:02d}-01", following)
