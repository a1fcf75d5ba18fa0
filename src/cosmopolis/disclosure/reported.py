"""Persons whom the owner of a project reports: no table of ours, and still people."""

from __future__ import annotations

from cosmopolis.vocabulary.report import About

#: A count below this is not told: a course with four pupils names them.
LEAST_TOLD = 10


def reported(persons: int) -> About:
    """
    Round a count of persons that a practice or a meeting reports.

    Parameters
    ----------
    persons
        How many, as its owner wrote it down.

    Returns
    -------
    about
        The count to the nearest ten (half to even), or no number below ten.

    Examples
    --------
    >>> reported(324), reported(9)
    (About(persons=320), About(persons=None))
    """
    return About(None if persons < LEAST_TOLD else round(persons / 10) * 10)
