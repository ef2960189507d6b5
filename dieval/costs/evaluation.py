"""The whole cost evaluation of one region, or of any set of rows, as result tables."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.capital import assets_in_use
from dieval.costs.capital_scenarios import capital_scenarios
from dieval.costs.case_mix import case_mix, group_costs, grouped_lines, not_by_group
from dieval.costs.comparison import compare
from dieval.costs.intervals import provider_bootstrap, with_ratio_intervals
from dieval.costs.ledger_codes import ledger_codes
from dieval.costs.occupancy import occupancy_curve, occupancy_effects
from dieval.costs.payers import payer_shift
from dieval.costs.perimeter import coverage_changes, perimeter, with_common_difference
from dieval.costs.prices import deflators
from dieval.costs.reliability import (
    amounts_by_evidence,
    child_days_error,
    cost_variances,
    household_mix,
    mix_variance,
)
from dieval.costs.sensitivity import cost_model, sensitivity
from dieval.costs.simulation import simulate, simulated_costs, simulation, uncertain_costs
from dieval.costs.tariffs import statutory_packages, yearly_payments
from dieval.costs.unit_costs import (
    cost_lines,
    evidence_shares,
    in_order,
    is_recorded_allowance,
    of_known_totals,
    payer_split,
    provider_lines,
    unit_cost_parts,
    unit_costs,
)
from dieval.inputs.origin import sources_of

REGIONAL_TABLES = ("costs", "activity", "households", "providers")
REQUIRED_TABLES = (
    "sources",
    "regions",
    "providers",
    "costs",
    "assets",
    "activity",
    "households",
    "statutory_rates",
    "price_index",
    "municipalities",
)


@dataclass(frozen=True)
class CostEvaluation:
    """Result tables of a cost evaluation, and what they rest on.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By name as in the data contract and in the methods: `unit_costs`, `unit_cost_parts`,
        `payer_split`, `provider_unit_costs`, `comparison` and those that explain them.
    evidence : Series of float, index evidence
        Share of the reported cost by evidence of its source.
    counted : dict of str to DataFrame
        Rows of the input tables that count (`rows_that_count`).
    missing_costs : DataFrame with care_arrangement, year
        Arrangements and years whose cost per child is not known, though children were in care.
    coverage_changes : DataFrame with care_arrangement, year, element
        Breaks in the series: years from which a cost covers an element more or less.
    not_by_group : DataFrame with care_arrangement, year, lacking, provider
        Where costs are not told apart by age or need, and why.
    recorded_allowance_eur : float
        Ledger allowances left out because statutory payments stand for them [EUR].
    ledger_codes : DataFrame
        What each code of imported ledgers was taken as (`ledger_codes`).
    lines : DataFrame
        `cost_lines` that the tables are made from: who may learn what from an amount follows from
        them. A report is given none.
    """

    tables: dict[str, pd.DataFrame]
    evidence: pd.Series
    counted: dict[str, pd.DataFrame]
    missing_costs: pd.DataFrame
    coverage_changes: pd.DataFrame
    not_by_group: pd.DataFrame
    recorded_allowance_eur: float
    ledger_codes: pd.DataFrame
    lines: pd.DataFrame

    @functools.cached_property
    def sources_used(self) -> pd.Series:
        """Keys of `sources` of the rows that count, by input table."""
        return sources_of(self.counted)

    @functools.cached_property
    def breaks(self) -> dict[str, list[int]]:
        """Years from which the cost of an arrangement covers other elements, by arrangement."""
        return {
            str(arrangement): sorted({int(year) for year in years})
            for arrangement, years in self.coverage_changes.groupby("care_arrangement")["year"]
        }


def rows_of_region(
    tables: Mapping[str, pd.DataFrame], region: str | None
) -> dict[str, pd.DataFrame]:
    """Keep the rows of one region, numbered anew; without a region keep all rows.

    Assets follow their provider. Tables without a region are kept whole.
    """
    return _numbered_anew(tables_of_region(tables, region))


def tables_of_region(
    tables: Mapping[str, pd.DataFrame], region: str | None
) -> dict[str, pd.DataFrame]:
    """Keep the rows of one region as `rows_of_region` does, each with its place in the table."""
    chosen = dict(tables)
    if region is None:
        return chosen
    for name in REGIONAL_TABLES:
        table = tables[name]
        chosen[name] = table[table["region"] == region]
    assets = tables["assets"]
    chosen["assets"] = assets[assets["provider"].isin(chosen["providers"]["provider"])]
    return chosen


def _numbered_anew(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: table.reset_index(drop=True) for name, table in tables.items()}


def evaluate_costs(
    tables: Mapping[str, pd.DataFrame],
    *,
    region: str | None,
    first_year: int,
    last_year: int,
    price_year: int,
    discount_rate: float,
    reference: str,
    draws: int,
    seed: int,
    assumptions: CostAssumptions,
) -> CostEvaluation:
    """Compute what care costs per child in each arrangement, and compare the arrangements.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The data contract's tables named in `REQUIRED_TABLES`.
    region : str or None
        Region to evaluate; None takes all rows together, for the country.
    first_year, last_year : int
        Period, both included.
    price_year : int
        Year whose money constant prices use.
    discount_rate : float
        Real rate that annuitises capital [1/year].
    reference : str
        Arrangement that the others are compared with.
    draws, seed : int
        Number of draws of the simulation, and what its random numbers start from.
    assumptions : CostAssumptions
        Ranges, errors and what follows the number of children, from the parameter files.

    Returns
    -------
    CostEvaluation
        Full precision, nothing rounded.

    Raises
    ------
    ParameterError
        A year is outside the price index, the rate is negative, or the reference has no data.
    """
    years = list(range(first_year, last_year + 1))
    of_region = tables_of_region(tables, region)
    ours = _numbered_anew(of_region)
    deflator = deflators(ours["price_index"], years, price_year)
    lines = cost_lines(ours, years, discount_rate)
    activity = ours["activity"]
    units = unit_costs(lines, activity, deflator, ["year", "care_arrangement"])
    parts = unit_cost_parts(lines, units)
    of_period = activity[activity["year"].isin(years)]
    by_provider = unit_costs(
        provider_lines(lines, of_period),
        activity.dropna(subset="provider"),
        deflator,
        ["year", "care_arrangement", "provider"],
    )
    packages = in_order(
        statutory_packages(ours["statutory_rates"], years),
        ["care_arrangement", "year", "age_band", "children_in_household"],
    )
    tables = {
        "unit_costs": units,
        "unit_cost_parts": parts,
        "payer_split": payer_split(lines),
        "provider_unit_costs": by_provider,
        "comparison": with_common_difference(compare(units, parts, reference), parts),
        "statutory_packages": packages,
        "perimeter": perimeter(parts, last_year),
        "occupancy_curve": occupancy_curve(units, parts, last_year, assumptions),
        "occupancy_effects": occupancy_effects(units, by_provider),
    }
    of_period = ours["activity"][ours["activity"]["year"].isin(years)]
    groups = grouped_lines(lines, of_period, units)
    tables |= _fair(ours, tables, lines, groups, years, discount_rate, reference, assumptions)
    tables |= _sure(ours, tables, lines, years, discount_rate, draws, seed, assumptions)
    costs = ours["costs"]
    left_out = is_recorded_allowance(costs) & costs["year"].isin(years)
    return CostEvaluation(
        tables=tables,
        evidence=evidence_shares(lines, ours["sources"]),
        counted=rows_that_count(of_region, years, {price_year, *acquired_years(of_region)}),
        missing_costs=missing_costs(units),
        coverage_changes=coverage_changes(parts),
        not_by_group=not_by_group(of_period, units, groups),
        recorded_allowance_eur=float(costs.loc[left_out, "amount_eur"].sum()),
        ledger_codes=ledger_codes(ours, years),
        lines=lines,
    )


def _fair(
    ours: Mapping[str, pd.DataFrame],
    tables: Mapping[str, pd.DataFrame],
    lines: pd.DataFrame,
    groups: pd.DataFrame,
    years: list[int],
    discount_rate: float,
    reference: str,
    assumptions: CostAssumptions,
) -> dict[str, pd.DataFrame]:
    """Make the tables that tell whether the comparison is fair, and who gains by it."""
    units, parts, comparison = (
        tables[name] for name in ("unit_costs", "unit_cost_parts", "comparison")
    )
    last_year = years[-1]
    rates = [
        assumptions.discount_rate_low,
        assumptions.discount_rate_main,
        assumptions.discount_rate_high,
        discount_rate,
    ]
    in_use = assets_in_use(ours["assets"], ours["providers"], [last_year])
    return {
        "group_costs": group_costs(groups),
        "case_mix": case_mix(groups, comparison),
        "payer_shift": payer_shift(lines, units, comparison, last_year, assumptions),
        "capital_scenarios": capital_scenarios(
            units, parts, in_use, ours["price_index"], last_year, rates, reference
        ),
    }


def _sure(
    ours: Mapping[str, pd.DataFrame],
    tables: Mapping[str, pd.DataFrame],
    lines: pd.DataFrame,
    years: list[int],
    discount_rate: float,
    draws: int,
    seed: int,
    assumptions: CostAssumptions,
) -> dict[str, pd.DataFrame]:
    """Make the tables that tell how sure the comparison is."""
    units, comparison = tables["unit_costs"], tables["comparison"]
    errors = assumptions.relative_errors
    evidence = ours["sources"].set_index("source")["evidence"]
    activity = ours["activity"][ours["activity"]["year"].isin(years)]
    in_use = assets_in_use(ours["assets"], ours["providers"], years)
    amounts = amounts_by_evidence(of_known_totals(lines), evidence)
    days_error = child_days_error(activity, evidence, errors)
    mix = household_mix(ours["households"], yearly_payments(ours["statutory_rates"], years))
    variances = cost_variances(units, amounts, days_error, mix_variance(mix), errors)
    model = cost_model(tables, in_use, variances, years[-1], assumptions)
    one_way, points = sensitivity(model, comparison, years[-1], discount_rate, assumptions)
    uncertain = uncertain_costs(
        units, amounts, days_error, mix, in_use, evidence, discount_rate, assumptions
    )
    drawn = simulate(uncertain, draws, seed)
    by_provider = tables["provider_unit_costs"]
    return {
        "comparison": with_ratio_intervals(comparison, variances),
        "provider_bootstrap": provider_bootstrap(
            comparison, units, by_provider, lines, activity, draws, seed
        ),
        "sensitivity": one_way,
        "sensitivity_points": points,
        "simulation": simulation(uncertain, drawn, comparison),
        "simulated_costs": simulated_costs(uncertain, drawn),
    }


def missing_costs(units: pd.DataFrame) -> pd.DataFrame:
    """List the arrangements and years whose cost per child is not known, unless nobody lived there.

    A cost, or the child-days to divide it by, is not recorded for all of the arrangement.
    """
    unknown = units["cost_per_child_month_eur"].isna() & (units["child_days"] != 0)
    return units.loc[unknown, ["care_arrangement", "year"]].reset_index(drop=True)


def acquired_years(tables: Mapping[str, pd.DataFrame]) -> set[int]:
    """Give the years in which assets were acquired: replacement costs take their prices."""
    return {int(year) for year in tables["assets"]["acquired_year"]}


def rows_that_count(
    tables: Mapping[str, pd.DataFrame], years: Collection[int], price_years: Collection[int]
) -> dict[str, pd.DataFrame]:
    """Give the rows of each input table that an evaluation of a period rests on.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract, of one region, with any index.
    years : collection of int
        Years whose costs and children count; where there are none, no row counts.
    price_years : collection of int
        Other years whose prices count; the first and the last year of the index stand for those
        that it does not reach.

    Returns
    -------
    dict of str to DataFrame
        A table for each input; its rows keep their index. Assets count whatever their year.
    """
    counted = {}
    for name in ("costs", "assets", "activity", "households", "statutory_rates", "price_index"):
        table = tables[name]
        if not years:
            in_period = pd.Series(False, index=table.index)
        elif name == "statutory_rates":
            ends = table["valid_to"].dt.year.fillna(max(years))
            in_period = (table["valid_from"].dt.year <= max(years)) & (ends >= min(years))
        elif name == "price_index":
            reached = np.clip([*years, *price_years], table["year"].min(), table["year"].max())
            in_period = table["year"].isin(reached)
        elif "year" in table:
            in_period = table["year"].isin(years)
        else:
            in_period = pd.Series(True, index=table.index)
        counted[name] = table[in_period]
    return counted
