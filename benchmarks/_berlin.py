"""
Berlin before and after reforms of its boundaries whose truth is known.

People born abroad at the 100 m cells of the census of 2011, summed to the 138
Bezirksregionen (before) and to 167 new areas (after): as many for each old one as
Berlin's 542 planning areas of 2021 for its 447 before. A cell belongs where its
middle lies. Groups that the publisher hides, of one or two persons in a cell, are in
neither sum. The geometry of Berlin's own reform is not at hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from pyproj import Transformer

from cosmopolis.neighbourhoods.boundaries import Crosswalk
from cosmopolis.neighbourhoods.centroids import centroids
from cosmopolis.neighbourhoods.overlays import crosswalk_of

BORN = {"born in EU27": 21, "born in other Europe": 22, "born elsewhere": 23}
#: New areas for the 138 old ones.
NEW = 138 * 542 // 447


@dataclass(frozen=True)
class Berlin:
    """Old areas, in metres, and the people of each group at the middles of populated cells."""

    areas: pl.DataFrame
    places: np.ndarray
    people: np.ndarray

    @property
    def polygons(self) -> np.ndarray:
        """Shapely polygons of the old areas."""
        return np.array(self.areas["geometry"].to_list(), object)

    def summed(self, areas: pl.DataFrame) -> dict[str, np.ndarray]:
        """The truth: persons of each group by area."""
        place, area = shapely.STRtree(areas["geometry"].to_list()).query(
            shapely.points(self.places), predicate="intersects"
        )
        assert np.array_equal(place, np.arange(len(self.places))), "a cell in two areas, or in none"
        found = np.zeros((len(areas), len(BORN)))
        np.add.at(found, area, self.people)
        return dict(zip(areas["area"], found, strict=True))

    def crosswalks(self, new: pl.DataFrame) -> dict[str, Crosswalk]:
        """By surface, by the grid's populated cells, by residents."""
        residents = centroids(self.people.sum(axis=1, keepdims=True), self.places)
        populated = centroids(np.ones((len(self.places), 1)), self.places)
        return {
            "surface": crosswalk_of(self.areas, new, code="area", sliver=0),
            "grid": crosswalk_of(self.areas, new, code="area", cells=populated, are_residents=False),
            "residents": crosswalk_of(self.areas, new, code="area", cells=residents),
        }


def berlin(folder: Path) -> Berlin:
    """Berlin from the publishers' files."""
    told = json.loads((folder / "berlin" / "LOR-Bezirksregionen.geojson").read_text(encoding="utf-8"))["features"]
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)
    polygons = shapely.transform(
        shapely.force_2d(shapely.from_geojson([json.dumps(one["geometry"]) for one in told])),
        lambda ends: np.column_stack(to_metres.transform(*ends.T)),
    )
    areas = _frame([one["properties"]["BZR"] for one in told], polygons)
    city = shapely.union_all(polygons)
    cells = [
        pl.read_parquet(folder / "germany_census2011_grid" / f"demography_GEBURTLAND_GRP_{code}.parquet").select(
            "x", "y", pl.col("value").alias(group)
        )
        for group, code in BORN.items()
    ]
    joined = pl.concat(cells, how="diagonal").group_by("x", "y").sum().sort("x", "y")
    inside = shapely.contains_xy(city, joined["x"].to_numpy(), joined["y"].to_numpy())
    here = joined.filter(pl.Series(inside))
    return Berlin(
        areas, here.select("x", "y").to_numpy().astype(float), here.select(list(BORN)).to_numpy().astype(float)
    )


def split(city: Berlin) -> pl.DataFrame:
    """The old areas, those with the most people cut in two across their longer side."""
    people = city.summed(city.areas)
    largest = sorted(people, key=lambda code: -people[code].sum())[: NEW - len(people)]
    codes: list[str] = []
    parts: list[shapely.Geometry] = []
    for code, polygon in zip(city.areas["area"], city.polygons, strict=True):
        west, south, east, north = polygon.bounds
        middle = polygon.centroid
        halves = [(west, south, middle.x, north), (middle.x, south, east, north)]
        if north - south > east - west:
            halves = [(west, south, east, middle.y), (west, middle.y, east, north)]
        cut = [shapely.intersection(polygon, shapely.box(*half)) for half in halves]
        parts += cut if code in largest else [polygon]
        codes += [f"{code}a", f"{code}b"] if code in largest else [code]
    return _frame(codes, np.array(parts, object))


def redrawn(city: Berlin, seed: int) -> pl.DataFrame:
    """Areas that keep no boundary: what lies nearest to places drawn where people live."""
    people = city.people.sum(axis=1)
    draw = np.random.default_rng(seed)
    cells = draw.choice(len(people), NEW, replace=False, p=people / people.sum())
    # anywhere in its cell: no border then runs through the middle of another
    middles = city.places[cells] + draw.uniform(-50, 50, (NEW, 2))
    outline = shapely.union_all(city.polygons)
    nearest = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(middles), extend_to=shapely.box(*outline.bounds))
    )
    return _frame([f"{number:03}" for number in range(NEW)], shapely.intersection(nearest, outline))


def _frame(codes: list[str], polygons: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"area": codes, "geometry": pl.Series(polygons.tolist(), dtype=pl.Object)})


def planning_areas(folder: Path) -> pl.DataFrame:
    """
    The 447 planning areas of 2017 with their Bezirksregion and a new area each.

    New areas are runs of planning areas in the order of their codes, with about
    equally many residents, whatever Bezirksregion they lie in.
    """
    told = pl.read_csv(
        folder / "berlin" / "berlin-lor-population-2017-02-t1-planning-areas.csv", schema_overrides={"id": pl.String}
    ).sort("id")
    residents = pl.col("inhabitants")
    until = (residents.cum_sum() - residents / 2) / residents.sum()
    return told.with_columns(old=pl.col("id").str.slice(0, 6), new=(until * NEW).floor().cast(pl.Int64).cast(pl.String))
