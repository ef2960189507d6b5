"""Tables that share cells and sums, as one system: what anybody can work out from what is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

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
    rows, columns, signs = [], [], []
    for number, (total, parts) in enumerate(sums):
        rows += [number] * (len(parts) + 1)
        columns += [total, *parts]
        signs += [-1.0] + [1.0] * len(parts)
    matrix = csr_array((signs, (rows, columns)), shape=(len(sums), len(values)))
    return Linked(np.asarray(values, dtype=float), matrix, whole)


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
        alone = np.zeros(len(hidden), dtype=bool)
        alone[cells] = True
        for cell in cells:
            found[cell, 0] -= furthest(system, alone, int(cell), "lower")
            found[cell, 1] += furthest(system, alone, int(cell), "upper")
    if system.whole:
        found = np.column_stack([np.ceil(found[:, 0] - CLOSE), np.floor(found[:, 1] + CLOSE)])
    return found


def apart(system: Linked, hidden: np.ndarray) -> list[np.ndarray]:
    """Divide the hidden cells into groups that no sum connects: each is attacked by itself."""
    free = np.flatnonzero(hidden)
    sums = system.sums[:, free]
    count, group = connected_components(sums.T @ sums, directed=False)
    return [free[group == number] for number in range(count)]


def furthest(system: Linked, hidden: np.ndarray, cell: int, side: Side) -> float:
    """Give how far below or above its value a hidden cell may be; infinity where nothing limits it.

    Parameters
    ----------
    system : Linked
    hidden : array of bool, shape (cells,)
    cell : int
        Position of a hidden cell.
    side : str
        lower or upper.
    """
    free = np.flatnonzero(hidden)
    sign = 1.0 if side == "lower" else -1.0
    aim = np.where(free == cell, sign, 0.0)
    sums = system.sums[:, free]
    sums = sums[np.unique(sums.nonzero()[0])]
    limits = np.column_stack([-system.values[free], np.full(len(free), np.inf)])
    found = linprog(aim, A_eq=sums, b_eq=np.zeros(sums.shape[0]), bounds=limits, method="highs")
    if found.status == 3:  # unbounded
        return np.inf
    if found.status != 0:
        raise ArithmeticError(f"the bounds of cell {cell} were not found: {found.message}")
    return max(0.0, -float(found.fun))
