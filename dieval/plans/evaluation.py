"""The whole evaluation of one institution's reorganisation plan, as result tables."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dieval.costs.evaluation import REQUIRED_TABLES as COST_TABLES
from dieval.costs.evaluation import rows_of_region, tables_of_region
from dieval.costs.unit_costs import evidence_shares
from dieval.inputs.contradictions import balance_of_children
from dieval.inputs.origin import sources_of
from dieval.plans.assumptions import PlanAssumptions
from dieval.plans.care_costs import CAPITAL, DERIVED, cost_check, costs_elsewhere
from dieval.plans.chain import RegionCosts, home_functions, plan_in_numbers, region_costs
from dieval.plans.destinations import children_before, planned_rows, preference_shares
from dieval.plans.evidence import annex_rows, cost_by_evidence, rows_of_needs
from dieval.plans.outlook import Outlook, observed_stocks, outlook, places_planned, unmet_needs
from dieval.plans.problems import Limits, counts_of_single_children, plan_problems
from dieval.plans.situation import situation, situation_parts, situation_payers
from dieval.plans.worth import error_factors, uncertain_worth, worth
from dieval.progress.membership import followers, heirs_of, region_of_plan
from dieval.progress.problems import with_place
from dieval.progress.services import service_coverage
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE, ENTRY, NOT_DISTINGUISHED

REQUIRED_TABLES = COST_TABLES
# Result tables, in the order in which results list them.
TABLES = (
    "situation",
    "situation_parts",
    "situation_payers",
    "destinations",
    "destinations_by_group",
    "children_balance",
    "preference_shares",
    "home_cost_function",
    "home_cost_check",
    "costs_elsewhere",
    "transition",
    "transition_summary",
    "budget_by_payer",
    "payer_summary",
    "one_off",
    "stranded",
    "scenarios",
    "scenario_years",
    "npv_sensitivity",
    "npv_sensitivity_points",
    "demand",
    "demand_observed",
    "demand_backtest",
    "places_outlook",
    "unmet_needs",
    "plan_problems",
)
CODES = (*CARE_ARRANGEMENTS, *ENDS_OF_CARE, ENTRY)
GROUPS = ["age_band", "need_level"]


@dataclass(frozen=True)
class PlanEvaluation:
    """Result tables of a home's plan, and what they rest on.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By name as in docs/methods-plans.md; those that the data does not allow are left out.
    evidence : Series of float, index evidence
        Share of the reported cost by evidence of its source; of the rows that count, where the
        cost is not shown.
    counted : dict of str to DataFrame
        Rows of the input tables that count.
    home : str
        Care arrangement of the provider.
    years : range
        Years of the plan.
    base_year : int or None
        Last year before the plan in which the home's cost or children are recorded.
    has_plan : bool
        Whether the data says where the children will live.
    starts_the_plan : bool
        Whether the first year is the first planned one.
    with_capital : bool
        Whether annuitised capital is part of the cost elsewhere.
    function_basis : str
        How the cost of the home was found to follow its children: recorded, derived or unknown.
    outlook : Outlook or None
        Demand for places; None where moves or stocks are not recorded.
    told_apart : mapping of str to bool
        Whether the plan says how many children are `under_3` and `siblings_apart`.
    care : RegionCosts or None
        Costs of the region that the tables are made from. A report is given none.
    cost_is_shown : bool
        Whether the home's money may be published.
    """

    tables: dict[str, pd.DataFrame]
    evidence: pd.Series
    counted: dict[str, pd.DataFrame]
    home: str
    years: range
    base_year: int | None
    has_plan: bool
    starts_the_plan: bool
    with_capital: bool
    function_basis: str
    outlook: Outlook | None
    told_apart: Mapping[str, bool]
    care: RegionCosts | None
    cost_is_shown: bool = True

    @functools.cached_property
    def sources_used(self) -> pd.Series:
        """Keys of `sources` of the rows that count, by input table."""
        return sources_of(self.counted)


def rows_of_provider(
    tables: Mapping[str, pd.DataFrame],
    lines: Mapping[str, pd.DataFrame],
    name: str,
    provider: str,
) -> pd.DataFrame:
    """Give the rows of a provider with the file and line of each; none where there is no table.

    Rows keep their index.
    """
    if name not in tables:
        return pd.DataFrame(columns=ROWS_WITHOUT_TABLE[name])
    placed = with_place(tables[name], lines.get(name))
    return placed[placed["provider"] == provider]


# Columns that are asked for where a table is missing.
_PLACE = ("source", "file_of_row", "line_of_row")
ROWS_WITHOUT_TABLE = {
    "destinations": [
        "year",
        *GROUPS,
        "care_arrangement",
        "children",
        "under_3",
        "siblings_apart",
        *_PLACE,
    ],
    "transition_costs": ["year", "kind", "payer", "amount_eur", *_PLACE],
    "cost_structure": [
        "year",
        "fixed_eur",
        "variable_eur_per_child",
        "step_eur",
        "step_children",
        *_PLACE,
    ],
}


def evaluate_plan(
    tables: Mapping[str, pd.DataFrame],
    lines: Mapping[str, pd.DataFrame],
    *,
    provider: str,
    start_year: int,
    horizon_years: int,
    price_year: int,
    discount_rate: float,
    draws: int,
    seed: int,
    assumptions: PlanAssumptions,
) -> PlanEvaluation:
    """Evaluate the reorganisation of one home: its children, its cost, and the places elsewhere.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract; `REQUIRED_TABLES` must be there.
    lines : mapping of str to DataFrame
        File and row of every row of `tables`, as `DataPackage.lines`.
    provider : str
        Home to evaluate; its plan adds up (`problems.refusals`).
    start_year : int
        First year of the plan, year 0 of the discounting.
    horizon_years : int
        Years to look at, the first included.
    price_year : int
        Year whose money is used throughout.
    discount_rate : float
        Real rate [1/year].
    draws, seed : int
        Of the simulated demand.
    assumptions : PlanAssumptions
        Dated parameters.

    Returns
    -------
    PlanEvaluation
        Full precision, nothing rounded.

    Raises
    ------
    NoDataError
        Nothing is recorded of the home's region.
    ParameterError
        The plan begins after the start year, or a year is outside the price index.
    """
    homes = tables["providers"].set_index("provider")
    region, home = str(homes.loc[provider, "region"]), str(homes.loc[provider, "care_arrangement"])
    years = range(start_year, start_year + horizon_years)
    care = region_costs(
        rows_of_region(tables, region), provider, years[-1], price_year, discount_rate
    )
    present = situation(care.providers, care.units, provider, start_year - 1)
    base_year = int(present["year"].max()) if len(present) else None
    planned, one_off, recorded = (
        rows_of_provider(tables, lines, name, provider) for name in ROWS_WITHOUT_TABLE
    )
    flows, placements, places = (
        _of_region(tables, name, region) for name in ("flows", "placements", "planned_places")
    )
    recorded = recorded[recorded["year"] <= years[-1]]
    with_capital = not ((one_off["kind"] == CAPITAL) & (one_off["amount_eur"] > 0)).any()
    lived = set(planned.loc[planned["children"] > 0, "care_arrangement"]) - {home}
    elsewhere = costs_elsewhere(
        care.units,
        care.parts,
        list(years),
        care.deflator,
        planned=[code for code in CARE_ARRANGEMENTS if code in lived],
        with_capital=with_capital,
    )
    functions, function_sources = home_functions(
        care, provider, recorded, years, price_year, assumptions.costs
    )
    made = {
        **_present(care, provider, present, base_year),
        "home_cost_function": functions,
        "home_cost_check": cost_check(
            care.home_lines,
            care.home_column(provider, "child_days"),
            recorded,
            tables["price_index"],
            price_year,
        ),
        "costs_elsewhere": elsewhere,
    }
    basis = str(functions["basis"].iloc[0])
    evidence = _evidence_without_plan(care, base_year)
    if len(planned):
        plan = plan_in_numbers(
            care,
            planned,
            one_off,
            functions,
            elsewhere,
            home=home,
            base_year=base_year,
            price_year=price_year,
            discount_rate=discount_rate,
            with_capital=with_capital,
        )
        evidence = cost_by_evidence(
            plan, care, functions, function_sources, elsewhere, one_off, with_capital
        )
        kinds = tables["sources"].set_index("source")["evidence"]
        factors = error_factors(
            elsewhere,
            care.relative_errors(assumptions.costs),
            {"assumed"}
            if basis == DERIVED
            else {
                str(kinds[key])
                for year, key in function_sources.index
                if year in set(functions["cost_year"])
            },
            {str(kinds[key]) for key in one_off.loc[one_off["year"].isin(years), "source"]},
            assumptions.costs,
        )
        found = assumptions.families_found_share
        made |= proposals(planned, years)
        made |= worth(plan, children_before(planned, start_year), found)
        made |= uncertain_worth(plan, elsewhere, factors, assumptions.costs, found)
        priced = elsewhere.dropna(subset="cost_per_child_year_eur")["care_arrangement"]
        last = present.iloc[-1] if len(present) else pd.Series(dtype="float64")
        limits = Limits(
            children_before=(
                float(last.get("average_children", float("nan")))
                if start_year == planned["year"].min()
                else float("nan")  # what is recorded of the year before is of another stage
            ),
            places=float(last.get("places", float("nan"))),
            planned_places=places_planned(places, list(years)),
            counted=observed_stocks(placements),
            priced=frozenset({home, *priced}),
            years=years,
        )
        made["plan_problems"] = plan_problems(planned, one_off, home, limits)
    future = outlook(
        flows,
        placements,
        places,
        last_year=years[-1],
        rate_years=assumptions.demand_rate_years,
        held_back_years=assumptions.demand_held_back_years,
        destinations=_plans_of_region(tables, region),
        homes=homes["care_arrangement"].astype("str").to_dict(),
        draws=draws,
        seed=seed,
    )
    made |= {} if future is None else future.tables
    counted = {
        "cost_structure": recorded,
        "destinations": planned[planned["year"] <= years[-1]],
        "transition_costs": one_off[one_off["year"].isin(years)],
        **({} if future is None else future.counted(flows, placements, places)),
    }
    unmet = _unmet(tables, str(homes.loc[provider, "municipality"]), care.years[-1])
    if unmet is not None:
        made["unmet_needs"] = unmet
        counted["needs"] = rows_of_needs(tables["needs"], unmet)
    return PlanEvaluation(
        tables={name: made[name] for name in TABLES if name in made},
        evidence=evidence,
        counted=annex_rows(
            tables_of_region(tables, region),
            present_years={int(year) for year in present["year"]},
            cost_years={int(year) for year in elsewhere["cost_year"].dropna()},
            price_years={price_year, *counted["transition_costs"]["year"], *recorded["year"]},
            rows=counted,
        ),
        home=home,
        years=years,
        base_year=base_year,
        has_plan=len(planned) > 0,
        starts_the_plan=bool((planned["year"] >= start_year).all()),
        with_capital=with_capital,
        function_basis=basis,
        outlook=future,
        told_apart=counts_of_single_children(planned),
        care=care,
    )


def _of_region(tables: Mapping[str, pd.DataFrame], name: str, region: str) -> pd.DataFrame | None:
    if name not in tables:
        return None
    return tables[name][tables[name]["region"] == region]


def _evidence_without_plan(care: RegionCosts, base_year: int | None) -> pd.Series:
    """Give the evidence of the home's own cost, or of its region's where it has none."""
    own = care.home_lines[care.home_lines["year"] == base_year]
    shares = evidence_shares(own, care.tables["sources"])
    if len(shares):
        return shares
    year = base_year or care.years[-1]
    return evidence_shares(care.lines[care.lines["year"] == year], care.tables["sources"])


def _plans_of_region(tables: Mapping[str, pd.DataFrame], region: str) -> pd.DataFrame:
    """Give the rows of all plans of a region's homes."""
    if "destinations" not in tables:
        return pd.DataFrame(columns=["provider", "year", "care_arrangement", "children"])
    homes = tables["providers"]
    ours = homes.loc[homes["region"] == region, "provider"]
    return tables["destinations"][tables["destinations"]["provider"].isin(ours)]


