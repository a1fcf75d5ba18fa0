"""The statement of section P6: what the indices say in plain words, at every scale, and what would change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from cosmopolis.vocabulary.table import CASE, NEAREST, SERVICE, group_code, group_pairs
from cosmopolis.workflow.margins import part_group, rest_group
from cosmopolis.workflow.profile.development import development
from cosmopolis.workflow.profile.material import Material, label, message, periods, question_rows, span
from cosmopolis.workflow.profile.reach import reach

#: The prepared cases, in the order of the page.
CASES = ("homes_for_group_where_rare", "homes_for_rest_where_common", "reception_where_rare", "reception_where_common")


def statement(material: Material, question: OriginQuestion, kind: FigureKind) -> Iterator[Block]:
    """Plain words first, then scale, curve, contexts and change, then the prepared cases."""
    told = material.measured.statements.get(question.label)
    if told is None:
        return
    yield from _plain(material, question, told)
    figures = (_scales(material, question, told), _curve(material, question, told),
               _contexts(material, question, told, kind))  # fmt: skip
    yield from (figure for figure in figures if figure is not None)
    yield from reach(material, question, told, kind)
    yield from development(material, question, kind)
    yield from _cases(material, question, told)


def _plain(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Block]:
    items = [Item(sentence) for sentence in _sentences(material, question, told)]
    if items:
        caption = message("statement.title", people=label(question))
        yield Items(f"statement-{question.label.replace('_', '-')}", caption, tuple(items))
        yield _indicators(material, question, told)
        yield Paragraph(message("statement.certainty"))
        yield Paragraph(message("statement.not_shown"))
        yield Paragraph(message("statement.comparable"))
    if not _scale_rows(told, material):
        yield Paragraph(message("statement.no_scales"), warning=True)


def _sentences(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Message]:
    now = _Now(material, question, told)
    spread, chance = now.index("dissimilarity"), now.told("dissimilarity_by_chance")
    if spread is not None and chance is not None:
        yield message("statement.spread", people=label(question), spread=spread, chance=chance)
    isolation, exposure, share = now.index("isolation"), now.exposure, now.share
    if isolation is not None and exposure is not None and share is not None:
        yield message("statement.isolation", people=label(question), isolation=isolation, exposure=exposure,
                      share=share)  # fmt: skip
    between = now.told("between_share")
    if between is not None:
        yield message("statement.between", share=between)
    scales = _scale_rows(told, material)
    if len(scales) > 1:
        near, far = scales[0], scales[-1]
        yield message("statement.scale", people=label(question), near=near, near_k=_nearest(near), far=far,
                      far_k=_nearest(far))  # fmt: skip


def _indicators(material: Material, question: OriginQuestion, told: Protected) -> Listing:
    """The default indicators as numbers: what it is now, and what it would be by lot."""
    now = _Now(material, question, told)
    scales = _scale_rows(told, material)
    wanted: list[tuple[Message, Quantity | None, Quantity | None]] = [
        (message("indicators.dissimilarity"), now.index("dissimilarity"), now.told("dissimilarity_by_chance")),
        (message("indicators.information_theory"), now.index("information_theory"),
         now.told("information_theory_by_chance")),
        (message("indicators.between"), now.told("between_share"), None),
        (message("indicators.isolation"), now.index("isolation"), now.share),
        (message("indicators.exposure"), now.exposure, now.share),
        *((message("indicators.context", k=_nearest(each)), each, now.share) for each in scales),
        (message("indicators.macro_micro_ratio"), now.told("macro_micro_ratio"), None),
    ]  # fmt: skip
    rows = tuple((name, value, chance or "") for name, value, chance in wanted if value is not None)
    caption = message("indicators.title", people=label(question), period=Period(rows[0][1].period))
    name = f"indicators-{question.label.replace('_', '-')}"
    return Listing(name, caption, ("column.indicator", "column.value", "column.by_lot"), rows)


@dataclass(frozen=True)
class _Now:
    """The last number of each measure of the city about a question's group."""

    material: Material
    question: OriginQuestion
    statement: Protected

    def index(self, name: str) -> Quantity | None:
        """An index with the interval of persons drawn anew; of withheld counts, with its bounds."""
        found = self.told(name)
        if found is not None:
            return found
        return _last(self.material.measured.segregation.get(f"{self.question.label}="), self.material, self.question,
                     name)  # fmt: skip

    def told(self, name: str) -> Quantity | None:
        """A number of the statement."""
        return _last(self.statement, self.material, self.question, name)

    @property
    def share(self) -> Quantity | None:
        """The group's share of everybody: what any mix would be if addresses were drawn by lot."""
        return _last(self.material.measured.shares.get(self.question.label), self.material, self.question,
                     "share_of_group")  # fmt: skip

    @property
    def exposure(self) -> Quantity | None:
        """The group's share where the average other person lives."""
        rows = {"indicator": "exposure", "area_code": self.material.city.id, "group": rest_group(self.question)}
        return next(self.statement.quantities(**rows), None)


