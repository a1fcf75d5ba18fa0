"""
The one question that is asked of an old XLS file before it is read: where is its first formula.

An XLS is a compound file whose stream `Workbook` is a chain of records. Formula
cells are records of type 0x0006 ([MS-XLS] 2.4.127).
"""

from __future__ import annotations

import struct

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA = 0x0006
_LAST_SECTOR = 0xFFFFFFFA  # this and everything above is a mark, not a sector


def biff_formula(content: bytes) -> tuple[int, str] | None:
    """Row and column letters of the first formula cell, or nothing (also for what is no XLS at all)."""
    try:
        stream = _workbook_stream(content)
    except (struct.error, IndexError):
        return None
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind == _FORMULA and size >= 4 and place + 8 <= len(stream):
            row, column = struct.unpack_from("<HH", stream, place + 4)
            return row + 1, _letters(column)
        place += 4 + size
    return None


def _letters(column: int) -> str:
    """
    The letters of a column counted from 0.

    >>> _letters(0), _letters(27)
    ('A', 'AB')
    """
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _workbook_stream(content: bytes) -> bytes:
    if not content.startswith(_MAGIC):
        return b""
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12):
        return b""
    table = _Chains(content, 1 << shift)
    directory_start, cutoff, mini_start = struct.unpack_from("<I4xII", content, 48)
    directory = table.stream(directory_start)
    root_start, mini_table = None, b""
    for place in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        name = directory[place : place + max(0, min(64, length) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, place + 116)
        if directory[place + 66] == 5:
            root_start = start
        if name in ("Workbook", "Book"):
            if size >= cutoff:
                return table.stream(start)[:size]
            mini_table = table.stream(mini_start)
            return _mini(table.stream(root_start or 0), mini_table, start=start, step=1 << mini_shift)[:size]
    return b""


class _Chains:
    """The sectors of a compound file and the table that links them."""

    def __init__(self, content: bytes, size: int) -> None:
        self.content, self.size = content, size
        first_table, count = struct.unpack_from("<II", content, 68)
        sectors = [s for s in struct.unpack_from("<109I", content, 76) if s < _LAST_SECTOR]
        for _ in range(min(count, len(content) // size)):
            if first_table >= _LAST_SECTOR:
                break
            more = struct.unpack(f"<{size // 4}I", self.sector(first_table))
            sectors += [s for s in more[:-1] if s < _LAST_SECTOR]
            first_table = more[-1]
        table = b"".join(self.sector(s) for s in sectors[: len(content) // size + 1])
        self.next = struct.unpack(f"<{len(table) // 4}I", table)

    def sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.size : (number + 2) * self.size].ljust(self.size, b"\0")

    def stream(self, start: int) -> bytes:
        return b"".join(self.sector(number) for number in _chain(self.next, start))


def _mini(container: bytes, table: bytes, *, start: int, step: int) -> bytes:
    links = struct.unpack(f"<{len(table) // 4}I", table)
    return b"".join(container[number * step : (number + 1) * step] for number in _chain(links, start))


def _chain(links: tuple[int, ...], start: int) -> list[int]:
    """Follow the links; a chain that runs in a circle ends where it meets itself."""
    numbers: list[int] = []
    seen: set[int] = set()
    while start < len(links) and start not in seen:
        seen.add(start)
        numbers.append(start)
        start = links[start]
    return numbers
