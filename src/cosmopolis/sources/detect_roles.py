"""What each column of an unknown file seems to be: area, period, sex, age, origin, value, ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import polars as pl

from cosmopolis.sources.detect_codes import age_code, origin_code, period_form, sex_code, total_or_unknown
from cosmopolis.sources.detect_columns import Profile
from cosmopolis.sources.detect_words import country_code, header_match, plain, words
from cosmopolis.vocabulary.proposal import ColumnFinding, Remark

Profiles = Mapping[str, Profile]
#: Roles that one column alone may have; the surest keeps it.
_ONCE = ("period", "sex", "age_group", "area_name", "status", "indicator")
_SHAPES = re.compile(r"^(?:MULTI)?(?:POLYGON|POINT|LINESTRING)\s*Z?\s*\(+|^\{\"type\"", re.IGNORECASE)
_FLAG = re.compile(r"^[A-Za-z]{1,3}$|^\d$")
#: So few different whole numbers in many rows are numbers of categories, not counts.
_FEW_NUMBERS = 12
_MOST_SEXES = 9
_MOST_AGES = 130
#: Fewer share of rows than this have a different year: a column of years, not of counts that look like years.
_FEW_PERIODS = 0.34


def column_findings(frame: pl.DataFrame, columns: Profiles) -> tuple[ColumnFinding, ...]:
    """
    Return what each column seems to be, every role that stands once given once.

    Parameters
    ----------
    frame
        All rows as text.
    columns
        The same columns, summed up.
    """
    found = {name: _best(profile) for name, profile in columns.items()}
    found = _without_twins(frame, columns, found)
    found = _without_coarse_origins(frame, columns, found)
    found = _grid(columns, found) or _areas_in_order(frame, columns, found)
    return tuple(_once_each(found, columns).values())


def _best(profile: Profile) -> ColumnFinding:
    """The likeliest role of one column, the others as alternatives."""
    if profile.empty:
        return ColumnFinding(profile.name, "ignore", 0.95, Remark("inspect.reason.empty_column"))
    guesses = [guess for judge in _JUDGES for guess in judge(profile)]
    ranked = sorted(guesses, key=lambda guess: -guess.certainty)
    if not ranked:
        ranked = [role_finding(profile, "ignore", 0.4, "nothing_known")]
    best = ranked[0]
    others = tuple(dict.fromkeys(guess.role for guess in ranked[1:] if guess.role != best.role))
    return replace(best, alternatives=others[:3], examples=tuple(cell[:60] for cell in profile.cells[:5]))


def role_finding(profile: Profile, role: str, certainty: float, reason: str, **more: object) -> ColumnFinding:
    """A role for a column, with the reason told by the column's name, its number of different cells and an example."""
    values = {"column": profile.name, "cells": profile.distinct, "example": "".join(profile.cells[:1])[:60]}
    return ColumnFinding(
        profile.name,
        role,
        round(certainty, 2),
        Remark(f"inspect.reason.{reason}", values),
        **more,  # type: ignore[arg-type]
    )


def _shape(profile: Profile) -> Iterable[ColumnFinding]:
    if all(_SHAPES.match(cell) for cell in profile.cells[:20]):
        yield role_finding(profile, "geometry", 0.99, "shapes")


def _period(profile: Profile) -> Iterable[ColumnFinding]:
    form, _ = period_form(profile.cells)
    if not form:
        return
    named = profile.says("period")
    once = profile.constant and not named
    few = profile.distinct <= max(3.0, _FEW_PERIODS * profile.rows) or profile.rows < 20
    if form == "%Y" and not named and not few:
        return
    plainly = form in {"%Y-%m-%d", "%Y-%m", "%d.%m.%Y", "%d/%m/%Y"}
    certainty = (0.98 if named >= 0.8 else 0.85 if plainly else 0.7) - 0.15 * (not few) - 0.35 * once
    yield role_finding(profile, "period", certainty, "period_name" if named else "period_cells", form=form)


