"""What the city does not know: a first-class part of the profile (P22), not an apology."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from cosmopolis.vocabulary.city import MissingItem, Words
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.report import Listing, OwnWords, Period, Section, Tally, Term, Value
from cosmopolis.vocabulary.table import SCHEMA, TOTAL
from cosmopolis.workflow.profile.material import Material, message

#: How many gaps the first page names; all of them stand at the end.
FIRST = 6


@dataclass(frozen=True)
class Gap:
    """Something the profile needs and no file says: who could answer, and by when."""

    item: str  #: message id `item.<item>`
    section: str
    owner: Words
    due: str
    note: Words


Rows = pl.DataFrame

#: What a full profile says of governance, the section for it, and how to see that it is there.
TO_SAY: Mapping[str, tuple[str, Callable[[Governance], bool]]] = {
    "competence_map": ("P3", lambda told: any(function.by_city for function in told.competence.functions)),
    "entitlements": ("P11", lambda told: bool(told.services.entitlements)),
    "civic_rights": ("P12", lambda told: bool(told.services.civic_rights)),
    "assessment": ("P18", lambda told: bool(told.assessments)),
    "actors": ("P19", lambda told: bool(told.actors)),
    "practices": ("P20", lambda told: bool(told.practices)),
    "plan": ("P21", lambda told: told.plan is not None),
}


def _has_group(axis: str, *codes: str) -> Callable[[Rows], bool]:
    pattern = rf"(^|;){axis}=({'|'.join(codes) if codes else '.+'})(;|$)"
    return lambda rows: bool(rows["group"].str.contains(pattern).any())


def _has_indicator(*indicators: str) -> Callable[[Rows], bool]:
    return lambda rows: bool(rows["indicator"].is_in(indicators).any())


def _has_code(column: str) -> Callable[[Rows], bool]:
    return lambda rows: bool((rows[column] != TOTAL).any())


#: What a full profile needs from the counts, the section that shows it, and how to see that it is there.
NEEDED: Mapping[str, tuple[str, Callable[[Rows], bool]]] = {
    "total_population": (
        "P1",
        lambda rows: bool(((rows["group"] == TOTAL) & (rows["indicator"] == "population_stock")).any()),
    ),
    "foreign_born": ("P1", _has_group("birth", "abroad")),
    "non_citizens": ("P1", _has_group("citizenship", "foreign")),
    "origins": ("P1", _has_group("(birth|citizenship|background)", "[A-Z]{3}", "[0-9]{3}", "[a-z_]+")),
    "sex": ("P1", _has_code("sex")),
    "age": ("P1", _has_code("age_group")),
    "arrivals_departures": ("P5", _has_indicator("inflow")),
    "births_deaths": ("P5", _has_indicator("births")),
    "duration": ("P5", _has_group("duration")),
    "reason": ("P5", _has_group("reason")),
    "internal_migrants": ("P5", _has_group("internal")),
    "displaced": ("P5", _has_group("internal", "displaced")),
    "parents_birth": ("P5", _has_group("parents")),
    "irregular": ("P5", lambda _: False),
    "asylum": ("P1", _has_group("reason", "protection")),
    "unemployment": ("P1", _has_indicator("unemployment_rate")),
    "income": ("P1", _has_indicator("median_income", "mean_income")),
    "vacancy": ("P1", _has_indicator("vacancy_rate")),
}


def gaps(material: Material, governance: Governance) -> tuple[Gap, ...]:
    """Every gap: what the counts lack, what the city's own files lack, and what the city itself named."""
    profile = material.city.profile
    named = {item.item: item for item in profile.missing}
    rows = _told(material)
    found = [_gap(item, section, named) for item, (section, has) in NEEDED.items() if not has(rows)]
    if not _mapped(material):
        found.append(_gap("districts", "P6", named))
    if not material.city.access:
        found.append(_gap("access", "P6", named))
    if not profile.coverage:
        found.append(_gap("coverage", "P2", named))
    if not profile.legal_categories:
        found.append(_gap("legal_categories", "P3", named))
    if not profile.events:
        found.append(_gap("time_line", "P4", named))
    found += [_gap(item, section, named) for item, (section, has) in TO_SAY.items() if not has(governance)]
    seen = {gap.item for gap in found}
    found += [_gap(item, "P22", named) for item in named if item not in seen]
    return tuple(found)


