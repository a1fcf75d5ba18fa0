"""
Ways to spoil a file, as transmission, software and ill will do.

Every mutation takes the bytes of a file and a seeded `random.Random` and gives
other bytes; those for one format alone begin by taking the format apart.
"""

import io
import json
import math
import random
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

Mutation = Callable[[bytes, random.Random], bytes]

NUMBERS = (
    b"-1", b"-0", b"1e400", b"1E309", b"nan", b"NaN", b"inf", b"-inf", b"99999999999999999999", b"9" * 400,
    b"9223372036854775808", b"1.5", b"0x10", b"1,234,567", b"..", b"\xd9\xa1\xd9\xa2", b"1 2", b"+7", b"1e5", b"007",
)  # fmt: skip
LABELS = (
    b"<script>alert(1)</script>", b"<img src=x onerror=alert(1)>", b"=1+1", b"=cmd|' /C calc'!A0", b"@SUM(1)",
    b"\xe2\x80\xae\xd8\xa7", b"\x00", b"\x1b[31m", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"'", b"{value}",
    b"{0.__class__}",
    b"%s%n", b"\\", b"&amp;", b"a" * 70_000, b"\xf0\x9f\x98\x80", b"../../etc/passwd", b"[bold]", b"\r", b"\x85",
)  # fmt: skip
YEARS = (b"0000", b"99999", b"-2025", b"2025-02-30", b"1e4", b"20 25", b"2025-13-01", b"31.12.9999")


def flipped(content: bytes, draw: random.Random) -> bytes:
    spoiled = bytearray(content)
    for _ in range(draw.choice((1, 1, 3, 20, 200))):
        if spoiled:
            spoiled[draw.randrange(len(spoiled))] = draw.randrange(256)
    return bytes(spoiled)


