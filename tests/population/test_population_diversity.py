"""Diversity: vector K4, and bounds against every point of small boxes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.population import diversity as mix
from cosmopolis.vocabulary.measurement import between

SHARES = [70, 12, 8, 6, 4]
BOXES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 3)).map(lambda p: (p[0], p[0] + p[1])), min_size=1, max_size=4
).filter(lambda cells: any(high for _, high in cells))
PAIRS = [
    (mix.fractionalisation, mix.fractionalisation_bounds),
    (mix.inverse_simpson, mix.inverse_simpson_bounds),
    (mix.entropy, mix.entropy_bounds),
    (mix.effective_groups, mix.effective_groups_bounds),
]


def box(cells):
    return between(*np.array(cells, float).T)


def test_vector_k4():
    assert mix.fractionalisation(SHARES) == pytest.approx(0.4840, abs=5e-5)
    assert mix.entropy(SHARES) == pytest.approx(1.0037, abs=5e-5)
    assert mix.normalised_entropy(SHARES) == pytest.approx(0.6236, abs=5e-5)
    assert mix.effective_groups(SHARES) == pytest.approx(2.7284, abs=5e-5)
    assert mix.inverse_simpson(SHARES) == pytest.approx(1.9380, abs=5e-5)


def test_the_split_of_vector_k4():
    split = mix.fractionalisation_split(70, [12, 8, 6, 4])
    assert (round(split.size, 4), round(split.variety, 4)) == (0.42, 0.064)


@given(native=st.integers(0, 500), foreign=st.lists(st.integers(0, 90), min_size=1, max_size=6))
def test_size_and_variety_add_up_to_fractionalisation(native, foreign):
    if native + sum(foreign):
        split = mix.fractionalisation_split(native, foreign)
        assert split.size + split.variety == pytest.approx(mix.fractionalisation([native, *foreign]))


def test_one_group_is_not_mixed():
    assert mix.fractionalisation([9]) == 0
    assert mix.effective_groups([9, 0]) == 1


@pytest.mark.parametrize("groups", [2, 3, 7])
def test_equal_groups_are_all_effective(groups):
    assert mix.effective_groups([5] * groups) == pytest.approx(groups)
    assert mix.inverse_simpson([5] * groups) == pytest.approx(groups)


def test_nobody_is_not_mixed_and_one_group_has_no_normalised_entropy():
    with pytest.raises(MeasureUndefined, match="diversity_of_nobody"):
        mix.entropy([0, 0])
    with pytest.raises(MeasureUndefined, match="diversity_of_one_group"):
        mix.normalised_entropy([4])


@pytest.mark.parametrize(("measure", "bounds"), PAIRS)
@given(cells=BOXES)
@settings(max_examples=60, deadline=None)
def test_no_point_of_a_box_lies_outside_its_bounds_and_the_least_is_attained(measure, bounds, cells):
    ranges = [range(low, high + 1) for low, high in cells]
    values = [measure(point) for point in product(*ranges) if sum(point)]
    found = bounds(box(cells))
    assert found.lower == pytest.approx(min(values), abs=1e-12)
    assert found.upper >= max(values) - 1e-12


@pytest.mark.parametrize(("measure", "bounds"), PAIRS)
@given(cells=BOXES)
@settings(max_examples=60, deadline=None)
def test_bounds_of_many_intervals_hold_as_well(measure, bounds, cells):
    wide = [*cells] * 3 + [(1, 4)] * 11
    found = bounds(box(wide))
    low, high = np.array(wide).T
    rng = np.random.default_rng(len(cells))
    for _ in range(50):
        value = measure(np.where(rng.random(low.size) < 0.5, low, high))
        assert found.lower - 1e-12 <= value <= found.upper + 1e-12


def test_the_lower_bound_of_many_intervals_is_close():
    cells = [(700, 700), (80, 83)] + [(1, 4)] * 14
    ends = [[700, small] + [1] * (14 - k) + [4] * k for small in (80, 83) for k in range(15)]
    # groups with one interval are alike, so that how many stand high is all that matters
    assert mix.fractionalisation_bounds(box(cells)).lower == pytest.approx(min(map(mix.fractionalisation, ends)))
    assert mix.entropy_bounds(box(cells)).lower == pytest.approx(min(map(mix.entropy, ends)), abs=1e-6)
