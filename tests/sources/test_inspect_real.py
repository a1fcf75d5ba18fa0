"""What `inspect` proposes for the real files is what their descriptions (SOURCE.md) say."""

# ruff: noqa: E501

import pytest

from cosmopolis.catalogue.recipes import recipe_and_faults
from cosmopolis.sources.inspect import inspect_file
from cosmopolis.sources.inspect_recipe import recipe_id, recipe_yaml
from cosmopolis.vocabulary.proposal import Proposal

PARTS_OF_BERLIN = {"HK_EheJug", "HK_EheSU", "HK_Turk", "HK_Arab", "HK_Sonst", "HK_NZOrd"}


def roles(proposal: Proposal) -> dict[str, str]:
    return {column.name: column.role for column in proposal.columns}


def form(proposal: Proposal) -> tuple[str, str, str, int, int]:
    reading = proposal.reading
    line_end = proposal.finding("line_end").value
    return reading.encoding, reading.delimiter, line_end, proposal.rows, len(proposal.header)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("barcelona/2020-2025_pad_mdb_nacionalitat-regio_sexe.csv", ("utf-8-sig", ",", "LF", 15766, 8)),
        ("barcelona/2020-2025_pad_mdb_niv-educa-esta_edat-lloc-naix.csv", ("utf-8-sig", ",", "LF", 13476, 8)),
        ("barcelona/2020-2025_pad_mdba_sexe_edat-q.csv", ("utf-8-sig", ",", "LF", 57705, 9)),
        ("barcelona/pad_dimensions.csv", ("utf-8-sig", ",", "LF", 1143, 6)),
        ("berlin/EWRMIGRA201012H_Matrix.csv", ("utf-8-sig", ";", "CR", 447, 17)),
        ("berlin/EWRMIGRA201612H_Matrix.csv", ("utf-8-sig", ";", "CR", 447, 17)),
        ("berlin/EWRMIGRA201712H_Matrix.csv", ("utf-8-sig", ";", "CR", 447, 17)),
        ("berlin/berlin-lor-population-2017-02-t1-planning-areas.csv", ("utf-8-sig", ",", "LF", 447, 13)),
        ("milan/ds75_stranieri_sesso_citt.csv", ("utf-8-sig", ";", "LF", 10857, 5)),
        ("munich/indikat2510_bevoelkerung_bevoelkerungsdichte_28_10_25.csv", ("utf-8-sig", ",", "LF", 598, 15)),
        ("munich/indikat2510_bevoelkerung_mobilitaetsziffer_28_10_25.csv", ("utf-8-sig", ",", "LF", 1950, 15)),
        ("munich/vablock_stadtbezirk.csv", ("utf-8-sig", ",", "CRLF", 27, 5)),
        ("eurostat/employment_rates_yearly.csv", ("utf-8-sig", ",", "LF", 7983, 23)),
        ("eurostat/mean_and_median_income_by_citizenship.csv", ("utf-8-sig", ",", "LF", 2151, 13)),
        ("un_wpp2019/UNlocations.txt", ("utf-8-sig", "\t", "LF", 286, 32)),
        ("un_wpp2019/popF.txt", ("utf-8-sig", "\t", "LF", 5229, 18)),
        ("un_wpp2019/mxM.txt", ("utf-8-sig", "\t", "LF", 5488, 33)),
        ("un_wpp2019/migration.txt", ("utf-8-sig", "\t", "LF", 250, 32)),
    ],
)
def test_the_form_and_the_size_are_as_described(data_folder, name, expected):
    assert form(inspect_file(data_folder / name)) == expected


@pytest.mark.parametrize(
    ("name", "hidden", "wanted"),
    [
        ("nacionalitat-regio_sexe", 2864, {"NACIONALITAT_REGIO": "axis:citizenship", "SEXE": "sex"}),
        ("niv-educa-esta_edat-lloc-naix", 1697, {"NIV_EDUCA_esta": "axis:education", "LLOC_NAIX": "axis:birth"}),
    ],
)
def test_barcelona_by_barri(data_folder, name, hidden, wanted):
    proposal = inspect_file(data_folder / f"barcelona/2020-2025_pad_mdb_{name}.csv")
    areas = {"Codi_Districte": "parent", "Nom_Districte": "ignore", "Codi_Barri": "area", "Nom_Barri": "area_name"}
    assert roles(proposal) == {"Data_Referencia": "period", "Valor": "value", **areas, **wanted}
    (mark,) = proposal.suppressed
    assert (mark.mark, mark.cells, mark.smallest_shown) == ("..", hidden, 5)


