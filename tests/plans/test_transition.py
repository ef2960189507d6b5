"""A transition that can be checked by hand, and what must hold for every plan."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.costs.capital import net_present_value
from dieval.errors import ParameterError
from dieval.plans.transition import (
    CostFunction,
    Plan,
    budget_by_payer,
    moved_at_the_end,
    scenarios,
    stranded_costs,
    transition,
    transition_summary,
)

TRIED = settings(max_examples=60, derandomize=True, database=None, deadline=None)


def by_year(table: pd.DataFrame, column: str) -> list[float]:
    return table[column].to_list()


# ------------------------------------------------------------------------------- worked by hand


def test_transition_every_year_and_column_to_the_cent(a_plan):
    table = transition(a_plan())
    assert by_year(table, "year") == [2021, 2022, 2023]
    # Ten, ten and nine children: three started groups of four in each year.
    status_quo = [
        60_000 + 10 * 2_000 + 3 * 9_000,
        60_000 + 10 * 2_000 + 3 * 9_000,
        60_000 + 9 * 2_000 + 3 * 9_000,
    ]
    institution = [60_000 + 6 * 2_000 + 2 * 9_000, 60_000 + 2 * 2_000 + 1 * 9_000, 0]
    alternative = [3 * 6_000 + 1 * 3_600, 5 * 6_000 + 3 * 3_600, 6 * 6_000 + 3 * 3_600]
    one_off = [40_000 + 5_000, 0, -12_000]
    net = [107_000 - 90_000 - 21_600 - 45_000, 107_000 - 73_000 - 40_800, 105_000 - 46_800 + 12_000]
    assert net == [-49_600, -6_800, 70_200]
    assert by_year(table, "status_quo_eur") == status_quo
    assert by_year(table, "institution_eur") == institution
    assert by_year(table, "alternative_eur") == alternative
    assert by_year(table, "one_off_eur") == one_off
    assert by_year(table, "net_eur") == net
    discounted = [-49_600, -6_800 / 1.05, 70_200 / 1.05**2]
    assert by_year(table, "discounted_net_eur") == pytest.approx(discounted, abs=0.005)
    assert by_year(table, "cumulative_net_eur") == [-49_600, -56_400, 13_800]
    assert by_year(table, "cumulative_discounted_eur") == pytest.approx(
        [-49_600, -56_076.19, 7_597.28], abs=0.005
    )
    # A child who stays costs 15,000, then 36,500: the home empties, the fixed cost stays.
    assert by_year(table, "cost_per_child_eur")[:2] == [90_000 / 6, 73_000 / 2]
    assert math.isnan(by_year(table, "cost_per_child_eur")[2])


def test_summary_of_the_transition_to_the_cent(a_plan):
    summary = transition_summary(transition(a_plan()))
    assert summary["npv_eur"] == pytest.approx(7_597.28, abs=0.005)
    assert summary["net_eur"] == 13_800
    assert summary["break_even_year"] == 2023
    assert (summary["peak_funding_eur"], summary["peak_funding_year"]) == (56_400, 2022)


def test_budget_every_payer_and_year_to_the_cent(a_plan):
    table = budget_by_payer(a_plan()).set_index(["year", "payer"])
    net = table["net_eur"].unstack()
    # 2021: half of the home saves 17,000; three foster children cost the state 13,500 and the
    # municipality 4,500; the guardian's child 3,600 the state.
    assert net.loc[2021].to_dict() == {
        "state": (107_000 - 90_000) / 2 - (0.75 * 18_000 + 3_600),
        "municipality": (107_000 - 90_000) / 2 - 0.25 * 18_000 - 5_000,
        "eu_fund": -40_000,
        "other": 0,
    }
    assert net.loc[2023].to_dict() == {
        "state": 105_000 / 2 - (0.75 * 36_000 + 10_800),
        "municipality": 105_000 / 2 - 0.25 * 36_000 + 12_000,
        "eu_fund": 0,
        "other": 0,
    }


def test_stranded_costs_are_what_average_costs_promise_and_nobody_saves(a_plan):
    table = stranded_costs(a_plan(), 10)
    # Each of ten children costs 10,700 on average.
    assert by_year(table, "children_left") == [4, 8, 10]
    assert by_year(table, "naive_saving_eur") == [4 * 10_700, 8 * 10_700, 10 * 10_700]
    assert by_year(table, "avoidable_saving_eur") == [107_000 - 90_000, 107_000 - 73_000, 107_000]
    assert by_year(table, "stranded_eur") == [42_800 - 17_000, 85_600 - 34_000, 0]


def test_children_who_move_at_the_end_of_a_year_live_where_they_were_at_its_start(a_plan):
    late = moved_at_the_end(a_plan(), 10).children
    assert late["institution"].to_list() == [10, 6, 2]
    assert late["foster_family"].to_list() == [0, 3, 5]
    nowhere = a_plan(children=a_plan().children.drop(columns="institution"))
    assert moved_at_the_end(nowhere, 10).children["institution"].to_list() == [10, 0, 0]


def test_scenarios_move_children_as_their_names_say(a_plan):
    plans = scenarios(a_plan(), {"foster_family": 0.5}, "youth_house")
    assert plans["as_planned"].children.equals(a_plan().children)
    later = plans["one_year_later"].children
    assert later.loc[2021].to_dict() == {"institution": 10, "foster_family": 0, "guardian": 0}
    assert later.loc[2024].to_dict() == {"institution": 0, "foster_family": 6, "guardian": 3}
    assert plans["one_year_later"].one_off["year"].to_list() == [2022, 2022, 2024]
    fewer = plans["fewer_families"].children
    # Of 3, 5 and 6 foster children one, two and three find a family, the others stay.
    assert fewer["foster_family"].to_list() == [1, 2, 3]
    assert fewer["institution"].to_list() == [6 + 2, 2 + 3, 0 + 3]
    instead = plans["family_like_instead"].children
    assert instead["institution"].to_list() == [6, 2, 0]
    assert instead["youth_house"].to_list() == [2, 3, 3]
    # Three children stay to the end: the home is not sold.
    assert plans["fewer_families"].one_off["kind"].to_list() == ["capital", "training"]
    assert plans["family_like_instead"].one_off["kind"].to_list()[-1] == "disposal"
    kept = plans["keep_the_home"]
    assert kept.children["institution"].to_list() == [10, 10, 9]
    assert transition(kept)["net_eur"].to_list() == [0, 0, 0]


# ------------------------------------------------------------------------------- what is not known


def test_cost_of_an_arrangement_that_is_not_known_leaves_the_result_unknown(a_plan, every_year):
    plan = a_plan(cost_per_child_year=every_year({"foster_family": 6_000.0}))
    table = transition(plan)
    assert table["alternative_eur"].isna().all()
    assert table["net_eur"].isna().all()
    assert table["institution_eur"].notna().all()
    assert all(math.isnan(value) for value in transition_summary(table).values())
    assert budget_by_payer(plan)["net_eur"].isna().any()


def test_arrangement_without_a_cost_and_without_children_does_no_harm(a_plan):
    children = a_plan().children.assign(youth_house=0)
    assert transition(a_plan(children=children))["net_eur"].to_list() == [-49_600, -6_800, 70_200]


def test_groups_below_one_and_homes_without_children_are_refused(a_plan):
    with pytest.raises(ParameterError, match="step_children must be 1 or more, got 0"):
        CostFunction(1.0, 1.0, 1.0, 0)
    with pytest.raises(ParameterError, match="children_before must be above 0, got 0"):
        stranded_costs(a_plan(), 0)


# --------------------------------------------------------------------------- what holds for all


@TRIED
@given(st.data())
def test_payers_add_up_to_the_whole_in_every_year_and_stream(plans, data):
    plan = data.draw(plans)
    whole = transition(plan).set_index("year")
    paid = budget_by_payer(plan).groupby("year").sum(numeric_only=True)
    for stream in (
        "status_quo_eur",
        "institution_eur",
        "alternative_eur",
        "one_off_eur",
        "net_eur",
    ):
        assert paid[stream].to_numpy() == pytest.approx(whole[stream].to_numpy(), abs=0.005)


@TRIED
@given(st.data())
def test_present_value_is_the_sum_of_what_is_discounted(plans, data):
    plan = data.draw(plans)
    table = transition(plan)
    summary = transition_summary(table)
    by_hand = math.fsum(
        net * (1 + plan.discount_rate) ** -year for year, net in enumerate(table["net_eur"])
    )
    assert summary["npv_eur"] == pytest.approx(by_hand, abs=0.005)
    assert table["cumulative_discounted_eur"].iloc[-1] == pytest.approx(by_hand, abs=0.005)
    if plan.discount_rate == 0:
        assert summary["npv_eur"] == pytest.approx(summary["net_eur"], abs=0.005)


@TRIED
@given(st.data())
def test_delay_never_raises_what_a_saving_plan_is_worth(plans, data):
    plan = data.draw(plans)

    def worth(one: Plan) -> float:
        return transition_summary(transition(one))["npv_eur"]

    later = worth(scenarios(plan, {}, "youth_house")["one_year_later"])
    assert later == pytest.approx(worth(plan) / (1 + plan.discount_rate), abs=0.005)
    if worth(plan) >= 0:
        assert later <= worth(plan) + 0.005


@TRIED
@given(st.data())
def test_children_of_every_scenario_are_those_of_the_plan(plans, data):
    plan = data.draw(plans)
    found = scenarios(plan, {"foster_family": 0.5, "guardian": 0.5}, "youth_house")
    in_care = plan.children.sum(axis=1).to_list()
    assert found["fewer_families"].children.sum(axis=1).to_list() == in_care
    assert found["family_like_instead"].children.sum(axis=1).to_list() == in_care
    assert found["keep_the_home"].children.sum(axis=1).to_list() == in_care
    later = found["one_year_later"].children.sum(axis=1).to_list()
    assert later == [in_care[0], *in_care]
    assert all((each.children >= 0).all(axis=None) for each in found.values())


@TRIED
@given(st.data(), st.integers(1, 30))
def test_stranded_cost_and_what_is_avoided_are_the_promise(plans, data, before):
    plan = data.draw(plans)
    table = stranded_costs(plan, before)
    total = table["avoidable_saving_eur"] + table["stranded_eur"]
    assert total.to_numpy() == pytest.approx(table["naive_saving_eur"].to_numpy(), abs=0.005)
    assert (table.loc[table["children_left"] == 0, "stranded_eur"] == 0).all()


@TRIED
@given(st.data())
def test_doubled_money_doubles_every_amount(plans, data):
    plan = data.draw(plans)
    function = plan.cost_function
    twice = replace(
        plan,
        cost_function=CostFunction(
            2 * function.fixed_eur,
            2 * function.variable_eur_per_child,
            2 * function.step_eur,
            function.step_children,
        ),
        cost_per_child_year=2 * plan.cost_per_child_year,
        one_off=plan.one_off.assign(amount_eur=2 * plan.one_off["amount_eur"]),
    )
    once, double = transition(plan).set_index("year"), transition(twice).set_index("year")
    assert np.allclose(double, 2 * once, rtol=1e-12, atol=1e-6, equal_nan=True)


def test_present_value_known_answer_a11():
    assert round(net_present_value([-10_000, 5_000, 5_000, 5_000], 0.05), 2) == 3_616.24
