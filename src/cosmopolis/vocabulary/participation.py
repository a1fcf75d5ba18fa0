"""Who takes part, what they said and what was answered, who works together and who pays until when."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosmopolis.vocabulary.city import Words

#: Phases of a policy and levels of participation (Council of Europe code of good practice).
PHASES: tuple[str, ...] = ("agenda", "drafting", "decision", "implementation", "monitoring", "evaluation")
PARTICIPATION: tuple[str, ...] = ("information", "consultation", "dialogue", "partnership")
#: What a stakeholder, an input or a practice is about.
TOPICS: tuple[str, ...] = (
    "rights", "health", "education", "language", "work", "enterprise", "housing", "social_protection",
    "participation", "discrimination", "cohesion", "culture", "religion", "safety", "reception", "crisis",
    "planning", "data", "youth", "women", "children", "older_people", "origin_links", "communication",
)  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """A stakeholder: an organisation or office, never a person."""

    id: str
    name: str
    type: str  #: migrant_association, ngo, company, ...
    topics: tuple[str, ...]
    districts: tuple[str, ...] = ()  #: area codes; none means the whole city
    mandate: Words = field(default_factory=dict)
    contact_role: Words = field(default_factory=dict)
    contact_consent: bool = False  #: without it no address is kept or shown
    works_with: tuple[str, ...] = ()  #: ids of other actors
    since: str = ""


@dataclass(frozen=True)
class Input:
    """
    What somebody outside told the city, and what became of it.

    `actor` is empty where the giver asked not to be named; no author is ever kept.
    """

    id: str
    date: str
    channel: str
    actor_type: str
    kind: str  #: observation, recommendation, complaint, question
    phase: str
    level: str  #: information, consultation, dialogue, partnership
    topic: str
    text: Words
    evidence_grade: str  #: experience, case_data, survey, study
    actor: str = ""
    owner: Words = field(default_factory=dict)
    due: str = ""
    answered: str = ""  #: date
    decision: str = ""  #: accepted, partly, rejected, referred
    reason: Words = field(default_factory=dict)
    decision_reference: str = ""
    action: str = ""  #: id of the action that followed
    repeats: str = ""  #: id of an earlier input on the same matter
    feedback_sent: str = ""


@dataclass(frozen=True)
class Agreement:
    """A partnership, contract or memorandum, with its end."""

    id: str
    title: Words
    partners: tuple[str, ...]  #: actor ids
    kind: str  #: agreement, contract, memorandum, grant, twinning
    start: str
    end: str = ""
    renewal_notice: str = ""  #: the last day to renew or end it
    function: str = ""
    amount: float | None = None
    currency: str = ""
    result: Words = field(default_factory=dict)


@dataclass(frozen=True)
class FollowUp:
    """What a meeting decided, by when, and whether it was done."""

    text: Words
    owner: Words
    due: str
    done: str = ""


@dataclass(frozen=True)
class Meeting:
    """One meeting of a coordination forum."""

    forum: str
    date: str
    levels: tuple[str, ...]
    participants: tuple[str, ...] = ()  #: actor ids
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True)
class Forum:
    """A standing place where levels or actors coordinate."""

    id: str
    name: Words
    levels: tuple[str, ...]
    every_months: int | None = None


@dataclass(frozen=True)
class Funding:
    """Money with a source, a level, a purpose and an end date."""

    id: str
    source: Words
    level: str
    amount: float
    currency: str
    year: str
    start: str
    end: str
    earmarked: bool = False
    function: str = ""
    after: Words = field(default_factory=dict)  #: what happens when it ends, if anybody knows


@dataclass(frozen=True)
class Coordination:
    """`coordination.yaml`."""

    agreements: tuple[Agreement, ...] = ()
    forums: tuple[Forum, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    funding: tuple[Funding, ...] = ()
