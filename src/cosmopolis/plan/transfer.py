"""
A practice held against the city that thinks of taking it up, criterion by criterion.

Both sides stand beside each other with "same", "different" or "unknown". They are
never added up: how much a difference matters only the people of both cities can say.

References
----------
PIET-T (2018), BMC/Implementation Science 13; ASTAIRE (2013): population,
intervention and environment on both sides, and the process of transfer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cosmopolis.plan.powers import holding_levels
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.competence import CompetenceMap
from cosmopolis.vocabulary.participation import Funding
from cosmopolis.vocabulary.practice import Practice

Verdict = Literal["same", "different", "unknown"]

#: Sizes within this factor of each other count as the same.
SAME_SIZE_FACTOR = 2.0
#: Shares of residents born abroad within so much of each other count as the same.
SAME_SHARE_MARGIN = 0.05

#: The criteria in the order in which they are told.
CRITERIA: tuple[str, ...] = (
    "country", "population", "foreign_born_share", "level", "power", "funding", "status_groups", "legal_basis",
    "staff", "receiving_society", "migrants_in_design", "preconditions", "rights_check",
)  # fmt: skip


@dataclass(frozen=True)
class CityFacts:
    """
    What is known of the city that thinks of taking a practice up.

    What is not known stays empty: the check then says "unknown".
    """

    country: str
    population: int | None = None
    foreign_born_share: float | None = None
    status_groups: tuple[str, ...] = ()  #: groups known to live in the city


@dataclass(frozen=True)
class Context:
    """
    How far two cities are apart, in parts that are shown and never summed.

    `log_population_ratio` is the natural logarithm of the city's population over
    that of the practice's city: 0 is equal, 0.69 twice as large.
    """

    log_population_ratio: float | None
    foreign_born_share_difference: float | None  #: city minus origin, between -1 and 1
    shared_functions: tuple[str, ...]  #: powers the practice used that the city has
    lacking_functions: tuple[str, ...]  #: those it has not, or of which nothing is known


@dataclass(frozen=True)
class TransferItem:
    """
    One criterion: how it was there, how it is here, and what was done about it elsewhere.

    `origin` and `own` are a number, a code, codes, or a text of a city (`Words`);
    nothing where it is not known. `adaptations` are what cities that took the
    practice up changed, with their names; they stand at the first criterion they
    may answer, `preconditions`.
    """

    criterion: str
    subject: str  #: the function, where there is one item a function
    origin: object
    own: object
    verdict: Verdict
    adaptations: tuple[tuple[str, Words], ...] = ()


def context(practice: Practice, facts: CityFacts, competence: CompetenceMap) -> Context:
    """The parts in which the city and the practice's origin are alike or not."""
    ratio = math.log(facts.population / practice.population) if facts.population and practice.population > 0 else None
    shares = (facts.foreign_born_share, practice.foreign_born_share)
    difference = shares[0] - shares[1] if shares[0] is not None and shares[1] is not None else None
    shared = tuple(name for name in practice.functions if "city" in _levels(name, competence))
    lacking = tuple(name for name in practice.functions if name not in shared)
    return Context(ratio, difference, shared, lacking)


def transfer_check(
    practice: Practice,
    facts: CityFacts,
    competence: CompetenceMap,
    *,
    funding: Sequence[Funding] = (),
    as_of: str,
) -> tuple[TransferItem, ...]:
    """
    Every criterion of a transfer with both sides and what they say.

    What only people can judge (legal basis, staff, what the practice presupposes)
    is "unknown" until they have: the origin's side is shown so that they can.

    Parameters
    ----------
    funding
        The city's money; what runs on `as_of` in a function of the practice counts.

    Returns
    -------
    items
        In the order of `CRITERIA`; `power` and `funding` once for each function.
    """
    apart = context(practice, facts, competence)
    size = _verdict(apart.log_population_ratio, math.log(SAME_SIZE_FACTOR))
    share = _verdict(apart.foreign_born_share_difference, SAME_SHARE_MARGIN)
    return (
        TransferItem("country", "", practice.country, facts.country, _same(practice.country, facts.country)),
        TransferItem("population", "", practice.population, facts.population, size),
        TransferItem("foreign_born_share", "", practice.foreign_born_share, facts.foreign_born_share, share),
        TransferItem("level", "", practice.level, "city", _same(practice.level, "city")),
        *(_power(practice, name, competence) for name in practice.functions),
        *(_money(practice, name, funding, as_of) for name in practice.functions),
        _groups(practice, facts),
        TransferItem("legal_basis", "", practice.legal_basis or None, None, "unknown"),
        TransferItem("staff", "", practice.staff, None, "unknown"),
        TransferItem("receiving_society", "", practice.receiving_society, None, "unknown"),
        TransferItem("migrants_in_design", "", practice.migrants_in_design, None, "unknown"),
        TransferItem("preconditions", "", practice.preconditions or None, None, "unknown", _adaptations(practice)),
        TransferItem("rights_check", "", practice.rights_check, None, "unknown"),
    )


def _verdict(apart: float | None, most: float) -> Verdict:
    if apart is None:
        return "unknown"
    # two numbers exactly at the bound are the same, whatever rounding does to their difference
    return "same" if abs(apart) <= most + 1e-12 else "different"


def _same(origin: str, own: str) -> Verdict:
    if not origin or not own:
        return "unknown"
    return "same" if origin == own else "different"


def _levels(function_id: str, competence: CompetenceMap) -> tuple[str, ...]:
    function = competence.function(function_id)
    return holding_levels(function) if function else ()


def _power(practice: Practice, function_id: str, competence: CompetenceMap) -> TransferItem:
    """Whether the level that did it there has a duty here."""
    levels = _levels(function_id, competence)
    verdict: Verdict = "unknown" if not levels else "same" if practice.level in levels else "different"
    return TransferItem("power", function_id, (practice.level,), levels or None, verdict)


def _money(practice: Practice, function_id: str, funding: Sequence[Funding], as_of: str) -> TransferItem:
    """Money that runs here in the function; that none is named does not mean that there is none."""
    running = tuple(each.id for each in funding if each.function == function_id and each.start <= as_of <= each.end)
    origin = tuple(each.source for each in practice.funding)
    return TransferItem("funding", function_id, origin, running or None, "same" if running else "unknown")


def _groups(practice: Practice, facts: CityFacts) -> TransferItem:
    missing = set(practice.eligibility).difference(facts.status_groups)
    verdict: Verdict = "unknown" if not facts.status_groups else "different" if missing else "same"
    return TransferItem("status_groups", "", practice.eligibility, facts.status_groups or None, verdict)


def _adaptations(practice: Practice) -> tuple[tuple[str, Words], ...]:
    told = sorted(practice.reuse, key=lambda each: (each.date, each.city))
    own = ((practice.city, practice.adaptable),) if practice.adaptable else ()
    return (*own, *((each.city, each.adapted) for each in told))
