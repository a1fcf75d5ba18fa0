"""
What an index is made of, declared as two frozen tables: indicators, and the groups above them.

To change the index is to edit a line. Everything is found by code, never by
position; a structure that contradicts itself is refused with all its faults.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from cosmopolis.errors import ContentError, Fault

Mean = Literal["arithmetic", "geometric", "harmonic"]
MEANS: tuple[str, ...] = get_args(Mean)
#: Names of columns that can be no code.
RESERVED = frozenset({"area_code", "period"})


@dataclass(frozen=True)
class Indicator:
    """
    One column of the data.

    `direction` is -1 where less is better. `goalposts` (worst and best end of the
    scale, the smaller number first) and `target` are in the indicator's unit after
    denomination. `denominator` names the column to divide by.
    """

    code: str
    parent: str
    name: str = ""
    direction: int = 1
    weight: float = 1.0
    goalposts: tuple[float, float] | None = None
    target: float | None = None
    denominator: str = ""


@dataclass(frozen=True)
class Group:
    """
    Indicators or groups that are averaged; the one without a parent is the index.

    A `direction` of -1 turns the group's score round when it enters its parent.
    """

    code: str
    parent: str = ""
    name: str = ""
    direction: int = 1
    weight: float = 1.0
    method: Mean = "arithmetic"


@dataclass(frozen=True)
class Structure:
    """
    The tree of an index.

    Raises
    ------
    ContentError
        With every contradiction: a code twice, an unknown parent, a circle, a
        group without children, no top or several, a weight that is not positive,
        a direction, mean or pair of goalposts that does not exist.
    """

    indicators: Sequence[Indicator]
    groups: Sequence[Group]

    def __post_init__(self) -> None:
        faults = tuple(_faults(self))
        if faults:
            raise ContentError(faults)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the indicators, in order."""
        return tuple(indicator.code for indicator in self.indicators)

    @cached_property
    def nodes(self) -> Mapping[str, Indicator | Group]:
        """Every indicator and group by its code."""
        return {node.code: node for node in _nodes(self)}

    @cached_property
    def top(self) -> str:
        """The code of the whole index."""
        return next(group.code for group in self.groups if not group.parent)

    @cached_property
    def upwards(self) -> tuple[Group, ...]:
        """The groups with every child before its parent: the order in which scores are made."""
        depth = {group.code: sum(1 for _ in self.above(group.code)) for group in self.groups}
        return tuple(sorted(self.groups, key=lambda group: -depth[group.code]))

    def children(self, code: str) -> tuple[Indicator | Group, ...]:
        """What lies directly below a group, in the order declared."""
        return self._below.get(code, ())

    @cached_property
    def _below(self) -> Mapping[str, tuple[Indicator | Group, ...]]:
        found: dict[str, list[Indicator | Group]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    def above(self, code: str) -> Iterator[str]:
        """The groups above a code, from its parent to the top."""
        parent = self.nodes[code].parent
        while parent:
            yield parent
            parent = self.nodes[parent].parent

    def leaves(self, code: str) -> tuple[str, ...]:
        """The indicators anywhere below a group; an indicator's own code."""
        return tuple(each for each in self.codes if each == code or code in self.above(each))

    def share(self, code: str) -> float:
        """The declared weight of a code within its parent, as a share of its sisters' weights."""
        node = self.nodes[code]
        return node.weight / math.fsum(sister.weight for sister in self.children(node.parent)) if node.parent else 1.0

    def effective_weights(self) -> dict[str, float]:
        """
        What each indicator weighs in the whole index: the product of the shares on its way up.

        They add up to 1. Exact for arithmetic means; for the others it is the
        exponent (geometric) or the weight of the inverse (harmonic).
        """
        return {
            code: self.share(code) * math.prod(self.share(parent) for parent in self.above(code)) for code in self.codes
        }

    def with_weights(self, weights: Mapping[str, float]) -> Structure:
        """The same structure with other weights for the codes named."""
        self.check_codes(weights, "weights")
        return Structure(
            tuple(replace(each, weight=weights.get(each.code, each.weight)) for each in self.indicators),
            tuple(replace(each, weight=weights.get(each.code, each.weight)) for each in self.groups),
        )

    def with_methods(self, methods: Mapping[str, Mean]) -> Structure:
        """The same structure with other means for the groups named."""
        self.check_codes(methods, "methods", groups_only=True)
        return replace(
            self, groups=tuple(replace(each, method=methods.get(each.code, each.method)) for each in self.groups)
        )

    def without(self, code: str) -> Structure:
        """
        The same structure without a code, what lies below it, and groups that this leaves empty.

        Raises
        ------
        ContentError
            If the code is not there or nothing would be left.
        """
        self.check_codes((code,), "without")
        gone = {code, *(each for each in self.nodes if code in self.above(each))}
        kept = tuple(each for each in self.indicators if each.code not in gone)
        alive = {parent for each in kept for parent in self.above(each.code)}
        if not kept:
            raise ContentError.at("indices.nothing_left", code=code)
        return Structure(kept, tuple(each for each in self.groups if each.code in alive))

    def check_codes(self, codes: Iterable[str], option: str, *, groups_only: bool = False) -> None:
        """Refuse codes that the structure does not have, all of them together."""
        known = {group.code for group in self.groups} if groups_only else set(self.nodes)
        strange = [code for code in codes if code not in known]
        if strange:
            raise ContentError([Fault("indices.unknown_code", {"code": code, "option": option}) for code in strange])


def _nodes(structure: Structure) -> tuple[Indicator | Group, ...]:
    return (*structure.indicators, *structure.groups)


def _faults(structure: Structure) -> Iterator[Fault]:
    nodes = _nodes(structure)
    yield from _code_faults(nodes)
    yield from _parent_faults(structure)
    for node in nodes:
        if not (math.isfinite(node.weight) and node.weight > 0):
            yield Fault("indices.weight_not_positive", {"code": node.code, "value": node.weight})
        if node.direction not in (-1, 1):
            yield Fault("indices.unknown_direction", {"code": node.code, "value": node.direction})
    for group in structure.groups:
        if group.method not in MEANS:
            yield Fault(
                "indices.unknown_choice", {"option": group.code, "value": group.method, "known": ", ".join(MEANS)}
            )
    for indicator in structure.indicators:
        posts = indicator.goalposts
        if posts is not None and not (all(map(math.isfinite, posts)) and posts[0] < posts[1]):
            yield Fault("indices.goalposts_reversed", {"code": indicator.code, "first": posts[0], "second": posts[1]})


def _code_faults(nodes: tuple[Indicator | Group, ...]) -> Iterator[Fault]:
    codes = [node.code for node in nodes]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Fault("indices.code_twice", {"code": code, "count": codes.count(code)})
    for code in sorted({code for code in codes if not code or code in RESERVED}):
        yield Fault("indices.code_reserved", {"code": code})


def _parent_faults(structure: Structure) -> Iterator[Fault]:
    parents = {group.code: group.parent for group in structure.groups}
    tops = [code for code, parent in parents.items() if not parent]
    if len(tops) != 1:
        yield Fault("indices.not_one_top", {"count": len(tops), "codes": ", ".join(tops) or "-"})
    filled = {node.parent for node in _nodes(structure)}
    for node in _nodes(structure):
        if node.parent not in parents and (node.parent or isinstance(node, Indicator)):
            yield Fault("indices.unknown_parent", {"code": node.code, "parent": node.parent})
    for code in parents:
        if code not in filled:
            yield Fault("indices.group_without_children", {"code": code})
        if _goes_in_a_circle(code, parents):
            yield Fault("indices.circle", {"code": code})


def _goes_in_a_circle(code: str, parents: Mapping[str, str]) -> bool:
    seen, here = set(), code
    while here in parents:
        if here in seen:
            # told only by the groups on the circle itself, not by those that lead into it
            return here == code
        seen.add(here)
        here = parents[here]
    return False
