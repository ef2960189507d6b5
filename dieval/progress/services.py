"""Community-based services: where they are, how they are judged, who needs and receives them.

Methods of the implementation progress, “Services”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dieval.inputs.regions import municipalities_on
from dieval.progress.known import DATE, NUMBER, TEXT, WHOLE, in_order, known_on
from dieval.progress.membership import without_superseded
from dieval.vocabulary import NATIONAL

SERVICE = ["municipality", "service_type", "target_group"]

SITES = {"municipality": TEXT, "sites": WHOLE, "providers": WHOLE}
COVERAGE = {
    "municipality": TEXT,
    "service_type": TEXT,
    "target_group": TEXT,
    "rating": NUMBER,
    "rating_date": DATE,
    "rating_source": TEXT,
    "sites": NUMBER,
    "assessed": NUMBER,
    "needing": NUMBER,
    "receiving": NUMBER,
    "needs_date": DATE,
    "needs_source": TEXT,
    "coverage": NUMBER,
    "unmet": NUMBER,
    "rank": NUMBER,
}
GROUP_COVERAGE = {
    "municipality": TEXT,
    "target_group": TEXT,
    "services": NUMBER,
    "sites": NUMBER,
}
NEEDS_BY_REGION = {
    "region": TEXT,
    "municipalities": WHOLE,
    "recorded": WHOLE,
    "recorded_share": NUMBER,
    "needing": NUMBER,
    "receiving": NUMBER,
    "coverage": NUMBER,
}
FUNNEL = {
    "target_group": TEXT,
    "service_type": TEXT,
    "assessed": WHOLE,
    "needing": WHOLE,
    "receiving": WHOLE,
}


def open_services(services: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the services that are given on a day; their first and last days count.

    Parameters
    ----------
    services : DataFrame
        Table of the data contract.
    day : Timestamp
    """
    closed = services["closed"]
    return services[(services["opened"] <= day) & (closed.isna() | (closed >= day))]


def of_region(table: pd.DataFrame, region_of: pd.Series, region: str) -> pd.DataFrame:
    """Keep the rows whose municipality counts in the region (`region_of_plan`)."""
    return table[table["municipality"].isin(region_of.index[region_of == region])]


