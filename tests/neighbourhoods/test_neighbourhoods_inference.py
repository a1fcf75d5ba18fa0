"""Lotteries, intervals and false discoveries: exact distributions, fixed seeds, no chance of nought."""

import os
import subprocess
import sys
from collections import Counter
from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.chance import expected_dissimilarity
from cosmopolis.neighbourhoods.inference import (
    Null,
    chance_test,
    difference,
    discoveries,
    estimate,
    lottery_tables,
)
from cosmopolis.neighbourhoods.two_groups import dissimilarity, information_theory

GROUP, REST = [100, 60, 40, 0], [0, 40, 60, 100]


def chance_of(table):
    """Chance of a table with both margins fixed."""
    above = prod(factorial(int(n)) for n in [*table.sum(0), *table.sum(1)])
    return above / factorial(int(table.sum())) / prod(factorial(int(n)) for n in table.ravel())


def far_from(observed, expected):
    """Chi-square distance in standard deviations."""
    statistic = ((observed - expected) ** 2 / expected).sum()
    return (statistic - (observed.size - 1)) / np.sqrt(2 * (observed.size - 1))


def mixed_up(table):
    """Dissimilarity under another name, which the fast way does not know."""
    return dissimilarity(table)


def test_drawn_tables_have_the_exact_hypergeometric_chances():
    draws, areas, groups = 40_000, [3, 2, 2], [4, 2, 1]
    seen = Counter(table.tobytes() for table in lottery_tables(areas, groups, seed=5, draws=draws))
    tables = [np.frombuffer(raw, np.int64).reshape(3, 3) for raw in seen]
    chances = np.array([chance_of(table) for table in tables])
    assert chances.sum() == pytest.approx(1)
    assert far_from(np.array(list(seen.values())), draws * chances) < 4


def test_drawn_margins_are_those_asked_for():
    areas, groups = np.array([900, 40, 0, 3000, 7]), np.array([1500, 47, 2400])
    tables = lottery_tables(areas, groups, seed=2, draws=50)
    assert (tables >= 0).all()
    assert (tables.sum(axis=2) == areas).all()
    assert (tables.sum(axis=1) == groups).all()
    loose = lottery_tables(areas, groups, seed=2, draws=50, null=Null.EVENNESS)
    assert (loose.sum(axis=2) == areas).all()
    assert len({int(table[:, 0].sum()) for table in loose}) > 10


@pytest.mark.parametrize(("size", "share"), [(40, 0.1), (40, 0.3), (200, 0.5), (900, 0.07), (60, 0.8)])
def test_one_cell_drawn_evenly_is_binomial(size, share):
    draws = 40_000
    groups = np.round(np.array([share, 1 - share]) * 1_000_000).astype(int)
    areas = np.array([size, 1_000_000 - size])
    drawn = lottery_tables(areas, groups, seed=7, draws=draws, null=Null.EVENNESS)[:, 0, 0]
    mean, deviation = size * share, np.sqrt(size * share * (1 - share))
    assert abs(drawn.mean() - mean) < 4 * deviation / np.sqrt(draws)
    assert drawn.var() == pytest.approx(deviation**2, rel=0.03)
    third = ((drawn - mean) ** 3).mean() / deviation**3
    assert third == pytest.approx((1 - 2 * share) / deviation, abs=0.05)


def test_the_mean_of_the_lottery_is_the_closed_form():
    found = chance_test(GROUP, REST, seed=1, draws=4000)
    assert abs(found.mean - expected_dissimilarity(GROUP, REST)) < 4 * found.deviation / np.sqrt(4000)
    assert found.low < found.mean < found.high < found.value


def test_a_chance_is_never_nought_and_never_above_one():
    sure = chance_test([50, 0], [0, 50], seed=1, draws=99)
    assert sure.p_value == 1 / 100
    even = chance_test([50, 50], [50, 50], seed=1, draws=99)
    assert even.p_value == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**40), st.integers(2, 30))
def test_every_chance_lies_between_one_draw_and_all(seed, draws):
    found = chance_test([5, 9, 2], [8, 3, 7], seed=seed, draws=draws)
    assert 1 / (draws + 1) <= found.p_value <= 1


