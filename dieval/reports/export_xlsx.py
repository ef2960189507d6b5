"""The result tables as a workbook: a sheet a table, headings in both languages, units, sources."""

from __future__ import annotations

import datetime
import io
import math
from typing import Any

import xlsxwriter
from nbformat import NotebookNode

from dieval.present.blocks import (
    AMOUNTS,
    PERSONS,
    SYMBOL_MEANINGS,
    hidden_meaning,
    is_money,
    resolve,
)
from dieval.present.columns import ResultColumn, result_column, unit_in_words
from dieval.present.key_figures import written_key_figure
from dieval.present.language import N_, Bilingual, language, said, same, word
from dieval.present.style import MUTED, WARNING_INK, WARNING_PAPER
from dieval.present.words import WORDS
from dieval.reports.document import shown_blocks
from dieval.vocabulary import HIDDEN, LANGUAGES

# Excel writes the date of creation into the file; a fixed one keeps equal workbooks equal.
CREATED = datetime.datetime(2000, 1, 1)
HEADER_ROWS = 4
WIDEST_TEXT = 70  # characters
# Shown tables of words that stand in the workbook too, beside the result tables.
TEXT_SHEETS = (
    "findings",
    "verdicts",
    "method",
    "parameters",
    "sources",
    "data_quality",
    "cheers",
    "eu_criteria",
)
ABOUT_WIDTH = 62  # characters
LINE_POINTS = 16
NUMBER_FORMATS = {
    "percent": "0.0%",
    "probability": "0.0%",
    "p_value": "0.0000",
    "year": "0",
    "date": "yyyy-mm-dd",
}

SHEET_TITLES = {
    "unit_costs": N_("Cost per child by year and care arrangement"),
    "unit_cost_parts": N_("Parts of the cost per child-month"),
    "payer_split": N_("Cost by payer"),
    "provider_unit_costs": N_("Cost per child by provider"),
    "comparison": N_("Alternatives compared with the reference"),
    "statutory_packages": N_("Statutory payments per child-month"),
    "perimeter": N_("What the cost of each arrangement covers"),
    "group_costs": N_("Cost per child-month by age and need"),
    "case_mix": N_("Difference by cost of groups and by mix of children"),
    "payer_shift": N_("What payers pay more or less when one child moves"),
    "capital_scenarios": N_("Cost per child-month with capital valued in other ways"),
    "occupancy_curve": N_("Cost per child-month at other occupancies"),
    "occupancy_effects": N_("Change of the cost by the cost of places and by occupancy"),
    "provider_bootstrap": N_("Ratio when providers are drawn again"),
    "sensitivity": N_("Difference when one value changes"),
    "sensitivity_points": N_("Difference at five points of each range"),
    "simulation": N_("Simulated differences"),
    "simulated_costs": N_("Simulated costs per child-month"),
    "indicator_progress": N_("Indicators against every version of their target"),
    "latest_values": N_("Latest value of every indicator"),
    "source_conflicts": N_("Where sources differ"),
    "placement_mix": N_("Children in care by care arrangement"),
    "family_environment": N_("Children in a family environment"),
    "moves": N_("Children who left institutions"),
    "carers_by_year": N_("Carers by year"),
    "carers_trend": N_("Trends of carers"),
    "hosting_share": N_("Foster families with children placed"),
    "sites": N_("Sites and providers by municipality"),
    "service_coverage": N_("Availability, sites and needs by municipality and service"),
    "target_group_coverage": N_("Services by municipality and target group"),
    "funnel": N_("Assessed, needing and receiving"),
    "needs_by_region": N_("Needs of regions and the country, with the municipalities that count"),
    "reimbursement": N_("Persons whose services were reimbursed"),
    "reimbursement_pace": N_("Pace of reimbursement against the target"),
    "infrastructure": N_("Infrastructure projects"),
    "absorption": N_("Infrastructure: money and places"),
    "milestones": N_("Milestones of infrastructure projects"),
    "process": N_("Events of the plans"),
    "deadlines": N_("Deadlines of the plans"),
    "partners_count": N_("Partners and agreements"),
    "data_problems": N_("Rows that contradict each other"),
    "transition_summary": N_("The plan in a few numbers"),
    "situation": N_("Children and cost of the institution by year"),
    "situation_parts": N_("What the cost of the institution is made of"),
    "situation_payers": N_("Who pays for the institution"),
    "destinations": N_("Where the children live, by year"),
    "destinations_by_group": N_("Where the children live, by age and need"),
    "children_balance": N_("Balance of the children"),
    "preference_shares": N_("Children by the order of preference"),
    "home_cost_function": N_("How the cost of the institution follows its children"),
    "home_cost_check": N_("Cost structure beside the ledger"),
    "costs_elsewhere": N_("What a child costs elsewhere"),
    "transition": N_("Cost of the plan and of keeping the institution"),
    "one_off": N_("One-off costs by year, kind and payer"),
    "budget_by_payer": N_("Cost of the plan by payer"),
    "payer_summary": N_("What each payer gains or loses"),
    "stranded": N_("Stranded cost"),
    "scenarios": N_("Scenarios"),
    "scenario_years": N_("Savings of the scenarios by year"),
    "npv_sensitivity": N_("Net present value when one value changes"),
    "npv_sensitivity_points": N_("Net present value at five points of each range"),
    "demand": N_("Demand for places"),
    "demand_observed": N_("Children counted in the region"),
    "demand_backtest": N_("Projection of years that are known"),
    "places_outlook": N_("Planned places and demand"),
    "unmet_needs": N_("Services that are lacking"),
    "plan_problems": N_("What does not add up in the plan"),
    "quality_checks": N_("Quality log"),
    "data_rows": N_("Rows of the data that count"),
}


