"""The documents about governing: their reference is whole, their guides do what they say when they are followed."""

import io
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from fractions import Fraction
from pathlib import Path

import pytest
from guides import Walk, changed
from openpyxl import load_workbook
from test_docs_readme import CONTENT, cells, choices, text

from cosmopolis.catalogue.schema import schema_named
from cosmopolis.cli import main

SCHEMAS = (
    "framework", "framework_words", "crosswalk", "crosswalk_words", "assessment", "competence", "services", "plan",
    "actors", "inputs", "coordination", "practice",
)  # fmt: skip
REFERENCE = "docs/governance.md"


def program(words: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """The program as a person in that folder runs it, in English; in this process, which is quicker."""
    output, messages = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(messages):
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
            patch.delenv(name, raising=False)
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("XDG_DATA_HOME", str(home / "state"))
        patch.setattr(sys, "argv", ["cosmopolis", *words])
        patch.setattr(sys, "excepthook", sys.excepthook)
        patch.chdir(home)
        with pytest.raises(SystemExit) as left:
            main()
    return subprocess.CompletedProcess(words, left.value.code, output.getvalue(), messages.getvalue())


def walked(name: str, home: Path) -> Walk:
    return Walk(home, program).through(text(name))


# the reference


def schema_keys(name: str) -> dict[str, set[str]]:
    """The keys of a schema by the name of the list or entry they are in."""
    schema = schema_named(name)
    found: dict[str, set[str]] = {}

    def gather(part: str, told: dict) -> None:
        told = schema["$defs"][told["$ref"][8:]] if told.get("$ref", "").startswith("#/$defs/") else told
        for key, inner in told.get("properties", {}).items():
            found.setdefault(part, set()).add(key)
            gather(key, inner)
        if "items" in told:
            gather(part, told["items"])

    gather("top", schema)
    return {f"{name}: {part}": keys for part, keys in found.items()}


def parts() -> dict[str, list[list[str]]]:
    """The rows of the tables of the reference by their heading."""
    told = text(REFERENCE).split("\n## Lists")[0]
    found = {}
    for part in re.split(r"^### ", told, flags=re.MULTILINE)[1:]:
        name, _, rest = part.partition("\n")
        found[name.strip()] = [row for row in cells(rest.split("\n## ")[0]) if row[0].startswith("`")]
    return found


def test_every_key_of_every_file_about_governing_is_in_its_reference_and_no_other():
    expected = {part: keys for name in SCHEMAS for part, keys in schema_keys(name).items()}
    assert len(expected) > 40
    assert {part: {row[0].strip("`") for row in rows} for part, rows in parts().items()} == expected


def test_the_reference_marks_exactly_the_required_keys_of_every_file():
    for name in SCHEMAS:
        told = {row[0].strip("`") for row in parts()[f"{name}: top"] if row[2].rstrip(" |").endswith("Required")}
        assert told == set(schema_named(name)["required"]), name


def test_every_list_is_in_the_reference_with_exactly_its_values():
    lists = {name: told["enum"] for name, told in schema_named("shared")["$defs"].items() if "enum" in told}
    told = cells(text(REFERENCE).split("\n## Lists")[1])
    assert len(lists) > 30
    assert {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in told if row[0].startswith("`")} == lists


def test_every_form_in_italics_is_a_list():
    lists = {name for name, told in schema_named("shared")["$defs"].items() if "enum" in told}
    named = {form for rows in parts().values() for row in rows for form in re.findall(r"\*(\w+)\*", row[1])}
    assert named
    assert named <= lists


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_choice_that_one_file_alone_has_is_in_the_reference(name):
    assert not {word for word in choices(schema_named(name)) if f"`{word}`" not in text(REFERENCE)}


def test_every_folder_and_file_in_the_overview_of_the_reference_is_one_that_is_read():
    from cosmopolis.catalogue.governance import _FILES, _FOLDERS

    overview = re.search(r"```\nmy-town/\n(.*?)```", text(REFERENCE), flags=re.DOTALL)[1]
    named = {line.split()[0].split("/")[0] for line in overview.splitlines()}
    assert named == {f"{name}.yaml" for name in _FILES} | set(_FOLDERS)


# the guides


def test_a_diff_of_a_guide_puts_new_lines_in_place_of_old_ones():
    assert changed("a\nb\nc\n", "-b\n+x\n+y\n-c\n") == "a\nx\ny\n"


@pytest.fixture(scope="module")
def pack(tmp_path_factory) -> Walk:
    return walked("docs/how-to/write-a-framework-pack.md", tmp_path_factory.mktemp("pack"))


def test_the_pack_of_the_guide_is_in_order(pack):
    assert "6 questions" in pack.output("cosmopolis framework check welcome-towns")
    assert "6 questions" in pack.output("cosmopolis framework check welcome-towns-2027")


def test_what_the_guide_says_about_each_mistake_is_what_the_program_says(pack):
    assert len(pack.mistakes) >= 8
    for told, said in pack.mistakes:
        assert said == told


def test_the_scores_of_the_guide_are_those_worked_by_hand(pack):
    partial, courses, stages = Fraction(1, 2), Fraction(4 - 1, 8 - 1), Fraction(2, 10) + Fraction(3, 10)
    arriving = (partial + courses) / 2, (partial + courses) / 3, (partial + courses + 1) / 3
    together = (2 * 1 + stages + 1) / 4
    shown = [round(100 * float(each)) for each in (*arriving, together)]
    means = [round(100 * float(each + together) / 2) for each in arriving]
    said = pack.output("cosmopolis assess my-town --framework welcome-towns")
    assert "{} ({} to {})".format(*shown) in said
    assert re.search(rf"Living together .* {shown[3]}$", said, flags=re.MULTILINE)
    assert "{} ({} to {})".format(*means) in said
    assert f"between {shown[1]} and {shown[2]}" in text("docs/how-to/write-a-framework-pack.md")
    assert "{}, in the range {} to {}".format(*means) in text("docs/how-to/write-a-framework-pack.md")


def test_the_crosswalk_of_the_guide_offers_the_answer_and_does_not_give_it(pack):
    sheet = load_workbook(pack.home / "bank.xlsx")["answers"]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=3, values_only=True)]
    offered = {row["question"]: row["#offers"] for row in rows if row["#offers"]}
    assert set(offered) == {"1.08", "1.22", "6.01"}
    assert "welcome-towns:1 (2025)" in offered["6.01"]
    assert not [row["value"] for row in rows if row["value"]]


