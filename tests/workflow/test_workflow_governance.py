"""From a city's answers, plan and inputs to its pages: what a newcomer sees, and what is refused."""

import html
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from published_site import LANGUAGES, PublishedSite

from cosmopolis.errors import ContentError, UsageError
from cosmopolis.language import language
from cosmopolis.workflow.assess import assess, read_form, write_form
from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.check import check
from cosmopolis.workflow.plan import PlanRequest, plan
from cosmopolis.workflow.practices import find_practices

#: The example city is written, read and often built for these.
pytestmark = pytest.mark.slow


def page(site: PublishedSite, code: str, name: str) -> str:
    return (site.folder / code / f"{name}.html").read_text(encoding="utf-8")


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def block(markup: str, block_id: str) -> str:
    """The markup of one block of a page."""
    return markup.split(f'id="{block_id}"', 1)[1].split('<div class="listing', 1)[0]


@pytest.fixture
def city(example_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(example_folder, tmp_path / "city"))


def edited(folder: Path, name: str, change) -> None:
    path = folder / name
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_leads_from_the_gap_to_power_practice_and_action(example_site, code):
    words = language(code)
    first = plain(block(page(example_site, code, "governance"), "first"))
    for label in ("column.why", "column.power", "column.practice", "column.action"):
        assert words.capital(words.say(label)) in first


def test_the_report_keeps_the_order_of_the_published_local_profiles(example_site):
    order = ["objectives", "introduction", "framework", "governance_summary", "context", "findings", "answers",
             "key_sources"]  # fmt: skip
    found = re.findall(r'<section id="([^"]+)"', page(example_site, "en", "governance"))
    assert [name for name in found if name in order] == order


def test_every_area_that_is_well_developed_rests_on_a_document(example_site):
    shown = page(example_site, "en", "governance")
    good = [part for part in shown.split('<div class="listing ') if part.startswith("items good") and "good-" in part]
    items = [item for part in good for item in part.split("<li")[1:]]
    assert len(items) > 20
    assert all("Evidence" in item for item in items)


def test_no_page_calls_the_score_that_of_iom_or_ranks_the_city(example_site):
    shown = plain(page(example_site, "en", "governance"))
    assert "no ranking of cities" in shown
    assert "no questionnaire of IOM" in shown


def test_the_data_hold_an_envelope_with_schema_framework_and_edition(example_site):
    told = json.loads((example_site.folder / "data" / "governance" / "migof-urban.json").read_text(encoding="utf-8"))
    assert (told["schema"], told["framework"]["id"], told["edition"]) == (
        "cosmopolis/assessment/1", "migof-urban", "2025",
    )  # fmt: skip
    assert len(told["answers"]) == 112
    assert {"value", "lower", "upper"} == set(told["overall"])


def test_counts_that_owners_of_practices_report_are_never_exact(example_site, example_folder):
    shown = plain(block(page(example_site, "en", "index"), "practices"))
    told = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (example_folder / "practices").glob("*.yaml")]
    exact = [practice["reached"] for practice in told if practice.get("reached", 0) % 10]
    assert exact
    assert not [reached for reached in exact if f"People reached {reached:,}" in shown or f"about {reached:,}" in shown]


def test_a_city_that_says_nothing_of_governance_has_no_such_pages(tmp_path):
    from cosmopolis.workflow.example import example_city

    folder = tmp_path / "town"
    example_city(folder, kind="small")
    for name in ("plan.yaml", "actors.yaml", "inputs.yaml"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "assessments", ignore_errors=True)
    build(BuildRequest(folder, tmp_path / "site", None, tmp_path / "state"))
    assert not (tmp_path / "site" / "en" / "governance.html").exists()
    shown = (tmp_path / "site" / "en" / "index.html").read_text(encoding="utf-8")
    assert "has not checked" in plain(shown.split('id="P3"', 1)[1])


