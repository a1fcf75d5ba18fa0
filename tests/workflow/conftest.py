"""Cities built once for all tests that look at their sites, however many processes run the tests."""

import fcntl
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from published_site import PublishedSite

from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.example import example_city

CITIES = Path(__file__).parents[2] / "cities"


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of this run of the tests for all its processes."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder that the first process to ask makes, while the others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_name(f"{folder.name}.done")
        if not done.exists():
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def real_site(data_folder: Path, shared_folder: Path) -> Callable[[str], PublishedSite]:
    """The site of a shipped city, built from the publishers' files when first asked for."""

    @cache
    def site(city: str) -> PublishedSite:
        if not (data_folder / city).is_dir():
            pytest.skip(f"COSMOPOLIS_DATA has no files of {city}")

        def make(folder: Path) -> None:
            build(BuildRequest(CITIES / city, folder / "site", data_folder / city, folder / "state"))

        return PublishedSite(made_once(shared_folder / city, make) / "site")

    return site


@pytest.fixture(scope="session")
def example_folder(shared_folder: Path) -> Path:
    return made_once(shared_folder / "example-city", example_city)


@pytest.fixture(scope="session")
def example_site(example_folder: Path, shared_folder: Path) -> PublishedSite:
    def make(folder: Path) -> None:
        build(BuildRequest(example_folder, folder / "site", None, folder / "state"))

    return PublishedSite(made_once(shared_folder / "example-site", make) / "site")
