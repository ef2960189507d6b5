"""Read an XLSX workbook: one sheet a table."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from dieval.errors import Problem
from dieval.inputs.header import shown_name
from dieval.inputs.intake.marks import Marks, marks_of
from dieval.inputs.intake.names import header_place, table_named
from dieval.inputs.intake.scan import broken_workbook, scan_workbook
from dieval.inputs.personal import HIDDEN, has_personal_code
from dieval.inputs.schema import TableSchema, table_schema
from dieval.inputs.sheets import (
    NO_TABLES,
    NO_VALUE,
    Read,
    Sheet,
    no_rows,
    refused,
    rows_above,
)
from dieval.inputs.values import personal_code_words


def read_workbook(file: str, data: bytes) -> tuple[dict[str, Sheet], list[Problem]]:
    """Read an XLSX workbook: one sheet a table, typed cells, values of formulas as last saved.

    Returns
    -------
    sheets : dict of Sheet
        By name of the table; a sheet without rows is left out, with a note.
    problems : list of Problem
    """

    def chosen(book: Any) -> tuple[dict[str, Any], list[Problem]]:
        worksheets: dict[str, Any] = {}
        problems: list[Problem] = []
        for worksheet in book.worksheets:
            table = table_named(worksheet.title)
            if worksheet.title in NO_TABLES:
                continue
            if has_personal_code(worksheet.title):
                problems.append(_personal_title(file))
            elif table is None:
                problems.append(_unknown_sheet(file, worksheet.title))
            elif worksheet.sheet_state != "visible":
                problems.append(_hidden_sheet(file, worksheet.title))
            elif table in worksheets:
                first = worksheets[table].title
                problems.append(_sheet_twice(file, worksheet.title, first))
            else:
                worksheets[table] = worksheet
        return worksheets, problems

    return _read(file, data, chosen, table_schema)


def read_sheet(file: str, data: bytes, schema: TableSchema, name: str = "") -> Read:
    """Read one sheet of a workbook as a table, whatever its name.

    Parameters
    ----------
    file : str
        Name of the file in messages.
    data : bytes
        Its content.
    schema : TableSchema
        Tells a header from what stands above it.
    name : str
        Name of the sheet; where it is not given, there has to be one that is visible.
    """

    def chosen(book: Any) -> tuple[dict[str, Any], list[Problem]]:
        if any(has_personal_code(sheet.title) for sheet in book.worksheets):
            return {}, [_personal_title(file)]
        if name:
            found = [sheet for sheet in book.worksheets if sheet.title == name]
            return ({schema.name: found[0]}, []) if found else ({}, [_no_sheet(file, name)])
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(visible) != 1:
            return {}, [_not_one_sheet(file, len(visible))]
        return {schema.name: visible[0]}, []

    sheets, problems = _read(file, data, chosen, lambda _: schema)
    return sheets.get(schema.name), problems


def _read(
    file: str,
    data: bytes,
    chosen: Callable[[Any], tuple[dict[str, Any], list[Problem]]],
    schema_of: Callable[[str], TableSchema],
) -> tuple[dict[str, Sheet], list[Problem]]:
    """Read the sheets of a workbook that are chosen, by table."""
    sheets: dict[str, Sheet] = {}
    problems = scan_workbook(file, data)
    if any(problem.severity == "error" for problem in problems):
        return {}, problems
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from openpyxl import load_workbook  # only a workbook is worth its import

            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            worksheets, told = chosen(book)
            problems += told
            marks = marks_of(data, [worksheet.title for worksheet in worksheets.values()])
            for table, worksheet in worksheets.items():
                own = marks.get(worksheet.title, Marks())
                sheet, found = _worksheet(file, worksheet, schema_of(table), own)
                problems += found
                if sheet is not None:
                    sheets[table] = sheet
            problems = _empty_sheets_in_one(file, problems)
            problems += _formulas_without_value(file, data, sheets)
    except Exception:  # the library raises a dozen kinds on a broken workbook
        return {}, [broken_workbook(file)]
    return sheets, problems


def _empty_sheets_in_one(file: str, problems: list[Problem]) -> list[Problem]:
    """Tell of several sheets without rows in one note: of a template, many are not needed."""
    empty = [problem for problem in problems if problem.rule == "no_rows"]
    if len(empty) <= 1:
        return problems
    names = ", ".join(problem.sheet for problem in empty)
    told = Problem(
        file=file,
        rule="no_rows",
        message_lv=f"šajās lapās nav nevienas datu rindas: {names}.",
        message_en=f"these sheets have no rows of data: {names}.",
        remedy_lv="Ja tām jābūt tukšām, nekas nav jādara; citādi ierakstiet datus zem virsraksta.",
        remedy_en="Nothing to do if they are meant to be empty; otherwise fill in rows below the "
        "header.",
        severity="note",
    )
    return [*(problem for problem in problems if problem not in empty), told]


def _no_sheet(file: str, name: str) -> Problem:
    return refused(
        file,
        "sheets",
        (f"nav lapas {shown_name(name)}.", f"there is no sheet {shown_name(name)}."),
        ("Izlabojiet lapas nosaukumu aprakstā datapackage.json.",
         "Correct the name of the sheet in datapackage.json."),
    )  # fmt: skip


def _not_one_sheet(file: str, count: int) -> Problem:
    return refused(
        file,
        "sheets",
        (f"redzamu lapu skaits ir {count}; vajag vienu.",
         f"the number of visible sheets is {count}; expected one."),
        ("Atstājiet redzamu tikai lapu ar datiem.", "Leave only the sheet with the data visible."),
    )  # fmt: skip


def _unknown_sheet(file: str, name: str) -> Problem:
    return Problem(
        file=file,
        sheet=name,
        rule="unknown_table",
        message_lv="datu specifikācijā nav tabulas ar šādu nosaukumu; lapa nav nolasīta.",
        message_en="no table of the data contract has the name of the sheet; it was not read.",
        remedy_lv="Ja lapā ir dati, piešķiriet tai tabulas nosaukumu, piemēram, costs.",
        remedy_en="If it holds data, give it the name of a table, for example costs.",
        severity="note",
    )


def _personal_title(file: str) -> Problem:
    _, remedy = personal_code_words()
    words = "lapas nosaukumā ir personas kods.", "the name of a sheet holds a personal code."
    return refused(file, "personal_code", words, remedy, sheet=HIDDEN)


def _hidden_sheet(file: str, name: str) -> Problem:
    return Problem(
        file=file,
        sheet=name,
        rule="hidden_sheet",
        message_lv="lapa ar tabulu ir paslēpta.",
        message_en="a sheet that holds a table is hidden.",
        remedy_lv="Padariet lapu redzamu vai izdzēsiet to.",
        remedy_en="Show the sheet or delete it.",
    )


def _sheet_twice(file: str, name: str, other: str) -> Problem:
    return Problem(
        file=file,
        sheet=name,
        rule="sheet_twice",
        message_lv=f"tabula ir jau lapā {shown_name(other)}.",
        message_en=f"the table stands in sheet {shown_name(other)} already.",
        remedy_lv="Atstājiet vienu no lapām.",
        remedy_en="Keep one of the sheets.",
    )


def _worksheet(file: str, worksheet: Any, schema: TableSchema, marks: Marks) -> Read:
    worksheet.reset_dimensions()
    name = worksheet.title
    rows: list[tuple[Any, ...]] = []
    lines: list[int] = []
    for line, row in enumerate(worksheet.iter_rows(values_only=True), start=1):
        if any(cell is not None and cell != "" for cell in row):
            rows.append(row)
            lines.append(line)
    place, passed_over = header_place(schema, rows)
    above = rows_above(file, name, passed_over)
    rows, lines = rows[place:], lines[place:]
    if len(rows) < 2:
        return None, [*above, no_rows(file, name, "note")]
    width = max(len(row) for row in rows)
    columns = list(zip(*(row + (None,) * (width - len(row)) for row in rows), strict=True))
    while columns and all(cell is None or cell == "" for cell in columns[-1]):
        columns.pop()
    header = ["" if column[0] is None else str(column[0]) for column in columns]
    cells: list[Sequence[Any]] = [column[1:] for column in columns]
    merged = tuple(area for area in marks.merged if area[1] > lines[0])
    sheet = Sheet(
        file=file,
        name=name,
        header=header,
        columns=cells,
        lines=lines[1:],
        header_line=lines[0],
        merged=merged,
    )
    filled = set(lines[1:])
    hidden = tuple(line for line in marks.hidden if line in filled)
    return sheet, [*above, *([_hidden_rows(file, name, hidden)] if hidden else [])]


def _hidden_rows(file: str, name: str, lines: tuple[int, ...]) -> Problem:
    return Problem(
        file=file,
        sheet=name,
        rows=lines,
        rule="hidden_rows",
        message_lv=f"rindas ir paslēptas vai atfiltrētas, bet nolasītas; to skaits – {len(lines)}.",
        message_en=f"rows are hidden or filtered out and were read; their number is {len(lines)}.",
        remedy_lv="Ja tie ir dati, nekas nav jādara; ja nav, izdzēsiet rindas.",
        remedy_en="Nothing to do if they are data; delete the rows if they are not.",
        severity="note",
    )


def _formulas_without_value(file: str, data: bytes, sheets: dict[str, Sheet]) -> list[Problem]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f" in archive.read(name) for name in parts):
            return []
    problems = []
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    for sheet in sheets.values():
        worksheet = book[sheet.name]
        worksheet.reset_dimensions()
        row_of = {line: position for position, line in enumerate(sheet.lines)}
        empty: dict[int, list[int]] = {}
        for line, row in enumerate(worksheet.iter_rows(), start=1):
            for number, cell in enumerate(row):
                if cell.data_type != "f":
                    continue
                position = row_of.get(line)
                column = sheet.columns[number] if number < len(sheet.columns) else None
                if position is None or column is None or column[position] is None:
                    empty.setdefault(number, []).append(line)
        for number, lines in sorted(empty.items()):
            if number < len(sheet.columns):
                without = {row_of[line] for line in lines if line in row_of}
                sheet.columns[number] = [
                    NO_VALUE if position in without else cell
                    for position, cell in enumerate(sheet.columns[number])
                ]
            problems.append(
                Problem(
                    file=file,
                    sheet=sheet.name,
                    column=shown_name(sheet.header[number]) if number < len(sheet.header) else "",
                    rows=tuple(lines),
                    rule="formula",
                    message_lv="formulai nav saglabātas vērtības.",
                    message_en="the formula has no saved value.",
                    remedy_lv="Atveriet darbgrāmatu izklājlapu programmā, pārrēķiniet un "
                    "saglabājiet vai ierakstiet vērtību.",
                    remedy_en="Open the workbook in a spreadsheet program, recalculate and save, "
                    "or type the value.",
                )
            )
    return problems
