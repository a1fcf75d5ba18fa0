"""The shipped recipes on the publishers' real files: totals that the publishers or we by hand have counted."""

import fnmatch
import math

import polars as pl
import pytest

from cosmopolis.catalogue import shipped_recipes
from cosmopolis.sources import read_areas, read_codes, read_table


def files_of(folder, recipe):
    names = sorted(path.name for path in folder.iterdir())
    fitting = [name for name in names if any(fnmatch.fnmatchcase(name, pattern) for pattern in recipe.files)]
    return [folder / name for name in fitting]


def table(data_folder, folder, name):
    recipe = shipped_recipes()[name]
    return read_table(files_of(data_folder / folder, recipe), recipe, source_id=name, code_version="0")


def total(frame, **wanted):
    for column, value in wanted.items():
        frame = frame.filter(pl.col(column) == value)
    return math.fsum(frame["value"].drop_nulls())


FOLDERS = {
    "barcelona": "barcelona",
    "berlin": "berlin",
    "eurostat": "eurostat",
    "germany": "germany_census2011_grid",
    "milan": "milan",
    "munich": "munich",
    "un-wpp2019": "un_wpp2019",
    "un-wup2018": "un_wup2018",
}


def test_every_file_at_hand_has_a_shipped_recipe(data_folder):
    recipes = shipped_recipes()
    for start, folder in FOLDERS.items():
        names = {path.name for path in (data_folder / folder).iterdir() if path.name != "SOURCE.md"}
        claimed = {
            path.name
            for name, recipe in recipes.items()
            if name.startswith(start)
            for path in files_of(data_folder / folder, recipe)
        }
        assert names == claimed


def test_barcelona_has_the_sums_that_its_description_names(data_folder):
    # the description: 1,731,124 visible in the nationality file of 2025, 1,731,303 in the age file
    nationality = table(data_folder, "barcelona", "barcelona-nationality-sex").frame
    ages = table(data_folder, "barcelona", "barcelona-age-sex").frame
    assert total(nationality, period="2025-01-01") == 1_731_124
    assert total(ages, period="2025-01-01") == 1_731_303
    # region 17 is Southern Europe with Spain in it
    assert total(nationality, period="2025-01-01", group="citizenship=039") == 1_339_987


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("barcelona-nationality-sex", 2_864),
        ("barcelona-education-birthplace", 1_697),
        ("barcelona-age-sex", 2_192),
    ],
)
def test_every_mark_of_barcelona_is_an_interval_from_one_to_four(data_folder, name, marks):
    hidden = table(data_folder, "barcelona", name).frame.filter(pl.col("status") == "Q")
    assert hidden.height == marks
    assert hidden.select("value", "lower", "upper").unique().rows() == [(None, 1.0, 4.0)]


def test_barcelona_has_73_barris_in_10_districts_and_233_statistical_areas(data_folder):
    ages = table(data_folder, "barcelona", "barcelona-age-sex")
    recipe = shipped_recipes()["barcelona-barris"]
    shapes = read_areas(files_of(data_folder / "barcelona", recipe), recipe)
    barris = {area.code for area in shapes.at("barri")}
    assert len(barris) == 73
    assert len(shapes.at("district")) == 10
    assert sum(level == "aeb" for level in ages.levels.values()) == 233
    assert {parent for area, parent in ages.parents.items() if area.startswith("aeb")} == barris
    # women are coded 1 and men 2 here, the reverse of ISO 5218: there are more women, above all in old age
    old = ages.frame.filter(pl.col("age_group") == "Y90T94")
    assert total(old, sex="F") > 2 * total(old, sex="M")


def test_the_code_list_of_barcelona_is_read(data_folder):
    recipe = shipped_recipes()["barcelona-code-list"]
    codes = read_codes(files_of(data_folder / "barcelona", recipe), recipe)
    assert codes.of("LLOC_NAIX")["4"].labels["en"] == "Rest of European Union"
    assert codes.of("SEXE")["1"].labels["en"] == "Female"


def test_berlin_has_the_sums_that_its_description_names(data_folder):
    origins = table(data_folder, "berlin", "berlin-origin-matrix")
    people = table(data_folder, "berlin", "berlin-population").frame
    # both files count the same 1,207,052 residents with a migration background at the end of 2017
    assert total(origins.frame, period="2017-12-31") == 1_207_052
    assert total(people.filter(pl.col("group").str.contains("background=with;")), period="2017-12-31") == 1_207_052
    assert total(people) == 3_711_930
    assert [(repair.kind, repair.rows) for repair in origins.provenance.repairs] == [("pad", 352)]
    assert sorted(origins.frame["period"].unique()) == ["2010-12-31", "2016-12-31", "2017-12-31"]


