"""Recipes of facilities, ways and crosswalks, and what city.toml asks of them: every mistake has its words."""

import pytest

from cosmopolis.catalogue import check_city, load_city, load_recipe
from cosmopolis.errors import ContentError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.vocabulary.city import AccessQuestion, EarlierAreas

HEAD = """\
publisher: Town Hall
licence: CC0
page: https://town.example
"""
FACILITIES = f"""\
recipe: courses
{HEAD}holds: facilities
files: [courses.csv]
crs: EPSG:25832
read: {{format: delimited}}
columns:
  id: facility
  kind: {{is: service, codes: {{L: language_course, B: library}}}}
  x: longitude
  y: latitude
  seats: {{is: places, optional: true}}
"""
WAYS = f"""\
recipe: ways
{HEAD}holds: ways
files: [ways.csv]
read: {{format: delimited}}
columns:
  ward: {{is: area, level: ward}}
  to: facility
  minutes: minutes
"""
CROSSWALK = f"""\
recipe: reform
{HEAD}holds: crosswalk
amounts: persons
files: [reform.csv]
read: {{format: delimited}}
columns:
  old: {{is: area, level: old_ward}}
  new: {{is: new_area, level: ward}}
  people: amount
"""


def faults_of(folder, text):
    name = text.partition("\n")[0].removeprefix("recipe: ")
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        load_recipe(folder / f"{name}.yaml")
    for code in LANGUAGES:
        assert "{" not in language(code).error(refused.value)
    return list(refused.value.faults)


def test_cells_of_a_service_without_codes_are_the_services_themselves(tmp_path):
    text = FACILITIES.replace("{is: service, codes: {L: language_course, B: library}}", "service")
    (tmp_path / "courses.yaml").write_text(text, encoding="utf-8")
    codes = next(column.codes for column in load_recipe(tmp_path / "courses.yaml").columns if column.name == "kind")
    assert codes is not None
    assert codes["place_of_worship"] == "place_of_worship"


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (FACILITIES, "  id: facility\n", "", ("recipe_lacks", "facility", 9)),
        (FACILITIES, "B: library", "B: pub", ("not_allowed", "pub", 11)),
        (FACILITIES, "  y: latitude\n", "", ("facility_place", "longitude", 9)),
        (FACILITIES, "  x: longitude\n  y: latitude\n", "", ("facility_place", "-", 9)),
        (FACILITIES, "  y: latitude\n", "  y: latitude\n  w: {is: area, level: ward}\n",
         ("facility_place", "longitude, latitude, area", 9)),
        (FACILITIES, "format: delimited", "format: geojson", ("facility_place", "geometry, longitude, latitude", 9)),
        (FACILITIES, "  x: longitude\n  y: latitude\n", "  w: {is: area, level: ward}\n", ("refused_here", "crs", 7)),
        (FACILITIES, "  x: longitude", "  x: {is: longitude, optional: true}", ("refused_here", "optional", 12)),
        (FACILITIES, "holds: facilities", "holds: facilities\nuniverse: residents", ("refused_here", "universe", 6)),
        (FACILITIES, "holds: facilities", "holds: facilities\namounts: share", ("refused_here", "amounts", 6)),
        (FACILITIES, "  seats: {", "  sex: sex\n  seats: {", ("role_elsewhere", "sex", 14)),
        (FACILITIES, "  seats: {", "  more: places\n  seats: {", ("role_given_twice", "places", 9)),
        (FACILITIES, "holds: facilities", "holds: facilities\nconstants: {service: library}",
         ("role_given_twice", "service", 10)),
        (FACILITIES, "holds: facilities", "holds: facilities\nconstants: {sex: F}", ("role_elsewhere", "sex", 6)),
        (WAYS, "  minutes: minutes\n", "", ("recipe_lacks", "minutes", 8)),
        (WAYS, "{is: area, level: ward}", "area", ("area_without_level", "ward", 9)),
        (WAYS, "holds: ways", "holds: ways\ncrs: EPSG:25832", ("refused_here", "crs", 6)),
        (WAYS, "format: delimited", 'format: delimited, suppressed: {"..": [1, 4]}',
         ("refused_here", "read.suppressed", 7)),
        (WAYS, "holds: ways", "holds: ways\nconstants: {period: 2024}", ("role_elsewhere", "period", 6)),
        (CROSSWALK, "amounts: persons\n", "", ("recipe_lacks", "amounts", 1)),
        (CROSSWALK, "amounts: persons", "amounts: homes", ("not_allowed", "homes", 6)),
        (CROSSWALK, "level: old_ward", "level: ward", ("same_level", "ward", 9)),
        (CROSSWALK, "level: ward}", "width: 2}", ("area_without_level", "new", 11)),
        (CROSSWALK, "  people: amount\n", "", ("recipe_lacks", "amount", 9)),
    ],
)  # fmt: skip
def test_a_mistake_in_a_recipe_is_told_with_its_line(tmp_path, text, old, new, expected):
    assert old in text
    (first, *_) = faults_of(tmp_path, text.replace(old, new))
    told = (first.message_id.removeprefix("catalogue."), first.values["value"], first.values["line"])
    assert told == expected


