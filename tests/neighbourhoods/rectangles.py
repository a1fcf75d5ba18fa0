"""Cities of rectangles with their borders, for the tests of the optional catalogue."""

import numpy as np

from cosmopolis.neighbourhoods import neighbours, shapes


def city(rows=6, columns=7, seed=3):
    """A city of rectangles: persons of both sides, shapes, and neighbours with their borders."""
    made = np.random.default_rng(seed)
    heights, widths = made.uniform(500, 2500, rows), made.uniform(500, 2500, columns)
    east, north = np.meshgrid(400_000 + np.cumsum(widths) - widths / 2, 5_000_000 + np.cumsum(heights) - heights / 2)
    wide, high = np.meshgrid(widths, heights)
    place = shapes(np.stack([east.ravel(), north.ravel()], 1), (wide * high).ravel(), 2 * (wide + high).ravel())
    total = made.integers(20, 200, rows * columns)
    group = made.binomial(total, made.beta(1, 3, rows * columns))
    return group, total - group, place, touching(rows, columns, heights, widths)


def touching(rows, columns, heights, widths):
    cells = np.arange(rows * columns).reshape(rows, columns)
    first = [*cells[:, :-1].ravel(), *cells[:-1].ravel()]
    second = [*cells[:, 1:].ravel(), *cells[1:].ravel()]
    return neighbours(first, second, [*np.repeat(heights, columns - 1), *np.tile(widths, rows - 1)])
