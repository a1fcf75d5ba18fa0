"""The city's plan: problem, goal, target, action; and commitments in the same form."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.framework import QuestionRef

#: Every action is held against these (requirement R27).
RIGHTS_ITEMS: tuple[str, ...] = ("access", "non_discrimination", "data_firewall", "remedy")
#: `open`: nobody has looked; `red`: it would harm; `mended`: it was red and what mends it is named.
RIGHTS_STATES: tuple[str, ...] = ("clear", "mended", "red", "open")
ACTION_STATES: tuple[str, ...] = ("proposed", "approved", "running", "done", "stopped")
#: From here on an action may not have an open or red item in its rights check.
APPROVED: frozenset[str] = frozenset({"approved", "running", "done"})


@dataclass(frozen=True)
class Problem:
    """What is wrong, and how the city knows."""

    id: str
    text: Words
    questions: tuple[QuestionRef, ...] = ()  #: the answers that show it
    indicators: tuple[IndicatorRef, ...] = ()
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndicatorRef:
    """One number of the profile."""

    source: str
    indicator: str
    area_code: str = ""  #: empty: the city
    sex: str = "_T"
    age_group: str = "_T"
    group: str = "_T"


@dataclass(frozen=True)
class Goal:
    """What the city wants instead."""

    id: str
    text: Words
    problems: tuple[str, ...]
    topic: str = ""


@dataclass(frozen=True)
class Target:
    """
    How one knows that a goal is reached: a number of the profile or an answer.

    With `indicator`: from `baseline` at `baseline_period` to `value` by
    `deadline`, on a straight line between. With `question`: the answer `answer`
    (an option's id) by `deadline`.
    """

    id: str
    goal: str
    deadline: str
    indicator: IndicatorRef | None = None
    baseline: float | None = None
    baseline_period: str = ""
    value: float | None = None
    question: QuestionRef | None = None
    answer: str = ""
    outcome: str = ""  #: the outcome indicator it aims at (`EMP1`), where the field has one


@dataclass(frozen=True)
class Cost:
    """Money: an amount in a currency and the year of its prices."""

    amount: float
    currency: str
    year: str


@dataclass(frozen=True)
class RightsItem:
    """One item of the rights check of an action."""

    item: str
    state: str
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class StatusChange:
    """When an action changed its state."""

    date: str
    status: str
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """What is done, by whom, with whose power and money, by when, because of whom."""

    id: str
    title: Words
    goals: tuple[str, ...]
    targets: tuple[str, ...]
    functions: tuple[str, ...]  #: fields of power it needs
    responsible: Words
    status: str
    start: str
    deadline: str
    rights: tuple[RightsItem, ...]
    department: str = ""
    partners: tuple[str, ...] = ()  #: actor ids
    districts: tuple[str, ...] = ()
    cost: Cost | None = None
    funding: tuple[str, ...] = ()  #: ids in coordination.yaml
    inputs: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    questions: tuple[QuestionRef, ...] = ()  #: the gaps it closes
    history: tuple[StatusChange, ...] = ()
    done_share: float | None = None  #: 0 to 1, as its owner reports
    text: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Commitment:
    """Something the city has promised: to a declaration, a network, a process."""

    id: str
    reference: QuestionRef | None
    text: Words
    date: str
    owner: Words
    status: str  #: open, running, kept, dropped
    deadline: str = ""
    evidence: str = ""
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """`plan.yaml`."""

    title: Words
    adopted: str
    as_of: str  #: the day on which progress and deadlines are judged
    problems: tuple[Problem, ...] = ()
    goals: tuple[Goal, ...] = ()
    targets: tuple[Target, ...] = ()
    actions: tuple[Action, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    opposed: tuple[tuple[str, str], ...] = ()  #: pairs of goals that the city knows to pull apart
    until: str = ""  #: the last day of the plan's term, if it has one
