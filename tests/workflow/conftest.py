"""Cities built once for all tests that look at their sites."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from published_site import PublishedSite

from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.example import example_city

CITIES = Path(__file__).parents[2] / "cities"


@pytest.fixture(scope="session")
def real_site(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], PublishedSite]:
    """The site of a shipped city, built from the publishers' files when first asked for."""
    folder = tmp_path_factory.mktemp("real")

    @cache
    def site(city: str) -> PublishedSite:
        if not (data_folder / city).is_dir():
            pytest.skip(f"COSMOPOLIS_DATA has no files of {city}")
        build(BuildRequest(CITIES / city, folder / city, data_folder / city, folder / "state"))
        return PublishedSite(folder / city)

    return site


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "city"
    example_city(folder)
    return folder


@pytest.fixture(scope="session")
def example_site(example_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> PublishedSite:
    folder = tmp_path_factory.mktemp("example-site")
    build(BuildRequest(example_folder, folder / "site", None, folder / "state"))
    return PublishedSite(folder / "site")
