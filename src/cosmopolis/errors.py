"""
Every error a person can meet, in one tree.

* CosmopolisError          shown as words, never as a traceback          exit code 1
  x UsageError             the command was called with values it cannot use      2
  x ContentError           a recipe, city.toml or other content file is wrong   10
  x SourceError            a publisher's file is not as its recipe says         11
  x MeasureUndefined       the number does not exist for these data             12
  x DisclosureRefused      publishing would single people out                   13
  x StoreError             the state folder cannot be used                      14
  x PublicationRefused     the site cannot be written where asked               15
  x FetchError             a download failed or was refused                     16

An error holds faults: a message id and the values that go into it. The words,
in the reader's language, are made by the room `language`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

#: After this many faults the rest are only counted: a person mends the first
#: twenty, runs again, and is not buried under the same mistake a thousand times.
MOST_FAULTS = 20


#: So many codes are named in one fault.
MOST_CODES = 5


@dataclass(frozen=True)
class Fault:
    """
    One thing that is wrong, and where.

    The message of `message_id` has three parts: what happened with the offending
    value and place, why it stops us, what to do.
    """

    message_id: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.message_id} ({told})" if told else self.message_id


def first_few(codes: Collection[str]) -> str:
    """
    The first few of many codes, for a fault about all of them.

    >>> first_few({"b", "a"}), first_few([*"gfedcba"])
    ('a, b', 'a, b, c, d, e, ...')
    """
    return ", ".join([*sorted(codes)[:MOST_CODES], *(["..."] if len(codes) > MOST_CODES else [])])


class CosmopolisError(Exception):
    """Something a person can mend; `faults` says what."""

    exit_code = 1

    def __init__(self, faults: Fault | Sequence[Fault]) -> None:
        found = (faults,) if isinstance(faults, Fault) else tuple(faults)
        self.faults = found[:MOST_FAULTS]
        self.unlisted = max(0, len(found) - MOST_FAULTS)
        super().__init__("; ".join(str(fault) for fault in self.faults))

    @classmethod
    def at(cls, message_id: str, **values: object) -> CosmopolisError:
        """Make the error of a single fault."""
        return cls(Fault(message_id, values))


class UsageError(CosmopolisError):
    """The command was called with values it cannot use."""

    exit_code = 2


class ContentError(CosmopolisError):
    """A recipe, a city folder or another content file is wrong."""

    exit_code = 10


class SourceError(CosmopolisError):
    """A publisher's file is not as its recipe says."""

    exit_code = 11


class MeasureUndefined(CosmopolisError):
    """The number does not exist for these data."""

    exit_code = 12


class DisclosureRefused(CosmopolisError):
    """Publishing would single people out."""

    exit_code = 13


class StoreError(CosmopolisError):
    """The state folder cannot be used."""

    exit_code = 14


class PublicationRefused(CosmopolisError):
    """The site cannot be written where asked."""

    exit_code = 15


class FetchError(CosmopolisError):
    """A download failed or was refused."""

    exit_code = 16
