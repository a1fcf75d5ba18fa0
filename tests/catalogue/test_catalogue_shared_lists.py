"""The closed lists that the files of governance share: every value has words, and no word lacks its value."""

import pytest

from cosmopolis.catalogue.schema import schema_named
from cosmopolis.catalogue.text import content_folder
from cosmopolis.language import LANGUAGES, language

LISTS = {name: known["enum"] for name, known in schema_named("shared")["$defs"].items() if "enum" in known}
VALUES = {f"governance.{name}.{value}" for name, values in LISTS.items() for value in values}


def told(code):
    """The message ids in a language's file of these words."""
    text = (content_folder() / "locale" / code / "governance.po").read_text(encoding="utf-8")
    quoted = [
        line.removeprefix('msgid "').removesuffix('"') for line in text.splitlines() if line.startswith('msgid "')
    ]
    return sorted(message_id for message_id in quoted if message_id)


def test_there_are_lists_to_hold_the_words_against():
    assert {"function", "status_group", "service", "actor_type", "holder", "rights_state"} <= set(LISTS)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_no_list_names_a_value_twice(name):
    assert len(LISTS[name]) == len(set(LISTS[name]))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_value_of_a_shared_list_has_words(name, code):
    words = language(code)
    assert [value for value in LISTS[name] if not words.has(f"governance.{name}.{value}")] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_of_governance_names_a_value_once(code):
    assert told(code) == sorted(VALUES)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", sorted(LISTS))
def test_two_values_of_a_list_can_be_told_apart(name, code):
    words = language(code)
    labels = [words.say(f"governance.{name}.{value}") for value in LISTS[name]]
    assert sorted(labels) == sorted(set(labels))
