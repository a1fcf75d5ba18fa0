"""
Files about single persons are refused, whatever they are called.

A register of persons may never enter (domain: privacy, 3.2). The signs are
columns that only such a file has: names, dates of birth, numbers of documents,
telephone numbers, e-mail addresses, and rows that are all different. No name of
a person is read for what it might say about an origin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from cosmopolis.sources.detect_words import header_match, is_cell, person_words, plain, words

#: Signs that weigh as much as this together make a person file.
_ENOUGH = 4
#: Judged on so many rows, spread over the file.
_ROWS = 2000
_EMAIL = r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$"
_PHONE = r"^\+?[\d() ./-]{8,18}$"
_FULL_DATE = r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2}|(?:19|20)\d{6})(?:[T ].*)?$"
_YEAR_IN_DATE = r"((?:19|20)\d{2})"
#: Numbers of documents as Spain, Italy, many passports and the United States write them.
_DOCUMENT = (
    r"^(?:[XYZxyz]-?\d{7}-?[A-Za-z]|\d{8}-?[A-Za-z]|[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z]"
    r"|[A-Za-z]{1,3}\d{6,9}|\d{3}-\d{2}-\d{4})$"
)
_TWO_NAMES = r"^\p{Lu}[\p{L}'’-]+,?( \p{Lu}[\p{L}'’-]+){1,3}$"


@dataclass(frozen=True)
class PersonSigns:
    """What spoke for a file about persons: the columns, and how much they weigh together."""

    columns: tuple[str, ...]
    weight: int

    @property
    def is_person_file(self) -> bool:
        """Whether the file must not enter."""
        return self.weight >= _ENOUGH


def person_signs(frame: pl.DataFrame) -> PersonSigns:
    """
    Return the signs that each row of the file is one person.

    Undefined for fewer than three rows: there only the names of columns count.
    """
    step = max(1, frame.height // _ROWS)
    rows = frame.gather_every(step).head(_ROWS)
    weights = {name: _weight(rows[name]) for name in rows.columns}
    found = {name: weight for name, weight in weights.items() if weight}
    identified = sum(found.values())
    attributes = _attributes(rows)
    counted = any(_counts_people(rows[name]) for name in rows.columns)
    if not counted and (identified or _has_running_number(frame)):
        identified += min(3, len(attributes)) + (1 if _has_running_number(frame) else 0)
    return PersonSigns(tuple(found) or tuple(attributes), identified)


def _weight(column: pl.Series) -> int:
    """How strongly one column says that rows are persons: 0 to 4."""
    cells = column.str.strip_chars()
    cells = cells.filter(cells != "")
    if cells.is_empty():
        return 0
    varied = cells.n_unique() / len(cells)
    name = column.name
    # the same address in every row is the publisher's own
    if varied >= 0.5 and _share(cells, _EMAIL) >= 0.8 and cells.n_unique() >= 2:
        return 4
    return max(_named_weight(name, cells, varied), _shaped_weight(cells, varied))


def _named_weight(name: str, cells: pl.Series, varied: float) -> int:
    """What the column's name says, where its cells bear it out; the heaviest reading counts."""
    lettered = _share(cells, r"^[\p{L}][\p{L} .,'’-]+$") >= 0.8
    surname = any(header_match(name, person_words(kind)) == 1.0 for kind in ("family_name", "full_name"))
    # `nom` and `nome` also head the names of areas
    area_too = plain(name) in words("area_name", "header")
    signs = (
        (3, header_match(name, person_words("birth_date")) >= 0.8 and _share(cells, _FULL_DATE) >= 0.5),
        (2, header_match(name, person_words("number")) >= 0.8 and varied >= 0.8 and not _short_numbers(cells)),
        (1 if area_too else 3, surname and lettered and varied >= 0.15),
        (1 if area_too else 2, header_match(name, person_words("given_name")) == 1.0 and lettered and varied >= 0.05),
        (3, header_match(name, person_words("contact")) == 1.0 and varied >= 0.5 and _share(cells, _PHONE) >= 0.8),
        (1, header_match(name, person_words("address")) >= 0.8 and varied >= 0.5 and _share(cells, r"\d") >= 0.5),
    )
    return max((weight for weight, holds in signs if holds), default=0)


def _shaped_weight(cells: pl.Series, varied: float) -> int:
    if len(cells) < 3 or varied < 0.5:
        return 0
    if _share(cells, _DOCUMENT) >= 0.9 and varied >= 0.95:
        return 2
    if _share(cells, _FULL_DATE) >= 0.9:
        years = cells.str.extract(_YEAR_IN_DATE).cast(pl.Int64, strict=False).drop_nulls()
        spread = int(years.max() or 0) - int(years.min() or 0) if len(years) else 0  # type: ignore[arg-type]
        return 2 if spread >= 15 else 0
    return 1 if _share(cells, _TWO_NAMES) >= 0.9 and varied >= 0.9 else 0


def _share(cells: pl.Series, pattern: str) -> float:
    return float(cells.str.contains(pattern).mean() or 0.0)  # type: ignore[arg-type]


def _short_numbers(cells: pl.Series) -> bool:
    """Codes of areas and categories are short; numbers of documents are not."""
    return bool((cells.str.len_chars() <= 3).all())


def _attributes(rows: pl.DataFrame) -> list[str]:
    """Columns that describe one person: sex, age, citizenship, birth."""
    found = []
    for name in rows.columns:
        cells = rows[name].unique().head(60).to_list()
        sexes = [is_cell("sex", "woman", c) or is_cell("sex", "man", c) or is_cell("unknown", "cell", c) for c in cells]
        kinds = ("sex", "age", "citizenship", "birth")
        named = any(header_match(name, words(kind, "header")) >= 0.8 for kind in kinds)
        if named or (len(cells) >= 2 and all(sexes)):
            found.append(name)
    return found


def _counts_people(column: pl.Series) -> bool:
    """A column of counts: named as one, numbers, and the same number more than once or widely spread."""
    named = header_match(column.name, words("value", "header")) >= 0.5 or bool(
        re.match(r"^(?:19|20)\d{2}\b", column.name)
    )
    numbers = column.str.strip_chars().str.replace_all(r"[.,\s]", "").cast(pl.Int64, strict=False).drop_nulls()
    return named and len(numbers) >= 0.5 * len(column)


def _has_running_number(frame: pl.DataFrame) -> bool:
    """A column in which every row has a number or key of its own, named like one."""
    for name in _keys(frame.columns):
        cells = frame[name]
        if frame.height >= 3 and cells.n_unique() == frame.height and _share(cells, r"^[A-Za-z]*[-_]?\d+$") == 1.0:
            return True
    return False


def _keys(names: Sequence[str]) -> list[str]:
    phrases = words("code", "header") | person_words("number")
    areas = words("area", "header")
    return [name for name in names if header_match(name, phrases) >= 0.8 and header_match(name, areas) < 0.8]
