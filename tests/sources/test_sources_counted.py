"""Counts out of tables that nobody described: what is read, and what is refused rather than guessed."""

import zipfile
from pathlib import Path

import pytest

from cosmopolis.errors import SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.sources import counted_columns

NAMES = ["abroad", "others"]
COUNTS = ((1250.0, 30.0, 480.0), (7000.0, 9100.0, 12345.0))


def saved(folder: Path, content: bytes | str, name: str = "wards.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, rows: list[list[object]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.create_sheet("Notes").append(["Register of residents"])
    book.save(path)
    return path


def refused(path: Path, names: list[str] = NAMES) -> tuple[str, dict[str, object]]:
    with pytest.raises(SourceError) as told:
        counted_columns(path, names)
    assert len(told.value.faults) == 1
    for code in LANGUAGES:
        assert "{" not in language(code).error(told.value)
    return told.value.faults[0].message_id, dict(told.value.faults[0].values)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("ward,abroad,others\nA,1250,7000\nB,30,9100\nC,480,12345\n", "utf-8"),
        ("ward;abroad;others\nA;1250;7000\nB;30;9100\nC;480;12345\n", "utf-8"),
        ("ward\tabroad\tothers\nÀ\t1250\t7000\nB\t30\t9100\nC\t480\t12345\n", "utf-16"),
        ("ward;abroad;others\nNuñoa;1250;7000\nÑuble;30;9100\nAlcalá;480;12345\n", "latin-1"),
        ("ward;abroad;others\nA;1.250,0;7.000,0\nB;30,0;9.100,0\nC;480,0;12.345,0\n", "utf-8"),
        ('ward,abroad,others\nA,"1,250","7,000"\nB,30,"9,100"\nC,480,"12,345"\n', "utf-8"),
        ("ward;abroad;others\nA;1 250;7 000\nB;30;9 100\nC;480;12 345\n", "utf-8"),
        ("ward;abroad;others\nA;1.250;7.000\nB;30;9.100\nC;480;12.345\n", "utf-8"),
        ("Residents by ward 2025\n\nward;abroad;others\nA;1250;7000\nB;30;9100\nC;480;12345\n", "utf-8-sig"),
    ],
)
def test_a_table_is_read_in_the_form_it_has(tmp_path: Path, text: str, encoding: str) -> None:
    assert counted_columns(saved(tmp_path, text.encode(encoding)), NAMES) == COUNTS


def test_a_workbook_is_read_from_its_table_with_titles_above(tmp_path: Path) -> None:
    rows = [
        ["Residents by ward"],
        [],
        ["ward", "abroad", "others"],
        ["A", 1250, 7000],
        ["B", 30, 9100],
        ["C", 480, 12345],
    ]
    assert counted_columns(workbook(tmp_path / "wards.xlsx", rows), NAMES) == COUNTS


def test_a_number_of_a_workbook_is_never_taken_for_text_with_a_mark(tmp_path: Path) -> None:
    rows = [["ward", "abroad", "others"], ["A", 1.125, 7.375], ["B", 2.625, 9.125]]
    assert counted_columns(workbook(tmp_path / "w.xlsx", rows), NAMES) == ((1.125, 2.625), (7.375, 9.125))


def test_a_table_in_a_zip_and_a_parquet_are_read(tmp_path: Path) -> None:
    import polars as pl

    with zipfile.ZipFile(tmp_path / "wards.zip", "w") as archive:
        archive.writestr("wards.csv", "ward;abroad;others\nA;1250;7000\nB;30;9100\nC;480;12345\n")
    pl.DataFrame({"ward": ["A", "B", "C"], "abroad": COUNTS[0], "others": COUNTS[1]}).write_parquet(
        tmp_path / "w.parquet"
    )
    assert counted_columns(tmp_path / "wards.zip", NAMES) == COUNTS
    assert counted_columns(tmp_path / "w.parquet", NAMES) == COUNTS


def test_a_missing_file_is_told_as_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere.csv")[0] == "sources.unreadable"


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    path = saved(tmp_path, "ward;abroad;others\nA;12;70\nB;3;91\n")
    message, told = refused(path, ["migrants", "others"])
    assert (message, told["column"], told["known"]) == ("sources.no_column", "migrants", ["ward", "abroad", "others"])


