"""Infrastructure projects: money, milestones and places, and whether the plan names them.

Methods of the implementation progress, “Infrastructure”.
"""

from __future__ import annotations

import pandas as pd

from dieval.progress.known import DATE, NUMBER, TEXT, WHOLE, in_order
from dieval.vocabulary import MILESTONES

REACHED, OVERDUE, AHEAD = "reached", "overdue", "ahead"

# From these milestones on, the places of a project are open.
OPENING = ("commissioned", "first_client")

STEPS = {
    "project": TEXT,
    "milestone": TEXT,
    "planned": DATE,
    "actual": DATE,
    "delay_days": NUMBER,
    "state": TEXT,
    "source": TEXT,
}
PROJECTS = {
    "project": TEXT,
    "municipality": TEXT,
    "fund": TEXT,
    "planned_eur": NUMBER,
    "contracted_eur": NUMBER,
    "certified_eur": NUMBER,
    "contracted_rate": NUMBER,
    "certified_rate": NUMBER,
    "places": NUMBER,
    "last_milestone": TEXT,
    "delay_days": NUMBER,
    "overdue_days": NUMBER,
    "named_in_plan": TEXT,
    "source": TEXT,
}
ABSORPTION = {
    "projects": WHOLE,
    "planned_eur": NUMBER,
    "contracted_eur": NUMBER,
    "certified_eur": NUMBER,
    "contracted_rate": NUMBER,
    "certified_rate": NUMBER,
    "places": NUMBER,
    "places_open": NUMBER,
    "places_open_rate": NUMBER,
}
_RANK = {milestone: rank for rank, milestone in enumerate(MILESTONES)}


def timed(due: pd.Series, reached: pd.Series, day: pd.Timestamp) -> pd.DataFrame:
    """Say what is reached, overdue or still ahead on a day, and by how many days late.

    Parameters
    ----------
    due, reached : Series of datetime
        What is reached later than the day counts as not reached.
    day : Timestamp

    Returns
    -------
    DataFrame with reached, delay_days, state, index of `due`
        Delay [days]: reached − due, below 0 where early; day − due where it is overdue; NaN where
        it is still ahead, as on the day on which it is due.
    """
    by_day = reached.where(reached <= day)
    passed = (day - due).dt.days.astype("float64")
    delay = (by_day - due).dt.days.astype("float64").where(by_day.notna(), passed.where(passed > 0))
    state = pd.Series(AHEAD, index=due.index, dtype="object")
    state = state.mask(passed > 0, OVERDUE).mask(by_day.notna(), REACHED)
    return pd.DataFrame({"reached": by_day, "delay_days": delay, "state": state})


def milestones(
    milestones: pd.DataFrame, infrastructure: pd.DataFrame, region: str, day: pd.Timestamp
) -> pd.DataFrame:
    """Give the milestones of a region's projects with their delays.

    Parameters
    ----------
    milestones, infrastructure : DataFrame
        Tables of the data contract.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with project, milestone, planned, actual, delay_days, state, source
        `timed`; actual is missing where it is after the day. Milestones in the order in which they
        are reached.
    """
    ours = milestones[milestones["project"].isin(_projects(infrastructure, region)["project"])]
    times = timed(ours["planned"], ours["actual"], day).rename(columns={"reached": "actual"})
    table = in_order(ours.drop(columns="actual").join(times), STEPS)
    return table.sort_values(["project", "milestone"], key=_in_steps, ignore_index=True)


