"""Screening, denominators, gaps and outliers: by hand, and by what spreadsheets publish."""

import numpy as np
import pytest

from cosmopolis.assessment.indices import (
    Group,
    Indicator,
    Limits,
    Structure,
    aggregate,
    denominate,
    impute,
    index_of,
    normalise,
    redone,
    screen,
    treat,
    weigh,
)
from cosmopolis.assessment.indices.outliers import kurtosis, log_ct, log_gii, skewness, winsorised
from cosmopolis.errors import ContentError, MeasureUndefined


def index(columns, **declared):
    indicators = [Indicator(code, "top", **declared.get(code, {})) for code in columns if len(code) == 1]
    rows = len(next(iter(columns.values())))
    return index_of(
        {"area_code": [f"area {row}" for row in range(rows)], **columns}, Structure(indicators, [Group("top")])
    )


def cells(index, code):
    return [None if np.isnan(value) else value for value in index.column(code).tolist()]


def test_screening_counts_areas_and_indicators_over_the_table_as_it_came():
    # area 0 knows 1 of 3; c is known in 1 of 3 areas
    screened = screen(index({"a": [1, 2, 3], "b": [None, 5, 6], "c": [None, None, 9]}), areas=0.5, indicators=0.5)
    assert screened.areas == ("area 1", "area 2")
    assert screened.structure.codes == ("a", "b")
    assert [(out.kind, out.code, round(out.share, 2)) for out in screened.steps[0].report] == [
        ("area", "area 0", 0.33),
        ("indicator", "c", 0.33),
    ]


def test_screening_everything_away_is_refused():
    with pytest.raises(MeasureUndefined, match=r"indices\.nothing_passes"):
        screen(index({"a": [None, None], "b": [None, 1]}), areas=0.9)


def test_a_rate_is_the_count_over_its_denominator_times_its_factor():
    made = denominate(
        index({"a": [5, 6], "b": [1, 2], "people": [1000, 400]}, a={"denominator": "people"}), factors={"a": 1000}
    )
    assert cells(made, "a") == [5, 15]
    assert cells(made, "b") == [1, 2]


def test_an_indicator_may_be_another_ones_denominator():
    made = denominate(index({"a": [5, 6], "b": [10, 20]}, a={"denominator": "b"}))
    assert cells(made, "a") == [0.5, 0.3]


def test_a_missing_denominator_costs_the_value_and_is_counted():
    made = denominate(index({"a": [5, 6], "people": [None, 2]}, a={"denominator": "people"}))
    assert cells(made, "a") == [None, 3]
    assert made.status.tolist() == [["O"], ["A"]]
    assert made.steps[0].report[0].lost == 1


def test_a_denominator_of_zero_is_told_with_its_place():
    with pytest.raises(MeasureUndefined) as raised:
        denominate(index({"a": [5, 6], "people": [0, 2]}, a={"denominator": "people"}))
    assert raised.value.faults[0].values["area"] == "area 0"


def test_a_factor_for_an_indicator_without_denominator_is_refused():
    with pytest.raises(ContentError, match=r"indices\.unknown_code"):
        denominate(index({"a": [1, 2]}), factors={"a": 1000})


@pytest.mark.parametrize(("rule", "filled"), [("mean", 4), ("median", 2)])
def test_a_gap_is_filled_by_the_rule_that_is_named(rule, filled):
    made = impute(index({"a": [1, 2, 9, None]}), rules=[rule])
    assert cells(made, "a") == [1, 2, 9, filled]
    assert made.status[:, 0].tolist() == ["A", "A", "A", "I"]
    assert (made.steps[0].report[0].filled, made.steps[0].report[0].left) == (1, 0)


def test_a_group_mean_is_of_the_areas_with_the_same_label_and_a_group_without_any_stays_empty():
    made = impute(
        index({"a": [1, 3, None, 8, None], "region": ["n", "n", "n", "s", "w"]}), rules=["group_mean"], label="region"
    )
    assert cells(made, "a") == [1, 3, 2, 8, None]
    assert (made.steps[0].report[0].filled, made.steps[0].report[0].left) == (1, 1)


def test_the_last_known_value_is_the_areas_own_and_never_a_later_one():
    table = {
        "area_code": ["x", "y", "x", "y", "x", "y"],
        "period": ["2022", "2022", "2020", "2020", "2021", "2021"],
        "a": [None, 7, 5, None, None, None],
    }
    panel = index_of(table, Structure([Indicator("a", "top")], [Group("top")]))
    made = impute(panel, rules=["last"])
    assert cells(made, "a") == [5, 7, 5, None, 5, None]
    # what is left before the first known value goes to the next rule, over each period alone
    assert cells(impute(panel, rules=["last", "mean"]), "a") == [5, 7, 5, 5, 5, 5]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"rules": ["guess"]}, "unknown_choice"),
        ({"rules": []}, "unknown_choice"),
        ({"rules": ["group_mean"], "label": "region"}, "column_missing"),
        ({"rules": ["last"]}, "column_missing"),
    ],
)
def test_an_imputation_that_cannot_be_done_is_refused(options, fault):
    with pytest.raises(ContentError, match=rf"indices\.{fault}"):
        impute(index({"a": [1, None]}), **options)


