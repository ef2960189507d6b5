"""Months of a ledger: all twelve, each once, and each of its own rather than from January on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.table import Table

MONTHS = 12
# Amounts from January on grow every month and end at several times the first one.
FEWEST_MONTHS = 6
GROWTH = 0.5  # of the number of months


def check_months(table: Table, rows: pd.DataFrame, whose: Sequence[str]) -> list[Problem]:
    """Check the months of a ledger that names them.

    Parameters
    ----------
    table : Table
        The ledger, for the places of its rows.
    rows : DataFrame with the columns `whose`, month, code, cents, total
        Rows of the ledger in the same order.
    whose : sequence of str
        Columns that tell the ledgers of one file apart.

    Returns
    -------
    list of Problem
        Errors: a year that lacks months is not made up to twelve; a code that stands twice in a
        month would count twice; amounts from January on are no amounts of months.
    """
    own = rows[~rows["total"]]
    if own["month"].isna().all():
        return []
    key = list(whose)
    found = _report(
        table,
        own.index[own["month"].isna()],
        "month_missing",
        ("rindai nav mēneša, bet citām ir.", "the row names no month, and others do."),
        ("Ierakstiet mēnesi (1–12).", "Write the month (1–12)."),
    )
    for _, ledger in own.dropna(subset="month").groupby(key, dropna=False):
        there = sorted(set(ledger["month"].astype(int)))
        lacking = [str(month) for month in range(1, MONTHS + 1) if month not in there]
        if lacking:
            listed = ", ".join(lacking)
            found += _report(
                table,
                ledger.index,
                "months",
                (f"gadā ir tikai {len(there)} no 12 mēnešiem; trūkst: {listed}. Summas "
                 "nepārrēķina.",
                 f"the year has {len(there)} of 12 months; missing: {listed}. Amounts are not made "
                 "up to a year."),
                ("Pievienojiet trūkstošos mēnešus vai sūtiet gada summas bez kolonnas „month”.",
                 "Add the missing months, or send the amounts of the year without a column month."),
            )  # fmt: skip
        found += _report(
            table,
            ledger.index[ledger.duplicated(["month", "code"], keep=False)],
            "month_twice",
            ("kods vienā mēnesī atkārtojas.", "a code stands twice in one month."),
            ("Atstājiet vienu no rindām.", "Keep one of the rows."),
        )
        sums = ledger.groupby("month")["cents"].sum().sort_index().to_numpy(dtype=float)
        if _is_cumulative(sums):
            found += _report(
                table,
                ledger.index,
                "cumulative",
                ("summas katru mēnesi pieaug; varbūt tās ir no gada sākuma, nevis par mēnesi.",
                 "amounts grow from month to month; are they from January on, not of the month?"),
                ("Ierakstiet katra mēneša summu vai tikai decembri bez kolonnas „month”.",
                 "Write the amount of each month, or December alone without a column month."),
            )  # fmt: skip
    return found


def _is_cumulative(sums: np.ndarray) -> bool:
    """Tell whether amounts of months are rather those from the first month on.

    Examples
    --------
    >>> _is_cumulative(np.arange(1.0, 13)), _is_cumulative(np.full(12, 5.0))
    (True, False)
    """
    if len(sums) < FEWEST_MONTHS or sums[0] <= 0 or (np.diff(sums) <= 0).any():
        return False
    return bool(sums[-1] / sums[0] > GROWTH * len(sums))


def _report(
    table: Table,
    places: pd.Index,
    rule: str,
    message: tuple[str, str],
    remedy: tuple[str, str],
) -> list[Problem]:
    marked = np.zeros(len(table.frame), dtype=bool)
    marked[places.to_numpy(dtype=int)] = True
    return table.problems(marked, "month", rule, message, remedy)
