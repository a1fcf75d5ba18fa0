"""Progress towards targets: what the interval says, and no more."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.plan.progress import Reading, answer_progress, target_progress
from cosmopolis.vocabulary.assessment import Standing
from cosmopolis.vocabulary.framework import Option, Question, Scale
from cosmopolis.vocabulary.plan import Target

# From 40 on 1 January 2020 to 60 on 1 January 2030: two a year; 50 on 1 January 2025,
# for 1,827 of 3,653 days have gone by: 40 + 20 x 1827/3653 = 50.0027
RISING = Target("t", "g", "2030-01-01", baseline=40.0, baseline_period="2020-01-01", value=60.0)
FALLING = dataclasses.replace(RISING, baseline=60.0, value=40.0)
KEPT = dataclasses.replace(RISING, value=40.0)
RANK = {"off_track": 0, "undecided": 1, "on_track": 2, "reached": 3}


def state(value, lower=None, upper=None, *, target=RISING, period="2025-01-01", as_of="2025-06-30", **other):
    return target_progress(target, [Reading(period, value, lower, upper)], as_of, **other).state


def test_the_line_is_straight_and_a_reading_is_held_against_its_own_day():
    found = target_progress(RISING, [Reading("2025-01-01", 51, 50.5, 51.5)], "2026-12-31")
    assert found.expected == pytest.approx(50.0027, abs=1e-4)
    # 2,556 of 3,653 days: 40 + 20 x 0.69970
    assert found.expected_now == pytest.approx(53.9939, abs=1e-4)
    assert found.state == "on_track"


def test_what_is_still_needed_is_told_for_a_year():
    found = target_progress(RISING, [Reading("2025-01-01", 51)], "2025-06-30")
    # 9 points in 1,826 days, which are 4.99942 years of 365.2425 days
    assert found.needed_per_year == pytest.approx(1.8002, abs=1e-4)


@pytest.mark.parametrize(
    ("interval", "told"),
    [
        ((50.1, 52), "on_track"),
        ((49, 52), "undecided"),
        ((47, 50), "off_track"),
        ((60, 63), "reached"),
        ((59, 63), "on_track"),
        ((49, 63), "undecided"),
    ],
)
def test_only_a_whole_interval_decides(interval, told):
    assert state(sum(interval) / 2, *interval) == told


def test_a_value_without_bounds_is_given_the_margin_of_its_rounding():
    assert state(51) == "on_track"
    assert state(51, margin=0.9) == "on_track"
    assert state(51, margin=1.1) == "undecided"
    assert state(49, margin=0.9) == "off_track"


def test_bounds_that_are_known_are_not_widened():
    assert state(51, 50.5, 51.5, margin=100) == "on_track"


def test_a_reading_exactly_on_the_line_is_on_track():
    third = Target("t", "g", "2023-01-01", baseline=0.1, baseline_period="2020-01-01", value=0.4)
    # 366 of 1,096 days
    assert state(0.1 + 0.3 * 366 / 1096, target=third, period="2021-01-01", as_of="2022-01-01") == "on_track"


def test_less_can_be_better():
    assert state(49, 48, 49.9, target=FALLING) == "on_track"
    assert state(51, 50.1, 52, target=FALLING) == "off_track"
    assert state(39, 38, 40, target=FALLING) == "reached"


def test_a_year_is_held_against_its_middle():
    yearly = dataclasses.replace(RISING, baseline_period="2020", deadline="2030-07-01")
    found = target_progress(yearly, [Reading("2022", 44)], "2023-01-01")
    # 730 of 3,652 days
    assert found.expected == pytest.approx(43.9978, abs=1e-4)


def test_the_latest_reading_until_the_day_of_judgement_counts():
    told = [Reading("2025-01-01", 30), Reading("2023-01-01", 60), Reading("2026-01-01", 60)]
    found = target_progress(RISING, told, "2025-06-30")
    assert (found.latest.period, found.state) == ("2025-01-01", "off_track")


def test_a_reading_from_before_the_baseline_is_none():
    assert state(70, period="2019-12-31", as_of="2021-06-30") == "no_data"


def test_no_newer_figure_can_exist_before_the_next_year_is_over():
    yearly = dataclasses.replace(RISING, baseline_period="2024")
    assert target_progress(yearly, [], "2025-12-31").state == "too_early"
    assert target_progress(yearly, [], "2026-01-01").state == "no_data"


def test_after_a_day_a_year_is_waited_and_after_a_month_a_month():
    assert target_progress(RISING, [], "2021-01-01").state == "too_early"
    assert target_progress(RISING, [], "2021-01-02").state == "no_data"
    monthly = dataclasses.replace(RISING, baseline_period="2020-01")
    assert target_progress(monthly, [], "2020-02-29").state == "too_early"
    assert target_progress(monthly, [], "2020-03-01").state == "no_data"


@pytest.mark.parametrize(("interval", "told"), [((61, 62), "reached"), ((59, 61), "undecided"), ((58, 59), "missed")])
def test_after_the_deadline_a_figure_that_covers_it_decides(interval, told):
    assert state(60, *interval, period="2030-01-01", as_of="2030-03-01") == told
    assert state(60, *interval, period="2030", as_of="2031-03-01") == told


def test_after_the_deadline_an_older_figure_can_only_say_that_it_was_reached():
    assert state(50, 49, 51, period="2028-01-01", as_of="2030-03-01") == "outdated"
    assert state(60, 60, 61, period="2028-01-01", as_of="2030-03-01") == "reached"


def test_a_target_to_stay_is_on_track_until_its_deadline_and_reached_at_it():
    assert state(41, 40.5, 41.5, target=KEPT, direction=1) == "on_track"
    assert state(39, 38.5, 39.5, target=KEPT, direction=1) == "off_track"
    assert state(39, 38.5, 39.5, target=KEPT, direction=-1) == "on_track"
    assert state(41, 40.5, 41.5, target=KEPT, direction=1, period="2030-01-01", as_of="2030-02-01") == "reached"


def test_a_target_to_stay_of_which_nobody_knows_the_better_side_is_left_on_either():
    assert state(41, 40.5, 41.5, target=KEPT) == "off_track"
    assert state(39, 38.5, 39.5, target=KEPT) == "off_track"
    assert state(40, 39, 41, target=KEPT) == "undecided"
    assert state(40, target=KEPT) == "on_track"


def test_the_two_numbers_tell_the_direction_whatever_else_is_said():
    assert target_progress(RISING, [], "2025-01-01", direction=-1).direction == 1


def test_without_a_baseline_there_is_no_line():
    assert state(50, target=dataclasses.replace(RISING, baseline=None)) == "no_baseline"


def test_a_margin_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        state(50, margin=-1)


VALUES = st.floats(0, 100)
WIDTHS = st.floats(0, 20)


def judged(target, low, high):
    return state((low + high) / 2, low, high, target=target)


@given(VALUES, WIDTHS, WIDTHS, WIDTHS)
def test_a_wider_interval_never_decides_what_a_narrower_left_open(middle, width, below, above):
    narrow = judged(RISING, middle - width, middle + width)
    wide = judged(RISING, middle - width - below, middle + width + above)
    assert wide == "undecided" or narrow != "undecided"


@given(VALUES, WIDTHS, st.floats(0, 30))
def test_a_better_value_never_stands_worse(middle, width, better):
    before = judged(RISING, middle - width, middle + width)
    after = judged(RISING, middle - width + better, middle + width + better)
    assert RANK[before] <= RANK[after]


@given(st.integers(0, 800), st.integers(0, 80))
def test_up_and_down_are_mirrors(eighths, width):
    # eighths are exact in binary, so that 100 - x is too
    low, high = (eighths - width) / 8, (eighths + width) / 8
    assert judged(RISING, low, high) == judged(FALLING, 100 - high, 100 - low)


# ---- targets on answers

SCALE = Scale("presence", "ordinal", tuple(Option(name, value, {}) for name, value in
              (("absent", 0.0), ("partial", 0.5), ("complete", 1.0))))  # fmt: skip
WANTED = Target("t", "g", "2027-12-31", answer="complete")


def standing(low, high=None, kind="known"):
    question = Question("1.01", "1", "health", {}, "presence")
    upper = low if high is None else high
    return Standing(question, kind, "municipal", low if high is None else None, low, upper)


def answered(now, then=None, *, as_of="2026-01-01"):
    return answer_progress(WANTED, now, then, scale=SCALE, as_of=as_of).state


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [(1.0, 0.0, "reached"), (0.5, 0.0, "moved"), (0.5, 0.5, "same"), (0.0, 0.5, "back"), (1.0, 1.0, "reached")],
)
def test_an_answer_moves_towards_the_one_that_is_wanted(now, then, told):
    assert answered(standing(now), standing(then)) == told


def test_the_first_edition_has_nothing_to_be_compared_with():
    assert answered(standing(0.5)) == "first"
    assert answered(standing(0.5), standing(0, 1, "unknown")) == "first"


def test_what_is_not_known_is_not_known():
    assert answered(None, standing(0.5)) == "unknown"
    assert answered(standing(0, 1, "unknown"), standing(0.5)) == "unknown"
    assert answered(Standing(standing(0).question, "not_applicable", "municipal"), standing(0.5)) == "unknown"


def test_a_disputed_answer_moves_only_with_its_whole_range():
    assert answered(standing(0.5, 1, "disputed"), standing(0.0)) == "moved"
    assert answered(standing(0.0, 1, "disputed"), standing(0.0)) == "unknown"
    assert answered(standing(0.5), standing(0, 0.5, "disputed")) == "unknown"
    assert answered(standing(0.0), standing(0.5, 1, "disputed")) == "back"
    assert answered(standing(1, 1, "disputed"), standing(0.5)) == "reached"


def test_only_what_is_not_reached_can_be_overdue():
    late = answer_progress(WANTED, standing(0.5), None, scale=SCALE, as_of="2028-01-01")
    assert late.overdue
    assert not answer_progress(WANTED, standing(1.0), None, scale=SCALE, as_of="2028-01-01").overdue
    assert not answer_progress(WANTED, standing(0.5), None, scale=SCALE, as_of="2027-12-31").overdue


def test_an_answer_that_the_scale_does_not_have_cannot_be_aimed_at():
    with pytest.raises(ValueError, match="no answer perfect"):
        answer_progress(dataclasses.replace(WANTED, answer="perfect"), None, None, scale=SCALE, as_of="2026-01-01")
