"""What to develop first: the gap, why, who has the power, which practice fits, which action follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosmopolis.assessment.findings import systems
from cosmopolis.plan.practices import Fit, fitting
from cosmopolis.vocabulary.assessment import Development
from cosmopolis.vocabulary.competence import CompetenceMap
from cosmopolis.vocabulary.framework import QuestionRef
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.plan import Action
from cosmopolis.vocabulary.report import Cell, Item, Items, Line, Mark, OwnWords, Period, Several, Term
from cosmopolis.workflow.governance.assessed import Assessed, Edition
from cosmopolis.workflow.governance.terms import sentence, word, words

#: How full the disc beside a reason is.
DEGREE = {"absent": 0.0, "partial": 0.5, "paper_only": 0.5, "no_evidence": 0.75, "unknown": None, "disputed": None}
#: Practices and actions named beside one gap; the pages of practices and of the plan have them all.
_MOST_NAMED = 2


def first_to_develop(assessed: Assessed, edition: Edition | None = None, *, as_of: str, most: int = 5) -> Items | None:
    """The areas for development of largest priority, each with its chain; of the leading edition unless told."""
    edition = edition or assessed.leading
    if edition is None or not edition.findings.ranked():
        return None
    competence = assessed.governance.competence
    ranked = sorted(edition.findings.ranked(), key=lambda each: not city_can_act(each, competence))
    items = tuple(development_item(each, assessed.governance, as_of) for each in ranked[:most])
    return Items("first", sentence("governing.first"), items, tone="develop", numbered=True)


def city_can_act(told: Development, competence: CompetenceMap) -> bool:
    """Whether the map gives the city a part in the field of a gap; a field not in the map is nobody's yet."""
    function = competence.function(told.question.function)
    return function is None or any(power.level == "city" for power in function.powers)


def development_item(told: Development, governance: Governance, as_of: str) -> Item:
    """One area for development: why it is one, who can act, what helped elsewhere, what the city does."""
    lines = (
        Line(Term("column.why"), tuple(_why(told))),
        Line(Term("column.power"), tuple(_power(told, governance.competence))),
        Line(Term("column.practice"), tuple(_practices(told, governance, as_of))),
        Line(Term("column.action"), tuple(_actions(told, governance))),
    )
    mark = Mark(f"governing.state.{told.reason}", DEGREE[told.reason])
    return Item(OwnWords(told.question.text), lines, mark)


def _why(told: Development) -> Iterator[Cell]:
    """What is missing, and who else asks for it."""
    yield Term(f"governing.reason.{told.reason}")
    asking = systems(told.question)
    if asking:
        yield sentence("governing.asked_by", systems=Several(tuple(asking)))


def _power(told: Development, competence: CompetenceMap) -> Iterator[Cell]:
    """Who holds the power that the question asks about, and who acts and legislates in its field."""
    yield word("holder", told.standing.holder)
    function = competence.function(told.question.function)
    if function is None:
        return
    acts = dict.fromkeys((*function.levels("plans"), *function.levels("delivers")))
    yield sentence("governing.power", function=word("function", function.id), levels=words("level", acts))
    law = [level for level in function.levels("legislates") if level != "city"]
    if law:
        yield sentence("governing.power_law", levels=words("level", law))


def fits(told: Development, governance: Governance, as_of: str) -> tuple[Fit, ...]:
    """The practices that may help with a gap, the city's own among them."""
    links = [link for crosswalk in governance.crosswalks for link in crosswalk.links]
    return fitting(governance.practices, told, governance.competence, as_of=as_of, links=links)


def _practices(told: Development, governance: Governance, as_of: str) -> Iterator[Cell]:
    found = fits(told, governance, as_of)[:_MOST_NAMED]
    for fit in found:
        kind = "failed" if "failed" in fit.marks else "evidence"
        why = (f"plan.reason.{fit.reasons[0]}", *(f"plan.caveat.{each}" for each in fit.caveats))
        yield sentence(
            f"governing.practice.{kind}",
            title=OwnWords(fit.practice.title),
            city=fit.practice.city,
            evidence=Term(f"plan.evidence.{fit.evidence.level}"),
            why=Several(tuple(map(Term, why))),
        )
    if not found:
        yield Term("governing.no_practice")


def _actions(told: Development, governance: Governance) -> Iterator[Cell]:
    found = closing(told, governance.plan.actions if governance.plan else ())
    for action in found[:_MOST_NAMED]:
        yield sentence(
            "governing.following_action",
            title=OwnWords(action.title),
            responsible=OwnWords(action.responsible),
            deadline=Period(action.deadline),
            state=word("action_state", action.status),
        )
    if not found:
        yield Term("governing.no_action")


def closing(told: Development, actions: Sequence[Action]) -> list[Action]:
    """The actions of the plan that name the gap, stopped ones left out."""
    ref = QuestionRef(told.framework, told.question.id)
    return [action for action in actions if ref in action.questions and action.status != "stopped"]
