"""The Word document read back and compared with what it was made from."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import nbformat
import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from dieval.errors import ReportError
from dieval.present.language import language
from dieval.present.prose import plain_text
from dieval.present.style import HOUSE, Appearance
from dieval.reports.document import LAYOUT_WORDS, Document, read_document
from dieval.reports.export_docx import docx_report
from dieval.reports.exporters import DOCXReportExporter

REPORTS = ("kurzeme/cost_comparison", "kurzeme/implementation_progress",
           "kurzeme-paraugs-1/reorganisation_annex")  # fmt: skip
CODES = ("lv", "en")
COMPARISON = "kurzeme/cost_comparison"
# Paragraphs that hold no text: they end a section, or divide two tables.
NO_TEXT = ("Section End", "After Table")
A4 = (11906, 16838)  # twentieths of a point
TEXT_WIDTH_INCHES = (210 - 2 * 20) / 25.4
UNITS_PER_INCH = 914_400
PARTS = {
    *("[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml"),
    *("word/_rels/document.xml.rels", "word/styles.xml", "word/numbering.xml"),
    *("word/settings.xml", "word/fontTable.xml", "word/theme.xml"),
    *("word/header_cover.xml", "word/header.xml", "word/footer.xml"),
}
FIELDS = re.compile(r'TOC \\o "1-1" \\h \\z \\u|SEQ [^\W\d_]+ \\\* ARABIC|PAGE|NUMPAGES')
SOFFICE = shutil.which("soffice")
WRITER = SOFFICE and (Path(SOFFICE).resolve().parent / "libswlo.so").exists()
SECONDS = 120


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def made_from(report: Path) -> Document:
    """The document that a report of a folder was made from."""
    notebook = nbformat.read(report.parent / "notebook.ipynb", 4)
    return read_document(notebook, report.name.split(".")[1])


def cells_of(table: Table) -> list[list[str]]:
    """The text of every cell; python-docx's own way takes a second a table."""
    return [
        [
            "\n".join(
                "".join("\n" if part.tag == qn("w:br") else part.text or ""
                        for part in paragraph.iter(qn("w:t"), qn("w:br")))
                for paragraph in cell.iter(qn("w:p"))
            )
            for cell in row.iter(qn("w:tc"))
        ]
        for row in table._tbl.iter(qn("w:tr"))
    ]  # fmt: skip


def shown(word: Any) -> list[tuple[str, Any]]:
    """Everything that stands in the text: style and text of paragraphs, cells of tables."""
    found: list[tuple[str, Any]] = []
    for item in word.iter_inner_content():
        if isinstance(item, Table):
            found.append(("table", cells_of(item)))
        elif item._p.findall(".//" + qn("w:drawing")):
            found.append((item.style.name, "drawing"))
        elif item.style.name not in NO_TEXT:
            found.append((item.style.name, item.text))
        else:
            assert item.text == ""
    return found


def expected(document: Document) -> Iterator[tuple[str, Any]]:
    """What the text of a document comes to, in its order."""
    yield "Title", document.title
    for node in [*document.cover, *document.body]:
        kind = node["kind"]
        if kind == "heading":
            yield f"Heading {node['level'] - 1}", node["text"]
        elif kind == "notice":
            yield "Notice", node["text"]
        elif kind == "facts":
            yield from (("Fact", f"{fact['term']}: {fact['value']}") for fact in node["facts"])
        elif kind == "key_figures":
            rows = []
            for each in node["figures"]:
                place = each["place"] and each["place"]["label"]
                said = filter(None, [each["label"], each["note"], place])
                rows.append([" · ".join(said), each["value"]])
            yield "table", rows
        elif kind == "text":
            yield from (("Normal", text) for text in node["paragraphs"])
        elif kind == "paragraph":
            yield "Normal", plain_text(node["inlines"])
        elif kind == "list":
            yield from (("List Bullet", text) for text in node["items"])
        elif kind == "prose_list":
            style = "List Number" if node["ordered"] else "List Bullet"
            yield from ((style, plain_text(item)) for item in node["items"])
        else:
            yield "Caption", f"{node['label']}. {node['title']}"
            if kind == "figure":
                yield "Picture", "drawing"
            else:
                headings = [
                    column["heading"] + (f"\n{column['unit']}" if column["unit"] else "")
                    for column in node["columns"]
                ]
                yield "table", [headings, *node["rows"]]
            *notes, last = node["notes"] or [None]
            yield from (("Note", note) for note in notes)
            if last is not None:
                yield "Notes End", last


