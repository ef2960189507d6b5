"""What one file, or one sheet of a workbook, holds of a table: header and cells, not converted.

The readers never raise on what is in a file: a fault is a `Problem`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from dieval.errors import Problem
from dieval.inputs.values import coded_arrow

NO_VALUE = object()  # a formula without a saved value, already reported
ERROR_VALUES = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


@dataclass
class Sheet:
    """Cells of a table as they stand in one file or sheet.

    `lines` are the 1-based numbers of the rows as an editor or a spreadsheet shows them (the
    header is line 1; in Parquet, which has no lines, the first row counts as 2). `types` are the
    column types of a Parquet file. `whole` is False when rows had to be left out. `behind` says of
    a table that was summed how many rows each of these is the sum of.
    """

    file: str
    name: str = ""
    header: list[str] = field(default_factory=list)
    columns: list[Sequence[Any]] = field(default_factory=list)
    lines: Sequence[int] = field(default_factory=list)
    types: list[pa.DataType] | None = None
    whole: bool = True
    behind: list[int] | None = None


Read = tuple[Sheet | None, list[Problem]]


def refused(
    file: str,
    rule: str,
    message: tuple[str, str],
    remedy: tuple[str, str],
    **place: Any,
) -> Problem:
    """Say that a file cannot be read at all; `place` may name its sheet, column and rows."""
    return Problem(
        file=file,
        **place,
        rule=rule,
        message_lv=message[0],
        message_en=message[1],
        remedy_lv=remedy[0],
        remedy_en=remedy[1],
    )


def not_parquet(file: str) -> Problem:
    """Say that a file cannot be read as Parquet."""
    return refused(
        file,
        "format",
        ("failu nevar nolasīt kā Parquet failu.", "the file is not a readable Parquet file."),
        ("Izveidojiet failu no jauna.", "Write the file again."),
    )


def no_rows(file: str, sheet: str = "", severity: str = "error") -> Problem:
    """Say that a table has no rows."""
    return Problem(
        file=file,
        sheet=sheet,
        rule="no_rows",
        message_lv="tabulā nav nevienas datu rindas.",
        message_en="the table has no rows of data.",
        remedy_lv="Ierakstiet datus zem virsraksta rindas vai izņemiet tabulu no pakotnes.",
        remedy_en="Fill in rows below the header, or leave the table out of the package.",
        severity="note" if severity == "note" else "error",
    )


def _decode(file: str, data: bytes) -> tuple[str, list[Problem]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        problem = Problem(
            file=file,
            rows=(line,),
            rule="encoding",
            message_lv=f"fails nav UTF-8 kodējumā (rindas {place}. baits).",
            message_en=f"the file is not UTF-8 (byte {place} of the line).",
            remedy_lv="Saglabājiet failu kā „CSV UTF-8”.",
            remedy_en='Save the file as "CSV UTF-8".',
        )
        return "", [problem]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problem = Problem(
            file=file,
            rows=(line,),
            rule="nul",
            message_lv="failā ir NUL baits; teksta failā tāda nedrīkst būt.",
            message_en="the file holds a NUL byte, which no text file has.",
            remedy_lv="Eksportējiet failu no sākotnējās programmas vēlreiz.",
            remedy_en="Export the file again from the program it came from.",
        )
        return "", [problem]
    return text, []


def _wrong_length(file: str, sheet: str, lines: list[int], width: int, more: bool) -> Problem:
    return Problem(
        file=file,
        sheet=sheet,
        rows=tuple(lines),
        rule="row_length",
        message_lv=f"rindā ir {'vairāk' if more else 'mazāk'} šūnu nekā virsrakstā; vajag {width}.",
        message_en=f"the row has {'more' if more else 'fewer'} cells than the header; "
        f"expected {width}.",
        remedy_lv="Pārbaudiet komatus; teksts ar komatu jāliek pēdiņās.",
        remedy_en="Check the commas; a text with a comma stands in double quotes.",
    )


def _simple_csv(file: str, text: str) -> Sheet | None:
    """Read a CSV file without quotes and faults, fast; None where there may be any."""
    lines = text.replace("\r\n", "\n")
    if '"' in lines or "\r" in lines or "\n\n" in lines or lines.startswith("\n"):
        return None
    header, _, rows = lines.partition("\n")
    if rows.startswith("\ufeff"):  # Arrow would take it away
        return None
    names = [str(number) for number in range(header.count(",") + 1)]
    try:
        found = arrow_csv.read_csv(
            io.BytesIO(rows.encode("utf-8")),
            arrow_csv.ReadOptions(use_threads=False, column_names=names),
            arrow_csv.ParseOptions(quote_char=False, escape_char=False, newlines_in_values=False),
            arrow_csv.ConvertOptions(
                column_types={name: pa.dictionary(pa.int32(), pa.string()) for name in names},
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowException, ValueError):
        return None
    return Sheet(
        file=file,
        header=header.split(","),
        columns=[coded_arrow(column) for column in found.columns],
        lines=range(2, found.num_rows + 2),
    )


def read_csv(file: str, data: bytes) -> Read:
    """Read a CSV file (UTF-8, comma, RFC 4180); every cell stays text.

    Parameters
    ----------
    file : str
        Name of the file in messages.
    data : bytes
        Its content.
    """
    text, problems = _decode(file, data)
    if problems:
        return None, problems
    if not text.strip():
        return None, [no_rows(file)]
    simple = _simple_csv(file, text)
    if simple is not None:
        return simple, []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        unclosed = "unexpected end of data" in str(error)
        problem = Problem(
            file=file,
            rows=(start,),
            rule="quote" if unclosed else "csv",
            message_lv="pēdiņas nav aizvērtas." if unclosed else "rindu nevar nolasīt kā CSV.",
            message_en="a double quote is never closed."
            if unclosed
            else "the row cannot be read as CSV.",
            remedy_lv='Aizveriet pēdiņas; pēdiņas tekstā raksta divreiz ("").',
            remedy_en='Close the quote; a quote inside a text is written twice ("").',
        )
        return None, [problem]
    header, width = rows[0], len(rows[0])
    good = [position for position in range(1, len(rows)) if len(rows[position]) == width]
    whole = len(good) == len(rows) - 1
    if not whole:
        for more in (True, False):
            wrong = [
                lines[position]
                for position in range(1, len(rows))
                if len(rows[position]) != width and (len(rows[position]) > width) == more
            ]
            if wrong:
                problems.append(_wrong_length(file, "", wrong, width, more))
    elif not good:
        problems.append(no_rows(file))
    columns: list[Sequence[Any]] = list(zip(*(rows[position] for position in good), strict=True))
    return Sheet(
        file=file,
        header=header,
        columns=columns or [[] for _ in header],
        lines=[lines[position] for position in good],
        whole=whole,
    ), problems


def read_parquet(file: str, data: bytes) -> Read:
    """Read a Parquet file; cells keep their types."""
    try:
        found = pq.read_table(io.BytesIO(data))
        columns: list[Sequence[Any]] = [coded_arrow(column) for column in found.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        return None, [not_parquet(file)]
    problems = [] if found.num_rows else [no_rows(file)]
    return Sheet(
        file=file,
        header=list(found.column_names),
        columns=columns,
        lines=range(2, found.num_rows + 2),
        types=list(found.schema.types),
    ), problems
