"""Which further cells to hide so that nobody can work out the sensitive ones, for the least loss.

A pattern is proposed, the attack tells which cells it leaves open and which others could close
them, and that becomes a condition of the next proposal, until the attack finds nothing
(M. Fischetti and J. J. Salazar, 2001, doi:10.1287/mnsc.47.7.1008.9805, describe the conditions).
A safe pattern is at hand all the time. What limits the search is a count of steps, not a time: the
same tables give the same pattern however fast the machine is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from dieval.release.attack import TINY, Goal, Part
from dieval.release.linked import CLOSE, Linked, Side, apart, independent
from dieval.release.solver import IMPOSSIBLE, Program

STEPS = 20_000  # of the simplex method, to find proposals
NODES = 50  # of the tree that is searched for one proposal


@dataclass(frozen=True)
class Sensitive:
    """A cell that must be hidden, and how uncertain it has to stay.

    Parameters
    ----------
    cell : int
        Position of the cell.
    below, above : float
        The cell might as well be so much less and so much more.
    known : tuple of int
        Cells that whoever attacks knows: its own, of somebody who stands in it alone.
    """

    cell: int
    below: float
    above: float
    known: tuple[int, ...] = ()

    @property
    def needs(self) -> tuple[tuple[Side, float], ...]:
        """What has to be possible, by side; nothing where any value will do."""
        sides: tuple[tuple[Side, float], ...] = ("lower", self.below), ("upper", self.above)
        return tuple((side, need) for side, need in sides if need > 0)


class StuckError(ValueError):
    """Cells cannot be hidden well enough even if everything else that may be is.

    Parameters
    ----------
    cells : iterable of int
    """

    def __init__(self, cells: Iterable[int]) -> None:
        self.cells = set(cells)
        super().__init__(f"cells {sorted(self.cells)} follow from others whatever is hidden")


@dataclass(frozen=True)
class Pattern:
    """Cells to hide.

    Parameters
    ----------
    hidden : array of bool, shape (cells,)
    least : float
        No safe pattern loses less than that.
    loss : float
        What this one loses.
    """

    hidden: np.ndarray
    least: float
    loss: float


@dataclass(frozen=True)
class Open:
    """A sensitive cell that a pattern leaves open on a side, with how far it may be."""

    sensitive: Sensitive
    side: Side
    reach: float


def left_open(system: Linked, hidden: np.ndarray, sensitive: Sequence[Sensitive]) -> list[Open]:
    """Attack a pattern: which sensitive cells lie within narrower bounds than they need.

    Parameters
    ----------
    system : Linked
    hidden : array of bool, shape (cells,)
    sensitive : sequence of Sensitive

    Returns
    -------
    list of Open
    """
    goals, of_goal = _goals(sensitive)
    reach = {number: 0.0 for number, goal in enumerate(goals) if not hidden[goal.cell]}
    for cells in apart(system, hidden):
        part = Part(system, cells, goals)
        short = part.attack(*part.limits(np.ones(len(cells), dtype=bool)), part.goals)
        reach |= {part.numbers[goal]: move.reach for goal, move in short.items()}
    return [Open(of_goal[number], goals[number].side, reach[number]) for number in sorted(reach)]


def _goals(sensitive: Sequence[Sensitive]) -> tuple[list[Goal], list[Sensitive]]:
    """Give what has to be possible for sensitive cells, and for which each."""
    found = [
        (Goal(one.cell, side, need, one.known), one)
        for one in dict.fromkeys(sensitive)
        for side, need in one.needs
    ]
    return [goal for goal, _ in found], [one for _, one in found]


def safe_pattern(
    system: Linked,
    sensitive: Sequence[Sensitive],
    losses: np.ndarray,
    seconds: float,
    already: np.ndarray | None = None,
    steps: int = STEPS,
) -> Pattern:
    """Find the cells to hide for the least loss; where that takes too long, hide more, not less.

    Parameters
    ----------
    system : Linked
    sensitive : sequence of Sensitive
    losses : array of float, shape (cells,)
        What it costs to hide each cell; infinity for one that has to be shown.
    seconds : float
        After so long the first safe pattern is taken, which hides more. It should be far above what
        `steps` take: a pattern that was cut short depends on the machine.
    already : array of bool, shape (cells,), optional
        Cells that are hidden whatever it costs: of an earlier edition, or never shown.
    steps : int
        After so many steps of the simplex method in search of proposals the best safe pattern found
        so far is taken; with 0 the first.

    Raises
    ------
    StuckError
        A sensitive cell cannot be hidden well enough even if everything else that may be is.
    """
    end = time.monotonic() + seconds
    may = np.isfinite(losses)
    must = np.zeros(len(losses), dtype=bool)
    must[[one.cell for one in sensitive]] = True
    if already is not None:
        must |= already
    may |= must
    cost = np.where(np.isfinite(losses), np.maximum(losses, CLOSE), 0.0)
    goals, _ = _goals(sensitive)
    searches = [
        _Search(Part(system, cells, goals), cost[cells], must[cells])
        for cells in apart(system, may)
    ]
    stuck = {cell for search in searches for cell in search.begin()}
    if stuck:
        raise StuckError(stuck)
    first = [search.best for search in searches]
    in_time = steps > 0 and all(search.improve(steps, end) for search in searches)
    hidden = must.copy()
    for search, quick in zip(searches, first, strict=True):
        hidden[search.part.cells] = search.best if in_time else quick
    alone = must.copy()  # cells of no sum
    for search in searches:
        alone[search.part.cells] = False
    least = float(cost[alone].sum()) + sum(search.least for search in searches)
    return Pattern(hidden, least, float(cost[hidden].sum()))


class _Search:
    """The search for the cheapest safe pattern of cells that sums connect.

    Parameters
    ----------
    part : Part
        All cells that may be hidden.
    cost : array of float, shape (cells,)
    must : array of bool, shape (cells,)
        Cells that are hidden in any case.
    """

    def __init__(self, part: Part, cost: np.ndarray, must: np.ndarray) -> None:
        self.part, self.cost, self.must = part, cost, must
        self.best = must
        self.least = self.loss(must)  # no safe pattern loses less
        sums, nothing = independent(part.sums), np.zeros(2 * len(cost))
        # A column for the way up of each cell and one for its way down: each has its price.
        self.ways = Program(nothing, csr_array(hstack([sums, -sums])), nothing, nothing)
        free = csr_array((0, len(cost)))
        self.choice = Program(cost, free, must.astype(float), np.ones(len(cost)))
        self.conditions: set[bytes] = set()

    def loss(self, hidden: np.ndarray) -> float:
        """Give what a pattern loses."""
        return float(self.cost[hidden].sum())

    @property
    def done(self) -> bool:
        """Whether nothing can be cheaper than the best pattern."""
        loss = self.loss(self.best)
        return self.least >= loss - CLOSE * max(1.0, loss)

    def begin(self) -> set[int]:
        """Take a first safe pattern; give the cells, of the system, that none can protect."""
        part = self.part
        hidden, stuck = self.completed(self.must, self.cost)
        self.best = hidden if stuck else self.thinned(hidden)
        return {int(part.cells[part.own[goal]]) for goal in stuck}

    def improve(self, steps: int, end: float) -> bool:
        """Search for cheaper patterns, for so many steps; say whether that ended in time."""
        self.relax(steps, end)
        if not self.done:
            near = self.choice.best  # what the relaxed proposal hides in part costs less
            self.offer(self.must, self.cost * (1.0 - near))
            self.fix()
        while not self.done and self.choice.steps < steps and time.monotonic() < end:
            proposal, least = self.choice.whole(NODES)
            self.least = max(self.least, min(least, self.loss(self.best)))
            if proposal is None or self.done:
                break
            hidden = proposal > 0.5
            short = self.part.attack(*self.part.limits(hidden), self.part.goals)
            new = [self.condition(goal, move.prices) for goal, move in short.items()]
            self.offer(hidden, self.cost)
            if not any(new):
                break
        return time.monotonic() < end

    def relax(self, steps: int, end: float) -> None:
        """Gather conditions from proposals that may hide cells in part: these are found quickly."""
        self.by_lines()
        watched = self.part.goals
        while True:
            self.choice.solve()
            self.least = max(self.least, self.choice.product)
            if self.done or self.choice.steps >= steps or time.monotonic() >= end:
                return
            broken = self.broken(watched, self.choice.best)
            new = [goal for goal, prices in broken if self.condition(goal, prices)]
            if not new and len(watched) == len(self.part.goals):
                return
            # Most of the others are as they were; they are looked at again at the end.
            watched = np.array(new) if new else self.part.goals

    def by_lines(self) -> None:
        """Gather the conditions that each sum of a sensitive cell sets by itself."""
        sums = self.part.sums.toarray()
        for goal, own in enumerate(self.part.own):
            side = 1.0 if self.part.upward[goal] else -1.0
            for row in sums[sums[:, own] != 0]:
                self.condition(goal, side * row / row[own])

    def broken(self, goals: np.ndarray, chosen: np.ndarray) -> list[tuple[int, np.ndarray]]:
        """Find goals out of reach of a proposal that hides cells in part, and the prices there.

        No cell has to move by more than a goal needs in tables of two dimensions, and rarely in
        others: what is hidden in part lets a cell move by no more than that part of the need.
        """
        part = self.part
        found = []
        for goal in goals:
            need = part.need[goal]
            down = np.where(self.must, part.values, np.minimum(part.values, need) * chosen)
            up = np.where(self.must, np.inf, need * chosen)
            short = part.attack(down, up, np.array([goal]))
            found += [(number, move.prices) for number, move in short.items()]
        return found

    def fix(self) -> None:
        """Show for good what is too dear to be hidden in any cheaper pattern."""
        room = self.loss(self.best) - self.choice.product
        dear = (self.choice.prices > room + CLOSE) & ~self.must
        self.choice.limit(self.must.astype(float), np.where(dear, 0.0, 1.0))

    def offer(self, hidden: np.ndarray, cost: np.ndarray) -> None:
        """Complete a pattern to a safe one, and take that if it is cheaper than the best."""
        hidden = self.thinned(self.completed(hidden, cost)[0])
        if self.loss(hidden) < self.loss(self.best):
            self.best = hidden

    def completed(self, hidden: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, list[int]]:
        """Hide what moves with each sensitive cell that is left open, for the least price.

        Returns
        -------
        hidden : array of bool, shape (cells,)
        stuck : list of int
            Goals that cannot be reached whatever is hidden.
        """
        part, hidden, stuck = self.part, hidden.copy(), []
        goals = part.goals[~part.kept(part.goals, *part.limits(hidden))]
        while len(goals):
            goal, goals = int(goals[0]), goals[1:]
            way = self.cheapest(goal, np.where(hidden, 0.0, cost))
            if way is None:
                stuck.append(goal)
                continue
            part.keep(goal, way)
            hidden |= part.ways[goal] != 0
            goals = goals[~part.served(part.ways[goal], goals, *part.limits(hidden))]
        return hidden, stuck

    def cheapest(self, goal: int, cost: np.ndarray) -> np.ndarray | None:
        """Move a cell as far as it needs for the least price of what moves along; None if stuck."""
        part, count = self.part, len(cost)
        own, need, known = part.own[goal], part.need[goal], part.known[goal]
        most = np.concatenate([np.full(count, np.inf), part.values])
        most[known] = most[count + np.array(known, dtype=int)] = 0.0
        least = np.zeros(2 * count)
        place = own if part.upward[goal] else count + own
        if most[place] < need:
            return None
        most[[own, count + own]] = 0.0
        least[place] = most[place] = need
        # What can fall by less than the need takes others along.
        dearer = np.maximum(1.0, need / np.maximum(part.values, CLOSE))
        self.ways.aims(np.concatenate([cost, cost * dearer]) + CLOSE)
        self.ways.limit(least, most)
        if self.ways.solve(IMPOSSIBLE) == IMPOSSIBLE:
            return None
        found = self.ways.best
        way: np.ndarray = found[:count] - found[count:]
        return way

    def thinned(self, hidden: np.ndarray) -> np.ndarray:
        """Show again what a safe pattern need not hide, the dearest first."""
        part, hidden = self.part, hidden.copy()
        for cell in np.argsort(-self.cost, kind="stable"):
            if self.must[cell] or not hidden[cell]:
                continue
            users = np.flatnonzero(part.ways[:, cell])
            ways = part.ways[users]
            hidden[cell] = False
            held = not part.loose(hidden)[part.own[users]].all()
            if held or part.attack(*part.limits(hidden), users, all_of_them=False):
                hidden[cell] = True
                part.ways[users] = ways
        return hidden

    def condition(self, goal: int, prices: np.ndarray) -> bool:
        """Ask all proposals to hide enough for a goal; say whether that asks for anything new.

        A cell moves by as much as others move with it; the prices say how much each hidden cell
        adds to that, and hold for every pattern.
        """
        part, need = self.part, self.part.need[goal]
        row = np.where(prices > TINY, np.minimum(prices * part.values, need), 0.0)
        row[prices < -TINY] = need
        row[part.known[goal]] = row[part.own[goal]] = 0.0
        lacking = need - float(row[self.must].sum())
        if lacking <= CLOSE * max(1.0, need):
            return False
        row = np.where(self.must, 0.0, np.minimum(row / lacking, 1.0))
        row[row < TINY] = 0.0
        mark = np.round(row, 6).tobytes()
        if mark in self.conditions:
            return False
        self.conditions.add(mark)
        self.choice.add(row, 1.0)
        return True
