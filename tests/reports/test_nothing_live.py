"""Texts of the data, the parameters and the settings are text in every format, whatever they are.

Sixty payloads stand in every text that a report shows. What is published is parsed, and opened in a
browser; the visible text of each payload is there. A campaign moves the payloads on through all
texts, so that each of them has been in each; an ordinary run makes one such package.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import nbformat
import numpy as np
import openpyxl
import pikepdf
import pytest
from browser import ARGUMENTS, CHROMIUM
from live import csv_file, elements_found, html_page, live_in, pdf, xlsx
from live import docx as live_docx
from lxml import html
from payloads import (
    NUL,
    REFUSED,
    SHOWN,
    Planted,
    marks_in,
    projects,
    text_columns,
)
from pdf_reading import text_of

from dieval.errors import ReportError
from dieval.inputs.read import check_package
from dieval.present.letters import displayable
from dieval.present.table_data import csv_text
from dieval.release.read_back import run_together
from dieval.reports.engine import execute, refuse_types
from dieval.reports.project import read_project

SHIFTS = range(len(SHOWN)) if os.environ.get("DIEVAL_CAMPAIGN") else range(1)
CODES = ("lv", "en")
ASKED = (
    *("report", "cost_comparison", "implementation_progress", "reorganisation_annex"),
    *("national_overview", "--region", "kurzeme", "--institution", "kurzeme-paraugs-1"),
    *("-p", "draws=1000", "--jobs", "2"),
)
# Texts that no report shows: nothing of them may be published either.
NOT_SHOWN = {
    "indicators.unit", "parameters.url", "partners.name_lv", "services.provider_name",
    "services.site", "sources.licence", "statutory_rates.legal_basis",
}  # fmt: skip


@pytest.fixture(scope="session", params=SHIFTS)
def made(request, once, dieval, project) -> tuple[Path, list[Planted]]:
    """Reports of every kind whose texts are payloads, and which stand where."""

    def make(folder: Path) -> None:
        made, planted = projects(project, folder / "project", request.param)
        content = [vars(each) for each in planted]
        (folder / "planted.json").write_text(json.dumps(content), encoding="utf-8")
        run = dieval(*ASKED, "--out", folder / "out", cwd=made)
        assert run.returncode == 0, run.stdout + run.stderr

    folder = once(f"nothing_live_{request.param}", make)
    planted = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
    return folder / "out", [Planted(**each) for each in planted]


# --- Nothing is live -----------------------------------------------------------------------------


def test_there_are_sixty_payloads_and_every_text_gets_them():
    assert len(SHOWN) + len(REFUSED) >= 60
    assert ("providers", "name_lv") in text_columns()
    assert ("sources", "url") in text_columns()
    assert len(text_columns()) > 15


def test_payload_in_any_text_is_live_in_no_file(made):
    out, _ = made
    assert len(list(out.rglob("*.*"))) == 3 + 4 * 11
    assert live_in(out) == []


# --- And is there as text ------------------------------------------------------------------------


def texts_of(file: Path) -> str:
    """What a reader sees of a file, as one text."""
    if file.suffix == ".html":
        tree = html.document_fromstring(file.read_text(encoding="utf-8"))
        return " ".join(tree.body.itertext())
    if file.suffix == ".pdf":
        return text_of(file.read_bytes())
    if file.suffix == ".docx":
        body = docx.Document(file).element.body
        return " ".join("".join(p.itertext()) for p in body.iter(docx.oxml.ns.qn("w:p")))
    if file.suffix == ".xlsx":
        sheets = openpyxl.load_workbook(file, read_only=True)
        cells = (cell for sheet in sheets for row in sheet.iter_rows(values_only=True)
                 for cell in row)  # fmt: skip
        return " ".join(str(cell) for cell in cells if cell is not None)
    if file.suffix == ".ipynb":
        outputs = [
            output["data"]["text/html"]
            for cell in nbformat.read(file, as_version=4).cells
            for output in cell.get("outputs", [])
        ]
        return " ".join(" ".join(html.fromstring(view).itertext()) for view in outputs)
    if not file.suffix:  # the list of checksums
        return file.read_text(encoding="utf-8")
    return " ".join(_strings(json.loads(file.read_text(encoding="utf-8"))))


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [text for part in parts for text in _strings(part)]
    return [value] if isinstance(value, str) else []


def is_there(text: str, seen: str, of_pdf: bool) -> bool:
    """Whether a text stands where its mark does; a PDF has other letters for some."""
    if run_together(text) in seen:
        return True
    if not of_pdf:
        return False
    # Letters that the font lacks are boxes; what runs from right to left is read in another order.
    plain = run_together(displayable(text))
    return plain in seen or not plain.isascii()


def test_payload_is_there_as_text_in_every_file_that_shows_its_place(made):
    out, planted = made
    by_mark = {each.mark: each for each in planted}
    shown, garbled = set(), []
    for file in sorted(path for path in out.rglob("*") if path.is_file()):
        if file.name == "run.json":
            continue
        seen = run_together(texts_of(file))
        for mark in set(marks_in(seen)):
            each = by_mark[mark]
            shown.add(each.place)
            if not is_there(each.text, seen, file.suffix == ".pdf"):
                garbled.append((str(file.relative_to(out)), each.place, each.payload))
    assert garbled == []
    places = {each.place for each in planted}
    assert places - shown == NOT_SHOWN & places


# --- In a browser --------------------------------------------------------------------------------

DOM = """
() => [...document.querySelectorAll('*')].map(element => [
  element.localName,
  Object.fromEntries([...element.attributes].map(each => [each.name, each.value])),
  element.localName === 'script' ? element.textContent : ''])
