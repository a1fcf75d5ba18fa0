"""The noise table against published tables, and what must hold for each of its rows."""

import numpy as np
import pytest
from disclosure_cases import LIGHT, STRICT

from cosmopolis.disclosure.keys import deviations
from cosmopolis.disclosure.noise import noise_rows
from cosmopolis.errors import DisclosureRefused

# privacy 2.2: examples of the R package ptable
D2_V105_JS1 = [
    [0.50833333, 0.47500000, 0.01666667],
    [0.16155827, 0.55565037, 0.24246618, 0.04032518],
    [0.41231301, 0.28806097, 0.18693903, 0.11268699],
    [0.07012498, 0.24450007, 0.37074990, 0.24450007, 0.07012498],
]
D2_V09_JS0 = [
    [0.36250000, 0.36250000, 0.18750000, 0.08750000],
    [0.05154609, 0.24381564, 0.40927654, 0.24381564, 0.05154609],
]
D2_V1_JS0 = [
    [0.36648551, 0.3664855, 0.1675725, 0.09945652],
    [0.06382714, 0.2446915, 0.3829628, 0.24469145, 0.06382714],
]


@pytest.mark.parametrize(
    ("largest", "variance", "never", "mono", "expected", "tolerance"),
    [
        (2, 1.05, 1, [True, True, False, True], D2_V105_JS1, 7.2e-9),
        (2, 0.9, 0, True, D2_V09_JS0, 4.2e-9),
    ],
)
def test_probabilities_are_those_of_ptable(largest, variance, never, mono, expected, tolerance):
    table = noise_rows(largest, variance, never, mono)
    assert len(table.rows) == len(expected)
    assert not table.warnings
    for row, wanted in zip(table.rows, expected, strict=True):
        np.testing.assert_allclose(row.probabilities, wanted, atol=tolerance, rtol=0)


def test_a_variance_that_a_row_cannot_use_up_is_warned_of():
    table = noise_rows(2, 1, 0)
    for row, wanted in zip(table.rows, D2_V1_JS0, strict=True):
        np.testing.assert_allclose(row.probabilities, wanted, atol=4.7e-8, rtol=0)
    assert [fault.message_id for fault in table.warnings] == ["disclosure.variance_not_reached"]
    assert table.warnings[0].values == {"persons": 1, "variance": 1, "reached": 0.93188}


@pytest.mark.parametrize("variance", [1.5, 2.0])
def test_a_variance_that_nothing_can_meet_is_refused(variance):
    with pytest.raises(DisclosureRefused, match="variance_too_small") as refused:
        noise_rows(5, variance, 2)
    assert refused.value.faults[0].values == {"persons": 1, "variance": variance, "smallest": 2.0}


@pytest.mark.parametrize(
    ("profile", "mono"), [(STRICT, True), (LIGHT, [True, True, False, True])], ids=["strict", "light"]
)
def test_the_frozen_tables_are_made_again(profile, mono):
    table = noise_rows(profile.largest_deviation, profile.variance, profile.never_published, mono)
    for made, frozen in zip(table.intervals, profile.rows, strict=True):
        assert [move for move, _ in made] == [move for move, _ in frozen]
        assert max(abs(a - b) for (_, a), (_, b) in zip(made, frozen, strict=True)) <= 3


def test_probabilities_stay_above_the_floor_where_it_binds():
    # D = 10 with a variance of 1: far deviations would have a chance of about 1e-20
    row = noise_rows(10, 1.0, 0).rows[-1]
    assert min(row.probabilities) == pytest.approx(1e-8)
    assert sum(row.probabilities) == pytest.approx(1)
    assert row.variance == pytest.approx(1, abs=1e-9)
    assert np.dot(row.deviations, row.probabilities) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("profile", [STRICT, LIGHT], ids=["strict", "light"])
def test_noise_is_unbiased_bounded_and_never_makes_a_number_that_is_not_published(profile):
    for count, intervals in enumerate(profile.rows):
        widths = np.diff([0, *(upper for _, upper in intervals)]) / 1e8
        moves = np.array([move for move, _ in intervals])
        # bounds have 8 digits, so the mean may be off by their rounding
        assert abs(np.dot(widths, moves)) < 1e-7
        assert abs(moves).max() <= profile.largest_deviation
        assert np.dot(widths, moves**2) <= profile.variance + 1e-6
        published = count + moves
        assert published.min() >= 0
        assert not set(published) & set(range(1, profile.never_published + 1))


