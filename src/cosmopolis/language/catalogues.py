"""
The words of one language, out of its PO files.

`content/locale/<language>` holds one PO file per room. All of them together are
compiled to `content/locale/<language>.mo`, at installation or by
`python -m cosmopolis.language`, because reading PO text at every start would be
slow. When a PO file is newer than the compiled one, the text wins.

This module imports only the standard library at its top: the build hook uses it
before anything else of ours is installed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

#: Where the words are.
LOCALE = Path(__file__).parent.parent / "content" / "locale"


class MissingWords(LookupError):
    """
    A message id, or a value in it, that has no words.

    This is a fault of ours and never of a city: the tests look for every id in
    every language, so no reader should meet it.
    """


def po_files(folder: Path, code: str) -> list[Path]:
    """The PO files of one language, one per room, by name."""
    return sorted((folder / code).glob("*.po"))


def compile_languages(folder: Path) -> Iterator[Path]:
    """Write the compiled words of every language that has PO files; yields what was written."""
    for language_folder in sorted(path for path in folder.iterdir() if path.is_dir()):
        code = language_folder.name
        if po_files(folder, code):
            compiled = folder / f"{code}.mo"
            compiled.write_bytes(compiled_words(folder, code))
            yield compiled


def compiled_words(folder: Path, code: str) -> bytes:
    """All PO files of one language as the bytes of one MO file."""
    from babel.messages.mofile import write_mo

    buffer = io.BytesIO()
    write_mo(buffer, merged_catalogue(folder, code))
    return buffer.getvalue()


def merged_catalogue(folder: Path, code: str) -> Catalog:
    """
    All PO files of one language as one catalogue.

    Raises
    ------
    ValueError
        If two files have words for one message id: the reader would get either.
    """
    from babel.messages.pofile import read_po

    merged: Catalog | None = None
    owner: dict[str, str] = {}
    for path in po_files(folder, code):
        with path.open("rb") as text:
            part = read_po(text, locale=code, abort_invalid=True)
        if merged is None:
            merged = part
            owner = {_plain_id(message.id): path.name for message in part if message.id}
            continue
        for message in part:
            if not message.id:
                continue
            told = _plain_id(message.id)
            if told in owner:
                raise ValueError(f"{code}: {told} is in {owner[told]} and in {path.name}; keep one of them")
            owner[told] = path.name
            merged[_plain_id(message.id)] = message
    if merged is None:
        raise ValueError(f"{folder / code} holds no PO file")
    return merged


def translations(folder: Path, code: str) -> GNUTranslations:
    """The words of one language: compiled if that is up to date, else from the text."""
    compiled = folder / f"{code}.mo"
    texts = po_files(folder, code)
    if _is_current(compiled, texts):
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    return GNUTranslations(io.BytesIO(compiled_words(folder, code)))


def _is_current(compiled: Path, texts: list[Path]) -> bool:
    if not compiled.is_file():
        return False
    made = compiled.stat().st_mtime_ns
    # the folder's own time tells of a PO file that was taken away
    folders = {text.parent for text in texts}
    return all(path.stat().st_mtime_ns <= made for path in (*texts, *folders))


def _plain_id(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]
