"""City folders: what is wrong is told at once; the shipped cities are clean."""

import pytest

from cosmopolis.catalogue import check_city, city_recipes, load_city
from cosmopolis.errors import ContentError
from cosmopolis.language.speech import language
from cosmopolis.sources import read_areas

CITY = """\
id = "town"
name = "Town"
country = "ESP"
languages = ["es"]
reference_date = "2025-01-01"
map_level = "ward"
total_source = "people"

[[sources]]
id = "people"
recipe = "town"
[sources.policy]
name = "none"
publisher = "Town Hall"
reason = "small counts are marked"

[[questions]]
label = "born_abroad"
source = "people"
axis = "birth"
groups = ["abroad"]
rest = ["country"]
headline = true

[class_borders]
born_abroad = [0.1, 0.2]
"""

RECIPE = """\
recipe: town
publisher: Town Hall
licence: CC BY 4.0
page: https://town.example
holds: counts
universe: residents
files: [town_*.csv]
read: {format: delimited}
columns:
  year: {is: period, form: "%Y"}
  ward: {is: area, level: ward, ancestors: {quarter: 1}}
  born: {is: axis:birth, codes: {1: country, 2: abroad, 3: _U}}
values:
  - {column: people, counts: population_stock, unit: persons}
"""

PROFILE = """\
authors: [Town Hall]
coverage: {es: Texto}
timeline:
  - {year: 1992, level: local, text: {es: Juegos}, source: Archivo}
missing:
  - {item: duration, due: 2026-06-30}
"""


@pytest.fixture
def town(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "recipes").mkdir()
    (tmp_path / "data" / "town_2024.csv").write_text("year,ward,born,people\n2024,1,1,9\n")
    (tmp_path / "city.toml").write_text(CITY)
    (tmp_path / "recipes" / "town.yaml").write_text(RECIPE)
    (tmp_path / "profile.yaml").write_text(PROFILE)
    return tmp_path


def words_of(folder, data=None):
    return [language("en").fault(fault) for fault in check_city(folder, data)]


def test_a_good_folder_is_clean_and_becomes_a_city(town):
    assert words_of(town) == []
    city = load_city(town)
    assert [path.name for path in city.source("people").files] == ["town_2024.csv"]
    assert city.source("people").policy.publisher == "Town Hall"
    assert city.questions[0].groups == ("abroad",)
    assert city.questions[0].indicator == "population_stock"
    assert city.class_borders == {"born_abroad": (0.1, 0.2)}
    assert city.profile.events[0].year == 1992
    assert city.profile.missing[0].due == "2026-06-30"


def test_files_of_many_years_are_read_in_the_order_of_their_names(town):
    for year in (2025, 2023):
        (town / "data" / f"town_{year}.csv").write_text("")
    assert [path.name for path in load_city(town).sources[0].files] == [
        "town_2023.csv",
        "town_2024.csv",
        "town_2025.csv",
    ]


