"""
From the standings of questions to one mean: declared weights, declared levels, a declared kind of mean.

The three kinds never fall when a part rises, so the mean of all lower limits and
the mean of all upper limits contain the mean of every completion between them,
through any number of levels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cosmopolis.vocabulary.assessment import Score, Standing
from cosmopolis.vocabulary.framework import Framework, Method

#: What has a place between 0 and 1, known or not: the other states are no part of any score.
PLACED: frozenset[str] = frozenset({"known", "disputed", "unknown", "unanswered"})


@dataclass(frozen=True)
class Part:
    """A weighted part of a mean: its limits from 0 to 1, and its value if that is known."""

    weight: float
    lower: float
    upper: float
    value: float | None


@dataclass(frozen=True)
class Group:
    """The parts of one topic, or of the whole dimension where topics are no level."""

    weight: float
    parts: tuple[Part, ...]


def mean(values: Sequence[float], weights: Sequence[float], method: Method) -> float:
    """
    A weighted mean of values between 0 and 1.

    Parameters
    ----------
    values
        At least one.
    weights
        Positive, in the order of the values; only their ratios matter.
    method
        `arithmetic`, `geometric` or `harmonic`.

    Returns
    -------
    mean
        For the geometric and the harmonic mean 0 as soon as one value is 0. That is
        their limit, right for bounds; whether it may be called a value is for the
        caller to say.

    Examples
    --------
    By hand, of a quarter and 1, equally weighted: 0.625; the root of 0.25; 2/(4 + 1)

    >>> [mean([0.25, 1.0], [1, 1], method) for method in ("arithmetic", "geometric", "harmonic")]
    [0.625, 0.5, 0.4]
    """
    if len(values) == 1:
        return values[0]
    total = math.fsum(weights)
    pairs = tuple(zip(values, weights, strict=True))
    if method == "arithmetic":
        return min(1.0, math.fsum(value * weight for value, weight in pairs) / total)
    if min(values) <= 0:
        return 0.0
    if method == "geometric":
        return min(1.0, math.exp(math.fsum(weight * math.log(value) for value, weight in pairs) / total))
    return min(1.0, total / math.fsum(weight / value for value, weight in pairs))


def groups_of(framework: Framework, standings: Iterable[Standing]) -> tuple[Group, ...]:
    """
    The standings of one dimension as the framework's levels group them.

    Standings in no state that has a place on the scale are left out, and so are
    groups that this leaves empty.
    """
    by_topic = "topic" in framework.aggregation.levels
    weights = {topic.id: topic.weight for topic in framework.topics} if by_topic else {}
    found: dict[str, list[Part]] = {}
    for standing in standings:
        if standing.state in PLACED and standing.lower is not None and standing.upper is not None:
            part = Part(standing.question.weight, standing.lower, standing.upper, standing.value)
            found.setdefault(standing.question.topic if by_topic else "", []).append(part)
    return tuple(Group(weights.get(topic, 1.0), tuple(parts)) for topic, parts in found.items())


def score(groups: Sequence[Group], method: Method) -> Score:
    """
    The score of the groups and the range that holds it whatever the open questions turn out to be.

    Parameters
    ----------
    groups
        At least one, none of them empty.
    method
        The mean within groups and over them.

    Returns
    -------
    score
        From 0 to 100. `value` is the mean of what is known. Where a dispute leaves a
        question no room for that, it stands at its nearest limit: the value is
        always that of one completion and lies within the bounds. It is nothing where
        nothing is known, and for the geometric and the harmonic mean where a 0 makes
        them undefined. The bounds are taken over all parts, with every open question
        at its lower and at its upper limit.

    Examples
    --------
    One complete, one partial, one unknown: 75, and between 50 and 83

    >>> parts = Part(1, 1, 1, 1), Part(1, 0.5, 0.5, 0.5), Part(1, 0, 1, None)
    >>> found = score([Group(1, parts)], "arithmetic")
    >>> found.value, found.lower, round(found.upper, 2)
    (75.0, 50.0, 83.33)

    A question disputed between 0 and a half cannot be as good as the other: 100 and 50 make 75, which is the most

    >>> score([Group(1, (Part(1, 1, 1, 1), Part(1, 0, 0.5, None)))], "arithmetic")
    Score(value=75.0, lower=50.0, upper=75.0)
    """
    value = _value(groups, method)
    lower = _over(groups, [[part.lower for part in group.parts] for group in groups], method)
    upper = _over(groups, [[part.upper for part in group.parts] for group in groups], method)
    if value is None or (method != "arithmetic" and value <= 0):
        return Score(None, 100 * lower, 100 * upper)
    # the three are sums in different orders: rounding must not put one outside the others
    return Score(100 * min(max(value, lower), upper), 100 * lower, 100 * upper)


def known_share(groups: Sequence[Group]) -> float | None:
    """
    The share of the weight that has a known answer; nothing without groups.

    A question weighs what it weighs in the score: its share of its group, times
    the group's share of all groups.

    Examples
    --------
    Two topics of the same weight, one of them half known: three quarters

    >>> known, open_ = Part(1, 1, 1, 1), Part(1, 0, 1, None)
    >>> known_share([Group(1, (known, open_)), Group(1, (known,))])
    0.75
    """
    if not groups:
        return None
    total = math.fsum(group.weight for group in groups)
    shares = (
        group.weight
        * math.fsum(part.weight for part in group.parts if part.value is not None)
        / math.fsum(part.weight for part in group.parts)
        for group in groups
    )
    return min(1.0, math.fsum(shares) / total)


def _over(groups: Sequence[Group], values: Sequence[Sequence[float]], method: Method) -> float:
    means = [
        mean(each, [part.weight for part in group.parts], method) for group, each in zip(groups, values, strict=True)
    ]
    return mean(means, [group.weight for group in groups], method)


def _value(groups: Sequence[Group], method: Method) -> float | None:
    """The mean of the completion in which every open part stands at the mean of the known, or at its nearest limit."""
    known = [_known_mean(group, method) for group in groups]
    told = [(value, group.weight) for value, group in zip(known, groups, strict=True) if value is not None]
    if not told:
        return None
    everywhere = mean([value for value, _ in told], [weight for _, weight in told], method)
    filled = [
        [_filled(part, everywhere if own is None else own) for part in group.parts]
        for group, own in zip(groups, known, strict=True)
    ]
    return _over(groups, filled, method)


def _known_mean(group: Group, method: Method) -> float | None:
    known = [(part.value, part.weight) for part in group.parts if part.value is not None]
    return mean([value for value, _ in known], [weight for _, weight in known], method) if known else None


def _filled(part: Part, typical: float) -> float:
    return part.value if part.value is not None else min(max(typical, part.lower), part.upper)
