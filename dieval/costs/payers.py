"""What moves between payers when one child moves from one care arrangement to another."""

from __future__ import annotations

import pandas as pd

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.unit_costs import in_order, of_known_totals

COLUMNS = [
    "year",
    "reference",
    "alternative",
    "payer",
    "reference_payer_eur_per_child_month",
    "alternative_payer_eur_per_child_month",
    "change_eur_per_child_month",
    "change_at_once_eur_per_child_month",
]


def payer_shift(
    lines: pd.DataFrame,
    units: pd.DataFrame,
    comparison: pd.DataFrame,
    year: int,
    assumptions: CostAssumptions,
) -> pd.DataFrame:
    """Give what each payer pays more or less per month when one child moves.

    Methods, “Payers when one child moves”. The changes of all payers add up to the cost of the
    alternative minus that of the reference; at once, only what follows the number of children is
    saved in the reference.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines`.
    units : DataFrame with year, care_arrangement, child_months
        `unit_costs` by year and care_arrangement.
    comparison : DataFrame with year, reference, alternative
        Pairs to look at.
    year : int
        Year to look at.
    assumptions : CostAssumptions
        Which share of each part follows the number of children.

    Returns
    -------
    DataFrame with year, reference, alternative, payer, reference_payer_eur_per_child_month,
    alternative_payer_eur_per_child_month, change_eur_per_child_month,
    change_at_once_eur_per_child_month
        [EUR/child-month]
    """
    pairs = comparison[comparison["year"] == year]
    if pairs.empty:
        return pd.DataFrame(columns=COLUMNS)
    known = of_known_totals(lines[lines["year"] == year])
    variable = known["amount_eur"] * assumptions.variable_share(known["part"])
    key = ["care_arrangement", "payer"]
    paid = known.assign(variable_eur=variable).groupby(key)[["amount_eur", "variable_eur"]].sum()
    months = units[units["year"] == year].set_index("care_arrangement")["child_months"]
    paid = paid.div(paid.index.get_level_values("care_arrangement").map(months), axis=0)
    paid.columns = ["per_child", "variable"]
    tables = []
    for pair in pairs.itertuples():
        sides = paid.loc[pair.reference].join(
            paid.loc[pair.alternative], how="outer", suffixes=("_before", "_after")
        )
        tables.append(
            sides.fillna(0.0)
            .reset_index()
            .assign(year=year, reference=pair.reference, alternative=pair.alternative)
        )
    table = pd.concat(tables, ignore_index=True)
    table = table.rename(
        columns={
            "per_child_before": "reference_payer_eur_per_child_month",
            "per_child_after": "alternative_payer_eur_per_child_month",
        }
    )
    after = table["alternative_payer_eur_per_child_month"]
    table["change_eur_per_child_month"] = after - table["reference_payer_eur_per_child_month"]
    table["change_at_once_eur_per_child_month"] = after - table["variable_before"]
    return in_order(table[COLUMNS], COLUMNS[:4])
