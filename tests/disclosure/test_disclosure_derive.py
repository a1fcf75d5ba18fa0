"""Measures of protected counts stay protected, and what is too small is withheld."""

import polars as pl
import pytest
from disclosure_cases import BY_AREA, CITY, FLOORS, NO_FLOORS, NONE, STRICT, atom, noise, table

from cosmopolis.disclosure import derive, protect
from cosmopolis.disclosure.derivation import strictest
from cosmopolis.errors import DisclosureRefused
from cosmopolis.vocabulary.policy import Policy
from cosmopolis.vocabulary.table import SCHEMA, Margin

GROUPS = Margin("groups", group="keep")


def counts(*atoms, policy=NONE, source="s", margins=(CITY, GROUPS)):
    key = None if policy.name == "none" else noise(STRICT)
    return protect(
        table(*atoms, source=source), policy=policy, margins=margins, city_area="city", floors=NO_FLOORS, noise=key
    )


def rows(*given, **all_have):
    made = [
        atom("city", 0, indicator="share", unit="share", method_id="m") | {"value": None} | all_have | one
        for one in given
    ]
    return lambda *_: pl.DataFrame(made, schema=SCHEMA, orient="row")


def the_row(protected):
    assert protected.frame.height == 1
    return protected.frame.row(0, named=True)


def test_a_measure_is_applied_and_rounded_to_six_decimals():
    two = counts(atom("a", 1, group="birth=X"), atom("a", 2, group="birth=Y"))
    found = derive(two, rows({"value": 1 / 3, "group": "birth=X"}), indicator="share_of_x")
    row = the_row(found)
    assert (row["value"], row["indicator"], row["status"]) == (0.333333, "share_of_x", "A")
    assert (found.policy, found.source_ids) == ("none", ("s",))


def test_bounds_of_what_was_withheld_are_rounded_outwards_so_that_they_still_hold():
    made = rows({"lower": 0.12345678, "upper": 0.23456712, "status": "Q"})
    row = the_row(derive(counts(atom("a", 900)), made))
    assert (row["lower"], row["upper"]) == (0.123456, 0.234568)
    # six decimals already: 0.29 * 1e6 is a little less than 290000 in binary
    exact = the_row(derive(counts(atom("a", 900)), rows({"lower": 0.29, "upper": 0.57, "status": "Q"})))
    assert (exact["lower"], exact["upper"]) == (0.29, 0.57)


def test_sources_that_count_nobody_are_named_beside():
    given = counts(atom("a", 900))
    assert derive(given, rows({"value": 0.5}), beside=("ways", "courses")).source_ids == ("courses", "s", "ways")


def test_several_tables_come_in_order_and_the_strictest_policy_stays():
    open_, strict = counts(atom("a", 7)), counts(atom("a", 700), policy=Policy(), source="t")
    seen = []

    def measure(first, second):
        seen.extend([first["source_id"][0], second["source_id"][0]])
        return rows({"value": 0.5})()

    found = derive((open_, strict), measure, floors=FLOORS)
    assert seen == ["s", "t"]
    assert (found.policy, found.source_ids) == ("census_strict", ("s", "t"))
    assert strictest(open_, open_) == "none"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"value": 0.5, "source_id": ""}, "source_id"),
        ({"value": 0.5, "unit": ""}, "unit"),
        ({"value": 0.5, "period": None}, "period"),
        ({"value": 0.5, "status": ""}, "status"),
        ({"value": 0.5, "status": "X"}, "status"),
        ({"value": 0.5, "status": "Q"}, "exactly where its status"),
        ({"value": None, "status": "A"}, "exactly where its status"),
        ({"value": float("nan")}, "not a finite number"),
        ({"status": "Q", "lower": 2.0, "upper": 1.0}, "above its upper"),
    ],
)
def test_a_row_that_does_not_say_what_it_is_is_refused(row, complaint):
    with pytest.raises(TypeError, match=complaint):
        derive(counts(atom("a", 7)), rows(row))


def test_other_columns_and_doubled_cells_are_refused():
    given = counts(atom("a", 7))
    with pytest.raises(TypeError, match="columns"):
        derive(given, lambda frame: frame.with_columns(key=pl.lit(1)))
    with pytest.raises(TypeError, match="twice"):
        derive(given, rows({"value": 0.5}, {"value": 0.6}))


