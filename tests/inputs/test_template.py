"""The workbook to fill in: what is written into it reads back, in any spreadsheet program."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dieval.errors import ParameterError
from dieval.inputs.read import DataPackage, check_package, read_package
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.senders import SENDERS, rows_of
from dieval.inputs.template import (
    CODES,
    COVER,
    EXAMPLES,
    FIRST,
    FORMS,
    HEADER,
    NAMES_EN,
    NAMES_LV,
    example_of,
    template_workbook,
)

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]


@pytest.fixture
def package(write_csv: Write, tables: Tables) -> DataPackage:
    return read_package(write_csv(tables))


def written(folder: Path, content: bytes) -> Path:
    path = folder / "template.xlsx"
    path.write_bytes(content)
    return path


def by_spreadsheet_program(path: Path) -> Path:
    """Open a workbook in LibreOffice and save it from there."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("needs LibreOffice: make tools")
    out = path.parent / "saved"
    subprocess.run(
        [program, f"-env:UserInstallation=file://{path.parent}/profile", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return out / path.name


def assert_same_rows(found: DataPackage, expected: DataPackage) -> None:
    assert list(found.tables) == list(expected.tables)
    for name, rows in expected.tables.items():
        pd.testing.assert_frame_equal(found.tables[name], rows)


def test_sheets_are_the_tables_between_cover_and_examples(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, template_workbook()))
    assert book.sheetnames == [COVER, CODES, *table_names(), EXAMPLES]
    for name in table_names():
        schema, sheet = table_schema(name), book[name]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=FIRST)]
        assert rows[HEADER] == list(schema.columns)
        assert [text.removesuffix(" *") for text in rows[NAMES_LV]] == [
            field.title_lv for field in schema.fields
        ]
        assert [text.endswith(" *") for text in rows[NAMES_EN]] == [
            field.required for field in schema.fields
        ]
        assert sheet.protection.sheet
        assert sheet.cell(HEADER + 1, 1).protection.locked
        assert not sheet.column_dimensions["A"].protection.locked


def test_every_list_of_codes_is_a_drop_down_list(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, template_workbook()))
    for name in table_names():
        schema = table_schema(name)
        validations = {
            str(each.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789"): each
            for each in book[name].data_validations.dataValidation
        }
        assert len(validations) == len(schema.columns)
        for column, field in enumerate(schema.fields, start=1):
            found = validations[openpyxl.utils.get_column_letter(column)]
            if field.enum:
                assert found.type == "list"
                assert found.formula1 == f'"{",".join(map(str, field.enum))}"'
            if any(key.field == field.name for key in schema.foreign_keys):
                assert found.type == "list"
            assert field.description_lv[:40] in found.prompt
            assert len(found.prompt) <= 255
            assert len(found.error) <= 255


@pytest.mark.parametrize("sender", [None, *SENDERS])
def test_every_code_is_explained_where_its_column_leads(tmp_path: Path, sender: str | None) -> None:
    book = openpyxl.load_workbook(written(tmp_path, template_workbook(sender)))
    rows = list(book[CODES].iter_rows(min_row=2, values_only=True))
    for name in book.sheetnames[2:-1]:
        for column, field in enumerate(table_schema(name).fields, start=1):
            link = book[name].cell(FORMS + 1, column).hyperlink
            assert bool(link) == bool(field.codes)
            if link:
                first = int(link.location.rpartition("!A")[2])
                lv, en = field.meanings("lv"), field.meanings("en")
                there = rows[first - 2 : first - 2 + len(lv)]
                assert [row[2:] for row in there] == [(code, lv[code], en[code]) for code in lv]
                assert all(name in row[1].split(", ") for row in there)
                assert all(field.name in row[0] for row in there)


def test_kinds_of_services_are_offered_as_a_list_and_others_accepted(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, template_workbook("municipality")))
    (found,) = [
        each
        for each in book["services"].data_validations.dataValidation
        if each.promptTitle == table_schema("services").field("service_type").title_lv
    ]
    assert (found.type, found.errorStyle) == ("list", "warning")
    sheet, _, cells = found.formula1.replace("$", "").rpartition("!")
    assert sheet == f"'{CODES}'"
    offered = [row[0].value for row in book[CODES][cells]]
    assert offered == list(table_schema("services").field("service_type").meanings("lv"))


def test_help_of_a_column_says_what_few_codes_mean(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, template_workbook("institution")))
    prompts = {each.promptTitle: each.prompt for each in
               book["costs"].data_validations.dataValidation}  # fmt: skip
    assert "municipality – pašvaldība; eu_fund – ES fonds" in prompts["Maksātājs"]


