"""Crosswalks from two tables of polygons: pieces by hand, cells before surface, one clear word for what is wrong."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.boundaries import carried, carried_bounds, crosswalk_error
from cosmopolis.neighbourhoods.centroids import centroids
from cosmopolis.neighbourhoods.overlays import crosswalk_of
from cosmopolis.vocabulary.measurement import between

WEST, SOUTH = 4_550_000, 3_270_000


def strips(*ends):
    """Areas between lines from south to north, so many metres east of the city's corner."""
    polygons = [shapely.box(WEST + one, SOUTH, WEST + other, SOUTH + 1_000) for one, other in pairwise(ends)]
    return table([f"{number:02}" for number in range(len(polygons))], polygons)


def table(codes, polygons):
    return pl.DataFrame({"area": codes, "geometry": shapely.to_wkb(polygons).tolist()})


def cells(*people):
    """Somebody every 100 m eastwards."""
    return centroids([[one] for one in people], [[WEST + 50 + 100 * k, SOUTH + 500] for k in range(len(people))])


def test_an_old_area_is_shared_out_by_surface():
    walk = crosswalk_of(strips(0, 400, 1_000), strips(0, 300, 800, 1_000), code="area")
    assert (walk.old_place.tolist(), walk.new_place.tolist()) == ([0, 0, 1, 1], [0, 1, 1, 2])
    assert walk.share == pytest.approx([3 / 4, 1 / 4, 2 / 3, 1 / 3])
    assert np.isnan(walk.residents).all()


def test_cells_say_who_lives_where_and_surface_speaks_where_they_know_nobody():
    walk = crosswalk_of(strips(0, 400, 1_000), strips(0, 300, 800, 1_000), code="area", cells=cells(5, 5, 20, 10))
    assert walk.share == pytest.approx([30 / 40, 10 / 40, 2 / 3, 1 / 3])
    assert walk.residents[:2].tolist() == [30, 10]
    assert np.isnan(walk.residents[2:]).all()
    found = carried_bounds(walk, between([35, 9], [35, 9]))
    # 35 among 30 + 10: at least 25 and 5; the 9 others may live in either piece
    assert (found.lower.tolist(), found.upper.tolist()) == ([25, 5, 0], [30, 19, 9])


def test_cells_that_are_no_residents_share_out_and_bound_nothing():
    old, new = strips(0, 400), strips(0, 300, 400)
    walk = crosswalk_of(old, new, code="area", cells=cells(1, 1, 0, 2), are_residents=False)
    assert carried(walk, [60]).tolist() == [30, 30]
    found = carried_bounds(walk, between([60], [60]))
    assert (found.lower.tolist(), found.upper.tolist()) == ([0, 0], [60, 60])


def test_a_cell_outside_either_is_left_out():
    walk = crosswalk_of(strips(0, 200), strips(0, 100, 200), code="area", cells=cells(1, 3, 50))
    assert walk.share.tolist() == [0.25, 0.75]


def test_a_border_that_is_drawn_anew_by_a_hair_splits_nothing():
    walk = crosswalk_of(strips(0, 400, 1_000), strips(0, 400.3, 1_000), code="area")
    assert walk.split_areas == ()
    assert crosswalk_of(strips(0, 400, 1_000), strips(0, 400.3, 1_000), code="area", sliver=0).split_areas == ("01",)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 999), max_size=6, unique=True), st.lists(st.integers(1, 999), max_size=6, unique=True))
def test_pieces_of_strips_are_what_their_ends_share(first, second):
    ends = [[0, *sorted(cuts), 1_000] for cuts in (first, second)]
    walk = crosswalk_of(strips(*ends[0]), strips(*ends[1]), code="area", sliver=0)
    widths = np.diff(ends[0]).astype(float)
    # people as dense as the surface: every new area has as many as it is wide
    assert carried(walk, widths) == pytest.approx(np.diff(ends[1]))


GOOD = strips(0, 400, 1_000)
DEGREES = table(["a"], [shapely.box(13.1, 52.3, 13.7, 52.6)])
TWICE = table(
    ["a", "b"], [shapely.box(WEST, SOUTH, WEST + 900, SOUTH + 9), shapely.box(WEST, SOUTH, WEST + 9, SOUTH + 9)]
)
POINTS = table(["a"], [shapely.Point(WEST, SOUTH)])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (DEGREES, GOOD, "crosswalk_old.*coordinates_in_degrees"),
        (GOOD, DEGREES, "crosswalk_new.*coordinates_in_degrees"),
        (TWICE, GOOD, "crosswalk_old.*polygons_overlap"),
        (GOOD, TWICE, "crosswalk_new.*polygons_overlap"),
        (POINTS, GOOD, r"crosswalk_old.*areas_are_points \(areas=1\)"),
        (GOOD.rename({"area": "code"}), GOOD, "crosswalk_old.*no_column"),
        (GOOD, strips(0, 900), r"area_not_covered \(code='01', percent=16.7\)"),
        (GOOD, table(["far"], [shapely.box(0, 0, 1_000, 1_000)]), "area_not_covered .*percent=100.0"),
    ],
)
def test_tables_that_make_no_crosswalk_are_refused(old, new, told):
    with pytest.raises(MeasureUndefined, match=f"(?s){told}"):
        crosswalk_of(old, new, code="area")


@pytest.mark.slow
@pytest.mark.parametrize("reform", ["split", "redrawn"])
def test_reforms_of_berlin_whose_truth_is_known(reform, data_folder, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import _berlin

    city = _berlin.berlin(data_folder)
    after = {"split": _berlin.split, "redrawn": lambda one: _berlin.redrawn(one, 1)}[reform](city)
    before, truth = city.summed(city.areas), city.summed(after)
    everybody = city.people.sum()
    misplaced = {}
    for way, walk in city.crosswalks(after).items():
        old, new = (np.array([side[code] for code in codes]) for side, codes in ((before, walk.old), (truth, walk.new)))
        assert (len(walk.old), len(walk.new)) == (138, 167)
        for group in range(len(_berlin.BORN)):
            found = carried(walk, old[:, group])
            assert found.sum() == pytest.approx(city.people[:, group].sum())
            bounds = carried_bounds(walk, between(old[:, group], old[:, group]))
            for inner in (new[:, group], found):
                assert (bounds.lower <= inner + 1e-6).all()
                assert (inner <= bounds.upper + 1e-6).all()
            misplaced.setdefault(way, []).append(crosswalk_error(found, new[:, group]).misplaced)
        if way == "residents":
            assert carried(walk, old.sum(axis=1)) == pytest.approx(new.sum(axis=1))
            # the pieces' residents are the city's
            assert walk.residents.sum() == pytest.approx(everybody)
    assert (np.array(misplaced["residents"]) < misplaced["grid"]).all()
    assert (np.array(misplaced["grid"]) < misplaced["surface"]).all()
