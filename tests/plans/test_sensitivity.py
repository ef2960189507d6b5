"""One value at a time against the whole plan computed again with that value."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.plans.sensitivity import npv_sensitivity, worth_by_families_found
from dieval.plans.transition import (
    CostFunction,
    Plan,
    scenarios,
    transition,
    transition_summary,
)

TRIED = settings(max_examples=60, derandomize=True, database=None, deadline=None)


FACTORS = {"home": 1.5, "one_off": 1.2, "foster_family": 2.0, "guardian": 1.0}
FOUND = {"foster_family": 0.5, "guardian": 0.5}


def worth(plan: Plan) -> float:
    return transition_summary(transition(plan))["npv_eur"]


def tried(plan: Plan, **changes) -> tuple[pd.DataFrame, pd.DataFrame]:
    asked = dict(
        rates=(0.03, 0.07),
        factors=FACTORS,
        support=pd.DataFrame({"foster_family": 600.0}, index=plan.years),
        support_multiples=(0.5, 2.0),
        found=FOUND,
    )
    table, points = npv_sensitivity(plan, **asked | changes)
    return table.set_index(["parameter", "care_arrangement"]), points


def times(function: CostFunction, factor: float) -> CostFunction:
    return replace(
        function,
        fixed_eur=factor * function.fixed_eur,
        variable_eur_per_child=factor * function.variable_eur_per_child,
        step_eur=factor * function.step_eur,
    )


def with_foster_cost(plan: Plan, change) -> Plan:
    prices = plan.cost_per_child_year
    return replace(
        plan, cost_per_child_year=prices.assign(foster_family=change(prices["foster_family"]))
    )


CHANGES = {
    ("discount_rate", None): lambda plan, x: replace(plan, discount_rate=x),
    ("home_cost", None): lambda plan, x: replace(plan, cost_function=times(plan.cost_function, x)),
    ("one_off_cost", None): lambda plan, x: replace(
        plan, one_off=plan.one_off.assign(amount_eur=x * plan.one_off["amount_eur"])
    ),
    ("elsewhere_cost", "foster_family"): lambda plan, x: with_foster_cost(plan, lambda c: x * c),
    ("support_multiple", None): lambda plan, x: with_foster_cost(
        plan, lambda c: c + (x - 1) * 600.0
    ),
    ("families_found", None): lambda plan, x: scenarios(
        plan, dict.fromkeys(FOUND, x), "youth_house"
    )["fewer_families"],
}


@pytest.mark.parametrize("key", CHANGES)
def test_outcomes_are_those_of_the_plan_computed_with_the_value(a_plan, key):
    table, points = tried(a_plan())
    row = table.loc[key]
    for end in ("low", "high", "base"):
        again = CHANGES[key](a_plan(), float(row[end]))
        assert row[f"outcome_{end}"] == pytest.approx(worth(again), abs=0.01)
    ours = points[points["parameter"] == key[0]]
    for point in ours[ours["care_arrangement"].isin([key[1]])].itertuples():
        again = CHANGES[key](a_plan(), float(point.value))
        assert point.outcome == pytest.approx(worth(again), abs=0.01)


@pytest.mark.parametrize("key", [key for key in CHANGES if key[0] != "families_found"])
def test_switch_value_is_where_the_plan_saves_nothing(a_plan, key):
    value = tried(a_plan())[0].loc[key, "switch_value"]
    assert not math.isnan(value)
    assert worth(CHANGES[key](a_plan(), float(value))) == pytest.approx(0, abs=0.01)


def test_switch_value_of_families_is_the_share_from_which_the_plan_saves(a_plan):
    value = float(tried(a_plan())[0].loc[("families_found", None), "switch_value"])
    outcome = worth_by_families_found(a_plan(), ["foster_family", "guardian"])
    below, above = outcome(np.array([value - 1e-6, min(value + 1e-6, 1.0)]))
    assert below < 0 <= above


def test_parameters_without_effect_or_error_are_left_out(a_plan):
    table, _ = tried(a_plan())
    assert ("elsewhere_cost", "guardian") not in table.index  # its factor is 1
    bare = a_plan(one_off=a_plan().one_off.iloc[:0])
    found, _ = tried(bare, support=pd.DataFrame(index=bare.years))
    assert "one_off_cost" not in found.index.get_level_values(0)
    assert "support_multiple" not in found.index.get_level_values(0)
    alone = a_plan(children=a_plan().children.assign(foster_family=0, guardian=0))
    assert "families_found" not in tried(alone)[0].index.get_level_values(0)


def test_care_elsewhere_together_is_off_as_far_as_each_arrangement(a_plan):
    table, _ = tried(a_plan())
    foster = 3 * 6_000 + 5 * 6_000 / 1.05 + 6 * 6_000 / 1.05**2
    guardian = 3_600 + 3 * 3_600 / 1.05 + 3 * 3_600 / 1.05**2
    factor = (2.0 * foster + 1.0 * guardian) / (foster + guardian)
    row = table.loc[("elsewhere_cost", None)]
    assert row["high"] == pytest.approx(factor)
    # At the high end all of it, and so the whole of the foster families' share, is off.
    assert row["outcome_high"] == pytest.approx(worth(a_plan()) - foster, abs=0.01)
    alone = a_plan(children=a_plan().children.assign(guardian=0))
    assert ("elsewhere_cost", None) not in tried(alone)[0].index


def test_unknown_cost_leaves_nothing_to_try(a_plan):
    plan = a_plan(cost_per_child_year=a_plan().cost_per_child_year.assign(guardian=math.nan))
    table, points = tried(plan)
    assert table.empty
    assert points.empty


@TRIED
@given(st.data(), st.floats(0, 1))
def test_worth_by_families_found_is_that_of_the_scenario(plans, data, share):
    plan = data.draw(plans)
    ours = [name for name in ("foster_family", "guardian") if name in plan.children]
    fast = float(worth_by_families_found(plan, ours)(np.array([share]))[0])
    slow = worth(scenarios(plan, dict.fromkeys(ours, share), "youth_house")["fewer_families"])
    assert fast == pytest.approx(slow, rel=1e-9, abs=0.005)
