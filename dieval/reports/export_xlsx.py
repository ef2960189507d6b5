"""The result tables as a workbook: a sheet a table, headings in both languages, units, sources."""

from __future__ import annotations

import datetime
import io
from typing import Any

import xlsxwriter
from nbformat import NotebookNode

from dieval.present.blocks import BLOCKS_MIME, SYMBOL_MEANINGS, resolve
from dieval.present.language import N_, language, said
from dieval.present.tables import RESULT_COLUMNS, UNIT_WORDS

# Excel writes the date of creation into the file; a fixed one keeps equal workbooks equal.
CREATED = datetime.datetime(2000, 1, 1)
HEADER_ROWS = 4
NUMBER_FORMATS = {"percent": "0.0%", "year": "0"}

SHEET_TITLES = {
    "unit_costs": N_("Cost per child by year and care arrangement"),
    "unit_cost_parts": N_("Parts of the cost per child-month"),
    "payer_split": N_("Cost by payer"),
    "provider_unit_costs": N_("Cost per child by provider"),
    "comparison": N_("Alternatives compared with the reference"),
    "statutory_packages": N_("Statutory payments per child-month"),
    "perimeter": N_("What the cost of each arrangement covers"),
}


def xlsx_tables(results: dict[str, Any], notebook: NotebookNode) -> bytes:
    """Write every result table to a sheet of its own, behind a sheet that says what they are.

    Rows 1 to 4 of a table's sheet are the name of the column, its heading in Latvian and English,
    and its unit. No cell is a formula or a link, whatever the data says.

    Parameters
    ----------
    results : dict
        Content of results.json.
    notebook : NotebookNode
        Executed notebook, for the cover facts and the list of sources.

    Returns
    -------
    bytes
        The same for the same input.
    """
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    blocks = [block for cell in notebook.cells for block in _blocks(cell)]
    title = next(block["text"] for block in blocks if block["kind"] == "title")
    workbook.set_properties(
        {"title": title["en"], "subject": title["lv"], "author": "dieval", "created": CREATED}
    )
    formats = _Formats(workbook)
    _about_sheet(workbook, formats, blocks, results)
    for name, table in results["tables"].items():
        _table_sheet(workbook, formats, name, table)
    sources = next((block for block in blocks if block.get("name") == "sources"), None)
    if sources is not None:
        _sources_sheet(workbook, formats, sources)
    workbook.close()
    return stream.getvalue()


