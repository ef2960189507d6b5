from __future__ import annotations

import ctypes
import dataclasses
import io
import itertools
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pikepdf
import pypdfium2
import pytest
from matplotlib.figure import Figure
from pdf_reading import elements, failures, text_of

from dieval.errors import ReportError
from dieval.present.language import language
from dieval.present.style import Appearance
from dieval.release.read_back import Reader, children, run_together
from dieval.reports import export_pdf
from dieval.reports.document import LAYOUT_WORDS, Document
from dieval.reports.export_pdf import pdf_report
from dieval.reports.exporters import PDFReportExporter

LETTERS = "āčēģīķļņšūž"


# --- The file ------------------------------------------------------------------------------------


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


def test_second_run_has_as_many_pages(reports, reports_elsewhere):
    for second in sorted(reports_elsewhere.rglob("*.pdf")):
        first = reports / second.relative_to(reports_elsewhere)
        with pikepdf.open(first) as mine, pikepdf.open(second) as other:
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


# --- Pages ---------------------------------------------------------------------------------------

# 22 mm under the part of a page for text, 24 mm over it [points].
LOW, OVER = 22 / 25.4 * 72, 24 / 25.4 * 72
TEXT_HEIGHT = 297 / 25.4 * 72 - LOW - OVER


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
        top, bottom = OVER / 2, (sheet.get_height() - LOW) / 2
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
    pdf = report.read_bytes()
    shares = filled(pdf)
    # A page before a turned one ends where the turned table begins, wherever that is.
    ends_early = [after and not before for before, after in itertools.pairwise(turned(pdf))]
    least = [0.3 if early else 0.4 for early in ends_early]
    wanting = [
        (number, share)
        for number, (share, enough) in enumerate(zip(shares[1:-1], least[1:], strict=True), start=2)
        if share < enough
    ]
    assert wanting == []
    assert len(shares) > 10


@pytest.mark.parametrize("code", ["lv", "en"])
def test_no_line_ends_between_a_year_and_its_word(reports, code):
    pdf = (reports / f"kurzeme/cost_comparison/report.{code}.pdf").read_bytes()
    text = "\n".join(pages_of(pdf))
    assert (len(re.findall(r"[0-9]\.\sgad", text)) > 20) == (code == "lv")
    assert re.findall(r"[0-9]\.\s*\n\s*gad", text) == []


# --- Wide tables, key figures and the first page -------------------------------------------------


def wide_node(number: int, rows: int) -> dict[str, object]:
    """A table of 13 columns of numbers, which no upright page holds."""
    node = table_node(number, [["aile", *["1 234 567"] * 12] for _ in range(rows)], ["Piezīme."])
    node["columns"] = [
        {"heading": f"Aile {place}", "unit": "EUR", "kind": "number", "numeric": place > 0}
        for place in range(13)
    ]
    return node


def heading_node(text: str) -> dict[str, object]:
    return {"kind": "heading", "level": 2, "text": text, "anchor": "heading-2"}


