"""What a screen reader finds in a PDF, against the page of the same report."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup
from pdf_reading import attribute, elements

from dieval.errors import ReportError
from dieval.release.read_back import Reader, below, children, run_together
from dieval.reports.pdf_structure import finished

PICTURES = {"cost_comparison": 11, "implementation_progress": 9, "reorganisation_annex": 8,
            "national_overview": 2}  # fmt: skip
ATTACHED = {"lv": "Rezultāti kā dati", "en": "Results as data"}


def test_document_names_language_title_subject_and_author(report, opened, html):
    code = report.stem.split(".")[-1]
    description = html.find("meta", attrs={"name": "description"})["content"]
    assert str(opened.Root.Lang) == code
    assert str(opened.docinfo.Title) == html.h1.get_text()
    assert str(opened.docinfo.Author) == "dieval"
    assert str(opened.docinfo.Subject) == description
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    with opened.open_metadata() as metadata:
        assert metadata["dc:title"] == html.h1.get_text()
        assert metadata["dc:description"] == description
        assert metadata["dc:language"] == {code}
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")


def test_document_is_marked_as_tagged(opened):
    assert bool(opened.Root.MarkInfo.Marked)


def test_labels_of_pages_are_their_numbers(opened):
    labels = [sheet.label for sheet in opened.pages]
    assert labels == [str(number) for number in range(1, len(opened.pages) + 1)]
    assert "/PageLabels" in opened.Root


def test_bookmarks_are_the_headings(opened, html):
    def titles(items: list[pikepdf.OutlineItem]) -> Iterator[str]:
        for item in items:
            yield item.title
            yield from titles(item.children)

    with opened.open_outline() as outline:
        found = list(titles(outline.root))
    assert found == [tag.get_text() for tag in [html.h1, *html.main.find_all(["h2", "h3", "h4"])]]


def test_headings_start_with_the_only_title_and_skip_no_level(opened, html):
    levels = [int(str(each.S)[2:]) for each in elements(opened) if str(each.S)[:2] == "/H"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    # The contents list has its heading too: one h2 more than there are chapters.
    assert levels.count(2) == len(html.main.find_all("h2")) + 1


def read_in_order(report: Path, pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """Headings, captions, terms and paragraphs of the chapters, in reading order."""
    reader = Reader(report, pdf)

    def walk(node: pikepdf.Dictionary) -> Iterator[tuple[str, str]]:
        for child in children(node):
            kind = str(child.S)[1:] if isinstance(child, pikepdf.Dictionary) else ""
            if kind in ("H1", "H2", "H3", "Caption", "P"):
                yield kind, reader.text(child)
            elif kind == "LI" and attribute(node, "/ListNumbering") == "/None":
                term, value = children(child)
                # A term of the facts has a colon in the PDF.
                yield from (("Lbl", reader.text(term).rstrip(":")), ("LBody", reader.text(value)))
            elif kind in ("Document", "Div", "Part", "Sect", "NonStruct", "L", "Table"):
                yield from walk(child)

    yield from walk(pdf.Root.StructTreeRoot)


def shown_in_order(html: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """The same of the page; a picture's caption stands below it there, where it is told."""
    kinds = {"h2": "H2", "h3": "H3", "caption": "Caption", "figcaption": "Caption", "p": "P",
             "dt": "Lbl", "dd": "LBody"}  # fmt: skip
    for tag in html.main.find_all(list(kinds)):
        text = run_together(tag.get_text())
        if tag.name == "dd" and tag.find_next_sibling("dd"):
            yield "LBody", text + run_together(tag.find_next_sibling("dd").get_text())
        elif "data" not in tag.get("class", []) and "place" not in tag.get("class", []):
            yield kinds[tag.name], text


def test_reading_order_is_that_of_the_page(report, opened, html):
    found, expected = list(read_in_order(report, opened)), list(shown_in_order(html))
    start = found.index(expected[0])
    assert found[0] == ("H1", run_together(html.h1.get_text()))
    assert found[start:] == expected
    assert len(expected) > 60


