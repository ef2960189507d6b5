from __future__ import annotations

import math
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from dieval.progress.carers import (
    CARERS_BY_YEAR,
    CARERS_TREND,
    HOSTING_SHARE,
    carers_by_year,
    carers_trend,
    hosting_share,
    mann_kendall,
    sens_slope,
)

TODAY = pd.Timestamp("2023-12-31")
NOWHERE = pd.Series(dtype="str")  # no municipality is placed

# Known answer A9.
PUBLISHED = [12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7]
INSTITUTIONS = {2016: 1_216, 2017: 1_037, 2018: 794, 2019: 621, 2020: 568, 2022: 527}


def carers(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "region": "kurzeme",
        "municipality": None,
        "year": 2020,
        "carer_type": "guardian",
        "status": "hosting",
        "count": 10,
        "entries": None,
        "exits": None,
        "source": "register",
    }
    table = pd.DataFrame([usual | row for row in rows], columns=list(usual))
    types = {"municipality": "str", "year": "int64", "count": "int64"}
    return table.astype(types | {"entries": "Int64", "exits": "Int64"})


def by_year(counts: dict[int, int], **of: str) -> pd.DataFrame:
    rows = ({"year": year, "count": count} | of for year, count in counts.items())
    return carers_by_year(carers(*rows), "kurzeme", TODAY, NOWHERE)


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


# --------------------------------------------------------------------------------- carers_by_year


def test_carers_by_year_a_row_of_the_region_counts_as_it_is():
    row = only(by_year({2020: 5}))
    assert (row["region"], row["year"], row["count"], row["source"]) == (
        *("kurzeme", 2020, 5, "register"),
    )
    assert math.isnan(row["entries"])
    assert math.isnan(row["exits"])


def test_carers_by_year_municipalities_are_added_where_the_region_has_no_row():
    table = carers_by_year(
        carers(
            {"municipality": "a", "count": 3, "entries": 1, "exits": 4, "source": "list-2"},
            {"municipality": "b", "count": 5, "entries": 2, "source": "list-1"},
            {"municipality": "a", "count": 7, "entries": 1, "exits": 4, "year": 2021},
        ),
        *("kurzeme", TODAY, NOWHERE),
    )
    assert table["count"].to_list() == [3 + 5, 7]
    assert table["entries"].to_list() == [1 + 2, 1]
    # One of two municipalities says nothing about 2020.
    assert math.isnan(table["exits"][0])
    assert table["exits"][1] == 4
    assert table["source"].to_list() == ["list-1", "register"]


def test_carers_by_year_a_row_of_the_region_goes_before_its_municipalities():
    rows = carers(
        {"count": 9}, {"municipality": "a", "count": 3}, {"municipality": "b", "count": 5}
    )
    assert only(carers_by_year(rows, "kurzeme", TODAY, NOWHERE))["count"] == 9


@pytest.mark.parametrize(
    "other", [{"year": 2021}, {"carer_type": "adopter"}, {"status": "registered"}]
)
def test_carers_by_year_a_row_of_the_region_stands_for_its_own_series_only(other):
    rows = carers({"count": 9} | other, {"municipality": "a", "count": 3})
    table = carers_by_year(rows, "kurzeme", TODAY, NOWHERE)
    assert sorted(table["count"]) == [3, 9]


def test_carers_by_year_a_municipality_counts_in_the_region_of_the_plan():
    region_of = pd.Series({"moved-in": "kurzeme", "moved-out": "riga", "unplaced": None})
    rows = carers(
        {"municipality": "moved-in", "count": 1, "region": "riga"},
        {"municipality": "moved-out", "count": 10},
        {"municipality": "unplaced", "count": 100},
        {"municipality": "not-in-it", "count": 1_000},
        {"municipality": "not-in-it-either", "count": 10_000, "region": "riga"},
    )
    assert only(carers_by_year(rows, "kurzeme", TODAY, region_of))["count"] == 1 + 1_000
    assert only(carers_by_year(rows, "riga", TODAY, region_of))["count"] == 10 + 10_000


