"""
Counts of one set of areas carried over to another: crosswalks for reforms of boundaries.

A crosswalk says which share of each old area lies in each new one, by surface, by
residents, or by a fine grid whose cells know both. Where an old area lies whole in
a new one the counts are exact; where it is split they are an estimate, whose
bounds are known: a piece holds between nobody and everybody of the group, and no
more of them than it has residents, where these are known.

Meant for cases such as Berlin's reform of 2021, when 447 planning areas became 542.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import Bounds, FloatArray

#: A piece with all but this share of its old area is that area whole.
_WHOLE = 1e-12


@dataclass(frozen=True)
class Crosswalk:
    """
    Which share of each old area lies in each new area.

    One row for each piece: the places of its old and its new area in `old` and
    `new`, the share of the old area's persons it is given, and its residents, where
    known (NaN otherwise). The shares of an old area add up to 1. Shape (n_pieces,).
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    old_place: NDArray[np.int64]
    new_place: NDArray[np.int64]
    share: FloatArray
    residents: FloatArray

    @property
    def split_areas(self) -> tuple[str, ...]:
        """Old areas that lie in several new ones: their counts can only be estimated."""
        pieces = np.bincount(self.old_place, minlength=len(self.old))
        return tuple(code for code, number in zip(self.old, pieces, strict=True) if number > 1)


@dataclass(frozen=True)
class CrosswalkError:
    """
    How far carried counts are from true ones.

    `misplaced` is the share of all persons who were put into a wrong area: half the
    sum of absolute differences over the true total. The others are in persons.
    """

    misplaced: float
    mean_absolute: float
    root_mean_square: float
    greatest: float


def areal_crosswalk(old: Sequence[str], new: Sequence[str], square_metres: ArrayLike) -> Crosswalk:
    """
    Crosswalk by surface: as if people lived evenly all over an old area.

    Parameters
    ----------
    old, new
        Codes of the old and the new area of each piece, where the two sets of
        boundaries overlap.
    square_metres
        Surface of each piece, shape (n_pieces,); slivers may be left in or out.

    Raises
    ------
    MeasureUndefined
        If lengths differ, a surface is bad, or an old area has none.

    References
    ----------
    Goodchild and Lam (1980), Geo-Processing 1, 297-312.

    Examples
    --------
    >>> walk = areal_crosswalk(["a", "a", "b"], ["p", "q", "q"], [30, 10, 20])
    >>> walk.share
    array([0.75, 0.25, 1.  ])
    """
    surfaces = checks.vector(square_metres)
    return crosswalk_of_pieces(old, new, surfaces, np.zeros(surfaces.size, np.bool_))


def population_crosswalk(old: Sequence[str], new: Sequence[str], persons: ArrayLike) -> Crosswalk:
    """
    Crosswalk by residents: as if every group lived where people live.

    Parameters
    ----------
    old, new
        Codes of the old and the new area of each piece.
    persons
        Residents of each piece, shape (n_pieces,): from a register by address, or a
        statistical office's own table of the reform.

    Returns
    -------
    crosswalk
        An old area without residents is left whole in the piece that is given first.

    Raises
    ------
    MeasureUndefined
        If lengths differ or a count is bad.

    Examples
    --------
    >>> walk = population_crosswalk(["a", "a", "b"], ["p", "q", "q"], [90, 10, 50])
    >>> walk.share
    array([0.9, 0.1, 1. ])
    """
    counts = checks.vector(persons)
    return crosswalk_of_pieces(old, new, counts, np.ones(counts.size, np.bool_))


