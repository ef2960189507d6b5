"""Published files read back: tables and data that anybody can take out of their bytes."""

from __future__ import annotations

import base64
import csv
import ctypes
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import lxml.etree
import lxml.html
import openpyxl
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

Rows = list[list[str]]
# What reading a broken file back may end with.
UNREADABLE = (
    *(AttributeError, LookupError, TypeError, ValueError),
    *(EOFError, NotImplementedError, OSError, RecursionError),
    *(zipfile.BadZipFile, zlib.error, lxml.etree.LxmlError, pikepdf.PdfError),
    pypdfium2.PdfiumError,
)
# What a PDF breaks a word with at the end of a line.
_BROKEN = dict.fromkeys(map(ord, "\x02\u00ad\u200b\ufffe"))
_SVG = "data:image/svg+xml;base64,"
_SPACES = re.compile(r"\s+")
_INLINE = ("a", "abbr", "b", "em", "i", "small", "span", "strong", "sub", "sup")
_PARAGRAPHS = ("/P", "/Lbl", "/LBody", "/Caption", *(f"/H{level}" for level in range(1, 7)))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def run_together(text: str) -> str:
    """Give a text without what breaking it into lines adds.

    Examples
    --------
    >>> run_together("1 234 a- b")
    '1234ab'
    """
    return re.sub(r"[\s\x02\u00ad\u200b\ufffe\u2010-]", "", text)


def html_tables(page: bytes) -> list[Rows]:
    """Give the tables of a page, heading and rows."""
    tree = lxml.html.fromstring(page.decode("utf-8"))
    return [
        [
            [run_together(cell.text_content()) for cell in row.xpath("./th | ./td")]
            for row in table.iter("tr")
        ]
        for table in tree.iter("table")
    ]


def html_prose(page: bytes) -> list[str]:
    """Give the text of a page outside its tables, line by line, and of and in its pictures."""
    tree = lxml.html.fromstring(page.decode("utf-8"))
    said = [str(text) for text in tree.xpath("//@alt | //@aria-label | //@title")]
    for picture in tree.xpath(f"//img[starts-with(@src, '{_SVG}')]/@src"):
        drawn = lxml.etree.fromstring(base64.b64decode(str(picture).removeprefix(_SVG)))
        # Letters are drawn as paths, with the text as a comment.
        written = drawn.xpath("//comment() | //text()")
        said += _lines("\n".join(one if isinstance(one, str) else one.text for one in written))
    parts: list[str] = []
    walk = lxml.etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        line = "" if element.tag in _INLINE else "\n"
        if event == "end":
            parts += [line, _SPACES.sub(" ", element.tail or "")]
        elif element.tag in ("table", "script", "style") or not isinstance(element.tag, str):
            walk.skip_subtree()
        else:
            parts += [line, _SPACES.sub(" ", element.text or "")]
    return [*said, *_lines("".join(parts))]


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def html_shown(page: bytes) -> tuple[list[Rows], list[str]]:
    """Give the tables of a page, and all other text."""
    return html_tables(page), html_prose(page)


def html_data(page: bytes) -> list[Rows]:
    """Give the CSV files that stand in links of a page."""
    tree = lxml.html.fromstring(page.decode("utf-8"))
    links = tree.xpath("//a[starts-with(@href, 'data:text/csv')]/@href")
    return [csv_rows(base64.b64decode(str(link).partition("base64,")[2])) for link in links]


