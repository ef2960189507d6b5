"""What one home's plan may show: its children where they are many, its money to nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from dieval.costs.case_mix import group_costs, grouped_lines
from dieval.costs.unit_costs import payer_split
from dieval.inputs.origin import rows_by_evidence
from dieval.plans.chain import RegionCosts
from dieval.plans.destinations import PREFERENCE
from dieval.plans.evaluation import PlanEvaluation
from dieval.release.cells import (
    DETAIL,
    SUM,
    UNSEEN,
    WHOLE,
    Cells,
    Key,
    Row,
    Shown,
    Tables,
    cells_of,
    hidden_last,
    mask_all,
    masked,
)
from dieval.release.progress import BASES, SERVICE
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables, without_values
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE, is_hidden

GROUP = ["age_band", "need_level"]
BALANCE = ("before", "entries", "in_care", "left_care", "difference")
# What is not available where a plan never pays for itself, or nobody is left.
_NEVER = ("break_even_year", "peak_funding_year", "cost_per_child_eur")
# Columns that are no amounts in tables of which everything else is one home's money.
_NO_MONEY = {
    "situation": (
        "year",
        "average_children",
        "places",
        "child_days",
        "place_days",
        "occupancy",
        "arrangement_real_cost_per_child_month_eur",
    ),
    "home_cost_function": ("year", "cost_year", "step_children"),
    "home_cost_check": ("year", "average_children"),
    "transition_summary": ("children_before",),
    "stranded": ("year", "children_left"),
    "scenarios": ("children_in_home_at_end",),
    "npv_sensitivity_points": ("point",),
    **dict.fromkeys(
        (
            "situation_parts",
            "situation_payers",
            "transition",
            "budget_by_payer",
            "payer_summary",
            "one_off",
            "scenario_years",
            "npv_sensitivity",
        ),
        ("year",),
    ),
}
# The scenario in which half of the children find a family, in every arrangement.
HALVED = "fewer_families"
# Problems that compare children of the plan with numbers of the region.
BOUNDS = ("above_planned_places", "above_counted")
# Numbers of a projection: children who may come, nobody in particular.
QUANTILES = ("p05", "p10", "p50", "p90", "p95", "plan_children")
# What holds the children of plans, or is made of what does.
_PROJECTED = ("p10", "p50", "p90", "utilisation_p50", "empty_from")
_PLACE = ["year", "care_arrangement"]
# Places that never stand empty have no year from which they do.
_ALSO_EMPTY = {"places_outlook": ("empty_from",)}


def tables_of_region(care: RegionCosts) -> dict[str, pd.DataFrame]:
    """Give the tables of a region's costs from which `hidden_costs` finds what is not shown."""
    return {
        "unit_costs": care.units,
        "unit_cost_parts": care.parts,
        "payer_split": payer_split(care.lines),
        "provider_unit_costs": care.providers,
        "group_costs": group_costs(grouped_lines(care.lines, care.activity, care.units)),
    }


def hidden_plan(
    evaluation: PlanEvaluation, rules: Rules, seconds: float, earlier: Iterable[Tables] = ()
) -> frozenset[Key]:
    """Find the numbers of children of a home's plan that are not shown.

    Parameters
    ----------
    evaluation : PlanEvaluation
    rules : Rules
    seconds : float
        Limit of the search.
    earlier : iterable of mapping of str to DataFrame
        Tables that earlier editions of the annex show.

    Returns
    -------
    frozenset of tuple
        Keys of cells: `planned` and `planned_group`, the balance of each year, `step`,
        `children_left`, `at_end` [children].
    """

    def add(cells: Cells, tables: Tables) -> None:
        _add_children(cells, tables, evaluation.home)

    cells = cells_of(add, evaluation.tables, earlier, rules)
    return cells.hidden(cells.few_persons(), seconds)


