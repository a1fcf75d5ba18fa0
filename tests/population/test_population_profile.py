"""The profile's measures on rows of the long table: values, intervals and what is missing."""

import polars as pl
import pytest

from cosmopolis.errors import MeasureUndefined
from cosmopolis.population import profile
from cosmopolis.vocabulary.table import SCHEMA

HOME, EU, WORLD = "birth=country", "birth=eu", "birth=world"
ALL = [HOME, EU, WORLD]


def row(value, group="_T", area="city", period="2025", **other):
    """One count: a number, `(1, 4)` for a suppressed one, `None` for a missing one."""
    suppressed = isinstance(value, tuple)
    known = {
        "indicator": "population_stock",
        "area_code": area,
        "period": period,
        "sex": "_T",
        "age_group": "_T",
        "group": group,
        "value": None if suppressed else value,
        "lower": value[0] if suppressed else None,
        "upper": value[1] if suppressed else None,
        "unit": "persons",
        "status": "Q" if suppressed else "O" if value is None else "A",
        "source_id": "register",
        "method_id": "",
    }
    return known | other


def table(*rows):
    return pl.DataFrame(rows, schema=dict(SCHEMA))


def told(frame, **wanted):
    """The number and status of the single row wanted."""
    for name, code in wanted.items():
        frame = frame.filter(pl.col(name) == code)
    assert frame.height == 1
    found = frame.row(0, named=True)
    value = found["value"]
    numbers = (found["lower"], found["upper"]) if value is None else round(value, 6)
    return numbers, found["status"]


def shares(frame, **other):
    return profile.shares(frame, part={"birth=abroad": [EU, WORLD]}, whole=ALL, indicator="share_abroad", **other)


def test_the_share_of_two_groups_among_all():
    found = shares(table(row(70, HOME), row(20, EU), row(10, WORLD)))
    assert told(found, group="birth=abroad", indicator="share_abroad") == (0.3, "A")
    assert found["unit"].to_list() == ["share"]
    assert dict(found.schema) == dict(SCHEMA)


def test_a_suppressed_group_leaves_an_interval():
    found = shares(table(row(7, HOME), row((1, 4), EU), row(2, WORLD)))
    assert told(found) == ((3 / 10, 6 / 13), "Q")


def test_a_missing_group_is_missing_and_not_nobody():
    found = table(row(70, HOME), row(30, WORLD))
    assert told(shares(found)) == ((None, None), "O")
    assert told(shares(found, absent_is_zero=True)) == (0.3, "A")
    assert told(shares(table(row(70, HOME), row(None, EU), row(30, WORLD)))) == ((None, None), "O")


def test_a_group_that_is_hidden_without_bounds_stays_hidden():
    assert told(shares(table(row(7, HOME), row(None, EU, status="Q"), row(2, WORLD)))) == ((None, None), "Q")


def test_an_area_of_nobody_has_a_share_that_cannot_exist():
    assert told(shares(table(row(0, HOME), row(0, EU), row(0, WORLD)))) == ((None, None), "M")


def test_a_provisional_count_makes_a_provisional_share():
    assert told(shares(table(row(70, HOME), row(20, EU, status="P"), row(10, WORLD)))) == (0.3, "P")


def test_a_share_of_the_published_total_uses_the_total():
    frame = table(row(100), row((1, 4), EU))
    found = profile.shares(frame, part=[EU], whole=["_T"], indicator="share")
    assert told(found, group=EU) == ((0.01, 0.04), "Q")


def test_two_sources_are_never_added():
    frame = table(row(70, HOME), row(20, EU), row(10, WORLD, source_id="other"))
    assert set(shares(frame)["status"]) == {"O"}


def test_the_same_cell_twice_is_refused():
    with pytest.raises(LookupError, match="two rows stand for one cell"):
        shares(table(row(70, HOME), row(20, EU), row(20, EU), row(10, WORLD)))


def test_a_sum_of_groups_adds_the_bounds():
    frame = table(row((1, 4), EU), row((1, 4), WORLD), row(9, HOME))
    found = profile.sum_of_groups(frame, groups={"birth=abroad": [EU, WORLD]})
    assert told(found, group="birth=abroad", unit="persons") == ((2, 8), "Q")


def test_growth_over_consecutive_periods():
    frame = table(row(121, period="2025-01-01"), row(100, period="2023-01-01"), row(110, period="2025-07-01"))
    found = profile.growth_rates(frame)
    first = {"period": "2023-01-01/2025-01-01"}
    assert told(found, indicator="population_change", **first) == (21, "A")
    assert told(found, indicator="growth", **first) == (0.21, "A")
    assert told(found, indicator="annual_growth_rate", **first) == (0.1, "A")
    assert told(found, indicator="growth", period="2025-01-01/2025-07-01")[0] < 0


def test_growth_of_an_interval_and_from_a_missing_number():
    frame = table(row((10, 20), period="2024"), row(20, period="2025"), row(5, area="new", period="2025"))
    found = profile.growth_rates(frame)
    assert told(found, indicator="growth", area_code="city") == ((0, 1), "Q")
    assert told(found, indicator="growth", area_code="new") == ((None, None), "O")


def test_a_span_has_no_growth():
    with pytest.raises(MeasureUndefined, match="period_is_no_date"):
        profile.growth_rates(table(row(1, period="2015/2020"), row(1, period="2020")))


def people(value, sex, age, **other):
    return row(value, sex=sex, age_group=age, **other)


def test_structure_is_the_share_of_each_sex_and_age():
    frame = table(
        people(10, "F", "Y0T14"), people(20, "M", "Y0T14"), people(30, "F", "Y_GE15"), people(40, "M", "Y_GE15")
    )
    found = profile.structure(frame)
    assert told(found, sex="M", age_group="Y0T14") == (0.2, "A")
    assert found["value"].sum() == pytest.approx(1)


