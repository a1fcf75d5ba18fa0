"""What a statement says of services: values worked by hand on four areas and two facilities."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_neighbourhoods_statement import AREAS, SIDES, counts, told

from cosmopolis.neighbourhoods import cases, reach
from cosmopolis.neighbourhoods.pairs import matrix_pairs

UNIT = "places per 1000 persons"
NONE = float("nan")
#: Minutes from the four areas to a school in the west and one in the east.
WAYS = [[5, NONE], [15, NONE], [NONE, 25], [NONE, 5]]
TABLE = counts((100, 0), (60, 40), (40, 60), (0, 100))


def school(ways=WAYS, supply=(84, 61), sites=None, site_areas=AREAS, **more):
    to_sites = matrix_pairs(np.zeros((4, 4)) + 100 if sites is None else sites)
    return reach.Service("school", matrix_pairs(ways), np.array(supply, float), 30.0, to_sites, site_areas, UNIT,
                         1000.0, **more)  # fmt: skip


def reached(frame=TABLE, above=None, service=None):
    return reach.reached(frame, sides=SIDES, services=[service or school()], above=above or {}, seed=1)


def test_access_is_supply_over_those_who_reach_it_by_zone():
    # zones of ten minutes with weights 1, .68, .22: levels 84/(100 + 68) = .5 and 61/(22 + 100) = .5
    rows = reached()
    assert set(rows.filter(pl.col("indicator") == "access")["group"]) == {"service=school"}
    by_area = dict(rows.filter(pl.col("indicator") == "access").select("area_code", "value").iter_rows())
    assert by_area == pytest.approx({"a": 500, "b": 340, "c": 110, "d": 500})
    # the mean of 400 people, 362.5, is 1 on the map
    ratios = dict(rows.filter(pl.col("indicator") == "access_ratio").select("area_code", "value").iter_rows())
    assert ratios == pytest.approx({"a": 500 / 362.5, "b": 340 / 362.5, "c": 110 / 362.5, "d": 500 / 362.5})


def test_both_sides_and_the_gap_between_them():
    rows = reached()
    group = (100 * 500 + 60 * 340 + 40 * 110) / 200
    rest = (40 * 340 + 60 * 110 + 100 * 500) / 200
    assert told(rows, "access_mean", group="birth=abroad;service=school") == [pytest.approx(group)]
    assert told(rows, "access_mean", group="birth=country;service=school") == [pytest.approx(rest)]
    gap = rows.filter(pl.col("indicator") == "access_gap")
    assert gap["value"].to_list() == [pytest.approx(group / rest - 1)]
    assert gap["lower"][0] < gap["value"][0] < gap["upper"][0]
    assert gap["unit"].to_list() == ["share"]


def test_those_who_reach_nothing_are_counted_on_both_sides():
    rows = reached(service=school(ways=[[5, NONE], [15, NONE], [NONE, NONE], [NONE, 5]]))
    assert told(rows, "unserved_share", group="birth=abroad;service=school") == [pytest.approx(40 / 200)]
    assert told(rows, "unserved_share", group="birth=country;service=school") == [pytest.approx(60 / 200)]


def test_the_worst_off_tenth_and_who_they_are():
    # 40 of 400 people, all in c, where 40 of 100 are of the group
    rows = reached()
    assert told(rows, "access_worst_tenth") == [pytest.approx(110)]
    assert told(rows, "worst_off_share") == [pytest.approx(0.4)]


def test_inequality_between_larger_areas_is_its_share_of_theils_index():
    rows = reached(above={"a": "west", "b": "west", "c": "east", "d": "east"})
    y = np.array([500, 340, 110, 500]) / 362.5
    total = (y * np.log(y)).mean()
    halves = np.array([420, 305]) / 362.5
    between = (halves * np.log(halves)).mean()
    assert told(rows, "access_between_share") == [pytest.approx(between / total)]
    assert told(reached(), "access_between_share") == []


def test_the_next_one_opens_where_it_closes_the_gap_and_where_it_lifts_the_worst_off():
    # the west has nothing: a site of 61 places in each area, reached from there alone
    sites = np.full((4, 4), np.nan)
    np.fill_diagonal(sites, 5)
    service = school(ways=[[NONE], [NONE], [NONE], [5]], supply=[61], sites=sites)
    rows = reached(service=service)
    assert told(rows, "access_gap") == [pytest.approx(-1)]
    gap = rows.filter(pl.col("indicator") == "access_gap_next")
    # in a all 61 places are for the group: its mean becomes that of the rest
    assert gap["area_code"].to_list() == ["a"]
    assert gap["value"].to_list() == [pytest.approx(0, abs=1e-9)]


def test_a_group_that_has_more_than_the_rest_has_no_gap_to_close():
    service = school(ways=[[5], [NONE], [NONE], [NONE]], supply=[10])
    assert told(reached(service=service), "access_gap_next") == []


def test_a_case_shares_what_there_is_with_those_who_come():
    homes = cases.Case("homes", "d", 0, 100)
    rows = cases.with_cases(TABLE, sides=SIDES, cases=[homes], places={}, services=[school()])
    # the eastern school then has 61 for 222: c has .22 of that level, a and b what they had
    c = 61 / 222 * 0.22 * 1000
    assert told(rows, "access_if", group="birth=abroad;case=homes;service=school") == [
        pytest.approx((100 * 500 + 60 * 340 + 40 * c) / 200)
    ]


def test_a_service_for_one_age_counts_those_alone_and_has_no_case():
    children = TABLE.with_columns(pl.col("value") / 10, age_group=pl.lit("Y0T14"))
    frame = pl.concat([TABLE, children])
    service = school(age_group="Y0T14")
    rows = reached(frame=frame, service=service)
    assert set(rows["age_group"]) == {"Y0T14"}
    by_area = dict(rows.filter(pl.col("indicator") == "access").select("area_code", "value").iter_rows())
    assert by_area == pytest.approx({"a": 5000, "b": 3400, "c": 1100, "d": 5000})
    case = cases.Case("homes", "d", 0, 100)
    found = cases.with_cases(frame, sides=SIDES, cases=[case], places={}, services=[service])
    assert told(found, "access_if") == []


def test_nothing_to_reach_is_no_access_and_no_error():
    rows = reached(service=school(ways=np.full((4, 0), NONE), supply=[]))
    assert set(told(rows, "unserved_share")) == {1.0}
    assert told(rows, "access_gap") == []


@given(st.lists(st.integers(1, 500), min_size=8, max_size=8), st.lists(st.integers(1, 60), min_size=8, max_size=8))
def test_supply_in_reach_is_handed_out_whole(people, minutes):
    """Whoever reaches a facility shares it: persons times access is the supply of the facilities that are reached."""
    pairs = list(zip(people[:4], people[4:], strict=True))
    ways = np.array(minutes, float).reshape(4, 2)
    rows = reached(frame=counts(*pairs), service=school(ways=ways))
    by_area = dict(rows.filter(pl.col("indicator") == "access").select("area_code", "value").iter_rows())
    handed = sum(by_area[area] * sum(both) for area, both in zip(AREAS, pairs, strict=True)) / 1000
    reachable = (ways <= 30).any(axis=0)
    assert handed == pytest.approx(float(np.array([84.0, 61.0])[reachable].sum()))
