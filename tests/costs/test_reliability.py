from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.reliability import (
    amounts_by_evidence,
    child_days_error,
    cost_variances,
    household_mix,
    mix_variance,
)

AMOUNT_COLUMNS = [
    *("year", "care_arrangement", "evidence"),
    *("statutory_eur", "capital_eur", "recorded_eur"),
]
EVIDENCE = pd.Series({"ledger": "administrative", "act": "published", "guess": "assumed"})
ERRORS = pd.Series({"published": 0.0, "administrative": 0.02, "assumed": 0.25})
FOSTER = dict(care_arrangement="foster_family")


def lines_of(*rows: dict) -> pd.DataFrame:
    usual = dict(care_arrangement="institution", year=2021, part="staff", source="ledger")
    table = pd.DataFrame([{**usual, **row} for row in rows], columns=[*usual, "amount_eur"])
    return table.astype({"year": "int64", "amount_eur": "float64"})


def by_unit(rows: dict[tuple[int, str], float]) -> pd.Series:
    index = pd.MultiIndex.from_tuples(rows, names=["year", "care_arrangement"])
    return pd.Series(list(rows.values()), index=index, dtype="float64")


# ---------------------------------------------------------------------------- amounts_by_evidence


def test_amounts_by_evidence_worked_example():
    lines = lines_of(
        dict(amount_eur=100),
        dict(part="upkeep", amount_eur=20),
        dict(part="capital", amount_eur=7),
        dict(part="capital", source="guess", amount_eur=3),
        dict(source="guess", amount_eur=5),
        dict(year=2020, amount_eur=11),
        FOSTER | dict(part="maintenance", source="act", amount_eur=250),
        FOSTER | dict(part="remuneration", source="act", amount_eur=50),
        FOSTER | dict(part="support", amount_eur=9),
    )
    table = amounts_by_evidence(lines, EVIDENCE)
    assert table.columns.to_list() == AMOUNT_COLUMNS
    assert table.to_numpy().tolist() == [
        [2020, "institution", "administrative", 0, 0, 11],
        [2021, "foster_family", "administrative", 0, 0, 9],
        [2021, "foster_family", "published", 250 + 50, 0, 0],
        [2021, "institution", "administrative", 0, 7, 100 + 20],
        [2021, "institution", "assumed", 0, 3, 5],
    ]


def test_amounts_by_evidence_sources_of_one_kind_stand_together():
    evidence = pd.Series({"ledger": "administrative", "other-ledger": "administrative"})
    lines = lines_of(dict(amount_eur=100), dict(source="other-ledger", amount_eur=-30))
    table = amounts_by_evidence(lines, evidence)
    assert table[AMOUNT_COLUMNS[2:]].to_numpy().tolist() == [["administrative", 0, 0, 100 - 30]]


def test_amounts_by_evidence_of_nothing_but_one_kind_have_every_column():
    lines = lines_of(dict(part="capital", amount_eur=5))
    table = amounts_by_evidence(lines, EVIDENCE)
    assert table[AMOUNT_COLUMNS[3:]].to_numpy().tolist() == [[0, 5, 0]]


def test_amounts_by_evidence_of_no_lines_are_an_empty_table_with_its_columns():
    table = amounts_by_evidence(lines_of(), EVIDENCE)
    assert table.empty
    assert table.columns.to_list() == AMOUNT_COLUMNS


# ------------------------------------------------------------------------------- child_days_error


def test_child_days_error_is_the_mean_weighted_by_child_days(table):
    activity = table(
        "activity",
        dict(provider="a", child_days=900),
        dict(provider="b", child_days=100, source="guess"),
        dict(provider="c", child_days=0, source="guess"),
        dict(provider="a", year=2020, child_days=5, source="guess"),
        FOSTER | dict(child_days=7),
    )
    error = child_days_error(activity, EVIDENCE, ERRORS)
    assert error.to_dict() == pytest.approx(
        {
            (2021, "institution"): (900 * 0.02 + 100 * 0.25) / 1_000,
            (2020, "institution"): 0.25,
            (2021, "foster_family"): 0.02,
        }
    )
    assert error.index.names == ["year", "care_arrangement"]


def test_child_days_error_of_a_single_child_day_counts(table):
    error = child_days_error(table("activity", dict(child_days=0.5)), EVIDENCE, ERRORS)
    assert error.to_list() == pytest.approx([0.02])


@pytest.mark.parametrize("rows", [[], [dict(child_days=0)], [dict(child_days=None)]])
def test_child_days_error_without_child_days_is_empty(table, rows):
    error = child_days_error(table("activity", *rows), EVIDENCE, ERRORS)
    assert error.empty
    assert error.dtype == "float64"


# ---------------------------------------------------------------------------------- household_mix

