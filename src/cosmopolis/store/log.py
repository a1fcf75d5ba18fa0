"""
The release log: one file for each release, never changed, in order.

What the records say, and whether their chain of hashes holds, is a matter of the
room `disclosure`; here they are texts.
"""

from __future__ import annotations

from pathlib import Path

from cosmopolis.errors import Fault, StoreError
from cosmopolis.store.files import write_once


def logged_records(state: Path) -> tuple[str, ...]:
    """
    The texts of all releases so far, oldest first.

    Raises
    ------
    StoreError
        If a record is missing from the sequence or cannot be read.
    """
    paths = sorted((state / "release-log").glob("[0-9]*.json"))
    for number, path in enumerate(paths, start=1):
        if path.stem != _name(number):
            raise StoreError(Fault("store.log_gap", {"expected": f"{_name(number)}.json", "found": path.name}))
    try:
        return tuple(path.read_text(encoding="utf-8") for path in paths)
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(Fault("store.unreadable", {"file": "release-log", "reason": str(error)})) from error


def append_record(state: Path, text: str, *, after: int) -> None:
    """
    Add one record after the first `after` ones.

    Raises
    ------
    StoreError
        If another release was logged in the meantime.
    """
    path = state / "release-log" / f"{_name(after + 1)}.json"
    if not write_once(path, text.encode()):
        raise StoreError(Fault("store.log_moved_on", {"record": path.name}))


def _name(number: int) -> str:
    return f"{number:06d}"
