"""A city folder after checking: what `city.toml` and `profile.yaml` say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cosmopolis.vocabulary.policy import Policy
from cosmopolis.vocabulary.recipe import Recipe
from cosmopolis.vocabulary.table import TOTAL

#: Text per language; the city's own words, shown in their original when a language is missing.
Words = Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """One `[[sources]]` entry: files, how to read them, how to protect them."""

    id: str
    recipe: Recipe
    files: tuple[Path, ...]
    policy: Policy
    title: Words = field(default_factory=dict)


@dataclass(frozen=True)
class EarlierAreas:
    """
    The source that counts the same people in the areas of before a reform of boundaries.

    `crosswalk` is the source that says which share of each old area lies in each new
    one; where the city has none, the shapes of both are laid over each other. `groups`
    are the codes that make the question's group there.
    """

    source: str
    crosswalk: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class OriginQuestion:
    """
    Whom the profile counts as its origin group, in which source.

    `groups` are the codes of `axis` that make the group; `label` is its word
    (`born_abroad`, `foreign_citizens`, ...), a message id of `language`.
    """

    label: str
    source: str
    axis: str
    groups: tuple[str, ...]
    rest: tuple[str, ...]
    headline: bool = False
    indicator: str = "population_stock"  #: what is counted, where the source has no stock (`population_mean`)
    earlier: EarlierAreas | None = None


@dataclass(frozen=True)
class AccessQuestion:
    """
    Which service the profile asks about: who can reach it within `limit`.

    `limit` is in minutes where the source `ways` tells travel times, and otherwise in
    metres as the crow flies. `age_group` names those entitled to the service.
    """

    service: str
    facilities: str
    limit: float
    ways: str = ""
    age_group: str = TOTAL

    @property
    def unit(self) -> str:
        """The unit of the limit."""
        return "minutes" if self.ways else "metres"


@dataclass(frozen=True)
class Event:
    """A point on the time line of section P4."""

    year: int
    level: str  #: global, national, local
    text: Words
    impact: Words = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class MissingItem:
    """Something nobody has, who could give it and by when."""

    item: str
    owner: Words = field(default_factory=dict)
    due: str = ""
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class ProfileText:
    """`profile.yaml`: what no table says."""

    authors: tuple[str, ...] = ()
    licence: str = ""
    version: str = ""
    coverage: Words = field(default_factory=dict)
    legal_categories: tuple[Words, ...] = ()
    events: tuple[Event, ...] = ()
    roles: tuple[str, ...] = ()  #: origin, transit, destination
    notes: tuple[Words, ...] = ()
    missing: tuple[MissingItem, ...] = ()


@dataclass(frozen=True)
class City:
    """A checked city folder."""

    id: str
    name: str
    country: str  #: ISO 3166-1 alpha-3
    languages: tuple[str, ...]
    reference_date: str
    folder: Path
    names: Words
    sources: tuple[Source, ...]
    total_source: str  #: the source that leads for the total population
    map_level: str
    questions: tuple[OriginQuestion, ...]
    profile: ProfileText
    access: tuple[AccessQuestion, ...] = ()
    class_borders: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    public_key: str = ""  #: only the example city's noise key is public

    def source(self, source_id: str) -> Source:
        """The source of that id."""
        return next(source for source in self.sources if source.id == source_id)
