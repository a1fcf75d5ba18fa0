"""
The loops that NumPy cannot express without touching memory many times over.

Counts are whole numbers here (int32, or int64 for fixed point and very large
cities), so that sums do not depend on their order: the same bits at any number
of threads. A disc is summed row by row from prefix sums, O(radius) a cell.

Importing this module compiles its functions or loads them from the cache beside
it; `compile_kernels` does so ahead of the first call.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numba import njit, types

_WHOLE = (types.int32, types.int64)
_SHORT = types.int32[:, ::1]
_LIST = types.int32[::1]
_FLAGS = types.uint8[:, ::1]
_FLOATS = types.float64[::1]
_KIND: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


def _array(kind: Any, dimensions: int) -> Any:
    return types.Array(kind, dimensions, "C")


def compile_kernels() -> int:
    """
    Have every loop compiled and cached, and say how many variants there are.

    Examples
    --------
    >>> compile_kernels() >= 6
    True
    """
    made = (disc_rows, disc_sums, terms_of, nearest_rows, sums_within, whole_radii)
    return sum(len(one.signatures) for one in made)


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
    threads = min(int(numba.config.NUMBA_NUM_THREADS), len(bands))
    if threads < 2:
        for first, last in bands:
            work(first, last)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, first, last) for first, last in bands]:
            done.result()


@njit(inline="always")
def _times_log(number, table):  # type: ignore[no-untyped-def]
    """n ln n, from the table where it reaches."""
    if number < table.size:
        return table[np.uint64(number)]
    real = float(number)
    return real * math.log(real)


@njit(
    [
        types.void(
            _array(whole, 3), _array(whole, 3), _FLAGS, _SHORT, _SHORT, _FLOATS, _FLOATS,
            types.int64, types.int64, _array(types.float64, 3),
        )
        for whole in _WHOLE
    ],
    **_KIND,
)  # fmt: skip
def disc_rows(prefix, cells, inside, half, extent, shares, table, first, last, sums):  # type: ignore[no-untyped-def]
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


@njit(
    [
        types.void(_array(whole, 3), _SHORT, _SHORT, types.int64, types.int64, _array(whole, 3))
        for whole in _WHOLE
    ],
    **_KIND,
)  # fmt: skip
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


@njit(
    [
        types.void(_array(whole, 2), _FLOATS, types.int64, types.int64, _array(types.float64, 2))
        for whole in _WHOLE
    ],
    **_KIND,
)  # fmt: skip
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
def _disc(flat, ny, width, y, x, half, reach):  # type: ignore[no-untyped-def]
    """The four lanes of a disc, cut at the edge of the grid."""
    nx = width - 1
    a = b = c = d = flat[0]
    for row in range(max(0, y - reach), min(ny - 1, y + reach) + 1):
        h = half[abs(row - y)]
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


@njit(
    [
        types.void(
            _array(whole, 3), _SHORT, types.int64[::1], _SHORT, _LIST, _SHORT, _LIST,
            types.int64, types.int64, _SHORT, _array(whole, 3),
        )
        for whole in _WHOLE
    ],
    **_KIND,
)  # fmt: skip
def nearest_rows(prefix, places, needed, half, reach, offsets, starts, first, last, rings, found):  # type: ignore[no-untyped-def]
    """
    Smallest discs of whole rings that hold enough persons, around some places.

    `prefix` (rows, columns + 1, 4): total and three groups; `needed` ascending, in
    the units of the counts; ring j has its half-widths in `half[j]`, its radius in
    whole rows in `reach[j]`, its cells in `offsets[starts[j]:starts[j + 1]]`.
    `rings` (places, k) takes the ring, -1 where all rings together hold too few;
    `found` (places, k, 4) the lanes inside. Each search starts at the answer of
    the place before, never below that of the smaller k, and walks ring by ring;
    far walks are halved instead.
    """
    ny, width, _ = prefix.shape
    flat = prefix.ravel()
    n_k = needed.size
    last_ring = reach.size - 1
    warm = np.zeros(n_k, np.int64)
    for i in range(first, last):
        y = places[i, 0]
        x = places[i, 1]
        j = 0
        a, b, c, d = _strip(flat, width, y, x, x + 1)
        for k in range(n_k):
            need = needed[k]
            if a < need and warm[k] > j + 1:
                j = warm[k]
                a, b, c, d = _disc(flat, ny, width, y, x, half[j], reach[j])
            # the ring searched for lies between low (too few) and j (enough)
            low = -1
            if a < need:
                step = 1
                walked = 0
                while a < need and j < last_ring:
                    low = j
                    if walked < 12:
                        walked += 1
                        j += 1
                        one, two, three, four = _ring(flat, ny, width, y, x, offsets, starts[j], starts[j + 1])
                        a += one
                        b += two
                        c += three
                        d += four
                    else:
                        step *= 2
                        j = min(last_ring, j + 8 * step)
                        a, b, c, d = _disc(flat, ny, width, y, x, half[j], reach[j])
                if a < need:
                    for later in range(k, n_k):
                        rings[i, later] = -1
                    break
            else:
                walked = 0
                step = 1
                while low < 0 and j > 0:
                    if walked < 12:
                        walked += 1
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
                        step *= 2
                        tried = max(0, j - 8 * step)
                        one, two, three, four = _disc(flat, ny, width, y, x, half[tried], reach[tried])
                        if one < need:
                            low = tried
                        else:
                            j = tried
                            a, b, c, d = one, two, three, four
            while j - low > 1 and low >= 0:
                middle = (low + j) // 2
                one, two, three, four = _disc(flat, ny, width, y, x, half[middle], reach[middle])
                if one < need:
                    low = middle
                else:
                    j = middle
                    a, b, c, d = one, two, three, four
            warm[k] = j
            rings[i, k] = j
            found[i, k, 0] = a
            found[i, k, 1] = b
            found[i, k, 2] = c
            found[i, k, 3] = d


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


@njit(
    [
        types.void(
            _array(whole, 3), _SHORT, types.int64[::1], types.int64, types.int64,
            types.int64, types.int64, types.int64[:, ::1], _array(whole, 3),
        )
        for whole in _WHOLE
    ],
    **_KIND,
)  # fmt: skip
def whole_radii(prefix, places, needed, least, most, first, last, squares, found):  # type: ignore[no-untyped-def]
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


@njit(
    [
        types.void(_array(whole, 3), _SHORT, types.int64[:, ::1], types.int64, types.int64, _array(whole, 3))
        for whole in _WHOLE
    ],
    **_KIND,
)  # fmt: skip
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
