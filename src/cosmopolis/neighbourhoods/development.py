"""
What changed between two dates, how sure that is, and the parts that a change is made of.

Measures from rows of the long table to rows of it, as in `statement`; the period of
a row is the span `first/last`. Every split is an account, not a cause (see `change`).

How sure: where every count is known, the interval that resampled persons give. Where
counts are intervals, or were carried over from other areas, the bounds that these
allow, and nothing of chance: one cannot stand for the other. The value is then that
of the middle, or of the carried counts, with status E.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.boundaries import Crosswalk, carried, carried_bounds
from cosmopolis.neighbourhoods.change import dissimilarity_change, mutual_information_change
from cosmopolis.neighbourhoods.inference import difference
from cosmopolis.neighbourhoods.statement import BASE, Cells, Row, Sides, cells_by_period, rows_of
from cosmopolis.neighbourhoods.suppressed_dissimilarity import dissimilarity_bounds
from cosmopolis.vocabulary.measurement import Bounds, FloatArray, between
from cosmopolis.vocabulary.table import Status

#: The new area of people whose old one lay partly in what is no longer the city.
NOWHERE = ""
#: What a sum of shares of whole persons may be off by.
_HAIR = 1e-6


@dataclass(frozen=True)
class _Ends:
    """The first and the last period over the same areas, and where chance starts."""

    first: Cells
    last: Cells
    seed: int

    @property
    def is_known(self) -> bool:
        """Whether every count of both periods is known."""
        return str(Status.ESTIMATED) not in (self.first.status, self.last.status)

    def row(
        self,
        indicator: str,
        value: float,
        *,
        unit: str = "index points",
        area: str = "",
        bounds: Bounds[float] | None = None,
        known: bool = True,
        persons: float | None = None,
    ) -> Row:
        """A change of the city, or of an area, over the span; `persons` behind it are the group's if left out."""
        sources = {str(cells.frame["source_id"][0]) for cells in (self.first, self.last)}
        ends = None if bounds is None else (bounds.lower, bounds.upper)
        return self.last.row(indicator, unit, value + 0.0, area=area, ends=ends) | {
            "period": f"{self.first.period}/{self.last.period}",
            "status": str(Status.NORMAL if known else Status.ESTIMATED),
            "source_id": "+".join(sorted(sources)),
            BASE: min(float(cells.group.sum()) for cells in (self.first, self.last)) if persons is None else persons,
        }


def share_changes(frame: pl.DataFrame, *, sides: Sides) -> pl.DataFrame:
    """
    By how much the group's share changed in each area from the first period to the last.

    Returns
    -------
    rows
        `share_change`, unit `percentage points`, of each area with
        residents in both periods. Where a count is an interval: status E, and the
        least and greatest change that the counts allow, each area for itself.
    """
    ends = _ends(frame, sides)
    return rows_of([] if ends is None else [*_shares(ends)])


def index_changes(frame: pl.DataFrame, *, sides: Sides, seed: int) -> pl.DataFrame:
    """
    By how much the city's indices changed from the first period to the last, and the parts of it.

    Parameters
    ----------
    frame
        Counts by area and group.
    sides
        The group, the rest, the areas.
    seed
        Starts the generator of the interval: the same seed gives the same one.

    Returns
    -------
    rows
        Of the city: `dissimilarity_change`, unit `index points`, with the interval of 95 %
        of resampled persons or, where counts are intervals, the difference of its
        bounds at both dates; its parts `dissimilarity_change_composition` and
        `dissimilarity_change_space`. `mutual_information_change`, unit `nats`, and
        its parts `..._margins`, `..._structure` and, where areas became inhabited or
        empty, `..._areas` (entries and exits together). A part is of the middle of
        counts that are intervals (status E) and has no bounds. Where an index does
        not exist at one of the dates it has no rows, nor has the dissimilarity of a
        group of a handful, whose interval does not exist.

    References
    ----------
    Rey, Cortes, Knaap (2021), Journal of Regional Science 61(2), 365-393.
    Elbers (2021), Sociological Methods and Research, doi 10.1177/0049124121986204.
    """
    ends = _ends(frame, sides, seed)
    if ends is None:
        return rows_of([])
    return rows_of([*_told(_dissimilarity, ends), *_told(_mutual_information, ends)])


