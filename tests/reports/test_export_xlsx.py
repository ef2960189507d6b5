from __future__ import annotations

import datetime
import json
import math
import zipfile

import nbformat
import openpyxl
import pytest

from dieval.present.blocks import RESULTS_MIME
from dieval.present.columns import UNIT_WORDS, result_column
from dieval.present.language import unbroken
from dieval.reports.export_xlsx import HEADER_ROWS, SHEET_TITLES, xlsx_tables

FOLDER = "kurzeme/cost_comparison"


def read(path):
    return openpyxl.load_workbook(path)


@pytest.fixture
def workbook(reports):
    return read(reports / FOLDER / "tables.xlsx")


@pytest.fixture
def results(reports):
    return json.loads((reports / FOLDER / "results.json").read_text(encoding="utf-8"))


def cells(workbook):
    return [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]


def test_workbook_has_a_sheet_a_table_between_about_and_sources(workbook, results):
    first, *tables = workbook.sheetnames[: len(results["tables"]) + 1]
    assert (first, sorted(tables)) == ("about", sorted(results["tables"]))
    # In the order of the report, not of the alphabet.
    assert tables == [name for name in SHEET_TITLES if name in results["tables"]]
    assert "sources" in workbook.sheetnames[len(tables) + 1 :]
    assert len(results["tables"]) >= 7


def test_first_four_rows_are_name_both_headings_and_unit(workbook, results):
    for name, table in results["tables"].items():
        rows = list(workbook[name].iter_rows(max_row=HEADER_ROWS, values_only=True))
        names, lv, en, units = rows
        assert list(names) == [column["name"] for column in table["columns"]]
        assert list(en) == [unbroken(result_column(column, name).heading) for column in names]
        assert all(lv)
        assert lv != en
        for column, unit in zip(names, units, strict=True):
            # Where the heading says it all, such as “Child-days”, there is no word for the unit.
            assert bool(unit) == (result_column(column, name).unit in UNIT_WORDS), column
            if "_eur" in column:
                assert "EUR" in unit, column


def test_header_rows_are_frozen_and_filtered(workbook, results):
    for name, table in results["tables"].items():
        sheet = workbook[name]
        assert sheet.freeze_panes == f"A{HEADER_ROWS + 1}"
        last = HEADER_ROWS + len(table["rows"])
        assert sheet.auto_filter.ref.endswith(str(last))


def cells_and_results(workbook, results):
    """Every cell of the tables' sheets beside what results.json has in its place."""
    for name, table in results["tables"].items():
        rows = list(workbook[name].iter_rows(min_row=HEADER_ROWS + 1, values_only=True))
        assert len(rows) == len(table["rows"])
        for written, expected in zip(rows, table["rows"], strict=True):
            yield from zip(written, expected, strict=True)


def test_cells_show_symbols_and_texts_of_the_results(workbook, results):
    texts = [
        (cell, value["symbol"] if isinstance(value, dict) else value)
        for cell, value in cells_and_results(workbook, results)
        if isinstance(value, (dict, str))
    ]
    assert len(texts) > 500
    days = [cell.date().isoformat() if hasattr(cell, "date") else cell for cell, _ in texts]
    assert days == [value for _, value in texts]


def test_numbers_are_those_of_the_results_to_the_sixteen_digits_of_a_workbook(workbook, results):
    numbers = [
        (cell, value)
        for cell, value in cells_and_results(workbook, results)
        if isinstance(value, (int, float))
    ]
    assert len(numbers) > 1000
    assert [pair for pair in numbers if not math.isclose(*pair, rel_tol=1e-15)] == []


def test_symbols_and_codes_are_text_and_numbers_are_numbers(workbook, results):
    symbols = 0
    for name, table in results["tables"].items():
        for row, values in enumerate(table["rows"], start=HEADER_ROWS + 1):
            for column, value in enumerate(values, start=1):
                kind = workbook[name].cell(row, column).data_type
                texts = ("s", "d") if isinstance(value, str) else ("s",)  # a day is a date
                assert kind in (texts if isinstance(value, (str, dict)) else ("n",))
                symbols += isinstance(value, dict)
    assert symbols > 50


