"""What a home's plan may show: which columns go with a hidden cell, and which cells go."""

from __future__ import annotations

import pandas as pd
import pytest
from cells_seen import expected, hidden_in, losses_of, never_hidden, rows, sums_of, values_of

from dieval.plans.chain import RegionCosts
from dieval.plans.evaluation import PlanEvaluation
from dieval.plans.outlook import Outlook
from dieval.release import plans
from dieval.release.cells import DETAIL, SUM, UNSEEN, WHOLE, Cells
from dieval.release.plans import hidden_plan, release_plan, tables_of_region
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables
from dieval.vocabulary import HIDDEN_VALUE, is_hidden

RULES = Rules(persons=8, holders=3, percent=10)
ANY_HOLDER = Rules(persons=8, holders=1, percent=10)
SECONDS = 60.0
PROVIDER, REGION, HOME = "kurzeme-1", "kurzeme", "institution"
FOSTER = "foster_family"
SOURCES = pd.DataFrame({"source": ["x", "y"], "evidence": ["published", "synthetic"]})
# What a projection says of a year; it holds the children of plans, and the stock without them.
PROJECTED = "p10 p50 p90 utilisation_p50"
BALANCE = "before entries in_care left_care difference"
UNMET = "needing receiving unmet"


def plan_tables() -> dict[str, pd.DataFrame]:
    """Every table that has hidden columns, with two to four rows each."""
    place = "year care_arrangement"
    return {
        "situation": rows(
            "year", (2020,), (2021,),
            numbers="average_children places child_days place_days occupancy "
                    "arrangement_real_cost_per_child_month_eur",
        ),
        "home_cost_check": rows("year", (2020,), (2021,), numbers="average_children"),
        "destinations": rows(
            place, (2024, HOME), (2024, FOSTER), (2025, FOSTER), numbers="children"
        ),
        "destinations_by_group": rows(
            "year age_band need_level care_arrangement",
            (2024, "0-6", "standard", FOSTER),
            (2024, "0-6", "complex", FOSTER),
            numbers="children",
        ),
        "children_balance": rows("year", (2024,), (2025,), numbers=BALANCE),
        "preference_shares": rows(
            "year step", (2024, "own_family"), (2024, "residential"), (2025, "own_family"),
            numbers="children share",
        ),
        "stranded": rows("year", (2024,), (2025,), numbers="children_left"),
        "transition_summary": rows("name", ("plan",), numbers="children_before"),
        "scenarios": rows(
            "scenario", ("as_planned",), ("later",), numbers="children_in_home_at_end"
        ),
        "costs_elsewhere": rows(
            f"{place} cost_year", (2024, FOSTER, 2022), (2024, HOME, 2022), (2025, FOSTER, 2023),
            numbers="cost_per_child_month_eur capital_eur_per_child_month "
                    "support_eur_per_child_month cost_per_child_year_eur",
        ),
        "demand": rows(
            place, (2024, HOME), (2024, FOSTER), (2025, FOSTER),
            numbers=f"plan_children {PROJECTED}",
        ),
        "places_outlook": rows(
            place, (2025, HOME), (2025, FOSTER), numbers=f"{PROJECTED} empty_from"
        ),
        "demand_observed": rows(
            place, (2022, HOME), (2022, FOSTER), numbers="children planned_places"
        ),
        "demand_backtest": rows(
            place, (2022, HOME), (2022, FOSTER), numbers="observed p05 p50 p95"
        ).assign(inside="yes"),
        "unmet_needs": rows(
            "municipality service_type target_group",
            ("liepaja", "dac", "adults"), ("liepaja", "dac", "children"),
            numbers=UNMET,
        ),
    }  # fmt: skip


def evaluation(tables: dict[str, pd.DataFrame], **changes: object) -> PlanEvaluation:
    made = dict(
        tables=tables,
        evidence=pd.Series({"published": 1.0}),
        counted={"destinations": pd.DataFrame({"year": [2024], "children": [3], "source": ["x"]})},
        home=HOME,
        years=range(2024, 2026),
        base_year=2021,
        has_plan=True,
        starts_the_plan=True,
        with_capital=True,
        function_basis="recorded",
        outlook=Outlook(tables, "lm", 2018, 2023),
        told_apart={},
        care=care(),
    )
    return PlanEvaluation(**{**made, **changes})


def care() -> RegionCosts:
    lines = rows(
        "year care_arrangement provider payer part age_band need_level source",
        (2022, HOME, PROVIDER, "state", "staff", "0-6", "all", "x"),
        (2022, HOME, PROVIDER, "municipality", "staff", "7-17", "all", "x"),
        numbers="amount_eur",
    )
    activity = rows(
        "year care_arrangement provider age_band need_level child_days",
        (2022, HOME, PROVIDER, "0-6", "all", 3650),
        (2022, HOME, PROVIDER, "7-17", "all", 7300),
    )
    units = rows("year care_arrangement", (2022, HOME), numbers="cost_per_child_month_eur")
    return RegionCosts(
        tables={},
        years=[2022],
        deflator=pd.Series({2022: 1.0}),
        lines=lines,
        activity=activity,
        units=units,
        parts=units.assign(part="staff"),
        providers=units.assign(provider=PROVIDER),
        home_lines=lines,
    )


