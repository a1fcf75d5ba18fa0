"""Fixtures shared by every room's tests."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# machines are shared: a law that takes long is no law broken
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real files as their publishers released them, named by COSMOPOLIS_DATA."""
    named = os.environ.get("COSMOPOLIS_DATA", "")
    if not named:
        pytest.skip("COSMOPOLIS_DATA names no folder: real files are not at hand")
    return Path(named)
