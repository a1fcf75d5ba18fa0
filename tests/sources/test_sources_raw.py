"""Every format becomes the same text cells, with the row numbers that a person sees."""

import io
import json
import struct
import zipfile

import openpyxl
import polars as pl
import pytest

from cosmopolis.errors import SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.sources import raw_table
from cosmopolis.sources.biff import biff_formula
from cosmopolis.vocabulary.recipe import Reading

ROWS = [("Città", "2024", "12"), ("東京", "2024", "7")]
DELIMITED = Reading("delimited")


def written(folder, content, name="file.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fault_of(path, reading=DELIMITED):
    with pytest.raises(SourceError) as caught:
        raw_table(path, reading)
    (fault,) = caught.value.faults
    for code in LANGUAGES:
        assert "{" not in language(code).fault(fault)
    return fault


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "¦"])
def test_any_encoding_line_end_and_delimiter_gives_the_same_cells(tmp_path, end, encoding, delimiter):
    lines = [delimiter.join(row) for row in [("name", "year", "persons"), *ROWS]]
    if encoding == "gb18030":
        lines = [line.replace("à", "a") for line in lines]
    path = written(tmp_path, (end.join(lines) + end).encode(encoding))
    table = raw_table(path, Reading("delimited", encoding=encoding, delimiter=delimiter))
    assert table.header == ("name", "year", "persons")
    assert table.frame.rows()[1] == ROWS[1]
    assert table.numbers.to_list() == [2, 3]
    assert table.ragged == ()


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("cp1250", "Łódź"),
        ("cp1251", "Москва"),
        ("cp1252", "Málaga"),
        ("cp1253", "Αθήνα"),
        ("cp1254", "İzmir"),
        ("cp1255", "חיפה"),
        ("cp1256", "القاهرة"),
    ],
)
def test_windows_encodings_keep_their_letters(tmp_path, encoding, word):
    path = written(tmp_path, f"name;n\n{word};1\n".encode(encoding))
    assert raw_table(path, Reading("delimited", encoding=encoding, delimiter=";")).frame.row(0) == (word, "1")


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends(tmp_path):
    path = written(tmp_path, 'a,b\n"x, ""y""\nz",1\n"",2\n')
    table = raw_table(path, DELIMITED)
    assert table.frame.rows() == [('x, "y"\nz', "1"), ("", "2")]


def test_title_rows_blank_rows_and_footers_are_no_data_and_do_not_shift_the_numbers(tmp_path):
    text = "Statistics office\n\ntown;persons\nA;1\n\nB;2\nSource: register\n\nC;3\n"
    table = raw_table(written(tmp_path, text), Reading("delimited", delimiter=";", skip_rows=2, footer="^Source"))
    assert table.frame.rows() == [("A", "1"), ("B", "2")]
    assert table.numbers.to_list() == [4, 6]
    assert table.first_row == 4


def test_merged_headers_over_two_rows_are_joined(tmp_path):
    table = raw_table(written(tmp_path, "Code,2020,,2021,\n,F,M,F,M\n1,2,3,4,5\n"), Reading("delimited", header_rows=2))
    assert table.header == ("Code", "2020 / F", "2020 / M", "2021 / F", "2021 / M")


def test_rows_of_another_length_are_kept_apart_with_their_numbers(tmp_path):
    table = raw_table(written(tmp_path, "a,b,c\n1,2,3\n1,2\n1,2,3,4\n"), DELIMITED)
    assert table.frame.height == 1
    assert [(row.number, row.cells) for row in table.ragged] == [(3, ("1", "2")), (4, ("1", "2", "3", "4"))]


def test_a_delimiter_at_the_end_of_every_line_makes_no_column(tmp_path):
    assert raw_table(written(tmp_path, "a,b,\n1,2,\n"), DELIMITED).header == ("a", "b")


@pytest.mark.parametrize(
    ("content", "message_id", "row"),
    [
        (b"a,b\n1,\xff\n", "sources.encoding", 2),
        (b"a,b\n1,2\x00\n", "sources.nul", 2),
        (b'a,b\n1,"2\n3,4\n', "sources.quote_open", 2),
        (b'a,b\n1,5" pipe\n2,6" pipe\n', "sources.stray_quote", 2),
        (b"a,a\n1,2\n", "sources.header_twice", None),
        (b"", "sources.empty", None),
        (b"\n\n", "sources.empty", None),
    ],
)
def test_damaged_text_is_refused_with_its_row(tmp_path, content, message_id, row):
    fault = fault_of(written(tmp_path, content))
    assert fault.message_id == message_id
    assert fault.values["file"] == "file.csv"
    assert fault.values.get("row") == row


