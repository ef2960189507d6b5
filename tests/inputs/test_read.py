"""Reading packages: one result from every format, and a problem instead of a traceback."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.errors import DataError, Problem
from dieval.inputs.intake.csv_file import _simple, read_csv
from dieval.inputs.intake.dialect import Dialect
from dieval.inputs.read import DataPackage, check_package, read_package
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.values import convert, shown

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]

SOURCES = "source,title,publisher,published,locator,url,licence,evidence\na,T,P,2020,,,,expert\n"


def rules(problems: list[Problem]) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(p.file, p.rule, p.rows) for p in problems if p.severity != "note"]


def assert_equal(left: DataPackage, right: DataPackage) -> None:
    assert list(left.tables) == list(right.tables)
    for name, table in left.tables.items():
        pd.testing.assert_frame_equal(table, right.tables[name], check_exact=True)


def package(folder: Path, **files: str | bytes) -> Path:
    """Write a small package of files named by table."""
    folder.mkdir(exist_ok=True)
    for name, content in {"sources": SOURCES, **files}.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.csv").write_bytes(data)
    return folder


# What comes out


def test_read_package_says_which_line_each_row_was(tmp_path: Path) -> None:
    more = "b,T,P,2020,,,,expert\n"
    folder = package(tmp_path / "p", sources=SOURCES.replace("\na,", "\nz,") + more)
    read = read_package(folder)
    assert read.tables["sources"]["source"].to_list() == ["b", "z"]
    assert read.lines["sources"].to_dict("list") == {"file": ["sources.csv"] * 2, "row": [3, 2]}


def test_read_package_gives_every_table_in_the_order_of_the_contract(
    tables: Tables, write_csv: Write
) -> None:
    found = read_package(write_csv(tables))
    assert tuple(found.tables) == table_names()
    for name, table in found.tables.items():
        assert tuple(table.columns) == table_schema(name).columns
        assert len(table) == len(tables[name])
        assert list(table.index) == list(range(len(table)))


def test_read_package_types_are_those_of_the_contract(tables: Tables, write_csv: Write) -> None:
    found = read_package(write_csv(tables)).tables
    assert found["costs"].dtypes.astype(str).to_dict() == {
        **dict.fromkeys(("region", "provider", "care_arrangement"), "str"),
        "year": "int64",
        **dict.fromkeys(("age_band", "need_level", "cost_item", "payer"), "str"),
        "amount_eur": "float64",
        "source": "str",
    }
    assert str(found["carers"]["count"].dtype) == "int64"
    assert str(found["carers"]["entries"].dtype) == "Int64"
    assert str(found["providers"]["opened"].dtype) == "datetime64[s]"
    assert found["costs"]["provider"].isna().sum() == 1
    assert found["costs"]["amount_eur"].sum() == 200000 + 1000.5 + 120.25 + 5000 + 3000


def test_read_package_quoted_text_keeps_commas_and_quotes(tables: Tables, write_csv: Write) -> None:
    sources = read_package(write_csv(tables)).tables["sources"].set_index("source")
    assert sources.loc["ledger", "publisher"] == 'Office "A", Kurzeme'


def test_read_package_same_from_csv_parquet_workbook_and_parts(
    tables: Tables, write_csv: Write, write_parquet: Write, write_xlsx: Write, tmp_path: Path
) -> None:
    expected = read_package(write_csv(tables))
    assert_equal(read_package(write_parquet(tables)), expected)
    assert_equal(read_package(write_xlsx(tables)), expected)
    parts = tmp_path / "parts"
    parts.mkdir()
    for path in sorted((tmp_path / "package").iterdir()):
        header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for number, line in enumerate(reversed(lines)):
            part = parts / f"{path.stem}-{number}.csv"
            part.write_text(header + line, encoding="utf-8")
    assert_equal(read_package(parts), expected)


def test_read_package_order_of_rows_is_irrelevant(tables: Tables, write_csv: Write) -> None:
    expected = read_package(write_csv(tables))
    shuffler = random.Random(7)
    for rows in tables.values():
        shuffler.shuffle(rows)
    assert_equal(read_package(write_csv(tables)), expected)


def test_read_package_order_of_columns_is_irrelevant(tables: Tables, write_csv: Write) -> None:
    expected = read_package(write_csv(tables))
    backwards = {
        name: [dict(reversed(list(row.items()))) for row in rows] for name, rows in tables.items()
    }
    assert_equal(read_package(write_csv(backwards)), expected)


def test_read_package_with_descriptor_gives_title_and_sums_of_files(
    tables: Tables, write_csv: Write
) -> None:
    folder = write_csv(tables)
    header, *lines = (folder / "costs.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "costs.csv").unlink()
    (folder / "more").mkdir()
    (folder / "more" / "a.csv").write_text(header + "".join(lines[:2]), encoding="utf-8")
    (folder / "more" / "b.csv").write_text(header + "".join(lines[2:]), encoding="utf-8")
    resources: list[dict[str, Any]] = [
        {"name": name, "path": f"{name}.csv"} for name in tables if name != "costs"
    ]
    resources.append({"name": "costs", "path": ["more/b.csv", "more/a.csv"]})
    document = {"name": "test", "title": "Test", "title_lv": "Proba", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(document), encoding="utf-8")
    found = read_package(folder)
    assert (found.name, found.title) == ("test", {"lv": "Proba", "en": "Test"})
    assert found.notes == ()
    assert len(found.tables["costs"]) == len(tables["costs"])
    assert len(found.files) == len(tables) + 2  # one table in two files, and the descriptor
    data = (folder / "more" / "a.csv").read_bytes()
    assert found.files["more/a.csv"] == hashlib.sha256(data).hexdigest()


def test_read_package_optional_column_left_out_is_all_missing(tmp_path: Path) -> None:
    text = "source,title,publisher,published,evidence\na,T,P,2020,expert\n"
    sources = read_package(package(tmp_path / "p", sources=text)).tables["sources"]
    assert tuple(sources.columns) == table_schema("sources").columns
    assert sources["locator"].isna().all() and str(sources["locator"].dtype) == "str"


def test_read_package_extra_column_is_kept_last_with_a_note(tmp_path: Path) -> None:
    text = "remark,year,value,source\nx,2020,100,a\n"
    found = read_package(package(tmp_path / "p", price_index=text))
    assert list(found.tables["price_index"].columns) == ["year", "value", "source", "remark"]
    assert [note.rule for note in found.notes if note.file == "price_index.csv"] == ["extra_column"]


def test_read_package_words_of_nothing_stay_text(tmp_path: Path) -> None:
    lines = [
        f"{code},{name},N,a"
        for code, name in zip("abcde", ["NA", "None", "null", "n/a", "nan"], strict=True)
    ]
    text = "region,name_lv,name_en,source\n" + "\n".join(lines)
    regions = read_package(package(tmp_path / "p", regions=text)).tables["regions"]
    assert list(regions["name_lv"]) == ["NA", "None", "null", "n/a", "nan"]


def test_read_package_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    folder = package(tmp_path / "p", sources=b"\xef\xbb\xbf" + SOURCES.encode())
    assert len(read_package(folder).tables["sources"]) == 1


def test_read_package_error_holds_notes_and_errors(tmp_path: Path) -> None:
    folder = package(tmp_path / "p", price_index="year,value,source\n2020,,a\n2021,1,a\n")
    with pytest.raises(DataError, match="required cell is empty") as raised:
        read_package(folder)
    assert list(raised.value.problems) == check_package(folder)
    assert {problem.severity for problem in raised.value.problems} == {"set_aside", "note"}


# Values


@pytest.mark.parametrize(
    "cell",
    ["1E5", "inf", "nan", "NaN", "1,5", "1 000", "+5", ".5", "5.", "0x1", "007", "1_000", "-0"],
)
def test_convert_number_outside_the_grammar_is_faulty(cell: str) -> None:
    values, faulty = convert([cell, "1.5", ""], "number")
    assert list(faulty) == [True, False, False]
    assert values.isna().tolist() == [True, False, True]


@pytest.mark.parametrize("cell", ["3.5", "3.0", "1E5", "٣", "9" * 16])
def test_convert_integer_outside_the_grammar_is_faulty(cell: str) -> None:
    assert convert([cell], "integer")[1].tolist() == [True]


@pytest.mark.parametrize("cell", ["2020-02-30", "2020-2-3", "03.04.2014", "2020-01-01T00:00"])
def test_convert_date_outside_the_grammar_is_faulty(cell: str) -> None:
    assert convert([cell], "date")[1].tolist() == [True]


@pytest.mark.parametrize(
    ("cell", "kind", "expected"),
    [
        (3.0, "integer", 3),
        (3, "string", "3"),
        (3.0, "string", "3"),
        (2020.0, "year", 2020),
        (7, "number", 7.0),
        (-0.0, "number", 0.0),
        (dt.datetime(2020, 5, 1), "date", pd.Timestamp("2020-05-01")),
        (dt.date(2020, 5, 1), "string", "2020-05-01"),
    ],
)
def test_convert_typed_cell_that_fits_is_taken(cell: Any, kind: Any, expected: Any) -> None:
    values, faulty = convert([cell], kind)
    assert not faulty.any()
    assert values.iloc[0] == expected
    assert str(values.iloc[0]) == str(expected)  # 0.0 and not -0.0


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (3.5, "integer"),
        (True, "integer"),
        (True, "number"),
        (True, "string"),
        (float("inf"), "number"),
        (12345678901234567.0, "string"),
        (dt.datetime(2020, 5, 1, 12), "date"),
        (dt.date(2020, 5, 1), "year"),
        (43952, "date"),
    ],
)
def test_convert_typed_cell_that_does_not_fit_is_faulty(cell: Any, kind: Any) -> None:
    assert convert([cell, None], kind)[1].tolist() == [True, False]


def test_convert_tells_one_from_true() -> None:
    values, faulty = convert([1, True, 1.0], "integer")
    assert faulty.tolist() == [False, True, False]
    assert values.dropna().tolist() == [1, 1]


def test_shown_leaves_out_what_may_be_personal() -> None:
    assert shown(["Anna Ozola", "000000-00000", "Jānis"]) == ""
    assert shown(["2020-000000-0000012-31"]) == ""  # digits of a code among others
    assert shown(["1E5", 3.5, "1 000", "a-b"]) == "1E5, 3.5, 1 000, a-b"
    assert shown(str(n) for n in range(9)) == "0, 1, 2, 3, 4, …"


# CSV files that are wrong


@pytest.mark.parametrize(
    ("content", "rule", "rows"),
    [
        ("", "no_rows", ()),
        ("year,value,source\n", "no_rows", ()),
        ("year,value,source\n2020,100,a,\n2021,100,a\n", "row_length", (2,)),
        ('year,value,source,x\n2020,100,a,"two\nlines"\n2021,100,a\n', "row_length", (4,)),
        ('year,value,source\n2020,100,a\n2021,"100,a\n', "quote", (3,)),
        ('year,value,source\n2020,"100"5,a\n', "csv", (2,)),
        ("year,value,source\n2020,100,a\n2021,1\x0000,a\n", "nul", (3,)),
        (b"year,value,source\n2020,100,a\n2021,100,\x83\n", "encoding", (3,)),
        ("year,value,source,value\n2020,100,a,100\n", "header_twice", (1,)),
        ("year,value,source,\n2020,100,a,\n", "header_empty", (1,)),
        ("year:value:source\n2020:100:a\n", "columns", (1,)),
        ("year,value,source\n2020,1E5,a\n2021,inf,a\n2022,1.5,a\n", "type", (2, 3)),
        ("year,value,source\n2020,#DIV/0!,a\n2021,1,a\n", "error_value", (2,)),
        ("year,value,source\n2020,1,#N/A\n2021,1,a\n", "error_value", (2,)),
        ('year,value,source,x\n2019,1,a,"two\nlines"\n2020,,a,\n', "required", (4,)),
    ],
)
def test_check_package_wrong_csv_is_an_error_at_its_line(
    tmp_path: Path, content: str | bytes, rule: str, rows: tuple[int, ...]
) -> None:
    problems = check_package(package(tmp_path / "p", price_index=content))
    assert rules(problems) == [("price_index.csv", rule, rows)]
    for problem in problems:
        assert problem.message_lv and problem.message_en
        assert problem.remedy_lv and problem.remedy_en


def test_check_package_missing_columns_are_one_problem_with_the_nearest_name(
    tmp_path: Path,
) -> None:
    problems = check_package(package(tmp_path / "p", price_index="Yeear,vallue\n2020,1\n"))
    assert rules(problems) == [("price_index.csv", "columns", (1,))]
    error = next(problem for problem in problems if problem.rule == "columns")
    assert "year, value, source" in error.message_en
    assert "Is Yeear meant to be year? Is vallue meant to be value?" in error.remedy_en
    assert "Varbūt vallue ir value?" in error.remedy_lv


def test_check_package_personal_code_in_a_header_is_an_error(tmp_path: Path) -> None:
    text = "year,value,source,000000-00000\n2020,1,a,x\n"
    problems = check_package(package(tmp_path / "p", price_index=text))
    assert rules(problems) == [("price_index.csv", "personal_code", (1,))]
    assert "000000-00000" not in str(problems)


def test_check_package_missing_column_in_one_part_is_that_files_error(tmp_path: Path) -> None:
    folder = package(tmp_path / "p", price_index="year,value,source\n2020,1,a\n")
    (folder / "price_index-2.csv").write_text("year,value\n2021,1\n", encoding="utf-8")
    assert rules(check_package(folder)) == [("price_index-2.csv", "columns", (1,))]


@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_read_csv_any_bytes_give_a_sheet_or_problems(data: bytes) -> None:
    sheet, problems = read_csv(table_schema("price_index"), "any.csv", data)
    assert sheet is not None or problems
    if sheet is not None:
        assert all(len(column) == len(sheet.lines) for column in sheet.columns)
        assert sorted(sheet.lines) == list(sheet.lines)


PRICES = table_schema("price_index")


@given(st.text("ab1, ;'\t-é\u00a0\u2028\r\n", min_size=1, max_size=60))
@settings(max_examples=2000, deadline=None)
def test_fast_reader_of_simple_csv_files_gives_what_the_strict_one_gives(text: str) -> None:
    fast = _simple(PRICES, "any.csv", text.encode(), Dialect(","))
    if fast is None:
        return
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert fast.header == rows[0]
    assert list(fast.lines) == list(range(2, len(rows) + 1))
    cells = [[None if cell == "" else cell for cell in row] for row in rows[1:]]
    assert [list(row) for row in zip(*fast.columns, strict=True)] == cells


@pytest.mark.parametrize(
    "text",
    [
        'year,value\n2020,"1"\n',
        "year,value\n\n2020,1\n",
        "year,value\n2020,1,2\n",
        "year,value\n2020\n",
        "year,value\r2020,1\r",
        "year,value\n",
        "\nyear,value\n2020,1\n",
    ],
)
def test_fast_reader_leaves_whatever_is_not_simple_to_the_strict_one(text: str) -> None:
    assert _simple(PRICES, "any.csv", text.encode(), Dialect(",")) is None


def test_fast_reader_takes_line_ends_of_windows() -> None:
    sheet = _simple(PRICES, "any.csv", b"year,value\r\n2020,1\r\n2021,", Dialect(","))
    assert sheet is not None
    assert [list(column) for column in sheet.columns] == [["2020", "2021"], ["1", None]]


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["2020", "100", "a", "-1", "2020-01-01", "all", "1e5", '"', ",", "\n", "000000-00000", "=1+1"]
)


@given(
    header=st.permutations(["year", "value", "source"]),
    rows=st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=6),
    quoted=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_check_package_random_cells_never_raise(
    tmp_path_factory: pytest.TempPathFactory,
    header: list[str],
    rows: list[list[str]],
    quoted: bool,
) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if quoted else text

    text = "\n".join([",".join(header), *(",".join(map(cell, row)) for row in rows)])
    folder = package(tmp_path_factory.mktemp("p"), price_index=text)
    problems = check_package(folder)
    assert all(isinstance(problem, Problem) for problem in problems)
    assert not any("000000-00000" in str(problem) for problem in problems)
    if any(problem.severity != "note" for problem in problems):
        with pytest.raises(DataError):
            read_package(folder)
    else:
        assert "price_index" in read_package(folder).tables


# Descriptors and paths that are wrong


def described(folder: Path, document: Any) -> Path:
    package(folder)
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "../outside.csv",
        "/etc/hostname",
        "https://example.org/sources.csv",
        "..\\outside.csv",
        "C:\\outside.csv",
        "inside/../../outside.csv",
        "absent.csv",
        ".",
        "",
        5,
        None,
        ["sources.csv", "../outside.csv"],
        ["sources.csv", "sources.csv"],
        "datapackage.json",
        "a\0b.csv",
    ],
)
def test_check_package_path_outside_or_absent_is_refused(tmp_path: Path, path: Any) -> None:
    (tmp_path / "outside.csv").write_text(SOURCES, encoding="utf-8")
    document = {"resources": [{"name": "sources", "path": path}]}
    assert rules(check_package(described(tmp_path / "p", document))) == [
        ("datapackage.json", "path", ())
    ]


def test_check_package_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text(SOURCES, encoding="utf-8")
    document = {"resources": [{"name": "sources", "path": "link.csv"}]}
    folder = described(tmp_path / "p", document)
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    assert rules(check_package(folder)) == [("datapackage.json", "path", ())]


@pytest.mark.parametrize(
    "document",
    [
        "", "{", "[]", "null", {}, {"resources": {}}, {"resources": []}, "[" * 100_000,
        {"resources": [5]}, {"resources": [{"path": "sources.csv"}]},
        {"resources": [{"name": "sources", "data": []}]},
    ],
)  # fmt: skip
def test_check_package_wrong_descriptor_is_an_error(tmp_path: Path, document: Any) -> None:
    assert rules(check_package(described(tmp_path / "p", document))) == [
        ("datapackage.json", "descriptor", ())
    ]


def test_read_package_unknown_resource_and_unlisted_file_are_notes(tmp_path: Path) -> None:
    document = {
        "resources": [{"name": "sources", "path": "sources.csv"}, {"name": "x", "path": "x.csv"}]
    }
    folder = described(tmp_path / "p", document)
    (folder / "costs.csv").write_text("not read", encoding="utf-8")
    notes = read_package(folder).notes
    assert sorted((note.file, note.rule) for note in notes) == [
        ("costs.csv", "not_listed"),
        ("datapackage.json", "unknown_table"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("absent", None, "no_file"),
        ("costs.csv", b"year\n2020\n", "no_package"),
        ("rubbish.bin", bytes(range(256)), "no_package"),
        ("broken.xlsx", b"PK\x03\x04 broken", "format"),
        ("text.xlsx", b"year,value\n", "format"),
        ("empty.xlsx", b"", "format"),
    ],
)
def test_check_package_not_a_package_is_an_error(
    tmp_path: Path, name: str, content: bytes | None, rule: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert rules(check_package(path)) == [(name, rule, ())]
    with pytest.raises(DataError, match=name):
        read_package(path)


def test_check_package_empty_folder_and_impossible_path_are_errors(tmp_path: Path) -> None:
    assert [rule for _, rule, _ in rules(check_package(tmp_path))] == ["no_package"]
    assert len(rules(check_package("a\0b"))) == 1
    assert len(rules(check_package("x" * 5000))) == 1


def test_read_package_folder_named_by_a_dot_has_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package(tmp_path / "here"))
    assert read_package(".").name == "here"
    assert [problem.file for problem in check_package(".")] == ["here"]


def test_check_package_plain_zip_named_xlsx_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "plain.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("costs.csv", "year\n")
    assert rules(check_package(path)) == [("plain.xlsx", "format", ())]


# Workbooks and Parquet files that are wrong


def book_of(tables: Tables, write_xlsx: Write) -> tuple[Path, openpyxl.Workbook]:
    path = write_xlsx(tables)
    return path, openpyxl.load_workbook(path)


def test_check_package_workbook_errors_name_the_sheet(tables: Tables, write_xlsx: Write) -> None:
    path, book = book_of(tables, write_xlsx)
    book["costs"]["I2"] = "=1+1"
    book["assets"]["D3"] = "#DIV/0!"
    book["services"]["B2"] = "=A2"
    book["flows"].sheet_state = "hidden"
    book["carers"]["F2"] = 3.5
    book["needs"]["D2"] = dt.datetime(2020, 5, 1, 12, 30)
    book.create_sheet("Notes").append(["hello"])
    book.save(path)
    problems = check_package(path)
    found = [(p.sheet, p.column, p.rule, p.rows) for p in problems if p.severity != "note"]
    assert sorted(found) == [
        ("assets", "cost_eur", "error_value", (3,)),
        ("carers", "count", "type", (2,)),
        ("costs", "amount_eur", "formula", (2,)),
        ("flows", "", "hidden_sheet", ()),
        ("needs", "", "no_rows", ()),  # that row was the only one
        ("needs", "date", "type", (2,)),
        ("services", "site", "formula", (2,)),
    ]
    assert [(p.sheet, p.rule) for p in problems if p.severity == "note"] == [
        ("Notes", "unknown_table")
    ]
    assert all(problem.file == "package.xlsx" for problem in problems)


def test_read_package_workbook_sheet_with_header_only_counts_as_absent(
    tables: Tables, write_xlsx: Write
) -> None:
    path, book = book_of(tables, write_xlsx)
    book["flows"].delete_rows(2, 5)
    book.save(path)
    found = read_package(path)
    assert "flows" not in found.tables
    assert [(note.sheet, note.rule) for note in found.notes] == [("flows", "no_rows")]


def test_read_package_workbook_empty_rows_keep_line_numbers(
    tables: Tables, write_xlsx: Write
) -> None:
    path, book = book_of(tables, write_xlsx)
    book["price_index"].insert_rows(3, 2)
    book["price_index"]["A5"] = "twenty"
    book.save(path)
    assert [(p.sheet, p.rule, p.rows) for p in check_package(path)] == [
        ("price_index", "type", (5,))
    ]


def test_check_package_parquet_types_that_do_not_fit_are_errors(tmp_path: Path) -> None:
    folder = package(tmp_path / "p")
    table = pa.table({"year": [2020.5], "value": ["100"], "source": ["a"]})
    pq.write_table(table, folder / "price_index.parquet")
    assert [(p.column, p.rule, p.rows) for p in check_package(folder) if p.column] == [
        ("value", "type", ()),
        ("year", "type", (2,)),
    ]


def test_check_package_broken_parquet_is_an_error(tmp_path: Path) -> None:
    folder = package(tmp_path / "p")
    good = io.BytesIO()
    pq.write_table(pa.table({"year": [2020], "value": [1.0], "source": ["a"]}), good)
    for number, data in enumerate([b"PAR1", b"", good.getvalue()[:-20], b"\0" * 100]):
        (folder / f"price_index-{number}.parquet").write_bytes(data)
    assert {rule for _, rule, _ in rules(check_package(folder))} == {"format"}
    assert len(rules(check_package(folder))) == 4


def test_convert_repeats_of_a_value_give_the_value(tmp_path: Path) -> None:
    values, faulty = convert(["1.5", "2", "1.5", ""], "number")
    np.testing.assert_array_equal(values.to_numpy(), [1.5, 2.0, 1.5, np.nan])
    assert not faulty.any()
