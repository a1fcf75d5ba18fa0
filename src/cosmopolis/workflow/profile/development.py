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
    Term,
    Value,
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

#: Borders of the map of changes in share: five and two points down and up, with little change in the middle.
CHANGE_BORDERS = (-5.0, -2.0, 2.0, 5.0)
#: So many areas of before a reform are named in a sentence; all of them stand in the list below it.
_NAMED = 5
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
        figures = (_map(material, question, told, kind), _accounts(question, told, is_reform=reform is not None))
        missing = _left_out(reform, "missing.areas_outside")
        yield from (replace(each, missing=(*each.missing, *missing)) for each in figures if each is not None)
        if reform is not None and question.label == _first_over(material, reform):
            yield from _carried(material, question, reform)
    elif question.earlier is not None:
        yield Paragraph(message("statement.reform_not_carried"), warning=True)


def _plain(question: OriginQuestion, told: Protected, reform: Reform | None) -> Iterator[Block]:
    change = _change(told, "dissimilarity_change")
    if change is None:
        return
    sentences = [message(f"statement.change.{course(change)}", people=label(question), change=change)]
    sentences.append(_certainty(change, reform))
    sentences += _left_out(reform, "statement.certainty.outside")
    sentences += _link(told)
    caption = message("statement.change_title", people=label(question), period=Period(change.period))
    yield Items(f"development-{_anchor(question)}", caption, tuple(Item(sentence) for sentence in sentences))
    yield Paragraph(message("statement.change_account"))


def _link(told: Protected) -> list[Message]:
    """The change of the mutual information in its parts, where nothing leaves it open."""
    names = ("change", "areas", "margins", "structure")
    found = {name: _change(told, f"mutual_information_change{_part(name)}") for name in names}
    parts = {name: part for name, part in found.items() if part is not None and part.status != Status.ESTIMATED}
    if not {"change", "margins", "structure"} <= parts.keys():
        return []
    return [message("statement.change_parts_areas" if "areas" in parts else "statement.change_parts", **parts)]


def _part(name: str) -> str:
    return "" if name == "change" else f"_{name}"


def _left_out(reform: Reform | None, message_id: str) -> tuple[Message, ...]:
    """That people of parts of earlier areas are compared with nobody, where there are such parts."""
    if reform is None or not reform.outside:
        return ()
    return (message(message_id, outside=Tally(len(reform.outside)), areas=Tally(len(reform.crosswalk.old))),)


def _first_over(material: Material, reform: Reform) -> str:
    """The first question that a reform lies behind: it is told there, once."""
    behind = (label for label, each in material.reforms.items() if each is reform)
    return next(label for label in behind if label in material.measured.changes)


def _anchor(question: OriginQuestion) -> str:
    return question.label.replace("_", "-")


def change_of(material: Material, question: OriginQuestion) -> Quantity | None:
    """The change of a question's dissimilarity index over its span, if there is one that may be told."""
    told = material.measured.changes.get(question.label)
    return None if told is None else _change(told, "dissimilarity_change")


def _change(told: Protected, indicator: str) -> Quantity | None:
    """A change of the city, if it may be told."""
    found = (quantity for quantity in told.quantities(indicator=indicator) if quantity.value is not None)
    return next(found, None)


def course(change: Quantity) -> str:
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


def _map(material: Material, question: OriginQuestion, told: Protected, kind: FigureKind) -> Figure | None:
    found = periods(told, indicator="share_change")
    if not found:
        return None
    table = selection(told, indicator="share_change")
    quantities = [quantity for quantity in table.quantities() if quantity.middle is not None]
    # where a change is open between bounds, only what holds at both of them is counted
    _, down, up, _ = CHANGE_BORDERS
    rose = sum(bounds(quantity)[0] >= up for quantity in quantities)
    fell = sum(bounds(quantity)[1] <= down for quantity in quantities)
    # nobody lived there at one of the dates, or nobody of before was carried there
    without = len(material.areas.at(material.city.map_level)) - len(quantities)
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
        missing=(message("missing.areas", count=Tally(without)),) if without else (),
    )


def _accounts(question: OriginQuestion, told: Protected, *, is_reform: bool) -> Figure | None:
    """The changes of the indices and the parts that each is made of."""
    table = selection(told, indicator=list(_ACCOUNTS))
    found = periods(table)
    if not found:
        return None
    over = "_reform" if is_reform else ""
    return Figure(
        id=f"accounts-{_anchor(question)}",
        kind="table",
        finding=message("finding.accounts", people=label(question), period=Period(found[-1])),
        shown=message("figure.accounts.shown", people=label(question), period=Period(found[-1])),
        table=table,
        across="indicator",
        definition=message(f"definition.change_parts{over}"),
        method=message(f"method.change_parts{over}"),
    )


def _carried(material: Material, question: OriginQuestion, reform: Reform) -> Iterator[Block]:
    """Which areas a reform split, by what their people were carried to today's, and who was left out."""
    walk = reform.crosswalk
    split, outside = walk.split_areas, reform.outside
    earlier = question.earlier
    source = source_name(material, reform.source if earlier is None or not earlier.crosswalk else earlier.crosswalk)
    yield Paragraph(
        message(f"statement.reform.{reform.by}", areas=Tally(len(walk.old)), split=Tally(len(split)), source=source)
    )
    if outside:
        named: list[Value] = [AreaName(code) for code in outside[:_NAMED]]
        names = Several((*named, "…") if len(outside) > _NAMED else tuple(named))
        values = {"outside": Tally(len(outside)), "areas": Tally(len(walk.old)), "source": source}
        yield Paragraph(message("statement.reform_outside", names=names, **values), warning=True)
    pieces = zip(walk.old_place.tolist(), walk.new_place.tolist(), strict=True)
    into: dict[str, list[Value]] = {code: [] for code in (*split, *outside)}
    for old, new in pieces:
        if walk.old[old] in into and walk.new[new] != NOWHERE:
            into[walk.old[old]].append(AreaName(walk.new[new]))
    for code in outside:
        into[code].append(Term("value.outside_today"))
    if into:
        caption = message("statement.reform_split")
        rows = tuple((AreaName(code), Several(tuple(names))) for code, names in into.items())
        name = f"reform-{_anchor(question)}"
        yield Listing(name, caption, ("column.area_before", "column.areas_today"), rows, folded=True)