def turned(pdf: bytes) -> list[bool]:
    """Whether each page is wider than high."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        boxes = [[float(edge) for edge in sheet.mediabox] for sheet in opened.pages]
    return [box[2] > box[3] for box in boxes]


def test_wide_tables_share_a_turned_page_with_their_notes_and_what_introduces_them():
    words = {"kind": "text", "paragraphs": ["Ievads tabulām."]}
    after = {"kind": "text", "paragraphs": ["Pēc tabulām."]}
    before = {"kind": "text", "paragraphs": ["Pirms virsraksta."]}
    pdf = laid_out(before, heading_node("Nodaļa"), words, wide_node(1, 8), wide_node(2, 3), after)
    pages = pages_of(pdf)
    # The first page, the one before the heading, the turned one, the last.
    assert turned(pdf) == [False, False, True, False]
    assert "Pirms virsraksta." in pages[1]
    for text in ("Nodaļa\r", "Ievads tabulām.", "1. tabula", "2. tabula"):
        assert text in pages[2]
    assert pages[2].count("Piezīme.") == 2
    assert "Pēc tabulām." in pages[3]
    assert texts_under_the_page(pdf) == [f"Mazsdokuments{page}/4" for page in range(1, 5)]


def test_wide_table_over_several_pages_is_one_table_of_the_structure():
    pdf = laid_out(wide_node(1, 90))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        kinds = [str(element.S) for element in elements(opened)]
    assert sum(turned(pdf)) > 2
    assert kinds.count("/Table") == 1
    assert kinds.count("/TR") == 91
    assert failures(pdf, "ua1") == []


def test_table_that_follows_fills_the_turned_page_only_where_that_is_mostly_empty():
    narrow = table_node(2, rows_of(2, 6), [])
    assert turned(laid_out(wide_node(1, 3), narrow)) == [False, True]
    assert turned(laid_out(wide_node(1, 16), narrow)) == [False, True, False]


def test_no_text_of_a_report_is_smaller_than_8_points(report):
    document = pypdfium2.PdfDocument(report)
    sizes = set()
    for sheet in document:
        for thing in sheet.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
            matrix = thing.get_matrix()
            size = ctypes.c_float()
            pypdfium2.raw.FPDFTextObj_GetFontSize(thing.raw, size)
            sizes.add(round(size.value * math.hypot(matrix.b, matrix.d), 2))
    document.close()
    assert min(sizes) >= 8
    assert max(sizes) == 22  # the title


KEY_FIGURES = {
    "kind": "key_figures",
    "figures": [
        {"label": f"Nosaukums {number}", "value": f"{number} 000 €", "note": f"{2010 + number}",
         "place": {"label": "9. tabula", "anchor": "table-9"} if number == 2 else None}
        for number in range(1, 5)
    ],
}  # fmt: skip


def test_key_figures_are_one_list_that_reads_label_value_note_and_place(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(laid_out(KEY_FIGURES, table_node(9, rows_of(9, 2), [])))
    with pikepdf.open(file) as pdf:
        reader = Reader(file, pdf)
        (listed,) = elements(pdf, "/L")
        items = [[reader.text(part) for part in children(item)] for item in children(listed)]
        kinds = {str(item.S) for item in children(listed)}
        links = [note for sheet in pdf.pages for note in sheet.get("/Annots", [])]
    assert kinds == {"/LI"}
    assert items == [
        ["Nosaukums1", "1000€2011"],
        ["Nosaukums2", "2000€20129.tabula"],
        ["Nosaukums3", "3000€2013"],
        ["Nosaukums4", "4000€2014"],
    ]
    assert len(links) == 2  # an entry of the contents list and the place of the second figure
    assert failures(file.read_bytes(), "ua1") == []


def lines_drawn(pdf: bytes) -> int:
    """How many lines and boxes stand on all pages."""
    document = pypdfium2.PdfDocument(pdf)
    paths = [pypdfium2.raw.FPDF_PAGEOBJ_PATH]
    count = sum(len(list(sheet.get_objects(filter=paths))) for sheet in document)
    document.close()
    return count


@pytest.mark.parametrize("count", [1, 2, 4, 5])
def test_places_of_a_row_without_a_key_figure_have_no_frame(count):
    def cards(number: int) -> dict[str, object]:
        return {**KEY_FIGURES, "figures": [KEY_FIGURES["figures"][0]] * number}  # type: ignore[index]

    bare = lines_drawn(laid_out({"kind": "text", "paragraphs": ["Rinda."]}))
    a_card = (lines_drawn(laid_out(cards(3))) - bare) / 3
    assert lines_drawn(laid_out(cards(count))) - bare == count * a_card > 0


def test_summary_has_a_page_of_its_own_with_its_picture_made_lower():
    rows = [[f"secinājums {number}", "vārds " * 40] for number in range(14)]
    summary = [KEY_FIGURES, table_node(9, rows, []), figure_node(1, 400, ["Attēla piezīme."])]
    pdf = laid_out(heading_node("Kopsavilkums"), *summary, heading_node("Pēc tā"))
    pages = pages_of(pdf)
    assert "Burti" in pages[0].split("Saturs")[1]  # the chapter before it
    for text in ("Kopsavilkums", "1 000 €", "secinājums 0", "secinājums 13", "Attēla piezīme."):
        assert text in pages[1]
    assert "Pēc tā" in pages[2]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (figure,) = elements(opened, "/Figure")
        width, height = picture_size(figure)
    usual = 0.75 * 400 * 170 / 25.4 * 72 / 500  # three quarters of its size at full width
    assert 0.6 * usual <= height < 0.98 * usual
    assert width / height == pytest.approx(500 / 400, rel=0.01)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_first_page_shows_the_organisation_and_its_logo_as_decoration(kind):
    stream = io.BytesIO()
    Figure(figsize=(2, 1)).savefig(stream, format=kind)
    look = Appearance(name="Kurzemes pārvalde", logo=stream.getvalue(), logo_type=kind)
    plain = small_document("abc")
    pdf = pdf_report(dataclasses.replace(plain, appearance=look), "{}\n")
    assert "Kurzemes pārvalde" in pages_of(pdf)[0]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert elements(opened, "/Figure") == []
        assert str(opened.docinfo.Author) == "Kurzemes pārvalde"
    assert filled(pdf)[0] > filled(pdf_report(plain, "{}\n"))[0]
    assert failures(pdf, "ua1") == []
    assert failures(pdf, "3a") == []


def test_letter_that_no_font_has_is_a_box_and_keeps_every_rule():
    pdf = pdf_report(small_document("a\U0001f9ffb ＝1"), '{"note": "\U0001f9ff"}\n')
    assert "a□b =1" in text_of(pdf)
    assert failures(pdf, "ua1") == []
    assert failures(pdf, "3a") == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = opened.attachments["results.json"].get_file().read_bytes()
    assert json.loads(attached) == {"note": "\U0001f9ff"}


# --- What is refused -----------------------------------------------------------------------------


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
