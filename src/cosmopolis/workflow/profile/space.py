"""Section P6: how people are spread over the city's areas."""

from __future__ import annotations

from collections.abc import Iterator

from cosmopolis.disclosure import selection
from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import (
    AreaName,
    Block,
    Figure,
    FigureKind,
    GroupName,
    Message,
    Paragraph,
    Period,
    Section,
    Tally,
    Term,
)
from cosmopolis.vocabulary.table import group_pairs
from cosmopolis.workflow.profile.cases import cases
from cosmopolis.workflow.profile.development import change_of, course, development
from cosmopolis.workflow.profile.material import (
    Material,
    bounds,
    direction,
    label,
    message,
    over_time,
    periods,
    question_rows,
    span,
)
from cosmopolis.workflow.profile.reach import reach
from cosmopolis.workflow.profile.spread import at_every_scale, plain

#: Borders of share maps where the city sets none: fixed in advance, not by the data.
SHARE_BORDERS = (0.10, 0.20, 0.30, 0.40)
#: Borders of the map of location quotients: half, three quarters, even, a quarter more, double.
QUOTIENT_BORDERS = (0.5, 0.8, 1.0, 1.25, 2.0)

_SIDE_BY_SIDE = 3
#: The headline of the evenness over time by the course of the index: see `development.course`.
_SPREAD = {"rose": "less_even", "fell": "more_even", "hardly": "unchanged", "steady": "not_told"}


def space(material: Material) -> Section:
    """The section as far as the city's files allow."""
    return Section("P6", tuple(_blocks(material)))


def _blocks(material: Material) -> Iterator[Block]:
    found = [block for question in material.city.questions for block in _question(material, question)]
    sources = (source_id for source_id in material.measured.segregation if "=" not in source_id)
    among = (_group_evenness(material, source_id) for source_id in sources)
    found += [figure for figure in among if figure is not None]
    if not found:
        yield Paragraph(message("profile.section_without_figures"), warning=True)
    yield from found


def _question(material: Material, question: OriginQuestion) -> Iterator[Block]:
    """Plain words first, then maps, course and scales, then who reaches what, what changed, what would change if."""
    told, kind = material.measured.statements.get(question.label), _kind(material)
    if told is not None:
        yield from plain(material, question, told)
    figures = (_share_map(material, question), _quotient_map(material, question), _evenness(material, question))
    yield from (figure for figure in figures if figure is not None)
    if told is not None:
        yield from at_every_scale(material, question, kind)
        yield from reach(material, question, kind)
        yield from development(material, question, kind)
        yield from cases(material, question)


def area_rows(table: Protected, material: Material, period: str = "") -> Protected:
    """The rows about the areas of the map, in one period or in all."""
    codes = [area.code for area in material.areas.at(material.city.map_level)]
    return selection(table, area_code=codes, **({"period": period} if period else {}))


def _last_area_period(table: Protected, material: Material) -> str:
    found = periods(area_rows(table, material))
    return found[-1] if found else ""


def _kind(material: Material) -> FigureKind:
    has_shapes = any(area.code in material.areas.shapes for area in material.areas.at(material.city.map_level))
    return "map" if has_shapes else "bars"


def _share_map(material: Material, question: OriginQuestion) -> Figure | None:
    """The share of a group in each area, in the last year."""
    shares = material.measured.shares.get(question.label)
    if shares is None or not (period := _last_area_period(shares, material)):
        return None
    table = selection(area_rows(shares, material, period), **question_rows(question))
    ranked = _ranked(table)
    if not ranked:
        return None
    low, high = ranked[0], ranked[-1]
    city = next(shares.quantities(area_code=material.city.id, period=period, **question_rows(question)), None)
    return Figure(
        id=f"map-{question.label.replace('_', '-')}",
        kind=_kind(material),
        finding=message(
            "finding.share_map",
            people=label(question),
            low=low,
            low_area=AreaName(low.area_code),
            high=high,
            high_area=AreaName(high.area_code),
        ),
        shown=message(
            "figure.share_map.shown", people=label(question), areas=Tally(len(ranked)), period=Period(period)
        ),
        table=table,
        across="area_code",
        definition=message(f"definition.{question.label}"),
        method=message("method.share"),
        reads_as=message(
            "figure.share_map.reads_as", people=label(question), area=AreaName(high.area_code), share=high
        ),
        borders=tuple(material.city.class_borders.get(question.label, SHARE_BORDERS)),
        reference=city,
        missing=_missing_areas(material, ranked),
    )


