"""The files of governance: a whole folder becomes one object; every mistake is told with its file, line and key."""

import re
import time
from pathlib import Path

import pytest

from cosmopolis.catalogue import check_governance, governance, has_governance, load_governance
from cosmopolis.catalogue.text import content_folder
from cosmopolis.errors import ContentError
from cosmopolis.language import LANGUAGES
from cosmopolis.vocabulary.framework import QuestionRef


def test_a_good_folder_is_clean_and_becomes_governance(governed):
    assert governed.faults() == ()
    told = governed.load()
    assert [actor.id for actor in told.actors] == ["parents", "club"]
    assert told.actors[1].contact_consent
    assert [each.id for each in told.inputs] == ["more-classes", "again"]
    assert told.inputs[0].reason == {"en": "The waiting list is long."}
    assert told.services.departments[0].name == {"en": "Department of Schools"}
    assert told.services.entitlements[0].languages == ("en", "ar")
    assert told.services.policies[0].status == "running"
    assert told.coordination.meetings[0].follow_ups[0].done == "2024-05-20"
    assert told.coordination.funding[0].earmarked is True
    assert told.crosswalks is not None
    assert ("own", "2024") in told.frameworks
    assert not told.is_empty


def test_the_plan_keeps_its_references_numbers_and_days(governed):
    plan = governed.load().plan
    assert plan.problems[0].questions == (QuestionRef("own", "1.01"),)
    assert plan.problems[0].indicators[0].sex == "_T"
    first, _, twelve = plan.targets
    assert (first.indicator.age_group, first.baseline, first.baseline_period, first.value) == (
        "Y0T14",
        120.0,
        "2024",
        0.0,
    )
    assert (twelve.question, twelve.answer) == (QuestionRef("own", "1.02"), "12")
    action = plan.actions[0]
    assert (action.cost.amount, action.cost.currency, action.cost.year) == (60000.0, "EUR", "2024")
    assert [item.state for item in action.rights] == ["clear", "clear", "mended", "clear"]
    assert [change.status for change in action.history] == ["approved", "running"]
    assert plan.commitments[0].reference == QuestionRef("own", "1.02")
    assert plan.opposed == (("classes", "savings"),)


def test_what_is_not_said_of_a_practice_is_not_known(governed):
    (practice,) = governed.load().practices
    assert (practice.reached, practice.staff, practice.reviewed) == (None, None, "")
    assert practice.results[0].success is True
    assert practice.reuse[0].design == "outputs_only"


def test_a_folder_without_any_of_the_files_is_empty_and_clean(tmp_path, governed):
    bare = tmp_path / "bare"
    bare.mkdir()
    assert check_governance(bare, governed.city) == ()
    told = load_governance(bare, governed.city)
    assert told.is_empty
    assert told.plan is None
    assert len(told.competence.functions) == 46
    assert (has_governance(bare), has_governance(governed.folder)) == (False, True)


@pytest.mark.parametrize("name", ["competence", "services", "actors", "inputs", "coordination", "plan"])
def test_an_empty_list_is_as_good_as_no_file(tmp_path, governed, name):
    bare = tmp_path / "bare"
    bare.mkdir()
    text = {"actors": "actors: []\n", "inputs": "inputs: []\n"}
    text["plan"] = "title: {en: Plan}\nadopted: 2024-01-01\nas_of: 2024-01-01\n"
    (bare / f"{name}.yaml").write_text(text.get(name, "{}\n"))
    assert check_governance(bare, governed.city) == ()


