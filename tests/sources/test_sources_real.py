"""Every trap that a SOURCE.md names, on the publishers' own files, with their figures."""

import math
from dataclasses import replace

import polars as pl
import pytest
import shapely

from cosmopolis.catalogue import load_recipe
from cosmopolis.errors import SourceError
from cosmopolis.sources import raw_table, read_areas, read_codes, read_table
from cosmopolis.vocabulary.recipe import Column, FromName, Measure, Reading, Recipe, Repair

BARCELONA = "barcelona/2020-2025_pad_mdb"
#: Persons in a suppressed Barcelona cell.
HIDDEN = (1, 4)


@pytest.fixture(scope="module")
def shipped():
    """A recipe that comes with the program, by its id."""
    from importlib.resources import files

    return lambda name: load_recipe(files("cosmopolis.content") / "recipes" / f"{name}.yaml")


def table_of(data_folder, recipe, *names):
    return read_table([data_folder / name for name in names], recipe, source_id="s", code_version="0")


def fault_ids(data_folder, recipe, *names):
    with pytest.raises(SourceError) as caught:
        table_of(data_folder, recipe, *names)
    return {fault.message_id for fault in caught.value.faults}


# ---- Barcelona


@pytest.mark.parametrize(
    ("name", "file", "rows", "hidden", "visible_2025"),
    [
        ("barcelona-nationality-sex", "_nacionalitat-regio_sexe.csv", 15766, 2864, 1_731_124),
        ("barcelona-education-birthplace", "_niv-educa-esta_edat-lloc-naix.csv", 13476, 1697, None),
        ("barcelona-age-sex", "a_sexe_edat-q.csv", 57705, 2192, 1_731_303),
    ],
)
def test_barcelona_suppressed_cells_are_intervals_and_visible_sums_are_the_publishers(
    data_folder, shipped, name, file, rows, hidden, visible_2025
):
    frame = table_of(data_folder, shipped(name), BARCELONA + file).frame
    suppressed = frame.filter(status="Q")
    assert (frame.height, suppressed.height) == (rows, hidden)
    assert suppressed["value"].null_count() == hidden
    assert set(suppressed.select("lower", "upper").rows()) == {HIDDEN}
    assert frame["value"].min() == 5
    if visible_2025:
        assert frame.filter(period="2025-01-01")["value"].sum() == visible_2025


def test_barcelona_sex_1_is_a_woman(data_folder, shipped):
    # of those who reach a hundred, most are women everywhere; the reverse code would say men
    frame = table_of(data_folder, shipped("barcelona-age-sex"), BARCELONA + "a_sexe_edat-q.csv").frame
    old = frame.filter(period="2025-01-01", age_group="Y_GE100").group_by("sex").agg(pl.col("value").sum())
    people = dict(old.rows())
    assert people["F"] > 3 * people["M"]


def test_barcelona_region_17_includes_spain(data_folder, shipped):
    recipe = shipped("barcelona-nationality-sex")
    frame = table_of(data_folder, recipe, BARCELONA + "_nacionalitat-regio_sexe.csv").frame
    south = frame.filter(pl.col("group") == "citizenship=039", period="2025-01-01")
    assert south["value"].sum() == 1_339_987


def test_barcelona_areas_of_the_register_join_to_the_map(data_folder, shipped):
    recipe = shipped("barcelona-nationality-sex")
    table = table_of(data_folder, recipe, BARCELONA + "_nacionalitat-regio_sexe.csv")
    areas = read_areas([data_folder / "barcelona/barris.geojson"], shipped("barcelona-barris"))
    barris = {code for code, level in table.levels.items() if level == "barri"}
    assert barris == set(areas.shapes)
    assert len(barris) == 73
    assert {area.code: area.parent for area in areas.at("barri")}["barri-73"] == table.parents["barri-73"]


def test_barcelona_aeb_lie_in_barris(data_folder, shipped):
    table = table_of(data_folder, shipped("barcelona-age-sex"), BARCELONA + "a_sexe_edat-q.csv")
    levels = list(table.levels.values())
    assert (levels.count("aeb"), levels.count("barri")) == (233, 73)


def test_barcelona_code_list_has_its_words_in_three_languages(data_folder):
    recipe = Recipe(
        "codes", "", "", "", "codes", ("*",), Reading("delimited"),
        columns=(
            Column("Codi_Dimensio", "ignore"), Column("Desc_Dimensio", "dimension"), Column("Codi_Valor", "code"),
            Column("Desc_Valor_CA", "label:ca"), Column("Desc_Valor_ES", "label:es"),
            Column("Desc_Valor_EN", "label:en"),
        ),
    )  # fmt: skip
    codes = read_codes([data_folder / "barcelona/pad_dimensions.csv"], recipe)
    assert len(codes.codes) == 1143
    assert codes.of("SEXE")["1"].labels == {"ca": "Dona", "es": "Mujer", "en": "Female"}
    assert len(codes.of("LLOC_NAIX")) >= 6


