"""Sources that state different values for the same thing, side by side."""

from __future__ import annotations

import pandas as pd

from dieval.progress.indicators import chosen
from dieval.progress.known import DATE, NUMBER, TEXT, in_order, known_on, of_region_and_country

# The indicator that counts the persons of a target group whose services are reimbursed.
INDICATOR_OF_GROUP = {
    "ft_children": "ft_children_served",
    "ft_parents": "ft_parents_served",
    "grt_adults": "grt_adults_served",
}

SOURCE_CONFLICTS = {
    "region": TEXT,
    "indicator": TEXT,
    "kind": TEXT,
    "date": DATE,
    "counting_basis": TEXT,
    "value": NUMBER,
    "source": TEXT,
    "used": TEXT,
}
_STATED = ["region", "indicator", "date", "counting_basis", "value", "source"]
_INDICATOR = ["region", "indicator"]
_DATE = [*_INDICATOR, "date"]
_BASIS = [*_DATE, "counting_basis"]
_YES_NO = {True: "yes", False: "no"}


def _differing(rows: pd.DataFrame, group: list[str], side: str) -> pd.DataFrame:
    """Keep the groups in which different sides state different values.

    With two sides and two values in a group there are two rows that differ in both.
    """
    grouped = rows.groupby(group, dropna=False)
    sides = grouped[side].transform("nunique", dropna=False)
    return rows[(sides > 1) & (grouped["value"].transform("nunique") > 1)]


def _conflicts(
    rows: pd.DataFrame,
    sources: pd.DataFrame,
    kind: str,
    group: list[str],
    side: str,
    one_used: list[str],
) -> pd.DataFrame:
    """List the differing groups of a kind; one row is used of each that `one_used` tells apart."""
    differing = _differing(rows, group, side)
    used = differing.index.isin(chosen(differing, sources, one_used).index)
    return differing[_STATED].assign(kind=kind, used=pd.Series(used, differing.index).map(_YES_NO))


def source_conflicts(
    indicators: pd.DataFrame,
    observations: pd.DataFrame,
    reimbursement: pd.DataFrame | None,
    sources: pd.DataFrame,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """List every observation of a group in which sources differ in value.

    Methods of the implementation progress, “Indicators”: the kinds are same_date,
    stated_differently, counting_basis and reimbursement; a group can stand under two of them.

    Parameters
    ----------
    indicators, observations, sources : DataFrame
        Tables of the data contract.
    reimbursement : DataFrame or None
        Table of the data contract, if the package has it.
    region : str
        Code of the report's region; observations of the whole country are shown too.
    day : Timestamp
        What is dated later is not known.

    Returns
    -------
    DataFrame with the columns of `SOURCE_CONFLICTS`
        Value in the unit of the indicator; used is `yes` for the row that the report uses.
    """
    known = known_on(of_region_and_country(observations, region), "date", day)
    level = known["indicator"].map(indicators.set_index("indicator")["level"])
    found = [
        _conflicts(known[level != "input"], sources, "same_date", _BASIS, "source", _BASIS),
        _conflicts(
            known[level == "input"], sources, "stated_differently", _INDICATOR, "source", _INDICATOR
        ),
        _conflicts(known, sources, "counting_basis", _DATE, "counting_basis", _BASIS),
    ]
    if reimbursement is not None:
        persons = known_on(of_region_and_country(reimbursement, region), "date", day)
        persons = persons.rename(columns={"persons_cumulative": "value"}).assign(
            indicator=persons["target_group"].map(INDICATOR_OF_GROUP), counting_basis=None
        )
        observed = chosen(known, sources, _BASIS)
        both = pd.concat(
            [observed[_STATED].assign(table="observed"), persons[_STATED].assign(table="persons")],
            ignore_index=True,
        )
        differing = _differing(both, _DATE, "table")
        found.append(differing[_STATED].assign(kind="reimbursement", used="yes"))
    return in_order(pd.concat(found), SOURCE_CONFLICTS)
