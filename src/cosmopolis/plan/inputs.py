"""
From what somebody outside said to what became of it: key figures, overdue replies, one trace.

Every figure is a share with both its numbers, and what cannot be counted stands
beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cosmopolis.plan.days import days_between
from cosmopolis.plan.shares import Share
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.participation import PARTICIPATION, PHASES, Input
from cosmopolis.vocabulary.plan import Action, Plan

#: Types of actor that belong to the city itself: what they say is no input from outside.
INTERNAL: frozenset[str] = frozenset({"city_department", "city_council"})
#: The steps of one input, from being heard to the word back.
STEPS: tuple[str, ...] = ("input", "triage", "answer", "decision", "action", "result", "feedback")

StepState = Literal["done", "open", "overdue", "not_needed"]


@dataclass(frozen=True)
class OverdueInput:
    """An input without an answer whose day has passed, and whose desk it lies on."""

    id: str
    topic: str
    owner: Words
    due: str
    days: int


@dataclass(frozen=True)
class Repetition:
    """An input that was raised again before it had an answer."""

    id: str
    topic: str
    again: tuple[str, ...]  #: the later inputs, by date


@dataclass(frozen=True)
class InputFigures:
    """
    The key figures of participation on one day.

    `answered`: of the inputs due by that day, those that have an answer.
    `median_days`: from input to answer, over the answered ones; it looks the
    better the more stay unanswered, so `open` stands beside it. `accepted`:
    accepted or partly, of the answered. `implemented`: of the accepted in full,
    those whose action is done. `outside`: actions with at least one input from
    outside the city's own administration, of all actions. `undated`: open inputs
    without a day by which an answer is due; they are in no share.
    """

    answered: Share
    median_days: float | None
    open: int
    accepted: Share
    implemented: Share
    outside: Share
    undated: tuple[str, ...]
    overdue: tuple[OverdueInput, ...]  #: longest first
    repeated: tuple[Repetition, ...]  #: by date


@dataclass(frozen=True)
class GridCell:
    """One cell of the grid of participation: a phase of policy by a level of participation."""

    phase: str
    level: str
    inputs: tuple[str, ...]
    answered: int
    actor_types: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class TraceStep:
    """One step of an input: its state, its day, and the ids it leads to."""

    step: str
    state: StepState
    date: str = ""
    subjects: tuple[str, ...] = ()


def input_figures(inputs: Sequence[Input], plan: Plan | None, as_of: str) -> InputFigures:
    """
    The key figures of `inputs` on the day `as_of`.

    What was given or answered after that day is as if it had not happened yet.

    Parameters
    ----------
    plan
        The plan whose actions follow from inputs; nothing where the city has none.

    References
    ----------
    Domain reference "practices", section 10.

    Examples
    --------
    >>> heard = Input("i1", "2025-01-01", "letter", "ngo", "question", "agenda", "consultation", "health",
    ...               {"en": "Why?"}, "experience", due="2025-02-01", answered="2025-01-21", decision="accepted")
    >>> late = Input("i2", "2025-01-05", "letter", "ngo", "question", "agenda", "consultation", "health",
    ...              {"en": "When?"}, "experience", due="2025-02-01")
    >>> found = input_figures([heard, late], None, "2025-02-11")
    >>> found.answered, found.median_days, found.open, found.overdue[0].days
    (Share(part=1, whole=2), 20.0, 1, 10)
    """
    heard = [each for each in inputs if each.date <= as_of]
    answered = [each for each in heard if _is_answered(each, as_of)]
    waiting = [each for each in heard if not _is_answered(each, as_of)]
    due = [each for each in heard if each.due and each.due <= as_of]
    accepted = [each for each in answered if each.decision == "accepted"]
    actions = plan.actions if plan else ()
    return InputFigures(
        answered=Share(sum(_is_answered(each, as_of) for each in due), len(due)),
        median_days=_median([days_between(each.date, each.answered) for each in answered]),
        open=len(waiting),
        accepted=Share(sum(each.decision in ("accepted", "partly") for each in answered), len(answered)),
        implemented=Share(sum(_is_implemented(each, actions) for each in accepted), len(accepted)),
        outside=outside_share(actions, heard),
        undated=tuple(each.id for each in waiting if not each.due),
        overdue=_overdue(waiting, as_of),
        repeated=repetitions(heard),
    )


def following_actions(given: Input, actions: Sequence[Action]) -> tuple[Action, ...]:
    """The actions that followed an input: named by the input, or naming it."""
    return tuple(action for action in actions if action.id == given.action or given.id in action.inputs)


def outside_share(actions: Sequence[Action], inputs: Sequence[Input]) -> Share:
    """How many actions answer at least one input from outside the administration (requirement R04)."""
    outside = [each for each in inputs if each.actor_type not in INTERNAL]
    followed = {action.id for each in outside for action in following_actions(each, actions)}
    return Share(len(followed), len(actions))


def repetitions(inputs: Sequence[Input]) -> tuple[Repetition, ...]:
    """
    The matters that were raised again while the first input had no answer.

    A matter is the same where an input says that it repeats another; that two
    inputs share a topic says little, for topics are wide. A chain of repeats is
    told once, under its first input.
    """
    known = {each.id: each for each in inputs}
    again: dict[str, list[Input]] = {}
    for each in sorted(inputs, key=lambda each: (each.date, each.id)):
        first = _first_of(each, known)
        if first.id != each.id and not (first.answered and first.answered <= each.date):
            again.setdefault(first.id, []).append(each)
    firsts = sorted((known[name] for name in again), key=lambda each: (each.date, each.id))
    return tuple(Repetition(each.id, each.topic, tuple(other.id for other in again[each.id])) for each in firsts)


def participation_grid(inputs: Sequence[Input], topic: str = "") -> tuple[GridCell, ...]:
    """
    Phases by levels of participation, empty cells among them (requirement R17).

    Parameters
    ----------
    topic
        Only inputs on this topic; all where it is empty.

    References
    ----------
    Council of Europe, Code of good practice for civil participation (2009, revised 2019).
    """
    kept = [each for each in inputs if not topic or each.topic == topic]
    return tuple(
        _cell(phase, level, [each for each in kept if (each.phase, each.level) == (phase, level)])
        for phase in PHASES
        for level in PARTICIPATION
    )


def input_trace(given: Input, plan: Plan | None, as_of: str) -> tuple[TraceStep, ...]:
    """
    Every step from one input to its result and the word back (requirements R08, R52).

    An input that was not accepted needs no action and no result; every one needs
    an answer and a word back.

    Returns
    -------
    steps
        One of each of `STEPS`, in their order.
    """
    answered = _is_answered(given, as_of)
    late = bool(given.due) and given.due < as_of
    actions = following_actions(given, plan.actions if plan else ())
    finished = [action for action in actions if action.status == "done"]
    targets = tuple(dict.fromkeys(target for action in actions for target in action.targets))
    no_action: StepState = "not_needed" if given.decision in ("rejected", "referred") else "open"
    return (
        TraceStep("input", "done", given.date),
        TraceStep("triage", "done" if any(given.owner.values()) and given.due else "open", given.due),
        TraceStep("answer", "done" if answered else "overdue" if late else "open", given.answered if answered else ""),
        TraceStep("decision", "done" if given.decision else "open", subjects=_named(given.decision_reference)),
        TraceStep("action", "done" if actions else no_action, subjects=tuple(action.id for action in actions)),
        TraceStep("result", "done" if finished else "open" if actions else no_action, subjects=targets),
        TraceStep("feedback", "done" if given.feedback_sent else "open", given.feedback_sent),
    )


def _is_answered(given: Input, as_of: str) -> bool:
    return bool(given.answered) and given.answered <= as_of


def _is_implemented(given: Input, actions: Sequence[Action]) -> bool:
    return any(action.status == "done" for action in following_actions(given, actions))


def _median(days: list[int]) -> float | None:
    if not days:
        return None
    ordered, middle = sorted(days), len(days) // 2
    return (ordered[middle] + ordered[-middle - 1]) / 2


def _overdue(waiting: Sequence[Input], as_of: str) -> tuple[OverdueInput, ...]:
    late = [
        OverdueInput(each.id, each.topic, each.owner, each.due, days_between(each.due, as_of))
        for each in waiting
        if each.due and each.due < as_of
    ]
    return tuple(sorted(late, key=lambda each: (-each.days, each.id)))


def _first_of(given: Input, known: dict[str, Input]) -> Input:
    seen = {given.id}
    while given.repeats in known and given.repeats not in seen:
        given = known[given.repeats]
        seen.add(given.id)
    return given


def _cell(phase: str, level: str, inputs: Sequence[Input]) -> GridCell:
    return GridCell(
        phase,
        level,
        tuple(each.id for each in inputs),
        sum(bool(each.answered) for each in inputs),
        tuple(sorted({each.actor_type for each in inputs})),
        tuple(sorted({each.channel for each in inputs})),
    )


def _named(reference: str) -> tuple[str, ...]:
    return (reference,) if reference else ()