PAYMENTS = pd.DataFrame(
    [
        ("foster_family", 2021, "0-6", "1", "maintenance", 200.0),
        ("foster_family", 2021, "0-6", "1", "remuneration", 100.0),
        ("foster_family", 2021, "7-17", "1", "maintenance", 250.0),
        ("foster_family", 2021, "7-17", "2", "maintenance", 260.0),
        ("guardian", 2021, "7-17", "1", "maintenance", 70.0),
        ("foster_family", 2020, "7-17", "1", "maintenance", math.nan),
        ("foster_family", 2020, "7-17", "1", "remuneration", 40.0),
    ],
    columns=[
        *("care_arrangement", "year", "age_band", "children_in_household"),
        *("payment", "amount_eur_month"),
    ],
)


def test_household_mix_adds_up_what_the_law_pays_in_each_kind_of_household(table):
    households = table(
        "households",
        dict(age_band="0-6", child_months=10),
        dict(child_months=20),
        dict(child_months=30, children_in_household="2"),
        dict(child_months=40, care_arrangement="guardian"),
        dict(child_months=0, age_band="0-6", region="riga"),
    )
    mix = household_mix(households, PAYMENTS)
    assert mix.columns.to_list() == [
        *("year", "care_arrangement", "child_months", "payment_eur_month"),
    ]
    assert mix.to_numpy().tolist() == [
        [2021, "foster_family", 10, 200 + 100],
        [2021, "foster_family", 20, 250],
        [2021, "foster_family", 30, 260],
        [2021, "guardian", 40, 70],
    ]


def test_household_mix_same_kind_of_household_in_two_rows_stays_two_rows(table):
    households = table("households", dict(child_months=1), dict(child_months=0.5, region="riga"))
    assert household_mix(households, PAYMENTS)["child_months"].to_list() == [0.5, 1]


def test_household_mix_order_of_rows_is_irrelevant(table):
    payments = PAYMENTS[PAYMENTS["year"] == 2021].replace(250.0, 260.0)
    households = table(
        "households",
        dict(child_months=20, care_arrangement="guardian"),
        dict(child_months=20, children_in_household="2"),
        dict(child_months=20, age_band="0-6"),
        dict(child_months=20),
        dict(child_months=5, region="riga"),
    )
    mix = household_mix(households, payments)
    assert mix.to_numpy().tolist() == [
        [2021, "foster_family", 5, 260],
        [2021, "foster_family", 20, 260],
        [2021, "foster_family", 20, 260],
        [2021, "foster_family", 20, 300],
        [2021, "guardian", 20, 70],
    ]
    pd.testing.assert_frame_equal(household_mix(households[::-1], payments), mix)


def test_household_mix_payment_without_a_rate_is_unknown(table):
    mix = household_mix(table("households", dict(year=2020, child_months=1)), PAYMENTS)
    assert mix["payment_eur_month"].isna().all()


def test_household_mix_of_no_households_is_empty(table):
    mix = household_mix(table("households"), PAYMENTS)
    assert mix.empty
    assert mix_variance(mix).empty


# ----------------------------------------------------------------------------------- mix_variance


def mix_of(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["year", "care_arrangement", "child_months", "payment_eur_month"]
    )


def test_mix_variance_is_that_of_a_dirichlet_mix_of_child_years():
    mix = mix_of(
        (2021, "foster_family", 90.0, 300.0),
        (2021, "foster_family", 30.0, 500.0),
        (2020, "foster_family", 12.0, 100.0),
        (2020, "foster_family", 12.0, 300.0),
        (2021, "guardian", 60.0, 70.0),
    )
    # Mean 350: ¾·50² + ¼·150² among 10 child-years.
    variance = mix_variance(mix)
    assert variance.to_dict() == pytest.approx(
        {
            (2021, "foster_family"): (0.75 * 50**2 + 0.25 * 150**2) / (10 + 1) / 350**2,
            (2020, "foster_family"): 100**2 / (2 + 1) / 200**2,
            (2021, "guardian"): 0.0,
        }
    )
    assert variance.index.names == ["year", "care_arrangement"]


def test_mix_variance_doubled_payments_leave_it():
    mix = mix_of((2021, "guardian", 90.0, 300.0), (2021, "guardian", 30.0, 500.0))
    doubled = mix.assign(payment_eur_month=2 * mix["payment_eur_month"])
    assert mix_variance(doubled).to_list() == mix_variance(mix).to_list()


def test_mix_variance_more_child_years_of_the_same_mix_lower_it():
    mix = mix_of((2021, "guardian", 90.0, 300.0), (2021, "guardian", 30.0, 500.0))
    more = mix.assign(child_months=10 * mix["child_months"])
    assert mix_variance(more).to_list() == pytest.approx(
        [mix_variance(mix).iloc[0] * (10 + 1) / (100 + 1)]
    )


def test_mix_variance_of_payments_of_zero_is_zero():
    mix = mix_of((2021, "guardian", 9.0, 0.0), (2021, "guardian", 3.0, 0.0))
    assert mix_variance(mix).to_list() == [0.0]


def test_mix_variance_of_payments_below_a_euro_is_known():
    mix = mix_of((2021, "guardian", 6.0, 0.2), (2021, "guardian", 6.0, 0.6))
    assert mix_variance(mix).to_list() == pytest.approx([0.2**2 / (1 + 1) / 0.4**2])


