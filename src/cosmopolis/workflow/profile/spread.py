"""The statement of section P6: what the indices say in plain words, at every scale, and what would change them."""

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
    Item,
    Items,
    Listing,
    Message,
    Paragraph,
    Period,
    Tally,
)
from cosmopolis.vocabulary.table import group_code, group_pairs
from cosmopolis.workflow.profile.material import Material, label, message, periods, question_rows, span

#: Borders of the map of changes in share: two points down, none, two and five points up.
CHANGE_BORDERS = (-0.02, 0.0, 0.02, 0.05)
#: A change of less than a point is not one that a sentence is about.
_A_POINT = 0.01


def statement(material: Material, question: OriginQuestion, kind: FigureKind) -> Iterator[Block]:
    """Plain words first, then scale, curve, contexts and change, then the prepared cases."""
    told = material.measured.statements.get(question.label)
    if told is None:
        return
    yield from _plain(material, question, told)
    figures = (_scales(material, question, told), _curve(material, question, told),
               _contexts(material, question, told, kind), _changes(question, told, kind))  # fmt: skip
    yield from (figure for figure in figures if figure is not None)
    yield from _cases(material, question, told)


def _plain(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Block]:
    items = [Item(sentence) for sentence in _sentences(material, question, told)]
    if items:
        caption = message("statement.title", people=label(question))
        yield Items(f"statement-{question.label.replace('_', '-')}", caption, tuple(items))
        yield Paragraph(message("statement.not_shown"))
        yield Paragraph(message("statement.comparable"))
    if not _scale_rows(told, material):
        yield Paragraph(message("statement.no_scales"), warning=True)


def _sentences(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Message]:
    indices = material.measured.segregation.get(f"{question.label}=")
    spread, chance = (_last(table, material, question, name) for table, name in
                      ((indices, "dissimilarity"), (told, "dissimilarity_by_chance")))  # fmt: skip
    if spread is not None and chance is not None:
        yield message("statement.spread", people=label(question), spread=spread, chance=chance)
    isolation = _last(indices, material, question, "isolation")
    share = _last(material.measured.shares.get(question.label), material, question, "share_of_group")
    if isolation is not None and share is not None:
        yield message("statement.isolation", people=label(question), isolation=isolation, share=share)
    between = _last(told, material, question, "between_share")
    if between is not None:
        yield message("statement.between", share=between)
    entropy = _last(indices, material, question, "information_theory")
    if entropy is not None:
        yield message("statement.information", value=entropy)
    scales = _scale_rows(told, material)
    if len(scales) > 1:
        near, far = scales[0], scales[-1]
        yield message("statement.scale", people=label(question), near=near, near_k=_nearest(near), far=far,
                      far_k=_nearest(far))  # fmt: skip


def _last(table: Protected | None, material: Material, question: OriginQuestion, indicator: str) -> Quantity | None:
    """The last number of a measure of the city about a question's group."""
    if table is None:
        return None
    rows = {"indicator": indicator, "area_code": material.city.id, **question_rows(question)}
    found = periods(table, **rows)
    return next(table.quantities(**rows, period=found[-1]), None) if found else None


def _scale_rows(told: Protected, material: Material) -> list[Quantity]:
    """The group's share among its members' nearest residents, last period, the nearest first."""
    found = periods(told, indicator="context_isolation")
    rows = told.quantities(indicator="context_isolation", area_code=material.city.id, period=found[-1:])
    return sorted(rows, key=lambda quantity: _nearest(quantity).count)


def _nearest(quantity: Quantity) -> Tally:
    return Tally(int(group_pairs(quantity.group)["nearest"]))


def _scales(material: Material, question: OriginQuestion, told: Protected) -> Figure | None:
    """The profile over scales: the first and the last period."""
    found = periods(told, indicator="context_isolation")
    rows = _scale_rows(told, material)
    if len(rows) < 2:
        return None
    table = selection(told, indicator="context_isolation", period=sorted({found[0], found[-1]}))
    return Figure(
        id=f"scales-{question.label.replace('_', '-')}",
        kind="profile",
        finding=message("finding.scales", people=label(question), near=rows[0], near_k=_nearest(rows[0]), far=rows[-1],
                        far_k=_nearest(rows[-1])),
        shown=message("figure.scales.shown", people=label(question), period=span(found)),
        table=table,
        across="group",
        series="period",
        definition=message("definition.context_isolation"),
        method=message("method.contexts"),
        reads_as=message("figure.scales.reads_as", people=label(question), share=rows[0], k=_nearest(rows[0])),
        reference=_last(material.measured.shares.get(question.label), material, question, "share_of_group"),
    )  # fmt: skip


def _curve(material: Material, question: OriginQuestion, told: Protected) -> Figure | None:
    found = periods(told, indicator="cumulative_share")
    spread = _last(material.measured.segregation.get(f"{question.label}="), material, question, "dissimilarity")
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
    found = periods(told, indicator="context_share")
    if not found:
        return None
    table = selection(told, indicator="context_share", period=found[-1])
    ranked = sorted(table.quantities(), key=lambda quantity: (quantity.middle or 0, quantity.area_code))
    low, high = ranked[0], ranked[-1]
    return Figure(
        id=f"contexts-{question.label.replace('_', '-')}",
        kind=kind,
        finding=message("finding.contexts", people=label(question), k=_nearest(high), low=low, high=high,
                        low_area=AreaName(low.area_code), high_area=AreaName(high.area_code)),
        shown=message("figure.contexts.shown", people=label(question), k=_nearest(high), period=Period(found[-1])),
        table=table,
        across="area_code",
        definition=message("definition.context_share"),
        method=message("method.contexts"),
        borders=tuple(material.city.class_borders.get(question.label, (0.10, 0.20, 0.30, 0.40))),
        reference=_last(material.measured.shares.get(question.label), material, question, "share_of_group"),
    )  # fmt: skip


def _changes(question: OriginQuestion, told: Protected, kind: FigureKind) -> Figure | None:
    found = periods(told, indicator="share_change")
    if not found:
        return None
    table = selection(told, indicator="share_change")
    quantities = [quantity for quantity in table.quantities() if quantity.middle is not None]
    rose = sum((quantity.middle or 0) >= _A_POINT for quantity in quantities)
    fell = sum((quantity.middle or 0) <= -_A_POINT for quantity in quantities)
    return Figure(
        id=f"change-{question.label.replace('_', '-')}",
        kind=kind,
        finding=message("finding.change", people=label(question), count=Tally(rose), fell=Tally(fell),
                        areas=Tally(len(quantities)), period=Period(found[-1])),
        shown=message("figure.change.shown", people=label(question), period=Period(found[-1])),
        table=table,
        across="area_code",
        definition=message("definition.share_change"),
        method=message("method.share_change"),
        borders=CHANGE_BORDERS,
    )  # fmt: skip


def _cases(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Block]:
    """What would change if: prepared cases, each with the index it would give."""
    now = _last(material.measured.segregation.get(f"{question.label}="), material, question, "dissimilarity")
    rows = tuple(
        (GroupName(group_code({"case": group_pairs(quantity.group)["case"]})), quantity)
        for quantity in told.quantities(indicator="dissimilarity_if")
    )
    if now is not None and rows:
        caption = message("statement.cases", people=label(question), now=now)
        name = f"cases-{question.label.replace('_', '-')}"
        yield Listing(name, caption, ("column.case", "column.dissimilarity"), rows)
        yield Paragraph(message("statement.cases_rule"))
