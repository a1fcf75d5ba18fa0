"""A register of persons becomes counts, and nothing of a person goes further."""

import random
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from cosmopolis.catalogue import check_city, load_recipe
from cosmopolis.errors import ContentError, SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.sources import read_register
from cosmopolis.vocabulary.recipe import Column, Reading, Recipe

REGISTER = Recipe(
    "register",
    "Town",
    "CC0",
    "",
    "persons",
    ("*",),
    Reading("delimited"),
    columns=(
        Column("ward", "area", level="ward", width=2),
        Column("sex", "sex", codes={"w": "F", "m": "M"}),
        Column("age", "age", codes={"?": "_U"}),
        Column("born", "axis:birth", codes={"here": "country", "there": "abroad", "elsewhere": "abroad"}),
    ),
    constants={"period": "2025-01-01"},
    universe="residents",
    other_columns="ignore",
)
CANARIES = ("Canaria", "Kanarek", "Lugano", "9f3c77aa")


def persons(count=500):
    """Made people: ward, sex, age, birthplace; names that must be seen nowhere."""
    made = random.Random(2025)
    for number in range(count):
        age = str(made.choice([0, 4, 5, 17, 38, 99, 100, 104])) if number % 50 else "?"
        yield (
            f"{CANARIES[0]}{number:04d}",
            f"{made.randint(1, 7):02d}",
            made.choice("wm"),
            age,
            made.choice(["here", "there", "elsewhere"]),
            f"{CANARIES[1]} street {number}",
        )


HEADER = ("name", "ward", "sex", "age", "born", "address")


def text(rows, header=HEADER):
    return "\n".join(",".join(row) for row in (header, *rows)) + "\n"


def counted(path, recipe=REGISTER):
    return read_register([path], recipe, source_id="register", code_version="0", city_id="town")


def written(folder, content, name="persons.csv"):
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def faults_of(path, recipe=REGISTER):
    with pytest.raises(SourceError) as caught:
        counted(path, recipe)
    for code in LANGUAGES:
        told = language(code).error(caught.value)
        assert "{" not in told
        assert not any(canary in told for canary in CANARIES)
    assert not any("row" in fault.values for fault in caught.value.faults)
    return list(caught.value.faults)


def by_hand(rows):
    groups = {"0": "Y0T4", "4": "Y0T4", "5": "Y5T9", "17": "Y15T19", "38": "Y35T39", "99": "Y95T99"}
    groups |= {"100": "Y_GE100", "104": "Y_GE100", "?": "_U"}
    births = {"here": "birth=country", "there": "birth=abroad", "elsewhere": "birth=abroad"}
    return Counter(
        (f"ward-{ward}", {"w": "F", "m": "M"}[sex], groups[age], births[born]) for _, ward, sex, age, born, _ in rows
    )


def cells(table):
    names = ("area_code", "sex", "age_group", "group")
    return {row[:4]: row[4] for row in table.frame.select(*names, "value").iter_rows()}


def test_five_hundred_persons_are_counted_as_by_hand(tmp_path):
    rows = list(persons())
    table = counted(written(tmp_path, text(rows)))
    assert cells(table) == by_hand(rows)
    assert set(table.frame["status"]) == {"A"}
    assert set(table.frame["period"]) == {"2025-01-01"}
    assert table.axes == ("birth",)
    assert table.levels == {f"ward-{number:02d}": "ward" for number in range(1, 8)}
    assert len(table.provenance.files["persons.csv"]) == 64


def test_parquet_and_text_give_the_same_counts(tmp_path):
    rows = list(persons())
    frame = pl.DataFrame(rows, schema=HEADER, orient="row")
    frame.with_columns(pl.col("born", "sex").cast(pl.Categorical)).write_parquet(tmp_path / "persons.parquet")
    recipe = replace(REGISTER, reading=Reading("parquet"))
    parquet = counted(tmp_path / "persons.parquet", recipe)
    assert parquet.frame.equals(counted(written(tmp_path, text(rows))).frame)


def test_numbers_in_parquet_are_ages_and_an_empty_cell_may_have_a_code(tmp_path):
    frame = pl.DataFrame({"ward": ["01"] * 4, "sex": list("wwmm"), "age": [3, None, 130, 62], "born": ["here"] * 4})
    frame.write_parquet(tmp_path / "persons.parquet")
    columns = (*REGISTER.columns[:2], Column("age", "age", codes={"": "_U"}), REGISTER.columns[3])
    table = counted(tmp_path / "persons.parquet", replace(REGISTER, reading=Reading("parquet"), columns=columns))
    assert sorted(table.frame["age_group"]) == ["Y0T4", "Y60T64", "Y_GE100", "_U"]


def test_a_register_in_two_files_is_added_up(tmp_path):
    rows = list(persons())
    paths = [
        written(tmp_path, text(rows[:200]), "a.csv"),
        written(tmp_path, text(rows[200:]), "b.csv"),
    ]
    table = read_register(paths, REGISTER, source_id="register", code_version="0")
    assert cells(table) == by_hand(rows)


