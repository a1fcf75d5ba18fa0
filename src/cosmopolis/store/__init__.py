"""
Tables as immutable files addressed by their content, with provenance; release log and noise key.

Everything is written to a temporary file, flushed to the disk and renamed: a
reader sees the old state or the new one, whenever the writer is killed.
"""

from cosmopolis.store.files import digest_of_file, digest_of_text, held
from cosmopolis.store.key import key_id, noise_key
from cosmopolis.store.log import append_record, logged_records
from cosmopolis.store.tables import TableStore

__all__ = [
    "TableStore",
    "append_record",
    "digest_of_file",
    "digest_of_text",
    "held",
    "key_id",
    "logged_records",
    "noise_key",
]
