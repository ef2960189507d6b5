from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.unit_costs import (
    LINE_COLUMNS,
    cost_lines,
    evidence_shares,
    in_order,
    is_recorded_allowance,
    payer_split,
    per_child,
    provider_lines,
    unit_cost_parts,
    unit_costs,
)

AT_CURRENT_PRICES = pd.Series({2020: 1.0, 2021: 1.0})
BY = ["year", "care_arrangement"]


def one_year(**values: float) -> pd.DataFrame:
    usual = dict(year=2021, total_eur=620_000.0, child_days=12_410.0, place_days=14_600.0)
    return pd.DataFrame({column: [value] for column, value in {**usual, **values}.items()})


def rates_of(**values: float) -> pd.Series:
    return per_child(one_year(**values), AT_CURRENT_PRICES).iloc[0]


def lines_of(*rows: dict) -> pd.DataFrame:
    usual = dict(
        region="kurzeme",
        provider="home",
        care_arrangement="institution",
        year=2021,
        part="staff",
        payer="municipality",
        source="ledger",
    )
    return pd.DataFrame([{**usual, **row} for row in rows])


def totals(tables: dict[str, pd.DataFrame]) -> pd.Series:
    lines = cost_lines(tables, [2021], 0.0)
    units = unit_costs(lines, tables["activity"], AT_CURRENT_PRICES.loc[[2021]], BY)
    return units.set_index("care_arrangement")["total_eur"]


# ------------------------------------------------------------------------------------ per_child


def test_per_child_every_unit_is_the_total_by_its_denominator():
    # 40 places, 365 days, occupancy 85 %: 12,410 child-days, 14,600 place-days.
    rates = rates_of()
    assert rates["cost_per_child_day_eur"] == pytest.approx(620_000 / 12_410)
    assert round(rates["cost_per_child_day_eur"], 4) == 49.9597
    assert rates["child_months"] == pytest.approx(12_410 / (365 / 12))
    assert rates["cost_per_child_month_eur"] == pytest.approx(620_000 / 12_410 * 365 / 12)
    assert rates["cost_per_child_year_eur"] == pytest.approx(620_000 / (0.85 * 40))
    assert rates["cost_per_place_month_eur"] == pytest.approx(620_000 / 40 / 12)
    assert rates["occupancy"] == pytest.approx(0.85)


def test_per_child_year_is_twelve_months_in_a_leap_year_too():
    rates = rates_of(year=2020, child_days=366 * 10, place_days=366 * 20)
    assert rates["cost_per_child_year_eur"] == pytest.approx(620_000 / 10)
    assert rates["cost_per_place_month_eur"] == pytest.approx(620_000 / 20 / 12)


def test_per_child_more_children_than_places_gives_occupancy_above_one():
    rates = rates_of(child_days=16_060)
    assert rates["occupancy"] == pytest.approx(1.1)
    assert rates["cost_per_child_month_eur"] < rates["cost_per_place_month_eur"]


@pytest.mark.parametrize("days", [0.0, math.nan])
def test_per_child_no_child_days_is_missing_never_infinite_never_zero(days):
    rates = rates_of(child_days=days)
    for unit in ("child_day", "child_month", "child_year"):
        assert math.isnan(rates[f"cost_per_{unit}_eur"])
    assert math.isnan(rates["real_cost_per_child_month_eur"])
    assert rates["cost_per_place_month_eur"] == pytest.approx(620_000 / 40 / 12)


@pytest.mark.parametrize("days", [0.0, math.nan])
def test_per_child_no_place_days_leaves_the_cost_per_child_known(days):
    rates = rates_of(place_days=days)
    assert math.isnan(rates["occupancy"])
    assert math.isnan(rates["cost_per_place_month_eur"])
    assert rates["cost_per_child_day_eur"] == pytest.approx(620_000 / 12_410)


