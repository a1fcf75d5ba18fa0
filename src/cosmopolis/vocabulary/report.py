"""
A profile before it has a language: blocks of message ids and values.

Every number in it is a `Quantity` of a `Protected` table, a `Tally` of things
that are not people, or a benchmark `Fact` with its source. `Report` refuses any
other number, so that an unprotected count cannot reach a page by accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.city import City, MissingItem, Words
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.table import Provenance


@dataclass(frozen=True)
class Tally:
    """How many things that are not people: areas, files, missing items."""

    count: int


@dataclass(frozen=True)
class Period:
    """A point or span of time in ISO form: `2025`, `2025-01-01`, `2015/2020`."""

    iso: str


@dataclass(frozen=True)
class AreaName:
    """An area, named in the city's own language."""

    code: str


@dataclass(frozen=True)
class GroupName:
    """An origin group (`birth=abroad`), named in the reader's language."""

    code: str


@dataclass(frozen=True)
class AgeName:
    """An age group (`Y25T29`), named in the reader's language."""

    code: str


@dataclass(frozen=True)
class OwnWords:
    """The city's own text, shown in its original where a language is missing."""

    words: Words


@dataclass(frozen=True)
class Term:
    """A word of ours by its message id, put into the reader's language."""

    message_id: str


@dataclass(frozen=True)
class Fact:
    """A benchmark figure from elsewhere, with its source (content/facts)."""

    id: str
    value: float | None
    unit: str
    year: str
    source: str
    url: str
    conflict: str = ""  #: message id of what other sources say differently


Value = Quantity | Tally | Period | AreaName | GroupName | AgeName | OwnWords | Term | Fact | str
FigureKind = Literal["line", "bars", "pyramid", "map", "table"]


@dataclass(frozen=True)
class Message:
    """A sentence: its id and what goes into it."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if not isinstance(value, Value):
                raise TypeError(f"{self.id}: {name} is a bare {type(value).__name__}; publish it through disclosure")


@dataclass(frozen=True)
class Figure:
    """
    One figure in the order of LOOK: finding, what is shown, chart, table, notes.

    `table` holds exactly the rows that are drawn and listed. `across` names the
    column along the chart (`period`, `area_code`, `age_group`, `group`) and
    `series` the column told apart by colour and shape, if any.
    """

    id: str
    kind: FigureKind
    finding: Message
    shown: Message
    table: Protected
    across: str
    definition: Message
    method: Message
    reads_as: Message | None = None
    series: str = ""
    borders: tuple[float, ...] = ()  #: class borders of a map, fixed in advance
    reference: Quantity | None = None  #: the city's mean or the chance level, drawn as a line
    missing: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.table, Protected):
            raise TypeError(f"figure {self.id}: only a Protected table is published")


@dataclass(frozen=True)
class Paragraph:
    """Running text; `warning` draws it as something the reader must not miss."""

    message: Message
    warning: bool = False


@dataclass(frozen=True)
class Listing:
    """A table of messages: synopsis, sources, repairs, gap list."""

    id: str
    caption: Message
    columns: tuple[str, ...]  #: message ids of the column heads
    rows: tuple[tuple[Message | Value | OwnWords, ...], ...]


@dataclass(frozen=True)
class TimeLine:
    """Events at global, national and local level (P4)."""

    id: str
    events: tuple[tuple[int, str, OwnWords, OwnWords], ...]  #: year, level, text, impact
    facts: tuple[tuple[Message, Fact], ...] = ()


Block = Figure | Paragraph | OwnWords | Listing | TimeLine


@dataclass(frozen=True)
class Section:
    """
    One section of the profile (`P0` ... `P22`), its title by message id.

    `asked` names what the section lacks and who was asked for it; a section
    without blocks shows that instead of a blank.
    """

    id: str
    blocks: tuple[Block, ...]
    asked: tuple[MissingItem, ...] = ()


@dataclass(frozen=True)
class Report:
    """A city's profile, ready to be put into any language."""

    city: City
    areas: Areas
    period: Period
    headline: Message
    lead: Message
    sections: tuple[Section, ...]
    summary: tuple[Section, ...]  #: the one-page summary
    observations: tuple[Protected, ...]  #: every published row
    provenances: tuple[Provenance, ...]
    draft: bool
    release: str  #: content address of the release

    def figures(self) -> Iterator[Figure]:
        """Every figure, in reading order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Figure))