def _told(material: Material) -> Rows:
    """The rows that say something: a source that holds no numbers for a thing leaves a gap as one that is not there."""
    frames = [table.frame for table in material.counts.values()]
    rows = pl.concat(frames) if frames else pl.DataFrame(schema=dict(SCHEMA))
    return rows.filter(pl.col("value").is_not_null() | pl.col("lower").is_not_null())


def _mapped(material: Material) -> bool:
    return any(_is_spatial(material, source_id) for source_id in material.counts)


def _is_spatial(material: Material, source_id: str) -> bool:
    codes = {area.code for area in material.areas.at(material.city.map_level)}
    return bool(codes & set(material.counts[source_id].frame["area_code"]))


def _gap(item: str, section: str, named: Mapping[str, MissingItem]) -> Gap:
    told = named.get(item, MissingItem(item))
    return Gap(item, section, told.owner, told.due, told.note)


def gap_list(material: Material, governance: Governance) -> Listing:
    """The gaps as a table: what, where it belongs, who could answer, by when."""
    rows = tuple(
        (Term(f"item.{gap.item}"), _section(gap), _owner(gap), _due(gap), _note(gap))
        for gap in gaps(material, governance)
    )
    return Listing(
        id="gaps",
        caption=message("listing.gaps", count=Tally(len(rows))),
        columns=("column.item", "column.section", "column.owner", "column.due", "column.note"),
        rows=rows,
    )


def first_gaps(material: Material, governance: Governance) -> Listing:
    """The gaps that somebody was asked about, then the first others: as large on the first page as what is known."""
    asked_first = sorted(gaps(material, governance), key=lambda gap: not gap.owner)
    rows = tuple((Term(f"item.{gap.item}"), _owner(gap), _due(gap)) for gap in asked_first[:FIRST])
    caption = message("listing.gaps", count=Tally(len(asked_first)))
    return Listing("gaps-first", caption, ("column.item", "column.owner", "column.due"), rows)


def _section(gap: Gap) -> Value:
    return Term(f"publication.section.{gap.section}")


def _due(gap: Gap) -> Value:
    return Period(gap.due) if gap.due else Term("gap.no_date")


def _owner(gap: Gap) -> Value | OwnWords:
    return OwnWords(gap.owner) if gap.owner else Term("gap.no_owner")


def _note(gap: Gap) -> Value | OwnWords:
    return OwnWords(gap.note) if gap.note else ""


def annex(material: Material, governance: Governance) -> Section:
    """Section P22: gaps, sources, repairs, checksums, code."""
    return Section("P22", (gap_list(material, governance), _source_list(material), _file_list(material)))


def _source_list(material: Material) -> Listing:
    titles = {source.id: source.title for source in material.city.sources}
    rows = tuple(
        (
            OwnWords(titles[told.source_id]) if titles.get(told.source_id) else told.source_id,
            told.publisher,
            told.licence,
            told.landing_page,
            Term(f"policy.{_policy(material, told.source_id)}"),
        )
        for told in material.provenances
    )
    columns = ("column.source", "column.publisher", "column.licence", "column.address", "column.protection")
    return Listing("sources", message("listing.sources", count=Tally(len(rows))), columns, rows)


def _policy(material: Material, source_id: str) -> str:
    """How a source is protected; areas, places of services and ways to them count nobody."""
    source = material.city.source(source_id)
    return source.policy.name if source.recipe.content in {"counts", "persons"} else "no_counts"


def _file_list(material: Material) -> Listing:
    rows = tuple(
        (name, told.recipe_id, digest, told.code_version)
        for told in material.provenances
        for name, digest in sorted(told.files.items())
    )
    columns = ("column.file", "column.recipe", "column.sha256", "column.code")
    return Listing("files", message("listing.files", count=Tally(len(rows))), columns, rows)
