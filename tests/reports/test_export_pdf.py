from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import page
import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from dieval.errors import ReportError
from dieval.present.language import language
from dieval.reports import export_pdf
from dieval.reports.document import LAYOUT_WORDS, Document
from dieval.reports.export_pdf import (
    ROOM_OF_COLUMN,
    ROOM_OF_LINE,
    PDFReportExporter,
    column_weights,
    pdf_report,
)

LETTERS = "āčēģīķļņšūž"
REPORTS = [f"{unit}/cost_comparison/report.{code}" for unit in ("kurzeme", "latgale")
           for code in ("lv", "en")]  # fmt: skip
REPORTS += [f"kurzeme/implementation_progress/report.{code}" for code in ("lv", "en")]
REPORTS += [f"kurzeme-paraugs-1/reorganisation_annex/report.{code}" for code in ("lv", "en")]
PICTURES = {"cost_comparison": 10, "implementation_progress": 9, "reorganisation_annex": 7}


def failures(pdf: bytes, profile: str) -> list[str]:
    """What the independent checker finds wrong; refuses an answer that rests on no rule."""
    report = page.validate_pdf_bytes(pdf, profile=profile)
    assert report.rules.total > 90
    assert report.document.page_count > 0
    assert report.is_compliant == (not report.failures)
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = []
        for number in range(len(document)):
            sheet = document[number]
            words = sheet.get_textpage()
            texts.append(words.get_text_range())
            words.close()
            sheet.close()
        return "\n".join(texts)
    finally:
        document.close()