def test_every_figure_has_the_alternative_text_of_the_page(report, opened, html):
    found = [str(element.Alt) for element in elements(opened, "/Figure")]
    assert found == [image["alt"] for image in html.main.find_all("img")]
    assert len(found) == PICTURES[report.parent.name]
    assert min(map(len, found)) > 60


def test_every_table_is_one_element_that_begins_with_its_caption(report, opened, html):
    reader = Reader(report, opened)
    tables = elements(opened, "/Table")
    captions = [run_together(table.caption.get_text()) for table in html.find_all("table")]
    assert len(captions) > 5
    assert [reader.text(children(table)[0]) for table in tables] == captions
    for table in tables:
        assert [str(part.S) for part in children(table)] == ["/Caption", "/THead", "/TBody"]


def test_some_tables_are_one_element_over_several_pages(opened):
    sheets = [
        {part.Pg.objgen for part in below(table) if "/Pg" in part}
        for table in elements(opened, "/Table")
    ]
    assert max(map(len, sheets)) > 1


def test_every_table_has_the_header_cells_of_the_page(opened, html):
    kinds = [str(element.S) for element in elements(opened)]
    assert kinds.count("/TR") == len(html.find_all("tr"))
    assert kinds.count("/TH") == len(html.find_all("th"))
    assert kinds.count("/TD") == len(html.find_all("td"))


def test_every_header_cell_says_whether_it_heads_a_column_or_a_row(opened, html):
    scopes = [attribute(element, "/Scope") for element in elements(opened, "/TH")]
    expected = {"col": "/Column", "row": "/Row"}
    assert scopes == [expected[head["scope"]] for head in html.find_all("th")]


def test_every_link_says_where_it_leads(opened):
    notes = [
        str(note.get("/Contents", ""))
        for sheet in opened.pages
        for note in sheet.get("/Annots", [])
        if note.Subtype == "/Link"
    ]
    assert len(notes) > 5
    assert all(notes)


# --- Attachments ---------------------------------------------------------------------------------


def test_attached_are_the_results_and_each_of_their_tables(report, opened):
    results = (report.parent / "results.json").read_bytes()
    tables = json.loads(results)["tables"]
    names = ["results.json", *(f"tables/{name}.csv" for name in tables)]
    assert list(opened.attachments) == sorted(names)
    assert opened.attachments["results.json"].get_file().read_bytes() == results
    assert sorted(str(file.UF) for file in opened.Root.AF) == sorted(names)
    assert {str(file.AFRelationship) for file in opened.Root.AF} == {"/Data"}


def test_attached_tables_hold_the_cells_of_the_results(report, opened):
    tables = json.loads((report.parent / "results.json").read_bytes())["tables"]
    compared = 0
    for name, table in tables.items():
        attached = opened.attachments[f"tables/{name}.csv"]
        assert attached.get_file().mime_type == "text/csv"
        text = attached.get_file().read_bytes().decode("utf-8")
        heading, *rows = csv.reader(io.StringIO(text, newline=""))
        assert heading == [column["name"] for column in table["columns"]]
        for row, expected in zip(rows, table["rows"], strict=True):
            compared += len(row)
            for cell, value in zip(row, expected, strict=True):
                assert cell == (value["symbol"] if isinstance(value, dict) else str(value))
    assert compared > 500


def test_attachments_are_described_in_the_language_of_the_report(report, opened):
    words = ATTACHED[report.stem.split(".")[-1]]
    assert opened.attachments["results.json"].description == f"{words} (results.json)"
    descriptions = [attached.description for attached in opened.attachments.values()]
    assert all(descriptions)
    assert len(set(descriptions)) == len(descriptions) > 5


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "cards"), [([1] * 3, []), ([1] * 26, [5])])
def test_structure_that_is_not_the_report_is_refused(reports, headers, cards):
    pdf = (reports / "kurzeme/cost_comparison/report.en.pdf").read_bytes()
    with pytest.raises(ReportError, match="in its structure, the report"):
        finished(pdf, headers, cards)
