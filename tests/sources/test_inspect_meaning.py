"""What the columns and rows mean: roles, totals, of-which, suppressed marks, problems, and the recipe that follows."""

# ruff: noqa: E501
import json
from pathlib import Path

import pytest

from cosmopolis.catalogue.recipes import load_recipe
from cosmopolis.sources.detect_codes import age_code
from cosmopolis.sources.inspect import inspect_file
from cosmopolis.sources.inspect_recipe import proposal_json, recipe_id, recipe_yaml


def written(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def table(header: str, *rows: object) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("0-4", "Y0T4"),
        ("0 – 4", "Y0T4"),
        ("85+", "Y_GE85"),
        ("Y15-64", "Y15T64"),
        ("Y_GE85", "Y_GE85"),
        ("85 und älter", "Y_GE85"),
        ("85 ans et plus", "Y_GE85"),
        ("85 y más", "Y_GE85"),
        ("85岁及以上", "Y_GE85"),
        ("85 лет и старше", "Y_GE85"),
        ("15 bis 64 Jahre", "Y15T64"),
        ("De 15 a 64 años", "Y15T64"),
        ("From 15 to 64 years", "Y15T64"),
        ("7 anys", "Y7"),
        ("unknown", "_U"),
        ("insgesamt", "_T"),
        ("2015-2020", ""),
        ("Mitte", ""),
    ],
)
def test_age_classes_are_read_in_many_languages(cell, code):
    assert age_code(cell) == code


def test_a_total_is_proved_by_adding_up_even_where_no_word_says_so(tmp_path):
    rows = []
    for year in (2019, 2020, 2021):
        parts = [("North", 10 + year % 7), ("South", 20 + year % 5), ("West", 7)]
        rows += [(year, name, count) for name, count in parts]
        rows.append((year, "Metropolis", sum(count for _, count in parts)))
    proposal = inspect_file(written(tmp_path, table("year,district,residents", *rows)))
    (found,) = proposal.totals
    assert (found.total.column, found.total.cells, found.agreement) == ("district", ("Metropolis",), 1.0)


def test_a_word_for_all_that_the_rows_do_not_prove_is_said_to_be_unsure(tmp_path):
    rows = [(year, sex, 100) for year in range(2000, 2010) for sex in ("Total", "women", "men")]
    proposal = inspect_file(written(tmp_path, table("year,sex,residents", *rows)))
    (found,) = proposal.totals
    assert found.agreement is None
    assert found.certainty <= 0.5
    assert not found.total.checked


def test_of_which_columns_are_proved_on_the_rows(tmp_path):
    # whole = a + b + c, and d is part of b in every row
    rows = [(f"{i:03d}", 2 * i + 5 * i + 10 + i % 4, 2 * i, 5 * i, 10 + i % 4, 3 * i + 1) for i in range(1, 40)]
    proposal = inspect_file(written(tmp_path, table("ward,foreign,asia,europe,others,poland", *rows)))
    measures = {found.measure.column: found.measure for found in proposal.measures}
    assert measures["foreign"].total
    assert measures["poland"].of_which == "europe"
    assert not any(measures[name].of_which or measures[name].total for name in ("asia", "europe", "others"))
    (check,) = proposal.checks
    assert (check.whole, set(check.parts)) == ("foreign", {"asia", "europe", "others"})


@pytest.mark.parametrize("mark", ["..", "<5", "*"])
def test_a_mark_for_small_counts_is_found_and_its_range_left_to_the_publisher(tmp_path, mark):
    rows = [(f"{i:02d}", 2020, mark if i % 5 == 0 else 5 + i) for i in range(1, 60)]
    path = written(tmp_path, table("ward,year,count", *rows))
    proposal = inspect_file(path)
    (found,) = proposal.suppressed
    assert (found.mark, found.cells, found.smallest_shown) == (mark, 11, 6)
    assert proposal.reading.suppressed == {}
    assert f"# suppressed: {{{json.dumps(mark)}: [?, ?]}}" in recipe_yaml(proposal)


def test_codes_of_sex_that_only_the_publisher_can_explain_stop_the_build(tmp_path):
    rows = [(2020, f"{i:02d}", sex, 10 + i) for i in range(1, 40) for sex in (1, 2)]
    proposal = inspect_file(written(tmp_path, table("year,ward,sex,count", *rows)))
    sex = proposal.column("sex")
    assert (sex.role, dict(sex.codes), sex.unknown_cells) == ("sex", {}, ("1", "2"))
    assert "codes: {}" in recipe_yaml(proposal)