def test_a_table_of_counts_cannot_have_what_facilities_have(tmp_path):
    text = f"""\
recipe: town
{HEAD}holds: counts
universe: residents
files: [town.csv]
read: {{format: delimited}}
columns:
  year: {{is: period, form: "%Y"}}
  seats: places
values:
  - {{column: people, counts: population_stock, unit: persons}}
"""
    (fault,) = faults_of(tmp_path, text)
    assert (fault.message_id, fault.values["value"]) == ("catalogue.role_elsewhere", "places")


CITY = """\
id = "town"
name = "Town"
country = "KEN"
languages = ["en"]
reference_date = "2024-12-31"

[[sources]]
id = "people"
recipe = "people"

[[sources]]
id = "people-before"
recipe = "before"

[[sources]]
id = "courses"
recipe = "courses"

[[sources]]
id = "ways"
recipe = "ways"

[[sources]]
id = "reform"
recipe = "reform"

[[questions]]
label = "born_abroad"
source = "people"
axis = "birth"
groups = ["abroad"]
earlier = { source = "people-before", crosswalk = "reform" }

[[access]]
service = "language_course"
facilities = "courses"
ways = "ways"
within_minutes = 30
ages = "Y0T14"

[[access]]
service = "library"
facilities = "courses"
within_metres = 2000
"""
PEOPLE = f"""\
recipe: people
{HEAD}holds: counts
universe: residents
files: [people.csv]
read: {{format: delimited}}
columns:
  year: {{is: period, form: "%Y"}}
  ward: {{is: area, level: ward}}
  born: {{is: "axis:birth", codes: {{1: country, 2: abroad}}}}
values:
  - {{column: people, counts: population_stock, unit: persons}}
"""
BEFORE = PEOPLE.replace("recipe: people", "recipe: before").replace("people.csv", "before.csv")


@pytest.fixture
def town(tmp_path):
    for folder in ("data", "recipes"):
        (tmp_path / folder).mkdir()
    recipes = {"people": PEOPLE, "before": BEFORE.replace("level: ward", "level: old_ward"),
               "courses": FACILITIES, "ways": WAYS, "reform": CROSSWALK}  # fmt: skip
    for name, text in recipes.items():
        (tmp_path / "recipes" / f"{name}.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "data" / f"{name}.csv").write_text("", encoding="utf-8")
    (tmp_path / "city.toml").write_text(CITY, encoding="utf-8")
    return tmp_path


def test_a_city_says_whom_it_asks_about_access_and_what_was_before(town):
    assert check_city(town) == ()
    city = load_city(town)
    assert city.access == (
        AccessQuestion("language_course", "courses", 30.0, "ways", "Y0T14"),
        AccessQuestion("library", "courses", 2000.0),
    )
    assert [question.unit for question in city.access] == ["minutes", "metres"]
    assert city.questions[0].earlier == EarlierAreas("people-before", "reform", ("abroad",))


@pytest.mark.parametrize(
    ("old", "new", "message", "values"),
    [
        ('service = "library"', 'service = "pub"', "not_allowed", {"value": "pub"}),
        ('service = "library"', 'service = "language_course"', "service_twice", {"line": 41}),
        ('service = "library"', 'service = "school"', "service_absent", {"allowed": "language_course, library"}),
        ("within_metres = 2000\n", "", "one_limit", {"key": "access.library"}),
        ("within_metres = 2000", "within_minutes = 20", "one_limit", {"line": 41}),
        ("within_minutes = 30", "within_metres = 3000", "one_limit", {"line": 34}),
        ("within_minutes = 30", "within_minutes = 30\nwithin_metres = 3000", "one_limit", {"line": 34}),
        ("within_minutes = 30", "within_minutes = 0", "out_of_range", {"key": "access[0].within_minutes"}),
        ('ways = "ways"', 'ways = "courses"', "wrong_content", {"holds": "facilities", "needed": "ways"}),
        ('ways = "ways"', 'ways = "buses"', "unknown_source", {"value": "buses"}),
        ('facilities = "courses"\nwithin', 'facilities = "people"\nwithin', "wrong_content", {"holds": "counts"}),
        ('"people-before", cross', '"people", cross', "earlier_is_same", {"value": "people"}),
        ('"people-before", cross', '"courses", cross', "wrong_content", {"needed": "counts, persons"}),
        ('crosswalk = "reform"', 'crosswalk = "ways"', "wrong_content", {"needed": "crosswalk"}),
        ('crosswalk = "reform"', 'crosswalk = "nothing"', "unknown_source", {"key": "questions.born_abroad.earlier"}),
    ],
)
def test_a_mistake_in_city_toml_is_told_with_what_would_be_right(town, old, new, message, values):
    assert old in CITY
    (town / "city.toml").write_text(CITY.replace(old, new), encoding="utf-8")
    (fault,) = check_city(town)
    assert fault.message_id == f"catalogue.{message}"
    assert values.items() <= fault.values.items()
    for code in LANGUAGES:
        assert "{" not in language(code).fault(fault)


def test_ages_are_a_code_of_the_long_table(town):
    (town / "city.toml").write_text(CITY.replace('"Y0T14"', '"children"'), encoding="utf-8")
    (fault,) = check_city(town)
    assert (fault.message_id, fault.values["key"]) == ("catalogue.wrong_form_ages", "access[0].ages")
    for code in LANGUAGES:
        told = language(code).fault(fault)
        assert "Y6T14" in told
        assert "[0-9]" not in told


def test_an_age_group_of_a_recipe_is_explained_in_the_same_words(town):
    recipe = town / "recipes" / "before.yaml"
    recipe.write_text(recipe.read_text(encoding="utf-8") + "constants: {age_group: 6-14}\n", encoding="utf-8")
    (fault,) = check_city(town)
    assert (fault.message_id, fault.values["value"]) == ("catalogue.wrong_form_ages", "6-14")


@pytest.mark.parametrize("crs", ["25832", "EPSG:25", "epsg:25832", "EPSG:25832.1"])
def test_a_coordinate_system_of_another_form_is_told_in_words(tmp_path, crs):
    (fault,) = faults_of(tmp_path, FACILITIES.replace("EPSG:25832", crs))
    assert (fault.message_id, fault.values["value"]) == ("catalogue.wrong_form_crs", crs)
    for code in LANGUAGES:
        told = language(code).fault(fault)
        assert "EPSG:25832" in told
        assert "[0-9]" not in told


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("B: library", "B: libary", "not_allowed"),  # one of two is misspelled
        ("{L: language_course, B: library}", "{L: course}", "not_allowed"),
        ("  kind: {is: service, codes: {L: language_course, B: library}}\n", "  kind: ignore\n", "recipe_lacks"),
    ],
)
def test_a_recipe_without_the_service_asked_about_has_one_fault(town, old, new, message):
    recipe = town / "recipes" / "courses.yaml"
    text = recipe.read_text(encoding="utf-8")
    assert old in text
    recipe.write_text(text.replace(old, new), encoding="utf-8")
    assert [fault.message_id for fault in check_city(town)] == [f"catalogue.{message}"]


