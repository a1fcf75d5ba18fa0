"""Draws over weights and alternatives, against cases that the hand can follow; and laws of the whole engine."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cosmopolis.assessment.indices import (
    Group,
    Indicator,
    Structure,
    Weights,
    aggregate,
    impute,
    index_of,
    normalise,
    rank_sensitivity,
    redone,
    robustness,
    screen,
    weigh,
)
from cosmopolis.errors import ContentError, MeasureUndefined


def index(columns, *, groups=None, parents=None, period=None, scale=(1.0, 100.0)):
    indicators = [Indicator(code, (parents or {}).get(code, "top")) for code in columns]
    rows = len(next(iter(columns.values())))
    table = {"area_code": [f"area {row}" for row in range(rows)], **({"period": period} if period else {}), **columns}
    return aggregate(normalise(index_of(table, Structure(indicators, groups or [Group("top")])), scale=scale))


TWO = {"a": [0, 10], "b": [10, 0]}
FIVE = {"a": [1, 2, 3, 4, 9], "b": [5, 3, 4, 1, 2], "c": [2, 9, 4, 4, 1], "d": [1, 1, 7, 2, 8]}
LEVELS = {
    "groups": [Group("top", method="harmonic"), Group("g", "top", method="geometric"), Group("h", "top", direction=-1)],
    "parents": {"a": "g", "b": "g", "c": "h", "d": "top"},
}
FIXED = Weights("fixed")


def test_with_nothing_varied_every_draw_is_the_index_itself():
    made = index(FIVE, **LEVELS)
    found = robustness(made, draws=20, seed=1, weights=FIXED)
    for area, score in zip(found.areas, made.scores.of("top"), strict=True):
        assert area.scores == pytest.approx((score,) * 3)
        assert area.ranks == (area.rank,) * 3
    assert found.mean_rank_shift == 0


@pytest.mark.parametrize(
    "edits",
    [
        {"aggregate": {"method": "geometric"}},
        {"aggregate": {"method": "arithmetic"}},
        {"normalise": {"method": "prank"}},
        {"normalise": {"scale": (10, 20)}, "aggregate": {"method": "harmonic"}},
    ],
)
def test_an_alternative_scores_as_the_edited_log_does(edits):
    """The matrix products of the draws against the group-by-group means of `aggregate`."""
    made = index(FIVE, **LEVELS)
    other = redone(made, edits).scores.of("top")
    found = robustness(
        made, draws=3, seed=1, weights=FIXED, alternatives={step: [edit] for step, edit in edits.items()}
    )
    assert [area.scores[1] for area in found.areas] == pytest.approx(other.tolist())


def test_weights_by_share_stay_within_their_spread():
    # two areas, each best in one: score of the first = 1 + 99 times the weight of b, between .375 and .625
    found = robustness(index(TWO), draws=4000, seed=1, weights=Weights("share", 0.25))
    low, middle, high = found.areas[0].scores
    assert 1 + 99 * 0.375 < low < 1 + 99 * 0.45
    assert middle == pytest.approx(50.5, abs=0.5)
    assert 1 + 99 * 0.55 < high < 1 + 99 * 0.625
    # by symmetry each area is first in half of the draws
    assert [area.ranks for area in found.areas] == [(1, pytest.approx(1.5, abs=0.5), 2)] * 2
    # declared they are equal and both first: in every draw one of the two moves by one
    assert [area.rank for area in found.areas] == [1, 1]
    assert found.mean_rank_shift == pytest.approx(0.5)


def test_dirichlet_weights_have_the_spread_that_is_asked_for():
    # a share of one half is a symmetric beta; sd .1 gives concentration 24, and beta(12, 12) has its
    # 5 and 95 % points at .3364 and .6636
    found = robustness(index(TWO), draws=20_000, seed=1, weights=Weights("dirichlet", 0.1))
    assert found.areas[0].scores[0] == pytest.approx(1 + 99 * 0.3364, abs=0.5)
    assert found.areas[0].scores[2] == pytest.approx(1 + 99 * 0.6636, abs=0.5)


def test_scores_of_different_scales_are_not_put_into_one_interval_and_ranks_are():
    found = robustness(
        index(FIVE), draws=50, seed=1, alternatives={"normalise": [{}, {"method": "borda"}]}, weights=FIXED
    )
    assert {area.scores for area in found.areas} == {None}
    assert found.combinations == 2


def test_ranks_are_within_a_period():
    made = index({"a": [1, 5, 2, 9]}, period=["2020", "2020", "2021", "2021"])
    assert [area.rank for area in robustness(made, draws=2, seed=1).areas] == [2, 1, 2, 1]


def test_the_same_seed_gives_the_same_bits():
    def run(seed):
        return robustness(index(FIVE), draws=100, seed=seed)

    assert run(4) == run(4)
    assert run(4) != run(5)


def test_more_draws_than_one_block_holds_are_all_made(monkeypatch):
    monkeypatch.setattr("cosmopolis.assessment.indices.stability._CELLS", 40)
    small = robustness(index(TWO), draws=999, seed=1)
    assert small.areas[0].scores[1] == pytest.approx(50.5, abs=1)


def test_an_alternative_that_does_not_exist_for_the_data_is_told_and_not_passed_over():
    made = index(FIVE, scale=(0.0, 100.0))
    with pytest.raises(MeasureUndefined, match=r"indices\.not_positive"):
        robustness(made, draws=10, seed=1, alternatives={"aggregate": [{}, {"method": "geometric"}]})
    with pytest.raises(ContentError, match=r"indices\.step_missing"):
        robustness(made, draws=10, seed=1, alternatives={"treat": [{"most": 1}]})


def test_an_alternative_that_drops_areas_is_refused():
    structure = Structure([Indicator("a", "top"), Indicator("b", "top")], [Group("top")])
    raw = index_of({"area_code": ["x", "y", "z"], "a": [1, 2, 3], "b": [1, 2, None]}, structure)
    made = aggregate(normalise(impute(screen(raw, areas=0.1, indicators=0.1), rules=["mean"])))
    with pytest.raises(MeasureUndefined, match=r"indices\.alternative_drops"):
        robustness(made, draws=5, seed=1, alternatives={"screen": [{}, {"areas": 0.9}]})


def test_missing_data_are_filled_before_draws_are_made():
    structure = Structure([Indicator("a", "top"), Indicator("b", "top")], [Group("top")])
    raw = index_of({"area_code": ["x", "y", "z"], "a": [1, 2, 3], "b": [1, 2, None]}, structure)
    with pytest.raises(MeasureUndefined, match=r"indices\.value_missing"):
        robustness(aggregate(normalise(raw), missing="least_share", least_share=0.5), draws=5, seed=1)


@pytest.mark.parametrize("weights", [Weights("guess"), Weights("share", 1.5), Weights("dirichlet", 0)])
def test_weights_that_cannot_be_drawn_are_refused(weights):
    with pytest.raises(ContentError, match=r"indices\.unknown_choice"):
        robustness(index(TWO), draws=5, seed=1, weights=weights)


def test_the_only_thing_that_varies_holds_the_whole_variance():
    steps = {"normalise": [{}, {}], "aggregate": [{}, {"method": "harmonic"}]}
    found = rank_sensitivity(index(FIVE), draws=2000, seed=1, weights=FIXED, alternatives=steps)
    assert found.effect("normalise").total == 0
    assert found.effect("weights").total == 0
    assert found.effect("aggregate").total == pytest.approx(1, abs=0.1)
    assert found.effect("aggregate").first == pytest.approx(1, abs=0.1)
    assert found.converged


def test_an_alternative_source_of_weights_is_a_factor_like_any_other():
    weighed = aggregate(weigh(normalise(index(FIVE).origin), weights={"a": 5}))
    steps = {"weigh": [{}, {"weights": {"b": 5}}]}
    found = rank_sensitivity(weighed, draws=2000, seed=1, weights=FIXED, alternatives=steps)
    assert found.effect("weigh").total == pytest.approx(1, abs=0.1)


def test_where_no_rank_ever_moves_there_is_nothing_to_share_out():
    found = rank_sensitivity(index({"a": [1, 2, 3], "b": [1, 2, 3]}), draws=50, seed=1)
    assert found.reason.message_id == "indices.sobol_without_variance"


NUMBERS = st.integers(-1000, 1000)


@st.composite
def tables(draw, gaps=False):
    areas, count = draw(st.integers(3, 7)), draw(st.integers(2, 5))
    cell = st.one_of(NUMBERS, st.none()) if gaps else NUMBERS
    columns = {f"i{at}": draw(st.lists(cell, min_size=areas, max_size=areas)) for at in range(count)}
    for column in columns.values():
        assume(len({value for value in column if value is not None}) > 1)
    return columns


def indicators_of(columns):
    return [
        Indicator(code, "g" if at % 2 else "top", direction=1 - 2 * (at % 3 == 1), weight=1 + at)
        for at, code in enumerate(columns)
    ]


def structure_of(columns):
    return Structure(indicators_of(columns), [Group("top"), Group("g", "top")])


def scored(columns, method="arithmetic", **options):
    rows = len(next(iter(columns.values())))
    raw = index_of({"area_code": [str(row) for row in range(rows)], **columns}, structure_of(columns))
    return aggregate(normalise(raw, scale=(1, 100)), method=method, **options)


def tops(index):
    return index.scores.of("top")


@settings(max_examples=60, deadline=None)
@given(tables())
def test_scores_lie_on_the_scale_and_means_keep_their_order(columns):
    arithmetic, geometric, harmonic = (tops(scored(columns, each)) for each in ("arithmetic", "geometric", "harmonic"))
    assert ((arithmetic >= 1 - 1e-9) & (arithmetic <= 100 + 1e-9)).all()
    assert (harmonic <= geometric + 1e-9).all()
    assert (geometric <= arithmetic + 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_areas_columns_and_declarations_does_not_matter(columns, random):
    plain = scored(columns)
    order, codes = list(range(len(plain.areas))), list(columns)
    random.shuffle(order)
    random.shuffle(codes)
    table = {
        "area_code": [str(row) for row in order],
        **{code: [columns[code][row] for row in order] for code in codes},
    }
    declared = indicators_of(columns)
    random.shuffle(declared)
    structure = Structure(declared, [Group("g", "top"), Group("top")])
    turned = aggregate(normalise(index_of(table, structure), scale=(1, 100)))
    assert tops(turned) == pytest.approx(tops(plain)[order])


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 50), st.integers(-50, 50))
def test_minmax_does_not_care_for_units(columns, factor, shift):
    other = {code: [factor * value + shift for value in column] for code, column in columns.items()}
    assert tops(scored(other)) == pytest.approx(tops(scored(columns)))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_turning_an_indicator_and_its_direction_changes_nothing(columns):
    code = next(iter(columns))
    turned = {**columns, code: [-value for value in columns[code]]}
    rows = len(columns[code])
    indicators = [
        Indicator(
            each.code,
            each.parent,
            direction=-each.direction if each.code == code else each.direction,
            weight=each.weight,
        )
        for each in indicators_of(columns)
    ]
    raw = index_of(
        {"area_code": [str(row) for row in range(rows)], **turned}, Structure(indicators, structure_of(columns).groups)
    )
    assert tops(aggregate(normalise(raw, scale=(1, 100)))) == pytest.approx(tops(scored(columns)))


@settings(max_examples=60, deadline=None)
@given(tables(gaps=True), st.floats(0, 1), st.sampled_from(["arithmetic", "geometric", "harmonic"]))
def test_bounds_hold_the_score_for_every_completion_of_the_unknowns(columns, place, method):
    """Unknown values completed anywhere between the worst and the best known one leave the scale as it is."""
    partial = scored(columns, method, missing="bounds")
    complete = {}
    for code, column in columns.items():
        known = [value for value in column if value is not None]
        complete[code] = [
            min(known) + place * (max(known) - min(known)) if value is None else value for value in column
        ]
    value = tops(scored(complete, method))
    frame = partial.scores_frame().filter(group="top")
    assert (frame["lower"].to_numpy() <= value + 1e-9).all()
    assert (value <= frame["upper"].to_numpy() + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(tables())
def test_a_rule_for_missing_data_changes_nothing_where_nothing_is_missing(columns):
    plain = scored(columns)
    for rule in ("least_share", "bounds"):
        other = scored(columns, missing=rule)
        assert np.array_equal(tops(other), tops(plain))
        assert np.array_equal(other.scores.lower, other.scores.upper)
