"""One-way sensitivity: what each uncertain value does to the difference, on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from dieval.costs.assumptions import Z_95, CostAssumptions
from dieval.costs.capital import FloatArray, annuity_factor
from dieval.costs.occupancy import cost_at_occupancy, variable_costs
from dieval.vocabulary import STATUTORY_ARRANGEMENTS, STATUTORY_PAYMENTS

# Points at which each parameter is tried, its low and high end included.
POINTS = 5
# Steps of the search for a change of sign: with capital on both sides there may be two of them.
STEPS = 200
# Where the value at which the conclusion switches is looked for: rates, and occupancy up to full.
HIGHEST_RATE = 1.0
LOWEST_OCCUPANCY, FULL = 1e-6, 1.0
# An error below this share of a cost is what sums of floating numbers leave, not an error.
ROUNDING = 1e-12
PAIR = ["year", "reference", "alternative"]
COLUMNS = [
    *PAIR,
    "parameter",
    "low",
    "base",
    "high",
    "outcome_low",
    "outcome_base",
    "outcome_high",
    "span",
    "switch_value",
    "range_source",
]
POINT_COLUMNS = [*PAIR, "parameter", "point", "value", "outcome"]


@dataclass(frozen=True)
class Range:
    """A value that may be another, and what the outcome then is.

    Parameters
    ----------
    parameter : str
        Its name.
    low, base, high : float
        What it may be and what it is; a base outside low … high widens the range.
    outcome : callable
        Outcome at each of an array of values.
    lowest, highest : float
        Where the value is looked for at which the outcome is 0.
    range_source : str
        Where low and high come from.
    """

    parameter: str
    low: float
    base: float
    high: float
    outcome: Callable[[FloatArray], FloatArray]
    lowest: float
    highest: float
    range_source: str


def one_way(ranges: Sequence[Range]) -> pd.DataFrame:
    """Try each parameter alone at its low and high end, the widest effect first.

    Methods, section 2, “One-way”.

    Parameters
    ----------
    ranges : sequence of Range
        Parameters of one outcome.

    Returns
    -------
    DataFrame with parameter, low, base, high, outcome_low, outcome_base, outcome_high, span,
    switch_value, range_source
        Sorted by span = |outcome_high − outcome_low|, equal spans in the order given. switch_value
        is the lowest value at which the outcome is 0, NaN if there is none between lowest and
        highest or if the outcome is 0 at every value.

    Notes
    -----
    Known answer A16: which end of a parameter is the dear one is seen from the outcomes, not
    assumed from low and high.
    """
    rows = []
    for each in ranges:
        low, high = min(each.low, each.base), max(each.high, each.base)
        ends = each.outcome(np.array([low, each.base, high]))
        span = abs(ends[2] - ends[0])
        rows.append(
            (each.parameter, low, each.base, high, *ends, span, _switch(each), each.range_source)
        )
    table = pd.DataFrame(rows, columns=COLUMNS[len(PAIR) :])
    return table.sort_values("span", ascending=False, kind="stable", ignore_index=True)


def points_of(each: Range) -> pd.DataFrame:
    """Give the outcome at five equally distant points of a range.

    Returns
    -------
    DataFrame with parameter, point, value, outcome
    """
    low, high = min(each.low, each.base), max(each.high, each.base)
    values = np.linspace(low, high, POINTS)
    return pd.DataFrame(
        {
            "parameter": each.parameter,
            "point": range(1, POINTS + 1),
            "value": values,
            "outcome": each.outcome(values),
        }
    )


def _switch(each: Range) -> float:
    """Find the lowest value at which the outcome is 0; NaN if there is none, or nothing but."""

    def outcome(value: float) -> float:
        return float(each.outcome(np.array([value]))[0])

    values = np.linspace(each.lowest, each.highest, STEPS + 1)
    signs = np.sign(each.outcome(values))
    changed = np.flatnonzero(signs != signs[0])
    if not changed.size:
        return float("nan")
    if signs[0] == 0:
        return each.lowest
    return float(brentq(outcome, values[changed[0] - 1], values[changed[0]], xtol=1e-13))


@dataclass(frozen=True)
class CostModel:
    """The costs of one year, ready to be computed again with other values.

    Parameters
    ----------
    cost : Series of float, index care_arrangement
        Cost per child-month [EUR/child-month], all known.
    parts : DataFrame of float, index care_arrangement, one column per part
        Parts of the cost [EUR/child-month], 0 where an arrangement has no such part.
    variable : Series of float, index care_arrangement
        Part of the cost that follows the number of children [EUR/child-month].
    child_months, occupancy : Series of float, index care_arrangement
        Occupancy may be NaN.
    capital : DataFrame with care_arrangement, useful_life_years, cost_eur
        Assets in use.
    provider_costs : Series of float, index care_arrangement (repeated)
        Cost per child-month of each provider that is known [EUR/child-month].
    packages : Series of float, index care_arrangement (repeated)
        What the law pays in the kinds of households [EUR/child-month].
    lowest_occupancy : Series of float, index care_arrangement
        Lowest above 0 of the period.
    standard_error : Series of float, index care_arrangement
        Of the cost per child-month, from the errors of its data [EUR/child-month].
    """

    cost: pd.Series
    parts: pd.DataFrame
    variable: pd.Series
    child_months: pd.Series
    occupancy: pd.Series
    capital: pd.DataFrame
    provider_costs: pd.Series
    packages: pd.Series
    lowest_occupancy: pd.Series
    standard_error: pd.Series

    def capital_at(self, arrangement: str, rate: FloatArray) -> FloatArray:
        """Give the capital cost of an arrangement at each discount rate [EUR/child-month]."""
        assets = self.capital[self.capital["care_arrangement"] == arrangement]
        lives = assets["useful_life_years"].to_numpy(float)[:, None]
        annual = assets["cost_eur"].to_numpy(float)[:, None] / annuity_factor(lives, rate[None, :])
        return annual.sum(axis=0) / float(self.child_months[arrangement])


def cost_model(
    tables: Mapping[str, pd.DataFrame],
    in_use: pd.DataFrame,
    variances: pd.Series,
    year: int,
    assumptions: CostAssumptions,
) -> CostModel:
    """Gather the costs of one year from the result tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `unit_costs`, `unit_cost_parts`, `provider_unit_costs`, `statutory_packages`.
    in_use : DataFrame
        `assets_in_use`.
    variances : Series of float, index year and care_arrangement
        `cost_variances` [(EUR/child-month)²].
    year : int
        Year to look at.
    assumptions : CostAssumptions
        Which share of each part follows the number of children.
    """
    units = tables["unit_costs"]
    known = units[(units["year"] == year) & units["cost_per_child_month_eur"].notna()]
    known = known.set_index("care_arrangement")
    parts = tables["unit_cost_parts"]
    parts = parts[(parts["year"] == year) & parts["care_arrangement"].isin(known.index)]
    by_part = parts.pivot(
        index="care_arrangement", columns="part", values="cost_per_child_month_eur"
    )
    providers = tables["provider_unit_costs"]
    providers = providers[(providers["year"] == year)].dropna(subset="cost_per_child_month_eur")
    packages = tables["statutory_packages"]
    packages = packages[packages["year"] == year].dropna(subset="package_eur_per_child_month")
    return CostModel(
        cost=known["cost_per_child_month_eur"],
        parts=by_part.reindex(known.index).fillna(0.0),
        variable=variable_costs(parts, assumptions).droplevel("year").reindex(known.index),
        child_months=known["child_months"],
        occupancy=known["occupancy"],
        capital=in_use[(in_use["year"] == year) & (in_use["cost_eur"] > 0)],
        provider_costs=providers.set_index("care_arrangement")["cost_per_child_month_eur"],
        packages=packages.set_index("care_arrangement")["package_eur_per_child_month"],
        lowest_occupancy=units[units["occupancy"] > 0]
        .groupby("care_arrangement")["occupancy"]
        .min(),
        standard_error=np.sqrt(variances[variances.index.get_level_values("year") == year])
        .droplevel("year")
        .reindex(known.index),
    )


def ranges_of_pair(
    model: CostModel,
    reference: str,
    alternative: str,
    discount_rate: float,
    assumptions: CostAssumptions,
) -> list[Range]:
    """Give what may be otherwise in the difference between two arrangements.

    Methods, “One at a time”. Outcome: reference − alternative [EUR/child-month].
    """
    dear, cheap = float(model.cost[reference]), float(model.cost[alternative])
    has_capital = model.capital["care_arrangement"].isin([reference, alternative]).any()
    ranges = []
    if has_capital:
        run = np.array([discount_rate])
        fixed = dear - cheap - (
            model.capital_at(reference, run)[0] - model.capital_at(alternative, run)[0]
        )  # fmt: skip
        ranges.append(
            Range(
                "discount_rate",
                assumptions.discount_rate_low,
                discount_rate,
                assumptions.discount_rate_high,
                lambda rate: (
                    fixed + model.capital_at(reference, rate) - model.capital_at(alternative, rate)
                ),
                0.0,
                HIGHEST_RATE,
                "parameter_file",
            )
        )
    most = 2 * (abs(dear) + abs(cheap)) + 1.0  # beyond any amount at which the outcome is 0
    ranges += _provider_range(model, "reference_cost", reference, lambda x: x - cheap, most)
    ranges += _provider_range(model, "alternative_cost", alternative, lambda x: dear - x, most)
    if alternative in STATUTORY_ARRANGEMENTS and alternative in model.packages.index:
        packages = model.packages[[alternative]]
        paid = [part for part in STATUTORY_PAYMENTS if part in model.parts.columns]
        base = float(model.parts.loc[alternative, paid].sum())
        ranges.append(
            Range(
                "statutory_package",
                float(packages.min()),
                base,
                float(packages.max()),
                lambda x: dear - (cheap - base + x),
                0.0,
                most + base,
                "statutory_rates",
            )
        )
    support = float(model.parts.loc[alternative].get("support", 0.0))
    if support > 0:
        ranges.append(
            Range(
                "support_multiple",
                assumptions.support_multiple_low,
                1.0,
                assumptions.support_multiple_high,
                lambda x: dear - (cheap + (x - 1) * support),
                0.0,
                most / support + 1.0,
                "parameter_file",
            )
        )
    ranges += _error_range(model, "reference_error", reference, lambda x: x - cheap, most)
    ranges += _error_range(model, "alternative_error", alternative, lambda x: dear - x, most)
    ranges += _occupancy_range(model, "occupancy", reference, lambda x: x - cheap)
    ranges += _occupancy_range(model, "alternative_occupancy", alternative, lambda x: dear - x)
    return ranges


def _provider_range(
    model: CostModel,
    name: str,
    arrangement: str,
    outcome: Callable[[FloatArray], FloatArray],
    most: float,
) -> list[Range]:
    """Give the range from the cheapest to the dearest provider, if there are two or more."""
    costs = model.provider_costs[model.provider_costs.index == arrangement]
    if len(costs) < 2:
        return []
    low, base, high = float(costs.min()), float(model.cost[arrangement]), float(costs.max())
    return [Range(name, low, base, high, outcome, 0.0, most, "providers")]


def _error_range(
    model: CostModel,
    name: str,
    arrangement: str,
    outcome: Callable[[FloatArray], FloatArray],
    most: float,
) -> list[Range]:
    """Give the 95 % interval that the errors of the data leave around a cost, if they leave one."""
    base, half = float(model.cost[arrangement]), Z_95 * float(model.standard_error[arrangement])
    if not half > ROUNDING * abs(base):
        return []
    return [Range(name, max(base - half, 0.0), base, base + half, outcome, 0.0, most, "evidence")]


def _occupancy_range(
    model: CostModel, name: str, arrangement: str, outcome: Callable[[FloatArray], FloatArray]
) -> list[Range]:
    """Give the occupancy from the lowest of the period to full, where there are children in places.

    `outcome` takes the cost per child-month that follows from the occupancy.
    """
    today = float(model.occupancy[arrangement])
    if not today > 0:
        return []
    cost, variable = float(model.cost[arrangement]), float(model.variable[arrangement])
    return [
        Range(
            name,
            float(model.lowest_occupancy[arrangement]),
            today,
            FULL,
            lambda x: outcome(cost_at_occupancy(cost, variable, today, x)),
            LOWEST_OCCUPANCY,
            max(FULL, today),
            "activity",
        )
    ]


def sensitivity(
    model: CostModel,
    comparison: pd.DataFrame,
    year: int,
    discount_rate: float,
    assumptions: CostAssumptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Try every uncertain value alone, for every alternative of a year.

    Parameters
    ----------
    model : CostModel
        Costs of the year.
    comparison : DataFrame with year, reference, alternative
        Pairs to look at.
    year : int
        Year to look at.
    discount_rate : float
        Rate of the run [1/year].
    assumptions : CostAssumptions
        Ranges from the parameter files.

    Returns
    -------
    tuple of DataFrame
        `sensitivity` with the columns of `one_way`, and `sensitivity_points` with those of
        `points_of`, both with year, reference, alternative first.
    """
    pairs = comparison[comparison["year"] == year]
    tables, points = [], []
    for pair in pairs[["reference", "alternative"]].itertuples(index=False):
        ranges = ranges_of_pair(model, pair.reference, pair.alternative, discount_rate, assumptions)
        key = {"year": year, "reference": pair.reference, "alternative": pair.alternative}
        tables.append(one_way(ranges).assign(**key))
        points += [points_of(each).assign(**key) for each in ranges]
    return _gathered(tables, COLUMNS), _gathered(points, POINT_COLUMNS)


def _gathered(tables: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    if not filled:
        return pd.DataFrame(columns=columns)
    return pd.concat(filled, ignore_index=True)[columns]
