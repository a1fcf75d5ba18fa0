"""
How far a target has come, said only as far as the indicator's own uncertainty allows.

The expected value lies on the straight line from the baseline to the target
value. A reading is held against the line at its own period, as an interval:
"on track" and "off track" are said only when the whole interval is on one side.
That a number moved says nothing about why: progress is never the effect of an action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cosmopolis.plan.days import DAYS_IN_YEAR, day_number, months_later, period_position, period_span
from cosmopolis.vocabulary.assessment import Standing
from cosmopolis.vocabulary.framework import Scale
from cosmopolis.vocabulary.plan import Target

ProgressState = Literal[
    "reached", "on_track", "undecided", "off_track", "missed", "outdated", "too_early", "no_data", "no_baseline"
]
AnswerState = Literal["reached", "moved", "same", "back", "first", "unknown"]

#: A reading that is computed to lie on the line may miss it by this share of the whole way.
_HAIR = 1e-9


@dataclass(frozen=True)
class Reading:
    """One published value of the target's indicator; a bound that is not known is nothing."""

    period: str
    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Progress:
    """
    Where a target stands.

    `expected` is the line's value at the period of `latest`, `expected_now` the
    line's value on the day of judgement. `lower` and `upper` are the interval
    that was held against the line. `needed_per_year` is the yearly change that
    leads from the latest value to the target by the deadline; nothing where no
    time is left. `overdue` says that the deadline has passed.
    """

    target: str
    state: ProgressState
    direction: int  #: 1 more is better, -1 less is better, 0 not known
    overdue: bool
    expected: float | None = None
    expected_now: float | None = None
    latest: Reading | None = None
    lower: float | None = None
    upper: float | None = None
    needed_per_year: float | None = None


@dataclass(frozen=True)
class AnswerProgress:
    """Where a target on an answer stands; `overdue` only where it is not reached."""

    target: str
    state: AnswerState
    overdue: bool


def target_progress(
    target: Target, readings: Sequence[Reading], as_of: str, *, margin: float = 0.0, direction: int = 0
) -> Progress:
    """
    Whether a target on an indicator is on track, as far as its readings can tell.

    Parameters
    ----------
    target
        With baseline, period of the baseline, value and deadline.
    readings
        Values of the target's indicator, one a period; later ones than `as_of` are left out.
    as_of
        The day of judgement.
    margin
        The declared rounding of a value that comes without bounds, in its unit:
        such a value is taken as value plus and minus `margin`.
    direction
        1 if more is better, -1 if less is; used only where the target is to stay
        where it is (value equal to baseline), for otherwise the two tell it.

    Returns
    -------
    progress
        `reached`: the whole interval is at or beyond the target value. `on_track`,
        `off_track`: it is at or beyond the line, or short of it. `undecided`: the
        line lies inside. `missed`: the deadline has passed, the reading covers
        it and is short of the target value. `outdated`: the deadline has passed, but the latest
        reading is older and not at the target. `too_early`: no reading after the
        baseline, and the first period that could give one is not over. `no_data`:
        there could be one. `no_baseline`: the target has no line.

        A target that stays where it is counts as on track, not reached, before its
        deadline. If nobody says which side is better, a value on either side is
        off track, and no interval wider than a point is ever on track.

    Raises
    ------
    ValueError
        If the margin is negative.
    MeasureUndefined
        If a period has no form that is known.

    Examples
    --------
    From 50 in 2020 to 60 by 1 July 2030: the line is at 55 in 2025.

    >>> target = Target("t1", "g1", "2030-07-01", baseline=50, baseline_period="2020", value=60)
    >>> found = target_progress(target, [Reading("2025", 56, 54, 58)], "2026-02-01")
    >>> found.state, round(found.expected, 2), round(found.needed_per_year, 2)
    ('undecided', 55.0, 0.8)
    >>> target_progress(target, [Reading("2025", 57, 56, 58)], "2026-02-01").state
    'on_track'
    """
    if margin < 0:
        raise ValueError("a margin cannot be negative")
    overdue = as_of > target.deadline
    if target.baseline is None or target.value is None or not target.baseline_period:
        return Progress(target.id, "no_baseline", direction, overdue)
    towards = _direction(target.baseline, target.value, direction)
    now = _line(target.baseline, target.value, target, day_number(as_of))
    latest = _latest(readings, target, as_of)
    if latest is None:
        state: ProgressState = "too_early" if as_of <= _next_period_ends(target.baseline_period) else "no_data"
        return Progress(target.id, state, towards, overdue, expected_now=now)
    low, high = _interval(latest, margin)
    covers = _covers_deadline(latest, target)
    at = target.value if covers else _line(target.baseline, target.value, target, period_position(latest.period))
    hair = _HAIR * max(abs(target.value - target.baseline), abs(target.value))
    final = _side(low, high, target.value, towards, hair)
    state = _state(final, _side(low, high, at, towards, hair), overdue=overdue, covers=covers)
    if state == "reached" and target.value == target.baseline and not overdue and not covers:
        state = "on_track"
    needed = _needed_per_year(latest, target.value, target.deadline)
    return Progress(target.id, state, towards, overdue, at, now, latest, low, high, needed)