def test_a_line_over_16_megabytes_is_refused(tmp_path):
    fault = fault_of(written(tmp_path, b"a,b\n1," + b"x" * 16_000_001 + b"\n"))
    assert (fault.message_id, fault.values["row"]) == ("sources.line_too_long", 2)


def test_an_encoding_that_nobody_knows_is_named(tmp_path):
    fault = fault_of(written(tmp_path, "a,b\n1,2\n"), Reading("delimited", encoding="klingon"))
    assert (fault.message_id, fault.values["encoding"]) == ("sources.encoding_unknown", "klingon")


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert fault_of(tmp_path / "nowhere.csv").values["file"] == "nowhere.csv"


# ---- workbooks


def workbook(path, rows, **cells):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    for place, value in cells.items():
        sheet[place] = value
    book.save(path)
    return path


def test_a_workbook_starts_at_its_first_row_even_if_that_is_empty(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", [[], ["Title"], ["town", "persons", "share"], ["A", 12, 0.5], ["B", 3.0, None]]
    )
    table = raw_table(path, Reading("workbook", sheet="Data", skip_rows=2, decimal=","))
    assert table.frame.rows() == [("A", "12", "0,5"), ("B", "3", "")]
    assert table.first_row == 4


def test_a_formula_is_refused_with_its_place(tmp_path):
    fault = fault_of(workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]], C7="=A2+B2"), Reading("workbook"))
    assert fault.message_id == "sources.formula"
    assert (fault.values["row"], fault.values["column"]) == (7, "C")


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path):
    fault = fault_of(workbook(tmp_path / "a.xlsx", [["a"], [1]]), Reading("workbook", sheet="2024"))
    assert fault.message_id == "sources.sheet_missing"
    assert fault.values["sheets"] == ["Data"]


def test_a_workbook_with_a_document_type_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], [1]])
    repacked = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(repacked, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = b'<!DOCTYPE x [<!ENTITY e "boom">]>' + part
            new.writestr(name, part)
    fault = fault_of(written(tmp_path, repacked.getvalue(), "b.xlsx"), Reading("workbook"))
    assert (fault.message_id, fault.values["member"]) == ("sources.dtd", "xl/workbook.xml")


def test_one_cell_in_the_last_corner_is_too_many_cells(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], [1]], XFD1048576=1)
    assert fault_of(path, Reading("workbook")).message_id == "sources.too_many_cells"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_what_only_looks_like_a_workbook_is_damaged(tmp_path, name):
    magic = b"PK\x03\x04" if name.endswith("x") else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert fault_of(written(tmp_path, magic + bytes(600), name), Reading("workbook")).message_id == "sources.damaged"


def old_workbook(records):
    """A compound file with one stream `Workbook` ([MS-CFB] and [MS-XLS], the smallest that is valid)."""
    stream = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records).ljust(4096, b"\0")
    sectors = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(name, kind, start, size, child=0xFFFFFFFF):
        text = name.encode("utf-16-le")
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<III", start, size, 0)
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + entry("Workbook", 2, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return head + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108) + table + directory.ljust(512, b"\0") + stream


def sheet_records(*cells):
    """One sheet `Data` with numbers in its cells."""
    globals_start = [(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))]
    size = sum(4 + len(body) for _, body in globals_start) + 4 + 12 + 4
    bound = (0x0085, struct.pack("<IHBB", size, 0, 4, 0) + b"Data")
    sheet = [(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)), *cells, (0x000A, b"")]
    return [*globals_start, bound, (0x000A, b""), *sheet]


def number_cell(row, column, value):
    return 0x0203, struct.pack("<HHHd", row, column, 0, value)


def test_an_old_workbook_is_read_like_a_new_one(tmp_path):
    cells = [number_cell(0, 0, 1950), number_cell(0, 1, 1955), number_cell(1, 0, 12), number_cell(1, 1, 0.5)]
    path = written(tmp_path, old_workbook(sheet_records(*cells)), "a.xls")
    table = raw_table(path, Reading("workbook", sheet="Data"))
    assert table.header == ("1950", "1955")
    assert table.frame.rows() == [("12", "0.5")]