def _last(table: Protected | None, material: Material, question: OriginQuestion, indicator: str) -> Quantity | None:
    """The last number of a measure of the city about a question's group."""
    if table is None:
        return None
    rows = {"indicator": indicator, "area_code": material.city.id, **question_rows(question)}
    found = periods(table, **rows)
    return next(table.quantities(**rows, period=found[-1]), None) if found else None


def _scale_rows(told: Protected, material: Material) -> list[Quantity]:
    """
    The group's share among its members' nearest residents, last period, the nearest first.

    Areas that have grown too large for the contexts of earlier years have none today.
    """
    rows = told.quantities(indicator="context_isolation", area_code=material.city.id, period=_today(told))
    return sorted(rows, key=lambda quantity: _nearest(quantity).count)


def _today(told: Protected) -> list[str]:
    """The last period of a statement, as a list of none or one."""
    return periods(told, indicator="cumulative_share")[-1:]


def _nearest(quantity: Quantity) -> Tally:
    return Tally(int(group_pairs(quantity.group)[NEAREST]))


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
    found = periods(told, indicator="context_share", period=_today(told))
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


def _cases(material: Material, question: OriginQuestion, told: Protected) -> Iterator[Block]:
    """What would change if: each measure today and in each prepared case."""
    rows = tuple(_outcomes(material, question, told))
    curve = sorted(told.quantities(indicator="cumulative_share", group=part_group(question)),
                   key=lambda each: (each.middle or 0, each.area_code))  # fmt: skip
    if not rows:
        return
    caption = message("statement.cases", people=label(question), rare=AreaName(curve[0].area_code),
                      common=AreaName(curve[-1].area_code))  # fmt: skip
    columns = ("column.indicator", "column.today", *(f"group.case.{case}" for case in CASES))
    yield Listing(f"cases-{question.label.replace('_', '-')}", caption, columns, rows)
    yield Paragraph(message("statement.cases_rule"))


def _outcomes(
    material: Material, question: OriginQuestion, told: Protected
) -> Iterator[tuple[Message | Quantity | str, ...]]:
    """A row for each measure: its name, today, and each case."""
    for name, today, indicator in _measures(material, question, told):
        pairs = group_pairs(today.group) | group_pairs(part_group(question))
        groups = [group_code({**pairs, CASE: case}) for case in CASES]
        then = [next(told.quantities(indicator=indicator, group=group), None) for group in groups]
        if any(each is not None for each in then):
            yield name, today, *(each or "" for each in then)


def _measures(material: Material, question: OriginQuestion, told: Protected) -> Iterator[tuple[Message, Quantity, str]]:
    """What a case may change: its name, today, and the indicator of what it would be."""
    spread = _Now(material, question, told).index("dissimilarity")
    if spread is not None:
        yield message("indicators.dissimilarity"), spread, "dissimilarity_if"
    scales = _scale_rows(told, material)
    for each in scales[:: max(1, len(scales) - 1)]:
        yield message("indicators.context", k=_nearest(each)), each, "context_isolation_if"
    for each in _access_today(question, told):
        service = GroupName(group_code({SERVICE: group_pairs(each.group)[SERVICE]}))
        yield message("indicators.access", service=service), each, "access_if"


def _access_today(question: OriginQuestion, told: Protected) -> Iterator[Quantity]:
    """The group's mean access to each service."""
    part = group_pairs(part_group(question))
    for quantity in told.quantities(indicator="access_mean"):
        pairs = group_pairs(quantity.group)
        if {axis: code for axis, code in pairs.items() if axis != SERVICE} == part:
            yield quantity
