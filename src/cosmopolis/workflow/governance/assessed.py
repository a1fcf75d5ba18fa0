"""Every assessment of a city worked out: where questions stand, scores, agreement, change, offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cosmopolis.assessment.agreement import Agreement, agreement
from cosmopolis.assessment.change import Change, change
from cosmopolis.assessment.crosswalk import Coverage, Offer, coverage, offers
from cosmopolis.assessment.findings import Findings, findings
from cosmopolis.assessment.robustness import Robustness, robustness
from cosmopolis.assessment.scores import Scorecard, scorecard
from cosmopolis.assessment.standing import position
from cosmopolis.vocabulary.assessment import Position
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.workflow.governance.planned import Editions

#: One seed for every draw: the same answers give the same intervals.
SEED = 2018


@dataclass(frozen=True)
class Edition:
    """One edition of one framework, with what can be said about it alone and since the one before."""

    position: Position
    scorecard: Scorecard
    findings: Findings
    before: Position | None
    change: Change | None

    @property
    def framework(self) -> Framework:
        """The framework that was answered."""
        return self.position.framework

    @cached_property
    def agreement(self) -> Agreement:
        """How far the raters agree; drawn only where somebody shows it."""
        return agreement(self.position, seed=SEED)

    @cached_property
    def robustness(self) -> Robustness | None:
        """What the scores rest on; drawn only where somebody shows it."""
        return robustness(self.position, seed=SEED)


@dataclass(frozen=True)
class Assessed:
    """The latest edition of every framework the city has answered; the leading one first."""

    governance: Governance
    editions: tuple[Edition, ...]

    @property
    def leading(self) -> Edition | None:
        """The edition that the profile opens with: a city's own framework, the most questions asked."""
        return next(iter(self.editions), None)

    @property
    def positions(self) -> tuple[Position, ...]:
        """The latest position of every framework."""
        return tuple(edition.position for edition in self.editions)

    def by_framework(self) -> Editions:
        """The latest and the earlier position of each framework."""
        now = {edition.framework.id: edition.position for edition in self.editions}
        before = {edition.framework.id: edition.before for edition in self.editions if edition.before is not None}
        return Editions(now, before)

    def offers(self, target: Framework) -> tuple[Offer, ...]:
        """Answers given elsewhere that link to a framework's questions."""
        others = [each for each in self.positions if each.framework.id != target.id]
        return offers(others, self.governance.crosswalks, target)

    def coverage(self) -> Iterator[tuple[Framework, Coverage]]:
        """How far each framework the city has not answered could be answered from what it has."""
        answered = {edition.framework.id for edition in self.editions}
        for (name, _), framework in sorted(self.governance.frameworks.items()):
            if name not in answered:
                yield framework, coverage(self.positions, self.governance.crosswalks, framework)


def until(governance: Governance, day: str) -> Governance:
    """What was answered by a day: a plan is not judged by answers of later."""
    return replace(governance, assessments=tuple(each for each in governance.assessments if each.date <= day))


def assessed(governance: Governance) -> Assessed:
    """Work out the latest edition of every framework that the city has answered."""
    editions = [_edition(name, governance) for name in dict.fromkeys(each.framework for each in governance.assessments)]
    return Assessed(governance, tuple(sorted(editions, key=_leads)))


def _edition(framework: str, governance: Governance) -> Edition:
    told = sorted((each for each in governance.assessments if each.framework == framework), key=lambda each: each.date)
    positions = _positions(governance, framework, [each.id for each in told])
    now, before = positions[-1], positions[-2] if len(positions) > 1 else None
    return Edition(now, scorecard(now), findings(now), before, change(before, now) if before else None)


def _positions(governance: Governance, framework: str, order: Sequence[str]) -> list[Position]:
    """The last two editions of a framework, the earlier first."""
    told = {each.id: each for each in governance.assessments if each.framework == framework}
    return [
        position(told[name], governance.frameworks[framework, told[name].framework_edition], governance.competence)
        for name in order[-2:]
    ]


def _leads(edition: Edition) -> tuple[bool, int, str]:
    """A city's own framework before a national one, then the one that asked most."""
    return (edition.framework.level != "city", -len(edition.position.standings), edition.framework.id)
