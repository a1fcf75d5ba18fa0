"""What a practice shows, whether it fits a gap, and how it stands against another city."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_cases import practice, words

from cosmopolis.language import LANGUAGES, language
from cosmopolis.plan.practices import (
    LEVEL_OF_DESIGN,
    REASONS,
    evidence_level,
    fitting,
    newest_versions,
    practice_marks,
    search_document,
    size_band,
)
from cosmopolis.plan.transfer import CRITERIA, CityFacts, context, transfer_check
from cosmopolis.vocabulary.assessment import Development, Standing
from cosmopolis.vocabulary.competence import CompetenceMap, Function, Power
from cosmopolis.vocabulary.framework import Link, Question, QuestionRef
from cosmopolis.vocabulary.participation import Funding
from cosmopolis.vocabulary.plan import Cost
from cosmopolis.vocabulary.practice import DESIGNS, PracticeResult, Reuse

DAY = "2025-06-30"


def row(design, *, success=None, baseline=10.0, result=20.0, n=100):
    return PracticeResult(words("Attendance"), baseline, result, n, "2023", design, success)


def reuse(city, design="controls", success=True, date="2024"):
    return Reuse(city, date, words(f"Shorter in {city}"), words("Worked"), design, success)


def level(*rows, **other):
    return evidence_level(practice(results=rows, **other)).level


@pytest.mark.parametrize(
    ("design", "worth"),
    [
        ("outputs_only", 1), ("before_after", 2), ("cross_section", 2), ("controls", 3), ("comparison_group", 4),
        ("difference_in_differences", 4), ("randomised", 5),
    ],
)  # fmt: skip
def test_the_level_follows_from_the_design(design, worth):
    assert level(row(design)) == worth


def test_every_design_has_a_level():
    assert set(LEVEL_OF_DESIGN) == set(DESIGNS)


def test_an_idea_has_level_0_and_one_that_reached_somebody_level_1():
    assert level() == 0
    assert level(reached=40) == 1


def test_a_design_without_its_numbers_is_an_output():
    assert level(row("before_after", baseline=None)) == 1
    assert level(row("randomised", result=None)) == 1
    assert level(row("cross_section", baseline=None)) == 2


def test_the_strongest_row_gives_the_level():
    found = evidence_level(practice(results=(row("outputs_only", success=True), row("controls", success=False))))
    assert (found.level, found.design, found.outcome) == (3, "controls", "failure")


def test_a_strong_success_in_two_cities_is_level_5():
    found = evidence_level(practice(results=(row("controls", success=True),), reuse=(reuse("Turin"),)))
    assert (found.level, found.design, found.replicated_in) == (5, "controls", ("Rosario", "Turin"))


@pytest.mark.parametrize(
    "second",
    [
        reuse("Turin", design="before_after"),
        reuse("Turin", success=False),
        reuse("Turin", success=None),
        reuse("Rosario"),
    ],
)
def test_a_weak_failed_or_own_repetition_replicates_nothing(second):
    assert level(row("controls", success=True), reuse=(second,)) == 3


def test_a_well_measured_failure_keeps_its_level():
    found = evidence_level(practice(results=(row("randomised", success=False),), status="failed"))
    assert (found.level, found.outcome) == (5, "failure")


@pytest.mark.parametrize(
    ("successes", "status", "told"),
    [
        ((True,), "running", "success"), ((True, False), "running", "mixed"), ((None,), "running", "not_told"),
        ((None,), "failed", "failure"), ((True,), "failed", "mixed"), ((True, None), "ended", "success"),
    ],
)  # fmt: skip
def test_the_outcome_is_what_the_carrying_rows_say(successes, status, told):
    rows = tuple(row("controls", success=each) for each in successes)
    assert evidence_level(practice(results=rows, status=status)).outcome == told


@given(st.lists(st.sampled_from(DESIGNS), max_size=5), st.sampled_from(DESIGNS))
def test_one_more_result_never_lowers_the_level(designs, more):
    rows = [row(design) for design in designs]
    assert level(*rows) <= level(*rows, row(more)) <= 5


def test_marks_warn_the_reader():
    assert practice_marks(practice(), DAY) == ()
    assert practice_marks(practice(expires="2025-06-29", status="failed"), DAY) == ("failed", "expired")
    assert practice_marks(practice(results=(row("controls", n=None, success=False),)), DAY) == (
        "without_n", "failure_measured",
    )  # fmt: skip
    assert practice_marks(practice(reuse=(reuse("Turin", success=False),)), DAY) == ("given_up_elsewhere",)
    assert practice_marks(practice(cost=Cost(5, "EUR", "")), DAY) == ("cost_without_year",)


# ---- fit

QUESTION = Question("1.01", "1", "language", {}, "presence", function="language_courses", links=("GCM16",))
GAP = Development("migof-urban", QUESTION, Standing(QUESTION, "known", "municipal", 0, 0, 0), True, "absent", 1.0)
OWN, OTHER = QuestionRef("migof-urban", "1.01"), QuestionRef("gcm", "16")
POWERS = CompetenceMap(
    "AAA",
    (
        Function("language_courses", (Power("city", ("delivers",)),)),
        Function("hospital", (Power("regional", ("delivers",)), Power("national", ("legislates",)))),
    ),
)
UNRELATED = {"functions": (), "topics": ("sport",)}


def fits(*practices, links=()):
    return fitting(practices, GAP, POWERS, as_of=DAY, links=links)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"questions": (OWN,)}, "same_question"),
        ({"questions": (OTHER,)}, "linked_question"),
        ({"tags": ("GCM16",)}, "same_tag"),
        ({"functions": ("language_courses",)}, "same_function"),
        ({"topics": ("language",)}, "same_topic"),
    ],
)
def test_every_reason_is_enough_to_fit(told, reason):
    links = (Link(OTHER, OWN, "related", {}),)
    (found,) = fits(practice(**(UNRELATED | told)), links=links)
    assert found.reasons == (reason,)


def test_what_has_no_reason_does_not_fit():
    assert fits(practice(**UNRELATED)) == ()
    assert fits(practice(**UNRELATED, questions=(OTHER,))) == ()


def test_a_question_without_a_function_fits_no_practice_by_it():
    bare = Question("1.02", "1", "none", {}, "presence")
    gap = Development("migof-urban", bare, Standing(bare, "known", "municipal"), True, "absent", 1.0)
    assert fitting([practice(functions=("",))], gap, POWERS, as_of=DAY) == ()


def test_failures_are_listed_with_their_mark():
    (found,) = fits(practice(status="failed"))
    assert found.marks == ("failed",)


def test_the_most_telling_reason_then_the_powers_then_the_evidence_order_what_fits():
    told = [
        practice("e", questions=(OWN,), functions=("hospital",), results=(row("randomised"),)),
        practice("d", questions=(OWN,), functions=()),
        practice("c", topics=("language",), functions=(), results=(row("randomised"),)),
        practice("b", questions=(OWN,), functions=(), results=(row("controls", success=False),)),
    ]
    assert [each.practice.id for each in fits(*told)] == ["b", "d", "e", "c"]


def test_a_power_that_the_city_lacks_is_a_caveat_with_its_levels():
    (found,) = fits(practice(functions=("hospital", "language_courses")))
    assert (found.caveats, found.powers_elsewhere) == (("power_elsewhere",), ("national", "regional"))
    (unknown,) = fits(practice(functions=("burial",)))
    assert unknown.caveats == ("power_unknown",)


def test_only_the_newest_version_is_looked_at():
    old, new = practice("a", version=9), practice("a", version=10)
    assert newest_versions([new, old]) == (new,)


def test_a_practice_is_searched_in_all_its_languages():
    told = search_document(practice(title={"en": "Courses", "es": "Cursos"}, results=(row("controls"),)), DAY)
    assert told.title == ("Courses", "Cursos")
    assert "Rooms were too small" in told.body
    assert "language courses" in told.keywords
    assert (told.facets["evidence"], told.facets["size"]) == (("3",), ("medium",))


@pytest.mark.parametrize(
    ("population", "band"),
    [(49_999, "small"), (50_000, "medium"), (199_999, "medium"), (499_999, "large"), (500_000, "very_large")],
)
def test_sizes_are_banded(population, band):
    assert size_band(population) == band


# ---- transfer

FACTS = CityFacts("ITA", 200_000, 0.12, ("nationals", "asylum_seekers", "students"))


def checked(made, facts=FACTS, funding=()):
    found = transfer_check(made, facts, POWERS, funding=funding, as_of=DAY)
    return {(each.criterion, each.subject): each for each in found}


def test_the_context_is_shown_in_parts():
    found = context(practice(functions=("language_courses", "hospital")), FACTS, POWERS)
    assert found.log_population_ratio == pytest.approx(math.log(2))
    assert found.foreign_born_share_difference == pytest.approx(0.02)
    assert (found.shared_functions, found.lacking_functions) == (("language_courses",), ("hospital",))


def test_what_is_not_known_of_the_city_is_unknown():
    found = checked(practice(), CityFacts("", None, None))
    assert {found[name, ""].verdict for name in ("country", "population", "foreign_born_share", "status_groups")} == {
        "unknown"
    }


def test_same_and_different_have_declared_bounds():
    found = checked(practice())
    assert (found["population", ""].verdict, found["country", ""].verdict) == ("same", "different")
    assert checked(practice(population=99_999))["population", ""].verdict == "different"
    assert checked(practice(foreign_born_share=0.07))["foreign_born_share", ""].verdict == "same"
    assert checked(practice(foreign_born_share=0.069))["foreign_born_share", ""].verdict == "different"


def test_a_power_is_the_same_where_the_level_that_did_it_has_it_here():
    found = checked(practice(functions=("language_courses", "hospital", "burial")))
    assert [found["power", name].verdict for name in ("language_courses", "hospital", "burial")] == [
        "same", "different", "unknown",
    ]  # fmt: skip


def test_money_that_is_not_named_is_unknown_not_absent():
    grant = Funding("g", {}, "city", 1, "EUR", "2025", "2025-01-01", "2025-12-31", function="language_courses")
    assert checked(practice())["funding", "language_courses"].verdict == "unknown"
    assert checked(practice(), funding=(grant,))["funding", "language_courses"].own == ("g",)


def test_a_group_that_does_not_live_here_is_a_difference():
    assert checked(practice())["status_groups", ""].verdict == "same"
    assert checked(practice(eligibility=("without_permit",)))["status_groups", ""].verdict == "different"


def test_what_others_changed_is_listed_by_date():
    made = practice(adaptable=words("Hours"), reuse=(reuse("Turin", date="2024"), reuse("Quito", date="2023")))
    found = checked(made)["preconditions", ""].adaptations
    assert [city for city, _ in found] == ["Rosario", "Quito", "Turin"]


def test_every_criterion_is_told_and_none_is_a_score():
    found = checked(practice())
    assert list(dict.fromkeys(name for name, _ in found)) == list(CRITERIA)
    assert {each.verdict for each in found.values()} <= {"same", "different", "unknown"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_levels_reasons_and_criteria_have_words(code):
    ids = [f"plan.evidence.{at}" for at in range(6)]
    ids += [f"plan.reason.{each}" for each in REASONS] + [f"plan.criterion.{each}" for each in CRITERIA]
    assert [each for each in ids if not language(code).has(each)] == []