@pytest.fixture(
    scope="module", params=[f"{name}/report.{code}" for name in REPORTS for code in CODES]
)
def report(request, reports) -> Path:
    return reports / f"{request.param}.docx"


@pytest.fixture(scope="module")
def word(report) -> Any:
    return docx.Document(report)


@pytest.fixture(scope="module")
def document(report) -> Document:
    return made_from(report)


def text_width(section: Any) -> int:
    """Width of the text [twentieths of a point]."""
    room = section.page_width - section.left_margin - section.right_margin
    return docx.shared.Length(room).twips


def parts(report: Path | io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(report) as package:
        return {name: package.read(name) for name in package.namelist()}


def small(*body: dict[str, Any], appearance: Appearance = HOUSE) -> Document:
    say = language("en")
    return Document(
        language="en",
        title="A small document",
        subject="Kurzeme",
        date="2022-12-31",
        cover=[],
        body=list(body),
        running="",
        words={name: say.text(msgid) for name, msgid in LAYOUT_WORDS.items()},
        appearance=appearance,
    )  # fmt: skip


def heading(text: str) -> dict[str, Any]:
    return {"kind": "heading", "level": 2, "text": text, "anchor": f"heading-{text}"}


def table(rows: list[list[str]], notes: tuple[str, ...] = ()) -> dict[str, Any]:
    columns = [{"heading": f"Column {place}", "unit": "", "numeric": place > 0}
               for place in range(len(rows[0]))]  # fmt: skip
    return {
        **{"kind": "table", "name": "t", "title": "A table", "label": "Table 1"},
        **{"anchor": "table-1", "columns": columns, "rows": rows},
        **{"row_headers": 1, "notes": list(notes)},
    }


def paragraph(*inlines: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "paragraph", "inlines": list(inlines)}


def link(href: str, text: str) -> dict[str, Any]:
    return {"kind": "link", "href": href, "inlines": [{"kind": "text", "text": text}]}


def figure(svg: str) -> dict[str, Any]:
    return {"kind": "figure", "name": "f", "title": "A figure", "alt": "What it shows",
            "svg": svg, "notes": [], "label": "Figure 1", "anchor": "figure-1"}  # fmt: skip


def drawing(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="#00507a"/></svg>'
    )


# --- The same content ----------------------------------------------------------------------------


def test_text_of_the_report_is_the_document_in_its_order(word, document):
    assert shown(word) == list(expected(document))
    kinds = [kind for kind, _ in expected(document)]
    assert kinds.count("table") > 15
    assert kinds.count("Picture") > 5


def test_headings_skip_no_level_and_begin_with_the_first(word):
    levels = [int(style[-1]) for style, _ in shown(word) if style.startswith("Heading")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_caption_number_is_a_field_that_holds_the_number_of_the_page(word, document):
    series = {"lv": {"table": "tabula", "figure": "attēls"},
              "en": {"table": "Table", "figure": "Figure"}}[document.language]  # fmt: skip
    labelled = [node for node in document.body if "label" in node]
    captions = [item for item in word.paragraphs if item.style.name == "Caption"]
    for node, caption in zip(labelled, captions, strict=True):
        kind, number = node["anchor"].split("-")
        (instruction,) = [part.text for part in caption._p.iter(qn("w:instrText"))]
        assert instruction == f" SEQ {series[kind]} \\* ARABIC "
        marks = [run._r for run in caption.runs]
        kinds = [mark.find(qn("w:fldChar")) for mark in marks]
        inside = False
        result = ""
        for run, mark in zip(caption.runs, kinds, strict=True):
            if mark is not None:
                inside = mark.get(qn("w:fldCharType")) == "separate"
            elif inside:
                result += run.text
        assert result == number


def test_pictures_carry_the_alternative_text_and_stand_within_the_text(word, document):
    figures = [node for node in document.body if node["kind"] == "figure"]
    properties = list(word.element.body.iter(qn("wp:docPr")))
    assert [each.get("descr") for each in properties] == [node["alt"] for node in figures]
    assert len({each.get("id") for each in properties}) == len(figures)
    for shape in word.inline_shapes:
        assert 3 < shape.width / UNITS_PER_INCH <= TEXT_WIDTH_INCHES + 0.01


def test_contents_list_names_the_chapters_and_leads_to_them(word, document):
    body = word.element.body
    links = body.findall(".//" + qn("w:sdt") + "//" + qn("w:hyperlink"))
    entries = ["".join(part.text for part in link.iter(qn("w:t"))) for link in links]
    assert entries == [node["text"] for node in document.contents] != []
    starts = {mark.get(qn("w:name")): mark.getparent() for mark in body.iter(qn("w:bookmarkStart"))}
    for each, text in zip(links, entries, strict=True):
        assert Paragraph(starts[each.get(qn("w:anchor"))], None).text == text


def test_key_figures_are_rows_of_label_and_value():
    place = {"label": "Table 1", "anchor": "table-1"}
    figures = [{"label": "Cost", "value": "€491", "note": "2022", "place": place},
               {"label": "Ratio", "value": "4.5", "note": "", "place": None}]  # fmt: skip
    word = opened(docx_report(small({"kind": "key_figures", "figures": figures}, table([["a"]]))))
    assert shown(word)[1] == ("table", [["Cost · 2022 · Table 1", "€491"], ["Ratio", "4.5"]])
    (each,) = word.element.body.findall(".//" + qn("w:tbl") + "//" + qn("w:hyperlink"))
    names = [mark.get(qn("w:name")) for mark in word.element.body.iter(qn("w:bookmarkStart"))]
    assert [each.get(qn("w:anchor"))] == names == ["table_1"]


def test_numbered_lists_each_begin_at_one():
    items = [[{"kind": "text", "text": text}] for text in ("one", "two")]
    lists = [{"kind": "prose_list", "ordered": True, "items": items}] * 2
    word = opened(docx_report(small(*lists)))
    items = [item for item in word.paragraphs if item.style.name == "List Number"]
    used = [item._p.pPr.numPr.numId.val for item in items]
    assert used[0] == used[1] != used[2] == used[3]
    numbering = word.part.numbering_part.element
    for number in {*used}:
        (num,) = numbering.xpath(f"w:num[@w:numId={number}]")
        assert num.xpath("w:lvlOverride/w:startOverride/@w:val") == ["1"]


# --- Tables that Word can work with ---------------------------------------------------------------


def test_table_headings_repeat_on_every_page_and_numbers_stand_right(word, document):
    nodes = [node for node in document.body if node["kind"] == "table"]
    tables = [each._tbl for each in word.tables]
    headed = [each for each in tables if each.find(".//" + qn("w:tblHeader")) is not None]
    for node, found in zip(nodes, headed, strict=True):
        head, *rows = found.iter(qn("w:tr"))
        assert head.find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None
        assert all(row.find(".//" + qn("w:tblHeader")) is None for row in rows)
        look = found.tblPr.find(qn("w:tblLook"))
        assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
        numeric = [column["numeric"] for column in node["columns"]]
        for row in (head, *rows):
            jc = [cell.find(".//" + qn("w:jc")) for cell in row.iter(qn("w:tc"))]
            assert [each is not None and each.get(qn("w:val")) == "right" for each in jc] == numeric


def test_rows_break_between_pages_only_where_their_text_is_long():
    word = opened(docx_report(small(table([["a", "1"], ["b " * 400, "2"]]))))
    undivided = [row.find(".//" + qn("w:cantSplit")) is not None
                 for row in word.tables[0]._tbl.iter(qn("w:tr"))]  # fmt: skip
    assert undivided == [True, True, False]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        (3, [True, True, True, True]),  # heading and rows with the note
        (20, [True, True, *[False] * 17, True, True]),  # its start, and its end with the note
    ],
)
def test_rows_stay_with_what_follows_in_short_tables_and_at_the_ends_of_long_ones(rows, kept):
    lines = [[f"row {number}", "1"] for number in range(rows)]
    word = opened(docx_report(small(table(lines, notes=("A note.",)))))
    found = [row.find(".//" + qn("w:keepNext")) is not None
             for row in word.tables[0]._tbl.iter(qn("w:tr"))]  # fmt: skip
    assert found == kept


