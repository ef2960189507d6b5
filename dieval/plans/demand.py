"""How many children will need a place in each arrangement, and whether planned places are needed.

Methods of the annex, “Demand for places”. Children enter, move and leave at rates per child-year;
draws carry the chance of each child and what is not known about the rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval.costs.capital import FloatArray
from dieval.errors import ParameterError
from dieval.plans.cohort import step_probabilities
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE, ENTRY

# What is added to a count before its rate is drawn (Jeffreys): a rate seen a few times is less
# certain than one seen often.
PRIOR_EVENTS = 0.5
# Draws are made in blocks, each with random numbers of its own, so that more of them leave the
# first ones as they are.
DRAWS_OF_BLOCK = 1_000
STREAM = 2
QUANTILES = {"p10": 0.10, "p50": 0.50, "p90": 0.90}


@dataclass(frozen=True)
class MoveRates:
    """What happened in some years, by arrangement, ready to be drawn.

    Parameters
    ----------
    states : tuple of str
        Care arrangements with children, in the order of the vocabulary.
    targets : tuple of str
        The same, then ends of care.
    events : array of float, shape (states, targets)
        Moves counted [children].
    exposure : array of float, shape (states,)
        Time in each state [child-years].
    entries : array of float, shape (states,)
        Children who came into care [children].
    years : int
        Years counted.
    """

    states: tuple[str, ...]
    targets: tuple[str, ...]
    events: FloatArray
    exposure: FloatArray
    entries: FloatArray
    years: int

    @property
    def rates(self) -> FloatArray:
        """Moves per child-year, shape (states, targets); 0 where nobody was."""
        exposure = self.exposure[:, np.newaxis]
        return np.asarray(
            np.divide(self.events, exposure, out=np.zeros_like(self.events), where=exposure > 0)
        )


def move_rates(flows: pd.DataFrame, first_year: int, last_year: int) -> MoveRates:
    """Count moves, time and entries of a region in a period.

    Parameters
    ----------
    flows : DataFrame
        Rows of the data contract, of one region. The time in an arrangement stands in every row of
        its year and age band and counts once.
    first_year, last_year : int
        Both included.

    Returns
    -------
    MoveRates

    Raises
    ------
    ParameterError
        There are no moves in the period, or the rows of one arrangement, year and age band do not
        agree on the time in it.
    """
    ours = flows[flows["year"].between(first_year, last_year)]
    if ours.empty:
        raise ParameterError(
            f"flows has no row from {first_year} to {last_year}. Choose other years, or add the "
            "moves of these."
        )
    moves = ours[ours["from_arrangement"] != ENTRY]
    key = ["from_arrangement", "year", "age_band"]
    times = moves.groupby(key)["child_years"].agg(["min", "max"])
    if (times["min"] != times["max"]).any():
        wrong = times.index[times["min"] != times["max"]][0]
        raise ParameterError(
            f"flows gives two different child_years for {'/'.join(map(str, wrong))} [child-years]. "
            "Write the time in the arrangement, the same in every row of the year and age band."
        )
    entries = ours[ours["from_arrangement"] == ENTRY].groupby("to_arrangement")["children"].sum()
    seen = {*moves["from_arrangement"], *ours["to_arrangement"]}
    states = tuple(name for name in CARE_ARRANGEMENTS if name in seen)
    targets = (*states, *ENDS_OF_CARE)
    events = moves.pivot_table(
        index="from_arrangement", columns="to_arrangement", values="children", aggfunc="sum"
    )
    exposure = times["max"].groupby(level="from_arrangement").sum()
    return MoveRates(
        states,
        targets,
        events.reindex(index=list(states), columns=list(targets)).fillna(0).to_numpy("float64"),
        exposure.reindex(list(states)).fillna(0).to_numpy("float64"),
        entries.reindex(list(states)).fillna(0).to_numpy("float64"),
        last_year - first_year + 1,
    )


def expected_stocks(rates: MoveRates, stocks: FloatArray, years: int) -> FloatArray:
    """Give the stocks that follow from the counted rates alone: n_{t+1} = n_t·P + entries.

    Parameters
    ----------
    rates : MoveRates
    stocks : array of float, shape (states,)
        Children at the end of the year before the first.
    years : int
        Years to follow.

    Returns
    -------
    array of float, shape (years, states)
    """
    transitions = _transitions(rates.rates)
    number = len(rates.states)
    found = []
    for _ in range(years):
        stocks = (stocks @ transitions)[:number] + rates.entries / rates.years
        found.append(stocks)
    return np.stack(found) if found else np.empty((0, number))


def simulated_stocks(
    rates: MoveRates, stocks: np.ndarray, years: int, draws: int, seed: int
) -> np.ndarray:
    """Draw the stocks of coming years.

    Every draw has rates of its own: how many move out of an arrangement (gamma) and where to
    (Dirichlet), from the counted moves; then entries (Poisson) and the move of each child
    (multinomial) are drawn. Nobody is lost: children of a year are those of the year before and who
    enters, without who leaves care.

    Parameters
    ----------
    rates : MoveRates
    stocks : array of int, shape (states,)
        Children at the end of the year before the first.
    years : int
        Years to follow.
    draws : int
        At least 1.
    seed : int
        What the random numbers start from.

    Returns
    -------
    array of int, shape (draws, years, states)
    """
    blocks = [
        _block(rates, stocks, years, min(DRAWS_OF_BLOCK, draws - first), (seed, STREAM, number))
        for number, first in enumerate(range(0, draws, DRAWS_OF_BLOCK))
    ]
    return np.concatenate(blocks)


def _block(
    rates: MoveRates, stocks: np.ndarray, years: int, draws: int, seed: tuple[int, ...]
) -> np.ndarray:
    """Draw a whole block and cut it, so that a shorter one has the first draws of a longer one."""
    random = np.random.default_rng(seed)
    number, size = len(rates.states), DRAWS_OF_BLOCK
    moves = rates.events.sum(axis=1)
    somebody = (moves > 0) & (rates.exposure > 0)
    exposure = np.where(somebody, rates.exposure, 1.0)
    total = random.gamma(np.broadcast_to(moves + PRIOR_EVENTS, (size, number))) / exposure
    weights = random.gamma(np.broadcast_to(rates.events, (size, *rates.events.shape)))
    of_all = weights.sum(axis=-1, keepdims=True)
    share = np.divide(weights, of_all, out=np.zeros_like(weights), where=of_all > 0)
    transitions = _transitions(np.where(somebody, total, 0.0)[..., np.newaxis] * share)
    mean = random.gamma(np.broadcast_to(rates.entries + PRIOR_EVENTS, (size, number))) / rates.years
    mean = np.where(rates.entries > 0, mean, 0.0)
    children = np.broadcast_to(np.asarray(stocks, dtype="int64"), (size, number))
    found = np.empty((size, years, number), dtype="int64")
    for year in range(years):
        after = random.poisson(mean)
        for state in range(number):
            went = random.multinomial(children[:, state], transitions[:, state, :])
            after += went[:, :number]
        children = found[:, year] = after
    return found[:draws]


def _transitions(rates: FloatArray) -> FloatArray:
    """Give the yearly probabilities, shape (..., states, targets), who stays in its own column."""
    number = rates.shape[-2]
    moves = rates.copy()
    own = np.arange(number)
    moves[..., own, own] = 0.0
    chances = step_probabilities(moves)
    chances[..., own, own] = 1.0 - chances.sum(axis=-1)
    return chances


def demand(
    drawn: np.ndarray, states: tuple[str, ...], first_year: int, places: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """Set the children to come beside the places that are planned.

    Parameters
    ----------
    drawn : array of int, shape (draws, years, states)
        `simulated_stocks`.
    states : tuple of str
        Care arrangements.
    first_year : int
        Year of the first drawn stocks.
    places : mapping of care arrangement to Series of float, index year
        Places planned so far, in every drawn year; an arrangement without plans is left out.

    Returns
    -------
    DataFrame with year, care_arrangement, p10, p50, p90, planned_places, utilisation_p50
        utilisation_p50 = p50 / planned places; both NaN where no places are planned.
    """
    years = range(first_year, first_year + drawn.shape[1])
    quantiles = np.quantile(drawn, list(QUANTILES.values()), axis=0)
    table = pd.DataFrame(
        [
            (year, state, *quantiles[:, position, column])
            for column, state in enumerate(states)
            for position, year in enumerate(years)
        ],
        columns=["year", "care_arrangement", *QUANTILES],
    )
    planned = [
        places[state].get(year, np.nan) if state in places else np.nan
        for year, state in table[["year", "care_arrangement"]].itertuples(index=False)
    ]
    table["planned_places"] = np.asarray(planned, dtype="float64")
    some = table["planned_places"].where(table["planned_places"] > 0)
    table["utilisation_p50"] = table["p50"] / some
    return table


def places_stand_empty_from(table: pd.DataFrame) -> pd.Series:
    """Give the first year from which planned places exceed even high demand (P90) to the end.

    Parameters
    ----------
    table : DataFrame
        `demand`.

    Returns
    -------
    Series of float, index care_arrangement
        Arrangements with planned places; NaN where they do not stand empty at the end.
    """
    planned = table.dropna(subset="planned_places")
    found = {}
    for arrangement, rows in planned.groupby("care_arrangement", sort=False):
        rows = rows.sort_values("year")
        empty = rows["planned_places"] > rows["p90"]
        to_the_end = empty[::-1].cummin()[::-1]
        years = rows.loc[to_the_end, "year"]
        found[str(arrangement)] = float(years.iloc[0]) if len(years) else float("nan")
    return pd.Series(found, dtype="float64", name="year").rename_axis("care_arrangement")


def covered_share(drawn: np.ndarray, observed: np.ndarray) -> float:
    """Give the share of held-back stocks that lie in the interval from P5 to P95.

    Parameters
    ----------
    drawn : array of int, shape (draws, years, states)
        Drawn without knowing the observed stocks.
    observed : array of float, shape (years, states)
        NaN where nothing is known.
    """
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    known = ~np.isnan(observed)
    inside = (low <= observed) & (observed <= high)
    return float(inside[known].mean()) if known.any() else float("nan")
