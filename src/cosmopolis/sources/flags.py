"""Letters that a publisher puts beside a value, as statuses of the long table."""

from __future__ import annotations

from cosmopolis.vocabulary.table import WITHOUT_VALUE, Status

#: Eurostat's observation flags, the most cautionary first: of several letters the first one leads.
#: `d` (definition differs), `r` (revised) and `s` (Eurostat estimate is written `e` today) change no status but `s`.
_BESIDE_A_VALUE = {
    "u": Status.LOW_RELIABILITY,
    "n": Status.LOW_RELIABILITY,
    "b": Status.BREAK,
    "f": Status.FORECAST,
    "e": Status.ESTIMATED,
    "s": Status.ESTIMATED,
    "i": Status.IMPUTED,
    "p": Status.PROVISIONAL,
    "d": Status.NORMAL,
    "r": Status.NORMAL,
}
#: Letters that explain an empty cell: confidential, or withheld because it would not be reliable.
_WITHOUT_A_VALUE = {
    "c": Status.SUPPRESSED,
    "u": Status.SUPPRESSED,
    "n": Status.SUPPRESSED,
    "m": Status.CANNOT_EXIST,
    "z": Status.CANNOT_EXIST,
}
#: Letters that say there is no value.
_ONLY_WITHOUT = frozenset("cmz")
LETTERS = frozenset(_BESIDE_A_VALUE) | frozenset(_WITHOUT_A_VALUE)


def status_with_value(flag: str) -> Status | None:
    """
    The status of a value that stands beside this flag; nothing if the flag denies the value.

    >>> str(status_with_value("bep")), str(status_with_value("")), status_with_value("c")
    ('B', 'A', None)
    """
    if flag.isupper():
        status = Status(flag)
        return None if status in WITHOUT_VALUE else status
    if set(flag) & _ONLY_WITHOUT:
        return None
    return next((status for letter, status in _BESIDE_A_VALUE.items() if letter in flag), Status.NORMAL)


def status_without_value(flag: str) -> Status:
    """
    The status of an empty cell beside this flag.

    Eurostat withholds a value that is too uncertain and leaves the `u`: that is
    a suppressed cell, not a missing one.

    >>> str(status_without_value("bu")), str(status_without_value("")), str(status_without_value("m"))
    ('Q', 'O', 'M')
    """
    if flag.isupper():
        status = Status(flag)
        if status is Status.LOW_RELIABILITY:
            return Status.SUPPRESSED
        return status if status in WITHOUT_VALUE else Status.MISSING
    return next((status for letter, status in _WITHOUT_A_VALUE.items() if letter in flag), Status.MISSING)
