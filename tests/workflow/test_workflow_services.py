"""Facilities, ways and crosswalks of a city folder: read, kept, and told where they fit no other file."""

from pathlib import Path

import pytest

from cosmopolis.catalogue import load_city
from cosmopolis.errors import SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.store import TableStore
from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.check import check
from cosmopolis.workflow.reading import city_data

HEAD = "publisher: Town\nlicence: CC0\npage: https://town.example\n"
RECIPES = {
    "people": f"""\
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
""",
    "before": f"""\
recipe: before
{HEAD}holds: counts
universe: residents
files: [before.csv]
read: {{format: delimited}}
columns:
  year: {{is: period, form: "%Y"}}
  ward: {{is: area, level: old}}
  born: {{is: "axis:birth", codes: {{1: country, 2: abroad}}}}
values:
  - {{column: people, counts: population_stock, unit: persons}}
""",
    "wards": f"""\
recipe: wards
{HEAD}holds: areas
files: [wards.csv]
read: {{format: delimited, delimiter: ";"}}
columns:
  ward: {{is: area, level: ward}}
  shape: geometry
repairs:
  - {{kind: make_valid, reason: crosses itself, rows: 1}}
""",
    "courses": f"""\
recipe: courses
{HEAD}holds: facilities
files: [courses.csv]
read: {{format: delimited}}
constants: {{service: language_course}}
columns: {{id: facility, x: longitude, y: latitude}}
""",
    "clinics": f"""\
recipe: clinics
{HEAD}holds: facilities
files: [clinics.csv]
read: {{format: delimited}}
constants: {{service: primary_care}}
columns:
  id: facility
  ward: {{is: area, level: ward}}
""",
    "ways": f"""\
recipe: ways
{HEAD}holds: ways
files: [ways.csv]
read: {{format: delimited}}
columns:
  ward: {{is: area, level: ward}}
  to: facility
  minutes: minutes
""",
    "reform": f"""\
recipe: reform
{HEAD}holds: crosswalk
amounts: share
files: [reform.csv]
read: {{format: delimited}}
columns:
  old: {{is: area, level: old}}
  new: {{is: new_area, level: ward}}
  part: amount
""",
}
FILES = {
    "people.csv": "year,ward,born,people\n2024,1,1,900\n2024,1,2,100\n2024,2,1,800\n2024,2,2,200\n",
    "before.csv": "year,ward,born,people\n2019,A,1,1700\n2019,A,2,200\n",
    "wards.csv": "ward;shape\n1;POLYGON ((20 45, 20.1 45, 20.1 45.1, 20 45.1, 20 45))\n"
    "2;POLYGON ((20.1 45, 20.2 45.1, 20.2 45, 20.1 45.1, 20.1 45))\n",
    "courses.csv": "id,x,y\nL1,20.05,45.05\nL2,20.15,45.05\n",
    "clinics.csv": "id,ward\nC1,1\n",
    "ways.csv": "ward,to,minutes\n1,L1,5\n2,L1,25.5\n2,C1,31\n",
    "reform.csv": "old,new,part\nA,1,0.5\nA,2,0.5\n",
}
SETTINGS = """\
id = "town"
name = "Town"
country = "SRB"
languages = ["sr"]
reference_date = "2024-12-31"
total_source = "people"
map_level = "ward"

[[questions]]
label = "born_abroad"
source = "people"
axis = "birth"
groups = ["abroad"]
rest = ["country"]
earlier = { source = "before", crosswalk = "reform" }

[[access]]
service = "language_course"
facilities = "courses"
ways = "ways"
within_minutes = 30
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    for inside in ("data", "recipes"):
        (folder / inside).mkdir(parents=True)
    sources = "".join(f'\n[[sources]]\nid = "{name}"\nrecipe = "{name}"\n' for name in RECIPES)
    (folder / "city.toml").write_text(SETTINGS + sources, encoding="utf-8")
    for name, text in RECIPES.items():
        (folder / "recipes" / f"{name}.yaml").write_text(text, encoding="utf-8")
    for name, text in FILES.items():
        (folder / "data" / name).write_text(text, encoding="utf-8")
    return folder


def test_everything_fits_and_is_read_by_source(town: Path, tmp_path: Path) -> None:
    assert check(town) == ()
    data = city_data(load_city(town), TableStore(tmp_path / "state"))
    assert [facility.id for facility in data.facilities["courses"].facilities] == ["L1", "L2"]
    assert data.facilities["clinics"].facilities[0].area == "ward-1"
    assert data.ways["ways"].minutes["ward-2", "L1"] == 25.5
    assert data.crosswalks["reform"].amounts == {("old-A", "ward-1"): 0.5, ("old-A", "ward-2"): 0.5}


def test_what_was_read_before_comes_from_the_store_and_is_the_same(town: Path, tmp_path: Path) -> None:
    city, store = load_city(town), TableStore(tmp_path / "state")
    first = city_data(city, store)
    objects = {path: path.stat().st_mtime_ns for path in (tmp_path / "state").rglob("*.parquet")}
    again = city_data(city, store)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "state").rglob("*.parquet")} == objects
    assert (again.areas, again.facilities, again.ways, again.crosswalks) == (
        first.areas, first.facilities, first.ways, first.crosswalks,
    )  # fmt: skip
    assert again.provenances == first.provenances


def test_a_damaged_object_is_read_again(town: Path, tmp_path: Path) -> None:
    city, store = load_city(town), TableStore(tmp_path / "state")
    first = city_data(city, store)
    for path in (tmp_path / "state").rglob("*.parquet"):
        path.write_bytes(b"no table")
    again = city_data(city, store)
    assert (again.facilities, again.ways, again.crosswalks) == (first.facilities, first.ways, first.crosswalks)


def test_every_file_has_its_provenance_with_what_was_mended(town: Path, tmp_path: Path) -> None:
    data = city_data(load_city(town), TableStore(tmp_path / "state"))
    told = {provenance.source_id: provenance for provenance in data.provenances}
    assert set(told) == set(RECIPES)
    assert {name for provenance in data.provenances for name in provenance.files} == set(FILES)
    (repair,) = told["wards"].repairs
    assert (repair.kind, repair.file, repair.rows) == ("make_valid", "wards.csv", 1)


@pytest.mark.parametrize(
    ("name", "more", "message", "values"),
    [
        ("clinics.csv", "C2,3\n", "unknown_areas", {"source": "clinics", "codes": "ward-3", "count": 1}),
        ("ways.csv", "3,L1,9\n", "unknown_areas", {"source": "ways", "codes": "ward-3", "file": "ways.csv"}),
        ("ways.csv", "1,X1,9\n", "unknown_facilities", {"source": "ways", "codes": "X1"}),
        ("reform.csv", "B,1,1\n", "unknown_areas", {"source": "reform", "codes": "old-B"}),
        ("reform.csv", "".join(f"A{n},1,1\n" for n in range(7)), "unknown_areas",
         {"codes": "old-A0, old-A1, old-A2, old-A3, old-A4, ...", "count": 7}),
        # longitude and latitude in each other's place, and a place more than 100 km to the south
        ("courses.csv", "L3,45.05,20.05\n", "facilities_far", {"value": "L3", "count": 1, "longitude": "45.05"}),
        ("courses.csv", "L3,20.05,44\n", "facilities_far", {"value": "L3", "kilometres": 100}),
    ],
)  # fmt: skip
def test_what_no_other_file_knows_is_one_fault_a_source(
    town: Path, name: str, more: str, message: str, values: dict[str, object]
) -> None:
    (town / "data" / name).write_text(FILES[name] + more, encoding="utf-8")
    (fault,) = check(town)
    assert fault.message_id == f"workflow.{message}"
    assert values.items() <= fault.values.items()
    for code in LANGUAGES:
        assert "{" not in language(code).fault(fault)


def test_a_check_finds_what_access_would_stop_at(town: Path) -> None:
    metres = SETTINGS.replace('ways = "ways"\nwithin_minutes = 30', "within_metres = 500")
    sources = (town / "city.toml").read_text(encoding="utf-8").removeprefix(SETTINGS)
    (town / "city.toml").write_text(metres + sources, encoding="utf-8")
    # the middles of the wards lie 0.1 degrees or 7.9 km apart at 45 degrees north: half of it is too far for 500 m
    (fault,) = check(town)
    assert (fault.message_id, fault.values["service"]) == ("workflow.access_limit_too_short", "language_course")
    assert fault.values["least"] == pytest.approx(3940, abs=60)
    (town / "data" / "people.csv").write_text(FILES["people.csv"] + "2024,3,1,50\n2024,3,2,5\n", encoding="utf-8")
    (fault,) = check(town)
    assert (fault.message_id, fault.values["areas"]) == ("workflow.access_without_shapes", ["ward-3"])


def test_a_place_in_the_next_town_is_no_fault(town: Path) -> None:
    (town / "data" / "courses.csv").write_text(FILES["courses.csv"] + "L3,20.9,45.5\n", encoding="utf-8")
    assert check(town) == ()


def test_a_build_refuses_ways_to_nowhere(town: Path, tmp_path: Path) -> None:
    (town / "data" / "ways.csv").write_text(FILES["ways.csv"] + "1,X1,9\n", encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        build(BuildRequest(town, tmp_path / "site", state=tmp_path / "state"))
    assert [fault.message_id for fault in refused.value.faults] == ["workflow.unknown_facilities"]
