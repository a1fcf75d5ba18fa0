"""Means by hand, groups within groups, three rules for what is missing, weights by name."""

import itertools

import numpy as np
import pytest

from cosmopolis.assessment.indices import (
    Group,
    Indicator,
    Structure,
    aggregate,
    correlation_ratios,
    correlations,
    cronbach_alpha,
    explained,
    group_alpha,
    index_of,
    normalise,
    redone,
    removals,
    weigh,
    without,
)
from cosmopolis.assessment.indices.aggregating import copeland, geometric_mean, harmonic_mean, outranking
from cosmopolis.assessment.indices.relations import correlation
from cosmopolis.errors import ContentError, MeasureUndefined


def made(columns, groups, parents, *, scale=(0.0, 100.0), ends=(0, 100), **weights):
    """An index of which the columns are scores from 0 to 100 already."""
    indicators = [Indicator(code, parents[code], goalposts=ends, weight=weights.get(code, 1.0)) for code in columns]
    rows = len(next(iter(columns.values())))
    index = index_of({"area_code": [f"area {row}" for row in range(rows)], **columns}, Structure(indicators, groups))
    return normalise(index, method="goalposts", scale=scale)


def flat(columns, *, method="arithmetic", **options):
    return made(columns, [Group("top", method=method)], dict.fromkeys(columns, "top"), **options)


def scores(index, code="top"):
    return index.scores_frame().filter(group=code)["value"].to_list()


@pytest.mark.parametrize(
    ("method", "expected"),
    # 20 and 80 with weights 1 and 3: (20 + 240) / 4; (20 x 80^3)^(1/4); 4 / (1/20 + 3/80)
    [("arithmetic", 65), ("geometric", 56.5685), ("harmonic", 45.7143)],
)
def test_each_mean_gives_what_the_hand_gives(method, expected):
    index = aggregate(flat({"a": [20], "b": [80]}, b=3.0), method=method)
    assert scores(index) == pytest.approx([expected], abs=1e-4)


def test_the_human_development_index_by_hand():
    """
    Goalposts and means of the technical notes since 2014: life expectancy 20 to 85,
    expected years of schooling 0 to 18, mean years 0 to 15, income ln 100 to ln 75000.

    75 years: 55/65 = .8462; 15 and 12 years: (.8333 + .8)/2 = .8167; 20000:
    5.2983/6.6201 = .8003; cube root of the product .5531 = .8208.
    """
    structure = Structure(
        [
            Indicator("life", "hdi", goalposts=(20, 85)),
            Indicator("expected", "school", goalposts=(0, 18)),
            Indicator("mean", "school", goalposts=(0, 15)),
            Indicator("income", "hdi", goalposts=(float(np.log(100)), float(np.log(75000)))),
        ],
        [Group("hdi", method="geometric"), Group("school", "hdi")],
    )
    table = {"area_code": ["x"], "life": [75], "expected": [15], "mean": [12], "income": [float(np.log(20000))]}
    index = aggregate(normalise(index_of(table, structure), method="goalposts", scale=(0, 1)))
    assert scores(index, "school") == pytest.approx([0.8167], abs=5e-5)
    assert scores(index, "hdi") == pytest.approx([0.8208], abs=5e-5)


def test_a_group_of_direction_minus_one_is_turned_round_where_it_enters_its_parent():
    groups = [Group("top"), Group("good", "top"), Group("bad", "top", direction=-1)]
    index = aggregate(made({"a": [60], "b": [30]}, groups, {"a": "good", "b": "bad"}))
    assert scores(index, "bad") == [30]
    assert scores(index) == [(60 + 70) / 2]


def test_each_group_has_its_own_mean():
    groups = [Group("top"), Group("g", "top", method="geometric"), Group("h", "top", method="harmonic")]
    index = aggregate(
        made({"a": [20], "b": [80], "c": [20], "d": [80]}, groups, {"a": "g", "b": "g", "c": "h", "d": "h"})
    )
    assert scores(index, "g") == pytest.approx([40])
    assert scores(index, "h") == pytest.approx([32])
    assert scores(index) == pytest.approx([36])
    again = aggregate(made({"a": [20], "b": [80]}, groups[:2], {"a": "g", "b": "g"}), methods={"g": "arithmetic"})
    assert scores(again) == [50]


@pytest.mark.parametrize("mean", [geometric_mean, harmonic_mean])
def test_a_mean_of_what_is_not_positive_does_not_exist(mean):
    with pytest.raises(MeasureUndefined, match=r"indices\.not_positive"):
        mean([0, 1], [1, 1])


def test_the_index_names_the_cell_that_is_not_positive():
    with pytest.raises(MeasureUndefined) as raised:
        aggregate(flat({"a": [20, 5], "b": [80, 0]}), method="geometric")
    assert raised.value.faults[0].values == {
        "method": "geometric", "group": "top", "code": "b", "area": "area 1", "period": "-", "value": 0.0,
    }  # fmt: skip