"""


def trouble_with(browser: Any, file: Path) -> list[str]:
    """Open a page as a reader with a telephone would; say what is not as it is meant."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    trouble: list[str] = []
    page.on("request", lambda request: trouble.append(f"asks for {request.url}"))
    page.on("console", lambda told: trouble.append(told.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda _: trouble.append("dialog"))
    page.goto(file.as_uri(), wait_until="load")
    expected = f"asks for {file.as_uri()}"
    trouble = [each for each in trouble if not each.startswith("asks for data:")]
    trouble.remove(expected)
    is_index = file.name.startswith("index")
    trouble += elements_found(page.evaluate(DOM), is_index)
    if page.evaluate("document.documentElement.scrollWidth") > 360:
        trouble.append("scrolls sideways")
    if page.evaluate("document.scripts.length") != is_index:
        trouble.append("scripts")
    page.close()
    return [f"{file.parent.name}/{file.name}: {each}" for each in trouble]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path")
def test_page_with_payloads_opens_in_a_browser_as_it_is_meant(made):
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    out, _ = made
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        trouble = [trouble_with(browser, file) for file in sorted(out.rglob("*.html"))]
        browser.close()
    assert [each for of_page in trouble for each in of_page] == []


# --- What intake refuses -------------------------------------------------------------------------


def rewritten(package: Path, change: Callable[[dict[str, str], str, str], None]) -> None:
    """Change every text of the first row of every table."""
    for table, column in text_columns():
        file = package / f"{table}.csv"
        if not file.exists():
            continue
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if column in rows[0]:
            change(rows[0], table, column)
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture
def package(root, tmp_path) -> Path:
    """A copy of the data package."""
    return Path(shutil.copytree(root / "data" / "latvia", tmp_path / "package"))


@pytest.mark.parametrize("name", REFUSED)
def test_sign_that_cannot_be_seen_is_refused_in_every_text_with_place_and_remedy(package, name):
    planted = set()

    def change(row: dict[str, str], table: str, column: str) -> None:
        row[column] = REFUSED[name]
        planted.add((f"{table}.csv", column))

    rewritten(package, change)
    found = [each for each in check_package(package) if each.rule == "deceptive_letters"]
    assert {(each.file, each.column) for each in found} == planted
    for each in found:
        assert each.severity == "set_aside"
        assert each.rows == (2,)
        assert each.remedy_en == "Type the text anew."
        assert each.remedy_lv
        assert REFUSED[name] not in each.text("lv") + each.text("en")


def test_nul_is_refused_with_its_line(package):
    for name in sorted({table for table, _ in text_columns()}):
        file = package / f"{name}.csv"
        file.write_bytes(file.read_bytes() + NUL.encode())
    refused = {each.file for each in check_package(package) if each.rule == "nul"}
    assert refused == {f"{table}.csv" for table, _ in text_columns()}


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "no character"])
def test_sign_that_cannot_be_seen_is_refused_in_title_parameters_and_settings(
    dieval, project, tmp_path, name
):
    text = json.dumps(f"A {REFUSED[name]}")
    for place in ("datapackage.json", "costs.yml", "dieval.toml"):
        copy = Path(shutil.copytree(project, tmp_path / place))
        file = {path.name: path for path in copy.rglob("*.*")}[place]
        content = file.read_text(encoding="utf-8")
        if place == "datapackage.json":
            content = re.sub(r'"title": "[^"]*"', lambda _: f'"title": {text}', content, count=1)
        elif place == "costs.yml":
            content = content.replace("title: Real discount rate", f"title: {text}", 1)
        else:
            content += f"\n[organisation]\nname = {text}\n"
        file.write_text(content, encoding="utf-8")
        run = dieval("report", "cost_comparison", "--out", tmp_path / "out", cwd=copy)
        assert run.returncode == 2, place
        assert "invisible signs" in run.stderr
        assert place in run.stderr or "data/parameters" in run.stderr
        assert REFUSED[name] not in run.stdout + run.stderr


