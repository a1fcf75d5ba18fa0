"""The example city cut down to six districts and two years, so that hundreds of builds take minutes."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl

from cosmopolis.workflow.example import example_city

DISTRICTS = frozenset(f"{number:02d}" for number in range(1, 7))
YEARS = ("2024", "2025")

#: Two more layouts that real offices use: Parquet, and a CSV inside a ZIP.
EXTRA_SOURCES = """
[[sources]]
id = "homes"
recipe = "homes"

[[sources]]
id = "workers"
recipe = "workers"
"""
EXTRA_RECIPE = """
recipe: {id}
publisher: Example City, Statistics Office
licence: CC BY 4.0
page: https://example.org/{id}
holds: counts
universe: residents
files: [{file}]
read: {{format: {format}}}
columns:
  year: {{is: period, form: "%Y"}}
  district: {{is: area, level: district, width: 2}}
  sex: {{is: sex, codes: {{F: F, M: M}}}}
values:
  - {{column: persons, counts: population_stock, unit: persons}}
"""


def write_smaller_city(folder: Path) -> None:
    """Write the cut city; every kind of file that the program reads is in it."""
    example_city(folder)
    data = folder / "data"
    _keep_rows(data / "residents-by-age.csv", "utf-8-sig", lambda line: line.split(";"))
    _keep_rows(data / "residents-by-birthplace.csv", "cp1252", _day_first)
    _keep_rows(data / "residents-by-citizenship.tsv", "utf-8", lambda line: line.split("\t"))
    _keep_moves(data / "births-deaths-moves.xlsx")
    _keep_ways(data / "travel-times.csv")
    shapes = json.loads((data / "districts.geojson").read_text(encoding="utf-8"))
    shapes["features"] = [each for each in shapes["features"] if each["properties"]["code"] in DISTRICTS]
    (data / "districts.geojson").write_text(json.dumps(shapes), encoding="utf-8")
    recipe = folder / "recipes" / "example-districts.yaml"
    text = recipe.read_text(encoding="utf-8")
    recipe.write_text(re.sub(r"areas_count: \d+", "areas_count: 6", text), encoding="utf-8")
    for name in ("actors.yaml", "plan.yaml"):
        _keep_districts(folder / name)
    _add_extra_sources(folder)


def _keep_districts(path: Path) -> None:
    """Lists of districts that are left; a single place that is gone becomes one of those."""

    def kept(found: re.Match[str]) -> str:
        left = [code for code in re.findall(r"district-(\d\d)", found[0]) if code in DISTRICTS] or ["01"]
        return f"districts: [{', '.join(f'district-{code}' for code in left)}]"

    text = re.sub(r"districts: \[[^\]]*\]", kept, path.read_text(encoding="utf-8"))
    text = re.sub(r"area_code: district-\d\d", "area_code: district-01", text)
    path.write_text(text, encoding="utf-8")


def _keep_rows(path: Path, encoding: str, fields: Callable[[str], list[str]]) -> None:
    head, *lines = path.read_bytes().decode(encoding).splitlines()
    kept = [line for line in lines if fields(line)[0][:4] in YEARS and fields(line)[1] in DISTRICTS]
    path.write_bytes("\n".join([head, *kept, ""]).encode(encoding))


def _keep_ways(path: Path) -> None:
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split(",")[0] in DISTRICTS]
    path.write_text("\n".join([head, *kept, ""]), encoding="utf-8")


def _day_first(line: str) -> list[str]:
    date, *rest = line.split(",")
    return [date[6:], *rest]


def _keep_moves(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    for number in range(sheet.max_row, 5, -1):
        year, district = (str(sheet.cell(number, column).value) for column in (1, 2))
        if not year.startswith("Note") and not (year == "2024" and district in DISTRICTS):
            sheet.delete_rows(number)
    book.save(path)


def _add_extra_sources(folder: Path) -> None:
    rows = [
        {"year": year, "district": district, "sex": sex, "persons": 300 + 17 * int(district) + (sex == "F")}
        for year in YEARS for district in sorted(DISTRICTS) for sex in "FM"
    ]  # fmt: skip
    pl.DataFrame(rows).write_parquet(folder / "data" / "homes.parquet")
    with zipfile.ZipFile(folder / "data" / "workers.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        text = io.StringIO()
        pl.DataFrame(rows).write_csv(text)
        archive.writestr(zipfile.ZipInfo("workers.csv"), text.getvalue())
    for name, file, form in (("homes", "homes.parquet", "parquet"), ("workers", "workers.zip", "delimited")):
        recipe = EXTRA_RECIPE.format(id=name, file=file, format=form)
        (folder / "recipes" / f"{name}.yaml").write_text(recipe, encoding="utf-8")
    settings = (folder / "city.toml").read_text(encoding="utf-8")
    first_question = settings.index("[[questions]]")
    settings = settings[:first_question] + EXTRA_SOURCES + "\n" + settings[first_question:]
    (folder / "city.toml").write_text(settings, encoding="utf-8")