def test_the_same_file_twice_is_refused(tmp_path):
    paths = [written(tmp_path, text(persons()), name) for name in ("a.csv", "b.csv")]
    with pytest.raises(SourceError) as caught:
        read_register(paths, REGISTER, source_id="register", code_version="0")
    assert [fault.message_id for fault in caught.value.faults] == ["sources.persons_twice"]


@pytest.mark.parametrize(
    ("born", "group"),
    [
        ("2024-12-31", "Y0T4"),  # one day old
        ("2020-01-01", "Y5T9"),  # five today
        ("2020-01-02", "Y0T4"),  # five tomorrow
        ("2005-02-28", "Y15T19"),
        ("1925-01-01", "Y_GE100"),
        ("1925-01-02", "Y95T99"),
        ("2004-02-29", "Y20T24"),
    ],
)
def test_a_birthday_completes_a_year_on_its_day(tmp_path, born, group):
    recipe = replace(REGISTER, columns=(Column("born", "birth_date", form="%Y-%m-%d"),))
    table = counted(written(tmp_path, f"name,born\nCanaria,{born}\n"), recipe)
    assert table.frame.select("area_code", "age_group", "value").rows() == [("town", group, 1.0)]


def test_dates_may_be_dates_in_parquet(tmp_path):
    frame = pl.DataFrame({"born": ["2004-02-29", "1990-06-01"]}).with_columns(pl.col("born").str.to_date())
    frame.write_parquet(tmp_path / "persons.parquet")
    recipe = replace(REGISTER, reading=Reading("parquet"), columns=(Column("born", "birth_date", form="%Y-%m-%d"),))
    assert sorted(counted(tmp_path / "persons.parquet", recipe).frame["age_group"]) == ["Y20T24", "Y30T34"]


def test_dates_of_birth_that_cannot_be_are_counted_and_not_told(tmp_path):
    recipe = replace(REGISTER, columns=(Column("born", "birth_date", form="%Y-%m-%d"),))
    path = written(tmp_path, "name,born\nCanaria,1987-13-45\nA,2025-01-02\nB,1850-01-01\nC,1990-01-01\n")
    [fault] = faults_of(path, recipe)
    assert fault.message_id == "sources.persons_no_birth_date"
    assert dict(fault.values) == {"file": "persons.csv", "column": "born", "rows": 3, "largest": 130}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Canaria,1,w,3,here,Kanarek", "sources.persons_wrong_width"),
        ("Canaria,01,x,3,here,Kanarek", "sources.persons_unknown_code"),
        ("Canaria,,w,3,here,Kanarek", "sources.persons_empty_cell"),
        ("Canaria,<b,w,3,here,Kanarek", "sources.persons_markup"),
        ("Canaria,01,w,131,here,Kanarek", "sources.persons_no_age"),
        ("Canaria,01,w,-1,here,Kanarek", "sources.persons_no_age"),
        ("Canaria,01,w,3.5,here,Kanarek", "sources.persons_no_age"),
        ("Canaria,01,w,,here,Kanarek", "sources.persons_no_age"),
        ("Canaria,01,w,3,here", "sources.persons_fields"),
        ("Canaria,01,w,3,here,Kanarek,Lugano", "sources.persons_fields"),
        ('Canaria,01,w,3,here,"Kanarek', "sources.persons_fields"),
        ("", "sources.persons_fields"),
    ],
)
def test_faults_name_the_cell_and_how_many_persons_have_it(tmp_path, row, message):
    path = written(tmp_path, text([*(list(persons(40))[1:]), tuple(row.split(","))]))
    faults = faults_of(path)
    assert [fault.message_id for fault in faults] == [message]
    assert faults[0].values.get("rows", 1) == 1


def test_delimiters_and_line_ends_between_quotes_are_no_fields(tmp_path):
    rows = [('"Canaria, A\nB ""C"""', "01", "w", "3", "here", "x"), ("D", "01", "w", "4", "here", "y")]
    assert counted(written(tmp_path, text(rows))).frame["value"].to_list() == [2.0]


def test_a_file_without_header_does_not_tell_its_first_person(tmp_path):
    path = written(tmp_path, text(list(persons(9))[1:], header=("Canaria", "01", "w", "3", "here", "Kanarek")))
    [fault] = faults_of(path, replace(REGISTER, other_columns="fault"))
    assert fault.message_id == "sources.file_changed"
    assert fault.values["unknown"] == 6


