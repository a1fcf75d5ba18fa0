"""One small broken file for each mistake, and what the error says about it."""

from dataclasses import replace

import pytest

from cosmopolis.errors import MOST_FAULTS, SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.sources import read_areas, read_codes, read_table
from cosmopolis.vocabulary.recipe import (
    Ancestor,
    Column,
    FromName,
    Measure,
    Reading,
    Recipe,
    Repair,
    SumCheck,
    TotalRows,
)

TOWN = Recipe(
    "town",
    "Town",
    "CC0",
    "",
    "counts",
    ("*.csv",),
    Reading("delimited", suppressed={"..": (1, 4)}, missing=("", "-")),
    columns=(
        Column("year", "period", form="%Y"),
        Column("ward", "area", level="ward", width=2, ancestors=(Ancestor("district", 1),)),
        Column("sex", "sex", codes={"1": "F", "2": "M"}),
    ),
    measures=(Measure("population_stock", "persons", "persons"),),
    universe="residents",
)
HEADER = "year,ward,sex,persons\n"


def read(folder, text, recipe=TOWN, name="town.csv", **more):
    (folder / name).write_text(text, encoding="utf-8")
    return read_table([folder / name], recipe, source_id="register", code_version="0", **more)


def tell_in_six_languages(error):
    """Every fault has its words, with all the values they want, in each language."""
    for code in LANGUAGES:
        assert "{" not in language(code).error(error)


def faults_of(folder, text, recipe=TOWN, name="town.csv"):
    with pytest.raises(SourceError) as caught:
        read(folder, text, recipe, name)
    assert caught.value.exit_code == 11
    tell_in_six_languages(caught.value)
    return list(caught.value.faults)


def test_a_clean_file_has_levels_parents_and_statuses(tmp_path):
    table = read(tmp_path, HEADER + "2024,11,1,12\n2024,11,2,..\n2024,12,1,-\n")
    told = table.frame.select("area_code", "sex", "value", "lower", "upper", "status").rows()
    assert told == [
        ("ward-11", "F", 12.0, None, None, "A"),
        ("ward-11", "M", None, 1.0, 4.0, "Q"),
        ("ward-12", "F", None, None, None, "O"),
    ]
    assert table.parents == {"ward-11": "district-1", "ward-12": "district-1"}
    assert table.levels == {"ward-11": "ward", "ward-12": "ward", "district-1": "district"}


@pytest.mark.parametrize(
    ("row", "message_id", "values"),
    [
        ("2024,11,3,5", "sources.unknown_code", {"column": "sex", "value": "3", "known": ["1", "2"]}),
        ("2024,1,1,5", "sources.lost_zeros", {"column": "ward", "value": "1", "width": 2}),
        ("2024,111,1,5", "sources.wrong_width", {"column": "ward", "value": "111", "width": 2}),
        ("2024,,1,5", "sources.no_area", {"column": "ward"}),
        ("1024,11,1,5", "sources.absurd_year", {"column": "year", "value": "1024", "earliest": 1800, "latest": 2100}),
        ("2101,11,1,5", "sources.absurd_year", {"value": "2101"}),
        ("24,11,1,5", "sources.not_a_period", {"value": "24", "form": "%Y"}),
        ("2024,11,1,-5", "sources.negative", {"column": "persons", "value": "-5"}),
        ("2024,11,1,5.5", "sources.not_whole", {"value": "5.5"}),
        ("2024,11,1,x", "sources.not_a_number", {"value": "x"}),
        ("2024,11,1,NaN", "sources.not_a_number", {"value": "NaN"}),
        ("2024,11,1,1e999", "sources.not_a_number", {"value": "1e999"}),
        ("2024,11,1,999999999999999", "sources.out_of_range", {"value": "999999999999999"}),
        ("2024,11,5", "sources.field_count", {"found": 3, "expected": 4, "value": "2024 | 11 | 5"}),
        ("2024,11,1,5,6", "sources.field_count", {"found": 5, "expected": 4}),
        ("2024,<b>1</b>,1,5", "sources.markup", {"column": "ward", "value": "<b>1</b>"}),
        ("2024,1\x07,1,5", "sources.control_character", {"column": "ward", "value": "1\ufffd"}),
        ("2024,1\u202e,1,5", "sources.control_character", {"column": "ward"}),
        ("2024,12,1,5\n2024,12,1,5", "sources.duplicate_identical", {"row": 4, "first_row": 3, "value": "5"}),
        (
            "2024,12,1,5\n2024,12,1,6",
            "sources.duplicate_contradicting",
            {"row": 4, "first_row": 3, "value": "6", "first_value": "5"},
        ),
    ],
)
def test_a_wrong_row_is_told_with_file_row_column_and_value(tmp_path, row, message_id, values):
    (fault,) = faults_of(tmp_path, HEADER + "2024,11,2,7\n" + row + "\n")
    assert fault.message_id == message_id
    assert fault.values["file"] == "town.csv"
    assert values.items() <= {"row": 3, **fault.values}.items()
    assert fault.values["row"] in (3, 4)


