"""
What is redesigned before any noise: areas and origins too small to be shown.

The cell-key method protects counts, not attributes: it never invents people, so
a table of very few persons still tells that somebody is there and what all of
them share. Hence floors, applied to the table and not to single cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from cosmopolis.disclosure.margins import climbed, coarsened, recoded
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN, Margin, Table, group_code, group_pairs

#: Axes that say where somebody comes from; other axes are not merged by size.
ORIGIN_AXES = ("background", "birth", "citizenship", "parents")
#: The code that small origins are merged into.
OTHER = "other"
_STOCK = "population_stock"
#: Persons behind a row, for sizing only: a suppressed atom counts with its smallest value.
_PERSONS = pl.coalesce("value", "lower").fill_null(0).sum().alias("persons")


def small_areas(
    table: Table, margin: Margin, *, city_area: str, floor: float, home: Table | None = None
) -> pl.DataFrame:
    """
    Areas of the margin with too few residents, per period (columns `area_code`, `period`).

    An area hidden alone would be its parent minus its shown sisters. Those totals
    are noisy, and each is so on its own, but the floor should not rest on that: as
    long as the hidden areas of a parent hold fewer persons than the floor, the next
    smallest of its areas is hidden too. An area without residents stays: its zeros
    are about nobody.

    `home` gives the residents when the table itself counts something else.
    """
    if margin.area_code == "sum":
        return pl.DataFrame(schema={"area_code": pl.String, "period": pl.String})
    sizes = area_sizes(table, margin, city_area, home)
    hidden: list[tuple[str, str]] = []
    families: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for area, period, persons in sizes.iter_rows():
        families.setdefault((period, table.parents.get(area, city_area)), []).append((persons, area))
    for (period, _), family in families.items():
        hidden += [(area, period) for area in _too_small(family, floor)]
    return pl.DataFrame(sorted(hidden), schema={"area_code": pl.String, "period": pl.String}, orient="row")


def _too_small(family: Iterable[tuple[float, str]], floor: float, together: float = 0.0) -> list[str]:
    """The members below the floor, and the next smallest until with `together` they reach it."""
    found: list[str] = []
    for persons, member in sorted(family):
        if persons > 0 and (persons < floor or 0 < together < floor):
            found.append(member)
            together += persons
    return found


def area_sizes(table: Table, margin: Margin, city_area: str, home: Table | None) -> pl.DataFrame:
    """Residents of each area and period of the margin (columns `area_code`, `period`, `persons`)."""
    own = table.frame.filter(pl.col("indicator").is_in(list(margin.indicators)))
    where = own.select("area_code", "period").unique()
    counted = next((t for t in (home, table) if t is not None and _STOCK in t.frame["indicator"]), None)
    if counted is None:
        people = own  # no residents known: the counts themselves, which hides more and never less
    else:
        stock = counted.frame.filter(pl.col("indicator") == _STOCK)
        people = recoded(stock, "area_code", climbed(counted, set(where["area_code"])))
    everywhere = Margin("sizes", area_code=margin.area_code, indicators=tuple(people["indicator"].unique()))
    by_period = coarsened(people, everywhere, city_area).group_by("area_code", "period").agg(_PERSONS)
    asked = coarsened(own, Margin("asked", area_code=margin.area_code, indicators=margin.indicators), city_area)
    # a year of births has no stock of its own period: the smallest stock known stands in
    smallest = by_period.group_by("area_code").agg(pl.col("persons").min().alias("smallest"))
    return (
        asked.select("area_code", "period")
        .unique()
        .join(by_period, on=["area_code", "period"], how="left")
        .join(smallest, on="area_code", how="left")
        .select("area_code", "period", pl.coalesce("persons", "smallest").fill_null(1.0).alias("persons"))
        .sort("area_code", "period")
    )


def merged_origins(atoms: pl.DataFrame, floor: float) -> pl.DataFrame:
    """
    New group codes in which origins with few persons city-wide are `other`.

    Parameters
    ----------
    atoms
        All atoms of the table, groups already under the margin's codes.
    floor
        Smallest origin that is named, in persons.

    Returns
    -------
    codes
        Columns `indicator`, `period`, `group`, `merged`, only groups that change.
    """
    sizes = atoms.group_by("indicator", "period", "group").agg(_PERSONS).sort("indicator", "period", "group")
    found: list[tuple[str, str, str, str]] = []
    for (indicator, period), part in sizes.group_by("indicator", "period", maintain_order=True):
        persons = dict(zip(part["group"].to_list(), part["persons"].to_list(), strict=True))
        small = _small_origins(persons, floor)
        for group in persons:
            pairs = group_pairs(group)
            new = {axis: OTHER if (axis, code) in small else code for axis, code in pairs.items()}
            if new != pairs:
                found.append((str(indicator), str(period), group, group_code(new)))
    schema = dict.fromkeys(("indicator", "period", "group", "merged"), pl.String)
    return pl.DataFrame(found, schema=schema, orient="row")


def _small_origins(persons: Mapping[str, float], floor: float) -> set[tuple[str, str]]:
    """Axis and code of every origin that is merged away."""
    sizes: dict[str, dict[str, float]] = {}
    for group, number in persons.items():
        for axis, code in group_pairs(group).items():
            if axis in ORIGIN_AXES and code not in {TOTAL, UNKNOWN}:
                sizes.setdefault(axis, {})
                sizes[axis][code] = sizes[axis].get(code, 0.0) + number
    return {
        (axis, code)
        for axis, codes in sizes.items()
        for code in _too_small(
            [(number, code) for code, number in codes.items() if code != OTHER], floor, codes.get(OTHER, 0.0)
        )
    }
