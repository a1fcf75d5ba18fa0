"""The profile over scales and the segregation curve: what is drawn, said and listed."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from report_sample import NEAREST, SUMS, areas, curve, made_up_report, profile, quantity, table

from cosmopolis.language import LANGUAGES, language
from cosmopolis.publication.charts import chart
from cosmopolis.publication.charts.measure import text_width
from cosmopolis.publication.pages import NARROW, WIDE
from cosmopolis.publication.reader import Reader
from cosmopolis.publication.tables import figure_table

ISOLATES = re.compile("[\u2066-\u2069]")


def drawn(figure, code="en", width=WIDE):
    return chart(figure, language=language(code), areas=areas(), width=width)


def elements(svg, kind):
    return [one for one in ET.fromstring(svg).iter() if one.tag.endswith("}" + kind)]


def words_at(svg):
    """Every label: words, and the left and right end of each of its lines, at most this far apart."""
    found = []
    # all labels stand in the one group of the chart, which is moved by its margins
    left = float(re.search(r'<g transform="translate\(([-\d.]+) ', svg)[1])
    for one in elements(svg, "text"):
        lines = [span.text for span in one] or [one.text]
        size = float(one.get("font-size", 14))
        for line in lines:
            wide = text_width(ISOLATES.sub("", line), size)
            start = left + float(one.attrib["x"]) - {"start": 0, "middle": wide / 2, "end": wide}[
                one.get("text-anchor", "start")
            ]  # fmt: skip
            found.append((ISOLATES.sub("", line), start, start + wide))
    return found


def texts(svg):
    return [ISOLATES.sub("", "".join(one.itertext())) for one in elements(svg, "text")]


def x_of(svg, words):
    return next((start + end) / 2 for told, start, end in words_at(svg) if words in told)


def lines(svg):
    """The corners of every line of a series."""
    paths = [one.attrib["d"] for one in elements(svg, "path") if one.get("stroke-width") == "2.5"]
    return [[tuple(map(float, point.split(","))) for point in re.split("[ML]", path)[1:]] for path in paths]


def of_one_year(figure):
    rows = figure.table.frame.filter(pl.col("period") == "2025-01-01")
    return replace(figure, table=table(*rows.to_dicts()))


def bent(*points, index=0.3):
    """A curve through these cumulated shares of the others and of the group."""
    rows = [
        {"indicator": "cumulative_share", "area_code": f"barri-{n:02}", "group": f"birth={code}", "unit": "share",
         "value": share}
        for n, (rest, group) in enumerate(points, start=1)
        for code, share in (("abroad", group), ("country", rest))
    ]  # fmt: skip
    return replace(curve(), table=table(*rows), reference=replace(curve().reference, value=index))


SHAPES = {
    "profile": profile(),
    "profile of one year": of_one_year(profile()),
    "curve": curve(),
    "curve bent at its start": bent((0.3, 0.02), (0.5, 0.3), (0.8, 0.7), (1, 1), index=0.28),
    "curve bent near its start": bent((0.1, 0.001), (0.3, 0.2), (0.6, 0.5), (1, 1), index=0.1),
    "curve bent at its end": bent((0.6, 0.1), (0.95, 0.3), (0.97, 0.5), (1, 1), index=0.65),
}


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_label_ends_on_the_page(shape, code, width):
    found = words_at(drawn(SHAPES[shape], code, width).svg)
    assert len(found) > 8
    assert [one for one in found if one[1] < -1 or one[2] > width + 1] == []


# ---- the name of a group among its nearest residents


def test_a_group_is_named_with_its_nearest_residents_last():
    said = {code: language(code).group("birth=MAR;nearest=800;parents=two") for code in LANGUAGES}
    assert said["en"] == "country of birth: Morocco, both parents born abroad, nearest 800 residents"
    assert [code for code in LANGUAGES if "800" not in said[code]] == []
    assert language("en").group("birth=MAR;nearest=1") == "Morocco, nearest 1 resident"


def test_the_number_of_residents_is_grouped_and_inflected_as_the_language_wants():
    assert language("en").nearest("51200") == "nearest 51,200 residents"
    assert language("ru").nearest("800") == "800 ближайших жителей"
    assert language("ru").nearest("201") == "201 ближайший житель"
    assert language("ar").nearest("2") == "أقرب ساكنين"


# ---- the profile


def test_equal_ratios_of_residents_are_equally_far_apart():
    (first, _) = lines(drawn(profile()).svg)
    steps = [later[0] - earlier[0] for earlier, later in pairwise(first)]
    assert len(first) == len(NEAREST) == 8
    assert max(steps) - min(steps) < 0.2


def test_a_number_of_residents_that_is_left_out_leaves_no_hole_in_the_line():
    rows = [{"group": f"birth=abroad;nearest={k}", "unit": "share", "value": v, "indicator": "isolation"}
            for k, v in ((200, 0.4), (400, 0.35), (12800, 0.3))]  # fmt: skip
    (only,) = lines(drawn(replace(profile(), table=table(*rows), series="")).svg)
    # 200 to 400 is one doubling, 400 to 12800 five
    assert (only[2][0] - only[1][0]) / (only[1][0] - only[0][0]) == pytest.approx(5, abs=0.02)


def test_rows_in_any_order_give_the_same_profile():
    rows = profile().table.frame.sort("value", nulls_last=True)
    again = replace(profile(), table=table(*rows.filter(pl.col("period") == "2025-01-01").to_dicts()))
    assert lines(drawn(again).svg) == lines(drawn(of_one_year(profile())).svg)


def test_a_line_ends_where_no_more_residents_are_reached_but_the_axis_goes_on():
    svg = drawn(profile()).svg
    assert "51,200" in texts(svg)
    assert max(x for x, _ in lines(svg)[0]) < x_of(svg, "51,200") - 50
    note = "A line ends where there is no number; the table says why."
    assert note in texts(svg)
    whole = profile().table.frame.filter(pl.col("value").is_not_null())
    assert note not in texts(drawn(replace(profile(), table=table(*whole.to_dicts()))).svg)


def test_each_line_of_a_profile_is_named_at_its_end_with_its_last_number():
    said = texts(drawn(profile()).svg)
    assert "202526.2%" in said
    assert "201520.2%" in said


def test_more_than_three_lines_are_left_to_the_table():
    rows = [{"group": f"birth=abroad;nearest={k}", "period": str(year), "unit": "share", "value": 0.3, "indicator": "i"}
            for year in range(2020, 2025) for k in (200, 400)]  # fmt: skip
    svg = drawn(replace(profile(), table=table(*rows))).svg
    assert len(lines(svg)) == 3
    assert "2 more series are in the table." in texts(svg)


def test_bounds_are_a_band_around_the_line():
    bands = [one for one in elements(drawn(profile()).svg, "path") if one.get("fill-opacity") == "0.2"]
    assert len(bands) == 2


def test_the_profile_says_its_reference_and_its_extremes():
    made = drawn(profile())
    assert "City: 25.4%" in texts(made.svg)
    assert made.description.startswith(
        "Line chart on a logarithmic scale, from the nearest 200 to the nearest 25,600 residents. "
        "Highest: 41.0% (1 January 2025, nearest 200 residents). "
    )
    assert "Lowest: 20.2% (1 January 2015, nearest 25,600 residents)." in made.description
    assert "A dashed line marks the reference (City: 25.4%)." in made.description


def test_the_words_of_the_reference_stand_under_it_where_every_line_begins_over_it():
    def told_at(share):
        svg = drawn(replace(profile(), reference=quantity(share, unit="share"))).svg
        label = next(one for one in elements(svg, "text") if one.text.startswith("City: "))
        dashed = next(one for one in (*elements(svg, "line"), *elements(svg, "path"))
                      if one.get("stroke-dasharray") == "2,5")  # fmt: skip
        return float(label.attrib["y"]), float(re.search(r"translate\([-\d.]+ ([-\d.]+)\)", dashed.get("transform"))[1])

    label, line = told_at(0.2)
    assert label > line
    label, line = told_at(0.38)
    assert label < line


def test_residents_run_from_right_to_left_in_arabic_and_the_chart_says_so():
    arabic, english = drawn(profile(), "ar").svg, drawn(profile()).svg
    assert x_of(arabic, "51,200") < x_of(arabic, "3,200")
    assert x_of(english, "51,200") > x_of(english, "3,200")
    assert any("يسير المحور الأفقي من اليمين إلى اليسار." in one for one in texts(arabic))


# ---- the curve


def square(svg):
    """The plot's side, from the labels of 0 and of all at its corners."""
    (points,) = lines(svg)
    return points, max(x for x, _ in points) - min(x for x, _ in points)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_curve_runs_through_its_cumulated_shares_in_a_square(width):
    points, side = square(drawn(curve(), width=width).svg)
    expected = [(0.0, 0.0), *SUMS]
    assert [(x / side, 1 - y / side) for x, y in points] == [pytest.approx(one, abs=0.001) for one in expected]
    assert side == pytest.approx(max(y for _, y in points) - min(y for _, y in points), abs=0.1)


