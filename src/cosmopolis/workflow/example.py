"""
A complete, plainly synthetic city, written from a seed.

Its people are drawn so that every file agrees with every other one, as the files
of one register do; its shapes lie in the open Atlantic, so that nobody can take
it for a place. Only `random.Random.random` is used: Python keeps its stream the
same for a seed in every version, so that the files are the same bytes everywhere.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from cosmopolis.errors import ContentError, Fault, UsageError

#: The folder's own mark, so that `--replace` never deletes anything else.
MARK = ".cosmopolis-example"
KINDS = ("city", "small")


def example_city(folder: Path, *, kind: str = "city", seed: int = 2025, replace: bool = False) -> tuple[Path, ...]:
    """
    Write the example city, or the small town with ten numbers, into a new folder.

    Returns
    -------
    files
        Every file written.

    Raises
    ------
    UsageError
        If there is no such kind.
    ContentError
        If the folder exists and is not an example that may be replaced.
    """
    if kind not in KINDS:
        raise UsageError(Fault("example.unknown_kind", {"kind": kind, "known": ", ".join(KINDS)}))
    _make_room(folder, replace=replace)
    from cosmopolis.workflow.example_files import city_files, small_town_files

    files = city_files(seed) if kind == "city" else small_town_files(seed)
    written = []
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return tuple(written)


def _make_room(folder: Path, *, replace: bool) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (replace and (folder / MARK).is_file()):
            raise ContentError(Fault("example.folder_in_use", {"folder": str(folder)}))
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("made by `cosmopolis example`\n", encoding="utf-8")
