"""The words of the errors of the measures, and the worked examples in their docstrings."""

import doctest
import importlib
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import cosmopolis.content
from cosmopolis.errors import MeasureUndefined
from cosmopolis.language import language
from cosmopolis.neighbourhoods import dissimilarity

LOCALE = Path(cosmopolis.content.__file__).parent / "locale"
LANGUAGES = ["en", "fr", "es", "zh", "ar", "ru"]
MODULES = [
    "vocabulary.measurement",
    "population.components",
    "population.diversity",
    "population.origin",
    "population.rates",
    "population.structure",
    "neighbourhoods",
    "neighbourhoods.access",
    "neighbourhoods.access_gaps",
    "neighbourhoods.access_inequality",
    "neighbourhoods.bounds",
    "neighbourhoods.catalogue",
    "neighbourhoods.checks",
    "neighbourhoods.ground",
    "neighbourhoods.least_access",
    "neighbourhoods.local",
    "neighbourhoods.modified_dissimilarity",
    "neighbourhoods.nesting",
    "neighbourhoods.several_groups",
    "neighbourhoods.spatial_clustering",
    "neighbourhoods.spatial_concentration",
    "neighbourhoods.threshold_profiles",
    "neighbourhoods.two_groups",
]


def words(room, code):
    with (LOCALE / code / f"{room}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("room", ["population", "neighbourhoods"])
def test_every_error_has_the_same_values_in_every_language(room, code):
    english, other = words(room, "en"), words(room, code)
    assert other.keys() == english.keys()
    for message_id, text in other.items():
        assert placeholders(text) == placeholders(english[message_id]), message_id


@pytest.mark.parametrize("room", ["population", "neighbourhoods"])
def test_every_error_raised_has_words_and_every_word_is_raised(room):
    folder = Path(importlib.import_module(f"cosmopolis.{room}").__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    raised = {part.split('"')[0] for part in code.split('"')[1::2] if part.startswith(f"{room}.")}
    assert raised == set(words(room, "en"))


def test_an_empty_group_is_told_in_full():
    with pytest.raises(MeasureUndefined) as caught:
        dissimilarity(group=[0, 0], rest=[40, 20])
    told = language("en").error(caught.value)
    assert told.startswith(
        "This index compares a group with everybody else, but the group counts 0 and the rest 60 persons."
    )
    assert told.endswith("Choose a group with residents in the period, or leave the index out of the report.")


@pytest.mark.parametrize("module", MODULES)
def test_the_worked_examples_hold(module):
    found = doctest.testmod(importlib.import_module(f"cosmopolis.{module}"))
    assert found.attempted > 0
    assert found.failed == 0
