"""
What if: homes or a reception centre at a site, and the profile and contexts that follow.

Sums around every cell are kept, so that a change at one cell touches only the
cells that see it. The result is that of a full computation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.contexts import (
    USUAL_K,
    Contexts,
    Searched,
    checked_ks,
    contexts_of,
    in_units,
    places_of,
    search,
    searched,
)
from cosmopolis.neighbourhoods.grid import Grid, Whole, WholeCounts, whole_counts
from cosmopolis.neighbourhoods.spatial import ScaleProfile, SpatialIndices, indices_of, kept_persons
from cosmopolis.neighbourhoods.surroundings import (
    checked_radii,
    half_widths,
    kernel_of,
    logs_of,
    row_sums,
    squared_cells,
)

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

_AT_ONCE = 1024
#: Units that rounding may leave of a cell whose people with fractions have all left.
_ROUNDED = 4


@dataclass(frozen=True, eq=False)
class _Seen:
    """
    What is kept of every populated place of the city, in reading order.

    `places` (n, 2) row and column, `own` (n_groups, n) persons there, `around`
    (n_radii, n_groups, n) persons in the disc of each squared radius of `squares`
    (the first is 0: the cell itself), `sums` what `spatial.indices_of` takes.
    Persons are in units.
    """

    squares: list[int]
    places: NDArray[np.int32]
    own: Whole
    around: Whole
    sums: FloatArray


@dataclass(frozen=True, eq=False)
class WhatIf:
    """
    A city's profile and contexts, ready for a change; make one with `what_if`.

    `grid`, `profile` and `contexts` are those of the city with all changes so far.
    """

    grid: Grid
    profile: ScaleProfile
    contexts: Contexts
    _counts: WholeCounts
    _persons: FloatArray
    _on: Searched
    _seen: _Seen

    def with_change(self, cell: tuple[int, int], added: ArrayLike) -> WhatIf:
        """
        The same city with people more or fewer in one cell.

        Parameters
        ----------
        cell
            Row and column of a cell of the city (see `Grid.cell_of`).
        added
            Persons of each group who come, below 0 for those who leave, shape (n_groups,).

        Returns
        -------
        changed
            A new `WhatIf`; this one stays as it is, so that changes can be compared.

        Raises
        ------
        MeasureUndefined
            If the cell is not the city's, more people leave than live there, a group
            comes that nobody in the city belongs to, or what is left has no index.
        """
        _check_cell(self.grid, cell)
        step = _step(added, self._counts, cell)
        counts = _changed_whole(self._counts, cell, step)
        changed = _changed_counts(self.grid, counts, cell)
        persons = self._persons + step
        lived, live = (bool(one.cells[:, cell[0], cell[1]].any()) for one in (self._counts, counts))
        row = _row_of(self._seen.places, cell)
        contexts = self.contexts
        if lived and not live:
            contexts = _reshaped(contexts, lambda table: np.delete(table, row, axis=0))
        elif live and not lived:
            contexts = _reshaped(contexts, lambda table: np.insert(table, row, 0, axis=0))
            contexts.places[row] = cell
            contexts.squares[row] = -1
        else:
            contexts = _reshaped(contexts, np.copy)
        seen = _changed_seen(self._seen, cell, step, counts, row if lived != live else None)
        _check_left(persons, seen.places)
        seen = _with_distance(seen, persons)
        if live:
            contexts.persons[row] = changed.counts[cell]
        on = replace(self._on, lanes=_changed_lanes(self._on.lanes, cell, step), everybody=counts.total)
        _search_again(on, contexts, cell)
        like = replace(self.profile, persons=self.profile.persons + np.asarray(added, np.float64))
        return WhatIf(changed, _profiled(like, counts, persons, seen), contexts, counts, persons, on, seen)


def what_if(where: Grid, radii_metres: Sequence[float], ks: Sequence[float] = USUAL_K) -> WhatIf:
    """
    Prepare a city for changes at single cells.

    Parameters
    ----------
    where
        Persons on a grid.
    radii_metres
        Radii of the discs of the profile.
    ks
        Sizes of the contexts.

    Raises
    ------
    MeasureUndefined
        As `scale_profile` and `nearest_contexts` do.

    Examples
    --------
    Two cells of one group each; people of the other group come to the first.

    >>> from cosmopolis.neighbourhoods.grid import grid
    >>> city = what_if(grid([[[5, 0], [0, 5]]], cell_metres=100), [100], [5])
    >>> changed = city.with_change((0, 0), [0, 5])
    >>> round(float(city.profile.own.dissimilarity[0]), 4), round(float(changed.profile.own.dissimilarity[0]), 4)
    (1.0, 0.5)
    """
    radii = checked_radii(radii_metres, where.cell_metres)
    wanted = checked_ks(ks)
    counts = whole_counts(where)
    places = places_of(where)
    on = searched(counts.cells, in_units(wanted, counts.scale), counts.total)
    contexts = contexts_of(where, counts, wanted, places, search(on, places))
    persons = kept_persons(where, counts)
    seen = _with_distance(_seen(counts, places, [0, *squared_cells(radii, where.cell_metres)]), persons)
    nothing = SpatialIndices(*(np.empty(0) for _ in range(4)))
    like = ScaleProfile(
        radii, nothing, nothing, kernel_of("disc"), where.cell_metres, 0, where.persons, where.halo_persons
    )
    return WhatIf(where, _profiled(like, counts, persons, seen), contexts, counts, persons, on, seen)


def _seen(counts: WholeCounts, places: NDArray[np.int32], squares: list[int]) -> _Seen:
    """Everything but the summed distance from the city's shares, which `_with_distance` adds."""
    from cosmopolis.neighbourhoods.kernels import by_rows, disc_sums

    cells, n = counts.cells, places.shape[0]
    half, prefix = half_widths(squares, max(cells.shape[1:])), row_sums(cells)
    around = np.zeros((len(squares), cells.shape[0], n), cells.dtype)

    def sums(first: int, last: int) -> None:
        disc_sums(prefix, half, places, first, last, around)

    by_rows(sums, n, at_once=_AT_ONCE)
    own = np.ascontiguousarray(cells[:, places[:, 0], places[:, 1]])
    made = _Seen(squares, places, own, around, np.zeros((len(squares), 3 + cells.shape[0] ** 2)))
    return replace(made, sums=_parts(made, [np.arange(n)] * len(squares), logs_of(counts)))