def released(
    *hidden: tuple,
    tables: dict[str, pd.DataFrame] | None = None,
    rules: Rules = ANY_HOLDER,
    **changes: object,
) -> PlanEvaluation:
    made = evaluation(plan_tables() if tables is None else tables, **changes)
    return release_plan(made, PROVIDER, REGION, frozenset(hidden), rules, SOURCES)


MOVED = f"plan_children {PROJECTED}"
OF_UNIT = "cost_per_child_month_eur cost_per_child_year_eur"
PARTS = "capital_eur_per_child_month support_eur_per_child_month"
ALIKE = expected(costs_elsewhere={0: f"{OF_UNIT} {PARTS}"})

HIDES = {
    ("home_days", 2020, HOME, PROVIDER): expected(
        situation={0: "average_children child_days occupancy places place_days"},
        home_cost_check={0: "average_children"},
    ),
    ("home_days", 2020, HOME, "another-home"): {},
    **{
        (name, 2020, HOME): expected(situation={0: "arrangement_real_cost_per_child_month_eur"})
        for name in ("total", "days", "few")
    },
    **{(name, 2022, FOSTER): ALIKE for name in ("total", "days", "few")},
    ("part", 2022, FOSTER, "capital"): expected(
        costs_elsewhere={0: "capital_eur_per_child_month"}
    ),
    ("part", 2022, FOSTER, "support"): expected(
        costs_elsewhere={0: "support_eur_per_child_month"}
    ),
    ("planned", 2024, HOME): expected(
        destinations={0: "children"}, demand={0: MOVED}, places_outlook={0: "empty_from"}
    ),
    ("planned", 2025, FOSTER): expected(
        destinations={2: "children"}, demand={2: MOVED},
        places_outlook={1: f"{PROJECTED} empty_from"},
    ),
    # Who lives there by the plan before the projection begins is left out of who moves later.
    ("planned", 2023, FOSTER): expected(
        demand={1: MOVED, 2: MOVED}, places_outlook={1: f"{PROJECTED} empty_from"}
    ),
    # Who waits in the home then is taken out of the stock that is projected.
    ("planned", 2023, HOME): expected(
        demand={0: PROJECTED}, places_outlook={0: f"{PROJECTED} empty_from"}
    ),
    ("stock", REGION, 2023, "other", HOME): expected(
        demand={0: PROJECTED}, places_outlook={0: f"{PROJECTED} empty_from"}
    ),
    ("stock", REGION, 2021, "lm", FOSTER): expected(demand_backtest={1: "p05 p50 p95 inside"}),
    ("children_before",): expected(
        transition_summary={0: "children_before"}, demand={0: MOVED},
        places_outlook={0: f"{PROJECTED} empty_from"},
    ),
    ("planned_group", 2024, "0-6", "complex", FOSTER): expected(
        destinations_by_group={1: "children"}
    ),
    **{(name, 2025): expected(children_balance={1: name}) for name in BALANCE.split()},
    ("step", 2024, "residential"): expected(preference_shares={1: "children share"}),
    ("placed", 2024): expected(preference_shares={0: "share", 1: "share"}),
    ("children_left", 2025): expected(stranded={1: "children_left"}),
    ("at_end", "later"): expected(scenarios={1: "children_in_home_at_end"}),
    **{
        ("stock", REGION, 2022, basis, FOSTER): expected(
            demand_observed={1: "children"}, demand_backtest={1: "observed inside"}
        )
        for basis in ("vbtai", "lm", "other")
    },
    ("stock", "riga", 2022, "lm", FOSTER): {},
    **{
        (name, "liepaja", "dac", "children"): expected(unmet_needs={1: name})
        for name in ("needing", "receiving")
    },
}  # fmt: skip


@pytest.mark.parametrize("key", HIDES, ids=lambda key: "-".join(map(str, key)))
def test_a_hidden_cell_hides_what_rests_on_it_and_nothing_else(key):
    assert hidden_in(plan_tables(), released(key).tables) == HIDES[key]


def test_every_column_that_rests_on_cells_is_hidden_by_one_of_them():
    assert never_hidden(plans._rests(evaluation({}), PROVIDER, REGION), HIDES) == set()


def test_cost_without_capital_does_not_give_hidden_capital_away():
    # A month costs 1,000 with 200 of capital: (1,000 − 200) × 12 a year would tell the 200.
    found = released(("part", 2022, FOSTER, "capital"), with_capital=False).tables
    assert hidden_in(plan_tables(), found) == expected(
        costs_elsewhere={0: "capital_eur_per_child_month cost_per_child_year_eur"}
    )


