"""Areas from tables of any library: Polars always, pandas, GeoPandas and PyArrow where they are installed."""

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import (
    areas_of,
    centroids_of,
    grid_of,
    hot_spots,
    nearest_contexts,
    optional_indices,
    scale_profile,
    shape_dissimilarity,
    shapes_of,
)

GROUPS = ["abroad", "here"]
WEST, SOUTH = 430_000, 4_580_000


def squares(columns=3, rows=2, side=500.0):
    places = [(column, row) for row in range(rows) for column in range(columns)]
    return [shapely.box(WEST + x * side, SOUTH + y * side, WEST + (x + 1) * side, SOUTH + (y + 1) * side)
            for x, y in places]  # fmt: skip


def columns(polygons):
    n = len(polygons)
    return {"area": [f"{one:02d}" for one in range(n)], "abroad": list(range(100, 100 + 10 * n, 10)),
            "here": [900] * n, "geometry": polygons}  # fmt: skip


def polars_of(polygons):
    made = columns(polygons)
    return pl.DataFrame({**made, "geometry": pl.Series(made["geometry"], dtype=pl.Object)})


def is_the_city(found):
    """Six squares of 500 m in two rows of three."""
    assert found.groups == ("abroad", "here")
    assert found.codes == ("00", "01", "02", "03", "04", "05")
    assert found.counts[:, 0].tolist() == [100, 110, 120, 130, 140, 150]
    assert found.centres[4] == pytest.approx([WEST + 750, SOUTH + 750])
    assert found.surfaces == pytest.approx([250_000] * 6)
    assert found.perimeters == pytest.approx([2_000] * 6)
    assert list(zip(found.pairs.first.tolist(), found.pairs.second.tolist(), strict=True)) == [
        (0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5)]  # fmt: skip
    assert found.pairs.border == pytest.approx([500] * 7)
    return True


@pytest.mark.parametrize("written", [list, shapely.to_wkb, shapely.to_wkt])
def test_polygons_in_polars_as_objects_wkb_or_wkt(written):
    polygons = squares()
    made = polars_of(polygons) if written is list else pl.DataFrame(columns(list(written(np.array(polygons)))))
    assert is_the_city(areas_of(made, GROUPS, code="area"))
    if written is not list:
        assert is_the_city(areas_of(made.lazy(), GROUPS, code="area"))


def test_polygons_in_pandas():
    pandas = pytest.importorskip("pandas")
    polygons = squares()
    for geometry in (polygons, list(shapely.to_wkb(polygons)), list(shapely.to_wkt(polygons))):
        assert is_the_city(areas_of(pandas.DataFrame(columns(geometry)), GROUPS, code="area"))
    shuffled = pandas.DataFrame(columns(polygons), index=[5, 3, 9, 0, 1, 2])
    shuffled["abroad"] = shuffled["abroad"].astype("Int64")
    assert is_the_city(areas_of(shuffled, GROUPS, code="area"))
    shuffled.loc[9, "abroad"] = None
    with pytest.raises(MeasureUndefined, match=r"column_missing_count \(column='abroad', row=3"):
        areas_of(shuffled, GROUPS)


def test_polygons_in_pyarrow():
    arrow = pytest.importorskip("pyarrow")
    for geometry in (list(shapely.to_wkb(squares())), list(shapely.to_wkt(squares()))):
        assert is_the_city(areas_of(arrow.table(columns(geometry)), GROUPS, code="area"))


def test_geopandas_knows_its_system_of_coordinates():
    geopandas = pytest.importorskip("geopandas")
    city = geopandas.GeoDataFrame(columns(squares()), crs="EPSG:25831")
    assert is_the_city(areas_of(city, GROUPS, code="area"))
    with pytest.raises(MeasureUndefined, match=r"coordinates_not_metres.*'WGS 84', unit='degree'"):
        areas_of(city.to_crs("EPSG:4326"), GROUPS)
    with pytest.raises(MeasureUndefined, match=r"coordinates_not_metres.*foot"):
        areas_of(city.to_crs("EPSG:2263"), GROUPS)
    city.loc[2, "geometry"] = None
    with pytest.raises(MeasureUndefined, match=r"coordinates_missing \(row=3\)"):
        areas_of(city, GROUPS)


