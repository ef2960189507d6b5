from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.payers import payer_shift

COLUMNS = [
    *("year", "reference", "alternative", "payer"),
    "reference_payer_eur_per_child_month",
    "alternative_payer_eur_per_child_month",
    "change_eur_per_child_month",
    "change_at_once_eur_per_child_month",
]
BEFORE, AFTER, CHANGE, AT_ONCE = COLUMNS[4:]


def assumptions(child_parts: float = 1.0, place_parts: float = 0.0) -> CostAssumptions:
    return CostAssumptions(
        discount_rate_low=0.03,
        discount_rate_main=0.04,
        discount_rate_high=0.05,
        error_factors={},
        support_multiple_low=0.5,
        support_multiple_high=2.0,
        variable_share_child_parts=child_parts,
        variable_share_place_parts=place_parts,
    )


def lines_of(*rows: dict) -> pd.DataFrame:
    usual = dict(care_arrangement="institution", year=2021, part="staff", payer="municipality")
    return pd.DataFrame([{**usual, **row} for row in rows], columns=[*usual, "amount_eur"])


def units_of(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "care_arrangement", "child_months"])


def pairs_of(*rows: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "reference", "alternative"])


FOSTER = dict(care_arrangement="foster_family")
# 1,000 a month in the home: 600 + 200 from the municipality, 200 from the state; foster families
# 250 + 100 from the municipality and 50 from an EU fund.
LINES = lines_of(
    dict(amount_eur=6_000),
    dict(part="upkeep", amount_eur=2_000),
    dict(payer="state", amount_eur=2_000),
    FOSTER | dict(part="maintenance", amount_eur=1_000),
    FOSTER | dict(part="support", amount_eur=400),
    FOSTER | dict(part="support", payer="eu_fund", amount_eur=200),
)
UNITS = units_of((2021, "institution", 10.0), (2021, "foster_family", 4.0))
PAIR = pairs_of((2021, "institution", "foster_family"))


def shift(lines=LINES, units=UNITS, comparison=PAIR, **shares: float) -> pd.DataFrame:
    return payer_shift(lines, units, comparison, 2021, assumptions(**shares))


def of_payers(table: pd.DataFrame, column: str) -> dict[str, float]:
    return table.set_index("payer")[column].to_dict()


def test_payer_shift_worked_example():
    table = shift()
    assert table.columns.to_list() == COLUMNS
    assert table["payer"].to_list() == ["state", "municipality", "eu_fund"]
    assert table[COLUMNS[:3]].drop_duplicates().to_numpy().tolist() == [
        [2021, "institution", "foster_family"]
    ]
    assert of_payers(table, BEFORE) == {
        "state": 2_000 / 10,
        "municipality": (6_000 + 2_000) / 10,
        "eu_fund": 0.0,
    }
    assert of_payers(table, AFTER) == {
        "state": 0.0,
        "municipality": (1_000 + 400) / 4,
        "eu_fund": 200 / 4,
    }
    assert of_payers(table, CHANGE) == {"state": -200, "municipality": 350 - 800, "eu_fund": 50}
    # At once only the upkeep of the child is saved in the home.
    assert of_payers(table, AT_ONCE) == {"state": 0, "municipality": 350 - 200, "eu_fund": 50}


def test_payer_shift_at_once_saves_the_shares_that_follow_the_children():
    at_once = of_payers(shift(child_parts=0.5, place_parts=0.25), AT_ONCE)
    assert at_once == {
        "state": -0.25 * 200,
        "municipality": 350 - (0.25 * 600 + 0.5 * 200),
        "eu_fund": 50,
    }


def test_payer_shift_at_once_is_the_whole_change_where_every_cost_follows_the_child():
    table = shift(child_parts=1.0, place_parts=1.0)
    assert table[AT_ONCE].to_list() == table[CHANGE].to_list()


def test_payer_shift_statutory_payments_of_the_reference_are_saved_in_full_at_once():
    turned = shift(
        comparison=pairs_of((2021, "foster_family", "institution")), child_parts=0, place_parts=0
    )
    # 250 a month of maintenance; the support stays.
    assert of_payers(turned, AT_ONCE) == {"state": 200, "municipality": 800 - 250, "eu_fund": 0}
    assert of_payers(turned, CHANGE) == {"state": 200, "municipality": 800 - 350, "eu_fund": -50}