def _add_children(cells: Cells, tables: Tables, home: str) -> None:
    """Add all numbers of children of a plan, and the sums among them."""
    if "destinations" not in tables:
        return
    planned = tables["destinations"]
    cells.add_all(planned, "planned", ["year", "care_arrangement"], "children", DETAIL)
    years = list(dict.fromkeys(planned["year"]))
    if "destinations_by_group" in tables:
        groups = tables["destinations_by_group"]
        key = ["year", *GROUP, "care_arrangement"]
        cells.add_all(groups, "planned_group", key, "children", DETAIL)
        for (year, code), rows in groups.groupby(["year", "care_arrangement"]):
            of = [("planned_group", *row) for row in rows[key].itertuples(index=False)]
            cells.total(("planned", year, code), of)
    _balance(cells, tables["children_balance"], years)
    steps = tables["preference_shares"]
    cells.add_all(steps, "step", ["year", "step"], "children", SUM)
    for year in years:
        of_year = [("step", year, step) for step in PREFERENCE]
        cells.add_sum(("placed", year), of_year, WHOLE)
        cells.total(("placed", year), of_year)
        for step, codes in PREFERENCE.items():
            cells.total(("step", year, step), [("planned", year, code) for code in codes])
    _unmoved(cells, years)
    _stay(cells, tables, home)


def _unmoved(cells: Cells, years: Sequence[int]) -> None:
    """Say of a year in which nobody moves that each number is that of the year before.

    Whoever reads that a plan is at its end takes that for granted, though no sum says so.
    """
    of: dict[int, dict[Key, Key]] = {year: {} for year in years}
    for key in cells.keys:
        if key[0] in ("planned", "planned_group"):
            of[key[1]][(key[0], *key[2:])] = key  # type: ignore[index]
    for year in years:
        now, before = of[year], of.get(year - 1, {})
        about = [place for place in {**before, **now} if place[0] == "planned"]
        if all(
            (cells.value(now.get(place, ())) or 0) == (cells.value(before.get(place, ())) or 0)
            for place in about
        ):
            for place in now.keys() & before.keys():
                cells.total(now[place], [before[place]])


def _balance(cells: Cells, balance: pd.DataFrame, years: Sequence[int]) -> None:
    """Add who was there before, came, is in care and left, and how the years follow each other."""
    for name in BALANCE:
        cells.add_all(balance, name, ["year"], name, SUM)
    for year in years:
        cells.total(("in_care", year), [("planned", year, code) for code in CARE_ARRANGEMENTS])
        cells.total(("before", year + 1), [("in_care", year)])
        cells.total(("entries", year), [("planned", year, "entry")])
        gone = [("planned", year, code) for code in ENDS_OF_CARE]
        cells.add_sum(("gone", year), gone, UNSEEN)
        cells.total(("gone", year), gone)
        cells.total(("gone", year), [("gone", year - 1), ("left_care", year)])
        came = [("before", year), ("entries", year), ("difference", year)]
        there = [("in_care", year), ("left_care", year)]
        if all(key in cells.keys for key in (*came, *there)):
            cells.add_sum(("same", year), there, UNSEEN)
            cells.total(("same", year), came)
            cells.total(("same", year), there)


def _stay(cells: Cells, tables: Tables, home: str) -> None:
    """Add who is still in the home: what has left, and who is there at the end."""
    summary = tables.get("transition_summary")
    if summary is None or summary.empty:
        return
    cells.add(("children_before",), summary["children_before"].iloc[0], WHOLE)
    if "stranded" in tables:
        left = tables["stranded"]
        cells.add_all(left, "children_left", ["year"], "children_left", DETAIL)
        for year in left["year"]:
            parts = [("children_left", year), ("planned", year, home)]
            cells.total(("children_before",), parts)
        first = tables["children_balance"]["year"].min()
        cells.total(("children_before",), [("before", first)])
    cells.add_all(tables["scenarios"], "at_end", ["scenario"], "children_in_home_at_end", DETAIL)
    last = tables["destinations"]["year"].max()
    for scenario in tables["scenarios"]["scenario"]:
        cells.total(("at_end", scenario), [("planned", last, home)])


