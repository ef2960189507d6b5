"""What happened to the plans, by when it was due, and who takes part.

Methods of the implementation progress, “Process”.
"""

from __future__ import annotations

import pandas as pd

from dieval.progress.indicators import chosen
from dieval.progress.infrastructure import timed
from dieval.progress.known import DATE, NUMBER, TEXT, in_order, known_on, of_region_and_country

# The indicator that states how many partners of a kind a project has.
INDICATOR_OF_KIND = {
    "municipality": "partner_municipalities",
    "children_institution": "partner_child_institutions",
}

# What happens to a plan, in the order in which it does; a later step stands for the earlier ones.
STEPS = ("contracted", "drafted", "submitted", "approved", "amended", "evaluated")

EVENTS = {
    "region": TEXT,
    "plan": TEXT,
    "date": DATE,
    "event": TEXT,
    "number": TEXT,
    "source": TEXT,
}
DEADLINES = {
    "region": TEXT,
    "plan": TEXT,
    "event": TEXT,
    "due": DATE,
    "reached": DATE,
    "delay_days": NUMBER,
    "state": TEXT,
    "source": TEXT,
}
PARTNERS = {
    "kind": TEXT,
    "partners": NUMBER,
    "stated": NUMBER,
    "stated_date": DATE,
    "stated_source": TEXT,
}


def process(plan_events: pd.DataFrame, region: str, day: pd.Timestamp) -> pd.DataFrame:
    """List what happened to the plans of a region, then to those of the country, by date.

    Parameters
    ----------
    plan_events : DataFrame
        Table of the data contract.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with region, plan, date, event, number, source
        Events known on the day.
    """
    known = known_on(of_region_and_country(plan_events, region), "date", day)
    table = in_order(known, EVENTS).sort_values("date", kind="stable")
    return table.sort_values(
        "region", key=lambda code: code != region, kind="stable", ignore_index=True
    )


def deadlines(
    plan_deadlines: pd.DataFrame,
    plan_events: pd.DataFrame | None,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Say which deadlines of the plans of a region and of the country were kept.

    Parameters
    ----------
    plan_deadlines : DataFrame
        Table of the data contract.
    plan_events : DataFrame or None
        Table of the data contract, where there is one.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with region, plan, event, due, reached, delay_days, state, source
        Reached: date of the first such event of the plan in the same region known on the day. Delay
        and state as in `timed`; both are missing where that is not known: the package has no events
        at all, or a later one of the plan (`STEPS`) though not this one.
    """
    key = ["region", "plan", "event"]
    table = of_region_and_country(plan_deadlines, region).reset_index(drop=True)
    if plan_events is None:
        return in_order(
            table.assign(reached=pd.NaT, delay_days=float("nan"), state=None), DEADLINES
        )
    known = known_on(plan_events, "date", day)
    first = known.groupby(key)["date"].min().rename("reached")
    furthest = _step(known).groupby([known["region"], known["plan"]]).max().rename("furthest")
    table = table.merge(first.reset_index(), on=key, how="left")
    table = table.merge(furthest.reset_index(), on=key[:2], how="left")
    times = timed(table["due"], table["reached"], day)
    unrecorded = times["reached"].isna() & (_step(table) < table["furthest"])
    times["delay_days"] = times["delay_days"].mask(unrecorded)
    times["state"] = times["state"].mask(unrecorded)
    return in_order(table.drop(columns="reached").join(times), DEADLINES)


def _step(table: pd.DataFrame) -> pd.Series:
    return table["event"].map({step: place for place, step in enumerate(STEPS)}).astype("float64")


def partners_count(
    partners: pd.DataFrame,
    observations: pd.DataFrame | None,
    sources: pd.DataFrame,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Count the partners of a region's project, beside the number that sources state.

    Parameters
    ----------
    partners, sources : DataFrame
        Tables of the data contract.
    observations : DataFrame or None
        Table of the data contract, where there is one.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with kind, partners, stated, stated_date, stated_source
        Partners agreed by the day or without a date, NaN for a kind of which the region's list has
        none; stated is the latest observation of `INDICATOR_OF_KIND` known on the day (`chosen`).
    """
    ours = partners[partners["region"] == region]
    agreed = ~(ours["agreed_on"] > day)
    table = agreed.groupby(ours["kind"]).sum().rename("partners").to_frame()
    if observations is not None:
        kinds = {indicator: kind for kind, indicator in INDICATOR_OF_KIND.items()}
        known = known_on(observations[observations["region"] == region], "date", day)
        known = known.assign(kind=known["indicator"].map(kinds)).dropna(subset="kind")
        stated = chosen(known, sources, ["kind"]).set_index("kind")
        stated = stated[["value", "date", "source"]]
        stated.columns = pd.Index(["stated", "stated_date", "stated_source"])
        table = table.join(stated, how="outer")
    table = table.reindex(columns=list(PARTNERS)[1:]).rename_axis("kind")
    return in_order(table.reset_index(), PARTNERS)
