"""The program as a person runs it: a process, its two outputs and its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cosmopolis.workflow.example import example_city

PROGRAM = "from cosmopolis.cli import main; main()"
Ran = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def cosmopolis() -> Callable[..., Ran]:
    def run(*arguments: str | Path, **environment: str) -> Ran:
        # no language of the machine that the tests run on
        clean = {name: value for name, value in os.environ.items() if name not in {"LANGUAGE", "LC_ALL", "LC_MESSAGES"}}
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, *map(str, arguments)],
            env=clean | {"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"} | environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    return run


@pytest.fixture(scope="session")
def example_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town of ten numbers: the smallest folder that builds."""
    folder = tmp_path_factory.mktemp("town") / "town"
    example_city(folder, kind="small")
    return folder