def test_both_editions_of_the_pack_live_in_one_city(pack):
    for name in ("welcome-towns", "welcome-towns-2027"):
        target = pack.home / "my-town" / "frameworks" / name
        target.mkdir(exist_ok=True)
        for file in (pack.home / name).iterdir():
            (target / file.name).write_bytes(file.read_bytes())
    assert program(["check", "my-town"], pack.home).returncode == 0


@pytest.fixture(scope="module")
def assessed(tmp_path_factory) -> Walk:
    return walked("docs/how-to/assess-your-city.md", tmp_path_factory.mktemp("assess"))


@pytest.mark.slow
def test_the_guide_to_an_assessment_leads_to_two_editions(assessed):
    assert {file.name for file in (assessed.home / "my-town" / "assessments").glob("*.yaml")} == {
        "2026.yaml", "2028.yaml"
    }  # fmt: skip
    assert "2026.yaml.before" in assessed.output("cosmopolis assess my-town --read answers.xlsx --replace")


@pytest.mark.slow
def test_the_guide_says_what_the_page_says_about_a_difference(assessed):
    first, second, _ = (told for line, told in assessed.outputs if line == "cosmopolis assess my-town")
    assert "Disputed: 1\n" in first
    assert "Disputed: 1\n" not in second
    assert "Not scored (17 to 83)" in second


@pytest.mark.slow
def test_the_answers_of_the_assessment_guide_stand_as_it_says(assessed):
    from cosmopolis.assessment.findings import reason_for
    from cosmopolis.assessment.standing import position
    from cosmopolis.catalogue import load_assessments, shipped_frameworks
    from cosmopolis.vocabulary.competence import CompetenceMap

    packs = shipped_frameworks()
    earlier = load_assessments(assessed.home / "my-town", packs)[0]
    found = {
        each.question.id: each
        for each in position(earlier, packs["migof-urban", "2026"], CompetenceMap("XEX")).standings
    }
    assert len(found) == 40
    # agreed; both the same and with a document; nobody's unknown outweighs an answer; decided on paper alone
    assert [reason_for(found[each]) for each in ("1.01", "1.06", "1.10", "2.01")] == [
        "partial", "", "absent", "paper_only"
    ]  # fmt: skip


