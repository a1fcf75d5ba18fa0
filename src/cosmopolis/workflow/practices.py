"""A search over a city's practices, in any of the six languages, failures included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmopolis.errors import Fault, UsageError
from cosmopolis.plan.practices import newest_versions, search_document
from cosmopolis.vocabulary.participation import TOPICS
from cosmopolis.vocabulary.practice import PRACTICE_STATES, Practice
from cosmopolis.vocabulary.report import Section
from cosmopolis.workflow.governance.partners import practice_items


@dataclass(frozen=True)
class PracticesFound:
    """The practices that a question finds, best match first."""

    sections: tuple[Section, ...]
    practices: tuple[Practice, ...]


def find_practices(
    folder: Path, question: str = "", *, facets: Mapping[str, Sequence[str]] | None = None
) -> PracticesFound:
    """
    Find practices by words in any language and by facets.

    Parameters
    ----------
    folder
        The city folder.
    question
        What is looked for; empty: every practice.
    facets
        Codes that a practice must have one of, by facet (`topic`, `function`, `status`, ...).

    Raises
    ------
    ContentError
        If the folder is wrong.
    UsageError
        If a topic or a status is none.
    """
    from cosmopolis.catalogue import load_city, load_governance
    from cosmopolis.catalogue.thesaurus import thesaurus
    from cosmopolis.store.search import SearchIndex

    city = load_city(folder, need_files=False)
    governance = load_governance(folder, city)
    as_of = governance.plan.as_of if governance.plan else city.reference_date
    known = {practice.id: practice for practice in newest_versions(governance.practices)}
    _refuse_unknown(facets or {})
    index = SearchIndex((search_document(practice, as_of) for practice in known.values()), thesaurus())
    found = tuple(known[hit.id] for hit in index.search(question, facets))
    return PracticesFound((Section("P20", (practice_items(found, as_of),)),), found)


def _refuse_unknown(facets: Mapping[str, Sequence[str]]) -> None:
    known = {"topic": TOPICS, "status": PRACTICE_STATES}
    faults = [
        Fault("governing.unknown_facet", {"name": name, "value": code, "known": ", ".join(known[name])})
        for name, codes in facets.items()
        for code in codes
        if code not in known[name]
    ]
    if faults:
        raise UsageError(faults)