def test_a_formula_in_an_old_workbook_is_found(tmp_path):
    formula = (0x0006, struct.pack("<HHHdHIH", 4, 27, 0, 1.0, 0, 0, 0))
    content = old_workbook(sheet_records(number_cell(0, 0, 1), formula))
    assert biff_formula(content) == (5, "AB")
    assert fault_of(written(tmp_path, content, "a.xls"), Reading("workbook")).message_id == "sources.formula"


# ---- archives


def archive(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = options.get("mode", 0o100644) << 16
            packed.writestr(info, content)
    return path


def test_the_one_wanted_member_of_a_zip_is_read(tmp_path):
    path = archive(tmp_path / "a.zip", {"readme.txt": "x", "data/2024.csv": "a,b\n1,2\n"})
    assert raw_table(path, Reading("delimited", member="data/*.csv")).frame.rows() == [("1", "2")]


def test_a_zip_may_hold_a_workbook(tmp_path):
    inner = workbook(tmp_path / "a.xlsx", [["a"], [1]]).read_bytes()
    path = archive(tmp_path / "a.zip", {"a.xlsx": inner})
    assert raw_table(path, Reading("workbook")).frame.rows() == [("1",)]


@pytest.mark.parametrize(
    ("members", "message_id"),
    [
        ({"a.csv": "a\n" * 2_000_000}, "sources.zip_bomb"),
        ({"../a.csv": "a,b\n1,2\n"}, "sources.zip_refused"),
        ({"/etc/a.csv": "a,b\n1,2\n"}, "sources.zip_refused"),
        ({"b.zip": b"PK\x03\x04"}, "sources.zip_refused"),
        ({"b.csv": b"PK\x03\x04"}, "sources.zip_refused"),
        ({"a.csv": "1", "b.csv": "2"}, "sources.zip_member"),
        ({f"{number}.csv": "" for number in range(1001)}, "sources.zip_entries"),
    ],
)
def test_hostile_archives_are_refused(tmp_path, members, message_id):
    assert fault_of(archive(tmp_path / "a.zip", members)).message_id == message_id


def test_a_link_in_an_archive_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", {"a.csv": "/etc/passwd"}, mode=0o120777)
    assert fault_of(path).message_id == "sources.zip_refused"


def test_a_directory_that_lies_about_the_size_is_caught_while_inflating(tmp_path):
    path = archive(tmp_path / "a.zip", {"a.csv": "a,b\n" + "1,2\n" * 100_000})
    content = path.read_bytes()
    size = struct.pack("<I", len("a,b\n") + 400_000)
    path.write_bytes(content.replace(size, struct.pack("<I", 50_000)))
    assert fault_of(path).message_id == "sources.damaged"


# ---- GeoJSON and Parquet


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}


def test_geojson_properties_are_columns_and_zeros_stay(tmp_path):
    feature = {"type": "Feature", "properties": {"code": "01", "n": 7, "note": None}, "geometry": SQUARE}
    table = raw_table(written(tmp_path, collection(feature)), Reading("geojson"))
    assert table.header == ("code", "n", "note", "geometry")
    assert table.frame.row(0)[:3] == ("01", "7", "")


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ('{"type": "FeatureCollection", "features": [NaN]}', "sources.json_not_finite"),
        ('{"type": "FeatureCollection", "features": [1e999]}', "sources.json_not_finite"),
        ("[" * 100_000 + "]" * 100_000, "sources.json_too_deep"),
        ('{"type": "FeatureCollection", "features": [', "sources.json_damaged"),
        ('{"n": ' + "9" * 5000 + "}", "sources.json_damaged"),
        ('{"type": "Topology"}', "sources.json_no_features"),
        (
            '{"type": "FeatureCollection", "features": [{"properties": null, "geometry": null}]}',
            "sources.json_no_features",
        ),
    ],
)
def test_hostile_json_is_refused(tmp_path, text, message_id):
    assert fault_of(written(tmp_path, text), Reading("geojson")).message_id == message_id


def test_parquet_numbers_become_text_as_a_person_writes_them(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": [1.0, None], "b": [0.5, 2.0], "c": ["01", "x"]}).write_parquet(path)
    table = raw_table(path, Reading("parquet"))
    assert table.frame.rows() == [("1", "0.5", "01"), ("", "2.0", "x")]
    assert table.first_row == 2


def test_a_parquet_file_that_is_cut_off_is_damaged(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    assert fault_of(path, Reading("parquet")).message_id == "sources.damaged"
