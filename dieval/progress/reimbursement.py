"""Persons whose services were reimbursed, by target group, and how fast their number grows.

Methods of the implementation progress, “Reimbursement”.
"""

from __future__ import annotations

import pandas as pd

from dieval.progress.conflicts import INDICATOR_OF_GROUP
from dieval.progress.known import DATE, MONTH_DAYS, NUMBER, TEXT, TOTAL, in_order, known_on

REIMBURSEMENT = {
    "date": DATE,
    "target_group": TEXT,
    "persons": NUMBER,
    "amount_eur": NUMBER,
    "persons_since": NUMBER,
    "amount_eur_since": NUMBER,
    "source": TEXT,
}
PACE = {
    "target_group": TEXT,
    "version": TEXT,
    "date": DATE,
    "persons": NUMBER,
    "target_value": NUMBER,
    "target_date": DATE,
    "per_month_so_far": NUMBER,
    "per_month_needed": NUMBER,
    "source": TEXT,
    "target_source": TEXT,
}


def persons_reimbursed(reimbursement: pd.DataFrame) -> pd.Series:
    """Add up the persons of all target groups, for each region and date.

    Parameters
    ----------
    reimbursement : DataFrame with region, date, target_group, persons_cumulative
        Cumulative since the project began, so dates are never added together.

    Returns
    -------
    Series of int, index region, date
        [persons]
    """
    return reimbursement.groupby(["region", "date"])["persons_cumulative"].sum()


def reimbursement(table: pd.DataFrame, region: str, day: pd.Timestamp) -> pd.DataFrame:
    """Give persons and money reimbursed since the start, and since the date before.

    Parameters
    ----------
    table : DataFrame
        Table `reimbursement` of the data contract.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with date, target_group, persons, amount_eur, persons_since, amount_eur_since, source
        Cumulative [persons, EUR]; `since` is the difference to the group's own date before, NaN
        on its first. The target group `total` stands on dates on which every group that the
        region has by the day is recorded; its amount is NaN where a group's is, and it names no
        source of its own.
    """
    known = known_on(table[table["region"] == region], "date", day)
    groups = known.rename(
        columns={"persons_cumulative": "persons", "amount_eur_cumulative": "amount_eur"}
    )[["date", "target_group", "persons", "amount_eur", "source"]]
    recorded = groups.groupby("date")["target_group"].transform("nunique")
    whole = groups[recorded == groups["target_group"].nunique()]
    totals = whole.groupby("date")[["persons", "amount_eur"]].sum(skipna=False).reset_index()
    both = pd.concat([groups, totals.assign(target_group=TOTAL, source=None)], ignore_index=True)
    both = both.sort_values("date", kind="stable")
    for quantity in ("persons", "amount_eur"):
        both[f"{quantity}_since"] = both.groupby("target_group")[quantity].diff()
    return in_order(both, REIMBURSEMENT)


def reimbursement_pace(
    table: pd.DataFrame, targets: pd.DataFrame, region: str, day: pd.Timestamp
) -> pd.DataFrame:
    """Compare how many persons a month were reached with how many a month are still needed.

    Parameters
    ----------
    table, targets : DataFrame
        Tables `reimbursement` and `targets` of the data contract.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with target_group, version, date, persons, target_value, target_date,
    per_month_so_far, per_month_needed, source, target_source
        [persons/month] The latest date of every target group beside every version of the target
        of its indicator (`INDICATOR_OF_GROUP`) known on the day. So far: from the baseline date
        of the target; NaN where that is not before the date. Needed: 0 where the target is met;
        NaN where the target date has come on the day, or is not after the date.
    """
    latest = reimbursement(table, region, day).groupby("target_group").tail(1)
    latest = latest.assign(indicator=latest["target_group"].map(INDICATOR_OF_GROUP))
    versions = known_on(targets[targets["region"] == region], "valid_from", day)
    pairs = latest.merge(versions, on="indicator", suffixes=("", "_of_target"))
    so_far = _months(pairs["baseline_date"], pairs["date"])
    left = _months(pairs["date"], pairs["target_date"]).where(pairs["target_date"] > day)
    to_go = (pairs["target_value"] - pairs["persons"]).clip(lower=0)
    pairs["per_month_so_far"] = pairs["persons"] / so_far
    pairs["per_month_needed"] = (to_go / left).where(to_go > 0, 0.0)
    pairs["target_source"] = pairs["source_of_target"]
    return in_order(pairs, PACE)


def _months(start: pd.Series, end: pd.Series) -> pd.Series:
    """Give the months from one day to another; NaN where none has passed."""
    months = (end - start).dt.days / MONTH_DAYS
    return months.where(months > 0)
