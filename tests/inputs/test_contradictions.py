from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dieval.inputs.contradictions import (
    PERSONS_NOT_ABOVE,
    balance_of_children,
    before_predecessor,
    children_by_year,
    closes_too_early,
    falls,
    more_than,
    outlives_municipality,
)
from dieval.vocabulary import CARE_ARRANGEMENTS


def days(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="datetime64[s]")


@pytest.mark.parametrize(("more", "than"), PERSONS_NOT_ABOVE)
def test_more_than_equal_or_missing_contradicts_nothing(more, than):
    rows = pd.DataFrame({more: [3, 2, 1, None, 3], than: [2, 2, 2, 2, None]}, dtype="Int64")
    assert more_than(rows, more, than).tolist() == [True, False, False, False, False]


def test_falls_against_the_date_before_in_any_order_of_rows():
    rows = pd.DataFrame(
        {
            "region": ["kurzeme"] * 4 + ["riga"],
            "date": days("2020-01-01", "2018-01-01", "2019-01-01", "2021-01-01", "2020-06-01"),
            "target_group": ["ft_children"] * 5,
            "persons_cumulative": [15, 10, 20, 15, 1],
        }
    ).set_axis([7, 3, 5, 9, 1])
    fallen = falls(rows)
    assert fallen.index[fallen].tolist() == [7]  # 15 in 2020 after 20 in 2019; then no fewer
    assert falls(rows.sample(frac=1, random_state=0)).sort_index().equals(fallen.sort_index())


def test_before_predecessor_is_early_or_without_the_one_recorded_before():
    steps = pd.DataFrame(
        {
            "project": ["a", "a", "a", "b", "b", "c", "c"],
            "milestone": ["works", "design", "permit", "works", "design", "works", "design"],
        }
    )
    reached = days("2019-01-01", "2019-02-01", "2019-02-01", "2019-01-01", None, None, "2019-01-01")
    # Project a built before its permit; b built without a design; c has designed alone.
    assert before_predecessor(steps, reached).tolist() == [True, False, False, True] + 3 * [False]


def test_outlives_municipality_after_its_last_day():
    municipalities = pd.DataFrame(
        {
            "municipality": ["aizpute", "tukums", "tukums"],
            "valid_to": days("2021-06-30", "2021-06-30", None),
        }
    )
    services = pd.DataFrame(
        {
            "municipality": ["aizpute", "aizpute", "aizpute", "tukums", "unknown"],
            "closed": days("2021-06-30", "2021-07-01", None, None, None),
        }
    )
    assert outlives_municipality(services, municipalities).tolist() == [
        *(False, True, True),
        *(False, False),
    ]


# --- Plans ---------------------------------------------------------------------------------------


def plan(*found: tuple) -> pd.DataFrame:
    """Year, code, children; ages and needs are not told apart."""
    return pd.DataFrame(found, columns=["year", "care_arrangement", "children"])


# Ten children before. In 2021 two come, one goes home; in 2022 one grows out of care.
PLAN = plan(
    (2021, "entry", 2),
    (2021, "institution", 7),
    (2021, "foster_family", 3),
    (2021, "foster_family", 1),
    (2021, "family", 1),
    (2022, "foster_family", 6),
    (2022, "youth_house", 4),
    (2022, "family", 1),
    (2022, "exit", 1),
)


def test_children_by_year_groups_are_added_and_a_code_without_a_row_has_nobody():
    table = children_by_year(PLAN)
    assert table["foster_family"].to_dict() == {2021: 3 + 1, 2022: 6}
    assert table["youth_house"].to_dict() == {2021: 0, 2022: 4}


def test_balance_nobody_is_lost_or_counted_twice():
    table = balance_of_children(PLAN, 10)
    first, second = table.to_dict("records")
    # 11 in care + 1 who left = 10 before + 2 who came
    assert first == dict(year=2021, before=10, entries=2, in_care=11, left_care=1, difference=0)
    # 10 in care + 1 who left = 11 before
    assert second == dict(year=2022, before=11, entries=0, in_care=10, left_care=1, difference=0)


def test_balance_without_the_children_before_is_not_known_in_the_first_year():
    table = balance_of_children(PLAN, None)
    assert math.isnan(table["difference"][0])
    assert table["difference"][1] == 0


@pytest.mark.parametrize(("more", "difference"), [(1, 1), (-1, -1)])
def test_balance_shows_who_is_counted_twice_or_lost(more, difference):
    wrong = PLAN.copy()
    wrong.loc[5, "children"] += more
    assert balance_of_children(wrong, 10)["difference"].to_list() == [0, difference]


def test_balance_a_row_order_is_irrelevant():
    turned = balance_of_children(PLAN.iloc[::-1].reset_index(drop=True), 10)
    assert turned.equals(balance_of_children(PLAN, 10))


CODES = st.sampled_from((*CARE_ARRANGEMENTS, "family", "adoption", "exit", "entry"))
PLANS = st.lists(
    st.tuples(st.integers(2020, 2024), CODES, st.integers(0, 30)), min_size=1, max_size=20
)


@given(PLANS, st.integers(0, 50))
def test_balance_differences_add_up_to_the_change_that_nothing_explains(found, before):
    table = balance_of_children(plan(*found), before)
    last = table.iloc[-1]
    unexplained = last["in_care"] + table["left_care"].sum() - before - table["entries"].sum()
    assert table["difference"].sum() == unexplained


HOMES = pd.DataFrame(
    {
        "provider": ["shut", "open", "house"],
        "care_arrangement": ["institution", "institution", "youth_house"],
        "closed": days("2021-08-31", None, "2021-08-31"),
    }
)


@pytest.mark.parametrize(
    ("provider", "year", "code", "children", "early"),
    [
        ("shut", 2020, "institution", 5, False),  # open at the end of 2020
        ("shut", 2021, "institution", 5, True),  # shut in August, at home in December
        ("shut", 2022, "institution", 1, True),
        ("shut", 2022, "institution", 0, False),
        ("shut", 2022, "youth_house", 5, False),  # lives elsewhere
        ("house", 2022, "youth_house", 5, True),
        ("house", 2022, "institution", 5, False),
        ("open", 2030, "institution", 5, False),  # names no day
        ("unknown", 2022, "institution", 5, False),
    ],
)
def test_closes_too_early_while_children_live_in_the_home(provider, year, code, children, early):
    row = plan((year, code, children)).assign(provider=provider)
    assert closes_too_early(row, HOMES).tolist() == [early]


def test_closes_too_early_a_missing_cell_contradicts_nothing():
    row = plan((2022, "institution", 5)).assign(provider="shut")
    rows = pd.concat([row.assign(**{name: None}) for name in row.columns], ignore_index=True)
    rows = rows.astype({"year": "Int64", "children": "Int64"})
    assert closes_too_early(rows, HOMES).tolist() == [False] * 4
