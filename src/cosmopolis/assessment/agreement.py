"""
How far the raters of an assessment agree, and where they do not.

Krippendorff's alpha compares the disagreement seen with the disagreement that
chance would bring: 1 is perfect, 0 is chance, below 0 the raters differ
systematically. It takes any number of raters, missing ratings, and four levels of
measurement.

References
----------
Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
Krippendorff (2019), Content Analysis, 4th edition, chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.assessment.standing import SAME, worth
from cosmopolis.vocabulary.assessment import UNKNOWN, Answer, Position, Response, Standing
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.measurement import FloatArray

Level = Literal["nominal", "ordinal", "interval", "ratio"]

#: Under so many questions alpha says little about how reliable answers are.
FEWEST_QUESTIONS = 10
#: Limits of the interval: 95 % of the draws lie between them.
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class Alpha:
    """
    Krippendorff's alpha with its interval.

    Without a value, `reason` says why: `no_overlap` (fewer than two questions that
    two raters answered) or `no_variation` (everybody gave one and the same answer
    everywhere, so that chance cannot be told from agreement). `caution` is
    `few_questions` under ten questions: then it describes these answers and claims
    no reliability. `draws` are the resamples in which alpha existed.
    """

    value: float | None
    lower: float | None
    upper: float | None
    level: Level
    questions: int  #: that at least two raters answered on the scale
    ratings: int  #: on these questions
    draws: int
    seed: int
    reason: str = ""
    caution: str = ""


@dataclass(frozen=True)
class Dissent:
    """A question on which raters differ: every answer, and what was agreed, if anything was."""

    standing: Standing
    ratings: tuple[tuple[str, Response], ...]  #: rater id, answer
    on_applicability: bool  #: whether they differ on the question's applying at all

    @property
    def is_settled(self) -> bool:
        """Whether an agreed answer is recorded."""
        return self.standing.agreed is not None


@dataclass(frozen=True)
class DimensionAgreement:
    """How many questions of a dimension several raters answered, and on how many they agree."""

    dimension: str
    questions: int
    answered_by_several: int
    same: int
    dissent: tuple[Dissent, ...]


@dataclass(frozen=True)
class Pair:
    """
    Two raters over the questions that both answered on the scale.

    `difference` is the mean of the first one's worth less the second one's, from -1
    to 1: above 0 the first sees the city further on. Raters are offices and bodies.
    """

    first: str
    second: str
    questions: int
    same: int
    difference: float | None


@dataclass(frozen=True)
class Agreement:
    """Alpha over all questions, agreement and dissent by dimension, and who differs from whom."""

    alpha: Alpha
    dimensions: tuple[DimensionAgreement, ...]
    pairs: tuple[Pair, ...]


def agreement(position: Position, *, draws: int = 2000, seed: int = 0) -> Agreement:
    """
    How far the raters of one edition agree.

    Parameters
    ----------
    position
        One edition. `unknown`, "not applicable" and "outside our competence" are no
        ratings on a scale: for alpha they are missing.
    draws
        Resamples of the questions for the interval of alpha.
    seed
        Of the generator; the same seed gives the same bits.

    Returns
    -------
    agreement
        Alpha over what answers are worth: ordinal where every scale names options,
        interval where numbers or stages are among them. What the raters agreed on
        afterwards does not enter it: agreement is measured on what each said alone.
    """
    framework = position.framework
    raters = sorted({answer.rater for standing in position.standings for answer in standing.answers})
    worths = _worths(position, raters)
    return Agreement(
        alpha=krippendorff_alpha(worths, level=_level(position), draws=draws, seed=seed),
        dimensions=tuple(
            _dimension(dimension.id, framework, [s for s in position.standings if s.question.dimension == dimension.id])
            for dimension in framework.dimensions
        ),
        pairs=tuple(_pair(raters, worths, each) for each in combinations(range(len(raters)), 2)),
    )


def krippendorff_alpha(ratings: ArrayLike, *, level: Level, draws: int = 2000, seed: int = 0) -> Alpha:
    """
    Krippendorff's alpha with a bootstrap interval over questions.

    Parameters
    ----------
    ratings
        Numbers, shape (n_raters, n_questions); NaN where a rater did not answer.
    level
        What differences mean: `nominal`, `ordinal`, `interval` or `ratio` (no
        negative numbers).
    draws
        Resamples for the interval; 0 for none.
    seed
        Of the PCG64 generator.

    Returns
    -------
    alpha
        At most 1. The interval holds the middle 95 % of alpha over resamples of the
        questions with replacement, each with expected disagreement and ordinal
        distances of its own; resamples without variation have no alpha and are left
        out. Questions with fewer than two ratings pair nothing and are dropped first.

    References
    ----------
    Krippendorff (2011), section E: any number of raters, missing data, any level.

    Examples
    --------
    Two raters, three questions, one difference. By hand, nominal: 2 of the 6 values
    paired differ (2/6); of values 0, 0, 0, 1, 1, 1 chance makes 18 of 30 pairs differ;
    1 - (2/6)/(18/30)

    >>> found = krippendorff_alpha([[0, 1, 1], [0, 1, 0]], level="nominal", draws=0)
    >>> round(found.value, 4), found.caution
    (0.4444, 'few_questions')
    """
    table = np.asarray(ratings, np.float64)
    table = table[:, (~np.isnan(table)).sum(axis=0) >= 2] if table.ndim == 2 else np.empty((0, 0))
    questions, given = table.shape[1], int((~np.isnan(table)).sum())
    caution = "few_questions" if questions < FEWEST_QUESTIONS else ""
    nothing = Alpha(None, None, None, level, questions, given, 0, seed, caution=caution)
    if questions < 2:
        return replace(nothing, reason="no_overlap")
    values, codes = np.unique(table[~np.isnan(table)], return_inverse=True)
    if len(values) < 2:
        return replace(nothing, reason="no_variation")
    by_question = _coincidences(table, values, codes)
    value = _alphas(by_question.sum(axis=0)[np.newaxis], values, level)[0]
    resampled = _resampled(by_question, values, level, draws=draws, seed=seed)
    lower, upper = np.quantile(resampled, INTERVAL).tolist() if resampled.size else (None, None)
    return replace(nothing, value=float(value), lower=lower, upper=upper, draws=int(resampled.size))


def _coincidences(table: FloatArray, values: FloatArray, codes: np.ndarray) -> FloatArray:
    """Coincidence matrix of each question: its pairs of ratings by two raters, divided by ratings less one."""
    counts = np.zeros((table.shape[1], len(values)))
    np.add.at(counts, (np.nonzero(~np.isnan(table))[1], codes.ravel()), 1)
    pairs = counts[:, :, np.newaxis] * counts[:, np.newaxis, :]
    diagonal = np.arange(len(values))
    pairs[:, diagonal, diagonal] -= counts
    result: FloatArray = pairs / (counts.sum(axis=1) - 1)[:, np.newaxis, np.newaxis]
    return result


def _alphas(coincidences: FloatArray, values: FloatArray, level: Level) -> FloatArray:
    """Alpha of each coincidence matrix, shape (n, v, v) -> (n,); NaN without variation."""
    totals = coincidences.sum(axis=2)
    distances = _distances(totals, values, level)
    pairs = totals[:, :, np.newaxis] * totals[:, np.newaxis, :]
    seen = (coincidences * distances).sum(axis=(1, 2))
    expected = (pairs * distances).sum(axis=(1, 2)) / (totals.sum(axis=1) - 1)
    result: FloatArray = 1 - np.divide(seen, expected, out=np.full(len(seen), np.nan), where=expected > 0)
    return result


def _distances(totals: FloatArray, values: FloatArray, level: Level) -> FloatArray:
    """Squared distance of each two values; on the ordinal level it depends on how many ratings lie between them."""
    if level == "ordinal":
        places = np.cumsum(totals, axis=1) - totals / 2
        ordinal: FloatArray = (places[:, :, np.newaxis] - places[:, np.newaxis, :]) ** 2
        return ordinal
    gaps: FloatArray = values[:, np.newaxis] - values[np.newaxis, :]
    if level == "nominal":
        gaps = (gaps != 0).astype(np.float64)
    if level == "ratio":
        sums = values[:, np.newaxis] + values[np.newaxis, :]
        gaps = np.divide(gaps, sums, out=np.zeros_like(gaps), where=sums != 0)
    squared: FloatArray = gaps[np.newaxis] ** 2
    return squared


def _resampled(by_question: FloatArray, values: FloatArray, level: Level, *, draws: int, seed: int) -> FloatArray:
    """Alpha of each resample of the questions in which it exists."""
    questions = len(by_question)
    generator = np.random.Generator(np.random.PCG64(seed))
    taken = generator.multinomial(questions, np.full(questions, 1 / questions), size=draws)
    sums = (taken @ by_question.reshape(questions, -1)).reshape(draws, len(values), len(values))
    found = _alphas(sums, values, level)
    defined: FloatArray = found[~np.isnan(found)]
    return defined


def _worths(position: Position, raters: Sequence[str]) -> FloatArray:
    """What each rater's answer is worth, shape (n_raters, n_questions); NaN where it is on no scale."""
    at = {rater: row for row, rater in enumerate(raters)}
    found = np.full((len(raters), len(position.standings)), np.nan)
    for column, standing in enumerate(position.standings):
        scale = position.framework.scales[standing.question.scale]
        for answer in standing.answers:
            value = worth(scale, answer.value)
            # a third written in two ways is one value, not two
            found[at[answer.rater], column] = np.nan if value is None else round(value, 9)
    return found


