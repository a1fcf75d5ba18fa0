"""Digests and atomic files: what the rest of the store stands on."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cosmopolis.errors import Fault, StoreError


def digest_of_file(path: Path) -> str:
    """
    SHA-256 of a file's bytes, in hexadecimal.

    Raises
    ------
    StoreError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(Fault("store.unreadable", {"file": path.name, "reason": error.strerror or ""})) from error


def digest_of_text(*parts: str) -> str:
    """
    SHA-256 of several texts, each with its length, so that no two lists of texts collide.

    >>> digest_of_text("ab", "c") == digest_of_text("a", "bc")
    False
    """
    sha = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        sha.update(len(encoded).to_bytes(8, "big"))
        sha.update(encoded)
    return sha.hexdigest()


def made_folder(folder: Path) -> Path:
    """The folder, made readable by its owner alone if it was not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def write_once(path: Path, content: bytes, *, mode: int = 0o600) -> bool:
    """
    Write a file that must not exist yet, whole or not at all.

    Returns
    -------
    written
        False if the file was there already; it is left as it is.
    """
    folder = made_folder(path.parent)
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        waiting = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            waiting.chmod(mode)
            # a hard link fails where the name is taken, which a rename would silently replace
            os.link(waiting, path)
        finally:
            waiting.unlink(missing_ok=True)
        _flush_folder(folder)
    except FileExistsError:
        return False
    except OSError as error:
        raise _unwritable(path, error) from error
    return True


def replace_file(path: Path, content: bytes) -> None:
    """Put new content in place of a file: a reader sees the old or the new, never a part."""
    try:
        handle, name = tempfile.mkstemp(dir=made_folder(path.parent), prefix=".new-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def held(state: Path) -> Iterator[None]:
    """
    Hold a state folder for one build, and clear what a killed one left behind.

    The lock belongs to the process, so that it ends with it however it ends.

    Raises
    ------
    StoreError
        If another build holds it.
    """
    with (made_folder(state) / "lock").open("a+b") as lock:
        try:
            _lock(lock.fileno())
        except OSError as error:
            raise StoreError(Fault("store.held", {"path": str(state)})) from error
        for leftover in state.rglob(".new-*"):
            leftover.unlink(missing_ok=True)
        yield


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _flush_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files they name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(Fault("store.unwritable", {"path": str(path), "reason": error.strerror or str(error)}))