def test_skewness_and_kurtosis_are_those_of_spreadsheets():
    # the worked example of the manual of a widely used spreadsheet, for SKEW and KURT
    values = [3, 4, 5, 2, 3, 4, 5, 6, 4, 7]
    assert skewness(values) == pytest.approx(0.359543, abs=1e-6)
    assert kurtosis(values) == pytest.approx(-0.151800, abs=1e-6)


def test_one_outlier_becomes_the_next_value():
    made, points = winsorised([*range(1, 11), 100])
    assert made.tolist() == [*range(1, 11), 10]
    assert points == 1


def test_a_low_outlier_is_drawn_up():
    assert winsorised([*range(1, 11), -100])[0].min() == 1


def test_equal_outliers_are_several_points_and_the_most_is_kept():
    values = [*range(1, 31), 500, 500]
    assert winsorised(values, most=1) == (pytest.approx(values), 0)
    assert winsorised(values, most=2)[1] == 2


def test_the_log_transforms_really_transform():
    # (max - 1)(x - 1) / (max - 1) + 1 = x for a least value of 1
    assert log_gii([1, 2, 3, 50, 400]) == pytest.approx(np.log([1, 2, 3, 50, 400]))
    # ln(x - 1 + 3.99)
    assert log_ct([1, 2, 3, 50, 400]) == pytest.approx(np.log([3.99, 4.99, 5.99, 52.99, 402.99]))


def test_a_logarithm_that_would_turn_the_order_round_is_refused():
    with pytest.raises(MeasureUndefined, match=r"indices\.log_gii_small"):
        log_gii([0.1, 0.9])


def test_treatment_says_what_it_did_to_each_indicator():
    columns = {
        "a": [*range(1, 23)],
        "b": [*range(1, 22), 300],
        "c": [*range(1, 21), 1000, 2000],
        "d": [*range(20, 0, -1), -1000, -2000],
        "e": [5] * 22,
        "f": [*range(1, 22), 300],
    }
    made = treat(index(columns), most=1, leave=["f"])
    told = {done.code: (done.outcome, done.points) for done in made.steps[0].report}
    assert told == {
        "a": ("as_it_was", 0),
        "b": ("winsorised", 1),
        "c": ("log_ct", 0),
        "d": ("log_ct_mirrored", 0),
        "e": ("not_judged", 0),
    }
    assert made.column("c") == pytest.approx(log_ct(columns["c"]))
    assert cells(made, "f") == columns["f"]
    assert made.transformed == {"c", "d"}
    # the order of values is kept, at both ends
    for code in "cd":
        assert np.argsort(made.column(code)).tolist() == np.argsort(columns[code]).tolist()
    # drawn in from the low end, so less skewed than before
    done = made.steps[0].report[3]
    assert abs(done.skewness_after) < abs(done.skewness)


def test_other_limits_treat_other_indicators():
    columns = {"a": [*range(1, 22), 300]}
    assert treat(index(columns), limits=Limits(skewness=100)).steps[0].report[0].outcome == "as_it_was"


def test_goalposts_of_a_unit_that_a_logarithm_took_away_are_refused():
    made = treat(index({"c": [*range(1, 21), 1000, 2000]}, c={"goalposts": (0, 2000)}), most=1)
    with pytest.raises(ContentError, match=r"indices\.ends_in_lost_unit"):
        normalise(made, method="goalposts")


def test_no_step_comes_twice_or_too_late_or_without_the_one_before():
    plain = index({"a": [1, 2, 3]})
    with pytest.raises(ContentError, match=r"indices\.step_twice"):
        normalise(normalise(plain))
    with pytest.raises(ContentError, match=r"indices\.step_too_late"):
        treat(normalise(plain))
    with pytest.raises(ContentError, match=r"indices\.step_too_late"):
        weigh(aggregate(normalise(plain)))
    with pytest.raises(ContentError, match=r"indices\.step_missing"):
        aggregate(plain)
    with pytest.raises(ContentError, match=r"indices\.step_missing"):
        plain.scores_frame()


def test_the_same_index_under_another_normalisation_is_one_edit():
    made = aggregate(normalise(impute(index({"a": [1, 2, 9, None], "b": [4, 3, 2, 1]}), rules=["mean"])))
    again = redone(made, {"normalise": {"method": "borda"}, "impute": {"rules": ["median"]}})
    by_hand = aggregate(
        normalise(impute(index({"a": [1, 2, 9, 2], "b": [4, 3, 2, 1]}), rules=["mean"]), method="borda")
    )
    assert again.scores_frame().equals(by_hand.scores_frame())
    assert [step.name for step in again.steps] == ["impute", "normalise", "aggregate"]
    assert redone(made, {}).scores_frame().equals(made.scores_frame())


def test_an_edit_of_a_step_that_never_was_is_not_passed_over():
    with pytest.raises(ContentError, match=r"indices\.step_missing \(step='treat'\)"):
        redone(normalise(index({"a": [1, 2]})), {"treat": {"most": 3}})