def answer_progress(
    target: Target, standing_now: Standing | None, standing_then: Standing | None, *, scale: Scale, as_of: str
) -> AnswerProgress:
    """
    Whether a target on an answer is reached, and whether the answer moved since an earlier edition.

    Parameters
    ----------
    target
        With `answer`, an option of `scale`.
    standing_now, standing_then
        Where the question stands in the latest and in the earlier edition;
        nothing where an edition did not ask it.

    Returns
    -------
    progress
        `reached`: at least as good an answer as the target's. Else `moved`, `same`
        or `back` against the earlier edition, `first` if that does not know, and
        `unknown` if the latest does not. A disputed answer counts with its
        range: it moved only if its worst rating is above the earlier best.

    Raises
    ------
    ValueError
        If the scale does not have the target's answer.
    """
    option = scale.option(target.answer)
    if option is None:
        raise ValueError(f"the scale {scale.id} has no answer {target.answer}")
    state = _answer_state(_bounds(standing_now), _bounds(standing_then), option.value)
    return AnswerProgress(target.id, state, state != "reached" and as_of > target.deadline)


def _answer_state(now: tuple[float, float] | None, then: tuple[float, float] | None, wanted: float) -> AnswerState:
    if now is None:
        return "unknown"
    if now[0] >= wanted:
        return "reached"
    if then is None:
        return "first"
    if now[0] > then[1]:
        return "moved"
    if now[1] < then[0]:
        return "back"
    return "same" if now == then and now[0] == now[1] else "unknown"


def _bounds(standing: Standing | None) -> tuple[float, float] | None:
    if standing is None or standing.state not in ("known", "disputed"):
        return None
    if standing.lower is None or standing.upper is None:
        return None
    return standing.lower, standing.upper


def _direction(baseline: float, value: float, told: int) -> int:
    if value == baseline:
        return told
    return 1 if value > baseline else -1


def _line(baseline: float, value: float, target: Target, day: float) -> float:
    """The line's value on a day; before the baseline and after the deadline it is flat."""
    start, end = period_position(target.baseline_period), day_number(target.deadline)
    if end <= start:
        return value
    gone = min(max((day - start) / (end - start), 0.0), 1.0)
    return baseline + (value - baseline) * gone


def _latest(readings: Sequence[Reading], target: Target, as_of: str) -> Reading | None:
    """The newest reading after the baseline and not after the day of judgement."""
    after, until = period_position(target.baseline_period), day_number(as_of)
    usable = [each for each in readings if after < period_position(each.period) <= until]
    return max(usable, key=lambda each: (period_position(each.period), each.period, each.value), default=None)


def _next_period_ends(baseline_period: str) -> str:
    """The last day of the first period of the baseline's length that follows it; a year for a day."""
    first, last = period_span(baseline_period)
    last_day = _day_of(last)
    months = 12 if last == first else max(1, round((last - first + 1) / DAYS_IN_YEAR * 12))
    return months_later(last_day, months)


def _day_of(number: int) -> str:
    """The date of a day number: the inverse of `day_number`."""
    year = int(number / DAYS_IN_YEAR) + 1
    while day_number(f"{year:04d}-01-01") > number:
        year -= 1
    month = 12
    while day_number(f"{year:04d}-{month:02d}-01") > number:
        month -= 1
    return f"{year:04d}-{month:02d}-{number - day_number(f'{year:04d}-{month:02d}-01') + 1:02d}"


def _interval(reading: Reading, margin: float) -> tuple[float, float]:
    low = reading.value - margin if reading.lower is None else reading.lower
    high = reading.value + margin if reading.upper is None else reading.upper
    return low, high


def _covers_deadline(reading: Reading, target: Target) -> bool:
    return period_span(reading.period)[1] >= day_number(target.deadline)


def _side(low: float, high: float, line: float, towards: int, hair: float) -> int:
    """1 if the whole interval is at or beyond the line, -1 if it is short of it, 0 if the line is inside."""
    above, below = low >= line - hair, high <= line + hair
    if towards == 0:
        return 1 if above and below else 0 if low <= line + hair and high >= line - hair else -1
    if above if towards > 0 else below:
        return 1
    short = high < line - hair if towards > 0 else low > line + hair
    return -1 if short else 0


def _state(final: int, on_line: int, *, overdue: bool, covers: bool) -> ProgressState:
    if final == 1:
        return "reached"
    if overdue and not covers:
        return "outdated"
    if overdue:
        return "missed" if final == -1 else "undecided"
    states: dict[int, ProgressState] = {1: "on_track", 0: "undecided", -1: "off_track"}
    return states[on_line]


def _needed_per_year(latest: Reading, value: float, deadline: str) -> float | None:
    years = (day_number(deadline) - period_position(latest.period)) / DAYS_IN_YEAR
    return (value - latest.value) / years if years > 0 else None
