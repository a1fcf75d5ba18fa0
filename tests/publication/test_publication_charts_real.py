"""Charts on the real shapes of Barcelona."""

import json
import re

import polars as pl
import pytest
import shapely
from shapely.geometry import shape

from cosmopolis.language import language
from cosmopolis.publication.charts import chart
from cosmopolis.publication.charts.shapes import outlines
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.report import Figure, Message
from cosmopolis.vocabulary.table import SCHEMA

SAID = Message("charts.describe.nothing")


@pytest.fixture(scope="module")
def barcelona(data_folder):
    features = json.loads((data_folder / "barcelona" / "barris.geojson").read_text(encoding="utf-8"))["features"]
    barris = [one for one in features if one["properties"]["TIPUS_UA"] == "BARRI"]
    areas = tuple(Area(f"barri-{one['properties']['BARRI']}", one["properties"]["NOM"], "barri") for one in barris)
    shapes = {area.code: shapely.to_wkb(shape(one["geometry"])) for area, one in zip(areas, barris, strict=True)}
    return Areas(areas, shapes)


def test_the_map_of_73_barris_is_small_and_names_each(barcelona):
    full = dict.fromkeys(SCHEMA) | {
        "indicator": "share", "period": "2025", "sex": "_T", "age_group": "_T", "group": "_T", "unit": "share",
        "status": "A", "source_id": "s", "method_id": "m",
    }  # fmt: skip
    rows = [full | {"area_code": area.code, "value": n / 73} for n, area in enumerate(barcelona.at("barri"))]
    table = Protected(pl.DataFrame(rows, schema=dict(SCHEMA), orient="row"), "none", ("s",))
    made = Figure("share", "map", SAID, SAID, table, "area_code", SAID, SAID, borders=(0.2, 0.4, 0.6, 0.8))
    for width in (340, 720):
        svg = chart(made, language=language("en"), areas=barcelona, width=width).svg
        assert len(svg.encode()) < 60_000
        assert len(re.findall(r"</title></path>", svg)) == 73


def test_neighbours_keep_one_border(barcelona):
    outline = outlines(tuple(sorted(barcelona.shapes.items())), 720, 560)
    polygons = [shapely.Polygon(points(path.split("z")[0])) for path in outline.paths.values()]
    city = shapely.union_all(polygons)
    overlap = sum(polygon.area for polygon in polygons) - city.area
    assert overlap / city.area < 0.001
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(city) for ring in part.interiors]
    assert sum(hole.area for hole in holes) / city.area < 0.001


def points(path):
    """The corners of a path that starts with an absolute move and goes on in relative steps."""
    start, steps = path[1:].split("l")
    x, y = (float(number) for number in re.findall(r"-?\d*\.?\d+", start))
    corners = [(x, y)]
    numbers = [float(number) for number in re.findall(r"-?(?:\d+\.\d|\.\d|\d+)", steps)]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        corners.append((x, y))
    return corners
