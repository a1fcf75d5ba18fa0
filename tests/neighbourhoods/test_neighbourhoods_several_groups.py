"""Indices of several groups, the diversity family, and the laws between them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    area_information,
    correlation_ratio,
    divergence,
    group_information,
    information_theory,
    inverse_simpson,
    multigroup_indices,
    mutual_information,
    normalised_entropy,
    normalised_exposure,
    perplexity,
    relative_diversity,
    shannon_entropy,
    simpson_interaction,
    squared_variation,
)
from cosmopolis.neighbourhoods import dissimilarity as dissimilarity_of_two
from cosmopolis.neighbourhoods import gini as gini_of_two
from cosmopolis.neighbourhoods.several_groups import dissimilarity, gini

THREE = np.array([[60, 30, 10], [20, 50, 30], [20, 20, 60]])
RATIOS = (relative_diversity, squared_variation, normalised_exposure)
INDICES = (mutual_information, information_theory, dissimilarity, gini, *RATIOS)
TABLES = st.tuples(st.integers(2, 6), st.integers(2, 4)).flatmap(
    lambda shape: arrays.arrays(np.int64, shape, elements=st.integers(0, 30))
)


def defined(table):
    assume(np.count_nonzero(table.sum(axis=0)) > 1 and np.count_nonzero(table.sum(axis=1)) > 1)
    return table


def test_the_table_of_three_areas_and_groups():
    found = multigroup_indices(THREE)
    assert found.mutual_information == pytest.approx(0.1393225, abs=5e-8)
    assert found.information_theory == pytest.approx(0.1268168, abs=5e-8)
    assert found.dissimilarity == pytest.approx(0.35, abs=1e-12)
    assert found.gini == pytest.approx(0.40, abs=1e-12)
    squares = (found.relative_diversity, found.squared_variation, found.normalised_exposure)
    assert squares == pytest.approx((0.14, 0.14, 0.14), abs=1e-12)
    assert area_information(THREE) == pytest.approx([0.2006666, 0.0689593, 0.1483417], abs=5e-8)


def test_two_areas_and_four_groups():
    assert mutual_information([[40, 0, 0, 0], [0, 0, 0, 40]]) == pytest.approx(np.log(2), abs=1e-12)
    assert information_theory([[40, 0, 0, 0], [0, 0, 0, 40]]) == 1
    table = [[40, 20, 5, 1], [20, 40, 60, 80]]
    assert mutual_information(table) == pytest.approx(0.1865867, abs=5e-8)
    assert information_theory(table) == pytest.approx(0.1353837, abs=5e-8)


def test_the_entropy_of_one_two_and_three_equal_groups():
    assert [shannon_entropy([1] * groups) for groups in (1, 2, 3)] == pytest.approx(np.log([1, 2, 3]), abs=1e-12)
    assert [perplexity([1] * groups) for groups in (1, 2, 3)] == pytest.approx([1, 2, 3], abs=1e-12)
    assert [inverse_simpson([1] * groups) for groups in (1, 2, 3)] == pytest.approx([1, 2, 3], abs=1e-12)
    assert [simpson_interaction([1] * groups) for groups in (1, 2)] == pytest.approx([0, 0.5], abs=1e-12)
    # a table by area is added up, and an absent group does not lower the evenness
    assert normalised_entropy([[20, 0, 0], [0, 20, 0]]) == pytest.approx(1, abs=1e-12)


@given(table=TABLES)
def test_information_falls_apart_by_area_and_by_group(table):
    counts = defined(table)
    whole, areas, groups = mutual_information(counts), counts.sum(axis=1), counts.sum(axis=0)
    by_area, by_group = area_information(counts), group_information(counts)
    assert np.nansum(by_area * areas) / areas.sum() == pytest.approx(whole, abs=1e-12)
    assert np.nansum(by_group * groups) / groups.sum() == pytest.approx(whole, abs=1e-12)
    assert information_theory(counts) * shannon_entropy(counts) == pytest.approx(whole, abs=1e-12)
    assert divergence(counts) == whole
    assert np.array_equal(np.isnan(by_area), areas == 0)
    assert np.array_equal(np.isnan(by_group), groups == 0)
    assert not np.any(by_area < 0)
    assert not np.any(by_group < 0)


@given(table=TABLES)
def test_information_is_symmetric_in_areas_and_groups(table):
    counts = defined(table)
    assert mutual_information(counts) == pytest.approx(mutual_information(counts.T), abs=1e-12)


@given(table=TABLES)
def test_two_groups_give_the_indices_of_two_groups(table):
    counts = defined(table[:, :2])
    group, rest = counts.T
    for measure in RATIOS:
        assert measure(counts) == pytest.approx(correlation_ratio(group, rest), abs=1e-12)
    assert dissimilarity(counts) == pytest.approx(dissimilarity_of_two(group, rest), abs=1e-12)
    assert gini(counts) == pytest.approx(gini_of_two(group, rest), abs=1e-12)
    assert information_theory(counts) == pytest.approx(information_theory(group, rest), abs=1e-12)


@given(table=TABLES)
def test_every_index_lies_in_its_range_and_gini_is_never_below_dissimilarity(table):
    counts = defined(table)
    for measure in INDICES[1:]:
        assert 0 <= measure(counts) <= 1
    assert 0 <= mutual_information(counts) <= shannon_entropy(counts) + 1e-12
    assert gini(counts) >= dissimilarity(counts) - 1e-12


@given(table=TABLES)
def test_gini_is_its_triple_sum(table):
    counts = defined(table)
    areas = counts[counts.sum(axis=1) > 0].astype(float)
    t = areas.sum(axis=1)
    shares = areas / t[:, None]
    triple = (np.outer(t, t)[:, :, None] * np.abs(shares[:, None] - shares)).sum()
    assert gini(counts) == pytest.approx(triple / (2 * t.sum() ** 2 * simpson_interaction(counts)), abs=1e-12)


@given(
    mix=st.lists(st.integers(1, 9), min_size=2, max_size=4), sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5)
)
def test_equal_mixes_are_not_separated(mix, sizes):
    for measure in INDICES:
        assert measure(np.outer(sizes, mix)) == pytest.approx(0, abs=1e-12)


@given(groups=st.lists(st.integers(0, 2), min_size=2, max_size=8), sizes=st.lists(st.integers(1, 9), min_size=8))
def test_without_a_mixed_area_every_index_is_one(groups, sizes):
    assume(len(set(groups)) > 1)
    counts = np.zeros((len(groups), 3))
    counts[np.arange(len(groups)), groups] = sizes[: len(groups)]
    for measure in INDICES[1:]:
        assert measure(counts) == pytest.approx(1, abs=1e-12)


@given(table=TABLES)
def test_only_equal_mixes_give_nought(table):
    counts = defined(table)
    shares = counts[counts.sum(axis=1) > 0]
    shares = shares / shares.sum(axis=1, keepdims=True)
    assume(np.ptp(shares, axis=0).max() > 0.01)
    for measure in INDICES:
        assert measure(counts) > 1e-9


@given(table=TABLES, factor=st.sampled_from([3, 0.5, 1000]), parts=st.integers(2, 3))
def test_more_people_and_split_areas_change_nothing(table, factor, parts):
    counts = defined(table).astype(float)
    split = np.vstack([counts[1:], *[counts[:1] / parts] * parts])
    for measure in INDICES:
        assert measure(counts * factor) == pytest.approx(measure(counts), abs=1e-12)
        assert measure(split) == pytest.approx(measure(counts), abs=1e-12)


@given(table=TABLES)
def test_empty_areas_and_groups_change_nothing(table):
    counts = defined(table)
    wider = np.pad(counts, ((0, 2), (1, 0)))
    for measure in INDICES:
        assert measure(wider) == measure(counts)
    found, without = multigroup_indices(wider), multigroup_indices(counts)
    assert found.areas_left_out == without.areas_left_out + 2
    assert found.groups_left_out == without.groups_left_out + 1


def test_all_indices_at_once_are_each_of_them():
    found = multigroup_indices(THREE)
    for measure in INDICES:
        assert getattr(found, measure.__name__) == measure(THREE)
    assert (found.entropy, found.simpson_interaction) == (shannon_entropy(THREE), simpson_interaction(THREE))


def test_what_is_not_defined_is_said():
    for measure in (*INDICES, divergence, multigroup_indices, area_information, group_information):
        with pytest.raises(MeasureUndefined, match="one_group"):
            measure([[4, 0], [5, 0]])
        with pytest.raises(MeasureUndefined, match="one_area"):
            measure([[4, 2], [0, 0]])
        with pytest.raises(MeasureUndefined, match="nobody"):
            measure([[0, 0], [0, 0]])
    for measure in (shannon_entropy, perplexity, simpson_interaction, inverse_simpson, normalised_entropy):
        with pytest.raises(MeasureUndefined, match="nobody"):
            measure([0, 0])
    with pytest.raises(MeasureUndefined, match="one_group"):
        normalised_entropy([7, 0])
