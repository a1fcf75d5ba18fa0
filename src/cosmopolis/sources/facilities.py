"""Files of places of services: which service, where, and how many people it has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from cosmopolis.sources.cells import ROW, coded, coder_of, note_cells
from cosmopolis.sources.dimensions import from_name
from cosmopolis.sources.faults import FaultList, FileFaults
from cosmopolis.sources.geometry import crs_of, geometry_column
from cosmopolis.sources.layout import Layout, NumberColumn
from cosmopolis.sources.numbers import numbers
from cosmopolis.sources.opening import Rows, checked_rows, provenance_of, read_each
from cosmopolis.sources.places import area_codes
from cosmopolis.sources.repairs import with_lost_zeros
from cosmopolis.vocabulary.recipe import Measure, Recipe
from cosmopolis.vocabulary.service import Facilities, Facility
from cosmopolis.vocabulary.table import AppliedRepair

_ROOM = Measure("places", "persons", whole=False)
#: East and north of the middle both ways: only degrees have limits, and these are looked at later.
_COORDINATE = Measure("coordinate", "", whole=False, smallest=float("-inf"))


@dataclass
class _Gathering:
    """What is gathered over the files: each facility with the file and row that tell of it."""

    recipe: Recipe
    facilities: dict[str, Facility] = field(default_factory=dict)
    told_in: dict[str, tuple[FileFaults, int]] = field(default_factory=dict)
    repairs: list[AppliedRepair] = field(default_factory=list)

    def add(self, facility: Facility, *, row: int, faults: FileFaults) -> None:
        """Note a facility; a second one of that id is a fault."""
        if facility.id in self.facilities:
            first, first_row = self.told_in[facility.id]
            faults.add("sources.facility_twice", row=row, value=facility.id, first_file=first.file, first_row=first_row)
            return
        self.facilities[facility.id], self.told_in[facility.id] = facility, (faults, row)

    def check_places(self) -> None:
        """Places that some facilities of a service tell and others do not could not be added up."""
        for service in sorted({facility.service for facility in self.facilities.values()}):
            alike = [facility for facility in self.facilities.values() if facility.service == service]
            silent = [facility.id for facility in alike if facility.places is None]
            if silent and len(silent) < len(alike):
                faults, row = self.told_in[silent[0]]
                told = {"service": service, "without": len(silent), "all": len(alike)}
                faults.add("sources.places_missing", row=row, value=silent[0], **told)


def read_facilities(files: Sequence[Path], recipe: Recipe, *, source_id: str, code_version: str) -> Facilities:
    r"""
    Read the places of services.

    Parameters
    ----------
    files
        Tables with one place a row, or GeoJSON with one place a feature.
    recipe
        Its columns have the roles `facility`, `service` (or a constant, or the
        file's name says it), `places`, `facility_name`, and where the place lies:
        `longitude` and `latitude` or `geometry` (in `geometry_crs`), or `area`.
    source_id
        The source's id in `city.toml`, for the provenance.
    code_version
        The version of the program, for the provenance.

    Returns
    -------
    facilities
        By id. Coordinates are degrees (WGS 84); of an outline or a line, those of
        a point inside it.

    Raises
    ------
    SourceError
        With all faults of all files: an id twice, no coordinates or none that are
        degrees, an unknown service, a number of places that is none, and places
        that are told for some facilities of a service only.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from cosmopolis.vocabulary.recipe import Column, Reading
    >>> recipe = Recipe(
    ...     "courses", "Town", "CC0", "", "facilities", ("*.csv",), Reading("delimited", delimiter=";", decimal=","),
    ...     columns=(Column("id", "facility"), Column("seats", "places"), Column("x", "longitude"),
    ...              Column("y", "latitude")), constants={"service": "language_course"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "courses.csv"
    ...     _ = path.write_text("id;seats;x;y\nA1;24;-32,01;24,5\n")
    ...     (course,) = read_facilities([path], recipe, source_id="courses", code_version="0").of("language_course")
    >>> course.id, course.places, course.longitude, course.latitude
    ('A1', 24.0, -32.01, 24.5)
    """
    found, gathered = FaultList(), _Gathering(recipe)
    hashes = read_each(files, recipe, found, partial(_read_file, gathered=gathered))
    gathered.check_places()
    found.raise_if_any()
    by_id = tuple(gathered.facilities[name] for name in sorted(gathered.facilities))
    provenance = provenance_of(recipe, hashes, gathered.repairs, source_id=source_id, code_version=code_version)
    return Facilities(by_id, provenance)


def _read_file(path: Path, faults: FileFaults, *, gathered: _Gathering) -> None:
    recipe = gathered.recipe
    opened = checked_rows(path, recipe, faults)
    if opened is None:
        return
    frame, layout = opened.frame, opened.layout
    fixed = {**recipe.constants, **from_name(recipe, faults)}
    told = {role: _told(opened, recipe, role, faults=faults) for role in ("facility", "facility_name", "service")}
    ids, names, services = (told[role] or [fixed.get(role, "")] * frame.height for role in told)
    spots = _spots(opened, recipe, crs_of(path, recipe, faults), faults=faults)
    areas = area_codes(frame, layout, recipe, log=opened.log, faults=faults)
    room = _number(frame, layout, recipe, "places", faults=faults)
    for at, row in enumerate(frame[ROW]):
        spot = spots[at] if spots else None
        facility = Facility(
            id=ids[at],
            name=names[at],
            service=services[at],
            places=None if room is None else room[at],
            longitude=spot[0] if spot else None,
            latitude=spot[1] if spot else None,
            area="" if areas is None else areas[at],
        )
        if facility.id:  # without one it has a fault already
            gathered.add(facility, row=row, faults=faults)
    gathered.repairs += opened.log.applied(faults)


def _told(opened: Rows, recipe: Recipe, role: str, *, faults: FileFaults) -> list[str]:
    """The code of every row in the column of a role, or nothing if the file has none."""
    for column, name in opened.layout.with_role(role):
        frame = with_lost_zeros(opened.frame, column, name, log=opened.log)
        return coded(frame, name, coder_of(column, missing=recipe.reading.missing), faults=faults).to_list()
    return []


def _number(frame: pl.DataFrame, layout: Layout, recipe: Recipe, role: str, *, faults: FileFaults) -> pl.Series | None:
    """The number of every row in the column of a role, empty where it is missing; nothing if there is no column."""
    measure = _ROOM if role == "places" else _COORDINATE
    for _, name in layout.with_role(role):
        return numbers(frame, NumberColumn(measure, name), recipe.reading, faults=faults)["value"]
    return None


def _spots(opened: Rows, recipe: Recipe, crs: str, *, faults: FileFaults) -> list[tuple[float, float] | None]:
    """Longitude and latitude of every row, or nothing if the file has no coordinates."""
    frame, layout = opened.frame, opened.layout
    geometry = geometry_column(layout, recipe)
    if geometry:
        from cosmopolis.sources.shapes import points  # the geometry libraries load where shapes are read

        return points(frame, geometry, crs, faults=faults)
    east, north = (_number(frame, layout, recipe, role, faults=faults) for role in ("longitude", "latitude"))
    if east is None or north is None:
        return []
    from cosmopolis.sources.shapes import coordinates

    for _, name in layout.with_role("longitude", "latitude"):
        empty = frame.filter(pl.col(name).is_in(list(recipe.reading.missing)))
        note_cells(empty.select(cell=name, row=ROW), "sources.no_coordinates", faults, column=name)
    return coordinates(east, north, crs, rows=frame[ROW].to_list(), faults=faults)