def test_per_child_unknown_total_is_unknown_in_every_unit():
    rates = rates_of(total_eur=math.nan)
    assert rates.filter(like="cost_per").isna().all()
    assert rates["occupancy"] == pytest.approx(0.85)


def test_per_child_total_of_zero_is_a_cost_of_zero():
    assert rates_of(total_eur=0.0)["cost_per_child_month_eur"] == 0.0


def test_per_child_constant_prices_multiply_by_the_factor_of_the_year():
    rates = per_child(one_year(), pd.Series({2021: 1.25})).iloc[0]
    assert rates["real_cost_per_child_month_eur"] == pytest.approx(
        1.25 * rates["cost_per_child_month_eur"]
    )


def test_per_child_leaves_its_argument_as_it_was():
    given = one_year()
    before = given.copy()
    per_child(given, AT_CURRENT_PRICES)
    pd.testing.assert_frame_equal(given, before)


# ----------------------------------------------------------------------------------- cost_lines


def test_cost_lines_ledger_statutory_payments_and_capital_stand_beside_each_other(small):
    lines = cost_lines(small(), [2021], 0.0)
    assert lines.groupby(["care_arrangement", "part"])["amount_eur"].sum().to_dict() == {
        ("institution", "staff"): 100_000,
        ("institution", "upkeep"): 19_000,
        ("institution", "capital"): 10_000 / 10,
        ("foster_family", "maintenance"): 60 * 250,
        ("foster_family", "support"): 6_000,
    }


@pytest.mark.parametrize("arrangement", ["foster_family", "guardian"])
def test_cost_lines_recorded_allowance_of_families_is_left_out(small, arrangement):
    row = dict(care_arrangement=arrangement, cost_item="allowance", amount_eur=99_999)
    lines = cost_lines(small(costs=[row]), [2021], 0.0)
    assert "allowance" not in set(lines["part"])
    assert 99_999 not in set(lines["amount_eur"])


@pytest.mark.parametrize("arrangement", ["institution", "specialised_foster_family"])
def test_cost_lines_allowance_of_other_arrangements_is_a_cost(small, arrangement):
    row = dict(care_arrangement=arrangement, cost_item="allowance", amount_eur=99_999)
    lines = cost_lines(small(costs=[row]), [2021], 0.0)
    assert lines.set_index("part")["amount_eur"]["allowance"] == 99_999


def test_recorded_allowance_other_items_of_families_are_kept(table):
    costs = table(
        "costs",
        dict(care_arrangement="foster_family", cost_item="allowance", amount_eur=1),
        dict(care_arrangement="foster_family", cost_item="support", amount_eur=1),
        dict(care_arrangement="institution", cost_item="allowance", amount_eur=1),
    )
    assert is_recorded_allowance(costs).to_list() == [True, False, False]


def test_cost_lines_other_years_are_left_out(small):
    rows = [
        dict(provider="home", year=2020, amount_eur=5),
        dict(provider="home", amount_eur=7),
    ]
    lines = cost_lines(small(costs=rows), [2021], 0.0)
    assert lines.query("part == 'staff'")["amount_eur"].to_list() == [7]


def test_cost_lines_care_without_a_ledger_is_an_unknown_cost(small):
    assert math.isnan(totals(small(costs=[], assets=[]))["institution"])


def test_cost_lines_care_with_capital_alone_is_an_unknown_cost(small):
    # The building is known, the staff is not: 1,000 EUR would be no cost of a home.
    assert math.isnan(totals(small(costs=[]))["institution"])


def test_cost_lines_families_without_households_are_an_unknown_cost(small):
    assert math.isnan(totals(small(households=[]))["foster_family"])
    assert math.isnan(totals(small(households=[{"child_months": 0}]))["foster_family"])


def test_cost_lines_rate_missing_for_a_month_makes_the_total_unknown(small):
    rates = [dict(amount_eur_month=250, valid_from="2021-02-01")]
    known = totals(small(statutory_rates=rates))
    assert math.isnan(known["foster_family"])
    assert known["institution"] == 120_000


