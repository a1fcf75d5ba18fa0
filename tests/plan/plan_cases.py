"""Small plans, inputs and practices for the tests of the room `plan`, in order unless a test says otherwise."""

from cosmopolis.vocabulary.participation import Input
from cosmopolis.vocabulary.plan import RIGHTS_ITEMS, Action, Goal, Plan, Problem, RightsItem, Target
from cosmopolis.vocabulary.practice import Practice, PracticeFunding

CLEAR = tuple(RightsItem(item, "clear") for item in RIGHTS_ITEMS)


def words(text):
    return {"en": text}


def action(name="a1", **other):
    told = {
        "title": words(f"Action {name}"),
        "goals": ("g1",),
        "targets": ("t1",),
        "functions": (),
        "responsible": words("Office for Integration"),
        "status": "running",
        "start": "2025-01-01",
        "deadline": "2026-12-31",
        "rights": CLEAR,
        "inputs": ("i1",),
    } | other
    return Action(name, **told)


def plan(*actions, **other):
    told = {
        "problems": (Problem("p1", words("Long waits")),),
        "goals": (Goal("g1", words("Short waits"), ("p1",)),),
        "targets": (Target("t1", "g1", "2027-12-31"),),
        "actions": actions or (action(),),
    } | other
    return Plan(words("Plan"), "2025-01-01", "2025-06-30", **told)


def heard(name="i1", **other):
    told = {
        "date": "2025-01-10",
        "channel": "hearing",
        "actor_type": "migrant_association",
        "kind": "recommendation",
        "phase": "agenda",
        "level": "consultation",
        "topic": "health",
        "text": words(f"Input {name}"),
        "evidence_grade": "experience",
    } | other
    return Input(name, **told)


def practice(name="rosario-courses-2021-1", **other):
    told = {
        "version": 1,
        "title": words("Courses with child care"),
        "city": "Rosario",
        "country": "ARG",
        "population": 100_000,
        "population_year": "2022",
        "foreign_born_share": 0.10,
        "functions": ("language_courses",),
        "level": "city",
        "start": "2021-01-01",
        "status": "running",
        "topics": ("language",),
        "problem": words("Mothers could not attend"),
        "actions": (words("Child care beside the class"),),
        "target_group": words("Mothers of small children"),
        "eligibility": ("nationals", "asylum_seekers"),
        "receiving_society": words("Volunteers"),
        "migrants_in_design": words("Asked in a survey"),
        "funding": (PracticeFunding(words("City"), "2026-12-31"),),
        "results": (),
        "failures": words("Rooms were too small"),
        "rights_check": words("Done"),
        "licence": "CC BY 4.0",
        "contact_role": words("Head of courses"),
        "verified": "2025-01-01",
        "expires": "2027-01-01",
    } | other
    return Practice(name, **told)
