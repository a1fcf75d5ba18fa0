"""Countries, dissolved states and regions: facts of ISO 3166-1 and UN M49."""

import csv

import pytest

from cosmopolis.catalogue import region_members
from cosmopolis.language import LANGUAGES, language
from cosmopolis.language.catalogues import LOCALE

FOLDER = LOCALE.parent / "classifications"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_codes_are_those_of_iso_and_unique():
    countries = rows("countries.csv")
    assert len([row for row in countries if row["alpha2"]]) == 250  # ISO 3166-1 has 249, and Kosovo
    assert len({row["alpha3"] for row in countries}) == len(countries)
    assert {row["alpha3"] for row in countries if row["valid_to"]} == {"YUG", "SUN", "CSK", "SCG", "DDR", "ANT"}


@pytest.mark.parametrize(
    ("region", "countries"),
    [
        ("143", "KAZ KGZ TJK TKM UZB"),
        ("015", "DZA EGY ESH LBY MAR SDN TUN"),
        ("018", "BWA LSO NAM SWZ ZAF"),
        ("021", "BMU CAN GRL SPM USA"),
        ("155", "AUT BEL CHE DEU FRA LIE LUX MCO NLD"),
    ],
)
def test_a_region_has_the_countries_that_the_united_nations_list(region, countries):
    assert region_members()[region] == frozenset(countries.split())


def test_southern_europe_includes_spain():
    # why Barcelona's nationality region 17 is never called foreign
    assert "ESP" in region_members()["039"]


def test_regions_contain_their_parts_and_continents_share_no_country():
    members = region_members()
    assert members["150"] == members["151"] | members["154"] | members["039"] | members["155"]
    assert members["202"] < members["002"] < members["001"]
    continents = [members[region] for region in ("002", "019", "142", "150", "009")]
    assert sum(map(len, continents)) == len(frozenset().union(*continents))
    assert members["001"] - frozenset().union(*continents) == {"ATA"}


def test_the_regions_agree_with_those_of_world_population_prospects(data_folder):
    # the UN's own file of locations; it numbers regions 9xx instead of M49's numbers
    own = {"910": "014", "911": "017", "912": "015", "913": "018", "914": "011", "915": "029", "916": "013",
           "931": "005", "905": "021", "5500": "143", "906": "030", "920": "035", "5501": "034", "922": "145",
           "923": "151", "924": "154", "925": "039", "926": "155", "928": "054", "954": "057",
           "957": "061"}  # fmt: skip
    region = {row["m49"]: row["region"] for row in rows("countries.csv") if row["m49"] and not row["valid_to"]}
    with (data_folder / "un_wpp2019/UNlocations.txt").open(encoding="latin-1", newline="") as file:
        told = {row["country_code"].zfill(3): own.get(row["reg_code"]) for row in csv.DictReader(file, delimiter="\t")}
    compared = {code: (region[code], told[code]) for code in region if told.get(code)}
    assert len(compared) > 220
    assert {code: pair for code, pair in compared.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_country_and_region_has_a_name_in_every_language(code):
    codes = [row["alpha3"] for row in rows("countries.csv")] + [row["region"] for row in rows("m49.csv")]
    names = [language(code).place(told) for told in codes]
    assert all(names)
    assert len(set(names)) == len(names)
