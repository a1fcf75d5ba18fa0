from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from landscapes import landscape
from numpy.typing import NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import contexts as room
from cosmopolis.neighbourhoods import kernels
from cosmopolis.neighbourhoods.centroids import centroids
from cosmopolis.neighbourhoods.contexts import nearest_contexts, rings_to
from cosmopolis.neighbourhoods.grid import Grid, grid

# k = 900 on the landscapes: dissimilarity of the contexts, isolation (each confirmed by a direct sum over pairs)
NINE_HUNDRED = {
    "A": (0.851852, 0.862222),
    "B": (0.504377, 0.559596),
    "C": (0.253064, 0.217374),
    "D": (0.729416, 0.680240),
    "E": (0.421182, 0.461451),
    "F": (0.892466, 0.749719),
    "G": (0.783858, 0.604938),
    "H": (0.758242, 0.358025),
}


def ring_walk(where: Grid, ks: list[float]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The slow reference: whole rings added around each cell until k people are met."""
    rows, columns = where.inside.shape
    offsets: dict[int, list[tuple[int, int]]] = {}
    for dy in range(-rows, rows + 1):
        for dx in range(-columns, columns + 1):
            offsets.setdefault(dy * dy + dx * dx, []).append((dy, dx))
    squares, found = [], []
    for y, x in np.argwhere(where.populated):
        held = np.zeros(where.counts.shape[2])
        answers: list[tuple[int, NDArray[np.float64]]] = []
        for square in sorted(offsets):
            for dy, dx in offsets[square]:
                if 0 <= y + dy < rows and 0 <= x + dx < columns:
                    held = held + where.counts[y + dy, x + dx]
            while len(answers) < len(ks) and held.sum() >= ks[len(answers)]:
                answers.append((square, held))
        answers += [(-1, held * np.nan)] * (len(ks) - len(answers))
        squares.append([square for square, _ in answers])
        found.append([inside for _, inside in answers])
    return np.array(squares), np.array(found)


@pytest.mark.parametrize("name", "ABCDEFGH")
def test_landscapes_have_their_published_contexts(name: str) -> None:
    found = nearest_contexts(landscape(name), [900])
    squared, times = np.unique(found.squares, return_counts=True)
    assert dict(zip(squared.tolist(), times.tolist(), strict=True)) == {2: 64, 4: 24, 5: 8, 8: 4}
    curve = found.curve(0)
    assert (float(curve.dissimilarity[0]), float(curve.isolation[0])) == pytest.approx(NINE_HUNDRED[name], abs=5e-7)


def _grids(most_groups: int = 6) -> st.SearchStrategy[Grid]:
    shape = st.tuples(st.integers(1, 9), st.integers(2, 9), st.integers(2, most_groups))
    # mostly empty, so that searches have to reach far
    counts = st.one_of(st.just(0), st.just(0), st.integers(0, 30))
    made = shape.flatmap(lambda s: st.tuples(arrays(np.float64, s, elements=counts), arrays(np.bool_, s[:2])))
    grids = made.map(lambda both: grid(both[0], cell_metres=100, inside=both[1]))
    return grids.filter(lambda one: bool((one.persons > 0).all()) and int(one.populated.sum()) >= 2)


@given(_grids(), st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True))
@settings(deadline=None, max_examples=80)
def test_the_warm_search_is_the_ring_walk_bit_for_bit(where: Grid, ks: list[int]) -> None:
    found = nearest_contexts(where, ks)
    squares, inside = ring_walk(where, [float(k) for k in sorted(ks)])
    assert np.array_equal(found.squares, squares)
    for group in range(where.counts.shape[2]):
        assert np.array_equal(found.members(group), inside[:, :, group], equal_nan=True)


@given(_grids(), st.integers(1, 3), st.lists(st.integers(1, 300), min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_contexts_beyond_the_listed_rings_are_the_ring_walk_too(where: Grid, listed: int, ks: list[int]) -> None:
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(room, "_LISTED", listed)
        found = nearest_contexts(where, ks)
    squares, inside = ring_walk(where, [float(k) for k in sorted(set(ks))])
    assert np.array_equal(found.squares, squares)
    assert np.array_equal(found.members(1), inside[:, :, 1], equal_nan=True)


def test_far_searches_stride_and_are_halved_to_the_same_answer() -> None:
    # few cells, far apart, of very different size: the walk outward and inward exceeds a dozen rings
    made = np.random.default_rng(11)
    counts = np.zeros((90, 80, 2))
    cells = made.integers(0, 80, (120, 2))
    counts[cells[:, 0], cells[:, 1]] = made.integers(1, 200, (120, 2)) ** 2
    where = grid(counts, cell_metres=100)
    ks = [10.0, 9_000.0, 100_000.0, 600_000.0]
    found = nearest_contexts(where, ks)
    squares, inside = ring_walk(where, ks)
    assert np.array_equal(found.squares, squares)
    assert np.array_equal(found.members(1), inside[:, :, 1], equal_nan=True)


@given(_grids(3))
@settings(deadline=None, max_examples=30)
def test_everybody_is_the_citys_share_everywhere_and_radii_never_fall(where: Grid) -> None:
    total = where.counts.sum()
    ks = [1, total / 3, total / 2, total]
    found = nearest_contexts(where, ks)
    assert (np.diff(found.radius_metres, axis=1) >= 0).all()
    assert (found.residents >= found.ks).all()
    shares = where.counts.sum(axis=(0, 1)) / total
    assert all((found.share(group)[:, -1] == share).all() for group, share in enumerate(shares))


def test_more_people_than_there_are_is_not_reached_and_has_no_share() -> None:
    where = landscape("A")
    found = nearest_contexts(where, [10_000, 10_001])
    assert found.reached[:, 0].all()
    assert not found.reached[:, 1].any()
    assert np.isnan(found.share(0)[:, 1]).all()
    assert np.isnan(found.radius_metres[:, 1]).all()
    curve = found.curve(0)
    assert curve.reached.tolist() == [1, 0]
    assert np.isnan(curve.dissimilarity[1])
    assert curve.dissimilarity[0] == pytest.approx(0, abs=1e-12)


def test_a_limit_in_metres_leaves_far_contexts_not_reached() -> None:
    found = nearest_contexts(landscape("A", cell_metres=100), [900], within_metres=200)
    assert np.unique(found.radius_metres[found.reached]).tolist() == pytest.approx([100 * 2**0.5, 200])
    assert int((~found.reached).sum()) == 12
    assert float(found.curve(0).reached[0]) == 0.88


def test_counts_with_fractions_find_the_same_cells() -> None:
    where = landscape("E")
    half = grid(where.counts / 3, cell_metres=1)
    # a hair less than 300, since thirds are rounded
    plain, thirds = nearest_contexts(where, [899.5]), nearest_contexts(half, [899.5 / 3])
    assert np.array_equal(plain.squares, thirds.squares)
    assert np.allclose(plain.share(0), thirds.share(0), atol=1e-10)


def test_neighbours_in_the_halo_are_counted() -> None:
    counts = np.array([[[9, 1], [1, 5], [0, 7]]])
    found = nearest_contexts(grid(counts, cell_metres=100, inside=[[False, True, True]]), [7])
    assert found.places.tolist() == [[0, 1], [0, 2]]
    assert found.members(0)[:, 0].tolist() == [10, 0]


def test_percentiles_are_over_people_not_over_cells() -> None:
    # one cell of 90 people with a tenth of the group, nine people with all of it
    found = nearest_contexts(grid([[[9, 81], [0, 0], [9, 0]]], cell_metres=100), [9])
    curve = found.curve(0, (50, 95))
    assert curve.residents[0].tolist() == [0.1, 1.0]
    assert curve.members[0].tolist() == [0.1, 1.0]
    assert float(curve.isolation[0]) == pytest.approx((9 * 0.1 + 9 * 1) / 18)


def _areas(where: Grid) -> object:
    y, x = np.indices(where.inside.shape).reshape(2, -1)
    return centroids(where.counts.reshape(y.size, -1), np.stack([x, y], axis=1) * where.cell_metres + 1_000)


@given(_grids(6), st.lists(st.integers(60, 300), min_size=1, max_size=4, unique=True))
@settings(deadline=None, max_examples=30)
def test_centroids_of_cells_give_the_contexts_of_the_grid(where: Grid, ks: list[int]) -> None:
    where = grid(where.counts, cell_metres=100)
    ks = [k + 200 for k in ks]
    if np.median(where.counts.sum(axis=2)[where.populated]) > min(ks):
        return
    plain, areas = nearest_contexts(where, ks), nearest_contexts(_areas(where), ks)  # type: ignore[arg-type]
    assert np.allclose(plain.radius_metres, areas.radius_metres, equal_nan=True)
    for group in range(where.counts.shape[2]):
        assert np.array_equal(plain.members(group), areas.members(group), equal_nan=True)


def test_a_k_below_the_size_of_the_areas_is_refused_with_the_reason() -> None:
    with pytest.raises(MeasureUndefined, match=r"k_below_areas.*k=99\.0.*median=100\.0"):
        nearest_contexts(_areas(landscape("A", 100)), [99, 500])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: nearest_contexts(landscape("A"), [0]), "setting_outside"),
        (lambda: nearest_contexts(landscape("A"), []), "nobody"),
        (lambda: nearest_contexts(landscape("A"), [100], within_metres=0), "setting_outside"),
        (lambda: nearest_contexts(grid([[[1, 2]]], cell_metres=1), [1]), "one_area"),
        (lambda: nearest_contexts(grid([[[1, 0], [2, 0]]], cell_metres=1), [1]), "one_group"),
    ],
)
def test_what_has_no_context_is_one_clear_error(make: Callable[[], object], fault: str) -> None:
    with pytest.raises(MeasureUndefined, match=fault):
        make()


def test_rings_hold_every_cell_once() -> None:
    rings = rings_to(5)
    assert rings.starts[-1] == rings.offsets.shape[0] == 81
    assert rings.half[-1].tolist() == [5, 4, 4, 4, 3, 0]
    assert rings.offsets[: rings.starts[1]].tolist() == [[0, 0]]


def test_the_loops_are_called_with_the_types_that_were_compiled_ahead() -> None:
    assert kernels.compile_kernels() == sum(len(variants) for variants in kernels.signatures().values())
    nearest_contexts(landscape("A"), [900])
    nearest_contexts(grid(landscape("A").counts / 3, cell_metres=1), [300])
    assert {len(loop.signatures) for loop in kernels.signatures()} == {2}


def test_importing_the_modules_loads_no_compiler() -> None:
    names = ["grid", "surroundings", "centroids", "spatial", "contexts", "whatif"]
    program = "import sys; " + "; ".join(f"import cosmopolis.neighbourhoods.{name}" for name in names)
    program += "; print([heavy for heavy in ('numba', 'scipy', 'polars') if heavy in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"
