"""Modified forms of dissimilarity: Morrill's landscapes, and the formula of borders written out."""

import numpy as np
import pytest
from rectangles import city, touching

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    adjusted_dissimilarity,
    border_dissimilarity,
    dissimilarity,
    min_max,
    neighbours,
    shape_dissimilarity,
    shapes,
)

# group, then D(adj) with rook contiguity
MORRILL = {
    ".....#####/" * 5 + "........../" * 5: 0.944444,
    "...##...##/" * 3 + "........../" * 2 + "...##...##/" * 3 + ".........#/" + "........../": 0.827778,
    (".#.#.#.#.#/" + "........../") * 5: 0.500000,
    "....++####/" * 3 + "....++++++/" * 3 + "........../" * 4: 0.789327,
    "..+##..+##/..++#..++#/..+++..+++/........../........../"
    "..+##..+##/..++#..++#/..+++..+++/.........+/........../": 0.664993,
    ".......###/" * 3 + "........../" * 7: 0.966667,
    "........../" * 2 + ".....###../" * 3 + "........../" * 5: 0.933333,
    ".....#..../" * 4 + ".....#####/" + "........../" * 5: 0.900000,
}

SIDE = 1000.0


@pytest.mark.parametrize(("rows", "expected"), MORRILL.items())
def test_dissimilarity_between_neighbours_in_morrills_landscapes(rows, expected):
    group = np.array([{"#": 100, "+": 50, ".": 0}[cell] for cell in rows if cell != "/"])
    pairs = touching(10, 10, np.full(10, SIDE), np.full(10, SIDE))
    assert adjusted_dissimilarity(group, 100 - group, pairs) == pytest.approx(expected, abs=5e-7)
    # all borders alike, all areas square: the three are one
    assert border_dissimilarity(group, 100 - group, pairs) == pytest.approx(expected, abs=5e-7)
    middles = 1e6 + SIDE * np.argwhere(np.ones((10, 10)))
    place = shapes(middles, [SIDE**2] * 100, [4 * SIDE] * 100)
    assert shape_dissimilarity(group, 100 - group, pairs, place) == pytest.approx(expected, abs=5e-7)


def test_borders_by_their_formula():
    x, y, place, pairs = city()
    p, border, ratio = x / (x + y), np.zeros((42, 42)), place.perimeters / place.surfaces
    border[pairs.first, pairs.second] = border[pairs.second, pairs.first] = pairs.border
    gaps, even = np.abs(p[:, None] - p), dissimilarity(x, y)
    thin = (ratio[:, None] + ratio) / 2 / ratio.max()
    # each border once: the half of the formula falls against the two orders of a pair
    assert border_dissimilarity(x, y, pairs) == pytest.approx(even - (border * gaps).sum() / border.sum(), abs=1e-12)
    expected = even - (border * gaps * thin).sum() / border.sum()
    assert shape_dissimilarity(x, y, pairs, place) == pytest.approx(expected, abs=1e-12)


def test_what_is_not_defined_is_said():
    group, rest, place, pairs = city()
    with pytest.raises(MeasureUndefined, match="no_neighbours"):
        adjusted_dissimilarity([1, 2], [3, 1], neighbours([], []))
    with pytest.raises(MeasureUndefined, match="borders_missing"):
        shape_dissimilarity(group, rest, pairs, shapes(place.centres, place.surfaces))
    with pytest.raises(MeasureUndefined, match="one_side"):
        min_max(np.zeros(42), np.ones(42))