BROKEN = [
    # an id twice
    ("inputs.yaml", "id: again", "id: more-classes", "id_twice", "id: more-classes", 2, "inputs more-classes › id"),
    ("plan.yaml", "- {id: care", "- {id: no-waiting", "id_twice", "id: no-waiting", 2, "targets no-waiting › id"),
    # names of nothing
    (
        "plan.yaml",
        "partners: [parents]",
        "partners: [parent]",
        "unknown_reference",
        "[parent]",
        1,
        "actions open-classes › partners #1",
    ),
    (
        "plan.yaml",
        "    inputs: [more-classes]\n    practices",
        "    inputs: [less]\n    practices",
        "unknown_reference",
        "[less]",
        1,
        "actions open-classes › inputs #1",
    ),
    (
        "plan.yaml",
        "inputs: [more-classes]\ngoals",
        "inputs: [less]\ngoals",
        "unknown_reference",
        "[less]",
        1,
        "problems waiting › inputs #1",
    ),
    (
        "plan.yaml",
        "problems: [waiting]",
        "problems: [walking]",
        "unknown_reference",
        "[walking]",
        1,
        "goals classes › problems #1",
    ),
    (
        "plan.yaml",
        "    goal: classes",
        "    goal: class",
        "unknown_reference",
        "goal: class",
        1,
        "targets no-waiting › goal",
    ),
    (
        "plan.yaml",
        "goals: [classes]",
        "goals: [class]",
        "unknown_reference",
        "goals: [class]",
        1,
        "actions open-classes › goals #1",
    ),
    (
        "plan.yaml",
        "targets: [no-waiting]",
        "targets: [waiting]",
        "unknown_reference",
        "targets: [waiting]",
        1,
        "actions open-classes › targets #1",
    ),
    (
        "plan.yaml",
        "funding: [fund]",
        "funding: [found]",
        "unknown_reference",
        "[found]",
        1,
        "actions open-classes › funding #1",
    ),
    (
        "plan.yaml",
        "department: schools",
        "department: school",
        "unknown_reference",
        "department: school",
        1,
        "actions open-classes › department",
    ),
    (
        "plan.yaml",
        "practices: [town-classes-2020-1]",
        "practices: [town-classes]",
        "unknown_reference",
        "practices:",
        1,
        "actions open-classes › practices #1",
    ),
    (
        "plan.yaml",
        "actions: [open-classes]",
        "actions: [open]",
        "unknown_reference",
        "[open]",
        1,
        "commitments promise › actions #1",
    ),
    ("plan.yaml", "- [classes, savings]", "- [classes, saving]", "unknown_reference", "saving]", 1, "opposed #1 #2"),
    (
        "actors.yaml",
        "works_with: [parents]",
        "works_with: [pair]",
        "unknown_reference",
        "[pair]",
        1,
        "actors club › works_with #1",
    ),
    (
        "inputs.yaml",
        "action: open-classes",
        "action: open",
        "unknown_reference",
        "action: open",
        1,
        "inputs more-classes › action",
    ),
    (
        "inputs.yaml",
        "repeats: more-classes",
        "repeats: more",
        "unknown_reference",
        "repeats",
        1,
        "inputs again › repeats",
    ),
    (
        "coordination.yaml",
        "partners: [parents]",
        "partners: [nobody]",
        "unknown_reference",
        "[nobody]",
        1,
        "agreements school-pact › partners #1",
    ),
    (
        "coordination.yaml",
        "forum: round-table",
        "forum: table",
        "unknown_reference",
        "forum: table",
        1,
        "meetings #1 › forum",
    ),
    (
        "coordination.yaml",
        "participants: [parents, club]",
        "participants: [parents, clubs]",
        "unknown_reference",
        "clubs]",
        1,
        "meetings #1 › participants #2",
    ),
    (
        "services.yaml",
        "function: school, department: schools",
        "function: school, department: x",
        "unknown_reference",
        "department: x",
        1,
        "policies mother-tongue › department",
    ),
    (
        "services.yaml",
        "- {department: schools, column: service_provider",
        "- {department: x, column: service_provider",
        "unknown_reference",
        "department: x",
        1,
        "duties #1 › department",
    ),
    (
        "competence.yaml",
        "agreement: school-pact",
        "agreement: pact",
        "unknown_reference",
        "agreement",
        1,
        "gaps second › agreement",
    ),
    # itself
    (
        "actors.yaml",
        "works_with: [parents]",
        "works_with: [club]",
        "refers_to_itself",
        "[club]",
        1,
        "actors club › works_with #1",
    ),
    (
        "inputs.yaml",
        "repeats: more-classes",
        "repeats: again",
        "refers_to_itself",
        "repeats",
        1,
        "inputs again › repeats",
    ),
    (
        "plan.yaml",
        "- [classes, savings]",
        "- [classes, classes]",
        "refers_to_itself",
        "classes, classes",
        1,
        "opposed #1 #2",
    ),
    # questions of frameworks
    (
        "plan.yaml",
        'questions: ["own:1.01"]',
        'questions: ["onw:1.01"]',
        "unknown_framework",
        "onw",
        1,
        "problems waiting › questions #1",
    ),
    (
        "plan.yaml",
        'questions: ["own:1.02"]',
        'questions: ["own:1.2"]',
        "unknown_question",
        "own:1.2",
        1,
        "actions open-classes › questions #1",
    ),
    (
        "plan.yaml",
        'reference: "own:1.02"',
        'reference: "own:9"',
        "unknown_question",
        "own:9",
        1,
        "commitments promise › reference",
    ),
    (
        "practices/classes.yaml",
        'questions: ["own:1.02"]',
        'questions: ["own:1.03"]',
        "unknown_question",
        "own:1.03",
        1,
        "questions #1",
    ),
    # one thing said twice
    (
        "services.yaml",
        "column: staff",
        "column: service_provider",
        "entry_twice",
        "column: service_provider",
        2,
        "duties #2",
    ),
    (
        "services.yaml",
        "group: without_permit",
        "group: asylum_seekers",
        "entry_twice",
        "group: asylum_seekers",
        2,
        "entitlements #2",
    ),
    (
        "plan.yaml",
        "{item: remedy",
        "{item: access, state: clear}\n      - {item: remedy",
        "entry_twice",
        "{item: access",
        2,
        "actions open-classes › rights access",
    ),
    (
        "competence.yaml",
        "{level: city, duties: [delivers, finances]",
        "{level: national, duties: [delivers]",
        "entry_twice",
        "level: national",
        2,
        "functions school › powers #2",
    ),
    # ends before starts
    (
        "plan.yaml",
        "deadline: 2025-08-31",
        "deadline: 2024-02-28",
        "ends_before_start",
        "2024-02-28",
        1,
        "actions open-classes › deadline",
    ),
    (
        "plan.yaml",
        "date: 2023-05-01",
        "date: 2027-05-01",
        "ends_before_start",
        "    deadline: 2026-12-31",
        2,
        "commitments promise › deadline",
    ),
    (
        "inputs.yaml",
        "answered: 2024-03-15",
        "answered: 2024-01-15",
        "ends_before_start",
        "answered",
        1,
        "inputs more-classes › answered",
    ),
    (
        "coordination.yaml",
        "end: 2025-12-31",
        "end: 2023-12-31",
        "ends_before_start",
        "2023-12-31",
        1,
        "funding fund › end",
    ),
    (
        "coordination.yaml",
        "renewal_notice: 2026-06-30",
        "renewal_notice: 2027-01-31",
        "ends_before_start",
        "2027-01-31",
        1,
        "agreements school-pact › end",
    ),
    (
        "services.yaml",
        "until: 2026-07-31",
        "until: 2018-07-31",
        "ends_before_start",
        "until",
        1,
        "policies mother-tongue › until",
    ),
    # parts and wholes, numbers and what they need
    (
        "services.yaml",
        "seats_elected: 6",
        "seats_elected: 13",
        "more_than_whole",
        "seats_elected",
        1,
        "bodies council › seats_elected",
    ),
    (
        "services.yaml",
        "opinions_answered: 7",
        "opinions_answered: 10",
        "more_than_whole",
        "opinions_answered",
        1,
        "bodies council › opinions_answered",
    ),
    (
        "services.yaml",
        "yearly_cost: 40000, currency: EUR",
        "yearly_cost: 40000",
        "needs_beside",
        "yearly_cost",
        1,
        "policies mother-tongue › yearly_cost",
    ),
    (
        "coordination.yaml",
        "amount: 5000, currency: EUR",
        "amount: 5000",
        "needs_beside",
        "amount: 5000",
        1,
        "agreements school-pact › amount",
    ),
    # no such day
    ("plan.yaml", "as_of: 2024-12-31", "as_of: 2024-02-30", "catalogue.no_such_day", "as_of", 1, "as_of"),
    (
        "inputs.yaml",
        "due: 2024-04-01",
        "due: 2024-04-31",
        "catalogue.no_such_day",
        "due",
        1,
        "inputs more-classes › due",
    ),
    ("competence.yaml", "date: 2024-03", "date: 2023-02-29", "catalogue.no_such_day", "date", 1, "gaps second › date"),
]


