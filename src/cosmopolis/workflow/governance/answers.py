"""Answers in the words of their scales."""

from __future__ import annotations

from cosmopolis.vocabulary.assessment import Response, Standing
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.report import OwnWords, Term, Value
from cosmopolis.workflow.governance.terms import words


def answer_words(standing: Standing, framework: Framework) -> Value:
    """The city's answer to a question."""
    return response_words(standing.response, standing, framework)


def response_words(told: Response, standing: Standing, framework: Framework) -> Value:
    """An answer in the words of its scale."""
    if told == "":
        return Term(f"governing.standing.{standing.state}")
    if isinstance(told, tuple):
        return words("stage", told) if told else Term("governing.none")
    if isinstance(told, float | int):
        return f"{told:g}"
    option = framework.scales[standing.question.scale].option(told)
    return OwnWords(option.label) if option else Term(f"governing.standing.{told}")
