"""
Spatial segregation at every scale, by the definition of Reardon and O'Sullivan.

Each cell is described by the people around it, near ones counting more; the
indices compare these surroundings with the city. Residents, their diversity and
the city's shares are those of the people themselves, not of the smoothed counts.

None of the indices need fall as the radius grows, and H and R can be below 0:
central cells are seen more often than those at the edge. They are shown as they
are, neither clipped nor smoothed.

References
----------
Reardon and O'Sullivan (2004), Sociological Methodology 34, 121-162.
Reardon et al. (2008), Demography 45(3), 489-514.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.centroids import Centroids, around_centroids
from cosmopolis.neighbourhoods.grid import Grid, WholeCounts, whole_counts
from cosmopolis.neighbourhoods.surroundings import (
    Kernel,
    checked_radii,
    half_widths,
    kernel_of,
    logs_of,
    row_sums,
    smoothed,
    squared_cells,
)

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: The radii between which the macro-micro ratio is usually taken, in metres.
MACRO_METRES, MICRO_METRES = 4_000.0, 500.0


@dataclass(frozen=True, eq=False)
class SpatialIndices:
    """
    The indices, one for each radius.

    `information` (H), `dissimilarity` (D) and `diversity` (R, relative diversity)
    are (n_radii,); `exposure` is (n_radii, n_groups, n_groups): share of the second
    group around the average member of the first, isolation where both are the
    same; NaN for a group without anybody.
    """

    information: FloatArray
    dissimilarity: FloatArray
    diversity: FloatArray
    exposure: FloatArray


@dataclass(frozen=True)
class Chance:
    """
    What the profile is compared with: the same city drawn by lot.

    `allocation` deals the people of the city's cells out anew, cells and groups
    keeping their sizes; `geographic` exchanges whole populated cells. The halo
    stays as it is. The draws are few because each costs a profile; 19 leave
    one chance in twenty of lying above all of them.
    """

    draws: int = 19
    kind: str = "allocation"
    seed: int = 0


@dataclass(frozen=True, eq=False)
class NullBand:
    """
    What the draws gave: least, mean and greatest index, and the chance of at least the city's.

    `p_values` (3, n_radii) for H, D and R are (draws as high or higher + 1) / (draws + 1),
    never 0.
    """

    chance: Chance
    lower: SpatialIndices
    mean: SpatialIndices
    upper: SpatialIndices
    p_values: FloatArray


@dataclass(frozen=True, eq=False)
class ScaleProfile:
    """
    The spatial indices over a list of radii, and what they depend on.

    `own` holds the indices of radius 0, where each cell or area sees itself alone.
    `persons` are the city's by group; `cells` its populated cells or areas;
    `halo_persons` the people around the city who count for the surroundings only: 0
    means that places at the edge see less.
    """

    radii_metres: FloatArray
    indices: SpatialIndices
    own: SpatialIndices
    kernel: Kernel
    cell_metres: float
    cells: int
    persons: FloatArray
    halo_persons: float
    band: NullBand | None = None

    @property
    def information(self) -> FloatArray:
        """H at each radius."""
        return self.indices.information

    @property
    def dissimilarity(self) -> FloatArray:
        """D at each radius."""
        return self.indices.dissimilarity

    @property
    def diversity(self) -> FloatArray:
        """R, relative diversity, at each radius."""
        return self.indices.diversity

    @property
    def exposure(self) -> FloatArray:
        """P at each radius: share of one group around the average member of another."""
        return self.indices.exposure

    def macro_micro(self, macro_metres: float = MACRO_METRES, micro_metres: float = MICRO_METRES) -> float:
        """
        How much of the separation at a small scale is there at a large one: H over H.

        Near 1: quarters differ; near 0: streets differ inside quarters that do not.

        Raises
        ------
        MeasureUndefined
            If a radius is not in the profile, or H is not above 0 at the small one.
        """
        found = []
        for radius in (macro_metres, micro_metres):
            at = np.flatnonzero(np.isclose(self.radii_metres, radius))
            if at.size == 0:
                raise MeasureUndefined.at(
                    "neighbourhoods.radius_not_in_profile",
                    radius=float(radius),
                    known=", ".join(f"{one:g}" for one in self.radii_metres),
                )
            found.append(float(self.information[at[0]]))
        if found[1] <= 0:
            raise MeasureUndefined.at("neighbourhoods.no_separation", radius=float(micro_metres), value=found[1])
        return found[0] / found[1]


def scale_profile(
    where: Grid | Centroids,
    radii_metres: Sequence[float],
    *,
    kernel: str = "disc",
    cut: float | None = None,
    chance: Chance | None = None,
) -> ScaleProfile:
    """
    Spatial segregation of the groups at several radii.

    Parameters
    ----------
    where
        Persons on a grid, or of areas with centroids; the groups make up everybody.
    radii_metres
        Radii, none under the size of a cell.
    kernel
        disc, triangular, biweight, gaussian or exponential (see `Kernel`).
    cut
        Where a Gaussian or exponential kernel ends, in radii.
    chance
        The lottery to compare with; none if not given.

    Raises
    ------
    MeasureUndefined
        If fewer than two groups or cells have anybody, a radius is too small, or
        there is no such kernel; with `chance`, if counts have fractions.

    References
    ----------
    Reardon and O'Sullivan (2004), Sociological Methodology 34, 121-162.

    Examples
    --------
    Two cells of one group each: a disc that holds both sees no difference.

    >>> from cosmopolis.neighbourhoods.grid import grid
    >>> found = scale_profile(grid([[[5, 0], [0, 5]]], cell_metres=100), [100])
    >>> round(float(found.own.information[0]), 9), abs(round(float(found.information[0]), 9))
    (1.0, 0.0)
    """
    shape = kernel_of(kernel, cut)
    if isinstance(where, Grid):
        radii = checked_radii(radii_metres, where.cell_metres)
        found, own, cells = _on_grid(where, radii, shape)
        made = ScaleProfile(radii, found, own, shape, where.cell_metres, cells, where.persons, where.halo_persons)
    else:
        radii = checked_radii(radii_metres)
        found, own, cells = _on_centroids(where, radii, shape)
        made = ScaleProfile(radii, found, own, shape, 0.0, cells, where.persons, where.halo_persons)
    return made if chance is None else replace(made, band=_band(where, made, chance))


def indices_of(sums: FloatArray, persons: FloatArray, kept: NDArray[np.bool_]) -> SpatialIndices:
    """
    The indices from their sums over cells.

    Parameters
    ----------
    sums
        For each radius, weighted with residents: entropy, summed distance of shares
        and Simpson diversity of the surroundings; then members of one group times
        the share of another, shape (n_radii, 3 + n_kept squared).
    persons
        Persons of each kept group, in the unit of the sums.
    kept
        Which groups have anybody, shape (n_groups,).
    """
    total = persons.sum()
    shares = persons / total
    entropy = -float((shares * np.log(shares)).sum())
    mixing = float((shares * (1 - shares)).sum())
    exposure = np.full((sums.shape[0], kept.size, kept.size), np.nan)
    met = sums[:, 3:].reshape(-1, persons.size, persons.size) / persons[:, None]
    exposure[np.ix_(np.ones(sums.shape[0], np.bool_), kept, kept)] = met
    return SpatialIndices(
        1 - sums[:, 0] / (total * entropy),
        sums[:, 1] / (2 * total * mixing),
        1 - sums[:, 2] / (total * mixing),
        exposure,
    )


def kept_persons(where: Grid, counts: WholeCounts) -> FloatArray:
    """Persons of the city by kept group, in the unit of the whole counts."""
    return np.array([float(one.sum(dtype=np.int64, where=where.inside)) for one in counts.cells])


def _on_grid(where: Grid, radii: FloatArray, kernel: Kernel) -> tuple[SpatialIndices, SpatialIndices, int]:
    counts = whole_counts(where)
    persons = kept_persons(where, counts)
    if kernel.name == "disc":
        sums = _disc_sums(where, counts, [0, *squared_cells(radii, where.cell_metres)], persons / persons.sum())
    else:
        scale = counts.scale
        own = np.stack([one[where.populated] for one in counts.cells]) / scale
        around = smoothed(where, counts, kernel, radii)
        persons = persons / scale
        sums = np.concatenate([sums_of(own, [own], persons), sums_of(own, around, persons)])
    found = indices_of(sums, persons, counts.kept)
    return _part(found, slice(1, None)), _part(found, slice(0, 1)), int(where.populated.sum())


def _disc_sums(where: Grid, counts: WholeCounts, squares: list[int], shares: FloatArray) -> FloatArray:
    """Sums over cells for discs, by row prefix sums."""
    from cosmopolis.neighbourhoods.kernels import by_rows, disc_rows

    rows, columns = where.inside.shape
    half = half_widths(squares, max(rows, columns))
    pad = min(half.shape[1] - 1, columns)
    half = np.minimum(half, np.int32(pad))
    prefix, table = row_sums(counts.cells, pad), logs_of(counts)
    here, inside = where.populated, np.ascontiguousarray(where.inside).view(np.uint8)
    some = here.any(axis=1)
    extent = np.zeros((rows, 2), np.int32)
    extent[some, 0] = here[some].argmax(axis=1)
    extent[some, 1] = columns - here[some, ::-1].argmax(axis=1)
    n_groups = counts.cells.shape[0]
    sums = np.zeros((rows, len(squares), 3 + n_groups**2))

    def work(first: int, last: int) -> None:
        disc_rows(prefix, counts.cells, inside, half, extent, shares, table, first, last, sums)

    by_rows(work, rows)
    return np.asarray(sums.sum(axis=0))


def sums_of(own: FloatArray, surroundings: Iterable[FloatArray], persons: FloatArray) -> FloatArray:
    """
    The sums that `indices_of` takes, from weighted persons around each place.

    Parameters
    ----------
    own
        Persons at each place, shape (n_groups, n_places).
    surroundings
        For each radius, persons around each place, of the same shape.
    persons
        Persons of each group in the city.
    """
    residents = own.sum(axis=0)
    city = (persons / persons.sum())[:, None]
    rows = []
    for around in surroundings:
        shares = around / around.sum(axis=0)
        logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
        entropy = -(shares * logs).sum(axis=0)
        apart, mixing = np.abs(shares - city).sum(axis=0), 1 - (shares * shares).sum(axis=0)
        first = [float((residents * term).sum()) for term in (entropy, apart, mixing)]
        rows.append([*first, *(float((members * share).sum()) for members in own for share in shares)])
    return np.array(rows)


def _on_centroids(where: Centroids, radii: FloatArray, kernel: Kernel) -> tuple[SpatialIndices, SpatialIndices, int]:
    persons = where.persons
    kept = persons > 0
    checks.some_groups(int(kept.sum()))
    checks.some_areas(int(where.populated.sum()))
    own = np.ascontiguousarray(where.counts[where.populated][:, kept].T)
    sums = sums_of(own, [own, *around_centroids(where, kept, kernel, radii)], persons[kept])
    found = indices_of(sums, persons[kept], kept)
    return _part(found, slice(1, None)), _part(found, slice(0, 1)), own.shape[1]


def _part(found: SpatialIndices, radii: slice) -> SpatialIndices:
    return SpatialIndices(
        found.information[radii], found.dissimilarity[radii], found.diversity[radii], found.exposure[radii]
    )


def _band(where: Grid | Centroids, found: ScaleProfile, chance: Chance) -> NullBand:
    """Profiles of the city drawn by lot."""
    checks.between("draws", chance.draws, 0, np.inf)
    if chance.kind not in ("allocation", "geographic"):
        raise MeasureUndefined.at("neighbourhoods.null_unknown", kind=chance.kind, known="allocation, geographic")
    made = np.random.default_rng(chance.seed)
    drawn = []
    for _ in range(chance.draws):
        lot = replace(where, counts=_dealt(where, chance.kind, made))
        again = scale_profile(lot, found.radii_metres.tolist(), kernel=found.kernel.name, cut=found.kernel.cut)
        drawn.append(again.indices)
    tables = [np.stack([getattr(one, name) for one in drawn]) for name in SpatialIndices.__dataclass_fields__]
    lower, mean, upper = (
        SpatialIndices(*(np.asarray(over(table, axis=0)) for table in tables)) for over in (np.min, np.mean, np.max)
    )
    real = (found.information, found.dissimilarity, found.diversity)
    p_values = np.stack(
        [((table >= value).sum(axis=0) + 1) / (chance.draws + 1) for table, value in zip(tables, real, strict=False)]
    )
    return NullBand(chance, lower, mean, upper, p_values)


def _dealt(where: Grid | Centroids, kind: str, made: np.random.Generator) -> FloatArray:
    """The city's counts drawn anew, those of the halo left as they are."""
    counts, here = where.counts.copy(), where.populated
    counts[here] = made.permutation(counts[here]) if kind == "geographic" else dealt_out(counts[here], made)
    return counts


