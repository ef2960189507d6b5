"""Every format read back: the same tables, and no number that results.json does not hold."""

from __future__ import annotations

import functools
import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import nbformat
import openpyxl
import pikepdf
import pytest
from bs4 import BeautifulSoup
from made_reports import KINDS
from pdf_reading import elements, text_of

from dieval.present.blocks import resolve
from dieval.present.key_figures import written_key_figure
from dieval.present.language import language
from dieval.release.read_back import Reader, below, children, run_together
from dieval.reports.document import read_document, shown_blocks
from dieval.reports.export_xlsx import HEADER_ROWS

CODES = ("lv", "en")
# These tables tell what the report was made from; their numbers are not results.
NOT_RESULTS = ("sources", "parameters", "method", "data_quality", "cheers")
# Parts that are rounded so that they add up to their rounded sum (largest remainder): a part may
# lie one unit of its last decimal from plain rounding.
ADD_UP = (
    "payers",
    "payer_amounts_by_year",
    "payer_shares_by_year",
    "payer_shift_table",
    "unit_cost_parts_by_arrangement",
)
# Numbers of a text that are no results: marks of sources, levels of intervals and quantiles, and
# bounds of probabilities.
NOT_FROM_RESULTS = re.compile(
    r"\[\d+\]|CHEERS 2022|(?<![\d.,])(?:5|90|95)[\u00a0 ]%|[<>]\u00a0[\d.,]+"
)
Rows = list[list[str]]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@functools.cache
def notebook_of(folder: Path) -> nbformat.NotebookNode:
    return nbformat.read(folder / "notebook.ipynb", as_version=4)


@functools.cache
def blocks_of(folder: Path) -> list[dict[str, Any]]:
    """What the notebook shows, with raw numbers."""
    return [
        block
        for number, cell in enumerate(notebook_of(folder).cells, start=1)
        if cell.cell_type == "code"
        for block in shown_blocks(cell, number)
    ]


@functools.cache
def results_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(params=KINDS)
def folder(request, reports) -> Path:
    return reports / request.param


# --- Tables of every format ----------------------------------------------------------------------


def shown_tables(folder: Path, code: str) -> list[Rows]:
    """The tables as the notebook shows them: the heading and every row."""
    tables = []
    for node in read_document(notebook_of(folder), code).body:
        if node["kind"] == "table":
            heading = [column["heading"] + (column["unit"] or "") for column in node["columns"]]
            tables.append(
                [[run_together(text) for text in row] for row in [heading, *node["rows"]]]
            )
    return tables


def html_tables(file: Path) -> list[Rows]:
    page = BeautifulSoup(file.read_text(encoding="utf-8"), "lxml")
    return [
        [[run_together(cell.get_text()) for cell in row.find_all(["th", "td"])]
         for row in table.find_all("tr")]
        for table in page.main.find_all("table")
    ]  # fmt: skip


def pdf_tables(file: Path) -> list[Rows]:
    """The tables of the structure tree, whatever pages they lie on."""
    with pikepdf.open(file) as pdf:
        reader = Reader(file, pdf)
        return [
            [
                [reader.text(cell) for cell in children(row) if cell.S in ("/TH", "/TD")]
                for row in below(table)
                if row.S == "/TR"
            ]
            for table in elements(pdf, "/Table")
        ]


@pytest.mark.parametrize("code", CODES)
def test_html_read_back_has_every_table_cell_by_cell(folder, code):
    expected = shown_tables(folder, code)
    assert sum(len(row) for table in expected for row in table) > 300
    assert html_tables(folder / f"report.{code}.html") == expected


@pytest.mark.parametrize("code", CODES)
def test_pdf_read_back_has_every_table_cell_by_cell(folder, code):
    found, expected = pdf_tables(folder / f"report.{code}.pdf"), shown_tables(folder, code)
    assert [len(table) for table in found] == [len(table) for table in expected]
    different = [
        (ours, theirs)
        for table, other in zip(found, expected, strict=True)
        for row, other_row in zip(table, other, strict=True)
        for ours, theirs in zip(row, other_row, strict=True)
        if ours != theirs
    ]
    assert different == []


@pytest.mark.parametrize("code", CODES)
def test_docx_read_back_has_every_table_cell_by_cell(folder, code):
    word = docx.Document(folder / f"report.{code}.docx")
    found = [
        [[run_together(cell.text) for cell in row.cells] for row in table.rows]
        for table in word.tables
        # A table of figures that heads no columns is the list of key figures.
        if table._tbl.xpath("w:tr[1]/w:trPr/w:tblHeader")
    ]
    assert found == shown_tables(folder, code)


