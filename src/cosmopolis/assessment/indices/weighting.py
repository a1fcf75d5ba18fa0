"""
Weights: equal, given by name, or the loadings of a first principal component.

A weight says what one child may give up for another within its group; it is not
what the child contributes to the result (`relations.correlation_ratios` is).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cosmopolis.assessment.indices.structure import Indicator
from cosmopolis.assessment.indices.table import Index, check_choice, verb, with_report
from cosmopolis.errors import ContentError, Fault, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray

SOURCES = ("given", "equal", "pca", "pca_squared")
#: Two leading eigenvalues nearer than this share leave the direction of the first component open.
_TIED = 1e-8


@dataclass(frozen=True)
class Weighted:
    """The weight that a code has now, as a share of its sisters' weights."""

    code: str
    share: float


@verb
def weigh(index: Index, *, source: str = "given", weights: Mapping[str, float] | None = None) -> Index:
    """
    Set the weights of indicators and groups within their parents.

    Parameters
    ----------
    index
        Not yet aggregated; normalised for `pca` and `pca_squared`.
    source
        `given`: as declared in the structure. `equal`: all 1. `pca`: within each
        group of indicators, the loadings of the first principal component of
        their correlations, turned so that they add up to a positive number;
        refused if any is then not positive. `pca_squared`: the squares of the
        loadings, which add up to 1 and lose the sign; groups of groups keep their weights.
    weights
        Code -> weight, for those that differ from the source.

    Raises
    ------
    ContentError
        If a code is not there, a weight is not positive, or an option is unknown.
    MeasureUndefined
        Naming the group whose first component does not exist or gives no weights.
    """
    check_choice("source", source, SOURCES)
    structure = index.structure
    structure.check_codes(weights or {}, "weights")
    found = dict.fromkeys(structure.nodes, 1.0) if source == "equal" else {}
    if source.startswith("pca"):
        found = _component_weights(index, squared=source == "pca_squared")
    changed = structure.with_weights({**found, **(weights or {})})
    report = [Weighted(code, changed.share(code)) for code in changed.nodes]
    return with_report(index, *report, structure=changed)


def _component_weights(index: Index, *, squared: bool) -> dict[str, float]:
    if not index.scales:
        raise ContentError.at("indices.step_missing", step="normalise")
    found: dict[str, float] = {}
    faults: list[Fault] = []
    for group in index.structure.groups:
        codes = [each.code for each in index.structure.children(group.code) if isinstance(each, Indicator)]
        if len(codes) < 2:
            continue
        try:
            loadings = first_loadings(group.code, codes, np.column_stack([index.column(code) for code in codes]))
        except MeasureUndefined as undefined:
            faults += undefined.faults
            continue
        against = [code for code, loading in zip(codes, loadings, strict=True) if loading <= 0]
        if against and not squared:
            faults.append(Fault("indices.loadings_against", {"group": group.code, "codes": ", ".join(against)}))
        found |= dict(zip(codes, (loadings**2 if squared else loadings).tolist(), strict=True))
    if faults:
        raise MeasureUndefined(faults)
    return found


def first_loadings(group: str, codes: Sequence[str], values: FloatArray) -> FloatArray:
    """
    Loadings of the first principal component of the correlations, with a sum that is positive.

    Parameters
    ----------
    group
        The group's code, for errors.
    codes
        The columns' codes.
    values
        Complete, shape (areas, columns).

    Raises
    ------
    MeasureUndefined
        If a value is missing, a column does not vary, there are fewer areas than
        three, or the two largest eigenvalues are equal.
    """
    correlations = correlation_matrix(group, codes, values)
    eigenvalues, vectors = np.linalg.eigh(correlations)
    if eigenvalues[-1] - eigenvalues[-2] <= _TIED * eigenvalues[-1]:
        raise MeasureUndefined.at("indices.component_tied", group=group, value=float(eigenvalues[-1]))
    first = vectors[:, -1]
    return np.asarray(first * (1.0 if first.sum() >= 0 else -1.0), np.float64)


def correlation_matrix(group: str, codes: Sequence[str], values: FloatArray) -> FloatArray:
    """Pearson correlations of complete columns that vary; an error that names those that are not so."""
    missing = np.isnan(values)
    faults = [
        Fault("indices.too_few_values", {"code": code, "count": int((~gaps).sum()), "least": len(values)})
        for code, gaps in zip(codes, missing.T, strict=True)
        if gaps.any()
    ]
    faults += [
        Fault("indices.no_variation", {"code": code, "value": float(column[0])})
        for code, column, gaps in zip(codes, values.T, missing.T, strict=True)
        if not gaps.any() and np.ptp(column) == 0
    ]
    if len(values) < 3:
        faults.append(Fault("indices.too_few_areas", {"group": group, "count": len(values), "least": 3}))
    if faults:
        raise MeasureUndefined(faults)
    return np.asarray(np.corrcoef(values, rowvar=False), np.float64)
