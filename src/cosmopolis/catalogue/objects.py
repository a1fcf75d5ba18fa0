"""
Mappings that fit their schema become the vocabulary's frozen types.

The keys of a file are the fields of its type, so one function makes them all.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, TypeVar

from cosmopolis.vocabulary.framework import QuestionRef

Made = TypeVar("Made")


def made(kind: type[Made], told: Mapping[str, Any]) -> Made:
    """
    A type of the vocabulary from a mapping whose keys are its fields.

    Lists become tuples, mappings within become the types that stand there, and
    `framework:question` becomes a reference. What may be unknown and is not said
    is None.

    Examples
    --------
    >>> from cosmopolis.vocabulary.plan import Cost
    >>> made(Cost, {"amount": 120, "currency": "EUR", "year": "2024"})
    Cost(amount=120.0, currency='EUR', year='2024')
    """
    hints = _hints(typing.cast("Any", kind))  # mypy takes a type variable for unhashable
    unsaid = {name: None for name, hint in hints.items() if isinstance(hint, types.UnionType)}
    return kind(**unsaid | {name: _value(hints[name], entry) for name, entry in told.items()})


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, told: Any) -> Any:
    if isinstance(hint, types.UnionType):
        (hint,) = (each for each in hint.__args__ if each is not types.NoneType)
    if hint is QuestionRef:
        framework, _, question = told.partition(":")
        return QuestionRef(framework, question)
    if hint is float:
        return float(told)
    if typing.get_origin(hint) is tuple:
        return tuple(_value(typing.get_args(hint)[0], each) for each in told)
    return made(hint, told) if is_dataclass(hint) and isinstance(hint, type) else told
