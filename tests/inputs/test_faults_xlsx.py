"""Faults of workbooks that people send, each by its number in the catalogue of faults."""

from __future__ import annotations

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
