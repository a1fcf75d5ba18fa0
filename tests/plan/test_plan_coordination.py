"""What ends when, who meets, what was done in time, where money comes from."""

import pytest
from plan_cases import action, words

from cosmopolis.plan.coordination import alerts, follow_ups, forum_records, money_flows
from cosmopolis.plan.shares import Share
from cosmopolis.vocabulary.competence import LEVELS
from cosmopolis.vocabulary.participation import Agreement, Coordination, FollowUp, Forum, Funding, Meeting

DAY = "2025-06-30"


def money(name, end, **other):
    told = {"level": "national", "amount": 100.0, "currency": "EUR", "year": "2025", "start": "2023-01-01"} | other
    return Funding(name, words(name), end=end, **told)


def agreement(name, end="", **other):
    told = {"partners": ("red",), "kind": "agreement", "start": "2020-01-01"} | other
    return Agreement(name, words(name), end=end, **told)


def told(*actions, funding=(), agreements=(), months=6):
    coordination = Coordination(agreements=tuple(agreements), funding=tuple(funding))
    return [
        (each.kind, each.subject, each.days, each.feeds) for each in alerts(coordination, actions, DAY, months=months)
    ]


def test_money_is_told_before_it_ends_with_what_it_feeds():
    feeding = action("a1", funding=("grant",))
    assert told(feeding, funding=[money("grant", "2025-12-30")]) == [("funding_ending", "grant", 183, ("a1",))]
    assert told(feeding, funding=[money("grant", "2025-12-31")]) == []


def test_money_that_has_ended_is_told_only_while_something_lives_on_it():
    ended = [money("grant", "2025-06-29")]
    assert told(action("a1", funding=("grant",)), funding=ended) == [("funding_ended", "grant", -1, ("a1",))]
    assert told(action("a1", funding=("grant",), status="done"), funding=ended) == []
    assert told(funding=ended) == []


def test_the_day_of_notice_comes_before_the_end():
    found = told(agreements=[agreement("deal", "2026-12-31", renewal_notice="2025-09-30")])
    assert found == [("notice_near", "deal", 92, ())]
    late = told(agreements=[agreement("deal", "2025-12-01", renewal_notice="2025-06-01")])
    assert [each[:2] for each in late] == [("notice_passed", "deal"), ("agreement_ending", "deal")]


def test_an_ended_agreement_matters_to_actions_with_its_partners_in_its_function():
    ended = [agreement("deal", "2025-01-01", function="school", renewal_notice="2024-10-01")]
    with_partner = action("a1", partners=("red",), functions=("school",))
    assert told(with_partner, agreements=ended) == [("agreement_ended", "deal", -180, ("a1",))]
    assert told(action("a1", partners=("red",), functions=("sport",)), agreements=ended) == []
    assert told(action("a1", functions=("school",)), agreements=ended) == []


def test_an_agreement_without_an_end_is_never_told():
    assert told(agreements=[agreement("deal")]) == []


def test_what_has_passed_comes_first():
    found = told(action("a1", funding=("old",)), funding=[money("new", "2025-07-01"), money("old", "2025-05-01")])
    assert [each[0] for each in found] == ["funding_ended", "funding_ending"]


def test_a_forum_is_overdue_after_its_interval():
    forums = (Forum("board", words("Board"), ("city",), 3), Forum("table", words("Table"), ("city",)),
              Forum("ghost", words("Ghost"), ("city",), 6))  # fmt: skip
    meetings = (Meeting("board", "2024-11-30", ("city",)), Meeting("board", "2025-02-28", ("city",)),
                Meeting("board", "2025-09-01", ("city",)), Meeting("table", "2020-01-01", ("city",)))  # fmt: skip
    board, table, ghost = forum_records(Coordination(forums=forums, meetings=meetings), DAY)
    assert (board.held, board.last, board.next_due, board.days_overdue) == (2, "2025-02-28", "2025-05-28", 33)
    assert (table.next_due, table.days_overdue) == ("", 0)
    assert ghost.never_met
    assert not board.never_met


def follow_up(due, done=""):
    return FollowUp(words("Do it"), words("Health"), due, done)


def test_follow_ups_done_late_are_not_done_in_time():
    meeting = Meeting("board", "2025-01-10", ("city",), follow_ups=(
        follow_up("2025-02-01", "2025-02-01"), follow_up("2025-02-01", "2025-02-02"), follow_up("2025-05-31"),
        follow_up("2025-12-31"), follow_up("2025-12-31", "2025-03-01"), follow_up("2025-03-01", "2025-07-15"),
    ))  # fmt: skip
    found = follow_ups(Coordination(meetings=(meeting,)), DAY)
    assert found.on_time == Share(1, 4)
    assert (found.late, found.not_yet_due) == (1, 1)
    assert [each.days for each in found.overdue] == [121, 30]


def test_money_is_added_only_within_a_level_an_earmark_a_currency_and_a_year():
    funding = (
        money("a", "2026-01-01"), money("b", "2025-01-01", amount=50.0), money("c", "2026-01-01", earmarked=True),
        money("d", "2026-01-01", currency="USD"), money("e", "2026-01-01", year="2024"),
        money("f", "2026-01-01", level="city"),
    )  # fmt: skip
    flows = money_flows(Coordination(funding=funding), DAY, levels=LEVELS)
    assert [(each.level, each.earmarked, each.currency, each.year, each.amount) for each in flows] == [
        ("city", False, "EUR", "2025", 100), ("national", False, "EUR", "2024", 100),
        ("national", False, "EUR", "2025", 150), ("national", False, "USD", "2025", 100),
        ("national", True, "EUR", "2025", 100),
    ]  # fmt: skip
    assert flows[2].running == pytest.approx(100)
