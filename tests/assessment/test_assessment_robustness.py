"""What a score rests on: spread over draws, share of draws in each category, and the factors behind it."""

import time

import numpy as np
import pytest
from assessment_builders import SDG, assessed, framework, question, town

from cosmopolis.assessment.robustness import FACTORS, robustness
from cosmopolis.vocabulary.framework import Topic


def spread(position, **other):
    return robustness(position, sensitivity_draws=0, **other).dimensions["1"]


def test_nothing_open_and_nothing_partial_leaves_no_doubt():
    found = spread(town([1, 1, 1]))
    assert (found.declared, found.low, found.median, found.high) == (100, 100, 100, 100)
    assert found.categories == {"further": 0, "partial": 0, "meets": 0, "fully": 1}


def test_what_half_is_worth_spreads_a_score_of_halves_from_a_quarter_to_three():
    # all partial: the score is 100 times the worth of partial, uniform from 25 to 75; quantiles 27.5, 50, 72.5
    found = spread(town([0.5] * 4))
    assert (found.low, found.median, found.high) == (
        pytest.approx(27.5, abs=1),
        pytest.approx(50, abs=1),
        pytest.approx(72.5, abs=1),
    )
    # below 40: (40 - 25)/50 of the draws
    assert found.categories["further"] == pytest.approx(0.3, abs=0.02)
    assert found.categories["partial"] == pytest.approx(0.7, abs=0.02)
    assert found.categories["meets"] == 0


def test_unknowns_are_drawn_together_between_their_limits():
    # weights apart, 1 of 3 open: from 66.7 to 100, quantiles 68.3, 83.3, 98.3; weights move it by little
    found = spread(town([1, 1, "?"]))
    assert found.declared == 100
    assert (found.low, found.median, found.high) == (
        pytest.approx(68.3, abs=2),
        pytest.approx(83.3, abs=2),
        pytest.approx(98.3, abs=2),
    )


def test_weights_alone_move_a_score_of_extremes_by_little_and_around_it():
    found = spread(town([1, 0, 1, 0]))
    assert 42 < found.low < 50 < found.high < 58
    assert found.median == pytest.approx(50, abs=0.5)


def test_weights_of_a_quarter_up_and_down_bound_what_they_can_do():
    # two questions, one complete, one absent: between 0.75/(0.75 + 1.25) and 1.25/2
    questions = [question("1.01"), question("1.02")]
    found = spread(assessed(framework(questions), {"1.01": 1, "1.02": 0}))
    assert 37.5 <= found.low < found.high <= 62.5


def two_dimensions(first, second, **other):
    questions = [question(f"1.{at}") for at in range(len(first))]
    questions += [question(f"2.{at}", dimension="2") for at in range(len(second))]
    marks = [*first, *second]
    answers = {each.id: mark for each, mark in zip(questions, marks, strict=True)}
    return assessed(framework(questions, **other), answers)


def test_the_kind_of_mean_moves_the_overall_of_uneven_dimensions():
    # 100 and 25: arithmetic 62.5, geometric 50, harmonic 40 (about, for the weights move)
    found = robustness(two_dimensions([1], [1, 0, 0, 0]), draws=6000)
    assert found.methods == ("arithmetic", "geometric", "harmonic")
    assert found.overall.low < 42
    assert found.overall.high > 60
    assert max(found.sensitivity.effects, key=lambda each: each.total).factor == "aggregation"


def test_a_dimension_certain_to_be_nothing_has_no_harmonic_mean():
    assert robustness(two_dimensions([1], [0, 0]), sensitivity_draws=0).methods == ("arithmetic", "geometric")


def test_sensitivity_names_the_factor_that_there_is():
    # all known and even: nothing but what half is worth can move the overall
    found = robustness(two_dimensions([0.5, 0.5], [0.5, 0.5]), draws=1000).sensitivity
    assert tuple(each.factor for each in found.effects) == FACTORS
    assert found.effect("partial").total == pytest.approx(1, abs=0.05)
    assert found.effect("unknowns").total == pytest.approx(0, abs=1e-9)
    assert found.converged


def test_no_score_has_no_spread():
    assert robustness(town([1, 1], method="none")) is None
    assert robustness(town([1, "?", "?"])) is None
    partly = robustness(two_dimensions([1, 1], [1, "?", "?"]), draws=100)
    assert (sorted(partly.dimensions), partly.overall, partly.sensitivity) == (["1"], None, None)


def test_the_same_seed_gives_the_same_draws():
    position = two_dimensions([1, 0.5], [0.5, 0, 1])
    first, again, other = (robustness(position, draws=500, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.overall != other.overall


def test_every_draw_lies_within_the_bounds_of_a_score_without_halves():
    found = spread(town([1, 1, 1, 1, 0, "?"]), draws=2000)
    # bounds at the widest weights: 4 x 0.75 of 4 x 0.75 + 2 x 1.25, and 5 x 1.25 of 5 x 1.25 + 0.75
    assert 100 * 3 / 5.5 <= found.low <= found.high <= 100 * 6.25 / 7


@pytest.mark.parametrize("levels", [("dimension",), ("topic", "dimension")])
def test_112_questions_take_less_than_half_a_second(levels):
    generator = np.random.Generator(np.random.PCG64(5))
    questions = [question(f"{at % 6 + 1}.{at}", dimension=str(at % 6 + 1), topic=f"t{at % 30}") for at in range(112)]
    topics = [Topic(f"t{at}", str(at % 6 + 1), {}) for at in range(30)]
    marks = generator.choice([0, 0.5, 1, 1, 0.5, 0.5, -1], 112).tolist()
    answers = {each.id: "?" if mark < 0 else mark for each, mark in zip(questions, marks, strict=True)}
    position = assessed(framework(questions, topics=topics, levels=levels, categories=SDG), answers)
    best = 9.0
    for _ in range(3):
        begun = time.perf_counter()
        found = robustness(position, draws=10_000, sensitivity_draws=0)
        best = min(best, time.perf_counter() - begun)
    assert found.overall.low < found.overall.declared < found.overall.high
    assert best < 0.5
