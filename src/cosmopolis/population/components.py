"""Why a population changed: births and deaths, moves in and out, and what does not add up."""

from __future__ import annotations

from dataclasses import dataclass

from cosmopolis.vocabulary.measurement import Bounds


@dataclass(frozen=True)
class ComponentsOfChange:
    """
    A population's change over a period and its parts, all in persons.

    `residual` is what the parts leave unexplained ("adj"): register corrections,
    boundary changes, moves nobody reported. It is shown, never spread.
    """

    change: float
    natural_change: float
    net_migration: float
    residual: float


@dataclass(frozen=True)
class ComponentsOfChangeBounds:
    """The least and the greatest of each component, in persons."""

    change: Bounds[float]
    natural_change: Bounds[float]
    net_migration: Bounds[float]
    residual: Bounds[float]


def natural_change(births: float, deaths: float) -> float:
    """
    Births less deaths of a period, in persons.

    Examples
    --------
    >>> natural_change(births=120, deaths=100)
    20
    """
    return births - deaths


def natural_change_bounds(births: Bounds[float], deaths: Bounds[float]) -> Bounds[float]:
    """
    Least and greatest natural change, both attained.

    Examples
    --------
    >>> natural_change_bounds(Bounds(10, 12), Bounds(7, 9))
    Bounds(lower=1, upper=5)
    """
    return Bounds(births.lower - deaths.upper, births.upper - deaths.lower)


def components_of_change(
    before: float, after: float, *, births: float, deaths: float, arrivals: float, departures: float
) -> ComponentsOfChange:
    """
    Split a population's change into natural change, net migration and a residual.

    Parameters
    ----------
    before, after
        Persons at the start and at the end of the period.
    births, deaths, arrivals, departures
        Events during the period.

    Returns
    -------
    components
        residual = after - before - (births - deaths) - (arrivals - departures)

    Examples
    --------
    1,000 became 1,030: 5 by births over deaths, 22 by moves, 3 unexplained.

    >>> components_of_change(1000, 1030, births=15, deaths=10, arrivals=80, departures=58)
    ComponentsOfChange(change=30, natural_change=5, net_migration=22, residual=3)
    """
    change = after - before
    natural, net = natural_change(births, deaths), arrivals - departures
    return ComponentsOfChange(change, natural, net, change - natural - net)


def components_of_change_bounds(
    before: Bounds[float],
    after: Bounds[float],
    *,
    births: Bounds[float],
    deaths: Bounds[float],
    arrivals: Bounds[float],
    departures: Bounds[float],
) -> ComponentsOfChangeBounds:
    """
    Least and greatest of each component; each is attained, not all at once.

    Examples
    --------
    >>> exact = Bounds(10, 10)
    >>> components_of_change_bounds(
    ...     exact, exact, births=Bounds(1, 4), deaths=exact, arrivals=exact, departures=exact).residual
    Bounds(lower=6, upper=9)
    """
    change = natural_change_bounds(after, before)
    natural, net = natural_change_bounds(births, deaths), natural_change_bounds(arrivals, departures)
    residual = Bounds(change.lower - natural.upper - net.upper, change.upper - natural.lower - net.lower)
    return ComponentsOfChangeBounds(change, natural, net, residual)
