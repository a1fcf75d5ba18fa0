"""A small town whose folder says, in every file there is, how it governs."""

import textwrap
from pathlib import Path

import pytest

from cosmopolis.catalogue.governance import check_governance, load_governance
from cosmopolis.language import language
from cosmopolis.vocabulary.city import City, ProfileText

FILES = {
    "frameworks/own/framework.yaml": """\
        framework: own
        edition: "2024"
        level: city
        publisher: Town Hall
        url: https://town.example/own
        licence: CC BY 4.0
        valid_from: 2024-01-01
        languages: [en]
        aggregation: {method: none, levels: [dimension], least_answered: 0.65}
        scales:
          - {id: presence, kind: ordinal, options: [{id: absent, value: 0}, {id: complete, value: 1}]}
          - {id: number, kind: count, goalposts: [0, 12]}
        dimensions:
          - id: "1"
            topics:
              - id: health
                questions:
                  - {id: "1.01", scale: presence, holder: shared, function: primary_health}
                  - {id: "1.02", scale: number, holder: municipal, function: school}
        """,
    "frameworks/own/en.yaml": """\
        title: Our own questions
        about: Two questions.
        dimensions: {"1": {title: Services, about: What people need}}
        topics: {health: Health}
        questions: {"1.01": Is there care for all?, "1.02": How many classes are there?}
        scales: {presence: {absent: Absent, complete: Complete}}
        """,
    "competence.yaml": """\
        functions:
          - id: school
            powers:
              - {level: national, duties: [legislates], legal_basis: "School Act, s. 1"}
              - {level: city, duties: [delivers, finances], finance: {en: the town's own taxes}}
            discretion: 2
            verified: true
        gaps:
          - id: second
            kind: fiscal
            functions: [school]
            evidence: {en: Classes are paid for a year too late.}
            rank: 2
            addressee: {en: Ministry of Education}
            level: national
            agreement: school-pact
            date: 2024-03
          - id: first
            kind: information
            functions: [registration, school]
            evidence: {en: Nobody tells the town who has arrived.}
            rank: 1
            addressee: {en: Statistical Office}
            level: national
        """,
    "services.yaml": """\
        departments:
          - {id: schools, name: {en: Department of Schools}}
        duties:
          - {department: schools, column: service_provider, state: done, date: 2024}
          - {department: schools, column: staff, state: none}
        entitlements:
          - {service: school, group: asylum_seekers, by_law: yes, in_practice: partly,
            firewall: yes, languages: [en, ar]}
          - {service: school, group: without_permit, by_law: yes, in_practice: unknown, source: School Act s. 4}
        civic_rights:
          - {right: vote, group: free_movement, state: conditional, note: {en: after five years}}
        bodies:
          - {id: council, name: {en: Council of Newcomers}, seats: 12, seats_elected: 6,
            opinions_given: 9, opinions_answered: 7}
        policies:
          - {id: mother-tongue, kind: service, title: {en: Mother-tongue classes},
            function: school, department: schools, since: 2019,
            until: 2026-07-31, yearly_cost: 40000, currency: EUR}
        urban_plans:
          - plan: {en: Plan of 2020}
            date: 2020
            findings:
              - {item: school_places, state: partly, page: "12"}
        """,
    "coordination.yaml": """\
        agreements:
          - {id: school-pact, title: {en: School pact}, partners: [parents],
            kind: agreement, start: 2023-01-01, end: 2026-12-31, renewal_notice: 2026-06-30,
            amount: 5000, currency: EUR}
        forums:
          - {id: round-table, name: {en: Round table}, levels: [city, national], every_months: 6}
        meetings:
          - forum: round-table
            date: 2024-05-02
            levels: [city]
            participants: [parents, club]
            follow_ups:
              - {text: {en: Send the figures}, owner: {en: Statistical Office}, due: 2024-06-01, done: 2024-05-20}
        funding:
          - {id: fund, source: {en: Integration fund}, level: national,
            amount: 90000, currency: EUR, year: 2024, start: 2024-01-01, end: 2025-12-31,
            earmarked: true}
        """,
    "actors.yaml": """\
        actors:
          - id: parents
            name: Parents of the Harbour
            type: migrant_association
            topics: [education, language]
            contact_role: {en: Secretariat}
          - id: club
            name: Harbour Club
            type: club
            topics: [culture]
            works_with: [parents]
            contact_role: {en: "Office, office@club.example"}
            contact_consent: true
        """,
    "inputs.yaml": """\
        inputs:
          - id: more-classes
            date: 2024-02-01
            channel: hearing
            actor: parents
            actor_type: migrant_association
            kind: recommendation
            phase: agenda
            level: dialogue
            topic: education
            text: {en: Open more classes.}
            evidence_grade: experience
            due: 2024-04-01
            answered: 2024-03-15
            decision: accepted
            reason: {en: The waiting list is long.}
            action: open-classes
          - id: again
            date: 2024-09-01
            channel: letter
            actor_type: ngo
            kind: complaint
            phase: implementation
            level: consultation
            topic: education
            text: {en: The classes are still full.}
            evidence_grade: case_data
            repeats: more-classes
        """,
    "plan.yaml": """\
        title: {en: Schools for all}
        adopted: 2024-01-15
        as_of: 2024-12-31
        problems:
          - id: waiting
            text: {en: Children wait for a class.}
            questions: ["own:1.01"]
            indicators:
              - {source: people, indicator: population_stock}
            inputs: [more-classes]
        goals:
          - {id: classes, text: {en: Every child has a class.}, problems: [waiting], topic: education}
          - {id: savings, text: {en: The town spends less.}, problems: []}
        targets:
          - id: no-waiting
            goal: classes
            deadline: 2026-12-31
            indicator: {source: people, indicator: population_stock, age_group: Y0T14}
            baseline: 120
            baseline_period: 2024
            value: 0
          - {id: care, goal: classes, deadline: 2026-12-31, question: "own:1.01", answer: complete}
          - {id: twelve, goal: classes, deadline: 2026-12-31, question: "own:1.02", answer: "12"}
        actions:
          - id: open-classes
            title: {en: Open four classes}
            goals: [classes]
            targets: [no-waiting]
            functions: [school]
            responsible: {en: Department of Schools}
            department: schools
            status: running
            start: 2024-03-01
            deadline: 2025-08-31
            partners: [parents]
            cost: {amount: 60000, currency: EUR, year: 2024}
            funding: [fund]
            inputs: [more-classes]
            practices: [town-classes-2020-1]
            questions: ["own:1.02"]
            rights:
              - {item: access, state: clear}
              - {item: non_discrimination, state: clear}
              - {item: data_firewall, state: mended, note: {en: Lists stay in the school.}}
              - {item: remedy, state: clear}
            history:
              - {date: 2024-02-01, status: approved}
              - {date: 2024-03-01, status: running}
            done_share: 0.4
        commitments:
          - id: promise
            reference: "own:1.02"
            text: {en: Twelve classes}
            date: 2023-05-01
            owner: {en: Mayor's office}
            status: running
            deadline: 2026-12-31
            actions: [open-classes]
        opposed:
          - [classes, savings]
        """,
    "practices/classes.yaml": """\
        id: town-classes-2020-1
        version: 2
        title: {en: Classes in the afternoon}
        city: Town
        country: KEN
        population: 52000
        population_year: 2020
        foreign_born_share: 0.21
        functions: [school]
        level: city
        start: 2018
        end: 2020-07
        status: ended
        topics: [education]
        problem: {en: Full classes.}
        actions:
          - {en: Hire teachers.}
          - {en: Open rooms.}
        target_group: {en: Children who have just arrived}
        eligibility: [asylum_seekers, family_members]
        receiving_society: {en: Parents help.}
        migrants_in_design: {en: Two associations planned it.}
        funding:
          - {source: {en: Town}, end: 2020-07-31}
        cost: {amount: 200000, currency: EUR, year: 2019}
        results:
          - {indicator: {en: Children waiting}, baseline: 140, result: 30,
            n: 140, period: 2018/2020, design: before_after, success: true}
        failures: {en: Too few rooms in winter.}
        rights_check: {en: Access and data were checked.}
        licence: CC BY 4.0
        contact_role: {en: "Department of Schools, 1 Harbour Road"}
        verified: 2024-05-01
        expires: 2026-05-01
        questions: ["own:1.02"]
        tags: [SDG4]
        reuse:
          - {city: Other Town, date: 2022, adapted: {en: Mornings}, outcome: {en: Fewer waited.}}
        """,
}


def kenyan(folder: Path) -> City:
    return City(
        id="town",
        name="Town",
        country="KEN",
        languages=("en",),
        reference_date="2024-12-31",
        folder=folder,
        names={},
        sources=(),
        total_source="",
        map_level="",
        questions=(),
        profile=ProfileText(),
    )


class Governed:
    """The town's folder, and what the catalogue says about it after a change."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.city = folder, kenyan(folder)
        for name, text in FILES.items():
            self.write(name, textwrap.dedent(text))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def line(self, name: str, part: str, nth: int = 1) -> int:
        """The number of the nth line of a file that holds a text."""
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        return [number for number, line in enumerate(lines, 1) if part in line][nth - 1]

    def faults(self):
        return check_governance(self.folder, self.city)

    def places(self):
        """Message, file, line and key of every fault."""
        return [(each.message_id, *(each.values.get(key) for key in ("file", "line", "key"))) for each in self.faults()]

    def words(self, code="en"):
        return [language(code).fault(fault) for fault in self.faults()]

    def load(self):
        return load_governance(self.folder, self.city)


@pytest.fixture
def governed(tmp_path):
    return Governed(tmp_path)
