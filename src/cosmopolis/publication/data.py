"""
The data behind the pages: CSV, JSON, GeoJSON and their description.

The same in every language: codes and message ids, never words. A program that
reads them finds numbers as numbers; a spreadsheet that opens them finds no text
that it would take for a formula.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from cosmopolis.errors import Fault, PublicationRefused
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.report import Figure, Report
from cosmopolis.vocabulary.table import SCHEMA, Provenance, Status

NUMBERS = ("value", "lower", "upper")
TEXTS = tuple(name for name in SCHEMA if name not in NUMBERS)
#: What names a row: two rows with the same key say two things about one cell.
KEY = ("indicator", "area_code", "period", "sex", "age_group", "group", "unit", "source_id", "method_id")
AREA_COLUMNS = ("code", "name", "level", "parent", "boundary_date")

#: A spreadsheet takes text that starts so for a formula; NUL and CR hide one from a filter.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
#: About 10 cm on the ground: finer than any district border is known.
DEGREES_DECIMALS = 6
FIGURE_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
LICENCE_NAME = re.compile(r"[-A-Za-z0-9._]+")


@dataclass(frozen=True)
class DataFile:
    """One file under `data/`: its path there, its bytes, and how the data package describes it."""

    path: str
    content: bytes
    title: str = ""
    schema: Mapping[str, object] | None = None


def data_files(report: Report) -> Iterator[tuple[str, bytes]]:
    """Every file under `data/`: path inside the site, bytes."""
    described: list[tuple[DataFile, str]] = []
    for file in _tables(report):
        described.append((DataFile(file.path, b"", file.title, file.schema), _fingerprint(file.content)))
        yield f"data/{file.path}", file.content
    yield "data/datapackage.json", _json(_package(report, described))


def observations(tables: Iterable[Protected]) -> pl.DataFrame:
    """Every published row once, sorted by its columns from left to right."""
    frames = [table.frame for table in tables]
    rows = pl.concat(frames).unique() if frames else pl.DataFrame(schema=dict(SCHEMA))
    rows = rows.sort(list(SCHEMA), nulls_last=True)
    _refuse_not_finite(rows)
    _refuse_two_values(rows)
    return rows


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """A table as CSV: UTF-8, comma, line feed; whole numbers without a decimal point."""
    columns = [
        _number_texts(frame[name]) if frame[name].dtype.is_float() else _safe_texts(frame[name])
        for name in frame.columns
    ]
    return pl.DataFrame(columns).write_csv().encode("utf-8")


def safe_text(text: str) -> str:
    """
    Text that no spreadsheet takes for a formula.

    >>> safe_text("=1+1"), safe_text("a=b")
    ("'=1+1", 'a=b')
    """
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def exact(number: float) -> str:
    """
    The shortest digits that name this number and no other.

    >>> exact(12.0), exact(0.1), exact(-0.0)
    ('12', '0.1', '0')
    """
    return str(int(number)) if number.is_integer() else repr(number)


def status_counts(frame: pl.DataFrame) -> dict[str, int]:
    """How many rows have which status, in the order of `Status`."""
    counted = Counter(frame["status"].to_list())
    return {status.value: counted[status.value] for status in Status if counted[status.value]}


def periods(frame: pl.DataFrame) -> list[str]:
    """The periods of a table, in order."""
    return sorted(frame["period"].unique().to_list())


def sources(report: Report, source_ids: Iterable[str]) -> list[Provenance]:
    """Where these sources' tables come from, as far as the report says; a joint source (`a+b`) names its parts."""
    wanted = {part for source_id in source_ids for part in source_id.split("+")}
    return sorted((p for p in report.provenances if p.source_id in wanted), key=lambda p: p.source_id)


def city_areas(report: Report) -> Areas:
    """The areas with the city itself among them, by code."""
    areas, city = report.areas.areas, report.city
    if all(area.code != city.id for area in areas):
        areas = (*areas, Area(city.id, city.name, "city"))
    return Areas(tuple(sorted(areas, key=lambda area: area.code)), report.areas.shapes)


def _tables(report: Report) -> Iterator[DataFile]:
    published = observations(report.observations)
    areas = city_areas(report)
    known = {area.code for area in areas.areas}
    yield DataFile(
        "observations.csv",
        csv_bytes(published),
        "Every published number",
        _table_schema(links=set(published["area_code"].unique()) <= known),
    )
    del published
    yield DataFile("areas.csv", _areas_csv(areas), "Areas", _areas_schema())
    if areas.shapes:
        yield DataFile("areas.geojson", _areas_geojson(areas), "Shapes of the areas")
    for figure in report.figures():
        yield from _figure_files(report, figure)
    for document in report.documents:
        yield DataFile(document.path, _json(document.content), document.title)


def _figure_files(report: Report, figure: Figure) -> Iterator[DataFile]:
    if not FIGURE_ID.fullmatch(figure.id):
        raise PublicationRefused(Fault("publication.file_name", {"name": figure.id}))
    rows = figure.table.frame
    _refuse_not_finite(rows)
    yield DataFile(f"figures/{figure.id}.csv", csv_bytes(rows), figure.id, _table_schema(links=False))
    yield DataFile(f"figures/{figure.id}.json", _json(_envelope(report, figure)), figure.id)


def _envelope(report: Report, figure: Figure) -> dict[str, object]:
    rows = figure.table.frame
    return {
        "id": figure.id,
        "indicator": sorted(rows["indicator"].unique().to_list()),
        "definition": figure.definition.id,
        "method": figure.method.id,
        "period": periods(rows),
        "source": [
            {
                "id": p.source_id,
                "publisher": safe_text(p.publisher),
                "licence": safe_text(p.licence),
                "url": p.landing_page,
            }
            for p in sources(report, figure.table.source_ids)
        ],
        "status": status_counts(rows),
        "rows": [{name: _json_value(value) for name, value in row.items()} for row in rows.iter_rows(named=True)],
    }


