"""The answer to a sender: marks where the problems are, and nothing that was not theirs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from dieval.inputs.annotate import FILLS, annotated_workbook
from dieval.inputs.read import check_package
from dieval.inputs.sheets import PROBLEM_LISTS

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]
INVENTED_PERSONAL_CODE = "000000-00000"


def answer(path: Path, language: str = "en") -> openpyxl.Workbook:
    content = annotated_workbook(path, check_package(path), language)
    return openpyxl.load_workbook(io.BytesIO(content))


def marked(book: openpyxl.Workbook, sheet: str) -> dict[str, str]:
    """Give the comments of the cells that are coloured."""
    colours = {fill.start_color.rgb for fill in FILLS.values()}
    return {
        cell.coordinate: cell.comment.text if cell.comment else ""
        for row in book[sheet].iter_rows()
        for cell in row
        if cell.fill.fill_type and cell.fill.start_color.rgb in colours
    }


@pytest.fixture
def wrong(tables: Tables) -> Tables:
    """Write a code of a kind that there is not, a negative amount and a key that stands twice."""
    tables["providers"][1]["owner"] = "church"
    tables["costs"][0]["amount_eur"] = "-5"
    tables["costs"][1] |= {"payer": "municipality"}
    return tables


@pytest.mark.parametrize("language", ["lv", "en"])
def test_cells_of_a_workbook_are_marked_with_what_to_do(
    wrong: Tables, write_xlsx: Write, language: str
) -> None:
    path = write_xlsx(wrong)
    problems = check_package(path)
    book = answer(path, language)
    assert book.sheetnames == [PROBLEM_LISTS[language], *openpyxl.load_workbook(path).sheetnames]
    assert list(marked(book, "providers")) == ["F3"]
    (owner,) = [p for p in problems if p.column == "owner"]
    assert getattr(owner, f"message_{language}") in marked(book, "providers")["F3"]
    assert getattr(owner, f"remedy_{language}") in marked(book, "providers")["F3"]
    costs = marked(book, "costs")
    assert {"I2", "A2", "A3", "H3"} <= set(costs)
    listed = [
        [cell.value for cell in row] for row in book[PROBLEM_LISTS[language]].iter_rows(min_row=2)
    ]
    assert len(listed) == len(problems)
    assert [row[4] for row in listed] == [getattr(p, f"message_{language}") for p in problems]


def test_list_has_errors_before_rows_set_aside_and_these_before_notes(
    wrong: Tables, write_xlsx: Write
) -> None:
    wrong["sources"][0]["evidence"] = "rumour"
    path = write_xlsx(wrong)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Kopsavilkums").append(["x"])
    book.save(path)
    rows = list(answer(path, "lv")["Problēmas"].iter_rows(min_row=2, values_only=True))
    kinds = [row[0] for row in rows]
    assert kinds == sorted(kinds, key=["kļūda", "atlikta rinda", "piezīme"].index)
    assert {"kļūda", "atlikta rinda", "piezīme"} == set(kinds)
    sheets = [row[1] for row in rows if row[0] == "kļūda"]
    assert sheets == sorted(sheets)


def test_list_leads_to_the_first_cell(wrong: Tables, write_xlsx: Write) -> None:
    book = answer(write_xlsx(wrong))
    links = [row[3].hyperlink.location or row[3].hyperlink.target
             for row in book["Problems"].iter_rows(min_row=2) if row[3].hyperlink]  # fmt: skip
    assert "'providers'!F3" in {link.removeprefix("#") for link in links}


def test_workbook_is_theirs_but_for_the_marks(wrong: Tables, write_xlsx: Write) -> None:
    path = write_xlsx(wrong)
    theirs = openpyxl.load_workbook(path)
    theirs["price_index"]["E9"] = "=SUM(B2:B3)"
    theirs["price_index"]["B2"].number_format = "0.00"
    theirs["price_index"].column_dimensions["B"].width = 33
    theirs.save(path)
    ours = answer(path)
    for sheet in theirs.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                copy = ours[sheet.title][cell.coordinate]
                assert copy.value == cell.value
                assert copy.number_format == cell.number_format
    assert ours["price_index"].column_dimensions["B"].width == 33


def test_csv_files_are_answered_with_a_workbook(wrong: Tables, write_csv: Write) -> None:
    wrong["sources"][0]["title"] = "=1+1"
    folder = write_csv(wrong)
    book = answer(folder)
    assert list(marked(book, "providers")) == ["F3"]
    cell = book["sources"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_one_csv_file_with_titles_and_semicolons(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "Cenu indekss.csv"
    path.write_bytes("Aizpildīts;;\nGads;Indekss;Avots\n2020;x;a\n2021;1,5;a\n".encode("cp1257"))
    book = answer(tmp_path)
    assert "B3" in marked(book, "Cenu indekss")
    assert book["Cenu indekss"]["A1"].value == "Aizpildīts"


def test_personal_codes_do_not_go_back(tables: Tables, write_xlsx: Write) -> None:
    tables["sources"][0]["title"] = f"Saņēmējs {INVENTED_PERSONAL_CODE}"
    path = write_xlsx(tables)
    content = annotated_workbook(path, check_package(path), "lv")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book["sources"]["B2"].value == "(…)"
    assert "B2" in marked(book, "sources")
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [text for text in texts if INVENTED_PERSONAL_CODE in text]


def test_workbook_that_must_not_be_read_is_answered_with_the_list(tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsx"
    path.write_bytes(b"<html>")
    book = answer(path, "lv")
    assert book.sheetnames == ["Problēmas"]
    assert "XLSX" in book["Problēmas"]["E2"].value


def test_nothing_in_the_list_is_a_formula(tables: Tables, write_xlsx: Write) -> None:
    path = write_xlsx(tables)
    book = openpyxl.load_workbook(path)
    book.create_sheet("=1+1")
    book["costs"]["L1"] = "=cmd"
    book["costs"]["L1"].data_type = "s"
    book.save(path)
    for row in answer(path)["Problems"].iter_rows():
        assert all(cell.data_type != "f" for cell in row)