def release_plan(
    evaluation: PlanEvaluation,
    provider: str,
    region: str,
    hidden: Collection[Key],
    rules: Rules,
    sources: pd.DataFrame,
) -> PlanEvaluation:
    """Hide in the tables of a home's plan what rests on hidden cells, and its money.

    Parameters
    ----------
    evaluation : PlanEvaluation
    provider, region : str
        The home and its region.
    hidden : collection of tuple
        Of the plan, the region's costs and its progress.
    rules : Rules
    sources : DataFrame
        Table of the data contract.

    Returns
    -------
    PlanEvaluation
        With tables that may be shown, and without the region's costs that they were made from.
    """
    tables = dict(evaluation.tables)
    one_holder = rules.holders > 1
    if one_holder:
        for name, kept in _NO_MONEY.items():
            if name in tables:
                tables[name] = _without_numbers(tables[name], kept)
    if "demand" in tables and "destinations" in tables:
        tables["demand"] = _without_few_others(tables["demand"], tables["destinations"], rules)
    if "unmet_needs" in tables:
        tables["unmet_needs"] = _without_hidden_needs(tables["unmet_needs"], hidden)
    mask_all(tables, _rests(evaluation, provider, region), hidden, _ALSO_EMPTY)
    for name in ("demand", "demand_backtest", "places_outlook"):
        if name in tables:
            tables[name] = _without_few(tables[name], rules)
    if "demand" in tables:
        unseen = None if _other_plans(evaluation) else _rows_of_hidden_plans(tables["demand"])
        for name in tables.keys() & {"demand", "places_outlook"}:
            tables[name] = _without_projections(tables[name], unseen)
    if "npv_sensitivity" in tables:
        names = ["parameter", "care_arrangement"]
        tables["npv_sensitivity"] = hidden_last(tables["npv_sensitivity"], "span", names)
    if "plan_problems" in tables:
        counts = _without_bounds(tables["plan_problems"], hidden)
        every = np.ones(len(counts), dtype=bool)
        tables["plan_problems"] = masked(counts, {"counted": every, "limit": every})
    counted = without_values(evaluation.counted)
    return dataclasses.replace(
        evaluation,
        tables=ReleasedTables(tables),
        # Beside the payments of the law, shares of its cost would tell a home's money.
        evidence=rows_by_evidence(counted, sources) if one_holder else evaluation.evidence,
        counted=counted,
        cost_is_shown=not one_holder,
        care=None,
        outlook=evaluation.outlook and dataclasses.replace(evaluation.outlook, tables={}),
    )


def _without_bounds(problems: pd.DataFrame, hidden: Collection[Key]) -> pd.DataFrame:
    """Leave out that a hidden number is above one that the region shows, or is not above it."""
    about = problems["subject"].str.extract(r"^(\d+) (\w+)$")
    tells = problems["problem"].isin(BOUNDS)
    keys = zip(tells, about[0].fillna("0"), about[1], strict=True)
    told = [tells and ("planned", int(year), code) in hidden for tells, year, code in keys]
    return problems[~np.array(told, dtype=bool)].reset_index(drop=True)


def _without_hidden_needs(needs: pd.DataFrame, hidden: Collection[Key]) -> pd.DataFrame:
    """Leave out hidden needs: only services that are lacking stand here, at least one person's."""
    cells = zip(*(needs[column] for column in SERVICE), strict=True)
    shown = [("unmet", *cell) not in hidden for cell in cells]
    return needs[np.array(shown, dtype=bool)].reset_index(drop=True)


def _without_numbers(table: pd.DataFrame, kept: Collection[str]) -> pd.DataFrame:
    every = np.ones(len(table), dtype=bool)
    numbers = {*table.select_dtypes("number"), *_NEVER} & set(table)
    return masked(table, {str(name): every for name in sorted(numbers - set(kept))}, _NEVER)


def _rows_of_hidden_plans(demand: pd.DataFrame) -> pd.MultiIndex:
    """List the years and arrangements of which the children of plans are hidden."""
    unseen = demand["plan_children"].map(is_hidden).to_numpy(bool)
    return pd.MultiIndex.from_frame(demand.loc[unseen, _PLACE])


