"""What is known on a day, and the form that every table of a report on progress has."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dieval.vocabulary import CARE_ARRANGEMENTS, NATIONAL

# Types of the columns of a result; missing texts are None, missing dates NaT.
TEXT, NUMBER, WHOLE, DATE = "object", "float64", "int64", "datetime64[s]"

DAYS_OF_YEAR = 365.25
MONTH_DAYS = DAYS_OF_YEAR / 12

TOTAL = "total"  # of all target groups, where a group stands
_LAST = chr(0x10FFFF)  # stands after every text

_CARE_RANK = {code: rank for rank, code in enumerate(CARE_ARRANGEMENTS)}


def known_on(table: pd.DataFrame, column: str, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows dated on a day or before; a row without a date is not known.

    Parameters
    ----------
    table : DataFrame
        Any table with a column of dates.
    column : str
        The column of dates.
    day : Timestamp

    Returns
    -------
    DataFrame
    """
    return table[table[column] <= day]


def years_ended(table: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows of years whose 31 December is on a day or before.

    Parameters
    ----------
    table : DataFrame with year
    day : Timestamp

    Returns
    -------
    DataFrame
    """
    ended = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    return table[table["year"] <= ended]


def of_region_and_country(table: pd.DataFrame, region: str) -> pd.DataFrame:
    """Keep the rows of a region and of the whole country.

    Parameters
    ----------
    table : DataFrame with region
    region : str

    Returns
    -------
    DataFrame
    """
    return table[table["region"].isin([region, NATIONAL])]


def _sort_key(column: pd.Series) -> pd.Series:
    if column.name == "region":
        return column.mask(column == NATIONAL, _LAST)
    if column.name == "care_arrangement":
        return column.map(_CARE_RANK)
    if column.name == "target_group":
        return column.mask(column == TOTAL, _LAST)
    return column


def in_order(table: pd.DataFrame, form: Mapping[str, str]) -> pd.DataFrame:
    """Give a result its columns, their types and the order of its rows.

    Methods of the implementation progress, “Form of the tables”. Rows are sorted by all columns
    in their order: `national` after the region, arrangements as in the vocabulary, the target
    group `total` last, other texts by code points, what is missing last.

    Parameters
    ----------
    table : DataFrame
        Any rows with these columns, or an empty table.
    form : mapping of str to str
        Type of each column (`TEXT`, `NUMBER`, `WHOLE`, `DATE`), in the order of the columns.

    Returns
    -------
    DataFrame
    """
    if table.empty:
        return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in form.items()})
    formed = table[list(form)].astype(dict(form))
    for column, kind in form.items():
        if kind == TEXT:
            formed[column] = formed[column].where(formed[column].notna(), None)
    return formed.sort_values(list(form), key=_sort_key, kind="stable", ignore_index=True)
