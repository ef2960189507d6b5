"""The pages in a real browser, opened from a file as a reader would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import ARGUMENTS, CHROMIUM

from dieval.inputs.part import UnitData
from dieval.reports.index import Known, write_index
from dieval.reports.manifest import sha256
from dieval.reports.project import find_project
from dieval.reports.results import results_json
from dieval.reports.run import Outcome

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path"),
]

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

FOLDER = "kurzeme/cost_comparison"
REPORTS = [f"{FOLDER}/report.lv.html", f"{FOLDER}/report.en.html"]
REPORTS += [f"kurzeme/implementation_progress/report.{code}.html" for code in ("lv", "en")]
REPORTS += [f"kurzeme-paraugs-1/reorganisation_annex/report.{code}.html" for code in ("lv", "en")]
PICTURES = {"cost_comparison": 11, "implementation_progress": 9, "reorganisation_annex": 8}
INDEX_PICTURES = 5  # one of each report
INDEXES = ["index.html", "index.en.html"]
PAGES = [*REPORTS, *INDEXES]
WIDTHS = (320, 360, 768, 1280)


# Set before anything of the page runs: a violation of the policy is then counted.
COUNT_VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', event => window.violations.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Opened:
    """A page and everything that happened while it was open."""

    def __init__(self, page: playwright_api.Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.trouble: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: playwright_api.Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, file: Path) -> playwright_api.Page:
        self.page.add_init_script(COUNT_VIOLATIONS)
        self.page.goto(file.as_uri(), wait_until="load")
        self.page.wait_for_timeout(200)
        self.trouble += self.page.evaluate("window.violations")
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright_api.Browser]:
    with playwright_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def look(browser) -> Iterator[Callable[..., Opened]]:
    """Open a file in a fresh context of a given width."""
    contexts = []

    def opened(file: Path, width: int = 1280, **settings: object) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        contexts.append(context)
        seen = Opened(context.new_page())
        seen.open(file)
        return seen

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_requests_nothing_but_itself_and_runs_into_no_trouble(look, reports, name):
    seen = look(reports / name)
    elsewhere = [url for url in seen.requests if not url.startswith("data:")]
    assert elsewhere == [(reports / name).as_uri()]
    assert seen.trouble == []


@pytest.mark.parametrize("code", ["lv", "en"])
def test_f78_markup_in_a_name_runs_nothing(look, hostile_reports, hostile, code):
    file = hostile_reports / FOLDER / f"report.{code}.html"
    seen = look(file)
    assert [url for url in seen.requests if not url.startswith("data:")] == [file.as_uri()]
    assert seen.trouble == []
    assert seen.page.get_by_text(hostile["cost_comparison"][0], exact=True).first.is_visible()
    assert seen.page.evaluate("document.scripts.length") == 0


def test_trouble_and_requests_are_noticed(look, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(
        "<!DOCTYPE html><meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
        "<img src='x.png'><script>alert(1)</script><p style='width: 2000px'>wide</p>"
    )
    seen = look(page, width=360)
    assert any("violat" in entry or "img-src" in entry for entry in seen.trouble)
    assert any("script" in entry for entry in seen.trouble)


@pytest.mark.parametrize("name", PAGES)
def test_style_sheet_and_pictures_are_let_through(look, reports, name):
    page = look(reports / name).page
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
    sizes = page.evaluate("[...document.images].map(i => [i.complete, i.naturalWidth])")
    assert all(complete and width > 0 for complete, width in sizes)
    assert len(sizes) == PICTURES.get(Path(name).parent.name, INDEX_PICTURES)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_does_not_scroll_sideways(look, reports, name, width):
    page = look(reports / name, width=width).page
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.mouse.move(width / 2, 400)
    page.mouse.wheel(500, 0)
    page.wait_for_timeout(100)
    assert page.evaluate("scrollX") == 0


def test_page_enlarged_four_times_does_not_scroll_sideways(look, reports):
    # 1280 pixels at 400 % are 320 (WCAG 1.4.10).
    seen = look(reports / REPORTS[0], width=320, device_scale_factor=4)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", REPORTS)
def test_skip_link_is_the_first_stop_and_leads_to_the_content(look, reports, name):
    page = look(reports / name).page
    hidden = page.locator(".skip").bounding_box()
    assert hidden["x"] + hidden["width"] < 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("name", REPORTS)
def test_every_table_can_be_reached_and_scrolled_with_the_keyboard(look, reports, name):
    page = look(reports / name, width=360).page
    regions = page.locator(".scroll")
    scrolled = 0
    for place in range(regions.count()):
        region = regions.nth(place)
        region.focus()
        assert region.evaluate("e => e === document.activeElement")
        if region.evaluate("e => e.scrollWidth > e.clientWidth"):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(150)
            assert region.evaluate("e => e.scrollLeft") > 0
            scrolled += 1
    assert regions.count() > 0
    assert scrolled > 0


@pytest.mark.parametrize("name", REPORTS)
def test_focused_table_is_outlined(look, reports, name):
    page = look(reports / name).page
    page.keyboard.press("Tab")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "scroll":
            break
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert page.evaluate("document.activeElement.className") == "scroll"
    assert (style, width) == ("solid", "3px")


@pytest.mark.parametrize("name", REPORTS)
def test_tree_of_assistive_technology_has_landmarks_names_and_headings(look, reports, name):
    page = look(reports / name).page
    for role in ("main", "navigation", "banner"):
        assert page.get_by_role(role).count() == 1, role
    assert page.get_by_role("heading", level=1).count() == 1
    tables, regions = page.get_by_role("table"), page.get_by_role("region")
    assert tables.count() == regions.count() > 5
    for place in range(tables.count()):
        assert tables.nth(place).get_by_role("columnheader").count() > 1
        assert tables.nth(place).get_by_role("rowheader").count() > 0
        assert regions.nth(place).get_attribute("aria-label")
    for place in range(page.get_by_role("img").count()):
        assert len(page.get_by_role("img").nth(place).get_attribute("alt")) > 60


# Contrast as WCAG 2.2 computes it, of every element that holds text of its own.
CONTRAST = """
() => {
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const paper = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const ratios = [];
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own) continue;
    const a = light(numbers(getComputedStyle(element).color)), b = light(paper(element));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    ratios.push([ratio, element.tagName + '.' + element.className]);
  }
  return ratios;
}
"""


@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_from_its_background(look, reports, name):
    ratios = look(reports / name).page.evaluate(CONTRAST)
    assert len(ratios) > 5
    assert [element for ratio, element in ratios if ratio < 4.5] == []


def test_printed_page_shows_whole_tables_and_no_skip_link(look, reports):
    page = look(reports / REPORTS[0]).page
    page.emulate_media(media="print")
    assert not page.locator(".skip").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == (
        "visible"
    )


@pytest.mark.parametrize(("name", "code"), [*zip(INDEXES, ["lv", "en"], strict=True)])
def test_links_of_the_index_open_the_reports(look, reports, name, code):
    page = look(reports / name).page
    first, second = (page.locator("article h3 a").nth(place) for place in (0, 1))
    assert first.get_attribute("href") == f"national/national_overview/report.{code}.html"
    second.click()
    page.wait_for_load_state("load")
    assert page.url.endswith(f"/kurzeme/cost_comparison/report.{code}.html")
    assert "Kurzeme" in page.title()


# --- The index page ------------------------------------------------------------------------------

COPIES = 20  # of three reports each


@pytest.fixture(scope="module")
def many(reports, root, tmp_path_factory) -> Path:
    """An output folder of sixty reports: twenty homes and regions, one of them out of date."""
    out = tmp_path_factory.mktemp("many")
    for place in range(COPIES):
        for unit, report in (
            ("kurzeme", "cost_comparison"),
            ("kurzeme", "implementation_progress"),
            ("kurzeme-paraugs-1", "reorganisation_annex"),
        ):
            code = f"{'home' if report == 'reorganisation_annex' else 'region'}-{place}"
            shutil.copytree(reports / unit / report, out / code / report)
            renamed(out / code / report, code, outdated=place == 7 and code.startswith("home"))
    names = {f"region-{place}": f"Novads {place}" for place in range(COPIES)}
    names |= {f"home-{place}": f"Māja „Ķīsis {place}”" for place in range(COPIES)}
    regions = [code for code in names if code.startswith("region")]
    latvia = root / "data" / "latvia"
    of_latvia = UnitData(latvia).read
    known = Known(
        units={code: {"lv": name, "en": name} for code, name in names.items()},
        regions=regions,
        region_of={f"home-{place}": f"region-{place}" for place in range(COPIES)},
        indicators={},
        data_of=lambda unit: of_latvia("kurzeme"),
    )
    write_index(out, [Outcome("cost_comparison", "region-3", "failed", 1.0)], find_project(), known)
    return out


def renamed(folder: Path, unit: str, outdated: bool) -> None:
    """Make a report that of another unit, its manifest too."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    text = results_json({**results, "unit": unit})
    (folder / "results.json").write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["unit"] = unit
    manifest["files"]["results.json"] = sha256(text.encode("utf-8"))
    if outdated:
        manifest["notebook"]["sha256"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def shown(page: playwright_api.Page) -> int:
    return page.locator("article:visible").count()


def test_index_search_finds_names_without_marks_and_capitals(look, many):
    seen = look(many / "index.html")
    page = seen.page
    status = page.get_by_role("status")
    assert (shown(page), status.inner_text()) == (60, "Redzamie pārskati: 60 no 60")
    page.get_by_role("searchbox").fill("KISIS 7")
    # Home 7, whose region's heading stays; not 17, and not what ends in 2027.
    assert (shown(page), status.inner_text()) == (1, "Redzamie pārskati: 1 no 60")
    assert page.locator("h2:visible").all_inner_texts() == ["Novads 7"]
    page.get_by_role("searchbox").fill("IZMAKSAS nov 1")
    # Regions 1 and 10 … 19.
    assert (shown(page), status.inner_text()) == (11, "Redzamie pārskati: 11 no 60")
    assert seen.trouble == []


def test_index_search_without_hits_says_so_and_all_can_be_shown_again(look, many):
    page = look(many / "index.en.html").page
    page.get_by_role("searchbox").fill("nowhere <b>")
    assert page.get_by_role("status").inner_text() == "Reports shown: 0 of 60"
    assert page.get_by_text("No report fits the search.").is_visible()
    assert page.locator("h2:visible").count() == 0
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("document.getElementById('count').textContent.includes('60 of 60')")
    assert shown(page) == 60
    assert not page.get_by_text("No report fits the search.").is_visible()
    assert page.get_by_role("searchbox").input_value() == ""


@pytest.mark.parametrize(
    ("choices", "count"),
    [
        ({"Kind of report": "Annex to the reorganisation plan"}, 20),
        ({"Region": "Novads 3"}, 3),
        ({"State": "out of date"}, 1),
        ({"State": "made"}, 59),
        ({"State": "failed; the earlier report is shown", "Region": "Novads 3"}, 1),
        ({"State": "failed; the earlier report is shown", "Region": "Novads 4"}, 0),
        ({"Data": "with synthetic data"}, 60),
    ],
)
def test_index_choices_narrow_the_list_down_together(look, many, choices, count):
    page = look(many / "index.en.html").page
    for label, option in choices.items():
        page.get_by_label(label, exact=True).select_option(label=option)
    assert shown(page) == count
    assert page.get_by_role("status").inner_text() == f"Reports shown: {count} of 60"


def test_index_enter_in_the_search_stays_on_the_page(look, many):
    seen = look(many / "index.html")
    seen.page.get_by_role("searchbox").fill("novads 4")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_timeout(100)
    assert shown(seen.page) == 3  # costs, progress and the home of the region
    assert seen.trouble == []


@pytest.mark.parametrize("name", INDEXES)
def test_index_without_script_is_the_whole_list_and_no_form(look, many, name):
    seen = look(many / name, java_script_enabled=False)
    assert shown(seen.page) == 60
    assert not seen.page.locator("form").is_visible()
    assert seen.page.locator("h2:visible").count() == 20


def test_index_leads_to_the_same_page_in_the_other_language_and_back(look, many):
    page = look(many / "index.html").page
    page.get_by_role("link", name="This page in English").click()
    page.wait_for_url("**/index.en.html")
    page.get_by_role("link", name="Šī lapa latviski").click()
    page.wait_for_url("**/index.html")


def test_index_skip_link_leads_past_the_form_and_tab_goes_through_it(look, many):
    page = look(many / "index.html").page
    stops = []
    for _ in range(8):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
    assert stops == ["A", "A", "search", "kind", "region", "state", "evidence", "BUTTON"]
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


def test_index_printed_is_the_list_without_the_form(look, reports):
    page = look(reports / "index.html").page
    page.emulate_media(media="print")
    assert not page.locator("form").is_visible()
    assert shown(page) == 5
