"""
`plan.yaml`: what makes a plan unreadable, and the hard rules that no plan may break.

What is merely incoherent (conflicts, gaps, goals without actions) is for the
room `plan` to show. Three things are refused: an action or target that serves
no goal, a target that says nothing measurable, and an approved action whose
rights check is not clear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cosmopolis.catalogue.spots import FolderFile, Spot
from cosmopolis.errors import Fault
from cosmopolis.vocabulary.framework import Framework, Question, Scale
from cosmopolis.vocabulary.plan import APPROVED, RIGHTS_ITEMS


def plan_faults(file: FolderFile, frameworks: Sequence[Framework]) -> Iterator[Fault]:
    """Everything in a plan that its schema cannot say."""
    for action in file.top.children("actions"):
        yield from _orphan_faults(action)
        yield from _rights_faults(action)
        yield from _history_faults(action)
    for target in file.top.children("targets"):
        yield from _target_faults(target, frameworks)
    for pair in file.top.children("opposed"):
        for first, other in pairwise(pair.listed()):
            if first.text and other.text == first.text:
                yield other.fault("governance_files.refers_to_itself", value=other.text)


def _orphan_faults(action: Spot) -> Iterator[Fault]:
    goals = action.child("goals")
    if goals and not goals.node.value:
        yield goals.fault("governance_files.orphan_action", value=action.told("id"))


def _rights_faults(action: Spot) -> Iterator[Fault]:
    """What keeps an action from being approved (requirement R27)."""
    status, checked = action.told("status"), action.children("rights")
    told = {"action": action.told("id"), "status": status}
    for item in checked:
        if item.told("state") == "mended" and not item.child("note"):
            what = {"action": action.told("id"), "item": item.told("item")}
            yield item.fault("governance_files.mended_without_note", **what)
    if status not in APPROVED or not action.child("rights"):
        return
    for item in checked:
        if message := _harm(item.told("state"), runs=status == "running"):
            yield item.fault(message, item=item.told("item"), **told)
    named = {item.told("item") for item in checked}
    place = action.child("rights") or action
    for name in RIGHTS_ITEMS:
        if name not in named:
            yield place.fault(_harm("", runs=status == "running"), item=name, **told)


def _harm(state: str, *, runs: bool) -> str:
    """What is said to an item that nobody has looked at, that would harm, or that is not there."""
    if state == "open":
        return "governance_files.rights_open_running" if runs else "governance_files.rights_open"
    if state == "red":
        return "governance_files.rights_red_running" if runs else "governance_files.rights_red"
    if state == "":
        return "governance_files.rights_missing_running" if runs else "governance_files.rights_missing"
    return ""


def _history_faults(action: Spot) -> Iterator[Fault]:
    """The last change of state has to lead to the state the action is in."""
    changes = action.children("history")
    if not changes or not action.told("status"):
        return
    last = max(changes, key=lambda change: change.told("date"))
    if last.told("status") != action.told("status"):
        told = {"action": action.told("id"), "value": last.told("status"), "status": action.told("status")}
        yield last.fault("governance_files.history_differs", **told)


def _target_faults(target: Spot, frameworks: Sequence[Framework]) -> Iterator[Fault]:
    by_number, by_answer = target.child("indicator"), target.child("question")
    if bool(by_number) == bool(by_answer):
        yield target.fault("governance_files.target_aim", value=target.told("id"))
        return
    if by_number and not target.told("value"):
        yield target.fault("governance_files.target_without_value", value=target.told("id"))
    baseline = target.child("baseline")
    if baseline and not target.told("baseline_period"):
        yield baseline.fault("governance_files.needs_beside", value=baseline.text, other="baseline_period")
    if by_answer and not target.told("answer"):
        yield target.fault("governance_files.target_without_answer", value=target.told("id"))
    elif by_answer:
        yield from _answer_faults(target, by_answer.text, frameworks)


def _answer_faults(target: Spot, question: str, frameworks: Sequence[Framework]) -> Iterator[Fault]:
    """An answer that the question cannot have, in any edition of its framework."""
    answer = target.child("answer")
    scales = [framework.scales[asked.scale] for framework, asked in _asked(question, frameworks)]
    if not answer or not scales or any(_fits(answer.text, scale) for scale in scales):
        return
    allowed = sorted({option.id for scale in scales for option in scale.options}) or ["0, 1, 2, ..."]
    told = {"value": answer.text, "question": question, "allowed": ", ".join(allowed)}
    yield answer.fault("governance_files.unknown_answer", **told)


def _asked(question: str, frameworks: Sequence[Framework]) -> Iterator[tuple[Framework, Question]]:
    framework_id, _, question_id = question.partition(":")
    for framework in frameworks:
        if framework.id == framework_id and (asked := framework.question(question_id)):
            yield framework, asked


def _fits(answer: str, scale: Scale) -> bool:
    if scale.kind == "count":
        return answer.replace(".", "", 1).isdigit()
    return scale.option(answer) is not None
