"""What changed between two dates: values worked by hand, how sure they are, and areas carried over a reform."""

from math import log

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import development, statement
from cosmopolis.neighbourhoods.boundaries import areal_crosswalk, population_crosswalk
from cosmopolis.vocabulary.table import SCHEMA

SIDES = statement.Sides("birth=abroad", "birth=country", ("a", "b", "c", "d"), "town")
THEN, NOW = "2020-01-01", "2025-01-01"


def points(*shares):
    """Differences of shares in percentage points."""
    return tuple(100 * share for share in shares)


def counts(period, source="s", **pairs):
    """Rows of both sides by area; a pair of numbers in place of one is a withheld count between them."""
    rows = []
    for area, both in pairs.items():
        for group, count in zip((SIDES.part, SIDES.rest), both, strict=True):
            low, high = count if isinstance(count, tuple) else (None, None)
            rows.append({
                "indicator": "population_stock", "area_code": area, "period": period, "sex": "_T", "age_group": "_T",
                "group": group, "value": float(count) if low is None else None, "lower": low, "upper": high,
                "unit": "persons", "status": "A" if low is None else "Q", "source_id": source, "method_id": "m",
            })  # fmt: skip
    return pl.DataFrame(rows, schema=dict(SCHEMA), orient="row")


LATER = counts(NOW, a=(100, 0), b=(60, 40), c=(40, 60), d=(0, 100))
TWO_DATES = pl.concat([counts(THEN, a=(50, 50), b=(60, 40), c=(40, 60), d=(0, 100)), LATER])


def row(rows, indicator, area="town"):
    found = rows.filter((pl.col("indicator") == indicator) & (pl.col("area_code") == area))
    assert found.height == 1
    return found.row(0, named=True)


def information(table):
    """M by its textbook sum: cells over the product of their margins."""
    whole = sum(map(sum, table))
    groups = [sum(area[at] for area in table) for at in range(len(table[0]))]
    return sum(
        cell / whole * log(cell * whole / (sum(area) * group))
        for area in table
        for cell, group in zip(area, groups, strict=True)
        if cell
    )


def test_a_change_of_share_is_the_difference_over_the_span():
    rows = development.share_changes(TWO_DATES, sides=SIDES)
    assert set(rows["period"]) == {"2020-01-01/2025-01-01"}
    changed = dict(rows.select("area_code", "value").iter_rows())
    assert changed == pytest.approx({"a": 50.0, "b": 0.0, "c": 0.0, "d": 0.0})
    assert set(rows["unit"]) == {"percentage points"}
    # 100 residents of each area at both dates
    assert set(rows["base_persons"]) == {100.0}
    assert set(rows["status"]) == {"A"}


def test_one_period_has_no_change():
    assert development.share_changes(LATER, sides=SIDES).is_empty()
    assert development.index_changes(LATER, sides=SIDES, seed=1).is_empty()


def test_periods_are_taken_by_their_date_and_not_by_their_place_in_the_file():
    backwards = TWO_DATES.reverse()
    assert development.share_changes(backwards, sides=SIDES).equals(development.share_changes(TWO_DATES, sides=SIDES))


def test_a_change_of_dissimilarity_and_its_parts():
    rows = development.index_changes(TWO_DATES, sides=SIDES, seed=1)
    # then: (|50/150 - 50/250| + |60/150 - 40/250| + |40/150 - 60/250| + 100/250) / 2 = .4; now .6 (9.4)
    change = row(rows, "dissimilarity_change")
    assert change["value"] == pytest.approx(0.2)
    # areas of 100 each then and now: all of it is in the shares
    assert row(rows, "dissimilarity_change_composition")["value"] == pytest.approx(0.2)
    assert row(rows, "dissimilarity_change_space")["value"] == pytest.approx(0.0, abs=1e-12)
    assert (change["status"], change["unit"], change["base_persons"]) == ("A", "index points", 150.0)


def test_a_change_of_known_counts_has_an_interval_that_its_seed_fixes():
    first, second = (row(development.index_changes(TWO_DATES, sides=SIDES, seed=7), "dissimilarity_change")
                     for _ in range(2))  # fmt: skip
    assert first == second
    # two binomial halves of hundred: a change of .2 is some five deviations from none
    assert 0.05 < first["lower"] < 0.2 < first["upper"] < 0.35