def grid_crosswalk(
    old: Sequence[str], new: Sequence[str], persons: ArrayLike, *, are_residents: bool = True
) -> Crosswalk:
    """
    Crosswalk by a fine grid (dasymetric): its cells know both areas and their residents.

    Parameters
    ----------
    old, new
        Codes of the old and the new area of each cell: those that hold its centre.
    persons
        Residents of each cell, shape (n_cells,); or the surface of its dwellings.
    are_residents
        Whether these are the residents at the date of the counts, which bound them.

    Raises
    ------
    MeasureUndefined
        If lengths differ, a count is bad, or an old area has no dwellings.

    References
    ----------
    Mennis (2003), Professional Geographer 55(1), 31-42.

    Examples
    --------
    Four cells of one old area, three of them in the first new one.

    >>> walk = grid_crosswalk(["a"] * 4, ["p", "p", "p", "q"], [10, 5, 5, 20])
    >>> walk.new, walk.share
    (('p', 'q'), array([0.5, 0.5]))
    """
    counts = checks.vector(persons)
    return crosswalk_of_pieces(old, new, counts, np.full(counts.size, are_residents))


def carried(crosswalk: Crosswalk, counts: ArrayLike) -> FloatArray:
    """
    Counts of the old areas as estimates for the new ones; the total stays.

    Parameters
    ----------
    crosswalk
        Which share of each old area lies in each new one.
    counts
        Persons by old area, in the order of `crosswalk.old`: shape (n_old,) or
        (n_old, n_groups).

    Returns
    -------
    counts
        Persons by new area, in the order of `crosswalk.new`.

    Raises
    ------
    MeasureUndefined
        If a count is bad or there is not one for each old area.

    Examples
    --------
    >>> walk = areal_crosswalk(["a", "a", "b"], ["p", "q", "q"], [30, 10, 20])
    >>> carried(walk, [100, 40])
    array([75., 65.])
    """
    values = np.asarray(counts, np.float64)
    table = checks.matrix(values if values.ndim == 2 else values[:, None])
    checks.same_length(len(crosswalk.old), table.shape[0])
    found = np.zeros((len(crosswalk.new), table.shape[1]))
    np.add.at(found, crosswalk.new_place, crosswalk.share[:, None] * table[crosswalk.old_place])
    return found if values.ndim == 2 else found[:, 0]


def carried_interval(crosswalk: Crosswalk, counts: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """
    Counts known as intervals, as intervals of the same estimates.

    What is hidden stays an interval; the error of the crosswalk itself is not in it
    (see `carried_bounds`).

    Parameters
    ----------
    crosswalk, counts
        As for `carried`.

    Raises
    ------
    MeasureUndefined
        As for `carried`.

    Examples
    --------
    >>> from cosmopolis.vocabulary.measurement import between
    >>> walk = areal_crosswalk(["a", "a", "b"], ["p", "q", "q"], [30, 10, 20])
    >>> carried_interval(walk, between([4, 1], [8, 1])).upper
    array([6., 3.])
    """
    from cosmopolis.vocabulary.measurement import between

    return between(carried(crosswalk, counts.lower), carried(crosswalk, counts.upper))


def carried_bounds(crosswalk: Crosswalk, counts: Bounds[FloatArray]) -> Bounds[FloatArray]:
    """
    Least and greatest count of each new area, whatever the truth within the old ones.

    A piece of a split area holds at most all of the group, and no more than its
    residents; at least what the other pieces cannot hold. Each area's own bound is
    attained; those of several areas need not be at the same time.

    Parameters
    ----------
    crosswalk
        With residents of the pieces where known (by residents or by grid, at the
        date of the counts).
    counts
        Persons of a group in each old area, known or as intervals, shape (n_old,).

    Raises
    ------
    MeasureUndefined
        As for `carried`, or if a group is larger than its area's residents.

    Examples
    --------
    70 of a group in an area whose pieces have 90 and 10 residents.

    >>> from cosmopolis.vocabulary.measurement import between
    >>> walk = population_crosswalk(["a", "a"], ["p", "q"], [90, 10])
    >>> found = carried_bounds(walk, between([70], [70]))
    >>> found.lower, found.upper
    (array([60.,  0.]), array([70., 10.]))
    """
    from cosmopolis.vocabulary.measurement import between

    low, high = checks.vector(counts.lower), checks.vector(counts.upper)
    checks.same_length(len(crosswalk.old), low.size)
    checks.same_length(len(crosswalk.old), high.size)
    pieces = np.bincount(crosswalk.old_place, minlength=low.size)
    room = np.where(np.isnan(crosswalk.residents), np.inf, crosswalk.residents)
    all_room = np.bincount(crosswalk.old_place, weights=room, minlength=low.size)
    if bool(np.any((low > all_room * (1 + 1e-9)) & (pieces > 1))):
        row = int(((low > all_room * (1 + 1e-9)) & (pieces > 1)).argmax())
        raise MeasureUndefined.at(
            "neighbourhoods.more_than_residents", count=float(low[row]), residents=float(all_room[row]), row=row + 1
        )
    at, whole = crosswalk.old_place, pieces[crosswalk.old_place] == 1
    with np.errstate(invalid="ignore"):
        elsewhere = np.where(np.isfinite(all_room[at]), all_room[at] - room, np.inf)
    most = np.where(whole, high[at], np.minimum(high[at], room))
    least = np.where(whole, low[at], np.minimum(np.maximum(low[at] - elsewhere, 0.0), most))
    size = len(crosswalk.new)
    return between(
        np.bincount(crosswalk.new_place, weights=least, minlength=size),
        np.bincount(crosswalk.new_place, weights=most, minlength=size),
    )


def crosswalk_error(estimated: ArrayLike, true: ArrayLike) -> CrosswalkError:
    """
    How far carried counts are from counts that are known for the new areas.

    To judge a crosswalk: carry over something that is known for both sets of areas
    (all residents, or a group at a date with both), and look.

    Parameters
    ----------
    estimated, true
        Persons by new area, shape (n_new,).

    Raises
    ------
    MeasureUndefined
        If a count is bad, lengths differ, or nobody is there.

    Examples
    --------
    Ten of a hundred in the wrong area.

    >>> crosswalk_error([60, 40], [50, 50]).misplaced
    0.1
    """
    found, right = checks.vector(estimated), checks.vector(true)
    checks.same_length(found.size, right.size)
    if right.sum() <= 0:
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=right.size)
    away = np.abs(found - right)
    return CrosswalkError(
        float(away.sum() / (2 * right.sum())),
        float(away.mean()),
        float(np.sqrt((away**2).mean())),
        float(away.max()),
    )


