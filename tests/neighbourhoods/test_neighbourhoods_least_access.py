"""The people with the least access: filled up from the bottom, ties at the edge, shortfall by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spreads import spreads

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access import mean_access
from cosmopolis.neighbourhoods.least_access import share_among, shortfall, worst_off


@settings(deadline=None)
@given(spreads(), st.floats(0.01, 0.99))
def test_the_worst_off_are_those_at_the_bottom(spread, share):
    access, people = spread
    found = worst_off(access, people, share=share)
    wanted = share * people.sum()
    assert found.part @ people == pytest.approx(wanted)
    # by hand: fill up from the bottom
    left, held = wanted, 0.0
    for value, persons in sorted(zip(access, people, strict=True)):
        taken = min(left, persons)
        left, held = left - taken, held + taken * value
    assert found.mean == pytest.approx(held / wanted, abs=1e-9)
    assert found.mean <= found.highest + 1e-9
    assert found.absolute == pytest.approx(mean_access(access, people) - found.mean)
    assert share_among(found, people, people) == pytest.approx(1)


def test_origins_that_tie_at_the_edge_share_it():
    found = worst_off([0, 0, 5], [30, 10, 60], share=0.1)
    assert found.part.tolist() == [0.25, 0.25, 0]
    assert share_among(found, [30, 0, 0], [30, 10, 60]) == 0.75
    assert found.relative == 0


def test_shortfall_by_hand():
    found = shortfall([0, 1, 2, 3], [10, 20, 30, 40], standard=2)
    assert (found.persons, found.share) == (30, 0.3)
    assert found.depth == pytest.approx((10 * 1 + 20 * 0.5) / 100)
    assert found.severity == pytest.approx((10 * 1 + 20 * 0.25) / 100)
    assert found.lacking == pytest.approx(10 * 2 + 20 * 1)


WRONG = [
    (lambda: worst_off([1, 2], [1, 1], share=0), "setting_outside"),
    (lambda: worst_off([1, 2], [0, 0]), "group_without_residents"),
    (lambda: shortfall([1, 2], [1, 1], standard=0), "setting_outside"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[message for _, message in WRONG])
def test_bad_input_is_refused_with_its_reason(wrong, message):
    with pytest.raises(MeasureUndefined, match=f"neighbourhoods.{message}"):
        wrong()
