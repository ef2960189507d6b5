from __future__ import annotations

import pandas as pd
import pytest

from dieval.costs.capital import annuitise, annuity_factor, capital_costs
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
