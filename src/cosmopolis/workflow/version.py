"""Which program made a number: its version and the digest of its own text and content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from cosmopolis import __version__

#: What is compiled out of the rest and differs from machine to machine.
_COMPILED, _CACHE = frozenset({".mo"}), "__pycache__"


@cache
def code_version() -> str:
    """
    Version and first characters of the SHA-256 over the package's files.

    The version alone would let a corrected program pass for the one before it.
    """
    package = Path(__file__).parent.parent
    sha = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix not in _COMPILED and _CACHE not in path.parts:
            sha.update(path.relative_to(package).as_posix().encode() + b"\x00")
            sha.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{__version__}+{sha.hexdigest()[:12]}"