def _present(
    care: RegionCosts, provider: str, present: pd.DataFrame, base_year: int | None
) -> dict[str, pd.DataFrame]:
    """Make the tables on the present situation."""
    if base_year is None:
        return {"situation": present}
    of_base = care.home_lines[care.home_lines["year"] == base_year]
    months = float(care.home_column(provider, "child_months")[base_year])
    return {
        "situation": present,
        "situation_parts": situation_parts(of_base, months),
        "situation_payers": situation_payers(of_base),
    }


def proposals(planned: pd.DataFrame, years: range) -> dict[str, pd.DataFrame]:
    """Make the tables that say where the children will live.

    Parameters
    ----------
    planned : DataFrame
        Rows of `destinations` of one provider.
    years : range
        Years to show.

    Returns
    -------
    dict of DataFrame
        `destinations`, `children_balance`, `preference_shares`, and `destinations_by_group` where
        the plan tells groups of children apart.
    """
    shown = planned_rows(planned, years)
    balance = balance_of_children(planned, children_before(planned, int(planned["year"].min())))
    made = {
        "destinations": _counted(shown, ["year", "care_arrangement"]),
        "children_balance": balance[balance["year"].isin(years)].reset_index(drop=True),
        "preference_shares": preference_shares(shown),
    }
    if (shown[GROUPS] != NOT_DISTINGUISHED).any(axis=None):
        made["destinations_by_group"] = _counted(shown, ["year", *GROUPS, "care_arrangement"])
    return made


def _counted(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    order = {code: rank for rank, code in enumerate(CODES)}
    totals = rows.groupby(list(by))["children"].sum().reset_index()
    return totals.sort_values(
        list(by),
        key=lambda column: column.map(order) if column.name == "care_arrangement" else column,
        kind="stable",
        ignore_index=True,
    )


def _unmet(tables: Mapping[str, pd.DataFrame], municipality: str, year: int) -> pd.DataFrame | None:
    """List the services lacking in the home's municipality, or in the one that took it over."""
    if not {"needs", "municipalities", "region_membership"} <= tables.keys():
        return None
    day = pd.Timestamp(year=year, month=12, day=31)
    municipalities = tables["municipalities"]
    region_of = region_of_plan(municipalities, tables["region_membership"], day)
    where = [municipality, *followers(heirs_of(municipalities), municipality)]
    regions = region_of.reindex(where).dropna().unique()
    covered = [
        service_coverage(None, None, tables["needs"], municipalities, region_of, str(region), day)
        for region in regions
    ]
    return unmet_needs(pd.concat(covered, ignore_index=True), where) if covered else None
