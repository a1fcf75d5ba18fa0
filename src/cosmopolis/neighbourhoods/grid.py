"""
Persons on a square grid, and the urban centres that a grid shows.

Cells may lie outside the city: a halo of neighbouring municipalities, which
counts for the surroundings of the city's cells and for nothing else. Without
one, a cell at the edge sees less than a cell in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

Whole = NDArray[Any]

#: Cells times groups that a grid may have: half a gibibyte. Two cells at the two ends of a
#: country would span more, and mean a wrong cell size or a wrong coordinate.
_MOST = 1 << 26
#: Binary digits of a double, less two: what-if changes may double the people.
_DIGITS = 51


@dataclass(frozen=True, eq=False)
class Grid:
    """
    Persons of each group in square cells; make one with `grid`, `grid_of_codes` or `grid_of_points`.

    `counts` is (rows, columns, groups), `inside` (rows, columns) says which cells
    are the city's, the others being its halo. `west` and `south` are the metres of
    the corner of the first cell, rows running north.
    """

    counts: FloatArray
    cell_metres: float
    inside: NDArray[np.bool_]
    west: float = 0.0
    south: float = 0.0

    @cached_property
    def persons(self) -> FloatArray:
        """Persons of each group in the city, without its halo, shape (n_groups,)."""
        city = np.einsum("yxg,yx->g", self.counts, self.inside, dtype=np.float64, casting="unsafe")
        return np.asarray(city, np.float64)

    @cached_property
    def halo_persons(self) -> float:
        """Persons in the cells around the city."""
        return 0.0 if self.inside.all() else float(self.counts[~self.inside].sum())

    @cached_property
    def populated(self) -> NDArray[np.bool_]:
        """Cells of the city in which somebody lives."""
        return np.asarray((self.counts.sum(axis=2) > 0) & self.inside)

    def cell_of(self, east: float, north: float) -> tuple[int, int]:
        """
        Row and column of the cell at a place in metres.

        Raises
        ------
        MeasureUndefined
            If the place lies outside the grid.

        Examples
        --------
        >>> grid(np.ones((2, 3, 2)), cell_metres=100.0, west=4_000.0).cell_of(4_250.0, 120.0)
        (1, 2)
        """
        row, column = ((place - least) // self.cell_metres for place, least in ((north, self.south), (east, self.west)))
        rows, columns = self.inside.shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise MeasureUndefined.at("neighbourhoods.outside_grid", east=float(east), north=float(north))
        return int(row), int(column)


@dataclass(frozen=True, eq=False)
class WholeCounts:
    """
    A grid's counts as whole numbers, whose sums are exact in any order.

    `cells` is (groups, rows, columns), int32 or int64, in units of 1/`scale` person:
    one person where all counts are whole; else a power of two as fine as a double
    holds for the whole grid. Groups that nobody in the city belongs to are left
    out; `kept` says which are left.
    """

    cells: Whole
    scale: float
    kept: NDArray[np.bool_]

    @property
    def total(self) -> int:
        """All persons of the grid in units, halo included."""
        return int(self.cells.sum(dtype=np.int64))


def grid(
    counts: ArrayLike, *, cell_metres: float, inside: ArrayLike | None = None, west: float = 0.0, south: float = 0.0
) -> Grid:
    """
    Persons on a grid that is given as such.

    Parameters
    ----------
    counts
        Persons, shape (n_rows, n_columns, n_groups); the groups make up everybody.
    cell_metres
        Side of a cell.
    inside
        Which cells are the city's, shape (n_rows, n_columns); all if not given.
    west, south
        Corner of the first cell in metres.

    Raises
    ------
    MeasureUndefined
        If a count is missing or negative, a shape does not fit, or the cell has no size.

    Examples
    --------
    >>> grid([[[1, 0], [2, 3]]], cell_metres=100).persons
    array([3., 3.])
    """
    _check_size(cell_metres)
    found = np.array(counts, np.float64, copy=None, order="C") if isinstance(counts, np.ndarray) else np.asarray(counts)
    if found.ndim != 3:
        raise MeasureUndefined.at("neighbourhoods.dimensions", expected=3, found=found.ndim)
    rows, columns, groups = found.shape
    found = checks.matrix(found.reshape(rows * columns, groups)).reshape(rows, columns, groups)
    city = np.ones((rows, columns), np.bool_) if inside is None else np.asarray(inside, np.bool_)
    if city.shape != (rows, columns):
        raise MeasureUndefined.at("neighbourhoods.different_lengths", first=rows * columns, second=city.size)
    return Grid(found, float(cell_metres), city, float(west), float(south))


def grid_of_codes(
    rows: ArrayLike, columns: ArrayLike, counts: ArrayLike, *, cell_metres: float, inside: ArrayLike | None = None
) -> Grid:
    """
    Persons on a grid from the row and the column number of each cell.

    Parameters
    ----------
    rows, columns
        Whole numbers, rows running north, shape (n_cells,); cells that are not named are empty.
    counts
        Persons, shape (n_cells, n_groups).
    cell_metres
        Side of a cell.
    inside
        Which of the cells are the city's, shape (n_cells,); all if not given. Cells that
        are not named belong to the city too: nobody lives there.

    Raises
    ------
    MeasureUndefined
        If a count is bad, a cell is given twice or has no whole numbers, or the
        cells lie too far apart for one grid.

    Examples
    --------
    >>> grid_of_codes([7, 8], [3, 5], [[1, 2], [3, 4]], cell_metres=100).counts.shape
    (2, 3, 2)
    """
    _check_size(cell_metres)
    persons = checks.matrix(counts)
    row, column = (_codes(codes, persons.shape[0]) for codes in (rows, columns))
    first, left = int(row.min()), int(column.min())
    height, width = int(row.max()) - first + 1, int(column.max()) - left + 1
    if height * width * persons.shape[1] > _MOST:
        raise MeasureUndefined.at("neighbourhoods.grid_too_wide", rows=height, columns=width, most=_MOST)
    place = (row - first) * width + (column - left)
    _check_once(place, row, column)
    cells = np.zeros((height * width, persons.shape[1]))
    cells[place] = persons
    city = np.ones(height * width, np.bool_)
    if inside is not None:
        mine = np.asarray(inside, np.bool_)
        checks.same_length(persons.shape[0], mine.size)
        city[place] = mine
    shape = (height, width)
    return Grid(
        cells.reshape(*shape, -1), float(cell_metres), city.reshape(shape), left * cell_metres, first * cell_metres
    )


def grid_of_points(
    places: ArrayLike, counts: ArrayLike, *, cell_metres: float, inside: ArrayLike | None = None
) -> Grid:
    """
    Persons on a grid from the place of each cell: its centre, or a corner, the same for all.

    Parameters
    ----------
    places
        East and north in metres of a projected grid, shape (n_cells, 2).
    counts
        Persons, shape (n_cells, n_groups).
    cell_metres
        Side of a cell.
    inside
        Which of the cells are the city's, shape (n_cells,); all if not given.

    Raises
    ------
    MeasureUndefined
        If a coordinate is missing or in degrees, the places do not lie on a square
        grid of this size, or for what `grid_of_codes` raises.

    Examples
    --------
    >>> found = grid_of_points([[4000.5, 300.5], [4001.5, 302.5]], [[1, 2], [3, 4]], cell_metres=1)
    >>> found.counts.shape, found.west, found.south
    ((3, 2, 2), 4000.0, 300.0)
    """
    _check_size(cell_metres)
    persons = checks.matrix(counts)
    points = checks.points(places, persons.shape[0])
    start = points.min(axis=0)
    steps = (points - start) / cell_metres
    whole = np.rint(steps)
    if bool((np.abs(steps - whole) > 0.01).any()):
        far = int(np.abs(steps - whole).max(axis=1).argmax())
        raise MeasureUndefined.at(
            "neighbourhoods.off_grid", east=points[far, 0], north=points[far, 1], cell=float(cell_metres)
        )
    found = grid_of_codes(whole[:, 1], whole[:, 0], persons, cell_metres=cell_metres, inside=inside)
    west, south = (float(np.floor(least / cell_metres + 1e-6) * cell_metres) for least in start)
    return Grid(found.counts, found.cell_metres, found.inside, west, south)


def whole_counts(where: Grid) -> WholeCounts:
    """
    Counts as whole numbers, so that every sum of them is exact.

    Counts with fractions are held to one part in 2**51 of the whole grid's people.

    Raises
    ------
    MeasureUndefined
        If fewer than two groups, or fewer than two cells, of the city have anybody.
    """
    kept = where.persons > 0
    checks.some_groups(int(kept.sum()))
    checks.some_areas(int(where.populated.sum()))
    cells = np.ascontiguousarray(np.moveaxis(where.counts if kept.all() else where.counts[:, :, kept], 2, 0))
    total = float(cells.sum())
    if total < 2.0**_DIGITS and bool((np.rint(cells) == cells).all()):
        # half of the range is left for what-if changes
        return WholeCounts(cells.astype(np.int32 if total < 2**30 else np.int64), 1.0, kept)
    scale = 2.0 ** (_DIGITS - int(np.ceil(np.log2(total))))
    return WholeCounts(np.rint(cells * scale).astype(np.int64), scale, kept)


@dataclass(frozen=True, eq=False)
class UrbanCentres:
    """
    Urban centres, largest first.

    `label` (rows, columns) numbers the cells of each centre from 1, 0 elsewhere;
    `persons` has the residents of each centre.
    """

    label: NDArray[np.int32]
    persons: FloatArray


def urban_centres(
    persons: ArrayLike, *, smallest_density: float = 1_500, smallest_persons: float = 50_000, diagonals: bool = False
) -> UrbanCentres:
    """
    Clusters of dense cells of one square kilometre, as the Degree of Urbanisation draws them first.

    Cells touch at their sides; those that touch at corners alone are not joined,
    unless `diagonals` is set. Holes are not filled and edges not smoothed (the
    method's later steps), so that every cell of a centre is dense.

    Parameters
    ----------
    persons
        Residents of each square kilometre, shape (n_rows, n_columns); 0 where nobody is known.
    smallest_density
        Residents that a cell has at least.
    smallest_persons
        Residents that a centre has at least.
    diagonals
        Whether cells that touch at a corner belong together.

    References
    ----------
    Eurostat (2021), Applying the Degree of Urbanisation, chapter 7.

    Examples
    --------
    >>> urban_centres([[60_000, 0, 90_000]]).persons
    array([90000., 60000.])
    """
    from scipy.ndimage import label

    residents = checks.matrix(persons)
    shape = np.ones((3, 3)) if diagonals else None
    clusters, n_clusters = label(residents >= smallest_density, structure=shape)
    size = np.zeros(n_clusters + 1)
    size += np.bincount(clusters.ravel(), weights=residents.ravel(), minlength=n_clusters + 1)
    size[0] = 0
    order = np.argsort(-size, kind="stable")
    order = order[size[order] >= smallest_persons]
    number = np.zeros(n_clusters + 1, np.int32)
    number[order] = np.arange(1, order.size + 1)
    return UrbanCentres(number[clusters], size[order])


def _check_size(cell_metres: float) -> None:
    checks.between("cell_metres", cell_metres, 0, np.inf)


def _codes(codes: ArrayLike, cells: int) -> NDArray[np.int64]:
    found = np.asarray(codes, np.float64)
    checks.same_length(cells, found.size)
    bad = ~np.isfinite(found) | (found != np.rint(found))
    if bad.any():
        raise MeasureUndefined.at("neighbourhoods.coordinates_missing", row=int(bad.argmax()) + 1)
    return found.astype(np.int64)


def _check_once(place: NDArray[np.int64], row: NDArray[np.int64], column: NDArray[np.int64]) -> None:
    order = np.argsort(place, kind="stable")
    twice = place[order][1:] == place[order][:-1]
    if twice.any():
        bad = order[1:][twice][0]
        raise MeasureUndefined.at("neighbourhoods.duplicate_area", code=f"{row[bad]}, {column[bad]}")
