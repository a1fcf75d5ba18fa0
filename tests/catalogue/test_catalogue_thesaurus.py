"""The thesaurus: complete, without a word that means two things."""

from collections import defaultdict

import pytest
import yaml

from cosmopolis.catalogue.content_files import checked_tree
from cosmopolis.catalogue.text import yaml_tree
from cosmopolis.catalogue.thesaurus import thesaurus, thesaurus_of
from cosmopolis.errors import ContentError
from cosmopolis.store.terms import terms

LANGUAGES = ("en", "fr", "es", "zh", "ar", "ru")


def read(text):
    tree, faults = yaml_tree(text, "thesaurus.yaml")
    return thesaurus_of(checked_tree(tree, "thesaurus.yaml", "thesaurus", faults=faults))


def written(concepts):
    return yaml.safe_dump({"thesaurus": "t", "small_words": {"en": ["the"]}, "concepts": concepts}, allow_unicode=True)


def everywhere(*words):
    return {language: list(words) for language in LANGUAGES}


def test_about_150_concepts_speak_six_languages():
    told = thesaurus().concepts
    assert 140 <= len(told) <= 170
    assert all(tuple(concept.words) == LANGUAGES for concept in told)
    assert len({concept.id for concept in told}) == len(told)


def test_no_term_stands_for_two_concepts():
    meanings = defaultdict(set)
    for concept in thesaurus().concepts:
        for words in concept.words.values():
            for word in words:
                meanings[tuple(terms(word))].add(concept.id)
    assert {term: found for term, found in meanings.items() if len(found) > 1} == {}
    assert () not in meanings


def test_no_small_word_is_a_concept():
    small = {tuple(terms(word)) for word in thesaurus().small_words}
    assert [
        word
        for concept in thesaurus().concepts
        for words in concept.words.values()
        for word in words
        if tuple(terms(word)) in small
    ] == []


@pytest.mark.parametrize(
    ("language", "letters"), [("zh", "\u4e00-\u9fff"), ("ar", "\u0600-\u06ff"), ("ru", "\u0400-\u04ff")]
)
def test_words_are_in_the_script_of_their_language(language, letters):
    low, high = letters.split("-")
    words = [word for concept in thesaurus().concepts for word in concept.words[language]]
    assert [word for word in words if not any(low <= letter <= high for letter in word)] == []


def test_a_word_given_to_two_concepts_is_refused_with_both_lines():
    concepts = {"housing": everywhere("Home"), "shelter": everywhere("home")}
    with pytest.raises(ContentError) as refused:
        read(written(concepts))
    fault = refused.value.faults[0]
    assert fault.message_id == "catalogue.duplicate_key"
    assert fault.values["key"].endswith(": home")
    assert fault.values["first"] < fault.values["line"]
    assert len(refused.value.faults) == len(LANGUAGES)


def test_a_concept_without_a_language_is_refused():
    words = everywhere("Home")
    del words["zh"]
    with pytest.raises(ContentError) as refused:
        read(written({"housing": words}))
    assert [(fault.message_id, fault.values["value"]) for fault in refused.value.faults] == [
        ("catalogue.missing_key", "zh")
    ]


def test_what_is_no_thesaurus_is_refused():
    with pytest.raises(ContentError):
        read("thesaurus: t\nconcepts: [a, b]\n")
    with pytest.raises(ContentError):
        read(written({"housing": "home"}))