@pytest.mark.parametrize(
    ("all_plans", "this_one", "hidden"),
    [
        (20, 17, True),  # 3 are in another home's plan
        (17, 20, True),  # 3 lived there before the projection begins
        (20, 13, True),
        (20, 19, True),
        (20, 21, True),
        (20, 12, False),  # 8
        (20, 20, False),
        (28, 20, False),
        (8, None, False),  # nobody by this plan
        (7, None, True),
    ],
)
def test_those_who_move_by_other_plans_are_hidden_where_they_are_few(all_plans, this_one, hidden):
    place = "year care_arrangement"
    tables = {
        "destinations": rows(place, (2024, FOSTER)).assign(children=this_one),
        "demand": rows(place, (2024, FOSTER)).assign(plan_children=all_plans),
    }
    if this_one is None:
        tables["destinations"] = rows(place, (2024, "guardian")).assign(children=9)
    found = hidden_in(tables, released(tables=tables).tables)
    assert found == (expected(demand={0: "plan_children"}) if hidden else {})


def test_moves_to_where_this_plan_leads_nobody_are_compared_with_nothing():
    place = "year care_arrangement"
    tables = {
        "destinations": rows(place, (2025, FOSTER), (2025, HOME)).assign(children=[30, 20]),
        "demand": rows(place, (2024, FOSTER), (2025, FOSTER), (2025, "guardian")).assign(
            plan_children=[27, 27, 27]
        ),
    }
    found = hidden_in(tables, released(tables=tables).tables)
    assert found == expected(demand={1: "plan_children"})  # 30 − 27


def test_moves_are_compared_with_the_plan_though_its_number_is_hidden():
    place = "year care_arrangement"
    tables = {
        "destinations": rows(place, (2024, FOSTER), (2025, FOSTER)).assign(children=[20, 30]),
        "demand": rows(place, (2024, FOSTER), (2025, FOSTER)).assign(plan_children=[20, 27]),
    }
    found = hidden_in(tables, released(("planned", 2024, FOSTER), tables=tables).tables)
    assert found == expected(
        destinations={0: "children"}, demand={0: "plan_children", 1: "plan_children"}
    )


def test_region_without_projection_hides_what_the_plan_hides():
    tables = {"destinations": plan_tables()["destinations"]}
    shown = released(("planned", 2024, FOSTER), tables=tables, outlook=None)
    assert hidden_in(tables, shown.tables) == expected(destinations={1: "children"})
    assert shown.outlook is None


@pytest.mark.parametrize("value", [1, 3.5, 7])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        *((name, column) for name in ("demand", "places_outlook") for column in ("p10", "p90")),
        ("demand_backtest", "p05"),
        ("demand_backtest", "p95"),
    ],
)
def test_projections_of_few_children_are_hidden(table, column, value):
    place = rows("year care_arrangement", (2024, FOSTER), (2025, FOSTER), numbers="plan_children")
    tables = {
        "destinations": place.rename(columns={"plan_children": "children"}),
        table: place.assign(**{"p50": 40.0, column: [value, 40.0]}),
    }
    found = hidden_in(tables, released(tables=tables).tables)
    assert found == expected(**{table: {0: column}})


@pytest.mark.parametrize(("value", "hidden"), [(0, False), (1, True), (7, True), (8, False)])
def test_use_of_places_by_few_children_is_hidden(value, hidden):
    of_places = rows("year care_arrangement", (2025, HOME)).assign(p50=value, utilisation_p50=0.5)
    tables = {"places_outlook": of_places}
    found = hidden_in(tables, released(tables=tables).tables)
    assert found == (expected(places_outlook={0: "p50 utilisation_p50"}) if hidden else {})


def test_children_of_all_plans_are_hidden_where_they_are_few():
    tables = {"demand": rows("year care_arrangement", (2024, FOSTER)).assign(plan_children=5)}
    found = hidden_in(tables, released(tables=tables).tables)
    assert found == expected(demand={0: "plan_children"})


def test_notes_on_the_plan_lose_their_numbers():
    problem = rows("problem row subject", ("too_many", 3, "4 children"), numbers="counted limit")
    tables = {"plan_problems": problem}
    found = hidden_in(tables, released(tables=tables).tables)
    assert found == expected(plan_problems={0: "counted limit"})


@pytest.mark.parametrize("problem", ["above_counted", "above_planned_places"])
def test_hidden_number_is_not_said_to_be_above_one_that_is_shown(problem):
    table = rows(
        "problem subject", (problem, f"2024 {FOSTER}"), (problem, f"2025 {FOSTER}"),
        ("siblings_apart", f"2024 {FOSTER}"), numbers="counted limit",
    )  # fmt: skip
    hidden = {("planned", 2024, FOSTER)}
    shown = released(*hidden, tables={"plan_problems": table}).tables["plan_problems"]
    about = list(zip(shown["problem"], shown["subject"], strict=True))
    assert about == [(problem, f"2025 {FOSTER}"), ("siblings_apart", f"2024 {FOSTER}")]


def test_plan_without_problems_and_lacking_services_has_none():
    tables = {
        "plan_problems": rows("problem row subject", ("x", 3, "y"), numbers="counted limit"),
        "unmet_needs": plan_tables()["unmet_needs"],
    }
    nothing = {name: table.iloc[:0] for name, table in tables.items()}
    shown = released(tables=nothing).tables
    assert {name: (len(shown[name]), list(shown[name])) for name in nothing} == {
        name: (0, list(table)) for name, table in tables.items()
    }