def carried_changes(
    earlier: pl.DataFrame, now: pl.DataFrame, *, before: Sides, sides: Sides, crosswalk: Crosswalk, seed: int
) -> pl.DataFrame:
    """
    The same changes over a reform of boundaries: earlier counts carried to today's areas.

    From the last period of the earlier counts that lies before the last one of today.

    Parameters
    ----------
    earlier, now
        Counts by area and group, in the areas of before the reform and in today's.
    before, sides
        The group, the rest and the areas in each of them.
    crosswalk
        Which share of each old area lies in each of today's, or in none of them
        (`NOWHERE`): those there are no longer counted. Its residents bound
        the pieces only where they are as many as were counted: those of another
        day say nothing.
    seed
        As for `index_changes`.

    Returns
    -------
    rows
        As of `share_changes` and of the dissimilarity in `index_changes`, all of them
        with status E; bounds are those that the truth within split areas allows. The
        mutual information has none, and is left out.

    Raises
    ------
    MeasureUndefined
        If an old area with residents is not in the crosswalk, or the crosswalk
        leads to an area that is none of today's.

    References
    ----------
    Goodchild and Lam (1980), Geo-Processing 1, 297-312.
    """
    today = [*cells_by_period(now, sides)][-1:]
    then = [cells for cells in cells_by_period(earlier, before) for last in today if cells.period < last.period]
    if not then:
        return rows_of([])
    ends = _Ends(_carried(then[-1], crosswalk, sides.areas), _over(today[0], sides.areas), seed)
    rows = [*_shares(ends), *_told(_dissimilarity, ends)]
    return rows_of(rows).with_columns(status=pl.lit(str(Status.ESTIMATED)))


def _ends(frame: pl.DataFrame, sides: Sides, seed: int = 0) -> _Ends | None:
    cells = [*cells_by_period(frame, sides)]
    if len(cells) < 2:
        return None
    # an area without a row has nobody, or the period would not be here
    areas = sorted({*cells[0].areas, *cells[-1].areas})
    return _Ends(_over(cells[0], areas), _over(cells[-1], areas), seed)


def _over(cells: Cells, areas: Sequence[str]) -> Cells:
    """The same counts over these areas, in their order: nobody where there is no row."""
    place = {area: at for at, area in enumerate(cells.areas)}
    at = np.array([place.get(area, -1) for area in areas])

    def there(counts: FloatArray) -> FloatArray:
        return np.where(at >= 0, counts[at], 0.0)

    return replace(
        cells,
        areas=tuple(areas),
        group=there(cells.group),
        rest=there(cells.rest),
        group_bounds=between(there(cells.group_bounds.lower), there(cells.group_bounds.upper)),
        rest_bounds=between(there(cells.rest_bounds.lower), there(cells.rest_bounds.upper)),
    )


def _shares(ends: _Ends) -> Iterator[Row]:
    first, last = ends.first, ends.last
    (least_then, most_then), (least_now, most_now) = _share_bounds(first), _share_bounds(last)
    residents = np.minimum(first.group + first.rest, last.group + last.rest)
    for at in np.flatnonzero(residents > 0):
        then, now = (float(cells.group[at] / (cells.group[at] + cells.rest[at])) for cells in (first, last))
        bounds = Bounds(100 * float(least_now[at] - most_then[at]), 100 * float(most_now[at] - least_then[at]))
        known = bounds.upper - bounds.lower <= _HAIR
        yield ends.row(
            "share_change",
            100 * (now - then),
            unit="percentage points",
            area=last.areas[at],
            bounds=None if known else bounds,
            known=known,
            persons=float(residents[at]),
        )


def _share_bounds(cells: Cells) -> tuple[FloatArray, FloatArray]:
    """Least and greatest share of the group in each area; it is rising in the group and falling in the rest."""
    group, rest = cells.group_bounds, cells.rest_bounds
    # with nobody else even perhaps, whoever lives there is of the group; and the other way round
    least = _share(group.lower, rest.upper, nobody=1.0)
    return least, _share(group.upper, rest.lower, nobody=0.0)


def _share(group: FloatArray, rest: FloatArray, *, nobody: float) -> FloatArray:
    persons, found = group + rest, np.full(group.size, nobody)
    np.divide(group, persons, out=found, where=persons > 0)
    return found