def test_same_workbook_whenever_it_is_made() -> None:
    assert template_workbook("institution") == template_workbook("institution")


def test_rows_written_into_it_read_back(tmp_path: Path, package: DataPackage) -> None:
    path = written(tmp_path, template_workbook(rows=package.tables))
    assert_same_rows(read_package(path), package)
    notes = [p.rule for p in check_package(path)]
    assert not {"rows_above", "header_names", "unknown_table", "dates"} & set(notes)


def test_sheets_that_are_not_used_draw_one_note(tmp_path: Path, package: DataPackage) -> None:
    unused = {"needs", "flows", "tiles", "plan_events"}
    rows = {name: table for name, table in package.tables.items() if name not in unused}
    path = written(tmp_path, template_workbook(rows=rows))
    empty = [name for name in table_names() if name not in rows]
    (note,) = [problem for problem in check_package(path) if problem.rule == "no_rows"]
    assert (note.severity, note.sheet) == ("note", "")
    for message in (note.message_lv, note.message_en):
        assert message.endswith(f": {', '.join(empty)}.")


def test_filled_in_by_hand_and_saved_by_a_spreadsheet_program(
    tmp_path: Path, tables: Tables, package: DataPackage
) -> None:
    path = written(tmp_path, template_workbook())
    book = openpyxl.load_workbook(path)
    for name, rows in tables.items():
        schema = table_schema(name)
        for line, row in enumerate(rows, start=FIRST + 1):
            for column, field in enumerate(schema.fields, start=1):
                text = row.get(field.name, "")
                if text == "":
                    continue
                number = field.type in ("number", "integer", "year")
                book[name].cell(line, column).value = float(text) if number else text
    book.save(path)
    assert_same_rows(read_package(path), package)
    assert_same_rows(read_package(by_spreadsheet_program(path)), package)


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, package: DataPackage) -> None:
    rows = {"sources": package.tables["sources"].assign(title="=1+1", url="http://x.lv")}
    path = written(tmp_path, template_workbook(rows=rows, names=["sources"]))
    sheet = openpyxl.load_workbook(path)["sources"]
    cells = [cell for row in sheet.iter_rows(min_row=FIRST + 1) for cell in row]
    assert "=1+1" in {cell.value for cell in cells}
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert set(read_package(path).tables["sources"]["title"]) == {"=1+1"}


@pytest.mark.parametrize("sender", list(SENDERS))
def test_sender_gets_only_its_tables(tmp_path: Path, sender: str) -> None:
    book = openpyxl.load_workbook(written(tmp_path, template_workbook(sender)))
    own = [name for name in table_names() if sender in table_schema(name).filled_by]
    assert book.sheetnames == [COVER, CODES, *own, EXAMPLES]
    assert "sources" in own


def test_every_table_is_filled_in_by_somebody() -> None:
    for name in table_names():
        assert table_schema(name).filled_by
        assert set(table_schema(name).filled_by) <= set(SENDERS)


def test_rows_of_an_institution(package: DataPackage) -> None:
    rows = rows_of(package, "institution", "p1")
    assert set(rows["providers"]["provider"]) == {"p1"}
    assert len(rows["costs"]) == 3
    assert rows["costs"]["amount_eur"].sum() == 200_000 + 1_000.5 + 120.25
    assert set(rows["sources"]["source"]) == {"ledger"}


def test_rows_of_a_municipality_and_its_providers(package: DataPackage) -> None:
    rows = rows_of(package, "municipality", "aizputes-novads")
    assert set(rows["providers"]["provider"]) == {"p1"}
    assert set(rows["costs"]["provider"]) == {"p1"}
    assert set(rows["services"]["municipality"]) == {"aizputes-novads"}
    assert set(rows["carers"]["municipality"]) == {"aizputes-novads"}


def test_unknown_sender_table_and_code_are_refused(package: DataPackage) -> None:
    with pytest.raises(ParameterError, match="municipality"):
        template_workbook("ministry")
    with pytest.raises(ParameterError, match="sources"):
        template_workbook(names=["cost"])
    with pytest.raises(ParameterError, match="meant to be aizputes-novads"):
        rows_of(package, "municipality", "aizpute-novads")


@pytest.mark.parametrize("name", table_names())
def test_examples_keep_the_contract(name: str) -> None:
    for field in table_schema(name).fields:
        example = example_of(field)
        assert example
        if field.enum:
            assert example in map(str, field.enum)
