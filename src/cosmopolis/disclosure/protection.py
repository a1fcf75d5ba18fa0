"""From a table's atoms to the rows that may leave the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cosmopolis.disclosure.floors import OTHER, merged_origins, small_areas
from cosmopolis.disclosure.keys import Noise, atom_keys, deviations
from cosmopolis.disclosure.margins import CELL, cells, climbed, coarsened, recoded
from cosmopolis.errors import DisclosureRefused, Fault
from cosmopolis.vocabulary.policy import Floors, NoiseProfile, Policy
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.table import SCHEMA, WITHOUT_VALUE, Margin, Status, Table

PUBLISHED_BY_SOURCE = "published_by_source"
CELL_KEY = "cell_key"
_DECIMALS = 6
_UNVALUED = [str(status) for status in WITHOUT_VALUE]


@dataclass(frozen=True)
class Claim:
    """
    What one source is asked to give: its atoms, the tables cut from them, and how they are protected.

    `home` is the city's leading table: it sizes the areas, and a cell that both
    hold takes its key from there, so that it is published once and not twice with
    two noises. `city_area` is the code of the whole city.
    """

    table: Table
    margins: tuple[Margin, ...]
    policy: Policy
    city_area: str
    floors: Floors
    noise: Noise | None = None
    home: Table | None = None

    @property
    def perturbed(self) -> bool:
        """Whether its counts get noise."""
        return self.policy.name != "none"


def protect(
    table: Table,
    *,
    policy: Policy,
    margins: Sequence[Margin],
    city_area: str,
    floors: Floors,
    noise: Noise | None = None,
    home: Table | None = None,
) -> Protected:
    """
    Sum a source's atoms to its declared tables and protect every cell.

    Parameters
    ----------
    table
        Atoms of one source, in persons for a policy with noise.
    policy
        `none` shows sums as their publisher's; the others add noise.
    margins
        The declared tables. Combinations that have no atom are not invented.
    city_area
        Code of the whole city, which a margin that sums the area carries.
    floors
        Smallest area and origin; used before noise.
    noise
        Table, secret and key of the city; needed by a policy with noise.
    home
        The city's leading table, if it is another one (see `Claim`).

    Returns
    -------
    protected
        Under `none` a sum is exact, or an interval with status Q when parts of it
        are suppressed: the sums of the publisher's bounds. Under noise every cell
        and every total is perturbed from its own key, nothing has bounds, and what
        is too small or not known has status Q and no value. Totals under noise are
        not the sums of their parts.

    Raises
    ------
    DisclosureRefused
        If the policy `none` names no publisher or reason, noise is wanted without
        a key, a count is not a whole number of persons, or two margins show the
        same cell with different sums.

    References
    ----------
    ESS handbook on statistical disclosure control, chapter 5, cell key method.
    """
    return protected_claim(Claim(table, tuple(margins), policy, city_area, floors, noise, home))


def protected_claim(claim: Claim) -> Protected:
    """The published rows of a claim."""
    counted = [cells for _, cells in counted_margins(claim)]
    frame = pl.concat(counted) if counted else _nothing()
    frame = _once(frame.unique(maintain_order=True), claim)
    shown = _perturbed(frame, _noise(claim).profile) if claim.perturbed else _as_published(frame)
    rows = shown.select(list(SCHEMA)).sort([*CELL, "source_id"])
    return Protected(frame=rows, policy=claim.policy.name, source_ids=(claim.table.source_id,))


def counted_margins(claim: Claim) -> Iterator[tuple[Margin, pl.DataFrame]]:
    """
    Each margin with its true cells, floors applied: for this room alone.

    Under noise a cell that may not be shown has status Q and no value already, so
    that not even its key leaves this function with a count beside it.
    """
    faults = _refusals(claim)
    if faults:
        raise DisclosureRefused(faults)
    if not claim.perturbed:
        atoms = claim.table.frame.with_columns(pl.lit(0, pl.UInt64).alias("key"))
        for margin in claim.margins:
            yield margin, cells(coarsened(atoms, margin, claim.city_area))
        return
    noise = _noise(claim)
    atoms = claim.table.frame.with_columns(atom_keys(claim.table.frame, noise))
    home = _home_atoms(claim, noise)
    for margin in claim.margins:
        yield margin, _floored(claim, margin, atoms, home)


def origin_codes(claim: Claim, margin: Margin) -> pl.DataFrame:
    """Groups of the margin that are too small to be named, and the code they are merged into."""
    only_group = Margin(
        "groups", area_code="keep", sex="keep", age_group="keep", group=margin.group, indicators=margin.indicators
    )
    return merged_origins(coarsened(claim.table.frame, only_group, claim.city_area), claim.floors.origin_persons)


def hidden_areas(claim: Claim, margin: Margin) -> pl.DataFrame:
    """Areas and periods of the margin that are below the area floor."""
    floor = claim.floors.area_persons
    return small_areas(claim.table, margin, city_area=claim.city_area, floor=floor, home=claim.home)


def _noise(claim: Claim) -> Noise:
    if claim.noise is None:
        raise DisclosureRefused(Fault("disclosure.no_key", {"source": claim.table.source_id}))
    return claim.noise


def _refusals(claim: Claim) -> list[Fault]:
    """Why this claim cannot be protected at all."""
    source, policy = claim.table.source_id, claim.policy
    if not claim.perturbed:
        named = policy.publisher.strip() and policy.reason.strip()
        return [] if named else [Fault("disclosure.none_unreasoned", {"source": source})]
    if claim.noise is None:
        return [Fault("disclosure.no_key", {"source": source})]
    if claim.noise.profile.name != policy.name:
        values = {"source": source, "policy": policy.name, "profile": claim.noise.profile.name}
        return [Fault("disclosure.other_profile", values)]
    wanted = sorted({name for margin in claim.margins for name in margin.indicators})
    value = pl.col("value")
    unfit = claim.table.frame.filter(
        pl.col("indicator").is_in(wanted) & ((value != value.round(0)) | (value < 0) | (pl.col("unit") != "persons"))
    )
    found = unfit.group_by("indicator", "unit").agg(pl.len()).sort("indicator", "unit")
    return [
        Fault("disclosure.not_whole_persons", {"source": source, "indicator": name, "unit": unit, "rows": rows})
        for name, unit, rows in found.iter_rows()
    ]


def _floored(claim: Claim, margin: Margin, atoms: pl.DataFrame, home: pl.DataFrame | None) -> pl.DataFrame:
    """Cells of one margin under the floors, each with its key."""
    shown = coarsened(atoms, margin, claim.city_area)
    merged = origin_codes(claim, margin)
    if merged.height:
        shown = shown.join(merged, on=["indicator", "period", "group"], how="left")
        shown = shown.with_columns(pl.coalesce("merged", "group").alias("group")).drop("merged")
    found = _keys_of_home(cells(shown), margin, home, claim)
    small = hidden_areas(claim, margin).with_columns(pl.lit(value=True).alias("small"))
    found = found.join(small, on=["area_code", "period"], how="left")
    # a sum with a part its publisher suppressed has no count to perturb
    closed = pl.col("small").fill_null(value=False) | (pl.col("status") == Status.SUPPRESSED)
    return found.with_columns(
        pl.when(~closed).then(pl.col("value")).alias("value"),
        pl.lit(None, pl.Float64).alias("lower"),
        pl.lit(None, pl.Float64).alias("upper"),
        pl.when(closed).then(pl.lit(str(Status.SUPPRESSED))).otherwise(pl.col("status")).alias("status"),
        pl.when(closed).then(pl.lit(0, pl.UInt64)).otherwise(pl.col("key")).alias("key"),
    ).drop("small")


def _home_atoms(claim: Claim, noise: Noise) -> pl.DataFrame | None:
    """Atoms of the leading table with their keys, areas climbed to those of the claim's table."""
    home = claim.home
    if home is None or home.source_id == claim.table.source_id or home.universe != claim.table.universe:
        return None
    atoms = home.frame.with_columns(atom_keys(home.frame, noise))
    return recoded(atoms, "area_code", climbed(home, set(claim.table.frame["area_code"])))