def _told(measure: Callable[[_Ends], Iterator[Row]], ends: _Ends) -> list[Row]:
    try:
        return [*measure(ends)]
    except MeasureUndefined:
        return []  # one inhabited area, or hardly anybody in the group


def _dissimilarity(ends: _Ends) -> Iterator[Row]:
    first, last = ends.first, ends.last
    told = dissimilarity_change((first.group, first.rest), (last.group, last.rest))
    yield ends.row("dissimilarity_change", told.total, bounds=_certainty(ends), known=ends.is_known)
    yield ends.row("dissimilarity_change_composition", told.composition, known=ends.is_known)
    yield ends.row("dissimilarity_change_space", told.space, known=ends.is_known)


def _certainty(ends: _Ends) -> Bounds[float]:
    """The interval of chance where all counts are known, else the bounds that they allow."""
    if ends.is_known:
        found = difference(_table(ends.first), _table(ends.last), seed=ends.seed)
        return Bounds(found.low, found.high)
    then, now = (dissimilarity_bounds(cells.group_bounds, cells.rest_bounds) for cells in (ends.first, ends.last))
    return Bounds(now.lower - then.upper, now.upper - then.lower)


def _mutual_information(ends: _Ends) -> Iterator[Row]:
    told = mutual_information_change(_table(ends.first), _table(ends.last))
    parts = {"": told.total, "_margins": told.margins, "_structure": told.structure}
    then, now = (cells.group + cells.rest > 0 for cells in (ends.first, ends.last))
    if not np.array_equal(then, now):
        parts["_areas"] = told.entries + told.exits
    for part, value in parts.items():
        yield ends.row(f"mutual_information_change{part}", value, unit="nats", known=ends.is_known)


def _table(cells: Cells) -> FloatArray:
    return np.column_stack([cells.group, cells.rest])


def _carried(cells: Cells, crosswalk: Crosswalk, areas: Sequence[str]) -> Cells:
    """Counts of the old areas as estimates for today's, with the bounds that split areas leave open."""
    lived_in = np.flatnonzero(cells.group_bounds.upper + cells.rest_bounds.upper > 0)
    check_covered([cells.areas[at] for at in lived_in], crosswalk, areas)
    here = _over(cells, crosswalk.old)
    walk = _of_that_day(crosswalk, here)
    there = replace(
        here,
        areas=walk.new,
        group=carried(walk, here.group),
        rest=carried(walk, here.rest),
        group_bounds=carried_bounds(walk, here.group_bounds),
        rest_bounds=carried_bounds(walk, here.rest_bounds),
        status=str(Status.ESTIMATED if walk.split_areas else here.status),
    )
    return _over(there, areas)


def check_covered(lived_in: Collection[str], crosswalk: Crosswalk, areas: Collection[str]) -> None:
    """
    See that nobody gets lost between the two sets of areas, but those who are told to (`NOWHERE`).

    Raises
    ------
    MeasureUndefined
        If an old area that is `lived_in` is not in the crosswalk, or the crosswalk
        leads to an area that is none of today's `areas`.

    Examples
    --------
    >>> from cosmopolis.neighbourhoods.boundaries import areal_crosswalk
    >>> check_covered(["x"], areal_crosswalk(["x", "x"], ["p", ""], [3, 1]), ["p", "q"])
    """
    lost = sorted({*lived_in} - {*crosswalk.old})
    nowhere = sorted({*crosswalk.new} - {*areas, NOWHERE})
    for message, codes in (("neighbourhoods.area_not_carried", lost), ("neighbourhoods.carried_nowhere", nowhere)):
        if codes:
            raise MeasureUndefined.at(message, code=codes[0], count=len(codes))


def _of_that_day(crosswalk: Crosswalk, cells: Cells) -> Crosswalk:
    """The crosswalk without residents of old areas that were counted with another number of them."""
    room = np.bincount(crosswalk.old_place, weights=crosswalk.residents, minlength=len(crosswalk.old))
    least = cells.group_bounds.lower + cells.rest_bounds.lower
    most = cells.group_bounds.upper + cells.rest_bounds.upper
    fits: NDArray[np.bool_] = (room >= least - _HAIR) & (room <= most + _HAIR)
    return replace(crosswalk, residents=np.where(fits[crosswalk.old_place], crosswalk.residents, np.nan))
