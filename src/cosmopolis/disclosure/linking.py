"""
What tables about the same people say about each other: equations between their suppressed cells.

Margins are compared pair by pair on their finest common cells, which is complete
for tables that show all of their atoms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from cosmopolis.disclosure.commons import ages, common_ages, common_areas, common_codes, whole_area
from cosmopolis.disclosure.margins import CELL, published_codes
from cosmopolis.disclosure.protection import Claim
from cosmopolis.disclosure.relations import Relation
from cosmopolis.vocabulary.table import DIMENSIONS, TOTAL, Margin, Status

_UNKNOWABLE = [str(s) for s in (Status.MISSING, Status.NOT_COLLECTED)]
_OLDER = re.compile(r"(\w+?)_(\d+)_plus$")


@dataclass(frozen=True)
class Link:
    """Two statements that together say something: sources, and the common cell they are about."""

    sources: tuple[str, str]
    cell: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A relation with the link it comes from."""

    relation: Relation
    link: Link


@dataclass(frozen=True)
class Atoms:
    """All suppressed atoms of the audited sources, numbered."""

    frames: Mapping[str, pl.DataFrame]  #: per source its atoms, `atom` is the number of a suppressed one
    hidden: pl.DataFrame

    def of(self, source: str, indicator: str) -> pl.DataFrame:
        """The atoms of one source and indicator."""
        return self.frames[source].filter(pl.col("indicator") == indicator)

    @property
    def lower(self) -> np.ndarray:
        """Smallest count of each suppressed atom."""
        return self.hidden["lower"].to_numpy().astype(float)

    @property
    def upper(self) -> np.ndarray:
        """Largest count of each suppressed atom."""
        return self.hidden["upper"].to_numpy().astype(float)


def numbered_atoms(claims: Sequence[Claim]) -> Atoms:
    """Number the suppressed atoms of all claims."""
    frames, start = {}, 0
    for claim in claims:
        frame = claim.table.frame.sort(CELL)
        hidden = pl.col("status") == Status.SUPPRESSED
        number = pl.when(hidden).then(hidden.cum_sum().cast(pl.Int64) - 1 + start)
        frames[claim.table.source_id] = frame.with_columns(number.alias("atom"))
        start += int(frame.select(hidden.sum()).item())
    hidden_rows = [
        f.filter(pl.col("atom").is_not_null()).select(*CELL, "source_id", "lower", "upper", "atom")
        for f in frames.values()
    ]
    return Atoms(frames, pl.concat(hidden_rows) if hidden_rows else pl.DataFrame(schema={"lower": pl.Float64}))


def statements(claims: Sequence[Claim], atoms: Atoms) -> list[Statement]:
    """Every agreement between the tables of different sources, coarser ones that follow from finer ones left out."""
    found: list[Statement] = []
    for left, right in combinations(claims, 2):
        cuts: list[_Cut] = []
        for mine in left.margins:
            for theirs in right.margins:
                if left.table.universe == right.table.universe:
                    cuts += _equal_cuts(_Side(left, mine), _Side(right, theirs), atoms)
                else:
                    found += _order(_Side(left, mine), _Side(right, theirs), atoms)
        for cut in _independent(cuts):
            found += cut.statements
    return found


@dataclass(frozen=True)
class _Side:
    """One margin of one claim in a comparison."""

    claim: Claim
    margin: Margin

    @property
    def source(self) -> str:
        return self.claim.table.source_id

    def shown(self, dimension: str) -> dict[str, str]:
        codes = self.claim.table.frame[dimension].unique().to_list()
        return published_codes(self.margin, dimension, codes, self.claim.city_area)


@dataclass(frozen=True)
class _Cut:
    """All equations of one pair of margins."""

    statements: list[Statement]
    key: tuple[object, ...]

    def places(self, atoms: int) -> np.ndarray:
        """For each atom the equation it stands in, or -1."""
        where = np.full(atoms, -1)
        for place, statement in enumerate(self.statements):
            where[statement.relation.unknowns] = place
        return where


def _independent(cuts: list[_Cut]) -> list[_Cut]:
    """The cuts, without equations that are sums of a finer cut's."""
    once = {cut.key: cut for cut in cuts if cut.statements}
    finest_first = sorted(once.values(), key=lambda cut: (-len(cut.statements), repr(cut.key)))
    kept: list[_Cut] = []
    for cut in finest_first:
        implied = np.zeros(len(cut.statements), bool)
        for finer in kept:
            implied |= _implied(cut, finer)
        rest = [s for s, gone in zip(cut.statements, implied, strict=True) if not gone]
        kept.append(_Cut(rest, cut.key))
    return [cut for cut in kept if cut.statements]


def _implied(coarse: _Cut, fine: _Cut) -> np.ndarray:
    """Which equations of `coarse` are sums of whole equations of `fine`."""
    unknowns = [s.relation.unknowns.max(initial=-1) for cut in (coarse, fine) for s in cut.statements]
    above, below = (cut.places(max(unknowns, default=-1) + 1) for cut in (coarse, fine))
    sums = np.zeros(len(coarse.statements))
    owner = np.full(len(fine.statements), -1)
    for place, statement in enumerate(fine.statements):
        parents = np.unique(above[statement.relation.unknowns])
        if len(parents) == 1 and parents[0] >= 0:
            owner[place] = parents[0]
            sums[parents[0]] += statement.relation.smallest
    implied = np.zeros(len(coarse.statements), bool)
    for place, statement in enumerate(coarse.statements):
        parts = np.unique(below[statement.relation.unknowns])
        covered = bool((parts >= 0).all()) and bool((owner[parts] == place).all())
        implied[place] = covered and sums[place] == statement.relation.smallest
    return implied


