"""Where the children of a plan will live, year by year: nobody lost, nobody counted twice.

Methods of the annex, “Destinations”.
"""

from __future__ import annotations

import pandas as pd

from dieval.errors import ParameterError
from dieval.vocabulary import (
    CARE_ARRANGEMENTS,
    ENDS_OF_CARE,
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
BALANCE = ["year", "before", "entries", "in_care", "left_care", "difference"]


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
    wide = _by_year(destinations)
    named = [name for name in CARE_ARRANGEMENTS if name in wide]
    if wide.empty or wide.index.min() > years[0]:
        planned = "no year" if wide.empty else f"{wide.index.min()} first"
        raise ParameterError(
            f"destinations plans {planned}, but {years[0]} is asked for. Start in a planned year, "
            "or add rows of earlier years."
        )
    held = wide.reindex(sorted({*wide.index, *years})).ffill()
    return held.loc[years, named].astype("int64").rename_axis("year")


def _by_year(destinations: pd.DataFrame) -> pd.DataFrame:
    """Add up the children by year and code; a code without a row in a planned year has nobody."""
    totals = destinations.groupby(["year", "care_arrangement"])["children"].sum()
    return totals.unstack(fill_value=0).sort_index()


def balance_of_children(destinations: pd.DataFrame, children_before: int | None) -> pd.DataFrame:
    """Compare the children of each planned year with those of the year before.

    Methods, section 3: children in care + those who left care = children before + entries.

    Parameters
    ----------
    destinations : DataFrame with year, care_arrangement, children
        Rows of one provider. `family`, `adoption` and `exit` are children who have left care by the
        end of the year, `entry` children who came in the year.
    children_before : int or None
        Children in the home at the end of the year before the first, where that is known.

    Returns
    -------
    DataFrame with year, before, entries, in_care, left_care, difference
        left_care: those who left in the year. difference = in care + left − before − entries: above
        0 children are counted twice, below 0 some are lost. NaN where nothing is known of before.
    """
    wide = _by_year(destinations)
    in_care = wide.reindex(columns=list(CARE_ARRANGEMENTS), fill_value=0).sum(axis=1)
    gone = wide.reindex(columns=list(ENDS_OF_CARE), fill_value=0).sum(axis=1)
    entries = wide.get(ENTRY, pd.Series(0, index=wide.index))
    before = in_care.shift().astype("float64")
    if len(before):
        before.iloc[0] = float("nan") if children_before is None else float(children_before)
    left = gone - gone.shift(fill_value=0)
    difference = in_care + left - before - entries
    table = pd.DataFrame(
        {
            "before": before,
            "entries": entries,
            "in_care": in_care,
            "left_care": left,
            "difference": difference,
        }
    )
    return table.rename_axis("year").reset_index()[BALANCE]


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
    wide = _by_year(destinations)
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
