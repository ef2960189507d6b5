"""From the data package to a plan in numbers: costs of the region, of the home, and who pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.reliability import (
    amounts_by_evidence,
    child_days_error,
    cost_variances,
    household_mix,
    mix_variance,
)
from dieval.costs.tariffs import yearly_payments
from dieval.costs.unit_costs import (
    cost_lines,
    of_known_totals,
    provider_lines,
    unit_cost_parts,
    unit_costs,
)
from dieval.errors import NoDataError
from dieval.plans.care_costs import (
    derived_function,
    function_of_years,
    held_deflators,
    home_cost_functions,
    payer_shares,
    payers_elsewhere,
    without_capital,
)
from dieval.plans.destinations import planned_children
from dieval.plans.transition import Plan


@dataclass(frozen=True)
class RegionCosts:
    """What care costs in the home's region: the chain that a plan hangs on.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract, of one region.
    years : list of int
        Years in which costs or children are recorded.
    deflator : Series of float, index year
        Factor to the price year.
    lines : DataFrame
        `cost_lines` of these years.
    activity : DataFrame
        Rows of these years.
    units, parts : DataFrame
        `unit_costs` by year and care_arrangement, and `unit_cost_parts`.
    providers : DataFrame
        `unit_costs` by year, care_arrangement and provider.
    home_lines : DataFrame
        `provider_lines` of the home.
    """

    tables: Mapping[str, pd.DataFrame]
    years: list[int]
    deflator: pd.Series
    lines: pd.DataFrame
    activity: pd.DataFrame
    units: pd.DataFrame
    parts: pd.DataFrame
    providers: pd.DataFrame
    home_lines: pd.DataFrame

    def home_column(self, provider: str, column: str) -> pd.Series:
        """Give a column of `providers` of one home, index year."""
        ours = self.providers[self.providers["provider"] == provider]
        return ours.set_index("year")[column]

    def relative_errors(self, assumptions: CostAssumptions) -> pd.Series:
        """Give the relative standard error of each unit cost, index year and care_arrangement."""
        errors = assumptions.relative_errors
        evidence = self.tables["sources"].set_index("source")["evidence"]
        payments = yearly_payments(self.tables["statutory_rates"], self.years)
        variances = cost_variances(
            self.units,
            amounts_by_evidence(of_known_totals(self.lines), evidence),
            child_days_error(self.activity, evidence, errors),
            mix_variance(household_mix(self.tables["households"], payments)),
            errors,
        )
        costs = self.units.set_index(["year", "care_arrangement"])["cost_per_child_month_eur"]
        return pd.Series(np.sqrt(variances) / costs.reindex(variances.index))


def observed_years(tables: Mapping[str, pd.DataFrame], last_year: int) -> list[int]:
    """Give the years up to one in which costs or children are recorded and prices are known.

    A year after the price index has the money of its last year.
    """
    recorded = {
        int(year) for name in ("costs", "activity", "households") for year in tables[name]["year"]
    }
    known = {int(year) for year in tables["price_index"]["year"]}
    return sorted(
        year
        for year in recorded
        if year <= last_year and (year in known or year > max(known, default=year))
    )


def region_costs(
    tables: Mapping[str, pd.DataFrame],
    provider: str,
    last_year: int,
    price_year: int,
    discount_rate: float,
) -> RegionCosts:
    """Compute what care costs in a region in all years up to one.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract, of one region.
    provider : str
        Home whose own lines are kept.
    last_year : int
        Last year of the plan.
    price_year : int
    discount_rate : float
        Real rate that annuitises capital [1/year].

    Raises
    ------
    NoDataError
        Nothing is recorded up to the year.
    """
    years = observed_years(tables, last_year)
    if not years:
        raise NoDataError(
            f"provider {provider}: no costs and no children of its region are recorded up to "
            f"{last_year}. Add rows to costs and activity, or choose another start_year."
        )
    activity = tables["activity"][tables["activity"]["year"].isin(years)]
    deflator = held_deflators(tables["price_index"], years, price_year)
    lines = cost_lines(tables, years, discount_rate)
    units = unit_costs(lines, activity, deflator, ["year", "care_arrangement"])
    of_providers = provider_lines(lines, activity)
    return RegionCosts(
        tables=tables,
        years=years,
        deflator=deflator,
        lines=lines,
        activity=activity,
        units=units,
        parts=unit_cost_parts(lines, units),
        providers=unit_costs(
            of_providers,
            activity.dropna(subset="provider"),
            deflator,
            ["year", "care_arrangement", "provider"],
        ),
        home_lines=of_providers[of_providers["provider"] == provider],
    )


def home_functions(
    care: RegionCosts,
    provider: str,
    recorded: pd.DataFrame,
    years: range,
    price_year: int,
    assumptions: CostAssumptions,
) -> tuple[pd.DataFrame, pd.Series]:
    """Give how the home's cost follows its children, and which sources that rests on.

    Parameters
    ----------
    care : RegionCosts
    provider : str
    recorded : DataFrame
        Rows of `cost_structure` of the home.
    years : range
        Years of the plan.
    price_year : int
    assumptions : CostAssumptions

    Returns
    -------
    tuple of DataFrame and Series
        `home_cost_functions`; share of each source in the function, index year and source.
    """
    before = care.home_lines[care.home_lines["year"] < years[0]]
    child_days = care.home_column(provider, "child_days")
    derived = derived_function(before, child_days, assumptions)
    known = [int(year) for year in (recorded if len(recorded) else derived)["year"]]
    factors = pd.Series(dtype="float64")
    if known:
        factors = held_deflators(care.tables["price_index"], known, price_year)
    if len(recorded):
        shares = recorded.assign(share=1.0).set_index(["year", "source"])["share"]
    else:
        running = without_capital(before).dropna(subset="source")
        amounts = running["amount_eur"].abs().groupby([running["year"], running["source"]]).sum()
        shares = amounts / amounts.groupby(level="year").transform("sum")
    functions = home_cost_functions(recorded, derived, list(years), factors)
    return functions, shares.rename_axis(["year", "source"]).rename("share")


def plan_in_numbers(
    care: RegionCosts,
    planned: pd.DataFrame,
    one_off: pd.DataFrame,
    functions: pd.DataFrame,
    elsewhere: pd.DataFrame,
    *,
    home: str,
    base_year: int | None,
    price_year: int,
    discount_rate: float,
    with_capital: bool,
) -> Plan:
    """Put a plan into numbers: children, the cost of every year in constant prices, who pays.

    Parameters
    ----------
    care : RegionCosts
    planned, one_off : DataFrame
        Rows of `destinations` and `transition_costs` of the home.
    functions : DataFrame
        `home_cost_functions`.
    elsewhere : DataFrame
        `costs_elsewhere`.
    home : str
        Care arrangement of the home.
    base_year : int or None
        Year whose ledger says who pays for the home.
    price_year : int
    discount_rate : float
        Real rate [1/year].
    with_capital : bool
        Whether annuitised capital is part of the cost elsewhere.

    Raises
    ------
    ParameterError
        The plan begins after the first year.
    """
    years = [int(year) for year in functions["year"]]
    running = without_capital(care.home_lines[care.home_lines["year"] == base_year])
    of_home = payer_shares(running, ["year"])
    counted = care.lines if with_capital else without_capital(care.lines)
    return Plan(
        home=home,
        children=planned_children(planned, years),
        cost_function=function_of_years(functions),
        cost_per_child_year=elsewhere.pivot(
            index="year", columns="care_arrangement", values="cost_per_child_year_eur"
        ),
        one_off=_in_constant_prices(one_off, care.tables["price_index"], years, price_year),
        home_payers=of_home.iloc[0] if len(of_home) else pd.Series(dtype="float64"),
        payers=payers_elsewhere(elsewhere, payer_shares(counted, ["care_arrangement", "year"])),
        discount_rate=discount_rate,
    )


def _in_constant_prices(
    one_off: pd.DataFrame, price_index: pd.DataFrame, years: Sequence[int], price_year: int
) -> pd.DataFrame:
    """Keep the one-off costs of the plan's years, in the money of the price year."""
    ours = one_off.loc[one_off["year"].isin(years), ["year", "kind", "payer", "amount_eur"]]
    if ours.empty:
        return ours.astype({"amount_eur": "float64"})
    factors = held_deflators(price_index, sorted(set(ours["year"])), price_year)
    return ours.assign(amount_eur=ours["amount_eur"] * ours["year"].map(factors))