GAPS = {"a": [20, None, None], "b": [80, 50, None], "c": [50, 20, 50]}


def test_by_default_nothing_may_be_missing_and_every_gap_is_told():
    with pytest.raises(MeasureUndefined) as raised:
        aggregate(flat(GAPS))
    assert [(fault.values["code"], fault.values["area"]) for fault in raised.value.faults] == [
        ("a", "area 1"), ("a", "area 2"), ("b", "area 2"),
    ]  # fmt: skip


def test_by_least_share_weights_are_renormalised_and_the_share_and_the_count_are_told():
    index = aggregate(flat(GAPS), missing="least_share", least_share=2 / 3)
    assert scores(index) == [50, 35, None]
    assert index.scores_frame()["share"].to_list() == pytest.approx([1, 2 / 3, 1 / 3])
    report = index.steps[-1].report[0]
    assert (report.code, report.renormalised, report.without_score) == ("top", 1, 1)


def test_by_bounds_the_unknown_is_at_either_end_of_its_scale():
    index = aggregate(flat(GAPS), missing="bounds")
    frame = index.scores_frame()
    assert frame["value"].to_list() == [50, None, None]
    assert frame["lower"].to_list() == pytest.approx([50, 70 / 3, 50 / 3])
    assert frame["upper"].to_list() == pytest.approx([50, 170 / 3, 250 / 3])


def test_bounds_of_a_turned_group_change_places():
    groups = [Group("top"), Group("bad", "top", direction=-1)]
    frame = aggregate(made({"a": [30], "b": [None]}, groups, {"a": "bad", "b": "bad"}), missing="bounds").scores_frame()
    # the group lies between 15 and 65, the index between 35 and 85
    assert frame.filter(group="top").select("lower", "upper").row(0) == pytest.approx((35, 85))


def test_bounds_need_a_scale_with_ends():
    index = index_of(
        {"area_code": ["x", "y", "z"], "a": [1, 2, None]}, Structure([Indicator("a", "top")], [Group("top")])
    )
    with pytest.raises(MeasureUndefined, match=r"indices\.scale_without_ends"):
        aggregate(normalise(index, method="zscore"), missing="bounds")


def test_no_nan_leaves_by_a_frame():
    index = aggregate(flat(GAPS), missing="least_share", least_share=1)
    for frame in (index.scores_frame(), index.values_frame()):
        for name in set(frame.columns) & {"value", "lower", "upper"}:
            assert not frame[name].is_nan().any()


def test_weights_go_by_name_and_equal_weights_forget_the_declared_ones():
    columns = {"a": [0, 100], "b": [100, 0]}
    assert scores(aggregate(weigh(flat(columns, a=3.0)))) == [25, 75]
    assert scores(aggregate(weigh(flat(columns, a=3.0), source="equal"))) == [50, 50]
    assert scores(aggregate(weigh(flat(columns, a=3.0), weights={"b": 9}))) == [75, 25]
    with pytest.raises(ContentError, match=r"indices\.weight_not_positive"):
        weigh(flat(columns), weights={"b": 0})


def test_weights_of_a_first_component_by_hand():
    # correlations ab 1, ac and bc 0: the first component is a and b alone
    columns = {"a": [0, 0, 100, 100], "b": [0, 0, 100, 100], "c": [10, 90, 10, 90]}
    squared = weigh(flat({"a": [0, 50, 100], "b": [0, 100, 50]}), source="pca_squared")
    assert [squared.structure.share(code) for code in "ab"] == pytest.approx([0.5, 0.5])
    with pytest.raises(MeasureUndefined) as raised:
        weigh(flat({**columns, "c": [90, 80, 20, 10]}), source="pca")
    assert raised.value.faults[0].message_id == "indices.loadings_against"
    assert raised.value.faults[0].values["codes"] == "c"
    with pytest.raises(MeasureUndefined, match=r"indices\.component_tied"):
        weigh(flat({"a": [0, 0, 100, 100], "c": [10, 90, 10, 90]}), source="pca")


def test_weights_of_a_first_component_need_normalised_complete_data():
    with pytest.raises(MeasureUndefined, match=r"indices\.too_few_values"):
        weigh(flat({"a": [1, 2, None], "b": [1, 3, 2]}), source="pca")
    raw = index_of({"area_code": ["x"], "a": [1]}, Structure([Indicator("a", "top")], [Group("top")]))
    with pytest.raises(ContentError, match=r"indices\.step_missing"):
        weigh(raw, source="pca")


def test_outranking_and_copeland_by_hand():
    # x beats y on a (3) and c is equal (half of 2): 4/6; z beats all on everything but a against x
    values = [[3, 1, 5], [2, 2, 5], [1, 9, 9]]
    assert outranking(values, [3, 1, 2])[0] == pytest.approx([0.5, 4 / 6, 0.5])
    assert copeland(values, [3, 1, 2]).tolist() == [1, -1, 0]


