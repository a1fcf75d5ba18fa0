"""A publisher's own list of what its codes mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One code of one dimension, with the publisher's words for it per language."""

    dimension: str
    code: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class CodeList:
    """The codes of one file, in its order; a code is unique within its dimension."""

    codes: tuple[Code, ...]

    def of(self, dimension: str) -> dict[str, Code]:
        """The codes of one dimension."""
        return {entry.code: entry for entry in self.codes if entry.dimension == dimension}
