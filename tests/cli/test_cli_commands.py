"""Every command as a newcomer runs it: what comes out, where, in which language, with which exit code."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cosmopolis import __version__, errors
from cosmopolis.language import LANGUAGES, language

Run = Callable[..., CompletedProcess[str]]
COMMANDS = ("build", "check", "inspect", "new", "example", "fetch", "serve")
LOCALES = {
    "en": "en_GB.UTF-8", "fr": "fr_FR.UTF-8", "es": "es_MX.UTF-8", "zh": "zh_CN.UTF-8", "ar": "ar_EG.UTF-8",
    "ru": "ru_RU.UTF-8",
}  # fmt: skip
HEAVY = ("numba", "scipy.stats", "polars", "openpyxl", "distributed", "numpy", "shapely", "vl_convert", "rich")


def assert_no_traceback(ran: CompletedProcess[str]) -> None:
    assert "Traceback" not in ran.stderr + ran.stdout
    assert "COSMOPOLIS_DEBUG" not in ran.stderr


def refused(ran: CompletedProcess[str], code: int) -> str:
    """The words of a refusal: on stderr alone."""
    assert_no_traceback(ran)
    assert ran.returncode == code, ran.stderr
    assert ran.stdout == ""
    assert ran.stderr.strip()
    return ran.stderr


def town_copy(town: Path, folder: Path) -> Path:
    shutil.copytree(town, folder)
    return folder


def test_help_names_every_command_and_every_exit_code(cosmopolis: Run) -> None:
    ran = cosmopolis("--help")
    assert ran.returncode == 0
    for command in COMMANDS:
        assert command in ran.stdout
    tree = errors.__doc__ or ""
    for code in re.findall(r"(\d+)$", tree, re.MULTILINE):
        assert code == "1" or re.search(rf"\b{code}\b", ran.stdout), code


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(cosmopolis: Run, command: str) -> None:
    ran = cosmopolis(command, "--help")
    assert ran.returncode == 0
    assert f"cosmopolis {command}" in ran.stdout.replace("-c ", "cosmopolis ") or command in ran.stdout
    assert ran.stderr == ""


def test_the_version_is_one_line(cosmopolis: Run) -> None:
    ran = cosmopolis("--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{__version__}\n", "")


def test_help_loads_no_heavy_module() -> None:
    program = (
        "import sys\nfrom cosmopolis.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "--help"], capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    assert ran.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completion_can_be_shown(cosmopolis: Run, shell: str) -> None:
    script = Path(sys.executable).with_name("cosmopolis")
    ran = subprocess.run(
        [script], env=os.environ | {"_COSMOPOLIS_COMPLETE": f"source_{shell}"}, capture_output=True, encoding="utf-8",
        check=False, timeout=60,
    )  # fmt: skip
    assert_no_traceback(ran)
    assert ran.returncode == 0
    assert "_COSMOPOLIS_COMPLETE" in ran.stdout


def test_an_unknown_command_or_option_is_wrong_use(cosmopolis: Run) -> None:
    refused(cosmopolis("publish"), 2)
    refused(cosmopolis("build", "town", "--outt", "site"), 2)
    refused(cosmopolis("build", "town"), 2)
    refused(cosmopolis("example", "--seed", "many", "town"), 2)


def test_an_unknown_kind_of_example_is_wrong_use(cosmopolis: Run, tmp_path: Path) -> None:
    assert "village" in refused(cosmopolis("example", tmp_path / "town", "--kind", "village"), 2)


def test_a_folder_without_a_city_has_exit_code_10(cosmopolis: Run, tmp_path: Path) -> None:
    assert "city.toml" in refused(cosmopolis("build", tmp_path, "--out", tmp_path / "site"), 10)


def test_a_folder_in_use_is_not_written_over(cosmopolis: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for command in ("new", "example"):
        refused(cosmopolis(command, tmp_path), 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]


def test_a_damaged_file_has_exit_code_11_and_leaves_no_site(
    cosmopolis: Run, example_town: Path, tmp_path: Path
) -> None:
    town = town_copy(example_town, tmp_path / "town")
    book = town / "data" / "ten-numbers.xlsx"
    book.write_bytes(book.read_bytes()[:2000])
    told = refused(cosmopolis("build", town, "--out", tmp_path / "site", "--state", tmp_path / "state"), 11)
    assert "ten-numbers.xlsx" in told
    assert not (tmp_path / "site").exists()


def test_a_state_that_others_can_read_has_exit_code_14(cosmopolis: Run, example_town: Path, tmp_path: Path) -> None:
    town = town_copy(example_town, tmp_path / "town")
    settings = town / "city.toml"
    text = "\n".join(
        line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("public_key")
    )
    settings.write_text(text.replace('"XEX"', '"ISL"').replace("example-town", "some-town"), encoding="utf-8")
    key = tmp_path / "state" / "some-town" / "noise.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(bytes(32))
    key.chmod(0o644)
    refused(cosmopolis("build", town, "--out", tmp_path / "site", "--state", tmp_path / "state"), 14)
    assert not (tmp_path / "site").exists()


def test_a_place_that_is_taken_has_exit_code_15_and_is_untouched(
    cosmopolis: Run, example_town: Path, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.html").write_text("mine", encoding="utf-8")
    refused(cosmopolis("build", example_town, "--out", tmp_path / "site", "--state", tmp_path / "state"), 15)
    assert (tmp_path / "site" / "mine.html").read_text(encoding="utf-8") == "mine"


def test_a_download_that_fails_has_exit_code_16(cosmopolis: Run, example_town: Path, tmp_path: Path) -> None:
    town = town_copy(example_town, tmp_path / "town")
    (town / "data" / "ten-numbers.xlsx").unlink()
    settings = town / "city.toml"
    settings.write_text(
        re.sub(r'recipe = "ten-numbers-total"', 'recipe = "far"', settings.read_text(encoding="utf-8"), count=1),
        encoding="utf-8",
    )
    recipes = town / "recipes"
    recipes.mkdir(exist_ok=True)
    (recipes / "far.yaml").write_text(
        "recipe: far\npublisher: P\nlicence: L\npage: https://example.org/\nholds: counts\nuniverse: residents\n"
        "files: [far.csv]\nread: {format: delimited}\ncolumns: {year: {is: period, form: '%Y'}}\n"
        "values: [{column: total, counts: population_stock, unit: persons}]\n"
        # a private address is refused before anything is asked
        "downloads: [{url: 'https://127.0.0.1/far.csv', name: far.csv}]\nhosts: ['127.0.0.1']\n",
        encoding="utf-8",
    )
    told = refused(cosmopolis("fetch", town, "--data", tmp_path / "data", "--state", tmp_path / "state"), 16)
    assert "127.0.0.1" in told
    assert not (tmp_path / "data" / "far.csv").exists()


@pytest.mark.parametrize("code", LANGUAGES)
def test_errors_speak_the_language_of_the_terminal(cosmopolis: Run, tmp_path: Path, code: str) -> None:
    told = refused(cosmopolis("example", tmp_path / "town", "--kind", "village", LANG=LOCALES[code]), 2)
    fault = errors.Fault("example.unknown_kind", {"kind": "village", "known": "city, small"})
    assert told.strip() == language(code).error(errors.UsageError(fault)).strip()


@pytest.mark.parametrize("code", LANGUAGES)
def test_help_speaks_the_language_of_the_terminal(cosmopolis: Run, code: str) -> None:
    ran = cosmopolis("--help", LANG=LOCALES[code], COLUMNS="2000")
    assert language(code).say("cli.build.help")[:30] in ran.stdout


def test_a_language_that_is_none_of_ours_gets_english(cosmopolis: Run) -> None:
    assert language("en").say("cli.help")[:40] in cosmopolis("--help", LANG="fi_FI.UTF-8", COLUMNS="2000").stdout


def test_an_ascii_terminal_still_gets_its_error(cosmopolis: Run, tmp_path: Path) -> None:
    ran = cosmopolis("example", tmp_path / "t", "--kind", "v", LANG="ru_RU", PYTHONIOENCODING="ascii:backslashreplace")
    refused(ran, 2)


def test_a_new_folder_passes_its_check_only_with_its_numbers_filled_in(cosmopolis: Run, tmp_path: Path) -> None:
    made = cosmopolis("new", tmp_path / "my town", "--json")
    assert made.returncode == 0
    assert all(Path(path).is_file() for path in json.loads(made.stdout))
    checked = cosmopolis("check", tmp_path / "my town", "--json")
    assert_no_traceback(checked)
    assert checked.returncode in {0, 10}
    faults = json.loads(checked.stdout)
    assert bool(faults) == (checked.returncode == 10)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({'"XEX"': '"QQQ"', "ten-numbers-sex": "nowhere"}, ("QQQ", "nowhere")),
        ({"[names]": "[colours]\nsea = 1\n\n[names]", 'id = "moves"': 'id = "moves"\nshape = 3'}, ("colours", "shape")),
    ],
)
def test_check_tells_every_fault_at_once(
    cosmopolis: Run, example_town: Path, tmp_path: Path, changes: dict[str, str], told: tuple[str, ...]
) -> None:
    town = town_copy(example_town, tmp_path / "town")
    settings = town / "city.toml"
    text = settings.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new, 1)
    settings.write_text(text, encoding="utf-8")
    ran = cosmopolis("check", town)
    assert_no_traceback(ran)
    assert ran.returncode == 10
    assert all(wrong in ran.stderr for wrong in told)
    as_json = cosmopolis("check", town, "--json")
    assert as_json.returncode == 10
    assert len(json.loads(as_json.stdout)) >= 2


def test_a_sound_folder_passes_its_check(cosmopolis: Run, example_town: Path) -> None:
    ran = cosmopolis("check", example_town)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.strip()


def test_inspect_shows_its_findings_and_saves_a_recipe_once(cosmopolis: Run, tmp_path: Path) -> None:
    file = tmp_path / "wards.csv"
    rows = [f"{year};{ward:02d};{sex};{100 + ward}" for year in (2020, 2021) for ward in range(1, 9) for sex in "FM"]
    file.write_text("\n".join(["Jahr;Bezirk;Geschlecht;Anzahl", *rows, ""]), encoding="utf-8")
    ran = cosmopolis("inspect", file, "--write", tmp_path / "wards.yaml")
    assert ran.returncode == 0, ran.stderr
    for column in ("Jahr", "Bezirk", "Geschlecht", "Anzahl"):
        assert column in ran.stdout
    saved = (tmp_path / "wards.yaml").read_text(encoding="utf-8")
    refused(cosmopolis("inspect", file, "--write", tmp_path / "wards.yaml", "--quiet"), 10)
    assert (tmp_path / "wards.yaml").read_text(encoding="utf-8") == saved
    assert isinstance(json.loads(cosmopolis("inspect", file, "--json").stdout), dict)


def test_inspect_of_rows_that_disagree_ends_with_11(cosmopolis: Run, tmp_path: Path) -> None:
    file = tmp_path / "wards.csv"
    rows = [f"2020;{ward};{100 + ward}" + ";9;9" * (ward % 5 == 0) for ward in range(40)]
    file.write_text("\n".join(["year;ward;persons", *rows, ""]), encoding="utf-8")
    ran = cosmopolis("inspect", file)
    assert_no_traceback(ran)
    assert ran.returncode == 11


def test_a_file_that_is_not_there_is_named(cosmopolis: Run, tmp_path: Path) -> None:
    assert "absent.csv" in refused(cosmopolis("inspect", tmp_path / "absent.csv"), 11)


def test_json_is_on_stdout_alone_and_quiet_is_quiet(cosmopolis: Run, tmp_path: Path) -> None:
    made = cosmopolis("example", tmp_path / "town", "--kind", "small", "--json")
    assert made.stderr == ""
    assert all(Path(path).is_file() for path in json.loads(made.stdout))
    again = cosmopolis("example", tmp_path / "town", "--kind", "small", "--replace", "--quiet")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


@pytest.mark.slow
def test_a_build_tells_its_result_as_json_or_nothing(cosmopolis: Run, example_town: Path, tmp_path: Path) -> None:
    arguments = ("build", example_town, "--out", tmp_path / "site", "--state", tmp_path / "state")
    built = cosmopolis(*arguments, "--json")
    assert (built.returncode, built.stderr) == (0, "")
    told = json.loads(built.stdout)
    assert told["draft"] is True
    assert told["unchanged"] is False
    assert told["gaps"] >= 5
    again = cosmopolis(*arguments, "--quiet")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    third = cosmopolis(*arguments, LANG="fr_FR.UTF-8")
    assert str(tmp_path / "site") in third.stdout
    assert json.loads(cosmopolis(*arguments, "--json").stdout)["unchanged"] is True


def test_output_into_a_closed_pipe_is_no_error_of_ours(cosmopolis: Run, tmp_path: Path) -> None:
    program = "from cosmopolis.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