def test_wide_table_is_on_a_turned_page_with_its_heading():
    wide = table([["123 456 789 012".replace(" ", "\u00a0")] * 11])
    document = small(heading("Before"), paragraph({"kind": "text", "text": "Text."}),
                     heading("Wide"), wide, heading("After"))  # fmt: skip
    word = opened(docx_report(document))
    cover, before, turned, after = word.sections
    assert [part.orientation for part in (cover, before, turned, after)] == [
        *(WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT)
    ]
    assert (turned.page_width.twips, turned.page_height.twips) == A4[::-1]
    assert next(turned.iter_inner_content()).text == "Wide"
    assert next(after.iter_inner_content()).text == "After"
    grid = [int(column.get(qn("w:w"))) for column in word.tables[0]._tbl.iter(qn("w:gridCol"))]
    assert abs(sum(grid) - text_width(turned)) <= len(grid)  # each column is rounded


def test_no_table_is_wider_than_its_page(word):
    count = 0
    for section in word.sections:
        for each in section.iter_inner_content():
            if isinstance(each, Table):
                columns = [int(part.get(qn("w:w"))) for part in each._tbl.iter(qn("w:gridCol"))]
                assert 0 < sum(columns) <= text_width(section) + len(columns)
                count += 1
    assert count == len(word.tables) > 15


