"""
What every measure of this room asks of its counts, so that all treat bad input alike.

* Counts may be fractional, never negative, and never missing: an unknown count is
  not a zero.
* Areas without residents are left out, and so are groups without anybody. Results
  by area keep their place and are NaN there.
* An index that compares areas needs two areas with residents; one that compares
  groups needs people in two of them. Otherwise it is not defined, and not 0.
* Places are points in metres of a projected grid, surfaces are square metres.

Whatever breaks a rule raises `MeasureUndefined`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

#: Farthest west-east and south-north that degrees reach. A city whose points all lie
#: nearer to the origin of a grid in metres would be smaller than a village green.
_DEGREES = (180.0, 90.0)


@dataclass(frozen=True)
class Sides:
    """
    A group and everybody else in the areas that have residents, shape (n_kept,).

    `kept` says which of the given areas those are, shape (n_areas,).
    """

    group: FloatArray
    rest: FloatArray
    kept: NDArray[np.bool_]

    @property
    def total(self) -> FloatArray:
        """All persons in each area."""
        return self.group + self.rest

    @property
    def persons(self) -> float:
        """All persons in the city."""
        return float(self.group.sum() + self.rest.sum())

    @property
    def share(self) -> float:
        """The group's share of the city."""
        return float(self.group.sum()) / self.persons


@dataclass(frozen=True)
class Table:
    """
    Persons by area and group, areas without residents and empty groups left out.

    `kept_areas` and `kept_groups` say which of the given rows and columns are
    left, shapes (n_areas,) and (n_groups,).
    """

    counts: FloatArray
    kept_areas: NDArray[np.bool_]
    kept_groups: NDArray[np.bool_]

    @property
    def areas(self) -> FloatArray:
        """All persons in each area."""
        return np.asarray(self.counts.sum(axis=1), np.float64)

    @property
    def groups(self) -> FloatArray:
        """All persons of each group."""
        return np.asarray(self.counts.sum(axis=0), np.float64)


def vector(counts: ArrayLike) -> FloatArray:
    """
    Counts of persons by area, checked, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If a count is no number, missing, infinite or negative, or there are not
        exactly one dimension and one area or more.
    """
    return _checked(counts, 1)


def matrix(counts: ArrayLike) -> FloatArray:
    """
    Counts of persons by area and group, checked, shape (n_areas, n_groups).

    Raises
    ------
    MeasureUndefined
        As for `vector`, with two dimensions.
    """
    return _checked(counts, 2)


def same_length(first: int, second: int) -> None:
    """
    Two things given by area speak of equally many areas.

    Raises
    ------
    MeasureUndefined
        If they do not.
    """
    if first != second:
        raise MeasureUndefined.at("neighbourhoods.different_lengths", first=first, second=second)


def at_origins(values: ArrayLike, people: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """
    What each origin has, and the persons there.

    Examples
    --------
    >>> at_origins([0.5, 2], [3, 1])
    (array([0.5, 2. ]), array([3., 1.]))
    """
    found, persons = vector(values), vector(people)
    same_length(found.size, persons.size)
    return found, persons


def pair(group: ArrayLike, rest: ArrayLike) -> Sides:
    """
    A group and everybody else, area by area; no area is left out.

    Raises
    ------
    MeasureUndefined
        If a count is bad or the lengths differ.
    """
    inside, outside = vector(group), vector(rest)
    same_length(inside.size, outside.size)
    return Sides(inside, outside, np.ones(inside.size, np.bool_))


def exposed(group: ArrayLike, rest: ArrayLike) -> Sides:
    """
    Both sides of a measure of what surrounds the group's members.

    Raises
    ------
    MeasureUndefined
        If a count is bad, the lengths differ, or the group has nobody.
    """
    sides = pair(group, rest)
    some_group(sides.group)
    return _populated(sides)


def compared(group: ArrayLike, rest: ArrayLike) -> Sides:
    """
    Both sides of an index that compares areas.

    Raises
    ------
    MeasureUndefined
        If a count is bad, the lengths differ, a side has nobody, or fewer than two
        areas have residents.
    """
    sides = pair(group, rest)
    both_sides(sides.group, sides.rest)
    sides = _populated(sides)
    some_areas(sides.group.size)
    return sides


def several(counts: ArrayLike) -> Table:
    """
    A table for an index that compares areas and groups.

    Raises
    ------
    MeasureUndefined
        If a count is bad, or fewer than two areas or groups have anybody.
    """
    table = populated(counts)
    some_groups(table.counts.shape[1])
    some_areas(table.counts.shape[0])
    return table


def populated(counts: ArrayLike) -> Table:
    """
    A table without its empty areas and groups.

    Raises
    ------
    MeasureUndefined
        If a count is bad or nobody is counted.
    """
    found = matrix(counts)
    areas, groups = np.asarray(found.any(axis=1)), np.asarray(found.any(axis=0))
    if not areas.any():
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=int(found.shape[0]))
    if not areas.all():
        found = found[areas]
    if not groups.all():
        found = found[:, groups]
    return Table(found, areas, groups)


def composition(counts: ArrayLike) -> FloatArray:
    """
    Persons of each group that has any, from a list of groups or from a table by area.

    Raises
    ------
    MeasureUndefined
        If a count is bad or nobody is counted.
    """
    found = _numbers(counts)
    groups = matrix(found).sum(axis=0) if found.ndim == 2 else vector(found)
    groups = groups[groups > 0]
    if groups.size == 0:
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=int(found.shape[0]))
    return np.asarray(groups, np.float64)


