"""Views on the map of powers: what is there, what stands between, and what nobody has filled in."""

import pytest

from cosmopolis.assessment.competence import (
    civic_rights_sheet,
    entitlement_barriers,
    entitlement_map,
    level_gap_diagnosis,
    mainstreaming_matrix,
    plan_summary,
)
from cosmopolis.vocabulary.competence import (
    CivicRight,
    CompetenceMap,
    Department,
    DepartmentDuty,
    Entitlement,
    Function,
    LevelGap,
    PlanFinding,
    Power,
    Services,
    UrbanPlanCheck,
)

SCHOOL = Function(
    "school", (Power("national", ("legislates", "finances")), Power("city", ("delivers",))), discretion=1, by_city=True
)
PERMITS = Function("residence_permits", (Power("national", ("legislates", "delivers")),))
MAP = CompetenceMap("AT", (SCHOOL, PERMITS))


def gap(gap_id, kind, rank, level="national", **other):
    return LevelGap(gap_id, kind, ("school",), {}, rank, {"en": "Ministry"}, level, **other)


def test_gaps_are_ranked_and_sorted_by_who_can_close_them():
    gaps = (
        gap("c", "policy", 2, agreement="pact"),
        gap("b", "fiscal", 1),
        gap("a", "capacity", 2, "city"),
        gap("d", "policy", 1),
    )
    found = level_gap_diagnosis(CompetenceMap("AT", gaps=gaps))
    assert [each.id for each in found.gaps] == ["b", "d", "a", "c"]
    assert [(level, [each.id for each in own]) for level, own in found.by_level] == [
        ("city", ["a"]),
        ("national", ["b", "d", "c"]),
    ]
    assert found.answered == ("c",)
    assert found.not_examined == ("information", "administrative", "objective", "accountability")


@pytest.mark.parametrize(
    ("by_law", "in_practice", "firewall", "kinds"),
    [
        ("yes", "yes", "yes", None),
        ("unknown", "no", "unknown", None),
        ("yes", "unknown", "unknown", None),
        ("yes", "no", "yes", ("practice",)),
        ("conditional", "partly", "no", ("conditional", "practice", "no_firewall")),
        ("conditional", "yes", "yes", ("conditional",)),
        ("no", "no", "yes", ("excluded",)),
        ("yes", "yes", "no", ("no_firewall",)),
    ],
)
def test_what_stands_between_a_group_and_a_service(by_law, in_practice, firewall, kinds):
    entry = Entitlement("school", "without_permit", by_law, in_practice, firewall=firewall)
    found = entitlement_barriers(Services(entitlements=(entry,)))
    assert [each.kinds for each in found] == ([] if kinds is None else [kinds])


def test_the_entitlement_map_shows_empty_cells_as_empty():
    entry = Entitlement("school", "students", "yes", "yes")
    (row,) = entitlement_map(Services(entitlements=(entry,)), ["nationals", "students"])
    assert (row.service, row.cells) == ("school", (None, entry))


def test_the_mainstreaming_matrix_shows_empty_cells_as_empty():
    done = DepartmentDuty("housing", "employer", "done")
    services = Services(departments=(Department("housing", {}), Department("health", {})), duties=(done,))
    found = mainstreaming_matrix(services)
    assert found.columns == (
        "policy_maker", "service_provider", "employer", "buyer", "organisation", "staff", "services",
    )  # fmt: skip
    assert [row.cells[2] for row in found.rows] == [done, None]
    assert found.empty == 13


def test_every_civic_right_has_a_row():
    vote = CivicRight("vote", "free_movement", "yes")
    found = civic_rights_sheet(Services(civic_rights=(vote,)), ["nationals", "free_movement"])
    assert [row.right for row in found] == ["vote", "stand", "consult", "petition", "serve", "appeal"]
    assert [row.cells for row in found][:2] == [(None, vote), (None, None)]


def test_the_check_of_an_urban_plan_is_counted_and_its_open_items_named():
    check = UrbanPlanCheck({}, "2024-01-01", (PlanFinding("names_migration", "yes"), PlanFinding("housing_need", "no")))
    found = plan_summary(check, ["names_migration", "housing_need", "budget_link"])
    assert found.counts == {"yes": 1, "partly": 0, "no": 1, "unknown": 0}
    assert found.unanswered == ("budget_link",)
