"""Sobol indices against functions whose indices are known in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.assessment.sensitivity import CONVERGED_HALF_WIDTH, sobol
from cosmopolis.errors import MeasureUndefined


def ishigami(points):
    x = (2 * points - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(points):
    """Sobol's g with a = 0, 1, 4.5, 9, 99, 99, 99, 99."""
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    return np.prod((np.abs(4 * points - 2) + a) / (1 + a), axis=1)


def indices(found):
    return [effect.first for effect in found.effects], [effect.total for effect in found.effects]


def test_the_ishigami_function_gives_its_published_indices():
    found = sobol(ishigami, ["x1", "x2", "x3"], draws=65_536, seed=7)
    first, total = indices(found)
    assert first == pytest.approx([0.3139, 0.4424, 0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert found.converged
    # a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2
    assert found.variance == pytest.approx(13.8446, rel=0.02)
    assert found.mean == pytest.approx(3.5, abs=0.05)
    assert found.evaluations == 65_536 * 5


def test_the_g_function_gives_the_indices_of_its_formula():
    # partial variances V_i = 1 / (3 (1 + a_i)^2); V = prod(1 + V_i) - 1
    single = 1 / (3 * (1 + np.array([0, 1, 4.5, 9, 99, 99, 99, 99])) ** 2)
    whole = np.prod(1 + single) - 1
    found = sobol(g_function, [f"x{number}" for number in range(8)], draws=65_536, seed=3)
    first, total = indices(found)
    assert first == pytest.approx(single / whole, abs=0.02)
    assert total == pytest.approx(single * np.prod(1 + single) / (1 + single) / whole, abs=0.02)


def test_the_interval_covers_the_true_index_as_often_as_it_says():
    """5-95 %: nine intervals in ten. Of 60, fewer than 46 or more than 60 would come once in a thousand times."""
    covered = 0
    for seed in range(60):
        effect = sobol(ishigami, ["x1", "x2", "x3"], draws=1_000, seed=seed).effects[0]
        covered += effect.total_lower <= 0.5576 <= effect.total_upper
    assert 46 <= covered <= 60


def test_a_sum_has_no_interactions():
    # 2a + b: shares 4/5 and 1/5, first order and total alike
    found = sobol(lambda points: points @ [2.0, 1.0], ["a", "b"], draws=50_000, seed=1)
    first, total = indices(found)
    assert first == pytest.approx([0.8, 0.2], abs=0.02)
    assert total == pytest.approx([0.8, 0.2], abs=0.01)


def test_a_product_is_all_interaction_where_each_factor_has_mean_zero():
    found = sobol(lambda points: (points[:, 0] - 0.5) * (points[:, 1] - 0.5), ["a", "b"], draws=50_000, seed=1)
    first, total = indices(found)
    assert first == pytest.approx([0, 0], abs=0.02)
    assert total == pytest.approx([1, 1], abs=0.02)


def test_few_draws_are_not_called_converged():
    found = sobol(ishigami, ["x1", "x2", "x3"], draws=50, seed=1)
    assert max(effect.half_width for effect in found.effects) > CONVERGED_HALF_WIDTH
    assert not found.converged


def test_a_result_that_never_varies_has_no_indices_and_says_why():
    found = sobol(lambda points: np.full(len(points), 4.0), ["a"], draws=100, seed=1)
    assert found.effects == ()
    assert found.effect("a") is None
    assert not found.converged
    assert found.reason.message_id == "indices.sobol_without_variance"
    assert found.reason.values == {"value": 4.0}


def test_rounding_is_no_variance():
    found = sobol(lambda points: 1e6 + 1e-9 * (points[:, 0] > 0.5), ["a"], draws=100, seed=1)
    assert found.effects == ()


def test_a_result_that_is_no_number_is_refused():
    with pytest.raises(MeasureUndefined) as told:
        sobol(lambda points: np.where(points[:, 0] < 2, np.nan, 0), ["a"], draws=10, seed=1)
    assert told.value.faults[0].message_id == "indices.sobol_not_finite"
    assert told.value.faults[0].values["count"] == 10


@pytest.mark.parametrize("factors", [[], ["a", "a"]])
def test_factors_need_names_of_their_own(factors):
    with pytest.raises(MeasureUndefined, match=r"indices\.sobol_factors"):
        sobol(lambda points: points[:, 0], factors, draws=10, seed=1)


@pytest.mark.parametrize(("draws", "resamples"), [(1, 200), (10, 1)])
def test_one_draw_says_nothing(draws, resamples):
    with pytest.raises(MeasureUndefined, match=r"indices\.sobol_draws"):
        sobol(lambda points: points[:, 0], ["a"], draws=draws, seed=1, resamples=resamples)


def test_a_model_that_mixes_up_its_rows_is_a_mistake_in_the_program():
    with pytest.raises(ValueError, match="shape"):
        sobol(lambda points: points, ["a"], draws=10, seed=1)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    def run(seed):
        return sobol(ishigami, ["x1", "x2", "x3"], draws=500, seed=seed)

    assert run(5) == run(5)
    assert run(5) != run(6)


@settings(max_examples=25, deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(0.1, 1e3), st.integers(0, 1000))
def test_shifting_and_scaling_the_result_moves_no_index(shift, scale, seed):
    plain = sobol(ishigami, ["x1", "x2", "x3"], draws=200, seed=seed, resamples=5)
    other = sobol(
        lambda points: shift + scale * ishigami(points), ["x1", "x2", "x3"], draws=200, seed=seed, resamples=5
    )
    assert np.ravel(indices(other)) == pytest.approx(np.ravel(indices(plain)), abs=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_more_resamples_than_fit_in_one_block_give_an_interval_around_the_estimate(seed):
    found = sobol(ishigami, ["x1", "x2", "x3"], draws=50_000, seed=seed, resamples=100)
    for effect in found.effects:
        assert effect.first_lower <= effect.first <= effect.first_upper
        assert effect.total_lower <= effect.total <= effect.total_upper
