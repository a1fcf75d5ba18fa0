"""What may be published, and single numbers out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from cosmopolis.vocabulary.table import SCHEMA, TOTAL, Status


@dataclass(frozen=True)
class Quantity:
    """One published number with everything that must stand beside it."""

    indicator: str
    area_code: str
    period: str
    group: str
    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    status: Status
    source_id: str

    @property
    def middle(self) -> float | None:
        """The value, or the middle of its interval: where a mark is drawn."""
        if self.value is not None or self.lower is None or self.upper is None:
            return self.value
        return (self.lower + self.upper) / 2


@dataclass(frozen=True)
class Protected:
    """
    Rows of the long table that may leave the house.

    Made by the room `disclosure` alone (`protect`, `derive`); a test reads the
    syntax trees of every other room to be sure. `policy` is the name of the
    strictest policy among its sources; no parameter of the noise is kept here.
    """

    frame: pl.DataFrame
    policy: str
    source_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if dict(self.frame.schema) != dict(SCHEMA):
            raise TypeError(f"a protected table has the columns {list(SCHEMA)}, got {self.frame.schema}")

    def rows(self, **wanted: str | list[str]) -> pl.DataFrame:
        """Rows whose columns equal the wanted values (a list: any of them)."""
        frame = self.frame
        for column, value in wanted.items():
            choice = value if isinstance(value, list) else [value]
            frame = frame.filter(pl.col(column).is_in(choice))
        return frame

    def quantities(self, **wanted: str | list[str]) -> Iterator[Quantity]:
        """Every wanted row as a `Quantity`, in the order of the table."""
        for row in self.rows(**wanted).iter_rows(named=True):
            yield _quantity(row)

    def quantity(self, **wanted: str) -> Quantity | None:
        """
        The one number of a cell, or `None` if the table has no such row.

        Dimensions that are not named are totals.
        """
        cell = {"sex": TOTAL, "age_group": TOTAL, "group": TOTAL} | wanted
        found = list(self.quantities(**cell))
        if len(found) > 1:
            raise LookupError(f"{cell} names {len(found)} rows; name more dimensions")
        return found[0] if found else None


def _quantity(row: dict[str, object]) -> Quantity:
    names = ("indicator", "area_code", "period", "group", "value", "lower", "upper", "unit", "source_id")
    return Quantity(**{name: row[name] for name in names}, status=Status(str(row["status"])))  # type: ignore[arg-type]
