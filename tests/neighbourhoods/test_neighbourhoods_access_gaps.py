"""Gaps of access: the worked example, the textbook's standard error, every corner of small boxes."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from spreads import ACCESS, MIGRANTS, PEOPLE

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access_gaps import (
    access_gap,
    access_gap_bounds,
    access_gap_bounds_within,
    access_gap_interval,
)
from cosmopolis.vocabulary.measurement import Bounds


def test_the_gap_of_the_worked_example():
    gap = access_gap(ACCESS, MIGRANTS, PEOPLE - MIGRANTS)
    assert (gap.group, gap.rest) == pytest.approx((0.0737143, 0.0688696), abs=5e-8)
    assert gap.relative == pytest.approx(0.0703, abs=5e-5)


@st.composite
def boxes(draw):
    size = draw(st.integers(1, 4))
    low = np.array(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)), float)
    high = low + draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    spare = np.array(draw(st.lists(st.integers(0, 4), min_size=size, max_size=size)), float)
    access = np.array(draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)), float)
    assume(low.sum() > 0)
    return access, Bounds(low, high), spare


@settings(deadline=None, max_examples=60)
@given(boxes(), st.integers(1, 3))
def test_bounds_hold_every_point_of_free_intervals_and_are_attained(box, width):
    access, group, spare = box
    rest = Bounds(spare, spare + width)
    assume(spare.sum() > 0)
    found = access_gap_bounds(access, group, rest)
    gaps = [
        access_gap(access, inside, outside)
        for inside in product(*zip(group.lower, group.upper, strict=True))
        for outside in product(*zip(rest.lower, rest.upper, strict=True))
    ]
    absolute = [gap.absolute for gap in gaps]
    assert (found.absolute.lower, found.absolute.upper) == pytest.approx((min(absolute), max(absolute)), abs=1e-12)
    if found.relative is not None:
        relative = [gap.relative for gap in gaps]
        assert (found.relative.lower, found.relative.upper) == pytest.approx((min(relative), max(relative)))


@settings(deadline=None, max_examples=40)
@given(boxes(), st.integers(0, 2**32 - 1))
def test_bounds_within_a_known_total_hold_every_completion_and_are_attained(box, seed):
    access, group, spare = box
    total = group.upper + spare
    assume(spare.sum() > 0)
    found = access_gap_bounds_within(access, group, total)
    made = np.random.default_rng(seed)
    whole = list(product(*(np.arange(a, b + 1) for a, b in zip(group.lower, group.upper, strict=True))))
    drawn = group.lower + made.random((50, access.size)) * (group.upper - group.lower)
    gaps = [access_gap(access, inside, total - inside) for inside in [*map(np.array, whole[:100]), *drawn]]
    assert found.absolute.lower - 1e-12 <= min(gap.absolute for gap in gaps)
    assert found.absolute.upper + 1e-12 >= max(gap.absolute for gap in gaps)
    if found.relative is not None:
        assert found.relative.lower - 1e-12 <= min(gap.relative for gap in gaps)
        assert found.relative.upper + 1e-12 >= max(gap.relative for gap in gaps)
    # attained: filled from one end, at a size of the group among many
    for sign, bound in ((-1, found.absolute.upper), (1, found.absolute.lower)):
        free, order = group.upper - group.lower, np.argsort(sign * access, kind="stable")
        corners = np.concatenate([[0], np.cumsum(free[order])])
        best = -math.inf
        for more in [*np.linspace(0, free.sum(), 101), *corners]:
            filled = np.zeros(access.size)
            filled[order] = np.clip(more - corners[:-1], 0, free[order])
            inside = group.lower + filled
            best = max(best, -sign * access_gap(access, inside, total - inside).absolute)
        assert best == pytest.approx(-sign * bound, abs=1e-2)


def test_a_known_total_narrows_the_bounds():
    access, group, total = [1.0, 2.0, 4.0], Bounds(np.ones(3), np.full(3, 4.0)), np.full(3, 10.0)
    free = access_gap_bounds(access, group, Bounds(total - group.upper, total - group.lower))
    tied = access_gap_bounds_within(access, group, total)
    assert free.absolute.lower <= tied.absolute.lower < tied.absolute.upper <= free.absolute.upper


def test_known_counts_have_no_width():
    known = Bounds(MIGRANTS, MIGRANTS)
    gap = access_gap(ACCESS, MIGRANTS, PEOPLE - MIGRANTS)
    for found in (
        access_gap_bounds(ACCESS, known, Bounds(PEOPLE - MIGRANTS, PEOPLE - MIGRANTS)),
        access_gap_bounds_within(ACCESS, known, PEOPLE),
    ):
        assert (found.absolute.lower, found.absolute.upper) == pytest.approx((gap.absolute, gap.absolute))
        assert (found.relative.lower, found.relative.upper) == pytest.approx((gap.relative, gap.relative))


def test_the_interval_has_the_width_of_the_ratio_estimators_error():
    """Beside the textbook's linearised standard error of a difference of two ratios (Cochran 1977, section 6.4)."""
    made = np.random.default_rng(5)
    access, group, rest = made.gamma(2, 1, 400), made.poisson(5, 400), made.poisson(20, 400)
    found = access_gap_interval(access, group, rest, seed=1)
    again = access_gap_interval(access, group, rest, seed=1)
    assert found == again
    apart = group * (access - found.gap.group) / group.sum() - rest * (access - found.gap.rest) / rest.sum()
    error = math.sqrt((apart**2).sum())
    width = found.absolute.upper - found.absolute.lower
    assert width == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert found.absolute.lower < found.gap.absolute < found.absolute.upper
    assert found.relative.lower < found.gap.relative < found.relative.upper


