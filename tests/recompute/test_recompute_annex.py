"""Every table of the annex to a reorganisation plan against SQL, from the CSV files themselves.

The SQL was written from docs/methods-plans.md and shares nothing with the package: not its reader,
not its functions, not its tables. Tables are compared as they are shown, so that another order of
rows, another column or another table is a difference too.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from dieval.inputs.read import DataPackage, read_package

HOME = "kurzeme-paraugs-1"
REGIONS = ("kurzeme", "latgale", "riga", "vidzeme", "zemgale")
# First year of a plan and years to look at.
PLANS = {
    f"{region}-paraugs-{n}": start for region in REGIONS for n, start in ((1, 2018), (3, 2022))
}
PLANNED = {name: dict(provider=name, start_year=start) for name, start in PLANS.items()}
RUNS: dict[str, dict[str, Any]] = {
    **PLANNED,
    "money of 2015, no discounting": dict(
        **PLANNED["riga-paraugs-1"], price_year=2015, discount_rate=0.0
    ),
    "money of 2024, a high rate, longer than the plan": dict(
        **PLANNED["vidzeme-paraugs-3"], price_year=2024, discount_rate=0.11, horizon_years=25
    ),
    "one year": dict(**PLANNED["latgale-paraugs-1"], horizon_years=1),
    "shorter than the plan": dict(**PLANNED["zemgale-paraugs-1"], horizon_years=4),
    "from the middle": dict(
        provider="zemgale-paraugs-1", start_year=2020, horizon_years=6, discount_rate=0.02
    ),
    "other shares and few families": dict(
        **PLANNED["kurzeme-paraugs-3"],
        families_found_share=0.3,
        support_high=4.0,
        error_factor_published=1.2,
        emptying_cost_multiple=8.0,
        demand_held_back_years=2,
    ),
    "a home without a plan": dict(provider="kurzeme-paraugs-5", start_year=2023),
    "a home without a plan, some years ago": dict(provider="riga-paraugs-6", start_year=2018),
}
USUAL = dict(horizon_years=10, price_year=2022, discount_rate=0.04, draws=100, seed=1)
PROPOSALS = {
    *("destinations", "children_balance", "preference_shares", "transition", "transition_summary"),
    *("budget_by_payer", "payer_summary", "stranded", "scenarios", "scenario_years"),
    *("npv_sensitivity", "npv_sensitivity_points", "plan_problems", "one_off"),
}
PRESENT = {
    *("situation", "situation_parts", "situation_payers", "home_cost_function", "costs_elsewhere"),
    "home_cost_check",
    *("demand", "demand_observed", "demand_backtest", "places_outlook", "unmet_needs"),
    *("evidence", "findings"),
}
Cells = tuple[list[str], list[list[Any]]]


@pytest.fixture(scope="module")
def data(package) -> DataPackage:
    return read_package(package)


@pytest.fixture(scope="module")
def asked(assumed) -> Callable[..., dict[str, Any]]:
    """Say what an annex is asked for."""

    def say(provider: str = HOME, start_year: int = 2018, **others: Any) -> dict[str, Any]:
        what = dict(provider=provider, start_year=start_year)
        return {**assumed(start_year), **USUAL, **what, **others}

    return say


def numbers_in(tables: dict[str, Cells]) -> int:
    """Count the numbers that are compared."""
    cells = [cell for _, rows in tables.values() for row in rows for cell in row]
    return len([cell for cell in cells if isinstance(cell, (int, float))])


@pytest.mark.parametrize("run", list(RUNS))
def test_tables_beside_sql_from_the_csv_files_are_the_same(
    run,
    package,
    data,
    asked,
    evaluated_annex,
    recompute_annex,
    annex_differences,
    wrong_plan_rates,
    wrong_demand,
):
    what = asked(**RUNS[run])
    made = evaluated_annex(data.tables, data.lines, what)
    recomputed = recompute_annex(package, what)
    assert annex_differences(made, recomputed) == []
    assert wrong_plan_rates(made, recomputed) == []
    assert wrong_demand(made) == []
    has_plan = run not in ("a home without a plan", "a home without a plan, some years ago")
    expected = (PRESENT | PROPOSALS) if has_plan else PRESENT
    # Over a single year there is nothing to project.
    assert expected - made.keys() <= {"demand", "demand_observed", "demand_backtest"} | {
        "places_outlook"
    }
    assert numbers_in(recomputed) > (300 if has_plan else 200)


# ------------------------------------------------------------- the check itself can find a fault


def changed(made: dict[str, pd.DataFrame]) -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    """Give the tables with one small fault each."""

    def edited(table: str, column: str, value: Any, row: int = 0) -> dict[str, pd.DataFrame]:
        wrong = copy.copy(made)
        wrong[table] = made[table].astype({column: object})
        wrong[table].loc[row, column] = value
        return wrong

    nudged = made["transition_summary"].loc[0, "npv_eur"] * (1 + 1e-8)
    yield "nudged by a hundred-millionth", edited("transition_summary", "npv_eur", nudged)
    cent = made["budget_by_payer"].loc[1, "alternative_eur"] + 0.01
    yield "a cent of a payer", edited("budget_by_payer", "alternative_eur", cent, 1)
    yield "number hidden", edited("stranded", "stranded_eur", math.nan)
    yield "zero where nothing is known", edited("transition", "cost_per_child_eur", 0, 9)
    yield "another child", edited("destinations", "children", 29)
    yield "another year", edited("scenarios", "break_even_year", 2025)
    yield "another text", edited("home_cost_function", "basis", "derived")
    yield "another arrangement", edited("npv_sensitivity", "care_arrangement", "guardian")
    yield "another line", edited("plan_problems", "row", made["plan_problems"].loc[0, "row"] + 1)
    yield "another verdict", edited("findings", "code", "inconclusive", 0)
    yield "another share", edited("evidence", "share", made["evidence"].loc[0, "share"] + 1e-7)
    for table, frame in made.items():
        if len(frame):
            yield f"row missing: {table}", made | {table: frame.iloc[:-1]}
            yield f"row too many: {table}", made | {table: pd.concat([frame, frame.iloc[:1]])}
    yield "another order", made | {"npv_sensitivity": made["npv_sensitivity"].iloc[::-1]}
    yield "column more", made | {"stranded": made["stranded"].assign(workers=1)}
    yield "column less", made | {"stranded": made["stranded"].drop(columns="stranded_eur")}
    turned = made["scenarios"][made["scenarios"].columns[::-1]]
    yield "columns in another order", made | {"scenarios": turned}
    yield "table more", made | {"visits": made["stranded"]}
    yield "table less", {table: made[table] for table in made if table != "stranded"}


def changed_by_chance(
    made: dict[str, pd.DataFrame],
) -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    """Give the tables with one fault each in what SQL does not work out."""
    for table, column, value in (
        ("demand", "p90", 0.0),
        ("demand", "p10", math.nan),
        ("demand", "utilisation_p50", 0.5),
        ("demand_backtest", "inside", "maybe"),
        ("places_outlook", "empty_from", 2024.0),
        ("places_outlook", "p50", 1.0),
    ):
        wrong = made[table].astype({column: object})
        wrong[column] = value
        yield f"{table} {column}", made | {table: wrong}


def test_check_finds_every_planted_fault(
    package,
    data,
    asked,
    evaluated_annex,
    recompute_annex,
    annex_differences,
    wrong_plan_rates,
    wrong_demand,
):
    made = evaluated_annex(data.tables, data.lines, asked())
    recomputed = recompute_annex(package, asked())
    assert annex_differences(made, recomputed) == []
    for fault, wrong in changed(made):
        # Of findings left to chance a row more or less is none of SQL's.
        if "findings" not in fault:
            assert annex_differences(wrong, recomputed), f"not noticed: {fault}"
    for fault, wrong in changed_by_chance(made):
        assert wrong_demand(wrong), f"not noticed: {fault}"
    for rate in (0.18, math.nan):
        wrong = made["npv_sensitivity"].copy()
        wrong.loc[wrong["parameter"] == "discount_rate", "switch_value"] = rate
        assert wrong_plan_rates(made | {"npv_sensitivity": wrong}, recomputed)


# -------------------------------------------------- changed data: both change, and change alike

Rows = list[dict[str, str]]
Edit = tuple[str, Callable[[Rows], Rows]]
OWN = dict(provider=HOME)
PLAN = dict(OWN, age_band="all", need_level="all", source="synthetic-plans")
LEDGER = dict(
    **OWN,
    region="kurzeme",
    care_arrangement="institution",
    year="2017",
    age_band="all",
    need_level="all",
    source="synthetic-costs",
)
PLACES = dict(region="kurzeme", source="synthetic-infrastructure")
OTHER = dict(provider="kurzeme-paraugs-3")
GUARDIANS = dict(region="kurzeme", care_arrangement="guardian")


def fits(row: dict[str, str], where: dict[str, Any]) -> bool:
    """Whether a row has the values, or one of several values."""
    return all(row.get(name) in ([of] if isinstance(of, str) else of) for name, of in where.items())


def put(table: str, where: dict[str, Any], column: str, value: str) -> Edit:
    """Put a value into every row that fits."""

    def edit(rows: Rows) -> Rows:
        assert any(fits(row, where) for row in rows)
        return [row | {column: value} if fits(row, where) else row for row in rows]

    return table, edit


def remove(table: str, where: dict[str, Any]) -> Edit:
    """Remove every row that fits."""

    def edit(rows: Rows) -> Rows:
        assert any(fits(row, where) for row in rows)
        return [row for row in rows if not fits(row, where)]

    return table, edit


def add(table: str, **row: str) -> Edit:
    """Add a row at the end."""
    return table, lambda rows: [*rows, row | {"file": f"{table}.csv", "line": str(len(rows) + 2)}]


def more(where: dict[str, Any], number: int) -> Edit:
    """Let so many more children live somewhere; fewer, if it is negative."""

    def edit(rows: Rows) -> Rows:
        assert any(fits(row, where) for row in rows)
        return [
            row | {"children": str(int(row["children"]) + number)} if fits(row, where) else row
            for row in rows
        ]

    return "destinations", edit


def years(first: int, last: int = 2027) -> list[str]:
    return [str(year) for year in range(first, last + 1)]


def living(care_arrangement: str, *years: str) -> dict[str, Any]:
    return dict(OWN, care_arrangement=care_arrangement, year=list(years))


# The edits; then the figure that must change: table, what identifies its rows, column.
Figure = tuple[str, dict[str, Any], str]
MUTATIONS: dict[str, tuple[list[Edit], Figure]] = {
    "no cost structure: derived from the ledger": (
        [remove("cost_structure", OWN)],
        ("home_cost_function", dict(year=2018), "fixed_eur"),
    ),
    "no cost structure and no ledger": (
        [remove("cost_structure", OWN), remove("costs", OWN)],
        ("transition_summary", {}, "npv_eur"),
    ),
    "step of the home's cost": (
        [put("cost_structure", OWN, "step_children", "5")],
        ("stranded", dict(year=2019), "stranded_eur"),
    ),
    "sure of the home's cost": (
        [put("cost_structure", OWN, "source", "cpi-world-bank")],
        ("npv_sensitivity", {}, "parameter"),
    ),
    "less sure of one year of the home's cost": (
        [put("cost_structure", dict(OWN, year="2020"), "source", "cpi-world-bank")],
        ("evidence", dict(evidence="synthetic"), "share"),
    ),
    "no one-off costs": (
        [remove("transition_costs", OWN)],
        ("transition", dict(year=2018), "one_off_eur"),
    ),
    "no new buildings: their annuity counts": (
        [remove("transition_costs", dict(OWN, kind="capital"))],
        ("costs_elsewhere", dict(year=2018), "cost_per_child_year_eur"),
    ),
    "home is sold dearly": (
        [put("transition_costs", dict(OWN, kind="disposal"), "amount_eur", "-900000")],
        ("scenarios", dict(scenario="as_planned"), "break_even_year"),
    ),
    "another payer of one-off costs": (
        [put("transition_costs", dict(OWN, kind="redundancy"), "payer", "other")],
        ("payer_summary", dict(payer="other"), "npv_eur"),
    ),
    "one-off costs after the plan": (
        [put("transition_costs", dict(OWN, kind="other"), "year", "2030")],
        ("plan_problems", dict(problem="one_off_outside_plan"), "subject"),
    ),
    "refund in the ledger": (
        [add("costs", **LEDGER, cost_item="other", payer="state", amount_eur="-500")],
        ("budget_by_payer", dict(year=2018, payer="municipality"), "net_eur"),
    ),
    "ledger of the base year is missing": (
        [remove("costs", dict(OWN, year="2017"))],
        ("situation", dict(year=2017), "total_eur"),
    ),
    "another payer shares the ledger": (
        [put("costs", dict(OWN, year="2017", cost_item="staff"), "payer", "state")],
        ("payer_summary", dict(payer="state"), "npv_eur"),
    ),
    "building of another home lasts longer": (
        [put("assets", dict(provider="kurzeme-paraugs-6"), "useful_life_years", "60")],
        ("costs_elsewhere", dict(care_arrangement="family_like"), "capital_eur_per_child_month"),
    ),
    "cost of guardians is nowhere known": (
        [remove("households", GUARDIANS)],
        ("plan_problems", dict(problem="no_unit_cost"), "counted"),
    ),
    "cost of guardians is not known from 2020 on": (
        [remove("households", dict(GUARDIANS, year=years(2020)))],
        ("costs_elsewhere", dict(year=2021, care_arrangement="guardian"), "cost_year"),
    ),
    "cost of guardians is known from 2020 on": (
        [remove("households", dict(GUARDIANS, year=years(2014, 2019)))],
        ("costs_elsewhere", dict(year=2018, care_arrangement="guardian"), "cost_year"),
    ),
    "index ends with the records": (
        [
            remove("price_index", dict(year=["2023", "2024"])),
            put("transition_costs", dict(OWN, kind="other"), "year", "2024"),
        ],
        ("transition", dict(year=2024), "one_off_eur"),
    ),
    "prices of a year": (
        [put("price_index", dict(year="2020"), "value", "120")],
        ("home_cost_function", dict(year=2025), "variable_eur_per_child"),
    ),
    "fewer places are planned later": (
        [
            add(
                "planned_places",
                **PLACES,
                municipality="liepaja",
                care_arrangement="family_like",
                year="2025",
                places="2",
            )
        ],
        ("demand", dict(year=2026, care_arrangement="family_like"), "planned_places"),
    ),
    "places of families are planned": (
        [
            add(
                "planned_places",
                **PLACES,
                care_arrangement="foster_family",
                year="2019",
                places="7",
            )
        ],
        ("plan_problems", dict(problem="above_planned_places"), "limit"),
    ),
    "children come into the home": (
        [
            add("destinations", **PLAN, year="2019", care_arrangement="entry", children="3"),
            more(living("institution", "2019"), 3),
            more(living("guardian", *years(2020)), 3),
        ],
        ("children_balance", dict(year=2019), "entries"),
    ),
    "children leave care": (
        [
            *(
                add("destinations", **PLAN, year=year, care_arrangement=end, children="1")
                for year in years(2019)
                for end in ("exit", "adoption", "family")
            ),
            more(living("foster_family", *years(2019)), -3),
        ],
        ("preference_shares", dict(year=2020, step="own_family"), "share"),
    ),
    "nobody planned three years": (
        [remove("destinations", dict(OWN, year=["2020", "2022", "2025"]))],
        ("transition", dict(year=2020), "institution_eur"),
    ),
    "more children than the home had": (
        [more(living("institution", *years(2018)), 4)],
        ("plan_problems", dict(problem="children_differ_from_activity"), "counted"),
    ),
    "fewer places than children": (
        [put("activity", dict(OWN, year="2017"), "place_days", "9000")],
        ("plan_problems", dict(problem="above_places"), "limit"),
    ),
    "groups told apart by age": (
        [
            put("destinations", living("institution", "2018", "2019"), "age_band", "7-17"),
            more(living("institution", "2018", "2019"), -2),
            *(
                add(
                    "destinations",
                    **{**PLAN, "age_band": "0-6"},
                    year=year,
                    care_arrangement="institution",
                    children="2",
                )
                for year in ("2018", "2019")
            ),
        ],
        ("destinations_by_group", dict(year=2018, age_band="0-6"), "children"),
    ),
    "children under three in the home": (
        [put("destinations", living("institution", "2019"), "under_3", "7")],
        ("plan_problems", dict(problem="under_three_in_institution"), "counted"),
    ),
    "siblings are told apart": (
        [put("destinations", living("guardian", "2018", "2020"), "siblings_apart", "6")],
        ("plan_problems", dict(problem="siblings_apart"), "counted"),
    ),
    "children counted on another basis": (
        [put("placements", dict(region="kurzeme", year="2021"), "counting_basis", "lm")],
        ("demand_observed", dict(care_arrangement="guardian"), "year"),
    ),
    "an arrangement is not counted at the end": (
        [remove("placements", dict(GUARDIANS, year="2022"))],
        ("demand", dict(care_arrangement="guardian"), "year"),
    ),
    "no moves of the last year": (
        [remove("flows", dict(region="kurzeme", year="2022"))],
        ("demand_backtest", dict(care_arrangement="institution"), "year"),
    ),
    "a service reaches more": (
        [put("needs", dict(municipality="kuldigas-novads", service_type="dac"), "receiving", "99")],
        ("unmet_needs", {}, "service_type"),
    ),
    "another home's children stay": (
        [
            put("destinations", dict(OTHER, care_arrangement="institution"), "children", "9"),
            remove("destinations", dict(OTHER, care_arrangement=["foster_family", "guardian"])),
        ],
        ("demand", dict(care_arrangement="institution"), "plan_children"),
    ),
    "home is sold while children live in it": (
        [put("transition_costs", dict(OWN, kind="disposal"), "year", "2020")],
        ("plan_problems", dict(problem="sold_before_empty"), "counted"),
    ),
    "home is sold later": (
        [put("transition_costs", dict(OWN, kind="disposal"), "year", "2024")],
        ("one_off", dict(kind="disposal"), "year"),
    ),
    "both places are paid for": (
        [
            add(
                "transition_costs",
                **OWN,
                year="2019",
                kind="dual_running",
                payer="state",
                amount_eur="12345.67",
                source="synthetic-plans",
            )
        ],
        ("one_off", dict(kind="dual_running"), "amount_eur"),
    ),
    "ledger of a year beside the cost function": (
        [put("costs", dict(OWN, year="2016", cost_item="staff"), "amount_eur", "400000")],
        ("home_cost_check", dict(year=2016), "deviation"),
    ),
    "home of a municipality that was taken over": (
        [put("providers", OWN, "municipality", "aizputes-novads")],
        ("unmet_needs", {}, "municipality"),
    ),
}
# What other regions record is in no annex of this one: here it is left out.
OF_REGION = ("costs", "activity", "households", "placements", "flows", "planned_places")
OF_HOME = ("assets", "cost_structure", "destinations", "transition_costs")


@pytest.fixture(scope="module")
def kurzeme(package, annex_rows) -> dict[str, Rows]:
    """The rows of the annex's files, those of one region."""
    kept = {}
    for name, rows in annex_rows(package).items():
        key = "region" if name in OF_REGION else "provider" if name in OF_HOME else None
        kept[name] = [row for row in rows if key is None or row[key].startswith("kurzeme")]
    return kept


