"""How indicators hang together: correlations, reliability, components, and what each really contributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.assessment.indices.structure import Group
from cosmopolis.assessment.indices.table import Index, aggregated, check_choice
from cosmopolis.assessment.indices.weighting import correlation_matrix
from cosmopolis.errors import ContentError, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True)
class Correlation:
    """
    Two children of one group.

    `value` is nothing where it does not exist: fewer than three areas know both,
    or one does not vary among them. `flag`: `negative` (they offset each other),
    `weak` (they share little), `redundant` (they count the same twice), or nothing.
    """

    group: str
    first: str
    second: str
    areas: int
    value: float | None
    flag: str


@dataclass(frozen=True)
class Flags:
    """From where a correlation is flagged; the defaults are those in common use, not a law."""

    negative: float = -0.4
    weak: float = 0.3
    redundant: float = 0.92


def correlations(index: Index, *, kind: str = "pearson", flags: Flags | None = None) -> tuple[Correlation, ...]:
    """
    Correlations of sister indicators, and of sister groups once they are aggregated.

    Parameters
    ----------
    index
        After any step; normalise first, or a direction of -1 shows as a negative correlation.
    kind
        `pearson`, or `spearman` (of ranks, ties at their mean rank).
    flags
        Thresholds.

    Returns
    -------
    pairs
        Group by group, over the areas that know both.
    """
    check_choice("kind", kind, ("pearson", "spearman"))
    return tuple(_pairs(index, kind, flags or Flags()))


def _pairs(index: Index, kind: str, flags: Flags) -> Iterator[Correlation]:
    for group in index.structure.groups:
        columns = {
            child.code: _score_column(index, child.code)
            for child in index.structure.children(group.code)
            if index.scores is not None or not isinstance(child, Group)
        }
        for (first, one), (second, other) in combinations(columns.items(), 2):
            both = ~np.isnan(one) & ~np.isnan(other)
            value = correlation(one[both], other[both], kind=kind)
            yield Correlation(group.code, first, second, int(both.sum()), value, _flag(value, flags))


def correlation(first: ArrayLike, second: ArrayLike, *, kind: str = "pearson") -> float | None:
    """
    Correlation of two complete columns; nothing where it does not exist.

    Examples
    --------
    By hand: ranks 1, 2, 3 and 1, 3, 2: 1 - 6 (0 + 1 + 1) / (3 x 8)

    >>> correlation([1, 5, 9], [2, 80, 7], kind="spearman")
    0.5
    """
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.size < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    if kind == "spearman":
        one, other = _mean_ranks(one), _mean_ranks(other)
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))


def _mean_ranks(values: FloatArray) -> FloatArray:
    ordered = np.sort(values)
    below, until = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    return np.asarray((below + until + 1) / 2, np.float64)


def _flag(value: float | None, flags: Flags) -> str:
    if value is None:
        return ""
    if value <= flags.negative:
        return "negative"
    if value >= flags.redundant:
        return "redundant"
    return "weak" if abs(value) < flags.weak else ""


def _score_column(index: Index, code: str) -> FloatArray:
    return aggregated(index).of(code) if isinstance(index.structure.nodes[code], Group) else index.column(code)


def cronbach_alpha(items: ArrayLike) -> float:
    """
    Reliability of a sum of items: k/(k-1) (1 - sum of variances / variance of the sum).

    Parameters
    ----------
    items
        Complete and on one scale, shape (areas, items).

    Raises
    ------
    MeasureUndefined
        If there are fewer than two items or areas, a value is missing, or the sum does not vary.

    References
    ----------
    Cronbach (1951), Psychometrika 16(3), 297-334.

    Examples
    --------
    By hand: variances 1 and 1, of the sum 3: 2 (1 - 2/3)

    >>> round(cronbach_alpha([[1, 2], [2, 1], [3, 3]]), 4)
    0.6667
    """
    given = np.asarray(items, np.float64)
    if given.ndim != 2 or min(given.shape) < 2 or np.isnan(given).any():
        raise MeasureUndefined.at("indices.alpha_undefined", items=given.shape[-1], areas=len(given))
    whole = float(given.sum(axis=1).var(ddof=1))
    if np.ptp(given.sum(axis=1)) == 0:
        raise MeasureUndefined.at("indices.alpha_undefined", items=given.shape[-1], areas=len(given))
    count = given.shape[1]
    return float(count / (count - 1) * (1 - given.var(axis=0, ddof=1).sum() / whole))


def group_alpha(index: Index, group: str) -> float:
    """Cronbach's alpha of the indicators anywhere below a group; normalise first."""
    return cronbach_alpha(_leaves(index, group)[1])


