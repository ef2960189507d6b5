"""What an annex rests on: which rows, and how much of its cost on which kind of evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from dieval.costs.evaluation import rows_that_count
from dieval.costs.unit_costs import of_known_totals
from dieval.inputs.origin import all_rows
from dieval.plans.care_costs import without_capital
from dieval.plans.chain import RegionCosts
from dieval.plans.transition import Plan, transition
from dieval.progress.services import SERVICE
from dieval.vocabulary import EVIDENCE


def cost_by_evidence(
    plan: Plan,
    care: RegionCosts,
    functions: pd.DataFrame,
    function_sources: pd.Series,
    elsewhere: pd.DataFrame,
    one_off: pd.DataFrame,
    with_capital: bool,
) -> pd.Series:
    """Give the share of the cost of a plan, and of keeping the home, by evidence of its source.

    Parameters
    ----------
    plan : Plan
    care : RegionCosts
    functions, function_sources : DataFrame, Series
        `home_functions`.
    elsewhere : DataFrame
        `costs_elsewhere`.
    one_off : DataFrame
        Rows of `transition_costs` of the home.
    with_capital : bool
        Whether annuitised capital is part of the cost elsewhere.

    Returns
    -------
    Series of float, index evidence
        Shares of the sum of absolute amounts that are known; empty where there is none.
    """
    kind = care.tables["sources"].set_index("source")["evidence"]
    table = transition(plan).set_index("year")
    of_home = table["status_quo_eur"] + table["institution_eur"]
    parts = []
    for row in functions.dropna(subset="cost_year").itertuples():
        shares = function_sources[int(row.cost_year)]
        parts.append(shares.groupby(shares.index.map(kind)).sum() * of_home[row.year])
    lines = of_known_totals(care.lines if with_capital else without_capital(care.lines))
    key = ["care_arrangement", "year"]
    amounts = lines.assign(evidence=lines["source"].map(kind), amount=lines["amount_eur"].abs())
    by_kind = amounts.groupby([*key, "evidence"])["amount"].sum()
    shares_elsewhere = by_kind / by_kind.groupby(level=key).transform("sum")
    paid = plan.cost_elsewhere
    for row in elsewhere.dropna(subset="cost_year").itertuples():
        taken = (row.care_arrangement, int(row.cost_year))
        if row.care_arrangement in paid and taken in shares_elsewhere.index.droplevel("evidence"):
            parts.append(shares_elsewhere[taken] * paid.loc[row.year, row.care_arrangement])
    once = plan.one_off["amount_eur"].abs()
    parts.append(once.groupby(one_off.loc[once.index, "source"].map(kind)).sum())
    total = pd.concat(parts).groupby(level=0).sum()
    total = total.reindex([code for code in EVIDENCE if code in total.index])
    if not total.sum() > 0:
        return pd.Series(dtype="float64", name="share").rename_axis("evidence")
    return (total / total.sum()).rename_axis("evidence").rename("share")


def annex_rows(
    tables: Mapping[str, pd.DataFrame],
    present_years: Collection[int],
    cost_years: Collection[int],
    price_years: Collection[int],
    rows: Mapping[str, pd.DataFrame | None],
) -> dict[str, pd.DataFrame]:
    """Give the rows of each input table that an annex rests on.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract, of the home's region.
    present_years : collection of int
        Years of the present situation: the home's cost beside its region's.
    cost_years : collection of int
        Years whose unit costs elsewhere count.
    price_years : collection of int
        Other years whose prices count.
    rows : mapping of str to DataFrame or None
        Rows of other input tables that count, by name.

    Returns
    -------
    dict of str to DataFrame
        Rows keep the index that they have.
    """
    counted = rows_that_count(tables, cost_years, price_years)
    of_present = rows_that_count(tables, present_years, price_years)
    for name in ("costs", "assets", "activity", "price_index"):
        counted[name] = all_rows(counted[name], of_present[name])
    others = {name: table for name, table in rows.items() if table is not None and len(table)}
    return counted | others


def rows_of_needs(needs: pd.DataFrame, unmet: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of `needs` that unmet needs are taken from.

    Parameters
    ----------
    needs : DataFrame
        Table of the data contract.
    unmet : DataFrame
        `unmet_needs`.
    """
    named = unmet.set_index([*SERVICE, "needs_date"]).index
    return needs[needs.set_index([*SERVICE, "date"]).index.isin(named)]
