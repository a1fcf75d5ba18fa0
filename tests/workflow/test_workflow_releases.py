"""The release log in whole builds: what was published once cannot be taken apart by a later release."""

from pathlib import Path

import pytest
from published_site import file_digests

from cosmopolis.errors import DisclosureRefused
from cosmopolis.workflow.build import BuildRequest, Built, build

pytestmark = pytest.mark.slow

CITY = """
id = "made-town"
name = "Made Town"
country = "XEX"
languages = ["en"]
reference_date = 2024-12-31
map_level = "district"
total_source = "people"
public_key = "636f736d6f706f6c6973206578616d706c6520636974792c207075626c69632121"

[names]
en = "Made Town"
fr = "Made Town"
es = "Made Town"
zh = "Made Town"
ar = "Made Town"
ru = "Made Town"

[[sources]]
id = "people"
recipe = "people"
"""
PUBLISHED_BY_OTHERS = """
[sources.policy]
name = "none"
publisher = "Office of Made Town"
reason = "Counts of 1 to 4 are shown as '..'."
"""
QUESTION = """
[[questions]]
label = "foreign_citizens"
source = "people"
axis = "citizenship"
groups = [{groups}]
rest = ["national"]
"""
RECIPE = """
recipe: people
publisher: Office of Made Town
licence: CC BY 4.0
page: https://example.org/people
holds: counts
universe: residents
files: [people.csv]
read: {format: delimited, delimiter: ",", suppressed: {"..": [1, 4]}}
columns:
  year: {is: period, form: "%Y"}
  block: {is: area, level: block, width: 2}
  district: {is: parent, level: district, width: 2}
  citizen:
    is: axis:citizenship
    codes: {home: national, tonga: TON, samoa: WSM}
values:
  - {column: persons, counts: population_stock, unit: persons}
"""


class MadeTown:
    """A town of a few blocks, whose files a test changes between two releases."""

    def __init__(self, folder: Path, *, groups: str = '"TON", "WSM"', policy: str = "") -> None:
        self.folder, self.site, self.state = folder / "town", folder / "site", folder / "state"
        (self.folder / "data").mkdir(parents=True)
        (self.folder / "recipes").mkdir()
        (self.folder / "recipes" / "people.yaml").write_text(RECIPE, encoding="utf-8")
        self._policy = policy
        self.ask(groups)

    def ask(self, groups: str) -> None:
        text = CITY + self._policy + QUESTION.format(groups=groups)
        (self.folder / "city.toml").write_text(text, encoding="utf-8")

    def count(self, *rows: str) -> None:
        text = "year,block,district,citizen,persons\n" + "".join(f"2024,{row}\n" for row in rows)
        (self.folder / "data" / "people.csv").write_text(text, encoding="utf-8")

    def release(self) -> Built:
        return build(BuildRequest(self.folder, self.site, None, self.state, release=True))

    def log(self) -> dict[str, str]:
        return file_digests(self.state / "made-town" / "release-log")

    def refused(self) -> list[str]:
        """The reasons of a refusal, after which site and log are what they were."""
        before = self.site.readlink(), file_digests(self.site), self.log()
        with pytest.raises(DisclosureRefused) as refused:
            self.release()
        assert refused.value.exit_code == 13
        assert (self.site.readlink(), file_digests(self.site), self.log()) == before
        return sorted({fault.message_id for fault in refused.value.faults})


#: Block 03 is the sliver: 60 people that are shown only inside a district.
BLOCKS = {
    "01": ("01", 3000, 300, 200),
    "02": ("02", 2500, 400, 150),
    "03": ("01", 60, 0, 0),
}


def rows(**district: str) -> list[str]:
    found = []
    for block, (usual, *counts) in BLOCKS.items():
        for citizen, persons in zip(("home", "tonga", "samoa"), counts, strict=True):
            if persons:
                found.append(f"{block},{district.get('b' + block, usual)},{citizen},{persons}")
    return found


def test_the_same_release_again_adds_nothing_to_the_log(tmp_path: Path) -> None:
    town = MadeTown(tmp_path)
    town.count(*rows())
    first = town.release()
    log, link = town.log(), town.site.readlink()
    again = town.release()
    assert (first.unchanged, again.unchanged) == (False, True)
    assert len(log) == 1
    assert (town.log(), town.site.readlink()) == (log, link)


def test_a_release_to_another_place_adds_nothing_to_the_log(tmp_path: Path) -> None:
    town = MadeTown(tmp_path)
    town.count(*rows())
    town.release()
    log, files = town.log(), file_digests(town.site)
    town.site = tmp_path / "elsewhere"
    assert not town.release().unchanged
    assert town.log() == log
    assert file_digests(town.site) == files


def test_a_draft_writes_nothing_to_the_log(tmp_path: Path) -> None:
    town = MadeTown(tmp_path)
    town.count(*rows())
    built = build(BuildRequest(town.folder, town.site, None, town.state))
    assert built.draft
    assert town.log() == {}


def test_a_boundary_that_moved_over_60_people_is_refused(tmp_path: Path) -> None:
    town = MadeTown(tmp_path)
    town.count(*rows())
    town.release()
    town.count(*rows(b03="02"))
    assert "disclosure.small_piece_of_area" in town.refused()


def test_the_same_boundary_may_be_drawn_in_a_first_release(tmp_path: Path) -> None:
    town = MadeTown(tmp_path)
    town.count(*rows(b03="02"))
    assert not town.release().draft


def test_a_group_that_lost_a_small_origin_is_refused(tmp_path: Path) -> None:
    # Samoa counts 30 persons: under the floor, so never shown by name, but the two groups differ by them
    town = MadeTown(tmp_path)
    people = ["01,01,home,3000", "01,01,tonga,300", "01,01,samoa,20", "02,02,home,2500", "02,02,tonga,400",
              "02,02,samoa,10"]  # fmt: skip
    town.count(*people)
    town.release()
    town.ask('"TON"')
    assert "disclosure.small_piece_of_group" in town.refused()


def test_a_cell_that_was_visible_and_is_withheld_now_is_refused(tmp_path: Path) -> None:
    town = MadeTown(tmp_path, policy=PUBLISHED_BY_OTHERS)
    people = ["01,01,home,3000", "01,01,tonga,3", "02,02,home,2500", "02,02,tonga,400"]
    town.count(*people)
    town.release()
    town.count("01,01,home,3000", "01,01,tonga,..", "02,02,home,2500", "02,02,tonga,400")
    assert town.refused()


def test_a_log_that_somebody_changed_stops_the_next_release(tmp_path: Path) -> None:
    town = MadeTown(tmp_path)
    town.count(*rows())
    town.release()
    record = next((town.state / "made-town" / "release-log").glob("*.json"))
    record.chmod(0o600)
    record.write_text(record.read_text(encoding="utf-8").replace('"residents"', '"inhabitants"', 1), encoding="utf-8")
    town.count(*rows(), "04,02,home,900")
    assert town.refused()
