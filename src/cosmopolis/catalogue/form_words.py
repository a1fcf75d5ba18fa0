"""
What people type into the cells of a form, as the program writes it.

A cell with a list takes the words of an option in any language as well as its
id. A spreadsheet program that makes a number of `1.10` drops the zero: where
that can be seen it is said, and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cosmopolis.catalogue.form_sheets import CHOSEN, Row
from cosmopolis.errors import Fault
from cosmopolis.vocabulary.assessment import NOT_ON_THE_SCALE
from cosmopolis.vocabulary.framework import Framework, Scale

#: Words in any language -> id, by column. Words that mean two things are left out.
Spoken = Mapping[str, Mapping[str, str]]

#: A number with a comma before its decimals. Three of them could be thousands.
_COMMA = re.compile(r"-?[0-9]+,([0-9]{1,2}|[0-9]{4,})")
_BETWEEN = re.compile(r"[,;،、，]")


def folded(text: str) -> str:
    """A text as it is compared: without case, double blanks and kinds of apostrophe."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def resolved(row: Row, framework: Framework | None, spoken: Spoken) -> Row:
    """The same row with ids in the place of words, and points in the place of decimal commas."""
    told = dict(row.cells)
    for column in CHOSEN & set(told):
        words = spoken.get(column, {})
        if column != "value":
            told[column] = words.get(folded(told[column]), told[column])
        elif framework is not None and (question := framework.question(told.get("question", ""))):
            told[column] = _response(told[column], framework.scales[question.scale], words)
    return replace(row, cells=told)


def _response(text: str, scale: Scale, words: Mapping[str, str]) -> str:
    found = _option(text, scale, words)
    if found:
        return found
    if scale.kind == "count":
        number = "".join(str(unicodedata.digit(each, each)) if each.isdigit() else each for each in text)
        return number.replace(",", ".") if _COMMA.fullmatch(number) else number
    if scale.kind == "stages":
        parts = [_option(part, scale, words) for part in _BETWEEN.split(text)]
        return ", ".join(parts) if all(parts) else text
    return text


def _option(text: str, scale: Scale, words: Mapping[str, str]) -> str:
    """The option that a text names by id or in words; nothing where none or several."""
    asked = folded(text)
    ids = (*(option.id for option in scale.options), *NOT_ON_THE_SCALE)
    if exact := [each for each in ids if folded(each) == asked]:
        return exact[0] if len(exact) == 1 else ""
    found = {option.id for option in scale.options if asked in map(folded, option.label.values())}
    if not found and asked in words:
        return words[asked]
    return found.pop() if len(found) == 1 else ""


def dropped_zeros(sheets: Mapping[str, Sequence[Row]], framework: Framework | None) -> Iterator[Fault]:
    """Numbers in the place of a question's id that seem to have lost a zero at the end."""
    known = [question.id for question in framework.questions] if framework else []
    for sheet in ("answers", "agreed", "holders", "evidence"):
        rows = sheets[sheet]
        who = [(row.cells.get("question"), row.cells.get("rater")) for row in rows]
        for row, told in zip(rows, who, strict=True):
            question = row.cells.get("question", "")
            if "question" not in row.numbers:
                continue
            longer = [each for each in known if re.fullmatch(rf"{re.escape(question)}\.?0+", each)]
            twice = sheet != "evidence" and who.count(told) > 1
            if len(longer) == 1 and (question not in known or twice):
                what = {"line": row.line, "key": "question", "value": question, "near": longer[0]}
                yield Fault("frameworks.zero_dropped", what)