@pytest.mark.parametrize("code", CODES)
def test_key_figures_are_the_same_in_every_format(folder, code):
    say = language(code)
    texts = [written_key_figure(figure, say) for figure in results_of(folder)["key_figures"]]
    assert 3 <= len(texts) <= 6
    expected = [[run_together(text[part]) for part in ("label", "value", "note")] for text in texts]
    page = BeautifulSoup((folder / f"report.{code}.html").read_text(encoding="utf-8"), "lxml")
    cards = page.find("dl", class_="key-figures").find_all("div")
    assert [run_together(card.dt.get_text() + card.dd.get_text()) for card in cards] == [
        "".join(parts) for parts in expected
    ]
    printed = run_together(text_of((folder / f"report.{code}.pdf").read_bytes()))
    word = docx.Document(folder / f"report.{code}.docx")
    written = run_together(" ".join(node.text or "" for node in word.element.body.iter(f"{W}t")))
    for whole in (printed, written):
        assert [part for parts in expected for part in parts if part not in whole] == []


def test_xlsx_read_back_has_every_number_of_the_results(folder):
    workbook = openpyxl.load_workbook(folder / "tables.xlsx", read_only=True)
    tables = results_of(folder)["tables"]
    compared = 0
    for name, table in tables.items():
        rows = workbook[name].iter_rows(min_row=HEADER_ROWS + 1, values_only=True)
        for written, expected in zip(rows, table["rows"], strict=True):
            for cell, value in zip(written, expected, strict=True):
                if isinstance(value, int | float):
                    # A workbook holds 16 significant digits, as Excel does.
                    assert cell == pytest.approx(value, rel=1e-15, abs=1e-300)
                    compared += 1
    assert compared > 200


# --- Numbers -------------------------------------------------------------------------------------


