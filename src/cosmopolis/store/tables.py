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
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from cosmopolis.store.files import write_once
from cosmopolis.vocabulary.area import Area, Areas
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
        told = entry["provenance"]
        provenance = Provenance(**{**told, "repairs": tuple(AppliedRepair(**each) for each in told["repairs"])})
        return Table(
            frame=frame,
            of_which=of_which,
            provenance=provenance,
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
        entry = self._entry(key)
        frame = None if entry is None else self._frame(entry["areas"])
        if frame is None:
            return None
        rows = frame.to_dicts()
        shapes = {row["code"]: row["shape"] for row in rows if row["shape"] is not None}
        return Areas(tuple(Area(**{k: v for k, v in row.items() if k != "shape"}) for row in rows), shapes)

    def keep_areas(self, key: str, areas: Areas) -> None:
        """Keep areas that were read."""
        rows = [asdict(area) | {"shape": areas.shapes.get(area.code)} for area in areas.areas]
        schema = dict.fromkeys(("code", "name", "level", "parent", "boundary_date"), pl.String()) | {
            "shape": pl.Binary()
        }
        self._keep(key, {"areas": self._object(pl.DataFrame(rows, schema=schema))})

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
