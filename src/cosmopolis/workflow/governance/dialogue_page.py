"""What surrounds the plan: what others said, who meets, whose money ends when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cosmopolis.plan.coordination import Alert
from cosmopolis.plan.inputs import STEPS, TraceStep, input_trace
from cosmopolis.plan.shares import Share
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.participation import PARTICIPATION, PHASES
from cosmopolis.vocabulary.report import (
    Amount,
    Block,
    Cell,
    Item,
    Items,
    Listing,
    Mark,
    Matrix,
    Message,
    OwnWords,
    Percent,
    Period,
    Section,
    Several,
    Tally,
    Term,
    Value,
)
from cosmopolis.workflow.governance.planned import Heard
from cosmopolis.workflow.governance.terms import lines, own, sentence, word, words


def surroundings(governance: Governance, heard: Heard) -> Iterator[Section]:
    """The sections on inputs, money and forums, as far as the folder tells of them."""
    if governance.inputs:
        yield Section("plan_heard", (*_inputs(governance, heard), _grid(heard), _traces(governance, heard.as_of)))
    if governance.coordination.funding or governance.coordination.agreements:
        yield Section("plan_money", tuple(_money(governance, heard)))
    if governance.coordination.forums:
        yield Section("plan_forums", (_forums(governance, heard),))


def _inputs(governance: Governance, heard: Heard) -> Iterator[Block]:
    figures = heard.figures
    shares = {
        "answered": figures.answered,
        "accepted": figures.accepted,
        "implemented": figures.implemented,
        "outside": figures.outside,
    }
    rows: list[tuple[Cell, ...]] = [
        (Term(f"governing.heard.{name}"), _share(share.value), _of(share)) for name, share in shares.items()
    ]
    rows.append((Term("governing.heard.open"), Tally(figures.open), ""))
    if figures.median_days is not None:
        rows.append((Term("governing.heard.days"), Tally(round(figures.median_days)), ""))
    columns = ("column.item", "column.value", "column.counted")
    caption = sentence("governing.heard", count=Tally(len(governance.inputs)))
    yield Listing("heard", caption, columns, tuple(rows))
    texts = {each.id: each for each in governance.inputs}
    late = tuple(
        Item(
            OwnWords(texts[each.id].text),
            lines(
                ("column.overdue", sentence("governing.overdue", count=Tally(each.days))),
                ("column.responsible", own(each.owner, Term("gap.no_owner"))),
                ("column.from_whom", word("actor_type", texts[each.id].actor_type)),
            ),
        )
        for each in figures.overdue
    )
    if late:
        yield Items("unanswered", sentence("governing.unanswered", count=Tally(len(late))), late, tone="develop")


def _share(value: float | None) -> Value:
    return Term("status.M") if value is None else Percent(value)


def _of(share: Share) -> Message:
    return sentence("governing.of", part=Tally(share.part), whole=Tally(share.whole))


def _grid(heard: Heard) -> Matrix:
    """Phase by level of participation: where nobody was heard stays visible."""
    told = {(cell.phase, cell.level): cell for cell in heard.grid}

    def mark(phase: str, level: str) -> Mark | None:
        cell = told.get((phase, level))
        if cell is None or not cell.inputs:
            return None
        whole = cell.answered == len(cell.inputs)
        return Mark("governing.grid.answered" if whole else "governing.grid.heard", 1.0 if whole else 0.5)

    rows = tuple((word("phase", phase), tuple(mark(phase, level) for level in PARTICIPATION)) for phase in PHASES)
    columns = tuple(word("participation", level) for level in PARTICIPATION)
    return Matrix("dialogue", sentence("governing.grid"), Term("column.phase"), columns, rows)


def _traces(governance: Governance, as_of: str) -> Listing:
    """From each input to its answer, action and word back: the day, or how it stands."""
    rows = tuple(
        (OwnWords(given.text), word("actor_type", given.actor_type), *(_step(step) for step in steps))
        for given in governance.inputs
        for steps in (input_trace(given, governance.plan, as_of),)
    )
    columns = ("column.input", "column.from_whom", *(f"plan.step.{step}" for step in STEPS))
    return Listing("traces", sentence("governing.traces", count=Tally(len(rows))), columns, rows, folded=True)


def _step(told: TraceStep) -> Value:
    return Period(told.date) if told.date and told.state == "done" else Term(f"plan.step_state.{told.state}")


def _money(governance: Governance, heard: Heard) -> Iterator[Block]:
    titles = {action.id: OwnWords(action.title) for action in (governance.plan.actions if governance.plan else ())}
    ends = tuple(alert_item(alert, titles) for alert in heard.alerts)
    yield Items(
        "alerts", sentence("governing.alerts", count=Tally(len(ends))), ends, tone="develop" if ends else "plain"
    )
    rows = tuple(
        (
            word("level", flow.level),
            Term("governing.earmarked" if flow.earmarked else "governing.not_earmarked"),
            Amount(flow.amount, flow.currency),
            Amount(flow.running, flow.currency),
            Tally(len(flow.funding)),
        )
        for flow in heard.money
    )
    columns = ("column.level", "column.earmark", "column.amount", "column.still_running", "column.sources")
    yield Listing("money", sentence("governing.money"), columns, rows)


def alert_item(alert: Alert, titles: Mapping[str, OwnWords]) -> Item:
    """Money or an agreement that ends: what has happened or will, when, and the actions that live on it."""
    fed = tuple(titles[name] for name in alert.feeds if name in titles)
    told = lines(
        ("column.state", Term(f"plan.alert.{alert.kind}")),
        ("column.date", Period(alert.date)),
        ("column.actions", Several(fed)),
    )
    return Item(OwnWords(alert.title), told)


def _forums(governance: Governance, heard: Heard) -> Listing:
    names = {forum.id: OwnWords(forum.name) for forum in governance.coordination.forums}
    levels = {forum.id: words("level", forum.levels) for forum in governance.coordination.forums}
    rows = tuple(
        (
            names[record.forum],
            levels[record.forum],
            Tally(record.held),
            Period(record.last) if record.last else Term("governing.never_met"),
            sentence("governing.overdue", count=Tally(record.days_overdue)) if record.days_overdue > 0 else "",
        )
        for record in heard.forums
    )
    columns = ("column.forum", "column.levels", "column.meetings", "column.last_meeting", "column.overdue")
    on_time = heard.follow_ups.on_time
    caption = sentence("governing.forums", on_time=Tally(on_time.part), count=Tally(on_time.whole))
    return Listing("forums", caption, columns, rows)