def test_what_grows_evenly_changes_nothing():
    doubled = counts(NOW, a=(100, 100), b=(120, 80), c=(80, 120), d=(0, 200))
    frame = pl.concat([counts(THEN, a=(50, 50), b=(60, 40), c=(40, 60), d=(0, 100)), doubled])
    rows = development.index_changes(frame, sides=SIDES, seed=1)
    assert rows["value"].to_list() == pytest.approx([0.0] * 6, abs=1e-9)


def test_margins_alone_leave_the_structure_as_it_is():
    # twice the group everywhere: the odds ratios between areas stay, so that all of the change is in the margins
    frame = pl.concat([
        counts(THEN, a=(50, 50), b=(60, 40), c=(40, 60), d=(10, 100)),
        counts(NOW, a=(100, 50), b=(120, 40), c=(80, 60), d=(20, 100)),
    ])  # fmt: skip
    rows = development.index_changes(frame, sides=SIDES, seed=1)
    change = information([(100, 50), (120, 40), (80, 60), (20, 100)]) - information(
        [(50, 50), (60, 40), (40, 60), (10, 100)]
    )
    assert row(rows, "mutual_information_change")["value"] == pytest.approx(change)
    assert row(rows, "mutual_information_change_margins")["value"] == pytest.approx(change)
    assert row(rows, "mutual_information_change_structure")["value"] == pytest.approx(0.0, abs=1e-9)
    assert row(rows, "mutual_information_change")["unit"] == "nats"


def test_the_parts_are_those_of_the_published_decomposition():
    # the reference values of Elbers' example, as in `change`: two groups, here as three areas of two
    sides = statement.Sides(SIDES.part, SIDES.rest, ("a", "b", "c"), "town")
    frame = pl.concat([
        counts(THEN, a=(100, 50), b=(50, 50), c=(100, 50)),
        counts(NOW, a=(125, 100), b=(100, 100), c=(100, 75)),
    ])  # fmt: skip
    rows = development.index_changes(frame, sides=sides, seed=1)
    assert row(rows, "mutual_information_change_structure")["value"] == pytest.approx(-0.0103366, abs=5e-8)
    assert row(rows, "mutual_information_change_margins")["value"] == pytest.approx(0.0012756, abs=5e-8)


def test_an_area_that_became_inhabited_has_a_part_of_its_own():
    frame = pl.concat([
        counts(THEN, a=(50, 50), b=(60, 40), c=(40, 60), d=(0, 0)),
        counts(NOW, a=(50, 50), b=(60, 40), c=(40, 60), d=(0, 100)),
    ])  # fmt: skip
    rows = development.index_changes(frame, sides=SIDES, seed=1)
    # the other three did not change: the new area is all of the change
    change = information([(50, 50), (60, 40), (40, 60), (0, 100)]) - information([(50, 50), (60, 40), (40, 60)])
    assert row(rows, "mutual_information_change_areas")["value"] == pytest.approx(change)
    assert row(rows, "mutual_information_change_structure")["value"] == pytest.approx(0.0, abs=1e-9)
    assert "d" not in set(development.share_changes(frame, sides=SIDES)["area_code"])


def test_the_same_areas_then_and_now_have_no_part_for_areas():
    rows = development.index_changes(TWO_DATES, sides=SIDES, seed=1)
    assert "mutual_information_change_areas" not in set(rows["indicator"])


def test_an_area_without_a_row_counts_nobody_where_the_source_says_so():
    sides = statement.Sides(SIDES.part, SIDES.rest, ("a", "b", "c", "d"), "town", absent_is_zero=True)
    frame = pl.concat([counts(THEN, a=(50, 50), b=(60, 40), c=(40, 60)), LATER])
    changed = development.share_changes(frame, sides=sides)
    assert changed["area_code"].to_list() == ["a", "b", "c"]
    assert development.share_changes(frame, sides=SIDES).is_empty()


