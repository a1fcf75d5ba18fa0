"""What stands beside the indices of a statement: values worked by hand, and what is not said."""

import math
from dataclasses import replace

import polars as pl
import pytest

from cosmopolis.neighbourhoods import cases, indicators, profile, statement
from cosmopolis.vocabulary.table import SCHEMA

AREAS = ("a", "b", "c", "d")
SIDES = statement.Sides("birth=abroad", "birth=country", AREAS, "town")
#: Four areas on a line, a kilometre apart.
PLACES = {area: (1000.0 * at, 0.0) for at, area in enumerate(AREAS)}


def counts(*pairs, period="2025-01-01", lower=None):
    """Rows of two sides by area; a value of None is withheld between `lower` and 4."""
    rows = []
    for area, both in zip(AREAS, pairs, strict=True):
        for group, value in zip((SIDES.part, SIDES.rest), both, strict=True):
            rows.append({
                "indicator": "population_stock", "area_code": area, "period": period, "sex": "_T", "age_group": "_T",
                "group": group, "value": None if value is None else float(value),
                "lower": lower if value is None else None, "upper": 4.0 if value is None else None,
                "unit": "persons", "status": "Q" if value is None else "A", "source_id": "s", "method_id": "m",
            })  # fmt: skip
    return pl.DataFrame(rows, schema=dict(SCHEMA), orient="row")


TABLE = counts((100, 0), (60, 40), (40, 60), (0, 100))


def told(rows, indicator, **wanted):
    found = rows.filter(pl.col("indicator") == indicator)
    for name, value in wanted.items():
        found = found.filter(pl.col(name) == value)
    return found["value"].to_list()


def indices(frame):
    rows = profile.segregation(frame, part=[SIDES.part], rest=[SIDES.rest], areas=AREAS, city="town")
    return indicators.with_intervals(rows, frame, sides=SIDES, seed=1)


def beside(frame):
    return indicators.beside_indices(frame, sides=SIDES, seed=1)


def test_the_default_indicators_are_the_published_values_of_the_table():
    # neighbourhoods.md 9.4, first table: D .6, H = M / ln 2
    rows = pl.concat([indices(TABLE), beside(TABLE).select(list(SCHEMA))])
    assert told(rows, "dissimilarity_by_chance") == [pytest.approx(0.0689119, abs=5e-8)]
    assert told(rows, "dissimilarity") == [pytest.approx(0.6)]
    assert told(rows, "information_theory") == [pytest.approx(0.3566413 / math.log(2), abs=1e-6)]
    # isolation: (100 x 1 + 60 x .6 + 40 x .4) / 200; the rest meet the group in the mirrored way
    assert told(rows, "isolation") == [pytest.approx(0.76)]
    assert told(rows, "exposure", group=SIDES.rest) == [pytest.approx(0.24)]
    # by lot the correlation ratio is (4 - 1) / (400 - 1), so that isolation is a little above one half
    assert told(rows, "isolation_by_chance") == [pytest.approx(0.5 + 0.5 * 3 / 399)]
    assert told(rows, "exposure_by_chance") == [pytest.approx(0.5 - 0.5 * 3 / 399)]


def test_an_index_of_known_counts_has_an_interval_that_narrows_with_more_people():
    few, many = (indices(table).filter(pl.col("indicator") == "dissimilarity") for table in (TABLE, times(TABLE, 100)))
    for rows in (few, many):
        assert rows["lower"][0] < 0.6 < rows["upper"][0]
        assert rows["method_id"].to_list() == ["dissimilarity_with_interval"]
    # a hundred times the people: a tenth of the width
    width = [(rows["upper"] - rows["lower"])[0] for rows in (few, many)]
    assert width[1] == pytest.approx(width[0] / 10, rel=0.25)


def test_intervals_of_isolation_and_interaction_mirror_each_other():
    rows = {row["indicator"]: row for row in indices(TABLE).iter_rows(named=True)}
    assert rows["isolation"]["lower"] == pytest.approx(1 - rows["interaction"]["upper"])
    assert rows["isolation"]["upper"] == pytest.approx(1 - rows["interaction"]["lower"])