def test_the_earlier_source_has_to_know_the_groups_of_the_question(town):
    recipe = (town / "recipes" / "before.yaml").read_text(encoding="utf-8").replace("2: abroad", "2: eu")
    (town / "recipes" / "before.yaml").write_text(recipe.replace("axis:birth", "axis:citizenship"), encoding="utf-8")
    (fault,) = check_city(town)
    assert (fault.message_id, fault.values["value"]) == ("catalogue.unknown_axis", "birth")


def with_countries(town, *, now, before, groups, rest='["KEN"]'):
    """A city whose two sources list countries, and a question about some of them."""
    for name, codes in (("people", now), ("before", before)):
        path = town / "recipes" / f"{name}.yaml"
        listed = ", ".join(f"{at}: {code}" for at, code in enumerate(codes))
        text = path.read_text(encoding="utf-8")
        assert "{1: country, 2: abroad}" in text
        path.write_text(text.replace("{1: country, 2: abroad}", f"{{{listed}}}"), encoding="utf-8")
    settings = CITY.replace('groups = ["abroad"]', f"groups = {groups}\nrest = {rest}")
    (town / "city.toml").write_text(settings, encoding="utf-8")


NOW = ("KEN", "UGA", "TZA", "ETH", "SOM", "SSD", "RWA", "BDI")


@pytest.mark.parametrize("groups", ['["*"]', '["UGA", "TZA", "ETH", "SOM", "SSD", "RWA", "BDI"]'])
def test_everybody_from_abroad_is_everybody_from_abroad_in_a_shorter_list_too(town, groups):
    with_countries(town, now=NOW, before=("KEN", "UGA", "SDN"), groups=groups)
    assert check_city(town) == ()
    (question,) = load_city(town).questions
    assert set(question.groups) == {*NOW} - {"KEN"}
    # the old table knows a country that the new one does not, and lacks six others
    assert question.earlier == EarlierAreas("people-before", "reform", ("UGA", "SDN"))


def test_countries_that_an_earlier_source_lacks_are_one_fault(town):
    asked = '["UGA", "TZA", "ETH", "SOM", "SSD", "RWA"]'
    with_countries(town, now=NOW, before=("KEN",), groups=asked)
    (fault,) = check_city(town)
    assert fault.message_id == "catalogue.groups_unknown_before"
    assert (fault.values["count"], fault.values["codes"]) == (6, "ETH, RWA, SOM, SSD, TZA, ...")
    assert fault.values["source"] == "people-before"
    for code in LANGUAGES:
        assert "{" not in language(code).fault(fault)


def test_the_other_side_has_to_be_the_same_in_an_earlier_source(town):
    with_countries(town, now=NOW, before=("UGA", "TZA"), groups='["*"]')
    (fault,) = check_city(town)
    assert (fault.message_id, fault.values["codes"]) == ("catalogue.rest_unknown_before", "KEN")
    for code in LANGUAGES:
        assert "{" not in language(code).fault(fault)
