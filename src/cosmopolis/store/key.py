"""The noise key: a city's only secret, outside its folder and its published data."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from cosmopolis.errors import Fault, StoreError
from cosmopolis.store.files import write_once

KEY_BYTES = 32


def noise_key(state: Path) -> bytes:
    """
    The noise key of one city; made at the first call.

    A key that others can read protects nobody, so it is refused rather than used.

    Raises
    ------
    StoreError
        If the key is readable by others than its owner, or is damaged.
    """
    path = state / "noise.key"
    if not path.exists():
        write_once(path, secrets.token_bytes(KEY_BYTES))
    if path.stat().st_mode & 0o077:
        raise StoreError(Fault("store.key_open_to_others", {"path": str(path)}))
    secret = path.read_bytes()
    if len(secret) != KEY_BYTES:
        raise StoreError(Fault("store.key_damaged", {"path": str(path), "bytes": len(secret), "expected": KEY_BYTES}))
    return secret


def key_id(secret: bytes) -> str:
    """
    A name for a key that says nothing about it.

    >>> key_id(bytes(32)) == key_id(bytes(31) + b"x")
    False
    """
    return hashlib.sha256(b"cosmopolis key id\x00" + secret).hexdigest()[:12]
