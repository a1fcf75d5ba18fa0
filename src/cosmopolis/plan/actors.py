"""
Who takes part and who is missing: types by topic, districts, ties, and whose voice is heard.

Counts are of organisations and offices, never of persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cosmopolis.plan.shares import Share
from cosmopolis.vocabulary.participation import Actor, Input


@dataclass(frozen=True)
class CoverageCell:
    """The actors of one type that work on one topic, in the register's order."""

    topic: str
    type: str
    actors: tuple[str, ...]


@dataclass(frozen=True)
class TopicCoverage:
    """One topic: the types that work on it and those of which nobody does."""

    topic: str
    cells: tuple[CoverageCell, ...]  #: one a type, also where it is empty

    @property
    def missing(self) -> tuple[str, ...]:
        """The types that the register lacks for this topic (requirement R01)."""
        return tuple(cell.type for cell in self.cells if not cell.actors)

    @property
    def actors(self) -> int:
        """How many actors work on the topic."""
        return sum(len(cell.actors) for cell in self.cells)


@dataclass(frozen=True)
class DistrictCoverage:
    """The actors that name a district; those of the whole city are counted apart."""

    district: str
    actors: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """
    Who works with whom, as far as the register says; a tie told by one side counts.

    `parts` are the groups that are tied together, largest first, without the
    isolated ones. `unknown` are ids named as partners that the register lacks.
    """

    ties: tuple[tuple[str, str], ...]
    isolated: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Balance:
    """One type of actor: its share of the register beside its share of what was heard."""

    type: str
    registered: Share
    heard: Share


def topic_coverage(
    actors: Sequence[Actor], *, topics: Sequence[str], types: Sequence[str]
) -> tuple[TopicCoverage, ...]:
    """
    For every topic, the actors of every type, so that empty cells stay visible.

    Parameters
    ----------
    topics, types
        What to look for, in the order to show it: the closed lists, or the topics
        of the city's plan and the types that it expects at a table.

    Examples
    --------
    >>> club = Actor("club", {"en": "Club"}, "club", ("culture",))
    >>> topic_coverage([club], topics=["culture"], types=["club", "ngo"])[0].missing
    ('ngo',)
    """
    return tuple(
        TopicCoverage(
            topic,
            tuple(
                CoverageCell(topic, kind, tuple(a.id for a in actors if a.type == kind and topic in a.topics))
                for kind in types
            ),
        )
        for topic in topics
    )


def district_coverage(actors: Sequence[Actor], districts: Sequence[str]) -> tuple[DistrictCoverage, ...]:
    """For every district, the actors that name it."""
    return tuple(
        DistrictCoverage(district, tuple(actor.id for actor in actors if district in actor.districts))
        for district in districts
    )


def network(actors: Sequence[Actor]) -> Network:
    """
    The ties between actors, and those that have none (requirement R45).

    Examples
    --------
    >>> a = Actor("a", {}, "ngo", (), works_with=("b",))
    >>> b, c = Actor("b", {}, "ngo", ()), Actor("c", {}, "ngo", ())
    >>> found = network([a, b, c])
    >>> found.isolated, found.parts
    (('c',), (('a', 'b'),))
    """
    ids = [actor.id for actor in actors]
    told = {(actor.id, other) for actor in actors for other in actor.works_with if other != actor.id}
    ties = sorted({(min(pair), max(pair)) for pair in told if pair[1] in ids})
    tied = {actor for pair in ties for actor in pair}
    return Network(
        ties=tuple(ties),
        isolated=tuple(actor for actor in ids if actor not in tied),
        parts=_parts(ids, ties),
        unknown=tuple(sorted({other for _, other in told if other not in ids})),
    )


def balance(inputs: Sequence[Input], actors: Sequence[Actor]) -> tuple[Balance, ...]:
    """
    Inputs by actor type against the register: who is known, and who was heard.

    Returns
    -------
    rows
        One a type that occurs in either, by its name.

    Examples
    --------
    >>> found = balance([], [Actor("a", {}, "ngo", ())])
    >>> found[0].registered, found[0].heard.value
    (Share(part=1, whole=1), None)
    """
    registered, heard = [actor.type for actor in actors], [each.actor_type for each in inputs]
    return tuple(
        Balance(kind, Share(registered.count(kind), len(registered)), Share(heard.count(kind), len(heard)))
        for kind in sorted({*registered, *heard})
    )


def _parts(ids: Sequence[str], ties: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    part_of = {actor: {actor} for actor in ids}
    for one, other in ties:
        merged = part_of[one] | part_of[other]
        for actor in merged:
            part_of[actor] = merged
    parts = {tuple(sorted(part)) for part in part_of.values() if len(part) > 1}
    return tuple(sorted(parts, key=lambda part: (-len(part), part)))
