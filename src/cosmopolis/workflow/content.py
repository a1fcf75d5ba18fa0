"""The shipped content that workflows need, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cosmopolis import catalogue


@cache
def region_members() -> Mapping[str, frozenset[str]]:
    """The countries (ISO alpha-3) of each UN M49 region."""
    return catalogue.region_members()
