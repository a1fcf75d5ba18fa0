"""
What a score rests on: thousands of draws over the choices behind it, and which of them moves it.

Four choices are drawn at once:

`weights`
    every weight of a question, topic and dimension, up to a quarter above or below
    the declared one, each on its own;
`partial`
    what "half" is worth, 0.25 to 0.75; other steps between nothing and complete on
    an ordinal scale move along (the worth is raised to the power that takes one half there);
`aggregation`
    the kind of mean over topics and over dimensions: arithmetic, geometric, and
    harmonic unless a part is certain to be 0; over questions it stays as the
    framework declares, because absent answers are usual in a checklist and would
    make every other mean of them nothing;
`unknowns`
    where open questions lie between their limits, all at the same height in one
    draw: a city that does not know tends not to know for one reason, and to draw
    each for itself would let the unknowns cancel out.

Values below `FLOOR` count as `FLOOR` in geometric and harmonic means.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7.
Saisana, Saltelli and Tarantola (2005), Journal of the Royal Statistical Society A 168(2), 307-323.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmopolis.assessment.aggregation import PLACED
from cosmopolis.assessment.scores import ROUNDING, scorecard, within_competence
from cosmopolis.assessment.sensitivity import Sensitivity, sobol
from cosmopolis.vocabulary.assessment import Position, Standing
from cosmopolis.vocabulary.framework import Category, Framework, Method
from cosmopolis.vocabulary.measurement import FloatArray

FACTORS: tuple[str, ...] = ("weights", "partial", "aggregation", "unknowns")
#: Declared range of the factors.
WEIGHT_RANGE = 0.25
PARTIAL_RANGE = (0.25, 0.75)
FLOOR = 0.01
QUANTILES = (0.05, 0.5, 0.95)
#: Sets of weights that the column `weights` picks from; each is as likely as any other.
_WEIGHT_SETS = 4096
#: Base points of the Sobol indices: six times as many evaluations.
_SOBOL_DRAWS = 4096


@dataclass(frozen=True)
class Spread:
    """
    Where a score lies over the draws: 5, 50 and 95 % quantiles, from 0 to 100, beside the declared value.

    `categories` is the share of draws in each category of the framework, in its order.
    """

    declared: float
    low: float
    median: float
    high: float
    categories: Mapping[str, float]


@dataclass(frozen=True)
class Robustness:
    """
    The spread of each score that was given, and what the overall one rests on.

    `dimensions` holds only dimensions whose presence has a value; `overall` and
    `sensitivity` are nothing unless all of them have one. `methods` are the means
    that were drawn.
    """

    draws: int
    seed: int
    methods: tuple[Method, ...]
    dimensions: Mapping[str, Spread]
    overall: Spread | None
    sensitivity: Sensitivity | None


@dataclass(frozen=True)
class _Level:
    """
    The parts of one level side by side, those of one mean next to each other.

    `starts` is where each mean's parts begin; `weights` has one row a set.
    """

    weights: FloatArray
    starts: NDArray[np.intp]


@dataclass(frozen=True)
class _Model:
    """Everything that a draw does not change: the limits of the questions, and the levels from below."""

    lower: FloatArray
    upper: FloatArray
    ordinal: NDArray[np.intp]  #: columns of questions on ordinal scales
    questions: _Level
    groups: _Level
    dimensions: _Level
    inner: Method
    methods: tuple[Method, ...]


def robustness(
    position: Position, *, draws: int = 10_000, seed: int = 0, sensitivity_draws: int = _SOBOL_DRAWS
) -> Robustness | None:
    """
    How far the scores of presence move over the choices behind them.

    Parameters
    ----------
    position
        One edition.
    draws
        At least 1.
    seed
        Of the PCG64 generators; the same seed gives the same bits.
    sensitivity_draws
        Base points of the Sobol indices of the overall score; 0 for none.

    Returns
    -------
    robustness
        Nothing where the framework does not score or no dimension has a score. What
        is not known enough for a score has no spread either: the middle of its draws
        would be one.

    See Also
    --------
    cosmopolis.assessment.sensitivity.sobol : first and total indices with their interval.
    """
    card = scorecard(position)
    declared = {
        each.dimension: each.presence.score.value
        for each in card.dimensions
        if each.presence.score is not None and each.presence.score.value is not None
    }
    if not declared:
        return None
    model = _model(position, tuple(declared), seed)
    points = np.random.Generator(np.random.PCG64((seed, 1))).random((draws, len(FACTORS)))
    scores = _dimension_scores(model, points)
    categories = position.framework.categories
    overall = card.overall.value if card.overall is not None else None
    return Robustness(
        draws=draws,
        seed=seed,
        methods=model.methods,
        dimensions={
            dimension: _spread(value, 100 * scores[:, at], categories)
            for at, (dimension, value) in enumerate(declared.items())
        },
        overall=None if overall is None else _spread(overall, _overall_scores(model, points, scores), categories),
        sensitivity=None if overall is None or not sensitivity_draws else _sensitivity(model, sensitivity_draws, seed),
    )


def _sensitivity(model: _Model, draws: int, seed: int) -> Sensitivity:
    def overall(points: FloatArray) -> FloatArray:
        return _overall_scores(model, points, _dimension_scores(model, points))

    return sobol(overall, FACTORS, draws=draws, seed=seed)


def _model(position: Position, dimensions: Sequence[str], seed: int) -> _Model:
    framework = position.framework
    standings = _in_order(framework, within_competence(framework, position.standings), dimensions)
    topics = [_group(framework, each) for each in standings]
    kinds = [framework.scales[each.question.scale].kind for each in standings]
    group_starts = _starts(topics)
    dimension_starts = _starts([topics[at][0] for at in group_starts])
    topic_weights = {(topic.dimension, topic.id): topic.weight for topic in framework.topics}
    dimension_weights = {dimension.id: dimension.weight for dimension in framework.dimensions}
    weights = np.array(
        [each.question.weight for each in standings]
        + [topic_weights.get(topics[at], 1.0) for at in group_starts]
        + [dimension_weights[dimension] for dimension in dimensions]
    )
    generator = np.random.Generator(np.random.PCG64((seed, 0)))
    moved = weights * (1 + WEIGHT_RANGE * (2 * generator.random((_WEIGHT_SETS, len(weights))) - 1))
    own, of_groups, of_dimensions = np.split(moved, [len(standings), len(standings) + len(group_starts)], axis=1)
    upper = np.array([each.upper for each in standings], np.float64)
    # a topic that is 0 whatever is answered has no harmonic mean; one that may be 0 has a floor
    can_rise = bool((np.maximum.reduceat(upper, group_starts) > 0).all())
    methods: tuple[Method, ...] = ("arithmetic", "geometric", "harmonic") if can_rise else ("arithmetic", "geometric")
    return _Model(
        lower=np.array([each.lower for each in standings], np.float64),
        upper=upper,
        ordinal=np.flatnonzero([kind == "ordinal" for kind in kinds]),
        questions=_Level(own, group_starts),
        groups=_Level(of_groups, dimension_starts),
        dimensions=_Level(of_dimensions, np.zeros(1, np.intp)),
        inner=framework.aggregation.method,
        methods=methods,
    )


def _in_order(framework: Framework, standings: Sequence[Standing], dimensions: Sequence[str]) -> list[Standing]:
    """The standings that are in a score, by dimension, then by topic if that is a level."""
    found = [each for each in standings if each.state in PLACED and each.question.dimension in dimensions]
    return sorted(found, key=lambda each: (dimensions.index(each.question.dimension), _group(framework, each)))


def _group(framework: Framework, standing: Standing) -> tuple[str, str]:
    by_topic = "topic" in framework.aggregation.levels
    return standing.question.dimension, standing.question.topic if by_topic else ""


def _starts(keys: Sequence[object]) -> NDArray[np.intp]:
    """Where in a sequence a new key begins."""
    return np.array([at for at, key in enumerate(keys) if at == 0 or key != keys[at - 1]], np.intp)


def _dimension_scores(model: _Model, points: FloatArray) -> FloatArray:
    """The scores of the dimensions from 0 to 1, shape (n, n_dimensions)."""
    worths, sets = _worths(model, points), _set(points)
    in_groups = _means(worths, model.questions.weights[sets], model.questions.starts, model.inner)
    return _drawn_means(model, points, in_groups, model.groups)


def _overall_scores(model: _Model, points: FloatArray, dimensions: FloatArray) -> FloatArray:
    """The overall score from 0 to 100, shape (n,)."""
    overall: FloatArray = 100 * _drawn_means(model, points, dimensions, model.dimensions)[:, 0]
    return overall


def _set(points: FloatArray) -> NDArray[np.intp]:
    return (points[:, FACTORS.index("weights")] * _WEIGHT_SETS).astype(np.intp)


def _worths(model: _Model, points: FloatArray) -> FloatArray:
    """What each question is worth in each draw, shape (n, n_questions)."""
    low, high = PARTIAL_RANGE
    partial = low + (high - low) * points[:, [FACTORS.index("partial")]]
    power = np.log(partial) / np.log(0.5)
    lower, upper = (_stretched(limits, model.ordinal, power) for limits in (model.lower, model.upper))
    result: FloatArray = lower + points[:, [FACTORS.index("unknowns")]] * (upper - lower)
    return result


def _stretched(limits: FloatArray, ordinal: NDArray[np.intp], power: FloatArray) -> FloatArray:
    """Limits a draw: those between nothing and complete on an ordinal scale raised to the draw's power."""
    result = np.tile(limits, (len(power), 1))
    # the same few worths come again and again: each is raised once a draw
    for value in np.unique(limits[ordinal]):
        if 0 < value < 1:
            result[:, ordinal[limits[ordinal] == value]] = value**power
    return result


