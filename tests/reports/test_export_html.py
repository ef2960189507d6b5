from __future__ import annotations

import base64
import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup

from dieval.present.language import language
from dieval.present.style import WEB_FONTS
from dieval.reports.document import read_document
from dieval.reports.export_html import html_report
from dieval.reports.exporters import HTMLReportExporter

FOLDERS = {"kurzeme": "kurzeme/cost_comparison", "latgale": "latgale/cost_comparison"}
PAGES = [f"{folder}/report.{code}.html" for folder in FOLDERS.values() for code in ("lv", "en")]
PAGES += [f"kurzeme/implementation_progress/report.{code}.html" for code in ("lv", "en")]
PAGES += [f"kurzeme-paraugs-1/reorganisation_annex/report.{code}.html" for code in ("lv", "en")]


def parsed(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def drawings(page: BeautifulSoup) -> list[str]:
    start = "data:image/svg+xml;base64,"
    sources = [image["src"] for image in page.find_all("img")]
    assert all(source.startswith(start) for source in sources)
    return [base64.b64decode(source.removeprefix(start)).decode("utf-8") for source in sources]


@pytest.fixture(params=[*PAGES, "index.html", "index.en.html"])
def any_page(request, reports) -> BeautifulSoup:
    return parsed(reports / request.param)


@pytest.fixture(params=PAGES)
def page(request, reports) -> BeautifulSoup:
    return parsed(reports / request.param)


@pytest.fixture(params=["lv", "en"])
def code(request) -> str:
    return request.param


@pytest.fixture
def kurzeme(reports, code) -> BeautifulSoup:
    return parsed(reports / FOLDERS["kurzeme"] / f"report.{code}.html")


@pytest.fixture
def results(reports):
    return json.loads((reports / FOLDERS["kurzeme"] / "results.json").read_text(encoding="utf-8"))


# --- Structure -----------------------------------------------------------------------------------


def test_page_names_its_language(kurzeme, code):
    assert kurzeme.html["lang"] == code


def test_index_names_the_first_language_of_the_project(reports):
    assert parsed(reports / "index.html").html["lang"] == "lv"


def test_page_has_one_title_and_one_first_heading_that_agree(any_page):
    (heading,) = any_page.find_all("h1")
    assert heading.get_text() == any_page.title.get_text()
    assert len(heading.get_text()) > 10


def test_heading_levels_never_skip(page):
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    assert len(levels) > 8
    assert max(levels) >= 3
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_no_heading_is_empty(any_page):
    assert all(tag.get_text(strip=True) for tag in any_page.find_all(re.compile(r"^h[1-6]$")))


def test_contents_list_leads_to_every_chapter(page):
    links = [link["href"].removeprefix("#") for link in page.nav.find_all("a")]
    assert [page.find(id=link).get_text() for link in links] == [
        heading.get_text() for heading in page.main.find_all("h2")
    ]
    assert len(links) > 5


def test_no_id_stands_twice(any_page):
    ids = [tag["id"] for tag in any_page.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids))


def test_skip_link_is_first_and_leads_to_the_content(page):
    first = page.body.find("a")
    assert first["href"] == f"#{page.main['id']}"
    assert page.main["tabindex"] == "-1"


def test_every_figure_has_its_own_alternative_text_that_states_numbers(page):
    texts = [image["alt"] for image in page.find_all("img")]
    assert len(texts) in (11, 9, 8)  # the cost comparison, the progress, the annex
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert len(text) > 60
        assert re.search(r"\d", text)
        assert not re.search(r"\.(svg|png)|No description", text)


def test_every_table_has_caption_and_scoped_headers(page):
    tables = page.find_all("table")
    assert tables
    for table in tables:
        assert table.caption.get_text(strip=True)
        heads = table.thead.find_all("th")
        assert heads
        assert {head.get("scope") for head in heads} == {"col"}
        for row in table.tbody.find_all("tr"):
            assert row.find("th")["scope"] == "row"
            assert len(row.find_all(["th", "td"])) == len(heads)
        assert all(head.get_text(strip=True) for head in table.find_all("th"))


def test_tables_and_figures_are_numbered_in_order(page):
    labels = [label.get_text() for label in page.find_all(class_="label")]
    for element in ("caption", "figcaption"):
        numbers = [
            int(re.search(r"\d+", tag.find(class_="label").get_text())[0])
            for tag in page.find_all(element)
        ]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers
    assert len(labels) == len(set(labels))


