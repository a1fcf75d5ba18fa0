"""Who can reach what: published values, laws of conservation, four ways to the same pairs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access import (
    catchment_access,
    cumulative,
    gravity,
    mean_access,
    nearest,
    spatial_availability,
    with_facilities,
    with_people,
)
from cosmopolis.neighbourhoods.decay import (
    GIVEN,
    exponential,
    gaussian,
    linear,
    logistic,
    power,
    step,
    steps,
)
from cosmopolis.neighbourhoods.pairs import (
    Joined,
    Network,
    grid_pairs,
    joined,
    listed_pairs,
    matrix_pairs,
    network_pairs,
    straight_pairs,
)

PEOPLE, SUPPLY = [100, 300, 200], [12, 30]
WEIGHTS = [[1, 0.5], [0.5, 1], [0, 1]]
NAN = math.nan

counts = st.floats(0, 1000).map(lambda number: round(number, 2))
ways = st.one_of(st.just(NAN), st.floats(0, 40))


@st.composite
def cities(draw, people=counts):
    origins, facilities = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    return (
        np.array(draw(st.lists(people, min_size=origins, max_size=origins))),
        np.array(draw(st.lists(counts, min_size=facilities, max_size=facilities))),
        draw(arrays.arrays(float, (origins, facilities), elements=ways)),
    )


decays = st.sampled_from(
    [
        step(20),
        steps([10, 20, 30], [1, 0.68, 0.22]),
        linear(30),
        exponential(0.1, limit=35),
        power(1.5, limit=35),
        logistic(15, 5, limit=35),
        gaussian(12, limit=35),
    ]
)


def test_two_step_values_of_the_worked_example():
    found = catchment_access(PEOPLE, SUPPLY, WEIGHTS, decay=GIVEN)
    assert found.level == pytest.approx([0.048, 0.0545455], abs=5e-8)
    assert found.access == pytest.approx([0.0752727, 0.0785455, 0.0545455], abs=5e-8)
    assert PEOPLE @ found.access == pytest.approx(42)
    assert mean_access(found.access, PEOPLE) == pytest.approx(42 / 600)


def test_zones_of_travel_time_give_the_same_as_their_weights():
    costs = [[5, 15], [15, 5], [25, 5]]
    found = catchment_access(PEOPLE, SUPPLY, costs, decay=steps([10, 20], [1, 0.5]))
    assert found.access.tolist() == catchment_access(PEOPLE, SUPPLY, WEIGHTS, decay=GIVEN).access.tolist()


def test_balanced_values_of_the_worked_example():
    found = catchment_access(PEOPLE, SUPPLY, WEIGHTS, decay=GIVEN, method="balanced")
    assert found.demand == pytest.approx([166.6667, 433.3333], abs=5e-5)
    assert found.level == pytest.approx([0.072, 0.0692308], abs=5e-8)
    assert found.access == pytest.approx([0.0618462, 0.0516923, 0.0276923], abs=5e-8)
    assert found.access.sum() == pytest.approx(0.1412308, abs=5e-8)


def test_availability_of_the_worked_example():
    found = spatial_availability(PEOPLE, SUPPLY, WEIGHTS, decay=GIVEN)
    assert found == pytest.approx([7.5272727, 23.5636364, 10.9090909], abs=5e-8)


@pytest.mark.parametrize(("inbound", "outbound", "across"), [(40, 40, NAN), (20, 40, NAN), (40, 20, NAN), (20, 20, 40)])
def test_three_tracts_in_four_states_of_traffic(inbound, outbound, across):
    """The tracts, doctors and travel times of a peer's tests; its base formula written out with sums."""
    people, doctors = [100, 50, 10], [15, 20, 100]
    costs = np.array([[1, across, inbound], [across, 1, inbound], [outbound, outbound, 1]])
    weight = {(i, j): 1 / costs[i, j] for i in range(3) for j in range(3) if costs[i, j] < 61}
    demand = [sum(people[i] * weight.get((i, j), 0) for i in range(3)) for j in range(3)]
    by_hand = [sum(doctors[j] / demand[j] * weight.get((i, j), 0) for j in range(3)) for i in range(3)]
    found = catchment_access(people, doctors, costs, decay=power(1, limit=61))
    assert found.access == pytest.approx(by_hand, rel=1e-14)