def test_half_of_every_number_is_hidden_with_any_of_them():
    # 5 + 9 children halved and rounded up are 3 + 5, 4 + 10 are 2 + 5.
    table = rows(
        "scenario", ("as_planned",), ("fewer_families",), numbers="children_in_home_at_end"
    )
    found = {
        year: hidden_in(
            {"scenarios": table},
            released(("planned", year, FOSTER), tables={"scenarios": table}).tables,
        )
        for year in (2024, 2025)
    }
    assert found == {2024: {}, 2025: expected(scenarios={1: "children_in_home_at_end"})}


def test_hidden_needs_are_left_out_as_only_what_is_lacking_is_listed():
    table = rows(
        "municipality service_type target_group",
        ("liepaja", "sd", "adults"), ("liepaja", "gd", "adults"), ("liepaja", "dac", "adults"),
        numbers=UNMET,
    )  # fmt: skip
    hidden = {("unmet", "liepaja", code, "adults") for code in ("sd", "dac")}
    shown = released(*hidden, tables={"unmet_needs": table}).tables["unmet_needs"]
    assert shown.to_dict("list") == table.iloc[[1]].to_dict("list")
    assert list(shown.index) == [0]


def projected(
    planned: dict[tuple[int, str], int], followed: dict[tuple[int, str], int], **changes: object
) -> dict[str, set[str]]:
    """Columns that are hidden in any row of a projection after 2023."""
    tables = {
        "demand": pd.DataFrame(
            [(*key, n, 30.0, 40.0, 50.0) for key, n in followed.items()],
            columns=["year", "care_arrangement", "plan_children", "p10", "p50", "p90"],
        ),
        "places_outlook": rows("year care_arrangement", (2025, FOSTER)).assign(
            p50=40.0, empty_from=None
        ),
    }
    if planned:
        tables["destinations"] = pd.DataFrame(
            [(*key, n) for key, n in planned.items()],
            columns=["year", "care_arrangement", "children"],
        )
    found = hidden_in(tables, released(tables=tables, **changes).tables)
    return {name: set().union(*of_rows.values()) for name, of_rows in found.items()}


EVERY = {"demand": {"p10", "p50", "p90"}, "places_outlook": {"p50", "empty_from"}}
# 30 in the home before; 10 of them in foster families in 2024, and 20 in 2025.
BY_PLAN = {(2024, HOME): 20, (2024, FOSTER): 10, (2025, HOME): 10, (2025, FOSTER): 20}
UNDER_WAY = {(2023, HOME): 20, (2023, FOSTER): 10, (2024, HOME): 10, (2024, FOSTER): 20}


@pytest.mark.parametrize(
    ("planned", "followed", "other"),
    [
        (BY_PLAN, BY_PLAN, False),
        (BY_PLAN, {**BY_PLAN, (2024, "guardian"): 0}, False),
        # A number of 0 has no row in the plan.
        (
            {**BY_PLAN, (2025, "guardian"): 9},
            {**BY_PLAN, (2025, "guardian"): 9, (2024, "guardian"): 0},
            False,
        ),
        # A year without rows is as the one before.
        (
            BY_PLAN,
            {**BY_PLAN, (2026, HOME): 10, (2026, FOSTER): 20},
            False,
        ),
        (BY_PLAN, {**BY_PLAN, (2026, HOME): 0, (2026, FOSTER): 20}, True),
        (BY_PLAN, {**BY_PLAN, (2025, FOSTER): 40}, True),
        (BY_PLAN, {**BY_PLAN, (2024, "guardian"): 9}, True),
        (BY_PLAN, dict.fromkeys(BY_PLAN, 0), True),
        # Of 20 with foster families, 10 moved before the projection begins.
        (UNDER_WAY, {(2024, HOME): 10, (2024, FOSTER): 10}, False),
        (UNDER_WAY, {(2024, HOME): 10, (2024, FOSTER): 20}, True),
        # More were there before: nobody moves back.
        ({(2023, FOSTER): 20, (2024, FOSTER): 10}, {(2024, FOSTER): 0}, False),
        ({}, {(2024, FOSTER): 0}, False),
        ({}, {(2024, FOSTER): 9}, True),
    ],
)
def test_no_projection_is_shown_that_holds_children_of_another_homes_plan(planned, followed, other):
    assert projected(planned, followed) == (EVERY if other else {})


@pytest.mark.parametrize(
    ("planned", "key", "hidden"),
    [
        # 5 are few; 30 are hidden with the last year of the plan, after which nobody moves.
        (5, None, {2026: {"plan_children", "p50"}}),
        (30, ("planned", 2025, FOSTER), {2025: {"plan_children", "p50"},
                                         2026: {"plan_children", "p50"}}),
        (30, ("planned", 2024, FOSTER), {2024: {"plan_children", "p50"}}),
    ],
)  # fmt: skip
def test_projection_goes_with_the_children_of_plans_in_years_after_the_last(planned, key, hidden):
    years = [2024, 2025] if key else [2025]
    demand = pd.DataFrame(
        [(year, FOSTER, planned, 40.0) for year in (*years, 2026)],
        columns=["year", "care_arrangement", "plan_children", "p50"],
    )
    tables = {
        "destinations": pd.DataFrame(
            [(year, FOSTER, planned if key else 5) for year in years],
            columns=["year", "care_arrangement", "children"],
        ),
        "demand": demand,
        "places_outlook": rows("year care_arrangement", (2026, FOSTER)).assign(p50=40.0),
    }
    shown = released(*([key] if key else [("planned", 2025, FOSTER)]), tables=tables)
    found = hidden_in(tables, shown.tables)
    of_demand = {int(demand["year"][row]): columns for row, columns in found["demand"].items()}
    assert {year: of_demand[year] for year in hidden} == hidden
    assert ("places_outlook" in found) == (2026 in hidden)


