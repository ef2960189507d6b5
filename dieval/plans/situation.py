"""The present situation of a home: its children, what it costs, of what and who pays.

Methods of the annex, “Present situation”.
"""

from __future__ import annotations

import pandas as pd

from dieval.costs.activity import days_of_year
from dieval.costs.unit_costs import in_order

SITUATION = [
    "year",
    "average_children",
    "places",
    "child_days",
    "place_days",
    "occupancy",
    "total_eur",
    "cost_per_child_month_eur",
    "real_cost_per_child_month_eur",
    "arrangement_real_cost_per_child_month_eur",
]
PARTS = ["part", "amount_eur", "share", "cost_per_child_month_eur"]
PAYER = ["payer", "amount_eur", "share"]


def situation(
    by_provider: pd.DataFrame, by_arrangement: pd.DataFrame, provider: str, last_year: int
) -> pd.DataFrame:
    """Give the children and the cost of a home, year by year, beside its region's.

    Parameters
    ----------
    by_provider, by_arrangement : DataFrame
        `unit_costs` by year, care_arrangement and provider, and without the provider.
    provider : str
        Code of the home.
    last_year : int
        Last year before the plan.

    Returns
    -------
    DataFrame with year, average_children, places, child_days, place_days, occupancy, total_eur,
    cost_per_child_month_eur, real_cost_per_child_month_eur,
    arrangement_real_cost_per_child_month_eur
        average_children and places are child-days and place-days / days of the year; the last is
        the cost of the region's homes of the same kind, constant prices.
    """
    ours = by_provider[
        (by_provider["provider"] == provider) & (by_provider["year"] <= last_year)
    ].sort_values("year")
    ours = ours[ours["child_days"].ne(0) | ours["total_eur"].gt(0)]
    days = ours["year"].map(days_of_year).astype("float64")
    region = by_arrangement.set_index(["care_arrangement", "year"])["real_cost_per_child_month_eur"]
    key = pd.MultiIndex.from_frame(ours[["care_arrangement", "year"]])
    table = ours.assign(
        average_children=ours["child_days"] / days,
        places=ours["place_days"] / days,
        arrangement_real_cost_per_child_month_eur=region.reindex(key).to_numpy(),
    )
    return table[SITUATION].reset_index(drop=True)


def situation_parts(lines: pd.DataFrame, child_months: float) -> pd.DataFrame:
    """Give what the cost of a home is made of in one year.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines` of one provider and year.
    child_months : float
        Of the home in the year, NaN where unknown.

    Returns
    -------
    DataFrame with part, amount_eur, share, cost_per_child_month_eur
        Ledger items and annuitised capital, in the money of the year; shares of the whole, NaN
        where an amount is not known or the whole is 0.
    """
    amounts = lines.groupby("part")["amount_eur"].sum(skipna=False).reset_index()
    total = amounts["amount_eur"].sum(skipna=False)
    amounts["share"] = amounts["amount_eur"] / (total if total > 0 else float("nan"))
    months = child_months if child_months > 0 else float("nan")
    amounts["cost_per_child_month_eur"] = amounts["amount_eur"] / months
    return in_order(amounts, ["part"])[PARTS]


def situation_payers(lines: pd.DataFrame) -> pd.DataFrame:
    """Give who pays for a home in one year, capital included.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines` of one provider and year.

    Returns
    -------
    DataFrame with payer, amount_eur, share
        Empty where a cost is not known; shares NaN where the whole is 0 or a payer's refunds exceed
        its payments.
    """
    if lines["amount_eur"].isna().any() or lines.empty:
        return pd.DataFrame(columns=PAYER)
    paid = lines.groupby("payer")["amount_eur"].sum().reset_index()
    total, least = paid["amount_eur"].sum(), paid["amount_eur"].min()
    paid["share"] = paid["amount_eur"] / (total if total > 0 and least >= 0 else float("nan"))
    return in_order(paid, ["payer"])[PAYER]
