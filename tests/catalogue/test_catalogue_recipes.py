"""Recipes: every shipped one is whole, every mistake has its words."""

import json

import jsonschema
import pytest

from cosmopolis.catalogue import load_recipe, shipped_names, shipped_recipes
from cosmopolis.catalogue.schema import Checker, schema_named
from cosmopolis.catalogue.text import content_folder, text_of, yaml_tree
from cosmopolis.errors import ContentError
from cosmopolis.language.speech import language
from cosmopolis.vocabulary.recipe import Ancestor, Column, Measure, Repair, TotalRows

GOOD = """\
recipe: town
publisher: Town Hall
licence: CC BY 4.0
page: https://town.example/data
holds: counts
universe: residents
files: [town_*.csv]
read: {format: delimited, delimiter: ";", suppressed: {"..": [1, 4]}}
columns:
  year: {is: period, form: "%Y"}
  ward: {is: area, level: ward, width: 2, ancestors: {quarter: 1}}
  sex: {is: sex, codes: {1: F, 2: M}}
  born: {is: axis:birth, codes: {NO: NOR, 01: abroad}}
values:
  - {column: people, counts: population_stock, unit: persons}
"""


def faults_of(tmp_path, text, name="town.yaml"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        load_recipe(file)
    return refused.value.faults


def test_a_recipe_becomes_what_it_says(tmp_path):
    file = tmp_path / "town.yaml"
    file.write_text(GOOD, encoding="utf-8")
    recipe = load_recipe(file)
    assert recipe.reading.suppressed == {"..": (1, 4)}
    assert recipe.columns == (
        Column("year", "period", form="%Y"),
        Column("ward", "area", level="ward", width=2, ancestors=(Ancestor("quarter", 1),)),
        Column("sex", "sex", codes={"1": "F", "2": "M"}),
        Column("born", "axis:birth", codes={"NO": "NOR", "01": "abroad"}),
    )
    assert recipe.measures == (Measure("population_stock", "persons", "people"),)
    assert len(recipe.sha256) == 64


def test_the_checksum_does_not_depend_on_line_ends_and_changes_with_the_text(tmp_path):
    file = tmp_path / "town.yaml"
    sums = []
    for text in (GOOD, GOOD.replace("\n", "\r\n"), GOOD + "# one more word\n"):
        file.write_bytes(text.encode())
        sums.append(load_recipe(file).sha256)
    assert sums[0] == sums[1] != sums[2]


def test_one_column_may_say_two_things(tmp_path):
    file = tmp_path / "town.yaml"
    file.write_text(GOOD.replace("  ward: {", "  ward:\n    - {is: area_name}\n    - {"), encoding="utf-8")
    assert [column.role for column in load_recipe(file).columns if column.name == "ward"] == ["area_name", "area"]


HOSTS = "hosts: [a.example]\n"
DOWNLOAD = 'downloads: [{url: "https://a.example/x", name: x}]\n'

#: What is changed in the good recipe, the line of the fault, and words that its message must say.
MISTAKES = [
    ("publisher: Town Hall\n", "", 1, "publisher is missing"),
    ("holds: counts", "holds: count", 5, "holds is count, which is not known"),
    ("universe:", "univers:", 6, "nothing is called univers (at univers)"),
    ("page: https://", "page: town.", 4, "page is town.town.example/data"),
    ("recipe: town", "recipe: Town Hall", 1, "recipe is Town Hall, which does not have the form"),
    ("recipe: town", "recipe: village", 1, "the recipe calls itself village"),
    ("files: [town_*.csv]", "files: town.csv", 7, "files is town.csv, but a list belongs here"),
    ("files: [town_*.csv]", "files: [../secret.csv]", 7, "files[0] is ../secret.csv"),
    ("files: [town_*.csv]", "files: []", 7, "files has 0 entries"),
    ('delimiter: ";"', 'delimiter: ";;"', 8, "read.delimiter has 2 entries or characters"),
    ("[1, 4]", "[1, many]", 8, "is many, which is not a number"),
    ("[1, 4]", "[-1, 4]", 8, "is -1; it lies between 0"),
    ("[1, 4]", "[4]", 8, "has 1 entries or characters; 2 to 2 are allowed"),
    ('form: "%Y"', 'form: "%y"', 10, "columns.year.form is %y, which is not known"),
    ('{is: period, form: "%Y"}', "period", 10, "holds periods, but their form is not said"),
    ("level: ward, ", "", 11, "the column ward holds areas of a level that is not said"),
    ("2: M", "2: W", 12, "the code W (at columns.sex.codes) is not one that sex can have"),
    ("NO: NOR", "NO: NRW", 13, "names the country NRW, which is in no list"),
    ("{1: F, 2: M}", "genders", None, "classifications/genders.yaml is not there"),
    ("is: sex", "is: gender", 12, "columns.sex.is is gender"),
    ("  sex: {", "  sex: {is: sex, is: sex, ", 12, "is is already given in line 12"),
    ("  sex: {", "  age: {is: sex, codes: {1: F}}\n  sex: {", 9, "gives sex more than once"),
    ("  year: {is: period, form: \"%Y\"}\n", "", 9, "the recipe does not say period"),
    ("universe: residents\n", "", 1, "the recipe does not say universe"),
    ("column: people", "pattern: people_(.*", 15, "cannot be understood: missing ), unterminated subpattern"),
    ("column: people", 'pattern: "[0-9]+", pattern_is: sex', 15, "takes nothing out"),
    ("column: people", "column: people, pattern: p", 15, "names both a column and a pattern, or neither"),
    ("unit: persons", "unit: heads", 15, "values[0].unit is heads"),
    ("unit: persons", "unit: persons, of_which: men", 15, "speaks of the column men"),
    ("unit: persons", "unit: persons, whole: maybe", 15, "whole is maybe, which is not known"),
    ("values:\n", "totals: [{column: town, cells: [all]}]\nvalues:\n", 14, "speaks of the column town"),
    ("values:\n", "checks: [{whole: people, parts: [men]}]\nvalues:\n", 14, "speaks of the column men"),
    ("values:\n", "repairs: [{kind: pad, column: year, rows: 1, reason: x}]\nvalues:\n", 14, "its width is not said"),
    ("values:\n", "repairs: [{kind: pad, column: ward, rows: 0, reason: x}]\nvalues:\n", 14, "repairs[0].rows is 0"),
    ("values:\n", HOSTS + DOWNLOAD.replace("https", "http") + "values:\n", 15, "is not https"),
    ("values:\n", DOWNLOAD + "values:\n", 14, "the host a.example is not among"),
    ("values:\n", DOWNLOAD.replace("name: ", "name: ../") + "values:\n", 14, "downloads[0].name is ../x"),
    ("  sex: {", "  note: check\n  sex: {", 12, "is checked, but the recipe does not say against what"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "words"), MISTAKES, ids=[words for *_, words in MISTAKES])
def test_a_mistake_is_told_in_words_with_its_line(tmp_path, old, new, line, words):
    assert old in GOOD
    told = [(language("en").fault(fault), fault.values) for fault in faults_of(tmp_path, GOOD.replace(old, new, 1))]
    found = [values for text, values in told if words in text]
    assert found, told
    assert line is None or found[0]["line"] == line
    assert found[0]["file"] in ("town.yaml", "classifications/genders.yaml")


def test_all_faults_of_a_file_are_told_together(tmp_path):
    broken = (
        GOOD.replace("holds: counts", "holds: count").replace("unit: persons", "unit: heads").replace("universe", "u")
    )
    assert {fault.values["line"] for fault in faults_of(tmp_path, broken)} == {5, 6, 15}


def test_a_recipe_that_is_not_utf8_is_told_by_its_line(tmp_path):
    (tmp_path / "town.yaml").write_bytes(GOOD.replace("Hall", "Häll").encode("latin-1"))
    with pytest.raises(ContentError) as refused:
        load_recipe(tmp_path / "town.yaml")
    assert "line 2: the byte 0xe4 is not UTF-8 text" in language("en").fault(refused.value.faults[0])


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_recipe_is_whole(name):
    recipe = shipped_recipes()[name]
    assert recipe.id == name
    assert recipe.publisher
    assert recipe.licence
    assert recipe.landing_page.startswith("http")
    assert recipe.universe or recipe.content != "counts"
    # nobody here could try an address: none may claim that somebody did
    assert not any(download.tried for download in recipe.downloads)


@pytest.mark.parametrize("name", shipped_names())
def test_our_checker_and_the_full_json_schema_agree_on_a_shipped_recipe(name):
    file = content_folder() / "recipes" / f"{name}.yaml"
    checker = Checker("recipe", file.name)
    plain = checker.plain(yaml_tree(text_of(file, file.name), file.name)[0])
    assert checker.faults == []
    jsonschema.validate(plain, schema_named("recipe"))


@pytest.mark.parametrize("schema", ["recipe", "city", "profile", "facts", "noise", "floors", "classification"])
def test_every_schema_is_a_json_schema_and_uses_only_words_that_our_checker_knows(schema):
    told = schema_named(schema)
    jsonschema.Draft202012Validator.check_schema(told)
    known = {"type", "properties", "additionalProperties", "required", "items", "enum", "pattern", "minimum", "maximum",
             "minItems", "maxItems", "minLength", "maxLength", "propertyNames", "$ref", "$defs", "$schema", "title",
             "description", "x-words"}  # fmt: skip

    def words(part, *, names):
        for key, value in part.items():
            assert names or key in known, key
            if isinstance(value, dict):
                words(value, names=not names and key in ("properties", "$defs"))

    words(json.loads(json.dumps(told)), names=False)


def test_the_total_rows_of_munich_are_checked_with_their_tolerance():
    assert shipped_recipes()["munich-moves"].totals == (
        TotalRows("Ausprägung", ("insgesamt",), True, 0.11),
        TotalRows("Raumbezug", ("Stadt München",), True, 1320),
    )


def test_the_lost_zeros_of_berlin_are_a_named_repair():
    (repair,) = shipped_recipes()["berlin-origin-matrix"].repairs
    assert repair == Repair("pad", repair.reason, 352, "EWRMIGRA201712H_Matrix.csv", "RAUMID")


def test_numbers_of_un_files_lead_to_the_country_that_the_list_of_countries_gives_them():
    import csv

    folder = content_folder() / "classifications"
    told = {
        row["m49"]: row["alpha3"] for row in csv.DictReader((folder / "countries.csv").read_text("utf-8").splitlines())
    }
    column = next(column for column in shipped_recipes()["un-wpp2019-population"].columns if column.role == "area")
    for number, code in column.codes.items():
        assert told.get(number.zfill(3), "830") == code
