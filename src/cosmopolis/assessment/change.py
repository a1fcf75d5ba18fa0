"""
Change between two editions, over the questions that both asked and both know.

A new question, an answer found later or a power that moved to another level is no
change of policy and moves no number here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cosmopolis.assessment.standing import SAME
from cosmopolis.errors import MeasureUndefined
from cosmopolis.vocabulary.assessment import Position, Standing
from cosmopolis.vocabulary.framework import Scale


@dataclass(frozen=True)
class Move:
    """One question in both editions: how it stood and how it stands."""

    earlier: Standing
    later: Standing

    @property
    def step(self) -> float:
        """By how much its worth rose, from -1 to 1; only of questions known in both."""
        return (self.later.value or 0.0) - (self.earlier.value or 0.0)


@dataclass(frozen=True)
class DimensionChange:
    """
    One dimension: means from 0 to 100 over the same questions, and the questions that moved.

    The means and their `difference` are nothing where no question is known in both
    editions or the framework does not score. `same` counts those that did not move;
    `open` those asked in both and not known in one of them; `rescaled` those known in
    both whose scale changed between the editions of the framework.
    """

    dimension: str
    questions: int  #: known in both
    earlier: float | None
    later: float | None
    difference: float | None
    up: tuple[Move, ...]
    down: tuple[Move, ...]
    same: int
    open: int
    rescaled: int
    only_earlier: int
    only_later: int


@dataclass(frozen=True)
class Change:
    """What changed from one edition to another; `within` says whether over the city's competence alone."""

    framework: str
    earlier_edition: str
    later_edition: str
    within: bool
    dimensions: tuple[DimensionChange, ...]

    @property
    def up(self) -> tuple[Move, ...]:
        """Every question that rose, in the later pack's order."""
        return tuple(move for each in self.dimensions for move in each.up)

    @property
    def down(self) -> tuple[Move, ...]:
        """Every question that fell, in the later pack's order."""
        return tuple(move for each in self.dimensions for move in each.down)


def change(earlier: Position, later: Position, *, within: bool = True) -> Change:
    """
    What changed between two editions of one framework.

    Parameters
    ----------
    earlier, later
        Two positions under the same framework, of the same edition of it or of two.
        Between two, only questions that the later one's `replaces` pairs one to one
        are the same question; an equal id alone does not make them so.
    within
        Whether only questions count that lie within the city's competence. It is the
        later edition's map that says so, for both: a power that moved is no progress.

    Returns
    -------
    change
        Per dimension of the later framework, with the later weights, as arithmetic
        means over questions known in both.

    Raises
    ------
    MeasureUndefined
        If the frameworks differ, or the first edition is the later one.
    """
    _check_comparable(earlier, later)
    paired = _paired(earlier, later)
    before = {standing.question.id: standing for standing in earlier.standings}
    holders = later.framework.competent_holders
    found = []
    for dimension in later.framework.dimensions:
        mine = [
            each
            for each in later.standings
            if each.question.dimension == dimension.id and (not within or each.holder in holders)
        ]
        both = [Move(before[paired[each.question.id]], each) for each in mine if paired.get(each.question.id) in before]
        gone = _gone(earlier, set(paired.values()), dimension.id, within=within)
        found.append(_dimension(dimension.id, both, len(mine) - len(both), gone, (earlier, later)))
    return Change(
        framework=later.framework.id,
        earlier_edition=earlier.assessment.edition,
        later_edition=later.assessment.edition,
        within=within,
        dimensions=tuple(found),
    )


def _check_comparable(earlier: Position, later: Position) -> None:
    if earlier.framework.id != later.framework.id:
        raise MeasureUndefined.at(
            "assessment.change_of_frameworks", earlier=earlier.framework.id, later=later.framework.id
        )
    if earlier.assessment.date > later.assessment.date:
        raise MeasureUndefined.at(
            "assessment.change_backwards", earlier=earlier.assessment.date, later=later.assessment.date
        )


def _paired(earlier: Position, later: Position) -> Mapping[str, str]:
    """Question asked in the later edition -> the same question's id in the earlier one, if that asked it."""
    asked = {standing.question.id for standing in earlier.standings}
    if earlier.framework.edition == later.framework.edition:
        return {each.question.id: each.question.id for each in later.standings if each.question.id in asked}
    # two questions made one have no common measure: neither pairs
    targets = Counter(later.framework.replaces.values())
    still = {each.question.id for each in later.standings}
    return {
        new: old for old, new in later.framework.replaces.items() if targets[new] == 1 and old in asked and new in still
    }


def _gone(earlier: Position, paired: set[str], dimension: str, *, within: bool) -> int:
    """How many questions of a dimension only the earlier edition asked."""
    return sum(
        each.question.dimension == dimension
        and each.question.id not in paired
        and (not within or each.holder in earlier.framework.competent_holders)
        for each in earlier.standings
    )


def _dimension(
    dimension: str, both: Sequence[Move], new: int, gone: int, positions: tuple[Position, Position]
) -> DimensionChange:
    known = [move for move in both if move.earlier.state == move.later.state == "known"]
    measured = [move for move in known if _is_same_scale(move, positions)]
    scores = positions[1].framework.aggregation.method != "none"
    weights = [move.later.question.weight for move in measured] if scores else []
    before = _mean([move.earlier for move in measured if scores], weights)
    after = _mean([move.later for move in measured if scores], weights)
    up = tuple(move for move in measured if move.step >= SAME)
    down = tuple(move for move in measured if move.step <= -SAME)
    return DimensionChange(
        dimension=dimension,
        questions=len(measured),
        earlier=before,
        later=after,
        difference=None if before is None or after is None else after - before,
        up=up,
        down=down,
        same=len(measured) - len(up) - len(down),
        open=len(both) - len(known),
        rescaled=len(known) - len(measured),
        only_earlier=gone,
        only_later=new,
    )


def _is_same_scale(move: Move, positions: tuple[Position, Position]) -> bool:
    first, second = (
        _shape(position.framework.scales[standing.question.scale])
        for position, standing in zip(positions, (move.earlier, move.later), strict=True)
    )
    return first == second


def _shape(scale: Scale) -> tuple[object, ...]:
    return scale.kind, scale.goalposts, tuple((option.id, option.value) for option in scale.options)


def _mean(standings: Sequence[Standing], weights: Sequence[float]) -> float | None:
    worths = (weight * (each.value or 0.0) for each, weight in zip(standings, weights, strict=True))
    return 100 * math.fsum(worths) / math.fsum(weights) if weights else None
