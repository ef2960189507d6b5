"""Which sign stands between the cells of a text file: the one that fits, or that the file names."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice

from dieval.errors import Problem
from dieval.inputs.intake.names import ROWS_ABOVE, most_names
from dieval.inputs.schema import TableSchema

SEPARATORS = {
    ",": ("komats", "a comma"),
    ";": ("semikols", "a semicolon"),
    "\t": ("tabulators", "a tab"),
    "|": ("vertikāla svītra", "a vertical bar"),
}
TEXT_LOOKED_AT = 100_000  # characters
DECLARATION = "sep="  # spreadsheet programs write it before the header


@dataclass(frozen=True)
class Dialect:
    """The sign between cells, and the 1-based line on which the header or what precedes it stands.

    `told` says that the file names the sign itself, in its first line.
    """

    separator: str
    first_line: int = 1
    told: bool = False


def dialect_of(
    schema: TableSchema, file: str, text: str, declared: str = ""
) -> tuple[Dialect | None, list[Problem]]:
    """Find the sign between the cells of a text file.

    It is the one with which the header names most columns of the contract; where none names any,
    the one that cuts every row into as many cells as the first.

    Parameters
    ----------
    schema : TableSchema
    file : str
        Name of the file in messages.
    text : str
        Its content.
    declared : str
        Sign that the descriptor declares.

    Returns
    -------
    dialect : Dialect, or None where several signs fit
    problems : list of Problem
        A note where the sign is not the comma, and the file does not name it.
    """
    first, _, _ = text.partition("\n")
    told = first.rstrip("\r").casefold()
    if told.startswith(DECLARATION) and told.removeprefix(DECLARATION) in SEPARATORS:
        return Dialect(told.removeprefix(DECLARATION), 2, told=True), []
    if declared:
        return Dialect(declared), []
    fitting = _fitting(schema, text)
    if len(fitting) > 1:
        return None, [_ambiguous(file, fitting)]
    separator = fitting[0] if fitting else ","
    return Dialect(separator), [] if separator == "," else [_read_with(file, separator)]


def _fitting(schema: TableSchema, text: str) -> list[str]:
    """Give the signs that fit best."""
    rows = {separator: _first_rows(text, separator) for separator in SEPARATORS}
    names = {separator: most_names(schema, found) for separator, found in rows.items()}
    most = max(names.values())
    if most:
        return [separator for separator, count in names.items() if count == most]
    widths = {separator: [len(row) for row in found] for separator, found in rows.items()}
    cutting = [separator for separator in SEPARATORS if widths[separator][:1] > [1]]
    even = [separator for separator in cutting if len(set(widths[separator])) == 1]
    return even or cutting


def _first_rows(text: str, separator: str) -> list[list[str]]:
    """Cut the first rows; one that cannot be read ends them."""
    start = text[:TEXT_LOOKED_AT]
    if len(start) < len(text):  # its last row may be cut off
        start = start[: start.rfind("\n") + 1] or start
    found: list[list[str]] = []
    try:
        rows = csv.reader(io.StringIO(start, newline=""), delimiter=separator, strict=True)
        found.extend(row for row in islice(rows, ROWS_ABOVE + 1) if row)
    except csv.Error:  # cut off within quotes, or not well-formed
        pass
    return found


def _ambiguous(file: str, fitting: list[str]) -> Problem:
    lv = ", ".join(SEPARATORS[separator][0] for separator in fitting)
    en = ", ".join(SEPARATORS[separator][1] for separator in fitting)
    return Problem(
        file=file,
        rows=(1,),
        rule="separator",
        message_lv=f"nav skaidrs, kas atdala šūnas: der {lv}.",
        message_en=f"it is not clear what separates the cells: {en} would all do.",
        remedy_lv=f"Ierakstiet pirmajā rindā, piemēram, „{DECLARATION};”.",
        remedy_en=f'Write for example "{DECLARATION};" as the first line.',
    )


def _read_with(file: str, separator: str) -> Problem:
    lv, en = SEPARATORS[separator]
    return Problem(
        file=file,
        rule="separator",
        message_lv=f"šūnas atdala {lv}.",
        message_en=f"the cells are separated by {en}.",
        remedy_lv="Ja kolonnas nolasītas pareizi, nekas nav jādara.",
        remedy_en="Nothing to do if the columns are right.",
        severity="note",
    )
