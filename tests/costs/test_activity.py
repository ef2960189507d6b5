from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.activity import activity_totals, child_months, days_of_year


@pytest.mark.parametrize(
    ("year", "days"), [(2019, 365), (2020, 366), (1900, 365), (2000, 366), (2100, 365)]
)
def test_days_of_year_leap_years_of_the_calendar(year, days):
    assert days_of_year(year) == days


def test_child_months_one_child_all_year_is_twelve_in_every_year():
    months = child_months(pd.Series([365.0, 366.0]), pd.Series([2019, 2020]))
    assert months.to_list() == [12.0, 12.0]


def test_child_months_same_days_are_fewer_months_in_a_leap_year():
    months = child_months(pd.Series([100.0, 100.0]), pd.Series([2019, 2020]))
    assert months.to_list() == pytest.approx([100 / (365 / 12), 100 / (366 / 12)])
    assert months[1] < months[0]


def test_activity_totals_child_days_of_providers_and_groups_add_up(table):
    activity = table(
        "activity",
        {"provider": "a", "age_band": "0-6", "child_days": 100, "place_days": 150},
        {"provider": "a", "age_band": "7-17", "child_days": 200, "place_days": 250},
        {"provider": "b", "child_days": 300, "place_days": 350},
    )
    totals = activity_totals(activity, ["year", "care_arrangement"])
    assert totals["child_days"].to_list() == [100 + 200 + 300]
    assert totals["place_days"].to_list() == [150 + 250 + 350]


def test_activity_totals_places_on_one_of_the_age_bands_count_once(table):
    activity = table(
        "activity",
        {"provider": "a", "age_band": "0-6", "child_days": 100, "place_days": 400},
        {"provider": "a", "age_band": "7-17", "child_days": 200},
    )
    totals = activity_totals(activity, ["year", "care_arrangement"])
    assert totals["place_days"].to_list() == [400]
    assert totals["child_days"].to_list() == [300]


def test_activity_totals_places_missing_for_one_provider_are_missing_for_the_region(table):
    activity = table(
        "activity",
        {"provider": "a", "child_days": 100, "place_days": 400},
        {"provider": "b", "child_days": 200},
    )
    region = activity_totals(activity, ["year", "care_arrangement"])
    assert region["child_days"].to_list() == [300]
    assert math.isnan(region["place_days"].iloc[0])
    each = activity_totals(activity, ["provider", "year"]).set_index("provider")["place_days"]
    assert each["a"] == 400
    assert math.isnan(each["b"])


def test_activity_totals_places_missing_in_one_region_leave_the_other_known(table):
    activity = table(
        "activity",
        {"provider": "a", "child_days": 100, "place_days": 400},
        {"region": "riga", "provider": "b", "child_days": 200},
    )
    totals = activity_totals(activity, ["region", "year"]).set_index("region")["place_days"]
    assert totals["kurzeme"] == 400
    assert math.isnan(totals["riga"])


def test_activity_totals_zero_places_are_zero_not_missing(table):
    activity = table("activity", {"provider": "a", "child_days": 0, "place_days": 0})
    assert activity_totals(activity, ["year"])["place_days"].to_list() == [0.0]


def test_activity_totals_years_and_arrangements_are_kept_apart(table):
    activity = table(
        "activity",
        {"provider": "a", "year": 2020, "child_days": 1},
        {"provider": "a", "year": 2021, "child_days": 10},
        {"care_arrangement": "guardian", "year": 2021, "child_days": 100},
    )
    totals = activity_totals(activity, ["year", "care_arrangement"])
    assert totals.set_index(["year", "care_arrangement"])["child_days"].to_dict() == {
        (2020, "institution"): 1,
        (2021, "institution"): 10,
        (2021, "guardian"): 100,
    }


def test_activity_totals_care_without_a_provider_is_counted(table):
    activity = table(
        "activity",
        {"care_arrangement": "guardian", "age_band": "0-6", "child_days": 5},
        {"care_arrangement": "guardian", "age_band": "7-17", "child_days": 7},
    )
    assert activity_totals(activity, ["care_arrangement"])["child_days"].to_list() == [5 + 7]


def test_activity_totals_groups_stand_in_the_order_of_their_key(table):
    activity = table(
        "activity",
        {"provider": "a", "year": 2021, "child_days": 1},
        {"provider": "b", "year": 2020, "child_days": 2},
    )
    assert activity_totals(activity, ["year"])["year"].to_list() == [2020, 2021]


def test_activity_totals_by_provider_keeps_care_without_a_provider(table):
    activity = table(
        "activity", {"provider": "a", "child_days": 5}, {"provider": None, "child_days": 7}
    )
    totals = activity_totals(activity, ["provider"])
    assert totals["child_days"].to_list() == [5, 7]
    assert totals["provider"].isna().to_list() == [False, True]
