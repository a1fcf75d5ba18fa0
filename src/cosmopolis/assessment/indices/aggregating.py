"""
From indicators to groups to the index: a mean per group, and one declared rule for what is missing.

The three means are one: transform, average with weights, transform back. Weighted
with w they are ordered harmonic <= geometric <= arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.assessment.indices.structure import MEANS, Group, Indicator, Mean
from cosmopolis.assessment.indices.table import Index, Scale, Scores, check_choice, verb, with_report
from cosmopolis.errors import ContentError, Fault, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray

MISSING_RULES = ("refuse", "least_share", "bounds")
#: A share of weight that is a sum of thirds is still two thirds.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Incomplete:
    """How many scores of a group rest on part of the weight, and how many could not be given."""

    code: str
    renormalised: int
    without_score: int


def arithmetic_mean(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """
    Weighted arithmetic mean over the last axis.

    Examples
    --------
    >>> float(arithmetic_mean([2, 8], [1, 2]))
    6.0
    """
    return _mean("arithmetic", _floats(values), _floats(weights))


def geometric_mean(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """
    Weighted geometric mean exp(sum w ln x / sum w) over the last axis.

    Raises
    ------
    MeasureUndefined
        If a value is zero or negative.

    Examples
    --------
    By hand: (2 x 8 x 8)^(1/3) = 128^(1/3)

    >>> round(float(geometric_mean([2, 8], [1, 2])), 4)
    5.0397
    """
    _check_positive("geometric", _floats(values))
    return _mean("geometric", _floats(values), _floats(weights))


def harmonic_mean(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """
    Weighted harmonic mean sum w / sum(w / x) over the last axis.

    Raises
    ------
    MeasureUndefined
        If a value is zero or negative.

    Examples
    --------
    By hand: 3 / (1/2 + 2/8) = 4

    >>> float(harmonic_mean([2, 8], [1, 2]))
    4.0
    """
    _check_positive("harmonic", _floats(values))
    return _mean("harmonic", _floats(values), _floats(weights))


def outranking(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """
    Share of the weight on which one area is ahead of another, equals counted half.

    Parameters
    ----------
    values
        Complete, more is better, shape (areas, indicators).
    weights
        Shape (indicators,), positive.

    Returns
    -------
    shares
        Shape (areas, areas): row ahead of column; the diagonal is one half.

    Examples
    --------
    The first area is ahead on the indicator of weight 3, the second on that of weight 1

    >>> outranking([[5, 1], [4, 2]], [3, 1]).tolist()
    [[0.5, 0.75], [0.25, 0.5]]
    """
    given, share = _floats(values), _floats(weights) / _floats(weights).sum()
    ahead = np.sign(given[:, np.newaxis, :] - given[np.newaxis, :, :])
    return np.asarray((ahead + 1) / 2 @ share, np.float64)


def copeland(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """
    How many areas each one outranks less how many outrank it.

    Examples
    --------
    >>> copeland([[5, 1], [4, 2]], [3, 1]).tolist()
    [1.0, -1.0]
    """
    return np.asarray(np.sign(outranking(values, weights) - 0.5).sum(axis=1), np.float64)


def forth(method: str, values: FloatArray) -> FloatArray:
    """The values as the mean averages them: themselves, logarithms or inverses."""
    if method == "arithmetic":
        return values
    return np.asarray(np.log(values) if method == "geometric" else 1 / values, np.float64)


def back(method: str, values: FloatArray) -> FloatArray:
    """The opposite of `forth`."""
    if method == "arithmetic":
        return values
    return np.asarray(np.exp(values) if method == "geometric" else 1 / values, np.float64)


def _mean(method: str, values: FloatArray, weights: FloatArray) -> FloatArray:
    return back(method, (forth(method, values) * weights).sum(axis=-1) / weights.sum(axis=-1))


def _floats(values: ArrayLike) -> FloatArray:
    return np.asarray(values, np.float64)


def _check_positive(method: str, values: FloatArray) -> None:
    wrong = values[values <= 0]
    if wrong.size:
        raise MeasureUndefined.at(
            "indices.not_positive", method=method, group="-", code="-", area="-", period="-", value=float(wrong[0])
        )


@verb
def aggregate(
    index: Index,
    *,
    method: Mean | None = None,
    methods: Mapping[str, Mean] | None = None,
    missing: str = "refuse",
    least_share: float = 0.65,
) -> Index:
    """
    Average the indicators upwards, group by group.

    Parameters
    ----------
    index
        Normalised.
    method
        One mean for every group; by default each group's own.
    methods
        Group -> mean, for those that differ.
    missing
        `refuse`: every value must be there. `least_share`: a score is given where
        at least that share of the weight is known, weights are renormalised over
        what is known, and the share stands beside the score. `bounds`: only
        complete scores have a value; every score has the lowest and the highest
        that the missing values allow between the ends of their scale.
    least_share
        Of the weight of a group's children, 0 to 1.

    Raises
    ------
    MeasureUndefined
        Under `refuse` for every missing cell; for a geometric or harmonic mean
        of a number that is not positive; for bounds where a scale has no ends.
    ContentError
        If an option is unknown, or a step before is missing.
    """
    check_choice("missing", missing, MISSING_RULES)
    for each in (method, *(methods or {}).values()):
        check_choice("method", each or "arithmetic", MEANS)
    if not 0 < least_share <= 1:
        raise ContentError.at(
            "indices.unknown_choice", option="least_share", value=str(least_share), known="0 < x <= 1"
        )
    everywhere = {group.code: method for group in index.structure.groups} if method else {}
    structure = index.structure.with_methods({**everywhere, **(methods or {})})
    if missing == "refuse":
        faults = tuple(index.missing())
        if faults:
            raise MeasureUndefined(faults)
    work = _Upwards(index, structure.upwards, missing, least_share)
    scores, report = work.scores(), work.report
    return with_report(index, *report, structure=structure, scores=scores)


class _Upwards:
    """Scores of groups, children before parents; lives for one call of `aggregate`."""

    def __init__(self, index: Index, groups: Sequence[Group], missing: str, least_share: float) -> None:
        self._index, self._groups = index, groups
        self._missing, self._least = missing, least_share
        self._scales = dict(index.scales)
        self._cells: dict[str, tuple[FloatArray, FloatArray, FloatArray]] = {}
        self._shares: dict[str, FloatArray] = {}
        self.report: list[Incomplete] = []
        for code in index.structure.codes:
            self._cells[code] = self._with_ends(code)

    def scores(self) -> Scores:
        """Of every group, in the order in which the structure declares them."""
        for group in self._groups:
            self._add(group)
        codes = tuple(group.code for group in self._index.structure.groups)
        value, lower, upper = (np.column_stack([self._cells[code][at] for code in codes]) for at in range(3))
        share = np.column_stack([self._shares[code] for code in codes])
        return Scores(codes, value, share, lower, upper)

    def _with_ends(self, code: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        value = self._index.column(code)
        if self._missing != "bounds":
            return value, value, value
        scale, unknown = self._scales[code], np.isnan(value)
        if unknown.any() and (scale.low is None or scale.high is None):
            raise MeasureUndefined.at("indices.scale_without_ends", code=code)
        return value, np.where(unknown, scale.low or 0.0, value), np.where(unknown, scale.high or 0.0, value)

    def _add(self, group: Group) -> None:
        children = self._index.structure.children(group.code)
        weights = np.array([child.weight for child in children])
        turned = [self._turned(child) for child in children]
        value, lower, upper = (np.column_stack([cells[at] for cells in turned]) for at in range(3))
        known = ~np.isnan(value)
        complete = known.all(axis=1)
        share = np.where(complete, 1.0, known @ weights / weights.sum())
        enough = complete if self._missing != "least_share" else share >= self._least - _ROUNDING
        averaged = np.where(enough, self._average(group, children, value, weights), np.nan)
        # a mean of bounds exists even where the value does not
        bounds = (
            (self._average(group, children, lower, weights), self._average(group, children, upper, weights))
            if self._missing == "bounds"
            else (averaged, averaged)
        )
        self._cells[group.code] = (averaged, *bounds)
        self._shares[group.code] = share
        self._scales[group.code] = self._scale(group, children)
        partial = int((enough & ~complete).sum())
        if partial or not enough.all():
            self.report.append(Incomplete(group.code, partial, int((~enough).sum())))

    def _turned(self, child: Indicator | Group) -> tuple[FloatArray, FloatArray, FloatArray]:
        """A child's cells as they enter the parent; only groups are turned here, indicators were when normalised."""
        value, lower, upper = self._cells[child.code]
        if isinstance(child, Indicator) or child.direction > 0:
            return value, lower, upper
        twice = 2 * self._scales[child.code].mirror
        return twice - value, twice - upper, twice - lower

    def _average(
        self, group: Group, children: Sequence[Indicator | Group], values: FloatArray, weights: FloatArray
    ) -> FloatArray:
        known = ~np.isnan(values)
        if group.method != "arithmetic":
            _check_cells(self._index, group, children, values)
        # a one stands for what is missing: it has a value under every mean, and no weight
        filled = forth(group.method, np.where(known, values, 1.0))
        counted = known * weights
        total = counted.sum(axis=1)
        # no weight at all: no mean, and the least share leaves such a row without a score
        nothing = total == 0
        means = (filled * counted).sum(axis=1) / np.where(nothing, 1.0, total)
        return np.where(nothing, np.nan, back(group.method, np.where(nothing, 1.0, means)))

    def _scale(self, group: Group, children: Sequence[Indicator | Group]) -> Scale:
        scales = {self._scales[child.code] for child in children}
        if len(scales) == 1:
            return scales.pop()
        if any(node.direction < 0 and node.code == group.code for node in self._groups):
            raise MeasureUndefined.at("indices.group_scale_mixed", group=group.code)
        return Scale(None, None, float("nan"))


def _check_cells(index: Index, group: Group, children: Sequence[Indicator | Group], values: FloatArray) -> None:
    faults = [
        Fault(
            "indices.not_positive",
            {
                "method": group.method,
                "group": group.code,
                "code": children[column].code,
                "value": float(values[row, column]),
                **index.place(int(row)),
            },
        )
        for row, column in zip(*np.nonzero(values <= 0), strict=True)
    ]
    if faults:
        raise MeasureUndefined(faults)
