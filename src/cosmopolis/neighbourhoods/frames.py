"""
Areas from a table of any library: Polars, pandas, GeoPandas, PyArrow, all that Narwhals reads.

A row is an area, a column of counts is a group, and the groups make up everybody.
Geometry is a column of shapely objects, WKB or WKT, or two columns of coordinates;
always in metres of a projected grid. Everything that is wrong with a table is told
at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cosmopolis.errors import Fault, MeasureUndefined
from cosmopolis.neighbourhoods import checks
from cosmopolis.neighbourhoods.centroids import Centroids
from cosmopolis.neighbourhoods.grid import Grid, grid_of_points
from cosmopolis.neighbourhoods.ground import Shapes
from cosmopolis.neighbourhoods.local import Neighbours

if TYPE_CHECKING:
    import narwhals as nw

    from cosmopolis.vocabulary.measurement import FloatArray

Found = TypeVar("Found")

#: The part of the smaller polygon that two polygons may share: digitised borders never fit
#: quite. Beyond it people would live in two areas at once.
OVERLAP = 0.001

_POINT, _POLYGON, _MULTIPOLYGON = 0, 3, 6


@dataclass(frozen=True, eq=False)
class Areas:
    """
    Areas of a table: who lives there, where they lie, which of them touch.

    `counts` (n_areas, n_groups) has the groups in the order of `groups`; `codes` are
    empty without a column of codes. `centres` (n_areas, 2) are centroids in metres,
    east and north. `surfaces` (square metres) and `perimeters` (metres), shape
    (n_areas,), and `pairs` are None where places are points. `pairs` share a border
    of some length (rook: not those that meet in points alone). `inside` (n_areas,)
    says which areas are the city's, the others being its halo.
    """

    counts: FloatArray
    groups: tuple[str, ...]
    codes: tuple[str, ...]
    centres: FloatArray
    inside: NDArray[np.bool_]
    surfaces: FloatArray | None = None
    perimeters: FloatArray | None = None
    pairs: Neighbours | None = None

    def members(self, group: str) -> FloatArray:
        """
        Persons of a group by area, shape (n_areas,).

        Raises
        ------
        MeasureUndefined
            If there is no such group.
        """
        _known([group], self.groups)
        return self.counts[:, self.groups.index(group)]

    def others(self, group: str) -> FloatArray:
        """
        Everybody else by area, shape (n_areas,).

        Raises
        ------
        MeasureUndefined
            If there is no such group.
        """
        _known([group], self.groups)
        return np.asarray(np.delete(self.counts, self.groups.index(group), axis=1).sum(axis=1), np.float64)

    @property
    def shapes(self) -> Shapes:
        """
        Places, surfaces and perimeters, as the catalogue of optional indices takes them.

        Raises
        ------
        MeasureUndefined
            If the places are points.
        """
        if self.surfaces is None:
            raise MeasureUndefined.at("neighbourhoods.points_have_no_surface", areas=self.centres.shape[0])
        return Shapes(self.centres, self.surfaces, self.perimeters)

    @property
    def centroids(self) -> Centroids:
        """Persons and places, as `scale_profile` and `nearest_contexts` take them."""
        return Centroids(self.counts, self.centres, self.inside)


def areas_of(
    frame: Any,
    groups: Sequence[str],
    *,
    geometry: str | tuple[str, str] = "geometry",
    code: str = "",
    inside: str = "",
) -> Areas:
    """
    Counts and geometry of the areas of a table.

    Parameters
    ----------
    frame
        A frame that Narwhals reads; a lazy one is collected.
    groups
        Columns with the persons of each group; together they are everybody.
    geometry
        Column of polygons or points (shapely objects, WKB or WKT), or the two columns
        with the metres east and north.
    code
        Column with the codes of the areas; none if empty.
    inside
        Column of booleans that says which areas are the city's; all if empty.

    Raises
    ------
    MeasureUndefined
        If a column is not there, a count is missing or negative, a code is missing or
        given twice, geometry is missing, invalid or in degrees, or two polygons share
        more than `OVERLAP` of the smaller one. All faults of a table come together.

    Examples
    --------
    >>> import polars as pl
    >>> town = pl.DataFrame({
    ...     "abroad": [30, 10], "here": [70, 90],
    ...     "geometry": ["POLYGON ((0 0, 500 0, 500 500, 0 500, 0 0))",
    ...                  "POLYGON ((500 0, 900 0, 900 500, 500 500, 500 0))"]})
    >>> found = areas_of(town, ["abroad", "here"])
    >>> found.centres, found.surfaces, found.pairs.border
    (array([[250., 250.],
           [700., 250.]]), array([250000., 200000.]), array([500.]))
    """
    faults: list[Fault] = []
    read = _read(frame, groups, _Columns(geometry, code, inside), faults)
    pairs = None if read.polygons is None else _pairs(read.polygons, faults)
    _raise(faults)
    return _areas(read, tuple(groups), pairs)


def centroids_of(
    frame: Any,
    groups: Sequence[str],
    *,
    geometry: str | tuple[str, str] = "geometry",
    code: str = "",
    inside: str = "",
) -> Centroids:
    """
    Areas of a table by their centroids, for `scale_profile` and `nearest_contexts`.

    Parameters
    ----------
    frame, groups, geometry, code, inside
        As for `areas_of`.

    Raises
    ------
    MeasureUndefined
        As for `areas_of`.

    Examples
    --------
    >>> import polars as pl
    >>> town = pl.DataFrame({"abroad": [30, 10], "here": [70, 90], "x": [4_000, 5_000], "y": [0, 0]})
    >>> centroids_of(town, ["abroad", "here"], geometry=("x", "y")).persons
    array([ 40., 160.])
    """
    return areas_of(frame, groups, geometry=geometry, code=code, inside=inside).centroids


def grid_of(
    frame: Any,
    groups: Sequence[str],
    *,
    cell_metres: float,
    geometry: str | tuple[str, str] = "geometry",
    inside: str = "",
) -> Grid:
    """
    A table of square cells as a grid.

    Parameters
    ----------
    frame, groups, inside
        As for `areas_of`; a row is a cell, and cells that are not there are empty.
    cell_metres
        Side of a cell.
    geometry
        The cells as polygons or their points (centre or corner, the same for all), in
        one column or two.

    Raises
    ------
    MeasureUndefined
        As for `areas_of`, or if the places do not lie on such a grid, or a cell is
        given twice.

    Examples
    --------
    >>> import polars as pl
    >>> cells = pl.DataFrame({"abroad": [3, 1], "here": [7, 9], "x": [4_050, 4_150], "y": [50, 50]})
    >>> grid_of(cells, ["abroad", "here"], cell_metres=100, geometry=("x", "y")).counts.shape
    (1, 2, 2)
    """
    faults: list[Fault] = []
    read = _read(frame, groups, _Columns(geometry, "", inside), faults)
    _raise(faults)
    return grid_of_points(read.centres, read.counts, cell_metres=cell_metres, inside=read.inside)


def shapes_of(frame: Any, *, geometry: str = "geometry", code: str = "") -> Shapes:
    """
    Places, surfaces and perimeters of the polygons of a table.

    Parameters
    ----------
    frame, geometry, code
        As for `areas_of`.

    Raises
    ------
    MeasureUndefined
        As for `areas_of`, or if the places are points.

    Examples
    --------
    >>> import polars as pl
    >>> square = pl.DataFrame({"geometry": ["POLYGON ((0 0, 500 0, 500 500, 0 500, 0 0))"]})
    >>> shapes_of(square).perimeters
    array([2000.])
    """
    return areas_of(frame, (), geometry=geometry, code=code).shapes


def polygons_of(frame: Any, *, code: str, geometry: str = "geometry") -> tuple[tuple[str, ...], NDArray[np.object_]]:
    """
    Codes and polygons (shapely objects) of the areas of a table, checked.

    Raises
    ------
    MeasureUndefined
        As for `areas_of`, or if the places are points.
    """
    faults: list[Fault] = []
    read = _read(frame, (), _Columns(geometry, code, ""), faults)
    if read.polygons is None:
        faults.append(Fault("neighbourhoods.areas_are_points", {"areas": read.centres.shape[0]}))
    else:
        _pairs(read.polygons, faults)
    _raise(faults)
    return read.codes, np.asarray(read.polygons, np.object_)


@dataclass(frozen=True)
class _Columns:
    geometry: str | tuple[str, str]
    code: str
    inside: str

    @property
    def places(self) -> list[str]:
        return [self.geometry] if isinstance(self.geometry, str) else list(self.geometry)

    def all(self, groups: Sequence[str]) -> list[str]:
        return [*groups, *self.places, *(name for name in (self.code, self.inside) if name)]


@dataclass(frozen=True, eq=False)
class _Read:
    """What the columns hold; `polygons` is None where places are points."""

    counts: FloatArray
    codes: tuple[str, ...]
    inside: NDArray[np.bool_]
    centres: FloatArray
    polygons: NDArray[np.object_] | None


def _areas(read: _Read, groups: tuple[str, ...], pairs: Neighbours | None) -> Areas:
    if read.polygons is None:
        return Areas(read.counts, groups, read.codes, read.centres, read.inside)
    import shapely

    surfaces, perimeters = shapely.area(read.polygons), shapely.length(read.polygons)
    return Areas(read.counts, groups, read.codes, read.centres, read.inside, surfaces, perimeters, pairs)


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise MeasureUndefined(faults)


def _gathered(faults: list[Fault], check: Callable[[], Found], otherwise: Found) -> Found:
    """What a check gives; what it finds wrong is added to the faults instead."""
    try:
        return check()
    except MeasureUndefined as undefined:
        faults.extend(undefined.faults)
        return otherwise


def _known(names: Sequence[str], columns: Sequence[str]) -> None:
    """Every name is a column."""
    faults = []
    for name in names:
        if name not in columns:
            near = get_close_matches(name, columns, 1, 0.0)
            told = {"column": name, "nearest": near[0] if near else "", "known": ", ".join(columns[:20])}
            faults.append(Fault("neighbourhoods.no_column", told))
    _raise(faults)


def _read(frame: Any, groups: Sequence[str], columns: _Columns, faults: list[Fault]) -> _Read:
    table = _table(frame)
    _known(columns.all(groups), table.columns)
    faults.extend(
        Fault("neighbourhoods.column_twice", {"column": name}) for name in set(groups) if list(groups).count(name) > 1
    )
    if len(table) == 0:
        raise MeasureUndefined.at("neighbourhoods.nobody", areas=0)
    counts = np.zeros((len(table), len(groups)))
    for place, name in enumerate(groups):
        counts[:, place] = _persons(table[name], faults)
    codes = _codes(table[columns.code], faults) if columns.code else ()
    everywhere = np.ones(len(table), np.bool_)
    inside = _flags(table[columns.inside], faults) if columns.inside else everywhere
    wrong = _not_in_metres(frame)
    if len(columns.places) > 1:
        made = np.column_stack([_numbers(table[name], wrong) for name in columns.places])
        polygons = None
    else:
        made, polygons = _geometry(table[columns.places[0]], wrong)
    if not wrong:
        _gathered(wrong, lambda: checks.points(made, len(table)), made)
    faults.extend(wrong)
    return _Read(counts, codes, inside, made, polygons)


def _not_in_metres(frame: Any) -> list[Fault]:
    """A frame that knows its system of coordinates (GeoPandas) says when that is not in metres."""
    axes = getattr(getattr(frame, "crs", None), "axis_info", None) or []
    unit = next((axis.unit_name for axis in axes), "metre")
    if unit == "metre":
        return []
    return [Fault("neighbourhoods.coordinates_not_metres", {"system": str(frame.crs.name), "unit": unit})]


def _table(frame: Any) -> nw.DataFrame[Any]:
    import narwhals as nw

    try:
        table = nw.from_native(frame)
    except TypeError:
        raise MeasureUndefined.at("neighbourhoods.not_a_frame", kind=type(frame).__name__) from None
    return table.collect() if isinstance(table, nw.LazyFrame) else table


def _numbers(column: nw.Series[Any], faults: list[Fault]) -> FloatArray:
    """Numbers of a column, NaN where one is missing."""
    try:
        if not column.dtype.is_numeric():
            # a column of objects may hold nothing but numbers, a column of text may not
            given = column.to_numpy()
            if given.dtype.kind not in "iufO" or any(isinstance(one, str | bool) for one in given):
                raise TypeError
            return np.array([np.nan if one is None else one for one in given], np.float64)
        return np.asarray(column.to_numpy(), np.float64)
    except (TypeError, ValueError):
        faults.append(Fault("neighbourhoods.column_not_numbers", {"column": column.name, "kind": str(column.dtype)}))
        return np.zeros(len(column))


def _persons(column: nw.Series[Any], faults: list[Fault]) -> FloatArray:
    found = _numbers(column, faults)
    unknown = np.flatnonzero(~np.isfinite(found))
    if unknown.size:
        told = {"column": column.name, "row": int(unknown[0]) + 1, "count": unknown.size}
        faults.append(Fault("neighbourhoods.column_missing_count", told))
    below = np.flatnonzero(found < 0)
    if below.size:
        told = {"column": column.name, "row": int(below[0]) + 1, "value": float(found[below[0]]), "count": below.size}
        faults.append(Fault("neighbourhoods.column_negative_count", told))
    return found


def _codes(column: nw.Series[Any], faults: list[Fault]) -> tuple[str, ...]:
    given = column.to_list()
    missing = np.array([one is None or one != one for one in given], np.bool_)  # noqa: PLR0124  (NaN)
    if missing.any():
        faults.append(Fault("neighbourhoods.missing_code", {"row": int(missing.argmax()) + 1}))
    codes = tuple(str(one) for one in given)
    known = [one for one, lacks in zip(codes, missing, strict=True) if not lacks]
    _gathered(faults, lambda: checks.distinct(known), None)
    return codes


def _flags(column: nw.Series[Any], faults: list[Fault]) -> NDArray[np.bool_]:
    given = column.to_list()
    if all(isinstance(one, bool) for one in given):
        return np.array(given, np.bool_)
    faults.append(Fault("neighbourhoods.column_not_flags", {"column": column.name, "kind": str(column.dtype)}))
    return np.ones(len(column), np.bool_)


def _geometry(column: nw.Series[Any], faults: list[Fault]) -> tuple[FloatArray, NDArray[np.object_] | None]:
    """Centroids, and the polygons where the places are such; nothing of either where they cannot be told."""
    import shapely

    nothing = np.zeros((0, 2)), np.zeros(0, np.object_)
    given = _shapely(column, faults)
    if given is None:
        return nothing
    missing = np.asarray(shapely.is_missing(given) | shapely.is_empty(given))
    if missing.any():
        faults.append(Fault("neighbourhoods.coordinates_missing", {"row": int(missing.argmax()) + 1}))
        return nothing
    kinds = shapely.get_type_id(given)
    pointed, wide = kinds == _POINT, np.isin(kinds, (_POLYGON, _MULTIPOLYGON))
    if not (pointed.all() or wide.all()):
        usual = pointed if pointed.sum() > wide.sum() else wide
        place = int((~usual).argmax())
        told = {"row": place + 1, "kind": str(given[place].geom_type)}
        faults.append(Fault("neighbourhoods.geometry_kind", told))
        return nothing
    broken = np.flatnonzero(~shapely.is_valid(given))
    if broken.size:
        told = {"row": int(broken[0]) + 1, "count": broken.size, "told": shapely.is_valid_reason(given[broken[0]])}
        faults.append(Fault("neighbourhoods.geometry_invalid", told))
        return nothing
    centres = np.asarray(shapely.get_coordinates(shapely.centroid(given)), np.float64)
    return centres, None if pointed.all() else given


def _shapely(column: nw.Series[Any], faults: list[Fault]) -> NDArray[np.object_] | None:
    """The geometries of a column, None for those that are missing."""
    import shapely

    given = np.array([None if _is_nothing(one) else one for one in column.to_list()] + [None], np.object_)[:-1]
    kinds = {type(one) for one in given if one is not None}
    if all(issubclass(kind, shapely.Geometry) for kind in kinds):
        return np.asarray(shapely.force_2d(given))
    if kinds <= {bytes, bytearray}:
        read = shapely.from_wkb
    elif kinds == {str}:
        read = shapely.from_wkt
    else:
        kind = ", ".join(sorted(kind.__name__ for kind in kinds))
        faults.append(Fault("neighbourhoods.geometry_unreadable", {"column": column.name, "row": 1, "told": kind}))
        return None
    found = np.asarray(read(given, on_invalid="ignore"))
    wrong = np.flatnonzero(shapely.is_missing(found) & np.array([one is not None for one in given]))
    if wrong.size:
        place = int(wrong[0])
        told = {"column": column.name, "row": place + 1, "told": str(given[place][:40])}
        faults.append(Fault("neighbourhoods.geometry_unreadable", told))
        return None
    return np.asarray(shapely.force_2d(found))


def _is_nothing(one: Any) -> bool:
    return one is None or (isinstance(one, float) and one != one)  # noqa: PLR0124  (pandas writes None as NaN)


def _pairs(polygons: NDArray[np.object_], faults: list[Fault]) -> Neighbours:
    """
    Polygons that share a border, with its length.

    Where digitised borders overlap by a sliver, half of its outline is the border.
    """
    import shapely

    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    first, second = np.asarray(first[once], np.int64), np.asarray(second[once], np.int64)
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    shared = shapely.intersection(polygons[first], polygons[second])
    surfaces = shapely.area(polygons)
    common = shapely.area(shared)
    over = np.flatnonzero(common > OVERLAP * np.minimum(surfaces[first], surfaces[second]))
    if over.size:
        worst = int(over[common[over].argmax()])
        told = {"first": int(first[worst]) + 1, "second": int(second[worst]) + 1, "count": over.size}
        faults.append(Fault("neighbourhoods.polygons_overlap", {**told, "surface": round(float(common[worst]), 1)}))
    parts, place = shapely.get_parts(shared, return_index=True)
    lengths = shapely.length(parts) * np.where(shapely.get_dimensions(parts) == 2, 0.5, 1.0)
    border = np.bincount(place, lengths, first.size) if first.size else np.zeros(0)
    touching = border > 0
    return Neighbours(first[touching], second[touching], np.asarray(border[touching], np.float64))
