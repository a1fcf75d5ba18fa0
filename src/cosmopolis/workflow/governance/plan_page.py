"""The page of the plan: goals, targets, actions, rights, promises, what does not fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cosmopolis.plan.findings import SEVERITIES, Finding
from cosmopolis.vocabulary.assessment import Standing
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.plan import RIGHTS_ITEMS, Action, Commitment, Goal, IndicatorRef, Plan, Target
from cosmopolis.vocabulary.report import (
    AgeName,
    Aim,
    Amount,
    AreaName,
    Block,
    Cell,
    Chapter,
    GroupName,
    Item,
    Items,
    Line,
    Listing,
    Mark,
    Matrix,
    Message,
    OwnWords,
    Paragraph,
    Period,
    Section,
    Several,
    Tally,
    Term,
    Value,
)
from cosmopolis.vocabulary.table import TOTAL
from cosmopolis.workflow.governance.answers import answer_words
from cosmopolis.workflow.governance.dialogue_page import surroundings
from cosmopolis.workflow.governance.planned import Heard, Planned
from cosmopolis.workflow.governance.terms import lines, own, sentence, word, words

#: How full the disc beside the state of an action, a target or a promise is.
_ACTION = {"proposed": 0.0, "approved": 0.25, "running": 0.5, "done": 1.0, "stopped": None}
_COMMITMENT = {"open": 0.0, "running": 0.5, "kept": 1.0, "dropped": None}
_RIGHTS = {"clear": 1.0, "mended": 0.75, "red": 0.0, "open": None}
_PROGRESS = {"reached": 1.0, "on_track": 0.75, "undecided": None, "off_track": 0.25, "missed": 0.0}
_ANSWER = {"reached": 1.0, "moved": 0.5, "same": 0.25, "back": 0.0}
#: Values of findings that are codes of a closed list.
_CODED = {"function": "function", "functions": "function", "level": "level", "levels": "level"}
_DAY = re.compile(r"\d{4}(-\d{2}){0,2}")
#: The kind of finding a reader sees first.
_TONE = {"conflict": 0.0, "gap": 0.25, "orphan": 0.5, "note": None}


def plan_chapter(governance: Governance, planned: Planned | None, heard: Heard) -> Chapter:
    """The plan and what surrounds it: inputs, partners, money."""
    sections = [*_plan_sections(governance, planned)] if planned else []
    sections += surroundings(governance, heard)
    return Chapter("plan", _headline(planned), _lead(planned, heard), tuple(sections))


def _headline(planned: Planned | None) -> Message:
    if planned is None:
        return sentence("governing.plan.none")
    live = [action for action in planned.plan.actions if action.status in ("approved", "running")]
    told: list[str] = [progress.state for progress in planned.targets.values()]
    told += [progress.state for progress in planned.answers.values()]
    good = sum(state in ("reached", "on_track", "moved") for state in told)
    return sentence("governing.plan.headline", count=Tally(len(live)), good=Tally(good), targets=Tally(len(told)))


def _lead(planned: Planned | None, heard: Heard) -> Message:
    if planned is None:
        return sentence("governing.plan.none_lead")
    grave = sum(finding.severity in ("conflict", "gap") for finding in planned.findings)
    return sentence(
        "governing.plan.lead", title=OwnWords(planned.plan.title), date=Period(planned.plan.as_of), count=Tally(grave),
        overdue=Tally(len(heard.figures.overdue)),
    )  # fmt: skip


def _plan_sections(governance: Governance, planned: Planned) -> Iterator[Section]:
    yield Section("plan_goals", (goals(planned),))
    yield Section("plan_targets", (targets(planned, governance), Paragraph(sentence("governing.targets.rule"))))
    yield Section("plan_actions", (actions(planned.plan.actions, governance, "actions"),))
    yield Section("plan_rights", (_rights(planned),))
    if planned.plan.commitments:
        yield Section("plan_commitments", (_commitments(planned, governance),))
    yield Section("plan_coherence", tuple(_coherence(planned)))


def goals(planned: Planned) -> Items:
    """Each goal with the problem behind it and the actions that serve it."""
    plan = planned.plan
    problems = {problem.id: problem for problem in plan.problems}

    def item(goal: Goal) -> Item:
        why = Several(tuple(OwnWords(problems[name].text) for name in goal.problems if name in problems))
        serving = tuple(OwnWords(action.title) for action in plan.actions if goal.id in action.goals)
        return Item(
            OwnWords(goal.text),
            lines(("column.problem", why), ("column.actions", Several(serving) if serving else Term("governing.none"))),
            id=f"goal-{goal.id}",
        )

    return Items("goals", sentence("governing.goals", count=Tally(len(plan.goals))), tuple(map(item, plan.goals)))


def targets(planned: Planned, governance: Governance) -> Listing:
    """Every target: what measures it and where that stands, from where to where by when, for which goal."""
    plan = planned.plan
    titles = {goal.id: OwnWords(goal.text) for goal in plan.goals}
    rows = []
    for target in plan.targets:
        measured_by, *numbers = _target_row(target, planned, governance)
        where = (state(target, planned), *numbers, Period(target.deadline), titles.get(target.goal, target.goal))
        rows.append((measured_by, *where))
    columns = ("column.measured_by", "column.state", "column.from", "column.latest", "column.target",
               "column.deadline", "column.goal")  # fmt: skip
    return Listing("targets", sentence("governing.targets", count=Tally(len(rows))), columns, tuple(rows))


def _target_row(target: Target, planned: Planned, governance: Governance) -> tuple[Cell, Cell, Cell, Cell]:
    """What measures a target, where it began, where it is, where it is to go."""
    if target.indicator is None:
        return _answer_row(target, planned, governance)
    quantity = planned.readings.get(target.id)
    unit = quantity.unit if quantity else ""
    latest: Cell = Term("status.O")
    if quantity is not None:
        latest = sentence("governing.latest", value=quantity, period=Period(quantity.period))
    return (_measured_by(target.indicator), _number(target.baseline, unit), latest, _number(target.value, unit))


def _answer_row(target: Target, planned: Planned, governance: Governance) -> tuple[Cell, Cell, Cell, Cell]:
    assert target.question is not None
    framework = governance.newest(target.question.framework)
    question = framework.question(target.question.question)
    assert question is not None
    option = framework.scales[question.scale].option(target.answer)
    now, before = planned.standings[target.id]
    then, latest = (
        answer_words(each, framework) if each else Term("governing.standing.unanswered") for each in (before, now)
    )
    return (OwnWords(question.text), then, latest, OwnWords(option.label) if option else target.answer)


def _answered(standing: Standing | None, framework: Framework) -> Value:
    return answer_words(standing, framework) if standing else Term("governing.standing.unanswered")


def _measured_by(ref: IndicatorRef) -> Value:
    """The indicator with those it counts, where they are not everybody."""
    told: list[Value] = [Term(f"indicator.{ref.indicator}")]
    told += [GroupName(ref.group)] if ref.group != TOTAL else []
    told += [Term(f"language.sex.{ref.sex}")] if ref.sex != TOTAL else []
    told += [AgeName(ref.age_group)] if ref.age_group != TOTAL else []
    told += [AreaName(ref.area_code)] if ref.area_code else []
    return Several(tuple(told))


def _number(value: float | None, unit: str) -> Value:
    """A number that the plan itself names, in the form of its unit."""
    return Aim(value, unit) if value is not None else ""


def state(target: Target, planned: Planned) -> Mark:
    """Where a target stands, as far as its interval says."""
    if target.id in planned.targets:
        told = planned.targets[target.id].state
        return Mark(f"plan.progress.{told}", _PROGRESS.get(told))
    answer = planned.answers[target.id].state
    return Mark(f"plan.answer.{answer}", _ANSWER.get(answer))


def actions(told: Sequence[Action], governance: Governance, block_id: str) -> Items:
    """Actions with everything a reader asks: who, with whose power and money, by when, because of whom."""
    named: dict[str, Value] = {actor.id: actor.name for actor in governance.actors}
    funding = {each.id: each for each in governance.coordination.funding}
    practices: dict[str, Value] = {each.id: OwnWords(each.title) for each in governance.practices}
    heard: dict[str, Value] = {each.id: OwnWords(each.text) for each in governance.inputs}

    def item(action: Action) -> Item:
        money = [sentence("governing.funding", source=OwnWords(funding[name].source), end=Period(funding[name].end))
                 for name in action.funding if name in funding]  # fmt: skip
        cost = None
        if action.cost is not None:
            amount = Amount(action.cost.amount, action.cost.currency)
            cost = sentence("governing.cost", amount=amount, year=Period(action.cost.year))
        told = lines(
            ("column.responsible", own(action.responsible)),
            ("column.partners", _named(action.partners, named)),
            ("column.powers", words("function", action.functions)),
            ("column.cost", cost),
            ("column.deadline", Period(action.deadline)),
            ("column.answers_input", _named(action.inputs, heard)),
            (
                "column.follows_practice",
                Several(tuple(practices[name] for name in action.practices if name in practices)),
            ),
        )
        funded = (Line(Term("column.funding"), tuple(money)),) if money else ()
        mark = Mark(f"governance.action_state.{action.status}", _ACTION[action.status])
        return Item(OwnWords(action.title), told + funded, mark, id=f"action-{action.id}")

    return Items(block_id, sentence("governing.actions", count=Tally(len(told))), tuple(map(item, told)))


def _named(ids: Sequence[str], known: Mapping[str, Value]) -> Several:
    """What some ids stand for."""
    return Several(tuple(known[name] for name in ids if name in known))


def _rights(planned: Planned) -> Matrix:
    titles = {action.id: OwnWords(action.title) for action in planned.plan.actions}
    rows = tuple(
        (
            titles[told.action],
            tuple(Mark(f"governance.rights_state.{each.state}", _RIGHTS[each.state]) for each in told.items),
        )
        for told in planned.rights.actions
    )
    columns = tuple(word("rights_item", item) for item in RIGHTS_ITEMS)
    blocked = len(planned.rights.cannot_be_approved)
    return Matrix("rights", sentence("governing.rights", count=Tally(blocked)), Term("column.action"), columns, rows)


def _commitments(planned: Planned, governance: Governance) -> Items:
    late = {each.commitment.id: each.days for each in planned.commitments.overdue}
    titles = {action.id: OwnWords(action.title) for action in planned.plan.actions}

    def item(promise: Commitment) -> Item:
        overdue = sentence("governing.overdue", count=Tally(late[promise.id])) if promise.id in late else None
        return Item(
            OwnWords(promise.text),
            lines(
                ("column.overdue", overdue),
                ("column.promised", Period(promise.date)),
                ("column.framework", _promised_to(promise, governance)),
                ("column.responsible", own(promise.owner)),
                ("column.deadline", Period(promise.deadline) if promise.deadline else None),
                ("column.evidence", promise.evidence or Term("governing.no_evidence")),
                ("column.actions", Several(tuple(titles[name] for name in promise.actions if name in titles))),
            ),
            Mark(f"governance.commitment_state.{promise.status}", _COMMITMENT[promise.status]),
        )

    kept = planned.commitments.kept
    caption = sentence(
        "governing.commitments", count=Tally(kept.whole), kept=Tally(kept.part), overdue=Tally(len(late))
    )
    return Items("commitments", caption, tuple(map(item, planned.plan.commitments)))


def _promised_to(promise: Commitment, governance: Governance) -> Value:
    """The framework and the question in it that a promise answers."""
    if promise.reference is None:
        return ""
    framework = governance.newest(promise.reference.framework)
    question = framework.question(promise.reference.question)
    assert question is not None
    return Several((OwnWords(framework.title), OwnWords(question.text)))


def _coherence(planned: Planned) -> Iterator[Block]:
    """What does not fit together; then what is only worth knowing."""
    yield coherence_items(planned)
    told = [finding for finding in planned.findings if finding.severity == "note"]
    notes = tuple(Item(_finding(finding, planned.plan)) for finding in told if finding.kind != "law_elsewhere")
    fields = dict.fromkeys(str(finding.values["function"]) for finding in told if finding.kind == "law_elsewhere")
    if fields:
        notes += (Item(sentence("governing.law_elsewhere", functions=words("function", fields))),)
    if notes:
        yield Items("plan-notes", sentence("governing.plan_notes", count=Tally(len(notes))), notes)


def coherence_items(planned: Planned, most: int | None = None) -> Items:
    """What in the plan does not fit together, the gravest first; `most` of it."""
    grave = [finding for finding in planned.findings if finding.severity != "note"]
    found = sorted(grave, key=lambda finding: SEVERITIES.index(finding.severity))[:most]
    items = tuple(
        Item(_finding(finding, planned.plan), mark=Mark(f"plan.severity.{finding.severity}", _TONE[finding.severity]))
        for finding in found
    )
    return Items("coherence", sentence("governing.coherence", count=Tally(len(grave))), items, tone="develop")


def _finding(finding: Finding, plan: Plan) -> Message:
    """The sentence of a finding; a target is called by its goal."""
    goals = {target.id: goal.text for target in plan.targets for goal in plan.goals if goal.id == target.goal}
    told = {name: goals.get(str(value), value) if name == "target" else value for name, value in finding.values.items()}
    return Message(finding.message_id, {name: _finding_value(name, value) for name, value in told.items()})


def _finding_value(name: str, value: object) -> Value:
    """A value of a finding in the form a report shows: words, money, days, codes."""
    match value:
        case Mapping():
            return OwnWords(dict(value))
        case (int() | float() as amount, str() as currency):
            return Amount(float(amount), currency)
        case tuple() | list():
            return Several(tuple(_finding_value(name, each) for each in value))
        case int():
            return Tally(value)
    closed_list = _CODED.get(name)
    if closed_list:
        return word(closed_list, str(value))
    return Period(str(value)) if _DAY.fullmatch(str(value)) else str(value)
