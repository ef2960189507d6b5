"""Where the children of a plan will live, year by year: nobody lost, nobody counted twice.

Methods of the annex, “Destinations”.
"""

from __future__ import annotations

import pandas as pd

from dieval.errors import ParameterError
from dieval.inputs.contradictions import balance_of_children, children_by_year
from dieval.vocabulary import (
    CARE_ARRANGEMENTS,
    ENTRY,
    FAMILY_BASED,
    FAMILY_LIKE,
    RESIDENTIAL,
)

# The order of preference: where a child should live, best first.
PREFERENCE = {
    "own_family": ("family", "adoption"),
    "family_environment": FAMILY_BASED,
    "family_like": FAMILY_LIKE,
    "residential": RESIDENTIAL,
}


def planned_children(destinations: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Count the children of a plan in care, by where they live at the end of each year.

    Parameters
    ----------
    destinations : DataFrame with year, care_arrangement, children
        Rows of one provider; groups of children are added. After the last planned year everybody
        stays where that year puts them, also in a year between that nobody planned.
    years : list of int
        Years to cover, in order.

    Returns
    -------
    DataFrame of int, index year, one column per care arrangement that the plan names

    Raises
    ------
    ParameterError
        The plan has no row of or before the first year.
    """
    wide = children_by_year(destinations)
    named = [name for name in CARE_ARRANGEMENTS if name in wide]
    if wide.empty or wide.index.min() > years[0]:
        planned = "no year" if wide.empty else f"{wide.index.min()} first"
        raise ParameterError(
            f"destinations plans {planned}, but {years[0]} is asked for. Start in a planned year, "
            "or add rows of earlier years."
        )
    held = wide.reindex(sorted({*wide.index, *years})).ffill()
    return held.loc[years, named].astype("int64").rename_axis("year")


def preference_shares(destinations: pd.DataFrame) -> pd.DataFrame:
    """Give the share of children at each step of the order of preference, year by year.

    Parameters
    ----------
    destinations : DataFrame with year, care_arrangement, children
        Rows of one provider; children who grew out of care (`exit`) are left out.

    Returns
    -------
    DataFrame with year, step, children, share
        Steps in the order of `PREFERENCE`; share is NaN in a year without children.
    """
    wide = children_by_year(destinations)
    steps = pd.DataFrame(
        {
            step: wide.reindex(columns=list(codes), fill_value=0).sum(axis=1)
            for step, codes in PREFERENCE.items()
        },
        index=wide.index,
    )
    everybody = steps.sum(axis=1)
    shares = steps.div(everybody.where(everybody > 0), axis=0)
    rows = [
        (year, step, int(steps.loc[year, step]), float(shares.loc[year, step]))
        for year in steps.index
        for step in PREFERENCE
    ]
    return pd.DataFrame(rows, columns=["year", "step", "children", "share"])


def children_before(planned: pd.DataFrame, start_year: int) -> int:
    """Give the children of a plan before a year, as its own rows say.

    Parameters
    ----------
    planned : DataFrame
        Rows of `destinations` of one provider.
    start_year : int
        First year to look at. Where the plan began earlier: the children in care at the end of the
        last planned year before it.
    """
    balance = balance_of_children(planned, 0)
    earlier = balance[balance["year"] < start_year]
    if len(earlier):
        return int(earlier["in_care"].iloc[-1])
    first = balance.iloc[0]
    return int(first["in_care"] + first["left_care"] - first["entries"])


def planned_rows(destinations: pd.DataFrame, years: range) -> pd.DataFrame:
    """Keep the rows of some years; in the first of them, the last planned ones before it count.

    Parameters
    ----------
    destinations : DataFrame with year, care_arrangement, children
        Rows of one provider.
    years : range
        Years to show.
    """
    ours = destinations[destinations["year"].isin(years)]
    earlier = destinations[destinations["year"] < years[0]]
    if earlier.empty or (ours["year"] == years[0]).any():
        return ours
    last = earlier[
        (earlier["year"] == earlier["year"].max()) & (earlier["care_arrangement"] != ENTRY)
    ]
    return pd.concat([last.assign(year=years[0]), ours], ignore_index=True)
