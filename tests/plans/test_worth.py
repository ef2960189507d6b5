from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.plans.transition import budget_by_payer, transition
from dieval.plans.worth import error_factors, payer_summary, summary, worth

TRIED = settings(max_examples=60, derandomize=True, database=None, deadline=None)


def test_payers_sums_are_plain_and_discounted():
    budget = pd.DataFrame(
        {
            "year": [2021, 2021, 2022, 2022],
            "payer": ["state", "other"] * 2,
            "net_eur": [-100.0, 0.0, 210.0, math.nan],
        }
    )
    found = payer_summary(budget, 0.05).set_index("payer")
    assert found.loc["state"].to_list() == pytest.approx([110, -100 + 210 / 1.05, 100, 2021])
    assert found.loc["other"].isna().all()


def test_summary_of_a_home_without_children_before_has_no_cost_before(a_plan):
    row = summary(a_plan(), transition(a_plan()), 0).iloc[0]
    assert math.isnan(row["cost_per_child_before_eur"])
    assert row["highest_cost_per_child_eur"] == 73_000 / 2
    assert "stranded" not in worth(a_plan(), 0, 0.5)


def test_break_even_is_counted_from_the_first_year_that_costs_or_saves(a_plan):
    found = worth(a_plan(), 10, 0.5)["scenarios"].set_index("scenario")["break_even_year"]
    # The year of waiting saves nothing, and is no break-even.
    assert found["as_planned"] == 2023
    assert found["one_year_later"] == 2024
    assert math.isnan(found["keep_the_home"])


@TRIED
@given(st.data())
def test_payers_and_scenarios_add_up_to_the_plan(plans, data):
    plan = data.draw(plans)
    made = worth(plan, 12, 0.5)
    whole = made["transition_summary"].iloc[0]
    sums = made["payer_summary"][["net_eur", "npv_eur"]].sum()
    assert sums["net_eur"] == pytest.approx(whole["net_eur"], abs=0.005)
    assert sums["npv_eur"] == pytest.approx(whole["npv_eur"], abs=0.005)
    rows = made["scenarios"].set_index("scenario")
    assert rows.loc["as_planned", "npv_eur"] == pytest.approx(whole["npv_eur"], abs=0.005)
    assert rows.loc["keep_the_home", "npv_eur"] == pytest.approx(0, abs=0.005)
    # What the plan is worth is what it costs less than keeping the home.
    gap = rows.loc["keep_the_home", "present_cost_eur"] - rows.loc["as_planned", "present_cost_eur"]
    assert gap == pytest.approx(whole["npv_eur"], rel=1e-9, abs=0.01)
    yearly = made["scenario_years"].groupby("scenario")["discounted_net_eur"].sum()
    for name, npv in rows["npv_eur"].items():
        assert yearly[name] == pytest.approx(npv, rel=1e-9, abs=0.005)
    if plan.discount_rate == 0:
        assert whole["npv_eur"] == pytest.approx(whole["net_eur"], abs=0.005)
    if whole["npv_eur"] >= 0:
        assert rows.loc["one_year_later", "npv_eur"] <= whole["npv_eur"] + 0.005


def test_error_factors_take_the_least_certain_source_and_the_largest_error(assumptions):
    elsewhere = pd.DataFrame(
        {
            "year": [2021, 2022, 2021],
            "care_arrangement": ["guardian", "guardian", "youth_house"],
            "cost_year": [2020.0, 2021.0, math.nan],
        }
    )
    errors = pd.Series(
        [0.1, 0.2],
        index=pd.MultiIndex.from_tuples([(2020, "guardian"), (2021, "guardian")]),
    )
    found = error_factors(elsewhere, errors, {"published", "assumed"}, set(), assumptions.costs)
    assert found == pytest.approx(
        {"home": 1.5, "one_off": 1.0, "guardian": math.exp(1.959964 * 0.2)}
    )


def test_unknown_payers_of_the_home_leave_its_split_unknown_and_the_rest_known(a_plan):
    plan = a_plan(home_payers=pd.Series(dtype="float64"))
    found = budget_by_payer(plan).set_index(["year", "payer"])
    assert found.loc[(2021, "state"), "status_quo_eur"] != found.loc[(2021, "state"), "net_eur"]
    assert found["status_quo_eur"].isna().all()
    assert found.loc[(2021, "state"), "alternative_eur"] == 0.75 * 18_000 + 3_600
