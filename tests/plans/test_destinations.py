from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dieval.errors import ParameterError
from dieval.plans.destinations import (
    PREFERENCE,
    planned_children,
    planned_rows,
    preference_shares,
)
from dieval.vocabulary import CARE_ARRANGEMENTS


def rows(*found: tuple) -> pd.DataFrame:
    """Year, code, children; ages and needs are not told apart."""
    return pd.DataFrame(found, columns=["year", "care_arrangement", "children"])


# Ten children before. In 2021 two come, one goes home; in 2022 one grows out of care.
PLAN = rows(
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


def test_children_groups_are_added_and_arrangements_without_a_row_have_nobody():
    table = planned_children(PLAN, [2021, 2022])
    assert table.loc[2021].to_dict() == {"institution": 7, "youth_house": 0, "foster_family": 4}
    assert table.loc[2022].to_dict() == {"institution": 0, "youth_house": 4, "foster_family": 6}


def test_children_stay_after_the_last_planned_year_and_in_a_year_that_nobody_planned():
    table = planned_children(PLAN.replace({"year": {2022: 2023}}), [2021, 2022, 2023, 2024])
    assert table["institution"].to_list() == [7, 7, 0, 0]
    assert table["foster_family"].to_list() == [4, 4, 6, 6]


def test_children_before_the_first_planned_year_are_refused():
    with pytest.raises(ParameterError, match="plans 2021 first, but 2020 is asked for"):
        planned_children(PLAN, [2020, 2021])
    with pytest.raises(ParameterError, match="plans no year"):
        planned_children(PLAN.iloc[:0], [2020])


def test_preference_shares_are_of_all_who_did_not_grow_out_of_care():
    table = preference_shares(PLAN).set_index(["year", "step"])
    assert table.loc[2021]["children"].to_dict() == {
        "own_family": 1,
        "family_environment": 4,
        "family_like": 0,
        "residential": 7,
    }
    assert table.loc[(2021, "family_environment"), "share"] == 4 / 12
    assert table.loc[(2022, "family_like"), "share"] == 4 / 11


CODES = st.sampled_from((*CARE_ARRANGEMENTS, "family", "adoption", "exit"))
YEARS = st.integers(2020, 2024)
PLANS = st.lists(st.tuples(YEARS, CODES, st.integers(0, 30)), min_size=1, max_size=20)


@given(PLANS)
def test_shares_of_a_year_add_up_and_no_child_is_left_out(found):
    table = preference_shares(rows(*found))
    assert list(table["step"].unique()) == list(PREFERENCE)
    expected = pd.Series(0, index=sorted({year for year, _, _ in found}))
    for year, code, children in found:
        expected[year] += children if code != "exit" else 0
    assert table.groupby("year")["children"].sum().to_dict() == expected.to_dict()
    sums = table.groupby("year")["share"].sum(min_count=1)
    assert all(math.isnan(total) or total == pytest.approx(1) for total in sums)


def test_rows_of_a_start_between_planned_years_are_those_of_the_last_one_before():
    shown = planned_rows(PLAN, range(2023, 2025))
    assert set(shown["year"]) == {2023}
    assert shown["children"].sum() == 6 + 4 + 1 + 1
    with_entry = pd.concat([PLAN, rows((2022, "entry", 5))])
    assert "entry" not in set(planned_rows(with_entry, range(2023, 2025))["care_arrangement"])
    assert len(planned_rows(PLAN, range(2021, 2023))) == len(PLAN)
    assert set(planned_rows(PLAN, range(2020, 2022))["year"]) == {2021}