def crosswalk_of_pieces(
    old: Sequence[str], new: Sequence[str], weights: FloatArray, counted: NDArray[np.bool_]
) -> Crosswalk:
    """
    Crosswalk by weights that are residents where they are `counted` and surfaces elsewhere.

    All pieces of an old area have weights of one kind, shape (n_pieces,).

    Raises
    ------
    MeasureUndefined
        If lengths differ, or an old area that goes by surface has none.
    """
    checks.same_length(len(old), len(new))
    checks.same_length(len(old), weights.size)
    old_codes, old_place = np.unique(np.asarray(old, np.str_), return_inverse=True)
    new_codes, new_place = np.unique(np.asarray(new, np.str_), return_inverse=True)
    # pieces of one old and one new area are one piece
    both, first_row, piece = np.unique(
        old_place.ravel() * new_codes.size + new_place.ravel(), return_index=True, return_inverse=True
    )
    weight, is_counted = np.bincount(piece.ravel(), weights=weights), counted[first_row]
    at, to = np.divmod(both, new_codes.size)
    total = np.bincount(at, weights=weight, minlength=old_codes.size)
    blank = (total[at] <= 0) & ~is_counted
    if bool(blank.any()):
        raise MeasureUndefined.at("neighbourhoods.area_without_surface", code=str(old_codes[at[int(blank.argmax())]]))
    # nobody to go by: the first piece stands for the whole
    first = np.r_[True, at[1:] != at[:-1]]
    share = np.divide(weight, total[at], out=first.astype(np.float64), where=total[at] > 0)
    # a piece without weight is no piece, unless it stands for the whole
    kept = share > _WHOLE
    known = np.where(is_counted, weight, np.nan)
    return Crosswalk(tuple(old_codes.tolist()), tuple(new_codes.tolist()), at[kept], to[kept], share[kept], known[kept])
