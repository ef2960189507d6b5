"""The answer to a sender: their own workbook, with what is wrong marked where it stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from dieval.errors import Problem
from dieval.inputs.intake.dialect import dialect_of
from dieval.inputs.intake.names import (
    ROWS_ABOVE,
    header_of,
    header_place,
    table_named,
)
from dieval.inputs.intake.scan import scan_workbook
from dieval.inputs.intake.spelling import plain
from dieval.inputs.intake.text import text_of
from dieval.inputs.personal import HIDDEN, has_personal_code, without_personal_codes
from dieval.inputs.schema import table_schema
from dieval.inputs.sheets import PROBLEM_LISTS

FILLS = {
    "error": PatternFill("solid", start_color="FFC7CE"),
    "set_aside": PatternFill("solid", start_color="FFC48A"),
    "note": PatternFill("solid", start_color="FFEB9C"),
}
SIGN = "dieval: "  # begins what a comment says; programs do not keep the author of a comment
MOST_MARKED = 1_000  # cells of a problem; all of them are in the list
_HEADS = {
    "lv": ("veids", "lapa", "kolonna", "rindas", "kas nav kārtībā", "ko darīt"),
    "en": ("kind", "sheet", "column", "rows", "what is wrong", "what to do"),
}
_WIDTHS = (14, 20, 20, 20, 70, 70)
LINE_HEIGHT, MOST_LINES = 15.0, 20  # points; a row is at most 409 high
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def annotated_workbook(path: Path, problems: Sequence[Problem], language: str) -> bytes:
    """Mark the problems of a file in a copy of it, and list them in a sheet of its own.

    Parameters
    ----------
    path : Path
        Workbook, CSV file, or folder of CSV files. Of a workbook that must not be read, the answer
        is the list alone.
    problems : sequence of Problem
        What `check_package` found.
    language : str
        lv or en.

    Returns
    -------
    bytes
        XLSX. Formulas and formats of a workbook are as they were; every text that dieval or a CSV
        file puts into it is text. Personal codes are taken out of cells and comments, and what the
        file says of who has worked in it. The list and the marks of
        an earlier answer are replaced.
    """
    book, sheets = _copied(path)
    lists = _take_earlier_answer_out(book)
    sheets = {place: sheet for place, sheet in sheets.items() if sheet.title not in lists}
    problems = [problem for problem in problems if problem.sheet not in lists]
    title = _free_title(PROBLEM_LISTS[language], book)
    marked = {place: _Marked(sheet, _header(sheet)) for place, sheet in sheets.items()}
    for problem in problems:
        place = (problem.file, problem.sheet)
        if place in marked:
            _mark(marked[place], problem, language)
    _write_list(book.create_sheet(title, 0), problems, marked, language)
    book.active = 0
    _take_persons_out(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _copied(path: Path) -> tuple[Workbook, dict[tuple[str, str], Worksheet]]:
    """Copy what can be shown; give its sheets by file and sheet as problems name them."""
    if path.is_dir():
        return _of_texts(sorted(path.glob("*.csv")))
    data = path.read_bytes() if path.is_file() else b""
    if path.suffix.lower() == ".csv":
        return _of_texts([path])
    if any(problem.severity == "error" for problem in scan_workbook(path.name, data)):
        return _empty(), {}
    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
    except Exception:  # the library raises a dozen kinds on a broken workbook
        return _empty(), {}
    return book, {(path.name, sheet.title): sheet for sheet in book.worksheets}


def _take_earlier_answer_out(book: Workbook) -> set[str]:
    """Take out the list and the marks of an answer that the sender has worked in.

    Colours of ours go from the rows with a comment of ours; everything else is the sender's.

    Returns
    -------
    set of str
        Names of the lists.
    """
    lists = set()
    for sheet in book.worksheets:
        head = next(sheet.iter_rows(max_row=1, max_col=len(_WIDTHS), values_only=True), ())
        if head in _HEADS.values():
            lists.add(sheet.title)
            book.remove(sheet)
            continue
        for row in sheet.iter_rows():
            ours = [cell for cell in row if cell.comment and _without_our_comment(cell)]
            if ours:
                for cell in row:
                    if _is_coloured(cell):
                        cell.fill = PatternFill()
    return lists


def _without_our_comment(cell: Cell) -> bool:
    """Take out what we said of a cell; tell whether we did."""
    lines = cell.comment.text.split("\n")
    left = [line for line in lines if not line.startswith(SIGN)]
    if left == lines:
        return False
    cell.comment = _comment("\n".join(left)) if left else None
    return True


def _is_coloured(cell: Cell) -> bool:
    colours = {fill.start_color.rgb[-6:] for fill in FILLS.values()}
    return bool(cell.fill.fill_type) and str(cell.fill.start_color.rgb)[-6:] in colours


def _take_persons_out(book: Workbook) -> None:
    """Take personal codes out of all sheets, and out of the file who has worked in it."""
    book.properties = DocumentProperties(creator="dieval")
    book.custom_doc_props = CustomPropertyList()
    for sheet in book.worksheets:
        if has_personal_code(sheet.title):
            sheet.title = _free_title(HIDDEN, book)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment:
                    cell.comment = _comment(without_personal_codes(cell.comment.text))
                if has_personal_code(cell.value):
                    _write(cell, HIDDEN)


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _of_texts(files: Iterable[Path]) -> tuple[Workbook, dict[tuple[str, str], Worksheet]]:
    """Put each CSV file into a sheet; rows have the numbers of their lines, cells are texts."""
    book, sheets = _empty(), {}
    for path in files:
        table = table_named(re.sub(r"-.*", "", path.stem))
        text, _ = text_of(path.name, path.read_bytes())
        if table is None or text is None:
            continue
        dialect, _ = dialect_of(table_schema(table), path.name, text.text)
        if dialect is None:
            continue
        sheet = book.create_sheet(_free_title(path.stem, book))
        sheets[path.name, ""] = sheet
        stream = io.StringIO(text.text, newline="")
        reader = csv.reader(stream, delimiter=dialect.separator)
        line = 1
        try:
            for row in reader:
                for column, cell in enumerate(row, start=1):
                    if cell:
                        _write(sheet.cell(line, column), cell)
                line = reader.line_num + 1
        except csv.Error:  # the list says where
            continue
    return book, sheets


def _write(cell: Cell | WriteOnlyCell, text: str) -> None:
    """Write a text that stays one, whatever it begins with."""
    cell.value = _ILLEGAL.sub("\ufffd", text)[:32_000]
    cell.data_type = "s"


def _free_title(title: str, book: Workbook) -> str:
    """Give a name that a sheet may have, and no other sheet of the workbook has."""
    name = re.sub(r"[\\/*?:\[\]]", "_", title)[:28] or "_"
    taken = {each.casefold() for each in book.sheetnames}
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    return free


@dataclass(frozen=True)
class _Marked:
    """A sheet, and the names of its columns as problems have them."""

    sheet: Worksheet
    header: list[str]

    def columns(self, problem: Problem) -> list[int]:
        """Give the columns that a problem names; the first one where they are not found."""
        named = {plain(name) for name in problem.column.split(", ")}
        found = [number for number, name in enumerate(self.header, 1) if plain(name) in named]
        return found or [1]


def _header(sheet: Worksheet) -> list[str]:
    """Find the header of a sheet, with the names of the contract."""
    table = table_named(re.sub(r"-.*", "", sheet.title))
    rows = sheet.iter_rows(max_row=3 * ROWS_ABOVE, values_only=True)
    filled = [row for row in rows if any(cell not in (None, "") for cell in row)]
    if table is None or not filled:
        return []
    schema = table_schema(table)
    place, _ = header_place(schema, filled)
    return header_of(schema, [str(cell or "") for cell in filled[place]]).names


def _mark(marked: _Marked, problem: Problem, language: str) -> None:
    """Colour the cells of a problem, and say in the first one of each row what it is."""
    columns = marked.columns(problem)
    message = getattr(problem, f"message_{language}")
    remedy = getattr(problem, f"remedy_{language}")
    rows = problem.rows if problem.rule == "personal_code" else problem.rows[:MOST_MARKED]
    for row in rows:
        for place, column in enumerate(columns):
            cell: Any = marked.sheet.cell(row, column)
            if problem.rule == "personal_code":
                _write(cell, HIDDEN)
            cell.fill = FILLS[problem.severity]
            if place == 0:
                before = f"{cell.comment.text}\n" if cell.comment else ""
                cell.comment = _comment(f"{before}{SIGN}{message} {remedy}")


def _comment(text: str) -> Comment:
    return Comment(text[:8_000], "dieval", 180, 360)


def _write_list(
    sheet: Worksheet,
    problems: Sequence[Problem],
    sheets: Mapping[tuple[str, str], _Marked],
    language: str,
) -> None:
    """List every problem with a link to its first cell."""
    wrapped = Alignment(wrap_text=True, vertical="top")
    for column, (head, width) in enumerate(zip(_HEADS[language], _WIDTHS, strict=True), start=1):
        cell = sheet.cell(1, column)
        _write(cell, head)
        cell.font = Font(name=cell.font.name, size=cell.font.size, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, each one sheet wide
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for row, problem in enumerate(problems, start=2):
        marked = sheets.get((problem.file, problem.sheet))
        texts = (
            problem.kind(language),
            problem.sheet or (problem.file if marked is None else marked.sheet.title),
            problem.column,
            ", ".join(map(str, problem.rows)),
            getattr(problem, f"message_{language}"),
            getattr(problem, f"remedy_{language}"),
        )
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row, column)
            _write(cell, text)
            cell.alignment = wrapped
        lines = (-(-len(text) // (width - 4)) for text, width in zip(texts, _WIDTHS, strict=True))
        sheet.row_dimensions[row].height = LINE_HEIGHT * min(max(1, *lines), MOST_LINES)
        sheet.cell(row, 1).fill = FILLS[problem.severity]
        if marked is not None and problem.rows:
            letter = get_column_letter(marked.columns(problem)[0])
            quoted = marked.sheet.title.replace("'", "''")
            sheet.cell(row, 4).hyperlink = f"#'{quoted}'!{letter}{problem.rows[0]}"
            sheet.cell(row, 4).style = "Hyperlink"
            sheet.cell(row, 4).alignment = wrapped
