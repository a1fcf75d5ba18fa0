"""How a long workflow tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable

#: Called with the id of a step and how far it is: (done, of).
Progress = Callable[[str, int, int], None]


def no_progress(step: str, done: int, of: int) -> None:
    """Tell nobody."""
