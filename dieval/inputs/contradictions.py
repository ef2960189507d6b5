"""Rows about the implementation and plans that contradict each other: which, not what to do.

The check of a package and the reports look for the same contradictions. Each function marks rows
and leaves them as they are; a missing cell contradicts nothing.
"""

from __future__ import annotations

import pandas as pd

from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE, ENTRY, MILESTONES

# Stands for an end that is open; later than every date.
OPEN_END = pd.Timestamp.max.floor("s")
# Of the first there cannot be more than of the second.
PERSONS_NOT_ABOVE = (
    ("receiving", "needing"),
    ("receiving", "assessed"),
    ("needing", "assessed"),
)
BALANCE = ["year", "before", "entries", "in_care", "left_care", "difference"]


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


def children_by_year(destinations: pd.DataFrame) -> pd.DataFrame:
    """Add up the children of a plan by year and code; a code without a row has nobody.

    Parameters
    ----------
    destinations : DataFrame with year, care_arrangement, children
        Rows of one provider; groups of children are added.

    Returns
    -------
    DataFrame of int, index year, one column per code
    """
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
    wide = children_by_year(destinations)
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


def closes_too_early(destinations: pd.DataFrame, providers: pd.DataFrame) -> pd.Series:
    """Mark the planned rows of children who live in their home after it has closed.

    Parameters
    ----------
    destinations : DataFrame with provider, year, care_arrangement, children
    providers : DataFrame with provider, care_arrangement, closed

    Returns
    -------
    Series of bool, index of the rows
        False for a provider that is not in the table, or that names no day.
    """
    homes = providers.dropna(subset="provider").drop_duplicates("provider").set_index("provider")
    stays = destinations["care_arrangement"] == destinations["provider"].map(
        homes["care_arrangement"]
    )
    closed = destinations["provider"].map(homes["closed"].dt.year)
    late = (destinations["year"] >= closed) & (destinations["children"] > 0)
    return (stays & late).fillna(False).astype(bool)
