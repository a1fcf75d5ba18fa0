"""
From a city's own files to its published profile.

    sources -> store -> population (counts) -> disclosure -> measures -> publication

A draft writes nothing to the release log; a release is checked against every
earlier one first. The log is written before the site is replaced: a number that
nobody saw may stand in the log, but never the other way round.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cosmopolis.errors import Fault, PublicationRefused
from cosmopolis.store import (
    append_record,
    digest_of_file,
    digest_of_text,
    held,
    key_id,
    logged_records,
    noise_key,
)
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.workflow.progress import Progress, no_progress
from cosmopolis.workflow.version import code_version


@dataclass(frozen=True)
class BuildRequest:
    """What a person asks for: which city, where to, as a draft or as a release."""

    folder: Path
    site: Path
    data: Path | None = None
    state: Path | None = None
    release: bool = False


@dataclass(frozen=True)
class Built:
    """What a build did."""

    city: str
    site: Path
    release: str
    draft: bool
    unchanged: bool
    figures: int
    observations: int
    gaps: int


def build(request: BuildRequest, *, progress: Progress = no_progress) -> Built:
    """
    Publish a city's profile as a static site.

    Raises
    ------
    ContentError
        If the city folder is wrong: every fault is reported.
    SourceError
        If a publisher's file is not as its recipe says, or two of them contradict each other.
    DisclosureRefused
        If publishing would single people out, now or together with an earlier release.
    PublicationRefused
        If the site cannot be written where asked; nothing there is changed.
    """
    from cosmopolis.catalogue import load_city, load_governance
    from cosmopolis.publication import current_release

    city = load_city(request.folder, data=request.data)
    governance = load_governance(request.folder, city)
    state = state_folder(city.id, request.state)
    _refuse_places_inside(city.folder, site=request.site, state=state)
    with held(state):
        secret = bytes.fromhex(city.public_key) if city.public_key else noise_key(state)
        content = _content_address(city, secret, draft=not request.release)
        summary = state / "built" / f"{content}.json"
        if current_release(request.site) == content and summary.is_file():
            told = json.loads(summary.read_text(encoding="utf-8"))
            return Built(city.id, request.site, content, not request.release, unchanged=True, **told)
        return _built(request, city, governance, state, secret=secret, content=content, progress=progress)


def _refuse_places_inside(folder: Path, *, site: Path, state: Path) -> None:
    """A city folder is copied and handed on: neither its own pages nor the key may lie in it."""
    inside = folder.resolve()
    told = {"site": site, "state": state}
    faults = [
        Fault(f"workflow.{name}_inside_city", {name: str(place), "folder": str(folder)})
        for name, place in told.items()
        if place.resolve().is_relative_to(inside)
    ]
    if faults:
        raise PublicationRefused(faults)


def state_folder(city_id: str, given: Path | None) -> Path:
    """Where the store, the log and the key of a city live: never in its folder."""
    if given is not None:
        return given / city_id
    from platformdirs import user_data_path

    return user_data_path("cosmopolis") / city_id


def _content_address(city: City, secret: bytes, *, draft: bool) -> str:
    """The name of a release: everything that its bytes depend on."""
    files = sorted({path for source in city.sources for path in source.files} | _own_files(city.folder))
    digests = [f"{_name(path, city.folder)}={digest_of_file(path)}" for path in files]
    recipes = [source.recipe.sha256 for source in city.sources]
    return digest_of_text(city.id, code_version(), key_id(secret), "draft" if draft else "release", *recipes, *digests)


#: What a city folder may say besides its data, and its folders of such files.
_OWN_FILES = ("city.toml", "profile.yaml", "areas.geojson", "competence.yaml", "services.yaml", "plan.yaml",
              "actors.yaml", "inputs.yaml", "coordination.yaml")  # fmt: skip
_OWN_FOLDERS = ("assessments", "practices", "frameworks", "crosswalks")


def _own_files(folder: Path) -> set[Path]:
    """Everything the folder itself says: its settings and texts, not the publishers' data."""
    named = {folder / name for name in _OWN_FILES}
    inside = {path for name in _OWN_FOLDERS for path in (folder / name).rglob("*.yaml")}
    return {path for path in named | inside if path.is_file()}


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _built(
    request: BuildRequest,
    city: City,
    governance: Governance,
    state: Path,
    *,
    secret: bytes,
    content: str,
    progress: Progress,
) -> Built:
    from cosmopolis.publication import publish, site_files
    from cosmopolis.store.files import write_once
    from cosmopolis.workflow.governance.sections import governed
    from cosmopolis.workflow.material import city_material
    from cosmopolis.workflow.profile import profile
    from cosmopolis.workflow.protecting import checked_record

    draft = not request.release
    gate, material = city_material(city, state, secret, draft=draft, release=content, progress=progress)
    report = profile(material, governed(city, material.areas, governance, material.numbers))
    if request.release:
        logged = logged_records(state)
        record = checked_record(gate, logged, release=content)
        if record is not None:
            append_record(state, record, after=len(logged))
    publish(request.site, _told(site_files(report), progress), release=content)
    told = {
        "figures": sum(1 for _ in report.figures()),
        "observations": sum(table.frame.height for table in report.observations),
        "gaps": _gap_count(report),
    }
    write_once(state / "built" / f"{content}.json", json.dumps(told).encode())
    return Built(city.id, request.site, content, not request.release, unchanged=False, **told)


def _gap_count(report: object) -> int:
    from cosmopolis.vocabulary.report import Listing, Report

    assert isinstance(report, Report)
    listings = (block for section in report.sections for block in section.blocks if isinstance(block, Listing))
    return next((len(listing.rows) for listing in listings if listing.id == "gaps"), 0)


def _told(files, progress: Progress):  # type: ignore[no-untyped-def]
    """The files of the site, with word of each language as it is done."""
    from cosmopolis.language import LANGUAGES

    done: set[str] = set()
    for path, content in files:
        begun = path.split("/", 1)[0]
        if begun in LANGUAGES and begun not in done:
            done.add(begun)
            progress("publishing", len(done) - 1, len(LANGUAGES))
        yield path, content
    progress("publishing", len(LANGUAGES), len(LANGUAGES))