def test_every_table_scrolls_by_itself_and_can_be_focused(page):
    tables = [table.parent for table in page.find_all("table")]
    pictures = [image.parent for image in page.main.find_all("img")]
    assert len(page.find_all(class_="scroll")) == len(tables) + len(pictures)
    for role, parts in (("region", tables), ("group", pictures)):
        assert parts
        for part in parts:
            assert (part["class"], part["role"], part["tabindex"]) == (["scroll"], role, "0")
            assert part["aria-label"]


# --- Nothing runs, nothing is loaded -------------------------------------------------------------


def test_content_security_policy_refuses_everything_but_the_style_sheet(any_page):
    metas = any_page.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    (policy,) = [meta["content"] for meta in metas]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy
    (style,) = any_page.find_all("style")
    digest = base64.b64encode(hashlib.sha256(style.string.encode("utf-8")).digest()).decode()
    assert rules["style-src"] == f"'sha256-{digest}'"
    assert rules["font-src"] == "data:"
    allowed = {"default-src", "img-src", "font-src", "style-src", "base-uri", "form-action"}
    assert set(rules) <= allowed | ({"script-src"} if any_page.script else set())


def test_policy_stands_before_anything_that_it_governs(any_page):
    names = [tag.name for tag in any_page.head.find_all(True)]
    metas = [
        place
        for place, tag in enumerate(any_page.head.find_all(True))
        if tag.get("http-equiv") == "Content-Security-Policy"
    ]
    assert metas[0] < min(names.index("style"), names.index("link"))


def test_report_holds_no_script_and_no_form(page):
    assert page.find_all(["script", "form"]) == []


def test_page_holds_nothing_embedded_and_no_handler(any_page):
    forbidden = ("iframe", "object", "embed", "base", "svg", "audio", "video")
    assert any_page.find_all(forbidden) == []
    handlers = [
        (tag.name, name)
        for tag in any_page.find_all(True)
        for name in tag.attrs
        if name.lower().startswith("on") or name == "style" or name == "srcset"
    ]
    assert handlers == []


def test_page_loads_nothing_from_elsewhere(any_page):
    for tag in any_page.find_all(src=True):
        assert tag["src"].startswith("data:image/svg+xml;base64,")
    for tag in any_page.find_all("link"):
        assert tag["href"] == "data:," or tag["rel"] == ["alternate"]
    style = any_page.style.string
    assert style.count("url(") == style.count("url(data:font/woff;base64,") == len(WEB_FONTS)
    assert "@import" not in style


def test_links_lead_into_the_page_beside_it_or_to_https(any_page):
    links = any_page.find_all("a")
    assert links
    data = [link for link in links if link.get("download")]
    for link in data:
        assert link["href"].startswith("data:text/csv;charset=utf-8;base64,")
        assert re.fullmatch(r"[a-z_]+\.csv", link["download"])
    for link in [link["href"] for link in links if link not in data]:
        assert re.match(r"(#[\w-]+|https://.+|index[a-z.]+|[a-z0-9_-]+/[a-z_]+/[a-z.]+)$", link), (
            link
        )


def test_drawings_hold_no_script_no_text_and_no_link_to_elsewhere(page):
    for drawing in drawings(page):
        parts = list(ElementTree.fromstring(drawing).iter())
        names = {part.tag.split("}")[-1].lower() for part in parts}
        assert "path" in names
        assert names.isdisjoint({"script", "foreignobject", "image", "text", "a", "animate"})
        targets = [value for part in parts for name, value in part.attrib.items()
                   if name.split("}")[-1] == "href"]  # fmt: skip
        assert targets
        assert all(target.startswith("#") for target in targets)
        assert not [name for part in parts for name in part.attrib if name.startswith("on")]


def test_page_shows_no_code(reports, kurzeme):
    notebook = nbformat.read(reports / FOLDERS["kurzeme"] / "notebook.ipynb", as_version=4)
    lines = [
        line.strip()
        for cell in notebook.cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if len(line.strip()) > 8
    ]
    assert len(lines) > 10
    text = str(kurzeme)
    assert [line for line in lines if line in text] == []


def test_page_names_no_path_of_the_machine(reports, any_page):
    text = str(any_page)
    for trace in (str(reports), str(Path(__file__).parents[2]), "site-packages", "Traceback"):
        assert trace not in text


# --- Content -------------------------------------------------------------------------------------