def test_only_plain_text_in_utf_8_and_parquet_are_counted(tmp_path):
    path = written(tmp_path, text(persons(9)))
    [fault] = faults_of(path, replace(REGISTER, reading=Reading("delimited", encoding="windows-1252")))
    assert (fault.message_id, fault.values["found"]) == ("sources.persons_form", "windows-1252")
    packed = tmp_path / "packed.csv"
    packed.write_bytes(b"PK\x03\x04" + bytes(40))
    assert [fault.message_id for fault in faults_of(packed)] == ["sources.persons_form"]
    other = tmp_path / "latin.csv"
    other.write_bytes(text([("Canaria", "01", "w", "3", "h\u00e9re", "Kanarek")]).encode("latin-1"))
    assert [fault.message_id for fault in faults_of(other)] == ["sources.persons_damaged"]


RECIPE = """\
recipe: persons
publisher: Town
licence: none
page: https://example.org/
holds: persons
files: ["persons.csv"]
universe: residents
other_columns: ignore
read: {format: delimited}
constants: {period: "2025-01-01"}
columns:
  ward: {is: area, level: ward, width: 2}
  sex: {is: sex, codes: {w: F, m: M}}
  age: {is: age, codes: {"?": _U}}
  born: {is: "axis:birth", codes: {here: country, there: abroad, elsewhere: abroad}}
"""
CITY = """\
id = "town"
name = "Town"
country = "ESP"
languages = ["es"]
reference_date = "2025-01-01"
total_source = "register"

[[sources]]
id = "register"
recipe = "persons"

[[questions]]
label = "born_abroad"
source = "register"
axis = "birth"
groups = ["abroad"]
rest = ["country"]
headline = true
"""


def town(folder, recipe=RECIPE, policy=""):
    for name in ("data", "recipes"):
        (folder / name).mkdir(parents=True)
    (folder / "city.toml").write_text(CITY + policy, encoding="utf-8")
    (folder / "recipes" / "persons.yaml").write_text(recipe, encoding="utf-8")
    written(folder / "data", text(persons()))
    return folder


def test_a_whole_build_keeps_no_person(tmp_path):
    from cosmopolis.workflow.build import BuildRequest, build
    from cosmopolis.workflow.check import check

    folder = town(tmp_path / "city")
    assert check(folder) == ()
    built = build(BuildRequest(folder, tmp_path / "out" / "site", state=tmp_path / "out" / "state", release=True))
    assert built.observations > 0
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += pl.read_parquet(path).write_csv().encode()
        assert not any(canary.encode() in content for canary in CANARIES), path
        assert not any(canary in path.name for canary in CANARIES)


def test_the_policy_none_never_applies_to_persons(tmp_path):
    policy = '\n[sources.policy]\nname = "none"\npublisher = "Town"\nreason = "rounded"\n'
    folder = tmp_path / "city"
    town(folder)
    (folder / "city.toml").write_text(CITY.replace("\n[[questions]]", policy + "\n[[questions]]"), encoding="utf-8")
    assert [fault.message_id for fault in check_city(folder)] == ["catalogue.none_on_persons"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("read: {format: delimited}", "read: {format: workbook}", "catalogue.persons_refuses"),
        ("read: {format: delimited}", "read: {format: delimited, footer: x}", "catalogue.persons_refuses"),
        ("sex: {is: sex, codes: {w: F, m: M}}", "sex: status", "catalogue.persons_refuses"),
        ("sex: {is: sex, codes: {w: F, m: M}}", "sex: age_group", "catalogue.role_given_twice"),
        ("is: age, ", "is: birth_date, ", "catalogue.birth_date_needs"),
        (
            "holds: persons",
            "holds: counts\nvalues: [{column: n, counts: births, unit: persons}]",
            "catalogue.only_for_persons",
        ),
        ("universe: residents\n", "", "catalogue.recipe_lacks"),
        ("\ncolumns:", "\nvalues: [{column: n, counts: births, unit: persons}]\ncolumns:", "catalogue.persons_refuses"),
    ],
)
def test_a_recipe_for_persons_says_only_what_can_be_counted(tmp_path, old, new, message):
    path = tmp_path / "persons.yaml"
    path.write_text(RECIPE.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_recipe(path)
    assert [fault.message_id for fault in caught.value.faults] == [message]


def test_a_register_may_count_something_else_than_residents(tmp_path):
    path = tmp_path / "persons.yaml"
    path.write_text(
        RECIPE.replace("\ncolumns:", "\nvalues: [{counts: inflow, unit: persons}]\ncolumns:"), encoding="utf-8"
    )
    table = counted(written(tmp_path, text(persons())), load_recipe(path))
    assert set(table.frame["indicator"]) == {"inflow"}
    assert table.frame["value"].sum() == 500


def test_more_different_cells_than_one_number_has_room_for_are_counted_as_well(tmp_path):
    wards = pl.Series("ward", [f"{number:05d}" for number in range(70_000)] * 2)
    wards.to_frame().write_parquet(tmp_path / "persons.parquet")
    recipe = replace(REGISTER, reading=Reading("parquet"), columns=(Column("ward", "area", level="ward"),))
    table = counted(tmp_path / "persons.parquet", recipe)
    assert table.frame.height == 70_000
    assert set(table.frame["value"]) == {2.0}
