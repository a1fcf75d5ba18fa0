"""Chance levels and corrections: Winship's table, hand values, and means over all ways of handing out addresses."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.chance import (
    Question,
    dissimilarity_bias_corrected,
    dissimilarity_density_corrected,
    dissimilarity_without_chance,
    expected_correlation_ratio,
    expected_dissimilarity,
    expected_mutual_information,
    expected_separation_without_chance,
    folded_mean,
    information_theory_without_chance,
    likeliest,
    mutual_information_without_chance,
)
from cosmopolis.neighbourhoods.inference import lottery_tables
from cosmopolis.neighbourhoods.noise import dissimilarity_denoised, information_theory_denoised, isolation_denoised
from cosmopolis.neighbourhoods.two_groups import (
    correlation_ratio,
    dissimilarity,
    information_theory,
    isolation,
    mutual_information,
    separation_without_chance,
)

TABLES = [
    ([100, 60, 40, 0], [0, 40, 60, 100], 0.0689119, 3 / 399, 0.5703951, 0.5997073),
    ([80, 80, 20, 20], [20, 20, 80, 80], 0.0689119, 3 / 399, 0.5703951, 0.6),
    ([40, 20, 5, 1], [20, 40, 60, 80], 0.0976830, 3 / 265, 0.5667719, 0.6077187),
]
CITIES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=4).filter(
    lambda city: all(sum(side) > 0 for side in zip(*city, strict=True)) and sum(map(any, city)) > 1
)


def lots(group, rest):
    """Every way of handing out the addresses, as tables."""
    sizes = np.array(group) + np.array(rest)
    homes = np.repeat(np.arange(sizes.size), sizes)
    for chosen in combinations(range(homes.size), int(np.sum(group))):
        here = np.bincount(homes[list(chosen)], minlength=sizes.size)
        yield here, sizes - here


@pytest.mark.parametrize(
    ("size", "share", "expected"), [(10, 0.1, 0.387227), (10, 0.5, 0.245971), (100, 0.1, 0.131799)]
)
def test_a_thousand_equal_areas_have_the_chance_level_of_winship_1977_table_2(size, share, expected):
    group = np.zeros(1000)
    group[: int(1000 * share)] = size
    assert expected_dissimilarity(group, size - group) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("group", "rest", "expected", "ratio", "without", "unbiased"), TABLES)
def test_small_tables_have_the_chance_levels_of_the_reference(group, rest, expected, ratio, without, unbiased):
    found = dissimilarity_without_chance(group, rest)
    assert found.expected == pytest.approx(expected, abs=5e-8)
    assert found.corrected == pytest.approx(without, abs=5e-8)
    assert found.question is Question.ALLOCATION
    assert expected_correlation_ratio(group, rest) == pytest.approx(ratio, abs=1e-15)
    sampled = dissimilarity_bias_corrected(group, rest)
    assert sampled.corrected == pytest.approx(unbiased, abs=5e-8)
    assert sampled.question is Question.SAMPLING
    assert dissimilarity_without_chance([*group, 0], [*rest, 0]).corrected == pytest.approx(without, abs=5e-8)


@settings(max_examples=25, deadline=None)
@given(CITIES.filter(lambda city: comb(sum(map(sum, city)), sum(x for x, _ in city)) < 500))
def test_the_closed_forms_are_the_means_over_every_lot(city):
    group, rest = (list(side) for side in zip(*city, strict=True))
    drawn = list(lots(group, rest))
    assert expected_dissimilarity(group, rest) == pytest.approx(
        np.mean([dissimilarity(*one) for one in drawn]), abs=1e-12
    )
    ratio = np.mean([correlation_ratio(*one) for one in drawn])
    assert expected_correlation_ratio(group, rest) == pytest.approx(ratio, abs=1e-12)
    by_lot = np.mean([mutual_information(*one) for one in drawn])
    table = np.column_stack([group, rest])
    assert expected_mutual_information(table, exact=True) == pytest.approx(by_lot, abs=1e-12)


def test_separation_without_chance_is_nearly_nothing_by_lot():
    drawn = [separation_without_chance(*one) for one in lots([3, 1, 2], [1, 3, 2])]
    assert expected_separation_without_chance([3, 1, 2], [1, 3, 2]) == pytest.approx(np.mean(drawn), abs=1e-12)


def test_the_mean_of_drawn_cities_is_the_closed_form():
    group, rest = np.array([30, 5, 12, 0, 9]), np.array([40, 80, 33, 20, 9])
    tables = lottery_tables(group + rest, [group.sum(), rest.sum()], seed=3, draws=4000)
    for measure, expected in (
        (dissimilarity, expected_dissimilarity(group, rest)),
        (correlation_ratio, expected_correlation_ratio(group, rest)),
        (separation_without_chance, expected_separation_without_chance(group, rest)),
    ):
        values = np.array([measure(*table.T) for table in tables])
        assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(values.size)


def test_more_people_in_the_same_shares_leave_less_to_chance():
    group, rest = np.array([4, 1, 3]), np.array([6, 9, 5])
    levels = [expected_dissimilarity(times * group, times * rest) for times in (1, 2, 10, 100)]
    assert levels == sorted(levels, reverse=True)


def test_merging_two_areas_of_one_mix_lowers_the_chance_level_only():
    group, rest = [10, 10, 30], [20, 20, 10]
    merged = [20, 30], [40, 10]
    assert dissimilarity(group, rest) == pytest.approx(dissimilarity(*merged), abs=1e-12)
    assert expected_dissimilarity(*merged) < expected_dissimilarity(group, rest)


def test_swapping_the_groups_changes_no_chance_level():
    assert expected_dissimilarity([3, 8, 1], [9, 2, 4]) == pytest.approx(expected_dissimilarity([9, 2, 4], [3, 8, 1]))


def test_the_first_term_of_the_mutual_information_by_lot_is_too_low_for_small_areas():
    table = np.tile([10, 20], (40, 1))
    exact, first = expected_mutual_information(table, exact=True), expected_mutual_information(table)
    assert first == pytest.approx(39 / (2 * 1200))
    assert 0.02 < exact / first - 1 < 0.07


def test_mutual_information_and_information_theory_lose_the_same_chance():
    table = [[30, 10], [10, 30], [20, 20]]
    one, two = mutual_information_without_chance(table), information_theory_without_chance(table)
    assert one.corrected / one.value == pytest.approx(two.corrected / two.value)
    assert one.value - one.expected == one.corrected


def test_sampling_corrections_agree_for_many_persons_and_shrink_for_few():
    many, few = ([4000, 2000, 500], [2000, 4000, 6000]), ([4, 2, 1], [2, 4, 6])
    for correct in (dissimilarity_bias_corrected, dissimilarity_density_corrected):
        assert correct(*many).corrected == pytest.approx(dissimilarity(*many), abs=1e-3)
        assert correct(*few).corrected < dissimilarity(*few) - 0.01


def test_the_likeliest_mean_is_nothing_up_to_one_deviation_and_solves_its_equation_beyond():
    z = np.array([0.2, 1.0, 1.0001, 1.2, 2.0, 5.0, 40.0])
    found = likeliest(z, np.ones(7))
    assert found[:2].tolist() == [0, 0]
    assert found[2:] == pytest.approx((z * np.tanh(z * found))[2:], abs=1e-9)
    assert np.all(found[2:] > 0)


def test_a_correction_against_simulated_noise():
    made = np.random.default_rng(11)
    group, rest = made.integers(40, 400, 60).astype(float), made.integers(400, 4000, 60).astype(float)
    noise = made.choice([-3.0, 0.0, 3.0], (3000, 2, 60))
    measured = {measure: [] for measure in (dissimilarity, information_theory, isolation)}
    for one, two in noise:
        for measure, values in measured.items():
            values.append(measure(group + one, rest + two))
    for corrected, measure in (
        (dissimilarity_denoised, dissimilarity),
        (information_theory_denoised, information_theory),
        (isolation_denoised, isolation),
    ):
        values, told = np.array(measured[measure]), corrected(group, rest, variance=6)
        error = 4 * values.std() / np.sqrt(values.size)
        assert abs(values.mean() - measure(group, rest) - told.inflation) < max(error, 0.15 * told.inflation)
        assert told.spread == pytest.approx(values.std(), rel=0.1)


def test_a_known_number_is_its_own_folded_mean():
    assert folded_mean(np.array([3.0]), np.array([0.0])).tolist() == [3.0]


@pytest.mark.parametrize("measure", [expected_dissimilarity, dissimilarity_bias_corrected, expected_correlation_ratio])
def test_chance_needs_two_sides_and_two_areas(measure):
    for city in (([0, 0], [3, 4]), ([3, 4], [0, 0]), ([3], [4])):
        with pytest.raises(MeasureUndefined):
            measure(*city)
