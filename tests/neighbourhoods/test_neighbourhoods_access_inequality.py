"""How unequally access is spread: the worked example, double sums written out, concentration and Palma by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spreads import ACCESS, MIGRANTS, PEOPLE, spreads

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access_inequality import concentration, inequality, palma, theil_by_area, theil_by_group


def test_inequality_of_the_worked_example():
    found = inequality(ACCESS, PEOPLE)
    assert (found.theil, found.gini) == pytest.approx((0.0128422, 0.0774892), abs=5e-8)
    split = theil_by_group(ACCESS, np.column_stack([MIGRANTS, PEOPLE - MIGRANTS]), ("migrants", "others"))
    assert (split.total, split.between, split.within) == pytest.approx((0.0128422, 0.0004233, 0.0124189), abs=5e-8)


@settings(deadline=None)
@given(spreads())
def test_gini_and_deviation_are_their_double_sums(spread):
    access, people = spread
    shares = people / people.sum()
    mean = access @ shares
    apart = np.abs(access[:, None] - access)
    found = inequality(access, people)
    assert found.gini_absolute == pytest.approx(shares @ apart @ shares / 2, abs=1e-11)
    assert found.gini == pytest.approx(found.gini_absolute / mean)
    assert found.deviation**2 == pytest.approx(shares @ apart**2 @ shares / 2, abs=1e-9)
    assert -1e-12 <= found.gini <= 1
    positive = access > 0
    ratio = access[positive] / mean
    assert found.theil == pytest.approx(shares[positive] @ (ratio * np.log(ratio)), abs=1e-12)


@settings(deadline=None)
@given(spreads(), st.integers(0, 2**32 - 1))
def test_between_and_within_add_up(spread, seed):
    access, people = spread
    made = np.random.default_rng(seed)
    parts = made.dirichlet([1, 1, 1], access.size) * people[:, None]
    total = inequality(access, people).theil
    for split in (theil_by_group(access, parts), theil_by_area(access, people, made.integers(0, 3, access.size))):
        assert split.total == split.between + split.within
        assert split.total == pytest.approx(total, abs=1e-12)
        assert split.between >= -1e-15
        assert split.shares.sum() == pytest.approx(1)


def test_concentration_by_hand():
    """The first quarter of the people has rank .125; the other three, who tie, have .625."""
    found = concentration([1, 2, 3], [1, 2, 1], [10, 20, 20])
    mean = 2.0
    by_hand = 2 / mean * (0.25 * (1 - 2) * (0.125 - 0.5) + 0.5 * 0 + 0.25 * (3 - 2) * (0.625 - 0.5))
    assert found.index == pytest.approx(by_hand)
    assert found.absolute == pytest.approx(by_hand * mean)
    assert found.corrected == pytest.approx(by_hand * 4 * mean / (3 - 1))


@settings(deadline=None)
@given(spreads())
def test_ranked_by_access_itself_concentration_is_gini(spread):
    access, people = spread
    found = concentration(access, people, access)
    assert found.index == pytest.approx(inequality(access, people).gini, abs=1e-12)
    assert concentration(access, people, -access).index == pytest.approx(-found.index, abs=1e-12)
    assert concentration(access, people, np.zeros(access.size)).index == pytest.approx(0, abs=1e-12)


def test_palma_takes_whole_origins():
    found = palma([1, 3, 5, 8], [30, 10, 50, 10], [1, 2, 3, 4])
    assert (found.poorest, found.richest) == (1.5, 8)
    assert (found.ratio, found.difference) == (pytest.approx(16 / 3), 6.5)


def test_palma_needs_a_richest_class():
    with pytest.raises(MeasureUndefined, match="palma_without_class"):
        palma([1, 3], [50, 50], [1, 2])


WRONG = [
    (lambda: inequality([0, 0], [1, 1]), "nobody_has_access"),
    (lambda: theil_by_group([0, 0], [[1, 1], [1, 1]]), "nobody_has_access"),
    (lambda: theil_by_area([1, 2], [1, 1], ["a"]), "different_lengths"),
    (lambda: concentration([1, 2], [1, 1], [1, math.nan]), "missing_count"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[message for _, message in WRONG])
def test_bad_input_is_refused_with_its_reason(wrong, message):
    with pytest.raises(MeasureUndefined, match=f"neighbourhoods.{message}"):
        wrong()
