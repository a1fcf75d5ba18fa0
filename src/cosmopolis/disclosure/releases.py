"""
What a new release would tell together with all earlier ones.

An attacker keeps every release. So the new tables are laid over the logged ones:
areas and groups are cut into their smallest common pieces, cells are compared with
what was published of them before, sums that give the same cell are counted, and
for counts as their publisher shows them the audit runs over old and new rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cosmopolis.disclosure.auditing import audited
from cosmopolis.disclosure.floors import area_sizes
from cosmopolis.disclosure.linking import Atoms, Link, Statement, numbered_atoms, statements
from cosmopolis.disclosure.protection import Claim
from cosmopolis.disclosure.records import verify
from cosmopolis.disclosure.relations import Relation
from cosmopolis.errors import Fault
from cosmopolis.vocabulary.policy import Floors
from cosmopolis.vocabulary.release import Cell, ReleasedMargin, ReleaseLog, ReleaseRecord, SourceRelease
from cosmopolis.vocabulary.table import Margin

_PARTS = ("area_code", "sex", "age_group", "group")
_PERSONS = pl.coalesce("value", "lower").fill_null(0).sum()


@dataclass(frozen=True)
class Candidate:
    """
    A release before it is made: its record, and the claims it was made from.

    `decided` says that the city decided in writing to publish more breakdowns of
    one cell than the budget; the hard stop holds all the same.
    """

    record: ReleaseRecord
    claims: tuple[Claim, ...]
    decided: bool = False

    def claim(self, source_id: str) -> Claim | None:
        """The claim of that source."""
        return next((claim for claim in self.claims if claim.table.source_id == source_id), None)


def release_faults(log: ReleaseLog, new: Candidate) -> tuple[Fault, ...]:
    """
    Every reason not to make this release.

    Parameters
    ----------
    log
        All earlier releases.
    new
        What shall be published now.

    Returns
    -------
    faults
        Empty when the release may be made.

    References
    ----------
    domain: privacy, 1.6: areas, groups, time, averaging, revision.
    """
    if broken := verify(log):
        return broken
    earlier = [(e.record.release_id, s) for e in log.entries for s in e.record.sources]
    faults: list[Fault] = []
    for source in new.record.sources:
        claim = new.claim(source.source_id)
        if claim is None or not claim.perturbed:
            continue
        before = [old for _, old in earlier if old.source_id == source.source_id and old.policy != "none"]
        cuts = [cut for old in (*before, source) for cut in old.margins]
        faults += _small_pieces(claim, source, cuts)
        faults += _changed_values(source, [(r, old) for r, old in earlier if old in before])
        faults += _overspent(source, before, claim.floors, decided=new.decided)
    return (*faults, *_narrowing(new, earlier))


def _small_pieces(claim: Claim, source: SourceRelease, cuts: Sequence[ReleasedMargin]) -> Iterator[Fault]:
    """Pieces of areas and groups that differencing would lay bare."""
    for indicator, period in sorted({(cut.indicator, cut.period) for cut in source.margins}):
        here = [cut for cut in cuts if (cut.indicator, cut.period) == (indicator, period)]
        told = {"source": source.source_id, "indicator": indicator, "period": period}
        people = _residents(claim, indicator, period)
        for piece in _pieces_of_areas(here):
            if 0 < sum(people.get(code, 0.0) for code in piece) < claim.floors.area_persons:
                yield Fault("disclosure.small_piece_of_area", told | {"areas": ", ".join(sorted(piece))})
        people = _members(claim, indicator, period)
        for piece in _pieces(cut.sets("group").values() for cut in here):
            if 0 < sum(people.get(code, 0.0) for code in piece) < claim.floors.origin_persons:
                yield Fault("disclosure.small_piece_of_group", told | {"groups": ", ".join(sorted(piece))})


def _pieces_of_areas(cuts: Sequence[ReleasedMargin]) -> set[frozenset[str]]:
    """Pieces of areas, for each group of people by itself: only the same group can be differenced."""
    by_group: dict[frozenset[str], list[Iterable[frozenset[str]]]] = {}
    for cut in cuts:
        for atoms in cut.sets("group").values():
            by_group.setdefault(atoms, []).append(cut.sets("area_code").values())
    return {piece for sets in by_group.values() for piece in _pieces(sets)}


def _pieces(families: Iterable[Iterable[frozenset[str]]]) -> set[frozenset[str]]:
    """The parts into which all sets together cut their atoms."""
    every = {one for family in families for one in family}
    inside: dict[str, list[int]] = {}
    for number, one in enumerate(sorted(every, key=sorted)):
        for atom in one:
            inside.setdefault(atom, []).append(number)
    pieces: dict[tuple[int, ...], set[str]] = {}
    for atom, numbers in inside.items():
        pieces.setdefault(tuple(numbers), set()).add(atom)
    return {frozenset(piece) for piece in pieces.values()}


def _residents(claim: Claim, indicator: str, period: str) -> dict[str, float]:
    """Residents of each area of the atoms."""
    atoms = Margin("atoms", area_code="keep", indicators=(indicator,))
    sizes = area_sizes(claim.table, atoms, claim.city_area, claim.home)
    return dict(sizes.filter(pl.col("period") == period).select("area_code", "persons").iter_rows())


def _members(claim: Claim, indicator: str, period: str) -> dict[str, float]:
    """Persons counted in each group of the atoms, city-wide."""
    chosen = claim.table.frame.filter((pl.col("indicator") == indicator) & (pl.col("period") == period))
    return dict(chosen.group_by("group").agg(_PERSONS).iter_rows())


def _changed_values(source: SourceRelease, earlier: Sequence[tuple[str, SourceRelease]]) -> Iterator[Fault]:
    """Cells whose count and key are as before and whose value is not: a bug, whatever made it."""
    cells = {cell.identity: cell for cell in source.cells if cell.tag}
    for release, old in earlier:
        if (old.policy, old.key_id) != (source.policy, source.key_id):
            continue
        for before in old.cells:
            now = cells.get(before.identity)
            if now is not None and before.tag == now.tag and before.value != now.value:
                told = {"source": source.source_id, "release": release} | _named(now)
                yield Fault("disclosure.value_moved", told)


def _named(cell: Cell) -> dict[str, str]:
    return {"indicator": cell.indicator, "area": cell.area_code, "period": cell.period, "group": cell.group}


def _overspent(
    source: SourceRelease, before: Sequence[SourceRelease], floors: Floors, *, decided: bool
) -> Iterator[Fault]:
    """Cells that too many independent sums give; a new key counts as one more, and so does a revised count."""
    cuts = {_cut_key(cut): cut for one in (*before, source) for cut in one.margins}
    rotations = len({one.key_id for one in (*before, source)}) - 1
    revised = _revisions([*before, source])
    limit = floors.breakdown_stop if decided else floors.breakdown_budget
    for cut in source.margins:
        sums = sum(_refines(other, cut) for other in cuts.values()) + rotations
        sums += revised.get((cut.indicator, cut.period), 0)
        if sums > limit:
            hard = sums > floors.breakdown_stop
            told = {"source": source.source_id, "table": cut.name, "indicator": cut.indicator, "period": cut.period}
            name = "disclosure.budget_stop" if hard else "disclosure.budget_spent"
            yield Fault(name, told | {"sums": sums, "limit": floors.breakdown_stop if hard else limit})


def _cut_key(cut: ReleasedMargin) -> tuple[object, ...]:
    """Two cuts of equal key publish the same cells, each from the same key: one sum, not two."""
    return (cut.indicator, cut.period, *(tuple(sorted(cut.parts[name].items())) for name in _PARTS))


def _refines(fine: ReleasedMargin, coarse: ReleasedMargin) -> bool:
    """Whether cells of `fine` add up to cells of `coarse` (or are the same cells)."""
    if (fine.indicator, fine.period) != (coarse.indicator, coarse.period):
        return False
    return all(_finer(fine.parts[name], coarse.parts[name]) for name in _PARTS)


def _finer(fine: Mapping[str, str], coarse: Mapping[str, str]) -> bool:
    """Every published code of `coarse` is a union of whole codes of `fine`."""
    inside: dict[str, set[str]] = {}
    for atom, shown in fine.items():
        inside.setdefault(shown, set()).add(coarse.get(atom, ""))
    return coarse.keys() <= fine.keys() and all(len(over) == 1 for over in inside.values())


def _revisions(releases: Sequence[SourceRelease]) -> dict[tuple[str, str], int]:
    """Per indicator and period, how often one cell at most was published anew because its count moved."""
    tags: dict[tuple[str, ...], set[str]] = {}
    for one in releases:
        for cell in one.cells:
            if cell.tag:
                tags.setdefault((one.key_id, *cell.identity), set()).add(cell.tag)
    found: dict[tuple[str, str], int] = {}
    for (_, indicator, _, period, *_), seen in tags.items():
        found[indicator, period] = max(found.get((indicator, period), 0), len(seen) - 1)
    return found


def _narrowing(new: Candidate, earlier: Sequence[tuple[str, SourceRelease]]) -> Iterator[Fault]:
    """Suppressed cells that old and new rows together narrow."""
    shown = [claim for claim in new.claims if not claim.perturbed]
    atoms = numbered_atoms(shown)
    found = statements(shown, atoms)
    for release, old in earlier:
        if old.policy == "none" and old.source_id in atoms.frames:
            found += _logged(release, old, atoms)
    return iter(audited(atoms, found).faults)


def _logged(release: str, old: SourceRelease, atoms: Atoms) -> Iterator[Statement]:
    """What an earlier release says about cells that are suppressed now."""
    frame = atoms.frames[old.source_id]
    hidden = frame.filter(pl.col("atom").is_not_null())
    touched = set(hidden.select("indicator", "period").unique().iter_rows())
    values = {cell.identity: cell for cell in old.cells}
    for cut in old.margins:
        if (cut.indicator, cut.period) not in touched:
            continue
        here = frame.filter((pl.col("indicator") == cut.indicator) & (pl.col("period") == cut.period))
        for cell, visible, unknowns in _sums_under(here, cut):
            published = values.get((cut.indicator, cell[0], cut.period, *cell[1:]))
            if published is not None and unknowns:
                yield _said(release, published, visible, np.array(unknowns, np.int64), old.source_id)


def _sums_under(frame: pl.DataFrame, cut: ReleasedMargin) -> Iterator[tuple[tuple[str, ...], float, list[int]]]:
    """Today's visible sum and suppressed atoms of every cell of an earlier table."""
    codes = [
        pl.col(name).replace_strict(list(seen), list(seen.values()), default=None, return_dtype=pl.String).alias(name)
        if (seen := cut.parts[name])
        else pl.lit(None, pl.String).alias(name)
        for name in _PARTS
    ]
    summed = frame.with_columns(codes).drop_nulls(list(_PARTS)).group_by(_PARTS)
    for *cell, visible, unknowns in (
        summed.agg(pl.col("value").sum(), pl.col("atom").drop_nulls()).sort(_PARTS).iter_rows()
    ):
        yield tuple(cell), visible, unknowns


def _said(release: str, published: Cell, visible: float, unknowns: np.ndarray, source: str) -> Statement:
    """The published value, or its bounds, less what is visible today."""
    bounds = [published.value if published.value is not None else side for side in (published.lower, published.upper)]
    low = -np.inf if bounds[0] is None else bounds[0] - visible
    high = np.inf if bounds[1] is None else bounds[1] - visible
    relation = Relation(unknowns, np.ones(len(unknowns)), low, high)
    return Statement(relation, Link((source, f"{source}@{release}"), published.identity))
