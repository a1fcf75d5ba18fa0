"""Concentration and centralisation: their formulae written out in full."""

import numpy as np
import pytest
from rectangles import city

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    absolute_centralisation,
    absolute_concentration,
    delta,
    relative_centralisation,
    relative_concentration,
    shapes,
)


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


def test_a_city_moved_turned_or_reordered_is_as_concentrated_and_as_central():
    group, rest, place, _ = city()
    turned = shapes(place.centres[:, ::-1] + 7_000, place.surfaces)
    order = np.random.default_rng(1).permutation(group.size)
    mixed = shapes(place.centres[order], place.surfaces[order])
    for measure in (absolute_centralisation, relative_centralisation):
        value = measure(group, rest, place)
        assert measure(group, rest, turned) == pytest.approx(value, abs=1e-12)
        assert measure(group[order], rest[order], mixed) == pytest.approx(value, abs=1e-12)
    for other in (absolute_concentration, relative_concentration, delta):
        expected = other(group, rest, place.surfaces)
        assert other(group[order], rest[order], place.surfaces[order]) == pytest.approx(expected, abs=1e-12)


def test_what_is_not_defined_is_said():
    place = city()[2]
    for measure in (absolute_concentration, relative_concentration):
        with pytest.raises(MeasureUndefined, match=r"equal_surfaces \(areas=3\)"):
            measure([1, 2, 3], [4, 5, 6], [1e6] * 3)
    with pytest.raises(MeasureUndefined, match="coordinates_in_degrees"):
        shapes([[2.1, 41.4], [2.2, 41.3]], [1e6, 1e6])
    with pytest.raises(MeasureUndefined, match="one_side"):
        delta(np.zeros(42), np.ones(42), place.surfaces)