def test_a_handful_of_people_has_indices_and_no_interval():
    few = counts((1, 20), (1, 20), (0, 20), (0, 20))
    rows = indices(few)
    assert told(rows, "dissimilarity") == [pytest.approx(0.5)]
    # a draw of two people may leave nobody of them
    assert rows["lower"].null_count() == rows.height
    assert told(beside(few), "exposure") == [pytest.approx((20 / 21 + 20 / 21) / 80)]


def test_a_group_against_several_others_has_the_interval_of_their_sum():
    split = pl.concat([TABLE, TABLE.filter(pl.col("group") == SIDES.rest).with_columns(group=pl.lit("birth=DEU"))])
    doubled = TABLE.with_columns(
        value=pl.when(pl.col("group") == SIDES.rest).then(2 * pl.col("value")).otherwise("value")
    )
    rows = profile.multigroup(split, groups=[SIDES.part, SIDES.rest, "birth=DEU"], areas=AREAS, city="town")
    others = replace(SIDES, rest="", others=(SIDES.rest, "birth=DEU"))
    found = indicators.with_intervals(rows, split, sides=others, seed=1, only=["dissimilarity"])
    one = found.filter((pl.col("indicator") == "dissimilarity") & (pl.col("group") == SIDES.part))
    same = indices(doubled).filter(pl.col("indicator") == "dissimilarity")
    assert one.select("value", "lower", "upper").rows() == same.select("value", "lower", "upper").rows()
    assert found["lower"].null_count() == found.height - 1


def test_only_the_last_period_has_an_interval():
    rows = indices(pl.concat([counts((50, 50), (60, 40), (40, 60), (0, 100), period="2020-01-01"), TABLE]))
    known = rows.filter(pl.col("lower").is_not_null())
    assert set(known["period"]) == {"2025-01-01"}
    assert set(known["indicator"]) == {"dissimilarity", "information_theory", "isolation", "interaction"}


def times(frame, factor):
    return frame.with_columns(pl.col("value") * factor)


def test_the_curve_cumulates_both_sides_from_the_area_with_the_smallest_share():
    rows = statement.cumulative_shares(TABLE, sides=SIDES)
    part = dict(rows.filter(pl.col("group") == SIDES.part).select("area_code", "value").iter_rows())
    rest = dict(rows.filter(pl.col("group") == SIDES.rest).select("area_code", "value").iter_rows())
    assert part == pytest.approx({"d": 0.0, "c": 0.2, "b": 0.5, "a": 1.0})
    assert rest == pytest.approx({"d": 0.5, "c": 0.8, "b": 1.0, "a": 1.0})
    # its largest distance from the straight line is the dissimilarity: .6
    assert max(rest[area] - part[area] for area in AREAS) == pytest.approx(0.6)


def test_a_context_takes_whole_areas_until_enough_residents_are_in_it():
    # 100 residents in each area; 200 nearest: from a: a, b; from b: b and both neighbours (a tie is one ring)
    rows = statement.context_shares(TABLE, sides=SIDES, places=PLACES)
    around = dict(rows.filter(pl.col("indicator") == "context_share").select("area_code", "value").iter_rows())
    assert around == pytest.approx({"a": 160 / 200, "b": 200 / 300, "c": 100 / 300, "d": 40 / 200})
    assert set(rows["group"]) == {"birth=abroad;nearest=200"}
    # the mean over the group's 200 members
    assert told(rows, "context_isolation") == [pytest.approx((100 * 0.8 + 60 * 2 / 3 + 40 / 3) / 200)]
    # one size alone has nothing to be compared with
    assert told(rows, "macro_micro_ratio") == []


def test_a_number_below_the_median_size_of_the_areas_is_not_shown():
    large = counts((1000, 0), (600, 400), (400, 600), (0, 1000))
    shown = set(statement.context_shares(large, sides=SIDES, places=PLACES)["group"])
    assert shown == {"birth=abroad;nearest=1600"}