# --- Pages, language and properties ---------------------------------------------------------------


def test_every_page_is_a4_and_repeats_the_notice_and_its_number(word, document):
    assert document.running
    for section in word.sections:
        assert sorted((section.page_width.twips, section.page_height.twips)) == sorted(A4)
        assert [item.text for item in section.header.paragraphs] == [document.running]
        (foot,) = section.footer.paragraphs
        assert foot.text == f"{document.title}\t1 / 1"
        fields = [part.text.strip() for part in foot._p.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]


def test_pages_without_a_notice_repeat_the_title_after_the_first():
    word = opened(docx_report(small(heading("One"))))
    assert [part.header.paragraphs[0].text for part in word.sections] == ["", "A small document"]


def test_properties_and_language_are_those_of_the_report(report, word, document):
    properties = word.core_properties
    assert (properties.title, properties.subject) == (document.title, document.subject)
    assert (properties.author, properties.last_modified_by) == ("dieval", "dieval")
    tag = {"lv": "lv-LV", "en": "en-GB"}[document.language]
    assert properties.language == tag
    day = datetime.datetime.fromisoformat(document.date).replace(tzinfo=datetime.UTC)
    assert (properties.created, properties.modified) == (day, day)
    assert word.styles.element.xpath("//w:rPrDefault//w:lang/@w:val") == [tag]
    assert parts(report)["word/document.xml"].count(b"<w:lang") == 0


def test_every_style_that_is_used_is_defined(report):
    content = {name: etree.fromstring(part) for name, part in parts(report).items()
               if name.endswith(".xml")}  # fmt: skip
    defined = set(
        content["word/styles.xml"].xpath("//*[local-name()='style']/@*[local-name()='styleId']")
    )
    names = ("pStyle", "rStyle", "tblStyle")
    used = {
        each.get(qn("w:val"))
        for part in content.values()
        for each in part.iter(*(qn(f"w:{name}") for name in names))
    }
    assert {"Heading1", "TableText", "ReportTable", "Strong"} <= used <= defined


def test_organisation_stands_on_the_first_page_with_its_logo():
    look = Appearance(name="Region & Co", accent="#7a2e00", logo=drawing(80, 20).encode())
    content = docx_report(small(heading("One"), figure(drawing(400, 100)), appearance=look))
    word = opened(content)
    assert shown(word)[:3] == [
        *(("Organisation", "drawing"), ("Organisation", "Region & Co")),
        ("Title", "A small document"),
    ]
    assert word.core_properties.author == "Region & Co"
    assert word.styles["Heading 1"].font.color.rgb == docx.shared.RGBColor(0x7A, 0x2E, 0x00)
    logo, picture = word.inline_shapes
    assert logo.width / logo.height == pytest.approx(80 / 20, rel=0.02)
    assert picture.width / picture.height == pytest.approx(400 / 100, rel=0.02)
    described = [each.get("descr") for each in word.element.body.iter(qn("wp:docPr"))]
    assert described == [None, "What it shows"]  # the logo is marked as a decoration
    assert content.count(b"\x89PNG") == 2