def run_together(text: str) -> str:
    """A text without what breaking it into lines adds."""
    return re.sub(r"[\s\u00ad\ufffe\u2010-]", "", text)


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every element of the structure tree, in reading order."""

    def below(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from below(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from below(node.K)

    yield from below(pdf.Root.StructTreeRoot.K)


def attribute(element: pikepdf.Dictionary, name: str) -> str | None:
    """An attribute of a structure element, which may have one dictionary of them or several."""
    held = element.get("/A")
    for part in held if isinstance(held, pikepdf.Array) else [held]:
        if isinstance(part, pikepdf.Dictionary) and name in part:
            return str(part[name])
    return None


@pytest.fixture(params=REPORTS)
def report(request, reports) -> Path:
    return reports / f"{request.param}.pdf"


@pytest.fixture
def opened(report) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(report) as pdf:
        yield pdf


@pytest.fixture
def html(report) -> BeautifulSoup:
    return BeautifulSoup(report.with_suffix(".html").read_text(encoding="utf-8"), "html.parser")


# --- Standards -----------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_report_keeps_every_rule_of_the_standard(report, profile):
    assert failures(report.read_bytes(), profile) == []


@pytest.mark.parametrize("code", ["lv", "en"])
@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_hostile_report_keeps_every_rule_of_the_standard(hostile_reports, code, profile):
    pdf = (hostile_reports / f"kurzeme/cost_comparison/report.{code}.pdf").read_bytes()
    assert failures(pdf, profile) == []


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_checker_ordinary_pdf_is_found_wanting(profile):
    stream = io.BytesIO()
    figure = Figure()
    figure.add_subplot().plot([1, 2])
    figure.savefig(stream, format="pdf")
    report = page.validate_pdf_bytes(stream.getvalue(), profile=profile)
    assert not report.is_compliant
    assert len(report.failures) > 2


def without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def without_alternative_text(pdf: pikepdf.Pdf) -> None:
    for element in elements(pdf):
        if element.S == "/Figure":
            del element.Alt


def without_structure(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def without_title(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.ViewerPreferences


@pytest.mark.parametrize(
    "spoil", [without_language, without_alternative_text, without_structure, without_title]
)
def test_checker_our_report_spoilt_is_found_wanting(reports, spoil):
    stream = io.BytesIO()
    with pikepdf.open(reports / f"{REPORTS[0]}.pdf") as pdf:
        spoil(pdf)
        pdf.save(stream)
    assert failures(stream.getvalue(), "ua1") != []


# --- What a reader's program is told -------------------------------------------------------------


def test_document_names_language_title_subject_and_author(report, opened, html):
    code = report.stem.split(".")[-1]
    assert str(opened.Root.Lang) == code
    assert str(opened.docinfo.Title) == html.h1.get_text()
    assert str(opened.docinfo.Author) == "dieval"
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")


def test_document_is_marked_as_tagged(opened):
    assert bool(opened.Root.MarkInfo.Marked)


def test_bookmarks_are_the_headings(opened, html):
    def titles(items: list[pikepdf.OutlineItem]) -> Iterator[str]:
        for item in items:
            yield item.title
            yield from titles(item.children)

    with opened.open_outline() as outline:
        found = list(titles(outline.root))
    assert found == [tag.get_text() for tag in [html.h1, *html.main.find_all(["h2", "h3"])]]


def test_title_is_the_only_heading_of_the_first_level(opened, html):
    levels = [str(element.S) for element in elements(opened) if str(element.S)[:2] == "/H"]
    # The contents list has its heading too: one h2 more than there are chapters.
    assert levels.count("/H2") == len(html.main.find_all("h2")) + 1
    assert levels.count("/H1") == 1


def test_every_figure_has_the_alternative_text_of_the_page(report, opened, html):
    found = [str(element.Alt) for element in elements(opened) if element.S == "/Figure"]
    assert found == [image["alt"] for image in html.find_all("img")]
    assert len(found) == PICTURES[report.parent.name]


def test_every_table_has_the_header_cells_of_the_page(opened, html):
    kinds = [str(element.S) for element in elements(opened)]
    assert kinds.count("/Table") == len(html.find_all("table")) > 5
    assert kinds.count("/TR") == len(html.find_all("tr"))
    assert kinds.count("/TH") == len(html.find_all("th"))
    assert kinds.count("/TD") == len(html.find_all("td"))


def test_every_header_cell_says_whether_it_heads_a_column_or_a_row(opened, html):
    scopes = [attribute(element, "/Scope") for element in elements(opened) if element.S == "/TH"]
    expected = {"col": "/Column", "row": "/Row"}
    assert scopes == [expected[head["scope"]] for head in html.find_all("th")]


def test_every_table_and_figure_has_a_caption(opened, html):
    kinds = [str(element.S) for element in elements(opened)]
    assert kinds.count("/Caption") == len(html.find_all(["caption", "figcaption"]))


def test_attached_results_are_those_beside_the_report(report, opened):
    assert list(opened.attachments) == ["results.json"]
    attached = opened.attachments["results.json"].get_file().read_bytes()
    assert attached == (report.parent / "results.json").read_bytes()
    assert json.loads(attached)["unit"] == report.parts[-3]


def test_file_names_no_path_of_the_machine(report):
    content = report.read_bytes()
    for trace in (str(report.parents[3]), str(Path(__file__).parents[2]), "dieval-pdf-"):
        assert trace.encode() not in content


def test_fonts_are_all_embedded(opened):
    descriptors = [
        thing
        for thing in opened.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    for font in descriptors:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys())
        assert "SourceSans3" in str(font.FontName) or "DejaVuSansMono" in str(font.FontName)


def test_second_run_has_as_many_pages(report, reports, reports_elsewhere):
    second = reports_elsewhere / report.relative_to(reports)
    with pikepdf.open(report) as mine, pikepdf.open(second) as other:
        assert len(mine.pages) == len(other.pages) > 3


# --- Text ----------------------------------------------------------------------------------------


def test_text_of_the_latvian_reports_has_its_letters_and_the_euro_sign(reports):
    text = text_of((reports / "kurzeme/cost_comparison/report.lv.pdf").read_bytes())
    # č does not occur in the report of Kurzeme; the next test writes all letters.
    assert set(LETTERS) - {"č"} <= set(text)
    assert "€" in text
    assert "\ufffd" not in text


def small_document(text: str, code: str = "lv") -> Document:
    say = language(code)
    return Document(
        language=code,
        title="Mazs dokuments",
        subject="Kurzeme",
        date="2022-12-31",
        cover=[],
        body=[
            {"kind": "heading", "level": 2, "text": "Burti", "anchor": "heading-1"},
            {"kind": "paragraph", "inlines": [{"kind": "text", "text": text}]},
            {"kind": "paragraph", "inlines": [{"kind": "code", "text": text}]},
            {"kind": "paragraph", "inlines": [
                {"kind": "strong", "inlines": [{"kind": "text", "text": text}]},
                {"kind": "em", "inlines": [{"kind": "text", "text": text}]},
            ]},
        ],
        running="",
        words={name: say.text(msgid) for name, msgid in LAYOUT_WORDS.items()},
    )  # fmt: skip


def test_text_in_every_style_keeps_all_letters():
    text = f"{LETTERS} {LETTERS.upper()} € − – „“ 1\u00a0234,50\u00a0%"
    pdf = pdf_report(small_document(text), "{}\n")
    assert run_together(text_of(pdf)).count(run_together(text)) == 4
    assert failures(pdf, "ua1") == []


def test_same_document_twice_gives_the_same_bytes():
    assert pdf_report(small_document("abc"), "{}\n") == pdf_report(small_document("abc"), "{}\n")


def test_every_word_of_the_page_stands_in_the_pdf(report, html):
    text = run_together(text_of(report.read_bytes()))
    shown = [cell.get_text() for cell in html.main.find_all(["h2", "h3", "td", "th", "li"])]
    assert len(shown) > 500
    missing = [words for words in shown if not stands_in(run_together(words), text)]
    assert missing == []


def stands_in(words: str, text: str) -> bool:
    """Whether words stand in a text, in one piece or on both sides of a page break."""
    return words in text or any(
        words[:place] in text and words[place:] in text for place in range(10, len(words) - 10)
    )


def test_word_that_is_not_there_is_noticed(report):
    text = run_together(text_of(report.read_bytes()))
    assert not stands_in(run_together("Nothing of the kind stands in any report"), text)


@pytest.mark.parametrize("code", ["lv", "en"])
def test_hostile_texts_stand_in_the_pdf_as_text(hostile_reports, hostile, code):
    pdf = (hostile_reports / f"kurzeme/cost_comparison/report.{code}.pdf").read_bytes()
    text = run_together(text_of(pdf))
    for words in hostile.values():
        assert run_together(words) in text, words


def test_hostile_texts_become_no_action_of_the_pdf(hostile_reports):
    with pikepdf.open(hostile_reports / "kurzeme/cost_comparison/report.lv.pdf") as pdf:
        actions = {
            str(thing.S)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Action"
        }
        links = [
            str(thing.URI)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/URI" in thing
        ]
    assert actions <= {"/URI", "/GoTo"}
    assert not [link for link in links if "javascript" in link or "example.org" in link]


# --- Pages ---------------------------------------------------------------------------------------

# The part of a page for text, from the bottom of the sheet [points]: 22 mm under it, 24 mm over it.
LOW, HIGH = 22 / 25.4 * 72, (297 - 24) / 25.4 * 72
TEXT_HEIGHT = HIGH - LOW


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()


def page_with(words: str, pages: list[str]) -> int:
    """The only page on which words stand."""
    (found,) = [number for number, text in enumerate(pages) if words in text]
    return found


def filled(pdf: bytes) -> list[float]:
    """How far down each page is filled, 0 … 1."""
    shares = []
    document = pypdfium2.PdfDocument(pdf)
    for sheet in document:
        picture = sheet.render(scale=0.5, grayscale=True).to_numpy().squeeze()
        top, bottom = ((sheet.get_height() - edge) / 2 for edge in (HIGH, LOW))
        (inked,) = (picture[int(top) : int(bottom)] < 200).any(axis=1).nonzero()
        shares.append((inked.max(initial=-1) + 1) / (bottom - top))
    document.close()
    return shares


def texts_under_the_page(pdf: bytes) -> list[str]:
    """What stands under the part of each page for text: no more than its last line."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [
        run_together(sheet.get_textpage().get_text_bounded(0, -10_000, sheet.get_width(), LOW - 4))
        for sheet in document
    ]
    document.close()
    return texts


