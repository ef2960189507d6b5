"""How far sensitive cells can be moved while all that is shown stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from dieval.release.linked import CLOSE, Linked, Move, Moves, Side

TINY = 1e-7  # the solver's own doubt: what is below it is nothing


@dataclass(frozen=True)
class Goal:
    """What has to be possible for a cell to be uncertain.

    Parameters
    ----------
    cell : int
        Position of the cell.
    side : str
        lower or upper.
    need : float
        So far it has to move.
    known : tuple of int
        Cells that do not move: whoever attacks knows them.
    """

    cell: int
    side: Side
    need: float
    known: tuple[int, ...] = ()


class Part:
    """Cells of a system that sums connect, their goals, and the ways found to reach these.

    A way to one goal mostly serves many others, gone further or backwards, and still serves when
    other cells are shown or hidden: most goals need no linear program of their own.

    Parameters
    ----------
    system : Linked
    cells : array of int, shape (cells,)
        The only cells that may move.
    goals : sequence of Goal
        Those of other cells are left aside.
    """

    def __init__(self, system: Linked, cells: np.ndarray, goals: Sequence[Goal]) -> None:
        place = {int(cell): number for number, cell in enumerate(cells)}
        self.cells, self.values = cells, system.values[cells]
        self.sums = system.sums[:, cells]
        self.numbers = [number for number, goal in enumerate(goals) if goal.cell in place]
        inside = [goals[number] for number in self.numbers]
        self.goals = np.arange(len(inside))
        self.own = np.array([place[goal.cell] for goal in inside], dtype=int)
        self.upward = np.array([goal.side == "upper" for goal in inside], dtype=bool)
        self.need = np.array([goal.need for goal in inside])
        self.known = [[place[cell] for cell in goal.known if cell in place] for goal in inside]
        self.ways = np.zeros((len(inside), len(cells)))  # none yet: a way moves its own cell
        self.lines = csr_array(self.sums != 0, dtype=float)
        self.moves = Moves(self.sums)

    def limits(self, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give how far each cell may move down and up where these are hidden."""
        return np.where(hidden, self.values, 0.0), np.where(hidden, np.inf, 0.0)

    def loose(self, hidden: np.ndarray) -> np.ndarray:
        """Leave out hidden cells that are alone in a sum, and what is alone without them."""
        found = hidden.copy()
        places = np.arange(len(hidden))
        while True:
            alone = self.lines @ found == 1
            held = (self.lines @ (found * places))[alone].astype(int)
            if not len(held):
                return found
            found[held] = False

    def attack(
        self, down: np.ndarray, up: np.ndarray, goals: np.ndarray, all_of_them: bool = True
    ) -> dict[int, Move]:
        """Find the goals that are out of reach within limits, and how far each can get.

        Parameters
        ----------
        down, up : array of float, shape (cells,)
            How far each cell may move.
        goals : array of int
        all_of_them : bool
            Whether to go on after the first.
        """
        goals = goals[~self.kept(goals, down, up)]
        short: dict[int, Move] = {}
        while len(goals) and (all_of_them or not short):
            goal, goals = int(goals[0]), goals[1:]
            move = self.furthest(goal, down, up)
            if self.reached(goal, move):
                goals = goals[~self.served(move.way, goals, down, up)]
            else:
                short[goal] = move
        return short

    def furthest(self, goal: int, down: np.ndarray, up: np.ndarray) -> Move:
        """Move the cell of a goal as far as it needs, or as the limits let it."""
        own, known, need = self.own[goal], self.known[goal], self.need[goal]
        down, up = down.copy(), up.copy()
        down[known] = up[known] = 0.0
        down[own] = 0.0 if self.upward[goal] else min(down[own], need)
        up[own] = min(up[own], need) if self.upward[goal] else 0.0
        return self.moves.furthest(own, "upper" if self.upward[goal] else "lower", down, up)

    def reached(self, goal: int, move: Move) -> bool:
        """Tell whether a move is as far as a goal needs, and remember it then."""
        need = self.need[goal]
        near = move.reach < need - CLOSE * max(1.0, need)
        if not near:
            self.keep(goal, move.way)
        return not near

    def keep(self, goal: int, way: np.ndarray) -> None:
        """Remember a way to a goal."""
        self.ways[goal] = np.where(np.abs(way) > TINY, way, 0.0)

    def kept(self, goals: np.ndarray, down: np.ndarray, up: np.ndarray) -> np.ndarray:
        """Tell to which goals the way remembered is within limits."""
        ways = self.ways[goals]
        found = ways[np.arange(len(goals)), self.own[goals]] != 0
        return found & ((ways >= -down - TINY) & (ways <= up + TINY)).all(axis=1)

    def served(
        self, way: np.ndarray, goals: np.ndarray, down: np.ndarray, up: np.ndarray
    ) -> np.ndarray:
        """Tell which goals a way reaches as well, gone further or backwards; remember it for them.

        Parameters
        ----------
        way : array of float, shape (cells,)
        goals : array of int
        down, up : array of float, shape (cells,)
            How far each cell may move.

        Returns
        -------
        array of bool, shape (goals,)
        """
        moving = np.flatnonzero(np.abs(way) > TINY)
        size, down, up = way[moving], down[moving], up[moving]
        forth = np.min(np.where(size > 0, up, down) / np.abs(size), initial=np.inf)
        back = np.min(np.where(size > 0, down, up) / np.abs(size), initial=np.inf)
        own = np.where(self.upward[goals], 1.0, -1.0) * way[self.own[goals]]
        moves = np.abs(own) > TINY
        far = np.zeros(len(goals))
        far[moves] = np.abs(own[moves]) * np.where(own[moves] > 0, forth, back)
        reached = far >= self.need[goals]
        for place in np.flatnonzero(reached):
            goal = goals[place]
            if (np.abs(way[self.known[goal]]) > TINY).any():
                reached[place] = False
            else:
                self.keep(goal, way * (self.need[goal] / own[place]))
        return reached
