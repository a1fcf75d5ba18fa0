"""Columns of numbers: what they count, which are sums or parts of others, which rows are totals, which marks hide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from cosmopolis.sources.detect_codes import age_code, sex_code
from cosmopolis.sources.detect_columns import Profile
from cosmopolis.sources.detect_numbers import NumberForm
from cosmopolis.sources.detect_sums import Parts, TotalCells, column_parts, total_cells
from cosmopolis.sources.detect_words import is_cell, plain
from cosmopolis.vocabulary.proposal import ColumnFinding, MeasureFinding, Remark, SuppressionMark, TotalFinding
from cosmopolis.vocabulary.recipe import Measure, Role, SumCheck, TotalRows

_YEAR_COLUMN = re.compile(r"^(?P<before>\D*)(?P<cell>(?:19|20)\d{2}|2100)(?P<after>\D*)$")
_SPAN_COLUMN = re.compile(r"^(?P<before>\D*)(?P<cell>(?:19|20)\d{2}[-–/](?:19|20|21)\d{2})(?P<after>\D*)$")
#: Units that a file may name, as words per language in the content file.
UNITS = ("persons", "percent", "EUR")
#: What a number measures where no name tells: a person replaces it.
_UNNAMED = "stated_by_publisher"
#: With so many columns of years, or more, the file is wide.
_WIDE = 2
#: A column that was taken for something else is no measure; one of which nothing better is known may be.
_LIKELY = 0.45
_TOTALLED = ("sex", "age_group", "area", "area_name", "indicator")
_HIDES = {"..": 0.6, "*": 0.8, "**": 0.8, "x": 0.6, "c": 0.8, "(c)": 0.9, ":c": 0.95, "s": 0.6}
_MISLEADS = 0.35

Found = Sequence[ColumnFinding]


def measures(
    frame: pl.DataFrame, columns: Found, summed_up: Mapping[str, Profile], form: NumberForm
) -> tuple[tuple[MeasureFinding, ...], tuple[SumCheck, ...]]:
    """
    Return the columns of numbers as a recipe names them, and the sums among them.

    Years across are one measure with a pattern. A column that is the sum of the
    others is a total; one that lies inside another is of-which: both are proved
    on the rows.
    """
    wide, inside = _wide(columns, summed_up)
    names = [c.name for c in columns if c.role == "value" and c.certainty >= _LIKELY and c.name not in inside]
    counted = [
        name
        for name in names
        if summed_up[name].whole and summed_up[name].smallest >= 0 and summed_up[name].says("percent") < 0.8
    ]
    numbers = frame.select(form.number(name).alias(name) for name in counted)
    parts = column_parts(numbers, counted) if not wide else None
    unit = _stated_unit(columns, summed_up)
    found = [_measure(summed_up[name], columns, parts) for name in names]
    return tuple(_in_unit(one, unit) for one in (*wide, *found)), _checks(parts)


def _wide(columns: Found, summed_up: Mapping[str, Profile]) -> tuple[tuple[MeasureFinding, ...], frozenset[str]]:
    """Measures whose columns are periods, and the columns they take."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for column in columns:
        for form, shape in (("%Y", _YEAR_COLUMN), ("range", _SPAN_COLUMN)):
            match = shape.match(column.name)
            if match and (summed_up[column.name].numeric or summed_up[column.name].empty):
                groups.setdefault((match["before"], match["after"], form), []).append(column.name)
    found = []
    taken: list[str] = []
    for (before, after, form), names in groups.items():
        if len(names) < _WIDE:
            continue
        cell = r"(\d{4})" if form == "%Y" else r"(\d{4}[-–/]\d{4})"
        profile = summed_up[names[0]]
        whole = all(summed_up[name].whole for name in names)
        measure = Measure(
            *_meaning(replace(profile, name=before + after, whole=whole)),
            pattern=f"^{re.escape(before)}{cell}{re.escape(after)}$",
            pattern_role="period",
            pattern_form=form,
            whole=whole,
            smallest=0 if whole else min(0.0, *(summed_up[name].smallest for name in names)),
        )
        reason = Remark("inspect.reason.periods_across", {"count": len(names), "first": names[0], "last": names[-1]})
        found.append(MeasureFinding(measure, 0.95, reason))
        taken.extend(names)
    return tuple(found), frozenset(taken)


def _stated_unit(columns: Found, summed_up: Mapping[str, Profile]) -> str:
    """The unit that a column of its own names for every row, or the name of the indicator implies."""
    for column in columns:
        profile = summed_up[column.name]
        if column.role == "indicator" and any(
            replace(profile, name=cell).says("percent") >= 0.5 for cell in profile.cells[:20]
        ):
            return "ratio"
        if plain(profile.name).split()[:1] == ["unit"] and profile.constant:
            for unit in UNITS:
                if is_cell("unit", unit, profile.cells[0]):
                    return unit
    return ""


def _in_unit(found: MeasureFinding, unit: str) -> MeasureFinding:
    # a rate by name can stand beside the counts it was made of
    if not unit or (unit == "ratio" and found.certainty < 0.9):
        return found
    measure = replace(found.measure, unit=unit)
    return replace(found, measure=measure if unit == "persons" else replace(measure, indicator=_UNNAMED))


def _meaning(profile: Profile) -> tuple[str, str]:
    """Indicator and unit, as far as a name tells: persons for whole numbers, else a word to be replaced."""
    if profile.says("percent") >= 0.5 or not profile.whole:
        return _UNNAMED, "percent" if profile.says("percent") >= 0.5 else "ratio"
    return "population_stock", "persons"