def test_cost_lines_ledger_of_zero_is_a_cost_of_zero_not_unknown(small):
    rows = [dict(provider="home", amount_eur=0)]
    assert totals(small(costs=rows, assets=[]))["institution"] == 0.0


def test_cost_lines_refund_lowers_the_total(small):
    rows = [
        dict(provider="home", amount_eur=1_000),
        dict(provider="home", cost_item="other", amount_eur=-120.25),
    ]
    assert totals(small(costs=rows, assets=[]))["institution"] == 1_000 - 120.25


def test_cost_lines_children_away_all_year_need_no_ledger(small):
    tables = small(costs=[], activity=[dict(provider="home", child_days=0)])
    assert totals(tables)["institution"] == 10_000 / 10


def test_cost_lines_one_of_two_homes_without_a_ledger_makes_the_region_unknown(small):
    tables = small(
        providers=[{"provider": "home"}, {"provider": "second"}],
        activity=[
            dict(provider="home", child_days=3_650),
            dict(provider="second", child_days=3_650),
        ],
    )
    assert math.isnan(totals(tables)["institution"])


def test_cost_lines_no_rate_recorded_at_all_makes_the_total_unknown(small):
    assert math.isnan(totals(small(statutory_rates=[]))["foster_family"])


# ------------------------------------------------------------------------------------ unit_costs


def test_unit_costs_region_is_the_ratio_of_sums_not_the_mean_of_ratios(table):
    activity = table(
        "activity",
        dict(provider="large", child_days=900, place_days=900),
        dict(provider="small", child_days=100, place_days=200),
    )
    lines = lines_of(
        dict(provider="large", amount_eur=9_000), dict(provider="small", amount_eur=5_000)
    )
    unit = unit_costs(lines, activity, AT_CURRENT_PRICES, BY).iloc[0]
    assert unit["cost_per_child_day_eur"] == (9_000 + 5_000) / (900 + 100)
    assert unit["cost_per_child_day_eur"] != (9_000 / 900 + 5_000 / 100) / 2
    assert unit["occupancy"] == (900 + 100) / (900 + 200)


def test_unit_costs_by_provider_each_has_its_own_denominator(table):
    activity = table(
        "activity", dict(provider="a", child_days=365), dict(provider="b", child_days=730)
    )
    lines = lines_of(dict(provider="a", amount_eur=1_200), dict(provider="b", amount_eur=1_200))
    units = unit_costs(lines, activity, AT_CURRENT_PRICES, [*BY, "provider"])
    assert units.set_index("provider")["cost_per_child_month_eur"].to_dict() == pytest.approx(
        {"a": 1_200 / 12, "b": 1_200 / 24}
    )


def test_unit_costs_cost_with_no_child_days_recorded_has_a_total_but_unknown_children(table):
    units = unit_costs(lines_of(dict(amount_eur=100)), table("activity"), AT_CURRENT_PRICES, BY)
    row = units.iloc[0]
    assert row["total_eur"] == 100
    assert row[["child_days", "child_months", "cost_per_child_month_eur"]].isna().all()


def test_unit_costs_home_that_stood_empty_has_a_total_and_no_unit_cost(table):
    activity = table("activity", dict(provider="home", child_days=0))
    lines = lines_of(dict(provider="home", amount_eur=100))
    row = unit_costs(lines, activity, AT_CURRENT_PRICES, BY).iloc[0]
    assert (row["total_eur"], row["child_days"], row["child_months"]) == (100, 0, 0)
    assert math.isnan(row["cost_per_child_month_eur"])


def test_unit_costs_one_home_without_child_days_makes_the_region_unknown(table):
    activity = table("activity", dict(provider="a", child_days=365))
    lines = lines_of(dict(provider="a", amount_eur=100), dict(provider="b", amount_eur=100))
    row = unit_costs(lines, activity, AT_CURRENT_PRICES, BY).iloc[0]
    assert row["total_eur"] == 200
    assert row[["child_days", "cost_per_child_month_eur"]].isna().all()


