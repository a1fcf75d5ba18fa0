"""Dissimilarity of hidden counts: every completion lies within, and the ends are those of all completions."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intervals import CITIES, box, completions, made

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.suppressed_dissimilarity import dissimilarity_bounds, dissimilarity_extremes
from cosmopolis.vocabulary.measurement import between


def uneven(group, rest):
    return float(np.abs(group / group.sum() - rest / rest.sum()).sum() / 2)


@settings(max_examples=40, deadline=None)
@given(CITIES)
def test_the_greatest_dissimilarity_is_that_of_all_completions(city):
    found = dissimilarity_extremes(box(city[0]), box(city[1]))
    assert found.greatest.is_attained
    assert found.greatest.value == pytest.approx(max(uneven(x, y) for x, y in completions(city)), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(CITIES)
def test_no_completion_has_a_smaller_dissimilarity_and_fractions_of_persons_reach_the_least(city):
    found = dissimilarity_extremes(box(city[0]), box(city[1])).least
    values = [uneven(x, y) for x, y in completions(city)]
    assert found.proven <= min(values) + 1e-12
    assert found.is_attained
    for counts, side in ((found.group, city[0]), (found.rest, city[1])):
        assert all(low - 1e-9 <= n <= high + 1e-9 for n, (low, high) in zip(counts, side, strict=True))


@settings(max_examples=25, deadline=None)
@given(CITIES)
def test_the_least_dissimilarity_of_whole_persons_is_that_of_all_completions(city):
    found = dissimilarity_extremes(box(city[0]), box(city[1]), whole=True).least
    assert found.value == pytest.approx(min(uneven(x, y) for x, y in completions(city)), abs=1e-8)
    assert (found.group == np.round(found.group)).all()
    assert found.is_attained


@settings(max_examples=15, deadline=None)
@given(CITIES, st.data())
def test_told_totals_leave_the_completions_that_have_them(city, data):
    every = completions(city)
    some = data.draw(st.sampled_from(every))
    total, others = float(some[0].sum()), float(some[1].sum())
    values = [uneven(x, y) for x, y in every if x.sum() == total and y.sum() == others]
    found = dissimilarity_extremes(
        box(city[0]), box(city[1]), group_total=between(total, total), rest_total=between(others, others), whole=True
    )
    assert found.least.value == pytest.approx(min(values), abs=1e-6)
    assert found.greatest.proven >= max(values) - 1e-6
    assert found.greatest.group.sum() == pytest.approx(total)
    free = dissimilarity_bounds(box(city[0]), box(city[1]))
    assert free.lower <= found.least.value + 1e-6
    assert found.greatest.value <= free.upper + 1e-6


def test_a_total_beside_one_hidden_cell_names_it():
    group, rest = box([(1, 4), (30, 30)]), box([(40, 40), (20, 20)])
    found = dissimilarity_extremes(group, rest, group_total=between(33.0, 33.0))
    assert found.bounds.lower == pytest.approx(uneven(np.array([3, 30]), np.array([40, 20])), abs=1e-6)
    assert found.bounds.upper == pytest.approx(found.bounds.lower, abs=1e-6)


@pytest.mark.parametrize("city", [(20, 1, 50), (73, 1, 50), (73, 3, 400), (73, 3, 20), (1068, 2, 100)])
def test_cities_of_many_areas_have_attained_bounds(city):
    areas, width, mean = city
    group, rest = made(areas, width=width, mean=mean)
    found = dissimilarity_extremes(group, rest)
    assert found.least.is_attained
    assert found.greatest.is_attained
    draw = np.random.default_rng(0)
    for _ in range(50):
        x, y = (draw.integers(side.lower, side.upper + 1).astype(float) for side in (group, rest))
        assert found.bounds.lower <= uneven(x, y) <= found.bounds.upper


def test_a_hidden_count_is_never_read_as_nobody():
    shown, hidden = box([(30, 30), (1, 4)]), box([(40, 40), (60, 60)])
    assert dissimilarity_bounds(shown, hidden).upper < uneven(np.array([30.0, 0]), np.array([40.0, 60]))


def test_known_counts_have_one_value():
    found = dissimilarity_bounds(box([(10, 10), (30, 30)]), box([(40, 40), (20, 20)]))
    assert found.lower == found.upper == pytest.approx(5 / 12)


def test_a_few_suppressed_cells_leave_a_narrow_interval():
    sizes = np.arange(5, 405, 20)
    group = [(1, 4)] * 4 + [(int(n), int(n)) for n in sizes]
    rest = [(5000, 5000)] * len(group)
    found = dissimilarity_bounds(box(group), box(rest))
    corners = [uneven(np.r_[ends, sizes], np.full(24, 5000.0)) for ends in product((1, 4), repeat=4)]
    assert found.lower == pytest.approx(min(corners), abs=1e-5)
    assert found.upper == pytest.approx(max(corners), abs=1e-5)


def test_an_area_that_surely_has_nobody_changes_nothing_and_keeps_its_place():
    group, rest = [(1, 4), (0, 0), (5, 6)], [(9, 9), (0, 0), (2, 4)]
    found = dissimilarity_extremes(box(group), box(rest))
    without = dissimilarity_extremes(box(group[::2]), box(rest[::2]))
    assert found.bounds == without.bounds
    assert found.greatest.group[1] == 0


def test_a_side_that_cannot_have_anybody_has_no_bounds():
    with pytest.raises(MeasureUndefined, match="one_side"):
        dissimilarity_bounds(box([(0, 0), (0, 0)]), box([(1, 4), (3, 3)]))
    with pytest.raises(MeasureUndefined, match="one_area"):
        dissimilarity_bounds(box([(0, 3)]), box([(1, 4)]))
    with pytest.raises(MeasureUndefined, match="negative"):
        dissimilarity_bounds(box([(-1, 3), (1, 2)]), box([(1, 4), (3, 3)]))


def test_totals_that_no_counts_meet_are_refused():
    group, rest = box([(1, 4), (3, 3)]), box([(2, 2), (5, 5)])
    with pytest.raises(MeasureUndefined, match="totals_not_met"):
        dissimilarity_extremes(group, rest, group_total=between(20.0, 20.0))