def test_a_withheld_count_leaves_bounds_and_no_interval_of_chance():
    frame = pl.concat([counts(THEN, a=((1, 4), 96), b=(60, 40), c=(40, 60), d=(0, 100)), LATER])
    shares = development.share_changes(frame, sides=SIDES)
    a = row(shares, "share_change", "a")
    # the whole of the area belongs to the group in the end; 2.5 of 98.5 at first, or 1 of 97, or 4 of 100
    assert (a["value"], a["lower"], a["upper"]) == pytest.approx(points(*(1 - 2.5 / 98.5, 1 - 4 / 100, 1 - 1 / 97)))
    assert (a["status"], row(shares, "share_change", "b")["status"]) == ("E", "A")
    assert row(shares, "share_change", "b")["lower"] is None
    change = row(development.index_changes(frame, sides=SIDES, seed=1), "dissimilarity_change")

    # in the first area the group is the rarer side at any count: the index falls as the count rises
    def spread(count):
        group, rest = (count, 60, 40, 0), (96, 40, 60, 100)
        return sum(abs(one / sum(group) - other / sum(rest)) for one, other in zip(group, rest, strict=True)) / 2

    assert (change["lower"], change["upper"]) == pytest.approx((0.6 - spread(1), 0.6 - spread(4)))
    assert change["value"] == pytest.approx(0.6 - spread(2.5))
    assert change["status"] == "E"


def test_a_group_of_nobody_has_no_change_of_an_index():
    frame = pl.concat([counts(THEN, a=(0, 50), b=(0, 40), c=(0, 60), d=(0, 100)), LATER])
    assert development.index_changes(frame, sides=SIDES, seed=1).is_empty()
    assert development.share_changes(frame, sides=SIDES).height == 4


def test_a_group_of_a_handful_has_no_change_of_dissimilarity():
    # among persons drawn again there is, once in some draws, nobody of a group of four
    handful = [counts(period, a=(1, 9), b=(1, 9), c=(1, 9), d=(1, 9)) for period in (THEN, NOW)]
    rows = development.index_changes(pl.concat(handful), sides=SIDES, seed=1)
    assert set(rows["indicator"].str.head(6)) == {"mutual"}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(20, 60), min_size=16, max_size=16))
def test_the_parts_add_up_to_the_change(numbers):
    def date(period, eight):
        return counts(period, **{area: eight[2 * at : 2 * at + 2] for at, area in enumerate("abcd")})

    frame = pl.concat([date(THEN, numbers[:8]), date(NOW, numbers[8:])])
    rows = development.index_changes(frame, sides=SIDES, seed=1)
    for change, parts in {"dissimilarity_change": ("_composition", "_space"),
                          "mutual_information_change": ("_structure", "_margins")}.items():  # fmt: skip
        together = sum(row(rows, f"{change}{part}")["value"] for part in parts)
        assert row(rows, change)["value"] == pytest.approx(together, abs=1e-9)


# Two old areas become three: x lies half in p and half in q by surface, y is r.
BEFORE = statement.Sides(SIDES.part, SIDES.rest, ("x", "y"), "town")
TODAY = statement.Sides(SIDES.part, SIDES.rest, ("p", "q", "r"), "town")
OLD = counts("2016-12-31", "old", x=(40, 60), y=(10, 90))
NEW = counts("2021-12-31", "new", p=(30, 20), q=(20, 30), r=(10, 90))
BY_SURFACE = areal_crosswalk(["x", "x", "y"], ["p", "q", "r"], [5, 5, 8])
BY_RESIDENTS = population_crosswalk(["x", "x", "y"], ["p", "q", "r"], [30, 70, 100])


def over(crosswalk, earlier=OLD, now=NEW):
    return development.carried_changes(earlier, now, before=BEFORE, sides=TODAY, crosswalk=crosswalk, seed=1)


def test_counts_of_a_split_area_are_shared_out_and_their_bounds_told():
    rows = over(BY_SURFACE)
    p, q, r = (row(rows, "share_change", area) for area in "pqr")
    # carried: 20 and 30 to p, as many to q; .4 of both. Anybody may have lived in either piece: 0 to 1
    assert (p["value"], p["lower"], p["upper"]) == pytest.approx(points(*(0.6 - 0.4, 0.6 - 1, 0.6 - 0)))
    assert (q["value"], q["lower"], q["upper"]) == pytest.approx(points(*(0.0, 0.4 - 1, 0.4 - 0)))
    assert (r["value"], r["lower"], r["upper"]) == (pytest.approx(0.0), None, None)
    assert set(rows["status"]) == {"E"}
    assert set(rows["source_id"]) == {"new+old"}
    assert set(rows["period"]) == {"2016-12-31/2021-12-31"}
    # 50 of the group then, 60 today; 50 residents of p and q at both dates, 100 of r
    assert row(rows, "dissimilarity_change")["base_persons"] == 50
    assert (p["base_persons"], q["base_persons"], r["base_persons"]) == (50, 50, 100)


