"""Assessments: a file becomes answers, the answers become the file, and mistakes are told with their line."""

# ruff: noqa: E501, ISC004 (one mistake a line)

import jsonschema
import pytest
import yaml
from assessment_samples import assessments
from framework_samples import ASSESSMENT, write_pack
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource

from cosmopolis.catalogue import assessment_faults, assessment_text, load_assessments, load_framework
from cosmopolis.catalogue.schema import Checker, schema_named
from cosmopolis.catalogue.text import yaml_tree
from cosmopolis.errors import ContentError
from cosmopolis.language import language
from cosmopolis.vocabulary.assessment import Agreed, Answer, Evidence, Rater


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_framework(write_pack(tmp_path_factory.mktemp("packs") / "town"))


@pytest.fixture(scope="module")
def frameworks(pack):
    return {(pack.id, pack.edition): pack}


def write(folder, text=ASSESSMENT, name="2025"):
    (folder / "assessments").mkdir(exist_ok=True)
    (folder / "assessments" / f"{name}.yaml").write_bytes(text.encode())
    return folder


def test_a_file_becomes_what_it_says_in_the_order_of_the_questions(tmp_path, frameworks):
    (told,) = load_assessments(write(tmp_path), frameworks)
    assert (told.id, told.framework, told.framework_edition, told.edition) == ("2025", "town-check", "2026", "2025")
    assert told.raters == (
        Rater("officer", {"en": "Office for Integration"}, "administration"),
        Rater("forum", {"en": "Migrants' forum"}, "association"),
    )
    assert told.answers == (
        Answer(
            "1.1", "officer", "complete", "external",
            (Evidence("Ordinance 12", "2021-03-04", "3", "https://town.example/12"),),
            {"en": "Department of Health"}, "high", {"en": "Since 2019."},
        ),
        Answer("1.1", "forum", "partial"),
        Answer("1.10", "officer", "no"),
        Answer("2.1", "officer", 3.5),
        Answer("2.1", "forum", "unknown"),
        Answer("2.2", "forum", ("policy", "external")),
    )  # fmt: skip
    assert told.agreed == (Agreed("1.1", "partial", {"en": "Opening hours"}, {"en": "Steering group"}),)
    assert told.holders == {"2.1": "national"}


def test_assessments_come_by_framework_and_date(tmp_path, frameworks):
    write(tmp_path, name="b")
    write(tmp_path, ASSESSMENT.replace('edition: "2025"', 'edition: "2024"').replace("2025-05-20", "2024-05-20"), "z")
    assert [each.id for each in load_assessments(tmp_path, frameworks)] == ["z", "b"]


def test_a_city_that_assessed_nothing_has_no_faults(tmp_path, frameworks):
    assert load_assessments(tmp_path, frameworks) == ()
    assert assessment_faults(tmp_path, frameworks) == ()


