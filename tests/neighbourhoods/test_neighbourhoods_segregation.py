"""Dissimilarity, isolation and location quotients: published values, and every point of small boxes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.segregation import (
    dissimilarity,
    dissimilarity_bounds,
    interaction,
    interaction_bounds,
    isolation,
    isolation_bounds,
    location_quotient,
    location_quotient_bounds,
)
from cosmopolis.vocabulary.measurement import between

LANDSCAPES = {
    "A": (".....#####/" * 5 + "........../" * 5, 1.0, 1.0),
    "D": ("....++####/" * 3 + "....++++++/" * 3 + "........../" * 4, 0.842105, 0.750000),
    "E": (
        (
            "..+##..+##/..++#..++#/..+++..+++/........../........../"
            "..+##..+##/..++#..++#/..+++..+++/.........+/........../"
        ),
        0.834437,
        0.744898,
    ),
    "H": (".....#..../" * 4 + ".....#####/" + "........../" * 5, 1.0, 1.0),
}
TABLES = [
    ([100, 60, 40, 0], [0, 40, 60, 100], 0.6, 0.76),
    ([80, 80, 20, 20], [20, 20, 80, 80], 0.6, 0.68),
    ([40, 20, 5, 1], [20, 40, 60, 80], 0.6090909, 0.5110651),
]
CELLS = st.tuples(st.integers(0, 6), st.integers(0, 2)).map(lambda p: (p[0], p[0] + p[1]))
CITIES = st.integers(1, 3).flatmap(
    lambda n: st.tuples(st.lists(CELLS, min_size=n, max_size=n), st.lists(CELLS, min_size=n, max_size=n))
)


def box(cells):
    return between(*np.array(cells, float).T)


def every(cells):
    return [np.array(point, float) for point in product(*(range(low, high + 1) for low, high in cells))]


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_hypothetical_landscapes_of_morrill(name):
    rows, expected, alone = LANDSCAPES[name]
    group = np.array([{"#": 100, "+": 50, ".": 0}[cell] for cell in rows if cell != "/"])
    assert dissimilarity(group, 100 - group) == pytest.approx(expected, abs=5e-7)
    assert isolation(group, 100 - group) == pytest.approx(alone, abs=5e-7)


@pytest.mark.parametrize(("group", "rest", "expected", "alone"), TABLES)
def test_the_small_tables(group, rest, expected, alone):
    assert dissimilarity(group, rest) == pytest.approx(expected, abs=5e-8)
    assert isolation(group, rest) == pytest.approx(alone, abs=5e-8)
    assert isolation(group, rest) + interaction(group, rest) == pytest.approx(1)


def test_same_mix_in_every_area_is_zero():
    assert dissimilarity(group=[5, 10, 20], rest=[50, 100, 200]) == pytest.approx(0)


def test_no_area_shared_is_one():
    assert dissimilarity(group=[9, 0], rest=[0, 7]) == 1


def test_swapping_group_and_rest_changes_nothing():
    assert dissimilarity([3, 8, 1], [9, 2, 4]) == dissimilarity([9, 2, 4], [3, 8, 1])


def test_an_empty_area_changes_nothing():
    assert dissimilarity([10, 30, 0], [40, 20, 0]) == dissimilarity([10, 30], [40, 20])
    assert isolation([10, 30, 0], [40, 20, 0]) == isolation([10, 30], [40, 20])


def test_a_city_without_the_group_has_no_index():
    with pytest.raises(MeasureUndefined, match=r"dissimilarity_one_side \(group=0.0, rest=60.0\)"):
        dissimilarity(group=[0, 0], rest=[40, 20])
    with pytest.raises(MeasureUndefined, match=r"dissimilarity_one_side \(group=60.0, rest=0.0\)"):
        dissimilarity(group=[40, 20], rest=[0, 0])
    for measure in (isolation, interaction, location_quotient):
        with pytest.raises(MeasureUndefined, match="group_without_residents"):
            measure([0, 0], [40, 20])


def test_the_published_location_quotient():
    assert location_quotient([60, 40], [100, 200])[0] == pytest.approx(1.8)
    assert np.isnan(location_quotient([60, 40, 0], [100, 200, 0])[2])


@given(city=CITIES)
@settings(max_examples=150, deadline=None)
def test_no_point_of_a_box_lies_outside_the_bounds_of_dissimilarity(city):
    group, rest = city
    values = [dissimilarity(x, y) for x in every(group) for y in every(rest) if x.sum() and y.sum()]
    if values:
        found = dissimilarity_bounds(box(group), box(rest))
        assert 0 <= found.lower <= min(values) + 1e-12
        assert max(values) - 1e-12 <= found.upper <= 1


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
    pairs = [(x, x + y) for x in every(group) for y in every(rest) if x.sum()]
    if not pairs:
        return
    found = location_quotient_bounds(box(group), box(rest))
    for area, values in enumerate(np.array([location_quotient(x, t) for x, t in pairs]).T):
        known = values[~np.isnan(values)]
        assert np.isnan(found.upper[area]) == (known.size == 0)
        if known.size:
            assert found.lower[area] == pytest.approx(known.min(), abs=1e-12)
            assert found.upper[area] >= known.max() - 1e-12


def test_a_quotient_that_peaks_inside_its_interval_is_found():
    # beside 1 other the area's group may be 1 to 30; 2 of the group and 100 others elsewhere
    found = location_quotient_bounds(box([(1, 30), (2, 2)]), box([(1, 1), (100, 100)]))
    tried = [location_quotient([x, 2], [x + 1, 102])[0] for x in np.linspace(1, 30, 29001)]
    assert found.upper[0] == pytest.approx(max(tried), abs=1e-6)
    assert found.lower[0] == pytest.approx(min(tried), abs=1e-12)


def test_known_counts_have_one_value_for_both_bounds():
    group, rest = between([10, 30], [10, 30]), between([40, 20], [40, 20])
    value = dissimilarity([10, 30], [40, 20])
    assert vars(dissimilarity_bounds(group, rest)) == {"lower": value, "upper": value}


def test_a_few_suppressed_cells_leave_a_narrow_interval():
    sizes = np.arange(5, 405, 20)
    group = [(1, 4)] * 4 + [(int(n), int(n)) for n in sizes]
    rest = [(5000, 5000)] * len(group)
    found = dissimilarity_bounds(box(group), box(rest))
    corners = [dissimilarity(np.r_[ends, sizes], np.full(24, 5000)) for ends in product((1, 4), repeat=4)]
    assert found.lower == pytest.approx(min(corners), abs=1e-5)
    assert found.upper == pytest.approx(max(corners), abs=1e-5)