@pytest.mark.slow
def test_what_was_answered_is_offered_to_another_framework(assessed):
    sheet = load_workbook(assessed.home / "oecd.xlsx")["answers"]
    heads = [cell.value for cell in sheet[1]]
    assert "migof-urban:2.01" in " ".join(
        str(row[heads.index("#offers")]) for row in sheet.iter_rows(min_row=3, values_only=True)
    )


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> Walk:
    home = tmp_path_factory.mktemp("plan")
    # the folder as the guide before it begins: without what the example town plans itself
    begun = "```sh\ncosmopolis example my-town --kind small\nrm -r my-town/assessments my-town/*.yaml\n```\n"
    assert begun.splitlines()[2] in text("docs/how-to/assess-your-city.md")
    Walk(home, program).through(begun)
    return walked("docs/how-to/plan-and-follow-through.md", home)


@pytest.mark.slow
def test_the_rights_check_of_the_guide_stops_what_it_says(planned):
    ((told, said),) = planned.mistakes
    assert said == told


@pytest.mark.slow
def test_the_plan_of_the_guide_has_the_findings_it_names_and_no_conflict(planned):
    said = planned.output("cosmopolis plan my-town")
    said = " ".join(said.split())
    assert "costs €120,000; its funding amounts to €90,000" in said
    assert "ends on 31 December 2027; the action runs until 30 June 2028" in said
    assert "The law is made on other levels too in these fields" in said
    assert "(Conflict)" not in said
    # 30 September less 31 August
    assert "30 days overdue" in said


@pytest.mark.slow
def test_the_practice_of_the_guide_is_found_by_one_of_its_words(planned):
    assert "Interpreters by telephone in one health centre" in planned.output(
        "cosmopolis practices my-town interpreter"
    )


@pytest.mark.slow
def test_the_target_of_the_guide_is_one_that_the_example_city_can_measure(tmp_path):
    from cosmopolis.workflow.example import example_city
    from cosmopolis.workflow.plan import PlanRequest
    from cosmopolis.workflow.plan import plan as judged

    city = tmp_path / "city"
    example_city(city)
    for name in ("plan", "inputs", "coordination", "actors", "services", "competence"):
        (city / f"{name}.yaml").unlink(missing_ok=True)
    (target,) = re.findall(
        r"^```yaml target\n(.*?)^```$", text("docs/how-to/plan-and-follow-through.md"), flags=re.MULTILINE | re.DOTALL
    )
    head = (
        'title: {en: T}\nadopted: "2025-01-01"\nas_of: "2025-09-30"\n'
        "problems: [{id: p, text: {en: P}}]\ngoals: [{id: homes-everywhere, text: {en: G}, problems: [p]}]\ntargets:\n"
    )
    (city / "plan.yaml").write_text(head + target, encoding="utf-8")
    (told,) = judged(PlanRequest(city, state=tmp_path / "state")).envelope["targets"]
    assert told["state"] in {"on_track", "off_track", "undecided", "reached"}


def test_the_states_of_progress_in_the_guide_are_those_that_are_told():
    po = (CONTENT / "locale" / "en" / "plan.po").read_text(encoding="utf-8")
    states = set(re.findall(r'^msgid "plan\.progress\.(\w+)"$', po, flags=re.MULTILINE))
    assert states == {
        "reached", "on_track", "off_track", "undecided", "missed", "too_early", "no_data", "outdated", "no_baseline"
    }  # fmt: skip
    table = text("docs/how-to/plan-and-follow-through.md").split("| State | Means |")[1].split("\n\n")[0]
    told = table.replace("cannot be told", "undecided").replace("no figure", "no data").replace("the line", "")
    assert states - {"no_baseline"} <= {each.strip().replace(" ", "_") for each in re.split(r"[|,.]", told)}


def test_the_kinds_of_findings_in_the_guide_are_those_of_the_check():
    from cosmopolis.plan.findings import SEVERITIES

    table = text("docs/how-to/plan-and-follow-through.md").split("| Kind | Means | Such as |")[1].split("\n\n")[0]
    assert [row[0] for row in cells(table)] == list(SEVERITIES)
