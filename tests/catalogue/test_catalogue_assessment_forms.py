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
from cosmopolis.catalogue.form_sheets import LARGEST_UNPACKED
from cosmopolis.errors import ContentError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.publication.assessment_form import assessment_form, spoken_ids
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
    assert (read.id, read.edition, read.scan) == ("2025", "2025", "full")
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
    ("answers", "value", 3, "Half [half]", "answers", 3, "under Answer stands half, which is not known"),
    ("answers", "value", 7, "three", "answers", 7, "asks for a number"),
    ("answers", "value", 10, "policy, plan", "answers", 10, "under Answer stands plan, which is not known"),
    ("answers", "value", 3, None, "answers", 3, "the row of question 1.1 holds something, but no answer"),
    ("answers", "value", 3, None, "evidence", 3, "this document belongs to 1.1, officer"),
    ("answers", "value", 3, "=1+1", "answers", 3, "the cell under Answer is a formula"),
    ("answers", "question", 3, "9.9", "answers", 3, "under Number of the question stands 9.9, a question that town-check does not have"),
    ("answers", "rater", 4, "officer", "answers", 4, "1.1, officer is given a second time; the first is in row 3"),
    ("answers", "rater", 4, None, "answers", 4, "Who answers is empty"),
    ("answers", "stage", 3, "Far [far]", "answers", 3, "under Stage reached stands far"),
    ("answers", "note.en", 1, "remark", "answers", 1, "the column remark is not known"),
    ("answers", "question", 1, "#question", "answers", 1, "the column question is missing"),
    ("evidence", "title", 3, None, "evidence", 3, "Document is empty"),
    ("evidence", "date", 3, "2026-01-01", "evidence", 3, "under Date (year-month-day) stands 2026-01-01, after the assessment of 2025-05-20"),
    ("evidence", "url", 3, "town", "evidence", 3, "under Link stands town, which does not have the form needed. It cannot be guessed what is meant. Write it like this one: https://"),
    ("raters", "role.en", 4, None, "raters", 4, "Office or body (English) is empty"),
    ("raters", "kind", 4, "club", "raters", 4, "under Kind of body stands club"),
    ("edition", "date", 3, "May", "edition", 3, "under Date (year-month-day) stands May, which does not have the form needed. It cannot be guessed what is meant. Write it like this one: 2025-09-30"),
    ("edition", "framework", 3, "village", "edition", 3, "under Framework stands village 2026, which is not known"),
    ("edition", "edition", 4, "2026", "edition", 4, "is given a second time"),
    ("edition", "date", 3, None, "edition", 3, "Date (year-month-day) is empty"),
    ("edition", "edition", 3, None, "edition", 3, "Edition of the assessment is empty"),
    ("edition", "date", 3, "2025-02-30", "edition", 3, "under Date (year-month-day) stands 2025-02-30"),
    ("edition", "id", 3, "our answers", "edition", 3, "under Name for the program stands our answers"),
    ("answers", "note.en", 3, "Ask maria@town.example", "answers", 3, "under Note (English) stands an e-mail address"),
    ("raters", "role.en", 3, "Call +34 600 123 456", "raters", 3, "under Office or body (English) stands an e-mail address or telephone number"),
    ("evidence", "title", 3, "Told by 0171 2345678", "evidence", 3, "under Document stands an e-mail address"),
    ("agreed", "by.en", 3, "j@town.example", "agreed", 3, "under Agreed by (English) stands an e-mail address"),
    ("answers", "value", 7, "3.500,5", "answers", 7, "asks for a number"),
    ("agreed", "reason.en", 3, None, "agreed", 3, "Reason (English) is empty"),
    ("agreed", "value", 6, "Inside [internal]", "agreed", 6, "Agreed by (English) is empty"),
    ("holders", "holder", 5, "mayor", "holders", 5, "under Who has it here, if different stands mayor"),
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


def refused_in_words(folder, book, frameworks, spoken=None):
    file = folder / "form.xlsx"
    file.write_bytes(saved(book))
    with pytest.raises(ContentError) as refused:
        read_assessment_form(file, frameworks, spoken)
    return [language("en").fault(fault) for fault in refused.value.faults]


