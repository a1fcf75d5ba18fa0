"""The information theory index of hidden counts: every completion lies within, and the ends are attained."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from intervals import CITIES, box, completions, made

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.suppressed_information import information_theory_bounds, information_theory_extremes


def informative(group, rest):
    def mixed(x, y):
        return sum(-n * np.log(n / (x + y)) for n in (x, y) if n > 0)

    return 1 - sum(map(mixed, group, rest)) / mixed(group.sum(), rest.sum())


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


@pytest.mark.parametrize("city", [(20, 1, 50), (73, 1, 50), (73, 3, 400), (73, 3, 20), (1068, 2, 100)])
def test_cities_of_many_areas_have_attained_bounds(city):
    areas, width, mean = city
    group, rest = made(areas, width=width, mean=mean)
    found = information_theory_extremes(group, rest)
    assert found.least.is_attained
    assert found.greatest.is_attained
    draw = np.random.default_rng(0)
    for _ in range(50):
        x, y = (draw.integers(side.lower, side.upper + 1).astype(float) for side in (group, rest))
        assert found.bounds.lower <= informative(x, y) <= found.bounds.upper


def test_known_counts_have_one_value():
    found = information_theory_bounds(box([(10, 10), (30, 30)]), box([(40, 40), (20, 20)]))
    assert found.lower == pytest.approx(found.upper, abs=1e-9)
    assert found.lower == pytest.approx(informative(np.array([10.0, 30]), np.array([40.0, 20])), abs=1e-9)


def test_a_side_that_cannot_have_anybody_has_no_bounds():
    with pytest.raises(MeasureUndefined, match="one_side"):
        information_theory_bounds(box([(0, 0), (0, 0)]), box([(1, 4), (3, 3)]))
    with pytest.raises(MeasureUndefined, match="one_area"):
        information_theory_bounds(box([(0, 3)]), box([(1, 4)]))
    with pytest.raises(MeasureUndefined, match="negative"):
        information_theory_bounds(box([(-1, 3), (1, 2)]), box([(1, 4), (3, 3)]))
