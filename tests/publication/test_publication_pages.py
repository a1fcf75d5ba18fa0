"""What the pages say, in each language, before any browser."""

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import PurePosixPath
from types import SimpleNamespace

import pytest
from report_sample import areas_map, bars, components, made_up_report, pyramid, table, words

from cosmopolis.language import LANGUAGES, language
from cosmopolis.publication import site_files
from cosmopolis.publication.data import city_areas
from cosmopolis.publication.reader import Reader
from cosmopolis.publication.tables import figure_table
from cosmopolis.vocabulary.assessment import Score
from cosmopolis.vocabulary.city import MissingItem
from cosmopolis.vocabulary.report import Figure, Listing, Message, Paragraph, Section

VOID = {"meta", "link", "br", "img", "input", "path", "rect", "circle", "line", "use"}


class Links(HTMLParser):
    """Addresses, ids and attributes of a page; complains of tags that do not match."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(content.decode("utf-8"))
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.append((name, value or ""))
            if name in ("href", "src"):
                self.links.append(value)
            if name == "id":
                self.ids.append(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def pages(files):
    return {path: content for path, content in files.items() if path.endswith(".html")}


def plain(text: bytes) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", "", text.decode("utf-8")))


def cells(view) -> list[list[str]]:
    return [[re.sub(r"<[^>]+>", "", cell.html) for cell in row] for row in view.rows]


@pytest.fixture
def reader(report):
    return Reader(report, language("en"), city_areas(report))


def test_in_an_arabic_cell_each_end_of_a_range_has_a_direction_of_its_own(report):
    reader = Reader(report, language("ar"), city_areas(report))
    # -1/5, from -457/1000 to 1/50; the invisible mark keeps the sign left of its digits
    shown = reader.figures(-0.2, -0.457, 0.02, "share", "A").html
    low, high = ('<bdi class="n">\u200e-45.7%</bdi>', '<bdi class="n">2.0%</bdi>')
    assert f'<small class="bounds"><span class="n">{low} إلى {high}</span></small>' in shown


def test_every_language_has_its_pages_and_the_choice_leads_to_all(files):
    assert set(pages(files)) == {"index.html"} | {
        f"{c}/{p}.html" for c in LANGUAGES for p in ("index", "governance", "brief", "summary", "methods")
    }
    assert {f"{code}/index.html" for code in LANGUAGES} <= set(Links(files["index.html"]).links)


def test_every_link_inside_the_site_leads_somewhere(files):
    parsed = {path: Links(content) for path, content in pages(files).items()}
    for path, page in parsed.items():
        for link in page.links:
            if link.startswith("https://example.org/"):
                continue
            target, _, anchor = link.partition("#")
            parts = []
            for part in (
                (*PurePosixPath(path).parent.parts, *PurePosixPath(target).parts)
                if target
                else PurePosixPath(path).parts
            ):
                parts = parts[:-1] if part == ".." else [*parts, part]
            found = "/".join(parts)
            assert found in files, (path, link)
            if anchor:
                assert anchor in parsed[found].ids, (path, link)


def test_no_id_is_used_twice_on_a_page(files):
    for path, content in pages(files).items():
        ids = Links(content).ids
        assert len(ids) == len(set(ids)), path


def test_pages_carry_no_script_no_style_of_their_own_and_the_strict_policy(files):
    for path, content in pages(files).items():
        parsed = Links(content)
        assert not parsed.tags & {"script", "style", "iframe", "object", "form"}, path
        assert not [name for name, _ in parsed.attributes if name == "style" or name.startswith("on")], path
        assert b"default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'" in content.replace(
            b"&#39;", b"'"
        )


def test_each_page_says_its_language_and_direction(files):
    assert b'<html lang="ar" dir="rtl">' in files["ar/index.html"]
    assert b'<html lang="zh" dir="ltr">' in files["zh/methods.html"]


def test_a_figure_keeps_the_order_of_the_look(files):
    page = files["en/index.html"].decode()
    part = page[page.index('<figure id="share"') :]
    part = part[: part.index("</figure>")]
    order = ["<h3", 'class="shown"', ">Table<", ">CSV<", ">JSON<", "How this is measured", "<svg", "<table"]
    notes = ["Reads as", "Definition", "Period", "Source", "Method", "Status", "Missing", "How to cite"]
    order += [f"<dt>{note}" for note in notes]
    places = [part.index(mark) for mark in order]
    assert places == sorted(places)


def test_zero_unknown_not_collected_and_protected_are_four_different_things(reader):
    told = {row[0]: row[1:] for row in cells(figure_table(bars(), reader))}
    assert told["Morocco"][0] == "41,200"
    assert told["Romania"][0] == "0"
    assert told["Honduras"] == ["1 to 4 protected"]
    assert (
        told["Yugoslavia (until 1992)" if "Yugoslavia (until 1992)" in told else list(told)[-1]][0] == "not collected"
    )


def test_a_pyramids_table_has_a_column_for_each_sex_and_begins_with_the_youngest(reader):
    view = figure_table(pyramid(), reader)
    assert [re.sub("<.*", "", head.html).strip() for head in view.heads] == ["Age", "Female", "Male"]
    told = cells(view)
    assert told[0][0] == "0–4"
    assert told[-1][0] == "85 and over"


def test_the_largest_origin_stands_first_and_unknown_last(reader):
    rows = table(
        {"group": "birth=_U", "value": 90}, {"group": "birth=ITA", "value": 5}, {"group": "birth=MAR", "value": 70}
    )
    told = [row[0] for row in cells(figure_table(replace(bars(), table=rows), reader))]
    assert told[:1] == ["Morocco"]


def test_measures_of_several_units_stand_beside_each_other(reader):
    told = cells(figure_table(components(), reader))
    assert told[0] == ["Arrivals persons", "61,233", "61,234"]
    assert told[-1] == ["Dissimilarity index", "0.264", "0.261"]


def test_names_of_areas_carry_the_citys_language(reader):
    html = figure_table(areas_map(), reader).rows[0][0].html
    assert html == '<bdi lang="ca" dir="ltr">el Port Vell</bdi>'


def test_the_citys_words_are_shown_in_the_original_and_listed(files):
    assert '<bdi lang="ca" dir="ltr">Hi falten les persones sense padró.</bdi>' in files["en/index.html"].decode()
    assert "Hi falten les persones" in plain(files["en/methods.html"])
    assert "Texts that are not in English" in plain(files["en/methods.html"])


def test_a_section_without_data_says_so_and_names_the_owner_asked(files):
    section = plain(files["en/index.html"].split(b'<section id="P3"')[1].split(b"</section>")[0])
    assert "There are no data for this section yet." in section
    assert "Asked: Housing department" in section
    assert "30 June 2025" in section


def test_a_section_without_data_that_nobody_was_asked_for_says_that_too(report):
    bare = replace(report, sections=(Section("P3", ()),), observations=())
    page = dict(site_files(bare, languages=("en",)))["en/index.html"]
    assert "Nobody has been asked yet." in plain(page)


def test_only_a_draft_carries_the_banner(files):
    released = dict(site_files(made_up_report(draft=False), languages=("es",), draw=no_chart))
    assert "Borrador." in plain(files["es/index.html"])
    assert "Borrador." not in plain(released["es/index.html"])


def test_text_of_others_cannot_become_markup(report):
    hostile = '<script>alert("x")</script>'
    item = MissingItem(hostile, {"en": hostile})
    listing = Listing(
        "synopsis", words(), ("publication.column.value", "publication.column.unit"), ((hostile, hostile),)
    )
    section = Section("P1", (listing, Paragraph(Message("publication.policy.none", {"publisher": hostile}))), (item,))
    page = dict(site_files(replace(report, sections=(section,), observations=()), languages=("en",)))["en/index.html"]
    assert b"<script" not in page
    assert page.count(b"&lt;script&gt;") == 5


def test_repairs_and_checksums_of_every_source_are_listed(files):
    page = plain(files["fr/methods.html"])
    assert "two rows were delivered twice" in page
    assert "2 lignes" in page
    assert "cd" * 32 in page


def test_a_source_says_how_it_is_protected_and_no_page_names_the_noise(files):
    page = plain(files["en/methods.html"])
    assert "Counts are shown as Oficina d’Estadística released them" in page
    assert "Cells below 5 are published as a range." in page


@pytest.mark.parametrize("code", LANGUAGES)
def test_numbers_take_the_form_of_the_language(files, code):
    assert language(code).number(981_400) in plain(files[f"{code}/index.html"])


def no_chart(figure, *, language, areas, width):
    return SimpleNamespace(svg="<svg></svg>", width=width, height=1, description="")


@pytest.mark.slow
def test_twelve_figures_in_six_languages_take_less_than_two_seconds_without_their_charts(report):
    twelve = [replace(figure, id=f"{figure.id}{n}") for n in range(3) for figure in report.figures()][:12]
    assert all(isinstance(figure, Figure) for figure in twelve)
    long = replace(report, sections=(Section("P5", tuple(twelve)),))
    started = time.process_time()
    written = sum(len(content) for _, content in site_files(long, draw=no_chart))
    assert written > 100_000
    assert time.process_time() - started < 2


def test_a_score_stands_with_its_range_and_one_that_cannot_be_given_says_so(reader):
    assert plain(str(reader.cell(Score(62.0, 55.0, 78.0)).html).encode()) == "62 55 to 78"
    assert plain(str(reader.cell(Score(None, 20.0, 90.0)).html).encode()) == "not scored (20 to 90)"


def test_an_empty_cell_of_a_matrix_is_said_and_never_blank(files):
    page = files["en/governance.html"].decode("utf-8")
    assert page.count("<td></td>") == 0
    assert "not said" in page


def test_fewer_than_ten_persons_are_never_told_as_a_number(files):
    assert "fewer than ten" in plain(files["en/governance.html"])


def test_the_score_of_the_earlier_edition_is_drawn_and_explained(files):
    page = files["en/governance.html"].decode("utf-8")
    assert page.count('class="before"') == 1
    assert "earlier edition" in page


def test_a_sheet_shows_a_figure_as_its_finding_that_leads_to_the_profile(files):
    assert '<p class="finding"><a href="index.html#' in files["fr/brief.html"].decode("utf-8")


def test_further_documents_stand_among_the_data_and_in_the_package(files):
    assert b'"edition": "2025"' in files["data/governance/assessment.json"]
    assert b"governance/assessment.json" in files["data/datapackage.json"]
