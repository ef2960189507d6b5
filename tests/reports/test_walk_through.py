"""A home's workbook on its whole way, with the commands and LibreOffice: docs/walk-through.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from walk_through import (
    AMOUNTS,
    ARRANGEMENT,
    DAYS,
    HOME,
    OFFICE,
    REASON,
    REMARK,
    YEAR,
    header_row,
    results_of,
    walk,
)

from dieval.inputs.annotate import FILLS
from dieval.inputs.sheets import PROBLEM_LISTS

CHILD_DAYS = sum(child_days for child_days, _ in DAYS.values())
FILLED = sum(AMOUNTS.values())
DAYS_OF_THE_YEAR = 365


@pytest.fixture(scope="module")
def way(once, root) -> Path:
    if OFFICE is None:
        pytest.skip("needs LibreOffice: make tools")
    return once("way", lambda folder: walk(root / "data" / "latvia", folder / "way")) / "way"


@pytest.fixture(scope="module")
def cells(way) -> dict[str, str]:
    return json.loads((way / "cells.json").read_text(encoding="utf-8"))


def said(way: Path, step: str) -> tuple[int, list[str]]:
    code, text = json.loads((way / "said.json").read_text(encoding="utf-8"))[step]
    return code, text.splitlines()


def row_of(cell: str) -> int:
    return int(cell[1:])


def coloured(sheet: Any) -> dict[str, str]:
    colours = {fill.start_color.rgb for fill in FILLS.values()}
    return {
        cell.coordinate: cell.comment.text if cell.comment else ""
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type and cell.fill.start_color.rgb in colours
    }


def lines_of(way: Path, step: str, kind: str) -> list[str]:
    return [line for line in said(way, step)[1] if line.startswith(f"{kind}: ")]


def test_template_has_the_earlier_rows_of_the_home_and_the_codes_they_name(way):
    assert said(way, "template")[0] == 0
    book = openpyxl.load_workbook(way / "template.xlsx")
    assert {"regions", "municipalities"} <= set(book.sheetnames)
    assert not {"flows", "price_index"} & set(book.sheetnames)
    sheet = book["costs"]
    rows = list(sheet.iter_rows(min_row=header_row(sheet) + 1, values_only=True))
    homes, years = {row[1] for row in rows if row[0]}, {row[3] for row in rows if row[0]}
    assert (homes, max(years)) == ({HOME}, YEAR - 1)


def test_check_finds_what_is_wrong_and_nothing_else(way, cells):
    code, lines = said(way, "sent")
    assert code == 1
    (error,) = lines_of(way, "sent", "kļūda")
    assert f"beta.xlsx, lapa costs, kolonna cost_item, rinda {row_of(cells['code'])}:" in error
    number, remark = sorted(lines_of(way, "sent", "atlikta rinda"), key=lambda line: -len(line))
    assert f"lapa costs, kolonna amount_eur, rinda {row_of(cells['number'])}:" in number
    assert f"lapa costs, rinda {row_of(cells['remark'])}:" in remark
    (total,) = [line for line in lines if "kopsummu rindas nav dati" in line]
    assert f"lapa costs, rinda {row_of(cells['total'])}:" in total
    assert "kļūdu skaits – 1, " in lines[-1]
    assert lines[-1].endswith("atlikto rindu skaits – 2")


def test_answer_marks_the_cells_with_what_to_do(way, cells):
    book = openpyxl.load_workbook(way / "answer.xlsx")
    total = f"A{row_of(cells['total'])}"  # a sum has no column of its own
    marks = coloured(book["costs"])
    assert set(marks) == {cells["code"], cells["number"], total, cells["remark"]}
    assert "ir Atalgojums. Lietojiet kādu no šiem kodiem: staff – " in marks[cells["code"]]
    assert "vajadzīgs skaitlis" in marks[cells["number"]]
    assert "izdzēsiet rindu" in marks[cells["remark"]]
    assert "sakrīt ar rindām" in marks[total]
    assert not any(coloured(book[name]) for name in ("sources", "providers", "activity"))


def test_first_sheet_of_the_answer_lists_every_problem_with_its_link(way, cells):
    book = openpyxl.load_workbook(way / "answer.xlsx")
    assert book.sheetnames[0] == PROBLEM_LISTS["lv"]
    found = {}
    for kind, sheet, _column, rows, *_ in book[PROBLEM_LISTS["lv"]].iter_rows(min_row=2):
        link = rows.hyperlink and (rows.hyperlink.location or rows.hyperlink.target)
        found[sheet.value, rows.value] = kind.value, link and link.removeprefix("#")
    places = {name: str(row_of(cell)) for name, cell in cells.items()}
    assert found == {
        ("costs", places["code"]): ("kļūda", f"'costs'!{cells['code']}"),
        ("costs", places["number"]): ("atlikta rinda", f"'costs'!{cells['number']}"),
        ("costs", places["remark"]): ("atlikta rinda", f"'costs'!{cells['remark']}"),
        ("costs", places["total"]): ("piezīme", f"'costs'!A{places['total']}"),
        ("beta.xlsx", None): ("piezīme", None),  # sheets without rows
    }


def test_corrected_answer_has_no_errors_and_one_row_set_aside(way, cells):
    assert openpyxl.load_workbook(way / "back" / "beta.xlsx").sheetnames[0] == PROBLEM_LISTS["lv"]
    code, _ = said(way, "back")
    assert code == 1  # somebody has to agree to the remark
    assert not lines_of(way, "back", "kļūda")
    (remark,) = lines_of(way, "back", "atlikta rinda")
    assert f"lapa costs, rinda {row_of(cells['remark'])}:" in remark


def test_second_answer_has_only_what_is_left(way, cells):
    book = openpyxl.load_workbook(way / "second.xlsx")
    assert [name for name in book.sheetnames if name.startswith(PROBLEM_LISTS["lv"])] == [
        PROBLEM_LISTS["lv"]
    ]
    marks = coloured(book["costs"])
    assert set(marks) == {f"A{row_of(cells['total'])}", cells["remark"]}
    assert all(len(text.splitlines()) == 1 for text in marks.values())
    sheets = {row[1] for row in book[PROBLEM_LISTS["lv"]].iter_rows(min_row=2, values_only=True)}
    assert PROBLEM_LISTS["lv"] not in sheets


def test_row_set_aside_is_acknowledged_in_the_data_package(way, cells):
    assert said(way, "taken")[0] == 1
    code, lines = said(way, "acknowledged")
    assert (code, lines[-1]) == (0, "data: 0 errors, 2 notes")
    (remark,) = [line for line in lines if f"acknowledged: {REASON}." in line]
    assert f"beta.xlsx, sheet costs, row {row_of(cells['remark'])}:" in remark
    written = json.loads((way / "data" / "acknowledged.json").read_text(encoding="utf-8"))
    assert [each["rows"] for each in written["acknowledged"]] == [[row_of(cells["remark"])]]


def of_the_year(way: Path, step: str, table: str, key: str) -> dict[str, dict[str, Any]]:
    return {
        row[key]: row
        for row in results_of(way / step, table)
        if (row["year"], row["care_arrangement"]) == (YEAR, ARRANGEMENT)
    }


def test_report_changes_by_exactly_what_was_filled_in(way):
    assert (said(way, "before")[0], said(way, "after")[0]) == (0, 0)
    before = of_the_year(way, "before", "unit_costs", "care_arrangement")[ARRANGEMENT]
    after = of_the_year(way, "after", "unit_costs", "care_arrangement")[ARRANGEMENT]
    assert after["total_eur"] == pytest.approx(before["total_eur"] + FILLED, rel=1e-12)
    assert after["child_days"] == before["child_days"] + CHILD_DAYS
    months = (before["child_days"] + CHILD_DAYS) / (DAYS_OF_THE_YEAR / 12)
    assert after["cost_per_child_month_eur"] == pytest.approx(
        (before["total_eur"] + FILLED) / months, rel=1e-12
    )


def test_each_part_of_the_cost_changes_by_its_own_amounts(way):
    before = of_the_year(way, "before", "unit_cost_parts", "part")
    after = of_the_year(way, "after", "unit_cost_parts", "part")
    assert list(after) == list(before)
    for part, row in after.items():
        own = sum(amount for (item, _), amount in AMOUNTS.items() if item == part)
        assert row["amount_eur"] == pytest.approx(before[part]["amount_eur"] + own, rel=1e-12)


def test_no_other_home_and_no_other_year_changes(way):
    before = of_the_year(way, "before", "provider_unit_costs", "provider")
    after = of_the_year(way, "after", "provider_unit_costs", "provider")
    assert len(after) > 2
    for home, row in after.items():
        if home == HOME:
            assert row["total_eur"] == pytest.approx(before[home]["total_eur"] + FILLED, rel=1e-12)
        else:
            assert row == before[home]
    earlier = [
        [row for row in results_of(way / step, "unit_costs") if row["year"] < YEAR]
        for step in ("before", "after")
    ]
    assert earlier[0]
    assert earlier[0] == earlier[1]


def test_page_tells_the_cells_and_figures_of_the_way(way, cells, root):
    page = (root / "docs" / "walk-through.md").read_text(encoding="utf-8")
    for row in map(row_of, cells.values()):
        assert f"- row {row} " in page
    assert "\n".join(line for line in said(way, "sent")[1][-3:] if "amount_eur" not in line) in page
    for step in ("before", "after"):
        row = of_the_year(way, step, "unit_costs", "care_arrangement")[ARRANGEMENT]
        assert f"{row['total_eur']:,.2f} |" in page
        assert f"{row['child_days']:,} |" in page
        assert f"{row['cost_per_child_month_eur']:,.2f} |" in page
    assert f"+ {FILLED:,.2f} |" in page
    assert f"+ {CHILD_DAYS:,} |" in page


def test_pictures_of_the_page_are_small_and_described(root):
    page = (root / "docs" / "walk-through.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^]]*)\]\((walk-through/[a-z]+\.png)\)", page)
    assert {name for _, name in shown} == {
        f"walk-through/{file.name}" for file in (root / "docs" / "walk-through").iterdir()
    }
    for words, name in shown:
        content = (root / "docs" / name).read_bytes()
        width = int.from_bytes(content[16:20], "big")
        assert (len(words) > 50, len(content) < 150_000, width <= 1_400) == (True, True, True)


def test_report_shows_the_new_figure_and_the_row_left_out(way):
    after = of_the_year(way, "after", "unit_costs", "care_arrangement")[ARRANGEMENT]
    page = (way / "after" / "kurzeme" / "cost_comparison" / "report.en.html").read_text("utf-8")
    assert f"{after['cost_per_child_month_eur']:,.0f}" in page
    assert REASON in page
    assert REMARK not in page
