from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.comparison import compare, ratio
from dieval.errors import ParameterError


def units_of(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "care_arrangement", "cost_per_child_month_eur"])


def support_of(*rows: tuple[int, str, float]) -> pd.DataFrame:
    parts = pd.DataFrame(rows, columns=["year", "care_arrangement", "cost_per_child_month_eur"])
    return parts.assign(part="support")


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


UNITS = units_of((2021, "institution", 1_000.0), (2021, "foster_family", 400.0))
NO_SUPPORT = support_of()


# ------------------------------------------------------------------------------------------ ratio


def test_ratio_published_component_sums():
    assert ratio(1_231 + 697 + 11_684, 286 + 155 + 3_966) == 13_612 / 4_407
    assert round(ratio(13_612, 4_407), 3) == 3.089


def test_ratio_published_cost_per_child():
    assert round(ratio(18_350_000 / 316, 100_600_000 / 5_616), 4) == 3.2417


@pytest.mark.parametrize("cost", [0.0, -5.0])
def test_ratio_alternative_without_a_cost_is_refused(cost):
    with pytest.raises(ParameterError, match=r"alternative's cost must be above 0, got (0\.0|-5)"):
        ratio(100.0, cost)


# ---------------------------------------------------------------------------------------- compare


def test_compare_cheaper_alternative_has_a_positive_difference():
    row = only(compare(UNITS, NO_SUPPORT, "institution"))
    assert (row["year"], row["reference"], row["alternative"]) == (
        *(2021, "institution", "foster_family"),
    )
    assert row["reference_eur_per_child_month"] == 1_000
    assert row["alternative_eur_per_child_month"] == 400
    assert row["difference_eur_per_child_month"] == 1_000 - 400
    assert row["ratio"] == 1_000 / 400


def test_compare_switch_point_is_the_room_above_the_cost_without_support():
    row = only(compare(UNITS, support_of((2021, "foster_family", 150.0)), "institution"))
    without_support = 400 - 150
    assert row["support_eur_per_child_month"] == 150
    assert row["switch_point_support_eur_per_child_month"] == 1_000 - without_support
    assert row["switch_point_multiple"] == (1_000 - without_support) / 150


def test_compare_at_the_switch_point_both_cost_the_same():
    row = only(compare(UNITS, support_of((2021, "foster_family", 150.0)), "institution"))
    with_all_support = 400 - 150 + row["switch_point_support_eur_per_child_month"]
    assert with_all_support == row["reference_eur_per_child_month"]


def test_compare_support_of_another_year_or_arrangement_is_not_taken():
    support = support_of((2020, "foster_family", 99.0), (2021, "guardian", 77.0))
    row = only(compare(UNITS, support, "institution"))
    assert math.isnan(row["support_eur_per_child_month"])
    assert row["switch_point_support_eur_per_child_month"] == 600


def test_compare_other_parts_are_not_support():
    parts = support_of((2021, "foster_family", 150.0)).assign(part="administration")
    row = only(compare(UNITS, parts, "institution"))
    assert math.isnan(row["support_eur_per_child_month"])


def test_compare_support_of_the_reference_is_part_of_its_cost():
    row = only(compare(UNITS, support_of((2021, "institution", 500.0)), "institution"))
    assert row["switch_point_support_eur_per_child_month"] == 600


def test_compare_no_support_recorded_has_a_switch_point_but_no_multiple():
    row = only(compare(UNITS, NO_SUPPORT, "institution"))
    assert row["switch_point_support_eur_per_child_month"] == 600
    assert math.isnan(row["switch_point_multiple"])


def test_compare_dearer_alternative_with_room_once_support_is_taken_off():
    # 1,100 a month of which 300 support: dearer by 100, but 200 of support would still fit.
    units = units_of((2021, "institution", 1_000.0), (2021, "foster_family", 1_100.0))
    row = only(compare(units, support_of((2021, "foster_family", 300.0)), "institution"))
    assert row["difference_eur_per_child_month"] == -100
    assert row["switch_point_support_eur_per_child_month"] == 200
    assert row["switch_point_multiple"] == 200 / 300


