"""The statement of section P6: what the indices say in plain words, at every scale, and what would change them."""

from __future__ import annotations

from collections.abc import Iterator

from cosmopolis.disclosure import selection
from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.report import (
    AreaName,
    Block,
    Figure,
    FigureKind,
    Item,
    Items,
    Message,
    Paragraph,
    Period,
)
from cosmopolis.vocabulary.table import Status
from cosmopolis.workflow.profile.indicators import Now, indicators, last, nearest, scale_rows, today
from cosmopolis.workflow.profile.material import Material, label, message, periods, sources_of, span


def plain(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Block]:
    """Plain words, the indicators behind them, how sure they are and what they do not show."""
    items = [Item(sentence) for sentence in _sentences(material, question, told)]
    if items:
        caption = message("statement.title", people=label(question))
        yield Items(f"statement-{question.label.replace('_', '-')}", caption, tuple(items))
        yield indicators(material, question, told)
        reached = (material.reach(question, asked.service) for asked in material.city.access)
        yield Paragraph(sources_of(material, told, *(table for table in reached if table is not None)))
        yield Paragraph(message(f"statement.interval.{_interval(material, question, told)}"))
        yield Paragraph(message("statement.not_shown"))
        yield Paragraph(message("statement.comparable"))
    scales = scale_rows(told, material)
    if scales:
        yield Paragraph(message("statement.contexts_compare"))
    if len(scales) == 1:
        yield Paragraph(message("statement.one_scale", k=nearest(scales[0])), warning=True)
    if not scales:
        yield Paragraph(message(f"statement.no_scales.{_why_not(material)}"), warning=True)


def _interval(material: Material, question: OriginQuestion, told: Protected) -> str:
    """What the range of an index comes of: of persons drawn anew, or of counts that were withheld."""
    spread = Now(material, question, told).index("dissimilarity")
    return "withheld" if spread is not None and spread.status == Status.SUPPRESSED else "drawn_anew"


def at_every_scale(material: Material, question: OriginQuestion, kind: FigureKind) -> Iterator[Block]:
    """The profile over scales; of the question that the profile opens with the curve and the contexts too."""
    told = material.measured.statements[question.label]
    figures = [_scales(material, question, told)]
    if question == material.headline:
        figures += [_curve(material, question, told), _contexts(material, question, told, kind)]
    yield from (figure for figure in figures if figure is not None)


def _why_not(material: Material) -> str:
    """Why there are no contexts: the areas have no shapes, or are larger than the largest context."""
    areas = material.areas.at(material.city.map_level)
    return "areas" if all(area.code in material.areas.shapes for area in areas) else "shapes"


def _sentences(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Message]:
    now = Now(material, question, told)
    spread, chance = now.index("dissimilarity"), now.told("dissimilarity_by_chance")
    if spread is not None and chance is not None:
        yield message("statement.spread", people=label(question), spread=spread, chance=chance)
    isolation, exposure, share = now.index("isolation"), now.of_rest("exposure"), now.told("isolation_by_chance")
    if isolation is not None and exposure is not None and share is not None:
        yield message("statement.isolation", people=label(question), isolation=isolation, exposure=exposure,
                      share=share)  # fmt: skip
    between = now.told("between_share")
    if between is not None:
        yield message("statement.between", share=between)
    scales = scale_rows(told, material)
    if len(scales) > 1:
        near, far = scales[0], scales[-1]
        yield message("statement.scale", people=label(question), near=near, near_k=nearest(near), far=far,
                      far_k=nearest(far))  # fmt: skip


def _scales(material: Material, question: OriginQuestion, told: Protected) -> Figure | None:
    """The profile over scales: the first and the last period."""
    found = periods(told, indicator="context_isolation")
    rows = scale_rows(told, material)
    if len(rows) < 2:
        return None
    table = selection(told, indicator="context_isolation", period=sorted({found[0], found[-1]}))
    share = last(material.measured.shares.get(question.label), material, question, "share_of_group")
    return Figure(
        id=f"scales-{question.label.replace('_', '-')}",
        kind="profile",
        finding=message("finding.scales", people=label(question), near=rows[0], near_k=nearest(rows[0]), far=rows[-1],
                        far_k=nearest(rows[-1])),
        shown=message("figure.scales.shown", people=label(question), period=span(found)),
        table=table,
        across="group",
        series="period",
        definition=message("definition.context_isolation"),
        method=message("method.contexts"),
        reads_as=message("figure.scales.reads_as", people=label(question), share=rows[0], k=nearest(rows[0])),
        # the share of the city at one of two dates would be held against both
        reference=share if len({found[0], found[-1]}) == 1 else None,
    )  # fmt: skip


def _curve(material: Material, question: OriginQuestion, told: Protected) -> Figure | None:
    found = periods(told, indicator="cumulative_share")
    spread = last(material.measured.segregation.get(f"{question.label}="), material, question, "dissimilarity")
    if not found or spread is None:
        return None
    return Figure(
        id=f"curve-{question.label.replace('_', '-')}",
        kind="curve",
        finding=message("finding.curve", people=label(question), spread=spread),
        shown=message("figure.curve.shown", people=label(question), period=Period(found[-1])),
        table=selection(told, indicator="cumulative_share", period=found[-1]),
        across="area_code",
        series="group",
        definition=message("definition.cumulative_share"),
        method=message("method.curve"),
        reads_as=message("figure.curve.reads_as", people=label(question)),
        reference=spread,
    )


def _contexts(material: Material, question: OriginQuestion, told: Protected, kind: FigureKind) -> Figure | None:
    found = periods(told, indicator="context_share", period=today(told))
    if not found:
        return None
    table = selection(told, indicator="context_share", period=found[-1])
    ranked = sorted(table.quantities(), key=lambda quantity: (quantity.middle or 0, quantity.area_code))
    low, high = ranked[0], ranked[-1]
    return Figure(
        id=f"contexts-{question.label.replace('_', '-')}",
        kind=kind,
        finding=message("finding.contexts", people=label(question), k=nearest(high), low=low, high=high,
                        low_area=AreaName(low.area_code), high_area=AreaName(high.area_code)),
        shown=message("figure.contexts.shown", people=label(question), k=nearest(high), period=Period(found[-1])),
        table=table,
        across="area_code",
        definition=message("definition.context_share"),
        method=message("method.contexts"),
        borders=tuple(material.city.class_borders.get(question.label, (0.10, 0.20, 0.30, 0.40))),
        reference=last(material.measured.shares.get(question.label), material, question, "share_of_group"),
    )  # fmt: skip