def xlsx_tables(results: dict[str, Any], notebook: NotebookNode) -> bytes:
    """Write every result table to a sheet of its own, between what they are and their sources.

    Rows 1 to 4 of a table's sheet are the name of the column, its heading in Latvian and English,
    and its unit. Printed pages repeat the notices of the report: draft, synthetic, internal. No
    cell is a formula or a link, whatever the data says.

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
    blocks = [
        block
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code"
        for block in shown_blocks(cell, number)
    ]
    title = next(block["text"] for block in blocks if block["kind"] == "title")
    workbook.set_properties(
        {"title": title["en"], "subject": title["lv"], "author": "dieval", "created": CREATED}
    )
    formats = _Formats(workbook)
    _about_sheet(workbook, formats, blocks, results)
    for name in _in_order(results):
        _table_sheet(workbook, formats, name, results["tables"][name])
    _codes_sheet(workbook, formats, results)
    _key_figures_sheet(workbook, formats, results)
    for block in blocks:
        if block["kind"] == "table" and block["name"] in TEXT_SHEETS:
            _text_sheet(workbook, formats, block)
    _mark_pages(workbook, blocks)
    workbook.close()
    return stream.getvalue()


def _mark_pages(workbook: xlsxwriter.Workbook, blocks: list[dict[str, Any]]) -> None:
    """Repeat the notices of the report on every printed page of every sheet, in both languages."""
    marks = [block["running"] for block in blocks if block["kind"] == "notice"]
    header = "\n".join(" · ".join(mark[code] for mark in marks) for code in LANGUAGES)
    for sheet in workbook.worksheets() if marks else []:
        sheet.set_header("&L" + header.replace("&", "&&"))


def _in_order(results: dict[str, Any]) -> list[str]:
    """Give the names of the result tables in the order of their titles: that of the reports."""
    return sorted(results["tables"], key=list(SHEET_TITLES).index)


class _Formats:
    """Cell formats of the workbook, made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.title = workbook.add_format({"bold": True, "font_size": 14, "text_wrap": True})
        self.warning = workbook.add_format(
            {"bold": True, "bg_color": WARNING_PAPER, "font_color": WARNING_INK, "text_wrap": True}
        )
        self.wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.name = workbook.add_format({"font_color": MUTED, "font_size": 9})
        self.heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.unit = workbook.add_format(
            {"italic": True, "font_color": MUTED, "bottom": 1, "text_wrap": True}
        )
        self.text = workbook.add_format({"num_format": "@"})
        self.symbol = workbook.add_format({"align": "right", "font_color": MUTED})
        self._workbook = workbook
        self._numbers: dict[str, Any] = {}

    def number(self, spec: ResultColumn) -> Any:
        """Give the number format of a result column."""
        decimals = "." + "0" * spec.decimals if spec.decimals else ""
        pattern = NUMBER_FORMATS.get(spec.kind, "#,##0" + decimals)
        if pattern not in self._numbers:
            align = "left" if spec.kind == "year" else "right"
            self._numbers[pattern] = self._workbook.add_format(
                {"num_format": pattern, "align": align}
            )
        return self._numbers[pattern]