@pytest.mark.parametrize("without_support", [1_000.0, 1_200.0])
def test_compare_dearer_even_without_support_has_no_multiple(without_support):
    units = units_of((2021, "institution", 1_000.0), (2021, "foster_family", without_support + 50))
    row = only(compare(units, support_of((2021, "foster_family", 50.0)), "institution"))
    assert row["switch_point_support_eur_per_child_month"] == 1_000 - without_support
    assert math.isnan(row["switch_point_multiple"])
    assert row["ratio"] < 1


def test_compare_years_with_one_side_unknown_are_left_out():
    units = units_of(
        (2019, "institution", math.nan),
        (2019, "guardian", 300.0),
        (2020, "institution", 900.0),
        (2020, "guardian", math.nan),
        (2021, "institution", 1_000.0),
        (2021, "guardian", 250.0),
    )
    assert compare(units, NO_SUPPORT, "institution")["year"].to_list() == [2021]


def test_compare_reference_always_unknown_gives_no_row():
    units = units_of((2021, "institution", math.nan), (2021, "guardian", 300.0))
    assert compare(units, NO_SUPPORT, "institution").empty


def test_compare_reference_without_data_is_refused_and_the_others_named():
    with pytest.raises(
        ParameterError,
        match=r"no youth_house in the region and period; .* foster_family, institution",
    ):
        compare(UNITS, NO_SUPPORT, "youth_house")


def test_compare_any_arrangement_can_be_the_reference():
    row = only(compare(UNITS, NO_SUPPORT, "foster_family"))
    assert row["alternative"] == "institution"
    assert row["difference_eur_per_child_month"] == 400 - 1_000


def test_compare_alternatives_stand_in_the_order_of_the_field():
    codes = ["guardian", "family_like", "foster_family", "state_institution", "institution"]
    units = units_of(*((year, code, 10.0) for year in (2021, 2020) for code in codes))
    table = compare(units, NO_SUPPORT, "institution")
    assert table["year"].to_list() == [2020] * 4 + [2021] * 4
    assert table["alternative"].to_list() == 2 * [
        *("state_institution", "family_like", "foster_family", "guardian"),
    ]


def test_compare_alternative_that_costs_nothing_has_a_difference_but_no_ratio():
    units = units_of((2021, "institution", 1_000.0), (2021, "youth_house", 0.0))
    row = only(compare(units, NO_SUPPORT, "institution"))
    assert row["difference_eur_per_child_month"] == 1_000
    assert math.isnan(row["ratio"])


def test_ratio_alternative_of_less_than_one_euro_has_a_ratio():
    assert ratio(100.0, 0.5) == 100 / 0.5


def test_compare_alternative_of_less_than_one_euro_has_a_ratio():
    units = units_of((2021, "institution", 1_000.0), (2021, "youth_house", 0.5))
    assert only(compare(units, NO_SUPPORT, "institution"))["ratio"] == 1_000 / 0.5


def test_compare_room_and_support_of_less_than_one_euro_have_a_multiple():
    # 1,000.00 a month of which 0.50 support: room for as much again as is paid now.
    units = units_of((2021, "institution", 1_000.0), (2021, "foster_family", 1_000.0))
    row = only(compare(units, support_of((2021, "foster_family", 0.5)), "institution"))
    assert row["switch_point_support_eur_per_child_month"] == 1_000 - (1_000 - 0.5)
    assert row["switch_point_multiple"] == 0.5 / 0.5


def test_compare_support_of_zero_has_no_multiple_never_an_infinite_one():
    row = only(compare(UNITS, support_of((2021, "foster_family", 0.0)), "institution"))
    assert row["support_eur_per_child_month"] == 0
    assert row["switch_point_support_eur_per_child_month"] == 600
    assert math.isnan(row["switch_point_multiple"])
