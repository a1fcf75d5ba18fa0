"""What a city did and what came of it, failures included."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.framework import QuestionRef
from cosmopolis.vocabulary.plan import Cost

PRACTICE_STATES: tuple[str, ...] = ("pilot", "running", "mainstreamed", "ended", "failed")
#: From weak to strong: what a result was compared with.
DESIGNS: tuple[str, ...] = (
    "outputs_only", "before_after", "cross_section", "controls", "comparison_group", "difference_in_differences",
    "randomised",
)  # fmt: skip


@dataclass(frozen=True)
class PracticeResult:
    """One measured result: from what to what, over whom, when, compared how."""

    indicator: Words
    baseline: float | None
    result: float | None
    n: int | None
    period: str
    design: str
    success: bool | None = None


@dataclass(frozen=True)
class Reuse:
    """Another city that took the practice up."""

    city: str
    date: str
    adapted: Words
    outcome: Words
    design: str = "outputs_only"
    success: bool | None = None


@dataclass(frozen=True)
class PracticeFunding:
    """Who pays, and until when."""

    source: Words
    end: str


@dataclass(frozen=True)
class Practice:
    """One file of `practices/`; `id` and `version` name it everywhere."""

    id: str
    version: int
    title: Words
    city: str
    country: str
    population: int
    population_year: str
    foreign_born_share: float | None
    functions: tuple[str, ...]  #: fields of power used
    level: str
    start: str
    status: str
    topics: tuple[str, ...]
    problem: Words
    actions: tuple[Words, ...]
    target_group: Words
    eligibility: tuple[str, ...]  #: status groups
    receiving_society: Words
    migrants_in_design: Words
    funding: tuple[PracticeFunding, ...]
    results: tuple[PracticeResult, ...]
    failures: Words  #: side effects, obstacles, what went wrong; never empty
    rights_check: Words
    licence: str
    contact_role: Words
    verified: str  #: date of the last check
    expires: str
    end: str = ""
    questions: tuple[QuestionRef, ...] = ()  #: what it helps with
    theory: Words = field(default_factory=dict)
    problem_source: str = ""
    reached: int | None = None  #: persons, as its owner reports
    partners: tuple[str, ...] = ()
    staff: float | None = None  #: full-time equivalents
    cost: Cost | None = None
    legal_basis: str = ""
    users_opinion: Words = field(default_factory=dict)
    core: Words = field(default_factory=dict)
    adaptable: Words = field(default_factory=dict)
    preconditions: Words = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    reviewed_by: Words = field(default_factory=dict)
    reviewed: str = ""
    reuse: tuple[Reuse, ...] = ()
    tags: tuple[str, ...] = ()  #: `GCM15`, `SDG4`