# ---- Berlin

MATRIX = "berlin/EWRMIGRA{}12H_Matrix.csv"


def test_berlin_lines_end_with_carriage_returns_only(data_folder, shipped):
    path = data_folder / MATRIX.format(2016)
    assert b"\n" not in path.read_bytes()
    assert raw_table(path, shipped("berlin-origin-matrix").reading).frame.shape == (447, 17)


def test_berlin_origins_add_up_to_all_with_a_migration_background(data_folder, shipped):
    recipe = shipped("berlin-origin-matrix")
    table = table_of(data_folder, recipe, *[MATRIX.format(year) for year in (2010, 2016, 2017)])
    atoms = table.frame.filter(period="2017-12-31")
    # the sum identity holds in every row, or check_rows would have stopped the reading
    assert atoms["value"].sum() == 1_207_052
    assert {"EU15", "HK_Polen"}.isdisjoint(table.frame["group"].unique())
    assert table.of_which.height == 3 * 447 * 2
    assert {1, 2, 5}.isdisjoint(atoms["value"].to_list())
    assert [(repair.kind, repair.rows) for repair in table.provenance.repairs] == [("pad", 352)]


def test_berlin_lost_zeros_stop_a_recipe_that_does_not_name_them(data_folder, shipped):
    recipe = replace(shipped("berlin-origin-matrix"), repairs=())
    assert fault_ids(data_folder, recipe, MATRIX.format(2017)) == {"sources.lost_zeros"}


def test_berlin_summing_every_origin_column_would_count_people_twice(data_folder, shipped):
    recipe = shipped("berlin-origin-matrix")
    double = replace(recipe, measures=tuple(replace(one, of_which="") for one in recipe.measures))
    assert fault_ids(data_folder, double, MATRIX.format(2016)) == {"sources.sum_differs"}


def test_berlin_population_file_has_the_same_sum(data_folder, shipped):
    recipe = shipped("berlin-population")
    frame = table_of(data_folder, recipe, "berlin/berlin-lor-population-2017-02-t1-planning-areas.csv").frame
    background = frame.filter(pl.col("group").str.contains("background=with(;|$)"))
    assert background["value"].sum() == 1_207_052


def test_berlin_regions_are_the_first_six_characters_of_the_planning_area(data_folder, shipped):
    table = table_of(data_folder, shipped("berlin-origin-matrix"), MATRIX.format(2010))
    areas = read_areas([data_folder / "berlin/LOR-Bezirksregionen.geojson"], shipped("berlin-bezirksregionen"))
    assert len(areas.shapes) == 138
    regions = {code for code, level in table.levels.items() if level == "bezirksregion"}
    assert regions == set(areas.shapes)


# ---- Milan

MILAN = "milan/ds75_stranieri_sesso_citt.csv"


def test_milan_six_shifted_rows_are_mended_and_listed(data_folder, shipped):
    table = table_of(data_folder, shipped("milan-citizenship-sex"), MILAN)
    assert table.frame.height == 10857
    assert [(repair.kind, repair.rows) for repair in table.provenance.repairs] == [("insert_missing_field", 6)]
    emirates = table.frame.filter(pl.col("group") == "citizenship=ARE", period="1991").sort("sex")
    assert emirates["value"].to_list() == [3, 4]


def test_milan_shifted_rows_stop_a_recipe_that_does_not_name_them(data_folder, shipped):
    recipe = replace(shipped("milan-citizenship-sex"), repairs=())
    with pytest.raises(SourceError) as caught:
        table_of(data_folder, recipe, MILAN)
    assert [fault.values["row"] for fault in caught.value.faults] == [1046, 1047, 8909, 8910, 10306, 10307]
    assert caught.value.faults[0].values["value"] == "1991 | United Arab Emirates | Femmine | 3"


# ---- Munich

MOVES = "munich/indikat2510_bevoelkerung_mobilitaetsziffer_28_10_25.csv"


def test_munich_city_total_is_checked_and_left_out(data_folder, shipped):
    recipe = shipped("munich-moves")
    table = table_of(data_folder, recipe, MOVES)
    assert len([level for level in table.levels.values() if level == "stadtbezirk"]) == 25
    assert not any("Stadt München" in code for code in table.levels)
    inflow = table.frame.filter(indicator="inflow", period="2024")
    german = inflow.filter(pl.col("group").str.contains("national"))
    assert german["value"].sum() == 39_313  # the city's own row, "deutsch"


def test_munich_polygons_are_wkt_in_metres_and_come_out_in_degrees(data_folder, shipped):
    areas = read_areas([data_folder / "munich/vablock_stadtbezirk.csv"], shipped("munich-stadtbezirke"))
    assert len(areas.shapes) == 25
    west, south, east, north = shapely.total_bounds([shapely.from_wkb(shape) for shape in areas.shapes.values()])
    assert (11.3, 48.0) < (west, south) < (east, north) < (11.8, 48.3)


