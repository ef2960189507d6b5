from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.evaluation import REQUIRED_TABLES, missing_costs, rows_of_region
from dieval.errors import ParameterError

RIGA = dict(region="riga", provider="riga-home")


def unit(evaluation, arrangement: str = "institution") -> pd.Series:
    return evaluation.tables["unit_costs"].set_index("care_arrangement").loc[arrangement]


def test_evaluation_small_region_by_hand(small, evaluate):
    made = evaluate(small())
    home = unit(made)
    assert home["total_eur"] == 100_000 + 19_000 + 10_000 / 10
    assert home["cost_per_child_month_eur"] == pytest.approx(120_000 / 120)
    assert home["occupancy"] == 3_650 / 7_300
    family = unit(made, "foster_family")
    assert family["total_eur"] == 60 * 250 + 6_000
    assert family["cost_per_child_month_eur"] == pytest.approx(21_000 / 60)
    compared = made.tables["comparison"].iloc[0]
    assert compared["difference_eur_per_child_month"] == pytest.approx(1_000 - 350)
    assert compared["switch_point_support_eur_per_child_month"] == pytest.approx(1_000 - 250)
    assert compared["switch_point_multiple"] == pytest.approx((1_000 - 250) / 100)


def test_evaluation_provider_table_has_the_provider_s_own_cost(small, evaluate):
    providers = evaluate(small()).tables["provider_unit_costs"]
    assert providers["provider"].to_list() == ["home"]
    assert providers["total_eur"].to_list() == [120_000]


def test_evaluation_evidence_of_statutory_payments_is_that_of_the_rate(small, evaluate):
    evidence = evaluate(small()).evidence
    total = 120_000 + 21_000
    assert evidence.to_dict() == pytest.approx(
        {"administrative": (total - 15_000) / total, "published": 15_000 / total}
    )
    assert evidence.sum() == pytest.approx(1, abs=1e-15)


def test_evaluation_constant_prices_use_the_price_year(small, evaluate):
    home = unit(evaluate(small(), price_year=2020))
    assert home["real_cost_per_child_month_eur"] == pytest.approx(1_000 * 100 / 104)
    assert home["cost_per_child_month_eur"] == pytest.approx(1_000)


def test_evaluation_discount_rate_changes_capital_alone(small, evaluate):
    free = evaluate(small()).tables["unit_cost_parts"].set_index(["care_arrangement", "part"])
    at_four = evaluate(small(), discount_rate=0.04).tables["unit_cost_parts"]
    at_four = at_four.set_index(["care_arrangement", "part"])
    changed = free["amount_eur"] != at_four["amount_eur"]
    assert changed[changed].index.to_list() == [("institution", "capital")]
    annuity = 10_000 / sum(1.04**-year for year in range(1, 11))
    assert at_four.loc[("institution", "capital"), "amount_eur"] == pytest.approx(annuity)


def test_evaluation_recorded_allowance_is_given_but_not_added(small, evaluate):
    rows = [
        dict(provider="home", amount_eur=119_000),
        dict(care_arrangement="foster_family", cost_item="allowance", amount_eur=14_800),
        dict(care_arrangement="foster_family", cost_item="allowance", year=2020, amount_eur=7),
        dict(care_arrangement="institution", cost_item="allowance", amount_eur=500),
    ]
    made = evaluate(small(costs=rows))
    assert made.recorded_allowance_eur == 14_800
    assert unit(made, "foster_family")["total_eur"] == 60 * 250
    assert unit(made)["total_eur"] == 119_000 + 500 + 1_000


def test_evaluation_missing_costs_name_the_arrangement_and_year(small, evaluate):
    rates = [dict(amount_eur_month=250, valid_from="2021-02-01")]
    made = evaluate(small(statutory_rates=rates))
    assert made.missing_costs.to_numpy().tolist() == [["foster_family", 2021]]
    assert math.isnan(unit(made, "foster_family")["total_eur"])
    assert made.tables["comparison"].empty


def test_evaluation_nothing_missing_names_nothing(small, evaluate):
    assert evaluate(small()).missing_costs.empty


def test_evaluation_reference_without_data_is_refused(small, evaluate):
    with pytest.raises(ParameterError, match="there is no guardian in the region and period"):
        evaluate(small(), reference="guardian")


def test_evaluation_price_year_outside_the_index_is_refused(small, evaluate):
    with pytest.raises(ParameterError, match="price_index has no value for 2030"):
        evaluate(small(), price_year=2030)


def test_evaluation_negative_rate_is_refused(small, evaluate):
    with pytest.raises(ParameterError, match="discount_rate must be 0 or more"):
        evaluate(small(), discount_rate=-0.01)


def test_evaluation_leaves_its_tables_as_they_were(small, evaluate):
    given = small()
    before = {name: table.copy() for name, table in given.items()}
    evaluate(given)
    for name, table in given.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_evaluation_needs_no_table_beyond_those_required(small, evaluate):
    tables = {name: table for name, table in small().items() if name in REQUIRED_TABLES}
    assert unit(evaluate(tables))["total_eur"] == 120_000


def test_evaluation_sources_used_are_those_of_the_period(small, evaluate):
    rows = [
        dict(provider="home", amount_eur=1),
        dict(provider="home", year=2019, amount_eur=1, source="guess"),
    ]
    rates = [
        dict(amount_eur_month=1, valid_to="2020-12-31", source="old-act"),
        dict(amount_eur_month=1, valid_from="2021-01-01"),
    ]
    used = evaluate(small(costs=rows, statutory_rates=rates)).sources_used
    assert used["costs"] == ["ledger"]
    assert used["statutory_rates"] == ["act"]
    assert used["price_index"] == ["index"]