def index_of(persons, **stated):
    """Dissimilarity of a group that counts so many persons in the city."""
    given = counts(atom("a", persons, group="birth=X"), policy=Policy())
    published = given.quantity(area_code="city", group="birth=X").value
    row = {"value": 0.25, "group": "birth=X"}
    measure = rows(row, indicator="dissimilarity", unit="index")
    return published, the_row(derive(given, measure, floors=FLOORS))


def test_the_index_of_a_small_group_is_not_published_and_of_a_few_hundred_is_flagged():
    published, row = index_of(80)
    assert published < 100
    assert (row["value"], row["status"]) == (None, "Q")
    assert (index_of(200)[1]["value"], index_of(200)[1]["status"]) == (0.25, "U")
    assert (index_of(900)[1]["value"], index_of(900)[1]["status"]) == (0.25, "A")


def test_an_index_whose_group_nobody_states_is_not_published():
    given = counts(atom("a", 900, group="birth=X"), policy=Policy())
    measure = rows({"value": 0.25, "group": "birth=Z"}, indicator="dissimilarity", unit="index")
    assert the_row(derive(given, measure, floors=FLOORS))["status"] == "Q"


@pytest.mark.parametrize(
    ("value", "whole", "expected"),
    [(1.0, 30, "Q"), (0.0, 30, "Q"), (0.5, 30, "A"), (1.0, 80, "A"), (0.0, 80, "A")],
)
def test_a_share_of_all_or_none_of_a_small_group_is_not_published(value, whole, expected):
    given = counts(atom("a", whole, group="birth=X"), policy=Policy())
    measure = rows({"value": value, "group": "birth=X;education=low"})
    assert the_row(derive(given, measure, floors=FLOORS))["status"] == expected


@pytest.mark.parametrize(
    ("value", "persons", "expected"),
    [
        # from nobody to everybody of 20 residents, or back; or nobody then and now
        (100.0, 20.0, "Q"), (-100.0, 20.0, "Q"), (0.0, 20.0, "Q"), (20.0, 20.0, "A"), (0.0, 80.0, "A"),
    ],
)  # fmt: skip
def test_a_change_that_tells_of_a_share_of_all_or_none_is_not_published(value, persons, expected):
    def measure(frame):
        return rows({"value": value, "unit": "percentage points", "group": "birth=Z"})().with_columns(
            base_persons=pl.lit(persons)
        )

    given = counts(atom("a", 900), policy=Policy())
    assert the_row(derive(given, measure, floors=FLOORS))["status"] == expected


def test_a_measure_may_state_the_persons_behind_its_rows():
    def measure(frame):
        return rows({"value": 1.0, "group": "birth=Z"})().with_columns(base_persons=pl.lit(20.0))

    given = counts(atom("a", 900), policy=Policy())
    assert the_row(derive(given, measure, floors=FLOORS))["status"] == "Q"


def test_perturbed_counts_carry_no_bounds_into_a_measure():
    given = counts(atom("a", 900), policy=Policy())
    row = the_row(derive(given, rows({"value": 0.5, "lower": 0.4, "upper": 0.6}), floors=FLOORS))
    assert (row["value"], row["lower"], row["upper"]) == (0.5, None, None)


def test_an_interval_of_published_counts_stays_with_its_number_and_goes_with_it():
    """It is worked out from what everybody sees, and tells nothing of the noise."""
    given = counts(atom("a", 900), policy=Policy())
    told = {"value": 0.5, "lower": 0.4, "upper": 0.6, "method_id": "m_with_interval"}
    row = the_row(derive(given, rows(told), floors=FLOORS))
    assert (row["value"], row["lower"], row["upper"]) == (0.5, 0.4, 0.6)
    few = counts(atom("a", 20), policy=Policy())
    hidden = the_row(derive(few, rows(told | {"indicator": "dissimilarity", "unit": "index"}), floors=FLOORS))
    assert (hidden["value"], hidden["lower"], hidden["upper"], hidden["status"]) == (None, None, None, "Q")


def test_a_selection_needs_no_floors_and_a_new_number_does():
    given = counts(atom("a", 900), atom("b", 800), policy=Policy(), margins=(BY_AREA,))
    assert derive(given, lambda frame: frame.filter(pl.col("area_code") == "a")).frame.height == 1
    with pytest.raises(DisclosureRefused, match="no_floors"):
        derive(given, rows({"value": 0.5}))