@pytest.mark.parametrize(("file", "old", "new", "message", "part", "nth", "key"), BROKEN)
def test_a_mistake_is_told_with_its_place_and_alone(governed, file, old, new, message, part, nth, key):
    governed.change(file, old, new)
    told = message if "." in message else f"governance_files.{message}"
    assert governed.places() == [(told, file, governed.line(file, part, nth), key)]
    with pytest.raises(ContentError):
        governed.load()


def test_ids_of_two_kinds_may_be_alike(governed):
    governed.change("services.yaml", "{id: council", "{id: mother-tongue")
    assert governed.faults() == ()


def test_a_name_is_told_with_those_like_it_and_the_place_where_it_would_stand(governed):
    governed.change("plan.yaml", "partners: [parents]", "partners: [parnets]")
    (told,) = governed.words()
    assert "actions open-classes › partners #1 names parnets" in told
    assert "in actors of actors.yaml" in told
    assert "for example to one of: parents" in told


def test_a_question_is_told_with_those_like_it(governed):
    governed.change("plan.yaml", 'reference: "own:1.02"', 'reference: "own:1.2"')
    (told,) = governed.words()
    assert "the question 1.2, which own does not ask" in told
    assert "1.02" in told


def test_practices_are_named_by_their_files(governed):
    governed.change("plan.yaml", "practices: [town-classes-2020-1]", "practices: [nothing]")
    assert "practices/*.yaml" in governed.words()[0]


