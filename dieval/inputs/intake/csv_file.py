"""Read a CSV file as people send it: any of the known encodings and separators, any line ends."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from dieval.errors import Problem
from dieval.inputs.columns import NumberType, coded_arrow, missing, plain_numbers
from dieval.inputs.declared import NOTHING, Declared
from dieval.inputs.intake.dialect import SEPARATORS, TEXT_LOOKED_AT, Dialect, dialect_of
from dieval.inputs.intake.names import ROWS_ABOVE, header_of, header_place
from dieval.inputs.intake.text import text_of
from dieval.inputs.intake.totals import FEWEST_COLUMNS
from dieval.inputs.schema import TableSchema
from dieval.inputs.sheets import Read, Sheet, no_rows, refused, rows_above

MOST_LINES = 10_000_000
LONGEST_LINE = 1_000_000  # bytes
MOST_COLUMNS = 1_000
LARGE = 2_000_000  # bytes; a smaller file is not worth several threads


def read_csv(schema: TableSchema, file: str, data: bytes, declared: Declared = NOTHING) -> Read:
    """Read a CSV file (RFC 4180, with another separator too); every cell stays text.

    Parameters
    ----------
    schema : TableSchema
        Tells a header from what stands above it.
    file : str
        Name of the file in messages.
    data : bytes
        Its content.
    declared : Declared
        What the descriptor says of the file.

    Returns
    -------
    sheet : Sheet, or None where nothing of the file can be used
    problems : list of Problem
        Notes say in which encoding and with which separator it was read, if not the usual ones.
    """
    large = _too_large(file, data)
    if large is not None:
        return None, [large]
    found, problems = text_of(file, data, declared.encoding)
    if found is None:
        return None, problems
    start = found.start(TEXT_LOOKED_AT + 1)
    if not start.strip() and not found.text.strip():
        return None, [*problems, no_rows(file)]
    dialect, told = dialect_of(schema, file, start, declared.separator)
    problems += told
    if dialect is None:
        return None, problems
    sheet = _simple(schema, file, found.utf8, dialect)
    if sheet is not None and not header_place(schema, [sheet.header, *_first_rows(sheet)])[0]:
        return sheet, problems
    sheet, faults = _strict(schema, file, found.text, dialect)
    return sheet, [*problems, *faults]


def _too_large(file: str, data: bytes) -> Problem | None:
    """Refuse what would fill the memory or take for ever, before anything is made of it."""
    # A window without a line end lies within a line that is at least as long.
    windows = range(0, len(data) - LONGEST_LINE + 1, LONGEST_LINE)
    first = data[: data.find(b"\n") + 1 or LONGEST_LINE]
    if any(data.find(b"\n", start, start + LONGEST_LINE) < 0 for start in windows):
        words = (
            f"rinda ir garāka par {LONGEST_LINE} baitiem.",
            f"a line is longer than {LONGEST_LINE} bytes.",
        )
    elif max(first.count(separator.encode()) for separator in SEPARATORS) >= MOST_COLUMNS:
        words = (
            f"failā ir vairāk nekā {MOST_COLUMNS} kolonnu.",
            f"the file has more than {MOST_COLUMNS} columns.",
        )
    elif len(data) >= MOST_LINES and _lines(data) >= MOST_LINES:
        words = (
            f"failā ir {MOST_LINES} rindu vai vairāk.",
            f"the file has {MOST_LINES} lines or more.",
        )
    else:
        return None
    return refused(
        file,
        "too_large",
        words,
        (
            "Pārbaudiet, vai tas ir īstais fails; ļoti daudz rindu glabājiet Parquet failos.",
            "Check that it is the right file; keep very many rows in Parquet files.",
        ),
    )


def _lines(data: bytes) -> int:
    """Count the line ends; in pieces, which stay in the processor's memory."""
    signs = np.frombuffer(data, dtype=np.uint8)
    pieces = range(0, len(signs), LONGEST_LINE)
    return sum(
        int(np.count_nonzero(signs[start : start + LONGEST_LINE] == ord("\n"))) for start in pieces
    )