def laid_out(*nodes: dict[str, object]) -> bytes:
    """A PDF that holds nothing but nodes."""
    document = small_document("abc")
    document.body[1:] = nodes
    return pdf_report(document, "{}\n")


def at_every_height(make: Callable[[int], dict[str, object]]) -> bytes:
    """A PDF in which 48 nodes, with 0 … 47 lines of text before them, stand at all heights."""
    nodes = []
    for number in range(48):
        nodes += [{"kind": "text", "paragraphs": ["Rinda."] * number}, make(number)]
    return laid_out(*nodes)


def table_node(number: int, rows: list[list[str]], notes: list[str]) -> dict[str, object]:
    column = {"heading": "Aile", "unit": "", "kind": "text", "numeric": False}
    return {"kind": "table", "name": "t", "label": f"{number}. tabula", "title": "Nosaukums",
            "anchor": f"table-{number}", "columns": [column] * len(rows[0]), "rows": rows,
            "row_headers": 1, "notes": notes}  # fmt: skip


def figure_node(number: int, height: int, notes: list[str]) -> dict[str, object]:
    """A black picture 500 wide."""
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="500pt" height="{height}pt" '
        f'viewBox="0 0 500 {height}"><rect width="500" height="{height}"/></svg>'
    )
    return {"kind": "figure", "name": "f", "label": f"{number}. attēls", "title": "Nosaukums",
            "anchor": f"figure-{number}", "alt": "Melns", "svg": drawing,
            "notes": notes}  # fmt: skip


