"""The key figures of each kind of report, chosen from its result tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dieval.present.findings import SUPPORTED, Finding
from dieval.present.findings.summary import KNOWN_STANDINGS, indicator_standings, needs_in_all
from dieval.present.key_figures import KeyFigure
from dieval.progress.known import TOTAL
from dieval.vocabulary import NATIONAL, STATUTORY_ARRANGEMENTS

ON_THE_WAY = ("met", "ahead")
INSTITUTIONS = "children_in_institutions"


def cost_key_figures(
    tables: Mapping[str, pd.DataFrame], reference: str, alternative: str | None, year: int
) -> list[KeyFigure]:
    """Give cost per child-month of the reference and of families, and how they compare.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `CostEvaluation`.
    reference, alternative : str
        Arrangements compared; without an alternative nothing is.
    year : int
        Year of the figures.
    """
    units = _of_year(tables["unit_costs"], year).set_index("care_arrangement")
    costs = units["cost_per_child_month_eur"].dropna()
    found = [
        KeyFigure("cost_per_child_month", float(costs[code]), year, {"arrangement_in": code})
        for code in dict.fromkeys((reference, *STATUTORY_ARRANGEMENTS))
        if code in costs.index
    ]
    if alternative is None:
        return found
    pair = {"reference": reference, "alternative": alternative}
    compared = _of_year(tables["comparison"], year).set_index("alternative").loc[alternative]
    found += _known("cost_ratio", compared["ratio"], year, pair)
    switch = compared["switch_point_support_eur_per_child_month"]
    found += _known("switch_point", switch, year, {"alternative": alternative})
    drawn = _of_year(tables["simulation"], year).set_index("alternative")
    if alternative in drawn.index:
        probability = drawn.loc[alternative, "probability_cheaper"]
        found += _known("probability_cheaper", probability, year, {"alternative": alternative})
    return found


def progress_key_figures(tables: Mapping[str, pd.DataFrame], region: str) -> list[KeyFigure]:
    """Give what the plan has reached in a region, as far as its tables are there.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `ProgressEvaluation`.
    region : str
        Code of the region.
    """
    return [
        *_children_in_institutions(tables.get("latest_values"), region),
        *_children_in_families(tables.get("family_environment"), region),
        *_persons(tables.get("reimbursement")),
        *_indicators(tables.get("indicator_progress"), (region,)),
        *_needs_met(tables.get("service_coverage")),
        *_places_open(tables.get("absorption")),
    ]


def plan_key_figures(tables: Mapping[str, pd.DataFrame]) -> list[KeyFigure]:
    """Give the institution's present children and cost, and what its plan comes to.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `PlanEvaluation`.
    """
    found: list[KeyFigure] = []
    if len(tables["situation"]):
        now = tables["situation"].iloc[-1]
        found += _known("average_children", now["average_children"], now["year"])
        cost = now["cost_per_child_month_eur"]
        found += _known("cost_per_child_month_here", cost, now["year"])
    if "transition_summary" not in tables or tables["transition_summary"].empty:
        return found
    plan = tables["transition_summary"].iloc[0]
    found += _known("plan_npv", plan["npv_eur"])
    found += _known("break_even_year", plan["break_even_year"])
    found += _known("peak_funding", plan["peak_funding_eur"], plan["peak_funding_year"])
    steps = tables["preference_shares"]
    end = steps[steps["year"] == steps["year"].max()].set_index("step")["share"]
    share = end.reindex(["own_family", "family_environment"]).sum(min_count=1)
    return found + _known("planned_in_families", share, steps["year"].max())


def overview_key_figures(
    tables: Mapping[str, pd.DataFrame],
    findings: Sequence[Finding],
    regions: Sequence[str],
    reference: str,
    year: int,
    price_year: int,
) -> list[KeyFigure]:
    """Give where families cost least, the range of costs, and what the plans have reached.

    Parameters
    ----------
    tables, findings : mapping of DataFrame, sequence of Finding
        Those of a `NationalOverview`.
    regions : sequence of str
        Codes of the regions.
    reference : str
        Arrangement whose lowest and highest cost is given.
    year, price_year : int
        Year of the costs, and year whose money they are in.
    """
    found: list[KeyFigure] = []
    tested = [f for f in findings if f.finding == "family_based_is_cheapest_with_support"]
    if tested:
        cheapest = sum(finding.verdict == SUPPORTED for finding in tested)
        found.append(KeyFigure("regions_families_cheapest", cheapest, year, {"all": len(tested)}))
    if "unit_costs" in tables:
        units = _of_year(tables["unit_costs"], year)
        costs = units.loc[units["care_arrangement"] == reference, "real_cost_per_child_month_eur"]
        place: dict[str, str | int] = {"arrangement_in": reference, "price_year": price_year}
        found += _known("lowest_cost_per_child_month", costs.min(), year, place)
        found += _known("highest_cost_per_child_month", costs.max(), year, place)
    return [
        *found,
        *_children_in_families(tables.get("family_environment"), NATIONAL),
        *_indicators(tables.get("indicator_progress"), regions),
        *_places_open(tables.get("absorption")),
    ]


def _known(
    figure: str, value: float, as_of: float | str = "", of: Mapping[str, str | int] | None = None
) -> list[KeyFigure]:
    """Give a figure unless its value is not known; a time that is not known is left out."""
    if pd.isna(value):
        return []
    if not isinstance(as_of, str):
        as_of = "" if pd.isna(as_of) else int(as_of)
    return [KeyFigure(figure, value, as_of, of or {})]


def _of_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table["year"] == year]


def _children_in_institutions(latest: pd.DataFrame | None, region: str) -> list[KeyFigure]:
    if latest is None:
        return []
    rows = latest[(latest["region"] == region) & (latest["indicator"] == INSTITUTIONS)]
    if rows.empty:
        return []
    row = rows.sort_values("date", kind="stable").iloc[-1]
    return _known(INSTITUTIONS, row["value"], row["date"].date().isoformat())


def _children_in_families(table: pd.DataFrame | None, region: str) -> list[KeyFigure]:
    if table is None:
        return []
    known = table[table["region"] == region].dropna(subset="share")
    return _known("children_in_families", *known.iloc[-1][["share", "year"]]) if len(known) else []


def _persons(table: pd.DataFrame | None) -> list[KeyFigure]:
    if table is None:
        return []
    totals = table[table["target_group"] == TOTAL]
    if totals.empty:
        return []
    last = totals.iloc[-1]
    return _known("persons_reimbursed", last["persons"], last["date"].date().isoformat())


def _indicators(table: pd.DataFrame | None, regions: Sequence[str]) -> list[KeyFigure]:
    if table is None:
        return []
    counts = [indicator_standings(table[table["region"] == region]) for region in regions]
    every = sum(int(count.sum()) for count in counts)
    on_the_way, known = (
        sum(int(count.reindex(list(standings)).sum()) for count in counts)
        for standings in (ON_THE_WAY, KNOWN_STANDINGS)
    )
    if not known:
        return []
    return [KeyFigure("indicators_on_the_way", on_the_way, of={"known": known, "all": every})]


def _needs_met(table: pd.DataFrame | None) -> list[KeyFigure]:
    if table is None:
        return []
    needing, receiving = needs_in_all(table)
    if not needing:
        return []
    of = {"needing": needing, "receiving": receiving}
    return [KeyFigure("needs_met", receiving / needing, of=of)]


def _places_open(table: pd.DataFrame | None) -> list[KeyFigure]:
    if table is None:
        return []
    known = table.dropna(subset=["places", "places_open"])
    places, opened = int(known["places"].sum()), int(known["places_open"].sum())
    if not places:
        return []
    return [KeyFigure("places_open", opened / places, of={"open": opened, "all": places})]
