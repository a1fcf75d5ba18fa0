"""Clustering: the full table of proximities, written out."""

import numpy as np
import pytest
from rectangles import city

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import clustering, shapes


def proximities(place):
    """Every c by the formula: e to the minus kilometres, the own distance the root of .6 of the surface."""
    kilometres, surfaces = place.centres / 1000, place.surfaces / 1e6
    near = np.exp(-np.hypot(*(kilometres[:, None] - kilometres).transpose(2, 0, 1)))
    np.fill_diagonal(near, np.exp(-np.sqrt(0.6 * surfaces)))
    return near


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
    monkeypatch.setattr("cosmopolis.neighbourhoods.spatial_clustering._DISTANCES", 100)
    assert vars(clustering(group, rest, place)) == pytest.approx(whole, abs=1e-12)


def test_a_city_moved_turned_or_reordered_is_as_clustered():
    group, rest, place, _ = city()
    turned = shapes(place.centres[:, ::-1] + 7_000, place.surfaces)
    order = np.random.default_rng(1).permutation(group.size)
    mixed = shapes(place.centres[order], place.surfaces[order])
    value = vars(clustering(group, rest, place))
    assert vars(clustering(group, rest, turned)) == pytest.approx(value, abs=1e-9)
    assert vars(clustering(group[order], rest[order], mixed)) == pytest.approx(value, abs=1e-12)


def test_what_is_not_defined_is_said():
    place = city()[2]
    with pytest.raises(MeasureUndefined, match="different_lengths"):
        clustering([1, 2], [3, 1], place)
    with pytest.raises(MeasureUndefined, match="nothing_near"):
        clustering([1, 2], [3, 1], shapes([[0, 0], [1e9, 0]], [1e18, 1e18]))
    with pytest.raises(MeasureUndefined, match="one_side"):
        clustering(np.zeros(42), np.ones(42), place)
