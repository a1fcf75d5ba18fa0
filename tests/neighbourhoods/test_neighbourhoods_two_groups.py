"""Indices of two groups: Morrill's landscapes, the small tables, and the laws that tie them together."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import cosmopolis.neighbourhoods as room
from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    atkinson,
    correlation_ratio,
    dissimilarity,
    gini,
    gorard,
    hutchens,
    information_theory,
    interaction,
    isolation,
    mutual_information,
    separation_without_chance,
    two_group_indices,
)

LANDSCAPES = {
    "A": ".....#####/" * 5 + "........../" * 5,
    "B": "...##...##/" * 3 + "........../" * 2 + "...##...##/" * 3 + ".........#/" + "........../",
    "C": (".#.#.#.#.#/" + "........../") * 5,
    "D": "....++####/" * 3 + "....++++++/" * 3 + "........../" * 4,
    "E": (
        "..+##..+##/..++#..++#/..+++..+++/........../........../..+##..+##/..++#..++#/..+++..+++/.........+/........../"
    ),
    "F": ".......###/" * 3 + "........../" * 7,
    "G": "........../" * 2 + ".....###../" * 3 + "........../" * 5,
    "H": ".....#..../" * 4 + ".....#####/" + "........../" * 5,
}
# persons of the group, then D, G, isolation, correlation ratio, H
MORRILL = {
    "A": (2500, 1, 1, 1, 1, 1),
    "B": (2500, 1, 1, 1, 1, 1),
    "C": (2500, 1, 1, 1, 1, 1),
    "D": (2400, 0.842105, 0.921053, 0.750000, 0.671053, 0.698129),
    "E": (2450, 0.834437, 0.915529, 0.744898, 0.662117, 0.688767),
    "F": (900, 1, 1, 1, 1, 1),
    "G": (900, 1, 1, 1, 1, 1),
    "H": (900, 1, 1, 1, 1, 1),
}
TABLES = [
    (
        ([100, 60, 40, 0], [0, 40, 60, 100]),
        (0.6, 0.3, 0.8, 0.5145247, 0.3566413, 0.76, 0.5101021, 0.76, 0.52, 0.5151515),
    ),
    (
        ([80, 80, 20, 20], [20, 20, 80, 80]),
        (0.6, 0.3, 0.6, 0.2780719, 0.1927448, 0.36, 0.2, 0.68, 0.36, 0.3535354),
    ),
    (
        ([40, 20, 5, 1], [20, 40, 60, 80]),
        (
            *(0.6090909, 0.4579631, 0.7257576, 0.3330356, 0.1865867),
            *(0.4802001, 0.2790285, 0.5110651, 0.3497165, 0.3389065),
        ),
    ),
]
MEASURES = (
    *(dissimilarity, gorard, gini, information_theory, mutual_information),
    *(atkinson, hutchens, isolation, correlation_ratio, separation_without_chance),
)
#: Those that compare areas: none is defined with one side, or with one area.
EVENNESS = [dissimilarity, gorard, gini, information_theory, atkinson, hutchens, correlation_ratio]
PAIRS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=8)
PART = st.one_of(st.just(0.0), st.floats(0.001, 40))
FRACTIONS = st.lists(st.tuples(PART, PART), min_size=2, max_size=8)


def landscape(name):
    group = np.array([{"#": 100.0, "+": 50.0, ".": 0.0}[cell] for cell in LANDSCAPES[name] if cell != "/"])
    return group, 100 - group


def cities(pairs):
    """Both sides of a city in which the indices are defined."""
    group, rest = np.array(pairs, float).T
    total = group + rest
    assume(group[total > 1].sum() > 0 and rest[total > 1].sum() > 0 and np.count_nonzero(total > 1) > 1)
    return group, rest


def value_or_reason(measure, *city):
    try:
        return measure(*city), None
    except MeasureUndefined as undefined:
        return None, undefined.faults[0].message_id.split(".")[1]


@pytest.mark.parametrize("name", MORRILL)
def test_the_hypothetical_landscapes_of_morrill(name):
    group, rest = landscape(name)
    persons, *expected = MORRILL[name]
    assert (group.size, group.sum()) == (100, persons)
    found = [measure(group, rest) for measure in (dissimilarity, gini, isolation, correlation_ratio)]
    assert [*found, information_theory(group, rest)] == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("city", "expected"), TABLES)
@pytest.mark.parametrize("empty", [False, True])
def test_the_small_tables_with_and_without_an_empty_area(city, expected, empty):
    group, rest = ([*side, 0] if empty else side for side in city)
    assert [measure(group, rest) for measure in MEASURES] == pytest.approx(expected, abs=5e-8)


def test_same_mix_in_every_area_is_zero_and_no_area_shared_is_one():
    assert dissimilarity([100, 100, 100], [100, 100, 100]) == 0
    for measure in EVENNESS:
        assert measure(group=[5, 10, 20], rest=[50, 100, 200]) == pytest.approx(0, abs=1e-12)
        assert measure(group=[100, 100, 0, 0], rest=[0, 0, 100, 100]) == 1
    assert gorard(group=[100, 100, 0, 0], rest=[0, 0, 100, 100]) == 0.5


EVENNESS.remove(gorard)


@pytest.mark.parametrize("shape", [0.1, 0.5, 0.9])
def test_atkinson_by_its_first_formula(shape):
    group, rest = np.array([40.0, 20, 5, 1]), np.array([20.0, 40, 60, 80])
    total, share = group + rest, group.sum() / 266
    p = group / total
    inner = ((1 - p) ** (1 - shape) * p**shape * total / (share * 266)).sum()
    expected = 1 - share / (1 - share) * inner ** (1 / (1 - shape))
    assert atkinson(group, rest, shape) == pytest.approx(expected, abs=1e-12)


def test_separation_without_chance_by_its_first_formula():
    group, rest = np.array([40.0, 20, 5, 1]), np.array([20.0, 40, 60, 80])
    others = group + rest - 1
    expected = (group / 66 * (group - 1) / others).sum() - (rest / 200 * group / others).sum()
    assert separation_without_chance(group, rest) == pytest.approx(expected, abs=1e-12)
    # one person alone in an area has no neighbours, and is left out of both sides
    assert separation_without_chance([*group, 1], [*rest, 0]) == pytest.approx(expected, abs=1e-12)


@given(pairs=PAIRS)
def test_the_indices_are_tied_to_each_other(pairs):
    group, rest = cities(pairs)
    share = group.sum() / (group.sum() + rest.sum())
    assert atkinson(group, rest) == pytest.approx(1 - (1 - hutchens(group, rest)) ** 2, abs=1e-12)
    assert gorard(group, rest) == pytest.approx(dissimilarity(group, rest) * (1 - share), abs=1e-12)
    assert isolation(group, rest) + interaction(group, rest) == pytest.approx(1, abs=1e-12)
    met, meeting = interaction(group, rest) * group.sum(), interaction(rest, group) * rest.sum()
    assert met == pytest.approx(meeting, rel=1e-12, abs=1e-10)
    beyond = (isolation(group, rest) - share) / (1 - share)
    assert correlation_ratio(group, rest) == pytest.approx(beyond, abs=1e-11)


@given(pairs=PAIRS)
def test_the_sorted_gini_is_the_double_sum_and_never_below_dissimilarity(pairs):
    group, rest = cities(pairs)
    kept = group + rest > 0
    total = (group + rest)[kept]
    p = group[kept] / total
    share = group.sum() / total.sum()
    double = (np.outer(total, total) * np.abs(p[:, None] - p)).sum() / (2 * total.sum() ** 2 * share * (1 - share))
    assert gini(group, rest) == pytest.approx(double, abs=1e-12)
    assert gini(group, rest) >= dissimilarity(group, rest) - 1e-12


@given(pairs=PAIRS)
def test_every_index_lies_between_nought_and_one(pairs):
    group, rest = cities(pairs)
    for measure in (*EVENNESS, gorard, isolation, interaction):
        assert 0 <= measure(group, rest) <= 1


@given(pairs=PAIRS)
def test_swapping_the_groups_changes_nothing(pairs):
    group, rest = cities(pairs)
    for measure in (dissimilarity, gini, information_theory, hutchens, correlation_ratio, separation_without_chance):
        assert measure(group, rest) == pytest.approx(measure(rest, group), abs=1e-12)


@given(pairs=PAIRS, factor=st.sampled_from([2, 7, 1000, 0.5]))
def test_so_many_times_as_many_people_change_nothing(pairs, factor):
    group, rest = cities(pairs)
    for measure in (*EVENNESS, gorard, isolation):
        assert measure(group * factor, rest * factor) == pytest.approx(measure(group, rest), abs=1e-12)


@given(pairs=PAIRS, parts=st.integers(2, 4))
def test_areas_of_equal_mix_may_be_merged(pairs, parts):
    group, rest = cities(pairs)
    split = [np.append(side[1:], [side[0] / parts] * parts) for side in (group, rest)]
    for measure in (*EVENNESS, isolation):
        assert measure(*split) == pytest.approx(measure(group, rest), abs=1e-12)


def test_merging_areas_changes_the_separation_without_chance():
    whole, halves = ([20, 10], [10, 20]), ([10, 10, 10], [5, 5, 20])
    assert separation_without_chance(*whole) != pytest.approx(separation_without_chance(*halves), abs=1e-6)


@given(pairs=FRACTIONS)
def test_fractional_counts_are_allowed_and_nothing_is_nan(pairs):
    group, rest = np.array(pairs).T
    for measure in (*MEASURES, interaction):
        found, reason = value_or_reason(measure, group, rest)
        assert reason in {"one_side", "one_area", "group_without_residents"} if found is None else np.isfinite(found)


def test_what_is_not_defined_is_said():
    for measure in EVENNESS:
        with pytest.raises(MeasureUndefined, match=r"one_side \(group=0.0, rest=60.0\)"):
            measure([0, 0], [40, 20])
        with pytest.raises(MeasureUndefined, match=r"one_side \(group=60.0, rest=0.0\)"):
            measure([40, 20], [0, 0])
        with pytest.raises(MeasureUndefined, match=r"one_area \(areas=1\)"):
            measure([40, 0], [20, 0])
    for measure in (isolation, interaction):
        with pytest.raises(MeasureUndefined, match="group_without_residents"):
            measure([0, 0], [40, 20])
        assert np.isfinite(measure([40, 0], [20, 0]))
    with pytest.raises(MeasureUndefined, match="one_side"):
        separation_without_chance([1, 0, 0], [0, 5, 6])
    with pytest.raises(MeasureUndefined, match="setting_outside"):
        atkinson([1, 2], [3, 4], 1.0)


def test_one_table_stands_for_both_sides():
    group, rest = TABLES[2][0]
    table = np.stack([group, rest], axis=1)
    for measure in (dissimilarity, gini, information_theory, mutual_information):
        assert measure(table) == pytest.approx(measure(group, rest), abs=1e-12)


def test_all_indices_at_once_are_each_of_them():
    found = two_group_indices([40, 20, 5, 1, 0], [20, 40, 60, 80, 0])
    for name in ("dissimilarity", "gini", "atkinson", "interaction", "separation_without_chance", "correlation_ratio"):
        assert getattr(found, name) == getattr(room, name)([40, 20, 5, 1, 0], [20, 40, 60, 80, 0])
    assert (found.areas, found.areas_left_out) == (4, 1)
    assert two_group_indices([1, 0], [0, 1]).separation_without_chance is None


def test_gini_of_many_areas_does_not_depend_on_their_order():
    made = np.random.default_rng(1)
    group, rest = made.integers(0, 30, 2000), made.integers(1, 30, 2000)
    order = made.permutation(2000)
    assert gini(group, rest) == gini(group[order], rest[order])
    assert gini(group / 3, rest / 3) == pytest.approx(gini(group, rest), abs=1e-12)
