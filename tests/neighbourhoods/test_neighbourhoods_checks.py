"""Bad input is treated alike by every function of the room that takes counts."""

import numpy as np
import pytest

import cosmopolis.neighbourhoods as room
from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks

TWO = (
    *("dissimilarity", "gorard", "gini", "information_theory", "mutual_information", "atkinson", "hutchens"),
    *("isolation", "interaction", "correlation_ratio", "separation_without_chance", "two_group_indices"),
    *("location_quotient", "location_quotient_interval", "min_max", "concentration_profile"),
)
SEVERAL = (
    *("dissimilarity", "gini", "information_theory", "mutual_information", "divergence", "relative_diversity"),
    *("squared_variation", "normalised_exposure", "multigroup_indices", "area_information", "group_information"),
    *("local_entropy", "local_simpson", "shannon_entropy", "simpson_interaction"),
)
BAD = [
    ([3, -1], r"negative_count \(count=-1.0, row=2\)"),
    ([3, float("nan")], r"missing_count \(row=2\)"),
    ([float("inf"), 3], r"missing_count \(row=1\)"),
    ([3, None], r"missing_count \(row=2\)"),
    ([3, ".."], "not_numbers"),
    ([], "nobody"),
    (3, r"dimensions \(expected=1, found=0\)"),
]


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize(("side", "message"), BAD)
def test_bad_counts_of_two_groups(name, side, message):
    with pytest.raises(MeasureUndefined, match=message):
        getattr(room, name)(side, [4, 5])
    with pytest.raises(MeasureUndefined, match=message):
        getattr(room, name)([4, 5], side)


@pytest.mark.parametrize("name", TWO)
def test_sides_of_different_length(name):
    with pytest.raises(MeasureUndefined, match=r"different_lengths \(first=2, second=3\)"):
        getattr(room, name)([4, 5], [1, 2, 3])


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[3, 1], [-1, 2]], r"negative_count \(count=-1.0, row=2\)"),
        ([[3, 1], [float("nan"), 2]], r"missing_count \(row=2\)"),
        ([[3, 1], ["x", 2]], "not_numbers"),
        ([[0, 0], [0, 0]], "nobody"),
    ],
)
def test_bad_counts_of_several_groups(name, table, message):
    with pytest.raises(MeasureUndefined, match=message):
        getattr(room, name)(table)


def test_integers_booleans_and_lists_are_counts_and_are_not_changed():
    given = np.array([3, 4], np.int32)
    assert room.dissimilarity(given, [True, False]) == room.dissimilarity([3, 4], [1, 0])
    table = np.array([[3.0, 1.0], [0.0, 2.0]])
    room.multigroup_indices(table)
    room.gini(table)
    assert table.tolist() == [[3, 1], [0, 2]]


def test_places_need_metres():
    with pytest.raises(MeasureUndefined, match=r"coordinates_in_degrees \(east=2.1, north=41.4\)"):
        checks.points([[2.1, 41.4], [2.2, 41.3]], 2)
    with pytest.raises(MeasureUndefined, match=r"coordinates_missing \(row=2\)"):
        checks.points([[430_000, 4_580_000], [430_000, float("nan")]], 2)
    with pytest.raises(MeasureUndefined, match="different_lengths"):
        checks.points([[430_000, 4_580_000]], 2)
    with pytest.raises(MeasureUndefined, match=r"dimensions \(expected=2, found=3\)"):
        checks.points([[430_000, 4_580_000, 12]], 1)
    with pytest.raises(MeasureUndefined, match=r"surface_not_positive \(surface=0.0, row=2\)"):
        checks.surfaces([1, 0], 2)
    with pytest.raises(MeasureUndefined, match=r"duplicate_area \(code='08'\)"):
        checks.distinct(["01", "08", "08"])


def test_every_public_name_is_there_and_the_room_is_imported_lightly():
    for name in room.__all__:
        assert getattr(room, name) is not None
    assert set(room.__all__) <= set(dir(room))
    with pytest.raises(AttributeError, match="ghetto"):
        _ = room.ghetto


def test_importing_the_room_loads_no_heavy_library():
    import subprocess
    import sys

    code = (
        "import sys; from cosmopolis.neighbourhoods import dissimilarity, nested_rows, clustering;"
        "print(sorted({'polars', 'scipy', 'numba'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
