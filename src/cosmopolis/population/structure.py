"""Sexes and ages: sex ratio, dependency ratios, and codes of age groups."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cosmopolis.errors import MeasureUndefined
from cosmopolis.vocabulary.measurement import Bounds
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN

#: Children, persons of working age, old persons: the three ages of a dependency ratio.
YOUNG, WORKING, OLD = "Y0T14", "Y15T64", "Y_GE65"

_AGE_GROUP = re.compile(r"Y(?:_GE(?P<open>\d+)|_LT(?P<under>\d+)|(?P<first>\d+)(?:T(?P<last>\d+))?)")


@dataclass(frozen=True)
class Dependency:
    """
    Persons outside working age for each person of working age (ratios, no unit).

    Times 100 they are the figures usually printed. `ageing_index` is old persons
    for each child; it is empty where there is no child. An accounting of ages,
    not of who supports whom.
    """

    total: float
    old_age: float
    youth: float
    ageing_index: float | None


@dataclass(frozen=True)
class DependencyBounds:
    """The least and the greatest of each ratio."""

    total: Bounds[float]
    old_age: Bounds[float]
    youth: Bounds[float]
    ageing_index: Bounds[float] | None


@dataclass(frozen=True)
class BroadAges:
    """
    Age groups put into the three broad ages.

    `mapping` leads from a code to `Y0T14`, `Y15T64` or `Y_GE65`; `unplaced` are
    the codes that lie across a border or name no age.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    unplaced: tuple[str, ...] = ()


def sex_ratio(men: float, women: float) -> float:
    """
    Men for each woman (times 100: men per 100 women).

    Raises
    ------
    MeasureUndefined
        If no woman is counted.

    Examples
    --------
    >>> sex_ratio(men=90, women=100)
    0.9
    """
    if not women > 0:
        raise MeasureUndefined.at("population.sex_ratio_without_women", men=men, women=women)
    return men / women


def sex_ratio_bounds(men: Bounds[float], women: Bounds[float]) -> Bounds[float]:
    """
    Least and greatest sex ratio, both attained.

    Raises
    ------
    MeasureUndefined
        If perhaps no woman is counted.

    Examples
    --------
    >>> sex_ratio_bounds(Bounds(3, 4), Bounds(5, 6))
    Bounds(lower=0.5, upper=0.8)
    """
    return Bounds(sex_ratio(men.lower, women.upper), sex_ratio(men.upper, women.lower))


def dependency(young: float, working: float, old: float) -> Dependency:
    """
    Dependency ratios from the persons of three ages.

    Parameters
    ----------
    young, working, old
        Persons aged 0 to 14, 15 to 64, 65 and over.

    Raises
    ------
    MeasureUndefined
        If nobody is of working age.

    Examples
    --------
    >>> dependency(young=20, working=100, old=30)
    Dependency(total=0.5, old_age=0.3, youth=0.2, ageing_index=1.5)
    """
    if not working > 0:
        raise MeasureUndefined.at("population.dependency_without_working_ages", young=young, old=old)
    ageing = old / young if young > 0 else None
    return Dependency((young + old) / working, old / working, young / working, ageing)


def dependency_bounds(young: Bounds[float], working: Bounds[float], old: Bounds[float]) -> DependencyBounds:
    """
    Least and greatest dependency ratios; each is attained, not all at once.

    Raises
    ------
    MeasureUndefined
        If perhaps nobody is of working age.

    Examples
    --------
    >>> dependency_bounds(Bounds(20, 20), Bounds(50, 100), Bounds(30, 30)).total
    Bounds(lower=0.5, upper=1.0)
    """
    least = dependency(young.lower, working.upper, old.lower)
    most = dependency(young.upper, working.lower, old.upper)
    ageing = Bounds(old.lower / young.upper, old.upper / young.lower) if young.lower > 0 else None
    return DependencyBounds(
        Bounds(least.total, most.total), Bounds(least.old_age, most.old_age), Bounds(least.youth, most.youth), ageing
    )


def age_years(code: str) -> tuple[int, int | None] | None:
    """
    First and last completed year of an age group; `None` for the last if it is open.

    Codes that name no age (`_T`, `_U`) give `None`.

    Examples
    --------
    >>> age_years("Y0T4"), age_years("Y_GE100"), age_years("Y7"), age_years("_U")
    ((0, 4), (100, None), (7, 7), None)
    """
    found = _AGE_GROUP.fullmatch(code)
    if found is None:
        return None
    if found["open"]:
        return int(found["open"]), None
    if found["under"]:
        return 0, int(found["under"]) - 1
    first = int(found["first"])
    return first, int(found["last"] or first)


def ages_of_span(codes: Iterable[str], span: str) -> Mapping[str, str]:
    """
    The age groups that together are a span of ages, each with the code of the span.

    Returns
    -------
    mapping
        Empty where the codes do not tell the span: a year lacks, is told twice, or
        belongs to a group that reaches beyond it.

    Examples
    --------
    >>> ages_of_span(["Y0T4", "Y5T9", "Y10T14", "_T"], "Y5T14")
    {'Y5T9': 'Y5T14', 'Y10T14': 'Y5T14'}
    >>> ages_of_span(["Y0T9", "Y10T14"], "Y5T14")
    {}
    """
    wanted = _open_ended(span)
    if wanted is None:
        return {}
    spans = ((years, code) for code in set(codes) if (years := _open_ended(code)) is not None)
    inside = sorted((years, code) for years, code in spans if wanted[0] <= years[0] and years[1] <= wanted[1])
    following: float = wanted[0]
    for (first, last), _ in inside:
        if first != following:
            return {}
        following = last + 1
    return {code: span for _, code in inside} if inside and following == wanted[1] + 1 else {}


def _open_ended(code: str) -> tuple[int, float] | None:
    """The first and the last year of an age group; a group without end ends at infinity."""
    years = age_years(code)
    return None if years is None else (years[0], math.inf if years[1] is None else years[1])


def broad_ages(codes: Iterable[str]) -> BroadAges:
    """
    Put age groups into children, working age and old where they nest.

    The total is left out of both answers; unknown ages count as unplaced.

    Examples
    --------
    >>> broad_ages(["Y10T14", "Y15T19", "Y60T69", "Y_GE70"])
    BroadAges(mapping={'Y10T14': 'Y0T14', 'Y15T19': 'Y15T64', 'Y_GE70': 'Y_GE65'}, unplaced=('Y60T69',))
    """
    places = {code: _broad_age(code) for code in sorted(set(codes) - {TOTAL})}
    mapping = {code: place for code, place in places.items() if place}
    return BroadAges(mapping, tuple(code for code, place in places.items() if not place))


def placed_ages(codes: Iterable[str]) -> Mapping[str, str]:
    """
    The mapping of `broad_ages`, when every known age has its place.

    Raises
    ------
    MeasureUndefined
        If an age group lies across 15 or 65 years: its persons would be lost.

    Examples
    --------
    >>> placed_ages(["Y0T14", "_U"])
    {'Y0T14': 'Y0T14'}
    """
    found = broad_ages(codes)
    across = [code for code in found.unplaced if code != UNKNOWN]
    if across:
        raise MeasureUndefined.at("population.ages_do_not_nest", ages=", ".join(across))
    return found.mapping


def _broad_age(code: str) -> str:
    years = age_years(code)
    if years is None:
        return ""
    for broad in (YOUNG, WORKING, OLD):
        first, last = age_years(broad) or (0, None)
        if years[0] >= first and (last is None or (years[1] is not None and years[1] <= last)):
            return broad
    return ""