def test_unit_costs_children_without_cost_lines_have_no_total(table):
    activity = table("activity", dict(provider="home", child_days=365))
    lines = lines_of(dict(care_arrangement="guardian", amount_eur=100))
    units = unit_costs(lines, activity, AT_CURRENT_PRICES, BY).set_index("care_arrangement")
    assert math.isnan(units.loc["institution", "total_eur"])
    assert units.loc["institution", "child_months"] == pytest.approx(12)


def test_unit_costs_activity_of_other_years_is_left_out(table):
    activity = table(
        "activity",
        dict(provider="home", year=2019, child_days=1),
        dict(provider="home", child_days=365),
    )
    units = unit_costs(lines_of(dict(amount_eur=100)), activity, AT_CURRENT_PRICES, BY)
    assert units["year"].to_list() == [2021]
    assert units["child_days"].to_list() == [365]


def test_unit_costs_codes_stand_in_the_order_of_the_field_not_of_the_alphabet(table):
    arrangements = [
        *("guardian", "foster_family", "youth_house", "family_like", "state_institution"),
        *("specialised_foster_family", "institution"),
    ]
    lines = lines_of(*(dict(care_arrangement=code, amount_eur=1) for code in arrangements))
    units = unit_costs(lines, table("activity"), AT_CURRENT_PRICES, BY)
    assert units["care_arrangement"].to_list() == [
        *("institution", "state_institution", "family_like", "youth_house"),
        *("foster_family", "specialised_foster_family", "guardian"),
    ]


def test_in_order_years_first_then_payers_of_the_vocabulary():
    given = pd.DataFrame(
        {
            "amount_eur": [1, 2, 3, 4],
            "payer": ["other", "eu_fund", "state", "municipality"],
            "year": [2020, 2021, 2021, 2020],
        }
    )
    ordered = in_order(given, ["year", "payer"])
    assert list(ordered.columns) == ["year", "payer", "amount_eur"]
    assert ordered["amount_eur"].to_list() == [4, 1, 3, 2]


# ------------------------------------------------------------------------------ parts and payers


@pytest.fixture
def units():
    return pd.DataFrame(
        {"year": [2021], "care_arrangement": ["institution"], "child_months": [120.0]}
    )


def test_unit_cost_parts_divide_each_part_by_the_same_child_months(units):
    lines = lines_of(
        dict(part="staff", amount_eur=900),
        dict(part="staff", amount_eur=300, payer="state"),
        dict(part="capital", amount_eur=60),
    )
    parts = unit_cost_parts(lines, units).set_index("part")
    assert parts["amount_eur"].to_dict() == {"capital": 60, "staff": 1_200}
    assert parts["cost_per_child_month_eur"].to_dict() == {
        "capital": 60 / 120,
        "staff": 1_200 / 120,
    }


def test_unit_cost_parts_computed_parts_stand_before_those_of_the_ledger(units):
    names = ["other", "staff", "capital", "maintenance", "support", "remuneration"]
    parts = unit_cost_parts(lines_of(*(dict(part=name, amount_eur=1) for name in names)), units)
    assert parts["part"].to_list() == [
        *("remuneration", "maintenance", "capital", "staff", "support", "other"),
    ]


def test_unit_cost_parts_unknown_amount_makes_its_part_unknown_and_no_other(units):
    lines = lines_of(
        dict(part="maintenance", amount_eur=10),
        dict(part="maintenance", amount_eur=math.nan, payer=None),
        dict(part="support", amount_eur=60),
    )
    parts = unit_cost_parts(lines, units).set_index("part")["amount_eur"]
    assert math.isnan(parts["maintenance"])
    assert parts["support"] == 60


