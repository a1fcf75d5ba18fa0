"""A structure and a table are found by name, and say everything that is wrong with them at once."""

import polars as pl
import pytest

from cosmopolis.assessment.indices import Group, Indicator, Structure, index_of
from cosmopolis.errors import ContentError


def tree():
    return Structure(
        [Indicator("jobs", "work", weight=3), Indicator("pay", "work"), Indicator("rent", "home", direction=-1)],
        [Group("index"), Group("work", "index", weight=2), Group("home", "index")],
    )


def ids(raised):
    return [fault.message_id.removeprefix("indices.") for fault in raised.value.faults]


def test_effective_weights_are_products_of_shares_on_the_way_up():
    assert tree().effective_weights() == pytest.approx({"jobs": 3 / 4 * 2 / 3, "pay": 1 / 4 * 2 / 3, "rent": 1 / 3})


def test_children_come_before_their_parents():
    assert [group.code for group in tree().upwards] == ["work", "home", "index"]


def test_a_declaration_may_stand_in_any_order():
    turned = Structure(tree().indicators[::-1], tree().groups[::-1])
    assert turned.top == "index"
    assert turned.effective_weights() == pytest.approx(tree().effective_weights())
    assert turned.upwards[-1].code == "index"


def test_without_an_only_child_its_group_goes_too():
    smaller = tree().without("rent")
    assert set(smaller.nodes) == {"jobs", "pay", "work", "index"}


def test_without_a_group_its_indicators_go_too():
    assert tree().without("work").codes == ("rent",)


def test_without_the_top_nothing_would_be_left():
    with pytest.raises(ContentError, match=r"indices\.nothing_left"):
        tree().without("index")


def test_all_faults_are_told_together():
    with pytest.raises(ContentError) as raised:
        Structure(
            [
                Indicator("a", "nowhere"),
                Indicator("a", "top", weight=0),
                Indicator("period", "top", direction=2),
                Indicator("b", "top", goalposts=(5, 5), weight=float("nan")),
            ],
            [Group("top"), Group("other"), Group("round", "about"), Group("about", "round", method="median")],
        )
    assert sorted(ids(raised)) == sorted(
        [
            "code_twice",
            "code_reserved",
            "not_one_top",
            "unknown_parent",
            "group_without_children",
            "circle",
            "circle",
            "weight_not_positive",
            "weight_not_positive",
            "unknown_direction",
            "unknown_choice",
            "goalposts_reversed",
        ]
    )


def test_a_group_that_leads_into_a_circle_is_not_blamed_for_it():
    with pytest.raises(ContentError) as raised:
        Structure([Indicator("a", "in")], [Group("top"), Group("in", "x"), Group("x", "y"), Group("y", "x")])
    assert [fault.values["code"] for fault in raised.value.faults if fault.message_id == "indices.circle"] == ["x", "y"]


def test_an_indicator_needs_a_group():
    with pytest.raises(ContentError, match=r"indices\.unknown_parent"):
        Structure([Indicator("a", "top"), Indicator("b", "")], [Group("top")])


def test_weights_are_by_name_and_a_wrong_name_is_refused():
    assert tree().with_weights({"pay": 9}).share("pay") == 0.75
    with pytest.raises(ContentError, match="paid"):
        tree().with_weights({"paid": 9})


COLUMNS = {"rent": [7, 8.5], "area_code": ["x", "y"], "pay": [1, None], "jobs": [3, 4]}


def test_columns_are_found_by_name_whatever_their_order():
    index = index_of(COLUMNS, tree())
    assert index.column("jobs").tolist() == [3, 4]
    assert index.column("rent").tolist() == [7, 8.5]
    assert index.values_frame().filter(pl.col("indicator") == "pay").rows() == [
        ("x", None, "pay", 1.0, "A"),
        ("y", None, "pay", None, "O"),
    ]


def test_a_polars_frame_and_a_mapping_are_the_same():
    frame = pl.DataFrame({**COLUMNS, "rent": [7.0, 8.5]})
    assert index_of(frame, tree()).values_frame().equals(index_of(COLUMNS, tree()).values_frame())


def test_missing_columns_and_words_among_numbers_are_told_together():
    with pytest.raises(ContentError) as raised:
        index_of({"area_code": ["x"], "pay": ["n/a"], "jobs": [True]}, tree())
    assert ids(raised) == ["column_not_numeric", "column_not_numeric", "column_missing"]


def test_a_number_that_is_none_and_an_area_twice_are_told_with_their_place():
    with pytest.raises(ContentError) as raised:
        index_of({**COLUMNS, "area_code": ["x", "x"], "pay": [float("nan"), float("inf")]}, tree())
    assert ids(raised) == ["area_twice", "not_a_number", "not_a_number"]
    assert raised.value.faults[1].values == {"code": "pay", "value": "nan", "area": "x", "period": "-"}


def test_an_area_may_come_once_a_period():
    index = index_of({**COLUMNS, "area_code": ["x", "x"], "period": [2020, 2021]}, tree())
    assert index.periods == ("2020", "2021")


def test_rows_need_an_area():
    with pytest.raises(ContentError, match=r"indices\.row_without_area"):
        index_of({**COLUMNS, "area_code": ["x", None]}, tree())
    with pytest.raises(ContentError, match=r"indices\.row_without_area"):
        index_of({name: [] for name in COLUMNS}, tree())