def _sex(profile: Profile) -> Iterable[ColumnFinding]:
    if profile.distinct > _MOST_SEXES:
        return
    codes = {cell: sex_code(cell) for cell in profile.cells}
    named = profile.says("sex") >= 0.8
    known = {cell: code for cell, code in codes.items() if code}
    people = {code for code in known.values() if code in {"F", "M"}}
    if len(known) == len(codes) and (people or (named and known)):
        certainty = 0.99 if named and people else 0.9 if len(people) == 2 else 0.75
        yield role_finding(profile, "sex", certainty, "sex_cells", codes=known)
    elif named:
        unknown = tuple(sorted(cell for cell, code in codes.items() if not code))
        yield role_finding(profile, "sex", 0.9, "sex_name", codes=known, unknown_cells=unknown)


def _age(profile: Profile) -> Iterable[ColumnFinding]:
    if profile.distinct > _MOST_AGES:
        return
    named = profile.says("age") >= 0.8
    codes = {cell: age_code(cell, bare=named) for cell in profile.cells}
    known = {cell: code for cell, code in codes.items() if code}
    ages = [code for code in known.values() if code.startswith("Y")]
    share = len(known) / max(1, len(codes))
    if share >= 0.9 and (ages or named):
        bare = all(cell.isdigit() for cell in profile.cells)
        if bare:
            # 0, 1, 2 ... can be years of age or numbers of classes: the publisher's code list says which
            single = profile.largest >= 60
            unknown = () if single else tuple(sorted(profile.cells, key=int))
            reason = "age_years" if single else "age_numbers"
            yield role_finding(profile, "age_group", 0.9, reason, codes=known if single else {}, unknown_cells=unknown)
        else:
            unknown = tuple(sorted(set(codes) - set(known)))
            certainty = 0.98 if named else 0.85
            yield role_finding(profile, "age_group", certainty, "age_cells", codes=known, unknown_cells=unknown)
    elif named and not profile.numeric and share > 0:
        unknown = tuple(sorted(set(codes) - set(known)))
        yield role_finding(profile, "age_group", 0.8, "age_name", codes=known, unknown_cells=unknown)


def _origin(profile: Profile) -> Iterable[ColumnFinding]:
    axes = [axis for axis in ("birth", "citizenship") if profile.says(axis) >= 0.5]
    if profile.numeric and (profile.distinct > 60 or not axes):
        return
    codes = {cell: origin_code(cell) for cell in profile.cells}
    known = {cell: code for cell, code in codes.items() if code}
    unknown = tuple(sorted(set(codes) - set(known)))
    split = {code for code in known.values() if code in {"national", "foreign"}}
    countries = [code for code in known.values() if re.fullmatch("[A-Z]{3}", code)]
    mostly = len(countries) >= max(2, 0.4 * profile.distinct)
    for axis in axes:
        certainty = 0.97 if mostly or split else 0.88
        yield role_finding(profile, f"axis:{axis}", certainty, f"{axis}_name", codes=known, unknown_cells=unknown)
    if not axes and len(split) >= 1 and len(known) == len(codes) and len(known) > 1:
        yield role_finding(profile, "axis:citizenship", 0.75, "citizenship_cells", codes=known)
        yield role_finding(profile, "axis:birth", 0.2, "citizenship_cells", codes=known)
    elif not axes and mostly:
        # names of countries alone do not say whether birth or citizenship is meant, or where people live
        for axis, certainty in (("citizenship", 0.4), ("birth", 0.35)):
            yield role_finding(profile, f"axis:{axis}", certainty, "country_cells", codes=known, unknown_cells=unknown)


def _education(profile: Profile) -> Iterable[ColumnFinding]:
    if profile.says("education") >= 0.8 and profile.distinct <= 60:
        codes = {cell: code for cell in profile.cells if (code := total_or_unknown(cell))}
        unknown = tuple(sorted(set(profile.cells) - set(codes)))
        yield role_finding(profile, "axis:education", 0.85, "education_name", codes=codes, unknown_cells=unknown)


