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

#: Minutes for a wait and the walks at both ends, and for a kilometre by bus or tram with a change now and then.
STOP, KILOMETRE, LONGEST = 8.0, 5.5, 60
Course = tuple[str, str, int, float, float]  #: number, name, places, and where it lies in the round city
#: Open water, far from any city: longitude and latitude in degrees.
MIDDLE = (-32.0, 24.0)
#: Of the round city, in kilometres.
RADIUS = 7.0
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
    courses = _courses(seed)
    yield "data/language-courses.csv", _course_list(courses)
    yield "data/travel-times.csv", _travel_times(seed, courses)
    yield "data/libraries.geojson", _libraries(seed)


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
    centres = _centres(draw)
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


def _centres(draw: random.Random) -> list[tuple[float, float]]:
    """The middle of each district, in a round city of radius 1."""
    centres = []
    for number in range(len(DISTRICTS)):
        radius, angle = math.sqrt((number + 0.5) / len(DISTRICTS)), number * math.pi * (3 - math.sqrt(5))
        centres.append(
            (radius * math.cos(angle) + 0.08 * draw.random(), radius * math.sin(angle) + 0.08 * draw.random())
        )
    return centres


def _courses(seed: int) -> list[Course]:
    """Fourteen language courses, all but two near the middle: who lives outside has further to go."""
    draw = random.Random(seed + 3)  # noqa: S311
    found = []
    for number in range(14):
        radius = 0.05 + 0.3 * draw.random() if number < 12 else 0.6 + 0.15 * draw.random()
        angle = 2 * math.pi * draw.random()
        name = f"Language school {number + 1}"
        places = 20 * (2 + int(9 * draw.random()))
        found.append((f"L{number + 1:02d}", name, places, radius * math.cos(angle), radius * math.sin(angle)))
    return found


def _course_list(courses: list[Course]) -> bytes:
    """Semicolons and a decimal comma, as the spreadsheet of an office writes them."""
    lines = ["No;Course;Places a year;Longitude;Latitude"]
    for number, name, places, x, y in courses:
        east, north = (f"{degrees:.6f}".replace(".", ",") for degrees in _place(x, y))
        lines.append(f"{number};{name};{places};{east};{north}")
    return "\n".join(lines).encode("utf-8-sig") + b"\n"


def _travel_times(seed: int, courses: list[Course]) -> bytes:
    """Minutes by public transport from the middle of each district; what takes more than an hour has no row."""
    centres, draw = _centres(random.Random(seed + 1)), random.Random(seed + 4)  # noqa: S311
    lines = ["district,course,minutes"]
    for district, (x, y) in enumerate(centres):
        for number, _, _, east, north in courses:
            kilometres = RADIUS * math.hypot(x - east, y - north)
            minutes = round(STOP + KILOMETRE * kilometres * (0.9 + 0.4 * draw.random()))
            if minutes <= LONGEST:
                lines.append(f"{district + 1:02d},{number},{minutes}")
    return "\n".join(lines).encode() + b"\n"


def _libraries(seed: int) -> bytes:
    """Sixteen libraries all over the city, as points without places."""
    draw = random.Random(seed + 5)  # noqa: S311
    features = []
    for number in range(16):
        radius, angle = 0.8 * math.sqrt(draw.random()), 2 * math.pi * draw.random()
        spot = _place(radius * math.cos(angle), radius * math.sin(angle))
        told = {"id": f"B{number + 1:02d}", "name": f"Library {number + 1}"}
        features.append({"type": "Feature", "properties": told, "geometry": {"type": "Point", "coordinates": spot}})
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def _shore(step: int, jitter: float) -> tuple[float, float]:
    angle = 2 * math.pi * step / 72
    radius = 1.12 + 0.05 * jitter - (0.28 if 3.6 < angle < 4.4 else 0)
    return radius * math.cos(angle), radius * math.sin(angle)


def _place(x: float, y: float) -> list[float]:
    degree = 111.32
    east = RADIUS * x / degree / math.cos(math.radians(MIDDLE[1]))
    return [round(MIDDLE[0] + east, 6), round(MIDDLE[1] + RADIUS * y / degree, 6)]


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
