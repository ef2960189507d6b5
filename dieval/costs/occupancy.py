"""Empty places: how the cost per child rises when fewer children share what stays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.unit_costs import in_order

# Occupancy at which the curve is computed [share].
CURVE_POINTS = tuple(percent / 100 for percent in range(20, 101, 5))


def variable_costs(parts: pd.DataFrame, assumptions: CostAssumptions) -> pd.Series:
    """Give the part of each cost per child-month that follows the number of children.

    Parameters
    ----------
    parts : DataFrame with year, care_arrangement, part, cost_per_child_month_eur
        `unit_cost_parts`.
    assumptions : CostAssumptions
        Which share of each part follows the number of children.

    Returns
    -------
    Series of float, index year and care_arrangement
        [EUR/child-month]
    """
    variable = parts["cost_per_child_month_eur"] * assumptions.variable_share(parts["part"])
    return variable.groupby([parts["year"], parts["care_arrangement"]]).sum(skipna=False)


def cost_at_occupancy(
    cost: float, variable_cost: float, occupancy: float, at: np.ndarray
) -> np.ndarray:
    """Give the cost per child-month at another occupancy, when what stays is shared by others.

    Parameters
    ----------
    cost, variable_cost : float
        Today's cost per child-month, and the part that follows the children [EUR/child-month].
    occupancy : float
        Today's occupancy, above 0.
    at : array of float
        Occupancies to look at, above 0.

    Returns
    -------
    array of float
        [EUR/child-month]

    Examples
    --------
    >>> cost_at_occupancy(1_000.0, 200.0, 0.8, np.array([0.8, 0.4])).tolist()
    [1000.0, 1800.0]
    """
    return (cost - variable_cost) * occupancy / at + variable_cost


def occupancy_curve(
    units: pd.DataFrame, parts: pd.DataFrame, year: int, assumptions: CostAssumptions
) -> pd.DataFrame:
    """Give the cost per child-month of each arrangement at 20 % to 100 % occupancy.

    Parameters
    ----------
    units, parts : DataFrame
        `unit_costs` by year and care_arrangement, and `unit_cost_parts`.
    year : int
        Year to look at.
    assumptions : CostAssumptions
        Which share of each part follows the number of children.

    Returns
    -------
    DataFrame with year, care_arrangement, occupancy, cost_per_child_month_eur
        [EUR/child-month]; arrangements whose occupancy and cost are known and above 0.
    """
    variable = variable_costs(parts, assumptions)
    known = units[
        (units["year"] == year) & (units["occupancy"] > 0) & (units["cost_per_child_month_eur"] > 0)
    ]
    points = np.array(CURVE_POINTS)
    columns = ["year", "care_arrangement", "occupancy", "cost_per_child_month_eur"]
    tables = [
        pd.DataFrame(
            {
                "year": year,
                "care_arrangement": row.care_arrangement,
                "occupancy": points,
                "cost_per_child_month_eur": cost_at_occupancy(
                    row.cost_per_child_month_eur,
                    variable[year, row.care_arrangement],
                    row.occupancy,
                    points,
                ),
            }
        )
        for row in known.itertuples()
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def occupancy_effects(units: pd.DataFrame, by_provider: pd.DataFrame) -> pd.DataFrame:
    """Split the change of each real cost per child into dearer places and emptier places.

    Methods, “Occupancy”; the two effects add up to the change exactly.

    Parameters
    ----------
    units, by_provider : DataFrame
        `unit_costs` by year and care_arrangement, and by provider too.

    Returns
    -------
    DataFrame with care_arrangement, provider, first_year, last_year, first_occupancy,
    last_occupancy, first_child_months, last_child_months, first_real_total_eur,
    last_real_total_eur, first_real_cost_per_child_month_eur, last_real_cost_per_child_month_eur,
    total_change, place_cost_effect, occupancy_effect
        Provider is missing where the row stands for the whole arrangement. Constant prices
        [EUR/child-month]; only where two years or more are known.
    """
    both = pd.concat([units.assign(provider=None), by_provider], ignore_index=True)
    real = "real_cost_per_child_month_eur"
    known = both[(both["occupancy"] > 0) & (both[real] > 0)].sort_values("year", kind="stable")
    key = ["care_arrangement", "provider"]
    known = known.assign(real_total_eur=known[real] * known["child_months"])
    taken = ["year", "occupancy", real, "child_months", "real_total_eur"]
    grouped = known.groupby(key, dropna=False)[taken]
    first, last = grouped.first().add_prefix("first_"), grouped.last().add_prefix("last_")
    table = first.join(last).reset_index()
    table = table[table["first_year"] < table["last_year"]]
    sparse = {end: 1 / table[f"{end}_occupancy"] for end in ("first", "last")}
    place = {end: table[f"{end}_{real}"] * table[f"{end}_occupancy"] for end in ("first", "last")}
    table["total_change"] = table[f"last_{real}"] - table[f"first_{real}"]
    table["place_cost_effect"] = (
        (sparse["first"] + sparse["last"]) / 2 * (place["last"] - place["first"])
    )
    table["occupancy_effect"] = (
        (place["first"] + place["last"]) / 2 * (sparse["last"] - sparse["first"])
    )
    columns = [*key, "first_year", "last_year", "first_occupancy", "last_occupancy"]
    columns += ["first_child_months", "last_child_months"]
    columns += ["first_real_total_eur", "last_real_total_eur", f"first_{real}", f"last_{real}"]
    columns += ["total_change", "place_cost_effect", "occupancy_effect"]
    table["provider"] = table["provider"].astype("object").where(table["provider"].notna(), None)
    table = table.sort_values("provider", na_position="first", kind="stable")
    return in_order(table[columns], ["care_arrangement"])
