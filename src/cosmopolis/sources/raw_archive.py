"""Bytes of a file, or of the one wanted file inside a ZIP, under limits that a small bomb cannot pass."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from cosmopolis.sources.faults import fault
from cosmopolis.vocabulary.recipe import Reading

#: Apache POI's rule: after the first 100 KiB nothing honest is packed tighter than 1 to 100.
LARGEST_RATIO = 100
RATIO_APPLIES_AFTER_BYTES = 100 * 1024
LARGEST_UNPACKED_BYTES = 200_000_000
MOST_ENTRIES = 1_000
_CHUNK_BYTES = 1 << 20
_ZIP_MAGIC = b"PK\x03\x04"


def file_bytes(path: Path, reading: Reading) -> bytes:
    """The bytes to read: the file's own, or those of its one wanted member if it is a ZIP."""
    content = _content(path)
    if not content.startswith(_ZIP_MAGIC):
        return content
    with opened_archive(content, file=path.name) as archive:
        if reading.format == "workbook" and "[Content_Types].xml" in archive.namelist():
            return content
        member = _wanted(archive, reading, file=path.name)
        unpacked = b"".join(inflated(archive, member, file=path.name))
    if unpacked.startswith(_ZIP_MAGIC) and not (reading.format == "workbook" and _is_workbook(unpacked)):
        raise fault("sources.zip_refused", file=path.name, member=member.filename)
    return unpacked


def opened_archive(content: bytes, *, file: str) -> zipfile.ZipFile:
    """The archive, after its directory alone has been found harmless."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise fault("sources.damaged", file=file) from error
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise fault("sources.zip_entries", file=file, found=len(entries), limit=MOST_ENTRIES)
    if len({entry.filename for entry in entries}) < len(entries):
        raise fault("sources.damaged", file=file)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise fault("sources.zip_bomb", file=file, member=file, limit=LARGEST_UNPACKED_BYTES, ratio=LARGEST_RATIO)
    for entry in entries:
        _check_entry(entry, file=file)
    return archive


def inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, file: str) -> Iterator[bytes]:
    """The bytes of one entry in pieces, counted while they come out: a directory may lie."""
    total = 0
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(_CHUNK_BYTES):
                total += len(piece)
                if total > LARGEST_UNPACKED_BYTES or _too_dense(total, entry.compress_size):
                    raise fault(
                        "sources.zip_bomb",
                        file=file,
                        member=entry.filename,
                        limit=LARGEST_UNPACKED_BYTES,
                        ratio=LARGEST_RATIO,
                    )
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise fault("sources.damaged", file=file) from error


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise fault("sources.unreadable", file=path.name) from error


def _check_entry(entry: zipfile.ZipInfo, *, file: str) -> None:
    name = entry.filename
    if stat.S_ISLNK(entry.external_attr >> 16) or _leaves_its_folder(name):
        raise fault("sources.zip_refused", file=file, member=name)
    if entry.flag_bits & 0x1:
        raise fault("sources.zip_refused", file=file, member=name)
    if _too_dense(entry.file_size, entry.compress_size):
        raise fault("sources.zip_bomb", file=file, member=name, limit=LARGEST_UNPACKED_BYTES, ratio=LARGEST_RATIO)


def _leaves_its_folder(name: str) -> bool:
    return (
        "\\" in name
        or "\0" in name
        or name.startswith("/")
        or ".." in PurePosixPath(name).parts
        or re.match(r"[A-Za-z]:", name) is not None
    )


def _too_dense(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_APPLIES_AFTER_BYTES and unpacked > LARGEST_RATIO * packed


def _wanted(archive: zipfile.ZipFile, reading: Reading, *, file: str) -> zipfile.ZipInfo:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    pattern = reading.member or "*"
    found = [entry for entry in entries if fnmatchcase(entry.filename, pattern)]
    if len(found) != 1:
        names = sorted(entry.filename for entry in entries)[:20]
        raise fault("sources.zip_member", file=file, pattern=pattern, found=len(found), members=names)
    if found[0].filename.lower().endswith(".zip"):
        raise fault("sources.zip_refused", file=file, member=found[0].filename)
    return found[0]


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False
