"""Which region a municipality counts in, whatever reform came between.

Methods of the implementation progress, “Regions”.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.inputs.regions import membership_on, municipalities_on
from dieval.vocabulary import NATIONAL

DI_PLAN = "di_plan"


def plan_date(plan_events: pd.DataFrame | None, day: pd.Timestamp) -> pd.Timestamp:
    """Give the day whose regions a report uses: that of the plan it reports on.

    Parameters
    ----------
    plan_events : DataFrame or None
        Table of the data contract, where there is one.
    day : Timestamp
        Day of the report.

    Returns
    -------
    Timestamp
        Latest approval of the national DI plan known on the day; without one, the earliest event
        of a DI plan of any region known on the day; without one, the day itself.
    """
    if plan_events is None:
        return day
    known = plan_events[(plan_events["plan"] == DI_PLAN) & (plan_events["date"] <= day)]
    approved = known[(known["region"] == NATIONAL) & (known["event"] == "approved")]
    if not approved.empty:
        return pd.Timestamp(approved["date"].max())
    return day if known.empty else pd.Timestamp(known["date"].min())


def region_of_plan(
    municipalities: pd.DataFrame, region_membership: pd.DataFrame, date: pd.Timestamp
) -> pd.Series:
    """Give the one region in which each municipality counts, for a plan of a given date.

    It is the region of the municipality on the date; of a municipality that was in no region then,
    its first one afterwards; of one that has none either, that of its successor, and so on.

    Parameters
    ----------
    municipalities, region_membership : DataFrame
        Tables of the data contract.
    date : Timestamp
        `plan_date`.

    Returns
    -------
    Series of str, index municipality
        Every municipality of the table, sorted; None where nothing places it: it has ended without
        a successor, successors lead in a circle, or it was never in a region after the date.
    """
    later = region_membership[region_membership["valid_from"] > date].sort_values("valid_from")
    placed = dict(zip(later["municipality"][::-1], later["region"][::-1], strict=True))
    placed |= membership_on(region_membership, date).to_dict()
    codes = sorted(municipalities["municipality"].unique())
    heirs = heirs_of(municipalities)
    regions = [
        next((placed[heir] for heir in (code, *followers(heirs, code)) if heir in placed), None)
        for code in codes
    ]
    index = pd.Index(codes, name="municipality", dtype="object")
    return pd.Series(regions, index=index, name="region", dtype="object")


def heirs_of(municipalities: pd.DataFrame) -> dict[str, str]:
    """Give the successor of each municipality that names one: its last row that does."""
    named = municipalities.dropna(subset="successor").sort_values("valid_from")
    return dict(zip(named["municipality"], named["successor"], strict=True))


def followers(heirs: dict[str, str], municipality: str) -> list[str]:
    """List who followed a municipality, one after the other, up to a circle or the last.

    Examples
    --------
    >>> followers({"a": "b", "b": "c", "c": "a"}, "a")
    ['b', 'c']
    """
    passed = [municipality]
    while passed[-1] in heirs and heirs[passed[-1]] not in passed:
        passed.append(heirs[passed[-1]])
    return passed[1:]


def without_superseded(
    counts: pd.DataFrame, municipalities: pd.DataFrame, day: pd.Timestamp
) -> pd.DataFrame:
    """Leave out the counts of ended municipalities that a later count of a follower contains.

    After a reform the persons of a dissolved municipality are counted by the one that took it
    over. Until that one has a row of its own for the same service and target group, dated after
    the end, the row of the dissolved municipality stands.

    Parameters
    ----------
    counts : DataFrame with municipality, service_type, target_group, date
        Rows known on the day.
    municipalities : DataFrame
        Table of the data contract.
    day : Timestamp
        Day of the report.

    Returns
    -------
    DataFrame
        Rows that stand; nobody is counted twice.
    """
    standing = set(municipalities_on(municipalities, day)["municipality"])
    ends = (
        municipalities[municipalities["valid_to"] < day].groupby("municipality")["valid_to"].max()
    )
    heirs = heirs_of(municipalities)
    service = ["service_type", "target_group"]
    newest = counts.groupby(["municipality", *service])["date"].max()
    gone = counts["municipality"].isin(ends.index) & ~counts["municipality"].isin(standing)
    contained = [
        any(
            newest.get((heir, row.service_type, row.target_group), pd.NaT) > ends[row.municipality]
            for heir in followers(heirs, row.municipality)
        )
        for row in counts[gone].itertuples()
    ]
    stands = ~gone.to_numpy()
    stands[gone.to_numpy()] = ~np.array(contained, dtype=bool)
    return counts[stands]
