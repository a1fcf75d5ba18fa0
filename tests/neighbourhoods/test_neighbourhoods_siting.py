"""Where the next facility helps most: every choice tried, by hand and beside each other."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access import catchment_access, with_facilities
from cosmopolis.neighbourhoods.access_gaps import access_gap
from cosmopolis.neighbourhoods.decay import linear, step
from cosmopolis.neighbourhoods.least_access import worst_off
from cosmopolis.neighbourhoods.pairs import Pairs, matrix_pairs, straight_pairs
from cosmopolis.neighbourhoods.siting import CloseGap, LiftWorstOff, next_sites

NEAR = step(10)


class Town:
    """Homes, two schools and some candidate sites, drawn at random."""

    def __init__(self, seed: int, homes: int = 14, candidates: int = 6) -> None:
        made = np.random.default_rng(seed)
        places, schools = made.uniform(1000, 2000, (homes, 2)), made.uniform(1000, 2000, (2, 2))
        self.group, self.rest = (made.integers(0, 30, homes) * made.integers(0, 2, homes) for _ in range(2))
        self.group[0] += 1
        self.rest[1] += 1
        people = self.group + self.rest
        self.now = catchment_access(people, [40, 20], straight_pairs(places, schools, limit=400), decay=linear(400))
        self.candidates = straight_pairs(places, made.uniform(1000, 2000, (candidates, 2)), limit=400)
        self.capacity = made.integers(5, 60, candidates).astype(float)
        self.share = float(made.uniform(0.05, 0.6))

    def aims(self):
        yield CloseGap(self.group, self.rest)
        yield LiftWorstOff(self.share)
        if access_gap(self.now.access, self.group, self.rest).rest > 0:
            yield CloseGap(self.group, self.rest, is_relative=True)

    def score(self, aim, chosen) -> float:
        access = with_facilities(self.now, *_chosen(self.candidates, self.capacity, chosen)).access
        if isinstance(aim, LiftWorstOff):
            return worst_off(access, self.now.people, share=aim.share).mean
        gap = access_gap(access, self.group, self.rest)
        return -abs(gap.relative if aim.is_relative else gap.absolute)

    def plan(self, aim, **told):
        return next_sites(self.now, self.candidates, capacity=self.capacity, aim=aim, **told)


def _chosen(candidates: Pairs, capacity, chosen):
    kept = np.isin(candidates.facility, chosen)
    return Pairs(
        candidates.origin[kept],
        candidates.facility[kept],
        candidates.cost[kept],
        candidates.origins,
        candidates.facilities,
    ), capacity


def _signed(plan, value: float) -> float:
    return value if plan.aim == "worst_off" else -abs(value)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_the_exact_choice_is_the_best_of_all_and_greedy_never_better(seed, sites):
    town = Town(seed)
    for aim in town.aims():
        greedy, exact = (town.plan(aim, sites=sites, search=search) for search in ("greedy", "exact"))
        every = [chosen for size in range(sites + 1) for chosen in combinations(range(6), size)]
        best = max(town.score(aim, chosen) for chosen in every)
        first = _signed(exact, exact.before)
        found = [_signed(plan, plan.after[-1]) if plan.after else first for plan in (greedy, exact)]
        assert exact.is_proven
        assert found[1] == pytest.approx(best, rel=1e-10, abs=1e-12)
        assert found[0] <= best + 1e-12
        for plan in (greedy, exact):
            assert len(set(plan.sites)) == len(plan.sites) <= sites
            assert _signed(plan, plan.at_best) >= best - 1e-12
            told = _signed(plan, plan.after[-1]) if plan.after else first
            assert told == pytest.approx(town.score(aim, plan.sites), rel=1e-10, abs=1e-12)
        if greedy.is_proven:
            assert found[0] == pytest.approx(best, rel=1e-10, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_lazy_greedy_takes_the_step_that_trying_all_would_take(seed):
    town = Town(seed)
    for aim in town.aims():
        plan = town.plan(aim, sites=3)
        chosen: list[int] = []
        for site in plan.sites:
            scores = {each: town.score(aim, [*chosen, each]) for each in set(range(6)) - set(chosen)}
            assert scores[site] == pytest.approx(max(scores.values()), rel=1e-10, abs=1e-12)
            chosen.append(site)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_the_access_of_a_plan_is_that_of_the_city_with_its_sites(seed):
    town = Town(seed)
    plan = town.plan(LiftWorstOff(town.share), sites=3)
    anew = with_facilities(town.now, *_chosen(town.candidates, town.capacity, plan.sites)).access
    assert plan.access == pytest.approx(anew, rel=1e-12)
    assert (plan.access >= town.now.access).all()
    assert list(plan.after) == sorted(plan.after)


def test_greedy_can_miss_the_pair_that_exact_finds():
    """
    Gap -10. Sites that shift it by 7, 5 and 5: greedy takes the 7, then -3 is left.

    Adding 5 would miss by 2, so it goes on to +2; the two fives close the gap.
    """
    now = catchment_access([1, 1], [10], [[math.nan], [1]], decay=NEAR)
    candidates = matrix_pairs([[1, 1, 1], [math.nan, math.nan, math.nan]])
    aim = CloseGap([1, 0], [0, 1])
    greedy, exact = (
        next_sites(now, candidates, capacity=[7, 5, 5], aim=aim, sites=2, search=search)
        for search in ("greedy", "exact")
    )
    assert (greedy.before, greedy.sites, greedy.after) == (-10, (0, 1), (-3, 2))
    assert not greedy.is_proven
    assert greedy.at_best == 0
    assert (sorted(exact.sites), exact.after, exact.is_proven) == ([1, 2], (-5, 0), True)


def test_no_site_is_built_that_would_widen_the_gap():
    now = catchment_access([1, 1], [2], [[math.nan], [1]], decay=NEAR)
    plan = next_sites(now, matrix_pairs([[math.nan], [1]]), capacity=5, aim=CloseGap([1, 0], [0, 1]), sites=2)
    assert (plan.sites, plan.after, plan.at_best, plan.is_proven) == ((), (), 2, True)


def test_where_more_than_a_tenth_have_nothing_the_most_of_them_are_given_some():
    """One site cannot lift the tenth's mean from 0; it goes where more of the unserved live."""
    people = [50, 20, 30]
    now = catchment_access(people, [50], [[1], [math.nan], [math.nan]], decay=NEAR)
    candidates = matrix_pairs([[math.nan] * 2, [1, math.nan], [math.nan, 1]])
    plan = next_sites(now, candidates, capacity=[10, 15], aim=LiftWorstOff(0.1), sites=2)
    assert plan.before == 0
    assert plan.sites == (1, 0)
    assert plan.after == (0, 0.5)