def _measure(profile: Profile, columns: Found, parts: Parts | None) -> MeasureFinding:
    indicator, unit = _meaning(profile)
    sets = dict(_sets(profile.name, {column.role for column in columns}))
    measure = Measure(indicator, unit, column=profile.name, sets=sets, whole=profile.whole)
    if profile.smallest < 0 and not profile.whole:
        measure = replace(measure, smallest=profile.smallest)
    column = next(column for column in columns if column.name == profile.name)
    if parts is None:
        return MeasureFinding(measure, column.certainty, column.reason)
    values = {"column": profile.name, "whole": parts.whole, "count": len(parts.parts), "agreement": parts.agreement}
    certainty = round(0.98 * parts.agreement, 2)
    if profile.name == parts.whole or profile.name in parts.subtotals:
        summed = parts.subtotals.get(profile.name, parts.parts)
        reason = Remark("inspect.reason.sum_of_columns", {**values, "parts": " + ".join(summed)})
        return MeasureFinding(replace(measure, total=True), certainty, reason)
    if container := parts.inside.get(profile.name):
        reason = Remark("inspect.reason.inside_column", {**values, "container": container})
        return MeasureFinding(replace(measure, of_which=container), certainty, reason)
    if profile.name in parts.parts:
        return MeasureFinding(measure, certainty, Remark("inspect.reason.part_of_sum", values))
    return MeasureFinding(measure, column.certainty, column.reason)


def _sets(name: str, roles: set[Role]) -> Iterator[tuple[Role, str]]:
    """A sex or an age class that the name of a column of numbers states: `women`, `0-4`."""
    if "sex" not in roles and (code := sex_code(name)) in {"F", "M"}:
        yield "sex", code
    if "age_group" not in roles and (code := age_code(name)).startswith("Y"):
        yield "age_group", code


def _checks(parts: Parts | None) -> tuple[SumCheck, ...]:
    if parts is None or parts.agreement < 1:
        return ()
    return (
        SumCheck(parts.whole, parts.parts),
        *(SumCheck(whole, summed) for whole, summed in sorted(parts.subtotals.items())),
    )


def totals(
    frame: pl.DataFrame, columns: Found, found: Sequence[MeasureFinding], form: NumberForm
) -> tuple[TotalFinding, ...]:
    """Return the cells whose rows are sums of other rows, column by column."""
    dimensions = [
        c.name for c in columns if c.role in {"period", "sex", "age_group", "area", "indicator"} or ":" in c.role
    ]
    names = _value_columns(frame, found)
    numbers = frame.with_columns(form.number(name).alias(name) for name in names)
    result = []
    for column in columns:
        if column.role not in _TOTALLED and ":" not in column.role:
            continue
        own = {column.name} if column.role != "area_name" else {c.name for c in columns if c.role.startswith("area")}
        others = [name for name in dimensions if name not in own]
        cells = total_cells(numbers, column.name, others, names)
        if cells:
            result.append(_total(cells))
    return tuple(result)


def _value_columns(frame: pl.DataFrame, found: Sequence[MeasureFinding]) -> list[str]:
    """A few columns of numbers on which sums are tried, whole persons first."""
    ranked = sorted(found, key=lambda one: not one.measure.whole)
    names: list[str] = []
    for one in ranked:
        measure = one.measure
        names.extend(
            [measure.column]
            if measure.column
            else [name for name in frame.columns if re.search(measure.pattern, name)][-2:]
        )
    return names[:6]


def _total(cells: TotalCells) -> TotalFinding:
    values = {"column": cells.column, "cells": ", ".join(cells.cells), "count": cells.groups}
    rows = TotalRows(cells.column, cells.cells, checked=cells.agreement == 1.0)
    if cells.agreement is None:
        return TotalFinding(rows, 0.5, Remark("inspect.reason.total_word", values))
    reason = Remark("inspect.reason.total_proved", {**values, "agreement": cells.agreement})
    return TotalFinding(rows, round(0.5 + 0.49 * cells.agreement, 2), reason, cells.agreement)


def suppression_marks(summed_up: Mapping[str, Profile], found: Sequence[MeasureFinding]) -> tuple[SuppressionMark, ...]:
    """
    Return the marks that seem to hide small counts.

    What a mark hides is for the publisher to say: the smallest number shown is
    told beside it, the range is never guessed.
    """
    counts: dict[str, int] = {}
    least: dict[str, float] = {}
    for name, profile in summed_up.items():
        measured = any(
            one.measure.column == name or (one.measure.pattern and re.search(one.measure.pattern, name))
            for one in found
        )
        for mark, count in profile.suppressed if measured else ():
            counts[mark] = counts.get(mark, 0) + count
            least[mark] = min(least.get(mark, profile.smallest), profile.smallest)
    return tuple(
        SuppressionMark(mark, counts[mark], least[mark], _hides(mark, least[mark]), _mark_reason(mark, counts, least))
        for mark in sorted(counts)
    )


def _hides(mark: str, smallest: float) -> float:
    """How sure it is that a mark hides a small count rather than says that there is none."""
    certainty = 0.97 if re.search(r"\d", mark) else _HIDES.get(mark, _MISLEADS)
    return round(min(0.97, certainty + (0.25 if 2 < smallest <= 20 else 0.0)), 2)


def _mark_reason(mark: str, counts: Mapping[str, int], least: Mapping[str, float]) -> Remark:
    return Remark(
        "inspect.reason.suppressed_mark", {"mark": mark, "count": counts[mark], "smallest": f"{least[mark]:g}"}
    )
