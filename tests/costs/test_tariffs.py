from __future__ import annotations

import pandas as pd
import pytest

from dieval.costs.tariffs import (
    monthly_payments,
    statutory_costs,
    statutory_packages,
    yearly_payments,
)

KEY = ["care_arrangement", "year", "age_band", "children_in_household"]


@pytest.fixture
def guardian_rates(table):
    """Guardian, 0–6, as the law had it: 54.07 + 107.50 = 161.57, from July 2021 269.07."""
    guardian = dict(care_arrangement="guardian", payer="state")
    young = dict(guardian, age_band="0-6")
    return table(
        "statutory_rates",
        dict(guardian, payment="remuneration", per="guardian", amount_eur_month=54.07),
        dict(young, amount_eur_month=107.50, valid_from="2018-01-01", valid_to="2021-06-30"),
        dict(young, amount_eur_month=215.00, valid_from="2021-07-01"),
    )


@pytest.fixture
def foster_rates(table):
    """Foster family from 2018: remuneration by number of children, maintenance by age."""
    family = dict(payment="remuneration", per="family", payer="state")
    return table(
        "statutory_rates",
        dict(family, children_in_household="1", amount_eur_month=171.00),
        dict(family, children_in_household="2", amount_eur_month=222.30),
        dict(family, children_in_household="3+", amount_eur_month=273.60),
        dict(age_band="0-6", amount_eur_month=215.00),
        dict(age_band="7-17", amount_eur_month=258.00),
    )


def packages_of(rates: pd.DataFrame, years: list[int]) -> pd.Series:
    return statutory_packages(rates, years).set_index(KEY)["package_eur_per_child_month"]


# ------------------------------------------------------------------------------ packages


@pytest.mark.parametrize(
    ("age", "size", "package"),
    [
        ("7-17", "1", 171.00 + 258.00),  # 429.00
        ("7-17", "2", 222.30 / 2 + 258.00),  # 369.15
        ("7-17", "3+", 273.60 / 3 + 258.00),  # 349.20
        ("0-6", "1", 171.00 + 215.00),  # 386.00
        ("0-6", "2", 222.30 / 2 + 215.00),  # 326.15
        ("0-6", "3+", 273.60 / 3 + 215.00),  # 306.20
    ],
)
def test_package_of_foster_family_shares_the_remuneration_among_the_children(
    foster_rates, age, size, package
):
    assert packages_of(foster_rates, [2019])["foster_family", 2019, age, size] == pytest.approx(
        package, abs=1e-9
    )


def test_package_payment_for_any_number_is_shared_by_one_two_and_three(guardian_rates):
    packages = packages_of(guardian_rates, [2020])
    assert packages["guardian", 2020, "0-6"].to_dict() == pytest.approx(
        {"1": 54.07 + 107.50, "2": 54.07 / 2 + 107.50, "3+": 54.07 / 3 + 107.50}
    )


def test_package_rate_that_changes_in_mid_year_is_the_mean_of_the_months(guardian_rates):
    packages = packages_of(guardian_rates, [2021])
    of_year = packages["guardian", 2021, "0-6", "1"]
    assert of_year == pytest.approx((6 * 161.57 + 6 * 269.07) / 12)
    assert round(of_year, 2) == 215.32


def test_package_of_full_years_around_the_change_are_the_old_and_the_new(guardian_rates):
    packages = packages_of(guardian_rates, [2020, 2022])
    assert packages["guardian", 2020, "0-6", "1"] == pytest.approx(161.57)
    assert packages["guardian", 2022, "0-6", "1"] == pytest.approx(269.07)


def test_package_rate_missing_for_one_month_is_missing_for_the_year(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=100, valid_from="2020-01-01", valid_to="2021-05-31"),
        dict(amount_eur_month=120, valid_from="2021-07-01"),
    )
    packages = packages_of(rates, [2020, 2021, 2022])
    assert packages["foster_family", 2020, "7-17", "1"] == 100
    assert packages["foster_family", 2021].isna().all()
    assert packages["foster_family", 2022, "7-17", "1"] == 120


def test_package_one_of_two_payments_missing_is_missing_not_the_other_alone(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=100, valid_from="2021-01-01"),
        dict(payment="remuneration", per="family", amount_eur_month=60),
    )
    packages = packages_of(rates, [2020, 2021])
    assert packages["foster_family", 2020].isna().all()
    assert packages["foster_family", 2021, "0-6", "2"] == 100 + 60 / 2


