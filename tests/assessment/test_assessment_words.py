"""The worked examples in the docstrings of the room, and the words of its errors."""

import doctest
import importlib

import pytest
from assessment_builders import assessed, framework, one, question

from cosmopolis.assessment.change import change
from cosmopolis.errors import MeasureUndefined
from cosmopolis.language import language

MODULES = [
    "aggregation",
    "agreement",
    "change",
    "competence",
    "crosswalk",
    "findings",
    "robustness",
    "scores",
    "standing",
]


@pytest.mark.parametrize("name", MODULES)
def test_worked_examples_hold(name):
    found = doctest.testmod(importlib.import_module(f"cosmopolis.assessment.{name}"))
    assert found.failed == 0


def test_there_are_worked_examples():
    modules = [importlib.import_module(f"cosmopolis.assessment.{name}") for name in MODULES]
    assert sum(doctest.testmod(module).attempted for module in modules) > 20


def said(error, code="en"):
    (fault,) = error.value.faults
    return language(code).say(fault.message_id, **fault.values)


def test_an_answer_off_the_scale_in_words():
    with pytest.raises(MeasureUndefined) as error:
        one(["splendid"])
    assert said(error) == (
        "Question 1.01 was answered with splendid, which its scale presence does not have. What the answer is worth "
        "cannot be said, so nothing is scored. Choose an answer of the scale, or say unknown, not_applicable or "
        "outside_competence."
    )


def test_two_frameworks_in_words():
    first, second = (assessed(framework([question("1.01")], pack=each), {}) for each in ("one", "two"))
    with pytest.raises(MeasureUndefined) as error:
        change(first, second)
    assert said(error).startswith("The earlier assessment is of the framework one, the later one of two.")
