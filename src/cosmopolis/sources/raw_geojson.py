"""GeoJSON as a table: one row per feature, one column per property, the geometry as text."""

from __future__ import annotations

import json
from typing import NoReturn

import polars as pl

from cosmopolis.sources.faults import fault
from cosmopolis.sources.raw_grid import RawTable, assembled, joined_header
from cosmopolis.vocabulary.recipe import Reading

#: Parsed JSON takes about twenty times its bytes.
LARGEST_JSON_BYTES = 32_000_000
MOST_VERTICES = 1_000_000
#: The column that holds each feature's geometry, as GeoJSON text.
GEOMETRY = "geometry"
#: The coordinate systems of RFC 7946: longitude and latitude.
_DEGREES = ("CRS84", "4326")


def geojson_table(content: bytes, reading: Reading, *, file: str) -> RawTable:
    """The features of a FeatureCollection; numbers and truth values are kept as written."""
    features = _features(_document(content, file=file), file=file)
    names = list(dict.fromkeys(name for feature in features for name in feature["properties"]))
    header = joined_header([[*names, GEOMETRY]], file=file)
    columns = {
        title: [_text(feature["properties"].get(name)) for feature in features]
        for title, name in zip(header, names, strict=False)
    }
    columns[GEOMETRY] = [_text(feature["geometry"]) for feature in features]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String))
    numbers = pl.int_range(1, frame.height + 1, eager=True).alias("number")
    as_features = Reading("geojson", header_rows=0, footer=reading.footer)
    return assembled(header, frame, numbers=numbers, ragged=(), reading=as_features)


def declared_crs(content: bytes, *, file: str) -> str:
    """The coordinate system that the file itself names, or an empty text for degrees."""
    named = _document(content, file=file).get("crs")
    properties = named.get("properties") if isinstance(named, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    return "" if name.endswith(_DEGREES) else name


def _document(content: bytes, *, file: str) -> dict[str, object]:
    if len(content) > LARGEST_JSON_BYTES:
        raise fault("sources.json_too_large", file=file, found=len(content), limit=LARGEST_JSON_BYTES)

    def refuse(constant: str) -> NoReturn:
        raise fault("sources.json_not_finite", file=file, value=constant)

    def finite(digits: str) -> float:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            refuse(digits)
        return number

    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=refuse, parse_float=finite)
    except RecursionError as error:
        raise fault("sources.json_too_deep", file=file) from error
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError, an integer of 5,000 digits
        raise fault("sources.json_damaged", file=file, row=getattr(error, "lineno", 1)) from error
    if not isinstance(document, dict):
        raise fault("sources.json_no_features", file=file, row=0)
    return document


def _features(document: dict[str, object], *, file: str) -> list[dict[str, dict[str, object]]]:
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise fault("sources.json_no_features", file=file, row=0)
    tidy = []
    vertices = 0
    for place, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or not isinstance(geometry, dict):
            raise fault("sources.json_no_features", file=file, row=place)
        vertices += _vertices(geometry.get("coordinates"))
        if vertices > MOST_VERTICES:
            raise fault("sources.too_many_vertices", file=file, limit=MOST_VERTICES)
        tidy.append({"properties": properties, "geometry": geometry})
    return tidy


def _vertices(coordinates: object) -> int:
    """How many points a nested list of coordinates holds, without recursion."""
    total, waiting = 0, [coordinates]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            if item and not isinstance(item[0], list):
                total += 1
            else:
                waiting.extend(item)
    return total


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
