"""What other programs read: exact numbers, no formulas, one description of it all."""

import csv
import hashlib
import io
import itertools
import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import made_up_report, table

from cosmopolis.errors import PublicationRefused
from cosmopolis.publication.data import csv_bytes, exact, observations, safe_text
from cosmopolis.vocabulary.table import SCHEMA


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_columns_are_those_of_the_long_table_in_its_order(files):
    head = files["data/observations.csv"].decode("utf-8").splitlines()[0]
    assert head == ",".join(SCHEMA)


def test_whole_numbers_have_no_decimal_point_and_fractions_are_shortest():
    written = rows_of(csv_bytes(table({"value": 41_200, "lower": 0.1, "upper": 1 / 3}).frame))[0]
    assert (written["value"], written["lower"], written["upper"]) == ("41200", "0.1", "0.3333333333333333")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_reads_back_as_itself(number):
    assert float(exact(number)) == number


def test_no_value_is_an_empty_cell_and_zero_is_zero():
    written = rows_of(csv_bytes(table({"status": "Q", "lower": 1, "upper": 4}, {"value": 0}).frame))
    assert [row["value"] for row in written] == ["", "0"]


def test_rows_are_sorted_and_none_is_written_twice():
    late, early = table({"period": "2025", "value": 2}), table({"period": "2015", "value": 1})
    assert observations([late, early, late])["period"].to_list() == ["2015", "2025"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(start):
    frame = table({"area_code": f"{start}HYPERLINK(1)", "value": -3}).frame
    written = rows_of(csv_bytes(frame))[0]
    assert written["area_code"] == f"'{start}HYPERLINK(1)"
    assert written["value"] == "-3"


@given(st.text())
def test_safe_text_never_begins_a_formula(text):
    assert not safe_text(text).startswith(("=", "+", "-", "@", "\t", "\r", "\0"))


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(PublicationRefused) as refused:
        observations([table({"value": wrong})])
    assert refused.value.faults[0].message_id == "publication.not_finite"


def test_one_cell_with_two_values_is_refused():
    with pytest.raises(PublicationRefused) as refused:
        observations([table({"value": 7}), table({"value": 8})])
    assert refused.value.faults[0].message_id == "publication.two_values"


def test_areas_have_the_city_and_keep_codes_as_text(files):
    areas = rows_of(files["data/areas.csv"])
    assert list(areas[0]) == ["code", "name", "level", "parent", "boundary_date"]
    assert {row["code"] for row in areas} >= {"vilanova", "barri-01"}


def test_the_map_is_geojson_with_codes(files):
    shapes = json.loads(files["data/areas.geojson"])
    assert [feature["id"] for feature in shapes["features"]] == [f"barri-{n:02}" for n in range(1, 9)]
    ring = shapes["features"][0]["geometry"]["coordinates"][0]
    # the exterior runs against the clock (RFC 7946): its signed area is positive
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) > 0


def test_a_figures_envelope_says_what_a_reader_needs(files):
    envelope = json.loads(files["data/figures/origins.json"])
    assert list(envelope) == ["id", "indicator", "definition", "method", "period", "source", "status", "rows"]
    assert envelope["status"] == {"A": 6, "L": 1, "Q": 1}
    assert envelope["source"][0]["publisher"] == "Oficina d’Estadística"
    protected = next(row for row in envelope["rows"] if row["status"] == "Q")
    assert (protected["value"], protected["lower"], protected["upper"]) == (None, 1, 4)
    assert list(envelope["rows"][0]) == list(SCHEMA)


def test_the_package_describes_every_file_by_its_bytes(files):
    package = json.loads(files["data/datapackage.json"])
    described = {resource["path"]: resource for resource in package["resources"]}
    assert {f"data/{path}" for path in described} | {"data/datapackage.json"} == {
        p for p in files if p.startswith("data/")
    }
    for path, resource in described.items():
        content = files[f"data/{path}"]
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert resource["bytes"] == len(content)
    fields = [field["name"] for field in described["observations.csv"]["schema"]["fields"]]
    assert fields == list(SCHEMA)
    assert package["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    assert "created" not in package


def test_the_same_report_gives_the_same_bytes(files):
    from cosmopolis.publication import site_files

    again = {
        path: content for path, content in site_files(made_up_report(), languages=("en",)) if path.startswith("data/")
    }
    assert again == {path: content for path, content in files.items() if path.startswith("data/")}


def test_a_report_without_rows_still_has_its_columns():
    assert csv_bytes(observations([])) == (",".join(SCHEMA) + "\n").encode()
    assert isinstance(observations([]), pl.DataFrame)