class _Formats:
    """Cell formats of the workbook, made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.warning = workbook.add_format(
            {"bold": True, "bg_color": "#FFF4D6", "font_color": "#5C3D00", "text_wrap": True}
        )
        self.wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.name = workbook.add_format({"font_color": "#595959", "font_size": 9})
        self.heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.unit = workbook.add_format({"italic": True, "font_color": "#595959", "bottom": 1})
        self.text = workbook.add_format({"num_format": "@"})
        self.symbol = workbook.add_format({"align": "right", "font_color": "#595959"})
        self._workbook = workbook
        self._numbers: dict[str, Any] = {}

    def number(self, column: str) -> Any:
        """Give the number format of a result column."""
        spec = RESULT_COLUMNS[column]
        decimals = "." + "0" * spec.decimals if spec.decimals else ""
        pattern = NUMBER_FORMATS.get(spec.kind, "#,##0" + decimals)
        if pattern not in self._numbers:
            self._numbers[pattern] = self._workbook.add_format({"num_format": pattern})
        return self._numbers[pattern]


def _blocks(cell: NotebookNode) -> list[dict[str, Any]]:
    if cell.cell_type != "code":
        return []
    return [
        block
        for output in cell.outputs
        for block in output.get("data", {}).get(BLOCKS_MIME, {}).get("blocks", [])
    ]


def _about_sheet(
    workbook: xlsxwriter.Workbook,
    formats: _Formats,
    blocks: list[dict[str, Any]],
    results: dict[str, Any],
) -> None:
    """Write the first sheet: title, notices, facts, symbols and the list of sheets."""
    sheet = workbook.add_worksheet("about")
    sheet.set_column(0, 1, 62, formats.wrap)
    sheet.hide_gridlines(2)
    row = 0
    for block in blocks:
        if block["kind"] == "title":
            for place, code in enumerate(("lv", "en")):
                sheet.write_string(row, place, block["text"][code], formats.title)
            row += 2
        elif block["kind"] == "notice":
            for place, code in enumerate(("lv", "en")):
                sheet.write_string(row, place, block["text"][code], formats.warning)
            row += 2
    facts = next(block for block in blocks if block["kind"] == "facts")["facts"]
    lines = [
        {code: f"{fact['term'][code]}: {fact['value'][code]}" for code in ("lv", "en")}
        for fact in facts
    ]
    for symbol, meaning in SYMBOL_MEANINGS.items():
        text = said(meaning)
        lines.append({code: f"{symbol} — {text[code]}" for code in ("lv", "en")})
    for name in results["tables"]:
        title = said(SHEET_TITLES[name])
        lines.append({code: f"{name} — {title[code]}" for code in ("lv", "en")})
    for line in lines:
        for place, code in enumerate(("lv", "en")):
            sheet.write_string(row, place, line[code], formats.wrap)
        row += 1


def _table_sheet(
    workbook: xlsxwriter.Workbook, formats: _Formats, name: str, table: dict[str, Any]
) -> None:
    """Write a result table: four header rows, frozen, then unrounded values."""
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(HEADER_ROWS, 0)
    sheet.set_row(1, 45)
    sheet.set_row(2, 45)
    columns = [column["name"] for column in table["columns"]]
    for place, column in enumerate(columns):
        spec = RESULT_COLUMNS[column]
        unit = UNIT_WORDS.get(spec.unit or "", "")
        sheet.set_column(place, place, 24 if spec.kind in ("word", "text") else 15)
        sheet.write_string(0, place, column, formats.name)
        sheet.write_string(1, place, language("lv").text(spec.heading), formats.heading)
        sheet.write_string(2, place, language("en").text(spec.heading), formats.heading)
        sheet.write_string(
            3, place, " / ".join(dict.fromkeys(said(unit).values())) if unit else "", formats.unit
        )
    for row, cells in enumerate(table["rows"], start=HEADER_ROWS):
        for place, cell in enumerate(cells):
            if isinstance(cell, dict):
                sheet.write_string(row, place, cell["symbol"], formats.symbol)
            elif isinstance(cell, str):
                sheet.write_string(row, place, cell, formats.text)
            else:
                sheet.write_number(row, place, cell, formats.number(columns[place]))
    last = HEADER_ROWS + len(table["rows"]) - 1
    sheet.autofilter(HEADER_ROWS - 1, 0, max(last, HEADER_ROWS - 1), len(columns) - 1)


def _sources_sheet(workbook: xlsxwriter.Workbook, formats: _Formats, block: dict[str, Any]) -> None:
    """Write the numbered sources, in Latvian and English."""
    sheet = workbook.add_worksheet("sources")
    sheet.freeze_panes(2, 0)
    widths = (6, 70, 30, 14, 14, 40)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    in_lv, in_en = resolve(block, "lv"), resolve(block, "en")
    for place in range(len(block["columns"])):
        for row, resolved in enumerate((in_lv, in_en)):
            heading = resolved["columns"][place]["heading"]
            sheet.write_string(row, place, heading, formats.heading)
    for row, (cells_lv, cells_en) in enumerate(
        zip(in_lv["rows"], in_en["rows"], strict=True), start=2
    ):
        for place, (lv, en) in enumerate(zip(cells_lv, cells_en, strict=True)):
            sheet.write_string(row, place, lv if lv == en else f"{lv} / {en}", formats.wrap)
