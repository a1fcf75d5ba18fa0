"""
A profile before it has a language: blocks of message ids and values.

Every number in it is a `Quantity` of a `Protected` table, a `Tally` of things
that are not people, or a benchmark `Fact` with its source; and what is said of
governance: a `Score`, a `Percent` of things that are not people, a `Coefficient`,
an `Amount` of money, persons that an owner reports as `About`. `Report` refuses
any other number, so that an unprotected count cannot reach a page by accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.assessment import Score
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
class LanguageName:
    """A language (ISO 639-1), named in the reader's."""

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


@dataclass(frozen=True)
class Percent:
    """A share, 0 to 1, of things that are not people: questions, actions, answers."""

    share: float


@dataclass(frozen=True)
class Coefficient:
    """A number of statistics, such as an agreement between raters, with its interval."""

    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Amount:
    """Money in whole units of its currency (ISO 4217)."""

    amount: float
    currency: str


@dataclass(frozen=True)
class About:
    """Persons that an owner reports, rounded by the room `disclosure`; nothing if too few to tell."""

    persons: int | None


@dataclass(frozen=True)
class Aim:
    """A number that the city wants to reach or started from, in the unit of what measures it."""

    value: float
    unit: str


@dataclass(frozen=True)
class Mark:
    """A state in words, with how far it goes: 0 nothing, 1 all of it, none where it does not apply."""

    message_id: str
    degree: float | None = None


@dataclass(frozen=True)
class Several:
    """Several values side by side, with the language's own comma between them."""

    values: tuple[Value, ...]


Value = (
    Quantity
    | Tally
    | Period
    | AreaName
    | GroupName
    | AgeName
    | LanguageName
    | OwnWords
    | Term
    | Fact
    | Score
    | Percent
    | Coefficient
    | Amount
    | Aim
    | About
    | Mark
    | Several
    | str
)
FigureKind = Literal["line", "bars", "pyramid", "map", "profile", "curve", "table"]


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
    `series` the column told apart by colour and shape, if any. A `profile` runs
    across the code of the axis `nearest` in its groups, a number of residents; a
    `curve` has two rows an area, the cumulated shares of two groups.
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
    rows: tuple[tuple[Message | Value, ...], ...]
    folded: bool = False  #: long and rarely read: opened by the reader, always open on paper


@dataclass(frozen=True)
class TimeLine:
    """Events at global, national and local level (P4)."""

    id: str
    events: tuple[tuple[int, str, OwnWords, OwnWords], ...]  #: year, level, text, impact
    facts: tuple[tuple[Message, Fact], ...] = ()


Cell = Message | Value


@dataclass(frozen=True)
class ScoreRow:
    """One line of a chart of scores; `before` is the score of the earlier edition over the same questions."""

    label: Value
    score: Score
    answered: Percent
    evidence: Percent | None = None
    before: float | None = None


@dataclass(frozen=True)
class Scores:
    """Scores from 0 to 100, each with the range that the unknowns leave open: a chart that is its own table."""

    id: str
    caption: Message
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class Line:
    """One labelled line of an item: `Evidence: Ordinance 12, page 3; ...`."""

    label: Term
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Item:
    """Something said in a few lines: a finding, an area for development, an action, a practice."""

    title: Cell
    lines: tuple[Line, ...] = ()
    mark: Mark | None = None
    id: str = ""  #: an anchor, where other pages point at it


@dataclass(frozen=True)
class Items:
    """A list of items; `tone` is `good` (what is well developed), `develop` or `plain`."""

    id: str
    caption: Message
    items: tuple[Item, ...]
    tone: Literal["good", "develop", "plain"] = "plain"
    numbered: bool = False


@dataclass(frozen=True)
class Matrix:
    """Marks in rows and columns: department by role, service by status group. No mark is an empty cell, and shown."""

    id: str
    caption: Message
    corner: Term
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, tuple[Mark | None, ...]], ...]


@dataclass(frozen=True)
class Pointer:
    """Where to read on: another page of the profile, or a section of it."""

    message: Message
    page: str
    anchor: str = ""


Block = Figure | Paragraph | OwnWords | Listing | TimeLine | Scores | Items | Matrix | Pointer


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
class Chapter:
    """
    A page beside the profile: `governance`, `plan`, `brief`.

    `sheet` lays it out for paper, as the summary is.
    """

    id: str
    headline: Message
    lead: Message
    sections: tuple[Section, ...]
    sheet: bool = False


@dataclass(frozen=True)
class Document:
    """A further file of data: its path below `data/`, what it is, and its content as plain JSON values."""

    path: str
    title: str
    content: Mapping[str, object]


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
    chapters: tuple[Chapter, ...] = ()
    documents: tuple[Document, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """Every figure, in reading order."""
        for section in self.all_sections():
            yield from (block for block in section.blocks if isinstance(block, Figure))

    def all_sections(self) -> Iterator[Section]:
        """The sections of the profile and of every chapter that is no sheet, in reading order."""
        yield from self.sections
        yield from (section for chapter in self.chapters if not chapter.sheet for section in chapter.sections)
