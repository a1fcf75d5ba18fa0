"""
What a city does well and what it could develop, per dimension, and in which order.

These are findings, not scores: they stand for frameworks that do not score as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cosmopolis.assessment.standing import SAME
from cosmopolis.vocabulary.assessment import Development, Position, Standing
from cosmopolis.vocabulary.framework import WITHIN_COMPETENCE, Question

#: How much is missing, from 0 to 1, where the answer is no worth: nobody knows, so somebody has to look.
_GAP_OF_UNKNOWN = 0.5
#: A policy on paper is halfway; organised in the administration, three quarters; done but without evidence as well.
_GAP_OF_PAPER = {"policy": 0.5, "internal": 0.25}
_GAP_WITHOUT_EVIDENCE = 0.25
#: Each other system that asks the same adds a tenth, up to five of them.
_REACH_OF_SYSTEM = 0.1
_MOST_SYSTEMS = 5
_SYSTEM = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class ForOthers:
    """An area for development in somebody else's power, and whom to take it to."""

    development: Development
    addressee: str  #: holder: regional, national or other


@dataclass(frozen=True)
class DimensionFindings:
    """
    The findings of one dimension.

    `well_developed` are in the pack's order, over all holders, each standing with
    its own; `development` lies within the city's competence and `for_others`
    outside it, both by priority.
    """

    dimension: str
    well_developed: tuple[Standing, ...]
    development: tuple[Development, ...]
    for_others: tuple[ForOthers, ...]


@dataclass(frozen=True)
class Findings:
    """The findings of one edition, dimension by dimension."""

    framework: str
    edition: str
    dimensions: tuple[DimensionFindings, ...]

    def ranked(self) -> tuple[Development, ...]:
        """Every area for development within competence, over all dimensions, the largest priority first."""
        found = [each for dimension in self.dimensions for each in dimension.development]
        return tuple(sorted(found, key=lambda each: -each.priority))


def findings(position: Position) -> Findings:
    """
    What is well developed and what could be developed further.

    Parameters
    ----------
    position
        One edition. Questions that do not apply are in no list.

    Returns
    -------
    findings
        Well developed is what is known and complete, rests on evidence that has not
        run out and, if its stage is told, has reached the people it is for.
        Everything else that applies is an area for development, for one reason:
        `disputed`, `unknown` (also what nobody answered), `absent`, `partial`,
        `paper_only` (complete, but its stage is policy or internal) or `no_evidence`.
        What raters call outside the competence goes to the others as unknown.
    """
    heaviest = max((standing.question.weight for standing in position.standings), default=1.0)
    return Findings(
        framework=position.framework.id,
        edition=position.assessment.edition,
        dimensions=tuple(_dimension(position, dimension.id, heaviest) for dimension in position.framework.dimensions),
    )


def reason_for(standing: Standing) -> str:
    """
    Why a standing is an area for development; empty if it is well developed or does not apply.

    Examples
    --------
    >>> question = Question("1.01", "1", "health", {}, "presence")
    >>> reason_for(Standing(question, "known", "municipal", 1.0, 1.0, 1.0, "complete", stage="policy"))
    'paper_only'
    """
    if standing.value is None:
        return {"not_applicable": "", "disputed": "disputed"}.get(standing.state, "unknown")
    if standing.value < 1 - SAME:
        return "absent" if standing.value < SAME else "partial"
    if standing.stage in _GAP_OF_PAPER:
        return "paper_only"
    return "" if standing.evidence else "no_evidence"


def priority(standing: Standing, *, heaviest: float = 1.0) -> float:
    """
    In which order to look at areas for development: from 0 to 100, larger first.

    Parameters
    ----------
    standing
        With a reason to be developed.
    heaviest
        The largest weight of a question in the assessment.

    Returns
    -------
    priority
        Four parts, all declared here. The gap: 1 less the worth; one half for unknown;
        the mean of what the limits leave for disputed; one half for paper only, one
        quarter for organised inside or without evidence. The weight, as a share of
        the heaviest. The reach: 1 and a tenth for each other system that asks the
        same (`GCM`, `SDG`), up to 1.5. The power: half of the scale lies between
        what the city may do and what it may not. ::

            50 x gap x weight / heaviest x reach / 1.5  (+ 50 within the competence)

        It orders work. It is no measure of need and compares no cities.

    Examples
    --------
    An absent service in the city's power that two other systems ask for: 50 + 50 x 1 x 1 x 1.2 / 1.5

    >>> question = Question("1.01", "1", "health", {}, "presence", links=("GCM15", "SDG3.8", "SDG3.7"))
    >>> priority(Standing(question, "known", "municipal", 0.0, 0.0, 0.0, "absent"))
    90.0

    The same in the nation's power: 40

    >>> priority(Standing(question, "known", "national", 0.0, 0.0, 0.0, "absent"))
    40.0
    """
    reach = 1 + _REACH_OF_SYSTEM * min(_MOST_SYSTEMS, len(systems(standing.question)))
    most = 1 + _REACH_OF_SYSTEM * _MOST_SYSTEMS
    part = 50 * _gap(standing) * standing.question.weight / heaviest * reach / most
    # rounded, so that what is equal by the rule is equal in the computer and keeps the pack's order
    return round(part + (50 if _is_ours(standing) else 0), 6)


def systems(question: Question) -> tuple[str, ...]:
    """
    The other systems that a question's links name, each once.

    Examples
    --------
    >>> systems(Question("1.01", "1", "health", {}, "presence", links=("SDG3.8", "GCM15", "SDG3.7")))
    ('GCM', 'SDG')
    """
    return tuple(sorted({found[0] for link in question.links if (found := _SYSTEM.match(link))}))


def _is_ours(standing: Standing) -> bool:
    return standing.holder in WITHIN_COMPETENCE and standing.state != "outside_competence"


def _gap(standing: Standing) -> float:
    if standing.state == "disputed" and standing.lower is not None and standing.upper is not None:
        return 1 - (standing.lower + standing.upper) / 2
    if standing.value is None:
        return _GAP_OF_UNKNOWN
    if standing.value < 1 - SAME:
        return 1 - standing.value
    return _GAP_OF_PAPER.get(standing.stage, _GAP_WITHOUT_EVIDENCE)


def _dimension(position: Position, dimension: str, heaviest: float) -> DimensionFindings:
    mine = [each for each in position.standings if each.question.dimension == dimension]
    developments = _by_priority(position.framework.id, mine, heaviest)
    return DimensionFindings(
        dimension=dimension,
        well_developed=tuple(each for each in mine if each.state == "known" and not reason_for(each)),
        development=tuple(each for each in developments if each.within_competence),
        for_others=tuple(ForOthers(each, _addressee(each)) for each in developments if not each.within_competence),
    )


def _by_priority(framework: str, standings: Sequence[Standing], heaviest: float) -> tuple[Development, ...]:
    found = [
        Development(
            framework=framework,
            question=standing.question,
            standing=standing,
            within_competence=_is_ours(standing),
            reason=reason,
            priority=priority(standing, heaviest=heaviest),
        )
        for standing in standings
        if (reason := reason_for(standing))
    ]
    return tuple(sorted(found, key=lambda each: -each.priority))


def _addressee(development: Development) -> str:
    """The holder; where the raters deny a competence that the map gives to the city, somebody not yet named."""
    holder = development.standing.holder
    return "other" if holder in WITHIN_COMPETENCE else holder