def _keys_of_home(found: pl.DataFrame, margin: Margin, home: pl.DataFrame | None, claim: Claim) -> pl.DataFrame:
    """The same cells; those that the leading table holds too have its key."""
    if home is None:
        return found
    theirs = cells(coarsened(home, margin, claim.city_area)).select(*CELL, pl.col("key").alias("home"))
    both = found.join(theirs, on=list(CELL), how="left")
    return both.with_columns(pl.coalesce("home", "key").alias("key")).drop("home").sort([*CELL, "source_id"])


def _once(frame: pl.DataFrame, claim: Claim) -> pl.DataFrame:
    """
    The cells, each once; two margins that disagree about one cell are refused.

    Small origins are merged for each margin by itself, so that `other` may stand
    for different people in two of them: then the first declared margin keeps it.
    """
    if claim.perturbed:
        merged = pl.col("group").str.contains(f"={OTHER}(;|$)")
        first = pl.struct(CELL).is_first_distinct()
        frame = frame.filter(~merged | first)
    twice = frame.filter(frame.select(CELL).is_duplicated()).select(CELL).unique(maintain_order=True)
    if twice.height:
        told = [dict(row, source=claim.table.source_id) for row in twice.iter_rows(named=True)]
        raise DisclosureRefused([Fault("disclosure.cell_twice", values) for values in told])
    return frame


def _as_published(frame: pl.DataFrame) -> pl.DataFrame:
    # sums of fractions (mean populations) end in the dirt of binary numbers, which is no one's count
    numbers = [pl.col(name).round(_DECIMALS) for name in ("value", "lower", "upper")]
    return frame.with_columns(*numbers, pl.lit(PUBLISHED_BY_SOURCE).alias("method_id"))


def _perturbed(frame: pl.DataFrame, profile: NoiseProfile) -> pl.DataFrame:
    """The true counts stop here: each becomes its published value, and key and count are dropped."""
    counts = frame["value"].fill_null(0).cast(pl.Int64).to_numpy()
    moved = deviations(counts, frame["key"].to_numpy(), profile)
    published = pl.Series("published", (counts + moved).astype(np.float64))
    shown = pl.when(pl.col("status").is_in(_UNVALUED)).then(None).otherwise(published).alias("value")
    return frame.with_columns(shown, pl.lit(CELL_KEY).alias("method_id")).drop("key")


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={**SCHEMA, "key": pl.UInt64})