def _drawn_means(model: _Model, points: FloatArray, values: FloatArray, level: _Level) -> FloatArray:
    """The means of a level, each draw with the kind of mean that it drew."""
    if len(level.starts) == values.shape[1]:
        return values
    kinds = (points[:, FACTORS.index("aggregation")] * len(model.methods)).astype(np.intp)
    sets = _set(points)
    result = np.empty((len(points), len(level.starts)))
    for kind, method in enumerate(model.methods):
        drawn = kinds == kind
        result[drawn] = _means(values[drawn], level.weights[sets[drawn]], level.starts, method)
    return result


def _means(values: FloatArray, weights: FloatArray, starts: NDArray[np.intp], method: Method) -> FloatArray:
    """The weighted means of neighbouring columns, shape (n, n_parts) -> (n, n_means)."""

    def total(parts: FloatArray) -> FloatArray:
        sums: FloatArray = np.add.reduceat(parts, starts, axis=1)
        return sums

    if method == "arithmetic":
        return total(values * weights) / total(weights)
    floored = np.maximum(values, FLOOR)
    if method == "harmonic":
        return total(weights) / total(weights / floored)
    geometric: FloatArray = np.exp(total(weights * np.log(floored)) / total(weights))
    return geometric


def _spread(declared: float, scores: FloatArray, categories: Sequence[Category]) -> Spread:
    low, median, high = np.quantile(scores, QUANTILES).tolist()
    ordered = sorted(categories, key=lambda each: each.least)
    # a rounding error below a threshold is on it
    at = np.searchsorted([each.least for each in ordered], scores + ROUNDING, side="right")
    shares = np.bincount(at, minlength=len(ordered) + 1) / len(scores)
    return Spread(
        declared, low, median, high, {each.id: float(share) for each, share in zip(ordered, shares[1:], strict=True)}
    )
