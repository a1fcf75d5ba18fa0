"""
The example city's files, each in a layout that real offices use.

Semicolons and a total row, a comma file in Windows-1252, tabs with a decimal
comma, a workbook with titles and notes: what makes reading hard is in here on
purpose, so that the example goes through the same code as a real city.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from cosmopolis.workflow.example_people import AGES, DISTRICTS, YEARS, People

#: Open water, far from any city: longitude and latitude in degrees.
MIDDLE = (-32.0, 24.0)
Files = Iterator[tuple[str, bytes]]


def city_files(seed: int) -> Files:
    """Every file of the synthetic city: settings, recipes, data, shapes."""
    yield from _shipped("city")
    people = People(seed)
    yield "data/residents-by-age.csv", _by_age(people)
    yield "data/residents-by-birthplace.csv", _by_birthplace(people)
    yield "data/residents-by-citizenship.tsv", _by_citizenship(people)
    yield "data/births-deaths-moves.xlsx", _moves(people)
    yield "data/districts.geojson", _districts(seed)


def small_town_files(seed: int) -> Files:
    """Every file of the small town: ten numbers, internal migrants and displaced people."""
    from cosmopolis.workflow.spreadsheet import ten_numbers

    yield from _shipped("small")
    yield "data/ten-numbers.xlsx", ten_numbers(_small_town(seed))


def _shipped(kind: str) -> Files:
    yield from sorted(_below(files("cosmopolis.content") / "example" / kind, ""))


def _below(folder: Traversable, path: str) -> Files:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _below(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry.read_bytes()


def _by_age(people: People) -> bytes:
    """Semicolons, a byte-order mark, a row for both sexes among the rows of each."""
    lines = ["date;district;name;sex;age;residents"]
    for year in YEARS:
        for district, name in enumerate(DISTRICTS):
            for age in AGES:
                women, men = (people.by_age[year, district, sex, age] for sex in ("F", "M"))
                for sex, count in (("all", women + men), ("F", women), ("M", men)):
                    lines.append(f"{year}-01-01;{district + 1:02d};{name};{sex};{age};{count}")
    return "\n".join(lines).encode("utf-8-sig") + b"\n"


def _by_birthplace(people: People) -> bytes:
    """Commas, Windows-1252, empty cells left out: nobody means no row."""
    lines = ["Date,District,Born in,Residents"]
    for (year, district, origin), count in sorted(people.by_origin.items()):
        if count:
            lines.append(f"01.01.{year},{district + 1:02d},{origin},{count}")
    return "\r\n".join(lines).encode("cp1252") + b"\r\n"


def _by_citizenship(people: People) -> bytes:
    """Tabs, one column for each kind of citizenship, the total beside them, thousands marked by a space."""
    lines = ["\t".join(("date", "district", "total", "national", "other EU", "third country"))]
    for year in YEARS:
        for district in range(len(DISTRICTS)):
            parts = [people.by_citizenship.get((year, district, code), 0) for code in ("national", "eu", "third")]
            cells = [f"{count:,}".replace(",", "\u00a0") for count in (sum(parts), *parts)]
            lines.append("\t".join((f"{year}-01-01", f"{district + 1:02d}", *cells)))
    return "\n".join(lines).encode() + b"\n"


def _moves(people: People) -> bytes:
    """A workbook as offices send it: titles, a merged header over two rows, a note at the end."""
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "moves"
    sheet.append(["Example City: births, deaths and moves over the city border"])
    sheet.append(["Source: synthetic register of persons"])
    sheet.append([])
    sheet.append(["year", "district", "natural", None, "over the city border", None])
    sheet.append([None, None, "births", "deaths", "arrivals", "departures"])
    sheet.merge_cells("C4:D4")
    sheet.merge_cells("E4:F4")
    for move in people.moves:
        row = [str(move.year), f"{move.district + 1:02d}", move.births, move.deaths, move.arrivals, move.departures]
        sheet.append(row)
    sheet.append(["Note: moves inside the city are not counted."])
    return _saved(book)


def _saved(book: object) -> bytes:
    """The workbook without the clock time that the library writes into it."""
    from cosmopolis.publication.workbook import saved

    return saved(book)


def _districts(seed: int) -> bytes:
    """Forty districts around a harbour: cells of a jittered spiral inside a round city."""
    import shapely

    draw = random.Random(seed + 1)  # noqa: S311
    centres = []
    for number in range(len(DISTRICTS)):
        radius, angle = math.sqrt((number + 0.5) / len(DISTRICTS)), number * math.pi * (3 - math.sqrt(5))
        centres.append(
            (radius * math.cos(angle) + 0.08 * draw.random(), radius * math.sin(angle) + 0.08 * draw.random())
        )
    outline = shapely.Polygon([_shore(step, draw.random()) for step in range(72)])
    cells = shapely.voronoi_polygons(shapely.MultiPoint(centres), extend_to=outline, ordered=True)
    features = []
    for number, cell in enumerate(shapely.get_parts(cells)):
        ring = shapely.get_coordinates(shapely.intersection(cell, outline))
        features.append(
            {
                "type": "Feature",
                "properties": {"code": f"{number + 1:02d}", "name": DISTRICTS[number]},
                "geometry": {"type": "Polygon", "coordinates": [[_place(x, y) for x, y in ring]]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def _shore(step: int, jitter: float) -> tuple[float, float]:
    angle = 2 * math.pi * step / 72
    radius = 1.12 + 0.05 * jitter - (0.28 if 3.6 < angle < 4.4 else 0)
    return radius * math.cos(angle), radius * math.sin(angle)


def _place(x: float, y: float) -> list[float]:
    kilometres, degree = 7.0, 111.32
    east = kilometres * x / degree / math.cos(math.radians(MIDDLE[1]))
    return [round(MIDDLE[0] + east, 6), round(MIDDLE[1] + kilometres * y / degree, 6)]


def _small_town(seed: int) -> list[dict[str, int]]:
    """Three years of the ten numbers, with internal migrants and displaced people."""
    draw = random.Random(seed + 2)  # noqa: S311
    rows = []
    total = 48_000 + int(4_000 * draw.random())
    for year in (2022, 2023, 2024):
        women, young = round(total * 0.507), round(total * 0.43)
        old = round(total * 0.034)
        arrivals, departures = round(total * 0.055), round(total * 0.031)
        rows.append(
            {
                "year": year,
                "total": total,
                "foreign_born": round(total * 0.041),
                "non_citizens": round(total * 0.036),
                "age_0_14": young,
                "age_15_64": total - young - old,
                "age_65_plus": old,
                "men": total - women,
                "women": women,
                "arrivals": arrivals,
                "departures": departures,
                "internal_migrants": round(total * 0.21),
                "displaced": round(total * (0.05 + 0.01 * (year - 2022))),
            }
        )
        total += arrivals - departures + round(total * 0.021)
    return rows
