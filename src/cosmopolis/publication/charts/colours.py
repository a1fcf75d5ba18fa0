"""
Colours by the part they play, so that dark mode is a matter of CSS alone.

A specification names a role by a sentinel colour that nothing else uses; `tidy`
turns the sentinel into a class (`f-<role>` for fills, `k-<role>` for strokes) and
the light colour as a fallback for an SVG that is read without our CSS.
"""

from __future__ import annotations

#: Light colour of every role. `g` groups, `t` their darker words, `s` the order of
#: maps, `d` differences around a centre.
LIGHT = {
    "ink": "#17212b",
    "quiet": "#4d5a66",
    "rule": "#c9c7bf",
    "paper": "#fcfbf8",
    "blank": "#fcfbf8",
    "g1": "#0a6270",
    "g2": "#c4702b",
    "g3": "#6a4c93",
    "g4": "#5b8c2a",
    "g5": "#a33b52",
    "g6": "#3f6fb5",
    "t1": "#0a6270",
    "t2": "#93500f",
    "t3": "#6a4c93",
    "t4": "#436a1c",
    "t5": "#a33b52",
    "t6": "#335c99",
    "s1": "#e3eff0",
    "s2": "#b3d5d8",
    "s3": "#7bb3ba",
    "s4": "#41899a",
    "s5": "#14586e",
    "d1": "#8c510a",
    "d2": "#d8b365",
    "d3": "#f6e8c3",
    "d4": "#c7eae5",
    "d5": "#5ab4ac",
    "d6": "#01665e",
    "d0": "#f3f1ea",
}

_SENTINELS = {role: f"#fe{index:02x}01" for index, role in enumerate(LIGHT)}
_ROLES = {sentinel: role for role, sentinel in _SENTINELS.items()}

#: Which of the six colours of difference a number of classes takes; the middle
#: class of an odd number is the neutral `d0`.
_DIFFERENCE = {
    2: ("d2", "d5"),
    3: ("d2", "d0", "d5"),
    4: ("d1", "d2", "d5", "d6"),
    5: ("d1", "d2", "d0", "d5", "d6"),
    6: ("d1", "d2", "d3", "d4", "d5", "d6"),
}
_ORDER = {2: ("s2", "s4"), 3: ("s1", "s3", "s5"), 4: ("s1", "s2", "s4", "s5"), 5: ("s1", "s2", "s3", "s4", "s5")}

#: Groups told apart at once, by colour and by dash and shape besides.
MOST_SERIES = 6
DASHES: tuple[list[int], ...] = ([], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 4])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")


def sentinel(role: str) -> str:
    """The colour that stands for `role` in a specification."""
    return _SENTINELS[role]


def role_of(colour: str) -> str | None:
    """The role that a colour of a rendered chart stands for."""
    return _ROLES.get(colour)


def class_roles(count: int, *, diverging: bool) -> tuple[str, ...]:
    """The roles of `count` map classes, lowest first."""
    return (_DIFFERENCE if diverging else _ORDER)[count]


def filled(role: str) -> str:
    """Attributes of an own SVG element that is filled with `role`."""
    return f'class="f-{role}" fill="{LIGHT[role]}"'