def truncated(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def beheaded(content: bytes, draw: random.Random) -> bytes:
    return content[draw.randrange(len(content) + 1) :]


def with_nulls(content: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + bytes(draw.choice((1, 2, 1000))) + content[place:]


def with_garbage(content: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + draw.randbytes(draw.choice((1, 16, 5000))) + content[place:]


def with_a_slice_twice(content: bytes, draw: random.Random) -> bytes:
    begin = draw.randrange(len(content) + 1)
    end = min(len(content), begin + draw.choice((1, 100, 10_000)))
    return content[:end] + content[begin:]


def emptied(content: bytes, draw: random.Random) -> bytes:
    return draw.choice((b"", b"\n", b" ", b"\xef\xbb\xbf", b"\x00" * 4096, content[:1]))


def something_else(content: bytes, draw: random.Random) -> bytes:
    return draw.choice((
        draw.randbytes(20_000),
        b"<!DOCTYPE html><html><body><h1>503</h1></body></html>",
        b"%PDF-1.4\n" + draw.randbytes(3_000),
        b"\x1f\x8b\x08" + draw.randbytes(500),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + draw.randbytes(4_000),
        b"PK\x03\x04" + draw.randbytes(4_000),
        b"PAR1" + draw.randbytes(4_000) + b"PAR1",
        b"SQLite format 3\x00" + draw.randbytes(4_000),
        content[::-1],
    ))  # fmt: skip


def remarked(content: bytes, draw: random.Random) -> bytes:
    """Other byte-order marks, other encodings under the old mark, two marks."""
    text = content.decode("latin-1")
    return draw.choice((
        b"\xef\xbb\xbf\xef\xbb\xbf" + content,
        b"\xff\xfe" + content,
        b"\xfe\xff" + text.encode("utf-16-be"),
        text.encode("utf-16"),
        text.encode("utf-32"),
        b"\xef\xbb\xbf" + text.encode("utf-16-le"),
        text.encode("utf-7"),
        content + b"\xef\xbb\xbf",
    ))  # fmt: skip


ANY: tuple[Mutation, ...] = (
    flipped, flipped, truncated, beheaded, with_nulls, with_garbage, with_a_slice_twice, emptied, something_else,
    remarked,
)  # fmt: skip


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def _separator(content: bytes) -> bytes:
    return max((b";", b",", b"\t"), key=content[:400].count)


def _with_some_lines(
    content: bytes, draw: random.Random, change: Callable[[bytes], bytes], share: float | None = None
) -> bytes:
    lines = _lines(content)
    share = draw.choice((0.0, 0.02, 0.3, 1.0)) if share is None else share
    chosen = {draw.randrange(len(lines))} if lines else set()
    chosen |= {number for number in range(len(lines)) if draw.random() < share}
    return b"".join(change(line) if number in chosen else line for number, line in enumerate(lines))


def _with_a_field(content: bytes, draw: random.Random, cells: tuple[bytes, ...], place: int | None) -> bytes:
    separator = _separator(content)

    def change(line: bytes) -> bytes:
        fields = line.rstrip(b"\r\n").split(separator)
        fields[draw.randrange(len(fields)) if place is None else min(place, len(fields) - 1)] = draw.choice(cells)
        return separator.join(fields) + b"\n"

    return _with_some_lines(content, draw, change)


def with_odd_numbers(content: bytes, draw: random.Random) -> bytes:
    return _with_a_field(content, draw, NUMBERS, 99)


def with_odd_labels(content: bytes, draw: random.Random) -> bytes:
    return _with_a_field(content, draw, LABELS, None)


def with_odd_years(content: bytes, draw: random.Random) -> bytes:
    return _with_a_field(content, draw, YEARS, 0)


def with_other_delimiters(content: bytes, draw: random.Random) -> bytes:
    old, new = _separator(content), draw.choice((b",", b";", b"\t", b"|", b"  ", b"\x1f"))
    return _with_some_lines(content, draw, lambda line: line.replace(old, new))


def with_rows_twice(content: bytes, draw: random.Random) -> bytes:
    return _with_some_lines(content, draw, lambda line: line + line)


def with_rows_lost(content: bytes, draw: random.Random) -> bytes:
    return _with_some_lines(content, draw, lambda _: b"")


def with_shifted_rows(content: bytes, draw: random.Random) -> bytes:
    separator = _separator(content)
    change = draw.choice((
        lambda line: line.split(separator, 1)[-1],
        lambda line: separator + line,
        lambda line: line.rstrip(b"\r\n") + separator + b"1\n",
        lambda line: separator.join(reversed(line.rstrip(b"\r\n").split(separator))) + b"\n",
    ))  # fmt: skip
    return _with_some_lines(content, draw, change)


def with_mixed_line_ends(content: bytes, draw: random.Random) -> bytes:
    ends = (b"\n", b"\r\n", b"\r", b"\n\r", b"\x0b", b"\xc2\x85", b"\xe2\x80\xa8")
    return b"".join(line.rstrip(b"\r\n") + draw.choice(ends[: draw.choice((2, 3, 7))]) for line in _lines(content))


def with_open_quotes(content: bytes, draw: random.Random) -> bytes:
    return _with_some_lines(content, draw, lambda line: draw.choice((b'"', b'""', b'"\n')) + line, 0.01)


def with_a_line_of_20_megabytes(content: bytes, draw: random.Random) -> bytes:
    lines = _lines(content)
    line = draw.choice((b"x", b"1;", b'"', b"\xff", b",")) * 20_000_000
    lines.insert(draw.randrange(len(lines) + 1), line[:20_000_000] + draw.choice((b"\n", b"")))
    return b"".join(lines)


def with_thousands_of_columns(content: bytes, draw: random.Random) -> bytes:
    separator = _separator(content)
    more = draw.choice((200, 5_000))
    return b"".join(line.rstrip(b"\r\n") + separator * more + b"\n" for line in _lines(content)[:200])


def with_another_header(content: bytes, draw: random.Random) -> bytes:
    head, *lines = _lines(content) or [b""]
    names = head.rstrip(b"\r\n").split(_separator(content))
    draw.shuffle(names)
    other = draw.choice((names, names[:-1], [*names, names[0]], [b""] * len(names), [name.upper() for name in names]))
    return b"".join((_separator(content).join(other) + b"\n", *lines))


def without_leading_zeros(content: bytes, draw: random.Random) -> bytes:
    old = _separator(content)
    return _with_some_lines(content, draw, lambda line: line.replace(old + b"0", old))


TEXT: tuple[Mutation, ...] = (
    with_odd_numbers, with_odd_numbers, with_odd_labels, with_odd_labels, with_odd_years, with_other_delimiters,
    with_rows_twice, with_rows_lost, with_shifted_rows, with_mixed_line_ends, with_open_quotes,
    with_thousands_of_columns, with_another_header, without_leading_zeros,
)  # fmt: skip
#: Slow to make and to read, so drawn seldom.
HEAVY: tuple[Mutation, ...] = (with_a_line_of_20_megabytes,)


Json = Any


def _odd_point(draw: random.Random) -> Json:
    return draw.choice(([], [1], ["a", "b"], None, {}, [[1, 2]], [1, 2, 3, 4, 5]))


def _odd_geometry(draw: random.Random) -> Json:
    return draw.choice((None, {}, [], "x", {"type": "Polygon"}, {"type": "Point", "coordinates": [1, 2]}))


def _odd_rings(draw: random.Random) -> Json:
    return draw.choice(([], [[]], [[[0, 0]]], [[[0, 0], [0, 0], [0, 0], [0, 0]]], {}, 7))


def _odd_properties(draw: random.Random) -> Json:
    return draw.choice((None, {}, [], {"code": None}, {"code": 1}, {"code": ["01"]}, {"code": {"a": 1}}))


def _odd_whole(draw: random.Random) -> Json:
    return draw.choice(([], {}, 1, "x", None, {"type": "FeatureCollection"}, {"type": "Feature"}))


def _with_odd_geometry(feature: Json, draw: random.Random) -> None:
    ring = feature["geometry"]["coordinates"][0]
    kind, place = draw.randrange(7), draw.randrange(len(ring))
    if kind <= 2:
        ring[place] = ([math.nan, math.inf], [1e308, -1e308], _odd_point(draw))[kind]
    elif kind == 3:
        feature["geometry"] = _odd_geometry(draw)
    elif kind == 4:
        feature["geometry"]["coordinates"] = _odd_rings(draw)
    elif kind == 5:
        draw.shuffle(ring)
    else:
        feature["geometry"]["coordinates"][0] = ring * 2_000


def _with_odd_feature(shapes: Json, feature: Json, draw: random.Random) -> None:
    kind = draw.randrange(6)
    if kind == 0:
        shapes["features"].append(feature)
    elif kind == 1:
        feature["properties"] = _odd_properties(draw)
    elif kind == 2:
        feature["properties"]["name"] = draw.choice(LABELS).decode("latin-1")
    elif kind == 3:
        types = ("MultiPolygon", "LineString", "GeometryCollection", "Circle", None, 3)
        feature["geometry"]["type"] = draw.choice(types)
    elif kind == 4:
        shapes["features"] = draw.choice(([], {}, None, [None], [[]], shapes["features"][:2], [1, 2]))
    else:
        feature["properties"]["code"] = draw.choice(("99", "01", "0", "-1", "01\x00", "١", "1" * 5000))


def with_odd_shapes(content: bytes, draw: random.Random) -> bytes:
    """GeoJSON whose coordinates, types, codes or whole form are not what they should be."""
    try:
        shapes = json.loads(content)
        feature = draw.choice(shapes["features"])
        kind = draw.randrange(14)
        if kind < 7:
            _with_odd_geometry(feature, draw)
        elif kind < 13:
            _with_odd_feature(shapes, feature, draw)
        else:
            shapes = _odd_whole(draw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return flipped(content, draw)
    return json.dumps(shapes).encode()


def nested_deeply(content: bytes, draw: random.Random) -> bytes:
    depth = draw.choice((900, 20_000, 400_000))
    opened = draw.choice((b"[", b'{"a":'))
    whole = opened * depth + draw.choice((b"", b"1" + (b"]" if opened == b"[" else b"}") * depth))
    return draw.choice(
        (whole, content[:-2] + b"," + whole, content.replace(b'"properties": {', b'"properties": {"x":' + whole, 1))
    )


GEOJSON: tuple[Mutation, ...] = (with_odd_shapes, with_odd_shapes, with_odd_shapes, nested_deeply)


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {entry.filename: archive.read(entry) for entry in archive.infolist()}
            return found or {"a.csv": content}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return {"a.csv": content}


def _packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


def with_a_spoiled_member(content: bytes, draw: random.Random) -> bytes:
    members = _members(content)
    name = draw.choice(sorted(members))
    members[name] = draw.choice((flipped, truncated, emptied, with_garbage, with_nulls))(members[name], draw)
    return _packed(members)


def with_members_changed(content: bytes, draw: random.Random) -> bytes:
    members = _members(content)
    name = draw.choice(sorted(members))
    kind = draw.randrange(6)
    if kind == 0:
        del members[name]
    elif kind == 1:
        members["again/" + name] = members[name]
    elif kind == 2:
        members["../../" + name] = members.pop(name)
    elif kind == 3:
        members |= {f"{number}.csv": b"a,b\n1,2\n" for number in range(1_500)}
    elif kind == 4:
        members[name] = _packed(members)
    else:
        members["C:\\" + name] = members.pop(name)
    return _packed(members)


def with_a_bomb(content: bytes, draw: random.Random) -> bytes:
    members = _members(content)
    name = draw.choice(sorted(members))
    members[name] = draw.choice((b"0", b" ", b"1,2\n", b"<a>")) * draw.choice((2_000_000, 30_000_000))
    return _packed(members)


def with_a_directory_that_lies(content: bytes, draw: random.Random) -> bytes:
    spoiled = bytearray(content)
    place = content.rfind(b"PK\x01\x02")
    if place < 0:
        return flipped(content, draw)
    offset = draw.choice((8, 10, 16, 20, 24, 28, 30, 32, 38, 42))
    spoiled[place + offset : place + offset + 4] = draw.randbytes(4)
    return bytes(spoiled[: len(content)])


ARCHIVE: tuple[Mutation, ...] = (
    with_a_spoiled_member, with_a_spoiled_member, with_members_changed, with_a_bomb, with_a_directory_that_lies,
)  # fmt: skip

LAUGHS = b"".join(
    (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">',
     *(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)), b"]>"),
)  # fmt: skip


def with_odd_cells(content: bytes, draw: random.Random) -> bytes:
    """A workbook whose sheet holds formulas, errors, dates, booleans, huge references."""
    members = _members(content)
    name = next((name for name in sorted(members) if name.startswith("xl/worksheets/sheet")), None)
    if name is None:
        return flipped(content, draw)
    sheet = members[name]
    cell = draw.choice((
        b"<f>1+1</f><v>2</v>", b"<f>SUM(A1:Z9)</f>", b"<v>-5</v>", b"<v>1e999</v>", b"<v>nan</v>", b"<v>0.5</v>", b"",
        b"<v>&l9;</v>", b"<is><t>&lt;script&gt;</t></is>", b"<v>" + b"9" * 500 + b"</v>",
        b"<f>WEBSERVICE(A1)</f><v>7</v>",
    ))  # fmt: skip
    begin, end = b"<v>", b"</v>"
    places = [place for place in range(len(sheet)) if sheet.startswith(begin, place)]
    place = draw.choice(places) if places else 0
    stop = sheet.find(end, place) + len(end)
    kind = draw.randrange(6)
    if kind <= 2:
        sheet = sheet[:place] + cell + sheet[stop:]
    elif kind == 3:
        sheet = sheet.replace(b't="n"', draw.choice((b't="b"', b't="e"', b't="s"', b't="d"', b't="zz"')))
    elif kind == 4:
        sheet = sheet.replace(b'r="A6"', draw.choice((b'r="XFD1048576"', b'r="A99999999"', b'r="6A"', b'r=""')))
    else:
        sheet = LAUGHS + sheet.split(b"?>", 1)[-1]
    members[name] = sheet
    return _packed(members)


WORKBOOK: tuple[Mutation, ...] = (*ARCHIVE, with_odd_cells, with_odd_cells, with_odd_cells)


def with_a_text_inside_spoiled(content: bytes, draw: random.Random) -> bytes:
    members = _members(content)
    return _packed({name: draw.choice(TEXT)(text, draw) for name, text in members.items()})


ZIP: tuple[Mutation, ...] = (*ARCHIVE, with_a_text_inside_spoiled, with_a_text_inside_spoiled)


def with_a_broken_footer(content: bytes, draw: random.Random) -> bytes:
    spoiled = bytearray(content)
    kind = draw.randrange(4)
    if kind == 0 and len(spoiled) > 8:
        spoiled[-8:-4] = draw.randbytes(4)
    elif kind == 1:
        spoiled[-4:] = draw.choice((b"PARE", b"PAR2", b"\x00\x00\x00\x00"))
    else:
        for _ in range(draw.choice((1, 3, 30))):
            spoiled[-draw.randrange(1, min(600, len(spoiled)) + 1)] = draw.randrange(256)
    return bytes(spoiled)


PARQUET: tuple[Mutation, ...] = (with_a_broken_footer,)

BY_ENDING: dict[str, tuple[Mutation, ...]] = {
    "csv": TEXT, "tsv": TEXT, "txt": TEXT, "geojson": GEOJSON, "xlsx": WORKBOOK, "zip": ZIP, "parquet": PARQUET * 3,
}  # fmt: skip


def mutated(content: bytes, ending: str, draw: random.Random) -> tuple[bytes, str]:
    """Spoiled bytes, and the names of what was done to them."""
    own = BY_ENDING[ending]
    names = []
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        chosen = draw.choice(HEAVY) if draw.random() < 0.01 else draw.choice(own if draw.random() < 0.7 else ANY)
        content = chosen(content, draw) if content else content
        names.append(chosen.__name__)
    return content, " + ".join(names)
