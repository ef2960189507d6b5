"""Capital spread over its useful life as an equivalent annual cost."""

from __future__ import annotations

from typing import overload

import numpy as np
import pandas as pd

from dieval.errors import ParameterError
from dieval.vocabulary import OWNER_PAYER


@overload
def annuity_factor(useful_life_years: float, discount_rate: float) -> float: ...
@overload
def annuity_factor(useful_life_years: pd.Series, discount_rate: float) -> pd.Series: ...
def annuity_factor(useful_life_years: float | pd.Series, discount_rate: float) -> float | pd.Series:
    """Give the present value of one euro a year over a useful life, paid at year end.

    Methods, section 1, “Capital”: a(n, r) = (1 − (1 + r)^−n) / r; n where r is 0.

    Parameters
    ----------
    useful_life_years : float or Series of int, shape (assets,)
        [years], at least 1.
    discount_rate : float
        Real rate [1/year], 0 or more.

    Returns
    -------
    float or Series of float, shape (assets,)
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
    if discount_rate < 0:
        raise ParameterError(f"discount_rate must be 0 or more [1/year], got {discount_rate}.")
    if np.any(np.asarray(useful_life_years) < 1):
        raise ParameterError("useful_life_years must be at least 1 [years].")
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


def capital_costs(
    assets: pd.DataFrame, providers: pd.DataFrame, years: list[int], discount_rate: float
) -> pd.DataFrame:
    """Give each provider's equivalent annual cost of capital, year by year.

    An asset counts at its recorded cost in the years acquired_year … acquired_year +
    useful_life_years − 1, whether or not its provider still cares for children: the money is spent.
    Its payer is the provider's owner (`vocabulary.OWNER_PAYER`). Methods, section 1, “Capital”.

    Parameters
    ----------
    assets, providers : DataFrame
        Tables of the data contract.
    years : list of int
        Years to cover.
    discount_rate : float
        Real rate [1/year], 0 or more.

    Returns
    -------
    DataFrame with region, provider, care_arrangement, year, payer, source, amount_eur
        One row per asset and year in which it counts [EUR/year].
    """
    owned = assets.merge(
        providers[["provider", "region", "care_arrangement", "owner"]],
        on="provider",
        how="left",
        validate="many_to_one",
    )
    owned["amount_eur"] = annuitise(owned["cost_eur"], owned["useful_life_years"], discount_rate)
    owned["payer"] = owned["owner"].map(OWNER_PAYER)
    by_year = owned.merge(pd.DataFrame({"year": years}), how="cross")
    in_use = by_year["year"].between(
        by_year["acquired_year"], by_year["acquired_year"] + by_year["useful_life_years"] - 1
    )
    columns = ["region", "provider", "care_arrangement", "year", "payer", "source", "amount_eur"]
    return by_year.loc[in_use, columns].reset_index(drop=True)