def test_without_places_there_are_no_contexts():
    assert statement.context_shares(TABLE, sides=SIDES, places={}).is_empty()


def test_separation_between_two_halves_and_inside_them_adds_up():
    above = {"a": "west", "b": "west", "c": "east", "d": "east"}
    rows = statement.between_shares(TABLE, sides=SIDES, above=above)
    # M of halves 160|40 / 40|160: ln 2 - H(.8) = .1927448; M of the four: .3566413 (9.4)
    assert told(rows, "between_share") == [pytest.approx(0.1927448 / 0.3566413, abs=1e-6)]


def test_a_case_adds_people_to_one_area_and_moves_nobody_else():
    case = cases.Case("homes", "d", 100, 0)
    rows = cases.with_cases(TABLE, sides=SIDES, cases=[case], places={}, services=[])
    # shares of the group 100 60 40 100 of 300, of the rest 0 40 60 100 of 200
    expected = (abs(1 / 3) + abs(0.2 - 0.2) + abs(40 / 300 - 0.3) + abs(1 / 3 - 0.5)) / 2
    assert told(rows, "dissimilarity_if") == [pytest.approx(expected)]
    assert rows["group"].to_list() == ["birth=abroad;case=homes"]


def test_withheld_counts_make_an_estimate_and_say_so():
    withheld = counts((100, 0), (60, 40), (None, 60), (0, 100), lower=1.0)
    rows = beside(withheld)
    assert set(rows["status"]) == {"E"}
    assert rows["lower"].null_count() == rows.height
    # the indices keep their attained bounds: no interval that would pass for them
    assert set(indices(withheld)["status"]) == {"Q"}
    assert not indices(withheld)["method_id"].str.ends_with("_with_interval").any()


def test_an_area_nobody_counted_stops_the_statement_of_its_period():
    assert beside(TABLE.filter(pl.col("area_code") != "b")).is_empty()


def test_a_case_changes_the_contexts_of_today():
    # 100 more of the group in d: the 200 nearest of d are then d alone, half of them of the group
    case = cases.Case("homes", "d", 100, 0)
    rows = cases.with_cases(TABLE, sides=SIDES, cases=[case], places=PLACES, services=[])
    assert told(rows, "context_isolation_if", group="birth=abroad;case=homes;nearest=200") == [
        pytest.approx((100 * 160 / 200 + 60 * 200 / 300 + 40 * 200 / 400 + 100 * 0.5) / 300)
    ]


def test_a_case_that_makes_areas_larger_than_a_context_leaves_that_context_out():
    # three areas of 500, 500 and 1,000: with 1,000 more the median is above 800
    sides = statement.Sides(SIDES.part, SIDES.rest, ("a", "b", "c"), "town")
    frame = counts((250, 250), (0, 500), (500, 500), (0, 0)).filter(pl.col("area_code") != "d")
    case = cases.Case("homes", "a", 1000, 0)
    rows = cases.with_cases(frame, sides=sides, cases=[case], places=PLACES, services=[])
    assert set(rows["indicator"]) == {"dissimilarity_if"}


def test_larger_contexts_over_smaller_ones_say_how_much_of_it_is_a_matter_of_quarters():
    # 16 areas on a line: eight of the group alone, then eight of the rest alone
    areas = tuple(f"{at:02d}" for at in range(16))
    sides = statement.Sides(SIDES.part, SIDES.rest, areas, "town")
    frame = pl.concat([counts(*[(100, 0)] * 4), counts(*[(0, 100)] * 4)] * 2).sort("group", maintain_order=True)
    codes = [*areas[:4], *areas[8:12], *areas[4:8], *areas[12:]] * 2
    frame = frame.with_columns(area_code=pl.Series(codes))
    rows = statement.context_shares(frame, sides=sides, places={a: (1000.0 * at, 0.0) for at, a in enumerate(areas)})
    assert set(rows["group"]) >= {"birth=abroad;nearest=200", "birth=abroad;nearest=800"}
    # whole halves live apart: even among 800 neighbours most of it is left
    assert 0.7 < told(rows, "macro_micro_ratio")[0] < 1