def test_the_assessment_of_the_example_is_of_two_editions_with_agreement_and_change(example_folder):
    told = assess(example_folder).envelope
    assert told["agreement"]["krippendorff_alpha"] > 0.6
    assert told["change"]["earlier"] == "2022"
    assert len(told["change"]["up"]) > len(told["change"]["down"]) > 0


def test_a_framework_that_the_city_has_not_answered_is_refused_with_those_it_has(example_folder):
    with pytest.raises(UsageError) as refused:
        assess(example_folder, framework="gcm")
    assert refused.value.faults[0].values["known"] == "migof-urban"


def test_the_spreadsheet_comes_back_as_the_same_answers(city, tmp_path):
    before = (city / "assessments" / "2025.yaml").read_text(encoding="utf-8")
    form = write_form(city, tmp_path / "form.xlsx", words=language("ar")).path
    with pytest.raises(ContentError) as refused:
        read_form(city, form)
    assert refused.value.faults[0].message_id == "governing.assessment_in_use"
    assert (city / "assessments" / "2025.yaml").read_text(encoding="utf-8") == before
    envelope = assess(city).envelope
    read_form(city, form, replace=True)
    assert assess(city).envelope == envelope


def test_the_form_of_another_framework_offers_answers_and_answers_nothing(city, tmp_path):
    from openpyxl import load_workbook

    form = write_form(city, tmp_path / "gcm.xlsx", framework="gcm", words=language("en")).path
    sheet = load_workbook(form)["answers"]
    heads = [cell.value for cell in sheet[1]]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert not any(row[heads.index("value")] for row in rows)
    offered = next(at for at, head in enumerate(heads) if head and "offer" in str(head))
    assert sum(bool(row[offered]) for row in rows) > 10


def test_an_offer_says_what_was_asked_and_answered_and_how_to_take_it_over(city, tmp_path):
    from openpyxl import load_workbook

    form = write_form(city, tmp_path / "sdg.xlsx", framework="sdg-10.7.2", words=language("en")).path
    sheet = load_workbook(form)["answers"]
    heads = [cell.value for cell in sheet[1]]
    offers = [row[heads.index("#offers")] for row in sheet.iter_rows(min_row=3, values_only=True)]
    told = next(each for each in offers if each).split("\n\n")[0].splitlines()
    # what the city's clinics do is one part of what the State answers for
    assert told[0].startswith("migof-urban:1.01 (2025): Primary health care in the city is open to all migrants")
    assert told[1] == "You answered on 20 May 2025: Partly there."
    assert told[2].endswith(" · 2024-11-05 · 3")
    assert told[-2].startswith("It is a part of what is asked here. ")
    assert (
        told[-1] == "To take it over, choose the answer here and write migof-urban/2025:1.01 under “Taken over from”."
    )


def filled(form, **cells):
    """The form with some cells of its sheet `edition` changed."""
    from openpyxl import load_workbook

    book = load_workbook(form)
    names = [cell.value for cell in book["edition"][1]]
    for name, text in cells.items():
        book["edition"].cell(3, names.index(name) + 1).value = text
    book.save(form)
    return form


def test_a_form_never_takes_the_place_of_another_edition(city, tmp_path):
    before = (city / "assessments" / "2025.yaml").read_bytes()
    form = write_form(city, tmp_path / "form.xlsx", words=language("en")).path
    with pytest.raises(ContentError) as refused:
        read_form(city, filled(form, edition="2026", date="2026-05-20"), replace=True)
    (fault,) = refused.value.faults
    told = language("en").fault(fault)
    assert told.startswith("The sheet is edition 2026 of migof-urban, but the name 2025 belongs to edition 2025 of")
    assert told.endswith("Write 2026 under “Name for the program” on the sheet edition.")
    assert (city / "assessments" / "2025.yaml").read_bytes() == before