def test_cronbach_alpha_of_the_golden_values():
    items = [[7, 6, 5], [3, 4, 2], [8, 9, 7], [5, 5, 6], [1, 2, 2], [6, 7, 8]]
    assert cronbach_alpha(items) == pytest.approx(0.9522, abs=5e-5)
    shifted = np.add(items, [0, 10, 0])
    assert cronbach_alpha(shifted) == pytest.approx(cronbach_alpha(items))
    columns = {code: list(column) for code, column in zip("abc", zip(*items, strict=True), strict=True)}
    assert group_alpha(flat(columns), "top") == pytest.approx(0.9522, abs=5e-5)


@pytest.mark.parametrize("items", [[[1], [2]], [[1, 2]], [[1, 2], [2, 1]], [[1, float("nan")], [2, 3]]])
def test_alpha_of_one_item_of_one_area_or_of_a_sum_that_never_varies_does_not_exist(items):
    with pytest.raises(MeasureUndefined, match=r"indices\.alpha_undefined"):
        cronbach_alpha(items)


def test_correlations_are_within_groups_and_flagged():
    groups = [Group("top"), Group("g", "top"), Group("h", "top")]
    columns = {"a": [0, 50, 100], "b": [10, 60, 90], "c": [0, 100, 50], "d": [100, 50, 0]}
    index = made(columns, groups, {"a": "g", "b": "g", "c": "h", "d": "h"})
    found = {(pair.first, pair.second): (round(pair.value, 4), pair.flag) for pair in correlations(index)}
    # ab: 4000/sqrt(5000 x 3266.67); cd: -2500/5000
    assert found == {("a", "b"): (0.9897, "redundant"), ("c", "d"): (-0.5, "negative")}
    both = {(pair.first, pair.second) for pair in correlations(aggregate(index), kind="spearman")}
    assert both == {("g", "h"), ("a", "b"), ("c", "d")}


def test_a_correlation_without_variation_is_nothing():
    pair = correlations(flat({"a": [1, 2, 3], "b": [5, 5, 5]}))[0]
    assert (pair.value, pair.flag) == (None, "")
    assert correlation([1, 2], [2, 1]) is None


def test_ranks_that_are_equal_share_their_mean():
    # ranks 1.5, 1.5, 3 and 1, 2, 3: covariance 1.5, variances 1.5 and 2
    assert correlation([5, 5, 9], [1, 2, 3], kind="spearman") == pytest.approx(1.5 / np.sqrt(3))


def test_two_components_explain_half_of_one_plus_and_minus_the_correlation():
    assert explained(flat({"a": [0, 50, 100], "b": [0, 100, 50]}), "top") == pytest.approx((0.75, 0.25))


def test_in_a_full_design_the_correlation_ratios_are_shares_of_the_variance():
    # variances 2500 and 1666.67 at equal weights: 60 and 40 %
    rows = list(itertools.product([0, 100], [0, 50, 100]))
    index = aggregate(flat({"a": [row[0] for row in rows], "b": [row[1] for row in rows]}))
    found = {each.code: (each.weight, each.linear, each.ratio) for each in correlation_ratios(index, degree=2)}
    assert found["a"] == pytest.approx((0.5, 0.6, 0.6))
    assert found["b"] == pytest.approx((0.5, 0.4, 0.4))


def test_a_bend_is_seen_by_the_correlation_ratio_and_not_by_the_line():
    # c rises and falls with a, so the score does: nothing linear, everything in the ratio
    a = [0, 25, 50, 75, 100]
    index = aggregate(weigh(flat({"a": a, "c": [0, 75, 100, 75, 0]}), weights={"a": 1e-9}))
    bend = correlation_ratios(index, "top", degree=2)[0]
    assert bend.linear == pytest.approx(0, abs=1e-6)
    assert bend.ratio == pytest.approx(1, abs=1e-6)


def test_removing_an_indicator_by_hand():
    # with all three: 50, 40; without c: 45, 60
    index = aggregate(flat({"a": [30, 80], "b": [60, 40], "c": [60, 0]}))
    found = {each.code: each for each in removals(index)}
    assert set(found) == {"a", "b", "c"}
    assert found["c"].mean_score_shift == pytest.approx((5 + 20) / 2)
    assert found["c"].most_score_shift == pytest.approx(20)
    assert (found["c"].mean_rank_shift, found["c"].most_rank_shift) == (1, 1)
    assert scores(without(index, "c")) == [45, 60]


def test_a_removed_indicator_does_not_come_back_when_the_log_is_run_again():
    index = without(aggregate(flat({"a": [30, 80], "b": [60, 40], "c": [60, 0]})), "c")
    again = redone(index, {"normalise": {"scale": (0, 10)}})
    assert again.structure.codes == ("a", "b")
    assert scores(again) == pytest.approx([4.5, 6])