@pytest.mark.parametrize(("before", "other"), [(30, False), (29, True)])
def test_projection_holds_who_waits_for_a_plan_that_begins_later(before, other):
    later = {(2025, HOME): 20, (2025, FOSTER): 10}
    tables = {
        "children_balance": rows("year", (2025,), (2026,)).assign(before=[before, 20]),
        "destinations": pd.DataFrame(
            [(*key, n) for key, n in later.items()],
            columns=["year", "care_arrangement", "children"],
        ),
        "demand": pd.DataFrame(
            [(*key, n, 40.0) for key, n in {(2024, HOME): 30, (2024, FOSTER): 0, **later}.items()],
            columns=["year", "care_arrangement", "plan_children", "p50"],
        ),
    }
    found = hidden_in(tables, released(tables=tables).tables)
    assert set(found) == ({"demand"} if other else set())


def test_projection_is_not_shown_where_it_is_not_known_whose_children_it_holds():
    later = {(2025, FOSTER): 20}  # the plan began before, and its first years are not looked at
    assert projected(later, later, starts_the_plan=False) == EVERY
    assert projected(later, later) == {}


def test_that_places_never_stand_empty_is_hidden_with_the_projection():
    place = rows("year care_arrangement", (2025, HOME), (2025, FOSTER), numbers="p50")
    tables = {
        "places_outlook": place.assign(empty_from=None),
        "demand": rows("year care_arrangement", (2024, HOME), (2025, HOME)).assign(plan_children=0),
    }
    found = hidden_in(tables, released(("planned", 2024, HOME), tables=tables).tables)
    assert found["places_outlook"] == {0: {"empty_from"}}


# ---------------------------------------------------------------------------- money of one home

ONE_HOLDER = {
    "situation": (
        "year average_children places child_days place_days occupancy "
        "arrangement_real_cost_per_child_month_eur",
        "total_eur cost_per_child_month_eur",
    ),
    "situation_parts": ("", "amount_eur share"),
    "situation_payers": ("", "amount_eur share"),
    "home_cost_function": ("year cost_year step_children", "fixed_eur step_eur"),
    "home_cost_check": ("year average_children", "ledger_eur function_eur deviation"),
    "transition": ("year", "net_eur cost_per_child_eur"),
    "budget_by_payer": ("year", "net_eur"),
    "one_off": ("year", "amount_eur"),
    "stranded": ("year children_left", "stranded_eur"),
    "scenario_years": ("year", "net_eur"),
    "npv_sensitivity": ("", "low base high switch_value"),
    "npv_sensitivity_points": ("point", "value outcome"),
}


@pytest.mark.parametrize("name", ONE_HOLDER)
def test_money_of_one_home_is_hidden_where_two_are_too_few(name):
    kept, money = ONE_HOLDER[name]
    tables = {name: rows("kind", ("a",), ("b",), numbers=f"{kept} {money}")}
    for rules, found in (
        (RULES, expected(**{name: {0: money, 1: money}})),
        (Rules(persons=8, holders=2, percent=10), expected(**{name: {0: money, 1: money}})),
        (ANY_HOLDER, {}),
    ):
        assert hidden_in(tables, released(tables=tables, rules=rules).tables) == found


def test_hidden_spans_are_not_in_the_order_of_their_size():
    table = rows(
        "parameter care_arrangement",
        ("home", None), ("cost", "institution"), ("cost", FOSTER), ("discount_rate", None),
        numbers="span",
    )  # fmt: skip
    shown = released(tables={"npv_sensitivity": table}, rules=RULES).tables["npv_sensitivity"]
    assert list(shown["care_arrangement"].fillna("")) == [FOSTER, "institution", "", ""]
    assert list(shown["parameter"]) == ["cost", "cost", "discount_rate", "home"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("transition_summary", "children_before"),
        ("scenarios", "children_in_home_at_end"),
        ("payer_summary", "year"),
    ],
)
def test_whether_and_when_a_plan_pays_for_itself_is_hidden(name, kept):
    made = rows("scenario", ("a",), ("b",), numbers=f"{kept} npv_eur").assign(
        break_even_year=[2026.0, None], peak_funding_year=[None, 2025.0]
    )
    years = "break_even_year peak_funding_year"
    shown = released(tables={name: made}, rules=RULES).tables
    # Also where it never does: a gap among hidden years would tell.
    assert hidden_in({name: made}, shown) == expected(
        **{name: {0: f"npv_eur {years}", 1: f"npv_eur {years}"}}
    )
    assert hidden_in({name: made}, released(tables={name: made}).tables) == {}