def test_equal_access_has_no_gap_and_no_width():
    found = access_gap_interval([2, 2, 2], [1, 5, 3], [9, 1, 0], seed=3)
    assert (found.absolute.lower, found.absolute.upper) == pytest.approx((0, 0), abs=1e-12)


def test_a_rest_without_access_has_an_absolute_gap_only():
    found = access_gap([1, 0], [5, 0], [0, 5])
    assert (found.absolute, found.relative) == (1, None)
    assert access_gap_interval([1, 0, 2], [5, 0, 1], [0, 5, 0], seed=1).relative is None
    free = access_gap_bounds(
        [1.0, 0.0], Bounds(np.array([5.0, 0]), np.array([5.0, 0])), Bounds(*[np.array([0, 5.0])] * 2)
    )
    assert free.relative is None


WRONG = [
    (lambda: access_gap([1, 2], [0, 0], [1, 1]), "one_side"),
    (lambda: access_gap([1, 2], [1, 1], [0, 0]), "one_side"),
    (lambda: access_gap([1, 2], [1, -1], [1, 0]), "negative_count"),
    (lambda: access_gap([1, 2, 3], [1, 1], [1, 0]), "different_lengths"),
    (lambda: access_gap_interval([1, 2], [1, 0], [1, 0], seed=1), "one_area"),
    (lambda: access_gap_interval([1, 2], [1, 1], [1, 1], seed=1, level=1), "setting_outside"),
    (lambda: access_gap_bounds([1], Bounds(np.zeros(1), np.ones(1)), Bounds(np.ones(1), np.ones(1))), "group_with"),
    (lambda: access_gap_bounds_within([1], Bounds(np.ones(1), np.full(1, 3.0)), [2]), "group_above_total"),
    (lambda: access_gap_bounds_within([1], Bounds(np.ones(1), np.full(1, 2.0)), [2]), "one_side"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[message for _, message in WRONG])
def test_bad_input_is_refused_with_its_reason(wrong, message):
    with pytest.raises(MeasureUndefined, match=f"neighbourhoods.{message}"):
        wrong()