def test_a_site_that_nobody_reaches_is_never_chosen():
    now = catchment_access([5, 5], [5], [[1], [1]], decay=NEAR)
    plan = next_sites(now, matrix_pairs([[math.nan], [50]]), capacity=9, aim=LiftWorstOff(), sites=1)
    assert (plan.sites, plan.after, plan.is_proven) == ((), (), True)


def test_a_search_that_gives_up_says_so():
    unproven = 0
    for seed in range(30):
        town = Town(seed, homes=40, candidates=12)
        plan = town.plan(LiftWorstOff(0.3), sites=4, search="exact", most_nodes=1)
        full = town.plan(LiftWorstOff(0.3), sites=4, search="exact")
        assert plan.after[-1] <= full.after[-1] + 1e-12 <= plan.at_best + 2e-12
        unproven += not plan.is_proven
    assert unproven > 0


def test_people_other_than_the_entitled_may_be_looked_at():
    now = catchment_access([10, 10], [10], [[1], [1]], decay=NEAR)
    candidates = matrix_pairs([[1, math.nan], [math.nan, 1]])
    for people, site in (([9, 1], 0), ([1, 9], 1)):
        plan = next_sites(now, candidates, capacity=10, aim=LiftWorstOff(0.95, people=people))
        assert plan.sites == (site,)


WRONG = [
    (
        lambda: next_sites(
            catchment_access([1], [1], [[1]], decay=NEAR, method="balanced"),
            matrix_pairs([[1]]),
            capacity=1,
            aim=LiftWorstOff(),
        ),
        "not_two_step",
    ),
    (lambda: _plan(CloseGap([0, 0], [1, 1])), "one_side"),
    (lambda: _plan(CloseGap([1], [1])), "different_lengths"),
    (lambda: _plan(CloseGap([1, 0], [0, 1], is_relative=True), supply=0), "nobody_has_access"),
    (lambda: _plan(LiftWorstOff(1.0)), "setting_outside"),
    (lambda: _plan(LiftWorstOff(people=[1])), "different_lengths"),
    (lambda: _plan(LiftWorstOff(), sites=0), "setting_outside"),
    (lambda: _plan(LiftWorstOff(), capacity=-1), "negative_count"),
    (lambda: _plan(LiftWorstOff(), capacity=[1, 2]), "different_lengths"),
]


def _plan(aim, *, supply=5, sites=1, capacity=3):
    now = catchment_access([5, 5], [supply], [[1], [1]], decay=NEAR)
    return next_sites(now, matrix_pairs([[1], [1]]), capacity=capacity, aim=aim, sites=sites)


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[message for _, message in WRONG])
def test_bad_input_is_refused_with_its_reason(wrong, message):
    with pytest.raises(MeasureUndefined, match=f"neighbourhoods.{message}"):
        wrong()
