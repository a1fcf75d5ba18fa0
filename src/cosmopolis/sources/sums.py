"""Sums that a file contains beside its details: checked against them, then left out."""

from __future__ import annotations

import math

import polars as pl

from cosmopolis.sources.cells import ROW
from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.layout import Layout, NumberColumn
from cosmopolis.vocabulary.recipe import Column, Recipe, TotalRows

#: Sums of numbers with decimals differ in the last digits.
_ROUNDING = 1e-6
_LOW, _HIGH, _STATUS, _DETAILS = "\0low", "\0high", "\0status", "\0details"
_AREA_ROLES = {"area", "parent", "area_name", "parent_name"}
_DIMENSIONS = {"area", "period", "sex", "age_group", "indicator"}

Numbers = dict[NumberColumn, pl.DataFrame]


def total_rows(frame: pl.DataFrame, layout: Layout, recipe: Recipe) -> pl.Series:
    """Which rows are sums of others (a mask over `frame`)."""
    found = pl.Series([False]).new_from_index(0, frame.height)
    for total in recipe.totals:
        if total.column in layout.found:
            found = found | frame.get_column(layout.found[total.column]).is_in(list(total.cells))
    return found


def check_totals(frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, numbers: Numbers, faults: FileFaults) -> None:
    """Every total row is the sum of its details, within the recipe's tolerance."""
    for total in recipe.totals:
        if total.checked and total.column in layout.found:
            _check_total(frame, layout, total, numbers=numbers, faults=faults)


def check_rows(frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, numbers: Numbers, faults: FileFaults) -> None:
    """In every row, sums agree and a part is not larger than its whole."""
    by_column = {number.column: bounds(table) for number, table in numbers.items()}
    sums = [(layout.found.get(check.whole), [layout.found.get(p) for p in check.parts]) for check in recipe.checks]
    sums += [(number.column, _parts(number, layout)) for number in numbers if number.measure.total]
    for whole, parts in sums:
        if whole in by_column and parts and all(part in by_column for part in parts):
            _check_sum(frame, by_column, whole=str(whole), parts=[str(part) for part in parts], faults=faults)
    for number in numbers:
        whole = layout.found.get(number.measure.of_which)
        if whole in by_column:
            _check_part(frame, by_column, whole=str(whole), part=number.column, faults=faults)


def bounds(table: pl.DataFrame) -> pl.DataFrame:
    """The smallest and largest possible number of each row; both empty where it is missing."""
    return table.select(
        pl.coalesce("value", "lower").alias(_LOW),
        pl.coalesce("value", "upper").alias(_HIGH),
    )


def _parts(total: NumberColumn, layout: Layout) -> list[str | None]:
    """The columns that a total column sums: same indicator, and at least what the total stands for."""
    wanted = total.measure.sets.items()
    return [
        number.column
        for number in layout.numbers
        if not number.measure.total
        and not number.measure.of_which
        and number.measure.indicator == total.measure.indicator
        and wanted <= number.measure.sets.items()
    ]


def _check_sum(
    frame: pl.DataFrame, by_column: dict[str, pl.DataFrame], *, whole: str, parts: list[str], faults: FileFaults
) -> None:
    told = by_column[whole]
    # the row's own order is the order of the recipe, so the sum is the same on every machine
    low, high = by_column[parts[0]][_LOW], by_column[parts[0]][_HIGH]
    for part in parts[1:]:
        low, high = low + by_column[part][_LOW], high + by_column[part][_HIGH]
    wrong = ((told[_LOW] > high + _ROUNDING) | (told[_HIGH] < low - _ROUNDING)).fill_null(value=False)
    if wrong.any():
        rows = pl.DataFrame({"row": frame[ROW], "told": frame[whole], "low": low, "high": high}).filter(wrong)
        for row, cell, least, most in rows.iter_rows():
            if faults.full:
                return
            faults.add("sources.sum_differs", row=row, column=whole, value=cell, sum=_shown(least, most), parts=parts)


def _check_part(
    frame: pl.DataFrame, by_column: dict[str, pl.DataFrame], *, whole: str, part: str, faults: FileFaults
) -> None:
    wrong = (by_column[part][_LOW] > by_column[whole][_HIGH] + _ROUNDING).fill_null(value=False)
    for row, cell, total in frame.filter(wrong).select(ROW, part, pl.col(whole).alias("\0whole")).iter_rows():
        if faults.full:
            return
        faults.add("sources.part_exceeds", row=row, column=part, value=cell, whole=whole, total=total)


def _check_total(
    frame: pl.DataFrame, layout: Layout, total: TotalRows, *, numbers: Numbers, faults: FileFaults
) -> None:
    name = layout.found[total.column]
    is_total = frame.get_column(name).is_in(list(total.cells))
    if not is_total.any():
        return
    keys = _other_dimensions(layout, name)
    for number, table in numbers.items():
        both = pl.concat(
            [frame.select(ROW, name, *keys), bounds(table), table.select(pl.col("status").alias(_STATUS))],
            how="horizontal",
        )
        both = both.filter(pl.col(_STATUS).is_not_null())
        details = both.filter(~pl.col(name).is_in(list(total.cells)))
        compared = (
            both.filter(pl.col(name).is_in(list(total.cells))).join(
                _summed(details, keys), on=keys, how="left", nulls_equal=True
            )
            if keys
            else both.filter(pl.col(name).is_in(list(total.cells))).join(_summed(details, []), how="cross")
        )
        for row, cell, least, most, count in _differing(compared, total.tolerance):
            if faults.full:
                return
            values = {"column": number.column, "value": cell, "total": total.column}
            if count is None:
                faults.add("sources.total_without_details", row=row, **values)
            else:
                faults.add("sources.total_differs", row=row, sum=_shown(least, most), details=count, **values)


def _other_dimensions(layout: Layout, name: str) -> list[str]:
    """The columns that say which details belong to a total: every dimension but the one summed over."""
    own = {column.role for column, found in layout.columns if found == name}
    area_summed = bool(own & _AREA_ROLES)

    def tells_apart(column: Column) -> bool:
        if column.role == "area":
            return not area_summed
        return column.role in _DIMENSIONS or column.role.startswith("axis:")

    names = [found for column, found in layout.columns if found != name and tells_apart(column)]
    return list(dict.fromkeys(names))


def _summed(details: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    sums = [_whole_sum(_LOW), _whole_sum(_HIGH), pl.len().alias(_DETAILS)]
    return details.group_by(keys).agg(sums) if keys else details.select(sums)


def _whole_sum(column: str) -> pl.Expr:
    """A sum with an unknown part is unknown."""
    unknown = pl.col(column).null_count() > 0
    return pl.when(unknown).then(None).otherwise(pl.col(column).sum()).alias(f"sum{column}")


def _differing(compared: pl.DataFrame, tolerance: float) -> list[tuple[int, object, object, object, object]]:
    slack = tolerance + _ROUNDING
    wrong = (pl.col(_LOW) > pl.col(f"sum{_HIGH}") + slack) | (pl.col(_HIGH) < pl.col(f"sum{_LOW}") - slack)
    alone = pl.col(_DETAILS).is_null() | (pl.col(_DETAILS) == 0)
    bad = compared.filter(wrong.fill_null(value=False) | alone).sort(ROW)
    return bad.select(ROW, _LOW, f"sum{_LOW}", f"sum{_HIGH}", _DETAILS).rows()


def _shown(low: object, high: object) -> str:
    texts = [
        f"{number:.6f}".rstrip("0").rstrip(".") if isinstance(number, float) and math.isfinite(number) else "?"
        for number in (low, high)
    ]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]}-{texts[1]}"