def test_carers_by_year_the_country_stands_last_and_is_no_sum():
    rows = carers({"region": "national", "count": 500}, {"municipality": "a", "count": 3})
    table = carers_by_year(rows, "kurzeme", TODAY, NOWHERE)
    assert table[["region", "count"]].to_numpy().tolist() == [["kurzeme", 3], ["national", 500]]
    assert carers_by_year(carers({"municipality": "a"}), "national", TODAY, NOWHERE).empty


def test_carers_by_year_stands_by_carer_status_and_year():
    rows = carers(
        {"year": 2021},
        {"year": 2020},
        {"carer_type": "foster_family", "status": "registered"},
        {"carer_type": "foster_family"},
        {"carer_type": "adopter", "status": "registered"},
    )
    table = carers_by_year(rows, "kurzeme", TODAY, NOWHERE)
    assert table[["carer_type", "status", "year"]].to_numpy().tolist() == [
        ["adopter", "registered", 2020],
        ["foster_family", "hosting", 2020],
        ["foster_family", "registered", 2020],
        ["guardian", "hosting", 2020],
        ["guardian", "hosting", 2021],
    ]


def test_carers_by_year_a_year_that_has_not_ended_is_not_known():
    rows = carers({"year": 2019}, {"year": 2020}, {"year": 2020, "municipality": "a"})
    table = carers_by_year(rows, "kurzeme", pd.Timestamp("2020-12-30"), NOWHERE)
    assert table["year"].to_list() == [2019]


# ----------------------------------------------------------------------------------- mann_kendall


def every_order(counts: list[int]) -> list[int]:
    """Give S of every order of the counts, equal ones told apart."""
    return [
        sum(
            (later > earlier) - (later < earlier)
            for place, earlier in enumerate(order)
            for later in order[place + 1 :]
        )
        for order in permutations(counts)
    ]


def test_mann_kendall_published_example():
    test = mann_kendall(PUBLISHED)
    assert test.s == 54
    # 12.9 stands there twice: 14·13·33 less 2·1·9, over 18.
    assert test.variance == (14 * 13 * 33 - 2 * 1 * 9) / 18
    assert round(test.variance, 4) == 332.6667
    assert round(test.z, 4) == 2.9058
    assert not test.exact
    assert test.p == pytest.approx(2 * (1 - 0.99817), abs=2e-5)  # normal table at 2.906
    assert test.p == math.erfc(53 / math.sqrt(test.variance) / math.sqrt(2))


def test_mann_kendall_children_in_institutions_of_latvia():
    test = mann_kendall(list(INSTITUTIONS.values()))
    assert test.s == -15
    assert test.p == test.smallest_p == 2 / 720
    assert test.exact


def test_mann_kendall_three_years_cannot_show_a_trend():
    assert mann_kendall([1, 2, 3]).smallest_p == 1 / 3
    assert mann_kendall([1, 2, 3]).p == 1 / 3
    assert mann_kendall([1, 3, 2]).p == 1.0


@pytest.mark.parametrize(("n", "smallest"), [(2, 1.0), (3, 2 / 6), (4, 2 / 24), (5, 2 / 120)])
def test_mann_kendall_smallest_p_of_different_counts_is_two_orders_of_all(n, smallest):
    assert mann_kendall(list(range(n))).smallest_p == smallest


def test_mann_kendall_ties_make_the_smallest_p_larger():
    # 1, 1, 2, 3 have 4!/2! = 12 orders that differ; two of them are the most one-sided.
    assert mann_kendall([3, 1, 2, 1]).smallest_p == 2 / 12
    assert mann_kendall([1, 1, 2]).smallest_p == 2 / 3


@pytest.mark.parametrize("n", [1, 2, 5, 10, 11])
def test_mann_kendall_equal_counts_show_nothing(n):
    test = mann_kendall([7] * n)
    assert (test.s, test.variance, test.z) == (0, 0, 0)
    assert (test.p, test.smallest_p) == (1, 1)


def test_mann_kendall_up_to_ten_years_every_order_is_counted():
    ten = mann_kendall(list(range(10)))
    assert ten.exact
    assert ten.p == 2 / math.factorial(10)
    eleven = mann_kendall(list(range(11)))
    assert not eleven.exact
    # S = 55 of at most 55; variance 11·10·27/18 = 165.
    assert eleven.z == 54 / math.sqrt(165)
    assert eleven.p == eleven.smallest_p == math.erfc(54 / math.sqrt(165) / math.sqrt(2))


