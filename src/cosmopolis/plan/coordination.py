"""
Agreements, meetings and money between levels and actors, and what ends when.

A level of government that pays can stop paying: what hangs on money that ends is
said before it does (requirement R49).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cosmopolis.plan.days import days_between, months_later
from cosmopolis.plan.shares import Share
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.participation import Agreement, Coordination, FollowUp, Forum, Funding, Meeting
from cosmopolis.vocabulary.plan import Action

AlertKind = Literal[
    "funding_ended", "funding_ending", "agreement_ended", "agreement_ending", "notice_passed", "notice_near"
]
#: What has happened comes before what is going to.
_URGENCY: tuple[AlertKind, ...] = (
    "funding_ended", "notice_passed", "agreement_ended", "funding_ending", "notice_near", "agreement_ending",
)  # fmt: skip
_UNDER_WAY = frozenset({"approved", "running"})


@dataclass(frozen=True)
class Alert:
    """
    Something that has ended or is about to, and the actions that hang on it.

    `days` are days left; negative ones have passed.
    """

    kind: AlertKind
    subject: str  #: id of the funding or agreement
    title: Words
    date: str
    days: int
    feeds: tuple[str, ...]  #: ids of actions


@dataclass(frozen=True)
class ForumRecord:
    """
    How regularly a forum meets.

    `next_due` is empty for a forum without an interval, or that has never met;
    `days_overdue` is 0 as long as it is in time.
    """

    forum: str
    held: int
    last: str
    next_due: str
    days_overdue: int

    @property
    def never_met(self) -> bool:
        """Whether the log holds no meeting of it."""
        return not self.held


@dataclass(frozen=True)
class OpenFollowUp:
    """What a meeting decided and nobody has done in time."""

    forum: str
    meeting: str  #: date
    text: Words
    owner: Words
    due: str
    days: int


@dataclass(frozen=True)
class FollowUps:
    """Of what was due by the day, how much was done in time, late, and not at all (requirement R12)."""

    on_time: Share
    late: int
    overdue: tuple[OpenFollowUp, ...]  #: longest first
    not_yet_due: int


@dataclass(frozen=True)
class MoneyFlow:
    """Money from one level, earmarked or free, in one currency and year of prices; never added across these."""

    level: str
    earmarked: bool
    currency: str
    year: str
    amount: float
    running: float  #: the part that has begun and not ended on the day
    funding: tuple[str, ...]


def alerts(coordination: Coordination, actions: Sequence[Action], as_of: str, *, months: int = 6) -> tuple[Alert, ...]:
    """
    What ends within so many months, or has ended while something hangs on it.

    Money that has ended is told only where an approved or running action is still
    fed by it; an ended agreement, only where one of these actions works with its
    partners in its function: what ended as it should is no alert.

    Returns
    -------
    alerts
        What has passed first, then by date.

    Examples
    --------
    >>> grant = Funding("grant", {"en": "State"}, "regional", 1000, "EUR", "2025", "2023-01-01", "2025-03-31")
    >>> found = alerts(Coordination(funding=(grant,)), (), "2025-03-01")[0]
    >>> found.kind, found.days
    ('funding_ending', 30)
    """
    horizon = months_later(as_of, months)
    under_way = [action for action in actions if action.status in _UNDER_WAY]
    found = [
        *_funding_alerts(coordination.funding, under_way, as_of, horizon),
        *_agreement_alerts(coordination.agreements, under_way, as_of, horizon),
    ]
    return tuple(sorted(found, key=lambda each: (_URGENCY.index(each.kind), each.date, each.subject)))


def forum_records(coordination: Coordination, as_of: str) -> tuple[ForumRecord, ...]:
    """
    When each forum met last and when it should have met again.

    Examples
    --------
    >>> board = Forum("board", {"en": "Board"}, ("city",), every_months=3)
    >>> log = Coordination(forums=(board,), meetings=(Meeting("board", "2025-01-15", ("city",)),))
    >>> found = forum_records(log, "2025-05-01")[0]
    >>> found.next_due, found.days_overdue
    ('2025-04-15', 16)
    """
    return tuple(_forum_record(forum, coordination.meetings, as_of) for forum in coordination.forums)


def follow_ups(coordination: Coordination, as_of: str) -> FollowUps:
    """How much of what meetings decided was done by its day."""
    told = [
        (meeting, each) for meeting in coordination.meetings if meeting.date <= as_of for each in meeting.follow_ups
    ]
    due = [(meeting, each) for meeting, each in told if each.due <= as_of]
    done = [each for _, each in due if each.done and each.done <= as_of]
    on_time = sum(each.done <= each.due for each in done)
    waiting = [
        OpenFollowUp(meeting.forum, meeting.date, each.text, each.owner, each.due, days_between(each.due, as_of))
        for meeting, each in due
        if each.due < as_of and not _is_done(each, as_of)
    ]
    return FollowUps(
        Share(on_time, len(due)),
        len(done) - on_time,
        tuple(sorted(waiting, key=lambda each: (-each.days, each.forum, each.meeting))),
        sum(not _is_done(each, as_of) for _, each in told if each.due > as_of),
    )


def money_flows(coordination: Coordination, as_of: str, *, levels: Sequence[str]) -> tuple[MoneyFlow, ...]:
    """
    Money by the level it comes from and whether it is tied to a purpose.

    Parameters
    ----------
    levels
        The order of levels; `cosmopolis.vocabulary.competence.LEVELS`.
    """
    groups: dict[tuple[str, bool, str, str], list[Funding]] = {}
    for each in coordination.funding:
        groups.setdefault((each.level, each.earmarked, each.currency, each.year), []).append(each)
    order = {level: at for at, level in enumerate(levels)}
    return tuple(
        MoneyFlow(
            *key,
            amount=sum(each.amount for each in found),
            running=sum(each.amount for each in found if each.start <= as_of <= each.end),
            funding=tuple(each.id for each in found),
        )
        for key, found in sorted(groups.items(), key=lambda entry: (order.get(entry[0][0], len(order)), entry[0]))
    )


def _funding_alerts(funding: Sequence[Funding], under_way: Sequence[Action], as_of: str, horizon: str) -> list[Alert]:
    found = []
    for each in funding:
        feeds = tuple(action.id for action in under_way if each.id in action.funding)
        if each.end < as_of and feeds:
            found.append(_alert("funding_ended", each.id, each.source, each.end, as_of, feeds))
        elif as_of <= each.end <= horizon:
            found.append(_alert("funding_ending", each.id, each.source, each.end, as_of, feeds))
    return found


def _agreement_alerts(
    agreements: Sequence[Agreement], under_way: Sequence[Action], as_of: str, horizon: str
) -> list[Alert]:
    found = []
    for each in agreements:
        feeds = tuple(action.id for action in under_way if _hangs_on(action, each))
        if each.end and each.end < as_of:
            if feeds:
                found.append(_alert("agreement_ended", each.id, each.title, each.end, as_of, feeds))
            continue
        if each.end and each.end <= horizon:
            found.append(_alert("agreement_ending", each.id, each.title, each.end, as_of, feeds))
        notice = each.renewal_notice
        if notice and notice <= horizon:
            kind: AlertKind = "notice_near" if notice >= as_of else "notice_passed"
            found.append(_alert(kind, each.id, each.title, notice, as_of, feeds))
    return found


def _alert(kind: AlertKind, subject: str, title: Words, date: str, as_of: str, feeds: tuple[str, ...]) -> Alert:
    return Alert(kind, subject, title, date, days_between(as_of, date), feeds)


def _hangs_on(action: Action, agreement: Agreement) -> bool:
    in_function = not agreement.function or agreement.function in action.functions
    return in_function and bool(set(action.partners).intersection(agreement.partners))


def _forum_record(forum: Forum, meetings: Sequence[Meeting], as_of: str) -> ForumRecord:
    dates = sorted(each.date for each in meetings if each.forum == forum.id and each.date <= as_of)
    last = dates[-1] if dates else ""
    due = months_later(last, forum.every_months) if last and forum.every_months else ""
    return ForumRecord(forum.id, len(dates), last, due, max(0, days_between(due, as_of)) if due else 0)


def _is_done(follow_up: FollowUp, as_of: str) -> bool:
    return bool(follow_up.done) and follow_up.done <= as_of