def test_cost_of_a_child_is_hidden_also_where_nobody_is_left():
    # Beside a hidden number of children, its absence would say that this is 0.
    made = rows("scenario", ("a",), ("b",), numbers="year").assign(cost_per_child_eur=[300, None])
    found = hidden_in(
        {"transition": made}, released(tables={"transition": made}, rules=RULES).tables
    )
    assert found == expected(transition=dict.fromkeys((0, 1), "cost_per_child_eur"))


def test_a_table_without_years_gets_none():
    tables = {"payer_summary": rows("payer", ("state",), numbers="npv_eur")}
    assert list(released(tables=tables, rules=RULES).tables["payer_summary"]) == [
        "payer",
        "npv_eur",
    ]


def test_costs_elsewhere_are_no_money_of_the_home():
    found = hidden_in(
        {"costs_elsewhere": plan_tables()["costs_elsewhere"]},
        released(tables={"costs_elsewhere": plan_tables()["costs_elsewhere"]}, rules=RULES).tables,
    )
    assert found == {}


def test_money_of_a_home_gives_no_shares_of_evidence():
    # Beside the payments of the law, they would tell it.
    shown = released(rules=RULES)
    assert (shown.evidence.to_dict(), shown.cost_is_shown) == ({"published": 1.0}, False)
    given = pd.Series({"expert": 1.0})
    shown = released(evidence=given)
    assert (shown.evidence.to_dict(), shown.cost_is_shown) == ({"expert": 1.0}, True)
    rows_of = {"needs": pd.DataFrame({"source": ["x", "y", "y", "y"]})}
    shown = released(rules=RULES, evidence=given, counted=rows_of)
    assert shown.evidence.to_dict() == {"published": 0.25, "synthetic": 0.75}


def test_report_gets_neither_the_regions_costs_nor_numbers_of_rows():
    shown = released()
    assert isinstance(shown.tables, ReleasedTables)
    assert shown.care is None
    assert list(shown.counted["destinations"]) == ["year", "source"]
    assert shown.outlook is not None
    assert (shown.outlook.tables, shown.outlook.base_year) == ({}, 2023)


def test_region_costs_are_given_as_the_tables_of_a_cost_evaluation():
    region = care()
    tables = tables_of_region(region)
    assert list(tables) == [
        "unit_costs", "unit_cost_parts", "payer_split", "provider_unit_costs", "group_costs",
    ]  # fmt: skip
    assert tables["unit_costs"] is region.units
    assert tables["unit_cost_parts"] is region.parts
    assert tables["provider_unit_costs"] is region.providers
    # 1,001 and 1,002 EUR.
    assert tables["payer_split"].set_index("payer")["amount_eur"].to_dict() == {
        "state": 1001.0, "municipality": 1002.0,
    }  # fmt: skip
    young, old = tables["group_costs"].itertuples(index=False)
    assert (young.age_band, old.age_band) == ("0-6", "7-17")
    assert young.child_months == pytest.approx(3650 / 365 * 12)
    assert old.cost_per_child_month_eur == pytest.approx(1002 / (7300 / 365 * 12))


# ------------------------------------------------------------------------- cells and their sums

# 30 children: in 2024 10 stay, 12 go to foster families, 8 to their own; in 2025 9 more come, 8
# leave care and all others move on to foster families.
STEPS = ("own_family", "family_environment", "family_like", "residential")


def plan(
    by_year: dict[int, dict[str, int]], before: int = 30, groups: bool = False, **more: object
) -> dict[str, pd.DataFrame]:
    planned = pd.DataFrame(
        [(year, code, n) for year, of in by_year.items() for code, n in of.items()],
        columns=["year", "care_arrangement", "children"],
    )
    balance, there, gone_before = [], before, 0
    for year, of in by_year.items():
        entries = of.get("entry", 0)
        gone = sum(of.get(code, 0) for code in ("family", "adoption", "exit"))
        in_care = sum(of.values()) - entries - gone
        left = gone - gone_before
        difference = in_care + left - there - entries
        balance.append((year, there, entries, in_care, left, difference))
        there, gone_before = in_care, gone
    steps = {
        "own_family": ("family", "adoption"),
        "family_environment": (FOSTER,),
        "family_like": ("family_like",),
        "residential": (HOME,),
    }
    tables = {
        "destinations": planned,
        "children_balance": pd.DataFrame(balance, columns=["year", *BALANCE.split()]),
        "preference_shares": pd.DataFrame(
            [
                (year, step, sum(of.get(code, 0) for code in codes))
                for year, of in by_year.items()
                for step, codes in steps.items()
            ],
            columns=["year", "step", "children"],
        ),
    }
    if groups:
        tables["destinations_by_group"] = pd.concat(
            [
                planned.assign(age_band="0-6", need_level="all", children=planned["children"] - 2),
                planned.assign(age_band="7-17", need_level="all", children=2),
            ]
        )
    return {**tables, **more}


