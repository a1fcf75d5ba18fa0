"""The plan worked out: progress, coherence, rights, promises, inputs and money on its day of judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cosmopolis.plan.actors import Network, network
from cosmopolis.plan.coherence import coherence
from cosmopolis.plan.commitments import CommitmentSummary, commitment_summary
from cosmopolis.plan.coordination import (
    Alert,
    FollowUps,
    ForumRecord,
    MoneyFlow,
    alerts,
    follow_ups,
    forum_records,
    money_flows,
)
from cosmopolis.plan.findings import Finding
from cosmopolis.plan.inputs import GridCell, InputFigures, input_figures, participation_grid
from cosmopolis.plan.progress import AnswerProgress, Progress, Reading, answer_progress, target_progress
from cosmopolis.plan.rights import RightsSummary, rights_summary
from cosmopolis.vocabulary.assessment import Position, Standing
from cosmopolis.vocabulary.competence import LEVELS
from cosmopolis.vocabulary.framework import QuestionRef
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.plan import IndicatorRef, Plan, Target
from cosmopolis.vocabulary.protected import Protected, Quantity

#: How far a number that we perturbed to protect residents may lie from the counted one, as told to
#: the reader: ten persons, a tenth of a point. Bounds are never given for such numbers.
MARGINS: Mapping[str, float] = {"persons": 10.0, "share": 0.001, "index": 0.01}


@dataclass(frozen=True)
class Planned:
    """A plan on the day on which it is judged."""

    plan: Plan
    targets: Mapping[str, Progress]
    readings: Mapping[str, Quantity]  #: the number behind the latest reading of a target
    answers: Mapping[str, AnswerProgress]
    standings: Mapping[str, tuple[Standing | None, Standing | None]]  #: of targets on answers: now, and before
    findings: tuple[Finding, ...]
    rights: RightsSummary
    commitments: CommitmentSummary


@dataclass(frozen=True)
class Heard:
    """What others said and how the city works with them, on one day."""

    as_of: str
    figures: InputFigures
    grid: tuple[GridCell, ...]
    alerts: tuple[Alert, ...]
    forums: tuple[ForumRecord, ...]
    follow_ups: FollowUps
    money: tuple[MoneyFlow, ...]
    network: Network


@dataclass(frozen=True)
class Editions:
    """The latest position of each framework, and the one before it."""

    now: Mapping[str, Position]
    before: Mapping[str, Position]

    def standing(self, ref: QuestionRef, *, before: bool = False) -> Standing | None:
        """Where a question stands in the latest edition, or in the one before."""
        position = (self.before if before else self.now).get(ref.framework)
        standings = position.standings if position else ()
        return next((each for each in standings if each.question.id == ref.question), None)


def planned(
    governance: Governance, editions: Editions, numbers: Sequence[Protected], *, city_id: str
) -> Planned | None:
    """
    The city's plan held against the numbers and answers it aims at.

    Parameters
    ----------
    governance
        What the folder says.
    editions
        Where the questions that targets name stand.
    numbers
        The protected tables of the profile; without them a target on an indicator has no data.
    city_id
        The area that a target means when it names none.
    """
    plan = governance.plan
    if plan is None:
        return None
    found = {
        target.id: _quantities(target.indicator, numbers, city_id)
        for target in plan.targets
        if target.indicator is not None
    }
    progress = {
        target.id: _progress(target, found[target.id], plan.as_of)
        for target in plan.targets
        if target.indicator is not None
    }
    return Planned(
        plan=plan,
        targets=progress,
        readings={name: _latest(found[name], told) for name, told in progress.items() if told.latest is not None},
        answers=dict(_answers(plan, governance, editions)),
        standings={
            target.id: (editions.standing(target.question), editions.standing(target.question, before=True))
            for target in plan.targets
            if target.question is not None
        },
        findings=coherence(
            plan,
            competence=governance.competence,
            coordination=governance.coordination,
            inputs=governance.inputs,
            practices=governance.practices,
            actors=governance.actors,
        ),
        rights=rights_summary(plan),
        commitments=commitment_summary(plan),
    )


def heard(governance: Governance, as_of: str) -> Heard:
    """What associations and others told the city and what is due with its partners on a day."""
    actions = governance.plan.actions if governance.plan else ()
    return Heard(
        as_of=as_of,
        figures=input_figures(governance.inputs, governance.plan, as_of),
        grid=participation_grid(governance.inputs),
        alerts=alerts(governance.coordination, actions, as_of),
        forums=forum_records(governance.coordination, as_of),
        follow_ups=follow_ups(governance.coordination, as_of),
        money=money_flows(governance.coordination, as_of, levels=LEVELS),
        network=network(governance.actors),
    )


def _quantities(ref: IndicatorRef, numbers: Sequence[Protected], city_id: str) -> tuple[Quantity, ...]:
    """Every published number that a target names, by period; the margin of perturbed ones is the unit's."""
    rows = {
        "indicator": ref.indicator,
        "area_code": ref.area_code or city_id,
        "sex": ref.sex,
        "age_group": ref.age_group,
        "group": ref.group,
    }
    told = [each for table in numbers for each in table.quantities(source_id=ref.source, **rows)]
    return tuple(sorted(told, key=lambda each: each.period))


def _progress(target: Target, found: Sequence[Quantity], as_of: str) -> Progress:
    readings = [
        Reading(each.period, middle, each.lower, each.upper) for each in found if (middle := each.middle) is not None
    ]
    margin = MARGINS.get(found[0].unit, 0.0) if found else 0.0
    return target_progress(target, readings, as_of, margin=margin)


def _latest(found: Sequence[Quantity], progress: Progress) -> Quantity:
    assert progress.latest is not None
    period = progress.latest.period
    return next(each for each in found if each.period == period)


def _answers(plan: Plan, governance: Governance, editions: Editions) -> Iterator[tuple[str, AnswerProgress]]:
    for target in plan.targets:
        if target.question is None:
            continue
        now, then = (editions.standing(target.question, before=before) for before in (False, True))
        position = editions.now.get(target.question.framework)
        framework = position.framework if position else governance.newest(target.question.framework)
        question = framework.question(target.question.question)
        assert question is not None
        scale = framework.scales[question.scale]
        yield target.id, answer_progress(target, now, then, scale=scale, as_of=plan.as_of)
