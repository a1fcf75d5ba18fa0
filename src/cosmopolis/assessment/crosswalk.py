"""
Answers given for one framework, offered in another; never copied without a person's yes.

An offer is a pointer to an answer and its evidence. It changes no position, and
only an answer to an equal question carries a suggestion of what to answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cosmopolis.assessment.standing import SAME, worth
from cosmopolis.vocabulary.assessment import Position, Response, Standing
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.framework import Crosswalk, Framework, Link, Question, QuestionRef, Scale

#: How an answer given elsewhere relates to the question it is offered to: `part_of`, it answers one part of the
#: question; `contains`, it answers more than the question.
OfferRelation = Literal["equal", "contains", "part_of", "related"]
_RELATIONS: tuple[OfferRelation, ...] = ("equal", "contains", "part_of", "related")
_REVERSED: Mapping[str, OfferRelation] = {"equal": "equal", "part_of": "contains", "related": "related"}
_FORWARD: Mapping[str, OfferRelation] = {"equal": "equal", "part_of": "part_of", "related": "related"}


@dataclass(frozen=True)
class Offer:
    """
    An answer given elsewhere that may serve a question of the target.

    `suggestion` is nothing unless the questions are equal and the target's scale has
    an answer of the same worth. `adopted_from` is what an answer made from the offer
    names.
    """

    target: Question
    source: QuestionRef
    edition: str  #: of the assessment in which it was answered
    standing: Standing
    relation: OfferRelation
    reason: Words
    crosswalk: str
    suggestion: Response | None

    @property
    def adopted_from(self) -> str:
        """`framework/edition:question` of the answer."""
        return f"{self.source.framework}/{self.edition}:{self.source.question}"


@dataclass(frozen=True)
class Coverage:
    """
    How much of a target can be answered from what was answered before: numbers of its questions.

    `linked` have a link to another framework at all, `offered` at least one answer
    there, `equal` one to an equal question, `suggested` one that can be taken over
    as it is.
    """

    framework: str
    questions: int
    linked: int
    offered: int
    equal: int
    suggested: int


def offers(positions: Sequence[Position], crosswalks: Sequence[Crosswalk], target: Framework) -> tuple[Offer, ...]:
    """
    The answers given for other frameworks that link to a question of the target.

    Parameters
    ----------
    positions
        Of any frameworks and editions; those of the target itself are passed over.
        Of several editions the latest speaks that answered a question in any way: an
        answer that was withdrawn later is not offered.
    crosswalks
        Links are read both ways: equal and related as they are; what is part of a
        question, from the other side, is contained in its answer.
    target
        The framework to be answered.

    Returns
    -------
    offers
        Only of known answers, in the order of the target's questions; equal ones
        first, then by source. Links are not chained: what is linked over two
        crosswalks is linked by nobody.
    """
    latest = _latest(positions, target)
    found, links = [], _links(crosswalks, target)
    for question in target.questions:
        for crosswalk, link, source, relation in links.get(question.id, ()):
            position, standing = latest.get(source, (None, None))
            if position is None or standing is None or standing.state != "known":
                continue
            scales = target.scales[question.scale], position.framework.scales[standing.question.scale]
            found.append(
                Offer(
                    target=question,
                    source=source,
                    edition=position.assessment.edition,
                    standing=standing,
                    relation=relation,
                    reason=link.reason,
                    crosswalk=crosswalk,
                    suggestion=suggestion(standing, *scales) if relation == "equal" else None,
                )
            )
    order = {question.id: at for at, question in enumerate(target.questions)}
    return tuple(sorted(found, key=lambda o: (order[o.target.id], _RELATIONS.index(o.relation), o.source, o.crosswalk)))


def coverage(positions: Sequence[Position], crosswalks: Sequence[Crosswalk], target: Framework) -> Coverage:
    """How many questions of the target have a link, an offer, an equal answer, a suggestion."""
    found = offers(positions, crosswalks, target)
    return Coverage(
        framework=target.id,
        questions=len(target.questions),
        linked=len(_links(crosswalks, target)),
        offered=_distinct(found),
        equal=_distinct(offer for offer in found if offer.relation == "equal"),
        suggested=_distinct(offer for offer in found if offer.suggestion is not None),
    )


def suggestion(standing: Standing, scale: Scale, source_scale: Scale) -> Response | None:
    """
    What a known answer would be on another scale; nothing where no answer there is worth the same.

    An option of the same id (a number between scales of numbers, the same stages) is
    taken if its worth is the same, otherwise the one option of that worth. Two
    options of that worth are a choice, which is a person's.
    """
    if standing.value is None:
        return None
    own = worth(scale, standing.response)
    is_number_elsewhere = (scale.kind == "count") != (source_scale.kind == "count")
    if own is not None and abs(own - standing.value) < SAME and not is_number_elsewhere:
        return standing.response
    if scale.kind in {"ordinal", "yes_no"}:
        fitting = [option.id for option in scale.options if abs(option.value - standing.value) < SAME]
        return fitting[0] if len(fitting) == 1 else None
    return None


def _distinct(found: Iterable[Offer]) -> int:
    return len({offer.target.id for offer in found})


def _latest(positions: Sequence[Position], target: Framework) -> Mapping[QuestionRef, tuple[Position, Standing]]:
    """Question -> its standing in the latest edition in which anybody answered it."""
    elsewhere = [position for position in positions if position.framework.id != target.id]
    return {
        QuestionRef(position.framework.id, standing.question.id): (position, standing)
        for position in sorted(elsewhere, key=lambda each: (each.assessment.date, each.assessment.id))
        for standing in position.standings
        if standing.state != "unanswered"
    }


def _links(
    crosswalks: Sequence[Crosswalk], target: Framework
) -> Mapping[str, tuple[tuple[str, Link, QuestionRef, OfferRelation], ...]]:
    """Question id of the target -> its links to other frameworks, seen from the answer given there."""
    questions = {question.id: question for question in target.questions}
    found: dict[str, list[tuple[str, Link, QuestionRef, OfferRelation]]] = {}
    for crosswalk in crosswalks:
        for link in crosswalk.links:
            ends = (link.target, link.source, _FORWARD), (link.source, link.target, _REVERSED)
            for asked, given, relations in ends:
                if asked.framework == target.id and asked.question in questions and given.framework != target.id:
                    entry = (crosswalk.id, link, given, relations[link.relation])
                    found.setdefault(asked.question, []).append(entry)
    return {question_id: tuple(links) for question_id, links in found.items()}
