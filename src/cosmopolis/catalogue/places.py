"""
Places in a file as a person would point at them: `actions emergency › cost.amount`.

An entry of a list goes by its id where it has one, and otherwise by its number,
counted from 1.
"""

from __future__ import annotations

from cosmopolis.catalogue.text import Node

#: Between an entry and what stands in it.
STEP = " › "
#: What an entry goes by, first come first served.
_NAMES = ("id", "item", "question")


def entry_place(key: str, at: int, entry: Node) -> str:
    """
    The place of an entry of a list: `actions emergency`, `answers 1.01 (office)`, `history #2`.

    `at` counts from 0.
    """
    name = next(filter(None, (_text(entry, name) for name in _NAMES)), "")
    rater = _text(entry, "rater")
    told = f"{name} ({rater})" if name and rater else name
    return f"{key} {told or f'#{at + 1}'}"


def under(place: str, name: str) -> str:
    """The place of an entry of a mapping."""
    if not place:
        return name
    return f"{place}{STEP if ' ' in place.rpartition(STEP)[2] else '.'}{name}"


def entry_of(place: str) -> str:
    """The entry of the file's own list that a place lies in, however deep."""
    return place.partition(STEP)[0]


def _text(entry: Node, name: str) -> str:
    told = entry.get(name)
    return told.value[:80] if told is not None and isinstance(told.value, str) else ""
