"""Rows about the implementation that contradict each other: which ones, not what to do about it.

The check of a package and the reports look for the same contradictions. Each function marks rows
and leaves them as they are; a missing cell contradicts nothing.
"""

from __future__ import annotations

import pandas as pd

from dieval.vocabulary import MILESTONES

# Stands for an end that is open; later than every date.
OPEN_END = pd.Timestamp.max.floor("s")
# Of the first there cannot be more than of the second.
PERSONS_NOT_ABOVE = (
    ("receiving", "needing"),
    ("receiving", "assessed"),
    ("needing", "assessed"),
)


def more_than(rows: pd.DataFrame, more: str, than: str) -> pd.Series:
    """Mark the rows in which the first count is above the second.

    Examples
    --------
    >>> needs = pd.DataFrame({"needing": [20, 12], "receiving": [12, 20]})
    >>> more_than(needs, "receiving", "needing").tolist()
    [False, True]
    """
    return (rows[more] > rows[than]).fillna(False).astype(bool)


def falls(reimbursement: pd.DataFrame) -> pd.Series:
    """Mark the rows with fewer persons than the row before it of the region and target group.

    Persons are counted from the start of the project, so the count cannot fall.

    Parameters
    ----------
    reimbursement : DataFrame with region, date, target_group, persons_cumulative

    Returns
    -------
    Series of bool, index of the rows
    """
    in_time = reimbursement.sort_values("date", kind="stable")
    before = in_time.groupby(["region", "target_group"])["persons_cumulative"].shift()
    fallen = (in_time["persons_cumulative"] < before).fillna(False).astype(bool)
    return fallen.reindex(reimbursement.index)


def before_predecessor(milestones: pd.DataFrame, reached: pd.Series) -> pd.Series:
    """Mark the milestones reached before, or without, the one recorded before them.

    Parameters
    ----------
    milestones : DataFrame with project, milestone
    reached : Series of Timestamp, index of the rows
        Day on which each was reached; missing where it was not.

    Returns
    -------
    Series of bool, index of the rows
    """
    rank = milestones["milestone"].map({name: rank for rank, name in enumerate(MILESTONES)})
    in_order = reached.loc[rank.sort_values(kind="stable").index]
    by_project = in_order.groupby(milestones["project"])
    before, has_before = by_project.shift(), by_project.cumcount() > 0
    early = in_order.notna() & has_before & ~(before <= in_order)
    return early.reindex(milestones.index)


def outlives_municipality(services: pd.DataFrame, municipalities: pd.DataFrame) -> pd.Series:
    """Mark the services that go on after the municipality they are given in has ended.

    Parameters
    ----------
    services : DataFrame with municipality, closed
    municipalities : DataFrame with municipality, valid_to
        A municipality with a period that is open has not ended.

    Returns
    -------
    Series of bool, index of the rows
        False for a municipality that is not in the table.
    """
    ends = municipalities["valid_to"].fillna(OPEN_END)
    last_day = services["municipality"].map(ends.groupby(municipalities["municipality"]).max())
    closed = services["closed"].fillna(OPEN_END)
    return (closed > last_day).fillna(False).astype(bool)