def infrastructure(
    infrastructure: pd.DataFrame,
    milestones: pd.DataFrame | None,
    planned_places: pd.DataFrame | None,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Give the money, the progress and the place in the plan of a region's projects.

    Parameters
    ----------
    infrastructure : DataFrame
        Table of the data contract; its amounts have no date of their own.
    milestones, planned_places : DataFrame or None
        Tables of the data contract, where there are any.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with project, municipality, fund, planned_eur, contracted_eur, certified_eur,
    contracted_rate, certified_rate, places, last_milestone, delay_days, overdue_days,
    named_in_plan, source
        Rates are shares of planned money. The last milestone is the latest in their order that is
        reached, its delay as in `milestones`; overdue_days are the most of any milestone, 0 where
        none is overdue, NaN where none is recorded. named_in_plan is `yes` where `planned_places`
        names the municipality in the region, `no` where it names others only, None where it names
        none.
    """
    ours = _projects(infrastructure, region).set_index("project")
    steps = _steps(milestones, infrastructure, region, day)
    reached = steps[steps["state"] == REACHED].groupby("project").tail(1).set_index("project")
    overdue = steps["delay_days"].where(steps["state"] == OVERDUE, 0.0)
    table = _with_rates(ours).assign(
        last_milestone=reached["milestone"],
        delay_days=reached["delay_days"],
        overdue_days=overdue.groupby(steps["project"]).max(),
        named_in_plan=_named(ours["municipality"], planned_places, region),
    )
    return in_order(table.reset_index(), PROJECTS)


def absorption(
    infrastructure: pd.DataFrame,
    milestones: pd.DataFrame | None,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Add up the money and the places of a region's projects, and what of it is spent and open.

    Parameters
    ----------
    infrastructure : DataFrame
        Table of the data contract.
    milestones : DataFrame or None
        Table of the data contract, where there is one.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with projects, planned_eur, contracted_eur, certified_eur, contracted_rate,
    certified_rate, places, places_open, places_open_rate
        One row, none where the region has no project. A sum is NaN where a project's part of it is
        not known. Places are open where a milestone of `OPENING` is reached; whether they are is
        not known where a project has no milestone recorded.
    """
    ours = _projects(infrastructure, region).set_index("project")
    steps = _steps(milestones, infrastructure, region, day)
    opening = steps["milestone"].isin(OPENING) & (steps["state"] == REACHED)
    is_open = opening.groupby(steps["project"]).any().reindex(ours.index)
    places = ours["places"].astype("float64")
    table = ours.assign(places=places, places_open=places.where(is_open.ne(False), 0.0))
    table["places_open"] = table["places_open"].where(is_open.notna())
    money = ["planned_eur", "contracted_eur", "certified_eur"]
    sums = table[[*money, "places", "places_open"]].sum(skipna=False)
    total = _with_rates(sums.to_frame().T.assign(projects=len(ours)))
    total["places_open_rate"] = total["places_open"] / total["places"].where(total["places"] > 0)
    return in_order(total if len(ours) else total[:0], ABSORPTION)


def _projects(infrastructure: pd.DataFrame, region: str) -> pd.DataFrame:
    return infrastructure[infrastructure["region"] == region]


def _steps(
    rows: pd.DataFrame | None, projects: pd.DataFrame, region: str, day: pd.Timestamp
) -> pd.DataFrame:
    """Give `milestones`, without rows where the package has none."""
    return (
        in_order(pd.DataFrame(), STEPS) if rows is None else milestones(rows, projects, region, day)
    )


def _in_steps(column: pd.Series) -> pd.Series:
    return column.map(_RANK) if column.name == "milestone" else column


def _with_rates(table: pd.DataFrame) -> pd.DataFrame:
    planned = table["planned_eur"].where(table["planned_eur"] > 0)
    return table.assign(
        contracted_rate=table["contracted_eur"] / planned,
        certified_rate=table["certified_eur"] / planned,
    )


def _named(municipality: pd.Series, planned_places: pd.DataFrame | None, region: str) -> pd.Series:
    """Say whether the region's plan names each municipality; None where it names none at all."""
    unknown = pd.Series(None, index=municipality.index, dtype="object")
    if planned_places is None:
        return unknown
    named = planned_places.loc[planned_places["region"] == region, "municipality"].dropna()
    if named.empty:
        return unknown
    return municipality.isin(named).map({True: "yes", False: "no"})
