"""Children as a cohort that moves between states: probabilities of a step, and many steps.

Methods of the annex, “Demand for places”.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dieval.costs.capital import FloatArray
from dieval.errors import ParameterError


def step_probabilities(rates: FloatArray, years: float = 1.0) -> FloatArray:
    """Give the probability of each move within a step, when moves compete.

    Methods, section 3: a child leaves with 1 − exp(−λΔt), for each target with its share of λ.

    Parameters
    ----------
    rates : array of float, shape (..., targets)
        Moves per child-year out of one state, 0 or more [1/year].
    years : float
        Length of the step [years].

    Returns
    -------
    array of float, shape (..., targets)
        What is left to 1 stays.

    Examples
    --------
    >>> step_probabilities(np.array([0.3, 0.1])).round(6).tolist()
    [0.24726, 0.08242]
    """
    total = rates.sum(axis=-1, keepdims=True)
    leaving = -np.expm1(-total * years)
    share = np.divide(rates, total, out=np.zeros_like(rates), where=total > 0)
    return np.asarray(share * leaving, dtype="float64")


def counted_transitions(counts: FloatArray) -> FloatArray:
    """Give the probabilities that counted moves of a step mean; a state without a count stays.

    Parameters
    ----------
    counts : array of float, shape (states, states)
        Children by state before (row) and after (column), who stay on the diagonal.

    Returns
    -------
    array of float, shape (states, states)
        Every row adds up to 1.
    """
    counts = np.asarray(counts, dtype="float64")
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    return np.asarray(np.where(totals > 0, shares, np.eye(len(counts))), dtype="float64")


def with_relative_effect(transitions: FloatArray, effect: float) -> FloatArray:
    """Multiply every move by a relative effect; those who then do not move stay.

    Parameters
    ----------
    transitions : array of float, shape (states, states)
        Probabilities of a step.
    effect : float
        Probability of a move with, divided by that without; 0 or more.

    Raises
    ------
    ParameterError
        More than everybody would move.
    """
    staying = np.eye(len(transitions), dtype=bool)
    moves = np.where(staying, 0.0, transitions * effect)
    stay = 1 - moves.sum(axis=1)
    if effect < 0 or (stay < 0).any():
        raise ParameterError(
            f"effect must be 0 or more and let no child move more than once, got {effect}."
        )
    return np.asarray(moves + np.diag(stay), dtype="float64")


def over_steps(transitions: FloatArray, steps: int) -> FloatArray:
    """Give the probabilities of many equal steps (matrix power; multiplying cells is wrong).

    Examples
    --------
    >>> day = np.array([[0.99, 0.01], [0.02, 0.98]])
    >>> float(over_steps(day, 10)[0, 1].round(7))
    0.0875253
    """
    return np.asarray(np.linalg.matrix_power(transitions, steps), dtype="float64")


def cohort_trace(start: FloatArray, steps: Sequence[FloatArray]) -> FloatArray:
    """Follow a cohort from state to state.

    Parameters
    ----------
    start : array of float, shape (states,)
        Children, or shares, before the first step.
    steps : sequence of arrays of float, shape (states, states)
        Probabilities of each step.

    Returns
    -------
    array of float, shape (1 + steps, states)
        The start, then what follows each step.
    """
    trace = [np.asarray(start, dtype="float64")]
    for transitions in steps:
        trace.append(trace[-1] @ transitions)
    return np.stack(trace)


def steady_stock(entries_per_year: float, years_of_stay: float) -> float:
    """Give the stock at which entries and ends balance (Little's law).

    Examples
    --------
    >>> steady_stock(entries_per_year=120, years_of_stay=2)
    240.0
    """
    return float(entries_per_year * years_of_stay)