def rows_of(table: int, count: int) -> list[list[str]]:
    return [[f"rinda {table}-{row}.", "vārds"] for row in range(1, count + 1)]


def notes_of(number: int) -> list[str]:
    return [f"{order} {number}. piezīme." for order in ("Pirmā", "Otrā", "Trešā")]


def length_of(number: int) -> int:
    """Rows of a long table."""
    return 30 + number * 5 % 9


@pytest.fixture(scope="module")
def long_tables() -> list[str]:
    return pages_of(at_every_height(lambda n: table_node(n, rows_of(n, length_of(n)), notes_of(n))))


def test_long_tables_end_on_the_page_of_their_notes(long_tables):
    for n in range(48):
        end = (f"rinda {n}-{length_of(n)}.", *notes_of(n))
        assert len({page_with(words, long_tables) for words in end}) == 1, n


def test_long_tables_start_with_more_than_two_rows(long_tables):
    for n in range(48):
        start = (f"\n{n}. tabula", f"rinda {n}-1.", f"rinda {n}-3.")
        assert len({page_with(words, long_tables) for words in start}) == 1, n


def test_long_tables_are_broken_where_a_page_ends(long_tables):
    ends = [(f"rinda {n}-1.", f"rinda {n}-{length_of(n)}.") for n in range(48)]
    broken = [page_with(a, long_tables) != page_with(b, long_tables) for a, b in ends]
    assert sum(broken) > 20


def test_short_tables_stand_on_one_page():
    pages = pages_of(at_every_height(lambda n: table_node(n, rows_of(n, 8), notes_of(n))))
    for n in range(48):
        words = [f"\n{n}. tabula", *(row[0] for row in rows_of(n, 8)), *notes_of(n)]
        assert len({page_with(each, pages) for each in words}) == 1, n


def test_rows_stand_on_one_page():
    def table(n: int) -> dict[str, object]:
        cells = [f"sākums {n}-{row}. {'vārds ' * 90} beigas {n}-{row}." for row in range(6)]
        return table_node(n, [["abc", cell] for cell in cells], [])

    pages = pages_of(at_every_height(table))
    for n in range(48):
        for row in range(6):
            ends = (f"sākums {n}-{row}.", f"beigas {n}-{row}.")
            assert len({page_with(words, pages) for words in ends}) == 1, (n, row)


def test_pictures_stand_on_the_page_of_their_caption_and_notes():
    pdf = at_every_height(lambda n: figure_node(n, 300, notes_of(n)))
    pages = pages_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        figures = [element for element in elements(opened) if element.S == "/Figure"]
        for n, figure in enumerate(figures):
            place = opened.pages.index(pikepdf.Page(figure_page(figure)))
            words = (f"\n{n}. attēls", *notes_of(n))
            assert {page_with(each, pages) for each in words} == {place}, n
    assert n == 47


def figure_page(element: pikepdf.Object) -> pikepdf.Object:
    """The page on which a structure element stands."""
    if "/Pg" in element:
        return element.Pg
    return figure_page(element.K[0] if isinstance(element.K, pikepdf.Array) else element.K)


def picture_size(element: pikepdf.Dictionary) -> tuple[float, float]:
    (box,) = [part.BBox for part in element.A if "/BBox" in part]
    left, bottom, right, top = map(float, box)
    return right - left, top - bottom


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        (200, 200 * 170 / 25.4 * 72 / 500),  # as wide as the page
        (310, 0.4 * TEXT_HEIGHT),  # two of them on a page
        (600, 0.75 * 600 * 170 / 25.4 * 72 / 500),  # its texts no smaller than three quarters
        (1500, 0.8 * TEXT_HEIGHT),  # with its caption and notes on one page
    ],
)
def test_picture_is_made_smaller_only_as_far_as_its_texts_allow(height, expected):
    with pikepdf.open(io.BytesIO(laid_out(figure_node(1, height, [])))) as opened:
        (figure,) = [element for element in elements(opened) if element.S == "/Figure"]
        size = picture_size(figure)
    assert size[1] == pytest.approx(expected, abs=0.5)
    assert size[0] / size[1] == pytest.approx(500 / height, rel=0.01)


