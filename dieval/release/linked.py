"""Tables that share cells and sums, as one system: what anybody can work out from what is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from dieval.release.solver import UNLIMITED, Program

CLOSE = 1e-6  # below it, the solver's numbers are the same
Side = Literal["lower", "upper"]


@dataclass(frozen=True)
class Linked:
    """Quantities, and the sums that hold between them.

    Parameters
    ----------
    values : array of float, shape (cells,)
        Numbers of persons or amounts, none below 0. A cell that stands in several tables is one.
    sums : sparse array, shape (equations, cells)
        `sums @ values` is 0: a sum has -1 where its parts have 1.
    whole : bool
        Whether every cell is a whole number.
    """

    values: np.ndarray
    sums: csr_array
    whole: bool = True

    def __post_init__(self) -> None:
        """Refuse a system whose sums do not hold: its bounds would mean nothing."""
        if (self.values < 0).any() or not np.isfinite(self.values).all():
            raise ValueError("a cell is below 0, or not known")
        if self.sums.shape[1] != len(self.values):
            raise ValueError("the sums are of another number of cells")
        apart = np.abs(self.sums @ self.values)
        if (apart > CLOSE * max(1.0, float(self.values.max(initial=0)))).any():
            raise ValueError("a sum is not the sum of its parts")


def linked(
    values: Sequence[float], sums: Sequence[tuple[int, Collection[int]]], whole: bool = True
) -> Linked:
    """Put cells and sums together.

    Parameters
    ----------
    values : sequence of float
    sums : sequence of (int, collection of int)
        Position of a sum, and of its parts.
    whole : bool
        Whether every cell is a whole number.

    Raises
    ------
    ValueError
        A sum does not hold, or a cell is below 0.
    """
    return Linked(np.asarray(values, dtype=float), incidence(sums, len(values)), whole)


def incidence(sums: Sequence[tuple[int, Collection[int]]], cells: int) -> csr_array:
    """Give the matrix of sums among cells: -1 where a sum stands, 1 where its parts do."""
    rows, columns, signs = [], [], []
    for number, (total, parts) in enumerate(sums):
        rows += [number] * (len(parts) + 1)
        columns += [total, *parts]
        signs += [-1.0] + [1.0] * len(parts)
    return csr_array((signs, (rows, columns)), shape=(len(sums), cells))


def grid(table: Sequence[Sequence[float]], whole: bool = True) -> Linked:
    """Make the system of a table that has its sums as last row and last column.

    Cells are numbered row by row, the sums with them.

    Examples
    --------
    >>> grid([[1, 2, 3], [4, 5, 9], [5, 7, 12]]).sums.shape
    (6, 9)
    """
    cells = np.asarray(table, dtype=float)
    places = np.arange(cells.size).reshape(cells.shape)
    lines = [*places, *places.T]
    return linked(cells.ravel().tolist(), [(line[-1], line[:-1].tolist()) for line in lines], whole)


def lines_of(
    keys: pd.DataFrame, values: Sequence[float], parents: Mapping[str, Mapping[str, str]]
) -> list[tuple[int, list[int]]]:
    """Find the sums among the rows of a table: a code is the sum of those whose parent it is.

    Parameters
    ----------
    keys : DataFrame
        The dimensions of each row; every row has others.
    values : sequence of float, shape (rows,)
    parents : mapping of str to mapping of str to str
        By dimension, the code that each code is a part of: municipality, region, country; month,
        year; `all`.

    Returns
    -------
    list of (int, list of int)
        Position of each sum, and of its parts. Where parts are missing, so that they do not add up,
        there is none.

    Examples
    --------
    >>> keys = pd.DataFrame({"region": ["a", "b", "all"], "year": ["2020"] * 3})
    >>> lines_of(keys, [2, 3, 5], {"region": {"a": "all", "b": "all"}})
    [(2, [0, 1])]
    """
    found = []
    numbers = np.asarray(values, dtype=float)
    for dimension, parent_of in parents.items():
        others = [name for name in keys.columns if name != dimension]
        alike = keys.groupby(others, sort=False).indices if others else {0: np.arange(len(keys))}
        codes = keys[dimension].to_numpy()
        for places in alike.values():
            parts: dict[str, list[int]] = {}
            for place in places:
                if codes[place] in parent_of:
                    parts.setdefault(parent_of[codes[place]], []).append(int(place))
            for place in places:
                own = parts.get(codes[place], [])
                total = float(numbers[place])
                if own and abs(total - float(numbers[own].sum())) <= CLOSE * max(1.0, total):
                    found.append((int(place), own))
    return found


def bounds(system: Linked, hidden: np.ndarray) -> np.ndarray:
    """Work out between which values each hidden cell must lie: the attack.

    Whoever attacks knows the cells that are shown, the sums, and that nothing is below 0.

    Parameters
    ----------
    system : Linked
    hidden : array of bool, shape (cells,)

    Returns
    -------
    array of float, shape (cells, 2)
        Least and largest value; of whole numbers the whole ones between, of a cell that is shown
        its value twice. Infinity where nothing limits it.
    """
    found = np.column_stack([system.values, system.values])
    for cells in apart(system, hidden):
        values = system.values[cells]
        moves = Moves(system.sums[:, cells])
        without_limit = np.full(len(cells), np.inf)
        below = np.zeros(len(cells))  # a cell that fell to nothing with another needs no question
        for place, cell in enumerate(cells):
            if below[place] < values[place]:
                below = np.maximum(
                    below, -moves.furthest(place, "lower", values, without_limit).way
                )
            found[cell, 0] -= min(below[place], values[place])
            found[cell, 1] += moves.furthest(place, "upper", values, without_limit).reach
    if system.whole:
        found = np.column_stack([np.ceil(found[:, 0] - CLOSE), np.floor(found[:, 1] + CLOSE)])
    return found + 0.0  # no zero below 0


def apart(system: Linked, hidden: np.ndarray) -> list[np.ndarray]:
    """Divide the hidden cells into groups that no sum connects: each is attacked by itself."""
    free = np.flatnonzero(hidden)
    sums = system.sums[:, free]
    count, group = connected_components(sums.T @ sums, directed=False)
    return [free[group == number] for number in range(count)]


def independent(sums: csr_array) -> csr_array:
    """Leave out the sums that follow from others: tables of many dimensions are full of them.

    Examples
    --------
    >>> independent(grid([[1, 2, 3], [4, 5, 9], [5, 7, 12]]).sums).shape
    (5, 9)
    """
    rows = sums.toarray()
    kept = []
    for number in range(len(rows)):
        filled = np.flatnonzero(np.abs(rows[number]) > CLOSE)
        if len(filled):
            kept.append(number)
            first = filled[0]
            below = number + 1 + np.flatnonzero(np.abs(rows[number + 1 :, first]) > CLOSE)
            rows[below] -= np.outer(rows[below, first] / rows[number, first], rows[number])
    return csr_array(sums)[kept]


@dataclass(frozen=True)
class Move:
    """How far a cell can be moved, and how.

    Parameters
    ----------
    reach : float
        How far it moves; infinity where nothing limits it.
    way : array of float, shape (cells,)
        By how much every cell moves then; all 0 where nothing limits it.
    prices : array of float, shape (cells,)
        How much further it would go for each unit by which another cell might move further: down
        where the price is above 0, up where it is below.
    """

    reach: float
    way: np.ndarray
    prices: np.ndarray


class Moves:
    """Ways to move cells so that their sums stay.

    Parameters
    ----------
    sums : sparse array, shape (equations, cells)
        Their product with the moves stays 0.
    """

    def __init__(self, sums: csr_array) -> None:
        nothing = np.zeros(sums.shape[1])
        self.program = Program(nothing, independent(sums), nothing, nothing)

    def furthest(self, cell: int, side: Side, down: np.ndarray, up: np.ndarray) -> Move:
        """Move a cell as far as it goes to a side.

        Parameters
        ----------
        cell : int
        side : str
            lower or upper.
        down, up : array of float, shape (cells,)
            How far each cell may move.
        """
        sign = 1.0 if side == "lower" else -1.0
        self.program.limit(-down, up)
        self.program.aim(cell, sign)
        ending = self.program.solve(UNLIMITED)
        self.program.aim(cell, 0.0)
        if ending == UNLIMITED:
            return Move(np.inf, np.zeros(len(down)), np.zeros(len(down)))
        way = self.program.best
        return Move(max(0.0, -sign * float(way[cell])), way, self.program.prices)
