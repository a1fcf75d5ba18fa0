"""
Contexts: who lives among the k people nearest to each resident.

Contexts of equal k compare cities whose areas differ, and years between which they
changed. Whole rings are counted: all cells as far away as the farthest one needed,
since leaving some of them out would be arbitrary.

References
----------
Östh, Clark and Malmberg (2015), Geographical Analysis 47(1), 34-49.
Hennerdal and Nielsen (2017), Annals of the AAG 107(3), 555-574.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.centroids import Centroids, squared_distances
from cosmopolis.neighbourhoods.grid import Grid, Whole, WholeCounts, whole_counts
from cosmopolis.neighbourhoods.surroundings import row_sums

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Numbers of neighbours that make cities comparable; a metropolis adds 51,200.
USUAL_K = (200, 400, 800, 1_600, 3_200, 6_400, 12_800)
#: Radius in cells up to which rings are listed; farther ones are found by halving.
_LISTED = 128
#: Places searched in one go.
_AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class Rings:
    """
    Cells by whole squared distance: what a search walks along.

    `squares` (n_rings,) ascends over the sums of two squares; `half`, `offsets` and
    `starts` are what the loop in `kernels.nearest_rows` takes.
    """

    squares: NDArray[np.int64]
    half: NDArray[np.int32]
    offsets: NDArray[np.int32]
    starts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ContextCurve:
    """
    One group's contexts summed up, one value for each k.

    `residents` and `members` (n_k, n_percentiles) are percentiles of the group's
    share around all residents and around its own members. `isolation` is the mean
    share around a member. `dissimilarity` takes the shares of the contexts for those
    of areas. All of them speak of the residents whose context was `reached` (their
    share of the city), and are NaN where that is nobody.
    """

    ks: FloatArray
    percentiles: tuple[float, ...]
    residents: FloatArray
    members: FloatArray
    isolation: FloatArray
    dissimilarity: FloatArray
    reached: FloatArray


@dataclass(frozen=True, eq=False)
class Contexts:
    """
    The nearest people of each populated place of the city, for each k.

    `places` numbers them: row and column of the cell (n_places, 2), or the area
    (n_places, 1). `persons` (n_places, n_groups) live there. `squares` (n_places, n_k)
    are squared radii in cells (in metres for areas), -1 where everybody in reach
    together is fewer than k: not reached, and never shown by the part that was
    found. `found` has everybody inside and the groups, four by four, in units of
    1/`scale` person.
    """

    ks: FloatArray
    places: NDArray[np.int32]
    persons: FloatArray
    squares: NDArray[Any]
    found: tuple[Whole, ...]
    cell_metres: float
    scale: float
    kept: NDArray[np.bool_]

    @cached_property
    def reached(self) -> NDArray[np.bool_]:
        """Whether k people were found, shape (n_places, n_k)."""
        return np.asarray(self.squares >= 0)

    @property
    def radius_metres(self) -> FloatArray:
        """How far the farthest of them live, shape (n_places, n_k); NaN if not reached."""
        return np.sqrt(np.where(self.reached, self.squares, np.nan)) * self.cell_metres

    @property
    def residents(self) -> FloatArray:
        """Everybody inside the context, shape (n_places, n_k); NaN if not reached."""
        return self._lane(0)

    def members(self, group: int) -> FloatArray:
        """Members of a group inside the context, shape (n_places, n_k); NaN if not reached."""
        if not self.kept[group]:
            return np.where(self.reached, 0.0, np.nan)
        place, last = int(self.kept[:group].sum()), int(self.kept.sum()) - 1
        if place == last == 3:
            # four lanes hold everybody and three groups: the fourth is what is left
            return np.asarray(self._lane(0) - self._lane(1) - self._lane(2) - self._lane(3))
        return self._lane(place + 1)

    def share(self, group: int = 0) -> FloatArray:
        """Share of a group in the context, shape (n_places, n_k); NaN if not reached."""
        return np.asarray(self.members(group) / self.residents)

    def of(self, places: NDArray[np.bool_]) -> Contexts:
        """The contexts of some of the places alone, say of one city among several."""
        return replace(
            self,
            places=self.places[places],
            persons=self.persons[places],
            squares=self.squares[places],
            found=tuple(lane[places] for lane in self.found),
        )

    def curve(self, group: int = 0, percentiles: Sequence[float] = (10, 25, 50, 75, 90)) -> ContextCurve:
        """
        A group's contexts summed up over the residents.

        Parameters
        ----------
        group
            Which group, by its place in the counts.
        percentiles
            From 0 to 100; the smallest share that so many of the people do not exceed.

        Raises
        ------
        MeasureUndefined
            If the group, or everybody else, counts nobody.
        """
        own, everybody = self.persons[:, group], self.persons.sum(axis=1)
        checks.both_sides(own, everybody - own)
        shares, reached = self.share(group), self.reached
        rows = [
            _summed_up(shares[:, k][reached[:, k]], own[reached[:, k]], everybody[reached[:, k]], percentiles)
            for k in range(self.ks.size)
        ]
        n = len(percentiles)
        table = np.array([row for row, _ in rows])
        return ContextCurve(
            self.ks,
            tuple(float(one) for one in percentiles),
            table[:, :n],
            table[:, n : 2 * n],
            table[:, 2 * n],
            table[:, 2 * n + 1],
            np.array([people for _, people in rows]) / everybody.sum(),
        )

    def _lane(self, lane: int) -> FloatArray:
        counts = self.found[lane // 4][:, :, lane % 4]
        return np.where(self.reached, counts / self.scale, np.nan)


def nearest_contexts(
    where: Grid | Centroids, ks: Sequence[float] = USUAL_K, *, within_metres: float | None = None
) -> Contexts:
    """
    The k nearest people around each place, ring by ring, for several k at once.

    Parameters
    ----------
    where
        Persons on a grid, or of areas with centroids; people in the halo count as
        neighbours and have no context of their own.
    ks
        How many people, each above 0; any order.
    within_metres
        How far to look at most; as far as the data go if not given.

    Returns
    -------
    contexts
        In ascending order of k.

    Raises
    ------
    MeasureUndefined
        If fewer than two groups or places have anybody, a k is not above 0, or, for
        areas, a k is below their median size: the answer would be the area itself.

    References
    ----------
    Östh, Clark and Malmberg (2015), Geographical Analysis 47(1), 34-49.

    Examples
    --------
    From the cell with 3 of 4 people, five are found with the next cell: 3 of 8.

    >>> from cosmopolis.neighbourhoods.grid import grid
    >>> found = nearest_contexts(grid([[[3, 1], [0, 4], [0, 9]]], cell_metres=100), [4, 5])
    >>> found.share(0)[0].tolist(), found.radius_metres[0].tolist()
    ([0.75, 0.375], [0.0, 100.0])
    """
    wanted = checked_ks(ks)
    if within_metres is not None:
        checks.between("within_metres", within_metres, 0, np.inf)
    if isinstance(where, Grid):
        return _on_grid(where, wanted, within_metres)
    return _on_centroids(where, wanted, within_metres)


def checked_ks(ks: Sequence[float]) -> FloatArray:
    """
    Numbers of neighbours, ascending, each once.

    Raises
    ------
    MeasureUndefined
        If one is missing or not above 0.
    """
    wanted = np.array(sorted(set(checks.vector(ks).tolist())))
    checks.between("k", float(wanted[0]), 0, np.inf)
    return wanted


def rings_to(radius: int) -> Rings:
    """
    All rings of cells up to a radius in cells.

    Examples
    --------
    >>> rings_to(2).squares.tolist()
    [0, 1, 2, 4]
    """
    steps = np.arange(-radius, radius + 1, dtype=np.int32)
    squared = steps[:, None].astype(np.int64) ** 2 + steps.astype(np.int64) ** 2
    down, right = np.nonzero(squared <= radius * radius)
    order = np.argsort(squared[down, right], kind="stable")
    ranked = squared[down, right][order]
    starts = np.flatnonzero(np.diff(ranked, prepend=-1))
    squares = ranked[starts]
    offsets = np.stack([steps[down[order]], steps[right[order]]], axis=1)
    # whole numbers this small have exact roots
    left = squares[:, None] - np.arange(radius + 1) ** 2
    half = np.where(left >= 0, np.sqrt(np.maximum(left, 0)), -1).astype(np.int32)
    return Rings(
        squares,
        half,
        np.ascontiguousarray(offsets),
        np.append(starts, order.size).astype(np.int64),
    )


@lru_cache(maxsize=4)
def _rings(radius: int) -> Rings:
    return rings_to(radius)


@dataclass(frozen=True, eq=False)
class Searched:
    """
    What the search works on: lanes of row sums, k in units of the counts, and the farthest squared distance.

    The first lanes are everybody and three groups; further ones the other groups, four by four.
    """

    lanes: tuple[Whole, ...]
    needed: NDArray[np.int64]
    rings: Rings
    farthest: int
    everybody: int


def searched(cells: Whole, needed: NDArray[np.int64], everybody: int, within_cells: float | None = None) -> Searched:
    """Row sums in lanes of four, and rings to about where the largest k is found."""
    _, rows, columns = cells.shape
    farthest = (rows - 1) ** 2 + (columns - 1) ** 2
    if within_cells is not None:
        farthest = min(farthest, int(within_cells**2 * (1 + 1e-12)))
    share = min(1.0, float(needed[-1]) / max(1, everybody))
    # twice the mean radius; rows and columns of the inhabited part are not known, nor needed
    guess = 2 * (share * rows * columns / np.pi) ** 0.5 + 4
    radius = min(_LISTED, 8 * (int(guess) // 8 + 1), int(farthest**0.5))
    first = [cells.sum(axis=0, dtype=cells.dtype), *cells[:3]]
    blocks: list[Sequence[Whole]] = [first]
    if cells.shape[0] > 4:
        blocks += [list(cells[g : g + 4]) for g in range(3, cells.shape[0], 4)]
    return Searched(tuple(_lanes(block) for block in blocks), needed, _rings(radius), farthest, everybody)


def search(on: Searched, places: NDArray[np.int32]) -> tuple[NDArray[np.int32], tuple[Whole, ...]]:
    """
    Squared radius in cells (n_places, n_k), -1 if not reached, and the lanes found inside.

    Parameters
    ----------
    on
        What to search.
    places
        Row and column, in reading order, shape (n_places, 2).
    """
    from cosmopolis.neighbourhoods.kernels import by_rows, nearest_rows, sums_within, whole_radii

    prefix, rings, n = on.lanes[0], on.rings, places.shape[0]
    # nobody finds more people than there are
    needed = on.needed[: int(np.searchsorted(on.needed, on.everybody, side="right"))]
    found = np.zeros((n, on.needed.size, 4), prefix.dtype)
    squares = np.full((n, on.needed.size), -1, np.int32)

    def near(first: int, last: int) -> None:
        nearest_rows(
            prefix, places, needed, rings.half, rings.squares, rings.offsets, rings.starts, first, last, squares, found
        )

    by_rows(near, n, at_once=_AT_ONCE)
    listed = int(rings.squares[-1])
    if listed > on.farthest:
        squares[squares > on.farthest] = -1
    far = np.flatnonzero((squares[:, : needed.size] < 0).any(axis=1))
    if far.size and listed < on.farthest:
        some, lanes, where = squares[far], found[far], places[far]

        def beyond(first: int, last: int) -> None:
            whole_radii(prefix, where, needed, listed, on.farthest, first, last, some, lanes)

        by_rows(beyond, far.size, at_once=64)
        squares[far], found[far] = some, lanes
    return squares, (found, *(_within(sums_within, by_rows, lane, places, squares) for lane in on.lanes[1:]))


def _within(loop: Any, by_rows: Any, lanes: Whole, places: NDArray[np.int32], squares: NDArray[np.int32]) -> Whole:
    found = np.zeros((*squares.shape, 4), lanes.dtype)

    def work(first: int, last: int) -> None:
        loop(lanes, places, squares, first, last, found)

    by_rows(work, places.shape[0], at_once=_AT_ONCE)
    return found


def _lanes(groups: Sequence[Whole]) -> Whole:
    """Row sums of up to four groups beside each other, shape (rows, columns + 1, 4)."""
    rows, columns = groups[0].shape
    lanes = np.zeros((rows, columns + 1, 4), groups[0].dtype)
    for lane, cells in enumerate(groups):
        lanes[:, :, lane] = row_sums(cells)
    return lanes


def in_units(ks: FloatArray, scale: float) -> NDArray[np.int64]:
    """How many units of the counts k people are; more than there can be for a k beyond all numbers."""
    return np.ceil(np.minimum(ks * scale, 2.0**62)).astype(np.int64)


def _on_grid(where: Grid, ks: FloatArray, within_metres: float | None) -> Contexts:
    counts = whole_counts(where)
    within = None if within_metres is None else within_metres / where.cell_metres
    on = searched(counts.cells, in_units(ks, counts.scale), counts.total, within)
    places = places_of(where)
    squares, found = search(on, places)
    return contexts_of(where, counts, ks, places, (squares, found))


def places_of(where: Grid) -> NDArray[np.int32]:
    """Row and column of the city's populated cells, in reading order."""
    return np.ascontiguousarray(np.argwhere(where.populated).astype(np.int32))