def numbers_in(value: Any) -> Iterator[float]:
    """Every number of results.json: as it is, and those in its days and codes."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, str):
        yield from (float(digits) for digits in re.findall(r"\d+", value))
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(part)


def column(results: dict[str, Any], table: str, name: str) -> list[Any]:
    held = results["tables"].get(table, {"columns": [], "rows": []})
    place = [part["name"] for part in held["columns"]].index(name) if held["rows"] else 0
    return [row[place] for row in held["rows"]]


def sums_in(results: dict[str, Any]) -> Iterator[float]:
    """What readers can add up from results.json themselves, and sentences say."""
    regions = column(results, "funnel", "region") if results["unit"] == "national" else None
    needing, receiving = (column(results, "funnel", name) for name in ("needing", "receiving"))
    for region in {*(regions or [])} or {None}:
        ours = [
            place for place in range(len(needing)) if regions is None or regions[place] == region
        ]
        both = [sum(values[place] for place in ours) for values in (needing, receiving)]
        yield from both
        yield from [both[1] / both[0]] if both[0] else []
    places = column(results, "sites", "municipality")
    there = {place for place in places if isinstance(place, str)}
    known = {
        place
        for place, needed in zip(
            column(results, "service_coverage", "municipality"),
            column(results, "service_coverage", "needing"),
            strict=True,
        )
        if isinstance(needed, int | float)
    }
    yield from (len(there), len(there & known))
    yield from [len(there & known) / len(there)] if there else []
    for finding in results["findings"]:
        values = finding["values"]
        if "left_otherwise" in values:
            left = values["to_families"] + values["to_other_care"] + values["left_otherwise"]
            yield from (left, values["to_families"] / left)
        if "highest_cost_per_child_eur" in values:
            yield values["highest_cost_per_child_eur"] / values["cost_per_child_before_eur"]
    spent = [column(results, "transition", f"{part}_eur")
             for part in ("institution", "alternative", "one_off")]  # fmt: skip
    yield from (sum(parts) for parts in zip(*spent, strict=True)
                if all(isinstance(part, int | float) for part in parts))  # fmt: skip
    alternatives = column(results, "payer_shift", "alternative")
    for change in ("change_eur_per_child_month", "change_at_once_eur_per_child_month"):
        values = column(results, "payer_shift", change)
        for alternative in set(alternatives):
            yield sum(
                value
                for value, of in zip(values, alternatives, strict=True)
                if of == alternative and isinstance(value, int | float)
            )
    costs = column(results, "situation", "real_cost_per_child_month_eur")
    yield from [costs[-1] / costs[0] - 1] if costs else []
    states = column(results, "milestones", "state")
    yield from (states.count(state) for state in set(states))


class Held:
    """Numbers that may be shown, to be asked for one at any precision."""

    def __init__(self, results: dict[str, Any]) -> None:
        self.exact = {*numbers_in(results), *sums_in(results)}
        self._sorted = sorted({*self.exact, *(-value for value in self.exact)})

    def near(self, value: float, unit: float, share_of_unit: float = 0.5) -> bool:
        """Whether a number lies so near that it rounds to the value; a unit is the last place."""
        reach = unit * share_of_unit * (1 + 1e-9)
        place = bisect_left(self._sorted, value - reach)
        return place < len(self._sorted) and self._sorted[place] <= value + reach


@functools.cache
def held_by(folder: Path) -> Held:
    return Held(results_of(folder))


def test_every_number_in_a_cell_is_one_of_the_results(folder):
    held, wrong, compared = held_by(folder), [], 0
    for block in blocks_of(folder):
        if block["kind"] != "table" or block["name"] in NOT_RESULTS:
            continue
        for row in block["rows"]:
            total = (
                sum(cell for cell in row[:-1] if isinstance(cell, int | float)) - row[0]
                if (block["name"] == "moves")
                else None
            )
            for cell, spec in zip(row, block["columns"], strict=True):
                if not isinstance(cell, int | float):
                    continue
                compared += 1
                unit = 10.0 ** -(spec["decimals"] + 2 * (spec["kind"] == "percent"))
                adds_up = block["name"] in ADD_UP and held.near(cell, unit, 1.0)
                exact = held.near(cell, max(abs(cell), 1.0) * 1e-12)
                if not (exact or adds_up or cell == total):
                    wrong.append((block["name"], spec["heading"]["en"], cell))
    assert wrong == []
    assert compared > 50


NUMBERS = {
    "lv": re.compile(r"(?<![\w,.])[−-]?\d{1,3}(?:\u00a0\d{3})+(?:,\d+)?|[−-]?\d+(?:,\d+)?"),
    "en": re.compile(r"(?<![\w,.])[−-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[−-]?\d+(?:\.\d+)?"),
}


def written_numbers(text: str, code: str) -> Iterator[tuple[float, float, str]]:
    """Every number of a text: its size without the sign, the unit of its last place, as written."""
    for match in NUMBERS[code].finditer(text):
        digits = match.group().lstrip("−-")
        digits = (
            digits.replace("\u00a0", "").replace(",", ".")
            if code == "lv"
            else (digits.replace(",", ""))
        )
        decimals = len(digits.partition(".")[2])
        percent = 2 * text[match.end() :].lstrip("\u00a0 ").startswith("%")
        yield float(digits) / 10**percent, 10.0 ** -(decimals + percent), match.group()


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("1\u00a0234,50\u00a0€ un −2,5\u00a0%", "lv", [1234.50, 0.025]),
        ("€1,234.50 and −2.5%", "en", [1234.50, 0.025]),
        ("2014.–2022. gads", "lv", [2014, 2022]),
        ("years 2014, 2015 and 2016", "en", [2014, 2015, 2016]),
    ],
)
def test_numbers_of_a_text_are_read_in_its_language(text, code, expected):
    assert [value for value, _, _ in written_numbers(text, code)] == pytest.approx(expected)


def sentences_of(folder: Path, code: str) -> Iterator[str]:
    """Every text of a report that can hold a number of the results, pictures' texts among them."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for name, part in value.items():
                if name not in ("kind", "name", "words", "svg", "columns", "date", "level"):
                    yield from texts(part)
        elif isinstance(value, list):
            for part in value:
                yield from texts(part)

    for block in blocks_of(folder):
        if block.get("name") in NOT_RESULTS or block["kind"] == "facts":
            continue
        sentences = {**block, "rows": [
            [cell for cell in row if isinstance(cell, dict) and code in cell]
            for row in block.get("rows", [])
        ]}  # fmt: skip
        yield from texts(resolve({**sentences, "kind": ""}, code))


@pytest.mark.parametrize("code", CODES)
def test_every_number_in_a_sentence_is_one_of_the_results(folder, code):
    held, wrong, compared = held_by(folder), [], 0
    for text in sentences_of(folder, code):
        for value, unit, written in written_numbers(NOT_FROM_RESULTS.sub("", text), code):
            compared += 1
            # An indicator may be measured in percent.
            in_percent = f"{written}%" in text.replace("\u00a0", "")
            if not (held.near(value, unit) or (in_percent and held.near(100 * value, 100 * unit))):
                wrong.append((written, text))
    assert wrong == []
    assert compared > 100
