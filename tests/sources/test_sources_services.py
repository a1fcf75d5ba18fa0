"""Files of facilities, ways and crosswalks: what they say, and one broken file for each mistake."""

import hashlib
import json
import re
from dataclasses import replace

import pytest

from cosmopolis.errors import SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.sources import read_crosswalk, read_facilities, read_ways
from cosmopolis.vocabulary.recipe import Column, FromName, Reading, Recipe, Repair
from cosmopolis.vocabulary.service import Facility

COURSES = Recipe(
    "courses", "Town", "CC0", "https://town.example", "facilities", ("*.csv",),
    Reading("delimited", delimiter=";", decimal=","),
    columns=(
        Column("id", "facility"),
        Column("name", "facility_name"),
        Column("kind", "service", codes={"L": "language_course", "B": "library"}),
        Column("seats", "places"),
        Column("x", "longitude"),
        Column("y", "latitude"),
    ),
)  # fmt: skip
HEADER = "id;name;kind;seats;x;y\n"
GOOD = HEADER + "A1;Harbour school;L;24;-32,01;24,5\nB1;;B;300;-32,02;24,51\n"
TOLD = {"source_id": "courses", "code_version": "0"}


def facilities(folder, text, recipe=COURSES, name="courses.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return read_facilities([folder / name], recipe, **TOLD)


def faults_of(read, *given):
    with pytest.raises(SourceError) as caught:
        read(*given)
    for code in LANGUAGES:
        assert not re.search(r"\{[a-z_]+\}", language(code).error(caught.value))
    return list(caught.value.faults)


def test_facilities_say_what_they_are_and_where(tmp_path):
    read = facilities(tmp_path, GOOD)
    assert read.facilities == (
        Facility("A1", "Harbour school", "language_course", 24.0, -32.01, 24.5),
        Facility("B1", "", "library", 300.0, -32.02, 24.51),
    )
    assert [facility.id for facility in read.of("library")] == ["B1"]
    digest = hashlib.sha256(GOOD.encode()).hexdigest()
    assert (read.provenance.files, read.provenance.source_id) == ({"courses.csv": digest}, "courses")


def test_a_service_may_stand_in_the_name_of_the_file(tmp_path):
    columns = tuple(column for column in COURSES.columns if column.role != "service")
    named = FromName("^(.*)s[.]csv$", "service", codes={"course": "language_course"})
    read = facilities(tmp_path, GOOD.replace(";kind", "").replace(";L", "").replace(";B;", ";"),
                      replace(COURSES, columns=columns, from_name=(named,)))  # fmt: skip
    assert {facility.service for facility in read.facilities} == {"language_course"}


def test_projected_coordinates_become_degrees(tmp_path):
    # Marienplatz in Munich: 48.1372 north, 11.5755 east; in UTM 32N 691,5xx east and 5,334,7xx north
    from pyproj import Transformer

    east, north = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True).transform(11.5755, 48.1372)
    text = HEADER + f"A1;Town hall;L;1;{east:.2f};{north:.2f}\n".replace(".", ",")
    (course,) = facilities(tmp_path, text, replace(COURSES, geometry_crs="EPSG:25832")).facilities
    assert 691_000 < east < 692_000
    assert (course.longitude, course.latitude) == pytest.approx((11.5755, 48.1372), abs=1e-6)


def geojson(*geometries):
    features = [{"type": "Feature", "properties": {"id": str(number)}, "geometry": geometry}
                for number, geometry in enumerate(geometries)]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features})


LIBRARIES = replace(
    COURSES,
    reading=Reading("geojson"),
    columns=(Column("id", "facility"),),
    constants={"service": "library"},
)


def test_of_a_point_itself_of_an_outline_a_point_inside_it(tmp_path):
    # the middle of this hook is not in it
    hook = [[0, 0], [3, 0], [3, 1], [1, 1], [1, 3], [0, 3], [0, 0]]
    text = geojson(
        {"type": "Point", "coordinates": [-32.5, 24.25]},
        {"type": "Polygon", "coordinates": [hook]},
        {"type": "LineString", "coordinates": [[5, 5], [7, 5]]},
    )
    point, outline, line = facilities(tmp_path, text, LIBRARIES, "libraries.geojson").facilities
    assert (point.longitude, point.latitude, point.places) == (-32.5, 24.25, None)
    assert outline.longitude is not None
    assert outline.latitude is not None
    assert min(outline.longitude, outline.latitude) < 1
    assert 0 < outline.longitude < 3
    assert 0 < outline.latitude < 3
    assert (line.latitude, 5 <= (line.longitude or 0) <= 7) == (5, True)


