"""Children in care: child-days, child-months, places and occupancy."""

from __future__ import annotations

import calendar

import pandas as pd

MONTHS_OF_YEAR = 12


def days_of_year(year: int) -> int:
    """Give the number of days of a year: 366 in a leap year, otherwise 365."""
    return 366 if calendar.isleap(year) else 365


def child_months(child_days: pd.Series, year: pd.Series) -> pd.Series:
    """Convert child-days into child-months: child_days / (days of the year / 12).

    Methods, section 1: the denominator of every unit cost.

    Parameters
    ----------
    child_days : Series of float, shape (rows,)
        One child in care for one day [child-days].
    year : Series of int, shape (rows,)
        Year of each row.

    Returns
    -------
    Series of float, shape (rows,)
        [child-months]

    Examples
    --------
    >>> child_months(pd.Series([365.0, 366.0]), pd.Series([2019, 2020])).to_list()
    [12.0, 12.0]
    """
    return child_days / (year.map(days_of_year) / MONTHS_OF_YEAR)


def activity_totals(activity: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add up child-days and place-days of a group of rows.

    Rows that distinguish age bands or levels of need add up to the same total as a row that does
    not. Places are a property of the provider, not of a group of children: a provider's places
    count once however its rows are split, and a total is missing when any of its providers does
    not record places.

    Parameters
    ----------
    activity : DataFrame
        Table `activity` of the data contract.
    by : list of str
        Key of the result, a subset of region, provider, care_arrangement, year.

    Returns
    -------
    DataFrame with the columns of `by`, child_days, place_days
        [child-days], [place-days]; place_days NaN where not all providers record it.
    """
    provider_key = ["region", "provider", "care_arrangement", "year"]
    per_provider = (
        activity.groupby(provider_key, dropna=False, sort=True)
        .agg(
            child_days=("child_days", "sum"),
            place_days=("place_days", lambda days: days.sum(min_count=1)),
        )
        .reset_index()
    )
    grouped = per_provider.groupby(by, dropna=False, sort=True)
    totals = grouped[["child_days"]].sum()
    totals["place_days"] = grouped["place_days"].sum(skipna=False)
    return totals.astype("float64").reset_index()
