"""Faults of workbooks that people send, each by its number in the catalogue of faults."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from dieval.errors import Problem
from dieval.inputs.intake import scan
from dieval.inputs.read import check_package, read_package

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]
Changed = Callable[..., Path]

SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>'


@pytest.fixture
def book(write_xlsx: Write, tables: Tables) -> Path:
    return write_xlsx({name: tables[name] for name in ("sources", "regions", "price_index")})


@pytest.fixture
def changed(book: Path) -> Changed:
    """Change parts of a good workbook, or put parts into it."""

    def change(
        edit: dict[str, Callable[[bytes], bytes]] | None = None,
        add: dict[str, bytes] | None = None,
        suffix: str = ".xlsx",
    ) -> Path:
        out = book.with_name(f"changed{suffix}")
        with (
            zipfile.ZipFile(book) as archive,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in archive.namelist():
                content = archive.read(name)
                new.writestr(name, (edit or {}).get(name, lambda content: content)(content))
            for name, content in (add or {}).items():
                new.writestr(name, content)
        return out

    return change


@pytest.fixture
def no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a workbook that reaches the reader of workbooks fail the test."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the workbook was read")

    monkeypatch.setattr(openpyxl, "load_workbook", fail)


def cell(place: str) -> Callable[[bytes], bytes]:
    """Put a cell behind the last row of a sheet."""
    number = "".join(filter(str.isdigit, place))
    row = f'<row r="{number}"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    return lambda content: content.replace(b"</sheetData>", row)


def with_dtd(dtd: str) -> Callable[[bytes], bytes]:
    def put(content: bytes) -> bytes:
        head, mark, rest = content.rpartition(b"?>")
        return head + mark + dtd.encode() + rest

    return put


def errors(path: Path) -> list[tuple[str, str, str]]:
    return [(p.file, p.sheet, p.rule) for p in check_package(path) if p.severity == "error"]


def notes(path: Path) -> list[Problem]:
    return [p for p in check_package(path) if p.severity == "note"]


def test_order_of_calculation_is_no_sheet(changed: Changed) -> None:
    chain = b'<calcChain xmlns="x"><c r="XFD900000" i="1"/><c r="A1" i="1"/></calcChain>'
    assert errors(changed(add={"xl/calcChain.xml": chain})) == []


def test_good_workbook_is_read(changed: Changed) -> None:
    assert errors(changed()) == []
    assert len(read_package(changed()).tables["price_index"]) == 2


@pytest.mark.usefixtures("no_reader")
@pytest.mark.parametrize("place", ["XFD1048576", "XFD3", "A1048576", "AMJ2", "B100000"])
def test_f23_cell_in_the_last_corner(changed: Changed, place: str) -> None:
    assert errors(changed({SHEET: cell(place)})) == [("changed.xlsx", "", "too_large")]


@pytest.mark.usefixtures("no_reader")
def test_f23_cells_without_a_place_are_counted(
    changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "MOST_CELLS", 100)
    many = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row></sheetData>"
    path = changed({SHEET: lambda content: content.replace(b"</sheetData>", many)})
    assert errors(path) == [("changed.xlsx", "", "too_large")]


@pytest.mark.usefixtures("no_reader")
@pytest.mark.parametrize("name", ["xl/media/image1.png", "docProps/thumbnail.jpeg", "x"])
def test_f25_part_that_unpacks_to_hundreds_of_times_its_size(changed: Changed, name: str) -> None:
    path = changed(add={name: bytes(10_000_000)})
    assert errors(path) == [("changed.xlsx", "", "too_large")]


@pytest.mark.usefixtures("no_reader")
@pytest.mark.parametrize("dtd", [LAUGHS, OUTSIDE, "<!DOCTYPE x>"])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "_rels/.rels", "[Content_Types].xml"])
def test_f26_document_that_defines_itself(changed: Changed, dtd: str, part: str) -> None:
    path = changed({part: with_dtd(dtd)})
    assert errors(path) == [("changed.xlsx", "", "dtd")]
    (problem,) = check_package(path)
    assert "DTD" in problem.message_en
    assert "DTD" in problem.message_lv


@pytest.mark.usefixtures("no_reader")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"year,value\n2020,1\n",
        b"<html><body><table></table></body></html>",
        b"PK\x03\x04 broken",
        scan.OLE + bytes(600),
    ],
    ids=["empty", "CSV", "HTML", "broken", "old"],
)
@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_f27_other_files_of_that_name(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"sent{suffix}"
    path.write_bytes(content)
    assert errors(path) == [(path.name, "", "format")]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_f27_truncated(book: Path, share: float) -> None:
    data = book.read_bytes()
    book.write_bytes(data[: int(share * len(data))])
    assert errors(book) == [(book.name, "", "format")]


@pytest.mark.usefixtures("no_reader")
def test_f27_archive_without_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "plain.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    assert errors(path) == [("plain.xlsx", "", "format")]


@pytest.mark.usefixtures("no_reader")
def test_f28_protected_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsx"
    path.write_bytes(scan.OLE + bytes(500) + scan.ENCRYPTED + bytes(500))
    assert errors(path) == [("sent.xlsx", "", "password")]
    assert "parol" in check_package(path)[0].message_lv


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "other workbooks"),
        ("xl/embeddings/oleObject1.bin", "embedded"),
        ("xl/connections.xml", "connections"),
    ],
)
@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm"])
def test_f29_macros_links_and_objects_are_told_and_left_alone(
    changed: Changed, part: str, word: str, suffix: str
) -> None:
    path = changed(add={part: b"<x/>"}, suffix=suffix)
    assert errors(path) == []
    (told,) = [note for note in notes(path) if note.rule == "left_alone"]
    assert word in told.message_en
    assert len(read_package(path).tables["price_index"]) == 2


def test_f29_binary_workbook_is_refused(changed: Changed) -> None:
    path = changed(add={"xl/workbook.bin": b""}, suffix=".xlsb")
    assert errors(path) == [("changed.xlsb", "", "format")]
    assert ".xlsb" in check_package(path)[0].message_en


def test_f30_formula_without_a_saved_value(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook["price_index"]["B2"] = "=1+1"
    workbook.save(book)
    assert [(p.sheet, p.column, p.rows, p.rule) for p in check_package(book)
            if p.severity == "error"] == [("price_index", "value", (2,), "formula")]  # fmt: skip


def test_f32_hidden_sheet_is_not_read(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook["price_index"].sheet_state = "hidden"
    workbook.save(book)
    assert errors(book) == [(book.name, "price_index", "hidden_sheet")]


def test_f35_rows_above_the_header(book: Path) -> None:
    before = read_package(book).tables["price_index"]
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["price_index"]
    sheet.insert_rows(1, 3)
    sheet["A1"], sheet["B2"] = "Aizpildīja pašvaldība", 2020
    sheet["A4"], sheet["B4"], sheet["C4"] = "Gads", "INDEKSS", "avots "
    workbook.save(book)
    read = read_package(book)
    assert read.tables["price_index"].equals(before)
    assert read.lines["price_index"]["row"].tolist() == [5, 6]
    assert "rows_above" in {note.rule for note in read.notes}


def test_sheets_may_have_the_titles_of_tables(book: Path) -> None:
    before = read_package(book).tables
    workbook = openpyxl.load_workbook(book)
    workbook["price_index"].title = "CENU INDEKSS"
    workbook["regions"].title = "Regioni"
    workbook.save(book)
    after = read_package(book)
    assert {name: len(table) for name, table in after.tables.items()} == {
        name: len(table) for name, table in before.items()
    }
    assert "unknown_table" not in {note.rule for note in after.notes}
    workbook.copy_worksheet(workbook["sources"]).title = "Avoti"
    workbook.save(book)
    assert errors(book) == [(book.name, "Avoti", "sheet_twice")]


def test_messages_name_what_to_do_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsx"
    for content in (b"", scan.OLE, b"x"):
        path.write_bytes(content)
        for problem in check_package(path):
            assert problem.message_lv.endswith(".")
            assert problem.message_en.endswith(".")
            assert problem.remedy_lv.endswith(".")
            assert problem.remedy_en.endswith(".")


# --- Rows set aside, sums and merged cells -------------------------------------------------------


def of_kind(path: Path, severity: str) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(p.sheet, p.column, p.rule, p.rows) for p in check_package(path)
            if p.severity == severity]  # fmt: skip


@pytest.fixture
def edited(write_xlsx: Write, tables: Tables) -> Callable[..., Path]:
    """Write a small workbook with costs, and let somebody edit it."""

    def edit(how: Callable[[openpyxl.Workbook], None]) -> Path:
        names = ("sources", "regions", "municipalities", "providers", "costs", "availability")
        path = write_xlsx({name: tables[name] for name in names})
        book = openpyxl.load_workbook(path)
        how(book)
        book.save(path)
        return path

    return edit


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!"])
def test_f31_error_of_a_formula_sets_its_row_aside(edited, error):
    path = edited(lambda book: book["costs"].__setitem__("I3", error))
    assert errors(path) == []
    assert of_kind(path, "set_aside") == [("costs", "amount_eur", "error_value", (3,))]


def test_f33_hidden_rows_are_read_and_counted(edited):
    def hide(book):
        for row in (3, 5):
            book["costs"].row_dimensions[row].hidden = True

    path = edited(hide)
    assert errors(path) == of_kind(path, "set_aside") == []
    (told,) = [note for note in notes(path) if note.rule == "hidden_rows"]
    assert (told.sheet, told.rows) == ("costs", (3, 5))
    assert told.message_en.endswith("their number is 2.")
    assert len(read_package(path).tables["costs"]) == 5


def merge(book: openpyxl.Workbook) -> None:
    book["costs"].merge_cells("B2:B4")  # the provider of three rows


def test_f34_rows_below_a_merged_cell_are_set_aside(edited):
    path = edited(merge)
    assert errors(path) == []
    assert of_kind(path, "set_aside") == [("costs", "provider", "merged", (3, 4))]


def test_f34_merged_cells_are_filled_where_that_is_declared(edited, tables, write_csv):
    book = edited(merge)
    names = ("sources", "regions", "municipalities", "providers", "costs", "availability")
    resources = [
        {"name": name, "path": "sent.xlsx", "sheet": name, "fillDown": ["provider"]}
        if name == "costs"
        else {"name": name, "path": f"{name}.csv"}
        for name in names
    ]
    folder = write_csv({name: tables[name] for name in names if name != "costs"})
    (folder / "sent.xlsx").write_bytes(book.read_bytes())
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    assert [p.text() for p in check_package(folder) if p.severity != "note"] == []
    costs = read_package(folder).tables["costs"]
    assert costs.loc[costs["care_arrangement"] == "institution", "provider"].tolist() == ["p1"] * 3


def test_f32_hidden_sheet_is_read_where_it_is_named(edited, tmp_path):
    def hide(book):
        book["availability"].title = "Lapa1"
        book["Lapa1"].sheet_state = "hidden"

    sent = edited(hide)
    folder = tmp_path / "described"
    folder.mkdir()
    (folder / "sent.xlsx").write_bytes(sent.read_bytes())
    resource = {"name": "availability", "path": "sent.xlsx", "sheet": "Lapa1"}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}), "utf-8")
    assert {p.rule for p in check_package(folder) if p.severity == "error"} == {"foreign_key"}


def test_f35_remark_below_the_rows_is_set_aside(edited):
    path = edited(lambda book: book["costs"].append(["Dati pārbaudīti"]))
    assert errors(path) == []
    assert of_kind(path, "set_aside") == [("costs", "", "remark", (7,))]


WHOLE = 200_000 + 1_000.5 + 120.25 + 5_000 + 3_000


@pytest.mark.parametrize("label", ["Kopā", "PAVISAM:", "Total", "Kopā, t.sk.", "Summa kopā"])
def test_f36_sum_is_left_out_and_used_as_a_check(edited, label):
    path = edited(lambda book: book["costs"].append([label, *[None] * 7, WHOLE]))
    assert errors(path) == of_kind(path, "set_aside") == []
    assert read_package(path).tables["costs"]["amount_eur"].sum() == WHOLE
    (told,) = [note for note in notes(path) if note.rule == "total"]
    assert told.rows == (7,)
    account = read_package(path).account.set_index("quantity")
    assert account.loc["amount_eur", ["read", "used", "excluded"]].tolist() == [
        2 * WHOLE,
        WHOLE,
        WHOLE,
    ]


def test_f36_sums_between_the_rows(edited):
    def subtotals(book):
        sheet = book["costs"]
        sheet.insert_rows(5)
        sheet["A5"], sheet["I5"] = "Starpsumma", 200_000 + 1_000.5 + 120.25
        sheet.append(["Starpsumma", *[None] * 7, 8_000])
        sheet.append(["Kopā", *[None] * 7, WHOLE])

    path = edited(subtotals)
    assert errors(path) == of_kind(path, "set_aside") == []
    assert read_package(path).tables["costs"]["amount_eur"].sum() == WHOLE


def test_f36_sum_of_the_last_year_alone(edited):
    def next_year(book):
        for amount in (10, 20.5):
            row = [cell.value for cell in book["costs"][6]]
            row[3], row[6], row[8] = 2021, "staff" if amount == 10 else "other", amount
            book["costs"].append(row)
        book["costs"].append(["Kopā", *[None] * 7, 30.5])

    path = edited(next_year)
    assert [
        p.text() for p in check_package(path) if p.rule == "total" and p.severity != "note"
    ] == []


def test_f36_sum_that_does_not_agree_refuses_the_file(edited):
    path = edited(lambda book: book["costs"].append(["Kopā", *[None] * 7, WHOLE + 0.01]))
    assert of_kind(path, "error") == [("costs", "amount_eur", "total", (7,))]
    (problem,) = [p for p in check_package(path) if p.rule == "total"]
    assert f"{WHOLE + 0.01:.2f} / {WHOLE:.2f}" in problem.message_en


def test_f36_name_that_begins_like_a_sum_is_a_name(edited):
    path = edited(lambda book: book["providers"].__setitem__("B2", "Kopā mājās"))
    assert errors(path) == of_kind(path, "set_aside") == []


@pytest.mark.parametrize("cell", [True, "jā", "x"])
def test_f40_word_or_truth_value_in_a_column_of_numbers_is_set_aside(edited, tables, cell):
    def answer(book):
        book["availability"].append(["tukuma-novads", "day_care", "ft_children",
                                     dt.date(2020, 5, 1), cell, "ledger"])  # fmt: skip

    path = edited(answer)
    assert errors(path) == []
    assert of_kind(path, "set_aside") == [("availability", "rating", "type", (3,))]


def test_f42_long_code_that_became_a_number_is_refused(edited):
    path = edited(lambda book: book["costs"].__setitem__("B2", 10200000000000017))
    assert of_kind(path, "error") == [("costs", "provider", "type", (2,))]
    (problem,) = [p for p in check_package(path) if p.severity == "error"]
    assert problem.remedy_en == "Write it as text."


def test_f43_second_workbook_with_the_same_rows_is_refused(edited, tmp_path):
    sent = edited(lambda _: None)
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "talsi.xlsx").write_bytes(sent.read_bytes())
    assert [p for p in check_package(folder) if p.severity != "note"] == []
    (folder / "talsi_final2.xlsx").write_bytes(sent.read_bytes())
    found = [(p.file, p.sheet, p.rule) for p in check_package(folder) if p.severity == "error"]
    assert ("talsi_final2.xlsx", "costs", "no_rows") in found


def test_f43_second_workbook_with_other_amounts_is_refused(edited, tmp_path):
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "talsi.xlsx").write_bytes(edited(lambda _: None).read_bytes())
    newer = edited(lambda book: book["costs"].__setitem__("I2", 200_001))
    (folder / "talsi_final2.xlsx").write_bytes(newer.read_bytes())
    found = [(p.file, p.sheet, p.rule) for p in check_package(folder) if p.rule == "key"]
    assert found == [("talsi.xlsx", "costs", "key"), ("talsi_final2.xlsx", "costs", "key")]
