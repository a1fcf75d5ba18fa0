"""Everything in a city folder about how the city governs, checked and put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cosmopolis.vocabulary.assessment import Assessment
from cosmopolis.vocabulary.competence import CompetenceMap, Services
from cosmopolis.vocabulary.framework import Crosswalk, Framework
from cosmopolis.vocabulary.participation import Actor, Coordination, Input
from cosmopolis.vocabulary.plan import Plan
from cosmopolis.vocabulary.practice import Practice


@dataclass(frozen=True)
class Governance:
    """A city's assessments, map of powers, services, plan, actors, inputs and practices."""

    frameworks: Mapping[tuple[str, str], Framework]  #: by id and edition
    crosswalks: tuple[Crosswalk, ...]
    competence: CompetenceMap
    assessments: tuple[Assessment, ...] = ()  #: by framework, then date
    services: Services = field(default_factory=Services)
    plan: Plan | None = None
    actors: tuple[Actor, ...] = ()
    inputs: tuple[Input, ...] = ()
    coordination: Coordination = field(default_factory=Coordination)
    practices: tuple[Practice, ...] = ()

    def newest(self, framework: str) -> Framework:
        """The latest edition of a framework that the folder or the program knows."""
        editions = [pack for (name, _), pack in self.frameworks.items() if name == framework]
        return max(editions, key=lambda pack: pack.edition)

    @property
    def is_empty(self) -> bool:
        """Whether the folder says nothing about governance."""
        told = (self.assessments, self.plan, self.actors, self.inputs, self.practices)
        return not any(told) and self.services == Services() and self.coordination == Coordination()