def test_unit_cost_parts_without_children_are_missing_never_infinite(units):
    parts = unit_cost_parts(lines_of(dict(amount_eur=5)), units.assign(child_months=0.0))
    assert math.isnan(parts["cost_per_child_month_eur"].iloc[0])
    assert parts["amount_eur"].to_list() == [5]


def test_payer_split_closes_to_the_total_to_the_cent():
    amounts = [0.10, 0.20, 33_333.33, 33_333.33, 33_333.34]
    payers = ["state", "state", "municipality", "eu_fund", "other"]
    lines = lines_of(
        *(dict(amount_eur=a, payer=p) for a, p in zip(amounts, payers, strict=True)),
    )
    split = payer_split(lines)
    assert split["payer"].to_list() == ["state", "municipality", "eu_fund", "other"]
    assert round(split["amount_eur"].sum(), 2) == 100_000.30
    assert split["share"].sum() == pytest.approx(1, abs=1e-15)
    assert split["share"].to_list()[0] == pytest.approx(0.30 / 100_000.30)


def test_payer_split_of_an_unknown_total_is_left_out_and_the_others_stay():
    lines = lines_of(
        dict(care_arrangement="foster_family", part="support", amount_eur=60),
        dict(care_arrangement="foster_family", part="maintenance", amount_eur=math.nan, payer=None),
        dict(amount_eur=10),
    )
    split = payer_split(lines)
    assert split["care_arrangement"].to_list() == ["institution"]
    assert split["share"].to_list() == [1.0]


def test_payer_split_shares_are_of_the_arrangement_and_year():
    lines = lines_of(
        dict(year=2020, amount_eur=10),
        dict(year=2020, amount_eur=30, payer="state"),
        dict(year=2021, amount_eur=7),
    )
    split = payer_split(lines).set_index(["year", "payer"])["share"]
    assert split.to_dict() == {
        (2020, "state"): 30 / 40,
        (2020, "municipality"): 10 / 40,
        (2021, "municipality"): 7 / 7,
    }


def test_payer_split_of_a_total_of_zero_has_no_shares():
    lines = lines_of(dict(amount_eur=100), dict(part="other", payer="state", amount_eur=-100))
    assert payer_split(lines)["share"].isna().all()


# -------------------------------------------------------------------------------------- evidence


def test_evidence_shares_are_by_amount_and_add_up_to_one(small):
    lines = lines_of(
        dict(amount_eur=600, source="ledger"),
        dict(amount_eur=300, source="act"),
        dict(amount_eur=100, source="index"),
    )
    shares = evidence_shares(lines, small()["sources"])
    assert shares.to_dict() == {"administrative": 600 / 1_000, "published": (300 + 100) / 1_000}
    assert shares.sum() == 1


def test_evidence_shares_refund_counts_by_its_size(small):
    lines = lines_of(
        dict(amount_eur=300, source="ledger"), dict(amount_eur=-100, source="guess", part="other")
    )
    shares = evidence_shares(lines, small()["sources"])
    assert shares.to_dict() == {"administrative": 300 / 400, "assumed": 100 / 400}


def test_evidence_shares_unknown_amounts_count_nowhere(small):
    # An arrangement and year with an unknown cost has no reported total for a share to be of.
    lines = lines_of(
        dict(amount_eur=300),
        dict(amount_eur=100, care_arrangement="guardian", source="act"),
        dict(amount_eur=math.nan, care_arrangement="guardian", source=None),
    )
    assert evidence_shares(lines, small()["sources"]).to_dict() == {"administrative": 1.0}


def test_evidence_shares_of_no_known_amount_are_empty(small):
    lines = lines_of(dict(amount_eur=math.nan, source=None))
    assert evidence_shares(lines, small()["sources"]).empty


# ------------------------------------------------------------------------- edges and missing rows