def _parts(seen: _Seen, here: Sequence[NDArray[np.intp]], table: FloatArray) -> FloatArray:
    """Sums over some places for each radius, without the distance from the city's shares."""
    from cosmopolis.neighbourhoods.kernels import terms_of

    parts = np.zeros_like(seen.sums)
    for radius, some in enumerate(here):
        around, own = np.ascontiguousarray(seen.around[radius][:, some]), seen.own[:, some]
        shares, residents = around / around.sum(axis=0), own.sum(axis=0)
        terms = np.zeros((2, some.size))
        terms_of(around, table, 0, some.size, terms)
        parts[radius, [0, 2]] = (residents * terms).sum(axis=1)
        parts[radius, 3:] = [(members * share).sum() for members in own for share in shares]
    return parts


def _with_distance(seen: _Seen, persons: FloatArray) -> _Seen:
    """The summed distance from the city's shares, which moves everywhere when these do."""
    from cosmopolis.neighbourhoods.kernels import by_rows, distances

    shares, residents = persons / persons.sum(), seen.own.sum(axis=0, dtype=np.float64)
    sums = seen.sums.copy()

    def work(first: int, last: int) -> None:
        distances(seen.around, residents, shares, first, last, sums)

    by_rows(work, len(seen.squares), at_once=-(-len(seen.squares) // 4))
    return replace(seen, sums=sums)


def _changed_seen(
    seen: _Seen, cell: tuple[int, int], step: NDArray[np.int64], counts: WholeCounts, moved: int | None
) -> _Seen:
    """
    The sums of the places that see the cell, with their entropy and diversity.

    `moved` is the row that comes or goes, if the cell was empty or becomes so.
    """
    table = logs_of(counts)
    sums = seen.sums - _parts(seen, _within(seen, cell), table)
    around, places, own = seen.around, seen.places, seen.own
    if moved is None:
        around, own = around.copy(), own.copy()
    elif counts.cells[:, cell[0], cell[1]].any():
        around, own = (np.ascontiguousarray(np.insert(one, moved, 0, axis=-1)) for one in (around, own))
        places = np.insert(places, moved, np.array(cell, np.int32), axis=0)
        around[:, :, moved] = _discs(counts, cell, seen.squares) - step
    else:
        around, own = (np.ascontiguousarray(np.delete(one, moved, axis=-1)) for one in (around, own))
        places = np.delete(places, moved, axis=0)
    changed = _Seen(seen.squares, places, own, around, sums)
    here = _within(changed, cell)
    for radius, some in enumerate(here):
        around[radius][:, some] += step[:, None].astype(around.dtype)
    own[:, np.flatnonzero(_squared(places, cell) == 0)] += step[:, None].astype(own.dtype)
    return replace(changed, sums=sums + _parts(changed, here, table))


def _within(seen: _Seen, cell: tuple[int, int]) -> list[NDArray[np.intp]]:
    """The places that see the cell, for each radius."""
    squared = _squared(seen.places, cell)
    near = np.flatnonzero(squared <= max(seen.squares))
    squared = squared[near]
    return [near[squared <= most] for most in seen.squares]


def _discs(counts: WholeCounts, cell: tuple[int, int], squares: list[int]) -> Whole:
    """Persons in the discs around one cell, (n_radii, n_groups)."""
    _, rows, columns = counts.cells.shape
    squared = (np.arange(rows)[:, None] - cell[0]) ** 2 + (np.arange(columns) - cell[1]) ** 2
    return np.array([[one[squared <= most].sum(dtype=np.int64) for one in counts.cells] for most in squares])


def _check_cell(where: Grid, cell: tuple[int, int]) -> None:
    rows, columns = where.inside.shape
    if not (0 <= cell[0] < rows and 0 <= cell[1] < columns and where.inside[cell]):
        raise MeasureUndefined.at("neighbourhoods.cell_not_in_city", row=int(cell[0]), column=int(cell[1]))


def _step(added: ArrayLike, counts: WholeCounts, cell: tuple[int, int]) -> NDArray[np.int64]:
    """The change in units of the whole counts, of the groups that the city has."""
    people = np.asarray(added, np.float64)
    checks.same_length(counts.kept.size, people.size)
    checks.vector(np.abs(people))
    if bool(people[~counts.kept].any()):
        raise MeasureUndefined.at("neighbourhoods.group_without_residents", group=0.0)
    units = people[counts.kept] * counts.scale
    most = 2**31 - 1 if counts.cells.dtype == np.int32 else 2**53
    checks.between("added", float(np.abs(units).sum()) / counts.scale, -1, float(most - counts.total) / counts.scale)
    if counts.scale == 1.0 and not np.array_equal(units, np.rint(units)):
        bad = people[counts.kept][units != np.rint(units)]
        raise MeasureUndefined.at("neighbourhoods.change_with_fraction", added=float(bad[0]))
    here = counts.cells[:, cell[0], cell[1]].astype(np.int64)
    left = here + np.rint(units).astype(np.int64)
    if counts.scale != 1.0:
        # a rest of a few units is what rounding leaves of nobody
        left[np.abs(left) <= _ROUNDED] = 0
    checks.vector(left / counts.scale)
    return np.asarray(left - here)


def _changed_counts(where: Grid, whole: WholeCounts, cell: tuple[int, int]) -> Grid:
    counts = where.counts.copy()
    counts[cell][whole.kept] = whole.cells[:, cell[0], cell[1]] / whole.scale
    return replace(where, counts=counts)


def _changed_whole(counts: WholeCounts, cell: tuple[int, int], step: NDArray[np.int64]) -> WholeCounts:
    cells = counts.cells.copy()
    cells[:, cell[0], cell[1]] += step.astype(cells.dtype)
    return replace(counts, cells=cells)


def _check_left(persons: FloatArray, places: NDArray[np.int32]) -> None:
    checks.some_areas(places.shape[0])
    if not bool((persons > 0).all()):
        raise MeasureUndefined.at("neighbourhoods.group_without_residents", group=float(persons.min()))


def _reshaped(contexts: Contexts, made: Callable[[NDArray[Any]], NDArray[Any]]) -> Contexts:
    """Contexts with each table by place made anew."""
    places, persons, squares = (made(table) for table in (contexts.places, contexts.persons, contexts.squares))
    return replace(
        contexts, places=places, persons=persons, squares=squares, found=tuple(made(lane) for lane in contexts.found)
    )


def _row_of(places: NDArray[np.int32], cell: tuple[int, int]) -> int:
    """Where the cell is, or would be, in reading order."""
    first, last = (int(np.searchsorted(places[:, 0], cell[0], side=side)) for side in ("left", "right"))
    return first + int(np.searchsorted(places[first:last, 1], cell[1]))


def _squared(places: NDArray[np.int32], cell: tuple[int, int]) -> NDArray[np.int64]:
    """Squared distance of places from a cell, in cells."""
    down, right = (places[:, axis].astype(np.int64) - cell[axis] for axis in (0, 1))
    return np.asarray(down * down + right * right)


def _changed_lanes(lanes: tuple[Whole, ...], cell: tuple[int, int], step: NDArray[np.int64]) -> tuple[Whole, ...]:
    """Row sums after the change: those of one row, right of the cell."""
    steps = [int(step.sum()), *step.tolist()]
    changed = []
    for block, table in enumerate(lanes):
        found = table.copy()
        part = steps[4 * block : 4 * block + 4]
        found[cell[0], cell[1] + 1 :, : len(part)] += np.array(part, found.dtype)
        changed.append(found)
    return tuple(changed)


def _search_again(on: Searched, contexts: Contexts, cell: tuple[int, int]) -> None:
    """New contexts of the places whose largest context holds the cell, or has too few people."""
    farthest = contexts.squares[:, -1]
    rows = np.flatnonzero((farthest < 0) | (farthest >= _squared(contexts.places, cell)))
    if rows.size:
        again, fresh = search(on, np.ascontiguousarray(contexts.places[rows]))
        contexts.squares[rows] = again
        for into, new in zip(contexts.found, fresh, strict=True):
            into[rows] = new


def _profiled(like: ScaleProfile, counts: WholeCounts, persons: FloatArray, seen: _Seen) -> ScaleProfile:
    """The profile from the stored sums."""
    found = indices_of(seen.sums, persons, counts.kept)
    own, rest = (
        SpatialIndices(found.information[at], found.dissimilarity[at], found.diversity[at], found.exposure[at])
        for at in (slice(0, 1), slice(1, None))
    )
    return replace(like, indices=rest, own=own, cells=seen.places.shape[0])
