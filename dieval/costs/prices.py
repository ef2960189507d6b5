"""Money of one year and of another: constant prices and the change of currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from dieval.errors import ParameterError


def deflators(price_index: pd.DataFrame, years: list[int], price_year: int) -> pd.Series:
    """Give the factor that takes each year's money to the price year.

    Methods, section 1, “Constant prices”: real = nominal × index(price year) / index(year).

    Parameters
    ----------
    price_index : DataFrame with year, value
        One index per run; the base cancels out.
    years : list of int
        Years whose money is converted.
    price_year : int
        Year whose money is used.

    Returns
    -------
    Series of float, index year
        Factor [EUR of the price year / EUR of the year].

    Raises
    ------
    ParameterError
        The index lacks one of the years.

    Examples
    --------
    >>> index = pd.DataFrame({"year": [2021, 2022], "value": [100.0, 110.0]})
    >>> deflators(index, [2021, 2022], 2022).round(4).to_list()
    [1.1, 1.0]
    """
    index = price_index.set_index("year")["value"].astype("float64")
    missing = sorted({price_year, *years} - set(index.index))
    if missing:
        raise ParameterError(
            f"price_index has no value for {', '.join(map(str, missing))}: it covers "
            f"{int(index.index.min())}–{int(index.index.max())}. Choose another price_year or "
            "period, or add the years to price_index with their source."
        )
    return (index[price_year] / index.reindex(years)).rename("deflator")


def lats_to_euro(amount_lvl: Decimal, lats_per_euro: Decimal) -> Decimal:
    """Convert lats into euro, rounded half up to the cent; the rate itself is never rounded.

    Parameters
    ----------
    amount_lvl : Decimal
        Amount [LVL].
    lats_per_euro : Decimal
        Irrevocable conversion rate [LVL/EUR]; parameter `lats_per_euro`.

    Returns
    -------
    Decimal
        Amount [EUR], two decimals.

    Examples
    --------
    >>> lats_to_euro(Decimal("100.00"), Decimal("0.702804"))
    Decimal('142.29')
    """
    return (amount_lvl / lats_per_euro).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
