"""
Seven and one ways to bring indicators onto one scale, each with its direction.

`minmax`, `zscore`, `prank`, `borda` and `fracmax` look at the data, `scaled` and
`goalposts` at declared ends, `dist2targ` at a declared target. A method that
looks at the data sees all periods of a panel, or one at a time, as declared;
goalposts and targets are the same in every period.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, chapter 1.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.assessment.indices.structure import Indicator
from cosmopolis.assessment.indices.table import Index, Over, Scale, check_choice, verb, with_report
from cosmopolis.errors import ContentError, Fault, MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray

METHODS = ("minmax", "zscore", "scaled", "prank", "borda", "fracmax", "dist2targ", "goalposts")


def minmax(values: ArrayLike, *, direction: int = 1) -> FloatArray:
    """
    Share of the way from the worst value to the best: (x - min) / (max - min).

    Raises
    ------
    MeasureUndefined
        If all values are equal.

    Examples
    --------
    >>> minmax([2, 3, 6]).tolist(), minmax([2, 3, 6], direction=-1).tolist()
    ([0.0, 0.25, 1.0], [1.0, 0.75, 0.0])
    """
    given = _floats(values)
    low, high = _varied(given)
    # as two-sided quotient, so that both ends are exact
    return (given - low) / (high - low) if direction > 0 else (high - given) / (high - low)


def zscore(values: ArrayLike, *, direction: int = 1) -> FloatArray:
    """
    Distance from the mean in standard deviations (divisor n - 1).

    Raises
    ------
    MeasureUndefined
        If all values are equal, or there is only one.

    Examples
    --------
    By hand: mean 4, variance (9 + 1 + 16) / 2 = 13

    >>> zscore([1, 3, 8]).round(4).tolist()
    [-0.8321, -0.2774, 1.1094]
    """
    given = _floats(values)
    _varied(given)
    return np.asarray(direction * (given - np.nanmean(given)) / np.nanstd(given, ddof=1), np.float64)


def scaled(values: ArrayLike, ends: tuple[float, float], *, direction: int = 1) -> FloatArray:
    """
    Share of the way between two declared ends, not clipped: (x - a) / (b - a).

    Examples
    --------
    >>> scaled([5, 12], (0, 10)).tolist(), scaled([5, 12], (0, 10), direction=-1).tolist()
    ([0.5, 1.2], [0.5, -0.2])
    """
    first, second = ends if direction > 0 else ends[::-1]
    return (_floats(values) - first) / (second - first)


def goalposts(values: ArrayLike, ends: tuple[float, float], *, direction: int = 1) -> FloatArray:
    """
    Share of the way between two declared ends, clipped to 0 and 1.

    Examples
    --------
    >>> goalposts([1, 11, -1], (0, 10)).tolist()
    [0.1, 1.0, 0.0]
    >>> goalposts([1], (0, 10), direction=-1).tolist()
    [0.9]
    """
    return np.clip(scaled(values, ends, direction=direction), 0, 1)


def prank(values: ArrayLike, *, direction: int = 1) -> FloatArray:
    """
    Percentile rank: share of the other areas that are worse, ties counted as not worse.

    Raises
    ------
    MeasureUndefined
        If fewer than two values are known.

    Examples
    --------
    By hand: ranks 1, 2, 2, 4 less 1, over 3

    >>> prank([10, 20, 20, 30]).round(4).tolist()
    [0.0, 0.3333, 0.3333, 1.0]
    """
    places = borda(values, direction=direction)
    known = int((~np.isnan(places)).sum())
    if known < 2:
        raise MeasureUndefined.at("indices.too_few_values", code="-", count=known, least=2)
    return places / (known - 1)


def borda(values: ArrayLike, *, direction: int = 1) -> FloatArray:
    """
    How many areas are worse, ties counted as not worse: the rank less 1.

    Examples
    --------
    >>> borda([10, 20, 20, 30], direction=-1).tolist()
    [3.0, 1.0, 1.0, 0.0]
    """
    given = direction * _floats(values)
    known = np.sort(given[~np.isnan(given)])
    return np.where(np.isnan(given), np.nan, np.searchsorted(known, given, side="left"))


def fracmax(values: ArrayLike, *, direction: int = 1) -> FloatArray:
    """
    Share of the best value: x / max, or min / x where less is better.

    Raises
    ------
    MeasureUndefined
        If a value is negative, or the number divided by is zero.

    Examples
    --------
    >>> fracmax([2, 5]).tolist(), fracmax([2, 5], direction=-1).tolist()
    ([0.4, 1.0], [1.0, 0.4])
    """
    given = _floats(values)
    low, high = float(np.nanmin(given)), float(np.nanmax(given))
    if low < 0 or (high if direction > 0 else low) == 0:
        raise MeasureUndefined.at("indices.fracmax_undefined", code="-", value=low)
    return given / high if direction > 0 else low / given


def dist2targ(values: ArrayLike, target: float, *, direction: int = 1, capped: bool = False) -> FloatArray:
    """
    Share of the way from the worst value to the target; beyond it above 1, or 1 if capped.

    Raises
    ------
    MeasureUndefined
        If the worst value already reaches the target.

    Examples
    --------
    >>> dist2targ([0, 5, 11], 10).tolist()
    [0.0, 0.5, 1.1]
    """
    given = _floats(values)
    worst = float(np.nanmin(given) if direction > 0 else np.nanmax(given))
    if direction * (target - worst) <= 0:
        raise MeasureUndefined.at("indices.target_reached_by_all", code="-", target=target, value=worst)
    shares = (given - worst) / (target - worst)
    return np.minimum(shares, 1) if capped else shares


def _floats(values: ArrayLike) -> FloatArray:
    return np.asarray(values, np.float64)


def _varied(given: FloatArray) -> tuple[float, float]:
    known = given[~np.isnan(given)]
    if known.size == 0:
        raise MeasureUndefined.at("indices.too_few_values", code="-", count=0, least=2)
    if np.ptp(known) == 0:
        raise MeasureUndefined.at("indices.no_variation", code="-", value=float(known[0]))
    return float(known.min()), float(known.max())


@dataclass(frozen=True)
class Normalised:
    """How one indicator was normalised, and how many values its goalposts or cap clipped."""

    code: str
    method: str
    clipped: int


@dataclass(frozen=True)
class _Choice:
    """The options of `normalise`, together."""

    scale: tuple[float, float]
    moments: tuple[float, float]
    capped: bool
    over: Over
    methods: Mapping[str, str] = field(default_factory=dict)


@verb
def normalise(
    index: Index,
    *,
    method: str = "minmax",
    methods: Mapping[str, str] | None = None,
    scale: tuple[float, float] = (0.0, 100.0),
    moments: tuple[float, float] = (0.0, 1.0),
    capped: bool = False,
    over: Over = "all",
) -> Index:
    """
    Bring every indicator onto one scale on which more is better.

    Parameters
    ----------
    index
        Not yet normalised.
    method
        `minmax`, `zscore`, `scaled`, `prank`, `borda`, `fracmax`, `dist2targ` or `goalposts`.
    methods
        Indicator -> method, for those that differ.
    scale
        What 0 and 1 of the method become; not used by `zscore` and `borda`.
    moments
        Mean and standard deviation that `zscore` gives.
    capped
        Whether `dist2targ` stops at the target.
    over
        Whether a method that looks at the data sees `all` periods of a panel
        (scores comparable over time) or each `period` alone.

    Raises
    ------
    MeasureUndefined
        Naming every indicator for which the method has no value: no variation, a
        target that all have reached, negative values under `fracmax`, no value at
        all (between declared ends, that is a column of gaps).
    ContentError
        If an option is unknown, or an indicator lacks the goalposts or the target
        that its method needs, or lost their unit to a logarithm.
    """
    how = {code: (methods or {}).get(code, method) for code in index.structure.codes}
    index.structure.check_codes(methods or {}, "methods")
    for each in (method, *how.values()):
        check_choice("method", each, METHODS)
    check_choice("over", over, ("all", "period"))
    if not (np.isfinite(scale).all() and scale[0] < scale[1]):
        raise ContentError.at("indices.scale_reversed", first=scale[0], second=scale[1])
    if not (np.isfinite(moments).all() and moments[1] > 0):
        raise ContentError.at("indices.unknown_choice", option="moments", value=str(moments[1]), known="> 0")
    _raise_if(ContentError, _declaration_faults(index, how))
    choice = _Choice(scale, moments, capped, over, how)
    values, faults = _columns(index, choice)
    _raise_if(MeasureUndefined, iter(faults))
    most_areas = max(rows.size for rows in index.blocks(over))
    scales = {code: _scale(name, choice, most_areas) for code, name in how.items()}
    report = [Normalised(code, name, _clipped(index, code, name, choice)) for code, name in how.items()]
    return with_report(index, *report, values=values, scales=scales)


def _raise_if(kind: type[ContentError] | type[MeasureUndefined], faults: Iterator[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise kind(found)


def _declaration_faults(index: Index, how: Mapping[str, str]) -> Iterator[Fault]:
    for each in index.structure.indicators:
        name = how[each.code]
        needs = {"scaled": each.goalposts, "goalposts": each.goalposts, "dist2targ": each.target}
        if name in needs and needs[name] is None:
            yield Fault("indices.ends_missing", {"code": each.code, "method": name})
        elif name in needs and each.code in index.transformed:
            yield Fault("indices.ends_in_lost_unit", {"code": each.code, "method": name})


def _columns(index: Index, choice: _Choice) -> tuple[FloatArray, list[Fault]]:
    values, faults = np.full_like(index.values, np.nan), []
    for column, indicator in enumerate(index.structure.indicators):
        name = choice.methods[indicator.code]
        for rows in index.blocks(choice.over):
            given = index.values[rows, column]
            if np.isnan(given).all() and name not in ("scaled", "goalposts"):
                faults.append(Fault("indices.too_few_values", {"code": indicator.code, "count": 0, "least": 1}))
                continue
            try:
                values[rows, column] = _on_scale(given, indicator, name, choice)
            except MeasureUndefined as undefined:
                # the kernel does not know which indicator it was given
                faults += [
                    replace(fault, values={**fault.values, "code": indicator.code}) for fault in undefined.faults
                ]
    return values, faults


def _on_scale(given: FloatArray, indicator: Indicator, name: str, choice: _Choice) -> FloatArray:
    if name == "zscore":
        return choice.moments[0] + choice.moments[1] * zscore(given, direction=indicator.direction)
    if name == "borda":
        return borda(given, direction=indicator.direction)
    low, high = choice.scale
    return low + (high - low) * _share(given, indicator, name, capped=choice.capped)


def _share(given: FloatArray, indicator: Indicator, name: str, *, capped: bool) -> FloatArray:
    direction = indicator.direction
    if name in ("scaled", "goalposts"):
        ends = indicator.goalposts or (0.0, 1.0)
        return (scaled if name == "scaled" else goalposts)(given, ends, direction=direction)
    if name == "dist2targ":
        return dist2targ(given, indicator.target or 0.0, direction=direction, capped=capped)
    return {"minmax": minmax, "prank": prank, "fracmax": fracmax}[name](given, direction=direction)


def _scale(name: str, choice: _Choice, areas: int) -> Scale:
    """The ends that a method sets; a missing value lies between them if it would not have moved them itself."""
    low, high = choice.scale
    if name == "zscore":
        return Scale(None, None, choice.moments[0])
    if name == "borda":
        return Scale(0.0, float(areas - 1), (areas - 1) / 2)
    closed = name in ("minmax", "prank", "goalposts", "fracmax") or (name == "dist2targ" and choice.capped)
    return Scale(low, high, (low + high) / 2) if closed else Scale(None, None, (low + high) / 2)


def _clipped(index: Index, code: str, name: str, choice: _Choice) -> int:
    indicator, given = index.structure.nodes[code], index.column(code)
    assert isinstance(indicator, Indicator)
    if name == "goalposts" and indicator.goalposts:
        return int(((given < indicator.goalposts[0]) | (given > indicator.goalposts[1])).sum())
    if name == "dist2targ" and choice.capped and indicator.target is not None:
        return int((indicator.direction * (given - indicator.target) > 0).sum())
    return 0
