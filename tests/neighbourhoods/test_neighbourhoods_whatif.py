from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from landscapes import landscape

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.contexts import Contexts, nearest_contexts
from cosmopolis.neighbourhoods.grid import Grid, grid
from cosmopolis.neighbourhoods.spatial import ScaleProfile, scale_profile
from cosmopolis.neighbourhoods.whatif import WhatIf, what_if

RADII, KS = [100.0, 230.0, 400.0], [5, 20, 60, 500]


def _same_profile(one: ScaleProfile, other: ScaleProfile) -> None:
    for first, second in ((one.indices, other.indices), (one.own, other.own)):
        for name in ("information", "dissimilarity", "diversity", "exposure"):
            assert np.allclose(getattr(first, name), getattr(second, name), rtol=0, atol=1e-12, equal_nan=True)
    assert one.cells == other.cells
    assert np.allclose(one.persons, other.persons)


def _same_contexts(one: Contexts, other: Contexts) -> None:
    assert np.array_equal(one.places, other.places)
    assert np.array_equal(one.squares, other.squares)
    assert np.array_equal(one.persons, other.persons)
    for group in range(one.persons.shape[1]):
        assert np.array_equal(one.members(group), other.members(group), equal_nan=True)


def _is_full_computation(city: WhatIf) -> None:
    _same_profile(city.profile, scale_profile(city.grid, RADII))
    _same_contexts(city.contexts, nearest_contexts(city.grid, KS))


def _grids() -> st.SearchStrategy[Grid]:
    shape = st.tuples(st.integers(2, 7), st.integers(2, 7), st.integers(2, 6))
    counts = st.one_of(st.just(0), st.integers(0, 9))
    made = shape.flatmap(lambda s: st.tuples(arrays(np.float64, s, elements=counts), arrays(np.bool_, s[:2])))
    grids = made.map(lambda both: grid(both[0], cell_metres=100, inside=both[1]))
    return grids.filter(lambda one: bool((one.persons > 0).all()) and int(one.populated.sum()) >= 3)


@given(_grids(), st.data())
@settings(deadline=None, max_examples=80)
@pytest.mark.slow
def test_changes_give_what_a_full_computation_gives(where: Grid, data: st.DataObject) -> None:
    city = what_if(where, RADII, KS)
    _is_full_computation(city)
    cells = [tuple(cell) for cell in np.argwhere(where.inside).tolist()]
    for _ in range(3):
        row, column = data.draw(st.sampled_from(cells))
        here = city.grid.counts[row, column]
        # people come, leave, or all leave, as long as every group and two cells are left
        added = [data.draw(st.integers(-int(count), 30)) for count in here]
        if data.draw(st.booleans()):
            added = [-int(count) for count in here]
        after = city.grid.persons + added
        cells_left = int(city.grid.populated.sum()) - int(not (here + added).any())
        if not (after > 0).all() or cells_left < 2:
            continue
        before = city.profile.information.copy()
        changed = city.with_change((row, column), added)
        assert np.array_equal(city.profile.information, before)
        _is_full_computation(changed)
        city = changed


def test_an_empty_cell_can_be_settled_and_left_again() -> None:
    counts = landscape("E", 100).counts.copy()
    counts[4, 4] = 0
    city = what_if(grid(counts, cell_metres=100), RADII, KS)
    settled = city.with_change((4, 4), [300, 20])
    _is_full_computation(settled)
    assert settled.profile.cells == city.profile.cells + 1
    left = settled.with_change((4, 4), [-300, -20])
    _is_full_computation(left)
    _same_profile(left.profile, city.profile)
    _same_contexts(left.contexts, city.contexts)


def test_counts_with_fractions_can_change_by_fractions() -> None:
    city = what_if(grid(landscape("E", 100).counts / 7, cell_metres=100), RADII, KS)
    changed = city.with_change((2, 3), [1 / 3, 2.5])
    _same_profile(changed.profile, scale_profile(changed.grid, RADII))


def test_a_cell_left_in_parts_is_empty() -> None:
    city = what_if(grid([[[0.3, 0], [0.1, 5.7], [9.1, 0]]], cell_metres=100), RADII, KS)
    left = city.with_change((0, 0), [-0.1, 0]).with_change((0, 0), [-0.2, 0])
    assert left.grid.counts[0, 0].tolist() == [0, 0]
    assert left.profile.cells == 2


def test_five_hundred_people_of_the_minority_beside_it_raise_its_isolation() -> None:
    city = what_if(landscape("A", 100), [150], [900])
    changed = city.with_change((0, 9), [500, 0])
    assert changed.profile.exposure[0, 0, 0] > city.profile.exposure[0, 0, 0]
    assert changed.contexts.curve(0).isolation[0] > city.contexts.curve(0).isolation[0]


@pytest.mark.parametrize(
    ("cell", "added", "fault"),
    [
        ((0, 10), [1, 0], "cell_not_in_city"),
        ((-1, 0), [1, 0], "cell_not_in_city"),
        ((0, 0), [-1, 0], "negative_count"),
        ((0, 0), [0.5, 0], "change_with_fraction"),
        ((0, 0), [1, 2, 3], "different_lengths"),
        ((0, 0), [float("nan"), 0], "missing_count"),
        ((0, 0), [3_000_000_000, 0], "setting_outside"),
    ],
)
def test_a_change_that_cannot_be_is_one_clear_error(cell: tuple[int, int], added: list[float], fault: str) -> None:
    city = what_if(landscape("A", 100), [100], [900])
    with pytest.raises(MeasureUndefined, match=fault):
        city.with_change(cell, added)


def test_a_city_that_a_change_would_leave_without_index_says_so() -> None:
    city = what_if(grid([[[5, 0], [0, 5], [0, 3]]], cell_metres=100), [100], [5])
    with pytest.raises(MeasureUndefined, match="group_without_residents"):
        city.with_change((0, 0), [-5, 0])
    three = what_if(grid([[[5, 2, 0], [0, 5, 0]]], cell_metres=100), [100], [5])
    with pytest.raises(MeasureUndefined, match="group_without_residents"):
        three.with_change((0, 0), [0, 0, 4])
    with pytest.raises(MeasureUndefined, match="one_area"):
        three.with_change((0, 1), [0, -5, 0])
