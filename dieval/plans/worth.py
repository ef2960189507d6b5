"""What a plan costs and saves, as result tables: year by year, by payer, otherwise, how sure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dieval.costs.activity import MONTHS_OF_YEAR
from dieval.costs.assumptions import Z_95, CostAssumptions
from dieval.plans.sensitivity import npv_sensitivity
from dieval.plans.transition import (
    Plan,
    budget_by_payer,
    moved_at_the_end,
    peak_funding,
    scenarios,
    stranded_costs,
    transition,
    transition_summary,
)
from dieval.vocabulary import FAMILY_BASED, FAMILY_LIKE, PAYERS

SCENARIOS = (
    "as_planned",
    "moved_at_the_end",
    "one_year_later",
    "fewer_families",
    "family_like_instead",
    "keep_the_home",
)
# Kinds of one-off costs, in the order in which they are listed; `other` stands last.
KINDS = ("capital", "training", "redundancy", "dual_running", "disposal")


def worth(plan: Plan, children_before: int, families_found: float) -> dict[str, pd.DataFrame]:
    """Compute what a plan costs and saves.

    Parameters
    ----------
    plan : Plan
    children_before : int
        Children in the home before the plan.
    families_found : float
        Share of the planned families that is found in the scenario with fewer of them.

    Returns
    -------
    dict of DataFrame
        `transition`, `transition_summary` (one row), `budget_by_payer`, `payer_summary`, `one_off`,
        `stranded` (left out where there were no children before), `scenarios`, `scenario_years`.
    """
    table = transition(plan)
    budget = budget_by_payer(plan)
    made = {
        "transition": table,
        "transition_summary": summary(plan, table, children_before),
        "budget_by_payer": budget,
        "payer_summary": payer_summary(budget, plan.discount_rate),
        "one_off": one_off_costs(plan.one_off),
    }
    if children_before > 0:
        made["stranded"] = stranded_costs(plan, children_before)
    others = scenarios(plan, dict.fromkeys(FAMILY_BASED, families_found), FAMILY_LIKE[0])
    others["moved_at_the_end"] = moved_at_the_end(plan, children_before)
    return made | _scenarios({name: others[name] for name in SCENARIOS}, int(plan.years[-1]))


def summary(plan: Plan, table: pd.DataFrame, children_before: int) -> pd.DataFrame:
    """Sum up a plan in one row.

    Parameters
    ----------
    plan : Plan
    table : DataFrame
        `transition`.
    children_before : int
        Children in the home before the plan.

    Returns
    -------
    DataFrame with npv_eur, net_eur, break_even_year, peak_funding_eur, peak_funding_year,
    children_before, cost_per_child_before_eur, highest_cost_per_child_eur,
    highest_cost_per_child_year
        Cost of a child-year in the home with all children, in the first year, and the highest while
        it empties [EUR/child-year]; NaN where nobody stays or the cost is not known.
    """
    before = float("nan")
    if children_before > 0:
        whole = np.full(len(plan.years), float(children_before))
        before = float(plan.cost_function.cost(whole)[0]) / children_before
    emptying = table.set_index("year")["cost_per_child_eur"].dropna()
    found: dict[str, float] = {
        **transition_summary(table),
        "children_before": children_before,
        "cost_per_child_before_eur": before,
        "highest_cost_per_child_eur": float(emptying.max()) if len(emptying) else float("nan"),
        "highest_cost_per_child_year": (
            float(emptying.idxmax()) if len(emptying) else float("nan")
        ),
    }
    return pd.DataFrame([found])


def one_off_costs(one_off: pd.DataFrame) -> pd.DataFrame:
    """List the one-off costs of a plan by year, kind and payer.

    Parameters
    ----------
    one_off : DataFrame with year, kind, payer, amount_eur
        `Plan.one_off`, in constant prices.

    Returns
    -------
    DataFrame with year, kind, payer, amount_eur
        Rows of one year, kind and payer are added; in the order of year, kind and payer.
    """
    key = ["year", "kind", "payer"]
    order = {code: rank for rank, code in enumerate([*KINDS, *PAYERS])}
    order["other"] = len(order)  # stands last among kinds and among payers
    totals = one_off.groupby(key)["amount_eur"].sum().reset_index()
    return totals.sort_values(
        key, key=lambda c: c if c.name == "year" else c.map(order), ignore_index=True
    )


def payer_summary(budget: pd.DataFrame, discount_rate: float) -> pd.DataFrame:
    """Sum up for each payer what it gains or loses by the plan.

    Parameters
    ----------
    budget : DataFrame
        `budget_by_payer`.
    discount_rate : float
        Real rate [1/year].

    Returns
    -------
    DataFrame with payer, net_eur, npv_eur, peak_funding_eur, peak_funding_year
        Plain and discounted sum, above 0 where the payer gains; deepest deficit of its plain sum
        so far, with its year (0 and NaN without one). NaN where one year is not known.
    """
    year_0 = budget["year"].min()
    factors = (1 + discount_rate) ** -(budget["year"] - year_0).astype("float64")
    discounted = budget.assign(npv_eur=budget["net_eur"] * factors)
    by_payer = discounted.groupby("payer", sort=False)
    sums = by_payer[["net_eur", "npv_eur"]].sum(min_count=budget["year"].nunique())
    peaks = [
        (payer, *peak_funding(rows.set_index("year")["net_eur"].cumsum(skipna=False)))
        for payer, rows in by_payer
    ]
    columns = ["payer", "peak_funding_eur", "peak_funding_year"]
    deepest = pd.DataFrame(peaks, columns=columns).set_index("payer")
    return sums.join(deepest).reset_index()


def _scenarios(plans: Mapping[str, Plan], last_year: int) -> dict[str, pd.DataFrame]:
    """Set the plan beside its scenarios; all are discounted to the first year of the plan."""
    rows, yearly = [], []
    for name, one in plans.items():
        table = transition(one)
        spent = table[["institution_eur", "alternative_eur", "one_off_eur"]].sum(
            axis=1, skipna=False
        )
        found_out = transition_summary(table)
        common = table[table["year"] <= last_year]
        rows.append(
            {
                "scenario": name,
                **found_out,
                "npv_to_common_end_eur": common["discounted_net_eur"].sum(skipna=False),
                "present_cost_eur": float((spent * one.discount_factors).sum(skipna=False)),
                "children_in_home_at_end": int(one.stay.iloc[-1]),
            }
        )
        yearly.append(
            table[["year", "net_eur", "discounted_net_eur", "cumulative_discounted_eur"]].assign(
                scenario=name
            )
        )
    columns = ["scenario", "year", "net_eur", "discounted_net_eur", "cumulative_discounted_eur"]
    return {
        "scenarios": pd.DataFrame(rows),
        "scenario_years": pd.concat(yearly, ignore_index=True)[columns],
    }


def uncertain_worth(
    plan: Plan,
    elsewhere: pd.DataFrame,
    factors: Mapping[str, float],
    assumptions: CostAssumptions,
    families_found: float,
) -> dict[str, pd.DataFrame]:
    """Try every uncertain value of a plan alone.

    Parameters
    ----------
    plan : Plan
    elsewhere : DataFrame
        `costs_elsewhere`.
    factors : mapping of str to float
        `error_factors`.
    assumptions : CostAssumptions
    families_found : float
        Lowest share of the planned families that is found.

    Returns
    -------
    dict of DataFrame
        `npv_sensitivity`, `npv_sensitivity_points`.
    """
    support = elsewhere.assign(support=elsewhere["support_eur_per_child_month"] * MONTHS_OF_YEAR)
    one_way, points = npv_sensitivity(
        plan,
        rates=(assumptions.discount_rate_low, assumptions.discount_rate_high),
        factors=factors,
        support=support.pivot(index="year", columns="care_arrangement", values="support"),
        support_multiples=(assumptions.support_multiple_low, assumptions.support_multiple_high),
        found=dict.fromkeys(FAMILY_BASED, families_found),
    )
    return {"npv_sensitivity": one_way, "npv_sensitivity_points": points}


def error_factors(
    elsewhere: pd.DataFrame,
    relative_errors: pd.Series,
    home_evidence: set[str],
    one_off_evidence: set[str],
    assumptions: CostAssumptions,
) -> dict[str, float]:
    """Give how far each cost of a plan may be off: upper end of its 95 % interval / the cost.

    Parameters
    ----------
    elsewhere : DataFrame
        `costs_elsewhere`.
    relative_errors : Series of float, index year and care_arrangement
        `RegionCosts.relative_errors`.
    home_evidence, one_off_evidence : set of str
        Kinds of evidence of the home's cost function and of the one-off costs; the least certain
        kind counts.
    assumptions : CostAssumptions

    Returns
    -------
    dict of float
        By `home`, `one_off` and care arrangement; of an arrangement, the largest of its years.
    """
    factors = {
        name: max((assumptions.error_factors[kind] for kind in kinds), default=1.0)
        for name, kinds in (("home", home_evidence), ("one_off", one_off_evidence))
    }
    known = elsewhere.dropna(subset="cost_year")
    taken = pd.MultiIndex.from_arrays(
        [known["cost_year"].astype("int64"), known["care_arrangement"]]
    )
    errors = pd.Series(
        relative_errors.reindex(taken).to_numpy(), index=known["care_arrangement"]
    ).fillna(0.0)
    largest = np.exp(Z_95 * errors.groupby(level=0).max())
    return factors | {str(name): float(factor) for name, factor in largest.items()}
