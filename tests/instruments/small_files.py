"""Small published files made by hand: as few bytes as hold a table."""

from __future__ import annotations

import base64
import html as markup
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl
import pikepdf

HIDDEN = {"symbol": "c"}
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Texts = Sequence[Sequence[str]]


def table(columns: str, *rows: Sequence[object]) -> dict:
    """A table of results.json; `children:persons` is a column and its unit."""
    named = [column.partition(":") for column in columns.split()]
    return {
        "columns": [{"name": name, "unit": unit or None} for name, _, unit in named],
        "rows": [list(row) for row in rows],
    }


def plain(value: object) -> str:
    """Name an example of a test by letters and numbers alone."""
    return re.sub(r"[^\w.]+", " ", str(value), flags=re.ASCII).strip()


def results(unit: str = "kurzeme", parameters: Mapping = {}, **tables: dict) -> dict:
    return {"unit": unit, "parameters": dict(parameters), "tables": tables}


def html(*tables: Texts, csv: Sequence[str] = (), text: str = "") -> bytes:
    made = "".join(
        "<table>"
        + "".join(
            "<tr>" + "".join(f"<{tag}>{markup.escape(text)}</{tag}>" for text in row) + "</tr>"
            for tag, row in zip(["th", *["td"] * len(rows)], rows, strict=False)
        )
        + "</table>"
        for rows in tables
    )
    links = "".join(
        f'<a href="data:text/csv;charset=utf-8;base64,{base64.b64encode(one.encode()).decode()}">'
        "data</a>"
        for one in csv
    )
    return f"<!doctype html><html><body>{text}{made}{links}</body></html>".encode()


def docx(*tables: Texts, heading: bool = True, text: str = "") -> bytes:
    def row(cells: Sequence[str], first: bool) -> str:
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if first and heading else ""
        return f"<w:tr>{mark}" + "".join(map(cell, cells)) + "</w:tr>"

    def cell(text: str) -> str:
        runs = "".join(f"<w:r><w:t>{markup.escape(part)}</w:t></w:r>" for part in text.split("|"))
        return f"<w:tc><w:p>{runs}</w:p></w:tc>"

    body = "".join(
        "<w:tbl>" + "".join(row(r, place == 0) for place, r in enumerate(rows)) + "</w:tbl>"
        for rows in tables
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        text = f'<w:document xmlns:w="{W}"><w:body>{text}{body}</w:body></w:document>'
        archive.writestr("word/document.xml", text)
    return made.getvalue()


def xlsx(**sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def notebook(*blocks: dict, held: Mapping | None = None) -> bytes:
    """An executed notebook: a cell that shows blocks, and one that carries the results."""
    shown = {"application/vnd.dieval.blocks+json": {"blocks": list(blocks)}}
    carried = {"application/vnd.dieval.results+json": held or {}}
    cells = [{"outputs": [{"data": data}]} for data in (shown, carried)]
    return json.dumps({"cells": [{"cell_type": "markdown"}, *cells]}).encode()


def shown(name: str, kinds: str, *rows: Sequence[object]) -> dict:
    """A table that a notebook shows; `number:children` is a column of numbers and its measure."""
    columns = [dict(zip(("kind", "measure"), kind.split(":"), strict=False))
               for kind in kinds.split()]  # fmt: skip
    return {"kind": "table", "name": name, "columns": columns, "rows": [list(row) for row in rows]}


def pdf(
    *tables: Texts,
    attached: Mapping[str, bytes] | None = None,
    rows_a_page: int = 100,
    texts: Sequence[str] = (),
    alt: str = "",
) -> bytes:
    """A tagged PDF of tables, with so many rows on a page, after paragraphs and a picture."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
    )
    pages: list[tuple[pikepdf.Page, list[str]]] = []

    def new_page() -> None:
        page = made.add_blank_page()
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        pages.append((page, []))

    new_page()
    found = []
    if alt:
        found.append(pikepdf.Dictionary(S=pikepdf.Name.Figure, Alt=alt))
    for text in texts:
        page, marks = pages[-1]
        place = f"BT /F1 12 Tf 72 {700 - 20 * len(marks)} Td ({text}) Tj ET"
        paragraph = pikepdf.Dictionary(S=pikepdf.Name.P, Pg=page.obj, K=len(marks))
        found.append(pikepdf.Dictionary(S=pikepdf.Name.Sect, K=pikepdf.Array([paragraph])))
        marks.append(f"/P <</MCID {len(marks)}>> BDC {place} EMC")
    for rows in tables:
        elements = []
        for place, row in enumerate(rows):
            if len(pages[-1][1]) // max(1, len(row)) >= rows_a_page:
                new_page()
            page, marks = pages[-1]
            cells = []
            for text in row:
                mark = len(marks)
                y = 700 - 20 * mark
                marks.append(
                    f"/Span <</MCID {mark}>> BDC BT /F1 12 Tf 72 {y} Td ({text}) Tj ET EMC"
                )
                kind = pikepdf.Name.TH if place == 0 else pikepdf.Name.TD
                cells.append(pikepdf.Dictionary(S=kind, Pg=page.obj, K=mark))
            elements.append(pikepdf.Dictionary(S=pikepdf.Name.TR, K=pikepdf.Array(cells)))
        found.append(pikepdf.Dictionary(S=pikepdf.Name.Table, K=pikepdf.Array(elements)))
    for page, marks in pages:
        page.obj.Contents = made.make_stream("\n".join(marks).encode())
    made.Root.StructTreeRoot = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=pikepdf.Array(found))
    )
    for name, content in (attached or {}).items():
        made.attachments[name] = pikepdf.AttachedFileSpec(made, content)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()