def _without_projections(table: pd.DataFrame, of: pd.MultiIndex | None) -> pd.DataFrame:
    """Hide what is projected of some years and arrangements; None for all of them."""
    rows = np.ones(len(table), dtype=bool)
    if of is not None:
        rows = pd.MultiIndex.from_frame(table[_PLACE]).isin(of)
    return masked(table, {name: rows for name in _PROJECTED if name in table}, ["empty_from"])


def _without_few(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Hide numbers of children that are too small, and what is divided by them."""
    masks = {
        name: table[name].between(1, rules.persons - 1).to_numpy()
        for name in QUANTILES
        if name in table
    }
    if "utilisation_p50" in table:
        masks["utilisation_p50"] = masks["p50"]
    return masked(table, masks)


def _without_few_others(demand: pd.DataFrame, planned: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Hide who moves by all plans where they differ by few from who lives there by this one.

    These few are in another home's plan, or lived there before the projection begins.
    """
    ours = demand[["year", "care_arrangement"]].merge(planned, how="left")["children"]
    others = demand["plan_children"].to_numpy() - ours.to_numpy("float64", na_value=np.nan)
    few = pd.Series(np.abs(others)).between(1, rules.persons - 1).to_numpy()
    return masked(demand, {"plan_children": few})


def _other_plans(evaluation: PlanEvaluation) -> bool:
    """Tell whether a projection holds children of another home's plan, or may do so.

    Their own annex may hide them, and anybody can project the others, which are the rest.
    """
    outlook, tables = evaluation.outlook, evaluation.tables
    if outlook is None or "demand" not in tables:
        return False
    followed = tables["demand"].set_index(["year", "care_arrangement"])["plan_children"]
    if "destinations" not in tables:
        return bool(followed.any())
    planned = tables["destinations"].set_index(["year", "care_arrangement"])["children"]
    wide = planned.unstack(fill_value=0)
    first = min(wide.index)
    every = {*wide.index, *followed.index.get_level_values("year"), outlook.base_year}
    wide = wide.reindex(sorted(every)).ffill()  # a year without rows is as the one before
    if evaluation.starts_the_plan:  # before, all are in the home
        waiting = (
            tables["children_balance"]["before"].iloc[0] if "children_balance" in tables else 0
        )
        wide.loc[wide.index < first] = 0
        wide.loc[wide.index < first, evaluation.home] = waiting
    there = wide.loc[outlook.base_year]
    moved = (wide - there.where(there.index != evaluation.home, 0)).clip(lower=0)
    ours = moved.stack().reindex(followed.index, fill_value=0)
    return bool((followed != ours).any())


def _rests(evaluation: PlanEvaluation, provider: str, region: str) -> list[Shown]:
    """List the tables, their columns, and what each value of these columns rests on."""
    home = evaluation.home
    # Without the capital, the cost of a year tells it beside that of a month.
    yearly = () if evaluation.with_capital else ("capital",)

    def planned(row: Row) -> list[Key]:
        return [("planned", row["year"], row["care_arrangement"])]

    def moved(row: Row) -> list[Key]:
        """Give what those who move rest on: who is there, and who was before the projection."""
        before: Key = ("children_before",)
        if row["care_arrangement"] != home and evaluation.outlook is not None:
            before = ("planned", evaluation.outlook.base_year, row["care_arrangement"])
        return [*planned(row), before]

    def of_home(row: Row) -> list[Key]:
        return [("home_days", row["year"], home, provider)]

    def elsewhere(*parts: str) -> Callable[[Row], list[Key]]:
        def rests(row: Row) -> list[Key]:
            unit = (row["cost_year"], row["care_arrangement"])
            of_unit: list[Key] = [(name, *unit) for name in ("total", "days", "few")]
            return [*of_unit, *(("part", *unit, part) for part in parts)]

        return rests

    def stock(row: Row) -> list[Key]:
        """Give the region's number of children, on whatever basis it is counted."""
        return [("stock", region, row["year"], basis, row["care_arrangement"]) for basis in BASES]

    def held(row: Row) -> Row:
        """Give a row of the year whose plan holds: where a year has none, the last one before."""
        of_plan = [year for year in planned_years if year <= row["year"]]
        return {**row, "year": max(of_plan)} if of_plan else row

    def projected(row: Row) -> list[Key]:
        """Give what a projection rests on: who moves by plans, and the stock without them."""
        base = {**row, "year": evaluation.outlook.base_year} if evaluation.outlook else row
        return [*moved(held(row)), *planned(base), *stock(base)]

    def projected_in_any_year(row: Row) -> list[Key]:
        return [key for year in years for key in projected({**row, "year": year})]

    def tested(row: Row) -> list[Key]:
        """Give the stock from which known years were projected."""
        return stock({**row, "year": min(tested_years) - 1})

    def needs(*names: str) -> Callable[[Row], list[Key]]:
        return lambda row: [(name, *(row[column] for column in SERVICE)) for name in names]

    def at_end(row: Row) -> list[Key]:
        """Half of every number of a scenario tells which of them are odd."""
        own: list[Key] = [("at_end", row["scenario"])]
        return [*own, *in_the_end] if row["scenario"] == HALVED else own

    tables = evaluation.tables
    years = list(dict.fromkeys(tables["demand"]["year"])) if "demand" in tables else []
    planned_years = list(tables["destinations"]["year"]) if "destinations" in tables else []
    tested_years = tables["demand_backtest"]["year"] if "demand_backtest" in tables else []
    last = max(evaluation.years, default=0)
    in_the_end: list[Key] = [("planned", last, code) for code in CARE_ARRANGEMENTS]
    return [
        (
            "situation",
            # A home has no more children than places.
            ("average_children", "child_days", "occupancy", "places", "place_days"),
            of_home,
        ),
        (
            "situation",
            ("arrangement_real_cost_per_child_month_eur",),
            lambda row: [(name, row["year"], home) for name in ("total", "days", "few")],
        ),
        ("home_cost_check", ("average_children",), of_home),
        ("destinations", ("children",), planned),
        (
            "destinations_by_group",
            ("children",),
            lambda row: [
                (
                    "planned_group",
                    row["year"],
                    row["age_band"],
                    row["need_level"],
                    row["care_arrangement"],
                )
            ],
        ),
        *(("children_balance", (name,), _of_year(name)) for name in BALANCE),
        ("preference_shares", ("children",), lambda row: [("step", row["year"], row["step"])]),
        (
            "preference_shares",
            ("share",),
            lambda row: [("step", row["year"], row["step"]), ("placed", row["year"])],
        ),
        ("stranded", ("children_left",), _of_year("children_left")),
        ("transition_summary", ("children_before",), lambda row: [("children_before",)]),
        (
            "scenarios",
            ("children_in_home_at_end",),
            at_end,
        ),
        ("costs_elsewhere", ("cost_per_child_month_eur",), elsewhere()),
        ("costs_elsewhere", ("cost_per_child_year_eur",), elsewhere(*yearly)),
        ("costs_elsewhere", ("capital_eur_per_child_month",), elsewhere("capital")),
        ("costs_elsewhere", ("support_eur_per_child_month",), elsewhere("support")),
        ("demand", ("plan_children",), lambda row: moved(held(row))),
        *((name, _PROJECTED[:-1], projected) for name in ("demand", "places_outlook")),
        ("places_outlook", ("empty_from",), projected_in_any_year),
        ("demand_observed", ("children",), stock),
        ("demand_backtest", ("observed", "inside"), stock),
        ("demand_backtest", ("p05", "p50", "p95", "inside"), tested),
        *(("unmet_needs", (name,), needs(name)) for name in ("needing", "receiving")),
    ]


def _of_year(name: str) -> Callable[[Row], list[Key]]:
    return lambda row: [(name, row["year"])]