def _area(profile: Profile) -> Iterable[ColumnFinding]:
    named = profile.says("area")
    fraction = profile.numeric and not profile.whole
    if fraction or profile.says("percent") >= 0.8:
        return
    level = _level(profile.name)
    if any(profile.says(concept) >= 0.8 for concept in ("birth", "citizenship", "education", "sex", "age")):
        return
    if named >= 0.8:
        yield role_finding(profile, "area", 0.92, "area_name", level=level)
    elif profile.is_code_name and (not profile.numeric or profile.whole) and profile.distinct > 2:
        yield role_finding(profile, "area", 0.55, "code_name", level=level)
    elif not profile.numeric and profile.distinct > 2 and not profile.constant:
        certainty = 0.5 if profile.says("area_name") >= 0.8 else 0.3
        countries = sum(bool(country_code(cell)) for cell in profile.cells[:60])
        yield role_finding(profile, "area", certainty + 0.1 * (countries > 10), "text_cells", level=level)


def _level(name: str) -> str:
    """A word for the level of an area, from the column's name without `code` and `name`."""
    spare = {"codi", "code", "codigo", "cod", "nom", "nombre", "nome", "name", "nummer", "id", "nr"}
    parts = [part for part in re.sub(r"[^a-z0-9 ]", "", plain(name)).split() if part not in spare]
    word = "_".join(parts)
    return word if re.match(r"^[a-z]", word) else "area"


def _value(profile: Profile) -> Iterable[ColumnFinding]:
    if not profile.numeric:
        return
    named = max(profile.says("value"), profile.says("percent"))
    certainty = 0.95 if named >= 0.8 else 0.75 if named else 0.5
    if _is_key(profile) or (not named and _counts_up(profile)):
        certainty = 0.3
    if not named and profile.whole and profile.distinct <= _FEW_NUMBERS and profile.rows >= 50:
        certainty = 0.3
        yield role_finding(profile, "ignore", 0.4, "few_numbers")
    if profile.suppressed:
        certainty = max(certainty, 0.9)
    yield role_finding(profile, "value", certainty, "value_name" if named else "number_cells")


def _is_key(profile: Profile) -> bool:
    """A name that says code and not number: `Codi_Valor`, but not `number of residents`."""
    return header_match(profile.name, words("code", "header") - words("value", "header")) >= 0.8


def _counts_up(profile: Profile) -> bool:
    """A running number: 1 to the number of rows."""
    return profile.whole and profile.distinct == profile.rows and profile.largest - profile.smallest + 1 == profile.rows


def _status(profile: Profile) -> Iterable[ColumnFinding]:
    if profile.says("status") >= 0.8 and profile.distinct <= 40:
        short = sum(bool(_FLAG.match(cell)) for cell in profile.cells) >= 0.5 * len(profile.cells)
        unknown = tuple(sorted(profile.cells))
        yield role_finding(profile, "status", 0.92 if short else 0.6, "status_name", unknown_cells=unknown)


def _indicator(profile: Profile) -> Iterable[ColumnFinding]:
    if profile.says("indicator") >= 0.8 and not profile.numeric:
        yield role_finding(profile, "indicator", 0.7, "indicator_name", unknown_cells=tuple(sorted(profile.cells)))


def _ignore(profile: Profile) -> Iterable[ColumnFinding]:
    if profile.constant:
        changes = bool(re.search(r"\d", profile.cells[0])) or len(profile.cells[0]) > 80
        expect = "" if changes else f"^{re.escape(profile.cells[0])}$"
        yield role_finding(profile, "ignore" if changes else "check", 0.55, "same_everywhere", expect=expect)


_JUDGES: tuple[Callable[[Profile], Iterable[ColumnFinding]], ...] = (
    _shape, _period, _sex, _age, _origin, _education, _area, _value, _status, _indicator, _ignore,
)  # fmt: skip


def _one_to_one(frame: pl.DataFrame, first: str, second: str) -> bool:
    """Whether each cell of one column always stands beside the same cell of the other."""
    pairs = frame.select(first, second).unique()
    return pairs.height == pairs[first].n_unique() == pairs[second].n_unique()