def test_neither_the_order_of_the_table_nor_that_of_its_groups_changes_the_curve():
    for by in (["area_code", "group"], ["group", "value"]):
        again = replace(curve(), table=table(*curve().table.frame.sort(by, descending=True).to_dicts()))
        assert drawn(again).svg == drawn(curve()).svg
        assert cells(again) == cells(curve())


def test_the_curve_is_mirrored_in_arabic_and_says_so():
    made = drawn(curve(), "ar")
    points, side = square(made.svg)
    assert [(1 - x / side, 1 - y / side) for x, y in points][4] == pytest.approx((0.66, 0.35), abs=0.001)
    assert "يسير المحور الأفقي من اليمين إلى اليسار." in texts(made.svg)
    assert x_of(made.svg, "0.31") > x_of(made.svg, "توزيع")


def test_the_largest_distance_stands_at_its_place_with_the_index():
    svg = drawn(curve()).svg
    points, side = square(svg)
    marks = [one for one in elements(svg, "line") if one.get("class") == "k-g1"]
    (mark,) = marks
    x, y = (float(n) for n in re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", mark.get("transform")).groups())
    ends = sorted((y, y + float(mark.get("y2", 0))))
    # after four areas: 0.66 of the others, 0.35 of the group
    assert x / side == pytest.approx(0.66, abs=0.001)
    assert [1 - end / side for end in ends] == pytest.approx([0.66, 0.35], abs=0.002)
    assert "Dissimilarity index: 0.310" in texts(svg)
    assert "Even spread" in texts(svg)
    assert len(points) == 9


def test_the_curve_is_described_in_words():
    told = drawn(curve()).description
    assert "Segregation curve over 8 areas" in told
    assert "first group (Born abroad)" in told
    assert "others (Born in the country)" in told
    assert "after 4 areas: 35.0% of the first group, 66.0% of the others. Dissimilarity index: 0.310." in told


def test_an_index_that_may_not_be_told_is_not_drawn_either():
    hidden = replace(curve(), reference=replace(curve().reference, value=None))
    for figure in (hidden, replace(curve(), reference=None)):
        made = drawn(figure)
        assert not any("Dissimilarity" in one for one in (*texts(made.svg), made.description))
        assert "Even spread" in texts(made.svg)


def test_an_area_without_a_number_is_left_out_and_counted():
    rows = curve().table.frame.to_dicts()
    for row in rows[4:6]:
        row |= {"value": None, "status": "Q"}
    made = drawn(replace(curve(), table=table(*rows)))
    points, _ = square(made.svg)
    assert len(points) == 8
    assert "1 area has no number and is not on the curve." in texts(made.svg)
    # the four areas up to the furthest point, without the one that nobody may see
    assert "after 3 areas: 35.0%" in made.description


def test_bounds_are_a_band_around_the_curve():
    rows = curve().table.frame.with_columns(lower=pl.col("value") * 0.9, upper=pl.col("value")).to_dicts()
    assert 'fill-opacity="0.2"' in drawn(replace(curve(), table=table(*rows))).svg
    assert "fill-opacity" not in drawn(curve()).svg


@pytest.mark.parametrize("figure", [profile(), curve()], ids=lambda one: one.kind)
def test_without_a_number_there_is_no_chart_but_a_sentence(figure):
    rows = [row | {"value": None, "lower": None, "upper": None, "status": "Q"} for row in figure.table.frame.to_dicts()]
    made = drawn(replace(figure, table=table(*rows)))
    assert made.description == "There is no number to draw; the table says why."


# ---- their tables


def cells(figure, code="en"):
    view = figure_table(figure, Reader(made_up_report(), language(code), areas()))
    plain = [[one.html.striptags() for one in row] for row in (view.heads, *view.rows)]
    return plain[0], plain[1:], view.keys


def test_the_table_of_a_profile_goes_from_the_nearest_residents_to_the_furthest():
    shuffled = replace(profile(), table=table(*profile().table.frame.sort("value", nulls_last=True).to_dicts()))
    heads, body, keys = cells(shuffled)
    assert (heads, keys) == (["Nearest residents", "1 January 2015", "1 January 2025"], 1)
    assert [row[0] for row in body] == [
        "200", "400", "800", "1,600", "3,200", "6,400", "12,800", "25,600", "51,200"
    ]  # fmt: skip
    assert body[0][2].startswith("41.0%")
    assert body[-1][1] == language("en").status("M")


def test_the_table_of_a_profile_of_one_year_names_its_measure():
    heads, body, _ = cells(of_one_year(profile()))
    assert heads == ["Nearest residents", "Isolation index"]
    assert body[2][0] == "800"
    assert body[2][1].startswith("35.2%")


def test_the_table_of_a_curve_has_both_shares_of_an_area_beside_each_other_in_the_order_of_the_curve():
    heads, body, keys = cells(curve())
    assert (heads[1:], keys) == (["Born abroad", "Born in the country"], 1)
    assert [row[0] for row in body[:3]] == ["Can Sol", "les Moles", "Bon Aire"]
    assert [row[1:] for row in body] == [[f"{group:.1%}", f"{rest:.1%}"] for rest, group in SUMS]
