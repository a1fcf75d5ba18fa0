"""The commands that tell without building: what comes out, in which language, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cosmopolis.workflow.example import example_city

Run = Callable[..., CompletedProcess[str]]

#: Each of these starts the program anew.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "city"
    example_city(folder)
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Four areas whose indices are worked by hand in the domain reference, 9.4."""
    path = tmp_path / "areas.csv"
    path.write_text("area,abroad,others\na,100,0\nb,60,40\nc,40,60\nd,0,100\n", encoding="utf-8")
    return path


def test_assess_says_what_to_develop_first_and_who_can_act(cosmopolis: Run, example: Path) -> None:
    ran = cosmopolis("assess", example)
    assert ran.returncode == 0, ran.stderr
    first = ran.stdout.split("What to develop first", 1)[1]
    for label in ("Why:", "Who has the power:", "What helped elsewhere:", "Action:"):
        assert label in first


def test_assess_speaks_the_readers_language(cosmopolis: Run, example: Path) -> None:
    assert "первую очередь" in cosmopolis("assess", example, LANG="ru_RU.UTF-8").stdout


def test_the_envelope_of_an_assessment_has_its_three_names(cosmopolis: Run, example: Path) -> None:
    told = json.loads(cosmopolis("assess", example, "--json").stdout)
    assert told["schema"].startswith("cosmopolis/assessment/")
    assert told["framework"]["id"] == "migof-urban"
    assert told["edition"] == "2025"


def test_form_and_read_together_are_refused(cosmopolis: Run, example: Path, tmp_path: Path) -> None:
    ran = cosmopolis("assess", example, "--form", tmp_path / "a.xlsx", "--read", tmp_path / "b.xlsx")
    assert ran.returncode == 2
    assert "--form" in ran.stderr
    assert not (tmp_path / "a.xlsx").exists()


def test_a_city_without_a_plan_is_told_so(cosmopolis: Run, tmp_path: Path) -> None:
    folder = tmp_path / "town"
    example_city(folder, kind="small")
    (folder / "plan.yaml").unlink(missing_ok=True)
    (folder / "inputs.yaml").unlink(missing_ok=True)
    ran = cosmopolis("plan", folder)
    assert ran.returncode == 10
    assert "plan.yaml" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_framework_list_names_every_pack(cosmopolis: Run) -> None:
    ran = cosmopolis("framework", "list")
    for pack in ("migof-urban", "sdg-10.7.2", "gcm", "nua", "mechelen", "marrakech", "oecd-12", "integrating-cities",
                 "city-monitor"):  # fmt: skip
        assert pack in ran.stdout


def test_an_unknown_topic_is_refused_with_those_there_are(cosmopolis: Run, example: Path) -> None:
    ran = cosmopolis("practices", example, "health", "--topic", "helth")
    assert ran.returncode == 2
    assert "helth" in ran.stderr
    assert "health" in ran.stderr


def test_the_indices_of_a_table_are_those_worked_by_hand(cosmopolis: Run, table: Path) -> None:
    told = json.loads(cosmopolis("segregation", table, "--group", "abroad", "--rest", "others", "--json").stdout)
    expected = {"dissimilarity": 0.6, "gorard": 0.3, "gini": 0.8, "information_theory": 0.5145247, "atkinson": 0.76,
                "hutchens": 0.5101021, "isolation": 0.76, "correlation_ratio": 0.52,
                "separation_without_chance": 0.5151515, "dissimilarity_by_chance": 0.0689119,
                "dissimilarity_without_chance": 0.5703951}  # fmt: skip
    assert {name: told[name] for name in expected} == pytest.approx(expected, abs=5e-8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("area,abroad,others\na,ten,0\nb,1,2\n", "row 2"),
        ("area,abroad,others\na,-1,0\nb,1,2\n", "-1"),
        ("area,abroad,others\na,,0\nb,1,2\n", "row 2"),
    ],
)
def test_a_cell_that_is_no_count_is_told_with_its_place(cosmopolis: Run, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    ran = cosmopolis("segregation", path, "--group", "abroad", "--rest", "others")
    assert ran.returncode == 11
    assert said in ran.stderr


def test_a_column_that_is_not_there_is_told_with_those_that_are(cosmopolis: Run, table: Path) -> None:
    ran = cosmopolis("segregation", table, "--group", "abroad", "--rest", "nobody")
    assert ran.returncode == 11
    assert "area, abroad, others" in ran.stderr


def test_a_group_of_nobody_has_no_index(cosmopolis: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("abroad,others\n0,10\n0,20\n", encoding="utf-8")
    ran = cosmopolis("segregation", path, "--group", "abroad", "--rest", "others")
    assert ran.returncode == 12
    assert "Traceback" not in ran.stderr


def test_columns_have_to_be_named(cosmopolis: Run, table: Path) -> None:
    ran = cosmopolis("segregation", table)
    assert ran.returncode == 2
    assert "--group" in ran.stderr


def test_the_statement_of_the_example_names_its_areas(cosmopolis: Run, example: Path, tmp_path: Path) -> None:
    ran = cosmopolis("segregation", example, "--state", tmp_path / "state")
    assert ran.returncode == 0, ran.stderr
    assert "would have to move" in ran.stdout
    assert "district-" not in ran.stdout