def test_munich_polygons_without_their_coordinate_system_are_refused(data_folder, shipped):
    recipe = replace(shipped("munich-stadtbezirke"), geometry_crs="")
    with pytest.raises(SourceError) as caught:
        read_areas([data_folder / "munich/vablock_stadtbezirk.csv"], recipe)
    assert {fault.message_id for fault in caught.value.faults} == {"sources.not_degrees"}


# ---- Eurostat


@pytest.mark.parametrize(
    ("name", "file", "withheld", "unreliable"),
    [
        ("eurostat-employment", "employment_rates_yearly.csv", 188, 210),
        ("eurostat-income", "mean_and_median_income_by_citizenship.csv", None, None),
        ("eurostat-sex-by-birth", "proportion_of_population_by_sex_and_country_of_birth.csv", 0, 0),
    ],
)
def test_eurostat_is_read_in_both_layouts_without_aggregates(data_folder, shipped, name, file, withheld, unreliable):
    frame = table_of(data_folder, shipped(name), f"eurostat/{file}").frame
    assert frame["area_code"].str.contains("^country-[A-Z]{3}$").all()
    assert (frame["value"].is_null() == frame["status"].is_in(["Q", "O", "M", "L"])).all()
    if withheld is not None:
        # counted with a spreadsheet: 154 u and 34 bu without a value, 170 u and 40 bu with one
        assert frame.filter(status="Q").height == withheld
        assert frame.filter(status="U").height == unreliable


# ---- United Nations

DEATHS = Recipe(
    "mx", "", "", "", "counts", ("mx*.txt",), Reading("delimited", delimiter="\t"),
    columns=(Column("country_code", "area", level="place"), Column("name", "area_name"), Column("age", "age_group")),
    measures=(
        Measure("death_rate", "deaths per person-year", pattern=r"(\d{4}-\d{4})", pattern_role="period",
                pattern_form="range", whole=False),
    ),
    from_name=(FromName("mx([FM])", "sex"),),
)  # fmt: skip


def test_wpp_repeated_rows_stop_the_reading_until_the_recipe_names_them(data_folder):
    assert fault_ids(data_folder, DEATHS, "un_wpp2019/mxM.txt") == {"sources.duplicate_identical"}
    repair = Repair("drop_identical_duplicates", "rows of aggregates are printed twice", 10, files="mxM.txt")
    table = table_of(data_folder, replace(DEATHS, repairs=(repair,)), "un_wpp2019/mxM.txt", "un_wpp2019/mxF.txt")
    periods = 30
    assert table.frame.height == 2 * 5478 * periods
    assert len(table.levels) == 249
    world = table.frame.filter(area_code="place-900", sex="M", age_group="0", period="1950/1955")
    assert world["value"].to_list() == [0.162080365]


def test_wpp_locations_tell_countries_from_aggregates(data_folder):
    recipe = Recipe(
        "locations", "", "", "", "codes", ("UNlocations.txt",), Reading("delimited", delimiter="\t"),
        columns=(Column("country_code", "code"), Column("location_type", "dimension"), Column("name", "label:en")),
        other_columns="ignore",
    )  # fmt: skip
    codes = read_codes([data_folder / "un_wpp2019/UNlocations.txt"], recipe)
    assert len(codes.codes) == 286
    countries = codes.of("4")
    assert countries["276"].labels["en"] == "Germany"
    assert "900" not in countries


def test_wup_sixteen_title_rows_and_year_headers_of_either_type(data_folder):
    path = data_folder / "un_wup2018/WUP2018-F02-Proportion_Urban.xlsx"
    table = raw_table(path, Reading("workbook", sheet="Data", skip_rows=16))
    assert table.header[4:] == tuple(str(year) for year in range(1950, 2051, 5))
    assert (table.frame.height, table.first_row) == (273, 18)
    world = table.frame.row(0, named=True)
    assert math.isclose(float(world["1950"]), 29.606530072733396)


# ---- German census grid


@pytest.mark.slow
def test_grid_cells_have_names_of_two_coordinates_and_minus_one_is_missing(data_folder, shipped):
    recipe = shipped("germany-census2011-population")
    frame = table_of(data_folder, recipe, "germany_census2011_grid/continuous_Einwohner.parquet").frame
    assert frame.height == 361_478
    assert frame["value"].sum() == 80_212_528
    assert frame["value"].min() == 3
    assert frame.filter(status="O").height == frame["value"].null_count() == 146_845
    assert frame["area_code"].str.contains(r"^\w+-1kmN\d{4}E\d{4}$").all()


@pytest.mark.slow
def test_grid_counts_of_the_hundred_metre_cells(data_folder, shipped):
    recipe = shipped("germany-census2011-citizenship")
    frame = table_of(data_folder, recipe, "germany_census2011_grid/demography_STAATSANGE_HLND_12.parquet").frame
    assert (frame.height, frame["value"].sum(), frame["value"].min()) == (188_327, 1_398_879, 3)
