"""Cells of a column as they stand in a file, kept so that a million of them can be looked at.

Most columns repeat a few texts: each is kept once (`Coded`), and looked at once. Numbers hardly
repeat: where all are written as the contract has them, nothing else can be wrong with them, and
they are kept as numbers (`PlainNumbers`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Numbers and whole numbers as the contract writes them; patterns that Arrow reads as Python does.
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")

MANY = 100_000  # cells; fewer are not worth several threads
NumberType = Literal["integer", "number"]


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
        if not each.any():  # as of most faults, in most columns
            return np.zeros(len(self.codes), dtype=bool)
        return np.ones(len(self.codes), dtype=bool) if each.all() else each[self.codes]

    def replaced(self, texts: Mapping[str, Any]) -> Coded:
        """Put other cells in place of some texts."""
        return Coded(
            self.codes,
            [texts.get(cell, cell) if isinstance(cell, str) else cell for cell in self.distinct],
        )

    def without(self, holds: Callable[[Any], bool], instead: Any) -> Coded:
        """Put another cell in place of those for which something holds."""
        return Coded(self.codes, [instead if holds(cell) else cell for cell in self.distinct])


@dataclass(frozen=True)
class PlainNumbers(Sequence[str | None]):
    """Cells that are all empty or numbers written as the contract has them.

    Parameters
    ----------
    texts : ChunkedArray of string, shape (rows,)
        The cells.
    values : array of float, shape (rows,)
        The number that each is; NaN where it is empty.
    kind : str
        `integer` where all are whole numbers as the contract writes those.
    """

    texts: pa.ChunkedArray
    values: np.ndarray
    kind: NumberType

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return coded_arrow(self.texts)[place]
        return self.texts[int(place)].as_py() or None


def plain_numbers(texts: pa.ChunkedArray, kind: NumberType) -> PlainNumbers | None:
    """Convert a column of numbers at once; None unless every cell is as the contract has it.

    What would be a fault is not a plain number: it is for `convert` to judge cell by cell.

    Parameters
    ----------
    texts : ChunkedArray of string, shape (rows,)
        Without nulls.
    kind : str
        Type of the column in the data contract.
    """
    pattern = rf"\A(?:{(INTEGER if kind == 'integer' else NUMBER).pattern})?\z"
    if len(texts) < MANY:
        values = [_plain_values(texts, pattern)]
    else:
        length = -(-len(texts) // pa.cpu_count())
        pieces = [texts.slice(start, length) for start in range(0, len(texts), length)]
        with ThreadPoolExecutor(pa.cpu_count()) as threads:
            values = list(threads.map(_plain_values, pieces, repeat(pattern)))
    plain = [part for part in values if part is not None]
    return PlainNumbers(texts, np.concatenate(plain), kind) if len(plain) == len(values) else None


def _plain_values(texts: pa.ChunkedArray, pattern: str) -> np.ndarray | None:
    """Convert texts that all match a pattern; None where one is no plain number."""
    if not pc.all(pc.match_substring_regex(texts, pattern)).as_py():
        return None
    empty = pc.equal(pc.binary_length(texts), 0)
    if pc.any(empty).as_py():
        texts = pc.if_else(empty, None, texts)
    try:
        values = pc.cast(texts, pa.float64()).to_numpy()
    except pa.ArrowInvalid:  # more digits than a number can have
        return None
    if np.isinf(values).any() or np.signbit(values[values == 0]).any():
        return None
    return values


def coded(cells: Sequence[Any]) -> Coded:
    """Keep each different cell once."""
    if isinstance(cells, Coded):
        return cells
    if isinstance(cells, PlainNumbers):
        return coded_arrow(cells.texts)
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


def kept(cells: Sequence[Any]) -> Coded | PlainNumbers:
    """Keep each different cell once, unless all are plain numbers."""
    return cells if isinstance(cells, PlainNumbers) else coded(cells)


def missing(cells: Coded | PlainNumbers) -> np.ndarray:
    """Say of each cell whether it is empty."""
    return np.isnan(cells.values) if isinstance(cells, PlainNumbers) else cells.where(is_missing)


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
    distinct = [None if is_missing(cell) else cell for cell in encoded.dictionary.to_pylist()]
    codes = encoded.indices
    if codes.null_count:
        codes = codes.cast(pa.int64()).fill_null(len(distinct))
        distinct.append(None)
    return Coded(codes.to_numpy(zero_copy_only=False), distinct)


def nothing(count: int) -> Coded:
    """Give so many empty cells."""
    return Coded(np.zeros(count, dtype=np.int64), [None])


def joined(parts: Sequence[Coded | PlainNumbers]) -> Coded | PlainNumbers:
    """Put cells one after the other."""
    if len(parts) == 1:
        return parts[0]
    plain = [part for part in parts if isinstance(part, PlainNumbers)]
    if len(plain) == len(parts) and len({part.kind for part in plain}) == 1:
        chunks = [chunk for part in plain for chunk in part.texts.chunks]
        texts = pa.chunked_array(chunks, pa.string())
        return PlainNumbers(texts, np.concatenate([part.values for part in plain]), plain[0].kind)
    each = [coded(part) for part in parts]
    starts = np.cumsum([0, *(len(part.distinct) for part in each)])
    codes = [part.codes + start for part, start in zip(each, starts[:-1], strict=True)]
    return Coded(np.concatenate(codes), [cell for part in each for cell in part.distinct])