def test_the_european_union_of_berlin_keeps_the_name_of_its_year(data_folder):
    origins = table(data_folder, "berlin", "berlin-origin-matrix")
    union = origins.frame.filter(pl.col("group").is_in(["background=eu27_2007", "background=eu28"]))
    assert sorted(union.select("period", "group").unique().rows()) == [
        ("2010-12-31", "background=eu27_2007"),
        ("2016-12-31", "background=eu28"),
        ("2017-12-31", "background=eu28"),
    ]
    # Poland and the fifteen old members are parts of the Union, never added to it
    assert sorted(origins.of_which["group"].unique()) == ["background=POL", "background=eu15"]


def test_every_planning_area_of_berlin_lies_in_a_region_with_a_shape(data_folder):
    origins = table(data_folder, "berlin", "berlin-origin-matrix")
    recipe = shipped_recipes()["berlin-bezirksregionen"]
    regions = {area.code for area in read_areas(files_of(data_folder / "berlin", recipe), recipe).at("bezirksregion")}
    planning = [area for area, level in origins.levels.items() if level == "planungsraum"]
    assert (len(regions), len(planning)) == (138, 447)
    assert {origins.parents[area] for area in planning} == regions


def test_milan_is_mended_in_the_six_rows_that_its_description_names(data_folder):
    people = table(data_folder, "milan", "milan-citizenship-sex")
    assert [(repair.kind, repair.rows) for repair in people.provenance.repairs] == [("insert_missing_field", 6)]
    rows = people.frame.filter(pl.col("group").is_in(["citizenship=ARE", "citizenship=TLS"]))
    assert rows.select("period", "group", "sex", "value").sort("period", "sex").rows() == [
        ("1991", "citizenship=ARE", "F", 3.0),
        ("1991", "citizenship=ARE", "M", 4.0),
        ("2018", "citizenship=TLS", "F", 7.0),
        ("2018", "citizenship=TLS", "M", 2.0),
    ]
    # two states are called Congo: Brazzaville and Kinshasa stay apart
    assert {"citizenship=COG", "citizenship=COD", "citizenship=stateless"} <= set(people.frame["group"])


def test_munich_counts_districts_and_leaves_the_city_row_out(data_folder):
    moves = table(data_folder, "munich", "munich-moves").frame
    density = table(data_folder, "munich", "munich-density").frame
    # the file's row of the city for 2024: 1,603,776 residents
    assert total(density, indicator="population_stock", period="2024") == 1_603_776
    assert density["area_code"].n_unique() == 25
    # 25 years, 25 districts, 2 citizenships, 5 base values
    assert moves.height == 25 * 25 * 2 * 5
    # Altstadt-Lehel, Germans, 2024, as printed in the file's third line
    first = moves.filter((pl.col("area_code") == "stadtbezirk-01") & (pl.col("period") == "2024"))
    german = first.filter(pl.col("group") == "citizenship=national").sort("indicator")
    assert german["value"].to_list() == [811, 885, 768, 1024, 15549.8]


def test_districts_of_munich_in_two_pieces_are_one_area(data_folder):
    recipe = shipped_recipes()["munich-stadtbezirke"]
    shapes = read_areas(files_of(data_folder / "munich", recipe), recipe)
    assert len(shapes.areas) == len(shapes.shapes) == 25


def test_eurostat_withholds_what_is_unreliable_and_says_so(data_folder):
    rates = table(data_folder, "eurostat", "eurostat-employment").frame
    # 34 rows with the flag bu and 154 with u have no value
    assert rates.filter(pl.col("value").is_null()).height == 188
    first = rates.filter((pl.col("area_code") == "country-AUT") & (pl.col("period") == "1995") & (pl.col("sex") == "F"))
    assert first.filter(pl.col("group") == "citizenship=foreign")["value"].to_list() == [59.3]
    income = table(data_folder, "eurostat", "eurostat-income").frame
    assert not income["area_code"].str.contains("European|Euro area").any()


def test_countries_of_the_united_nations_are_counted_once(data_folder):
    people = table(data_folder, "un_wpp2019", "un-wpp2019-population").frame
    # World Population Prospects 2019: 83,783.9 thousand people in Germany in 2020
    assert total(people, period="2020", area_code="country-DEU") == pytest.approx(83_783.9, abs=0.1)
    # 7,794,799 thousand in the world; countries below 90,000 people have no ages and are not in this file
    assert 0.9998 * 7_794_799 < total(people, period="2020") < 7_794_799


@pytest.mark.slow
def test_the_census_grid_has_the_sums_that_its_description_names(data_folder):
    folder = "germany_census2011_grid"
    born = table(data_folder, folder, "germany-census2011-birth").frame
    turkish = table(data_folder, folder, "germany-census2011-citizenship").frame
    people = table(data_folder, folder, "germany-census2011-population").frame
    assert total(born, group="birth=eu27_2007") == 3_781_108
    assert total(turkish) == 1_398_879
    assert total(people) == 80_212_528
    assert people.height == 361_478
    assert "cell-1kmN2684E4334" in set(people["area_code"])
