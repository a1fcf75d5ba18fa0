"""Prepared cases in section P6: homes, a reception centre, and what each measure would then be."""

from __future__ import annotations

from collections.abc import Iterator

from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import AreaName, Block, Listing, Message, Paragraph
from cosmopolis.vocabulary.table import CASE, SERVICE, group_code, group_pairs
from cosmopolis.workflow.margins import part_group
from cosmopolis.workflow.profile.indicators import Now, nearest, scale_rows, service_of
from cosmopolis.workflow.profile.material import Material, label, message

#: The prepared cases, in the order of the page.
CASES = ("homes_for_group_where_rare", "homes_for_rest_where_common", "reception_where_rare", "reception_where_common")


def cases(material: Material, question: OriginQuestion) -> Iterator[Block]:
    """What would change if: each measure today and in each prepared case."""
    told = material.measured.cases.get(question.label)
    rows = () if told is None else tuple(_outcomes(material, question, told))
    if not rows:
        return
    rare, common = _ends(material.measured.statements[question.label])
    caption = message("statement.cases", people=label(question), rare=rare, common=common)
    columns = ("column.indicator", "column.today", *(f"group.case.{case}" for case in CASES))
    yield Listing(f"cases-{question.label.replace('_', '-')}", caption, columns, rows)
    yield Paragraph(message("statement.cases_rule"))


def _ends(statement: Protected) -> tuple[AreaName, AreaName]:
    """The areas where the group is rarest and most common: where its curve begins and ends."""
    along: dict[str, float] = {}
    for point in statement.quantities(indicator="cumulative_share"):
        along[point.area_code] = along.get(point.area_code, 0.0) + (point.middle or 0.0)
    ranked = sorted(along, key=lambda area: (along[area], area))
    return AreaName(ranked[0]), AreaName(ranked[-1])


def _outcomes(
    material: Material, question: OriginQuestion, told: Protected
) -> Iterator[tuple[Message | Quantity | str, ...]]:
    """A row for each measure: its name, today, and each case."""
    for name, today, indicator in _measures(material, question):
        pairs = group_pairs(today.group) | group_pairs(part_group(question))
        groups = [group_code({**pairs, CASE: case}) for case in CASES]
        then = [next(told.quantities(indicator=indicator, group=group), None) for group in groups]
        if any(each is not None for each in then):
            yield name, today, *(each or "" for each in then)


def _measures(material: Material, question: OriginQuestion) -> Iterator[tuple[Message, Quantity, str]]:
    """What a case may change: its name, today, and the indicator of what it would be."""
    told = material.measured.statements[question.label]
    spread = Now(material, question, told).index("dissimilarity")
    if spread is not None:
        yield message("indicators.dissimilarity"), spread, "dissimilarity_if"
    scales = scale_rows(told, material)
    for each in scales[:: max(1, len(scales) - 1)]:
        yield message("indicators.context", k=nearest(each)), each, "context_isolation_if"
    for asked in material.city.access:
        reached = material.reach(question, asked.service)
        rows = () if reached is None else reached.quantities(indicator="access_mean")
        for each in (row for row in rows if _about(row.group) == part_group(question)):
            yield message("indicators.access", service=service_of(each)), each, "access_if"


def _about(group: str) -> str:
    """The group that a number about a service is about."""
    return group_code({axis: code for axis, code in group_pairs(group).items() if axis != SERVICE})
