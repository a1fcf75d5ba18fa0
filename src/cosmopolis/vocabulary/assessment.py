"""What a city answered, who answered it and on what evidence; and where that leaves each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.framework import Framework, Question

#: Three different things, none of them a "no".
UNKNOWN = "unknown"
NOT_APPLICABLE = "not_applicable"
OUTSIDE_COMPETENCE = "outside_competence"
NOT_ON_THE_SCALE: tuple[str, ...] = (UNKNOWN, NOT_APPLICABLE, OUTSIDE_COMPETENCE)

#: How far a policy has come: on paper, inside the administration, with the people it is for.
STAGES: tuple[str, ...] = ("policy", "internal", "external")

#: An option's id or one of the three above; a number on a scale of counts; the stages reached.
Response = str | float | tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """What an answer rests on: a document with page and date, a link, or both."""

    title: str
    date: str = ""
    page: str = ""
    url: str = ""
    valid_to: str = ""  #: a document that has run out is no evidence any more


@dataclass(frozen=True)
class Rater:
    """Who answers: an office or a body, never a named person."""

    id: str
    role: Words
    kind: str  #: administration, council, association, ngo, academia, resident_panel, external


@dataclass(frozen=True)
class Answer:
    """One rater's answer to one question."""

    question: str
    rater: str
    value: Response
    stage: str = ""
    evidence: tuple[Evidence, ...] = ()
    on_behalf_of: Words = field(default_factory=dict)  #: the department or body asked
    confidence: str = ""  #: high, medium, low
    note: Words = field(default_factory=dict)
    date: str = ""
    adopted_from: str = ""  #: `framework/edition:question` whose answer a person accepted here


@dataclass(frozen=True)
class Agreed:
    """What was agreed after the raters differed, why, and by whom."""

    question: str
    value: Response
    reason: Words
    by: Words
    stage: str = ""


@dataclass(frozen=True)
class Assessment:
    """One edition of one framework, answered: one file of `assessments/`."""

    id: str
    framework: str
    framework_edition: str
    edition: str
    date: str
    scan: Literal["full", "quick"]
    raters: tuple[Rater, ...]
    answers: tuple[Answer, ...]
    agreed: tuple[Agreed, ...] = ()
    holders: Mapping[str, str] = field(default_factory=dict)  #: question -> holder, where this city differs
    note: Words = field(default_factory=dict)


StandingState = Literal["known", "disputed", "unknown", "unanswered", "not_applicable", "outside_competence"]


@dataclass(frozen=True)
class Standing:
    """
    Where a question stands after all raters: the city's position and its limits.

    `value`, `lower` and `upper` lie between 0 and 1. A known answer has all three
    equal; a disputed one has no value and the lowest and highest rating as
    bounds; an unknown or unanswered one has no value and the bounds 0 and 1. The
    other two states have none of the three.
    """

    question: Question
    state: StandingState
    holder: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    response: Response = ""
    stage: str = ""
    evidence: tuple[Evidence, ...] = ()
    answers: tuple[Answer, ...] = ()
    agreed: Agreed | None = None

    @property
    def dissent(self) -> tuple[Answer, ...]:
        """The ratings that differ from the city's position, kept for the reader."""
        # a count of 0 and no stage at all are positions, too
        return tuple(answer for answer in self.answers if answer.value != self.response) if self.response != "" else ()


@dataclass(frozen=True)
class Position:
    """One edition with the standing of every question that it asked, in the pack's order."""

    assessment: Assessment
    framework: Framework
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Score:
    """
    A score between 0 and 100 and the range it lies in whatever the unknowns are.

    `value` is nothing where less than the required share was answered; the range
    stands all the same.
    """

    value: float | None
    lower: float
    upper: float


@dataclass(frozen=True)
class Development:
    """An area for development: what a plan can start from."""

    framework: str
    question: Question
    standing: Standing
    within_competence: bool
    reason: str  #: absent, partial, unknown, no_evidence, paper_only, disputed
    priority: float  #: larger comes first; the room `assessment` says how it is made