MISTAKES = [
    ("framework: town-check", "framework: village", 1, "is village 2026, which is not known. It cannot be guessed. "
     "Write one of: town-check 2026"),
    ('framework_edition: "2026"', "framework_edition: 2020", 1, "is town-check 2020, which is not known"),
    ("date: 2025-05-20", "date: 2023-05-20", 4, "the assessment is of 2023-05-20, but town-check 2026 is valid only from "
     "2024-01-01"),
    ("date: 2025-05-20", "date: 2031-01-01", 4, "was valid only until 2030-12-31"),
    ("date: 2025-05-20", "date: 2025-02-30", 4, "there is no such day"),
    ("date: 2025-05-20", "date: 20 May", 4, "date is 20 May"),
    ("scan: full", "scan: half", 5, "scan is half"),
    ("kind: association", "kind: club", 8, "raters forum › kind is club"),
    ("{id: forum", "{id: officer", 8, "officer is given a second time (at raters); the first is in line 7"),
    ("role: {en: Office for Integration}", "role: {}", 7, "raters officer › role has 0 entries"),
    ("[external, policy]", "[external, plan]", 10, "answers 2.2 (forum) › value is plan, which is not known"),
    ("[external, policy]", "[policy, policy]", 10, "policy is given a second time"),
    ("[external, policy]", "sometimes", 10, "Write one of: policy, internal, external, unknown"),
    ("value: complete", "value: compleat", 13, "answers 1.1 (officer) › value is compleat, which is not known. It cannot be guessed. "
     "Write one of: absent, partial, complete, unknown, not_applicable, outside_competence"),
    ("value: complete", "value: 0.5", 13, "answers 1.1 (officer) › value is 0.5, which is not known"),
    ("value: complete", "value: [complete]", 13, "answers 1.1 (officer) › value is [complete]"),
    ("value: complete", "value:", 13, "answers 1.1 (officer) › value has 0 entries"),
    ("stage: external", "stage: outside", 14, "answers 1.1 (officer) › stage is outside"),
    ("confidence: high", "confidence: sure", 15, "answers 1.1 (officer) › confidence is sure"),
    ("date: 2021-03-04", "date: 2025-05-21", 17, "answers 1.1 (officer) › evidence #1 › date is 2025-05-21, after the assessment of "
     "2025-05-20"),
    ("date: 2021-03-04", "date: 2021-02-29", 17, "2021-02-29, and there is no such day"),
    ("date: 2021-03-04", "date: 2021-03-04, valid_to: 2020-01-01", 17, "which is before 2021-03-04"),
    ('title: "Ordinance 12", ', "", 17, "title is missing"),
    ("note: {en: Since 2019.}", 'note: {en: "a\\x07"}', 18, "the invisible sign U+0007"),
    ("note: {en: Since 2019.}", 'adopted_from: "gcm/2018:1"', 18, "answers 1.1 (officer) › adopted_from is gcm/2018:1, but"),
    ("note: {en: Since 2019.}", "remark: x", 18, "nothing is called remark"),
    ('question: "1.1", rater: forum', 'question: "1.1", rater: office', 19, "answers 1.1 (office) › rater is office, which is not known. "
     "It cannot be guessed. Write one of: officer, forum"),
    ('question: "1.1", rater: forum', 'question: "1.1", rater: officer', 19, "1.1, officer is given a second time (at answ"),
    ('question: "1.10"', 'question: "1.100"', 20, "the question 1.100, which town-check does not have. Nobody could say "
     "what is meant. The nearest are: 1.10"),
    ("value: 3.50", "value: three", 21, "answers 2.1 (officer) › value is three, but the question asks for a number"),
    ("value: 3.50", "value: 1e999", 21, "answers 2.1 (officer) › value is 1e999"),
    ("value: 3.50", "value: [3]", 21, "answers 2.1 (officer) › value is [3]"),
    ('{question: "1.1", value: partial, reason', '{question: "2.2", value: half, reason', 24, "agreed 2.2 › value is half"),
    ("agreed:\n", 'agreed:\n  - {question: "1.1", value: absent, reason: {en: x}, by: {en: y}}\n', 25, "1.1 is given a sec"),
    (", by: {en: Steering group}", "", 24, "by is missing"),
    ('{"2.1": national}', '{"2.9": national}', 25, "holders names the question 2.9"),
    ('{"2.1": national}', '{"2.1": mayor}', 25, "holders.2.1 is mayor"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), MISTAKES, ids=[f"{new} {words}" for _, new, _, words in MISTAKES]
)
def test_a_mistake_is_told_in_words_with_its_line(tmp_path, frameworks, old, new, line, words):
    assert old in ASSESSMENT
    faults = assessment_faults(write(tmp_path, ASSESSMENT.replace(old, new, 1)), frameworks)
    found = [fault.values for fault in faults if words in language("en").fault(fault)]
    assert found, [language("en").fault(fault) for fault in faults]
    assert (found[0]["file"], found[0]["line"]) == ("assessments/2025.yaml", line)
    with pytest.raises(ContentError):
        load_assessments(tmp_path, frameworks)


def test_an_agreement_on_what_nobody_answered_is_told(tmp_path, frameworks):
    text = ASSESSMENT.replace('  - {question: "1.10", rater: officer, value: no}\n', "").replace(
        '{question: "1.1", value: partial, reason', '{question: "1.10", value: "no", reason'
    )
    (fault,) = assessment_faults(write(tmp_path, text), frameworks)
    assert (fault.message_id, fault.values["line"]) == ("frameworks.agreed_unanswered", 23)


def test_an_answer_without_evidence_is_no_fault(tmp_path, frameworks):
    evidence = '    evidence: [{title: "Ordinance 12", date: 2021-03-04, page: "3", url: "https://town.example/12"}]\n'
    assert evidence in ASSESSMENT
    assert assessment_faults(write(tmp_path, ASSESSMENT.replace(evidence, "")), frameworks) == ()


def test_two_files_of_one_edition_and_faults_of_both_are_told_together(tmp_path, frameworks):
    write(tmp_path, ASSESSMENT.replace("scan: full", "scan: half"), "a")
    write(tmp_path, ASSESSMENT.replace("value: complete", "value: whole"), "b")
    faults = assessment_faults(tmp_path, frameworks)
    assert [(fault.values["file"], fault.message_id) for fault in faults] == [
        ("assessments/a.yaml", "catalogue.not_allowed"),
        ("assessments/b.yaml", "catalogue.not_allowed"),
        ("assessments/b.yaml", "frameworks.edition_twice"),
    ]


