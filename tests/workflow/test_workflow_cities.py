"""Real files from their publishers to a site: what is published equals what the files say, read here a second time."""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from published_site import LANGUAGES, PublishedSite

from cosmopolis.language import language

pytestmark = pytest.mark.slow
SiteOf = Callable[[str], PublishedSite]
YEARS = [f"{year}-01-01" for year in range(2020, 2026)]
AGE = "2020-2025_pad_mdba_sexe_edat-q.csv"
EDUCATION = "2020-2025_pad_mdb_niv-educa-esta_edat-lloc-naix.csv"
NATIONALITY = "2020-2025_pad_mdb_nacionalitat-regio_sexe.csv"


def rows_of(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline=None) as stream:
        yield from csv.DictReader(stream, delimiter=delimiter)


@pytest.fixture
def barcelona(real_site: SiteOf) -> PublishedSite:
    return real_site("barcelona")


@pytest.fixture
def berlin(real_site: SiteOf) -> PublishedSite:
    return real_site("berlin")


@pytest.fixture
def milan(real_site: SiteOf) -> PublishedSite:
    return real_site("milan")


@pytest.fixture
def munich(real_site: SiteOf) -> PublishedSite:
    return real_site("munich")


def visible_and_withheld(path: Path, keep: Callable[[dict[str, str]], bool] = lambda _: True) -> dict[str, list[int]]:
    """Per reference date: the sum of the numbers, and how many cells read `..`."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows_of(path):
        if keep(row):
            cell = row["Valor"]
            found[row["Data_Referencia"]][cell == ".."] += 1 if cell == ".." else int(cell)
    return found


@pytest.mark.parametrize(("file", "source"), [(AGE, "age"), (EDUCATION, "education"), (NATIONALITY, "nationality")])
def test_a_total_of_barcelona_is_the_sum_in_the_file_and_1_to_4_for_each_withheld_cell(
    barcelona: PublishedSite, data_folder: Path, file: str, source: str
) -> None:
    sums = visible_and_withheld(data_folder / "barcelona" / file)
    assert sorted(sums) == YEARS
    for period, (visible, withheld) in sums.items():
        published = barcelona.interval(
            indicator="population_stock", area_code="barcelona", period=period, source_id=source
        )
        assert published == (visible + withheld, visible + 4 * withheld)


def test_barcelona_2025_has_1731303_visible_residents_and_359_withheld_cells(barcelona: PublishedSite) -> None:
    published = barcelona.interval(
        indicator="population_stock", area_code="barcelona", period="2025-01-01", source_id="age"
    )
    assert published == (1_731_303 + 359, 1_731_303 + 4 * 359)


def test_born_abroad_in_barcelona_are_birthplaces_4_and_5_of_the_education_file(
    barcelona: PublishedSite, data_folder: Path
) -> None:
    sums = visible_and_withheld(data_folder / "barcelona" / EDUCATION, lambda row: row["LLOC_NAIX"] in {"4", "5"})
    assert sums["2025-01-01"] == [576_292, 106]
    for period, (visible, withheld) in sums.items():
        published = barcelona.interval(
            indicator="population_stock", area_code="barcelona", period=period, group="birth=abroad"
        )
        assert published == (visible + withheld, visible + 4 * withheld)


def test_born_abroad_in_a_barri_are_the_cells_of_the_file_for_that_barri(
    barcelona: PublishedSite, data_folder: Path
) -> None:
    for barri in ("1", "2", "44", "73"):
        sums = visible_and_withheld(
            data_folder / "barcelona" / EDUCATION,
            lambda row, barri=barri: row["Codi_Barri"] == barri and row["LLOC_NAIX"] in {"4", "5"},  # type: ignore[misc]
        )
        visible, withheld = sums["2025-01-01"]
        published = barcelona.interval(
            indicator="population_stock",
            area_code=f"barri-{int(barri):02d}",
            period="2025-01-01",
            group="birth=abroad",
        )
        assert published == (visible + withheld, visible + 4 * withheld)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_map_of_barcelona_shows_73_barris_in_every_language(barcelona: PublishedSite, code: str) -> None:
    assert barcelona.map_areas(code, "map-born-abroad-16-plus") == [73, 73]


def test_the_downloads_of_barcelona_have_a_share_for_each_of_73_barris(barcelona: PublishedSite) -> None:
    for period in YEARS:
        shares = barcelona.rows(indicator="share_of_group", period=period, group="birth=abroad")
        areas = {row["area_code"] for row in shares} - {"barcelona"}
        assert areas == {f"barri-{number:02d}" for number in range(1, 74)}


def test_no_number_of_barcelona_counts_foreign_citizens(barcelona: PublishedSite) -> None:
    for row in barcelona.observations:
        assert "citizenship=foreign" not in row["group"]
        assert "citizenship=national" not in row["group"]
        # region 039 is Southern Europe with Spain in it: it is a count of its own and part of nothing else
        if "citizenship=" in row["group"]:
            assert row["indicator"] == "population_stock"
            assert row["area_code"] == "barcelona"
    assert {row["group"] for row in barcelona.rows(indicator="share_of_group")} == {"birth=abroad"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_gap_list_of_barcelona_names_foreign_citizens(barcelona: PublishedSite, code: str) -> None:
    items = [row[0] for row in barcelona.listing(code, "gaps")]
    words = language(code)
    for item in ("non_citizens", "births_deaths", "arrivals_departures", "duration", "reason"):
        assert words.say(f"item.{item}") in items


def test_no_published_count_of_barcelona_tells_a_single_withheld_cell(barcelona: PublishedSite) -> None:
    # the audit proves more; this is what a reader would look for first
    for row in barcelona.rows(status="Q", unit="persons"):
        if row["lower"]:
            assert float(row["upper"]) - float(row["lower"]) >= 3


@pytest.mark.parametrize("figure", ["map-migration-background", "map-foreign-citizens"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_map_of_berlin_shows_138_bezirksregionen(berlin: PublishedSite, code: str, figure: str) -> None:
    assert berlin.map_areas(code, figure) == [138, 138]


def test_shares_of_berlin_exist_for_2017_alone(berlin: PublishedSite) -> None:
    shares = berlin.rows(indicator="share_of_group")
    assert {row["period"] for row in shares} == {"2017-12-31"}
    assert len({row["area_code"] for row in shares} - {"berlin"}) == 138


@pytest.mark.parametrize("year", ["2010", "2016"])
def test_berlin_2010_and_2016_are_counts_and_indices_among_origin_groups(berlin: PublishedSite, year: str) -> None:
    rows = berlin.rows(period=f"{year}-12-31")
    measured = {"dissimilarity", "isolation", "interaction", "information_theory"}
    assert {row["indicator"] for row in rows} == {"population_stock", *measured}
    assert {row["source_id"] for row in rows} == {"origins"}
    assert all(row["status"] == "A" for row in rows)


def test_residents_of_berlin_with_a_migration_background_are_the_sum_in_the_matrix(
    berlin: PublishedSite, data_folder: Path
) -> None:
    for year in ("2010", "2016", "2017"):
        rows = rows_of(data_folder / "berlin" / f"EWRMIGRA{year}12H_Matrix.csv", ";")
        total = sum(int(row["MH_E"]) for row in rows)
        published = berlin.interval(
            indicator="population_stock", area_code="berlin", period=f"{year}-12-31", source_id="origins",
            group="background=with",
        )  # fmt: skip
        assert published == (total, total)
        if year == "2017":
            assert total == 1_207_052


def test_both_sources_of_berlin_agree_about_2017(berlin: PublishedSite) -> None:
    for source in ("origins", "population"):
        published = berlin.interval(
            indicator="population_stock", area_code="berlin", period="2017-12-31", group="background=with",
            source_id=source,
        )  # fmt: skip
        assert published == (1_207_052, 1_207_052)


def test_the_dissimilarity_of_an_origin_group_in_berlin_is_that_of_the_file(
    berlin: PublishedSite, data_folder: Path
) -> None:
    # D = half the sum over areas of |a/A - b/B|: Türkiye against all other origins, 138 Bezirksregionen, 2010
    group: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for row in rows_of(data_folder / "berlin" / "EWRMIGRA201012H_Matrix.csv", ";"):
        group[row["RAUMID"][:6]] += int(row["HK_Turk"])
        others[row["RAUMID"][:6]] += int(row["MH_E"]) - int(row["HK_Turk"])
    whole, rest = group.total(), others.total()
    expected = 0.5 * math.fsum(abs(group[area] / whole - others[area] / rest) for area in group.keys() | others.keys())
    row = berlin.row(indicator="dissimilarity", period="2010-12-31", group="background=TUR")
    assert float(row["value"]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_gap_list_of_berlin_says_that_all_residents_are_known_for_2017_alone(
    berlin: PublishedSite, code: str
) -> None:
    told = " ".join(" ".join(row) for row in berlin.listing(code, "gaps"))
    assert "2010" in told
    assert "2016" in told


def test_foreign_citizens_of_milan_are_the_sum_of_the_file_with_its_six_rows_mended(
    milan: PublishedSite, data_folder: Path
) -> None:
    sums: Counter[str] = Counter()
    mended = 0
    with (data_folder / "milan" / "ds75_stranieri_sesso_citt.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in list(csv.reader(stream, delimiter=";"))[1:]:
            # a row that lost its continent has its count one field earlier
            short = len(row) < 5 or not row[4]
            mended += short
            sums[row[0]] += int(row[3] if short else row[4])
    assert mended == 6
    assert len(sums) == 38
    for year, total in sums.items():
        published = milan.interval(
            indicator="population_stock", area_code="milan", period=year, group="citizenship=foreign"
        )
        assert published == (total, total)
    assert sums["2024"] == 300_595


def test_the_mended_rows_of_milan_are_in_its_numbers(milan: PublishedSite) -> None:
    for year, group, sex, count in (
        ("1991", "ARE", "F", 3), ("1991", "ARE", "M", 4), ("2018", "TLS", "F", 7), ("2018", "TLS", "M", 2),
    ):  # fmt: skip
        row = milan.row(indicator="population_stock", period=year, group=f"citizenship={group}", sex=sex)
        assert float(row["value"]) == count


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_of_milan_lists_the_repair_of_six_rows(milan: PublishedSite, code: str) -> None:
    repairs = [row for row in milan.listing(code, "repairs") if row[0].startswith("ds75_")]
    assert len(repairs) == 1
    assert "6" in repairs[0] or language(code).number(6) in repairs[0]


def test_no_number_of_milan_claims_to_count_everybody(milan: PublishedSite) -> None:
    assert milan.rows(group="_T") == []


def test_milan_has_no_share_because_its_file_counts_foreign_citizens_alone(milan: PublishedSite) -> None:
    assert milan.rows(indicator="share_of_group") == []
    assert "100.0%" not in milan.page("en")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_map_of_munich_shows_25_districts(munich: PublishedSite, code: str) -> None:
    assert munich.map_areas(code, "map-foreign-citizens") == [25, 25]


def test_net_migration_of_munich_is_inflow_less_outflow_in_the_file(munich: PublishedSite, data_folder: Path) -> None:
    found = 0
    for row in rows_of(data_folder / "munich" / "indikat2510_bevoelkerung_mobilitaetsziffer_28_10_25.csv"):
        if row["Raumbezug"] == "Stadt München" and row["Ausprägung"] == "insgesamt":
            published = munich.row(indicator="net_migration", area_code="munich", period=row["Jahr"])
            # the city's own row differs a little from the sum of its districts, which is what counts here
            difference = int(row["Basiswert.1"]) - int(row["Basiswert.3"])
            assert float(published["value"]) == pytest.approx(difference, abs=260)
            found += 1
    assert found == 25


def test_net_migration_of_munich_is_the_sum_over_its_districts(munich: PublishedSite, data_folder: Path) -> None:
    sums: Counter[str] = Counter()
    for row in rows_of(data_folder / "munich" / "indikat2510_bevoelkerung_mobilitaetsziffer_28_10_25.csv"):
        if row["Raumbezug"] != "Stadt München" and row["Ausprägung"] != "insgesamt":
            sums[row["Jahr"]] += int(row["Basiswert.1"]) - int(row["Basiswert.3"])
    for year, total in sums.items():
        assert munich.interval(indicator="net_migration", area_code="munich", period=year) == (total, total)


def test_residents_of_munich_are_the_sum_of_the_density_file(munich: PublishedSite, data_folder: Path) -> None:
    sums: Counter[str] = Counter()
    for row in rows_of(data_folder / "munich" / "indikat2510_bevoelkerung_bevoelkerungsdichte_28_10_25.csv"):
        if row["Raumbezug"] != "Stadt München" and row["Ausprägung"] == "insgesamt":
            sums[row["Jahr"]] += int(row["Basiswert.1"])
    assert sorted(sums) == [str(year) for year in range(2002, 2025)]
    for year, total in sums.items():
        assert munich.interval(indicator="population_stock", area_code="munich", period=year) == (total, total)