def dealt_out(counts: ArrayLike, made: np.random.Generator) -> FloatArray:
    """
    People dealt out by lot, areas and groups keeping their sizes.

    Parameters
    ----------
    counts
        Persons, whole numbers, shape (n_areas, n_groups).
    made
        Where the lots come from.

    Raises
    ------
    MeasureUndefined
        If a count is bad or has a fraction: there is no part of a person to deal out.

    Examples
    --------
    >>> dealt = dealt_out([[5, 0], [0, 5]], np.random.default_rng(1))
    >>> dealt.sum(axis=0).tolist(), dealt.sum(axis=1).tolist()
    ([5.0, 5.0], [5.0, 5.0])
    """
    people = checks.matrix(counts)
    left = people.sum(axis=1).astype(np.int64)
    if not np.array_equal(people, np.rint(people)):
        bad = int((people != np.rint(people)).any(axis=1).argmax())
        raise MeasureUndefined.at("neighbourhoods.fraction_not_dealt", row=bad + 1)
    dealt = np.zeros_like(people)
    for group in range(people.shape[1] - 1):
        drawn = made.multivariate_hypergeometric(left, int(people[:, group].sum()), method="marginals")
        dealt[:, group] = drawn
        left -= drawn
    dealt[:, -1] = left
    return dealt
