"""The comparison with capital valued and discounted in other ways."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dieval.costs.capital import annuitise
from dieval.costs.unit_costs import in_order

RECORDED, REPLACEMENT = "recorded", "replacement"


def replacement_costs(in_use: pd.DataFrame, price_index: pd.DataFrame) -> pd.Series:
    """Give what each asset would cost in the money of the year in which it is used.

    Methods, “Capital scenarios”: an asset acquired before the index starts is revalued from its
    first year on, which is a lower bound.

    Parameters
    ----------
    in_use : DataFrame with year, acquired_year, cost_eur
        `assets_in_use`.
    price_index : DataFrame with year, value
        Covers the years of use.

    Returns
    -------
    Series of float, shape (rows of in_use,)
        [EUR of the year of use], NaN where the index lacks the year acquired.
    """
    index = price_index.set_index("year")["value"].astype("float64")
    acquired = in_use["acquired_year"].clip(lower=int(index.index.min()))
    return in_use["cost_eur"] * in_use["year"].map(index) / acquired.map(index)


def capital_scenarios(
    units: pd.DataFrame,
    parts: pd.DataFrame,
    in_use: pd.DataFrame,
    price_index: pd.DataFrame,
    year: int,
    discount_rates: Sequence[float],
    reference: str,
) -> pd.DataFrame:
    """Give the cost per child with capital at recorded and at replacement cost, at several rates.

    Parameters
    ----------
    units, parts : DataFrame
        `unit_costs` by year and care_arrangement, and `unit_cost_parts`.
    in_use : DataFrame
        `assets_in_use`.
    price_index : DataFrame
        Table of the data contract.
    year : int
        Year to look at.
    discount_rates : sequence of float
        Real rates to show; each once, ascending [1/year].
    reference : str
        Arrangement that the others are compared with.

    Returns
    -------
    DataFrame with year, care_arrangement, valuation, discount_rate, capital_eur_per_child_month,
    cost_per_child_month_eur, difference_eur_per_child_month
        [EUR/child-month]; the difference is reference minus arrangement in the same scenario, NaN
        where the cost of the reference is not known.
    """
    known = units[(units["year"] == year) & units["cost_per_child_month_eur"].notna()]
    known = known.set_index("care_arrangement")
    capital_parts = parts[(parts["year"] == year) & (parts["part"] == "capital")]
    capital = capital_parts.set_index("care_arrangement")["amount_eur"]
    others = known["total_eur"] - capital.reindex(known.index).fillna(0.0)
    assets = in_use[in_use["year"] == year]
    costs = {RECORDED: assets["cost_eur"], REPLACEMENT: replacement_costs(assets, price_index)}
    tables = []
    for valuation, cost in costs.items():
        for rate in sorted(set(discount_rates)):
            annual = annuitise(cost, assets["useful_life_years"], rate)
            annual = annual.groupby(assets["care_arrangement"]).sum(skipna=False)
            annual = annual.reindex(known.index, fill_value=0.0)
            table = pd.DataFrame({"year": year, "valuation": valuation, "discount_rate": rate},
                                 index=known.index)  # fmt: skip
            table["capital_eur_per_child_month"] = annual / known["child_months"]
            table["cost_per_child_month_eur"] = (others + annual) / known["child_months"]
            cost_of = table["cost_per_child_month_eur"]
            compared = cost_of.get(reference, default=float("nan"))
            table["difference_eur_per_child_month"] = compared - cost_of
            tables.append(table.reset_index())
    return in_order(
        pd.concat(tables, ignore_index=True),
        ["year", "care_arrangement", "valuation", "discount_rate"],
    )