@settings(deadline=None)
@given(cities(), decays)
def test_the_two_step_form_keeps_supply(city, decay):
    people, supply, costs = city
    found = catchment_access(people, supply, costs, decay=decay)
    assert people @ found.access == pytest.approx(supply[found.is_reached].sum(), rel=1e-12, abs=1e-9)
    assert found.unreached_supply == pytest.approx(supply.sum() - people @ found.access, rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(cities(), decays)
def test_the_balanced_form_keeps_people_and_levels(city, decay):
    people, supply, costs = city
    found = catchment_access(people, supply, costs, decay=decay, method="balanced")
    assert found.demand.sum() == pytest.approx(people.sum() - found.unserved_persons, rel=1e-12, abs=1e-9)
    assert found.access.sum() == pytest.approx(found.level.sum(), rel=1e-12, abs=1e-12)


@settings(deadline=None)
@given(cities(people=st.floats(1, 1000)), decays)
def test_availability_per_person_is_two_step_access(city, decay):
    people, supply, costs = city
    found = spatial_availability(people, supply, costs, decay=decay)
    access = catchment_access(people, supply, costs, decay=decay).access
    assert found / people == pytest.approx(access, rel=1e-12, abs=1e-15)


@settings(deadline=None)
@given(cities(), decays, st.sampled_from(["two_step", "balanced"]))
def test_out_of_reach_is_zero_and_never_empty(city, decay, method):
    people, supply, costs = city
    found = catchment_access(people, supply, costs, decay=decay, method=method)
    assert np.isfinite(found.access).all()
    assert np.isfinite(found.level).all()
    assert (found.access[~found.is_served] == 0).all()
    assert (found.level[~found.is_reached] == 0).all()
    assert found.is_served.tolist() == (decay(costs) > 0).any(axis=1).tolist()


@settings(deadline=None)
@given(cities(), decays, st.integers(0, 4))
def test_one_place_more_lowers_nobodys_access(city, decay, facility):
    people, supply, costs = city
    before = catchment_access(people, supply, costs, decay=decay).access
    supply[facility % supply.size] += 1
    assert (catchment_access(people, supply, costs, decay=decay).access >= before).all()


@pytest.mark.parametrize(
    ("decay", "scaled"),
    [
        (step(20), step(20 * 60)),
        (steps([10, 20], [1, 0.5]), steps([600, 1200], [1, 0.5])),
        (linear(30), linear(1800)),
        (exponential(0.1), exponential(0.1 / 60)),
        (power(2), power(2, unit=60)),
        (logistic(15, 5), logistic(900, 300)),
        (gaussian(12), gaussian(720)),
    ],
)
def test_seconds_in_place_of_minutes_change_nothing(decay, scaled):
    costs = np.array([[0, 5, 14], [20, 10, 1], [30, 31, NAN]])
    first = catchment_access(PEOPLE, [12, 30, 5], costs, decay=decay).access
    assert catchment_access(PEOPLE, [12, 30, 5], costs * 60, decay=scaled).access == pytest.approx(first, rel=1e-12)


@settings(deadline=None)
@given(decays, st.lists(st.floats(0, 60), min_size=1))
def test_decays_fall_from_one_to_zero(decay, costs):
    weights = decay(np.sort(costs))
    assert decay(0.0) == pytest.approx(1)
    assert (np.diff(weights) <= 1e-15).all()
    assert ((weights >= 0) & (weights <= 1 + 1e-15)).all()


def test_decays_by_hand():
    assert linear(40)(10) == 0.75
    assert exponential(0.2)(10) == pytest.approx(math.exp(-2))
    assert power(2)(4) == 1 / 16
    assert gaussian(5)(10) == pytest.approx(math.exp(-2))
    assert exponential(0.2, limit=9)(10) == 0
    plain = 1 / (1 + math.exp((20 - 30) * math.pi / (10 * math.sqrt(3))))
    assert logistic(30, 10)(20) == pytest.approx(plain * (1 + math.exp(-30 * math.pi / (10 * math.sqrt(3)))))


def test_nearest_cumulative_and_gravity():
    pairs = matrix_pairs([[5, 9], [NAN, 8], [NAN, NAN]])
    assert nearest(pairs).tolist() == [5, 8, math.inf]
    assert cumulative([12, 30], pairs, within=8).tolist() == [12, 30, 0]
    assert gravity([12, 30], pairs, decay=linear(10)) == pytest.approx([12 * 0.5 + 30 * 0.1, 30 * 0.2, 0])


def test_a_city_without_facilities_has_no_access_anywhere():
    found = catchment_access([5, 6], [], np.empty((2, 0)), decay=step(10))
    assert found.access.tolist() == [0, 0]
    assert found.unserved_persons == 11


def _as_matrix(pairs):
    costs = np.full((pairs.origins, pairs.facilities), NAN)
    costs[pairs.origin, pairs.facility] = pairs.cost
    assert (np.diff(pairs.facility) >= 0).all()
    assert pairs.starts[-1] == pairs.cost.size
    return costs


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(20, 5000))
def test_places_in_buckets_give_what_all_distances_give(seed, limit):
    made = np.random.default_rng(seed)
    origins, facilities = made.uniform(1e6, 1e6 + 4000, (60, 2)), made.uniform(1e6 - 500, 1e6 + 4500, (15, 2))
    apart = np.hypot(*(origins[:, None] - facilities).transpose(2, 0, 1))
    apart[apart > limit] = NAN
    np.testing.assert_allclose(_as_matrix(straight_pairs(origins, facilities, limit=limit)), apart, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([100, 141.42136, 200, 500, 1000]))
