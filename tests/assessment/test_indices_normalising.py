"""Every normalisation by hand, with its direction; goalposts that hold in every period; names for what has no value."""

import numpy as np
import pytest

from cosmopolis.assessment.indices import Group, Indicator, Structure, index_of, normalise
from cosmopolis.assessment.indices.normalising import (
    borda,
    dist2targ,
    fracmax,
    goalposts,
    minmax,
    prank,
    scaled,
    zscore,
)
from cosmopolis.errors import ContentError, MeasureUndefined

NAN = float("nan")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        # anchors of the reference
        (goalposts([1, 11, -1], (0, 10)), [0.1, 1, 0]),
        (goalposts([1, 11, -1], (0, 10), direction=-1), [0.9, 0, 1]),
        (dist2targ([0, 5, 11], 10), [0, 0.5, 1.1]),
        (dist2targ([0, 5, 11], 10, capped=True), [0, 0.5, 1]),
        (dist2targ([-1, 1, 10], 0, direction=-1), [1.1, 0.9, 0]),
        # by hand
        (minmax([2, 3, NAN, 6]), [0, 0.25, NAN, 1]),
        (minmax([2, 3, 6], direction=-1), [1, 0.75, 0]),
        (zscore([2, 4, 6]), [-1, 0, 1]),
        (zscore([2, 4, 6, NAN], direction=-1), [1, 0, -1, NAN]),
        (scaled([0, 5, 30], (10, 20)), [-1, -0.5, 2]),
        (scaled([0, 5, 30], (10, 20), direction=-1), [2, 1.5, -1]),
        (borda([5, NAN, 1, 5, 9]), [1, NAN, 0, 1, 3]),
        (prank([5, NAN, 1, 5, 9]), [1 / 3, NAN, 0, 1 / 3, 1]),
        (prank([5, 1, 9], direction=-1), [0.5, 1, 0]),
        (fracmax([2, NAN, 8]), [0.25, NAN, 1]),
        (fracmax([2, 8], direction=-1), [1, 0.25]),
    ],
)
def test_each_kernel_gives_what_the_hand_gives(made, expected):
    assert made.tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    "undefined",
    [
        lambda: minmax([3, 3]),
        lambda: minmax([NAN]),
        lambda: zscore([3, 3, NAN]),
        lambda: zscore([3]),
        lambda: prank([3, NAN]),
        lambda: fracmax([-1, 3]),
        lambda: fracmax([0, 0]),
        lambda: fracmax([0, 3], direction=-1),
        lambda: dist2targ([10, 12], 10),
        lambda: dist2targ([1, 2], 3, direction=-1),
    ],
)
def test_what_does_not_exist_is_an_error_and_never_nan(undefined):
    with pytest.raises(MeasureUndefined):
        undefined()


def table(columns, period=None):
    rows = len(next(iter(columns.values())))
    areas = [f"area {row}" for row in range(rows)] if period is None else [f"area {row // 2}" for row in range(rows)]
    return {"area_code": areas, **({} if period is None else {"period": period}), **columns}


def structure(**declared):
    return Structure([Indicator(code, "top", **options) for code, options in declared.items()], [Group("top")])


def test_every_indicator_may_have_a_method_of_its_own_and_its_direction_holds():
    index = index_of(
        table({"a": [0, 5, 10], "b": [3, 1, 2], "c": [1, 2, 3]}),
        structure(a={"goalposts": (0, 20)}, b={"direction": -1}, c={}),
    )
    made = normalise(index, methods={"a": "goalposts", "b": "prank", "c": "zscore"}, moments=(50, 10))
    assert made.column("a").tolist() == [0, 25, 50]
    assert made.column("b").tolist() == [0, 100, 50]
    assert made.column("c").tolist() == [40, 50, 60]


def test_all_constant_indicators_are_named_together():
    index = index_of(table({"a": [1, 1], "b": [1, 2], "c": [7, None]}), structure(a={}, b={}, c={}))
    with pytest.raises(MeasureUndefined) as raised:
        normalise(index)
    assert [fault.values["code"] for fault in raised.value.faults] == ["a", "c"]


PANEL = table({"a": [0, 50, 10, 100]}, period=["2020", "2021", "2020", "2021"])


def test_goalposts_hold_in_every_period_of_a_panel():
    for over in ("all", "period"):
        made = normalise(index_of(PANEL, structure(a={"goalposts": (0, 200)})), method="goalposts", over=over)
        assert made.column("a").tolist() == [0, 25, 5, 50]


def test_a_panel_is_seen_over_all_periods_or_one_at_a_time_as_declared():
    index = index_of(PANEL, structure(a={}))
    assert normalise(index, over="all").column("a").tolist() == [0, 50, 10, 100]
    assert normalise(index, over="period").column("a").tolist() == [0, 0, 100, 100]


def test_an_indicator_without_a_value_in_one_period_is_named():
    index = index_of({**PANEL, "a": [0, None, 10, None]}, structure(a={}))
    with pytest.raises(MeasureUndefined, match="code='a'"):
        normalise(index, over="period")


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"method": "magic"}, "unknown_choice"),
        ({"methods": {"z": "minmax"}}, "unknown_code"),
        ({"method": "goalposts"}, "ends_missing"),
        ({"method": "dist2targ"}, "ends_missing"),
        ({"scale": (100, 0)}, "scale_reversed"),
        ({"moments": (0, 0)}, "unknown_choice"),
        ({"over": "decade"}, "unknown_choice"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options, fault):
    with pytest.raises(ContentError, match=rf"indices\.{fault}"):
        normalise(index_of(table({"a": [1, 2]}), structure(a={})), **options)


def test_the_step_tells_how_many_values_the_goalposts_clipped():
    made = normalise(index_of(table({"a": [-5, 5, 30]}), structure(a={"goalposts": (0, 10)})), method="goalposts")
    assert made.steps[-1].report[0].clipped == 2
    assert np.isfinite(made.values).all()