# --- Parameters ----------------------------------------------------------------------------------


class Text(str):
    """A text that says something else of itself, as code."""

    def __repr__(self) -> str:
        return "__import__('os').abort()"


class Number(int):
    """A number of another type."""


@pytest.mark.parametrize(
    "value",
    [
        Text("a"), Number(1), np.int64(1), np.float64(1.5), np.bool_(True), np.str_("a"), (1, 2),
        {1}, b"a", 1j, float("nan"), float("inf"), [Text("a")], {"a": [np.float64(1)]}, {1: "a"},
        {Text("a"): 1}, [[None, {"a": (1,)}]], object(), range(3),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_parameter_of_any_but_a_plain_type_is_refused_at_any_depth(value):
    with pytest.raises(ReportError, match=r"parameter first: a value of type .* cannot be passed"):
        refuse_types({"first": value})


@pytest.mark.parametrize("value", ["a", 1, 1.5, True, None, [1, "a", None], {"a": {"b": [False]}}])
def test_parameter_of_a_plain_type_is_passed_on_at_any_depth(value):
    refuse_types({"first": value})


def test_name_of_a_parameter_that_is_none_is_refused():
    with pytest.raises(ReportError):
        refuse_types({"a = 1; b": 1})


@pytest.mark.parametrize("engine", ["warm", "nbclient"])
def test_payloads_as_parameters_reach_the_notebook_as_they_are(project, tmp_path, engine):
    copy = Path(shutil.copytree(project, tmp_path / "project"))
    path = copy / "notebooks" / "cost_comparison.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        nbformat.v4.new_code_cell("texts: list = []", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("import json\nprint(json.dumps(texts))"),
    ]
    nbformat.write(notebook, path)
    texts = [*SHOWN.values(), *REFUSED.values(), NUL]
    executed = execute(path, {"texts": texts}, read_project(copy), engine)
    assert json.loads(executed.cells[-1].outputs[0].text) == texts


# --- What the parsers notice ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "<script>1</script>", "<p onclick=x>", "<iframe>", "<a href='javascript:x'>x</a>",
        "<a href='http://example.org'>x</a>", "<img src='http://example.org'>", "<p style='x'>",
        "<meta http-equiv=refresh>", "<base href=x>", "<a href='../x'>x</a>", "<!-- x -->",
        "<a href='data:text/html,x'>x</a>", "<object>", "<math>", "<svg>", "<embed>",
        "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9IngiLz4='>",
        "<a href='data:text/csv;base64,PTErMQ=='>x</a>",
    ],
)  # fmt: skip
def test_live_page_is_noticed(page):
    assert html_page(f"<body><p>text</p>{page}") != []
    assert html_page("<body><p>text</p><a href='#a'>x</a>") == []


def test_live_workbook_document_and_pdf_are_noticed(made, tmp_path):
    out, _ = made
    book = openpyxl.load_workbook(out / "kurzeme/cost_comparison/tables.xlsx")
    book.worksheets[0]["A1"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    assert any("formula" in each for each in xlsx(tmp_path / "a.xlsx"))
    word = docx.Document(out / "kurzeme/cost_comparison/report.en.docx")
    run = word.paragraphs[0].add_run()
    field = docx.oxml.OxmlElement("w:instrText")
    field.text = "DDEAUTO x"
    run._r.append(field)
    word.save(tmp_path / "a.docx")
    assert any("field DDEAUTO" in each for each in live_docx(tmp_path / "a.docx"))
    with pikepdf.open(out / "kurzeme/cost_comparison/report.en.pdf") as opened:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        opened.Root.OpenAction = action
        opened.save(tmp_path / "a.pdf")
    assert {"key /OpenAction", "key /JS", "action /JavaScript"} <= set(pdf(tmp_path / "a.pdf"))


@pytest.mark.parametrize("name", SHOWN)
def test_csv_cell_with_a_payload_is_inert_between_commas_and_semicolons(name):
    text = csv_text([["a", SHOWN[name], 5], [SHOWN[name], -1.5, " " + SHOWN[name]]])
    assert csv_file(text) == []
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1][1] == "-1.5"


def test_cell_that_a_semicolon_begins_is_noticed():
    assert csv_file("a,x;=1+1,b\r\n") != []
    assert csv_file("a,=1\r\n") != []
