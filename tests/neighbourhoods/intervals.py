"""Cities with counts that are known as intervals, and every way to fill them, for the tests of their indices."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from cosmopolis.vocabulary.measurement import between

CELLS = st.tuples(st.integers(0, 6), st.integers(0, 2)).map(lambda cell: (cell[0], cell[0] + cell[1]))
CITIES = (
    st.integers(2, 3)
    .flatmap(lambda n: st.tuples(st.lists(CELLS, min_size=n, max_size=n), st.lists(CELLS, min_size=n, max_size=n)))
    .filter(lambda city: all(any(high for _, high in side) for side in city))
    .filter(lambda city: sum(bool(x[1] + y[1]) for x, y in zip(*city, strict=True)) > 1)
)


def box(cells):
    return between(*np.array(cells, float).T)


def completions(city):
    """Every way to fill the hidden cells with whole persons, somebody on both sides."""
    sides = [[np.array(p, float) for p in product(*(range(a, b + 1) for a, b in side))] for side in city]
    return [(x, y) for x in sides[0] for y in sides[1] if x.sum() and y.sum()]


def made(areas, *, width=1, mean=50, seed=1):
    """A city with hidden cells, the group rare in most areas."""
    draw = np.random.default_rng(seed)
    low = draw.poisson(draw.gamma(0.6, mean / 6, areas)) + 1.0
    other = np.floor(draw.gamma(2, mean / 2, areas))
    hidden = [3.0 * draw.integers(0, width + 1, areas) for _ in range(2)]
    return between(low, low + hidden[0]), between(other, other + hidden[1])