def test_a_file_that_is_no_yaml_hides_no_fault_and_makes_none(governed):
    governed.write("actors.yaml", "actors: [\n")
    governed.change("inputs.yaml", "    reason: {en: The waiting list is long.}\n", "")
    assert {(told, file) for told, file, *_ in governed.places()} == {
        ("catalogue.not_yaml", "actors.yaml"),
        ("governance_files.decision_without_reason", "inputs.yaml"),
    }


def test_a_wrong_key_hides_no_fault_between_files(governed):
    governed.change("actors.yaml", "type: club", "typ: club")
    governed.change("plan.yaml", "partners: [parents]", "partners: [club, nobody]")
    assert [told for told, *_ in governed.places()] == [
        "catalogue.missing_key",
        "catalogue.unknown_key",
        "governance_files.unknown_reference",
    ]


SOME = [
    row
    for row in BROKEN
    if row[2] in {"id: more-classes", "works_with: [club]", "partners: [parent]", "seats_elected: 13"}
]


def test_everything_wrong_in_every_file_is_told_at_once(governed):
    for file, old, new, *_ in SOME:
        governed.change(file, old, new)
    assert {told.partition(".")[2] for told, *_ in governed.places()} == {row[3] for row in SOME}
    assert len(governed.faults()) == len(SOME) == 4


def test_a_broken_pack_of_the_city_is_told_and_its_questions_are_not(governed):
    governed.change("frameworks/own/en.yaml", "title: Our own questions\n", "")
    places = governed.places()
    assert [file for _, file, *_ in places] == ["own/en.yaml"]


@pytest.mark.parametrize("name", ["plan.yml", "practices/other.yml", "assessments/2024.yml"])
def test_a_file_with_the_other_ending_is_not_passed_over(governed, name):
    governed.write(name, "{}\n")
    assert governed.places() == [("governance_files.wrong_ending", name, 0, None)]
    assert name in governed.words()[0]


def test_a_file_that_leads_out_of_the_folder_is_refused(governed, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "plan.yaml"
    (governed.folder / "plan.yaml").rename(outside)
    (governed.folder / "plan.yaml").symlink_to(outside)
    assert ("catalogue.leaves_folder", "plan.yaml") in {(told, file) for told, file, *_ in governed.places()}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_mistake_has_words_that_name_file_and_line(governed, code):
    for file, old, new, *_ in BROKEN[:6]:
        governed.change(file, old, new)
    words = governed.words(code)
    assert len(words) >= 5
    assert all(".yaml" in told and "{" not in told for told in words)


def test_every_fault_of_these_files_has_words_and_no_words_are_left_over():
    room = Path(governance.__file__).parent
    used = {told for path in room.glob("*.py") for told in re.findall(r'"(governance_files\.\w+)"', path.read_text())}
    po = (content_folder() / "locale" / "en" / "governance_files.po").read_text(encoding="utf-8")
    assert used == set(re.findall(r'^msgid "(.+)"$', po, flags=re.MULTILINE))


def test_a_large_folder_is_read_in_a_moment(governed):
    many = {"actors.yaml": ("actors", 15), "inputs.yaml": ("inputs", 20)}
    for name, (key, times) in many.items():
        text = (governed.folder / name).read_text().removeprefix(f"{key}:\n")
        copies = [
            text.replace("id: parents", f"id: p{n}")
            .replace("id: club", f"id: c{n}")
            .replace("id: more-classes", f"id: m{n}")
            .replace("id: again", f"id: a{n}")
            for n in range(times - 1)
        ]
        governed.write(name, f"{key}:\n{text}{''.join(copies)}")
    practice = (governed.folder / "practices" / "classes.yaml").read_text()
    for n in range(7):
        governed.write(f"practices/more-{n}.yaml", practice.replace("town-classes-2020-1", f"town-more-2020-{n}"))
    plan = (governed.folder / "plan.yaml").read_text()
    before, _, rest = plan.partition("  - id: open-classes\n")
    action, _, after = rest.partition("commitments:")
    actions = "".join(f"  - id: {name}\n{action}" for name in ["open-classes", *(f"act-{n}" for n in range(14))])
    governed.write("plan.yaml", f"{before}{actions}commitments:{after}")
    governed.load()  # the shipped packs are read once
    start = time.perf_counter()
    told = governed.load()
    taken = time.perf_counter() - start
    assert (len(told.actors), len(told.inputs), len(told.practices), len(told.plan.actions)) == (30, 40, 8, 15)
    assert taken < 0.5