# --- Text of the data stays text ------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_f78_document_of_such_names_is_what_the_page_is(hostile_reports, code):
    path = hostile_reports / f"{COMPARISON}/report.{code}.docx"
    assert shown(docx.Document(path)) == list(expected(made_from(path)))


@pytest.mark.parametrize("code", CODES)
def test_f78_markup_in_a_name_becomes_no_field_link_or_part(hostile_reports, code):
    content = parts(hostile_reports / f"{COMPARISON}/report.{code}.docx")
    pictures = {name for name in content if name.startswith("word/media/picture")}
    assert set(content) - pictures - {"word/footer_wide.xml"} == PARTS
    assert b'TargetMode="External"' not in content["word/_rels/document.xml.rels"]
    instructions = [
        part.text.strip()
        for name, text in content.items()
        if name.endswith(".xml")
        for part in etree.fromstring(text).iter(qn("w:instrText"), qn("w:fldSimple"))
    ]
    assert instructions
    assert [text for text in instructions if not FIELDS.fullmatch(text)] == []


def test_links_lead_to_the_web_and_to_mailboxes_alone():
    followed = {"https://example.org/a?b=1&c=2": "web", "mailto:a@example.org": "mail"}
    others = {
        "javascript:alert(1)": "script",
        "file:///etc/passwd": "file",
        "\\\\server\\share": "share",
        "http://[broken": "broken",
        "#anchor": "anchor",
    }
    links = [link(href, text) for href, text in {**followed, **others}.items()]
    word = opened(docx_report(small(paragraph(*links))))
    relations = {each.rId: each.target_ref for each in word.part.rels.values() if each.is_external}
    (text,) = [item for item in word.paragraphs if item.style.name == "Normal"]
    assert {relations[each._hyperlink.rId]: each.text for each in text.hyperlinks} == followed
    assert len(relations) == len(followed)
    assert text.text == "".join([*followed.values(), *others.values()])


def test_address_that_would_break_the_file_is_written_with_signs_that_do_not():
    word = opened(docx_report(small(paragraph(link('https://example.org/a b"c', "here")))))
    (target,) = [each.target_ref for each in word.part.rels.values() if each.is_external]
    assert target == "https://example.org/a%20b%22c"


def test_characters_that_xml_cannot_hold_are_replaced_and_the_others_kept():
    text = "a\x00b\x0bc\ud800d\uffffe\u00a0f€ğ𝄞 <w:t>&amp;"
    word = opened(docx_report(small(paragraph({"kind": "text", "text": text}), table([[text]]))))
    kept = "a\ufffdb\ufffdc\ufffdd\ufffde\u00a0f€ğ𝄞 <w:t>&amp;"
    assert word.paragraphs[1 + 1].text == kept  # after the title and the end of the first section
    assert cells_of(word.tables[0])[1] == [kept]


def test_marks_in_prose_become_styles():
    word = opened(docx_report(small(paragraph(
        {"kind": "text", "text": "a "},
        {"kind": "strong", "inlines": [{"kind": "text", "text": "b"}]},
        {"kind": "em", "inlines": [{"kind": "text", "text": " c "}]},
        {"kind": "code", "text": "d"},
    ))))  # fmt: skip
    runs = [(run.text, run.style.name) for run in word.paragraphs[-1].runs]
    assert runs == [
        *(("a ", "Default Paragraph Font"), ("b", "Strong"), (" c ", "Emphasis"), ("d", "Code"))
    ]


# --- The file -------------------------------------------------------------------------------------


