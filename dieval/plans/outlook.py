"""Whether the places of a region will be needed: from its moves, its stocks and what is planned.

Methods of the annex, “Demand for places”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval.plans.demand import (
    MoveRates,
    demand,
    move_rates,
    places_stand_empty_from,
    simulated_stocks,
)
from dieval.plans.destinations import children_before, planned_children
from dieval.vocabulary import CARE_ARRANGEMENTS, FAMILY_BASED

BACKTEST = ["year", "care_arrangement", "observed", "p05", "p50", "p95", "inside"]
PLACES = ["year", "care_arrangement", "places"]
UNMET = [
    "municipality",
    "service_type",
    "target_group",
    "needing",
    "receiving",
    "unmet",
    "needs_date",
    "needs_source",
]
OUTLOOK = [
    "care_arrangement",
    "year",
    "planned_places",
    "p10",
    "p50",
    "p90",
    "utilisation_p50",
    "empty_from",
]


@dataclass(frozen=True)
class Outlook:
    """Demand for places in a region.

    Parameters
    ----------
    tables : dict of str to DataFrame
        `demand`, `demand_observed`, `demand_backtest`, `places_outlook`.
    counting_basis : str
        Basis on which the stocks are counted.
    first_year, base_year : int
        First and last year whose moves are counted; the projection starts from the last.
    """

    tables: dict[str, pd.DataFrame]
    counting_basis: str
    first_year: int
    base_year: int

    def counted(
        self,
        flows: pd.DataFrame | None,
        placements: pd.DataFrame | None,
        planned: pd.DataFrame | None,
    ) -> dict[str, pd.DataFrame]:
        """Give the rows of the input tables that the projection rests on, by table."""
        rows = {}
        if flows is not None:
            rows["flows"] = flows[flows["year"].between(self.first_year, self.base_year)]
        if placements is not None:
            rows["placements"] = placements[
                (placements["counting_basis"] == self.counting_basis)
                & (placements["year"] <= self.base_year)
            ]
        if planned is not None:
            rows["planned_places"] = planned[planned["care_arrangement"].isin(CARE_ARRANGEMENTS)]
        return rows


def counting_basis(placements: pd.DataFrame, year: int) -> str | None:
    """Choose the basis on which most arrangements of a region are counted in a year.

    Parameters
    ----------
    placements : DataFrame
        Rows of the data contract, of one region.
    year : int

    Returns
    -------
    str or None
        Of several, the first in alphabetical order; None without a row of the year.
    """
    of_year = placements[placements["year"] == year]
    if of_year.empty:
        return None
    counts = of_year.groupby("counting_basis")["care_arrangement"].nunique()
    return str(counts.sort_index().idxmax())


def observed_stocks(placements: pd.DataFrame | None) -> pd.DataFrame:
    """Give the children that a region counted at the end of each year, by arrangement.

    Parameters
    ----------
    placements : DataFrame or None
        Rows of the data contract, of one region.

    Returns
    -------
    DataFrame with year, care_arrangement, children
        On the `counting_basis` of each year.
    """
    columns = ["year", "care_arrangement", "children"]
    if placements is None:
        return pd.DataFrame(columns=columns)
    years = placements["year"].unique()
    basis = placements["year"].map({year: counting_basis(placements, year) for year in years})
    return placements.loc[placements["counting_basis"] == basis, columns]


def stocks(
    placements: pd.DataFrame, basis: str, year: int, states: Sequence[str]
) -> np.ndarray | None:
    """Give the children of each arrangement at the end of a year; None if one is not counted.

    Parameters
    ----------
    placements : DataFrame
        Rows of the data contract, of one region.
    basis : str
        `counting_basis`.
    year : int
    states : sequence of str
        Care arrangements; one that is not counted in any year up to this one has nobody.
    """
    ours = placements[(placements["counting_basis"] == basis) & (placements["year"] <= year)]
    ever = set(ours["care_arrangement"])
    of_year = ours[ours["year"] == year].set_index("care_arrangement")["children"]
    found = [
        float(of_year[name]) if name in of_year.index else (np.nan if name in ever else 0.0)
        for name in states
    ]
    return None if np.isnan(found).any() else np.asarray(found, dtype="int64")


def places_planned(planned: pd.DataFrame | None, years: Sequence[int]) -> pd.DataFrame:
    """Give the places that a region plans in each year.

    A row holds from its year until a later row of the same municipality and arrangement; the
    municipalities of an arrangement are added.

    Parameters
    ----------
    planned : DataFrame or None
        Rows of `planned_places` of one region.
    years : sequence of int

    Returns
    -------
    DataFrame with year, care_arrangement, places
        Care arrangements only, from the first year in which places are planned.
    """
    if planned is None:
        return pd.DataFrame(columns=PLACES)
    ours = planned[planned["care_arrangement"].isin(CARE_ARRANGEMENTS)]
    if ours.empty:
        return pd.DataFrame(columns=PLACES)
    where = ours["municipality"].astype("object").fillna("")
    wide = ours.assign(municipality=where).pivot_table(
        index="year", columns=["care_arrangement", "municipality"], values="places", aggfunc="sum"
    )
    held = wide.reindex(sorted({*wide.index, *years})).ffill().loc[list(years)]
    totals = held.T.groupby(level="care_arrangement").sum(min_count=1).T
    table = totals.stack().rename("places").rename_axis(["year", "care_arrangement"])
    return table.dropna().reset_index()[PLACES]


def outlook(
    flows: pd.DataFrame | None,
    placements: pd.DataFrame | None,
    planned: pd.DataFrame | None,
    *,
    last_year: int,
    rate_years: int,
    held_back_years: int,
    destinations: pd.DataFrame,
    homes: Mapping[str, str],
    draws: int,
    seed: int,
) -> Outlook | None:
    """Project the children of a region to the last year of the plan.

    Parameters
    ----------
    flows, placements, planned : DataFrame or None
        Rows of the data contract, of one region, where there are any.
    last_year : int
        Year to which the projection goes.
    rate_years : int
        Most years whose moves are counted.
    held_back_years : int
        Years of the back-test.
    destinations : DataFrame
        Rows of the data contract, of the region: children of a plan who are still in their home in
        the last counted year are followed by the plan, all others by rates.
    homes : mapping of str to str
        Care arrangement of each provider of the region.
    draws, seed : int
        Of the simulation.

    Returns
    -------
    Outlook or None
        None where moves or stocks are not recorded.
    """
    if flows is None or placements is None or flows.empty:
        return None
    found = _start(flows, placements, last_year, rate_years)
    if found is None:
        return None
    base, first, basis, rates, start = found
    years = range(base + 1, last_year + 1)
    plans = movements(destinations, homes, base, list(years))
    followed = plans.later[list(rates.states)]
    rest = np.maximum(start - plans.in_homes[list(rates.states)].to_numpy(), 0)
    drawn = simulated_stocks(rates, rest, len(years), draws, seed)
    named = [] if planned is None else planned["year"].to_list()
    places = places_planned(planned, range(min([*named, base + 1]), last_year + 1))
    by_arrangement = {
        str(name): rows.set_index("year")["places"]
        for name, rows in places.groupby("care_arrangement")
    }
    table = demand(drawn + followed.to_numpy(), rates.states, base + 1, by_arrangement)
    table["plan_children"] = followed.T.to_numpy().ravel()
    observed = _observed(placements, basis, rates.states, base)
    observed = observed.merge(
        places.rename(columns={"places": "planned_places"}),
        on=["year", "care_arrangement"],
        how="left",
    )
    return Outlook(
        {
            "demand": table,
            "demand_observed": observed,
            "demand_backtest": _back_test(
                flows, placements, basis, base, rate_years, held_back_years, draws, seed
            ),
            "places_outlook": _places_outlook(table, observed),
        },
        basis,
        first,
        base,
    )


def _start(
    flows: pd.DataFrame, placements: pd.DataFrame, last_year: int, rate_years: int
) -> tuple[int, int, str, MoveRates, np.ndarray] | None:
    """Find the last year before the end of which both moves and all stocks are recorded."""
    both = sorted(set(flows["year"]) & set(placements["year"]), reverse=True)
    for base in (int(year) for year in both if year < last_year):
        first = max(int(flows["year"].min()), base - rate_years + 1)
        basis = counting_basis(placements, base)
        rates = move_rates(flows, first, base)
        start = None if basis is None else stocks(placements, basis, base, rates.states)
        if basis is not None and start is not None:
            return base, first, basis, rates, start
    return None


@dataclass(frozen=True)
class Movements:
    """What the plans of a region's homes do with their children after the last counted year.

    Parameters
    ----------
    in_homes : Series of int, index care_arrangement
        Children of the plans who are in their homes at the end of the last counted year: they are
        taken out of the stock, and followed by the plans instead of by rates.
    later : DataFrame of int, index year, one column per care_arrangement
        Where these children are at the end of each later year.
    """

    in_homes: pd.Series
    later: pd.DataFrame


def movements(
    destinations: pd.DataFrame, homes: Mapping[str, str], base: int, years: Sequence[int]
) -> Movements:
    """Follow the children of all plans of a region whose homes are not empty yet.

    Parameters
    ----------
    destinations : DataFrame
        Rows of the data contract, of the providers of one region.
    homes : mapping of str to str
        Care arrangement of each provider.
    base : int
        Last counted year.
    years : sequence of int
        Years after it.
    """
    states = list(CARE_ARRANGEMENTS)
    in_homes = pd.Series(0, index=states)
    later = pd.DataFrame(0, index=pd.Index(list(years), name="year"), columns=states)
    for provider, rows in destinations.groupby("provider"):
        home, first = homes[str(provider)], int(rows["year"].min())
        waiting = pd.DataFrame({home: children_before(rows, first)}, index=range(first - 1, first))
        planned = planned_children(rows, sorted({first, *(y for y in [base, *years] if y > first)}))
        whole = pd.concat([waiting, planned]).reindex(columns=states).fillna(0).astype("int64")
        held = whole.reindex(range(min(first - 1, base), max([*years, first]) + 1)).ffill().bfill()
        there = held.loc[base]
        if not there[home] > 0:
            continue
        in_homes[home] += int(there[home])
        moved = (held.loc[list(years)] - there).clip(lower=0)
        moved[home] = held.loc[list(years), home]
        later += moved.astype("int64")
    return Movements(in_homes, later)


def _observed(
    placements: pd.DataFrame, basis: str, states: Sequence[str], base: int
) -> pd.DataFrame:
    ours = placements[
        (placements["counting_basis"] == basis)
        & placements["care_arrangement"].isin(states)
        & (placements["year"] <= base)
    ]
    order = {name: rank for rank, name in enumerate(CARE_ARRANGEMENTS)}
    columns = ["year", "care_arrangement", "children"]
    return ours[columns].sort_values(
        ["care_arrangement", "year"],
        key=lambda column: column.map(order) if column.name == "care_arrangement" else column,
        ignore_index=True,
    )


def _back_test(
    flows: pd.DataFrame,
    placements: pd.DataFrame,
    basis: str,
    base: int,
    rate_years: int,
    held_back_years: int,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Project years that are known, from the years before them alone."""
    then = base - held_back_years
    first = max(int(flows["year"].min()), then - rate_years + 1)
    if held_back_years < 1 or not flows["year"].between(first, then).any():
        return pd.DataFrame(columns=BACKTEST)
    rates = move_rates(flows, first, then)
    start = stocks(placements, basis, then, rates.states)
    if start is None:
        return pd.DataFrame(columns=BACKTEST)
    drawn = simulated_stocks(rates, start, held_back_years, draws, seed)
    quantiles = np.quantile(drawn, [0.05, 0.50, 0.95], axis=0)
    known = _observed(placements, basis, rates.states, base)
    known = known.set_index(["year", "care_arrangement"])["children"]
    rows = []
    for column, state in enumerate(rates.states):
        for step in range(held_back_years):
            key = (then + 1 + step, state)
            if key not in known.index:
                continue
            low, middle, high = (float(q) for q in quantiles[:, step, column])
            children = int(known[key])
            rows.append(
                (*key, children, low, middle, high, "yes" if low <= children <= high else "no")
            )
    return pd.DataFrame(rows, columns=BACKTEST)


