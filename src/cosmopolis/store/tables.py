"""
Tables as immutable Parquet files named by the SHA-256 of their bytes.

    objects/ab/ab12....parquet      the rows
    index/<key>.json                what a reading gave: objects and provenance

The key of a reading is made of the digests of the files, of the recipe and of the
program, so that an unchanged file is not parsed twice and a changed one never
passes for the old. A damaged object is noticed by its name and read again.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from cosmopolis.store.files import write_once
from cosmopolis.vocabulary.area import Area, Areas, AreaShares
from cosmopolis.vocabulary.service import Facilities, Facility, Ways
from cosmopolis.vocabulary.table import AppliedRepair, Provenance, Table


class TableStore:
    """The store of one city's state folder."""

    def __init__(self, state: Path) -> None:
        self._objects = state / "objects"
        self._index = state / "index"

    def table(self, key: str) -> Table | None:
        """The table of an earlier reading, or `None` if there was none or it is damaged."""
        entry = self._entry(key)
        if entry is None:
            return None
        frame, of_which = self._frame(entry["frame"]), self._frame(entry["of_which"])
        if frame is None or of_which is None:
            return None
        return Table(
            frame=frame,
            of_which=of_which,
            provenance=_provenance(entry["provenance"]),
            universe=entry["universe"],
            axes=tuple(entry["axes"]),
            levels=entry["levels"],
            parents=entry["parents"],
            names=entry["names"],
        )

    def keep_table(self, key: str, table: Table) -> None:
        """Keep what a reading gave."""
        self._keep(
            key,
            {
                "frame": self._object(table.frame),
                "of_which": self._object(table.of_which),
                "provenance": asdict(table.provenance),
                "universe": table.universe,
                "axes": table.axes,
                "levels": dict(table.levels),
                "parents": dict(table.parents),
                "names": dict(table.names),
            },
        )

    def areas(self, key: str) -> Areas | None:
        """The areas of an earlier reading, or `None`."""
        kept = self._kept(key, "areas")
        if kept is None:
            return None
        rows = kept[0].to_dicts()
        shapes = {row["code"]: row["shape"] for row in rows if row["shape"] is not None}
        areas = tuple(Area(**{k: v for k, v in row.items() if k != "shape"}) for row in rows)
        return Areas(areas, shapes, tuple(_provenance(told) for told in kept[1]["provenances"]))

    def keep_areas(self, key: str, areas: Areas) -> None:
        """Keep areas that were read."""
        rows = [asdict(area) | {"shape": areas.shapes.get(area.code)} for area in areas.areas]
        schema = dict.fromkeys(("code", "name", "level", "parent", "boundary_date"), pl.String()) | {
            "shape": pl.Binary()
        }
        told = [asdict(each) for each in areas.provenances]
        self._keep(key, {"areas": self._object(pl.DataFrame(rows, schema=schema)), "provenances": told})

    def facilities(self, key: str) -> Facilities | None:
        """The places of services of an earlier reading, or `None`."""
        kept = self._kept(key, "facilities")
        if kept is None:
            return None
        frame, entry = kept
        return Facilities(tuple(Facility(**row) for row in frame.to_dicts()), _provenance(entry["provenance"]))

    def keep_facilities(self, key: str, facilities: Facilities) -> None:
        """Keep places of services that were read."""
        schema = dict.fromkeys(("id", "name", "service"), pl.String()) | dict.fromkeys(
            ("places", "longitude", "latitude"), pl.Float64()
        )
        rows = pl.DataFrame([asdict(each) for each in facilities.facilities], schema=schema | {"area": pl.String()})
        self._keep(key, {"facilities": self._object(rows), "provenance": asdict(facilities.provenance)})

    def ways(self, key: str) -> Ways | None:
        """The travel times of an earlier reading, or `None`."""
        kept = self._kept(key, "ways")
        return None if kept is None else Ways(_pairs(kept[0]), _provenance(kept[1]["provenance"]))

    def keep_ways(self, key: str, ways: Ways) -> None:
        """Keep travel times that were read."""
        self._keep(key, {"ways": self._object(_rows(ways.minutes)), "provenance": asdict(ways.provenance)})

    def crosswalk(self, key: str) -> AreaShares | None:
        """The crosswalk of an earlier reading, or `None`."""
        kept = self._kept(key, "crosswalk")
        if kept is None:
            return None
        return AreaShares(_pairs(kept[0]), kept[1]["kind"], _provenance(kept[1]["provenance"]))

    def keep_crosswalk(self, key: str, shares: AreaShares) -> None:
        """Keep a crosswalk that was read."""
        told = {"kind": shares.kind, "provenance": asdict(shares.provenance)}
        self._keep(key, {"crosswalk": self._object(_rows(shares.amounts)), **told})

    def _kept(self, key: str, name: str) -> tuple[pl.DataFrame, dict[str, Any]] | None:
        """The rows of an earlier reading, and its entry."""
        entry = self._entry(key)
        frame = None if entry is None else self._frame(entry[name])
        return None if entry is None or frame is None else (frame, entry)

    def _object(self, frame: pl.DataFrame) -> str:
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", statistics=False)
        content = buffer.getvalue()
        name = hashlib.sha256(content).hexdigest()
        write_once(self._path(name), content)
        return name

    def _frame(self, name: str) -> pl.DataFrame | None:
        path = self._path(name)
        if not path.is_file():
            return None
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != name:
            path.unlink()
            return None
        return pl.read_parquet(content)

    def _path(self, name: str) -> Path:
        return self._objects / name[:2] / f"{name}.parquet"

    def _keep(self, key: str, entry: dict[str, Any]) -> None:
        path = self._index / f"{key}.json"
        # the entry of a reading whose objects were lost is replaced
        path.unlink(missing_ok=True)
        write_once(path, json.dumps(entry, sort_keys=True).encode())

    def _entry(self, key: str) -> dict[str, Any] | None:
        path = self._index / f"{key}.json"
        if not path.is_file():
            return None
        entry: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return entry


def _provenance(told: dict[str, Any]) -> Provenance:
    return Provenance(**{**told, "repairs": tuple(AppliedRepair(**each) for each in told["repairs"])})


def _rows(pairs: Mapping[tuple[str, str], float]) -> pl.DataFrame:
    columns = {"one": [one for one, _ in pairs], "other": [other for _, other in pairs], "number": [*pairs.values()]}
    return pl.DataFrame(columns, schema={"one": pl.String(), "other": pl.String(), "number": pl.Float64()})


def _pairs(frame: pl.DataFrame) -> dict[tuple[str, str], float]:
    return {(one, other): number for one, other, number in frame.iter_rows()}
