"""From input to answer to action: the key figures of participation."""

from plan_cases import action, heard, plan, words

from cosmopolis.plan.inputs import STEPS, input_figures, input_trace, participation_grid, repetitions
from cosmopolis.plan.shares import Share

DAY = "2025-06-30"


def test_answers_are_counted_over_what_is_due():
    inputs = [
        heard("i1", due="2025-02-01", answered="2025-01-20", decision="accepted"),
        heard("i2", due="2025-03-01"),
        heard("i3", due="2025-12-31", answered="2025-02-10", decision="rejected"),  # answered, not due yet
        heard("i4"),  # no day set
    ]
    found = input_figures(inputs, None, DAY)
    assert found.answered == Share(1, 2)
    assert found.undated == ("i4",)
    assert found.open == 2


def test_the_median_is_over_answered_inputs_with_the_open_ones_beside_it():
    # 10, 31 and 2 days; then 10, 31, 2 and 20
    days = ("2025-01-20", "2025-02-10", "2025-01-12", "2025-01-30")
    inputs = [heard(f"i{at}", answered=day, decision="referred") for at, day in enumerate(days)]
    assert input_figures(inputs[:3], None, DAY).median_days == 10
    assert input_figures(inputs, None, DAY).median_days == 15
    assert input_figures([*inputs, heard("i9")], None, DAY).open == 1
    assert input_figures([heard("i9")], None, DAY).median_days is None


def test_partly_accepted_counts_as_accepted_but_not_as_implemented():
    answered = {"answered": "2025-02-01"}
    inputs = [
        heard("i1", decision="accepted", action="a1", **answered),
        heard("i2", decision="accepted", action="a2", **answered),
        heard("i3", decision="partly", action="a1", **answered),
        heard("i4", decision="rejected", **answered),
        heard("i5", decision="accepted"),  # no answer was sent
    ]
    found = input_figures(inputs, plan(action("a1", status="done"), action("a2")), DAY)
    assert found.accepted == Share(3, 4)
    assert found.implemented == Share(1, 2)


def test_what_the_city_tells_itself_is_no_input_from_outside():
    inputs = [heard("i1", actor_type="city_department"), heard("i2"), heard("i3", action="a3")]
    actions = (action("a1", inputs=("i1",)), action("a2", inputs=("i1", "i2")), action("a3", inputs=()))
    assert input_figures(inputs, plan(*actions), DAY).outside == Share(2, 3)


def test_an_overdue_input_names_its_owner_and_the_days():
    inputs = [
        heard("i1", due="2025-06-29", owner=words("Health")),
        heard("i2", due="2025-05-31", owner=words("Schools")),
        heard("i3", due="2025-06-30"),
    ]
    found = [(each.id, each.owner, each.days) for each in input_figures(inputs, None, DAY).overdue]
    assert found == [("i2", {"en": "Schools"}, 30), ("i1", {"en": "Health"}, 1)]


def test_what_happens_after_the_day_has_not_happened():
    inputs = [heard("i1", due="2025-02-01", answered="2025-07-01", decision="accepted"), heard("i2", date="2025-07-02")]
    found = input_figures(inputs, None, DAY)
    assert (found.answered, found.open, found.accepted) == (Share(0, 1), 1, Share(0, 0))


def test_a_matter_raised_again_before_it_was_answered_is_told_under_its_first_input():
    inputs = [
        heard("i1", date="2024-01-01", answered="2024-12-01"),
        heard("i2", date="2024-06-01", repeats="i1"),
        heard("i3", date="2024-07-01", repeats="i2"),
        heard("i4", date="2025-01-01", repeats="i1"),  # the first had an answer by then
        heard("i5", date="2024-08-01"),
    ]
    assert [(each.id, each.again) for each in repetitions(inputs)] == [("i1", ("i2", "i3"))]


def test_inputs_that_repeat_each_other_in_a_circle_end():
    found = repetitions([heard("i1", repeats="i2"), heard("i2", repeats="i1")])
    assert {name for each in found for name in (each.id, *each.again)} == {"i1", "i2"}


def test_the_grid_shows_its_empty_cells():
    inputs = [heard("i1", answered="2025-02-01"), heard("i2"), heard("i3", phase="decision", topic="work")]
    grid = participation_grid(inputs)
    assert len(grid) == 6 * 4
    filled = {(cell.phase, cell.level): (cell.inputs, cell.answered) for cell in grid if cell.inputs}
    assert filled == {("agenda", "consultation"): (("i1", "i2"), 1), ("decision", "consultation"): (("i3",), 0)}
    assert sum(bool(cell.inputs) for cell in participation_grid(inputs, "work")) == 1


def states(given, of=None):
    return {each.step: each.state for each in input_trace(given, of, DAY)}


def test_the_trace_of_a_full_round_is_done():
    given = heard(owner=words("Health"), due="2025-02-01", answered="2025-01-20", decision="accepted",
                  decision_reference="Council 12", action="a1", feedback_sent="2025-01-21")  # fmt: skip
    trace = input_trace(given, plan(action("a1", status="done")), DAY)
    assert [each.step for each in trace] == list(STEPS)
    assert {each.state for each in trace} == {"done"}
    assert {each.step: each.subjects for each in trace}["result"] == ("t1",)


def test_a_rejected_input_needs_an_answer_and_a_word_back_but_no_action():
    found = states(heard(due="2025-02-01", answered="2025-01-20", decision="rejected"), plan(action(inputs=())))
    assert (found["answer"], found["action"], found["result"], found["feedback"]) == (
        "done", "not_needed", "not_needed", "open",
    )  # fmt: skip


def test_an_answer_that_is_late_is_overdue_in_the_trace():
    assert states(heard(due="2025-06-29"))["answer"] == "overdue"
    assert states(heard(due="2025-06-30"))["answer"] == "open"
