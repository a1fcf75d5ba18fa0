"""Indices of hidden counts: every completion lies within, and the ends are those of all completions tried."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.suppressed import (
    dissimilarity_bounds,
    dissimilarity_extremes,
    gini_bounds,
    information_theory_bounds,
    information_theory_extremes,
)
from cosmopolis.neighbourhoods.two_groups import gini
from cosmopolis.vocabulary.measurement import between

CELLS = st.tuples(st.integers(0, 6), st.integers(0, 2)).map(lambda cell: (cell[0], cell[0] + cell[1]))
CITIES = (
    st.integers(2, 3)
    .flatmap(lambda n: st.tuples(st.lists(CELLS, min_size=n, max_size=n), st.lists(CELLS, min_size=n, max_size=n)))
    .filter(lambda city: all(any(high for _, high in side) for side in city))
    .filter(lambda city: sum(bool(x[1] + y[1]) for x, y in zip(*city, strict=True)) > 1)
)


def box(cells):
    return between(*np.array(cells, float).T)


def uneven(group, rest):
    return float(np.abs(group / group.sum() - rest / rest.sum()).sum() / 2)


def informative(group, rest):
    def mixed(x, y):
        return sum(-n * np.log(n / (x + y)) for n in (x, y) if n > 0)

    return 1 - sum(map(mixed, group, rest)) / mixed(group.sum(), rest.sum())


def completions(city):
    """Every way to fill the hidden cells with whole persons, somebody on both sides."""
    sides = [[np.array(p, float) for p in product(*(range(a, b + 1) for a, b in side))] for side in city]
    return [(x, y) for x in sides[0] for y in sides[1] if x.sum() and y.sum()]


def made(areas, *, width=1, mean=50, seed=1):
    """A city with hidden cells, the group rare in most areas."""
    draw = np.random.default_rng(seed)
    low = draw.poisson(draw.gamma(0.6, mean / 6, areas)) + 1.0
    other = np.floor(draw.gamma(2, mean / 2, areas))
    hidden = [3.0 * draw.integers(0, width + 1, areas) for _ in range(2)]
    return between(low, low + hidden[0]), between(other, other + hidden[1])


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


@settings(max_examples=25, deadline=None)
@given(CITIES)
def test_the_information_theory_index_of_every_completion_lies_within_and_the_greatest_is_one_of_them(city):
    found = information_theory_extremes(box(city[0]), box(city[1]))
    values = [informative(x, y) for x, y in completions(city)]
    assert found.bounds.lower <= min(values) + 1e-9
    assert found.greatest.is_attained
    assert found.greatest.value == pytest.approx(max(values), abs=1e-8)
    assert found.greatest.value == pytest.approx(informative(found.greatest.group, found.greatest.rest), abs=1e-12)


@settings(max_examples=8, deadline=None)
@given(CITIES)
def test_the_least_information_theory_index_of_whole_persons_is_that_of_all_completions(city):
    found = information_theory_extremes(box(city[0]), box(city[1]), whole=True).least
    assert found.value == pytest.approx(min(informative(x, y) for x, y in completions(city)), abs=1e-7)


def test_the_least_information_theory_index_is_attained_by_fractions_of_persons():
    group, rest = box([(1, 4), (2, 5)]), box([(9, 9), (3, 6)])
    found = information_theory_extremes(group, rest).least
    grid = np.linspace(0, 1, 61)
    tried = [
        informative(np.array([1 + 3 * a, 2 + 3 * b]), np.array([9, 3 + 3 * c])) for a, b, c in product(grid, repeat=3)
    ]
    assert found.value <= min(tried) + 1e-12
    assert found.value == pytest.approx(min(tried), abs=1e-4)
    assert found.value == pytest.approx(informative(found.group, found.rest), abs=1e-8)


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
    uneven_ones, mixed_ones = dissimilarity_extremes(group, rest), information_theory_extremes(group, rest)
    assert all(one.is_attained for found in (uneven_ones, mixed_ones) for one in (found.least, found.greatest))
    draw = np.random.default_rng(0)
    for _ in range(50):
        x, y = (draw.integers(side.lower, side.upper + 1).astype(float) for side in (group, rest))
        assert uneven_ones.bounds.lower <= uneven(x, y) <= uneven_ones.bounds.upper
        assert mixed_ones.bounds.lower <= informative(x, y) <= mixed_ones.bounds.upper


def test_a_hidden_count_is_never_read_as_nobody():
    shown, hidden = box([(30, 30), (1, 4)]), box([(40, 40), (60, 60)])
    assert dissimilarity_bounds(shown, hidden).upper < uneven(np.array([30.0, 0]), np.array([40.0, 60]))


def test_known_counts_have_one_value():
    group, rest = box([(10, 10), (30, 30)]), box([(40, 40), (20, 20)])
    found = dissimilarity_bounds(group, rest)
    assert (found.lower, found.upper) == pytest.approx((5 / 12, 5 / 12))
    mixed = information_theory_bounds(group, rest)
    assert mixed.lower == pytest.approx(mixed.upper, abs=1e-9)
    assert mixed.lower == pytest.approx(informative(np.array([10.0, 30]), np.array([40.0, 20])), abs=1e-9)


def test_an_area_that_surely_has_nobody_changes_nothing_and_keeps_its_place():
    group, rest = [(1, 4), (0, 0), (5, 6)], [(9, 9), (0, 0), (2, 4)]
    found = dissimilarity_extremes(box(group), box(rest))
    without = dissimilarity_extremes(box(group[::2]), box(rest[::2]))
    assert found.bounds == without.bounds
    assert found.greatest.group[1] == 0


@settings(max_examples=20, deadline=None)
@given(CITIES)
def test_the_gini_index_of_every_completion_lies_within_its_bounds(city):
    found = gini_bounds(box(city[0]), box(city[1]))
    for x, y in completions(city)[::7]:
        if ((x + y) > 0).sum() > 1:
            assert found.lower - 1e-9 <= gini(x, y) <= found.upper + 1e-9


@pytest.mark.parametrize("bounds", [dissimilarity_bounds, information_theory_bounds, gini_bounds])
def test_a_side_that_cannot_have_anybody_has_no_bounds(bounds):
    with pytest.raises(MeasureUndefined, match="one_side"):
        bounds(box([(0, 0), (0, 0)]), box([(1, 4), (3, 3)]))
    with pytest.raises(MeasureUndefined, match="one_area"):
        bounds(box([(0, 3)]), box([(1, 4)]))
    with pytest.raises(MeasureUndefined, match="negative"):
        bounds(box([(-1, 3), (1, 2)]), box([(1, 4), (3, 3)]))


def test_totals_that_no_counts_meet_are_refused():
    group, rest = box([(1, 4), (3, 3)]), box([(2, 2), (5, 5)])
    with pytest.raises(MeasureUndefined, match="totals_not_met"):
        dissimilarity_extremes(group, rest, group_total=between(20.0, 20.0))
