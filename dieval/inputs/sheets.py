"""What one file, or one sheet of a workbook, holds of a table: header and cells, not converted.

The readers never raise on what is in a file: a fault is a `Problem`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dieval.errors import Problem
from dieval.inputs.columns import coded_arrow
from dieval.inputs.declared import NOTHING, Declared

NO_VALUE = object()  # a formula without a saved value, already reported
ERROR_VALUES = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}

# Sheets of the workbook to fill in (`template`) and of the answer to it (`annotate`) that are no
# tables: cover, codes, examples and the list of problems.
COVER, CODES, EXAMPLES = "Ievads – Introduction", "Kodi – Codes", "Paraugi – Examples"
PROBLEM_LISTS = {"lv": "Problēmas", "en": "Problems"}
NO_TABLES = (COVER, CODES, EXAMPLES, *PROBLEM_LISTS.values())


@dataclass
class Sheet:
    """Cells of a table as they stand in one file or sheet.

    `lines` are the 1-based numbers of the rows as an editor or a spreadsheet shows them (the
    header is line 1; in Parquet, which has no lines, the first row counts as 2). `types` are the
    column types of a Parquet file. `whole` is False when rows had to be left out. `behind` says of
    a table that was summed how many rows each of these is the sum of. `separator` is the sign
    between the cells of a text file. `header_line` is the line of the header. `merged` are areas of
    merged cells: first and last line, first and last 0-based column. `declared` is what the
    descriptor says of the file, `units` those that its header names, by column.
    """

    file: str
    name: str = ""
    header: list[str] = field(default_factory=list)
    columns: list[Sequence[Any]] = field(default_factory=list)
    lines: Sequence[int] = field(default_factory=list)
    types: list[pa.DataType] | None = None
    whole: bool = True
    behind: list[int] | None = None
    separator: str = ""
    header_line: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    declared: Declared = NOTHING
    units: Mapping[str, str] = field(default_factory=dict)


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


def rows_above(file: str, sheet: str, count: int) -> list[Problem]:
    """Say that rows above the header were passed over, if any were."""
    if not count:
        return []
    return [
        Problem(
            file=file,
            sheet=sheet,
            rule="rows_above",
            message_lv=f"rindas virs virsraksta nav nolasītas; to skaits – {count}.",
            message_en=f"rows above the header were not read; their number is {count}.",
            remedy_lv="Ja tajās nav datu, nekas nav jādara.",
            remedy_en="Nothing to do if they hold no data.",
            severity="note",
        )
    ]


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