def _ranked(table: Protected) -> list[Quantity]:
    """Rows that say something, from the smallest to the largest."""
    told = [quantity for quantity in table.quantities() if quantity.middle is not None]
    return sorted(told, key=lambda quantity: (quantity.middle or 0, quantity.area_code))


def _missing_areas(material: Material, ranked: list[Quantity]) -> tuple[Message, ...]:
    missing = len(material.areas.at(material.city.map_level)) - len({quantity.area_code for quantity in ranked})
    return (message("missing.areas", count=Tally(missing)),) if missing else ()


def _evenness(material: Material, question: OriginQuestion) -> Figure | None:
    """Dissimilarity of a group from everybody else, over time."""
    segregation = material.measured.segregation.get(f"{question.label}=")
    if segregation is None:
        return None
    table = selection(segregation, area_code=material.city.id, indicator="dissimilarity")
    found = periods(table)
    if not found:
        return None
    first, last = (next(table.quantities(period=period)) for period in (found[0], found[-1]))
    change = change_of(material, question)
    # one word for the course: that of the change with its interval, where there is one over this span
    told = direction(first, last) if change is None or question.earlier is not None else course(change)
    spread = "level" if len(found) == 1 else _SPREAD[told]
    return Figure(
        id=f"evenness-{question.label.replace('_', '-')}",
        kind=over_time(found),
        finding=message(
            f"finding.evenness.{spread}",
            people=label(question),
            now=last,
            before=first,
            then=Period(found[0]),
            period=Period(found[-1]),
        ),
        shown=message(
            "figure.evenness.shown",
            people=label(question),
            areas=Tally(len(material.areas.at(material.city.map_level))),
        ),
        table=table,
        across="period",
        definition=message("definition.dissimilarity"),
        method=message("method.dissimilarity"),
        reads_as=message("figure.evenness.reads_as", people=label(question), dissimilarity=last),
    )


def _quotient_map(material: Material, question: OriginQuestion) -> Figure | None:
    """Where a group is over-represented: the location quotient of the headline's group."""
    quotients = material.measured.quotients.get(question.label)
    if quotients is None or question != material.headline or not (period := _last_area_period(quotients, material)):
        return None
    table = area_rows(quotients, material, period)
    ranked = _ranked(table)
    if not ranked:
        return None
    above = sum(1 for quantity in ranked if bounds(quantity)[0] > 1)
    return Figure(
        id=f"quotient-{question.label.replace('_', '-')}",
        kind=_kind(material),
        finding=message("finding.quotient", people=label(question), count=Tally(above), areas=Tally(len(ranked))),
        shown=message("figure.quotient.shown", people=label(question), period=Period(period)),
        table=table,
        across="area_code",
        definition=message("definition.location_quotient"),
        method=message("method.location_quotient"),
        reads_as=message(
            "figure.quotient.reads_as", people=label(question), area=AreaName(ranked[-1].area_code), quotient=ranked[-1]
        ),
        borders=QUOTIENT_BORDERS,
        missing=_missing_areas(material, ranked),
    )


def _group_evenness(material: Material, source_id: str) -> Figure | None:
    """Each origin group against all others of the same table, where no total population exists."""
    segregation = material.measured.segregation[source_id]
    whole = selection(segregation, area_code=material.city.id, indicator="dissimilarity")
    told = periods(whole)
    if not told:
        return None
    # more than three bars a group are not read side by side
    shown = told if len(told) <= _SIDE_BY_SIDE else [told[0], told[-1]]
    table = selection(whole, period=shown)
    ranked = _ranked(selection(table, period=told[-1]))
    axis = next(iter(group_pairs(ranked[0].group)))
    return Figure(
        id=f"evenness-{source_id}",
        kind="bars",
        finding=message(
            "finding.group_evenness", group=GroupName(ranked[-1].group), now=ranked[-1], period=Period(told[-1])
        ),
        shown=message("figure.group_evenness.shown", axis=Term(f"axis.{axis}"), period=span(told)),
        table=table,
        across="group",
        series="period" if len(shown) > 1 else "",
        definition=message("definition.dissimilarity_among"),
        method=message("method.dissimilarity"),
        reads_as=message("figure.group_evenness.reads_as", group=GroupName(ranked[-1].group), dissimilarity=ranked[-1]),
    )
