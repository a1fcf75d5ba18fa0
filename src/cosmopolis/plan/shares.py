"""A share of things that are not people, with both numbers that make it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """So many of so many: inputs, actions, promises."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """
        The share from 0 to 1; nothing where there is nothing to have a share of.

        Examples
        --------
        >>> Share(3, 4).value, Share(0, 0).value
        (0.75, None)
        """
        return self.part / self.whole if self.whole else None
