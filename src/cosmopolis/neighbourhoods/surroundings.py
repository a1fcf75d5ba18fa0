"""
Who lives around a place: weights that fall with distance, and sums of persons so weighted.

The own cell or area has the weight of distance 0, from the same formula as every
other. What lies outside the data counts as empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.grid import Grid, Whole, WholeCounts

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: A distance that is a radius but for rounding is the radius.
_HAIR = 1 + 1e-12
#: n ln n is looked up below this number of persons (2 MiB, which a core holds near).
_LOOKED_UP = 1 << 18
#: What a Fourier transform leaves of nothing, as a share of all persons of the grid.
_NOTHING = 1e-13

_FORMULAE: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    # of the squared distance in radii
    "disc": np.ones_like,
    "triangular": lambda squared: np.maximum(0.0, 1 - np.sqrt(squared)),
    "biweight": lambda squared: np.maximum(0.0, 1 - squared) ** 2,
    "gaussian": lambda squared: np.exp(-squared / 2),
    "exponential": lambda squared: np.exp(-np.sqrt(squared)),
}
_CUTS = {"disc": 1.0, "triangular": 1.0, "biweight": 1.0, "gaussian": 3.0, "exponential": np.inf}


@dataclass(frozen=True)
class Kernel:
    """
    How the weight of people falls with their distance d, for a radius r.

    disc: 1 up to r. triangular: 1 - d/r. biweight: (1 - (d/r)^2)^2. gaussian:
    exp(-d^2 / 2r^2), so that r is its standard deviation. exponential:
    exp(-d/r), so that r is the mean distance on a line. The weight is 0 farther than
    `cut` radii: 1 for the first three, 3 for the Gaussian and none for the
    exponential, unless told otherwise.
    """

    name: str
    cut: float

    def weights(self, squared: FloatArray, radius: float) -> FloatArray:
        """Weights of squared distances, in the unit of the radius."""
        near = squared <= (self.cut * radius) ** 2 * _HAIR
        return np.where(near, _FORMULAE[self.name](squared / radius**2), 0.0)


def kernel_of(name: str, cut: float | None = None) -> Kernel:
    """
    A kernel by name.

    Raises
    ------
    MeasureUndefined
        If there is none of that name, or the cut-off is not above 0.

    Examples
    --------
    >>> kernel_of("triangular").weights(np.array([0.0, 1.0, 4.0, 25.0]), radius=4)
    array([1.  , 0.75, 0.5 , 0.  ])
    """
    if name not in _FORMULAE:
        raise MeasureUndefined.at("neighbourhoods.kernel_unknown", kernel=name, known=", ".join(_FORMULAE))
    if cut is not None:
        checks.between("cut", cut, 0, np.inf)
    return Kernel(name, _CUTS[name] if cut is None or name in ("disc", "triangular", "biweight") else float(cut))


def checked_radii(radii_metres: Sequence[float], cell_metres: float = 0.0) -> FloatArray:
    """
    Radii in metres, none under the size of a cell.

    Raises
    ------
    MeasureUndefined
        If a radius is not above 0 or under the size of a cell.
    """
    radii = checks.vector(radii_metres)
    checks.between("radius", float(radii.min()), 0, np.inf)
    if radii.min() * _HAIR < cell_metres:
        raise MeasureUndefined.at("neighbourhoods.radius_below_cell", radius=float(radii.min()), cell=cell_metres)
    return radii


def logs_of(counts: WholeCounts) -> FloatArray:
    """The products of whole numbers and their logarithms, as far as it pays to have them looked up."""
    table = np.arange(min(counts.total + 1, _LOOKED_UP), dtype=np.float64)
    table[1:] *= np.log(table[1:])
    return table


def half_widths(squares: Sequence[int], most: int) -> NDArray[np.int32]:
    """
    Half-width of discs in each row, shape (discs, rows up or down), -1 beyond the disc.

    Exact: whole roots of whole numbers. Neither side goes farther than `most`.

    Examples
    --------
    >>> half_widths([0, 2, 9], 10).tolist()
    [[0, -1, -1, -1], [1, 1, -1, -1], [3, 2, 2, 0]]
    """
    reach = min(most, isqrt(max(squares)))
    return np.array(
        [[min(most, isqrt(s - d * d)) if d * d <= s else -1 for d in range(reach + 1)] for s in squares], np.int32
    )


def squared_cells(radii_metres: FloatArray, cell_metres: float) -> list[int]:
    """Largest whole squared distance in cells inside each radius."""
    return [int((radius / cell_metres) ** 2 * _HAIR) for radius in radii_metres]


def row_sums(cells: Whole, pad: int = 0) -> Whole:
    """
    Sum of each row left of each column, continued `pad` columns to both sides.

    Shape (..., rows, columns + 1 + 2 pad), in the type of the counts.
    """
    *front, columns = cells.shape
    sums = np.zeros((*front, columns + 1 + 2 * pad), cells.dtype)
    np.cumsum(cells, axis=-1, dtype=cells.dtype, out=sums[..., pad + 1 : pad + 1 + columns])
    sums[..., pad + 1 + columns :] = sums[..., pad + columns, None]
    return sums


def smoothed(where: Grid, counts: WholeCounts, kernel: Kernel, radii: FloatArray) -> Iterator[FloatArray]:
    """
    Weighted persons around each populated cell, (groups, n_cells), radius after radius.

    By Fourier transforms, padded so that nothing wraps round; what is left of
    nothing is nothing.
    """
    from scipy.fft import irfft2, next_fast_len, rfft2

    rows, columns = where.inside.shape
    here = where.populated
    reach = [
        min(float(np.ceil(kernel.cut * radii.max() / where.cell_metres)), length - 1.0) for length in (rows, columns)
    ]
    down, right = (int(one) for one in reach)
    shape = (next_fast_len(rows + down, real=True), next_fast_len(columns + right, real=True))
    images = [rfft2(cells.astype(np.float64) / counts.scale, shape, workers=-1) for cells in counts.cells]
    nothing = _NOTHING * counts.total / counts.scale
    up, across = np.arange(-down, down + 1), np.arange(-right, right + 1)
    squared = (up[:, None] ** 2 + across**2).astype(np.float64) * where.cell_metres**2
    for radius in radii:
        weights = np.zeros(shape)
        # the place of distance 0 is the first cell, negative distances wrap to the far end
        weights[np.ix_(up, across)] = kernel.weights(squared, float(radius))
        image = rfft2(weights, workers=-1)
        around = np.stack([irfft2(one * image, shape, workers=-1)[:rows, :columns][here] for one in images])
        yield np.where(around < nothing, 0.0, around)
