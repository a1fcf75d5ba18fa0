"""How people are spread: the statement of a city, or the indices of a table from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cosmopolis.errors import Fault, SourceError
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.report import Coefficient, Listing, Message, Section, Tally, Term
from cosmopolis.workflow.progress import Progress, no_progress

#: One seed: the same table gives the same interval.
SEED = 1955
#: The indices told of a table, in the order in which they are read.
INDICES = ("dissimilarity", "separation_without_chance", "isolation", "interaction", "information_theory", "gini",
           "atkinson", "hutchens", "correlation_ratio", "gorard")  # fmt: skip
#: Read by what Polars knows; a workbook is read from its first sheet.
_READERS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}


@dataclass(frozen=True)
class SegregationTold:
    """What there is to read, and the same as plain values."""

    sections: tuple[Section, ...]
    envelope: Mapping[str, object]
    areas: Areas = field(default_factory=lambda: Areas(()))  #: whose names the sections speak of


def city_segregation(
    folder: Path, *, data: Path | None = None, state: Path | None = None, progress: Progress = no_progress
) -> SegregationTold:
    """
    The statement of a city: section P6 of its profile.

    Raises
    ------
    ContentError, SourceError, DisclosureRefused
        As `build` does.
    """
    from cosmopolis.catalogue import load_city
    from cosmopolis.store import held, noise_key
    from cosmopolis.workflow.build import state_folder
    from cosmopolis.workflow.material import city_material
    from cosmopolis.workflow.profile.space import space

    city = load_city(folder, data=data)
    home = state_folder(city.id, state)
    with held(home):
        secret = bytes.fromhex(city.public_key) if city.public_key else noise_key(home)
        _, material = city_material(city, home, secret, draft=True, release="", progress=progress)
    found = material.measured
    measured = (*found.segregation.values(), *found.statements.values(), *found.changes.values())
    rows = [row for table in measured for row in table.frame.iter_rows(named=True)]
    envelope = {"schema": "cosmopolis/segregation/1", "city": city.id, "rows": rows}
    return SegregationTold((space(material),), envelope, material.areas)


def table_segregation(file: Path, *, group: str, rest: str) -> SegregationTold:
    """
    The indices of two columns of a table: one row an area.

    Parameters
    ----------
    file
        CSV, TSV, XLSX or Parquet.
    group, rest
        The columns with the persons of the group and with everybody else.

    Raises
    ------
    SourceError
        If the file cannot be read, has no such column, or a cell is no number.
    MeasureUndefined
        If the indices do not exist for these counts.
    """
    from cosmopolis.neighbourhoods import two_group_indices
    from cosmopolis.neighbourhoods.chance import dissimilarity_without_chance
    from cosmopolis.neighbourhoods.inference import estimate

    inside, outside = _columns(file, group, rest)
    told = two_group_indices(inside, outside)
    chance = dissimilarity_without_chance(inside, outside)
    interval = estimate(inside, outside, seed=SEED)
    values = {name: getattr(told, name) for name in INDICES if getattr(told, name) is not None}
    rows = [
        (Term(f"segregation.{name}"), _value(name, value, (interval.low, interval.high)))
        for name, value in values.items()
    ]
    rows.append((Term("segregation.chance"), Coefficient(chance.expected)))
    rows.append((Term("segregation.corrected"), Coefficient(chance.corrected)))
    caption = Message("segregation.title", {"count": Tally(told.areas), "group": group, "rest": rest})
    listing = Listing("segregation", caption, ("column.item", "column.value"), tuple(rows))
    envelope = {
        "schema": "cosmopolis/segregation/1",
        "file": file.name,
        **asdict(told),
        "dissimilarity_interval": [interval.low, interval.high],
        "dissimilarity_by_chance": chance.expected,
        "dissimilarity_without_chance": chance.corrected,
    }
    return SegregationTold((Section("P6", (listing,)),), envelope)


def _value(name: str, value: float, interval: tuple[float, float]) -> Coefficient:
    return Coefficient(value, *interval) if name == "dissimilarity" else Coefficient(value)


def _columns(file: Path, *names: str) -> tuple[Sequence[float], ...]:
    """Two columns of a file as numbers; every fault of them together."""
    import polars as pl

    frame = _frame(file)
    lacking = [name for name in names if name not in frame.columns]
    if lacking:
        known = ", ".join(frame.columns[:20])
        raise SourceError([Fault("segregation.no_column", {"file": file.name, "column": name, "known": known})
                           for name in lacking])  # fmt: skip
    faults = []
    for name in names:
        numbers = frame[name].cast(pl.Utf8).str.strip_chars().cast(pl.Float64, strict=False)
        wrong = (numbers.is_null() | ~numbers.is_finite() | (numbers < 0)).fill_null(value=True).arg_true()
        for row in wrong.to_list():
            told = {"file": file.name, "row": row + 2, "column": name, "value": frame[name][row]}
            faults.append(Fault("segregation.no_count", told))
    if faults:
        raise SourceError(faults)
    return tuple(frame[name].cast(pl.Utf8).str.strip_chars().cast(pl.Float64).to_list() for name in names)


def _frame(file: Path):  # type: ignore[no-untyped-def]
    import polars as pl

    ending = file.suffix.lower()
    try:
        if ending == ".parquet":
            return pl.read_parquet(file)
        if ending == ".xlsx":
            return pl.read_excel(file, engine="calamine", infer_schema_length=0)
        return pl.read_csv(file, separator=_READERS.get(ending, ","), infer_schema=False)
    except (OSError, pl.exceptions.PolarsError, ValueError) as broken:
        told = {"file": str(file), "told": str(broken).splitlines()[0][:200]}
        raise SourceError(Fault("segregation.unreadable", told)) from None