@pytest.mark.parametrize("unit", ["child_day", "child_month", "child_year"])
def test_per_child_a_single_child_day_is_a_denominator(unit):
    month = 365 / 12
    in_days = {"child_day": 1, "child_month": month, "child_year": 12 * month}
    rates = rates_of(child_days=1.0)
    assert rates[f"cost_per_{unit}_eur"] == pytest.approx(620_000 * in_days[unit])


def test_per_child_a_single_place_day_is_a_denominator():
    rates = rates_of(place_days=1.0)
    assert rates["occupancy"] == 12_410
    assert rates["cost_per_place_month_eur"] == pytest.approx(620_000 * 365 / 12)


def test_cost_lines_ledger_rows_in_another_order_are_the_same_table(small):
    rows = [
        dict(provider="home", cost_item="upkeep", amount_eur=1),
        dict(provider="home", cost_item="staff", amount_eur=3),
        dict(provider="home", cost_item="staff", amount_eur=2, payer="state"),
        dict(care_arrangement="foster_family", cost_item="support", amount_eur=4),
    ]
    one = cost_lines(small(costs=rows), [2021], 0.0)
    other = cost_lines(small(costs=rows[::-1]), [2021], 0.0)
    pd.testing.assert_frame_equal(one, other)
    assert list(one.columns) == LINE_COLUMNS


def test_cost_lines_one_child_day_without_a_ledger_is_an_unknown_cost(small):
    tables = small(costs=[], activity=[dict(provider="home", child_days=1)])
    assert math.isnan(totals(tables)["institution"])


def test_cost_lines_unknown_cost_is_a_line_of_its_own_part(small):
    lines = cost_lines(small(costs=[], assets=[], households=[]), [2021], 0.0)
    assert lines["amount_eur"].isna().all()
    assert lines[["care_arrangement", "part"]].to_numpy().tolist() == [
        *(["institution", "other"], ["foster_family", "maintenance"]),
    ]
    assert lines["provider"].fillna("none").to_list() == ["home", "none"]


def test_provider_lines_home_under_a_ledger_of_the_region_has_an_unknown_cost_of_its_own(small):
    tables = small(
        providers=[{"provider": "home"}, {"provider": "second"}],
        costs=[dict(amount_eur=100_000), dict(provider="home", amount_eur=60_000)],
        activity=[
            dict(provider="second", child_days=3_650),
            dict(provider="home", child_days=3_650),
        ],
        assets=[],
    )
    lines = provider_lines(cost_lines(tables, [2021], 0.0), tables["activity"])
    assert lines[["provider", "part"]].to_numpy().tolist() == [
        *(["home", "staff"], ["second", "other"]),
    ]
    assert lines["amount_eur"].to_list() == [60_000, pytest.approx(math.nan, nan_ok=True)]
    assert lines.index.to_list() == [0, 1]


def test_provider_lines_family_of_a_named_provider_needs_no_ledger(small):
    tables = small(
        activity=[
            dict(provider="home", child_days=3_650),
            dict(provider="agency", care_arrangement="foster_family", child_days=1_825),
        ]
    )
    lines = provider_lines(cost_lines(tables, [2021], 0.0), tables["activity"])
    assert set(lines["provider"]) == {"home"}


def test_unit_costs_child_days_of_the_region_stand_for_those_of_its_homes(table):
    activity = table("activity", dict(provider=None, child_days=365))
    lines = lines_of(dict(provider="a", amount_eur=700), dict(provider="b", amount_eur=500))
    row = unit_costs(lines, activity, AT_CURRENT_PRICES, BY).iloc[0]
    assert row["cost_per_child_month_eur"] == pytest.approx((700 + 500) / 12)


def test_unit_costs_child_days_of_the_region_are_not_those_of_a_single_home(table):
    activity = table("activity", dict(provider=None, child_days=365))
    units = unit_costs(
        lines_of(dict(provider="a", amount_eur=700)), activity, AT_CURRENT_PRICES, [*BY, "provider"]
    )
    assert units["total_eur"].to_list() == [700]
    assert units["child_days"].isna().to_list() == [True]


