"""The grammar of cells: strict, the same for every format, and without guessing.

A text cell is converted by the type of its column only. `NA` and `None` are text; `1E5`, `inf`,
`1,5` and `1 000` are not numbers. An empty cell is missing.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from dieval.inputs.columns import INTEGER, NUMBER, PlainNumbers, coded, is_missing
from dieval.inputs.personal import LIKE_A_CODE, has_personal_code
from dieval.inputs.schema import FieldType
from dieval.inputs.typed import Typed, typed

VALUES_SHOWN = 5  # a message shows this many values, then "…"

_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST = 10**15  # beyond it a spreadsheet has already lost digits

# What may be repeated in a message: something like a code, a number or a date.
_SHOWABLE = re.compile(r"[A-Za-z0-9_.,:/%+€-](?:[A-Za-z0-9_.,:/%+€ -]{0,28}[A-Za-z0-9_.,:/%+€-])?")
# Two words with capitals, as names are: Anna_Liepa, Liepa.Anna.
_LIKE_A_NAME = re.compile(r"(?<![A-Za-z])[A-Z][a-z]*[_.,:/%+-]+[A-Z][a-z]+")
_LIKE_A_PATH = re.compile(r"[/~]|[A-Za-z]:/|.*//")
_WORDS_OF_NOTHING = {"na", "n/a", "nan", "inf", "-inf", "none", "null", "nav", "-"}


class _Fault:
    """A cell that does not fit its type."""


_FAULT = _Fault()


def _text(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return _FAULT
    if isinstance(cell, int | Decimal | float):
        if not math.isfinite(cell) or not -LARGEST < cell < LARGEST:
            return _FAULT
        return str(int(cell)) if cell == int(cell) else str(cell)
    day = _date(cell)
    return day.isoformat() if isinstance(day, dt.date) else _FAULT


def _integer(cell: Any) -> Any:
    if isinstance(cell, str):
        return int(cell) if INTEGER.fullmatch(cell) and cell != "-0" else _FAULT
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return _FAULT
    if not math.isfinite(cell) or cell != int(cell) or not -LARGEST < cell < LARGEST:
        return _FAULT
    return int(cell)


def _number(cell: Any) -> Any:
    if isinstance(cell, str) and not NUMBER.fullmatch(cell):
        return _FAULT
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal):
        return _FAULT
    try:
        value = float(cell) + 0.0  # -0 becomes 0
    except OverflowError:
        return _FAULT
    if value == 0 and isinstance(cell, str) and cell.startswith("-"):
        return _FAULT  # what is less than nothing was not meant to be nothing
    return value if math.isfinite(value) else _FAULT


def _year(cell: Any) -> Any:
    if isinstance(cell, str):
        return int(cell) if _YEAR.fullmatch(cell) else _FAULT
    value = _integer(cell)
    return value if isinstance(value, int) and 1000 <= value <= 9999 else _FAULT


def _date(cell: Any) -> Any:
    if isinstance(cell, str):
        if not _DATE.fullmatch(cell):
            return _FAULT
        try:
            return dt.date.fromisoformat(cell)
        except ValueError:
            return _FAULT
    if isinstance(cell, dt.datetime):
        midnight = cell.tzinfo is None and cell.time() == dt.time()
        return cell.date() if midnight else _FAULT
    return cell if isinstance(cell, dt.date) else _FAULT


_GRAMMAR = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "year": _year,
    "date": _date,
}


def convert(cells: Sequence[Any], kind: FieldType) -> tuple[pd.Series, np.ndarray]:
    """Convert the cells of a column to its type.

    Parameters
    ----------
    cells : sequence, shape (rows,)
        Text (CSV) or typed cells (workbook, Parquet); None and "" are missing.
    kind : str
        Type of the column in the data contract.

    Returns
    -------
    values : Series, shape (rows,)
        `str`, int64 (Int64 where something is missing), float64 or datetime64[s].
    faulty : array of bool, shape (rows,)
        Cells that are there but do not fit the type; they are missing in `values`.
    """
    column, faulty = converted(cells, kind)
    return column.cells, faulty


def converted(cells: Sequence[Any], kind: FieldType) -> tuple[Typed, np.ndarray]:
    """Convert the cells of a column to its type, and keep each value once: see `convert`."""
    if isinstance(cells, PlainNumbers) and kind in (cells.kind, "number"):
        numbers: Any = cells.values
        if kind != "number":
            absent = np.isnan(numbers)
            numbers = _whole(np.where(absent, 0, numbers).astype(np.int64), absent)
        return Typed(pd.Series(numbers)), np.zeros(len(cells), dtype=bool)
    column = coded(cells)
    codes, converter = column.codes, _GRAMMAR[kind]
    found = [None if is_missing(cell) else converter(cell) for cell in column.distinct]
    bad = np.fromiter((value is _FAULT for value in found), dtype=bool, count=len(found))
    clean = [None if value is _FAULT else value for value in found]
    values: Any
    if kind == "string":
        values = pd.array(clean, dtype="str")
    elif kind == "number":
        values = np.array([math.nan if value is None else value for value in clean], dtype=float)
    elif kind == "date":
        values = np.array(clean, dtype="datetime64[s]")
    else:
        absent = np.fromiter((value is None for value in clean), dtype=bool, count=len(clean))
        integers = np.array([0 if value is None else value for value in clean], dtype=np.int64)
        stands = absent.any() and absent[codes].any()
        values = _whole(integers, absent) if stands else integers
    faulty = bad[codes] if bad.any() else np.zeros(len(codes), dtype=bool)
    return typed(pd.Series(values), codes), faulty


def _whole(numbers: np.ndarray, absent: np.ndarray) -> Any:
    """Give whole numbers as int64, or as Int64 where some are missing."""
    return pd.arrays.IntegerArray(numbers, absent) if absent.any() else numbers


def as_text(cells: Sequence[Any]) -> Typed:
    """Give cells of a column outside the contract as text, whatever their type."""
    column = coded(cells)
    plain = [
        None if is_missing(cell) else cell if isinstance(cell, str) else _plain(_text(cell), cell)
        for cell in column.distinct
    ]
    return typed(pd.Series(pd.array(plain, dtype="str")), column.codes)


def _plain(text: Any, cell: Any) -> str:
    return str(cell) if text is _FAULT else str(text)


def holds_personal_code(cells: Sequence[Any]) -> np.ndarray:
    """Say of each cell whether a personal code stands in it, as `personal` knows them."""
    if isinstance(cells, PlainNumbers):
        return np.zeros(len(cells), dtype=bool)
    return coded(cells).where(has_personal_code)


def personal_code_words() -> tuple[tuple[str, str], tuple[str, str]]:
    """Say that a cell holds a personal code, and what to do."""
    return (
        ("šūnā ir personas kods.", "the cell holds a personal code."),
        (
            "Izdzēsiet personas kodus; datu pakotne nedrīkst ļaut identificēt personas.",
            "Delete the personal codes; a data package must not identify persons.",
        ),
    )


def _showable(cell: Any) -> str | None:
    if isinstance(cell, bool | int | float | Decimal):
        return None if has_personal_code(cell) else str(cell)
    if isinstance(cell, dt.date | dt.datetime):
        return cell.isoformat()
    if not isinstance(cell, str) or not _SHOWABLE.fullmatch(cell):
        return None
    if LIKE_A_CODE.search(cell) or has_personal_code(cell) or _LIKE_A_NAME.search(cell):
        return None
    if _LIKE_A_PATH.match(cell):
        return None
    spaced_words = " " in cell and re.search("[A-Za-z]", cell)
    return None if spaced_words else cell


def shown(cells: Iterable[Any]) -> str:
    """List at most five different values for a message, leaving out whatever may be personal.

    Only what looks like a code, a number or a date is repeated; nothing at all gives "".
    """
    seen: list[str] = []
    for cell in cells:
        text = _showable(cell)
        if text is not None and text not in seen:
            seen.append(text)
        if len(seen) > VALUES_SHOWN:
            break
    more = ", …" if len(seen) > VALUES_SHOWN else ""
    return ", ".join(seen[:VALUES_SHOWN]) + more