def edited(rows: dict[str, Rows], edits: list[Edit]) -> dict[str, Rows]:
    """Change the rows of some tables; a new row stands at the end of its file."""
    changed = dict(rows)
    for table, edit in edits:
        changed[table] = edit(changed[table])
    return changed


def figures(recomputed: dict[str, Cells], figure: Figure) -> list[Any]:
    """Give a column of the rows that fit, in their order."""
    table, where, column = figure
    columns, rows = recomputed.get(table, ([], []))
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    return [row[column] for row in named if where.items() <= row.items()]


@pytest.fixture(scope="module")
def before(kurzeme, asked, recompute_annex) -> dict[str, Cells]:
    return recompute_annex(kurzeme, asked())


@pytest.mark.parametrize("mutation", list(MUTATIONS))
def test_changed_data_changes_the_figure_alike_in_both(
    mutation,
    kurzeme,
    before,
    asked,
    annex_frames,
    evaluated_annex,
    recompute_annex,
    annex_differences,
    wrong_plan_rates,
    wrong_demand,
):
    edits, figure = MUTATIONS[mutation]
    rows = edited(kurzeme, edits)
    made = evaluated_annex(*annex_frames(rows), asked())
    recomputed = recompute_annex(rows, asked())
    assert annex_differences(made, recomputed) == []
    assert wrong_plan_rates(made, recomputed) == []
    assert wrong_demand(made) == []
    assert figures(recomputed, figure) != figures(before, figure)