@pytest.mark.parametrize("cell", ["ten", "-3", "<5", "..", "1,5,2"])
def test_a_cell_that_is_no_count_is_told_with_its_row_in_the_file(tmp_path: Path, cell: str) -> None:
    path = saved(tmp_path, f"Residents by ward\n\nward;abroad;others\nA;12;70\nB;{cell};91\nC;7;80\n")
    message, told = refused(path)
    assert message == "sources.no_count"
    assert (told["row"], told["column"], told["value"]) == (5, "abroad", cell)


def test_all_wrong_cells_are_told_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as told:
        counted_columns(saved(tmp_path, "ward,abroad,others\nA,12,x\nB,y,91\nC,7,80\nD,8,81\nE,9,90\n"), NAMES)
    found = [(fault.values["row"], fault.values["column"]) for fault in told.value.faults]
    assert found == [(2, "others"), (3, "abroad")]


def test_an_empty_cell_is_no_zero(tmp_path: Path) -> None:
    message, told = refused(saved(tmp_path, "ward,abroad,others\nA,12,70\nB,,91\nC,7,80\n"))
    assert (message, told["row"], told["column"]) == ("sources.no_count_empty", 3, "abroad")


@pytest.mark.parametrize("second", ["23.456", "4587"])
def test_a_mark_that_nothing_explains_is_not_guessed(tmp_path: Path, second: str) -> None:
    message, told = refused(saved(tmp_path, f"ward;abroad;others\nA;12.345;70.123\nB;{second};91.456\n"))
    assert message == "sources.number_unsure"
    assert (told["row"], told["column"], told["value"], told["mark"]) == (2, "abroad", "12.345", ".")


def test_a_row_with_a_field_too_many_stops_the_file(tmp_path: Path) -> None:
    message, told = refused(saved(tmp_path, "ward,abroad,others\nA,12,70\nB,1,250,91\nC,7,80\nD,8,81\n"))
    assert (message, told["row"]) == ("sources.field_count", 3)


@pytest.mark.parametrize(
    ("text", "row", "named"),
    [
        ("ward,abroad,others\nA,12,70\nB,3,91\nCity,15,161\n", 4, "City"),  # 12 + 3, 70 + 91
        ("ward,abroad,others\nWhole,15,161\nA,15,70\nB,0,91\n", 2, "Whole"),  # the group lives in one ward
        ("ward,abroad,others\nA,12,70\nB,3,91\nC,4,90\nTotal,20,250\n", 5, "Total"),  # rounded, so no sum
        ("abroad,others\n12,70\n3,91\n15,161\n", 4, "15"),
    ],
)
def test_a_total_row_is_refused_by_name(tmp_path: Path, text: str, row: int, named: str) -> None:
    message, told = refused(saved(tmp_path, text))
    assert (message, told["row"], told["value"]) == ("sources.total_row", row, named)


@pytest.mark.parametrize(
    "text",
    [
        "ward,abroad,others\nA,12,70\nB,12,70\n",  # two equal wards: each would be the sum of the other
        "ward,abroad,others\nA,12,70\nB,12,70\nC,0,0\n",
        "ward,abroad,others\nA,12,70\nB,3,91\nC,15,90\n",  # a sum in one column alone
        "ward,sex,abroad,others\nA,total,12,70\nB,total,3,91\n",  # every row says so
    ],
)
def test_a_row_that_only_looks_like_a_sum_stays(tmp_path: Path, text: str) -> None:
    assert counted_columns(saved(tmp_path, text), NAMES)[0][0] == 12


def test_rows_of_persons_are_not_read(tmp_path: Path) -> None:
    rows = "".join(f"{n},Name{n},{1950 + n % 50}-03-0{1 + n % 9},{n % 2},{1 - n % 2}\n" for n in range(60))
    message, _ = refused(saved(tmp_path, "person_id,surname,birth_date,abroad,others\n" + rows))
    assert message == "inspect.persons"
