"""The thesaurus by which a search in one language finds what is written in another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cosmopolis.catalogue.content_files import ContentFile, content_file
from cosmopolis.catalogue.text import Node, content_folder
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.search import Concept, Thesaurus

_NAME = "classifications/thesaurus.yaml"


@cache
def thesaurus() -> Thesaurus:
    """
    The shipped thesaurus: concepts with their words in six languages, in the order of the file.

    Raises
    ------
    ContentError
        If the file is not as its schema says, or a word of a language belongs to two concepts.

    Examples
    --------
    >>> housing = next(concept for concept in thesaurus().concepts if concept.id == "housing")
    >>> housing.name("en"), housing.name("es")
    ('housing', 'vivienda')
    """
    return thesaurus_of(content_file(content_folder().joinpath(*_NAME.split("/")), _NAME, "thesaurus"))


def thesaurus_of(file: ContentFile) -> Thesaurus:
    """The thesaurus of a file that has been read; all that is wrong with it is told together."""
    faults = (*file.faults, *_twice(file))
    if faults:
        raise ContentError(faults)
    concepts = tuple(
        Concept(name, {language: tuple(words) for language, words in told.items()})
        for name, told in file.plain["concepts"].items()
    )
    small = {word for words in file.plain["small_words"].values() for word in words}
    return Thesaurus(concepts, tuple(sorted(small)))


def _twice(file: ContentFile) -> Iterator[Fault]:
    """Words that stand for two concepts in one language: a search for them would find both."""
    first: dict[tuple[str, str], int] = {}
    for language, word in _words(file.tree):
        told = (language, str(word.value).casefold())
        if told in first:
            yield file.fault("catalogue.duplicate_key", word.line, key=f"{language}: {word.value}", first=first[told])
        first.setdefault(told, word.line)


def _words(tree: Node) -> Iterator[tuple[str, Node]]:
    concepts = tree.get("concepts")
    for concept in concepts.value.values() if concepts and isinstance(concepts.value, dict) else ():
        for language, words in concept.value.items() if isinstance(concept.value, dict) else ():
            yield from ((language, word) for word in words.items())