@pytest.mark.parametrize(
    "missing",
    ("destinations", "transition_costs", "cost_structure", "flows", "planned_places", "needs"),
)
def test_missing_table_leaves_out_the_same_in_both(
    missing, kurzeme, asked, annex_frames, evaluated_annex, recompute_annex, annex_differences
):
    rows = {name: kurzeme[name] for name in kurzeme if name != missing}
    made = evaluated_annex(*annex_frames(rows), asked())
    assert annex_differences(made, recompute_annex(rows, asked())) == []


def test_line_of_a_problem_is_the_line_of_the_file(package, data, asked, evaluated_annex):
    """Whoever looks for a problem must find it where the annex says."""
    problem = evaluated_annex(data.tables, data.lines, asked())["plan_problems"].iloc[0]
    assert problem[["problem", "subject"]].to_list() == ["above_counted", "2021 family_like"]
    lines = (package / problem["file"]).read_text(encoding="utf-8").splitlines()
    assert lines[int(problem["row"]) - 1].startswith(f"{HOME},2021,all,all,family_like,")


# Rules that are easily missed, one sentence of the methods each: edits, and what else is asked for.
RULES: dict[str, tuple[list[Edit], dict[str, Any]]] = {
    # Of the home's children ten live in family-like care by 2022: they are counted there.
    "who was elsewhere by the last count is in the stock": (
        [],
        dict(start_year=2024, horizon_years=6),
    ),
    "who comes elsewhere before the start year is added too": (
        [remove("placements", dict(region="kurzeme", year=years(2018, 2022)))],
        dict(start_year=2020, horizon_years=6),
    ),
    # What is recorded of 2021 and 2022 counts, in the money of 2020.
    "a year takes its own cost where the index does not have it yet": (
        [remove("price_index", dict(year=years(2021, 2024)))],
        dict(price_year=2020),
    ),
    "years of the cost structure count up to the last year of the plan": (
        [
            remove("cost_structure", dict(OWN, year=years(2016, 2019))),
            put("cost_structure", OWN, "year", "2030"),
        ],
        {},
    ),
    "one-off costs outside the plan do not count, nor do their sources": (
        [
            put("transition_costs", OWN, "source", "cpi-world-bank"),
            put("transition_costs", dict(OWN, kind="other"), "source", "synthetic-plans"),
            put("transition_costs", dict(OWN, kind="other"), "year", "2030"),
        ],
        {},
    ),
    "the home's cost is as sure as the years that are taken": (
        [put("cost_structure", dict(OWN, year=years(2018, 2020)), "source", "cpi-world-bank")],
        {},
    ),
    "a start between planned years shows the last planned year before it": (
        [remove("destinations", dict(OWN, year="2020"))],
        dict(start_year=2020),
    ),
    "a start between planned years, after children came": (
        [
            add("destinations", **PLAN, year="2019", care_arrangement="entry", children="3"),
            more(living("institution", "2019"), 3),
            more(living("guardian", *years(2021)), 3),
            remove("destinations", dict(OWN, year="2020")),
        ],
        dict(start_year=2020),
    ),
    # Without moves from 2017 to 2021 the last five years with moves are 2022 and 2016 back to 2013.
    "rates are of the last years with moves": (
        [
            remove("flows", dict(region="kurzeme", year=years(2017, 2021))),
            remove("flows", dict(year="2022", from_arrangement="youth_house")),
            remove("flows", dict(year="2022", to_arrangement="youth_house")),
        ],
        {},
    ),
}


@pytest.mark.parametrize("rule", list(RULES))
def test_rule_of_the_methods_holds_in_both(
    rule, kurzeme, asked, annex_frames, evaluated_annex, recompute_annex, annex_differences
):
    edits, what = RULES[rule]
    rows = edited(kurzeme, edits)
    made = evaluated_annex(*annex_frames(rows), asked(**what))
    assert annex_differences(made, recompute_annex(rows, asked(**what))) == []
