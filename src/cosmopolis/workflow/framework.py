"""Framework packs: which are shipped, and whether one that somebody wrote is right."""

from __future__ import annotations

from pathlib import Path

from cosmopolis.errors import Fault
from cosmopolis.vocabulary.framework import Framework


def frameworks() -> tuple[Framework, ...]:
    """Every shipped pack, by id and edition."""
    from cosmopolis.catalogue import shipped_frameworks

    return tuple(pack for _, pack in sorted(shipped_frameworks().items()))


def check_pack(folder: Path) -> tuple[Framework | None, tuple[Fault, ...]]:
    """The pack in a folder if it is right, else everything that is wrong with it."""
    from cosmopolis.catalogue import check_framework, load_framework

    faults = check_framework(folder)
    return (None if faults else load_framework(folder)), faults
