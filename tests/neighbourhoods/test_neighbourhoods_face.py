"""The face of the room: every promised name, none hidden by a module, nothing heavy until it is needed."""

import importlib
import pkgutil
import subprocess
import sys
from inspect import isclass, isfunction

import numpy as np
import polars as pl
import pytest

from cosmopolis import neighbourhoods as room
from cosmopolis.errors import MeasureUndefined

#: What the measures are made of, and what the program alone uses: no part of the face.
INNER_MODULES = {"cases", "checks", "development", "draws", "indicators", "kernels", "profile", "reach", "statement",
                 "surroundings"}  # fmt: skip
INNER = {
    "access": {"check_two_step"},
    "boundaries": {"crosswalk_of_pieces"},
    "centroids": {"around_centroids", "squared_distances"},
    "chance": {"folded_mean", "likeliest"},
    "contexts": {"Rings", "Searched", "checked_ks", "contexts_of", "in_units", "places_of", "rings_to", "search",
                 "searched"},
    "frames": {"polygons_of"},
    "grid": {"WholeCounts", "whole_counts"},
    "ground": {"with_shapes"},
    "local": {"among"},
    "pairs": {"whole_numbers"},
    "several_groups": {"dissimilarity", "gini", "information_theory", "mutual_information", "pair_differences"},
    "suppressed": {"Box", "Totals", "box_of", "known", "over_whole_persons", "placed"},
    "suppressed_dissimilarity": {"surplus_areas"},
    "spatial": {"dealt_out", "indices_of", "kept_persons", "sums_of"},
}  # fmt: skip
PROMISED = ("dissimilarity", "gini", "information_theory", "mutual_information", "isolation", "location_quotient",
            "scale_profile", "nearest_contexts", "catchment_access")  # fmt: skip
HEAVY = {"numba", "scipy", "polars", "shapely", "narwhals"}


def modules():
    return {found.name for found in pkgutil.iter_modules(room.__path__)}


@pytest.mark.parametrize("name", sorted(modules() - INNER_MODULES))
def test_every_function_and_class_of_a_measure_is_at_the_face(name):
    module = importlib.import_module(f"cosmopolis.neighbourhoods.{name}")
    faces = {id(room.__getattr__(own_name)) for own_name in room.__all__}
    for own_name, found in vars(module).items():
        is_its_own = (isfunction(found) or isclass(found)) and found.__module__ == module.__name__
        if is_its_own and not own_name.startswith("_"):
            assert (id(found) in faces) != (own_name in INNER.get(name, ())), own_name


def test_no_name_is_hidden_by_a_module():
    assert not set(room.__all__) & modules()
    assert len(set(room.__all__)) == len(room.__all__)
    assert set(PROMISED) <= set(room.__all__) <= set(dir(room))
    with pytest.raises(AttributeError, match="ghetto"):
        _ = room.ghetto


def test_functions_called_like_their_module_have_another_name_here():
    from cosmopolis.neighbourhoods import centroids_of_places, grid_of_counts

    assert grid_of_counts([[[1, 0], [2, 3]]], cell_metres=100).persons.tolist() == [3, 3]
    assert centroids_of_places([[1, 2]], [[4_000, 500]]).halo_persons == 0


def test_importing_the_promised_names_loads_nothing_heavy():
    code = (
        f"import sys; from cosmopolis.neighbourhoods import {', '.join(PROMISED)};"
        "assert round(dissimilarity([10, 30], [40, 20]), 4) == .4167;"
        "import cosmopolis.neighbourhoods.frames;"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def columns_of_each_library(group, rest):
    yield np.array(group), np.array(rest)
    yield tuple(group), tuple(rest)
    yield pl.Series(group), pl.Series(rest)
    yield pl.DataFrame({"g": group})["g"].cast(pl.UInt16), pl.Series(rest, dtype=pl.Float32)


def same_indices(group, rest):
    plain = vars(room.two_group_indices([10, 30, 0], [40, 20, 5]))
    assert vars(room.two_group_indices(group, rest)) == pytest.approx(plain)
    assert room.location_quotient(group, rest) == pytest.approx(room.location_quotient([10, 30, 0], [40, 20, 5]))


def test_indices_take_the_columns_of_any_library():
    for group, rest in columns_of_each_library([10, 30, 0], [40, 20, 5]):
        same_indices(group, rest)
    table = pl.DataFrame({"a": [10, 30, 0], "b": [40, 20, 5]})
    assert room.mutual_information(table) == room.mutual_information(table["a"], table["b"])


def test_indices_take_pandas():
    pandas = pytest.importorskip("pandas")
    same_indices(pandas.Series([10, 30, 0], index=[7, 8, 9]), pandas.Series([40, 20, 5]))
    same_indices(pandas.Series([10, 30, 0], dtype="Int64"), pandas.Series([40, 20, 5], dtype="Float64"))
    with pytest.raises(MeasureUndefined):
        room.dissimilarity(pandas.Series([10, None], dtype="Int64"), [1, 2])
    table = pandas.DataFrame({"a": [10, 30, 0], "b": [40, 20, 5]})
    assert room.mutual_information(table) == room.mutual_information([10, 30, 0], [40, 20, 5])


def test_indices_take_pyarrow():
    arrow = pytest.importorskip("pyarrow")
    same_indices(arrow.array([10, 30, 0]), arrow.chunked_array([[40], [20, 5]]))
    with pytest.raises(MeasureUndefined, match="missing_count"):
        room.dissimilarity(arrow.array([10, None]), [1, 2])
    table = arrow.table({"a": [10, 30, 0], "b": [40, 20, 5]})
    assert room.mutual_information(table) == room.mutual_information([10, 30, 0], [40, 20, 5])


@pytest.mark.parametrize("index", ["dissimilarity", "gini", "information_theory", "isolation", "location_quotient"])
def test_a_missing_count_in_a_series_is_not_a_zero(index):
    with pytest.raises(MeasureUndefined, match=r"missing_count \(row=2\)"):
        getattr(room, index)(pl.Series([10, None, 3]), pl.Series([1, 2, 3]))