def test_unit_costs_ledger_of_the_region_without_child_days_has_unknown_children(table):
    lines = lines_of(dict(provider=None, amount_eur=100))
    row = unit_costs(lines, table("activity"), AT_CURRENT_PRICES, BY).iloc[0]
    assert row["total_eur"] == 100
    assert math.isnan(row["child_days"])


@pytest.mark.parametrize("row", [dict(part="capital", amount_eur=1_000), dict(amount_eur=0.0)])
def test_unit_costs_capital_alone_or_a_ledger_of_zero_without_child_days_has_no_children(
    table, row
):
    # The building of a closed home outlives its care; nobody is cared for with nothing.
    unit = unit_costs(lines_of(row), table("activity"), AT_CURRENT_PRICES, BY).iloc[0]
    assert (unit["child_days"], unit["child_months"]) == (0, 0)


def test_unit_costs_one_euro_without_child_days_has_unknown_children(table):
    lines = lines_of(dict(amount_eur=1.0))
    unit = unit_costs(lines, table("activity"), AT_CURRENT_PRICES, BY).iloc[0]
    assert math.isnan(unit["child_days"])


def test_unit_cost_parts_half_a_child_month_is_a_denominator(units):
    parts = unit_cost_parts(lines_of(dict(amount_eur=5)), units.assign(child_months=0.5))
    assert parts["cost_per_child_month_eur"].to_list() == [5 / 0.5]


def test_unit_cost_parts_of_a_year_without_units_keep_their_amount(units):
    parts = unit_cost_parts(lines_of(dict(year=2020, amount_eur=5)), units)
    assert parts["amount_eur"].to_list() == [5]
    assert parts["cost_per_child_month_eur"].isna().to_list() == [True]


def test_payer_split_refunds_above_payments_of_one_payer_leave_no_shares():
    # 100 − 50 = 50 EUR in all: the state would pay 200 % of it and the municipality −100 %.
    lines = lines_of(dict(payer="state", amount_eur=100), dict(part="other", amount_eur=-50))
    split = payer_split(lines)
    assert split["amount_eur"].to_list() == [100, -50]
    assert split["share"].isna().all()


def test_payer_split_payer_of_nothing_has_a_share_of_zero():
    split = payer_split(lines_of(dict(payer="state", amount_eur=5), dict(amount_eur=0)))
    assert split["share"].to_list() == [5 / 5, 0 / 5]


def test_payer_split_of_one_euro_has_shares():
    split = payer_split(lines_of(dict(payer="state", amount_eur=0.25), dict(amount_eur=0.75)))
    assert split["share"].to_list() == [0.25, 0.75]


def test_evidence_shares_name_no_evidence_of_nothing_and_that_of_one_euro(small):
    lines = lines_of(
        dict(amount_eur=1, source="ledger"), dict(amount_eur=0, source="guess", part="other")
    )
    shares = evidence_shares(lines, small()["sources"])
    assert shares.to_dict() == {"administrative": 1 / 1}
    assert shares.index.name == "evidence"


def test_in_order_rows_are_numbered_anew():
    given = pd.DataFrame({"payer": ["other", "state"]})
    ordered = in_order(given, ["payer"])
    assert ordered["payer"].to_dict() == {0: "state", 1: "other"}


def test_cost_lines_name_the_group_of_a_ledger_or_a_rate_and_all_where_there_is_none(small):
    rows = [
        dict(provider="home", age_band="0-6", need_level="high", amount_eur=1),
        dict(provider="home", cost_item="upkeep", age_band=None, need_level=None, amount_eur=2),
    ]
    lines = cost_lines(small(costs=rows), [2021], 0.0).set_index("part")
    assert lines[["age_band", "need_level"]].T.to_dict("list") == {
        "staff": ["0-6", "high"],
        "upkeep": ["all", "all"],
        "capital": ["all", "all"],
        "maintenance": ["7-17", "all"],
    }
