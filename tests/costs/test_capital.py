from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dieval.costs.capital import (
    annuitise,
    annuity_factor,
    capital_costs,
    discount_factors,
    net_present_value,
)
from dieval.errors import ParameterError

PRINTED = {
    (3, 0.05): 36.7,
    (3, 0.08): 38.8,
    (3, 0.15): 43.8,
    (5, 0.05): 23.1,
    (5, 0.10): 26.4,
    (8, 0.0): 12.5,
    (10, 0.05): 13.0,
    (10, 0.06): 13.6,
    (10, 0.12): 17.7,
    (15, 0.10): 13.1,
    (20, 0.05): 8.0,
    (20, 0.08): 10.2,
    (20, 0.15): 16.0,
}


@pytest.mark.parametrize(("life", "rate"), PRINTED)
def test_annuity_published_table_agrees_to_its_last_digit(life, rate):
    assert round(100 / annuity_factor(life, rate), 1) == PRINTED[life, rate]


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.04, 0.15])
@pytest.mark.parametrize("life", [1, 2, 7, 60])
def test_annuity_factor_is_the_present_value_of_a_euro_at_each_year_end(life, rate):
    present_value = sum(1 / (1 + rate) ** year for year in range(1, life + 1))
    assert annuity_factor(life, rate) == pytest.approx(present_value, rel=1e-13)


def test_annuity_factor_one_year_is_one_discounted_payment():
    assert annuity_factor(1, 0.25) == pytest.approx(1 / 1.25)


def test_annuity_factor_misprinted_in_guidance_is_not_repeated():
    assert round(annuity_factor(20, 0.035), 4) == 14.2124  # printed: 14.2339
    assert round(annuity_factor(15, 0.035), 4) == 11.5174  # printed: 11.5281


def test_annuity_factor_of_a_series_is_that_of_each_life():
    lives = pd.Series([1, 8, 60])
    assert annuity_factor(lives, 0.04).to_list() == pytest.approx(
        [annuity_factor(life, 0.04) for life in (1, 8, 60)], rel=1e-14
    )
    assert annuity_factor(lives, 0.0).to_list() == [1.0, 8.0, 60.0]


def test_annuity_factor_negative_rate_is_refused():
    with pytest.raises(ParameterError, match=r"discount_rate must be 0 or more \[1/year\], got -0"):
        annuity_factor(10, -0.01)


@pytest.mark.parametrize("lives", [0, pd.Series([10, 0])])
def test_annuity_factor_life_below_one_year_is_refused(lives):
    with pytest.raises(ParameterError, match=r"useful_life_years must be at least 1 \[years\]"):
        annuity_factor(lives, 0.04)


def test_annuitise_constructed_cases_agree_to_the_cent():
    assert round(annuitise(1_500_000, 60, 0.03), 2) == 54_199.44
    assert round(annuitise(1_500_000, 60, 0.04), 2) == 66_302.77
    assert round(annuitise(40_000, 8, 0.03), 2) == 5_698.26


def test_annuitise_rate_of_zero_is_cost_by_life():
    assert annuitise(40_000, 8, 0.0) == 40_000 / 8


def test_annuitise_salvage_at_a_rate_of_zero_is_spread_loss_of_value():
    assert annuitise(40_000, 8, 0.0, salvage=8_000) == (40_000 - 8_000) / 8


def test_annuitise_salvage_is_discounted_from_the_end_of_life():
    # Two years at 10 %: 1,000 today, 121 back in two years, which is 100 today.
    assert annuitise(1_000, 2, 0.10, salvage=121) == pytest.approx(
        (1_000 - 100) / (1 / 1.10 + 1 / 1.21)
    )


def test_annuitise_series_spreads_each_asset_over_its_own_life():
    spread = annuitise(pd.Series([1_000.0, 900.0]), pd.Series([10, 3]), 0.0)
    assert spread.to_list() == [1_000 / 10, 900 / 3]


# ------------------------------------------------------------------------------ capital_costs


def years_counted(costs: pd.DataFrame) -> list[int]:
    return costs["year"].to_list()


def test_capital_life_counts_from_the_year_acquired_to_the_last_year_of_life(table):
    assets = table(
        "assets",
        {"provider": "home", "acquired_year": 2015, "cost_eur": 900, "useful_life_years": 3},
    )
    costs = capital_costs(assets, table("providers", {"provider": "home"}), [*range(2010, 2022)], 0)
    assert years_counted(costs) == [2015, 2016, 2017]  # 2015 + 3 − 1 = 2017
    assert costs["amount_eur"].to_list() == [900 / 3] * 3