def sites(
    services: pd.DataFrame,
    municipalities: pd.DataFrame,
    region_of: pd.Series,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Count the addresses and the providers of the services open on a day.

    Parameters
    ----------
    services, municipalities : DataFrame
        Tables of the data contract.
    region_of : Series of str, index municipality
        `region_of_plan`.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with municipality, sites, providers
        Every municipality of the region that existed on the day or has an open service, then a row
        without municipality for the region: its providers are different ones, so they are not the
        sum. A place with the same name in two municipalities is two sites.
    """
    ours = of_region(open_services(services, day), region_of, region)
    codes = _places(municipalities, ours, region_of, region, day)
    counted = ours.groupby("municipality")[["site", "provider_name"]].nunique().reindex(codes)
    table = counted.fillna(0).reset_index(names="municipality")
    table = table.rename(columns={"site": "sites", "provider_name": "providers"})
    if not table.empty:
        whole = {"sites": table["sites"].sum(), "providers": ours["provider_name"].nunique()}
        table = pd.concat([table, pd.DataFrame([whole])], ignore_index=True)
    return in_order(table, SITES)


def service_coverage(
    services: pd.DataFrame | None,
    availability: pd.DataFrame | None,
    needs: pd.DataFrame | None,
    municipalities: pd.DataFrame,
    region_of: pd.Series,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Set beside each other how a service is judged, where it is given, and who receives it.

    Parameters
    ----------
    services, availability, needs : DataFrame or None
        Tables of the data contract, where there are any.
    municipalities : DataFrame
        Table of the data contract.
    region_of : Series of str, index municipality
        `region_of_plan`.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with municipality, service_type, target_group, rating, rating_date, rating_source,
    sites, assessed, needing, receiving, needs_date, needs_source, coverage, unmet, rank
        Latest rating and latest needs known on the day (`without_superseded`); sites are different
        addresses, 0 where no service is open, NaN where the package has no services at all.
        Coverage is the share of those needing the service who receive it, NaN where nobody needs
        it. Unmet is never below 0. Rank 1 is the greatest unmet need of the region; equal ones
        share the lowest rank; NaN where unmet is 0 or unknown.
    """
    rated, counted = (
        None
        if table is None
        else of_region(_latest(table, municipalities, day), region_of, region).set_index(SERVICE)
        for table in (availability, needs)
    )
    parts = []
    if rated is not None:
        rated = rated.rename(columns={"date": "rating_date", "source": "rating_source"})
        parts.append(rated[["rating", "rating_date", "rating_source"]])
    if counted is not None:
        counted = counted.rename(columns={"date": "needs_date", "source": "needs_source"})
        parts.append(counted[["assessed", "needing", "receiving", "needs_date", "needs_source"]])
    if services is not None:
        ours = of_region(open_services(services, day), region_of, region)
        parts.append(ours.groupby(SERVICE)["site"].nunique().rename("sites").to_frame())
    table = pd.concat(parts, axis="columns") if parts else _no_rows()
    table = table.reindex(columns=list(COVERAGE)[len(SERVICE) :]).rename_axis(SERVICE)
    if services is not None:
        table["sites"] = table["sites"].fillna(0)
    needing = table["needing"].astype("float64")
    receiving = table["receiving"].astype("float64")
    table["coverage"] = receiving / needing.where(needing > 0)
    table["unmet"] = (needing - receiving).clip(lower=0)
    table["rank"] = table["unmet"].where(table["unmet"] > 0).rank(method="min", ascending=False)
    return in_order(table.reset_index(), COVERAGE)


def target_group_coverage(
    services: pd.DataFrame | None,
    availability: pd.DataFrame | None,
    needs: pd.DataFrame | None,
    municipalities: pd.DataFrame,
    region_of: pd.Series,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Count the services open to each target group in each municipality.

    Parameters
    ----------
    services, availability, needs, municipalities, region_of, region, day
        As in `service_coverage`.

    Returns
    -------
    DataFrame with municipality, target_group, services, sites
        Every municipality of the region that existed on the day or has an open service, and every
        target group of the region's open services, ratings or needs known on the day. Service types
        that are open, and different addresses; 0 where none is open, NaN where the package has no
        services at all.
    """
    known = [
        known_on(of_region(table, region_of, region), "date", day)
        for table in (availability, needs)
        if table is not None
    ]
    ours = None if services is None else of_region(open_services(services, day), region_of, region)
    groups = {
        group for table in (*known, ours) if table is not None for group in table["target_group"]
    }
    places = _places(municipalities, ours, region_of, region, day)
    key = ["municipality", "target_group"]
    pairs = pd.MultiIndex.from_product([places, sorted(groups)], names=key)
    if ours is None:
        table = pd.DataFrame({"services": float("nan"), "sites": float("nan")}, index=pairs)
    else:
        counts = ours.groupby(key)[["service_type", "site"]].nunique().reindex(pairs).fillna(0)
        table = counts.rename(columns={"service_type": "services", "site": "sites"})
    return in_order(table.reset_index(), GROUP_COVERAGE)


def funnel(
    needs: pd.DataFrame,
    municipalities: pd.DataFrame,
    region_of: pd.Series,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Add up the persons assessed, needing and receiving each service in a region.

    Parameters
    ----------
    needs, municipalities : DataFrame
        Tables of the data contract.
    region_of, region, day
        As in `service_coverage`.

    Returns
    -------
    DataFrame with target_group, service_type, assessed, needing, receiving
        [persons] Latest needs of each municipality known on the day (`without_superseded`).
    """
    latest = of_region(_latest(needs, municipalities, day), region_of, region)
    key = ["target_group", "service_type"]
    sums = latest.groupby(key)[["assessed", "needing", "receiving"]].sum()
    return in_order(sums.reset_index(), FUNNEL)


def with_needs(coverage: pd.DataFrame, municipalities: Sequence[str]) -> list[str]:
    """List the municipalities that have recorded how many need a service and receive it.

    Parameters
    ----------
    coverage : DataFrame
        `service_coverage`.
    municipalities : sequence of str
        Those that are asked about.
    """
    known = set(coverage.dropna(subset=["needing", "receiving"])["municipality"])
    return [code for code in municipalities if code in known]


def needs_by_region(
    coverages: Mapping[str, pd.DataFrame],
    municipalities: Mapping[str, Sequence[str]],
    least_recorded_share: float,
) -> pd.DataFrame:
    """Add up the needs of every region and of the country, beside how many municipalities count.

    Parameters
    ----------
    coverages : mapping of str to DataFrame
        `service_coverage` of every region.
    municipalities : mapping of str to sequence of str
        Municipalities of every region that existed on the day, with or without any row.
    least_recorded_share : float
        Share of the municipalities from which the country is added up.

    Returns
    -------
    DataFrame with region, municipalities, recorded, recorded_share, needing, receiving, coverage
        A row for every region, then `national`. Recorded are the municipalities with a row of
        their own; needing and receiving [persons] are sums where both are known. Where too few
        municipalities of the country have recorded needs, its persons are not known.
    """
    rows = []
    for region, coverage in coverages.items():
        known = coverage.dropna(subset=["needing", "receiving"])
        counts = {
            "municipalities": len(municipalities[region]),
            "recorded": len(with_needs(coverage, municipalities[region])),
        }
        sums = known[["needing", "receiving"]].sum(min_count=1).to_dict()
        rows.append({"region": region, **counts, **sums})
    table = pd.DataFrame(rows, columns=list(NEEDS_BY_REGION))
    whole = table.drop(columns="region").sum(min_count=1)
    table.loc[len(table)] = {**whole, "region": NATIONAL}
    there = table["municipalities"].astype("float64")
    table["recorded_share"] = table["recorded"] / there.where(there > 0)
    too_few = ~(table["recorded_share"] >= least_recorded_share)
    persons = ["needing", "receiving"]
    table[persons] = table[persons].mask(too_few & (table["region"] == NATIONAL))
    needing = table["needing"].astype("float64")
    table["coverage"] = table["receiving"] / needing.where(needing > 0)
    return table.astype(NEEDS_BY_REGION)


def _latest(table: pd.DataFrame, municipalities: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the latest row of each municipality and service known on the day, each person once."""
    known = known_on(table, "date", day)
    newest = known[known["date"] == known.groupby(SERVICE)["date"].transform("max")]
    return without_superseded(newest, municipalities, day)


def _places(
    municipalities: pd.DataFrame,
    ours: pd.DataFrame | None,
    region_of: pd.Series,
    region: str,
    day: pd.Timestamp,
) -> list[str]:
    """List the municipalities of a region that existed on a day or have an open service."""
    standing = of_region(municipalities_on(municipalities, day), region_of, region)
    return sorted({*standing["municipality"], *(() if ours is None else ours["municipality"])})


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], [], []], names=SERVICE))
