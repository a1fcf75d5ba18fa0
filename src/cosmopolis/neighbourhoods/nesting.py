"""
Between and within: M and H split by levels of areas, by area and by families of groups.

Every split is exact. What is between the districts and what is inside them says
which level of government can act.

References
----------
Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.
Frankel and Volij (2011), Journal of Economic Theory 146(1), 1-38.
Elbers (2021), Sociological Methods and Research, doi 10.1177/0049124121986204.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.several_groups import mutual_information

if TYPE_CHECKING:
    from cosmopolis.vocabulary.measurement import FloatArray

_Codes = NDArray[np.int64]

#: The name of the level that the rows of a table are.
AREA = "area"

#: A table of area by group is written out when it is not this many times as long as the rows it is made of.
_DENSE = 8

#: Rows that are worked on at a time: what is made of them then stays in the processor's cache.
_CHUNK = 1 << 15


@dataclass(frozen=True)
class Level:
    """
    What one level of areas adds: the separation between its areas inside the level above.

    `mutual_information` in nats and `information_theory` without unit are the
    level's own terms; `share` is their part of the whole, 0 where there is nothing
    to split. `areas` have residents.
    """

    name: str
    areas: int
    mutual_information: float
    information_theory: float
    share: float


@dataclass(frozen=True)
class Nesting:
    """
    M and H of the finest level, split by levels, the coarsest first; the terms add up.

    H divides every term by the one entropy of the groups.
    """

    mutual_information: float
    information_theory: float
    entropy: float
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Parts:
    """
    M split into one term between families and one inside each of them.

    `codes` name the families, `shares` are their shares of all people and
    `inside` the M inside each, shape (n_families,); `within` is the sum of their
    products. `between` and `within` add up to `mutual_information`.
    """

    mutual_information: float
    between: float
    within: float
    codes: tuple[str, ...]
    shares: FloatArray
    inside: FloatArray


@dataclass(frozen=True)
class _Rows:
    """Persons of long rows, each with the code of its group."""

    persons: FloatArray
    groups: _Codes
    n_groups: int


def nested(counts: ArrayLike, levels: Mapping[str, ArrayLike]) -> Nesting:
    """
    Split M and H of a table by the levels of areas above its rows.

    Parameters
    ----------
    counts
        Persons by area and group, shape (n_areas, n_groups).
    levels
        The level's name and, for each area, the code of the area of that level it
        lies in, shape (n_areas,); the coarsest level first. Levels need not nest:
        an area of a finer level is what shares all coarser codes too.

    Returns
    -------
    nesting
        One term for each level, and a last one named `area` for the rows.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count or a code is bad.

    Examples
    --------
    Two districts of two areas each: all separation is inside the districts.

    >>> found = nested([[9, 1], [1, 9], [9, 1], [1, 9]], {"district": ["N", "N", "S", "S"]})
    >>> [(level.name, round(level.share, 4)) for level in found.levels]
    [('district', 0.0), ('area', 1.0)]
    """
    table = checks.several(counts)
    areas, groups = np.nonzero(table.counts)
    rows = _Rows(table.counts[areas, groups], groups, table.counts.shape[1])
    named = {}
    for name, codes in levels.items():
        found = _coded(codes)
        checks.same_length(table.kept_areas.size, found.size)
        named[name] = found[table.kept_areas][areas]
    return _nesting(rows, {**named, AREA: areas})


def nested_rows(counts: ArrayLike, groups: ArrayLike, levels: Mapping[str, ArrayLike]) -> Nesting:
    """
    Split M and H by levels of areas, from long rows.

    For registers and census files: nothing is written out as a table of all areas
    by all groups. Several rows may stand for one area and group; they are added up.

    Parameters
    ----------
    counts
        Persons of each row, shape (n_rows,).
    groups
        Code of the group of each row, integers or text, shape (n_rows,).
    levels
        The level's name and the code of the area of each row, shape (n_rows,); the
        coarsest level first. The last one is what M and H are of. Small integers
        from 0 are fastest.

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count or a code is
        bad, or no level is given.

    Examples
    --------
    >>> found = nested_rows([9, 1, 1, 9], ["a", "b", "a", "b"], {"district": [0, 0, 0, 0], "tract": [0, 0, 1, 1]})
    >>> [(level.name, level.areas, round(level.share, 4)) for level in found.levels]
    [('district', 1, 0.0), ('tract', 2, 1.0)]
    """
    persons = checks.vector(counts)
    group = _coded(groups)
    checks.same_length(persons.size, group.size)
    named = {name: _coded(codes) for name, codes in levels.items()}
    for found in named.values():
        checks.same_length(persons.size, found.size)
    if not (named and persons.any()):
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=len(named))
    return _nesting(_Rows(persons, group, _size(group)), named)


def within_areas(counts: ArrayLike, parents: ArrayLike) -> Parts:
    """
    M between districts and inside each of them.

    Parameters
    ----------
    counts
        Persons by area and group, shape (n_areas, n_groups).
    parents
        Code of the district of each area, shape (n_areas,).

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count or a code is bad.

    References
    ----------
    Theil (1972), Statistical Decomposition Analysis.

    Examples
    --------
    >>> found = within_areas([[9, 1], [1, 9], [5, 5], [5, 5]], ["N", "N", "S", "S"])
    >>> round(found.between, 4), round(found.within, 4), found.inside.round(4)
    (0.0, 0.184, array([0.3681, 0.    ]))
    """
    table = checks.several(counts)
    given = np.asarray(parents)
    checks.same_length(table.kept_areas.size, given.size)
    return _parts(table.counts, *_families(given[table.kept_areas]))


def supergroups(counts: ArrayLike, families: ArrayLike) -> Parts:
    """
    M between families of groups and inside each of them.

    Parameters
    ----------
    counts
        Persons by area and group, shape (n_areas, n_groups).
    families
        Code of the family of each group, shape (n_groups,).

    Raises
    ------
    MeasureUndefined
        If fewer than two areas or two groups have anybody, or a count or a code is bad.

    References
    ----------
    Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.

    Examples
    --------
    >>> found = supergroups([[40, 20, 5, 1], [20, 40, 60, 80]], ["old", "old", "new", "new"])
    >>> round(found.between, 7), round(found.within, 7)
    (0.1534797, 0.033107)
    """
    table = checks.several(counts)
    given = np.asarray(families)
    checks.same_length(table.kept_groups.size, given.size)
    return _parts(table.counts.T, *_families(given[table.kept_groups]))


def _parts(counts: FloatArray, codes: Sequence[str], family: _Codes) -> Parts:
    """M of the rows of a table, split by the families that they belong to."""
    everybody = float(counts.sum())
    members = [counts[family == one] for one in range(len(codes))]
    shares = np.array([float(rows.sum()) for rows in members]) / everybody
    inside = np.array([_defined(rows) for rows in members])
    between = _defined(np.array([rows.sum(axis=0) for rows in members]))
    within = float((shares * inside).sum())
    return Parts(between + within, between, within, tuple(codes), shares, inside)


def _defined(counts: FloatArray) -> float:
    """M of a part of a city: nothing to separate where only one area or one group is there."""
    table = checks.populated(counts)
    return mutual_information(table.counts) if min(table.counts.shape) > 1 else 0.0


def _nesting(rows: _Rows, levels: Mapping[str, _Codes]) -> Nesting:
    """Split by levels, the coarsest first; each gives a code to every row."""
    everybody = float(rows.persons.sum())
    groups = _added(rows.groups, rows.persons, rows.n_groups)
    checks.some_groups(int(np.count_nonzero(groups)))
    rest = float(np.log(everybody)) - _log_sum(groups) / everybody
    found: list[tuple[str, int, float]] = []
    inner = None
    for name, codes in levels.items():
        inner = codes if inner is None else _inside(inner, codes)
        cells, areas = _table(rows, inner)
        found.append((name, int(np.count_nonzero(areas)), max((cells - _log_sum(areas)) / everybody + rest, 0.0)))
    checks.some_areas(found[-1][1])
    entropy = max(rest, 0.0)
    return Nesting(found[-1][2], _ratio(found[-1][2], entropy), entropy, _terms(found, entropy))


def _terms(found: Sequence[tuple[str, int, float]], entropy: float) -> tuple[Level, ...]:
    """What each level adds to the M of the level above it."""
    whole = found[-1][2]
    above = [0.0, *(information for _, _, information in found)]
    return tuple(
        Level(name, areas, information - less, _ratio(information - less, entropy), _ratio(information - less, whole))
        for (name, areas, information), less in zip(found, above, strict=False)
    )


def _table(rows: _Rows, areas: _Codes) -> tuple[float, FloatArray]:
    """Sum of n ln n over the cells of a table of areas by groups, and the persons of each area."""
    n_areas = _size(areas)
    size = n_areas * rows.n_groups
    if size <= _DENSE * max(areas.size, _CHUNK):
        cells = np.zeros(size)
        for part in _chunks(areas.size):
            np.add.at(cells, areas[part] * rows.n_groups + rows.groups[part], rows.persons[part])
        return _log_sum(cells), np.asarray(cells.reshape(n_areas, rows.n_groups).sum(axis=1), np.float64)
    place = np.unique(areas * rows.n_groups + rows.groups, return_inverse=True)[1]
    return _log_sum(_added(place, rows.persons, _size(place))), _added(areas, rows.persons, n_areas)


def _added(codes: _Codes, persons: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.bincount(codes, persons, size), np.float64)


def _inside(above: _Codes, codes: _Codes) -> _Codes:
    """Codes of areas told apart by the area above too; as they are where each lies in one area above."""
    found = np.zeros(_size(codes), np.int64)
    for part in _chunks(codes.size):
        found[codes[part]] = above[part]
    if all(np.array_equal(found[codes[part]], above[part]) for part in _chunks(codes.size)):
        return codes
    return np.asarray(np.unique(above * _size(codes) + codes, return_inverse=True)[1], np.int64)


def _coded(codes: ArrayLike) -> _Codes:
    """Codes as integers from 0; small ones stay as they are, and may leave gaps."""
    given = _known(codes)
    if given.dtype.kind in "iu" and given.min() >= 0 and given.max() <= 4 * given.size + 1024:
        return given.astype(np.int64, copy=False)
    return np.asarray(np.unique(given, return_inverse=True)[1], np.int64)


def _families(codes: ArrayLike) -> tuple[Sequence[str], _Codes]:
    """The names of families in their order, and the place of each given code among them."""
    names, place = np.unique(_known(codes), return_inverse=True)
    return [str(name) for name in names], np.asarray(place, np.int64)


def _known(codes: ArrayLike) -> NDArray[np.generic]:
    """Codes, none of them missing, in one dimension."""
    given = np.asarray(codes)
    if given.ndim != 1:
        raise MeasureUndefined.at("neighbourhoods.dimensions", expected=1, found=given.ndim)
    if given.size == 0:
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=0)
    if given.dtype.kind in "fO":
        missing = np.array([code is None or str(code) == "nan" for code in given.tolist()])
        if missing.any():
            raise MeasureUndefined.at("neighbourhoods.missing_code", row=int(missing.argmax()) + 1)
        given = given if given.dtype.kind == "f" else given.astype(str)
    return given


def _size(codes: _Codes) -> int:
    return int(codes.max()) + 1


def _log_sum(persons: FloatArray) -> float:
    """Sum of n ln n, nothing for nobody."""
    found = 0.0
    for part in _chunks(persons.size):
        some = persons[part]
        found += float((some * np.log(np.where(some > 0, some, 1.0))).sum())
    return found


def _chunks(size: int) -> Iterator[slice]:
    return (slice(start, start + _CHUNK) for start in range(0, size, _CHUNK))


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else 0.0