def test_what_is_replaced_is_kept_beside_it_and_no_assessment_any_more(city, tmp_path):
    target = city / "assessments" / "2025.yaml"
    target.write_text("# by hand\n" + target.read_text(encoding="utf-8"), encoding="utf-8")
    before = target.read_bytes()
    form = write_form(city, tmp_path / "form.xlsx", words=language("en")).path
    read = read_form(city, form, replace=True)
    assert (read.path, read.kept) == (target, target.with_name("2025.yaml.before"))
    assert read.kept.read_bytes() == before
    assert read_form(city, form, replace=True).kept is None  # nothing has changed
    target.write_text("# again\n" + target.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_form(city, form, replace=True).kept == target.with_name("2025.yaml.before-2")
    assert read.kept.read_bytes() == before
    assess(city)


def test_a_form_of_a_new_edition_has_the_answers_and_becomes_a_file_of_its_own(city, tmp_path):
    assert write_form(city, tmp_path / "old.xlsx", words=language("en")).edition == "2025"
    written = write_form(city, tmp_path / "new.xlsx", edition="2027", words=language("en"))
    assert written.edition == ""
    read = read_form(city, filled(written.path, date="2027-05-20"))
    assert (read.path.name, read.kept) == ("2027.yaml", None)
    assert (city / "assessments" / "2025.yaml").exists()


def test_a_form_that_no_spreadsheet_program_would_open_is_not_written(city, tmp_path):
    with pytest.raises(UsageError) as refused:
        write_form(city, tmp_path / "form.csv", words=language("en"))
    assert refused.value.faults[0].message_id == "frameworks.form_ending"
    assert not (tmp_path / "form.csv").exists()


def test_a_form_is_never_written_over_another(city, tmp_path):
    (tmp_path / "form.xlsx").write_bytes(b"answers of somebody")
    with pytest.raises(ContentError):
        write_form(city, tmp_path / "form.xlsx", words=language("en"))
    assert (tmp_path / "form.xlsx").read_bytes() == b"answers of somebody"


def test_deadlines_are_judged_on_the_day_asked_for(city):
    edited(city, "plan.yaml", lambda told: told.update(targets=[t for t in told["targets"] if "question" in t]))
    for action in (told := yaml.safe_load((city / "plan.yaml").read_text(encoding="utf-8")))["actions"]:
        action["targets"] = [t for t in action["targets"] if t in {each["id"] for each in told["targets"]}]
    (city / "plan.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    now = plan(PlanRequest(city)).envelope
    later = plan(PlanRequest(city, on="2040-01-01")).envelope
    assert (now["as_of"], later["as_of"]) == ("2025-09-30", "2040-01-01")
    assert sum(target["overdue"] for target in later["targets"]) > sum(target["overdue"] for target in now["targets"])


@pytest.mark.parametrize("day", ["tomorrow", "2025-13-01", "2025-9-1"])
def test_what_is_no_day_is_refused(example_folder, day):
    with pytest.raises(UsageError):
        plan(PlanRequest(example_folder, on=day))


def test_an_action_in_a_district_that_is_not_there_is_told_by_check(city):
    edited(city, "plan.yaml", lambda told: told["actions"][0].update(districts=["district-99"]))
    assert [fault.message_id for fault in check(city)] == ["governing.unknown_area"]


def test_a_target_on_a_source_that_is_not_there_is_told_by_check(city):
    def change(told):
        next(target for target in told["targets"] if "indicator" in target)["indicator"]["source"] = "nobody"

    edited(city, "plan.yaml", change)
    assert [fault.message_id for fault in check(city)] == ["governing.unknown_source"]


def test_a_practice_is_found_in_any_language_and_failures_are_among_them(example_folder):
    everything = find_practices(example_folder).practices
    assert {practice.status for practice in everything} >= {"failed"}
    for question in ("interpreters", "interprètes", "intérpretes", "口译", "مترجمون", "переводчики"):
        assert "mediators" in find_practices(example_folder, question).practices[0].id


def test_a_question_that_no_practice_answers_finds_none(example_folder):
    assert find_practices(example_folder, "quantum chromodynamics").practices == ()