# --------------------------------------------------------------------------------- cost_variances


def units_of(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["year", "care_arrangement", "child_months", "cost_per_child_month_eur"]
    )


def amounts_of(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=AMOUNT_COLUMNS)


AMOUNTS = amounts_of(
    (2021, "institution", "administrative", 0.0, 1_000.0, 9_000.0),
    (2021, "institution", "assumed", 0.0, 0.0, 400.0),
    (2021, "foster_family", "published", 3_000.0, 0.0, 0.0),
    (2021, "foster_family", "assumed", 2_000.0, 300.0, 600.0),
)
UNITS = units_of((2021, "institution", 10.0, 1_040.0), (2021, "foster_family", 20.0, 295.0))
DAYS_ERROR = by_unit({(2021, "institution"): 0.03, (2021, "foster_family"): 0.05})
OF_MIX = by_unit({(2021, "foster_family"): 0.004})


def variances(
    units: pd.DataFrame = UNITS,
    amounts: pd.DataFrame = AMOUNTS,
    days_error: pd.Series = DAYS_ERROR,
    of_mix: pd.Series = OF_MIX,
) -> dict[tuple[int, str], float]:
    return cost_variances(units, amounts, days_error, of_mix, ERRORS).to_dict()


def test_cost_variances_worked_example():
    assert variances() == pytest.approx(
        {
            # Errors of one kind of evidence move together, others are independent.
            (2021, "institution"): ((10_000 * 0.02) ** 2 + (400 * 0.25) ** 2 + (10_400 * 0.03) ** 2)
            / 10**2,
            # Statutory payments have the mix of households in place of child-days.
            (2021, "foster_family"): (
                0 + (2_900 * 0.25) ** 2 + (900 * 0.05) ** 2 + 5_000**2 * 0.004
            )
            / 20**2,
        }
    )


def test_cost_variances_unknown_cost_has_none():
    units = UNITS.assign(cost_per_child_month_eur=[math.nan, 295.0])
    assert list(variances(units)) == [(2021, "foster_family")]


def test_cost_variances_nothing_known_of_mix_and_child_days_adds_nothing():
    none = by_unit({(2020, "guardian"): 9.0})
    assert variances(days_error=none, of_mix=none)[2021, "institution"] == pytest.approx(
        ((10_000 * 0.02) ** 2 + (400 * 0.25) ** 2) / 10**2
    )


def test_cost_variances_arrangement_without_amounts_has_no_variance():
    units = units_of((2021, "guardian", 10.0, 0.0))
    assert variances(units) == {(2021, "guardian"): 0.0}


def test_cost_variances_doubled_costs_quadruple_them():
    columns = AMOUNT_COLUMNS[3:]
    doubled = AMOUNTS.assign(**{column: 2 * AMOUNTS[column] for column in columns})
    once = variances()
    assert variances(amounts=doubled) == pytest.approx(
        {unit: 4 * variance for unit, variance in once.items()}
    )


def test_cost_variances_refund_lowers_the_amount_that_may_be_wrong():
    refund = amounts_of((2021, "institution", "administrative", 0.0, 0.0, 9_000.0 - 4_000.0))
    assert variances(amounts=refund)[2021, "institution"] == pytest.approx(
        ((5_000 * 0.02) ** 2 + (5_000 * 0.03) ** 2) / 10**2
    )


# ------------------------------------------------------------------------------ whole evaluations


def test_evaluation_interval_of_the_ratio_rests_on_the_errors_of_the_data(small, evaluate):
    row = evaluate(small()).tables["comparison"].iloc[0]
    error = math.log(1.05) / 1.959964
    # Home: ledger and child-days administrative; families: rates published, support administrative.
    home = 2 * (120_000 * error) ** 2 / 120**2
    family = 2 * (6_000 * error) ** 2 / 60**2
    z = 1.959964
    assert row["ratio_g"] == pytest.approx(z**2 * family / 350**2)
    half = z / 350 * math.sqrt(home * (1 - row["ratio_g"]) + (1_000 / 350) ** 2 * family)
    ends = [(1_000 / 350 + sign * half) / (1 - row["ratio_g"]) for sign in (-1, 1)]
    assert [row["ratio_low"], row["ratio_high"]] == pytest.approx(ends)


def test_evaluation_more_rows_of_one_ledger_do_not_make_it_surer(small, evaluate):
    tables = small()
    once = evaluate(tables).tables["comparison"]
    costs = tables["costs"].assign(amount_eur=tables["costs"]["amount_eur"] / 2)
    again = costs.assign(age_band=None)
    tables["costs"] = pd.concat([costs, again], ignore_index=True)
    pd.testing.assert_frame_equal(evaluate(tables).tables["comparison"], once, rtol=1e-13)


def test_evaluation_without_any_child_days_of_the_period_has_no_comparison(small, evaluate):
    made = evaluate(small(activity=[], costs=[], households=[])).tables
    assert made["comparison"].empty
    assert {"ratio_low", "ratio_high", "ratio_g"} <= set(made["comparison"].columns)