def test_text_in_a_column_without_a_name_is_refused_once(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    for row in (4, 5):
        book["answers"].cell(row, 30).value = "remember"
    (told,) = refused_in_words(tmp_path, book, frameworks)
    assert told.startswith("form.xlsx, answers, row 4: remember stands in column AD, which has no name")


@pytest.mark.parametrize("sheet", ["edition", "answers", "holders"])
def test_a_deleted_first_row_is_one_fault(tmp_path, pack, frameworks, assessment, sheet):
    book = book_of(assessment_form(pack, assessment, language="en"))
    book[sheet].delete_rows(1)
    (told,) = refused_in_words(tmp_path, book, frameworks)
    assert told.startswith(f"form.xlsx, {sheet}: the first row with the names of the columns is missing")


@pytest.mark.parametrize(
    ("row", "typed", "meant"),
    [
        (3, "Fully", "complete"), (3, " fully ", "complete"), (3, "COMPLETE", "complete"),
        (3, "Not known", "unknown"), (3, "не применимо", None), (3, "Неизвестно", "unknown"), (3, "未知", "unknown"),
        (7, "0,5", 0.5), (7, "7", 7.0), (7, "12,25", 12.25),
        (10, "On paper, outside", ("policy", "external")), (10, "None of these", ()),
    ],
)  # fmt: skip
def test_a_cell_takes_the_words_of_its_list_in_any_language(tmp_path, pack, frameworks, assessment, row, typed, meant):
    book = book_of(assessment_form(pack, assessment, language="en"))
    cell_of(book["answers"], "value", row).value = typed
    cell_of(book["answers"], "rater", row).value = cell_of(book["answers"], "rater", row).value
    (tmp_path / "form.xlsx").write_bytes(saved(book))
    question, rater = (cell_of(book["answers"], each, row).value for each in ("question", "rater"))
    if meant is None:
        assert "is not known" in refused_in_words(tmp_path, book, frameworks, spoken_ids())[0]
        return
    read = read_assessment_form(tmp_path / "form.xlsx", frameworks, spoken_ids())
    assert [each.value for each in read.answers if (each.question, each.rater) == (question, rater)] == [meant]


def test_other_lists_take_words_in_any_language_too(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    for sheet, column, name, code in (
        ("raters", "kind", "governance.rater_kind.ngo", "es"), ("answers", "stage", "governance.stage.internal", "ar"),
        ("answers", "confidence", "governance.confidence.low", "zh"), ("edition", "scan", "frameworks.scan.quick", "fr"),
        ("holders", "holder", "governance.holder.regional", "ru"),
    ):  # fmt: skip
        cell_of(book[sheet], column, 3).value = language(code).say(name).upper()
    (tmp_path / "form.xlsx").write_bytes(saved(book))
    read = read_assessment_form(tmp_path / "form.xlsx", frameworks, spoken_ids())
    assert (read.raters[0].kind, read.scan, read.holders["1.1"]) == ("ngo", "quick", "regional")
    assert (read.answers[0].stage, read.answers[0].confidence) == ("internal", "low")


def test_a_zero_that_the_spreadsheet_dropped_is_asked_after(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    cell = cell_of(book["answers"], "question", 5)
    assert cell.value == "1.10"
    cell.value = 1.1
    (told,) = refused_in_words(tmp_path, book, frameworks)
    assert told.startswith("form.xlsx, answers, row 5: under Number of the question stands the number 1.1. Did the")
    assert "There is a 1.10." in told


def test_the_number_that_it_says_is_no_dropped_zero(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    cell_of(book["answers"], "question", 3).value = 1.1
    assert read_back(tmp_path, saved(book), frameworks) == assessment


def test_a_form_without_a_name_goes_by_its_edition(tmp_path, pack, frameworks, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    cell_of(book["edition"], "id", 3).value = None
    cell_of(book["edition"], "edition", 3).value = "2027-spring"
    (tmp_path / "our own answers.xlsx").write_bytes(saved(book))
    assert read_assessment_form(tmp_path / "our own answers.xlsx", frameworks).id == "2027-spring"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_first_sheet_says_how_to_fill_the_form_in(tmp_path, pack, frameworks, assessment, code):
    book = book_of(assessment_form(pack, assessment, language=code))
    first = book[book.sheetnames[0]]
    words = language(code)
    assert first.title == words.say("frameworks.readme.sheet")
    paragraphs = [row[0] for row in first.iter_rows(values_only=True)]
    for name in ("unknown", "not_applicable", "outside_competence"):
        assert any(text.startswith(words.say(f"frameworks.value.{name}")) for text in paragraphs)
    first["A20"].value = "scribbled here"
    assert read_back(tmp_path, saved(book), frameworks) == assessment


def test_questions_and_raters_can_be_chosen_where_documents_are_listed(pack, assessment):
    book = book_of(assessment_form(pack, assessment, language="en"))
    offered = {
        each.formula1: cell
        for each in book["evidence"].data_validations.dataValidation
        for cell in (cell_of(book["evidence"], name, 3).coordinate for name in ("question", "rater"))
        if cell in each.sqref
    }
    shown = {}
    for formula, cell in offered.items():
        name, _, cells = formula.removeprefix("=").partition("!")
        shown[cell] = [row[0].value for row in book[name][cells.replace("$", "")] if row[0].value]
    assert shown == {"A3": ["1.1", "1.10", "2.1", "2.2"], "B3": ["officer", "forum"]}
