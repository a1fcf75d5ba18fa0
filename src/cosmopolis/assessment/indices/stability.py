"""
How far the result rests on choices: weights, normalisation, means, treatment, imputation.

Ranks appear here for one purpose: so that an analyst sees whether an order of
areas is stable at all. Cosmopolis publishes no ranking of cities, and an
unstable order is the best reason not to.

Draws with the same prepared data and the same means differ in their weights
alone. They are scored together, group by group, as one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmopolis.assessment.indices.aggregating import aggregate, back, forth
from cosmopolis.assessment.indices.structure import Group, Indicator, Structure
from cosmopolis.assessment.indices.table import Index, aggregated, check_choice, redone, without_columns
from cosmopolis.assessment.sensitivity import Sensitivity, sobol
from cosmopolis.errors import ContentError, Fault, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray

#: Numbers of one block of draws that are held at once: 16 MiB an array.
_CELLS = 1 << 21
#: Weight sets among which the sensitivity analysis chooses; the weights are one factor.
_WEIGHT_SETS = 512
#: Scores that agree to this many digits are equal: the order of a sum must not decide a rank.
_DIGITS = 9
_QUANTILES = (0.05, 0.5, 0.95)

Alternatives = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Weights:
    """
    How weights are drawn, for every indicator and group within its parent.

    `share`: each weight times a factor between 1 - spread and 1 + spread, evenly.
    `dirichlet`: the shares of a group's children come from a Dirichlet
    distribution round the declared shares; `spread` is the standard deviation of
    a share of one half (at most 0.49). `fixed`: as declared.
    """

    kind: str = "share"
    spread: float = 0.25


@dataclass(frozen=True)
class Stability:
    """
    One area in one period: its score and rank as declared, and the 5, 50 and 95 % points of the draws.

    Rank 1 is the highest score of the period; equals share the better rank. The
    score's points are nothing where the draws are not all on one scale.
    """

    area: str
    period: str
    score: float
    scores: tuple[float, float, float] | None
    rank: int
    ranks: tuple[float, float, float]


@dataclass(frozen=True)
class Robustness:
    """What came of the draws, area by area, and how far an area moves in the mean."""

    areas: tuple[Stability, ...]
    mean_rank_shift: float
    draws: int
    seed: int
    combinations: int


@dataclass(frozen=True)
class Removal:
    """The index without one indicator or group: how far scores and ranks move."""

    code: str
    mean_score_shift: float
    most_score_shift: float
    mean_rank_shift: float
    most_rank_shift: int
    most_moved: str  #: the area whose rank moves most; empty where none moves


@dataclass(frozen=True, eq=False)
class _Case:
    """One way to prepare and average: values by indicator, and a mean for every group."""

    values: FloatArray
    structure: Structure
    mirrors: Mapping[str, float]
    ends: object


def robustness(
    index: Index,
    *,
    draws: int,
    seed: int,
    weights: Weights | None = None,
    alternatives: Alternatives | None = None,
) -> Robustness:
    """
    Monte Carlo over weights and over named alternatives to any step.

    Parameters
    ----------
    index
        Aggregated and complete.
    draws
        How many; each alternative is as likely as any other of its step.
    seed
        Of the PCG64 generator.
    weights
        How weights are drawn.
    alternatives
        Step -> options to change, one mapping an alternative; `{}` is the step as
        declared: `{"normalise": [{}, {"method": "prank"}], "aggregate": [{},
        {"method": "geometric"}]}`.

    Returns
    -------
    robustness
        For the analyst's check of stability. Its ranks are not for publication.

    Raises
    ------
    MeasureUndefined
        If a value is missing, or an alternative does not exist for these data: none is passed over.
    ContentError
        If an alternative names a step that the index has not been through.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    how = _checked(weights or Weights(), draws)
    cases = _cases(index, alternatives or {})
    chosen = generator.integers(0, len(cases), draws)
    made = np.empty((draws, len(index.areas)))
    for number, case in enumerate(cases):
        at = np.flatnonzero(chosen == number)
        step = _block(index)
        for begun in range(0, at.size, step):
            rows = at[begun : begun + step]
            made[rows] = _scores(case, _drawn(case.structure, how, rows.size, generator))
    declared = aggregated(index).of(index.structure.top)
    here, ranks = _ranks(declared[np.newaxis], index)[0], _ranks(made, index)
    one_scale = len({case.ends for case in cases}) == 1
    points = np.quantile(ranks, _QUANTILES, axis=0).T.tolist()
    spans = np.quantile(made, _QUANTILES, axis=0).T.tolist() if one_scale else [None] * len(here)
    stabilities = tuple(
        Stability(
            index.areas[row],
            index.periods[row],
            float(declared[row]),
            _three(spans[row]),
            int(here[row]),
            (points[row][0], points[row][1], points[row][2]),
        )
        for row in range(len(here))
    )
    return Robustness(stabilities, float(np.abs(ranks - here).mean()), draws, seed, len(cases))


