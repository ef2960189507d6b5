"""Municipalities and regions on a date: which existed, which region they belonged to, who followed.

Periods include both their days; an empty end is open. Pure functions on the tables
`municipalities` and `region_membership` of a data package.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

import pandas as pd

from dieval.errors import DataError, ParameterError, Problem

Date: TypeAlias = "dt.date | str | pd.Timestamp"


def _in_force(periods: pd.DataFrame, date: Date) -> pd.Series:
    day = pd.Timestamp(date)
    ends = periods["valid_to"]
    return (periods["valid_from"] <= day) & (ends.isna() | (ends >= day))


def municipalities_on(municipalities: pd.DataFrame, date: Date) -> pd.DataFrame:
    """List the municipalities that existed on a day.

    Parameters
    ----------
    municipalities : DataFrame
        Table of the data contract.
    date : date or ISO text

    Returns
    -------
    DataFrame
        Rows in force, sorted by municipality, each municipality once.
    """
    rows = municipalities[_in_force(municipalities, date)]
    return rows.sort_values("municipality", ignore_index=True)


def membership_on(region_membership: pd.DataFrame, date: Date) -> pd.Series:
    """Give the region of each municipality on a day.

    Parameters
    ----------
    region_membership : DataFrame
        Table of the data contract.
    date : date or ISO text

    Returns
    -------
    Series of str
        Region by municipality (the index, sorted); municipalities of no region are left out.
    """
    rows = region_membership[_in_force(region_membership, date)]
    return rows.set_index("municipality")["region"].sort_index()


def successor_on(municipalities: pd.DataFrame, municipality: str, date: Date) -> str:
    """Name the municipality that stood on a day in the place of a given one.

    Follows successors until one that exists on the day: `aizputes-novads` is itself until
    2021-06-30 and `dienvidkurzemes-novads` afterwards.

    Parameters
    ----------
    municipalities : DataFrame
        Table of the data contract.
    municipality : str
        Code of a municipality.
    date : date or ISO text

    Raises
    ------
    ParameterError
        The municipality is unknown, or did not exist yet on the day.
    DataError
        It ended without a successor, or successors lead in a circle.
    """
    day = pd.Timestamp(date)
    code, passed = municipality, [municipality]
    while True:
        periods = municipalities[municipalities["municipality"] == code]
        if periods.empty:
            raise ParameterError(
                f"municipality {code} does not stand in table municipalities. "
                "Correct the code or add the municipality."
            )
        if _in_force(periods, day).any():
            return code
        ended = periods[periods["valid_to"] < day].sort_values("valid_from")
        if ended.empty:
            raise ParameterError(
                f"municipality {code} did not exist yet on {day:%Y-%m-%d}; "
                f"its first day is {periods['valid_from'].min():%Y-%m-%d}. Give a later day."
            )
        following = ended["successor"].iloc[-1]
        if pd.isna(following) or following in passed:
            raise DataError([_no_successor(code, circle=not pd.isna(following))])
        code = str(following)
        passed.append(code)


def _no_successor(municipality: str, circle: bool) -> Problem:
    return Problem(
        file="municipalities",
        column="successor",
        rule="successor",
        message_lv=f"pašvaldības {municipality} pārņēmēju ķēde veido apli."
        if circle
        else f"pašvaldībai {municipality}, kas likvidēta, nav norādīta pārņēmēja.",
        message_en=f"the successors of {municipality} lead in a circle."
        if circle
        else f"{municipality} has ended and names no successor.",
        remedy_lv="Norādiet pašvaldību, kura to pārņēmusi.",
        remedy_en="Name the municipality that took it over.",
    )
