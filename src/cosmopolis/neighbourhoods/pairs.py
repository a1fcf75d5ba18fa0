"""
Which facilities each origin can reach, and what the way costs: the pairs all measures of access start from.

Four ways lead to them: a matrix of travel times, a list of pairs, straight lines
between points or cells of a grid, the shortest way over a network. None of the
last three ever holds an object of all origins by all facilities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.checks import between, points, same_length

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

IndexArray = NDArray[np.int32]

#: How many numbers a block of work may hold: 32 MiB of 64-bit numbers.
_BLOCK = 1 << 22
#: No more buckets than this, however far apart the places lie.
_MOST_BUCKETS = 1 << 22


@dataclass(frozen=True, eq=False)
class Pairs:
    """
    Origins and facilities within reach of each other, facility by facility.

    `origin`, `facility` and `cost` have one entry a pair, shape (n_pairs,);
    `facility` never falls. Costs are metres, minutes or whatever was given. Of
    the `origins` and `facilities` there were, some may be in no pair.
    """

    origin: IndexArray
    facility: IndexArray
    cost: FloatArray
    origins: int
    facilities: int

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the pairs of each facility begin, and where the last ones end, shape (n_facilities + 1,)."""
        counted = np.bincount(self.facility, minlength=self.facilities)
        return np.concatenate([[0], np.cumsum(counted)]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Network:
    """
    Ways between nodes: each edge has a `start`, an `end` and a `length` (or minutes), shape (n_edges,).

    Nodes are numbered from 0 to `nodes` - 1. Edges lead both ways unless
    `is_one_way`. Of several edges between the same nodes the shortest counts.
    """

    start: ArrayLike
    end: ArrayLike
    length: ArrayLike
    nodes: int
    is_one_way: bool = False


@dataclass(frozen=True, eq=False)
class Joined:
    """The nearest node of each place, and the metres from the place to it."""

    node: IndexArray
    metres: FloatArray


def matrix_pairs(costs: ArrayLike, *, limit: float = math.inf) -> Pairs:
    """
    The pairs of a matrix of costs.

    Parameters
    ----------
    costs
        Cost of the way from each origin to each facility, shape (n_origins,
        n_facilities), in any unit; NaN or infinite where there is no way.
    limit
        Dearer ways are left out.

    Raises
    ------
    MeasureUndefined
        If the matrix is none, or a cost is negative.

    Examples
    --------
    >>> found = matrix_pairs([[5, 20], [float("nan"), 10]], limit=15)
    >>> found.origin.tolist(), found.facility.tolist(), found.cost.tolist()
    ([0, 1], [0, 1], [5.0, 10.0])
    """
    matrix = np.asarray(costs, np.float64)
    if matrix.ndim != 2:
        raise MeasureUndefined.at("neighbourhoods.dimensions", expected=2, found=matrix.ndim)
    _check_open_limit(limit)
    origins, facilities = matrix.shape
    width = max(1, _BLOCK // max(1, origins))
    parts = []
    for first in range(0, facilities, width):
        block = matrix[:, first : first + width].T
        near = np.isfinite(block) & (block <= limit)
        _check_costs(block[block < 0])
        facility, origin = np.nonzero(near)
        parts.append((origin, facility + first, block[facility, origin]))
    return _joined(parts, origins, facilities)


def listed_pairs(
    origin: ArrayLike,
    facility: ArrayLike,
    cost: ArrayLike,
    *,
    origins: int,
    facilities: int,
    limit: float = math.inf,
) -> Pairs:
    """
    The pairs of a list, as routing programs write it.

    Parameters
    ----------
    origin, facility
        Numbers of the origin and of the facility of each pair, counted from 0,
        shape (n_pairs,).
    cost
        Cost of the way, in any unit, shape (n_pairs,); NaN or infinite where
        there is none.
    origins, facilities
        How many of each there are, those in no pair among them.
    limit
        Dearer ways are left out.

    Raises
    ------
    MeasureUndefined
        If a pair stands twice, names an origin or facility that is not there, or
        has a negative cost.

    Examples
    --------
    >>> listed_pairs([0, 1, 1], [1, 0, 1], [9, 5, 7], origins=2, facilities=2).cost.tolist()
    [5.0, 9.0, 7.0]
    """
    home, place = whole_numbers(origin, origins), whole_numbers(facility, facilities)
    ways = np.asarray(cost, np.float64)
    _check_open_limit(limit)
    same_length(home.size, place.size)
    same_length(home.size, ways.size)
    _check_costs(ways[ways < 0])
    order = np.lexsort((home, place))
    home, place, ways = home[order], place[order], ways[order]
    twice = np.flatnonzero((np.diff(home) == 0) & (np.diff(place) == 0))
    if twice.size:
        raise MeasureUndefined.at(
            "neighbourhoods.pair_twice", origin=int(home[twice[0]]), facility=int(place[twice[0]]), count=twice.size
        )
    near = np.isfinite(ways) & (ways <= limit)
    return Pairs(home[near], place[near], ways[near], origins, facilities)


def straight_pairs(origins: ArrayLike, facilities: ArrayLike, *, limit: float) -> Pairs:
    """
    The pairs of places no further apart than a limit, as the crow flies.

    Parameters
    ----------
    origins
        Easting and northing in metres, shape (n_origins, 2).
    facilities
        Easting and northing in metres, shape (n_facilities, 2).
    limit
        Metres.

    Raises
    ------
    MeasureUndefined
        If a coordinate is missing, if the places are in degrees, or if the limit
        is not a positive number of metres.

    Examples
    --------
    >>> straight_pairs([[0, 0], [3000, 4000]], [[0, 0]], limit=6000).cost.tolist()
    [0.0, 5000.0]
    """
    _check_limit(limit)
    here, there = _metres(origins, facilities)
    return _near(here, there, float(limit))


def grid_pairs(origins: ArrayLike, facilities: ArrayLike, *, cell_metres: float, limit: float) -> Pairs:
    """
    The pairs of cells of a grid no further apart than a limit, from middle to middle.

    Parameters
    ----------
    origins
        Row and column of each origin's cell, shape (n_origins, 2).
    facilities
        Row and column of each facility's cell, shape (n_facilities, 2).
    cell_metres
        Side of a cell.
    limit
        Metres.

    Raises
    ------
    MeasureUndefined
        If the limit lies below the side of a cell: each cell would reach itself only.

    Examples
    --------
    >>> grid_pairs([[0, 0], [0, 1], [5, 5]], [[0, 0]], cell_metres=100, limit=200).cost.tolist()
    [0.0, 100.0]
    """
    between("cell_metres", cell_metres, 0, math.inf)
    _check_limit(limit)
    if limit < cell_metres:
        raise MeasureUndefined.at("neighbourhoods.radius_below_cell", radius=float(limit), cell=float(cell_metres))
    return _near(_cells(origins) * cell_metres, _cells(facilities) * cell_metres, float(limit))


def network_pairs(
    network: Network,
    origins: ArrayLike | Joined,
    facilities: ArrayLike | Joined,
    *,
    limit: float,
) -> Pairs:
    """
    The pairs no further apart than a limit on the shortest way over a network.

    Parameters
    ----------
    network
        The ways.
    origins, facilities
        The node of each, shape (n,); or what `joined` gives: then the metres from
        the place to its node count too.
    limit
        In the unit of the network's lengths.

    Returns
    -------
    pairs
        Ways lead from the origin to the facility, which matters on one-way streets.

    Raises
    ------
    MeasureUndefined
        If a node is not in the network, or a length is negative or missing.

    References
    ----------
    Dijkstra (1959), Numerische Mathematik 1, 269-271.

    Examples
    --------
    >>> streets = Network(start=[0, 1], end=[1, 2], length=[300, 400], nodes=4)
    >>> network_pairs(streets, [0, 1, 3], [2], limit=1000).cost.tolist()
    [700.0, 400.0]
    """
    from scipy.sparse.csgraph import dijkstra

    _check_limit(limit)
    here, there = _on_nodes(origins, network.nodes), _on_nodes(facilities, network.nodes)
    ways = _backward(network)
    order = np.argsort(here.node, kind="stable").astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(here.node, minlength=network.nodes))])
    parts = []
    height = max(1, _BLOCK // max(1, network.nodes))
    for begin in range(0, there.node.size, height):
        block = there.node[begin : begin + height]
        # the distances of a block of facilities to every node; beyond the limit the search ends
        found = dijkstra(ways, directed=True, indices=block, limit=limit)
        for row, distance in enumerate(found):
            facility = begin + row
            nodes = np.flatnonzero(np.isfinite(distance))
            met = order[_ranges(first[nodes], first[nodes + 1])]
            cost = distance[here.node[met]] + here.metres[met] + there.metres[facility]
            near = cost <= limit
            parts.append((met[near], np.full(int(near.sum()), facility), cost[near]))
    return _joined(parts, here.node.size, there.node.size)


def joined(places: ArrayLike, nodes: ArrayLike) -> Joined:
    """
    The nearest node of a network for each place.

    Parameters
    ----------
    places
        Easting and northing in metres, shape (n, 2).
    nodes
        Easting and northing of the network's nodes in metres, shape (n_nodes, 2).

    Examples
    --------
    >>> found = joined([[500, 40]], [[0, 0], [500, 0]])
    >>> found.node.tolist(), found.metres.tolist()
    ([1], [40.0])
    """
    from scipy.spatial import cKDTree

    here, there = _metres(places, nodes)
    metres, node = cKDTree(there).query(here)
    return Joined(np.asarray(node, np.int32), np.asarray(metres, np.float64))


@dataclass(frozen=True, eq=False)
class _Buckets:
    """Places sorted into square buckets, row by row, so that a stretch of a row is one slice."""

    easting: FloatArray
    northing: FloatArray
    order: IndexArray
    starts: NDArray[np.int64]
    corner: tuple[float, float]
    side: float
    rows: int
    columns: int

    def stretches(self, place: FloatArray, limit: float) -> list[slice]:
        """The slices of the buckets that a circle about a place may touch."""
        left, right = (self._bucket(place[0] + way, self.corner[0], self.columns) for way in (-limit, limit))
        low, high = (self._bucket(place[1] + way, self.corner[1], self.rows) for way in (-limit, limit))
        ends = ((row * self.columns + left, row * self.columns + right + 1) for row in range(low, high + 1))
        return [slice(int(self.starts[a]), int(self.starts[b])) for a, b in ends]

    def _bucket(self, along: float, corner: float, number: int) -> int:
        return min(max(math.floor((along - corner) / self.side), 0), number - 1)


def _near(origins: FloatArray, facilities: FloatArray, limit: float) -> Pairs:
    if not (len(origins) and len(facilities)):
        return _joined([], len(origins), len(facilities))
    buckets = _bucketed(origins, limit)
    homes, costs = [], []
    squared = limit * limit
    for place in facilities:
        cut = buckets.stretches(place, limit)
        east = np.concatenate([buckets.easting[part] for part in cut])
        north = np.concatenate([buckets.northing[part] for part in cut])
        east -= place[0]
        north -= place[1]
        east *= east
        north *= north
        east += north
        near = np.flatnonzero(east <= squared)
        homes.append(np.concatenate([buckets.order[part] for part in cut])[near])
        costs.append(np.sqrt(east[near]))
    facility = np.repeat(np.arange(len(facilities), dtype=np.int32), [len(home) for home in homes])
    return Pairs(np.concatenate(homes), facility, np.concatenate(costs), len(origins), len(facilities))


def _bucketed(points: FloatArray, limit: float) -> _Buckets:
    """Buckets half as wide as the limit: less than twice the circle's own area is looked at."""
    corner, far = points.min(axis=0), points.max(axis=0)
    width, height = far - corner
    least = max(math.sqrt(width * height / _MOST_BUCKETS), (width + height) / _MOST_BUCKETS)
    side = max(limit / 2, least)
    columns, rows = int(width // side) + 1, int(height // side) + 1
    bucket = ((points[:, 1] - corner[1]) // side).astype(np.int32) * columns
    bucket += ((points[:, 0] - corner[0]) // side).astype(np.int32)
    # numbers of 16 bits are sorted by their digits, ten times as fast
    small = bucket.astype(np.uint16) if rows * columns <= np.iinfo(np.uint16).max else bucket
    order = np.argsort(small, kind="stable").astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(bucket, minlength=rows * columns))])
    east, north = points[:, 0][order], points[:, 1][order]
    return _Buckets(east, north, order, starts, (float(corner[0]), float(corner[1])), side, rows, columns)


def _joined(parts: Sequence[tuple[NDArray[Any], ...]], origins: int, facilities: int) -> Pairs:
    if not parts:
        nothing = np.empty(0, np.int32)
        return Pairs(nothing, nothing, np.empty(0), origins, facilities)
    origin, facility, cost = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Pairs(origin.astype(np.int32), facility.astype(np.int32), np.asarray(cost, np.float64), origins, facilities)


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """All whole numbers from each begin up to its end, one stretch after another."""
    lengths = end - begin
    shift = np.repeat(begin - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return shift + np.arange(lengths.sum())


def _backward(network: Network) -> object:
    """The graph with every edge turned round: searched from a facility, it leads to origins."""
    from scipy.sparse import csr_array

    start, end = whole_numbers(network.start, network.nodes), whole_numbers(network.end, network.nodes)
    length = np.asarray(network.length, np.float64)
    same_length(start.size, end.size)
    same_length(start.size, length.size)
    _check_costs(length[~(length >= 0) | ~np.isfinite(length)])
    tail, head = end, start
    if not network.is_one_way:
        tail, head, length = np.concatenate([end, start]), np.concatenate([start, end]), np.tile(length, 2)
    # a sparse matrix would add parallel edges up
    order = np.lexsort((length, head, tail))
    tail, head, length = tail[order], head[order], length[order]
    new = np.ones(tail.size, np.bool_)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    return csr_array((length[new], (tail[new], head[new])), shape=(network.nodes, network.nodes))


def _on_nodes(given: ArrayLike | Joined, nodes: int) -> Joined:
    if isinstance(given, Joined):
        return Joined(whole_numbers(given.node, nodes), given.metres)
    node = whole_numbers(given, nodes)
    return Joined(node, np.zeros(node.size))


def whole_numbers(given: ArrayLike, count: int) -> IndexArray:
    """Numbers of origins, facilities or nodes: whole, and from 0 up to their count."""
    numbers = np.asarray(given)
    if numbers.ndim != 1 or not (numbers.size == 0 or np.issubdtype(numbers.dtype, np.integer)):
        raise MeasureUndefined.at("neighbourhoods.number_not_whole", kind=str(numbers.dtype))
    wrong = numbers[(numbers < 0) | (numbers >= count)]
    if wrong.size:
        raise MeasureUndefined.at("neighbourhoods.number_unknown", number=int(wrong[0]), count=count)
    return numbers.astype(np.int32)


def _check_costs(wrong: FloatArray) -> None:
    if wrong.size:
        raise MeasureUndefined.at("neighbourhoods.cost_negative", value=float(wrong.flat[0]), count=int(wrong.size))


def _check_limit(limit: float) -> None:
    """A search in space needs a finite limit."""
    between("limit", limit, 0, math.inf)


def _check_open_limit(limit: float) -> None:
    """Where the pairs are given, there may be no limit."""
    if limit != math.inf:
        _check_limit(limit)


def _metres(origins: ArrayLike, facilities: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Two sets of places, looked at together: a single place near the corner of a grid is no degree."""
    here, there = (np.asarray(given, np.float64) for given in (origins, facilities))
    for found in (here, there):
        if found.size and (found.ndim != 2 or found.shape[1] != 2):
            raise MeasureUndefined.at("neighbourhoods.dimensions", expected=2, found=found.shape[-1])
    if here.size and there.size:
        points(np.concatenate([here, there]), len(here) + len(there))
    return here, there


def _cells(given: ArrayLike) -> FloatArray:
    cells = np.asarray(given)
    if cells.ndim != 2 or cells.shape[1] != 2 or not np.issubdtype(cells.dtype, np.integer):
        raise MeasureUndefined.at("neighbourhoods.number_not_whole", kind=str(cells.dtype))
    return cells.astype(np.float64)
