"""Profiles over thresholds: their formulae with every way walked, and lines of areas by hand."""

import itertools

import numpy as np
import pytest
from rectangles import city

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import concentration_profile, neighbours, proximity_profile


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


def test_what_is_not_defined_is_said():
    group, rest, _, pairs = city()
    for profile in (concentration_profile, lambda x, y, steps: proximity_profile(x, y, pairs, steps)):
        with pytest.raises(MeasureUndefined, match="setting_outside"):
            profile(group, rest, 1)
