"""Files made to do harm get one clear error each: no traceback, no long wait."""

import io
import random
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from cosmopolis.errors import SourceError
from cosmopolis.sources.inspect import inspect_file

ROWS = b"year,ward,count\n" + b"".join(b"2020,W%d,%d\n" % (i, i) for i in range(3000))


def packed(*entries: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def parquet() -> bytes:
    file = io.BytesIO()
    pl.DataFrame({"year": [2020] * 5000, "count": range(5000)}).write_parquet(file)
    return file.getvalue()


HOSTILE = {
    "empty.csv": lambda: b"",
    "blank.csv": lambda: b"\n \n\n",
    "garbage.csv": lambda: random.Random(1).randbytes(50_000),
    "long_line.csv": lambda: b"a,b\n1," + b"x" * 20_000_000 + b"\n",
    "only_a_long_line.csv": lambda: b"x" * 20_000_000,
    "open_quote.csv": lambda: b'a,b\n1,"' + b"x" * 1_000_000,
    "nul.csv": lambda: b"a,b\n1,\x00\n" * 50,
    "late_nul.csv": lambda: ROWS * 20 + b"\x00",
    "bomb.zip": lambda: packed(("a.csv", b"a,b\n" + b"0,0\n" * 5_000_000)),
    "two.zip": lambda: packed(("a.csv", b"a,b\n1,2"), ("b.csv", b"a,b\n1,2")),
    "cut.zip": lambda: packed(("a.csv", ROWS))[:200],
    "cut.xlsx": lambda: packed(("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<a/>"))[:90],
    "odd.xlsx": lambda: packed(("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<a>")),
    "cut.parquet": lambda: parquet()[:2000],
    "cut.geojson": lambda: b'{"type": "FeatureCollection", "features": [{"type": "Feature", "prop',
    "deep.geojson": lambda: b'{"a":' * 300_000,
    "deep.json": lambda: b"[" * 2_000_000,
    "page.csv": lambda: b"<!DOCTYPE html><html><body>Not found</body></html>",
    "one_column.csv": lambda: b"a\n1\n2\n",
    "header_alone.csv": lambda: b"a,b,c\n",
    "no_header.csv": lambda: b"1,2,3\n4,5,6\n7,8,9\n",
    "same_names.csv": lambda: b"a,a,b\n1,2,3\n4,5,6\n",
    "columns.csv": lambda: ",".join(f"c{i}" for i in range(5000)).encode() + b"\n" + b",".join([b"1"] * 5000) + b"\n",
    "picture.csv": lambda: b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(2000),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_file_gets_one_clear_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    begin = time.perf_counter()
    with pytest.raises(SourceError) as refused:
        inspect_file(path)
    assert time.perf_counter() - begin < 10
    assert len(refused.value.faults) == 1
    assert refused.value.faults[0].values["file"] == name


def test_a_file_that_is_not_there_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        inspect_file(tmp_path / "absent.csv")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_byte_here_and_there_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(ROWS[:2000])
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(content))
        content[at : at + chance.randint(0, 3)] = chance.choice(
            [b'"', b",", b"\n", b"\r", b"\xff", b"\x00", b"<", b"-"]
        )
    path = tmp_path / "mutated.csv"
    path.write_bytes(bytes(content[: chance.randrange(1, len(content))]))
    with suppress(SourceError):
        assert inspect_file(path).rows > 0


def test_one_odd_byte_behind_a_very_long_line_takes_no_time(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(ROWS + b"2020,W" + b"x" * 2_000_000 + b",1\n2021,\xe9,2\n")
    begin = time.perf_counter()
    assert inspect_file(path).rows == 3002
    assert time.perf_counter() - begin < 10