def test_an_area_stands_for_coordinates(tmp_path):
    columns = (*(column for column in COURSES.columns if column.role not in ("longitude", "latitude")),
               Column("x", "area", level="ward", width=2), Column("y", "ignore"))  # fmt: skip
    read = facilities(tmp_path, HEADER + "A1;School;L;24;01;\n", replace(COURSES, columns=columns))
    assert read.facilities == (Facility("A1", "School", "language_course", 24.0, area="ward-01"),)


@pytest.mark.parametrize(
    ("rows", "message_id", "values"),
    [
        ("A1;a;L;1;0;0\nA1;b;L;2;1;1", "facility_twice", {"row": 3, "value": "A1", "first_row": 2}),
        ("A1;a;X;1;0;0", "unknown_code", {"column": "kind", "value": "X", "known": ["L", "B"]}),
        (";a;L;1;0;0", "empty_cell", {"column": "id", "row": 2}),
        ("A1;a;L;-1;0;0", "negative", {"column": "seats", "value": "-1"}),
        ("A1;a;L;many;0;0", "not_a_number", {"column": "seats", "value": "many"}),
        ("A1;a;L;1;0;east", "not_a_number", {"column": "y", "value": "east"}),
        ("A1;a;L;1;;0", "empty_cell", {"column": "x", "row": 2}),
        # latitude and longitude in each other's place, and metres
        ("A1;a;L;1;24,5;-132", "not_degrees", {"value": "24.5 -132"}),
        ("A1;a;L;1;691500,2;5334700", "not_degrees", {"crs": "EPSG:4326"}),
        ("A1;a;L;1;0;0\nA2;b;L;;1;1\nA3;c;B;;1;1", "places_missing",
         {"row": 3, "value": "A2", "service": "language_course", "without": 1, "all": 2}),
    ],
)  # fmt: skip
def test_a_wrong_facility_is_told_with_its_place(tmp_path, rows, message_id, values):
    (fault,) = faults_of(facilities, tmp_path, HEADER + rows + "\n")
    assert fault.message_id == f"sources.{message_id}"
    assert values.items() <= fault.values.items()


def test_all_faults_of_all_files_are_told_together(tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "A1;a;X;1;0;0\nA2;a;L;-1;0;200\n")
    (tmp_path / "b.csv").write_text(HEADER + "A2;a;L;1;0;0\n")
    files = [tmp_path / "b.csv", tmp_path / "a.csv"]
    found = faults_of(lambda: read_facilities(files, COURSES, **TOLD))
    told = [(fault.message_id.removeprefix("sources."), fault.values["file"], fault.values["row"]) for fault in found]
    assert told == [("unknown_code", "a.csv", 2), ("not_degrees", "a.csv", 3), ("negative", "a.csv", 3),
                    ("facility_twice", "b.csv", 2)]  # fmt: skip


def test_services_may_differ_in_whether_they_tell_places(tmp_path):
    read = facilities(tmp_path, HEADER + "A1;a;L;1;0;0\nA2;b;L;0;1;1\nA3;c;B;;1;1\n")
    assert [facility.places for facility in read.facilities] == [1.0, 0.0, None]


@pytest.mark.parametrize(
    ("geometry", "message_id"),
    [
        ({"type": "Point", "coordinates": []}, "not_a_place"),
        ({"type": "Circle", "coordinates": [1, 2]}, "not_a_place"),
        ({"type": "Point", "coordinates": [4_500_000, 5_300_000]}, "not_degrees"),
    ],
)
def test_a_geometry_that_lies_nowhere_is_a_fault(tmp_path, geometry, message_id):
    (fault,) = faults_of(facilities, tmp_path, geojson(geometry), LIBRARIES, "libraries.geojson")
    assert (fault.message_id, fault.values["row"]) == (f"sources.{message_id}", 1)


def test_an_outline_that_crosses_itself_still_has_a_point(tmp_path):
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    (library,) = facilities(tmp_path, geojson(bow), LIBRARIES, "libraries.geojson").facilities
    assert library.longitude is not None
    assert 0 <= library.longitude <= 2


def test_repairs_are_counted(tmp_path):
    recipe = replace(COURSES, repairs=(Repair("drop_identical_duplicates", "exported twice", 1),))
    read = facilities(tmp_path, GOOD + GOOD.splitlines()[1] + "\n", recipe)
    assert [(repair.kind, repair.rows) for repair in read.provenance.repairs] == [("drop_identical_duplicates", 1)]


