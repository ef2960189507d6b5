"""Published files read back: tables and data that anybody can take out of their bytes."""

from __future__ import annotations

import base64
import csv
import ctypes
import io
import json
import re
import zipfile
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
    *(zipfile.BadZipFile, lxml.etree.LxmlError, pikepdf.PdfError),
)
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


def html_data(page: bytes) -> list[Rows]:
    """Give the CSV files that stand in links of a page."""
    tree = lxml.html.fromstring(page.decode("utf-8"))
    links = tree.xpath("//a[starts-with(@href, 'data:text/csv')]/@href")
    return [csv_rows(base64.b64decode(str(link).partition("base64,")[2])) for link in links]


def docx_tables(document: bytes) -> list[Rows]:
    """Give the tables of a Word document that head their columns."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        body = lxml.etree.fromstring(archive.read("word/document.xml"))
    tables = []
    for table in body.iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        if rows and rows[0].find(f"{W}trPr/{W}tblHeader") is not None:
            tables.append(
                [
                    [
                        run_together("".join(text.text or "" for text in cell.iter(f"{W}t")))
                        for cell in row.findall(f"{W}tc")
                    ]
                    for row in rows
                ]
            )
    return tables


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


def pdf_tables(pdf: bytes) -> list[Rows]:
    """Give the tables of a PDF's structure tree, whatever pages they lie on."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        reader = Reader(pdf, opened)
        return [
            [
                [reader.text(cell) for cell in children(row) if cell.S in ("/TH", "/TD")]
                for row in below(table)
                if row.S == "/TR"
            ]
            for table in below(opened.Root.StructTreeRoot)
            if table.S == "/Table"
        ]


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
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from below(child)


class Reader:
    """Reads the text of structure elements, as a screen reader would."""

    def __init__(self, content: bytes, pdf: pikepdf.Pdf) -> None:
        document = pypdfium2.PdfDocument(content)
        self._texts = [texts_by_mark(document[number]) for number in range(len(document))]
        document.close()
        self._number_of = {sheet.objgen: place for place, sheet in enumerate(pdf.pages)}

    def text(self, node: Any, number: int | None = None) -> str:
        """Give the text of an element, run together; `number` is the page that it names."""
        if not isinstance(node, pikepdf.Dictionary):
            return "" if number is None else run_together(self._texts[number].get(int(node), ""))
        held: Any = node
        if "/Pg" in held:
            number = self._number_of[held.Pg.objgen]
        if "/MCID" in held:
            mark = int(held.MCID)
            return "" if number is None else run_together(self._texts[number].get(mark, ""))
        return "".join(self.text(child, number) for child in children(held))


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
