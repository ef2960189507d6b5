"""Columns of a table with the type that the contract gives them, for checks on a million rows.

What a cell says is looked at once for all rows that say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_NUMBERS = 8  # times as many as rows; a table of more is larger than it is worth


@dataclass(frozen=True)
class Typed:
    """Cells of a column, converted.

    Parameters
    ----------
    values : Series
        `str`, int64 (Int64 where something is missing), float64 or datetime64[s].
    codes : array of int, shape (rows,), optional
        Position of each cell in `values`, which then are all different; some may stand in no row.
        Where it is not given, `values` are the cells.
    """

    values: pd.Series
    codes: np.ndarray | None = None

    @property
    def cells(self) -> pd.Series:
        """The cells, one for each row."""
        if self.codes is None:
            return self.values
        return pd.Series(self.values.array.take(self.codes))

    @property
    def used(self) -> pd.Series:
        """The different values that stand in some row and are not missing."""
        if self.codes is None:
            return self.values.drop_duplicates().dropna()
        stands = np.zeros(len(self.values), dtype=bool)
        stands[self.codes] = True
        return self.values[stands].dropna()

    def where(self, holds: np.ndarray | pd.Series) -> np.ndarray:
        """Say of each row whether it has one of the values that are marked."""
        marked = np.asarray(holds, dtype=bool)
        if self.codes is None:
            return marked
        if not marked.any():
            return np.zeros(len(self.codes), dtype=bool)
        return marked[self.codes]

    def of(self, rows: np.ndarray) -> Typed:
        """Take some rows, by a mark for each or by their positions."""
        if self.codes is None:
            return Typed(self.values[rows].reset_index(drop=True))
        return Typed(self.values, self.codes[rows])


def typed(values: pd.Series, codes: np.ndarray) -> Typed:
    """Put together what different cells say, where several may say the same.

    Parameters
    ----------
    values : Series
        Converted cells.
    codes : array of int, shape (rows,)
        Position of each row's cell in `values`.
    """
    if values.is_unique:
        return Typed(values, codes)
    numbers, different = pd.factorize(values.array, use_na_sentinel=False)
    return Typed(pd.Series(different), numbers[codes])


def alike(columns: Sequence[Typed]) -> tuple[np.ndarray, int]:
    """Number the rows so that those with the same cells in all columns have the same number.

    Parameters
    ----------
    columns : sequence of Typed
        At least one, all of as many rows. Missing cells are the same as each other.

    Returns
    -------
    numbers : array of int, shape (rows,)
    count : int
        Numbers are below it.
    """
    numbers, count = _numbered(columns[0])
    for column in columns[1:]:
        others, more = _numbered(column)
        if count * more > np.iinfo(np.int64).max:
            numbers, count = _renumbered(numbers)
        count *= more
        # Short numbers, as long as they are enough: a million long ones take twice the time.
        numbers = numbers.astype(np.int32 if count <= np.iinfo(np.int32).max else np.int64)
        numbers *= more
        numbers += others
    return _renumbered(numbers) if count > MOST_NUMBERS * len(numbers) else (numbers, count)


def _numbered(column: Typed) -> tuple[np.ndarray, int]:
    if column.codes is None:
        return _renumbered(column.values.array)
    return column.codes, len(column.values)


def _renumbered(cells: np.ndarray | pd.api.extensions.ExtensionArray) -> tuple[np.ndarray, int]:
    codes, different = pd.factorize(cells, use_na_sentinel=False)
    return codes, len(different)


@dataclass(frozen=True)
class Kinds:
    """Rows that differ in some columns, each once, for rules that look at these columns alone.

    Parameters
    ----------
    rows : DataFrame
        One row of each kind; the index is its position in the table.
    numbers : array of int, shape (rows of the table,)
        Number of the kind of each row.
    places : array of int
        Position in `rows` of the kind with each number.
    """

    rows: pd.DataFrame
    numbers: np.ndarray
    places: np.ndarray

    def where(self, holds: np.ndarray | pd.Series) -> np.ndarray:
        """Say of each row of the table whether it is of a kind that is marked."""
        marked = np.asarray(holds, dtype=bool)
        if not marked.any():
            return np.zeros(len(self.numbers), dtype=bool)
        return marked[self.of(slice(None))]

    def of(self, positions: np.ndarray | slice) -> np.ndarray:
        """Give the positions in `rows` of the kinds that rows of the table are of."""
        return self.places[self.numbers[positions]]


def repeated(columns: Sequence[Typed]) -> np.ndarray:
    """Mark the rows of which another one has the same cells in all columns."""
    numbers, count = alike(columns)
    stands = np.zeros(count, dtype=bool)
    stands[numbers] = True
    if np.count_nonzero(stands) == len(numbers):
        return np.zeros(len(numbers), dtype=bool)
    return (np.bincount(numbers, minlength=count) > 1)[numbers]
