"""Values of the closed lists and the city's words as values of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cosmopolis.vocabulary.city import City, Words
from cosmopolis.vocabulary.report import Cell, Line, Mark, Message, OwnWords, Several, Term, Value

#: How full the disc beside a state is.
DEGREES: Mapping[str, float | None] = {
    "yes": 1.0, "partly": 0.5, "conditional": 0.5, "no": 0.0, "unknown": None,
    "none": 0.0, "planned": 0.25, "done": 0.75, "evaluated": 1.0,
}  # fmt: skip


def word(closed_list: str, value: str) -> Term:
    """The word for a value of a closed list (`function`, `level`, `actor_type`)."""
    return Term(f"governance.{closed_list}.{value}")


def words(closed_list: str, values: Iterable[str]) -> Several:
    """The words for several values of a closed list."""
    return Several(tuple(word(closed_list, value) for value in values))


def mark(closed_list: str, value: str) -> Mark:
    """A state with its disc."""
    return Mark(f"governance.{closed_list}.{value}", DEGREES[value])


def city_words(city: City) -> OwnWords:
    """The city's name, in its own languages where a reader's has none."""
    return OwnWords({**dict.fromkeys(city.languages, city.name), **city.names})


def own(told: Words, otherwise: Value = "") -> Value:
    """The city's own words, or what stands where it gave none."""
    return OwnWords(told) if told else otherwise


def line(label: str, *cells: Cell) -> Line:
    """A labelled line of an item; `label` is a message id."""
    return Line(Term(label), cells)


def lines(*told: tuple[str, Cell | None]) -> tuple[Line, ...]:
    """The labelled lines that have something to say."""
    return tuple(line(label, cell) for label, cell in told if cell not in (None, "", Several(())))


def sentence(message_id: str, **values: Value) -> Message:
    """A sentence with its values."""
    return Message(message_id, values)
