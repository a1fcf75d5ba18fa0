"""Days and periods as numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.plan.days import day_number, days_between, months_later, period_position, period_span

DAYS = st.dates(min_value=date(1600, 1, 1), max_value=date(2400, 12, 31))


@given(DAYS, DAYS)
def test_days_between_are_those_of_the_calendar(one, other):
    assert days_between(one.isoformat(), other.isoformat()) == (other - one).days


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-08-15", 6, "2026-02-15"),
        ("2025-12-31", 12, "2026-12-31"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-12-01", 0, "2025-12-01"),
    ],
)
def test_the_same_day_some_months_later(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-07-01", "2025-07-01", "2025-07-01"),
        ("2015/2020", "2015-01-01", "2020-12-31"),
        ("2024-01-01/2025-01-01", "2024-01-01", "2025-01-01"),
    ],
)
def test_a_period_lasts_from_its_first_to_its_last_day(period, first, last):
    assert period_span(period) == (day_number(first), day_number(last))


def test_a_year_stands_at_its_1_july_and_a_day_at_itself():
    assert period_position("2024") == day_number("2024-07-01")
    assert period_position("2024-03-09") == day_number("2024-03-09")


def test_february_of_a_common_year_stands_between_its_14th_and_15th():
    assert period_position("2025-02") == day_number("2025-02-14") + 0.5


@pytest.mark.parametrize("period", ["", "spring", "2025-13", "2025-Q5", "25", "2020/", "2025-1-1"])
def test_what_is_no_period_has_no_place(period):
    with pytest.raises(MeasureUndefined) as refused:
        period_position(period)
    assert refused.value.faults[0].message_id == "plan.not_a_period"
