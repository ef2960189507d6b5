"""Capital spread over its useful life as an equivalent annual cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from dieval.errors import ParameterError
from dieval.vocabulary import OWNER_PAYER

FloatArray = npt.NDArray[np.float64]


@overload
def annuity_factor(useful_life_years: float, discount_rate: float) -> float: ...
@overload
def annuity_factor(useful_life_years: pd.Series, discount_rate: float) -> pd.Series: ...
@overload
def annuity_factor(useful_life_years: FloatArray, discount_rate: FloatArray) -> FloatArray: ...
def annuity_factor(
    useful_life_years: float | pd.Series | FloatArray, discount_rate: float | FloatArray
) -> float | pd.Series | FloatArray:
    """Give the present value of one euro a year over a useful life, paid at year end.

    Methods, section 1, “Capital”: a(n, r) = (1 − (1 + r)^−n) / r; n where r is 0.

    Parameters
    ----------
    useful_life_years : float, Series or array of int, shape (assets,)
        [years], at least 1.
    discount_rate : float or array of float
        Real rate [1/year], 0 or more; an array takes every life at every rate as numpy broadcasts.

    Returns
    -------
    float, Series or array of float, shape (assets,)
        [years]

    Raises
    ------
    ParameterError
        A life is below 1 year or the rate is negative.

    Examples
    --------
    >>> round(100 / annuity_factor(5, 0.05), 1)
    23.1
    """
    if np.any(np.asarray(discount_rate) < 0):
        raise ParameterError(f"discount_rate must be 0 or more [1/year], got {discount_rate}.")
    if np.any(np.asarray(useful_life_years) < 1):
        raise ParameterError("useful_life_years must be at least 1 [years].")
    if isinstance(discount_rate, np.ndarray):
        above_zero = np.where(discount_rate == 0, 1.0, discount_rate)
        factor = (1 - (1 + above_zero) ** -np.asarray(useful_life_years, float)) / above_zero
        return np.where(discount_rate == 0, useful_life_years, factor)
    if discount_rate == 0:
        return useful_life_years * 1.0
    return (1 - (1 + discount_rate) ** -useful_life_years) / discount_rate


@overload
def annuitise(
    capital_cost: float, useful_life_years: float, discount_rate: float, salvage: float = 0.0
) -> float: ...
@overload
def annuitise(
    capital_cost: pd.Series,
    useful_life_years: pd.Series,
    discount_rate: float,
    salvage: float = 0.0,
) -> pd.Series: ...
def annuitise(
    capital_cost: float | pd.Series,
    useful_life_years: float | pd.Series,
    discount_rate: float,
    salvage: float = 0.0,
) -> float | pd.Series:
    """Spread a capital cost over its useful life as an equivalent annual cost.

    Payments fall at year end; a zero rate gives cost / life. Methods, section 1, “Capital”.

    Parameters
    ----------
    capital_cost : float or Series of float, shape (assets,)
        Recorded cost [EUR].
    useful_life_years : float or Series of int, shape (assets,)
        [years], at least 1.
    discount_rate : float
        Real rate [1/year], 0 or more.
    salvage : float
        What the asset is worth at the end of its life [EUR].

    Returns
    -------
    float or Series of float, shape (assets,)
        Equivalent annual cost [EUR/year].

    Raises
    ------
    ParameterError
        A life is below 1 year or the rate is negative.

    Examples
    --------
    >>> round(annuitise(40_000, 8, 0.03), 2)
    5698.26
    """
    factor = annuity_factor(useful_life_years, discount_rate)
    if salvage:
        capital_cost = capital_cost - salvage * (1 + discount_rate) ** -useful_life_years
    return capital_cost / factor


def discount_factors(rates_from_year: Mapping[int, float], last_year: int) -> pd.Series:
    """Give what one euro of each later year is worth today, at rates that may change over time.

    Payments fall at year end; a constant rate is a schedule with one entry.

    Parameters
    ----------
    rates_from_year : mapping of int to float
        Real rate by the first year in which it discounts [1/year]; starts at year 1 or before.
    last_year : int
        Last year to cover, 0 or more.

    Returns
    -------
    Series of float, index year (0 … last_year)

    Raises
    ------
    ParameterError
        A rate is negative, or none is given for the first year.

    Examples
    --------
    >>> discount_factors({1: 0.10, 2: 0.25}, 2).round(4).to_list()
    [1.0, 0.9091, 0.7273]
    """
    if not rates_from_year or min(rates_from_year) > 1:
        raise ParameterError("rates_from_year must have a rate for year 1.")
    if min(rates_from_year.values()) < 0:
        raise ParameterError("rates_from_year: a discount rate must be 0 or more [1/year].")
    starts = pd.Series(rates_from_year, dtype="float64").sort_index()
    years = range(1, last_year + 1)
    rates = [starts[starts.index <= year].iloc[-1] for year in years]
    factors = np.cumprod([1.0, *(1 / (1 + rate) for rate in rates)])
    return pd.Series(factors, index=range(last_year + 1), name="discount_factor")


def net_present_value(
    amounts_eur: Sequence[float], discount_rate: float, mid_year: bool = False
) -> float:
    """Give what amounts of successive years are worth in the first of them.

    Methods, section 3: end-of-year convention, the first year (year 0) undiscounted.

    Parameters
    ----------
    amounts_eur : sequence of float
        One amount a year, from year 0 on [EUR].
    discount_rate : float
        Real rate [1/year], 0 or more.
    mid_year : bool
        Whether the amounts after year 0 fall in the middle of their years.

    Returns
    -------
    float
        [EUR of year 0]

    Raises
    ------
    ParameterError
        The rate is negative.

    Examples
    --------
    >>> round(net_present_value([-10_000, 5_000, 5_000, 5_000], 0.05), 2)
    3616.24
    """
    if discount_rate < 0:
        raise ParameterError(f"discount_rate must be 0 or more [1/year], got {discount_rate}.")
    earlier = 0.5 if mid_year else 0.0
    return float(
        sum(
            amount / (1 + discount_rate) ** (year - earlier if year else 0)
            for year, amount in enumerate(amounts_eur)
        )
    )


def assets_in_use(assets: pd.DataFrame, providers: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """List the assets that count in each year, with whose care they serve and who pays for them.

    An asset counts in the years acquired_year … acquired_year + useful_life_years − 1, whether or
    not its provider still cares for children: the money is spent. Its payer is the provider's
    owner (`vocabulary.OWNER_PAYER`). Methods, section 1, “Capital”.

    Parameters
    ----------
    assets, providers : DataFrame
        Tables of the data contract.
    years : list of int
        Years to cover.

    Returns
    -------
    DataFrame with region, provider, care_arrangement, year, payer, source, cost_eur,
    useful_life_years, acquired_year
        One row per asset and year in which it counts; the recorded cost [EUR].
    """
    owned = assets.merge(
        providers[["provider", "region", "care_arrangement", "owner"]],
        on="provider",
        how="left",
        validate="many_to_one",
    )
    owned["payer"] = owned["owner"].map(OWNER_PAYER)
    by_year = owned.merge(pd.DataFrame({"year": years}), how="cross")
    in_use = by_year["year"].between(
        by_year["acquired_year"], by_year["acquired_year"] + by_year["useful_life_years"] - 1
    )
    columns = ["region", "provider", "care_arrangement", "year", "payer", "source", "cost_eur"]
    columns += ["useful_life_years", "acquired_year"]
    return by_year.loc[in_use, columns].reset_index(drop=True)


def capital_costs(
    assets: pd.DataFrame, providers: pd.DataFrame, years: list[int], discount_rate: float
) -> pd.DataFrame:
    """Give the equivalent annual cost of each asset in use, year by year.

    Parameters
    ----------
    assets, providers, years :
        As in `assets_in_use`.
    discount_rate : float
        Real rate [1/year], 0 or more.

    Returns
    -------
    DataFrame
        `assets_in_use` with amount_eur [EUR/year].
    """
    in_use = assets_in_use(assets, providers, years)
    return in_use.assign(
        amount_eur=annuitise(in_use["cost_eur"], in_use["useful_life_years"], discount_rate)
    )
