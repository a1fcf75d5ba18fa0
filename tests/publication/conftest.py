"""The made-up report and the site made from it."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from report_sample import made_up_report


@pytest.fixture(scope="session")
def report():
    return made_up_report()


@pytest.fixture(scope="session")
def files(report):
    from cosmopolis.publication import site_files

    return dict(site_files(report))


@pytest.fixture(scope="session")
def site(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