def test_a_file_that_changed_under_its_recipe_is_told_with_both_lists(tmp_path):
    (fault,) = faults_of(tmp_path, "year,area,sex,persons\n2024,11,1,5\n")
    assert fault.message_id == "sources.file_changed"
    assert (fault.values["missing"], fault.values["unknown"]) == (["ward"], ["area"])


def test_other_columns_may_be_ignored_and_other_names_are_known(tmp_path):
    columns = (replace(TOWN.columns[0], other_names=("ejercicio",)), *TOWN.columns[1:])
    recipe = replace(TOWN, columns=columns, other_columns="ignore")
    assert read(tmp_path, "ejercicio,ward,sex,persons,area_code\n2024,11,1,5,x\n", recipe).frame.height == 1


def test_all_faults_of_all_files_come_together_in_the_order_of_files_and_rows(tmp_path):
    (tmp_path / "b.csv").write_text(HEADER + "2023,11,9,5\n2023,11,1,-5\n")
    (tmp_path / "a.csv").write_text(HEADER + "2024,11,1,x\n2024,1,1,5\n")
    with pytest.raises(SourceError) as caught:
        read_table([tmp_path / "b.csv", tmp_path / "a.csv"], TOWN, source_id="s", code_version="0")
    told = [(fault.values["file"], fault.values["row"], fault.message_id) for fault in caught.value.faults]
    assert told == [
        ("a.csv", 2, "sources.not_a_number"),
        ("a.csv", 3, "sources.lost_zeros"),
        ("b.csv", 2, "sources.unknown_code"),
        ("b.csv", 3, "sources.negative"),
    ]


def test_a_thousand_wrong_rows_are_counted_and_the_first_twenty_told(tmp_path):
    rows = "".join(f"2024,11,1,x{number}\n" for number in range(3000))
    with pytest.raises(SourceError) as caught:
        read(tmp_path, HEADER + rows)
    assert (len(caught.value.faults), caught.value.unlisted) == (MOST_FAULTS, 980)