def contexts_of(
    where: Grid,
    counts: WholeCounts,
    ks: FloatArray,
    places: NDArray[np.int32],
    searched_for: tuple[NDArray[np.int32], tuple[Whole, ...]],
) -> Contexts:
    """The named result of a search."""
    squares, found = searched_for
    persons = where.counts[places[:, 0], places[:, 1]]
    return Contexts(ks, places, persons, squares, found, where.cell_metres, counts.scale, counts.kept)


def _on_centroids(where: Centroids, ks: FloatArray, within_metres: float | None) -> Contexts:
    persons = where.counts[where.populated]
    kept = where.persons > 0
    checks.some_groups(int(kept.sum()))
    checks.some_areas(persons.shape[0])
    median = float(np.median(persons.sum(axis=1)))
    if ks[0] < median:
        raise MeasureUndefined.at("neighbourhoods.k_below_areas", k=float(ks[0]), median=median)
    people = where.counts[:, kept]
    n_lanes = 4 * (-(-(people.shape[1] + 1) // 4))
    everything = np.zeros((people.shape[0], n_lanes))
    everything[:, 0] = people.sum(axis=1)
    everything[:, 1 : people.shape[1] + 1] = people
    squares = np.full((persons.shape[0], ks.size), -1.0)
    found = np.zeros((persons.shape[0], ks.size, n_lanes))
    for some, squared in squared_distances(where):
        for row, distances in enumerate(squared, start=some.start):
            _one_area(distances, everything, ks, squares[row], found[row])
    if within_metres is not None:
        squares[squares > within_metres**2 * (1 + 1e-12)] = -1
    blocks = tuple(found[:, :, lane : lane + 4] for lane in range(0, n_lanes, 4))
    places = np.flatnonzero(where.populated).astype(np.int32)[:, None]
    return Contexts(ks, places, persons, squares, blocks, 1.0, 1.0, kept)


def _one_area(
    distances: FloatArray, everything: FloatArray, ks: FloatArray, squares: FloatArray, found: FloatArray
) -> None:
    """The contexts of one area, written to `squares` and `found`; all areas as far as the last one needed count."""
    order = np.argsort(distances, kind="stable")
    sums = np.cumsum(everything[order], axis=0)
    enough = np.searchsorted(sums[:, 0], ks)
    reached = enough < order.size
    at = distances[order[enough[reached]]]
    last = np.searchsorted(distances[order], at, side="right") - 1
    squares[reached] = at
    found[reached] = sums[last]


def _summed_up(
    shares: FloatArray, own: FloatArray, everybody: FloatArray, percentiles: Sequence[float]
) -> tuple[list[float], float]:
    """Percentiles over residents and members, isolation, dissimilarity; and the residents."""
    people, members = float(everybody.sum()), float(own.sum())
    if not 0 < members < people:
        return [np.nan] * (2 * len(percentiles) + 2), people
    order = np.argsort(shares, kind="stable")
    ranked = shares[order]
    found = [
        *_percentiles(ranked, everybody[order], percentiles),
        *_percentiles(ranked, own[order], percentiles),
        float((own * shares).sum() / members),
    ]
    city = members / people
    apart = float((everybody * np.abs(shares - city)).sum())
    return [*found, apart / (2 * people * city * (1 - city))], people


def _percentiles(ranked: FloatArray, weights: FloatArray, percentiles: Sequence[float]) -> list[float]:
    """The smallest value that so many of the people do not exceed."""
    below = np.cumsum(weights)
    at = np.searchsorted(below, np.asarray(percentiles) / 100 * below[-1] * (1 - 1e-12))
    return [float(one) for one in ranked[np.minimum(at, ranked.size - 1)]]
