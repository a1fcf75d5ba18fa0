"""The optional catalogue: Morrill's landscapes, formulae written out in full, and what is not defined."""

import itertools

import numpy as np
import pytest

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    PEERS_DISAGREE,
    absolute_centralisation,
    absolute_concentration,
    adjusted_dissimilarity,
    border_dissimilarity,
    clustering,
    concentration_profile,
    delta,
    dissimilarity,
    min_max,
    neighbours,
    optional_indices,
    proximity_profile,
    relative_centralisation,
    relative_concentration,
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


def proximities(place):
    """Every c by the formula: e to the minus kilometres, the own distance the root of .6 of the surface."""
    kilometres, surfaces = place.centres / 1000, place.surfaces / 1e6
    near = np.exp(-np.hypot(*(kilometres[:, None] - kilometres).transpose(2, 0, 1)))
    np.fill_diagonal(near, np.exp(-np.sqrt(0.6 * surfaces)))
    return near


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


def test_clustering_by_the_full_table_of_proximities():
    x, y, place, _ = city()
    t, c = x + y, proximities(place)
    n, both = x.size, float(x.sum())
    even = both / n**2 * c.sum()
    found = clustering(x, y, place)
    acl = ((x / both * (c @ x)).sum() - even) / ((x / both * (c @ t)).sum() - even)
    near = {name: p @ c @ p / p.sum() ** 2 for name, p in (("x", x), ("y", y), ("t", t))}
    met = c * t / (c * t).sum(axis=1, keepdims=True)
    assert found.absolute_clustering == pytest.approx(acl, abs=1e-12)
    assert found.relative_clustering == pytest.approx(near["x"] / near["y"] - 1, abs=1e-12)
    proximity = (both * near["x"] + y.sum() * near["y"]) / (t.sum() * near["t"])
    assert found.spatial_proximity == pytest.approx(proximity, abs=1e-12)
    assert found.distance_decay_isolation == pytest.approx((x / both * (met @ (x / t))).sum(), abs=1e-12)
    assert found.distance_decay_interaction == pytest.approx((x / both * (met @ (y / t))).sum(), abs=1e-12)
    assert found.distance_decay_isolation + found.distance_decay_interaction == pytest.approx(1, abs=1e-12)


def test_clustering_does_not_depend_on_the_blocks_it_is_made_in(monkeypatch):
    group, rest, place, _ = city()
    whole = vars(clustering(group, rest, place))
    monkeypatch.setattr("cosmopolis.neighbourhoods.catalogue._DISTANCES", 100)
    assert vars(clustering(group, rest, place)) == pytest.approx(whole, abs=1e-12)


def test_a_city_moved_turned_or_reordered_is_the_same_city():
    group, rest, place, _ = city()
    turned = shapes(place.centres[:, ::-1] + 7_000, place.surfaces)
    order = np.random.default_rng(1).permutation(group.size)
    mixed = shapes(place.centres[order], place.surfaces[order])
    for measure in (absolute_centralisation, relative_centralisation):
        value = measure(group, rest, place)
        assert measure(group, rest, turned) == pytest.approx(value, abs=1e-12)
        assert measure(group[order], rest[order], mixed) == pytest.approx(value, abs=1e-12)
    value = vars(clustering(group, rest, place))
    assert vars(clustering(group, rest, turned)) == pytest.approx(value, abs=1e-9)
    assert vars(clustering(group[order], rest[order], mixed)) == pytest.approx(value, abs=1e-12)
    for other in (absolute_concentration, relative_concentration, delta):
        expected = other(group, rest, place.surfaces)
        assert other(group[order], rest[order], place.surfaces[order]) == pytest.approx(expected, abs=1e-12)


def test_concentration_by_its_formula():
    x, y, place, _ = city()
    t, a = x + y, place.surfaces
    order = np.argsort(a)
    n1 = next(n for n in range(1, 43) if t[order][:n].sum() >= x.sum())
    n2 = next(n for n in range(1, 43) if t[order][-n:].sum() >= x.sum())
    least = (t * a)[order][:n1].sum() / t[order][:n1].sum()
    most = (t * a)[order][-n2:].sum() / t[order][-n2:].sum()
    mine, others = (x * a).sum() / x.sum(), (y * a).sum() / y.sum()
    assert absolute_concentration(x, y, a) == pytest.approx(1 - (mine - least) / (most - least), abs=1e-12)
    assert relative_concentration(x, y, a) == pytest.approx((mine / others - 1) / (least / most - 1), abs=1e-12)
    assert delta(x, y, a) == pytest.approx(np.abs(x / x.sum() - a / a.sum()).sum() / 2, abs=1e-12)


def test_centralisation_by_its_formula():
    x, y, place, _ = city()
    order = np.argsort(np.hypot(*(place.centres - place.centres.mean(axis=0)).T))
    shares = [np.cumsum(amounts[order]) / amounts.sum() for amounts in (x, y, place.surfaces)]
    ace = sum(shares[0][i - 1] * shares[2][i] - shares[0][i] * shares[2][i - 1] for i in range(1, 42))
    rce = sum(shares[0][i - 1] * shares[1][i] - shares[0][i] * shares[1][i - 1] for i in range(1, 42))
    assert absolute_centralisation(x, y, place) == pytest.approx(ace, abs=1e-12)
    assert relative_centralisation(x, y, place) == pytest.approx(rce, abs=1e-12)
    assert relative_centralisation(y, x, place) == pytest.approx(-rce, abs=1e-12)


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


