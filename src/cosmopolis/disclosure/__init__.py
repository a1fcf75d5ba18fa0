"""The only maker of `Protected` tables: floors, noise, the audit and the release log."""

from cosmopolis.disclosure.auditing import Audit, Narrowed, audit
from cosmopolis.disclosure.derivation import derive
from cosmopolis.disclosure.keys import Noise
from cosmopolis.disclosure.linking import Link
from cosmopolis.disclosure.noise import NoiseRow, NoiseTable, noise_rows
from cosmopolis.disclosure.protection import Claim, protect
from cosmopolis.disclosure.records import append, from_json, source_release, to_json, verify
from cosmopolis.disclosure.releases import Candidate, release_faults
from cosmopolis.disclosure.reported import reported
from cosmopolis.disclosure.selection import selection

__all__ = [
    "Audit",
    "Candidate",
    "Claim",
    "Link",
    "Narrowed",
    "Noise",
    "NoiseRow",
    "NoiseTable",
    "append",
    "audit",
    "derive",
    "from_json",
    "noise_rows",
    "protect",
    "release_faults",
    "reported",
    "selection",
    "source_release",
    "to_json",
    "verify",
]
