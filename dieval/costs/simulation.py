"""Simulation: all uncertain data at once, drawn many times from one seed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval.costs.activity import MONTHS_OF_YEAR
from dieval.costs.assumptions import Z_95, CostAssumptions
from dieval.costs.capital import FloatArray, annuity_factor
from dieval.costs.unit_costs import in_order

# Draws are made in blocks, each with random numbers of its own: whoever computes a block, and
# however many there are, the draws in it are the same.
DRAWS_OF_BLOCK = 1_000
DATA_STREAM = 1
QUANTILES = {"p05": 0.05, "p50": 0.50, "p95": 0.95}
UNIT = ["year", "care_arrangement"]


@dataclass(frozen=True)
class UncertainCosts:
    """The costs of all arrangements and years as what is drawn and what it is drawn around.

    A unit is an arrangement in a year; a part is its amounts of one kind of evidence.

    Parameters
    ----------
    units : MultiIndex of year and care_arrangement, length units
    child_months, occupancy, days_error : array of float, shape (units,)
        Occupancy is NaN where it is not known or care has no places.
    part_unit : array of int, shape (parts,)
        Unit of each part; ascending.
    part_error, recorded_eur, statutory_eur : array of float, shape (parts,)
        Relative standard error and amounts [EUR/year]; capital stands apart.
    asset_eur : array of float, shape (parts, lives)
        Recorded cost of assets by useful life [EUR].
    lives : array of float, shape (lives,)
        Useful lives [years].
    mix_unit : array of int, shape (kinds,)
        Unit of each kind of household; ascending.
    mix_months, mix_payment_eur : array of float, shape (kinds,)
        Child-months and statutory payments per child-month.
    discount_rate, discount_rate_error : float
        Median [1/year] and standard deviation of its logarithm; 0 where it is not drawn.
    """

    units: pd.MultiIndex
    child_months: FloatArray
    occupancy: FloatArray
    days_error: FloatArray
    part_unit: np.ndarray
    part_error: FloatArray
    recorded_eur: FloatArray
    statutory_eur: FloatArray
    asset_eur: FloatArray
    lives: FloatArray
    mix_unit: np.ndarray
    mix_months: FloatArray
    mix_payment_eur: FloatArray
    discount_rate: float
    discount_rate_error: float


def uncertain_costs(
    units: pd.DataFrame,
    amounts: pd.DataFrame,
    days_error: pd.Series,
    mix: pd.DataFrame,
    in_use: pd.DataFrame,
    evidence: pd.Series,
    discount_rate: float,
    assumptions: CostAssumptions,
) -> UncertainCosts:
    """Gather what the simulation draws, for every arrangement and year with a known cost.

    Parameters
    ----------
    units : DataFrame
        `unit_costs` by year and care_arrangement.
    amounts, days_error, mix :
        `amounts_by_evidence`, `child_days_error` and `household_mix`.
    in_use : DataFrame
        `assets_in_use`.
    evidence : Series of str, index source
        Kind of evidence of each source.
    discount_rate : float
        Rate of the run [1/year].
    assumptions : CostAssumptions
        Errors and ranges from the parameter files.
    """
    known = units.dropna(subset="cost_per_child_month_eur").set_index(UNIT).sort_index()
    index = known.index
    parts = amounts.set_index(UNIT)
    parts = parts[parts.index.isin(index)].reset_index().sort_values([*UNIT, "evidence"])
    kinds = mix.set_index(UNIT)
    kinds = kinds[kinds.index.isin(index)].sort_index(kind="stable")
    assets = in_use.assign(evidence=in_use["source"].map(evidence))
    assets = assets.sort_values([*UNIT, "evidence", "useful_life_years", "cost_eur"])
    by_life = assets.pivot_table(
        index=[*UNIT, "evidence"], columns="useful_life_years", values="cost_eur", aggfunc="sum"
    )
    by_life = by_life.reindex(pd.MultiIndex.from_frame(parts[[*UNIT, "evidence"]])).fillna(0.0)
    low, high = assumptions.discount_rate_low, assumptions.discount_rate_high
    drawn = discount_rate > 0 and low > 0
    return UncertainCosts(
        units=index,
        child_months=known["child_months"].to_numpy(float),
        occupancy=known["occupancy"].to_numpy(float),
        days_error=days_error.reindex(index).fillna(0.0).to_numpy(float),
        part_unit=index.get_indexer(pd.MultiIndex.from_frame(parts[UNIT])),
        part_error=parts["evidence"].map(assumptions.relative_errors).to_numpy(float),
        recorded_eur=parts["recorded_eur"].to_numpy(float),
        statutory_eur=parts["statutory_eur"].to_numpy(float),
        asset_eur=by_life.to_numpy(float),
        lives=by_life.columns.to_numpy(float),
        mix_unit=index.get_indexer(kinds.index),
        mix_months=kinds["child_months"].to_numpy(float),
        mix_payment_eur=kinds["payment_eur_month"].to_numpy(float),
        discount_rate=discount_rate,
        discount_rate_error=float(np.log(high / low)) / (2 * Z_95) if drawn else 0.0,
    )


def simulate(costs: UncertainCosts, draws: int, seed: int, workers: int = 1) -> FloatArray:
    """Draw the cost per child-month of every arrangement and year many times.

    Methods, “Simulation”. Draw number i is the same for a seed, however many draws are made and by
    however many workers.

    Parameters
    ----------
    costs : UncertainCosts
        What is drawn.
    draws, seed : int
        Number of draws, and what the random numbers start from.
    workers : int
        Threads that share the draws.

    Returns
    -------
    array of float, shape (units, draws)
        [EUR/child-month]
    """
    blocks = range(-(-draws // DRAWS_OF_BLOCK))

    def block(number: int) -> FloatArray:
        stream = np.random.SeedSequence([seed, DATA_STREAM, number])
        return _block(costs, np.random.Generator(np.random.Philox(stream)))

    if workers == 1:
        made = [block(number) for number in blocks]
    else:
        with ThreadPoolExecutor(workers) as pool:
            made = list(pool.map(block, blocks))
    return np.concatenate(made, axis=1)[:, :draws]


def _block(costs: UncertainCosts, generator: np.random.Generator) -> FloatArray:
    """Make the draws of one block."""
    size = DRAWS_OF_BLOCK
    log_rate = costs.discount_rate_error * generator.standard_normal(size)
    rate = costs.discount_rate * np.exp(log_rate)
    factor = _gamma(costs.part_error, generator, size)
    shares = _mix(costs, generator, size)
    days = _days_factor(costs, generator, size)
    capital = costs.asset_eur @ (1 / annuity_factor(costs.lives[:, None], rate[None, :]))
    own = _by_unit(costs, factor * (costs.recorded_eur[:, None] + capital))
    statutory = _by_unit(costs, factor * costs.statutory_eur[:, None]) * shares
    return (own / days + statutory) / costs.child_months[:, None]


def _gamma(error: FloatArray, generator: np.random.Generator, size: int) -> FloatArray:
    """Draw factors with mean 1 and a relative standard error; 1 where that is 0."""
    factor = np.ones((len(error), size))
    uncertain = error > 0
    shape = 1 / error[uncertain, None] ** 2
    factor[uncertain] = generator.standard_gamma(shape, (len(shape), size)) / shape
    return factor


def _mix(costs: UncertainCosts, generator: np.random.Generator, size: int) -> FloatArray:
    """Draw the mix of households; give statutory payments relative to those of the real mix."""
    children = costs.mix_months / MONTHS_OF_YEAR
    drawn = generator.standard_gamma(children[:, None], (len(children), size))
    factor = np.ones((len(costs.units), size))
    if not len(children):
        return factor
    units, starts = np.unique(costs.mix_unit, return_index=True)
    pay = costs.mix_payment_eur[:, None]

    def mean_payment(weights: FloatArray) -> FloatArray:
        total = np.add.reduceat(weights, starts, axis=0)
        paid = np.add.reduceat(weights * pay, starts, axis=0)
        return paid / np.where(total > 0, total, np.nan)

    real = mean_payment(costs.mix_months[:, None])
    relative = mean_payment(drawn) / np.where(real > 0, real, np.nan)
    factor[units] = np.where(np.isnan(relative), 1.0, relative)
    return factor


def _days_factor(costs: UncertainCosts, generator: np.random.Generator, size: int) -> FloatArray:
    """Draw child-days relative to those recorded: by occupancy where places are known."""
    error, mean = costs.days_error, costs.occupancy
    spread = (mean * error) ** 2
    within = (mean > 0) & (mean < 1) & (spread > 0)
    strength = np.where(within, mean * (1 - mean) / np.where(within, spread, 1.0) - 1, 0.0)
    alpha, beta = mean * strength, (1 - mean) * strength
    as_occupancy = within & (alpha >= 1) & (beta >= 1)
    factor = np.ones((len(mean), size))
    of_places = alpha[as_occupancy, None], beta[as_occupancy, None]
    occupancy = generator.beta(*of_places, (len(of_places[0]), size))
    factor[as_occupancy] = occupancy / mean[as_occupancy, None]
    others = ~as_occupancy & (error > 0)
    sigma = np.sqrt(np.log1p(error[others, None] ** 2))
    normal = generator.standard_normal((len(sigma), size))
    factor[others] = np.exp(sigma * normal - sigma**2 / 2)
    return factor


def _by_unit(costs: UncertainCosts, drawn: FloatArray) -> FloatArray:
    """Add up the parts of each unit."""
    total = np.zeros((len(costs.units), drawn.shape[1]))
    if len(drawn):
        units, starts = np.unique(costs.part_unit, return_index=True)
        total[units] = np.add.reduceat(drawn, starts, axis=0)
    return total


def simulated_costs(costs: UncertainCosts, drawn: FloatArray) -> pd.DataFrame:
    """Give the 5, 50 and 95 % quantiles of each simulated cost per child-month.

    Returns
    -------
    DataFrame with year, care_arrangement, draws, p05, p50, p95
        [EUR/child-month]
    """
    table = costs.units.to_frame(index=False)
    table["draws"] = drawn.shape[1]
    return in_order(table.join(_quantiles(drawn)), UNIT)


def simulation(costs: UncertainCosts, drawn: FloatArray, comparison: pd.DataFrame) -> pd.DataFrame:
    """Give how likely each alternative is cheaper, and the quantiles of its difference.

    Parameters
    ----------
    costs, drawn :
        As in `simulate`.
    comparison : DataFrame with year, reference, alternative
        Pairs to look at.

    Returns
    -------
    DataFrame with year, reference, alternative, draws, probability_cheaper, p05, p50, p95
        Share of the draws in which the alternative costs less; reference − alternative
        [EUR/child-month].
    """
    table = comparison[["year", "reference", "alternative"]].reset_index(drop=True)
    reference, alternative = (
        costs.units.get_indexer(pd.MultiIndex.from_frame(table[["year", side]]))
        for side in ("reference", "alternative")
    )
    difference = drawn[reference] - drawn[alternative]
    table["draws"] = drawn.shape[1]
    table["probability_cheaper"] = (difference > 0).mean(axis=1)
    return table.join(_quantiles(difference))


def _quantiles(drawn: FloatArray) -> pd.DataFrame:
    if not len(drawn):
        return pd.DataFrame(columns=list(QUANTILES), dtype="float64")
    values = np.quantile(drawn, list(QUANTILES.values()), axis=1)
    return pd.DataFrame(dict(zip(QUANTILES, values, strict=True)))
