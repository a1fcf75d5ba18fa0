"""How a file is written: encodings, delimiters, line ends, marks in numbers, titles, merged headers, footers."""

# ruff: noqa: E501
import zipfile
from pathlib import Path

import openpyxl
import pytest

from cosmopolis.sources.detect_numbers import NumberForm, number_form
from cosmopolis.sources.inspect import inspect_file

# Names of districts and groups as a city of that script writes them.
LATIN = "Année;Quartier;Sexe;Valeur\n2020;Montréal-Ouest;Hommes;12\n2020;Côte-des-Neiges;Femmes;15\n2021;Saint-Léonard;Hommes;9\n2021;Élysée;Femmes;31\n"
POLISH = "Rok;Dzielnica;Płeć;Liczba\n2020;Śródmieście;kobiety;12\n2020;Żoliborz;mężczyźni;15\n2021;Włochy;kobiety;9\n2021;Białołęka;mężczyźni;31\n"
RUSSIAN = "Год;Район;Пол;Численность\n2020;Хамовники;женщины;12\n2020;Арбат;мужчины;15\n2021;Замоскворечье;женщины;9\n2021;Якиманка;мужчины;31\n"
ARABIC = "السنة;الحي;الجنس;العدد\n2020;المدينة القديمة;إناث;12\n2020;حي الزهور;ذكور;15\n2021;حي السلام;إناث;9\n2021;وسط المدينة;ذكور;31\n"
CHINESE = "年份;区;性别;人口\n2020;东城区;女;12\n2020;西城区;男;15\n2021;朝阳区;女;9\n2021;海淀区;男;31\n"
#: A real list is longer than four rows; encodings are judged by their letters.
REPEATED = 6

FILES = [
    ("utf-8", LATIN, {"utf-8-sig"}),
    ("utf-8", CHINESE, {"utf-8-sig"}),
    ("utf-8-sig", ARABIC, {"utf-8-sig"}),
    ("utf-16", RUSSIAN, {"utf-16"}),
    ("utf-16-le", LATIN, {"utf-16-le"}),
    ("utf-16-be", POLISH, {"utf-16-be"}),
    ("cp1252", LATIN, {"cp1252", "iso8859_15"}),
    ("cp1251", RUSSIAN, {"cp1251"}),
    ("cp1256", ARABIC, {"cp1256"}),
    ("gb18030", CHINESE, {"gb18030"}),
    ("iso-8859-2", POLISH, {"iso8859_2"}),
    ("cp1250", POLISH, {"cp1250"}),
]


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def longer(text: str) -> str:
    header, rows = text.split("\n", 1)
    years = [rows.replace("2020", str(2000 + 2 * i)).replace("2021", str(2001 + 2 * i)) for i in range(REPEATED)]
    return header + "\n" + "".join(years)


@pytest.mark.parametrize(("encoding", "text", "expected"), FILES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_encoding_the_delimiter_and_the_line_end_are_found(tmp_path, encoding, text, expected, delimiter, line_end):
    content = longer(text).replace(";", delimiter).replace("\n", line_end)
    proposal = inspect_file(written(tmp_path, content, encoding))
    assert proposal.reading.encoding in expected
    assert proposal.reading.delimiter == delimiter
    assert proposal.finding("line_end").value == {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}[line_end]
    assert [column.role for column in proposal.columns] == ["period", "area", "sex", "value"]
    assert set(proposal.columns[2].codes.values()) == {"F", "M"}


def test_a_choice_between_single_byte_encodings_is_never_called_certain(tmp_path):
    proposal = inspect_file(written(tmp_path, longer(RUSSIAN), "cp1251"))
    finding = proposal.finding("encoding")
    assert finding.certainty <= 0.9
    assert finding.alternatives


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["1.234,5", "17", "2.000"], NumberForm(",", ".")),
        (["1,234.5", "17"], NumberForm(".", ",")),
        (["1\u00a0234,5", "17,25"], NumberForm(",", "\u00a0")),
        (["1\u202f234,5"], NumberForm(",", "\u202f")),
        (["1 234,5", "3 000 000"], NumberForm(",", " ")),
        (["1'234.5", "12'000"], NumberForm(".", "'")),
        (["1234.5"], NumberForm(".", "")),
        (["0.125", "0.250"], NumberForm(".", "")),
        (["1.234.567"], NumberForm(",", ".")),
        (["17", "2020"], NumberForm(".", "")),
    ],
)
def test_the_marks_in_numbers_are_found(cells, form):
    assert number_form(cells)[0] == form


def test_a_lone_group_of_three_digits_is_read_as_thousands_and_said_to_be_unsure():
    form, decimal, thousands = number_form(["1.234", "5.678", "12"])
    assert form == NumberForm(",", ".")
    assert decimal.certainty < 0.7
    assert decimal.alternatives == (".",)
    assert thousands.certainty < 0.7


def test_titles_above_and_notes_below_the_table_are_left_out(tmp_path):
    rows = "".join(f"{year};{name};{year % 50 + i}\n" for year in range(2000, 2010) for i, name in enumerate("ABC"))
    text = f"Bevölkerung der Stadt;;\n;;\nJahr;Bezirk;Anzahl\n{rows}Quelle: Amt für Statistik;;\n"
    proposal = inspect_file(written(tmp_path, text))
    assert (proposal.reading.skip_rows, proposal.reading.header_rows) == (2, 1)
    assert proposal.reading.footer == "^Quelle"
    assert proposal.header == ("Jahr", "Bezirk", "Anzahl")
    assert proposal.rows == 30
    assert proposal.agrees


def test_merged_headers_of_a_workbook_are_joined(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Residents by district", None, None, None, None])
    sheet.append(["District", "2019", None, "2020", None])
    sheet.append([None, "women", "men", "women", "men"])
    for number in range(1, 13):
        sheet.append([f"District {number}", 100 + number, 90 + number, 110 + number, 95 + number])
    sheet.append(["Source: city register"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    proposal = inspect_file(path)
    assert (proposal.reading.skip_rows, proposal.reading.header_rows) == (1, 2)
    assert proposal.header == ("District", "2019 / women", "2019 / men", "2020 / women", "2020 / men")
    assert proposal.rows == 12


def test_years_across_are_one_measure_with_a_pattern(tmp_path):
    rows = "".join(f"{i:02d},Ward {i},{100 + i},{110 + i},{120 + i}\n" for i in range(1, 21))
    proposal = inspect_file(written(tmp_path, f"ward_code,ward_name,2019,2020,2021\n{rows}"))
    (found,) = proposal.measures
    assert found.measure.pattern == r"^(\d{4})$"
    assert (found.measure.pattern_role, found.measure.pattern_form) == ("period", "%Y")
    assert proposal.first_rows[0] == ("area", "area_name", "period", "value")
    assert proposal.first_rows[2] == ("01", "Ward 1", "2020", "111")


def test_the_table_in_a_zip_is_found(tmp_path):
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.pdf", "no table")
        archive.writestr("data/towns.csv", longer(LATIN))
    proposal = inspect_file(path)
    assert proposal.reading.member == "data/towns.csv"
    assert proposal.reading.delimiter == ";"


def test_two_inspections_of_one_file_say_the_same(tmp_path):
    path = written(tmp_path, longer(CHINESE))
    assert inspect_file(path) == inspect_file(path)