def _about_sheet(
    workbook: xlsxwriter.Workbook,
    formats: _Formats,
    blocks: list[dict[str, Any]],
    results: dict[str, Any],
) -> None:
    """Write the first sheet: title, notices, facts, symbols and the list of sheets."""
    lines: list[tuple[Bilingual, Any]] = []
    for block in blocks:
        if block["kind"] == "title":
            lines.append((block["text"], formats.title))
        elif block["kind"] == "notice":
            lines.append((block["text"], formats.warning))
    facts = next(block for block in blocks if block["kind"] == "facts")["facts"]
    pairs = [
        *((fact["term"], fact["value"], ": ") for fact in facts),
        *(
            (same(symbol), said(text), " – ")
            for symbol, text in {
                HIDDEN: hidden_meaning(_why_hidden(results)),
                **SYMBOL_MEANINGS,
            }.items()
            if symbol in _symbols(results)
        ),
        *((same(name), said(SHEET_TITLES[name]), " – ") for name in _in_order(results)),
    ]
    for left, right, between in pairs:
        text = {code: f"{left[code]}{between}{right[code]}" for code in LANGUAGES}
        lines.append((text, formats.wrap))
    sheet = workbook.add_worksheet("about")
    sheet.set_column(0, len(LANGUAGES) - 1, ABOUT_WIDTH)
    sheet.hide_gridlines(2)
    _fit_to_page(sheet)
    for row, (text, cell_format) in enumerate(lines):
        size = 1.5 if cell_format is formats.title else 1.0
        rows_of_text = max(math.ceil(size * len(part) / ABOUT_WIDTH) for part in text.values())
        sheet.set_row(row, rows_of_text * size * LINE_POINTS)
        for place, code in enumerate(LANGUAGES):
            sheet.write_string(row, place, text[code], cell_format)


def _codes_sheet(workbook: xlsxwriter.Workbook, formats: _Formats, results: dict[str, Any]) -> None:
    """Write what each code in the tables means, in both languages."""
    kinds = {
        spec.words: None
        for name, table in results["tables"].items()
        for spec in (result_column(column["name"], name) for column in table["columns"])
        if spec.kind == "word"
    }
    sheet = workbook.add_worksheet("codes")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 3, 44)
    _fit_to_page(sheet)
    for place, heading in enumerate(("kind", "code", *LANGUAGES)):
        sheet.write_string(0, place, heading, formats.heading)
    rows = [(kind, code) for kind in kinds for code in WORDS[kind]]
    for row, (kind, code) in enumerate(rows, start=1):
        meaning = word(kind, code)
        for place, text in enumerate((kind, code, *(meaning[name] for name in LANGUAGES))):
            sheet.write_string(row, place, text, formats.text)