def test_names_of_countries_alone_leave_birth_or_citizenship_open(tmp_path):
    rows = [(2020 + i % 2, name, 10 + i) for i, name in enumerate(["Marokko", "Polen", "Syrien", "Ghana"] * 5)]
    column = inspect_file(written(tmp_path, table("Jahr,Herkunft,Anzahl", *rows))).column("Herkunft")
    assert column.certainty < 0.5
    assert {column.role, *column.alternatives} >= {"axis:citizenship", "axis:birth"}


def test_code_and_label_side_by_side_are_one_dimension(tmp_path):
    rows = [(y, c, w, s, n, 5 + i) for y in (2019, 2020) for i, (c, w) in enumerate([("01", "North"), ("02", "South"), ("03", "West")]) for s, n in (("F", "Females"), ("M", "Males"))]  # fmt: skip
    proposal = inspect_file(written(tmp_path, table("year,district_code,district_name,sex,Sex label,value", *rows)))
    assert [column.role for column in proposal.columns] == ["period", "area", "area_name", "sex", "ignore", "value"]


def test_rows_of_unequal_length_stop_and_are_named_with_the_field_they_lack(tmp_path):
    rows = [(2020 + i % 3, f"Ward {i % 7}", "women" if i % 2 else "men", 10 + i) for i in range(60)]
    lines = table("year,ward,sex,count", *rows).splitlines()
    lines[10] = "2021,Ward 3,17"
    proposal = inspect_file(written(tmp_path, "\n".join(lines) + "\n"))
    assert not proposal.agrees
    unequal, shifted = proposal.problems[:2]
    assert (unequal.rows, unequal.count) == ((11,), 1)
    assert shifted.remark.values["column"] == "sex"
    assert proposal.repairs[0].kind == "insert_missing_field"
    assert "# repairs:" in recipe_yaml(proposal)


def test_lost_zeros_duplicates_negative_people_and_markup_are_told(tmp_path):
    rows = [(f"{i}010101"[-8:].lstrip("0"), 2020, f"Ward {i}", 10 + i) for i in range(1, 31)]
    rows += [rows[4], ("30010102", 2020, "<b>Ward</b> 31", -1)]
    proposal = inspect_file(written(tmp_path, table("district,year,label,count", *rows)))
    told = {problem.remark.message_id.rsplit(".", 1)[1]: problem for problem in proposal.problems}
    assert {"lost_zeros", "duplicate_rows", "negative", "html"} <= set(told)
    assert told["duplicate_rows"].rows == (32,)
    assert told["negative"].rows == (33,)
    assert proposal.agrees


def test_the_recipe_is_one_that_the_catalogue_accepts_and_quotes_what_it_must(tmp_path):
    rows = [(2020 + i % 3, f'no: "{i % 5}" # x', "yes" if i % 2 else "null", 10 + i) for i in range(60)]
    lines = ["Jahr;Bezirk;Geschlecht;Anzahl", *(";".join(map(str, row)).replace('"', "'") for row in rows)]
    path = written(tmp_path, "\n".join(lines), "Einwohner_202012.csv")
    proposal = inspect_file(path)
    text = recipe_yaml(proposal)
    recipe_file = written(tmp_path, text, f"{recipe_id(path.name)}.yaml")
    recipe = load_recipe(recipe_file)
    assert recipe.files == ("Einwohner_*.csv",)
    assert recipe.reading.delimiter == ";"
    assert [column.role for column in recipe.columns] == [c.role for c in proposal.columns if c.role != "value"]


def test_a_line_break_in_a_cell_cannot_leave_its_comment(tmp_path):
    rows = [f'2020,"Ward{i}\nrecipe: other",{i + 5}' for i in range(30)]
    path = written(tmp_path, "year,thing,count\n" + "\n".join(rows) + "\n")
    text = recipe_yaml(inspect_file(path))
    assert text.count("\nrecipe: ") == 1


def test_the_proposal_is_plain_json(tmp_path):
    rows = [(2020 + i % 3, f"Ward {i % 7}", 10 + i) for i in range(60)]
    told = proposal_json(inspect_file(written(tmp_path, table("year,ward,count", *rows))))
    assert json.loads(json.dumps(told)) == told
    assert told["agrees"] is True
    assert told["recipe"].startswith("# ")
