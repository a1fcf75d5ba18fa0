"""Who can reach what, in section P6: each service by group, on the map, and where the next would help."""

from __future__ import annotations

from collections.abc import Iterator

from cosmopolis.disclosure import selection
from cosmopolis.vocabulary.city import AccessQuestion, OriginQuestion
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
from cosmopolis.vocabulary.table import SERVICE, group_code, group_pairs
from cosmopolis.workflow.margins import part_group, rest_group
from cosmopolis.workflow.profile.material import Material, label, message

#: Borders of the map of access over its mean: half, four fifths, even, a quarter more, double.
RATIO_BORDERS = (0.5, 0.8, 1.0, 1.25, 2.0)


def reach(material: Material, question: OriginQuestion, kind: FigureKind) -> Iterator[Block]:
    """What the city asks about services, for one origin question."""
    told = material.measured.reach.get(question.label)
    if told is None:
        return
    asked = [each for each in material.city.access if next(_rows(told, each, "access_mean"), None) is not None]
    yield _listing(question, told, asked)
    for each in asked:
        items = tuple(Item(sentence) for sentence in _sentences(question, told, each))
        name = f"reach-{each.service}-{question.label}".replace("_", "-")
        yield Items(name, message("access.title", service=_service(each), people=label(question)), items)
        if question.headline:
            yield _map(told, each, kind)
    yield Paragraph(message("access.rule"))


def _service(asked: AccessQuestion) -> GroupName:
    return GroupName(group_code({SERVICE: asked.service}))


def _rows(told: Protected, asked: AccessQuestion, *indicators: str) -> Iterator[Quantity]:
    """The numbers about a service, all groups and areas."""
    for quantity in told.quantities(indicator=list(indicators)):
        if group_pairs(quantity.group).get(SERVICE) == asked.service and quantity.middle is not None:
            yield quantity


def _of(told: Protected, asked: AccessQuestion, indicator: str, group: str) -> Quantity | None:
    """The number about a service and one side; none where nothing could be measured."""
    code = group_code({**group_pairs(group), SERVICE: asked.service})
    return next((each for each in _rows(told, asked, indicator) if each.group == code), None)


def _listing(question: OriginQuestion, told: Protected, asked: list[AccessQuestion]) -> Listing:
    part, rest = part_group(question), rest_group(question)
    rows = tuple(
        (
            _measure(each, told),
            *(_of(told, each, "access_mean", side) or "" for side in (part, rest)),
            _of(told, each, "access_gap", part) or "",
            *(_of(told, each, "unserved_share", side) or "" for side in (part, rest)),
        )
        for each in asked
    )
    columns = ("column.service", "column.access_group", "column.access_rest", "column.access_gap",
               "column.unserved_group", "column.unserved_rest")  # fmt: skip
    caption = message("access.listing", people=label(question))
    return Listing(f"access-{question.label.replace('_', '-')}", caption, columns, rows)


def _measure(asked: AccessQuestion, told: Protected) -> Message:
    """A service with what is counted of it and how far people go."""
    unit = next(_rows(told, asked, "access_mean")).unit.partition(" ")[0]
    return message(f"access.measure.{unit}.{asked.unit}", service=_service(asked), limit=Tally(round(asked.limit)))


def _sentences(question: OriginQuestion, told: Protected, asked: AccessQuestion) -> Iterator[Message]:
    part = part_group(question)
    everybody = group_code({SERVICE: asked.service})
    worst, share = (
        next((each for each in _rows(told, asked, name)), None) for name in ("access_worst_tenth", "worst_off_share")
    )
    if worst is not None and share is not None:
        yield message("access.worst", worst=worst, share=share, people=label(question))
    between = next(_rows(told, asked, "access_between_share"), None)
    if between is not None:
        yield message("access.between", share=between)
    gap = _of(told, asked, "access_gap_next", part)
    if gap is not None:
        yield message("access.next_gap", area=AreaName(gap.area_code), gap=gap, people=label(question))
    lifted = next((each for each in _rows(told, asked, "access_worst_next") if each.group == everybody), None)
    if lifted is not None:
        yield message("access.next_worst", area=AreaName(lifted.area_code), worst=lifted)


def _map(told: Protected, asked: AccessQuestion, kind: FigureKind) -> Figure:
    table = selection(told, indicator="access_ratio", group=group_code({SERVICE: asked.service}))
    ranked = sorted(_rows(table, asked, "access_ratio"), key=lambda each: (each.middle or 0, each.area_code))
    low, high = ranked[0], ranked[-1]
    return Figure(
        id=f"access-map-{asked.service.replace('_', '-')}",
        kind=kind,
        finding=message("finding.access", service=_service(asked), low=low, low_area=AreaName(low.area_code),
                        high=high, high_area=AreaName(high.area_code)),
        shown=message("figure.access.shown", service=_service(asked), period=Period(low.period)),
        table=table,
        across="area_code",
        definition=message("definition.access"),
        method=message(f"method.access.{asked.unit}", limit=Tally(round(asked.limit))),
        reads_as=message("figure.access.reads_as", area=AreaName(high.area_code), ratio=high),
        borders=RATIO_BORDERS,
    )  # fmt: skip