def test_cells_of_a_grid_reach_whole_rings(seed, limit):
    made = np.random.default_rng(seed)
    origins, facilities = made.integers(0, 12, (40, 2)), made.integers(-2, 14, (6, 2))
    squares = ((origins[:, None] - facilities) ** 2).sum(axis=2) * 10_000
    wanted = np.where(squares <= limit**2, np.sqrt(squares), NAN)
    np.testing.assert_array_equal(_as_matrix(grid_pairs(origins, facilities, cell_metres=100, limit=limit)), wanted)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_ways_over_a_network_are_the_shortest(seed, is_one_way):
    made = np.random.default_rng(seed)
    start, end, length = made.integers(0, 9, 20), made.integers(0, 9, 20), made.integers(0, 9, 20).astype(float)
    apart = np.full((9, 9), math.inf)
    np.fill_diagonal(apart, 0)
    np.minimum.at(apart, (start, end), length)
    if not is_one_way:
        np.minimum.at(apart, (end, start), length)
    for middle in range(9):  # Floyd and Warshall
        apart = np.minimum(apart, apart[:, [middle]] + apart[middle])
    origins, facilities = made.integers(0, 9, 12), made.integers(0, 9, 4)
    wanted = apart[np.ix_(origins, facilities)]
    wanted[wanted > 10] = NAN
    network = Network(start, end, length, nodes=9, is_one_way=is_one_way)
    np.testing.assert_array_equal(_as_matrix(network_pairs(network, origins, facilities, limit=10)), wanted)


def test_the_way_to_the_network_counts_too():
    nodes = [[0, 0], [500, 0], [1000, 0]]
    streets = Network([0, 1], [1, 2], [500, 500], nodes=3)
    homes, school = joined([[0, 40], [990, 0]], nodes), joined([[1000, 30]], nodes)
    assert homes.metres.tolist() == [40, 10]
    assert network_pairs(streets, homes, school, limit=1100).cost.tolist() == [1070, 40]
    assert network_pairs(streets, homes, school, limit=1069).origin.tolist() == [1]
    assert isinstance(homes, Joined)


def test_a_list_of_pairs_is_a_matrix_without_its_gaps():
    pairs = listed_pairs([2, 0, 1], [0, 1, 0], [9, 5, math.inf], origins=3, facilities=2)
    np.testing.assert_array_equal(_as_matrix(pairs), [[NAN, 5], [NAN, NAN], [9, NAN]])


