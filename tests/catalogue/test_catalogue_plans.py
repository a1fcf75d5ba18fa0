"""Plans: what is merely incoherent is read; what serves no goal, says nothing measurable or may do harm is refused."""

import pytest

from cosmopolis.vocabulary.plan import RIGHTS_ITEMS

OPEN = "      - {item: remedy, state: clear}\n"


@pytest.mark.parametrize(
    ("old", "new", "message", "part", "nth", "key"),
    [
        (
            "goals: [classes]\n    targets",
            "goals: []\n    targets",
            "orphan_action",
            "goals: []",
            1,
            "actions open-classes › goals",
        ),
        ("    baseline_period: 2024\n", "", "needs_beside", "baseline: 120", 1, "targets no-waiting › baseline"),
        ("    value: 0\n", "", "target_without_value", "id: no-waiting", 1, "targets no-waiting"),
        (", answer: complete", "", "target_without_answer", "id: care", 1, "targets care"),
        ("answer: complete", "answer: completed", "unknown_answer", "id: care", 1, "targets care › answer"),
        ('answer: "12"', "answer: many", "unknown_answer", "id: twelve", 1, "targets twelve › answer"),
        (', question: "own:1.01", answer: complete', "", "target_aim", "id: care", 1, "targets care"),
        (
            "    value: 0\n",
            '    value: 0\n    question: "own:1.01"\n',
            "target_aim",
            "id: no-waiting",
            1,
            "targets no-waiting",
        ),
        (OPEN, "", "rights_missing_running", "{item: access", 1, "actions open-classes › rights"),
        (
            OPEN,
            "      - {item: remedy, state: open}\n",
            "rights_open_running",
            "item: remedy",
            1,
            "actions open-classes › rights remedy",
        ),
        (
            OPEN,
            "      - {item: remedy, state: red}\n",
            "rights_red_running",
            "item: remedy",
            1,
            "actions open-classes › rights remedy",
        ),
        (
            ", note: {en: Lists stay in the school.}",
            "",
            "mended_without_note",
            "data_firewall",
            1,
            "actions open-classes › rights data_firewall",
        ),
        (
            "status: running}",
            "status: proposed}",
            "history_differs",
            "2024-03-01, ",
            1,
            "actions open-classes › history #2",
        ),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(governed, old, new, message, part, nth, key):
    governed.change("plan.yaml", old, new)
    told = f"governance_files.{message}"
    assert governed.places() == [(told, "plan.yaml", governed.line("plan.yaml", part, nth), key)]


def test_a_target_without_a_goal_is_refused(governed):
    governed.change("plan.yaml", "{id: care, goal: classes, ", "{id: care, ")
    line = governed.line("plan.yaml", "id: care")
    assert governed.places() == [("catalogue.missing_key", "plan.yaml", line, "targets care › goal")]


@pytest.mark.parametrize("status", ["approved", "running", "done"])
@pytest.mark.parametrize("item", RIGHTS_ITEMS)
def test_from_approval_on_each_of_the_four_items_has_to_be_clear(governed, status, item):
    governed.change("plan.yaml", "status: running\n", f"status: {status}\n")
    governed.change("plan.yaml", "status: running}", f"status: {status}}}")
    text = (governed.folder / "plan.yaml").read_text()
    (row,) = [line for line in text.splitlines() if f"item: {item}," in line]
    governed.change("plan.yaml", row, f"      - {{item: {item}, state: red}}")
    (told,) = governed.words()
    assert f"the action open-classes is {status}, but {item} of its rights check is red" in told
    stops = "It has to stop" if status == "running" else "It cannot be approved or count as done"
    assert stops in told
    assert "set the action back to proposed" in told


@pytest.mark.parametrize("status", ["proposed", "stopped"])
@pytest.mark.parametrize("state", ["open", "red"])
def test_a_proposed_or_stopped_action_may_have_open_and_red_items(governed, status, state):
    governed.change("plan.yaml", "status: running\n", f"status: {status}\n")
    governed.change("plan.yaml", "status: running}", f"status: {status}}}")
    governed.change("plan.yaml", OPEN, f"      - {{item: remedy, state: {state}}}\n")
    assert governed.faults() == ()


def test_the_order_of_the_history_does_not_matter(governed):
    governed.change("plan.yaml", "{date: 2024-02-01, status: approved}", "{date: 2024-03-01, status: running}")
    text = (governed.folder / "plan.yaml").read_text()
    last = text.rindex("{date: 2024-03-01, status: running}")
    governed.write(
        "plan.yaml",
        text[:last]
        + text[last:].replace("{date: 2024-03-01, status: running}", "{date: 2024-02-01, status: approved}", 1),
    )
    assert governed.faults() == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("targets: [no-waiting]", "targets: []"),  # an action that moves no target
        ("- [classes, savings]", "- [savings, classes]"),
        ('    reference: "own:1.02"\n', ""),
        ("    actions: [open-classes]\n", ""),  # a commitment that nothing keeps
        ("    cost: {amount: 60000, currency: EUR, year: 2024}\n", ""),
        ("functions: [school]", "functions: [residence_permits]"),  # a power the city has not
        ("deadline: 2025-08-31", "deadline: 2024-08-31"),  # late
    ],
)
def test_what_is_only_incoherent_is_read(governed, old, new):
    governed.change("plan.yaml", old, new)
    assert governed.faults() == ()
    assert governed.load().plan.actions[0].id == "open-classes"


@pytest.mark.parametrize("pair", ["[]", "[classes]", "classes", "[[classes], savings]"])
def test_goals_opposed_to_nothing_are_told(governed, pair):
    governed.change("plan.yaml", "[classes, savings]", pair)
    line = governed.line("plan.yaml", "opposed:") + 1
    assert {place[1:3] for place in governed.places()} == {("plan.yaml", line)}


def test_money_without_its_year_is_refused(governed):
    governed.change("plan.yaml", "currency: EUR, year: 2024}", "currency: EUR}")
    ((message, _, _, key),) = governed.places()
    assert (message, key) == ("catalogue.missing_key", "actions open-classes › cost.year")