def test_capital_life_of_one_year_counts_once(table):
    assets = table("assets", {"provider": "home", "cost_eur": 500, "useful_life_years": 1})
    providers = table("providers", {"provider": "home"})
    costs = capital_costs(assets, providers, [2020, 2021, 2022], 0.0)
    assert years_counted(costs) == [2021]


def test_capital_life_that_ended_before_the_period_has_no_row(table):
    assets = table(
        "assets",
        {"provider": "home", "acquired_year": 2000, "cost_eur": 500, "useful_life_years": 10},
    )
    assert capital_costs(assets, table("providers", {"provider": "home"}), [2010], 0.0).empty


def test_capital_of_closed_provider_counts_for_its_whole_life(table):
    assets = table(
        "assets",
        {"provider": "home", "acquired_year": 2015, "cost_eur": 500, "useful_life_years": 5},
    )
    providers = table("providers", {"provider": "home", "closed": "2018-03-31"})
    assert years_counted(capital_costs(assets, providers, [*range(2014, 2022)], 0.0)) == [
        *range(2015, 2015 + 5),
    ]


def test_capital_of_provider_without_dates_is_open_throughout(table):
    assets = table(
        "assets",
        {"provider": "home", "acquired_year": 2000, "cost_eur": 500, "useful_life_years": 50},
    )
    costs = capital_costs(assets, table("providers", {"provider": "home"}), [2014, 2022], 0.0)
    assert years_counted(costs) == [2014, 2022]


@pytest.mark.parametrize(
    ("owner", "payer"), [("state", "state"), ("municipality", "municipality"), ("ngo", "other")]
)
def test_capital_is_paid_by_the_owner(table, owner, payer):
    assets = table("assets", {"provider": "home", "cost_eur": 1_000})
    providers = table("providers", {"provider": "home", "owner": owner})
    assert capital_costs(assets, providers, [2021], 0.0)["payer"].to_list() == [payer]


def test_capital_takes_region_and_arrangement_of_its_provider_and_its_own_source(table):
    assets = table("assets", {"provider": "house", "cost_eur": 1_000, "source": "guess"})
    providers = table(
        "providers", {"provider": "house", "care_arrangement": "youth_house", "region": "riga"}
    )
    row = capital_costs(assets, providers, [2021], 0.0).iloc[0]
    assert (row["region"], row["care_arrangement"], row["source"]) == (
        *("riga", "youth_house", "guess"),
    )


def test_capital_rate_spreads_the_recorded_cost_as_an_annuity(table):
    assets = table("assets", {"provider": "home", "cost_eur": 1_000, "useful_life_years": 2})
    costs = capital_costs(assets, table("providers", {"provider": "home"}), [2021, 2022], 0.10)
    each = 1_000 / (1 / 1.10 + 1 / 1.21)
    assert costs["amount_eur"].to_list() == pytest.approx([each, each])


def test_annuity_factor_life_below_one_year_is_refused_with_its_unit_and_no_more():
    with pytest.raises(ParameterError, match=r"^useful_life_years must be at least 1 \[years\]\.$"):
        annuity_factor(0, 0.04)


def test_capital_provider_listed_twice_is_refused_not_counted_twice(table):
    assets = table("assets", {"provider": "home", "cost_eur": 1_000})
    providers = table("providers", {"provider": "home"}, {"provider": "home", "region": "riga"})
    with pytest.raises(pd.errors.MergeError, match="not a many-to-one merge"):
        capital_costs(assets, providers, [2021], 0.0)


def test_capital_of_a_provider_that_is_not_listed_is_kept_without_a_region(table):
    assets = table("assets", {"provider": "home", "cost_eur": 1_000})
    costs = capital_costs(assets, table("providers", {"provider": "other"}), [2021], 0.0)
    assert costs["amount_eur"].to_list() == [1_000 / 10]
    assert costs[["region", "payer"]].isna().all(axis=None)


def test_capital_has_a_row_for_each_asset_and_year_and_no_column_more(table):
    assets = table(
        "assets",
        {"provider": "home", "acquired_year": 2010, "cost_eur": 1, "useful_life_years": 5},
        {"provider": "home", "cost_eur": 1_000},
        {"provider": "home", "acquired_year": 2020, "cost_eur": 500},
    )
    costs = capital_costs(assets, table("providers", {"provider": "home"}), [2020, 2021], 0.0)
    assert costs.index.to_list() == [0, 1, 2]  # one asset in 2021, another in both years
    assert list(costs.columns) == [
        *("region", "provider", "care_arrangement", "year", "payer", "source", "cost_eur"),
        *("useful_life_years", "acquired_year", "amount_eur"),
    ]