def test_the_data_may_lie_elsewhere(town, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (town / "data" / "town_2024.csv").rename(elsewhere / "town_2024.csv")
    assert "no file in the folder data fits town_*.csv" in words_of(town)[0]
    assert words_of(town, elsewhere) == []


def test_a_city_whose_files_are_still_to_come_has_its_recipes(town):
    (town / "data" / "town_2024.csv").unlink()
    city_id, recipes = city_recipes(town)
    assert (city_id, [recipe.id for recipe in recipes]) == ("town", ["town"])


def test_a_star_stands_for_every_code_of_the_axis_that_is_not_in_the_rest(town):
    (town / "city.toml").write_text(CITY.replace('["abroad"]', '["*"]'))
    assert load_city(town).questions[0].groups == ("abroad", "_U")


AGAIN = (
    '[[questions]]\nlabel = "foreign_citizens"\nsource = "people"\naxis = "birth"\n'
    'groups = ["abroad"]\nheadline = true\n'
)

#: What is changed in city.toml, and words of the message.
MISTAKES = [
    ('name = "Town"\n', "", "name is missing"),
    ('id = "town"', 'id = "../town"', "id is ../town, which does not have the form"),
    ('id = "town"', 'id = "Town"', "id is Town, which does not have the form"),
    ('"ESP"', '"ES"', "country is ES, which does not have the form"),
    ('"ESP"', '"SPA"', "country names the country SPA, which is in no list"),
    ('["es"]', '["spanish"]', "languages[0] is spanish"),
    ('["es"]', "[]", "languages has 0 entries"),
    ('"2025-01-01"', '"2025-02-30"', "reference_date is 2025-02-30, and there is no such day"),
    ('"2025-01-01"', '"1 January"', "reference_date is 1 January, which does not have the form"),
    ('map_level = "ward"', 'map_level = "parish"', "areas of the level parish, which no recipe of this city has"),
    ('total_source = "people"', 'total_source = "register"', "names the source register, which does not exist"),
    ('recipe = "town"', 'recipe = "village"', "there is no recipe village for the source people"),
    ('recipe = "town"', 'recipe = "town"\ncolour = "red"', "nothing is called colour (at sources[0].colour)"),
    ('recipe = "town"', 'recipe = "town"\nfiles = ["../*.csv"]', "sources[0].files[0] is ../*.csv"),
    ('recipe = "town"', 'recipe = "town"\nfiles = ["village.csv"]', "no file in the folder data fits village.csv"),
    ('publisher = "Town Hall"\n', "", "the policy of people is none, but its publisher is not given"),
    ('reason = "small counts are marked"', 'reason = " "', "the policy of people is none, but its reason is not given"),
    ('name = "none"', 'name = "nothing"', "sources[0].policy.name is nothing, which is not known"),
    ('axis = "birth"', 'axis = "citizenship"', "asks for the axis citizenship, which its source does not have"),
    ('groups = ["abroad"]', 'groups = ["overseas"]', "asks for the group overseas, which its source does not have"),
    ('groups = ["abroad"]', 'groups = ["abroad", "country"]', "country stands among the groups and among the rest"),
    ('source = "people"\naxis', 'source = "register"\naxis', "names the source register"),
    ("[0.1, 0.2]", "[0.2, 0.1]", "the class borders of born_abroad do not rise"),
    ("born_abroad = [", "foreign_citizens = [", "no question has that label"),
    ("[0.1, 0.2]", '[0.1, "x"]', "class_borders.born_abroad[1] is x, which is not a number"),
    ("[class_borders]", AGAIN + "[class_borders]", "several questions are the headline: born_abroad, foreign_citizens"),
    ("[[questions]]", '[[sources]]\nid = "people"\nrecipe = "town"\n[[questions]]', "two sources are called people"),
    ("[[questions]]", "[[questions]", "this is not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES, ids=[words for *_, words in MISTAKES])
def test_a_mistake_in_city_toml_is_told_in_words(town, old, new, words):
    assert old in CITY
    (town / "city.toml").write_text(CITY.replace(old, new, 1))
    told = words_of(town)
    assert any(words in text for text in told), told
    assert not any("line 0" in text for text in told), told
    with pytest.raises(ContentError):
        load_city(town)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{es: Juegos}", "{spanish: Juegos}", "the name spanish (at timeline[0].text.spanish)"),
        ("level: local", "level: village", "timeline[0].level is village"),
        (", source: Archivo", "", "source is missing (at timeline[0].source)"),
        ("year: 1992", "year: MCMXCII", "timeline[0].year is MCMXCII, which is not a number"),
        ("year: 1992", "year: 9999", "timeline[0].year is 9999; it lies between"),
        ("item: duration", "item: happiness", "missing[0].item is happiness, which is not known"),
        ("authors", "author", "nothing is called author"),
    ],
)
def test_a_mistake_in_profile_yaml_is_told_in_words(town, old, new, words):
    (town / "profile.yaml").write_text(PROFILE.replace(old, new, 1))
    told = words_of(town)
    assert any(words in text for text in told), told


def test_faults_of_every_file_of_a_folder_are_told_together(town):
    (town / "city.toml").write_text(CITY.replace('"ESP"', '"SPA"').replace("[0.1, 0.2]", "[0.2, 0.1]"))
    (town / "profile.yaml").write_text(PROFILE.replace("level: local", "level: village"))
    (town / "recipes" / "town.yaml").write_text(RECIPE.replace("unit: persons", "unit: heads"))
    with pytest.raises(ContentError) as refused:
        load_city(town)
    assert {fault.values["file"] for fault in refused.value.faults} == {"city.toml", "profile.yaml", "town.yaml"}


def test_a_folder_without_city_toml_is_told(tmp_path):
    assert words_of(tmp_path) == [
        f"The file {tmp_path / 'city.toml'} is not there. Nothing can be read without it. Add it, or correct its name."
    ]


def test_a_file_that_no_source_reads_is_told_by_check_and_does_not_stop_a_build(town):
    (town / "data" / "notes_2019.csv").write_text("")
    (town / "data" / "SOURCE.md").write_text("what these files are")
    assert [text for text in words_of(town) if "No source reads the file notes_2019.csv" in text]
    assert len(words_of(town)) == 1
    assert load_city(town).id == "town"


def test_a_recipe_that_no_source_uses_is_told(town):
    (town / "recipes" / "old.yaml").write_text(RECIPE)
    assert "No source uses the recipe old of this folder" in words_of(town)[0]


def test_a_link_that_leads_out_of_the_folder_is_refused(town, tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "salaries.csv"
    secret.write_text("")
    (town / "data" / "town_2025.csv").symlink_to(secret)
    assert any("town_2025.csv leads out of the folder" in text for text in words_of(town))


def test_a_recipe_link_that_leads_out_of_the_folder_is_refused(town, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "town.yaml"
    outside.write_text(RECIPE)
    (town / "recipes" / "town.yaml").unlink()
    (town / "recipes" / "town.yaml").symlink_to(outside)
    assert any("town.yaml leads out of the folder" in text for text in words_of(town))


def test_an_invented_country_belongs_to_a_city_whose_key_is_public(town):
    invented = CITY.replace('"ESP"', '"XEX"')
    (town / "city.toml").write_text(invented)
    assert "names the country XEX" in words_of(town)[0]
    (town / "city.toml").write_text(invented.replace("[[sources]]", f'public_key = "{"0a" * 32}"\n[[sources]]', 1))
    assert words_of(town) == []


REAL = {
    "barcelona": ("age", "barri", 5),
    "berlin": ("population", "bezirksregion", 3),
    "milan": ("", "", 1),
    "munich": ("density", "stadtbezirk", 3),
}


@pytest.mark.parametrize("name", REAL)
def test_a_shipped_city_has_its_settings_without_its_files(name, request):
    city = load_city(request.config.rootpath / "cities" / name, need_files=False)
    assert (city.total_source, city.map_level, len(city.sources)) == REAL[name]
    assert set(city.names) >= {"en", "fr", "es", "zh", "ar", "ru"}
    assert city.profile.authors == ("author.cosmopolis_example",)
    assert set(city.profile.coverage) == {"en", "fr", "es", "zh", "ar", "ru"}
    assert all(event.source for event in city.profile.events)
    assert all(item.owner for item in city.profile.missing)
    for source in city.sources:
        assert source.recipe.content != "counts" or (source.policy.name == "none" and source.policy.reason)


def test_barcelona_does_not_ask_who_is_foreign(request):
    (question,) = load_city(request.config.rootpath / "cities" / "barcelona", need_files=False).questions
    assert (question.label, question.source, question.groups) == ("born_abroad_16_plus", "education", ("eu", "world"))


@pytest.mark.parametrize("name", REAL)
def test_a_shipped_city_is_clean_with_its_files(name, request, data_folder):
    assert check_city(request.config.rootpath / "cities" / name, data_folder / name) == ()


def test_a_folders_own_areas_are_read_without_a_word_about_them(tmp_path):
    city = tmp_path / "town"
    (city / "data").mkdir(parents=True)
    (city / "city.toml").write_text(
        'id = "town"\nname = "Town"\ncountry = "ESP"\nlanguages = ["es"]\nreference_date = 2025-01-01\n'
        'map_level = "ward"\nsources = []\n'
    )
    square = '{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[1,0],[0,0]]]}'
    feature = f'{{"type":"Feature","properties":{{"code":"7","name":"Seven","more":1}},"geometry":{square}}}'
    (city / "areas.geojson").write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}')
    source = load_city(city).source("city-areas")
    assert [path.name for path in source.files] == ["areas.geojson"]
    areas = read_areas(source.files, source.recipe)
    assert [(area.code, area.name, area.level) for area in areas.areas] == [("ward-7", "Seven", "ward")]


def test_a_wrong_key_hides_no_other_fault(tmp_path):
    (tmp_path / "city.toml").write_text(
        'id = "x"\nname = "X"\ncountry = "ESP"\nlanguages = ["es"]\nreference_date = 2025-01-01\nfrob = 1\n'
        '[[sources]]\nid = "a"\nrecipe = "nope"\n[[sources]]\nid = "b"\nrecipe = "ten-numbers-total"\n'
    )
    told = {fault.message_id for fault in check_city(tmp_path)}
    assert {"catalogue.unknown_recipe", "catalogue.no_file_matches"} < told
    assert len(told) == 3
