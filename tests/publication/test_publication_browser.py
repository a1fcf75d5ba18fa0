"""The pages as a browser shows them: accessible, within the screen, alone with themselves, on paper."""

import os
import re
import shutil
from importlib.resources import files as packaged
from pathlib import Path

import pytest

from cosmopolis.language import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A busy machine is slow, and that is no fault of a page.
SLOWEST_MS = 180_000
PAGES = ("index", "governance", "brief", "summary", "methods")
EVERY_PAGE = [f"{code}/{page}.html" for code in LANGUAGES for page in PAGES] + ["index.html"]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    if os.environ.get("COSMOPOLIS_NO_BROWSER") == "1":
        pytest.skip("COSMOPOLIS_NO_BROWSER=1: pages are not looked at in a browser")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.fail(
            "no browser: install one with `apt-get install chromium`, or set COSMOPOLIS_NO_BROWSER=1", pytrace=False
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe():
    return (packaged("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def opened(browser, site, path, *, width, **settings):
    context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
    context.set_default_timeout(SLOWEST_MS)
    page = context.new_page()
    page.goto((site / path).as_uri())
    return page


def violations(page, axe):
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", STANDARDS)
    return [(fault["id"], node["html"][:200]) for fault in found["violations"] for node in fault["nodes"]]


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_axe_finds_no_barrier_on_phone_or_desktop(browser, site, axe, path):
    # the policy of the page forbids every script, axe too: it alone is let through
    for width in (390, 1280):
        page = opened(browser, site, path, width=width, bypass_csp=True)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert violations(page, axe) == []
        page.context.close()


@pytest.mark.parametrize("path", ["en/index.html", "ar/summary.html", "zh/methods.html"])
def test_axe_finds_no_barrier_in_the_dark(browser, site, axe, path):
    page = opened(browser, site, path, width=1280, bypass_csp=True, color_scheme="dark")
    assert violations(page, axe) == []
    page.context.close()


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_nothing_sticks_out_of_a_small_screen(browser, site, path):
    for width in (320, 390):
        page = opened(browser, site, path, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_asks_for_nothing_outside_its_folder(browser, site, path):
    context = browser.new_context()
    context.set_default_timeout(SLOWEST_MS)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((site / path).as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    assert [url for url in asked if not url.startswith(site.as_uri())] == []
    assert said == []
    context.close()


@pytest.mark.parametrize(("code", "font"), [("zh", "han"), ("ar", "naskh"), ("ru", "serif")])
def test_a_page_is_set_in_a_font_of_ours(browser, site, code, font):
    context = browser.new_context()
    context.set_default_timeout(SLOWEST_MS)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(Path(request.url).name))
    page.goto((site / f"{code}/index.html").as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    assert f"cosmopolis-{font}-400.woff2" in asked
    context.close()


@pytest.mark.parametrize("code", LANGUAGES)
def test_without_javascript_the_text_is_the_same(browser, site, code):
    texts = []
    for scripts in (True, False):
        page = opened(browser, site, f"{code}/index.html", width=1280, java_script_enabled=scripts)
        texts.append(page.locator("main").inner_text())
        page.context.close()
    assert texts[0] == texts[1]
    assert len(texts[0]) > 2000


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_summary_prints_on_one_a4_page(browser, site, code):
    page = opened(browser, site, f"{code}/summary.html", width=1280)
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
    page.context.close()


def test_printing_opens_the_tables(browser, site):
    page = opened(browser, site, "en/index.html", width=1280)
    page.emulate_media(media="print")
    assert page.locator("#share-table table").bounding_box()["height"] > 100
    page.context.close()


def test_the_fitting_chart_is_shown(browser, site):
    for width, shown in ((1280, "wide"), (390, "narrow")):
        page = opened(browser, site, "ar/index.html", width=width)
        visible = page.locator("#origins svg.chart:visible")
        assert visible.count() == 1
        assert shown in visible.get_attribute("class")
        page.context.close()


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(browser, site):
    page = opened(browser, site, "fr/index.html", width=390)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.get_attribute("href") == "#main"
    assert focused.bounding_box()["x"] >= 0
    page.context.close()


def test_the_link_to_the_table_opens_it(browser, site):
    page = opened(browser, site, "en/index.html", width=1280)
    page.locator("#share .links a").first.click()
    assert page.locator("#share-table table").is_visible()
    page.context.close()


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.fixture(scope="session")
def example_site(tmp_path_factory):
    """The example city's profile as `make demo` shows it: real findings in every language."""
    from cosmopolis.workflow.build import BuildRequest, build
    from cosmopolis.workflow.example import example_city

    folder = tmp_path_factory.mktemp("example")
    example_city(folder / "city")
    build(BuildRequest(folder / "city", folder / "site", state=folder / "state"))
    return (folder / "site").resolve()


@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_no_barrier_in_the_example_city(browser, example_site, axe, code):
    for name in ("index", "governance", "plan", "brief", "summary"):
        path = f"{code}/{name}.html"
        for width in (390, 1280):
            page = opened(browser, example_site, path, width=width, bypass_csp=True)
            assert violations(page, axe) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.context.close()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_example_citys_summary_fits_on_one_sheet(browser, example_site, code):
    page = opened(browser, example_site, f"{code}/summary.html", width=1280)
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.context.close()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_brief_for_the_mayor_fits_on_two_sheets(browser, example_site, code):
    page = opened(browser, example_site, f"{code}/brief.html", width=1280)
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    page.context.close()
