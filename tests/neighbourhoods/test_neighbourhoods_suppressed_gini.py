"""The Gini index of hidden counts: every completion lies within, and the greatest is one of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intervals import CITIES, box, completions, made

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.suppressed_dissimilarity import dissimilarity_bounds
from cosmopolis.neighbourhoods.suppressed_gini import gini_bounds, gini_extremes
from cosmopolis.vocabulary.measurement import between


def uneven(group, rest):
    """By its definition over all pairs of areas."""
    pairs = np.abs(np.outer(group, rest) - np.outer(rest, group)).sum()
    return float(pairs / (2 * group.sum() * rest.sum()))


@settings(max_examples=40, deadline=None)
@given(CITIES)
def test_the_greatest_is_that_of_all_completions(city):
    found = gini_extremes(box(city[0]), box(city[1])).greatest
    assert found.is_attained
    assert found.value == pytest.approx(max(uneven(x, y) for x, y in completions(city)), abs=1e-8)
    assert found.value == pytest.approx(uneven(found.group, found.rest), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(CITIES, st.integers(0, 2**32 - 1))
def test_no_completion_and_no_fractions_of_persons_lie_below_the_least(city, seed):
    found = gini_extremes(box(city[0]), box(city[1])).least
    sides = [np.array(side, float).T for side in city]
    draw = np.random.default_rng(seed)
    between_ends = [tuple(draw.uniform(low, high) for low, high in sides) for _ in range(200)]
    tried = [uneven(x, y) for x, y in [*completions(city), *between_ends] if x.sum() > 0 and y.sum() > 0]
    assert found.proven <= found.value <= min(tried) + 1e-3
    assert found.proven <= min(tried) + 1e-9


def test_the_least_of_fractions_of_persons_is_that_of_a_fine_lattice():
    found = gini_extremes(box([(1, 4), (2, 5), (7, 7)]), box([(9, 9), (3, 6), (2, 2)])).least
    steps = np.linspace(0, 3, 46)
    tried = [
        uneven(np.array([1 + a, 2 + b, 7]), np.array([9, 3 + c, 2])) for a in steps for b in steps for c in steps[::3]
    ]
    assert found.value <= min(tried) + 1e-9
    assert found.value == pytest.approx(min(tried), abs=2e-3)
    assert found.value - found.proven < 1e-5
    assert found.value == pytest.approx(uneven(found.group, found.rest), abs=1e-12)


@pytest.mark.parametrize("city", [(20, 1, 50), (73, 1, 50), (73, 3, 400), (73, 3, 20), (1068, 2, 100)])
def test_cities_of_many_areas_have_bounds_that_hold_and_are_nearer_than_dissimilarity_tells(city):
    areas, width, mean = city
    group, rest = made(areas, width=width, mean=mean)
    found, curve = gini_extremes(group, rest), dissimilarity_bounds(group, rest)
    assert found.least.value - found.least.proven < 1e-5
    assert curve.lower < found.bounds.lower
    assert found.bounds.upper <= 1 - (1 - curve.upper) ** 2
    for one in (found.least, found.greatest):
        for counts, side in ((one.group, group), (one.rest, rest)):
            assert (side.lower - 1e-9 <= counts).all()
            assert (counts <= side.upper + 1e-9).all()
        assert one.value == pytest.approx(uneven(one.group, one.rest), abs=1e-12)
    draw = np.random.default_rng(0)
    for _ in range(50):
        x, y = (draw.integers(side.lower, side.upper + 1).astype(float) for side in (group, rest))
        assert found.least.value - 1e-9 <= uneven(x, y) <= found.greatest.value + 1e-9


def test_few_hidden_cells_leave_attained_bounds_in_a_large_city():
    draw = np.random.default_rng(5)
    group, rest = draw.integers(20, 200, 2_000).astype(float), draw.integers(200, 2_000, 2_000).astype(float)
    hidden = np.arange(2_000) < 12
    low, high = np.where(hidden, 1.0, group), np.where(hidden, 4.0, group)
    found = gini_extremes(between(low, high), between(rest, rest))
    assert found.least.is_attained
    assert found.greatest.is_attained
    # twelve areas with fewer of the group than any other: the fewer there, the less even
    assert found.greatest.group.tolist() == low.tolist()
    assert found.least.group == pytest.approx(high)


def test_two_areas_have_the_dissimilarity():
    group, rest = box([(1, 4), (30, 30)]), box([(40, 40), (20, 25)])
    found, curve = gini_bounds(group, rest), dissimilarity_bounds(group, rest)
    assert (found.lower, found.upper) == pytest.approx((curve.lower, curve.upper), abs=1e-8)


def test_known_counts_have_one_value():
    found = gini_bounds(box([(10, 10), (30, 30)]), box([(40, 40), (20, 20)]))
    assert found.lower == found.upper == pytest.approx(5 / 12)


def test_a_side_that_perhaps_has_nobody_has_the_limit_of_fewer_and_fewer():
    found = gini_extremes(box([(0, 3), (0, 2)]), box([(5, 5), (5, 5)]))
    assert found.least.proven == 0
    assert found.bounds.upper == pytest.approx(0.5)


def test_a_side_that_cannot_have_anybody_has_no_bounds():
    with pytest.raises(MeasureUndefined, match="one_side"):
        gini_bounds(box([(0, 0), (0, 0)]), box([(1, 4), (3, 3)]))
    with pytest.raises(MeasureUndefined, match="one_area"):
        gini_bounds(box([(0, 3)]), box([(1, 4)]))
    with pytest.raises(MeasureUndefined, match="negative"):
        gini_bounds(box([(-1, 3), (1, 2)]), box([(1, 4), (3, 3)]))