def test_barcelona_ages_by_basic_statistical_area(data_folder):
    proposal = inspect_file(data_folder / "barcelona/2020-2025_pad_mdba_sexe_edat-q.csv")
    assert roles(proposal)["AEB"] == "area"
    assert roles(proposal)["Codi_Barri"] == roles(proposal)["Codi_Districte"] == "parent"
    assert (proposal.column("SEXE").unknown_cells, proposal.column("SEXE").codes) == (("1", "2"), {})
    # 0 to 20 are numbers of five-year classes: only the publisher's list says so
    assert len(proposal.column("EDAT_Q").unknown_cells) == 21
    assert proposal.suppressed[0].cells == 2192


def test_barcelona_shapes_and_code_list(data_folder):
    shapes = inspect_file(data_folder / "barcelona/barris.geojson")
    assert (shapes.content, shapes.rows) == ("areas", 73)
    assert {name: roles(shapes)[name] for name in ("BARRI", "NOM", "DISTRICTE", "geometry")} == {
        "BARRI": "area",
        "NOM": "area_name",
        "DISTRICTE": "parent",
        "geometry": "geometry",
    }
    codes = inspect_file(data_folder / "barcelona/pad_dimensions.csv")
    assert codes.content == "codes"
    assert {name: roles(codes)[name] for name in ("Codi_Valor", "Desc_Dimensio", "Desc_Valor_CA", "Desc_Valor_EN")} == {
        "Codi_Valor": "code",
        "Desc_Dimensio": "dimension",
        "Desc_Valor_CA": "label:ca",
        "Desc_Valor_EN": "label:en",
    }


@pytest.mark.parametrize(("month", "union"), [("201012", "HK_EU27"), ("201612", "HK_EU28"), ("201712", "HK_EU28")])
def test_berlins_of_which_columns_are_proved(data_folder, month, union):
    proposal = inspect_file(data_folder / f"berlin/EWRMIGRA{month}H_Matrix.csv")
    measures = {found.measure.column: found.measure for found in proposal.measures}
    assert measures["MH_E"].total
    assert measures["HK_EU15"].of_which == measures["HK_Polen"].of_which == union
    (check,) = proposal.checks
    assert (check.whole, set(check.parts)) == ("MH_E", {union, *PARTS_OF_BERLIN})
    assert (roles(proposal)["RAUMID"], roles(proposal)["BEZ"], proposal.column("ZEIT").form) == (
        "area",
        "parent",
        "%Y%m",
    )


def test_berlins_lost_zeros_of_2017_are_told_and_not_mended(data_folder):
    clean = inspect_file(data_folder / "berlin/EWRMIGRA201612H_Matrix.csv")
    damaged = inspect_file(data_folder / "berlin/EWRMIGRA201712H_Matrix.csv")
    assert clean.problems == ()
    (problem,) = damaged.problems
    assert (problem.remark.message_id, problem.count) == ("inspect.problem.lost_zeros", 352)
    assert damaged.column("RAUMID").width == 8
    assert (damaged.repairs[0].kind, damaged.repairs[0].rows) == ("pad", 352)


def test_berlins_inhabitants_are_three_groups_and_two_subtotals(data_folder):
    proposal = inspect_file(data_folder / "berlin/berlin-lor-population-2017-02-t1-planning-areas.csv")
    whole, germans, background = proposal.checks
    stem = "inhabitants_germans"
    assert whole.whole == "inhabitants"
    assert set(whole.parts) == {f"{stem}_without_migration_background", f"{stem}_with_migration_background", "inhabitants_foreigners"}  # fmt: skip
    assert (germans.whole, background.whole) == (stem, "inhabitants_with_migration_background")
    assert proposal.from_name[0].form == "%Y-%m"


def test_milans_six_shifted_rows_stop_and_are_named(data_folder):
    proposal = inspect_file(data_folder / "milan/ds75_stranieri_sesso_citt.csv")
    assert not proposal.agrees
    unequal, shifted = proposal.problems
    assert unequal.rows == shifted.rows == (1046, 1047, 8909, 8910, 10306, 10307)
    assert shifted.remark.values == {"count": 6, "column": "Continente"}
    assert roles(proposal)["Cittadinanza"] == "axis:citizenship"
    assert dict(proposal.column("Genere").codes) == {"Femmine": "F", "Maschi": "M"}


