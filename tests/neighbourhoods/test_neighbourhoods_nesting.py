"""M and H split by levels of areas and by families of groups: the parts add up."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    information_theory,
    mutual_information,
    nested,
    nested_rows,
    nesting,
    shannon_entropy,
    supergroups,
    within_areas,
)

TABLES = st.tuples(st.integers(3, 9), st.integers(2, 4)).flatmap(
    lambda shape: arrays.arrays(np.int64, shape, elements=st.integers(0, 30))
)


def defined(table):
    assume(np.count_nonzero(table.sum(axis=0)) > 1 and np.count_nonzero(table.sum(axis=1)) > 1)
    return table


def long_form(table, *levels):
    areas, groups = np.indices(table.shape)
    return table.ravel(), groups.ravel(), [np.asarray(level)[areas.ravel()] for level in levels]


def test_families_of_groups_as_in_the_table():
    found = supergroups([[40, 20, 5, 1], [20, 40, 60, 80]], ["first", "first", "later", "later"])
    assert found.mutual_information == pytest.approx(0.1865867, abs=5e-8)
    assert found.between == pytest.approx(0.1534797, abs=5e-8)
    assert found.within == pytest.approx(0.0331070, abs=5e-8)
    assert found.codes == ("first", "later")


@given(table=TABLES, data=st.data())
def test_the_terms_of_any_number_of_levels_add_up(table, data):
    counts = defined(table)
    some = st.lists(st.integers(0, 3), min_size=len(counts), max_size=len(counts))
    levels = {f"level {depth}": data.draw(some) for depth in range(data.draw(st.integers(1, 4)))}
    found = nested(counts, levels)
    whole = mutual_information(counts)
    assert found.mutual_information == pytest.approx(whole, abs=1e-12)
    assert found.information_theory == pytest.approx(information_theory(counts), abs=1e-12)
    assert found.entropy == pytest.approx(shannon_entropy(counts), abs=1e-12)
    assert sum(level.mutual_information for level in found.levels) == pytest.approx(whole, abs=1e-12)
    assert sum(level.information_theory for level in found.levels) == pytest.approx(found.information_theory, abs=1e-12)
    assert all(level.mutual_information >= -1e-12 for level in found.levels)
    assert [level.name for level in found.levels] == [*levels, "area"]


@given(table=TABLES, data=st.data())
def test_each_level_adds_what_is_inside_the_areas_above_it(table, data):
    counts = defined(table)
    some = st.lists(st.integers(0, 2), min_size=len(counts), max_size=len(counts))
    district = np.array(data.draw(some))
    parts, levels = within_areas(counts, district), nested(counts, {"district": district}).levels
    assert parts.between == pytest.approx(levels[0].mutual_information, abs=1e-12)
    assert parts.within == pytest.approx(levels[1].mutual_information, abs=1e-12)
    assert parts.mutual_information == pytest.approx(mutual_information(counts), abs=1e-12)
    assert parts.shares.sum() == pytest.approx(1)


@given(table=TABLES, data=st.data())
def test_families_of_groups_add_up(table, data):
    counts = defined(table)
    some = st.lists(st.sampled_from("ab"), min_size=counts.shape[1], max_size=counts.shape[1])
    families = np.array(data.draw(some))
    found = supergroups(counts, families)
    assert found.between + found.within == pytest.approx(mutual_information(counts), abs=1e-12)
    merged = np.stack([counts[:, families == one].sum(axis=1) for one in found.codes], axis=1)
    if np.count_nonzero(merged.sum(axis=0)) > 1:
        assert found.between == pytest.approx(mutual_information(merged), abs=1e-12)


@given(table=TABLES, data=st.data())
def test_long_rows_give_the_same_as_a_table(table, data):
    counts = defined(table)
    district = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(counts), max_size=len(counts))))
    persons, groups, (high, low) = long_form(counts, district, np.arange(len(counts)))
    expected = nested(counts, {"district": district}).levels
    order = np.random.default_rng(3).permutation(persons.size)
    # rows in any order, a row in two halves
    halves = [np.tile(column[order], 2) for column in (persons / 2, groups, high, low)]
    found = nested_rows(halves[0], halves[1], {"district": halves[2], "area": halves[3]}).levels
    for one, other in zip(found, expected, strict=True):
        assert (one.name, one.areas) == (other.name, other.areas)
        assert one.mutual_information == pytest.approx(other.mutual_information, abs=1e-12)


def test_wide_codes_and_text_do_the_same_as_small_integers(monkeypatch):
    made = np.random.default_rng(2)
    table = made.integers(0, 20, (40, 5))
    persons, groups, (tract, district) = long_form(table, np.arange(40), np.arange(40) // 8)
    expected = nested_rows(persons, groups, {"district": district, "tract": tract})
    text = {"district": [f"D{code}" for code in district], "tract": tract * 10**12 - 5}
    assert nested_rows(persons, groups.astype(str), text) == expected
    # the way for many groups and few rows
    monkeypatch.setattr(nesting, "_DENSE", 0)
    found = nested_rows(persons, groups, {"district": district, "tract": tract})
    assert found.mutual_information == pytest.approx(expected.mutual_information, abs=1e-12)
    assert [level.areas for level in found.levels] == [level.areas for level in expected.levels]


def test_areas_with_one_code_in_two_districts_are_two_areas():
    persons, groups = [9, 1, 1, 9], [0, 1, 0, 1]
    found = nested_rows(persons, groups, {"district": [0, 0, 1, 1], "ward": [7, 7, 7, 7]})
    assert [level.areas for level in found.levels] == [2, 2]
    assert found.levels[1].mutual_information == pytest.approx(0, abs=1e-12)


def test_what_is_not_defined_is_said():
    with pytest.raises(MeasureUndefined, match="one_area"):
        nested([[4, 2], [0, 0]], {"district": [1, 2]})
    with pytest.raises(MeasureUndefined, match="one_area"):
        nested_rows([4, 2], ["a", "b"], {"ward": [1, 1]})
    with pytest.raises(MeasureUndefined, match="one_group"):
        nested_rows([4, 2], ["a", "a"], {"ward": [1, 2]})
    with pytest.raises(MeasureUndefined, match="nobody"):
        nested_rows([0, 0], ["a", "b"], {"ward": [1, 2]})
    with pytest.raises(MeasureUndefined, match="different_lengths"):
        nested_rows([4, 2], ["a", "b"], {"ward": [1, 2, 3]})
    with pytest.raises(MeasureUndefined, match="different_lengths"):
        within_areas([[4, 2], [1, 1]], [1, 2, 3])
    with pytest.raises(MeasureUndefined, match=r"missing_code \(row=2\)"):
        nested_rows([4, 2], ["a", None], {"ward": [1, 2]})
    with pytest.raises(MeasureUndefined, match=r"missing_code \(row=1\)"):
        supergroups([[4, 2], [1, 1]], [float("nan"), 2.0])
    with pytest.raises(MeasureUndefined, match="negative_count"):
        nested_rows([4, -2], ["a", "b"], {"ward": [1, 2]})
