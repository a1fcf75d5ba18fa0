"""Who reaches what: ways counted from the city's own files by other means, and requests that say nothing."""

import csv
import json
import math
from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest

from cosmopolis.catalogue import load_city
from cosmopolis.errors import ContentError
from cosmopolis.store import TableStore
from cosmopolis.vocabulary.city import AccessQuestion
from cosmopolis.workflow.margins import declared_margins
from cosmopolis.workflow.material import city_material
from cosmopolis.workflow.profile.reach import reach
from cosmopolis.workflow.progress import no_progress
from cosmopolis.workflow.reading import city_data
from cosmopolis.workflow.services import services

DISTRICTS = tuple(f"district-{number:02d}" for number in range(1, 41))


@pytest.fixture(scope="module")
def city(example_folder):
    return load_city(example_folder)


@pytest.fixture(scope="module")
def data(city, tmp_path_factory):
    return city_data(city, TableStore(tmp_path_factory.mktemp("store")))


def middle(ring):
    """The centroid of a polygon on a small piece of the globe: the shoelace formula."""
    area = east = north = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        area, east, north = area + cross / 2, east + (x1 + x2) * cross / 6, north + (y1 + y2) * cross / 6
    return east / area, north / area


def metres_between(one, other):
    """Great-circle distance on a sphere."""
    (lon1, lat1), (lon2, lat2) = ([math.radians(each) for each in place] for place in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


def test_travel_times_are_those_of_the_file_up_to_the_limit(city, data, example_folder):
    found = next(service for service in services(city, data, DISTRICTS) if service.id == "language_course")
    with (example_folder / "data" / "travel-times.csv").open(encoding="utf-8") as lines:
        told = {
            (f"district-{row['district']}", row["course"]): float(row["minutes"])
            for row in csv.DictReader(lines)
            if float(row["minutes"]) <= 30
        }
    courses = [each.id for each in data.facilities["language-courses"].of("language_course")]
    ways = zip(found.pairs.origin.tolist(), found.pairs.facility.tolist(), found.pairs.cost.tolist(), strict=True)
    assert {(DISTRICTS[origin], courses[facility]): cost for origin, facility, cost in ways} == told
    assert (found.unit, found.per, found.limit) == ("places per 1000 persons", 1000.0, 30.0)


def test_straight_lines_run_from_the_middle_of_an_area(city, data, example_folder):
    found = next(service for service in services(city, data, DISTRICTS) if service.id == "library")
    files = (json.loads((example_folder / "data" / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
             for name in ("districts", "libraries"))  # fmt: skip
    districts, libraries = files
    centres = {f"district-{one['properties']['code']}": middle(one["geometry"]["coordinates"][0]) for one in districts}
    places = {one["properties"]["id"]: one["geometry"]["coordinates"] for one in libraries}
    ids = [each.id for each in data.facilities["libraries"].of("library")]
    ways = zip(found.pairs.origin.tolist(), found.pairs.facility.tolist(), found.pairs.cost.tolist(), strict=True)
    measured = {(DISTRICTS[origin], ids[facility]): cost for origin, facility, cost in ways}
    sphere = {(area, one): metres_between(centres[area], place) for area in DISTRICTS for one, place in places.items()}
    # the globe is no sphere: half a per cent between them
    assert {pair for pair, metres in sphere.items() if metres < 1990} <= set(measured)
    assert set(measured) <= {pair for pair, metres in sphere.items() if metres < 2010}
    assert all(cost == pytest.approx(sphere[pair], rel=0.006, abs=2) for pair, cost in measured.items())
    # nobody says how many people a library has room for
    assert set(found.supply.tolist()) == {1.0}
    assert found.unit == "facilities per 10000 persons"


def fault_of(city, data):
    with pytest.raises(ContentError) as refused:
        services(city, data, DISTRICTS)
    (fault,) = refused.value.faults
    return fault


def test_a_limit_that_does_not_leave_an_area_is_refused(city, data):
    short = replace(city, access=(AccessQuestion("library", "libraries", 200.0),))
    fault = fault_of(short, data)
    assert fault.message_id == "workflow.access_limit_too_short"
    # forty districts in a circle of about 8 km: their middles lie about 2 km apart
    assert 700 < fault.values["least"] < 1300


def test_metres_need_shapes_and_minutes_do_not(city, data):
    bare = replace(data, areas=replace(data.areas, shapes={}))
    metres = replace(city, access=(AccessQuestion("library", "libraries", 2000.0),))
    fault = fault_of(metres, bare)
    assert (fault.message_id, fault.values["count"]) == ("workflow.access_without_shapes", 40)
    minutes = replace(city, access=(AccessQuestion("language_course", "language-courses", 30.0, "travel-times"),))
    (found,) = services(minutes, bare, DISTRICTS)
    assert found.pairs.cost.size > 100


def test_ways_that_lead_nowhere_or_start_almost_nowhere_are_refused(city, data):
    asked = AccessQuestion("language_course", "language-courses", 30.0, "travel-times")
    times = data.ways["travel-times"]
    elsewhere = {("district-01", "B01"): 5.0}
    few = {pair: minutes for pair, minutes in times.minutes.items() if pair[0] in DISTRICTS[:19]}
    one = replace(city, access=(asked,))
    for minutes, message in ((elsewhere, "workflow.access_no_ways"), (few, "workflow.access_few_ways")):
        ways = {"travel-times": replace(times, minutes=minutes)}
        assert fault_of(one, replace(data, ways=ways)).message_id == message


def test_ages_that_no_source_of_a_question_tells_are_refused(city, data):
    asked = AccessQuestion("language_course", "language-courses", 30.0, "travel-times", "Y5T14")
    fault = fault_of(replace(city, access=(asked,)), data)
    assert fault.message_id == "workflow.access_ages_unknown"
    assert fault.values["sources"] == ["residents-birthplace", "residents-citizenship"]


def test_ages_that_a_source_tells_are_published_by_area_and_side(city, data):
    """Each age group of five years counts half of the people: two of them make the span of ten."""
    table = data.tables["residents-birthplace"]
    halves = [table.frame.with_columns(age_group=pl.lit(ages)) for ages in ("Y5T9", "Y10T14")]
    aged = replace(table, frame=pl.concat(halves))
    asked = AccessQuestion("language_course", "language-courses", 30.0, "travel-times", "Y5T14")
    margins = {margin.name: margin for margin in declared_margins(aged, replace(city, access=(asked,)))}
    assert margins["area-born_abroad-Y5T14"].age_group == {"Y5T9": "Y5T14", "Y10T14": "Y5T14"}
    # without the question nothing about ages by area is published
    assert "area-born_abroad-Y5T14" not in {margin.name for margin in declared_margins(aged, replace(city, access=()))}


@pytest.mark.slow
def test_the_page_says_who_reaches_what_and_from_which_files(example_site):
    page = example_site.page("en")
    assert 'id="access-born-abroad"' in page
    assert 'id="access-map-language-course"' in page
    assert "Places of services and how long it takes to reach them" not in page  # no gap any more
    told = json.loads((example_site.folder / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert "language-courses.csv" in json.dumps(told)


@pytest.mark.slow
def test_outer_districts_reach_less_as_their_courses_lie_in_the_middle(example_site):
    access = {row["area_code"]: float(row["value"])
              for row in example_site.rows(indicator="access", group="service=language_course")
              if row["source_id"].startswith("residents-birthplace+")}  # fmt: skip
    # districts are numbered from the middle outwards
    inner, outer = ([access[f"district-{n:02d}"] for n in numbers] for numbers in (range(1, 11), range(31, 41)))
    assert min(inner) > max(outer)


@pytest.mark.slow
def test_a_service_for_everybody_that_could_not_be_measured_says_nothing_of_ages(city, data, tmp_path):
    _, material = city_material(
        city, tmp_path, bytes.fromhex(city.public_key), draft=True, release="", progress=no_progress
    )
    bare = replace(material, measured=replace(material.measured, reach={}))
    question = city.questions[0]
    assert list(reach(material, question, "map"))
    assert not list(reach(bare, question, "map"))
    for_children = tuple(replace(each, age_group="Y5T14") for each in city.access)
    told = list(reach(replace(bare, city=replace(city, access=for_children)), question, "map"))
    assert [block.message.id for block in told] == ["access.ages_not_told"] * 2
