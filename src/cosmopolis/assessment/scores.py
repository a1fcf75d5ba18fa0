"""
Scores with their range: presence within the city's competence, and the system that residents meet.

A score is ours, never that of a framework's publisher, and never a ranking. It
stands beside the share of questions answered and the share of answers with
evidence, and it is not given where too little is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from cosmopolis.assessment.aggregation import Group, Part, groups_of, known_share, score
from cosmopolis.vocabulary.assessment import Position, Score, Standing, StandingState
from cosmopolis.vocabulary.framework import Aggregation, Category, Framework, Method

#: A share or a score that lies this little below a threshold has reached it: 0.65 is no exact number in a computer.
ROUNDING = 1e-9
_STATES: tuple[str, ...] = get_args(StandingState)


@dataclass(frozen=True)
class View:
    """
    One score with what it rests on, over one set of questions.

    `score` is nothing where the framework does not score or no question is in the
    set. Where it has no value, `reason` says why: `not_scored`, `no_questions`,
    `too_few_answered`, or `zero` (a geometric or harmonic mean does not exist).
    `answered` is the known share of the weight; `evidence` the share of known
    answers above zero that have valid evidence, nothing if there is none such.
    """

    questions: int
    answered: float | None
    evidence: float | None
    score: Score | None
    reason: str = ""


@dataclass(frozen=True)
class DimensionScore:
    """
    One dimension: `presence` within the city's competence, `system` over all holders.

    `counts` are the questions in each state, over all holders. `category` is that
    of the presence, nothing where the bounds fall into different ones: the
    category would not be stable.
    """

    dimension: str
    presence: View
    system: View
    counts: Mapping[str, int]
    category: str | None


@dataclass(frozen=True)
class Scorecard:
    """
    Every dimension of a position, and their mean where each of them has a score.

    `overall` and `overall_system` are taken with the framework's own mean over its
    dimensions' weights, nothing where a dimension has no questions in the set.
    `geometric` is the overall presence as a geometric mean, from 0 to 100: it shows how much the
    overall rests on strong dimensions making up for weak ones; it does not exist
    with a dimension at 0.
    """

    framework: str
    edition: str
    aggregation: Aggregation
    dimensions: tuple[DimensionScore, ...]
    overall: Score | None
    overall_system: Score | None
    geometric: float | None
    category: str | None

    def dimension(self, dimension_id: str) -> DimensionScore | None:
        """The score of that dimension, if the framework has it."""
        return next((each for each in self.dimensions if each.dimension == dimension_id), None)


def scorecard(position: Position) -> Scorecard:
    """
    Scores of every dimension and overall, each with the range it lies in whatever the unknowns are.

    Parameters
    ----------
    position
        The standing of every question of one edition.

    Returns
    -------
    scorecard
        Scores lie between 0 and 100. Presence counts the questions whose power is
        municipal, delegated or shared; questions that do not apply or lie outside the
        competence are in no score. Bounds take all of these questions, with unknown
        and unanswered at 0 and at 1 and disputed ones at their limits. No value is
        given where less than `least_answered` of the weight is known. A framework of
        the method `none` gets counts and shares alone.

    References
    ----------
    UN DESA and IOM, metadata of SDG indicator 10.7.2, for the mean of answers and the categories.

    See Also
    --------
    cosmopolis.assessment.aggregation.score : how value and bounds are made.
    """
    framework = position.framework
    dimensions = tuple(
        _dimension(framework, dimension.id, [each for each in position.standings if _is_of(each, dimension.id)])
        for dimension in framework.dimensions
    )
    overall = _overall(framework, [each.presence.score for each in dimensions], framework.aggregation.method)
    geometric = _overall(framework, [each.presence.score for each in dimensions], "geometric")
    return Scorecard(
        framework=framework.id,
        edition=position.assessment.edition,
        aggregation=framework.aggregation,
        dimensions=dimensions,
        overall=overall,
        overall_system=_overall(framework, [each.system.score for each in dimensions], framework.aggregation.method),
        geometric=geometric.value if geometric else None,
        category=stable_category(framework.categories, overall),
    )


def within_competence(framework: Framework, standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """The standings whose power the framework's government holds: for a city municipal, delegated or shared."""
    return tuple(standing for standing in standings if standing.holder in framework.competent_holders)


def view(framework: Framework, standings: Sequence[Standing]) -> View:
    """
    The score of some questions of one dimension, and what it rests on.

    A score without a value keeps its bounds.
    """
    groups = groups_of(framework, standings)
    questions = sum(len(group.parts) for group in groups)
    answered = known_share(groups)
    plain = View(questions, answered, evidence_share(standings), None)
    rule = framework.aggregation
    if answered is None or rule.method == "none":
        return replace(plain, reason="no_questions" if answered is None else "not_scored")
    found = score(groups, rule.method)
    if answered < rule.least_answered - ROUNDING:
        return replace(plain, score=replace(found, value=None), reason="too_few_answered")
    # nothing known with a required share of 0 is too few as well
    none_known = answered == 0
    reason = "" if found.value is not None else "too_few_answered" if none_known else "zero"
    return replace(plain, score=found, reason=reason)


def evidence_share(standings: Sequence[Standing]) -> float | None:
    """
    The share of known answers above zero that have evidence which has not run out.

    Questions count equally; nothing where no answer is above zero.
    """
    claimed = [each for each in standings if each.state == "known" and each.value]
    return sum(bool(each.evidence) for each in claimed) / len(claimed) if claimed else None


def category(categories: Sequence[Category], value: float) -> str | None:
    """
    The category that a score between 0 and 100 falls into; nothing below the first.

    Examples
    --------
    >>> ranges = [Category("further", 0, {}), Category("partial", 40, {}), Category("fully", 100, {})]
    >>> [category(ranges, value) for value in (39.9, 40, 99.9, 100)]
    ['further', 'partial', 'partial', 'fully']
    """
    reached = [each for each in categories if value >= each.least - ROUNDING]
    return max(reached, key=lambda each: each.least).id if reached else None


def stable_category(categories: Sequence[Category], found: Score | None) -> str | None:
    """The category of a score whose bounds share it; nothing where they do not or no value is given."""
    if found is None or found.value is None:
        return None
    lowest, highest = category(categories, found.lower), category(categories, found.upper)
    return lowest if lowest == highest else None


def _is_of(standing: Standing, dimension: str) -> bool:
    return standing.question.dimension == dimension


def _dimension(framework: Framework, dimension: str, standings: Sequence[Standing]) -> DimensionScore:
    presence = view(framework, within_competence(framework, standings))
    return DimensionScore(
        dimension=dimension,
        presence=presence,
        system=view(framework, standings),
        counts={state: sum(each.state == state for each in standings) for state in _STATES},
        category=stable_category(framework.categories, presence.score),
    )


def _overall(framework: Framework, scores: Sequence[Score | None], method: Method) -> Score | None:
    """The mean of the dimensions; its value only where every one of them has one."""
    if framework.aggregation.method == "none" or not scores:
        return None
    found = [each for each in scores if each is not None]
    if len(found) < len(scores):
        return None
    parts = tuple(
        Part(
            weight=dimension.weight,
            lower=each.lower / 100,
            upper=each.upper / 100,
            value=None if each.value is None else each.value / 100,
        )
        for dimension, each in zip(framework.dimensions, found, strict=True)
    )
    complete = all(part.value is not None for part in parts)
    overall = score([Group(1.0, parts)], method)
    return overall if complete else replace(overall, value=None)
