"""Crosswalks: totals stay, intervals stay intervals, and the truth lies within its bounds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.boundaries import (
    areal_crosswalk,
    carried,
    carried_bounds,
    carried_interval,
    crosswalk_error,
    grid_crosswalk,
    population_crosswalk,
)
from cosmopolis.vocabulary.measurement import between

PIECES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("pqrs"), st.integers(1, 50), st.floats(0, 1)),
    min_size=1,
    max_size=12,
)


def reform(pieces):
    """Codes, residents and members of a group for pieces of old areas."""
    old, new, residents, shares = zip(*pieces, strict=True)
    return list(old), list(new), np.array(residents), np.floor(np.array(residents) * np.array(shares))


def summed(codes, counts):
    return np.array([sum(n for c, n in zip(codes, counts, strict=True) if c == code) for code in sorted(set(codes))])


@given(PIECES)
def test_totals_stay_whatever_the_crosswalk(pieces):
    old, new, residents, members = reform(pieces)
    group = summed(old, members)
    for walk in (areal_crosswalk(old, new, residents), grid_crosswalk(old, new, residents)):
        assert walk.old == tuple(sorted(set(old)))
        assert walk.new == tuple(sorted(set(new)))
        assert carried(walk, group).sum() == pytest.approx(group.sum())
        assert carried(walk, np.column_stack([group, group])).sum(axis=0) == pytest.approx([group.sum()] * 2)


@given(PIECES)
def test_residents_carried_by_residents_are_exact(pieces):
    old, new, residents, _ = reform(pieces)
    walk = population_crosswalk(old, new, residents)
    assert carried(walk, summed(old, residents)) == pytest.approx(summed(new, residents))


@given(PIECES)
def test_the_truth_lies_within_the_bounds_of_every_new_area(pieces):
    old, new, residents, members = reform(pieces)
    group, truth = summed(old, members), summed(new, members)
    known = between(group, group)
    for walk in (population_crosswalk(old, new, residents), areal_crosswalk(old, new, residents)):
        found = carried_bounds(walk, known)
        assert (found.lower <= truth + 1e-9).all()
        assert (truth <= found.upper + 1e-9).all()
        estimate = carried(walk, group)
        assert (found.lower <= estimate + 1e-9).all()
        assert (estimate <= found.upper + 1e-9).all()


@given(PIECES, st.integers(0, 5))
def test_intervals_stay_intervals_around_every_truth(pieces, width):
    old, new, residents, members = reform(pieces)
    group = summed(old, members)
    hidden = between(np.maximum(group - width, 0), group + width)
    walk = areal_crosswalk(old, new, residents)
    found, estimate = carried_interval(walk, hidden), carried(walk, group)
    assert (found.lower <= estimate + 1e-9).all()
    assert (estimate <= found.upper + 1e-9).all()
    assert (carried_bounds(walk, hidden).upper >= found.upper - 1e-9).all()


def test_areas_that_only_merge_are_exact():
    walk = areal_crosswalk(["a", "b", "c"], ["p", "p", "q"], [3, 4, 5])
    assert walk.split_areas == ()
    assert carried(walk, [10, 20, 30]).tolist() == [30, 30]
    found = carried_bounds(walk, between([10, 20, 30], [10, 24, 30]))
    assert (found.lower.tolist(), found.upper.tolist()) == ([30, 30], [34, 30])


def test_bounds_by_hand():
    # 70 of a group live among 90 + 10 residents: at least 60 in the first piece, at most 10 in the second
    walk = population_crosswalk(["a", "a", "b"], ["p", "q", "q"], [90, 10, 40])
    found = carried_bounds(walk, between([70, 5], [70, 5]))
    assert (found.lower.tolist(), found.upper.tolist()) == ([60, 5], [70, 15])
    assert walk.split_areas == ("a",)


def test_without_residents_a_piece_may_hold_everybody_or_nobody():
    walk = areal_crosswalk(["a", "a"], ["p", "q"], [1, 3])
    found = carried_bounds(walk, between([8], [8]))
    assert (found.lower.tolist(), found.upper.tolist()) == ([0, 0], [8, 8])


def test_a_grid_is_nearer_to_the_truth_than_surface_where_people_live_unevenly():
    made = np.random.default_rng(4)
    old, new = np.repeat(np.arange(40), 25), made.integers(0, 50, 1000)
    residents = np.floor(made.gamma(0.3, 60, 1000))
    group = made.binomial(residents.astype(int), made.beta(1, 6, 40)[old])
    codes = [f"{number:02}" for number in old], [f"{number:02}" for number in new]
    truth, counts = summed(codes[1], group), summed(codes[0], group)
    by_surface = crosswalk_error(carried(areal_crosswalk(*codes, np.ones(1000)), counts), truth)
    by_grid = crosswalk_error(carried(grid_crosswalk(*codes, residents), counts), truth)
    assert by_grid.misplaced < by_surface.misplaced / 3


def test_the_error_by_hand():
    found = crosswalk_error([60, 40, 0], [50, 40, 10])
    assert found.misplaced == pytest.approx(0.1)
    assert (found.mean_absolute, found.greatest) == pytest.approx((20 / 3, 10))
    assert found.root_mean_square == pytest.approx(np.sqrt(200 / 3))


def test_a_grid_of_dwellings_bounds_nothing():
    walk = grid_crosswalk(["a", "a"], ["p", "q"], [250, 750], are_residents=False)
    found = carried_bounds(walk, between([2_000], [2_000]))
    assert (found.lower.tolist(), found.upper.tolist()) == ([0, 0], [2_000, 2_000])
    assert carried(walk, [2_000]).tolist() == [500, 1_500]


def test_an_old_area_without_residents_keeps_its_place_and_its_persons():
    walk = population_crosswalk(["a", "a", "b"], ["p", "q", "q"], [0, 0, 3])
    assert carried(walk, [2, 3]).tolist() == [2, 3]


def test_a_crosswalk_that_makes_no_sense_is_refused():
    for call, told in (
        (lambda: areal_crosswalk(["a"], ["p", "q"], [1, 2]), "different_lengths"),
        (lambda: areal_crosswalk(["a"], ["p"], [0]), "area_without_surface"),
        (lambda: areal_crosswalk(["a"], ["p"], [-1]), "negative_count"),
        (lambda: carried(areal_crosswalk(["a"], ["p"], [1]), [1, 2]), "different_lengths"),
        (
            lambda: carried_bounds(population_crosswalk(["a", "a"], ["p", "q"], [3, 4]), between([9], [9])),
            "more_than_residents",
        ),
        (lambda: crosswalk_error([1, 2], [0, 0]), "nobody"),
    ):
        with pytest.raises(MeasureUndefined, match=told):
            call()


@pytest.mark.slow
def test_counts_of_planning_areas_regrouped_are_nearer_by_residents(data_folder, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import _berlin

    areas = _berlin.planning_areas(data_folder)
    old, new = areas["old"].to_list(), areas["new"].to_list()
    residents, foreigners = (areas[name].to_numpy() for name in ("inhabitants", "inhabitants_foreigners"))
    walks = population_crosswalk(old, new, residents), areal_crosswalk(old, new, np.ones(len(areas)))
    errors = []
    for walk in walks:
        counts, truth = (
            np.array([foreigners[np.array(codes) == one].sum() for one in told], float)
            for codes, told in ((old, walk.old), (new, walk.new))
        )
        bounds = carried_bounds(walk, between(counts, counts))
        assert (bounds.lower <= truth + 1e-6).all()
        assert (truth <= bounds.upper + 1e-6).all()
        errors.append(crosswalk_error(carried(walk, counts), truth).misplaced)
    assert errors[0] < errors[1]
