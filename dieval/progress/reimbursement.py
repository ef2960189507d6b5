"""Persons whose services were reimbursed, by target group."""

from __future__ import annotations

import pandas as pd


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