def test_the_fast_way_and_the_general_way_test_the_same():
    quick = chance_test(GROUP, REST, seed=4, draws=3000)
    slow = chance_test(GROUP, REST, seed=9, draws=3000, measure=mixed_up)
    assert slow.mean == pytest.approx(quick.mean, abs=5 * quick.deviation / np.sqrt(3000))
    assert slow.deviation == pytest.approx(quick.deviation, rel=0.1)


def test_several_groups_are_tested_with_any_measure():
    table = [[60, 30, 10], [20, 50, 30], [20, 20, 60]]
    found = chance_test(table, seed=1, draws=199, measure=information_theory, null=Null.EVENNESS)
    assert found.value == pytest.approx(0.1268168, abs=5e-8)
    assert found.p_value == 1 / 200


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others():
    one, two, other = (chance_test(GROUP, REST, seed=seed, draws=200) for seed in (1, 1, 2))
    assert one == two
    assert other.mean != one.mean


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_number_of_threads_changes_no_bit(threads):
    code = (
        "from cosmopolis.neighbourhoods.inference import chance_test, estimate\n"
        f"print(chance_test({GROUP}, {REST}, seed=1, draws=300))\n"
        f"print(estimate({GROUP}, {REST}, seed=1, draws=100))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_NUM_THREADS": threads},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[0] == str(chance_test(GROUP, REST, seed=1, draws=300))
    assert told[1] == str(estimate(GROUP, REST, seed=1, draws=100))


def test_an_interval_is_shifted_by_the_bias_of_small_counts():
    found = estimate([4, 2, 1], [2, 4, 6], seed=1, draws=2000)
    assert found.corrected < found.value
    assert found.low < found.corrected < found.high
    many = estimate([400, 200, 100], [200, 400, 600], seed=1, draws=2000)
    assert many.high - many.low < (found.high - found.low) / 5


def test_the_ends_of_an_index_from_nought_to_one_stay_there():
    # the same mix everywhere: every draw is less even, so that the mirrored interval lies below nought
    even = estimate([10, 10, 10], [100, 100, 100], seed=3)
    assert even.low < even.high <= 0
    assert even.unit_ends == (0, 0)
    # nobody shares an area: every draw has the same index
    assert estimate([50, 0], [0, 50], seed=3).unit_ends == (1, 1)
    uneven = estimate(GROUP, REST, seed=3)
    assert uneven.unit_ends == (uneven.low, uneven.high)


def test_resampled_persons_have_the_multinomial_variance():
    table = np.array([[30, 20], [10, 40]])
    drawn = estimate(table, seed=3, draws=20_000, measure=lambda one: float(np.asarray(one)[0, 0]) / 100)
    assert drawn.deviation == pytest.approx(np.sqrt(0.3 * 0.7 / 100), rel=0.03)


def test_equal_cities_do_not_differ_and_unlike_ones_do():
    city = np.column_stack([GROUP, REST])
    same = difference(city, city, seed=1, draws=500)
    assert same.value == 0
    assert same.low < 0 < same.high
    assert same.p_value > 0.2
    apart = difference(city, [[50, 50], [50, 50]], seed=1, draws=500)
    assert apart.high < 0
    assert apart.p_value == pytest.approx(2 / 501)


def test_discoveries_by_hand():
    found = discoveries([0.01, 0.04, 0.03, 0.005, 0.5], rate=0.05)
    assert found.adjusted == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.5])
    assert found.found.tolist() == [True, True, True, True, False]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusted_chances_keep_their_order_and_do_not_fall(chances):
    adjusted = discoveries(chances).adjusted
    assert (adjusted >= np.array(chances) - 1e-15).all()
    for one, two in product(range(len(chances)), repeat=2):
        if chances[one] < chances[two]:
            assert adjusted[one] <= adjusted[two]


def test_what_cannot_be_drawn_is_refused():
    for call in (
        lambda: chance_test([1, -1], [2, 2], seed=1),
        lambda: chance_test([1, float("nan")], [2, 2], seed=1),
        lambda: chance_test([0, 0], [2, 2], seed=1),
        lambda: chance_test([1, 2], [2, 2], seed=1, draws=1),
        lambda: lottery_tables([3, 3], [2, 2], seed=1, draws=5),
        lambda: discoveries([0.1, 1.2]),
        lambda: estimate([1, 2], [2, 2], seed=1, level=1.5),
    ):
        with pytest.raises(MeasureUndefined):
            call()
