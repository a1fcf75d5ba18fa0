from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from landscapes import landscape, slow_indices

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import kernels
from cosmopolis.neighbourhoods.centroids import centroids
from cosmopolis.neighbourhoods.grid import Grid, grid, grid_of_codes, grid_of_points, urban_centres, whole_counts
from cosmopolis.neighbourhoods.spatial import Chance, SpatialIndices, dealt_out, scale_profile
from cosmopolis.neighbourhoods.surroundings import Kernel, kernel_of, smoothed

# Expected values of the landscapes: the indices as defined, confirmed to nine digits by the R package `seg`
# (Hong, O'Sullivan and Sadahiro 2014); columns D, R, H and the isolation P of the first group.
DISC_1_5 = {
    "A": (0.863703704, 0.773497942, 0.781634975, 0.871111111),
    "B": (0.562222222, 0.366625514, 0.375397761, 0.631111111),
    "C": (0.237037037, 0.061893004, 0.054552356, 0.134444444),
    "D": (0.736476608, 0.560726662, 0.567610873, 0.686342593),
    "E": (0.474568635, 0.262475410, 0.253565467, 0.503968254),
    "F": (0.923076923, 0.698518217, 0.762432368, 0.790123457),
    "G": (0.824175824, 0.445273519, 0.554669314, 0.604938272),
    "H": (0.802197802, 0.285488174, 0.443510018, 0.358024691),
}
DISC_3 = {
    "A": (0.725489123, 0.562940381, 0.553712446, 0.755445225),
    "B": (0.227949196, 0.079722456, 0.078998768, 0.323198126),
    "C": (0.156053878, 0.026953065, 0.025581243, 0.305834503),
    "D": (0.630232379, 0.418674427, 0.403952739, 0.617054812),
    "E": (0.197207389, 0.048009961, 0.044924047, 0.312978752),
    "F": (0.764024058, 0.419880611, 0.521212086, 0.534914976),
    "G": (0.637916388, 0.041582020, 0.187286871, 0.317825214),
    "H": (0.546295622, 0.098547392, 0.210113653, 0.233707220),
}
EXPONENTIAL_1 = {
    "A": (0.739138308, 0.577656614, 0.531744104, 0.788234855),
    "B": (0.375440793, 0.171039686, 0.150523495, 0.514823898),
    "C": (0.130396247, 0.021549528, 0.018716665, 0.338849258),
    "D": (0.648635354, 0.429415830, 0.399392171, 0.634092753),
    "E": (0.327141429, 0.123075392, 0.109681221, 0.432159227),
    "F": (0.763234368, 0.491130274, 0.537445909, 0.660330708),
    "G": (0.580640002, 0.153938614, 0.228284608, 0.462768868),
    "H": (0.537088389, 0.131012936, 0.206551895, 0.367374750),
}
TRIANGULAR_3 = {
    "A": (0.808449250, 0.682661596, 0.673494803),
    "B": (0.402321616, 0.196347688, 0.190544665),
    "C": (0.092408058, 0.012431783, 0.011073402),
    "D": (0.702011939, 0.508636462, 0.499779506),
    "E": (0.346969000, 0.139680073, 0.129459781),
    "F": (0.849013817, 0.578658477, 0.647456147),
    "G": (0.688718124, 0.226074430, 0.342581039),
    "H": (0.633682257, 0.180670456, 0.311161804),
}
OWN = {"D": (0.842105, 0.671053, 0.698129, 0.750000), "E": (0.834437, 0.662117, 0.688767, 0.744898)}

WEIGHTS: dict[str, Callable[[float, float], float]] = {
    "disc": lambda d, r: float(d <= r),
    "triangular": lambda d, r: max(0.0, 1 - d / r),
    "biweight": lambda d, r: max(0.0, 1 - (d / r) ** 2) ** 2,
    "gaussian": lambda d, r: math.exp(-(d**2) / (2 * r**2)) * (d <= 3 * r),
    "exponential": lambda d, r: math.exp(-d / r),
}