def _fit_to_page(sheet: Any) -> None:
    """Print a sheet as wide as a page, its header on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _table_sheet(
    workbook: xlsxwriter.Workbook, formats: _Formats, name: str, table: dict[str, Any]
) -> None:
    """Write a result table: four header rows, frozen, then unrounded values."""
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(HEADER_ROWS, 0)
    sheet.repeat_rows(0, HEADER_ROWS - 1)
    _fit_to_page(sheet)
    sheet.set_row(1, 45)
    sheet.set_row(2, 45)
    sheet.set_row(3, 30)
    columns = [column["name"] for column in table["columns"]]
    for place, column in enumerate(columns):
        spec = result_column(column, name)
        unit = unit_in_words(column, name)
        sheet.set_column(place, place, 24 if spec.kind in ("word", "text") else 18)
        sheet.write_string(0, place, column, formats.name)
        sheet.write_string(1, place, language("lv").text(spec.heading), formats.heading)
        sheet.write_string(2, place, language("en").text(spec.heading), formats.heading)
        sheet.write_string(
            3, place, " / ".join(dict.fromkeys(said(unit).values())) if unit else "", formats.unit
        )
    specs = [result_column(column, name) for column in columns]
    for row, cells in enumerate(table["rows"], start=HEADER_ROWS):
        for place, cell in enumerate(cells):
            if isinstance(cell, dict):
                sheet.write_string(row, place, cell["symbol"], formats.symbol)
            elif specs[place].kind == "date":
                day = datetime.date.fromisoformat(cell)
                sheet.write_datetime(row, place, day, formats.number(specs[place]))
            elif isinstance(cell, str):
                sheet.write_string(row, place, cell, formats.text)
            else:
                sheet.write_number(row, place, cell, formats.number(specs[place]))
    last = HEADER_ROWS + len(table["rows"]) - 1
    sheet.autofilter(HEADER_ROWS - 1, 0, max(last, HEADER_ROWS - 1), len(columns) - 1)


def _symbols(results: dict[str, Any]) -> set[str]:
    """Collect the symbols that stand in any result table."""
    return {
        cell["symbol"]
        for table in results["tables"].values()
        for row in table["rows"]
        for cell in row
        if isinstance(cell, dict)
    }


def _why_hidden(results: dict[str, Any]) -> set[str]:
    """Collect why values of the result tables are hidden: as amounts, or for persons."""
    return {
        AMOUNTS if is_money(column["unit"]) else PERSONS
        for table in results["tables"].values()
        for row in table["rows"]
        for column, cell in zip(table["columns"], row, strict=True)
        if cell == {"symbol": HIDDEN} and column["unit"] not in (None, "1")
    }


def _key_figures_sheet(
    workbook: xlsxwriter.Workbook, formats: _Formats, results: dict[str, Any]
) -> None:
    """Write the key figures: in words of both languages, unrounded, with unit and time."""
    sheet = workbook.add_worksheet("key_figures")
    sheet.freeze_panes(1, 0)
    _fit_to_page(sheet)
    sheet.set_column(0, 1, 60)
    sheet.set_column(2, 4, 18)
    for place, heading in enumerate((*LANGUAGES, "value", "unit", "as_of")):
        sheet.write_string(0, place, heading, formats.heading)
    for row, figure in enumerate(results["key_figures"], start=1):
        for place, code in enumerate(LANGUAGES):
            label = written_key_figure(figure, language(code))["label"]
            sheet.write_string(row, place, label, formats.wrap)
        sheet.write_number(row, 2, figure["value"])
        sheet.write_string(row, 3, figure["unit"] or "", formats.text)
        sheet.write_string(row, 4, str(figure["as_of"]), formats.text)


def _text_sheet(workbook: xlsxwriter.Workbook, formats: _Formats, block: dict[str, Any]) -> None:
    """Write a table of words, such as the numbered sources, in Latvian and English."""
    sheet = workbook.add_worksheet(block["name"])
    sheet.freeze_panes(2, 0)
    _fit_to_page(sheet)
    in_lv, in_en = resolve(block, "lv"), resolve(block, "en")
    for place in range(len(block["columns"])):
        longest = max((len(row[place]) for row in in_lv["rows"]), default=0)
        sheet.set_column(place, place, min(max(longest, 8), WIDEST_TEXT))
    for place in range(len(block["columns"])):
        for row, resolved in enumerate((in_lv, in_en)):
            heading = resolved["columns"][place]["heading"]
            sheet.write_string(row, place, heading, formats.heading)
    for row, (cells_lv, cells_en) in enumerate(
        zip(in_lv["rows"], in_en["rows"], strict=True), start=2
    ):
        for place, (lv, en) in enumerate(zip(cells_lv, cells_en, strict=True)):
            sheet.write_string(row, place, lv if lv == en else f"{lv} / {en}", formats.wrap)
