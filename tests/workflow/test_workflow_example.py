"""The synthetic city and the town of ten numbers, from the command that writes them to their sites."""

import csv
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from published_site import LANGUAGES, PublishedSite

from cosmopolis.language import language
from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.example import example_city

pytestmark = pytest.mark.slow

#: The strict profile moves no count by more than this.
LARGEST_DEVIATION = 5
DISTRICTS = [f"district-{number:02d}" for number in range(1, 41)]


def stock(site: PublishedSite, area: str, day: str) -> float:
    return float(site.row(indicator="population_stock", area_code=area, period=day, source_id="residents-age")["value"])


def test_the_files_of_the_example_city_agree_exactly(example_folder: Path) -> None:
    data = example_folder / "data"
    with (data / "residents-by-age.csv").open(encoding="utf-8-sig", newline="") as stream:
        stocks: Counter[tuple[str, str]] = Counter()
        for row in csv.DictReader(stream, delimiter=";"):
            if row["sex"] == "all":
                stocks[row["date"][:4], row["district"]] += int(row["residents"])
    sheet = openpyxl.load_workbook(data / "births-deaths-moves.xlsx").active
    assert sheet is not None
    rows = [row for row in sheet.iter_rows(min_row=6, values_only=True) if row[1] is not None]
    assert len(rows) == 5 * 40
    for year, district, births, deaths, arrivals, departures in rows:
        change = stocks[str(int(year) + 1), district] - stocks[year, district]
        assert change == births - deaths + arrivals - departures


def test_the_change_of_residents_closes_within_the_noise(example_site: PublishedSite) -> None:
    # six published counts, each moved by at most the largest deviation
    for year in range(2020, 2025):
        for area in ("example-city", *DISTRICTS):
            births, deaths, arrivals, departures = (
                float(example_site.row(indicator=indicator, area_code=area, period=str(year))["value"])
                for indicator in ("births", "deaths", "inflow", "outflow")
            )
            change = stock(example_site, area, f"{year + 1}-01-01") - stock(example_site, area, f"{year}-01-01")
            assert abs(change - (births - deaths + arrivals - departures)) <= 6 * LARGEST_DEVIATION


def test_a_published_count_is_within_the_noise_of_the_files_count(
    example_site: PublishedSite, example_folder: Path
) -> None:
    with (example_folder / "data" / "residents-by-birthplace.csv").open(encoding="cp1252", newline="") as stream:
        abroad: Counter[str] = Counter()
        for row in csv.DictReader(stream):
            if row["Date"] == "01.01.2025" and row["Born in"] != "XEX":
                abroad[f"district-{row['District']}"] += int(row["Residents"])
    for area in DISTRICTS:
        row = example_site.row(indicator="population_stock", area_code=area, period="2025-01-01", group="birth=abroad")
        assert abs(float(row["value"]) - abroad[area]) <= LARGEST_DEVIATION


def test_no_count_of_our_own_making_is_1_or_2(example_site: PublishedSite) -> None:
    counts = [row["value"] for row in example_site.rows(unit="persons", method_id="cell_key")]
    assert len(counts) > 2_000
    assert not {"1", "2", "1.0", "2.0"} & set(counts)


def test_counts_we_changed_carry_no_bounds(example_site: PublishedSite) -> None:
    for row in example_site.rows(method_id="cell_key"):
        assert (row["lower"], row["upper"]) == ("", "")


def test_the_key_and_the_noise_are_in_no_public_file(example_site: PublishedSite, example_folder: Path) -> None:
    key = "636f736d6f706f6c6973206578616d706c6520636974792c207075626c69632121"
    assert key in (example_folder / "city.toml").read_text(encoding="utf-8")
    for path in example_site.folder.resolve().rglob("*"):
        if path.suffix in {".html", ".csv", ".json", ".geojson"}:
            text = path.read_text(encoding="utf-8")
            assert key not in text
            assert "largest_deviation" not in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_map_of_the_example_shows_40_districts_in_every_language(example_site: PublishedSite, code: str) -> None:
    assert example_site.map_areas(code, "map-born-abroad") == [40, 40]


def test_an_unchanged_city_is_not_built_again(example_folder: Path, tmp_path: Path) -> None:
    request = BuildRequest(example_folder, tmp_path / "site", None, tmp_path / "state")
    first = build(request)
    link = request.site.readlink()
    again = build(request)
    assert (first.unchanged, again.unchanged) == (False, True)
    assert (again.figures, again.observations, again.gaps) == (first.figures, first.observations, first.gaps)
    assert request.site.readlink() == link


def test_the_town_of_ten_numbers_builds_and_its_gap_list_names_the_rest(tmp_path: Path) -> None:
    example_city(tmp_path / "town", kind="small")
    build(BuildRequest(tmp_path / "town", tmp_path / "site", None, tmp_path / "state"))
    site = PublishedSite(tmp_path / "site")
    for code in LANGUAGES:
        words, items = language(code), {row[0] for row in site.listing(code, "gaps")}
        missing = ("births_deaths", "duration", "reason", "parents_birth", "irregular", "districts", "legal_categories")
        assert {words.say(f"item.{item}") for item in missing} <= items
        known = ("total_population", "foreign_born", "non_citizens", "internal_migrants", "displaced")
        assert not {words.say(f"item.{item}") for item in known} & items


def test_the_ten_numbers_of_the_town_are_on_its_page(tmp_path: Path) -> None:
    example_city(tmp_path / "town", kind="small")
    sheet = openpyxl.load_workbook(tmp_path / "town" / "data" / "ten-numbers.xlsx").worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int)}
    build(BuildRequest(tmp_path / "town", tmp_path / "site", None, tmp_path / "state"))
    site = PublishedSite(tmp_path / "site")
    published = [float(row["value"]) for row in site.rows(method_id="cell_key", period="2024")]
    assert len(published) >= 10
    for value in published:
        assert any(abs(value - float(cell)) <= 2 * LARGEST_DEVIATION for cell in cells), value