def test_profiles_by_their_formula():
    x, y, _, pairs = city()
    p, share, steps = x / (x + y), x.sum() / (x + y).sum(), np.linspace(0, 1, 1000)
    away = np.where(np.eye(42) > 0, 0.0, np.inf)
    away[pairs.first, pairs.second] = away[pairs.second, pairs.first] = 1
    for middle in range(42):
        away = np.minimum(away, away[:, middle, None] + away[middle])
    held = [x[p >= step].sum() / x.sum() for step in steps]
    near = []
    for step in steps:
        inside = away[np.ix_(p >= step, p >= step)]
        near.append((len(inside) ** 2 - len(inside)) / inside.sum() if inside.sum() else 0.0)
    for found, curve in ((concentration_profile(x, y), held), (proximity_profile(x, y, pairs), near)):
        below = steps < share
        value = (share - (np.array(curve)[below].sum() - np.array(curve)[~below].sum()) / 1000) / (1 - share)
        assert found.curve == pytest.approx(curve, abs=1e-12)
        assert found.value == pytest.approx(value, abs=1e-12)


def test_the_steps_between_more_areas_than_a_block_of_bits_holds():
    made = np.random.default_rng(5)
    group, rest = made.integers(0, 20, 300), made.integers(1, 20, 300)
    line = neighbours(np.arange(299), np.arange(1, 300))
    # all areas of a line: the mean of |i - j|
    mean = sum(abs(i - j) for i, j in itertools.permutations(range(300), 2)) / (300 * 299)
    assert proximity_profile(group, rest, line).curve[0] == pytest.approx(1 / mean, abs=1e-12)


def test_areas_out_of_reach_are_not_near():
    found = proximity_profile([9, 8, 1], [1, 2, 9], neighbours([0], [1]), thresholds=11)
    assert found.curve.tolist() == [0, 0, *[1] * 7, 0, 0]


def test_all_at_once_says_where_peers_disagree_and_what_is_missing():
    group, rest, place, pairs = city()
    found = {entry.index: entry for entry in optional_indices(group, rest, place, pairs)}
    assert {name for name, entry in found.items() if entry.peers_disagree} == PEERS_DISAGREE
    assert found["delta"].value == delta(group, rest, place.surfaces)
    assert {name for name, entry in found.items() if entry.unit == "km"} == set(vars(clustering(group, rest, place)))
    assert all(np.isfinite(entry.value) for entry in found.values())
    bare = shapes(place.centres, [1e6] * 42)
    lacking = {entry.index: entry for entry in optional_indices(group, rest, bare, neighbours([0], [1]))}
    assert lacking["relative_concentration"].value is None
    assert lacking["relative_concentration"].reason.message_id == "neighbourhoods.equal_surfaces"
    assert lacking["border_dissimilarity"].reason.message_id == "neighbourhoods.borders_missing"


def test_empty_areas_change_nothing():
    group, rest, place, pairs = city()
    wider = shapes(
        np.vstack([place.centres, [[400_000, 5_000_000]]]), [*place.surfaces, 9e6], [*place.perimeters, 12e3]
    )
    more = neighbours([*pairs.first, 42], [*pairs.second, 0], [*pairs.border, 500])
    found = optional_indices([*group, 0], [*rest, 0], wider, more)
    assert found == optional_indices(group, rest, place, pairs)


def test_what_is_not_defined_is_said():
    group, rest, place, pairs = city()
    for measure in (absolute_concentration, relative_concentration):
        with pytest.raises(MeasureUndefined, match=r"equal_surfaces \(areas=3\)"):
            measure([1, 2, 3], [4, 5, 6], [1e6] * 3)
    with pytest.raises(MeasureUndefined, match="coordinates_in_degrees"):
        shapes([[2.1, 41.4], [2.2, 41.3]], [1e6, 1e6])
    with pytest.raises(MeasureUndefined, match="no_neighbours"):
        adjusted_dissimilarity([1, 2], [3, 1], neighbours([], []))
    with pytest.raises(MeasureUndefined, match="borders_missing"):
        shape_dissimilarity(group, rest, pairs, shapes(place.centres, place.surfaces))
    with pytest.raises(MeasureUndefined, match="different_lengths"):
        clustering([1, 2], [3, 1], place)
    with pytest.raises(MeasureUndefined, match="nothing_near"):
        clustering([1, 2], [3, 1], shapes([[0, 0], [1e9, 0]], [1e18, 1e18]))
    for profile in (concentration_profile, lambda x, y, steps: proximity_profile(x, y, pairs, steps)):
        with pytest.raises(MeasureUndefined, match="setting_outside"):
            profile(group, rest, 1)
    for measure in (min_max, lambda x, y: clustering(x, y, place), lambda x, y: delta(x, y, place.surfaces)):
        with pytest.raises(MeasureUndefined, match="one_side"):
            measure(np.zeros(42), np.ones(42))
