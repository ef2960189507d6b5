"""The grammar of cells: strict, the same for every format, and without guessing.

A text cell is converted by the type of its column only. `NA` and `None` are text; `1E5`, `inf`,
`1,5` and `1 000` are not numbers. An empty cell is missing.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from dieval.inputs.schema import FieldType

# With any sign that looks like a hyphen, and blanks around it.
PERSONAL_CODE = re.compile(r"(?<![0-9])[0-9]{6}\s*[-\u2010-\u2015\u2212]\s*[0-9]{5}(?![0-9])")
VALUES_SHOWN = 5  # a message shows this many values, then "…"

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST = 10**15  # beyond it a spreadsheet has already lost digits

# What may be repeated in a message: something like a code, a number or a date.
_SHOWABLE = re.compile(r"[A-Za-z0-9_.,:/%+€-](?:[A-Za-z0-9_.,:/%+€ -]{0,28}[A-Za-z0-9_.,:/%+€-])?")
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
        return int(cell) if _INTEGER.fullmatch(cell) and cell != "-0" else _FAULT
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


def is_missing(cell: Any) -> bool:
    """Tell whether a cell is empty."""
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


@dataclass(frozen=True)
class Coded(Sequence[Any]):
    """Cells of a column, each different one kept once.

    Parameters
    ----------
    codes : array of int, shape (rows,)
        Position of each cell in `distinct`.
    distinct : list
        Different cells; cells of different type are different (1, 1.0 and True).
    """

    codes: np.ndarray
    distinct: list[Any]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return Coded(self.codes[place], self.distinct)
        return self.distinct[self.codes[place]]

    def where(self, holds: Callable[[Any], bool]) -> np.ndarray:
        """Say of each cell whether something holds."""
        each = np.fromiter(map(holds, self.distinct), dtype=bool, count=len(self.distinct))
        return each[self.codes] if len(each) else np.zeros(len(self.codes), dtype=bool)

    def replaced(self, texts: Mapping[str, Any]) -> Coded:
        """Put other cells in place of some texts."""
        return Coded(
            self.codes,
            [texts.get(cell, cell) if isinstance(cell, str) else cell for cell in self.distinct],
        )

    def without(self, holds: Callable[[Any], bool], instead: Any) -> Coded:
        """Put another cell in place of those for which something holds."""
        return Coded(self.codes, [instead if holds(cell) else cell for cell in self.distinct])


def coded(cells: Sequence[Any]) -> Coded:
    """Keep each different cell once."""
    if isinstance(cells, Coded):
        return cells
    if all(cell is None or type(cell) is str for cell in cells):
        keys = np.empty(len(cells), dtype=object)
        keys[:] = cells
        codes, distinct = pd.factorize(keys, use_na_sentinel=False)
        return Coded(codes, [None if is_missing(cell) else cell for cell in distinct])
    seen: dict[tuple[type, Any], int] = {}
    found: list[Any] = []
    numbers = np.empty(len(cells), dtype=np.int64)
    for position, cell in enumerate(cells):
        key = (type(cell), cell)
        number = seen.setdefault(key, len(found))
        if number == len(found):
            found.append(cell)
        numbers[position] = number
    return Coded(numbers, found)


def coded_arrow(cells: pa.ChunkedArray) -> Coded:
    """Keep each different cell of an Arrow column once."""
    if pa.types.is_null(cells.type):
        return nothing(len(cells))
    if pa.types.is_nested(cells.type):  # in a column that the contract does not have
        return coded([None if cell is None else str(cell) for cell in cells.to_pylist()])
    if not pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode(null_encoding="encode")
    encoded = cells.unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # it had no chunk at all
        return nothing(0)
    values = encoded.dictionary.to_pylist()
    codes = encoded.indices.cast(pa.int64()).fill_null(len(values)).to_numpy(zero_copy_only=False)
    distinct = [None if is_missing(value) else value for value in values]
    return Coded(codes, [*distinct, None])


def nothing(count: int) -> Coded:
    """Give so many empty cells."""
    return Coded(np.zeros(count, dtype=np.int64), [None])


def joined(parts: Sequence[Coded]) -> Coded:
    """Put cells one after the other."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.distinct) for part in parts)])
    codes = [part.codes + start for part, start in zip(parts, starts[:-1], strict=True)]
    return Coded(np.concatenate(codes), [cell for part in parts for cell in part.distinct])


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
    column = coded(cells)
    codes, converter = column.codes, _GRAMMAR[kind]
    converted = [None if is_missing(cell) else converter(cell) for cell in column.distinct]
    bad = np.fromiter((value is _FAULT for value in converted), dtype=bool, count=len(converted))
    clean = [None if value is _FAULT else value for value in converted]
    absent = np.fromiter((value is None for value in clean), dtype=bool, count=len(clean))
    values: Any
    if kind == "string":
        distinct_text = pd.array(clean, dtype="str")
        values = distinct_text.take(codes)
    elif kind == "number":
        floats = np.array([math.nan if value is None else value for value in clean], dtype=float)
        values = floats[codes]
    elif kind == "date":
        days = np.array(clean, dtype="datetime64[s]")
        values = days[codes]
    else:
        integers = np.array([0 if value is None else value for value in clean], dtype=np.int64)
        values, mask = integers[codes], absent[codes]
        if mask.any():
            values = pd.arrays.IntegerArray(values, mask)
    faulty = bad[codes] if len(bad) else np.zeros(len(cells), dtype=bool)
    return pd.Series(values), faulty


def as_text(cells: Sequence[Any]) -> pd.Series:
    """Give cells of a column outside the contract as text, whatever their type."""
    column = coded(cells)
    plain = [
        None if is_missing(cell) else cell if isinstance(cell, str) else _plain(_text(cell), cell)
        for cell in column.distinct
    ]
    texts = pd.array(plain, dtype="str")
    return pd.Series(texts.take(column.codes) if len(column) else texts[:0])


def _plain(text: Any, cell: Any) -> str:
    return str(cell) if text is _FAULT else str(text)


def holds_personal_code(cells: Sequence[Any]) -> np.ndarray:
    """Say of each cell whether a personal code (six digits, hyphen, five digits) stands in it."""
    return coded(cells).where(
        lambda cell: isinstance(cell, str) and PERSONAL_CODE.search(cell) is not None
    )


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
        return str(cell)
    if isinstance(cell, dt.date | dt.datetime):
        return cell.isoformat()
    if not isinstance(cell, str) or PERSONAL_CODE.search(cell) or not _SHOWABLE.fullmatch(cell):
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
