"""Download the files of a city from their publishers, and check them against the first download."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from cosmopolis.errors import CosmopolisError, Fault, FetchError
from cosmopolis.sources.download import Door, download, public_door
from cosmopolis.store import digest_of_file, held
from cosmopolis.store.files import replace_file
from cosmopolis.vocabulary.recipe import Download, Recipe
from cosmopolis.workflow.build import state_folder
from cosmopolis.workflow.progress import Progress, no_progress


@dataclass(frozen=True)
class Fetched:
    """One file that is here now."""

    name: str
    url: str
    sha256: str
    new: bool
    tried: bool  #: whether the address was known to work before


def fetch(
    folder: Path,
    *,
    data: Path | None = None,
    state: Path | None = None,
    progress: Progress = no_progress,
    door: Callable[[tuple[str, ...]], Door] = public_door,
) -> tuple[Fetched, ...]:
    """
    Bring every file that the recipes of a city have an address for.

    The checksum of a first download is kept; later ones must give the same bytes,
    or say so: a publisher who changes a file in silence changes published numbers.

    Raises
    ------
    FetchError
        If any file could not be brought; those that could are kept.
    """
    from cosmopolis.catalogue import city_recipes

    city_id, recipes = city_recipes(folder)
    target, at = data or folder / "data", state_folder(city_id, state)
    wanted = _wanted(recipes)
    found: list[Fetched] = []
    faults: list[Fault] = []
    with held(at):
        record = _Record(at / "downloads.json")
        for done, (file, hosts) in enumerate(wanted):
            progress("fetching", done, len(wanted))
            try:
                found.append(_fetched(file, target, record, door(hosts)))
            except CosmopolisError as error:
                faults += error.faults
        progress("fetching", len(wanted), len(wanted))
    if faults:
        raise FetchError(faults)
    return tuple(found)


def _wanted(recipes: tuple[Recipe, ...]) -> list[tuple[Download, tuple[str, ...]]]:
    """Each file once, with the hosts it may come from."""
    files = {file.name: (file, recipe.hosts) for recipe in recipes for file in recipe.downloads}
    return [files[name] for name in sorted(files)]


def _fetched(file: Download, folder: Path, record: _Record, door: Door) -> Fetched:
    target = folder / file.name
    known = record.digest(file.name)
    if target.exists():
        digest = digest_of_file(target)
        if known not in ("", digest):
            raise FetchError(Fault("fetch.changed_here", {"file": file.name, "expected": known, "found": digest}))
        new = False
    else:
        digest = download(file, target, door)
        if known not in ("", digest):
            target.rename(target.with_name(target.name + ".changed"))
            raise FetchError(
                Fault("fetch.changed_there", {"file": file.name, "url": file.url, "expected": known, "found": digest})
            )
        new = True
    fetched = Fetched(file.name, file.url, digest, new, file.tried)
    record.keep(fetched)
    return fetched


class _Record:
    """What was downloaded, from where, with which checksum."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def digest(self, name: str) -> str:
        return str(self._told.get(name, {}).get("sha256", ""))

    def keep(self, fetched: Fetched) -> None:
        told = asdict(fetched)
        self._told[fetched.name] = {key: told[key] for key in ("url", "sha256")}
        replace_file(self._path, json.dumps(self._told, indent=2, sort_keys=True).encode())
