"""What every kind of chart reads and writes: rows, words, and the finished drawing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cosmopolis.language import Language
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import AreaName, Message, Value
from cosmopolis.vocabulary.table import NEAREST, TOTAL

_RIGHT_TO_LEFT = "\u2067"  # opens an isolate that reads from the right
_CLOSE = "\u2069"


@dataclass(frozen=True)
class Row:
    """One row of a figure's table: the number and the codes it stands for."""

    quantity: Quantity
    codes: Mapping[str, str]

    @property
    def middle(self) -> float | None:
        """Where the mark is drawn."""
        return self.quantity.middle

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lower and upper bound, if they say more than the value."""
        low, high = self.quantity.lower, self.quantity.upper
        return None if low is None or high is None or low == high else (low, high)

    @property
    def extent(self) -> tuple[float, ...]:
        """Every number that the axis must hold."""
        own = () if self.middle is None else (self.middle,)
        return own + (self.bounds or ())


def rows(table: Protected) -> list[Row]:
    """The rows of a table, in its order."""
    records = table.frame.iter_rows(named=True)
    return [
        Row(number, {name: str(record[name]) for name in _CODES})
        for number, record in zip(table.quantities(), records, strict=True)
    ]


_CODES = ("indicator", "area_code", "period", "sex", "age_group", "group", "source_id", "method_id")


@dataclass(frozen=True)
class Page:
    """For whom a chart is drawn: language, names of areas, pixels across."""

    language: Language
    areas: Areas
    width: int

    @property
    def mirrored(self) -> bool:
        """Whether the chart runs from right to left."""
        return self.language.dir == "rtl"

    @property
    def narrow(self) -> bool:
        """Whether the chart is for a phone."""
        return self.width < 500

    def label(self, column: str, code: str) -> str:
        """The words for a code of one column of the long table."""
        return self.directed(self.name(column, code))

    def name(self, column: str, code: str) -> str:
        """The words for a code, not yet directed."""
        language = self.language
        if column == "area_code":
            return self.areas.name(code)
        if column == NEAREST:
            return language.nearest(code)
        known = {
            "period": language.period,
            "age_group": language.age_group,
            "sex": language.sex,
            "group": language.group,
            "indicator": language.indicator,
        }
        return language.capital(known[column](code)) if column in known else code

    def say(self, message_id: str, **values: Value) -> str:
        """A sentence, each number and name in its own direction."""
        return self.directed(self.language.words(Message(message_id, values), self.areas))

    def told(self, row: Row) -> str:
        """The number of a row in words."""
        return self.say("charts.value", value=row.quantity)

    def directed(self, text: str) -> str:
        """Text whose base direction does not depend on the SVG around it, which is `ltr`."""
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cc")
        if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
            return f"{_RIGHT_TO_LEFT}{text}{_CLOSE}"
        return text

    def where(self, column: str, code: str) -> Value:
        """A code as a value of a sentence."""
        return AreaName(code) if column == "area_code" else self.name(column, code)


@dataclass(frozen=True)
class Drawing:
    """SVG elements inside a box, and the sentences that describe them."""

    elements: Sequence[str]
    height: int
    sentences: Sequence[str] = field(default=())
    definitions: str = ""


def distinct(found: Sequence[Row], column: str) -> list[str]:
    """The codes of a column, in the order of the table."""
    return list(dict.fromkeys(row.codes[column] for row in found)) if column else [TOTAL]