def test_payer_shift_changes_of_all_payers_are_minus_the_difference():
    assert shift()[CHANGE].sum() == pytest.approx(1_600 / 4 - 10_000 / 10)


def test_payer_shift_refund_lowers_what_its_payer_pays():
    refund = lines_of(dict(payer="state", part="other", amount_eur=-2_500))
    table = shift(lines=pd.concat([LINES, refund], ignore_index=True))
    assert of_payers(table, BEFORE)["state"] == (2_000 - 2_500) / 10
    assert of_payers(table, CHANGE)["state"] == 50


def test_payer_shift_other_years_are_not_looked_at():
    lines = pd.concat([LINES, lines_of(dict(year=2020, payer="other", amount_eur=77))])
    units = pd.concat([UNITS, units_of((2020, "institution", 99.0))])
    comparison = pd.concat([PAIR, pairs_of((2020, "institution", "foster_family"))])
    pd.testing.assert_frame_equal(shift(lines, units, comparison), shift())


def test_payer_shift_every_alternative_has_its_payers_in_the_order_of_the_vocabulary():
    lines = pd.concat([LINES, lines_of(dict(care_arrangement="family_like", amount_eur=90))])
    units = pd.concat([UNITS, units_of((2021, "family_like", 3.0))])
    comparison = pd.concat([PAIR, pairs_of((2021, "institution", "family_like"))])
    table = shift(lines, units, comparison)
    assert table[["alternative", "payer"]].to_numpy().tolist() == [
        ["family_like", "state"],
        ["family_like", "municipality"],
        ["foster_family", "state"],
        ["foster_family", "municipality"],
        ["foster_family", "eu_fund"],
    ]
    assert table[AFTER].to_list() == [0, 30, 0, 350, 50]
    assert table.index.to_list() == [0, 1, 2, 3, 4]


def test_payer_shift_order_of_rows_is_irrelevant():
    turned = shift(LINES[::-1], UNITS[::-1])
    pd.testing.assert_frame_equal(turned, shift())


def test_payer_shift_doubled_costs_double_every_amount():
    doubled = shift(LINES.assign(amount_eur=2 * LINES["amount_eur"]))
    for column in COLUMNS[4:]:
        assert doubled[column].to_list() == [2 * value for value in shift()[column]]


@pytest.mark.parametrize("comparison", [PAIR[:0], pairs_of((2020, "institution", "guardian"))])
def test_payer_shift_no_pair_of_the_year_is_an_empty_table_with_its_columns(comparison):
    table = shift(comparison=comparison)
    assert table.empty
    assert table.columns.to_list() == COLUMNS


def test_payer_shift_unknown_cost_of_a_third_arrangement_changes_nothing():
    lines = pd.concat(
        [LINES, lines_of(dict(care_arrangement="guardian", amount_eur=math.nan, payer=None))]
    )
    pd.testing.assert_frame_equal(shift(lines), shift())


# ------------------------------------------------------------------------------ whole evaluations


def test_evaluation_payers_changes_sum_to_minus_the_difference(small, evaluate):
    made = evaluate(small(), discount_rate=0.04).tables
    difference = made["comparison"]["difference_eur_per_child_month"].iloc[0]
    assert made["payer_shift"][CHANGE].sum() == pytest.approx(-difference, rel=1e-13)
    # 19,000 of upkeep, paid by the state, are what 120 child-months save at once.
    at_once = made["payer_shift"][AT_ONCE].sum()
    assert at_once == pytest.approx(350 - 19_000 / 120, rel=1e-13)


def test_evaluation_capital_is_paid_by_the_owner_of_the_home(small, evaluate):
    made = evaluate(small(providers=[dict(provider="home", owner="ngo")])).tables
    assert of_payers(made["payer_shift"], BEFORE)["other"] == pytest.approx(1_000 / 120)


def test_evaluation_nothing_known_in_the_last_year_shifts_nothing(small, evaluate):
    made = evaluate(small(costs=[], households=[])).tables
    assert made["payer_shift"].empty
    assert made["payer_shift"].columns.to_list() == COLUMNS
