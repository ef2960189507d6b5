"""Every page as people meet it who do not see it, or see no pictures or no layout."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import nbformat
import pytest
from browser import ARGUMENTS, CHROMIUM
from made_reports import KINDS

from dieval.reports.document import Document, read_document

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path"),
]

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

REPORTS = [f"{kind}/report.{code}.html" for kind in KINDS for code in ("lv", "en")]
INDEX = ["index.html", "index.en.html"]
DESKTOP, PHONE = 1280, 390
# Everything that axe-core knows, and its best practices beside the rules of the standard.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = (
    "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
)


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker axe-core."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def playwright() -> Iterator[playwright_api.Playwright]:
    with playwright_api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[playwright_api.Browser]:
    """A browser."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def without_pictures(playwright) -> Iterator[playwright_api.Browser]:
    """A browser that shows no pictures."""
    launched = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, "--blink-settings=imagesEnabled=false"]
    )
    yield launched
    launched.close()


def opened(chromium, file: Path, width: int = DESKTOP) -> playwright_api.Page:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri(), wait_until="load")
    return page


def violations(page: playwright_api.Page, axe: str) -> list[str]:
    """What axe-core finds wrong, with the first place of each."""
    page.evaluate(axe)
    found = page.evaluate(RUN, TAGS)
    assert len(found["passes"]) > 10
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found["violations"]]


def document_of(file: Path) -> Document:
    notebook = nbformat.read(file.with_name("notebook.ipynb"), as_version=4)
    return read_document(notebook, file.suffixes[0].removeprefix("."))


def landmarks(document: Document) -> list[str]:
    """Texts of a report in the order in which they must be met: headings, titles, descriptions."""
    texts = []
    for node in document.body:
        if node["kind"] == "heading":
            texts.append(node["text"])
        elif node["kind"] == "table":
            texts.append(node["title"])
        elif node["kind"] == "figure":
            texts += [node["alt"], node["title"]]
    return texts


def assert_in_order(texts: list[str], whole: str) -> None:
    """The texts stand one after the other; what is between them does not matter."""
    whole, place = squeezed(whole), 0
    for text in texts:
        found = whole.find(squeezed(text), place)
        assert found >= 0, f"not met, or not in its place: {text}"
        place = found + len(squeezed(text))


def squeezed(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", [*REPORTS, *INDEX])
def test_page_has_no_violation(chromium, axe, edition, name, width):
    page = opened(chromium, edition / name, width)
    assert violations(page, axe) == []
    page.close()


def test_violations_are_noticed(chromium, axe, reports, tmp_path):
    text = (reports / REPORTS[0]).read_text(encoding="utf-8")
    broken = text.replace('lang="lv"', "").replace("<h1>", "<h5>").replace('scope="col"', "")
    (tmp_path / "broken.html").write_text(broken, encoding="utf-8")
    found = violations(opened(chromium, tmp_path / "broken.html"), axe)
    assert {entry.partition(":")[0] for entry in found} >= {"html-has-lang", "page-has-heading-one"}


@pytest.mark.parametrize("name", REPORTS)
def test_page_without_pictures_reads_in_order(without_pictures, edition, name):
    page = opened(without_pictures, edition / name)
    assert page.evaluate("[...document.images].every(image => image.naturalWidth === 0)")
    tree = page.locator("main").aria_snapshot()
    assert_in_order(landmarks(document_of(edition / name)), tree)
    page.close()


@pytest.mark.parametrize("name", REPORTS)
def test_page_without_layout_reads_in_order(chromium, edition, name):
    page = opened(chromium, edition / name)
    page.evaluate("document.querySelectorAll('style').forEach(style => style.remove())")
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "none"
    text = page.evaluate("document.body.innerText")
    document = document_of(edition / name)
    seen = [
        part
        for part in landmarks(document)
        if part not in {node["alt"] for node in document.body if node["kind"] == "figure"}
    ]
    assert_in_order([document.title, *seen], text)
    page.close()
