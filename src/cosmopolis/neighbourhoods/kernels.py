"""
The loops that NumPy cannot express without touching memory many times over.

Counts are whole numbers here (int32, or int64 for fixed point and very large
cities), so that sums do not depend on their order: the same bits at any number
of threads. A disc is summed row by row from prefix sums, O(radius) a cell.

A loop is compiled at its first call, or loaded from the cache beside this file;
`compile_kernels` fills the cache ahead of time with the variants in `signatures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numba import njit, types

#: So many rings are walked before a search strides over many, and how many then.
_STEPS, _STRIDE = 12, 16
_KIND: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


def signatures() -> dict[Any, list[Any]]:
    """The types that every loop is called with: counts of 32 and of 64 bits."""
    size, flags = types.int64, types.Array(types.uint8, 2, "C")
    numbers, pairs = types.Array(types.int64, 1, "C"), types.Array(types.int32, 2, "C")
    floats = types.Array(types.float64, 1, "C")
    tables = [types.Array(types.float64, dimensions, "C") for dimensions in (2, 3)]
    made: dict[Any, list[Any]] = {}
    for whole in (types.int32, types.int64):
        flat, cube = (types.Array(whole, dimensions, "C") for dimensions in (2, 3))
        variants = {
            disc_rows: (cube, cube, flags, pairs, pairs, floats, floats, size, size, tables[1]),
            disc_sums: (cube, pairs, pairs, size, size, cube),
            terms_of: (flat, floats, size, size, tables[0]),
            distances: (cube, floats, floats, size, size, tables[0]),
            nearest_rows: (cube, pairs, numbers, pairs, numbers, pairs, numbers, size, size, pairs, cube),
            whole_radii: (cube, pairs, numbers, size, size, size, size, pairs, cube),
            sums_within: (cube, pairs, pairs, size, size, cube),
        }
        for loop, one in variants.items():
            made.setdefault(loop, []).append(one)
    return made


def compile_kernels() -> int:
    """
    Have every loop compiled and cached, and say how many variants there are.

    Examples
    --------
    >>> compile_kernels()
    14
    """
    for loop, variants in signatures().items():
        for one in variants:
            loop.compile(one)
    return sum(len(variants) for variants in signatures().values())


def by_rows(work: Callable[[int, int], None], rows: int, *, at_once: int = 24) -> None:
    """
    Run work over bands of rows on all cores; each band writes to its own place.

    Parameters
    ----------
    work
        Called with the first row and the row after the last.
    rows
        How many rows there are.
    at_once
        Rows in a band.
    """
    bands = [(first, min(rows, first + at_once)) for first in range(0, rows, at_once)]
    threads = min(int(getattr(numba.config, "NUMBA_NUM_THREADS", 1)), len(bands))
    if threads < 2:
        for first, last in bands:
            work(first, last)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, first, last) for first, last in bands]:
            done.result()


@njit(inline="always")
def _times_log(number, table):  # type: ignore[no-untyped-def]
    """The product of a number and its logarithm, from the table where it reaches: at least to 0."""
    if number < table.size:
        return table[np.uint64(number)]
    real = float(number)
    return real * math.log(real)


@njit(**_KIND)
def disc_rows(prefix, cells, inside, half, extent, shares, table, first, last, sums):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917, PLR0912
    """
    Add up entropy, distance, diversity and exposure of discs around the cells of some rows.

    `prefix` (groups, rows, columns + 1 + 2 pad): the row's sum left of a column;
    `half` (radii, reach + 1): half-width of each disc by distance of the row, -1
    beyond it; `extent` (rows, 2): columns to look at; `table`: n ln n. `sums`
    (rows, radii, 3 + groups squared) takes, weighted with the cell's residents,
    entropy, summed distance of shares and Simpson diversity; then exposure.
    """
    groups, ny, width = prefix.shape
    pad = (width - cells.shape[2] - 1) // 2
    n_radii, reach = half.shape
    around = np.zeros((groups, cells.shape[2]), prefix.dtype)
    share = np.zeros(groups)
    for y in range(first, last):
        begin = extent[y, 0]
        n = extent[y, 1] - begin
        for r in range(n_radii):
            around[:, :n] = 0
            for g in range(groups):
                into = around[g, :n]
                for row in range(max(0, y - reach + 1), min(ny, y + reach)):
                    h = half[r, abs(row - y)]
                    if h >= 0:
                        right = prefix[g, row, pad + begin + h + 1 : pad + begin + h + 1 + n]
                        left = prefix[g, row, pad + begin - h : pad + begin - h + n]
                        for i in range(n):
                            into[i] += right[i] - left[i]
            entropy = 0.0
            distance = 0.0
            diversity = 0.0
            for i in range(n):
                x = begin + i
                own = 0
                for g in range(groups):
                    own += cells[g, y, x]
                if own == 0 or not inside[y, x]:
                    continue
                total = 0
                logs = 0.0
                for g in range(groups):
                    total += around[g, i]
                    logs += _times_log(around[g, i], table)
                part = 1.0 / total
                squares = 0.0
                apart = 0.0
                for g in range(groups):
                    share[g] = around[g, i] * part
                    squares += share[g] * share[g]
                    apart += abs(share[g] - shares[g])
                entropy += own * ((_times_log(total, table) - logs) * part)
                distance += own * apart
                diversity += own * (1.0 - squares)
                for m in range(groups):
                    members = float(cells[m, y, x])
                    for g in range(groups):
                        sums[y, r, 3 + m * groups + g] += members * share[g]
            sums[y, r, 0] = entropy
            sums[y, r, 1] = distance
            sums[y, r, 2] = diversity


@njit(**_KIND)
def disc_sums(prefix, half, places, first, last, around):  # type: ignore[no-untyped-def]
    """
    Persons of each group in the discs around some places.

    `prefix` as in `disc_rows`, without pad; `places` (n, 2): row and column;
    `around` (radii, groups, n) is filled from `first` to `last`.
    """
    groups, ny, width = prefix.shape
    n_radii, reach = half.shape
    for i in range(first, last):
        y = places[i, 0]
        x = places[i, 1]
        for r in range(n_radii):
            for g in range(groups):
                total = prefix[0, 0, 0] * 0
                for row in range(max(0, y - reach + 1), min(ny, y + reach)):
                    h = half[r, abs(row - y)]
                    if h >= 0:
                        total += prefix[g, row, min(width - 1, x + h + 1)] - prefix[g, row, max(0, x - h)]
                around[r, g, i] = total


@njit(**_KIND)
def distances(around, residents, shares, first, last, sums):  # type: ignore[no-untyped-def]
    """
    The summed distance of shares, for the radii from `first` to `last`, from stored surroundings.

    `around` (radii, groups, n), `residents` (n,); written to the second column of
    `sums` as in `disc_rows`.
    """
    _, groups, n = around.shape
    for r in range(first, last):
        distance = 0.0
        for i in range(n):
            total = 0
            for g in range(groups):
                total += around[r, g, i]
            part = 1.0 / total
            apart = 0.0
            for g in range(groups):
                apart += abs(around[r, g, i] * part - shares[g])
            distance += residents[i] * apart
        sums[r, 1] = distance


@njit(**_KIND)
def terms_of(around, table, first, last, terms):  # type: ignore[no-untyped-def]
    """Entropy and Simpson diversity (2, n) of the counts (groups, n) from `first` to `last`."""
    groups = around.shape[0]
    for i in range(first, last):
        total = 0
        logs = 0.0
        squares = 0.0
        for g in range(groups):
            total += around[g, i]
            logs += _times_log(around[g, i], table)
        part = 1.0 / total
        for g in range(groups):
            share = around[g, i] * part
            squares += share * share
        terms[0, i] = (_times_log(total, table) - logs) * part
        terms[1, i] = 1.0 - squares


@njit(inline="always")
def _strip(flat, width, row, left, right):  # type: ignore[no-untyped-def]
    """The four lanes of one row from column `left` up to before `right`."""
    far = np.uint64((row * width + right) * 4)
    near = np.uint64((row * width + left) * 4)
    return (
        flat[far] - flat[near],
        flat[far + np.uint64(1)] - flat[near + np.uint64(1)],
        flat[far + np.uint64(2)] - flat[near + np.uint64(2)],
        flat[far + np.uint64(3)] - flat[near + np.uint64(3)],
    )


@njit(inline="always")
def _disc(flat, ny, width, y, x, half, j):  # type: ignore[no-untyped-def]
    """The four lanes of the disc up to ring j, cut at the edge of the grid."""
    nx = width - 1
    reach = half[j, 0]
    a = b = c = d = flat[0]
    for row in range(max(0, y - reach), min(ny - 1, y + reach) + 1):
        h = half[j, abs(row - y)]
        one, two, three, four = _strip(flat, width, row, max(0, x - h), min(nx, x + h + 1))
        a += one
        b += two
        c += three
        d += four
    return a, b, c, d


@njit(inline="always")
def _ring(flat, ny, width, y, x, offsets, first, last):  # type: ignore[no-untyped-def]
    """The four lanes of one ring of cells, cut at the edge of the grid."""
    nx = width - 1
    a = b = c = d = flat[0]
    for i in range(first, last):
        row = y + offsets[i, 0]
        column = x + offsets[i, 1]
        if 0 <= row < ny and 0 <= column < nx:
            one, two, three, four = _strip(flat, width, row, column, column + 1)
            a += one
            b += two
            c += three
            d += four
    return a, b, c, d


@njit(inline="always")
def _outward(flat, ny, width, y, x, half, offsets, starts, need, j, lanes):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    """Rings added until there are enough: the last with too few, the first tried with enough, its lanes."""
    a, b, c, d = lanes
    last_ring = half.shape[0] - 1
    low = -1
    stride = _STRIDE
    for step in range(last_ring + 1):
        if a >= need or j == last_ring:
            break
        low = j
        if step < _STEPS:
            j += 1
            one, two, three, four = _ring(flat, ny, width, y, x, offsets, starts[j], starts[j + 1])
            a += one
            b += two
            c += three
            d += four
        else:
            j = min(last_ring, j + stride)
            stride *= 2
            a, b, c, d = _disc(flat, ny, width, y, x, half, j)
    return low, j, (a, b, c, d)


@njit(inline="always")
def _inward(flat, ny, width, y, x, half, offsets, starts, need, j, lanes):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    """Rings taken away as long as enough are left, as `_outward`; low is -1 if ring 0 has enough."""
    a, b, c, d = lanes
    low = -1
    stride = _STRIDE
    for step in range(half.shape[0]):
        if low >= 0 or j == 0:
            break
        if step < _STEPS:
            one, two, three, four = _ring(flat, ny, width, y, x, offsets, starts[j], starts[j + 1])
            if a - one < need:
                low = j - 1
            else:
                j -= 1
                a -= one
                b -= two
                c -= three
                d -= four
        else:
            tried = max(0, j - stride)
            stride *= 2
            one, two, three, four = _disc(flat, ny, width, y, x, half, tried)
            if one < need:
                low = tried
            else:
                j = tried
                a, b, c, d = one, two, three, four
    return low, j, (a, b, c, d)


@njit(**_KIND)
def nearest_rows(prefix, places, needed, half, ring_squares, offsets, starts, first, last, squares, found):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    """
    Smallest discs of whole rings that hold enough persons, around some places.

    `prefix` (rows, columns + 1, 4): total and three groups; `needed` ascending, in
    the units of the counts; ring j has its half-widths in `half[j]`, its squared
    radius in `ring_squares[j]`, its cells in `offsets[starts[j]:starts[j + 1]]`.
    `squares` (places, k) takes the squared radius, -1 where all rings together
    hold too few; `found` (places, k, 4) the lanes inside. Each search starts at the
    answer of the place before, never below that of the smaller k, and walks ring
    by ring; far walks are halved instead.
    """
    ny, width, _ = prefix.shape
    flat = prefix.ravel()
    warm = np.zeros(needed.size, np.int64)
    for i in range(first, last):
        y = places[i, 0]
        x = places[i, 1]
        j = np.int64(0)
        lanes = _strip(flat, width, y, x, x + 1)
        for k in range(needed.size):
            need = needed[k]
            if lanes[0] < need and warm[k] > j + 1:
                j = warm[k]
                lanes = _disc(flat, ny, width, y, x, half, j)
            # the ring looked for lies between low, which has too few, and j, which has enough
            if lanes[0] < need:
                low, j, lanes = _outward(flat, ny, width, y, x, half, offsets, starts, need, j, lanes)
                if lanes[0] < need:
                    squares[i, k:] = -1
                    break
            else:
                low, j, lanes = _inward(flat, ny, width, y, x, half, offsets, starts, need, j, lanes)
            while low >= 0 and j - low > 1:
                middle = (low + j) // 2
                tried = _disc(flat, ny, width, y, x, half, middle)
                if tried[0] < need:
                    low = middle
                else:
                    j = middle
                    lanes = tried
            warm[k] = j
            squares[i, k] = ring_squares[j]
            found[i, k, 0] = lanes[0]
            found[i, k, 1] = lanes[1]
            found[i, k, 2] = lanes[2]
            found[i, k, 3] = lanes[3]


@njit(inline="always")
def _root(square):  # type: ignore[no-untyped-def]
    """The whole part of a square root, exactly."""
    root = np.int64(math.sqrt(float(square)))
    while root * root > square:
        root -= 1
    while (root + 1) * (root + 1) <= square:
        root += 1
    return root


@njit(inline="always")
def _wide(flat, ny, width, y, x, square):  # type: ignore[no-untyped-def]
    """The four lanes of a disc of any squared radius."""
    nx = width - 1
    reach = _root(square)
    a = b = c = d = flat[0]
    for row in range(max(0, y - reach), min(ny - 1, y + reach) + 1):
        h = _root(square - (row - y) * (row - y))
        one, two, three, four = _strip(flat, width, row, max(0, x - h), min(nx, x + h + 1))
        a += one
        b += two
        c += three
        d += four
    return a, b, c, d


@njit(**_KIND)
def whole_radii(prefix, places, needed, least, most, first, last, squares, found):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    """
    As `nearest_rows` where no list of rings reaches: by halving the squared radius.

    `squares` (places, k) takes the smallest whole squared radius in cells above
    `least` and up to `most` whose disc holds enough, or -1; places that have one
    already are left alone.
    """
    ny, width, _ = prefix.shape
    flat = prefix.ravel()
    for i in range(first, last):
        y = places[i, 0]
        x = places[i, 1]
        low = least
        for k in range(needed.size):
            if squares[i, k] >= 0:
                continue
            high = most
            a, b, c, d = _wide(flat, ny, width, y, x, high)
            if a < needed[k]:
                break
            while high - low > 1:
                middle = (low + high) // 2
                one, two, three, four = _wide(flat, ny, width, y, x, middle)
                if one < needed[k]:
                    low = middle
                else:
                    high = middle
                    a, b, c, d = one, two, three, four
            squares[i, k] = high
            low = high - 1
            found[i, k, 0] = a
            found[i, k, 1] = b
            found[i, k, 2] = c
            found[i, k, 3] = d


@njit(**_KIND)
def sums_within(prefix, places, squares, first, last, found):  # type: ignore[no-untyped-def]
    """Four lanes (places, k, 4) inside known squared radii in cells (places, k); -1 is passed over."""
    ny, width, _ = prefix.shape
    flat = prefix.ravel()
    for i in range(first, last):
        for k in range(squares.shape[1]):
            if squares[i, k] >= 0:
                a, b, c, d = _wide(flat, ny, width, places[i, 0], places[i, 1], squares[i, k])
                found[i, k, 0] = a
                found[i, k, 1] = b
                found[i, k, 2] = c
                found[i, k, 3] = d
