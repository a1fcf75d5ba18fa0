"""Numbers that cannot be true together stop a check and a build, and are told with both sums."""

from pathlib import Path

import openpyxl
import pytest

from cosmopolis.errors import PublicationRefused, SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.check import check
from cosmopolis.workflow.new import new_city

#: Ten numbers that agree: 480 women and 520 men, 200 children, 650 of working age, 150 old.
NUMBERS = {
    "year": 2024,
    "total": 1000,
    "foreign_born": 150,
    "non_citizens": 120,
    "age_0_14": 200,
    "age_15_64": 650,
    "age_65_plus": 150,
    "men": 520,
    "women": 480,
    "arrivals": 60,
    "departures": 40,
}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    new_city(folder, words=language("en"))
    settings = (folder / "city.toml").read_text(encoding="utf-8").replace("XXX", "KEN")
    (folder / "city.toml").write_text(settings, encoding="utf-8")
    return folder


def filled(town: Path, **changed: int | None) -> Path:
    """The town with its ten numbers, some of them others; `None` is an empty cell."""
    path = town / "data" / "ten-numbers.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["numbers"]
    names = {sheet.cell(3, column).value: column for column in range(1, sheet.max_column + 1)}
    assert NUMBERS.keys() <= names.keys()
    for name, number in (NUMBERS | changed).items():
        sheet.cell(4, names[name]).value = number
    book.save(path)
    return town


def found(town: Path) -> list[tuple[str, object, object, object]]:
    return [
        (fault.message_id.removeprefix("workflow."), *(fault.values[name] for name in ("source", "part", "total")))
        for fault in check(town)
    ]


def test_ten_numbers_that_agree_are_clean(town: Path) -> None:
    assert found(filled(town)) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"foreign_born": 1001}, ("part_exceeds_total", "birth", 1001, 1000)),
        ({"non_citizens": 5000}, ("part_exceeds_total", "citizenship", 5000, 1000)),
        ({"women": 491}, ("totals_differ", "sex", 1011, 1000)),
        ({"age_65_plus": 139}, ("totals_differ", "age", 989, 1000)),
        # an empty cell may hold anybody, so only too many are told
        ({"men": None, "women": 1011}, ("totals_differ", "sex", 1011, 1000)),
    ],
)
def test_ten_numbers_that_contradict_the_total_are_told(town: Path, changed: dict, expected: tuple) -> None:
    assert found(filled(town, **changed)) == [expected]


@pytest.mark.parametrize(
    "changed",
    [
        {"foreign_born": 1000},
        {"women": 490},  # 1010 is 1 per cent more and no more than that
        {"age_65_plus": 140},
        {"men": None},
        {"age_0_14": None},
        {"total": None},
    ],
)
def test_what_may_be_true_is_not_refused(town: Path, changed: dict) -> None:
    assert found(filled(town, **changed)) == []


def test_a_build_refuses_a_contradiction_and_leaves_no_site(town: Path, tmp_path: Path) -> None:
    filled(town, foreign_born=2000)
    with pytest.raises(SourceError) as refused:
        build(BuildRequest(town, tmp_path / "site", state=tmp_path / "state"))
    assert [fault.message_id for fault in refused.value.faults] == ["workflow.part_exceeds_total"]
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_contradiction_is_told_with_both_numbers_in_every_language(town: Path, code: str) -> None:
    (fault,) = check(filled(town, women=600))
    assert fault.values["part"] == 1120
    told = language(code).fault(fault)
    assert "ten-numbers.xlsx" in told
    assert "sex" in told


def table(town: Path, *, born: str, rest: str) -> Path:
    """The town with a table of its own by place of birth, whose question has a `rest`."""
    (town / "recipes" / "born.yaml").write_text(
        "recipe: born\npublisher: Town\nlicence: CC0\npage: https://town.example\nholds: counts\n"
        "universe: residents\nfiles: [born.csv]\nread: {format: delimited, suppressed: {'..': [1, 4]}}\n"
        "columns:\n  year: {is: period, form: '%Y'}\n"
        "  born: {is: 'axis:birth', codes: {here: country, there: abroad}}\n"
        "values:\n  - {column: people, counts: population_stock, unit: persons}\n",
        encoding="utf-8",
    )
    (town / "data" / "born.csv").write_text(f"year,born,people\n2024,here,{rest}\n2024,there,{born}\n")
    settings = (town / "city.toml").read_text(encoding="utf-8").replace('"ten-numbers-birth"', '"born"')
    settings = settings.replace('groups = ["abroad"]', 'groups = ["abroad"]\nrest = ["country"]')
    (town / "city.toml").write_text(settings, encoding="utf-8")
    return town


def test_a_question_with_a_rest_counts_everybody(town: Path) -> None:
    assert found(table(filled(town), born="100", rest="700")) == [("totals_differ", "birth", 800, 1000)]


def test_a_withheld_count_may_be_whatever_its_publisher_says(town: Path) -> None:
    # 1007 and 1 to 4 are at least 1008, which is within 1 per cent of 1000; 1010 and 1 to 4 are not
    filled(town)
    assert found(table(town, born="..", rest="1007")) == []
    (town / "data" / "born.csv").write_text("year,born,people\n2024,here,1010\n2024,there,..\n")
    assert found(town) == [("totals_differ", "birth", 1011, 1000)]


def test_the_root_of_the_disk_is_no_place_for_a_site(town: Path, tmp_path: Path) -> None:
    with pytest.raises(PublicationRefused) as refused:
        build(BuildRequest(filled(town), Path("/"), state=tmp_path / "state"))
    assert [fault.message_id for fault in refused.value.faults] == ["publication.foreign_site"]