def test_the_same_key_in_two_files_is_told_with_both_files(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(HEADER + "2024,11,1,5\n")
    with pytest.raises(SourceError) as caught:
        read_table([tmp_path / "a.csv", tmp_path / "b.csv"], TOWN, source_id="s", code_version="0")
    (fault,) = caught.value.faults
    assert fault.message_id == "sources.duplicate_identical"
    assert (fault.values["first_file"], fault.values["file"]) == ("a.csv", "b.csv")


# ---- numbers


@pytest.mark.parametrize(
    ("cell", "decimal", "thousands", "value"),
    [
        ("1.234,5", ",", ".", 1234.5),
        ("1 234", ".", " ", 1234),
        ("1\u00a0234\u202f567", ".", " ", 1234567),
        ("1’234", ".", "'", 1234),
        ("\u22123", ".", "", -3),
        ("-0", ".", "", 0),
    ],
)
def test_numbers_in_the_publishers_notation(tmp_path, cell, decimal, thousands, value):
    recipe = replace(
        TOWN,
        reading=Reading("delimited", delimiter=";", decimal=decimal, thousands=thousands),
        measures=(Measure("balance", "persons", "persons", whole=False, smallest=-10),),
    )
    table = read(tmp_path, f"year;ward;sex;persons\n2024;11;1;{cell}\n", recipe)
    assert table.frame["value"].to_list() == [value]
    assert not str(table.frame["value"][0]).startswith("-0")


def test_a_group_of_two_digits_is_no_number(tmp_path):
    recipe = replace(TOWN, reading=Reading("delimited", delimiter=";", decimal=",", thousands="."))
    (fault,) = faults_of(tmp_path, "year;ward;sex;persons\n2024;11;1;12.34\n", recipe)
    assert fault.message_id == "sources.not_a_number"


def test_thousands_of_persons_become_persons(tmp_path):
    measure = Measure("population_stock", "persons", "persons", whole=False, scale=1000)
    assert read(tmp_path, HEADER + "2024,11,1,1.5\n", replace(TOWN, measures=(measure,))).frame["value"][0] == 1500


# ---- totals, sums, parts

WITH_TOTALS = replace(TOWN, totals=(TotalRows("ward", ("Town",)), TotalRows("sex", ("0",))))
DETAILS = "2024,11,1,5\n2024,12,1,..\n"


def test_total_rows_are_checked_and_left_out(tmp_path):
    # 5 and 1 to 4 people: 6 to 9
    table = read(tmp_path, HEADER + DETAILS + "2024,Town,1,9\n", WITH_TOTALS)
    assert table.frame.height == 2


@pytest.mark.parametrize(
    ("row", "message_id", "values"),
    [
        ("2024,Town,1,10", "sources.total_differs", {"value": 10.0, "sum": "6-9", "total": "ward"}),
        ("2023,Town,1,10", "sources.total_without_details", {"value": 10.0, "total": "ward"}),
    ],
)
def test_a_total_that_is_not_the_sum_of_its_details_is_a_fault(tmp_path, row, message_id, values):
    (fault,) = faults_of(tmp_path, HEADER + DETAILS + row + "\n", WITH_TOTALS)
    assert (fault.message_id, fault.values["row"]) == (message_id, 4)
    assert values.items() <= fault.values.items()


def test_totals_of_two_columns_at_once_are_understood(tmp_path):
    rows = "2024,11,1,5\n2024,11,2,6\n2024,11,0,11\n2024,Town,1,5\n2024,Town,2,6\n2024,Town,0,11\n"
    assert read(tmp_path, HEADER + rows, WITH_TOTALS).frame["value"].sum() == 11


WIDE = replace(
    TOWN,
    columns=TOWN.columns[:2],
    measures=(
        Measure("population_stock", "persons", "all", total=True),
        Measure("population_stock", "persons", "eu", sets={"axis:birth": "eu"}),
        Measure("population_stock", "persons", "pl", sets={"axis:birth": "POL"}, of_which="eu"),
        Measure("population_stock", "persons", "rest", sets={"axis:birth": "world"}),
    ),
    checks=(SumCheck("all", ("eu", "rest")),),
)


def test_of_which_columns_are_kept_apart_and_never_added(tmp_path):
    table = read(tmp_path, "year,ward,all,eu,pl,rest\n2024,11,9,5,4,4\n", WIDE)
    assert table.frame["value"].sum() == 9
    assert table.of_which.select("group", "value").rows() == [("birth=POL", 4.0)]
    assert table.axes == ("birth",)


@pytest.mark.parametrize(
    ("row", "message_ids"),
    [("2024,11,10,5,4,4", {"sources.sum_differs"}), ("2024,11,9,5,6,4", {"sources.part_exceeds"})],
)
def test_sums_and_parts_are_checked_in_every_row(tmp_path, row, message_ids):
    faults = faults_of(tmp_path, f"year,ward,all,eu,pl,rest\n{row}\n", WIDE)
    assert {fault.message_id for fault in faults} == message_ids


# ---- repairs


def test_a_repair_is_applied_counted_and_listed(tmp_path):
    reason = "the publisher left the field out"
    recipe = replace(TOWN, repairs=(Repair("insert_missing_field", reason, 1, column="ward"),))
    columns = (TOWN.columns[0], Column("ward", "ignore"), TOWN.columns[2])
    recipe = replace(recipe, columns=columns, constants={"area": "town"})
    table = read(tmp_path, HEADER + "2024,1,5\n2024,,2,7\n", recipe)
    assert table.frame["value"].to_list() == [5, 7]
    (applied,) = table.provenance.repairs
    assert (applied.kind, applied.rows, applied.reason) == ("insert_missing_field", 1, reason)


@pytest.mark.parametrize(
    ("kind", "rows", "text", "found"),
    [
        ("pad", 2, "2024,1,1,5\n", 1),
        ("drop_identical_duplicates", 1, "2024,11,1,5\n", 0),
        ("drop_identical_duplicates", 1, "2024,11,1,5\n" * 3, 2),
    ],
)
def test_another_count_of_repairs_than_expected_is_a_fault(tmp_path, kind, rows, text, found):
    recipe = replace(TOWN, repairs=(Repair(kind, "known", rows, column="ward" if kind == "pad" else ""),))
    (fault,) = faults_of(tmp_path, HEADER + text, recipe)
    assert fault.message_id == "sources.repair_count"
    assert (fault.values["found"], fault.values["expected"]) == (found, rows)


def test_a_repair_for_another_file_mends_nothing_here(tmp_path):
    recipe = replace(TOWN, repairs=(Repair("pad", "known", 1, files="other*.csv", column="ward"),))
    assert faults_of(tmp_path, HEADER + "2024,1,1,5\n", recipe)[0].message_id == "sources.lost_zeros"


# ---- what else says a dimension


def test_columns_by_pattern_and_the_name_of_the_file_say_dimensions(tmp_path):
    recipe = replace(
        TOWN,
        columns=(TOWN.columns[1],),
        from_name=(FromName("pop([FM])", "sex", {"F": "F", "M": "M"}),),
        measures=(
            Measure(
                "population_stock", "persons", pattern=r"(\d{4}-\d{4})", pattern_role="period", pattern_form="range"
            ),
        ),
    )
    table = read(tmp_path, "ward,1950-1955,1955-1960\n11,1,2\n", recipe, "popF.csv")
    assert table.frame.select("period", "sex", "value").rows() == [("1950/1955", "F", 1), ("1955/1960", "F", 2)]
    (fault,) = faults_of(tmp_path, "ward,1950-1955,1955-1960\n11,1,2\n", recipe, "pop.csv")
    assert fault.message_id == "sources.name_says_nothing"


def test_a_file_without_areas_is_about_the_city(tmp_path):
    recipe = replace(TOWN, columns=(TOWN.columns[0], TOWN.columns[2]))
    table = read(tmp_path, "year,sex,persons\n2024,1,5\n", recipe, city_id="rivertown")
    assert table.frame["area_code"].to_list() == ["rivertown"]


def test_a_measure_reads_the_rows_of_its_indicator_only(tmp_path):
    recipe = replace(
        TOWN,
        columns=(*TOWN.columns, Column("what", "indicator", codes={"n": "births", "d": "deaths"})),
        measures=(Measure("births", "persons", "persons"), Measure("deaths", "persons", "persons")),
    )
    table = read(tmp_path, "year,ward,sex,what,persons\n2024,11,1,n,5\n2024,11,1,d,3\n", recipe)
    assert table.frame.select("indicator", "value").rows() == [("births", 5), ("deaths", 3)]


@pytest.mark.parametrize(
    ("flag", "value", "status"),
    [
        *[("", "5", "A"), ("bu", "5", "U"), ("bep", "5", "B"), ("ep", "5", "E"), ("d", "5", "A"), ("p", "5", "P")],
        *[("", "", "O"), ("u", "", "Q"), ("bu", "", "Q"), ("c", "", "Q"), ("m", "", "M")],
    ],
)
def test_flags_of_eurostat_are_statuses(tmp_path, flag, value, status):
    recipe = replace(TOWN, columns=(*TOWN.columns, Column("OBS_FLAG", "status")))
    table = read(tmp_path, f"year,ward,sex,persons,OBS_FLAG\n2024,11,1,{value},{flag}\n", recipe)
    assert table.frame["status"].to_list() == [status]


def test_a_flag_that_denies_its_value_is_a_fault(tmp_path):
    recipe = replace(TOWN, columns=(*TOWN.columns, Column("OBS_FLAG", "status")))
    (fault,) = faults_of(tmp_path, "year,ward,sex,persons,OBS_FLAG\n2024,11,1,5,c\n", recipe)
    assert (fault.message_id, fault.values["value"]) == ("sources.flag_denies_value", "5")


def test_an_area_with_two_parents_is_a_fault(tmp_path):
    columns = (TOWN.columns[0], Column("ward", "area", level="ward"), Column("sex", "parent", level="district"))
    (fault,) = faults_of(tmp_path, HEADER + "2023,11,1,5\n2024,11,2,5\n", replace(TOWN, columns=columns))
    assert (fault.message_id, fault.values["parents"]) == ("sources.two_parents", ["district-1", "district-2"])


# ---- areas and codes

WARDS = replace(
    TOWN,
    content="areas",
    reading=Reading("delimited", delimiter=";"),
    columns=(Column("code", "area", level="ward"), Column("name", "area_name"), Column("shape", "geometry")),
    measures=(),
)


def areas_of(folder, *rows, recipe=WARDS):
    (folder / "wards.csv").write_text("code;name;shape\n" + "".join(f"{row}\n" for row in rows))
    return read_areas([folder / "wards.csv"], recipe)


@pytest.mark.parametrize(
    ("rows", "message_id"),
    [
        (["1;A;POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"], "sources.shape_invalid"),
        (["1;A;POINT (0 0)"], "sources.not_a_polygon"),
        (["1;A;nonsense"], "sources.not_a_polygon"),
        (["1;A;POLYGON ((691821 5339259, 691767 5339263, 691722 5339000, 691821 5339259))"], "sources.not_degrees"),
        (["1;A;POLYGON ((0 0, 1 0, 1 1, 0 0))", "1;A;POLYGON ((0 0, 1 0, 1 1, 0 0))"], "sources.area_twice"),
        (["1;A;POLYGON ((0 0, 1 0, 1 1, 0 0))", "1;B;POLYGON ((5 0, 6 0, 6 1, 5 0))"], "sources.two_names"),
    ],
)
def test_wrong_shapes_are_faults(tmp_path, rows, message_id):
    with pytest.raises(SourceError) as caught:
        areas_of(tmp_path, *rows)
    assert [fault.message_id for fault in caught.value.faults] == [message_id]


def test_a_crossing_polygon_is_mended_only_if_the_recipe_says_so(tmp_path):
    recipe = replace(WARDS, repairs=(Repair("make_valid", "drawn by hand", 1),))
    assert "ward-1" in areas_of(tmp_path, "1;A;POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", recipe=recipe).shapes


def test_another_number_of_areas_is_a_fault(tmp_path):
    with pytest.raises(SourceError) as caught:
        areas_of(tmp_path, "1;A;POLYGON ((0 0, 1 0, 1 1, 0 0))", recipe=replace(WARDS, areas_count=2))
    assert (caught.value.faults[0].values["found"], caught.value.faults[0].values["expected"]) == (1, 2)


def test_a_code_with_two_meanings_is_a_fault(tmp_path):
    (tmp_path / "codes.csv").write_text("code,word\n1,Dona\n1,Home\n")
    recipe = replace(TOWN, content="codes", columns=(Column("code", "code"), Column("word", "label:ca")), measures=())
    with pytest.raises(SourceError) as caught:
        read_codes([tmp_path / "codes.csv"], recipe)
    assert caught.value.faults[0].message_id == "sources.code_twice"
