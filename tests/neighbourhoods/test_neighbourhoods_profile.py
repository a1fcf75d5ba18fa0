"""Segregation and location quotients on rows of the long table."""

import polars as pl
import pytest

from cosmopolis.neighbourhoods.profile import location_quotients, multigroup, segregation
from cosmopolis.vocabulary.policy import Floors
from cosmopolis.vocabulary.table import SCHEMA

AREAS = ["barri-01", "barri-02"]
FLOORS = Floors(0, 0, 0, 100, 300, 0, 0)


def row(area, group, value, status="A", period="2025"):
    suppressed = isinstance(value, tuple)
    return {
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
        "status": "Q" if suppressed else status,
        "source_id": "register",
        "method_id": "",
    }


def counts(*pairs):
    """Persons abroad and at home of each area."""
    rows = []
    for area, (abroad, home) in zip(AREAS, pairs, strict=False):
        rows += [row(area, "birth=abroad", abroad), row(area, "birth=country", home)]
    return pl.DataFrame(rows, schema=dict(SCHEMA))


def told(frame, **wanted):
    for name, code in wanted.items():
        frame = frame.filter(pl.col(name) == code)
    assert frame.height == 1
    found = frame.row(0, named=True)
    value = found["value"]
    return ((found["lower"], found["upper"]) if value is None else round(value, 4)), found["status"]


def measured(frame, **other):
    whole = ["birth=abroad", "birth=country"]
    return segregation(frame, part=["birth=abroad"], rest=whole, areas=AREAS, city="town", **other)


def test_both_indices_carry_the_citys_own_code():
    found = measured(counts((10, 40), (30, 20)))
    assert told(found, indicator="dissimilarity", area_code="town", group="birth=abroad") == (0.4167, "A")
    assert told(found, indicator="isolation", unit="share") == (0.5, "A")
    assert dict(found.schema) == dict(SCHEMA)


def test_a_suppressed_area_leaves_an_interval():
    found = measured(counts(((1, 1), 1), (0, 3)))
    assert told(found, indicator="dissimilarity") == ((0.75, 0.75), "Q")
    found = measured(counts((1, (1, 3)), (0, 3)))
    (lower, upper), status = told(found, indicator="dissimilarity")
    assert (pytest.approx(lower), pytest.approx(upper), status) == (0.5, 0.75, "Q")


def test_a_missing_area_leaves_no_index():
    assert told(measured(counts((10, 40))), indicator="dissimilarity") == ((None, None), "O")
    assert told(measured(counts((10, 40), (None, 20))), indicator="isolation")[0] == (None, None)


def test_an_area_without_rows_has_nobody_when_absence_is_zero():
    found = measured(counts((10, 40)), absent_is_zero=True)
    assert told(found, indicator="isolation") == (0.2, "A")


def test_a_group_that_nobody_belongs_to_cannot_have_an_index():
    assert told(measured(counts((0, 40), (0, 20))), indicator="isolation") == ((None, None), "M")


def test_a_small_group_is_not_shown_and_a_smallish_one_is_flagged():
    small = measured(counts((10, 40), (30, 20)), floors=FLOORS)
    assert told(small, indicator="dissimilarity") == ((None, None), "Q")
    assert told(small, indicator="isolation") == (0.5, "A")
    assert told(measured(counts((50, 40), (150, 20)), floors=FLOORS), indicator="dissimilarity")[1] == "U"


def test_each_origin_group_against_all_others_of_the_table():
    rows = [row(a, g, n) for g, ns in {"a": (9, 0), "b": (0, 4), "c": (0, 3)}.items() for a, n in zip(AREAS, ns)]  # noqa: B905
    found = multigroup(pl.DataFrame(rows, schema=dict(SCHEMA)), groups=["a", "b", "c"], areas=AREAS, city="town")
    assert told(found, indicator="dissimilarity", group="a") == (1, "A")
    # group b: all in the second area, where 3 of the 12 others live
    assert told(found, indicator="dissimilarity", group="b") == (0.75, "A")


def quotients(frame, **other):
    return location_quotients(frame, part=["birth=abroad"], rest=["birth=country"], areas=AREAS, **other)


def test_a_quotient_for_each_area():
    found = quotients(counts((60, 40), (40, 160)))
    assert told(found, area_code="barri-01", unit="ratio") == (1.8, "A")
    assert told(found, area_code="barri-02") == (0.6, "A")


def test_one_hidden_area_makes_every_quotient_an_interval():
    found = quotients(counts(((1, 4), 8), (6, 9)))
    (lower, upper), status = told(found, area_code="barri-01")
    assert (pytest.approx(lower), pytest.approx(upper), status) == ((1 / 9) / (7 / 24), (4 / 12) / (10 / 27), "Q")
    assert told(found, area_code="barri-02")[1] == "Q"


def test_an_area_where_nobody_lives_cannot_have_a_quotient():
    found = quotients(counts((60, 40), (0, 0)))
    assert told(found, area_code="barri-01") == (1, "A")
    assert told(found, area_code="barri-02") == ((None, None), "M")


def test_what_one_area_lacks_every_quotient_lacks():
    assert told(quotients(counts((60, 40)))) == ((None, None), "O")


def test_no_rows_in_are_no_rows_out():
    empty = counts()
    assert measured(empty).height == 0
    assert quotients(empty).height == 0
