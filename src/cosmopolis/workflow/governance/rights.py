"""Sections P3, P11 and P12: who may decide, who is entitled to what, who takes part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosmopolis.assessment.competence import (
    EntitlementRow,
    civic_rights_sheet,
    entitlement_barriers,
    entitlement_map,
)
from cosmopolis.vocabulary.competence import (
    CompetenceMap,
    ConsultativeBody,
    Entitlement,
    Function,
    Services,
)
from cosmopolis.vocabulary.report import (
    Block,
    Cell,
    Item,
    Items,
    LanguageName,
    Line,
    Listing,
    Matrix,
    OwnWords,
    Paragraph,
    Several,
    Tally,
    Term,
)
from cosmopolis.workflow.governance.terms import lines, mark, own, sentence, word, words

#: The duties that the map of powers shows a column for.
_SHOWN_DUTIES = ("legislates", "finances", "plans", "delivers")


def powers(competence: CompetenceMap) -> tuple[Block, ...]:
    """P3: for every field of power, which level legislates, pays, plans and delivers, and by which law."""
    if not competence.functions:
        return (Paragraph(sentence("profile.no_competence_map"), warning=True),)
    default = [function for function in competence.functions if not (function.by_city or function.verified)]
    notes = (
        [Paragraph(sentence("governing.powers.default", count=Tally(len(default))), warning=True)] if default else []
    )
    rows = tuple(_power_row(function) for function in competence.functions)
    columns = (
        "column.function",
        *(f"governance.duty.{duty}" for duty in _SHOWN_DUTIES),
        "column.discretion",
        "column.legal_basis",
    )
    caption = sentence("governing.powers.title", count=Tally(len(rows)))
    return (*notes, Listing("powers", caption, columns, rows))


def _power_row(function: Function) -> tuple[Cell, ...]:
    held: tuple[Cell, ...] = tuple(words("level", function.levels(duty)) for duty in _SHOWN_DUTIES)
    discretion = Term("governing.unknown") if function.discretion is None else _discretion(function.discretion)
    laws = Several(tuple(dict.fromkeys(power.legal_basis for power in function.powers if power.legal_basis)))
    return (word("function", function.id), *held, discretion, laws)


def _discretion(told: int) -> Term:
    return Term(f"governing.discretion.{('none', 'adapts', 'designs', 'decides')[told]}")


def entitlements(services: Services) -> tuple[Block, ...]:
    """P11: by law and in practice, service by status group; then what stands between the two."""
    if not services.entitlements:
        return ()
    groups = list(dict.fromkeys(each.group for each in services.entitlements))
    rows = entitlement_map(services, groups)
    found = entitlement_barriers(services)
    barred = [each.entitlement for each in found if "practice" in each.kinds]
    barriers = tuple(
        _barriers(service, [each for each in barred if each.service == service])
        for service in dict.fromkeys(each.service for each in barred)
    )
    caption = sentence("governing.barriers.title", count=Tally(len(barred)))
    exposed = [each.entitlement for each in found if "no_firewall" in each.kinds]
    return (
        _entitled("entitled", "by_law", rows, groups),
        _entitled("practised", "in_practice", rows, groups),
        Items("barriers", caption, barriers, tone="develop"),
        *_exposed(exposed),
    )


def _entitled(closed_list: str, attribute: str, rows: Sequence[EntitlementRow], groups: Sequence[str]) -> Matrix:
    marked = tuple(
        (
            word("service", row.service),
            tuple(mark(closed_list, getattr(cell, attribute)) if cell else None for cell in row.cells),
        )
        for row in rows
    )
    columns = tuple(word("status_group", group) for group in groups)
    caption = sentence(f"governing.entitlement.{attribute}")
    return Matrix(f"entitlement-{attribute.replace('_', '-')}", caption, Term("column.service"), columns, marked)


#: Whom a firewall protects: nobody asks citizens for a residence permit.
_NEEDS_NO_FIREWALL = frozenset({"nationals", "free_movement"})


def _exposed(told: Sequence[Entitlement]) -> Iterator[Block]:
    """Where what a service learns may reach enforcement, and whom that keeps away."""
    open_ones = [each for each in told if each.group not in _NEEDS_NO_FIREWALL]
    items = tuple(
        Item(word("service", service), lines(("column.whom", words("status_group", _groups(open_ones, service)))))
        for service in dict.fromkeys(each.service for each in open_ones)
    )
    if items:
        yield Items("no-firewall", sentence("governing.no_firewall", count=Tally(len(items))), items, tone="develop")


def _groups(told: Sequence[Entitlement], service: str) -> list[str]:
    return [each.group for each in told if each.service == service]


def _barriers(service: str, told: Sequence[Entitlement]) -> Item:
    """One service: what stands before each group, then what it costs, speaks and passes on."""
    by_group = tuple(Line(word("status_group", each.group), _barrier(each)) for each in told)
    spoken = tuple(LanguageName(code) for code in dict.fromkeys(code for each in told for code in each.languages))
    costs = [own(each.cost) for each in told if each.cost]
    costs = [cost for at, cost in enumerate(costs) if cost not in costs[:at]]
    firewall = "no" if any(each.firewall == "no" for each in told) else "unknown"
    kept_apart = all(each.firewall == "yes" for each in told)
    sources = Several(tuple(dict.fromkeys(each.source for each in told if each.source)))
    common = lines(
        ("column.cost", Several(tuple(costs))),
        ("column.languages", Several(spoken)),
        ("column.firewall", None if kept_apart else word("known", firewall)),
        ("column.source", sources),
    )
    return Item(word("service", service), (*by_group, *common))


def _barrier(told: Entitlement) -> tuple[Cell, ...]:
    """How far it goes in practice, what stands before it, which papers are asked for."""
    asked = (sentence("governing.papers", documents=OwnWords(told.documents)),) if told.documents else ()
    why = (OwnWords(told.barrier),) if told.barrier else ()
    return (word("practised", told.in_practice), *why, *asked)


def participation(services: Services) -> tuple[Block, ...]:
    """P12: civic rights by status group, and the bodies through which migrants are heard."""
    return tuple(_civic(services)) + tuple(_bodies(services))


def _civic(services: Services) -> Iterator[Block]:
    groups = list(dict.fromkeys(each.group for each in services.civic_rights))
    if not groups:
        return
    rows = tuple(
        (word("civic_right", row.right), tuple(mark("entitled", cell.state) if cell else None for cell in row.cells))
        for row in civic_rights_sheet(services, groups)
    )
    columns = tuple(word("status_group", group) for group in groups)
    yield Matrix("civic-rights", sentence("governing.civic_rights"), Term("column.civic_right"), columns, rows)


def _bodies(services: Services) -> Iterator[Block]:
    if services.bodies:
        yield Items("bodies", sentence("governing.bodies", count=Tally(len(services.bodies))),
                    tuple(_body(body) for body in services.bodies))  # fmt: skip


def _body(body: ConsultativeBody) -> Item:
    seats = None
    if body.seats is not None and body.seats_elected is not None:
        seats = sentence("governing.body.seats", count=Tally(body.seats), elected=Tally(body.seats_elected))
    opinions = None
    if body.opinions_given is not None and body.opinions_answered is not None:
        opinions = sentence(
            "governing.body.opinions",
            count=Tally(body.opinions_given),
            answered=Tally(body.opinions_answered),
            adopted=Tally(body.opinions_adopted or 0),
        )
    reply = None if body.reply_days is None else sentence("governing.body.reply", count=Tally(body.reply_days))
    rights = ("own_initiative", "budget", "secretariat", "interpretation", "published")
    has = [Term(f"governing.body.{name}") for name in rights if getattr(body, name) == "yes"]
    lacks = [Term(f"governing.body.{name}") for name in rights if getattr(body, name) == "no"]
    return Item(
        own(body.name),
        lines(
            ("column.legal_basis", body.legal_basis),
            ("governing.body.mandate", own(body.mandate)),
            ("governing.body.seats_label", seats),
            ("governing.body.has", Several(tuple(has))),
            ("governing.body.lacks", Several(tuple(lacks))),
            ("governing.body.reply_label", reply),
            ("governing.body.opinions_label", opinions),
        ),
        id=f"body-{body.id}",
    )
