"""One way through: nothing but `disclosure` makes what may be published."""

import ast
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

import cosmopolis
from cosmopolis import disclosure
from cosmopolis.vocabulary.policy import STRICTNESS, PolicyName
from cosmopolis.vocabulary.report import Figure, Message
from cosmopolis.vocabulary.table import SCHEMA

PACKAGE = Path(cosmopolis.__file__).parent


def makers_of(name):
    """Modules of the package in which `name` is called, or made by `replace` or `__new__`."""
    return {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
    }


def test_only_disclosure_makes_protected_tables():
    assert {Path(path).parts[0] for path in makers_of("Protected")} == {"disclosure"}


def test_numbers_for_a_page_are_made_out_of_protected_tables_alone():
    assert makers_of("Quantity") == {"vocabulary/protected.py"}


def test_nobody_outside_makes_a_protected_table_of_another():
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] in {"disclosure", "vocabulary"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert "object.__setattr__" not in text, path
        assert "Protected.__new__" not in text, path


@pytest.mark.parametrize("bare", [1, 1.5, pl.DataFrame()])
def test_a_report_takes_no_bare_number(bare):
    with pytest.raises(TypeError, match="bare"):
        Message("finding", {"persons": bare})


def test_a_figure_takes_no_bare_table():
    said = Message("words")
    with pytest.raises(TypeError, match="Protected"):
        Figure("f", "bars", said, said, pl.DataFrame(schema=SCHEMA), "period", definition=said, method=said)


def test_there_is_no_policy_that_only_hides_small_counts():
    # hiding counts of our own and printing their totals gives up to 88 % of them back: it is no choice
    assert set(get_args(PolicyName)) == set(STRICTNESS) == {"census_strict", "census_light", "none"}


def test_the_public_face_is_sorted_and_whole():
    assert disclosure.__all__ == sorted(disclosure.__all__)
    assert all(hasattr(disclosure, name) for name in disclosure.__all__)