def test_points_and_coordinates_have_centres_alone():
    points = [shapely.centroid(one) for one in squares()]
    found = areas_of(polars_of(points), GROUPS)
    assert found.surfaces is None
    assert found.pairs is None
    assert found.codes == ()
    table = pl.DataFrame({"abroad": [1.5, 2], "here": [3, 4], "east": [WEST, WEST + 10], "north": [SOUTH, SOUTH]})
    assert areas_of(table, GROUPS, geometry=("east", "north")).centres[1].tolist() == [WEST + 10, SOUTH]
    for pointed in (polars_of(points), polars_of([shapely.force_3d(one, 12.0) for one in points])):
        assert centroids_of(pointed, GROUPS).places == pytest.approx(found.centres)
        with pytest.raises(MeasureUndefined, match=r"points_have_no_surface \(areas=6\)"):
            shapes_of(pointed)


def test_a_group_and_everybody_else():
    found = areas_of(polars_of(squares()).with_columns(third=pl.lit(7)), [*GROUPS, "third"])
    assert found.members("here").tolist() == [900] * 6
    assert found.others("here").tolist() == [107, 117, 127, 137, 147, 157]
    with pytest.raises(MeasureUndefined, match=r"no_column.*nearest='here'"):
        found.members("her")


def test_the_parts_go_into_the_measures():
    found = areas_of(polars_of(squares()), GROUPS)
    group, rest = found.members("abroad"), found.others("abroad")
    told = {entry.index: entry for entry in optional_indices(group, rest, found.shapes, found.pairs)}
    assert told["delta"].value == pytest.approx(np.abs(group / group.sum() - 1 / 6).sum() / 2)
    assert shape_dissimilarity(group, rest, found.pairs, found.shapes) > 0
    assert hot_spots(group, rest, found.pairs).score.shape == (6,)
    assert scale_profile(found.centroids, [600]).information.shape == (1,)
    assert nearest_contexts(found.centroids, [2_000]).share(0).shape == (6, 1)
    assert shapes_of(polars_of(squares())).surfaces == pytest.approx(found.surfaces)


@pytest.mark.parametrize("written", ["polygons", "columns"])
def test_cells_become_a_grid_with_its_halo(written):
    polygons = squares()
    made = polars_of(polygons).with_columns(city=pl.Series([True] * 5 + [False]))
    geometry = "geometry"
    if written == "columns":
        corners = np.array([shapely.bounds(one)[:2] for one in polygons])
        made, geometry = made.with_columns(x=corners[:, 0], y=corners[:, 1]), ("x", "y")
    found = grid_of(made, GROUPS, cell_metres=500, geometry=geometry, inside="city")
    assert found.counts[:, :, 0].tolist() == [[100, 110, 120], [130, 140, 150]]
    assert found.halo_persons == 1_050
    assert centroids_of(made, GROUPS, inside="city").halo_persons == 1_050
    assert (found.west, found.south) == (WEST, SOUTH)
    with pytest.raises(MeasureUndefined, match="off_grid"):
        grid_of(made, GROUPS, cell_metres=400, geometry=geometry)
    twice = pl.concat([made, made.head(1)])
    with pytest.raises(MeasureUndefined, match="duplicate_area"):
        grid_of(twice, GROUPS, cell_metres=500, geometry=geometry)


def faults_of(call, *args, **options):
    with pytest.raises(MeasureUndefined) as told:
        call(*args, **options)
    return {fault.message_id.removeprefix("neighbourhoods."): dict(fault.values) for fault in told.value.faults}


def test_every_fault_of_a_table_is_told_at_once():
    polygons = squares()
    polygons[1] = shapely.box(WEST + 400, SOUTH, WEST + 1_000, SOUTH + 500)
    made = polars_of(polygons).with_columns(
        abroad=pl.Series([1, -2, -3, 4, 5, 6]),
        here=pl.Series([1.0, 2.0, None, float("nan"), float("inf"), 6.0]),
        area=pl.Series(["a", "b", "b", None, "d", "e"]),
        city=pl.Series([True, False, True, None, True, True]),
    )
    assert faults_of(areas_of, made, [*GROUPS, "here"], code="area", inside="city") == {
        "column_twice": {"column": "here"},
        "column_negative_count": {"column": "abroad", "row": 2, "value": -2.0, "count": 2},
        "column_missing_count": {"column": "here", "row": 3, "count": 3},
        "missing_code": {"row": 4},
        "duplicate_area": {"code": "b"},
        "column_not_flags": {"column": "city", "kind": "Boolean"},
        "polygons_overlap": {"first": 1, "second": 2, "count": 1, "surface": 50_000.0},
    }