# ------------------------------------------------------------------- rates and lives as arrays


def test_annuity_factor_of_arrays_is_every_life_at_every_rate():
    lives, rates = np.array([[1.0], [10.0]]), np.array([[0.0, 0.05]])
    assert annuity_factor(lives, rates).tolist() == [
        [1.0, pytest.approx(annuity_factor(1, 0.05))],
        [10.0, pytest.approx(annuity_factor(10, 0.05))],
    ]


def test_annuity_factor_of_whole_lives_in_an_array_is_that_of_the_same_numbers():
    lives = np.array([1, 10])
    assert annuity_factor(lives, np.array([0.04, 0.04])).tolist() == pytest.approx(
        [annuity_factor(1, 0.04), annuity_factor(10, 0.04)]
    )


def test_annuity_factor_one_negative_rate_of_an_array_is_refused():
    with pytest.raises(ParameterError, match="discount_rate must be 0 or more"):
        annuity_factor(np.array([10.0, 10.0]), np.array([0.04, -0.01]))


# -------------------------------------------------------------------------- net_present_value


def test_net_present_value_first_year_is_not_discounted_and_each_later_one_once_more():
    value = net_present_value([100.0, 110.0, 121.0], 0.10)
    assert value == pytest.approx(100 + 110 / 1.10 + 121 / 1.21)


def test_net_present_value_of_one_year_is_its_amount_in_both_conventions():
    assert net_present_value([-250.0], 0.05) == -250
    assert net_present_value([-250.0], 0.05, mid_year=True) == -250


def test_net_present_value_mid_year_discounts_later_amounts_by_half_a_year_less():
    # At 21 % half a year is a factor of 1.10: in the middle of year 1, and 1.10 × 1.21 of year 2.
    value = net_present_value([100.0, 110.0, 133.1], 0.21, mid_year=True)
    assert value == pytest.approx(100 + 110 / 1.10 + 133.1 / (1.10 * 1.21))


def test_net_present_value_rate_of_zero_is_the_sum():
    assert net_present_value([-10.0, 4.0, 7.0], 0.0) == -10 + 4 + 7


def test_net_present_value_of_an_investment_and_three_returns_to_the_cent():
    assert round(net_present_value([-10_000, 5_000, 5_000, 5_000], 0.05), 2) == 3_616.24


def test_net_present_value_negative_rate_is_refused():
    with pytest.raises(
        ParameterError, match=r"^discount_rate must be 0 or more \[1/year\], got -0\.01\.$"
    ):
        net_present_value([1.0, 1.0], -0.01)


# ---------------------------------------------------------------------------- discount_factors


def test_discount_factors_of_a_constant_rate_are_its_powers():
    factors = discount_factors({0: 0.05}, 3)
    assert factors.index.to_list() == [0, 1, 2, 3]
    assert factors.to_list() == pytest.approx([1, 1 / 1.05, 1 / 1.05**2, 1 / 1.05**3])


def test_discount_factors_of_a_falling_rate_change_in_the_year_named():
    factors = discount_factors({1: 0.10, 3: 0.05}, 4)
    # 10 % discounts years 1 and 2, 5 % years 3 and 4, whatever the order of the schedule.
    assert factors[4] == pytest.approx(1 / 1.1 / 1.1 / 1.05 / 1.05)
    assert factors.equals(discount_factors({3: 0.05, 1: 0.10}, 4))


def test_discount_factors_rate_of_zero_keeps_the_value():
    assert discount_factors({1: 0.0}, 2).to_list() == [1, 1, 1]


def test_discount_factors_agree_with_the_net_present_value_and_the_annuity():
    factors = discount_factors({1: 0.04}, 10)
    assert net_present_value([0, *[1.0] * 10], 0.04) == pytest.approx(factors[1:].sum())
    assert annuity_factor(10, 0.04) == pytest.approx(factors[1:].sum())


@pytest.mark.parametrize("schedule", [{}, {2: 0.05}])
def test_discount_factors_without_a_rate_for_the_first_year_are_refused(schedule):
    with pytest.raises(ParameterError, match="a rate for year 1"):
        discount_factors(schedule, 3)


def test_discount_factors_negative_rate_is_refused():
    with pytest.raises(ParameterError, match="must be 0 or more"):
        discount_factors({1: 0.05, 9: -0.01}, 3)
