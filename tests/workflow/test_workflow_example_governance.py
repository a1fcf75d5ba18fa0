"""What the example cities say about their governance: enough of everything, and every state a reader should meet."""

import csv
import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from published_site import LANGUAGES

from cosmopolis.assessment.findings import findings
from cosmopolis.assessment.scores import scorecard
from cosmopolis.assessment.standing import position
from cosmopolis.catalogue import load_city, load_governance
from cosmopolis.plan.actors import network
from cosmopolis.plan.coherence import coherence
from cosmopolis.plan.commitments import commitment_summary
from cosmopolis.plan.coordination import alerts, follow_ups
from cosmopolis.plan.inputs import input_figures
from cosmopolis.plan.practices import evidence_level, fitting, practice_marks
from cosmopolis.plan.rights import rights_summary
from cosmopolis.vocabulary.assessment import Position
from cosmopolis.vocabulary.competence import LEVELS
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.plan import Plan
from cosmopolis.workflow.check import check
from cosmopolis.workflow.example import example_city

SIX = {"en", "fr", "es", "zh", "ar", "ru"}
SCRIPTS = {"zh": "[\u4e00-\u9fff]", "ar": "[\u0600-\u06ff]", "ru": "[\u0400-\u04ff]"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("governed") / "city"
    example_city(folder)
    return folder


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("governed") / "town"
    example_city(folder, kind="small")
    return folder


@pytest.fixture(scope="module")
def governance(city: Path) -> Governance:
    return load_governance(city, load_city(city))


@pytest.fixture(scope="module")
def plan(governance: Governance) -> Plan:
    assert governance.plan is not None
    return governance.plan


@pytest.fixture(scope="module")
def editions(governance: Governance) -> dict[str, Position]:
    pack = governance.frameworks["migof-urban", "2026"]
    return {told.edition: position(told, pack, governance.competence) for told in governance.assessments}


def told_words(value: object) -> Iterator[Mapping[str, str]]:
    """Every text per language of a file, however deep."""
    if isinstance(value, dict):
        if "en" in value:
            yield value
            return
        for below in value.values():
            yield from told_words(below)
    elif isinstance(value, list):
        for below in value:
            yield from told_words(below)


def governance_files(folder: Path) -> list[Path]:
    told = ("plan", "actors", "inputs", "coordination", "services", "competence")
    found = [folder / f"{name}.yaml" for name in told if (folder / f"{name}.yaml").exists()]
    return found + sorted(folder.glob("assessments/*.yaml")) + sorted(folder.glob("practices/*.yaml"))


@pytest.mark.parametrize("kind", ["city", "town"])
def test_every_text_of_the_examples_is_in_six_languages(kind, request):
    files = governance_files(request.getfixturevalue(kind))
    assert len(files) == {"city": 16, "town": 4}[kind]
    for path in files:
        texts = list(told_words(yaml.safe_load(path.read_text(encoding="utf-8"))))
        assert texts or path.name == "actors.yaml"
        for text in texts:
            assert set(text) == SIX, (path.name, text)
            for code, script in SCRIPTS.items():
                assert re.search(script, text[code]), (path.name, code, text["en"])


@pytest.mark.parametrize("kind", ["city", "town"])
def test_every_file_says_that_it_is_invented(kind, request):
    for path in governance_files(request.getfixturevalue(kind)):
        assert path.read_text(encoding="utf-8").startswith("# Invented"), path.name


@pytest.mark.parametrize("kind", ["city", "town"])
def test_the_examples_are_without_fault(kind, request):
    assert check(request.getfixturevalue(kind)) == ()


def test_two_editions_answer_all_112_questions_by_three_raters(governance):
    assert [(told.edition, told.date) for told in governance.assessments] == [
        ("2022", "2022-05-20"), ("2025", "2025-05-20"),
    ]  # fmt: skip
    for told in governance.assessments:
        assert [rater.kind for rater in told.raters] == ["administration", "council", "academia"]
        each = Counter(answer.rater for answer in told.answers)
        assert sorted(each.values()) == [112, 112, 112]


def test_the_raters_of_2025_differ_on_eighteen_questions_and_leave_four_in_dispute(editions):
    now = editions["2025"]
    differing = [
        standing for standing in now.standings
        if len({answer.value for answer in standing.answers} - {"unknown"}) > 1
    ]  # fmt: skip
    assert len(differing) == 18
    assert [standing.question.id for standing in now.standings if standing.state == "disputed"] == [
        "1.12", "2.09", "3.02", "6.06",
    ]  # fmt: skip
    assert len(now.assessment.agreed) == 14


def test_every_standing_that_a_reader_should_see_occurs(editions):
    for told in editions.values():
        states = {standing.state for standing in told.standings}
        assert states == {"known", "disputed", "unknown", "not_applicable", "outside_competence"}
    reasons = {each.reason for each in findings(editions["2025"]).ranked()}
    assert reasons == {"absent", "partial", "paper_only", "no_evidence", "disputed", "unknown"}


def test_between_the_editions_twenty_answers_rise_and_four_fall(editions):
    before = {standing.question.id: standing.value for standing in editions["2022"].standings}
    pairs = [(before[standing.question.id], standing.value) for standing in editions["2025"].standings]
    both = [(then, now) for then, now in pairs if then is not None and now is not None]
    assert sum(now > then for then, now in both) == 20
    assert sum(now < then for then, now in both) == 4


def test_one_score_of_2022_is_withheld_and_none_of_2025(editions):
    withheld = {
        edition: [(each.dimension, each.presence.reason) for each in scorecard(told).dimensions if each.presence.reason]
        for edition, told in editions.items()
    }
    assert withheld == {"2022": [("5", "too_few_answered")], "2025": []}


def test_the_evidence_that_ran_out_is_told_and_counts_no_more(editions):
    told = editions["2025"].assessment
    expired = [
        answer.question for answer in told.answers
        if any(document.valid_to and document.valid_to < told.date for document in answer.evidence)
    ]  # fmt: skip
    assert expired == ["1.22", "2.21"]
    assert all(not standing.evidence for standing in editions["2025"].standings if standing.question.id in expired)
    assert len({document.title for answer in told.answers for document in answer.evidence}) >= 30


def test_the_plan_has_fifteen_actions_in_every_state(plan):
    assert len(plan.problems) == len(plan.goals) == 5
    assert Counter(action.status for action in plan.actions) == {
        "proposed": 3, "approved": 2, "running": 7, "done": 2, "stopped": 1,
    }  # fmt: skip
    assert Counter(target.indicator is None for target in plan.targets) == {False: 5, True: 3}


def test_the_rights_check_blocks_three_proposed_actions_one_of_them_with_a_red_item(plan):
    assert rights_summary(plan).cannot_be_approved == ("reporting", "emergency", "file")
    assert [(a.id, item.item) for a in plan.actions for item in a.rights if item.state == "red"] == [
        ("file", "data_firewall")
    ]
    assert rights_summary(plan).wrongly_approved == ()


def test_the_coherence_check_finds_what_is_wrong_on_purpose(governance, plan):
    found = coherence(
        plan,
        competence=governance.competence,
        coordination=governance.coordination,
        inputs=governance.inputs,
        practices=governance.practices,
        actors=governance.actors,
    )
    told = {(finding.kind, finding.subjects[0]) for finding in found}
    assert told >= {
        ("goal_without_target", "crisis"),
        ("funding_ends_first", "courses"),
        ("funding_ended", "domestic"),
        ("power_elsewhere_addressee", "recognition"),
        ("input_without_action", "in-18"),
        ("practice_failed", "reporting"),
        ("practice_expired", "rental"),
    }


def test_the_actions_close_gaps_of_high_priority_within_competence(editions, plan):
    served = {ref.question for action in plan.actions for ref in action.questions}
    first = [each.question.id for each in findings(editions["2025"]).ranked()[:20]]
    assert len(served.intersection(first)) >= 10


def test_gap_practice_and_action_hang_together(governance, editions, plan):
    gaps = {each.question.id: each for each in findings(editions["2025"]).ranked()}
    for question, action, practice in (
        ("1.13", "firewall", "riverton-services-without-fear-2017-1"),
        ("1.04", "interpreters", "north-harbour-mediators-2020-1"),
        ("1.11", "rental", "southmill-letting-tests-2018-1"),
    ):
        first = fitting(governance.practices, gaps[question], governance.competence, as_of=plan.as_of)[0]
        assert (first.practice.id, first.reasons[0]) == (practice, "same_question")
        told = next(each for each in plan.actions if each.id == action)
        assert practice in told.practices
        assert question in {ref.question for ref in told.questions}


def test_eight_practices_two_of_them_failed_and_one_expired(governance, plan):
    marks = {practice.id: practice_marks(practice, plan.as_of) for practice in governance.practices}
    assert len(marks) == 8
    assert [name for name, told in marks.items() if "failed" in told] == [
        "example-city-wage-vouchers-2021-1", "westbridge-hate-app-2022-1",
    ]  # fmt: skip
    assert [name for name, told in marks.items() if "expired" in told] == ["southmill-letting-tests-2018-1"]
    levels = {evidence_level(practice).level for practice in governance.practices}
    assert levels == {1, 2, 3, 4, 5}
    assert [(p.id, len(p.reuse)) for p in governance.practices if p.reuse] == [("north-harbour-mediators-2020-1", 2)]


def test_thirty_actors_three_of_them_alone(governance):
    assert len(governance.actors) == 30
    assert len({actor.type for actor in governance.actors}) >= 20
    assert network(governance.actors).isolated == ("diaspora-engineers", "foundry-football", "consulate")


def test_forty_inputs_six_of_them_overdue(governance, plan):
    figures = input_figures(governance.inputs, plan, plan.as_of)
    assert len(governance.inputs) == 40
    assert {each.id for each in figures.overdue} == {"in-16", "in-26", "in-28", "in-29", "in-31", "in-37"}
    assert {each.phase for each in governance.inputs} == {
        "agenda", "drafting", "decision", "implementation", "monitoring", "evaluation",
    }  # fmt: skip
    assert {each.decision for each in governance.inputs} == {"accepted", "partly", "rejected", "referred", ""}
    assert sum(bool(each.repeats) for each in governance.inputs) == 5


def test_money_and_agreements_end_within_sight(governance, plan):
    found = Counter(each.kind for each in alerts(governance.coordination, plan.actions, plan.as_of))
    assert found["funding_ended"] == found["agreement_ended"] == 1
    assert found["funding_ending"] == found["agreement_ending"] == 2
    assert len({each.level for each in governance.coordination.funding}) == 4
    assert len(governance.coordination.meetings) == 12
    assert len(follow_ups(governance.coordination, plan.as_of).overdue) == 5


def test_one_promise_is_overdue_one_kept_without_evidence_one_dropped(plan):
    told = commitment_summary(plan)
    assert [each.commitment.id for each in told.overdue] == ["public-view"]
    assert (told.without_evidence, told.dropped) == (("facts-first",), ("two-seats",))


def test_services_cover_twelve_services_and_rights_eight_groups(governance):
    services = governance.services
    assert (len(services.departments), len(services.policies), len(services.bodies)) == (8, 14, 2)
    assert (len(services.entitlements), len(services.civic_rights)) == (12 * 8, 6 * 8)
    assert 0 < 8 * 7 - len(services.duties) < 20  # some cells of the matrix stay empty
    assert len(services.urban_plans[0].findings) == 16
    gaps = [each for each in services.entitlements if each.by_law == "yes" and each.in_practice != "yes"]
    assert gaps
    assert all(each.barrier for each in gaps if each.in_practice == "partly")


def test_the_city_overrides_twelve_functions_and_ranks_five_gaps_between_levels(governance):
    assert sum(function.by_city for function in governance.competence.functions) == 12
    assert [gap.rank for gap in governance.competence.gaps] == [1, 2, 3, 4, 5]
    assert len({gap.kind for gap in governance.competence.gaps}) == 5
    assert all(gap.addressee and gap.request and gap.level in LEVELS for gap in governance.competence.gaps)


def test_districts_that_governance_names_exist(governance, plan, city):
    named = {each for action in plan.actions for each in action.districts}
    named |= {each for actor in governance.actors for each in actor.districts}
    named |= {target.indicator.area_code for target in plan.targets if target.indicator} - {""}
    assert len(named) > 10
    assert named <= {f"district-{number:02d}" for number in range(1, 41)}


@pytest.mark.slow
def test_every_state_of_progress_occurs_on_the_published_numbers(example_site):
    told = json.loads((example_site.folder / "data/governance/plan.json").read_text(encoding="utf-8"))
    assert {target["id"]: target["state"] for target in told["targets"]} == {
        "firewall-rule": "same",
        "one-counter": "reached",
        "spread-of-foreign-citizens": "undecided",
        "lantern-hill": "on_track",
        "spread-of-born-abroad": "too_early",
        "working-age": "reached",
        "citizens": "off_track",
        "gaps-watched": "moved",
    }


@pytest.mark.slow
def test_baselines_are_numbers_that_the_profile_publishes(example_site, plan):
    with (example_site.folder / "data/observations.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    for target in plan.targets:
        if ref := target.indicator:
            area = ref.area_code or "example-city"
            (value,) = (
                float(row["value"]) for row in rows
                if (row["source_id"], row["indicator"], row["area_code"]) == (ref.source, ref.indicator, area)
                and (row["sex"], row["age_group"], row["group"]) == (ref.sex, ref.age_group, ref.group)
                and row["period"] == target.baseline_period
            )  # fmt: skip
            assert value == pytest.approx(target.baseline, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_plan_page_speaks_of_the_plan_in_its_own_language(example_site, plan, code):
    page = (example_site.folder / code / "plan.html").read_text(encoding="utf-8")
    assert all(html.escape(action.title[code]) in page for action in plan.actions)


def test_the_town_answers_the_quick_scan_alone(town):
    told = load_governance(town, load_city(town))
    (assessment,) = told.assessments
    assert (assessment.scan, len(assessment.raters), len(assessment.answers)) == ("quick", 1, 40)
    pack = told.frameworks["migof-urban", "2026"]
    assert {answer.question for answer in assessment.answers} == {each.id for each in pack.asked("quick")}
    assert told.plan is not None
    assert (len(told.plan.actions), len(told.actors), len(told.inputs)) == (3, 6, 5)