def _determines(frame: pl.DataFrame, fine: str, coarse: str) -> bool:
    """Whether each cell of `fine` lies in one cell of `coarse`."""
    pairs = frame.select(fine, coarse).unique()
    return pairs.height == pairs[fine].n_unique()


def _without_twins(frame: pl.DataFrame, columns: Profiles, found: dict[str, ColumnFinding]) -> dict[str, ColumnFinding]:
    """Code and label side by side: the code stays, the label is ignored (names of areas are kept)."""
    kept = dict(found)
    names = list(columns)
    for at, name in enumerate(names):
        for other in names[at + 1 :]:
            same_role = kept[name].role == kept[other].role
            if not same_role or kept[name].role in {"ignore", "value", "area", "check"}:
                continue
            if columns[name].distinct == columns[other].distinct and _one_to_one(frame, name, other):
                label = _label_of(columns[name], columns[other])
                code = other if label == name else name
                reason = Remark("inspect.reason.label_of", {"column": label, "other": code})
                if len(kept[code].codes) < len(kept[label].codes):
                    codes, unknown = _codes_from_labels(frame, kept[label], code)
                    kept[code] = replace(kept[code], codes=codes, unknown_cells=unknown)
                kept[label] = replace(
                    kept[label], role="ignore", certainty=0.9, reason=reason, codes={}, unknown_cells=(), form=""
                )
    return kept


def _label_of(first: Profile, second: Profile) -> str:
    """Which of two columns is the label: the one of words, or of the longer cells."""
    if first.numeric != second.numeric:
        return second.name if first.numeric else first.name
    lengths = [sum(map(len, profile.cells)) / max(1, len(profile.cells)) for profile in (first, second)]
    return first.name if lengths[0] > lengths[1] else second.name


