"""The spreadsheet of an assessment: what is written is read back, mistakes are told with sheet and row."""

# ruff: noqa: E501, PLR0917, DTZ001 (one mistake a line; a cell has no time zone)

import io
import zipfile

import openpyxl
import pytest
from assessment_samples import assessments
from framework_samples import ASSESSMENT, write_pack
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cosmopolis.catalogue import load_assessments, load_framework, read_assessment_form, shipped_frameworks
from cosmopolis.catalogue.assessment_forms import LARGEST_UNPACKED
from cosmopolis.errors import ContentError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.publication.assessment_form import assessment_form
from cosmopolis.publication.workbook import saved
from cosmopolis.vocabulary.assessment import Answer, Assessment, Rater


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_framework(write_pack(tmp_path_factory.mktemp("packs") / "town"))


@pytest.fixture(scope="module")
def frameworks(pack):
    return {(pack.id, pack.edition): pack}


@pytest.fixture
def assessment(tmp_path, frameworks):
    (tmp_path / "assessments").mkdir()
    (tmp_path / "assessments" / "2025.yaml").write_text(ASSESSMENT, encoding="utf-8")
    return load_assessments(tmp_path, frameworks)[0]


def book_of(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def read_back(folder, content, frameworks):
    file = folder / "form.xlsx"
    file.write_bytes(content)
    return read_assessment_form(file, frameworks)


def cell_of(sheet, column, row):
    """A cell by the program's name of its column."""
    names = [cell.value for cell in sheet[1]]
    return sheet.cell(row, names.index(column) + 1)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_form_in_any_language_loses_nothing(tmp_path, pack, frameworks, assessment, code):
    content = assessment_form(pack, assessment, language=code)
    assert read_back(tmp_path, content, frameworks) == assessment


@pytest.mark.parametrize("key", sorted(shipped_frameworks()))
def test_an_answer_to_every_question_of_a_shipped_pack_comes_back(tmp_path, key):
    framework = shipped_frameworks()[key]

    def best(question):
        scale = framework.scales[question.scale]
        options = tuple(option.id for option in scale.options)
        return {"count": 12.0, "stages": options}.get(scale.kind, options[-1] if options else "")

    told = Assessment(
        id="form",
        framework=framework.id,
        framework_edition=framework.edition,
        edition="1",
        date=framework.valid_from,
        scan="full",
        raters=(Rater("office", {"ru": "Отдел"}, "administration"),),
        answers=tuple(Answer(question.id, "office", best(question)) for question in framework.questions),
    )
    for code in ("en", "ar"):
        assert read_back(tmp_path, assessment_form(framework, told, language=code), shipped_frameworks()) == told


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), code=st.sampled_from(LANGUAGES))
def test_whatever_was_answered_comes_back(tmp_path, pack, frameworks, data, code):
    told = data.draw(assessments(pack))
    content = assessment_form(pack, told, language=code, offers=[("1.1", ["gcm/2024:15", "=yes"])])
    assert read_back(tmp_path, content, frameworks) == told


def test_the_same_form_is_the_same_file(pack, assessment):
    assert assessment_form(pack, assessment, language="fr") == assessment_form(pack, assessment, language="fr")