def test_two_pictures_with_their_notes_fit_on_a_page():
    pages = pages_of(laid_out(*(figure_node(n, 310, notes_of(n)[:1]) for n in range(1, 5))))
    assert page_with("1. attēls", pages) == page_with("Pirmā 2. piezīme.", pages)
    assert page_with("3. attēls", pages) == page_with("Pirmā 4. piezīme.", pages) == len(pages) - 1


@pytest.mark.parametrize(
    ("cell", "note"),
    [("īss ", "gara " * 1500), ("garš " * 900, "īsa."), ("ar " * 99, "īsa " * 600)],
)
@pytest.mark.parametrize("before", [0, 20, 40])
def test_what_no_page_can_hold_is_broken_and_not_cut_off(before, cell, note):
    rows = [[f"{cell}rinda{number}.", *[cell] * 3] for number in range(1, 9)]
    lines = {"kind": "text", "paragraphs": ["Rinda."] * before}
    pdf = laid_out(lines, table_node(1, rows, [f"{note}Beigas."]))
    text = run_together("".join(pages_of(pdf)))
    assert all(words in text for words in ("rinda1.", "rinda8.", "Beigas."))
    under = texts_under_the_page(pdf)
    assert under == [f"Mazsdokuments{page}/{len(under)}" for page in range(1, len(under) + 1)]


def test_no_page_between_the_first_and_the_last_is_mostly_empty(report):
    shares = filled(report.read_bytes())
    assert [share for share in shares[1:-1] if share < 0.4] == []
    assert len(shares) > 10


@pytest.mark.parametrize("code", ["lv", "en"])
def test_no_line_ends_between_a_year_and_its_word(reports, code):
    pdf = (reports / f"kurzeme/cost_comparison/report.{code}.pdf").read_bytes()
    text = "\n".join(pages_of(pdf))
    assert (len(re.findall(r"[0-9]\.\sgad", text)) > 20) == (code == "lv")
    assert re.findall(r"[0-9]\.\s*\n\s*gad", text) == []


# --- What is refused -----------------------------------------------------------------------------


def node_of(columns: dict[str, list[str]], numeric: tuple[str, ...] = ()) -> dict:
    """A table by its columns, as the layout gets it."""
    return {
        "columns": [
            {"heading": heading, "unit": "", "numeric": heading in numeric} for heading in columns
        ],
        "rows": [list(row) for row in zip(*columns.values(), strict=True)],
    }


def test_columns_of_a_table_that_fits_are_as_wide_as_their_content():
    assert column_weights(node_of({"Year": ["2020"], "Share": ["79.4%"]}, ("Share",))) == [0, 0]


def test_columns_of_a_wide_table_share_the_page_by_the_length_of_their_texts():
    columns = {
        "No.": ["[1]", "[2]"],
        "Title of the source": ["word " * 40] * 2,
        "Publisher": ["Ministry of Welfare"] * 2,
        "In a family environment": ["1,213", "873"],
    }
    widths = column_weights(node_of(columns, ("In a family environment",)))
    numbered, title, publisher, count = (width - ROOM_OF_COLUMN for width in widths)
    assert numbered == 3
    assert count == len("environment")  # a number has room, its heading is broken
    assert title > 2 * publisher > 2 * len("Ministry")
    assert sum(widths) == pytest.approx(ROOM_OF_LINE[1])


def test_no_column_of_a_wide_table_is_wider_than_its_text_while_another_is_broken():
    columns = {"Place": ["the whole country"], "Plan": ["DI plan"], "Words": ["word " * 60]}
    place, plan, words = (width - ROOM_OF_COLUMN for width in column_weights(node_of(columns)))
    assert place <= len("the whole country")
    assert plan == pytest.approx(len("DI plan"))
    assert words > 70


def test_letter_that_no_font_has_is_refused():
    with pytest.raises(ReportError, match="PDF could not be made"):
        pdf_report(small_document("\U0001f9ff"), "{}\n")


def test_font_that_is_not_there_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(export_pdf, "font_folder", lambda: tmp_path)
    with pytest.raises(ReportError, match="unknown font family"):
        pdf_report(small_document("abc"), "{}\n")


def test_heading_that_skips_a_level_is_refused():
    document = small_document("abc")
    document.body[0]["level"] = 4
    with pytest.raises(ReportError, match="PDF could not be made"):
        pdf_report(document, "{}\n")


@pytest.mark.parametrize("code", ["lv", "en"])
def test_nbconvert_exporter_writes_the_same_file(reports, code):
    folder = reports / "kurzeme" / "cost_comparison"
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    pdf, _ = PDFReportExporter(language=code).from_notebook_node(notebook)
    assert pdf == (folder / f"report.{code}.pdf").read_bytes()
