"""Bounds of two-group measures over counts known as intervals: every point of small boxes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import isolation, location_quotient
from cosmopolis.neighbourhoods.bounds import (
    interaction_bounds,
    isolation_bounds,
    location_quotient_bounds,
)
from cosmopolis.vocabulary.measurement import between

CELLS = st.tuples(st.integers(0, 6), st.integers(0, 2)).map(lambda p: (p[0], p[0] + p[1]))
CITIES = st.integers(1, 3).flatmap(
    lambda n: st.tuples(st.lists(CELLS, min_size=n, max_size=n), st.lists(CELLS, min_size=n, max_size=n))
)


def box(cells):
    return between(*np.array(cells, float).T)


def every(cells):
    return [np.array(point, float) for point in product(*(range(low, high + 1) for low, high in cells))]


def is_defined(group, rest):
    return group.sum() > 0 and rest.sum() > 0 and np.count_nonzero(group + rest) > 1


@given(city=CITIES)
@settings(max_examples=150, deadline=None)
def test_the_greatest_isolation_is_attained_and_nothing_lies_below_the_least(city):
    group, rest = city
    values = [isolation(x, y) for x in every(group) for y in every(rest) if x.sum()]
    if values:
        found = isolation_bounds(box(group), box(rest))
        assert found.upper == pytest.approx(max(values), abs=1e-12)
        assert found.lower <= min(values) + 1e-12
        other = interaction_bounds(box(group), box(rest))
        assert (other.lower, other.upper) == (1 - found.upper, 1 - found.lower)


def test_the_least_isolation_is_attained_by_real_counts():
    # two areas, the group 1 to 9 beside 10 others, and 4 beside 4: the ratio is least inside the interval
    found = isolation_bounds(box([(1, 9), (4, 4)]), box([(10, 10), (4, 4)]))
    tried = [isolation([x, 4], [10, 4]) for x in np.linspace(1, 9, 80001)]
    assert found.lower == pytest.approx(min(tried), abs=1e-9)
    assert found.lower < min(tried[0], tried[-1])


@given(city=CITIES)
@settings(max_examples=150, deadline=None)
def test_the_least_quotient_is_attained_and_nothing_lies_above_the_greatest(city):
    group, rest = city
    pairs = [(x, y) for x in every(group) for y in every(rest) if x.sum()]
    if not pairs:
        return
    found = location_quotient_bounds(box(group), box(rest))
    for area, values in enumerate(np.array([location_quotient(x, y) for x, y in pairs]).T):
        known = values[~np.isnan(values)]
        assert np.isnan(found.upper[area]) == (known.size == 0)
        if known.size:
            assert found.lower[area] == pytest.approx(known.min(), abs=1e-12)
            assert found.upper[area] >= known.max() - 1e-12


def test_a_quotient_that_peaks_inside_its_interval_is_found():
    # beside 1 other the area's group may be 1 to 30; 2 of the group and 100 others elsewhere
    found = location_quotient_bounds(box([(1, 30), (2, 2)]), box([(1, 1), (100, 100)]))
    tried = [location_quotient([x, 2], [1, 100])[0] for x in np.linspace(1, 30, 29001)]
    assert found.upper[0] == pytest.approx(max(tried), abs=1e-6)
    assert found.lower[0] == pytest.approx(min(tried), abs=1e-12)


def test_bounds_need_two_areas_that_can_have_residents_and_people_on_both_sides():
    one = between([1, 0], [4, 0])
    for bounds in (isolation_bounds, interaction_bounds, location_quotient_bounds):
        with pytest.raises(MeasureUndefined, match="group_without_residents"):
            bounds(between([0, 0], [0, 0]), one)