def _level(position: Position) -> Level:
    kinds = {position.framework.scales[each.question.scale].kind for each in position.standings}
    return "ordinal" if kinds <= {"ordinal", "yes_no"} else "interval"


def _dimension(dimension: str, framework: Framework, standings: Sequence[Standing]) -> DimensionAgreement:
    several = [standing for standing in standings if len(_told(standing)) > 1]
    dissent = [found for standing in several if (found := _dissent(framework, standing)) is not None]
    return DimensionAgreement(
        dimension=dimension,
        questions=len(standings),
        answered_by_several=len(several),
        same=len(several) - len(dissent),
        dissent=tuple(dissent),
    )


def _told(standing: Standing) -> tuple[Answer, ...]:
    """The answers that say something: to know nothing is not to differ."""
    return tuple(answer for answer in standing.answers if answer.value != UNKNOWN)


def _dissent(framework: Framework, standing: Standing) -> Dissent | None:
    scale = framework.scales[standing.question.scale]
    told = _told(standing)
    worths = [value for answer in told if (value := worth(scale, answer.value)) is not None]
    apart = {answer.value for answer in told if worth(scale, answer.value) is None}
    differ = bool(worths) and max(worths) - min(worths) >= SAME
    on_applicability = len(apart) + bool(worths) > 1
    if not differ and not on_applicability:
        return None
    return Dissent(standing, tuple((answer.rater, answer.value) for answer in standing.answers), on_applicability)


def _pair(raters: Sequence[str], worths: FloatArray, rows: tuple[int, int]) -> Pair:
    gaps = worths[rows[0]] - worths[rows[1]]
    gaps = gaps[~np.isnan(gaps)]
    return Pair(
        first=raters[rows[0]],
        second=raters[rows[1]],
        questions=gaps.size,
        same=int((np.abs(gaps) < SAME).sum()),
        difference=float(gaps.mean()) if gaps.size else None,
    )
