"""The same inputs, lock and key give the same bytes: in another process, hour, language and Python."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from published_site import file_digests

pytestmark = pytest.mark.slow

PROGRAM = "from cosmopolis.cli import main; main()"


def built_by(python: str, city: Path, folder: Path, **environment: str) -> dict[str, str]:
    """The digests of every file of the site that a process of its own builds."""
    folder.mkdir()
    arguments = ["build", str(city), "--out", str(folder / "site"), "--state", str(folder / "state"), "--quiet"]
    ran = subprocess.run(
        [python, "-W", "ignore", "-c", PROGRAM, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    return file_digests(folder / "site")


def test_two_builds_are_equal_byte_for_byte(example_folder: Path, tmp_path: Path) -> None:
    one = built_by(sys.executable, example_folder, tmp_path / "one", PYTHONHASHSEED="1", TZ="UTC", LANG="C.UTF-8")
    # other hash order, other time zone, other language, one thread
    other = built_by(
        sys.executable, example_folder, tmp_path / "other",
        PYTHONHASHSEED="4242", TZ="Asia/Kolkata", LANG="ar_MA.UTF-8", POLARS_MAX_THREADS="1",
    )  # fmt: skip
    assert len(one) > 50
    assert one == other


def test_another_python_publishes_the_same_numbers(example_folder: Path, tmp_path: Path) -> None:
    python = os.environ.get("COSMOPOLIS_OTHER_PYTHON", "")
    if not python:
        pytest.skip("COSMOPOLIS_OTHER_PYTHON names no second interpreter with Cosmopolis in it")
    here = built_by(sys.executable, example_folder, tmp_path / "here")
    there = built_by(python, example_folder, tmp_path / "there")
    assert here["data/observations.csv"] == there["data/observations.csv"]
    assert here == there
