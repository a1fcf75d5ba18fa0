"""Assessments and plan as plain JSON values: an envelope with schema, framework and edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from cosmopolis.assessment.scores import DimensionScore, View
from cosmopolis.vocabulary.assessment import Score, Standing
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import Document
from cosmopolis.workflow.governance.assessed import Assessed, Edition
from cosmopolis.workflow.governance.planned import Planned

#: Raised when a key changes its meaning or goes.
SCHEMA = "cosmopolis/{kind}/1"

Json = Mapping[str, object]


def assessment_documents(city: City, assessed: Assessed) -> Iterator[Document]:
    """One file for the latest edition of every framework that was answered."""
    for edition in assessed.editions:
        path = f"governance/{edition.framework.id}.json"
        yield Document(path, f"Assessment: {edition.framework.id}", assessment_envelope(city, assessed, edition))


def assessment_envelope(city: City, assessed: Assessed, edition: Edition) -> Json:
    """Answers, scores with their range, agreement, change and findings of one edition."""
    told, framework = edition.position.assessment, edition.framework
    ranked = edition.findings.ranked()
    return {
        "schema": SCHEMA.format(kind="assessment"),
        "city": city.id,
        "framework": {
            "id": framework.id,
            "edition": framework.edition,
            "publisher": framework.publisher,
            "licence": framework.licence,
            "url": framework.url,
            "sha256": framework.sha256,
        },
        "edition": told.edition,
        "date": told.date,
        "scan": told.scan,
        "raters": [{"id": rater.id, "kind": rater.kind, "role": dict(rater.role)} for rater in told.raters],
        "aggregation": asdict(edition.scorecard.aggregation),
        "dimensions": [_dimension(each) for each in edition.scorecard.dimensions],
        "overall": _score(edition.scorecard.overall),
        "agreement": _agreement(edition),
        "change": _change(edition),
        "answers": [_standing(each) for each in edition.position.standings],
        "development": [{"question": each.question.id, "reason": each.reason} for each in ranked],
        "coverage": [asdict(each) for _, each in assessed.coverage()],
    }


def _dimension(told: DimensionScore) -> Json:
    return {
        "dimension": told.dimension,
        "presence": _view(told.presence),
        "system": _view(told.system),
        "states": dict(told.counts),
        "category": told.category,
    }


def _view(told: View) -> Json:
    return {
        "questions": told.questions,
        "answered": told.answered,
        "evidence": told.evidence,
        "score": _score(told.score),
        "reason": told.reason,
    }


def _score(told: Score | None) -> Json | None:
    return None if told is None else {"value": told.value, "lower": told.lower, "upper": told.upper}


def _agreement(edition: Edition) -> Json | None:
    if len(edition.position.assessment.raters) < 2:
        return None
    alpha = edition.agreement.alpha
    return {
        "krippendorff_alpha": alpha.value,
        "lower": alpha.lower,
        "upper": alpha.upper,
        "level": alpha.level,
        "questions": alpha.questions,
        "reason": alpha.reason or alpha.caution,
    }


def _change(edition: Edition) -> Json | None:
    told = edition.change
    if told is None:
        return None
    return {
        "earlier": told.earlier_edition,
        "later": told.later_edition,
        "up": [move.later.question.id for move in told.up],
        "down": [move.later.question.id for move in told.down],
        "dimensions": [
            {"dimension": each.dimension, "questions": each.questions, "earlier": each.earlier, "later": each.later}
            for each in told.dimensions
        ],
    }


def _standing(told: Standing) -> Json:
    return {
        "question": told.question.id,
        "state": told.state,
        "holder": told.holder,
        "value": told.value,
        "lower": told.lower,
        "upper": told.upper,
        "response": told.response,
        "stage": told.stage,
        "evidence": [asdict(each) for each in told.evidence],
        "ratings": [{"rater": each.rater, "value": each.value} for each in told.answers],
    }


def plan_document(city: City, planned: Planned) -> Document:
    """The plan with the state of every target and what does not fit together."""
    return Document("governance/plan.json", "Plan", plan_envelope(city, planned))


def plan_envelope(city: City, planned: Planned) -> Json:
    """Goals, targets with their progress, actions, promises and findings on the day of judgement."""
    plan = planned.plan
    return {
        "schema": SCHEMA.format(kind="plan"),
        "city": city.id,
        "framework": "plan",
        "edition": plan.adopted,
        "as_of": plan.as_of,
        "title": dict(plan.title),
        "goals": [asdict(goal) for goal in plan.goals],
        "targets": [
            {"id": target.id, "goal": target.goal, "deadline": target.deadline, **_progress(planned, target.id)}
            for target in plan.targets
        ],
        "actions": [asdict(action) for action in plan.actions],
        "commitments": [asdict(promise) for promise in plan.commitments],
        "findings": [
            {"kind": each.kind, "severity": each.severity, "subjects": list(each.subjects)} for each in planned.findings
        ],
    }


def _progress(planned: Planned, target: str) -> Json:
    if target in planned.answers:
        return {"state": planned.answers[target].state, "overdue": planned.answers[target].overdue}
    told = planned.targets[target]
    return {
        "state": told.state,
        "overdue": told.overdue,
        "expected": told.expected,
        "latest": _quantity(planned.readings.get(target)),
    }


def _quantity(told: Quantity | None) -> Json | None:
    if told is None:
        return None
    return {"period": told.period, "value": told.value, "lower": told.lower, "upper": told.upper, "unit": told.unit}