@settings(deadline=None)
@given(cities(), decays, st.sampled_from(["two_step", "balanced"]), st.integers(0, 6), st.integers(-50, 500))
def test_people_more_count_as_if_all_were_counted_anew(city, decay, method, origin, persons):
    people, supply, costs = city
    origin %= people.size
    persons = max(persons, -math.floor(people[origin]))
    now = catchment_access(people, supply, costs, decay=decay, method=method)
    changed = people.copy()
    changed[origin] += persons
    anew = catchment_access(changed, supply, costs, decay=decay, method=method)
    found = with_people(now, [origin], [persons])
    assert found.demand == pytest.approx(anew.demand, rel=1e-12, abs=1e-12)
    if (anew.demand[anew.is_reached] > 1e-6).all() and (now.demand[now.is_reached] > 1e-6).all():
        assert found.access == pytest.approx(anew.access, rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(cities(), cities(), decays)
def test_facilities_more_count_as_if_all_were_counted_anew(city, other, decay):
    people, supply, costs = city
    more, new = other[1], np.resize(other[2], (people.size, other[1].size))
    now = catchment_access(people, supply, costs, decay=decay)
    anew = catchment_access(people, np.concatenate([supply, more]), np.hstack([costs, new]), decay=decay)
    found = with_facilities(now, matrix_pairs(new), more)
    assert found.access == pytest.approx(anew.access, rel=1e-12)
    assert found.level.tolist() == anew.level.tolist()
    assert found.is_served.tolist() == anew.is_served.tolist()
    again = with_people(found, [0], [10])
    assert again.demand == pytest.approx(with_people(anew, [0], [10]).demand)


METRES = [[1000.0, 1000.0], [2000.0, 2000.0]]
WRONG = [
    (lambda: catchment_access([-1, 2], [1], [[1], [1]], decay=step(5)), "negative_count"),
    (lambda: catchment_access([NAN, 2], [1], [[1], [1]], decay=step(5)), "missing_count"),
    (lambda: catchment_access([1, 2, 3], [1], [[1], [1]], decay=step(5)), "different_lengths"),
    (lambda: matrix_pairs([1, 2]), "dimensions"),
    (lambda: matrix_pairs([[1, -2]]), "cost_negative"),
    (lambda: listed_pairs([0, 0], [1, 1], [2, 3], origins=1, facilities=2), "pair_twice"),
    (lambda: listed_pairs([3], [0], [2], origins=3, facilities=1), "number_unknown"),
    (lambda: listed_pairs([0.5], [0], [2], origins=3, facilities=1), "number_not_whole"),
    (lambda: straight_pairs([[2.1, 41.4], [2.2, 41.3]], [[2.1, 41.3]], limit=1000), "coordinates_in_degrees"),
    (lambda: straight_pairs([[NAN, 1.0], [2000, 1]], METRES, limit=1000), "coordinates_missing"),
    (lambda: straight_pairs(METRES, METRES, limit=math.inf), "setting_outside"),
    (lambda: straight_pairs([1, 2, 3], METRES, limit=5), "dimensions"),
    (lambda: grid_pairs([[0, 1]], [[1, 1]], cell_metres=100, limit=50), "radius_below_cell"),
    (lambda: grid_pairs([[0.5, 1]], [[1, 1]], cell_metres=100, limit=500), "number_not_whole"),
    (lambda: network_pairs(Network([0], [1], [-5], 2), [0], [1], limit=9), "cost_negative"),
    (lambda: network_pairs(Network([0], [1], [NAN], 2), [0], [1], limit=9), "cost_negative"),
    (lambda: network_pairs(Network([0], [7], [5], 2), [0], [1], limit=9), "number_unknown"),
    (lambda: steps([10, 5], [1, 0.5]), "decay_steps"),
    (lambda: steps([5, 10], [0.5, 1]), "decay_steps"),
    (lambda: steps([5, 10], [1]), "decay_steps"),
    (lambda: steps([], []), "decay_steps"),
    (lambda: linear(0), "setting_outside"),
    (lambda: gaussian(NAN), "setting_outside"),
    (lambda: catchment_access([1], [1], [[1.5]], decay=GIVEN), "weight_above_one"),
    (lambda: with_people(catchment_access([1], [1], [[1]], decay=step(5)), [0], [-2]), "negative_count"),
    (lambda: with_people(catchment_access([1], [1], [[1]], decay=step(5)), [-1], [2]), "number_unknown"),
    (
        lambda: with_facilities(
            catchment_access([1], [1], [[1]], decay=step(5), method="balanced"), matrix_pairs([[1]]), [1]
        ),
        "not_two_step",
    ),
    (lambda: mean_access([math.inf, 2], [1, 1]), "missing_count"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[message for _, message in WRONG])
def test_bad_input_is_refused_with_its_reason(wrong, message):
    with pytest.raises(MeasureUndefined, match=f"neighbourhoods.{message}"):
        wrong()
