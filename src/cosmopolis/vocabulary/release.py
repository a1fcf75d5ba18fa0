"""What has been published so far: the records of the release log and their chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cosmopolis.vocabulary.policy import PolicyName

#: The hash that stands before the first record of a log.
FIRST = "0" * 64


@dataclass(frozen=True)
class Cell:
    """
    One published number.

    `tag` stands for the true count without telling it: a keyed hash of cell and
    count. Two equal tags say that the count did not change.
    """

    indicator: str
    area_code: str
    period: str
    sex: str
    age_group: str
    group: str
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    tag: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What the number is about: indicator, area, period, sex, age, group."""
        return (self.indicator, self.area_code, self.period, self.sex, self.age_group, self.group)


@dataclass(frozen=True)
class ReleasedMargin:
    """
    One table of one indicator and period, as it was cut.

    `parts` maps, for `area_code`, `sex`, `age_group` and `group`, each code of
    the atoms to the code it was published under; a code that is not there was
    not shown.
    """

    name: str
    indicator: str
    period: str
    parts: Mapping[str, Mapping[str, str]]

    def sets(self, dimension: str) -> dict[str, frozenset[str]]:
        """The atoms' codes behind each published code of `dimension`."""
        found: dict[str, set[str]] = {}
        for atom, shown in self.parts[dimension].items():
            found.setdefault(shown, set()).add(atom)
        return {shown: frozenset(atoms) for shown, atoms in sorted(found.items())}


@dataclass(frozen=True)
class SourceRelease:
    """What one source gave to one release."""

    source_id: str
    universe: str
    policy: PolicyName
    key_id: str
    cells: tuple[Cell, ...]
    margins: tuple[ReleasedMargin, ...]


@dataclass(frozen=True)
class ReleaseRecord:
    """Everything one release published."""

    release_id: str
    sources: tuple[SourceRelease, ...]
    reason: str = ""  #: why, when it corrects an earlier release or follows a new key


@dataclass(frozen=True)
class Entry:
    """A record in its place in the chain: `sha256` is over `previous` and the record."""

    record: ReleaseRecord
    previous: str
    sha256: str


@dataclass(frozen=True)
class ReleaseLog:
    """All releases of a city, oldest first; nothing is ever taken out."""

    entries: tuple[Entry, ...] = field(default_factory=tuple)

    @property
    def head(self) -> str:
        """The hash of the newest entry."""
        return self.entries[-1].sha256 if self.entries else FIRST
