"""What can be searched, in which words of which languages, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SearchDocument:
    """
    One thing that can be found: its texts in all their languages, and its facets.

    `facets` are codes by name (`topic`, `function`, `status`): a search can keep
    only what has one of them.
    """

    id: str
    title: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Concept:
    """A matter the field talks about, and the words each language has for it; the first is its name."""

    id: str
    words: Mapping[str, tuple[str, ...]]

    def name(self, language: str) -> str:
        """What a language calls it."""
        return self.words[language][0]


@dataclass(frozen=True)
class Thesaurus:
    """Concepts in several languages, and the small words that say nothing about a text."""

    concepts: tuple[Concept, ...]
    small_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """
    A document that was found, and what of the question it holds.

    `concepts` were recognised in question and document, in whatever languages;
    `words` are words of the question that are no concept. `relevance` orders hits
    of one search that hold equally much; it is a measure of text, not of worth.
    """

    id: str
    concepts: tuple[str, ...]
    words: tuple[str, ...]
    relevance: float