def test_residents_of_the_day_narrow_what_a_piece_can_hold():
    p, q = (row(over(BY_RESIDENTS), "share_change", area) for area in "pq")
    # p has 30 residents: none of the 40 to 30 of them; q has 70: 10 to 40 of them
    assert (p["value"], p["lower"], p["upper"]) == pytest.approx(points(*(0.6 - 0.4, 0.6 - 1, 0.6 - 0)))
    assert (q["value"], q["lower"], q["upper"]) == pytest.approx(points(*(0.0, 0.4 - 40 / 70, 0.4 - 10 / 70)))


def test_residents_of_another_day_share_out_and_bound_nothing():
    doubled = population_crosswalk(["x", "x", "y"], ["p", "q", "r"], [60, 140, 100])
    q = row(over(doubled), "share_change", "q")
    assert (q["value"], q["lower"], q["upper"]) == pytest.approx(points(*(0.0, 0.4 - 1, 0.4 - 0)))


def test_an_index_over_a_reform_has_the_bounds_of_the_carried_counts():
    rows = over(BY_SURFACE)
    change = row(rows, "dissimilarity_change")
    # then, carried: group 20 20 10 of 50, rest 30 30 90 of 150; today: 30 20 10 of 60, 20 30 90 of 140
    then = (abs(20 / 50 - 30 / 150) * 2 + abs(10 / 50 - 90 / 150)) / 2
    now = (abs(30 / 60 - 20 / 140) + abs(20 / 60 - 30 / 140) + abs(10 / 60 - 90 / 140)) / 2
    assert change["value"] == pytest.approx(now - then)
    # perhaps the group of x lived in p alone and everybody else in q: (40/50 + 60/150 + .4) / 2 = .8
    assert change["lower"] <= now - 0.8
    assert change["upper"] >= now - then


def test_a_reform_that_only_merges_leaves_nothing_open():
    before = statement.Sides(SIDES.part, SIDES.rest, ("x", "y", "z"), "town")
    earlier = counts("2016-12-31", "old", x=(40, 60), y=(10, 90), z=(5, 5))
    now = counts("2021-12-31", "new", p=(30, 20), r=(10, 90))
    sides = statement.Sides(SIDES.part, SIDES.rest, ("p", "r"), "town")
    walk = areal_crosswalk(["x", "y", "z"], ["p", "r", "p"], [3, 5, 2])
    rows = development.carried_changes(earlier, now, before=before, sides=sides, crosswalk=walk, seed=1)
    p = row(rows, "share_change", "p")
    assert (p["value"], p["lower"]) == (pytest.approx(100 * (30 / 50 - 45 / 110)), None)


def test_the_last_earlier_period_before_the_last_of_today_is_taken():
    several = pl.concat([counts("2010-12-31", "old", x=(90, 10), y=(10, 90)), OLD,
                         counts("2022-12-31", "old", x=(90, 10), y=(10, 90))])  # fmt: skip
    assert over(BY_SURFACE, earlier=several).equals(over(BY_SURFACE))


def test_without_an_earlier_period_nothing_is_carried():
    assert over(BY_SURFACE, earlier=OLD.with_columns(period=pl.lit("2021-12-31"))).is_empty()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (["x", "x"], ["p", "q"], "area_not_carried"),
        (["x", "y", "y"], ["p", "q", "elsewhere"], "carried_nowhere"),
    ],
)
def test_nobody_gets_lost_on_the_way(old, new, message):
    with pytest.raises(MeasureUndefined) as refused:
        over(areal_crosswalk(old, new, [1] * len(old)))
    assert refused.value.faults[0].message_id == f"neighbourhoods.{message}"
