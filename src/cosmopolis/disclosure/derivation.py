"""From protected counts to indices, shares and rates, which stay protected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from cosmopolis.errors import DisclosureRefused, Fault
from cosmopolis.vocabulary.policy import STRICTNESS, Floors
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.table import (
    DIMENSIONS,
    SCHEMA,
    TOTAL,
    WITH_INTERVAL,
    WITHOUT_VALUE,
    Status,
    group_code,
    group_pairs,
)

#: Optional column of a measure's frame: persons behind the row, that is the group
#: of an index or the denominator of a share. It is used here and not published.
BASE = "base_persons"
_DIRT = 1e-4
_NAMED = ("indicator", *DIMENSIONS, "unit", "status", "source_id", "method_id")
_UNVALUED = [str(status) for status in WITHOUT_VALUE]


def derive(
    protected: Protected | Sequence[Protected],
    measure: Callable[..., pl.DataFrame],
    *,
    indicator: str = "",
    floors: Floors | None = None,
    beside: Sequence[str] = (),
) -> Protected:
    """
    Apply a pure measure to published counts.

    Parameters
    ----------
    protected
        One protected table, or several in the order of the measure's arguments.
    measure
        From their frames to a long frame. It may carry a column `base_persons`:
        the persons behind each row.
    indicator
        Name for all rows of the result; empty keeps the measure's own.
    floors
        Needed when an input was perturbed and the measure makes new rows: indices
        of small groups are not published, those of few hundred persons are flagged
        (U), and a share of exactly 0 or 1 among few persons is not published, nor
        a change of it by 0 or 1, because all of them would share the attribute. A size that nobody states
        counts as too small. A mere selection of rows needs none.
    beside
        Ids of sources that count nobody and went into the measure: places, ways.

    Returns
    -------
    protected
        Under the strictest policy of its sources; numbers that are not whole have
        6 decimals, bounds rounded outwards. They come from published counts, so that no digit tells more.

    Raises
    ------
    DisclosureRefused
        If an input was perturbed and no floors are given.
    TypeError
        If the measure's frame is not a checked long table.
    """
    given = (protected,) if isinstance(protected, Protected) else tuple(protected)
    policy = strictest(*given)
    frame = measure(*(table.frame for table in given))
    if indicator:
        frame = frame.with_columns(pl.lit(indicator).alias("indicator"))
    frame = _checked(frame)
    if policy != "none":
        frame = _with_floors(frame, given, floors)
    sources = tuple(sorted({source for table in given for source in table.source_ids} | set(beside)))
    rows = _with_six_decimals(frame).select(list(SCHEMA)).sort(["indicator", *DIMENSIONS, "source_id"])
    return Protected(frame=rows, policy=policy, source_ids=sources)


def _with_six_decimals(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers as they are published; the bounds of what was withheld go outwards, so that they still hold."""
    bounds, unit = pl.col("status") == str(Status.SUPPRESSED), 10.0**6
    # a bound that has six decimals already may end in the dirt of binary numbers
    lower = ((pl.col("lower") * unit + _DIRT).floor() / unit).round(6)
    upper = ((pl.col("upper") * unit - _DIRT).ceil() / unit).round(6)
    return frame.with_columns(
        pl.col("value").round(6),
        pl.when(bounds).then(lower).otherwise(pl.col("lower").round(6)).alias("lower"),
        pl.when(bounds).then(upper).otherwise(pl.col("upper").round(6)).alias("upper"),
    )


def strictest(*protected: Protected) -> str:
    """The strictest policy among the tables."""
    return min((table.policy for table in protected), key=[str(name) for name in STRICTNESS].index)