def explained(index: Index, group: str) -> tuple[float, ...]:
    """
    Share of the variance of a group's indicators that each principal component explains.

    Raises
    ------
    MeasureUndefined
        If a value is missing, an indicator does not vary, or there are fewer areas than three.
    """
    codes, values = _leaves(index, group)
    if len(codes) == 1:
        return (1.0,)
    eigenvalues = np.linalg.eigvalsh(correlation_matrix(group, codes, values))[::-1]
    return tuple((np.maximum(eigenvalues, 0) / len(codes)).tolist())


def _leaves(index: Index, group: str) -> tuple[Sequence[str], FloatArray]:
    index.structure.check_codes((group,), "group")
    codes = index.structure.leaves(group)
    return codes, np.column_stack([index.column(code) for code in codes])


@dataclass(frozen=True)
class Contribution:
    """
    What a child contributes to its group's score, against the weight it was given.

    `linear` is the squared correlation; `ratio` the correlation ratio, the share
    of the score's variance that goes when the child is known. Shares do not add up
    to 1 where children are correlated.
    """

    group: str
    code: str
    weight: float
    linear: float
    ratio: float


def correlation_ratios(index: Index, group: str = "", *, degree: int = 3) -> tuple[Contribution, ...]:
    """
    The main effect of each child (or indicator below the top) on the score of its group.

    The conditional mean is fitted by a polynomial, so that a bend is seen and the
    sample is not cut into bins.

    Parameters
    ----------
    index
        Aggregated and complete.
    group
        A group's code; by default the whole index, with all its indicators.
    degree
        Of the polynomial; the areas must be more than that by two.

    Raises
    ------
    MeasureUndefined
        If there are too few areas, or the score or a child is missing or does not vary.

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), Journal of the Royal Statistical Society A 176(3), 609-634.
    """
    code = group or index.structure.top
    score = aggregated(index).of(code)
    if degree < 1:
        raise ContentError.at("indices.unknown_choice", option="degree", value=str(degree), known="1, 2, 3, ...")
    if score.size < degree + 2:
        raise MeasureUndefined.at("indices.too_few_areas", group=code, count=score.size, least=degree + 2)
    weights = index.structure.effective_weights()
    codes = [child.code for child in index.structure.children(code)] if group else list(index.structure.codes)
    found = []
    for each in codes:
        column = _score_column(index, each)
        correlation_matrix(code, (code, each), np.column_stack([score, column]))
        linear, ratio = (_explained_by(column, score, power) for power in (1, degree))
        weight = index.structure.share(each) if group else weights[each]
        found.append(Contribution(code, each, weight, linear, ratio))
    return tuple(found)


def _explained_by(column: FloatArray, score: FloatArray, degree: int) -> float:
    # centred and scaled to -1 to 1: the powers of large numbers are hardly independent
    middle, half = (column.max() + column.min()) / 2, np.ptp(column) / 2
    powers = np.vander((column - middle) / half, degree + 1)
    fitted = powers @ np.linalg.lstsq(powers, score, rcond=None)[0]
    return float(np.clip(1 - ((score - fitted) ** 2).sum() / ((score - score.mean()) ** 2).sum(), 0, 1))
