"""Where things stand in a drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Rooms beside a plot are multiples of this, so that the plots of most languages
#: are equally wide and their marks are drawn once.
ROOM = 12


def room(least: float) -> int:
    """
    Room of at least `least` pixels beside a plot.

    >>> room(25)
    36
    """
    return math.ceil(least / ROOM) * ROOM


@dataclass(frozen=True)
class Frame:
    """The plot's box inside the drawing, and the ends of its two axes."""

    left: float
    right: float
    top: float
    bottom: float
    width: int
    height: float  #: of the plot alone
    x: tuple[float, float]
    y: tuple[float, float]
    mirrored: bool = False
    downwards: bool = False

    @property
    def plot(self) -> float:
        """Width of the plot alone."""
        return self.width - self.left - self.right

    def across(self, value: float) -> float:
        """Pixels from the left end of the plot."""
        share = (value - self.x[0]) / (self.x[1] - self.x[0])
        return self.plot * (1 - share if self.mirrored else share)

    def down(self, value: float) -> float:
        """Pixels from the top of the plot."""
        share = (value - self.y[0]) / (self.y[1] - self.y[0])
        return self.height * (share if self.downwards else 1 - share)


def short(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text
