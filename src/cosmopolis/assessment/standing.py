"""
Where each question stands after all raters, and who holds the power it asks about.

A minority is never outvoted: raters who differ leave a question disputed until
an agreed answer is recorded. Nothing here depends on the order of raters or
answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from cosmopolis.errors import Fault, MeasureUndefined
from cosmopolis.vocabulary.assessment import (
    NOT_APPLICABLE,
    NOT_ON_THE_SCALE,
    OUTSIDE_COMPETENCE,
    STAGES,
    UNKNOWN,
    Agreed,
    Answer,
    Assessment,
    Evidence,
    Position,
    Response,
    Standing,
)
from cosmopolis.vocabulary.competence import LEVELS, CompetenceMap, Function
from cosmopolis.vocabulary.framework import Framework, Question, Scale

#: Worths closer than this are the same worth: one third written in two ways.
SAME = 1e-9
#: Duties that make a level hold a power; money and supervision alone do not.
_HOLDING = ("legislates", "plans", "delivers")
_HOLDER_OF_LEVEL = {"regional": "regional", "national": "national"}
_YES_NO = {"yes": 1.0, "no": 0.0}


@dataclass(frozen=True)
class Held:
    """
    Who holds the power that a question asks about, and who says so.

    `origin` is `assessment`, `city` (its competence map), `country` (a verified
    default of the country) or `pack`.
    """

    holder: str
    origin: Literal["assessment", "city", "country", "pack"]


def position(assessment: Assessment, framework: Framework, competence: CompetenceMap) -> Position:
    """
    Where every question that was asked stands, in the pack's order.

    Parameters
    ----------
    assessment
        One edition, answered by any number of raters.
    framework
        The pack that it answers. A quick scan asks only the pack's quick questions.
    competence
        The city's map of powers; an empty map leaves the pack's usual holders.

    Returns
    -------
    position
        One standing a question asked. What was agreed wins. Otherwise raters whose
        answers are worth the same give a known value; raters who differ leave the
        question disputed between the lowest and the highest worth, without a value.
        `unknown` beside an answer is kept and decides nothing; one rater's "not
        applicable" or "outside our competence" beside another's answer is a dispute
        over whether the question applies, and the question stays in. Where nobody
        answers on the scale and these two stand against each other, the question
        counts as outside the competence, so that it still reaches somebody.

    Raises
    ------
    MeasureUndefined
        If an answer is not on its question's scale.

    See Also
    --------
    held : who holds the power, and by whose word.
    """
    answers, agreed = _answers(assessment), {each.question: each for each in assessment.agreed}
    asked = framework.asked(assessment.scan)
    _check_on_scale(asked, framework, answers, agreed)
    standings = (
        _standing(
            question,
            scale=framework.scales[question.scale],
            holder=held(question, assessment, competence).holder,
            answers=answers.get(question.id, ()),
            agreed=agreed.get(question.id),
            date=assessment.date,
        )
        for question in asked
    )
    return Position(assessment, framework, tuple(standings))


def held(question: Question, assessment: Assessment, competence: CompetenceMap) -> Held:
    """
    Who holds the power that a question asks about, and by whose word.

    The first of these that speaks: the assessment's own `holders`; the city's
    entry for the question's function; the country's entry, if it is verified; the
    pack. A country default that nobody has checked does not move a question out of
    (or into) what a city is measured by, because the pack knows the very question
    and the default only its field.

    Examples
    --------
    >>> from cosmopolis.vocabulary.competence import Power
    >>> question = Question("1.01", "1", "health", {}, "presence", function="primary_health")
    >>> city = Function("primary_health", (Power("city", ("delivers",)),), discretion=0, by_city=True)
    >>> blank = Assessment("a", "f", "1", "2025", "2025-01-01", "full", (), ())
    >>> held(question, blank, CompetenceMap("AT", (city,)))
    Held(holder='delegated', origin='city')
    """
    stated = assessment.holders.get(question.id)
    if stated is not None:
        return Held(stated, "assessment")
    function = competence.function(question.function) if question.function else None
    if function is not None and (function.by_city or function.verified):
        derived = holder_of(function)
        if derived is not None:
            return Held(derived, "city" if function.by_city else "country")
    return Held(question.holder, "pack")


def holder_of(function: Function) -> str | None:
    """
    Who holds a power, as seen from the city; nothing where no level legislates, plans or delivers.

    * `delegated`: the city only delivers, without discretion (0);
    * `municipal`: no other level legislates, plans or delivers;
    * `shared`: another level does as well;
    * `regional`, `national`, `other`: the city does none of the three; the level
      nearest to people that legislates or delivers (one that only plans, if there
      is no such) is named. A metropolitan body is `other`.

    Examples
    --------
    >>> from cosmopolis.vocabulary.competence import Power
    >>> state, city = Power("national", ("legislates",)), Power("city", ("plans", "delivers"))
    >>> [holder_of(Function("school", powers)) for powers in [(city,), (state, city), (state,), ()]]
    ['municipal', 'shared', 'national', None]
    """
    duties = {level: _duties(function, level) for level in LEVELS}
    own = duties.pop("city")
    if own == {"delivers"} and function.discretion == 0:
        return "delegated"
    if own:
        return "shared" if any(duties.values()) else "municipal"
    nearest = next((level for level, has in duties.items() if has & {"legislates", "delivers"}), None)
    nearest = nearest or next((level for level, has in duties.items() if has), None)
    return None if nearest is None else _HOLDER_OF_LEVEL.get(nearest, "other")


def worth(scale: Scale, response: Response) -> float | None:
    """
    What a response is worth on a scale, from 0 to 1; nothing if the scale cannot read it.

    The three answers that are on no scale (`unknown`, `not_applicable`,
    `outside_competence`) are worth nothing at all, which is not 0.

    Examples
    --------
    Five languages where twelve are the goalpost, and thirteen, which is as good as twelve:

    >>> count = Scale("languages", "count", goalposts=(0, 12))
    >>> [worth(count, 3), worth(count, 13), worth(count, "many"), worth(count, "unknown")]
    [0.25, 1.0, None, None]
    """
    if isinstance(response, str) and response in NOT_ON_THE_SCALE:
        return None
    if scale.kind == "count":
        return _clipped(scale, response) if isinstance(response, int | float) else None
    if scale.kind == "stages":
        return _reached(scale, (response,) if isinstance(response, str) else response)
    if not isinstance(response, str):
        return None
    option = scale.option(response)
    if option is not None:
        return option.value
    return _YES_NO.get(response) if scale.kind == "yes_no" and not scale.options else None


def valid(evidence: Iterable[Evidence], date: str) -> tuple[Evidence, ...]:
    """
    The evidence that had not run out on a day, each once, in a fixed order.

    A `valid_to` that names only a year or a month lasts until its end.

    Examples
    --------
    >>> valid([Evidence("Ordinance", valid_to="2024-12"), Evidence("Plan", valid_to="2025")], "2025-03-01")
    (Evidence(title='Plan', date='', page='', url='', valid_to='2025'),)
    """
    lasting = {each for each in evidence if not each.valid_to or date[: len(each.valid_to)] <= each.valid_to}
    return tuple(sorted(lasting, key=lambda each: (each.title, each.date, each.page, each.url, each.valid_to)))


def _duties(function: Function, level: str) -> set[str]:
    return {duty for power in function.powers if power.level == level for duty in power.duties if duty in _HOLDING}


def _clipped(scale: Scale, number: float) -> float:
    first, second = scale.goalposts
    return min(1.0, max(0.0, (number - first) / (second - first)))


def _reached(scale: Scale, stages: object) -> float | None:
    """The worths of the stages reached, each once, added up."""
    if not isinstance(stages, tuple):
        return None
    options = [scale.option(stage) for stage in sorted(set(stages))]
    if any(option is None for option in options):
        return None
    return min(1.0, sum(option.value for option in options if option is not None))


def _answers(assessment: Assessment) -> Mapping[str, tuple[Answer, ...]]:
    """Question -> its answers, by rater, so that the order in the file does not matter."""
    found: dict[str, list[Answer]] = {}
    for answer in sorted(assessment.answers, key=lambda each: each.rater):
        found.setdefault(answer.question, []).append(answer)
    return {question: tuple(each) for question, each in found.items()}


def _check_on_scale(
    asked: tuple[Question, ...],
    framework: Framework,
    answers: Mapping[str, tuple[Answer, ...]],
    agreed: Mapping[str, Agreed],
) -> None:
    given = [(question, answer.value) for question in asked for answer in answers.get(question.id, ())]
    given += [(question, agreed[question.id].value) for question in asked if question.id in agreed]
    faults = [
        Fault("assessment.answer_not_on_scale", {"question": question.id, "value": value, "scale": question.scale})
        for question, value in given
        if value not in NOT_ON_THE_SCALE and worth(framework.scales[question.scale], value) is None
    ]
    if faults:
        raise MeasureUndefined(faults)


def _standing(
    question: Question,
    *,
    scale: Scale,
    holder: str,
    answers: tuple[Answer, ...],
    agreed: Agreed | None,
    date: str,
) -> Standing:
    responses: tuple[Response, ...] = (agreed.value,) if agreed else tuple(answer.value for answer in answers)
    told = tuple(response for response in responses if response != UNKNOWN)
    worths = {response: value for response in told if (value := worth(scale, response)) is not None}
    if not told:
        state: Literal["unknown", "unanswered"] = "unknown" if responses else "unanswered"
        return _open(question, state, holder, answers, agreed)
    if not worths:
        nobody_ours = OUTSIDE_COMPETENCE in told
        return Standing(
            question,
            "outside_competence" if nobody_ours else "not_applicable",
            holder,
            response=OUTSIDE_COMPETENCE if nobody_ours else NOT_APPLICABLE,
            answers=answers,
            agreed=agreed,
        )
    lowest, highest = min(worths.values()), max(worths.values())
    applies = all(response in worths for response in told)
    is_known = applies and highest - lowest < SAME
    supporters = _supporters(scale, answers, lowest, highest)
    response = min(worths, key=_order) if is_known else ""
    return Standing(
        question,
        "known" if is_known else "disputed",
        holder,
        value=lowest if is_known else None,
        lower=lowest,
        upper=lowest if is_known else highest,
        response=response,
        stage=_stage(response, supporters, agreed),
        evidence=valid((each for answer in supporters for each in answer.evidence), date),
        answers=answers,
        agreed=agreed,
    )


def _open(
    question: Question,
    state: Literal["unknown", "unanswered"],
    holder: str,
    answers: tuple[Answer, ...],
    agreed: Agreed | None,
) -> Standing:
    response = UNKNOWN if state == "unknown" else ""
    return Standing(question, state, holder, None, 0.0, 1.0, response, answers=answers, agreed=agreed)


def _supporters(scale: Scale, answers: tuple[Answer, ...], lowest: float, highest: float) -> tuple[Answer, ...]:
    """Whose evidence counts: answers worth what the position is; for an agreed compromise, all on the scale."""
    rated = [(answer, value) for answer in answers if (value := worth(scale, answer.value)) is not None]
    within = tuple(answer for answer, value in rated if lowest - SAME <= value <= highest + SAME)
    return within or tuple(answer for answer, _ in rated)


def _stage(response: Response, supporters: tuple[Answer, ...], agreed: Agreed | None) -> str:
    """
    How far the policy has come: as agreed, as the stages answered say, or the least far that a rater names.

    The least far, because a policy that one rater knows from paper alone has not
    been shown to reach anybody.
    """
    if agreed and agreed.stage:
        return agreed.stage
    if isinstance(response, tuple):
        return next((stage for stage in reversed(STAGES) if stage in response), "")
    named = {answer.stage for answer in supporters}
    return next((stage for stage in STAGES if stage in named), "")


def _order(response: Response) -> tuple[float, str]:
    """Which of several responses of the same worth names the position: the smallest number, or the first by id."""
    return (0.0, repr(response)) if isinstance(response, str | tuple) else (float(response), "")
