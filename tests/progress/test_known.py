from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.progress.known import (
    DATE,
    NUMBER,
    TEXT,
    WHOLE,
    in_order,
    known_on,
    of_region_and_country,
    years_ended,
)

MAY = pd.Timestamp("2020-05-19")


# --------------------------------------------------------------------------------------- known_on


def test_known_on_the_day_itself_counts_and_a_later_one_does_not():
    dates = pd.to_datetime(["2020-05-18", "2020-05-19", "2020-05-20"])
    table = pd.DataFrame({"opened": dates, "name": ["before", "on", "after"]})
    assert known_on(table, "opened", MAY)["name"].to_list() == ["before", "on"]


def test_known_on_a_row_without_a_date_is_not_known():
    table = pd.DataFrame({"date": pd.Series([None, "2020-01-01"], dtype="datetime64[s]")})
    assert known_on(table, "date", MAY)["date"].to_list() == [pd.Timestamp("2020-01-01")]


# ------------------------------------------------------------------------------------ years_ended


@pytest.mark.parametrize(
    ("day", "years"),
    [
        ("2020-12-30", [2019]),
        ("2020-12-31", [2019, 2020]),
        ("2021-01-01", [2019, 2020]),
        ("2021-12-30", [2019, 2020]),
        ("2018-12-31", []),
    ],
)
def test_years_ended_a_year_counts_from_its_last_day(day, years):
    table = pd.DataFrame({"year": [2019, 2020, 2021]})
    assert years_ended(table, pd.Timestamp(day))["year"].to_list() == years


# -------------------------------------------------------------------------- of_region_and_country


def test_of_region_and_country_another_region_is_left_out():
    table = pd.DataFrame({"region": ["riga", "kurzeme", "national"]})
    assert of_region_and_country(table, "kurzeme")["region"].to_list() == ["kurzeme", "national"]
    assert of_region_and_country(table, "national")["region"].to_list() == ["national"]


# --------------------------------------------------------------------------------------- in_order


def test_in_order_the_country_stands_after_the_region():
    table = pd.DataFrame({"region": ["national", "zemgale", "national"], "year": [2, 3, 1]})
    ordered = in_order(table, {"region": TEXT, "year": WHOLE})
    assert ordered.to_numpy().tolist() == [["zemgale", 3], ["national", 1], ["national", 2]]


def test_in_order_arrangements_stand_as_in_the_vocabulary():
    codes = ["guardian", "foster_family", "youth_house", "family_like", "institution"]
    ordered = in_order(pd.DataFrame({"care_arrangement": codes}), {"care_arrangement": TEXT})
    assert ordered["care_arrangement"].to_list() == [
        *("institution", "family_like", "youth_house", "foster_family", "guardian"),
    ]


def test_in_order_the_target_group_total_stands_last():
    groups = ["total", "younger", "ft_children"]
    ordered = in_order(pd.DataFrame({"target_group": groups}), {"target_group": TEXT})
    assert ordered["target_group"].to_list() == ["ft_children", "younger", "total"]


def test_in_order_other_texts_stand_by_code_points_and_missing_ones_last():
    names = pd.Series(["ā", None, "b", "Z", "a"], dtype="str")
    ordered = in_order(pd.DataFrame({"municipality": names}), {"municipality": TEXT})
    assert ordered["municipality"].to_list() == ["Z", "a", "b", "ā", None]


def test_in_order_columns_their_types_and_what_is_missing():
    table = pd.DataFrame(
        {
            "more": [1],
            "day": [pd.NaT],
            "number": pd.Series([None], dtype="Int64"),
            "name": pd.Series([None], dtype="str"),
            "year": [2020.0],
        }
    )
    form = {"year": WHOLE, "name": TEXT, "number": NUMBER, "day": DATE}
    ordered = in_order(table, form)
    assert {column: str(kind) for column, kind in ordered.dtypes.items()} == {
        "year": "int64",
        "name": "object",
        "number": "float64",
        "day": "datetime64[s]",
    }
    assert ordered["name"][0] is None
    assert math.isnan(ordered["number"][0])
    assert ordered["day"][0] is pd.NaT


def test_in_order_without_rows_has_its_columns_and_types():
    form = {"year": WHOLE, "name": TEXT, "number": NUMBER, "day": DATE}
    empty = in_order(pd.DataFrame(), form)
    assert empty.empty
    assert {column: str(kind) for column, kind in empty.dtypes.items()} == form