def test_package_rate_of_zero_is_zero_not_missing(table):
    packages = packages_of(table("statutory_rates", dict(amount_eur_month=0)), [2021])
    assert packages.to_list() == [0.0] * 9


def test_package_two_payers_of_a_payment_are_added(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=100),
        dict(payer="state", amount_eur_month=30, valid_from="2021-10-01"),
    )
    package = packages_of(rates, [2021])["foster_family", 2021, "7-17", "1"]
    assert package == pytest.approx(100 + 30 * 3 / 12)


def test_package_bands_are_those_that_the_arrangement_names(foster_rates):
    ages = statutory_packages(foster_rates, [2021])["age_band"].unique().tolist()
    assert sorted(ages) == ["0-6", "7-17"]


def test_package_without_named_bands_holds_for_every_age(table):
    rates = table("statutory_rates", dict(age_band="all", amount_eur_month=10))
    ages = statutory_packages(rates, [2021])["age_band"].unique().tolist()
    assert sorted(ages) == ["0-6", "18+", "7-17"]


# ------------------------------------------------------------------------- months and years


def test_monthly_rate_counts_in_a_month_whose_first_day_it_covers(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=7, valid_from="2021-03-01", valid_to="2021-05-31"),
    )
    assert monthly_payments(rates, [2021])["month"].unique().tolist() == [3, 4, 5]


def test_monthly_rate_that_starts_after_the_first_day_counts_from_the_next_month(table):
    rates = table("statutory_rates", dict(amount_eur_month=7, valid_from="2021-10-02"))
    assert monthly_payments(rates, [2021])["month"].unique().tolist() == [11, 12]


def test_monthly_rate_of_one_age_and_size_is_paid_to_nobody_else(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=7, age_band="0-6", children_in_household="2", per="family"),
    )
    paid = monthly_payments(rates, [2021])
    assert paid[["age_band", "children_in_household"]].drop_duplicates().to_numpy().tolist() == [
        ["0-6", "2"]
    ]
    assert paid["amount_eur_month"].unique().tolist() == [7 / 2]


def test_monthly_years_apart_do_not_bring_the_years_between(guardian_rates):
    assert sorted(monthly_payments(guardian_rates, [2018, 2022])["year"].unique()) == [2018, 2022]


def test_yearly_payment_with_a_gap_is_one_row_without_payer_and_amount(table):
    rates = table("statutory_rates", dict(amount_eur_month=7, valid_from="2021-02-01"))
    gap = yearly_payments(rates, [2021])
    assert len(gap) == 3 * 3  # age bands × household sizes
    assert gap[["payer", "source", "amount_eur_month"]].isna().all(axis=None)


def test_yearly_payment_keeps_the_share_of_each_payer_and_source(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=120, valid_to="2021-03-31", source="old-act"),
        dict(amount_eur_month=160, valid_from="2021-04-01", source="new-act"),
    )
    one = yearly_payments(rates, [2021]).query("age_band == '0-6' and children_in_household == '1'")
    assert one.set_index("source")["amount_eur_month"].to_dict() == {
        "old-act": 120 * 3 / 12,
        "new-act": 160 * 9 / 12,
    }


# ------------------------------------------------------------------------------- what it costs


def test_statutory_cost_spreads_child_months_evenly_over_the_year(table, guardian_rates):
    households = table(
        "households", dict(care_arrangement="guardian", age_band="0-6", child_months=24)
    )
    costs = statutory_costs(households, guardian_rates, [2021])
    # 24 child-months = 2 in each month.
    assert costs.groupby("payment")["amount_eur"].sum().to_dict() == pytest.approx(
        {"remuneration": 24 * 54.07, "maintenance": 2 * 6 * 107.50 + 2 * 6 * 215.00}
    )


def test_statutory_cost_of_three_or_more_children_divides_by_three(table, foster_rates):
    households = table("households", dict(children_in_household="3+", child_months=90))
    costs = statutory_costs(households, foster_rates, [2021]).set_index("payment")["amount_eur"]
    assert costs["remuneration"] == pytest.approx(90 * 273.60 / 3)
    assert costs["maintenance"] == pytest.approx(90 * 258.00)


def test_statutory_cost_keeps_payer_and_source_of_the_rate(table, foster_rates):
    households = table("households", dict(child_months=1, source="guess"))
    costs = statutory_costs(households, foster_rates, [2021]).set_index("payment")
    assert costs["payer"].to_dict() == {"remuneration": "state", "maintenance": "municipality"}
    assert set(costs["source"]) == {"act"}


