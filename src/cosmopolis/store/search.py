"""
Full-text search over a few thousand documents in six languages, without a network.

An index is made in memory (SQLite FTS5, BM25) and thrown away with the process.
Words of a text that a concept of the thesaurus has, in any language, are indexed
as the concept too: a question in one language finds what is written in another.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cosmopolis.errors import StoreError
from cosmopolis.store.terms import indexed_terms, terms
from cosmopolis.vocabulary.search import Hit, SearchDocument, Thesaurus

#: No question of a person is longer; what is beyond is not looked at.
LONGEST_QUESTION = 400
#: How much a match in the title, keywords, body and concepts weighs.
_WEIGHTS = (4.0, 2.0, 1.0, 2.0)
#: A word of the question also finds longer ones from this length on; shorter ones would find anything.
_SHORTEST_BEGINNING = 4


@dataclass(frozen=True)
class _Unit:
    """One thing a question asks for: a concept, or a word that is none."""

    concept: str
    terms: tuple[str, ...]

    @property
    def expression(self) -> str:
        """What FTS5 is asked; terms hold letters and digits only, so quotes are safe."""
        phrase = f'"{" ".join(self.terms)}"'
        if self.concept:
            return f'{{concepts}} : "{_marker(self.concept)}" OR {{title keywords body}} : {phrase}'
        last = self.terms[-1]
        # Chinese is indexed in pairs: a single character is the beginning of one
        open_ended = len(last) == 1 if _is_chinese(last) else len(last) >= _SHORTEST_BEGINNING
        return f"{{title keywords body}} : {phrase}{'*' if open_ended else ''}"


class SearchIndex:
    """
    The documents of one corpus, ready to be asked.

    Parameters
    ----------
    documents
        In any order; an id stands for one document.
    thesaurus
        Whose concepts and small words are known.

    Raises
    ------
    StoreError
        If the SQLite of this Python was built without full-text search.
    """

    def __init__(self, documents: Iterable[SearchDocument], thesaurus: Thesaurus) -> None:
        self._documents = sorted(documents, key=lambda document: document.id)
        self._phrases = _phrases(thesaurus)
        self._small = frozenset(term for word in thesaurus.small_words for term in terms(word))
        self._tables = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            self._tables.execute(
                "CREATE VIRTUAL TABLE documents USING fts5"
                "(title, keywords, body, concepts, tokenize = 'unicode61 remove_diacritics 2')"
            )
        except sqlite3.OperationalError as lacking:
            raise StoreError.at("store.no_full_text", reason=str(lacking)) from None
        rows = ((at, *self._columns(document)) for at, document in enumerate(self._documents))
        self._tables.executemany(
            "INSERT INTO documents (rowid, title, keywords, body, concepts) VALUES (?, ?, ?, ?, ?)", rows
        )

    def search(
        self,
        question: str,
        facets: Mapping[str, Sequence[str]] | None = None,
        *,
        without: Mapping[str, Sequence[str]] | None = None,
    ) -> tuple[Hit, ...]:
        """
        The documents that hold something of a question.

        Parameters
        ----------
        question
            Words in any of the languages, mixed too. An empty one finds every document.
        facets
            Keeps what has at least one of the codes, for every facet named.
        without
            Leaves out what has any of the codes: `{"mark": ["expired"]}`.

        Returns
        -------
        hits
            What holds more parts of the question first, then by relevance of the
            text (BM25), then by id. Nothing else plays a part: neither evidence
            nor success.
        """
        kept = [at for at, document in enumerate(self._documents) if _passes(document, facets or {}, without or {})]
        units = self._units(question[:LONGEST_QUESTION])
        if not units:
            asked = bool(terms(question[:LONGEST_QUESTION]))
            return () if asked else tuple(Hit(self._documents[at].id, (), (), 0.0) for at in kept)
        found: dict[int, list[tuple[_Unit, float]]] = defaultdict(list)
        for unit in units:
            for at, relevance in self._matches(unit):
                found[at].append((unit, relevance))
        hits = [_hit(self._documents[at].id, found[at]) for at in kept if at in found]
        return tuple(sorted(hits, key=lambda hit: (-len(hit.concepts) - len(hit.words), -hit.relevance, hit.id)))

    def concepts(self, text: str) -> tuple[str, ...]:
        """The concepts that a text in any language talks about, in the order of their first words."""
        return tuple(dict.fromkeys(concept for _, _, concept in self._recognised(terms(text))))

    def _matches(self, unit: _Unit) -> list[tuple[int, float]]:
        query = f"SELECT rowid, bm25(documents, {', '.join(map(str, _WEIGHTS))}) FROM documents WHERE documents MATCH ?"  # noqa: S608
        return [(at, -relevance) for at, relevance in self._tables.execute(query, (unit.expression,))]

    def _columns(self, document: SearchDocument) -> tuple[str, ...]:
        parts = (document.title, document.keywords, document.body)
        # a phrase never runs from one text into the next
        concepts = [self.concepts(text) for part in parts for text in part]
        markers = [_marker(concept) for found in concepts for concept in found]
        return (*(" ".join(term for text in part for term in indexed_terms(text)) for part in parts), " ".join(markers))

    def _units(self, question: str) -> tuple[_Unit, ...]:
        asked = terms(question)
        units: list[_Unit] = []
        taken: set[int] = set()
        for start, end, concept in self._recognised(asked):
            units.append(_Unit(concept, tuple(asked[start:end])))
            taken.update(range(start, end))
        for at, term in enumerate(asked):
            # a pair of Chinese characters that only joins two words says nothing of its own
            joins = _is_chinese(term) and (at - 1 in taken or at + 1 in taken)
            if at not in taken and term not in self._small and not joins:
                units.append(_Unit("", (term,)))
        return tuple({(unit.concept or unit.terms): unit for unit in units}.values())

    def _recognised(self, found: Sequence[str]) -> list[tuple[int, int, str]]:
        """Where concepts stand among terms: start, end, concept; the longest phrase first, none overlapping."""
        spans, at = [], 0
        while at < len(found):
            known = self._phrases.get(found[at], ())
            match = next(
                ((phrase, name) for phrase, name in known if tuple(found[at : at + len(phrase)]) == phrase), None
            )
            if match:
                spans.append((at, at + len(match[0]), match[1]))
            at += len(match[0]) if match else 1
        return spans


def _phrases(thesaurus: Thesaurus) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The phrases of all concepts by their first term, longest first."""
    phrases: dict[str, set[tuple[tuple[str, ...], str]]] = defaultdict(set)
    for concept in thesaurus.concepts:
        for words in concept.words.values():
            for word in words:
                phrase = tuple(terms(word))
                phrases[phrase[0]].add((phrase, concept.id))
    return {first: sorted(told, key=lambda each: (-len(each[0]), each)) for first, told in phrases.items()}


def _marker(concept: str) -> str:
    """A concept as one term that no text can hold: a tokeniser would part the underscore."""
    return "concept0" + concept.replace("_", "0")


def _is_chinese(term: str) -> bool:
    return "\u3400" <= term[0] <= "\ufaff"


def _passes(
    document: SearchDocument, facets: Mapping[str, Sequence[str]], without: Mapping[str, Sequence[str]]
) -> bool:
    def has(name: str, codes: Sequence[str]) -> bool:
        return not set(codes).isdisjoint(document.facets.get(name, ()))

    return all(has(*facet) for facet in facets.items()) and not any(has(*facet) for facet in without.items())


def _hit(document: str, found: Sequence[tuple[_Unit, float]]) -> Hit:
    concepts = tuple(dict.fromkeys(unit.concept for unit, _ in found if unit.concept))
    words = tuple(dict.fromkeys(unit.terms[0] for unit, _ in found if not unit.concept))
    # the last digits of a logarithm differ between machines; an order must not
    return Hit(document, concepts, words, round(sum(relevance for _, relevance in found), 6))