TWO_YEARS = {
    2024: {HOME: 10, FOSTER: 12, "family": 8},
    2025: {HOME: 0, FOSTER: 30, "family": 9, "exit": 0, "entry": 9},
}


def cells_with(tables: dict[str, pd.DataFrame]) -> Cells:
    cells = Cells(RULES)
    plans._add_children(cells, tables, HOME)
    return cells


def planned(year: int, *codes: str) -> frozenset:
    return frozenset(("planned", year, code) for code in codes)


def years_linked(cells: Cells) -> set[tuple]:
    return {
        (whole, *parts)
        for whole, parts in sums_of(cells)
        if len(parts) == 1 and whole[0] == next(iter(parts))[0] in ("planned", "planned_group")
    }


def test_numbers_of_a_year_in_which_nobody_moves_are_those_of_the_year_before():
    moved, stay = {HOME: 10, FOSTER: 20, "family": 0}, {HOME: 0, FOSTER: 30, "family": 0}
    cells = cells_with(plan({2023: moved, 2024: stay, 2025: stay, 2027: stay}, groups=True))
    codes, groups = (HOME, FOSTER, "family"), (("0-6", "all"), ("7-17", "all"))
    assert years_linked(cells) == {
        *((("planned", 2025, code), ("planned", 2024, code)) for code in codes),
        *(
            (("planned_group", 2025, *group, code), ("planned_group", 2024, *group, code))
            for group in groups
            for code in codes
        ),
    }


@pytest.mark.parametrize(
    ("change", "linked"),
    [({"guardian": 0}, 3), ({"guardian": 3}, 0), ({FOSTER: 29, "family": 1}, 0)],
)
def test_a_year_is_like_the_one_before_only_if_all_destinations_are(change, linked):
    stay = {HOME: 0, FOSTER: 30, "family": 0}
    assert len(years_linked(cells_with(plan({2024: stay, 2025: stay | change})))) == linked
    assert len(years_linked(cells_with(plan({2024: stay | change, 2025: stay})))) == linked


@pytest.mark.parametrize(("before", "beside"), [(FOSTER, "guardian"), ("guardian", FOSTER)])
def test_number_of_few_does_not_follow_from_different_years(before, beside):
    # 4 of 31 are few. What hides them in 2026, as a release did, hides them in no other year.
    stay = {HOME: 0, FOSTER: 18, "guardian": 9, "specialised_foster_family": 4}
    tables = plan({2024: stay, 2025: stay, 2026: stay}, before=31)
    hides = pd.DataFrame({"year": [2026], "care_arrangement": [before], "children": HIDDEN_VALUE})
    hidden = hidden_plan(evaluation(tables), RULES, SECONDS, [{"destinations": hides}])
    unseen = {
        code: {year for year in (2024, 2025, 2026) if ("planned", year, code) in hidden}
        for code in (before, beside)
    }
    assert {2024, 2025, 2026} in unseen.values()
    assert 2026 in unseen[before]


def test_planned_children_add_up_to_steps_to_all_and_to_the_balance():
    cells = cells_with(plan(TWO_YEARS))
    values = values_of(cells)
    assert values["in_care", 2024] == 10 + 12 == values["before", 2025]
    assert values["gone", 2024] == 8
    assert values["gone", 2025] == 9 + 0
    assert values["placed", 2024] == 8 + 12 + 0 + 10
    assert values["same", 2024] == 22 + 8 == 30 + 0 + 0
    # 22 were there, 9 came, 1 left: 30.
    assert values["same", 2025] == 30 + 1 == 22 + 9 + 0
    assert sums_of(cells) == {
        *(
            (("placed", year), frozenset(("step", year, step) for step in STEPS))
            for year in (2024, 2025)
        ),
        *(
            (("step", year, step), planned(year, code))
            for year in (2024, 2025)
            for step, code in (
                ("own_family", "family"), ("family_environment", FOSTER), ("residential", HOME),
            )
        ),
        (("in_care", 2024), planned(2024, HOME, FOSTER)),
        (("in_care", 2025), planned(2025, HOME, FOSTER)),
        (("before", 2025), frozenset({("in_care", 2024)})),
        (("entries", 2025), planned(2025, "entry")),
        (("gone", 2024), planned(2024, "family")),
        (("gone", 2025), planned(2025, "family", "exit")),
        (("gone", 2024), frozenset({("left_care", 2024)})),
        (("gone", 2025), frozenset({("gone", 2024), ("left_care", 2025)})),
        *(
            (("same", year), frozenset((name, year) for name in names))
            for year in (2024, 2025)
            for names in (("before", "entries", "difference"), ("in_care", "left_care"))
        ),
    }  # fmt: skip
    losses = losses_of(cells)
    assert {key[0]: losses[key] for key in losses} == {
        "planned": DETAIL, "step": SUM, "placed": WHOLE, "gone": UNSEEN, "same": UNSEEN,
        **dict.fromkeys(BALANCE.split(), SUM),
    }  # fmt: skip


def test_balance_that_is_not_known_links_nothing():
    tables = plan(TWO_YEARS)
    tables["children_balance"] = tables["children_balance"].assign(difference=None)
    assert [key for key in cells_with(tables).keys if key[0] == "same"] == []


