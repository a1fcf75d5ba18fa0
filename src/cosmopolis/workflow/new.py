"""A commented city folder, and the spreadsheet with the ten numbers a profile starts from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cosmopolis.errors import ContentError, Fault
from cosmopolis.language import Language
from cosmopolis.workflow.spreadsheet import ten_numbers


def new_city(folder: Path, *, words: Language) -> tuple[Path, ...]:
    """
    Write a city folder that only waits for its numbers.

    Raises
    ------
    ContentError
        If the folder is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ContentError(Fault("new.folder_in_use", {"folder": str(folder)}))
    (folder / "data").mkdir(parents=True)
    (folder / "recipes").mkdir()
    template = files("cosmopolis.content") / "new"
    made = []
    for name in ("city.toml", "profile.yaml"):
        text = (template / name).read_text(encoding="utf-8").replace("my-city", _city_id(folder.name))
        (folder / name).write_text(text, encoding="utf-8")
        made.append(folder / name)
    spreadsheet = folder / "data" / "ten-numbers.xlsx"
    spreadsheet.write_bytes(ten_numbers(words=words))
    return (*made, spreadsheet)


def _city_id(name: str) -> str:
    """An id of the closed alphabet from a folder's name."""
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower()).strip("-")
    return "-".join(part for part in kept.split("-") if part) or "my-city"
