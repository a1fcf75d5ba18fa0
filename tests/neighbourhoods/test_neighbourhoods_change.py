"""Splits of change: published and hand values, and parts that add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.change import (
    component_contributions,
    dissimilarity_change,
    fitted_to_margins,
    information_theory_change,
    mutual_information_change,
    mutual_information_change_in_order,
    share_contributions,
)
from cosmopolis.neighbourhoods.several_groups import mutual_information
from cosmopolis.neighbourhoods.two_groups import dissimilarity

# Karmel and Maclachlan (1988): men and women in three occupations
SOURCE, TARGET = [[100, 50, 100], [50, 50, 50]], [[125, 100, 100], [100, 100, 75]]
FITTED = [[134.734, 85.473, 104.793], [90.266, 114.527, 70.207]]
UNITS = np.array([[25.0, 25.0], [28.0, 2.0], [2.0, 18.0]])
TABLES = st.lists(st.lists(st.integers(1, 40), min_size=3, max_size=3), min_size=3, max_size=3)


def test_a_table_fitted_to_other_margins_is_that_of_karmel_and_maclachlan():
    fitted = fitted_to_margins(SOURCE, np.sum(TARGET, 1), np.sum(TARGET, 0))
    assert fitted == pytest.approx(np.array(FITTED), abs=5e-4)
    assert fitted[0, 0] * fitted[1, 1] / (fitted[0, 1] * fitted[1, 0]) == pytest.approx(2.0)
    assert mutual_information(fitted) == pytest.approx(0.0131593040, abs=5e-11)
    back = fitted_to_margins(TARGET, np.sum(SOURCE, 1), np.sum(SOURCE, 0))
    assert mutual_information(back) == pytest.approx(0.0015471312, abs=5e-11)


def test_margins_and_structure_of_karmel_and_maclachlan():
    found = mutual_information_change(SOURCE, TARGET)
    assert (found.first, found.second) == pytest.approx((0.0108908168, 0.0018297464), abs=5e-11)
    assert (found.structure, found.margins) == pytest.approx((-0.0103366216, 0.0012755512), abs=5e-11)
    ordered = mutual_information_change_in_order(SOURCE, TARGET)
    assert (ordered.structure, ordered.margins) == pytest.approx((-0.0113295576, 0.0022684872), abs=5e-11)


def test_margins_and_structure_of_two_areas_and_four_groups():
    found = mutual_information_change([[40, 30, 20, 10], [5, 10, 15, 20]], [[20, 20, 20, 15], [5, 10, 10, 15]])
    assert (found.first, found.second) == pytest.approx((0.0952604429, 0.0243920172), abs=5e-11)
    assert (found.structure, found.margins) == pytest.approx((-0.0686800141, -0.0021884116), abs=5e-11)


@pytest.mark.parametrize(("row", "column", "second"), [(2, None, 0.2334918361), (None, 1, 0.1973082167)])
def test_a_pure_change_of_margins_has_no_structure(row, column, second):
    later = UNITS.copy()
    if row is not None:
        later[row] *= 2
    if column is not None:
        later[:, column] *= 2
    found = mutual_information_change(UNITS, later)
    assert (found.first, found.second) == pytest.approx((0.2030696207, second), abs=5e-11)
    assert found.structure == pytest.approx(0, abs=1e-10)
    assert found.margins == pytest.approx(found.total, abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(TABLES, TABLES)
def test_the_parts_of_a_change_add_up(first, second):
    for split in (mutual_information_change, mutual_information_change_in_order, information_theory_change):
        found = split(first, second)
        parts = found.margins + found.structure + found.entries + found.exits
        assert parts == pytest.approx(found.total, abs=1e-12)
    back = mutual_information_change(second, first)
    assert back.structure == pytest.approx(-mutual_information_change(first, second).structure, abs=1e-9)


def test_areas_that_come_and_go_are_entries_and_exits():
    first, second = np.vstack([UNITS, [0, 0]]), np.vstack([UNITS, [30, 1]])
    found = mutual_information_change(first, second)
    assert found.entries == pytest.approx(mutual_information(second) - mutual_information(UNITS))
    assert (found.exits, found.margins, found.structure) == pytest.approx((0, 0, 0), abs=1e-10)
    gone = mutual_information_change(second, first)
    assert gone.exits == pytest.approx(-found.entries)


def test_half_the_city_as_a_new_group_is_an_entry():
    first, second = np.column_stack([UNITS, [0, 0, 0]]), np.column_stack([UNITS, [0, 40, 40]])
    found = mutual_information_change(first, second)
    assert found.entries == pytest.approx(found.total)


def test_margins_that_cannot_be_met_are_refused():
    with pytest.raises(MeasureUndefined, match="margins_differ"):
        fitted_to_margins([[1, 1], [1, 1]], [3, 3], [2, 2])
    with pytest.raises(MeasureUndefined, match="margins_not_reached"):
        fitted_to_margins([[1, 0], [0, 1]], [3, 1], [1, 3])
    with pytest.raises(MeasureUndefined, match="different_lengths"):
        mutual_information_change([[1, 2], [2, 1]], [[1, 2], [2, 1], [3, 3]])


def test_composition_and_space_by_hand():
    # shares .2, .6 in areas of 50, 50 against shares .4, .8 in areas of 25, 75
    first, second = ([10, 30], [40, 20]), ([10, 60], [15, 15])
    # each city with the other's shares: .4, .8 of 50, 50 and .2, .6 of 25, 75
    crossed, other = dissimilarity([20, 40], [30, 10]), dissimilarity([5, 45], [20, 30])
    one, two = dissimilarity(*first), dissimilarity(*second)
    found = dissimilarity_change(first, second)
    assert found.composition == pytest.approx(((crossed - one) + (two - other)) / 2)
    assert found.space == pytest.approx(((other - one) + (two - crossed)) / 2)
    assert found.composition + found.space == pytest.approx(found.total)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=2, max_size=6),
    st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=2, max_size=6),
)
def test_composition_and_space_add_up_and_turn_with_the_order(first, second):
    one, two = (tuple(zip(*city, strict=True)) for city in (first, second))
    found, back = dissimilarity_change(one, two), dissimilarity_change(two, one)
    assert found.composition + found.space == pytest.approx(found.total, abs=1e-12)
    assert back.composition == pytest.approx(-found.composition, abs=1e-12)
    same = dissimilarity_change(one, one)
    assert (same.composition, same.space) == pytest.approx((0, 0), abs=1e-12)


def test_one_component_is_the_whole_change():
    found = component_contributions([[10, 40], [30, 20]], {"moves": [[5, 0], [-5, 0]]})
    assert found.parts["moves"] == pytest.approx(found.total)
    assert found.second == pytest.approx(dissimilarity([15, 25], [40, 20]))


def test_two_components_share_what_they_do_together():
    start = np.array([[10.0, 40.0], [30.0, 20.0]])
    births, moves = np.array([[8.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [-10.0, 0.0]])
    found = component_contributions(start, {"births": births, "moves": moves})
    values = [dissimilarity(table) for table in (start, start + births, start + moves, start + births + moves)]
    births_part = ((values[1] - values[0]) + (values[3] - values[2])) / 2
    assert found.parts["births"] == pytest.approx(births_part)
    assert sum(found.parts.values()) == pytest.approx(found.total, abs=1e-12)


def test_a_component_without_change_adds_nothing():
    found = component_contributions(
        [[10, 40], [30, 20]], {"deaths": [[-2, -1], [0, -3]], "nothing": [[0, 0], [0, 0]], "births": [[0, 3], [4, 0]]}
    )
    assert found.parts["nothing"] == 0


def test_the_change_of_a_share_by_hand():
    found = share_contributions([[40, 60]], {"births": [[10, 0]], "deaths": [[0, -10]]})
    # 50/110 - 40/100 and 50/100 - 40/90, halved
    assert found.parts["births"] == pytest.approx(((50 / 110 - 0.4) + (0.5 - 40 / 90)) / 2)
    assert found.total == pytest.approx(0.1)


def test_components_that_leave_less_than_nobody_are_refused():
    with pytest.raises(MeasureUndefined, match="component_too_large"):
        component_contributions([[3, 40], [30, 20]], {"moves": [[-5, 0], [0, 0]], "births": [[4, 0], [0, 0]]})
    with pytest.raises(MeasureUndefined, match="components"):
        component_contributions([[3, 40], [30, 20]], {})
