"""Which level of government may do what; who is entitled to what; which department does what."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosmopolis.vocabulary.city import Words

#: Levels of government, from the nearest to people.
LEVELS: tuple[str, ...] = ("city", "metropolitan", "regional", "national", "supranational", "other")
#: What a level can do in a function.
DUTIES: tuple[str, ...] = ("legislates", "finances", "plans", "delivers", "supervises")
#: The gaps between levels that the OECD diagnoses (Charbit 2011).
LEVEL_GAPS: tuple[str, ...] = (
    "information", "capacity", "fiscal", "policy", "administrative", "objective", "accountability",
)  # fmt: skip
#: The duties of the Integrating Cities Charter.
ROLES: tuple[str, ...] = ("policy_maker", "service_provider", "employer", "buyer")
#: The dimensions of a monitor of the administration itself (Vienna).
MONITOR: tuple[str, ...] = ("organisation", "staff", "services")
#: How far a department has come.
DUTY_STATES: tuple[str, ...] = ("none", "planned", "done", "evaluated")
#: Civic rights by status group.
CIVIC_RIGHTS: tuple[str, ...] = ("vote", "stand", "consult", "petition", "serve", "appeal")


@dataclass(frozen=True)
class Power:
    """What one level does in one function, by which law, with whose money."""

    level: str
    duties: tuple[str, ...]
    legal_basis: str = ""
    finance: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Function:
    """A field of power: `school`, `housing`, `permits`; with all who hold a part of it."""

    id: str
    powers: tuple[Power, ...]
    discretion: int | None = None  #: 0 carries out, 1 adapts, 2 designs, 3 decides freely
    forum: Words = field(default_factory=dict)  #: where the levels meet about it
    conflict: Words = field(default_factory=dict)
    note: Words = field(default_factory=dict)
    verified: bool = False
    by_city: bool = False  #: the city's own entry, not the country's default

    def levels(self, duty: str) -> tuple[str, ...]:
        """The levels that have a duty, nearest to people first."""
        return tuple(level for level in LEVELS if any(p.level == level and duty in p.duties for p in self.powers))


@dataclass(frozen=True)
class LevelGap:
    """A gap between levels of government, with who can close it."""

    id: str
    kind: str
    functions: tuple[str, ...]
    evidence: Words
    rank: int
    addressee: Words
    level: str
    request: Words = field(default_factory=dict)
    agreement: str = ""  #: id of an agreement in coordination.yaml that answers it
    date: str = ""


@dataclass(frozen=True)
class Entitlement:
    """One service for one status group: by law and in practice, and what stands between."""

    service: str
    group: str
    by_law: str  #: yes, conditional, no, unknown
    in_practice: str  #: yes, partly, no, unknown
    documents: Words = field(default_factory=dict)
    cost: Words = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    firewall: str = "unknown"  #: yes, no, unknown: is the service kept apart from enforcement?
    barrier: Words = field(default_factory=dict)
    source: str = ""
    date: str = ""


@dataclass(frozen=True)
class DepartmentDuty:
    """One cell of the mainstreaming matrix: a department in one of the four roles or three monitor dimensions."""

    department: str
    column: str
    state: str
    owner: Words = field(default_factory=dict)
    evidence: str = ""
    date: str = ""


@dataclass(frozen=True)
class Department:
    """A department of the city, by its office."""

    id: str
    name: Words


@dataclass(frozen=True)
class CivicRight:
    """Whether a status group has a civic right: yes, conditional, no, unknown."""

    right: str
    group: str
    state: str
    basis: str = ""
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class ConsultativeBody:
    """A council or forum with migrants, and what makes it more than a photograph."""

    id: str
    name: Words
    legal_basis: str = ""
    mandate: Words = field(default_factory=dict)
    seats: int | None = None
    seats_elected: int | None = None
    seats_of_migrants: int | None = None  #: by self-declaration
    own_initiative: str = "unknown"
    budget: str = "unknown"
    secretariat: str = "unknown"
    interpretation: str = "unknown"
    published: str = "unknown"
    reply_days: int | None = None  #: within how many days the city must reply
    opinions_given: int | None = None
    opinions_answered: int | None = None
    opinions_adopted: int | None = None


@dataclass(frozen=True)
class PolicyEntry:
    """An existing policy or service: the inventory before a plan adds more."""

    id: str
    kind: str  #: policy, service, regulation, project
    title: Words
    function: str
    department: str
    since: str
    until: str = ""
    status: str = "running"  #: planned, running, paused, ended
    yearly_cost: float | None = None
    currency: str = ""
    reach: Words = field(default_factory=dict)
    evaluated: str = ""  #: date of the last evaluation
    url: str = ""


@dataclass(frozen=True)
class UrbanPlanCheck:
    """Whether the city's urban plan treats migration: item by item, with the page."""

    plan: Words
    date: str
    findings: tuple[PlanFinding, ...]


@dataclass(frozen=True)
class PlanFinding:
    """One item of the check: yes, partly, no, unknown."""

    item: str
    state: str
    page: str = ""
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Services:
    """`services.yaml`: rules, services and rights as they are."""

    departments: tuple[Department, ...] = ()
    duties: tuple[DepartmentDuty, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    civic_rights: tuple[CivicRight, ...] = ()
    bodies: tuple[ConsultativeBody, ...] = ()
    policies: tuple[PolicyEntry, ...] = ()
    urban_plans: tuple[UrbanPlanCheck, ...] = ()


@dataclass(frozen=True)
class CompetenceMap:
    """Functions by level, the country's defaults overridden by the city's `competence.yaml`."""

    country: str
    functions: tuple[Function, ...] = ()
    gaps: tuple[LevelGap, ...] = ()
    pack: str = ""  #: the pack of defaults below the city's own entries: the country's code, or `default`
    note: Words = field(default_factory=dict)  #: how far the pack can be relied on

    def function(self, function_id: str) -> Function | None:
        """The function of that id, if the map has it."""
        return next((each for each in self.functions if each.id == function_id), None)
