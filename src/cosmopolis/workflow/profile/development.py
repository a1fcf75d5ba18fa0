"""What changed in how people are spread, how sure that is, and what the change is made of: part of section P6."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cosmopolis.disclosure import selection
from cosmopolis.neighbourhoods.development import NOWHERE
from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import (
    AreaName,
    Block,
    Figure,
    FigureKind,
    Item,
    Items,
    Listing,
    Message,
    Paragraph,
    Period,
    Several,
    Tally,
)
from cosmopolis.vocabulary.table import Status
from cosmopolis.workflow.profile.material import (
    LEAST_CHANGE,
    Material,
    bounds,
    label,
    message,
    periods,
    source_name,
)
from cosmopolis.workflow.profile.reform import Reform

#: Borders of the map of changes in share: two points down, none, two and five points up.
CHANGE_BORDERS = (-0.02, 0.0, 0.02, 0.05)
#: A change of less than a point is not one that a sentence is about.
_A_POINT = 0.01
#: Both accounts of the change, each with its parts below it.
_ACCOUNTS = (
    "dissimilarity_change",
    "dissimilarity_change_composition",
    "dissimilarity_change_space",
    "mutual_information_change",
    "mutual_information_change_structure",
    "mutual_information_change_margins",
    "mutual_information_change_areas",
)


def development(material: Material, question: OriginQuestion, kind: FigureKind) -> Iterator[Block]:
    """Plain words first, then the map, then the parts, then how earlier areas were carried over."""
    told, reform = material.measured.changes.get(question.label), material.reforms.get(question.label)
    if told is not None:
        yield from _plain(question, told, reform)
        figures = (_map(question, told, kind), _accounts(question, told))
        yield from (figure for figure in figures if figure is not None)
        yield from [] if reform is None else _carried(material, question, reform)
    elif question.earlier is not None:
        yield Paragraph(message("statement.reform_not_carried"), warning=True)


def _plain(question: OriginQuestion, told: Protected, reform: Reform | None) -> Iterator[Block]:
    change = _change(told, "dissimilarity_change")
    if change is None:
        return
    sentences = [message(f"statement.change.{_course(change)}", people=label(question), change=change)]
    sentences.append(_certainty(change, reform))
    parts = {name: _change(told, f"mutual_information_change{name}") for name in ("", "_structure", "_margins")}
    whole, structure, margins = parts.values()
    if whole is not None and structure is not None and margins is not None:
        sentences.append(message("statement.change_parts", change=whole, structure=structure, margins=margins))
    caption = message("statement.change_title", people=label(question), period=Period(change.period))
    yield Items(f"development-{_anchor(question)}", caption, tuple(Item(sentence) for sentence in sentences))
    yield Paragraph(message("statement.change_account"))


def _anchor(question: OriginQuestion) -> str:
    return question.label.replace("_", "-")


def _change(told: Protected, indicator: str) -> Quantity | None:
    """A change of the city, if it may be told."""
    found = (quantity for quantity in told.quantities(indicator=indicator) if quantity.value is not None)
    return next(found, None)


def _course(change: Quantity) -> str:
    """`rose`, `fell`, `hardly` or `steady`: what its interval allows to be said and its number shows."""
    low, high = bounds(change)
    if low <= 0 <= high:
        return "steady"
    if abs(change.value or 0.0) < LEAST_CHANGE["index"]:
        return "hardly"
    return "rose" if low > 0 else "fell"


def _certainty(change: Quantity, reform: Reform | None) -> Message:
    """How sure a change is: by chance, by what is hidden, by what a reform of boundaries split."""
    kind = "chance" if change.status != Status.ESTIMATED else "withheld" if reform is None else "reform"
    return message(f"statement.certainty.{kind}", range=replace(change, value=None))


def _map(question: OriginQuestion, told: Protected, kind: FigureKind) -> Figure | None:
    found = periods(told, indicator="share_change")
    if not found:
        return None
    table = selection(told, indicator="share_change")
    quantities = [quantity for quantity in table.quantities() if quantity.middle is not None]
    # where a change is open between bounds, only what holds at both of them is counted
    rose = sum(bounds(quantity)[0] >= _A_POINT for quantity in quantities)
    fell = sum(bounds(quantity)[1] <= -_A_POINT for quantity in quantities)
    is_open = any(quantity.lower is not None for quantity in quantities)
    return Figure(
        id=f"change-{_anchor(question)}",
        kind=kind,
        finding=message(
            "finding.change_certain" if is_open else "finding.change",
            people=label(question),
            count=Tally(rose),
            fell=Tally(fell),
            areas=Tally(len(quantities)),
            period=Period(found[-1]),
        ),
        shown=message("figure.change.shown", people=label(question), period=Period(found[-1])),
        table=table,
        across="area_code",
        definition=message("definition.share_change"),
        method=message("method.share_change"),
        borders=CHANGE_BORDERS,
    )


def _accounts(question: OriginQuestion, told: Protected) -> Figure | None:
    """The changes of two indices and the parts that each is made of."""
    table = selection(told, indicator=list(_ACCOUNTS))
    found = periods(table)
    if not found:
        return None
    return Figure(
        id=f"accounts-{_anchor(question)}",
        kind="table",
        finding=message("finding.accounts", people=label(question), period=Period(found[-1])),
        shown=message("figure.accounts.shown", people=label(question), period=Period(found[-1])),
        table=table,
        across="indicator",
        definition=message("definition.change_parts"),
        method=message("method.change_parts"),
    )


def _carried(material: Material, question: OriginQuestion, reform: Reform) -> Iterator[Block]:
    """Which areas a reform split, and by what their people were carried to today's."""
    walk = reform.crosswalk
    split = walk.split_areas
    earlier = question.earlier
    source = source_name(material, reform.source if earlier is None or not earlier.crosswalk else earlier.crosswalk)
    yield Paragraph(
        message(f"statement.reform.{reform.by}", areas=Tally(len(walk.old)), split=Tally(len(split)), source=source)
    )
    pieces = zip(walk.old_place.tolist(), walk.new_place.tolist(), strict=True)
    into: dict[str, list[AreaName]] = {code: [] for code in split}
    for old, new in pieces:
        if walk.old[old] in into and walk.new[new] != NOWHERE:
            into[walk.old[old]].append(AreaName(walk.new[new]))
    if into:
        caption = message("statement.reform_split", people=label(question))
        rows = tuple((AreaName(code), Several(tuple(names))) for code, names in into.items())
        name = f"reform-{_anchor(question)}"
        yield Listing(name, caption, ("column.area_before", "column.areas_today"), rows, folded=True)
