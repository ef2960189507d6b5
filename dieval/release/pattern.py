"""Which further cells to hide so that nobody can work out the sensitive ones, for the least loss.

The pattern is found by integer programming with the attack in the loop: a pattern is proposed, the
attack tells which cell it leaves open and which cells could close it, and that becomes a condition
of the next proposal, until the attack finds nothing (M. Fischetti and J. J. Salazar, 2001,
doi:10.1287/mnsc.47.7.1008.9805, describe the conditions).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from dieval.release.linked import CLOSE, Linked, Side, furthest, moved


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
    found = []
    for one in sensitive:
        free = hidden.copy()
        free[list(one.known)] = False
        for side, need in one.needs:
            reach = furthest(system, free, one.cell, side) if free[one.cell] else 0.0
            if reach < need - CLOSE * max(1.0, need):
                found.append(Open(one, side, reach))
    return found


def safe_pattern(
    system: Linked,
    sensitive: Sequence[Sensitive],
    losses: np.ndarray,
    seconds: float,
    already: np.ndarray | None = None,
) -> Pattern:
    """Find the cells to hide for the least loss; where time runs out, hide more rather than less.

    Parameters
    ----------
    system : Linked
    sensitive : sequence of Sensitive
    losses : array of float, shape (cells,)
        What it costs to hide each cell; infinity for one that has to be shown.
    seconds : float
        After so long the best safe pattern found so far is taken.
    already : array of bool, shape (cells,), optional
        Cells that are hidden whatever it costs: of an earlier edition, or never shown.

    Raises
    ------
    ValueError
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
    goals = [_Goal(one, side, need) for one in sensitive for side, need in one.needs]
    best = _first(system, goals, cost, may, must)
    least = float(cost[must].sum())
    conditions: list[tuple[np.ndarray, float]] = []
    whole = False  # first the relaxed problem, whose conditions are cheap to find
    watched = goals
    while time.monotonic() < end:
        proposal, least_now = _proposed(cost, may, must, conditions, whole, end)
        if proposal is None:
            break
        if whole:
            least = max(least, least_now)
            if least >= cost[best].sum() - CLOSE * max(1.0, least):
                break
        broken = {goal: _condition(system, goal, proposal) for goal in watched}
        conditions += [condition for condition in broken.values() if condition is not None]
        if any(condition is not None for condition in broken.values()):
            # Most of the others are as they were; they are looked at again at the end.
            watched = [goal for goal, condition in broken.items() if condition is not None]
        elif len(watched) < len(goals):
            watched = goals
        elif whole:
            best = proposal > 0.5
            break
        else:
            whole = True
    return Pattern(best, least, float(cost[best].sum()))


@dataclass(eq=False)
class _Goal:
    """How far a sensitive cell has to be able to move, and the last way found in which it can."""

    sensitive: Sensitive
    side: Side
    need: float
    way: np.ndarray | None = None

    def limits(self, system: Linked, others: float) -> tuple[np.ndarray, np.ndarray]:
        """Give how far each cell may move down and up: this one to its side, as far as it needs."""
        own = np.arange(len(system.values)) == self.sensitive.cell
        up = np.where(own, self.need if self.side == "upper" else 0.0, others)
        down = np.where(own, self.need if self.side == "lower" else 0.0, system.values)
        up[list(self.sensitive.known)] = down[list(self.sensitive.known)] = 0.0
        return down, up


def _proposed(
    cost: np.ndarray,
    may: np.ndarray,
    must: np.ndarray,
    conditions: Sequence[tuple[np.ndarray, float]],
    whole: bool,
    end: float,
) -> tuple[np.ndarray | None, float]:
    """Give the cheapest pattern that meets the conditions so far, and what none loses less than."""
    limits = [
        LinearConstraint(
            np.array([row for row, _ in conditions]), lb=np.array([need for _, need in conditions])
        )
    ] if conditions else []  # fmt: skip
    found = milp(
        cost,
        constraints=limits,
        integrality=np.full(len(cost), int(whole)),
        bounds=Bounds(must.astype(float), may.astype(float)),
        options={"time_limit": max(0.01, end - time.monotonic())},
    )
    if found.status != 0 or found.x is None:
        return None, 0.0
    return np.round(found.x) if whole else found.x, float(found.fun)


def _condition(
    system: Linked, goal: _Goal, proposal: np.ndarray
) -> tuple[np.ndarray, float] | None:
    """Give a condition that a proposal breaks: so much has to be hidden to keep a cell uncertain.

    A cell moves by as much as others move with it; the prices of the linear program say how much
    each hidden cell adds to that, and hold for every pattern.
    """
    enough = goal.need - CLOSE * max(1.0, goal.need)
    down, up = goal.limits(system, 1e3 * (goal.need + float(system.values.max(initial=0))))
    least, most = -down * proposal, up * proposal
    way = goal.way
    if way is not None and ((way >= least - CLOSE) & (way <= most + CLOSE)).all():
        return None
    aim = np.zeros(len(proposal))
    aim[goal.sensitive.cell] = 1.0 if goal.side == "lower" else -1.0
    found = moved(aim, system.sums, least, most)
    if found.status != 0:
        raise ArithmeticError(f"an attack ended early: {found.message}")
    if -found.fun >= enough:
        goal.way = found.x
        return None
    price = aim - system.sums.T @ found.eqlin.marginals
    row = np.abs(price) * np.where(price > 0, down, up)
    row[np.abs(price) < CLOSE] = 0.0
    return np.minimum(row, goal.need), goal.need


def _first(
    system: Linked, goals: Sequence[_Goal], cost: np.ndarray, may: np.ndarray, must: np.ndarray
) -> np.ndarray:
    """Find a safe pattern quickly: for each sensitive cell, hide what moves with it for the least.

    Raises
    ------
    ValueError
        A cell cannot move whatever is hidden.
    """
    hidden = must.copy()
    stuck: set[int] = set()
    for goal in goals:
        way = _cheapest_way(system, goal, np.where(hidden, 0.0, cost), may)
        if way is None:
            stuck.add(goal.sensitive.cell)
        else:
            goal.way = way
            hidden |= np.abs(way) > CLOSE
    if stuck:
        raise ValueError(f"cells {sorted(stuck)} follow from others whatever is hidden")
    return hidden


def _cheapest_way(
    system: Linked, goal: _Goal, price: np.ndarray, may: np.ndarray
) -> np.ndarray | None:
    """Move a cell as far as it needs for the least price of what moves along; None if it cannot."""
    down, up = goal.limits(system, np.inf)
    own = goal.sensitive.cell
    most = np.concatenate([np.where(may, up, 0.0), np.where(may, down, 0.0)])
    least = np.zeros(2 * len(price))
    place = own if goal.side == "upper" else len(price) + own
    least[place] = goal.need
    if most[place] < goal.need:
        return None
    sums = csr_array(hstack([system.sums, -system.sums]))
    found = moved(np.concatenate([price, price]) + CLOSE, sums, least, most)
    if found.status == 2:  # no way
        return None
    if found.status != 0:
        raise ArithmeticError(f"no way to move a cell was found: {found.message}")
    way: np.ndarray = found.x[: len(price)] - found.x[len(price) :]
    return way
