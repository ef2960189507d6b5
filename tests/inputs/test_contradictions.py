from __future__ import annotations

import pandas as pd
import pytest

from dieval.inputs.contradictions import (
    PERSONS_NOT_ABOVE,
    before_predecessor,
    falls,
    more_than,
    outlives_municipality,
)


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