def test_a_count_of_nobody_stays_nobody():
    assert deviations(np.zeros(3, np.int64), np.array([0, 5, 2**32 - 1], np.uint64), STRICT).tolist() == [0, 0, 0]


# privacy 2.2, check 6: (count, upper bound that the key equals) -> deviation
BOUNDARIES_STRICT = [
    (1, 94398604, 4), (2, 40880704, 1), (3, 59764870, 1), (4, 93521648, 3), (5, 91943036, 3),
    (6, 62275122, 1), (6, 87118973, 2), (7, 7392308, -2), (12, 19140579, -1), (12, 51333333, 0),
]  # fmt: skip
BOUNDARIES_LIGHT = [
    (1, 51333333, 1), (2, 16560835, 0), (3, 88078468, 2), (7, 92605332, 2), (6, 87118973, 1), (12, 19140579, -1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "cases"), [(STRICT, BOUNDARIES_STRICT), (LIGHT, BOUNDARIES_LIGHT)], ids=["strict", "light"]
)
def test_the_search_finds_the_published_deviations_at_the_bounds(profile, cases):
    # the first 32-bit key at or above the decimal bound
    keys = np.array([-(-bound * 2**32 // 10**8) for _, bound, _ in cases], np.uint64)
    counts = np.array([count for count, _, _ in cases])
    assert deviations(counts, keys, profile).tolist() == [move for *_, move in cases]


def test_the_inequality_is_strict():
    # a bound of one half falls exactly on a key: 0.5 * 2**32
    half = type(STRICT)("half", 1, 1, 0, (((0, 10**8),), ((-1, 50_000_000), (1, 10**8))), "")
    keys = np.array([2**31 - 1, 2**31], np.uint64)
    assert deviations(np.array([1, 1]), keys, half).tolist() == [-1, 1]


@pytest.mark.parametrize("profile", [STRICT, LIGHT], ids=["strict", "light"])
def test_the_search_is_that_of_exact_fractions(profile):
    draws = np.random.default_rng(20260101)
    counts = draws.integers(0, 15, 100_000)
    keys = draws.integers(0, 2**32, 100_000, dtype=np.uint64)
    # 3,000 keys right at the bounds and one below
    for place in range(3000):
        _, bound = profile.rows[min(counts[place], len(profile.rows) - 1)][0]
        keys[place] = min(-(-bound * 2**32 // 10**8) - place % 2, 2**32 - 1)
    found = deviations(counts, keys, profile).tolist()

    def first_above(count, key):
        row = profile.rows[min(count, len(profile.rows) - 1)]
        return next(move for move, bound in row if key * 10**8 < bound * 2**32)

    assert found == [first_above(c, k) for c, k in zip(counts.tolist(), keys.tolist(), strict=True)]


def test_the_handbook_example_adds_record_keys():
    # ESS handbook: keys .9 + .3 + .6 give .8 after dropping whole numbers; a count of 3 becomes 4
    handbook = type(STRICT)("handbook", 2, 1, 0, (((0, 10**8),), ((-1, 20_000_000), (0, 70_000_000), (1, 10**8))), "")
    key = sum(int(part * 2**32) for part in (0.9, 0.3, 0.6)) % 2**32
    assert key / 2**32 == pytest.approx(0.8)
    assert 3 + deviations(np.array([3]), np.array([key], np.uint64), handbook)[0] == 4


@pytest.mark.slow
@pytest.mark.parametrize("profile", [STRICT, LIGHT], ids=["strict", "light"])
def test_drawn_noise_has_the_mean_and_the_limits_of_its_row(profile):
    draws = np.random.default_rng(7)
    for count in range(1, len(profile.rows)):
        keys = draws.integers(0, 2**32, 100_000, dtype=np.uint64)
        moves = deviations(np.full(100_000, count), keys, profile)
        assert abs(moves.mean()) < 4 * moves.std() / np.sqrt(100_000)
        assert abs(moves).max() <= profile.largest_deviation
        assert not np.isin(count + moves, range(1, profile.never_published + 1)).any()
