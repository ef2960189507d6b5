"""Perimeter: what the cost of an arrangement covers, and what two sides both cover."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from dieval.costs.unit_costs import in_order

# What a fair comparison must cover on both sides, and the parts that show it is covered.
PERIMETER = {
    "care": ("staff", "remuneration", "allowance"),
    "upkeep": ("upkeep", "goods_services", "maintenance", "allowance"),
    "support": ("support",),
    "administration": ("administration",),
    "premises": ("premises",),
    "capital": ("capital",),
}


def perimeter(parts: pd.DataFrame, year: int) -> pd.DataFrame:
    """List what the cost of each arrangement covers in a year, and what it lacks.

    Parameters
    ----------
    parts : DataFrame
        `unit_cost_parts`.
    year : int
        Year to look at.

    Returns
    -------
    DataFrame with care_arrangement, element, included
        `included` is yes or no, for every element of `PERIMETER`.
    """
    recorded = parts[(parts["year"] == year) & (parts["amount_eur"] != 0)]
    rows = [
        {
            "care_arrangement": arrangement,
            "element": element,
            "included": "yes" if of_arrangement["part"].isin(covering).any() else "no",
        }
        for arrangement, of_arrangement in recorded.groupby("care_arrangement")
        for element, covering in PERIMETER.items()
    ]
    table = pd.DataFrame(rows, columns=["care_arrangement", "element", "included"])
    return in_order(table, ["care_arrangement"])


def coverage_changes(parts: pd.DataFrame) -> pd.DataFrame:
    """List where the cost of an arrangement covers more or less than in its year before.

    Such a change of definition is a break in the series, not growth of the cost.

    Parameters
    ----------
    parts : DataFrame
        `unit_cost_parts`.

    Returns
    -------
    DataFrame with care_arrangement, year, element
        The first year of the changed coverage, and the element of `PERIMETER` that came or went.
    """
    rows = []
    recorded = parts[parts["amount_eur"] != 0]
    for arrangement, of_arrangement in recorded.groupby("care_arrangement", sort=False):
        by_year = {year: set(rows_["part"]) for year, rows_ in of_arrangement.groupby("year")}
        years = sorted(by_year)
        for before, year in itertools.pairwise(years):
            for element, covering in PERIMETER.items():
                had = bool(by_year[before] & set(covering))
                if had != bool(by_year[year] & set(covering)):
                    rows.append((arrangement, year, element))
    return pd.DataFrame(rows, columns=["care_arrangement", "year", "element"])


def with_common_difference(comparison: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Add the difference without the parts of either cost that the other side does not cover.

    A part counts unless the other side lacks every element that the part covers; a part that covers
    no element, such as other costs, always counts.

    Parameters
    ----------
    comparison : DataFrame with year, reference, alternative, difference_eur_per_child_month
        `compare`; all parts of both costs are known.
    parts : DataFrame with year, care_arrangement, part, amount_eur, cost_per_child_month_eur
        `unit_cost_parts`.

    Returns
    -------
    DataFrame with common_difference_eur_per_child_month beside the difference
        Reference − alternative [EUR/child-month].

    Notes
    -----
    Institution: staff 700, premises 200. Foster family: remuneration 150, maintenance 250. Both
    cover care; only the family's cost covers upkeep, only the institution's covers premises:
    700 − 150 = 550 EUR, where the full difference is 900 − 400 = 500 EUR.
    """
    recorded = parts[parts["amount_eur"] != 0]
    elements = {
        part: {element for element, covering in PERIMETER.items() if part in covering}
        for part in recorded["part"].unique()
    }
    by_unit = {
        unit: rows.set_index("part")["cost_per_child_month_eur"].to_dict()
        for unit, rows in recorded.groupby(["year", "care_arrangement"])
    }
    covered = {
        unit: {element for part in costs for element in elements[part]}
        for unit, costs in by_unit.items()
    }

    def common_cost(year: int, arrangement: str, other: str) -> float:
        theirs = covered.get((year, other), set())
        return sum(
            cost
            for part, cost in by_unit.get((year, arrangement), {}).items()
            if not elements[part] or elements[part] & theirs
        )

    table = comparison.copy()
    place = table.columns.get_loc("difference_eur_per_child_month") + 1
    common = [
        common_cost(pair.year, pair.reference, pair.alternative)
        - common_cost(pair.year, pair.alternative, pair.reference)
        for pair in comparison.itertuples()
    ]
    table.insert(place, "common_difference_eur_per_child_month", np.array(common, dtype=float))
    return table