def test_a_hidden_cell_of_the_pyramid_widens_the_others():
    found = profile.structure(table(people((1, 4), "F", "Y0"), people(6, "M", "Y0")))
    assert told(found, sex="F") == ((1 / 7, 4 / 10), "Q")
    assert told(found, sex="M") == ((6 / 10, 6 / 7), "Q")


def test_sex_ratio_of_the_city():
    found = profile.sex_ratios(table(people(90, "M", "_T"), people(100, "F", "_T")))
    assert told(found, indicator="sex_ratio", unit="ratio") == (0.9, "A")


def test_dependency_ratios_from_finer_ages_are_vector_k10():
    frame = table(
        people(5000, "_T", "Y0T4"),
        people(7000, "_T", "Y5T14"),
        people(60000, "_T", "Y15T64"),
        people(20000, "_T", "Y_GE65"),
        people(50, "_T", "_U"),
    )
    found = profile.dependency_ratios(frame)
    printed = {name: round(100 * told(found, indicator=name)[0], 2) for name in found["indicator"]}
    assert printed == {
        "dependency_total": 53.33,
        "dependency_old_age": 33.33,
        "dependency_youth": 20.0,
        "ageing_index": 166.67,
    }


def test_ages_across_a_border_give_no_dependency():
    with pytest.raises(MeasureUndefined, match="ages_do_not_nest"):
        profile.dependency_ratios(table(people(5, "_T", "Y10T19")))


def test_diversity_of_each_area_is_vector_k4():
    groups = [HOME, "birth=A", "birth=B", "birth=C", "birth=D"]
    counts = zip([70, 12, 8, 6, 4], groups, strict=True)
    found = profile.diversity(table(*(row(n, g) for n, g in counts)), groups=groups)
    assert round(told(found, indicator="fractionalisation")[0], 4) == 0.4840
    assert round(told(found, indicator="entropy")[0], 4) == 1.0037
    assert round(told(found, indicator="effective_groups")[0], 4) == 2.7284


def test_diversity_of_hidden_missing_and_no_people():
    frame = table(
        row(2, EU), row((1, 2), WORLD), row(3, EU, area="half"), row(0, EU, area="none"), row(0, WORLD, area="none")
    )
    found = profile.diversity(frame, groups=[EU, WORLD]).filter(pl.col("indicator") == "fractionalisation")
    numbers, status = told(found, area_code="city")
    assert (pytest.approx(numbers), status) == ((4 / 9, 0.5), "Q")
    assert told(found, area_code="half") == ((None, None), "O")
    assert told(found, area_code="none") == ((None, None), "M")


def moves(value, indicator, **other):
    return row(value, indicator=indicator, **other)


def test_net_migration_and_crude_rates():
    frame = table(moves(60, "inflow"), moves(40, "outflow"), moves(2000, "population_mean", source_id="mean"))
    assert told(profile.net_migration(frame)) == (20, "A")
    found = profile.migration_rates(frame)
    assert told(found, indicator="crude_net_migration_rate") == (10, "A")
    assert told(found, indicator="churn", unit="per 1000 persons", source_id="mean+register") == (50, "A")


def test_rates_without_a_mean_population_are_missing():
    found = profile.migration_rates(table(moves(60, "inflow"), moves((1, 4), "outflow")))
    assert told(found, indicator="churn") == ((None, None), "O")


def test_components_of_change_and_what_they_leave():
    frame = table(
        row(1000, period="2024-01-01"),
        row(1030, period="2025-01-01"),
        *(
            moves(n, name, period="2024")
            for n, name in ((15, "births"), (10, "deaths"), (80, "inflow"), (58, "outflow"))
        ),
    )
    span = {"before": "2024-01-01", "after": "2025-01-01", "during": "2024"}
    found = profile.change_components(frame, **span)
    numbers = {name: told(found, indicator=name)[0] for name in found["indicator"]}
    assert numbers == {"population_change": 30, "natural_change": 5, "net_migration": 22, "change_residual": 3}
    without = profile.change_components(frame.filter(pl.col("indicator") != "births"), **span)
    assert told(without, indicator="natural_change") == ((None, None), "O")
    assert told(without, indicator="change_residual") == ((None, None), "O")
    assert told(without, indicator="net_migration") == (22, "A")


def test_origins_are_ranked_by_the_middle_of_what_is_known():
    frame = table(row(70, HOME), row((1, 4), EU), row(2, WORLD), row(None, "birth=stateless"))
    groups = [EU, WORLD, "birth=stateless"]
    found = profile.origins(frame, groups=groups, whole=["_T"])
    counts = found.filter(pl.col("indicator") == "population_stock")
    assert counts["group"].to_list() == [EU, WORLD, "birth=stateless"]
    shared = profile.origins(frame, groups=[HOME, EU, WORLD], whole=ALL).filter(pl.col("indicator") == "origin_share")
    assert shared["group"].to_list() == [HOME, EU, WORLD]
    assert told(shared, group=EU) == ((1 / 73, 4 / 76), "Q")


def test_no_rows_in_are_no_rows_out():
    empty = table()
    for found in (
        shares(empty),
        profile.growth_rates(empty),
        profile.structure(empty),
        profile.origins(empty, groups=ALL, whole=ALL),
    ):
        assert (found.height, dict(found.schema)) == (0, dict(SCHEMA))
    assert profile.diversity(empty, groups=ALL).height == 0
    assert profile.migration_rates(empty).height == 0
    assert profile.dependency_ratios(empty).height == 0