def _checked(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame, if every row is whole: names, unit, period, source and a status that fits its value."""
    wanted = dict(SCHEMA)
    schema = {name: kind for name, kind in frame.schema.items() if name != BASE}
    if schema != wanted:
        raise TypeError(f"a measure returns the columns {list(SCHEMA)}, got {frame.schema}")
    for name in _NAMED:
        if (frame[name].is_null() | (frame[name] == "")).any():
            raise TypeError(f"a measure left {name} empty")
    unknown = set(frame["status"]) - {str(status) for status in Status}
    if unknown:
        raise TypeError(f"a measure used the status {sorted(unknown)}")
    for name in ("value", "lower", "upper"):
        if not frame[name].drop_nulls().is_finite().all():
            raise TypeError(f"a measure returned a {name} that is not a finite number")
    if (frame["value"].is_null() != frame["status"].is_in(_UNVALUED)).any():
        raise TypeError("a row has a value exactly where its status says so")
    if (frame["lower"] > frame["upper"]).any():
        raise TypeError("a lower bound lies above its upper bound")
    if frame.select("indicator", *DIMENSIONS, "source_id").is_duplicated().any():
        raise TypeError("a measure returned one cell twice")
    return frame.select(*SCHEMA, BASE) if BASE in frame.columns else frame.select(list(SCHEMA))


def _with_floors(frame: pl.DataFrame, given: Sequence[Protected], floors: Floors | None) -> pl.DataFrame:
    """The frame with floors applied to what the measure made; rows it only passed on were judged before."""
    columns = list(SCHEMA)
    known = pl.concat([table.frame for table in given])
    new = frame.join(known, on=columns, how="anti", nulls_equal=True)
    if not new.height:
        return frame.select(columns)
    if floors is None:
        raise DisclosureRefused(Fault("disclosure.no_floors"))
    passed_on = frame.join(known.unique(), on=columns, how="semi", nulls_equal=True)
    return pl.concat([passed_on.select(columns), _above_floors(new, given, floors).select(columns)])


def _above_floors(frame: pl.DataFrame, given: Sequence[Protected], floors: Floors) -> pl.DataFrame:
    """The frame with what is too small withheld; perturbed counts carry no bounds but those of sampling."""
    sizes = _sizes(given)
    stated = frame[BASE].to_list() if BASE in frame.columns else [None] * frame.height
    base = [
        persons if persons is not None else _base(row, sizes)
        for row, persons in zip(frame.iter_rows(named=True), stated, strict=True)
    ]
    people = pl.Series("people", base, pl.Float64).fill_null(0.0)
    index = pl.col("indicator").str.contains("dissimilarity")
    uniform = (
        pl.col("value").is_in([0.0, 1.0]) & (pl.col("unit") == "share")
        | pl.col("value").is_in([0.0, 100.0]) & (pl.col("unit") == "percent")
        # a change by nothing, or by everybody: the share was 0 or 1
        | pl.col("value").is_in([-100.0, 0.0, 100.0]) & (pl.col("unit") == "percentage points")
    )
    size = pl.col("people")
    withheld = (index & (size < floors.dissimilarity_group_persons)) | (
        uniform.fill_null(value=False) & (size < floors.single_attribute_persons)
    )
    noisy = index & (size < floors.dissimilarity_noisy_persons) & ~pl.col("status").is_in(_UNVALUED)
    told = ~withheld & pl.col("method_id").str.ends_with(WITH_INTERVAL)
    return frame.with_columns(people).with_columns(
        pl.when(~withheld).then(pl.col("value")).alias("value"),
        *(pl.when(told).then(pl.col(bound)).alias(bound) for bound in ("lower", "upper")),
        pl.when(withheld & ~pl.col("status").is_in(_UNVALUED))
        .then(pl.lit(str(Status.SUPPRESSED)))
        .when(noisy)
        .then(pl.lit(str(Status.LOW_RELIABILITY)))
        .otherwise(pl.col("status"))
        .alias("status"),
    )


def _sizes(given: Sequence[Protected]) -> dict[tuple[object, ...], float]:
    """Published persons of every cell, and of all groups of the same axes in it; smallest where sources differ."""
    found: dict[tuple[object, ...], float] = {}
    for table in given:
        counts = table.frame.filter((pl.col("unit") == "persons") & pl.col("value").is_not_null())
        together: dict[tuple[object, ...], float] = {}
        for indicator, *where, group, persons in counts.select("indicator", *DIMENSIONS, "value").iter_rows():
            found[*where, group] = min(found.get((*where, group), persons), persons)
            sum_of_axes = (indicator, *where, tuple(group_pairs(group)))
            together[sum_of_axes] = together.get(sum_of_axes, 0.0) + persons
        for summed, persons in together.items():
            found[summed[1:]] = min(found.get(summed[1:], persons), persons)
    return found


def _base(row: dict[str, Any], sizes: dict[tuple[object, ...], float]) -> float | None:
    """Persons behind a row: its own group for an index; for a share the group around it, or all of its axes."""
    where = tuple(row[name] for name in DIMENSIONS[:-1])
    if row["unit"] == "index":
        return sizes.get((*where, row["group"]))
    pairs = group_pairs(row["group"])
    around: list[object] = [group_code({a: c for a, c in pairs.items() if a != axis}) for axis in pairs] or [TOTAL]
    known = [sizes[*where, group] for group in around if (*where, group) in sizes]
    return min(known) if known else sizes.get((*where, tuple(pairs)))
