"""How people are spread: the statement of a city, or the indices of a table from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cosmopolis.errors import Fault, MeasureUndefined, UsageError
from cosmopolis.vocabulary.area import Areas
from cosmopolis.vocabulary.report import Coefficient, Listing, Message, Paragraph, Section, Tally, Term, Value
from cosmopolis.workflow.progress import Progress, no_progress

if TYPE_CHECKING:
    from cosmopolis.neighbourhoods.two_groups import TwoGroupIndices

#: One seed: the same table gives the same interval.
SEED = 1955
#: The indices told of a table, in the order in which they are read.
INDICES = ("dissimilarity", "separation_without_chance", "isolation", "interaction", "information_theory", "gini",
           "atkinson", "hutchens", "correlation_ratio", "gorard")  # fmt: skip


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
    subjects = (found.segregation, found.quotients, found.statements, found.reach, found.changes, found.cases)
    measured = [table for subject in subjects for table in subject.values()]
    rows = [row for table in measured for row in table.frame.iter_rows(named=True)]
    envelope = {"schema": "cosmopolis/segregation/1", "city": city.id, "rows": rows}
    return SegregationTold((space(material),), envelope, material.areas)


def table_segregation(file: Path, *, group: str, rest: str) -> SegregationTold:
    """
    The indices of two columns of a table: one row an area.

    Parameters
    ----------
    file
        Any table that `inspect` can read.
    group, rest
        The columns with the persons of the group and with everybody else.

    Raises
    ------
    UsageError
        If both are the same column.
    SourceError
        If the file cannot be read, has no such column, a cell is no number, or a row
        is the total of the others.
    MeasureUndefined
        If the indices do not exist for these counts.
    """
    from cosmopolis.neighbourhoods import two_group_indices
    from cosmopolis.neighbourhoods.chance import dissimilarity_without_chance
    from cosmopolis.sources import counted_columns

    if group.split() == rest.split():
        raise UsageError(Fault("segregation.same_column", {"column": group}))
    inside, outside = counted_columns(file, [group, rest])
    told = two_group_indices(inside, outside)
    chance = dissimilarity_without_chance(inside, outside)
    ends = _interval(inside, outside)
    values = {name: getattr(told, name) for name in INDICES if getattr(told, name) is not None}
    named = "segregation.dissimilarity" if ends else "indicator.dissimilarity"
    rows = [(Term(named), Coefficient(values.pop("dissimilarity"), *ends or ()))]
    rows += [(Term(f"segregation.{name}"), Coefficient(value)) for name, value in values.items()]
    rows.append((Term("segregation.chance"), Coefficient(chance.expected)))
    rows.append((Term("segregation.corrected"), Coefficient(chance.corrected)))
    listing = Listing("segregation", _caption(told, group, rest), ("column.item", "column.value"), tuple(rows))
    envelope = {
        "schema": "cosmopolis/segregation/1",
        "file": file.name,
        **asdict(told),
        "dissimilarity_interval": ends,
        "dissimilarity_by_chance": chance.expected,
        "dissimilarity_without_chance": chance.corrected,
    }
    no_interval = () if ends else (Paragraph(Message("segregation.no_interval", {"group": group, "rest": rest})),)
    return SegregationTold((Section("P6", (listing, *no_interval)),), envelope)


def _caption(told: TwoGroupIndices, group: str, rest: str) -> Message:
    values: dict[str, Value] = {"count": Tally(told.areas), "group": group, "rest": rest}
    if not told.areas_left_out:
        return Message("segregation.title", values)
    return Message("segregation.title_left_out", values | {"left_out": Tally(told.areas_left_out)})


def _interval(group: Sequence[float], rest: Sequence[float]) -> tuple[float, float] | None:
    """The interval of dissimilarity; none where so few people are drawn anew that a side is at times without any."""
    from cosmopolis.neighbourhoods.inference import estimate

    try:
        return estimate(group, rest, seed=SEED).unit_ends
    except MeasureUndefined:  # of the city itself the index exists: of one of the draws it does not
        return None
