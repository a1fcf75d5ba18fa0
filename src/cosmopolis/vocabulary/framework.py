"""
A framework against which a city's governance is assessed: content, not code.

A pack is a folder with `framework.yaml` (what there is) and one file of words a
language (`en.yaml`, ...). Nothing here knows which framework it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from cosmopolis.vocabulary.city import Words

#: Who holds the power that a question asks about.
Holder = Literal["municipal", "delegated", "shared", "regional", "national", "other"]
#: What lies within the city's competence: presence is measured over these alone.
WITHIN_COMPETENCE: frozenset[str] = frozenset({"municipal", "delegated", "shared"})

ScaleKind = Literal["ordinal", "yes_no", "count", "stages"]
Method = Literal["none", "arithmetic", "geometric", "harmonic"]
Relation = Literal["equal", "part_of", "related"]


@dataclass(frozen=True)
class Option:
    """One answer a scale allows, and what it is worth between 0 and 1."""

    id: str
    value: float
    label: Words


@dataclass(frozen=True)
class Scale:
    """
    How a question is answered.

    `ordinal` and `yes_no` name one option. `count` takes a number that the
    `goalposts` turn into 0 to 1 (first goalpost 0, second 1, clipped; the second
    may be the smaller). `stages` takes any of the options, whose values add up to 1.
    """

    id: str
    kind: ScaleKind
    options: tuple[Option, ...] = ()
    goalposts: tuple[float, float] = (0.0, 1.0)

    def option(self, option_id: str) -> Option | None:
        """The option of that id, if the scale has it."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True)
class Dimension:
    """A dimension: the level whose scores stand beside each other."""

    id: str
    title: Words
    weight: float = 1.0
    about: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Topic:
    """A sub-topic within one dimension."""

    id: str
    dimension: str
    title: Words
    weight: float = 1.0


@dataclass(frozen=True)
class Question:
    """
    One question, in the pack's own wording.

    `holder` is the usual competence; the city's own map overrides it. `function`
    names the field of power in the competence map. `quick` says why the question
    is in the quick scan; it is empty for those that are not. `verified` is false
    where the source of the question could not be checked against an original.
    """

    id: str
    dimension: str
    topic: str
    text: Words
    scale: str
    weight: float = 1.0
    holder: Holder = "municipal"
    function: str = ""
    links: tuple[str, ...] = ()  #: tags of other systems: `GCM15`, `SDG3.8`
    provenance: tuple[str, ...] = ()  #: keys of `Framework.provenance`
    verified: bool = True
    quick: Words = field(default_factory=dict)
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Category:
    """A named range of scores from `least` (0 to 100) upwards."""

    id: str
    least: float
    label: Words


@dataclass(frozen=True)
class Aggregation:
    """
    How answers become scores; `none` means that the framework does not score.

    `levels` are the means taken on the way up, from below: (`topic`, `dimension`)
    averages questions within topics, topics within dimensions, dimensions overall;
    (`dimension`,) averages all questions of a dimension at once.
    """

    method: Method = "none"
    levels: tuple[str, ...] = ("dimension",)
    least_answered: float = 0.65  #: share of the weight that has to be answered for a score
    verified: bool = True


@dataclass(frozen=True)
class Framework:
    """A checked pack: one edition of one framework."""

    id: str
    edition: str
    level: Literal["city", "national"]
    title: Words
    about: Words
    publisher: str
    url: str
    licence: str
    languages: tuple[str, ...]
    valid_from: str
    valid_to: str
    scales: Mapping[str, Scale]
    dimensions: tuple[Dimension, ...]
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]
    aggregation: Aggregation
    categories: tuple[Category, ...] = ()
    categories_verified: bool = True
    provenance: Mapping[str, Words] = field(default_factory=dict)
    replaces: Mapping[str, str] = field(default_factory=dict)  #: earlier question id -> id in this edition
    sha256: str = ""

    @property
    def competent_holders(self) -> frozenset[str]:
        """Whose powers presence is measured over; a national framework asks about the country as a whole."""
        return WITHIN_COMPETENCE if self.level == "city" else frozenset(get_args(Holder))

    def question(self, question_id: str) -> Question | None:
        """The question of that id, if the pack has it."""
        return next((question for question in self.questions if question.id == question_id), None)

    def asked(self, scan: str) -> tuple[Question, ...]:
        """The questions of the `full` assessment or of the `quick` scan."""
        return self.questions if scan == "full" else tuple(each for each in self.questions if each.quick)


@dataclass(frozen=True, order=True)
class QuestionRef:
    """A question of a framework, written `migof-urban:1.01`."""

    framework: str
    question: str

    def __str__(self) -> str:
        return f"{self.framework}:{self.question}"


@dataclass(frozen=True)
class Link:
    """
    Two questions of two frameworks that ask about the same matter.

    `equal`: an answer to either answers the other. `part_of`: what `source` asks
    is one part of what `target` asks. `related`: the evidence may serve both.
    """

    source: QuestionRef
    target: QuestionRef
    relation: Relation
    reason: Words
    line: int = field(default=0, compare=False)  #: where it stands in its file, for messages


@dataclass(frozen=True)
class Crosswalk:
    """Every link of one crosswalk file."""

    id: str
    links: tuple[Link, ...]