def test_the_two_languages_are_there_and_differ(reports):
    lv, en = (parsed(reports / FOLDERS["kurzeme"] / f"report.{code}.html") for code in ("lv", "en"))
    assert lv.h1.get_text() != en.h1.get_text()
    for element in ("h2", "h3", "table", "img", "tr", "li", "p"):
        assert len(lv.find_all(element)) == len(en.find_all(element)), element
    for mine, other in zip(lv.main.find_all("h2"), en.main.find_all("h2"), strict=True):
        assert mine.get_text() != other.get_text()
    for mine, other in zip(drawings(lv), drawings(en), strict=True):
        assert mine != other


def test_pages_of_two_regions_show_their_own_figures(reports):
    pages = [parsed(reports / folder / "report.lv.html") for folder in FOLDERS.values()]
    first, second = (drawings(page) for page in pages)
    assert set(first).isdisjoint(second)
    assert "Latgale" not in pages[0].h1.get_text()
    assert "Latgale" in pages[1].h1.get_text()


def test_first_page_names_region_period_prices_edition_and_evidence(kurzeme, code, results):
    facts = {
        entry.dt.get_text(): entry.dd.get_text() for entry in kurzeme.header.dl.find_all("div")
    }
    say = language(code)
    assert facts[say.text("Planning region")] == "Kurzeme"
    assert facts[say.text("Period")] == say.period(2014, 2022)
    assert facts[say.text("Price year of constant prices")] == "2022"
    assert facts[say.text("Discount rate")] == say.percent(0.04)
    assert facts[say.text("Reference of the comparison")] == say.word(
        "care_arrangement", "institution"
    )
    assert facts[say.text("Edition")] == say.word("edition", "internal")
    evidence = facts[say.text("Cost by evidence of the amount or rate")]
    assert facts[say.text("Evidence of the numbers of children")] == say.word(
        "evidence", "synthetic"
    )
    for kind, share in results["evidence"].items():
        assert f"{say.word('evidence', kind)} {say.percent(share)}" in evidence


def test_synthetic_notice_stands_first_and_on_every_screen(kurzeme, code):
    say = language(code)
    notices = [notice.get_text() for notice in kurzeme.header.find_all(class_="notice")]
    assert say.word("evidence", "synthetic")[:7] in notices[1]  # after what makes it a draft
    assert kurzeme.find(class_="running").get_text() == " · ".join(
        say.text(text)
        for text in (
            "Draft",
            "Demonstration with synthetic data",
            "Internal edition: not for publication",
        )
    )


def test_shown_unit_cost_is_the_rounded_result(kurzeme, code, results):
    table = results["tables"]["unit_costs"]
    names = [column["name"] for column in table["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
    (cost,) = [
        row["cost_per_child_month_eur"]
        for row in rows
        if (row["year"], row["care_arrangement"]) == (2022, "institution")
    ]
    say = language(code)
    (shown,) = [
        row
        for row in kurzeme.find_all("table")[1].tbody.find_all("tr")
        if row.th.get_text() == say.word("care_arrangement", "institution")
    ]
    assert shown.find_all("td")[-1].get_text() == say.number(cost, 2)


def test_every_symbol_in_a_table_is_explained_below_it(page):
    with_symbols = 0
    for figure in page.find_all("figure", class_="table"):
        symbols = {cell.get_text() for cell in figure.find_all("td")} & {":", "z", "c"}
        notes = figure.find(class_="notes")
        for symbol in symbols:
            with_symbols += 1
            assert re.search(rf"^{symbol} – \w+", notes.get_text(), re.MULTILINE), symbol
    assert with_symbols > 3


def test_no_number_is_written_with_an_ascii_minus_or_as_nan(page):
    for cell in page.find_all("td", class_="number"):
        assert not re.match(r"-|nan|inf|None", cell.get_text(), re.IGNORECASE)


# --- The nbconvert exporter ----------------------------------------------------------------------


def test_nbconvert_exporter_writes_the_same_page(reports, code):
    notebook = nbformat.read(reports / FOLDERS["kurzeme"] / "notebook.ipynb", as_version=4)
    exporter = HTMLReportExporter(language=code)
    page, _ = exporter.from_notebook_node(notebook)
    expected = (reports / FOLDERS["kurzeme"] / f"report.{code}.html").read_text(encoding="utf-8")
    assert page == expected
    assert html_report(read_document(notebook, code)) == expected