def test_mann_kendall_of_no_net_change_has_no_deviation():
    test = mann_kendall([1, 4, 3, 2, 1])
    assert test.s == 3 - 6  # three pairs rise, six fall, one is tied
    assert mann_kendall([2, 1, 1, 2]).s == 0
    assert mann_kendall([2, 1, 1, 2]).z == 0
    assert mann_kendall([2, 1, 1, 2]).p == 1


def test_mann_kendall_deviation_is_counted_from_one_pair_nearer_to_zero():
    assert mann_kendall([1, 2]).s == 1
    assert mann_kendall([1, 2]).z == 0
    rising, falling = mann_kendall([1, 2, 3]), mann_kendall([3, 2, 1])
    assert rising.z == (3 - 1) / math.sqrt(3 * 2 * 11 / 18)
    assert falling.z == (-3 + 1) / math.sqrt(3 * 2 * 11 / 18)


@pytest.mark.parametrize(
    "counts",
    [
        [1, 2],
        [3, 3, 1],
        [5, 1, 4, 4],
        [2, 2, 2, 1, 3],
        [2, 2, 1, 1, 3],
        [4, 1, 3, 1, 2, 2],
        [1, 1, 1, 2, 2, 2],
        [6, 5, 3, 4, 1, 2],
        [1, 2, 2, 3, 3, 3, 4],
    ],
)
def test_mann_kendall_agrees_with_trying_every_order(counts):
    test = mann_kendall(counts)
    tried = every_order(counts)
    assert test.s == every_order(counts)[0]
    assert test.p == sum(abs(s) >= abs(test.s) for s in tried) / len(tried)
    largest = max(tried)
    assert test.smallest_p == sum(abs(s) >= largest for s in tried) / len(tried)
    assert test.variance == pytest.approx(sum(s**2 for s in tried) / len(tried))


# ------------------------------------------------------------------------------------- sens_slope


def test_sens_slope_published_example():
    assert round(sens_slope(range(1, 15), PUBLISHED), 6) == 0.566667


def test_sens_slope_children_in_institutions_of_latvia():
    slope = sens_slope(list(INSTITUTIONS), list(INSTITUTIONS.values()))
    # The median of the slopes of 15 pairs is that from 2017 to 2020.
    assert slope == (568 - 1_037) / (2020 - 2017)
    assert round(slope, 3) == -156.333


def test_sens_slope_is_a_year_also_where_years_are_missing():
    assert sens_slope([2010, 2014], [100, 60]) == -40 / 4


def test_sens_slope_of_an_even_number_of_pairs_lies_in_the_middle():
    # Slopes 1, 5, 2 / 1, -1, 3 over one, two and three years.
    slopes = sorted([1 / 1, 6 / 2, 3 / 3, 5 / 1, 2 / 2, -3 / 1])
    assert sens_slope([1, 2, 3, 4], [0, 1, 6, 3]) == (slopes[2] + slopes[3]) / 2


# ----------------------------------------------------------------------------------- carers_trend


def test_carers_trend_published_registered_foster_families_cannot_be_decided_in_three_years():
    counts = {2017: 600, 2018: 636, 2019: 712}
    row = only(carers_trend(by_year(counts), 0.05))
    assert row["verdict"] == "not_decidable"
    assert (row["first_year"], row["last_year"], row["n_years"]) == (2017, 2019, 3)
    assert (row["first_count"], row["last_count"]) == (600, 712)
    assert row["change"] == 712 / 600 - 1
    assert (row["s"], row["p_exact"], row["smallest_p"]) == (3, 1 / 3, 1 / 3)
    assert row["sen_slope"] == (712 - 600) / 2


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ([1, 2, 3, 4], "not_decidable"),  # 2/24 = 0.083
        ([1, 2, 3, 4, 5], "growing"),  # 2/120 = 0.017
        ([5, 4, 3, 2, 1], "falling"),
        ([1, 2, 3, 5, 4], "stagnating"),  # (1 + 4) · 2/120 = 0.083
        ([3, 3, 3, 3, 3], "not_decidable"),  # any order is the same
        ([1, 1, 1, 1, 2], "not_decidable"),  # 2/5
    ],
)
def test_carers_trend_verdict(counts, verdict):
    row = only(carers_trend(by_year(dict(enumerate(counts, start=2015))), 0.05))
    assert row["verdict"] == verdict


