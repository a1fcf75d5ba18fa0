"""Standard margins, areas rolled up to a level, and which origins may be called foreign."""

import polars as pl
import pytest

from cosmopolis.errors import MeasureUndefined
from cosmopolis.population import margins
from cosmopolis.population.origin import foreignness
from cosmopolis.population.structure import age_years
from cosmopolis.vocabulary.table import SCHEMA, Provenance, Table

MEMBERS = {"039": {"ESP", "ITA"}, "013": {"MEX"}, "901": {"ESP"}}


def table(areas, groups=("_T",), ages=("Y0T4",), parents=None):
    rows = [
        dict.fromkeys(SCHEMA, None) | {"area_code": area, "group": group, "age_group": age, "value": 1.0}
        for area in areas
        for group in groups
        for age in ages
    ]
    frame = pl.DataFrame(rows, schema=dict(SCHEMA))
    origin = Provenance("register", "r", "", {}, "", "", "", "")
    return Table(frame, frame.clear(), origin, "residents", parents=parents or {})


NESTED = table(
    ["aeb-001", "aeb-002"],
    parents={"aeb-001": "barri-01", "aeb-002": "barri-02", "barri-01": "district-01", "barri-02": "district-01"},
)


def test_areas_are_rolled_up_through_their_parents():
    assert margins.rollup(NESTED, "barri") == {"aeb-001": "barri-01", "aeb-002": "barri-02"}
    assert set(margins.rollup(NESTED, "district").values()) == {"district-01"}


def test_the_tables_own_level_is_kept_as_it_is():
    assert margins.by_area(NESTED, "aeb").area_code == "keep"
    assert margins.by_area(NESTED, "barri").area_code == {"aeb-001": "barri-01", "aeb-002": "barri-02"}


def test_an_area_outside_a_level_stops_the_sum():
    lost = table(["aeb-001", "aeb-009"], parents={"aeb-001": "barri-01", "aeb-009": "aeb-009"})
    with pytest.raises(MeasureUndefined, match=r"area_outside_level \(area='aeb-009', level='barri'\)"):
        margins.rollup(lost, "barri")


def test_one_axis_of_several_is_shown():
    crossed = table(["barri-01"], groups=["birth=eu;education=primary", "birth=eu;education=tertiary", "_T"])
    margin = margins.by_group(crossed, "birth")
    assert margin.name == "city_by_group_birth"
    assert margin.group == {"birth=eu;education=primary": "birth=eu", "birth=eu;education=tertiary": "birth=eu"}
    assert margins.by_group(table(["barri-01"], groups=["birth=eu"]), "birth").group == "keep"


def test_broad_ages_as_a_margin():
    margin = margins.by_broad_age(table(["barri-01"], ages=["Y0T4", "Y15T64", "_U"]))
    assert margin.age_group == {"Y0T4": "Y0T14", "Y15T64": "Y15T64"}


def test_names_of_margins_differ():
    made = [
        margins.city_total(),
        margins.by_sex(),
        margins.by_age(),
        margins.by_sex_and_age(),
        margins.by_group(NESTED),
        margins.by_group_and_sex(NESTED),
        margins.by_area(NESTED, "barri"),
        margins.by_area_and_group(NESTED, "barri"),
    ]
    assert len({margin.name for margin in made}) == len(made)


@pytest.mark.parametrize(
    ("code", "years"),
    [
        ("Y0T4", (0, 4)),
        ("Y_GE100", (100, None)),
        ("Y_LT5", (0, 4)),
        ("Y0", (0, 0)),
        ("_T", None),
        ("Y5T", None),
        ("5", None),
    ],
)
def test_age_codes(code, years):
    assert age_years(code) == years


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("039", "mixed"),
        ("013", "foreign"),
        ("901", "national"),
        ("ESP", "national"),
        ("ITA", "foreign"),
        ("national", "national"),
        ("country_rest", "national"),
        ("abroad", "foreign"),
        ("stateless", "foreign"),
        ("YUG", "foreign"),
        ("_U", "unknown"),
        ("999", "unknown"),
    ],
)
def test_what_may_be_called_foreign_in_barcelona(code, expected):
    assert foreignness(code, country="ESP", members=MEMBERS) == expected


def test_a_dissolved_state_is_not_foreign_to_its_successors():
    assert foreignness("YUG", country="SRB", members={}) == "mixed"
    assert foreignness("DDR", country="DEU", members={}) == "national"