def _codes_from_labels(frame: pl.DataFrame, label: ColumnFinding, code: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The codes of a column of numbers, by the words that stand beside them."""
    pairs = dict(frame.select(code, label.name).unique().sort(code).iter_rows())
    codes = {cell: label.codes[word] for cell, word in pairs.items() if word in label.codes}
    return codes, tuple(cell for cell in pairs if cell not in codes and cell)


def _without_coarse_origins(
    frame: pl.DataFrame, columns: Profiles, found: dict[str, ColumnFinding]
) -> dict[str, ColumnFinding]:
    """A column of words that follows from the origin (its continent) is no area."""
    result = dict(found)
    origins = [name for name, finding in found.items() if finding.role.startswith("axis:")]
    for name, finding in found.items():
        if finding.role != "area" or finding.certainty >= 0.5:
            continue
        for origin in origins:
            pairs = frame.select(origin, name).unique().height
            if columns[name].distinct < columns[origin].distinct and pairs <= 1.1 * columns[origin].distinct + 1:
                reason = Remark("inspect.reason.follows_from", {"column": name, "other": origin})
                result[name] = replace(finding, role="ignore", certainty=0.7, reason=reason, level="")
    return result


def _areas_in_order(
    frame: pl.DataFrame, columns: Profiles, found: dict[str, ColumnFinding]
) -> dict[str, ColumnFinding]:
    """The finest area is the area, coarser ones that contain it are parents, names belong to their codes."""
    areas = [name for name, finding in found.items() if finding.role == "area"]
    if any(found[name].certainty >= 0.9 for name in areas):
        areas = [name for name in areas if found[name].certainty >= 0.9 or columns[name].says("area_name") >= 0.8]
    result = {
        name: replace(finding, role="ignore", certainty=0.5)
        if finding.role == "area" and name not in areas
        else finding
        for name, finding in found.items()
    }
    if not areas:
        return result
    codes, labels = _codes_and_labels(frame, columns, areas)
    finest = max(codes, key=lambda name: (found[name].certainty >= 0.9, columns[name].distinct, -codes.index(name)))
    for name in codes:
        if name != finest:
            result[name] = _coarser(frame, columns, result[name], finest)
    for label, code in labels.items():
        role = "area_name" if code == finest else "ignore"
        reason = Remark("inspect.reason.label_of", {"column": label, "other": code})
        result[label] = replace(result[label], role=role, certainty=0.93, reason=reason, level="")
    return result


def _grid(columns: Profiles, found: dict[str, ColumnFinding]) -> dict[str, ColumnFinding]:
    """Cells of a grid have two coordinates in metres and no code: together they are the area."""
    names = {name.casefold(): name for name, profile in columns.items() if profile.whole and profile.numbers == 1}
    if not {"x", "y"} <= set(names) or min(columns[names[axis]].largest for axis in "xy") < 1000:
        return {}
    result = dict(found)
    for axis in "xy":
        profile = columns[names[axis]]
        result[names[axis]] = role_finding(profile, "area", 0.8, "grid_coordinates", level="cell")
    return result


def _begins_with(frame: pl.DataFrame, fine: str, coarse: str) -> bool:
    """Whether the codes of `fine` begin with those of `coarse`, lost zeros given back."""
    padded = [pl.col(name).str.zfill(pl.col(name).str.len_chars().max()) for name in (fine, coarse)]
    return bool(frame.select(padded[0].str.starts_with(padded[1]).all()).item())


def _codes_and_labels(frame: pl.DataFrame, columns: Profiles, areas: list[str]) -> tuple[list[str], dict[str, str]]:
    labels: dict[str, str] = {}
    for name in areas:
        for other in areas:
            if name in labels or other in labels or name == other or columns[other].numeric:
                continue
            if columns[name].distinct == columns[other].distinct and _one_to_one(frame, name, other):
                labels[_label_of(columns[name], columns[other])] = (
                    other if _label_of(columns[name], columns[other]) == name else name
                )
    return [name for name in areas if name not in labels], labels


def _coarser(frame: pl.DataFrame, columns: Profiles, finding: ColumnFinding, finest: str) -> ColumnFinding:
    """A role for a column, with the reason told by the column's name, its number of different cells and an example."""
    values = {"column": finding.name, "other": finest}
    coarse = columns[finding.name].distinct < columns[finest].distinct
    if coarse and columns[finding.name].distinct > 1 and _determines(frame, finest, finding.name):
        if columns[finding.name].says("area_name") >= 0.8 and (
            columns[finding.name].distinct >= 0.9 * columns[finest].distinct
        ):
            reason = Remark("inspect.reason.label_of", values)
            return replace(finding, role="area_name", certainty=0.7, reason=reason, level="")
        # where every row is another area, anything would seem to contain it: the code itself has to say so
        evident = columns[finest].distinct < columns[finest].rows or _begins_with(frame, finest, finding.name)
        if evident:
            return replace(finding, role="parent", certainty=0.9, reason=Remark("inspect.reason.contains", values))
        # codes of one length name no parent in themselves
        if finding.certainty >= 0.9 and columns[finding.name].widths == columns[finest].widths:
            return replace(finding, role="parent", certainty=0.6, reason=Remark("inspect.reason.contains", values))
    return replace(finding, role="ignore", certainty=0.5, reason=Remark("inspect.reason.not_nested", values), level="")


def _once_each(found: dict[str, ColumnFinding], columns: Profiles) -> dict[str, ColumnFinding]:
    """Where two columns want a role that stands once, the surer has it."""
    result = dict(found)
    once = [*_ONCE, *sorted({f.role for f in found.values() if f.role.startswith("axis:")})]
    for role in once:
        wanting = sorted(
            (finding for finding in result.values() if finding.role == role),
            key=lambda finding: (-finding.certainty, -columns[finding.name].filled),
        )
        for finding in wanting[1:]:
            reason = Remark("inspect.reason.role_taken", {"column": finding.name, "other": wanting[0].name})
            alternatives = (role, *finding.alternatives)
            result[finding.name] = replace(
                finding, role="ignore", certainty=0.5, reason=reason, alternatives=alternatives, codes={},
                unknown_cells=(), form="",
            )  # fmt: skip
    return result
