"""
Tables as immutable files addressed by their content, with provenance; release log and noise key.

Everything is written to a temporary file, flushed to the disk and renamed: a
reader sees the old state or the new one, whenever the writer is killed.

What a name needs is imported when it is first used: a command that only looks
whether anything changed should not wait for geometry and tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cosmopolis.store.files import digest_of_file, digest_of_text, held
    from cosmopolis.store.key import key_id, noise_key
    from cosmopolis.store.log import append_record, logged_records
    from cosmopolis.store.search import SearchIndex
    from cosmopolis.store.tables import TableStore

__all__ = [
    "SearchIndex",
    "TableStore",
    "append_record",
    "digest_of_file",
    "digest_of_text",
    "held",
    "key_id",
    "logged_records",
    "noise_key",
]

_HOMES = {
    "SearchIndex": "search",
    "TableStore": "tables",
    "append_record": "log",
    "digest_of_file": "files",
    "digest_of_text": "files",
    "held": "files",
    "key_id": "key",
    "logged_records": "log",
    "noise_key": "key",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
