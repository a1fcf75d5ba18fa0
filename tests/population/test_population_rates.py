"""Shares, growth, rates, components and structure: values by hand, bounds by trying every point."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.population import components, rates, structure
from cosmopolis.vocabulary.measurement import Bounds, between

CELLS = st.tuples(st.integers(0, 5), st.integers(0, 3)).map(lambda pair: (pair[0], pair[0] + pair[1]))
FILLED = CELLS.filter(lambda cell: cell[0] > 0)


def points(*cells):
    return product(*(range(low, high + 1) for low, high in cells))


def box(cell):
    return between(*cell)


def assert_attained(bounds, values):
    assert float(bounds.lower) == pytest.approx(min(values), abs=1e-12)
    assert float(bounds.upper) == pytest.approx(max(values), abs=1e-12)


def test_a_quarter_of_a_hundred_and_twenty_is_thirty():
    assert rates.share(30, 120) == 0.25


def test_an_area_without_people_has_no_share():
    assert np.isnan(rates.share([5, 0], [10, 0])[1])


def test_a_city_without_people_has_no_share_at_all():
    with pytest.raises(MeasureUndefined, match="share_of_nobody"):
        rates.share([0, 0], [0, 0])


@given(part=CELLS, rest=CELLS)
def test_the_bounds_of_a_share_are_attained(part, rest):
    values = [p / (p + r) for p, r in points(part, rest) if p + r]
    if values:
        assert_attained(rates.share_bounds(box(part), box(rest)), values)


@given(part=CELLS, rest=CELLS)
def test_a_share_of_a_total_is_never_bounded_too_tightly(part, rest):
    total = (part[0] + rest[0], part[1] + rest[1])
    found = rates.share_of_total_bounds(box(part), box(total))
    for p, r in points(part, rest):
        if total[0]:
            assert float(found.lower) <= p / (p + r) + 1e-12
            assert float(found.upper) >= p / (p + r) - 1e-12


@given(before=FILLED, after=CELLS)
def test_the_bounds_of_growth_are_attained(before, after):
    values = [(end - start) / start for start, end in points(before, after)]
    assert_attained(rates.growth_bounds(box(before), box(after)), values)


@given(before=FILLED, after=CELLS)
def test_the_bounds_of_the_yearly_rate_are_attained(before, after):
    values = [(end / start) ** (1 / 3) - 1 for start, end in points(before, after)]
    assert_attained(rates.annual_growth_rate_bounds(box(before), box(after), years=3), values)


def test_ten_per_cent_a_year_compounds_to_twenty_one_in_two():
    assert rates.annual_growth_rate(100, 121, years=2) == pytest.approx(0.1)


def test_growth_from_nobody_has_no_value():
    with pytest.raises(MeasureUndefined, match=r"growth_from_nobody \(before=0.0, after=7.0\)"):
        rates.growth(0, 7)


def test_a_yearly_rate_needs_time():
    with pytest.raises(MeasureUndefined, match="no_time_between"):
        rates.annual_growth_rate(1, 2, years=0)


def test_perhaps_nobody_before_leaves_growth_without_bounds():
    found = rates.growth_bounds(between(0, 3), between(5, 5))
    assert np.isnan(found.lower)
    assert np.isnan(found.upper)


def test_churn_counts_both_ways_and_net_migration_their_difference():
    assert rates.churn(60, 40, mean_population=2000) == 50
    assert rates.crude_net_migration_rate(60, 40, mean_population=2000) == 10
    with pytest.raises(MeasureUndefined, match="rate_over_nobody"):
        rates.churn(1, 1, mean_population=0)


@given(came=CELLS, left=CELLS, people=FILLED)
def test_the_bounds_of_crude_rates_are_attained(came, left, people):
    combinations = list(points(came, left, people))
    mean = box(people)
    net = rates.crude_net_migration_rate_bounds(box(came), box(left), mean_population=mean)
    assert_attained(net, [1000 * (i - o) / p for i, o, p in combinations])
    both = rates.churn_bounds(box(came), box(left), mean_population=mean)
    assert_attained(both, [1000 * (i + o) / p for i, o, p in combinations])


def test_the_components_and_the_residual_add_up_to_the_change():
    found = components.components_of_change(1000, 1030, births=15, deaths=10, arrivals=80, departures=58)
    assert (found.change, found.natural_change, found.net_migration, found.residual) == (30, 5, 22, 3)


@given(cells=st.tuples(*[CELLS] * 6))
def test_the_bounds_of_the_residual_are_attained(cells):
    before, after, births, deaths, came, left = (Bounds(*cell) for cell in cells)
    found = components.components_of_change_bounds(
        before, after, births=births, deaths=deaths, arrivals=came, departures=left
    )
    signs = (-1, 1, -1, 1, -1, 1)
    ends = [sum(s * n for s, n in zip(signs, corner, strict=True)) for corner in product(*cells)]
    assert (found.residual.lower, found.residual.upper) == (min(ends), max(ends))


def test_dependency_with_and_without_the_foreign_born_is_vector_k10():
    actual = structure.dependency(young=12000, working=60000, old=20000)
    without = structure.dependency(young=10500, working=50500, old=19400)
    printed = [[round(100 * x, 2) for x in vars(found).values()] for found in (actual, without)]
    assert printed == [[53.33, 33.33, 20.00, 166.67], [59.21, 38.42, 20.79, 184.76]]


def test_a_place_without_children_has_no_ageing_index():
    assert structure.dependency(young=0, working=10, old=5).ageing_index is None


def test_nobody_of_working_age_leaves_no_ratio():
    with pytest.raises(MeasureUndefined, match="dependency_without_working_ages"):
        structure.dependency(young=3, working=0, old=5)


@given(young=FILLED, working=FILLED, old=CELLS)
def test_the_bounds_of_dependency_are_attained(young, working, old):
    found = structure.dependency_bounds(Bounds(*young), Bounds(*working), Bounds(*old))
    every = [structure.dependency(*point) for point in points(young, working, old)]
    assert_attained(found.total, [one.total for one in every])
    assert_attained(found.old_age, [one.old_age for one in every])
    assert_attained(found.youth, [one.youth for one in every])
    assert_attained(found.ageing_index, [one.ageing_index for one in every])


def test_the_sex_ratio_is_men_for_each_woman():
    assert structure.sex_ratio(men=90, women=100) == 0.9
    assert structure.sex_ratio_bounds(Bounds(3, 4), Bounds(5, 6)) == Bounds(0.5, 0.8)
    with pytest.raises(MeasureUndefined, match="sex_ratio_without_women"):
        structure.sex_ratio(men=3, women=0)


def test_five_year_groups_nest_into_the_broad_ages():
    codes = [f"Y{a}T{a + 4}" for a in range(0, 100, 5)] + ["Y_GE100", "_T"]
    found = structure.broad_ages(codes)
    assert found.unplaced == ()
    assert [sum(place == broad for place in found.mapping.values()) for broad in ("Y0T14", "Y15T64", "Y_GE65")] == [
        3,
        10,
        8,
    ]


def test_a_group_across_a_border_is_named():
    assert structure.broad_ages(["Y10T19", "Y_GE60", "_U", "Y_LT15"]).unplaced == ("Y10T19", "Y_GE60", "_U")
    with pytest.raises(MeasureUndefined, match=r"ages_do_not_nest \(ages='Y10T19, Y_GE60'\)"):
        structure.placed_ages(["Y10T19", "Y_GE60", "_U"])