def test_columns_that_are_not_there_are_named_with_the_nearest():
    found = faults_of(areas_of, polars_of(squares()), ["abroat", "here"], geometry="geom")
    assert list(found) == ["no_column"]
    with pytest.raises(MeasureUndefined) as told:
        areas_of(polars_of(squares()), ["abroat", "here"], geometry="geom")
    assert [fault.values["nearest"] for fault in told.value.faults] == ["abroad", "geometry"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"abroad": ["1", "2", "3", "4", "5", "<5"]}, "column_not_numbers"),
        ({"abroad": [True] * 6}, "column_not_numbers"),
        ({"geometry": [*shapely.to_wkt(squares()[:5]), None]}, "coordinates_missing"),
        ({"geometry": [*shapely.to_wkt(squares()[:5]), "POLYGON EMPTY"]}, "coordinates_missing"),
        ({"geometry": [*shapely.to_wkt(squares()[:5]), "Friedrichshain"]}, "geometry_unreadable"),
        ({"geometry": [*shapely.to_wkb(squares()[:5]), b"no"]}, "geometry_unreadable"),
        ({"geometry": [1, 2, 3, 4, 5, 6]}, "geometry_unreadable"),
        ({"geometry": [*shapely.to_wkt(squares()[:5]), f"POINT ({WEST} {SOUTH})"]}, "geometry_kind"),
        ({"geometry": [f"LINESTRING ({WEST} {SOUTH}, {WEST} 0)"] * 6}, "geometry_kind"),
        (
            {"geometry": [*shapely.to_wkt(squares()[:5]), "POLYGON ((0 0, 900 900, 900 0, 0 900, 0 0))"]},
            "geometry_invalid",
        ),
        ({"geometry": [f"POINT ({2 + one / 10} 41)" for one in range(6)]}, "coordinates_in_degrees"),
    ],
)
def test_what_cannot_be_an_area_is_refused(change, expected):
    made = pl.DataFrame({**columns(list(shapely.to_wkt(squares()))), **change})
    for call in (areas_of, centroids_of):
        assert list(faults_of(call, made, GROUPS)) == [expected]
    assert list(faults_of(grid_of, made, GROUPS, cell_metres=500)) == [expected]


def test_coordinates_are_checked_like_geometry():
    made = {"abroad": [1, 2], "here": [3, 4], "x": [2.1, 2.2], "y": [41.3, 41.4]}
    place = ("x", "y")
    assert list(faults_of(areas_of, pl.DataFrame(made), GROUPS, geometry=place)) == ["coordinates_in_degrees"]
    missing = pl.DataFrame({**made, "x": [None, 430_000.0]})
    assert faults_of(areas_of, missing, GROUPS, geometry=place) == {"coordinates_missing": {"row": 1}}
    words = pl.DataFrame({**made, "x": ["2,1", "2,2"]})
    assert list(faults_of(areas_of, words, GROUPS, geometry=place)) == ["column_not_numbers"]


def test_no_table_and_no_rows():
    assert faults_of(areas_of, [1, 2], GROUPS) == {"not_a_frame": {"kind": "list"}}
    assert list(faults_of(areas_of, pl.DataFrame(columns([])), GROUPS)) == ["nobody"]


@given(sliver=st.floats(0, 0.9), gap=st.sampled_from([0, 1]))
def test_slivers_up_to_a_thousandth_are_borne(sliver, gap):
    """Digitised borders never fit quite; the border then is half of the sliver's outline."""
    one = shapely.box(WEST, SOUTH, WEST + 1_000, SOUTH + 1_000)
    other = shapely.box(WEST + 1_000 - sliver + gap, SOUTH, WEST + 2_000, SOUTH + 1_000)
    pairs = areas_of(polars_of([one, other]), GROUPS).pairs
    assert pairs.border == pytest.approx([1_000 + (sliver if sliver > 1e-9 else 0)] if sliver >= gap else [])


def test_areas_that_meet_in_a_point_are_not_neighbours():
    found = areas_of(polars_of(squares(2, 2)), GROUPS).pairs
    assert found.first.tolist() == [0, 0, 1, 2]
    assert found.second.tolist() == [1, 2, 3, 3]
