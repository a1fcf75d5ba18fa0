"""A list of places with coordinates is proposed as such, and a table of people is not."""

import json
from pathlib import Path

import pytest

from cosmopolis.catalogue.recipes import load_recipe
from cosmopolis.sources import read_facilities
from cosmopolis.sources.inspect import inspect_file
from cosmopolis.sources.inspect_recipe import recipe_yaml


def courses(header: str) -> str:
    rows = (f"K{n};Course {n};{20 + n};{13.4 + n / 100:.4f};{52.5 - n / 100:.4f};ok\n" for n in range(1, 9))
    return header + "\n" + "".join(rows)


def roles(path: Path) -> tuple[str, dict[str, str]]:
    proposal = inspect_file(path)
    return proposal.content, {column.name: column.role for column in proposal.columns}


@pytest.mark.parametrize(
    "header", ["id;name;places;longitude;latitude;state", "Código;Nombre;Plazas;Longitud;Latitud;Estado"]
)
def test_a_table_with_coordinates_is_one_of_facilities(tmp_path: Path, header: str) -> None:
    (tmp_path / "courses.csv").write_text(courses(header), encoding="utf-8")
    content, told = roles(tmp_path / "courses.csv")
    assert content == "facilities"
    assert list(told.values()) == ["facility", "facility_name", "places", "longitude", "latitude", "ignore"]


def test_its_recipe_reads_the_file_once_the_service_is_told(tmp_path: Path) -> None:
    path = tmp_path / "courses.csv"
    path.write_text(courses("id;name;places;lon;lat;state"), encoding="utf-8")
    text = recipe_yaml(inspect_file(path), lambda remark: remark.message_id, name="courses")
    (tmp_path / "courses.yaml").write_text(text.replace('# constants: {service: "?"}', "constants: {service: library}"))
    read = read_facilities([path], load_recipe(tmp_path / "courses.yaml"), source_id="courses", code_version="0")
    assert len(read.of("library")) == 8
    assert (read.facilities[0].places, read.facilities[0].longitude, read.facilities[0].latitude) == (21, 13.41, 52.49)


def test_points_of_geojson_are_facilities_and_outlines_are_areas(tmp_path: Path) -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    for name, geometry in (
        ("points", {"type": "Point", "coordinates": [1, 2]}),
        ("outlines", {"type": "Polygon", "coordinates": [ring]}),
    ):
        features = [{"type": "Feature", "properties": {"id": f"a{n}", "name": f"n{n}"}, "geometry": geometry}
                    for n in range(5)]  # fmt: skip
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (tmp_path / f"{name}.geojson").write_text(text, encoding="utf-8")
    assert roles(tmp_path / "points.geojson") == (
        "facilities", {"id": "facility", "name": "facility_name", "geometry": "geometry"},
    )  # fmt: skip
    assert roles(tmp_path / "outlines.geojson")[0] == "areas"


def test_a_grid_of_people_with_coordinates_stays_a_table_of_counts(tmp_path: Path) -> None:
    rows = "".join(f"c{n},{13 + n / 100},{52 + n / 100},{n * 7}\n" for n in range(1, 30))
    (tmp_path / "grid.csv").write_text("code,longitude,latitude,population\n" + rows, encoding="utf-8")
    assert roles(tmp_path / "grid.csv")[0] == "counts"