def _row(found: SpatialIndices, radius: int = 0) -> list[float]:
    tables = (found.dissimilarity, found.diversity, found.information, found.exposure[:, 0, 0])
    return [float(table[radius]) for table in tables]


@pytest.mark.parametrize("name", "ABCDEFGH")
def test_landscapes_have_their_published_indices(name: str) -> None:
    where = landscape(name)
    discs = scale_profile(where, [1.5, 3])
    assert _row(discs.indices, 0) == pytest.approx(DISC_1_5[name], abs=5e-10)
    assert _row(discs.indices, 1) == pytest.approx(DISC_3[name], abs=5e-10)
    exponential = scale_profile(where, [1], kernel="exponential")
    assert _row(exponential.indices) == pytest.approx(EXPONENTIAL_1[name], abs=5e-10)
    triangular = scale_profile(where, [3], kernel="triangular")
    assert _row(triangular.indices)[:3] == pytest.approx(TRIANGULAR_3[name], abs=5e-10)


@pytest.mark.parametrize("name", "ABCDEFGH")
def test_radius_nought_gives_the_indices_of_the_cells_themselves(name: str) -> None:
    found = scale_profile(landscape(name), [1])
    assert _row(found.own) == pytest.approx(OWN.get(name, (1, 1, 1, 1)), abs=5e-7)


def test_the_profile_is_neither_monotone_nor_clipped_at_nought() -> None:
    rising = scale_profile(landscape("C"), [math.sqrt(5), math.sqrt(8), 3])
    assert rising.information == pytest.approx([0.013909, 0.027959, 0.025581], abs=5e-7)
    assert float(scale_profile(landscape("G"), [5]).information[0]) == pytest.approx(-0.054608, abs=5e-7)
    assert float(scale_profile(landscape("H"), [5]).information[0]) == pytest.approx(-0.047897, abs=5e-7)


@pytest.mark.parametrize("kernel", list(WEIGHTS))
def test_the_size_of_the_cells_in_metres_changes_nothing_when_radii_grow_with_it(kernel: str) -> None:
    one = scale_profile(landscape("E"), [2, 3], kernel=kernel)
    many = scale_profile(landscape("E", cell_metres=100), [200, 300], kernel=kernel)
    assert _row(one.indices, 1) == pytest.approx(_row(many.indices, 1), abs=1e-12)


def _small_grids(fractions: bool = False) -> st.SearchStrategy[Grid]:
    counts = st.integers(0, 9).map(lambda n: n / 7) if fractions else st.integers(0, 9)
    shape = st.tuples(st.integers(1, 6), st.integers(2, 6), st.integers(2, 5))
    made = shape.flatmap(lambda s: st.tuples(arrays(np.float64, s, elements=counts), arrays(np.bool_, s[:2])))
    return made.map(lambda both: grid(both[0], cell_metres=1, inside=both[1])).filter(_is_measurable)


def _is_measurable(where: Grid) -> bool:
    return int((where.persons > 0).sum()) >= 2 and int(where.populated.sum()) >= 2


def _without_absent_groups(where: Grid) -> Grid:
    return replace(where, counts=where.counts[:, :, where.persons > 0])


@given(_small_grids(), st.sampled_from(list(WEIGHTS)), st.floats(1, 9))
@settings(deadline=None, max_examples=60)
def test_every_kernel_gives_the_direct_sum_over_pairs_of_cells(where: Grid, kernel: str, radius: float) -> None:
    found = scale_profile(where, [radius], kernel=kernel)
    wanted = slow_indices(_without_absent_groups(where), lambda d: WEIGHTS[kernel](d, radius * (1 + 1e-12)))
    got = (float(found.information[0]), float(found.dissimilarity[0]), float(found.diversity[0]))
    assert got == pytest.approx(wanted, abs=1e-10)