def test_ids_that_lost_their_zeros_get_them_back_where_the_recipe_says_so(tmp_path):
    columns = (replace(COURSES.columns[0], width=3), *COURSES.columns[1:])
    repair = Repair("pad", "saved by a spreadsheet", 1, column="id")
    text = HEADER + "012;a;L;1;0;0\n7;b;L;1;1;1\n"
    read = facilities(tmp_path, text, replace(COURSES, columns=columns, repairs=(repair,)))
    assert [facility.id for facility in read.facilities] == ["007", "012"]
    (fault,) = faults_of(facilities, tmp_path, text, replace(COURSES, columns=columns))
    assert (fault.message_id, fault.values["value"]) == ("sources.lost_zeros", "7")


WAYS = Recipe(
    "ways", "Town", "CC0", "", "ways", ("*.csv",), Reading("delimited", missing=("", "-")),
    columns=(Column("ward", "area", level="ward", width=2), Column("to", "facility"), Column("min", "minutes")),
)  # fmt: skip


def ways(folder, rows, recipe=WAYS):
    (folder / "ways.csv").write_text("ward,to,min\n" + rows, encoding="utf-8")
    return read_ways([folder / "ways.csv"], recipe, **TOLD)


def test_ways_without_minutes_are_none(tmp_path):
    read = ways(tmp_path, "01,A1,12.5\n01,A2,0\n02,A1,-\n02,A2,\n01,A1,12.5\n")
    assert read.minutes == {("ward-01", "A1"): 12.5, ("ward-01", "A2"): 0.0}


@pytest.mark.parametrize(
    ("rows", "message_id", "values"),
    [
        ("01,A1,5\n01,A1,6\n", "pair_twice", {"row": 3, "first_row": 2, "value": "6", "first": "5"}),
        ("01,A1,5\n01,A1,-\n", "pair_twice", {"row": 3, "value": "-", "first": "5"}),
        ("01,A1,-5\n", "negative", {"column": "min"}),
        ("01,A1,soon\n", "not_a_number", {"value": "soon"}),
        ("1,A1,5\n", "lost_zeros", {"value": "1"}),
        (",A1,5\n", "no_area", {"column": "ward"}),
        ("01,,5\n", "empty_cell", {"column": "to"}),
        ("", "no_rows", {"file": "ways.csv"}),
    ],
)
def test_a_wrong_way_is_told_with_its_place(tmp_path, rows, message_id, values):
    (fault,) = faults_of(ways, tmp_path, rows)
    assert fault.message_id == f"sources.{message_id}"
    assert values.items() <= fault.values.items()


REFORM = Recipe(
    "reform", "Town", "CC0", "", "crosswalk", ("*.csv",), Reading("delimited"), amounts="share",
    columns=(Column("old", "area", level="old"), Column("new", "new_area", level="ward", width=2),
             Column("part", "amount")),
)  # fmt: skip


def reform(folder, rows, recipe=REFORM):
    (folder / "reform.csv").write_text("old,new,part\n" + rows, encoding="utf-8")
    return read_crosswalk([folder / "reform.csv"], recipe, **TOLD)


def test_a_crosswalk_says_how_much_lies_where(tmp_path):
    read = reform(tmp_path, "1,01,0.4\n1,02,0.6\n2,02,0.5\n")
    assert read.amounts == {("old-1", "ward-01"): 0.4, ("old-1", "ward-02"): 0.6, ("old-2", "ward-02"): 0.5}
    assert read.kind == "share"


@pytest.mark.parametrize(
    ("rows", "message_id", "values"),
    [
        # thirds with six decimals are allowed, a millionth more than 1 and a bit is not
        ("1,01,0.5\n1,02,0.500002\n", "shares_exceed", {"row": 2, "area": "old-1", "sum": "1.000002"}),
        ("1,01,60\n1,02,40\n", "shares_exceed", {"sum": "100"}),
        ("1,01,0.5\n1,01,0.5\n", "pair_twice", {"row": 3, "area": "old-1", "to": "ward-01"}),
        ("1,01,-0.5\n", "negative", {"value": "-0.5"}),
        ("1,01,half\n", "not_a_number", {"value": "half"}),
        ("1,01,\n", "empty_cell", {"row": 2}),
        ("1,1,0.5\n", "lost_zeros", {"column": "new"}),
    ],
)
def test_a_wrong_row_of_a_crosswalk_is_told_with_its_place(tmp_path, rows, message_id, values):
    (fault,) = faults_of(reform, tmp_path, rows)
    assert fault.message_id == f"sources.{message_id}"
    assert values.items() <= fault.values.items()


def test_shares_that_are_rounded_to_six_decimals_are_whole(tmp_path):
    assert len(reform(tmp_path, "1,01,0.333334\n1,02,0.333333\n1,03,0.333334\n").amounts) == 3


def test_amounts_of_persons_have_no_whole(tmp_path):
    read = reform(tmp_path, "1,01,60\n1,02,40\n", replace(REFORM, amounts="persons"))
    assert (read.kind, sum(read.amounts.values())) == ("persons", 100)