def test_carers_trend_a_probability_of_just_the_significance_is_a_trend():
    counts = dict(enumerate([1, 2, 3, 4, 5], start=2015))
    assert only(carers_trend(by_year(counts), 2 / 120))["verdict"] == "growing"
    below = math.nextafter(2 / 120, 0)
    assert only(carers_trend(by_year(counts), below))["verdict"] == "not_decidable"


def test_carers_trend_of_one_year_has_no_row():
    assert carers_trend(by_year({2020: 5}), 0.05).empty


def test_carers_trend_from_nobody_has_no_change_but_a_slope():
    row = only(carers_trend(by_year({2019: 0, 2020: 5}), 0.05))
    assert math.isnan(row["change"])
    assert (row["s"], row["sen_slope"], row["smallest_p"]) == (1, 5, 1)


def test_carers_trend_each_series_is_for_itself_and_the_country_stands_last():
    rows = carers(
        {"region": "national", "year": 2019},
        {"region": "national", "year": 2020},
        {"year": 2019, "carer_type": "foster_family"},
        {"year": 2020, "carer_type": "foster_family"},
        {"year": 2020, "carer_type": "foster_family", "status": "registered"},
        {"year": 2019},
        {"year": 2020},
    )
    table = carers_trend(carers_by_year(rows, "kurzeme", TODAY, NOWHERE), 0.05)
    assert table[["region", "carer_type", "status"]].to_numpy().tolist() == [
        ["kurzeme", "foster_family", "hosting"],
        ["kurzeme", "guardian", "hosting"],
        ["national", "guardian", "hosting"],
    ]


# ---------------------------------------------------------------------------------- hosting_share


def families(year: int, status: str, count: int, **of: Any) -> dict[str, Any]:
    return {"year": year, "status": status, "count": count, "carer_type": "foster_family"} | of


def shares(*rows: dict[str, Any]) -> pd.DataFrame:
    return hosting_share(carers_by_year(carers(*rows), "kurzeme", TODAY, NOWHERE))


def test_hosting_share_published_foster_families_of_2017():
    rows = [families(2017, "registered", 600), families(2017, "hosting", 466)]
    row = only(shares(*rows))
    assert (row["registered"], row["hosting"], row["share"]) == (600, 466, 466 / 600)
    assert row["carer_type"] == "foster_family"


def test_hosting_share_years_with_one_side_only_are_left_out():
    rows = [
        *(families(2017, "registered", 600), families(2018, "registered", 636)),
        *(families(2017, "hosting", 466), families(2021, "hosting", 600)),
    ]
    assert shares(*rows)["year"].to_list() == [2017]


def test_hosting_share_of_none_registered_is_unknown():
    row = only(shares(families(2017, "registered", 0), families(2017, "hosting", 0)))
    assert math.isnan(row["share"])


def test_hosting_share_is_of_foster_families_only():
    rows = [
        families(2017, status, 5, carer_type="guardian") for status in ("registered", "hosting")
    ]
    assert shares(*rows).empty


def test_hosting_share_the_country_stands_last_and_apart():
    rows = [
        families(year, status, count, region=region)
        for region, count in (("national", 600), ("kurzeme", 80))
        for year in (2018, 2017)
        for status in ("hosting", "registered")
    ]
    assert shares(*rows)[["region", "year", "share"]].to_numpy().tolist() == [
        ["kurzeme", 2017, 1.0],
        ["kurzeme", 2018, 1.0],
        ["national", 2017, 1.0],
        ["national", 2018, 1.0],
    ]


# ------------------------------------------------------------------------------------------ empty


def test_tables_without_rows_have_their_columns_and_types():
    none = carers_by_year(carers(), "kurzeme", TODAY, NOWHERE)
    for table, form in (
        (none, CARERS_BY_YEAR),
        (carers_trend(none, 0.05), CARERS_TREND),
        (hosting_share(none), HOSTING_SHARE),
    ):
        assert table.empty
        assert {column: str(kind) for column, kind in table.dtypes.items()} == form