def _places_outlook(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Sum up the last year for each arrangement with planned places, and since when they are empty.

    Counted years count too: then the children counted stand for high demand. Family-based care has
    no places to stand empty.
    """
    counted = observed.rename(columns={"children": "p90"})
    both = pd.concat([counted, table], ignore_index=True)
    both = both[~both["care_arrangement"].isin(FAMILY_BASED)]
    empty = places_stand_empty_from(both)
    last = both[both["year"] == both["year"].max()].dropna(subset="planned_places")
    last = last.assign(empty_from=last["care_arrangement"].map(empty))
    return last.reset_index(drop=True).reindex(columns=OUTLOOK)


def unmet_needs(coverage: pd.DataFrame, municipalities: Sequence[str]) -> pd.DataFrame:
    """List the services that are lacking in some municipalities, the greatest need first.

    Parameters
    ----------
    coverage : DataFrame
        `progress.services.service_coverage`.
    municipalities : sequence of str
        Where the places are.

    Returns
    -------
    DataFrame
        Rows of `coverage` with an unmet need above 0.
    """
    ours = coverage[coverage["municipality"].isin(list(municipalities)) & (coverage["unmet"] > 0)]
    ordered = ours.sort_values(
        ["unmet", "service_type", "target_group"],
        ascending=[False, True, True],
        kind="stable",
        ignore_index=True,
    )
    return ordered[UNMET]
