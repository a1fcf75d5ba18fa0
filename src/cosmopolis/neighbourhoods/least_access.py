"""
The people with the least access: the worst-off tenth, and those below a minimum standard.

Everybody at one origin has the same access.

References
----------
Foster, Greer and Thorbecke (1984), Econometrica 52(3), 761-766.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.neighbourhoods.access import mean_access
from cosmopolis.neighbourhoods.checks import at_origins, between, same_length, some_group, vector
from cosmopolis.vocabulary.measurement import FloatArray


@dataclass(frozen=True, eq=False)
class WorstOff:
    """
    The tenth (or another share) of people with the least access.

    `mean`: their mean access; `everybody`: that of all; `highest`: the most that
    any of them has; `absolute`: everybody less them; `relative`: them over
    everybody, or nothing where nobody has access. `part`: the part of each
    origin's people who belong to them, shape (n_origins,); origins that tie at the
    edge belong to them in equal part.
    """

    mean: float
    everybody: float
    highest: float
    absolute: float
    relative: float | None
    part: FloatArray


@dataclass(frozen=True)
class Shortfall:
    """
    How many are below a minimum standard, and how far.

    `persons` below it; `share` of all (power 0); `depth`: mean lacking part of the
    standard (power 1); `severity`: the squared one (power 2); `lacking`: access
    that is missing in all, persons times unit of access.
    """

    persons: float
    share: float
    depth: float
    severity: float
    lacking: float


def worst_off(access: ArrayLike, people: ArrayLike, *, share: float = 0.1) -> WorstOff:
    """
    The people with the least access: how little they have, and where they live.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    share
        Which share of all people.

    Raises
    ------
    MeasureUndefined
        If nobody is counted.

    Examples
    --------
    The worst-off half of 4: one with 1 and one of the three with 3.

    >>> found = worst_off([1, 3], [1, 3], share=.5)
    >>> found.mean, found.everybody, found.absolute
    (2.0, 2.5, 0.5)
    """
    between("share", share, 0, 1)
    values, persons = at_origins(access, people)
    everybody = mean_access(values, persons)
    part, highest = _worst_part(values, persons, share)
    mean = mean_access(values, persons * part)
    relative = mean / everybody if everybody > 0 else None
    return WorstOff(mean, everybody, highest, everybody - mean, relative, part)


def share_among(worst: WorstOff, members: ArrayLike, people: ArrayLike) -> float:
    """
    Share of a group among the worst-off people.

    Parameters
    ----------
    worst
        What `worst_off` found with these people.
    members
        Persons of the group at each origin, among the people, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).

    Examples
    --------
    >>> share_among(worst_off([1, 3], [2, 2], share=.5), [2, 0], [2, 2])
    1.0
    """
    inside, persons = vector(members), vector(people)
    same_length(inside.size, worst.part.size)
    return float(worst.part @ inside / (worst.part @ persons))


def shortfall(access: ArrayLike, people: ArrayLike, *, standard: float) -> Shortfall:
    """
    Who is below a minimum standard of access, and by how much.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    standard
        The least access anybody should have, above 0.

    Raises
    ------
    MeasureUndefined
        If nobody is counted.

    References
    ----------
    Foster, Greer and Thorbecke (1984), Econometrica 52(3), 761-766.

    Examples
    --------
    One of four lacks half of the standard:

    >>> shortfall([1, 2], [1, 3], standard=2)
    Shortfall(persons=1.0, share=0.25, depth=0.125, severity=0.0625, lacking=1.0)
    """
    between("standard", standard, 0, np.inf)
    values, persons = at_origins(access, people)
    some_group(persons)
    below = values < standard
    lack = np.where(below, (standard - values) / standard, 0.0)
    everybody = persons.sum()
    below_persons = float(persons[below].sum())
    return Shortfall(
        persons=below_persons,
        share=below_persons / float(everybody),
        depth=float(persons @ lack / everybody),
        severity=float(persons @ lack**2 / everybody),
        lacking=float(persons @ lack * standard),
    )


def _worst_part(values: FloatArray, persons: FloatArray, share: float) -> tuple[FloatArray, float]:
    """The part of each origin's people among the worst off, and the access at the edge."""
    order = np.argsort(values, kind="stable")
    y, held = values[order], np.cumsum(persons[order])
    wanted = share * held[-1]
    edge = float(y[int(np.searchsorted(held, wanted))])
    below, tied = values < edge, values == edge
    part = below.astype(np.float64)
    part[tied] = (wanted - persons[below].sum()) / persons[tied].sum()
    return np.clip(part, 0.0, 1.0), edge
