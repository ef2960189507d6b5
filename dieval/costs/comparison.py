"""Arrangements beside each other: difference, ratio and the room for specific support."""

from __future__ import annotations

import pandas as pd

from dieval.costs.unit_costs import in_order
from dieval.errors import ParameterError


def ratio(reference_cost: float, alternative_cost: float) -> float:
    """Give how many times dearer the reference is than the alternative, same unit for both.

    Examples
    --------
    >>> round(ratio(13_612, 4_407), 3)
    3.089
    """
    if alternative_cost <= 0:
        raise ParameterError(f"the alternative's cost must be above 0, got {alternative_cost}.")
    return reference_cost / alternative_cost


def compare(units: pd.DataFrame, parts: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Compare every arrangement with the reference arrangement, year by year.

    The difference and the switch point are positive where the alternative costs less. The switch
    point is the cost of the reference minus the cost of the alternative *without* support: as much
    support a child-month could be paid before the alternative stops being cheaper. Methods,
    section 1, “Specific support”.

    Parameters
    ----------
    units : DataFrame with year, care_arrangement, cost_per_child_month_eur
        `unit_costs` by year and care_arrangement.
    parts : DataFrame with year, care_arrangement, part, cost_per_child_month_eur
        `unit_cost_parts`.
    reference : str
        Arrangement that the others are compared with.

    Returns
    -------
    DataFrame with year, reference, alternative, reference_eur_per_child_month,
    alternative_eur_per_child_month, difference_eur_per_child_month, ratio,
    support_eur_per_child_month, switch_point_support_eur_per_child_month, switch_point_multiple
        Money of the year [EUR/child-month]; support is NaN where none is recorded, and then the
        cost is the cost without support. The multiple is switch point / recorded support, NaN
        where no support is recorded or the alternative is dearer even without it; the ratio is NaN
        where the alternative costs nothing. Only years in which both costs are known.
    """
    costs = units.pivot(index="year", columns="care_arrangement", values="cost_per_child_month_eur")
    if reference not in costs.columns:
        raise ParameterError(
            f"reference: there is no {reference} in the region and period; arrangements with "
            f"data are {', '.join(costs.columns)}."
        )
    support = parts[parts["part"] == "support"].set_index(["year", "care_arrangement"])
    pairs = costs.drop(columns=reference).stack().dropna()
    table = pairs.rename_axis(["year", "alternative"]).rename("alternative_eur_per_child_month")
    table = table.reset_index()
    table.insert(1, "reference", reference)
    table["reference_eur_per_child_month"] = table["year"].map(costs[reference])
    table = table.dropna(subset="reference_eur_per_child_month")
    keys = pd.MultiIndex.from_frame(table[["year", "alternative"]])
    recorded = support["cost_per_child_month_eur"].reindex(keys)
    table["difference_eur_per_child_month"] = (
        table["reference_eur_per_child_month"] - table["alternative_eur_per_child_month"]
    )
    alternative_cost = table["alternative_eur_per_child_month"]
    table["ratio"] = table["reference_eur_per_child_month"] / alternative_cost.where(
        alternative_cost > 0
    )
    table["support_eur_per_child_month"] = recorded.to_numpy()
    table["switch_point_support_eur_per_child_month"] = table[
        "difference_eur_per_child_month"
    ] + table["support_eur_per_child_month"].fillna(0.0)
    support_paid = table["support_eur_per_child_month"]
    room = table["switch_point_support_eur_per_child_month"]
    table["switch_point_multiple"] = room.where(room > 0) / support_paid.where(support_paid > 0)
    return in_order(table, ["year", "reference", "alternative"])