def _three(points: Sequence[float] | None) -> tuple[float, float, float] | None:
    return None if points is None else (points[0], points[1], points[2])


def _checked(weights: Weights, draws: int) -> Weights:
    check_choice("weights", weights.kind, ("share", "dirichlet", "fixed"))
    most = 0.49 if weights.kind == "dirichlet" else 0.99
    if not 0 <= weights.spread <= most or (weights.kind == "dirichlet" and weights.spread == 0):
        raise ContentError.at("indices.unknown_choice", option="spread", value=str(weights.spread), known=f"0 - {most}")
    if draws < 1:
        raise ContentError.at("indices.unknown_choice", option="draws", value=str(draws), known="1, 2, 3, ...")
    return weights


def _block(index: Index) -> int:
    return max(1, _CELLS // (len(index.areas) + len(index.structure.nodes)))


def _cases(index: Index, alternatives: Alternatives) -> tuple[_Case, ...]:
    """Every combination of alternatives, prepared; all that do not exist are told together."""
    faults: list[Fault] = []
    cases = []
    for edits in product(*alternatives.values()):
        try:
            made = redone(index, dict(zip(alternatives, edits, strict=True))) if any(edits) else index
            if made.areas != index.areas or made.structure.nodes.keys() != index.structure.nodes.keys():
                raise MeasureUndefined.at("indices.alternative_drops", step=", ".join(alternatives))
            cases.append(_case(made))
        except MeasureUndefined as undefined:
            faults += [fault for fault in undefined.faults if fault not in faults]
    if faults:
        raise MeasureUndefined(faults)
    return tuple(cases)


def _case(index: Index) -> _Case:
    aggregated(index)
    missing = tuple(index.missing())
    if missing:
        raise MeasureUndefined(missing)
    mirrors = {}
    for group in index.structure.groups:
        if group.direction < 0:
            mirrors[group.code] = index.scales[index.structure.leaves(group.code)[0]].mirror
    return _Case(index.values, index.structure, mirrors, frozenset(index.scales.values()))


def _drawn(structure: Structure, how: Weights, draws: int, generator: np.random.Generator) -> dict[str, FloatArray]:
    """Weights of each group's children as shares of 1, shape (children, draws)."""
    return {
        group.code: _shares(np.array([child.weight for child in structure.children(group.code)]), how, draws, generator)
        for group in structure.groups
    }


def _shares(weights: FloatArray, how: Weights, draws: int, generator: np.random.Generator) -> FloatArray:
    declared = weights / weights.sum()
    if how.kind == "dirichlet":
        # the variance of a share s is s (1 - s) / (concentration + 1)
        concentration = 0.25 / how.spread**2 - 1
        return np.asarray(generator.dirichlet(declared * concentration, draws).T, np.float64)
    spread = how.spread if how.kind == "share" else 0.0
    drawn = declared[:, np.newaxis] * generator.uniform(1 - spread, 1 + spread, (len(declared), draws))
    return np.asarray(drawn / drawn.sum(axis=0), np.float64)


def _scores(case: _Case, shares: Mapping[str, FloatArray]) -> FloatArray:
    """Scores of the index, shape (draws, rows), for each set of shares."""
    made: dict[str, FloatArray] = {}
    column = {code: at for at, code in enumerate(case.structure.codes)}
    for group in case.structure.upwards:
        children = case.structure.children(group.code)
        leaves = [at for at, child in enumerate(children) if isinstance(child, Indicator)]
        below = [at for at, child in enumerate(children) if isinstance(child, Group)]
        weights = shares[group.code]
        summed: FloatArray | float = 0.0
        if leaves:
            cells = case.values[:, [column[children[at].code] for at in leaves]]
            _check_positive(group, cells)
            summed = weights[leaves].T @ forth(group.method, cells).T
        for at in below:
            child = made.pop(children[at].code)
            if children[at].direction < 0:
                child = 2 * case.mirrors[children[at].code] - child
            _check_positive(group, child)
            summed = summed + weights[at][:, np.newaxis] * forth(group.method, child)
        made[group.code] = back(group.method, np.asarray(summed))
    return made[case.structure.top]


def _check_positive(group: Group, cells: FloatArray) -> None:
    if group.method != "arithmetic" and bool((cells <= 0).any()):
        raise MeasureUndefined.at(
            "indices.not_positive",
            method=group.method,
            group=group.code,
            code="-",
            area="-",
            period="-",
            value=float(cells.min()),
        )


def _ranks(scores: FloatArray, index: Index) -> NDArray[np.int64]:
    """Rank within each period, 1 the highest, equals at the better one; shape as given: (draws, rows)."""
    ranks = np.empty(scores.shape, np.int64)
    for rows in index.blocks("period"):
        # counted in the size of the scores, so that a tie is a tie in any unit
        size = float(np.abs(scores[:, rows]).max()) or 1.0
        falling = -np.round(scores[:, rows] / size, _DIGITS)
        order = np.argsort(falling, axis=1, kind="stable")
        ordered = np.take_along_axis(falling, order, axis=1)
        places = np.broadcast_to(np.arange(rows.size), ordered.shape)
        new = np.ones(ordered.shape, bool)
        new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        first = np.maximum.accumulate(np.where(new, places, 0), axis=1)
        block = np.empty(ordered.shape, np.int64)
        np.put_along_axis(block, order, first + 1, axis=1)
        ranks[:, rows] = block
    return ranks


def rank_sensitivity(
    index: Index,
    *,
    draws: int,
    seed: int,
    weights: Weights | None = None,
    alternatives: Alternatives | None = None,
) -> Sensitivity:
    """
    Which choice moves the areas: Sobol indices of the mean absolute shift in rank.

    The factors are `weights` and each step with alternatives. The weights, many
    numbers, are one factor: it chooses among 512 sets that are drawn beforehand. As
    the model then is a table, each cell is scored once and draws cost nothing.

    Parameters
    ----------
    index, seed, weights, alternatives
        As for `robustness`.
    draws
        Base points of the Sobol design.

    Raises
    ------
    MeasureUndefined, ContentError
        As for `robustness`.
    """
    how = _checked(weights or Weights(), draws)
    steps = alternatives or {}
    here = _ranks(aggregated(index).of(index.structure.top)[np.newaxis], index)
    cases = _cases(index, steps)
    shifts = np.array([np.abs(_set_ranks(case, how, index, seed) - here).mean(axis=1) for case in cases])
    counts = [len(each) for each in steps.values()]
    table = shifts.reshape(*counts, _WEIGHT_SETS)

    def shift(points: FloatArray) -> FloatArray:
        picked = (points * [*counts, _WEIGHT_SETS]).astype(np.intp)
        return np.asarray(table[tuple(picked.T)], np.float64)

    return sobol(shift, [*steps, "weights"], draws=draws, seed=seed)


def _set_ranks(case: _Case, how: Weights, index: Index, seed: int) -> NDArray[np.int64]:
    """Ranks of one case under each weight set; the same random numbers make the sets of every case."""
    generator = np.random.Generator(np.random.PCG64([seed, 1]))
    return _ranks(_scores(case, _drawn(case.structure, how, _WEIGHT_SETS, generator)), index)


def removals(index: Index) -> tuple[Removal, ...]:
    """
    What if: the index without each indicator and each group in turn.

    Everything else stays as it is: the prepared values, the other weights, the
    means and the rule for missing data.

    Parameters
    ----------
    index
        Aggregated.

    Returns
    -------
    removals
        In the order of the structure, without those that would leave nothing.

    Raises
    ------
    MeasureUndefined
        If a score is missing before or after.
    """
    before = _complete(index)
    return tuple(_removal(index, code, before, _complete(without(index, code))) for code in _removable(index))


def without(index: Index, code: str) -> Index:
    """An aggregated index without an indicator or a group, everything else as it was."""
    aggregated(index)
    options = dict(index.steps[-1].options)
    origin = index.origin and without_columns(index.origin, [code])
    bare = without_columns(replace(index, scores=None, steps=index.steps[:-1], origin=origin), [code])
    # the means are in the structure by now, also where a step had changed them
    kept = {name: value for name, value in options.items() if name in ("missing", "least_share")}
    return aggregate(bare, **kept)


def _removable(index: Index) -> Iterator[str]:
    every = set(index.structure.codes)
    return (code for code in index.structure.nodes if set(index.structure.leaves(code)) < every)


def _complete(index: Index) -> FloatArray:
    scores = aggregated(index).of(index.structure.top)
    faults = [
        Fault("indices.value_missing", {"code": index.structure.top, **index.place(int(row))})
        for row in np.flatnonzero(np.isnan(scores))
    ]
    if faults:
        raise MeasureUndefined(faults)
    return scores


def _removal(index: Index, code: str, before: FloatArray, after: FloatArray) -> Removal:
    shift = np.abs(after - before)
    ranks = _ranks(np.vstack([before, after]), index)
    moved = np.abs(ranks[1] - ranks[0])
    return Removal(
        code,
        float(shift.mean()),
        float(shift.max()),
        float(moved.mean()),
        int(moved.max()),
        index.areas[int(moved.argmax())] if moved.any() else "",
    )
