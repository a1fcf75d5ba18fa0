"""From the columns of a file to the dimensions and statuses of the long table."""

from __future__ import annotations

import re

import polars as pl

from cosmopolis.sources.cells import ROW, Coder, Wrong, coded, coder_of, period_code
from cosmopolis.sources.faults import FileFaults
from cosmopolis.sources.flags import LETTERS, status_with_value, status_without_value
from cosmopolis.sources.layout import Layout, NumberColumn
from cosmopolis.vocabulary.recipe import Column, Recipe
from cosmopolis.vocabulary.table import TOTAL, Status

#: How a publisher's numbers came about, as the long table says it.
METHOD = "published"
_NAMES = {"area": "area_code"}
_FIXED = {"period": "", "sex": TOTAL, "age_group": TOTAL}


def dimensions(
    frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, city_id: str, faults: FileFaults
) -> pl.DataFrame:
    """
    The dimensions that hold for all numbers of a row, as codes.

    Columns: the row number, `area_code` (the one that the recipe or the file's
    name fixes, else the city), `period`, `sex`, `age_group`, and one `axis:...` per axis.
    """
    fixed = {"area": city_id, **_FIXED, **recipe.constants, **from_name(recipe, faults)}
    columns = {_NAMES.get(role, role): pl.lit(code) for role, code in fixed.items() if role != "status"}
    told = [*layout.with_role("period", "sex", "age_group"), *layout.axes()]
    coded_columns = [
        coded(frame, name, coder_of(column, missing=recipe.reading.missing), faults=faults).alias(column.role)
        for column, name in told
    ]
    base = frame.select(ROW).with_columns(**columns)
    return base.with_columns(coded_columns) if coded_columns else base


def indicators(frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, faults: FileFaults) -> pl.Series | None:
    """The indicator that each row speaks of, or nothing if the columns say it."""
    columns = layout.with_role("indicator")
    if not columns:
        return None
    column, name = columns[0]
    measured = {measure.indicator for measure in recipe.measures}
    code = coder_of(column, missing=recipe.reading.missing)

    def known(cell: str) -> str | Wrong:
        indicator = code(cell)
        if isinstance(indicator, str) and indicator not in measured:
            return Wrong("sources.unknown_code", {"known": sorted(measured)})
        return indicator

    return coded(frame, name, known, faults=faults)


def statuses(frame: pl.DataFrame, layout: Layout, recipe: Recipe, *, faults: FileFaults) -> pl.DataFrame | None:
    """What each row's flag means beside a value (`beside`, empty if it denies one) and without one (`instead`)."""
    fixed = recipe.constants.get("status")
    columns = layout.with_role("status")
    if not columns and fixed is None:
        return None
    if columns:
        column, name = columns[0]
        flags = coded(frame, name, _flag_coder(column), faults=faults)
    else:
        flags = pl.Series([str(fixed)]).new_from_index(0, frame.height)
    different = flags.unique().sort().to_list()
    beside = [str(status_with_value(flag) or "") for flag in different]
    instead = [str(status_without_value(flag)) for flag in different]
    return pl.DataFrame(
        {
            "beside": flags.replace_strict(different, beside, return_dtype=pl.String),
            "instead": flags.replace_strict(different, instead, return_dtype=pl.String),
        }
    )


def long_rows(
    base: pl.DataFrame, number: NumberColumn, table: pl.DataFrame, *, flags: pl.DataFrame | None, faults: FileFaults
) -> pl.DataFrame:
    """The rows of the long table that one column of numbers makes, with their row numbers."""
    measure = number.measure
    told = dict(measure.sets) | _from_pattern(number, faults)
    rows = base.with_columns(**{_NAMES.get(role, role): pl.lit(code) for role, code in told.items()})
    rows = pl.concat([rows, table], how="horizontal")
    if flags is not None:
        rows = _flagged(rows, flags, number, faults)
    rows = rows.filter(pl.col("status").is_not_null())
    return rows.select(
        pl.lit(measure.indicator).alias("indicator"),
        "area_code",
        "period",
        "sex",
        "age_group",
        _group(rows),
        "value",
        "lower",
        "upper",
        pl.lit(measure.unit).alias("unit"),
        "status",
        pl.lit("").alias("source_id"),
        pl.lit(METHOD).alias("method_id"),
        ROW,
    )


def _group(rows: pl.DataFrame) -> pl.Expr:
    """Axis and code pairs as one text; an axis that is summed over is not named."""
    axes = sorted(name for name in rows.columns if name.startswith("axis:"))
    pairs = [
        pl.when(pl.col(name) != TOTAL).then(pl.lit(name.removeprefix("axis:") + "=") + pl.col(name)) for name in axes
    ]
    if not pairs:
        return pl.lit(TOTAL).alias("group")
    joined = pl.concat_str(pairs, separator=";", ignore_nulls=True)
    return pl.when(joined == "").then(pl.lit(TOTAL)).otherwise(joined).alias("group")


def from_name(recipe: Recipe, faults: FileFaults) -> dict[str, str]:
    """The codes that a file's name tells, by role."""
    told = {}
    for part in recipe.from_name:
        match = re.search(part.pattern, faults.file)
        if match is None:
            faults.add("sources.name_says_nothing", pattern=part.pattern)
            continue
        column = Column("", part.role, codes=part.codes, form=part.form)
        code = coder_of(column, missing=())(match[1] or "")
        if isinstance(code, Wrong):
            faults.add("sources.name_says_nothing", pattern=part.pattern)
        else:
            told[part.role] = code
    return told


def _from_pattern(number: NumberColumn, faults: FileFaults) -> dict[str, str]:
    role = number.measure.pattern_role
    if not role:
        return {}
    code: str | Wrong = number.cell
    if role == "period":
        code = period_code(number.cell, form=number.measure.pattern_form)
    if isinstance(code, Wrong):
        faults.add(code.message_id, column=number.column, value=number.cell, rows=1, row=1, **code.values)
        return {}
    return {role: code}


def _flag_coder(column: Column) -> Coder:
    by_recipe = coder_of(column, missing=())

    def code(cell: str) -> str | Wrong:
        if column.codes is not None:
            return by_recipe(cell)
        letters = cell.lower().replace(" ", "").replace(",", "")
        if set(letters) <= LETTERS:
            return letters
        return Wrong("sources.unknown_code", {"known": sorted(LETTERS)})

    return code


def _flagged(rows: pl.DataFrame, flags: pl.DataFrame, number: NumberColumn, faults: FileFaults) -> pl.DataFrame:
    rows = pl.concat([rows, flags], how="horizontal")
    denied = rows.filter(pl.col("value").is_not_null() & (pl.col("beside") == ""))
    for row, value in denied.select(ROW, "value").head(1000).iter_rows():
        faults.add("sources.flag_denies_value", row=row, column=number.column, value=f"{value:g}")
    status = (
        pl.when(pl.col("value").is_not_null())
        .then("beside")
        .when(pl.col("status") == str(Status.MISSING))
        .then("instead")
        .otherwise("status")
    )
    return rows.with_columns(status.alias("status"))