def test_the_bytes_hold_no_clock_time(pack, assessment):
    with zipfile.ZipFile(io.BytesIO(assessment_form(pack, assessment, language="en"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:modified" not in archive.read("docProps/core.xml")


def test_answers_have_one_row_for_each_question_and_rater_with_its_words(pack, assessment):
    sheet = book_of(assessment_form(pack, assessment, language="en"))["answers"]
    names = [cell.value for cell in sheet[1]]
    rows = [dict(zip(names, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=3)]
    assert [(row["question"], row["rater"]) for row in rows] == [
        (question, rater) for question in ("1.1", "1.10", "2.1", "2.2") for rater in ("officer", "forum")
    ]
    assert rows[0]["#dimension"] == "Rights"
    assert rows[0]["#text"] == "Is care open to all?"
    assert rows[0]["value"] == "Fully [complete]"
    assert rows[2]["question"] == "1.10"
    assert rows[4]["value"] == "3.5"
    assert rows[7]["value"] == "On paper, Outside [policy, external]"
    assert [cell.value for cell in sheet[2]][names.index("on_behalf_of.en")] == "On behalf of (English)"


def test_a_drop_down_offers_what_the_scale_of_the_question_allows(pack, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    sheet = book["answers"]
    place = cell_of(sheet, "value", 3).coordinate
    (offered,) = [each for each in sheet.data_validations.dataValidation if place in each.sqref]
    name, _, cells = offered.formula1.removeprefix("=").partition("!")
    assert book[name].sheet_state == "hidden"
    assert [row[0].value for row in book[name][cells.replace("$", "")]] == [
        "Absent [absent]", "Partly [partial]", "Fully [complete]",
        "Not known [unknown]", "Does not apply [not_applicable]", "Outside the city’s competence [outside_competence]",
    ]  # fmt: skip
    assert offered.showErrorMessage
    number = cell_of(sheet, "value", 7).coordinate
    (suggested,) = [each for each in sheet.data_validations.dataValidation if number in each.sqref]
    assert not suggested.showErrorMessage


def test_arabic_sheets_run_from_right_to_left(pack):
    arabic, french = (book_of(assessment_form(pack, language=code)) for code in ("ar", "fr"))
    assert all(arabic[name].sheet_view.rightToLeft for name in ("edition", "answers", "evidence"))
    assert not french["answers"].sheet_view.rightToLeft


def test_offers_stand_beside_the_answer_and_never_in_it(tmp_path, pack, frameworks, assessment):
    content = assessment_form(pack, assessment, language="en", offers=[("1.10", ["gcm 2024, 15: yes", "Ordinance 3"])])
    sheet = book_of(content)["answers"]
    assert cell_of(sheet, "#offers", 6).value == "gcm 2024, 15: yes\nOrdinance 3"
    assert cell_of(sheet, "#offers", 6).protection.locked
    assert cell_of(sheet, "value", 6).value is None
    assert not cell_of(sheet, "value", 6).protection.locked
    assert read_back(tmp_path, content, frameworks) == assessment


def test_text_that_looks_like_a_formula_is_text(pack, assessment):
    from dataclasses import replace

    first = replace(assessment.answers[0], note={"en": "=HYPERLINK(1)"})
    content = assessment_form(pack, replace(assessment, answers=(first,)), language="en")
    cell = cell_of(book_of(content)["answers"], "note.en", 3)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)


def test_an_empty_form_asks_every_question_and_can_be_filled_in(tmp_path, pack, frameworks):
    book = book_of(assessment_form(pack, language="en"))
    assert [cell_of(book["answers"], "question", row).value for row in range(3, 7)] == ["1.1", "1.10", "2.1", "2.2"]
    for column, text in (("edition", "2025"), ("date", "2025-05-20")):
        cell_of(book["edition"], column, 3).value = text
    for column, text in (("kind", "ngo"), ("role.en", "Harbour aid")):
        cell_of(book["raters"], column, 3).value = text
    cell_of(book["answers"], "value", 4).value = "Yes [yes]"
    cell_of(book["answers"], "value", 5).value = 7
    cell_of(book["answers"], "value", 6).value = "policy, internal"
    read = read_back(tmp_path, saved(book), frameworks)
    assert (read.id, read.edition, read.scan) == ("form", "2025", "full")
    assert [(answer.question, answer.rater, answer.value) for answer in read.answers] == [
        ("1.10", "rater-1", "yes"),
        ("2.1", "rater-1", 7.0),
        ("2.2", "rater-1", ("policy", "internal")),
    ]


def test_a_spreadsheet_program_that_turns_dates_and_ids_into_numbers_is_understood(
    tmp_path, pack, frameworks, assessment
):
    import datetime as dt

    book = book_of(assessment_form(pack, assessment, language="en"))
    cell_of(book["edition"], "date", 3).value = dt.datetime(2025, 5, 20)
    cell_of(book["answers"], "question", 3).value = 1.1
    cell_of(book["edition"], "edition", 3).value = 2025
    assert read_back(tmp_path, saved(book), frameworks) == assessment


#: Sheet, column, row, what is written there, the sheet and row of the fault, words of its message.
MISTAKES = [
    ("answers", "value", 3, "Half [half]", "answers", 3, "is half, which is not known"),
    ("answers", "value", 7, "three", "answers", 7, "asks for a number"),
    ("answers", "value", 10, "policy, plan", "answers", 10, "is plan, which is not known"),
    ("answers", "value", 3, None, "answers", 3, "the row of question 1.1 holds something, but no answer"),
    ("answers", "value", 3, None, "evidence", 3, "this document belongs to 1.1, officer"),
    ("answers", "value", 3, "=1+1", "answers", 3, "the cell under value is a formula"),
    ("answers", "question", 3, "9.9", "answers", 3, "the question 9.9, which town-check does not have"),
    ("answers", "rater", 4, "officer", "answers", 4, "1.1, officer is given a second time (at answers); the first is in line 3"),
    ("answers", "rater", 4, None, "answers", 4, "rater is missing"),
    ("answers", "stage", 3, "Far [far]", "answers", 3, "stage is far"),
    ("answers", "note.en", 1, "remark", "answers", 1, "the column remark is not known"),
    ("answers", "question", 1, "#question", "answers", 1, "the column question is missing"),
    ("evidence", "title", 3, None, "evidence", 3, "title is missing"),
    ("evidence", "date", 3, "2026-01-01", "evidence", 3, "after the assessment of 2025-05-20"),
    ("evidence", "url", 3, "town", "evidence", 3, "url is town"),
    ("raters", "role.en", 4, None, "raters", 4, "role is missing"),
    ("raters", "kind", 4, "club", "raters", 4, "kind is club"),
    ("edition", "date", 3, "May", "edition", 3, "date is May"),
    ("edition", "framework", 3, "village", "edition", 3, "is village 2026, which is not known"),
    ("edition", "edition", 4, "2026", "edition", 4, "is given a second time"),
    ("agreed", "reason.en", 3, None, "agreed", 3, "reason is missing"),
    ("agreed", "value", 6, "Inside [internal]", "agreed", 6, "by is missing"),
    ("holders", "holder", 5, "mayor", "holders", 5, "holders.2.1 is mayor"),
    ("holders", "question", 4, "2.1", "holders", 5, "2.1 is given a second time"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "column", "row", "text", "where", "line", "words"), MISTAKES,
                         ids=[f"{each[0]} {each[-1]}" for each in MISTAKES])  # fmt: skip
def test_a_mistake_is_told_with_its_sheet_and_row(
    tmp_path, pack, frameworks, assessment, sheet, column, row, text, where, line, words
):
    book = book_of(assessment_form(pack, assessment, language="en"))
    cell_of(book[sheet], column, row).value = text
    if words.startswith("2.1 is given"):
        cell_of(book[sheet], "holder", row).value = "shared"
    with pytest.raises(ContentError) as refused:
        read_back(tmp_path, saved(book), frameworks)
    told = [(language("en").fault(fault), fault.values) for fault in refused.value.faults]
    found = [(values["file"], values["line"]) for message, values in told if words in message]
    assert (f"form.xlsx, {where}", line) in found, told


def test_all_mistakes_are_told_together(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    cell_of(book["answers"], "value", 3).value = "half"
    cell_of(book["edition"], "scan", 3).value = "half"
    cell_of(book["evidence"], "question", 3).value = "2.2"
    with pytest.raises(ContentError) as refused:
        read_back(tmp_path, saved(book), frameworks)
    assert {fault.values["file"] for fault in refused.value.faults} == {
        "form.xlsx, answers", "form.xlsx, edition", "form.xlsx, evidence",
    }  # fmt: skip


def refused_with(folder, content, frameworks):
    with pytest.raises(ContentError) as refused:
        read_back(folder, content, frameworks)
    (fault,) = refused.value.faults
    assert language("en").fault(fault)
    return fault.message_id


def test_files_that_are_no_form_are_refused(tmp_path, pack, frameworks):
    good = assessment_form(pack, language="en")
    assert refused_with(tmp_path, b"no archive", frameworks) == "frameworks.form_damaged"
    assert refused_with(tmp_path, good[: len(good) // 2], frameworks) == "frameworks.form_damaged"
    book = openpyxl.Workbook()
    assert refused_with(tmp_path, saved(book), frameworks) == "frameworks.sheet_missing"
    with pytest.raises(ContentError):
        read_assessment_form(tmp_path / "nowhere.xlsx", frameworks)
    with pytest.raises(ContentError):
        read_assessment_form(tmp_path, frameworks)


def altered(content, name, change):
    """The same archive with one part changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return packed.getvalue()


def test_hostile_archives_are_refused_before_the_library_sees_them(tmp_path, pack, frameworks, assessment):
    good = assessment_form(pack, assessment, language="en")
    bomb = altered(good, "xl/theme/theme1.xml", lambda part: part + b" " * LARGEST_UNPACKED)
    assert refused_with(tmp_path, bomb, frameworks) == "catalogue.too_large"
    entities = altered(good, "xl/workbook.xml", lambda part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part)
    assert refused_with(tmp_path, entities, frameworks) == "frameworks.form_damaged"
    many = io.BytesIO(good)
    with zipfile.ZipFile(many, "a") as archive:
        for number in range(300):
            archive.writestr(f"x{number}", b"")
    assert refused_with(tmp_path, many.getvalue(), frameworks) == "frameworks.form_damaged"


def test_a_cell_at_the_end_of_the_sheet_does_not_fill_the_memory(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    book["answers"].cell(1_048_576, 1).value = "far away"
    assert refused_with(tmp_path, saved(book), frameworks) == "frameworks.form_too_long"


def test_the_row_of_the_edition_cannot_be_empty(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    book["edition"].delete_rows(3)
    assert refused_with(tmp_path, saved(book), frameworks) == "frameworks.form_empty"