def test_munichs_city_rows_are_totals(data_folder):
    moves = inspect_file(data_folder / "munich/indikat2510_bevoelkerung_mobilitaetsziffer_28_10_25.csv")
    totals = {found.total.column: found for found in moves.totals}
    assert totals["Raumbezug"].total.cells == ("Stadt München",)
    assert (totals["Ausprägung"].total.cells, totals["Ausprägung"].agreement) == (("insgesamt",), 1.0)
    assert dict(moves.column("Ausprägung").codes) == {
        "deutsch": "national",
        "insgesamt": "_T",
        "nichtdeutsch": "foreign",
    }
    density = inspect_file(data_folder / "munich/indikat2510_bevoelkerung_bevoelkerungsdichte_28_10_25.csv")
    assert density.totals[0].agreement == 1.0
    assert density.reading.missing == ("", "NA")
    shapes = inspect_file(data_folder / "munich/vablock_stadtbezirk.csv")
    assert (shapes.content, roles(shapes)["sb_nummer"], roles(shapes)["shape"]) == ("areas", "area", "geometry")


def test_eurostats_two_layouts_come_out_alike(data_folder):
    both = inspect_file(data_folder / "eurostat/employment_rates_yearly.csv")
    labels = inspect_file(data_folder / "eurostat/mean_and_median_income_by_citizenship.csv")
    for proposal in (both, labels):
        found = {role: name for name, role in roles(proposal).items() if role != "ignore"}
        assert found["period"] == "TIME_PERIOD"
        assert found["value"] == "OBS_VALUE"
        assert found["status"] == "OBS_FLAG"
        assert {found[role] for role in ("area", "sex", "age_group", "axis:citizenship")} == {
            "geo",
            "sex",
            "age",
            "citizen",
        }
    birth = inspect_file(data_folder / "eurostat/proportion_of_population_by_sex_and_country_of_birth.csv")
    assert roles(birth)["c_birth"] == "axis:birth"


def test_the_united_nations_files_are_wide(data_folder):
    women = inspect_file(data_folder / "un_wpp2019/popF.txt")
    assert [found.measure.pattern for found in women.measures] == [r"^(\d{4})$"]
    assert women.column("age").codes["100+"] == "Y_GE100"
    rates = inspect_file(data_folder / "un_wpp2019/mxM.txt")
    assert rates.measures[0].measure.pattern_form == "range"
    # eight aggregates are written twice, ten rows in all: 5,488 instead of 5,478
    (problem,) = rates.problems
    assert (problem.remark.message_id, problem.count) == ("inspect.problem.duplicate_rows", 10)
    urban = inspect_file(data_folder / "un_wup2018/WUP2018-F02-Proportion_Urban.xlsx")
    assert (urban.reading.sheet, urban.reading.skip_rows, urban.rows) == ("Data", 16, 273)
    assert roles(urban)["Country code"] == "area"


def test_the_german_grid_has_cells_for_areas_and_a_mark_below_zero(data_folder):
    proposal = inspect_file(data_folder / "germany_census2011_grid/continuous_Einwohner.parquet")
    assert (proposal.rows, proposal.area_template) == (361478, "N{y}E{x}")
    assert [problem.remark.message_id for problem in proposal.problems] == ["inspect.problem.negative"]


@pytest.mark.slow
def test_every_proposed_recipe_loads_or_lacks_only_what_no_file_says(data_folder, tmp_path):
    files = sorted(path for path in data_folder.glob("*/*") if path.suffix != ".md" and path.name != "ChangeLog")
    assert len(files) > 40
    for path in files:
        proposal = inspect_file(path)
        file = tmp_path / f"{recipe_id(path.name)}.yaml"
        file.write_text(recipe_yaml(proposal), encoding="utf-8")
        _, faults = recipe_and_faults(file)
        lacking = {fault.values.get("value") for fault in faults if fault.message_id == "catalogue.recipe_lacks"}
        assert len(lacking) == len(faults), (path.name, faults)
        assert lacking <= {"period"}, (path.name, faults)