def _json_value(value: object) -> object:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return safe_text(value) if isinstance(value, str) else value


def _areas_csv(areas: Areas) -> bytes:
    rows = [{name: getattr(area, name) for name in AREA_COLUMNS} for area in areas.areas]
    return csv_bytes(pl.DataFrame(rows, schema=dict.fromkeys(AREA_COLUMNS, pl.String)))


def _areas_geojson(areas: Areas) -> bytes:
    # shapely takes a tenth of a second to load: a profile without a map does without it
    import shapely

    features: list[object] = []
    for area in areas.areas:
        if area.code not in areas.shapes:
            continue
        shape = shapely.orient_polygons(shapely.from_wkb(areas.shapes[area.code]))
        rounded = shapely.transform(shape, lambda points: points.round(DEGREES_DECIMALS))
        properties = {name: safe_text(getattr(area, name)) for name in AREA_COLUMNS}
        geometry = json.loads(shapely.to_geojson(rounded))
        features.append({"type": "Feature", "id": area.code, "properties": properties, "geometry": geometry})
    return _json({"type": "FeatureCollection", "features": features})


def _package(report: Report, described: list[tuple[DataFile, str]]) -> dict[str, object]:
    city, text = report.city, report.city.profile
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": re.sub(r"[^a-z0-9._-]+", "-", city.id.lower()),
        "title": f"{city.name}: migration profile {report.period.iso}",
        "version": report.release,
        "licenses": [_licence(text.licence)] if text.licence else [],
        "contributors": [{"title": author, "roles": ["author"]} for author in text.authors],
        "sources": [_source(p) for p in sorted(report.provenances, key=lambda p: p.source_id)],
        "resources": [_resource(file, fingerprint) for file, fingerprint in described],
    }


def _licence(licence: str) -> dict[str, str]:
    name = licence.strip().replace(" ", "-")
    return {"name": name if LICENCE_NAME.fullmatch(name) else "other", "title": licence}


def _source(provenance: Provenance) -> dict[str, object]:
    return {
        "title": f"{provenance.publisher}: {provenance.source_id}",
        "path": provenance.landing_page,
        "licence": provenance.licence,
        "files": [{"name": name, "hash": f"sha256:{digest}"} for name, digest in sorted(provenance.files.items())],
        "recipe": provenance.recipe_id,
    }


def _resource(file: DataFile, fingerprint: str) -> dict[str, object]:
    size, digest = fingerprint.split(" ")
    kind = file.path.rsplit(".", 1)[1]
    media = {"csv": "text/csv", "json": "application/json", "geojson": "application/geo+json"}[kind]
    resource: dict[str, object] = {
        "name": file.path.lower().replace("/", "-").replace(".", "-"),
        "path": file.path,
        "title": file.title,
        "format": kind,
        "mediatype": media,
        "encoding": "utf-8",
        "bytes": int(size),
        "hash": f"sha256:{digest}",
    }
    return resource | ({"type": "table", "schema": file.schema} if file.schema else {})


def _table_schema(*, links: bool) -> dict[str, object]:
    fields: list[dict[str, object]] = []
    for name in SCHEMA:
        field: dict[str, object] = {"name": name, "type": "number" if name in NUMBERS else "string"}
        if name not in NUMBERS:
            field["constraints"] = {"required": True}
        if name == "status":
            field["constraints"] = {"required": True, "enum": [status.value for status in Status]}
        fields.append(field)
    schema: dict[str, object] = {"fields": fields, "primaryKey": list(KEY), "missingValues": [""]}
    if links:
        reference = {"resource": "areas-csv", "fields": ["code"]}
        schema["foreignKeys"] = [{"fields": ["area_code"], "reference": reference}]
    return schema


def _areas_schema() -> dict[str, object]:
    fields = [{"name": name, "type": "string"} for name in AREA_COLUMNS]
    return {"fields": fields, "primaryKey": ["code"], "missingValues": [""]}


def _fingerprint(content: bytes) -> str:
    return f"{len(content)} {hashlib.sha256(content).hexdigest()}"


def _number_texts(numbers: pl.Series) -> pl.Series:
    texts = [None if number is None else exact(number) for number in numbers.to_list()]
    return pl.Series(numbers.name, texts, dtype=pl.String)


def _safe_texts(texts: pl.Series) -> pl.Series:
    # almost every cell is a code: look for the few that need a mark before touching any
    risky = texts.str.contains(r"^[=+\-@\t\r\x00]").fill_null(value=False)
    if not risky.any():
        return texts
    return pl.Series(texts.name, [text and safe_text(text) for text in texts.to_list()], dtype=pl.String)


def _refuse_not_finite(rows: pl.DataFrame) -> None:
    wrong = rows.filter(pl.any_horizontal(~pl.col(name).is_finite().fill_null(value=True) for name in NUMBERS))
    if wrong.height:
        raise PublicationRefused(
            [
                Fault(
                    "publication.not_finite",
                    {"indicator": row["indicator"], "area": row["area_code"], "period": row["period"]},
                )
                for row in wrong.iter_rows(named=True)
            ]
        )


def _refuse_two_values(rows: pl.DataFrame) -> None:
    double = rows.filter(rows.select(KEY).is_duplicated()).unique(list(KEY), maintain_order=True)
    if double.height:
        raise PublicationRefused(
            [
                Fault(
                    "publication.two_values",
                    {"indicator": row["indicator"], "area": row["area_code"], "period": row["period"]},
                )
                for row in double.iter_rows(named=True)
            ]
        )


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")