@given(_small_grids(fractions=True), st.floats(1, 9))
@settings(deadline=None, max_examples=30)
def test_counts_with_fractions_give_the_direct_sum_too(where: Grid, radius: float) -> None:
    found = scale_profile(where, [radius])
    wanted = slow_indices(_without_absent_groups(where), lambda d: float(d <= radius * (1 + 1e-12)))
    got = (float(found.information[0]), float(found.dissimilarity[0]), float(found.diversity[0]))
    assert got == pytest.approx(wanted, abs=1e-10)


@given(_small_grids())
@settings(deadline=None, max_examples=30)
def test_a_disc_that_covers_everything_sees_no_separation(where: Grid) -> None:
    where = replace(where, inside=np.ones_like(where.inside))
    found = scale_profile(where, [20])
    assert [float(one[0]) for one in (found.information, found.dissimilarity, found.diversity)] == pytest.approx(
        [0, 0, 0], abs=1e-12
    )
    kept = where.persons > 0
    shares = where.persons[kept] / where.persons.sum()
    assert np.allclose(found.exposure[0][np.ix_(kept, kept)], shares, atol=1e-12)


@given(_small_grids(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_empty_cells_flips_shifts_and_the_order_of_groups_change_nothing(where: Grid, made: object) -> None:
    radii = [1, 2.3, 4]
    plain = scale_profile(where, radii)
    turned = replace(where, counts=where.counts.transpose(1, 0, 2), inside=where.inside.T)
    flipped = replace(where, counts=where.counts[::-1, ::-1], inside=where.inside[::-1, ::-1])
    order = np.arange(where.counts.shape[2])[::-1]
    renamed = replace(where, counts=where.counts[:, :, order])
    wider = replace(
        where, counts=np.pad(where.counts, ((2, 3), (1, 4), (0, 0))), inside=np.pad(where.inside, ((2, 3), (1, 4)))
    )
    for other in (turned, flipped, renamed, wider):
        again = scale_profile(other, radii)
        assert np.allclose(again.information, plain.information, atol=1e-12)
        assert np.allclose(again.dissimilarity, plain.dissimilarity, atol=1e-12)
        assert np.allclose(again.diversity, plain.diversity, atol=1e-12)


@given(_small_grids(), st.integers(2, 50))
@settings(deadline=None, max_examples=20)
def test_all_counts_times_a_number_change_nothing(where: Grid, times: int) -> None:
    plain, more = (scale_profile(replace(where, counts=where.counts * n), [1, 2]) for n in (1, times))
    assert np.allclose(plain.information, more.information, atol=1e-12)
    assert np.allclose(plain.exposure, more.exposure, atol=1e-12, equal_nan=True)


@given(_small_grids(), st.sampled_from([1.0, 1.5, 2.3, 4.0]))
@settings(deadline=None, max_examples=30)
def test_the_fourier_disc_is_the_disc_of_row_sums(where: Grid, radius: float) -> None:
    counts = whole_counts(where)
    around = next(smoothed(where, counts, kernel_of("disc"), np.array([radius])))
    y, x = np.nonzero(where.populated)
    found = np.zeros((1, counts.cells.shape[0], y.size), counts.cells.dtype)
    prefix = np.pad(np.cumsum(counts.cells, axis=2, dtype=counts.cells.dtype), ((0, 0), (0, 0), (1, 0)))
    half = np.array([[math.isqrt(int(radius**2) - d * d) for d in range(int(radius) + 1)]], np.int32)
    kernels.disc_sums(prefix, half, np.stack([y, x], axis=1).astype(np.int32), 0, y.size, found)
    assert np.allclose(around, found[0], rtol=1e-12, atol=1e-12)


def test_a_halo_counts_for_the_surroundings_alone() -> None:
    counts = np.array([[[9, 0], [1, 5], [0, 7]]])
    city = grid(counts, cell_metres=100, inside=[[False, True, True]])
    found = scale_profile(city, [100])
    assert found.persons.tolist() == [1, 12]
    assert found.halo_persons == 9
    assert found.cells == 2
    # around the first city cell 10 of 22, around the second 1 of 13; by hand the one member sees 10/22
    assert float(found.exposure[0, 0, 0]) == pytest.approx(10 / 22)
    assert float(found.exposure[0, 1, 0]) == pytest.approx((5 * 10 / 22 + 7 * 1 / 13) / 12)


def test_a_group_that_only_the_halo_has_is_left_out() -> None:
    counts = np.array([[[9, 0, 4], [1, 5, 0], [0, 7, 0]]])
    found = scale_profile(grid(counts, cell_metres=100, inside=[[False, True, True]]), [100])
    without = scale_profile(grid(counts[:, :, :2], cell_metres=100, inside=[[False, True, True]]), [100])
    assert float(found.information[0]) == float(without.information[0])
    assert np.isnan(found.exposure[0, 2]).all()


def test_the_result_is_the_same_at_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.random.default_rng(3).integers(0, 40, (60, 70, 3))
    where = grid(counts, cell_metres=100)
    many = scale_profile(where, [200, 900])
    monkeypatch.setattr(kernels.numba.config, "NUMBA_NUM_THREADS", 1)
    one = scale_profile(where, [200, 900])
    assert many.information.tobytes() == one.information.tobytes()
    assert many.exposure.tobytes() == one.exposure.tobytes()


def test_macro_micro_is_the_index_at_the_large_radius_over_that_at_the_small() -> None:
    found = scale_profile(landscape("A", cell_metres=500), [500, 4000])
    assert found.macro_micro() == pytest.approx(float(found.information[1] / found.information[0]))
    with pytest.raises(MeasureUndefined, match="radius_not_in_profile"):
        found.macro_micro(3000)
    negative = scale_profile(landscape("G"), [5, 12])
    with pytest.raises(MeasureUndefined, match="no_separation"):
        negative.macro_micro(12, 5)


def test_centroids_of_cells_give_the_indices_of_the_grid() -> None:
    where = landscape("E", cell_metres=100)
    y, x = np.indices((10, 10)).reshape(2, -1)
    areas = centroids(where.counts.reshape(100, 2), np.stack([x, y], axis=1) * 100.0 + 50)
    for kernel in WEIGHTS:
        plain, same = (scale_profile(one, [150, 300], kernel=kernel) for one in (where, areas))
        assert _row(plain.indices, 1) == pytest.approx(_row(same.indices, 1), abs=1e-10)
        assert _row(plain.own) == pytest.approx(_row(same.own), abs=1e-12)


def test_the_lottery_keeps_areas_and_groups_and_a_p_value_is_never_nought() -> None:
    where = landscape("A", cell_metres=100)
    found = scale_profile(where, [100, 300], chance=Chance(draws=19, seed=5))
    band = found.band
    assert band is not None
    assert (band.p_values == 1 / 20).all()
    assert (band.lower.information <= band.mean.information).all()
    assert (band.upper.information < found.information).all()
    again = scale_profile(where, [100, 300], chance=Chance(draws=19, seed=5)).band
    assert again is not None
    assert again.mean.information.tobytes() == band.mean.information.tobytes()
    dealt = dealt_out(where.counts.reshape(-1, 2), np.random.default_rng(1))
    assert dealt.sum(axis=0).tolist() == where.persons.tolist()
    assert (dealt.sum(axis=1) == 100).all()


def test_a_landscape_drawn_by_lot_lies_within_the_band_of_whole_cells() -> None:
    found = scale_profile(landscape("A", cell_metres=100), [100], chance=Chance(draws=9, kind="geographic"))
    assert found.band is not None
    assert found.band.lower.information[0] < found.information[0]
    # unmixed cells stay unmixed wherever they go
    assert (scale_profile(landscape("A"), [1], chance=Chance(draws=2, kind="geographic")).own.information == 1).all()


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: scale_profile(landscape("A", 100), [99]), "radius_below_cell"),
        (lambda: scale_profile(landscape("A", 100), [0]), "setting_outside"),
        (lambda: scale_profile(landscape("A", 100), [float("nan")]), "missing_count"),
        (lambda: scale_profile(landscape("A", 100), [100], kernel="square"), "kernel_unknown"),
        (lambda: scale_profile(landscape("A", 100), [100], chance=Chance(kind="toss")), "null_unknown"),
        (lambda: scale_profile(grid([[[1, 2]]], cell_metres=1), [1]), "one_area"),
        (lambda: scale_profile(grid([[[1, 0], [2, 0]]], cell_metres=1), [1]), "one_group"),
        (lambda: grid([[[1, -2]]], cell_metres=1), "negative_count"),
        (lambda: grid([[[1, float("nan")]]], cell_metres=1), "missing_count"),
        (lambda: grid([[1, 2]], cell_metres=1), "dimensions"),
        (lambda: grid([[[1, 2]]], cell_metres=0), "setting_outside"),
        (lambda: grid([[[1, 2]]], cell_metres=1, inside=[[True, True]]), "different_lengths"),
        (lambda: grid_of_codes([1, 1], [2, 2], [[1], [2]], cell_metres=1), "duplicate_area"),
        (lambda: grid_of_codes([1, 1.5], [2, 2], [[1], [2]], cell_metres=1), "coordinates_missing"),
        (lambda: grid_of_codes([0, 10**6], [0, 10**6], [[1], [2]], cell_metres=1), "grid_too_wide"),
        (lambda: grid_of_points([[2.1, 41.3], [2.2, 41.4]], [[1], [2]], cell_metres=100), "coordinates_in_degrees"),
        (lambda: grid_of_points([[500, np.nan], [600, 0]], [[1], [2]], cell_metres=100), "coordinates_missing"),
        (lambda: grid_of_points([[500, 0], [630, 0]], [[1], [2]], cell_metres=100), "off_grid"),
        (lambda: dealt_out([[0.5, 1]], np.random.default_rng(1)), "fraction_not_dealt"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_error(make: Callable[[], object], fault: str) -> None:
    with pytest.raises(MeasureUndefined, match=fault):
        make()


def test_points_are_put_on_the_grid_by_their_distance() -> None:
    made = grid_of_points([[650, 1050], [450, 1150]], [[1, 2], [3, 4]], cell_metres=100)
    assert made.counts[:, :, 0].tolist() == [[0, 0, 1], [3, 0, 0]]
    assert (made.west, made.south) == (400, 1000)
    assert made.cell_of(655, 1001) == (0, 2)
    with pytest.raises(MeasureUndefined, match="outside_grid"):
        made.cell_of(0, 0)


def test_urban_centres_are_joined_at_sides_and_not_at_corners() -> None:
    persons = np.array([[2_000, 0, 0, 1_499], [2_500, 0, 0, 0], [0, 3_000, 0, 1_500]])
    found = urban_centres(persons, smallest_persons=1_500)
    assert found.persons.tolist() == [4_500, 3_000, 1_500]
    assert found.label.tolist() == [[1, 0, 0, 0], [1, 0, 0, 0], [0, 2, 0, 3]]
    joined = urban_centres(persons, smallest_persons=1_501, diagonals=True)
    assert joined.persons.tolist() == [7_500]


def test_a_kernel_ends_where_it_is_cut() -> None:
    gaussian = kernel_of("gaussian", cut=2)
    assert gaussian == Kernel("gaussian", 2.0)
    assert gaussian.weights(np.array([0.0, 4.0, 4.1]), 1.0).tolist() == [1.0, math.exp(-2), 0.0]
    with pytest.raises(MeasureUndefined, match="setting_outside"):
        kernel_of("exponential", cut=0)
