"""
What a practice shows and whether it fits: evidence level, marks, gaps it may help with.

No number of transferability is made: how a practice would do elsewhere cannot be
measured in advance (PIET-T). What is listed are reasons, components and criteria.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cosmopolis.plan.powers import holding_levels
from cosmopolis.vocabulary.assessment import Development
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.competence import CompetenceMap
from cosmopolis.vocabulary.framework import Link, QuestionRef
from cosmopolis.vocabulary.practice import Practice, PracticeResult, Reuse
from cosmopolis.vocabulary.search import SearchDocument

#: What a design is worth at most (after the Maryland scale).
LEVEL_OF_DESIGN: Mapping[str, int] = {
    "outputs_only": 1,
    "before_after": 2,
    "cross_section": 2,
    "controls": 3,
    "comparison_group": 4,
    "difference_in_differences": 4,
    "randomised": 5,
}
#: From this level on a success counts towards a replication.
_REPLICABLE = 3

Outcome = Literal["success", "failure", "mixed", "not_told"]
Mark = Literal["failed", "expired", "without_n", "cost_without_year", "failure_measured", "given_up_elsewhere"]
Reason = Literal["same_question", "linked_question", "same_tag", "same_function", "same_topic"]
Caveat = Literal["power_elsewhere", "power_unknown"]

#: The most telling first: the order in which fitting practices are listed.
REASONS: tuple[Reason, ...] = ("same_question", "linked_question", "same_tag", "same_function", "same_topic")


@dataclass(frozen=True)
class EvidenceLevel:
    """
    How much a practice's results can bear, from 0 to 5, computed from its fields.

    The level is about the design alone: a well-made evaluation that shows no
    effect has a high level and the outcome `failure`. `design` is the one that
    gives the level, empty at level 0. `replicated_in` are the cities of a
    replicated success, the practice's own first.
    """

    level: int
    design: str
    outcome: Outcome
    replicated_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fit:
    """
    A practice that may help with a gap, why, and what stands against it.

    `powers_elsewhere` are the levels that hold the powers which the city lacks.
    """

    practice: Practice
    reasons: tuple[Reason, ...]
    caveats: tuple[Caveat, ...]
    powers_elsewhere: tuple[str, ...]
    evidence: EvidenceLevel
    marks: tuple[Mark, ...]


def evidence_level(practice: Practice) -> EvidenceLevel:
    """
    The evidence level of a practice by what its results were compared with.

    0: nothing was measured or delivered yet. 1: outputs only. 2: before and after,
    or a cross-section. 3: with controls. 4: comparison group or difference in
    differences. 5: randomised, or a success at level 3 or more in two cities.

    A row that lacks its result, or a before-and-after without a baseline, is an
    output, whatever design it claims.

    References
    ----------
    Domain reference "practices", section 3; Scientific Maryland Scale.
    """
    rows = [(_level_of(row), row) for row in practice.results]
    best = max((level for level, _ in rows), default=1 if practice.reached else 0)
    cities = _replicated_in(practice, rows)
    carrying = [row for level, row in rows if level == best]
    design = carrying[0].design if best > 1 else "outputs_only" if best else ""
    return EvidenceLevel(5 if cities else best, design, _outcome(practice, carrying), cities)


def practice_marks(practice: Practice, as_of: str) -> tuple[Mark, ...]:
    """
    What a reader has to know before trusting a practice: failed, expired, results without n.

    `failure_measured`: a result says that it did not work; `given_up_elsewhere`:
    another city took it up and it did not work there.
    """
    told: dict[Mark, bool] = {
        "failed": practice.status == "failed",
        "expired": practice.expires < as_of,
        "without_n": any(row.n is None for row in practice.results),
        "cost_without_year": practice.cost is not None and not practice.cost.year,
        "failure_measured": any(row.success is False for row in practice.results),
        "given_up_elsewhere": any(other.success is False for other in practice.reuse),
    }
    return tuple(mark for mark, applies in told.items() if applies)


def fitting(
    practices: Sequence[Practice],
    development: Development,
    competence: CompetenceMap,
    *,
    as_of: str,
    links: Sequence[Link] = (),
) -> tuple[Fit, ...]:
    """
    The practices that may help with an area for development, failures among them.

    A practice fits if it names the question, a question that a crosswalk links to
    it, or one of its tags; or if it used the power or worked on the topic that the
    question is about. Only the newest version of a practice is looked at.

    Parameters
    ----------
    links
        The links of the city's crosswalks.

    Returns
    -------
    fits
        In this order: by the most telling reason (as in `REASONS`), what the
        city has the powers for before what it has not, higher evidence level
        first, then by id. Success and failure do not change the place.
    """
    own = QuestionRef(development.framework, development.question.id)
    linked = _linked(own, links)
    found = []
    for practice in newest_versions(practices):
        reasons = _reasons(practice, development, own, linked)
        if reasons:
            caveats, levels = _caveats(practice, competence)
            told = evidence_level(practice), practice_marks(practice, as_of)
            found.append(Fit(practice, reasons, caveats, levels, *told))
    return tuple(sorted(found, key=_fit_order))


def newest_versions(practices: Sequence[Practice]) -> tuple[Practice, ...]:
    """The newest version of each practice, by id."""
    newest: dict[str, Practice] = {}
    for practice in sorted(practices, key=lambda each: each.version):
        newest[practice.id] = practice
    return tuple(newest[name] for name in sorted(newest))


def search_document(practice: Practice, as_of: str) -> SearchDocument:
    """
    A practice as the search sees it: all its texts in all its languages, and its facets.

    Every practice is findable, a failed or expired one too; a facet can leave it out.
    """
    texts: tuple[Words, ...] = (
        practice.problem, *practice.actions, practice.target_group, practice.receiving_society,
        practice.migrants_in_design, practice.failures, practice.theory, practice.users_opinion,
        practice.core, practice.adaptable, practice.preconditions,
    )  # fmt: skip
    return SearchDocument(
        id=practice.id,
        title=tuple(practice.title.values()),
        keywords=(practice.city, *practice.tags, *(_spoken(code) for code in (*practice.topics, *practice.functions))),
        body=tuple(text for words in texts for text in words.values()),
        facets={
            "topic": practice.topics,
            "function": practice.functions,
            "status": (practice.status,),
            "group": practice.eligibility,
            "level": (practice.level,),
            "country": (practice.country,),
            "language": tuple(sorted(practice.title)),
            "evidence": (str(evidence_level(practice).level),),
            "size": (size_band(practice.population),),
            "tag": practice.tags,
            "mark": practice_marks(practice, as_of),
        },
    )


def size_band(population: int) -> str:
    """
    The size of a city in words of code: `small` below 50,000, then `medium`, `large`, `very_large`.

    The bounds are 50,000, 200,000 and 500,000 inhabitants.

    Examples
    --------
    >>> size_band(49_999), size_band(200_000)
    ('small', 'large')
    """
    bounds = ((50_000, "small"), (200_000, "medium"), (500_000, "large"))
    return next((name for least, name in bounds if population < least), "very_large")


def _spoken(code: str) -> str:
    """A code as words: `social_housing` is found by "social housing"."""
    return code.replace("_", " ")


def _level_of(row: PracticeResult) -> int:
    if row.result is None or (row.design == "before_after" and row.baseline is None):
        return 1
    return LEVEL_OF_DESIGN.get(row.design, 1)


def _replicated_in(practice: Practice, rows: Sequence[tuple[int, PracticeResult]]) -> tuple[str, ...]:
    own = [practice.city] if any(level >= _REPLICABLE and row.success is True for level, row in rows) else []
    elsewhere = {each.city for each in practice.reuse if _is_strong_success(each)} - {practice.city}
    cities = (*own, *sorted(elsewhere))
    return cities if len(cities) > 1 else ()


def _is_strong_success(reuse: Reuse) -> bool:
    return reuse.success is True and LEVEL_OF_DESIGN.get(reuse.design, 1) >= _REPLICABLE


def _outcome(practice: Practice, carrying: Sequence[PracticeResult]) -> Outcome:
    """What the results that give the level say; a practice that its owner calls failed never succeeded."""
    told = {row.success for row in carrying} - {None}
    if told == {True, False} or (told == {True} and practice.status == "failed"):
        return "mixed"
    if told == {True}:
        return "success"
    return "failure" if told == {False} or practice.status == "failed" else "not_told"


def _linked(own: QuestionRef, links: Sequence[Link]) -> frozenset[QuestionRef]:
    forward = {link.target for link in links if link.source == own}
    return frozenset(forward | {link.source for link in links if link.target == own})


def _reasons(
    practice: Practice, development: Development, own: QuestionRef, linked: frozenset[QuestionRef]
) -> tuple[Reason, ...]:
    question = development.question
    told: dict[Reason, bool] = {
        "same_question": own in practice.questions,
        "linked_question": bool(linked.intersection(practice.questions)),
        "same_tag": bool(set(question.links).intersection(practice.tags)),
        "same_function": question.function != "" and question.function in practice.functions,
        "same_topic": question.topic in practice.topics,
    }
    return tuple(reason for reason in REASONS if told[reason])


def _caveats(practice: Practice, competence: CompetenceMap) -> tuple[tuple[Caveat, ...], tuple[str, ...]]:
    """Whether the city has a duty in every function that the practice used."""
    caveats: set[Caveat] = set()
    elsewhere: set[str] = set()
    for name in practice.functions:
        function = competence.function(name)
        levels = holding_levels(function) if function else ()
        if not levels:
            caveats.add("power_unknown")
        elif "city" not in levels:
            caveats.add("power_elsewhere")
            elsewhere.update(levels)
    return tuple(sorted(caveats)), tuple(sorted(elsewhere))


def _fit_order(fit: Fit) -> tuple[int, bool, int, str]:
    lacking = "power_elsewhere" in fit.caveats
    return REASONS.index(fit.reasons[0]), lacking, -fit.evidence.level, fit.practice.id