def some_group(group: FloatArray) -> None:
    """
    The group has somebody.

    Raises
    ------
    MeasureUndefined
        If it has not.
    """
    if not group.any():
        raise MeasureUndefined.at("neighbourhoods.group_without_residents", group=float(group.sum()))


def both_sides(group: FloatArray, rest: FloatArray) -> None:
    """
    The group has somebody, and so has the rest.

    Raises
    ------
    MeasureUndefined
        If one of them has not.
    """
    if not (group.any() and rest.any()):
        raise MeasureUndefined.at("neighbourhoods.one_side", group=float(group.sum()), rest=float(rest.sum()))


def some_areas(areas: int) -> None:
    """
    Two areas or more have residents.

    Raises
    ------
    MeasureUndefined
        If fewer have.
    """
    if areas < 2:
        raise MeasureUndefined.at("neighbourhoods.one_area", areas=areas)


def some_groups(groups: int) -> None:
    """
    Two groups or more have people.

    Raises
    ------
    MeasureUndefined
        If fewer have.
    """
    if groups < 2:
        raise MeasureUndefined.at("neighbourhoods.one_group", groups=groups)


def points(places: ArrayLike, areas: int) -> FloatArray:
    """
    Places of areas in metres of a projected grid, shape (n_areas, 2): east, north.

    Raises
    ------
    MeasureUndefined
        If a coordinate is missing, there is not one place for each area, or all of
        them look like degrees.
    """
    found = _shaped(places, 2)
    same_length(areas, found.shape[0])
    if found.shape[1] != 2:
        raise MeasureUndefined.at("neighbourhoods.dimensions", expected=2, found=int(found.shape[1]))
    known = np.asarray(np.isfinite(found).all(axis=1))
    if not known.all():
        raise MeasureUndefined.at("neighbourhoods.coordinates_missing", row=_first(~known))
    if bool((np.abs(found) <= _DEGREES).all()):
        east, north = (float(one) for one in found[0])
        raise MeasureUndefined.at("neighbourhoods.coordinates_in_degrees", east=east, north=north)
    return found


def surfaces(square_metres: ArrayLike, areas: int) -> FloatArray:
    """
    Surfaces of areas in square metres, all above 0, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If one is missing or not above 0, or there is not one for each area.
    """
    found = _shaped(square_metres, 1)
    same_length(areas, found.size)
    positive = np.isfinite(found) & (found > 0)
    if not positive.all():
        place = _first(~positive)
        raise MeasureUndefined.at("neighbourhoods.surface_not_positive", surface=float(found[place - 1]), row=place)
    return found


def distinct(codes: ArrayLike) -> None:
    """
    No area is given twice.

    Raises
    ------
    MeasureUndefined
        If one is.
    """
    found, times = np.unique(np.asarray(codes), return_counts=True)
    if found.size and times.max() > 1:
        raise MeasureUndefined.at("neighbourhoods.duplicate_area", code=str(found[times.argmax()]))


def between(name: str, value: float, least: float, most: float) -> None:
    """
    A setting lies strictly between two numbers.

    Raises
    ------
    MeasureUndefined
        If it does not.
    """
    if not least < value < most:
        raise MeasureUndefined.at(
            "neighbourhoods.setting_outside", name=name, value=float(value), least=float(least), most=float(most)
        )


def placed(values: FloatArray, kept: NDArray[np.bool_]) -> FloatArray:
    """
    Values of what was kept in the places it was given in, NaN elsewhere.

    Examples
    --------
    >>> placed(np.array([1.5]), np.array([False, True]))
    array([nan, 1.5])
    """
    found = np.full(kept.shape, np.nan)
    found[kept] = values
    return found


def unit(value: float) -> float:
    """
    An index that lies between 0 and 1 but for rounding.

    Examples
    --------
    >>> unit(1.0000000000000002)
    1.0
    """
    return min(max(float(value), 0.0), 1.0)


def _populated(sides: Sides) -> Sides:
    kept = (sides.group > 0) | (sides.rest > 0)
    return sides if kept.all() else Sides(sides.group[kept], sides.rest[kept], kept)


def _checked(counts: ArrayLike, dimensions: int) -> FloatArray:
    found = _shaped(counts, dimensions)
    # one pass each for what is almost always true: the sum is finite only if every count is
    if not (np.isfinite(found.sum()) or np.isfinite(found).all()):
        raise MeasureUndefined.at("neighbourhoods.missing_count", row=_first(np.asarray(~np.isfinite(found))))
    if found.min() < 0:
        place = np.unravel_index(int(found.argmin()), found.shape)
        raise MeasureUndefined.at("neighbourhoods.negative_count", count=float(found.min()), row=int(place[0]) + 1)
    return found


def _shaped(values: ArrayLike, dimensions: int) -> FloatArray:
    found = _numbers(values)
    if found.ndim != dimensions:
        raise MeasureUndefined.at("neighbourhoods.dimensions", expected=dimensions, found=found.ndim)
    if found.size == 0:
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=0)
    return found


def _numbers(values: ArrayLike) -> FloatArray:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise MeasureUndefined.at("neighbourhoods.not_numbers", kind=type(values).__name__) from None


def _first(bad: NDArray[np.bool_]) -> int:
    """The first place that is bad, counted from 1."""
    return int(np.unravel_index(int(bad.argmax()), bad.shape)[0]) + 1