def test_no_cell_is_a_formula_or_a_link(workbook):
    assert {cell.data_type for cell in cells(workbook)} <= {"s", "n", "d"}
    assert not [cell.coordinate for cell in cells(workbook) if cell.hyperlink]


def test_about_sheet_names_title_notice_symbols_and_sheets_in_both_languages(workbook, results):
    rows = list(workbook["about"].iter_rows(values_only=True))
    lv, en = ("\n".join(str(row[place]) for row in rows if row[place]) for place in (0, 1))
    assert "Izmaksas uz vienu bērnu pa aprūpes veidiem: Kurzeme" in lv
    assert "Cost per child by care arrangement: Kurzeme" in en
    assert "Demonstrācija ar sintētiskiem datiem" in lv
    assert "Demonstration with synthetic data" in en
    for name in results["tables"]:
        assert f"{name} – " in lv
        assert f"{name} – {SHEET_TITLES[name]}" in en
    # Of the symbols, those that a table has.
    for symbol, stands in ((":", True), ("z", True), ("c", False)):
        assert (f"\n{symbol} – " in lv) is (f"\n{symbol} – " in en) is stands


def test_sources_sheet_lists_every_source_with_its_evidence(workbook):
    rows = list(workbook["sources"].iter_rows(values_only=True))
    assert rows[1] == ("No.", "Source", "Publisher", "Published", "Evidence", "Used for")
    numbers = [row[0] for row in rows[2:]]
    assert numbers == [f"[{number}]" for number in range(1, len(numbers) + 1)]
    assert len(numbers) > 5
    for row in rows[2:]:
        assert all(row[place] for place in (1, 2, 4, 5))


def test_dates_of_the_file_are_fixed(workbook, reports):
    assert workbook.properties.created == datetime.datetime(2000, 1, 1)
    assert workbook.properties.modified == datetime.datetime(2000, 1, 1)
    with zipfile.ZipFile(reports / FOLDER / "tables.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_workbook_of_another_region_has_other_numbers(reports):
    costs = []
    for unit in ("kurzeme", "latgale"):
        sheet = read(reports / unit / "cost_comparison" / "tables.xlsx")["unit_costs"]
        column = {cell.value: cell.column for cell in sheet[1]}["total_eur"]
        cells_below = [sheet.cell(row, column) for row in range(HEADER_ROWS + 1, sheet.max_row + 1)]
        costs.append({cell.value for cell in cells_below if cell.data_type == "n"})
    assert all(costs)
    assert costs[0].isdisjoint(costs[1])


def test_results_in_the_notebook_are_those_in_the_workbook(reports, results):
    notebook = nbformat.read(reports / FOLDER / "notebook.ipynb", as_version=4)
    carried = notebook.cells[-1].outputs[-1]["data"][RESULTS_MIME]
    assert carried == results
    assert xlsx_tables(carried, notebook) == (reports / FOLDER / "tables.xlsx").read_bytes()


INTERNAL = {
    "lv": "Iekšējā versija: nav paredzēta publicēšanai",
    "en": "Internal edition: not for publication",
}


def test_printed_pages_of_every_sheet_repeat_the_notices(workbook, public_reports):
    public = read(public_reports / FOLDER / "tables.xlsx")
    for book, is_internal in ((workbook, True), (public, False)):
        headers = {sheet.oddHeader.left.text for sheet in book}
        assert len(headers) == 1
        lines = headers.pop().split("\n")
        assert ["Demonstrācija ar sintētiskiem datiem" in lines[0], len(lines)] == [True, 2]
        assert "Demonstration with synthetic data" in lines[1]
        for line, code in zip(lines, ("lv", "en"), strict=True):
            assert (INTERNAL[code] in line) is is_internal


def test_about_sheet_of_a_public_workbook_says_why_numbers_are_hidden(public_reports):
    book = read(public_reports / FOLDER / "tables.xlsx")
    (line,) = [row[1] for row in book["about"].iter_rows(values_only=True)
               if str(row[1]).startswith("c – ")]  # fmt: skip
    assert line.startswith("c – hidden to protect individuals, or as amounts of one or few bodies")
