"""What has no words is refused by `check`, so that no build stops at it: schemas and words agree."""

import re

import pytest

from cosmopolis.catalogue import check_city
from cosmopolis.catalogue.schema import schema_named
from cosmopolis.catalogue.text import content_folder
from cosmopolis.language import LANGUAGES, language


def ids(room: str) -> set[str]:
    po = (content_folder() / "locale" / "en" / f"{room}.po").read_text(encoding="utf-8")
    return set(re.findall(r'^msgid "(.+)"$', po, flags=re.MULTILINE))


RECIPE = schema_named("recipe")
LABELS = schema_named("city")["properties"]["questions"]["items"]["properties"]["label"]["enum"]
WORDS = {
    "universe.": RECIPE["properties"]["universe"]["enum"],
    "indicator.": RECIPE["$defs"]["indicator"]["enum"],
    "axis.": RECIPE["$defs"]["axis"]["enum"],
    "group.": RECIPE["$defs"]["group"]["enum"],
    "origin.": LABELS,
    "definition.": LABELS,
    "group.service.": schema_named("city")["$defs"]["service"]["enum"],
}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("start", sorted(WORDS))
def test_everything_a_schema_allows_has_words(start, code):
    words = language(code)
    assert not [known for known in WORDS[start] if not words.has(f"{start}{known}")]


def test_every_universe_with_words_is_allowed():
    told = {name.removeprefix("universe.") for name in ids("report") | ids("catalogue") if name.startswith("universe.")}
    assert told == set(WORDS["universe."])


def test_every_indicator_with_words_is_allowed():
    told = {name.removeprefix("indicator.") for name in ids("classifications") if name.startswith("indicator.")}
    assert told == set(WORDS["indicator."])


def test_every_service_with_words_is_allowed():
    start = "group.service."
    told = {name.removeprefix(start) for name in ids("classifications") if name.startswith(start)}
    assert told == set(WORDS[start])


CITY = """\
id = "town"
name = "Town"
country = "KEN"
languages = ["en"]
reference_date = "2024-12-31"

[[sources]]
id = "people"
recipe = "town"

[[questions]]
label = "born_abroad"
source = "people"
axis = "birth"
groups = ["abroad"]
"""
TOWN = """\
recipe: town
publisher: Town Hall
licence: CC0
page: https://town.example
holds: counts
universe: residents
files: [town.csv]
read: {format: delimited}
columns:
  year: {is: period, form: "%Y"}
  born: {is: "axis:birth", codes: {1: country, 2: abroad}}
values:
  - {column: people, counts: population_stock, unit: persons}
"""


@pytest.fixture
def town(tmp_path):
    folder = tmp_path / "town"
    (folder / "data").mkdir(parents=True)
    (folder / "recipes").mkdir()
    (folder / "data" / "town.csv").write_text("year,born,people\n2024,1,900\n2024,2,100\n")
    (folder / "city.toml").write_text(CITY)
    (folder / "recipes" / "town.yaml").write_text(TOWN)
    return folder


def told(folder):
    return [language("en").fault(fault) for fault in check_city(folder)]


@pytest.mark.parametrize(
    ("old", "new", "listed"),
    [
        ("universe: residents", "universe: people_of_the_harbour", "residents_16_plus, residents_year_mean"),
        ("2: abroad", "2: abroad, 3: overseas", "abroad, country"),
        ("2: abroad", '2: abroad, 3: "999"', "001, 002, 005"),
        ("2: abroad", "2: abroad, 3: XQQ", "ISO 3166-1"),
        ("axis:birth", "axis:shoe_size", "birth, citizenship, background"),
        ("counts: population_stock", "counts: head_count", "population_stock, population_mean"),
    ],
)
def test_a_word_nobody_knows_is_told_with_those_that_are_known(town, old, new, listed):
    (town / "recipes" / "town.yaml").write_text(TOWN.replace(old, new))
    (first, *_) = told(town)
    assert listed in first


def test_a_question_about_what_its_source_does_not_count_is_told(town):
    (town / "city.toml").write_text(CITY + 'indicator = "population_mean"\n')
    (only,) = told(town)
    assert "population_mean" in only
    assert "population_stock" in only


def test_a_recipe_that_cannot_be_read_is_the_only_fault(town):
    (town / "recipes" / "town.yaml").write_text(TOWN.replace("universe: residents\n", ""))
    (only,) = check_city(town)
    assert (only.message_id, only.values["value"]) == ("catalogue.recipe_lacks", "universe")
    (town / "recipes" / "town.yaml").write_text(TOWN.replace("holds: counts", "holds: numbers"))
    (only,) = check_city(town)
    assert (only.message_id, only.values["key"]) == ("catalogue.not_allowed", "holds")


def test_a_file_in_the_place_of_the_folder_is_told_with_the_folder(town):
    (fault,) = check_city(town / "city.toml")
    assert fault.message_id == "catalogue.folder_is_file"
    assert fault.values == {"file": str(town / "city.toml"), "folder": str(town)}


def test_a_folder_that_does_not_exist_is_told_with_its_path(town):
    (fault,) = check_city(town / "nowhere")
    assert (fault.message_id, fault.values["file"]) == ("catalogue.no_folder", str(town / "nowhere"))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [('country = "KEN"', 'country = ""', "country"), ('axis = "birth"', 'axis = ""', "questions[0].axis")],
)
def test_a_value_that_is_empty_is_told_as_such(town, old, new, key):
    (town / "city.toml").write_text(CITY.replace(old, new))
    (fault,) = check_city(town)
    assert (fault.message_id, fault.values["key"]) == ("catalogue.empty_value", key)


def test_an_unknown_group_is_told_with_the_sign_for_all(town):
    (town / "city.toml").write_text(CITY.replace('["abroad"]', '["here"]'))
    (only,) = told(town)
    assert 'groups = ["*"]' in only
