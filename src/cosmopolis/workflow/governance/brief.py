"""Two pages for the mayor: where the city stands, what to do first, what to decide, who said what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cosmopolis.plan.rights import action_rights
from cosmopolis.vocabulary.plan import Action, Plan
from cosmopolis.vocabulary.report import (
    Amount,
    Block,
    Cell,
    Chapter,
    Item,
    Items,
    Line,
    Listing,
    OwnWords,
    Paragraph,
    Period,
    Pointer,
    Section,
    Tally,
    Term,
)
from cosmopolis.workflow.governance.assessed import Assessed
from cosmopolis.workflow.governance.assessment_page import headline, lead, scores
from cosmopolis.workflow.governance.dialogue_page import alert_item
from cosmopolis.workflow.governance.first import first_to_develop
from cosmopolis.workflow.governance.plan_page import coherence_items
from cosmopolis.workflow.governance.planned import Heard, Planned
from cosmopolis.workflow.governance.terms import line, own, sentence, word

#: Two pages hold this many of each.
_MOST_FIRST, _MOST_DECISIONS, _MOST_ALERTS, _MOST_WARNINGS = 3, 3, 3, 2


def brief_chapter(
    assessed: Assessed, planned: Planned | None, heard: Heard, numbers: Listing, *, as_of: str
) -> Chapter:
    """The brief: the city in numbers, the scores, what comes first, what to decide, money that ends, what was heard."""
    edition = assessed.leading
    sections = (
        Section("brief_numbers", (numbers,)),
        Section("brief_scores", tuple(block for block in (scores(edition) if edition else None,) if block)),
        Section("brief_first", tuple(_first(assessed, as_of))),
        Section("brief_decide", tuple(_decisions(planned))),
        Section("brief_money", tuple(_money(heard))),
        Section("brief_heard", tuple(_heard(heard))),
    )
    shown = tuple(section for section in sections if section.blocks)
    if edition is None:
        return Chapter(
            "brief", sentence("governing.brief.plan_only"), sentence("governing.brief.lead"), shown, sheet=True
        )
    return Chapter("brief", headline(edition), lead(edition), shown, sheet=True)


def _first(assessed: Assessed, as_of: str) -> Iterator[Block]:
    found = first_to_develop(assessed, as_of=as_of, most=_MOST_FIRST)
    if found is not None:
        yield replace(found, items=tuple(replace(item, lines=tuple(_shortened(item.lines))) for item in found.items))
        yield Pointer(sentence("governing.to_governance"), "governance")


def _shortened(told: Sequence[Line]) -> Iterator[Line]:
    """The first thing each line says, and who acts: the page of the assessment says the rest."""
    for each in told:
        most = 2 if each.label.message_id == "column.power" else 1
        yield replace(each, cells=each.cells[:most])


def _decisions(planned: Planned | None) -> Iterator[Block]:
    """Actions that wait for a decision, and what in the plan does not fit together."""
    if planned is None:
        return
    waiting = tuple(_waiting(planned.plan))
    if waiting:
        blocked = {told.action for told in planned.rights.actions if told.blocking}
        proposed = [action.id for action in planned.plan.actions if action.status == "proposed"]
        free = sum(name not in blocked for name in proposed)
        caption = sentence("governing.brief.decide", count=Tally(len(waiting)), free=Tally(free))
        yield Items("to-decide", caption, waiting[:_MOST_DECISIONS], numbered=True)
    if planned.findings:
        yield coherence_items(planned, _MOST_WARNINGS)
    yield Pointer(sentence("governing.to_plan"), "plan")


def _waiting(plan: Plan) -> Iterator[Item]:
    """Every proposed action, with what its rights check says: nobody decides on it unknowing."""
    for action in plan.actions:
        if action.status != "proposed":
            continue
        cost = Amount(action.cost.amount, action.cost.currency) if action.cost else Term("governing.no_cost")
        told = (line("column.cost", cost), line("column.deadline", Period(action.deadline)))
        rights = Line(Term("column.rights"), tuple(_rights(action)))
        yield Item(OwnWords(action.title), (line("column.responsible", own(action.responsible)), *told, rights))


def _rights(action: Action) -> Iterator[Cell]:
    """What stands against approving an action; that nothing does, if so."""
    blocking = action_rights(action).blocking
    for each in blocking:
        yield sentence(
            "governing.rights_item", item=word("rights_item", each.item), state=word("rights_state", each.state)
        )
    if not blocking:
        yield Term("governing.rights_clear")


def _money(heard: Heard) -> Iterator[Block]:
    items = tuple(alert_item(alert, {}) for alert in heard.alerts[:_MOST_ALERTS])
    if items:
        yield Items("brief-alerts", sentence("governing.alerts", count=Tally(len(heard.alerts))), items, tone="develop")


def _heard(heard: Heard) -> Iterator[Block]:
    answered = heard.figures.answered
    if answered.whole:
        yield Paragraph(
            sentence(
                "governing.brief.heard",
                answered=Tally(answered.part),
                count=Tally(answered.whole),
                overdue=Tally(len(heard.figures.overdue)),
            )
        )