def _equal_cuts(left: _Side, right: _Side, atoms: Atoms) -> Iterator[_Cut]:
    """The equations between two margins of the same people, if they have a common cell."""
    common = _common(left, right)
    if common is None:
        return
    for indicator in sorted(set(left.margin.indicators) & set(right.margin.indicators)):
        mine = _totals(left, common, atoms.of(left.source, indicator))
        theirs = _totals(right, common, atoms.of(right.source, indicator))
        found = [
            _agreement((left, right), cell, (mine[cell], theirs[cell]), between=(0.0, 0.0))
            for cell in sorted(mine.keys() & theirs.keys())
        ]
        partition = tuple(tuple(sorted(set(codes.values()))) for codes in common.values())
        yield _Cut(found, (indicator, *partition))


def _common(left: _Side, right: _Side) -> dict[str, dict[str, str]] | None:
    """For each dimension, published code to common code."""
    if "sum" in (left.margin.period, right.margin.period):
        return None  # two sums over time are not about the same people
    shown = {d: (left.shown(d), right.shown(d)) for d in DIMENSIONS}
    if any(not side for pair in shown.values() for side in pair):
        return None
    parents = {**left.claim.table.parents, **right.claim.table.parents}
    return {
        "area_code": common_areas(*shown["area_code"], parents, left.claim.city_area),
        "period": {code: code for side in shown["period"] for code in side.values()},
        "sex": common_codes(*shown["sex"]),
        "age_group": common_ages(*shown["age_group"]),
        "group": common_codes(*shown["group"]),
    }


#: Of one common cell: sum of the visible atoms, and the numbers of the suppressed ones.
_Total = tuple[float, np.ndarray]


def _totals(side: _Side, common: Mapping[str, Mapping[str, str]], atoms: pl.DataFrame) -> dict[tuple[str, ...], _Total]:
    """Every common cell that the margin shows whole, out of the given atoms of its source."""
    frame = atoms
    shown = pl.lit(value=True)
    columns = []
    for dimension in DIMENSIONS:
        codes, seen = _to_common(side, dimension, common[dimension])
        if set(seen) != set(codes):
            shown = shown & pl.col(dimension).is_in(list(seen))
        if any(code != new for code, new in codes.items()):
            columns.append(pl.col(dimension).replace_strict(list(codes), list(codes.values())).alias(dimension))
    frame = frame.with_columns(shown.alias("shown")).with_columns(columns)
    known = pl.col("shown").all() & ~pl.col("status").is_in(_UNKNOWABLE).any()
    summed = (
        frame.group_by(DIMENSIONS)
        .agg(pl.col("value").sum(), pl.col("atom").drop_nulls(), known.alias("known"))
        .filter("known")
    )
    return {
        tuple(cell): (total, np.array(hidden, np.int64))
        for *cell, total, hidden in summed.select(*DIMENSIONS, "value", "atom").iter_rows()
    }


def _to_common(side: _Side, dimension: str, common: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Atom code to common code, for shown and other atoms alike; and which codes are shown."""
    seen = side.shown(dimension)
    total = set(common.values()) == {TOTAL}
    codes = {}
    for code in side.claim.table.frame[dimension].unique().to_list():
        if code in seen:
            codes[code] = common[seen[code]]
        elif dimension == "area_code":
            codes[code] = whole_area(code, side.claim.table.parents, side.claim.city_area, common)
        else:
            codes[code] = TOTAL if total else code
    return codes, seen


def _agreement(
    sides: tuple[_Side, _Side], cell: tuple[str, ...], totals: tuple[_Total, _Total], *, between: tuple[float, float]
) -> Statement:
    """The first total less the second lies between two numbers (0 and 0: they are equal)."""
    (mine, my_unknowns), (theirs, their_unknowns) = totals
    unknowns = np.concatenate([my_unknowns, their_unknowns])
    signs = np.concatenate([np.ones(len(my_unknowns)), -np.ones(len(their_unknowns))])
    gap = theirs - mine
    relation = Relation(unknowns, signs, gap + between[0], gap + between[1])
    return Statement(relation, Link((sides[0].source, sides[1].source), cell))


def _order(left: _Side, right: _Side, atoms: Atoms) -> Iterator[Statement]:
    """`residents_16_plus` are no more of the `residents` than may be 16, and no fewer than must be."""
    for part, whole in ((left, right), (right, left)):
        older = _OLDER.match(part.claim.table.universe)
        common = _common(part, whole)
        if older is None or older.group(1) != whole.claim.table.universe or common is None:
            continue
        common |= {name: dict.fromkeys(common[name], TOTAL) for name in ("age_group", "group")}
        age = int(older.group(2))
        spans = {code: ages(seen) for code, seen in whole.shown("age_group").items()}
        may = [code for code, span in spans.items() if span is None or span[1] >= age]
        must = [code for code, span in spans.items() if span is not None and span[0] >= age]
        for codes, between in ((may, (-np.inf, 0.0)), (must, (0.0, np.inf))):
            yield from _compared((part, whole), common, atoms, codes=codes, between=between)


def _compared(
    sides: tuple[_Side, _Side],
    common: Mapping[str, Mapping[str, str]],
    atoms: Atoms,
    *,
    codes: list[str],
    between: tuple[float, float],
) -> Iterator[Statement]:
    """The first side's totals against those of the second side's age groups in `codes`."""
    part, whole = sides
    for indicator in sorted(set(part.margin.indicators) & set(whole.margin.indicators)):
        mine = _totals(part, common, atoms.of(part.source, indicator))
        chosen = atoms.of(whole.source, indicator).filter(pl.col("age_group").is_in(codes))
        theirs = _totals(whole, common, chosen)
        for cell in sorted(mine.keys() & theirs.keys()):
            yield _agreement(sides, cell, (mine[cell], theirs[cell]), between=between)