def _body(document: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return lxml.etree.fromstring(archive.read("word/document.xml"))


def docx_tables(document: bytes) -> list[Rows]:
    """Give the tables of a Word document that head their columns."""
    body = _body(document)
    return [
        [
            [run_together(_text_of(cell)) for cell in row.findall(f"{W}tc")]
            for row in table.findall(f"{W}tr")
        ]
        for table in body.iter(f"{W}tbl")
        if _heads_columns(table)
    ]


def _heads_columns(table: Any) -> bool:
    first = table.find(f"{W}tr")
    return first is not None and first.find(f"{W}trPr/{W}tblHeader") is not None


def _text_of(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def docx_prose(document: bytes) -> list[str]:
    """Give the paragraphs of a Word document outside those tables, and what is said of pictures."""
    body = _body(document)
    said = [str(text) for text in body.xpath("//@descr")]
    paragraphs = [
        _text_of(paragraph)
        for paragraph in body.iter(f"{W}p")
        if not any(map(_heads_columns, paragraph.iterancestors(f"{W}tbl")))
    ]
    return [*said, *_lines("\n".join(paragraphs))]


def docx_shown(document: bytes) -> tuple[list[Rows], list[str]]:
    """Give the tables of a Word document that head their columns, and all text outside tables."""
    return docx_tables(document), docx_prose(document)


def xlsx_tables(workbook: bytes) -> dict[str, list[list[object]]]:
    """Give the values of every sheet of a workbook, by the name of the sheet."""
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True, data_only=False)
    try:
        return {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
            for sheet in book.worksheets
        }
    finally:
        book.close()


def pdf_attachments(pdf: bytes) -> dict[str, bytes]:
    """Give the files that are attached to a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            name: bytes(attached.get_file().read_bytes())
            for name, attached in opened.attachments.items()
        }


def pdf_shown(pdf: bytes) -> tuple[list[Rows], list[str]]:
    """Give the tables of a PDF's structure tree, whatever pages they lie on, and all other text.

    The text is that of paragraphs, line by line, and what is said of pictures.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        reader = Reader(pdf, opened)
        tables: list[Rows] = []
        texts: list[str] = []
        waiting: list[Any] = [opened.Root.StructTreeRoot]
        while waiting:
            node = waiting.pop()
            kind = node.get("/S")
            if "/Alt" in node:
                texts.append(str(node.Alt))
            if kind == "/Table":
                inside = list(below(node))
                tables.append([_cells(reader, row) for row in inside if row.S == "/TR"])
                texts += [reader.words(one) for one in inside if one.S == "/Caption"]
            elif kind in _PARAGRAPHS:
                texts.append(reader.words(node))
            else:
                waiting += reversed([child for child in children(node) if _is_element(child)])
        return tables, _lines("\n".join(texts))


def _cells(reader: Reader, row: Any) -> list[str]:
    return [reader.text(cell) for cell in children(row) if cell.S in ("/TH", "/TD")]


def csv_rows(content: bytes) -> Rows:
    """Give the rows of a CSV file."""
    return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]


def notebook_shown(notebook: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Give what the cells of an executed notebook show, in both languages, and its results."""
    blocks: list[dict[str, Any]] = []
    results: dict[str, Any] = {}
    for cell in json.loads(notebook)["cells"]:
        for output in cell.get("outputs", ()):
            for kind, content in output.get("data", {}).items():
                if kind.endswith("blocks+json"):
                    blocks += content["blocks"]
                elif kind.endswith("results+json"):
                    results = dict(content)
    return blocks, results


def children(node: pikepdf.Object) -> list[Any]:
    """Give what an element of the structure tree holds."""
    held = node.get("/K", pikepdf.Array())
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def below(node: pikepdf.Object) -> Iterator[Any]:
    """Give every element below one of the structure tree, in reading order."""
    for child in children(node):
        if _is_element(child):
            yield child
            yield from below(child)


def _is_element(node: Any) -> bool:
    return isinstance(node, pikepdf.Dictionary) and "/S" in node


class Reader:
    """Reads the text of structure elements, as a screen reader would."""

    def __init__(self, content: bytes, pdf: pikepdf.Pdf) -> None:
        document = pypdfium2.PdfDocument(content)
        self._texts = [texts_by_mark(document[number]) for number in range(len(document))]
        document.close()
        self._number_of = {sheet.objgen: place for place, sheet in enumerate(pdf.pages)}

    def text(self, node: Any) -> str:
        """Give the text of an element, run together."""
        return run_together("".join(self._parts(node)))

    def words(self, node: Any) -> str:
        """Give the text of an element in words: what stands apart is apart."""
        return " ".join(self._parts(node)).translate(_BROKEN)

    def _parts(self, node: Any, number: int | None = None) -> list[str]:
        """Give the texts below an element; `number` is the page that it names."""
        held: Any = node
        if isinstance(node, pikepdf.Dictionary):
            if "/Pg" in held:
                number = self._number_of[held.Pg.objgen]
            if "/MCID" not in held:
                return [part for child in children(held) for part in self._parts(child, number)]
            held = held.MCID
        return [] if number is None else [self._texts[number].get(int(held), "")]


def texts_by_mark(sheet: Any) -> dict[int, str]:
    """Give the text of a page by the mark that ties it to the structure tree."""
    words = sheet.get_textpage()
    texts: dict[int, str] = {}
    for thing in sheet.get_objects(max_depth=4, filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        mark = pdfium.FPDFPageObj_GetMarkedContentID(thing.raw)
        size = pdfium.FPDFTextObj_GetText(thing.raw, words.raw, None, 0)
        buffer = ctypes.create_string_buffer(size)
        held = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        pdfium.FPDFTextObj_GetText(thing.raw, words.raw, held, size)
        texts[mark] = texts.get(mark, "") + buffer.raw.decode("utf-16-le").rstrip("\0")
    words.close()
    return texts
