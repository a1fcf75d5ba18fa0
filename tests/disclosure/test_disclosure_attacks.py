"""The attacks of the privacy reference on made cities, at a fixed-seed tenth of the release run."""

import numpy as np
import pytest
from disclosure_cases import LIGHT, STRICT, atom, noise, table

from cosmopolis.disclosure.keys import KEYS, atom_keys, deviations
from cosmopolis.disclosure.relations import Relation, narrowed_ranges

RUNS = 2000
PROFILES = pytest.mark.parametrize("profile", [STRICT, LIGHT], ids=["strict", "light"])


def keys_of(counts, place):
    """Keys of atoms that differ in their area, one per run."""
    frame = table(*(atom(f"{place}-{run}", int(n)) for run, n in enumerate(counts))).frame
    return atom_keys(frame, noise()).to_numpy()


def published(counts, keys, profile):
    return counts + deviations(np.asarray(counts), np.asarray(keys, np.uint64) % np.uint64(KEYS), profile)


@PROFILES
@pytest.mark.parametrize("sliver", [1, 2, 3])
def test_a_sliver_is_not_found_by_subtracting(profile, sliver):
    draws = np.random.default_rng(1)
    inside = draws.integers(20, 200, RUNS)
    part = np.full(RUNS, sliver)
    inner, outer = keys_of(inside, "quarter"), keys_of(part, "sliver")
    whole = published(inside + part, inner + outer, profile)
    found = whole - published(inside, inner, profile)
    assert (found == sliver).mean() <= (0.20 if profile is STRICT else 0.30)


@PROFILES
def test_an_arrival_is_not_found_in_the_cell_or_its_parent(profile):
    draws = np.random.default_rng(2)
    before = draws.integers(5, 60, RUNS)
    rest = draws.integers(20, 200, RUNS)
    others = keys_of(rest, "rest")
    first, second = keys_of(before, "cell"), keys_of(before + 1, "cell")
    limit = 0.20 if profile is STRICT else 0.30
    cell = published(before + 1, second, profile) - published(before, first, profile)
    assert (cell == 1).mean() <= limit
    parent = published(rest + before + 1, others + second, profile) - published(rest + before, others + first, profile)
    assert (parent == 1).mean() <= limit


@PROFILES
def test_twelve_releases_of_a_count_that_stays_tell_no_more_than_one(profile):
    counts = np.random.default_rng(3).integers(1, 7, RUNS)
    releases = [published(counts, keys_of(counts, "cell"), profile) for _ in range(12)]
    guess = np.round(np.mean(releases, axis=0))
    assert (guess == counts).mean() <= (0.25 if profile is STRICT else 0.36)


@PROFILES
def test_averaging_over_the_budget_of_breakdowns_finds_few_counts(profile):
    # a group of 40 seen through as many two-way tables as the budget allows
    breakdowns, limit = (5, 0.40) if profile is STRICT else (3, 0.50)
    draws = np.random.default_rng(4)
    sums = []
    for number in range(breakdowns):
        one = draws.binomial(40, 0.5, RUNS)
        sums.append(
            published(one, keys_of(one, f"{number}-one"), profile)
            + published(40 - one, keys_of(40 - one, f"{number}-other"), profile)
        )
    assert (np.round(np.mean(sums, axis=0)) == 40).mean() <= limit


def made_city(draws, areas, origins, migrants):
    """A small city as the privacy reference makes it (1.9)."""
    size = draws.integers(1500, 5500, areas)
    share = np.minimum(draws.zipf(1.6, 4000), 60)
    of_origin = np.bincount(share, minlength=61)[1 : origins + 1] + 1.0
    migrant = np.clip(draws.beta(2, 6, areas), 0.03, 0.70)
    weight = (size * migrant)[:, None] * draws.gamma(0.6, size=(areas, origins))
    weight = weight / weight.sum(axis=0) * of_origin
    return draws.multinomial(migrants, (weight / weight.sum()).ravel()).reshape(areas, origins)


def lines_of(counts):
    """Positions of each row, each column and the whole of a table."""
    places = np.arange(counts.size).reshape(counts.shape)
    return [*places, *places.T, places.ravel()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("areas", "origins", "migrants", "cities"), [(8, 6, 4000, 70), (12, 10, 8000, 24), (20, 15, 15000, 6)]
)
def test_no_small_cell_is_exact_for_an_attacker_who_knows_the_method(areas, origins, migrants, cities):
    draws = np.random.default_rng(areas)
    far = STRICT.largest_deviation
    for city in range(cities):
        counts = made_city(draws, areas, origins, migrants)
        flat = counts.ravel()
        keys = keys_of(flat, f"city-{areas}-{city}")
        shown = published(flat, keys, STRICT)
        relations = []
        for line in lines_of(counts):
            total = published(np.array([flat[line].sum()]), np.array([keys[line].sum()]), STRICT)[0]
            relations.append(Relation(line, np.ones(len(line)), total - far, total + far))
        # a number above zero means somebody: there are no false positives
        lowest = np.maximum(shown - far, (shown > 0).astype(float))
        ranges = narrowed_ranges(lowest.astype(float), (shown + far).astype(float), relations)
        small = (flat >= 1) & (flat <= 4)
        assert not ranges.contradictions
        assert (ranges.lower <= flat).all()
        assert (ranges.upper >= flat).all()
        assert (ranges.upper - ranges.lower)[small].min() >= 3


def test_hiding_small_counts_and_printing_totals_gives_most_of_them_back():
    # why no such policy exists: 88 % exact on tables of 8 areas and 6 origins
    draws = np.random.default_rng(8)
    exact = hidden = 0
    for _ in range(30):
        counts = made_city(draws, 8, 6, 4000)
        flat = counts.ravel()
        small = np.flatnonzero((flat >= 1) & (flat <= 4))
        number = {place: position for position, place in enumerate(small.tolist())}
        relations = []
        for line in lines_of(counts)[:-1]:
            unknown = [number[place] for place in line.tolist() if place in number]
            total = float(flat[[place for place in line.tolist() if place in number]].sum())
            relations.append(Relation(np.array(unknown, np.int64), np.ones(len(unknown)), total, total))
        ranges = narrowed_ranges(np.ones(len(small)), np.full(len(small), 4.0), relations)
        exact += int((ranges.lower == ranges.upper).sum())
        hidden += len(small)
    assert exact / hidden > 0.6