def test_an_answer_taken_over_from_one_that_exists_is_no_fault(tmp_path, frameworks):
    write(tmp_path)
    later = ASSESSMENT.replace('edition: "2025"', 'edition: "2026"').replace(
        "note:", 'adopted_from: "town-check/2025:1.1"\n    note:'
    )
    assert assessment_faults(write(tmp_path, later, "later"), frameworks) == ()
    missing = later.replace("town-check/2025:1.1", "town-check/2025:9.9")
    (fault,) = assessment_faults(write(tmp_path, missing, "later"), frameworks)
    assert fault.message_id == "frameworks.adopted_from_nothing"


def test_the_text_of_an_assessment_is_readable_and_always_the_same(tmp_path, frameworks):
    (told,) = load_assessments(write(tmp_path), frameworks)
    text = assessment_text(told)
    assert text.splitlines()[:12] == [
        "framework: town-check",
        'framework_edition: "2026"',
        'edition: "2025"',
        "date: 2025-05-20",
        "scan: full",
        "raters:",
        '  - {id: officer, kind: administration, role: {en: "Office for Integration"}}',
        '  - {id: forum, kind: association, role: {en: "Migrants\' forum"}}',
        "answers:",
        '  - question: "1.1"',
        "    rater: officer",
        "    value: complete",
    ]
    assert '    value: "no"' in text.splitlines()
    assert "    value: [policy, external]" in text.splitlines()
    write(tmp_path, text)
    assert assessment_text(load_assessments(tmp_path, frameworks)[0]) == text


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_reading_the_text_gives_the_assessment_back(tmp_path, pack, frameworks, data):
    told = data.draw(assessments(pack))
    folder = tmp_path / "city"
    folder.mkdir(exist_ok=True)
    (folder / "assessments").mkdir(exist_ok=True)
    for left in (folder / "assessments").iterdir():
        left.unlink()
    # an answer taken over has to exist, which another file of the folder would say
    text = assessment_text(told)
    if "adopted_from" in text:
        faults = {fault.message_id for fault in assessment_faults(write(folder, text, told.id), frameworks)}
        assert faults == {"frameworks.adopted_from_nothing"}
    else:
        assert load_assessments(write(folder, text, told.id), frameworks) == (told,)
    # other readers of YAML see the same texts: nothing became a truth, a number or nothing
    plain = yaml.safe_load(text)
    assert [each["question"] for each in plain["answers"]] == [each.question for each in told.answers]
    assert [each["id"] for each in plain["raters"]] == [each.id for each in told.raters]
    assert [each.get("note", {}) for each in plain["answers"]] == [each.note for each in told.answers]


def test_our_checker_and_the_full_json_schema_agree():
    names = ["shared", "assessment"]
    registry = Registry().with_resources(
        (f"{name}.schema.json", Resource.from_contents(schema_named(name))) for name in names
    )
    plain = Checker("assessment", "x").plain(yaml_tree(ASSESSMENT, "x")[0])
    validator = jsonschema.Draft202012Validator(schema_named("assessment"), registry=registry)
    assert list(validator.iter_errors(plain)) == []
    plain["raters"][0]["role"] = {}
    assert len(list(validator.iter_errors(plain))) == 1


def test_a_day_that_cannot_be_read_is_one_fault_and_compared_with_nothing(tmp_path, frameworks):
    faults = assessment_faults(write(tmp_path, ASSESSMENT.replace("date: 2025-05-20", "date: 20.5.2025")), frameworks)
    assert [(fault.message_id, fault.values["key"]) for fault in faults] == [("catalogue.wrong_form_example", "date")]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("role: {en: Office for Integration}", "role: {en: maria@town.example}", "raters officer › role.en"),
        ("note: {en: Since 2019.}", "note: {en: Call +34 600 123 456}", "answers 1.1 (officer) › note.en"),
        ("by: {en: Steering group}", "by: {en: j@town.example}", "agreed 1.1 › by.en"),
        ('title: "Ordinance 12"', 'title: "Told by 0171 2345678"', "answers 1.1 (officer) › evidence #1 › title"),
        ("{en: Department of Health}", "{en: 8 (495) 123-45-67}", "answers 1.1 (officer) › on_behalf_of.en"),
    ],
)
def test_nothing_written_in_words_holds_an_address_or_number(tmp_path, frameworks, old, new, key):
    assert old in ASSESSMENT
    (fault,) = assessment_faults(write(tmp_path, ASSESSMENT.replace(old, new)), frameworks)
    assert (fault.message_id, fault.values["key"]) == ("governance_files.contact_in_text", key)
