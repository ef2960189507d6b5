"""A shown table as CSV: its numbers unrounded, its words as they are shown."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from dieval.present.blocks import Block, Cell, write_cell
from dieval.present.language import Language, language

# A program that opens a CSV file may take a text that begins so for a formula, in a cell that a
# semicolon or a line end begins where it is set up so.
_ACTIVE = re.compile(r"((?:^|[;\t\r\n])[^\S\t\r\n]*)(?=[=+\-@＝＋－＠﹦﹢﹣﹫])")
_SEPARATED = re.compile(r"[^\S\t\r\n]*[\t\r\n]")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV (RFC 4180): numbers as they are, no text that could become a formula."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(
        [_inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return stream.getvalue()


def _inert(text: str) -> str:
    marked = _ACTIVE.sub(r"\1'", text)
    return f"'{marked}" if _SEPARATED.match(marked) else marked


def shown_table_csv(table: Block, code: str) -> str:
    """Write a table of a report as CSV, in the language in which it was resolved.

    Parameters
    ----------
    table : dict
        Resolved table.
    code : str
        Its language.
    """
    say = language(code)
    heading = [
        f"{column['heading']} [{column['unit']}]" if column["unit"] else column["heading"]
        for column in table["columns"]
    ]
    rows = [
        [
            _unformatted(cell, column, say)
            for cell, column in zip(row, table["columns"], strict=True)
        ]
        for row in table["data"]
    ]
    return csv_text([heading, *rows])


def _unformatted(cell: Cell, column: dict[str, Any], say: Language) -> str | float:
    """Give a number as it is, a day as YYYY-MM-DD, a code as its word and a symbol as it is."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, dict | str):
        return cell
    return (
        str(cell)
        if column["kind"] == "date" and isinstance(cell, str)
        else (write_cell(cell, column, say))
    )


def csv_data_uri(table: Block, code: str) -> str:
    """Give a table as a data URI, with the mark by which spreadsheets know the encoding."""
    content = shown_table_csv(table, code).encode("utf-8-sig")
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(content).decode("ascii")
