"""Area by area: location quotients and their limits, classes, local mix, hot spots without false discoveries."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    hot_spots,
    local_entropy,
    local_simpson,
    location_quotient,
    location_quotient_interval,
    neighbours,
    representation,
    shannon_entropy,
    simpson_interaction,
)

COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8)


def grid(rows, columns):
    """Neighbours of a grid, rook."""
    cells = np.arange(rows * columns).reshape(rows, columns)
    first = [*cells[:, :-1].ravel(), *cells[:-1].ravel()]
    return neighbours(first, [*cells[:, 1:].ravel(), *cells[1:].ravel()])


def test_the_published_location_quotient_and_its_interval():
    found = location_quotient_interval([60, 40], [40, 160])
    assert location_quotient([60, 40], [40, 160])[0] == pytest.approx(1.8)
    limits = [float(side[0]) for side in (found.quotient, found.lower, found.upper)]
    assert limits == pytest.approx([1.8, 1.4354, 2.2572], abs=5e-5)


def test_an_area_without_residents_has_no_quotient():
    assert np.isnan(location_quotient([60, 40, 0], [40, 160, 0])).tolist() == [False, False, True]
    found = location_quotient_interval([60, 40, 0], [40, 160, 0])
    assert np.isnan([found.quotient[2], found.lower[2], found.upper[2]]).all()


def test_an_area_without_the_group_has_a_one_sided_limit():
    # 1 - .05 ** (1 / 50) of the area could be of the group; the city's share is 10 / 110
    found = location_quotient_interval([0, 10], [50, 50])
    assert (found.quotient[0], found.lower[0]) == (0, 0)
    assert found.upper[0] == pytest.approx((1 - 0.05 ** (1 / 50)) * 11, abs=1e-12)


@given(counts=COUNTS)
def test_every_interval_holds_its_quotient(counts):
    group, rest = np.array(counts, float).T
    assume(group.sum() > 0)
    found = location_quotient_interval(group, rest)
    kept = group + rest > 0
    assert np.isfinite(found.upper[kept]).all()
    assert (found.lower[kept] <= found.quotient[kept]).all()
    assert (found.quotient[kept] <= found.upper[kept]).all()


def test_quotients_fall_into_five_classes():
    told = representation([0.0, 0.49, 0.5, 0.8, 1.0, 1.25, 1.3, 2.0, 2.1, np.nan])
    assert told.tolist() == [
        *("far_below", "far_below", "below", "as_city", "as_city"),
        *("as_city", "above", "above", "far_above", ""),
    ]


def test_the_mix_of_each_area_is_that_of_its_people():
    table = np.array([[20, 20, 0], [5, 3, 2], [0, 0, 0], [7, 0, 0]])
    for local, whole in ((local_entropy, shannon_entropy), (local_simpson, simpson_interaction)):
        found = local(table)
        assert np.isnan(found[2])
        assert found[[0, 1, 3]] == pytest.approx([whole(row) for row in table[[0, 1, 3]]], abs=1e-12)


def test_a_block_of_high_shares_is_a_hot_spot_and_chance_is_not():
    share = np.full((12, 12), 0.1)
    share[2:5, 2:5] = 0.8
    group = np.round(share.ravel() * 200)
    found = hot_spots(group, 200 - group, grid(12, 12))
    assert found.kind.reshape(12, 12)[3, 3] == 1
    assert found.kind.reshape(12, 12)[9, 9] == 0
    assert (found.adjusted >= found.p_value).all()
    made = np.random.default_rng(1)
    even = made.binomial(200, 0.1, 144)
    assert np.count_nonzero(hot_spots(even, 200 - even, grid(12, 12)).kind) <= 1


def test_the_score_is_the_formula_of_ord_and_getis():
    made = np.random.default_rng(4)
    group, rest = made.integers(0, 50, 20), made.integers(1, 50, 20)
    pairs = grid(4, 5)
    weights = np.eye(20)
    weights[pairs.first, pairs.second] = weights[pairs.second, pairs.first] = 1
    z = group / (group + rest)
    seen = weights.sum(axis=1)
    expected = (weights @ z - z.mean() * seen) / (z.std() * np.sqrt((20 * (weights**2).sum(axis=1) - seen**2) / 19))
    assert hot_spots(group, rest, pairs).score == pytest.approx(expected, abs=1e-12)


def test_an_empty_area_is_no_neighbour():
    row = neighbours([0, 1, 2, 3], [1, 2, 3, 4])
    group, rest = [80, 80, 0, 20, 20], [20, 20, 0, 80, 80]
    found = hot_spots(group, rest, row)
    without = hot_spots(group[:2] + group[3:], rest[:2] + rest[3:], neighbours([0, 2], [1, 3]))
    assert np.isnan(found.score[2])
    assert found.kind[2] == 0
    assert np.delete(found.score, 2) == pytest.approx(without.score)


def test_what_is_not_defined_is_said():
    with pytest.raises(MeasureUndefined, match="group_without_residents"):
        location_quotient([0, 0], [40, 20])
    with pytest.raises(MeasureUndefined, match="setting_outside"):
        location_quotient_interval([1, 2], [40, 20], confidence=95)
    with pytest.raises(MeasureUndefined, match="equal_shares"):
        hot_spots([5, 5], [5, 5], neighbours([0], [1]))
    with pytest.raises(MeasureUndefined, match=r"neighbour_pair \(first=0, second=2\)"):
        hot_spots([5, 6], [5, 5], neighbours([0], [2]))
    for pair in (([0], [0]), ([0, 1], [1, 0])):
        with pytest.raises(MeasureUndefined, match="neighbour_pair"):
            neighbours(*pair)
    with pytest.raises(MeasureUndefined, match="different_lengths"):
        neighbours([0, 1], [1])
    with pytest.raises(MeasureUndefined, match="negative_count"):
        neighbours([0], [1], border=[-3])
    # an island city: no pair at all, each area sees itself only
    assert np.isfinite(hot_spots([5, 6, 9], [5, 5, 5], neighbours([], [])).score).all()