def test_planned_children_are_the_sum_of_their_groups():
    cells = cells_with(plan(TWO_YEARS, groups=True))
    groups = [("planned_group", 2024, band, "all", FOSTER) for band in ("0-6", "7-17")]
    assert (("planned", 2024, FOSTER), frozenset(groups)) in sums_of(cells)
    assert [cells.value(key) for key in groups] == [12 - 2, 2]
    assert {losses_of(cells)[key] for key in groups} == {DETAIL}
    of_groups = [
        parts for _, parts in sums_of(cells) if {key[0] for key in parts} == {"planned_group"}
    ]
    assert len(of_groups) == 3 + 5


def cells_of_groups(cells: Cells) -> list:
    return [key for key in cells.keys if key[0] == "planned_group"]


def stay(before: object = 30, left: tuple = (20, 30), at_end: tuple = (0, 25)) -> dict:
    return {
        "transition_summary": pd.DataFrame({"children_before": [before]}),
        "stranded": pd.DataFrame({"year": [2024, 2025], "children_left": left}),
        "scenarios": pd.DataFrame(
            {"scenario": ["as_planned", "nobody_moves"], "children_in_home_at_end": at_end}
        ),
    }


def test_who_was_in_the_home_is_there_still_or_has_left_it():
    cells = cells_with(plan(TWO_YEARS, **stay()))
    before = ("children_before",)
    assert sums_of(cells) - sums_of(cells_with(plan(TWO_YEARS))) == {
        (before, frozenset({("children_left", 2024), ("planned", 2024, HOME)})),
        (before, frozenset({("children_left", 2025), ("planned", 2025, HOME)})),
        (before, frozenset({("before", 2024)})),
        (("at_end", "as_planned"), planned(2025, HOME)),
    }
    assert (cells.value(before), losses_of(cells)[before]) == (30, WHOLE)
    assert cells.value(("children_left", 2024)) == 30 - 10
    assert cells.value(("at_end", "nobody_moves")) == 25
    for name in ("children_left", "at_end"):
        assert {loss for key, loss in losses_of(cells).items() if key[0] == name} == {DETAIL}


def test_children_before_another_first_year_are_other_children():
    tables = plan(TWO_YEARS, before=31, **stay())
    assert (("children_before",), frozenset({("before", 2024)})) not in sums_of(cells_with(tables))


def test_plan_without_stranded_costs_has_the_scenarios():
    tables = plan(TWO_YEARS, **stay())
    del tables["stranded"]
    cells = cells_with(tables)
    assert (("at_end", "as_planned"), planned(2025, HOME)) in sums_of(cells)
    assert [key for key in cells.keys if key[0] == "children_left"] == []


@pytest.mark.parametrize("summary", [None, pd.DataFrame({"children_before": []})])
def test_plan_without_a_summary_has_its_destinations(summary):
    tables = plan(TWO_YEARS) if summary is None else plan(TWO_YEARS, transition_summary=summary)
    assert values_of(cells_with(tables)) == values_of(cells_with(plan(TWO_YEARS)))


def test_home_without_a_plan_has_no_cells():
    assert values_of(cells_with({"situation": pd.DataFrame()})) == {}


# ----------------------------------------------------------------------------------- what goes


def found(tables: dict[str, pd.DataFrame], earlier: tuple = ()) -> frozenset:
    return hidden_plan(evaluation(tables), RULES, SECONDS, earlier)


def kept(keys: frozenset, year: int) -> set:
    return {key[2] for key in keys if key[:2] == ("planned", year)}


def test_few_children_of_a_plan_are_hidden_with_as_many_others_as_it_takes():
    keys = found(plan({2024: {HOME: 10, FOSTER: 15, "guardian": 5}}))
    assert "guardian" in kept(keys, 2024)
    # 30 − 10 − 15 would be 5.
    assert len(kept(keys, 2024)) > 1
    assert ("in_care", 2024) not in keys


def test_few_who_stay_are_not_told_by_those_who_left():
    tables = plan({2024: {HOME: 5, FOSTER: 15, "guardian": 10}})
    more = {
        "transition_summary": pd.DataFrame({"children_before": [30]}),
        "stranded": pd.DataFrame({"year": [2024], "children_left": [25]}),
        "scenarios": pd.DataFrame({"scenario": ["a"], "children_in_home_at_end": [5]}),
    }
    keys = found({**tables, **more})
    # 30 − 25 = 5.
    assert {("children_before",), ("children_left", 2024)} & keys
    assert ("at_end", "a") in keys


def test_plan_of_many_children_is_shown():
    keys = found(plan({2024: {HOME: 10, FOSTER: 12, "family": 8}}))
    assert {key for key in keys if key[0] not in ("gone", "same")} == set()


def test_what_an_earlier_annex_hides_stays_hidden():
    tables = plan({2024: {HOME: 10, FOSTER: 12, "family": 8}})
    unseen = tables["destinations"].assign(children=[10.0, HIDDEN_VALUE, 8.0])
    assert is_hidden(unseen["children"][1])
    keys = found(tables, ({"destinations": unseen},))
    assert kept(keys, 2024) == {FOSTER}
