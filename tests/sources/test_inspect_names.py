"""Names of countries as files write them, labels of shifted rows, and the id of a recipe that is written."""

import pytest

from cosmopolis.catalogue.recipes import load_recipe
from cosmopolis.errors import SourceError
from cosmopolis.language import language
from cosmopolis.sources import read_table
from cosmopolis.sources.detect_words import country_code
from cosmopolis.sources.inspect import inspect_file
from cosmopolis.workflow.inspect import inspect


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Turkey", "TUR"),
        ("United States of America", "USA"),
        ("Bosnia and Herzegovina", "BIH"),
        ("Czech Republic", "CZE"),
        ("Ivory Coast", "CIV"),
        ("Trinidad and Tobago", "TTO"),
        ("Swaziland", "SWZ"),
        ("State of Palestine", "PSE"),
        ("Timor Orientale", "TLS"),
        ("ex Jugoslavia", "YUG"),
        ("Russian Federation", "RUS"),
        ("Tschechische Republik", "CZE"),
        ("República Checa", "CZE"),
        ("Türkei", "TUR"),
        ("Georgia", "GEO"),
        ("Niger", "NER"),
    ],
)
def test_a_country_is_known_by_the_names_that_files_give_it(name, code):
    assert country_code(name) == code


def test_labels_of_shifted_rows_are_in_the_list_of_codes(tmp_path):
    names = [
        "Francia",
        "Spagna",
        "Polonia",
        "Romania",
        "Grecia",
        "Albania",
        "Austria",
        "Belgio",
        "Bulgaria",
        "Croazia",
        "Danimarca",
        "Estonia",
        "Finlandia",
        "Germania",
        "Irlanda",
        "Islanda",
        "Lettonia",
        "Lituania",
        "Lussemburgo",
        "Malta",
        "Moldavia",
        "Monaco",
        "Montenegro",
        "Norvegia",
        "Portogallo",
        "Russia",
        "Serbia",
        "Slovacchia",
        "Slovenia",
        "Svezia",
        "Svizzera",
        "Ucraina",
        "Ungheria",
        "Turchia",
    ]
    rows = [f"2020;{name};Europa;{sex};{n}" for n, name in enumerate(names) for sex in "FM"]
    shifted = [f"2020;Timor Orientale;{sex};{n}" for n, sex in enumerate("FM", start=7)]
    path = tmp_path / "stranieri.csv"
    path.write_text("\n".join(["Anno;Cittadinanza;Continente;Genere;Numero", *rows, *shifted]) + "\n")
    (citizenship,) = [column for column in inspect_file(path).columns if column.role == "axis:citizenship"]
    assert citizenship.codes["Timor Orientale"] == "TLS"


def test_the_real_labels_that_only_shifted_rows_have_are_proposed(data_folder):
    proposal = inspect_file(data_folder / "milan" / "ds75_stranieri_sesso_citt.csv")
    (citizenship,) = [column for column in proposal.columns if column.role == "axis:citizenship"]
    expected = {"United Arab Emirates": "ARE", "Timor Orientale": "TLS", "ex Jugoslavia": "YUG", "Turkey": "TUR"}
    assert expected.items() <= citizenship.codes.items()


@pytest.mark.parametrize(
    ("file", "id_"), [("mine", "mine"), ("wards-2024", "wards-2024"), ("Übersicht Nord", "ubersicht-nord")]
)
def test_a_written_recipe_is_called_as_its_file(tmp_path, file, id_):
    data = tmp_path / "data.csv"
    data.write_text("year,district,people\n" + "".join(f"{y},{d},{y + d}\n" for y in (2020, 2021) for d in range(9)))
    inspect(data, words=language("en"), write=tmp_path / f"{file}.yaml")
    assert f"\nrecipe: {id_}\n" in (tmp_path / f"{file}.yaml").read_text(encoding="utf-8")


RECIPE = """\
recipe: town
publisher: Town
licence: CC0
page: https://town.example
holds: counts
universe: residents
files: [town.csv]
read: {format: delimited}
columns:
  year: {is: period, form: "%Y"}
  born: {is: "axis:birth", codes: {here: country}}
values:
  - {column: people, counts: population_stock, unit: persons}
"""


@pytest.mark.parametrize(
    ("row", "recipe", "words"),
    [
        (",here,5", RECIPE, "column year: the cell is empty"),
        ("2024,,5", RECIPE, "column born: the cell is empty"),
        ("2024,there,5", RECIPE.replace("{here: country}", "{}"), "there has no code, because the recipe lists none"),
    ],
)
def test_what_is_empty_is_told_in_words(tmp_path, row, recipe, words):
    (tmp_path / "town.yaml").write_text(recipe)
    (tmp_path / "town.csv").write_text(f"year,born,people\n{row}\n")
    with pytest.raises(SourceError) as told:
        read_table(
            [tmp_path / "town.csv"],
            load_recipe(tmp_path / "town.yaml"),
            source_id="town",
            code_version="",
            city_id="town",
        )
    (fault,) = told.value.faults
    assert words in language("en").fault(fault)