def test_package_holds_what_it_needs_and_nothing_of_the_machine(report):
    with zipfile.ZipFile(report) as package:
        assert package.testzip() is None
        assert package.namelist()[0] == "[Content_Types].xml"
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in package.infolist()} == {0}
    content = parts(report)
    pictures = {name for name in content if name.startswith("word/media/picture")}
    assert set(content) - pictures - {"word/footer_wide.xml"} == PARTS
    text = b"".join(content.values())
    for trace in (str(report.parents[3]), str(Path(__file__).parents[2]), "rsid", "python-docx"):
        assert trace.encode() not in text


def test_every_relationship_leads_to_a_part_and_every_part_has_one(report):
    content = parts(report)
    relations = etree.fromstring(content["word/_rels/document.xml.rels"])
    targets = {f"word/{each.get('Target')}" for each in relations}
    assert targets == {name for name in content if name.startswith("word/")} - {
        *("word/document.xml", "word/_rels/document.xml.rels")
    }
    named = set(re.findall(rb'r:(?:id|embed)="([^"]+)"', content["word/document.xml"]))
    known = {each.get("Id").encode() for each in relations}
    assert named <= known
    assert known - named == {b"styles", b"numbering", b"settings", b"fontTable", b"theme"}


def test_same_document_twice_gives_the_same_bytes():
    document = small(heading("One"), table([["a", "1"]]), figure(drawing(300, 100)))
    assert docx_report(document) == docx_report(document)


def test_second_run_elsewhere_gives_the_same_bytes(report, reports, reports_elsewhere):
    assert report.read_bytes() == (reports_elsewhere / report.relative_to(reports)).read_bytes()


def test_title_that_changes_is_the_only_part_that_changes_with_it():
    document = small(heading("One"))
    one, other = (parts(io.BytesIO(docx_report(each)))
                  for each in (document, replace(document, title="Another")))  # fmt: skip
    assert {name for name in one if one[name] != other[name]} == {
        *("docProps/core.xml", "word/document.xml", "word/header.xml", "word/footer.xml")
    }


def test_nbconvert_gives_the_document_that_the_run_gave(reports, monkeypatch, root):
    monkeypatch.chdir(root)
    notebook = nbformat.read(reports / COMPARISON / "notebook.ipynb", 4)
    exporter = DOCXReportExporter()
    exporter.language = "en"
    content, resources = exporter.from_notebook_node(notebook)
    assert content == (reports / COMPARISON / "report.en.docx").read_bytes()
    assert resources["output_extension"] == ".docx"


def test_drawing_that_cannot_be_read_is_refused():
    with pytest.raises(ReportError, match="pictures of the Word document could not be drawn"):
        docx_report(small(figure("<svg")))


# --- Another program opens it ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def printed(once, reports) -> Path:
    """The Latvian reports as LibreOffice prints them."""

    def make(folder: Path) -> None:
        for name in REPORTS:
            shutil.copy(reports / name / "report.lv.docx", folder / f"{Path(name).name}.docx")
        run = subprocess.run(
            [
                *(str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
                *("--headless", "--convert-to", "pdf", "--outdir", str(folder)),
                *sorted(str(path) for path in folder.glob("*.docx")),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert run.returncode == 0, run.stderr

    return once("printed_docx", make)


@pytest.mark.skipif(not WRITER, reason="no LibreOffice Writer on the path")
@pytest.mark.parametrize("name", REPORTS)
def test_libreoffice_prints_every_text_of_the_document(printed, reports, name):
    document = made_from(reports / name / "report.lv.docx")
    pdf = pypdfium2.PdfDocument((printed / f"{Path(name).name}.pdf").read_bytes())
    try:
        pages = [sheet.get_textpage().get_text_range() for sheet in pdf]
    finally:
        pdf.close()
    text = re.sub(r"[\s\u00ad\ufffe-]", "", "".join(pages))
    texts: list[str] = []
    for style, words in expected(document):
        if style == "table":
            texts += [cell for row in words for cell in row]
        elif words != "drawing":
            texts.append(words)
    assert len(texts) > 500
    bare = [re.sub(r"[\s\u00ad-]", "", words) for words in texts]
    # A page break or the end of a narrow cell may stand within a text.
    missing = [words for words in bare if words not in text and words[:10] not in text]
    assert missing == []
    assert all(document.running in page for page in pages)
