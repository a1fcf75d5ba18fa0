"""
The files of a city folder that say how the city governs -> `Governance`.

Seven kinds of files, all optional, beside the assessments and packs that are
read elsewhere in this room. Each is checked against its schema, then all
together; everything that is wrong is told at once. Whether a plan is coherent
is not judged here: `plan` shows that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cosmopolis.catalogue.assessments import assessment_faults, load_assessments
from cosmopolis.catalogue.competences import competence_map
from cosmopolis.catalogue.crosswalks import (
    city_crosswalk_faults,
    city_crosswalks,
    crosswalk_faults,
    shipped_crosswalks,
)
from cosmopolis.catalogue.frameworks import (
    Key,
    city_framework_faults,
    city_frameworks,
    shipped_frameworks,
    subfolders,
)
from cosmopolis.catalogue.links import link_faults, missing_faults, names_and_faults, question_faults
from cosmopolis.catalogue.objects import made
from cosmopolis.catalogue.participation import actor_faults, contact_faults, input_faults
from cosmopolis.catalogue.plans import plan_faults
from cosmopolis.catalogue.practices import practice_faults
from cosmopolis.catalogue.spots import FolderFile, folder_file
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.competence import Services
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.participation import Actor, Coordination, Input
from cosmopolis.vocabulary.plan import Plan
from cosmopolis.vocabulary.practice import Practice

#: The files at the top of a folder; each has a schema of its name.
_FILES = ("competence", "services", "coordination", "actors", "inputs", "plan")
#: The folders that hold governance besides.
_FOLDERS = ("assessments", "practices", "frameworks", "crosswalks")


def has_governance(folder: Path) -> bool:
    """Whether a city folder holds any file of governance; the shipped packs are not read to find out."""
    folder = Path(folder)
    told = any((folder / f"{name}.yaml").exists() for name in _FILES)
    return told or any((folder / name).is_dir() for name in _FOLDERS)


def load_governance(folder: Path, city: City) -> Governance:
    """
    Read and check everything in a city folder about how the city governs.

    A folder that holds none of it gives the powers usual in the city's country
    and the shipped packs, and `is_empty`.

    Parameters
    ----------
    folder
        The city's folder.
    city
        The same folder's checked `city.toml`: its country has the default powers.

    Raises
    ------
    ContentError
        With every fault of every file. Whether areas and numbers that a plan
        names exist is for whoever has the data.
    """
    reading = _read(Path(folder))
    faults = tuple(_faults(reading, city))
    if faults:
        raise ContentError(faults)
    frameworks = {**shipped_frameworks(), **city_frameworks(reading.folder)}
    told = reading.plain
    plan, practices = told("plan"), reading.named("practice")
    return Governance(
        frameworks=frameworks,
        crosswalks=(*shipped_crosswalks(), *city_crosswalks(reading.folder)),
        competence=competence_map(city.country, told("competence")),
        assessments=load_assessments(reading.folder, frameworks),
        services=made(Services, told("services") or {}),
        plan=made(Plan, plan) if plan else None,
        actors=tuple(made(Actor, each) for each in (told("actors") or {}).get("actors", ())),
        inputs=tuple(made(Input, each) for each in (told("inputs") or {}).get("inputs", ())),
        coordination=made(Coordination, told("coordination") or {}),
        practices=tuple(made(Practice, file.plain) for file in practices if file.plain),
    )


def check_governance(folder: Path, city: City) -> tuple[Fault, ...]:
    """Everything that is wrong with the files of governance in a city folder, at once."""
    return tuple(_faults(_read(Path(folder)), city))


@dataclass
class _Reading:
    """The files of one folder that could be read, and what is wrong with each by itself."""

    folder: Path
    files: list[FolderFile] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)  #: schemas of files that could not be read
    faults: list[Fault] = field(default_factory=list)

    def add(self, name: str, schema: str) -> None:
        """Read one file, if it is there."""
        file, faults = folder_file(self.folder, name, schema)
        self.faults += faults
        if file:
            self.files.append(file)
        elif faults:
            self.unread.add(schema)

    def named(self, schema: str) -> list[FolderFile]:
        """The files of one schema."""
        return [file for file in self.files if file.schema == schema]

    def plain(self, schema: str) -> Mapping[str, Any] | None:
        """The values of the one file of a schema, if it is there."""
        return next((file.plain for file in self.named(schema)), None)


def _read(folder: Path) -> _Reading:
    reading = _Reading(folder)
    for name in _FILES:
        reading.add(f"{name}.yaml", name)
    inner = folder / "practices"
    for path in sorted(inner.glob("*.yaml")) if inner.is_dir() else ():
        reading.add(f"practices/{path.name}", "practice")
    reading.faults += _misnamed(folder)
    return reading


def _misnamed(folder: Path) -> Iterator[Fault]:
    """Files that end in `.yml` would be passed over in silence."""
    known = [folder / f"{name}.yml" for name in _FILES]
    for path in (*known, *(path for name in ("assessments", "practices") for path in (folder / name).glob("*.yml"))):
        if path.exists():
            name = path.relative_to(folder).as_posix()
            yield Fault(
                "governance_files.wrong_ending",
                {"file": name, "line": 0, "value": Path(name).with_suffix(".yaml").name},
            )


def _faults(reading: _Reading, city: City) -> Iterator[Fault]:
    yield from reading.faults
    own_packs = city_framework_faults(reading.folder)
    yield from own_packs
    # a pack that cannot be read is not a pack that does not exist
    unread = frozenset(inner.name for inner in subfolders(reading.folder / "frameworks")) if own_packs else frozenset()
    frameworks: dict[Key, Framework] = dict(shipped_frameworks())
    if not own_packs:
        frameworks |= city_frameworks(reading.folder)
        yield from assessment_faults(reading.folder, frameworks)
        yield from _crosswalk_faults(reading.folder, frameworks)
    names, twice = names_and_faults(reading.files)
    yield from twice
    yield from missing_faults(reading.files, names, frozenset(reading.unread))
    packs = tuple(frameworks.values())
    for file in reading.files:
        yield from link_faults(file, names, frozenset(reading.unread))
        yield from question_faults(file, packs, unread)
        yield from contact_faults(file)
        if file.schema == "plan":
            yield from plan_faults(file, packs)
        elif file.schema == "actors":
            yield from actor_faults(file)
        elif file.schema == "inputs":
            yield from input_faults(file, names)
        elif file.schema == "practice":
            yield from practice_faults(file, city.country)


def _crosswalk_faults(folder: Path, frameworks: Mapping[Key, Framework]) -> Iterator[Fault]:
    own = city_crosswalk_faults(folder)
    yield from own
    if not own:
        yield from crosswalk_faults((*shipped_crosswalks(), *city_crosswalks(folder)), frameworks)
