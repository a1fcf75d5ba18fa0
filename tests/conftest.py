"""Fixtures shared by every room's tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real files as their publishers released them, named by COSMOPOLIS_DATA."""
    named = os.environ.get("COSMOPOLIS_DATA", "")
    if not named:
        pytest.skip("COSMOPOLIS_DATA names no folder: real files are not at hand")
    return Path(named)