def test_evaluation_provider_with_capital_but_no_ledger_has_no_total(small, evaluate):
    providers = evaluate(small(costs=[])).tables["provider_unit_costs"]
    assert math.isnan(providers["total_eur"].iloc[0])


# --------------------------------------------------------------------------------------- regions


@pytest.fixture
def two_regions(small):
    """Kurzeme as before; in Riga a home of 60,000 EUR + 500 of capital and 60 child-months."""
    base = small()
    add = small(
        providers=[dict(provider="riga-home", region="riga")],
        costs=[dict(RIGA, amount_eur=60_000)],
        assets=[dict(provider="riga-home", cost_eur=5_000)],
        activity=[dict(RIGA, child_days=1_825)],
        households=[dict(region="riga", child_months=30)],
    )
    both = ("providers", "costs", "assets", "activity", "households")
    return base | {name: pd.concat([base[name], add[name]], ignore_index=True) for name in both}


def test_rows_of_region_assets_follow_their_provider(two_regions):
    riga = rows_of_region(two_regions, "riga")
    assert riga["assets"]["provider"].to_list() == ["riga-home"]
    assert set(riga["costs"]["region"]) == set(riga["activity"]["region"]) == {"riga"}
    assert len(riga["price_index"]) == len(two_regions["price_index"])


def test_rows_of_region_none_keeps_every_row(two_regions):
    kept = rows_of_region(two_regions, None)
    assert {name: len(table) for name, table in kept.items()} == {
        name: len(table) for name, table in two_regions.items()
    }


def test_evaluation_region_takes_only_its_own_rows(two_regions, evaluate):
    assert unit(evaluate(two_regions))["total_eur"] == 120_000
    assert unit(evaluate(two_regions, region="riga"))["total_eur"] == 60_000 + 500


def test_evaluation_country_is_the_ratio_of_sums_over_regions(two_regions, evaluate):
    country = unit(evaluate(two_regions, region=None))
    assert country["total_eur"] == 120_000 + 60_500
    assert country["child_days"] == 3_650 + 1_825
    assert country["cost_per_child_month_eur"] == pytest.approx(180_500 / (120 + 60))


def test_evaluation_country_with_one_region_unknown_is_unknown(two_regions, evaluate):
    tables = dict(two_regions)
    tables["costs"] = tables["costs"][tables["costs"]["region"] == "kurzeme"]
    assert math.isnan(unit(evaluate(tables, region=None))["total_eur"])


# --------------------------------------------------------------------------------------- missing


def test_missing_costs_leave_out_what_nobody_lived_in_and_keep_unknown_children():
    units = pd.DataFrame(
        {
            "care_arrangement": ["institution", "family_like", "youth_house", "guardian"],
            "year": 2021,
            "cost_per_child_month_eur": [math.nan, math.nan, math.nan, 350.0],
            "child_days": [0.0, 1.0, math.nan, 365.0],
        }
    )
    assert missing_costs(units).to_dict("list") == {
        "care_arrangement": ["family_like", "youth_house"],
        "year": [2021, 2021],
    }


def test_evaluation_sources_of_assets_are_used_whatever_their_year(small, evaluate):
    assets = [dict(provider="home", cost_eur=10_000, source="guess")]
    assert evaluate(small(assets=assets)).sources_used["assets"] == ["guess"]


# ------------------------------------------------------------------------------------- its tables


def test_evaluation_payer_split_is_of_all_that_the_region_costs(small, evaluate):
    split = evaluate(small()).tables["payer_split"].set_index(["care_arrangement", "payer"])
    assert split["amount_eur"].to_dict() == {
        ("institution", "municipality"): 100_000 + 10_000 / 10,
        ("institution", "state"): 19_000,
        ("foster_family", "municipality"): 60 * 250,
        ("foster_family", "eu_fund"): 6_000,
    }


def test_evaluation_statutory_packages_stand_in_the_order_of_their_key(small, evaluate):
    rates = [
        dict(care_arrangement="guardian", age_band="0-6", amount_eur_month=80),
        dict(care_arrangement="foster_family", age_band="7-17", amount_eur_month=250),
    ]
    packages = evaluate(small(statutory_rates=rates)).tables["statutory_packages"]
    assert packages.drop(columns="year").to_numpy().tolist() == [
        *(["foster_family", "7-17", size, 250.0] for size in ("1", "2", "3+")),
        *(["guardian", "0-6", size, 80.0] for size in ("1", "2", "3+")),
    ]


def test_evaluation_home_without_recorded_places_keeps_its_child_days(small, evaluate):
    activity = [
        dict(provider="home", child_days=3_650),
        dict(care_arrangement="foster_family", child_days=1_825),
    ]
    home = evaluate(small(activity=activity)).tables["provider_unit_costs"].iloc[0]
    assert home["child_days"] == 3_650
    assert home["cost_per_child_month_eur"] == pytest.approx(120_000 / 120)
    assert math.isnan(home["occupancy"])


def test_rows_of_region_tables_keep_their_columns_and_are_numbered_anew(two_regions):
    for name, table in rows_of_region(two_regions, "riga").items():
        assert list(table.columns) == list(two_regions[name].columns), name
        assert table.index.to_list() == list(range(len(table))), name
