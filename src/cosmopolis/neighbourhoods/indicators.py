"""
The default indicators of a statement: how even, how mixed around people, how sure, and what chance would give.

Measures from rows of the long table to rows of it, as in `statement`, for the last
period. The interval is that of persons drawn anew: a register counts everybody, and
the interval then says what another draw of the same city would give. Where a
publisher withheld counts there is no such interval: the indices of `profile` have
attained bounds instead.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import two_groups
from cosmopolis.neighbourhoods.chance import expected_dissimilarity, information_theory_without_chance
from cosmopolis.neighbourhoods.inference import Estimate, Measure, estimate
from cosmopolis.neighbourhoods.statement import Cells, Row, Sides, last_cells, rows_of
from cosmopolis.vocabulary.table import Status


def default_indicators(frame: pl.DataFrame, *, sides: Sides, seed: int) -> pl.DataFrame:
    """
    Dissimilarity, isolation, exposure and information theory index, with interval and chance level.

    Parameters
    ----------
    frame
        Counts by area and group.
    sides
        The group, the rest, the areas.
    seed
        Of the draws behind the intervals.

    Returns
    -------
    rows
        Of the city, for the last period. `dissimilarity` and `information_theory` (unit
        `index`), `isolation` (the group's share where its average member lives, unit
        `share`) and `exposure` (the group's share where the average other person lives;
        it carries the code of the rest); `dissimilarity_by_chance` and
        `information_theory_by_chance`: what addresses drawn by lot would give. Of
        withheld counts only `exposure` and the chance levels, from the middle of their
        ranges, without interval, status E.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.
    Lieberson (1981), in: Ethnic Segregation in Cities, 61-82 (isolation, exposure).
    Winship (1977), Social Forces 55(4), 1058-1066 (chance).
    """
    cells = last_cells(frame, sides)
    try:
        return rows_of([] if cells is None else list(_told(cells, seed)))
    except MeasureUndefined:
        return rows_of([])  # one inhabited area, or nobody in the group: the indices of `profile` say so


def _told(cells: Cells, seed: int) -> Iterator[Row]:
    group, rest = np.round(cells.group), np.round(cells.rest)
    yield cells.row("dissimilarity_by_chance", "index", expected_dissimilarity(group, rest))
    expected = information_theory_without_chance(np.column_stack([group, rest])).expected
    yield cells.row("information_theory_by_chance", "index", min(1.0, expected))
    yield _exposure(cells, seed)
    if cells.status == Status.NORMAL:
        yield _sure(cells, "dissimilarity", "index", two_groups.dissimilarity, seed)
        yield _sure(cells, "information_theory", "index", two_groups.information_theory, seed)
        yield _sure(cells, "isolation", "share", _isolation, seed)


def _sure(cells: Cells, name: str, unit: str, measure: Measure, seed: int) -> Row:
    found = estimate(cells.group, cells.rest, measure=measure, seed=seed)
    return cells.row(name, unit, found.value, ends=_inside(found))


def _exposure(cells: Cells, seed: int) -> Row:
    found = estimate(cells.rest, cells.group, measure=_interaction, seed=seed)
    ends = _inside(found) if cells.status == Status.NORMAL else None
    return cells.row("exposure", "share", found.value, group=cells.sides.rest, ends=ends)


def _isolation(counts: ArrayLike) -> float:
    group, rest = np.asarray(counts).T
    return two_groups.isolation(group, rest)


def _interaction(counts: ArrayLike) -> float:
    group, rest = np.asarray(counts).T
    return two_groups.interaction(group, rest)


def _inside(found: Estimate) -> tuple[float, float]:
    """An interval of an index from 0 to 1: a mirrored one may stick out."""
    low, high = np.clip([found.low, found.high], 0, 1)
    return float(low), float(high)