def _simple(schema: TableSchema, file: str, data: bytes, dialect: Dialect) -> Sheet | None:
    """Read a file without quotes, blank lines and faults, fast; None where there may be any."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if b'"' in data or b"\r" in data:
        return None
    start = data.find(b"\n") + 1 if dialect.told else 0
    end = data.find(b"\n", start)
    # Arrow would take a byte order mark away.
    if end <= start or data.startswith(codecs.BOM_UTF8, end + 1):
        return None
    header = data[start:end].decode("utf-8").split(dialect.separator)
    kinds = [_number_type(schema, name) for name in header_of(schema, header).names]
    repeating = pa.dictionary(pa.int32(), pa.string())
    names = [str(number) for number in range(len(header))]
    try:
        found = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(end + 1)),
            arrow_csv.ReadOptions(use_threads=len(data) > LARGE, column_names=names),
            arrow_csv.ParseOptions(
                delimiter=dialect.separator,
                quote_char=False,
                escape_char=False,
                newlines_in_values=False,
                ignore_empty_lines=False,
            ),
            arrow_csv.ConvertOptions(
                column_types={
                    name: pa.string() if kind else repeating
                    for name, kind in zip(names, kinds, strict=True)
                },
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except (pa.ArrowException, ValueError):
        return None
    columns = [
        (plain_numbers(column, kind) if kind else None) or coded_arrow(column)
        for column, kind in zip(found.columns, kinds, strict=True)
    ]
    blank = np.array(True)
    for column in columns:
        blank = blank & missing(column)
    if blank.any():  # as a blank line is, which is no row
        return None
    first = dialect.first_line + 1
    return Sheet(
        file=file,
        header=header,
        columns=list(columns),
        lines=range(first, found.num_rows + first),
        separator=dialect.separator,
        header_line=dialect.first_line,
    )


def _number_type(schema: TableSchema, name: str) -> NumberType | None:
    """Give the type of a column of numbers, whose cells hardly repeat; None for any other."""
    kind = schema.field(name).type if name in schema.columns else None
    return kind if kind == "number" or kind == "integer" else None


def _first_rows(sheet: Sheet) -> list[list[str]]:
    count = min(len(sheet.lines), ROWS_ABOVE)
    return [[str(column[row] or "") for column in sheet.columns] for row in range(count)]


def _strict(schema: TableSchema, file: str, text: str, dialect: Dialect) -> Read:
    """Read any file, row by row, and name the lines that are wrong."""
    rows: list[list[str]] = []
    lines: list[int] = []
    stream = io.StringIO(text, newline="")
    if dialect.told:
        stream.readline()
    reader = csv.reader(stream, strict=True, delimiter=dialect.separator)
    start = dialect.first_line
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(start)
            start = reader.line_num + dialect.first_line
    except csv.Error as error:
        return None, [_not_csv(file, start, "unexpected end of data" in str(error))]
    if not rows:
        return None, [no_rows(file)]
    place, passed_over = header_place(schema, rows)
    header, width = rows[place], len(rows[place])
    below = range(place + 1, len(rows))
    problems = rows_above(file, "", passed_over)
    longer = [position for position in below if len(rows[position]) > width]
    shorter = [
        position
        for position in below
        if len(rows[position]) < width and not _is_remark(rows[position], width)
    ]
    for positions, more in ((longer, True), (shorter, False)):
        if positions:
            wrong = tuple(lines[position] for position in positions)
            problems.append(_wrong_length(file, wrong, width, more, dialect.separator))
    good = [position for position in below if len(rows[position]) <= width]
    if not longer and not good:
        problems.append(no_rows(file))
    filled = [rows[position] + [""] * (width - len(rows[position])) for position in good]
    columns: list[Sequence[Any]] = list(zip(*filled, strict=True))
    return Sheet(
        file=file,
        header=header,
        columns=columns or [[] for _ in header],
        lines=[lines[position] for position in good],
        whole=not longer,
        separator=dialect.separator,
        header_line=lines[place],
    ), problems


def _is_remark(row: list[str], width: int) -> bool:
    """Tell whether a row is one that is set aside as a remark anyway."""
    return width >= FEWEST_COLUMNS and sum(cell != "" for cell in row) <= 1


def _not_csv(file: str, line: int, unclosed: bool) -> Problem:
    return Problem(
        file=file,
        rows=(line,),
        rule="quote" if unclosed else "csv",
        message_lv="pēdiņas nav aizvērtas." if unclosed else "rindu nevar nolasīt kā CSV.",
        message_en="a double quote is never closed."
        if unclosed
        else "the row cannot be read as CSV.",
        remedy_lv='Aizveriet pēdiņas; pēdiņas tekstā raksta divreiz ("").',
        remedy_en='Close the quote; a quote inside a text is written twice ("").',
    )


def _wrong_length(
    file: str, lines: tuple[int, ...], width: int, more: bool, separator: str
) -> Problem:
    lv, en = SEPARATORS[separator]
    return Problem(
        file=file,
        rows=lines,
        rule="row_length",
        message_lv=f"rindā ir {'vairāk' if more else 'mazāk'} šūnu nekā virsrakstā; vajag {width}.",
        message_en=f"the row has {'more' if more else 'fewer'} cells than the header; "
        f"expected {width}.",
        remedy_lv=f"Pārbaudiet atdalītājus (te tas ir {lv}); teksts ar atdalītāju jāliek pēdiņās.",
        remedy_en=f"Check the separators (here {en}); a text that holds one stands in double "
        "quotes.",
        severity="error" if more else "set_aside",
    )
