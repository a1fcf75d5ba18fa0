"""Charts: what stands in the SVG, and what it must never hold."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import polars as pl
import pytest
import report_sample
import shapely

from cosmopolis.errors import PublicationRefused
from cosmopolis.language import LANGUAGES, language
from cosmopolis.publication.charts import chart
from cosmopolis.publication.charts.colours import LIGHT
from cosmopolis.publication.charts.scales import axis, spread
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import Figure, Message, Period
from cosmopolis.vocabulary.table import SCHEMA, Status

SAID = Message("charts.describe.line", {"start": Period("2015"), "end": Period("2025")})
ALLOWED = {"class", "fill", "stroke", "d", "x", "y", "x1", "y1", "x2", "y2", "dy", "cx", "cy", "r", "width", "height",
           "transform", "text-anchor", "font-size", "font-weight", "font-family", "stroke-width", "stroke-dasharray",
           "stroke-linejoin", "stroke-linecap", "opacity", "fill-opacity", "paint-order", "id", "role", "lang",
           "aria-labelledby", "direction", "viewBox", "patternUnits", "patternTransform"}  # fmt: skip


def table(*rows):
    full = dict.fromkeys(SCHEMA) | {
        "indicator": "population_stock", "area_code": "town", "period": "2025", "sex": "_T", "age_group": "_T",
        "group": "_T", "unit": "persons", "status": "A", "source_id": "s", "method_id": "m",
    }  # fmt: skip
    return Protected(pl.DataFrame([full | row for row in rows], schema=dict(SCHEMA), orient="row"), "none", ("s",))


def figure(kind, across, *rows, **more):
    return Figure("fig 1", kind, SAID, SAID, table(*rows), across, SAID, SAID, **more)


def square(left):
    return shapely.to_wkb(shapely.box(left, 0, left + 1, 1))


NAMES = ["Harbour", "Mills & <Co>", "North", "East", "West"]
TOWN = Areas(
    (Area("town", "Town", "city"), *(Area(f"district-{n}", name, "district") for n, name in enumerate(NAMES))),
    {f"district-{n}": square(n) for n in range(5)},
)


def line_figure(**more):
    years = {2019: 0.2, 2020: 0.21, 2021: 0.22, 2023: 0.24, 2024: 0.25}
    return figure(
        "line", "period", *({"unit": "share", "period": str(y), "value": v} for y, v in years.items()), **more
    )


def bars_figure():
    return figure(
        "bars",
        "group",
        {"group": "birth=COL", "value": 120.0},
        {"group": "birth=ITA", "lower": 100.0, "upper": 400.0, "status": "Q"},
        {"group": "birth=CHN", "status": "Q"},
    )


def pyramid_figure():
    ages = ("Y0T4", "Y5T9", "Y_GE10")
    rows = ({"age_group": a, "sex": s, "value": 100.0 + n} for n, a in enumerate(ages) for s in "FM")
    return figure("pyramid", "age_group", *rows, series="sex")


def map_figure():
    return figure(
        "map",
        "area_code",
        {"unit": "share", "area_code": "district-0", "value": 0.05},
        {"unit": "share", "area_code": "district-1", "status": "Q"},
        {"unit": "share", "area_code": "district-2", "status": "L"},
        {"unit": "share", "area_code": "district-3", "lower": 0.15, "upper": 0.28, "status": "Q"},
        {"unit": "share", "area_code": "town", "value": 0.5},
        borders=(0.1, 0.2, 0.3, 0.4),
    )


FIGURES = {
    "line": line_figure,
    "bars": bars_figure,
    "pyramid": pyramid_figure,
    "map": map_figure,
    "profile": lambda: replace(report_sample.profile(), shown=SAID),
    "curve": lambda: replace(report_sample.curve(), shown=SAID),
}


def drawn(made, code="en", width=720):
    return chart(made, language=language(code), areas=TOWN, width=width)


def texts(svg):
    letters = ("".join(element.itertext()) for element in ET.fromstring(svg).iter() if element.tag.endswith("}text"))
    return [re.sub("[\u2066-\u2069]", "", one) for one in letters]


def titles(svg):
    found = [element.text for element in ET.fromstring(svg).iter() if element.tag.endswith("}title")]
    return [re.sub("[\u2066-\u2069]", "", one) for one in found][1:]


@pytest.mark.parametrize("width", [340, 720])
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", FIGURES)
def test_a_chart_may_stand_in_a_page_under_a_strict_policy(kind, code, width):
    made = drawn(FIGURES[kind](), code, width)
    for element in ET.fromstring(made.svg).iter():
        assert element.tag.rpartition("}")[2] in {
            "svg", "title", "desc", "defs", "pattern", "g", "path", "rect", "line", "circle", "text", "tspan"
        }  # fmt: skip
        assert set(element.attrib) <= ALLOWED
        assert not any("url(" in value and "url(#" not in value for value in element.attrib.values())
    assert made.width == width


@pytest.mark.parametrize("kind", FIGURES)
def test_a_chart_is_named_and_described_in_the_language_of_the_page(kind):
    root = ET.fromstring(drawn(FIGURES[kind](), "ru").svg)
    by_id = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    named, described = (by_id[one] for one in root.attrib["aria-labelledby"].split())
    assert root.attrib["role"] == "img"
    assert "Линейный график" in named
    assert re.search("[а-я]", described)
    assert drawn(FIGURES[kind](), "ru").description == described


def test_ids_differ_between_the_two_widths_of_a_figure():
    wide, narrow = (set(re.findall(r' id="([^"]+)"', drawn(map_figure(), width=width).svg)) for width in (720, 340))
    assert wide
    assert not wide & narrow


@pytest.mark.parametrize("kind", FIGURES)
def test_the_same_figure_gives_the_same_bytes(kind):
    assert drawn(FIGURES[kind]()).svg == drawn(FIGURES[kind]()).svg


@pytest.mark.parametrize("kind", FIGURES)
def test_every_colour_has_a_class_for_dark_mode(kind):
    for element in ET.fromstring(drawn(FIGURES[kind]()).svg).iter():
        roles = dict(re.findall(r"([fk])-(\w+)", element.get("class", "")))
        for attribute, letter in (("fill", "f"), ("stroke", "k")):
            colour = element.get(attribute, "none")
            if colour != "none" and not colour.startswith("url"):
                assert LIGHT[roles[letter]] == colour


def test_coordinates_have_one_decimal_at_most():
    assert not re.search(r"\d\.\d\d", re.sub("<title>.*?</title>", "", drawn(bars_figure()).svg))


def lines(svg):
    """The paths of lines, which are thicker than the leaders to their labels."""
    return [one.attrib["d"] for one in ET.fromstring(svg).iter() if one.get("stroke-width") == "2.5"]


def test_a_missing_year_is_a_gap_in_the_line():
    svg = drawn(line_figure()).svg
    assert [path.count("L") for path in lines(svg)] == [2, 1]


def test_a_year_without_a_number_is_a_gap_in_the_line():
    rows = [{"period": "2010", "value": 3.0}, {"period": "2015", "status": "O"}, {"period": "2016", "value": 4.0}]
    svg = drawn(figure("line", "period", *rows)).svg
    assert lines(svg) == []


def test_a_line_ends_with_its_last_number():
    assert "25.0%" in texts(drawn(line_figure()).svg)


def test_a_line_far_from_zero_says_where_its_axis_starts():
    rows = ({"period": str(2020 + n), "value": 1_600_000.0 + n * 10_000} for n in range(4))
    assert "The vertical axis does not start at zero." in texts(drawn(figure("line", "period", *rows)).svg)


def test_series_are_named_at_their_ends():
    rows = [
        {"group": f"birth={g}", "period": str(y), "value": v}
        for g, v in (("COL", 5.0), ("ITA", 5.1))
        for y in (2024, 2025)
    ]
    said = texts(drawn(figure("line", "period", *rows, series="group")).svg)
    assert "Colombia5" in said
    assert "Italy5" in said


def x_of(svg, words):
    element = next(e for e in ET.fromstring(svg).iter() if e.tag.endswith("}text") and words in "".join(e.itertext()))
    return float(element.attrib["x"])


def test_time_runs_from_right_to_left_in_arabic_and_the_chart_says_so():
    arabic, english = drawn(line_figure(), "ar").svg, drawn(line_figure()).svg
    assert x_of(arabic, "2019") > x_of(arabic, "2024")
    assert x_of(english, "2019") < x_of(english, "2024")
    assert "يسير الزمن من اليمين إلى اليسار." in texts(arabic)


def test_bars_start_at_the_right_in_arabic():
    svg = drawn(bars_figure(), "ar").svg
    assert x_of(svg, "كولومبيا") > x_of(svg, "120")


def test_the_pyramid_names_its_sexes_on_their_own_sides():
    for code, men, women in (("en", "Male", "Female"), ("ar", "ذكور", "إناث")):
        svg = drawn(pyramid_figure(), code).svg
        assert (x_of(svg, men) < x_of(svg, women)) == (code == "en")
        role = re.search(rf'class="f-t(\d)"[^>]*>[^<]*{women}', svg)
        assert role is not None
        # the bars under the women's word are in the women's colour
        bars = [p.get("transform") for p in ET.fromstring(svg).iter() if p.get("class") == f"f-g{role[1]}"]
        assert len(bars) == 3


def test_bars_are_sorted_by_the_middle_of_what_is_known():
    said = texts(drawn(bars_figure()).svg)
    names = [one for one in said if one in ("Colombia", "Italy", "China")]
    assert names == ["Italy", "Colombia", "China"]


def test_a_protected_bar_has_a_word_and_an_interval_both_bounds():
    said = texts(drawn(bars_figure()).svg)
    assert language("en").capital(language("en").status("Q")) in said
    assert "100 to 400" in said


def test_more_than_twenty_bars_are_left_to_the_table():
    rows = ({"area_code": f"a{n}", "value": float(n)} for n in range(30))
    said = texts(drawn(figure("bars", "area_code", *rows)).svg)
    assert "10 more are in the table." in said
    assert "a29" in said
    assert "a9" not in said


def test_an_area_takes_the_colour_of_its_class_and_a_border_belongs_to_the_upper_class():
    values = (0.0, 0.1, 0.2999, 0.3, 0.4)
    rows = ({"unit": "share", "area_code": f"district-{n}", "value": v} for n, v in enumerate(values))
    svg = drawn(figure("map", "area_code", *rows, borders=(0.1, 0.2, 0.3, 0.4))).svg
    assert re.findall(r'<path class="f-(s\d)"', svg) == ["s1", "s2", "s3", "s4", "s5"]


def test_protected_is_hatched_and_missing_is_blank_and_neither_is_the_lowest_class():
    svg = drawn(map_figure()).svg
    looks = dict(re.findall(r'<path (?:class="(?:f-(?:\w+))[^"]*" )?(fill="[^"]+")[^>]*><title>([^:]+):', svg))
    assert len(re.findall(r'<path fill="url\(#fig-1-720-hatch\)"', svg)) == 1
    assert len(re.findall(r'<path class="f-blank', svg)) == 2  # not collected, and no row at all
    assert len(re.findall(r'<path class="f-s1"', svg)) == 1
    assert looks


def test_every_area_says_its_name_and_value_with_its_letters_escaped():
    svg = drawn(map_figure()).svg
    assert "Harbour: 5.0%" in titles(svg)
    assert "East: 15.0% to 28.0%" in titles(svg)
    assert f"North: {language('en').status('L')}" in titles(svg)
    assert "Mills &amp; &lt;Co&gt;" in svg


def test_the_key_explains_only_the_marks_that_occur():
    words = language("en")
    keys = {name: words.capital(words.say(f"charts.key.{name}")) for name in ("protected", "blank", "straddles")}
    assert set(keys.values()) <= set(texts(drawn(map_figure()).svg))
    plain = figure(
        "map", "area_code", *({"area_code": f"district-{n}", "value": 1.0 * n} for n in range(5)), borders=(1, 2)
    )
    assert not set(keys.values()) & set(texts(drawn(plain).svg))


def test_an_interval_within_one_class_needs_no_mark():
    row = {"unit": "share", "area_code": "district-0", "lower": 0.11, "upper": 0.19, "status": "Q"}
    made = figure("map", "area_code", row, borders=(0.1, 0.2, 0.3, 0.4))
    assert language("en").say("charts.key.straddles") not in texts(drawn(made).svg)


def test_a_location_quotient_is_coloured_from_brown_to_blue_green_around_one():
    rows = ({"indicator": "location_quotient", "unit": "ratio", "area_code": f"district-{n}", "value": v}
            for n, v in enumerate((0.4, 0.9, 1.1, 3.0)))  # fmt: skip
    svg = drawn(figure("map", "area_code", *rows, borders=(0.5, 0.8, 1.0, 1.25, 2.0))).svg
    assert re.findall(r'<path class="f-(d\d)"', svg) == ["d1", "d3", "d4", "d6"]
    assert "1 = the same share as in the whole city" in texts(svg)


def test_a_change_of_a_share_is_neutral_in_the_middle_and_told_in_points():
    rows = ({"indicator": "share_change", "unit": "percentage points", "area_code": f"district-{n}", "value": v}
            for n, v in enumerate((-6.0, -3.0, -0.1, 1.9, 3.0)))  # fmt: skip
    svg = drawn(figure("map", "area_code", *rows, borders=(-5, -2, 2, 5))).svg
    # a tenth of a point down and nearly two up have the same colour: none
    assert re.findall(r'<path class="f-(d\d)"', svg) == ["d1", "d2", "d0", "d0", "d5"]
    assert [word for word in texts(svg) if word in {"-5", "-2", "+2", "+5"}] == ["-5", "-2", "+2", "+5"]
    assert "%" not in "".join(texts(svg))
    assert titles(svg)[3].endswith("+1.9")


def luminance(colour):
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_classes_read_by_luminance_alone():
    order = [luminance(LIGHT[f"s{n}"]) for n in range(1, 6)]
    assert order == sorted(order, reverse=True)


def test_words_on_paper_have_the_contrast_of_wcag_aa():
    paper = luminance(LIGHT["paper"]) + 0.05
    for role in ("ink", "quiet", "t1", "t2", "t3", "t4", "t5", "t6"):
        assert paper / (luminance(LIGHT[role]) + 0.05) >= 4.5


def test_a_figure_without_a_number_says_so():
    for kind, across in (("line", "period"), ("bars", "group"), ("pyramid", "age_group"), ("map", "area_code")):
        made = drawn(figure(kind, across, {"status": "O"}))
        assert made.description == "There is no number to draw; the table says why."


def test_a_table_is_no_chart():
    with pytest.raises(PublicationRefused) as refused:
        drawn(figure("table", "group", {"value": 1.0}))
    assert "is of the kind table, which has no chart" in language("en").error(refused.value)


def test_the_reference_is_a_line_with_its_name():
    mean = Quantity("population_share", "town", "2025", "_T", 0.21, None, None, "share", Status.NORMAL, "s")
    assert "City: 21.0%" in texts(drawn(line_figure(reference=mean)).svg)
    chance = Quantity("dissimilarity_chance", "town", "2025", "_T", 0.02, None, None, "index", Status.NORMAL, "s")
    assert "By chance alone: 0.020" in texts(drawn(line_figure(reference=chance)).svg)


def test_an_arabic_interval_keeps_each_number_whole():
    svg = drawn(map_figure(), "ar").svg
    assert "\u206615.0%" in svg.replace("\u200e", "")


def test_axes_are_round():
    assert axis([0, 37]).ticks == (0, 10, 20, 30, 40)
    assert axis([-700, 1800]).ticks == (-1000, 0, 1000, 2000)


def test_labels_do_not_overlap():
    placed = sorted(spread([10, 12, 11, 300], [20, 20, 20, 20], 310))
    assert all(later - earlier >= 20 - 1e-9 for earlier, later in pairwise(placed))
    assert placed[0] >= 10
    assert placed[-1] <= 300