# ------------------------------------------------------------------------------------- properties

FAST, TRIED = (
    settings(max_examples=examples, derandomize=True, database=None, deadline=None)
    for examples in (60, 30)
)
COUNTS = st.lists(st.integers(0, 9), min_size=2, max_size=14)


@FAST
@given(st.lists(st.integers(0, 4), min_size=2, max_size=6))
def test_mann_kendall_of_few_years_agrees_with_trying_every_order(counts):
    test, tried = mann_kendall(counts), every_order(counts)
    assert test.p == pytest.approx(sum(abs(s) >= abs(test.s) for s in tried) / len(tried))
    assert test.smallest_p == pytest.approx(tried.count(max(tried)) * 2 / len(tried)) or (
        test.smallest_p == 1 and max(tried) == 0
    )


@FAST
@given(COUNTS)
def test_doubled_counts_leave_the_probability_and_double_the_slope(counts):
    twice = [2 * count for count in counts]
    assert mann_kendall(twice) == mann_kendall(counts)
    years = range(len(counts))
    assert sens_slope(years, twice) == 2 * sens_slope(years, counts)


@FAST
@given(COUNTS)
def test_years_turned_round_turn_the_trend_round(counts):
    forward, back = mann_kendall(counts), mann_kendall(counts[::-1])
    assert (back.s, back.z) == (-forward.s, -forward.z)
    assert (back.p, back.smallest_p) == (forward.p, forward.smallest_p)
    years = range(len(counts))
    assert sens_slope(years, counts[::-1]) == -sens_slope(years, counts)


@FAST
@given(COUNTS)
def test_no_order_of_the_counts_has_less_than_the_smallest_p(counts):
    test = mann_kendall(counts)
    assert 0 < test.smallest_p <= test.p <= 1
    in_order = mann_kendall(sorted(counts))
    assert in_order.p == in_order.smallest_p == test.smallest_p
    assert in_order.variance == test.variance


@st.composite
def recorded(draw) -> pd.DataFrame:
    keys = st.tuples(
        st.sampled_from(["kurzeme", "national"]),
        st.sampled_from([None, "a", "b"]),
        st.integers(2017, 2021),
        st.sampled_from(["registered", "hosting"]),
    )
    columns = ["region", "municipality", "year", "status"]
    drawn = draw(st.dictionaries(keys, st.integers(0, 50), max_size=25))
    return carers(
        *(
            dict(zip(columns, key, strict=True))
            | {"count": count, "carer_type": "foster_family", "source": f"source-{count % 3}"}
            for key, count in drawn.items()
        )
    )


@TRIED
@given(recorded(), st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant(rows, random):
    def shuffled(table: pd.DataFrame) -> pd.DataFrame:
        return table.iloc[random.sample(range(len(table)), len(table))]

    plain = carers_by_year(rows, "kurzeme", TODAY, NOWHERE)
    assert_frame_equal(carers_by_year(shuffled(rows), "kurzeme", TODAY, NOWHERE), plain)
    assert_frame_equal(carers_trend(shuffled(plain), 0.05), carers_trend(plain, 0.05))
    assert_frame_equal(hosting_share(shuffled(plain)), hosting_share(plain))


@TRIED
@given(recorded())
def test_doubled_carers_leave_every_trend_and_share(rows):
    plain = carers_by_year(rows, "kurzeme", TODAY, NOWHERE)
    twice = plain.assign(count=2 * plain["count"])
    same = ["region", "status", "change", "s", "p_exact", "smallest_p", "verdict"]
    assert_frame_equal(carers_trend(twice, 0.05)[same], carers_trend(plain, 0.05)[same])
    assert_frame_equal(hosting_share(twice)[["share"]], hosting_share(plain)[["share"]])


@TRIED
@given(recorded())
def test_every_series_and_year_stands_once(rows):
    table = carers_by_year(rows, "kurzeme", TODAY, NOWHERE)
    assert not table.duplicated(["region", "carer_type", "status", "year"]).any()
    recorded_keys = rows[["region", "status", "year"]].drop_duplicates()
    assert len(table) == len(recorded_keys)
    assert np.issubdtype(table["count"].dtype, np.integer)
