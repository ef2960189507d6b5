from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.errors import ParameterError
from dieval.plans.care_costs import (
    DERIVED,
    RECORDED,
    UNKNOWN,
    cost_year,
    costs_elsewhere,
    derived_function,
    held_deflators,
    home_cost_functions,
    payer_shares,
    payers_elsewhere,
)

INDEX = pd.DataFrame({"year": [2020, 2021, 2022], "value": [100.0, 110.0, 121.0]})


def structure(*rows: tuple) -> pd.DataFrame:
    """Year, fixed, variable, step, size."""
    columns = ["year", "fixed_eur", "variable_eur_per_child", "step_eur", "step_children"]
    return pd.DataFrame(rows, columns=columns)


def lines(*rows: tuple) -> pd.DataFrame:
    """Year, arrangement, part, payer, amount."""
    return pd.DataFrame(rows, columns=["year", "care_arrangement", "part", "payer", "amount_eur"])


@pytest.mark.parametrize(
    ("known", "year", "taken"),
    [
        ([2018, 2020], 2020, 2020),
        ([2018, 2020], 2019, 2018),
        ([2018, 2020], 2030, 2020),
        ([2018, 2020], 2010, 2018),
        ([], 2020, None),
    ],
)
def test_cost_year_is_the_last_known_or_else_the_first_later(known, year, taken):
    assert cost_year(known, year) == taken


def test_deflators_years_after_the_index_have_its_last_money():
    factors = held_deflators(INDEX, [2020, 2022, 2030], 2021)
    assert factors.to_dict() == pytest.approx({2020: 1.1, 2022: 110 / 121, 2030: 110 / 121})


def test_deflators_years_before_the_index_are_refused():
    with pytest.raises(ParameterError, match="price_index has no value for 2019"):
        held_deflators(INDEX, [2019], 2021)


def test_function_derived_from_a_ledger_divides_what_follows_the_children(assumptions):
    ledger = lines(
        (2020, "institution", "staff", "municipality", 80_000.0),
        (2020, "institution", "upkeep", "state", 16_000.0),
        (2020, "institution", "capital", "municipality", 9_999.0),
    )
    found = derived_function(ledger, pd.Series({2020: 8.0 * 366}), assumptions.costs)
    assert found.iloc[0].to_dict() == {
        "year": 2020,
        "fixed_eur": 80_000,
        "variable_eur_per_child": 16_000 / 8,
        "step_eur": 0,
        "step_children": 1,
    }


def test_function_of_a_year_without_child_days_or_with_an_unknown_cost_is_not_derived(assumptions):
    ledger = lines(
        (2020, "institution", "staff", "municipality", 80_000.0),
        (2021, "institution", "staff", "municipality", math.nan),
    )
    days = pd.Series({2020: 0.0, 2021: 366.0})
    assert derived_function(ledger, days, assumptions.costs).empty


def test_functions_each_year_takes_its_own_or_the_one_before_in_constant_prices():
    recorded = structure((2020, 100.0, 10.0, 1.0, 8), (2022, 200.0, 20.0, 2.0, 6))
    factors = pd.Series({2020: 1.1, 2022: 0.5})
    found = home_cost_functions(recorded, structure(), [2020, 2021, 2022, 2023], factors)
    assert found["cost_year"].to_list() == [2020, 2020, 2022, 2022]
    assert found["fixed_eur"].to_list() == pytest.approx([110, 110, 100, 100])
    assert found["step_children"].to_list() == [8, 8, 6, 6]
    assert set(found["basis"]) == {RECORDED}


def test_functions_recorded_ones_go_before_derived_ones():
    derived = structure((2020, 1.0, 1.0, 1.0, 1))
    both = home_cost_functions(
        structure((2019, 5.0, 0.0, 0.0, 4)), derived, [2020], pd.Series({2019: 1.0})
    )
    assert both[["basis", "fixed_eur"]].iloc[0].to_list() == [RECORDED, 5.0]
    alone = home_cost_functions(structure(), derived, [2020], pd.Series({2020: 2.0}))
    assert alone[["basis", "fixed_eur"]].iloc[0].to_list() == [DERIVED, 2.0]
    none = home_cost_functions(structure(), structure(), [2020], pd.Series(dtype="float64"))
    assert none["basis"].iloc[0] == UNKNOWN
    assert none["fixed_eur"].isna().all()


UNITS = pd.DataFrame(
    {
        "year": [2020, 2021, 2021],
        "care_arrangement": ["foster_family", "foster_family", "guardian"],
        "cost_per_child_month_eur": [300.0, 400.0, math.nan],
    }
)
PARTS = pd.DataFrame(
    {
        "year": [2021, 2021, 2020],
        "care_arrangement": "foster_family",
        "part": ["capital", "support", "support"],
        "cost_per_child_month_eur": [50.0, 40.0, 30.0],
    }
)


@pytest.mark.parametrize(("with_capital", "counted"), [(True, 400), (False, 350)])
def test_costs_elsewhere_are_yearly_with_or_without_capital(with_capital, counted):
    found = costs_elsewhere(
        UNITS,
        PARTS,
        [2021],
        pd.Series({2020: 1.0, 2021: 2.0}),
        planned=["guardian"],
        with_capital=with_capital,
    ).set_index("care_arrangement")
    assert found.loc["foster_family", "cost_per_child_month_eur"] == 800
    assert found.loc["foster_family", "support_eur_per_child_month"] == 80
    assert found.loc["foster_family", "cost_per_child_year_eur"] == 2 * 12 * counted
    # A guardian is planned, but no cost is known: named, not guessed.
    assert math.isnan(found.loc["guardian", "cost_per_child_year_eur"])
    assert math.isnan(found.loc["guardian", "cost_year"])


def test_shares_of_payers_are_unknown_where_the_cost_is_or_refunds_exceed_payments():
    found = payer_shares(
        lines(
            (2020, "a", "staff", "state", 25.0),
            (2020, "a", "staff", "municipality", 75.0),
            (2020, "b", "staff", "state", -5.0),
            (2020, "b", "staff", "municipality", 75.0),
            (2020, "c", "staff", "state", 25.0),
            (2020, "c", "other", None, math.nan),
            (2020, "d", "staff", "state", 0.0),
        ),
        ["care_arrangement", "year"],
    )
    assert found.loc[("a", 2020)].to_dict() == {
        "state": 0.25,
        "municipality": 0.75,
        "eu_fund": 0.0,
        "other": 0.0,
    }
    assert found.loc[[("b", 2020), ("c", 2020), ("d", 2020)]].isna().all(axis=None)


def test_payers_elsewhere_are_those_of_the_year_whose_cost_counts():
    elsewhere = pd.DataFrame(
        {
            "year": [2022, 2023],
            "care_arrangement": "guardian",
            "cost_year": [2020.0, math.nan],
        }
    )
    shares = payer_shares(
        lines((2020, "guardian", "support", "state", 10.0)), ["care_arrangement", "year"]
    )
    found = payers_elsewhere(elsewhere, shares)
    assert found.index.to_list() == [(2022, "guardian")]
    assert found["state"].to_list() == [1.0]