def test_statutory_cost_without_a_rate_is_a_missing_amount_not_zero(table):
    rates = table("statutory_rates", dict(amount_eur_month=50, age_band="0-6"))
    households = table(
        "households", dict(age_band="0-6", child_months=10), dict(age_band="7-17", child_months=4)
    )
    costs = statutory_costs(households, rates, [2021])
    assert costs["amount_eur"].dropna().to_list() == [10 * 50]
    assert costs["amount_eur"].isna().sum() == 1


def test_statutory_cost_of_empty_households_needs_no_rate(table):
    rates = table("statutory_rates", dict(amount_eur_month=50, age_band="0-6"))
    households = table(
        "households", dict(age_band="0-6", child_months=10), dict(age_band="7-17", child_months=0)
    )
    assert statutory_costs(households, rates, [2021])["amount_eur"].to_list() == [10 * 50]


def test_statutory_cost_of_other_years_is_left_out(table, foster_rates):
    households = table(
        "households", dict(year=2020, child_months=1), dict(year=2021, child_months=2)
    )
    costs = statutory_costs(households, foster_rates, [2020])
    assert costs["year"].unique().tolist() == [2020]
    assert costs["amount_eur"].sum() == pytest.approx(171.00 + 258.00)


def test_statutory_cost_before_the_first_rate_is_missing(table):
    rates = table("statutory_rates", dict(amount_eur_month=50, valid_from="2022-01-01"))
    costs = statutory_costs(table("households", dict(child_months=10)), rates, [2021])
    assert costs["amount_eur"].isna().to_list() == [True]


# ---------------------------------------------------------------------------- order and edges


@pytest.fixture
def turned_round(guardian_rates, foster_rates):
    """The rates of guardians and foster families, and the same rows from the last to the first."""
    rates = pd.concat([guardian_rates, foster_rates], ignore_index=True)
    second_source = rates.assign(source="amended-act")
    rates = pd.concat([rates, second_source], ignore_index=True)
    return rates, rates.iloc[::-1].reset_index(drop=True)


@pytest.mark.parametrize("payments", [monthly_payments, yearly_payments, statutory_packages])
def test_payments_of_rates_in_another_order_are_the_same_table(turned_round, payments):
    one, other = (payments(rates, [2020, 2021]) for rates in turned_round)
    pd.testing.assert_frame_equal(one, other)


def test_yearly_payments_known_and_missing_stand_beside_each_other(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=7, valid_from="2021-02-01"),
        dict(payment="remuneration", per="family", amount_eur_month=60),
    )
    payments = yearly_payments(rates, [2021])
    assert payments.index.to_list() == list(range(2 * 3 * 3))  # payments × age bands × sizes
    assert payments["payment"].to_list() == 3 * 3 * ["maintenance", "remuneration"]


def test_packages_with_and_without_named_bands_are_numbered_through(foster_rates, table):
    guardian = table("statutory_rates", dict(care_arrangement="guardian", amount_eur_month=10))
    packages = statutory_packages(pd.concat([foster_rates, guardian]), [2021])
    assert packages.index.to_list() == list(range(2 * 3 + 3 * 3))  # age bands × sizes


def test_monthly_rate_that_ends_on_the_first_day_counts_in_that_month(table):
    rates = table(
        "statutory_rates",
        dict(amount_eur_month=7, valid_from="2021-03-01", valid_to="2021-05-01"),
    )
    assert monthly_payments(rates, [2021])["month"].unique().tolist() == [3, 4, 5]


def test_statutory_cost_of_an_arrangement_without_any_rate_is_a_missing_amount(table, foster_rates):
    households = table("households", dict(care_arrangement="guardian", child_months=10))
    costs = statutory_costs(households, foster_rates, [2021])
    assert costs["care_arrangement"].to_list() == ["guardian"]
    assert costs[["payment", "payer", "source", "amount_eur"]].isna().all(axis=None)


def test_statutory_cost_of_households_in_another_order_is_the_same_table(table, foster_rates):
    rows = [
        dict(region="kurzeme", child_months=10),
        dict(region="kurzeme", age_band="0-6", child_months=5),
        dict(region="riga", year=2020, child_months=3),
        dict(region="riga", children_in_household="2", child_months=4),
    ]
    one = statutory_costs(table("households", *rows), foster_rates, [2020, 2021])
    other = statutory_costs(table("households", *rows[::-1]), foster_rates, [2020, 2021])
    pd.testing.assert_frame_equal(one, other)
